/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-intake-row.h"

#include "ivr-format.h"
#include "ivr-intake-labels.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

/* No field of the form is longer; one line of much more would make the window slow. */
#define MOST_CHARS 4000

typedef struct
{
  IvrIntake *intake;
  const IvrField *field;
  char *path;
  GtkWidget *yes;
  GtkWidget *no;
  GtkWidget *offer;
  gboolean setting;
} Row;

static void
row_free (gpointer data)
{
  Row *row = data;

  g_object_unref (row->intake);
  g_free (row->path);
  g_free (row);
}

static Row *
get_row (GtkWidget *widget)
{
  return g_object_get_data (G_OBJECT (widget), "intake-row");
}

const char *
ivr_intake_row_get_path (GtkWidget *widget)
{
  return get_row (widget)->path;
}

IvrIntakeOffer *
ivr_intake_row_get_offer (GtkWidget *widget)
{
  return IVR_INTAKE_OFFER (get_row (widget)->offer);
}

/**
 * ivr_intake_row_find:
 * @widget: (nullable): something in a row, such as what has the focus
 *
 * Returns: (nullable): the row
 */
GtkWidget *
ivr_intake_row_find (GtkWidget *widget)
{
  while (widget != NULL && get_row (widget) == NULL)
    widget = gtk_widget_get_parent (widget);
  return widget;
}

static void
on_entry_changed (GtkWidget *widget)
{
  Row *row = get_row (widget);

  if (!row->setting)
    {
      row->setting = TRUE;
      ivr_intake_set (row->intake, row->path, gtk_editable_get_text (GTK_EDITABLE (widget)));
      row->setting = FALSE;
    }
}

/* When the person goes on, what fits is shown as it is kept: with its dot, dashes or date form. */
static void
on_entry_left (GtkEventController *controller,
               GtkWidget          *widget)
{
  ivr_intake_row_read (widget);
}

static GtkWidget *
entry_new (Row        *row,
           const char *label)
{
  GtkWidget *widget = adw_entry_row_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  g_object_set_data_full (G_OBJECT (widget), "intake-row", row, row_free);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (widget), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (widget), label);
  adw_entry_row_add_suffix (ADW_ENTRY_ROW (widget), row->offer);
  ivr_intake_row_read (widget);
  gtk_text_set_max_length (GTK_TEXT (gtk_editable_get_delegate (GTK_EDITABLE (widget))), MOST_CHARS);
  g_signal_connect (widget, "changed", G_CALLBACK (on_entry_changed), NULL);
  g_signal_connect (focus, "leave", G_CALLBACK (on_entry_left), widget);
  gtk_widget_add_controller (widget, focus);
  return widget;
}

static void
on_choice_selected (GtkWidget *widget)
{
  Row *row = get_row (widget);
  guint selected = adw_combo_row_get_selected (ADW_COMBO_ROW (widget));

  if (!row->setting)
    {
      row->setting = TRUE;
      ivr_intake_set (row->intake, row->path, selected > 0 ? row->field->choices[selected - 1] : "");
      row->setting = FALSE;
    }
}

static GtkWidget *
choice_new (Row        *row,
            const char *label)
{
  GtkWidget *widget = adw_combo_row_new ();
  g_autoptr(GtkStringList) labels = gtk_string_list_new (NULL);

  g_object_set_data_full (G_OBJECT (widget), "intake-row", row, row_free);
  gtk_string_list_append (labels, _("Choose…"));
  for (guint i = 0; row->field->choices[i] != NULL; i++)
    gtk_string_list_append (labels, ivr_intake_choice_label (row->field->choices[i]));
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (widget), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (widget), label);
  adw_combo_row_set_model (ADW_COMBO_ROW (widget), G_LIST_MODEL (labels));
  adw_action_row_add_suffix (ADW_ACTION_ROW (widget), row->offer);
  ivr_intake_row_read (widget);
  g_signal_connect (widget, "notify::selected", G_CALLBACK (on_choice_selected), NULL);
  return widget;
}

static void
on_answer_toggled (GtkWidget *button,
                   GtkWidget *widget)
{
  Row *row = get_row (widget);
  gboolean yes = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (row->yes));
  gboolean no = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (row->no));

  if (row->setting)
    return;
  row->setting = TRUE;
  if (button == row->yes && yes)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (row->no), FALSE);
  else if (button == row->no && no)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (row->yes), FALSE);
  ivr_intake_set (row->intake, row->path,
                  gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (row->yes)) ? "true"
                  : gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (row->no)) ? "false" : "");
  row->setting = FALSE;
}

static GtkWidget *
answer_new (Row        *row,
            const char *label)
{
  GtkWidget *widget = adw_action_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  g_autofree char *yes_name = g_strdup_printf (_("%s: yes"), label);
  g_autofree char *no_name = g_strdup_printf (_("%s: no"), label);

  g_object_set_data_full (G_OBJECT (widget), "intake-row", row, row_free);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (widget), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (widget), label);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (widget), 2);
  row->yes = gtk_toggle_button_new_with_label (_("Yes"));
  row->no = gtk_toggle_button_new_with_label (_("No"));
  ivr_format_name (row->yes, yes_name);
  ivr_format_name (row->no, no_name);
  gtk_widget_add_css_class (box, "linked");
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (widget), row->offer);
  gtk_box_append (GTK_BOX (box), row->yes);
  gtk_box_append (GTK_BOX (box), row->no);
  adw_action_row_add_suffix (ADW_ACTION_ROW (widget), box);
  ivr_intake_row_read (widget);
  g_signal_connect (row->yes, "toggled", G_CALLBACK (on_answer_toggled), widget);
  g_signal_connect (row->no, "toggled", G_CALLBACK (on_answer_toggled), widget);
  return widget;
}

/* What somebody is just typing means @value already: it keeps its looks and its cursor until they go on. */
static gboolean
is_typing (GtkWidget  *widget,
           const char *value)
{
  g_autofree char *normal = NULL;

  if ((gtk_widget_get_state_flags (widget) & GTK_STATE_FLAG_FOCUS_WITHIN) == 0)
    return FALSE;
  normal = ivr_field_normalize (get_row (widget)->field, gtk_editable_get_text (GTK_EDITABLE (widget)), NULL);
  return g_strcmp0 (normal, value) == 0;
}

/**
 * ivr_intake_row_read:
 * @widget: a row
 *
 * Shows what the form has now.
 */
void
ivr_intake_row_read (GtkWidget *widget)
{
  Row *row = get_row (widget);
  g_autofree char *value = ivr_intake_dup (row->intake, row->path);

  if (row->setting)
    return;
  row->setting = TRUE;
  if (row->yes != NULL)
    {
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (row->yes), g_str_equal (value, "true"));
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (row->no), g_str_equal (value, "false"));
    }
  else if (ADW_IS_COMBO_ROW (widget))
    {
      guint selected = 0;

      for (guint i = 0; row->field->choices[i] != NULL; i++)
        if (g_str_equal (row->field->choices[i], value))
          selected = i + 1;
      adw_combo_row_set_selected (ADW_COMBO_ROW (widget), selected);
    }
  else if (g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (widget)), value) != 0 && !is_typing (widget, value))
    gtk_editable_set_text (GTK_EDITABLE (widget), value);
  row->setting = FALSE;
  if (row->offer != NULL)
    ivr_intake_offer_show (IVR_INTAKE_OFFER (row->offer));
}

/**
 * ivr_intake_row_mark:
 * @widget: a row
 * @sentence: (nullable): what is wrong with it; %NULL takes the mark away
 */
void
ivr_intake_row_mark (GtkWidget  *widget,
                     const char *sentence)
{
  if (sentence != NULL)
    gtk_widget_add_css_class (widget, "error");
  else
    gtk_widget_remove_css_class (widget, "error");
  gtk_widget_set_tooltip_text (widget, sentence);
}

/**
 * ivr_intake_row_new:
 * @intake: the form
 * @offers: what is offered for it
 * @field: the question
 * @path: where its answer is kept
 *
 * Returns: (transfer floating): a row that keeps what is typed in @intake at once
 */
GtkWidget *
ivr_intake_row_new (IvrIntake      *intake,
                    IvrOffers      *offers,
                    const IvrField *field,
                    const char     *path)
{
  const char *label = ivr_intake_field_label (field->id);
  g_autofree char *numbered = NULL;
  Row *row = g_new0 (Row, 1);

  row->intake = g_object_ref (intake);
  row->field = field;
  row->path = g_strdup (path);
  if (g_str_has_suffix (field->id, "icd10.*"))
    {
      numbered = g_strdup_printf (_("ICD-10 code %d"), (int) g_ascii_strtoll (strrchr (path, '.') + 1, NULL, 10) + 1);
      label = numbered;
    }
  row->offer = ivr_intake_offer_new (intake, offers, path, label);
  if (field->type == IVR_FIELD_BOOL)
    return answer_new (row, label);
  if (field->type == IVR_FIELD_CHOICE)
    return choice_new (row, label);
  return entry_new (row, label);
}
