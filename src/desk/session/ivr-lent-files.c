/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-lent-files.h"

#include "ivr-error.h"
#include "ivr-file-name.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX "lent-"
#define LOCK "lock"
#define READ_ONLY 0400

/* Shared with the worker, which may outlive the object. */
typedef struct
{
  GMutex mutex;
  char *folder;      /* of this session; NULL until something is lent */
  int lock;          /* held as long as the folder is in use */
  gboolean ended;
} Place;

struct _IvrLentFiles
{
  GObject parent_instance;

  IvrDatabase *database;
  Place *place;
};

G_DEFINE_FINAL_TYPE (IvrLentFiles, ivr_lent_files, G_TYPE_OBJECT)

static void
place_clear (Place *place)
{
  if (place->lock >= 0)
    close (place->lock);
  g_free (place->folder);
  g_mutex_clear (&place->mutex);
}

static void
place_unref (Place *place)
{
  g_atomic_rc_box_release_full (place, (GDestroyNotify) place_clear);
}

/* Two folders deep, and nothing outside: links are removed, not followed. */
static void
remove_folder (const char *path,
               int         depth)
{
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inside = g_build_filename (path, name, NULL);

      if (g_unlink (inside) != 0 && depth > 0)
        remove_folder (inside, depth - 1);
    }
  g_rmdir (path);
}

static int
open_lock (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, LOCK, NULL);

  return open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
}

/* What is locked is somebody's; what is not was left behind. */
static void
remove_left (const char *base)
{
  g_autoptr(GDir) dir = g_dir_open (base, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (base, name, NULL);
      int lock;

      if (!g_str_has_prefix (name, PREFIX))
        continue;
      lock = open_lock (path);
      if (lock >= 0 && flock (lock, LOCK_EX | LOCK_NB) == 0)
        remove_folder (path, 1);
      if (lock >= 0)
        close (lock);
    }
}

/* In a sandbox: the one place of the session that programs outside see under the same path. */
static char *
dup_base (void)
{
  const char *sandbox = g_getenv ("FLATPAK_ID");

  return sandbox != NULL ? g_build_filename (g_get_user_runtime_dir (), "app", sandbox, "documents", NULL)
                         : g_build_filename (g_get_user_runtime_dir (), "ivr-desk", NULL);
}

static gboolean
is_own_folder (const char *path)
{
  GStatBuf facts;

  return g_lstat (path, &facts) == 0 && S_ISDIR (facts.st_mode) && facts.st_uid == getuid () && (facts.st_mode & 0077) == 0;
}

static gboolean
make_folder (Place   *place,
             GError **error)
{
  g_autofree char *base = dup_base ();
  g_autofree char *folder = g_build_filename (base, PREFIX "XXXXXX", NULL);
  int all;

  if (place->folder != NULL)
    return TRUE;
  all = g_mkdir_with_parents (base, 0700) == 0 && is_own_folder (base) ? open_lock (base) : -1;
  /* Nobody removes a folder that is not locked yet. */
  if (all >= 0 && flock (all, LOCK_EX) == 0)
    {
      remove_left (base);
      if (g_mkdtemp (folder) != NULL)
        {
          place->lock = open_lock (folder);
          if (place->lock >= 0 && flock (place->lock, LOCK_EX | LOCK_NB) == 0)
            place->folder = g_steal_pointer (&folder);
        }
    }
  if (all >= 0)
    close (all);
  if (place->folder == NULL)
    g_set_error_literal (error, IVR_ERROR, IVR_ERROR_FAILED,
                         _("There is no private place on this computer for the document, so no other program was given it. Save it to a folder of yours instead."));
  return place->folder != NULL;
}

typedef struct
{
  Place *place;
  char *name;
  char *document;
  IvrDownloadPurpose purpose;
  GFile *file;
} Lending;

static void
lending_free (Lending *lending)
{
  place_unref (lending->place);
  g_free (lending->name);
  g_free (lending->document);
  g_clear_object (&lending->file);
  g_free (lending);
}

static void
make_in_worker (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  Lending *lending = data;
  g_autoptr(GError) error = NULL;
  g_autofree char *folder = NULL;

  g_mutex_lock (&lending->place->mutex);
  if (lending->place->ended)
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The session has ended.");
  else if (make_folder (lending->place, &error))
    {
      /* One for each, so that two of one name do not meet. */
      folder = g_build_filename (lending->place->folder, "XXXXXX", NULL);
      if (g_mkdtemp (folder) == NULL)
        g_set_error (&error, IVR_ERROR, IVR_ERROR_FAILED, _("The document could not be written: %s. No other program was given it."), g_strerror (errno));
    }
  g_mutex_unlock (&lending->place->mutex);
  if (error != NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  lending->file = g_file_new_build_filename (folder, lending->name, NULL);
  g_task_return_boolean (task, TRUE);
}

static void
ivr_lent_files_dispose (GObject *object)
{
  IvrLentFiles *self = IVR_LENT_FILES (object);

  ivr_lent_files_end (self);
  g_clear_object (&self->database);
  g_clear_pointer (&self->place, place_unref);
  G_OBJECT_CLASS (ivr_lent_files_parent_class)->dispose (object);
}

static void
ivr_lent_files_class_init (IvrLentFilesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ivr_lent_files_dispose;
}

static void
ivr_lent_files_init (IvrLentFiles *self)
{
  self->place = g_atomic_rc_box_new0 (Place);
  self->place->lock = -1;
  g_mutex_init (&self->place->mutex);
}

/**
 * ivr_lent_files_new:
 * @database: the person's database
 *
 * Returns: (transfer full): nothing is lent yet
 */
IvrLentFiles *
ivr_lent_files_new (IvrDatabase *database)
{
  IvrLentFiles *self = g_object_new (IVR_TYPE_LENT_FILES, NULL);

  self->database = g_object_ref (database);
  return self;
}

/**
 * ivr_lent_files_end:
 * @self: lent files
 *
 * Removes them all; nothing can be lent any more. At once, since the program may be ending: these are a few names in
 * memory. A program that has one open keeps what it has.
 */
void
ivr_lent_files_end (IvrLentFiles *self)
{
  if (self->place == NULL)
    return;
  g_mutex_lock (&self->place->mutex);
  self->place->ended = TRUE;
  if (self->place->folder != NULL)
    remove_folder (self->place->folder, 1);
  g_clear_pointer (&self->place->folder, g_free);
  g_mutex_unlock (&self->place->mutex);
}

/* What it is comes from its content: a program is chosen by the ending, and the name was somebody else's to give. */
static char *
dup_name (const char *name,
          const char *content_type)
{
  static const struct
  {
    const char *content_type;
    const char *endings[3];
  } kinds[] = {
    { "application/pdf", { ".pdf" } }, { "image/png", { ".png" } },   { "image/jpeg", { ".jpg", ".jpeg" } },
    { "image/tiff", { ".tif", ".tiff" } }, { "image/webp", { ".webp" } }, { "text/plain", { ".txt" } },
  };
  g_autofree char *clean = ivr_file_name_clean (name);
  g_autofree char *small = g_ascii_strdown (clean, -1);
  const char *ending = ".bin";

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (content_type, kinds[i].content_type) == 0)
      {
        ending = kinds[i].endings[0];
        for (gsize k = 0; kinds[i].endings[k] != NULL; k++)
          if (g_str_has_suffix (small, kinds[i].endings[k]))
            return g_steal_pointer (&clean);
      }
  while (strlen (clean) + strlen (ending) > IVR_FILE_NAME_MOST)
    *g_utf8_find_prev_char (clean, clean + strlen (clean)) = '\0';
  return g_strconcat (clean, ending, NULL);
}

static void
kept_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(GTask) task = data;
  Lending *lending = g_task_get_task_data (task);
  g_autoptr(GFileInfo) info = NULL;

  /* Only a hint to the other program that changes are not kept: it works without, too. */
  g_file_set_attributes_finish (G_FILE (source), result, &info, NULL);
  g_task_return_pointer (task, g_object_ref (lending->file), g_object_unref);
}

static void
downloaded_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  g_autoptr(GTask) task = data;
  Lending *lending = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonObject) facts = ivr_download_finish (IVR_DATABASE (source), result, &error);
  g_autoptr(GFileInfo) mode = g_file_info_new ();

  if (facts == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_file_info_set_attribute_uint32 (mode, G_FILE_ATTRIBUTE_UNIX_MODE, READ_ONLY);
  g_file_set_attributes_async (lending->file, mode, G_FILE_QUERY_INFO_NONE, G_PRIORITY_DEFAULT, NULL, kept_cb, g_steal_pointer (&task));
}

static void
made_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  IvrLentFiles *self = IVR_LENT_FILES (source);
  g_autoptr(GTask) task = data;
  Lending *lending = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr(GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    ivr_download_async (self->database, lending->document, 0, lending->purpose, lending->file, NULL, cancellable, downloaded_cb,
                        g_steal_pointer (&task));
}

/**
 * ivr_lent_files_lend_async:
 * @self: lent files
 * @document: a document; its newest version
 * @name: what the file is called
 * @content_type: what it is
 * @purpose: what for; written down before the first byte is read
 * @cancellable: (nullable): a cancellable
 * @callback: called when the file is there
 * @user_data: for @callback
 */
void
ivr_lent_files_lend_async (IvrLentFiles        *self,
                           const char          *document,
                           const char          *name,
                           const char          *content_type,
                           IvrDownloadPurpose   purpose,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr(GTask) making = g_task_new (self, NULL, made_cb, task);
  Lending *lending = g_new0 (Lending, 1);

  g_task_set_source_tag (task, ivr_lent_files_lend_async);
  g_task_set_source_tag (making, ivr_lent_files_lend_async);
  lending->place = g_atomic_rc_box_acquire (self->place);
  lending->document = g_strdup (document);
  lending->name = dup_name (name, content_type);
  lending->purpose = purpose;
  g_task_set_task_data (task, lending, (GDestroyNotify) lending_free);
  /* The first task lives until the second has called back. */
  g_task_set_task_data (making, lending, NULL);
  g_task_run_in_thread (making, make_in_worker);
}

/**
 * ivr_lent_files_lend_finish:
 * @self: lent files
 * @result: what the callback was given
 * @error: return location; a sentence for the person
 *
 * Returns: (transfer full) (nullable): the file
 */
GFile *
ivr_lent_files_lend_finish (IvrLentFiles  *self,
                            GAsyncResult  *result,
                            GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
