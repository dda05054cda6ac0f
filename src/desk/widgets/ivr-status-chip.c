/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-status-chip.h"

#include "ivr-format.h"

#include <glib/gi18n.h>
#include <string.h>

struct _IvrStatusChip
{
  GtkWidget parent_instance;

  GtkWidget *icon;
  GtkWidget *label;
  char *tint;
};

G_DEFINE_FINAL_TYPE (IvrStatusChip, ivr_status_chip, GTK_TYPE_WIDGET)

static void
ivr_status_chip_dispose (GObject *object)
{
  IvrStatusChip *self = IVR_STATUS_CHIP (object);

  g_clear_pointer (&self->icon, gtk_widget_unparent);
  g_clear_pointer (&self->label, gtk_widget_unparent);
  G_OBJECT_CLASS (ivr_status_chip_parent_class)->dispose (object);
}

static void
ivr_status_chip_finalize (GObject *object)
{
  g_free (IVR_STATUS_CHIP (object)->tint);
  G_OBJECT_CLASS (ivr_status_chip_parent_class)->finalize (object);
}

static void
ivr_status_chip_class_init (IvrStatusChipClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ivr_status_chip_dispose;
  object_class->finalize = ivr_status_chip_finalize;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "statuschip");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
ivr_status_chip_init (IvrStatusChip *self)
{
  self->icon = gtk_image_new ();
  self->label = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_parent (self->icon, GTK_WIDGET (self));
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_START);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
}

GtkWidget *
ivr_status_chip_new (void)
{
  return g_object_new (IVR_TYPE_STATUS_CHIP, NULL);
}

/**
 * ivr_status_chip_show_whole:
 * @self: a chip
 *
 * Shows its word whole however narrow the place is; in a list it gives way.
 */
void
ivr_status_chip_show_whole (IvrStatusChip *self)
{
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_NONE);
}

/**
 * ivr_status_chip_set_status:
 * @self: a chip
 * @status: (nullable): a status of the workflow
 */
void
ivr_status_chip_set_status (IvrStatusChip *self,
                            JsonObject    *status)
{
  const char *label = ivr_format_member (status, "label");
  const char *tint = ivr_format_member (status, "tint");

  gtk_label_set_label (GTK_LABEL (self->label), label[0] != '\0' ? _(label) : "");
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), ivr_format_member (status, "icon"));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), status != NULL ? _(ivr_format_member (status, "meaning")) : NULL);
  ivr_format_name (self, label[0] != '\0' ? _(label) : "");
  if (self->tint != NULL && g_str_equal (self->tint + strlen ("tint-"), tint))
    return;
  if (self->tint != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self), self->tint);
  g_free (self->tint);
  self->tint = g_strdup_printf ("tint-%s", tint);
  gtk_widget_add_css_class (GTK_WIDGET (self), self->tint);
}
