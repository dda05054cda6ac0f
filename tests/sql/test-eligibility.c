/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions to payers in the database: who makes one, who carries it, whose answer is taken, who reads it,
 * and what a form was filled in from. */
#include "ivr-test-server.h"

#include <string.h>

#define VICTIM "6db5f169-2541-4515-9156-8cd432d8f0e4"
#define DECIDED "660e8400-e29b-41d4-a716-446655440004"
#define ESCALATED "0d7e0001-0000-4000-8000-000000000004"
#define DRAFT "0d7e0001-0000-4000-8000-000000000007"
#define SEEDED "0e110000-0000-4000-8000-000000000001"
#define ASK(request) "select api.begin_eligibility_check(gen_random_uuid(), '" request "', 1) ->> 'id'"
#define TAKE "select lookup.take($1, sha256(convert_to($2, 'UTF8')))"
#define ANSWER(state, problem, mock) \
  "select lookup.answer($1, '" state "', " problem ", 'active', '{\"verdict\": \"active\", \"plan_names\": [\"Canary Plan\"]}'," \
  " convert_to('ISA*Canary', 'UTF8'), 'application/edi-x12', " mock ")"
#define STATE "select concat_ws(' ', state, problem) from ivr.eligibility_checks where id = $1"

static IvrTestServer *server;
static PGconn *admin, *casey, *sam, *lee, *carrier;

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

static char *
take (const char *check,
      const char *login)
{
  g_autofree char *token = ivr_test_server_dup_token (server, login);

  return ivr_test_value (carrier, TAKE, check, token, NULL);
}

static void
assert_taken (const char *check,
              const char *login)
{
  g_autofree char *taken = take (check, login);

  g_assert_nonnull (strstr (taken, "\"result\": \"taken\""));
}

/* What a person reads of the newest question about a request. */
static char *
read_newest (PGconn     *db,
             const char *request,
             const char *field)
{
  g_autofree char *ticket = ivr_test_open (db, request);

  return ivr_test_value (db, "select coalesce(api.read_eligibility($1) -> 'checks' -> 0 ->> $2, '-')", ticket, field, NULL);
}

static void
assert_newest (PGconn     *db,
               const char *request,
               const char *field,
               const char *wanted)
{
  g_autofree char *value = read_newest (db, request, field);

  g_assert_cmpstr (value, ==, wanted);
}

/* As the demo has it again: nothing waits. */
static void
end_all (void)
{
  ivr_test_do (admin, "update ivr.eligibility_checks set state = 'failed', problem = 'lost', finished_at = clock_timestamp() where state = 'waiting'");
}

static void
test_asked_and_answered (void)
{
  g_autofree char *command = g_uuid_string_random ();
  g_autofree char *check = ivr_test_value (casey, "select api.begin_eligibility_check($1, '" VICTIM "', 1) ->> 'id'", command, NULL);
  g_autofree char *others = NULL;
  g_autofree char *taken = NULL;
  g_autofree char *again = NULL;
  g_autofree char *reading = NULL;
  g_autofree char *ticket = NULL;
  g_autofree char *bytes = NULL;

  /* A retry makes no second question, nor does anybody else while it waits. */
  assert_value (casey, "select api.begin_eligibility_check($1, '" VICTIM "', 1) ->> 'id'", command, check);
  assert_refused (ivr_test_ask (sam, ASK (VICTIM), NULL), "IV409");
  others = take (check, "sam.demo");
  g_assert_cmpstr (others, ==, "{\"result\": \"missing\"}");
  taken = take (check, "casey.example");
  g_assert_nonnull (strstr (taken, "\"last\": \"Testpatient\""));
  g_assert_nonnull (strstr (taken, "\"member_id\": \"DEMO-100001\""));
  g_assert_nonnull (strstr (taken, "\"kind\": \"x12\""));
  again = take (check, "casey.example");
  g_assert_cmpstr (again, ==, "{\"result\": \"busy\"}");
  assert_newest (casey, VICTIM, "state", "waiting");
  assert_value (carrier, ANSWER ("answered", "null", "true"), check, "answered");
  assert_newest (casey, VICTIM, "state", "answered");
  assert_newest (sam, VICTIM, "is_mock", "true");
  reading = read_newest (sam, VICTIM, "reading");
  g_assert_nonnull (strstr (reading, "Canary Plan"));
  ticket = ivr_test_open (sam, VICTIM);
  bytes = ivr_test_value (sam, "select concat_ws(' ', convert_from(e.body, 'UTF8'), e.media_type, e.sha256 = sha256(e.body), e.is_mock)"
                          " from api.read_eligibility_evidence($1, $2) e", ticket, check, NULL);
  g_assert_cmpstr (bytes, ==, "ISA*Canary application/edi-x12 t t");
  /* It is over: nothing changes it any more. */
  assert_value (carrier, ANSWER ("refused", "null", "true"), check, "answered");
  g_free (again);
  again = take (check, "casey.example");
  g_assert_cmpstr (again, ==, "{\"state\": \"answered\", \"result\": \"over\"}");
}

static void
test_traces_and_events (void)
{
  g_autofree char *before = ivr_test_value (admin, "select max(seq) from ivr.outbox where org_id = '0e000000-0000-4000-8000-000000000001'", NULL);
  g_autofree char *check = ivr_test_value (casey, ASK (VICTIM), NULL);

  assert_taken (check, "casey.example");
  assert_value (carrier, ANSWER ("answered", "null", "true"), check, "answered");
  assert_value (admin, "select string_agg(kind || ' ' || version, ', ' order by seq) from ivr.outbox"
                       " where org_id = '0e000000-0000-4000-8000-000000000001' and seq > $1", before, "eligibility 1, eligibility 2");
  assert_value (admin, "select string_agg(actor_login || ' ' || action, ', ' order by id) from audit.audit_logs where entity_id = $1", check,
                "casey.example ask_payer, ivr_lookup payer_answer");
  /* The trace says that it was asked and answered, and not what. */
  assert_value (admin, "select bool_or(a::text ~ 'Canary|Testpatient|DEMO-1000') from audit.audit_logs a where entity_id = $1", check, "f");
}

static void
test_taken_back (void)
{
  g_autofree char *check = ivr_test_value (casey, ASK (VICTIM), NULL);

  assert_taken (check, "casey.example");
  assert_refused (ivr_test_ask (sam, "select api.cancel_eligibility_check(gen_random_uuid(), $1)", check, NULL), "IV404");
  assert_value (casey, "select api.cancel_eligibility_check(gen_random_uuid(), $1) ->> 'state'", check, "cancelled");
  assert_refused (ivr_test_ask (casey, "select api.cancel_eligibility_check(gen_random_uuid(), $1)", check, NULL), "IV410");
  assert_value (carrier, ANSWER ("answered", "null", "true"), check, "cancelled");
  assert_value (admin, "select count(*) from ivr.eligibility_evidence where check_id = $1", check, "0");
  assert_newest (casey, VICTIM, "reading", "-");
}

/* The gateway went away with the question: after some minutes it stands in nobody's way. */
static void
test_lost (void)
{
  g_autofree char *check = ivr_test_value (casey, ASK (VICTIM), NULL);
  g_autofree char *next = NULL;
  g_autoptr(PGresult) aged = ivr_test_query (
    admin, "update ivr.eligibility_checks set asked_at = asked_at - interval '4 minutes' where id = $1 returning id", check, NULL);
  g_autofree char *late = take (check, "casey.example");

  g_assert_cmpint (PQntuples (aged), ==, 1);
  g_assert_cmpstr (late, ==, "{\"result\": \"busy\"}");
  next = ivr_test_value (sam, ASK (VICTIM), NULL);
  assert_value (admin, STATE, check, "failed lost");
  assert_taken (next, "sam.demo");
  assert_value (carrier, ANSWER ("refused", "'aaa-75'", "true"), next, "refused");
  assert_newest (casey, VICTIM, "state", "refused");
}

static void
test_tokens (void)
{
  g_autofree char *check = ivr_test_value (casey, ASK (VICTIM), NULL);
  g_autofree char *token = ivr_test_server_dup_token (server, "casey.example");

  assert_refused (ivr_test_ask (carrier, ANSWER ("answered", "null", "true"), check, NULL), "IV404");
  ivr_test_do (admin, "update ivr.users set is_active = false where login = 'casey.example'");
  {
    g_autofree char *locked = ivr_test_value (carrier, TAKE, check, token, NULL);

    g_assert_cmpstr (locked, ==, "{\"result\": \"unknown\"}");
  }
  ivr_test_do (admin, "update ivr.users set is_active = true where login = 'casey.example'");
  ivr_test_do (admin, "update ivr.live_tokens set expires_at = clock_timestamp()");
  {
    g_autofree char *expired = ivr_test_value (carrier, TAKE, check, token, NULL);

    g_assert_cmpstr (expired, ==, "{\"result\": \"unknown\"}");
  }
  assert_taken (check, "casey.example");
  end_all ();
}

/* What may be another patient's is for those who decide about it, and for nobody else. */
static void
test_held (void)
{
  g_autofree char *check = ivr_test_value (casey, ASK (VICTIM), NULL);
  g_autofree char *reading = NULL;
  g_autofree char *ticket = ivr_test_open (casey, VICTIM);
  g_autofree char *bytes = NULL;

  assert_taken (check, "casey.example");
  assert_refused (ivr_test_ask (carrier, ANSWER ("held", "null", "true"), check, NULL), "23514");
  assert_value (carrier, ANSWER ("held", "'patient-differs'", "true"), check, "held");
  assert_newest (casey, VICTIM, "problem", "patient-differs");
  assert_newest (casey, VICTIM, "reading", "-");
  assert_newest (casey, VICTIM, "verdict", "-");
  assert_newest (casey, VICTIM, "has_evidence", "false");
  assert_newest (sam, VICTIM, "reading", "-");
  bytes = ivr_test_value (casey, "select count(*) from api.read_eligibility_evidence($1, $2)", ticket, check, NULL);
  g_assert_cmpstr (bytes, ==, "0");
  reading = read_newest (lee, VICTIM, "reading");
  g_assert_nonnull (strstr (reading, "Canary Plan"));
}

/* An invented payer exists in a demo only, whoever wants it otherwise. */
static void
test_mock_needs_a_demo (void)
{
  g_autofree char *before = ivr_test_value (casey, ASK (VICTIM), NULL);
  g_autofree char *taken = ivr_test_value (sam, ASK (ESCALATED), NULL);
  g_autofree char *over = NULL;

  assert_taken (taken, "sam.demo");
  ivr_test_do (admin, "update ivr.settings set value = 'false' where name = 'demo'");
  over = take (before, "casey.example");
  g_assert_cmpstr (over, ==, "{\"state\": \"failed\", \"result\": \"over\"}");
  assert_refused (ivr_test_ask (carrier, ANSWER ("answered", "null", "true"), taken, NULL), "IV403");
  assert_refused (ivr_test_ask (admin, "insert into ivr.payer_connectors (payer_id, kind, address, sender, receiver, origin, is_mock) select id, 'x12',"
                                       " 'mock:/x12', 'IVR', 'X5', '9000000001', true from ivr.payers where edi_id = 'DEMO05'", NULL), "IV403");
  assert_refused (ivr_test_ask (casey, ASK (VICTIM), NULL), "IV403");
  ivr_test_do (admin, "update ivr.settings set value = 'true' where name = 'demo'");
  end_all ();
}

static void
test_connectors (void)
{
  static const char * const bad[] = {
    "'x12', 'http://payer.example/x', false", "'x12', 'mock:/x12', false", "'x12', 'https://payer.example/x', true",
    "'x12', 'https://user:word@payer.example/x', false", "'x12', E'https://payer.example/x\\r\\nHost: other', false",
    "'telnet', 'https://payer.example/x', false", "'x12', 'https://payer.example', false",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *sql = g_strdup_printf (
        "insert into ivr.payer_connectors (kind, address, is_mock, payer_id, sender, receiver, origin) select %s, id, 'IVR', 'X5', '9000000001'"
        " from ivr.payers where edi_id = 'DEMO05'", bad[i]);

      g_test_message ("%s", bad[i]);
      assert_refused (ivr_test_ask (admin, sql, NULL), "23514");
    }
  ivr_test_do (admin, "insert into ivr.payer_connectors (kind, address, payer_id, sender, receiver, origin, secret) select 'x12',"
                      " 'https://payer.example/x', id, 'IVR', 'X5', '9000000001', 'payer-key' from ivr.payers where edi_id = 'DEMO05'");
  assert_value (admin, "select string_agg(action || ' ' || (after ->> 'secret'), ' ') from audit.audit_logs where entity = 'payer_connectors'"
                       " and after ->> 'secret' = $1", "payer-key", "by hand: insert payer-key");
  {
    g_autofree char *check = ivr_test_value (casey, ASK (DRAFT), NULL);
    g_autofree char *taken = take (check, "casey.example");

    g_assert_nonnull (strstr (taken, "\"address\": \"https://payer.example/x\""));
    /* A mock's answer is none to a real payer's question. */
    assert_refused (ivr_test_ask (carrier, ANSWER ("answered", "null", "true"), check, NULL), "IV403");
    assert_value (carrier, ANSWER ("failed", "'timeout'", "false"), check, "failed");
  }
  ivr_test_do (admin, "delete from ivr.payer_connectors where secret = 'payer-key'");
}

static void
test_dependent (void)
{
  g_autofree char *check = NULL;
  g_autofree char *taken = NULL;

  ivr_test_do (admin, "update ivr.patient_insurances set relationship = 'Child', subscriber_name = 'Pat van der Example',"
                      " subscriber_born_on = '1970-02-03' where patient_id = '10000000-0000-4000-8000-000000000001'");
  check = ivr_test_value (casey, ASK (VICTIM), NULL);
  taken = take (check, "casey.example");
  g_assert_nonnull (strstr (taken, "\"last\": \"Example\""));
  g_assert_nonnull (strstr (taken, "\"first\": \"Pat van der\""));
  g_assert_nonnull (strstr (taken, "\"born\": \"1970-02-03\""));
  g_assert_nonnull (strstr (taken, "\"dependent_last\": \"Testpatient\""));
  g_assert_nonnull (strstr (taken, "\"relation\": \"19\""));
  end_all ();
  ivr_test_do (admin, "update ivr.patient_insurances set subscriber_name = 'Pat' where patient_id = '10000000-0000-4000-8000-000000000001'");
  assert_refused (ivr_test_ask (casey, ASK (VICTIM), NULL), "IV422");
  ivr_test_do (admin, "update ivr.patient_insurances set relationship = null, subscriber_name = null, subscriber_born_on = null"
                      " where patient_id = '10000000-0000-4000-8000-000000000001'");
}

static void
test_evidence_stays (void)
{
  assert_refused (ivr_test_ask (admin, "update ivr.eligibility_evidence set body = 'x'", NULL), "42501");
  assert_refused (ivr_test_ask (admin, "delete from ivr.eligibility_evidence", NULL), "42501");
  assert_refused (ivr_test_ask (admin, "delete from ivr.auto_population_records", NULL), "42501");
  assert_newest (sam, DECIDED, "id", SEEDED);
  assert_newest (sam, DECIDED, "verdict", "active");
  assert_value (admin, "select sha256 = sha256(body) from ivr.eligibility_evidence where check_id = $1", SEEDED, "t");
}

static void
test_insurances_to_ask (void)
{
  g_autofree char *ticket = ivr_test_open (casey, VICTIM);
  g_autofree char *decided = ivr_test_open (sam, DECIDED);
  g_autofree char *draft = ivr_test_open (casey, DRAFT);

  assert_value (casey, "select api.read_eligibility($1) -> 'insurances' -> 0 ->> 'can_ask'", ticket, "true");
  assert_value (sam, "select api.read_eligibility($1) -> 'insurances' -> 0 ->> 'payer'", decided, "Medicare Part B (demo)");
  assert_value (casey, "select api.read_eligibility($1) -> 'insurances' -> 0 ->> 'can_ask'", draft, "false");
}

static void
test_auto_population (void)
{
  g_autofree char *ticket = NULL;
  g_autoptr(PGresult) done = ivr_test_query (
    casey, "select api.record_auto_population(gen_random_uuid(), '" DRAFT "', jsonb_build_array("
           "jsonb_build_object('field', 'patient.phone', 'source', 'previous_request', 'source_id', '" VICTIM "', 'offered', '5555550123',"
           " 'outcome', 'accepted', 'kept', '5555550123', 'offered_at', to_char(now() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')),"
           "jsonb_build_object('field', 'insurances.0.plan_type', 'source', 'insurance_card', 'offered', 'HMO', 'was', 'PPO', 'outcome', 'refused',"
           " 'kept', 'PPO', 'offered_at', to_char(now() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'))))", NULL);

  g_assert_cmpint (PQntuples (done), ==, 1);
  ticket = ivr_test_open (casey, DRAFT);
  assert_value (casey, "select string_agg(concat_ws(' ', r ->> 'field', r ->> 'outcome', r ->> 'by'), ', ' order by r ->> 'field') from"
                       " jsonb_array_elements(api.read_auto_population($1) -> 'records') r", ticket,
                "insurances.0.plan_type refused Casey Example, patient.phone accepted Casey Example");
  assert_value (casey, "select jsonb_array_length(api.read_auto_population($1) -> 'sources')", ticket, "6");
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
  {
    const struct { PGconn **db; const char *login; } people[] = {
      { &casey, "casey.example" }, { &sam, "sam.demo" }, { &lee, "lee.demo" }, { &carrier, "ivr_lookup" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS (people); i++)
      {
        g_autofree char *own = ivr_test_server_uri (server, people[i].login);

        *people[i].db = ivr_test_connect (own);
      }
  }
  g_test_add_func ("/eligibility/asked-and-answered", test_asked_and_answered);
  g_test_add_func ("/eligibility/traces-and-events", test_traces_and_events);
  g_test_add_func ("/eligibility/taken-back", test_taken_back);
  g_test_add_func ("/eligibility/lost", test_lost);
  g_test_add_func ("/eligibility/tokens", test_tokens);
  g_test_add_func ("/eligibility/held", test_held);
  g_test_add_func ("/eligibility/mock-needs-a-demo", test_mock_needs_a_demo);
  g_test_add_func ("/eligibility/connectors", test_connectors);
  g_test_add_func ("/eligibility/dependent", test_dependent);
  g_test_add_func ("/eligibility/evidence-stays", test_evidence_stays);
  g_test_add_func ("/eligibility/insurances-to-ask", test_insurances_to_ask);
  g_test_add_func ("/eligibility/auto-population", test_auto_population);
  status = g_test_run ();
  PQfinish (carrier);
  PQfinish (lee);
  PQfinish (sam);
  PQfinish (casey);
  PQfinish (admin);
  ivr_test_server_free (server);
  return status;
}
