/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-intake-findings.h"

#include "ivr-completeness.h"
#include "ivr-format.h"

#include <glib/gi18n.h>

struct _IvrIntakeFindings
{
  GtkWidget parent_instance;

  GtkWidget *summary;
  GtkWidget *list;
};

enum {
  SIGNAL_JUMP,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IvrIntakeFindings, ivr_intake_findings, GTK_TYPE_WIDGET)

static void
ivr_intake_findings_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (ivr_intake_findings_parent_class)->dispose (object);
}

static void
ivr_intake_findings_class_init (IvrIntakeFindingsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ivr_intake_findings_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
  signals[SIGNAL_JUMP] = g_signal_new ("jump", IVR_TYPE_INTAKE_FINDINGS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
on_activated (IvrIntakeFindings *self,
              GtkListBoxRow     *row)
{
  g_autofree char *path = g_strdup (g_object_get_data (G_OBJECT (row), "path"));

  g_signal_emit (self, signals[SIGNAL_JUMP], 0, path);
}

static void
ivr_intake_findings_init (IvrIntakeFindings *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));
  GtkWidget *scroller = gtk_scrolled_window_new ();

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 12);
  self->summary = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->summary), 0);
  gtk_widget_add_css_class (self->summary, "heading");
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->list, "background");
  ivr_format_name (self->list, _("What is missing"));
  g_signal_connect_object (self->list, "row-activated", G_CALLBACK (on_activated), self, G_CONNECT_SWAPPED);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->list);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_widget_set_parent (self->summary, GTK_WIDGET (self));
  gtk_widget_set_parent (scroller, GTK_WIDGET (self));
}

/**
 * ivr_intake_findings_new:
 *
 * Returns: (transfer floating): an empty list of what is missing
 */
GtkWidget *
ivr_intake_findings_new (void)
{
  return g_object_new (IVR_TYPE_INTAKE_FINDINGS, NULL);
}

static GtkWidget *
row_new (IvrFinding *finding)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  gboolean blocks = finding->severity == IVR_SEVERITY_BLOCKER;
  GtkWidget *icon = gtk_image_new_from_icon_name (blocks ? "dialog-error-symbolic" : "dialog-warning-symbolic");
  GtkWidget *label = gtk_label_new (_(finding->sentence));
  g_autofree char *name = g_strdup_printf (blocks ? _("Missing: %s") : _("Please look: %s"), _(finding->sentence));

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  if (blocks)
    gtk_widget_add_css_class (icon, "finding-blocker");
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 6);
  /* The scrollbar lies over the end of the rows. */
  gtk_widget_set_margin_end (box, 9);
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), label);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  g_object_set_data_full (G_OBJECT (row), "path", g_strdup (finding->path), g_free);
  ivr_format_name (row, name);
  return row;
}

/**
 * ivr_intake_findings_show:
 * @self: a list
 * @findings: (element-type IvrFinding): what to show
 *
 * Returns: how many of them must be settled before the form can be submitted
 */
guint
ivr_intake_findings_show (IvrIntakeFindings *self,
                          GPtrArray         *findings)
{
  g_autofree char *summary = NULL;
  GtkWidget *child;
  guint blockers = 0;

  while ((child = gtk_widget_get_first_child (self->list)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), child);
  for (guint i = 0; i < findings->len; i++)
    {
      IvrFinding *finding = findings->pdata[i];

      blockers += finding->severity == IVR_SEVERITY_BLOCKER;
      gtk_list_box_append (GTK_LIST_BOX (self->list), row_new (finding));
    }
  summary = blockers > 0 ? g_strdup_printf (ngettext ("%u thing is missing", "%u things are missing", blockers), blockers)
                         : g_strdup (_("Nothing is missing"));
  gtk_label_set_label (GTK_LABEL (self->summary), summary);
  return blockers;
}
