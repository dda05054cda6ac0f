/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * IvrRequestsPage:
 * The list of a view. Signal "chosen" (request id, or %NULL).
 */
#define IVR_TYPE_REQUESTS_PAGE (ivr_requests_page_get_type ())
G_DECLARE_FINAL_TYPE (IvrRequestsPage, ivr_requests_page, IVR, REQUESTS_PAGE, GtkWidget)

void ivr_requests_page_set_session (IvrRequestsPage *self,
                                    IvrSession      *session);
void ivr_requests_page_set_view    (IvrRequestsPage *self,
                                    IvrView         *view);
void ivr_requests_page_search      (IvrRequestsPage *self,
                                    const char      *text);
void ivr_requests_page_choose      (IvrRequestsPage *self,
                                    const char      *id);
void ivr_requests_page_move        (IvrRequestsPage *self,
                                    int              by);
void ivr_requests_page_focus       (IvrRequestsPage *self);
GListModel *ivr_requests_page_get_model (IvrRequestsPage *self);

G_END_DECLS
