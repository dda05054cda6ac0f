/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-offers.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * IvrIntakeOffer:
 * Stands at the end of a row of the form: what is offered there with a way to take it or not, a choice where sources
 * differ, or whence the value came.
 */
#define IVR_TYPE_INTAKE_OFFER (ivr_intake_offer_get_type ())
G_DECLARE_FINAL_TYPE (IvrIntakeOffer, ivr_intake_offer, IVR, INTAKE_OFFER, GtkWidget)

GtkWidget *ivr_intake_offer_new    (IvrIntake      *intake,
                                    IvrOffers      *offers,
                                    const char     *path,
                                    const char     *label);
void       ivr_intake_offer_show   (IvrIntakeOffer *self);
gboolean   ivr_intake_offer_accept (IvrIntakeOffer *self);
void       ivr_intake_offer_refuse (IvrIntakeOffer *self);

G_END_DECLS
