/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-upload-row.h"

#include "ivr-format.h"

#include <glib/gi18n.h>

struct _IvrUploadRow
{
  GtkListBoxRow parent_instance;

  IvrUploads *uploads;
  IvrUpload *upload;
  GtkWidget *bar;
  GtkWidget *line;
  GtkWidget *again;
};

G_DEFINE_FINAL_TYPE (IvrUploadRow, ivr_upload_row, GTK_TYPE_LIST_BOX_ROW)

static void
ivr_upload_row_finalize (GObject *object)
{
  IvrUploadRow *self = IVR_UPLOAD_ROW (object);

  g_clear_object (&self->uploads);
  g_clear_object (&self->upload);
  G_OBJECT_CLASS (ivr_upload_row_parent_class)->finalize (object);
}

static void
ivr_upload_row_class_init (IvrUploadRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ivr_upload_row_finalize;
}

static void
ivr_upload_row_init (IvrUploadRow *self)
{
}

static char *
describe_sending (IvrUpload *upload)
{
  g_autofree char *sent = g_format_size (ivr_upload_get_sent (upload));
  g_autofree char *size = g_format_size (ivr_upload_get_size (upload));
  g_autofree char *speed = g_format_size (ivr_upload_get_speed (upload));
  guint left = ivr_upload_get_seconds_left (upload);

  if (ivr_upload_get_speed (upload) == 0)
    return g_strdup_printf (_("%s of %s"), sent, size);
  if (left >= 90)
    return g_strdup_printf (ngettext ("%s of %s · %s a second · %u minute left", "%s of %s · %s a second · %u minutes left", (left + 59) / 60),
                            sent, size, speed, (left + 59) / 60);
  return g_strdup_printf (ngettext ("%s of %s · %s a second · %u second left", "%s of %s · %s a second · %u seconds left", left),
                          sent, size, speed, left);
}

static void
show (IvrUploadRow *self)
{
  IvrUploadState state = ivr_upload_get_state (self->upload);
  guint64 size = ivr_upload_get_size (self->upload);
  g_autofree char *text = NULL;

  switch (state)
    {
    case IVR_UPLOAD_NEW:
      text = g_strdup (_("Waits for the files before it"));
      break;
    case IVR_UPLOAD_CHECKING:
      text = g_strdup (_("Is looked at"));
      break;
    case IVR_UPLOAD_SENDING:
      text = describe_sending (self->upload);
      break;
    case IVR_UPLOAD_STOPPED:
      text = g_strdup (_("Waits for the connection, and goes on by itself"));
      break;
    case IVR_UPLOAD_FAILED:
      text = g_strdup (ivr_upload_get_error (self->upload)->message);
      break;
    case IVR_UPLOAD_DONE:
    case IVR_UPLOAD_CANCELLED:
    default:
      text = g_strdup ("");
      break;
    }
  gtk_label_set_label (GTK_LABEL (self->line), text);
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->bar), size > 0 ? (double) ivr_upload_get_sent (self->upload) / (double) size : 0);
  gtk_widget_set_visible (self->bar, state != IVR_UPLOAD_FAILED);
  gtk_widget_set_visible (self->again, state == IVR_UPLOAD_FAILED);
  if (state == IVR_UPLOAD_FAILED)
    gtk_widget_add_css_class (self->line, "error");
  else
    gtk_widget_remove_css_class (self->line, "error");
}

static void
on_again (IvrUploadRow *self)
{
  ivr_upload_start (self->upload);
}

static void
on_cancel (IvrUploadRow *self)
{
  ivr_uploads_remove (self->uploads, self->upload);
}

/**
 * ivr_upload_row_new:
 * @uploads: what the person has on the way
 * @upload: one of it
 *
 * Returns: (transfer floating): its row
 */
GtkWidget *
ivr_upload_row_new (IvrUploads *uploads,
                    IvrUpload  *upload)
{
  IvrUploadRow *self = g_object_new (IVR_TYPE_UPLOAD_ROW, "activatable", FALSE, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *middle = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *name = gtk_label_new (ivr_upload_get_name (upload));
  GtkWidget *cancel = gtk_button_new_from_icon_name ("process-stop-symbolic");
  g_autofree char *cancel_name = g_strdup_printf (_("Give up sending %s"), ivr_upload_get_name (upload));
  g_autofree char *bar_name = g_strdup_printf (_("How much of %s was sent"), ivr_upload_get_name (upload));

  self->uploads = g_object_ref (uploads);
  self->upload = g_object_ref (upload);
  self->bar = gtk_progress_bar_new ();
  self->line = gtk_label_new (NULL);
  self->again = gtk_button_new_with_label (_("Send again"));
  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_xalign (GTK_LABEL (self->line), 0);
  gtk_label_set_wrap (GTK_LABEL (self->line), TRUE);
  gtk_widget_add_css_class (self->line, "caption");
  gtk_widget_add_css_class (cancel, "flat");
  gtk_widget_set_tooltip_text (cancel, cancel_name);
  gtk_widget_set_valign (cancel, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->again, GTK_ALIGN_CENTER);
  ivr_format_name (cancel, cancel_name);
  ivr_format_name (self->bar, bar_name);
  gtk_box_append (GTK_BOX (middle), name);
  gtk_box_append (GTK_BOX (middle), self->bar);
  gtk_box_append (GTK_BOX (middle), self->line);
  gtk_widget_set_hexpand (middle, TRUE);
  gtk_box_append (GTK_BOX (box), middle);
  gtk_box_append (GTK_BOX (box), self->again);
  gtk_box_append (GTK_BOX (box), cancel);
  gtk_widget_add_css_class (box, "document");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, ivr_upload_get_name (upload), -1);
  g_signal_connect_swapped (cancel, "clicked", G_CALLBACK (on_cancel), self);
  g_signal_connect_swapped (self->again, "clicked", G_CALLBACK (on_again), self);
  g_signal_connect_object (upload, "notify", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
  return GTK_WIDGET (self);
}
