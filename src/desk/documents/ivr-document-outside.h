/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-documents.h"
#include "ivr-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

void      ivr_document_outside_open_async  (GtkWindow            *parent,
                                            IvrSession           *session,
                                            IvrDocument          *document,
                                            GAsyncReadyCallback   callback,
                                            gpointer              user_data);
gboolean  ivr_document_outside_open_finish (GtkWindow            *parent,
                                            GAsyncResult         *result,
                                            GError              **error);

/**
 * IvrDocumentDrag:
 * A document while it is dragged out of the desk: a file, which is written when somebody takes it, and then only.
 */
#define IVR_TYPE_DOCUMENT_DRAG (ivr_document_drag_get_type ())
G_DECLARE_FINAL_TYPE (IvrDocumentDrag, ivr_document_drag, IVR, DOCUMENT_DRAG, GdkContentProvider)

GdkContentProvider *ivr_document_drag_new      (IvrSession    *session,
                                                IvrDocument   *document);
gboolean            ivr_document_drag_accept   (GtkDropTarget *target,
                                                GdkDrop       *drop);

G_END_DECLS
