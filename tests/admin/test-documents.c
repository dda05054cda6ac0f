/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What never arrived whole is removed, what anybody needs is not, and old lists of papers become documents. */
#include "ivr-test-server.h"

#include <string.h>

#define ORG "'0e000000-0000-4000-8000-000000000001'"
#define CASEY "'0a000000-0000-4000-8000-000000000001'"

static IvrTestServer *server;
static PGconn *admin;
static char *uri;

static void
assert_value (PGconn     *db,
              const char *sql,
              const char *wanted)
{
  g_autofree char *value = ivr_test_value (db, sql, NULL);

  g_assert_cmpstr (value, ==, wanted);
}

static void
assert_reaped (const char *wanted)
{
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;

  g_assert_cmpint (ivr_test_admin (&out, &err, "documents", "reap", "--hours", "24", uri, NULL), ==, 0);
  g_assert_cmpstr (err, ==, "");
  g_assert_cmpstr (out, ==, wanted);
}

/* An upload with a file in @state, @hours old, of two pieces; the last piece came @last hours ago. */
static void
add_upload (const char *upload_state,
            const char *file_state,
            int         hours,
            int         last)
{
  g_autofree char *sql = g_strdup_printf (
    "with f as (insert into ivr.document_files (org_id, id, state, size, chunks, created_by, created_at) values (" ORG ", gen_random_uuid(), '%s',"
    "   262144 + 5, 2, " CASEY ", now() - interval '%d hours') returning id),"
    " c as (insert into ivr.document_chunks (org_id, file_id, seq, at, sha256, data) select " ORG ", f.id, s, now() - make_interval(hours => %d),"
    "   sha256('x'), repeat('x', case s when 0 then 262144 else 5 end)::bytea from f, generate_series(0, 1) s),"
    " q as (update ivr.document_quotas set used_bytes = used_bytes + 262149 where org_id = " ORG " and '%s' <> 'orphaned')"
    " insert into ivr.document_uploads (org_id, id, user_id, request_id, file_id, type, title, name, content_type, state, began_at)"
    " select " ORG ", gen_random_uuid(), " CASEY ", '660e8400-e29b-41d4-a716-446655440004', f.id, 'other', 'x', 'x.pdf', 'application/pdf', '%s',"
    "   now() - interval '%d hours' from f",
    file_state, hours, last, file_state, upload_state, hours);

  /* Foreign keys are looked at when the statement is over. */
  ivr_test_do (admin, sql);
}

static void
test_reap (void)
{
  const char *left = "select string_agg(state, ' ' order by state) || ' ' || (select count(*) from ivr.document_chunks c join ivr.document_files g on g.id = c.file_id"
                     " where g.state <> 'stored') from ivr.document_files where state <> 'stored'";
  g_autofree char *stored = ivr_test_value (admin, "select count(*) from ivr.document_chunks", NULL);
  g_autofree char *still = NULL;

  assert_reaped ("0 files with 0 bytes removed.\n");
  add_upload ("open", "uploading", 1, 1);        /* under way */
  add_upload ("open", "uploading", 100, 2);      /* slow, and still coming */
  add_upload ("open", "uploading", 100, 50);     /* given up */
  add_upload ("cancelled", "orphaned", 30, 30);  /* given up by its sender */
  add_upload ("finished", "orphaned", 30, 30);   /* the same content was there already */
  add_upload ("cancelled", "orphaned", 2, 2);    /* a moment ago */
  assert_reaped ("3 files with 786447 bytes removed.\n");
  assert_value (admin, left, "orphaned uploading uploading 6");
  ivr_test_admin_ok ("verify", uri, NULL);
  assert_reaped ("0 files with 0 bytes removed.\n");
  ivr_test_do (admin, "update ivr.document_files set created_at = now() - interval '3 days' where state <> 'stored'");
  ivr_test_do (admin, "update ivr.document_uploads set began_at = now() - interval '3 days'");
  ivr_test_do (admin, "update ivr.document_chunks c set at = now() - interval '3 days' from ivr.document_files f where f.id = c.file_id and f.state <> 'stored'");
  assert_reaped ("3 files with 786447 bytes removed.\n");
  assert_value (admin, left, "");
  still = ivr_test_value (admin, "select count(*) from ivr.document_chunks", NULL);
  g_assert_cmpstr (still, ==, stored);
  assert_value (admin, "select count(*) from ivr.document_uploads", "0");
  /* The space is counted as given back, or the report would say so. */
  ivr_test_admin_ok ("verify", uri, NULL);
}

/* A file that somebody is just adding to is left for the next time. */
static void
test_reap_in_use (void)
{
  g_autoptr(PGconn) other = ivr_test_connect (uri);

  add_upload ("cancelled", "orphaned", 30, 30);
  ivr_test_do (other, "begin");
  ivr_test_do (other, "select 1 from ivr.document_files where state = 'orphaned' for key share");
  assert_reaped ("0 files with 0 bytes removed.\n");
  ivr_test_do (other, "rollback");
  assert_reaped ("1 files with 262149 bytes removed.\n");
}

static void
test_report (void)
{
  g_autofree char *out = NULL;

  ivr_test_do (admin, "update ivr.document_quotas set used_bytes = used_bytes + 1 where org_id = " ORG);
  g_assert_cmpint (ivr_test_admin (&out, NULL, "verify", uri, NULL), ==, 1);
  g_assert_nonnull (strstr (out, "are counted as"));
  ivr_test_do (admin, "update ivr.document_quotas set used_bytes = used_bytes - 1 where org_id = " ORG);
}

static void
test_no_rights (void)
{
  g_autofree char *casey = ivr_test_server_uri (server, "casey.example");
  g_autofree char *err = NULL;

  g_assert_cmpint (ivr_test_admin (NULL, &err, "documents", "reap", casey, NULL), !=, 0);
  ivr_test_assert_sentence (err, NULL);
}

/* A database from before, with papers that were asked for. */
static void
test_from_papers (void)
{
  g_autofree char *old_uri = ivr_test_server_add_database (server, "papers");
  g_autoptr(PGconn) old = NULL;

  ivr_test_admin_ok ("migrate", "--upto", "0032_by_hand.sql", old_uri, NULL);
  old = ivr_test_connect (old_uri);
  ivr_test_do (old, "set session_replication_role = replica");
  ivr_test_do (old, "insert into ivr.ivr_requests (org_id, id, request_no, verifier_org_id, facility_id, service, created_by) values"
                    " (" ORG ", " CASEY ", 1, " ORG ", " CASEY ", 'x', " CASEY ")");
  ivr_test_do (old, "insert into ivr.ivr_documents (org_id, id, request_id, kind, title, status, created_at) values"
                    " (" ORG ", gen_random_uuid(), " CASEY ", 'letter', 'Old letter', 'asked', '2025-01-01 00:00+00'),"
                    " (" ORG ", gen_random_uuid(), " CASEY ", 'other', 'Old other', 'accepted', '2025-01-02 00:00+00')");
  ivr_test_admin_ok ("migrate", old_uri, NULL);
  assert_value (old, "select string_agg(concat_ws(' ', type, title, status, version, asked_at = created_at), ', ' order by title) from ivr.ivr_documents",
                "letter Old letter requested 1 t, other Old other accepted 1");
  assert_value (old, "select count(*) from audit.audit_logs where entity like '%document%'", "0");
}

int
main (int    argc,
      char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  server = ivr_test_server_new ();
  uri = ivr_test_server_uri (server, NULL);
  admin = ivr_test_connect (uri);
  g_test_add_func ("/documents/reap", test_reap);
  g_test_add_func ("/documents/reap-in-use", test_reap_in_use);
  g_test_add_func ("/documents/report", test_report);
  g_test_add_func ("/documents/no-rights", test_no_rights);
  g_test_add_func ("/documents/from-papers", test_from_papers);
  status = g_test_run ();
  PQfinish (admin);
  g_free (uri);
  ivr_test_server_free (server);
  return status;
}
