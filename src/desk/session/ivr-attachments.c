/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-attachments.h"

#define KIND "files"

struct _IvrAttachments
{
  GObject parent_instance;

  IvrDrafts *drafts;
  IvrUploads *uploads;
  GHashTable *lists;       /* request -> GPtrArray of IvrAttachment */
  GHashTable *waiting;     /* requests whose message goes when its files have arrived */
  GHashTable *internal;    /* requests whose message is a note of the team */
};

enum {
  SIGNAL_CHANGED,
  SIGNAL_READY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IvrAttachments, ivr_attachments, G_TYPE_OBJECT)

static void
attachment_free (gpointer data)
{
  IvrAttachment *attachment = data;

  g_free (attachment->document);
  g_free (attachment->name);
  g_free (attachment->upload_id);
  g_clear_object (&attachment->upload);
  g_free (attachment);
}

static void
ivr_attachments_dispose (GObject *object)
{
  IvrAttachments *self = IVR_ATTACHMENTS (object);
  GHashTableIter iter;
  gpointer list;

  g_hash_table_iter_init (&iter, self->lists);
  while (g_hash_table_iter_next (&iter, NULL, &list))
    for (guint i = 0; i < ((GPtrArray *) list)->len; i++)
      {
        IvrAttachment *attachment = ((GPtrArray *) list)->pdata[i];

        if (attachment->upload != NULL)
          g_signal_handlers_disconnect_by_data (attachment->upload, self);
      }
  g_hash_table_remove_all (self->lists);
  g_clear_object (&self->uploads);
  g_clear_object (&self->drafts);
  G_OBJECT_CLASS (ivr_attachments_parent_class)->dispose (object);
}

static void
ivr_attachments_finalize (GObject *object)
{
  IvrAttachments *self = IVR_ATTACHMENTS (object);

  g_hash_table_unref (self->lists);
  g_hash_table_unref (self->waiting);
  g_hash_table_unref (self->internal);
  G_OBJECT_CLASS (ivr_attachments_parent_class)->finalize (object);
}

static void
ivr_attachments_class_init (IvrAttachmentsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ivr_attachments_dispose;
  object_class->finalize = ivr_attachments_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", IVR_TYPE_ATTACHMENTS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_READY] = g_signal_new ("ready", IVR_TYPE_ATTACHMENTS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ivr_attachments_init (IvrAttachments *self)
{
  self->lists = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  self->waiting = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->internal = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static void
add_member (JsonObject *object,
            const char *name,
            const char *value)
{
  if (value != NULL)
    json_object_set_string_member (object, name, value);
}

static void
save (IvrAttachments *self,
      const char     *request)
{
  GPtrArray *list = ivr_attachments_get (self, request);
  g_autoptr(JsonObject) draft = json_object_new ();
  g_autoptr(JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonArray *array = json_array_new ();
  g_autofree char *json = NULL;

  for (guint i = 0; i < list->len; i++)
    {
      IvrAttachment *attachment = list->pdata[i];
      JsonObject *one = json_object_new ();

      add_member (one, "document", attachment->document);
      add_member (one, "upload", attachment->document == NULL ? attachment->upload_id : NULL);
      add_member (one, "name", attachment->name);
      json_array_add_object_element (array, one);
    }
  json_object_set_boolean_member (draft, "internal", g_hash_table_contains (self->internal, request));
  json_object_set_array_member (draft, "files", array);
  json_node_set_object (node, draft);
  json = json_to_string (node, FALSE);
  ivr_drafts_set (self->drafts, KIND, request, list->len > 0 ? json : NULL);
}

/* Tells who shows it; and a message that waits goes, or stays because it cannot. */
static void
tell (IvrAttachments *self,
      const char     *request)
{
  g_autofree char *own = g_strdup (request);
  IvrAttachmentsState state = ivr_attachments_get_state (self, own);

  if (state == IVR_ATTACHMENTS_STUCK)
    g_hash_table_remove (self->waiting, own);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0, own);
  if (state == IVR_ATTACHMENTS_READY && g_hash_table_remove (self->waiting, own))
    g_signal_emit (self, signals[SIGNAL_READY], 0, own);
}

static void
let_go (IvrAttachments *self,
        IvrAttachment  *attachment)
{
  if (attachment->upload != NULL)
    g_signal_handlers_disconnect_by_data (attachment->upload, self);
  g_clear_object (&attachment->upload);
}

static IvrAttachment *
find_upload (IvrAttachments *self,
             IvrUpload      *upload,
             guint          *position)
{
  GPtrArray *list = ivr_attachments_get (self, ivr_upload_get_request (upload));

  for (guint i = 0; i < list->len; i++)
    if (((IvrAttachment *) list->pdata[i])->upload == upload)
      {
        *position = i;
        return list->pdata[i];
      }
  return NULL;
}

static void
on_state (IvrUpload      *upload,
          GParamSpec     *pspec,
          IvrAttachments *self)
{
  g_autoptr(IvrUpload) alive = g_object_ref (upload);
  const char *request = ivr_upload_get_request (upload);
  guint position;
  IvrAttachment *attachment = find_upload (self, upload, &position);

  if (attachment == NULL)
    return;
  if (ivr_upload_get_state (upload) == IVR_UPLOAD_CANCELLED)
    {
      /* Given up elsewhere: the message was written with it, so it does not go by itself any more. */
      let_go (self, attachment);
      g_ptr_array_remove_index (ivr_attachments_get (self, request), position);
      g_hash_table_remove (self->waiting, request);
    }
  else if (ivr_upload_get_state (upload) == IVR_UPLOAD_DONE && ivr_upload_get_document (upload) != NULL)
    {
      let_go (self, attachment);
      attachment->document = g_strdup (ivr_upload_get_document (upload));
    }
  else
    {
      /* One that begins anew has another id. */
      g_free (attachment->upload_id);
      attachment->upload_id = g_strdup (ivr_upload_get_id (upload));
    }
  save (self, request);
  tell (self, request);
}

static void
watch (IvrAttachments *self,
       IvrAttachment  *attachment,
       IvrUpload      *upload)
{
  attachment->upload = g_object_ref (upload);
  g_signal_connect (upload, "notify::state", G_CALLBACK (on_state), self);
}

/* An upload that goes on after a restart is one that a message waits for. */
static void
on_uploads_changed (IvrAttachments *self,
                    guint           position,
                    guint           removed,
                    guint           added)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr(IvrUpload) upload = g_list_model_get_item (G_LIST_MODEL (self->uploads), i);
      GPtrArray *list = ivr_attachments_get (self, ivr_upload_get_request (upload));

      for (guint k = 0; k < list->len; k++)
        {
          IvrAttachment *attachment = list->pdata[k];

          if (attachment->document == NULL && attachment->upload == NULL && g_strcmp0 (attachment->upload_id, ivr_upload_get_id (upload)) == 0)
            {
              watch (self, attachment, upload);
              tell (self, ivr_upload_get_request (upload));
            }
        }
    }
}

/* Of a message that the server refused. */
static void
on_documents_back (IvrAttachments *self,
                   const char     *request,
                   const char     *ids,
                   gboolean        internal)
{
  g_auto(GStrv) parts = g_strsplit_set (ids, "{,}", -1);

  for (gsize i = 0; parts[i] != NULL; i++)
    if (g_uuid_string_is_valid (parts[i]))
      ivr_attachments_add_document (self, request, parts[i], NULL);
  if (internal)
    ivr_attachments_set_internal (self, request, TRUE);
}

/**
 * ivr_attachments_new:
 * @drafts: where they are kept beside the text
 * @uploads: what the person has on the way
 *
 * Returns: (transfer full): what the messages carry that are being written
 */
IvrAttachments *
ivr_attachments_new (IvrDrafts  *drafts,
                     IvrUploads *uploads)
{
  IvrAttachments *self = g_object_new (IVR_TYPE_ATTACHMENTS, NULL);

  self->drafts = g_object_ref (drafts);
  self->uploads = g_object_ref (uploads);
  g_signal_connect_object (uploads, "items-changed", G_CALLBACK (on_uploads_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (drafts, "documents-back", G_CALLBACK (on_documents_back), self, G_CONNECT_SWAPPED);
  return self;
}

static const char *
member (JsonObject *object,
        const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

static void
read_draft (IvrAttachments *self,
            const char     *request,
            GPtrArray      *list)
{
  const char *json = ivr_drafts_get (self->drafts, KIND, request);
  g_autoptr(JsonNode) node = json != NULL ? json_from_string (json, NULL) : NULL;
  JsonObject *draft = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonNode *files = draft != NULL ? json_object_get_member (draft, "files") : NULL;
  JsonArray *array = files != NULL && JSON_NODE_HOLDS_ARRAY (files) ? json_node_get_array (files) : NULL;

  if (draft != NULL && json_object_get_boolean_member_with_default (draft, "internal", FALSE))
    g_hash_table_add (self->internal, g_strdup (request));
  for (guint i = 0; array != NULL && i < json_array_get_length (array) && i < IVR_ATTACHMENTS_MOST; i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      JsonObject *one = JSON_NODE_HOLDS_OBJECT (element) ? json_node_get_object (element) : NULL;
      const char *document = one != NULL ? member (one, "document") : NULL;
      const char *upload = one != NULL ? member (one, "upload") : NULL;
      IvrAttachment *attachment;

      if ((document == NULL || !g_uuid_string_is_valid (document)) && (upload == NULL || !g_uuid_string_is_valid (upload)))
        continue;
      attachment = g_new0 (IvrAttachment, 1);
      attachment->document = document != NULL && g_uuid_string_is_valid (document) ? g_strdup (document) : NULL;
      attachment->upload_id = g_strdup (upload);
      attachment->name = g_strdup (member (one, "name") != NULL ? member (one, "name") : "");
      g_ptr_array_add (list, attachment);
    }
}

/* Its file, when it is on the way already. */
static void
find_file (IvrAttachments *self,
           IvrAttachment  *attachment)
{
  for (guint i = 0; attachment->document == NULL && i < g_list_model_get_n_items (G_LIST_MODEL (self->uploads)); i++)
    {
      g_autoptr(IvrUpload) upload = g_list_model_get_item (G_LIST_MODEL (self->uploads), i);

      if (attachment->upload == NULL && g_strcmp0 (ivr_upload_get_id (upload), attachment->upload_id) == 0)
        watch (self, attachment, upload);
    }
}

/**
 * ivr_attachments_get:
 * @self: attachments
 * @request: a request
 *
 * Returns: (transfer none) (element-type IvrAttachment): what its message carries, in order
 */
GPtrArray *
ivr_attachments_get (IvrAttachments *self,
                     const char     *request)
{
  GPtrArray *list = g_hash_table_lookup (self->lists, request);

  if (list != NULL)
    return list;
  list = g_ptr_array_new_with_free_func (attachment_free);
  g_hash_table_insert (self->lists, g_strdup (request), list);
  read_draft (self, request, list);
  for (guint i = 0; i < list->len; i++)
    find_file (self, list->pdata[i]);
  return list;
}

/**
 * ivr_attachments_add_document:
 * @self: attachments
 * @request: a request
 * @document: one of its documents
 * @name: what the person knows it by
 *
 * Returns: whether the message carries it now; %FALSE when no more fit
 */
gboolean
ivr_attachments_add_document (IvrAttachments *self,
                              const char     *request,
                              const char     *document,
                              const char     *name)
{
  GPtrArray *list = ivr_attachments_get (self, request);
  IvrAttachment *attachment;

  for (guint i = 0; i < list->len; i++)
    if (g_strcmp0 (((IvrAttachment *) list->pdata[i])->document, document) == 0)
      return TRUE;
  if (list->len >= IVR_ATTACHMENTS_MOST)
    return FALSE;
  attachment = g_new0 (IvrAttachment, 1);
  attachment->document = g_strdup (document);
  attachment->name = g_strdup (name != NULL ? name : "");
  g_ptr_array_add (list, attachment);
  save (self, request);
  tell (self, request);
  return TRUE;
}

/**
 * ivr_attachments_add_upload:
 * @self: attachments
 * @upload: a file for the request of the message, not started yet
 *
 * Sends the file, and lets the message carry what becomes of it.
 *
 * Returns: whether it does; %FALSE, and nothing is sent, when no more fit
 */
gboolean
ivr_attachments_add_upload (IvrAttachments *self,
                            IvrUpload      *upload)
{
  const char *request = ivr_upload_get_request (upload);
  GPtrArray *list = ivr_attachments_get (self, request);
  IvrAttachment *attachment;

  if (list->len >= IVR_ATTACHMENTS_MOST)
    return FALSE;
  attachment = g_new0 (IvrAttachment, 1);
  attachment->upload_id = g_strdup (ivr_upload_get_id (upload));
  attachment->name = g_strdup (ivr_upload_get_name (upload));
  watch (self, attachment, upload);
  g_ptr_array_add (list, attachment);
  save (self, request);
  ivr_uploads_add (self->uploads, upload);
  tell (self, request);
  return TRUE;
}

/**
 * ivr_attachments_add_message:
 * @self: attachments
 * @request: a request
 * @message: one of it that could not be sent
 *
 * Lets the message that is written carry what @message carried.
 */
void
ivr_attachments_add_message (IvrAttachments *self,
                             const char     *request,
                             IvrMessage     *message)
{
  JsonArray *carried = ivr_message_get_documents (message);

  for (guint i = 0; carried != NULL && i < json_array_get_length (carried); i++)
    {
      JsonObject *one = json_array_get_object_element (carried, i);

      ivr_attachments_add_document (self, request, json_object_get_string_member_with_default (one, "id", ""),
                                    json_object_get_string_member_with_default (one, "title", NULL));
    }
  if (carried != NULL)
    ivr_attachments_set_internal (self, request, ivr_message_is_internal (message));
}

/**
 * ivr_attachments_remove:
 * @self: attachments
 * @request: a request
 * @nth: which, from 0
 *
 * Takes one off. A file that is on the way is given up; what has arrived stays a document of the request.
 */
void
ivr_attachments_remove (IvrAttachments *self,
                        const char     *request,
                        guint           nth)
{
  GPtrArray *list = ivr_attachments_get (self, request);
  g_autoptr(IvrUpload) upload = NULL;

  if (nth >= list->len)
    return;
  g_set_object (&upload, ((IvrAttachment *) list->pdata[nth])->upload);
  let_go (self, list->pdata[nth]);
  g_ptr_array_remove_index (list, nth);
  save (self, request);
  if (upload != NULL)
    ivr_uploads_remove (self->uploads, upload);
  tell (self, request);
}

/**
 * ivr_attachments_clear:
 * @self: attachments
 * @request: a request whose message was sent
 */
void
ivr_attachments_clear (IvrAttachments *self,
                       const char     *request)
{
  GPtrArray *list = ivr_attachments_get (self, request);

  for (guint i = 0; i < list->len; i++)
    let_go (self, list->pdata[i]);
  g_ptr_array_set_size (list, 0);
  g_hash_table_remove (self->waiting, request);
  g_hash_table_remove (self->internal, request);
  save (self, request);
  tell (self, request);
}

/**
 * ivr_attachments_get_state:
 * @self: attachments
 * @request: a request
 *
 * Returns: whether its message can go
 */
IvrAttachmentsState
ivr_attachments_get_state (IvrAttachments *self,
                           const char     *request)
{
  GPtrArray *list = ivr_attachments_get (self, request);
  IvrAttachmentsState state = IVR_ATTACHMENTS_READY;

  for (guint i = 0; i < list->len; i++)
    {
      IvrAttachment *attachment = list->pdata[i];

      if (attachment->document != NULL)
        continue;
      if (attachment->upload == NULL || ivr_upload_get_state (attachment->upload) == IVR_UPLOAD_FAILED)
        return IVR_ATTACHMENTS_STUCK;
      state = IVR_ATTACHMENTS_ON_THE_WAY;
    }
  return state;
}

/**
 * ivr_attachments_dup_documents:
 * @self: attachments
 * @request: a request
 *
 * Returns: (transfer full): the documents, as ivr_message_list_send_documents() takes them
 */
JsonArray *
ivr_attachments_dup_documents (IvrAttachments *self,
                               const char     *request)
{
  GPtrArray *list = ivr_attachments_get (self, request);
  JsonArray *documents = json_array_new ();

  for (guint i = 0; i < list->len; i++)
    {
      IvrAttachment *attachment = list->pdata[i];
      JsonObject *one;

      if (attachment->document == NULL)
        continue;
      one = json_object_new ();
      json_object_set_string_member (one, "id", attachment->document);
      add_member (one, "title", attachment->name);
      json_array_add_object_element (documents, one);
    }
  return documents;
}

/**
 * ivr_attachments_set_waiting:
 * @self: attachments
 * @request: a request
 * @waiting: whether its message goes by itself when its files have arrived
 */
void
ivr_attachments_set_waiting (IvrAttachments *self,
                             const char     *request,
                             gboolean        waiting)
{
  if (waiting)
    g_hash_table_add (self->waiting, g_strdup (request));
  else
    g_hash_table_remove (self->waiting, request);
  tell (self, request);
}

gboolean
ivr_attachments_is_waiting (IvrAttachments *self,
                            const char     *request)
{
  return g_hash_table_contains (self->waiting, request);
}

/**
 * ivr_attachments_set_internal:
 * @self: attachments
 * @request: a request
 * @internal: whether its message is a note of the team
 *
 * Kept with what it carries: a note that has no words yet must not come back as a message to the clinic.
 */
void
ivr_attachments_set_internal (IvrAttachments *self,
                              const char     *request,
                              gboolean        internal)
{
  if (internal == ivr_attachments_is_internal (self, request))
    return;
  if (internal)
    g_hash_table_add (self->internal, g_strdup (request));
  else
    g_hash_table_remove (self->internal, request);
  save (self, request);
}

gboolean
ivr_attachments_is_internal (IvrAttachments *self,
                             const char     *request)
{
  ivr_attachments_get (self, request);
  return g_hash_table_contains (self->internal, request);
}
