/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From pressing "Check eligibility" in the form of a new request until what the payer said stands in the form, over
 * the real gateway, against curl that asks the same invented payer for the same: turn by turn, with a payer that
 * answers at once and with one that thinks as payers do. In the form's time are the saving of the request, the
 * question's way through the database, the reading of the answer, and its evidence. */
#include "ivr-bench.h"
#include "ivr-test-gateway.h"
#include "ivr-test-window.h"
#include "ivr-x12-writer.h"

#include <string.h>

#define LISTENING "ivr-mock-payer: listening on "
#define PLAN "SAMPLE PPO 500"
#define MEMBER "MOCK-ACTIVE"

static int n_rounds = 7;
static int delay = 1000;

static char *
start_payer (IvrTestServer  *server,
             const char     *thinks,
             GSubprocess   **process)
{
  g_autofree char *carrier = ivr_test_server_uri (server, "ivr_lookup");
  g_autofree char *program = ivr_test_program ("src/mock/ivr-mock-payer");
  g_autoptr(GDataInputStream) lines = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *line = NULL;

  *process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program, "--database", carrier,
                               "--die-with-parent", "--demo", "--delay", thinks, NULL);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (*process));
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (lines), FALSE);
  line = g_data_input_stream_read_line (lines, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (line != NULL && g_str_has_prefix (line, LISTENING));
  return g_strdup (line + strlen (LISTENING));
}

static char *
write_question (const char *folder)
{
  static const char * const services[] = { "30", NULL };
  g_autoptr(GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr(GError) error = NULL;
  const IvrEdiQuestion question = {
    .sender_qualifier = "ZZ", .sender = "BENCH", .receiver_qualifier = "ZZ", .receiver = "DEMO03", .control = 1,
    .is_test = TRUE, .at = now, .payer = "Sample Mutual PPO", .payer_id = "DEMO03", .provider_last = "Bench Clinic",
    .provider_npi = "1234567893", .trace = "BENCH-1", .trace_origin = "9BENCHBENC", .subscriber_last = "Bench",
    .subscriber_first = "Pat", .member_id = MEMBER, .born = "1948-03-12", .from = "2026-06-01", .services = services,
  };
  g_autofree char *text = ivr_x12_writer_question (&question, &error);
  char *file = g_build_filename (folder, "question.edi", NULL);

  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (file, text, -1, NULL));
  return file;
}

static double
time_curl (const char *payer,
           const char *question)
{
  g_autofree char *uri = g_strconcat (payer, "/x12", NULL);
  g_autofree char *data = g_strconcat ("@", question, NULL);
  const char *argv[] = { "curl", "-sS", "--fail", "-H", "Content-Type: application/edi-x12", "--data-binary", data, uri, NULL };
  g_autofree char *said = NULL;
  double began = ivr_bench_now_ms ();

  g_assert_cmpint (ivr_test_run (argv, &said, NULL), ==, 0);
  began = ivr_bench_now_ms () - began;
  g_assert_nonnull (strstr (said, PLAN));
  return began;
}

static gboolean
has_plan (GtkWindow *form)
{
  g_autofree char *plan = ivr_test_typed (form, "Kind of plan");

  return g_strcmp0 (plan, PLAN) == 0;
}

/* @answered: (out): until the figures are shown */
static double
time_form (IvrTestPerson *person,
           double        *answered)
{
  GtkWindow *form, *benefits;
  double began, ended;

  ivr_test_click (person->window, "New request");
  form = ivr_test_find_child (person->window, "New request");
  ivr_test_type (form, "First name", "Pat");
  ivr_test_type (form, "Last name", "Bench");
  ivr_test_type (form, "Date of birth", "03/12/1948");
  ivr_test_type (form, "Payer", "Sample Mutual PPO");
  ivr_test_type (form, "Member ID", MEMBER);
  /* Until the form has settled: it looks up what it is offered when a person pauses. */
  for (began = ivr_bench_now_ms (); ivr_bench_now_ms () - began < 1500;)
    ivr_test_step ();
  began = ivr_bench_now_ms ();
  ivr_test_click (form, "Check eligibility");
  benefits = ivr_test_find_child (form, "Benefits");
  ivr_test_wait (ivr_test_shows (benefits, "$125.50"));
  *answered = ivr_bench_now_ms () - began;
  ivr_test_wait (ivr_test_shows (form, "Payer's answer"));
  ivr_test_click (form, "Fill in all");
  ivr_test_wait (has_plan (form));
  ended = ivr_bench_now_ms ();
  gtk_window_destroy (benefits);
  gtk_window_destroy (form);
  return ended - began;
}

static void
compare (IvrBench      *bench,
         IvrTestServer *server,
         int            thinks)
{
  g_autoptr(GArray) shown = ivr_bench_values ();
  g_autoptr(GArray) filled = ivr_bench_values ();
  g_autoptr(GArray) others = ivr_bench_values ();
  g_autofree char *milliseconds = g_strdup_printf ("%d", thinks);
  g_autofree char *first = g_strdup_printf ("payer thinks %d ms: button to figures", thinks);
  g_autofree char *second = g_strdup_printf ("payer thinks %d ms: button to filled form", thinks);
  GSubprocess *process = NULL;
  g_autofree char *payer = start_payer (server, milliseconds, &process);
  g_autofree char *feed = ivr_test_server_uri (server, "ivr_gateway");
  g_autofree char *carrier = ivr_test_server_uri (server, "ivr_lookup");
  g_autoptr(IvrTestGateway) gateway = ivr_test_gateway_new_with (feed, NULL, (const char *[]) { "--ask-payers", carrier, "--mock-payer", payer, NULL });
  g_autofree char *uri = g_strconcat ("ws://", ivr_test_gateway_get_address (gateway), NULL);
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new_at (server, "casey.example", uri, NULL);
  g_autofree char *folder = ivr_test_dup_folder ();
  g_autofree char *question = write_question (folder);

  for (int i = -1; i < n_rounds; i++)
    {
      double answered;
      double whole = time_form (casey, &answered);
      double other = time_curl (payer, question);

      if (i < 0)
        continue;
      ivr_bench_add (shown, answered);
      ivr_bench_add (filled, whole);
      ivr_bench_add (others, other);
    }
  ivr_bench_report (bench, first, "ms", shown, "curl to the payer", others);
  ivr_bench_report (bench, second, "ms", filled, "curl to the payer", others);
  ivr_bench_end (process);
  ivr_test_remove_folder (folder);
}

int
main (int   argc,
      char *argv[])
{
  const GOptionEntry entries[] = {
    { "rounds", 0, 0, G_OPTION_ARG_INT, &n_rounds, "How often each is measured (7)", "N" },
    { "delay", 0, 0, G_OPTION_ARG_INT, &delay, "How long a payer thinks (1000)", "MS" },
    { NULL },
  };
  g_autoptr(IvrBench) bench = ivr_bench_new ("edi-form", "Measures how long it takes to have a form filled in by a payer.", entries, &argc, &argv);
  g_autofree char *curl = g_find_program_in_path ("curl");
  GSubprocess *display;
  IvrTestServer *server;

  if (curl == NULL)
    {
      ivr_bench_say (bench, "There is no curl here to ask the payer directly: not compared.");
      return 0;
    }
  display = ivr_bench_display ("1440x900x24");
  server = ivr_test_server_new ();
  /* Widgets are found by their names. */
  g_setenv ("GTK_A11Y", "test", TRUE);
  gtk_init ();
  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  compare (bench, server, 0);
  compare (bench, server, delay);
  ivr_test_server_free (server);
  ivr_bench_end (display);
  return 0;
}
