/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-live.h"

#include <gio/gunixsocketaddress.h>
#include <json-glib/json-glib.h>
#include <libsoup/soup.h>
#include <string.h>

#define FIRST_DELAY_MS 200
#define MOST_DELAY_MS 30000
#define OFFLINE_AFTER_S 10
#define LARGEST_FRAME (64 * 1024)
#define UNIX_PREFIX "unix:"

/* Two of our own pings were not answered: the line is dead. Noticed within 40 seconds. */
#define SILENCE_S 33

struct _IvrLive
{
  GObject parent_instance;

  char *uri;
  SoupSession *http;
  SoupWebsocketConnection *line;
  GCancellable *cancellable;
  GHashTable *cursors;      /* organization -> gint64* last number passed on */
  char *epoch;
  IvrLiveState state;
  gint64 since;             /* when it was live last, microseconds since 1970 */
  guint attempt;
  guint retry_source;
  guint silence_source;
  guint offline_source;
  gint64 heard_at;
  gboolean token_wanted;    /* by this line, and not answered yet */
  gboolean welcomed;        /* on this line */
};

enum {
  PROP_STATE = 1,
  N_PROPS
};

enum {
  SIGNAL_TOKEN_WANTED,
  SIGNAL_EVENT,
  SIGNAL_RESYNC,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IvrLive, ivr_live, G_TYPE_OBJECT)

static void connect_line (IvrLive *self);

static void
set_state (IvrLive      *self,
           IvrLiveState  state)
{
  if (self->state == state)
    return;
  if (self->state == IVR_LIVE_STATE_LIVE)
    self->since = g_get_real_time ();
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
drop_line (IvrLive *self)
{
  g_clear_handle_id (&self->silence_source, g_source_remove);
  self->token_wanted = FALSE;
  self->welcomed = FALSE;
  if (self->line == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->line, self);
  if (soup_websocket_connection_get_state (self->line) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (self->line, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
  g_clear_object (&self->line);
}

static void
ivr_live_dispose (GObject *object)
{
  ivr_live_stop (IVR_LIVE (object));
  g_clear_object (&IVR_LIVE (object)->http);
  G_OBJECT_CLASS (ivr_live_parent_class)->dispose (object);
}

static void
ivr_live_finalize (GObject *object)
{
  IvrLive *self = IVR_LIVE (object);

  g_free (self->uri);
  g_free (self->epoch);
  g_hash_table_unref (self->cursors);
  G_OBJECT_CLASS (ivr_live_parent_class)->finalize (object);
}

static void
ivr_live_get_property (GObject    *object,
                       guint       id,
                       GValue     *value,
                       GParamSpec *pspec)
{
  if (id == PROP_STATE)
    g_value_set_uint (value, IVR_LIVE (object)->state);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
ivr_live_class_init (IvrLiveClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ivr_live_dispose;
  object_class->finalize = ivr_live_finalize;
  object_class->get_property = ivr_live_get_property;
  properties[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, IVR_LIVE_STATE_OFF, IVR_LIVE_STATE_OFFLINE,
                                              IVR_LIVE_STATE_OFF, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[SIGNAL_TOKEN_WANTED] = g_signal_new ("token-wanted", IVR_TYPE_LIVE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                               G_TYPE_NONE, 0);
  signals[SIGNAL_EVENT] = g_signal_new ("event", IVR_TYPE_LIVE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 4,
                                        G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_INT64);
  signals[SIGNAL_RESYNC] = g_signal_new ("resync", IVR_TYPE_LIVE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                         0);
}

static void
ivr_live_init (IvrLive *self)
{
  self->state = IVR_LIVE_STATE_OFF;
  self->since = g_get_real_time ();
  self->cursors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/**
 * ivr_live_new:
 * @uri: "ws://" or "wss://" address of the gateway, without the path; or "unix:/a/path", for one
 *   on this machine
 *
 * Returns: (transfer full): a client that is not started yet
 */
IvrLive *
ivr_live_new (const char *uri)
{
  IvrLive *self = g_object_new (IVR_TYPE_LIVE, NULL);

  if (g_str_has_prefix (uri, UNIX_PREFIX))
    {
      g_autoptr(GSocketAddress) path = g_unix_socket_address_new (uri + strlen (UNIX_PREFIX));

      self->http = soup_session_new_with_options ("remote-connectable", path, NULL);
      self->uri = g_strdup ("ws://localhost/v1/live");
    }
  else
    {
      self->http = soup_session_new ();
      self->uri = g_strconcat (uri, "/v1/live", NULL);
    }
  soup_session_set_timeout (self->http, 10);
  return self;
}

static gboolean
on_retry (gpointer data)
{
  IvrLive *self = data;

  self->retry_source = 0;
  connect_line (self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_offline (gpointer data)
{
  IvrLive *self = data;

  self->offline_source = 0;
  if (self->state == IVR_LIVE_STATE_RECONNECTING || self->state == IVR_LIVE_STATE_CONNECTING)
    set_state (self, IVR_LIVE_STATE_OFFLINE);
  return G_SOURCE_REMOVE;
}

/* Full jitter, so that the desks of a restarted gateway do not come back all at once. */
static void
retry_later (IvrLive *self)
{
  gint64 most = MIN ((gint64) FIRST_DELAY_MS << MIN (self->attempt, 16), MOST_DELAY_MS);

  drop_line (self);
  if (self->state == IVR_LIVE_STATE_OFF || self->retry_source != 0)
    return;
  self->attempt++;
  self->retry_source = g_timeout_add ((guint) g_random_int_range (1, (gint32) most + 1), on_retry, self);
  if (self->state == IVR_LIVE_STATE_LIVE)
    set_state (self, IVR_LIVE_STATE_RECONNECTING);
  if (self->offline_source == 0 && self->state != IVR_LIVE_STATE_OFFLINE)
    self->offline_source = g_timeout_add_seconds (OFFLINE_AFTER_S, on_offline, self);
}

static void
want_token (IvrLive *self)
{
  self->token_wanted = TRUE;
  g_signal_emit (self, signals[SIGNAL_TOKEN_WANTED], 0);
}

static gboolean
on_silence (gpointer data)
{
  IvrLive *self = data;

  if (g_get_monotonic_time () - self->heard_at < SILENCE_S * G_USEC_PER_SEC)
    return G_SOURCE_CONTINUE;
  self->silence_source = 0;
  retry_later (self);
  return G_SOURCE_REMOVE;
}

static void
take_welcome (IvrLive    *self,
              JsonObject *frame)
{
  const char *epoch = json_object_get_string_member_with_default (frame, "epoch", "");
  JsonObject *heads = json_object_has_member (frame, "heads") ? json_object_get_object_member (frame, "heads") : NULL;
  gboolean first = self->epoch == NULL;
  gboolean resync = !first && (g_strcmp0 (self->epoch, epoch) != 0 ||
                               json_object_get_boolean_member_with_default (frame, "resync", FALSE));
  GList *names = heads != NULL ? json_object_get_members (heads) : NULL;

  g_free (self->epoch);
  self->epoch = g_strdup (epoch);
  if (resync)
    g_hash_table_remove_all (self->cursors);
  for (GList *l = names; l != NULL; l = l->next)
    {
      gint64 head = json_object_get_int_member_with_default (heads, l->data, 0);
      gint64 *mine = g_hash_table_lookup (self->cursors, l->data);

      if (mine == NULL)
        g_hash_table_insert (self->cursors, g_strdup (l->data), g_memdup2 (&head, sizeof head));
    }
  g_list_free (names);
  self->attempt = 0;
  self->welcomed = TRUE;
  g_clear_handle_id (&self->offline_source, g_source_remove);
  set_state (self, IVR_LIVE_STATE_LIVE);
  if (resync)
    g_signal_emit (self, signals[SIGNAL_RESYNC], 0);
}

static void
take_event (IvrLive    *self,
            JsonObject *frame)
{
  const char *org = json_object_get_string_member_with_default (frame, "org", NULL);
  gint64 seq = json_object_get_int_member_with_default (frame, "seq", 0);
  gint64 *last = org != NULL ? g_hash_table_lookup (self->cursors, org) : NULL;

  if (last == NULL || seq <= *last)
    return;
  if (seq != *last + 1)
    {
      /* A hole must not be possible; come back behind the last one that was passed on. */
      retry_later (self);
      return;
    }
  *last = seq;
  g_signal_emit (self, signals[SIGNAL_EVENT], 0, json_object_get_string_member_with_default (frame, "kind", ""),
                 json_object_get_string_member_with_default (frame, "id", ""),
                 json_object_get_string_member_with_default (frame, "request", NULL),
                 json_object_get_int_member_with_default (frame, "version", 0));
}

static void
take_resync (IvrLive    *self,
             JsonObject *frame)
{
  const char *org = json_object_get_string_member_with_default (frame, "org", NULL);
  gint64 head = json_object_get_int_member_with_default (frame, "head", 0);

  if (org == NULL)
    return;
  g_hash_table_insert (self->cursors, g_strdup (org), g_memdup2 (&head, sizeof head));
  g_signal_emit (self, signals[SIGNAL_RESYNC], 0);
}

static void
on_message (IvrLive *self,
            int      type,
            GBytes  *message)
{
  g_autoptr(JsonParser) parser = json_parser_new_immutable ();
  gsize size;
  const char *text = g_bytes_get_data (message, &size);
  JsonNode *root;
  JsonObject *frame;
  const char *kind;

  self->heard_at = g_get_monotonic_time ();
  if (type != SOUP_WEBSOCKET_DATA_TEXT || !json_parser_load_from_data (parser, text, (gssize) size, NULL))
    return;
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return;
  frame = json_node_get_object (root);
  kind = json_object_get_string_member_with_default (frame, "type", "");
  if (g_str_equal (kind, "event"))
    take_event (self, frame);
  else if (g_str_equal (kind, "welcome"))
    take_welcome (self, frame);
  else if (g_str_equal (kind, "resync"))
    take_resync (self, frame);
  else if (g_str_equal (kind, "token"))
    want_token (self);
}

static void
on_pong (IvrLive *self)
{
  self->heard_at = g_get_monotonic_time ();
}

static void
connected_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr(IvrLive) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(SoupWebsocketConnection) line = NULL;

  line = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->state == IVR_LIVE_STATE_OFF)
    return;
  if (line == NULL)
    {
      retry_later (self);
      return;
    }
  self->line = g_steal_pointer (&line);
  soup_websocket_connection_set_max_incoming_payload_size (self->line, LARGEST_FRAME);
  /* The gateway's pings are answered below us and do not show here, so we ping as well. */
  soup_websocket_connection_set_keepalive_interval (self->line, 15);
  g_signal_connect_object (self->line, "message", G_CALLBACK (on_message), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->line, "closed", G_CALLBACK (retry_later), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->line, "pong", G_CALLBACK (on_pong), self, G_CONNECT_SWAPPED);
  self->heard_at = g_get_monotonic_time ();
  self->silence_source = g_timeout_add_seconds (5, on_silence, self);
  want_token (self);
}

static void
connect_line (IvrLive *self)
{
  g_autoptr(SoupMessage) message = soup_message_new (SOUP_METHOD_GET, self->uri);

  if (message == NULL)
    {
      g_warning ("the gateway's address is not one");
      return;
    }
  /* The frames are small; a compressor for each connection would cost the gateway more. */
  soup_message_disable_feature (message, SOUP_TYPE_WEBSOCKET_EXTENSION_MANAGER);
  soup_session_websocket_connect_async (self->http, message, NULL, NULL, G_PRIORITY_DEFAULT, self->cancellable,
                                        connected_cb, g_object_ref (self));
}

/**
 * ivr_live_start:
 * @self: a client
 *
 * Connects, and stays connected until ivr_live_stop().
 */
void
ivr_live_start (IvrLive *self)
{
  if (self->state != IVR_LIVE_STATE_OFF)
    return;
  self->cancellable = g_cancellable_new ();
  set_state (self, IVR_LIVE_STATE_CONNECTING);
  self->offline_source = g_timeout_add_seconds (OFFLINE_AFTER_S, on_offline, self);
  connect_line (self);
}

/**
 * ivr_live_stop:
 * @self: a client
 *
 * Disconnects. The numbers are kept, so a later start goes on where it was.
 */
void
ivr_live_stop (IvrLive *self)
{
  set_state (self, IVR_LIVE_STATE_OFF);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->retry_source, g_source_remove);
  g_clear_handle_id (&self->offline_source, g_source_remove);
  drop_line (self);
}

static void
add_cursors (IvrLive     *self,
             JsonBuilder *builder)
{
  GHashTableIter iter;
  gpointer org;
  gpointer last;

  json_builder_set_member_name (builder, "cursors");
  json_builder_begin_object (builder);
  g_hash_table_iter_init (&iter, self->cursors);
  while (g_hash_table_iter_next (&iter, &org, &last))
    {
      json_builder_set_member_name (builder, org);
      json_builder_add_int_value (builder, *(gint64 *) last);
    }
  json_builder_end_object (builder);
}

/**
 * ivr_live_give_token:
 * @self: a client that wanted a token
 * @token: proof of who the person is
 */
void
ivr_live_give_token (IvrLive    *self,
                     const char *token)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autoptr(JsonNode) root = NULL;
  g_autofree char *frame = NULL;

  /* A late answer, to a line that is gone: the one that came after it has asked again. */
  if (!self->token_wanted || self->line == NULL ||
      soup_websocket_connection_get_state (self->line) != SOUP_WEBSOCKET_STATE_OPEN)
    return;
  self->token_wanted = FALSE;
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "type");
  json_builder_add_string_value (builder, self->welcomed ? "token" : "hello");
  json_builder_set_member_name (builder, "token");
  json_builder_add_string_value (builder, token);
  if (!self->welcomed)
    {
      json_builder_set_member_name (builder, "epoch");
      if (self->epoch != NULL)
        json_builder_add_string_value (builder, self->epoch);
      else
        json_builder_add_null_value (builder);
      add_cursors (self, builder);
    }
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  frame = json_to_string (root, FALSE);
  soup_websocket_connection_send_text (self->line, frame);
}

/**
 * ivr_live_token_failed:
 * @self: a client that wanted a token
 *
 * There is no token at the moment, for example because the database is away too.
 */
void
ivr_live_token_failed (IvrLive *self)
{
  if (self->token_wanted)
    retry_later (self);
}

IvrLiveState
ivr_live_get_state (IvrLive *self)
{
  return self->state;
}

/**
 * ivr_live_get_since:
 * @self: a client
 *
 * Returns: when it was live last, in microseconds since 1970
 */
gint64
ivr_live_get_since (IvrLive *self)
{
  return self->since;
}
