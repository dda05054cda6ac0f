/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * IvrChatPage:
 * The chat of one request, beside it. Signal "notice" (sentence) for a toast.
 */
#define IVR_TYPE_CHAT_PAGE (ivr_chat_page_get_type ())
G_DECLARE_FINAL_TYPE (IvrChatPage, ivr_chat_page, IVR, CHAT_PAGE, GtkWidget)

void ivr_chat_page_set_session (IvrChatPage *self,
                                IvrSession  *session);
void ivr_chat_page_set_request (IvrChatPage *self,
                                const char  *request);
void ivr_chat_page_attach_file (IvrChatPage *self,
                                GFile       *file);
void ivr_chat_page_focus       (IvrChatPage *self,
                                gboolean     internal);

G_END_DECLS
