/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-command.h"
#include "ivr-database-private.h"

#include "ivr-error.h"

#include <glib/gi18n-lib.h>

/* All arguments travel as text; the casts say what they are. Words are what a kept command calls
 * its kind: they stay what they are, however the enum grows. */
static const struct
{
  const char *word;
  const char *sql;
  guint n_arguments;
  guint n_least;         /* the last ones may be left out, as what was kept before they existed does; 0: none */
} kinds[] = {
  [IVR_COMMAND_CREATE_REQUEST] = { "create-request", "select api.create_ivr_request($1::uuid, $2::jsonb) as answer", 1 },
  [IVR_COMMAND_SAVE_DRAFT] = {
    "save-draft", "select api.save_ivr_draft($1::uuid, $2::uuid, $3::bigint, $4::jsonb) as answer", 3 },
  [IVR_COMMAND_UPDATE_STATUS] = {
    "update-status",
    "select api.update_ivr_request_status($1::uuid, $2::uuid, $3::bigint, $4, $5, $6::jsonb) as answer", 5 },
  [IVR_COMMAND_DOCTOR_COMMENT] = {
    "doctor-comment", "select api.update_doctor_comment($1::uuid, $2::uuid, $3::bigint, $4) as answer", 3 },
  [IVR_COMMAND_RESPONSE] = {
    "response", "select api.update_ivr_response($1::uuid, $2::uuid, $3::bigint, $4) as answer", 3 },
  [IVR_COMMAND_ADD_MESSAGE] = {
    "add-message", "select api.add_communication_message($1::uuid, $2::uuid, $3::uuid, $4, $5, $6::uuid[]) as answer", 5, 4 },
  /* The request is only said so that these, too, go one after the other with all that concerns it. */
  [IVR_COMMAND_ACCEPT_DOCUMENT] = {
    "accept-document", "select api.accept_document($1::uuid, $3::uuid, $4::bigint) as answer where $2::uuid is not null", 3 },
  [IVR_COMMAND_REJECT_DOCUMENT] = {
    "reject-document", "select api.reject_document($1::uuid, $3::uuid, $4::bigint, $5) as answer where $2::uuid is not null", 4 },
  [IVR_COMMAND_WITHDRAW_DOCUMENT] = {
    "withdraw-document", "select api.withdraw_document($1::uuid, $3::uuid, $4::bigint, $5) as answer where $2::uuid is not null", 4 },
  [IVR_COMMAND_DESCRIBE_DOCUMENT] = {
    "describe-document", "select api.describe_document($1::uuid, $3::uuid, $4::bigint, $5, $6) as answer where $2::uuid is not null", 5 },
  [IVR_COMMAND_REQUEST_DOCUMENTS] = {
    "request-documents", "select api.request_documents($1::uuid, $2::uuid, $3::bigint, $4, $5, $6::jsonb) as answer", 5 },
  [IVR_COMMAND_RECORD_OFFERS] = {
    "record-offers", "select api.record_auto_population($1::uuid, $2::uuid, $3::jsonb) as answer", 2 },
};

typedef struct
{
  gatomicrefcount refs;
  IvrCommandKind kind;
  char *id;
  char *request;         /* or NULL when a form has no id yet */
  GPtrArray *arguments;
  gint64 made_at;
  GTask *task;           /* who asked; NULL when it was restored */
  gboolean restored;
  gboolean sent;
  gboolean dropped;      /* signed out: nobody waits for it any more */
} Command;

static Command *
command_ref (Command *command)
{
  g_atomic_ref_count_inc (&command->refs);
  return command;
}

static void
command_unref (Command *command)
{
  if (!g_atomic_ref_count_dec (&command->refs))
    return;
  g_clear_object (&command->task);
  g_free (command->id);
  g_free (command->request);
  g_ptr_array_unref (command->arguments);
  g_free (command);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Command, command_unref)

static char *
dup_form_id (const char *form)
{
  g_autoptr(JsonNode) node = form != NULL ? json_from_string (form, NULL) : NULL;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return NULL;
  return g_strdup (json_object_get_string_member_with_default (json_node_get_object (node), "id", NULL));
}

/* Takes @arguments. */
static Command *
command_new (IvrCommandKind  kind,
             const char     *id,
             GPtrArray      *arguments,
             gint64          made_at)
{
  Command *command = g_new0 (Command, 1);

  g_atomic_ref_count_init (&command->refs);
  command->kind = kind;
  command->id = g_strdup (id);
  command->arguments = arguments;
  command->made_at = made_at;
  command->request = kind == IVR_COMMAND_CREATE_REQUEST ? dup_form_id (arguments->pdata[0])
                                                        : g_strdup (arguments->pdata[0]);
  return command;
}

static char *
command_dup_json (Command *command)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autoptr(JsonNode) node = NULL;
  guint n = command->arguments->len;

  /* What was left out is left out here too: an older desk can read it. */
  while (kinds[command->kind].n_least > 0 && n > kinds[command->kind].n_least && command->arguments->pdata[n - 1] == NULL)
    n--;
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "id");
  json_builder_add_string_value (builder, command->id);
  json_builder_set_member_name (builder, "kind");
  json_builder_add_string_value (builder, kinds[command->kind].word);
  json_builder_set_member_name (builder, "arguments");
  json_builder_begin_array (builder);
  for (guint i = 0; i < n; i++)
    if (command->arguments->pdata[i] != NULL)
      json_builder_add_string_value (builder, command->arguments->pdata[i]);
    else
      json_builder_add_null_value (builder);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "made_at");
  json_builder_add_int_value (builder, command->made_at);
  json_builder_end_object (builder);
  node = json_builder_get_root (builder);
  return json_to_string (node, FALSE);
}

static gboolean
worth_sending_again (const GError *error)
{
  return g_error_matches (error, IVR_ERROR, IVR_ERROR_OFFLINE) ||
         g_error_matches (error, IVR_ERROR, IVR_ERROR_OUTCOME_UNKNOWN) ||
         g_error_matches (error, IVR_ERROR, IVR_ERROR_BUSY);
}

typedef struct
{
  IvrDatabase *database;
  Command *command;
} Sent;

static void
sent_free (Sent *sent)
{
  g_object_unref (sent->database);
  command_unref (sent->command);
  g_free (sent);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Sent, sent_free)

/* The server has taken or refused it. */
static void
command_done (IvrDatabase *self,
              Command     *command,
              JsonObject  *answer,
              GError      *error)
{
  const IvrOutboxKeeper *keeper = ivr_database_get_keeper (self);
  const char *message = command->kind == IVR_COMMAND_ADD_MESSAGE ? command->arguments->pdata[1] : NULL;
  g_autoptr(GTask) task = g_steal_pointer (&command->task);

  if (g_queue_remove (ivr_database_get_commands (self), command))
    command_unref (command);
  if (keeper->forget != NULL)
    keeper->forget (command->id, keeper->data);
  ivr_database_commands_changed (self);
  ivr_database_command_done (self, command->kind, command->request, message, command->restored, error);
  if (task == NULL)
    {
      g_clear_pointer (&answer, json_object_unref);
      g_clear_error (&error);
    }
  else if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, answer, (GDestroyNotify) json_object_unref);
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr(Sent) sent = data;
  IvrDatabase *self = sent->database;
  g_autoptr(Command) command = command_ref (sent->command);
  GError *error = NULL;
  g_autoptr(IvrPgResult) rows = ivr_pg_connection_query_finish (IVR_PG_CONNECTION (source), result, &error);
  g_autofree char *json = rows != NULL ? ivr_pg_result_dup_json (rows, 0, "answer") : NULL;
  JsonObject *answer;

  command->sent = FALSE;
  if (command->dropped || (rows == NULL && worth_sending_again (error)))
    {
      /* When the line is back it is sent again; a server that was only busy is asked again soon. */
      if (!command->dropped && g_error_matches (error, IVR_ERROR, IVR_ERROR_BUSY))
        ivr_database_was_busy (self);
      g_clear_error (&error);
      return;
    }
  answer = rows != NULL ? ivr_database_parse (json, &error) : NULL;
  command_done (self, command, answer, error);
  ivr_command_send_waiting (self);
}

static void
send_command (IvrDatabase *self,
              Command     *command)
{
  IvrPgParams *params = ivr_pg_params_new ();
  Sent *sent = g_new0 (Sent, 1);

  command->sent = TRUE;
  sent->database = g_object_ref (self);
  sent->command = command_ref (command);
  ivr_pg_params_add_text (params, command->id);
  for (guint i = 0; i < command->arguments->len; i++)
    ivr_pg_params_add_text (params, command->arguments->pdata[i]);
  ivr_pg_connection_query_async (ivr_database_get_connection (self), kinds[command->kind].sql, params, NULL,
                                 answered_cb, sent);
}

/* A command waits for those of its request that were made before it: if one of them has to be sent
 * again, the server would take them in another order. */
void
ivr_command_send_waiting (IvrDatabase *self)
{
  g_autoptr(GHashTable) under_way = g_hash_table_new (g_str_hash, g_str_equal);

  if (!ivr_database_is_online (self))
    return;
  for (GList *l = ivr_database_get_commands (self)->head; l != NULL; l = l->next)
    {
      Command *command = l->data;

      if (command->request != NULL && !g_hash_table_add (under_way, command->request))
        continue;
      if (!command->sent)
        send_command (self, command);
    }
}

/* Nobody waits for an answer any more; what was kept stays kept. */
void
ivr_command_drop_waiting (IvrDatabase *self)
{
  GQueue *queue = ivr_database_get_commands (self);
  GQueue taken = *queue;
  Command *command;

  if (taken.length == 0)
    return;
  g_queue_init (queue);
  while ((command = g_queue_pop_head (&taken)) != NULL)
    {
      g_autoptr(GTask) task = g_steal_pointer (&command->task);

      command->dropped = TRUE;
      command_unref (command);
      if (task != NULL)
        g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                 "You signed out before the server had answered.");
    }
  ivr_database_commands_changed (self);
}

/**
 * ivr_command_run_async:
 * @database: a database
 * @kind: which command
 * @arguments: its arguments after the command id, as text; may hold %NULL
 * @n_arguments: how many; what a command got later than others may be left out
 * @callback: called when the server has taken or refused it, however long that takes
 * @user_data: for @callback
 *
 * Once made, a command is not taken back. Errors are only refusals: %IVR_ERROR_STALE (with who
 * was faster in ivr_error_get_detail()), %IVR_ERROR_INVALID, %IVR_ERROR_FORBIDDEN …, and
 * %G_IO_ERROR_CANCELLED when the person signs out first.
 */
void
ivr_command_run_async (IvrDatabase         *database,
                       IvrCommandKind       kind,
                       const char * const  *arguments,
                       guint                n_arguments,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  GQueue *queue = ivr_database_get_commands (database);
  const IvrOutboxKeeper *keeper = ivr_database_get_keeper (database);
  Command *last = g_queue_peek_tail (queue);
  g_autofree char *id = g_uuid_string_random ();
  GPtrArray *copy = g_ptr_array_new_full (n_arguments, g_free);
  gint64 made_at = g_get_real_time ();
  Command *command;

  g_return_if_fail (n_arguments == kinds[kind].n_arguments || (kinds[kind].n_least > 0 && n_arguments == kinds[kind].n_least));
  for (guint i = 0; i < n_arguments; i++)
    g_ptr_array_add (copy, arguments[i] != NULL ? g_utf8_make_valid (arguments[i], -1) : NULL);
  for (guint i = n_arguments; i < kinds[kind].n_arguments; i++)
    g_ptr_array_add (copy, NULL);
  /* The order in which they were made survives a clock that was set back. */
  if (last != NULL)
    made_at = MAX (made_at, last->made_at + 1);
  command = command_new (kind, id, copy, made_at);
  command->task = g_task_new (database, NULL, callback, user_data);
  g_task_set_source_tag (command->task, ivr_command_run_async);
  if (keeper->keep != NULL)
    {
      g_autofree char *json = command_dup_json (command);

      keeper->keep (command->id, json, keeper->data);
    }
  g_queue_push_tail (queue, command);
  ivr_database_commands_changed (database);
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

/* The arguments as text, or NULL when they are not those of the kind. */
static GPtrArray *
read_arguments (JsonArray *array,
                guint      kind)
{
  guint n = array != NULL ? json_array_get_length (array) : 0;

  g_autoptr(GPtrArray) arguments = g_ptr_array_new_with_free_func (g_free);

  if (array == NULL || (n != kinds[kind].n_arguments && (kinds[kind].n_least == 0 || n != kinds[kind].n_least)))
    return NULL;
  for (guint i = 0; i < n; i++)
    {
      JsonNode *node = json_array_get_element (array, i);

      if (!JSON_NODE_HOLDS_NULL (node) && json_node_get_value_type (node) != G_TYPE_STRING)
        return NULL;
      g_ptr_array_add (arguments, JSON_NODE_HOLDS_NULL (node) ? NULL : json_node_dup_string (node));
    }
  for (guint i = n; i < kinds[kind].n_arguments; i++)
    g_ptr_array_add (arguments, NULL);
  return g_steal_pointer (&arguments);
}

static const char *
get_text (JsonObject *object,
          const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
}

static Command *
read_command (const char *json)
{
  g_autoptr(JsonNode) node = json != NULL ? json_from_string (json, NULL) : NULL;
  JsonObject *object = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *id = object != NULL ? get_text (object, "id") : NULL;
  const char *word = object != NULL ? get_text (object, "kind") : NULL;
  JsonNode *list = object != NULL ? json_object_get_member (object, "arguments") : NULL;
  JsonNode *made_at = object != NULL ? json_object_get_member (object, "made_at") : NULL;

  if (id == NULL || !g_uuid_string_is_valid (id) || word == NULL || list == NULL || !JSON_NODE_HOLDS_ARRAY (list) ||
      made_at == NULL || !JSON_NODE_HOLDS_VALUE (made_at))
    return NULL;
  for (guint kind = 1; kind < G_N_ELEMENTS (kinds); kind++)
    if (g_str_equal (word, kinds[kind].word))
      {
        GPtrArray *arguments = read_arguments (json_node_get_array (list), kind);

        return arguments != NULL ? command_new (kind, id, arguments, json_node_get_int (made_at)) : NULL;
      }
  return NULL;
}

/**
 * ivr_command_restore:
 * @database: a database; signed in to or not yet
 * @json: what the keeper was given
 * @error: return location; %IVR_ERROR_PROTOCOL when this program cannot read it
 *
 * Puts a kept command back in the queue, at the place that belongs to when it was made. It has the
 * same id, so the server takes it once even when it did before. Signal "restored" tells the result.
 *
 * Returns: whether it is in the queue now
 */
gboolean
ivr_command_restore (IvrDatabase  *database,
                     const char   *json,
                     GError      **error)
{
  GQueue *queue = ivr_database_get_commands (database);
  Command *command = read_command (json);
  GList *before = queue->head;

  if (command == NULL)
    {
      g_set_error_literal (error, IVR_ERROR, IVR_ERROR_PROTOCOL,
                           _("A change that was kept on this computer cannot be read by this version of the desk."));
      return FALSE;
    }
  for (GList *l = queue->head; l != NULL; l = l->next)
    if (g_str_equal (((Command *) l->data)->id, command->id))
      {
        command_unref (command);
        return TRUE;
      }
  while (before != NULL && ((Command *) before->data)->made_at <= command->made_at)
    before = before->next;
  command->restored = TRUE;
  g_queue_insert_before (queue, before, command);
  ivr_database_commands_changed (database);
  ivr_command_send_waiting (database);
  return TRUE;
}

/* The chat messages of a request that wait, oldest first. */
void
ivr_command_foreach_message (IvrDatabase           *self,
                             const char            *request,
                             IvrWaitingMessageFunc  func,
                             gpointer               data)
{
  for (GList *l = ivr_database_get_commands (self)->head; l != NULL; l = l->next)
    {
      Command *command = l->data;

      if (command->kind == IVR_COMMAND_ADD_MESSAGE && g_strcmp0 (command->request, request) == 0)
        func (command->arguments->pdata[1], command->arguments->pdata[2],
              g_strcmp0 (command->arguments->pdata[3], "internal") == 0, command->arguments->pdata[4], command->made_at, data);
    }
}
