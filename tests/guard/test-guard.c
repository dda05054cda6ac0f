/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people can do to their own login, by real logins: everything succeeds on a server without the
 * module, and is refused by the same server with it. Usage: test-guard MODULE */
#include "ivr-test-server.h"

#include <string.h>
#include <glib/gstdio.h>

#define DEADLINE_S 60
#define LOOK_US 100000
#define NO "42501"
#define SALT "c2l4dGVlbmJ5dGVzc2FsdA=="
#define KEY "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define VERIFIER(rounds, salt) "SCRAM-SHA-256$" rounds ":" salt "$" KEY ":" KEY
#define CASEY "casey.example"

static const struct
{
  const char *name;
  const char *value;
} settings[] = {
  { "synchronous_commit", "off" },
  { "idle_session_timeout", "0" },
  { "idle_in_transaction_session_timeout", "0" },
  { "statement_timeout", "0" },
  { "client_connection_check_interval", "0" },
  { "row_security", "off" },
  { "password_encryption", "md5" },
  { "work_mem", "1GB" },
  { "hash_mem_multiplier", "1000" },
  { "maintenance_work_mem", "1GB" },
  { "temp_buffers", "1GB" },
  { "max_parallel_workers_per_gather", "8" },
  { "force_parallel_mode", "on" },
  { "standard_conforming_strings", "off" },
  { "transform_null_equals", "on" },
  { "array_nulls", "off" },
  { "log_parameter_max_length_on_error", "-1" },
  { "debug_print_parse", "on" },
  { "debug_print_plan", "on" },
  { "trace_notify", "on" },
  { "default_transaction_isolation", "serializable" },
  { "default_transaction_read_only", "on" },
  { "tcp_user_timeout", "0" },
  { "tcp_keepalives_idle", "0" },
};

/* Those that are taken at the start of a connection only. */
static const char *const starts[] = { "ignore_system_indexes=on", "post_auth_delay=0", "local_preload_libraries=" };

static const struct
{
  const char *what;
  const char *sql;
} acts[] = {
  { "a password in plain text", "alter role \"" CASEY "\" password 'a'" },
  { "the empty password", "alter role \"" CASEY "\" password ''" },
  { "an old kind of verifier", "alter role \"" CASEY "\" password 'md50123456789abcdef0123456789abcdef'" },
  { "a verifier of one round", "alter role \"" CASEY "\" password '" VERIFIER ("1", SALT) "'" },
  { "a verifier of 4095 rounds", "alter role \"" CASEY "\" password '" VERIFIER ("4095", SALT) "'" },
  { "a verifier that takes the client years", "alter role \"" CASEY "\" password '" VERIFIER ("2000000", SALT) "'" },
  { "a verifier without salt", "alter role \"" CASEY "\" password '" VERIFIER ("4096", "c2FsdA==") "'" },
  { "the login as password", "alter role \"" CASEY "\" password '%s'" },
  { "no password", "alter role \"" CASEY "\" password null" },
  { "by another name", "alter user current_user password 'a'" },
  { "a setting of no weight", "alter role \"" CASEY "\" set application_name = 'x'" },
  { "a setting for one database", "alter role \"" CASEY "\" in database ivr set datestyle = 'German'" },
  { "all settings back", "alter role \"" CASEY "\" reset all" },
  { "how every transaction begins", "set session characteristics as transaction isolation level serializable" },
  { "rights on what is to come", "alter default privileges grant execute on functions to public" },
  { "listening", "listen anything" },
  { "notifying", "notify anything, 'x'" },
  { "a cursor that outlives its transaction", "declare c cursor with hold for select 1" },
};

static IvrTestServer *server;
static char *superuser;
static const char *module;
static gboolean guarded;

static void
run (const char *uri,
     const char *sql)
{
  g_autoptr(PGconn) db = ivr_test_connect (uri);
  g_autoptr(PGresult) done = ivr_test_query (db, sql, NULL);
}

/* Whether a statement of a fresh connection is refused, for the given reason, exactly where there is a guard. */
static void
attempt (const char *before,
         const char *sql)
{
  g_autofree char *uri = ivr_test_server_uri (server, CASEY);
  g_autoptr(PGconn) db = ivr_test_connect (uri);
  g_autoptr(PGresult) first = ivr_test_query (db, before != NULL ? before : "select 1", NULL);
  g_autoptr(PGresult) answer = ivr_test_ask (db, sql, NULL);
  const char *state = ivr_test_state (answer);

  if (!g_str_equal (state, guarded ? NO : ""))
    g_error ("%s: %s %s", sql, state, PQresultErrorMessage (answer));
  if (guarded)
    g_assert_cmpstr (PQresultErrorField (answer, PG_DIAG_MESSAGE_DETAIL), ==, NULL);
}

static PGconn *
start_with (const char *login,
            const char *option)
{
  g_autofree char *uri = ivr_test_server_uri (server, login);
  g_autofree char *options = g_strdup_printf ("-c %s", option);
  g_autofree char *escaped = g_uri_escape_string (options, NULL, FALSE);
  g_autofree char *whole = g_strdup_printf ("%s&options=%s", uri, escaped);

  return PQconnectdb (whole);
}

static void
attempt_start (const char *option)
{
  g_autoptr(PGconn) db = start_with (CASEY, option);

  if ((PQstatus (db) == CONNECTION_OK) == guarded)
    g_error ("%s: %s", option, guarded ? "accepted" : PQerrorMessage (db));
  if (guarded && strstr (PQerrorMessage (db), "permission denied to set parameter") == NULL)
    g_error ("%s: %s", option, PQerrorMessage (db));
}

/* The password that is computed as a good client would, though it is a bad one. */
static char *
verifier_of (const char *password)
{
  g_autoptr(PGconn) db = ivr_test_connect (superuser);
  char *made = PQencryptPasswordConn (db, password, CASEY, "scram-sha-256");
  char *copy = g_strdup (made);

  g_assert_nonnull (made);
  PQfreemem (made);
  return copy;
}

static void
test_settings (void)
{
  run (superuser, "grant execute on function set_config(text, text, boolean) to ivr_user");
  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    {
      g_autofree char *set = g_strdup_printf ("set %s = '%s'", settings[i].name, settings[i].value);
      g_autofree char *local = g_strdup_printf ("select set_config('%s', '%s', true)", settings[i].name, settings[i].value);
      g_autofree char *kept = g_strdup_printf ("alter role current_user set %s = '%s'", settings[i].name, settings[i].value);
      g_autofree char *option = g_strdup_printf ("%s=%s", settings[i].name, settings[i].value);

      attempt (NULL, set);
      attempt (NULL, local);
      attempt (NULL, kept);
      run (superuser, "alter role \"" CASEY "\" reset all");
      attempt_start (option);
    }
  for (guint i = 0; i < G_N_ELEMENTS (starts); i++)
    attempt_start (starts[i]);
  run (superuser, "revoke execute on function set_config(text, text, boolean) from ivr_user");
}

static void
test_acts (void)
{
  g_autofree char *own_name = verifier_of (CASEY);

  for (guint i = 0; i < G_N_ELEMENTS (acts); i++)
    {
      g_auto(GStrv) parts = g_strsplit (acts[i].sql, "%s", 2);
      g_autofree char *sql = g_strjoinv (own_name, parts);

      g_test_message ("%s", acts[i].what);
      attempt (NULL, sql);
      run (superuser, "alter role \"" CASEY "\" reset all");
      run (superuser, "alter role \"" CASEY "\" in database ivr reset all");
      run (superuser, "drop owned by \"" CASEY "\"");
    }
  /* A role that a person may become does not lead out of it. */
  run (superuser, "grant ivr_feed to \"" CASEY "\"");
  attempt ("set role ivr_feed", "listen anything");
  attempt ("set role ivr_feed", "set synchronous_commit = off");
  run (superuser, "revoke ivr_feed from \"" CASEY "\"");
  run (superuser, "alter role \"" CASEY "\" password null");
}

/* What people have to be able to do goes on. */
static void
test_allowed (void)
{
  g_autofree char *uri = ivr_test_server_uri (server, CASEY);
  g_autofree char *operator = ivr_test_server_uri (server, "ada.operator");
  g_autoptr(PGconn) casey = ivr_test_connect (uri);
  g_autoptr(PGconn) ada = ivr_test_connect (operator);
  g_autofree char *verifier = verifier_of ("correct horse battery staple");
  g_autofree char *alter = g_strdup_printf ("alter role \"" CASEY "\" password '%s'", verifier);
  g_autofree char *draft = ivr_test_value (casey, "select api.create_ivr_request(gen_random_uuid(), '{}') ->> 'id'", NULL);
  g_autofree char *changed = ivr_test_value (casey, "select api.change_password(gen_random_uuid(), $1) ->> 'id'", verifier, NULL);
  g_autofree char *locked = ivr_test_value (
    ada, "select api.set_user_active(gen_random_uuid(), '0a000000-0000-4000-8000-000000000005', false, 'left') ->> 'is_active'", NULL);
  g_autofree char *made = ivr_test_value (
    ada, "select api.create_user(gen_random_uuid(), jsonb_build_object('org_id', '0e000000-0000-4000-8000-000000000001', 'login', $2::text,"
         " 'display_name', 'New', 'role', 'clinic_staff'), $1) ->> 'id'", verifier, guarded ? "new.guarded" : "new.naive", NULL);
  g_autofree char *admitted = ivr_test_value (
    ada, "select api.set_user_active(gen_random_uuid(), '0a000000-0000-4000-8000-000000000005', true, 'back') ->> 'is_active'", NULL);
  g_autoptr(PGresult) weak = ivr_test_ask (casey, "select api.change_password(gen_random_uuid(), 'a')", NULL);
  g_autoptr(PGresult) own = ivr_test_ask (casey, alter, NULL);
  g_autoptr(PGresult) harmless = ivr_test_ask (casey, "set application_name = 'x'", NULL);
  g_autoptr(PGconn) zone = start_with (CASEY, "timezone=UTC");

  g_assert_cmpint (strlen (draft), ==, 36);
  g_assert_cmpint (strlen (changed), ==, 36);
  g_assert_cmpint (strlen (made), ==, 36);
  g_assert_cmpstr (locked, ==, "false");
  g_assert_cmpstr (admitted, ==, "true");
  g_assert_cmpstr (ivr_test_state (weak), ==, "IV422");
  g_assert_cmpstr (ivr_test_state (own), ==, "");
  g_assert_cmpstr (ivr_test_state (harmless), ==, "");
  g_assert_cmpint (PQstatus (zone), ==, CONNECTION_OK);
}

static void
assert_allowed (PGconn     *db,
                const char *sql)
{
  g_autoptr(PGresult) answer = ivr_test_ask (db, sql, NULL);

  if (!g_str_equal (ivr_test_state (answer), ""))
    g_error ("%s: %s", sql, PQresultErrorMessage (answer));
}

/* Nobody but people is meant. */
static void
test_others (void)
{
  g_autofree char *uri = ivr_test_server_uri (server, "ivr_gateway");
  g_autoptr(PGconn) gateway = ivr_test_connect (uri);
  g_autoptr(PGconn) admin = ivr_test_connect (superuser);
  g_autoptr(PGconn) start = start_with ("ivr_gateway", "statement_timeout=0");

  g_assert_cmpint (PQstatus (start), ==, CONNECTION_OK);
  assert_allowed (gateway, "listen ivr");
  assert_allowed (gateway, "set statement_timeout = 0");
  assert_allowed (gateway, "declare c cursor with hold for select 1");
  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    {
      g_autofree char *set = g_strdup_printf ("set %s = '%s'", settings[i].name, settings[i].value);

      assert_allowed (admin, set);
    }
  run (superuser, "alter role \"max.demo\" password 'plain'");
}

static void
test_connections (void)
{
  g_autofree char *uri = ivr_test_server_uri (server, "robin.example");
  g_autofree char *other = ivr_test_server_uri (server, "drew.sample");
  g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func ((GDestroyNotify) PQfinish);
  g_autoptr(PGconn) surplus = NULL;
  g_autoptr(PGconn) somebody = NULL;

  /* As many as one may have by itself: 16. */
  run (superuser, "alter role \"robin.example\" connection limit -1");
  for (int i = 0; i < 16; i++)
    g_ptr_array_add (lines, ivr_test_connect (uri));
  surplus = PQconnectdb (uri);
  somebody = ivr_test_connect (other);
  if (!guarded)
    g_assert_cmpint (PQstatus (surplus), ==, CONNECTION_OK);
  else if (PQstatus (surplus) == CONNECTION_OK
           || strstr (PQerrorMessage (surplus), "This person has 16 connections already; close one first.") == NULL)
    g_error ("the 17th connection: %s", PQerrorMessage (surplus));
}

static void
kill_and_wait (void)
{
  gint64 until = g_get_monotonic_time () + DEADLINE_S * G_USEC_PER_SEC;

  ivr_test_server_kill (server);
  while (g_get_monotonic_time () < until)
    {
      g_autoptr(PGconn) db = PQconnectdb (superuser);
      g_autoptr(PGresult) loaded = PQexec (db, "select current_setting('ivr_guard.connections', true) is not null");

      if (PQresultStatus (loaded) == PGRES_TUPLES_OK && g_str_equal (PQgetvalue (loaded, 0, 0), "t"))
        return;
      g_usleep (LOOK_US);
    }
  g_error ("the server did not come back with its module");
}

/* Loaded into one session only it would guard nobody, so it says so. */
static void
test_load (void)
{
  g_autoptr(PGconn) db = ivr_test_connect (superuser);
  g_autofree char *sql = g_strdup_printf ("load '%s'", module);
  g_autoptr(PGresult) answer = ivr_test_ask (db, sql, NULL);

  g_assert_cmpstr (ivr_test_state (answer), ==, "55000");
}

static void
add (const char *name,
     GTestFunc   func)
{
  g_autofree char *path = g_strdup_printf ("/guard/%s/%s", guarded ? "with" : "without", name);

  g_test_add_func (path, func);
}

static void
test_put_in (void)
{
  g_autofree char *sql = g_strdup_printf ("alter system set shared_preload_libraries = '%s'", module);

  run (superuser, sql);
  kill_and_wait ();
  guarded = TRUE;
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *folder = ivr_test_dup_folder ();
  g_autofree char *copy = g_build_filename (folder, "ivr_guard.so", NULL);
  g_autofree char *bytes = NULL;
  g_autoptr(GError) error = NULL;
  gsize length;
  int status;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  /* Where the server's user may read it, wherever the build is. */
  g_file_get_contents (argv[1], &bytes, &length, &error);
  g_assert_no_error (error);
  g_file_set_contents_full (copy, bytes, (gssize) length, G_FILE_SET_CONTENTS_NONE, 0644, &error);
  g_assert_no_error (error);
  module = copy;
  server = ivr_test_server_new ();
  superuser = ivr_test_server_uri (server, NULL);
  for (int i = 0; i < 2; i++)
    {
      guarded = i == 1;
      if (guarded)
        add ("put-in", test_put_in);
      else
        add ("load", test_load);
      add ("settings", test_settings);
      add ("acts", test_acts);
      add ("allowed", test_allowed);
      add ("others", test_others);
      add ("connections", test_connections);
    }
  guarded = FALSE;
  status = g_test_run ();
  ivr_test_server_free (server);
  ivr_test_remove_folder (folder);
  g_free (superuser);
  return status;
}
