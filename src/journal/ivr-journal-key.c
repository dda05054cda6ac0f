/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-journal-key.h"

#include "ivr-error.h"

#include <glib/gi18n-lib.h>
#include <errno.h>
#include <fcntl.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
wipe_key (gpointer data)
{
  explicit_bzero (data, IVR_JOURNAL_KEY_BYTES);
  g_free (data);
}

static GBytes *
take_key (guint8 *key)
{
  return g_bytes_new_with_free_func (key, IVR_JOURNAL_KEY_BYTES, wipe_key, key);
}

static gpointer
fail_to_read (GError **error)
{
  g_set_error (error, IVR_ERROR, IVR_ERROR_FAILED, _("The key of the local journal cannot be read: %s."), g_strerror (errno));
  return NULL;
}

static gpointer
fail_to_make (GError **error)
{
  g_set_error (error, IVR_ERROR, IVR_ERROR_FAILED, _("The key of the local journal cannot be made: %s."), g_strerror (errno));
  return NULL;
}

static gboolean
read_whole (int     fd,
            guint8 *key)
{
  gsize have = 0;

  while (have < IVR_JOURNAL_KEY_BYTES)
    {
      ssize_t n = read (fd, key + have, IVR_JOURNAL_KEY_BYTES - have);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      have += (gsize) n;
    }
  return TRUE;
}

static GBytes *
read_key (int      fd,
          GError **error)
{
  g_autofree guint8 *key = g_malloc0 (IVR_JOURNAL_KEY_BYTES);
  struct stat info;

  if (fstat (fd, &info) < 0)
    return fail_to_read (error);
  if (!S_ISREG (info.st_mode) || info.st_uid != geteuid () || (info.st_mode & 077) != 0)
    {
      g_set_error_literal (error, IVR_ERROR, IVR_ERROR_FORBIDDEN,
                           _("The key of the local journal is not private to you, so it is not used."));
      return NULL;
    }
  if (info.st_size != IVR_JOURNAL_KEY_BYTES || !read_whole (fd, key))
    {
      g_set_error_literal (error, IVR_ERROR, IVR_ERROR_FAILED,
                           _("The key of the local journal is damaged."));
      return NULL;
    }
  return take_key (g_steal_pointer (&key));
}

/* Whole or not at all, and never over a key that somebody else made in the meantime. */
static gboolean
create_key (const char  *path,
            GError     **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *temporary = g_strdup_printf ("%s.XXXXXX", path);
  guint8 key[IVR_JOURNAL_KEY_BYTES];
  gboolean written = FALSE;
  int fd = -1, folder_fd;

  if (g_mkdir_with_parents (folder, 0700) < 0 ||
      (fd = g_mkstemp_full (temporary, O_RDWR | O_CLOEXEC, 0600)) < 0)
    return fail_to_make (error) != NULL;
  if (gnutls_rnd (GNUTLS_RND_KEY, key, sizeof key) == 0)
    written = write (fd, key, sizeof key) == (ssize_t) sizeof key && fsync (fd) == 0 &&
              (link (temporary, path) == 0 || errno == EEXIST);
  explicit_bzero (key, sizeof key);
  if (!written)
    fail_to_make (error);
  close (fd);
  unlink (temporary);
  folder_fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder_fd >= 0)
    {
      fsync (folder_fd);
      close (folder_fd);
    }
  return written;
}

static void
load_in_thread (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  const char *path = data;
  g_autoptr(GError) error = NULL;
  GBytes *key = NULL;
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

  if (fd < 0 && errno == ENOENT && create_key (path, &error))
    fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd >= 0)
    {
      key = read_key (fd, &error);
      close (fd);
    }
  else if (error == NULL)
    fail_to_read (&error);
  if (key != NULL)
    g_task_return_pointer (task, key, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * ivr_journal_key_load_async:
 * @path: a file that only its owner can read; made with a new random key when there is none
 * @cancellable: (nullable): a cancellable
 * @callback: when done
 * @user_data: for @callback
 *
 * A key beside the file that it locks protects against a copy of the journal alone (a backup, a
 * synchronized folder, a support ticket), not against somebody who can read this person's files.
 * For that, take a secret from the session's keyring (the Secret portal) and give it to
 * ivr_journal_key_derive() instead.
 */
void
ivr_journal_key_load_async (const char          *path,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, ivr_journal_key_load_async);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, load_in_thread);
}

/**
 * ivr_journal_key_load_finish:
 * @result: result
 * @error: return location
 *
 * Returns: (transfer full) (nullable): 32 bytes that are wiped when freed, or %NULL with
 *   %IVR_ERROR_FORBIDDEN when others can read the file, else %IVR_ERROR_FAILED
 */
GBytes *
ivr_journal_key_load_finish (GAsyncResult  *result,
                             GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * ivr_journal_key_derive:
 * @secret: a secret of high entropy and any length, such as the Secret portal gives
 * @purpose: what for, so that one secret can serve several; for example the person's login
 * @error: return location
 *
 * HKDF with SHA-256. Not for passwords: it is fast.
 *
 * Returns: (transfer full) (nullable): 32 bytes that are wiped when freed
 */
GBytes *
ivr_journal_key_derive (GBytes      *secret,
                        const char  *purpose,
                        GError     **error)
{
  gsize length;
  gconstpointer data = g_bytes_get_data (secret, &length);
  gnutls_datum_t input = { (guchar *) data, (guint) length };
  gnutls_datum_t salt = { (guchar *) "ivr-desk journal", 16 };
  gnutls_datum_t info = { (guchar *) purpose, (guint) strlen (purpose) };
  guint8 middle[32];
  gnutls_datum_t prk = { middle, sizeof middle };
  g_autofree guint8 *key = g_malloc0 (IVR_JOURNAL_KEY_BYTES);
  int status = gnutls_hkdf_extract (GNUTLS_MAC_SHA256, &input, &salt, middle);

  if (status == 0)
    status = gnutls_hkdf_expand (GNUTLS_MAC_SHA256, &prk, &info, key, IVR_JOURNAL_KEY_BYTES);
  explicit_bzero (middle, sizeof middle);
  if (status != 0)
    {
      g_set_error (error, IVR_ERROR, IVR_ERROR_FAILED,
                   _("The key of the local journal cannot be made: %s."),
                   gnutls_strerror (status));
      return NULL;
    }
  return take_key (g_steal_pointer (&key));
}
