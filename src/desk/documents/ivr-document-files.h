/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * IvrPastedFiles:
 * @files: (element-type GFile): what was copied in a file manager; or %NULL
 * @png: an image that was copied, as PNG; or %NULL
 *
 * What a person pastes that can become documents.
 */
typedef struct
{
  GSList *files;
  GBytes *png;
} IvrPastedFiles;

GtkFileFilter  *ivr_document_files_filter       (void);
gboolean        ivr_document_files_can_paste    (GtkWidget            *widget);
void            ivr_document_files_paste_async  (GtkWidget            *widget,
                                                 GAsyncReadyCallback   callback,
                                                 gpointer              user_data);
IvrPastedFiles *ivr_document_files_paste_finish (GtkWidget            *widget,
                                                 GAsyncResult         *result,
                                                 GError              **error);
void            ivr_pasted_files_free           (IvrPastedFiles       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IvrPastedFiles, ivr_pasted_files_free)

G_END_DECLS
