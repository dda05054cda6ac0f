/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-payer-line.h"

#include "ivr-error.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <libsoup/soup.h>
#include <string.h>

#define ANSWER_MAX (64 * 1024)
#define PIECE 4096
/* Ours is one object; json-glib itself follows any depth until the stack is used up. */
#define BRACKETS_MAX 16
#define PATH "/v1/eligibility"
#define UNIX_PREFIX "unix:"

typedef struct
{
  SoupSession *session;
  SoupMessage *message;
  GInputStream *stream;
  GByteArray *bytes;
  GCancellable *cancellable; /* of this question: the person's, or the time is over */
  GCancellable *persons;
  gulong persons_handler;
  guint timer;
  gboolean is_late;
} Ask;

static void
ask_free (Ask *ask)
{
  g_clear_handle_id (&ask->timer, g_source_remove);
  g_clear_object (&ask->message);
  g_clear_object (&ask->stream);
  g_clear_object (&ask->session);
  g_clear_object (&ask->cancellable);
  g_clear_object (&ask->persons);
  g_clear_pointer (&ask->bytes, g_byte_array_unref);
  g_free (ask);
}

static void
end (GTask *task)
{
  Ask *ask = g_task_get_task_data (task);

  g_clear_handle_id (&ask->timer, g_source_remove);
  if (ask->persons != NULL)
    g_cancellable_disconnect (ask->persons, ask->persons_handler);
  ask->persons_handler = 0;
}

/* Takes @task and @error. */
static void
fail (GTask  *task,
      GError *error)
{
  end (task);
  g_task_return_error (task, error);
  g_object_unref (task);
}

static void
fail_with (GTask      *task,
           IvrError    code,
           const char *sentence)
{
  fail (task, g_error_new_literal (IVR_ERROR, (int) code, sentence));
}

static void
fail_odd (GTask *task)
{
  fail_with (task, IVR_ERROR_PROTOCOL,
             _("What answered at the gateway's address is no gateway of IVR Desk, or another version of it. The payer was not asked and the request is unchanged; tell your administrator."));
}

/* A broken line: what is said of it names hosts and certificates, which help nobody at a desk. */
static void
fail_line (GTask        *task,
           const GError *error)
{
  Ask *ask = g_task_get_task_data (task);

  if (ask->persons != NULL && g_cancellable_is_cancelled (ask->persons))
    fail (task, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("You took the question back.")));
  else if (ask->is_late || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    fail_with (task, IVR_ERROR_OUTCOME_UNKNOWN,
               _("The gateway did not say in time how it went, so there is no answer. The request is unchanged; ask again, or call the payer."));
  else if (error->domain == G_TLS_ERROR)
    fail_with (task, IVR_ERROR_CERTIFICATE,
               _("The gateway's certificate is not trusted, so the payer was not asked. The request is unchanged; ask your administrator before you go on."));
  else if (ask->stream != NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT))
    fail_with (task, IVR_ERROR_OUTCOME_UNKNOWN,
               _("The line to the gateway broke while the payer was asked, so there is no answer. The request is unchanged; ask again in a minute."));
  else
    fail_with (task, IVR_ERROR_OFFLINE,
               _("The gateway cannot be reached, so the payer could not be asked. The request is unchanged; ask again in a minute, or call the payer."));
}

static const struct
{
  guint status;
  IvrError code;
  const char *sentence;
} problems[] = {
  { 401, IVR_ERROR_AUTH, N_("The gateway did not accept who you are, so the payer was not asked. The request is unchanged; ask again, and if it stays so sign out and in.") },
  { 404, IVR_ERROR_NOT_FOUND, N_("The gateway does not know this question, so the payer was not asked. The request is unchanged; ask again, and if it stays so tell your administrator: the gateway may look into another database.") },
  { 409, IVR_ERROR_STALE, N_("This question is on its way already. The answer is shown here as soon as it comes.") },
  { 429, IVR_ERROR_BUSY, N_("Too many questions to payers are on their way, so this one was not asked. The request is unchanged; ask again in a few seconds.") },
  { 503, IVR_ERROR_BUSY, N_("Payers cannot be asked at present. The request is unchanged; ask again later, or call the payer.") },
};

static void
fail_status (GTask *task,
             guint  status)
{
  for (gsize i = 0; i < G_N_ELEMENTS (problems); i++)
    if (problems[i].status == status)
      {
        fail_with (task, problems[i].code, _(problems[i].sentence));
        return;
      }
  if (status >= 500)
    fail_with (task, IVR_ERROR_BUSY,
               _("The gateway is not well and did not ask the payer. The request is unchanged; ask again later, or call the payer."));
  else
    fail_odd (task);
}

/* Returns: (transfer full) (nullable): the state, when the answer is what the gateway's description says */
static char *
read_state (const char *text,
            gsize       length)
{
  static const char * const states[] = { "answered", "refused", "held", "failed", "cancelled", NULL };
  g_autoptr(JsonParser) parser = json_parser_new_immutable ();
  JsonNode *node;
  guint brackets = 0;

  for (gsize i = 0; i < length; i++)
    if ((text[i] == '[' || text[i] == '{') && ++brackets > BRACKETS_MAX)
      return NULL;
  /* An escaped NUL would cut the text there. */
  if (length == 0 || memchr (text, '\0', length) != NULL || g_strstr_len (text, (gssize) length, "\\u0000") != NULL ||
      !g_utf8_validate (text, (gssize) length, NULL) ||
      !json_parser_load_from_data (parser, text, (gssize) length, NULL))
    return NULL;
  node = json_parser_get_root (parser);
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return NULL;
  node = json_object_get_member (json_node_get_object (node), "state");
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING ||
      !g_strv_contains (states, json_node_get_string (node)))
    return NULL;
  return g_strdup (json_node_get_string (node));
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  GTask *task = data;
  Ask *ask = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) piece = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  gsize size = piece != NULL ? g_bytes_get_size (piece) : 0;
  char *state;

  if (piece == NULL)
    {
      fail_line (task, error);
      return;
    }
  if (ask->bytes->len + size > ANSWER_MAX)
    {
      fail_odd (task);
      return;
    }
  if (size > 0)
    {
      g_byte_array_append (ask->bytes, g_bytes_get_data (piece, NULL), (guint) size);
      g_input_stream_read_bytes_async (ask->stream, PIECE, G_PRIORITY_DEFAULT, ask->cancellable, read_cb, task);
      return;
    }
  state = read_state ((const char *) ask->bytes->data, ask->bytes->len);
  if (state == NULL)
    {
      fail_odd (task);
      return;
    }
  end (task);
  g_task_return_pointer (task, state, g_free);
  g_object_unref (task);
}

static void
sent_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  GTask *task = data;
  Ask *ask = g_task_get_task_data (task);
  SoupMessageHeaders *headers = soup_message_get_response_headers (ask->message);
  g_autoptr(GError) error = NULL;
  guint status;

  ask->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (ask->stream == NULL)
    {
      fail_line (task, error);
      return;
    }
  status = (guint) soup_message_get_status (ask->message);
  if (status != SOUP_STATUS_OK)
    fail_status (task, status);
  /* Nothing is unpacked: what is small when it comes could be large then. */
  else if (g_strcmp0 (soup_message_headers_get_content_type (headers, NULL), "application/json") != 0 ||
           soup_message_headers_get_one (headers, "Content-Encoding") != NULL)
    fail_odd (task);
  else
    g_input_stream_read_bytes_async (ask->stream, PIECE, G_PRIORITY_DEFAULT, ask->cancellable, read_cb, task);
}

static gboolean
on_late (gpointer data)
{
  Ask *ask = g_task_get_task_data (data);

  ask->timer = 0;
  ask->is_late = TRUE;
  g_cancellable_cancel (ask->cancellable);
  return G_SOURCE_REMOVE;
}

static void
on_persons_cancelled (GCancellable *persons,
                      GCancellable *own)
{
  g_cancellable_cancel (own);
}

/* The same gateway that the live updates come from, asked over HTTP. */
static SoupMessage *
message_new (Ask        *ask,
             const char *gateway_uri)
{
  g_autofree char *uri = NULL;
  g_autoptr(GUri) parsed = NULL;

  if (g_str_has_prefix (gateway_uri, UNIX_PREFIX))
    {
      g_autoptr(GSocketAddress) path = g_unix_socket_address_new (gateway_uri + strlen (UNIX_PREFIX));

      ask->session = soup_session_new_with_options ("remote-connectable", path, NULL);
      uri = g_strdup ("http://localhost" PATH);
    }
  else
    {
      ask->session = soup_session_new ();
      if (g_str_has_prefix (gateway_uri, "wss://"))
        uri = g_strconcat ("https://", gateway_uri + strlen ("wss://"), PATH, NULL);
      else if (g_str_has_prefix (gateway_uri, "ws://"))
        uri = g_strconcat ("http://", gateway_uri + strlen ("ws://"), PATH, NULL);
    }
  /* How long it may be silent is how long it may take at all; see on_late(). */
  soup_session_set_timeout (ask->session, 0);
  soup_session_remove_feature_by_type (ask->session, SOUP_TYPE_CONTENT_DECODER);
  parsed = uri != NULL ? g_uri_parse (uri, SOUP_HTTP_URI_FLAGS, NULL) : NULL;
  if (parsed == NULL || g_uri_get_host (parsed) == NULL || g_uri_get_host (parsed)[0] == '\0')
    return NULL;
  return soup_message_new_from_uri (SOUP_METHOD_POST, parsed);
}

/**
 * ivr_payer_line_ask_async:
 * @gateway_uri: "ws://…", "wss://…" or "unix:/a/path", as ivr_live_new() gets it
 * @token: proof of who asks, as for live updates
 * @check: identity of a question that this person has just made
 * @timeout_ms: how long to wait in all, %IVR_PAYER_LINE_TIMEOUT_MS
 * @cancellable: (nullable): stops waiting; the question itself goes on
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Has the gateway ask the payer (POST /v1/eligibility). Certificates are checked by the system's authorities, and
 * nobody is followed anywhere else.
 */
void
ivr_payer_line_ask_async (const char          *gateway_uri,
                          const char          *token,
                          const char          *check,
                          guint                timeout_ms,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  Ask *ask = g_new0 (Ask, 1);
  g_autofree char *body = g_strdup_printf ("{\"check\":\"%s\"}", check);
  g_autofree char *bearer = g_strconcat ("Bearer ", token, NULL);
  g_autoptr(GBytes) bytes = g_bytes_new (body, strlen (body));
  SoupMessageHeaders *headers;

  g_task_set_source_tag (task, ivr_payer_line_ask_async);
  g_task_set_task_data (task, ask, (GDestroyNotify) ask_free);
  ask->bytes = g_byte_array_new ();
  ask->cancellable = g_cancellable_new ();
  ask->message = message_new (ask, gateway_uri);
  if (ask->message == NULL)
    {
      fail_with (task, IVR_ERROR_INVALID,
                 _("The gateway's address is not one, so payers cannot be asked. The request is unchanged; ask your administrator to correct the server profile."));
      return;
    }
  ask->timer = g_timeout_add (timeout_ms, on_late, task);
  if (cancellable != NULL)
    {
      ask->persons = g_object_ref (cancellable);
      ask->persons_handler = g_cancellable_connect (cancellable, G_CALLBACK (on_persons_cancelled),
                                                    g_object_ref (ask->cancellable), g_object_unref);
    }
  soup_message_add_flags (ask->message, SOUP_MESSAGE_NO_REDIRECT);
  headers = soup_message_get_request_headers (ask->message);
  soup_message_headers_replace (headers, "Accept", "application/json, application/problem+json");
  soup_message_headers_replace (headers, "Authorization", bearer);
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_message_set_request_body_from_bytes (ask->message, "application/json", bytes);
  soup_session_send_async (ask->session, ask->message, G_PRIORITY_DEFAULT, ask->cancellable, sent_cb, task);
}

/**
 * ivr_payer_line_ask_finish:
 * @result: what the callback was given
 * @error: return location; %IVR_ERROR_STALE when the question is under way already, %G_IO_ERROR_CANCELLED, and
 *   otherwise one of %IVR_ERROR whose sentence says what to do
 *
 * Returns: (transfer full) (nullable): how the question ended: answered, refused, held, failed or cancelled. What
 *   was answered is read in the database
 */
char *
ivr_payer_line_ask_finish (GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
