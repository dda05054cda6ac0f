/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-pages-private.h"

#include <poppler.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PopplerPage, g_object_unref)

typedef struct
{
  IvrPages parent;
  PopplerDocument *document;
  GBytes *bytes;
} PdfPages;

static PopplerPage *
get_page (IvrPages *pages,
          guint     page)
{
  return poppler_document_get_page (((PdfPages *) pages)->document, (int) page);
}

static IvrPreviewCode
pdf_size (IvrPages *pages,
          guint     n,
          double   *width,
          double   *height)
{
  g_autoptr(PopplerPage) page = get_page (pages, n);

  if (page == NULL)
    return IVR_PREVIEW_UNREADABLE;
  poppler_page_get_size (page, width, height);
  return IVR_PREVIEW_FINE;
}

static cairo_surface_t *
pdf_render (IvrPages       *pages,
            guint           n,
            guint           wanted,
            IvrPreviewCode *code)
{
  g_autoptr(PopplerPage) page = get_page (pages, n);
  cairo_surface_t *paper = NULL;
  double width;
  double height;
  int w;
  int h;
  cairo_t *cr;

  *code = IVR_PREVIEW_UNREADABLE;
  if (page == NULL)
    return NULL;
  poppler_page_get_size (page, &width, &height);
  if (!ivr_pages_fit (width, height, wanted, &w, &h) || (paper = ivr_pages_paper (w, h)) == NULL)
    return NULL;
  cr = cairo_create (paper);
  cairo_scale (cr, w / width, h / height);
  poppler_page_render (page, cr);
  cairo_destroy (cr);
  *code = IVR_PREVIEW_FINE;
  return paper;
}

static char *
pdf_text (IvrPages *pages,
          guint     n)
{
  g_autoptr(PopplerPage) page = get_page (pages, n);

  return page != NULL ? poppler_page_get_text (page) : NULL;
}

static void
free_rectangle (gpointer data)
{
  poppler_rectangle_free (data);
}

static GArray *
pdf_find (IvrPages   *pages,
          guint       n,
          const char *needle)
{
  g_autoptr(PopplerPage) page = get_page (pages, n);
  GArray *found = g_array_new (FALSE, FALSE, sizeof (double));
  GList *all;
  double width;
  double height;

  if (page == NULL)
    return found;
  poppler_page_get_size (page, &width, &height);
  all = poppler_page_find_text_with_options (page, needle, POPPLER_FIND_DEFAULT);
  for (GList *l = all; l != NULL && found->len < 4 * IVR_PREVIEW_MOST_FOUND; l = l->next)
    {
      PopplerRectangle *r = l->data;
      /* A PDF counts from the bottom. */
      double edges[] = { r->x1 / width, 1 - r->y2 / height, r->x2 / width, 1 - r->y1 / height };

      g_array_append_vals (found, edges, 4);
    }
  g_list_free_full (all, free_rectangle);
  return found;
}

static void
pdf_free (IvrPages *pages)
{
  PdfPages *self = (PdfPages *) pages;

  g_object_unref (self->document);
  g_bytes_unref (self->bytes);
  g_free (self);
}

static const IvrPagesClass pdf_class = { pdf_size, pdf_render, pdf_text, pdf_find, pdf_free };

/**
 * ivr_pdf_pages_open:
 * @bytes: content of a PDF
 * @code: (out): why it could not be opened
 *
 * Returns: (transfer full) (nullable): its pages
 */
IvrPages *
ivr_pdf_pages_open (GBytes         *bytes,
                    IvrPreviewCode *code)
{
  g_autoptr(GError) error = NULL;
  PopplerDocument *document = poppler_document_new_from_bytes (bytes, NULL, &error);
  int n = document != NULL ? poppler_document_get_n_pages (document) : 0;
  PdfPages *self;

  if (n <= 0)
    {
      *code = g_error_matches (error, POPPLER_ERROR, POPPLER_ERROR_ENCRYPTED) ? IVR_PREVIEW_ENCRYPTED : IVR_PREVIEW_UNREADABLE;
      g_clear_object (&document);
      return NULL;
    }
  self = g_new0 (PdfPages, 1);
  self->parent.klass = &pdf_class;
  self->parent.n = (guint) MIN (n, IVR_PREVIEW_MOST_PAGES);
  self->document = document;
  self->bytes = g_bytes_ref (bytes);
  return &self->parent;
}
