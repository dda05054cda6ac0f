/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-uploads.h"

/* More would only share the same line. */
#define AT_ONCE 2

struct _IvrUploads
{
  GObject parent_instance;

  IvrOutboxKeeper keeper;
  GPtrArray *uploads;
  GHashTable *kept;      /* IvrUpload -> id under which it is kept: an upload that begins anew has another */
};

enum {
  SIGNAL_DONE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static GType
list_get_item_type (GListModel *model)
{
  return IVR_TYPE_UPLOAD;
}

static guint
list_get_n_items (GListModel *model)
{
  return IVR_UPLOADS (model)->uploads->len;
}

static gpointer
list_get_item (GListModel *model,
               guint       position)
{
  IvrUploads *self = IVR_UPLOADS (model);

  return position < self->uploads->len ? g_object_ref (self->uploads->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = list_get_item_type;
  iface->get_n_items = list_get_n_items;
  iface->get_item = list_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (IvrUploads, ivr_uploads, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
ivr_uploads_dispose (GObject *object)
{
  IvrUploads *self = IVR_UPLOADS (object);

  for (guint i = 0; i < self->uploads->len; i++)
    g_signal_handlers_disconnect_by_data (self->uploads->pdata[i], self);
  G_OBJECT_CLASS (ivr_uploads_parent_class)->dispose (object);
}

static void
ivr_uploads_finalize (GObject *object)
{
  IvrUploads *self = IVR_UPLOADS (object);

  g_ptr_array_unref (self->uploads);
  g_hash_table_unref (self->kept);
  G_OBJECT_CLASS (ivr_uploads_parent_class)->finalize (object);
}

static void
ivr_uploads_class_init (IvrUploadsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ivr_uploads_dispose;
  object_class->finalize = ivr_uploads_finalize;
  signals[SIGNAL_DONE] = g_signal_new ("done", IVR_TYPE_UPLOADS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, IVR_TYPE_UPLOAD);
}

static void
ivr_uploads_init (IvrUploads *self)
{
  self->uploads = g_ptr_array_new_with_free_func (g_object_unref);
  self->kept = g_hash_table_new_full (NULL, NULL, NULL, g_free);
}

/**
 * ivr_uploads_new:
 * @keeper: (nullable): where they survive a crash; copied
 *
 * Returns: (transfer full): nothing on the way yet
 */
IvrUploads *
ivr_uploads_new (const IvrOutboxKeeper *keeper)
{
  IvrUploads *self = g_object_new (IVR_TYPE_UPLOADS, NULL);

  if (keeper != NULL)
    self->keeper = *keeper;
  return self;
}

static gboolean
is_under_way (IvrUpload *upload)
{
  IvrUploadState state = ivr_upload_get_state (upload);

  return state == IVR_UPLOAD_CHECKING || state == IVR_UPLOAD_SENDING || state == IVR_UPLOAD_STOPPED;
}

/**
 * ivr_uploads_get_under_way:
 * @self: uploads
 *
 * Returns: how many are being sent or wait for the line
 */
guint
ivr_uploads_get_under_way (IvrUploads *self)
{
  guint n = 0;

  for (guint i = 0; i < self->uploads->len; i++)
    n += is_under_way (self->uploads->pdata[i]);
  return n;
}

static void
start_next (IvrUploads *self)
{
  for (guint i = 0; i < self->uploads->len && ivr_uploads_get_under_way (self) < AT_ONCE; i++)
    if (ivr_upload_get_state (self->uploads->pdata[i]) == IVR_UPLOAD_NEW)
      ivr_upload_start (self->uploads->pdata[i]);
}

static void
forget (IvrUploads *self,
        IvrUpload  *upload)
{
  const char *id = g_hash_table_lookup (self->kept, upload);

  if (id != NULL && self->keeper.forget != NULL)
    self->keeper.forget (id, self->keeper.data);
  g_hash_table_remove (self->kept, upload);
}

/* Kept before the first byte is sent. */
static void
keep (IvrUploads *self,
      IvrUpload  *upload)
{
  g_autofree char *json = ivr_upload_dup_json (upload);

  if (json == NULL || self->keeper.keep == NULL)
    return;
  if (g_strcmp0 (g_hash_table_lookup (self->kept, upload), ivr_upload_get_id (upload)) != 0)
    forget (self, upload);
  g_hash_table_insert (self->kept, upload, g_strdup (ivr_upload_get_id (upload)));
  self->keeper.keep (ivr_upload_get_id (upload), json, self->keeper.data);
}

static void
on_state (IvrUpload  *upload,
          GParamSpec *pspec,
          IvrUploads *self)
{
  g_autoptr(IvrUploads) alive = g_object_ref (self);
  IvrUploadState state = ivr_upload_get_state (upload);

  if (state == IVR_UPLOAD_STOPPED)
    keep (self, upload);
  else if (state == IVR_UPLOAD_DONE || state == IVR_UPLOAD_FAILED || state == IVR_UPLOAD_CANCELLED)
    {
      /* Whoever keeps something of it does so first: after a crash between the two it is there twice, and not lost. */
      if (state == IVR_UPLOAD_DONE)
        g_signal_emit (self, signals[SIGNAL_DONE], 0, upload);
      forget (self, upload);
      start_next (self);
    }
}

/**
 * ivr_uploads_add:
 * @self: uploads
 * @upload: one that was not started
 *
 * Starts it now, or when another is done.
 */
void
ivr_uploads_add (IvrUploads *self,
                 IvrUpload  *upload)
{
  g_ptr_array_add (self->uploads, g_object_ref (upload));
  g_signal_connect (upload, "notify::state", G_CALLBACK (on_state), self);
  keep (self, upload);
  g_list_model_items_changed (G_LIST_MODEL (self), self->uploads->len - 1, 0, 1);
  start_next (self);
}

/**
 * ivr_uploads_remove:
 * @self: uploads
 * @upload: one of them; given up when it is on the way
 */
void
ivr_uploads_remove (IvrUploads *self,
                    IvrUpload  *upload)
{
  guint position;

  if (!g_ptr_array_find (self->uploads, upload, &position))
    return;
  g_signal_handlers_disconnect_by_data (upload, self);
  forget (self, upload);
  ivr_upload_cancel (upload);
  g_ptr_array_remove_index (self->uploads, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  start_next (self);
}

/**
 * ivr_uploads_clear_done:
 * @self: uploads
 * @request: (nullable): only those of this request
 *
 * Takes those off the list that are done or were given up.
 */
void
ivr_uploads_clear_done (IvrUploads *self,
                        const char *request)
{
  for (guint i = self->uploads->len; i > 0; i--)
    {
      IvrUpload *upload = self->uploads->pdata[i - 1];
      IvrUploadState state = ivr_upload_get_state (upload);

      if ((state == IVR_UPLOAD_DONE || state == IVR_UPLOAD_CANCELLED) && (request == NULL || g_str_equal (request, ivr_upload_get_request (upload))))
        ivr_uploads_remove (self, upload);
    }
}
