/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-patient-finder.h"

#include "ivr-format.h"
#include "ivr-requests.h"

#include <adwaita.h>
#include <glib/gi18n.h>

struct _IvrPatientFinder
{
  GtkWidget parent_instance;

  IvrDatabase *database;
  GCancellable *search;
  GtkWidget *entry;
  GtkWidget *found;
};

enum {
  SIGNAL_CHOSEN,
  SIGNAL_FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IvrPatientFinder, ivr_patient_finder, GTK_TYPE_WIDGET)

static void
ivr_patient_finder_dispose (GObject *object)
{
  IvrPatientFinder *self = IVR_PATIENT_FINDER (object);
  GtkWidget *child;

  g_cancellable_cancel (self->search);
  g_clear_object (&self->search);
  g_clear_object (&self->database);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (ivr_patient_finder_parent_class)->dispose (object);
}

static void
ivr_patient_finder_class_init (IvrPatientFinderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ivr_patient_finder_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
  signals[SIGNAL_CHOSEN] = g_signal_new ("chosen", IVR_TYPE_PATIENT_FINDER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, JSON_TYPE_OBJECT);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", IVR_TYPE_PATIENT_FINDER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
on_chosen (IvrPatientFinder *self,
           GtkListBoxRow    *row)
{
  g_autoptr(JsonObject) found = json_object_ref (g_object_get_data (G_OBJECT (row), "found"));

  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
  g_signal_emit (self, signals[SIGNAL_CHOSEN], 0, found);
}

static GtkWidget *
row_new (JsonObject *found)
{
  JsonObject *patient = json_object_get_object_member (found, "patient");
  g_autofree char *born = ivr_format_date (ivr_format_member (patient, "born_on"));
  g_autofree char *name = g_strdup_printf ("%s, %s", ivr_format_member (patient, "last_name"), ivr_format_member (patient, "first_name"));
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), born);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "found", json_object_ref (found), (GDestroyNotify) json_object_unref);
  return row;
}

static void
found_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(IvrPatientFinder) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) found = ivr_requests_find_patients_finish (IVR_DATABASE (source), result, &error);
  GtkWidget *child;

  if (self->database == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (found == NULL)
    g_signal_emit (self, signals[SIGNAL_FAILED], 0, error->message);
  while ((child = gtk_widget_get_first_child (self->found)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->found), child);
  for (guint i = 0; found != NULL && i < found->len; i++)
    gtk_list_box_append (GTK_LIST_BOX (self->found), row_new (found->pdata[i]));
  gtk_widget_set_visible (self->found, found != NULL && found->len > 0);
}

static void
on_find (IvrPatientFinder *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));

  g_cancellable_cancel (self->search);
  g_clear_object (&self->search);
  if (text[0] == '\0')
    {
      gtk_widget_set_visible (self->found, FALSE);
      return;
    }
  self->search = g_cancellable_new ();
  ivr_requests_find_patients_async (self->database, text, self->search, found_cb, g_object_ref (self));
}

static void
ivr_patient_finder_init (IvrPatientFinder *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 12);
  self->entry = gtk_search_entry_new ();
  g_object_set (self->entry, "placeholder-text", _("Find a patient by last name"), NULL);
  ivr_format_name (self->entry, _("Find a patient"));
  g_signal_connect_object (self->entry, "search-changed", G_CALLBACK (on_find), self, G_CONNECT_SWAPPED);
  self->found = gtk_list_box_new ();
  gtk_widget_add_css_class (self->found, "boxed-list");
  gtk_widget_set_visible (self->found, FALSE);
  ivr_format_name (self->found, _("Patients found"));
  g_signal_connect_object (self->found, "row-activated", G_CALLBACK (on_chosen), self, G_CONNECT_SWAPPED);
  gtk_widget_set_parent (self->entry, GTK_WIDGET (self));
  gtk_widget_set_parent (self->found, GTK_WIDGET (self));
}

/**
 * ivr_patient_finder_new:
 * @database: where the patients are
 *
 * Returns: (transfer floating): a search entry with what it found below
 */
GtkWidget *
ivr_patient_finder_new (IvrDatabase *database)
{
  IvrPatientFinder *self = g_object_new (IVR_TYPE_PATIENT_FINDER, NULL);

  self->database = g_object_ref (database);
  return GTK_WIDGET (self);
}
