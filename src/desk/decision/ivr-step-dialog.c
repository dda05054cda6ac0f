/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-step-dialog.h"

#include "ivr-command.h"
#include "ivr-date.h"
#include "ivr-error.h"
#include "ivr-format.h"
#include "ivr-text-limit.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* One step of the transition table: asks for what the table says that it needs. */
typedef struct
{
  IvrSession *session;
  JsonObject *request;
  JsonObject *action;
  GtkWindow *window;
  GtkWidget *reason;       /* GtkTextView */
  GtkWidget *response;     /* GtkTextView */
  GtkWidget *code;         /* GtkDropDown */
  GtkWidget *due;          /* GtkEntry, a date */
  GtkWidget *reference;    /* GtkEntry */
  GtkWidget *assignee;     /* GtkDropDown */
  GPtrArray *papers;       /* GtkCheckButton, with its "type"; NULL when none are asked for */
  GtkWidget *complaint;
  GtkWidget *confirm;
  GPtrArray *codes;
  GPtrArray *people;
  IvrStepDialogDone done;
  gpointer data;
  GDestroyNotify free_data;
  gboolean running;
} Dialog;

static void
dialog_free (Dialog *dialog)
{
  g_object_unref (dialog->session);
  json_object_unref (dialog->request);
  json_object_unref (dialog->action);
  g_ptr_array_unref (dialog->codes);
  g_ptr_array_unref (dialog->people);
  g_clear_pointer (&dialog->papers, g_ptr_array_unref);
  if (dialog->free_data != NULL)
    dialog->free_data (dialog->data);
  g_free (dialog);
}

static gboolean
needs (JsonObject *action,
       const char *what)
{
  JsonArray *all = json_object_get_array_member (action, "needs");

  for (guint i = 0; i < json_array_get_length (all); i++)
    if (g_str_equal (json_array_get_string_element (all, i), what))
      return TRUE;
  return FALSE;
}

/**
 * ivr_step_dialog_is_needed:
 * @action: a step that the server offers
 *
 * Returns: whether the step asks for anything, or cannot be taken back
 */
gboolean
ivr_step_dialog_is_needed (JsonObject *action)
{
  static const char * const asked[] = { "reason", "reason_code", "due_date", "reference", "response", "assignee" };

  for (gsize i = 0; i < G_N_ELEMENTS (asked); i++)
    if (needs (action, asked[i]))
      return TRUE;
  return g_str_equal (ivr_format_member (action, "style"), "destructive") ||
         g_str_equal (ivr_format_member (action, "action"), "order");
}

/**
 * ivr_step_take:
 * @session: the session of the window
 * @request: the request as the person saw it
 * @action: the step
 * @reason: (nullable): why
 * @details: (nullable) (transfer none): what else the step needs
 * @callback: called with the answer; see ivr_command_run_finish()
 * @data: for @callback
 */
void
ivr_step_take (IvrSession          *session,
               JsonObject          *request,
               JsonObject          *action,
               const char          *reason,
               JsonObject          *details,
               GAsyncReadyCallback  callback,
               gpointer             data)
{
  g_autofree char *version = g_strdup_printf ("%" G_GINT64_FORMAT, json_object_get_int_member (request, "version"));
  g_autoptr(JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *json = NULL;
  g_autoptr(JsonObject) empty = json_object_new ();

  json_node_set_object (node, details != NULL ? details : empty);
  json = json_to_string (node, FALSE);
  {
    const char *arguments[] = { ivr_format_member (request, "id"), version, ivr_format_member (action, "to"), reason, json };

    ivr_command_run_async (ivr_session_get_database (session), IVR_COMMAND_UPDATE_STATUS, arguments,
                           G_N_ELEMENTS (arguments), callback, data);
  }
}

static char *
dup_text (GtkWidget *view)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

/* What is typed here survives Escape, a crash and somebody who was faster: it is there again when
 * the same step of the same request is chosen the next time. */
static char *
draft_kind (Dialog *dialog)
{
  return g_strdup_printf ("reason.%s", ivr_format_member (dialog->action, "action"));
}

static void
on_reason_changed (Dialog *dialog)
{
  g_autofree char *text = dup_text (dialog->reason);
  g_autofree char *kind = draft_kind (dialog);

  ivr_session_set_draft (dialog->session, kind, ivr_format_member (dialog->request, "id"), text);
}

static void
on_response_changed (Dialog *dialog)
{
  g_autofree char *text = dup_text (dialog->response);
  const char *id = ivr_format_member (dialog->request, "id");

  ivr_session_set_draft (dialog->session, "response", id, text);
  if (text[0] != '\0')
    ivr_drafts_set_base (ivr_session_get_drafts (dialog->session), "response", id,
                         json_object_get_int_member (dialog->request, "version"));
}

static void
complain (Dialog     *dialog,
          const char *sentence)
{
  gtk_label_set_label (GTK_LABEL (dialog->complaint), sentence);
  gtk_widget_set_visible (dialog->complaint, TRUE);
  dialog->running = FALSE;
  gtk_widget_set_sensitive (dialog->confirm, TRUE);
}

static void
taken_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  Dialog *dialog = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonObject) answer = ivr_command_run_finish (IVR_DATABASE (source), result, &error);

  if (answer != NULL)
    {
      g_autofree char *kind = draft_kind (dialog);

      ivr_session_set_draft (dialog->session, kind, ivr_format_member (dialog->request, "id"), NULL);
      if (dialog->response != NULL)
        {
          g_autofree char *sent = dup_text (dialog->response);

          ivr_drafts_clear_sent (ivr_session_get_drafts (dialog->session), "response",
                                 ivr_format_member (dialog->request, "id"), sent);
        }
    }
  /* What is only missing can be added here; everything else is told beside the request. */
  if (g_error_matches (error, IVR_ERROR, IVR_ERROR_INVALID) || g_error_matches (error, IVR_ERROR, IVR_ERROR_LIMIT))
    {
      complain (dialog, error->message);
      gtk_window_present (dialog->window);
      return;
    }
  dialog->done (answer, error, dialog->data);
  dialog->running = FALSE;
  gtk_window_destroy (dialog->window);
}

static void
add_papers (Dialog     *dialog,
            JsonObject *details)
{
  JsonArray *list = json_array_new ();

  for (guint i = 0; i < dialog->papers->len; i++)
    if (gtk_check_button_get_active (dialog->papers->pdata[i]))
      {
        JsonObject *paper = json_object_new ();

        json_object_set_string_member (paper, "type", g_object_get_data (dialog->papers->pdata[i], "type"));
        json_array_add_object_element (list, paper);
      }
  json_object_set_array_member (details, "documents", list);
}

static void
set_chosen (JsonObject *details,
            const char *name,
            GtkWidget  *drop_down,
            GPtrArray  *ids)
{
  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (drop_down));

  /* The first line only asks to choose. */
  if (selected > 0 && selected <= ids->len)
    json_object_set_string_member (details, name, ids->pdata[selected - 1]);
}

static void
on_confirm (Dialog *dialog)
{
  g_autoptr(JsonObject) details = json_object_new ();
  g_autofree char *reason = dialog->reason != NULL ? dup_text (dialog->reason) : NULL;
  g_autofree char *response = dialog->response != NULL ? dup_text (dialog->response) : NULL;

  if (dialog->running)
    return;
  if (response != NULL && response[0] != '\0')
    json_object_set_string_member (details, "response", response);
  if (dialog->code != NULL)
    set_chosen (details, "reason_code", dialog->code, dialog->codes);
  if (dialog->assignee != NULL)
    set_chosen (details, "assignee_id", dialog->assignee, dialog->people);
  if (dialog->assignee != NULL && !json_object_has_member (details, "assignee_id"))
    {
      complain (dialog, _("Choose who takes the request."));
      return;
    }
  if (dialog->due != NULL)
    {
      g_autoptr(GError) error = NULL;
      g_autofree char *iso = ivr_date_normalize (gtk_editable_get_text (GTK_EDITABLE (dialog->due)), &error);

      if (iso == NULL)
        {
          complain (dialog, error->message);
          gtk_widget_grab_focus (dialog->due);
          return;
        }
      json_object_set_string_member (details, "due_on", iso);
    }
  if (dialog->reference != NULL)
    json_object_set_string_member (details, "reference", gtk_editable_get_text (GTK_EDITABLE (dialog->reference)));
  if (dialog->papers != NULL)
    add_papers (dialog, details);
  dialog->running = TRUE;
  gtk_widget_set_sensitive (dialog->confirm, FALSE);
  ivr_step_take (dialog->session, dialog->request, dialog->action, reason, details, taken_cb, dialog);
  /* The step is kept and sent when the line is back; nobody has to wait for that in front of a window. */
  if (!ivr_database_is_online (ivr_session_get_database (dialog->session)))
    gtk_widget_set_visible (GTK_WIDGET (dialog->window), FALSE);
}

static GtkWidget *
add_field (GtkBox     *box,
           const char *title,
           GtkWidget  *field,
           GtkWidget  *accessible)
{
  GtkWidget *label = gtk_label_new (title);
  GtkWidget *pair = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "heading");
  gtk_box_append (GTK_BOX (pair), label);
  gtk_box_append (GTK_BOX (pair), field);
  gtk_box_append (box, pair);
  ivr_format_name (accessible, title);
  return accessible;
}

static void
on_too_long (gpointer    window,
             const char *sentence)
{
  complain (g_object_get_data (window, "dialog"), sentence);
}

static GtkWidget *
add_text_field (Dialog     *dialog,
                GtkBox     *box,
                guint       most,
                const char *title,
                const char *text)
{
  GtkWidget *view = gtk_text_view_new ();
  GtkWidget *frame = gtk_frame_new (NULL);

  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (view), 12);
  gtk_text_view_set_right_margin (GTK_TEXT_VIEW (view), 12);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (view), 9);
  gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (view), 9);
  gtk_widget_set_size_request (view, 420, 84);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), text != NULL ? text : "", -1);
  gtk_frame_set_child (GTK_FRAME (frame), view);
  gtk_widget_add_css_class (frame, "note-frame");
  ivr_text_limit_watch (GTK_TEXT_VIEW (view), most, on_too_long, dialog->window);
  return add_field (box, title, frame, view);
}

static void
add_codes (Dialog *dialog,
           GtkBox *box)
{
  JsonObject *workflow = ivr_database_get_workflow (ivr_session_get_database (dialog->session));
  JsonArray *all = json_object_get_array_member (workflow, "reasons");
  g_autoptr(GtkStringList) labels = gtk_string_list_new ((const char *[]) { _("Choose…"), NULL });

  for (guint i = 0; i < json_array_get_length (all); i++)
    {
      JsonObject *reason = json_array_get_object_element (all, i);

      if (!g_str_equal (ivr_format_member (reason, "action"), ivr_format_member (dialog->action, "action")))
        continue;
      gtk_string_list_append (labels, _(ivr_format_member (reason, "label")));
      g_ptr_array_add (dialog->codes, g_strdup (ivr_format_member (reason, "code")));
    }
  dialog->code = gtk_drop_down_new (g_object_ref (G_LIST_MODEL (labels)), NULL);
  add_field (box, _("Reason"), dialog->code, dialog->code);
}

static void
add_people (Dialog *dialog,
            GtkBox *box)
{
  JsonObject *catalogue = ivr_database_get_catalogue (ivr_session_get_database (dialog->session));
  JsonArray *team = json_object_get_array_member (catalogue, "team");
  g_autoptr(GtkStringList) names = gtk_string_list_new ((const char *[]) { _("Choose…"), NULL });

  for (guint i = 0; i < json_array_get_length (team); i++)
    {
      JsonObject *person = json_array_get_object_element (team, i);

      gtk_string_list_append (names, ivr_format_member (person, "name"));
      g_ptr_array_add (dialog->people, g_strdup (ivr_format_member (person, "id")));
    }
  dialog->assignee = gtk_drop_down_new (g_object_ref (G_LIST_MODEL (names)), NULL);
  add_field (box, _("Specialist"), dialog->assignee, dialog->assignee);
}

/* What can be asked for stands in the database, and nowhere else. */
static void
add_papers_field (Dialog *dialog,
                  GtkBox *box)
{
  JsonObject *workflow = ivr_database_get_workflow (ivr_session_get_database (dialog->session));
  JsonNode *node = json_object_get_member (workflow, "document_types");
  JsonArray *types = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  guint n = types != NULL ? json_array_get_length (types) : 0;
  GtkWidget *grid = gtk_grid_new ();

  dialog->papers = g_ptr_array_new ();
  gtk_grid_set_row_spacing (GTK_GRID (grid), 3);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 18);
  for (guint i = 0; i < n; i++)
    {
      JsonObject *type = json_array_get_object_element (types, i);
      GtkWidget *check = gtk_check_button_new_with_label (_(ivr_format_member (type, "label")));

      g_object_set_data_full (G_OBJECT (check), "type", g_strdup (ivr_format_member (type, "type")), g_free);
      gtk_widget_set_tooltip_text (check, _(ivr_format_member (type, "meaning")));
      gtk_grid_attach (GTK_GRID (grid), check, (int) (i / ((n + 1) / 2)), (int) (i % ((n + 1) / 2)), 1, 1);
      g_ptr_array_add (dialog->papers, check);
    }
  add_field (box, _("Papers that are missing"), grid, grid);
}

static void
write_date (GtkWidget *entry,
            GDateTime *day)
{
  /* As it is read by ivr_date_parse(). */
  g_autofree char *text = g_date_time_format (day, "%m/%d/%Y");

  gtk_editable_set_text (GTK_EDITABLE (entry), text);
}

static void
on_day_selected (GtkCalendar *calendar,
                 GtkWidget   *entry)
{
  g_autoptr(GDateTime) day = gtk_calendar_get_date (calendar);

  write_date (entry, day);
}

static void
add_due (Dialog *dialog,
         GtkBox *box)
{
  g_autoptr(GDateTime) now = g_date_time_new_now_local ();
  g_autoptr(GDateTime) then = g_date_time_add_days (now, 3);
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *button = gtk_menu_button_new ();
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *calendar = gtk_calendar_new ();

  gtk_widget_add_css_class (row, "linked");
  dialog->due = gtk_entry_new ();
  gtk_widget_set_hexpand (dialog->due, TRUE);
  write_date (dialog->due, then);
  gtk_calendar_select_day (GTK_CALENDAR (calendar), then);
  g_signal_connect_object (calendar, "day-selected", G_CALLBACK (on_day_selected), dialog->due, 0);
  gtk_popover_set_child (GTK_POPOVER (popover), calendar);
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "x-office-calendar-symbolic");
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), popover);
  gtk_widget_set_tooltip_text (button, _("Choose a day"));
  ivr_format_name (button, _("Choose a day"));
  gtk_box_append (GTK_BOX (row), dialog->due);
  gtk_box_append (GTK_BOX (row), button);
  add_field (box, _("Needed until"), row, dialog->due);
}

static GtkWidget *
build_fields (Dialog     *dialog,
              const char *response)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  const char *why = g_str_equal (ivr_format_member (dialog->action, "action"), "approve_limited") ? _("Limits") : _("Why");

  gtk_widget_set_margin_start (box, 18);
  gtk_widget_set_margin_end (box, 18);
  gtk_widget_set_margin_top (box, 12);
  gtk_widget_set_margin_bottom (box, 18);
  if (needs (dialog->action, "assignee"))
    add_people (dialog, GTK_BOX (box));
  if (needs (dialog->action, "reason_code"))
    add_codes (dialog, GTK_BOX (box));
  if (needs (dialog->action, "reason"))
    {
      g_autofree char *kind = draft_kind (dialog);

      dialog->reason = add_text_field (dialog, GTK_BOX (box), 4000, needs (dialog->action, "reason_code") ? _("In your own words") : why,
                                       ivr_session_get_draft (dialog->session, kind, ivr_format_member (dialog->request, "id")));
      g_signal_connect_swapped (gtk_text_view_get_buffer (GTK_TEXT_VIEW (dialog->reason)), "changed",
                                G_CALLBACK (on_reason_changed), dialog);
    }
  if (needs (dialog->action, "response"))
    {
      dialog->response = add_text_field (dialog, GTK_BOX (box), 8000, _("Response to the clinic"), response);
      g_signal_connect_swapped (gtk_text_view_get_buffer (GTK_TEXT_VIEW (dialog->response)), "changed",
                                G_CALLBACK (on_response_changed), dialog);
    }
  if (needs (dialog->action, "due_date"))
    {
      add_due (dialog, GTK_BOX (box));
      add_papers_field (dialog, GTK_BOX (box));
    }
  if (needs (dialog->action, "reference"))
    {
      dialog->reference = gtk_entry_new ();
      add_field (GTK_BOX (box), _("Reference or tracking number"), dialog->reference, dialog->reference);
    }
  dialog->complaint = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (dialog->complaint), 0);
  gtk_label_set_wrap (GTK_LABEL (dialog->complaint), TRUE);
  gtk_widget_add_css_class (dialog->complaint, "error");
  gtk_widget_set_visible (dialog->complaint, FALSE);
  gtk_box_append (GTK_BOX (box), dialog->complaint);
  return box;
}

/* About whom this is: the right decision for the wrong case is a wrong one. */
static char *
describe_request (JsonObject *request)
{
  JsonNode *node = json_object_get_member (request, "patient");
  JsonObject *patient = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  gint64 number = json_object_get_int_member_with_default (request, "request_no", 0);

  if (patient == NULL)
    return g_strdup_printf ("#%" G_GINT64_FORMAT, number);
  return g_strdup_printf ("%s, %s · #%" G_GINT64_FORMAT, ivr_format_member (patient, "last_name"),
                          ivr_format_member (patient, "first_name"), number);
}

static void
build_bar (Dialog *dialog)
{
  GtkWidget *bar = gtk_header_bar_new ();
  GtkWidget *cancel = gtk_button_new_with_mnemonic (_("_Cancel"));
  const char *style = ivr_format_member (dialog->action, "style");
  g_autofree char *about = describe_request (dialog->request);

  gtk_header_bar_set_title_widget (GTK_HEADER_BAR (bar), adw_window_title_new (gtk_window_get_title (dialog->window), about));
  dialog->confirm = gtk_button_new_with_label (_(ivr_format_member (dialog->action, "label")));
  gtk_widget_add_css_class (dialog->confirm, g_str_equal (style, "destructive") ? "destructive-action" : "suggested-action");
  gtk_header_bar_set_show_title_buttons (GTK_HEADER_BAR (bar), FALSE);
  gtk_header_bar_pack_start (GTK_HEADER_BAR (bar), cancel);
  gtk_header_bar_pack_end (GTK_HEADER_BAR (bar), dialog->confirm);
  gtk_window_set_titlebar (dialog->window, bar);
  g_signal_connect_swapped (cancel, "clicked", G_CALLBACK (gtk_window_close), dialog->window);
  g_signal_connect_swapped (dialog->confirm, "clicked", G_CALLBACK (on_confirm), dialog);
}

static gboolean
on_close_request (Dialog *dialog)
{
  /* A command that is under way is not taken back; its answer closes the window for good. */
  if (dialog->running)
    gtk_widget_set_visible (GTK_WIDGET (dialog->window), FALSE);
  return dialog->running;
}

static gboolean
on_escape (GtkWidget *widget,
           GVariant  *arguments,
           gpointer   data)
{
  gtk_window_close (GTK_WINDOW (widget));
  return TRUE;
}

/**
 * ivr_step_dialog_present:
 * @parent: where the step was chosen
 * @session: the session of the window
 * @request: the request as the person sees it
 * @action: the step
 * @response: (nullable): what stands in the response's field already
 * @done: called when the server has taken or refused the step; not when it was cancelled
 * @data: for @done
 * @free_data: (nullable): frees @data
 */
void
ivr_step_dialog_present (GtkWidget         *parent,
                         IvrSession        *session,
                         JsonObject        *request,
                         JsonObject        *action,
                         const char        *response,
                         IvrStepDialogDone  done,
                         gpointer           data,
                         GDestroyNotify     free_data)
{
  Dialog *dialog = g_new0 (Dialog, 1);
  GtkEventController *shortcuts = gtk_shortcut_controller_new ();

  dialog->session = g_object_ref (session);
  dialog->request = json_object_ref (request);
  dialog->action = json_object_ref (action);
  dialog->codes = g_ptr_array_new_with_free_func (g_free);
  dialog->people = g_ptr_array_new_with_free_func (g_free);
  dialog->done = done;
  dialog->data = data;
  dialog->free_data = free_data;
  dialog->window = GTK_WINDOW (gtk_window_new ());
  g_object_set_data (G_OBJECT (dialog->window), "dialog", dialog);
  gtk_window_set_title (dialog->window, _(ivr_format_member (action, "label")));
  gtk_window_set_modal (dialog->window, TRUE);
  gtk_window_set_destroy_with_parent (dialog->window, TRUE);
  gtk_window_set_transient_for (dialog->window, GTK_WINDOW (gtk_widget_get_root (parent)));
  gtk_window_set_default_size (dialog->window, 480, -1);
  build_bar (dialog);
  gtk_window_set_child (dialog->window, build_fields (dialog, response));
  gtk_shortcut_controller_add_shortcut (
    GTK_SHORTCUT_CONTROLLER (shortcuts),
    gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0), gtk_callback_action_new (on_escape, NULL, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (dialog->window), shortcuts);
  g_signal_connect_swapped (dialog->window, "close-request", G_CALLBACK (on_close_request), dialog);
  g_signal_connect_swapped (dialog->window, "destroy", G_CALLBACK (dialog_free), dialog);
  gtk_window_present (dialog->window);
}
