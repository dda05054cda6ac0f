/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-database.h"
#include "ivr-message.h"

G_BEGIN_DECLS

/**
 * IvrMessageList:
 * The chat of one request, a GListModel of IvrMessage, oldest first. What is being sent stands at
 * the end until the server has taken it; the server's own row then takes its place (by id, so it
 * never stands twice). Older messages are read by ivr_message_list_load_older().
 *
 * Property "loading" notifies. Signal "failed" (GError) when a page could not be read or a message
 * was refused; "read" when the server has taken ivr_message_list_mark_read().
 */
#define IVR_TYPE_MESSAGE_LIST (ivr_message_list_get_type ())
G_DECLARE_FINAL_TYPE (IvrMessageList, ivr_message_list, IVR, MESSAGE_LIST, GObject)

IvrMessageList *ivr_message_list_new         (IvrDatabase    *database,
                                              const char     *request);
const char     *ivr_message_list_get_request (IvrMessageList *self);
void            ivr_message_list_refresh     (IvrMessageList *self);
void            ivr_message_list_load_older  (IvrMessageList *self);
gboolean        ivr_message_list_has_older   (IvrMessageList *self);
gboolean        ivr_message_list_is_loading  (IvrMessageList *self);
void            ivr_message_list_send        (IvrMessageList *self,
                                              const char     *body,
                                              gboolean        internal);
void            ivr_message_list_send_documents (IvrMessageList *self,
                                                 const char     *body,
                                                 JsonArray      *documents,
                                                 gboolean        internal);
void            ivr_message_list_mark_read   (IvrMessageList *self);

G_END_DECLS
