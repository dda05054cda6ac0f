/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-offers.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * IvrIntakeSuggestions:
 * Says beside the form how much of it is known already, takes all of it at once, and leads to where sources differ.
 * Signals: "filled" (paths: GPtrArray of utf8), "jump" (path).
 */
#define IVR_TYPE_INTAKE_SUGGESTIONS (ivr_intake_suggestions_get_type ())
G_DECLARE_FINAL_TYPE (IvrIntakeSuggestions, ivr_intake_suggestions, IVR, INTAKE_SUGGESTIONS, GtkWidget)

GtkWidget *ivr_intake_suggestions_new  (IvrOffers            *offers);
void       ivr_intake_suggestions_show (IvrIntakeSuggestions *self);
void       ivr_intake_suggestions_take (IvrIntakeSuggestions *self);

G_END_DECLS
