/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-document-row.h"

#include "ivr-document-status.h"
#include "ivr-document-title.h"
#include "ivr-format.h"
#include "ivr-wrap-layout.h"

#include <glib/gi18n.h>

#define THUMB_WIDTH 64
#define THUMB_HEIGHT 56

struct _IvrDocumentRow
{
  GtkListBoxRow parent_instance;

  IvrDocument *document;
  GtkWidget *picture;
  GtkWidget *reason;        /* in the popover of "reject" */
};

enum {
  SIGNAL_ACTION,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IvrDocumentRow, ivr_document_row, GTK_TYPE_LIST_BOX_ROW)

static void
ivr_document_row_finalize (GObject *object)
{
  g_clear_object (&IVR_DOCUMENT_ROW (object)->document);
  G_OBJECT_CLASS (ivr_document_row_parent_class)->finalize (object);
}

static void
ivr_document_row_class_init (IvrDocumentRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ivr_document_row_finalize;
  signals[SIGNAL_ACTION] = g_signal_new ("action", IVR_TYPE_DOCUMENT_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
}

static void
ivr_document_row_init (IvrDocumentRow *self)
{
}

static GtkWidget *
line_of (const char *text,
         const char *css)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (css != NULL)
    gtk_widget_add_css_class (label, css);
  return label;
}

static void
emit (IvrDocumentRow *self,
      const char     *what,
      const char     *text)
{
  g_signal_emit (self, signals[SIGNAL_ACTION], 0, what, text);
}

static void
on_clicked (GtkButton      *button,
            IvrDocumentRow *self)
{
  emit (self, g_object_get_data (G_OBJECT (button), "action"), NULL);
}

static GtkWidget *
button_of (IvrDocumentRow *self,
           const char     *icon,
           const char     *label,
           const char     *action)
{
  GtkWidget *button = icon != NULL ? gtk_button_new_from_icon_name (icon) : gtk_button_new_with_label (label);
  g_autofree char *name = g_strdup_printf ("%s: %s", label, ivr_document_title_of (self->document));

  g_object_set_data_full (G_OBJECT (button), "action", g_strdup (action), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (on_clicked), self);
  gtk_widget_set_valign (button, GTK_ALIGN_START);
  if (icon != NULL)
    {
      gtk_widget_add_css_class (button, "flat");
      gtk_widget_set_tooltip_text (button, label);
    }
  ivr_format_name (button, name);
  return button;
}

static void
on_reason_changed (GtkEditable *entry,
                   GtkWidget   *button)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (entry)));

  gtk_widget_set_sensitive (button, text[0] != '\0');
}

static void
on_reject (IvrDocumentRow *self)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->reason))));
  GtkWidget *popover = gtk_widget_get_ancestor (self->reason, GTK_TYPE_POPOVER);

  if (text[0] == '\0')
    return;
  gtk_popover_popdown (GTK_POPOVER (popover));
  emit (self, "reject", text);
}

/* A document is never rejected without a word about what is wrong with it. */
static GtkWidget *
reject_button (IvrDocumentRow *self)
{
  GtkWidget *button = gtk_menu_button_new ();
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *reject = gtk_button_new_with_label (_("Reject"));
  g_autofree char *name = g_strdup_printf (_("Reject: %s"), ivr_document_title_of (self->document));

  self->reason = gtk_entry_new ();
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->reason), _("What is wrong with it?"));
  gtk_entry_set_max_length (GTK_ENTRY (self->reason), 1000);
  gtk_editable_set_width_chars (GTK_EDITABLE (self->reason), 32);
  ivr_format_name (self->reason, _("What is wrong with it?"));
  gtk_widget_add_css_class (reject, "destructive-action");
  gtk_widget_set_sensitive (reject, FALSE);
  g_signal_connect (self->reason, "changed", G_CALLBACK (on_reason_changed), reject);
  g_signal_connect_swapped (self->reason, "activate", G_CALLBACK (on_reject), self);
  g_signal_connect_swapped (reject, "clicked", G_CALLBACK (on_reject), self);
  gtk_box_append (GTK_BOX (box), self->reason);
  gtk_box_append (GTK_BOX (box), reject);
  gtk_popover_set_child (GTK_POPOVER (popover), box);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), popover);
  gtk_menu_button_set_label (GTK_MENU_BUTTON (button), _("Reject…"));
  gtk_widget_set_valign (button, GTK_ALIGN_START);
  ivr_format_name (button, name);
  return button;
}

static void
on_kind_clicked (GtkButton      *button,
                 IvrDocumentRow *self)
{
  gtk_popover_popdown (GTK_POPOVER (gtk_widget_get_ancestor (GTK_WIDGET (button), GTK_TYPE_POPOVER)));
  emit (self, "describe", g_object_get_data (G_OBJECT (button), "type"));
}

/* What it is was guessed from its name; a person knows better. */
static GtkWidget *
kind_button (IvrDocumentRow *self,
             JsonArray      *types)
{
  GtkWidget *button = gtk_menu_button_new ();
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  g_autofree char *name = g_strdup_printf (_("What is it: %s"), ivr_document_title_of (self->document));

  for (guint i = 0; i < json_array_get_length (types); i++)
    {
      JsonObject *type = json_array_get_object_element (types, i);
      const char *id = ivr_format_member (type, "type");
      GtkWidget *one = gtk_button_new_with_label (_(ivr_format_member (type, "label")));

      gtk_widget_add_css_class (one, "flat");
      gtk_label_set_xalign (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (one))), 0);
      gtk_widget_set_sensitive (one, !g_str_equal (id, ivr_document_get_kind (self->document)));
      g_object_set_data_full (G_OBJECT (one), "type", g_strdup (id), g_free);
      g_signal_connect (one, "clicked", G_CALLBACK (on_kind_clicked), self);
      gtk_box_append (GTK_BOX (box), one);
    }
  gtk_popover_set_child (GTK_POPOVER (popover), box);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), popover);
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "document-edit-symbolic");
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _("What is it?"));
  gtk_widget_set_valign (button, GTK_ALIGN_START);
  ivr_format_name (button, name);
  return button;
}

static void
thumbnail_ready (GdkTexture *texture,
                 gpointer    data)
{
  IvrDocumentRow *self = data;

  if (texture == NULL || self->picture == NULL)
    return;
  gtk_image_set_from_paintable (GTK_IMAGE (self->picture), GDK_PAINTABLE (texture));
  gtk_image_set_pixel_size (GTK_IMAGE (self->picture), THUMB_HEIGHT);
}

static GtkWidget *
thumbnail_of (IvrDocumentRow *self,
              IvrThumbnails  *thumbnails)
{
  const IvrDocumentVersion *version = ivr_document_get_nth (self->document, 0);
  GtkWidget *frame = gtk_frame_new (NULL);
  const char *icon = version == NULL ? "document-new-symbolic" : g_str_has_prefix (version->content_type, "image/") ? "image-x-generic-symbolic"
                                                                                                               : "text-x-generic-symbolic";

  self->picture = gtk_image_new_from_icon_name (icon);
  gtk_image_set_pixel_size (GTK_IMAGE (self->picture), 24);
  gtk_widget_set_size_request (self->picture, THUMB_WIDTH, THUMB_HEIGHT);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->picture), GTK_ACCESSIBLE_PROPERTY_LABEL, ivr_document_title_of (self->document), -1);
  gtk_frame_set_child (GTK_FRAME (frame), self->picture);
  gtk_widget_set_valign (frame, GTK_ALIGN_START);
  gtk_widget_add_css_class (frame, "thumbnail");
  if (version != NULL)
    ivr_thumbnails_ask (thumbnails, self->document, thumbnail_ready, G_OBJECT (self));
  return frame;
}

static char *
describe_version (const IvrDocumentVersion *version)
{
  g_autofree char *size = g_format_size (version->size);
  g_autofree char *when = ivr_format_moment (version->at_us);

  return g_strdup_printf (_("%s · %s · %s, %s"), version->name != NULL ? version->name : _("Taken back"), size, version->by, when);
}

/* What was asked for in which words, and what became of every version. */
static void
add_lines (IvrDocumentRow *self,
           GtkBox         *box)
{
  const char *note = ivr_document_get_note (self->document);
  g_autofree char *due = ivr_format_date (ivr_document_get_due_on (self->document));

  if (g_str_equal (ivr_document_get_status (self->document), "requested"))
    {
      g_autofree char *until = g_strdup_printf (_("Needed until %s"), due);

      if (note != NULL)
        gtk_box_append (box, line_of (note, NULL));
      if (due[0] != '\0')
        gtk_box_append (box, line_of (until, "caption"));
    }
  for (guint i = 0; i < ivr_document_get_n_versions (self->document); i++)
    {
      const IvrDocumentVersion *version = ivr_document_get_nth (self->document, i);
      g_autofree char *text = describe_version (version);
      g_autofree char *older = g_strdup_printf (_("Version %d, %s: %s"), version->n, ivr_document_status_label (version->status), text);

      gtk_box_append (box, line_of (i == 0 ? text : older, i == 0 ? "caption" : "dim-label"));
      if (version->reason != NULL)
        gtk_box_append (box, line_of (version->reason, i == 0 ? "reason" : "dim-label"));
      if (g_str_equal (version->scan, "infected"))
        gtk_box_append (box, line_of (_("A virus was found in it; it cannot be opened."), "error"));
      else if (i == 0 && g_str_equal (version->scan, "not_scanned"))
        gtk_box_append (box, line_of (_("Not scanned for viruses"), "dim-label"));
    }
}

static void
add_buttons (IvrDocumentRow *self,
             GtkBox         *box,
             gboolean        clinic,
             gboolean        add,
             gboolean        review,
             JsonArray      *types)
{
  const IvrDocumentVersion *version = ivr_document_get_nth (self->document, 0);
  const char *status = ivr_document_get_status (self->document);
  gboolean readable = version != NULL && version->readable;
  gboolean decided = g_str_equal (status, "accepted") || g_str_equal (status, "withdrawn");

  if (review && readable && (g_str_equal (status, "received") || g_str_equal (status, "rejected")))
    gtk_box_append (box, button_of (self, NULL, _("Accept"), "accept"));
  if (review && version != NULL && (g_str_equal (status, "received") || g_str_equal (status, "accepted")))
    gtk_box_append (box, reject_button (self));
  if (add && clinic && !decided)
    {
      GtkWidget *button = button_of (self, NULL, version == NULL || g_str_equal (status, "requested") ? _("Hand in…") : _("Replace…"), "replace");

      if (g_str_equal (status, "requested") || g_str_equal (status, "rejected"))
        gtk_widget_add_css_class (button, "suggested-action");
      gtk_box_append (box, button);
    }
  if (readable)
    {
      gtk_box_append (box, button_of (self, "view-reveal-symbolic", _("Open"), "view"));
      gtk_box_append (box, button_of (self, "document-save-symbolic", _("Save as…"), "save"));
    }
  if (add && types != NULL && version != NULL && !g_str_equal (status, "withdrawn") && !g_str_equal (status, "requested"))
    gtk_box_append (box, kind_button (self, types));
  if (add && version != NULL && version->from_clinic == clinic && (g_str_equal (status, "received") || g_str_equal (status, "rejected")))
    gtk_box_append (box, button_of (self, "user-trash-symbolic", _("Take back"), "withdraw"));
  else if (review && g_str_equal (status, "requested"))
    gtk_box_append (box, button_of (self, "user-trash-symbolic", _("Not needed any more"), "withdraw"));
}

/**
 * ivr_document_row_new:
 * @document: a document
 * @thumbnails: where its picture comes from
 * @clinic: whether the person is of the clinic
 * @add: whether they may hand in and take back
 * @review: whether they may accept and reject
 * @types: (nullable): what a document can be, as ivr_documents_get_types() gives it
 *
 * Returns: (transfer floating): its row
 */
GtkWidget *
ivr_document_row_new (IvrDocument   *document,
                      IvrThumbnails *thumbnails,
                      gboolean       clinic,
                      gboolean       add,
                      gboolean       review,
                      JsonArray     *types)
{
  IvrDocumentRow *self = g_object_new (IVR_TYPE_DOCUMENT_ROW, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *middle = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *title;
  g_autofree char *name = NULL;

  self->document = g_object_ref (document);
  title = line_of (ivr_document_title_of (document), "heading");
  name = g_strdup_printf ("%s, %s", ivr_document_title_of (document), ivr_document_status_label (ivr_document_get_status (document)));
  /* Where there is little room the word goes below the name, and buttons below each other. */
  gtk_widget_set_layout_manager (head, ivr_wrap_layout_new (6));
  gtk_widget_set_layout_manager (buttons, ivr_wrap_layout_new (6));
  gtk_box_append (GTK_BOX (head), title);
  gtk_box_append (GTK_BOX (head), ivr_document_status_chip (ivr_document_get_status (document)));
  gtk_box_append (GTK_BOX (middle), head);
  add_lines (self, GTK_BOX (middle));
  add_buttons (self, GTK_BOX (buttons), clinic, add, review, types);
  gtk_box_append (GTK_BOX (middle), buttons);
  gtk_widget_set_margin_top (buttons, 3);
  gtk_widget_set_hexpand (middle, TRUE);
  gtk_box_append (GTK_BOX (box), thumbnail_of (self, thumbnails));
  gtk_box_append (GTK_BOX (box), middle);
  gtk_widget_add_css_class (box, "document");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return GTK_WIDGET (self);
}

IvrDocument *
ivr_document_row_get_document (IvrDocumentRow *self)
{
  return self->document;
}
