/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * IvrMessageState:
 * @IVR_MESSAGE_SENDING: the server has not acknowledged it yet; it is sent again until it has
 * @IVR_MESSAGE_SENT: it is in the database
 * @IVR_MESSAGE_REFUSED: the server said no; the text is kept
 */
typedef enum {
  IVR_MESSAGE_SENDING = 1,
  IVR_MESSAGE_SENT,
  IVR_MESSAGE_REFUSED,
} IvrMessageState;

/**
 * IvrMessage:
 * A message of a chat; never changes. Times are microseconds since 1970.
 */
#define IVR_TYPE_MESSAGE (ivr_message_get_type ())
G_DECLARE_FINAL_TYPE (IvrMessage, ivr_message, IVR, MESSAGE, GObject)

IvrMessage      *ivr_message_new          (const char      *id,
                                           const char      *sender,
                                           const char      *side,
                                           const char      *body,
                                           gint64           created_us,
                                           gboolean         mine,
                                           gboolean         internal,
                                           gboolean         unread,
                                           IvrMessageState  state);
IvrMessage      *ivr_message_new_carrying (IvrMessage      *message,
                                           JsonArray       *documents);
const char      *ivr_message_get_id       (IvrMessage      *self);
const char      *ivr_message_get_sender   (IvrMessage      *self);
const char      *ivr_message_get_side     (IvrMessage      *self);
const char      *ivr_message_get_body     (IvrMessage      *self);
gint64           ivr_message_get_created  (IvrMessage      *self);
JsonArray       *ivr_message_get_documents (IvrMessage     *self);
gboolean         ivr_message_is_mine      (IvrMessage      *self);
gboolean         ivr_message_is_internal  (IvrMessage      *self);
gboolean         ivr_message_is_unread    (IvrMessage      *self);
IvrMessageState  ivr_message_get_state    (IvrMessage      *self);

G_END_DECLS
