/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <gnutls/crypto.h>

G_BEGIN_DECLS

#define IVR_SEAL_FILE_ID 16
#define IVR_SEAL_NONCE 12
#define IVR_SEAL_TAG 16
#define IVR_SEAL_RECORD_HEAD 28

/**
 * IvrSeal:
 * The key and the identity of the file that is sealed with it.
 */
typedef struct
{
  gnutls_aead_cipher_hd_t cipher;
  guint8 file_id[IVR_SEAL_FILE_ID];
} IvrSeal;

gboolean ivr_seal_append (IvrSeal      *self,
                          guint64       sequence,
                          const guint8 *plain,
                          gsize         length,
                          GByteArray   *out);
guint8  *ivr_seal_open   (IvrSeal      *self,
                          const guint8 *record,
                          gsize         available,
                          guint64      *sequence,
                          gsize        *plain_length,
                          gsize        *record_length);
gboolean ivr_seal_is_whole (const guint8 *record,
                            gsize         available);

G_END_DECLS
