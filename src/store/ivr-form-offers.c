/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-form-offers.h"

#include "ivr-database-private.h"
#include "ivr-error.h"
#include "ivr-ticket.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  JsonArray *offers;
  JsonObject *past;          /* or NULL */
} Answer;

static void
answer_free (gpointer data)
{
  Answer *answer = data;

  json_array_unref (answer->offers);
  g_clear_pointer (&answer->past, json_object_unref);
  g_free (answer);
}

static JsonArray *
parse_offers (const char  *json,
              GError     **error)
{
  g_autoptr(JsonNode) node = json != NULL ? json_from_string (json, NULL) : NULL;

  if (node != NULL && JSON_NODE_HOLDS_ARRAY (node))
    return json_node_dup_array (node);
  g_set_error_literal (error, IVR_ERROR, IVR_ERROR_PROTOCOL, _("The server's answer is not readable."));
  return NULL;
}

static void
finish (GTask       *task,
        IvrPgResult *rows,
        gboolean     with_past,
        GError      *error)
{
  g_autofree char *json = rows != NULL ? ivr_pg_result_dup_json (rows, 0, "offers") : NULL;
  g_autofree char *past_json = rows != NULL && with_past ? ivr_pg_result_dup_json (rows, 0, "past") : NULL;
  JsonArray *offers = rows != NULL ? parse_offers (json, &error) : NULL;
  JsonObject *past = offers != NULL && with_past ? ivr_database_parse (past_json, &error) : NULL;
  Answer *answer;

  if (error != NULL)
    {
      g_clear_pointer (&offers, json_array_unref);
      g_task_return_error (task, error);
      return;
    }
  answer = g_new0 (Answer, 1);
  answer->offers = offers;
  answer->past = past;
  g_task_return_pointer (task, answer, answer_free);
}

static void
request_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(GTask) task = data;
  GError *error = NULL;
  g_autoptr(IvrPgResult) rows = ivr_ticket_query_finish (IVR_DATABASE (source), result, &error);

  finish (task, rows, TRUE, error);
}

static void
patient_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(GTask) task = data;
  GError *error = NULL;
  g_autoptr(IvrPgResult) rows = ivr_ticket_query_finish (IVR_DATABASE (source), result, &error);

  finish (task, rows, FALSE, error);
}

static void
records_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(GTask) task = data;
  GError *error = NULL;
  g_autoptr(IvrPgResult) rows = ivr_pg_connection_query_finish (IVR_PG_CONNECTION (source), result, &error);

  finish (task, rows, FALSE, error);
}

/**
 * ivr_form_offers_read_async:
 * @database: a database
 * @request: a request whose form is open
 * @cancellable: (nullable): a cancellable
 * @callback: called with its offers
 * @user_data: for @callback
 *
 * Reads what is offered for the form of a request, and what was decided about it before, after the server has written
 * down that the request is read.
 */
void
ivr_form_offers_read_async (IvrDatabase         *database,
                            const char          *request,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  GTask *task = g_task_new (database, cancellable, callback, user_data);
  IvrPgParams *params = ivr_pg_params_new ();
  g_autofree char *ticket = g_uuid_string_random ();

  g_task_set_source_tag (task, ivr_form_offers_read_async);
  ivr_pg_params_add_uuid (params, ticket);
  ivr_ticket_query_async (database, request, ticket, "select api.read_offers($1) as offers, api.read_auto_population($1) as past", params,
                          cancellable, request_cb, task);
}

/**
 * ivr_form_offers_patient_async:
 * @database: a database
 * @patient: identity of a patient of the clinic
 * @cancellable: (nullable): a cancellable
 * @callback: called with the offers
 * @user_data: for @callback
 *
 * Reads what is kept of a patient, for a form that the server does not know yet.
 */
void
ivr_form_offers_patient_async (IvrDatabase         *database,
                               const char          *patient,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  GTask *task = g_task_new (database, cancellable, callback, user_data);
  IvrPgParams *opening = ivr_pg_params_new ();
  IvrPgParams *reading = ivr_pg_params_new ();
  g_autofree char *ticket = g_uuid_string_random ();

  g_task_set_source_tag (task, ivr_form_offers_patient_async);
  ivr_pg_params_add_uuid (opening, ticket);
  ivr_pg_params_add_uuid (opening, patient);
  ivr_pg_params_add_uuid (reading, ticket);
  ivr_ticket_open_query_async (database, ivr_database_get_connection (database), "select api.open_patient($1, $2) as answer", opening,
                               "select api.read_offers($1) as offers", reading, cancellable, patient_cb, task);
}

/**
 * ivr_form_offers_records_async:
 * @database: a database
 * @physician: (nullable): NPI or name as typed
 * @facility: (nullable): likewise
 * @payers: (array length=2): (nullable) names as typed of the primary and the secondary insurance
 * @cancellable: (nullable): a cancellable
 * @callback: called with the offers
 * @user_data: for @callback
 *
 * Reads the clinic's records; there is no patient in them.
 */
void
ivr_form_offers_records_async (IvrDatabase         *database,
                               const char          *physician,
                               const char          *facility,
                               const char * const  *payers,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  GTask *task = g_task_new (database, cancellable, callback, user_data);
  IvrPgParams *params = ivr_pg_params_new ();

  g_task_set_source_tag (task, ivr_form_offers_records_async);
  ivr_pg_params_add_text (params, physician);
  ivr_pg_params_add_text (params, facility);
  ivr_pg_params_add_text (params, payers[0]);
  ivr_pg_params_add_text (params, payers[1]);
  ivr_pg_connection_query_async (ivr_database_get_connection (database), "select api.read_record_offers($1, $2, $3, $4) as offers", params,
                                 cancellable, records_cb, task);
}

/**
 * ivr_form_offers_finish:
 * @database: a database
 * @result: what the callback was given
 * @past: (out) (optional) (nullable) (transfer full): what was decided before, of ivr_form_offers_read_async()
 * @error: return location
 *
 * Returns: (transfer full) (nullable): what ivr_offers_add() takes
 */
JsonArray *
ivr_form_offers_finish (IvrDatabase   *database,
                        GAsyncResult  *result,
                        JsonObject   **past,
                        GError       **error)
{
  Answer *answer;
  JsonArray *offers;

  g_return_val_if_fail (g_task_is_valid (result, database), NULL);
  answer = g_task_propagate_pointer (G_TASK (result), error);
  if (answer == NULL)
    return NULL;
  offers = json_array_ref (answer->offers);
  if (past != NULL)
    *past = g_steal_pointer (&answer->past);
  answer_free (answer);
  return offers;
}
