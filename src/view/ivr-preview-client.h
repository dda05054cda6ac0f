/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * IvrPreviewImage:
 * @width: pixels
 * @height: pixels
 * @stride: bytes a row
 * @pixels: premultiplied ARGB in 32 bits of this computer's order, as cairo and GDK have it
 *
 * A page that was drawn. Freed with ivr_preview_image_free().
 */
typedef struct
{
  int width;
  int height;
  gsize stride;
  GBytes *pixels;
} IvrPreviewImage;

/**
 * IvrPreviewClient:
 * The program that decodes one document, as its viewer sees it. It is started when it is first asked. A document that
 * makes it fall, loop or grow ends it and nothing else: what was asked for fails with a sentence, and the next question
 * starts it anew, a few times.
 *
 * Questions are answered one after the other. Signal "stopped" when it has ended by itself.
 */
#define IVR_TYPE_PREVIEW_CLIENT (ivr_preview_client_get_type ())
G_DECLARE_FINAL_TYPE (IvrPreviewClient, ivr_preview_client, IVR, PREVIEW_CLIENT, GObject)

void              ivr_preview_image_free           (IvrPreviewImage      *self);

IvrPreviewClient *ivr_preview_client_new           (const char           *program,
                                                    const char           *content_type,
                                                    int                   document);
void              ivr_preview_client_set_deadline  (IvrPreviewClient     *self,
                                                    guint                 milliseconds);
const char       *ivr_preview_client_get_process   (IvrPreviewClient     *self);
void              ivr_preview_client_open_async    (IvrPreviewClient     *self,
                                                    GCancellable         *cancellable,
                                                    GAsyncReadyCallback   callback,
                                                    gpointer              user_data);
guint             ivr_preview_client_open_finish   (IvrPreviewClient     *self,
                                                    GAsyncResult         *result,
                                                    GError              **error);
void              ivr_preview_client_size_async    (IvrPreviewClient     *self,
                                                    guint                 page,
                                                    GCancellable         *cancellable,
                                                    GAsyncReadyCallback   callback,
                                                    gpointer              user_data);
gboolean          ivr_preview_client_size_finish   (IvrPreviewClient     *self,
                                                    GAsyncResult         *result,
                                                    double               *width,
                                                    double               *height,
                                                    GError              **error);
void              ivr_preview_client_render_async  (IvrPreviewClient     *self,
                                                    guint                 page,
                                                    guint                 width,
                                                    GCancellable         *cancellable,
                                                    GAsyncReadyCallback   callback,
                                                    gpointer              user_data);
IvrPreviewImage  *ivr_preview_client_render_finish (IvrPreviewClient     *self,
                                                    GAsyncResult         *result,
                                                    GError              **error);
void              ivr_preview_client_text_async    (IvrPreviewClient     *self,
                                                    guint                 page,
                                                    GCancellable         *cancellable,
                                                    GAsyncReadyCallback   callback,
                                                    gpointer              user_data);
char             *ivr_preview_client_text_finish   (IvrPreviewClient     *self,
                                                    GAsyncResult         *result,
                                                    GError              **error);
void              ivr_preview_client_find_async    (IvrPreviewClient     *self,
                                                    guint                 page,
                                                    const char           *needle,
                                                    GCancellable         *cancellable,
                                                    GAsyncReadyCallback   callback,
                                                    gpointer              user_data);
GArray           *ivr_preview_client_find_finish   (IvrPreviewClient     *self,
                                                    GAsyncResult         *result,
                                                    GError              **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IvrPreviewImage, ivr_preview_image_free)

G_END_DECLS
