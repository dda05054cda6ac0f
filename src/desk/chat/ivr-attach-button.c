/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-attach-button.h"

#include "ivr-document-status.h"
#include "ivr-document-title.h"
#include "ivr-format.h"

#include <glib/gi18n.h>

/* Titles of documents can be read, and it fits beside the conversation of a small window. */
#define WIDTH 280

struct _IvrAttachButton
{
  GtkWidget parent_instance;

  GtkWidget *button;
  GtkWidget *popover;
  GtkWidget *list;
  GtkWidget *none;
  GtkWidget *files;

  IvrAttachments *attachments;
  IvrDocuments *documents;
};

enum {
  SIGNAL_CHOOSE_FILES,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IvrAttachButton, ivr_attach_button, GTK_TYPE_WIDGET)

static void
ivr_attach_button_dispose (GObject *object)
{
  IvrAttachButton *self = IVR_ATTACH_BUTTON (object);

  g_clear_object (&self->attachments);
  if (self->documents != NULL)
    g_signal_handlers_disconnect_by_data (self->documents, self);
  g_clear_object (&self->documents);
  g_clear_pointer (&self->button, gtk_widget_unparent);
  G_OBJECT_CLASS (ivr_attach_button_parent_class)->dispose (object);
}

static void
ivr_attach_button_class_init (IvrAttachButtonClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ivr_attach_button_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  signals[SIGNAL_CHOOSE_FILES] = g_signal_new ("choose-files", IVR_TYPE_ATTACH_BUTTON, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static gboolean
is_attached (IvrAttachButton *self,
             IvrDocument     *document)
{
  GPtrArray *list = ivr_attachments_get (self->attachments, ivr_documents_get_request (self->documents));

  for (guint i = 0; i < list->len; i++)
    if (g_strcmp0 (((IvrAttachment *) list->pdata[i])->document, ivr_document_get_id (document)) == 0)
      return TRUE;
  return FALSE;
}

static GtkWidget *
row_of (IvrAttachButton *self,
        IvrDocument     *document)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *middle = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *title = gtk_label_new (ivr_document_title_of (document));
  gboolean says_kind = g_str_equal (ivr_document_get_title (document), ivr_document_get_kind_label (document));
  const char *state = ivr_document_status_label (ivr_document_get_status (document));
  g_autofree char *below = says_kind ? g_strdup (state) : g_strdup_printf ("%s · %s", _(ivr_document_get_kind_label (document)), state);
  g_autofree char *name = g_strdup_printf (is_attached (self, document) ? _("%s, %s, attached") : "%s, %s", ivr_document_title_of (document), below);
  GtkWidget *line = gtk_label_new (below);
  GtkWidget *check = gtk_image_new_from_icon_name ("object-select-symbolic");

  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (title), 36);
  gtk_label_set_xalign (GTK_LABEL (line), 0);
  gtk_widget_add_css_class (line, "caption");
  gtk_widget_add_css_class (line, "dim-label");
  gtk_box_append (GTK_BOX (middle), title);
  gtk_box_append (GTK_BOX (middle), line);
  gtk_widget_set_hexpand (middle, TRUE);
  gtk_box_append (GTK_BOX (box), middle);
  gtk_box_append (GTK_BOX (box), check);
  gtk_widget_set_opacity (check, is_attached (self, document) ? 1 : 0);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  g_object_set_data_full (G_OBJECT (row), "document", g_object_ref (document), g_object_unref);
  ivr_format_name (row, name);
  return row;
}

static gboolean
is_offered (IvrDocument *document)
{
  static const char * const there[] = { "received", "accepted", "rejected", NULL };

  return g_strv_contains (there, ivr_document_get_status (document));
}

static void
show (IvrAttachButton *self)
{
  guint n = self->documents != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->documents)) : 0;
  GtkWidget *row;
  guint offered = 0;
  GtkWidget *focus = gtk_widget_get_focus_child (self->list);
  int at = focus != NULL ? gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (focus)) : 0;

  while ((row = gtk_widget_get_first_child (self->list)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), row);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(IvrDocument) document = g_list_model_get_item (G_LIST_MODEL (self->documents), i);

      if (!is_offered (document))
        continue;
      gtk_list_box_append (GTK_LIST_BOX (self->list), row_of (self, document));
      offered++;
    }
  gtk_widget_set_visible (self->list, offered > 0);
  gtk_widget_set_visible (self->none, offered == 0);
  gtk_label_set_label (GTK_LABEL (self->none), self->documents != NULL && ivr_documents_is_loaded (self->documents)
                                                 ? _("This request has no documents yet.") : _("The documents are being read."));
  /* Rows are made anew when the documents were read; whoever uses keys stays where they were. */
  if (gtk_widget_get_mapped (self->popover) && offered > 0)
    gtk_widget_grab_focus (GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), MIN (at, (int) offered - 1))));
}

/* Only what is open: rows of a list that has just gone are not taken away under the pointer. */
static void
on_documents_changed (IvrAttachButton *self)
{
  if (gtk_widget_get_mapped (self->popover))
    show (self);
}

static void
on_opened (IvrAttachButton *self)
{
  if (!gtk_widget_get_visible (self->popover) || self->documents == NULL)
    return;
  show (self);
  ivr_documents_refresh (self->documents);
}

/* Again takes it off. */
static void
on_row_activated (IvrAttachButton *self,
                  GtkListBoxRow   *row)
{
  IvrDocument *document = g_object_get_data (G_OBJECT (row), "document");
  const char *request = ivr_documents_get_request (self->documents);
  GPtrArray *list = ivr_attachments_get (self->attachments, request);
  gboolean attached = is_attached (self, document);

  for (guint i = list->len; attached && i > 0; i--)
    if (g_strcmp0 (((IvrAttachment *) list->pdata[i - 1])->document, ivr_document_get_id (document)) == 0)
      ivr_attachments_remove (self->attachments, request, i - 1);
  if (!attached)
    ivr_attachments_add_document (self->attachments, request, ivr_document_get_id (document), ivr_document_title_of (document));
  gtk_popover_popdown (GTK_POPOVER (self->popover));
}

static void
on_choose (IvrAttachButton *self)
{
  gtk_popover_popdown (GTK_POPOVER (self->popover));
  g_signal_emit (self, signals[SIGNAL_CHOOSE_FILES], 0);
}

static void
ivr_attach_button_init (IvrAttachButton *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *inside = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->button = gtk_menu_button_new ();
  self->popover = gtk_popover_new ();
  self->list = gtk_list_box_new ();
  self->none = gtk_label_new (NULL);
  self->files = gtk_button_new_with_mnemonic (_("_Add files…"));
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->none, "dim-label");
  gtk_widget_add_css_class (self->list, "attach-list");
  gtk_box_append (GTK_BOX (inside), self->list);
  gtk_box_append (GTK_BOX (inside), self->none);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), 320);
  gtk_widget_set_size_request (scroller, WIDTH, -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), inside);
  gtk_box_append (GTK_BOX (box), scroller);
  gtk_box_append (GTK_BOX (box), self->files);
  gtk_popover_set_child (GTK_POPOVER (self->popover), box);
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->button), "mail-attachment-symbolic");
  gtk_menu_button_set_direction (GTK_MENU_BUTTON (self->button), GTK_ARROW_UP);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->button), self->popover);
  gtk_widget_add_css_class (self->button, "flat");
  gtk_widget_set_tooltip_text (self->button, _("Attach documents (Ctrl+Shift+A)"));
  ivr_format_name (self->button, _("Attach documents"));
  /* What has the focus and is pressed is a button within. */
  ivr_format_name (gtk_widget_get_first_child (self->button), _("Attach documents"));
  ivr_format_name (self->list, _("Documents of this request"));
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
  g_signal_connect_swapped (self->popover, "notify::visible", G_CALLBACK (on_opened), self);
  g_signal_connect_swapped (self->list, "row-activated", G_CALLBACK (on_row_activated), self);
  g_signal_connect_swapped (self->files, "clicked", G_CALLBACK (on_choose), self);
}

/**
 * ivr_attach_button_set_request:
 * @self: a button
 * @attachments: what messages carry
 * @documents: (nullable): the documents of the request whose message is written; read when the list is opened
 */
void
ivr_attach_button_set_request (IvrAttachButton *self,
                               IvrAttachments  *attachments,
                               IvrDocuments    *documents)
{
  if (self->documents != NULL)
    g_signal_handlers_disconnect_by_data (self->documents, self);
  g_set_object (&self->attachments, attachments);
  g_set_object (&self->documents, documents);
  if (documents != NULL)
    g_signal_connect_object (documents, "changed", G_CALLBACK (on_documents_changed), self, G_CONNECT_SWAPPED);
  gtk_popover_popdown (GTK_POPOVER (self->popover));
}

/**
 * ivr_attach_button_set_takes_files:
 * @self: a button
 * @takes_files: whether the message that is written can carry new files
 */
void
ivr_attach_button_set_takes_files (IvrAttachButton *self,
                                   gboolean         takes_files)
{
  gtk_widget_set_visible (self->files, takes_files);
}

/**
 * ivr_attach_button_open:
 * @self: a button
 *
 * Opens the list, for a key.
 */
void
ivr_attach_button_open (IvrAttachButton *self)
{
  gtk_menu_button_popup (GTK_MENU_BUTTON (self->button));
}
