/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-help-window.h"

#include "ivr-format.h"
#include "ivr-status-chip.h"

#include <adwaita.h>
#include <glib/gi18n.h>

typedef struct
{
  const char *title;
  const char *text;
} Step;

static const Step clinic_steps[] = {
  { N_("Begin a request"),
    N_("Press Ctrl+N or “New request”, and find the patient by last name. What the clinic knows of the patient is filled in.") },
  { N_("Fill in the form"),
    N_("The list on the right says what is still missing, and leads there. What must be there is marked; the rest can wait. The draft is kept while you type, also when this computer stops.") },
  { N_("Take what is known"),
    N_("What records, the insurance card, the last request and the payer say is offered beside the question, with its source. F8 takes it and goes on, Ctrl+F8 takes all; what you typed is never changed. “Check eligibility” asks the payer.") },
  { N_("Submit"),
    N_("The verification team sees the request at once. From then on “With verification” has it, and the clock runs.") },
  { N_("Hand in documents"),
    N_("Drop files onto “Documents” or into the conversation, paste an image, or have the folder of your scanner watched: what is new there is offered, and sent only when you add it. A large file goes on after a broken line and after a restart.") },
  { N_("Answer what is asked"),
    N_("A request that comes back to you is in “My turn”. Write in the conversation, change the form, hand in what is missing, and answer.") },
  { N_("Order"),
    N_("When the request is approved, the response says what the plan covers. Press “Order product”; “Orders” shows where it is.") },
};

static const Step specialist_steps[] = {
  { N_("Take a request"),
    N_("“Unassigned” has what waits, the most urgent first. Press T to take one: it is yours, and nobody else takes it too.") },
  { N_("Look at the head of the request"),
    N_("It says who the patient is, which payer, what is asked for, whose turn it is and how long is left. Below are the coverage questions that stop a case first.") },
  { N_("Check the benefits"),
    N_("“Check eligibility” (Ctrl+B) asks the payer; “Benefits” shows the answer, each figure with where it was read, beside the one before. Write what you find into the response. It is kept while you type, and the clinic sees it when you save.") },
  { N_("Read the documents"),
    N_("“Documents” has what was handed in; accept it, or reject it with a reason. A document can be printed, saved, dragged out or opened with another program. Each of these is written down, as is each look at it.") },
  { N_("Ask, or wait for the payer"),
    N_("“Send back” asks the clinic for what is missing and stops the clock. “Waiting for payer” says that you are on the phone or have sent a letter.") },
  { N_("Decide"),
    N_("Approve, approve with limits or reject with a reason. What is not yours to decide goes to a lead with “Escalate”.") },
  { N_("Speak with your team"),
    N_("An internal note in the conversation is seen by the verification team only. The clinic never sees that there is one.") },
};

static GtkWidget *
step_row (guint       number,
          const Step *step)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *text = g_strdup_printf ("%u", number);
  GtkWidget *label = gtk_label_new (text);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _(step->title));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _(step->text));
  gtk_widget_add_css_class (label, "title-2");
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_set_size_request (label, 24, -1);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), label);
  return row;
}

static GtkWidget *
steps_page (const Step *steps,
            guint       n)
{
  GtkWidget *page = adw_preferences_page_new ();
  GtkWidget *group = adw_preferences_group_new ();

  for (guint i = 0; i < n; i++)
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), step_row (i + 1, &steps[i]));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (group));
  return page;
}

static GtkWidget *
statuses_page (IvrDatabase *database)
{
  GtkWidget *page = adw_preferences_page_new ();
  GtkWidget *group = adw_preferences_group_new ();
  JsonObject *workflow = ivr_database_get_workflow (database);
  JsonArray *statuses = workflow != NULL ? json_object_get_array_member (workflow, "statuses") : NULL;

  for (guint i = 0; statuses != NULL && i < json_array_get_length (statuses); i++)
    {
      JsonObject *status = json_array_get_object_element (statuses, i);
      GtkWidget *row = adw_action_row_new ();
      GtkWidget *chip = ivr_status_chip_new ();

      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _(ivr_format_member (status, "meaning")));
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row),
                                   ivr_format_turn (ivr_format_member (status, "turn"), ivr_database_is_clinic (database)));
      adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
      ivr_status_chip_show_whole (IVR_STATUS_CHIP (chip));
      ivr_status_chip_set_status (IVR_STATUS_CHIP (chip), status);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), chip);
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
    }
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (group));
  return page;
}

static gboolean
on_escape (GtkWidget *widget,
           GVariant  *args,
           gpointer   data)
{
  gtk_window_close (GTK_WINDOW (widget));
  return TRUE;
}

/**
 * ivr_help_window_new:
 * @parent: the desk
 * @database: where the statuses come from
 *
 * The page of the person's own side comes first.
 *
 * Returns: (transfer none): the window, not shown yet
 */
GtkWindow *
ivr_help_window_new (GtkWindow   *parent,
                     IvrDatabase *database)
{
  GtkWidget *window = adw_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *bar = adw_header_bar_new ();
  GtkWidget *stack = adw_view_stack_new ();
  GtkWidget *switcher = adw_view_switcher_new ();
  GtkEventController *keys = gtk_shortcut_controller_new ();
  AdwViewStack *pages = ADW_VIEW_STACK (stack);

  gtk_window_set_title (GTK_WINDOW (window), _("Help"));
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_set_destroy_with_parent (GTK_WINDOW (window), TRUE);
  gtk_window_set_default_size (GTK_WINDOW (window), 760, 680);
  adw_view_stack_add_titled_with_icon (pages, steps_page (clinic_steps, G_N_ELEMENTS (clinic_steps)), "clinic",
                                       _("First request"), "document-edit-symbolic");
  adw_view_stack_add_titled_with_icon (pages, steps_page (specialist_steps, G_N_ELEMENTS (specialist_steps)), "specialist",
                                       _("First day"), "emblem-ok-symbolic");
  adw_view_stack_add_titled_with_icon (pages, statuses_page (database), "statuses", _("Statuses"), "view-list-symbolic");
  adw_view_stack_set_visible_child_name (pages, ivr_database_is_clinic (database) ? "clinic" : "specialist");
  adw_view_switcher_set_stack (ADW_VIEW_SWITCHER (switcher), pages);
  adw_view_switcher_set_policy (ADW_VIEW_SWITCHER (switcher), ADW_VIEW_SWITCHER_POLICY_WIDE);
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (bar), switcher);
  gtk_widget_set_vexpand (stack, TRUE);
  gtk_box_append (GTK_BOX (box), bar);
  gtk_box_append (GTK_BOX (box), stack);
  adw_window_set_content (ADW_WINDOW (window), box);
  gtk_shortcut_controller_add_shortcut (
    GTK_SHORTCUT_CONTROLLER (keys),
    gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0), gtk_callback_action_new (on_escape, NULL, NULL)));
  gtk_widget_add_controller (window, keys);
  return GTK_WINDOW (window);
}
