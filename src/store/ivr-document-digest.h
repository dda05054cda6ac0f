/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bytes of every piece of a document but the last, and of a SHA-256. */
#define IVR_PIECE_BYTES 262144
#define IVR_DIGEST_BYTES 32

/**
 * IvrDocumentDigest:
 *
 * The hashes of a document that comes in pieces, in order: of each piece, of all pieces' hashes, and of the whole. Used by one
 * thread at a time.
 */
typedef struct _IvrDocumentDigest IvrDocumentDigest;

IvrDocumentDigest *ivr_document_digest_new  (void);
void               ivr_document_digest_free (IvrDocumentDigest *self);
void               ivr_document_digest_feed (IvrDocumentDigest *self,
                                             gconstpointer      data,
                                             gsize              length,
                                             guint8             piece[IVR_DIGEST_BYTES]);
void               ivr_document_digest_end  (IvrDocumentDigest *self,
                                             guint8             whole[IVR_DIGEST_BYTES],
                                             guint8             pieces[IVR_DIGEST_BYTES]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IvrDocumentDigest, ivr_document_digest_free)

G_END_DECLS
