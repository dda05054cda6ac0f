/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-test-window.h"

#include "ivr-server-profile.h"
#include "ivr-signin-window.h"

#include <string.h>

/* The sign-in window against a server that is there, one that is not, and people who may not. */
static IvrTestServer *server;

typedef struct
{
  IvrDatabase *database;
  char *server;
  char *gateway;
} Arrived;

static void
on_signed_in (Arrived     *arrived,
              IvrDatabase *database,
              const char  *address,
              const char  *gateway)
{
  g_set_object (&arrived->database, database);
  arrived->server = g_strdup (address);
  arrived->gateway = g_strdup (gateway);
}

static GtkWindow *
open_signin (Arrived *arrived)
{
  GtkWindow *window = ivr_signin_window_new (NULL, NULL);

  g_signal_connect_swapped (window, "signed-in", G_CALLBACK (on_signed_in), arrived);
  gtk_window_present (window);
  return window;
}

static void
fill (GtkWindow  *window,
      const char *address,
      const char *user)
{
  ivr_test_type (window, "Server", address);
  ivr_test_type (window, "User", user);
  ivr_test_type (window, "Password", "irrelevant: the folder is the lock");
  ivr_test_click (window, "Sign in");
}

static void
test_success (void)
{
  Arrived arrived = { NULL };
  GtkWindow *window = open_signin (&arrived);
  g_autofree char *address = g_build_filename (ivr_test_server_get_folder (server), "socket", NULL);

  ivr_test_type (window, "Live updates", "ws://127.0.0.1:1");
  fill (window, address, "casey.example");
  ivr_test_wait (arrived.database != NULL);
  g_assert_cmpstr (ivr_database_get_name (arrived.database), ==, "Casey Example");
  g_assert_cmpstr (arrived.server, ==, address);
  g_assert_cmpstr (arrived.gateway, ==, "ws://127.0.0.1:1");
  ivr_database_sign_out (arrived.database);
  g_clear_object (&arrived.database);
  g_free (arrived.server);
  g_free (arrived.gateway);
  gtk_window_destroy (window);
}

static void
assert_complaint (const char *address,
                  const char *user,
                  const char *words)
{
  Arrived arrived = { NULL };
  GtkWindow *window = open_signin (&arrived);

  fill (window, address, user);
  g_test_message ("%s at %s: %s", user, address, words);
  ivr_test_wait (ivr_test_shows (window, words));
  g_assert_null (arrived.database);
  /* Whoever mistyped can go on at once. */
  ivr_test_wait (gtk_widget_is_sensitive (ivr_test_find (window, GTK_TYPE_BUTTON, "Sign in")));
  gtk_window_destroy (window);
}

static void
test_complaints (void)
{
  g_autofree char *address = g_build_filename (ivr_test_server_get_folder (server), "socket", NULL);
  g_autofree char *uri = ivr_test_server_uri (server, NULL);
  g_autoptr(PGconn) admin = ivr_test_connect (uri);

  assert_complaint ("", "casey.example", "Enter the server");
  assert_complaint ("host name with spaces", "casey.example", "Enter the server");
  assert_complaint ("desk.example/ivr?sslmode=disable", "casey.example", "Enter the server");
  assert_complaint (address, "", "Enter your user name");
  assert_complaint ("/nowhere/at/all", "casey.example", "cannot be reached");
  assert_complaint (address, "nobody.known", "does not accept this user");
  {
    g_autoptr(PGresult) done = ivr_test_query (admin, "update ivr.users set is_active = false where login = 'kim.demo'", NULL);
  }
  assert_complaint (address, "kim.demo", "not active");
  {
    g_autoptr(PGresult) done = ivr_test_query (admin, "update ivr.settings set value = '9999' where name = 'schema_version'", NULL);
  }
  assert_complaint (address, "casey.example", "newer than this desk");
  {
    g_autoptr(PGresult) done = ivr_test_query (admin, "update ivr.settings set value = '1' where name = 'schema_version'", NULL);
  }
  assert_complaint (address, "casey.example", "older than this desk");
}

/* No way of writing a server's name weakens the line to it. */
static void
test_profile (void)
{
  static const char * const names[] = { "desk.example", "desk.example:5433", "desk.example/clinic", "desk.example/a%20b" };
  IvrServerProfile profile = { .user = (char *) "x@y?sslmode=disable" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *uri = NULL;

      profile.server = (char *) names[i];
      uri = ivr_server_profile_dup_uri (&profile, NULL);
      g_assert_nonnull (uri);
      g_assert_nonnull (strstr (uri, "sslmode=verify-full&channel_binding=require"));
      g_assert_null (strstr (uri, "disable&"));
      g_assert_true (g_str_has_prefix (uri, "postgresql://x%40y%3Fsslmode%3Ddisable@"));
    }
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *home = ivr_test_dup_folder ();
  int status;

  g_setenv ("XDG_CONFIG_HOME", home, TRUE);
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  server = ivr_test_server_new ();
  g_test_add_func ("/signin/success", test_success);
  g_test_add_func ("/signin/complaints", test_complaints);
  g_test_add_func ("/signin/profile", test_profile);
  status = g_test_run ();
  ivr_test_server_free (server);
  ivr_test_remove_folder (home);
  return status;
}
