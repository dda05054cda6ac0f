/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The work of a clinic and its verification team, step by step, by real logins; and each wrong step
 * with the SQLSTATE that the desk tells people by. */
#include "ivr-test-server.h"

#include <string.h>

static IvrTestServer *server;
#define OPEN "select api.open_ivr_request(gen_random_uuid(), $1)"

static PGconn *admin, *casey, *robin, *drew, *sam, *kim, *lee, *rio, *max;

static const char form[] =
  "{\"patient\": {\"first_name\": \"Nora\", \"last_name\": \"Samplecase\", \"dob\": \"1950-02-01\"},"
  " \"physician\": {\"name\": \"Dr. Robin Example\", \"npi\": \"1234567893\"},"
  " \"facility\": {\"npi\": \"1234567893\"}, \"place_of_service\": \"11\","
  " \"insurances\": [{\"rank\": 1, \"payer_name\": \"Sample Mutual PPO\", \"member_id\": \"DEMO-900001\"}],"
  " \"in_snf\": false, \"part_a_stay\": false, \"service_date\": \"2031-03-01\","
  " \"wounds\": [{\"type\": \"DFU\", \"location\": \"Left heel\", \"icd10\": [\"E11.621\", \"L97.421\"]}],"
  " \"products\": [{\"hcpcs\": \"Q4101\", \"name\": \"Demograft Bilayer\","
  "   \"sizes\": [{\"label\": \"2 x 2 cm\", \"area_cm2\": \"4\", \"quantity\": 1}]}],"
  " \"attestation\": {\"signed_by\": \"Dr. Robin Example\", \"on_file\": true}}";

static void
assert_refused (PGresult   *result,
                const char *state,
                const char *field)
{
  g_autoptr(PGresult) own = result;
  const char *detail = PQresultErrorField (own, PG_DIAG_MESSAGE_DETAIL);

  g_assert_cmpstr (ivr_test_state (own), ==, state);
  if (field != NULL)
    {
      g_autofree char *wanted = g_strdup_printf ("\"field\": \"%s\"", field);

      g_assert_nonnull (detail);
      if (strstr (detail, wanted) == NULL)
        g_error ("no %s in %s", wanted, detail);
    }
}

static char *
version_of (const char *request)
{
  return ivr_test_value (admin, "select version from ivr.ivr_requests where id = $1", request, NULL);
}

static char *
status_of (const char *request)
{
  return ivr_test_value (admin, "select status from ivr.ivr_requests where id = $1", request, NULL);
}

/* A step from the present version; "" for no reason. */
static PGresult *
try_step (PGconn     *db,
          const char *request,
          const char *to,
          const char *reason,
          const char *details)
{
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *version = version_of (request);

  return ivr_test_ask (db, "select api.update_ivr_request_status($1, $2, $3, $4, nullif($5, ''), $6)",
                       id, request, version, to, reason, details, NULL);
}

static void
step (PGconn     *db,
      const char *request,
      const char *to,
      const char *reason,
      const char *details)
{
  g_autoptr(PGresult) done = try_step (db, request, to, reason, details);
  g_autofree char *status = status_of (request);

  g_assert_cmpstr (PQresultErrorMessage (done), ==, "");
  g_assert_cmpstr (status, ==, to);
}

static PGresult *
save (PGconn     *db,
      const char *request,
      const char *intake)
{
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *version = version_of (request);

  return ivr_test_ask (db, "select api.save_ivr_draft($1, $2, $3, $4)", id, request, version, intake, NULL);
}

static PGresult *
say (PGconn     *db,
     const char *request,
     const char *body,
     const char *visibility)
{
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *message = g_uuid_string_random ();

  return ivr_test_ask (db, "select api.add_communication_message($1, $2, $3, $4, $5)", id, request, message,
                       body, visibility, NULL);
}

static PGresult *
comment (PGconn     *db,
         const char *request,
         const char *version,
         const char *text)
{
  g_autofree char *id = g_uuid_string_random ();

  return ivr_test_ask (db, "select api.update_doctor_comment($1, $2, $3, $4)", id, request, version, text, NULL);
}

static PGresult *
respond (PGconn     *db,
         const char *request,
         const char *text)
{
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *version = version_of (request);

  return ivr_test_ask (db, "select api.update_ivr_response($1, $2, $3, $4)", id, request, version, text, NULL);
}

static void
assert_done (PGresult *result)
{
  g_autoptr(PGresult) own = result;

  g_assert_cmpstr (PQresultErrorMessage (own), ==, "");
}

static char *
create (PGconn *db)
{
  g_autofree char *id = g_uuid_string_random ();

  return ivr_test_value (db, "select api.create_ivr_request($1, $2) ->> 'id'", id, form, NULL);
}

static char *
create_submitted (void)
{
  char *request = create (casey);

  step (casey, request, "submitted", "", "{}");
  return request;
}

static char *
create_in_review (void)
{
  char *request = create_submitted ();

  step (sam, request, "in_review", "", "{}");
  return request;
}

/* The day after tomorrow, as the server counts days. */
static char *
later (void)
{
  return ivr_test_value (admin, "select jsonb_build_object('due_on', current_date + 2)", NULL);
}

static void
test_main_job (void)
{
  g_autofree char *request = create (casey);
  g_autofree char *due = later ();
  g_autofree char *ticket = NULL;
  g_autofree char *steps = NULL;

  step (casey, request, "submitted", "", "{}");
  step (sam, request, "in_review", "", "{}");
  assert_done (say (sam, request, "Is the patient at home?", "shared"));
  step (sam, request, "info_needed", "The back of the card is missing.", due);
  assert_done (say (casey, request, "Yes, at home.", "shared"));
  assert_done (save (casey, request, form));
  step (casey, request, "in_review", "", "{}");
  assert_done (respond (sam, request, "Covered. Deductible 500, met."));
  step (sam, request, "approved", "", "{}");
  step (casey, request, "ordered", "", "{}");
  step (robin, request, "cancelled", "The patient moved.", "{}");
  ticket = ivr_test_open (casey, request);
  steps = ivr_test_value (casey, "select string_agg(h ->> 'action', ' ' order by n desc) from jsonb_array_elements("
                                 "api.read_ivr_request($1) -> 'history') with ordinality x (h, n)", ticket, NULL);
  g_assert_cmpstr (steps, ==, "create submit take send_back answer approve order cancel");
}

static void
test_other_ways (void)
{
  g_autofree char *rejected = create_in_review ();
  g_autofree char *escalated = create_in_review ();
  g_autofree char *limited = create_in_review ();
  g_autofree char *withdrawn = create_submitted ();
  g_autofree char *discarded = create (casey);

  step (sam, rejected, "rejected", "The plan excludes it.", "{\"reason_code\": \"not_covered\"}");
  step (casey, rejected, "in_review", "It was covered last year.", "{}");
  step (sam, rejected, "rejected", "Not any more.", "{\"reason_code\": \"other\"}");
  step (casey, rejected, "closed", "", "{}");
  step (lee, rejected, "in_review", "The payer called back.", "{}");

  step (sam, escalated, "escalated", "The payer contradicts itself.", "{}");
  step (lee, escalated, "approved", "", "{\"response\": \"Covered after a call.\"}");
  step (casey, escalated, "reverify", "New plan year.", "{}");
  step (sam, escalated, "with_payer", "", "{\"reference\": \"DEMO-1\"}");
  step (sam, escalated, "in_review", "", "{}");
  step (sam, escalated, "submitted", "On leave.", "{}");

  step (sam, limited, "approved_limited", "Four applications.", "{\"response\": \"Covered four times.\"}");
  step (casey, withdrawn, "withdrawn", "Asked twice.", "{}");
  step (casey, discarded, "discarded", "", "{}");
}

/* Each thing that a form needs, taken out in turn. */
static void
test_incomplete (void)
{
  static const struct
  {
    const char *path;
    const char *field;
  } needed[] = {
    { "{in_snf}", "in_snf" }, { "{part_a_stay}", "part_a_stay" },
    { "{patient,first_name}", "patient.first_name" }, { "{patient,last_name}", "patient.last_name" },
    { "{patient,dob}", "patient.dob" }, { "{physician,name}", "physician.name" },
    { "{physician,npi}", "physician.npi" }, { "{facility,npi}", "facility.npi" },
    { "{place_of_service}", "place_of_service" }, { "{insurances,0,payer_name}", "insurances.0.payer_name" },
    { "{insurances,0,member_id}", "insurances.0.member_id" }, { "{products}", "products" },
    { "{products,0,sizes}", "products" }, { "{service_date}", "service_date" }, { "{wounds}", "wounds" },
    { "{wounds,0,type}", "wounds.0.type" }, { "{wounds,0,location}", "wounds.0.location" },
    { "{wounds,0,icd10}", "wounds.0.icd10" }, { "{wounds,0,icd10,1}", "wounds.0.icd10" },
    { "{attestation,signed_by}", "attestation" }, { "{attestation,on_file}", "attestation" },
  };
  g_autofree char *request = create (casey);
  g_autofree char *status = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (needed); i++)
    {
      g_autofree char *without = ivr_test_value (admin, "select $1::jsonb #- $2::text[]", form, needed[i].path, NULL);

      g_test_message ("without %s", needed[i].path);
      assert_done (save (casey, request, without));
      assert_refused (try_step (casey, request, "submitted", "", "{}"), "IV422", needed[i].field);
    }
  status = status_of (request);
  g_assert_cmpstr (status, ==, "draft");
  assert_done (save (casey, request, form));
  step (casey, request, "submitted", "", "{}");
}

static void
test_needs (void)
{
  g_autofree char *request = create_in_review ();
  g_autofree char *limited = create_in_review ();
  g_autofree char *due = later ();
  g_autofree char *odd_paper = ivr_test_value (admin, "select $1::jsonb || '{\"documents\": [{\"kind\": \"odd\", \"title\": \"x\"}]}'",
                                               due, NULL);

  assert_refused (try_step (sam, request, "info_needed", "", due), "IV422", "reason");
  assert_refused (try_step (sam, request, "info_needed", " \n ", due), "IV422", "reason");
  assert_refused (try_step (sam, request, "info_needed", "Card.", "{}"), "IV422", "due_on");
  assert_refused (try_step (sam, request, "info_needed", "Card.", "{\"due_on\": \"2020-01-01\"}"), "IV422", "due_on");
  assert_refused (try_step (sam, request, "info_needed", "Card.", "{\"due_on\": \"soon\"}"), "IV422", "due_on");
  assert_refused (try_step (sam, request, "info_needed", "Card.", "{\"due_on\": \"2031-02-30\"}"), "IV422", "due_on");
  assert_refused (try_step (sam, request, "info_needed", "Card.", "[]"), "IV422", "details");
  assert_refused (try_step (sam, request, "info_needed", "Card.", odd_paper), "IV422", "documents");
  assert_refused (try_step (sam, request, "approved", "", "{}"), "IV422", "response");
  assert_refused (try_step (sam, request, "approved_limited", "", "{\"response\": \"Yes.\"}"), "IV422", "reason");
  assert_refused (try_step (sam, request, "with_payer", "", "{}"), "IV422", "reference");
  assert_refused (try_step (sam, request, "escalated", "", "{}"), "IV422", "reason");
  assert_refused (try_step (sam, request, "rejected", "", "{\"reason_code\": \"other\"}"), "IV422", "reason");
  assert_refused (try_step (sam, request, "rejected", "No.", "{}"), "IV422", "reason_code");
  assert_refused (try_step (sam, request, "rejected", "No.", "{\"reason_code\": \"because\"}"), "IV422", "reason_code");
  step (sam, request, "submitted", "On leave.", "{}");
  assert_refused (try_step (lee, request, "in_review", "", "{\"assignee_id\": \"0a000000-0000-4000-8000-000000000001\"}"),
                  "IV422", "assignee_id");
  assert_refused (try_step (lee, request, "in_review", "", "{\"assignee_id\": \"nobody\"}"), "IV422", "assignee_id");
  step (lee, request, "in_review", "", "{\"assignee_id\": \"0a000000-0000-4000-8000-000000000005\"}");
  step (kim, request, "escalated", "Unsure.", "{}");
  step (sam, limited, "approved", "", "{\"response\": \"Covered.\", \"valid_until\": \"2020-01-01\"}");
  assert_refused (try_step (casey, limited, "ordered", "", "{}"), "IV422", "approval");
}

static void
test_may_not (void)
{
  g_autofree char *draft = create (casey);
  g_autofree char *queued = create_submitted ();
  g_autofree char *sams = create_in_review ();
  g_autofree char *id = g_uuid_string_random ();
  PGconn *outsiders[] = { rio, sam, lee, max };

  for (gsize i = 0; i < G_N_ELEMENTS (outsiders); i++)
    {
      assert_refused (ivr_test_ask (outsiders[i], "select api.create_ivr_request($1, $2)", id, form, NULL), "IV403", NULL);
      assert_refused (save (outsiders[i], draft, form), "IV403", NULL);
      assert_refused (comment (outsiders[i], queued, "2", "x"), "IV403", NULL);
    }
  assert_refused (try_step (casey, queued, "in_review", "", "{}"), "IV403", NULL);
  assert_refused (try_step (max, queued, "in_review", "", "{}"), "IV403", NULL);
  assert_refused (try_step (casey, sams, "approved", "", "{\"response\": \"Yes.\"}"), "IV403", NULL);
  assert_refused (try_step (robin, draft, "discarded", "", "{}"), "IV403", NULL);
  assert_refused (respond (casey, sams, "Covered."), "IV403", NULL);
  assert_refused (respond (rio, sams, "Covered."), "IV403", NULL);
  assert_refused (say (max, sams, "x", "shared"), "IV403", NULL);
  assert_refused (say (casey, sams, "x", "internal"), "IV403", NULL);
  assert_refused (try_step (rio, queued, "withdrawn", "x", "{}"), "IV404", NULL);
  /* Another specialist's case is out of sight, not only out of reach. */
  assert_refused (try_step (kim, sams, "rejected", "x", "{\"reason_code\": \"other\"}"), "IV404", NULL);
}

static void
test_not_possible (void)
{
  g_autofree char *queued = create_submitted ();
  g_autofree char *version = NULL;

  assert_refused (try_step (lee, queued, "approved", "", "{}"), "IV410", NULL);
  assert_refused (try_step (casey, queued, "ordered", "", "{}"), "IV410", NULL);
  assert_refused (try_step (casey, queued, "elsewhere", "", "{}"), "IV410", NULL);
  assert_refused (save (casey, queued, form), "IV410", NULL);
  assert_refused (respond (lee, queued, "Covered."), "IV410", NULL);
  step (casey, queued, "withdrawn", "Asked twice.", "{}");
  version = version_of (queued);
  assert_refused (comment (casey, queued, version, "x"), "IV410", NULL);
}

static void
test_somebody_was_faster (void)
{
  g_autofree char *request = create_in_review ();
  g_autofree char *version = version_of (request);
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *changes = NULL;
  g_autoptr(PGresult) late = NULL;

  assert_done (comment (casey, request, version, "Please hurry."));
  late = ivr_test_ask (sam, "select api.update_ivr_response($1, $2, $3, $4)", id, request, version, "Covered.", NULL);
  g_assert_cmpstr (ivr_test_state (late), ==, "IV409");
  changes = ivr_test_value (
    admin, "select concat_ws(' ', d ->> 'expected', d ->> 'version', d ->> 'status', d #>> '{changes,0,action}',"
           " d #>> '{changes,0,by}', d #>> '{changes,0,after,doctor_comment}', jsonb_array_length(d -> 'changes'))"
           " from (select $1::jsonb d) x", PQresultErrorField (late, PG_DIAG_MESSAGE_DETAIL), NULL);
  g_assert_cmpstr (changes, ==, "3 4 in_review comment Casey Example Please hurry. 1");
  assert_refused (comment (casey, request, "1", "x"), "IV409", NULL);
  assert_refused (comment (casey, request, "99", "x"), "IV409", NULL);
  assert_refused (ivr_test_ask (casey, "select api.update_doctor_comment(gen_random_uuid(), $1, null, 'x')", request, NULL),
                  "IV422", "expected_version");
}

/* A waits inside its transaction while B asks for the same; A commits; B must have lost. */
static void
race (PGconn     *first,
      PGconn     *second,
      const char *state)
{
  g_autofree char *request = create_submitted ();
  g_autofree char *pid = g_strdup_printf ("%d", PQbackendPID (second));
  g_autofree char *sql = g_strdup_printf (
    "select api.update_ivr_request_status(gen_random_uuid(), '%s', 2, 'in_review')", request);
  g_autofree char *taken = NULL;
  g_autoptr(PGresult) lost = NULL;
  PGresult *more;
  gboolean waits = FALSE;

  assert_done (ivr_test_ask (first, "begin", NULL));
  assert_done (ivr_test_ask (first, sql, NULL));
  g_assert_cmpint (PQsendQuery (second, sql), ==, 1);
  while (!waits)
    {
      g_autofree char *waiting = ivr_test_value (
        admin, "select count(*) from pg_stat_activity where pid = $1 and wait_event_type = 'Lock'", pid, NULL);

      waits = g_str_equal (waiting, "1");
    }
  assert_done (ivr_test_ask (first, "commit", NULL));
  lost = PQgetResult (second);
  while ((more = PQgetResult (second)) != NULL)
    PQclear (more);
  g_assert_cmpstr (ivr_test_state (lost), ==, state);
  taken = ivr_test_value (admin, "select concat_ws(' ', r.version, u.login, (select count(*) from ivr.ivr_status_history h"
                                 " where h.request_id = r.id and h.action in ('take', 'assign')),"
                                 " (select count(*) from ivr.ivr_reviews v where v.request_id = r.id))"
                                 " from ivr.ivr_requests r join ivr.users u on u.id = r.assignee_id where r.id = $1",
                          request, NULL);
  {
    g_autofree char *wanted = g_strdup_printf ("3 %s 1 1", PQuser (first));

    g_assert_cmpstr (taken, ==, wanted);
  }
}

static void
test_two_take (void)
{
  race (sam, lee, "IV409");
  race (lee, sam, "IV409");
  race (sam, kim, "IV409");
}

/* Who lost a request out of the queue hears to whom, and nothing of what came after. */
static void
test_lost_out_of_sight (void)
{
  g_autofree char *request = create_submitted ();
  g_autofree char *heard = NULL;
  g_autoptr(PGresult) late = NULL;

  step (sam, request, "in_review", "", "{}");
  assert_done (respond (sam, request, "Not for others."));
  late = ivr_test_ask (kim, "select api.update_ivr_request_status(gen_random_uuid(), $1, 2, 'in_review')", request, NULL);
  g_assert_cmpstr (ivr_test_state (late), ==, "IV409");
  g_assert_cmpstr (PQresultErrorField (late, PG_DIAG_MESSAGE_PRIMARY), ==, "Sam Demo took this request a moment ago.");
  heard = ivr_test_value (
    admin, "select concat_ws(' ', d ->> 'gone', d ->> 'version', d #>> '{changes,0,by}', d #>> '{changes,0,action}',"
           " jsonb_array_length(d -> 'changes'), d #> '{changes,0}' ?| array['before', 'after'], strpos(d::text, 'Not for others'))"
           " from (select $1::jsonb d) x", PQresultErrorField (late, PG_DIAG_MESSAGE_DETAIL), NULL);
  g_assert_cmpstr (heard, ==, "true 3 Sam Demo take 1 f 0");
  /* Who was never in a position to see it hears what is said of anything that does not exist. */
  assert_refused (ivr_test_ask (drew, "select api.update_ivr_request_status(gen_random_uuid(), $1, 2, 'in_review')", request, NULL),
                  "IV404", NULL);
  assert_refused (ivr_test_ask (kim, "select api.update_ivr_request_status(gen_random_uuid(), $1, 3, 'in_review')", request, NULL),
                  "IV404", NULL);
}

/* Creating is one change: one version, one event, one row of history, one of the audit. */
static void
test_create_counts_once (void)
{
  g_autofree char *request = create (casey);
  g_autofree char *counted = ivr_test_value (
    admin, "select concat_ws(' ', r.version, r.status, r.product_summary, r.patient_sort, r.turn,"
           " (select string_agg(h.version || h.action, ',') from ivr.ivr_status_history h where h.request_id = r.id),"
           " (select string_agg(a.version || a.action, ',') from audit.audit_logs a where a.entity_id = r.id),"
           " (select string_agg(o.version || o.kind, ',') from ivr.outbox o where o.row_id = r.id))"
           " from ivr.ivr_requests r where r.id = $1", request, NULL);

  g_assert_cmpstr (counted, ==, "1 draft Q4101 Demograft Bilayer samplecase, nora clinic 1create 1create 1request");
}

static void
test_replay (void)
{
  g_autofree char *request = create_submitted ();
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *message = g_uuid_string_random ();
  g_autofree char *n = NULL;
  const char *take = "select a - 'replayed', a ->> 'replayed' from"
                     " api.update_ivr_request_status($1, $2, 2, 'in_review') a";
  const char *chat = "select a - 'replayed', a ->> 'replayed' from"
                     " api.add_communication_message($1, $2, $3, $4, 'shared') a";
  g_autofree char *chat_id = g_uuid_string_random ();
  g_autoptr(PGresult) first = ivr_test_query (sam, take, id, request, NULL);
  g_autoptr(PGresult) again = ivr_test_query (sam, take, id, request, NULL);
  g_autoptr(PGresult) said = ivr_test_query (sam, chat, chat_id, request, message, "Hello", NULL);
  g_autoptr(PGresult) said_again = ivr_test_query (sam, chat, chat_id, request, message, "Hello", NULL);

  g_assert_true (PQgetisnull (first, 0, 1));
  g_assert_cmpstr (PQgetvalue (again, 0, 1), ==, "true");
  g_assert_cmpstr (PQgetvalue (first, 0, 0), ==, PQgetvalue (again, 0, 0));
  g_assert_true (PQgetisnull (said, 0, 1));
  g_assert_cmpstr (PQgetvalue (said_again, 0, 1), ==, "true");
  g_assert_cmpstr (PQgetvalue (said, 0, 0), ==, PQgetvalue (said_again, 0, 0));
  n = ivr_test_value (admin, "select count(*) from ivr.ivr_communication_messages where request_id = $1", request, NULL);
  g_assert_cmpstr (n, ==, "1");

  /* The same id with other arguments, or for another function, is no retry. */
  assert_refused (ivr_test_ask (sam, chat, chat_id, request, message, "Hallo", NULL), "IV423", NULL);
  assert_refused (ivr_test_ask (sam, "select api.update_ivr_response($1, $2, 3, 'x')", id, request, NULL), "IV423", NULL);
  /* The id of the message itself is taken, whatever the command's is. */
  assert_refused (ivr_test_ask (sam, chat, message, request, message, "Hello", NULL), "IV423", NULL);
  /* Another person's command may have the same id. */
  g_clear_pointer (&said_again, PQclear);
  said_again = ivr_test_ask (casey, "select api.add_communication_message($1, $2, gen_random_uuid(), 'Hello', 'shared')",
                             chat_id, request, NULL);
  g_assert_cmpstr (ivr_test_state (said_again), ==, "");
}

static void
test_replay_create (void)
{
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *request = g_uuid_string_random ();
  g_autofree char *with_id = ivr_test_value (admin, "select $1::jsonb || jsonb_build_object('id', $2::text)", form, request, NULL);
  g_autofree char *first = ivr_test_value (casey, "select api.create_ivr_request($1, $2) - 'replayed'", id, with_id, NULL);
  g_autofree char *again = ivr_test_value (casey, "select api.create_ivr_request($1, $2) - 'replayed'", id, with_id, NULL);

  g_assert_cmpstr (first, ==, again);
  assert_refused (ivr_test_ask (casey, "select api.create_ivr_request($1, $2)", id, form, NULL), "IV423", NULL);
  assert_refused (ivr_test_ask (casey, "select api.create_ivr_request(gen_random_uuid(), $1)", with_id, NULL), "IV423", NULL);
  /* A command that was refused leaves its id free. */
  g_clear_pointer (&again, g_free);
  assert_refused (ivr_test_ask (casey, "select api.update_ivr_request_status($1, $2, 1, 'approved')", request, request, NULL),
                  "IV410", NULL);
  again = ivr_test_value (casey, "select api.update_ivr_request_status($1, $2, 1, 'submitted') ->> 'status'", request,
                          request, NULL);
  g_assert_cmpstr (again, ==, "submitted");
}

static void
test_foreign_clinic (void)
{
  g_autofree char *request = create_submitted ();
  g_autofree char *draft = create (casey);
  g_autofree char *list = NULL;
  g_autofree char *search = NULL;
  g_autofree char *patients = g_uuid_string_random ();
  g_autoptr(PGresult) opened = NULL;
  g_autofree char *rows = NULL;
  g_autofree char *foreign_form = ivr_test_value (
    admin, "select $1::jsonb || '{\"facility_id\": \"0f000000-0000-4000-8000-000000000001\"}'", form, NULL);

  assert_refused (ivr_test_ask (drew, OPEN, request, NULL), "IV404", NULL);
  assert_refused (ivr_test_ask (drew, "select api.mark_messages_read($1, now())", request, NULL), "IV404", NULL);
  assert_refused (save (drew, draft, form), "IV404", NULL);
  assert_refused (comment (drew, request, "2", "x"), "IV404", NULL);
  assert_refused (say (drew, request, "x", "shared"), "IV404", NULL);
  assert_refused (try_step (drew, request, "withdrawn", "x", "{}"), "IV404", NULL);
  assert_refused (ivr_test_ask (drew, "select api.create_ivr_request(gen_random_uuid(), $1)", foreign_form, NULL),
                  "IV404", "facility_id");
  /* What does not exist answers in the same words. */
  {
    g_autofree char *nothing = g_uuid_string_random ();
    g_autoptr(PGresult) foreign = ivr_test_ask (drew, OPEN, request, NULL);
    g_autoptr(PGresult) missing = ivr_test_ask (drew, OPEN, nothing, NULL);

    g_assert_cmpstr (PQresultErrorMessage (foreign), ==, PQresultErrorMessage (missing));
  }
  list = ivr_test_open_list (drew, "all", "");
  search = ivr_test_open_list (drew, "all", "samplecase");
  opened = ivr_test_query (drew, "select api.open_patients($1, 'samplecase')", patients, NULL);
  g_assert_nonnull (opened);
  rows = ivr_test_value (
    drew, "select concat_ws(' ', (select count(*) from api.request_rows(array[$1::uuid], 'all')),"
          " (select count(*) from api.read_page($2, 'created', false, null, null, false, 0, 500) where org_id <>"
          " '0e000000-0000-4000-8000-000000000002'), (select count(*) from api.read_patients($3, 10)),"
          " (select count(*) from api.read_fences($4, 'created', false, 10)))", request, list, patients, search, NULL);
  g_assert_cmpstr (rows, ==, "0 0 0 0");
}

/* Somebody else's patient and physician do not come along with their ids. */
static void
test_foreign_patient (void)
{
  g_autofree char *request = g_uuid_string_random ();
  g_autoptr(PGresult) created = ivr_test_query (
    drew, "select api.create_ivr_request(gen_random_uuid(), jsonb_build_object('id', $1::text, 'patient_id',"
          " '10000000-0000-4000-8000-000000000001', 'provider_id', '0b000000-0000-4000-8000-000000000001'))", request, NULL);
  g_autofree char *ticket = ivr_test_open (drew, request);
  g_autofree char *brought = ivr_test_value (
    drew, "select concat_ws(' ', r ->> 'patient', r ->> 'provider_id', r ->> 'status') from api.read_ivr_request($1) r", ticket, NULL);

  g_assert_nonnull (created);
  g_assert_cmpstr (brought, ==, "draft");
}

static void
test_drafts_are_the_clinics (void)
{
  g_autofree char *draft = create (casey);
  PGconn *team[] = { sam, kim, lee, max };
  g_autofree char *ticket = NULL;
  g_autofree char *seen = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (team); i++)
    {
      g_autofree char *list = ivr_test_open_list (team[i], "all", "");
      g_autofree char *n = ivr_test_value (
        team[i], "select (select count(*) from api.read_page($2, 'created', true, null, null, false, 0, 500)"
                 " where status = 'draft') + (select count(*) from api.request_rows(array[$1::uuid], 'all'))", draft, list, NULL);

      g_assert_cmpstr (n, ==, "0");
      assert_refused (ivr_test_ask (team[i], OPEN, draft, NULL), "IV404", NULL);
    }
  ticket = ivr_test_open (robin, draft);
  seen = ivr_test_value (robin, "select api.read_ivr_request($1) ->> 'status'", ticket, NULL);
  g_assert_cmpstr (seen, ==, "draft");
}

static char *
as_casey_sees (const char *request)
{
  g_autofree char *heard = ivr_test_value (
    admin, "select concat_ws(' ', max(seq), count(*)) from ivr.outbox where org_id = '0e000000-0000-4000-8000-000000000001'", NULL);
  g_autofree char *ticket = ivr_test_open (casey, request);
  g_autofree char *list = ivr_test_open_list (casey, "all", "");
  g_autofree char *seen = ivr_test_value (
    casey, "select concat_ws(' ', (select string_agg(m.body || m.visibility, '|') from api.read_messages($2, null, 200) m),"
           " (select concat_ws(' ', p.unread, p.version) from api.read_page($3, 'created', true, null, null, false, 0, 500) p"
           " where p.id = $1))", request, ticket, list, NULL);

  return g_strdup_printf ("%s / %s", heard, seen);
}

static void
test_internal_notes (void)
{
  g_autofree char *request = create_in_review ();
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *lees = NULL;
  g_autofree char *sams = NULL;
  g_autofree char *note = NULL;
  g_autofree char *unread = NULL;
  g_autofree char *seqs = NULL;

  assert_done (say (sam, request, "For both.", "shared"));
  before = as_casey_sees (request);
  assert_done (say (sam, request, "For us.", "internal"));
  assert_done (say (lee, request, "For us too.", "internal"));
  after = as_casey_sees (request);
  g_assert_cmpstr (before, ==, after);
  g_assert_nonnull (strstr (before, "For both.shared 1 3"));

  lees = ivr_test_open (lee, request);
  note = ivr_test_value (lee, "select string_agg(m.body, ' ') from api.read_messages($1, null, 200) m", lees, NULL);
  g_assert_cmpstr (note, ==, "For us too. For us. For both.");
  sams = ivr_test_open (sam, request);
  unread = ivr_test_value (sam, "select count(*) from api.read_messages($1, null, 200) where unread", sams, NULL);
  g_assert_cmpstr (unread, ==, "1");
  /* No gap in the numbers tells the clinic that there was a note. */
  assert_done (say (casey, request, "Thanks.", "shared"));
  seqs = ivr_test_value (admin, "select string_agg(seq::text, ' ' order by created_at) from ivr.ivr_communication_messages"
                                " where request_id = $1 and visibility = 'shared'", request, NULL);
  g_assert_cmpstr (seqs, ==, "1 2");
}

static void
test_texts (void)
{
  static const char * const good[] = {
    "مرحبا بالعالم", "שלום abc ‏123", "👩‍⚕️🩹 e\xcc\x81 é", "two\nlines\tand a tab", "'; drop table x; -- $1 %s \\",
    "\xf0\x9f\x8f\xb4\xf3\xa0\x81\xa7\xf3\xa0\x81\xa2\xf3\xa0\x81\xbf",
  };
  g_autofree char *request = create_in_review ();
  g_autofree char *huge = g_strnfill (1024 * 1024, 'x');
  g_autofree char *most = g_strnfill (8000, 'x');
  g_autofree char *one_more = g_strnfill (8001, 'x');
  g_autofree char *ticket = ivr_test_open (casey, request);
  g_autofree char *n = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *back = NULL;

      assert_done (say (sam, request, good[i], "shared"));
      back = ivr_test_value (casey, "select body from api.read_messages($1, null, 1)", ticket, NULL);
      g_assert_cmpstr (back, ==, good[i]);
    }
  assert_done (say (sam, request, most, "shared"));
  assert_refused (say (sam, request, one_more, "shared"), "IV413", "body");
  assert_refused (say (sam, request, huge, "shared"), "IV413", "body");
  assert_refused (respond (sam, request, huge), "IV413", "response");
  assert_refused (comment (casey, request, "3", huge), "IV413", "doctor_comment");
  assert_refused (try_step (sam, request, "escalated", huge, "{}"), "IV413", "reason");
  assert_refused (say (sam, request, "bell\x07", "shared"), "IV422", "body");
  assert_refused (say (sam, request, "escape\x1b[2J", "shared"), "IV422", "body");
  assert_refused (say (sam, request, "", "shared"), "IV422", "body");
  assert_refused (say (sam, request, " \n\t ", "shared"), "IV422", "body");
  assert_refused (say (sam, request, "x", "secret"), "IV422", "visibility");
  assert_refused (respond (sam, request, "a\x01"), "IV422", "response");
  n = ivr_test_value (admin, "select count(*) from ivr.ivr_communication_messages where request_id = $1", request, NULL);
  g_assert_cmpint ((int) g_ascii_strtoll (n, NULL, 10), ==, G_N_ELEMENTS (good) + 1);
}

static void
test_forms (void)
{
  static const char * const bad_sizes[] = {
    "{\"label\": \"2 x 2\", \"area_cm2\": \"4\", \"quantity\": 1}, {\"label\": \"2 x 2\", \"area_cm2\": \"4\", \"quantity\": 1}",
    "{\"label\": \"2 x 2\", \"area_cm2\": \"4\", \"quantity\": 10001}", "{\"label\": \"2 x 2\", \"area_cm2\": \"4\", \"quantity\": -1}",
    "{\"label\": \"2 x 2\", \"area_cm2\": \"4\", \"quantity\": 1.5}", "{\"label\": \"2 x 2\", \"area_cm2\": \"0\", \"quantity\": 1}",
    "{\"label\": \"2 x 2\", \"area_cm2\": \"99999\", \"quantity\": 1}", "{\"label\": \"2 x 2\", \"quantity\": 1}",
  };
  g_autofree char *request = create (casey);
  g_autofree char *huge = g_strnfill (300 * 1024, 'x');
  g_autofree char *long_name = g_strnfill (201, 'x');
  g_autofree char *big = NULL;
  g_autofree char *named = NULL;

  /* Random text, so that compression does not make it small. */
  big = ivr_test_value (admin, "select jsonb_build_object('note', (select string_agg(md5(i::text || random()), '')"
                               " from generate_series(1, 12000) i))", NULL);
  named = ivr_test_value (admin, "select jsonb_set($1::jsonb, '{patient,last_name}', to_jsonb($2::text))", form, long_name, NULL);
  assert_refused (save (casey, request, big), "IV413", "intake");
  assert_refused (save (casey, request, "[]"), "IV422", "intake");
  assert_refused (save (casey, request, named), "IV413", "patient.last_name");
  assert_refused (save (casey, request, "{\"patient\": {\"first_name\": \"A\", \"last_name\": \"B\", \"dob\": \"1700-01-01\"}}"),
                  "IV422", "patient.dob");
  assert_refused (save (casey, request, "{\"service_date\": \"2031-13-01\"}"), "IV422", "service_date");
  assert_refused (save (casey, request, "{\"products\": [{\"hcpcs\": \"nonsense\"}]}"), "IV422", "products.0.hcpcs");
  for (gsize i = 0; i < G_N_ELEMENTS (bad_sizes); i++)
    {
      g_autofree char *sized = g_strdup_printf ("{\"products\": [{\"hcpcs\": \"Q4101\", \"sizes\": [%s]}]}", bad_sizes[i]);

      assert_refused (save (casey, request, sized), "IV422", NULL);
    }
  assert_refused (ivr_test_ask (casey, "select api.create_ivr_request(gen_random_uuid(), '[]')", NULL), "IV422", "intake");
  assert_refused (ivr_test_ask (casey, "select api.create_ivr_request(gen_random_uuid(), '{\"id\": \"x\"}')", NULL), "IV422", "id");
  assert_refused (ivr_test_ask (casey, "select api.create_ivr_request(null, $1)", form, NULL), "IV422", "command_id");
}

static PGconn *
open_as (const char *login)
{
  g_autofree char *uri = ivr_test_server_uri (server, login);

  return ivr_test_connect (uri);
}

static void
open_all (void)
{
  admin = open_as (NULL);
  casey = open_as ("casey.example");
  robin = open_as ("robin.example");
  drew = open_as ("drew.sample");
  sam = open_as ("sam.demo");
  kim = open_as ("kim.demo");
  lee = open_as ("lee.demo");
  rio = open_as ("rio.placeholder");
  max = open_as ("max.demo");
}

static void
close_all (void)
{
  PGconn *all[] = { admin, casey, robin, drew, sam, kim, lee, rio, max };

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    PQfinish (all[i]);
}

int
main (int    argc,
      char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  server = ivr_test_server_new ();
  open_all ();
  g_test_add_func ("/commands/main-job", test_main_job);
  g_test_add_func ("/commands/other-ways", test_other_ways);
  g_test_add_func ("/commands/incomplete", test_incomplete);
  g_test_add_func ("/commands/needs", test_needs);
  g_test_add_func ("/commands/may-not", test_may_not);
  g_test_add_func ("/commands/not-possible", test_not_possible);
  g_test_add_func ("/commands/somebody-was-faster", test_somebody_was_faster);
  g_test_add_func ("/commands/two-take", test_two_take);
  g_test_add_func ("/commands/lost-out-of-sight", test_lost_out_of_sight);
  g_test_add_func ("/commands/create-counts-once", test_create_counts_once);
  g_test_add_func ("/commands/replay", test_replay);
  g_test_add_func ("/commands/replay-create", test_replay_create);
  g_test_add_func ("/commands/foreign-clinic", test_foreign_clinic);
  g_test_add_func ("/commands/foreign-patient", test_foreign_patient);
  g_test_add_func ("/commands/drafts", test_drafts_are_the_clinics);
  g_test_add_func ("/commands/internal-notes", test_internal_notes);
  g_test_add_func ("/commands/texts", test_texts);
  g_test_add_func ("/commands/forms", test_forms);
  status = g_test_run ();
  close_all ();
  ivr_test_server_free (server);
  return status;
}
