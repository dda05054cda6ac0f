/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The demo's data to the letter, and generated data that are the same for the same number. */
#include "ivr-test-server.h"

#include <string.h>

static IvrTestServer *server;
static char *demo_uri;
static PGconn *demo;

static void
assert_value (PGconn     *db,
              const char *sql,
              const char *wanted)
{
  g_autofree char *value = ivr_test_value (db, sql, NULL);

  g_assert_cmpstr (value, ==, wanted);
}

static void
assert_none (PGconn     *db,
             const char *sql)
{
  g_autoptr(PGresult) rows = ivr_test_query (db, sql, NULL);

  for (int i = 0; i < PQntuples (rows); i++)
    g_test_message ("%s", PQgetvalue (rows, i, 0));
  g_assert_cmpint (PQntuples (rows), ==, 0);
}

static void
test_counts (void)
{
  assert_value (demo, "select concat_ws(' ', (select count(*) from ivr.ivr_requests),"
                      " (select count(*) from ivr.ivr_communication_messages), (select count(*) from ivr.patients),"
                      " (select count(*) from ivr.users))", "7 12 11 9");
  assert_value (demo, "select string_agg(status, ' ' order by status) from (select distinct status from ivr.ivr_requests"
                      " where status in ('submitted', 'approved', 'rejected', 'escalated')) x",
                "approved escalated rejected submitted");
  assert_value (demo, "select count(distinct sender_side) from ivr.ivr_communication_messages", "2");
  assert_value (demo, "select string_agg(distinct role, ' ' order by role) from ivr.memberships",
                "admin auditor clinic_staff lead provider sales_rep specialist");
}

static void
test_named_requests (void)
{
  assert_value (demo, "select concat_ws('|', status, service, (created_at at time zone 'UTC')::text)"
                      " from ivr.ivr_requests where id = '6db5f169-2541-4515-9156-8cd432d8f0e4'",
                "submitted|Wound Care Authorization|2025-06-09 05:06:24.747764");
  assert_value (demo, "select concat_ws('|', status, service, doctor_comment, ivr_response)"
                      " from ivr.ivr_requests where id = '660e8400-e29b-41d4-a716-446655440004'",
                "approved|initial|Please review the wound measurements and provide coverage details for this diabetic"
                " patient.|Coverage approved for advanced wound care. Deductible: $500, Copay: $25. Please proceed with"
                " treatment as outlined in the submitted documentation.");
}

/* What the rows say about each other. */
static const char * const contradictions[] = {
  "select r.id from ivr.ivr_requests r where r.status is distinct from (select h.to_status from ivr.ivr_status_history h"
  " where h.request_id = r.id order by h.version desc limit 1)",
  "select r.id from ivr.ivr_requests r where r.version <> (select max(h.version) from ivr.ivr_status_history h where h.request_id = r.id)",
  "select h.request_id from (select request_id, version, row_number() over (partition by request_id order by version) n,"
  " from_status, lag(to_status) over (partition by request_id order by version) was, at,"
  " lag(at) over (partition by request_id order by version) before from ivr.ivr_status_history) h"
  " where h.version <> h.n or h.from_status is distinct from h.was or h.at <= h.before",
  "select h.request_id from ivr.ivr_status_history h where h.from_status is not null and not exists (select"
  " from ivr.ivr_transitions t join ivr.memberships m on m.role = t.role and m.user_id = h.actor_id"
  " where t.from_status = h.from_status and t.to_status = h.to_status and t.action = h.action)",
  "select r.id from ivr.ivr_requests r join ivr.ivr_statuses s on s.status = r.status where s.turn <> r.turn",
  "select r.id from ivr.ivr_requests r where (r.submitted_at is null) <> (r.status = 'draft')"
  " or (r.assignee_id is null) <> (r.status in ('draft', 'submitted')) or (r.due_at = 'infinity') <>"
  " (select s.clock in ('off', 'stopped') from ivr.ivr_statuses s where s.status = r.status)",
  "select r.id from ivr.ivr_requests r where (r.status = 'approved') <>"
  " exists (select from ivr.ivr_approvals a where a.request_id = r.id and a.revoked_at is null)",
  "select r.id from ivr.ivr_requests r where (r.status = 'escalated') <>"
  " exists (select from ivr.ivr_escalations e where e.request_id = r.id and e.resolved_at is null)",
  "select r.id from ivr.ivr_requests r where (r.status = 'in_review') <>"
  " exists (select from ivr.ivr_reviews v where v.request_id = r.id and v.ended_at is null)",
  "select m.request_id from (select request_id, visibility, seq, row_number() over (partition by request_id, visibility"
  " order by created_at) n from ivr.ivr_communication_messages) m where m.seq <> m.n",
  "select m.id from ivr.ivr_communication_messages m join ivr.ivr_requests r on r.id = m.request_id where m.created_at < r.created_at",
  "select r.id from ivr.ivr_requests r join ivr.patients p on p.org_id = r.org_id and p.id = r.patient_id"
  " where r.patient_sort <> lower(p.last_name || ', ' || p.first_name)",
  "select o.org_id from ivr.organization_counters o where o.last_request_no <>"
  " (select max(r.request_no) from ivr.ivr_requests r where r.org_id = o.org_id)",
};

/* Generated rows are written with the triggers and foreign keys asleep, so they are asked here. */
static void
assert_references (PGconn *db)
{
  g_autoptr(PGresult) keys = ivr_test_query (
    db, "select format('select 1 from %s c where %s and not exists (select from %s p where %s) limit 1', k.conrelid::regclass,"
        " string_agg(format('c.%I is not null', a.attname), ' and ' order by x.n), k.confrelid::regclass,"
        " string_agg(format('p.%I = c.%I', b.attname, a.attname), ' and ' order by x.n)), k.conname"
        " from pg_constraint k, unnest(k.conkey, k.confkey) with ordinality x (c, p, n), pg_attribute a, pg_attribute b"
        " where k.contype = 'f' and k.connamespace = 'ivr'::regnamespace and a.attrelid = k.conrelid and a.attnum = x.c"
        " and b.attrelid = k.confrelid and b.attnum = x.p group by k.oid, k.conrelid, k.confrelid, k.conname", NULL);

  g_assert_cmpint (PQntuples (keys), >, 40);
  for (int i = 0; i < PQntuples (keys); i++)
    {
      g_test_message ("%s", PQgetvalue (keys, i, 1));
      assert_none (db, PQgetvalue (keys, i, 0));
    }
}

static void
assert_consistent (PGconn *db)
{
  for (gsize i = 0; i < G_N_ELEMENTS (contradictions); i++)
    {
      g_test_message ("%s", contradictions[i]);
      assert_none (db, contradictions[i]);
    }
  assert_references (db);
}

static void
test_demo_agrees_with_itself (void)
{
  assert_consistent (demo);
  assert_none (demo, "select format('%s: %s', r.id, p.sentence) from ivr.ivr_requests r, rules.intake_problems(r.intake) p"
                     " where r.status <> 'draft'");
}

/* Fictional by name, by domain and by exchange: 555-01xx and .example can reach nobody. */
static void
test_fictional (void)
{
  assert_none (demo, "select contact_email from ivr.facilities where contact_email !~ '\\.example$'");
  assert_none (demo, "select phone from ivr.patients where phone !~ '^555555' union all select phone from ivr.payers"
                     " where phone !~ '^555555' union all select unnest(array[phone, fax]) from ivr.facilities where phone !~ '^555555'");
  assert_none (demo, "select last_name from ivr.patients where last_name not in ('Testpatient', 'Fictional', 'Imaginary',"
                     " 'Notreal', 'Madeup', 'Pretend', 'Invented', 'Makebelieve', 'Unreal', 'Storybook', 'Dummydata')");
  assert_none (demo, "select email from ivr.patients where email is not null");
}

static void
test_twice (void)
{
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;
  g_autofree char *again = NULL;

  g_assert_cmpint (ivr_test_admin (&out, &err, "seed", demo_uri, NULL), ==, 1);
  g_assert_cmpstr (out, ==, "");
  ivr_test_assert_sentence (err, "has data already");
  g_assert_cmpint (ivr_test_admin (&again, NULL, "seed", "--if-empty", demo_uri, NULL), ==, 0);
  g_assert_nonnull (strstr (again, "nothing was added"));
  test_counts ();
}

static void
test_bad_day (void)
{
  static const char * const days[] = { "", "soon", "2026-02-30", "2026-01-01'; drop table ivr.users; --" };

  for (gsize i = 0; i < G_N_ELEMENTS (days); i++)
    {
      g_autofree char *err = NULL;

      g_assert_cmpint (ivr_test_admin (NULL, &err, "seed", "--as-of", days[i], demo_uri, NULL), ==, 2);
      ivr_test_assert_sentence (err, "--as-of");
    }
  test_counts ();
}

static void
test_not_migrated (void)
{
  g_autofree char *uri = ivr_test_server_add_database (server, "empty");
  g_autofree char *err = NULL;

  g_assert_cmpint (ivr_test_admin (NULL, &err, "seed", uri, NULL), ==, 1);
  ivr_test_assert_sentence (err, "migrate");
}

/* Of every row of every table; the ones left out say when the database was made. */
static char *
hash_of (PGconn *db)
{
  return ivr_test_value (
    db, "select string_agg(c.oid::regclass || ' ' || coalesce((xpath('/row/h/text()', query_to_xml(format("
        " 'select md5(string_agg(md5(t::text), '''' order by md5(t::text))) h from %s t', c.oid::regclass), false, true, '')))[1]::text,"
        " '-'), E'\\n' order by c.oid::regclass::text) from pg_class c where c.relkind = 'r' and c.relnamespace in"
        " ('ivr'::regnamespace, 'audit'::regnamespace) and not (c.relispartition and c.relname ~ '^audit_logs_')"
        " and c.relname not in ('outbox', 'schema_migrations', 'epochs')", NULL);
}

static char *
seed_and_hash (const char *database,
               const char *random_seed,
               const char *requests)
{
  g_autofree char *uri = ivr_test_server_add_database (server, database);
  g_autoptr(PGconn) db = NULL;

  ivr_test_admin_ok ("migrate", uri, NULL);
  ivr_test_admin_ok ("seed", "--requests", requests, "--random-seed", random_seed, "--as-of", "2026-03-01", uri, NULL);
  db = ivr_test_connect (uri);
  assert_consistent (db);
  return hash_of (db);
}

static void
test_deterministic (void)
{
  g_autofree char *first = seed_and_hash ("first", "7", "600");
  g_autofree char *second = seed_and_hash ("second", "7", "600");
  g_autofree char *other = seed_and_hash ("other", "8", "600");

  g_assert_cmpstr (first, ==, second);
  g_assert_cmpstr (first, !=, other);
}

/* Uneven, as life is; and old requests are decided. */
static void
test_realistic (void)
{
  g_autofree char *uri = ivr_test_server_add_database (server, "many");
  g_autofree char *wrong = NULL;
  g_autoptr(PGconn) db = NULL;

  ivr_test_admin_ok ("migrate", uri, NULL);
  ivr_test_admin_ok ("seed", "--requests", "5000", "--as-of", "2026-03-01", uri, NULL);
  db = ivr_test_connect (uri);
  assert_value (db, "select count(*) from ivr.ivr_requests", "5007");
  assert_value (db, "select string_agg(format('%s', n > 0), ' ' order by status) from (select s.status, count(r.id) n from"
                    " (values ('draft'), ('submitted'), ('in_review'), ('info_needed'), ('with_payer'), ('escalated'), ('approved'),"
                    " ('rejected'), ('closed')) s (status) left join ivr.ivr_requests r on r.status = s.status group by s.status) x",
                "t t t t t t t t t");
  assert_value (db, "select max(n) > 20 * min(n) and count(*) = 40 from (select count(*) n from ivr.ivr_requests"
                    " where request_no > 100000 group by org_id) x", "t");
  assert_value (db, "select count(distinct n) > 5 from (select count(m.id) n from ivr.ivr_requests r"
                    " left join ivr.ivr_communication_messages m on m.org_id = r.org_id and m.request_id = r.id group by r.id) x", "t");
  assert_value (db, "select max(created_at) - min(created_at) > interval '2 years' from ivr.ivr_requests where request_no > 100000", "t");
  assert_value (db, "select avg((turn in ('queue', 'specialist'))::integer) < 0.03 from ivr.ivr_requests"
                    " where request_no > 100000 and created_at < '2026-01-01'", "t");
  wrong = ivr_test_value (db, "select count(*) from ivr.ivr_requests r join ivr.users u on u.id = r.assignee_id"
                              " where request_no > 100000 and u.org_id <> r.verifier_org_id", NULL);
  g_assert_cmpstr (wrong, ==, "0");
  ivr_test_admin_ok ("verify", uri, NULL);
}

int
main (int    argc,
      char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  server = ivr_test_server_new ();
  demo_uri = ivr_test_server_uri (server, NULL);
  demo = ivr_test_connect (demo_uri);
  g_test_add_func ("/seed/counts", test_counts);
  g_test_add_func ("/seed/named-requests", test_named_requests);
  g_test_add_func ("/seed/agrees-with-itself", test_demo_agrees_with_itself);
  g_test_add_func ("/seed/fictional", test_fictional);
  g_test_add_func ("/seed/twice", test_twice);
  g_test_add_func ("/seed/bad-day", test_bad_day);
  g_test_add_func ("/seed/not-migrated", test_not_migrated);
  g_test_add_func ("/seed/deterministic", test_deterministic);
  g_test_add_func ("/seed/realistic", test_realistic);
  status = g_test_run ();
  PQfinish (demo);
  g_free (demo_uri);
  ivr_test_server_free (server);
  return status;
}
