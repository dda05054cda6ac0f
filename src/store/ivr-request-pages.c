/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-request-pages.h"

#include "ivr-database-private.h"
#include "ivr-error.h"
#include "ivr-ticket.h"

/* The server honours a ticket for fifteen minutes. */
#define TICKET_US (10 * 60 * G_USEC_PER_SEC)

struct _IvrRequestPages
{
  IvrDatabase *database;
  char *view;
  char *sort;
  gboolean descending;
  char *search;
  char *ticket;                /* NULL until one was committed */
  gint64 opened_at;            /* monotonic */
};

/* A page, or the fences. */
typedef struct
{
  IvrRequestPages *pages;
  IvrPgConnection *connection;
  gboolean fences;
  char *after_key;
  char *after_id;
  guint offset;
  guint n;
  char *ticket;
  gboolean opens;
  gint64 asked_at;
} Question;

static void
pages_clear (IvrRequestPages *self)
{
  g_object_unref (self->database);
  g_free (self->view);
  g_free (self->sort);
  g_free (self->search);
  g_free (self->ticket);
}

/**
 * ivr_request_pages_new:
 * @database: a signed-in database
 * @view: identifier of a view
 * @sort: "due", "created" or "patient"
 * @descending: whether the last comes first
 * @search: (nullable): what is searched for
 *
 * Returns: (transfer full): what pages of this list are asked with
 */
IvrRequestPages *
ivr_request_pages_new (IvrDatabase *database,
                       const char  *view,
                       const char  *sort,
                       gboolean     descending,
                       const char  *search)
{
  IvrRequestPages *self = g_rc_box_new0 (IvrRequestPages);

  self->database = g_object_ref (database);
  self->view = g_strdup (view);
  self->sort = g_strdup (sort);
  self->descending = descending;
  self->search = g_strdup (search);
  return self;
}

void
ivr_request_pages_unref (IvrRequestPages *self)
{
  g_rc_box_release_full (self, (GDestroyNotify) pages_clear);
}

static void
question_free (Question *question)
{
  ivr_request_pages_unref (question->pages);
  g_object_unref (question->connection);
  g_free (question->after_key);
  g_free (question->after_id);
  g_free (question->ticket);
  g_free (question);
}

static void ask (GTask *task);

static void
answered (GTask       *task,
          IvrPgResult *rows,
          GError      *error)
{
  Question *question = g_task_get_task_data (task);
  IvrRequestPages *self = question->pages;

  if (rows != NULL)
    {
      if (question->opens)
        {
          g_free (self->ticket);
          self->ticket = g_strdup (question->ticket);
          self->opened_at = question->asked_at;
        }
      g_task_return_pointer (task, rows, g_object_unref);
    }
  /* Its time ran out while this computer slept, or a restored server has never seen it. */
  else if (!question->opens && g_error_matches (error, IVR_ERROR, IVR_ERROR_FORBIDDEN))
    {
      g_clear_pointer (&self->ticket, g_free);
      g_error_free (error);
      ask (g_object_ref (task));
    }
  else
    g_task_return_error (task, error);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(GTask) task = data;
  GError *error = NULL;
  IvrPgResult *rows = ivr_pg_connection_query_finish (IVR_PG_CONNECTION (source), result, &error);

  answered (task, rows, error);
}

static void
opened_and_read_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      data)
{
  g_autoptr(GTask) task = data;
  GError *error = NULL;
  IvrPgResult *rows = ivr_ticket_query_finish (IVR_DATABASE (source), result, &error);

  answered (task, rows, error);
}

static IvrPgParams *
reading_params (Question *question)
{
  IvrRequestPages *self = question->pages;
  IvrPgParams *params = ivr_pg_params_new ();

  ivr_pg_params_add_uuid (params, question->ticket);
  ivr_pg_params_add_text (params, self->sort);
  ivr_pg_params_add_boolean (params, self->descending);
  if (question->fences)
    {
      ivr_pg_params_add_int (params, (int) question->n);
      return params;
    }
  ivr_pg_params_add_text (params, question->after_key);
  ivr_pg_params_add_uuid (params, question->after_id);
  ivr_pg_params_add_boolean (params, FALSE);
  ivr_pg_params_add_int (params, (int) question->offset);
  ivr_pg_params_add_int (params, (int) question->n);
  return params;
}

/* With the ticket that the list was opened with; without one that counts, it is opened in the same
 * round trip. */
static void
ask (GTask *task)
{
  Question *question = g_task_get_task_data (task);
  IvrRequestPages *self = question->pages;
  const char *reading = question->fences ? "select place, key, id, is_last from api.read_fences($1, $2, $3, $4)"
                                         : "select * from api.read_page($1, $2, $3, $4, $5, $6, $7, $8)";
  IvrPgParams *opening;

  question->asked_at = g_get_monotonic_time ();
  question->opens = self->ticket == NULL || question->asked_at - self->opened_at > TICKET_US;
  g_free (question->ticket);
  question->ticket = question->opens ? g_uuid_string_random () : g_strdup (self->ticket);
  if (!question->opens)
    {
      ivr_pg_connection_query_async (question->connection, reading, reading_params (question),
                                     g_task_get_cancellable (task), read_cb, task);
      return;
    }
  opening = ivr_pg_params_new ();
  ivr_pg_params_add_uuid (opening, question->ticket);
  ivr_pg_params_add_text (opening, self->view);
  ivr_pg_params_add_text (opening, self->search);
  ivr_ticket_open_query_async (self->database, question->connection, "select api.open_list($1, $2, $3) as answer", opening,
                               reading, reading_params (question), g_task_get_cancellable (task), opened_and_read_cb, task);
}

static Question *
question_new (IvrRequestPages *self,
              IvrPgConnection *connection,
              guint            n)
{
  Question *question = g_new0 (Question, 1);

  question->pages = g_rc_box_acquire (self);
  question->connection = g_object_ref (connection);
  question->n = n;
  return question;
}

/**
 * ivr_request_pages_ask_async:
 * @self: pages of a list
 * @after_key: (nullable): key of the row before the page; %NULL for the beginning
 * @after_id: (nullable): id of that row
 * @offset: how many rows to pass over after it
 * @limit: how many rows
 * @cancellable: a cancellable
 * @callback: called with the rows
 * @user_data: for @callback
 *
 * Reads a page; that the list is looked at has been written down before that.
 */
void
ivr_request_pages_ask_async (IvrRequestPages     *self,
                             const char          *after_key,
                             const char          *after_id,
                             guint                offset,
                             guint                limit,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  GTask *task = g_task_new (self->database, cancellable, callback, user_data);
  Question *question = question_new (self, ivr_database_get_connection (self->database), limit);

  g_task_set_source_tag (task, ivr_request_pages_ask_async);
  question->after_key = g_strdup (after_key);
  question->after_id = g_strdup (after_id);
  question->offset = offset;
  g_task_set_task_data (task, question, (GDestroyNotify) question_free);
  ask (task);
}

/**
 * ivr_request_pages_ask_fences_async:
 * @self: pages of a list
 * @step: distance of the fences, in rows
 * @cancellable: a cancellable
 * @callback: called with the rows: place (from 1), key, id, is_last
 * @user_data: for @callback
 *
 * Asks on the connection for slow calls: the server counts the whole list.
 */
void
ivr_request_pages_ask_fences_async (IvrRequestPages     *self,
                                    guint                step,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  GTask *task = g_task_new (self->database, cancellable, callback, user_data);
  Question *question = question_new (self, ivr_database_get_slow_connection (self->database), step);

  g_task_set_source_tag (task, ivr_request_pages_ask_fences_async);
  question->fences = TRUE;
  g_task_set_task_data (task, question, (GDestroyNotify) question_free);
  ask (task);
}

/**
 * ivr_request_pages_ask_finish:
 * @database: a database
 * @result: what the callback was given
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the rows of a page, or the fences
 */
IvrPgResult *
ivr_request_pages_ask_finish (IvrDatabase   *database,
                              GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, database), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * ivr_request_pages_take:
 * @rows: answer of ivr_request_pages_ask_async()
 *
 * Returns: (transfer full) (element-type IvrRequest): the rows
 */
GPtrArray *
ivr_request_pages_take (IvrPgResult *rows)
{
  int n = ivr_pg_result_get_n_rows (rows);
  GPtrArray *page = g_ptr_array_new_full ((guint) n, g_object_unref);

  for (int i = 0; i < n; i++)
    {
      g_autofree char *id = ivr_pg_result_dup_uuid (rows, i, "id");
      g_autofree char *org_id = ivr_pg_result_dup_uuid (rows, i, "org_id");
      g_autofree char *key = ivr_pg_result_dup_text (rows, i, "key");
      g_autofree char *status = ivr_pg_result_dup_text (rows, i, "status");
      g_autofree char *turn = ivr_pg_result_dup_text (rows, i, "turn");
      g_autofree char *patient = ivr_pg_result_dup_text (rows, i, "patient");
      g_autofree char *payer = ivr_pg_result_dup_text (rows, i, "payer");
      g_autofree char *service = ivr_pg_result_dup_text (rows, i, "service");
      g_autofree char *product = ivr_pg_result_dup_text (rows, i, "product");
      g_autofree char *clinic = ivr_pg_result_dup_text (rows, i, "clinic");
      g_autofree char *facility = ivr_pg_result_dup_text (rows, i, "facility");
      g_autofree char *assignee = ivr_pg_result_dup_text (rows, i, "assignee");
      const IvrRequestFields fields = {
        .id = id, .org_id = org_id, .key = key, .status = status, .turn = turn, .patient = patient, .payer = payer,
        .service = service, .product = product, .clinic = clinic, .facility = facility, .assignee = assignee,
        .request_no = ivr_pg_result_get_int (rows, i, "request_no"),
        .version = ivr_pg_result_get_int (rows, i, "version"),
        .due_us = ivr_pg_result_get_timestamp (rows, i, "due_at"),
        .created_us = ivr_pg_result_get_timestamp (rows, i, "created_at"),
        .updated_us = ivr_pg_result_get_timestamp (rows, i, "updated_at"),
        .priority = (int) ivr_pg_result_get_int (rows, i, "priority"),
        .unread = (int) ivr_pg_result_get_int (rows, i, "unread"),
      };

      g_ptr_array_add (page, ivr_request_new (&fields));
    }
  return page;
}
