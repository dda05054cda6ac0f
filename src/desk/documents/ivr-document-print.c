/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-document-print.h"

#include "ivr-document-content.h"
#include "ivr-preview-client.h"
#include "ivr-programs.h"

#include <glib/gi18n.h>

/* Finer than a fax, and no more of a page is held than a viewer holds of it. */
#define DOTS_PER_INCH 300
#define MOST_PIXELS 4000
#define FONT "Monospace 10"

struct _IvrDocumentPrint
{
  GObject parent_instance;

  IvrSession *session;
  IvrDocument *document;
  GtkPrintOperation *operation;
  GCancellable *cancellable;
  GError *error;
  IvrPreviewClient *client;      /* once it was written down that it is printed */
  gboolean written_down;
  gboolean ended;
  GtkPrintContext *context;      /* while a page is drawn */
  guint page;
  GPtrArray *lines;              /* of a text, as they were wrapped; NULL for pages */
  char *text;
  guint lines_per_page;
};

enum {
  SIGNAL_DONE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IvrDocumentPrint, ivr_document_print, G_TYPE_OBJECT)

static void
ivr_document_print_dispose (GObject *object)
{
  IvrDocumentPrint *self = IVR_DOCUMENT_PRINT (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->client);
  if (self->operation != NULL)
    g_signal_handlers_disconnect_by_data (self->operation, self);
  g_clear_object (&self->operation);
  g_clear_object (&self->session);
  g_clear_object (&self->document);
  G_OBJECT_CLASS (ivr_document_print_parent_class)->dispose (object);
}

static void
ivr_document_print_finalize (GObject *object)
{
  IvrDocumentPrint *self = IVR_DOCUMENT_PRINT (object);

  g_object_unref (self->cancellable);
  g_clear_error (&self->error);
  g_clear_pointer (&self->lines, g_ptr_array_unref);
  g_free (self->text);
  G_OBJECT_CLASS (ivr_document_print_parent_class)->finalize (object);
}

static void
ivr_document_print_class_init (IvrDocumentPrintClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ivr_document_print_dispose;
  object_class->finalize = ivr_document_print_finalize;
  signals[SIGNAL_DONE] = g_signal_new ("done", IVR_TYPE_DOCUMENT_PRINT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
page_done (IvrDocumentPrint *self)
{
  self->context = NULL;
  gtk_print_operation_draw_page_finish (self->operation);
}

/* Nothing more is printed, and the person is told why. */
static void
fail (IvrDocumentPrint *self,
      const GError     *error)
{
  if (self->error == NULL)
    self->error = g_error_copy (error);
  gtk_print_operation_cancel (self->operation);
  page_done (self);
}

/* As large as the paper takes it, in the middle, and sideways when that fits better. */
static void
paint (IvrDocumentPrint      *self,
       const IvrPreviewImage *image)
{
  cairo_t *cr = gtk_print_context_get_cairo_context (self->context);
  double wide = gtk_print_context_get_width (self->context);
  double high = gtk_print_context_get_height (self->context);
  gboolean sideways = (wide < high) != (image->width <= image->height);
  double across = sideways ? image->height : image->width;
  double down = sideways ? image->width : image->height;
  double scale = MIN (wide / across, high / down);
  cairo_surface_t *surface = cairo_image_surface_create_for_data ((guchar *) g_bytes_get_data (image->pixels, NULL), CAIRO_FORMAT_ARGB32, image->width,
                                                                  image->height, (int) image->stride);

  cairo_save (cr);
  cairo_translate (cr, (wide - across * scale) / 2, (high - down * scale) / 2);
  cairo_scale (cr, scale, scale);
  if (sideways)
    {
      cairo_translate (cr, across, 0);
      cairo_rotate (cr, G_PI / 2);
    }
  cairo_set_source_surface (cr, surface, 0, 0);
  cairo_paint (cr);
  cairo_restore (cr);
  /* The page that is printed may be written later, and the pixels are not ours for so long. */
  cairo_surface_flush (cairo_get_target (cr));
  cairo_surface_destroy (surface);
}

static void
drawn_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(IvrDocumentPrint) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPreviewImage) image = ivr_preview_client_render_finish (IVR_PREVIEW_CLIENT (source), result, &error);

  if (self->context == NULL)
    return;
  if (image == NULL)
    {
      fail (self, error);
      return;
    }
  paint (self, image);
  page_done (self);
}

static void
sized_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(IvrDocumentPrint) self = data;
  g_autoptr(GError) error = NULL;
  double width = 0;
  double height = 0;
  double scale = DOTS_PER_INCH / 72.0;

  if (!ivr_preview_client_size_finish (IVR_PREVIEW_CLIENT (source), result, &width, &height, &error))
    {
      fail (self, error);
      return;
    }
  scale = MIN (scale, MOST_PIXELS / MAX (MAX (width, height), 1));
  ivr_preview_client_render_async (self->client, self->page, (guint) MAX (width * scale, 1), self->cancellable, drawn_cb, g_object_ref (self));
}

static void
draw_lines (IvrDocumentPrint *self)
{
  cairo_t *cr = gtk_print_context_get_cairo_context (self->context);
  g_autoptr(PangoLayout) layout = gtk_print_context_create_pango_layout (self->context);
  PangoFontDescription *font = pango_font_description_from_string (FONT);
  g_autoptr(GString) text = g_string_new (NULL);

  for (guint i = self->page * self->lines_per_page; i < MIN ((self->page + 1) * self->lines_per_page, self->lines->len); i++)
    g_string_append_printf (text, "%s\n", (const char *) self->lines->pdata[i]);
  pango_layout_set_font_description (layout, font);
  pango_layout_set_text (layout, text->str, -1);
  pango_cairo_show_layout (cr, layout);
  pango_font_description_free (font);
}

static void
draw (IvrDocumentPrint *self)
{
  if (self->lines == NULL)
    {
      ivr_preview_client_size_async (self->client, self->page, self->cancellable, sized_cb, g_object_ref (self));
      return;
    }
  draw_lines (self);
  page_done (self);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(IvrDocumentPrint) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrDocumentContent) content = ivr_document_content_load_finish (IVR_DATABASE (source), result, &error);
  g_autofree char *program = NULL;

  if (content == NULL)
    {
      fail (self, error);
      return;
    }
  self->written_down = TRUE;
  program = ivr_programs_find ("ivr-preview");
  if (self->lines == NULL)
    self->client = ivr_preview_client_new (program, content->content_type, content->fd);
  draw (self);
}

static void
on_draw_page (IvrDocumentPrint *self,
              GtkPrintContext  *context,
              int               page)
{
  const IvrDocumentVersion *version = ivr_document_get_nth (self->document, 0);

  gtk_print_operation_set_defer_drawing (self->operation);
  self->context = context;
  self->page = (guint) page;
  if (self->written_down)
    draw (self);
  else
    ivr_document_content_load_async (ivr_session_get_database (self->session), ivr_document_get_id (self->document), version != NULL ? version->n : 0,
                                     IVR_DOWNLOAD_PRINT, self->cancellable, loaded_cb, g_object_ref (self));
}

/* By counting: all signs of this font are of one width. */
static void
wrap (IvrDocumentPrint *self,
      guint             columns)
{
  g_auto(GStrv) given = g_strsplit (self->text, "\n", -1);

  for (gsize i = 0; given[i] != NULL; i++)
    {
      const char *rest = g_strchomp (given[i]);
      const char *end;

      do
        {
          end = rest;
          for (guint k = 0; k < columns && *end != '\0'; k++)
            end = g_utf8_next_char (end);
          g_ptr_array_add (self->lines, g_strndup (rest, (gsize) (end - rest)));
          rest = end;
        }
      while (*rest != '\0');
    }
}

static void
on_begin (IvrDocumentPrint *self,
          GtkPrintContext  *context)
{
  g_autoptr(PangoLayout) layout = NULL;
  PangoFontDescription *font;
  int width;
  int height;

  if (self->text == NULL)
    return;
  layout = gtk_print_context_create_pango_layout (context);
  font = pango_font_description_from_string (FONT);
  pango_layout_set_font_description (layout, font);
  pango_layout_set_text (layout, "0", -1);
  pango_layout_get_size (layout, &width, &height);
  pango_font_description_free (font);
  self->lines_per_page = (guint) MAX (gtk_print_context_get_height (context) * PANGO_SCALE / MAX (height, 1), 2) - 1;
  g_clear_pointer (&self->lines, g_ptr_array_unref);
  self->lines = g_ptr_array_new_with_free_func (g_free);
  wrap (self, (guint) MAX (gtk_print_context_get_width (context) * PANGO_SCALE / MAX (width, 1), 20));
  gtk_print_operation_set_n_pages (self->operation, (int) ((self->lines->len + self->lines_per_page - 1) / self->lines_per_page));
}

static void
on_done (IvrDocumentPrint        *self,
         GtkPrintOperationResult  result)
{
  g_autoptr(IvrDocumentPrint) alive = self;

  self->ended = TRUE;
  if (result == GTK_PRINT_OPERATION_RESULT_ERROR && self->error == NULL)
    gtk_print_operation_get_error (self->operation, &self->error);
  g_signal_emit (self, signals[SIGNAL_DONE], 0, self->error);
}

static void
ivr_document_print_init (IvrDocumentPrint *self)
{
  self->cancellable = g_cancellable_new ();
  self->operation = gtk_print_operation_new ();
  gtk_print_operation_set_allow_async (self->operation, TRUE);
  gtk_print_operation_set_unit (self->operation, GTK_UNIT_POINTS);
  g_signal_connect_swapped (self->operation, "begin-print", G_CALLBACK (on_begin), self);
  g_signal_connect_swapped (self->operation, "draw-page", G_CALLBACK (on_draw_page), self);
  g_signal_connect_swapped (self->operation, "done", G_CALLBACK (on_done), self);
}

/**
 * ivr_document_print_new:
 * @session: the session of the window
 * @document: a document that is shown
 *
 * Returns: (transfer full): nothing is printed yet
 */
IvrDocumentPrint *
ivr_document_print_new (IvrSession  *session,
                        IvrDocument *document)
{
  IvrDocumentPrint *self = g_object_new (IVR_TYPE_DOCUMENT_PRINT, NULL);

  self->session = g_object_ref (session);
  self->document = g_object_ref (document);
  gtk_print_operation_set_job_name (self->operation, ivr_document_get_kind_label (document));
  return self;
}

/**
 * ivr_document_print_set_n_pages:
 * @self: a printing
 * @n_pages: how many pages the document has
 */
void
ivr_document_print_set_n_pages (IvrDocumentPrint *self,
                                guint             n_pages)
{
  gtk_print_operation_set_n_pages (self->operation, (int) n_pages);
}

/**
 * ivr_document_print_set_text:
 * @self: a printing
 * @text: what the document says, when it has no pages of its own
 */
void
ivr_document_print_set_text (IvrDocumentPrint *self,
                             const char       *text)
{
  g_free (self->text);
  self->text = g_strdup (text);
}

/**
 * ivr_document_print_get_operation:
 * @self: a printing
 *
 * Returns: (transfer none): GTK's part of it, for where it is printed to
 */
GtkPrintOperation *
ivr_document_print_get_operation (IvrDocumentPrint *self)
{
  return self->operation;
}

/**
 * ivr_document_print_run:
 * @self: a printing
 * @parent: the window in which it was asked for
 * @action: %GTK_PRINT_OPERATION_ACTION_PRINT_DIALOG for a person
 *
 * Returns at once; "done" tells how it ended, and the printing lives until then.
 */
void
ivr_document_print_run (IvrDocumentPrint        *self,
                        GtkWindow               *parent,
                        GtkPrintOperationAction  action)
{
  g_autoptr(IvrDocumentPrint) alive = g_object_ref (self);
  g_autoptr(GError) error = NULL;

  g_object_ref (self);
  /* Where it could not even begin, nothing else may say that it has ended. */
  if (gtk_print_operation_run (self->operation, action, parent, &error) != GTK_PRINT_OPERATION_RESULT_ERROR || self->ended)
    return;
  if (self->error == NULL)
    self->error = g_steal_pointer (&error);
  on_done (self, GTK_PRINT_OPERATION_RESULT_ERROR);
}
