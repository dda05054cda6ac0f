/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-requests.h"
#include "ivr-database-private.h"

#include "ivr-error.h"
#include "ivr-ticket.h"

static void
got_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      data)
{
  g_autoptr(GTask) task = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPgResult) rows = ivr_ticket_query_finish (IVR_DATABASE (source), result, &error);
  g_autofree char *json = rows != NULL ? ivr_pg_result_dup_json (rows, 0, "answer") : NULL;
  JsonObject *object = rows != NULL ? ivr_database_parse (json, &error) : NULL;

  if (object == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, object, (GDestroyNotify) json_object_unref);
}

/**
 * ivr_requests_get_async:
 * @database: a database
 * @id: identity of a request
 * @cancellable: (nullable): a cancellable
 * @callback: called with the request
 * @user_data: for @callback
 *
 * Reads one request with everything that its page shows, after the server has written down that
 * it is read.
 */
void
ivr_requests_get_async (IvrDatabase         *database,
                        const char          *id,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  GTask *task = g_task_new (database, cancellable, callback, user_data);
  IvrPgParams *params = ivr_pg_params_new ();
  g_autofree char *ticket = g_uuid_string_random ();

  g_task_set_source_tag (task, ivr_requests_get_async);
  ivr_pg_params_add_uuid (params, ticket);
  ivr_ticket_query_async (database, id, ticket, "select api.read_ivr_request($1) as answer", params, cancellable, got_cb,
                          task);
}

/**
 * ivr_requests_get_finish:
 * @database: a database
 * @result: what the callback was given
 * @error: return location; %IVR_ERROR_NOT_FOUND when it is not there or not theirs to see
 *
 * Returns: (transfer full) (nullable): the request
 */
JsonObject *
ivr_requests_get_finish (IvrDatabase   *database,
                         GAsyncResult  *result,
                         GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, database), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
patients_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr(GTask) task = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPgResult) rows = ivr_ticket_query_finish (IVR_DATABASE (source), result, &error);
  GPtrArray *found;

  if (rows == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  found = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  for (int i = 0; i < ivr_pg_result_get_n_rows (rows); i++)
    {
      g_autofree char *patient = ivr_pg_result_dup_json (rows, i, "patient");
      g_autofree char *insurances = ivr_pg_result_dup_json (rows, i, "insurances");
      g_autofree char *both = g_strdup_printf ("{\"patient\": %s, \"insurances\": %s}", patient, insurances);
      JsonObject *object = ivr_database_parse (both, NULL);

      if (object != NULL)
        g_ptr_array_add (found, object);
    }
  g_task_return_pointer (task, found, (GDestroyNotify) g_ptr_array_unref);
}

/**
 * ivr_requests_find_patients_async:
 * @database: a database
 * @prefix: how the name begins, last name first
 * @cancellable: (nullable): cancelled at the next keystroke
 * @callback: called with the patients
 * @user_data: for @callback
 *
 * Looks patients up, after the server has written down who was looked for.
 */
void
ivr_requests_find_patients_async (IvrDatabase         *database,
                                  const char          *prefix,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  GTask *task = g_task_new (database, cancellable, callback, user_data);
  IvrPgParams *opening = ivr_pg_params_new ();
  IvrPgParams *reading = ivr_pg_params_new ();
  g_autofree char *ticket = g_uuid_string_random ();

  g_task_set_source_tag (task, ivr_requests_find_patients_async);
  ivr_pg_params_add_uuid (opening, ticket);
  ivr_pg_params_add_text (opening, prefix);
  ivr_pg_params_add_uuid (reading, ticket);
  ivr_ticket_open_query_async (database, ivr_database_get_connection (database),
                               "select api.open_patients($1, $2) as answer", opening,
                               "select patient, insurances from api.read_patients($1, 8)", reading, cancellable,
                               patients_cb, task);
}

/**
 * ivr_requests_find_patients_finish:
 * @database: a database
 * @result: what the callback was given
 * @error: return location
 *
 * Returns: (transfer full) (element-type JsonObject) (nullable): objects with "patient" and "insurances"
 */
GPtrArray *
ivr_requests_find_patients_finish (IvrDatabase   *database,
                                   GAsyncResult  *result,
                                   GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, database), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
