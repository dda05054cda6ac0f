/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Forward, each migration once, whoever starts it; and a refusal that says why. */
#include "ivr-test-server.h"

#include <string.h>

static IvrTestServer *server;

static char *
add_migrated (const char *database)
{
  char *uri = ivr_test_server_add_database (server, database);

  ivr_test_admin_ok ("migrate", uri, NULL);
  return uri;
}

static void
assert_refused (const char *uri,
                int         status,
                const char *about)
{
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;

  g_assert_cmpint (ivr_test_admin (&out, &err, "migrate", uri, NULL), ==, status);
  g_assert_cmpstr (out, ==, "");
  ivr_test_assert_sentence (err, about);
}

static void
change (const char *uri,
        const char *sql)
{
  g_autoptr(PGconn) db = ivr_test_connect (uri);
  g_autoptr(PGresult) done = ivr_test_query (db, sql, NULL);

  g_assert_nonnull (done);
}

/* The schema with owners, comments and rights. What belongs to the whole server is not in it. */
static char *
dump (const char *uri)
{
  const char *argv[] = { "pg_dump", "--schema-only", "-d", uri, NULL };
  g_autofree char *err = NULL;
  g_autofree char *whole = NULL;
  g_autoptr(GString) text = g_string_new (NULL);
  g_auto(GStrv) lines = NULL;

  g_assert_cmpint (ivr_test_run (argv, &whole, &err), ==, 0);
  /* Newer minor versions write a random word there. */
  lines = g_strsplit (whole, "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++)
    if (!g_str_has_prefix (lines[i], "\\restrict") && !g_str_has_prefix (lines[i], "\\unrestrict"))
      {
        g_string_append (text, lines[i]);
        g_string_append_c (text, '\n');
      }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
assert_same_schema (const char *a,
                    const char *b)
{
  g_auto(GStrv) left = NULL;
  g_auto(GStrv) right = NULL;

  if (g_str_equal (a, b))
    return;
  left = g_strsplit (a, "\n", -1);
  right = g_strsplit (b, "\n", -1);
  for (gsize i = 0; left[i] != NULL && right[i] != NULL; i++)
    g_assert_cmpstr (left[i], ==, right[i]);
  g_assert_cmpstr (a, ==, b);
}

static void
test_fresh_and_again (void)
{
  g_autofree char *uri = ivr_test_server_add_database (server, "fresh");
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  g_assert_cmpint (ivr_test_admin (&first, NULL, "migrate", uri, NULL), ==, 0);
  g_assert_true (g_regex_match_simple ("^[0-9]+ migrations applied, functions renewed\\.\n$", first, 0, 0));
  before = dump (uri);
  g_assert_cmpint (ivr_test_admin (&second, NULL, "migrate", uri, NULL), ==, 0);
  g_assert_cmpstr (second, ==, "The database is up to date.\n");
  after = dump (uri);
  assert_same_schema (before, after);
  /* The dump has the rights in it, so that a difference in them is a difference. */
  g_assert_nonnull (strstr (before, "GRANT ALL ON FUNCTION api.read_ivr_request"));
  g_assert_nonnull (strstr (before, "GRANT USAGE ON SCHEMA api TO ivr_user"));
  g_assert_nonnull (strstr (before, "FORCE ROW LEVEL SECURITY"));
}

/* A database that stopped after each migration in turn, and went on. */
static void
test_from_each_level (void)
{
  g_autofree char *reference_uri = add_migrated ("reference");
  g_autofree char *reference = dump (reference_uri);
  g_autoptr(PGconn) db = ivr_test_connect (reference_uri);
  g_autoptr(PGresult) names = ivr_test_query (
    db, "select name from ivr.schema_migrations where name ~ '^[0-9]' order by name", NULL);

  g_assert_cmpint (PQntuples (names), >, 8);
  for (int i = 0; i < PQntuples (names); i++)
    {
      g_autofree char *database = g_strdup_printf ("level%d", i);
      g_autofree char *uri = ivr_test_server_add_database (server, database);
      g_autofree char *schema = NULL;

      g_test_message ("from %s", PQgetvalue (names, i, 0));
      ivr_test_admin_ok ("migrate", "--upto", PQgetvalue (names, i, 0), uri, NULL);
      ivr_test_admin_ok ("migrate", uri, NULL);
      schema = dump (uri);
      assert_same_schema (schema, reference);
    }
}

/* Functions of an older program, changed and left over, are gone after the newer one has migrated. */
static void
test_old_functions (void)
{
  g_autofree char *uri = add_migrated ("old_functions");
  g_autofree char *before = dump (uri);
  g_autofree char *out = NULL;
  g_autofree char *after = NULL;

  change (uri, "create function api.left_over() returns integer language sql as 'select 1'");
  change (uri, "grant execute on function api.left_over() to public");
  change (uri, "create or replace function api.end_session(p_session uuid) returns void language sql as 'select null::void'");
  change (uri, "update ivr.schema_migrations set sha256 = 'older' where name = 'api'");
  g_assert_cmpint (ivr_test_admin (&out, NULL, "migrate", uri, NULL), ==, 0);
  g_assert_nonnull (strstr (out, "functions renewed"));
  after = dump (uri);
  assert_same_schema (before, after);
}

/* Logs of before they were kept by months are as they were sealed, and their numbers go on. */
static void
test_logs_move (void)
{
  const char *texts = "select md5(string_agg(x, ',' order by x)) || count(*) from (select 'a' || audit.sealed_text(to_jsonb(a)) x from audit.audit_logs a where a.entity = 'y'"
                      " union all select 'p' || audit.sealed_text(to_jsonb(p)) from audit.phi_access_logs p) z";
  g_autofree char *uri = ivr_test_server_add_database (server, "logs_move");
  g_autoptr(PGconn) db = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *next = NULL;

  ivr_test_admin_ok ("migrate", "--upto", "0032_by_hand.sql", uri, NULL);
  change (uri, "insert into audit.audit_logs (org_id, action, entity, entity_id, at, before) select gen_random_uuid(), 'x', 'y', gen_random_uuid(),"
               " clock_timestamp() - i * interval '20 days', '{\"a\": [1, null]}' from generate_series(0, 9) i");
  change (uri, "insert into audit.phi_access_logs (org_id, actor_id, what, ticket, filter) select gen_random_uuid(), gen_random_uuid(), 'list',"
               " gen_random_uuid(), '{\"view\": \"all\"}' from generate_series(1, 7) i");
  db = ivr_test_connect (uri);
  before = ivr_test_value (db, texts, NULL);
  ivr_test_admin_ok ("migrate", uri, NULL);
  after = ivr_test_value (db, texts, NULL);
  g_assert_cmpstr (after, ==, before);
  next = ivr_test_value (db, "insert into audit.phi_access_logs (org_id, actor_id, what) values (gen_random_uuid(), gen_random_uuid(), 'list')"
                             " returning id || ' ' || (select count(*) from audit.audit_logs_rest)", NULL);
  g_assert_cmpstr (next, ==, "8 0");
}

static void
test_data_survive (void)
{
  g_autofree char *uri = add_migrated ("data_survive");
  g_autoptr(PGconn) db = NULL;
  g_autofree char *n = NULL;

  ivr_test_admin_ok ("seed", uri, NULL);
  change (uri, "update ivr.schema_migrations set sha256 = 'older' where name = 'api'");
  ivr_test_admin_ok ("migrate", uri, NULL);
  db = ivr_test_connect (uri);
  n = ivr_test_value (db, "select count(*) from ivr.ivr_requests", NULL);
  g_assert_cmpstr (n, ==, "7");
}

static void
test_two_at_once (void)
{
  g_autofree char *uri = ivr_test_server_add_database (server, "at_once");
  g_autofree char *reference_uri = add_migrated ("at_once_reference");
  g_autofree char *program = ivr_test_program ("src/admin/ivr-admin");
  g_autofree char *schema = NULL;
  g_autofree char *reference = NULL;
  GSubprocess *all[3];
  int applied = 0;
  int idle = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    all[i] = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL, program, "migrate", uri, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_autofree char *out = NULL;

      g_assert_true (g_subprocess_communicate_utf8 (all[i], NULL, NULL, &out, NULL, NULL));
      g_assert_cmpint (g_subprocess_get_exit_status (all[i]), ==, 0);
      applied += strstr (out, "migrations applied") != NULL;
      idle += strstr (out, "up to date") != NULL;
      g_object_unref (all[i]);
    }
  g_assert_cmpint (applied, ==, 1);
  g_assert_cmpint (idle, ==, 2);
  schema = dump (uri);
  reference = dump (reference_uri);
  assert_same_schema (schema, reference);
}

/* Roles belong to the whole server, so two databases of it meet there. */
static void
test_two_databases_at_once (void)
{
  g_autoptr(IvrTestServer) fresh = ivr_test_server_new_empty ();
  g_autofree char *program = ivr_test_program ("src/admin/ivr-admin");
  GSubprocess *all[4];

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_autofree char *database = g_strdup_printf ("side%d", (int) i);
      g_autofree char *made = ivr_test_server_add_database (fresh, database);

      g_assert_nonnull (made);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_autofree char *database = g_strdup_printf ("side%d", (int) i);
      g_autofree char *uri = ivr_test_server_uri_of (fresh, NULL, database);

      all[i] = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE, NULL,
                                 program, "migrate", uri, NULL);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_autofree char *err = NULL;

      g_assert_true (g_subprocess_communicate_utf8 (all[i], NULL, NULL, NULL, &err, NULL));
      g_assert_cmpstr (err, ==, "");
      g_object_unref (all[i]);
    }
}

static void
test_altered (void)
{
  g_autofree char *uri = add_migrated ("altered");
  g_autofree char *before = dump (uri);
  g_autofree char *after = NULL;

  change (uri, "update ivr.schema_migrations set sha256 = repeat('0', 64) where name = '0005_requests.sql'");
  assert_refused (uri, 1, "0005_requests.sql");
  after = dump (uri);
  assert_same_schema (before, after);
}

static void
test_newer (void)
{
  g_autofree char *uri = add_migrated ("newer");

  change (uri, "insert into ivr.schema_migrations values ('9001_tomorrow.sql', repeat('0', 64))");
  assert_refused (uri, 1, "newer than this program");
}

static void
test_no_superuser (void)
{
  g_autofree char *uri = ivr_test_server_add_database (server, "no_superuser");
  g_autofree char *somebody = ivr_test_server_uri_of (server, "somebody", "no_superuser");

  change (uri, "create role somebody login createdb createrole");
  assert_refused (somebody, 1, "superuser");
  g_assert_nonnull (somebody);
}

static void
test_unreachable (void)
{
  g_autofree char *no_database = ivr_test_server_uri_of (server, NULL, "no_such_database");
  g_autofree char *no_role = ivr_test_server_uri_of (server, "no.such.role", "ivr");

  assert_refused (no_database, 2, "no_such_database");
  assert_refused (no_role, 2, "no.such.role");
  assert_refused ("postgresql://postgres@127.0.0.1:1/ivr", 2, "cannot be reached");
}

/* A migration that fails halfway leaves the database at the one before it. */
static void
test_failing_migration (void)
{
  g_autofree char *uri = ivr_test_server_add_database (server, "failing");
  g_autofree char *reference_uri = add_migrated ("failing_reference");
  g_autofree char *reference = dump (reference_uri);
  g_autofree char *schema = NULL;
  g_autofree char *levels = NULL;
  g_autoptr(PGconn) db = ivr_test_connect (uri);

  ivr_test_admin_ok ("migrate", "--upto", "0004_patients.sql", uri, NULL);
  change (uri, "create table ivr.ivr_products (in_the_way integer)");
  assert_refused (uri, 1, "0005_requests.sql");
  levels = ivr_test_value (db, "select max(name) || ' ' || (to_regclass('ivr.ivr_requests') is null) from ivr.schema_migrations", NULL);
  g_assert_cmpstr (levels, ==, "0004_patients.sql true");
  change (uri, "drop table ivr.ivr_products");
  ivr_test_admin_ok ("migrate", uri, NULL);
  schema = dump (uri);
  assert_same_schema (schema, reference);
}

int
main (int    argc,
      char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  server = ivr_test_server_new_empty ();
  g_test_add_func ("/migrate/fresh-and-again", test_fresh_and_again);
  g_test_add_func ("/migrate/from-each-level", test_from_each_level);
  g_test_add_func ("/migrate/old-functions", test_old_functions);
  g_test_add_func ("/migrate/logs-move", test_logs_move);
  g_test_add_func ("/migrate/data-survive", test_data_survive);
  g_test_add_func ("/migrate/two-at-once", test_two_at_once);
  g_test_add_func ("/migrate/two-databases-at-once", test_two_databases_at_once);
  g_test_add_func ("/migrate/altered", test_altered);
  g_test_add_func ("/migrate/newer", test_newer);
  g_test_add_func ("/migrate/no-superuser", test_no_superuser);
  g_test_add_func ("/migrate/unreachable", test_unreachable);
  g_test_add_func ("/migrate/failing", test_failing_migration);
  status = g_test_run ();
  ivr_test_server_free (server);
  return status;
}
