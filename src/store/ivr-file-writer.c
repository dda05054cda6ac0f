/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-file-writer.h"

#include "ivr-error.h"

#include <glib/gi18n-lib.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* Only the task that runs touches any of it; there is one at a time. */
struct _IvrFileWriter
{
  GObject parent_instance;

  char *path;            /* of the file that it becomes, or NULL */
  char *part;            /* of what is written meanwhile */
  int fd;
  guint64 size;
  guint64 written;
  IvrDocumentDigest *digest;
};

typedef struct
{
  GPtrArray *pieces;     /* GBytes */
  GPtrArray *digests;    /* GBytes */
  GBytes *whole;
  GBytes *all;
  guint64 size;
} Work;

G_DEFINE_FINAL_TYPE (IvrFileWriter, ivr_file_writer, G_TYPE_OBJECT)

static void
work_free (Work *work)
{
  g_clear_pointer (&work->pieces, g_ptr_array_unref);
  g_clear_pointer (&work->digests, g_ptr_array_unref);
  g_clear_pointer (&work->whole, g_bytes_unref);
  g_clear_pointer (&work->all, g_bytes_unref);
  g_free (work);
}

static void
ivr_file_writer_finalize (GObject *object)
{
  IvrFileWriter *self = IVR_FILE_WRITER (object);

  if (self->fd >= 0)
    close (self->fd);
  if (self->part != NULL)
    g_unlink (self->part);
  g_free (self->part);
  g_free (self->path);
  ivr_document_digest_free (self->digest);
  G_OBJECT_CLASS (ivr_file_writer_parent_class)->finalize (object);
}

static void
ivr_file_writer_class_init (IvrFileWriterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ivr_file_writer_finalize;
}

static void
ivr_file_writer_init (IvrFileWriter *self)
{
  self->fd = -1;
  self->digest = ivr_document_digest_new ();
}

/**
 * ivr_file_writer_new:
 * @file: what it becomes, on this computer; what is there already is replaced at the end
 *
 * Returns: (transfer full): a writer that has not begun
 */
IvrFileWriter *
ivr_file_writer_new (GFile *file)
{
  IvrFileWriter *self = g_object_new (IVR_TYPE_FILE_WRITER, NULL);

  self->path = g_file_get_path (file);
  return self;
}

/**
 * ivr_file_writer_new_fd:
 * @fd: a descriptor, which is written to and stays the caller's
 *
 * Returns: (transfer full): a writer that has not begun
 */
IvrFileWriter *
ivr_file_writer_new_fd (int fd)
{
  IvrFileWriter *self = g_object_new (IVR_TYPE_FILE_WRITER, NULL);

  self->fd = fcntl (fd, F_DUPFD_CLOEXEC, 3);
  return self;
}

static void
explain (int      code,
         GError **error)
{
  if (code == ENOSPC || code == EDQUOT || code == EFBIG)
    g_set_error_literal (error, IVR_ERROR, IVR_ERROR_LIMIT, _("There is no room on the disk; the document was not saved. Make room, or choose another folder."));
  else if (code == EACCES || code == EPERM || code == EROFS)
    g_set_error_literal (error, IVR_ERROR, IVR_ERROR_FORBIDDEN, _("You may not save in this folder; the document was not saved. Choose another one."));
  else if (code == ENOENT || code == ENOTDIR)
    g_set_error_literal (error, IVR_ERROR, IVR_ERROR_NOT_FOUND, _("The folder is not there any more; the document was not saved. Choose another one."));
  else
    g_set_error_literal (error, IVR_ERROR, IVR_ERROR_FAILED, _("The document could not be saved. See whether the disk is there, and try again."));
}

/* The room is taken at once where the file system can do that, so that a full disk is told before the line is used. */
static void
begin_in_worker (GTask        *task,
                 gpointer      source,
                 gpointer      data,
                 GCancellable *cancellable)
{
  IvrFileWriter *self = source;
  Work *work = data;
  GError *error = NULL;

  self->size = work->size;
  if (self->path != NULL)
    {
      g_autofree char *folder = g_path_get_dirname (self->path);
      g_autofree char *id = g_uuid_string_random ();
      g_autofree char *name = g_strdup_printf (".ivr-%s.part", id);

      self->part = g_build_filename (folder, name, NULL);
      self->fd = open (self->part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
      if (self->fd < 0)
        {
          explain (errno, &error);
          g_clear_pointer (&self->part, g_free);
        }
      else if (fallocate (self->fd, 0, 0, (off_t) self->size) != 0 && (errno == ENOSPC || errno == EDQUOT || errno == EFBIG))
        explain (errno, &error);
    }
  else if (self->fd < 0)
    g_set_error_literal (&error, IVR_ERROR, IVR_ERROR_FAILED, _("A document can only be saved on this computer. Choose another folder."));
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static gboolean
write_all (IvrFileWriter  *self,
           GBytes         *piece,
           GError        **error)
{
  gsize length;
  const char *data = g_bytes_get_data (piece, &length);

  while (length > 0)
    {
      gssize n = write (self->fd, data, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          explain (errno, error);
          return FALSE;
        }
      data += n;
      length -= (gsize) n;
      self->written += (guint64) n;
    }
  return TRUE;
}

static gboolean
damaged (GError **error)
{
  g_set_error_literal (error, IVR_ERROR, IVR_ERROR_PROTOCOL, _("The document arrived damaged and was not saved. Try again; if it stays so, tell your administrator."));
  return FALSE;
}

static gboolean
is_same (GBytes       *wanted,
         const guint8  digest[IVR_DIGEST_BYTES])
{
  return wanted != NULL && g_bytes_get_size (wanted) == IVR_DIGEST_BYTES &&
         memcmp (g_bytes_get_data (wanted, NULL), digest, IVR_DIGEST_BYTES) == 0;
}

static void
add_in_worker (GTask        *task,
               gpointer      source,
               gpointer      data,
               GCancellable *cancellable)
{
  IvrFileWriter *self = source;
  Work *work = data;
  GError *error = NULL;

  for (guint i = 0; i < work->pieces->len && error == NULL; i++)
    {
      GBytes *piece = work->pieces->pdata[i];
      guint8 digest[IVR_DIGEST_BYTES];

      ivr_document_digest_feed (self->digest, g_bytes_get_data (piece, NULL), g_bytes_get_size (piece), digest);
      if (!is_same (work->digests->pdata[i], digest) || self->written + g_bytes_get_size (piece) > self->size)
        damaged (&error);
      else if (!g_cancellable_set_error_if_cancelled (cancellable, &error))
        write_all (self, piece, &error);
    }
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static gboolean
put_in_place (IvrFileWriter  *self,
              GError        **error)
{
  if (self->path == NULL)
    return TRUE;
  if (fsync (self->fd) != 0 || rename (self->part, self->path) != 0)
    {
      explain (errno, error);
      return FALSE;
    }
  g_clear_pointer (&self->part, g_free);
  return TRUE;
}

static void
end_in_worker (GTask        *task,
               gpointer      source,
               gpointer      data,
               GCancellable *cancellable)
{
  IvrFileWriter *self = source;
  Work *work = data;
  GError *error = NULL;
  guint8 whole[IVR_DIGEST_BYTES];
  guint8 pieces[IVR_DIGEST_BYTES];

  ivr_document_digest_end (self->digest, whole, pieces);
  if (self->written != self->size || !is_same (work->whole, whole) || !is_same (work->all, pieces))
    damaged (&error);
  if (error == NULL && !g_cancellable_set_error_if_cancelled (cancellable, &error) && put_in_place (self, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
run (IvrFileWriter       *self,
     Work                *work,
     gpointer             tag,
     GTaskThreadFunc      func,
     GCancellable        *cancellable,
     GAsyncReadyCallback  callback,
     gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, work, (GDestroyNotify) work_free);
  g_task_run_in_thread (task, func);
}

/**
 * ivr_file_writer_begin_async:
 * @self: a writer
 * @size: bytes that will come
 * @cancellable: (nullable): a cancellable
 * @callback: called when there is room for them
 * @user_data: for @callback
 */
void
ivr_file_writer_begin_async (IvrFileWriter       *self,
                             guint64              size,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  Work *work = g_new0 (Work, 1);

  work->size = size;
  run (self, work, ivr_file_writer_begin_async, begin_in_worker, cancellable, callback, user_data);
}

/**
 * ivr_file_writer_add_async:
 * @self: a writer that has begun
 * @pieces: (element-type GBytes): the next pieces, in order
 * @digests: (element-type GBytes): the SHA-256 of each
 * @cancellable: (nullable): a cancellable
 * @callback: called when they were written
 * @user_data: for @callback
 */
void
ivr_file_writer_add_async (IvrFileWriter       *self,
                           GPtrArray           *pieces,
                           GPtrArray           *digests,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  Work *work = g_new0 (Work, 1);

  work->pieces = g_ptr_array_ref (pieces);
  work->digests = g_ptr_array_ref (digests);
  run (self, work, ivr_file_writer_add_async, add_in_worker, cancellable, callback, user_data);
}

/**
 * ivr_file_writer_end_async:
 * @self: a writer that was given all pieces
 * @whole: SHA-256 of the document
 * @pieces: SHA-256 over the SHA-256 of each piece
 * @cancellable: (nullable): a cancellable
 * @callback: called when the file is in its place
 * @user_data: for @callback
 */
void
ivr_file_writer_end_async (IvrFileWriter       *self,
                           GBytes              *whole,
                           GBytes              *pieces,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  Work *work = g_new0 (Work, 1);

  work->whole = g_bytes_ref (whole);
  work->all = g_bytes_ref (pieces);
  run (self, work, ivr_file_writer_end_async, end_in_worker, cancellable, callback, user_data);
}

/**
 * ivr_file_writer_finish:
 * @self: a writer
 * @result: what the callback of any of the three was given
 * @error: return location; %IVR_ERROR_LIMIT when there is no room, %IVR_ERROR_PROTOCOL when a hash does not agree
 *
 * Returns: whether it was done
 */
gboolean
ivr_file_writer_finish (IvrFileWriter  *self,
                        GAsyncResult   *result,
                        GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
