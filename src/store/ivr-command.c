/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-command.h"
#include "ivr-database-private.h"

#include "ivr-error.h"

/* All arguments travel as text; the casts say what they are. */
static const struct
{
  const char *sql;
  guint n_arguments;
} commands[] = {
  [IVR_COMMAND_CREATE_REQUEST] = { "select api.create_ivr_request($1::uuid, $2::jsonb) as answer", 1 },
  [IVR_COMMAND_SAVE_DRAFT] = { "select api.save_ivr_draft($1::uuid, $2::uuid, $3::bigint, $4::jsonb) as answer", 3 },
  [IVR_COMMAND_UPDATE_STATUS] = {
    "select api.update_ivr_request_status($1::uuid, $2::uuid, $3::bigint, $4, $5, $6::jsonb) as answer", 5 },
  [IVR_COMMAND_DOCTOR_COMMENT] = {
    "select api.update_doctor_comment($1::uuid, $2::uuid, $3::bigint, $4) as answer", 3 },
  [IVR_COMMAND_RESPONSE] = { "select api.update_ivr_response($1::uuid, $2::uuid, $3::bigint, $4) as answer", 3 },
  [IVR_COMMAND_ADD_MESSAGE] = {
    "select api.add_communication_message($1::uuid, $2::uuid, $3::uuid, $4, $5) as answer", 4 },
};

typedef struct
{
  IvrCommandKind kind;
  char *id;
  GPtrArray *arguments;
  gboolean sent;
} Command;

static void
command_free (Command *command)
{
  g_free (command->id);
  g_ptr_array_unref (command->arguments);
  g_free (command);
}

static gboolean
worth_sending_again (const GError *error)
{
  return g_error_matches (error, IVR_ERROR, IVR_ERROR_OFFLINE) ||
         g_error_matches (error, IVR_ERROR, IVR_ERROR_OUTCOME_UNKNOWN) ||
         g_error_matches (error, IVR_ERROR, IVR_ERROR_BUSY);
}

static gboolean
on_try_again (gpointer data)
{
  ivr_command_send_waiting (data);
  return G_SOURCE_REMOVE;
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr(GTask) task = data;
  IvrDatabase *self = g_task_get_source_object (task);
  Command *command = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPgResult) rows = ivr_pg_connection_query_finish (IVR_PG_CONNECTION (source), result, &error);
  g_autofree char *json = rows != NULL ? ivr_pg_result_dup_json (rows, 0, "answer") : NULL;
  JsonObject *answer;

  command->sent = FALSE;
  if (rows == NULL && worth_sending_again (error))
    {
      /* When the line is back it is sent again; a server that was only busy is asked again soon. */
      if (g_error_matches (error, IVR_ERROR, IVR_ERROR_BUSY))
        g_timeout_add_full (G_PRIORITY_DEFAULT, 200, on_try_again, g_object_ref (self), g_object_unref);
      return;
    }
  if (g_queue_remove (ivr_database_get_commands (self), task))
    g_object_unref (task);
  ivr_database_set_waiting (self, g_queue_get_length (ivr_database_get_commands (self)));
  if (rows == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  answer = ivr_database_parse (json, &error);
  if (answer == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, answer, (GDestroyNotify) json_object_unref);
}

static void
send_command (IvrDatabase *self,
              GTask       *task)
{
  Command *command = g_task_get_task_data (task);
  IvrPgParams *params = ivr_pg_params_new ();

  command->sent = TRUE;
  ivr_pg_params_add_text (params, command->id);
  for (guint i = 0; i < command->arguments->len; i++)
    ivr_pg_params_add_text (params, command->arguments->pdata[i]);
  ivr_pg_connection_query_async (ivr_database_get_connection (self), commands[command->kind].sql, params, NULL,
                                 answered_cb, g_object_ref (task));
}

void
ivr_command_send_waiting (IvrDatabase *self)
{
  GQueue *queue = ivr_database_get_commands (self);

  if (!ivr_database_is_online (self))
    return;
  for (GList *l = queue->head; l != NULL; l = l->next)
    if (!((Command *) g_task_get_task_data (l->data))->sent)
      send_command (self, l->data);
}

/**
 * ivr_command_run_async:
 * @database: a database
 * @kind: which command
 * @arguments: its arguments after the command id, as text; may hold %NULL
 * @n_arguments: how many
 * @callback: called when the server has taken or refused it, however long that takes
 * @user_data: for @callback
 *
 * Once made, a command is not taken back. Errors are only refusals: %IVR_ERROR_STALE (with who
 * was faster in ivr_error_get_detail()), %IVR_ERROR_INVALID, %IVR_ERROR_FORBIDDEN …
 */
void
ivr_command_run_async (IvrDatabase         *database,
                       IvrCommandKind       kind,
                       const char * const  *arguments,
                       guint                n_arguments,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  GTask *task = g_task_new (database, NULL, callback, user_data);
  Command *command = g_new0 (Command, 1);

  g_return_if_fail (n_arguments == commands[kind].n_arguments);
  g_task_set_source_tag (task, ivr_command_run_async);
  g_task_set_task_data (task, command, (GDestroyNotify) command_free);
  command->kind = kind;
  command->id = g_uuid_string_random ();
  command->arguments = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < n_arguments; i++)
    g_ptr_array_add (command->arguments, g_strdup (arguments[i]));
  g_queue_push_tail (ivr_database_get_commands (database), task);
  ivr_database_set_waiting (database, g_queue_get_length (ivr_database_get_commands (database)));
  ivr_command_send_waiting (database);
}

/**
 * ivr_command_run_finish:
 * @database: a database
 * @result: what the callback was given
 * @error: return location
 *
 * Returns: (transfer full) (nullable): what the command answered
 */
JsonObject *
ivr_command_run_finish (IvrDatabase   *database,
                        GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, database), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
