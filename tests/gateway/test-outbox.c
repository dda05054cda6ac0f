/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the outbox promises, one promise per test; all of them at once, under load, are in
 * test-outbox-race.c. */
#include "ivr-test-server.h"

#define CLINIC "0e000000-0000-4000-8000-000000000001"
#define OTHER_CLINIC "0e000000-0000-4000-8000-000000000002"
#define TEAM "0e000000-0000-4000-8000-000000000003"
#define STAGE "select ivr.stage_event($1, 'request', gen_random_uuid(), null, 1)"

static IvrTestServer *server;
static PGconn *admin;

static PGconn *
connect_as (const char *login)
{
  g_autofree char *uri = ivr_test_server_uri (server, login);

  return ivr_test_connect (uri);
}

static void
stage (PGconn     *db,
       const char *org)
{
  g_autoptr(PGresult) done = ivr_test_query (db, STAGE, org, NULL);
}

static gint64
number (PGconn     *db,
        const char *sql,
        const char *parameter)
{
  g_autofree char *text = ivr_test_value (db, sql, parameter, NULL);

  return g_ascii_strtoll (text, NULL, 10);
}

static gint64
head_of (const char *org)
{
  return number (admin, "select head from feed.heads(array[$1::uuid])", org);
}

/* Rows of an organization after a number; their seqs have to be the next ones. */
static void
assert_follow (const char *org,
               gint64      after,
               int         n)
{
  g_autofree char *from = g_strdup_printf ("%" G_GINT64_FORMAT, after);
  g_autoptr(PGresult) rows = ivr_test_query (admin, "select seq from feed.page($1, $2, 1000)", org,
                                             from, NULL);

  g_assert_cmpint (PQntuples (rows), ==, n);
  for (int i = 0; i < n; i++)
    g_assert_cmpint (g_ascii_strtoll (PQgetvalue (rows, i, 0), NULL, 10), ==, after + 1 + i);
}

static void
test_rollback_leaves_no_hole (void)
{
  g_autoptr(PGconn) one = connect_as (NULL);
  gint64 head = head_of (CLINIC);

  ivr_test_do (one, "begin");
  stage (one, CLINIC);
  ivr_test_do (one, "rollback");
  ivr_test_do (one, "begin");
  stage (one, CLINIC);
  ivr_test_do (one, "savepoint s");
  stage (one, CLINIC);
  ivr_test_do (one, "rollback to s");
  stage (one, CLINIC);
  ivr_test_do (one, "commit");
  assert_follow (CLINIC, head, 2);
  g_assert_cmpint (number (admin, "select count(*) from ivr.outbox_staging", NULL), ==, 0);
}

/* A number is taken in a new snapshot after the lock; a transaction that cannot have one fails. */
static void
check_isolation (const char *begin)
{
  g_autoptr(PGconn) one = connect_as (NULL);
  g_autoptr(PGresult) commit = NULL;
  gint64 head = head_of (CLINIC);

  ivr_test_do (one, begin);
  ivr_test_do (one, "select count(*) from ivr.outbox");
  stage (admin, CLINIC);
  stage (one, CLINIC);
  commit = ivr_test_ask (one, "commit", NULL);
  g_assert_cmpint (PQresultStatus (commit), ==, PGRES_FATAL_ERROR);
  g_assert_true (g_str_equal (ivr_test_state (commit), "23505")
                 || g_str_equal (ivr_test_state (commit), "40001"));
  stage (admin, CLINIC);
  assert_follow (CLINIC, head, 2);
}

static void
test_isolation_is_loud (void)
{
  check_isolation ("begin isolation level repeatable read");
  check_isolation ("begin isolation level serializable");
}

typedef struct
{
  const char *first;
  const char *second;
} Pair;

static gpointer
stage_pairs (gpointer data)
{
  const Pair *pair = data;
  g_autoptr(PGconn) db = connect_as (NULL);

  for (int i = 0; i < 100; i++)
    {
      ivr_test_do (db, "begin");
      stage (db, pair->first);
      stage (db, pair->second);
      ivr_test_do (db, "commit");
    }
  return NULL;
}

/* In whatever order a transaction touches organizations, none waits for one that waits for it: a
 * deadlock would fail a commit, and with it the test. */
static void
test_no_deadlock (void)
{
  static const Pair pairs[] = { { CLINIC, TEAM }, { TEAM, CLINIC }, { OTHER_CLINIC, CLINIC },
                                { CLINIC, OTHER_CLINIC } };
  GThread *threads[G_N_ELEMENTS (pairs)];
  gint64 clinic = head_of (CLINIC);
  gint64 team = head_of (TEAM);

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    threads[i] = g_thread_new ("writer", stage_pairs, (gpointer) &pairs[i]);
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    g_thread_join (threads[i]);
  assert_follow (CLINIC, clinic, 400);
  assert_follow (TEAM, team, 200);
}

static void
test_commit_is_durable (void)
{
  g_autoptr(PGconn) one = connect_as (NULL);
  g_autofree char *value = NULL;

  ivr_test_do (one, "begin");
  stage (one, CLINIC);
  ivr_test_do (one, "set local synchronous_commit = off");
  ivr_test_do (one, "set constraints all immediate");
  value = ivr_test_value (one, "show synchronous_commit", NULL);
  g_assert_cmpstr (value, ==, "on");
  ivr_test_do (one, "commit");
}

static void
test_retention (void)
{
  g_autoptr(PGconn) writer = connect_as (NULL);
  gint64 head;

  stage (admin, TEAM);
  head = head_of (TEAM);
  ivr_test_do (writer, "begin");
  ivr_test_do (writer, "select pg_current_xact_id()");
  stage (admin, TEAM);
  /* Somebody who writes may still poll from before that event. */
  ivr_test_do (admin, "select ivr.retain_outbox('0')");
  assert_follow (TEAM, head, 1);
  ivr_test_do (writer, "rollback");
  ivr_test_do (admin, "select ivr.retain_outbox('0')");
  g_assert_cmpint (number (admin, "select count(*) from ivr.outbox where org_id = $1", TEAM), ==, 0);
  g_assert_cmpint (number (admin, "select floor from feed.heads(array[$1::uuid])", TEAM), ==,
                   head + 1);
  g_assert_cmpint (head_of (TEAM), ==, head + 1);
  stage (admin, TEAM);
  assert_follow (TEAM, head + 1, 1);
}

static guint
count_rings (PGconn *listener)
{
  PGnotify *note;
  guint n = 0;

  /* A round trip: what was notified before it has arrived with it. */
  ivr_test_do (listener, "select 1");
  while ((note = PQnotifies (listener)) != NULL)
    {
      g_assert_cmpstr (note->relname, ==, "ivr");
      g_assert_cmpstr (note->extra, ==, "");
      PQfreemem (note);
      n++;
    }
  return n;
}

static void
test_doorbell (void)
{
  g_autoptr(PGconn) gateway = connect_as ("ivr_gateway");
  g_autoptr(PGconn) writer = connect_as (NULL);

  ivr_test_do (gateway, "listen ivr");
  ivr_test_do (writer, "begin");
  stage (writer, CLINIC);
  stage (writer, TEAM);
  ivr_test_do (writer, "commit");
  g_assert_cmpuint (count_rings (gateway), ==, 1);
  ivr_test_do (gateway, "select feed.stay_awake()");
  stage (writer, CLINIC);
  g_assert_cmpuint (count_rings (gateway), ==, 0);
  ivr_test_do (gateway, "select feed.fall_asleep()");
  stage (writer, CLINIC);
  g_assert_cmpuint (count_rings (gateway), ==, 1);
}

/* Not even that there is a note reaches the clinic. */
static void
test_notes_stay_in_the_team (void)
{
  g_autoptr(PGconn) sam = connect_as ("sam.demo");
  g_autofree char *request = ivr_test_value (
    admin,
    "select r.id from ivr.ivr_requests r join ivr.users u on u.id = r.assignee_id"
    " where r.org_id = $1 and u.login = 'sam.demo' order by r.id limit 1",
    CLINIC, NULL);
  const char *say = "select api.add_communication_message(gen_random_uuid(), $1, gen_random_uuid(), 'x', $2)";
  gint64 clinic = head_of (CLINIC);
  gint64 team = head_of (TEAM);
  g_autoptr(PGresult) note = ivr_test_query (sam, say, request, "internal", NULL);
  g_autoptr(PGresult) message = NULL;

  g_assert_cmpint (head_of (CLINIC), ==, clinic);
  assert_follow (TEAM, team, 1);
  message = ivr_test_query (sam, say, request, "shared", NULL);
  assert_follow (CLINIC, clinic, 1);
  assert_follow (TEAM, team, 1);
}

/* Both ways of polling give the same, and both see a transaction that comes late. */
static void
test_poll_and_follow (void)
{
  g_autoptr(PGconn) late = connect_as (NULL);
  g_autofree char *since = ivr_test_value (admin, "select feed.snapshot()", NULL);
  g_autofree char *middle = NULL;
  g_autofree char *head = NULL;
  const char *poll = "select count(*) from feed.poll($1) where seq is not null";

  head = g_strdup_printf ("{%" G_GINT64_FORMAT "}", head_of (CLINIC));
  ivr_test_do (late, "begin");
  stage (late, TEAM);
  stage (admin, CLINIC);
  g_assert_cmpint (number (admin, poll, since), ==, 1);
  middle = ivr_test_value (admin, "select snapshot from feed.poll($1) where snapshot is not null",
                           since, NULL);
  g_assert_cmpint (number (admin, poll, middle), ==, 0);
  ivr_test_do (late, "commit");
  g_assert_cmpint (number (admin, poll, middle), ==, 1);
  g_assert_cmpint (number (admin, poll, since), ==, 2);
  {
    const char *follow = "select count(*) from feed.follow(array[$1::uuid], $2, 500, $3) where seq is not null";
    g_autofree char *of_clinic = ivr_test_value (admin, follow, CLINIC, head, since, NULL);

    g_assert_cmpstr (of_clinic, ==, "1");
    /* A role that changed anywhere is told, whoever is listened to. */
    ivr_test_do (admin, "select ivr.stage_event('" TEAM "', 'membership', gen_random_uuid(), null, 0)");
    g_free (of_clinic);
    of_clinic = ivr_test_value (admin, follow, CLINIC, head, since, NULL);
    g_assert_cmpstr (of_clinic, ==, "2");
  }
}

static void
test_tokens (void)
{
  g_autoptr(PGconn) casey = connect_as ("casey.example");
  g_autoptr(PGconn) gateway = connect_as ("ivr_gateway");
  g_autoptr(PGresult) made = ivr_test_query (casey, "select token, expires_at > now() + '9 min' from api.issue_live_token()", NULL);
  const char *token = PQgetvalue (made, 0, 0);
  const char *verify = "select count(*) from feed.verify_tokens(array[sha256($1::text::bytea)]) v"
                       " where v.orgs = array['" CLINIC "'::uuid]";
  g_autofree char *again = ivr_test_value (casey, "select token from api.issue_live_token()", NULL);

  g_assert_cmpuint (strlen (token), ==, 64);
  g_assert_cmpstr (PQgetvalue (made, 0, 1), ==, "t");
  g_assert_cmpstr (again, !=, token);
  g_assert_cmpint (number (gateway, verify, token), ==, 1);
  g_assert_cmpint (number (gateway, verify, "something else"), ==, 0);
  g_assert_cmpint (number (admin, "select count(*) from ivr.live_tokens t where t::text like '%' || $1 || '%'", token), ==, 0);
  ivr_test_do (admin, "update ivr.live_tokens set expires_at = clock_timestamp() - interval '1 s'");
  g_assert_cmpint (number (gateway, verify, token), ==, 0);
}

static void
assert_denied (PGconn     *db,
               const char *sql)
{
  g_autoptr(PGresult) answer = ivr_test_ask (db, sql, NULL);

  g_assert_cmpstr (ivr_test_state (answer), ==, "42501");
}

static void
test_nobody_else (void)
{
  g_autoptr(PGconn) casey = connect_as ("casey.example");
  g_autoptr(PGconn) gateway = connect_as ("ivr_gateway");

  assert_denied (casey, "select ivr.stage_event('" CLINIC "', 'request', gen_random_uuid(), null, 1)");
  assert_denied (casey, "select * from ivr.outbox");
  assert_denied (casey, "select feed.snapshot()");
  assert_denied (casey, "select * from feed.verify_tokens('{}')");
  assert_denied (gateway, "select * from ivr.outbox");
  assert_denied (gateway, "select * from ivr.live_tokens");
  assert_denied (gateway, "select * from api.issue_live_token()");
  assert_denied (gateway, "select ivr.retain_outbox('0')");
}

/* The two announcements beside roles: whoever is locked out, and whoever stops serving. */
static void
test_people_and_links (void)
{
  gint64 clinic = head_of (CLINIC);
  gint64 team = head_of (TEAM);
  gint64 people = number (admin, "select count(distinct user_id) from ivr.memberships where org_id = $1", TEAM);

  ivr_test_do (admin, "create or replace trigger announce_person after update of is_active on ivr.users"
                      " for each row execute function ivr.announce_person()");
  ivr_test_do (admin, "create or replace trigger announce_service_link after insert or delete on ivr.service_links"
                      " for each row execute function ivr.announce_service_link()");
  ivr_test_do (admin, "begin");
  ivr_test_do (admin, "update ivr.users set is_active = false where login = 'casey.example'");
  ivr_test_do (admin, "update ivr.users set is_active = true where login = 'casey.example'");
  ivr_test_do (admin, "delete from ivr.service_links where clinic_org_id = '" OTHER_CLINIC "'");
  ivr_test_do (admin, "commit");
  assert_follow (CLINIC, clinic, 2);
  assert_follow (TEAM, team, (int) people);
}

int
main (int   argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/outbox/rollback-leaves-no-hole", test_rollback_leaves_no_hole);
  g_test_add_func ("/outbox/isolation-is-loud", test_isolation_is_loud);
  g_test_add_func ("/outbox/no-deadlock", test_no_deadlock);
  g_test_add_func ("/outbox/commit-is-durable", test_commit_is_durable);
  g_test_add_func ("/outbox/retention", test_retention);
  g_test_add_func ("/outbox/doorbell", test_doorbell);
  g_test_add_func ("/outbox/notes-stay-in-the-team", test_notes_stay_in_the_team);
  g_test_add_func ("/outbox/poll-and-follow", test_poll_and_follow);
  g_test_add_func ("/outbox/tokens", test_tokens);
  g_test_add_func ("/outbox/nobody-else", test_nobody_else);
  g_test_add_func ("/outbox/people-and-links", test_people_and_links);
  server = ivr_test_server_new ();
  {
    g_autofree char *uri = ivr_test_server_uri (server, NULL);

    admin = ivr_test_connect (uri);
  }
  status = g_test_run ();
  PQfinish (admin);
  ivr_test_server_free (server);
  return status;
}
