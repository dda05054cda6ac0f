/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-documents.h"
#include "ivr-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * IvrDocumentPrint:
 * One printing of a document. The server writes down that it is printed when the person has chosen a printer, before the
 * first page is drawn; pages are drawn one after the other by the program that decodes documents.
 *
 * Signal "done" (GError or %NULL): it was given to the printer, or why not; also when the person thought better of it.
 */
#define IVR_TYPE_DOCUMENT_PRINT (ivr_document_print_get_type ())
G_DECLARE_FINAL_TYPE (IvrDocumentPrint, ivr_document_print, IVR, DOCUMENT_PRINT, GObject)

IvrDocumentPrint  *ivr_document_print_new           (IvrSession              *session,
                                                     IvrDocument             *document);
void               ivr_document_print_set_n_pages   (IvrDocumentPrint        *self,
                                                     guint                    n_pages);
void               ivr_document_print_set_text      (IvrDocumentPrint        *self,
                                                     const char              *text);
GtkPrintOperation *ivr_document_print_get_operation (IvrDocumentPrint        *self);
void               ivr_document_print_run           (IvrDocumentPrint        *self,
                                                     GtkWindow               *parent,
                                                     GtkPrintOperationAction  action);

G_END_DECLS
