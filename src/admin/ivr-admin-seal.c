/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-admin-seal.h"

#include "ivr-error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <gnutls/abstract.h>
#include <gnutls/x509.h>

/* RFC 6962: a leaf and a node can never have the same hash. */
#define LEAF 0x00
#define NODE 0x01

/* Of a signed head. */
#define LONGEST_LINE 4096

static void
digest (GChecksum *sum,
        guint8    *hash)
{
  gsize length = IVR_SEAL_HASH;

  g_checksum_get_digest (sum, hash, &length);
  g_checksum_free (sum);
}

/**
 * ivr_seal_hash_leaf:
 * @text: a row
 * @hash: (out): 32 bytes
 */
void
ivr_seal_hash_leaf (const char *text,
                    guint8     *hash)
{
  GChecksum *sum = g_checksum_new (G_CHECKSUM_SHA256);
  const guint8 kind = LEAF;

  g_checksum_update (sum, &kind, 1);
  g_checksum_update (sum, (const guint8 *) text, -1);
  digest (sum, hash);
}

/**
 * ivr_seal_tree_root:
 * @leaves: hashes, one after the other
 * @n: how many; at least one
 * @root: (out): 32 bytes
 *
 * The left half of a tree is the largest power of two that is smaller than the whole.
 */
void
ivr_seal_tree_root (const guint8 *leaves,
                    gsize         n,
                    guint8       *root)
{
  GChecksum *sum;
  const guint8 kind = NODE;
  guint8 half[IVR_SEAL_HASH];
  gsize left = 1;

  if (n == 1)
    {
      memcpy (root, leaves, IVR_SEAL_HASH);
      return;
    }
  while (left * 2 < n)
    left *= 2;
  sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_checksum_update (sum, &kind, 1);
  ivr_seal_tree_root (leaves, left, half);
  g_checksum_update (sum, half, IVR_SEAL_HASH);
  ivr_seal_tree_root (leaves + left * IVR_SEAL_HASH, n - left, half);
  g_checksum_update (sum, half, IVR_SEAL_HASH);
  digest (sum, root);
}

/**
 * ivr_seal_chain:
 * @before: chain of the seal before; 32 zero bytes before the first
 * @head: a seal whose chain is computed from all the rest
 */
void
ivr_seal_chain (const guint8 *before,
                IvrSealHead  *head)
{
  GChecksum *sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT " %s %" G_GUINT64_FORMAT " ", head->n, head->upto, head->count);

  g_checksum_update (sum, before, IVR_SEAL_HASH);
  g_checksum_update (sum, (const guint8 *) text, -1);
  g_checksum_update (sum, head->root, IVR_SEAL_HASH);
  digest (sum, head->chain);
}

void
ivr_seal_head_free (IvrSealHead *head)
{
  g_free (head->upto);
  g_free (head);
}

static char *
to_hex (const guint8 *bytes)
{
  GString *hex = g_string_sized_new (IVR_SEAL_HASH * 2);

  for (gsize i = 0; i < IVR_SEAL_HASH; i++)
    g_string_append_printf (hex, "%02x", bytes[i]);
  return g_string_free (hex, FALSE);
}

static gboolean
from_hex (const char *hex,
          guint8     *bytes)
{
  if (strlen (hex) != IVR_SEAL_HASH * 2)
    return FALSE;
  for (gsize i = 0; i < IVR_SEAL_HASH; i++)
    {
      int high = g_ascii_xdigit_value (hex[i * 2]);
      int low = g_ascii_xdigit_value (hex[i * 2 + 1]);

      if (high < 0 || low < 0)
        return FALSE;
      bytes[i] = (guint8) (high * 16 + low);
    }
  return TRUE;
}

static gboolean
fail (GError    **error,
      const char *what,
      const char *path,
      int         code)
{
  g_set_error (error, IVR_ERROR, IVR_ERROR_FAILED, "%s %s: %s.", what, path, gnutls_strerror (code));
  return FALSE;
}

static gboolean
write_new (const char            *path,
           const gnutls_datum_t  *pem,
           mode_t                 mode,
           GError               **error)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
  gboolean ok = fd >= 0 && write (fd, pem->data, pem->size) == (ssize_t) pem->size && fsync (fd) == 0;

  if (!ok)
    g_set_error (error, IVR_ERROR, IVR_ERROR_FAILED, "The key %s cannot be written: %s.", path, g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return ok;
}

/**
 * ivr_seal_make_keys:
 * @path: where the private key goes; the public one beside it with ".pub"
 * @error: return location
 *
 * Returns: %FALSE when there is a key already, or it cannot be written
 */
gboolean
ivr_seal_make_keys (const char  *path,
                    GError     **error)
{
  g_autofree char *public_path = g_strconcat (path, ".pub", NULL);
  gnutls_x509_privkey_t key = NULL;
  gnutls_privkey_t abstract = NULL;
  gnutls_pubkey_t public_key = NULL;
  gnutls_datum_t pem = { 0 }, public_pem = { 0 };
  gboolean ok;
  int code;

  if ((code = gnutls_x509_privkey_init (&key)) == 0 && (code = gnutls_privkey_init (&abstract)) == 0 &&
      (code = gnutls_pubkey_init (&public_key)) == 0 &&
      (code = gnutls_x509_privkey_generate (key, GNUTLS_PK_EDDSA_ED25519, 0, 0)) == 0 &&
      (code = gnutls_x509_privkey_export2_pkcs8 (key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &pem)) == 0 &&
      (code = gnutls_privkey_import_x509 (abstract, key, 0)) == 0 &&
      (code = gnutls_pubkey_import_privkey (public_key, abstract, 0, 0)) == 0)
    code = gnutls_pubkey_export2 (public_key, GNUTLS_X509_FMT_PEM, &public_pem);
  ok = code == 0 ? write_new (path, &pem, 0600, error) && write_new (public_path, &public_pem, 0644, error)
                 : fail (error, "A key cannot be made for", path, code);
  gnutls_free (pem.data);
  gnutls_free (public_pem.data);
  gnutls_pubkey_deinit (public_key);
  gnutls_privkey_deinit (abstract);
  gnutls_x509_privkey_deinit (key);
  return ok;
}

/* What a line of the file says; the signature is over exactly these bytes. */
static char *
head_text (const IvrSealHead *head)
{
  g_autofree char *root = to_hex (head->root);
  g_autofree char *chain = to_hex (head->chain);

  return g_strdup_printf ("%" G_GUINT64_FORMAT " %s %" G_GUINT64_FORMAT " %s %s", head->n, head->upto, head->count, root, chain);
}

/**
 * ivr_seal_sign:
 * @head: a seal
 * @key_path: the private key
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the line for the file of heads, without its end
 */
char *
ivr_seal_sign (const IvrSealHead  *head,
               const char         *key_path,
               GError            **error)
{
  g_autofree char *text = head_text (head);
  g_autofree char *pem = NULL;
  g_autofree char *base64 = NULL;
  gnutls_datum_t data = { (guint8 *) text, (unsigned int) strlen (text) };
  gnutls_datum_t file = { 0 }, signature = { 0 };
  gnutls_privkey_t key = NULL;
  int code;

  if (!g_file_get_contents (key_path, &pem, NULL, error))
    return NULL;
  file.data = (guint8 *) pem;
  file.size = (unsigned int) strlen (pem);
  if ((code = gnutls_privkey_init (&key)) == 0 &&
      (code = gnutls_privkey_import_x509_raw (key, &file, GNUTLS_X509_FMT_PEM, NULL, 0)) == 0)
    code = gnutls_privkey_sign_data2 (key, GNUTLS_SIGN_EDDSA_ED25519, 0, &data, &signature);
  if (code == 0)
    base64 = g_base64_encode (signature.data, signature.size);
  else
    fail (error, "Nothing can be signed with the key", key_path, code);
  gnutls_free (signature.data);
  gnutls_privkey_deinit (key);
  return base64 != NULL ? g_strdup_printf ("%s %s", text, base64) : NULL;
}

static gboolean
is_signed (const char      *text,
           const char      *base64,
           gnutls_pubkey_t  key)
{
  gsize length = 0;
  g_autofree guint8 *signature = g_base64_decode (base64, &length);
  gnutls_datum_t data = { (guint8 *) text, (unsigned int) strlen (text) };
  gnutls_datum_t given = { signature, (unsigned int) length };

  return length == 64 && gnutls_pubkey_verify_data2 (key, GNUTLS_SIGN_EDDSA_ED25519, 0, &data, &given) >= 0;
}

/* Returns NULL when the line is not what somebody with the key has written. */
static IvrSealHead *
parse_head (const char       *line,
            gnutls_pubkey_t   key)
{
  g_auto(GStrv) words = g_strsplit (line, " ", -1);
  g_autoptr(IvrSealHead) head = g_new0 (IvrSealHead, 1);
  g_autofree char *text = NULL;

  if (g_strv_length (words) != 6 || !from_hex (words[3], head->root) || !from_hex (words[4], head->chain))
    return NULL;
  head->n = g_ascii_strtoull (words[0], NULL, 10);
  head->upto = g_strdup (words[1]);
  head->count = g_ascii_strtoull (words[2], NULL, 10);
  text = head_text (head);
  return is_signed (text, words[5], key) ? g_steal_pointer (&head) : NULL;
}

static gnutls_pubkey_t
read_public_key (const char  *path,
                 GError     **error)
{
  g_autofree char *pem = NULL;
  gnutls_datum_t file = { 0 };
  gnutls_pubkey_t key = NULL;
  int code;

  if (!g_file_get_contents (path, &pem, NULL, error))
    return NULL;
  file.data = (guint8 *) pem;
  file.size = (unsigned int) strlen (pem);
  if ((code = gnutls_pubkey_init (&key)) == 0)
    code = gnutls_pubkey_import (key, &file, GNUTLS_X509_FMT_PEM);
  if (code == 0)
    return key;
  fail (error, "There is no public key in", path, code);
  gnutls_pubkey_deinit (key);
  return NULL;
}

/* The end of a file, which may have a line for every minute of a year. */
static char *
read_end (const char  *path,
          GError     **error)
{
  char *text = g_malloc0 (LONGEST_LINE + 1);
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  off_t end = fd >= 0 ? lseek (fd, 0, SEEK_END) : -1;
  off_t from = end > LONGEST_LINE ? end - LONGEST_LINE : 0;
  gboolean ok = FALSE;

  if (fd >= 0 && (end < 0 || pread (fd, text, (size_t) (end - from), from) != end - from))
    g_set_error (error, IVR_ERROR, IVR_ERROR_FAILED, "The signed heads in %s cannot be read: %s.", path, g_strerror (errno));
  else if (fd < 0 && errno != ENOENT)
    g_set_error (error, IVR_ERROR, IVR_ERROR_FAILED, "The signed heads in %s cannot be opened: %s.", path, g_strerror (errno));
  else if (end > 0 && memchr (text, '\0', (size_t) (end - from)) != NULL)
    g_set_error (error, IVR_ERROR, IVR_ERROR_INVALID, "The signed heads in %s are damaged at their end.", path);
  else
    ok = TRUE;
  if (fd >= 0)
    close (fd);
  if (!ok)
    g_clear_pointer (&text, g_free);
  return text;
}

/**
 * ivr_seal_read_last_head:
 * @path: file of heads, one a line; one that is not there is empty
 * @public_path: the public key
 * @head: (out) (nullable): the last head; %NULL when there is none yet
 * @error: return location
 *
 * Returns: %FALSE when it cannot be read, or is not signed with this key
 */
gboolean
ivr_seal_read_last_head (const char   *path,
                         const char   *public_path,
                         IvrSealHead **head,
                         GError      **error)
{
  gnutls_pubkey_t key = read_public_key (public_path, error);
  g_autofree char *text = key != NULL ? read_end (path, error) : NULL;
  char *line;

  *head = NULL;
  if (text != NULL)
    {
      g_strchomp (text);
      line = strrchr (text, '\n') != NULL ? strrchr (text, '\n') + 1 : text;
      *head = line[0] != '\0' ? parse_head (line, key) : NULL;
      if (line[0] != '\0' && *head == NULL)
        g_set_error (error, IVR_ERROR, IVR_ERROR_INVALID, "The last of the signed heads cannot be read, or is not signed with this key.");
    }
  gnutls_pubkey_deinit (key);
  return text != NULL && (*head != NULL || text[0] == '\0');
}

/**
 * ivr_seal_read_heads:
 * @path: file of heads, one a line; one that is not there is empty
 * @public_path: the public key
 * @error: return location
 *
 * Returns: (transfer full) (nullable): its heads, each with a valid signature
 */
GPtrArray *
ivr_seal_read_heads (const char  *path,
                     const char  *public_path,
                     GError     **error)
{
  g_autoptr(GPtrArray) heads = g_ptr_array_new_with_free_func ((GDestroyNotify) ivr_seal_head_free);
  g_autofree char *text = NULL;
  g_auto(GStrv) lines = NULL;
  gnutls_pubkey_t key;
  gboolean ok = TRUE;

  if (g_file_test (path, G_FILE_TEST_EXISTS) && !g_file_get_contents (path, &text, NULL, error))
    return NULL;
  key = read_public_key (public_path, error);
  if (key == NULL)
    return NULL;
  lines = g_strsplit (text != NULL ? text : "", "\n", -1);
  for (gsize i = 0; ok && lines[i] != NULL; i++)
    {
      g_autoptr(IvrSealHead) head = lines[i][0] != '\0' ? parse_head (lines[i], key) : NULL;

      if (lines[i][0] == '\0')
        continue;
      ok = head != NULL && head->n == heads->len + 1;
      if (ok)
        g_ptr_array_add (heads, g_steal_pointer (&head));
      else
        g_set_error (error, IVR_ERROR, IVR_ERROR_INVALID,
                     "Line %u of the signed heads cannot be read, is not signed with this key, or is out of order.", heads->len + 1);
    }
  gnutls_pubkey_deinit (key);
  return ok ? g_steal_pointer (&heads) : NULL;
}
