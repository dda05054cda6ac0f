/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-intake.h"

G_BEGIN_DECLS

/**
 * IvrSeverity:
 * @IVR_SEVERITY_BLOCKER: the request cannot be submitted like this
 * @IVR_SEVERITY_WARNING: it can, but somebody should look
 */
typedef enum {
  IVR_SEVERITY_BLOCKER = 1,
  IVR_SEVERITY_WARNING,
} IvrSeverity;

/**
 * IvrFinding:
 * @path: where to jump to
 * @severity: whether it stops the request
 * @banner: show it as prominently as a blocker, red and above the form: the payer will very
 *   probably say no, but only the payer can say so
 * @sentence: what to do, in plain words; never has what was typed
 */
typedef struct
{
  char *path;
  IvrSeverity severity;
  gboolean banner;
  char *sentence;
} IvrFinding;

void       ivr_finding_free (IvrFinding  *finding);
GPtrArray *ivr_intake_check (IvrIntake   *self,
                             const GDate *today);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IvrFinding, ivr_finding_free)

G_END_DECLS
