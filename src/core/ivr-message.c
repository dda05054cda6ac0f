/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-message.h"

struct _IvrMessage
{
  GObject parent_instance;

  char *id;
  char *sender;
  char *side;
  char *body;
  JsonArray *documents;   /* or NULL */
  gint64 created_us;
  gboolean mine;
  gboolean internal;
  gboolean unread;
  IvrMessageState state;
};

G_DEFINE_FINAL_TYPE (IvrMessage, ivr_message, G_TYPE_OBJECT)

static void
ivr_message_finalize (GObject *object)
{
  IvrMessage *self = IVR_MESSAGE (object);

  g_free (self->id);
  g_free (self->sender);
  g_free (self->side);
  g_free (self->body);
  g_clear_pointer (&self->documents, json_array_unref);
  G_OBJECT_CLASS (ivr_message_parent_class)->finalize (object);
}

static void
ivr_message_class_init (IvrMessageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ivr_message_finalize;
}

static void
ivr_message_init (IvrMessage *self)
{
}

/**
 * ivr_message_new:
 * @id: identity, made on the desktop that wrote it
 * @sender: name of the sender
 * @side: "clinic" or "verification"
 * @body: the text
 * @created_us: when the server took it, or when it was written here
 * @mine: whether this person wrote it
 * @internal: whether it is a note that the clinic never sees
 * @unread: whether this person has not seen it yet
 * @state: how far it has come
 *
 * Returns: (transfer full): a message
 */
IvrMessage *
ivr_message_new (const char      *id,
                 const char      *sender,
                 const char      *side,
                 const char      *body,
                 gint64           created_us,
                 gboolean         mine,
                 gboolean         internal,
                 gboolean         unread,
                 IvrMessageState  state)
{
  IvrMessage *self = g_object_new (IVR_TYPE_MESSAGE, NULL);

  self->id = g_strdup (id);
  self->sender = g_strdup (sender != NULL ? sender : "");
  self->side = g_strdup (side != NULL ? side : "");
  self->body = g_strdup (body != NULL ? body : "");
  self->created_us = created_us;
  self->mine = mine;
  self->internal = internal;
  self->unread = unread;
  self->state = state;
  return self;
}

/**
 * ivr_message_new_carrying:
 * @message: (transfer full): a message
 * @documents: (nullable): the documents of the request that it carries: objects with id, type, label, title, status,
 *   content_type, scan and readable, of which all but id may be absent while the message is not in the database
 *
 * Returns: (transfer full): the message with its documents
 */
IvrMessage *
ivr_message_new_carrying (IvrMessage *message,
                          JsonArray  *documents)
{
  g_return_val_if_fail (message->documents == NULL, message);
  if (documents != NULL && json_array_get_length (documents) > 0)
    message->documents = json_array_ref (documents);
  return message;
}

/**
 * ivr_message_get_documents:
 * @self: a message
 *
 * Returns: (transfer none) (nullable): what it carries, never empty
 */
JsonArray *
ivr_message_get_documents (IvrMessage *self)
{
  return self->documents;
}

const char *
ivr_message_get_id (IvrMessage *self)
{
  return self->id;
}

const char *
ivr_message_get_sender (IvrMessage *self)
{
  return self->sender;
}

const char *
ivr_message_get_side (IvrMessage *self)
{
  return self->side;
}

const char *
ivr_message_get_body (IvrMessage *self)
{
  return self->body;
}

gint64
ivr_message_get_created (IvrMessage *self)
{
  return self->created_us;
}

gboolean
ivr_message_is_mine (IvrMessage *self)
{
  return self->mine;
}

gboolean
ivr_message_is_internal (IvrMessage *self)
{
  return self->internal;
}

gboolean
ivr_message_is_unread (IvrMessage *self)
{
  return self->unread;
}

IvrMessageState
ivr_message_get_state (IvrMessage *self)
{
  return self->state;
}
