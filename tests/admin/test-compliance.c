/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each rule finds what is planted for it, forgets it when it is mended, and remembers what was accepted. */
#include "ivr-test-server.h"

#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>

static IvrTestServer *server;
static char *uri;
static PGconn *db;

static void
change (const char *sql)
{
  g_autoptr(PGresult) done = PQexec (db, sql);

  if (PQresultStatus (done) == PGRES_FATAL_ERROR)
    g_error ("%s: %s", sql, PQresultErrorMessage (done));
}

static JsonObject *
report (int *status)
{
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;
  g_autoptr(JsonNode) root = NULL;
  g_autoptr(GError) error = NULL;

  *status = ivr_test_admin (&out, &err, "compliance", "--format", "json", uri, NULL);
  if (*status == 0)
    g_assert_cmpstr (err, ==, "");
  else
    ivr_test_assert_sentence (err, NULL);
  root = json_from_string (out, &error);
  g_assert_no_error (error);
  return json_object_ref (json_node_get_object (root));
}

static void
assert_all_hold (void)
{
  int status;
  g_autoptr(JsonObject) o = report (&status);
  JsonArray *findings = json_object_get_array_member (o, "findings");

  for (guint i = 0; i < json_array_get_length (findings); i++)
    g_test_message ("%s", json_object_get_string_member (json_array_get_object_element (findings, i), "sentence"));
  g_assert_cmpint (json_array_get_length (findings), ==, 0);
  g_assert_true (json_object_get_boolean_member (o, "ok"));
  g_assert_cmpint (status, ==, 0);
}

/* Returns the finding of a rule, or NULL. */
static JsonObject *
finding_of (JsonObject *o,
            const char *check)
{
  JsonArray *findings = json_object_get_array_member (o, "findings");

  for (guint i = 0; i < json_array_get_length (findings); i++)
    {
      JsonObject *finding = json_array_get_object_element (findings, i);

      if (g_str_equal (json_object_get_string_member (finding, "check"), check))
        return finding;
    }
  return NULL;
}

static const char *
state_of (JsonObject *o,
          const char *check)
{
  JsonArray *checks = json_object_get_array_member (o, "checks");

  for (guint i = 0; i < json_array_get_length (checks); i++)
    {
      JsonObject *c = json_array_get_object_element (checks, i);

      if (g_str_equal (json_object_get_string_member (c, "check"), check))
        return json_object_get_string_member (c, "state");
    }
  return NULL;
}

static const struct
{
  const char *check;
  const char *plant;
  const char *sentence;
  const char *mend;
} faults[] = {
  { "shared_logins", "create role frontdesk login in role ivr_user", "Login frontdesk may use the desk and is nobody's.", "drop role frontdesk" },
  { "terminated_logins", "update ivr.users set is_active = false where login = 'kim.demo'",
    "kim.demo was locked out and the login can still sign in.", "update ivr.users set is_active = true where login = 'kim.demo'" },
  { "roleless_people", "delete from ivr.memberships where user_id = '0a000000-0000-4000-8000-000000000005'",
    "kim.demo can sign in and has no role.", "insert into ivr.memberships (org_id, user_id, role) values"
    " ('0e000000-0000-4000-8000-000000000003', '0a000000-0000-4000-8000-000000000005', 'specialist')" },
  { "idle_people", "update ivr.ivr_sessions set seen_at = seen_at - interval '91 days', started_at = started_at - interval '91 days'"
    " where user_id = '0a000000-0000-4000-8000-000000000005'", "kim.demo has not been at the desk for 90 days and can still sign in.",
    "update ivr.ivr_sessions set seen_at = seen_at + interval '91 days', started_at = started_at + interval '91 days'"
    " where user_id = '0a000000-0000-4000-8000-000000000005'" },
  { "weak_passwords", "set password_encryption = 'md5'; alter role \"kim.demo\" password 'x'; reset password_encryption",
    "The password of kim.demo is kept in a form that is easily guessed.", "alter role \"kim.demo\" password null" },
  { "weak_passwords", "alter role \"kim.demo\" password 'SCRAM-SHA-256$1:AAAAAAAAAAAAAAAAAAAAAA==$"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='",
    "The password of kim.demo is kept in a form that is easily guessed.", "alter role \"kim.demo\" password null" },
  { "unreviewed_emergencies", "insert into ivr.emergency_accesses (org_id, user_id, person, reason, begins_at, ends_at) values"
    " ('0e000000-0000-4000-8000-000000000001', '0a000000-0000-4000-8000-000000000008', 'Ada Operator (ada.operator)', 'The line was down',"
    " now() - interval '26 hours', now() - interval '25 hours')",
    "The emergency access of Ada Operator (ada.operator) has not been reviewed for more than a day.", "delete from ivr.emergency_accesses" },
  { "open_sittings", "insert into ivr.ivr_sessions (org_id, id, user_id, client_version, started_at) values"
    " ('0e000000-0000-4000-8000-000000000001', '30000000-0000-4000-8000-000000000001', '0a000000-0000-4000-8000-000000000001', 'x',"
    " now() - interval '2 days')", "A sitting of casey.example has been open for more than a day.",
    "delete from ivr.ivr_sessions where id = '30000000-0000-4000-8000-000000000001'" },
  { "unsealed_logs", "insert into audit.phi_access_logs (org_id, actor_id, what, at) values ('0e000000-0000-4000-8000-000000000001',"
    " '0a000000-0000-4000-8000-000000000001', 'request', now() - interval '2 hours')",
    "1 rows of the logs are older than an hour and not sealed.",
    "set session_replication_role = replica; delete from audit.phi_access_logs; reset session_replication_role" },
  { "log_months", "insert into audit.audit_logs (org_id, action, entity, entity_id, at) values ('0e000000-0000-4000-8000-000000000001',"
    " 'x', 'x', gen_random_uuid(), now() + interval '40 years')", "1 rows of audit_logs lie beside the months.",
    "set session_replication_role = replica; delete from audit.audit_logs_rest; reset session_replication_role" },
  { "old_logs", "select audit.add_part('audit_logs', '1999-12-01')", "audit_logs_1999_12 is older than seven years and not archived.",
    "alter table audit.audit_logs detach partition audit.audit_logs_1999_12; drop table audit.audit_logs_1999_12" },
  { "history", "set session_replication_role = replica; update ivr.ivr_requests set status = 'rejected' where status = 'submitted';"
    " reset session_replication_role", "Request 6db5f169-2541-4515-9156-8cd432d8f0e4 is rejected and its history does not say so.",
    "set session_replication_role = replica; update ivr.ivr_requests set status = 'submitted' where id ="
    " '6db5f169-2541-4515-9156-8cd432d8f0e4'; reset session_replication_role" },
  /* What this machine cannot be made to lack: the rule is asked for the opposite. */
  { "checksums", "update ivr.compliance_checks set query = replace(query, '= ''off''', '= ''on''') where check_id = 'checksums'",
    "Data checksums are off.", "update ivr.compliance_checks set query = replace(query, '= ''on''', '= ''off''') where check_id = 'checksums'" },
  { "patches", "update ivr.compliance_checks set query = replace(query, '150016', '159999') where check_id = 'patches'",
    "has known holes that newer minor versions close.", "update ivr.compliance_checks set query = replace(query, '159999', '150016')"
    " where check_id = 'patches'" },
};

static void
test_faults (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      int status;
      g_autoptr(JsonObject) o = NULL;
      JsonObject *finding;

      g_test_message ("%s", faults[i].check);
      change (faults[i].plant);
      o = report (&status);
      finding = finding_of (o, faults[i].check);
      g_assert_cmpint (status, ==, 1);
      g_assert_nonnull (finding);
      g_assert_nonnull (strstr (json_object_get_string_member (finding, "sentence"), faults[i].sentence));
      g_assert_cmpstr (json_object_get_string_member (finding, "state"), ==, "open");
      g_assert_cmpstr (state_of (o, faults[i].check), ==, "BROKEN");
      change (faults[i].mend);
      assert_all_hold ();
    }
}

static char *
read_hba (void)
{
  g_autofree char *path = g_build_filename (ivr_test_server_get_folder (server), "data", "pg_hba.conf", NULL);
  char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return text;
}

/* Written over in place, so that it keeps its owner. */
static void
write_hba (const char *text)
{
  g_autofree char *path = g_build_filename (ivr_test_server_get_folder (server), "data", "pg_hba.conf", NULL);
  FILE *file = fopen (path, "w");

  g_assert_nonnull (file);
  fputs (text, file);
  fclose (file);
}

static void
restart (void)
{
  gboolean back = FALSE;

  PQfinish (db);
  ivr_test_server_kill (server);
  while (!back)
    {
      db = PQconnectdb (uri);
      back = PQstatus (db) == CONNECTION_OK;
      if (!back)
        PQfinish (db);
    }
}

static void
assert_found (const char *check,
              const char *sentence)
{
  int status;
  g_autoptr(JsonObject) o = report (&status);
  JsonObject *finding = finding_of (o, check);

  g_assert_cmpint (status, ==, 1);
  g_assert_nonnull (finding);
  g_assert_nonnull (strstr (json_object_get_string_member (finding, "sentence"), sentence));
}

/* What the server is told by its own files. */
static void
test_server_settings (void)
{
  g_autofree char *good = read_hba ();
  g_autofree char *open_door = g_strconcat (good, "hostssl all all 10.0.0.0/8 md5\n", NULL);
  g_autofree char *plain = g_strconcat (good, "host all all 10.0.0.0/8 scram-sha-256\n", NULL);
  g_autofree char *off = NULL;

  write_hba (open_door);
  assert_found ("open_doors", "lets people in by md5.");
  write_hba (good);
  assert_all_hold ();

  change ("alter system set fsync = off");
  change ("select pg_reload_conf()");
  while (g_strcmp0 (off, "off") != 0)
    {
      g_free (off);
      off = ivr_test_value (db, "show fsync", NULL);
    }
  assert_found ("durability", "fsync is off.");
  change ("alter system reset fsync");

  /* On a loopback address of its own, so that nobody else's server is in the way. */
  change ("alter system set listen_addresses = '127.0.0.77'");
  write_hba (plain);
  restart ();
  assert_found ("plain_connections", "Line");
  {
    g_autofree char *n = ivr_test_value (db, "select string_agg(subject, ' ' order by subject) from ivr.compliance_findings"
                                             " where check_id = 'plain_connections' and state = 'open'", NULL);

    g_assert_true (g_regex_match_simple ("^line [0-9]+ ssl$", n, 0, 0));
  }
  change ("alter system set listen_addresses = ''");
  write_hba (good);
  restart ();
  assert_all_hold ();
}

/* A finding that was accepted is no longer open, stays while it is there, and comes back as a new one. */
static void
test_accept (void)
{
  int status;
  g_autoptr(JsonObject) o = NULL;
  g_autoptr(JsonObject) accepted = NULL;
  g_autoptr(JsonObject) again = NULL;
  g_autofree char *id = NULL;
  g_autofree char *err = NULL;

  change ("create role frontdesk login in role ivr_user");
  o = report (&status);
  id = g_strdup (json_object_get_string_member (finding_of (o, "shared_logins"), "id"));
  g_assert_cmpint (ivr_test_admin (NULL, &err, "compliance", "--accept", id, "--owner", "nobody", uri, NULL), ==, 2);
  ivr_test_assert_sentence (err, "--why");
  ivr_test_admin_ok ("compliance", "--accept", id, "--owner", "front desk", "--why", "A kiosk for the tests", uri, NULL);
  accepted = report (&status);
  g_assert_cmpint (status, ==, 0);
  g_assert_cmpstr (json_object_get_string_member (finding_of (accepted, "shared_logins"), "state"), ==, "accepted");
  g_assert_cmpstr (json_object_get_string_member (finding_of (accepted, "shared_logins"), "owner"), ==, "front desk");
  g_assert_cmpstr (state_of (accepted, "shared_logins"), ==, "accepted");
  change ("drop role frontdesk");
  assert_all_hold ();
  change ("create role frontdesk login in role ivr_user");
  again = report (&status);
  g_assert_cmpint (status, ==, 1);
  g_assert_cmpstr (json_object_get_string_member (finding_of (again, "shared_logins"), "state"), ==, "open");
  g_assert_cmpstr (json_object_get_string_member (finding_of (again, "shared_logins"), "why"), ==, "");
  change ("drop role frontdesk");
  assert_all_hold ();
}

/* A rule is a query, and a query changes nothing; one that is broken is said to be. */
static void
test_rules_only_read (void)
{
  g_autofree char *err = NULL;
  g_autofree char *broken_err = NULL;
  g_autofree char *n = NULL;

  change ("update ivr.compliance_checks set query = query || ' ; delete from ivr.users' where check_id = 'checksums'");
  g_assert_cmpint (ivr_test_admin (NULL, &err, "compliance", uri, NULL), ==, 1);
  ivr_test_assert_sentence (err, "checksums");
  change ("update ivr.compliance_checks set query = 'with x as (delete from ivr.ivr_message_reads returning 1) select ''a'', ''b'' from x'"
          " where check_id = 'checksums'");
  g_assert_cmpint (ivr_test_admin (NULL, &broken_err, "compliance", uri, NULL), ==, 1);
  ivr_test_assert_sentence (broken_err, "read-only");
  n = ivr_test_value (db, "select count(*) from ivr.users", NULL);
  g_assert_cmpstr (n, ==, "9");
}

static void
test_text (void)
{
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;

  g_assert_cmpint (ivr_test_admin (&out, NULL, "compliance", uri, NULL), ==, 0);
  g_assert_nonnull (strstr (out, "164.312(a)(2)(i)"));
  g_assert_true (g_str_has_suffix (out, "\nRules that hold: 16/16\n"));
  g_assert_cmpint (ivr_test_admin (NULL, &err, "compliance", "--format=pdf", uri, NULL), ==, 2);
  ivr_test_assert_sentence (err, "pdf");
}

int
main (int    argc,
      char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  server = ivr_test_server_new ();
  uri = ivr_test_server_uri (server, NULL);
  db = ivr_test_connect (uri);
  /* Everybody was at the desk this week. */
  change ("insert into ivr.ivr_sessions (org_id, id, user_id, client_version, ended_at) select u.org_id, u.id, u.id, 'x', now() from ivr.users u");
  assert_all_hold ();
  g_test_add_func ("/compliance/text", test_text);
  g_test_add_func ("/compliance/faults", test_faults);
  g_test_add_func ("/compliance/server-settings", test_server_settings);
  g_test_add_func ("/compliance/accept", test_accept);
  g_test_add_func ("/compliance/rules-only-read", test_rules_only_read);
  status = g_test_run ();
  PQfinish (db);
  g_free (uri);
  ivr_test_server_free (server);
  return status;
}
