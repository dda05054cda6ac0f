/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-pages-private.h"

#include <string.h>
#include <tiffio.h>

#define MOST_DECODED (64 * 1024 * 1024)
#define MOST_PAGES 2000

typedef struct
{
  IvrPages parent;
  GBytes *bytes;
  toff_t at;
  TIFF *tiff;
} TiffPages;

static tmsize_t
on_read (thandle_t handle,
         void     *to,
         tmsize_t  length)
{
  TiffPages *self = handle;
  gsize size;
  const guint8 *data = g_bytes_get_data (self->bytes, &size);
  gsize n = self->at < size ? MIN ((gsize) MAX (length, 0), size - (gsize) self->at) : 0;

  memcpy (to, data + self->at * (n > 0), n);
  self->at += n;
  return (tmsize_t) n;
}

static tmsize_t
on_write (thandle_t handle,
          void     *from,
          tmsize_t  length)
{
  return -1;
}

static toff_t
on_seek (thandle_t handle,
         toff_t    offset,
         int       whence)
{
  TiffPages *self = handle;

  if (whence == SEEK_CUR)
    offset += self->at;
  else if (whence == SEEK_END)
    offset += g_bytes_get_size (self->bytes);
  self->at = offset;
  return offset;
}

static int
on_close (thandle_t handle)
{
  return 0;
}

static toff_t
on_size (thandle_t handle)
{
  return g_bytes_get_size (((TiffPages *) handle)->bytes);
}

static gboolean
go_to (TiffPages *self,
       guint      page,
       guint32   *width,
       guint32   *height)
{
  return TIFFSetDirectory (self->tiff, (tdir_t) page) && TIFFGetField (self->tiff, TIFFTAG_IMAGEWIDTH, width) &&
         TIFFGetField (self->tiff, TIFFTAG_IMAGELENGTH, height) && *width > 0 && *height > 0;
}

static IvrPreviewCode
tiff_size (IvrPages *pages,
           guint     page,
           double   *width,
           double   *height)
{
  TiffPages *self = (TiffPages *) pages;
  guint32 w;
  guint32 h;
  float across = 0;
  float down = 0;

  if (!go_to (self, page, &w, &h))
    return IVR_PREVIEW_UNREADABLE;
  /* A fax has fewer lines down than dots across. */
  if (!TIFFGetField (self->tiff, TIFFTAG_XRESOLUTION, &across) || !TIFFGetField (self->tiff, TIFFTAG_YRESOLUTION, &down) ||
      !(across > 1) || !(down > 1) || across / down > 8 || down / across > 8)
    across = down = 72;
  *width = w * 72.0 / across;
  *height = h * 72.0 / down;
  return IVR_PREVIEW_FINE;
}

static cairo_surface_t *
decode (TiffPages      *self,
        guint           page,
        IvrPreviewCode *code)
{
  guint32 width;
  guint32 height;
  cairo_surface_t *surface = NULL;
  g_autofree guint32 *raster = NULL;

  *code = IVR_PREVIEW_UNREADABLE;
  if (!go_to (self, page, &width, &height))
    return NULL;
  if ((guint64) width * height > MOST_DECODED || width > 32000 || height > 32000)
    {
      *code = IVR_PREVIEW_TOO_LARGE;
      return NULL;
    }
  raster = g_try_new (guint32, (gsize) width * height);
  if (raster == NULL || !TIFFReadRGBAImageOriented (self->tiff, width, height, raster, ORIENTATION_TOPLEFT, 0))
    return NULL;
  surface = ivr_pages_paper ((int) width, (int) height);
  for (guint32 y = 0; surface != NULL && y < height; y++)
    {
      guint32 *row = (guint32 *) (gpointer) (cairo_image_surface_get_data (surface) + (gsize) y * (gsize) cairo_image_surface_get_stride (surface));

      for (guint32 x = 0; x < width; x++)
        {
          guint32 p = raster[(gsize) y * width + x];

          row[x] = 0xff000000u | TIFFGetR (p) << 16 | TIFFGetG (p) << 8 | TIFFGetB (p);
        }
    }
  if (surface != NULL)
    cairo_surface_mark_dirty (surface);
  return surface;
}

static cairo_surface_t *
tiff_render (IvrPages       *pages,
             guint           page,
             guint           wanted,
             IvrPreviewCode *code)
{
  cairo_surface_t *source = decode ((TiffPages *) pages, page, code);
  cairo_surface_t *paper = NULL;
  double width;
  double height;
  int w;
  int h;

  if (source == NULL)
    return NULL;
  if (tiff_size (pages, page, &width, &height) == IVR_PREVIEW_FINE && ivr_pages_fit (width, height, wanted, &w, &h) &&
      (paper = ivr_pages_paper (w, h)) != NULL)
    {
      cairo_t *cr = cairo_create (paper);

      cairo_scale (cr, w / (double) cairo_image_surface_get_width (source), h / (double) cairo_image_surface_get_height (source));
      cairo_set_source_surface (cr, source, 0, 0);
      cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_GOOD);
      cairo_paint (cr);
      cairo_destroy (cr);
      *code = IVR_PREVIEW_FINE;
    }
  cairo_surface_destroy (source);
  return paper;
}

static void
tiff_free (IvrPages *pages)
{
  TiffPages *self = (TiffPages *) pages;

  TIFFClose (self->tiff);
  g_bytes_unref (self->bytes);
  g_free (self);
}

static const IvrPagesClass tiff_class = { tiff_size, tiff_render, NULL, NULL, tiff_free };

/**
 * ivr_tiff_pages_open:
 * @bytes: content of a TIFF
 * @code: (out): why it could not be opened
 *
 * Returns: (transfer full) (nullable): its pages, at most 2000
 */
IvrPages *
ivr_tiff_pages_open (GBytes         *bytes,
                     IvrPreviewCode *code)
{
  TiffPages *self = g_new0 (TiffPages, 1);

  TIFFSetErrorHandler (NULL);
  TIFFSetWarningHandler (NULL);
  self->parent.klass = &tiff_class;
  self->bytes = g_bytes_ref (bytes);
  self->tiff = TIFFClientOpen ("document", "rm", self, on_read, on_write, on_seek, on_close, on_size, NULL, NULL);
  if (self->tiff == NULL)
    {
      g_bytes_unref (self->bytes);
      g_free (self);
      *code = IVR_PREVIEW_UNREADABLE;
      return NULL;
    }
  do
    self->parent.n++;
  while (self->parent.n < MOST_PAGES && TIFFReadDirectory (self->tiff));
  return &self->parent;
}
