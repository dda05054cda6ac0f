/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-database.h"
#include "ivr-database-private.h"

#include "ivr-error.h"
#include "ivr-transfer-line.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* How long a server that was only busy is left alone. */
#define BUSY_MS 200

/* What takes longer than this gets a line of its own, which is tried at most so often. */
#define SLOW_US (250 * 1000)
#define SLOW_AGAIN_US (60 * G_USEC_PER_SEC)

struct _IvrDatabase
{
  GObject parent_instance;

  IvrPgConnection *connection;
  IvrPgConnection *slow;       /* of its own, for calls that would hold up the others; mostly NULL */
  gint64 slow_at;              /* when it was opened last */
  char *uri;
  char *password;
  char *session;
  JsonObject *me;
  JsonObject *workflow;
  JsonObject *catalogue;
  GQueue commands;      /* of ivr-command.c, oldest first */
  IvrOutboxKeeper keeper;
  guint busy_source;
  gboolean online;
  gboolean signed_in;          /* until signing out, whatever the line does */
};

enum {
  PROP_ONLINE = 1,
  PROP_WAITING,
  N_PROPS
};

enum {
  SIGNAL_REFUSED,
  SIGNAL_RESTORED,
  SIGNAL_COMMAND_DONE,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IvrDatabase, ivr_database, G_TYPE_OBJECT)

static void
close_slow (IvrDatabase *self)
{
  if (self->slow != NULL)
    ivr_pg_connection_close (self->slow);
  g_clear_object (&self->slow);
}

static void
ivr_database_dispose (GObject *object)
{
  IvrDatabase *self = IVR_DATABASE (object);

  if (self->connection != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->connection, self);
      ivr_pg_connection_close (self->connection);
    }
  g_clear_object (&self->connection);
  close_slow (self);
  g_clear_handle_id (&self->busy_source, g_source_remove);
  ivr_command_drop_waiting (self);
  G_OBJECT_CLASS (ivr_database_parent_class)->dispose (object);
}

static void
ivr_database_finalize (GObject *object)
{
  IvrDatabase *self = IVR_DATABASE (object);

  g_free (self->uri);
  if (self->password != NULL)
    explicit_bzero (self->password, strlen (self->password));
  g_free (self->password);
  g_free (self->session);
  g_clear_pointer (&self->me, json_object_unref);
  g_clear_pointer (&self->workflow, json_object_unref);
  g_clear_pointer (&self->catalogue, json_object_unref);
  G_OBJECT_CLASS (ivr_database_parent_class)->finalize (object);
}

static void
ivr_database_get_property (GObject    *object,
                           guint       id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  IvrDatabase *self = IVR_DATABASE (object);

  switch (id)
    {
    case PROP_ONLINE:
      g_value_set_boolean (value, self->online);
      break;
    case PROP_WAITING:
      g_value_set_uint (value, self->commands.length);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static gboolean
any_true (GSignalInvocationHint *hint,
          GValue                *all,
          const GValue          *one,
          gpointer               data)
{
  g_value_set_boolean (all, g_value_get_boolean (all) || g_value_get_boolean (one));
  return TRUE;
}

static void
ivr_database_class_init (IvrDatabaseClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ivr_database_dispose;
  object_class->finalize = ivr_database_finalize;
  object_class->get_property = ivr_database_get_property;
  properties[PROP_ONLINE] = g_param_spec_boolean ("online", NULL, NULL, FALSE,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_WAITING] = g_param_spec_uint ("waiting", NULL, NULL, 0, G_MAXUINT, 0,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[SIGNAL_REFUSED] = g_signal_new ("refused", IVR_TYPE_DATABASE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, G_TYPE_ERROR);
  signals[SIGNAL_RESTORED] = g_signal_new ("restored", IVR_TYPE_DATABASE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                           G_TYPE_NONE, 3, G_TYPE_INT, G_TYPE_STRING, G_TYPE_ERROR);
  /* For the other files of this room: kind, request, message (of a chat message), error. TRUE from
   * whoever has told the person. */
  signals[SIGNAL_COMMAND_DONE] = g_signal_new ("command-done", IVR_TYPE_DATABASE, G_SIGNAL_RUN_LAST, 0, any_true, NULL,
                                               NULL, G_TYPE_BOOLEAN, 4, G_TYPE_INT, G_TYPE_STRING, G_TYPE_STRING,
                                               G_TYPE_ERROR);
}

static void
ivr_database_init (IvrDatabase *self)
{
  self->session = g_uuid_string_random ();
  g_queue_init (&self->commands);
}

static void
session_started_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPgResult) rows = ivr_pg_connection_query_finish (IVR_PG_CONNECTION (source), result, &error);

  if (rows == NULL)
    g_debug ("the sitting could not be noted: %s", error->message);
}

static void
start_session (IvrDatabase *self)
{
  IvrPgParams *params = ivr_pg_params_new ();

  ivr_pg_params_add_uuid (params, self->session);
  ivr_pg_params_add_text (params, "ivr-desk/" IVR_VERSION);
  ivr_pg_connection_query_async (self->connection, "select 1 from api.start_session($1, $2)", params, NULL,
                                 session_started_cb, NULL);
}

static void
on_state (IvrDatabase *self)
{
  IvrPgState state = ivr_pg_connection_get_state (self->connection);
  gboolean online = self->me != NULL && state == IVR_PG_STATE_READY;
  const GError *error = ivr_pg_connection_get_error (self->connection);

  if (self->signed_in && state == IVR_PG_STATE_CLOSED && error != NULL)
    g_signal_emit (self, signals[SIGNAL_REFUSED], 0, error);
  if (self->online == online)
    return;
  self->online = online;
  if (online)
    {
      start_session (self);
      ivr_command_send_waiting (self);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ONLINE]);
}

/**
 * ivr_database_new:
 * @uri: connection URI with the person's login and without the password
 *
 * Returns: (transfer full): a database that nobody is signed in to yet
 */
IvrDatabase *
ivr_database_new (const char *uri)
{
  IvrDatabase *self = g_object_new (IVR_TYPE_DATABASE, NULL);

  self->uri = g_strdup (uri);
  self->connection = ivr_pg_connection_new (uri);
  g_signal_connect_object (self->connection, "notify::state", G_CALLBACK (on_state), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * ivr_database_set_password:
 * @self: a database
 * @password: (nullable): kept to reconnect with, wiped when @self goes
 */
void
ivr_database_set_password (IvrDatabase *self,
                           const char  *password)
{
  if (self->password != NULL)
    explicit_bzero (self->password, strlen (self->password));
  g_free (self->password);
  self->password = g_strdup (password);
  ivr_pg_connection_set_password (self->connection, password);
}

JsonObject *
ivr_database_parse (const char  *json,
                    GError     **error)
{
  g_autoptr(JsonNode) node = json != NULL ? json_from_string (json, NULL) : NULL;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    {
      g_set_error_literal (error, IVR_ERROR, IVR_ERROR_PROTOCOL, _("The server's answer is not readable."));
      return NULL;
    }
  return json_node_dup_object (node);
}

static JsonObject *
take_object (GObject       *source,
             GAsyncResult  *result,
             GError       **error)
{
  g_autoptr(IvrPgResult) rows = ivr_pg_connection_query_finish (IVR_PG_CONNECTION (source), result, error);
  g_autofree char *json = NULL;

  if (rows == NULL)
    return NULL;
  json = ivr_pg_result_get_n_rows (rows) == 1 ? ivr_pg_result_dup_json (rows, 0, "answer") : NULL;
  return ivr_database_parse (json, error);
}

static void
catalogue_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr(GTask) task = data;
  IvrDatabase *self = g_task_get_source_object (task);
  g_autoptr(GError) error = NULL;

  g_clear_pointer (&self->catalogue, json_object_unref);
  self->catalogue = take_object (source, result, &error);
  /* The workflow was asked for before; without it nobody could do anything. */
  if (self->workflow == NULL)
    {
      g_clear_error (&error);
      error = g_error_copy (g_task_get_task_data (task));
    }
  if (error == NULL)
    g_cancellable_set_error_if_cancelled (g_task_get_cancellable (task), &error);
  if (error != NULL)
    {
      g_clear_pointer (&self->me, json_object_unref);
      ivr_pg_connection_close (self->connection);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  self->signed_in = TRUE;
  on_state (self);
  g_task_return_boolean (task, TRUE);
}

static void
workflow_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  GTask *task = data;
  IvrDatabase *self = g_task_get_source_object (task);
  g_autoptr(GError) error = NULL;

  g_clear_pointer (&self->workflow, json_object_unref);
  self->workflow = take_object (source, result, &error);
  if (self->workflow == NULL)
    g_task_set_task_data (task, g_steal_pointer (&error), (GDestroyNotify) g_error_free);
}

static gboolean
check_schema (IvrDatabase *self,
              GError     **error)
{
  gint64 schema = json_object_get_int_member_with_default (self->me, "schema", 0);

  if (schema >= IVR_SCHEMA_OLDEST && schema <= IVR_SCHEMA_NEWEST)
    return TRUE;
  if (schema < IVR_SCHEMA_OLDEST)
    g_set_error_literal (error, IVR_ERROR, IVR_ERROR_SCHEMA_OLD,
                         _("The database is older than this desk. Ask your administrator to update the database."));
  else
    g_set_error_literal (error, IVR_ERROR, IVR_ERROR_SCHEMA_NEW,
                         _("The database is newer than this desk. Install the newer desk; your drafts are kept."));
  return FALSE;
}

static void
me_cb (GObject      *source,
       GAsyncResult *result,
       gpointer      data)
{
  g_autoptr(GTask) task = data;
  IvrDatabase *self = g_task_get_source_object (task);
  g_autoptr(GError) error = NULL;

  g_clear_pointer (&self->me, json_object_unref);
  self->me = take_object (source, result, &error);
  if (self->me != NULL && !check_schema (self, &error))
    g_clear_pointer (&self->me, json_object_unref);
  if (self->me == NULL)
    {
      ivr_pg_connection_close (self->connection);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  ivr_pg_connection_query_async (self->connection, "select api.workflow() as answer", NULL, NULL, workflow_cb, task);
  ivr_pg_connection_query_async (self->connection, "select api.catalogue() as answer", NULL, NULL, catalogue_cb,
                                 g_steal_pointer (&task));
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(GTask) task = data;
  g_autoptr(GError) error = NULL;

  if (!ivr_pg_connection_open_finish (IVR_PG_CONNECTION (source), result, &error))
    {
      /* Given up while the line was being made, it may be open. */
      ivr_pg_connection_close (IVR_PG_CONNECTION (source));
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  ivr_pg_connection_query_async (IVR_PG_CONNECTION (source), "select api.who_am_i() as answer", NULL, NULL, me_cb,
                                 g_steal_pointer (&task));
}

/**
 * ivr_database_sign_in_async:
 * @self: a database
 * @cancellable: (nullable): stops waiting
 * @callback: called when the person is signed in or was refused
 * @user_data: for @callback
 *
 * Connects, and reads who the person is, the workflow and the catalogues. Errors say what to do:
 * unreachable, wrong password, certificate, schema too old or too new.
 */
void
ivr_database_sign_in_async (IvrDatabase         *self,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, ivr_database_sign_in_async);
  /* It is looked at where that still can be undone. */
  g_task_set_check_cancellable (task, FALSE);
  ivr_pg_connection_open_async (self->connection, cancellable, opened_cb, task);
}

/**
 * ivr_database_sign_in_finish:
 * @self: a database
 * @result: what the callback was given
 * @error: return location
 *
 * Returns: whether the person is signed in
 */
gboolean
ivr_database_sign_in_finish (IvrDatabase   *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * ivr_database_sign_out:
 * @self: a database
 *
 * Ends the sitting and closes the line. Commands that wait end in %G_IO_ERROR_CANCELLED, but what
 * keeps them is not told to forget them: ivr_command_restore() puts them back at the next sign-in.
 */
void
ivr_database_sign_out (IvrDatabase *self)
{
  if (self->online)
    {
      IvrPgParams *params = ivr_pg_params_new ();

      /* On its way before the good-bye; nobody waits for the answer. */
      ivr_pg_params_add_uuid (params, self->session);
      ivr_pg_connection_query_async (self->connection, "select 1 from api.end_session($1)", params, NULL, NULL, NULL);
    }
  self->signed_in = FALSE;
  close_slow (self);
  ivr_transfer_line_close (self);
  ivr_pg_connection_close (self->connection);
  g_clear_handle_id (&self->busy_source, g_source_remove);
  ivr_command_drop_waiting (self);
}

/**
 * ivr_database_set_keeper:
 * @self: a database
 * @keeper: (nullable): where commands survive a crash; copied
 */
void
ivr_database_set_keeper (IvrDatabase           *self,
                         const IvrOutboxKeeper *keeper)
{
  self->keeper = keeper != NULL ? *keeper : (IvrOutboxKeeper) { 0 };
}

const IvrOutboxKeeper *
ivr_database_get_keeper (IvrDatabase *self)
{
  return &self->keeper;
}

static void
retried_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(IvrDatabase) self = data;

  /* What became of it is told by the connection's state. */
  ivr_pg_connection_open_finish (IVR_PG_CONNECTION (source), result, NULL);
}

/**
 * ivr_database_retry_now:
 * @self: a database
 *
 * Tries at once to get the line back, also after "refused".
 */
void
ivr_database_retry_now (IvrDatabase *self)
{
  if (self->signed_in && ivr_pg_connection_get_state (self->connection) == IVR_PG_STATE_CLOSED)
    ivr_pg_connection_open_async (self->connection, NULL, retried_cb, g_object_ref (self));
  else
    ivr_pg_connection_retry_now (self->connection);
}

/**
 * ivr_database_is_online:
 * @self: a database
 *
 * Returns: whether the person is signed in and the line is there
 */
gboolean
ivr_database_is_online (IvrDatabase *self)
{
  return self->online;
}

/**
 * ivr_database_get_waiting:
 * @self: a database
 *
 * Returns: how many commands the server has not acknowledged yet
 */
guint
ivr_database_get_waiting (IvrDatabase *self)
{
  return self->commands.length;
}

static gboolean
on_not_busy (gpointer data)
{
  IvrDatabase *self = data;

  self->busy_source = 0;
  ivr_command_send_waiting (self);
  return G_SOURCE_REMOVE;
}

/* The server was busy with something that a command needs; it is left alone for a moment. */
void
ivr_database_was_busy (IvrDatabase *self)
{
  if (self->busy_source == 0)
    self->busy_source = g_timeout_add (BUSY_MS, on_not_busy, self);
}

void
ivr_database_commands_changed (IvrDatabase *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WAITING]);
}

void
ivr_database_command_done (IvrDatabase  *self,
                           int           kind,
                           const char   *request,
                           const char   *message,
                           gboolean      restored,
                           const GError *error)
{
  gboolean told = FALSE;

  g_signal_emit (self, signals[SIGNAL_COMMAND_DONE], 0, kind, request, message, error, &told);
  if (restored || (message != NULL && error != NULL && !told))
    g_signal_emit (self, signals[SIGNAL_RESTORED], 0, kind, request, error);
}

/**
 * ivr_database_get_me:
 * @self: a database
 *
 * Returns: (transfer none) (nullable): what api.who_am_i() said
 */
JsonObject *
ivr_database_get_me (IvrDatabase *self)
{
  return self->me;
}

/**
 * ivr_database_get_workflow:
 * @self: a database
 *
 * Returns: (transfer none) (nullable): what api.workflow() said
 */
JsonObject *
ivr_database_get_workflow (IvrDatabase *self)
{
  return self->workflow;
}

/**
 * ivr_database_get_catalogue:
 * @self: a database
 *
 * Returns: (transfer none) (nullable): what api.catalogue() said
 */
JsonObject *
ivr_database_get_catalogue (IvrDatabase *self)
{
  return self->catalogue;
}

/**
 * ivr_database_get_name:
 * @self: a database
 *
 * Returns: the person's name; empty before signing in
 */
const char *
ivr_database_get_name (IvrDatabase *self)
{
  return self->me != NULL ? json_object_get_string_member_with_default (self->me, "name", "") : "";
}

/**
 * ivr_database_is_clinic:
 * @self: a database
 *
 * Returns: whether the person works for a clinic
 */
gboolean
ivr_database_is_clinic (IvrDatabase *self)
{
  return self->me != NULL &&
         g_str_equal (json_object_get_string_member_with_default (self->me, "side", ""), "clinic");
}

/**
 * ivr_database_has_right:
 * @self: a database
 * @right: identifier of a right
 *
 * Returns: whether the person has it; the server asks again
 */
gboolean
ivr_database_has_right (IvrDatabase *self,
                        const char  *right)
{
  JsonArray *rights = self->me != NULL ? json_object_get_array_member (self->me, "rights") : NULL;

  for (guint i = 0; rights != NULL && i < json_array_get_length (rights); i++)
    if (g_str_equal (json_array_get_string_element (rights, i), right))
      return TRUE;
  return FALSE;
}

/**
 * ivr_database_find_status:
 * @self: a database
 * @status: identifier of a status
 *
 * Returns: (transfer none) (nullable): the status with label, icon, tint, turn and meaning
 */
JsonObject *
ivr_database_find_status (IvrDatabase *self,
                          const char  *status)
{
  JsonArray *all = self->workflow != NULL ? json_object_get_array_member (self->workflow, "statuses") : NULL;

  for (guint i = 0; all != NULL && i < json_array_get_length (all); i++)
    {
      JsonObject *o = json_array_get_object_element (all, i);

      if (g_strcmp0 (json_object_get_string_member (o, "status"), status) == 0)
        return o;
    }
  return NULL;
}

IvrPgConnection *
ivr_database_get_connection (IvrDatabase *self)
{
  return self->connection;
}

static void
slow_opened_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      data)
{
  g_autoptr(IvrDatabase) self = data;
  g_autoptr(GError) error = NULL;

  if (ivr_pg_connection_open_finish (IVR_PG_CONNECTION (source), result, &error))
    return;
  g_debug ("there is no second line: %s", error->message);
  if (self->slow == IVR_PG_CONNECTION (source))
    g_clear_object (&self->slow);
}

/* How long a count or a measuring took. Where there are so many data that it takes long, these get
 * a line of their own: answers come in order, and nobody should wait for a page behind a count. */
void
ivr_database_slow_call_took (IvrDatabase *self,
                             gint64       us)
{
  gint64 now = g_get_monotonic_time ();

  if (us < SLOW_US || self->slow != NULL || !self->online || (self->slow_at != 0 && now - self->slow_at < SLOW_AGAIN_US))
    return;
  self->slow_at = now;
  self->slow = ivr_pg_connection_new (self->uri);
  ivr_pg_connection_set_password (self->slow, self->password);
  ivr_pg_connection_open_async (self->slow, NULL, slow_opened_cb, g_object_ref (self));
}

/* A line of its own for the person, not open yet. */
IvrPgConnection *
ivr_database_new_line (IvrDatabase *self)
{
  return ivr_pg_connection_new (self->uri);
}

/* Before it is opened: the password may have been changed since it was opened last. */
void
ivr_database_give_password (IvrDatabase     *self,
                            IvrPgConnection *line)
{
  ivr_pg_connection_set_password (line, self->password);
}

/* Where counts and the like are asked. */
IvrPgConnection *
ivr_database_get_slow_connection (IvrDatabase *self)
{
  if (self->slow != NULL && ivr_pg_connection_get_state (self->slow) == IVR_PG_STATE_READY)
    return self->slow;
  return self->connection;
}

const char *
ivr_database_get_session (IvrDatabase *self)
{
  return self->session;
}

GQueue *
ivr_database_get_commands (IvrDatabase *self)
{
  return &self->commands;
}

static void
live_token_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  g_autoptr(GTask) task = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPgResult) rows = ivr_pg_connection_query_finish (IVR_PG_CONNECTION (source), result, &error);

  if (rows == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, ivr_pg_result_dup_text (rows, 0, "token"), g_free);
}

/**
 * ivr_database_live_token_async:
 * @self: a database
 * @cancellable: (nullable): a cancellable
 * @callback: called with the token
 * @user_data: for @callback
 *
 * Asks for a proof that the gateway accepts, good for ten minutes.
 */
void
ivr_database_live_token_async (IvrDatabase         *self,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, ivr_database_live_token_async);
  ivr_pg_connection_query_async (self->connection, "select token from api.issue_live_token()", NULL, cancellable,
                                 live_token_cb, task);
}

/**
 * ivr_database_live_token_finish:
 * @self: a database
 * @result: what the callback was given
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the token
 */
char *
ivr_database_live_token_finish (IvrDatabase   *self,
                                GAsyncResult  *result,
                                GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
