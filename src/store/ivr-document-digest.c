/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-document-digest.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

/* GnuTLS, because it uses what the processor has for this; GChecksum would be what a transfer waits for. */
struct _IvrDocumentDigest
{
  gnutls_hash_hd_t whole;
  gnutls_hash_hd_t pieces;
};

static gnutls_hash_hd_t
begin (void)
{
  gnutls_hash_hd_t hash;

  if (gnutls_hash_init (&hash, GNUTLS_DIG_SHA256) != 0)
    g_error ("SHA-256 is not available");
  return hash;
}

/**
 * ivr_document_digest_new:
 *
 * Returns: (transfer full): hashes of nothing yet
 */
IvrDocumentDigest *
ivr_document_digest_new (void)
{
  IvrDocumentDigest *self = g_new0 (IvrDocumentDigest, 1);

  self->whole = begin ();
  self->pieces = begin ();
  return self;
}

void
ivr_document_digest_free (IvrDocumentDigest *self)
{
  if (self == NULL)
    return;
  gnutls_hash_deinit (self->whole, NULL);
  gnutls_hash_deinit (self->pieces, NULL);
  g_free (self);
}

/**
 * ivr_document_digest_feed:
 * @self: hashes of what came before
 * @data: the next piece
 * @length: its length
 * @piece: (out): SHA-256 of the piece alone
 */
void
ivr_document_digest_feed (IvrDocumentDigest *self,
                          gconstpointer      data,
                          gsize              length,
                          guint8             piece[IVR_DIGEST_BYTES])
{
  gnutls_hash (self->whole, data, length);
  gnutls_hash_fast (GNUTLS_DIG_SHA256, data, length, piece);
  gnutls_hash (self->pieces, piece, IVR_DIGEST_BYTES);
}

/**
 * ivr_document_digest_end:
 * @self: hashes of all pieces; begins anew
 * @whole: (out): SHA-256 of the document
 * @pieces: (out): SHA-256 over the SHA-256 of each piece
 */
void
ivr_document_digest_end (IvrDocumentDigest *self,
                         guint8             whole[IVR_DIGEST_BYTES],
                         guint8             pieces[IVR_DIGEST_BYTES])
{
  gnutls_hash_output (self->whole, whole);
  gnutls_hash_output (self->pieces, pieces);
}
