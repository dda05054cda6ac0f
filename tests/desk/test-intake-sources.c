/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-test-window.h"

#include <string.h>

/* A form is filled in from what is known, each value says whence, and the server keeps what became of each. */
#define CHECK "0e110000-0000-4000-8000-000000000001"

static IvrTestServer *server;
static PGconn *admin;

static void
choose_patient (GtkWindow  *form,
                const char *prefix,
                const char *name)
{
  GtkWidget *row = NULL;

  ivr_test_type (form, "Find a patient", prefix);
  ivr_test_wait ((row = ivr_test_find (form, ADW_TYPE_ACTION_ROW, name)) != NULL);
  g_signal_emit_by_name (gtk_widget_get_parent (row), "row-activated", row);
}

static GtkWindow *
open_new (IvrTestPerson *person)
{
  ivr_test_click (person->window, "New request");
  return ivr_test_find_child (person->window, "New request");
}

static void
assert_typed (GtkWindow  *form,
              const char *name,
              const char *expected)
{
  g_autofree char *typed = ivr_test_typed (form, name);

  g_assert_cmpstr (typed, ==, expected);
}

static gboolean
is_value (const char *sql,
          const char *expected)
{
  g_autofree char *value = ivr_test_value (admin, sql, NULL);

  return g_strcmp0 (value, expected) == 0;
}

static void
assert_value (const char *sql,
              const char *expected)
{
  g_autofree char *value = ivr_test_value (admin, sql, NULL);

  g_assert_cmpstr (value, ==, expected);
}

#define NEWEST "(select id from ivr.ivr_requests order by created_at desc limit 1)"

/* The main thing: at least 28 questions of a new form come from sources, each with its own. */
static void
test_filled_from_sources (void)
{
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  GtkWindow *form = open_new (casey);
  g_autofree char *n = NULL;

  /* The clinic's own records are there at once, and say so. */
  assert_typed (form, "Physician’s NPI", "1234567893");
  g_assert_true (ivr_test_shows (form, "Physician's record"));
  g_assert_true (ivr_test_shows (form, "Facility's record"));
  choose_patient (form, "fict", "Fictional");
  assert_typed (form, "Last name", "Fictional");
  g_assert_true (ivr_test_shows (form, "Last request"));
  ivr_test_wait (ivr_test_shows (form, "answers are known"));
  ivr_test_click (form, "Fill in all");
  ivr_test_wait (ivr_test_shows (form, "filled in."));
  ivr_test_wait (!ivr_test_shows (form, "answers are known"));
  ivr_test_click (form, "Save draft");
  ivr_test_wait (ivr_test_shows (casey->window, "The draft is saved"));
  ivr_test_wait (is_value ("select (count(*) > 0)::text from ivr.auto_population_records where request_id = " NEWEST, "true"));
  n = ivr_test_value (admin, "select count(distinct field) from ivr.auto_population_records where outcome = 'accepted' and request_id = " NEWEST, NULL);
  g_test_message ("%s questions were filled in from sources", n);
  g_assert_cmpint (g_ascii_strtoll (n, NULL, 10), >=, 28);
  assert_value ("select count(distinct source) from ivr.auto_population_records where request_id = " NEWEST, "5");
  /* What was kept is what the form has. */
  assert_value ("select count(*) from ivr.auto_population_records a join ivr.ivr_requests r on r.id = a.request_id where r.id = " NEWEST
                " and a.outcome = 'accepted' and a.kept is distinct from r.intake #>> string_to_array(a.field, '.')", "0");
}

/* Sources that differ wait for a person, who sees both; what was typed stays until then. */
static void
test_conflict (void)
{
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  GtkWindow *form = open_new (casey);

  choose_patient (form, "fict", "Fictional");
  /* The card says Original Medicare, the payer calls it otherwise. */
  ivr_test_wait (ivr_test_find (form, GTK_TYPE_MENU_BUTTON, "Kind of plan: 1 other answer") != NULL);
  ivr_test_click (form, "Fill in all");
  assert_typed (form, "Kind of plan", "Original Medicare");
  g_assert_true (ivr_test_shows (form, "Kind of plan: sources say different things"));
  {
    GtkMenuButton *menu = GTK_MENU_BUTTON (ivr_test_find (form, GTK_TYPE_MENU_BUTTON, "Kind of plan: 1 other answer"));
    GtkPopover *choices = gtk_menu_button_get_popover (menu);

    g_assert_true (ivr_test_shows (choices, "Keep, from: Insurance card") && ivr_test_shows (choices, "Payer's answer (demo, invented)"));
    ivr_test_click (choices, "MEDICARE PART B: Payer's answer");
  }
  assert_typed (form, "Kind of plan", "MEDICARE PART B");
  g_assert_false (ivr_test_shows (form, "Kind of plan: sources say different things"));
  /* Whoever types over it is the source, and nobody asks again. */
  ivr_test_type (form, "Kind of plan", "Part B");
  ivr_test_wait (ivr_test_find (form, GTK_TYPE_MENU_BUTTON, "Kind of plan: 1 other answer") == NULL);
  ivr_test_click (form, "Save draft");
  ivr_test_wait (ivr_test_shows (casey->window, "The draft is saved"));
  ivr_test_wait (is_value ("select coalesce(string_agg(concat_ws(' ', source, outcome, kept), ', ' order by source), '-')"
                           " from ivr.auto_population_records where field = 'insurances.0.plan_type' and request_id = " NEWEST,
                           "insurance_card refused Part B, payer_answer changed Part B, previous_request refused Part B"));
}

static void
test_undo (void)
{
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  GtkWindow *form = open_new (casey);
  GtkWidget *undo = NULL;

  choose_patient (form, "fict", "Fictional");
  ivr_test_wait (ivr_test_shows (form, "answers are known"));
  ivr_test_click (form, "Fill in all");
  ivr_test_wait (!ivr_test_shows (form, "answers are known"));
  ivr_test_wait ((undo = ivr_test_find (form, GTK_TYPE_BUTTON, "Undo")) != NULL);
  g_signal_emit_by_name (undo, "clicked");
  ivr_test_wait (ivr_test_shows (form, "answers are known"));
  gtk_window_destroy (form);
}

static void
press (GtkWindow  *form,
       const char *what)
{
  GListModel *controllers = gtk_widget_observe_controllers (GTK_WIDGET (form));

  /* The keys as the form has them; there is no seat to press them on. */
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr(GtkEventController) controller = g_list_model_get_item (controllers, i);

      for (guint k = 0; GTK_IS_SHORTCUT_CONTROLLER (controller) && k < g_list_model_get_n_items (G_LIST_MODEL (controller)); k++)
        {
          g_autoptr(GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), k);
          GVariant *arguments = gtk_shortcut_get_arguments (shortcut);

          if (arguments != NULL && g_variant_is_of_type (arguments, G_VARIANT_TYPE_STRING) && g_str_equal (g_variant_get_string (arguments, NULL), what))
            {
              gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, GTK_WIDGET (form), arguments);
              g_object_unref (controllers);
              return;
            }
        }
    }
  g_error ("There is no key for “%s”", what);
}

/* One key takes what is offered, another does not; both go on to the next. */
static void
test_keys (void)
{
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  GtkWindow *form = open_new (casey);
  g_autofree char *location = NULL;

  choose_patient (form, "fict", "Fictional");
  ivr_test_wait (ivr_test_find (form, GTK_TYPE_BUTTON, "Location: use") != NULL);
  gtk_widget_child_focus (ivr_test_find (form, ADW_TYPE_ENTRY_ROW, "Location"), GTK_DIR_TAB_FORWARD);
  press (form, "accept");
  location = ivr_test_typed (form, "Location");
  g_assert_cmpstr (location, !=, "");
  g_assert_null (ivr_test_find (form, GTK_TYPE_BUTTON, "Location: use"));
  ivr_test_wait (ivr_test_find (form, GTK_TYPE_BUTTON, "ICD-10 code 1: use") != NULL);
  gtk_widget_child_focus (ivr_test_find (form, ADW_TYPE_ENTRY_ROW, "ICD-10 code 1"), GTK_DIR_TAB_FORWARD);
  press (form, "refuse");
  assert_typed (form, "ICD-10 code 1", "");
  g_assert_null (ivr_test_find (form, GTK_TYPE_BUTTON, "ICD-10 code 1: use"));
  press (form, "all");
  ivr_test_wait (!ivr_test_shows (form, "answers are known"));
  gtk_window_destroy (form);
}

/* What was decided is there again after a restart, and with the form that was saved. */
static void
test_again (void)
{
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  GtkWindow *form = open_new (casey);

  choose_patient (form, "fict", "Fictional");
  ivr_test_wait (ivr_test_find (form, GTK_TYPE_BUTTON, "ICD-10 code 1: use") != NULL);
  gtk_widget_child_focus (ivr_test_find (form, ADW_TYPE_ENTRY_ROW, "ICD-10 code 1"), GTK_DIR_TAB_FORWARD);
  press (form, "refuse");
  ivr_test_wait (ivr_drafts_get (ivr_session_get_drafts (casey->session), "sources", IVR_DRAFTS_NEW) != NULL);
  gtk_window_destroy (form);
  form = open_new (casey);
  assert_typed (form, "Last name", "Fictional");
  g_assert_true (ivr_test_shows (form, "Last request"));
  ivr_test_click (form, "Save draft");
  ivr_test_wait (ivr_test_shows (casey->window, "The draft is saved"));
  g_assert_null (ivr_drafts_get (ivr_session_get_drafts (casey->session), "sources", IVR_DRAFTS_NEW));
  ivr_test_wait (ivr_test_shows (casey->window, "Edit form"));
  ivr_test_click (casey->window, "Edit form");
  form = ivr_test_find_child (casey->window, "Edit request");
  ivr_test_wait (ivr_test_shows (form, "Physician's record") && ivr_test_shows (form, "answers are known"));
  g_assert_null (ivr_test_find (form, GTK_TYPE_BUTTON, "ICD-10 code 1: use"));
  gtk_window_destroy (form);
}

/* Of a patient that was chosen by mistake nothing stays, and nothing is recorded. */
static void
test_other_patient (void)
{
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  GtkWindow *form = open_new (casey);
  g_autofree char *draft = NULL;

  choose_patient (form, "fict", "Fictional");
  ivr_test_wait (ivr_test_shows (form, "answers are known"));
  ivr_test_click (form, "Fill in all");
  choose_patient (form, "testp", "Testpatient");
  assert_typed (form, "Last name", "Testpatient");
  ivr_test_click (form, "Save draft");
  ivr_test_wait (ivr_test_shows (casey->window, "The draft is saved"));
  ivr_test_wait (is_value ("select (count(*) > 0)::text from ivr.auto_population_records where request_id = " NEWEST, "true"));
  assert_value ("select count(*) from ivr.auto_population_records where request_id = " NEWEST " and (offered ~ 'Fictional|1EG4TE5MK73' or source_id = '" CHECK "')", "0");
  assert_value ("select count(*) from ivr.ivr_requests where id = " NEWEST " and intake::text ~ 'Fictional|1EG4TE5MK73|Bert'", "0");
}

static char *
newest (void)
{
  return ivr_test_value (admin, "select id from ivr.ivr_requests order by created_at desc limit 1", NULL);
}

static GtkWindow *
reopen (IvrTestPerson *person)
{
  ivr_test_wait (ivr_test_shows (person->window, "Edit form"));
  ivr_test_click (person->window, "Edit form");
  return ivr_test_find_child (person->window, "Edit request");
}

/* A saved form that names another patient now is offered nothing of the one whom the server still knows it by: not when
 * a payer answers, and not when the form is opened again. */
static void
test_other_patient_in_saved (void)
{
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  GtkWindow *form = open_new (casey);
  g_autofree char *request = NULL;

  choose_patient (form, "fict", "Fictional");
  ivr_test_wait (ivr_test_shows (form, "answers are known"));
  ivr_test_click (form, "Save draft");
  ivr_test_wait (ivr_test_shows (casey->window, "The draft is saved"));
  request = newest ();
  form = reopen (casey);
  ivr_test_wait (ivr_test_shows (form, "answers are known"));
  /* Chosen again, the patient is filled in again. */
  choose_patient (form, "fict", "Fictional");
  assert_typed (form, "Last name", "Fictional");
  assert_typed (form, "Member ID", "1EG4TE5MK73");
  choose_patient (form, "testp", "Testpatient");
  assert_typed (form, "Last name", "Testpatient");
  for (int sitting = 0; sitting < 2; sitting++)
    {
      g_signal_emit_by_name (casey->session, "eligibility-changed", request);
      for (int i = 0; i < 100; i++)
        ivr_test_step ();
      g_assert_false (ivr_test_shows (form, "Fictional") || ivr_test_shows (form, "1EG4TE5MK73") || ivr_test_shows (form, "MEDICARE PART B"));
      if (sitting == 1)
        break;
      gtk_window_destroy (form);
      form = reopen (casey);
      assert_typed (form, "Last name", "Testpatient");
    }
  ivr_test_click (form, "Save draft");
  ivr_test_wait (is_value ("select p.last_name from ivr.ivr_requests r join ivr.patients p on p.org_id = r.org_id and p.id = r.patient_id where r.id = " NEWEST,
                           "Testpatient"));
  assert_value ("select count(*) from ivr.patients where last_name = 'Fictional' and first_name = 'Bert'", "1");
}

/* Filed where the place is that was taken, and offered nothing of a place that the form does not name any more. */
static void
test_other_place (void)
{
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  GtkWindow *form = open_new (casey);
  GtkWidget *offer = NULL;

  ivr_test_type (form, "Facility", "Example Wound Clinic, Riverside");
  ivr_test_wait ((offer = ivr_test_find (form, GTK_TYPE_MENU_BUTTON, "Facility’s NPI: 1 other answer")) != NULL ||
                 (offer = ivr_test_find (form, GTK_TYPE_BUTTON, "Facility’s NPI: use")) != NULL);
  ivr_test_type (form, "Facility", "Nowhere at all");
  ivr_test_wait (ivr_test_find (form, GTK_TYPE_MENU_BUTTON, "Facility’s NPI: 1 other answer") == NULL &&
                 ivr_test_find (form, GTK_TYPE_BUTTON, "Facility’s NPI: use") == NULL);
  ivr_test_type (form, "Facility’s NPI", "");
  ivr_test_type (form, "Facility", "Example Wound Clinic, Riverside");
  ivr_test_wait (ivr_test_find (form, GTK_TYPE_BUTTON, "Facility’s NPI: use") != NULL);
  ivr_test_click (form, "Facility’s NPI: use");
  ivr_test_click (form, "Save draft");
  ivr_test_wait (ivr_test_shows (casey->window, "The draft is saved"));
  ivr_test_wait (is_value ("select f.name from ivr.ivr_requests r join ivr.facilities f on f.org_id = r.org_id and f.id = r.facility_id where r.id = " NEWEST,
                           "Example Wound Clinic, Riverside"));
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *uri = NULL;
  int status;

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  server = ivr_test_server_new ();
  uri = ivr_test_server_uri (server, NULL);
  admin = ivr_test_connect (uri);
  g_test_add_func ("/intake-sources/filled-from-sources", test_filled_from_sources);
  g_test_add_func ("/intake-sources/conflict", test_conflict);
  g_test_add_func ("/intake-sources/undo", test_undo);
  g_test_add_func ("/intake-sources/keys", test_keys);
  g_test_add_func ("/intake-sources/again", test_again);
  g_test_add_func ("/intake-sources/other-patient", test_other_patient);
  g_test_add_func ("/intake-sources/other-patient-in-saved", test_other_patient_in_saved);
  g_test_add_func ("/intake-sources/other-place", test_other_place);
  status = g_test_run ();
  PQfinish (admin);
  ivr_test_server_free (server);
  return status;
}
