/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The client against a server in this program, which says what the gateway never would. */
#include "ivr-live.h"

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

#define ORG "0e000000-0000-4000-8000-000000000001"
#define OTHER_ORG "0e000000-0000-4000-8000-000000000002"
#define DEADLINE_S 60
#define WELCOME(epoch, head) \
  "{'type':'welcome','epoch':'" epoch "','resync':false,'heads':{'" ORG "':" #head "},'expires_at':1}"

typedef struct
{
  SoupServer *server;
  SoupWebsocketConnection *line;   /* the last one that came */
  IvrLive *live;
  GPtrArray *received;             /* what the client sent, JsonObject */
  GString *versions;               /* of the events that it passed on */
  guint lines;
  guint wanted;
  guint resyncs;
} Fixture;

static void
on_text (SoupWebsocketConnection *line,
         int                      type,
         GBytes                  *message,
         Fixture                 *self)
{
  g_autofree char *text = g_strndup (g_bytes_get_data (message, NULL), g_bytes_get_size (message));
  g_autoptr(JsonNode) node = json_from_string (text, NULL);

  g_assert_nonnull (node);
  g_ptr_array_add (self->received, json_node_dup_object (node));
}

static void
on_line (SoupServer              *server,
         SoupServerMessage       *message,
         const char              *path,
         SoupWebsocketConnection *line,
         gpointer                 data)
{
  Fixture *self = data;

  self->lines++;
  g_set_object (&self->line, line);
  g_signal_connect (line, "message", G_CALLBACK (on_text), self);
}

static void
on_token_wanted (Fixture *self)
{
  self->wanted++;
}

static void
on_event (Fixture    *self,
          const char *kind,
          const char *id,
          const char *request,
          gint64      version)
{
  g_string_append_printf (self->versions, "%" G_GINT64_FORMAT " ", version);
}

static void
on_resync (Fixture *self)
{
  self->resyncs++;
}

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *uri = NULL;
  GSList *uris;

  self->received = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  self->versions = g_string_new (NULL);
  self->server = soup_server_new (NULL, NULL);
  soup_server_add_websocket_handler (self->server, "/v1/live", NULL, NULL, on_line, self, NULL);
  g_assert_true (soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error));
  uris = soup_server_get_uris (self->server);
  uri = g_strdup_printf ("ws://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  self->live = ivr_live_new (uri);
  g_signal_connect_swapped (self->live, "token-wanted", G_CALLBACK (on_token_wanted), self);
  g_signal_connect_swapped (self->live, "event", G_CALLBACK (on_event), self);
  g_signal_connect_swapped (self->live, "resync", G_CALLBACK (on_resync), self);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  ivr_live_stop (self->live);
  g_clear_object (&self->live);
  g_clear_object (&self->line);
  soup_server_disconnect (self->server);
  g_clear_object (&self->server);
  g_ptr_array_unref (self->received);
  g_string_free (self->versions, TRUE);
}

static void
wait_for (const guint *n,
          guint        value)
{
  gint64 until = g_get_monotonic_time () + DEADLINE_S * G_USEC_PER_SEC;

  while (*n < value && g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (*n, ==, value);
}

static void
say (Fixture    *self,
     const char *text)
{
  g_autofree char *quoted = g_strdelimit (g_strdup (text), "'", '"');

  soup_websocket_connection_send_text (self->line, quoted);
}

static void
say_event (Fixture    *self,
           const char *org,
           int         seq)
{
  g_autofree char *text = g_strdup_printf (
    "{'type':'event','org':'%s','seq':%d,'kind':'request','id':'i','request':null,'version':%d}", org,
    seq, seq);

  say (self, text);
}

/* Waits for the next line, answers with a token and checks the hello. */
static JsonObject *
take_hello (Fixture *self,
            guint    line)
{
  JsonObject *hello;

  wait_for (&self->lines, line);
  wait_for (&self->wanted, line);
  ivr_live_give_token (self->live, "t");
  wait_for (&self->received->len, line);
  hello = g_ptr_array_index (self->received, line - 1);
  g_assert_cmpstr (json_object_get_string_member (hello, "type"), ==, "hello");
  g_assert_cmpstr (json_object_get_string_member (hello, "token"), ==, "t");
  return hello;
}

static void
assert_cursor (JsonObject *hello,
               const char *epoch,
               gint64      seq)
{
  JsonObject *cursors = json_object_get_object_member (hello, "cursors");

  g_assert_cmpstr (json_object_get_string_member (hello, "epoch"), ==, epoch);
  g_assert_cmpint (json_object_get_int_member (cursors, ORG), ==, seq);
}

static void
test_order (Fixture       *self,
            gconstpointer  data)
{
  JsonObject *hello;

  ivr_live_start (self->live);
  hello = take_hello (self, 1);
  g_assert_true (json_object_get_null_member (hello, "epoch"));
  say (self, WELCOME ("e1", 7));
  say_event (self, ORG, 7);          /* known */
  say_event (self, ORG, 8);
  say_event (self, OTHER_ORG, 1);    /* not ours */
  say (self, "nonsense");
  say (self, "[]");
  say_event (self, ORG, 8);          /* twice */
  say_event (self, ORG, 9);
  say_event (self, ORG, 11);         /* a hole */
  say_event (self, ORG, 12);
  hello = take_hello (self, 2);
  assert_cursor (hello, "e1", 9);
  g_assert_cmpstr (self->versions->str, ==, "8 9 ");
  say (self, WELCOME ("e1", 9));
  say_event (self, ORG, 10);
  say_event (self, ORG, 11);
  say (self, "{'type':'resync','org':'" ORG "','head':20}");
  wait_for (&self->resyncs, 1);
  say_event (self, ORG, 20);
  say_event (self, ORG, 21);
  soup_websocket_connection_close (self->line, 4008, NULL);
  hello = take_hello (self, 3);
  assert_cursor (hello, "e1", 21);
  g_assert_cmpstr (self->versions->str, ==, "8 9 10 11 21 ");
  g_assert_cmpuint (self->resyncs, ==, 1);
}

static void
test_epoch (Fixture       *self,
            gconstpointer  data)
{
  ivr_live_start (self->live);
  take_hello (self, 1);
  say (self, WELCOME ("e1", 7));
  soup_websocket_connection_close (self->line, 1012, NULL);
  take_hello (self, 2);
  /* Numbers of another epoch are below ours, and count all the same. */
  say (self, WELCOME ("e2", 3));
  wait_for (&self->resyncs, 1);
  say_event (self, ORG, 4);
  soup_websocket_connection_close (self->line, 1012, NULL);
  assert_cursor (take_hello (self, 3), "e2", 4);
  g_assert_cmpstr (self->versions->str, ==, "4 ");
}

/* An answer counts once, for the line that asked; one that comes later harms nobody. */
static void
test_tokens (Fixture       *self,
             gconstpointer  data)
{
  JsonObject *answer;

  ivr_live_start (self->live);
  take_hello (self, 1);
  ivr_live_give_token (self->live, "again");
  ivr_live_token_failed (self->live);
  say (self, WELCOME ("e1", 7));
  say (self, "{'type':'token'}");
  wait_for (&self->wanted, 2);
  ivr_live_give_token (self->live, "second");
  ivr_live_give_token (self->live, "third");
  wait_for (&self->received->len, 2);
  answer = g_ptr_array_index (self->received, 1);
  g_assert_cmpstr (json_object_get_string_member (answer, "type"), ==, "token");
  g_assert_cmpstr (json_object_get_string_member (answer, "token"), ==, "second");
  g_assert_false (json_object_has_member (answer, "cursors"));
  say_event (self, ORG, 8);
  /* No token to be had: that line is given up, and the next one asks. */
  say (self, "{'type':'token'}");
  wait_for (&self->wanted, 3);
  ivr_live_token_failed (self->live);
  ivr_live_token_failed (self->live);
  wait_for (&self->lines, 2);
  wait_for (&self->wanted, 4);
  g_assert_cmpuint (self->received->len, ==, 2);
  g_assert_cmpstr (self->versions->str, ==, "8 ");
}

static void
test_stop_and_start (Fixture       *self,
                     gconstpointer  data)
{
  ivr_live_start (self->live);
  take_hello (self, 1);
  say (self, WELCOME ("e1", 7));
  say_event (self, ORG, 8);
  while (self->versions->len == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (ivr_live_get_state (self->live), ==, IVR_LIVE_STATE_LIVE);
  ivr_live_stop (self->live);
  ivr_live_stop (self->live);
  g_assert_cmpint (ivr_live_get_state (self->live), ==, IVR_LIVE_STATE_OFF);
  ivr_live_start (self->live);
  assert_cursor (take_hello (self, 2), "e1", 8);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/live-frames/order", Fixture, NULL, set_up, test_order, tear_down);
  g_test_add ("/live-frames/epoch", Fixture, NULL, set_up, test_epoch, tear_down);
  g_test_add ("/live-frames/tokens", Fixture, NULL, set_up, test_tokens, tear_down);
  g_test_add ("/live-frames/stop-and-start", Fixture, NULL, set_up, test_stop_and_start, tear_down);
  return g_test_run ();
}
