/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-documents-page.h"

#include "ivr-ask-dialog.h"
#include "ivr-command.h"
#include "ivr-desk-settings.h"
#include "ivr-document-files.h"
#include "ivr-document-outside.h"
#include "ivr-document-row.h"
#include "ivr-document-viewer.h"
#include "ivr-documents.h"
#include "ivr-download.h"
#include "ivr-error.h"
#include "ivr-file-name.h"
#include "ivr-format.h"
#include "ivr-upload-row.h"
#include "ivr-watched-list.h"

#include <adwaita.h>
#include <glib/gi18n.h>

struct _IvrDocumentsPage
{
  GtkWidget parent_instance;

  GtkWidget *add_bar;
  GtkWidget *add;
  GtkWidget *ask;
  GtkLabel *needed;
  GtkWidget *offers;
  IvrWatchedList *watched;
  GtkListBox *uploads;
  GtkListBox *list;
  GtkWidget *empty;

  IvrSession *session;
  IvrThumbnails *thumbnails;
  char *request;
  IvrDocuments *documents;
  GtkFilterListModel *own_uploads;
  GtkFileChooserNative *chooser;     /* open at the moment */
  char *rights;                      /* with which the rows were made */
  gboolean stale;                    /* to be read when somebody looks */
};

enum {
  SIGNAL_NOTICE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IvrDocumentsPage, ivr_documents_page, GTK_TYPE_WIDGET)

static void
notice (IvrDocumentsPage *self,
        const char       *sentence)
{
  g_signal_emit (self, signals[SIGNAL_NOTICE], 0, sentence);
}

static gboolean
is_clinic (IvrDocumentsPage *self)
{
  return ivr_database_is_clinic (ivr_session_get_database (self->session));
}

/**
 * ivr_documents_page_add_file:
 * @self: a page with a request
 * @file: what is handed in
 * @document: (nullable): the document that it is a version of; %NULL for a new one
 */
void
ivr_documents_page_add_file (IvrDocumentsPage *self,
                             GFile            *file,
                             const char       *document)
{
  g_autoptr(IvrUpload) upload = ivr_upload_new (ivr_session_get_database (self->session), self->request, file);
  IvrDocument *old = document != NULL ? ivr_documents_find (self->documents, document) : NULL;

  if (old != NULL)
    ivr_upload_set_document (upload, document, ivr_document_get_version (old));
  ivr_upload_set_most_bytes (upload, ivr_documents_get_most_bytes (self->documents));
  ivr_uploads_add (ivr_session_get_uploads (self->session), upload);
}

/* Files, when there are any: adding is what the list of the chooser, a drop and a paste all come to. */
static void
add_files (IvrDocumentsPage *self,
           GListModel       *files,
           const char       *document)
{
  for (guint i = 0; files != NULL && i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr(GFile) file = g_list_model_get_item (files, i);

      ivr_documents_page_add_file (self, file, i == 0 ? document : NULL);
    }
}

static void
on_chosen (IvrDocumentsPage     *self,
           int                   response,
           GtkFileChooserNative *chooser)
{
  g_autoptr(GListModel) files = NULL;

  if (response == GTK_RESPONSE_ACCEPT && self->session != NULL &&
      g_strcmp0 (g_object_get_data (G_OBJECT (chooser), "request"), self->request) == 0)
    {
      files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (chooser));
      add_files (self, files, g_object_get_data (G_OBJECT (chooser), "document"));
    }
  g_clear_object (&self->chooser);
}

static GtkFileChooserNative *
chooser_new (IvrDocumentsPage    *self,
             const char          *title,
             GtkFileChooserAction action,
             const char          *accept,
             IvrDocument         *document)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (title, window, action, accept, NULL);

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_object_set_data_full (G_OBJECT (chooser), "request", g_strdup (self->request), g_free);
  if (document != NULL)
    g_object_set_data_full (G_OBJECT (chooser), "document", g_strdup (ivr_document_get_id (document)), g_free);
  g_set_object (&self->chooser, chooser);
  return chooser;
}

/* For a new document, or a version of @document. */
static void
choose_files (IvrDocumentsPage *self,
              IvrDocument      *document)
{
  g_autoptr(GtkFileChooserNative) chooser = chooser_new (self, _("Add files"), GTK_FILE_CHOOSER_ACTION_OPEN, _("_Add"), document);
  g_autoptr(GtkFileFilter) filter = ivr_document_files_filter ();

  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (chooser), filter);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (chooser), document == NULL);
  g_signal_connect_object (chooser, "response", G_CALLBACK (on_chosen), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

static void
on_add_clicked (IvrDocumentsPage *self)
{
  choose_files (self, NULL);
}

/* Of this computer, for whoever uses it: what was dealt with is kept for each person. */
static void
watch (IvrDocumentsPage *self,
       const char       *path)
{
  g_autoptr(GSettings) settings = ivr_desk_settings_new ();

  if (settings != NULL)
    g_settings_set_string (settings, "watched-folder", path);
  ivr_watched_folder_set_path (ivr_session_get_watched_folder (self->session), path);
  ivr_watched_list_look (self->watched);
}

static void
on_folder_chosen (IvrDocumentsPage     *self,
                  int                   response,
                  GtkFileChooserNative *chooser)
{
  if (response == GTK_RESPONSE_ACCEPT && self->session != NULL)
    {
      g_autoptr(GFile) folder = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));

      if (folder != NULL && g_file_peek_path (folder) != NULL)
        watch (self, g_file_peek_path (folder));
    }
  g_clear_object (&self->chooser);
}

static void
on_watch_clicked (IvrDocumentsPage *self)
{
  g_autoptr(GtkFileChooserNative) chooser = chooser_new (self, _("Folder of the scanner or the fax program"), GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER,
                                                         _("_Watch"), NULL);

  g_signal_connect_object (chooser, "response", G_CALLBACK (on_folder_chosen), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

static void
on_watched_add (IvrDocumentsPage *self,
                GFile            *file)
{
  ivr_documents_page_add_file (self, file, NULL);
}

static void
on_watched_stop (IvrDocumentsPage *self)
{
  watch (self, "");
}

static void
on_asked (IvrDocumentsPage *self)
{
  if (self->session == NULL)
    return;
  notice (self, _("The clinic was asked for the documents."));
  ivr_session_saw_change (self->session, self->request);
}

static void
on_ask_clicked (IvrDocumentsPage *self)
{
  GtkWidget *dialog = ivr_ask_dialog_new (self->session, self->documents);

  g_signal_connect_object (dialog, "asked", G_CALLBACK (on_asked), self, G_CONNECT_SWAPPED);
  gtk_window_set_transient_for (GTK_WINDOW (dialog), GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))));
  gtk_window_present (GTK_WINDOW (dialog));
}

typedef struct
{
  IvrDocumentsPage *page;
  char *path;
} Saving;

static void
saved_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  Saving *saving = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonObject) facts = ivr_download_finish (IVR_DATABASE (source), result, &error);
  g_autofree char *sentence = facts != NULL ? g_strdup_printf (_("Saved as %s"), saving->path) : NULL;

  notice (saving->page, facts != NULL ? sentence : error->message);
  g_object_unref (saving->page);
  g_free (saving->path);
  g_free (saving);
}

static void
on_save_chosen (IvrDocumentsPage     *self,
                int                   response,
                GtkFileChooserNative *chooser)
{
  if (response == GTK_RESPONSE_ACCEPT && self->session != NULL)
    {
      g_autoptr(GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));
      Saving *saving = g_new (Saving, 1);

      saving->page = g_object_ref (self);
      saving->path = g_file_get_basename (file);
      ivr_download_async (ivr_session_get_database (self->session), g_object_get_data (G_OBJECT (chooser), "document"), 0, IVR_DOWNLOAD_SAVE, file,
                          NULL, NULL, saved_cb, saving);
    }
  g_clear_object (&self->chooser);
}

static void
choose_place (IvrDocumentsPage *self,
              IvrDocument      *document)
{
  g_autoptr(GtkFileChooserNative) chooser = chooser_new (self, _("Save document"), GTK_FILE_CHOOSER_ACTION_SAVE, _("_Save"), document);
  const IvrDocumentVersion *version = ivr_document_get_nth (document, 0);
  g_autofree char *name = ivr_file_name_clean (version != NULL && version->name != NULL ? version->name : ivr_document_get_title (document));

  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), name);
  g_signal_connect_object (chooser, "response", G_CALLBACK (on_save_chosen), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

static void
view (IvrDocumentsPage *self,
      IvrDocument      *document)
{
  GtkWidget *viewer = ivr_document_viewer_new (self->session, self->documents, ivr_document_get_id (document));

  gtk_window_set_transient_for (GTK_WINDOW (viewer), GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))));
  gtk_window_present (GTK_WINDOW (viewer));
}

/* Whoever was faster: the row is read again, and the person looks at what is there now. */
static void
decided_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(IvrDocumentsPage) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonObject) answer = ivr_command_run_finish (IVR_DATABASE (source), result, &error);

  if (self->session == NULL)
    return;
  if (error != NULL)
    notice (self, g_error_matches (error, IVR_ERROR, IVR_ERROR_STALE) ? _("Somebody else changed this document a moment ago. It is shown as it is now; look again and decide.")
                                                                      : error->message);
  if (self->documents != NULL)
    ivr_documents_refresh (self->documents);
}

static void
decide (IvrDocumentsPage *self,
        IvrDocument      *document,
        IvrCommandKind    kind,
        const char       *text)
{
  g_autofree char *version = g_strdup_printf ("%" G_GINT64_FORMAT, ivr_document_get_version (document));
  const char *arguments[] = { self->request, ivr_document_get_id (document), version, text, NULL };
  guint n = kind == IVR_COMMAND_ACCEPT_DOCUMENT ? 3 : kind == IVR_COMMAND_DESCRIBE_DOCUMENT ? 5 : 4;

  ivr_command_run_async (ivr_session_get_database (self->session), kind, arguments, n, decided_cb,
                         g_object_ref (self));
}

static void
on_row_action (IvrDocumentRow   *row,
               const char       *what,
               const char       *text,
               IvrDocumentsPage *self)
{
  IvrDocument *document = ivr_document_row_get_document (row);

  if (g_str_equal (what, "view"))
    view (self, document);
  else if (g_str_equal (what, "save"))
    choose_place (self, document);
  else if (g_str_equal (what, "replace"))
    choose_files (self, document);
  else if (g_str_equal (what, "accept"))
    decide (self, document, IVR_COMMAND_ACCEPT_DOCUMENT, NULL);
  else if (g_str_equal (what, "reject"))
    decide (self, document, IVR_COMMAND_REJECT_DOCUMENT, text);
  else if (g_str_equal (what, "withdraw"))
    decide (self, document, IVR_COMMAND_WITHDRAW_DOCUMENT, text);
  else if (g_str_equal (what, "describe"))
    decide (self, document, IVR_COMMAND_DESCRIBE_DOCUMENT, text);
}

static void
on_row_activated (IvrDocumentsPage *self,
                  GtkListBoxRow    *row)
{
  IvrDocument *document = ivr_document_row_get_document (IVR_DOCUMENT_ROW (row));
  const IvrDocumentVersion *version = ivr_document_get_nth (document, 0);

  if (version != NULL && version->readable)
    view (self, document);
}

static GdkContentProvider *
on_drag_prepare (GtkDragSource    *source,
                 double            x,
                 double            y,
                 IvrDocumentsPage *self)
{
  GtkWidget *row = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (source));

  return ivr_document_drag_new (self->session, ivr_document_row_get_document (IVR_DOCUMENT_ROW (row)));
}

static GtkWidget *
create_row (gpointer item,
            gpointer data)
{
  IvrDocumentsPage *self = data;
  GtkWidget *row = ivr_document_row_new (item, self->thumbnails, is_clinic (self), ivr_documents_can (self->documents, "add"),
                                         ivr_documents_can (self->documents, "review"), ivr_documents_get_types (self->documents));
  GtkDragSource *drag = gtk_drag_source_new ();

  g_signal_connect_object (row, "action", G_CALLBACK (on_row_action), self, 0);
  g_signal_connect_object (drag, "prepare", G_CALLBACK (on_drag_prepare), self, 0);
  gtk_widget_add_controller (row, GTK_EVENT_CONTROLLER (drag));
  return row;
}

static GtkWidget *
create_upload_row (gpointer item,
                   gpointer data)
{
  IvrDocumentsPage *self = data;

  return ivr_upload_row_new (ivr_session_get_uploads (self->session), item);
}

/* While it is not decided yet: afterwards nobody needs them any more. */
static gboolean
is_undecided (IvrDocumentsPage *self)
{
  static const char * const undecided[] = { "draft", "submitted", "in_review", "info_needed", "with_payer", "escalated", "reverify", NULL };

  return g_strv_contains (undecided, ivr_documents_get_status (self->documents));
}

static void
show_needed (IvrDocumentsPage *self)
{
  JsonArray *needed = is_undecided (self) ? ivr_documents_get_needed (self->documents) : NULL;
  g_autoptr(GString) text = g_string_new (NULL);

  for (guint i = 0; needed != NULL && i < json_array_get_length (needed); i++)
    {
      JsonObject *one = json_array_get_object_element (needed, i);

      if (g_str_equal (ivr_format_member (one, "need"), "required") && !json_object_get_boolean_member_with_default (one, "there", FALSE))
        g_string_append_printf (text, "%s• %s – %s", text->len > 0 ? "\n" : "", _(ivr_format_member (one, "label")), _(ivr_format_member (one, "why")));
    }
  if (text->len > 0)
    {
      g_string_prepend (text, "\n");
      g_string_prepend (text, _("This payer asks for:"));
    }
  gtk_label_set_label (self->needed, text->str);
  gtk_widget_set_visible (GTK_WIDGET (self->needed), text->len > 0);
}

static void
show (IvrDocumentsPage *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->documents));
  g_autofree char *rights = g_strdup_printf ("%d %d", ivr_documents_can (self->documents, "add"), ivr_documents_can (self->documents, "review"));

  gtk_widget_set_visible (self->add_bar, ivr_documents_can (self->documents, "add"));
  gtk_widget_set_visible (self->offers, ivr_documents_can (self->documents, "add"));
  gtk_widget_set_visible (self->ask, ivr_documents_can (self->documents, "ask"));
  gtk_widget_set_visible (GTK_WIDGET (self->list), n > 0);
  gtk_widget_set_visible (self->empty, n == 0 && ivr_documents_is_loaded (self->documents));
  show_needed (self);
  /* What a row offers follows from what the person may do with the request now. */
  if (g_strcmp0 (rights, self->rights) == 0)
    return;
  g_free (self->rights);
  self->rights = g_steal_pointer (&rights);
  gtk_list_box_bind_model (self->list, G_LIST_MODEL (self->documents), create_row, self, NULL);
}

static void
on_failed (IvrDocumentsPage *self,
           GError           *error)
{
  notice (self, error->message);
}

/* Reading the documents, and making pictures of them, is written down: it is done for who looks at the page. */
static void
read_if_looked_at (IvrDocumentsPage *self)
{
  self->stale = TRUE;
  if (self->documents == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  self->stale = FALSE;
  ivr_documents_refresh (self->documents);
}

static void
on_map (IvrDocumentsPage *self)
{
  if (self->stale)
    read_if_looked_at (self);
}

static void
on_documents_changed (IvrDocumentsPage *self,
                      const char       *request)
{
  if (g_strcmp0 (self->request, request) == 0)
    read_if_looked_at (self);
}

static void
on_refresh (IvrDocumentsPage *self)
{
  on_documents_changed (self, self->request);
}

static void
on_uploads_changed (IvrDocumentsPage *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->uploads), self->own_uploads != NULL && g_list_model_get_n_items (G_LIST_MODEL (self->own_uploads)) > 0);
}

static void
on_uploaded (IvrDocumentsPage *self)
{
  if (self->session != NULL && ivr_session_get_uploads (self->session) != NULL)
    ivr_uploads_clear_done (ivr_session_get_uploads (self->session), NULL);
}

static gboolean
is_own (gpointer item,
        gpointer data)
{
  return g_strcmp0 (ivr_upload_get_request (item), data) == 0;
}

static gboolean
on_drop (GtkDropTarget    *target,
         const GValue     *value,
         double            x,
         double            y,
         IvrDocumentsPage *self)
{
  g_autoptr(GSList) files = NULL;

  if (self->documents == NULL || (ivr_documents_is_loaded (self->documents) && !ivr_documents_can (self->documents, "add")) || !G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    return FALSE;
  files = gdk_file_list_get_files (g_value_get_boxed (value));
  for (GSList *l = files; l != NULL; l = l->next)
    ivr_documents_page_add_file (self, l->data, NULL);
  return files != NULL;
}

typedef struct
{
  IvrDocumentsPage *page;
  char *request;
} Pasting;

static void
pasting_free (Pasting *pasting)
{
  g_object_unref (pasting->page);
  g_free (pasting->request);
  g_free (pasting);
}

static void
pasted_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Pasting *pasting = data;
  IvrDocumentsPage *self = pasting->page;
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPastedFiles) pasted = ivr_document_files_paste_finish (GTK_WIDGET (source), result, &error);

  if (pasted == NULL)
    notice (self, error->message);
  else if (self->session != NULL && g_strcmp0 (self->request, pasting->request) == 0)
    {
      for (GSList *l = pasted->files; l != NULL; l = l->next)
        ivr_documents_page_add_file (self, l->data, NULL);
      if (pasted->png != NULL)
        {
          g_autoptr(IvrUpload) upload = ivr_upload_new_bytes (ivr_session_get_database (self->session), self->request, pasted->png, _("Pasted image.png"));

          ivr_upload_set_most_bytes (upload, ivr_documents_get_most_bytes (self->documents));
          ivr_uploads_add (ivr_session_get_uploads (self->session), upload);
        }
    }
  pasting_free (pasting);
}

static void
on_paste (GtkWidget  *widget,
          const char *name,
          GVariant   *parameter)
{
  IvrDocumentsPage *self = IVR_DOCUMENTS_PAGE (widget);
  Pasting *pasting;

  if (self->documents == NULL || !ivr_documents_can (self->documents, "add"))
    return;
  pasting = g_new (Pasting, 1);
  pasting->page = g_object_ref (self);
  pasting->request = g_strdup (self->request);
  ivr_document_files_paste_async (widget, pasted_cb, pasting);
}

static void
ivr_documents_page_dispose (GObject *object)
{
  IvrDocumentsPage *self = IVR_DOCUMENTS_PAGE (object);
  GtkWidget *child;

  ivr_documents_page_set_request (self, NULL);
  g_clear_object (&self->chooser);
  g_clear_object (&self->thumbnails);
  g_clear_object (&self->session);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (ivr_documents_page_parent_class)->dispose (object);
}

static void
ivr_documents_page_finalize (GObject *object)
{
  IvrDocumentsPage *self = IVR_DOCUMENTS_PAGE (object);

  g_free (self->request);
  g_free (self->rights);
  G_OBJECT_CLASS (ivr_documents_page_parent_class)->finalize (object);
}

static void
ivr_documents_page_class_init (IvrDocumentsPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ivr_documents_page_dispose;
  object_class->finalize = ivr_documents_page_finalize;
  signals[SIGNAL_NOTICE] = g_signal_new ("notice", IVR_TYPE_DOCUMENTS_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  g_type_ensure (IVR_TYPE_WATCHED_LIST);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/ivrdesk/Desk/ui/ivr-documents-page.ui");
  gtk_widget_class_bind_template_child (widget_class, IvrDocumentsPage, add_bar);
  gtk_widget_class_bind_template_child (widget_class, IvrDocumentsPage, add);
  gtk_widget_class_bind_template_child (widget_class, IvrDocumentsPage, ask);
  gtk_widget_class_bind_template_child (widget_class, IvrDocumentsPage, needed);
  gtk_widget_class_bind_template_child (widget_class, IvrDocumentsPage, offers);
  gtk_widget_class_bind_template_child (widget_class, IvrDocumentsPage, watched);
  gtk_widget_class_bind_template_child (widget_class, IvrDocumentsPage, uploads);
  gtk_widget_class_bind_template_child (widget_class, IvrDocumentsPage, list);
  gtk_widget_class_bind_template_child (widget_class, IvrDocumentsPage, empty);
  gtk_widget_class_bind_template_callback (widget_class, on_add_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_ask_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_watch_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_watched_add);
  gtk_widget_class_bind_template_callback (widget_class, on_watched_stop);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
  gtk_widget_class_install_action (widget_class, "documents.paste", NULL, on_paste);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_v, GDK_CONTROL_MASK, "documents.paste", NULL);
}

static void
ivr_documents_page_init (IvrDocumentsPage *self)
{
  GtkDropTarget *drop = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (drop, "accept", G_CALLBACK (ivr_document_drag_accept), NULL);
  g_signal_connect (drop, "drop", G_CALLBACK (on_drop), self);
  g_signal_connect (self, "map", G_CALLBACK (on_map), NULL);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drop));
  ivr_format_name (self->list, _("Documents"));
  ivr_format_name (self->uploads, _("Files on their way"));
}

/**
 * ivr_documents_page_set_session:
 * @self: a page
 * @session: the session of its window; once
 */
void
ivr_documents_page_set_session (IvrDocumentsPage *self,
                                IvrSession       *session)
{
  g_autoptr(GSettings) settings = ivr_desk_settings_new ();
  g_autofree char *path = NULL;

  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  self->thumbnails = ivr_thumbnails_new (ivr_session_get_database (session));
  if (settings != NULL)
    path = g_settings_get_string (settings, "watched-folder");
  ivr_watched_folder_set_path (ivr_session_get_watched_folder (session), path);
  ivr_watched_list_set_folder (self->watched, ivr_session_get_watched_folder (session));
  g_signal_connect_object (session, "documents-changed", G_CALLBACK (on_documents_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "request-changed", G_CALLBACK (on_documents_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "refresh", G_CALLBACK (on_refresh), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (ivr_session_get_uploads (session), "done", G_CALLBACK (on_uploaded), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
}

/**
 * ivr_documents_page_set_request:
 * @self: a page
 * @request: (nullable): identity of the request whose documents are shown
 */
void
ivr_documents_page_set_request (IvrDocumentsPage *self,
                                const char       *request)
{
  GtkFilter *filter;

  if (g_strcmp0 (self->request, request) == 0)
    return;
  if (self->list != NULL)
    gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);
  if (self->uploads != NULL)
    gtk_list_box_bind_model (self->uploads, NULL, NULL, NULL, NULL);
  if (self->documents != NULL)
    g_signal_handlers_disconnect_by_data (self->documents, self);
  g_clear_object (&self->documents);
  g_clear_object (&self->own_uploads);
  g_clear_pointer (&self->rights, g_free);
  g_free (self->request);
  self->request = g_strdup (request);
  if (request == NULL || self->session == NULL)
    return;
  self->documents = ivr_documents_new (ivr_session_get_database (self->session), request);
  g_signal_connect_object (self->documents, "changed", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->documents, "failed", G_CALLBACK (on_failed), self, G_CONNECT_SWAPPED);
  filter = GTK_FILTER (gtk_custom_filter_new (is_own, g_strdup (request), g_free));
  self->own_uploads = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (ivr_session_get_uploads (self->session))), filter);
  g_signal_connect_object (self->own_uploads, "items-changed", G_CALLBACK (on_uploads_changed), self, G_CONNECT_SWAPPED);
  gtk_list_box_bind_model (self->uploads, G_LIST_MODEL (self->own_uploads), create_upload_row, self, NULL);
  on_uploads_changed (self);
  gtk_widget_set_visible (self->add_bar, FALSE);
  gtk_widget_set_visible (self->offers, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->list), FALSE);
  gtk_widget_set_visible (self->empty, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->needed), FALSE);
  read_if_looked_at (self);
}
