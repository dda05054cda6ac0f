/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-pages-private.h"

#include <math.h>

/**
 * ivr_pages_open:
 * @content_type: what the document is
 * @bytes: its content
 * @code: (out): why it could not be opened
 *
 * Returns: (transfer full) (nullable): its pages
 */
IvrPages *
ivr_pages_open (const char     *content_type,
                GBytes         *bytes,
                IvrPreviewCode *code)
{
  if (g_str_equal (content_type, "application/pdf"))
    return ivr_pdf_pages_open (bytes, code);
  if (g_str_equal (content_type, "image/tiff"))
    return ivr_tiff_pages_open (bytes, code);
  if (g_str_equal (content_type, "image/png") || g_str_equal (content_type, "image/jpeg") || g_str_equal (content_type, "image/webp"))
    return ivr_image_pages_open (content_type, bytes, code);
  *code = IVR_PREVIEW_UNREADABLE;
  return NULL;
}

void
ivr_pages_free (IvrPages *self)
{
  if (self != NULL)
    self->klass->free (self);
}

/**
 * ivr_pages_fit:
 * @width: of a page, in any unit
 * @height: of the page
 * @wanted: width in pixels
 * @pixels_wide: (out): width that it gets: less when it would be too many pixels
 * @pixels_high: (out): height that goes with it
 *
 * Returns: whether the page has a size at all
 */
gboolean
ivr_pages_fit (double  width,
               double  height,
               guint   wanted,
               int    *pixels_wide,
               int    *pixels_high)
{
  double scale;

  if (!isfinite (width) || !isfinite (height) || width <= 0 || height <= 0 || width / height > 5000 || height / width > 5000)
    return FALSE;
  scale = CLAMP (wanted, 1, IVR_PREVIEW_MOST_WIDTH) / width;
  if (width * scale * height * scale > IVR_PREVIEW_MOST_PIXELS)
    scale = sqrt (IVR_PREVIEW_MOST_PIXELS / (width * height));
  *pixels_wide = MAX ((int) (width * scale), 1);
  *pixels_high = MAX ((int) (height * scale), 1);
  return *pixels_wide <= 32000 && *pixels_high <= 32000;
}

/**
 * ivr_pages_paper:
 * @width: pixels
 * @height: pixels
 *
 * Returns: (transfer full) (nullable): white paper; %NULL when there is no memory for it
 */
cairo_surface_t *
ivr_pages_paper (int width,
                 int height)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);
  cairo_t *cr;

  if (cairo_surface_status (surface) != CAIRO_STATUS_SUCCESS)
    {
      cairo_surface_destroy (surface);
      return NULL;
    }
  cr = cairo_create (surface);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  cairo_destroy (cr);
  return surface;
}

/**
 * ivr_pages_scaled:
 * @source: an image
 * @wanted: width in pixels
 *
 * Returns: (transfer full) (nullable): the image on white paper of that width
 */
cairo_surface_t *
ivr_pages_scaled (cairo_surface_t *source,
                  guint            wanted)
{
  double width = cairo_image_surface_get_width (source);
  double height = cairo_image_surface_get_height (source);
  cairo_surface_t *paper;
  cairo_t *cr;
  int w;
  int h;

  if (!ivr_pages_fit (width, height, wanted, &w, &h) || (paper = ivr_pages_paper (w, h)) == NULL)
    return NULL;
  cr = cairo_create (paper);
  cairo_scale (cr, w / width, h / height);
  cairo_set_source_surface (cr, source, 0, 0);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_GOOD);
  cairo_paint (cr);
  cairo_destroy (cr);
  return paper;
}
