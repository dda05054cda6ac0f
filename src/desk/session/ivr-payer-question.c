/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-payer-question.h"

#include "ivr-eligibility.h"
#include "ivr-error.h"
#include "ivr-payer-line.h"

#include <glib/gi18n.h>

/* One question, from the button to its end: it is made at the server, carried by the gateway, and when that
 * comes to nothing taken back at the server, where it would be in everybody's way for minutes. */
typedef struct
{
  char *request;
  int rank;
  char *check;     /* as soon as it is made */
  GError *error;   /* why it comes to nothing, while it is taken back */
} Question;

static void
question_free (Question *question)
{
  g_clear_error (&question->error);
  g_free (question->request);
  g_free (question->check);
  g_free (question);
}

static void
end (GTask  *task,
     GError *error)
{
  Question *question = g_task_get_task_data (task);

  ivr_session_saw_eligibility (g_task_get_source_object (task), question->request);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static void
taken_back_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  GTask *task = data;
  Question *question = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;

  /* It was over before it could be taken back: there is an answer after all. */
  if (!ivr_eligibility_cancel_finish (IVR_DATABASE (source), result, &error) &&
      g_error_matches (error, IVR_ERROR, IVR_ERROR_TRANSITION))
    g_clear_error (&question->error);
  end (task, g_steal_pointer (&question->error));
}

/* Takes @error. */
static void
take_back (GTask  *task,
           GError *error)
{
  Question *question = g_task_get_task_data (task);

  question->error = error;
  ivr_eligibility_cancel_async (ivr_session_get_database (g_task_get_source_object (task)), question->check, taken_back_cb, task);
}

static GError *
error_of_cancelled (void)
{
  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("You took the question back."));
}

static void
asked_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  GTask *task = data;
  GError *error = NULL;
  g_autofree char *state = ivr_payer_line_ask_finish (result, &error);

  /* Somebody carries it already: what comes of it is in the database. */
  if (state != NULL || g_error_matches (error, IVR_ERROR, IVR_ERROR_STALE))
    end (task, error);
  else
    take_back (task, error);
}

static void
token_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  GTask *task = data;
  IvrSession *self = g_task_get_source_object (task);
  Question *question = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;
  g_autofree char *token = ivr_database_live_token_finish (IVR_DATABASE (source), result, &error);

  if (token == NULL)
    take_back (task, error);
  else if (g_cancellable_is_cancelled (cancellable))
    take_back (task, error_of_cancelled ());
  else
    ivr_payer_line_ask_async (ivr_session_get_gateway (self), token, question->check, IVR_PAYER_LINE_TIMEOUT_MS, cancellable,
                              asked_cb, task);
}

static void
begun_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  GTask *task = data;
  IvrSession *self = g_task_get_source_object (task);
  Question *question = g_task_get_task_data (task);
  GError *error = NULL;

  question->check = ivr_eligibility_begin_finish (IVR_DATABASE (source), result, &error);
  if (question->check == NULL)
    {
      end (task, error);
      return;
    }
  ivr_session_saw_eligibility (self, question->request);
  if (g_task_get_cancellable (task) != NULL && g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    take_back (task, error_of_cancelled ());
  else
    ivr_database_live_token_async (IVR_DATABASE (source), NULL, token_cb, task);
}

/**
 * ivr_session_ask_payer_async:
 * @self: a session
 * @request: a request
 * @rank: which insurance of its patient, 1 to 3
 * @cancellable: (nullable): takes the question back, also at the server
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Asks a payer about an insurance. What comes of it is read with IvrEligibility; "eligibility-changed" tells when it
 * was made and when it is over. A question that could not be carried is taken back, so that it blocks nobody.
 */
void
ivr_session_ask_payer_async (IvrSession          *self,
                             const char          *request,
                             int                  rank,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  Question *question;
  GTask *task;

  g_return_if_fail (IVR_IS_SESSION (self));
  g_return_if_fail (request != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  question = g_new0 (Question, 1);
  g_task_set_source_tag (task, ivr_session_ask_payer_async);
  g_task_set_task_data (task, question, (GDestroyNotify) question_free);
  /* Whether it was taken back in time is known only at the end. */
  g_task_set_check_cancellable (task, FALSE);
  question->request = g_strdup (request);
  question->rank = rank;
  if (ivr_session_get_gateway (self) == NULL)
    {
      g_task_return_new_error (task, IVR_ERROR, IVR_ERROR_INVALID, "%s",
                               _("This desk has no gateway, and only a gateway can ask payers. The request is unchanged; call the payer, or ask your administrator to enter the gateway in the server profile."));
      g_object_unref (task);
      return;
    }
  ivr_eligibility_begin_async (ivr_session_get_database (self), request, rank, begun_cb, task);
}

/**
 * ivr_session_ask_payer_finish:
 * @self: a session
 * @result: what the callback was given
 * @error: return location: why the payer could not be asked; %G_IO_ERROR_CANCELLED when it was taken back,
 *   %IVR_ERROR_STALE when it is on its way already
 *
 * Returns: whether the payer was asked and it is over; also a question that was refused or failed there is
 */
gboolean
ivr_session_ask_payer_finish (IvrSession    *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
