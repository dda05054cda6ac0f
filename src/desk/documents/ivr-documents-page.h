/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * IvrDocumentsPage:
 * The documents of a request: what is asked for, what was handed in, what is on its way. Files are added by choosing,
 * dropping or pasting them.
 *
 * Signal "notice" (sentence): something that the person has to read.
 */
#define IVR_TYPE_DOCUMENTS_PAGE (ivr_documents_page_get_type ())
G_DECLARE_FINAL_TYPE (IvrDocumentsPage, ivr_documents_page, IVR, DOCUMENTS_PAGE, GtkWidget)

void ivr_documents_page_set_session (IvrDocumentsPage *self,
                                     IvrSession       *session);
void ivr_documents_page_set_request (IvrDocumentsPage *self,
                                     const char       *request);
void ivr_documents_page_add_file    (IvrDocumentsPage *self,
                                     GFile            *file,
                                     const char       *document);

G_END_DECLS
