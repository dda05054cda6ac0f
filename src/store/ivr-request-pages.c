/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-request-pages.h"

void
ivr_request_query_clear (IvrRequestQuery *query)
{
  g_clear_pointer (&query->view, g_free);
  g_clear_pointer (&query->sort, g_free);
  g_clear_pointer (&query->search, g_free);
}

static IvrPgParams *
begin_params (const IvrRequestQuery *query)
{
  IvrPgParams *params = ivr_pg_params_new ();

  ivr_pg_params_add_text (params, query->view);
  ivr_pg_params_add_text (params, query->sort);
  ivr_pg_params_add_boolean (params, query->descending);
  ivr_pg_params_add_text (params, query->search);
  return params;
}

/**
 * ivr_request_pages_ask:
 * @connection: a connection
 * @query: which list
 * @after_key: (nullable): key of the row before the page; %NULL for the beginning
 * @after_id: (nullable): id of that row
 * @offset: how many rows to pass over after it
 * @limit: how many rows
 * @cancellable: a cancellable
 * @callback: called with the rows
 * @user_data: for @callback
 */
void
ivr_request_pages_ask (IvrPgConnection       *connection,
                       const IvrRequestQuery *query,
                       const char            *after_key,
                       const char            *after_id,
                       guint                  offset,
                       guint                  limit,
                       GCancellable          *cancellable,
                       GAsyncReadyCallback    callback,
                       gpointer               user_data)
{
  IvrPgParams *params = begin_params (query);

  ivr_pg_params_add_text (params, after_key);
  ivr_pg_params_add_uuid (params, after_id);
  ivr_pg_params_add_boolean (params, FALSE);
  ivr_pg_params_add_int (params, (int) offset);
  ivr_pg_params_add_int (params, (int) limit);
  ivr_pg_connection_query_async (
    connection, "select * from api.request_page($1, $2, $3, $4, $5, $6, $7, $8, $9)", params, cancellable, callback,
    user_data);
}

/**
 * ivr_request_pages_take:
 * @rows: answer of ivr_request_pages_ask()
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

/**
 * ivr_request_fences_ask:
 * @connection: a connection
 * @query: which list
 * @step: distance of the fences, in rows
 * @cancellable: a cancellable
 * @callback: called with the rows: place (from 1), key, id, is_last
 * @user_data: for @callback
 */
void
ivr_request_fences_ask (IvrPgConnection       *connection,
                        const IvrRequestQuery *query,
                        guint                  step,
                        GCancellable          *cancellable,
                        GAsyncReadyCallback    callback,
                        gpointer               user_data)
{
  IvrPgParams *params = begin_params (query);

  ivr_pg_params_add_int (params, (int) step);
  ivr_pg_connection_query_async (connection, "select place, key, id, is_last from api.request_fences($1, $2, $3, $4, $5)",
                                 params, cancellable, callback, user_data);
}
