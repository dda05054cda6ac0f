/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sessions that have to end, and those that have to stay, by real logins before the program itself. */
#include "ivr-test-gateway.h"
#include "ivr-test-server.h"

#include <poll.h>
#include <string.h>

#define CASEY "casey.example"
#define DEADLINE_S 60
#define LOOK_US 50000

static IvrTestServer *server;
static PGconn *admin;

static PGconn *
sign_in (const char *login)
{
  g_autofree char *uri = ivr_test_server_uri (server, login);
  PGconn *db = ivr_test_connect (uri);

  /* As somebody does who does not want to be ended. */
  ivr_test_do (db, "set idle_session_timeout = 0");
  ivr_test_do (db, "set idle_in_transaction_session_timeout = 0");
  return db;
}

/* Connections that were closed end a little later, and would be counted. */
static void
wait_until_gone (void)
{
  gint64 until = g_get_monotonic_time () + DEADLINE_S * G_USEC_PER_SEC;

  for (;;)
    {
      g_autofree char *n = ivr_test_value (
        admin, "select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()", NULL);

      if (g_str_equal (n, "0"))
        return;
      if (g_get_monotonic_time () > until)
        g_error ("%s connections stay", n);
      g_usleep (LOOK_US);
    }
}

/* A gateway whose supervisor looks often, and finds everything in order but for the one limit. */
static IvrTestGateway *
supervise (const char *option,
           const char *value)
{
  g_autofree char *feed = ivr_test_server_uri (server, "ivr_gateway");
  g_autofree char *own = ivr_test_server_uri (server, "ivr_supervisor");
  const char *more[] = { "--supervise", own, "--look-every", "50", option, value, NULL };

  return ivr_test_gateway_new_with (feed, NULL, more);
}

static void
wait_for (IvrTestGateway *gateway,
          const char     *metric,
          gint64          least)
{
  gint64 until = g_get_monotonic_time () + DEADLINE_S * G_USEC_PER_SEC;

  while (ivr_test_gateway_metric (gateway, metric) < least)
    {
      if (g_get_monotonic_time () > until)
        g_error ("%s stays below %" G_GINT64_FORMAT, metric, least);
      g_usleep (LOOK_US);
    }
}

/* Asks nothing, because that would keep it awake. */
static void
assert_ends (PGconn *db)
{
  struct pollfd line = { .fd = PQsocket (db), .events = POLLIN };
  g_autofree char *why = NULL;

  while (PQstatus (db) == CONNECTION_OK)
    {
      g_assert_cmpint (poll (&line, 1, DEADLINE_S * 1000), ==, 1);
      PQconsumeInput (db);
      PQisBusy (db);
    }
  why = g_strdup (PQerrorMessage (db));
  if (strstr (why, "server closed the connection") == NULL && strstr (why, "terminating connection due to administrator") == NULL)
    g_error ("ended otherwise: %s", why);
}

static void
assert_stays (PGconn *db)
{
  g_autofree char *one = ivr_test_value (db, "select 1", NULL);

  g_assert_cmpstr (one, ==, "1");
}

static void
assert_ended (IvrTestGateway *gateway,
              const char     *metric)
{
  static const char *const all[] = { "ended_locked", "ended_transaction", "ended_age", "ended_idle", "ended_many" };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (g_str_equal (all[i], metric))
      wait_for (gateway, metric, 1);
    else
      g_assert_cmpint (ivr_test_gateway_metric (gateway, all[i]), ==, 0);
}

static void
test_idle (void)
{
  g_autoptr(PGconn) busy = sign_in ("robin.example");
  g_autoptr(PGconn) idle = sign_in (CASEY);
  g_autoptr(IvrTestGateway) gateway = NULL;

  ivr_test_do (busy, "begin");
  gateway = supervise ("--idle-for", "1");
  assert_ends (idle);
  assert_ended (gateway, "ended_idle");
  assert_stays (busy);
}

static void
test_transaction (void)
{
  g_autoptr(PGconn) old = sign_in (CASEY);
  g_autoptr(PGconn) idle = sign_in (CASEY);
  g_autoptr(IvrTestGateway) gateway = NULL;

  ivr_test_do (old, "begin");
  gateway = supervise ("--transaction-for", "1");
  assert_ends (old);
  assert_ended (gateway, "ended_transaction");
  assert_stays (idle);
}

static void
test_age (void)
{
  g_autoptr(PGconn) old = sign_in (CASEY);
  g_autoptr(IvrTestGateway) gateway = supervise ("--session-for", "1");

  assert_ends (old);
  assert_ended (gateway, "ended_age");
}

static void
test_many (void)
{
  g_autoptr(PGconn) first = NULL;
  g_autoptr(PGconn) second = NULL;
  g_autoptr(PGconn) third = NULL;
  g_autoptr(PGconn) other = NULL;
  g_autoptr(PGconn) limited = NULL;
  g_autoptr(PGconn) surplus = NULL;
  g_autoptr(IvrTestGateway) gateway = NULL;

  wait_until_gone ();
  first = sign_in (CASEY);
  second = sign_in (CASEY);
  third = sign_in (CASEY);
  other = sign_in ("drew.sample");
  limited = sign_in ("lee.demo");
  surplus = sign_in ("lee.demo");
  ivr_test_do (admin, "alter role \"lee.demo\" connection limit 1");
  gateway = supervise ("--connections", "2");
  assert_ends (third);
  assert_ends (surplus);
  assert_ended (gateway, "ended_many");
  assert_stays (first);
  assert_stays (second);
  assert_stays (other);
  assert_stays (limited);
}

/* By an administrator, as people are; by hand; and by a date. */
static void
test_locked (void)
{
  g_autofree char *uri = ivr_test_server_uri (server, "ada.operator");
  g_autoptr(PGconn) ada = ivr_test_connect (uri);
  g_autoptr(PGconn) kim = sign_in ("kim.demo");
  g_autoptr(PGconn) drew = sign_in ("drew.sample");
  g_autoptr(PGconn) max = sign_in ("max.demo");
  g_autoptr(PGconn) sam = sign_in ("sam.demo");
  g_autoptr(PGconn) again = NULL;
  g_autoptr(IvrTestGateway) gateway = supervise ("--idle-for", "3600");
  g_autofree char *active = NULL;
  g_autofree char *refused = ivr_test_server_uri (server, "kim.demo");

  wait_for (gateway, "looks", 2);
  assert_stays (kim);
  active = ivr_test_value (
    ada, "select api.set_user_active(gen_random_uuid(), '0a000000-0000-4000-8000-000000000005', false, 'left') ->> 'is_active'", NULL);
  g_assert_cmpstr (active, ==, "false");
  assert_ends (kim);
  ivr_test_do (admin, "alter role \"drew.sample\" nologin");
  assert_ends (drew);
  ivr_test_do (admin, "alter role \"max.demo\" valid until '2020-01-01'");
  assert_ends (max);
  assert_ended (gateway, "ended_locked");
  assert_stays (sam);
  again = PQconnectdb (refused);
  g_assert_cmpint (PQstatus (again), ==, CONNECTION_BAD);
  ivr_test_do (admin, "alter role \"drew.sample\" login");
}

/* Whatever they do: superusers, the gateway, other logins, people in another database. */
static void
test_others (void)
{
  g_autofree char *other = ivr_test_server_add_database (server, "other");
  g_autofree char *elsewhere = ivr_test_server_uri_of (server, "casey.example", "other");
  g_autoptr(PGconn) gateways = NULL;
  g_autoptr(PGconn) plain = NULL;
  g_autoptr(PGconn) casey = NULL;
  g_autoptr(PGconn) person = NULL;
  g_autoptr(IvrTestGateway) gateway = NULL;
  g_autofree char *uri = ivr_test_server_uri (server, "ivr_gateway");
  g_autofree char *own = ivr_test_server_uri (server, "ivr_supervisor");
  const char *more[] = { "--supervise", own, "--look-every", "50", "--idle-for", "1", "--transaction-for", "1",
                         "--session-for", "1", "--connections", "1", NULL };

  ivr_test_do (admin, "create role somebody login");
  ivr_test_do (admin, "grant connect on database ivr to somebody");
  /* A superuser who is also a member is a superuser. */
  ivr_test_do (admin, "create role chief login superuser in role ivr_user");
  plain = sign_in ("somebody");
  gateways = sign_in ("ivr_gateway");
  casey = ivr_test_connect (elsewhere);
  ivr_test_do (plain, "begin");
  ivr_test_do (gateways, "begin");
  ivr_test_do (casey, "begin");
  person = sign_in ("robin.example");
  {
    g_autoptr(PGconn) chief = sign_in ("chief");
    g_autoptr(PGconn) surplus = sign_in ("somebody");

    ivr_test_do (chief, "begin");
    gateway = ivr_test_gateway_new_with (uri, NULL, more);
    assert_ends (person);
    wait_for (gateway, "looks", ivr_test_gateway_metric (gateway, "looks") + 5);
    assert_stays (plain);
    assert_stays (surplus);
    assert_stays (gateways);
    assert_stays (casey);
    assert_stays (chief);
    assert_stays (admin);
  }
  g_assert_cmpint (ivr_test_gateway_metric (gateway, "supervising"), ==, 1);
  g_assert_nonnull (other);
}

/* The server goes and comes back, and the supervisor with it. */
static void
test_restart (void)
{
  g_autoptr(IvrTestGateway) gateway = supervise ("--idle-for", "1");
  g_autofree char *uri = ivr_test_server_uri (server, "casey.example");
  g_autoptr(PGconn) idle = NULL;
  gint64 looks;

  wait_for (gateway, "looks", 1);
  ivr_test_server_kill (server);
  ivr_test_gateway_wait_metric (gateway, "supervising", 0);
  looks = ivr_test_gateway_metric (gateway, "looks");
  wait_for (gateway, "looks", looks + 1);
  g_assert_cmpint (ivr_test_gateway_metric (gateway, "supervising"), ==, 1);
  PQreset (admin);
  idle = ivr_test_connect (uri);
  assert_ends (idle);
  assert_ended (gateway, "ended_idle");
}

static void
assert_refused (const char *login,
                const char *sql)
{
  g_autofree char *uri = ivr_test_server_uri (server, login);
  g_autoptr(PGconn) db = ivr_test_connect (uri);
  g_autoptr(PGresult) answer = ivr_test_ask (db, sql, NULL);

  if (!g_str_equal (ivr_test_state (answer), "42501"))
    g_error ("%s, as %s: %s", sql, login, PQresultErrorMessage (answer));
}

/* The supervisor's login is good for nothing else, and nobody else is the supervisor. */
static void
test_rights (void)
{
  static const char *const others[] = { "casey.example", "ada.operator", "ivr_gateway" };
  g_autofree char *gateways = ivr_test_server_uri (server, "ivr_gateway");
  g_autofree char *wrong = ivr_test_server_uri (server, "casey.example");
  const char *more[] = { "--supervise", wrong, "--look-every", "50", NULL };
  g_autoptr(IvrTestGateway) gateway = NULL;
  g_autofree char *pid = ivr_test_value (admin, "select pg_backend_pid()", NULL);
  g_autofree char *terminate = g_strdup_printf ("select pg_terminate_backend(%s)", pid);

  assert_refused ("ivr_supervisor", "select * from ivr.users");
  assert_refused ("ivr_supervisor", "select * from pg_stat_activity");
  assert_refused ("ivr_supervisor", "select api.people()");
  assert_refused ("ivr_supervisor", "select * from feed.epoch()");
  assert_refused ("ivr_supervisor", "set role ivr_watch");
  assert_refused ("ivr_supervisor", terminate);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    assert_refused (others[i], "select * from watch.end_sessions(1, 1, 1, 1)");
  gateway = ivr_test_gateway_new_with (gateways, NULL, more);
  /* It says so, and goes on telling desks what changed. */
  g_assert_cmpint (ivr_test_gateway_metric (gateway, "supervising"), ==, 0);
  g_assert_cmpint (ivr_test_gateway_metric (gateway, "live"), ==, 1);
}

static void
check_command (const char *option,
               const char *value)
{
  g_autofree char *program = ivr_test_program ("src/gateway/ivr-gateway");
  g_autofree char *feed = ivr_test_server_uri (server, "ivr_gateway");
  const char *argv[] = { program, "--listen", "127.0.0.1:0", "--database", feed, option, value, NULL };
  g_autofree char *err = NULL;

  g_assert_cmpint (ivr_test_run (argv, NULL, &err), ==, 1);
  g_assert_true (g_str_has_prefix (err, "ivr-gateway: "));
  g_assert_true (strchr (err, '\n') == err + strlen (err) - 1);
}

static void
test_command_line (void)
{
  g_autofree char *nobody = ivr_test_server_uri (server, "not.there");

  check_command ("--supervise", "postgresql://ivr_supervisor@/ivr?host=/nonexistent");
  check_command ("--supervise", nobody);
  check_command ("--idle-for", "0");
  check_command ("--connections", "-1");
  check_command ("--look-every", "never");
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *own = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/supervisor/idle", test_idle);
  g_test_add_func ("/supervisor/transaction", test_transaction);
  g_test_add_func ("/supervisor/age", test_age);
  g_test_add_func ("/supervisor/many", test_many);
  g_test_add_func ("/supervisor/locked", test_locked);
  g_test_add_func ("/supervisor/others", test_others);
  g_test_add_func ("/supervisor/rights", test_rights);
  g_test_add_func ("/supervisor/restart", test_restart);
  g_test_add_func ("/supervisor/command-line", test_command_line);
  server = ivr_test_server_new ();
  own = ivr_test_server_uri (server, NULL);
  admin = ivr_test_connect (own);
  status = g_test_run ();
  PQfinish (admin);
  ivr_test_server_free (server);
  return status;
}
