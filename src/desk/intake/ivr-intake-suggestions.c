/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-intake-suggestions.h"

#include "ivr-field.h"
#include "ivr-format.h"
#include "ivr-intake-labels.h"

#include <glib/gi18n.h>

struct _IvrIntakeSuggestions
{
  GtkWidget parent_instance;

  IvrOffers *offers;
  GtkWidget *summary;
  GtkWidget *fill;
  GtkWidget *conflicts;
};

enum {
  SIGNAL_FILLED,
  SIGNAL_JUMP,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IvrIntakeSuggestions, ivr_intake_suggestions, GTK_TYPE_WIDGET)

static void
ivr_intake_suggestions_dispose (GObject *object)
{
  IvrIntakeSuggestions *self = IVR_INTAKE_SUGGESTIONS (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->offers);
  G_OBJECT_CLASS (ivr_intake_suggestions_parent_class)->dispose (object);
}

static void
ivr_intake_suggestions_class_init (IvrIntakeSuggestionsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ivr_intake_suggestions_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
  signals[SIGNAL_FILLED] = g_signal_new ("filled", IVR_TYPE_INTAKE_SUGGESTIONS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                         G_TYPE_PTR_ARRAY);
  signals[SIGNAL_JUMP] = g_signal_new ("jump", IVR_TYPE_INTAKE_SUGGESTIONS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static GtkWidget *
conflict_row (const char *path)
{
  const IvrField *field = ivr_field_find (path);
  const char *label = ivr_intake_field_label (field->id);
  g_autofree char *sentence = g_strdup_printf (_("%s: sources say different things"), label != NULL ? label : path);
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *text = gtk_label_new (sentence);

  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_label_set_wrap (GTK_LABEL (text), TRUE);
  gtk_widget_set_hexpand (text, TRUE);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name ("dialog-question-symbolic"));
  gtk_box_append (GTK_BOX (box), text);
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 6);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  g_object_set_data_full (G_OBJECT (row), "path", g_strdup (path), g_free);
  ivr_format_name (row, sentence);
  return row;
}

/**
 * ivr_intake_suggestions_show:
 * @self: suggestions
 *
 * Counts again, after somebody has typed.
 */
void
ivr_intake_suggestions_show (IvrIntakeSuggestions *self)
{
  g_autoptr(GPtrArray) known = ivr_offers_list (self->offers, FALSE);
  g_autoptr(GPtrArray) conflicts = ivr_offers_list (self->offers, TRUE);
  g_autofree char *summary = g_strdup_printf (ngettext ("%u answer is known", "%u answers are known", known->len), known->len);
  GtkWidget *child;

  gtk_label_set_label (GTK_LABEL (self->summary), summary);
  gtk_widget_set_visible (self->summary, known->len > 0);
  gtk_widget_set_visible (self->fill, known->len > 0);
  while ((child = gtk_widget_get_first_child (self->conflicts)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->conflicts), child);
  for (guint i = 0; i < conflicts->len; i++)
    gtk_list_box_append (GTK_LIST_BOX (self->conflicts), conflict_row (conflicts->pdata[i]));
  gtk_widget_set_visible (self->conflicts, conflicts->len > 0);
  gtk_widget_set_visible (GTK_WIDGET (self), known->len > 0 || conflicts->len > 0);
}

static void
on_row (IvrIntakeSuggestions *self,
        GtkListBoxRow        *row)
{
  g_autofree char *path = g_strdup (g_object_get_data (G_OBJECT (row), "path"));

  g_signal_emit (self, signals[SIGNAL_JUMP], 0, path);
}

/**
 * ivr_intake_suggestions_take:
 * @self: suggestions
 *
 * Fills in all that is known and empty.
 */
void
ivr_intake_suggestions_take (IvrIntakeSuggestions *self)
{
  g_autoptr(GPtrArray) paths = ivr_offers_accept_all (self->offers);

  if (paths->len > 0)
    g_signal_emit (self, signals[SIGNAL_FILLED], 0, paths);
}

static void
ivr_intake_suggestions_init (IvrIntakeSuggestions *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 6);
  /* Whoever does not see the page is told when more is known. */
  self->summary = g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_STATUS, "xalign", 0.0, NULL);
  gtk_widget_add_css_class (self->summary, "heading");
  self->fill = gtk_button_new_with_mnemonic (_("_Fill in all"));
  ivr_format_name (self->fill, _("Fill in all"));
  gtk_widget_set_tooltip_text (self->fill, _("Use every answer that all sources agree on (Ctrl+F8)"));
  self->conflicts = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->conflicts), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->conflicts, "background");
  ivr_format_name (self->conflicts, _("Where sources differ"));
  g_signal_connect_object (self->fill, "clicked", G_CALLBACK (ivr_intake_suggestions_take), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->conflicts, "row-activated", G_CALLBACK (on_row), self, G_CONNECT_SWAPPED);
  gtk_widget_set_parent (self->summary, GTK_WIDGET (self));
  gtk_widget_set_parent (self->fill, GTK_WIDGET (self));
  gtk_widget_set_parent (self->conflicts, GTK_WIDGET (self));
}

/**
 * ivr_intake_suggestions_new:
 * @offers: what is offered for the form
 *
 * Returns: (transfer floating): what is known of it
 */
GtkWidget *
ivr_intake_suggestions_new (IvrOffers *offers)
{
  IvrIntakeSuggestions *self = g_object_new (IVR_TYPE_INTAKE_SUGGESTIONS, NULL);

  self->offers = g_object_ref (offers);
  g_signal_connect_object (offers, "changed", G_CALLBACK (ivr_intake_suggestions_show), self, G_CONNECT_SWAPPED);
  ivr_intake_suggestions_show (self);
  return GTK_WIDGET (self);
}
