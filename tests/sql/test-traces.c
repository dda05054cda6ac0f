/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is done leaves a trace, also past the commands; and what is said of a patient leaves none where it
 * does not belong: in the server's log, in errors, in the programs' words. */
#include "ivr-test-server.h"

#include <string.h>

#define REQUEST "6db5f169-2541-4515-9156-8cd432d8f0e4"
#define CANARY "Zanzibarian"

static IvrTestServer *server;
static PGconn *admin, *casey, *sam;

static char *
last_by_hand (void)
{
  return ivr_test_value (
    admin, "select concat_ws(' ', actor_login, action, entity, (select string_agg(k || '=' || v, ',' order by k) from jsonb_each_text(before)"
           " e (k, v) where k in ('doctor_comment', 'is_active', 'role', 'first_name')), (select string_agg(k || '=' || v, ',' order by k)"
           " from jsonb_each_text(after) e (k, v) where k in ('doctor_comment', 'is_active', 'role', 'first_name')))"
           " from audit.audit_logs where action like 'by hand%' order by id desc limit 1", NULL);
}

static void
test_by_hand (void)
{
  static const struct
  {
    const char *sql;
    const char *noted;
  } changes[] = {
    { "update ivr.ivr_requests set doctor_comment = 'forged' where id = '" REQUEST "'",
      "postgres by hand: update ivr_requests doctor_comment=Ulcer on the left heel, not closing for six weeks. Please check the"
      " deductible first. doctor_comment=forged" },
    { "update ivr.users set is_active = false where login = 'kim.demo'", "postgres by hand: update users is_active=true is_active=false" },
    { "insert into ivr.memberships (org_id, user_id, role) values ('0e000000-0000-4000-8000-000000000003',"
      " '0a000000-0000-4000-8000-000000000004', 'lead')", "postgres by hand: insert memberships role=lead" },
    { "delete from ivr.memberships where user_id = '0a000000-0000-4000-8000-000000000004' and role = 'lead'",
      "postgres by hand: delete memberships role=lead" },
    { "insert into ivr.role_rights values ('sales_rep', 'phi.all')", "postgres by hand: insert role_rights role=sales_rep" },
    { "delete from ivr.role_rights where role = 'sales_rep' and granted = 'phi.all'", "postgres by hand: delete role_rights role=sales_rep" },
    { "update ivr.patients set first_name = 'Other' where id = '10000000-0000-4000-8000-000000000001'",
      "postgres by hand: update patients first_name=Alma first_name=Other" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autoptr(PGresult) done = ivr_test_query (admin, changes[i].sql, NULL);
      g_autofree char *noted = last_by_hand ();

      g_assert_nonnull (done);
      g_assert_cmpstr (noted, ==, changes[i].noted);
    }
}

/* A command is noted as what it is, once. */
static void
test_commands_are_not_by_hand (void)
{
  const char *count = "select count(*) from audit.audit_logs where action like 'by hand%'";
  g_autofree char *before = ivr_test_value (admin, count, NULL);
  g_autofree char *version = ivr_test_value (admin, "select version from ivr.ivr_requests where id = '" REQUEST "'", NULL);
  g_autoptr(PGresult) done = ivr_test_query (casey, "select api.update_doctor_comment(gen_random_uuid(), '" REQUEST "', $1, 'by command')",
                                             version, NULL);
  g_autofree char *after = ivr_test_value (admin, count, NULL);
  g_autofree char *noted = ivr_test_value (
    admin, "select concat_ws(' ', actor_login, action, before ->> 'doctor_comment', after ->> 'doctor_comment') from audit.audit_logs"
           " order by id desc limit 1", NULL);

  g_assert_nonnull (done);
  g_assert_cmpstr (before, ==, after);
  g_assert_cmpstr (noted, ==, "casey.example comment forged by command");
}

static void
send (PGconn     *db,
      const char *sql,
      const char *parameter)
{
  g_autoptr(PGresult) done = ivr_test_ask (db, sql, parameter, NULL);
  const char *detail = PQresultErrorField (done, PG_DIAG_MESSAGE_DETAIL);
  const char *hint = PQresultErrorField (done, PG_DIAG_MESSAGE_HINT);

  g_test_message ("%s %s", ivr_test_state (done), sql);
  /* What the server adds to an error tells of no row. What it repeats is what was sent. */
  g_assert_true (detail == NULL || strstr (detail, CANARY) == NULL);
  g_assert_true (hint == NULL || strstr (hint, CANARY) == NULL);
}

/* A patient's name in every place where a client can put it, right and wrong. */
static void
say_it_everywhere (void)
{
  static const char * const statements[] = {
    "select api.create_ivr_request(gen_random_uuid(), jsonb_build_object('patient', jsonb_build_object('first_name', $1::text,"
    " 'last_name', $1::text, 'dob', '1950-01-01')))",
    "select api.create_ivr_request(gen_random_uuid(), jsonb_build_object('id', $1::text))",
    "select api.create_ivr_request(gen_random_uuid(), jsonb_build_object('service_date', $1::text))",
    "select api.create_ivr_request(gen_random_uuid(), jsonb_build_object('products', jsonb_build_array(jsonb_build_object('hcpcs', $1::text))))",
    "select api.create_ivr_request($1::uuid, '{}')",
    "select api.update_doctor_comment(gen_random_uuid(), '" REQUEST "', 99, $1)",
    "select api.update_doctor_comment(gen_random_uuid(), '" REQUEST "', 99, repeat($1, 5000))",
    "select api.add_communication_message(gen_random_uuid(), '" REQUEST "', gen_random_uuid(), $1)",
    "select api.add_communication_message(gen_random_uuid(), '" REQUEST "', gen_random_uuid(), $1, $1)",
    "select api.open_patients(gen_random_uuid(), $1)",
    "select api.open_list(gen_random_uuid(), $1, null)",
    "select api.open_list(gen_random_uuid(), 'all', $1)",
    "select api.open_ivr_request(gen_random_uuid(), '" REQUEST "', $1)",
    "select api.start_session(gen_random_uuid(), $1)",
    "select $1::date", "select $1::uuid", "select 1 / length(replace($1, '" CANARY "', ''))",
    "select * from ivr.patients where last_name = $1",
  };

  /* What is read with a ticket; each is given the ticket too. */
  static const char * const readings[] = {
    "select api.read_page('%s', $1, true, null, null, false, 0, 10)",
    "select api.read_page('%s', 'created', true, $1, null, false, 0, 10)",
    "select api.read_fences('%s', $1, true, 10)",
  };
  g_autofree char *list = ivr_test_open_list (casey, "all", CANARY);

  for (gsize i = 0; i < G_N_ELEMENTS (statements); i++)
    send (casey, statements[i], CANARY);
  for (gsize i = 0; i < G_N_ELEMENTS (readings); i++)
    {
      g_auto(GStrv) parts = g_strsplit (readings[i], "%s", 2);
      g_autofree char *sql = g_strjoinv (list, parts);

      send (casey, sql, CANARY);
    }
}

/* The log is written by a process of its own. What a superuser lets into it last shows that all before is there. */
static char *
read_log (void)
{
  g_autofree char *path = g_build_filename (ivr_test_server_get_folder (server), "log", "server.log", NULL);
  g_autoptr(PGresult) loud = ivr_test_query (admin, "set log_min_messages = error", NULL);
  g_autoptr(PGresult) error = ivr_test_ask (admin, "select 'Last-words'::date", NULL);
  g_autoptr(PGresult) quiet = ivr_test_query (admin, "reset log_min_messages", NULL);
  g_autofree char *log = NULL;

  g_assert_nonnull (loud);
  g_assert_nonnull (quiet);
  g_assert_cmpstr (ivr_test_state (error), ==, "22007");
  while (log == NULL || strstr (log, "Last-words") == NULL)
    {
      g_clear_pointer (&log, g_free);
      g_assert_true (g_file_get_contents (path, &log, NULL, NULL));
    }
  return g_steal_pointer (&log);
}

/* The server knows what it knows, and its log does not. */
static void
test_server_log (void)
{
  static const char * const settings[] = {
    "set debug_print_parse = on", "set debug_print_plan = on", "set debug_print_rewritten = on", "set client_min_messages = debug5",
    "set log_parameter_max_length_on_error = -1", "set application_name = '" CANARY "'",
  };
  g_autofree char *log = NULL;
  g_autofree char *kept = NULL;

  say_it_everywhere ();
  kept = ivr_test_value (admin, "select count(*) from ivr.patients where last_name = '" CANARY "'", NULL);
  g_assert_cmpstr (kept, ==, "1");
  /* What a person may switch on for themselves brings nobody's data but their own there, and not even those. */
  for (gsize i = 0; i < 3; i++)
    {
      g_autoptr(PGresult) set = ivr_test_query (sam, settings[i], NULL);
      g_autofree char *list = ivr_test_open_list (sam, "all", "");
      g_autoptr(PGresult) page = ivr_test_query (sam, "select * from api.read_page($1, 'created', true, null, null, false, 0, 50)",
                                                 list, NULL);

      g_assert_nonnull (set);
      g_assert_nonnull (page);
    }
  for (gsize i = 3; i < G_N_ELEMENTS (settings); i++)
    {
      g_autoptr(PGresult) set = ivr_test_ask (casey, settings[i], NULL);

      g_assert_nonnull (set);
    }
  say_it_everywhere ();
  log = read_log ();
  g_assert_null (strstr (log, CANARY));
  g_assert_null (strstr (log, "Testpatient"));
}

/* Nor do the operator's programs say it, whatever they find wrong. */
static void
test_programs (void)
{
  g_autofree char *uri = ivr_test_server_uri (server, NULL);
  g_autoptr(PGresult) broken = ivr_test_query (admin, "alter table ivr.patients add constraint planted check (last_name <> '" CANARY "') not valid", NULL);
  static const char * const formats[] = { "text", "markdown", "json" };

  g_assert_nonnull (broken);
  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_autofree char *out = NULL;
      g_autofree char *err = NULL;

      g_assert_cmpint (ivr_test_admin (&out, &err, "verify", "--format", formats[i], uri, NULL), ==, 1);
      g_assert_null (strstr (out, CANARY));
      g_assert_null (strstr (err, CANARY));
      g_assert_null (strstr (out, "DEMO-100001"));
    }
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
  casey = open_as ("casey.example");
  sam = open_as ("sam.demo");
  g_test_add_func ("/traces/by-hand", test_by_hand);
  g_test_add_func ("/traces/commands", test_commands_are_not_by_hand);
  g_test_add_func ("/traces/server-log", test_server_log);
  g_test_add_func ("/traces/programs", test_programs);
  status = g_test_run ();
  PQfinish (admin);
  PQfinish (casey);
  PQfinish (sam);
  ivr_test_server_free (server);
  return status;
}
