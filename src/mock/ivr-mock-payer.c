/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-mock-payer.h"

#include "ivr-caqh-envelope.h"
#include "ivr-mock-answer.h"
#include "ivr-mock-habit.h"
#include "ivr-pg-connection.h"

#include <errno.h>
#include <glib-unix.h>
#include <libsoup/soup.h>
#include <locale.h>
#include <stdio.h>
#include <unistd.h>

#define SLOW_MS 61000
#define HUGE_SIZE (2 * 1024 * 1024)

typedef struct
{
  GMainLoop *loop;
  IvrPgConnection *connection;
  SoupServer *server;
  GHashTable *asked; /* traces that were met, as a set */
  char *database;
  int port;
  int delay;         /* milliseconds that it thinks before each answer */
  gboolean demo;
  gboolean die_with_parent;
  int status;
} Payer;

static void
complain (Payer      *self,
          const char *sentence)
{
  g_printerr ("ivr-mock-payer: %s\n", sentence);
  self->status = 1;
  if (self->loop != NULL)
    g_main_loop_quit (self->loop);
}

static gboolean
on_thought (gpointer data)
{
  soup_server_message_unpause (data);
  return G_SOURCE_REMOVE;
}

static void
answer (SoupServerMessage *message,
        guint              status,
        const char        *media_type,
        char              *body)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, media_type, SOUP_MEMORY_TAKE, body, strlen (body));
}

/* Returns whether it is answered with something that is no answer. */
static gboolean
answer_otherwise (SoupServerMessage *message,
                  IvrMockHabit       habit)
{
  if (habit == IVR_MOCK_ILL || habit == IVR_MOCK_DOWN)
    answer (message, habit == IVR_MOCK_ILL ? 503 : 500, "text/plain", g_strdup ("away"));
  else if (habit == IVR_MOCK_PAGE)
    answer (message, 200, "text/html", g_strdup ("<!DOCTYPE html><html><body><h1>Please sign in</h1></body></html>"));
  else if (habit == IVR_MOCK_MOVED)
    soup_server_message_set_redirect (message, SOUP_STATUS_FOUND, "http://127.0.0.1:1/elsewhere");
  else if (habit == IVR_MOCK_HUGE)
    answer (message, 200, "application/edi-x12", g_strnfill (HUGE_SIZE, 'A'));
  else
    return FALSE;
  return TRUE;
}

static IvrCaqhKind
envelope_kind (const char *path)
{
  return g_str_equal (path, "/core-mime") ? IVR_CAQH_MIME : g_str_equal (path, "/core-soap") ? IVR_CAQH_SOAP : 0;
}

/* The question in its envelope, when it came as the rule wants it. */
static IvrCaqhEnvelope *
open_envelope (SoupServerMessage *message,
               GBytes            *body)
{
  const char *media = soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Content-Type");
  g_autoptr(IvrCaqhEnvelope) envelope = ivr_caqh_envelope_read (body, media);

  if (envelope == NULL || g_strcmp0 (envelope->payload_type, "X12_270_Request_005010X279A1") != 0 || envelope->payload == NULL ||
      envelope->user == NULL || envelope->password == NULL || envelope->sender == NULL || envelope->receiver == NULL ||
      envelope->payload_id == NULL || envelope->timestamp == NULL)
    return NULL;
  return g_steal_pointer (&envelope);
}

/* Takes @text. */
static void
answer_enveloped (SoupServerMessage *message,
                  IvrCaqhKind        kind,
                  IvrCaqhEnvelope   *asked,
                  IvrMockHabit       habit,
                  char              *text)
{
  g_autoptr(IvrCaqhEnvelope) envelope = g_new0 (IvrCaqhEnvelope, 1);
  g_autoptr(GBytes) body = NULL;
  g_autofree char *media_type = NULL;
  gsize length;
  const char *bytes;

  envelope->payload_type = g_strdup (habit == IVR_MOCK_STRANGER ? "CoreEnvelopeError"
                                     : habit == IVR_MOCK_TA1 ? "X12_TA1_Response_00501X231A1"
                                     : habit == IVR_MOCK_ACK ? "X12_999_Response_005010X231A1" : "X12_271_Response_005010X279A1");
  envelope->payload_id = g_strdup (asked->payload_id);
  envelope->timestamp = g_strdup ("2025-06-02T14:30:00Z");
  envelope->sender = g_strdup (asked->receiver);
  envelope->receiver = g_strdup (asked->sender);
  envelope->error_code = g_strdup (habit == IVR_MOCK_STRANGER ? "UnAuthorized" : "Success");
  envelope->payload = habit == IVR_MOCK_STRANGER ? NULL : g_steal_pointer (&text);
  body = ivr_caqh_envelope_write (envelope, kind, &media_type);
  bytes = g_bytes_get_data (body, &length);
  if (habit == IVR_MOCK_TORN)
    length /= 2;
  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, media_type, SOUP_MEMORY_COPY, bytes, length);
  g_free (text);
}

static void
on_request (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           data)
{
  Payer *self = data;
  gboolean is_fhir = g_str_equal (path, "/fhir");
  IvrCaqhKind kind = envelope_kind (path);
  g_autoptr(GBytes) whole = soup_message_body_flatten (soup_server_message_get_request_body (message));
  g_autoptr(IvrCaqhEnvelope) envelope = kind != 0 ? open_envelope (message, whole) : NULL;
  g_autoptr(GBytes) body = envelope != NULL ? g_bytes_new (envelope->payload, strlen (envelope->payload)) : g_bytes_ref (whole);
  g_autoptr(IvrMockQuestion) question = NULL;
  IvrMockHabit habit;

  if (soup_server_message_get_method (message) != SOUP_METHOD_POST || (!is_fhir && envelope == NULL && !g_str_equal (path, "/x12")) ||
      (question = ivr_mock_question_new (body)) == NULL)
    {
      answer (message, 400, "text/plain", g_strdup ("no question"));
      return;
    }
  habit = ivr_mock_habit_of (question->member_id);
  if ((habit == IVR_MOCK_BUSY || habit == IVR_MOCK_ILL) && !g_hash_table_add (self->asked, g_strdup (question->trace)))
    habit = IVR_MOCK_ACTIVE;
  if (answer_otherwise (message, habit))
    return;
  if (is_fhir)
    answer (message, 200, "application/fhir+json", ivr_mock_answer_dup_fhir (question, habit));
  else if (envelope != NULL)
    answer_enveloped (message, kind, envelope, habit, ivr_mock_answer_dup_x12 (question, habit));
  else
    answer (message, 200, "application/edi-x12", ivr_mock_answer_dup_x12 (question, habit));
  if (habit == IVR_MOCK_SLOW || self->delay > 0)
    {
      soup_server_message_pause (message);
      g_timeout_add_full (G_PRIORITY_DEFAULT, habit == IVR_MOCK_SLOW ? SLOW_MS : (guint) self->delay, on_thought, g_object_ref (message), g_object_unref);
    }
}

static void
serve (Payer *self)
{
  g_autoptr(GError) error = NULL;
  GSList *uris;

  self->server = soup_server_new ("server-header", "ivr-mock-payer", NULL);
  soup_server_add_handler (self->server, NULL, on_request, self, NULL);
  if (!soup_server_listen_local (self->server, (guint) self->port, SOUP_SERVER_LISTEN_IPV4_ONLY, &error))
    {
      complain (self, error->message);
      return;
    }
  uris = soup_server_get_uris (self->server);
  printf ("ivr-mock-payer: listening on http://127.0.0.1:%d\n", g_uri_get_port (uris->data));
  fflush (stdout);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
}

static void
checked_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  Payer *self = data;
  g_autoptr(IvrPgResult) rows = ivr_pg_connection_query_finish (IVR_PG_CONNECTION (source), result, NULL);

  if (rows == NULL)
    complain (self, "The database cannot be asked whether it is a demo.");
  else if (!ivr_pg_result_get_boolean (rows, 0, "is_demo"))
    complain (self, "This database is not a demo; nobody invents answers for it.");
  else
    serve (self);
  ivr_pg_connection_close (self->connection);
}

static void
open_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  Payer *self = data;

  if (!ivr_pg_connection_open_finish (IVR_PG_CONNECTION (source), result, NULL))
    complain (self, "The database cannot be reached.");
  else
    ivr_pg_connection_query_async (self->connection, "select lookup.is_demo() as is_demo", NULL, NULL, checked_cb, self);
}

static gboolean
on_signal (gpointer data)
{
  g_main_loop_quit (((Payer *) data)->loop);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_stdin (int          fd,
          GIOCondition condition,
          gpointer     data)
{
  char bytes[256];
  gssize n = read (fd, bytes, sizeof bytes);

  if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)))
    return G_SOURCE_CONTINUE;
  g_main_loop_quit (((Payer *) data)->loop);
  return G_SOURCE_REMOVE;
}

static gboolean
parse_options (Payer  *self,
               int     argc,
               char  **argv)
{
  g_autoptr(GOptionContext) context = g_option_context_new (NULL);
  g_autoptr(GError) error = NULL;
  const GOptionEntry entries[] = {
    { "demo", 0, 0, G_OPTION_ARG_NONE, &self->demo, "Say that this is for a demo; nothing works without", NULL },
    { "database", 0, 0, G_OPTION_ARG_STRING, &self->database, "The demo's database, as ivr_lookup", "URI" },
    { "port", 0, 0, G_OPTION_ARG_INT, &self->port, "Where to listen on this machine; 0 for any", "PORT" },
    { "delay", 0, 0, G_OPTION_ARG_INT, &self->delay, "How long it thinks before an answer, as payers do (0)", "MS" },
    { "die-with-parent", 0, 0, G_OPTION_ARG_NONE, &self->die_with_parent, "End when standard input is closed", NULL },
    { NULL },
  };

  g_option_context_set_summary (context, "Answers questions about eligibility like payers do, "
                                         "with invented data, for demos and tests only.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    complain (self, error->message);
  else if (!self->demo || self->database == NULL || self->port < 0 || self->port > 65535 || self->delay < 0 || self->delay > SLOW_MS || argc > 1)
    complain (self, "Invented answers are for a demo only: say --demo, and with --database which one.");
  return self->status == 0;
}

/**
 * ivr_mock_payer_main:
 * @argc: number of arguments
 * @argv: arguments
 *
 * Returns: exit status
 */
int
ivr_mock_payer_main (int    argc,
                     char **argv)
{
  Payer self = { NULL };

  setlocale (LC_ALL, "");
  if (parse_options (&self, argc, argv))
    {
      self.loop = g_main_loop_new (NULL, FALSE);
      self.asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      self.connection = ivr_pg_connection_new (self.database);
      g_unix_signal_add (SIGTERM, on_signal, &self);
      g_unix_signal_add (SIGINT, on_signal, &self);
      if (self.die_with_parent)
        g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_stdin, &self);
      ivr_pg_connection_open_async (self.connection, NULL, open_cb, &self);
      g_main_loop_run (self.loop);
      g_clear_object (&self.server);
      g_clear_object (&self.connection);
      g_hash_table_unref (self.asked);
      g_main_loop_unref (self.loop);
    }
  g_free (self.database);
  return self.status;
}
