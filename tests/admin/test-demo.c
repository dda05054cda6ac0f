/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-test-server.h"

#include <string.h>

/* "ivr-admin verify" without a URI speaks of this user's demo, whether it runs or was never there. */
static void
test_verify_demo (void)
{
  g_autofree char *folder = ivr_test_dup_folder ();
  g_autofree char *demo = g_build_filename (folder, "demo", NULL);
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;
  g_autofree char *status = NULL;

  g_setenv ("IVR_DEMO_DIR", demo, TRUE);
  for (int i = 0; i < 2; i++)
    {
      g_free (out);
      g_free (err);
      g_assert_cmpint (ivr_test_admin (&out, &err, "verify", NULL), ==, 0);
      g_assert_nonnull (strstr (out, "7 requests\n"));
      g_assert_nonnull (strstr (out, "12 messages\n"));
      g_assert_nonnull (strstr (out, "11 patients\n"));
      g_assert_nonnull (strstr (out, "9 users\n"));
      g_assert_nonnull (strstr (out, "\nTables verified: "));
      ivr_test_assert_sentence (err, "not running");
    }
  /* Its server was started for the report, and ended with it. */
  g_assert_cmpint (ivr_test_admin (&status, NULL, "cluster", "status", demo, NULL), ==, 1);
  g_assert_cmpstr (status, ==, "not running\n");
  ivr_test_admin_ok ("cluster", "start", demo, NULL);
  g_free (err);
  g_free (out);
  g_assert_cmpint (ivr_test_admin (&out, &err, "verify", NULL), ==, 0);
  g_assert_cmpstr (err, ==, "");
  ivr_test_admin_ok ("cluster", "stop", demo, NULL);
  ivr_test_remove_folder (folder);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/admin/verify-demo", test_verify_demo);
  return g_test_run ();
}
