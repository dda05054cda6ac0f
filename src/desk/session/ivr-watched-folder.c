/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-watched-folder.h"

#include <glib/gi18n.h>
#include <string.h>

#define PREFIX "watched:"
#define ATTRIBUTES                                                                                                                                  \
  G_FILE_ATTRIBUTE_STANDARD_NAME "," G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_STANDARD_IS_HIDDEN "," \
  G_FILE_ATTRIBUTE_STANDARD_IS_SYMLINK "," G_FILE_ATTRIBUTE_TIME_MODIFIED "," G_FILE_ATTRIBUTE_TIME_MODIFIED_USEC
#define AT_ONCE 100
/* A folder with more is no place where a scanner puts what is to be handed in today. */
#define MOST_LOOKED_AT 5000
#define MOST_OFFERED 20
#define OLDEST_US ((gint64) 7 * 24 * 3600 * G_USEC_PER_SEC)

struct _IvrWatchedFile
{
  GObject parent_instance;

  GFile *file;
  char *name;
  guint64 size;
  gint64 changed;      /* microseconds since 1970 */
  char *key;           /* of this state of this file; says nothing of its name */
};

G_DEFINE_FINAL_TYPE (IvrWatchedFile, ivr_watched_file, G_TYPE_OBJECT)

static void
ivr_watched_file_finalize (GObject *object)
{
  IvrWatchedFile *self = IVR_WATCHED_FILE (object);

  g_clear_object (&self->file);
  g_free (self->name);
  g_free (self->key);
  G_OBJECT_CLASS (ivr_watched_file_parent_class)->finalize (object);
}

static void
ivr_watched_file_class_init (IvrWatchedFileClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ivr_watched_file_finalize;
}

static void
ivr_watched_file_init (IvrWatchedFile *self)
{
}

GFile *
ivr_watched_file_get_file (IvrWatchedFile *self)
{
  return self->file;
}

const char *
ivr_watched_file_get_name (IvrWatchedFile *self)
{
  return self->name;
}

guint64
ivr_watched_file_get_size (IvrWatchedFile *self)
{
  return self->size;
}

/**
 * ivr_watched_file_get_changed:
 * @self: a file
 *
 * Returns: when it was changed last, microseconds since 1970
 */
gint64
ivr_watched_file_get_changed (IvrWatchedFile *self)
{
  return self->changed;
}

struct _IvrWatchedFolder
{
  GObject parent_instance;

  IvrJournal *journal;
  char *path;
  GCancellable *cancellable;   /* of the look that is under way; NULL between two */
  GPtrArray *found;            /* IvrWatchedFile, by the look that is under way */
  guint looked_at;
  GHashTable *before;          /* keys that the look before found: what is there twice rests */
  GHashTable *done;            /* keys of files that the person has dealt with */
  GPtrArray *offered;          /* IvrWatchedFile */
};

enum {
  SIGNAL_LOOKED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static GType
list_get_item_type (GListModel *model)
{
  return IVR_TYPE_WATCHED_FILE;
}

static guint
list_get_n_items (GListModel *model)
{
  return IVR_WATCHED_FOLDER (model)->offered->len;
}

static gpointer
list_get_item (GListModel *model,
               guint       position)
{
  IvrWatchedFolder *self = IVR_WATCHED_FOLDER (model);

  return position < self->offered->len ? g_object_ref (self->offered->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = list_get_item_type;
  iface->get_n_items = list_get_n_items;
  iface->get_item = list_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (IvrWatchedFolder, ivr_watched_folder, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
stop (IvrWatchedFolder *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->found, g_ptr_array_unref);
}

static void
ivr_watched_folder_finalize (GObject *object)
{
  IvrWatchedFolder *self = IVR_WATCHED_FOLDER (object);

  stop (self);
  g_clear_object (&self->journal);
  g_free (self->path);
  g_hash_table_unref (self->before);
  g_hash_table_unref (self->done);
  g_ptr_array_unref (self->offered);
  G_OBJECT_CLASS (ivr_watched_folder_parent_class)->finalize (object);
}

static void
ivr_watched_folder_class_init (IvrWatchedFolderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ivr_watched_folder_finalize;
  signals[SIGNAL_LOOKED] = g_signal_new ("looked", IVR_TYPE_WATCHED_FOLDER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ivr_watched_folder_init (IvrWatchedFolder *self)
{
  self->before = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->done = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->offered = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * ivr_watched_folder_new:
 * @journal: (nullable): where it is kept what was dealt with, without names
 *
 * Returns: (transfer full): no folder is watched yet
 */
IvrWatchedFolder *
ivr_watched_folder_new (IvrJournal *journal)
{
  IvrWatchedFolder *self = g_object_new (IVR_TYPE_WATCHED_FOLDER, NULL);

  g_set_object (&self->journal, journal);
  return self;
}

static void
set_offered (IvrWatchedFolder *self,
             GPtrArray        *offered)
{
  guint before = self->offered->len;
  gboolean same = before == offered->len;

  for (guint i = 0; same && i < before; i++)
    same = g_str_equal (((IvrWatchedFile *) self->offered->pdata[i])->key, ((IvrWatchedFile *) offered->pdata[i])->key);
  /* Whoever has the focus in the list keeps it as long as nothing is new. */
  if (same)
    return;
  g_ptr_array_unref (self->offered);
  self->offered = g_ptr_array_ref (offered);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, before, offered->len);
}

/**
 * ivr_watched_folder_set_path:
 * @self: a folder
 * @path: (nullable): which one is watched; %NULL or "" for none
 */
void
ivr_watched_folder_set_path (IvrWatchedFolder *self,
                             const char       *path)
{
  g_autoptr(GPtrArray) none = g_ptr_array_new_with_free_func (g_object_unref);

  if (path != NULL && path[0] == '\0')
    path = NULL;
  if (g_strcmp0 (self->path, path) == 0)
    return;
  stop (self);
  g_free (self->path);
  self->path = g_strdup (path);
  g_hash_table_remove_all (self->before);
  set_offered (self, none);
}

const char *
ivr_watched_folder_get_path (IvrWatchedFolder *self)
{
  return self->path;
}

static gboolean
can_be_document (GFileInfo *info)
{
  static const char * const endings[] = { ".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".txt" };
  g_autofree char *small = g_ascii_strdown (g_file_info_get_name (info), -1);
  gint64 age = g_get_real_time () - (gint64) g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_TIME_MODIFIED) * G_USEC_PER_SEC;

  if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR || g_file_info_get_is_symlink (info) || g_file_info_get_is_hidden (info) ||
      g_file_info_get_size (info) <= 0 || age > OLDEST_US)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (small, endings[i]))
      return TRUE;
  return FALSE;
}

static IvrWatchedFile *
file_new (IvrWatchedFolder *self,
          GFileInfo        *info)
{
  IvrWatchedFile *file = g_object_new (IVR_TYPE_WATCHED_FILE, NULL);
  g_autofree char *state = NULL;

  file->file = g_file_new_build_filename (self->path, g_file_info_get_name (info), NULL);
  file->name = g_filename_display_name (g_file_info_get_name (info));
  file->size = (guint64) g_file_info_get_size (info);
  file->changed = (gint64) g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_TIME_MODIFIED) * G_USEC_PER_SEC +
                  g_file_info_get_attribute_uint32 (info, G_FILE_ATTRIBUTE_TIME_MODIFIED_USEC);
  state = g_strdup_printf ("%s/%s\n%" G_GUINT64_FORMAT "\n%" G_GINT64_FORMAT, self->path, g_file_info_get_name (info), file->size, file->changed);
  file->key = g_compute_checksum_for_string (G_CHECKSUM_SHA256, state, -1);
  return file;
}

static gboolean
is_done (IvrWatchedFolder *self,
         IvrWatchedFile   *file)
{
  g_autofree char *name = g_strconcat (PREFIX, file->key, NULL);
  g_autofree char *kept = self->journal != NULL ? ivr_journal_dup (self->journal, name) : NULL;

  return kept != NULL || g_hash_table_contains (self->done, file->key);
}

static int
compare_newest_first (gconstpointer a,
                      gconstpointer b)
{
  const IvrWatchedFile *one = *(IvrWatchedFile * const *) a;
  const IvrWatchedFile *two = *(IvrWatchedFile * const *) b;

  return one->changed > two->changed ? -1 : one->changed < two->changed ? 1 : strcmp (one->name, two->name);
}

/* What is not there any more need not be remembered. */
static void
forget_gone (IvrWatchedFolder *self)
{
  g_auto(GStrv) names = self->journal != NULL ? ivr_journal_list (self->journal, PREFIX) : NULL;

  for (gsize i = 0; names != NULL && names[i] != NULL; i++)
    if (!g_hash_table_contains (self->before, names[i] + strlen (PREFIX)))
      ivr_journal_remove (self->journal, names[i]);
}

static void
end_look (IvrWatchedFolder *self,
          const GError     *error)
{
  g_autoptr(GPtrArray) found = g_steal_pointer (&self->found);
  g_autoptr(GPtrArray) offered = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr(GHashTable) before = g_steal_pointer (&self->before);

  g_clear_object (&self->cancellable);
  self->before = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_ptr_array_sort (found, compare_newest_first);
  for (guint i = 0; i < found->len; i++)
    {
      IvrWatchedFile *file = found->pdata[i];

      g_hash_table_add (self->before, g_strdup (file->key));
      if (offered->len < MOST_OFFERED && g_hash_table_contains (before, file->key) && !is_done (self, file))
        g_ptr_array_add (offered, g_object_ref (file));
    }
  if (error == NULL && self->looked_at < MOST_LOOKED_AT)
    forget_gone (self);
  set_offered (self, offered);
  g_signal_emit (self, signals[SIGNAL_LOOKED], 0, error != NULL ? error->message : NULL);
}

static void
next_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(IvrWatchedFolder) self = data;
  GFileEnumerator *enumerator = G_FILE_ENUMERATOR (source);
  g_autoptr(GError) error = NULL;
  GList *infos = g_file_enumerator_next_files_finish (enumerator, result, &error);
  gboolean more = infos != NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->cancellable == NULL)
    {
      g_list_free_full (infos, g_object_unref);
      return;
    }
  for (GList *l = infos; l != NULL; l = l->next, self->looked_at++)
    if (can_be_document (l->data))
      g_ptr_array_add (self->found, file_new (self, l->data));
  g_list_free_full (infos, g_object_unref);
  if (more && self->looked_at < MOST_LOOKED_AT)
    g_file_enumerator_next_files_async (enumerator, AT_ONCE, G_PRIORITY_LOW, self->cancellable, next_cb, g_object_ref (self));
  else
    end_look (self, error);
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(IvrWatchedFolder) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GFileEnumerator) enumerator = g_file_enumerate_children_finish (G_FILE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->cancellable == NULL)
    return;
  if (enumerator == NULL)
    end_look (self, error);
  else
    g_file_enumerator_next_files_async (enumerator, AT_ONCE, G_PRIORITY_LOW, self->cancellable, next_cb, g_object_ref (self));
}

/**
 * ivr_watched_folder_look:
 * @self: a folder
 *
 * Looks once, off the window's thread; "looked" tells when. A file is offered when two looks have found it as it is.
 */
void
ivr_watched_folder_look (IvrWatchedFolder *self)
{
  g_autoptr(GFile) folder = NULL;

  if (self->path == NULL || self->cancellable != NULL)
    return;
  folder = g_file_new_for_path (self->path);
  self->cancellable = g_cancellable_new ();
  self->found = g_ptr_array_new_with_free_func (g_object_unref);
  self->looked_at = 0;
  g_file_enumerate_children_async (folder, ATTRIBUTES, G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, G_PRIORITY_LOW, self->cancellable, opened_cb,
                                   g_object_ref (self));
}

/**
 * ivr_watched_folder_done:
 * @self: a folder
 * @file: one that was attached, or is not to be offered any more; offered again when it is changed
 */
void
ivr_watched_folder_done (IvrWatchedFolder *self,
                         IvrWatchedFile   *file)
{
  g_autofree char *name = g_strconcat (PREFIX, file->key, NULL);
  guint position;

  g_hash_table_add (self->done, g_strdup (file->key));
  if (self->journal != NULL)
    ivr_journal_put (self->journal, name, "done");
  if (!g_ptr_array_find (self->offered, file, &position))
    return;
  g_ptr_array_remove_index (self->offered, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}
