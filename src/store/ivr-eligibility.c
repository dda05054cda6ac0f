/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-eligibility.h"

#include "ivr-database-private.h"
#include "ivr-error.h"
#include "ivr-exact-json.h"
#include "ivr-ticket.h"

#include <glib/gi18n-lib.h>

struct _IvrEligibility
{
  GObject parent_instance;

  IvrDatabase *database;
  char *request;
  GCancellable *cancellable;
  JsonArray *insurances;    /* of objects only, or NULL */
  GPtrArray *checks;        /* JsonObject, newest first */
  char *json;               /* the last reading, or NULL */
  gboolean loading;
  gboolean again;
};

enum {
  PROP_LOADING = 1,
  N_PROPS
};

enum {
  SIGNAL_CHANGED,
  SIGNAL_FAILED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IvrEligibility, ivr_eligibility, G_TYPE_OBJECT)

static void
ivr_eligibility_dispose (GObject *object)
{
  g_cancellable_cancel (IVR_ELIGIBILITY (object)->cancellable);
  G_OBJECT_CLASS (ivr_eligibility_parent_class)->dispose (object);
}

static void
ivr_eligibility_finalize (GObject *object)
{
  IvrEligibility *self = IVR_ELIGIBILITY (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->database);
  g_clear_pointer (&self->insurances, json_array_unref);
  g_ptr_array_unref (self->checks);
  g_free (self->request);
  g_free (self->json);
  G_OBJECT_CLASS (ivr_eligibility_parent_class)->finalize (object);
}

static void
ivr_eligibility_get_property (GObject    *object,
                              guint       id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  if (id == PROP_LOADING)
    g_value_set_boolean (value, IVR_ELIGIBILITY (object)->loading);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
ivr_eligibility_class_init (IvrEligibilityClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ivr_eligibility_dispose;
  object_class->finalize = ivr_eligibility_finalize;
  object_class->get_property = ivr_eligibility_get_property;
  properties[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", IVR_TYPE_ELIGIBILITY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", IVR_TYPE_ELIGIBILITY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
ivr_eligibility_init (IvrEligibility *self)
{
  self->cancellable = g_cancellable_new ();
  self->checks = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
}

/**
 * ivr_eligibility_new:
 * @database: a database
 * @request: a request
 *
 * Returns: (transfer full): its questions to payers, not read yet
 */
IvrEligibility *
ivr_eligibility_new (IvrDatabase *database,
                     const char  *request)
{
  IvrEligibility *self = g_object_new (IVR_TYPE_ELIGIBILITY, NULL);

  self->database = g_object_ref (database);
  self->request = g_strdup (request);
  return self;
}

const char *
ivr_eligibility_get_request (IvrEligibility *self)
{
  return self->request;
}

static void
set_loading (IvrEligibility *self,
             gboolean        loading)
{
  if (self->loading == loading)
    return;
  self->loading = loading;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADING]);
}

static JsonArray *
find_array (JsonObject *object,
            const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static void
take_answer (IvrEligibility *self,
             JsonObject     *answer)
{
  JsonArray *insurances = find_array (answer, "insurances");
  JsonArray *checks = find_array (answer, "checks");

  g_clear_pointer (&self->insurances, json_array_unref);
  self->insurances = json_array_new ();
  g_ptr_array_set_size (self->checks, 0);
  for (guint i = 0; insurances != NULL && i < json_array_get_length (insurances); i++)
    if (JSON_NODE_HOLDS_OBJECT (json_array_get_element (insurances, i)))
      json_array_add_object_element (self->insurances, json_object_ref (json_array_get_object_element (insurances, i)));
  for (guint i = 0; checks != NULL && i < json_array_get_length (checks); i++)
    if (JSON_NODE_HOLDS_OBJECT (json_array_get_element (checks, i)))
      g_ptr_array_add (self->checks, json_object_ref (json_array_get_object_element (checks, i)));
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(IvrEligibility) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPgResult) rows = ivr_ticket_query_finish (IVR_DATABASE (source), result, &error);
  g_autofree char *json = rows != NULL ? ivr_pg_result_dup_json (rows, 0, "answer") : NULL;
  g_autofree char *exact = ivr_exact_json_dup (json);
  gboolean is_same = json != NULL && g_strcmp0 (json, self->json) == 0;
  g_autoptr(JsonObject) answer = rows != NULL && !is_same ? ivr_database_parse (exact, &error) : NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || g_cancellable_is_cancelled (self->cancellable))
    return;
  if (answer != NULL)
    {
      g_free (self->json);
      self->json = g_steal_pointer (&json);
      take_answer (self, answer);
    }
  set_loading (self, FALSE);
  if (answer != NULL)
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  /* That the line is down is told elsewhere, and everything is read again when it is back. */
  else if (error != NULL && !g_error_matches (error, IVR_ERROR, IVR_ERROR_OFFLINE) &&
           !g_error_matches (error, IVR_ERROR, IVR_ERROR_OUTCOME_UNKNOWN))
    g_signal_emit (self, signals[SIGNAL_FAILED], 0, error);
  if (self->again)
    {
      self->again = FALSE;
      ivr_eligibility_refresh (self);
    }
}

/**
 * ivr_eligibility_refresh:
 * @self: questions of a request
 *
 * Reads them; called at first, and whenever one of them or the request has changed.
 */
void
ivr_eligibility_refresh (IvrEligibility *self)
{
  IvrPgParams *params;
  g_autofree char *ticket = NULL;

  if (self->loading)
    {
      self->again = TRUE;
      return;
    }
  ticket = g_uuid_string_random ();
  params = ivr_pg_params_new ();
  ivr_pg_params_add_uuid (params, ticket);
  set_loading (self, TRUE);
  ivr_ticket_query_async (self->database, self->request, ticket, "select api.read_eligibility($1) as answer", params,
                          self->cancellable, read_cb, g_object_ref (self));
}

/**
 * ivr_eligibility_is_settled:
 * @self: questions of a request
 *
 * Returns: whether what is known was read after it was last asked for
 */
gboolean
ivr_eligibility_is_settled (IvrEligibility *self)
{
  return !self->loading && !self->again;
}

gboolean
ivr_eligibility_is_loading (IvrEligibility *self)
{
  return self->loading;
}

/**
 * ivr_eligibility_is_loaded:
 * @self: questions of a request
 *
 * Returns: whether they were read at least once
 */
gboolean
ivr_eligibility_is_loaded (IvrEligibility *self)
{
  return self->json != NULL;
}

guint
ivr_eligibility_get_n_insurances (IvrEligibility *self)
{
  return self->insurances != NULL ? json_array_get_length (self->insurances) : 0;
}

/**
 * ivr_eligibility_get_insurance:
 * @self: questions of a request
 * @position: from 0, below ivr_eligibility_get_n_insurances()
 *
 * Returns: (transfer none): an insurance of the patient, with "rank" (1 to 3), "payer" and "can_ask"
 */
JsonObject *
ivr_eligibility_get_insurance (IvrEligibility *self,
                               guint           position)
{
  return json_array_get_object_element (self->insurances, position);
}

/**
 * ivr_eligibility_list_checks:
 * @self: questions of a request
 * @rank: which insurance; 0 for all
 *
 * Returns: (transfer container) (element-type JsonObject): the questions about it as api.read_eligibility() says them,
 *   newest first; numbers that are no plain integers are strings, see ivr_exact_json_dup()
 */
GPtrArray *
ivr_eligibility_list_checks (IvrEligibility *self,
                             int             rank)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);

  for (guint i = 0; i < self->checks->len; i++)
    if (rank == 0 || json_object_get_int_member_with_default (self->checks->pdata[i], "rank", 0) == rank)
      g_ptr_array_add (list, json_object_ref (self->checks->pdata[i]));
  return list;
}

static gboolean
refuse_offline (GTask       *task,
                IvrDatabase *database)
{
  if (ivr_database_is_online (database))
    return FALSE;
  g_task_return_new_error (task, IVR_ERROR, IVR_ERROR_OFFLINE, "%s",
                           _("There is no line to the server, so the payer cannot be asked now. The request is unchanged; ask again when the line is back."));
  g_object_unref (task);
  return TRUE;
}

static void
begun_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(GTask) task = data;
  GError *error = NULL;
  g_autoptr(IvrPgResult) rows = ivr_pg_connection_query_finish (IVR_PG_CONNECTION (source), result, &error);
  g_autofree char *json = rows != NULL ? ivr_pg_result_dup_json (rows, 0, "answer") : NULL;
  g_autoptr(JsonObject) answer = rows != NULL ? ivr_database_parse (json, &error) : NULL;
  const char *id = answer != NULL ? json_object_get_string_member_with_default (answer, "id", NULL) : NULL;

  if (error != NULL)
    g_task_return_error (task, error);
  else if (id == NULL)
    g_task_return_new_error (task, IVR_ERROR, IVR_ERROR_PROTOCOL, "%s",
                             _("The server answered something that this desk does not understand. The request is unchanged; ask your administrator."));
  else
    g_task_return_pointer (task, g_strdup (id), g_free);
}

/**
 * ivr_eligibility_begin_async:
 * @database: a database
 * @request: a request
 * @rank: which insurance of its patient, 1 to 3
 * @callback: called when it was made or refused
 * @user_data: for @callback
 *
 * Makes a question to a payer, which the gateway then carries. It is about now: it is not kept on this computer, and
 * refused at once while there is no line.
 */
void
ivr_eligibility_begin_async (IvrDatabase         *database,
                             const char          *request,
                             int                  rank,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  GTask *task = g_task_new (database, NULL, callback, user_data);
  IvrPgParams *params;
  g_autofree char *command = NULL;

  g_task_set_source_tag (task, ivr_eligibility_begin_async);
  if (refuse_offline (task, database))
    return;
  command = g_uuid_string_random ();
  params = ivr_pg_params_new ();
  ivr_pg_params_add_uuid (params, command);
  ivr_pg_params_add_uuid (params, request);
  ivr_pg_params_add_int (params, rank);
  ivr_pg_connection_query_async (ivr_database_get_connection (database),
                                 "select api.begin_eligibility_check($1, $2, $3) as answer", params, NULL, begun_cb, task);
}

/**
 * ivr_eligibility_begin_finish:
 * @database: a database
 * @result: what the callback was given
 * @error: return location: %IVR_ERROR_INVALID with what is missing, %IVR_ERROR_STALE when it is asked already,
 *   %IVR_ERROR_OFFLINE, %IVR_ERROR_FORBIDDEN, %IVR_ERROR_TRANSITION …
 *
 * Returns: (transfer full) (nullable): identity of the question
 */
char *
ivr_eligibility_begin_finish (IvrDatabase   *database,
                              GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, database), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
cancelled_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr(GTask) task = data;
  GError *error = NULL;
  g_autoptr(IvrPgResult) rows = ivr_pg_connection_query_finish (IVR_PG_CONNECTION (source), result, &error);

  if (rows == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/**
 * ivr_eligibility_cancel_async:
 * @database: a database
 * @check: a question of this person
 * @callback: called when it was taken back
 * @user_data: for @callback
 *
 * Takes a question back, so that it is in nobody's way.
 */
void
ivr_eligibility_cancel_async (IvrDatabase         *database,
                              const char          *check,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  GTask *task = g_task_new (database, NULL, callback, user_data);
  IvrPgParams *params;
  g_autofree char *command = NULL;

  g_task_set_source_tag (task, ivr_eligibility_cancel_async);
  if (refuse_offline (task, database))
    return;
  command = g_uuid_string_random ();
  params = ivr_pg_params_new ();
  ivr_pg_params_add_uuid (params, command);
  ivr_pg_params_add_uuid (params, check);
  ivr_pg_connection_query_async (ivr_database_get_connection (database),
                                 "select api.cancel_eligibility_check($1, $2) as answer", params, NULL, cancelled_cb, task);
}

/**
 * ivr_eligibility_cancel_finish:
 * @database: a database
 * @result: what the callback was given
 * @error: return location; %IVR_ERROR_TRANSITION when it is over already
 *
 * Returns: whether it was taken back
 */
gboolean
ivr_eligibility_cancel_finish (IvrDatabase   *database,
                               GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, database), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
evidence_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr(GTask) task = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPgResult) rows = ivr_ticket_query_finish (IVR_DATABASE (source), result, &error);

  if (rows == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (ivr_pg_result_get_n_rows (rows) == 0)
    g_task_return_new_error (task, IVR_ERROR, IVR_ERROR_NOT_FOUND, "%s",
                             _("Of this question no bytes are kept that you may see; what was read is all there is."));
  else
    {
      g_task_set_task_data (task, ivr_pg_result_dup_text (rows, 0, "media_type"), g_free);
      g_task_return_pointer (task, ivr_pg_result_get_bytes (rows, 0, "body"), (GDestroyNotify) g_bytes_unref);
    }
}

/**
 * ivr_eligibility_evidence_async:
 * @database: a database
 * @request: the request that was asked for
 * @check: the question
 * @cancellable: (nullable): a cancellable
 * @callback: called with the bytes
 * @user_data: for @callback
 *
 * Reads what the payer sent, byte by byte, after the server has written down that it is read.
 */
void
ivr_eligibility_evidence_async (IvrDatabase         *database,
                                const char          *request,
                                const char          *check,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  GTask *task = g_task_new (database, cancellable, callback, user_data);
  IvrPgParams *params = ivr_pg_params_new ();
  g_autofree char *ticket = g_uuid_string_random ();

  g_task_set_source_tag (task, ivr_eligibility_evidence_async);
  ivr_pg_params_add_uuid (params, ticket);
  ivr_pg_params_add_uuid (params, check);
  ivr_ticket_query_async (database, request, ticket, "select body, media_type from api.read_eligibility_evidence($1, $2)", params,
                          cancellable, evidence_cb, task);
}

/**
 * ivr_eligibility_evidence_finish:
 * @database: a database
 * @result: what the callback was given
 * @media_type: (out) (optional) (transfer full): what the payer said it is
 * @error: return location; %IVR_ERROR_NOT_FOUND when nothing is kept, or it is not theirs to see
 *
 * Returns: (transfer full) (nullable): the bytes
 */
GBytes *
ivr_eligibility_evidence_finish (IvrDatabase   *database,
                                 GAsyncResult  *result,
                                 char         **media_type,
                                 GError       **error)
{
  GBytes *bytes;

  g_return_val_if_fail (g_task_is_valid (result, database), NULL);
  bytes = g_task_propagate_pointer (G_TASK (result), error);
  if (bytes != NULL && media_type != NULL)
    *media_type = g_strdup (g_task_get_task_data (G_TASK (result)));
  return bytes;
}
