/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The same attacks against a schema as many have it. Those that should succeed there do: a refusal of
 * the real one is its own doing, and not a slip of the attack. */
#include "ivr-attack.h"

static IvrAttackers *attackers;

static void
test_list (gconstpointer data)
{
  const IvrAttack *attacks = data;
  gsize bitten = 0;
  gsize toothless = 0;

  for (gsize i = 0; attacks[i].name != NULL; i++)
    if (attacks[i].naive)
      {
        if (ivr_attack_succeeds (attackers, &attacks[i]))
          bitten++;
        else
          {
            g_test_message ("WRONG “%s” does not succeed even here", attacks[i].name);
            toothless++;
          }
      }
  g_test_message ("%d of %d succeed", (int) bitten, (int) ivr_attacks_count (attacks));
  g_assert_cmpint (toothless, ==, 0);
  g_assert_cmpint (bitten * 2, >, ivr_attacks_count (attacks));
}

int
main (int    argc,
      char **argv)
{
  g_autoptr(IvrTestServer) server = NULL;
  g_autoptr(PGconn) admin = NULL;
  g_autoptr(PGresult) done = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *uri = NULL;
  g_autofree char *path = NULL;
  g_autofree char *sql = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  server = ivr_test_server_new ();
  uri = ivr_test_server_uri (server, NULL);
  admin = ivr_test_connect (uri);
  attackers = ivr_attackers_new (server);
  path = g_test_build_filename (G_TEST_DIST, "sql", "naive.sql", NULL);
  g_file_get_contents (path, &sql, NULL, &error);
  g_assert_no_error (error);
  done = PQexec (admin, sql);
  g_assert_cmpstr (PQresultErrorMessage (done), ==, "");
  g_test_add_data_func ("/naive/around-the-door", ivr_attacks_door, test_list);
  g_test_add_data_func ("/naive/spying", ivr_attacks_spy, test_list);
  g_test_add_data_func ("/naive/through-the-door", ivr_attacks_api, test_list);
  g_test_add_data_func ("/naive/documents", ivr_attacks_documents, test_list);
  status = g_test_run ();
  ivr_attackers_free (attackers);
  return status;
}
