/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-intake-window.h"

#include "ivr-command.h"
#include "ivr-completeness.h"
#include "ivr-eligibility-window.h"
#include "ivr-error.h"
#include "ivr-format.h"
#include "ivr-intake-conflict.h"
#include "ivr-intake-findings.h"
#include "ivr-intake-form.h"
#include "ivr-intake-sources.h"
#include "ivr-intake-suggestions.h"
#include "ivr-patient-finder.h"
#include "ivr-requests.h"

#include <glib/gi18n.h>

/* Checking and keeping the draft waits until the person pauses. */
#define PAUSE_MS 300

/* What the person wants when the server has the form. */
typedef enum {
  AFTER_CLOSE,
  AFTER_SUBMIT,
  AFTER_ASK,                 /* the payer about it, with the form still open */
} After;

struct _IvrIntakeWindow
{
  AdwWindow parent_instance;

  IvrSession *session;
  IvrIntake *intake;
  IvrIntakeSources *sources;
  char *id;
  gint64 version;            /* 0 while the server does not know the request */
  gboolean can_submit;       /* a draft; otherwise the form is only corrected */
  gboolean is_new;           /* begun here, and not saved yet */
  gboolean changed;
  gboolean saving;
  gboolean refused;          /* the saving that the submitting waits for */
  After after;
  gboolean submitted_too;    /* the submitting is on its way behind the creating */
  guint check_source;

  AdwToastOverlay *toasts;
  IvrIntakeForm *form;
  GtkWidget *findings;
  GtkWidget *save;
  GtkWidget *submit;
  GtkWidget *ask;
  GtkWidget *banner;
  GtkWidget *finder;
  GtkWidget *suggestions;
  GPtrArray *filled;         /* what was filled in at once, for undoing it */
};

enum {
  SIGNAL_SAVED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IvrIntakeWindow, ivr_intake_window, ADW_TYPE_WINDOW)

static gboolean on_check (gpointer data);

static void
ivr_intake_window_dispose (GObject *object)
{
  IvrIntakeWindow *self = IVR_INTAKE_WINDOW (object);

  /* What was typed in the last moment before the desk was closed. */
  if (self->check_source != 0)
    {
      g_clear_handle_id (&self->check_source, g_source_remove);
      on_check (self);
    }
  g_clear_object (&self->sources);
  g_clear_object (&self->intake);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (ivr_intake_window_parent_class)->dispose (object);
}

static void
ivr_intake_window_finalize (GObject *object)
{
  g_free (IVR_INTAKE_WINDOW (object)->id);
  g_clear_pointer (&IVR_INTAKE_WINDOW (object)->filled, g_ptr_array_unref);
  G_OBJECT_CLASS (ivr_intake_window_parent_class)->finalize (object);
}

static void
ivr_intake_window_class_init (IvrIntakeWindowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ivr_intake_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = ivr_intake_window_finalize;
  signals[SIGNAL_SAVED] = g_signal_new ("saved", IVR_TYPE_INTAKE_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
}

static void
ivr_intake_window_init (IvrIntakeWindow *self)
{
}

static void
toast (IvrIntakeWindow *self,
       const char      *sentence)
{
  g_autofree char *escaped = g_markup_escape_text (sentence, -1);

  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (escaped));
}

/* What is missing today: dates are looked at with the calendar on the wall. */
static GPtrArray *
find_missing (IvrIntakeWindow *self)
{
  g_autoptr(GDateTime) now = g_date_time_new_now_local ();
  GDate today;

  g_date_clear (&today, 1);
  g_date_set_dmy (&today, (GDateDay) g_date_time_get_day_of_month (now), (GDateMonth) g_date_time_get_month (now),
                  (GDateYear) g_date_time_get_year (now));
  return ivr_intake_check (self->intake, &today);
}

static guint
check (IvrIntakeWindow *self)
{
  g_autoptr(GPtrArray) findings = find_missing (self);
  const char *banner = NULL;

  for (guint i = 0; i < findings->len && banner == NULL; i++)
    if (((IvrFinding *) findings->pdata[i])->banner)
      banner = ((IvrFinding *) findings->pdata[i])->sentence;
  gtk_label_set_label (GTK_LABEL (self->banner), banner != NULL ? _(banner) : "");
  gtk_widget_set_visible (self->banner, banner != NULL);
  return ivr_intake_findings_show (IVR_INTAKE_FINDINGS (self->findings), findings);
}

static const char *
draft_of (IvrIntakeWindow *self)
{
  return self->version > 0 ? self->id : IVR_DRAFTS_NEW;
}

static void
keep_draft (IvrIntakeWindow *self,
            const char      *json)
{
  ivr_session_set_draft (self->session, "form", draft_of (self), json);
  if (json == NULL)
    ivr_intake_sources_drop (self->sources, draft_of (self));
  else
    {
      ivr_intake_sources_keep (self->sources, draft_of (self));
      ivr_drafts_set_base (ivr_session_get_drafts (self->session), "form", draft_of (self), self->version);
    }
}

static gboolean
on_check (gpointer data)
{
  IvrIntakeWindow *self = data;
  g_autofree char *json = ivr_intake_to_json (self->intake);

  self->check_source = 0;
  check (self);
  keep_draft (self, json);
  ivr_intake_suggestions_show (IVR_INTAKE_SUGGESTIONS (self->suggestions));
  ivr_intake_sources_look (self->sources);
  return G_SOURCE_REMOVE;
}

static void
on_changed (IvrIntakeWindow *self)
{
  /* Not while the window is taken down. */
  if (self->intake == NULL)
    return;
  self->changed = TRUE;
  if (self->check_source == 0)
    self->check_source = g_timeout_add (PAUSE_MS, on_check, self);
}

static void
update (IvrIntakeWindow *self)
{
  /* What is typed while the form is under way would belong to neither. */
  gtk_widget_set_sensitive (self->save, !self->saving);
  gtk_widget_set_sensitive (self->submit, !self->saving);
  gtk_widget_set_sensitive (GTK_WIDGET (self->form), !self->saving);
  gtk_widget_set_sensitive (self->finder, !self->saving);
  gtk_widget_set_sensitive (self->ask, !self->saving);
  gtk_widget_set_sensitive (self->suggestions, !self->saving);
}

static void
drop_drafts (IvrIntakeWindow *self)
{
  /* What waits to be kept is sent already. */
  g_clear_handle_id (&self->check_source, g_source_remove);
  ivr_session_set_draft (self->session, "form", self->id, NULL);
  ivr_session_set_draft (self->session, "submit", self->id, NULL);
  ivr_intake_sources_drop (self->sources, self->id);
  if (self->is_new)
    {
      ivr_session_set_draft (self->session, "form", IVR_DRAFTS_NEW, NULL);
      ivr_intake_sources_drop (self->sources, IVR_DRAFTS_NEW);
    }
}

static void
finish (IvrIntakeWindow *self,
        const char      *sentence)
{
  drop_drafts (self);
  g_signal_emit (self, signals[SIGNAL_SAVED], 0, self->id, sentence);
  gtk_window_destroy (GTK_WINDOW (self));
}

/* The server's own word on what is missing; it may know more than this desk. */
static void
show_refusal (IvrIntakeWindow *self,
              const GError    *error)
{
  g_autoptr(JsonNode) node = json_from_string (ivr_error_get_detail (error) != NULL ? ivr_error_get_detail (error) : "", NULL);

  toast (self, error->message);
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    ivr_intake_form_jump (self->form, ivr_format_member (json_node_get_object (node), "field"));
}

/* GTK disposes of a destroyed window only when nobody waits for it any more, so a command that is under way
 * has to ask. A form that is only hidden while it is saved is not gone. */
static gboolean
is_gone (IvrIntakeWindow *self)
{
  GListModel *windows = gtk_window_get_toplevels ();
  gboolean found = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (windows) && !found; i++)
    {
      g_autoptr(GtkWindow) window = g_list_model_get_item (windows, i);

      found = window == GTK_WINDOW (self);
    }
  return self->session == NULL || !found;
}

/* The form was closed while it was under way, and has to be looked at again. */
static void
come_back (IvrIntakeWindow *self,
           const GError    *error)
{
  ivr_session_set_draft (self->session, "submit", self->id, NULL);
  gtk_window_present (GTK_WINDOW (self));
  show_refusal (self, error);
}

static void
submitted_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr(IvrIntakeWindow) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonObject) answer = ivr_command_run_finish (IVR_DATABASE (source), result, &error);

  if (self->session == NULL || self->refused)
    return;
  self->saving = FALSE;
  if (!is_gone (self))
    update (self);
  if (answer == NULL && !is_gone (self))
    come_back (self, error);
  else if (answer != NULL)
    {
      g_autofree char *sentence = g_strdup_printf (_("Request #%d is submitted; a specialist sees it now."),
                                                   (int) json_object_get_int_member (answer, "request_no"));

      finish (self, sentence);
    }
}

typedef struct
{
  IvrIntakeWindow *window;
  JsonObject *detail;        /* who changed what */
  IvrIntake *theirs;
} Race;

static void
race_free (Race *race)
{
  g_object_unref (race->window);
  json_object_unref (race->detail);
  g_clear_object (&race->theirs);
  g_free (race);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Race, race_free)

static void save (IvrIntakeWindow *self,
                  After            after);

static void
on_decided (GPtrArray *take,
            gpointer   data)
{
  g_autoptr(Race) race = data;
  IvrIntakeWindow *self = race->window;

  if (take == NULL || is_gone (self))
    return;
  for (guint i = 0; i < take->len; i++)
    ivr_intake_take_theirs (self->intake, race->theirs, take->pdata[i]);
  ivr_intake_form_read (self->form);
  self->version = json_object_get_int_member_with_default (race->detail, "version", self->version);
  save (self, self->after);
}

static const char *
find_other (JsonObject *detail)
{
  JsonArray *changes = json_object_has_member (detail, "changes") ? json_object_get_array_member (detail, "changes") : NULL;
  guint n = changes != NULL ? json_array_get_length (changes) : 0;

  return n > 0 ? ivr_format_member (json_array_get_object_element (changes, n - 1), "by") : _("Somebody else");
}

/* What only one of the two changed is kept of both; what both changed is the person's to decide. */
static void
theirs_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(Race) race = data;
  IvrIntakeWindow *self = race->window;
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonObject) latest = ivr_requests_get_finish (IVR_DATABASE (source), result, &error);
  g_autoptr(IvrIntake) before = NULL;
  g_autoptr(GPtrArray) conflicts = NULL;
  g_autofree char *json = NULL;
  guint n_taken;

  if (is_gone (self))
    return;
  if (latest == NULL)
    {
      come_back (self, error);
      return;
    }
  json = json_to_string (json_object_get_member (latest, "intake"), FALSE);
  race->theirs = ivr_intake_new_from_json (json, NULL);
  if (race->theirs == NULL)
    race->theirs = ivr_intake_new ();
  before = ivr_intake_conflict_before (json_object_get_object_member (latest, "intake"), race->detail);
  conflicts = ivr_intake_merge (self->intake, before, race->theirs, &n_taken);
  ivr_intake_form_read (self->form);
  if (conflicts->len > 0)
    {
      const char *who = find_other (race->detail);

      gtk_window_present (GTK_WINDOW (self));
      ivr_intake_conflict_present (GTK_WINDOW (self), conflicts, who, on_decided, g_steal_pointer (&race));
      return;
    }
  self->version = json_object_get_int_member_with_default (race->detail, "version", self->version);
  save (self, self->after);
}

static void
look_at_theirs (IvrIntakeWindow *self,
                const GError    *error)
{
  g_autoptr(JsonNode) node = json_from_string (ivr_error_get_detail (error) != NULL ? ivr_error_get_detail (error) : "{}", NULL);
  Race *race = g_new0 (Race, 1);

  race->window = g_object_ref (self);
  race->detail = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_dup_object (node) : json_object_new ();
  ivr_requests_get_async (ivr_session_get_database (self->session), self->id, NULL, theirs_cb, race);
}

static void
submit (IvrIntakeWindow *self)
{
  g_autofree char *version = g_strdup_printf ("%" G_GINT64_FORMAT, MAX (self->version, 1));
  const char *arguments[] = { self->id, version, "submitted", NULL, "{}" };

  ivr_command_run_async (ivr_session_get_database (self->session), IVR_COMMAND_UPDATE_STATUS, arguments,
                         G_N_ELEMENTS (arguments), submitted_cb, g_object_ref (self));
}

/* From here on the form is that of a request like any other. */
static void
ask_payer (IvrIntakeWindow *self)
{
  drop_drafts (self);
  self->is_new = FALSE;
  gtk_window_set_title (GTK_WINDOW (self), _("Edit request"));
  check (self);
  ivr_intake_suggestions_show (IVR_INTAKE_SUGGESTIONS (self->suggestions));
  ivr_intake_sources_look (self->sources);
  ivr_session_saw_change (self->session, self->id);
  update (self);
  ivr_eligibility_window_ask (GTK_WINDOW (self), self->session, self->id);
}

static void
saved_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(IvrIntakeWindow) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonObject) answer = ivr_command_run_finish (IVR_DATABASE (source), result, &error);

  if (self->session == NULL)
    return;
  if (answer == NULL)
    {
      self->saving = FALSE;
      self->refused = TRUE;
      if (is_gone (self))
        return;
      update (self);
      if (g_error_matches (error, IVR_ERROR, IVR_ERROR_STALE))
        look_at_theirs (self, error);
      else
        come_back (self, error);
      return;
    }
  keep_draft (self, NULL);
  self->version = json_object_get_int_member (answer, "version");
  self->changed = FALSE;
  ivr_intake_sources_saved (self->sources, self->intake);
  if (!self->submitted_too)
    ivr_intake_sources_record (self->sources, self->id);
  if (self->after != AFTER_SUBMIT)
    self->saving = FALSE;
  /* Closed meanwhile: the payer is not asked behind the back of somebody who went. */
  if (self->after == AFTER_ASK && !is_gone (self) && gtk_widget_get_visible (GTK_WIDGET (self)))
    {
      ask_payer (self);
      return;
    }
  if (self->after != AFTER_SUBMIT)
    {
      finish (self, self->can_submit ? _("The draft is saved.") : _("The form is saved."));
      return;
    }
  /* A new request was submitted in the same breath; see save(). */
  if (!self->submitted_too)
    submit (self);
}

static void
save (IvrIntakeWindow *self,
      After            after)
{
  g_autofree char *json = NULL;
  IvrDatabase *database = ivr_session_get_database (self->session);

  self->saving = TRUE;
  self->refused = FALSE;
  self->after = after;
  self->submitted_too = after == AFTER_SUBMIT && self->version == 0;
  update (self);
  if (!ivr_database_is_online (database))
    toast (self, _("This waits for the server and is kept until then; you can close the window."));
  for (guint i = 0; i < ivr_intake_count (self->intake, "insurances"); i++)
    {
      g_autofree char *path = g_strdup_printf ("insurances.%u.rank", i);
      g_autofree char *rank = g_strdup_printf ("%u", i + 1);

      ivr_intake_set (self->intake, path, rank);
    }
  if (self->version == 0)
    {
      json = ivr_intake_to_json (self->intake);
      ivr_command_run_async (database, IVR_COMMAND_CREATE_REQUEST, (const char *[]) { json }, 1, saved_cb,
                             g_object_ref (self));
      /* Nobody else can know a request that is only being made, so its version is known: both go
       * together, and a crash in between does not leave a draft where a request was meant. */
      if (after == AFTER_SUBMIT)
        {
          ivr_intake_sources_record (self->sources, self->id);
          submit (self);
        }
    }
  else
    {
      g_autofree char *version = g_strdup_printf ("%" G_GINT64_FORMAT, self->version);

      json = ivr_intake_to_json (self->intake);
      ivr_session_set_draft (self->session, "submit", self->id, after == AFTER_SUBMIT ? "yes" : NULL);
      ivr_command_run_async (database, IVR_COMMAND_SAVE_DRAFT, (const char *[]) { self->id, version, json }, 3, saved_cb,
                             g_object_ref (self));
    }
}

static void
on_save (IvrIntakeWindow *self)
{
  save (self, AFTER_CLOSE);
}

/* The payer is asked about what the server has, so that everybody who works on the request sees the same answer. */
static void
on_ask (IvrIntakeWindow *self)
{
  if (self->saving)
    return;
  if (self->changed || self->version == 0)
    save (self, AFTER_ASK);
  else
    ivr_eligibility_window_ask (GTK_WINDOW (self), self->session, self->id);
}

/* What the payer says of the patient and the plan is offered where it belongs. */
static void
on_answered (IvrIntakeWindow *self,
             const char      *request)
{
  if (self->version > 0 && g_str_equal (self->id, request))
    ivr_intake_sources_read (self->sources, self->id);
}

static void
on_submit (IvrIntakeWindow *self)
{
  g_autoptr(GPtrArray) findings = find_missing (self);

  ivr_intake_form_mark (self->form, findings);
  if (check (self) == 0)
    {
      save (self, AFTER_SUBMIT);
      return;
    }
  toast (self, _("Something is still missing; the list on the right leads to it."));
  ivr_intake_form_jump (self->form, ((IvrFinding *) findings->pdata[0])->path);
}

static void
on_close_answer (IvrIntakeWindow *self,
                 const char      *response)
{
  if (g_str_equal (response, "save"))
    save (self, AFTER_CLOSE);
  else if (g_str_equal (response, "discard"))
    {
      g_clear_handle_id (&self->check_source, g_source_remove);
      keep_draft (self, NULL);
      gtk_window_destroy (GTK_WINDOW (self));
    }
}

static gboolean
on_close_request (IvrIntakeWindow *self)
{
  GtkWidget *dialog;

  /* The answer closes it for good, or brings it back. */
  if (self->saving)
    {
      gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
      return TRUE;
    }
  if (!self->changed)
    return FALSE;
  dialog = adw_message_dialog_new (GTK_WINDOW (self), _("Save what you typed?"),
                                   _("The form has changes that are not saved yet."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "discard", _("_Discard"),
                                    "save", _("_Save"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "discard", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "save", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "save");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_close_answer), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
  return TRUE;
}

static void
on_patient_chosen (IvrIntakeWindow *self,
                   JsonObject      *found)
{
  ivr_intake_sources_choose_patient (self->sources, found);
  ivr_intake_form_read (self->form);
}

static void
on_undo_filling (IvrIntakeWindow *self)
{
  if (self->saving)
    return;
  if (self->filled != NULL)
    ivr_offers_take_back (ivr_intake_sources_get_offers (self->sources), self->filled);
  g_clear_pointer (&self->filled, g_ptr_array_unref);
}

static void
on_filled (IvrIntakeWindow *self,
           GPtrArray       *paths)
{
  g_autofree char *sentence = g_strdup_printf (ngettext ("%u answer is filled in.", "%u answers are filled in.", paths->len), paths->len);
  AdwToast *done = adw_toast_new (sentence);

  g_clear_pointer (&self->filled, g_ptr_array_unref);
  self->filled = g_ptr_array_ref (paths);
  adw_toast_set_button_label (done, _("_Undo"));
  g_signal_connect_object (done, "button-clicked", G_CALLBACK (on_undo_filling), self, G_CONNECT_SWAPPED);
  adw_toast_overlay_add_toast (self->toasts, done);
}

static void
on_jump (IvrIntakeWindow *self,
         const char      *path)
{
  ivr_intake_form_jump (self->form, path);
}

static gboolean
on_key (GtkWidget *widget,
        GVariant  *what,
        gpointer   data)
{
  IvrIntakeWindow *self = IVR_INTAKE_WINDOW (widget);

  if (self->saving)
    return FALSE;
  if (g_str_equal (g_variant_get_string (what, NULL), "ask"))
    on_ask (self);
  else if (g_str_equal (g_variant_get_string (what, NULL), "all"))
    ivr_intake_suggestions_take (IVR_INTAKE_SUGGESTIONS (self->suggestions));
  else
    ivr_intake_form_decide (self->form, g_str_equal (g_variant_get_string (what, NULL), "accept"));
  return TRUE;
}

/* What is offered is taken or not with one key, which also goes on to the next. */
static void
add_keys (IvrIntakeWindow *self)
{
  static const struct { const char *key; const char *what; } keys[] = {
    { "F8", "accept" }, { "<Shift>F8", "refuse" }, { "<Control>F8", "all" }, { "<Control>b", "ask" },
  };
  GtkEventController *controller = gtk_shortcut_controller_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      GtkShortcut *shortcut = gtk_shortcut_new (gtk_shortcut_trigger_parse_string (keys[i].key), gtk_callback_action_new (on_key, NULL, NULL));

      gtk_shortcut_set_arguments (shortcut, g_variant_new_string (keys[i].what));
      gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller), shortcut);
    }
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
}

static GtkWidget *
build_side (IvrIntakeWindow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  self->finder = ivr_patient_finder_new (ivr_session_get_database (self->session));
  g_signal_connect_object (self->finder, "chosen", G_CALLBACK (on_patient_chosen), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->finder, "failed", G_CALLBACK (toast), self, G_CONNECT_SWAPPED);
  self->suggestions = ivr_intake_suggestions_new (ivr_intake_sources_get_offers (self->sources));
  g_signal_connect_object (self->suggestions, "filled", G_CALLBACK (on_filled), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->suggestions, "jump", G_CALLBACK (on_jump), self, G_CONNECT_SWAPPED);
  self->findings = ivr_intake_findings_new ();
  g_signal_connect_object (self->findings, "jump", G_CALLBACK (on_jump), self, G_CONNECT_SWAPPED);
  gtk_widget_set_vexpand (self->findings, TRUE);
  gtk_widget_set_size_request (box, 280, -1);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_widget_set_margin_top (box, 12);
  gtk_box_append (GTK_BOX (box), self->finder);
  gtk_box_append (GTK_BOX (box), self->suggestions);
  gtk_box_append (GTK_BOX (box), self->findings);
  return box;
}

static GtkWidget *
build_ask (IvrIntakeWindow *self)
{
  self->ask = gtk_button_new_with_mnemonic (_("Check _eligibility"));
  gtk_widget_set_tooltip_text (self->ask, _("Save the form and ask the payer now (Ctrl+B)"));
  gtk_widget_set_valign (self->ask, GTK_ALIGN_CENTER);
  ivr_format_name (self->ask, _("Check eligibility"));
  g_signal_connect_object (self->ask, "clicked", G_CALLBACK (on_ask), self, G_CONNECT_SWAPPED);
  return self->ask;
}

static GtkWidget *
build_bar (IvrIntakeWindow *self)
{
  GtkWidget *bar = adw_header_bar_new ();

  self->save = gtk_button_new_with_mnemonic (self->can_submit ? _("_Save draft") : _("_Save form"));
  self->submit = gtk_button_new_with_mnemonic (_("S_ubmit"));
  gtk_widget_add_css_class (self->can_submit ? self->submit : self->save, "suggested-action");
  gtk_widget_set_visible (self->submit, self->can_submit);
  ivr_format_name (self->save, self->can_submit ? _("Save draft") : _("Save form"));
  ivr_format_name (self->submit, _("Submit"));
  g_signal_connect_object (self->save, "clicked", G_CALLBACK (on_save), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->submit, "clicked", G_CALLBACK (on_submit), self, G_CONNECT_SWAPPED);
  adw_header_bar_pack_end (ADW_HEADER_BAR (bar), self->submit);
  adw_header_bar_pack_end (ADW_HEADER_BAR (bar), self->save);
  return bar;
}

static void
build (IvrIntakeWindow *self)
{
  GtkWidget *outer = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *inner = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  self->banner = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->banner), TRUE);
  gtk_widget_add_css_class (self->banner, "stop-bar");
  gtk_widget_set_visible (self->banner, FALSE);
  self->form = IVR_INTAKE_FORM (ivr_intake_form_new (self->intake, ivr_intake_sources_get_offers (self->sources),
                                                     ivr_session_get_database (self->session)));
  ivr_intake_form_set_header (self->form, IVR_SECTION_INSURANCE, build_ask (self));
  gtk_widget_set_hexpand (GTK_WIDGET (self->form), TRUE);
  gtk_widget_set_vexpand (inner, TRUE);
  gtk_box_append (GTK_BOX (inner), GTK_WIDGET (self->form));
  gtk_box_append (GTK_BOX (inner), gtk_separator_new (GTK_ORIENTATION_VERTICAL));
  gtk_box_append (GTK_BOX (inner), build_side (self));
  gtk_box_append (GTK_BOX (outer), build_bar (self));
  gtk_box_append (GTK_BOX (outer), self->banner);
  gtk_box_append (GTK_BOX (outer), inner);
  self->toasts = ADW_TOAST_OVERLAY (adw_toast_overlay_new ());
  adw_toast_overlay_set_child (self->toasts, outer);
  adw_window_set_content (ADW_WINDOW (self), GTK_WIDGET (self->toasts));
}

static void
read_draft (IvrIntakeWindow *self,
            const char      *key)
{
  const char *draft = ivr_session_get_draft (self->session, "form", key);

  if (draft != NULL)
    self->intake = ivr_intake_new_from_json (draft, NULL);
  self->changed = self->intake != NULL;
}

static void
open_request (IvrIntakeWindow *self,
              JsonObject      *request)
{
  g_autofree char *json = json_to_string (json_object_get_member (request, "intake"), FALSE);
  g_autoptr(IvrIntake) stored = ivr_intake_new_from_json (json, NULL);
  gint64 base;

  self->id = g_strdup (ivr_format_member (request, "id"));
  self->version = json_object_get_int_member (request, "version");
  self->can_submit = g_str_equal (ivr_format_member (request, "status"), "draft");
  read_draft (self, self->id);
  base = ivr_drafts_get_base (ivr_session_get_drafts (self->session), "form", self->id);
  if (self->changed && base > 0)
    self->version = base;
  if (self->intake == NULL)
    self->intake = ivr_intake_new_from_json (json, NULL);
  if (self->intake == NULL)
    self->intake = ivr_intake_new ();
  self->sources = ivr_intake_sources_new (self->session, self->intake);
  ivr_intake_sources_saved (self->sources, stored != NULL ? stored : self->intake);
  ivr_intake_sources_restore (self->sources, self->id);
  ivr_intake_sources_read (self->sources, self->id);
}

/* A form keeps its id from the first letter on: however often it is sent, one request comes of it. */
static void
open_new (IvrIntakeWindow *self)
{
  gboolean fill = FALSE;

  self->can_submit = TRUE;
  self->is_new = TRUE;
  read_draft (self, IVR_DRAFTS_NEW);
  if (self->intake != NULL)
    self->id = ivr_intake_dup (self->intake, "id");
  else
    {
      self->intake = ivr_intake_new ();
      fill = TRUE;
    }
  self->sources = ivr_intake_sources_new (self->session, self->intake);
  if (fill)
    ivr_intake_sources_fill_own (self->sources);
  else
    ivr_intake_sources_restore (self->sources, IVR_DRAFTS_NEW);
  if (self->id == NULL || !g_uuid_string_is_valid (self->id))
    {
      g_free (self->id);
      self->id = g_uuid_string_random ();
      ivr_intake_set (self->intake, "id", self->id);
    }
}

/* GTK destroys the form with its desk and leaves it pointing there; a save that is under way lives longer. */
static void
on_parent_destroyed (IvrIntakeWindow *self)
{
  gtk_window_set_transient_for (GTK_WINDOW (self), NULL);
}

/**
 * ivr_intake_window_new:
 * @parent: the desk
 * @session: its session
 * @request: (nullable): the request whose form is corrected; %NULL for a new one
 *
 * Returns: (transfer none): the form in a window of its own
 */
GtkWindow *
ivr_intake_window_new (GtkWindow  *parent,
                       IvrSession *session,
                       JsonObject *request)
{
  IvrIntakeWindow *self = g_object_new (IVR_TYPE_INTAKE_WINDOW, "transient-for", parent,
                                        "destroy-with-parent", TRUE, "default-width", 1000,
                                        "default-height", 680, NULL);

  self->session = g_object_ref (session);
  if (request != NULL)
    open_request (self, request);
  else
    open_new (self);
  gtk_window_set_title (GTK_WINDOW (self), request != NULL ? _("Edit request") : _("New request"));
  build (self);
  add_keys (self);
  check (self);
  ivr_intake_sources_look (self->sources);
  g_signal_connect_object (self->intake, "changed", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "eligibility-changed", G_CALLBACK (on_answered), self, G_CONNECT_SWAPPED);
  g_signal_connect (self, "close-request", G_CALLBACK (on_close_request), NULL);
  if (parent != NULL)
    g_signal_connect_object (parent, "destroy", G_CALLBACK (on_parent_destroyed), self, G_CONNECT_SWAPPED);
  return GTK_WINDOW (self);
}

/**
 * ivr_intake_window_find:
 * @parent: the desk
 * @request: identity of a request
 *
 * Returns: (transfer none) (nullable): the form of that request, when it is open at that desk
 */
GtkWindow *
ivr_intake_window_find (GtkWindow  *parent,
                        const char *request)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr(GtkWindow) window = g_list_model_get_item (windows, i);

      if (IVR_IS_INTAKE_WINDOW (window) && gtk_window_get_transient_for (window) == parent &&
          g_strcmp0 (IVR_INTAKE_WINDOW (window)->id, request) == 0)
        return window;
    }
  return NULL;
}

/**
 * ivr_intake_window_is_new:
 * @self: a form
 *
 * Returns: whether its request is not saved yet
 */
gboolean
ivr_intake_window_is_new (IvrIntakeWindow *self)
{
  return self->is_new;
}
