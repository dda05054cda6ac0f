/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The operator's report: what it says about a sound database, and that it names each kind of fault. */
#include "ivr-test-server.h"

#include <json-glib/json-glib.h>
#include <string.h>

static IvrTestServer *server;
static char *uri;
static PGconn *db;

static void
change (const char *sql)
{
  g_auto(GStrv) statements = g_strsplit (sql, "; ", -1);

  for (gsize i = 0; statements[i] != NULL; i++)
    {
      g_autoptr(PGresult) done = NULL;

      if (g_strstrip (statements[i])[0] == '\0')
        continue;
      done = ivr_test_query (db, statements[i], NULL);
      g_assert_nonnull (done);
    }
}

static JsonObject *
report (int *status)
{
  g_autofree char *out = NULL;
  g_autoptr(JsonNode) root = NULL;
  g_autoptr(GError) error = NULL;

  *status = ivr_test_admin (&out, NULL, "verify", "--format", "json", uri, NULL);
  root = json_from_string (out, &error);
  g_assert_no_error (error);
  return json_object_ref (json_node_get_object (root));
}

static void
assert_sound (void)
{
  int status;
  g_autoptr(JsonObject) o = report (&status);
  JsonArray *problems = json_object_get_array_member (o, "problems");

  for (guint i = 0; i < json_array_get_length (problems); i++)
    g_test_message ("%s", json_array_get_string_element (problems, i));
  g_assert_cmpint (json_array_get_length (problems), ==, 0);
  g_assert_true (json_object_get_boolean_member (o, "ok"));
  g_assert_cmpint (status, ==, 0);
}

static void
test_json (void)
{
  static const char * const members[] = { "connection", "counts", "statuses", "tables", "problems", "ok" };
  int status;
  g_autoptr(JsonObject) o = report (&status);
  JsonObject *counts = json_object_get_object_member (o, "counts");
  JsonObject *statuses = json_object_get_object_member (o, "statuses");
  JsonObject *tables = json_object_get_object_member (o, "tables");
  JsonObject *connection = json_object_get_object_member (o, "connection");

  g_assert_cmpint (status, ==, 0);
  g_assert_cmpint (json_object_get_size (o), ==, G_N_ELEMENTS (members));
  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    g_assert_true (json_object_has_member (o, members[i]));
  g_assert_cmpint (json_object_get_int_member (counts, "ivr_requests"), ==, 7);
  g_assert_cmpint (json_object_get_int_member (counts, "ivr_communication_messages"), ==, 12);
  g_assert_cmpint (json_object_get_int_member (counts, "patients"), ==, 11);
  g_assert_cmpint (json_object_get_int_member (counts, "users"), ==, 9);
  g_assert_cmpint (json_object_get_int_member (statuses, "submitted"), ==, 1);
  g_assert_cmpint (json_object_get_int_member (statuses, "approved"), ==, 1);
  g_assert_cmpint (json_object_get_int_member (statuses, "withdrawn"), ==, 0);
  g_assert_cmpint (json_object_get_size (tables), ==, 2);
  g_assert_cmpint (json_object_get_int_member (tables, "total"), >=, 38);
  g_assert_cmpint (json_object_get_int_member (tables, "verified"), ==, json_object_get_int_member (tables, "total"));
  g_assert_cmpint (json_object_get_size (counts), ==, json_object_get_int_member (tables, "total"));
  g_assert_cmpstr (json_object_get_string_member (connection, "database"), ==, "ivr");
  g_assert_true (g_str_has_prefix (json_object_get_string_member (connection, "server_version"), "1"));
  g_assert_cmpint (json_array_get_length (json_object_get_array_member (o, "problems")), ==, 0);
  g_assert_true (json_object_get_boolean_member (o, "ok"));
}

/* "Tables verified: N/N" is the last line, with the same number twice. */
static void
assert_last_line (const char *out)
{
  g_autofree char *text = g_strdup (out);
  const char *line = strrchr (g_strchomp (text), '\n');

  g_assert_nonnull (line);
  g_assert_true (g_regex_match_simple ("^Tables verified: ([0-9]+)/\\1$", line + 1, 0, 0));
}

/* No patient's whole name and no member id, in whatever format. */
static void
assert_masked (const char *out)
{
  g_autoptr(PGresult) names = ivr_test_query (
    db, "select last_name from ivr.patients union all select first_name from ivr.patients"
        " union all select member_id from ivr.patient_insurances union all select born_on::text from ivr.patients", NULL);

  g_assert_cmpint (PQntuples (names), >, 40);
  for (int i = 0; i < PQntuples (names); i++)
    if (strstr (out, PQgetvalue (names, i, 0)) != NULL)
      g_error ("“%s” is in the report", PQgetvalue (names, i, 0));
}

static void
test_text (void)
{
  static const char * const said[] = {
    "Connected to ivr on ", "PostgreSQL 1", "schema version ", "(demo)", "ivr.ivr_requests", "Insurance verification requests.",
    "[requests]", "7 requests", "12 messages", "11 patients", "9 users", "submitted", "Sample requests (patients masked)", "Integrity",
  };
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;
  g_autofree char *plain = NULL;

  g_assert_cmpint (ivr_test_admin (&out, &err, "verify", uri, NULL), ==, 0);
  g_assert_cmpint (ivr_test_admin (&plain, NULL, "verify", "--format", "text", uri, NULL), ==, 0);
  g_assert_cmpstr (out, ==, plain);
  g_assert_cmpstr (err, ==, "");
  for (gsize i = 0; i < G_N_ELEMENTS (said); i++)
    if (strstr (out, said[i]) == NULL)
      g_error ("no “%s” in the report", said[i]);
  g_assert_nonnull (strstr (out, "T… "));
  assert_masked (out);
  assert_last_line (out);
}

static void
test_markdown (void)
{
  g_autofree char *out = NULL;

  g_assert_cmpint (ivr_test_admin (&out, NULL, "verify", "--format", "markdown", uri, NULL), ==, 0);
  g_assert_true (g_str_has_prefix (out, "# Database ivr\n"));
  g_assert_nonnull (strstr (out, "| `ivr.ivr_requests` | requests | 7 | ok |"));
  g_assert_nonnull (strstr (out, "| approved | 1 |"));
  g_assert_nonnull (strstr (out, "## Problems\n\nNone.\n"));
  assert_masked (out);
  assert_last_line (out);
}

static const struct
{
  const char *plant;
  const char *names;      /* what the report has to say */
  const char *mend;
} faults[] = {
  { "alter table ivr.facilities add constraint planted check (length(name) < 1) not valid",
    "Constraint planted on ivr.facilities is not valid.", "alter table ivr.facilities drop constraint planted" },
  { "drop index ivr.providers_user", "Foreign key providers_org_id_user_id_fkey on ivr.providers has no index.",
    "create index providers_user on ivr.providers (org_id, user_id)" },
  { "drop index ivr.ivr_status_history_to", "Foreign key ivr_status_history_to_status_fkey on ivr.ivr_status_history has no index.",
    "create index ivr_status_history_to on ivr.ivr_status_history (to_status)" },
  { "alter table ivr.patients disable row level security", "Table ivr.patients: Row-level security is off.",
    "alter table ivr.patients enable row level security" },
  { "alter table ivr.patients no force row level security", "Table ivr.patients: Row-level security is not forced.",
    "alter table ivr.patients force row level security" },
  { "grant select on ivr.patients to ivr_user", "ivr_user has select on table ivr.patients, which the list of rights does not have: a way around api.",
    "revoke select on ivr.patients from ivr_user" },
  { "grant update on ivr.patients to \"sam.demo\"", "sam.demo has update on table ivr.patients, which",
    "revoke update on ivr.patients from \"sam.demo\"" },
  { "grant insert on audit.audit_logs to public", "PUBLIC has insert on table audit.audit_logs, which",
    "revoke insert on audit.audit_logs from public" },
  { "grant select (last_name) on ivr.patients to ivr_user", "ivr_user has select on column last_name of ivr.patients, which",
    "revoke select (last_name) on ivr.patients from ivr_user" },
  { "grant usage on schema ivr to ivr_user", "ivr_user has usage on schema ivr, which", "revoke usage on schema ivr from ivr_user" },
  { "grant execute on function rules.fail(text, text, jsonb) to ivr_user", "ivr_user has execute on function rules.fail(text,text,jsonb), which",
    "revoke execute on function rules.fail(text, text, jsonb) from ivr_user" },
  { "grant ivr_exec to \"sam.demo\"", "\"sam.demo\" is a member of ivr_exec, which", "revoke ivr_exec from \"sam.demo\"" },
  { "alter role \"sam.demo\" bypassrls", "Role sam.demo has the attribute bypassrls, which", "alter role \"sam.demo\" nobypassrls" },
  { "alter role \"sam.demo\" createrole", "Role sam.demo has the attribute createrole, which", "alter role \"sam.demo\" nocreaterole" },
  { "alter role ivr_exec login", "Role ivr_exec has the attribute login, which", "alter role ivr_exec nologin" },
  { "grant pg_read_all_data to \"sam.demo\"", "\"sam.demo\" is a member of pg_read_all_data, which", "revoke pg_read_all_data from \"sam.demo\"" },
  { "grant ivr_user to \"sam.demo\" with admin option", "\"sam.demo\" is a member of ivr_user with admin option, which",
    "revoke admin option for ivr_user from \"sam.demo\"" },
  { "grant execute on function pg_sleep(double precision) to public", "PUBLIC has execute on built-in function pg_sleep(double precision), which",
    "revoke execute on function pg_sleep(double precision) from public" },
  { "grant execute on function pg_read_file(text) to \"sam.demo\"", "sam.demo has execute on built-in function pg_read_file(text), which",
    "revoke execute on function pg_read_file(text) from \"sam.demo\"" },
  { "grant select on pg_stat_activity to public", "PUBLIC has select on catalogue pg_stat_activity, which",
    "revoke select on pg_stat_activity from public" },
  { "grant usage on language plpgsql to ivr_user", "ivr_user has usage on language plpgsql, which", "revoke usage on language plpgsql from ivr_user" },
  { "grant temporary on database ivr to ivr_user", "ivr_user has temporary on this database, which", "revoke temporary on database ivr from ivr_user" },
  { "grant connect on database postgres to public", "PUBLIC has connect on database postgres, which",
    "revoke connect on database postgres from public" },
  { "grant usage on schema public to public", "PUBLIC has usage on schema public, which", "revoke usage on schema public from public" },
  { "alter default privileges for role ivr_exec grant execute on functions to ivr_user", "ivr_user has execute on functions that ivr_exec makes, which",
    "alter default privileges for role ivr_exec revoke execute on functions from ivr_user" },
  { "grant set on parameter log_statement to \"sam.demo\"", "sam.demo has set on parameter log_statement, which",
    "revoke set on parameter log_statement from \"sam.demo\"" },
  { "select lo_create(424242); grant select on large object 424242 to public", "PUBLIC has select on large object 424242, which",
    "select lo_unlink(424242)" },
  { "grant select on ivr.payers to ivr_exec with grant option", "ivr_exec has select with grant option on table ivr.payers, which",
    "revoke grant option for select on ivr.payers from ivr_exec" },
  { "revoke execute on function api.who_am_i() from ivr_user",
    "ivr_user has execute on function api.who_am_i() in the list of rights, and not in the database.",
    "grant execute on function api.who_am_i() to ivr_user" },
  { "alter function ivr.my_id() reset search_path", "Function ivr.my_id() has no fixed search_path.",
    "alter function ivr.my_id() set search_path = pg_catalog, pg_temp" },
  { "alter function api.who_am_i() owner to postgres", "Function api.who_am_i() belongs to postgres.",
    "alter function api.who_am_i() owner to ivr_exec" },
  { "alter table audit.audit_logs_rest disable row level security", "Part audit.audit_logs_rest of a log is open beside the log.",
    "alter table audit.audit_logs_rest enable row level security" },
  { "drop trigger append_only on audit.phi_access_logs_rest", "Part audit.phi_access_logs_rest of a log is open beside the log.",
    "create trigger append_only before update or delete or truncate on audit.phi_access_logs_rest for each statement"
    " execute function audit.refuse_change()" },
  { "grant select on audit.audit_logs_rest to ivr_user", "ivr_user has select on table audit.audit_logs_rest, which",
    "revoke select on audit.audit_logs_rest from ivr_user" },
  { "alter role \"kim.demo\" set idle_session_timeout = 0", "Login kim.demo keeps settings of its own: idle_session_timeout=0.",
    "alter role \"kim.demo\" reset all" },
  { "alter function watch.end_sessions(integer, integer, integer, integer) owner to postgres",
    "Function watch.end_sessions(integer,integer,integer,integer) belongs to postgres.",
    "alter function watch.end_sessions(integer, integer, integer, integer) owner to ivr_watch" },
  { "alter function lookup.take(uuid, bytea) owner to postgres", "Function lookup.take(uuid,bytea) belongs to postgres.",
    "alter function lookup.take(uuid, bytea) owner to ivr_ask" },
  { "alter table ivr.ivr_requests disable trigger user", "Trigger check_request_change on ivr.ivr_requests is switched off.",
    "alter table ivr.ivr_requests enable trigger user" },
  { "set session_replication_role = replica; update ivr.ivr_requests set status = 'rejected', turn = 'clinic' where status = 'submitted'",
    "1 requests have a status that their history does not end with (the first: 6db5f169-2541-4515-9156-8cd432d8f0e4).",
    "update ivr.ivr_requests set status = 'submitted', turn = 'queue' where id = '6db5f169-2541-4515-9156-8cd432d8f0e4';"
    " set session_replication_role = origin" },
  { "set session_replication_role = replica; update ivr.ivr_requests set turn = 'payer' where status = 'submitted'",
    "1 requests say another turn than their status has", "update ivr.ivr_requests set turn = 'queue' where status = 'submitted';"
    " set session_replication_role = origin" },
  { "set session_replication_role = replica; update ivr.ivr_status_history set from_status = 'closed', to_status = 'approved' where"
    " to_status = 'approved'", "1 steps in the history are not in the transition table",
    "update ivr.ivr_status_history set from_status = 'in_review' where to_status = 'approved'; set session_replication_role = origin" },
  { "set session_replication_role = replica; update ivr.ivr_approvals set request_id = '6db5f169-2541-4515-9156-8cd432d8f0e4'",
    "1 approved requests have no approval (the first: 660e8400-e29b-41d4-a716-446655440004).",
    "update ivr.ivr_approvals set request_id = '660e8400-e29b-41d4-a716-446655440004'; set session_replication_role = origin" },
  { "drop policy patients_read on ivr.patients; create policy patients_read on ivr.patients for select to ivr_exec"
    " using (org_id = any (ivr.my_phi_orgs()))", "Policy patients_read on ivr.patients asks a function once for every row.",
    "drop policy patients_read on ivr.patients; create policy patients_read on ivr.patients for select to ivr_exec"
    " using (org_id = any ((select ivr.my_phi_orgs())::uuid[]))" },
  { "create policy planted on ivr.patients for select to ivr_exec using (false)",
    "Policies patients_read, planted on ivr.patients are for the same role and command", "drop policy planted on ivr.patients" },
  { "create policy planted on ivr.ivr_sessions for select to public using (true)", "Policy planted on ivr.ivr_sessions is for everybody.",
    "drop policy planted on ivr.ivr_sessions" },
  { "create policy planted on ivr.ivr_sessions for delete to ivr_exec using (true)",
    "Policy planted on ivr.ivr_sessions lets every row of every organization through.", "drop policy planted on ivr.ivr_sessions" },
  { "create policy planted on ivr.ivr_sessions for delete to ivr_exec using (current_setting('app.user') = 'x')",
    "Policy planted on ivr.ivr_sessions trusts a setting, which anybody may set.", "drop policy planted on ivr.ivr_sessions" },
  { "create index planted on ivr.providers (org_id, user_id)", "Indexes ivr.planted, ivr.providers_user on ivr.providers are the same.",
    "drop index ivr.planted" },
  { "create view api.planted as select 1", "View api.planted is not a security barrier of ivr_exec.", "drop view api.planted" },
  { "create materialized view api.planted as select 1", "api.planted is a materialized view; row-level security does not reach it.",
    "drop materialized view api.planted" },
  { "alter function rules.me() set search_path = pg_catalog, public", "Function rules.me() has another search_path than",
    "alter function rules.me() set search_path = pg_catalog, pg_temp" },
  { "create extension pg_trgm schema public", "Extension pg_trgm is in schema public.", "drop extension pg_trgm" },
  { "alter table ivr.payers add planted regclass", "Column planted of ivr.payers is a regclass, which does not survive an upgrade.",
    "alter table ivr.payers drop planted" },
  { "alter table ivr.patients add planted numeric", "Column planted of ivr.patients is numeric, whose comparison no index may use",
    "alter table ivr.patients drop planted" },
  { "alter table ivr.providers add constraint planted unique (npi)", "Key planted of ivr.providers does not begin with the organization.",
    "alter table ivr.providers drop constraint planted" },
  { "create function api.planted() returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as"
    " 'begin end'; alter function api.planted() owner to ivr_exec", "Command api.planted() is not carried out only once.", "drop function api.planted()" },
  { "alter function api.who_am_i() security invoker", "Function api.who_am_i() can be called by people and runs with their rights.",
    "alter function api.who_am_i() security definer" },
  { "alter function api.who_am_i() owner to ivr_owner", "Function api.who_am_i() can be called by people and belongs to ivr_owner.",
    "alter function api.who_am_i() owner to ivr_exec" },
  { "create function rules.planted() returns void language sql set search_path = pg_catalog, pg_temp as 'select pg_notify(null, null)'",
    "Function rules.planted() notifies, which makes every commit wait for every other.", "drop function rules.planted()" },
  { "create table ivr.planted (id integer primary key)", "Table ivr.planted: No feature owns it.", "drop table ivr.planted" },
  { "comment on table ivr.payers is null", "Table ivr.payers: It has no comment.", "comment on table ivr.payers is 'Insurers.'" },
  { "comment on column ivr.payers.name is null", "Table ivr.payers: Column without comment: name.",
    "comment on column ivr.payers.name is 'Name as on the card.'" },
  { "alter table ivr.payers owner to postgres", "Table ivr.payers: It does not belong to ivr_owner.", "alter table ivr.payers owner to ivr_owner" },
  { "insert into ivr.table_catalogue values ('ivr', 'nowhere', 'nothing')", "Table ivr.nowhere: The table is missing.",
    "delete from ivr.table_catalogue where table_name = 'nowhere'" },
  { "alter role \"sam.demo\" rename to \"planted.demo\"", "User sam.demo has no login role in this cluster.",
    "alter role \"planted.demo\" rename to \"sam.demo\"" },
};

static void
test_fault (gsize i)
{
  int status;
  g_autoptr(JsonObject) o = NULL;
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;
  JsonArray *problems;
  gboolean named = FALSE;

  change (faults[i].plant);
  o = report (&status);
  problems = json_object_get_array_member (o, "problems");
  g_assert_cmpint (status, ==, 1);
  g_assert_false (json_object_get_boolean_member (o, "ok"));
  for (guint p = 0; p < json_array_get_length (problems); p++)
    {
      const char *sentence = json_array_get_string_element (problems, p);

      named = named || strstr (sentence, faults[i].names) != NULL;
      g_test_message ("%s", sentence);
    }
  if (!named)
    g_error ("nobody says “%s”", faults[i].names);
  g_assert_cmpint (ivr_test_admin (&out, &err, "verify", uri, NULL), ==, 1);
  ivr_test_assert_sentence (err, NULL);
  g_assert_nonnull (strstr (out, faults[i].names));
  change (faults[i].mend);
}

/* One fault after the other, each mended before the next; then the report is as it was. */
static void
test_faults (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_test_message ("%s", faults[i].plant);
      test_fault (i);
    }
  assert_sound ();
}

/* A table at fault is not counted as verified. */
static void
test_faulty_table_is_not_verified (void)
{
  int status;
  g_autoptr(JsonObject) o = NULL;
  JsonObject *tables;

  change ("comment on table ivr.payers is null");
  o = report (&status);
  tables = json_object_get_object_member (o, "tables");
  g_assert_cmpint (json_object_get_int_member (tables, "verified"), ==, json_object_get_int_member (tables, "total") - 1);
  change ("comment on table ivr.payers is 'Insurers that can be asked.'");
  assert_sound ();
}

static void
test_not_ours (void)
{
  g_autofree char *empty = ivr_test_server_add_database (server, "empty");
  g_autofree char *as_person = ivr_test_server_uri (server, "sam.demo");
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;
  g_autofree char *person_err = NULL;

  g_assert_cmpint (ivr_test_admin (&out, &err, "verify", empty, NULL), ==, 1);
  g_assert_cmpstr (out, ==, "");
  ivr_test_assert_sentence (err, "ivr-admin migrate");
  g_assert_cmpint (ivr_test_admin (NULL, &person_err, "verify", as_person, NULL), ==, 1);
  ivr_test_assert_sentence (person_err, "superuser");
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
  g_test_add_func ("/verify/json", test_json);
  g_test_add_func ("/verify/text", test_text);
  g_test_add_func ("/verify/markdown", test_markdown);
  g_test_add_func ("/verify/faults", test_faults);
  g_test_add_func ("/verify/faulty-table", test_faulty_table_is_not_verified);
  g_test_add_func ("/verify/not-ours", test_not_ours);
  status = g_test_run ();
  PQfinish (db);
  g_free (uri);
  ivr_test_server_free (server);
  return status;
}
