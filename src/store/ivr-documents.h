/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-database.h"
#include "ivr-document.h"

G_BEGIN_DECLS

/**
 * IvrDocuments:
 * The documents of one request, a GListModel of IvrDocument: what was asked for and what was handed in, in the order in
 * which it came up. Reading it again changes only the rows that have changed.
 *
 * Property "loading" notifies. Signal "changed" when it was read again; "failed" (GError) when it could not be.
 */
#define IVR_TYPE_DOCUMENTS (ivr_documents_get_type ())
G_DECLARE_FINAL_TYPE (IvrDocuments, ivr_documents, IVR, DOCUMENTS, GObject)

IvrDocuments *ivr_documents_new            (IvrDatabase  *database,
                                            const char   *request);
const char   *ivr_documents_get_request    (IvrDocuments *self);
void          ivr_documents_refresh        (IvrDocuments *self);
gboolean      ivr_documents_is_loading     (IvrDocuments *self);
gboolean      ivr_documents_is_loaded      (IvrDocuments *self);
IvrDocument  *ivr_documents_find           (IvrDocuments *self,
                                            const char   *id);
JsonArray    *ivr_documents_get_needed     (IvrDocuments *self);
JsonArray    *ivr_documents_get_types      (IvrDocuments *self);
gint64        ivr_documents_get_version    (IvrDocuments *self);
const char   *ivr_documents_get_status     (IvrDocuments *self);
guint64       ivr_documents_get_most_bytes (IvrDocuments *self);
gboolean      ivr_documents_can            (IvrDocuments *self,
                                            const char   *what);

G_END_DECLS
