/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-attachments.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * IvrAttachmentRow:
 * One thing that the message being written carries: a document, or a file on its way with how far it is. Taken off with its
 * button or, when it has the focus, with Delete.
 *
 * Signal "remove": the person takes it off.
 */
#define IVR_TYPE_ATTACHMENT_ROW (ivr_attachment_row_get_type ())
G_DECLARE_FINAL_TYPE (IvrAttachmentRow, ivr_attachment_row, IVR, ATTACHMENT_ROW, GtkListBoxRow)

GtkWidget *ivr_attachment_row_new (const IvrAttachment *attachment,
                                   const char          *name);

G_END_DECLS
