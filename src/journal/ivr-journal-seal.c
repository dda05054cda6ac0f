/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-journal-seal.h"

#include <string.h>

static const guint8 marker[4] = { 0xa7, 'I', 'V', 'R' };

static void
put_number (guint8  *at,
            guint64  number,
            int      bytes)
{
  for (int i = 0; i < bytes; i++)
    at[i] = (guint8) (number >> (8 * i));
}

static guint64
get_number (const guint8 *at,
            int           bytes)
{
  guint64 number = 0;

  for (int i = bytes - 1; i >= 0; i--)
    number = number << 8 | at[i];
  return number;
}

/* What is authenticated beside the sealed bytes: the record's head without nonce, and the file. */
static void
fill_context (IvrSeal      *self,
              const guint8 *record,
              guint8       *context)
{
  memcpy (context, record, 16);
  memcpy (context + 16, self->file_id, IVR_SEAL_FILE_ID);
}

/**
 * ivr_seal_append:
 * @self: key and file
 * @sequence: number of the record, higher than that of the one before
 * @plain: what to seal
 * @length: its length
 * @out: where the record is added
 *
 * Returns: %FALSE when the system gives no random numbers or the cipher fails
 */
gboolean
ivr_seal_append (IvrSeal      *self,
                 guint64       sequence,
                 const guint8 *plain,
                 gsize         length,
                 GByteArray   *out)
{
  guint start = out->len;
  gsize sealed = length + IVR_SEAL_TAG;
  guint8 context[16 + IVR_SEAL_FILE_ID];
  guint8 *record;

  g_byte_array_set_size (out, start + IVR_SEAL_RECORD_HEAD + (guint) sealed);
  record = out->data + start;
  memcpy (record, marker, sizeof marker);
  put_number (record + 4, sealed, 4);
  put_number (record + 8, sequence, 8);
  fill_context (self, record, context);
  if (gnutls_rnd (GNUTLS_RND_NONCE, record + 16, IVR_SEAL_NONCE) == 0 &&
      gnutls_aead_cipher_encrypt (self->cipher, record + 16, IVR_SEAL_NONCE, context,
                                  sizeof context, IVR_SEAL_TAG,
                                  plain, length, record + IVR_SEAL_RECORD_HEAD, &sealed) == 0)
    return TRUE;
  g_byte_array_set_size (out, start);
  return FALSE;
}

/**
 * ivr_seal_is_whole:
 * @record: bytes of a file
 * @available: how many there are
 *
 * Returns: whether a record begins here that, by what it says, is there to its end
 */
gboolean
ivr_seal_is_whole (const guint8 *record,
                   gsize         available)
{
  guint64 sealed;

  if (available < IVR_SEAL_RECORD_HEAD + IVR_SEAL_TAG ||
      memcmp (record, marker, sizeof marker) != 0)
    return FALSE;
  sealed = get_number (record + 4, 4);
  return sealed >= IVR_SEAL_TAG && sealed <= available - IVR_SEAL_RECORD_HEAD;
}

/**
 * ivr_seal_open:
 * @self: key and file
 * @record: bytes of a file
 * @available: how many there are
 * @sequence: (out): number of the record
 * @plain_length: (out): length of what was sealed
 * @record_length: (out): length of the record
 *
 * Returns: (transfer full) (nullable): what was sealed, or %NULL when no genuine record begins here
 */
guint8 *
ivr_seal_open (IvrSeal      *self,
               const guint8 *record,
               gsize         available,
               guint64      *sequence,
               gsize        *plain_length,
               gsize        *record_length)
{
  guint8 context[16 + IVR_SEAL_FILE_ID];
  g_autofree guint8 *plain = NULL;
  gsize sealed;

  if (!ivr_seal_is_whole (record, available))
    return NULL;
  sealed = (gsize) get_number (record + 4, 4);
  *sequence = get_number (record + 8, 8);
  *record_length = IVR_SEAL_RECORD_HEAD + sealed;
  *plain_length = sealed - IVR_SEAL_TAG;
  plain = g_malloc (*plain_length + 1);
  fill_context (self, record, context);
  if (gnutls_aead_cipher_decrypt (self->cipher, record + 16, IVR_SEAL_NONCE, context,
                                  sizeof context, IVR_SEAL_TAG,
                                  record + IVR_SEAL_RECORD_HEAD, sealed, plain, plain_length) != 0)
    return NULL;
  return g_steal_pointer (&plain);
}
