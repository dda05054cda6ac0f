/* SPDX-License-Identifier: GPL-3.0-or-later */
/* No patient's data without a committed ticket, whatever the client tries; and with one in one round trip. */
#include "ivr-test-server.h"

#include <string.h>

#define REQUEST "660e8400-e29b-41d4-a716-446655440004"
#define NOTE_WORDS "DEMO-7741"

static IvrTestServer *server;
static PGconn *admin, *casey, *sam;

static void
assert_refused (PGresult   *result,
                const char *state,
                const char *ticket)
{
  g_autoptr(PGresult) own = result;
  g_autofree char *wanted = ticket != NULL ? g_strdup_printf ("{\"ticket\": \"%s\"}", ticket) : NULL;

  g_assert_cmpstr (ivr_test_state (own), ==, state);
  if (wanted != NULL)
    g_assert_cmpstr (PQresultErrorField (own, PG_DIAG_MESSAGE_DETAIL), ==, wanted);
}

static char *
open_request (PGconn *db)
{
  char *ticket = g_uuid_string_random ();
  g_autoptr(PGresult) opened = ivr_test_query (db, "select api.open_ivr_request($1, '" REQUEST "')", ticket, NULL);

  g_assert_cmpint (PQntuples (opened), ==, 1);
  return ticket;
}

static PGresult *
read_request (PGconn     *db,
              const char *ticket)
{
  return ivr_test_ask (db, "select api.read_ivr_request($1)", ticket, NULL);
}

static void
test_trace (void)
{
  g_autofree char *ticket = g_uuid_string_random ();
  g_autofree char *sitting = g_uuid_string_random ();
  g_autofree char *status = NULL;
  g_autofree char *messages = NULL;
  g_autofree char *trace = NULL;
  g_autofree char *items = NULL;
  g_autoptr(PGresult) sat = ivr_test_query (casey, "select api.start_session($1, 'test')", sitting, NULL);
  g_autoptr(PGresult) opened = ivr_test_query (casey, "select api.open_ivr_request($1, '" REQUEST "', 'call back', $2)",
                                               ticket, sitting, NULL);

  g_assert_nonnull (sat);
  g_assert_nonnull (opened);
  status = ivr_test_value (casey, "select api.read_ivr_request($1) ->> 'status'", ticket, NULL);
  g_assert_cmpstr (status, ==, "approved");
  messages = ivr_test_value (casey, "select count(*) || ' ' || count(*) filter (where body ~ '" NOTE_WORDS "') from"
                                    " api.read_messages($1, null, 50)", ticket, NULL);
  g_assert_cmpstr (messages, ==, "4 0");
  trace = ivr_test_value (admin, "select concat_ws(' ', actor_login, what, request_id, session_id = $2, purpose) from"
                                 " audit.phi_access_logs where ticket = $1", ticket, sitting, NULL);
  g_assert_cmpstr (trace, ==, "casey.example request " REQUEST " t call back");
  items = ivr_test_value (admin, "select count(*) from ivr.ivr_session_items where session_id = $1", sitting, NULL);
  g_assert_cmpstr (items, ==, "1");
}

/* The team reads its own notes with a ticket of its own. */
static void
test_team (void)
{
  g_autofree char *ticket = open_request (sam);
  g_autofree char *chat = ivr_test_value (sam, "select jsonb_agg(m) from api.read_messages($1, null, 50) m", ticket, NULL);

  g_assert_nonnull (strstr (chat, NOTE_WORDS));
}

static PGresult *
next_result (PGconn *db)
{
  PGresult *result = PQgetResult (db);

  if (result == NULL)
    result = PQgetResult (db);
  return result;
}

/* Both units leave before anything is awaited. With a Sync between, opening is committed before reading
 * begins; without one they are one transaction, and reading is refused. */
static void
test_pipeline (gconstpointer data)
{
  gboolean with_sync = GPOINTER_TO_INT (data);
  g_autofree char *ticket = g_uuid_string_random ();
  const char *values[] = { ticket };
  g_autoptr(PGresult) opened = NULL;
  g_autoptr(PGresult) read = NULL;

  g_assert_cmpint (PQenterPipelineMode (casey), ==, 1);
  g_assert_cmpint (PQsendQueryParams (casey, "select api.open_ivr_request($1, '" REQUEST "')", 1, NULL, values, NULL, NULL, 0), ==, 1);
  if (with_sync)
    g_assert_cmpint (PQpipelineSync (casey), ==, 1);
  g_assert_cmpint (PQsendQueryParams (casey, "select api.read_ivr_request($1) ->> 'status'", 1, NULL, values, NULL, NULL, 0), ==, 1);
  g_assert_cmpint (PQpipelineSync (casey), ==, 1);

  opened = next_result (casey);
  g_assert_cmpint (PQresultStatus (opened), ==, PGRES_TUPLES_OK);
  if (with_sync)
    {
      g_autoptr(PGresult) sync = next_result (casey);

      g_assert_cmpint (PQresultStatus (sync), ==, PGRES_PIPELINE_SYNC);
    }
  read = next_result (casey);
  if (with_sync)
    g_assert_cmpstr (PQgetvalue (read, 0, 0), ==, "approved");
  else
    assert_refused (g_steal_pointer (&read), "IV403", "uncommitted");
  {
    g_autoptr(PGresult) sync = next_result (casey);

    g_assert_cmpint (PQresultStatus (sync), ==, PGRES_PIPELINE_SYNC);
  }
  g_assert_cmpint (PQexitPipelineMode (casey), ==, 1);
}

static void
run (PGconn     *db,
     const char *sql)
{
  g_autoptr(PGresult) done = ivr_test_query (db, sql, NULL);

  g_assert_nonnull (done);
}

static void
test_transaction (void)
{
  g_autofree char *ticket = NULL;
  g_autofree char *n = NULL;

  run (casey, "begin");
  ticket = open_request (casey);
  run (casey, "savepoint s");
  assert_refused (read_request (casey, ticket), "IV403", "uncommitted");
  run (casey, "rollback to s");
  assert_refused (ivr_test_ask (casey, "select * from api.read_messages($1, null, 10)", ticket, NULL), "IV403", "uncommitted");
  run (casey, "rollback");
  /* Undone: there is no trace, and there were no data. */
  assert_refused (read_request (casey, ticket), "IV403", "missing");
  n = ivr_test_value (admin, "select count(*) from audit.phi_access_logs where ticket = $1", ticket, NULL);
  g_assert_cmpstr (n, ==, "0");
}

/* Opened in a subtransaction that was let go, in a transaction that goes on. */
static void
test_savepoint (void)
{
  g_autofree char *ticket = NULL;

  run (casey, "begin");
  run (casey, "savepoint s");
  ticket = open_request (casey);
  run (casey, "release s");
  assert_refused (read_request (casey, ticket), "IV403", "uncommitted");
  run (casey, "rollback");
}

static void
test_others_ticket (void)
{
  g_autofree char *ticket = open_request (sam);
  g_autofree char *same = NULL;
  g_autoptr(PGresult) opened = NULL;

  assert_refused (read_request (casey, ticket), "IV403", "missing");
  /* The same id for one's own: two tickets that know nothing of each other. */
  opened = ivr_test_query (casey, "select api.open_ivr_request($1, '6db5f169-2541-4515-9156-8cd432d8f0e4')", ticket, NULL);
  g_assert_nonnull (opened);
  same = ivr_test_value (casey, "select api.read_ivr_request($1) ->> 'status'", ticket, NULL);
  g_assert_cmpstr (same, ==, "submitted");
}

static void
test_used_again (void)
{
  g_autofree char *ticket = open_request (casey);
  g_autoptr(PGresult) first = read_request (casey, ticket);
  g_autoptr(PGresult) second = read_request (casey, ticket);

  /* While it counts, the open page may be read again; another request needs another ticket. */
  g_assert_cmpstr (ivr_test_state (first), ==, "");
  g_assert_cmpstr (ivr_test_state (second), ==, "");
  assert_refused (ivr_test_ask (casey, "select api.open_ivr_request($1, '6db5f169-2541-4515-9156-8cd432d8f0e4')", ticket, NULL),
                  "IV423", NULL);
  assert_refused (ivr_test_ask (casey, "select api.open_ivr_request(null, '" REQUEST "')", NULL), "IV422", NULL);
}

/* As if time had passed, or somebody had set the clock back. */
static void
move (const char *ticket,
      const char *by)
{
  g_autofree char *sql = g_strdup_printf ("update audit.phi_access_logs set at = at %s where ticket = '%s'", by, ticket);

  run (admin, "set session_replication_role = replica");
  run (admin, sql);
  run (admin, "set session_replication_role = origin");
}

static void
test_late (void)
{
  g_autofree char *ticket = open_request (casey);
  g_autoptr(PGresult) in_time = NULL;

  move (ticket, "- interval '14 minutes'");
  in_time = read_request (casey, ticket);
  g_assert_cmpstr (ivr_test_state (in_time), ==, "");
  move (ticket, "- interval '2 minutes'");
  assert_refused (read_request (casey, ticket), "IV403", "expired");
  assert_refused (ivr_test_ask (casey, "select * from api.read_messages($1, null, 10)", ticket, NULL), "IV403", "expired");
  move (ticket, "+ interval '1 day'");
  assert_refused (read_request (casey, ticket), "IV403", "expired");
}

/* A ticket says that it was written down, not that it is still allowed. */
static void
test_right_taken_away (void)
{
  g_autofree char *uri = ivr_test_server_uri (server, "kim.demo");
  g_autoptr(PGconn) kim = ivr_test_connect (uri);
  g_autofree char *ticket = g_uuid_string_random ();
  g_autofree char *status = NULL;
  g_autoptr(PGresult) opened = ivr_test_query (kim, "select api.open_ivr_request($1, '0d7e0001-0000-4000-8000-000000000003')", ticket, NULL);

  g_assert_nonnull (opened);
  status = ivr_test_value (kim, "select api.read_ivr_request($1) ->> 'status'", ticket, NULL);
  g_assert_cmpstr (status, ==, "rejected");
  run (admin, "delete from ivr.memberships where user_id = '0a000000-0000-4000-8000-000000000005'");
  assert_refused (read_request (kim, ticket), "IV403", "missing");
  assert_refused (ivr_test_ask (kim, "select api.open_ivr_request(gen_random_uuid(), '0d7e0001-0000-4000-8000-000000000003')", NULL),
                  "IV404", NULL);
}

/* The trace is durable even when the session asked that commits be not. */
static void
test_durable (void)
{
  g_autofree char *on = NULL;

  run (casey, "begin");
  run (casey, "set local synchronous_commit = off");
  g_free (open_request (casey));
  on = ivr_test_value (casey, "show synchronous_commit", NULL);
  g_assert_cmpstr (on, ==, "on");
  run (casey, "rollback");
}

/* Lists and searches: the filter is the ticket's, so that what was written down is what is read. */
static void
test_lists (void)
{
  g_autofree char *list = g_uuid_string_random ();
  g_autofree char *search = g_uuid_string_random ();
  g_autofree char *all = NULL;
  g_autofree char *found = NULL;
  g_autofree char *fences = NULL;
  g_autofree char *trace = NULL;
  g_autoptr(PGresult) opened = ivr_test_query (casey, "select api.open_list($1, 'all', null)", list, NULL);
  g_autoptr(PGresult) searched = ivr_test_query (casey, "select api.open_list($1, 'all', 'fictional')", search, NULL);

  g_assert_nonnull (opened);
  g_assert_nonnull (searched);
  all = ivr_test_value (casey, "select count(*) from api.read_page($1, 'created', true, null, null, false, 0, 50)", list, NULL);
  g_assert_cmpstr (all, ==, "6");
  found = ivr_test_value (casey, "select string_agg(patient, ' ') from api.read_page($1, 'patient', false, null, null, false, 0, 50)", search, NULL);
  g_assert_cmpstr (found, ==, "Fictional, Bert");
  fences = ivr_test_value (casey, "select max(place) from api.read_fences($1, 'patient', false, 10)", list, NULL);
  g_assert_cmpstr (fences, ==, "6");
  trace = ivr_test_value (
    admin, "select string_agg(concat_ws(' ', what, filter ->> 'view', filter ->> 'search', jsonb_array_length(filter -> 'orgs')), ', ' order by id)"
           " from audit.phi_access_logs where ticket in ($1, $2)", list, search, NULL);
  g_assert_cmpstr (trace, ==, "list all 1, search all fictional 1");
  /* A request's ticket opens no list, a list's no request, nobody else's anything. */
  {
    g_autofree char *request = open_request (casey);

    assert_refused (ivr_test_ask (casey, "select * from api.read_page($1, 'created', true, null, null, false, 0, 5)", request, NULL), "IV403", "missing");
    assert_refused (read_request (casey, list), "IV403", "missing");
    assert_refused (ivr_test_ask (casey, "select * from api.read_patients($1, 5)", search, NULL), "IV403", "missing");
    assert_refused (ivr_test_ask (sam, "select * from api.read_page($1, 'created', true, null, null, false, 0, 5)", list, NULL), "IV403", "missing");
  }
  assert_refused (ivr_test_ask (casey, "select api.open_list($1, 'all', null)", list, NULL), "IV423", NULL);
  assert_refused (ivr_test_ask (casey, "select api.open_list(null, 'all', null)", NULL), "IV422", NULL);
  move (list, "- interval '16 minutes'");
  assert_refused (ivr_test_ask (casey, "select * from api.read_page($1, 'created', true, null, null, false, 0, 5)", list, NULL), "IV403", "expired");
}

/* Who may see more since a list was opened opens it again: what is read is what was written down. */
static void
test_more_since_then (void)
{
  g_autofree char *list = ivr_test_open_list (sam, "all", "");
  g_autofree char *n = NULL;

  ivr_test_do (admin, "insert into ivr.organizations (id, name, kind) values ('dd000000-0000-4000-8000-000000000001', 'Newly served clinic', 'clinic')");
  ivr_test_do (admin, "insert into ivr.service_links (clinic_org_id, verifier_org_id) values ('dd000000-0000-4000-8000-000000000001',"
                      " '0e000000-0000-4000-8000-000000000003')");
  assert_refused (ivr_test_ask (sam, "select * from api.read_page($1, 'created', true, null, null, false, 0, 5)", list, NULL), "IV403", "expired");
  assert_refused (ivr_test_ask (sam, "select * from api.read_fences($1, 'created', true, 10)", list, NULL), "IV403", "expired");
  ivr_test_do (admin, "delete from ivr.service_links where clinic_org_id = 'dd000000-0000-4000-8000-000000000001'");
  ivr_test_do (admin, "delete from ivr.organizations where id = 'dd000000-0000-4000-8000-000000000001'");
  n = ivr_test_value (sam, "select count(*) > 0 from api.read_page($1, 'created', true, null, null, false, 0, 5)", list, NULL);
  g_assert_cmpstr (n, ==, "t");
}

static void
test_patients (void)
{
  g_autofree char *ticket = g_uuid_string_random ();
  g_autofree char *found = NULL;
  g_autofree char *trace = NULL;
  g_autoptr(PGresult) opened = ivr_test_query (casey, "select api.open_patients($1, 'test')", ticket, NULL);

  g_assert_nonnull (opened);
  found = ivr_test_value (casey, "select string_agg(last_name, ' ') from api.read_patients($1, 10)", ticket, NULL);
  g_assert_cmpstr (found, ==, "Testpatient");
  trace = ivr_test_value (admin, "select concat_ws(' ', what, actor_login, filter ->> 'patients') from audit.phi_access_logs where ticket = $1",
                          ticket, NULL);
  g_assert_cmpstr (trace, ==, "search casey.example test");
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *uri = NULL;
  g_autofree char *casey_uri = NULL;
  g_autofree char *sam_uri = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  server = ivr_test_server_new ();
  uri = ivr_test_server_uri (server, NULL);
  casey_uri = ivr_test_server_uri (server, "casey.example");
  sam_uri = ivr_test_server_uri (server, "sam.demo");
  admin = ivr_test_connect (uri);
  casey = ivr_test_connect (casey_uri);
  sam = ivr_test_connect (sam_uri);
  g_test_add_func ("/tickets/trace", test_trace);
  g_test_add_func ("/tickets/team", test_team);
  g_test_add_data_func ("/tickets/one-round-trip", GINT_TO_POINTER (TRUE), test_pipeline);
  g_test_add_data_func ("/tickets/pipeline-without-sync", GINT_TO_POINTER (FALSE), test_pipeline);
  g_test_add_func ("/tickets/transaction", test_transaction);
  g_test_add_func ("/tickets/savepoint", test_savepoint);
  g_test_add_func ("/tickets/others", test_others_ticket);
  g_test_add_func ("/tickets/used-again", test_used_again);
  g_test_add_func ("/tickets/late", test_late);
  g_test_add_func ("/tickets/lists", test_lists);
  g_test_add_func ("/tickets/more-since-then", test_more_since_then);
  g_test_add_func ("/tickets/patients", test_patients);
  g_test_add_func ("/tickets/right-taken-away", test_right_taken_away);
  g_test_add_func ("/tickets/durable", test_durable);
  status = g_test_run ();
  PQfinish (admin);
  PQfinish (casey);
  PQfinish (sam);
  ivr_test_server_free (server);
  return status;
}
