/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-documents.h"

#include "ivr-database-private.h"
#include "ivr-error.h"
#include "ivr-ticket.h"

struct _IvrDocuments
{
  GObject parent_instance;

  IvrDatabase *database;
  char *request;
  GCancellable *cancellable;
  GPtrArray *documents;     /* IvrDocument */
  JsonObject *answer;       /* the last reading, or NULL */
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

static GType
list_get_item_type (GListModel *model)
{
  return IVR_TYPE_DOCUMENT;
}

static guint
list_get_n_items (GListModel *model)
{
  return IVR_DOCUMENTS (model)->documents->len;
}

static gpointer
list_get_item (GListModel *model,
               guint       position)
{
  IvrDocuments *self = IVR_DOCUMENTS (model);

  return position < self->documents->len ? g_object_ref (self->documents->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = list_get_item_type;
  iface->get_n_items = list_get_n_items;
  iface->get_item = list_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (IvrDocuments, ivr_documents, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
ivr_documents_dispose (GObject *object)
{
  g_cancellable_cancel (IVR_DOCUMENTS (object)->cancellable);
  G_OBJECT_CLASS (ivr_documents_parent_class)->dispose (object);
}

static void
ivr_documents_finalize (GObject *object)
{
  IvrDocuments *self = IVR_DOCUMENTS (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->database);
  g_clear_pointer (&self->answer, json_object_unref);
  g_ptr_array_unref (self->documents);
  g_free (self->request);
  G_OBJECT_CLASS (ivr_documents_parent_class)->finalize (object);
}

static void
ivr_documents_get_property (GObject    *object,
                            guint       id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  if (id == PROP_LOADING)
    g_value_set_boolean (value, IVR_DOCUMENTS (object)->loading);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
ivr_documents_class_init (IvrDocumentsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ivr_documents_dispose;
  object_class->finalize = ivr_documents_finalize;
  object_class->get_property = ivr_documents_get_property;
  properties[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", IVR_TYPE_DOCUMENTS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", IVR_TYPE_DOCUMENTS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
ivr_documents_init (IvrDocuments *self)
{
  self->cancellable = g_cancellable_new ();
  self->documents = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * ivr_documents_new:
 * @database: a database
 * @request: a request
 *
 * Returns: (transfer full): its documents, not read yet
 */
IvrDocuments *
ivr_documents_new (IvrDatabase *database,
                   const char  *request)
{
  IvrDocuments *self = g_object_new (IVR_TYPE_DOCUMENTS, NULL);

  self->database = g_object_ref (database);
  self->request = g_strdup (request);
  return self;
}

const char *
ivr_documents_get_request (IvrDocuments *self)
{
  return self->request;
}

static void
set_loading (IvrDocuments *self,
             gboolean      loading)
{
  if (self->loading == loading)
    return;
  self->loading = loading;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADING]);
}

static gboolean
is_same (IvrDocuments *self,
         guint         position,
         GPtrArray    *now,
         guint         new_position)
{
  return ivr_document_equal (self->documents->pdata[position], now->pdata[new_position]);
}

/* What is the same at both ends stays; of what is between, a row that is the same document in another state is
 * changed by itself, so that a selection stays where it is. */
static void
take_documents (IvrDocuments *self,
                GPtrArray    *now)
{
  guint head = 0;
  guint tail = 0;
  guint removed;
  guint added;

  while (head < self->documents->len && head < now->len && is_same (self, head, now, head))
    head++;
  while (tail < self->documents->len - head && tail < now->len - head &&
         is_same (self, self->documents->len - 1 - tail, now, now->len - 1 - tail))
    tail++;
  removed = self->documents->len - head - tail;
  added = now->len - head - tail;
  for (guint i = 0; i < removed; i++)
    g_ptr_array_remove_index (self->documents, head);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (self->documents, (int) (head + i), g_object_ref (now->pdata[head + i]));
  if (removed == added)
    for (guint i = 0; i < added; i++)
      g_list_model_items_changed (G_LIST_MODEL (self), head + i, 1, 1);
  else
    g_list_model_items_changed (G_LIST_MODEL (self), head, removed, added);
}

static GPtrArray *
parse_documents (JsonObject *answer)
{
  GPtrArray *documents = g_ptr_array_new_with_free_func (g_object_unref);
  JsonArray *array = json_object_has_member (answer, "documents") ? json_object_get_array_member (answer, "documents") : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    g_ptr_array_add (documents, ivr_document_new (json_array_get_object_element (array, i)));
  return documents;
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(IvrDocuments) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPgResult) rows = ivr_ticket_query_finish (IVR_DATABASE (source), result, &error);
  g_autofree char *json = rows != NULL ? ivr_pg_result_dup_json (rows, 0, "answer") : NULL;
  g_autoptr(JsonObject) answer = rows != NULL ? ivr_database_parse (json, &error) : NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || g_cancellable_is_cancelled (self->cancellable))
    return;
  if (answer != NULL)
    {
      g_autoptr(GPtrArray) documents = parse_documents (answer);

      g_clear_pointer (&self->answer, json_object_unref);
      self->answer = json_object_ref (answer);
      take_documents (self, documents);
      g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
    }
  /* That the line is down is told elsewhere, and the documents are read again when it is back. */
  else if (!g_error_matches (error, IVR_ERROR, IVR_ERROR_OFFLINE) && !g_error_matches (error, IVR_ERROR, IVR_ERROR_OUTCOME_UNKNOWN))
    g_signal_emit (self, signals[SIGNAL_FAILED], 0, error);
  set_loading (self, FALSE);
  if (self->again)
    {
      self->again = FALSE;
      ivr_documents_refresh (self);
    }
}

/**
 * ivr_documents_refresh:
 * @self: documents
 *
 * Reads them; called at first, and whenever one of them or the request has changed.
 */
void
ivr_documents_refresh (IvrDocuments *self)
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
  ivr_ticket_query_async (self->database, self->request, ticket, "select api.read_documents($1) as answer", params, self->cancellable, read_cb,
                          g_object_ref (self));
}

gboolean
ivr_documents_is_loading (IvrDocuments *self)
{
  return self->loading;
}

/**
 * ivr_documents_is_loaded:
 * @self: documents
 *
 * Returns: whether they were read at least once
 */
gboolean
ivr_documents_is_loaded (IvrDocuments *self)
{
  return self->answer != NULL;
}

/**
 * ivr_documents_find:
 * @self: documents
 * @id: identity of one
 *
 * Returns: (nullable) (transfer none): it
 */
IvrDocument *
ivr_documents_find (IvrDocuments *self,
                    const char   *id)
{
  for (guint i = 0; i < self->documents->len; i++)
    if (g_strcmp0 (ivr_document_get_id (self->documents->pdata[i]), id) == 0)
      return self->documents->pdata[i];
  return NULL;
}

/**
 * ivr_documents_get_needed:
 * @self: documents
 *
 * Returns: (nullable) (transfer none): what the payer and the products ask for: objects with "type", "label", "need"
 *   (required or usual), "why" and "there"; %NULL before they were read
 */
JsonArray *
ivr_documents_get_needed (IvrDocuments *self)
{
  return self->answer != NULL && json_object_has_member (self->answer, "needed") ? json_object_get_array_member (self->answer, "needed") : NULL;
}

/**
 * ivr_documents_get_types:
 * @self: documents
 *
 * Returns: (nullable) (transfer none): what a document can be: objects with "type", "label" and "meaning"; %NULL when the
 *   person can neither hand in nor ask now
 */
JsonArray *
ivr_documents_get_types (IvrDocuments *self)
{
  JsonNode *node = self->answer != NULL ? json_object_get_member (self->answer, "types") : NULL;

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

/**
 * ivr_documents_get_version:
 * @self: documents
 *
 * Returns: version of the request when they were read, for asking for more
 */
gint64
ivr_documents_get_version (IvrDocuments *self)
{
  return self->answer != NULL ? json_object_get_int_member_with_default (self->answer, "version", 0) : 0;
}

/**
 * ivr_documents_get_status:
 * @self: documents
 *
 * Returns: status of the request when they were read; empty before
 */
const char *
ivr_documents_get_status (IvrDocuments *self)
{
  return self->answer != NULL ? json_object_get_string_member_with_default (self->answer, "status", "") : "";
}

/**
 * ivr_documents_get_most_bytes:
 * @self: documents
 *
 * Returns: how large a document may be
 */
guint64
ivr_documents_get_most_bytes (IvrDocuments *self)
{
  gint64 most = self->answer != NULL ? json_object_get_int_member_with_default (self->answer, "most_bytes", 0) : 0;

  return most > 0 ? (guint64) most : G_MAXUINT64;
}

/**
 * ivr_documents_can:
 * @self: documents
 * @what: "add" (hand in, take back, describe), "review" (accept, reject) or "ask"
 *
 * Returns: whether the person may do that now
 */
gboolean
ivr_documents_can (IvrDocuments *self,
                   const char   *what)
{
  JsonObject *can = self->answer != NULL && json_object_has_member (self->answer, "can") ? json_object_get_object_member (self->answer, "can") : NULL;

  return can != NULL && json_object_get_boolean_member_with_default (can, what, FALSE);
}
