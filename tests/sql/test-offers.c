/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is offered for a form: whence, in which order, and to whom not. */
#include "ivr-test-server.h"

#include <string.h>

#define BERT "10000000-0000-4000-8000-000000000002"
#define OTHERS_PATIENT "10000000-0000-4000-8000-000000000007"
#define BERTS_REQUEST "660e8400-e29b-41d4-a716-446655440004"
#define ANSWERED "0e110000-0000-4000-8000-000000000001"
#define VALUE(of, field) \
  "select string_agg(concat_ws(' ', o ->> 'source', o ->> 'value', nullif(o ->> 'mock', 'false')), ', ' order by n)" \
  " from jsonb_array_elements(" of ") with ordinality x (o, n) where o ->> 'field' = '" field "'"

static IvrTestServer *server;
static PGconn *admin, *casey, *drew, *sam;

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
open_patient (PGconn     *db,
              const char *patient)
{
  char *ticket = g_uuid_string_random ();
  g_autoptr(PGresult) opened = ivr_test_query (db, "select api.open_patient($1, $2)", ticket, patient, NULL);

  g_assert_cmpint (PQntuples (opened), ==, 1);
  return ticket;
}

static void
test_patient (void)
{
  g_autofree char *ticket = open_patient (casey, BERT);
  g_autofree char *n = NULL;

  assert_value (casey, VALUE ("api.read_offers($1)", "insurances.0.member_id"), ticket,
                "payer_answer 1EG4TE5MK73 true, insurance_card 1EG4TE5MK73, previous_request 1EG4TE5MK73");
  assert_value (casey, VALUE ("api.read_offers($1)", "insurances.0.plan_type"), ticket,
                "payer_answer MEDICARE PART B true, insurance_card Original Medicare, previous_request Original Medicare");
  assert_value (casey, VALUE ("api.read_offers($1)", "patient.last_name"), ticket, "payer_answer Fictional true, previous_request Fictional");
  assert_value (casey, VALUE ("api.read_offers($1)", "patient.dob"), ticket, "payer_answer 1955-11-02 true, previous_request 1955-11-02");
  /* What is asked anew each time is not carried over. */
  assert_value (casey, "select count(*) from jsonb_array_elements(api.read_offers($1)) o where o ->> 'field' ~ '^(in_snf|attestation|notes|wounds.0.length|service_date)'",
                ticket, "0");
  assert_value (casey, "select distinct o ->> 'source_id' from jsonb_array_elements(api.read_offers($1)) o where o ->> 'source' = 'payer_answer'",
                ticket, ANSWERED);
  assert_value (casey, "select distinct o ->> 'source_id' from jsonb_array_elements(api.read_offers($1)) o where o ->> 'source' = 'previous_request'",
                ticket, BERTS_REQUEST);
  n = ivr_test_value (casey, "select count(distinct o ->> 'field') from jsonb_array_elements(api.read_offers($1)) o", ticket, NULL);
  g_assert_cmpint (g_ascii_strtoll (n, NULL, 10), >=, 28);
  g_test_message ("%s questions of the form have an offer", n);
  assert_value (admin, "select concat_ws(' ', what, filter ->> 'patient') from audit.phi_access_logs where ticket = $1", ticket, "search " BERT);
}

/* The request at hand is no source of its own. */
static void
test_request (void)
{
  g_autofree char *ticket = ivr_test_open (casey, BERTS_REQUEST);

  assert_value (casey, "select string_agg(distinct o ->> 'source', ' ' order by o ->> 'source') from jsonb_array_elements(api.read_offers($1)) o", ticket,
                "insurance_card payer_answer");
}

static void
test_records (void)
{
  assert_value (casey, VALUE ("api.read_record_offers('dr. robin example ', $1, null, '')", "physician.npi"), "1558597799", "physician_record 1234567893");
  assert_value (casey, VALUE ("api.read_record_offers(null, $1, null, '')", "facility.name"), "1558597799",
                "facility_record Example Wound Clinic, Riverside");
  assert_value (casey, VALUE ("api.read_record_offers(null, null, $1, 'nobody')", "insurances.0.payer_phone"), "sample mutual ppo",
                "payer_record 5555550202");
  /* Another clinic's physicians and places are nobody's here. */
  assert_value (casey, "select api.read_record_offers('Dr. Jo Sample', $1, null, null)::text", "Sample Foot and Ankle", "[]");
  assert_value (drew, VALUE ("api.read_record_offers('Dr. Robin Example', $1, null, '')", "facility.name"), "1234567893", "facility_record Sample Foot and Ankle");
  assert_value (casey, "select api.read_record_offers($1, null, null, null)::text", "' or true; --", "[]");
  assert_refused (ivr_test_ask (sam, "select api.read_record_offers(null, null, null, null)", NULL), "IV403");
}

static void
test_not_theirs (void)
{
  g_autofree char *ticket = open_patient (casey, BERT);
  g_autofree char *search = g_uuid_string_random ();
  g_autofree char *list = ivr_test_open_list (casey, "all", "");
  g_autofree char *sams = ivr_test_open (sam, BERTS_REQUEST);
  g_autoptr(PGresult) looked = ivr_test_query (casey, "select api.open_patients($1, 'fict')", search, NULL);

  g_assert_nonnull (looked);
  assert_refused (ivr_test_ask (drew, "select api.open_patient(gen_random_uuid(), '" BERT "')", NULL), "IV404");
  assert_refused (ivr_test_ask (casey, "select api.open_patient(gen_random_uuid(), '" OTHERS_PATIENT "')", NULL), "IV404");
  assert_refused (ivr_test_ask (casey, "select api.open_patient(gen_random_uuid(), null)", NULL), "IV404");
  assert_refused (ivr_test_ask (casey, "select api.open_patient(null, '" BERT "')", NULL), "IV422");
  assert_refused (ivr_test_ask (sam, "select api.open_patient(gen_random_uuid(), '" BERT "')", NULL), "IV403");
  assert_refused (ivr_test_ask (drew, "select api.read_offers($1)", ticket, NULL), "IV403");
  assert_refused (ivr_test_ask (casey, "select api.read_offers(gen_random_uuid())", NULL), "IV403");
  /* A ticket opens what it was made for and nothing else. */
  assert_refused (ivr_test_ask (casey, "select api.read_offers($1)", search, NULL), "IV403");
  assert_refused (ivr_test_ask (casey, "select api.read_offers($1)", list, NULL), "IV403");
  assert_refused (ivr_test_ask (casey, "select * from api.read_patients($1, 5)", ticket, NULL), "IV403");
  assert_refused (ivr_test_ask (sam, "select api.read_offers($1)", sams, NULL), "IV403");
}

/* Whoever works at one place of a clinic reaches no patient and no request of another place. */
static void
test_other_place (void)
{
  ivr_test_do (admin, "insert into ivr.facilities (org_id, id, name) select org_id, '0f000000-0000-4000-8000-0000000000ff', 'Elsewhere' from ivr.patients"
                      " where id = '" OTHERS_PATIENT "'");
  {
    g_autofree char *ticket = open_patient (drew, OTHERS_PATIENT);

    assert_value (drew, "select count(*) > 0 from jsonb_array_elements(api.read_offers($1)) o where o ->> 'source' = 'insurance_card'", ticket, "t");
    ivr_test_do (admin, "update ivr.patients set facility_id = '0f000000-0000-4000-8000-0000000000ff' where id = '" OTHERS_PATIENT "'");
    assert_value (drew, "select jsonb_array_length(api.read_offers($1))", ticket, "0");
  }
  assert_refused (ivr_test_ask (drew, "select api.open_patient(gen_random_uuid(), '" OTHERS_PATIENT "')", NULL), "IV404");
}

/* One transaction: what is undone leaves no trace, so it reads nothing. */
static void
test_uncommitted (void)
{
  g_autoptr(PGresult) begun = ivr_test_query (casey, "begin", NULL);
  g_autofree char *ticket = open_patient (casey, BERT);

  assert_refused (ivr_test_ask (casey, "select api.read_offers($1)", ticket, NULL), "IV403");
  {
    g_autoptr(PGresult) ended = ivr_test_query (casey, "rollback", NULL);

    g_assert_nonnull (begun);
    g_assert_nonnull (ended);
  }
}

/* Payers answer what they like. */
static void
test_odd_answers (void)
{
  static const char * const readings[] = {
    "[]", "[[]]", "{}", "{\"subscriber\": 1, \"plan_names\": {}, \"dependent\": []}", "[{\"subscriber\": {\"refs\": {\"q\": \"6P\"}}}]",
    "{\"subscriber\": {\"address\": \"x\", \"gender\": \"?\", \"refs\": [1, \"2\", {\"q\": \"6P\"}]}, \"plan_names\": [[], []]}",
    "{\"dependent\": {\"first\": \"\", \"ins02\": \"99\"}}",
  };
  g_autofree char *ticket = open_patient (casey, BERT);

  for (gsize i = 0; i < G_N_ELEMENTS (readings); i++)
    {
      g_autoptr(PGresult) changed = ivr_test_query (admin, "update ivr.eligibility_checks set reading = $1 where id = '" ANSWERED "'", readings[i], NULL);

      g_assert_nonnull (changed);
      assert_value (casey, "select count(*) filter (where o ->> 'value' = '') || ' ' || count(*) filter (where o ->> 'source' = 'payer_answer' and o ->> 'field' ~ '^patient')"
                           " from jsonb_array_elements(api.read_offers($1)) o", ticket, "0 0");
    }
}

static void
test_dependent (void)
{
  g_autofree char *ticket = open_patient (casey, BERT);
  g_autoptr(PGresult) changed = ivr_test_query (
    admin, "update ivr.eligibility_checks set reading = $1 where id = '" ANSWERED "'",
    "[{\"subscriber\": {\"last\": \"HOLDER\", \"first\": \"ADA\", \"dob\": \"1950-01-02\", \"member_id\": \"M1\", \"refs\": [{\"q\": \"6P\", \"id\": \"G7\"}]},"
    " \"dependent\": {\"last\": \"FICTIONAL\", \"first\": \"BERT\", \"ins02\": \"01\", \"gender\": \"M\", \"address\": [\"1 ODD ST\"]}, \"plan_names\": [\"A\", \"B\"]}]", NULL);

  g_assert_nonnull (changed);
  assert_value (casey, "select string_agg(concat_ws('=', o ->> 'field', o ->> 'value'), ' | ' order by o ->> 'field')"
                       " from jsonb_array_elements(api.read_offers($1)) o where o ->> 'source' = 'payer_answer'", ticket,
                "insurances.0.group_no=G7 | insurances.0.member_id=M1 | insurances.0.relationship=spouse | insurances.0.subscriber_dob=1950-01-02"
                " | insurances.0.subscriber_name=Ada Holder | patient.address=1 Odd St | patient.first_name=Bert | patient.last_name=Fictional | patient.sex=M");
}

/* Who has another insurance now is not told what the last one said. */
static void
test_other_payer (void)
{
  g_autofree char *ticket = open_patient (casey, BERT);

  assert_value (casey, "select string_agg(distinct o ->> 'payer', ' ') from jsonb_array_elements(api.read_offers($1)) o where o ->> 'field' = 'insurances.0.member_id'",
                ticket, "Medicare Part B (demo)");
  ivr_test_do (admin, "begin");
  ivr_test_do (admin, "update ivr.patient_insurances set payer_id = '0c000000-0000-4000-8000-000000000003', payer_name = 'Sample Mutual PPO'"
                      " where patient_id = '" BERT "' and rank = 1");
  ivr_test_do (admin, "commit");
  assert_value (casey, "select count(*) from jsonb_array_elements(api.read_offers($1)) o where o ->> 'source' = 'payer_answer'", ticket, "0");
  assert_value (casey, "select string_agg(concat_ws(' ', o ->> 'source', o ->> 'payer'), ', ' order by o ->> 'source')"
                       " from jsonb_array_elements(api.read_offers($1)) o where o ->> 'field' = 'insurances.0.member_id'", ticket,
                "insurance_card Sample Mutual PPO, previous_request Medicare Part B (demo)");
  ivr_test_do (admin, "update ivr.patient_insurances set payer_id = '0c000000-0000-4000-8000-000000000001', payer_name = 'Medicare Part B (demo)'"
                      " where patient_id = '" BERT "' and rank = 1");
}

/* A name that two have says which of them to nobody; an NPI does. */
static void
test_two_of_one_name (void)
{
  ivr_test_do (admin, "insert into ivr.providers (org_id, id, name, npi) select org_id, gen_random_uuid(), name, '1679576722' from ivr.providers where npi = '1234567893'"
                      " and name = 'Dr. Robin Example' limit 1");
  assert_value (casey, "select api.read_record_offers('Dr. Robin Example', $1, null, null)::text", "nobody", "[]");
  assert_value (casey, VALUE ("api.read_record_offers($1, null, null, null)", "physician.npi"), "1679576722", "physician_record 1679576722");
  ivr_test_do (admin, "delete from ivr.providers where npi = '1679576722'");
}

#define ZOE_DRAFT "0d7e0001-0000-4000-8000-0000000000a1"
#define FORM(first, last, born) \
  "jsonb_build_object('id', '" ZOE_DRAFT "', 'patient', jsonb_build_object('first_name', '" first "', 'last_name', '" last "', 'dob', '" born "'))"
#define SAVE(first, last, born) \
  "select api.save_ivr_draft(gen_random_uuid(), '" ZOE_DRAFT "', (select version from ivr.ivr_requests where id = '" ZOE_DRAFT "'), " FORM (first, last, born) ")"
#define WHO "select concat_ws(' ', p.first_name, p.last_name, p.born_on, case when p.id = '" BERT "' then '(Bert)' end) from ivr.ivr_requests r" \
  " join ivr.patients p on p.org_id = r.org_id and p.id = r.patient_id where r.id = '" ZOE_DRAFT "'"

static void
save (const char *sql)
{
  g_autofree char *version = ivr_test_value (admin, "select version from ivr.ivr_requests where id = '" ZOE_DRAFT "'", NULL);
  g_auto(GStrv) parts = g_strsplit (sql, "(select version from ivr.ivr_requests where id = '" ZOE_DRAFT "')", 2);
  g_autofree char *whole = g_strjoin (version, parts[0], parts[1], NULL);
  g_autoptr(PGresult) saved = ivr_test_query (casey, whole, NULL);

  g_assert_cmpint (PQntuples (saved), ==, 1);
}

/* A form that names somebody else leaves who it named before as they are; one that corrects a name does not. */
static void
test_other_person (void)
{
  g_autoptr(PGresult) made = ivr_test_query (casey, "select api.create_ivr_request(gen_random_uuid(), " FORM ("Bert", "Fictional", "1955-11-02") ")", NULL);

  g_assert_cmpint (PQntuples (made), ==, 1);
  assert_value (admin, WHO, NULL, "Bert Fictional 1955-11-02 (Bert)");
  save (SAVE ("Bertram", "Fictional", "1955-11-02"));
  assert_value (admin, WHO, NULL, "Bertram Fictional 1955-11-02 (Bert)");
  save (SAVE ("Bert", "Fictional", "1955-11-02"));
  save (SAVE ("Zoe", "Otherperson", "1990-05-06"));
  assert_value (admin, WHO, NULL, "Zoe Otherperson 1990-05-06");
  assert_value (admin, "select concat_ws(' ', first_name, last_name, born_on) from ivr.patients where id = $1", BERT, "Bert Fictional 1955-11-02");
  {
    g_autofree char *ticket = ivr_test_open (casey, ZOE_DRAFT);

    assert_value (casey, "select count(*) from jsonb_array_elements(api.read_offers($1)) o", ticket, "0");
  }
  /* Twins: whom the form names exactly is meant, although two of three fit to who it named before. */
  ivr_test_do (admin, "insert into ivr.patients (org_id, id, facility_id, first_name, last_name, born_on) select org_id, gen_random_uuid(), facility_id, 'Zora',"
                      " last_name, born_on from ivr.patients where last_name = 'Otherperson'");
  save (SAVE ("Zora", "Otherperson", "1990-05-06"));
  assert_value (admin, "select string_agg(first_name, ' ' order by first_name) from ivr.patients where last_name = $1", "Otherperson", "Zoe Zora");
  save (SAVE ("Bert", "Fictional", "1955-11-02"));
  assert_value (admin, WHO, NULL, "Bert Fictional 1955-11-02 (Bert)");
}

#define RECORD(field, source, id, at) \
  "select api.record_auto_population(gen_random_uuid(), '" ZOE_DRAFT "', jsonb_build_array(jsonb_build_object('field', '" field "', 'source', '" source "'," \
  " 'source_id', " id ", 'offered', 'X', 'outcome', 'accepted', 'kept', 'X', 'offered_at', to_char((now() + interval '" at "') at time zone 'UTC'," \
  " 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'))))"

/* With psql in hand: whence a value is said to be is a row that could have said it, in a question that the form has, now. */
static void
test_invented_sources (void)
{
  static const char * const invented[] = {
    RECORD ("patient.phone", "payer_answer", "gen_random_uuid()", "0"),
    RECORD ("patient.phone", "payer_answer", "null", "0"),
    RECORD ("patient.phone", "previous_request", "gen_random_uuid()", "0"),
    RECORD ("patient.phone", "previous_request", "'" OTHERS_PATIENT "'", "0"),
    RECORD ("physician.npi", "physician_record", "gen_random_uuid()", "0"),
    RECORD ("facility.npi", "facility_record", "'0f000000-0000-4000-8000-0000000000ff'", "0"),
    RECORD ("insurances.0.payer_phone", "payer_record", "gen_random_uuid()", "0"),
    RECORD ("no.such.field", "previous_request", "'" BERTS_REQUEST "'", "0"),
    RECORD ("patient.phone", "previous_request", "'" BERTS_REQUEST "'", "70 years"),
    RECORD ("patient.phone", "previous_request", "'" BERTS_REQUEST "'", "-5 years"),
    RECORD ("patient.phone", "hearsay", "'" BERTS_REQUEST "'", "0"),
  };
  g_autoptr(PGresult) good = ivr_test_query (casey, RECORD ("patient.phone", "previous_request", "'" BERTS_REQUEST "'", "0"), NULL);
  g_autoptr(PGresult) answer = ivr_test_query (casey, RECORD ("patient.city", "payer_answer", "'" ANSWERED "'", "-1 day"), NULL);

  g_assert_cmpint (PQntuples (good), ==, 1);
  g_assert_cmpint (PQntuples (answer), ==, 1);
  for (gsize i = 0; i < G_N_ELEMENTS (invented); i++)
    assert_refused (ivr_test_ask (casey, invented[i], NULL), "IV422");
}

/* What may be another patient's answer is offered to nobody. */
static void
test_held (void)
{
  g_autofree char *ticket = open_patient (casey, BERT);
  g_autoptr(PGresult) changed = ivr_test_query (admin, "update ivr.eligibility_checks set state = 'held', problem = 'patient-differs' where id = '" ANSWERED "'", NULL);

  g_assert_nonnull (changed);
  assert_value (casey, "select count(*) from jsonb_array_elements(api.read_offers($1)) o where o ->> 'source' = 'payer_answer'", ticket, "0");
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
      { &casey, "casey.example" }, { &drew, "drew.sample" }, { &sam, "sam.demo" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS (people); i++)
      {
        g_autofree char *own = ivr_test_server_uri (server, people[i].login);

        *people[i].db = ivr_test_connect (own);
      }
  }
  g_test_add_func ("/offers/patient", test_patient);
  g_test_add_func ("/offers/request", test_request);
  g_test_add_func ("/offers/records", test_records);
  g_test_add_func ("/offers/other-payer", test_other_payer);
  g_test_add_func ("/offers/two-of-one-name", test_two_of_one_name);
  g_test_add_func ("/offers/other-person", test_other_person);
  g_test_add_func ("/offers/not-theirs", test_not_theirs);
  g_test_add_func ("/offers/other-place", test_other_place);
  g_test_add_func ("/offers/invented-sources", test_invented_sources);
  g_test_add_func ("/offers/uncommitted", test_uncommitted);
  g_test_add_func ("/offers/dependent", test_dependent);
  g_test_add_func ("/offers/odd-answers", test_odd_answers);
  g_test_add_func ("/offers/held", test_held);
  status = g_test_run ();
  PQfinish (sam);
  PQfinish (drew);
  PQfinish (casey);
  PQfinish (admin);
  ivr_test_server_free (server);
  return status;
}
