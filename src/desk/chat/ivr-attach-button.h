/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-documents.h"
#include "ivr-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * IvrAttachButton:
 * Opens a list of what the message can carry: the documents of the request, and files of this computer.
 *
 * Signal "choose-files": the person wants to choose files.
 */
#define IVR_TYPE_ATTACH_BUTTON (ivr_attach_button_get_type ())
G_DECLARE_FINAL_TYPE (IvrAttachButton, ivr_attach_button, IVR, ATTACH_BUTTON, GtkWidget)

void ivr_attach_button_set_request (IvrAttachButton *self,
                                    IvrAttachments  *attachments,
                                    IvrDocuments    *documents);
void ivr_attach_button_set_takes_files (IvrAttachButton *self,
                                        gboolean         takes_files);
void ivr_attach_button_open        (IvrAttachButton *self);

G_END_DECLS
