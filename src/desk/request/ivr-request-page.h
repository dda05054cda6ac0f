/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * IvrRequestPage:
 * One request: who, which payer, what is asked, whose turn, how long left, what next; and below
 * it everything else. Signals: "notice" (sentence) for a toast, "edit" (request as JsonObject).
 */
#define IVR_TYPE_REQUEST_PAGE (ivr_request_page_get_type ())
G_DECLARE_FINAL_TYPE (IvrRequestPage, ivr_request_page, IVR, REQUEST_PAGE, GtkWidget)

void        ivr_request_page_set_session (IvrRequestPage *self,
                                          IvrSession     *session);
void        ivr_request_page_set_request (IvrRequestPage *self,
                                          const char     *request);
const char *ivr_request_page_get_request (IvrRequestPage *self);
gboolean    ivr_request_page_check_eligibility (IvrRequestPage *self);
gboolean    ivr_request_page_take_step   (IvrRequestPage *self,
                                          const char     *action);

const char *ivr_request_page_find_step (gunichar key);

G_END_DECLS
