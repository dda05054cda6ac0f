/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-file-reader.h"

#include "ivr-content-type.h"
#include "ivr-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define ATTRIBUTES G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_TIME_MODIFIED "," \
  G_FILE_ATTRIBUTE_TIME_MODIFIED_USEC "," G_FILE_ATTRIBUTE_TIME_CHANGED "," G_FILE_ATTRIBUTE_TIME_CHANGED_USEC

/* Only the task that runs touches what is below "worker"; there is one at a time. */
struct _IvrFileReader
{
  GObject parent_instance;

  GFile *file;
  GBytes *bytes;
  gboolean busy;

  /* worker */
  GInputStream *stream;
  IvrDocumentDigest *digest;
  guint64 size;
  gint64 changed;       /* microseconds: when the file was changed last, at the beginning */
  guint64 at;
  guint8 piece[IVR_DIGEST_BYTES];
  guint8 whole[IVR_DIGEST_BYTES];
  guint8 pieces[IVR_DIGEST_BYTES];
};

G_DEFINE_FINAL_TYPE (IvrFileReader, ivr_file_reader, G_TYPE_OBJECT)

static void
ivr_file_reader_finalize (GObject *object)
{
  IvrFileReader *self = IVR_FILE_READER (object);

  g_clear_object (&self->file);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_object (&self->stream);
  ivr_document_digest_free (self->digest);
  G_OBJECT_CLASS (ivr_file_reader_parent_class)->finalize (object);
}

static void
ivr_file_reader_class_init (IvrFileReaderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ivr_file_reader_finalize;
}

static void
ivr_file_reader_init (IvrFileReader *self)
{
  self->digest = ivr_document_digest_new ();
}

/**
 * ivr_file_reader_new:
 * @file: a file
 *
 * Returns: (transfer full): its reader, before the first piece
 */
IvrFileReader *
ivr_file_reader_new (GFile *file)
{
  IvrFileReader *self = g_object_new (IVR_TYPE_FILE_READER, NULL);

  self->file = g_object_ref (file);
  return self;
}

/**
 * ivr_file_reader_new_bytes:
 * @bytes: what is in memory and in no file, such as a pasted image
 *
 * Returns: (transfer full): its reader, before the first piece
 */
IvrFileReader *
ivr_file_reader_new_bytes (GBytes *bytes)
{
  IvrFileReader *self = g_object_new (IVR_TYPE_FILE_READER, NULL);

  self->bytes = g_bytes_ref (bytes);
  return self;
}

static gboolean
refuse (GError     **error,
        IvrError     code,
        const char  *sentence)
{
  g_set_error_literal (error, IVR_ERROR, (int) code, sentence);
  return FALSE;
}

/* Errors of the file system in the words of a person who wants to attach something. */
static void
explain (GError **error)
{
  if (g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || (*error)->domain == IVR_ERROR)
    return;
  if (g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    {
      g_clear_error (error);
      refuse (error, IVR_ERROR_NOT_FOUND, _("The file is not there any more. Choose it again."));
    }
  else if (g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    {
      g_clear_error (error);
      refuse (error, IVR_ERROR_FORBIDDEN, _("You may not read this file on this computer. Ask whoever saved it."));
    }
  else
    {
      g_clear_error (error);
      refuse (error, IVR_ERROR_FAILED, _("The file could not be read. See whether its disk is there, and try again."));
    }
}

static gint64
changed_at (GFileInfo *info)
{
  gint64 modified = (gint64) g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_TIME_MODIFIED) * G_USEC_PER_SEC +
                    g_file_info_get_attribute_uint32 (info, G_FILE_ATTRIBUTE_TIME_MODIFIED_USEC);
  gint64 changed = (gint64) g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_TIME_CHANGED) * G_USEC_PER_SEC +
                   g_file_info_get_attribute_uint32 (info, G_FILE_ATTRIBUTE_TIME_CHANGED_USEC);

  return MAX (modified, changed);
}

static gboolean
open_file (IvrFileReader  *self,
           GCancellable   *cancellable,
           GError        **error)
{
  g_autoptr(GFileInfo) before = NULL;
  g_autoptr(GFileInfo) info = NULL;

  g_clear_object (&self->stream);
  self->at = 0;
  if (self->bytes != NULL)
    {
      self->stream = g_memory_input_stream_new_from_bytes (self->bytes);
      self->size = g_bytes_get_size (self->bytes);
      return TRUE;
    }
  /* A pipe or a device would never end, and a folder is none; looked at before it is opened. */
  before = g_file_query_info (self->file, ATTRIBUTES, G_FILE_QUERY_INFO_NONE, cancellable, error);
  if (before == NULL)
    return FALSE;
  if (g_file_info_get_file_type (before) == G_FILE_TYPE_DIRECTORY)
    return refuse (error, IVR_ERROR_INVALID, _("This is a folder. Choose the files in it."));
  if (g_file_info_get_file_type (before) != G_FILE_TYPE_REGULAR)
    return refuse (error, IVR_ERROR_INVALID, _("This is not a file that can be attached. Choose another one."));
  self->stream = G_INPUT_STREAM (g_file_read (self->file, cancellable, error));
  if (self->stream == NULL)
    return FALSE;
  info = g_file_input_stream_query_info (G_FILE_INPUT_STREAM (self->stream), ATTRIBUTES, cancellable, error);
  if (info == NULL)
    return FALSE;
  self->size = (guint64) g_file_info_get_size (info);
  self->changed = changed_at (info);
  return TRUE;
}

static gboolean
unchanged (IvrFileReader  *self,
           GCancellable   *cancellable,
           GError        **error)
{
  g_autoptr(GFileInfo) info = NULL;

  if (self->bytes != NULL)
    return TRUE;
  info = g_file_input_stream_query_info (G_FILE_INPUT_STREAM (self->stream), ATTRIBUTES, cancellable, error);
  if (info == NULL)
    return FALSE;
  if ((guint64) g_file_info_get_size (info) != self->size || changed_at (info) != self->changed)
    return refuse (error, IVR_ERROR_STALE, _("The file was changed while it was being sent. Nothing was attached; send it again."));
  return TRUE;
}

static GBytes *
read_piece (IvrFileReader  *self,
            GCancellable   *cancellable,
            GError        **error)
{
  guint64 left = self->size - self->at;
  gsize wanted = (gsize) MIN (left, IVR_PIECE_BYTES);
  g_autofree guint8 *data = g_malloc (MAX (wanted, 1));
  gsize n = 0;

  if (!g_input_stream_read_all (self->stream, data, wanted, &n, cancellable, error))
    return NULL;
  if (n < wanted)
    {
      refuse (error, IVR_ERROR_STALE, _("The file became shorter while it was being sent. Nothing was attached; send it again."));
      return NULL;
    }
  self->at += n;
  return g_bytes_new_take (g_steal_pointer (&data), n);
}

/* The whole file once, for the word that says that it is encrypted: it may stand anywhere. */
static gboolean
check_pdf (IvrFileReader  *self,
           GBytes         *head,
           GCancellable   *cancellable,
           GError        **error)
{
  IvrPdfScan scan = { 0 };
  g_autoptr(GBytes) piece = g_bytes_ref (head);

  while (piece != NULL && g_bytes_get_size (piece) > 0)
    {
      if (ivr_pdf_scan_feed (&scan, g_bytes_get_data (piece, NULL), g_bytes_get_size (piece)))
        return refuse (error, IVR_ERROR_INVALID, _("This PDF is encrypted, and nobody could open it. Save or print it as a PDF without a password, and attach that."));
      g_bytes_unref (piece);
      piece = read_piece (self, cancellable, error);
    }
  return piece != NULL;
}

static void
check_in_worker (GTask        *task,
                 gpointer      source,
                 gpointer      data,
                 GCancellable *cancellable)
{
  IvrFileReader *self = source;
  const guint64 *most = data;
  GError *error = NULL;
  g_autoptr(GBytes) head = NULL;
  const char *content_type = NULL;

  if (open_file (self, cancellable, &error) && self->size <= *most)
    head = read_piece (self, cancellable, &error);
  else if (error == NULL)
    g_set_error (&error, IVR_ERROR, IVR_ERROR_LIMIT, _("The file has %u MB; at most %u MB fit. Nothing was sent."),
                 (guint) ((self->size + 1048575) / 1048576), (guint) (*most / 1048576));
  if (head != NULL)
    content_type = ivr_content_type_check (g_bytes_get_data (head, NULL), g_bytes_get_size (head), &error);
  if (content_type != NULL && g_str_equal (content_type, "application/pdf") && !check_pdf (self, head, cancellable, &error))
    content_type = NULL;
  /* Back to the beginning, with what was seen of the file kept in mind. */
  if (content_type != NULL && !g_seekable_seek (G_SEEKABLE (self->stream), 0, G_SEEK_SET, cancellable, &error))
    content_type = NULL;
  self->at = 0;
  self->busy = FALSE;
  if (content_type == NULL)
    {
      explain (&error);
      g_task_return_error (task, error);
    }
  else
    g_task_return_pointer (task, g_strdup (content_type), g_free);
}

/**
 * ivr_file_reader_check_async:
 * @self: a reader before the first piece
 * @most_bytes: how large the file may be
 * @cancellable: (nullable): a cancellable
 * @callback: called with what the file is
 * @user_data: for @callback
 *
 * Looks at the file before anything is sent of it. What cannot be attached is refused with what to do instead:
 * empty, too large, encrypted, of a kind that is not taken, no file.
 */
void
ivr_file_reader_check_async (IvrFileReader       *self,
                             guint64              most_bytes,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_return_if_fail (!self->busy);
  self->busy = TRUE;
  g_task_set_source_tag (task, ivr_file_reader_check_async);
  g_task_set_task_data (task, g_memdup2 (&most_bytes, sizeof most_bytes), g_free);
  g_task_run_in_thread (task, check_in_worker);
}

/**
 * ivr_file_reader_check_finish:
 * @self: a reader
 * @result: what the callback was given
 * @error: return location
 *
 * Returns: (transfer none) (nullable): the content type, a constant
 */
const char *
ivr_file_reader_check_finish (IvrFileReader  *self,
                              GAsyncResult   *result,
                              GError        **error)
{
  g_autofree char *content_type = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  content_type = g_task_propagate_pointer (G_TASK (result), error);
  return content_type != NULL ? g_intern_string (content_type) : NULL;
}

static void
next_in_worker (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  IvrFileReader *self = source;
  GError *error = NULL;
  g_autoptr(GBytes) piece = NULL;

  /* A reader that was not asked to check begins here. */
  if ((self->stream != NULL || open_file (self, cancellable, &error)) && unchanged (self, cancellable, &error))
    piece = read_piece (self, cancellable, &error);
  if (piece != NULL && g_bytes_get_size (piece) > 0)
    ivr_document_digest_feed (self->digest, g_bytes_get_data (piece, NULL), g_bytes_get_size (piece), self->piece);
  else if (piece != NULL)
    ivr_document_digest_end (self->digest, self->whole, self->pieces);
  self->busy = FALSE;
  if (piece == NULL)
    {
      explain (&error);
      g_task_return_error (task, error);
    }
  else
    g_task_return_pointer (task, g_steal_pointer (&piece), (GDestroyNotify) g_bytes_unref);
}

/**
 * ivr_file_reader_next_async:
 * @self: a reader; its file was checked, now or earlier
 * @cancellable: (nullable): a cancellable
 * @callback: called with the piece
 * @user_data: for @callback
 */
void
ivr_file_reader_next_async (IvrFileReader       *self,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_return_if_fail (!self->busy);
  self->busy = TRUE;
  g_task_set_source_tag (task, ivr_file_reader_next_async);
  g_task_run_in_thread (task, next_in_worker);
}

/**
 * ivr_file_reader_next_finish:
 * @self: a reader
 * @result: what the callback was given
 * @digest: (out): SHA-256 of the piece
 * @error: return location; %IVR_ERROR_STALE when the file was changed meanwhile
 *
 * Returns: (transfer full) (nullable): the piece; an empty one at the end, and from then on the hashes of the whole are known
 */
GBytes *
ivr_file_reader_next_finish (IvrFileReader  *self,
                             GAsyncResult   *result,
                             guint8          digest[IVR_DIGEST_BYTES],
                             GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  memcpy (digest, self->piece, IVR_DIGEST_BYTES);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * ivr_file_reader_get_size:
 * @self: a reader that has opened its file
 *
 * Returns: bytes of the file
 */
guint64
ivr_file_reader_get_size (IvrFileReader *self)
{
  return self->size;
}

/**
 * ivr_file_reader_get_changed:
 * @self: a reader whose file was checked
 *
 * Returns: when the file was changed last, in microseconds since 1970; 0 for what is in no file
 */
gint64
ivr_file_reader_get_changed (IvrFileReader *self)
{
  return self->changed;
}

/**
 * ivr_file_reader_get_digests:
 * @self: a reader that has come to the end
 * @whole: (out): SHA-256 of the file
 * @pieces: (out): SHA-256 over the SHA-256 of each piece
 */
void
ivr_file_reader_get_digests (IvrFileReader *self,
                             guint8         whole[IVR_DIGEST_BYTES],
                             guint8         pieces[IVR_DIGEST_BYTES])
{
  memcpy (whole, self->whole, IVR_DIGEST_BYTES);
  memcpy (pieces, self->pieces, IVR_DIGEST_BYTES);
}
