/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-edi-set.h"

G_BEGIN_DECLS

gboolean   ivr_edi_document_is_json (GBytes   *document);
GPtrArray *ivr_edi_document_read    (GBytes   *document,
                                     guint     most,
                                     GError  **error);

G_END_DECLS
