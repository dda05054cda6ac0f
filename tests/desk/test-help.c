/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Help and the report of a problem, opened from the desk. What is reported is what a stranger may read. */
#include "ivr-test-window.h"

#include "ivr-problem-log.h"
#include "ivr-problem-window.h"

#include <string.h>

static IvrTestServer *server;

static void
test_help (void)
{
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  GtkWindow *help;

  gtk_widget_activate_action (GTK_WIDGET (casey->window), "win.help", NULL);
  help = ivr_test_find_window ("Help");
  g_assert_nonnull (help);
  ivr_test_wait (ivr_test_shows (help, "Begin a request"));
  /* Statuses come from the server. */
  adw_view_stack_set_visible_child_name (ADW_VIEW_STACK (ivr_test_find (help, ADW_TYPE_VIEW_STACK, NULL)), "statuses");
  ivr_test_wait (ivr_test_shows (help, "Information needed"));
  gtk_window_destroy (help);
}

static void
test_mask (void)
{
  static const struct
  {
    const char *said;
    const char *kept;
  } rows[] = {
    { "no row “Testpatient, Alma” here", "no row … here" },
    { "cannot open '/home/casey/Testpatient.pdf': no such file", "cannot open …: no such file" },
    { "wrong date 1948-03-12 in line 12", "wrong date … in line 12" },
    { "mail to casey@example.org failed", "mail to … failed" },
    { "wss://gateway.example:8443/v1/live closed", "… closed" },
    { "two\nlines", "two lines" },
    { "Couldn't parse 'Doe, Jane' as a date", "Couldn't parse … as a date" },
    { "it can't read \"O'Hara\" or `Doe, Jane' here", "it can't read … or … here" },
    { "broken “Doe, Jane", "broken …" },
    { "in /var/lib/x and ~/notes", "in … and ~…" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *masked = ivr_problem_log_mask (rows[i].said);

      g_assert_cmpstr (masked, ==, rows[i].kept);
    }
  {
    g_autofree char *huge = g_strnfill (100000, 'x');
    g_autofree char *masked = ivr_problem_log_mask (huge);
    g_autofree char *broken = ivr_problem_log_mask ("\xff\xfe odd bytes");

    g_assert_cmpuint (strlen (masked), ==, 200);
    g_assert_true (g_utf8_validate (broken, -1, NULL));
  }
}

static void
test_report (void)
{
  static const char * const secrets[] = {
    "casey", "Casey", "Example Wound Clinic", "Testpatient", "Alma", "DEMO-", "1001", "postgresql:", "/tmp/", "0e000000", "Half of a thought",
  };
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  GtkWindow *window;
  g_autofree char *report = NULL;

  ivr_test_person_open (casey, "All requests", "#1001");
  ivr_test_type (casey->window, "Message", "Half of a thought");
  gtk_widget_activate_action (GTK_WIDGET (casey->window), "win.problem", NULL);
  window = ivr_test_find_window ("Report a problem");
  g_assert_nonnull (window);
  report = ivr_problem_dup_report (GTK_WIDGET (casey->window), casey->session);
  g_assert_nonnull (strstr (report, "libadwaita"));
  g_assert_nonnull (strstr (report, "side: clinic"));
  for (gsize i = 0; i < G_N_ELEMENTS (secrets); i++)
    if (strstr (report, secrets[i]) != NULL)
      g_error ("“%s” is in the report:\n%s", secrets[i], report);
  gtk_window_destroy (window);
}

/* What libraries complain about is in it, without what they repeat. In a process of its own: it sets how this one logs. */
static void
test_log (void)
{
  g_autofree char *log = NULL;

  if (g_test_subprocess ())
    {
      g_log_set_always_fatal (G_LOG_FATAL_MASK);
      ivr_problem_log_begin ();
      for (int i = 0; i < 100; i++)
        g_log_structured ("Library", G_LOG_LEVEL_WARNING, "MESSAGE", "complaint %d of “Testpatient”", i % 10);
      g_log_structured ("Library", G_LOG_LEVEL_INFO, "MESSAGE", "no complaint");
      log = ivr_problem_log_dup ();
      g_assert_null (strstr (log, "Testpatient"));
      g_assert_null (strstr (log, "no complaint"));
      g_assert_nonnull (strstr (log, "Library: complaint 9 of …\n"));
      g_assert_cmpuint (strlen (log), <, 60 * 220);
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
}

int
main (int    argc,
      char **argv)
{
  int status;

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  if (!g_test_subprocess ())
    server = ivr_test_server_new ();
  g_test_add_func ("/help/window", test_help);
  g_test_add_func ("/help/mask", test_mask);
  g_test_add_func ("/help/report", test_report);
  g_test_add_func ("/help/log", test_log);
  status = g_test_run ();
  if (server != NULL)
    ivr_test_server_free (server);
  return status;
}
