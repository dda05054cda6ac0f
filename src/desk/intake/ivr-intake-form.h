/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-database.h"
#include "ivr-field.h"
#include "ivr-offers.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * IvrIntakeForm:
 * The questions of the core's table as rows, section by section.
 */
#define IVR_TYPE_INTAKE_FORM (ivr_intake_form_get_type ())
G_DECLARE_FINAL_TYPE (IvrIntakeForm, ivr_intake_form, IVR, INTAKE_FORM, GtkWidget)

GtkWidget *ivr_intake_form_new        (IvrIntake     *intake,
                                       IvrOffers     *offers,
                                       IvrDatabase   *database);
void       ivr_intake_form_jump       (IvrIntakeForm *self,
                                       const char    *path);
void       ivr_intake_form_mark       (IvrIntakeForm *self,
                                       GPtrArray     *findings);
void       ivr_intake_form_read       (IvrIntakeForm *self);
void       ivr_intake_form_decide     (IvrIntakeForm *self,
                                       gboolean       accept);
void       ivr_intake_form_set_header (IvrIntakeForm *self,
                                            IvrSection     section,
                                       GtkWidget     *suffix);

G_END_DECLS
