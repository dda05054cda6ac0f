/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-pg-connection.h"
#include "ivr-pg-private.h"

#include "ivr-error.h"
#include "ivr-pg-error.h"

#include <glib/gi18n-lib.h>
#include <glib-unix.h>
#include <string.h>

#define FIRST_DELAY_MS 250
#define MOST_DELAY_MS 30000

typedef struct
{
  char *sql;
  IvrPgParams *params;
  PGresult *result;      /* what came so far */
  gulong cancelled_id;
  gboolean abandoned;    /* the caller has its answer already: cancelled */
  IvrPgRowFunc row;      /* takes rows one by one as they come, or NULL */
  gpointer row_data;
  gboolean row_by_row;   /* libpq has been told */
} Call;

struct _IvrPgConnection
{
  GObject parent_instance;

  char *conninfo;
  char *password;
  guint timeout_seconds;
  IvrPgState state;
  GError *error;

  PGconn *db;
  IvrPgOpen *opening;
  GTask *open_task;
  guint in_source;
  guint out_source;
  guint retry_source;
  guint attempt;

  GQueue waiting;        /* GTask*, not sent yet */
  GQueue sent;           /* GTask*, oldest first */
  gboolean cancelling;   /* nothing is sent until the cancel request has been dealt with */
};

enum {
  PROP_STATE = 1,
  N_PROPS
};

enum {
  SIGNAL_NOTIFICATION,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IvrPgConnection, ivr_pg_connection, G_TYPE_OBJECT)

static void connection_start (IvrPgConnection *self);
static void connection_lost (IvrPgConnection *self,
                             gboolean         retry);
static void send_waiting (IvrPgConnection *self);
static gboolean on_readable (int          fd,
                             GIOCondition condition,
                             gpointer     data);
static gboolean on_writable (int          fd,
                             GIOCondition condition,
                             gpointer     data);

static void
call_free (Call *call)
{
  g_free (call->sql);
  ivr_pg_params_free (call->params);
  if (call->result != NULL)
    PQclear (call->result);
  g_free (call);
}

static void
set_state (IvrPgConnection *self,
           IvrPgState       state)
{
  if (self->state == state)
    return;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
ivr_pg_connection_dispose (GObject *object)
{
  ivr_pg_connection_close (IVR_PG_CONNECTION (object));
  G_OBJECT_CLASS (ivr_pg_connection_parent_class)->dispose (object);
}

static void
ivr_pg_connection_finalize (GObject *object)
{
  IvrPgConnection *self = IVR_PG_CONNECTION (object);

  g_free (self->conninfo);
  if (self->password != NULL)
    explicit_bzero (self->password, strlen (self->password));
  g_free (self->password);
  g_clear_error (&self->error);
  G_OBJECT_CLASS (ivr_pg_connection_parent_class)->finalize (object);
}

static void
ivr_pg_connection_get_property (GObject    *object,
                                guint       id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  if (id == PROP_STATE)
    g_value_set_uint (value, IVR_PG_CONNECTION (object)->state);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
ivr_pg_connection_class_init (IvrPgConnectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ivr_pg_connection_dispose;
  object_class->finalize = ivr_pg_connection_finalize;
  object_class->get_property = ivr_pg_connection_get_property;
  properties[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, IVR_PG_STATE_CLOSED, IVR_PG_STATE_WAITING,
                                              IVR_PG_STATE_CLOSED, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[SIGNAL_NOTIFICATION] = g_signal_new ("notification", IVR_TYPE_PG_CONNECTION, G_SIGNAL_RUN_LAST, 0, NULL,
                                               NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
}

static void
ivr_pg_connection_init (IvrPgConnection *self)
{
  self->state = IVR_PG_STATE_CLOSED;
  self->timeout_seconds = 10;
  g_queue_init (&self->waiting);
  g_queue_init (&self->sent);
}

/**
 * ivr_pg_connection_new:
 * @conninfo: URI or keywords, without the password; may name several hosts
 *
 * Returns: (transfer full): a connection that is not open yet
 */
IvrPgConnection *
ivr_pg_connection_new (const char *conninfo)
{
  IvrPgConnection *self = g_object_new (IVR_TYPE_PG_CONNECTION, NULL);

  self->conninfo = g_strdup (conninfo);
  return self;
}

/**
 * ivr_pg_connection_set_password:
 * @self: a connection
 * @password: (nullable): kept for reconnecting, wiped when @self goes
 */
void
ivr_pg_connection_set_password (IvrPgConnection *self,
                                const char      *password)
{
  g_free (self->password);
  self->password = g_strdup (password);
}

/**
 * ivr_pg_connection_set_timeout:
 * @self: a connection
 * @seconds: how long connecting may take
 */
void
ivr_pg_connection_set_timeout (IvrPgConnection *self,
                               guint            seconds)
{
  self->timeout_seconds = MAX (seconds, 1);
}

/**
 * ivr_pg_connection_get_state:
 * @self: a connection
 *
 * Returns: what the line does
 */
IvrPgState
ivr_pg_connection_get_state (IvrPgConnection *self)
{
  return self->state;
}

/**
 * ivr_pg_connection_get_error:
 * @self: a connection
 *
 * Returns: (nullable): why the last try to connect failed, or why the line broke
 */
const GError *
ivr_pg_connection_get_error (IvrPgConnection *self)
{
  return self->error;
}

static void
finish_call (GTask  *task,
             GError *error)
{
  Call *call = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (call->cancelled_id != 0)
    g_signal_handler_disconnect (cancellable, call->cancelled_id);
  call->cancelled_id = 0;
  if (call->abandoned)
    g_clear_error (&error);
  else if (error != NULL)
    g_task_return_error (task, error);
  else if (call->result != NULL)
    g_task_return_pointer (task, ivr_pg_result_new (g_steal_pointer (&call->result)), g_object_unref);
  else
    g_task_return_new_error (task, IVR_ERROR, IVR_ERROR_PROTOCOL, _("The server sent no answer."));
  g_object_unref (task);
}

static void
finish_head (IvrPgConnection *self)
{
  GTask *task = g_queue_pop_head (&self->sent);
  Call *call;

  if (task == NULL)
    return;
  call = g_task_get_task_data (task);
  if (call->result != NULL && PQresultStatus (call->result) == PGRES_FATAL_ERROR)
    finish_call (task, ivr_pg_error_new (PQresultErrorField (call->result, PG_DIAG_SQLSTATE),
                                         PQresultErrorField (call->result, PG_DIAG_MESSAGE_PRIMARY),
                                         PQresultErrorField (call->result, PG_DIAG_MESSAGE_DETAIL)));
  else
    finish_call (task, NULL);
}

/* libpq takes this only for the call whose answer comes next, before any of it has been looked at. */
static void
prepare_head (IvrPgConnection *self)
{
  GTask *head = g_queue_peek_head (&self->sent);
  Call *call = head != NULL ? g_task_get_task_data (head) : NULL;

  if (self->db != NULL && call != NULL && call->row != NULL && !call->row_by_row)
    call->row_by_row = PQsetSingleRowMode (self->db) == 1;
}

static void
take_row (Call     *call,
          PGresult *result)
{
  g_autoptr(IvrPgResult) row = ivr_pg_result_new (result);

  if (!call->abandoned)
    call->row (row, call->row_data);
}

/* Answers come in order; each call's ends with the sync that was sent behind it. */
static void
take_results (IvrPgConnection *self)
{
  g_autoptr(IvrPgConnection) alive = g_object_ref (self);
  gboolean ended = FALSE;

  while (self->db != NULL && self->sent.length > 0 && !PQisBusy (self->db))
    {
      PGresult *result = PQgetResult (self->db);
      GTask *head = g_queue_peek_head (&self->sent);
      Call *call = g_task_get_task_data (head);

      /* One end is that of a query. Two in a row: the line is dead, and libpq says so for ever. */
      if (result == NULL)
        {
          if (ended)
            break;
          ended = TRUE;
          continue;
        }
      ended = FALSE;
      if (PQresultStatus (result) == PGRES_PIPELINE_SYNC)
        {
          PQclear (result);
          finish_head (self);
          prepare_head (self);
        }
      else if (PQresultStatus (result) == PGRES_SINGLE_TUPLE)
        take_row (call, result);
      else if (call->result == NULL)
        call->result = result;
      else if (PQresultStatus (result) == PGRES_FATAL_ERROR)
        {
          /* The statement went well and its commit did not: that comes with the sync. */
          PQclear (call->result);
          call->result = result;
        }
      else
        PQclear (result);
    }
}

static void
take_notifications (IvrPgConnection *self)
{
  PGnotify *note;

  while (self->db != NULL && (note = PQnotifies (self->db)) != NULL)
    {
      g_signal_emit (self, signals[SIGNAL_NOTIFICATION], 0, note->relname, note->extra);
      PQfreemem (note);
    }
}

static void
flush (IvrPgConnection *self)
{
  int left = PQflush (self->db);

  if (left < 0)
    connection_lost (self, TRUE);
  else if (left > 0 && self->out_source == 0)
    self->out_source = g_unix_fd_add (PQsocket (self->db), G_IO_OUT, on_writable, self);
}

static gboolean
on_readable (int          fd,
             GIOCondition condition,
             gpointer     data)
{
  g_autoptr(IvrPgConnection) self = g_object_ref (data);

  if (!PQconsumeInput (self->db))
    {
      take_results (self);
      connection_lost (self, TRUE);
      return G_SOURCE_REMOVE;
    }
  take_results (self);
  take_notifications (self);
  if (self->db == NULL)
    return G_SOURCE_REMOVE;
  if (PQstatus (self->db) == CONNECTION_BAD)
    {
      connection_lost (self, TRUE);
      return G_SOURCE_REMOVE;
    }
  send_waiting (self);
  return self->db != NULL ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static gboolean
on_writable (int          fd,
             GIOCondition condition,
             gpointer     data)
{
  IvrPgConnection *self = data;

  self->out_source = 0;
  flush (self);
  return G_SOURCE_REMOVE;
}

static gboolean
send_call (IvrPgConnection *self,
           Call            *call)
{
  IvrPgParams *p = call->params;
  int n = p != NULL ? (int) p->values->len : 0;

  return PQsendQueryParams (self->db, call->sql, n, n > 0 ? (const Oid *) (void *) p->types->data : NULL,
                            n > 0 ? (const char * const *) p->values->pdata : NULL,
                            n > 0 ? (const int *) (void *) p->lengths->data : NULL,
                            n > 0 ? (const int *) (void *) p->formats->data : NULL, 1) == 1 &&
         PQpipelineSync (self->db) == 1;
}

static void
send_waiting (IvrPgConnection *self)
{
  GTask *task;

  if (self->cancelling && self->sent.length > 0)
    return;
  while (self->db != NULL && !self->cancelling && (task = g_queue_pop_head (&self->waiting)) != NULL)
    {
      Call *call = g_task_get_task_data (task);

      if (call->abandoned)
        {
          finish_call (task, NULL);
          continue;
        }
      g_queue_push_tail (&self->sent, task);
      if (!send_call (self, call))
        {
          connection_lost (self, TRUE);
          return;
        }
      g_clear_pointer (&call->params, ivr_pg_params_free);
      prepare_head (self);
    }
  if (self->db != NULL)
    flush (self);
}

static void
fail_all (GQueue     *queue,
          IvrError    code,
          const char *sentence)
{
  GQueue taken = *queue;
  GTask *task;

  /* Whoever is told may call again at once; that goes into the emptied queue. */
  g_queue_init (queue);
  while ((task = g_queue_pop_head (&taken)) != NULL)
    finish_call (task, g_error_new_literal (IVR_ERROR, (int) code, sentence));
}

static gboolean
on_retry (gpointer data)
{
  IvrPgConnection *self = data;

  self->retry_source = 0;
  connection_start (self);
  return G_SOURCE_REMOVE;
}

/* Full jitter: a thousand desks that lost the same server do not come back in step. */
static void
retry_later (IvrPgConnection *self)
{
  gint64 most = MIN ((gint64) FIRST_DELAY_MS << MIN (self->attempt, 16), MOST_DELAY_MS);

  self->attempt++;
  g_clear_handle_id (&self->retry_source, g_source_remove);
  self->retry_source = g_timeout_add ((guint) g_random_int_range (10, (gint32) most + 11), on_retry, self);
  set_state (self, IVR_PG_STATE_WAITING);
}

static void
drop_line (IvrPgConnection *self)
{
  g_clear_handle_id (&self->in_source, g_source_remove);
  g_clear_handle_id (&self->out_source, g_source_remove);
  g_clear_handle_id (&self->retry_source, g_source_remove);
  g_clear_pointer (&self->opening, ivr_pg_open_cancel);
  g_clear_pointer (&self->db, PQfinish);
  self->cancelling = FALSE;
}

static void
connection_lost (IvrPgConnection *self,
                 gboolean         retry)
{
  g_autoptr(IvrPgConnection) alive = g_object_ref (self);

  g_clear_error (&self->error);
  self->error = ivr_pg_error_connection (self->db != NULL ? PQerrorMessage (self->db) : NULL, FALSE);
  drop_line (self);
  if (retry)
    retry_later (self);
  else
    set_state (self, IVR_PG_STATE_CLOSED);
  fail_all (&self->sent, IVR_ERROR_OUTCOME_UNKNOWN, _("The connection broke before the server answered."));
  fail_all (&self->waiting, IVR_ERROR_OFFLINE, _("The connection to the server is lost."));
}

static gboolean
is_for_good (const GError *error)
{
  return g_error_matches (error, IVR_ERROR, IVR_ERROR_AUTH) ||
         g_error_matches (error, IVR_ERROR, IVR_ERROR_CERTIFICATE) ||
         g_error_matches (error, IVR_ERROR, IVR_ERROR_INVALID);
}

static void
opened (PGconn   *db,
        GError   *error,
        gpointer  data)
{
  IvrPgConnection *self = data;
  g_autoptr(GTask) task = g_steal_pointer (&self->open_task);

  self->opening = NULL;
  g_clear_error (&self->error);
  if (db != NULL && (PQsetnonblocking (db, 1) != 0 || PQenterPipelineMode (db) != 1))
    {
      error = ivr_pg_error_connection (PQerrorMessage (db), FALSE);
      g_clear_pointer (&db, PQfinish);
    }
  if (db == NULL)
    {
      self->error = g_error_copy (error);
      /* The first try answers whoever asked; afterwards it goes on by itself until it is told no. */
      if (task != NULL || is_for_good (error))
        set_state (self, IVR_PG_STATE_CLOSED);
      else
        retry_later (self);
      if (task != NULL)
        g_task_return_error (task, error);
      else
        g_error_free (error);
      return;
    }
  self->db = db;
  self->attempt = 0;
  self->in_source = g_unix_fd_add (PQsocket (db), G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable, self);
  set_state (self, IVR_PG_STATE_READY);
  if (task != NULL)
    g_task_return_boolean (task, TRUE);
}

static void
connection_start (IvrPgConnection *self)
{
  set_state (self, IVR_PG_STATE_CONNECTING);
  self->opening = ivr_pg_open_start (self->conninfo, self->password, self->timeout_seconds, opened, self);
}

/**
 * ivr_pg_connection_open_async:
 * @self: a closed connection
 * @cancellable: (nullable): not looked at once the server answers
 * @callback: called when it is open or was refused
 * @user_data: for @callback
 *
 * When the line breaks later, @self reconnects by itself until the server refuses it.
 */
void
ivr_pg_connection_open_async (IvrPgConnection     *self,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, ivr_pg_connection_open_async);
  if (self->state != IVR_PG_STATE_CLOSED)
    {
      g_task_return_new_error (task, IVR_ERROR, IVR_ERROR_FAILED, _("The connection is in use already."));
      return;
    }
  self->open_task = g_steal_pointer (&task);
  connection_start (self);
}

/**
 * ivr_pg_connection_open_finish:
 * @self: a connection
 * @result: what the callback was given
 * @error: return location
 *
 * Returns: whether it is open
 */
gboolean
ivr_pg_connection_open_finish (IvrPgConnection  *self,
                               GAsyncResult     *result,
                               GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * ivr_pg_connection_retry_now:
 * @self: a connection
 *
 * Tries at once instead of when its delay is over; for a person who presses "try again".
 */
void
ivr_pg_connection_retry_now (IvrPgConnection *self)
{
  if (self->state != IVR_PG_STATE_WAITING)
    return;
  g_clear_handle_id (&self->retry_source, g_source_remove);
  connection_start (self);
}

/**
 * ivr_pg_connection_close:
 * @self: a connection
 *
 * Closes the line. Calls that were under way fail.
 */
void
ivr_pg_connection_close (IvrPgConnection *self)
{
  g_autoptr(GTask) task = g_steal_pointer (&self->open_task);

  drop_line (self);
  set_state (self, IVR_PG_STATE_CLOSED);
  fail_all (&self->sent, IVR_ERROR_OUTCOME_UNKNOWN, _("The connection was closed before the server answered."));
  fail_all (&self->waiting, IVR_ERROR_OFFLINE, _("The connection is closed."));
  if (task != NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The connection was closed.");
}

static void
cancel_in_worker (GTask        *task,
                  gpointer      source,
                  gpointer      data,
                  GCancellable *cancellable)
{
  char ignored[256];

  PQcancel (data, ignored, sizeof ignored);
  g_task_return_boolean (task, TRUE);
}

static void
cancel_sent_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      data)
{
  IvrPgConnection *self = IVR_PG_CONNECTION (source);

  self->cancelling = FALSE;
  if (self->db != NULL)
    send_waiting (self);
}

/* PQcancel blocks, so a worker calls it. It stops whatever the server is doing, so it is sent only
 * while the cancelled call is the only one under way, and nothing else is sent until it is done;
 * in all other cases the answer is just thrown away when it comes. */
static void
cancel_on_server (IvrPgConnection *self)
{
  g_autoptr(GTask) worker = NULL;

  if (self->sent.length != 1 || self->cancelling || self->db == NULL)
    return;
  self->cancelling = TRUE;
  worker = g_task_new (self, NULL, cancel_sent_cb, NULL);
  g_task_set_source_tag (worker, cancel_on_server);
  g_task_set_task_data (worker, PQgetCancel (self->db), (GDestroyNotify) PQfreeCancel);
  g_task_run_in_thread (worker, cancel_in_worker);
}

static gboolean
abandon_call (gpointer data)
{
  GTask *task = data;
  IvrPgConnection *self = g_task_get_source_object (task);
  Call *call = g_task_get_task_data (task);

  if (call->cancelled_id == 0 || call->abandoned)
    return G_SOURCE_REMOVE;
  call->abandoned = TRUE;
  if (g_queue_peek_head (&self->sent) == task)
    cancel_on_server (self);
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled");
  return G_SOURCE_REMOVE;
}

static void
on_cancelled (GCancellable *cancellable,
              GTask        *task)
{
  /* Not from inside the signal: disconnecting there would wait for itself. */
  g_idle_add_full (G_PRIORITY_DEFAULT, abandon_call, g_object_ref (task), g_object_unref);
}

/* Takes @params. */
static void
make_call (IvrPgConnection *self,
           GTask           *task,
           const char      *sql,
           IvrPgParams     *params,
           IvrPgRowFunc     row,
           gpointer         row_data)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  Call *call = g_new0 (Call, 1);

  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, call, (GDestroyNotify) call_free);
  call->sql = g_strdup (sql);
  call->params = params;
  call->row = row;
  call->row_data = row_data;
  if (self->state != IVR_PG_STATE_READY)
    {
      finish_call (task, g_error_new_literal (IVR_ERROR, IVR_ERROR_OFFLINE,
                                              _("There is no connection to the server at the moment.")));
      return;
    }
  if (cancellable != NULL)
    {
      if (g_cancellable_is_cancelled (cancellable))
        {
          finish_call (task, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled"));
          return;
        }
      call->cancelled_id = g_signal_connect (cancellable, "cancelled", G_CALLBACK (on_cancelled), task);
    }
  g_queue_push_tail (&self->waiting, task);
  send_waiting (self);
}

/**
 * ivr_pg_connection_query_async:
 * @self: a connection
 * @sql: one statement, with $1, $2 … for the parameters
 * @params: (nullable) (transfer full): parameters
 * @cancellable: (nullable): for reads; a write once made is not taken back
 * @callback: called with the answer
 * @user_data: for @callback
 *
 * Calls are answered in the order in which they are made. Errors: %IVR_ERROR_OFFLINE when the
 * call was not sent, %IVR_ERROR_OUTCOME_UNKNOWN when the line broke after it was, otherwise what
 * the server said, as ivr_pg_error_new() turns it.
 */
void
ivr_pg_connection_query_async (IvrPgConnection     *self,
                               const char          *sql,
                               IvrPgParams         *params,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, ivr_pg_connection_query_async);
  make_call (self, task, sql, params, NULL, NULL);
}

/**
 * ivr_pg_connection_query_finish:
 * @self: a connection
 * @result: what the callback was given
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the rows
 */
IvrPgResult *
ivr_pg_connection_query_finish (IvrPgConnection  *self,
                                GAsyncResult     *result,
                                GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * ivr_pg_connection_stream_async:
 * @self: a connection
 * @sql: one statement, with $1, $2 … for the parameters
 * @params: (nullable) (transfer full): parameters
 * @row: called with each row as it comes; an answer of one row
 * @cancellable: (nullable): when it is cancelled, @row is not called any more
 * @callback: called when all rows have come, or with the error that ended them
 * @user_data: for @row and @callback
 *
 * As ivr_pg_connection_query_async(), for answers that are too large to be held whole: no row is
 * kept here. Rows that came before an error have come.
 */
void
ivr_pg_connection_stream_async (IvrPgConnection     *self,
                                const char          *sql,
                                IvrPgParams         *params,
                                IvrPgRowFunc         row,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, ivr_pg_connection_stream_async);
  make_call (self, task, sql, params, row, user_data);
}

/**
 * ivr_pg_connection_stream_finish:
 * @self: a connection
 * @result: what the callback was given
 * @error: return location
 *
 * Returns: whether all rows have come
 */
gboolean
ivr_pg_connection_stream_finish (IvrPgConnection  *self,
                                 GAsyncResult     *result,
                                 GError          **error)
{
  g_autoptr(IvrPgResult) end = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  end = g_task_propagate_pointer (G_TASK (result), error);
  return end != NULL;
}
