/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-document.h"
#include "ivr-thumbnails.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * IvrDocumentRow:
 * One document: picture, what it is, where it stands, its versions, and what can be done with it.
 *
 * Signal "action" (what, text or %NULL): "view", "save", "accept", "reject" with a reason, "replace", "withdraw", "describe" with a
 * kind of document.
 */
#define IVR_TYPE_DOCUMENT_ROW (ivr_document_row_get_type ())
G_DECLARE_FINAL_TYPE (IvrDocumentRow, ivr_document_row, IVR, DOCUMENT_ROW, GtkListBoxRow)

GtkWidget   *ivr_document_row_new          (IvrDocument    *document,
                                            IvrThumbnails  *thumbnails,
                                            gboolean        clinic,
                                            gboolean        add,
                                            gboolean        review,
                                            JsonArray      *types);
IvrDocument *ivr_document_row_get_document (IvrDocumentRow *self);

G_END_DECLS
