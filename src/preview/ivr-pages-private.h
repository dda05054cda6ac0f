/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-pages.h"

#include <cairo.h>

G_BEGIN_DECLS

/**
 * IvrPagesClass:
 * @size: of a page, in points
 * @render: a page at a width in pixels; never more than %IVR_PREVIEW_MOST_PIXELS
 * @text: (nullable): of a page
 * @find: (nullable): where a text stands on a page, in fractions of it
 * @free: the pages
 *
 * What a decoder does with a document that has been opened. Pages are counted from 0 and were checked.
 */
typedef struct
{
  IvrPreviewCode   (*size)   (IvrPages         *self,
                              guint             page,
                              double           *width,
                              double           *height);
  cairo_surface_t *(*render) (IvrPages         *self,
                              guint             page,
                              guint             width,
                              IvrPreviewCode   *code);
  char            *(*text)   (IvrPages         *self,
                              guint             page);
  GArray          *(*find)   (IvrPages         *self,
                              guint             page,
                              const char       *needle);
  void             (*free)   (IvrPages         *self);
} IvrPagesClass;

struct _IvrPages
{
  const IvrPagesClass *klass;
  guint n;
};

/* One for each kind of document. */
IvrPages        *ivr_pdf_pages_open   (GBytes           *bytes,
                                       IvrPreviewCode   *code);
IvrPages        *ivr_image_pages_open (const char       *content_type,
                                       GBytes           *bytes,
                                       IvrPreviewCode   *code);
IvrPages        *ivr_tiff_pages_open  (GBytes           *bytes,
                                       IvrPreviewCode   *code);

/* For them. */
gboolean         ivr_pages_fit        (double            width,
                                       double            height,
                                       guint             wanted,
                                       int              *pixels_wide,
                                       int              *pixels_high);
cairo_surface_t *ivr_pages_paper      (int               width,
                                       int               height);
cairo_surface_t *ivr_pages_scaled     (cairo_surface_t  *source,
                                       guint             wanted);

G_END_DECLS
