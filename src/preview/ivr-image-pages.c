/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-pages-private.h"

#include <gdk-pixbuf/gdk-pixbuf.h>

/* A camera's picture has fewer; what has more is decoded only where the format can be read smaller. */
#define MOST_DECODED (64 * 1024 * 1024)
#define READ_SMALLER (16 * 1024 * 1024)
#define PIECE 65536

typedef struct
{
  IvrPages parent;
  cairo_surface_t *surface;
} ImagePages;

typedef struct
{
  gboolean is_jpeg;
  gboolean too_large;
} Size;

static IvrPreviewCode
image_size (IvrPages *pages,
            guint     n,
            double   *width,
            double   *height)
{
  ImagePages *self = (ImagePages *) pages;

  *width = cairo_image_surface_get_width (self->surface);
  *height = cairo_image_surface_get_height (self->surface);
  return IVR_PREVIEW_FINE;
}

static cairo_surface_t *
image_render (IvrPages       *pages,
              guint           n,
              guint           wanted,
              IvrPreviewCode *code)
{
  cairo_surface_t *scaled = ivr_pages_scaled (((ImagePages *) pages)->surface, wanted);

  *code = scaled != NULL ? IVR_PREVIEW_FINE : IVR_PREVIEW_UNREADABLE;
  return scaled;
}

static void
image_free (IvrPages *pages)
{
  cairo_surface_destroy (((ImagePages *) pages)->surface);
  g_free (pages);
}

static const IvrPagesClass image_class = { image_size, image_render, NULL, NULL, image_free };

/* Asked before a pixel is decoded. Only JPEG can be read at a fraction of its size. */
static void
on_size (GdkPixbufLoader *loader,
         int              width,
         int              height,
         Size            *size)
{
  gint64 pixels = (gint64) width * height;
  int divisor = 1;

  if (size->is_jpeg)
    while (pixels / ((gint64) divisor * divisor) > READ_SMALLER && divisor < 8)
      divisor *= 2;
  if (width <= 0 || height <= 0 || pixels / ((gint64) divisor * divisor) > MOST_DECODED || pixels > 16 * (gint64) MOST_DECODED)
    {
      size->too_large = TRUE;
      gdk_pixbuf_loader_set_size (loader, 1, 1);
    }
  else if (divisor > 1)
    gdk_pixbuf_loader_set_size (loader, MAX (width / divisor, 1), MAX (height / divisor, 1));
}

static cairo_surface_t *
surface_of (GdkPixbuf *pixbuf)
{
  int width = gdk_pixbuf_get_width (pixbuf);
  int height = gdk_pixbuf_get_height (pixbuf);
  int channels = gdk_pixbuf_get_n_channels (pixbuf);
  gboolean alpha = gdk_pixbuf_get_has_alpha (pixbuf);
  cairo_surface_t *surface = ivr_pages_paper (width, height);
  guint8 *to = surface != NULL ? cairo_image_surface_get_data (surface) : NULL;
  const guint8 *from = gdk_pixbuf_read_pixels (pixbuf);

  if (to == NULL)
    return NULL;
  for (int y = 0; y < height; y++)
    {
      const guint8 *p = from + (gsize) y * (gsize) gdk_pixbuf_get_rowstride (pixbuf);
      guint32 *q = (guint32 *) (gpointer) (to + (gsize) y * (gsize) cairo_image_surface_get_stride (surface));

      for (int x = 0; x < width; x++, p += channels)
        {
          guint a = alpha ? p[3] : 255;

          /* On white paper. */
          q[x] = 0xff000000u | ((p[0] * a + 255 * (255 - a)) / 255) << 16 | ((p[1] * a + 255 * (255 - a)) / 255) << 8 | (p[2] * a + 255 * (255 - a)) / 255;
        }
    }
  cairo_surface_mark_dirty (surface);
  return surface;
}

/**
 * ivr_image_pages_open:
 * @content_type: image/png, image/jpeg or image/webp; no other decoder is tried
 * @bytes: content of the image
 * @code: (out): why it could not be opened
 *
 * Returns: (transfer full) (nullable): one page
 */
IvrPages *
ivr_image_pages_open (const char     *content_type,
                      GBytes         *bytes,
                      IvrPreviewCode *code)
{
  g_autoptr(GdkPixbufLoader) loader = gdk_pixbuf_loader_new_with_mime_type (content_type, NULL);
  Size size = { g_str_equal (content_type, "image/jpeg"), FALSE };
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  g_autoptr(GdkPixbuf) upright = NULL;
  GdkPixbuf *pixbuf = NULL;
  cairo_surface_t *surface;
  gboolean going = loader != NULL;

  *code = IVR_PREVIEW_UNREADABLE;
  if (loader == NULL)
    return NULL;
  g_signal_connect (loader, "size-prepared", G_CALLBACK (on_size), &size);
  for (gsize at = 0; going && at < length && !size.too_large; at += PIECE)
    going = gdk_pixbuf_loader_write (loader, data + at, MIN (PIECE, length - at), NULL);
  gdk_pixbuf_loader_close (loader, NULL);
  if (size.too_large)
    {
      *code = IVR_PREVIEW_TOO_LARGE;
      return NULL;
    }
  /* Of a damaged image what came before the damage is shown. */
  pixbuf = gdk_pixbuf_loader_get_pixbuf (loader);
  upright = pixbuf != NULL ? gdk_pixbuf_apply_embedded_orientation (pixbuf) : NULL;
  surface = upright != NULL ? surface_of (upright) : NULL;
  if (surface != NULL)
    {
      ImagePages *self = g_new0 (ImagePages, 1);

      self->parent.klass = &image_class;
      self->parent.n = 1;
      self->surface = surface;
      return &self->parent;
    }
  return NULL;
}

/**
 * ivr_image_pages_prepare:
 * @content_type: what will be decoded
 *
 * Loads the decoder, which is a module of its own; later no code is loaded any more.
 */
void
ivr_image_pages_prepare (const char *content_type)
{
  g_autoptr(GdkPixbufLoader) loader = NULL;

  if (g_str_has_prefix (content_type, "image/"))
    loader = gdk_pixbuf_loader_new_with_mime_type (content_type, NULL);
  if (loader != NULL)
    gdk_pixbuf_loader_close (loader, NULL);
}
