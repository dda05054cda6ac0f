/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * IvrIntakeFindings:
 * What is missing in a form or worth a look, beside it. Signal "jump" (path): the person wants to go there.
 */
#define IVR_TYPE_INTAKE_FINDINGS (ivr_intake_findings_get_type ())
G_DECLARE_FINAL_TYPE (IvrIntakeFindings, ivr_intake_findings, IVR, INTAKE_FINDINGS, GtkWidget)

GtkWidget *ivr_intake_findings_new  (void);
guint      ivr_intake_findings_show (IvrIntakeFindings *self,
                                     GPtrArray         *findings);

G_END_DECLS
