/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the server knows about our tables and functions, and what plpgsql_check finds in them. */
#include "ivr-test-server.h"

static IvrTestServer *server;
static PGconn *admin;

#define OUR_FUNCTIONS \
  "from pg_proc p join pg_namespace n on n.oid = p.pronamespace " \
  "and n.nspname in ('api', 'rules', 'feed', 'prov', 'lookup', 'ivr', 'audit') "

/* Each row of the answer is one thing that is wrong. */
static void
assert_none (const char *sql)
{
  g_autoptr(PGresult) rows = ivr_test_query (admin, sql, NULL);

  for (int i = 0; i < PQntuples (rows); i++)
    g_test_message ("%s", PQgetvalue (rows, i, 0));
  g_assert_cmpint (PQntuples (rows), ==, 0);
}

static void
assert_number (const char *sql,
               int         least)
{
  g_autofree char *n = ivr_test_value (admin, sql, NULL);

  g_assert_cmpint ((int) g_ascii_strtoll (n, NULL, 10), >=, least);
}

/* Everything that the checker knows to look for, every trigger with each of its tables. Left out, by name
 * or by shape: a function that ends in rules.fail(), which always raises, needs no RETURN, and that one
 * must not be optimized away; "return query execute" fills the columns of the answer, which the checker
 * does not follow; and three lists are put together from constants of rules.views() and rules.list_sort(),
 * which no text of a client ever enters. */
static void
test_plpgsql_check (void)
{
  g_autoptr(PGresult) extension = ivr_test_query (admin, "create extension if not exists plpgsql_check", NULL);

  g_assert_nonnull (extension);
  assert_number ("select count(*) " OUR_FUNCTIONS
                 "join pg_language l on l.oid = p.prolang and l.lanname = 'plpgsql'", 50);
  assert_none ("select format('%s is a trigger of no table', p.oid::regprocedure) " OUR_FUNCTIONS
               "where p.prorettype = 'trigger'::regtype and not exists (select from pg_trigger t where t.tgfoid = p.oid)");
  assert_none (
    "select format('%s line %s: %s %s', p.oid::regprocedure, c.lineno, c.level, c.message) "
    OUR_FUNCTIONS
    "join pg_language l on l.oid = p.prolang and l.lanname = 'plpgsql' "
    "left join pg_trigger t on t.tgfoid = p.oid and not t.tgisinternal and t.tgparentid = 0, "
    "lateral plpgsql_check_function_tb(p.oid, coalesce(t.tgrelid, 0), fatal_errors => false, "
    "  other_warnings => true, extra_warnings => true, performance_warnings => true, "
    "  security_warnings => true) c "
    "where (p.prorettype <> 'trigger'::regtype or t.oid is not null) "
    "and not (c.message = 'control reached end of function without RETURN' "
    "         and p.prosrc ~ 'perform rules\\.fail\\([^;]*;\\s*end\\s*$') "
    "and not (c.message like 'OUT variable % is maybe unmodified' and p.prosrc ~ 'return query execute') "
    "and not (c.level = 'performance' and p.proname = 'fail') "
    "and not (c.level = 'security' and p.proname in ('list_page', 'list_fences', 'view_counts'))");
}

/* A checker that finds nothing proves nothing before it has found something. */
static void
test_plpgsql_check_finds (void)
{
  g_autoptr(PGresult) made = ivr_test_query (
    admin, "create function pg_temp.bad() returns integer language plpgsql as "
           "$$ begin return (select missing from ivr.ivr_requests); end $$", NULL);

  g_assert_nonnull (made);
  assert_number ("select count(*) from plpgsql_check_function_tb('pg_temp.bad()'::regprocedure) "
                 "where level = 'error'", 1);
}

static void
test_functions (void)
{
  assert_number ("select count(*) " OUR_FUNCTIONS "where n.nspname = 'api'", 19);
  assert_none ("select format('%s is not security definer', p.oid::regprocedure) " OUR_FUNCTIONS
               "where n.nspname in ('api', 'feed', 'lookup') and not p.prosecdef");
  assert_none ("select format('%s has no fixed search_path', p.oid::regprocedure) " OUR_FUNCTIONS
               "where not 'search_path=pg_catalog, pg_temp' = any (coalesce(p.proconfig, '{}'))");
  assert_none ("select format('%s has no comment', p.oid::regprocedure) " OUR_FUNCTIONS
               "where obj_description(p.oid, 'pg_proc') is null");
  assert_none ("select format('%s may be executed by %s', p.oid::regprocedure, r.rolname) " OUR_FUNCTIONS
               "join pg_roles r on r.rolname in ('ivr_user', 'ivr_gateway', 'ivr_lookup', 'casey.example') "
               "where has_function_privilege(r.oid, p.oid, 'execute') and has_schema_privilege(r.oid, n.oid, 'usage') "
               "and n.nspname <> case r.rolname when 'ivr_gateway' then 'feed' when 'ivr_lookup' then 'lookup' else 'api' end");
  assert_none ("select format('%s cannot be called by people', p.oid::regprocedure) " OUR_FUNCTIONS
               "where n.nspname = 'api' and not has_function_privilege('ivr_user', p.oid, 'execute')");
}

static void
test_tables (void)
{
  assert_number ("select count(*) from pg_class c where c.relnamespace = 'ivr'::regnamespace and c.relkind = 'r'", 30);
  assert_none ("select format('%s: row-level security is not on and forced', c.oid::regclass) from pg_class c "
               "where c.relnamespace in ('ivr'::regnamespace, 'audit'::regnamespace) and c.relkind in ('r', 'p') "
               "and not (c.relrowsecurity and c.relforcerowsecurity)");
  assert_none ("select format('%s has no comment', c.oid::regclass) from pg_class c "
               "where c.relnamespace in ('ivr'::regnamespace, 'audit'::regnamespace) and c.relkind in ('r', 'p') "
               "and obj_description(c.oid, 'pg_class') is null");
  assert_none ("select format('%s.%s has no comment', c.oid::regclass, a.attname) from pg_class c "
               "join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped "
               "where c.relnamespace in ('ivr'::regnamespace, 'audit'::regnamespace) and c.relkind in ('r', 'p') "
               "and not c.relispartition and col_description(c.oid, a.attnum) is null");
  assert_none ("select format('%s has %s on %s', r.rolname, v, c.oid::regclass) from pg_class c, "
               "unnest(array['select', 'insert', 'update', 'delete', 'truncate']) v, "
               "unnest(array['ivr_user', 'ivr_gateway', 'ivr_lookup', 'casey.example']) with ordinality x (name, n) "
               "join pg_roles r on r.rolname = x.name "
               "where c.relnamespace in ('ivr'::regnamespace, 'audit'::regnamespace) and c.relkind in ('r', 'p', 'v') "
               "and has_table_privilege(r.oid, c.oid, v)");
}

/* What belongs to nobody's door: a person sees no schema but api, and cannot make anything. */
static void
test_roles (void)
{
  assert_none ("select format('%s may use schema %s', r.rolname, n.nspname) from pg_namespace n, pg_roles r "
               "where n.nspname in ('ivr', 'audit', 'rules', 'feed', 'lookup', 'public') "
               "and r.oid in (select m.member from pg_auth_members m where m.roleid = 'ivr_user'::regrole) "
               "and has_schema_privilege(r.oid, n.oid, 'usage')");
  assert_none ("select format('%s may %s in the database', r.rolname, v) from pg_roles r, "
               "unnest(array['create', 'temporary']) v "
               "where r.oid in (select m.member from pg_auth_members m where m.roleid = 'ivr_user'::regrole) "
               "and has_database_privilege(r.oid, current_database(), v)");
  assert_none ("select format('%s may act as %s', r.rolname, o) from pg_roles r, "
               "unnest(array['ivr_owner', 'ivr_exec', 'ivr_feed', 'ivr_ask']) o where not r.rolsuper "
               "and r.rolname <> o and pg_has_role(r.oid, o, 'member')");
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *uri = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  server = ivr_test_server_new ();
  uri = ivr_test_server_uri (server, NULL);
  admin = ivr_test_connect (uri);
  g_test_add_func ("/catalogue/plpgsql-check", test_plpgsql_check);
  g_test_add_func ("/catalogue/plpgsql-check-finds", test_plpgsql_check_finds);
  g_test_add_func ("/catalogue/functions", test_functions);
  g_test_add_func ("/catalogue/tables", test_tables);
  g_test_add_func ("/catalogue/roles", test_roles);
  status = g_test_run ();
  PQfinish (admin);
  ivr_test_server_free (server);
  return status;
}
