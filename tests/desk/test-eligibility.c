/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Payers are asked from real windows, over the real gateway, and an invented payer with every bad habit answers. Each
 * habit ends in a screen that says what happened and what to do, beside what was known before. */
#include "ivr-test-gateway.h"
#include "ivr-test-journal.h"
#include "ivr-test-window.h"

#include "ivr-eligibility-page.h"
#include "ivr-eligibility-panel.h"
#include "ivr-eligibility-window.h"
#include "ivr-eligibility-words.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define X12_REQUEST "6db5f169-2541-4515-9156-8cd432d8f0e4"
#define X12_PATIENT "10000000-0000-4000-8000-000000000001"
#define FHIR_REQUEST "0d7e0001-0000-4000-8000-000000000004"
#define FHIR_PATIENT "10000000-0000-4000-8000-000000000003"
#define LISTENING "ivr-mock-payer: listening on "
#define CANARY "Zanzibarian"
#define OTHER_CANARY "GRPZANZI"

static IvrTestServer *server;
static IvrTestGateway *gateway;
static GSubprocess *payer;
static char *gateway_uri;
static char *pictures;   /* where they go, or NULL */
static char *words;      /* file with all that this program and the others complain about */
static PGconn *admin;
static char *x12_number, *fhir_number;

static void
picture (GtkWidget  *window,
         const char *name)
{
  g_autoptr(GdkPaintable) paintable = NULL;
  g_autoptr(GskRenderNode) node = NULL;
  g_autoptr(GdkTexture) texture = NULL;
  g_autofree char *file = NULL;
  GskRenderer *renderer;

  if (pictures == NULL)
    return;
  file = g_strdup_printf ("%s/%s.png", pictures, name);
  paintable = gtk_widget_paintable_new (window);
  for (int i = 0; i < 15 || node == NULL; i++)
    {
      GtkSnapshot *snapshot = gtk_snapshot_new ();

      ivr_test_step ();
      g_clear_pointer (&node, gsk_render_node_unref);
      gdk_paintable_snapshot (paintable, snapshot, gtk_widget_get_width (window), gtk_widget_get_height (window));
      node = gtk_snapshot_free_to_node (snapshot);
    }
  renderer = gtk_native_get_renderer (GTK_NATIVE (window));
  texture = gsk_renderer_render_texture (renderer, node, NULL);
  gdk_texture_save_to_png (texture, file);
}

static GtkWidget *
find_page (GtkWidget *root)
{
  GtkWidget *found = IVR_IS_ELIGIBILITY_PAGE (root) ? root : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = find_page (child);
  return found;
}

static GtkWidget *
open_benefits (IvrTestPerson *person,
               const char    *number)
{
  GtkWidget *page;

  ivr_test_person_open (person, "All requests", number);
  page = find_page (GTK_WIDGET (person->window));
  gtk_stack_set_visible_child (GTK_STACK (gtk_widget_get_ancestor (page, GTK_TYPE_STACK)), page);
  ivr_test_wait (ivr_test_find (page, IVR_TYPE_ELIGIBILITY_PANEL, NULL) != NULL);
  return page;
}

static IvrTestPerson *
person_new (const char *login)
{
  return ivr_test_person_new_at (server, login, gateway_uri, NULL);
}

static void
set_member (const char *patient,
            const char *member)
{
  g_autoptr(PGresult) done = ivr_test_query (
    admin, "update ivr.patient_insurances set member_id = $1, group_no = '" OTHER_CANARY "' where patient_id = $2 and rank = 1 returning id",
    member, patient, NULL);

  g_assert_cmpint (PQntuples (done), ==, 1);
}

static char *
newest_state (const char *request)
{
  return ivr_test_value (admin, "select coalesce((select c.state from ivr.eligibility_checks c where c.request_id = $1 order by asked_at desc limit 1), 'none')",
                         request, NULL);
}

static gboolean
is_over (const char *request)
{
  g_autofree char *state = newest_state (request);

  return !g_str_equal (state, "waiting");
}

static guint
count_checks (const char *request)
{
  g_autofree char *n = ivr_test_value (admin, "select count(*) from ivr.eligibility_checks where request_id = $1", request, NULL);

  return (guint) g_ascii_strtoull (n, NULL, 10);
}

/* Presses the button and waits for the end. */
static void
ask (GtkWidget  *page,
     const char *request)
{
  guint before = count_checks (request);

  ivr_test_click (page, "Check eligibility");
  ivr_test_wait (count_checks (request) == before + 1 && is_over (request));
  ivr_test_wait (ivr_test_find (page, GTK_TYPE_SPINNER, NULL) == NULL);
}

static void
forget_checks (void)
{
  ivr_test_do (admin, "set session_replication_role = replica");
  ivr_test_do (admin, "delete from ivr.eligibility_evidence");
  ivr_test_do (admin, "delete from ivr.eligibility_checks");
  ivr_test_do (admin, "set session_replication_role = origin");
}

static void
test_habits (void)
{
  static const struct
  {
    const char *member;
    const char *x12[3];
    const char *fhir[3];
  } habits[] = {
    { "MOCK-ACTIVE", { "Active", "$125.50", "SAMPLE PPO 500" }, { "Active", "$500.00", "Sample PPO 500" } },
    { "MOCK-INACTIVE", { "Not active", "Dec 31, 2024", "Plan ends" }, { "Not active", "Jan 1, 2025", NULL } },
    { "MOCK-AUTH", { "Required: Durable medical equipment", "Active", NULL }, { "Required: Health plan", "Active", NULL } },
    { "MOCK-NETWORKS", { "in network, out of network", "$1,500.00", "Whether the provider is in the network was not said" },
      { "in network, out of network", "$1,500.00", NULL } },
    { "MOCK-NOT-FOUND", { "did not find who holds the insurance (75)", "not mean “not covered”", "front desk" },
      { "did not find who holds the insurance (75)", "front desk", NULL } },
    { "MOCK-BUSY", { "Active", "$125.50", NULL }, { "Active", "$500.00", NULL } },
    { "MOCK-NEVER", { "cannot answer at present (42)", "Wait a minute and ask again", "call the payer" }, { "cannot answer at present (42)", NULL } },
    { "MOCK-ILL", { "Active", NULL }, { "Active", NULL } },
    { "MOCK-DOWN", { "is not well (HTTP 500)", "call the payer", NULL }, { "is not well (HTTP 500)", NULL } },
    { "MOCK-CUT", { "cut off before its end", "Ask again", NULL }, { "damaged and cannot be read", NULL } },
    { "MOCK-TA1", { "did not accept our envelope (TA1)", "administrator", NULL }, { "did not understand our question", NULL } },
    { "MOCK-999", { "found a mistake in our question (999)", "administrator", NULL }, { "did not understand our question", NULL } },
    { "MOCK-PAGE", { "such as a web page", "administrator", NULL }, { "such as a web page", NULL } },
    { "MOCK-OTHER-MEMBER", { "Held for a person", "a person is looking at it", NULL }, { "Held for a person", NULL } },
    { "MOCK-OTHER-TRACE", { "Held for a person", "a person is looking at it", NULL }, { "Held for a person", NULL } },
    { "MOCK-MOVED", { "answered in a way that no answer comes (HTTP 302)", NULL }, { "(HTTP 302)", NULL } },
    { "MOCK-HUGE", { "larger than any answer", NULL }, { "larger than any answer", NULL } },
  };
  g_autoptr(IvrTestPerson) casey = person_new ("casey.example");
  int wrong = 0;

  for (int fhir = 0; fhir < 2; fhir++)
    {
      GtkWidget *page = open_benefits (casey, fhir ? fhir_number : x12_number);

      for (gsize i = 0; i < G_N_ELEMENTS (habits); i++)
        {
          const char * const *says = fhir ? habits[i].fhir : habits[i].x12;
          g_autofree char *name = g_strdup_printf ("habit-%s-%s", habits[i].member, fhir ? "fhir" : "x12");

          set_member (fhir ? FHIR_PATIENT : X12_PATIENT, habits[i].member);
          ask (page, fhir ? FHIR_REQUEST : X12_REQUEST);
          for (gsize k = 0; k < 3 && says[k] != NULL; k++)
            {
              gint64 until = g_get_monotonic_time () + 5 * G_USEC_PER_SEC;

              while (!ivr_test_shows (page, says[k]) && g_get_monotonic_time () < until)
                ivr_test_step ();
              if (ivr_test_shows (page, says[k]))
                continue;
              wrong++;
              g_test_message ("%s does not show “%s”", name, says[k]);
            }
          if (!ivr_test_shows (page, "Demo payer: invented answer"))
            {
              wrong++;
              g_test_message ("%s is not marked as invented", name);
            }
          picture (GTK_WIDGET (casey->window), name);
        }
    }
  g_assert_cmpint (wrong, ==, 0);
}

/* The gateway goes away: the payer is not asked, nobody is blocked by it, and the old answer stays. */
static void
test_gateway_away (void)
{
  g_autoptr(IvrTestPerson) casey = person_new ("casey.example");
  GtkWidget *page;
  guint before;
  g_autofree char *state = NULL;
  g_autofree char *whole = NULL;

  forget_checks ();
  set_member (X12_PATIENT, "MOCK-ACTIVE");
  page = open_benefits (casey, x12_number);
  ask (page, X12_REQUEST);
  ivr_test_wait (ivr_test_shows (page, "$125.50"));
  ivr_test_gateway_terminate (gateway);
  before = count_checks (X12_REQUEST);
  ivr_test_click (page, "Check eligibility");
  ivr_test_wait (ivr_test_shows (page, "The gateway cannot be reached, so the payer could not be asked. The request is unchanged"));
  ivr_test_wait (count_checks (X12_REQUEST) == before + 1 && is_over (X12_REQUEST));
  state = newest_state (X12_REQUEST);
  g_assert_cmpstr (state, ==, "cancelled");
  g_assert_true (ivr_test_shows (page, "$125.50"));
  ivr_test_wait (ivr_test_shows (page, "The last answer, asked"));
  ivr_test_wait (ivr_test_find (page, GTK_TYPE_SPINNER, NULL) == NULL);
  picture (GTK_WIDGET (casey->window), "gateway-away");
  ivr_test_gateway_start (gateway);
  ask (page, X12_REQUEST);
  whole = newest_state (X12_REQUEST);
  g_assert_cmpstr (whole, ==, "answered");
  ivr_test_wait (!ivr_test_shows (page, "The gateway cannot be reached"));
}

/* A desk without a gateway says so before a question is made. */
static void
test_no_gateway (void)
{
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  GtkWidget *page = open_benefits (casey, x12_number);
  guint before = count_checks (X12_REQUEST);

  ivr_test_click (page, "Check eligibility");
  ivr_test_wait (ivr_test_shows (page, "This desk has no gateway"));
  g_assert_cmpuint (count_checks (X12_REQUEST), ==, before);
}

/* Taken back by who asked; meanwhile the other side sees that somebody asks, and cannot ask too. */
static void
test_cancel (void)
{
  g_autoptr(IvrTestPerson) casey = person_new ("casey.example");
  g_autoptr(IvrTestPerson) sam = person_new ("sam.demo");
  GtkWidget *page, *theirs;
  guint before;

  forget_checks ();
  set_member (X12_PATIENT, "MOCK-SLOW");
  page = open_benefits (casey, x12_number);
  theirs = open_benefits (sam, x12_number);
  ivr_test_wait (ivr_test_shows (page, "Nobody has asked this payer yet."));
  picture (GTK_WIDGET (casey->window), "empty");
  before = count_checks (X12_REQUEST);
  ivr_test_click (page, "Check eligibility");
  ivr_test_wait (ivr_test_shows (page, "Asking Sample"));
  ivr_test_wait (ivr_test_shows (theirs, "Casey Example is asking"));
  g_assert_null (ivr_test_find (theirs, GTK_TYPE_BUTTON, "Cancel"));
  g_assert_false (gtk_widget_is_sensitive (ivr_test_find (theirs, GTK_TYPE_BUTTON, "Check eligibility")));
  picture (GTK_WIDGET (casey->window), "asking");
  ivr_test_click (page, "Cancel");
  ivr_test_wait (count_checks (X12_REQUEST) == before + 1 && is_over (X12_REQUEST));
  ivr_test_wait (ivr_test_shows (page, "Taken back"));
  ivr_test_wait (ivr_test_shows (theirs, "Taken back"));
  g_assert_true (gtk_widget_is_sensitive (ivr_test_find (page, GTK_TYPE_BUTTON, "Check eligibility")));
}

/* One desk asks, and the answer comes to the other by itself; asked again, what changed is said in words. */
static void
test_side_by_side (void)
{
  g_autoptr(IvrTestPerson) casey = person_new ("casey.example");
  g_autoptr(IvrTestPerson) sam = person_new ("sam.demo");
  GtkWidget *page, *theirs;

  forget_checks ();
  set_member (X12_PATIENT, "MOCK-ACTIVE");
  page = open_benefits (casey, x12_number);
  theirs = open_benefits (sam, x12_number);
  ask (page, X12_REQUEST);
  ivr_test_wait (ivr_test_shows (theirs, "$125.50"));
  g_assert_false (ivr_test_shows (theirs, "Changed"));
  set_member (X12_PATIENT, "MOCK-NETWORKS");
  ask (page, X12_REQUEST);
  ivr_test_wait (ivr_test_shows (theirs, "Before, asked just now: Active"));
  g_assert_true (ivr_test_shows (theirs, "Now, asked just now: Active"));
  g_assert_true (ivr_test_shows (theirs, "Changed"));
  g_assert_true (ivr_test_shows (theirs, "New"));
  g_assert_true (ivr_test_shows (theirs, "No longer said"));
  g_assert_true (ivr_test_shows (theirs, "All questions (2)") || ivr_test_find (theirs, GTK_TYPE_EXPANDER, NULL) != NULL);
  picture (GTK_WIDGET (sam->window), "side-by-side");
  /* A question that comes to nothing takes nothing away. */
  set_member (X12_PATIENT, "MOCK-DOWN");
  ask (page, X12_REQUEST);
  ivr_test_wait (ivr_test_shows (page, "(HTTP 500)"));
  ivr_test_wait (ivr_test_shows (page, "The last answer, asked just now:"));
  g_assert_true (ivr_test_shows (page, "$1,500.00"));
  picture (GTK_WIDGET (casey->window), "failed-beside-old");
}

/* What may be another patient's answer is shown to who decides about it, with what differs, and to nobody else. */
static void
test_held (void)
{
  g_autoptr(IvrTestPerson) sam = person_new ("sam.demo");
  g_autoptr(IvrTestPerson) lee = person_new ("lee.demo");
  GtkWidget *page, *theirs;

  forget_checks ();
  set_member (X12_PATIENT, "MOCK-OTHER-MEMBER");
  page = open_benefits (sam, x12_number);
  ask (page, X12_REQUEST);
  ivr_test_wait (ivr_test_shows (page, "a person is looking at it"));
  g_assert_false (ivr_test_shows (page, "SOMEBODY"));
  g_assert_false (ivr_test_shows (page, "names another patient"));
  g_assert_null (ivr_test_find (page, GTK_TYPE_BUTTON, "Show what the payer sent"));
  theirs = open_benefits (lee, x12_number);
  ivr_test_wait (ivr_test_shows (theirs, "names another patient than was asked about"));
  g_assert_true (ivr_test_shows (theirs, "SOMEBODY, ELSE"));
  g_assert_true (ivr_test_shows (theirs, "OTHER-000001"));
  g_assert_nonnull (ivr_test_find (theirs, GTK_TYPE_BUTTON, "Show what the payer sent"));
  picture (GTK_WIDGET (lee->window), "held-reviewer");
  picture (GTK_WIDGET (sam->window), "held-others");
}

static void
test_cannot_be_asked (void)
{
  g_autoptr(IvrTestPerson) casey = person_new ("casey.example");
  GtkWidget *page;

  ivr_test_do (admin, "update ivr.payer_connectors set is_active = false");
  page = open_benefits (casey, x12_number);
  ivr_test_wait (ivr_test_shows (page, "cannot be asked electronically"));
  g_assert_null (ivr_test_find (page, GTK_TYPE_BUTTON, "Check eligibility"));
  ivr_test_do (admin, "update ivr.payer_connectors set is_active = true");
}

/* By the key, from the overview; what the payer sent is read when somebody wants it. */
static void
test_key_and_evidence (void)
{
  g_autoptr(IvrTestPerson) casey = person_new ("casey.example");
  GtkWidget *page, *text = NULL;
  GtkWindow *window;
  GtkTextBuffer *buffer;
  GtkTextIter start, finish;
  g_autofree char *shown = NULL;

  forget_checks ();
  set_member (X12_PATIENT, "MOCK-ACTIVE");
  ivr_test_person_open (casey, "All requests", x12_number);
  gtk_widget_activate_action (GTK_WIDGET (casey->window), "win.check-eligibility", NULL);
  page = find_page (GTK_WIDGET (casey->window));
  ivr_test_wait (count_checks (X12_REQUEST) == 1 && is_over (X12_REQUEST));
  ivr_test_wait (ivr_test_shows (page, "$125.50"));
  ivr_test_click (page, "Show what the payer sent");
  window = ivr_test_find_window ("What the payer sent");
  ivr_test_wait ((text = ivr_test_find (window, GTK_TYPE_TEXT_VIEW, "What the payer sent")) != NULL &&
                 gtk_text_buffer_get_char_count (gtk_text_view_get_buffer (GTK_TEXT_VIEW (text))) > 200);
  buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (text));
  gtk_text_buffer_get_bounds (buffer, &start, &finish);
  shown = gtk_text_buffer_get_text (buffer, &start, &finish, FALSE);
  g_assert_true (g_str_has_prefix (shown, "ISA*00*"));
  g_assert_nonnull (strstr (shown, "~\nEB*C*IND*30*PR**29*125.50~\n"));
  g_assert_true (ivr_test_shows (window, "Demo payer: invented answer"));
  picture (GTK_WIDGET (window), "evidence");
  gtk_window_destroy (window);
}

static void
test_window (void)
{
  g_autoptr(IvrTestPerson) casey = person_new ("casey.example");
  GtkWindow *window;

  forget_checks ();
  set_member (X12_PATIENT, "MOCK-AUTH");
  ivr_eligibility_window_present (casey->window, casey->session, X12_REQUEST, 1);
  window = ivr_test_find_window ("Benefits");
  ivr_test_click (window, "Check eligibility");
  ivr_test_wait (ivr_test_shows (window, "Required: Durable medical equipment"));
  picture (GTK_WIDGET (window), "window");
  /* Closed while a question is under way. */
  set_member (X12_PATIENT, "MOCK-BUSY");
  ivr_test_click (window, "Check eligibility");
  gtk_window_destroy (window);
  ivr_test_wait (count_checks (X12_REQUEST) == 2 && is_over (X12_REQUEST));
  ivr_eligibility_window_present (casey->window, casey->session, X12_REQUEST, 3);
  window = ivr_test_find_window ("Benefits");
  ivr_test_wait (ivr_test_shows (window, "No insurance yet"));
  gtk_window_destroy (window);
}

/* An answer that says all it can to do harm, and is larger than any. */
static void
test_hostile (void)
{
  g_autoptr(IvrTestPerson) casey = person_new ("casey.example");
  GtkWidget *page, *expander = NULL, *list = NULL;
  gint64 before;

  forget_checks ();
  set_member (X12_PATIENT, "MOCK-ACTIVE");
  page = open_benefits (casey, x12_number);
  ask (page, X12_REQUEST);
  ivr_test_do (admin,
    "update ivr.eligibility_checks set version = 9, reading = jsonb_build_object('kind', '271', 'verdict', 'active',"
    " 'plan_names', jsonb_build_array('<b>Bold</b> &amp; ' || U&'\\202e' || 'turned' || chr(10) || 'second line'), 'dates', 5, 'summary', '[]'::jsonb,"
    " 'subscriber', jsonb_build_array(1), 'messages', jsonb_build_array('<span size=\"900000\">huge</span>', null, 5, repeat('x', 100000)),"
    " 'benefits', (select jsonb_agg(jsonb_build_object('eb01', 'C', 'level', 'IND', 'stc', jsonb_build_array('30'), 'amount', i::text, 'msg', jsonb_build_array('<i>' || i)))"
    " from generate_series(1, 10000) i))");
  g_signal_emit_by_name (casey->session, "refresh");
  ivr_test_wait (ivr_test_shows (page, "<b>Bold</b> &amp; ⟨202E⟩turned⏎second line"));
  g_assert_true (ivr_test_shows (page, "<span size=\"900000\">huge</span>"));
  g_assert_true (ivr_test_shows (page, "Not the only figure"));
  ivr_test_wait ((expander = ivr_test_find (page, GTK_TYPE_EXPANDER, NULL)) != NULL);
  before = g_get_monotonic_time ();
  gtk_expander_set_expanded (GTK_EXPANDER (expander), TRUE);
  ivr_test_wait ((list = ivr_test_find (page, GTK_TYPE_LIST_VIEW, "All lines")) != NULL);
  g_test_message ("10,000 lines opened in %" G_GINT64_FORMAT " ms", (g_get_monotonic_time () - before) / 1000);
  ivr_test_wait (ivr_test_shows (list, "<i>1"));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (list)))), ==, 10000);
  picture (GTK_WIDGET (casey->window), "hostile");
}

static const char * const canaries[] = { CANARY, OTHER_CANARY, "MOCK-", "SAMPLE PPO", "Sample PPO", "INVENTED PAYER", NULL };

static void
look_for_canary (const char *where,
                 const char *bytes,
                 gsize       length)
{
  for (gsize i = 0; canaries[i] != NULL; i++)
    if (memmem (bytes, length, canaries[i], strlen (canaries[i])) != NULL)
      g_error ("“%s” got out into %s", canaries[i], where);
}

/* What the desk kept of the form and of the answer is on this computer's disk, and cannot be read there. */
static void
look_for_canaries (const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  gsize all = 0;

  for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *bytes = NULL;
      gsize length;

      g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
      look_for_canary (name, bytes, length);
      all += length;
    }
  g_assert_cmpuint (all, >, 1000);
}

/* From the form of a new request: it is saved, the payer is asked about it, and what it says is offered in the form. */
static void
test_form (void)
{
  g_autofree char *folder = ivr_test_dup_folder ();
  IvrJournal *journal = ivr_test_journal_open (folder);
  IvrTestPerson *casey = ivr_test_person_new_at (server, "casey.example", gateway_uri, journal);
  GtkWindow *form, *benefits;
  g_autofree char *number = NULL;
  g_autofree char *plan = NULL;

  ivr_test_click (casey->window, "New request");
  form = ivr_test_find_child (casey->window, "New request");
  ivr_test_type (form, "First name", "Nia");
  ivr_test_type (form, "Last name", CANARY);
  ivr_test_type (form, "Date of birth", "03/12/1948");
  ivr_test_type (form, "Payer", "Sample Mutual PPO");
  ivr_test_type (form, "Member ID", "MOCK-ACTIVE");
  picture (GTK_WIDGET (form), "form-before");
  ivr_test_click (form, "Check eligibility");
  benefits = ivr_test_find_child (form, "Benefits");
  ivr_test_wait (ivr_test_shows (benefits, "$125.50"));
  gtk_window_destroy (benefits);
  g_assert_cmpstr (gtk_window_get_title (form), ==, "Edit request");
  ivr_test_wait (ivr_test_shows (form, "Payer's answer"));
  /* What is missing is told of what was saved. */
  g_assert_false (ivr_test_shows (form, "Enter the patient's first name."));
  picture (GTK_WIDGET (form), "form-after");
  ivr_test_wait (ivr_test_shows (form, "known"));
  ivr_test_click (form, "Fill in all");
  plan = ivr_test_typed (form, "Kind of plan");
  g_assert_cmpstr (plan, ==, "SAMPLE PPO 500");
  /* Asked again about what was changed, it is one request still, and the form is not the new one any more. */
  ivr_test_type (form, "Member ID", "MOCK-INACTIVE");
  ivr_test_click (form, "Check eligibility");
  benefits = ivr_test_find_child (form, "Benefits");
  ivr_test_wait (ivr_test_shows (benefits, "Not active"));
  gtk_window_destroy (benefits);
  number = ivr_test_value (admin, "select concat_ws(' ', count(distinct r.id), max(r.version), count(*)) from ivr.ivr_requests r"
                           " join ivr.patients p on p.id = r.patient_id join ivr.eligibility_checks c on c.request_id = r.id where p.first_name = 'Nia'", NULL);
  g_assert_cmpstr (number, ==, "1 2 2");
  ivr_test_click (casey->window, "New request");
  g_assert_true (ivr_test_find_child (casey->window, "New request") != form);
  gtk_window_destroy (ivr_test_find_child (casey->window, "New request"));
  /* Nothing is typed that is not saved: it closes without a question. */
  g_object_add_weak_pointer (G_OBJECT (form), (gpointer *) &form);
  gtk_window_close (form);
  ivr_test_wait (form == NULL);
  ivr_test_person_free (casey);
  ivr_test_journal_close (journal);
  look_for_canaries (folder);
  ivr_test_remove_folder (folder);
}

/* A form that cannot be saved asks nobody, and says what is wrong. */
static void
test_form_refused (void)
{
  g_autoptr(IvrTestPerson) casey = person_new ("casey.example");
  GtkWindow *form;
  g_autofree char *before = ivr_test_value (admin, "select count(*) from ivr.eligibility_checks", NULL);
  g_autofree char *after = NULL;
  g_autofree char *typed = NULL;

  ivr_test_click (casey->window, "New request");
  form = ivr_test_find_child (casey->window, "New request");
  ivr_test_type (form, "Last name", CANARY);
  ivr_test_type (form, "Date of birth", "13/45/1948");
  ivr_test_click (form, "Check eligibility");
  for (int i = 0; i < 20; i++)
    ivr_test_step ();
  picture (GTK_WIDGET (form), "form-refused");
  g_assert_cmpstr (gtk_window_get_title (form), ==, "New request");
  typed = ivr_test_typed (form, "Last name");
  g_assert_cmpstr (typed, ==, CANARY);
  after = ivr_test_value (admin, "select count(*) from ivr.eligibility_checks", NULL);
  g_assert_cmpstr (after, ==, before);
  gtk_window_destroy (form);
}

/* Asked twice with the key, one payer is asked once, in one window; and nobody is asked behind a person's back. */
static void
test_twice (void)
{
  g_autoptr(IvrTestPerson) casey = person_new ("casey.example");
  GtkWindow *window;
  guint n = 0;
  GListModel *windows = gtk_window_get_toplevels ();

  forget_checks ();
  set_member (X12_PATIENT, "MOCK-SLOW");
  ivr_eligibility_window_ask (casey->window, casey->session, X12_REQUEST);
  window = ivr_test_find_window ("Benefits");
  ivr_test_wait (ivr_test_shows (window, "Asking Sample"));
  ivr_test_wait (count_checks (X12_REQUEST) == 1);
  ivr_eligibility_window_ask (casey->window, casey->session, X12_REQUEST);
  ivr_test_wait (ivr_test_shows (window, "is being asked already"));
  g_assert_cmpuint (count_checks (X12_REQUEST), ==, 1);
  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr(GtkWindow) one = g_list_model_get_item (windows, i);

      n += g_strcmp0 (gtk_window_get_title (one), "Benefits") == 0;
    }
  g_assert_cmpuint (n, ==, 1);
  ivr_test_click (window, "Cancel");
  ivr_test_wait (is_over (X12_REQUEST));
  gtk_window_destroy (window);
}

/* That somebody else asks already is true until the answer is there. */
static void
test_error_ends (void)
{
  g_autoptr(IvrTestPerson) casey = person_new ("casey.example");
  GtkWidget *page;

  forget_checks ();
  set_member (X12_PATIENT, "MOCK-ACTIVE");
  page = open_benefits (casey, x12_number);
  ivr_test_wait (ivr_test_shows (page, "Nobody has asked this payer yet."));
  ivr_test_gateway_terminate (gateway);
  ivr_test_click (page, "Check eligibility");
  ivr_test_wait (ivr_test_shows (page, "The gateway cannot be reached"));
  for (int i = 0; i < 30; i++)
    ivr_test_step ();
  g_assert_true (ivr_test_shows (page, "The gateway cannot be reached"));
  ivr_test_gateway_start (gateway);
  {
    g_autoptr(IvrTestPerson) sam = person_new ("sam.demo");
    GtkWidget *theirs = open_benefits (sam, x12_number);

    ask (theirs, X12_REQUEST);
  }
  ivr_test_wait (ivr_test_shows (page, "$125.50"));
  ivr_test_wait (!ivr_test_shows (page, "The gateway cannot be reached"));
  g_assert_true (ivr_test_shows (page, "The answer has come: Active"));
}

/* Every reason that the asking of payers can give has its sentence. */
static void
test_sentences (void)
{
  static const char * const codes[] = {
    "envelope", "core-unauthorized", "core-version", "core-type", "core-partner", "core-error", "timeout", "unreachable",
    "payer-away", "tls", "address", "no-connector", "no-secret", "question", "lost", "ta1", "ack-999", "too-large", "encoding",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_autoptr(JsonObject) check = json_object_new ();
      g_autofree char *sentence = NULL;

      json_object_set_string_member (check, "problem", codes[i]);
      sentence = ivr_eligibility_dup_problem (check);
      g_assert_null (strstr (sentence, "does not know ("));
    }
}

static void
check_names (GtkWidget *widget)
{
  if ((GTK_IS_BUTTON (widget) || GTK_IS_EXPANDER (widget) || GTK_IS_LIST_VIEW (widget) || GTK_IS_TEXT_VIEW (widget)) && gtk_widget_get_mapped (widget) &&
      gtk_widget_get_ancestor (gtk_widget_get_parent (widget), GTK_TYPE_WINDOW_CONTROLS) == NULL)
    {
      g_autofree char *name = GTK_IS_EXPANDER (widget) ? g_strdup (gtk_expander_get_label (GTK_EXPANDER (widget))) : ivr_test_name_of (widget);

      if (name == NULL || name[0] == '\0')
        g_error ("a %s has no name for a screen reader", G_OBJECT_TYPE_NAME (widget));
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    check_names (child);
}

static void
test_names (void)
{
  g_autoptr(IvrTestPerson) casey = person_new ("casey.example");
  GtkWidget *page;
  GtkWidget *value;

  forget_checks ();
  set_member (X12_PATIENT, "MOCK-ACTIVE");
  page = open_benefits (casey, x12_number);
  ask (page, X12_REQUEST);
  ivr_test_wait (ivr_test_shows (page, "$125.50"));
  check_names (page);
  value = ivr_test_find (page, GTK_TYPE_LABEL, "Deductible, individual, remaining: $125.50, read in EB 3");
  g_assert_nonnull (value);
}

/* Nothing of what was asked and answered until here is in a log or a complaint of any of the programs, this one too. */
static void
test_canary (void)
{
  g_autofree char *log = g_build_filename (ivr_test_server_get_folder (server), "log", "server.log", NULL);
  g_autofree char *said = NULL;
  g_autofree char *server_log = NULL;
  g_autofree char *asked = ivr_test_value (admin, "select count(*) from audit.audit_logs where action = 'ask_payer'", NULL);

  g_assert_cmpint (g_ascii_strtoll (asked, NULL, 10), >, 40);
  g_assert_true (g_file_get_contents (words, &said, NULL, NULL));
  g_assert_true (g_file_get_contents (log, &server_log, NULL, NULL));
  look_for_canary ("what the programs say", said, strlen (said));
  look_for_canary ("the server's log", server_log, strlen (server_log));
}

static void
start_all (void)
{
  g_autofree char *feed = ivr_test_server_uri (server, "ivr_gateway");
  g_autofree char *carrier = ivr_test_server_uri (server, "ivr_lookup");
  g_autofree char *program = ivr_test_program ("src/mock/ivr-mock-payer");
  g_autoptr(GDataInputStream) lines = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *line = NULL;

  payer = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program, "--database", carrier,
                            "--die-with-parent", "--demo", NULL);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (payer));
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (lines), FALSE);
  line = g_data_input_stream_read_line (lines, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (line, LISTENING));
  gateway = ivr_test_gateway_new_with (feed, NULL, (const char *[]) { "--ask-payers", carrier, "--mock-payer", line + strlen (LISTENING), NULL });
  gateway_uri = g_strconcat ("ws://", ivr_test_gateway_get_address (gateway), NULL);
}

static char *
number_of (const char *request)
{
  return ivr_test_value (admin, "select '#' || request_no from ivr.ivr_requests where id = $1", request, NULL);
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *uri = NULL;
  int status;
  int fd;

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  pictures = g_strdup (g_getenv ("IVR_PICTURES"));
  server = ivr_test_server_new ();
  uri = ivr_test_server_uri (server, NULL);
  admin = ivr_test_connect (uri);
  x12_number = number_of (X12_REQUEST);
  fhir_number = number_of (FHIR_REQUEST);
  ivr_test_do (admin, "update ivr.patients set last_name = '" CANARY "'");
  words = g_build_filename (ivr_test_server_get_folder (server), "words", NULL);
  fd = open (words, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  g_assert_cmpint (fd, >=, 0);
  if (g_getenv ("IVR_PICTURES") == NULL)
    dup2 (fd, STDERR_FILENO);
  close (fd);
  start_all ();
  g_test_add_func ("/eligibility/habits", test_habits);
  g_test_add_func ("/eligibility/gateway-away", test_gateway_away);
  g_test_add_func ("/eligibility/no-gateway", test_no_gateway);
  g_test_add_func ("/eligibility/cancel", test_cancel);
  g_test_add_func ("/eligibility/side-by-side", test_side_by_side);
  g_test_add_func ("/eligibility/held", test_held);
  g_test_add_func ("/eligibility/cannot-be-asked", test_cannot_be_asked);
  g_test_add_func ("/eligibility/key-and-evidence", test_key_and_evidence);
  g_test_add_func ("/eligibility/window", test_window);
  g_test_add_func ("/eligibility/form", test_form);
  g_test_add_func ("/eligibility/form-refused", test_form_refused);
  g_test_add_func ("/eligibility/sentences", test_sentences);
  g_test_add_func ("/eligibility/twice", test_twice);
  g_test_add_func ("/eligibility/error-ends", test_error_ends);
  g_test_add_func ("/eligibility/hostile", test_hostile);
  g_test_add_func ("/eligibility/names", test_names);
  g_test_add_func ("/eligibility/canary", test_canary);
  status = g_test_run ();
  ivr_test_gateway_free (gateway);
  g_object_unref (payer);
  PQfinish (admin);
  ivr_test_server_free (server);
  g_free (gateway_uri);
  g_free (x12_number);
  g_free (fhir_number);
  g_free (pictures);
  g_free (words);
  return status;
}
