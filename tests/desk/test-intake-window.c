/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-test-window.h"

#include "ivr-test-journal.h"

#include <string.h>

/* The form of a request: what is missing leads there, drafts are kept, two people can fill in one. */
static IvrTestServer *server;

static void
choose (GtkWindow  *form,
        const char *title,
        guint       index)
{
  GtkWidget *row = NULL;

  ivr_test_wait ((row = ivr_test_find (form, ADW_TYPE_COMBO_ROW, title)) != NULL);
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), index);
}

static GtkWindow *
open_draft (IvrTestPerson *person)
{
  ivr_test_person_open (person, "Drafts", "#1006");
  ivr_test_click (person->window, "Edit form");
  return ivr_test_find_child (person->window, "Edit request");
}

static guint
count_blockers (GtkWindow *form)
{
  guint n = 0;
  GtkWidget *list = ivr_test_find (form, GTK_TYPE_LIST_BOX, "What is missing");

  for (GtkWidget *row = gtk_widget_get_first_child (list); row != NULL; row = gtk_widget_get_next_sibling (row))
    {
      g_autofree char *name = ivr_test_name_of (row);

      n += name != NULL && strstr (name, "Missing: ") != NULL;
    }
  return n;
}

/* Nothing can be submitted that the list says is missing, and the questions come and go with the answers. */
static void
test_completeness (void)
{
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  GtkWindow *form;
  guint before;

  ivr_test_click (casey->window, "New request");
  form = ivr_test_find_window ("New request");
  before = count_blockers (form);
  g_assert_cmpuint (before, >, 5);
  g_assert_null (ivr_test_find (form, ADW_TYPE_ENTRY_ROW, "CPT code of that surgery"));
  ivr_test_click (form, "In the global period of a surgery: yes");
  ivr_test_wait (ivr_test_find (form, ADW_TYPE_ENTRY_ROW, "CPT code of that surgery") != NULL);
  ivr_test_click (form, "In a Part A stay: yes");
  ivr_test_wait (ivr_test_shows (form, "Part B services cannot be billed"));
  ivr_test_type (form, "First name", "Alma");
  ivr_test_type (form, "Physician’s NPI", "1234567890");
  ivr_test_wait (ivr_test_shows (form, "NPI"));
  ivr_test_click (form, "Submit");
  ivr_test_wait (ivr_test_shows (form, "Something is still missing"));
  gtk_window_destroy (form);
}

/* CPT units are computed, and their arithmetic is shown. */
static void
test_units (void)
{
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  GtkWindow *form;

  ivr_test_click (casey->window, "New request");
  form = ivr_test_find_window ("New request");
  choose (form, "Part of the body", 1);
  ivr_test_type (form, "Total area in cm²", "60");
  ivr_test_wait (ivr_test_shows (form, "15271") && ivr_test_shows (form, "15272"));
  ivr_test_type (form, "Total area in cm²", "100");
  ivr_test_wait (ivr_test_shows (form, "15273"));
  gtk_window_destroy (form);
}

static void
save_draft (IvrTestPerson *person,
            GtkWindow     *form)
{
  ivr_test_click (form, "Save draft");
  ivr_test_wait (ivr_test_shows (person->window, "The draft is saved"));
}

static void
test_two_fill_in_one (void)
{
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  g_autoptr(IvrTestPerson) robin = ivr_test_person_new (server, "robin.example", NULL);
  GtkWindow *caseys = open_draft (casey);
  GtkWindow *robins = open_draft (robin);
  g_autofree char *uri = ivr_test_server_uri (server, NULL);
  g_autoptr(PGconn) admin = ivr_test_connect (uri);
  g_autofree char *kept = NULL;
  GtkWindow *question;

  ivr_test_type (caseys, "City", "Caseytown");
  ivr_test_type (caseys, "Caregiver", "Casey’s choice");
  ivr_test_type (robins, "ZIP code", "60001");
  ivr_test_type (robins, "Caregiver", "Robin’s choice");
  save_draft (casey, caseys);
  ivr_test_click (robins, "Save draft");
  question = ivr_test_find_window ("Two people changed this form");
  ivr_test_wait (ivr_test_shows (question, "Casey’s choice") && ivr_test_shows (question, "Robin’s choice") &&
                 ivr_test_shows (question, "Casey Example saved this form"));
  g_assert_false (ivr_test_shows (question, "Caseytown"));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (ivr_test_find (question, GTK_TYPE_CHECK_BUTTON, "Theirs: Casey’s choice")), TRUE);
  ivr_test_click (question, "Save");
  ivr_test_wait (ivr_test_shows (robin->window, "The draft is saved"));
  kept = ivr_test_value (admin, "select concat_ws('|', intake #>> '{patient,city}', intake #>> '{patient,zip}',"
                                " intake #>> '{patient,caregiver}') from ivr.ivr_requests where request_no = 1006", NULL);
  g_assert_cmpstr (kept, ==, "Caseytown|60001|Casey’s choice");
}

static void
set_quantity (GtkWindow  *form,
              const char *code,
              const char *size,
              int         quantity)
{
  GtkWidget *row = NULL, *spin = NULL;

  ivr_test_wait ((row = ivr_test_find (form, ADW_TYPE_EXPANDER_ROW, code)) != NULL);
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (row), TRUE);
  ivr_test_wait ((spin = ivr_test_find (form, GTK_TYPE_SPIN_BUTTON, size)) != NULL);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (spin), quantity);
}

static gboolean
is_value (PGconn     *admin,
          const char *sql,
          const char *expected)
{
  g_autofree char *value = ivr_test_value (admin, sql, NULL);

  return g_strcmp0 (value, expected) == 0;
}

/* A product that left the catalogue after it was asked for stays, is shown, and goes when nothing of it is wanted. */
static void
test_retired_product (void)
{
  g_autoptr(IvrTestPerson) casey = NULL;
  g_autofree char *uri = ivr_test_server_uri (server, NULL);
  g_autoptr(PGconn) admin = ivr_test_connect (uri);
  const char *asked = "select string_agg(format('%s %s', p ->> 'hcpcs', s ->> 'quantity'), '|' order by p ->> 'hcpcs', s ->> 'label')"
                      " from ivr.ivr_requests, jsonb_array_elements(intake -> 'products') p, jsonb_array_elements(p -> 'sizes') s"
                      " where request_no = 1006";
  GtkWindow *form;

  PQclear (ivr_test_query (
    admin,
    "update ivr.ivr_requests r set intake = jsonb_set(intake, '{products}', (select jsonb_build_array(jsonb_build_object("
    " 'product_id', p.id, 'hcpcs', p.hcpcs, 'name', p.name, 'sizes', jsonb_build_array(jsonb_build_object('size_id', s.id,"
    " 'label', s.label, 'area_cm2', '4', 'quantity', 3)))) from ivr.products p join ivr.product_sizes s on s.product_id = p.id"
    " where p.hcpcs = 'Q4110' and s.label = '2 × 2 cm')) where request_no = 1006", NULL));
  casey = ivr_test_person_new (server, "casey.example", NULL);
  form = open_draft (casey);
  ivr_test_wait (ivr_test_shows (form, "Q4110 Retired Example Sheet") && ivr_test_shows (form, "Not in the catalogue any more"));
  set_quantity (form, "Q4186", "Quantity of Samplefix Membrane 4 × 4 cm", 2);
  ivr_test_wait (ivr_test_shows (form, "44 cm²"));
  save_draft (casey, form);
  g_assert_true (is_value (admin, asked, "Q4110 3|Q4186 2"));
  /* What was saved is what one finds when one opens it again, also when nothing tells the desk what changes. */
  ivr_test_wait (ivr_test_shows (casey->window, "Samplefix Membrane"));
  ivr_test_click (casey->window, "Edit form");
  form = ivr_test_find_child (casey->window, "Edit request");
  set_quantity (form, "Q4110", "Quantity of Retired Example Sheet 2 × 2 cm", 0);
  set_quantity (form, "Q4186", "Quantity of Samplefix Membrane 4 × 4 cm", 1);
  ivr_test_click (form, "Save draft");
  ivr_test_wait (is_value (admin, asked, "Q4186 1"));
}

/* The desk is closed in the moment in which the server saves: the answer finds no window, and nobody minds. */
static void
test_closed_while_saving (void)
{
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  GtkWindow *form = open_draft (casey);

  ivr_test_type (form, "City", "Leavingtown");
  g_object_add_weak_pointer (G_OBJECT (form), (gpointer *) &form);
  ivr_test_click (form, "Save draft");
  g_clear_pointer (&casey, ivr_test_person_free);
  ivr_test_wait (form == NULL);
}

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

/* Of a patient that was chosen by mistake nothing stays at the one that was meant. */
static void
test_other_patient (void)
{
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  g_autofree char *uri = ivr_test_server_uri (server, NULL);
  g_autoptr(PGconn) admin = ivr_test_connect (uri);
  g_autoptr(PGresult) done = ivr_test_query (
    admin,
    "with p as (update ivr.patients set email = 'wrong@patient.example' where last_name = 'Notreal' returning *)"
    " insert into ivr.patient_insurances (org_id, patient_id, rank, payer_name, member_id, group_no)"
    " select org_id, id, 2, 'Second Example', 'SECOND-1', 'G-1' from p", NULL);
  g_autofree char *email = NULL;
  g_autofree char *json = NULL;
  GtkWindow *form;

  ivr_test_click (casey->window, "New request");
  form = ivr_test_find_child (casey->window, "New request");
  choose_patient (form, "notr", "Notreal");
  choose_patient (form, "testp", "Testpatient");
  email = ivr_test_typed (form, "E-mail");
  g_assert_cmpstr (email, !=, "wrong@patient.example");
  ivr_test_wait (ivr_drafts_get (ivr_session_get_drafts (casey->session), "form", IVR_DRAFTS_NEW) != NULL);
  for (int i = 0; i < 40; i++)
    ivr_test_step ();
  json = g_strdup (ivr_drafts_get (ivr_session_get_drafts (casey->session), "form", IVR_DRAFTS_NEW));
  g_assert_null (strstr (json, "SECOND-1"));
  g_assert_null (strstr (json, "wrong@patient.example"));
  g_assert_nonnull (strstr (json, "DEMO-100001"));
  gtk_window_destroy (form);
}

/* Saving one form leaves another that was only begun. */
static void
test_begun_form_stays (void)
{
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  GtkWindow *form;

  ivr_drafts_set (ivr_session_get_drafts (casey->session), "form", IVR_DRAFTS_NEW, "{\"service\":\"Begun before\"}");
  form = open_draft (casey);
  ivr_test_type (form, "City", "Elsewhere");
  save_draft (casey, form);
  g_assert_nonnull (ivr_drafts_get (ivr_session_get_drafts (casey->session), "form", IVR_DRAFTS_NEW));
}

/* A form that was begun is there at the next sitting, and however often it is sent it is one request. */
static void
test_journal (void)
{
  g_autofree char *folder = ivr_test_dup_folder ();
  g_autofree char *uri = ivr_test_server_uri (server, NULL);
  g_autoptr(PGconn) admin = ivr_test_connect (uri);
  g_autofree char *count = NULL;

  for (int sitting = 0; sitting < 2; sitting++)
    {
      IvrJournal *journal = ivr_test_journal_open (folder);
      IvrTestPerson *casey = ivr_test_person_new (server, "casey.example", journal);
      GtkWindow *form;

      ivr_test_click (casey->window, "New request");
      form = ivr_test_find_window ("New request");
      if (sitting == 0)
        {
          ivr_test_type (form, "Service asked for", "Begun on Monday");
          ivr_test_wait (ivr_drafts_get (ivr_session_get_drafts (casey->session), "form", IVR_DRAFTS_NEW) != NULL);
        }
      else
        {
          g_autofree char *typed = ivr_test_typed (form, "Service asked for");

          g_assert_cmpstr (typed, ==, "Begun on Monday");
          save_draft (casey, form);
          g_assert_null (ivr_drafts_get (ivr_session_get_drafts (casey->session), "form", IVR_DRAFTS_NEW));
        }
      ivr_test_person_free (casey);
      ivr_test_journal_close (journal);
    }
  count = ivr_test_value (admin, "select count(*) from ivr.ivr_requests where service = 'Begun on Monday'", NULL);
  g_assert_cmpstr (count, ==, "1");
  ivr_test_remove_folder (folder);
}

int
main (int    argc,
      char **argv)
{
  int status;

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  server = ivr_test_server_new ();
  g_test_add_func ("/intake-window/completeness", test_completeness);
  g_test_add_func ("/intake-window/units", test_units);
  g_test_add_func ("/intake-window/two-fill-in-one", test_two_fill_in_one);
  g_test_add_func ("/intake-window/other-patient", test_other_patient);
  g_test_add_func ("/intake-window/begun-form-stays", test_begun_form_stays);
  g_test_add_func ("/intake-window/retired-product", test_retired_product);
  g_test_add_func ("/intake-window/closed-while-saving", test_closed_while_saving);
  g_test_add_func ("/intake-window/journal", test_journal);
  status = g_test_run ();
  ivr_test_server_free (server);
  return status;
}
