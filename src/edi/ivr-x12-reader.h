/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-edi-set.h"

G_BEGIN_DECLS

/**
 * IvrX12Reader:
 * Reads a document of X12 one transaction after the other, so that a large one needs no more memory
 * than its largest transaction. What is wrong with the document and can be tolerated is a warning of
 * the transaction at which it was met; what closes an envelope, of the last in it.
 */
typedef struct _IvrX12Reader IvrX12Reader;

IvrX12Reader *ivr_x12_reader_new  (GBytes        *document,
                                   GError       **error);
void          ivr_x12_reader_free (IvrX12Reader  *self);
IvrEdiSet    *ivr_x12_reader_next (IvrX12Reader  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IvrX12Reader, ivr_x12_reader_free)

G_END_DECLS
