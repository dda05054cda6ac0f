/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-error.h"

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * IvrIntake:
 * What a person has filled in of one request's form. Values are text by path ("patient.dob",
 * "wounds.0.length_cm"); what the questions are says ivr_fields_get(). Text that does not fit its
 * question is kept as typed, so that nothing is lost; ivr_intake_check() names it. Keys that this
 * program does not know survive a round trip through JSON.
 *
 * Signal `changed` (path: string): a value or a list changed.
 */
#define IVR_TYPE_INTAKE (ivr_intake_get_type ())
G_DECLARE_FINAL_TYPE (IvrIntake, ivr_intake, IVR, INTAKE, GObject)

IvrIntake *ivr_intake_new           (void);
IvrIntake *ivr_intake_new_from_json (const char  *json,
                                     GError     **error);
char      *ivr_intake_to_json       (IvrIntake   *self);

char      *ivr_intake_dup           (IvrIntake   *self,
                                     const char  *path);
gboolean   ivr_intake_set           (IvrIntake   *self,
                                     const char  *path,
                                     const char  *text);
guint      ivr_intake_count         (IvrIntake   *self,
                                     const char  *list);
gboolean   ivr_intake_remove        (IvrIntake   *self,
                                     const char  *list,
                                     guint        index);
void       ivr_intake_copy          (IvrIntake   *self,
                                     IvrIntake   *from,
                                     const char  *name);

G_END_DECLS
