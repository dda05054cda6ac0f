/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of asking payers that need neither database nor payer. */
#include "ivr-payer-breaker.h"
#include "ivr-payer-secrets.h"

#include <glib/gstdio.h>
#include <string.h>

static void
test_breaker (void)
{
  IvrPayerBreaker breaker = { 0 };
  gint64 now = 1000;

  for (guint i = 0; i < IVR_PAYER_BREAKER_FAILURES; i++)
    {
      g_assert_true (ivr_payer_breaker_may_ask (&breaker, now));
      ivr_payer_breaker_note (&breaker, now, FALSE);
    }
  g_assert_false (ivr_payer_breaker_may_ask (&breaker, now));
  g_assert_false (ivr_payer_breaker_may_ask (&breaker, now + IVR_PAYER_BREAKER_REST_MS - 1));
  /* After the rest one tries, and the others wait for how it ends. */
  now += IVR_PAYER_BREAKER_REST_MS;
  g_assert_true (ivr_payer_breaker_may_ask (&breaker, now));
  g_assert_false (ivr_payer_breaker_may_ask (&breaker, now));
  ivr_payer_breaker_note (&breaker, now, FALSE);
  g_assert_false (ivr_payer_breaker_may_ask (&breaker, now + 1));
  now += IVR_PAYER_BREAKER_REST_MS;
  g_assert_true (ivr_payer_breaker_may_ask (&breaker, now));
  ivr_payer_breaker_note (&breaker, now, TRUE);
  g_assert_true (ivr_payer_breaker_may_ask (&breaker, now));
  /* Failures count in a row only. */
  for (guint i = 0; i < 3 * IVR_PAYER_BREAKER_FAILURES; i++)
    ivr_payer_breaker_note (&breaker, now, i % 2 == 0);
  g_assert_true (ivr_payer_breaker_may_ask (&breaker, now));
}

static void
test_secrets (void)
{
  g_autofree char *folder = g_dir_make_tmp ("ivr-test-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "payers", NULL);
  static const char text[] = "[clearinghouse]\nauthorization=Bearer Canary-7741\n[bad]\nauthorization=Bearer a\\nHost: other\n"
                             "[partner]\nuser=ours\npassword=Canary-7741\n[worse]\nuser=ours\npassword=a\\nb\n";
  g_autoptr(IvrPayerSecrets) secrets = NULL;
  g_autoptr(IvrPayerSecrets) systemd = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPayerLogin) login = NULL;
  g_autoptr(IvrPayerLogin) partner = NULL;
  g_autoptr(IvrPayerLogin) credential = NULL;

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_cmpint (g_chmod (path, 0640), ==, 0);
  g_assert_null (ivr_payer_secrets_new (path, &error));
  g_assert_nonnull (strstr (error->message, "can be read by others"));
  g_assert_null (strstr (error->message, "Canary"));
  g_clear_error (&error);
  g_assert_cmpint (g_chmod (path, 0600), ==, 0);
  secrets = ivr_payer_secrets_new (path, &error);
  g_assert_no_error (error);
  login = ivr_payer_secrets_dup_login (secrets, "clearinghouse");
  g_assert_cmpstr (login->authorization, ==, "Bearer Canary-7741");
  g_assert_null (login->user);
  partner = ivr_payer_secrets_dup_login (secrets, "partner");
  g_assert_cmpstr (partner->user, ==, "ours");
  g_assert_cmpstr (partner->password, ==, "Canary-7741");
  g_assert_null (ivr_payer_secrets_dup_login (secrets, "another"));
  g_assert_null (ivr_payer_secrets_dup_login (secrets, "bad"));
  g_assert_null (ivr_payer_secrets_dup_login (secrets, "worse"));
  /* As systemd hands it over. */
  g_setenv ("CREDENTIALS_DIRECTORY", folder, TRUE);
  systemd = ivr_payer_secrets_new (NULL, &error);
  g_assert_no_error (error);
  credential = ivr_payer_secrets_dup_login (systemd, "clearinghouse");
  g_assert_cmpstr (credential->authorization, ==, "Bearer Canary-7741");
  /* What is wrong with a line is not said with the line. */
  g_assert_true (g_file_set_contents_full (path, "Canary-7741 without a group\n", -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  g_assert_null (ivr_payer_secrets_new (path, &error));
  g_assert_null (strstr (error->message, "Canary"));
  g_clear_error (&error);
  g_unlink (path);
  g_assert_null (ivr_payer_secrets_new (path, &error));
  g_assert_nonnull (error);
  g_rmdir (folder);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/payer-parts/breaker", test_breaker);
  g_test_add_func ("/payer-parts/secrets", test_secrets);
  return g_test_run ();
}
