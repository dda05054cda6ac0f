/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-wire.h"

#include "ivr-ws-codec.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define TOKEN_MAX 256
#define EPOCH_MAX 128
/* JSON that nests deeper than ours is not read at all: the reader goes down by calling itself. */
#define DEPTH_MAX 3

static void
cursor_clear (gpointer item)
{
  g_free (((IvrWireCursor *) item)->org);
}

static gboolean
is_shallow (const char *text,
            gsize       length)
{
  gboolean quoted = FALSE;
  int depth = 0;

  for (gsize i = 0; i < length; i++)
    if (quoted)
      {
        if (text[i] == '\\')
          i++;
        else if (text[i] == '"')
          quoted = FALSE;
      }
    else if (text[i] == '"')
      quoted = TRUE;
    else if ((text[i] == '{' || text[i] == '[') && ++depth > DEPTH_MAX)
      return FALSE;
    else if (text[i] == '}' || text[i] == ']')
      depth--;
  return TRUE;
}

static const char *
get_string (JsonObject *object,
            const char *name,
            gsize       most)
{
  JsonNode *node = json_object_get_member (object, name);
  const char *value;

  if (node == NULL || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  value = json_node_get_string (node);
  return *value != '\0' && strlen (value) <= most ? value : NULL;
}

static gboolean
read_cursors (JsonObject *object,
              GArray     *cursors)
{
  JsonNode *member = json_object_get_member (object, "cursors");
  JsonObjectIter iter;
  const char *org;
  JsonNode *node;

  if (member == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_OBJECT (member))
    return FALSE;
  json_object_iter_init (&iter, json_node_get_object (member));
  while (json_object_iter_next (&iter, &org, &node))
    {
      IvrWireCursor cursor;

      if (!g_uuid_string_is_valid (org) || json_node_get_value_type (node) != G_TYPE_INT64
          || json_node_get_int (node) < 0)
        return FALSE;
      cursor.org = g_ascii_strdown (org, -1);
      cursor.seq = json_node_get_int (node);
      g_array_append_val (cursors, cursor);
    }
  return TRUE;
}

/**
 * ivr_wire_parse:
 * @text: a message from a desk; valid UTF-8
 * @length: its length in bytes
 *
 * Returns: (transfer full) (nullable): the message; %NULL for one that is not of the protocol
 */
IvrWireMessage *
ivr_wire_parse (const char *text,
                gsize       length)
{
  g_autoptr(JsonParser) parser = json_parser_new_immutable ();
  g_autoptr(IvrWireMessage) self = NULL;
  JsonNode *root;
  JsonNode *epoch;
  JsonObject *object;
  const char *type;

  if (length == 0 || !is_shallow (text, length)
      || !json_parser_load_from_data (parser, text, (gssize) length, NULL))
    return NULL;
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return NULL;
  object = json_node_get_object (root);
  type = get_string (object, "type", 16);
  if (type == NULL || get_string (object, "token", TOKEN_MAX) == NULL
      || (!g_str_equal (type, "hello") && !g_str_equal (type, "token")))
    return NULL;

  self = g_new0 (IvrWireMessage, 1);
  self->hello = g_str_equal (type, "hello");
  self->token = g_strdup (get_string (object, "token", TOKEN_MAX));
  self->cursors = g_array_new (FALSE, FALSE, sizeof (IvrWireCursor));
  g_array_set_clear_func (self->cursors, cursor_clear);
  if (!self->hello)
    return g_steal_pointer (&self);
  epoch = json_object_get_member (object, "epoch");
  if (epoch != NULL && !JSON_NODE_HOLDS_NULL (epoch))
    {
      self->epoch = g_strdup (get_string (object, "epoch", EPOCH_MAX));
      if (self->epoch == NULL)
        return NULL;
    }
  return read_cursors (object, self->cursors) ? g_steal_pointer (&self) : NULL;
}

void
ivr_wire_message_free (IvrWireMessage *self)
{
  /* A token is as good as a password for ten minutes. */
  if (self->token != NULL)
    explicit_bzero (self->token, strlen (self->token));
  g_free (self->token);
  g_free (self->epoch);
  g_clear_pointer (&self->cursors, g_array_unref);
  g_free (self);
}

static GBytes *
encode (const char *text)
{
  return ivr_ws_codec_encode_text (text, strlen (text));
}

/**
 * ivr_wire_new_welcome:
 * @epoch: the present epoch
 * @resync: whether it is another one than the desk's
 * @heads: (element-type IvrWireCursor): where the desk goes on
 * @expires_s: until when its token counts, Unix time in seconds
 *
 * Returns: (transfer full): a text frame
 */
GBytes *
ivr_wire_new_welcome (const char *epoch,
                      gboolean    resync,
                      GArray     *heads,
                      gint64      expires_s)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autoptr(JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "type");
  json_builder_add_string_value (builder, "welcome");
  json_builder_set_member_name (builder, "epoch");
  json_builder_add_string_value (builder, epoch);
  json_builder_set_member_name (builder, "resync");
  json_builder_add_boolean_value (builder, resync);
  json_builder_set_member_name (builder, "heads");
  json_builder_begin_object (builder);
  for (guint i = 0; i < heads->len; i++)
    {
      const IvrWireCursor *head = &g_array_index (heads, IvrWireCursor, i);

      json_builder_set_member_name (builder, head->org);
      json_builder_add_int_value (builder, head->seq);
    }
  json_builder_end_object (builder);
  json_builder_set_member_name (builder, "expires_at");
  json_builder_add_int_value (builder, expires_s);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  return encode (text);
}

/**
 * ivr_wire_new_resync:
 * @org: an organization
 * @head: number after which events go on
 *
 * Returns: (transfer full): a text frame
 */
GBytes *
ivr_wire_new_resync (const char *org,
                     gint64      head)
{
  g_autofree char *text = NULL;

  text = g_strdup_printf ("{\"type\":\"resync\",\"org\":\"%s\",\"head\":%" G_GINT64_FORMAT "}", org,
                          head);
  return encode (text);
}

/**
 * ivr_wire_new_event:
 * @org: whose event it is
 * @seq: its number there
 * @kind: what changed; a word of ivr.outbox, so nothing in it needs escaping
 * @id: identity of the changed row
 * @request: (nullable): the request that it belongs to
 * @version: version of the row
 *
 * Returns: (transfer full): a text frame
 */
GBytes *
ivr_wire_new_event (const char *org,
                    gint64      seq,
                    const char *kind,
                    const char *id,
                    const char *request,
                    gint64      version)
{
  const char *quote = request != NULL ? "\"" : "";
  g_autofree char *text = NULL;

  text = g_strdup_printf ("{\"type\":\"event\",\"org\":\"%s\",\"seq\":%" G_GINT64_FORMAT
                          ",\"kind\":\"%s\",\"id\":\"%s\",\"request\":%s%s%s"
                          ",\"version\":%" G_GINT64_FORMAT "}",
                          org, seq, kind, id, quote, request != NULL ? request : "null", quote,
                          version);
  return encode (text);
}

/**
 * ivr_wire_new_token:
 *
 * Returns: (transfer full): a text frame that asks for a new token
 */
GBytes *
ivr_wire_new_token (void)
{
  return encode ("{\"type\":\"token\"}");
}
