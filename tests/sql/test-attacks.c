/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every attack as a real login over a real connection: each refused with the reason that it names, or
 * shown to be harmless. test-attacks-naive.c shows that they bite. */
#include "ivr-attack.h"

#include <string.h>

static IvrTestServer *server;
static IvrAttackers *attackers;
static PGconn *admin;

static void
test_list (gconstpointer data)
{
  const IvrAttack *attacks = data;
  int wrong = 0;

  for (gsize i = 0; attacks[i].name != NULL; i++)
    {
      g_autofree char *complaint = ivr_attack_try (attackers, &attacks[i]);

      if (complaint == NULL)
        continue;
      g_test_message ("WRONG %s", complaint);
      wrong++;
    }
  g_assert_cmpint (wrong, ==, 0);
}

static gboolean
is_attacked (const IvrAttack *attacks,
             const char      *call)
{
  for (gsize i = 0; attacks[i].name != NULL; i++)
    if (strstr (attacks[i].sql, call) != NULL)
      return TRUE;
  return FALSE;
}

/* A function of the door that nobody has tried with somebody else's id is not tested. */
static void
test_every_function_is_attacked (void)
{
  g_autoptr(PGresult) names = ivr_test_query (
    admin, "select distinct p.pronamespace::regnamespace || '.' || p.proname || '(' from pg_proc p"
           " where p.pronamespace = 'api'::regnamespace", NULL);

  g_assert_cmpint (PQntuples (names), >, 15);
  for (int i = 0; i < PQntuples (names); i++)
    if (!is_attacked (ivr_attacks_api, PQgetvalue (names, i, 0)) && !is_attacked (ivr_attacks_documents, PQgetvalue (names, i, 0)) &&
        !is_attacked (ivr_attacks_ask, PQgetvalue (names, i, 0)))
      g_error ("%s is not attacked", PQgetvalue (names, i, 0));
}

/* The demo's data are as they were: no attack left anything. */
static void
test_nothing_changed (void)
{
  g_autofree char *n = ivr_test_value (
    admin, "select concat_ws(' ', (select count(*) from ivr.ivr_requests), (select sum(version) from ivr.ivr_requests),"
           " (select count(*) from ivr.ivr_communication_messages), (select count(*) from ivr.patients),"
           " (select count(*) from ivr.memberships), (select count(*) from pg_largeobject_metadata),"
           " (select count(*) from pg_class where relnamespace = 'public'::regnamespace))", NULL);

  g_assert_cmpstr (n, ==, "7 22 12 11 10 0 0");
}

static void
assert_no_connection (const char *login,
                      const char *database,
                      const char *reason)
{
  g_autofree char *uri = ivr_test_server_uri_of (server, login, database);
  g_autoptr(PGconn) db = PQconnectdb (uri);

  g_assert_cmpint (PQstatus (db), ==, CONNECTION_BAD);
  if (strstr (PQerrorMessage (db), reason) == NULL)
    g_error ("%s at %s: %s", login, database, PQerrorMessage (db));
}

static void
test_connections (void)
{
  assert_no_connection ("outsider", "ivr", "permission denied for database");
  assert_no_connection ("drew.sample", "postgres", "permission denied for database");
  assert_no_connection ("drew.sample", "template1", "permission denied for database");
  assert_no_connection ("drew.sample", "template0", "not currently accepting connections");
  assert_no_connection ("ivr_gateway", "postgres", "permission denied for database");
  assert_no_connection ("ivr_lookup", "postgres", "permission denied for database");
  assert_no_connection ("ivr_owner", "ivr", "not permitted to log in");
  assert_no_connection ("ivr_exec", "ivr", "not permitted to log in");
  assert_no_connection ("ivr_feed", "ivr", "not permitted to log in");
  assert_no_connection ("ivr_ask", "ivr", "not permitted to log in");
  assert_no_connection ("ivr_prov", "ivr", "not permitted to log in");
  assert_no_connection ("ivr_user", "ivr", "not permitted to log in");
}

/* One person cannot take all the server's connections. */
static void
test_connection_flood (void)
{
  g_autofree char *uri = ivr_test_server_uri (server, "drew.sample");
  PGconn *flood[40];
  int n = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (flood); i++)
    {
      flood[i] = PQconnectdb (uri);
      if (PQstatus (flood[i]) == CONNECTION_OK)
        n++;
      else
        g_assert_nonnull (strstr (PQerrorMessage (flood[i]), "too many connections for role"));
    }
  /* One is the attackers' own. */
  g_assert_cmpint (n, ==, 15);
  for (gsize i = 0; i < G_N_ELEMENTS (flood); i++)
    PQfinish (flood[i]);
}

/* What a client asks for while it connects is no way around what it may not ask for later. */
static void
test_startup_options (void)
{
  static const struct
  {
    const char *option;
    const char *reason;
  } options[] = {
    { "-c%20session_replication_role%3Dreplica", "permission denied to set parameter" },
    { "-c%20log_statement%3Dall", "permission denied to set parameter" },
    { "-c%20temp_file_limit%3D-1", "permission denied to set parameter" },
    { "-c%20role%3Divr_owner", "permission denied to set role" },
    { "-c%20session_authorization%3Dpostgres", "permission denied to set session authorization" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    {
      g_autofree char *base = ivr_test_server_uri (server, "drew.sample");
      g_autofree char *uri = g_strdup_printf ("%s&options=%s", base, options[i].option);
      g_autoptr(PGconn) db = PQconnectdb (uri);

      g_assert_cmpint (PQstatus (db), ==, CONNECTION_BAD);
      if (strstr (PQerrorMessage (db), options[i].reason) == NULL)
        g_error ("%s: %s", options[i].option, PQerrorMessage (db));
    }
  {
    /* What anybody may set changes nothing that counts: rows stay hidden, commits durable. */
    g_autofree char *base = ivr_test_server_uri (server, "drew.sample");
    g_autofree char *uri = g_strdup_printf ("%s&options=-c%%20row_security%%3Doff%%20-c%%20synchronous_commit%%3Doff", base);
    g_autoptr(PGconn) db = ivr_test_connect (uri);
    g_autoptr(PGresult) list = ivr_test_ask (db, "select api.open_list(gen_random_uuid(), 'all', null)", NULL);

    g_assert_cmpstr (ivr_test_state (list), ==, "42501");
  }
}

/* Nothing and the extremes of everything, to every function, by everybody: an answer, or a reason that is
 * ours. Never a constraint's complaint, a cast's or the server's own. */
static void
test_odd_arguments (void)
{
  g_autoptr(PGresult) calls = ivr_test_query (
    admin,
    "select format('select count(*) from api.%I(%s)', p.proname, (select string_agg(case v.kind when 'null' then 'null'"
    " else case t.t when 'text' then case v.kind when 'long' then 'repeat(''x'', 100000)' else quote_literal('''); --') end"
    "   when 'integer' then case v.kind when 'long' then '2147483647' else '''-2147483648''' end"
    "   when 'bigint' then case v.kind when 'long' then '9223372036854775807' else '''-9223372036854775808''' end"
    "   when 'uuid' then '''00000000-0000-0000-0000-000000000000'''"
    "   when 'uuid[]' then case v.kind when 'long' then 'array_fill(gen_random_uuid(), array[5000])' else '''{}''' end"
    "   when 'jsonb' then case v.kind when 'long' then '(select jsonb_object_agg(i::text, repeat(md5(i::text), 50)) from generate_series(1, 500) i)'"
    "                     else '''[[], null, {\"\": 1}]''' end"
    "   when 'bytea' then case v.kind when 'long' then 'convert_to(repeat(''x'', 300000), ''UTF8'')' else '''\\x''' end"
    "   when 'boolean' then 'true' when 'timestamp with time zone' then case v.kind when 'long' then '''infinity''' else '''-infinity''' end"
    "   end || '::' || t.t end || '', ', ' order by t.n)"
    "  from unnest(p.proargtypes) with ordinality a (oid, n), lateral (select format_type(a.oid, null) t, a.n) t))"
    " from pg_proc p, (values ('null'), ('long'), ('odd')) v (kind) where p.pronamespace = 'api'::regnamespace", NULL);
  const IvrAttacker everybody[] = { DREW, CASEY, SAM, RIO, LOU, ADA, MAX };

  g_assert_cmpint (PQntuples (calls), >, 50);
  for (int i = 0; i < PQntuples (calls); i++)
    for (gsize w = 0; w < G_N_ELEMENTS (everybody); w++)
      {
        PGconn *db = ivr_attackers_get (attackers, everybody[w]);
        g_autoptr(PGresult) begun = PQexec (db, "begin");
        g_autoptr(PGresult) result = PQexec (db, PQgetvalue (calls, i, 0));
        g_autoptr(PGresult) undone = PQexec (db, "rollback");
        const char *state = ivr_test_state (result);

        if (state[0] != '\0' && !g_str_has_prefix (state, "IV"))
          g_error ("%s: %s: %s", PQuser (db), PQgetvalue (calls, i, 0), PQresultErrorMessage (result));
      }
}

/* An open transaction does not keep a right that was taken away meanwhile. */
static void
test_revoked_while_open (void)
{
  g_autofree char *uri = ivr_test_server_uri (server, "kim.demo");
  g_autoptr(PGconn) kim = ivr_test_connect (uri);
  g_autofree char *ticket = ivr_test_open (kim, KIMS);
  g_autoptr(PGresult) begun = ivr_test_query (kim, "begin", NULL);
  g_autofree char *before = ivr_test_value (kim, "select api.read_ivr_request($1) ->> 'status'", ticket, NULL);
  g_autoptr(PGresult) taken = ivr_test_query (
    admin, "delete from ivr.memberships where user_id = '0a000000-0000-4000-8000-000000000005' returning role", NULL);
  g_autoptr(PGresult) after = ivr_test_ask (kim, "select api.read_ivr_request($1)", ticket, NULL);
  g_autoptr(PGresult) back = NULL;

  g_assert_cmpstr (before, ==, "rejected");
  g_assert_cmpint (PQntuples (taken), ==, 1);
  g_assert_cmpstr (ivr_test_state (after), ==, "IV403");
  back = ivr_test_query (admin, "insert into ivr.memberships (org_id, id, user_id, role, created_at) values"
                                " ('0e000000-0000-4000-8000-000000000003', '0a100000-0000-4000-8000-000000000005',"
                                " '0a000000-0000-4000-8000-000000000005', 'specialist', '2025-01-03 15:00+00')", NULL);
  g_assert_nonnull (back);
}

/* A transaction that is left open on a request stops others from changing it, but does not freeze them. */
static void
test_lock_held (void)
{
  PGconn *casey = ivr_attackers_get (attackers, CASEY);
  PGconn *sam = ivr_attackers_get (attackers, SAM);
  g_autoptr(PGresult) begun = ivr_test_query (casey, "begin", NULL);
  g_autoptr(PGresult) held = ivr_test_query (casey, "select api.update_doctor_comment(gen_random_uuid(), '" VICTIM "', 2, 'x')", NULL);
  g_autoptr(PGresult) forever = ivr_test_query (sam, "set lock_timeout = 0", NULL);
  g_autoptr(PGresult) refused = ivr_test_ask (sam, "select api.update_ivr_request_status(gen_random_uuid(), '" VICTIM "', 2, 'in_review')", NULL);
  g_autofree char *ticket = ivr_test_open (sam, VICTIM);
  g_autoptr(PGresult) read = ivr_test_ask (sam, "select api.read_ivr_request($1)", ticket, NULL);
  g_autoptr(PGresult) undone = ivr_test_query (casey, "rollback", NULL);

  g_assert_nonnull (begun);
  g_assert_nonnull (held);
  g_assert_nonnull (forever);
  g_assert_nonnull (undone);
  g_assert_cmpstr (ivr_test_state (refused), ==, "55P03");
  g_assert_cmpstr (ivr_test_state (read), ==, "");
}

/* Who is locked out is refused at once, with the connection still open. */
static void
test_locked_out (void)
{
  PGconn *drew = ivr_attackers_get (attackers, DREW);
  g_autoptr(PGresult) lock = ivr_test_query (admin, "update ivr.users set is_active = false where login = 'drew.sample'", NULL);
  g_autoptr(PGresult) who = ivr_test_ask (drew, "select api.who_am_i()", NULL);
  g_autoptr(PGresult) list = ivr_test_ask (drew, "select api.open_list(gen_random_uuid(), 'all', null)", NULL);
  g_autoptr(PGresult) token = ivr_test_ask (drew, "select api.issue_live_token()", NULL);
  g_autoptr(PGresult) unlock = ivr_test_query (admin, "update ivr.users set is_active = true where login = 'drew.sample'", NULL);

  g_assert_nonnull (lock);
  g_assert_nonnull (unlock);
  g_assert_cmpstr (ivr_test_state (who), ==, "IV403");
  g_assert_cmpstr (ivr_test_state (list), ==, "IV403");
  g_assert_cmpstr (ivr_test_state (token), ==, "IV403");
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
  attackers = ivr_attackers_new (server);
  g_test_add_data_func ("/attacks/around-the-door", ivr_attacks_door, test_list);
  g_test_add_data_func ("/attacks/spying", ivr_attacks_spy, test_list);
  g_test_add_data_func ("/attacks/through-the-door", ivr_attacks_api, test_list);
  g_test_add_data_func ("/attacks/documents", ivr_attacks_documents, test_list);
  g_test_add_data_func ("/attacks/asking-payers", ivr_attacks_ask, test_list);
  g_test_add_func ("/attacks/every-function", test_every_function_is_attacked);
  g_test_add_func ("/attacks/connections", test_connections);
  g_test_add_func ("/attacks/connection-flood", test_connection_flood);
  g_test_add_func ("/attacks/startup-options", test_startup_options);
  g_test_add_func ("/attacks/odd-arguments", test_odd_arguments);
  g_test_add_func ("/attacks/revoked-while-open", test_revoked_while_open);
  g_test_add_func ("/attacks/lock-held", test_lock_held);
  g_test_add_func ("/attacks/locked-out", test_locked_out);
  g_test_add_func ("/attacks/nothing-changed", test_nothing_changed);
  status = g_test_run ();
  ivr_attackers_free (attackers);
  PQfinish (admin);
  ivr_test_server_free (server);
  return status;
}
