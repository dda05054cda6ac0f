/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-eligibility.h"
#include "ivr-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * IvrEligibilityPanel:
 * One insurance of a request: a button that has its payer asked, how that goes, and what was answered, the newest
 * answer beside the one before. A question that came to nothing stands above the old answer and takes nothing of it away.
 */
#define IVR_TYPE_ELIGIBILITY_PANEL (ivr_eligibility_panel_get_type ())
G_DECLARE_FINAL_TYPE (IvrEligibilityPanel, ivr_eligibility_panel, IVR, ELIGIBILITY_PANEL, GtkBox)

GtkWidget *ivr_eligibility_panel_new      (IvrSession          *session,
                                           IvrEligibility      *eligibility,
                                           int                  rank);
int        ivr_eligibility_panel_get_rank (IvrEligibilityPanel *self);
void       ivr_eligibility_panel_show     (IvrEligibilityPanel *self,
                                           JsonObject          *insurance);
gboolean   ivr_eligibility_panel_ask      (IvrEligibilityPanel *self);
gboolean   ivr_eligibility_panel_is_asking (IvrEligibilityPanel *self);

G_END_DECLS
