/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-document-print.h"
#include "ivr-documents.h"
#include "ivr-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * IvrDocumentViewer:
 * A document in a window of its own: pages, zoom, turning, find, and the request's next document by a key. What decodes
 * it is another process; when that ends, the window says so and the document can still be saved.
 */
#define IVR_TYPE_DOCUMENT_VIEWER (ivr_document_viewer_get_type ())
G_DECLARE_FINAL_TYPE (IvrDocumentViewer, ivr_document_viewer, IVR, DOCUMENT_VIEWER, AdwWindow)

GtkWidget        *ivr_document_viewer_new   (IvrSession        *session,
                                             IvrDocuments      *documents,
                                             const char        *document);
IvrDocumentPrint *ivr_document_viewer_print (IvrDocumentViewer *self);

G_END_DECLS
