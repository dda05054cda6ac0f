/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-intake.h"

G_BEGIN_DECLS

/**
 * IvrIntakeConflict:
 * @path: a field, or "products" for all of them together
 * @before: what it was
 * @mine: what this person made of it
 * @theirs: what somebody else made of it meanwhile
 *
 * A field that two people changed in different ways. Values are as people read them.
 */
typedef struct
{
  char *path;
  char *before;
  char *mine;
  char *theirs;
} IvrIntakeConflict;

GPtrArray *ivr_intake_merge       (IvrIntake  *mine,
                                   IvrIntake  *before,
                                   IvrIntake  *theirs,
                                   guint      *n_taken);
void       ivr_intake_take_theirs (IvrIntake  *mine,
                                   IvrIntake  *theirs,
                                   const char *path);

G_END_DECLS
