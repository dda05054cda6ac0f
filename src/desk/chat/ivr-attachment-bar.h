/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-documents.h"
#include "ivr-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * IvrAttachmentBar:
 * Above what is written: what the message carries, and whether it waits for a file. Hidden while there is nothing.
 */
#define IVR_TYPE_ATTACHMENT_BAR (ivr_attachment_bar_get_type ())
G_DECLARE_FINAL_TYPE (IvrAttachmentBar, ivr_attachment_bar, IVR, ATTACHMENT_BAR, GtkWidget)

void ivr_attachment_bar_set_request (IvrAttachmentBar *self,
                                     IvrAttachments   *attachments,
                                     IvrDocuments     *documents);
void ivr_attachment_bar_show        (IvrAttachmentBar *self);

G_END_DECLS
