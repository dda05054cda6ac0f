/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-payer-secrets.h"

#include "ivr-error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SIZE_MAX_FILE 16384

struct _IvrPayerSecrets
{
  GKeyFile *file;
};

static gboolean
fail (GError     **error,
      const char  *path,
      const char  *what)
{
  g_set_error (error, IVR_ERROR, IVR_ERROR_INVALID, "The file of secrets %s %s", path, what);
  return FALSE;
}

static gboolean
load (IvrPayerSecrets  *self,
      const char       *path,
      int               fd,
      GError          **error)
{
  struct stat about;
  gboolean is_loaded = FALSE;
  char text[SIZE_MAX_FILE] = "";
  gssize n;

  if (fd < 0 || fstat (fd, &about) != 0)
    return fail (error, path, "cannot be opened.");
  if (!S_ISREG (about.st_mode) || (about.st_uid != geteuid () && about.st_uid != 0) || (about.st_mode & 077) != 0)
    return fail (error, path, "can be read by others; make it your own and readable by you alone (chmod 600).");
  if (about.st_size >= SIZE_MAX_FILE)
    return fail (error, path, "is too large for one.");
  n = read (fd, text, SIZE_MAX_FILE - 1);
  /* What is wrong with it is not repeated: the parser would quote the line. */
  if (n >= 0)
    is_loaded = g_key_file_load_from_data (self->file, text, (gsize) n, G_KEY_FILE_NONE, NULL);
  explicit_bzero (text, SIZE_MAX_FILE);
  return is_loaded || fail (error, path, "is not written as groups of name=value lines.");
}

/**
 * ivr_payer_secrets_new:
 * @path: (nullable): the file; %NULL for the credential "payers" of systemd, and none where there is not
 * @error: return location; without a line of the file
 *
 * The file has a group for each name: `[clearinghouse]` and below it `authorization=Bearer …`, or `user=…`
 * and `password=…` for the envelopes of CAQH CORE.
 *
 * Returns: (transfer full) (nullable): the secrets; %NULL when the file is open to others or cannot be read
 */
IvrPayerSecrets *
ivr_payer_secrets_new (const char  *path,
                       GError     **error)
{
  g_autoptr(IvrPayerSecrets) self = g_new0 (IvrPayerSecrets, 1);
  const char *folder = g_getenv ("CREDENTIALS_DIRECTORY");
  g_autofree char *credential = folder != NULL ? g_build_filename (folder, "payers", NULL) : NULL;
  gboolean is_loaded;
  int fd;

  self->file = g_key_file_new ();
  if (path == NULL && (credential == NULL || !g_file_test (credential, G_FILE_TEST_EXISTS)))
    return g_steal_pointer (&self);
  path = path != NULL ? path : credential;
  fd = open (path, O_RDONLY | O_CLOEXEC);
  is_loaded = load (self, path, fd, error);
  if (fd >= 0)
    close (fd);
  return is_loaded ? g_steal_pointer (&self) : NULL;
}

void
ivr_payer_secrets_free (IvrPayerSecrets *self)
{
  g_key_file_unref (self->file);
  g_free (self);
}

static void
wipe (char *text)
{
  if (text != NULL)
    explicit_bzero (text, strlen (text));
  g_free (text);
}

void
ivr_payer_login_free (IvrPayerLogin *self)
{
  wipe (self->authorization);
  wipe (self->user);
  wipe (self->password);
  g_free (self);
}

/* What could begin another line of a message is no secret. */
static gboolean
take (IvrPayerSecrets  *self,
      const char       *name,
      const char       *key,
      char            **to)
{
  *to = g_key_file_get_string (self->file, name, key, NULL);
  for (const char *p = *to; p != NULL && *p != '\0'; p++)
    if ((guchar) *p < 0x20 || (guchar) *p > 0x7e)
      return FALSE;
  return TRUE;
}

/**
 * ivr_payer_secrets_dup_login:
 * @self: secrets
 * @name: the name that a connector has
 *
 * Returns: (transfer full) (nullable): what is kept under that name; %NULL when there is none, or it could not stand
 *   in a message
 */
IvrPayerLogin *
ivr_payer_secrets_dup_login (IvrPayerSecrets *self,
                             const char      *name)
{
  g_autoptr(IvrPayerLogin) login = g_new0 (IvrPayerLogin, 1);

  if (!g_key_file_has_group (self->file, name) || !take (self, name, "authorization", &login->authorization) ||
      !take (self, name, "user", &login->user) || !take (self, name, "password", &login->password))
    return NULL;
  return g_steal_pointer (&login);
}
