/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-message-list.h"
#include "ivr-command.h"
#include "ivr-database-private.h"

#include "ivr-error.h"
#include "ivr-ticket.h"

#include <string.h>

#define PAGE 40

struct _IvrMessageList
{
  GObject parent_instance;

  IvrDatabase *database;
  char *request;
  GCancellable *cancellable;
  GPtrArray *messages;        /* from the server, oldest first */
  GPtrArray *sending;         /* not acknowledged, in the order in which they were written */
  gboolean has_older;
  gboolean loading;
  gboolean again;
};

enum {
  PROP_LOADING = 1,
  N_PROPS
};

enum {
  SIGNAL_FAILED,
  SIGNAL_READ,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static GType
list_get_item_type (GListModel *model)
{
  return IVR_TYPE_MESSAGE;
}

static guint
list_get_n_items (GListModel *model)
{
  IvrMessageList *self = IVR_MESSAGE_LIST (model);

  return self->messages->len + self->sending->len;
}

static gpointer
list_get_item (GListModel *model,
               guint       position)
{
  IvrMessageList *self = IVR_MESSAGE_LIST (model);

  if (position < self->messages->len)
    return g_object_ref (self->messages->pdata[position]);
  position -= self->messages->len;
  return position < self->sending->len ? g_object_ref (self->sending->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = list_get_item_type;
  iface->get_n_items = list_get_n_items;
  iface->get_item = list_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (IvrMessageList, ivr_message_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
ivr_message_list_dispose (GObject *object)
{
  IvrMessageList *self = IVR_MESSAGE_LIST (object);

  g_cancellable_cancel (self->cancellable);
  G_OBJECT_CLASS (ivr_message_list_parent_class)->dispose (object);
}

static void
ivr_message_list_finalize (GObject *object)
{
  IvrMessageList *self = IVR_MESSAGE_LIST (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->database);
  g_ptr_array_unref (self->messages);
  g_ptr_array_unref (self->sending);
  g_free (self->request);
  G_OBJECT_CLASS (ivr_message_list_parent_class)->finalize (object);
}

static void
ivr_message_list_get_property (GObject    *object,
                               guint       id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  if (id == PROP_LOADING)
    g_value_set_boolean (value, IVR_MESSAGE_LIST (object)->loading);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
ivr_message_list_class_init (IvrMessageListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ivr_message_list_dispose;
  object_class->finalize = ivr_message_list_finalize;
  object_class->get_property = ivr_message_list_get_property;
  properties[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", IVR_TYPE_MESSAGE_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 2, G_TYPE_ERROR, IVR_TYPE_MESSAGE);
  signals[SIGNAL_READ] = g_signal_new ("read", IVR_TYPE_MESSAGE_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 0);
}

static void
ivr_message_list_init (IvrMessageList *self)
{
  self->cancellable = g_cancellable_new ();
  self->messages = g_ptr_array_new_with_free_func (g_object_unref);
  self->sending = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * ivr_message_list_get_request:
 * @self: a chat
 *
 * Returns: identity of its request
 */
const char *
ivr_message_list_get_request (IvrMessageList *self)
{
  return self->request;
}

static void
set_loading (IvrMessageList *self,
             gboolean        loading)
{
  if (self->loading == loading)
    return;
  self->loading = loading;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADING]);
}

/* What a message carries; NULL when it carries nothing. */
static JsonArray *
read_documents (const char *json)
{
  g_autoptr(JsonNode) node = json != NULL ? json_from_string (json, NULL) : NULL;

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_dup_array (node) : NULL;
}

static GPtrArray *
take_page (IvrPgResult *rows)
{
  GPtrArray *page = g_ptr_array_new_with_free_func (g_object_unref);

  /* The server sends the newest first. */
  for (int i = ivr_pg_result_get_n_rows (rows) - 1; i >= 0; i--)
    {
      g_autofree char *id = ivr_pg_result_dup_uuid (rows, i, "id");
      g_autofree char *sender = ivr_pg_result_dup_text (rows, i, "sender_name");
      g_autofree char *side = ivr_pg_result_dup_text (rows, i, "sender_side");
      g_autofree char *visibility = ivr_pg_result_dup_text (rows, i, "visibility");
      g_autofree char *body = ivr_pg_result_dup_text (rows, i, "body");

      g_autofree char *json = ivr_pg_result_dup_json (rows, i, "documents");
      g_autoptr(JsonArray) documents = read_documents (json);
      IvrMessage *message = ivr_message_new (id, sender, side, body,
                                             ivr_pg_result_get_timestamp (rows, i, "created_at"),
                                             ivr_pg_result_get_boolean (rows, i, "mine"),
                                             g_strcmp0 (visibility, "internal") == 0,
                                             ivr_pg_result_get_boolean (rows, i, "unread"), IVR_MESSAGE_SENT);

      g_ptr_array_add (page, ivr_message_new_carrying (message, documents));
    }
  return page;
}

static int
find_id (GPtrArray  *messages,
         const char *id)
{
  for (guint i = messages->len; i > 0; i--)
    if (g_strcmp0 (ivr_message_get_id (messages->pdata[i - 1]), id) == 0)
      return (int) i - 1;
  return -1;
}

/* New messages at the end; each takes the place of its own "sending" row when it has one. */
static void
append_new (IvrMessageList *self,
            GPtrArray      *page)
{
  for (guint i = 0; i < page->len; i++)
    {
      IvrMessage *message = page->pdata[i];
      int waiting = find_id (self->sending, ivr_message_get_id (message));

      if (find_id (self->messages, ivr_message_get_id (message)) >= 0)
        continue;
      g_ptr_array_add (self->messages, g_object_ref (message));
      if (waiting == 0)
        {
          g_ptr_array_remove_index (self->sending, 0);
          g_list_model_items_changed (G_LIST_MODEL (self), self->messages->len - 1, 1, 1);
          continue;
        }
      g_list_model_items_changed (G_LIST_MODEL (self), self->messages->len - 1, 0, 1);
      if (waiting > 0)
        {
          g_ptr_array_remove_index (self->sending, (guint) waiting);
          g_list_model_items_changed (G_LIST_MODEL (self), self->messages->len + (guint) waiting, 1, 0);
        }
    }
}

static gboolean
reaches_what_is_here (IvrMessageList *self,
                      GPtrArray      *page)
{
  return self->messages->len == 0 || page->len < PAGE ||
         find_id (self->messages, ivr_message_get_id (page->pdata[0])) >= 0;
}

/* That the line is down is told elsewhere, and the page is read again when it is back. */
static void
tell_failure (IvrMessageList *self,
              const GError   *error)
{
  if (!g_error_matches (error, IVR_ERROR, IVR_ERROR_OFFLINE) &&
      !g_error_matches (error, IVR_ERROR, IVR_ERROR_OUTCOME_UNKNOWN))
    g_signal_emit (self, signals[SIGNAL_FAILED], 0, error, NULL);
}

static void
newest_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(IvrMessageList) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPgResult) rows = ivr_ticket_query_finish (IVR_DATABASE (source), result, &error);
  g_autoptr(GPtrArray) page = rows != NULL ? take_page (rows) : NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || g_cancellable_is_cancelled (self->cancellable))
    return;
  if (page == NULL)
    tell_failure (self, error);
  else
    {
      if (!reaches_what_is_here (self, page))
        {
          /* More than a page came while the line was down: begin again from the newest. */
          guint old = self->messages->len;

          g_ptr_array_set_size (self->messages, 0);
          g_list_model_items_changed (G_LIST_MODEL (self), 0, old, 0);
        }
      if (self->messages->len == 0)
        self->has_older = page->len == PAGE;
      append_new (self, page);
    }
  set_loading (self, FALSE);
  if (self->again)
    {
      self->again = FALSE;
      ivr_message_list_refresh (self);
    }
}

static void
ask (IvrMessageList      *self,
     gint64               before_us,
     GAsyncReadyCallback  callback)
{
  IvrPgParams *params = ivr_pg_params_new ();
  g_autofree char *ticket = g_uuid_string_random ();

  ivr_pg_params_add_uuid (params, ticket);
  ivr_pg_params_add_timestamp (params, before_us);
  ivr_pg_params_add_int (params, PAGE);
  set_loading (self, TRUE);
  ivr_ticket_query_async (self->database, self->request, ticket, "select * from api.read_messages($1, $2, $3)", params,
                          self->cancellable, callback, g_object_ref (self));
}

/**
 * ivr_message_list_refresh:
 * @self: a chat
 *
 * Reads the newest messages and appends those that are not here yet.
 */
void
ivr_message_list_refresh (IvrMessageList *self)
{
  if (self->loading)
    self->again = TRUE;
  else
    ask (self, G_MAXINT64, newest_cb);
}

static void
older_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(IvrMessageList) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPgResult) rows = ivr_ticket_query_finish (IVR_DATABASE (source), result, &error);
  g_autoptr(GPtrArray) page = rows != NULL ? take_page (rows) : NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || g_cancellable_is_cancelled (self->cancellable))
    return;
  if (page == NULL)
    tell_failure (self, error);
  else
    {
      self->has_older = page->len == PAGE;
      for (guint i = 0; i < page->len; i++)
        g_ptr_array_insert (self->messages, (int) i, g_object_ref (page->pdata[i]));
      if (page->len > 0)
        g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, page->len);
    }
  set_loading (self, FALSE);
  if (self->again)
    {
      self->again = FALSE;
      ivr_message_list_refresh (self);
    }
}

/**
 * ivr_message_list_load_older:
 * @self: a chat
 *
 * Reads the page before the oldest message, when there is one.
 */
void
ivr_message_list_load_older (IvrMessageList *self)
{
  if (!self->has_older || self->loading || self->messages->len == 0)
    return;
  ask (self, ivr_message_get_created (self->messages->pdata[0]), older_cb);
}

/**
 * ivr_message_list_has_older:
 * @self: a chat
 *
 * Returns: whether the server has messages before the oldest here
 */
gboolean
ivr_message_list_has_older (IvrMessageList *self)
{
  return self->has_older;
}

/**
 * ivr_message_list_is_loading:
 * @self: a chat
 *
 * Returns: whether a page is on its way
 */
gboolean
ivr_message_list_is_loading (IvrMessageList *self)
{
  return self->loading;
}

/* What became of a message, whichever list it was written in. */
static gboolean
on_command_done (IvrMessageList *self,
                 int             kind,
                 const char     *request,
                 const char     *message,
                 const GError   *error)
{
  int at = message != NULL && g_strcmp0 (request, self->request) == 0 ? find_id (self->sending, message) : -1;
  g_autoptr(IvrMessage) refused = NULL;

  if (at < 0)
    return FALSE;
  if (error == NULL)
    {
      ivr_message_list_refresh (self);
      return TRUE;
    }
  refused = g_object_ref (self->sending->pdata[at]);
  g_ptr_array_remove_index (self->sending, (guint) at);
  g_list_model_items_changed (G_LIST_MODEL (self), self->messages->len + (guint) at, 1, 0);
  g_signal_emit (self, signals[SIGNAL_FAILED], 0, error, refused);
  return TRUE;
}

static void
add_sending (IvrMessageList *self,
             const char     *message,
             const char     *body,
             gboolean        internal,
             JsonArray      *documents,
             gint64          made_at_us)
{
  IvrMessage *sending = ivr_message_new (message, ivr_database_get_name (self->database),
                                         ivr_database_is_clinic (self->database) ? "clinic" : "verification", body,
                                         made_at_us, TRUE, internal, FALSE, IVR_MESSAGE_SENDING);

  g_ptr_array_add (self->sending, ivr_message_new_carrying (sending, documents));
}

/* Of a command that was kept nothing is known of its documents but their ids, "{id,id}". */
static JsonArray *
read_ids (const char *ids)
{
  g_auto(GStrv) parts = ids != NULL ? g_strsplit_set (ids, "{,}", -1) : NULL;
  JsonArray *documents = json_array_new ();

  for (gsize i = 0; parts != NULL && parts[i] != NULL; i++)
    if (g_uuid_string_is_valid (parts[i]))
      {
        JsonObject *one = json_object_new ();

        json_object_set_string_member (one, "id", parts[i]);
        json_array_add_object_element (documents, one);
      }
  return documents;
}

static void
add_waiting (const char *message,
             const char *body,
             gboolean    internal,
             const char *documents,
             gint64      made_at_us,
             gpointer    data)
{
  g_autoptr(JsonArray) carried = read_ids (documents);

  add_sending (data, message, body, internal, carried, made_at_us);
}

/**
 * ivr_message_list_new:
 * @database: a signed-in database
 * @request: identity of the request
 *
 * Returns: (transfer full): its chat; until ivr_message_list_refresh() has answered it has only
 *   what the server has not acknowledged yet
 */
IvrMessageList *
ivr_message_list_new (IvrDatabase *database,
                      const char  *request)
{
  IvrMessageList *self = g_object_new (IVR_TYPE_MESSAGE_LIST, NULL);

  self->database = g_object_ref (database);
  self->request = g_strdup (request);
  ivr_command_foreach_message (database, request, add_waiting, self);
  g_signal_connect_object (database, "command-done", G_CALLBACK (on_command_done), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * ivr_message_list_send:
 * @self: a chat
 * @body: the text
 * @internal: whether it is a note of the team
 *
 * Shows the message at once and sends it until the server has taken it, whether or not @self is
 * still there. When the server refuses, "failed" carries the message, so that its text can be given
 * back to whoever wrote it.
 */
void
ivr_message_list_send (IvrMessageList *self,
                       const char     *body,
                       gboolean        internal)
{
  ivr_message_list_send_documents (self, body, NULL, internal);
}

static char *
dup_ids (JsonArray *documents)
{
  g_autoptr(GString) ids = g_string_new ("{");
  guint n = documents != NULL ? json_array_get_length (documents) : 0;

  for (guint i = 0; i < n; i++)
    g_string_append_printf (ids, "%s%s", i > 0 ? "," : "",
                            json_object_get_string_member_with_default (json_array_get_object_element (documents, i), "id", ""));
  g_string_append_c (ids, '}');
  return n > 0 ? g_strdup (ids->str) : NULL;
}

/**
 * ivr_message_list_send_documents:
 * @self: a chat
 * @body: the text; may be empty when there are documents
 * @documents: (nullable): documents of the request that it carries, as ivr_message_new_carrying() takes them
 * @internal: whether it is a note of the team
 *
 * As ivr_message_list_send().
 */
void
ivr_message_list_send_documents (IvrMessageList *self,
                                 const char     *body,
                                 JsonArray      *documents,
                                 gboolean        internal)
{
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *ids = dup_ids (documents);
  const char *arguments[] = { self->request, id, body, internal ? "internal" : "shared", ids };

  add_sending (self, id, body, internal, documents, g_get_real_time ());
  g_list_model_items_changed (G_LIST_MODEL (self), self->messages->len + self->sending->len - 1, 0, 1);
  ivr_command_run_async (self->database, IVR_COMMAND_ADD_MESSAGE, arguments, G_N_ELEMENTS (arguments), NULL, NULL);
}

static void
marked_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(IvrMessageList) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPgResult) rows = ivr_pg_connection_query_finish (IVR_PG_CONNECTION (source), result, &error);

  if (rows == NULL)
    g_debug ("the read mark could not be set: %s", error->message);
  else
    g_signal_emit (self, signals[SIGNAL_READ], 0);
}

/**
 * ivr_message_list_mark_read:
 * @self: a chat
 *
 * Says that the person has seen the newest message.
 */
void
ivr_message_list_mark_read (IvrMessageList *self)
{
  IvrPgParams *params;

  if (self->messages->len == 0)
    return;
  params = ivr_pg_params_new ();
  ivr_pg_params_add_uuid (params, self->request);
  ivr_pg_params_add_timestamp (params, ivr_message_get_created (self->messages->pdata[self->messages->len - 1]));
  ivr_pg_connection_query_async (ivr_database_get_connection (self->database),
                                 "select 1 from api.mark_messages_read($1, $2)", params, NULL, marked_cb,
                                 g_object_ref (self));
}
