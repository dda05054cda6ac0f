/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-ticket.h"

#include "ivr-database-private.h"

/* Why the opening was refused, which is what the person has to hear: the reading then only says
 * that nothing was opened. */
typedef struct
{
  GError *refused;
} Reading;

static void
reading_free (Reading *reading)
{
  g_clear_error (&reading->refused);
  g_free (reading);
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(GTask) task = data;
  Reading *reading = g_task_get_task_data (task);
  g_autoptr(IvrPgResult) rows = ivr_pg_connection_query_finish (IVR_PG_CONNECTION (source), result, &reading->refused);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(GTask) task = data;
  Reading *reading = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  IvrPgResult *rows = ivr_pg_connection_query_finish (IVR_PG_CONNECTION (source), result, &error);

  if (rows != NULL)
    g_task_return_pointer (task, rows, g_object_unref);
  else if (reading->refused != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_task_return_error (task, g_steal_pointer (&reading->refused));
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * ivr_ticket_open_query_async:
 * @database: a database
 * @connection: which of its connections
 * @opening: a statement that writes down what is looked at, under a new ticket
 * @open_params: (transfer full): its parameters
 * @reading: a statement that reads with the ticket
 * @read_params: (transfer full): its parameters
 * @cancellable: (nullable): stops the reading; that it was opened stays written down
 * @callback: called with the rows
 * @user_data: for @callback
 *
 * Opens and reads: two units of one pipeline, so that the first is committed before the second begins,
 * in one round trip.
 */
void
ivr_ticket_open_query_async (IvrDatabase         *database,
                             IvrPgConnection     *connection,
                             const char          *opening,
                             IvrPgParams         *open_params,
                             const char          *reading,
                             IvrPgParams         *read_params,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  GTask *task = g_task_new (database, cancellable, callback, user_data);

  g_task_set_source_tag (task, ivr_ticket_open_query_async);
  g_task_set_task_data (task, g_new0 (Reading, 1), (GDestroyNotify) reading_free);
  ivr_pg_connection_query_async (connection, opening, open_params, NULL, opened_cb, g_object_ref (task));
  ivr_pg_connection_query_async (connection, reading, read_params, cancellable, read_cb, task);
}

/**
 * ivr_ticket_query_async:
 * @database: a database
 * @request: the request whose data are read
 * @ticket: a new id
 * @sql: a statement that reads with the ticket
 * @params: (transfer full): its parameters, @ticket among them
 * @cancellable: (nullable): as in ivr_ticket_open_query_async()
 * @callback: called with the rows
 * @user_data: for @callback
 *
 * Writes down that the person opens the request, and reads with it.
 */
void
ivr_ticket_query_async (IvrDatabase         *database,
                        const char          *request,
                        const char          *ticket,
                        const char          *sql,
                        IvrPgParams         *params,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  IvrPgParams *opening = ivr_pg_params_new ();

  ivr_pg_params_add_uuid (opening, ticket);
  ivr_pg_params_add_uuid (opening, request);
  ivr_pg_params_add_uuid (opening, ivr_database_get_session (database));
  ivr_ticket_open_query_async (database, ivr_database_get_connection (database),
                               "select api.open_ivr_request($1, $2, null, $3) as answer", opening, sql, params,
                               cancellable, callback, user_data);
}

/**
 * ivr_ticket_query_finish:
 * @database: a database
 * @result: what the callback was given
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the rows
 */
IvrPgResult *
ivr_ticket_query_finish (IvrDatabase   *database,
                         GAsyncResult  *result,
                         GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, database), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
