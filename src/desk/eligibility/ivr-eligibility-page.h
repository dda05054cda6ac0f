/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * IvrEligibilityPage:
 * What payers were asked and answered for a request, one insurance below the other. It is read for who looks at it.
 *
 * Signal "notice" (sentence): something that the person has to read.
 */
#define IVR_TYPE_ELIGIBILITY_PAGE (ivr_eligibility_page_get_type ())
G_DECLARE_FINAL_TYPE (IvrEligibilityPage, ivr_eligibility_page, IVR, ELIGIBILITY_PAGE, GtkWidget)

void ivr_eligibility_page_set_session (IvrEligibilityPage *self,
                                       IvrSession         *session);
void ivr_eligibility_page_set_request (IvrEligibilityPage *self,
                                       const char         *request);
void ivr_eligibility_page_set_rank    (IvrEligibilityPage *self,
                                       int                 rank);
void ivr_eligibility_page_ask         (IvrEligibilityPage *self);

G_END_DECLS
