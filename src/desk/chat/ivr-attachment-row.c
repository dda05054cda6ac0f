/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-attachment-row.h"

#include "ivr-document-status.h"
#include "ivr-format.h"

#include <glib/gi18n.h>

struct _IvrAttachmentRow
{
  GtkListBoxRow parent_instance;

  char *name;
  gboolean is_document;
  IvrUpload *upload;        /* or NULL */
  GtkWidget *line;
  GtkWidget *again;
};

enum {
  SIGNAL_REMOVE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IvrAttachmentRow, ivr_attachment_row, GTK_TYPE_LIST_BOX_ROW)

static void
ivr_attachment_row_finalize (GObject *object)
{
  IvrAttachmentRow *self = IVR_ATTACHMENT_ROW (object);

  g_free (self->name);
  g_clear_object (&self->upload);
  G_OBJECT_CLASS (ivr_attachment_row_parent_class)->finalize (object);
}

static void
on_remove (GtkWidget  *widget,
           const char *name,
           GVariant   *parameter)
{
  g_signal_emit (widget, signals[SIGNAL_REMOVE], 0);
}

static void
ivr_attachment_row_class_init (IvrAttachmentRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = ivr_attachment_row_finalize;
  signals[SIGNAL_REMOVE] = g_signal_new ("remove", IVR_TYPE_ATTACHMENT_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_install_action (widget_class, "attachment.remove", NULL, on_remove);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "attachment.remove", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_KP_Delete, 0, "attachment.remove", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_BackSpace, 0, "attachment.remove", NULL);
}

static void
ivr_attachment_row_init (IvrAttachmentRow *self)
{
}

static char *
describe (IvrAttachmentRow *self)
{
  guint64 size;

  if (self->is_document)
    return g_strdup (_("Document of this request"));
  if (self->upload == NULL)
    return g_strdup (_("Was not sent before the desk ended. Take it off and attach it again."));
  size = ivr_upload_get_size (self->upload);
  switch (ivr_upload_get_state (self->upload))
    {
    case IVR_UPLOAD_FAILED:
      return g_strdup (ivr_upload_get_error (self->upload)->message);
    case IVR_UPLOAD_STOPPED:
      return g_strdup (_("Waits for the connection, and goes on by itself"));
    case IVR_UPLOAD_SENDING:
      return g_strdup_printf (_("Being sent: %u %%"), size > 0 ? (guint) (ivr_upload_get_sent (self->upload) * 100 / size) : 0);
    case IVR_UPLOAD_NEW:
      return g_strdup (_("Waits for the files before it"));
    case IVR_UPLOAD_CHECKING:
    case IVR_UPLOAD_DONE:
    case IVR_UPLOAD_CANCELLED:
    default:
      return g_strdup (_("Is looked at"));
    }
}

static void
show (IvrAttachmentRow *self)
{
  g_autofree char *text = describe (self);
  g_autofree char *name = g_strdup_printf ("%s, %s", self->name, text);
  gboolean failed = self->upload != NULL && ivr_upload_get_state (self->upload) == IVR_UPLOAD_FAILED;

  gtk_label_set_label (GTK_LABEL (self->line), text);
  gtk_widget_set_visible (self->again, failed);
  if (failed || (self->upload == NULL && !self->is_document))
    gtk_widget_add_css_class (self->line, "error");
  else
    gtk_widget_remove_css_class (self->line, "error");
  ivr_format_name (self, name);
}

static void
on_again (IvrAttachmentRow *self)
{
  ivr_upload_start (self->upload);
}

/**
 * ivr_attachment_row_new:
 * @attachment: what the message carries
 * @name: what the person knows it by
 *
 * Returns: (transfer floating): its row
 */
GtkWidget *
ivr_attachment_row_new (const IvrAttachment *attachment,
                        const char          *name)
{
  IvrAttachmentRow *self = g_object_new (IVR_TYPE_ATTACHMENT_ROW, "activatable", FALSE, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *middle = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *label = gtk_label_new (name);
  GtkWidget *off = gtk_button_new_from_icon_name ("window-close-symbolic");
  g_autofree char *off_name = g_strdup_printf (_("Take off: %s"), name);

  self->name = g_strdup (name);
  self->is_document = attachment->document != NULL;
  g_set_object (&self->upload, attachment->upload);
  self->line = gtk_label_new (NULL);
  self->again = gtk_button_new_from_icon_name ("view-refresh-symbolic");
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_widget_set_tooltip_text (label, name);
  gtk_label_set_xalign (GTK_LABEL (self->line), 0);
  gtk_label_set_wrap (GTK_LABEL (self->line), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->line), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (self->line, "caption");
  gtk_widget_add_css_class (self->line, "dim-label");
  gtk_box_append (GTK_BOX (middle), label);
  gtk_box_append (GTK_BOX (middle), self->line);
  gtk_widget_set_hexpand (middle, TRUE);
  gtk_widget_add_css_class (self->again, "flat");
  gtk_widget_set_valign (self->again, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (self->again, _("Send again"));
  ivr_format_name (self->again, _("Send again"));
  gtk_widget_add_css_class (off, "flat");
  gtk_widget_set_valign (off, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (off, _("Take off (Delete)"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (off), "attachment.remove");
  ivr_format_name (off, off_name);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (ivr_document_status_icon (NULL)));
  gtk_box_append (GTK_BOX (box), middle);
  gtk_box_append (GTK_BOX (box), self->again);
  gtk_box_append (GTK_BOX (box), off);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), box);
  g_signal_connect_swapped (self->again, "clicked", G_CALLBACK (on_again), self);
  if (self->upload != NULL)
    g_signal_connect_object (self->upload, "notify", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
  return GTK_WIDGET (self);
}
