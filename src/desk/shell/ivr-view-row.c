/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-view-row.h"

#include "ivr-format.h"

#include <glib/gi18n.h>

struct _IvrViewRow
{
  GtkListBoxRow parent_instance;

  IvrView *view;
  GtkWidget *count;
};

G_DEFINE_FINAL_TYPE (IvrViewRow, ivr_view_row, GTK_TYPE_LIST_BOX_ROW)

static void
ivr_view_row_dispose (GObject *object)
{
  g_clear_object (&IVR_VIEW_ROW (object)->view);
  G_OBJECT_CLASS (ivr_view_row_parent_class)->dispose (object);
}

static void
ivr_view_row_class_init (IvrViewRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ivr_view_row_dispose;
}

static void
ivr_view_row_init (IvrViewRow *self)
{
}

static void
show_count (IvrViewRow *self)
{
  int total = ivr_view_get_total (self->view);
  g_autofree char *count = total >= IVR_VIEW_MOST ? g_strdup_printf (_("%'d+"), IVR_VIEW_MOST - 1)
                                                  : g_strdup_printf ("%'d", total);
  g_autofree char *name = g_strdup_printf (ngettext ("%s, %s request", "%s, %s requests", (gulong) total),
                                           _(ivr_view_get_label (self->view)), count);

  gtk_label_set_label (GTK_LABEL (self->count), count);
  if (ivr_view_is_mine (self->view) && total > 0)
    gtk_widget_add_css_class (self->count, "mine");
  else
    gtk_widget_remove_css_class (self->count, "mine");
  ivr_format_name (self, name);
}

/**
 * ivr_view_row_new:
 * @view: what it shows
 *
 * Returns: (transfer floating): a row
 */
GtkWidget *
ivr_view_row_new (IvrView *view)
{
  IvrViewRow *self = g_object_new (IVR_TYPE_VIEW_ROW, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *label = gtk_label_new (_(ivr_view_get_label (view)));

  self->view = g_object_ref (view);
  self->count = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (self->count, "numeric");
  gtk_widget_add_css_class (self->count, "view-count");
  gtk_widget_set_valign (self->count, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (ivr_view_get_icon (view)));
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), self->count);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), box);
  g_signal_connect_object (view, "notify::total", G_CALLBACK (show_count), self, G_CONNECT_SWAPPED);
  show_count (self);
  return GTK_WIDGET (self);
}

IvrView *
ivr_view_row_get_view (IvrViewRow *self)
{
  return self->view;
}
