/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-thumbnails.h"

#include "ivr-document-content.h"
#include "ivr-preview-client.h"
#include "ivr-programs.h"

/* How wide they are drawn, how many are kept, and up to which size a document is read just for one. */
#define WIDTH 144
#define MOST_KEPT 200
#define MOST_BYTES (20 * 1024 * 1024)

typedef struct
{
  char *document;
  int version;
  char *key;
  char *content_type;
  IvrThumbnailReady ready;
  GWeakRef data;
} Wish;

struct _IvrThumbnails
{
  GObject parent_instance;

  IvrDatabase *database;
  char *program;
  GHashTable *made;          /* SHA-256 -> GdkTexture */
  GQueue wishes;
  Wish *current;
  IvrPreviewClient *client;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (IvrThumbnails, ivr_thumbnails, G_TYPE_OBJECT)

static void make_next (IvrThumbnails *self);

static void
wish_free (Wish *wish)
{
  g_free (wish->document);
  g_free (wish->key);
  g_free (wish->content_type);
  g_weak_ref_clear (&wish->data);
  g_free (wish);
}

static void
ivr_thumbnails_dispose (GObject *object)
{
  IvrThumbnails *self = IVR_THUMBNAILS (object);

  g_cancellable_cancel (self->cancellable);
  g_queue_clear_full (&self->wishes, (GDestroyNotify) wish_free);
  G_OBJECT_CLASS (ivr_thumbnails_parent_class)->dispose (object);
}

static void
ivr_thumbnails_finalize (GObject *object)
{
  IvrThumbnails *self = IVR_THUMBNAILS (object);

  g_clear_pointer (&self->current, wish_free);
  g_clear_object (&self->client);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->database);
  g_hash_table_unref (self->made);
  g_free (self->program);
  G_OBJECT_CLASS (ivr_thumbnails_parent_class)->finalize (object);
}

static void
ivr_thumbnails_class_init (IvrThumbnailsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ivr_thumbnails_dispose;
  object_class->finalize = ivr_thumbnails_finalize;
}

static void
ivr_thumbnails_init (IvrThumbnails *self)
{
  self->made = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->program = ivr_programs_find ("ivr-preview");
  self->cancellable = g_cancellable_new ();
}

/**
 * ivr_thumbnails_new:
 * @database: the person's database
 *
 * Returns: (transfer full): none yet
 */
IvrThumbnails *
ivr_thumbnails_new (IvrDatabase *database)
{
  IvrThumbnails *self = g_object_new (IVR_TYPE_THUMBNAILS, NULL);

  self->database = g_object_ref (database);
  return self;
}

static void
made (IvrThumbnails *self,
      GdkTexture    *texture)
{
  g_autoptr(IvrThumbnails) alive = g_object_ref (self);
  Wish *wish = g_steal_pointer (&self->current);
  g_autoptr(GObject) data = g_weak_ref_get (&wish->data);

  g_clear_object (&self->client);
  if (g_hash_table_size (self->made) >= MOST_KEPT)
    g_hash_table_remove_all (self->made);
  if (texture != NULL)
    g_hash_table_insert (self->made, g_strdup (wish->key), g_object_ref (texture));
  if (data != NULL)
    wish->ready (texture, data);
  wish_free (wish);
  make_next (self);
}

static void
drawn_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(IvrThumbnails) self = data;
  g_autoptr(IvrPreviewImage) image = ivr_preview_client_render_finish (IVR_PREVIEW_CLIENT (source), result, NULL);
  g_autoptr(GdkTexture) texture = NULL;

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  if (image != NULL)
    texture = gdk_memory_texture_new (image->width, image->height, GDK_MEMORY_DEFAULT, image->pixels, image->stride);
  made (self, texture);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(IvrThumbnails) self = data;
  g_autoptr(IvrDocumentContent) content = ivr_document_content_load_finish (IVR_DATABASE (source), result, NULL);

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  if (content == NULL)
    {
      made (self, NULL);
      return;
    }
  self->client = ivr_preview_client_new (self->program, content->content_type, content->fd);
  ivr_preview_client_render_async (self->client, 0, WIDTH, self->cancellable, drawn_cb, g_object_ref (self));
}

static void
make_next (IvrThumbnails *self)
{
  while (self->current == NULL && (self->current = g_queue_pop_head (&self->wishes)) != NULL)
    {
      g_autoptr(GObject) data = g_weak_ref_get (&self->current->data);
      GdkTexture *texture = g_hash_table_lookup (self->made, self->current->key);

      if (data != NULL && texture == NULL)
        ivr_document_content_load_async (self->database, self->current->document, self->current->version, IVR_DOWNLOAD_THUMBNAIL,
                                         self->cancellable, loaded_cb, g_object_ref (self));
      else
        {
          /* Nobody looks any more, or the same content was drawn meanwhile. */
          if (data != NULL)
            self->current->ready (texture, data);
          g_clear_pointer (&self->current, wish_free);
        }
    }
}

/**
 * ivr_thumbnails_ask:
 * @self: thumbnails
 * @document: a document
 * @ready: called when there is one of its newest version, or at once
 * @data: for @ready; when it goes away nobody is called
 */
void
ivr_thumbnails_ask (IvrThumbnails     *self,
                    IvrDocument       *document,
                    IvrThumbnailReady  ready,
                    GObject           *data)
{
  const IvrDocumentVersion *version = ivr_document_get_nth (document, 0);
  GdkTexture *texture;
  Wish *wish;

  if (version == NULL || !version->readable || version->sha256 == NULL || version->size > MOST_BYTES ||
      g_str_equal (version->content_type, "text/plain"))
    {
      ready (NULL, data);
      return;
    }
  texture = g_hash_table_lookup (self->made, version->sha256);
  if (texture != NULL)
    {
      ready (texture, data);
      return;
    }
  wish = g_new0 (Wish, 1);
  wish->document = g_strdup (ivr_document_get_id (document));
  wish->version = version->n;
  wish->key = g_strdup (version->sha256);
  wish->content_type = g_strdup (version->content_type);
  wish->ready = ready;
  g_weak_ref_init (&wish->data, data);
  g_queue_push_tail (&self->wishes, wish);
  make_next (self);
}
