/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-request-page.h"

#include "ivr-documents-page.h"
#include "ivr-eligibility-page.h"
#include "ivr-error.h"
#include "ivr-format.h"
#include "ivr-note-editor.h"
#include "ivr-request-overview.h"
#include "ivr-requests.h"
#include "ivr-status-chip.h"
#include "ivr-step-dialog.h"
#include "ivr-wrap-layout.h"

#include <adwaita.h>
#include <glib/gi18n.h>

struct _IvrRequestPage
{
  GtkWidget parent_instance;

  GtkStack *stack;
  GtkSpinner *spinner;
  AdwStatusPage *failed;
  GtkLabel *patient;
  IvrStatusChip *chip;
  GtkLabel *asked;
  GtkLabel *turn;
  GtkBox *actions;
  GtkStackSwitcher *switcher;
  GtkStack *pages;
  GtkBox *overview;
  IvrEligibilityPage *benefits;
  IvrDocumentsPage *documents;
  GtkBox *past;

  IvrSession *session;
  GtkWidget *comment;
  GtkWidget *response;
  GtkWidget *facts;
  char *id;
  JsonObject *request;
  char *offered;             /* the steps that have a button */
  char *shown;               /* the request as its facts were made of it */
  GCancellable *cancellable;
};

enum {
  SIGNAL_NOTICE,
  SIGNAL_EDIT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IvrRequestPage, ivr_request_page, GTK_TYPE_WIDGET)

static void load (IvrRequestPage *self);

static void
notice (IvrRequestPage *self,
        const char     *sentence)
{
  g_signal_emit (self, signals[SIGNAL_NOTICE], 0, sentence);
}

static gboolean
can (IvrRequestPage *self,
     const char     *what)
{
  JsonObject *rights = json_object_get_object_member (self->request, "can");

  return rights != NULL && json_object_get_boolean_member_with_default (rights, what, FALSE);
}

static void
set_class (GtkWidget  *widget,
           const char *name,
           gboolean    on)
{
  if (on)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

/* Whether everybody waits for this very person (or, of a clinic, for anybody there). */
static gboolean
is_mine (IvrRequestPage *self)
{
  IvrDatabase *database = ivr_session_get_database (self->session);
  const char *turn = ivr_format_member (self->request, "turn");

  if (ivr_database_is_clinic (database))
    return g_str_equal (turn, "clinic");
  if (g_str_equal (turn, "lead"))
    return ivr_database_has_right (database, "request.assign");
  return g_str_equal (turn, "specialist") &&
         g_str_equal (ivr_format_member (self->request, "assignee_id"),
                      ivr_format_member (ivr_database_get_me (database), "id"));
}

static void
show_head (IvrRequestPage *self)
{
  IvrDatabase *database = ivr_session_get_database (self->session);
  JsonNode *node = json_object_get_member (self->request, "patient");
  JsonObject *patient = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *payer = ivr_format_member (self->request, "payer_name");
  gboolean urgent;
  g_autofree char *due = ivr_format_due (ivr_format_parse_time (ivr_format_member (self->request, "due_at")), &urgent);
  g_autofree char *name = patient != NULL ? g_strdup_printf ("%s, %s", ivr_format_member (patient, "last_name"),
                                                             ivr_format_member (patient, "first_name"))
                                          : g_strdup (_("New patient"));
  g_autofree char *asked = g_strdup_printf ("#%" G_GINT64_FORMAT " · %s%s%s\n%s",
                                            json_object_get_int_member (self->request, "request_no"),
                                            ivr_format_member (self->request, "service"), payer[0] != '\0' ? " · " : "", payer,
                                            ivr_format_member (self->request, "product_summary"));
  gboolean mine = is_mine (self);
  g_autofree char *turn = g_strdup_printf ("%s%s%s", mine && !ivr_database_is_clinic (database)
                                             ? _("Your turn") : ivr_format_turn (ivr_format_member (self->request, "turn"),
                                                                                 ivr_database_is_clinic (database)),
                                           due[0] != '\0' ? " · " : "", due);

  gtk_label_set_label (self->patient, name);
  gtk_label_set_label (self->asked, g_strchomp (asked));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->patient), name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->asked), asked);
  gtk_label_set_label (self->turn, turn);
  set_class (GTK_WIDGET (self->turn), "urgent", urgent);
  set_class (GTK_WIDGET (self->turn), "mine", mine);
  ivr_status_chip_set_status (self->chip, ivr_database_find_status (database, ivr_format_member (self->request, "status")));
}

typedef struct
{
  IvrRequestPage *page;
  char *id;
  char *label;
} Step;

static void show_notes (IvrRequestPage *self);

static void
step_free (gpointer data)
{
  Step *step = data;

  /* What was typed in the step's dialog and not sent stands beside the request again. */
  if (step->page->session != NULL && step->page->request != NULL && g_strcmp0 (step->page->id, step->id) == 0)
    show_notes (step->page);
  g_object_unref (step->page);
  g_free (step->id);
  g_free (step->label);
  g_free (step);
}

static Step *
step_new (IvrRequestPage *self,
          JsonObject     *action)
{
  Step *step = g_new0 (Step, 1);

  step->page = g_object_ref (self);
  step->id = g_strdup (self->id);
  step->label = g_strdup (_(ivr_format_member (action, "label")));
  return step;
}

/* Who changed what while this person was deciding. */
static char *
describe_conflict (IvrRequestPage *self,
                   const GError   *error)
{
  g_autoptr(JsonNode) node = json_from_string (ivr_error_get_detail (error) != NULL ? ivr_error_get_detail (error) : "", NULL);
  JsonObject *detail = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonArray *changes = detail != NULL && json_object_has_member (detail, "changes")
                         ? json_object_get_array_member (detail, "changes") : NULL;
  guint n = changes != NULL ? json_array_get_length (changes) : 0;
  JsonObject *last = n > 0 ? json_array_get_object_element (changes, n - 1) : NULL;
  JsonObject *status = detail != NULL ? ivr_database_find_status (ivr_session_get_database (self->session),
                                                                  ivr_format_member (detail, "status")) : NULL;

  if (last == NULL)
    return g_strdup (_("Somebody else changed this request a moment ago. It is shown as it is now; nothing was changed."));
  return g_strdup_printf (_("%s was faster: the request is now “%s”. Nothing of yours was changed; look again and decide."),
                          ivr_format_member (last, "by"), _(ivr_format_member (status, "label")));
}

static void
step_done (JsonObject   *answer,
           const GError *error,
           gpointer      data)
{
  Step *step = data;
  IvrRequestPage *self = step->page;
  g_autofree char *sentence = NULL;

  if (self->session == NULL)
    return;
  if (error != NULL && g_error_matches (error, IVR_ERROR, IVR_ERROR_STALE))
    sentence = describe_conflict (self, error);
  else if (error != NULL)
    sentence = g_strdup (error->message);
  else
    {
      ivr_drafts_clear_reasons (ivr_session_get_drafts (self->session), step->id);
      sentence = g_strdup_printf (_("Done: %s"), step->label);
    }
  notice (self, sentence);
  if (g_strcmp0 (self->id, step->id) == 0)
    gtk_widget_set_sensitive (GTK_WIDGET (self->actions), TRUE);
  if (g_strcmp0 (self->id, step->id) == 0)
    load (self);
}

static void
step_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonObject) answer = ivr_command_run_finish (IVR_DATABASE (source), result, &error);

  step_done (answer, error, data);
  step_free (data);
}

static void
take_step (IvrRequestPage *self,
           JsonObject     *action)
{
  const char *draft = ivr_session_get_draft (self->session, "response", self->id);
  g_autofree char *response = draft != NULL ? g_strdup (draft) : ivr_note_editor_dup_text (IVR_NOTE_EDITOR (self->response));

  /* One step at a time: a second click would come upon what the first has changed. */
  if (!gtk_widget_get_sensitive (GTK_WIDGET (self->actions)))
    return;
  if (ivr_step_dialog_is_needed (action))
    ivr_step_dialog_present (GTK_WIDGET (self), self->session, self->request, action, response, step_done,
                             step_new (self, action), step_free);
  else
    {
      gtk_widget_set_sensitive (GTK_WIDGET (self->actions), FALSE);
      ivr_step_take (self->session, self->request, action, NULL, NULL, step_cb, step_new (self, action));
    }
}

static void
on_action_clicked (GtkButton *button,
                   gpointer   data)
{
  take_step (IVR_REQUEST_PAGE (data), g_object_get_data (G_OBJECT (button), "action"));
}

static void
on_edit_clicked (IvrRequestPage *self)
{
  g_signal_emit (self, signals[SIGNAL_EDIT], 0, self->request);
}

static const struct
{
  const char *action;
  char key;
} step_keys[] = {
  { "take", 't' }, { "approve", 'a' }, { "approve_limited", 'l' }, { "send_back", 's' }, { "to_payer", 'p' },
  { "escalate", 'e' }, { "reject", 'x' }, { "return", 'b' }, { "order", 'o' },
};

/**
 * ivr_request_page_find_step:
 * @key: a letter
 *
 * Returns: (nullable): the step that it stands for, for ivr_request_page_take_step()
 */
const char *
ivr_request_page_find_step (gunichar key)
{
  for (gsize i = 0; i < G_N_ELEMENTS (step_keys); i++)
    if ((gunichar) step_keys[i].key == key)
      return step_keys[i].action;
  return NULL;
}

/* What the step leads to, and its key. */
static char *
describe_step (IvrRequestPage *self,
               JsonObject     *action)
{
  JsonObject *status = ivr_database_find_status (ivr_session_get_database (self->session), ivr_format_member (action, "to"));
  const char *meaning = ivr_format_member (status, "meaning");

  for (gsize i = 0; i < G_N_ELEMENTS (step_keys); i++)
    if (g_str_equal (step_keys[i].action, ivr_format_member (action, "action")))
      return g_strdup_printf (_("%s (%c)"), meaning[0] != '\0' ? _(meaning) : "", g_ascii_toupper (step_keys[i].key));
  return g_strdup (meaning[0] != '\0' ? _(meaning) : "");
}

static void
show_actions (IvrRequestPage *self)
{
  JsonArray *actions = json_object_get_array_member (self->request, "actions");
  GtkWidget *child;
  gboolean edits = can (self, "edit");
  g_autofree char *json = json_to_string (json_object_get_member (self->request, "actions"), FALSE);
  g_autofree char *offered = g_strconcat (edits ? "edit" : "", json, NULL);

  /* The same buttons stay: one that somebody is just pressing must not be taken from under the finger. */
  if (g_strcmp0 (offered, self->offered) == 0)
    return;
  g_free (self->offered);
  self->offered = g_steal_pointer (&offered);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->actions))) != NULL)
    gtk_box_remove (self->actions, child);
  if (edits)
    {
      GtkWidget *edit = gtk_button_new_with_mnemonic (_("_Edit form"));

      g_signal_connect_object (edit, "clicked", G_CALLBACK (on_edit_clicked), self, G_CONNECT_SWAPPED);
      gtk_box_append (self->actions, edit);
    }
  for (guint i = 0; actions != NULL && i < json_array_get_length (actions); i++)
    {
      JsonObject *action = json_array_get_object_element (actions, i);
      const char *style = ivr_format_member (action, "style");
      GtkWidget *button = gtk_button_new_with_label (_(ivr_format_member (action, "label")));
      g_autofree char *tip = describe_step (self, action);

      gtk_widget_set_tooltip_text (button, tip);
      if (g_str_equal (style, "suggested"))
        gtk_widget_add_css_class (button, "suggested-action");
      else if (g_str_equal (style, "destructive"))
        gtk_widget_add_css_class (button, "quiet-destructive");
      g_object_set_data_full (G_OBJECT (button), "action", json_object_ref (action), (GDestroyNotify) json_object_unref);
      g_signal_connect_object (button, "clicked", G_CALLBACK (on_action_clicked), self, 0);
      gtk_box_append (self->actions, button);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->actions), gtk_widget_get_first_child (GTK_WIDGET (self->actions)) != NULL);
}

static void
show_notes (IvrRequestPage *self)
{
  gint64 version = json_object_get_int_member (self->request, "version");

  ivr_note_editor_set_request (IVR_NOTE_EDITOR (self->comment), self->id, version,
                               ivr_format_member (self->request, "doctor_comment"), can (self, "comment"));
  ivr_note_editor_set_request (IVR_NOTE_EDITOR (self->response), self->id, version,
                               ivr_format_member (self->request, "ivr_response"), can (self, "respond"));
}

static void
show (IvrRequestPage *self)
{
  g_autoptr(JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *facts = NULL;

  json_node_set_object (node, self->request);
  facts = json_to_string (node, FALSE);
  show_head (self);
  show_actions (self);
  show_notes (self);
  gtk_stack_set_visible_child_name (self->stack, "request");
  /* Somebody may be copying a number out of the facts: they are only made anew when they are others. */
  if (g_strcmp0 (facts, self->shown) == 0)
    return;
  g_free (self->shown);
  self->shown = g_steal_pointer (&facts);
  ivr_request_overview_fill (GTK_BOX (self->facts), self->request);
  ivr_request_past_fill (self->past, self->request, ivr_database_get_workflow (ivr_session_get_database (self->session)));
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(IvrRequestPage) self = data;
  g_autoptr(GError) error = NULL;
  JsonObject *request = ivr_requests_get_finish (IVR_DATABASE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (self->session == NULL || (request != NULL && g_strcmp0 (ivr_format_member (request, "id"), self->id) != 0))
    {
      g_clear_pointer (&request, json_object_unref);
      return;
    }
  gtk_spinner_stop (self->spinner);
  if (request != NULL)
    {
      g_clear_pointer (&self->request, json_object_unref);
      self->request = request;
      show (self);
    }
  else if (g_error_matches (error, IVR_ERROR, IVR_ERROR_NOT_FOUND) || self->request == NULL)
    {
      adw_status_page_set_description (self->failed, error->message);
      gtk_stack_set_visible_child_name (self->stack, "failed");
    }
  /* Otherwise what was read before stays on the screen until the line is back. */
}

static void
load (IvrRequestPage *self)
{
  if (self->id == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  ivr_requests_get_async (ivr_session_get_database (self->session), self->id, self->cancellable, loaded_cb,
                          g_object_ref (self));
}

static void
on_request_changed (IvrRequestPage *self,
                    const char     *id)
{
  if (g_strcmp0 (self->id, id) == 0)
    load (self);
}

static void
on_try_again (IvrRequestPage *self)
{
  load (self);
}

static void
ivr_request_page_dispose (GObject *object)
{
  IvrRequestPage *self = IVR_REQUEST_PAGE (object);
  GtkWidget *child;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->session);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (ivr_request_page_parent_class)->dispose (object);
}

static void
ivr_request_page_finalize (GObject *object)
{
  IvrRequestPage *self = IVR_REQUEST_PAGE (object);

  g_free (self->id);
  g_free (self->offered);
  g_free (self->shown);
  g_clear_pointer (&self->request, json_object_unref);
  G_OBJECT_CLASS (ivr_request_page_parent_class)->finalize (object);
}

static void
ivr_request_page_class_init (IvrRequestPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ivr_request_page_dispose;
  object_class->finalize = ivr_request_page_finalize;
  signals[SIGNAL_NOTICE] = g_signal_new ("notice", IVR_TYPE_REQUEST_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_EDIT] = g_signal_new ("edit", IVR_TYPE_REQUEST_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 1, JSON_TYPE_OBJECT);
  g_type_ensure (IVR_TYPE_DOCUMENTS_PAGE);
  g_type_ensure (IVR_TYPE_ELIGIBILITY_PAGE);
  g_type_ensure (IVR_TYPE_STATUS_CHIP);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/ivrdesk/Desk/ui/ivr-request-page.ui");
  gtk_widget_class_bind_template_child (widget_class, IvrRequestPage, stack);
  gtk_widget_class_bind_template_child (widget_class, IvrRequestPage, spinner);
  gtk_widget_class_bind_template_child (widget_class, IvrRequestPage, failed);
  gtk_widget_class_bind_template_child (widget_class, IvrRequestPage, patient);
  gtk_widget_class_bind_template_child (widget_class, IvrRequestPage, chip);
  gtk_widget_class_bind_template_child (widget_class, IvrRequestPage, asked);
  gtk_widget_class_bind_template_child (widget_class, IvrRequestPage, turn);
  gtk_widget_class_bind_template_child (widget_class, IvrRequestPage, actions);
  gtk_widget_class_bind_template_child (widget_class, IvrRequestPage, switcher);
  gtk_widget_class_bind_template_child (widget_class, IvrRequestPage, pages);
  gtk_widget_class_bind_template_child (widget_class, IvrRequestPage, overview);
  gtk_widget_class_bind_template_child (widget_class, IvrRequestPage, benefits);
  gtk_widget_class_bind_template_child (widget_class, IvrRequestPage, documents);
  gtk_widget_class_bind_template_child (widget_class, IvrRequestPage, past);
  gtk_widget_class_bind_template_callback (widget_class, on_try_again);
}

static void
ivr_request_page_init (IvrRequestPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_layout_manager (GTK_WIDGET (self->actions), ivr_wrap_layout_new (6));
  gtk_widget_add_css_class (GTK_WIDGET (self->turn), "turn");
  ivr_format_name (self->actions, _("What can be done"));
  ivr_format_name (self->switcher, _("Pages of the request"));
}

static void
on_editor_notice (IvrRequestPage *self,
                  const char     *sentence)
{
  notice (self, sentence);
}

/**
 * ivr_request_page_set_session:
 * @self: a page
 * @session: the session of its window; once
 */
void
ivr_request_page_set_session (IvrRequestPage *self,
                              IvrSession     *session)
{
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  ivr_eligibility_page_set_session (self->benefits, session);
  g_signal_connect_object (self->benefits, "notice", G_CALLBACK (on_editor_notice), self, G_CONNECT_SWAPPED);
  ivr_documents_page_set_session (self->documents, session);
  g_signal_connect_object (self->documents, "notice", G_CALLBACK (on_editor_notice), self, G_CONNECT_SWAPPED);
  self->response = ivr_note_editor_new (_("IVR response"), IVR_COMMAND_RESPONSE, session);
  self->comment = ivr_note_editor_new (_("Doctor’s comment"), IVR_COMMAND_DOCTOR_COMMENT, session);
  self->facts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  gtk_box_append (self->overview, self->response);
  gtk_box_append (self->overview, self->comment);
  gtk_box_append (self->overview, self->facts);
  g_signal_connect_object (self->response, "notice", G_CALLBACK (on_editor_notice), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->response, "saved", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->comment, "saved", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->comment, "notice", G_CALLBACK (on_editor_notice), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "request-changed", G_CALLBACK (on_request_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "refresh", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
}

/**
 * ivr_request_page_set_request:
 * @self: a page
 * @request: (nullable): identity of the request to show
 */
void
ivr_request_page_set_request (IvrRequestPage *self,
                              const char     *request)
{
  if (g_strcmp0 (self->id, request) == 0)
    return;
  g_free (self->id);
  self->id = g_strdup (request);
  ivr_eligibility_page_set_request (self->benefits, request);
  ivr_documents_page_set_request (self->documents, request);
  g_clear_pointer (&self->request, json_object_unref);
  gtk_widget_set_sensitive (GTK_WIDGET (self->actions), TRUE);
  gtk_stack_set_visible_child_name (self->stack, request != NULL ? "loading" : "none");
  gtk_spinner_set_spinning (self->spinner, request != NULL);
  load (self);
}

const char *
ivr_request_page_get_request (IvrRequestPage *self)
{
  return self->id;
}

/**
 * ivr_request_page_check_eligibility:
 * @self: a page
 *
 * Opens what payers answered and has the payer asked; for the keyboard.
 *
 * Returns: whether there is a request
 */
gboolean
ivr_request_page_check_eligibility (IvrRequestPage *self)
{
  if (self->request == NULL)
    return FALSE;
  gtk_stack_set_visible_child_name (self->pages, "benefits");
  ivr_eligibility_page_ask (self->benefits);
  return TRUE;
}

/**
 * ivr_request_page_take_step:
 * @self: a page
 * @action: identifier of a step, for example "take"
 *
 * Takes the step when the server offers it; for keyboard shortcuts.
 *
 * Returns: whether it is offered
 */
gboolean
ivr_request_page_take_step (IvrRequestPage *self,
                            const char     *action)
{
  JsonArray *actions = self->request != NULL ? json_object_get_array_member (self->request, "actions") : NULL;

  for (guint i = 0; actions != NULL && i < json_array_get_length (actions); i++)
    if (g_str_equal (ivr_format_member (json_array_get_object_element (actions, i), "action"), action))
      {
        take_step (self, json_array_get_object_element (actions, i));
        return TRUE;
      }
  return FALSE;
}
