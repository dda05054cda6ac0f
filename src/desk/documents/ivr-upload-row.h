/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-uploads.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * IvrUploadRow:
 * A file on its way: how far, how fast, how long still, and a way to give it up.
 */
#define IVR_TYPE_UPLOAD_ROW (ivr_upload_row_get_type ())
G_DECLARE_FINAL_TYPE (IvrUploadRow, ivr_upload_row, IVR, UPLOAD_ROW, GtkListBoxRow)

GtkWidget *ivr_upload_row_new (IvrUploads *uploads,
                               IvrUpload  *upload);

G_END_DECLS
