/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-document-viewer.h"

#include "ivr-document-content.h"
#include "ivr-document-outside.h"
#include "ivr-document-print.h"
#include "ivr-document-title.h"
#include "ivr-file-name.h"
#include "ivr-format.h"
#include "ivr-page-list.h"
#include "ivr-preview-client.h"
#include "ivr-programs.h"

#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#define STEP 1.25
#define MOST_TEXT (1024 * 1024)

struct _IvrDocumentViewer
{
  AdwWindow parent_instance;

  AdwWindowTitle *heading;
  GtkWidget *tools;
  GtkAdjustment *page_number;
  GtkWidget *page;
  GtkLabel *of_pages;
  GtkEditable *find;
  GtkLabel *message;
  GtkStack *stack;
  GtkSpinner *spinner;
  GtkWidget *scroller;
  IvrPageList *pages;
  GtkTextView *text;
  AdwStatusPage *failed;

  IvrSession *session;
  IvrDocuments *documents;
  char *document;
  IvrPreviewClient *client;
  GCancellable *cancellable;       /* of the document */
  guint n_pages;
  char *needle;
  guint looked_at;                 /* pages that were searched without finding */
};

G_DEFINE_FINAL_TYPE (IvrDocumentViewer, ivr_document_viewer, ADW_TYPE_WINDOW)

static void load (IvrDocumentViewer *self);

static guint
current_page (IvrDocumentViewer *self)
{
  return (guint) gtk_adjustment_get_value (self->page_number) - 1;
}

static void
say (IvrDocumentViewer *self,
     const char        *sentence)
{
  gtk_label_set_label (self->message, sentence != NULL ? sentence : "");
  gtk_widget_set_visible (GTK_WIDGET (self->message), sentence != NULL);
}

static gboolean
is_shown (IvrDocumentViewer *self)
{
  const char *page = gtk_stack_get_visible_child_name (self->stack);

  return g_strcmp0 (page, "page") == 0 || g_strcmp0 (page, "text") == 0;
}

static void
on_page_of_stack (IvrDocumentViewer *self)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "viewer.print", is_shown (self));
}

static void
fail (IvrDocumentViewer *self,
      const GError      *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  gtk_spinner_stop (self->spinner);
  adw_status_page_set_description (self->failed, error->message);
  gtk_stack_set_visible_child_name (self->stack, "failed");
  gtk_widget_set_visible (self->tools, FALSE);
}

static void
update_actions (IvrDocumentViewer *self)
{
  GtkWidget *widget = GTK_WIDGET (self);

  gtk_widget_action_set_enabled (widget, "viewer.previous-page", self->n_pages > 0 && current_page (self) > 0);
  gtk_widget_action_set_enabled (widget, "viewer.next-page", current_page (self) + 1 < self->n_pages);
}

/* By its number, or by a key that changes the number. */
static void
on_page_changed (IvrDocumentViewer *self)
{
  if (self->n_pages == 0)
    return;
  update_actions (self);
  if (ivr_page_list_get_page (self->pages) != current_page (self))
    ivr_page_list_go_to (self->pages, current_page (self));
}

/* By scrolling. */
static void
on_page_reached (IvrDocumentViewer *self)
{
  gtk_adjustment_set_value (self->page_number, ivr_page_list_get_page (self->pages) + 1);
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(IvrDocumentViewer) self = data;
  g_autoptr(GError) error = NULL;
  guint n = ivr_preview_client_open_finish (IVR_PREVIEW_CLIENT (source), result, &error);
  g_autofree char *of = NULL;

  if (self->client != IVR_PREVIEW_CLIENT (source))
    return;
  if (n == 0)
    {
      fail (self, error);
      return;
    }
  self->n_pages = n;
  of = g_strdup_printf (_("of %u"), n);
  gtk_label_set_label (self->of_pages, of);
  gtk_adjustment_set_upper (self->page_number, n);
  gtk_widget_set_visible (self->tools, TRUE);
  update_actions (self);
  gtk_spinner_stop (self->spinner);
  gtk_stack_set_visible_child_name (self->stack, "page");
  ivr_page_list_set_document (self->pages, self->client, n);
}

typedef struct
{
  int fd;
  gsize size;
} Reading;

static void
read_text_in_worker (GTask        *task,
                     gpointer      source,
                     gpointer      data,
                     GCancellable *cancellable)
{
  Reading *reading = data;
  gsize wanted = MIN (reading->size, MOST_TEXT);
  g_autofree char *text = g_malloc (wanted + 1);
  gssize n = pread (reading->fd, text, wanted, 0);

  g_task_return_pointer (task, g_utf8_make_valid (text, MAX (n, 0)), g_free);
}

static void
reading_free (Reading *reading)
{
  close (reading->fd);
  g_free (reading);
}

static void
text_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  IvrDocumentViewer *self = IVR_DOCUMENT_VIEWER (source);
  g_autofree char *text = g_task_propagate_pointer (G_TASK (result), NULL);

  if (text == NULL || self->session == NULL)
    return;
  gtk_spinner_stop (self->spinner);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->text), text, -1);
  gtk_stack_set_visible_child_name (self->stack, "text");
}

/* Nothing is decoded of it, so it is shown here. */
static void
show_text (IvrDocumentViewer  *self,
           IvrDocumentContent *content)
{
  g_autoptr(GTask) task = g_task_new (self, self->cancellable, text_cb, NULL);
  Reading *reading = g_new (Reading, 1);

  reading->fd = dup (content->fd);
  reading->size = (gsize) content->size;
  g_task_set_source_tag (task, show_text);
  g_task_set_task_data (task, reading, (GDestroyNotify) reading_free);
  g_task_run_in_thread (task, read_text_in_worker);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(IvrDocumentViewer) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrDocumentContent) content = ivr_document_content_load_finish (IVR_DATABASE (source), result, &error);
  g_autofree char *program = NULL;

  /* Of a document that was left meanwhile, although it had arrived. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->session == NULL ||
      g_task_get_cancellable (G_TASK (result)) != self->cancellable)
    return;
  if (content == NULL)
    {
      fail (self, error);
      return;
    }
  if (g_str_equal (content->content_type, "text/plain"))
    {
      show_text (self, content);
      return;
    }
  program = ivr_programs_find ("ivr-preview");
  self->client = ivr_preview_client_new (program, content->content_type, content->fd);
  ivr_preview_client_open_async (self->client, self->cancellable, opened_cb, g_object_ref (self));
}

static gboolean
is_readable (IvrDocuments *documents,
             guint         position)
{
  g_autoptr(IvrDocument) document = g_list_model_get_item (G_LIST_MODEL (documents), position);
  const IvrDocumentVersion *version = document != NULL ? ivr_document_get_nth (document, 0) : NULL;

  return version != NULL && version->readable;
}

/* The document before or behind this one that can be read; NULL at the end. */
static IvrDocument *
find_neighbour (IvrDocumentViewer *self,
                int                step)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->documents));
  int at = -1;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(IvrDocument) document = g_list_model_get_item (G_LIST_MODEL (self->documents), i);

      if (g_str_equal (ivr_document_get_id (document), self->document))
        at = (int) i;
    }
  for (int i = at + step; at >= 0 && i >= 0 && i < (int) n; i += step)
    if (is_readable (self->documents, (guint) i))
      return g_list_model_get_item (G_LIST_MODEL (self->documents), (guint) i);
  return NULL;
}

static void
load (IvrDocumentViewer *self)
{
  IvrDocument *document = ivr_documents_find (self->documents, self->document);
  const IvrDocumentVersion *version = document != NULL ? ivr_document_get_nth (document, 0) : NULL;
  g_autoptr(IvrDocument) before = find_neighbour (self, -1);
  g_autoptr(IvrDocument) behind = find_neighbour (self, 1);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->client);
  self->cancellable = g_cancellable_new ();
  self->n_pages = 0;
  ivr_page_list_set_document (self->pages, NULL, 0);
  say (self, NULL);
  gtk_widget_set_visible (self->tools, FALSE);
  gtk_adjustment_set_value (self->page_number, 1);
  adw_window_title_set_title (self->heading, document != NULL ? ivr_document_title_of (document) : "");
  adw_window_title_set_subtitle (self->heading, version != NULL && version->name != NULL ? version->name : "");
  gtk_window_set_title (GTK_WINDOW (self), document != NULL ? ivr_document_title_of (document) : _("Document"));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "viewer.previous-document", before != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "viewer.next-document", behind != NULL);
  gtk_stack_set_visible_child_name (self->stack, "loading");
  gtk_spinner_start (self->spinner);
  ivr_document_content_load_async (ivr_session_get_database (self->session), self->document, 0, IVR_DOWNLOAD_VIEW, self->cancellable, loaded_cb,
                                   g_object_ref (self));
}

static void
go_to_neighbour (IvrDocumentViewer *self,
                 int                step)
{
  g_autoptr(IvrDocument) document = find_neighbour (self, step);

  if (document == NULL)
    return;
  g_free (self->document);
  self->document = g_strdup (ivr_document_get_id (document));
  load (self);
}

static void
on_neighbour (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  go_to_neighbour (IVR_DOCUMENT_VIEWER (widget), g_str_has_suffix (name, "next-document") ? 1 : -1);
}

static void
on_turn_page (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  IvrDocumentViewer *self = IVR_DOCUMENT_VIEWER (widget);
  double step = g_str_has_suffix (name, "next-page") ? 1 : -1;

  gtk_adjustment_set_value (self->page_number, gtk_adjustment_get_value (self->page_number) + step);
}

static void
on_zoom (GtkWidget  *widget,
         const char *name,
         GVariant   *parameter)
{
  IvrDocumentViewer *self = IVR_DOCUMENT_VIEWER (widget);

  if (g_str_has_suffix (name, "fit"))
    ivr_page_list_fit (self->pages);
  else
    ivr_page_list_zoom (self->pages, g_str_has_suffix (name, "zoom-in") ? STEP : 1 / STEP);
}

static void
on_turn (GtkWidget  *widget,
         const char *name,
         GVariant   *parameter)
{
  ivr_page_list_turn (IVR_DOCUMENT_VIEWER (widget)->pages);
}

static void
on_scroll (GtkWidget  *widget,
           const char *name,
           GVariant   *parameter)
{
  ivr_page_list_scroll (IVR_DOCUMENT_VIEWER (widget)->pages, g_str_has_suffix (name, "down") ? 1 : -1);
}

static void
on_end (GtkWidget  *widget,
        const char *name,
        GVariant   *parameter)
{
  IvrDocumentViewer *self = IVR_DOCUMENT_VIEWER (widget);

  if (self->n_pages > 0)
    ivr_page_list_go_to (self->pages, g_str_has_suffix (name, "last-page") ? self->n_pages - 1 : 0);
}

static void look_at_page (IvrDocumentViewer *self,
                          guint              page);

static void
found_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(IvrDocumentViewer) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GArray) found = ivr_preview_client_find_finish (IVR_PREVIEW_CLIENT (source), result, &error);
  guint page = (current_page (self) + self->looked_at) % MAX (self->n_pages, 1);

  if (self->client != IVR_PREVIEW_CLIENT (source) || self->needle == NULL)
    return;
  if (found == NULL)
    {
      say (self, error->message);
      return;
    }
  if (found->len > 0)
    {
      say (self, NULL);
      gtk_adjustment_set_value (self->page_number, page + 1);
      ivr_page_list_set_found (self->pages, page, found);
    }
  else if (++self->looked_at < self->n_pages)
    look_at_page (self, (current_page (self) + self->looked_at) % self->n_pages);
  else
    say (self, _("This was not found in the document."));
}

/* Page after page from the one that is open, one question at a time, so that drawing is never far behind. */
static void
look_at_page (IvrDocumentViewer *self,
              guint              page)
{
  ivr_preview_client_find_async (self->client, page, self->needle, self->cancellable, found_cb, g_object_ref (self));
}

static void
on_find (IvrDocumentViewer *self)
{
  g_autofree char *needle = g_strstrip (g_strdup (gtk_editable_get_text (self->find)));
  gboolean again = g_strcmp0 (needle, self->needle) == 0;

  if (needle[0] == '\0' || self->client == NULL)
    return;
  g_free (self->needle);
  self->needle = g_steal_pointer (&needle);
  /* Return once more goes on behind this page. */
  self->looked_at = again ? 1 : 0;
  look_at_page (self, (current_page (self) + self->looked_at) % MAX (self->n_pages, 1));
}

static void
on_focus_find (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  gtk_widget_grab_focus (GTK_WIDGET (IVR_DOCUMENT_VIEWER (widget)->find));
}

static void
opened_outside_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      data)
{
  IvrDocumentViewer *self = IVR_DOCUMENT_VIEWER (source);
  g_autoptr(GError) error = NULL;

  if (!ivr_document_outside_open_finish (GTK_WINDOW (source), result, &error) && self->session != NULL &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    say (self, error->message);
}

static void
on_open_outside (GtkWidget  *widget,
                 const char *name,
                 GVariant   *parameter)
{
  IvrDocumentViewer *self = IVR_DOCUMENT_VIEWER (widget);
  IvrDocument *document = ivr_documents_find (self->documents, self->document);

  if (document != NULL)
    ivr_document_outside_open_async (GTK_WINDOW (self), self->session, document, opened_outside_cb, NULL);
}

static GdkContentProvider *
on_drag_prepare (GtkDragSource     *source,
                 double             x,
                 double             y,
                 IvrDocumentViewer *self)
{
  IvrDocument *document = ivr_documents_find (self->documents, self->document);

  return document != NULL ? ivr_document_drag_new (self->session, document) : NULL;
}

static void
on_printed (IvrDocumentViewer *self,
            const GError      *error)
{
  if (self->session != NULL && error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    say (self, error->message);
}

/**
 * ivr_document_viewer_print:
 * @self: a viewer whose document is shown
 *
 * Returns: (transfer full) (nullable): a printing of it that was not begun
 */
IvrDocumentPrint *
ivr_document_viewer_print (IvrDocumentViewer *self)
{
  IvrDocument *document = ivr_documents_find (self->documents, self->document);
  IvrDocumentPrint *print;

  if (document == NULL || !is_shown (self))
    return NULL;
  print = ivr_document_print_new (self->session, document);
  if (self->n_pages > 0)
    {
      ivr_document_print_set_n_pages (print, self->n_pages);
      gtk_print_operation_set_current_page (ivr_document_print_get_operation (print), (int) current_page (self));
    }
  else
    {
      GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);
      GtkTextIter first;
      GtkTextIter last;
      g_autofree char *text = NULL;

      gtk_text_buffer_get_bounds (buffer, &first, &last);
      text = gtk_text_buffer_get_text (buffer, &first, &last, FALSE);
      ivr_document_print_set_text (print, text);
    }
  g_signal_connect_object (print, "done", G_CALLBACK (on_printed), self, G_CONNECT_SWAPPED);
  return print;
}

static void
on_print (GtkWidget  *widget,
          const char *name,
          GVariant   *parameter)
{
  g_autoptr(IvrDocumentPrint) print = ivr_document_viewer_print (IVR_DOCUMENT_VIEWER (widget));

  if (print != NULL)
    ivr_document_print_run (print, GTK_WINDOW (widget), GTK_PRINT_OPERATION_ACTION_PRINT_DIALOG);
}

static void
saved_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(IvrDocumentViewer) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonObject) facts = ivr_download_finish (IVR_DATABASE (source), result, &error);

  if (self->session != NULL)
    say (self, facts != NULL ? _("The document was saved.") : error->message);
}

static void
on_save_chosen (IvrDocumentViewer    *self,
                int                   response,
                GtkFileChooserNative *chooser)
{
  if (response == GTK_RESPONSE_ACCEPT && self->session != NULL)
    {
      g_autoptr(GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));

      /* The one that was on the screen when the question was asked. */
      ivr_download_async (ivr_session_get_database (self->session), g_object_get_data (G_OBJECT (chooser), "document"), 0,
                          IVR_DOWNLOAD_SAVE, file, NULL, NULL, saved_cb, g_object_ref (self));
    }
  g_object_unref (chooser);
}

static void
on_save (GtkWidget  *widget,
         const char *name,
         GVariant   *parameter)
{
  IvrDocumentViewer *self = IVR_DOCUMENT_VIEWER (widget);
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (_("Save document"), GTK_WINDOW (self), GTK_FILE_CHOOSER_ACTION_SAVE, _("_Save"), NULL);
  g_autofree char *clean = ivr_file_name_clean (adw_window_title_get_subtitle (self->heading));

  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), clean);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_object_set_data_full (G_OBJECT (chooser), "document", g_strdup (self->document), g_free);
  g_signal_connect_object (chooser, "response", G_CALLBACK (on_save_chosen), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

static void
ivr_document_viewer_dispose (GObject *object)
{
  IvrDocumentViewer *self = IVR_DOCUMENT_VIEWER (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->client);
  g_clear_object (&self->documents);
  g_clear_object (&self->session);
  g_clear_pointer (&self->document, g_free);
  g_clear_pointer (&self->needle, g_free);
  G_OBJECT_CLASS (ivr_document_viewer_parent_class)->dispose (object);
}

static void
add_keys (GtkWidgetClass *widget_class)
{
  static const struct
  {
    guint key;
    GdkModifierType modifiers;
    const char *action;
  } keys[] = {
    { GDK_KEY_Page_Down, 0, "viewer.next-page" },  { GDK_KEY_Page_Up, 0, "viewer.previous-page" },
    { GDK_KEY_n, 0, "viewer.next-document" },      { GDK_KEY_p, 0, "viewer.previous-document" },
    { GDK_KEY_plus, 0, "viewer.zoom-in" },         { GDK_KEY_KP_Add, 0, "viewer.zoom-in" },
    { GDK_KEY_minus, 0, "viewer.zoom-out" },       { GDK_KEY_KP_Subtract, 0, "viewer.zoom-out" },
    { GDK_KEY_f, 0, "viewer.fit" },                { GDK_KEY_r, 0, "viewer.turn" },
    { GDK_KEY_f, GDK_CONTROL_MASK, "viewer.find" }, { GDK_KEY_s, GDK_CONTROL_MASK, "viewer.save" },
    { GDK_KEY_p, GDK_CONTROL_MASK, "viewer.print" }, { GDK_KEY_o, GDK_CONTROL_MASK, "viewer.open" },
    { GDK_KEY_Down, 0, "viewer.down" },            { GDK_KEY_Up, 0, "viewer.up" },
    { GDK_KEY_Home, 0, "viewer.first-page" },      { GDK_KEY_End, 0, "viewer.last-page" },
    { GDK_KEY_Escape, 0, "window.close" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_widget_class_add_binding_action (widget_class, keys[i].key, keys[i].modifiers, keys[i].action, NULL);
}

static void
ivr_document_viewer_class_init (IvrDocumentViewerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ivr_document_viewer_dispose;
  g_type_ensure (IVR_TYPE_PAGE_LIST);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/ivrdesk/Desk/ui/ivr-document-viewer.ui");
  gtk_widget_class_bind_template_child (widget_class, IvrDocumentViewer, heading);
  gtk_widget_class_bind_template_child (widget_class, IvrDocumentViewer, tools);
  gtk_widget_class_bind_template_child (widget_class, IvrDocumentViewer, page_number);
  gtk_widget_class_bind_template_child (widget_class, IvrDocumentViewer, page);
  gtk_widget_class_bind_template_child (widget_class, IvrDocumentViewer, of_pages);
  gtk_widget_class_bind_template_child (widget_class, IvrDocumentViewer, find);
  gtk_widget_class_bind_template_child (widget_class, IvrDocumentViewer, message);
  gtk_widget_class_bind_template_child (widget_class, IvrDocumentViewer, stack);
  gtk_widget_class_bind_template_child (widget_class, IvrDocumentViewer, spinner);
  gtk_widget_class_bind_template_child (widget_class, IvrDocumentViewer, scroller);
  gtk_widget_class_bind_template_child (widget_class, IvrDocumentViewer, pages);
  gtk_widget_class_bind_template_child (widget_class, IvrDocumentViewer, text);
  gtk_widget_class_bind_template_child (widget_class, IvrDocumentViewer, failed);
  gtk_widget_class_bind_template_callback (widget_class, on_page_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_page_reached);
  gtk_widget_class_bind_template_callback (widget_class, fail);
  gtk_widget_class_bind_template_callback (widget_class, on_find);
  gtk_widget_class_install_action (widget_class, "viewer.next-document", NULL, on_neighbour);
  gtk_widget_class_install_action (widget_class, "viewer.previous-document", NULL, on_neighbour);
  gtk_widget_class_install_action (widget_class, "viewer.next-page", NULL, on_turn_page);
  gtk_widget_class_install_action (widget_class, "viewer.previous-page", NULL, on_turn_page);
  gtk_widget_class_install_action (widget_class, "viewer.zoom-in", NULL, on_zoom);
  gtk_widget_class_install_action (widget_class, "viewer.zoom-out", NULL, on_zoom);
  gtk_widget_class_install_action (widget_class, "viewer.fit", NULL, on_zoom);
  gtk_widget_class_install_action (widget_class, "viewer.turn", NULL, on_turn);
  gtk_widget_class_install_action (widget_class, "viewer.down", NULL, on_scroll);
  gtk_widget_class_install_action (widget_class, "viewer.up", NULL, on_scroll);
  gtk_widget_class_install_action (widget_class, "viewer.first-page", NULL, on_end);
  gtk_widget_class_install_action (widget_class, "viewer.last-page", NULL, on_end);
  gtk_widget_class_install_action (widget_class, "viewer.find", NULL, on_focus_find);
  gtk_widget_class_install_action (widget_class, "viewer.save", NULL, on_save);
  gtk_widget_class_install_action (widget_class, "viewer.print", NULL, on_print);
  gtk_widget_class_install_action (widget_class, "viewer.open", NULL, on_open_outside);
  add_keys (widget_class);
}

static void
ivr_document_viewer_init (IvrDocumentViewer *self)
{
  GtkDragSource *drag = gtk_drag_source_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (drag, "prepare", G_CALLBACK (on_drag_prepare), self);
  gtk_widget_add_controller (GTK_WIDGET (self->pages), GTK_EVENT_CONTROLLER (drag));
  g_signal_connect_object (self->stack, "notify::visible-child", G_CALLBACK (on_page_of_stack), self, G_CONNECT_SWAPPED);
}

/**
 * ivr_document_viewer_new:
 * @session: the session of the window that opens it
 * @documents: the documents of the request
 * @document: which one is shown first
 *
 * Returns: (transfer floating): a window
 */
GtkWidget *
ivr_document_viewer_new (IvrSession   *session,
                         IvrDocuments *documents,
                         const char   *document)
{
  IvrDocumentViewer *self = g_object_new (IVR_TYPE_DOCUMENT_VIEWER, NULL);

  self->session = g_object_ref (session);
  self->documents = g_object_ref (documents);
  self->document = g_strdup (document);
  load (self);
  return GTK_WIDGET (self);
}
