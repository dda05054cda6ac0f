/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-eligibility-panel.h"

#include "ivr-benefit-facts.h"
#include "ivr-benefit-text.h"
#include "ivr-eligibility-card.h"
#include "ivr-eligibility-evidence.h"
#include "ivr-eligibility-words.h"
#include "ivr-format.h"
#include "ivr-payer-question.h"

#include <glib/gi18n.h>

/* A question of somebody else ends also when nobody tells: see rules.eligibility_minutes() of the server. */
#define LOOK_AGAIN_S 60
#define EARLIER_MOST 10

struct _IvrEligibilityPanel
{
  GtkBox parent_instance;

  GtkLabel *title;
  GtkWidget *check;
  GtkLabel *why_not;
  GtkWidget *progress;
  GtkWidget *spinner;
  GtkLabel *asking;
  GtkLabel *elapsed;
  GtkWidget *cancel;
  GtkWidget *problem;
  GtkLabel *problem_text;
  GtkLabel *problem_asked;
  GtkWidget *problem_demo;
  GtkWidget *problem_evidence;
  GtkBox *result;

  IvrSession *session;
  IvrEligibility *eligibility;
  int rank;
  gboolean can_ask;
  char *payer;
  GCancellable *asked;       /* this panel's own question, while it is under way */
  char *error;               /* why the last one could not be asked */
  char *error_at;            /* what was known of the newest question when that was so; NULL until it is read */
  gboolean came;             /* the answer that somebody here waited for */
  char *shown;               /* which questions the result was made of */
  gint64 since_us;           /* monotonic */
  guint clock;
};

G_DEFINE_FINAL_TYPE (IvrEligibilityPanel, ivr_eligibility_panel, GTK_TYPE_BOX)

static void show (IvrEligibilityPanel *self);

static gboolean
has_state (JsonObject *check,
           const char *state)
{
  return check != NULL && g_str_equal (ivr_format_member (check, "state"), state);
}

static GtkWidget *
text_new (const char *css)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (css != NULL)
    gtk_widget_add_css_class (label, css);
  return label;
}

static void
show_elapsed (IvrEligibilityPanel *self)
{
  gint64 seconds = MAX (0, (g_get_monotonic_time () - self->since_us) / G_USEC_PER_SEC);
  g_autofree char *text = g_strdup_printf ("%d:%02d", (int) (seconds / 60), (int) (seconds % 60));

  gtk_label_set_text (self->elapsed, text);
}

static gboolean
on_clock (gpointer data)
{
  IvrEligibilityPanel *self = data;

  show_elapsed (self);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)) &&
      (g_get_monotonic_time () - self->since_us) / G_USEC_PER_SEC % LOOK_AGAIN_S == LOOK_AGAIN_S - 1)
    ivr_eligibility_refresh (self->eligibility);
  return G_SOURCE_CONTINUE;
}

static JsonObject *
waiting_of (GPtrArray *checks)
{
  for (guint i = 0; i < checks->len; i++)
    if (has_state (checks->pdata[i], "waiting"))
      return checks->pdata[i];
  return NULL;
}

static void
show_progress (IvrEligibilityPanel *self,
               JsonObject          *waiting)
{
  gboolean is_on = waiting != NULL || self->asked != NULL;
  gboolean is_mine = self->asked != NULL || (waiting != NULL && json_object_get_boolean_member_with_default (waiting, "mine", FALSE));
  gboolean was_on = self->clock != 0;
  g_autofree char *text = NULL;

  if (is_on && is_mine)
    text = g_strdup_printf (_("Asking %s…"), self->payer);
  else if (is_on)
    {
      g_autofree char *who = ivr_benefit_text_clean (_(ivr_format_member (waiting, "asked_by")), 80);

      text = g_strdup_printf (_("%s is asking %s…"), who, self->payer);
    }
  if (is_on)
    {
      gtk_label_set_text (self->asking, text);
      self->came = FALSE;
    }
  gtk_widget_set_visible (self->progress, is_on || self->came);
  gtk_widget_set_visible (self->spinner, is_on);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), is_on);
  gtk_widget_set_visible (GTK_WIDGET (self->elapsed), is_on);
  gtk_widget_set_sensitive (self->check, !is_on && self->can_ask);
  /* Who waited at the button that goes finds the one that stays. */
  if (!is_mine && gtk_widget_has_focus (self->cancel) && gtk_widget_is_sensitive (self->check))
    gtk_widget_grab_focus (self->check);
  gtk_widget_set_visible (self->cancel, is_mine);
  if (is_on && !was_on)
    {
      gint64 asked_at = waiting != NULL ? ivr_format_parse_time (ivr_format_member (waiting, "asked_at")) : G_MININT64;
      gint64 ago = asked_at != G_MININT64 && asked_at != G_MAXINT64 ? g_get_real_time () - asked_at : 0;

      self->since_us = g_get_monotonic_time () - CLAMP (ago, 0, 600 * G_USEC_PER_SEC);
      show_elapsed (self);
      self->clock = g_timeout_add_seconds (1, on_clock, self);
    }
  else if (!is_on)
    g_clear_handle_id (&self->clock, g_source_remove);
}

static void
on_evidence (GtkButton           *button,
             IvrEligibilityPanel *self)
{
  JsonObject *check = g_object_get_data (G_OBJECT (button), "check");

  if (check != NULL && self->session != NULL)
    ivr_eligibility_evidence_present (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), self->session,
                                      ivr_eligibility_get_request (self->eligibility), check);
}

static GtkWidget *
evidence_button_new (IvrEligibilityPanel *self)
{
  GtkWidget *button = gtk_button_new_with_label (_("Show what the payer sent"));

  gtk_widget_set_halign (button, GTK_ALIGN_START);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_evidence), self, 0);
  return button;
}

static void
give_check (GtkWidget  *button,
            JsonObject *check)
{
  gboolean has_any = check != NULL && json_object_get_boolean_member_with_default (check, "has_evidence", FALSE);

  g_object_set_data_full (G_OBJECT (button), "check", has_any ? json_object_ref (check) : NULL, (GDestroyNotify) json_object_unref);
  gtk_widget_set_visible (button, has_any);
}

/* What became of the newest question, when that is not simply its answer. */
static void
show_problem (IvrEligibilityPanel *self,
              JsonObject          *newest)
{
  gboolean is_open = newest != NULL && ivr_benefit_facts_reading (newest) != NULL;
  gboolean is_shown = self->error != NULL || (newest != NULL && !has_state (newest, "waiting") && !has_state (newest, "answered"));
  g_autoptr(GString) text = g_string_new (NULL);
  g_autofree char *asked = newest != NULL && self->error == NULL ? ivr_eligibility_dup_asked (newest) : NULL;
  IvrEligibilityWords words;

  gtk_widget_set_visible (self->problem, is_shown);
  if (!is_shown)
    {
      gtk_label_set_text (self->problem_text, "");
      return;
    }
  if (self->error != NULL)
    g_string_append (text, self->error);
  else
    {
      ivr_eligibility_get_state (newest, &words);
      g_string_append_printf (text, "%s. ", words.title);
      if (has_state (newest, "failed") || has_state (newest, "refused") || (has_state (newest, "held") && is_open))
        {
          g_autofree char *problem = ivr_eligibility_dup_problem (newest);

          g_string_append (text, problem);
        }
      else
        g_string_append (text, words.sentence);
    }
  /* Set again it would be read out again. */
  if (!g_str_equal (gtk_label_get_text (self->problem_text), text->str))
    gtk_label_set_text (self->problem_text, text->str);
  gtk_label_set_text (self->problem_asked, asked != NULL ? asked : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem_asked), asked != NULL);
  gtk_widget_set_visible (self->problem_demo, self->error == NULL && json_object_get_boolean_member_with_default (newest, "is_mock", FALSE));
  give_check (self->problem_evidence, self->error == NULL ? newest : NULL);
}

static void
clear_box (GtkBox *box)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (box))) != NULL)
    gtk_box_remove (box, child);
}

static GtkWidget *
earlier_row (JsonObject *check)
{
  g_autofree char *asked = ivr_eligibility_dup_asked (check);
  g_autofree char *text = NULL;
  IvrEligibilityWords words;
  GtkWidget *label = text_new (NULL);

  if (has_state (check, "answered"))
    ivr_eligibility_get_verdict (ivr_format_member (check, "verdict"), &words);
  else
    ivr_eligibility_get_state (check, &words);
  text = g_strdup_printf ("%s · %s", words.title, asked);
  gtk_label_set_text (GTK_LABEL (label), text);
  return label;
}

static void
append_earlier (IvrEligibilityPanel *self,
                GPtrArray           *checks)
{
  g_autofree char *title = NULL;
  GtkWidget *box, *expander;

  if (checks->len < 2)
    return;
  title = g_strdup_printf (_("All questions (%u)"), checks->len);
  expander = gtk_expander_new (title);
  box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_set_margin_top (box, 6);
  for (guint i = 0; i < checks->len && i < EARLIER_MOST; i++)
    gtk_box_append (GTK_BOX (box), earlier_row (checks->pdata[i]));
  gtk_expander_set_child (GTK_EXPANDER (expander), box);
  gtk_box_append (self->result, expander);
}

static void
append_answer (IvrEligibilityPanel *self,
               JsonObject          *answer,
               JsonObject          *before,
               gboolean             is_old)
{
  GtkWidget *evidence = evidence_button_new (self);

  if (is_old)
    {
      g_autofree char *age = ivr_eligibility_dup_age (ivr_format_parse_time (ivr_format_member (answer, "asked_at")), g_get_real_time ());
      g_autofree char *text = g_strdup_printf (_("The last answer, %s:"), age);
      GtkWidget *label = text_new ("heading");

      gtk_label_set_text (GTK_LABEL (label), text);
      gtk_box_append (self->result, label);
    }
  gtk_box_append (self->result, ivr_eligibility_card_new (answer, before));
  give_check (evidence, answer);
  gtk_box_append (self->result, evidence);
}

/* Which questions, and how far each is: then the result is the same. */
static char *
dup_shown (GPtrArray *checks)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < checks->len; i++)
    g_string_append_printf (text, "%s %s %" G_GINT64_FORMAT "\n", ivr_format_member (checks->pdata[i], "id"),
                            ivr_format_member (checks->pdata[i], "state"),
                            json_object_get_int_member_with_default (checks->pdata[i], "version", 0));
  return g_string_free (text, FALSE);
}

static void
show_result (IvrEligibilityPanel *self,
             GPtrArray           *checks)
{
  g_autofree char *shown = dup_shown (checks);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  gboolean had_focus = focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->result));
  JsonObject *newest = checks->len > 0 ? checks->pdata[0] : NULL;
  JsonObject *answers[2] = { NULL };
  guint n = 0;
  gboolean was_empty = self->shown == NULL;

  if (g_strcmp0 (shown, self->shown) == 0)
    return;
  g_free (self->shown);
  self->shown = g_steal_pointer (&shown);
  for (guint i = 0; i < checks->len && n < G_N_ELEMENTS (answers); i++)
    if (has_state (checks->pdata[i], "answered") && ivr_benefit_facts_reading (checks->pdata[i]) != NULL)
      answers[n++] = checks->pdata[i];
  clear_box (self->result);
  /* A refusal's own lines, and what a reviewer has to compare, stand above the last answer. */
  if (newest != NULL && (has_state (newest, "refused") || has_state (newest, "held")) && ivr_benefit_facts_reading (newest) != NULL)
    append_answer (self, newest, NULL, FALSE);
  if (answers[0] != NULL)
    append_answer (self, answers[0], answers[1], answers[0] != newest && !has_state (newest, "waiting"));
  if (checks->len == 0)
    {
      GtkWidget *label = text_new ("dim-label");

      gtk_label_set_text (GTK_LABEL (label), _("Nobody has asked this payer yet. Asking takes some seconds, and the answer stays with the request."));
      gtk_box_append (self->result, label);
    }
  append_earlier (self, checks);
  if (had_focus)
    gtk_widget_grab_focus (gtk_widget_is_sensitive (self->check) ? self->check : self->cancel);
  if (!was_empty && newest != NULL && has_state (newest, "answered"))
    {
      IvrEligibilityWords words;
      g_autofree char *text = NULL;

      ivr_eligibility_get_verdict (ivr_format_member (newest, "verdict"), &words);
      text = g_strdup_printf (_("The answer has come: %s"), words.title);
      gtk_label_set_text (self->asking, text);
      self->came = TRUE;
      gtk_widget_set_visible (self->progress, TRUE);
    }
}

/* What went wrong with asking is true until something else is known of the newest question: also of one of somebody
 * else. The own one, which was taken back, has to be read first. */
static void
drop_error (IvrEligibilityPanel *self,
            JsonObject          *newest)
{
  g_autofree char *now = NULL;

  if (self->error == NULL || !ivr_eligibility_is_settled (self->eligibility) ||
      (has_state (newest, "waiting") && json_object_get_boolean_member_with_default (newest, "mine", FALSE)))
    return;
  now = newest != NULL ? g_strdup_printf ("%s %s", ivr_format_member (newest, "id"), ivr_format_member (newest, "state")) : g_strdup ("");
  if (self->error_at == NULL)
    self->error_at = g_steal_pointer (&now);
  else if (!g_str_equal (now, self->error_at))
    {
      g_clear_pointer (&self->error, g_free);
      g_clear_pointer (&self->error_at, g_free);
    }
}

static void
show (IvrEligibilityPanel *self)
{
  g_autoptr(GPtrArray) checks = ivr_eligibility_list_checks (self->eligibility, self->rank);

  if (self->session == NULL)
    return;
  drop_error (self, checks->len > 0 ? checks->pdata[0] : NULL);
  show_progress (self, waiting_of (checks));
  show_problem (self, checks->len > 0 ? checks->pdata[0] : NULL);
  show_result (self, checks);
}

static void
fail (IvrEligibilityPanel *self,
      const char          *sentence)
{
  g_clear_pointer (&self->error, g_free);
  g_clear_pointer (&self->error_at, g_free);
  self->error = g_strdup (sentence);
}

static void
asked_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(IvrEligibilityPanel) self = data;
  g_autoptr(GError) error = NULL;

  ivr_session_ask_payer_finish (IVR_SESSION (source), result, &error);
  g_clear_object (&self->asked);
  g_clear_pointer (&self->error, g_free);
  if (self->session == NULL)
    return;
  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    fail (self, error->message);
  /* What it came to is read before the line goes, so that nothing blinks. */
  ivr_eligibility_refresh (self->eligibility);
  show (self);
}

/**
 * ivr_eligibility_panel_ask:
 * @self: a panel
 *
 * Has the payer asked, as the button does.
 *
 * Returns: whether it can be asked now
 */
gboolean
ivr_eligibility_panel_ask (IvrEligibilityPanel *self)
{
  if (!self->can_ask || self->asked != NULL || !gtk_widget_get_sensitive (self->check))
    return FALSE;
  g_clear_pointer (&self->error, g_free);
  g_clear_pointer (&self->error_at, g_free);
  self->asked = g_cancellable_new ();
  ivr_session_ask_payer_async (self->session, ivr_eligibility_get_request (self->eligibility), self->rank, self->asked, asked_cb,
                               g_object_ref (self));
  show (self);
  if (gtk_widget_get_mapped (self->cancel))
    gtk_widget_grab_focus (self->cancel);
  return TRUE;
}

/**
 * ivr_eligibility_panel_is_asking:
 * @self: a panel
 *
 * Returns: whether the payer is being asked, by whomever
 */
gboolean
ivr_eligibility_panel_is_asking (IvrEligibilityPanel *self)
{
  g_autoptr(GPtrArray) checks = ivr_eligibility_list_checks (self->eligibility, self->rank);

  return self->asked != NULL || waiting_of (checks) != NULL;
}

static void
taken_back_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  g_autoptr(IvrEligibilityPanel) self = data;
  g_autoptr(GError) error = NULL;

  ivr_eligibility_cancel_finish (IVR_DATABASE (source), result, &error);
  if (self->session == NULL)
    return;
  ivr_session_saw_eligibility (self->session, ivr_eligibility_get_request (self->eligibility));
  ivr_eligibility_refresh (self->eligibility);
}

static void
on_cancel (IvrEligibilityPanel *self)
{
  g_autoptr(GPtrArray) checks = ivr_eligibility_list_checks (self->eligibility, self->rank);
  JsonObject *waiting = waiting_of (checks);

  if (self->asked != NULL)
    g_cancellable_cancel (self->asked);
  /* Asked in another window of this person. */
  else if (waiting != NULL)
    ivr_eligibility_cancel_async (ivr_session_get_database (self->session), ivr_format_member (waiting, "id"), taken_back_cb,
                                  g_object_ref (self));
}

static void
on_check (IvrEligibilityPanel *self)
{
  ivr_eligibility_panel_ask (self);
}

static void
ivr_eligibility_panel_dispose (GObject *object)
{
  IvrEligibilityPanel *self = IVR_ELIGIBILITY_PANEL (object);

  g_clear_handle_id (&self->clock, g_source_remove);
  /* A question goes on when its page is left: its answer is shown to whoever comes back. */
  g_clear_object (&self->asked);
  g_clear_object (&self->session);
  if (self->eligibility != NULL)
    g_signal_handlers_disconnect_by_data (self->eligibility, self);
  G_OBJECT_CLASS (ivr_eligibility_panel_parent_class)->dispose (object);
}

static void
ivr_eligibility_panel_finalize (GObject *object)
{
  IvrEligibilityPanel *self = IVR_ELIGIBILITY_PANEL (object);

  g_clear_object (&self->eligibility);
  g_free (self->payer);
  g_free (self->error);
  g_free (self->error_at);
  g_free (self->shown);
  G_OBJECT_CLASS (ivr_eligibility_panel_parent_class)->finalize (object);
}

static void
ivr_eligibility_panel_class_init (IvrEligibilityPanelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ivr_eligibility_panel_dispose;
  object_class->finalize = ivr_eligibility_panel_finalize;
}

static void
add_head (IvrEligibilityPanel *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *title = text_new ("title-4");

  self->title = GTK_LABEL (title);
  gtk_widget_set_hexpand (title, TRUE);
  self->check = gtk_button_new_with_mnemonic (_("Check _eligibility"));
  gtk_widget_set_valign (self->check, GTK_ALIGN_START);
  gtk_widget_set_tooltip_text (self->check, _("Ask the payer now (Ctrl+B)"));
  g_signal_connect_object (self->check, "clicked", G_CALLBACK (on_check), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (head), title);
  gtk_box_append (GTK_BOX (head), self->check);
  gtk_box_append (GTK_BOX (self), head);
  self->why_not = GTK_LABEL (text_new ("dim-label"));
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->why_not));
}

static void
add_progress (IvrEligibilityPanel *self)
{
  self->progress = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  self->spinner = gtk_spinner_new ();
  /* A status is read out when it changes; the seconds beside it are not. */
  self->asking = g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_STATUS, "xalign", 0.0, "wrap", TRUE, NULL);
  self->elapsed = GTK_LABEL (gtk_label_new (NULL));
  gtk_widget_add_css_class (GTK_WIDGET (self->elapsed), "numeric");
  gtk_widget_set_hexpand (GTK_WIDGET (self->elapsed), TRUE);
  gtk_label_set_xalign (self->elapsed, 0);
  self->cancel = gtk_button_new_with_label (_("Cancel"));
  g_signal_connect_object (self->cancel, "clicked", G_CALLBACK (on_cancel), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (self->progress), self->spinner);
  gtk_box_append (GTK_BOX (self->progress), GTK_WIDGET (self->asking));
  gtk_box_append (GTK_BOX (self->progress), GTK_WIDGET (self->elapsed));
  gtk_box_append (GTK_BOX (self->progress), self->cancel);
  gtk_widget_set_visible (self->progress, FALSE);
  gtk_box_append (GTK_BOX (self), self->progress);
}

static void
add_problem (IvrEligibilityPanel *self)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *icon = gtk_image_new_from_icon_name ("dialog-warning-symbolic");

  self->problem = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_add_css_class (self->problem, "needed");
  self->problem_text = g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_ALERT, "xalign", 0.0, "wrap", TRUE,
                                     "wrap-mode", PANGO_WRAP_WORD_CHAR, "hexpand", TRUE, NULL);
  self->problem_asked = GTK_LABEL (text_new ("dim-label"));
  self->problem_demo = ivr_eligibility_card_new_demo ();
  self->problem_evidence = evidence_button_new (self);
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_accessible_update_state (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  gtk_box_append (GTK_BOX (line), icon);
  gtk_box_append (GTK_BOX (line), GTK_WIDGET (self->problem_text));
  gtk_box_append (GTK_BOX (self->problem), line);
  gtk_box_append (GTK_BOX (self->problem), GTK_WIDGET (self->problem_asked));
  gtk_box_append (GTK_BOX (self->problem), self->problem_demo);
  gtk_box_append (GTK_BOX (self->problem), self->problem_evidence);
  gtk_widget_set_visible (self->problem, FALSE);
  gtk_box_append (GTK_BOX (self), self->problem);
}

static void
ivr_eligibility_panel_init (IvrEligibilityPanel *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 12);
  add_head (self);
  add_progress (self);
  add_problem (self);
  self->result = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 12));
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->result));
}

/**
 * ivr_eligibility_panel_new:
 * @session: a session
 * @eligibility: the questions of a request
 * @rank: which of its insurances, 1 to 3
 *
 * Returns: (transfer floating): its panel; see ivr_eligibility_panel_show()
 */
GtkWidget *
ivr_eligibility_panel_new (IvrSession     *session,
                           IvrEligibility *eligibility,
                           int             rank)
{
  IvrEligibilityPanel *self = g_object_new (IVR_TYPE_ELIGIBILITY_PANEL, NULL);

  self->session = g_object_ref (session);
  self->eligibility = g_object_ref (eligibility);
  self->rank = rank;
  self->payer = g_strdup ("");
  /* Also what was read and is as before tells whether an error still holds. */
  g_signal_connect_object (eligibility, "notify::loading", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

int
ivr_eligibility_panel_get_rank (IvrEligibilityPanel *self)
{
  return self->rank;
}

static char *
dup_title (IvrEligibilityPanel *self)
{
  if (self->rank == 1)
    return g_strdup_printf (_("Primary insurance: %s"), self->payer);
  if (self->rank == 2)
    return g_strdup_printf (_("Secondary insurance: %s"), self->payer);
  return g_strdup_printf (_("Tertiary insurance: %s"), self->payer);
}

/**
 * ivr_eligibility_panel_show:
 * @self: a panel
 * @insurance: (nullable): the insurance as it is now; %NULL when the request has none of that rank any more
 *
 * Shows what is known now. What is the same stays as it is, with the focus in it.
 */
void
ivr_eligibility_panel_show (IvrEligibilityPanel *self,
                            JsonObject          *insurance)
{
  g_autofree char *title = NULL;
  g_autofree char *name = NULL;
  gboolean may_ask = ivr_database_has_right (ivr_session_get_database (self->session), "eligibility.ask");

  g_free (self->payer);
  self->payer = ivr_benefit_text_clean (ivr_format_member (insurance, "payer"), 100);
  self->can_ask = insurance != NULL && json_object_get_boolean_member_with_default (insurance, "can_ask", FALSE);
  title = dup_title (self);
  gtk_label_set_text (self->title, title);
  name = g_strdup_printf (_("Check eligibility: %s"), self->payer);
  ivr_format_name (self->check, name);
  gtk_widget_set_visible (self->check, self->can_ask);
  gtk_widget_set_visible (GTK_WIDGET (self->why_not), !self->can_ask);
  if (insurance == NULL)
    gtk_label_set_text (self->why_not, _("The request has no such insurance any more; what was answered before is below."));
  else if (!may_ask)
    gtk_label_set_text (self->why_not, _("Your role does not ask payers. Whoever works on the request does; the answers are shown here."));
  else
    gtk_label_set_text (self->why_not, _("This payer cannot be asked electronically for this request: nobody has set up how, or the request is over. Call the payer or ask on its web page."));
  show (self);
}
