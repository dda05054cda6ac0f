/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-payer-call.h"

#include <string.h>

#define PIECE 65536
#define IDLE_S 65
/* Before it is tried once more, doubled each time, and as much again by chance. */
#define PAUSE_MS 150

typedef struct
{
  IvrPayerAsk *ask;          /* the caller's, who keeps it until the end */
  char *uri;
  char *authorization;
  GBytes *body;
  char *media_type;
  char *answer_type;         /* value of Content-Type, with what a multipart needs */
  GCancellable *cancellable; /* its own: the time is over */
  SoupMessage *message;
  GInputStream *stream;
  GByteArray *bytes;
  IvrPayerAnswer *answer;
  gint64 until_ms;
  guint timer;
  guint pause;
} Call;

static void attempt (GTask *task);

static void
call_free (Call *call)
{
  g_clear_handle_id (&call->timer, g_source_remove);
  g_clear_handle_id (&call->pause, g_source_remove);
  g_clear_object (&call->cancellable);
  g_clear_object (&call->message);
  g_clear_object (&call->stream);
  g_clear_pointer (&call->bytes, g_byte_array_unref);
  g_clear_pointer (&call->answer, ivr_payer_answer_free);
  g_free (call->uri);
  if (call->authorization != NULL)
    explicit_bzero (call->authorization, strlen (call->authorization));
  g_free (call->authorization);
  g_clear_pointer (&call->body, g_bytes_unref);
  g_free (call->media_type);
  g_free (call->answer_type);
  g_free (call);
}

void
ivr_payer_answer_free (IvrPayerAnswer *self)
{
  ivr_payer_judgement_clear (&self->judgement);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self->media_type);
  g_free (self);
}

static void
finish (GTask *task)
{
  Call *call = g_task_get_task_data (task);

  g_clear_handle_id (&call->timer, g_source_remove);
  g_task_return_pointer (task, g_steal_pointer (&call->answer), (GDestroyNotify) ivr_payer_answer_free);
  g_object_unref (task);
}

static gboolean
on_pause_over (gpointer data)
{
  GTask *task = data;
  Call *call = g_task_get_task_data (task);

  call->pause = 0;
  attempt (task);
  return G_SOURCE_REMOVE;
}

/* Once more, when there is time left for it; else it stays at what is judged. */
static void
retry_or_finish (GTask *task)
{
  Call *call = g_task_get_task_data (task);
  guint pause = PAUSE_MS << MIN (call->answer->attempts, 6);
  gint64 now = g_get_monotonic_time () / 1000;

  pause += (guint) g_random_int_range (0, (gint32) pause);
  if (call->answer->attempts > call->ask->retries || now + pause >= call->until_ms)
    finish (task);
  else
    call->pause = g_timeout_add (pause, on_pause_over, task);
}

static void
fail (GTask      *task,
      const char *problem)
{
  Call *call = g_task_get_task_data (task);

  ivr_payer_judgement_clear (&call->answer->judgement);
  ivr_payer_judgement_fail (&call->answer->judgement, problem);
}

/* What a broken line says names hosts and certificates at best; only its kind goes on. */
static const char *
problem_of (Call         *call,
            const GError *error)
{
  if (g_cancellable_is_cancelled (call->cancellable) || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return "timeout";
  if (error->domain == G_TLS_ERROR)
    return "tls";
  if (call->stream != NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT))
    return "cut";
  return "unreachable";
}

static void
take_answer (GTask *task)
{
  Call *call = g_task_get_task_data (task);
  IvrPayerAnswer *answer = call->answer;
  g_autoptr(GBytes) document = NULL;
  const char *problem = NULL;

  g_clear_pointer (&answer->body, g_bytes_unref);
  answer->body = g_byte_array_free_to_bytes (g_steal_pointer (&call->bytes));
  document = ivr_payer_ask_unwrap (call->ask, answer->body, call->answer_type, &problem);
  if (document == NULL)
    {
      fail (task, problem);
      finish (task);
      return;
    }
  ivr_payer_judgement_clear (&answer->judgement);
  ivr_payer_judgement_init (&answer->judgement, document, &call->ask->question);
  if (answer->judgement.may_retry)
    retry_or_finish (task);
  else
    finish (task);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  GTask *task = data;
  Call *call = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) piece = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  gsize size = piece != NULL ? g_bytes_get_size (piece) : 0;

  if (piece == NULL)
    {
      fail (task, problem_of (call, error));
      finish (task);
    }
  else if (size == 0)
    take_answer (task);
  else if (call->bytes->len + size > IVR_PAYER_CALL_ANSWER_MAX)
    {
      fail (task, "too-large");
      finish (task);
    }
  else
    {
      g_byte_array_append (call->bytes, g_bytes_get_data (piece, NULL), (guint) size);
      g_input_stream_read_bytes_async (call->stream, PIECE, G_PRIORITY_DEFAULT, call->cancellable, read_cb, task);
    }
}

static void
keep_media_type (Call *call)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (call->message);
  const char *type = soup_message_headers_get_content_type (headers, NULL);
  g_autofree char *lower = type != NULL && strlen (type) <= 100 ? g_ascii_strdown (type, -1) : NULL;

  g_free (call->answer_type);
  call->answer_type = g_strdup (soup_message_headers_get_one (headers, "Content-Type"));
  g_clear_pointer (&call->answer->media_type, g_free);
  if (lower != NULL && g_regex_match_simple ("^[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}$", lower, 0, 0))
    call->answer->media_type = g_steal_pointer (&lower);
}

static void
sent_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  GTask *task = data;
  Call *call = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  SoupStatus status;

  call->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (call->stream == NULL)
    {
      fail (task, problem_of (call, error));
      finish (task);
      return;
    }
  status = soup_message_get_status (call->message);
  keep_media_type (call);
  if (status != SOUP_STATUS_OK)
    {
      g_autofree char *problem = g_strdup_printf ("http-%u", (guint) status);

      /* A payer whose server is ill is as good as away. */
      call->answer->was_reached = (guint) status < 500;
      fail (task, problem);
      if (status == SOUP_STATUS_SERVICE_UNAVAILABLE)
        retry_or_finish (task);
      else
        finish (task);
      return;
    }
  call->answer->was_reached = TRUE;
  if (soup_message_headers_get_one (soup_message_get_response_headers (call->message), "Content-Encoding") != NULL)
    {
      fail (task, "encoding");
      finish (task);
      return;
    }
  call->bytes = g_byte_array_new ();
  g_input_stream_read_bytes_async (call->stream, PIECE, G_PRIORITY_DEFAULT, call->cancellable, read_cb, task);
}

static void
attempt (GTask *task)
{
  Call *call = g_task_get_task_data (task);
  SoupMessageHeaders *headers;

  g_clear_object (&call->message);
  g_clear_object (&call->stream);
  call->answer->attempts++;
  call->answer->was_reached = FALSE;
  call->message = soup_message_new (SOUP_METHOD_POST, call->uri);
  if (call->message == NULL)
    {
      fail (task, "address");
      finish (task);
      return;
    }
  /* To another host or to http would be to somebody else. */
  soup_message_add_flags (call->message, SOUP_MESSAGE_NO_REDIRECT);
  headers = soup_message_get_request_headers (call->message);
  /* Envelopes come back in their own kind, with parameters of their own. */
  soup_message_headers_replace (headers, "Accept", strchr (call->media_type, ';') != NULL ? "*/*" : call->media_type);
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  if (call->authorization != NULL)
    soup_message_headers_replace (headers, "Authorization", call->authorization);
  soup_message_set_request_body_from_bytes (call->message, call->media_type, call->body);
  soup_session_send_async (SOUP_SESSION (g_task_get_source_object (task)), call->message, G_PRIORITY_DEFAULT,
                           call->cancellable, sent_cb, task);
}

static gboolean
on_time_over (gpointer data)
{
  GTask *task = data;
  Call *call = g_task_get_task_data (task);

  call->timer = 0;
  g_cancellable_cancel (call->cancellable);
  /* Between two attempts nothing is under way that would end by it. */
  if (call->pause != 0)
    {
      g_clear_handle_id (&call->pause, g_source_remove);
      finish (task);
    }
  return G_SOURCE_REMOVE;
}

/**
 * ivr_payer_call_new_session:
 * @ca: (nullable): file of authorities to trust in place of the system's
 * @error: return location
 *
 * Returns: (transfer full) (nullable): a session that asks payers: no cookies, no compressed answers, no proxy's
 *   guesses, certificates checked by the system or by @ca
 */
SoupSession *
ivr_payer_call_new_session (const char  *ca,
                            GError     **error)
{
  g_autoptr(SoupSession) session = soup_session_new_with_options ("timeout", IDLE_S, "user-agent", "ivr-gateway", NULL);

  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  if (ca != NULL)
    {
      g_autofree char *path = g_canonicalize_filename (ca, NULL);
      g_autoptr(GTlsDatabase) database = g_tls_file_database_new (path, error);

      if (database == NULL)
        return NULL;
      soup_session_set_tls_database (session, database);
    }
  return g_steal_pointer (&session);
}

/**
 * ivr_payer_call_async:
 * @session: from ivr_payer_call_new_session()
 * @ask: what to ask; kept by the caller until the end
 * @uri: where
 * @login: (nullable): how the payer knows this gateway
 * @callback: called when it is over, whatever became of it
 * @user_data: for @callback
 *
 * Asks a payer. Once more only after 503, and where the payer itself allows it: it could not answer now (AAA 42
 * or 80), and does not say that it must not be asked again.
 */
void
ivr_payer_call_async (SoupSession         *session,
                      IvrPayerAsk         *ask,
                      const char          *uri,
                      const IvrPayerLogin *login,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  GTask *task = g_task_new (session, NULL, callback, user_data);
  Call *call = g_new0 (Call, 1);

  g_task_set_source_tag (task, ivr_payer_call_async);
  g_task_set_task_data (task, call, (GDestroyNotify) call_free);
  call->ask = ask;
  call->uri = g_strdup (uri);
  call->authorization = login != NULL ? g_strdup (login->authorization) : NULL;
  call->answer = g_new0 (IvrPayerAnswer, 1);
  call->cancellable = g_cancellable_new ();
  call->until_ms = g_get_monotonic_time () / 1000 + ask->timeout_ms;
  call->body = ivr_payer_ask_write (ask, login, &call->media_type);
  if (call->body == NULL)
    {
      call->answer->was_reached = TRUE;
      fail (task, "question");
      finish (task);
      return;
    }
  call->timer = g_timeout_add (ask->timeout_ms, on_time_over, task);
  attempt (task);
}

/**
 * ivr_payer_call_finish:
 * @session: the session
 * @result: the result
 *
 * Returns: (transfer full): what came of it
 */
IvrPayerAnswer *
ivr_payer_call_finish (SoupSession  *session,
                       GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
