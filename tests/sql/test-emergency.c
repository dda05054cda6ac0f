/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Access in an emergency: it opens what is needed for as long as was said, leaves its alarm, and waits for
 * its review. */
#include "ivr-test-server.h"

#include <string.h>

#define CLINIC "0e000000-0000-4000-8000-000000000001"
#define OPERATOR "0e000000-0000-4000-8000-000000000005"
#define REQUEST "660e8400-e29b-41d4-a716-446655440004"
#define OTHER_REQUEST "0d7e0001-0000-4000-8000-000000000005"
#define DRAFT "0d7e0001-0000-4000-8000-000000000007"
#define BEGIN "select api.begin_emergency_access(gen_random_uuid(), '" CLINIC "', 'The clinic cannot be reached', 30) ->> 'id'"
#define OPENING(request) "select api.open_ivr_request(gen_random_uuid(), '" request "')"
#define OPEN OPENING (REQUEST)

static IvrTestServer *server;
static PGconn *admin, *ada, *max, *lee;

static void
assert_refused (PGresult   *result,
                const char *state)
{
  g_autoptr(PGresult) own = result;

  if (!g_str_equal (ivr_test_state (own), state))
    g_error ("“%s”, not %s: %s", ivr_test_state (own), state, PQresultErrorMessage (own));
}

static void
assert_value (PGconn     *db,
              const char *sql,
              const char *parameter,
              const char *wanted)
{
  g_autofree char *value = ivr_test_value (db, sql, parameter, NULL);

  g_assert_cmpstr (value, ==, wanted);
}

static void
assert_reads (PGconn *db)
{
  g_autofree char *ticket = ivr_test_open (db, REQUEST);

  assert_value (db, "select api.read_ivr_request($1) ->> 'status'", ticket, "approved");
}

static void
review (const char *id)
{
  g_autoptr(PGresult) done = ivr_test_query (
    max, "select api.review_emergency_access(gen_random_uuid(), $1, 'justified', 'The line was down, we know.')", id, NULL);

  g_assert_cmpint (PQntuples (done), ==, 1);
}

/* As if its time were over. */
static void
let_time_pass (const char *id)
{
  g_autoptr(PGresult) done = ivr_test_query (
    admin, "update ivr.emergency_accesses set begins_at = begins_at - interval '1 hour', ends_at = ends_at - interval '1 hour'"
           " where id = $1 returning id", id, NULL);

  g_assert_cmpint (PQntuples (done), ==, 1);
}

static void
test_opens_and_closes (void)
{
  g_autofree char *id = NULL;
  g_autofree char *ticket = NULL;
  g_autofree char *list = NULL;
  g_autoptr(PGresult) ended = NULL;

  assert_refused (ivr_test_ask (ada, OPEN, NULL), "IV404");
  id = ivr_test_value (ada, BEGIN, NULL);
  assert_reads (ada);
  ticket = ivr_test_open (ada, REQUEST);
  list = ivr_test_open_list (ada, "all", "");
  assert_value (ada, "select count(*) > 0 from api.read_messages($1, null, 50)", ticket, "t");
  assert_value (ada, "select count(*) from api.read_page($1, 'created', true, null, null, false, 0, 50) where org_id <> '" CLINIC "'",
                list, "0");
  assert_value (ada, "select count(*) from api.read_page($1, 'created', true, null, null, false, 0, 50)", list, "5");
  /* Neither the other clinic, nor what nobody but its author's clinic sees, nor the team's own notes. */
  assert_refused (ivr_test_ask (ada, OPENING (OTHER_REQUEST), NULL), "IV404");
  assert_refused (ivr_test_ask (ada, OPENING (DRAFT), NULL), "IV404");
  assert_value (ada, "select count(*) from api.read_messages($1, null, 50) where visibility = 'internal'", ticket, "0");
  ended = ivr_test_query (ada, "select api.end_emergency_access(gen_random_uuid(), $1)", id, NULL);
  g_assert_nonnull (ended);
  assert_refused (ivr_test_ask (ada, OPEN, NULL), "IV404");
  review (id);
}

static void
test_only_reads (void)
{
  g_autofree char *id = ivr_test_value (ada, BEGIN, NULL);

  assert_refused (ivr_test_ask (ada, "select api.update_ivr_request_status(gen_random_uuid(), '" REQUEST "', 4, 'reverify', 'x')", NULL), "IV403");
  assert_refused (ivr_test_ask (ada, "select api.update_doctor_comment(gen_random_uuid(), '" REQUEST "', 4, 'x')", NULL), "IV403");
  assert_refused (ivr_test_ask (ada, "select api.update_ivr_response(gen_random_uuid(), '" REQUEST "', 4, 'x')", NULL), "IV403");
  assert_refused (ivr_test_ask (ada, "select api.save_ivr_draft(gen_random_uuid(), '" REQUEST "', 4, '{}')", NULL), "IV403");
  assert_refused (ivr_test_ask (ada, "select api.create_ivr_request(gen_random_uuid(), '{}')", NULL), "IV403");
  assert_refused (ivr_test_ask (ada, "select api.add_communication_message(gen_random_uuid(), '" REQUEST "', gen_random_uuid(), 'x')", NULL), "IV403");
  let_time_pass (id);
  review (id);
}

static void
test_trace (void)
{
  g_autofree char *id = ivr_test_value (ada, BEGIN, NULL);

  assert_reads (ada);
  assert_value (admin, "select purpose from audit.phi_access_logs where actor_login = 'ada.operator' order by id desc limit 1", NULL, "emergency");
  assert_value (admin, "select string_agg(org_id::text, ' ' order by org_id) from ivr.alerts where about_id = $1", id, CLINIC " " OPERATOR);
  assert_value (max, "select count(*) || ' ' || min(sentence) from api.alerts(10) where about_id = $1", id,
                "1 Ada Operator (ada.operator) reads patient data in an emergency, for 30 minutes.");
  assert_value (max, "select person || ' ' || reason from api.emergency_accesses() where id = $1", id,
                "Ada Operator (ada.operator) The clinic cannot be reached");
  assert_value (admin, "select action || ' ' || (after ->> 'reason') from audit.audit_logs where entity_id = $1", id,
                "begin_emergency The clinic cannot be reached");
  /* The gateway learns that what this person may hear has changed. */
  assert_value (admin, "select count(*) > 0 from ivr.outbox where org_id = '" CLINIC "' and kind = 'membership' and row_id ="
                       " '0a000000-0000-4000-8000-000000000008'", NULL, "t");
  let_time_pass (id);
  review (id);
}

static void
test_ends_by_itself (void)
{
  g_autofree char *id = ivr_test_value (ada, BEGIN, NULL);

  assert_reads (ada);
  let_time_pass (id);
  assert_refused (ivr_test_ask (ada, OPEN, NULL), "IV404");
  assert_value (ada, "select count(*) from api.view_counts()", NULL, "0");
  review (id);
}

static void
test_review_is_forced (void)
{
  g_autofree char *id = ivr_test_value (ada, BEGIN, NULL);
  g_autofree char *again = NULL;

  assert_refused (ivr_test_ask (ada, BEGIN, NULL), "IV403");
  /* Not while it lasts, not by oneself, not by who has no part in it, not without a verdict. */
  assert_refused (ivr_test_ask (max, "select api.review_emergency_access(gen_random_uuid(), $1, 'justified', 'x')", id, NULL), "IV410");
  let_time_pass (id);
  assert_refused (ivr_test_ask (ada, BEGIN, NULL), "IV403");
  assert_refused (ivr_test_ask (ada, "select api.review_emergency_access(gen_random_uuid(), $1, 'justified', 'x')", id, NULL), "IV403");
  assert_refused (ivr_test_ask (lee, "select api.review_emergency_access(gen_random_uuid(), $1, 'justified', 'x')", id, NULL), "IV403");
  assert_refused (ivr_test_ask (max, "select api.review_emergency_access(gen_random_uuid(), $1, 'fine', 'x')", id, NULL), "IV422");
  assert_refused (ivr_test_ask (max, "select api.review_emergency_access(gen_random_uuid(), $1, 'justified', ' ')", id, NULL), "IV422");
  review (id);
  assert_refused (ivr_test_ask (max, "select api.review_emergency_access(gen_random_uuid(), $1, 'not_justified', 'x')", id, NULL), "IV410");
  again = ivr_test_value (ada, BEGIN, NULL);
  let_time_pass (again);
  review (again);
  assert_value (admin, "select string_agg(distinct verdict, ' ') from ivr.emergency_accesses", NULL, "justified");
}

/* Two at the same time from two desks of one person: one of them. */
static void
test_two_at_once (void)
{
  g_autofree char *uri = ivr_test_server_uri (server, "ada.operator");
  g_autoptr(PGconn) second = ivr_test_connect (uri);
  g_autoptr(PGresult) begun = ivr_test_query (ada, "begin", NULL);
  g_autofree char *id = ivr_test_value (ada, BEGIN, NULL);
  g_autofree char *pid = g_strdup_printf ("%d", PQbackendPID (second));
  g_autoptr(PGresult) committed = NULL;
  g_autoptr(PGresult) lost = NULL;
  PGresult *more;
  gboolean waits = FALSE;

  g_assert_nonnull (begun);
  g_assert_cmpint (PQsendQuery (second, BEGIN), ==, 1);
  while (!waits)
    {
      g_autofree char *n = ivr_test_value (admin, "select count(*) from pg_stat_activity where pid = $1 and wait_event_type = 'Lock'", pid, NULL);

      waits = g_str_equal (n, "1");
    }
  committed = ivr_test_query (ada, "commit", NULL);
  g_assert_nonnull (committed);
  lost = PQgetResult (second);
  while ((more = PQgetResult (second)) != NULL)
    PQclear (more);
  assert_refused (g_steal_pointer (&lost), "IV403");
  let_time_pass (id);
  review (id);
}

static void
test_bad_input (void)
{
  static const char * const calls[][2] = {
    { "select api.begin_emergency_access(gen_random_uuid(), '" CLINIC "', '', 30)", "IV422" },
    { "select api.begin_emergency_access(gen_random_uuid(), '" CLINIC "', 'too short', 30)", "IV422" },
    { "select api.begin_emergency_access(gen_random_uuid(), '" CLINIC "', repeat('x', 1001), 30)", "IV413" },
    { "select api.begin_emergency_access(gen_random_uuid(), '" CLINIC "', 'The clinic cannot be reached', 0)", "IV422" },
    { "select api.begin_emergency_access(gen_random_uuid(), '" CLINIC "', 'The clinic cannot be reached', 61)", "IV422" },
    { "select api.begin_emergency_access(gen_random_uuid(), '" CLINIC "', 'The clinic cannot be reached', null)", "IV422" },
    { "select api.begin_emergency_access(gen_random_uuid(), null, 'The clinic cannot be reached', 30)", "IV404" },
    { "select api.begin_emergency_access(null, '" CLINIC "', 'The clinic cannot be reached', 30)", "IV422" },
    { "select api.end_emergency_access(gen_random_uuid(), gen_random_uuid())", "IV404" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (calls); i++)
    assert_refused (ivr_test_ask (ada, calls[i][0], NULL), calls[i][1]);
  assert_value (admin, "select count(*) from ivr.emergency_accesses where reviewed_at is null", NULL, "0");
}

static PGconn *
open_as (const char *login)
{
  g_autofree char *uri = ivr_test_server_uri (server, login);

  return ivr_test_connect (uri);
}

int
main (int    argc,
      char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  server = ivr_test_server_new ();
  admin = open_as (NULL);
  ada = open_as ("ada.operator");
  max = open_as ("max.demo");
  lee = open_as ("lee.demo");
  g_test_add_func ("/emergency/opens-and-closes", test_opens_and_closes);
  g_test_add_func ("/emergency/only-reads", test_only_reads);
  g_test_add_func ("/emergency/trace", test_trace);
  g_test_add_func ("/emergency/ends-by-itself", test_ends_by_itself);
  g_test_add_func ("/emergency/review-is-forced", test_review_is_forced);
  g_test_add_func ("/emergency/two-at-once", test_two_at_once);
  g_test_add_func ("/emergency/bad-input", test_bad_input);
  status = g_test_run ();
  PQfinish (admin);
  PQfinish (ada);
  PQfinish (max);
  PQfinish (lee);
  ivr_test_server_free (server);
  return status;
}
