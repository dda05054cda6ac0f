/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-journal-file.h"

#include "ivr-error.h"
#include "ivr-journal-key.h"
#include "ivr-journal-seal.h"

#include <glib/gi18n-lib.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <gnutls/gnutls.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char magic[8] = "IVRJRNL1";
static const char proof[] = "ivr-desk";

#define PROOF_RECORD (IVR_SEAL_RECORD_HEAD + IVR_SEAL_TAG + sizeof proof)
#define HEAD_BYTES (sizeof magic + IVR_SEAL_FILE_ID + PROOF_RECORD)
/* Below this a file is not worth rewriting. */
#define SMALL_FILE (256 * 1024)
#define WASTE_FACTOR 4

enum {
  KIND_PUT = 1,
  KIND_REMOVE,
};

struct _IvrJournalFile
{
  char *path;
  IvrSeal seal;
  GHashTable *records;  /* char* -> GBytes* */
  gsize live;           /* bytes of names and values */
  int lock_fd;
  int fd;
  gsize size;           /* of what is known to be good; whatever lies behind is not */
  guint64 sequence;
  gboolean damaged;
  gboolean rewrite;     /* what is on the disk cannot be trusted to be appended to */
};

static gboolean fail (GError     **error,
                      int          code,
                      const char  *format,
                      ...) G_GNUC_PRINTF (3, 4);

static gboolean
fail (GError     **error,
      int          code,
      const char  *format,
      ...)
{
  g_autofree char *sentence = NULL;
  va_list args;

  va_start (args, format);
  sentence = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, IVR_ERROR, code == ENOSPC || code == EDQUOT || code == EFBIG
                       ? IVR_ERROR_LIMIT : IVR_ERROR_FAILED, sentence);
  return FALSE;
}

static gsize
weight (const char *name,
        GBytes     *value)
{
  return strlen (name) + g_bytes_get_size (value) + IVR_SEAL_RECORD_HEAD + IVR_SEAL_TAG + 5;
}

static void
apply (IvrJournalFile *self,
       const char     *name,
       GBytes         *value)
{
  GBytes *before = g_hash_table_lookup (self->records, name);

  if (before != NULL)
    self->live -= weight (name, before);
  if (value == NULL)
    {
      g_hash_table_remove (self->records, name);
      return;
    }
  self->live += weight (name, value);
  g_hash_table_replace (self->records, g_strdup (name), g_bytes_ref (value));
}

static void
sync_folder (IvrJournalFile *self)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd >= 0)
    {
      fsync (fd);
      close (fd);
    }
}

static gboolean
write_at (int         fd,
          GByteArray *bytes,
          gsize       offset)
{
  gsize done = 0;

  while (done < bytes->len)
    {
      ssize_t n = pwrite (fd, bytes->data + done, bytes->len - done, (off_t) (offset + done));

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      done += (gsize) n;
    }
  return TRUE;
}

static gboolean
append_change (IvrSeal     *seal,
               guint64      sequence,
               const char  *name,
               GBytes      *value,
               GByteArray  *out)
{
  gsize name_length = strlen (name), value_length = 0;
  gconstpointer data = value != NULL ? g_bytes_get_data (value, &value_length) : NULL;
  g_autoptr(GByteArray) plain = g_byte_array_sized_new ((guint) (5 + name_length + value_length));
  guint8 head[5] = { value != NULL ? KIND_PUT : KIND_REMOVE };

  for (int i = 0; i < 4; i++)
    head[1 + i] = (guint8) (name_length >> (8 * i));
  g_byte_array_append (plain, head, sizeof head);
  g_byte_array_append (plain, (const guint8 *) name, (guint) name_length);
  if (value_length > 0)
    g_byte_array_append (plain, data, (guint) value_length);
  return ivr_seal_append (seal, sequence, plain->data, plain->len, out);
}

/* Writes everything anew beside the old file and puts it in its place: either is whole. */
static gboolean
rewrite (IvrJournalFile  *self,
         GError         **error)
{
  g_autofree char *fresh = g_strconcat (self->path, ".new", NULL);
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  IvrSeal seal = self->seal;
  guint64 sequence = 0;
  GHashTableIter iter;
  gpointer name, value;
  gboolean sealed;
  int fd;

  sealed = gnutls_rnd (GNUTLS_RND_RANDOM, seal.file_id, sizeof seal.file_id) == 0;
  g_byte_array_append (bytes, (const guint8 *) magic, sizeof magic);
  g_byte_array_append (bytes, seal.file_id, sizeof seal.file_id);
  sealed = sealed && ivr_seal_append (&seal, sequence++, (const guint8 *) proof, sizeof proof,
                                      bytes);
  g_hash_table_iter_init (&iter, self->records);
  while (sealed && g_hash_table_iter_next (&iter, &name, &value))
    sealed = append_change (&seal, sequence++, name, value, bytes);
  if (!sealed)
    {
      g_set_error_literal (error, IVR_ERROR, IVR_ERROR_FAILED,
                           _("The local journal cannot be encrypted."));
      return FALSE;
    }
  fd = open (fresh, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0 || !write_at (fd, bytes, 0) || fsync (fd) < 0 || rename (fresh, self->path) < 0)
    {
      fail (error, errno, _("The local journal cannot be written: %s. What you typed is kept in memory."),
                 g_strerror (errno));
      if (fd >= 0)
        {
          close (fd);
          unlink (fresh);
        }
      return FALSE;
    }
  sync_folder (self);
  if (self->fd >= 0)
    close (self->fd);
  self->fd = fd;
  self->seal = seal;
  self->sequence = sequence;
  self->size = bytes->len;
  self->rewrite = FALSE;
  return TRUE;
}

static gboolean
read_change (IvrJournalFile *self,
             const guint8   *plain,
             gsize           length)
{
  g_autofree char *name = NULL;
  g_autoptr(GBytes) value = NULL;
  gsize name_length;

  if (length < 5)
    return FALSE;
  name_length = (gsize) plain[1] | (gsize) plain[2] << 8 | (gsize) plain[3] << 16 | (gsize) plain[4] << 24;
  if (name_length > length - 5 || (plain[0] != KIND_PUT && plain[0] != KIND_REMOVE))
    return FALSE;
  name = g_strndup ((const char *) plain + 5, name_length);
  if (plain[0] == KIND_PUT)
    value = g_bytes_new (plain + 5 + name_length, length - 5 - name_length);
  apply (self, name, value);
  return TRUE;
}

/* Reads what is genuine. A torn end is what a crash leaves; anything else that is not genuine is
 * damage, and what lies behind it is looked for. */
static void
read_records (IvrJournalFile *self,
              const guint8   *data,
              gsize           size)
{
  gsize at = HEAD_BYTES;
  gboolean lost = FALSE;
  gboolean suspicious = FALSE;

  self->size = at;
  while (at < size)
    {
      guint64 sequence;
      gsize plain_length, record_length;
      g_autofree guint8 *plain = ivr_seal_open (&self->seal, data + at, size - at, &sequence,
                                                &plain_length,
                                                &record_length);

      if (plain != NULL && sequence >= self->sequence && read_change (self, plain, plain_length))
        {
          self->damaged |= lost || sequence != self->sequence;
          self->sequence = sequence + 1;
          at += record_length;
          self->size = at;
          lost = FALSE;
          continue;
        }
      suspicious |= !lost && ivr_seal_is_whole (data + at, size - at);
      lost = TRUE;
      at++;
    }
  self->damaged |= suspicious;
  self->rewrite = lost || self->damaged;
}

static char *
free_name (const char *path,
           const char *why)
{
  for (guint i = 1;; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s.%s-%u", path, why, i);

      if (!g_file_test (name, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&name);
    }
}

/* Keeps the file as it was found under another name; the folder is locked, so no name is taken
 * between the look and the use. */
static gboolean
keep_copy (IvrJournalFile  *self,
           GBytes          *content,
           GError         **error)
{
  g_autofree char *name = free_name (self->path, "damaged");
  g_autoptr(GError) why = NULL;
  gsize size;
  const char *data = g_bytes_get_data (content, &size);

  if (g_file_set_contents_full (name, data, (gssize) size,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                0600, &why))
    return TRUE;
  g_set_error_literal (error, IVR_ERROR, IVR_ERROR_FAILED,
                       _("The local journal is damaged, and no copy of it can be kept. Make room on the disk first."));
  return FALSE;
}

static gboolean
set_aside (IvrJournalFile  *self,
           GError         **error)
{
  g_autofree char *name = free_name (self->path, "kept");

  if (rename (self->path, name) < 0 && errno != ENOENT)
    return fail (error, errno, _("The local journal cannot be set aside: %s. What you typed is kept in memory."),
                 g_strerror (errno));
  sync_folder (self);
  return TRUE;
}

static gboolean
take_lock (IvrJournalFile  *self,
           GError         **error)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autofree char *name = g_strconcat (self->path, ".lock", NULL);

  if (g_mkdir_with_parents (folder, 0700) < 0)
    return fail (error, errno, _("The local journal cannot be opened: %s. What you typed is kept in memory."),
                 g_strerror (errno));
  self->lock_fd = open (name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (self->lock_fd < 0)
    return fail (error, errno, _("The local journal cannot be opened: %s. What you typed is kept in memory."),
                 g_strerror (errno));
  if (flock (self->lock_fd, LOCK_EX | LOCK_NB) < 0)
    {
      if (errno != EWOULDBLOCK)
        return fail (error, errno, _("The local journal cannot be locked: %s. What you typed is kept in memory."),
                 g_strerror (errno));
      g_set_error_literal (error, IVR_ERROR, IVR_ERROR_BUSY,
                           _("The local journal is in use by another window of this program. Close that one first."));
      return FALSE;
    }
  return TRUE;
}

/* The content of the file; NULL without error when there is none. */
static GBytes *
read_file (IvrJournalFile  *self,
           GError         **error)
{
  g_autoptr(GError) why = NULL;
  char *data;
  gsize size;

  if (g_file_get_contents (self->path, &data, &size, &why))
    return g_bytes_new_take (data, size);
  if (!g_error_matches (why, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    g_set_error (error, IVR_ERROR, IVR_ERROR_FAILED, _("The local journal cannot be read: %s."),
                 why->message);
  return NULL;
}

static gboolean
key_fits (IvrJournalFile *self,
          const guint8   *data)
{
  gsize plain_length, record_length;
  guint64 sequence;
  g_autofree guint8 *plain = NULL;

  memcpy (self->seal.file_id, data + sizeof magic, IVR_SEAL_FILE_ID);
  plain = ivr_seal_open (&self->seal, data + sizeof magic + IVR_SEAL_FILE_ID, PROOF_RECORD,
                         &sequence, &plain_length,
                         &record_length);
  self->sequence = 1;
  return plain != NULL && sequence == 0 && plain_length == sizeof proof &&
      memcmp (plain, proof, sizeof proof) == 0;
}

static gboolean
load (IvrJournalFile  *self,
      GError         **error)
{
  g_autoptr(GError) why = NULL;
  g_autoptr(GBytes) content = read_file (self, &why);
  const guint8 *data;
  gsize size = 0;

  if (why != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&why));
      return FALSE;
    }
  data = content != NULL ? g_bytes_get_data (content, &size) : NULL;
  if (size == 0)
    return rewrite (self, error);
  if (size < HEAD_BYTES)
    {
      /* Too short for any record, so nothing can be lost with it, but it is kept all the same. */
      self->damaged = TRUE;
      return keep_copy (self, content, error) && rewrite (self, error);
    }
  if (memcmp (data, magic, sizeof magic) != 0 || !key_fits (self, data))
    {
      g_set_error_literal (error, IVR_ERROR, IVR_ERROR_AUTH,
                           _("The local journal was written with another key, or is damaged. It has been left as it is."));
      return FALSE;
    }
  read_records (self, data, size);
  if (self->damaged && !keep_copy (self, content, error))
    return FALSE;
  if (self->rewrite)
    return rewrite (self, error);
  self->fd = open (self->path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
  return self->fd >= 0 || fail (error, errno, _("The local journal cannot be opened: %s. What you typed is kept in memory."),
                 g_strerror (errno));
}

/**
 * ivr_journal_file_open:
 * @path: the file; made when there is none
 * @key: 32 bytes
 * @set_aside: put a file that is there out of the way first, as `path.kept-N`, and begin anew
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the file, locked for this process; or %NULL with
 *   %IVR_ERROR_BUSY (another process has it), %IVR_ERROR_AUTH (another key; nothing is touched),
 *   %IVR_ERROR_LIMIT (no room) or %IVR_ERROR_FAILED
 */
IvrJournalFile *
ivr_journal_file_open (const char  *path,
                       GBytes      *key,
                       gboolean     set_aside_first,
                       GError     **error)
{
  IvrJournalFile *self = g_new0 (IvrJournalFile, 1);
  gsize length;
  gconstpointer data = g_bytes_get_data (key, &length);
  gnutls_datum_t datum = { (guchar *) data, (guint) length };

  self->path = g_strdup (path);
  self->records = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                         (GDestroyNotify) g_bytes_unref);
  self->fd = self->lock_fd = -1;
  if (length != IVR_JOURNAL_KEY_BYTES ||
      gnutls_aead_cipher_init (&self->seal.cipher, GNUTLS_CIPHER_AES_256_GCM, &datum) != 0)
    g_set_error_literal (error, IVR_ERROR, IVR_ERROR_FAILED,
                         _("The key of the local journal cannot be used."));
  else if (take_lock (self, error) && (!set_aside_first || set_aside (self, error)) &&
           load (self, error))
    return self;
  ivr_journal_file_close (self);
  return NULL;
}

/**
 * ivr_journal_file_close:
 * @self: (transfer full): a file
 */
void
ivr_journal_file_close (IvrJournalFile *self)
{
  if (self->fd >= 0)
    close (self->fd);
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  if (self->seal.cipher != NULL)
    gnutls_aead_cipher_deinit (self->seal.cipher);
  g_hash_table_unref (self->records);
  g_free (self->path);
  g_free (self);
}

/**
 * ivr_journal_file_dup_records:
 * @self: a file
 *
 * Returns: (transfer full) (element-type utf8 GBytes): what it has
 */
GHashTable *
ivr_journal_file_dup_records (IvrJournalFile *self)
{
  GHashTable *copy = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                            (GDestroyNotify) g_bytes_unref);
  GHashTableIter iter;
  gpointer name, value;

  g_hash_table_iter_init (&iter, self->records);
  while (g_hash_table_iter_next (&iter, &name, &value))
    g_hash_table_insert (copy, g_strdup (name), g_bytes_ref (value));
  return copy;
}

/**
 * ivr_journal_file_is_damaged:
 * @self: a file
 *
 * Returns: whether some of it was not genuine when it was opened; it is kept as `path.damaged-N`
 */
gboolean
ivr_journal_file_is_damaged (IvrJournalFile *self)
{
  return self->damaged;
}

static gboolean
append (IvrJournalFile  *self,
        GHashTable      *changes,
        GError         **error)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  guint64 sequence = self->sequence;
  GHashTableIter iter;
  gpointer name, value;

  g_hash_table_iter_init (&iter, changes);
  while (g_hash_table_iter_next (&iter, &name, &value))
    if (!append_change (&self->seal, sequence++, name, value, bytes))
      {
        g_set_error_literal (error, IVR_ERROR, IVR_ERROR_FAILED,
                             _("The local journal cannot be encrypted."));
        return FALSE;
      }
  if (!write_at (self->fd, bytes, self->size))
    {
      fail (error, errno, _("The local journal cannot be written: %s. What you typed is kept in memory."),
                 g_strerror (errno));
      self->rewrite = ftruncate (self->fd, (off_t) self->size) < 0;
      return FALSE;
    }
  if (fdatasync (self->fd) < 0)
    {
      /* After a failed sync nobody knows what is on the disk: write all of it again. */
      fail (error, errno, _("The local journal cannot be written: %s. What you typed is kept in memory."),
                 g_strerror (errno));
      self->rewrite = TRUE;
      return FALSE;
    }
  self->size += bytes->len;
  self->sequence = sequence;
  return TRUE;
}

/**
 * ivr_journal_file_write:
 * @self: a file
 * @changes: (element-type utf8 GBytes): new values by name; %NULL removes
 * @error: return location
 *
 * Returns: %TRUE when all of it is on the disk for good. %FALSE with %IVR_ERROR_LIMIT (no room) or
 *   %IVR_ERROR_FAILED; then the same changes have to be written again.
 */
gboolean
ivr_journal_file_write (IvrJournalFile  *self,
                        GHashTable      *changes,
                        GError         **error)
{
  GHashTableIter iter;
  gpointer name, value;

  if (!self->rewrite && !append (self, changes, error))
    return FALSE;
  g_hash_table_iter_init (&iter, changes);
  while (g_hash_table_iter_next (&iter, &name, &value))
    apply (self, name, value);
  if (self->rewrite)
    return rewrite (self, error);
  /* The changes are safe already; a rewrite that fails is tried again with the next ones. */
  if (self->size > SMALL_FILE && self->size / WASTE_FACTOR > self->live)
    rewrite (self, NULL);
  return TRUE;
}
