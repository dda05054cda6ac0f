/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signing in, and everything that may be wrong with it; views, counts and single requests. */
#include "ivr-test-store.h"
#include "ivr-requests.h"
#include "ivr-views.h"

#include <string.h>

static IvrDatabase *
database_for (const char *login)
{
  g_autofree char *uri = ivr_test_server_uri (test_server, login);

  return ivr_database_new (uri);
}

/* Why somebody cannot sign in: one sentence, and the same one when they try again. */
static void
assert_refused (IvrDatabase *database,
                IvrError     code)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr(GError) error = test_sign_in_error (database);

      g_assert_error (error, IVR_ERROR, (int) code);
      g_assert_true (g_str_has_suffix (error->message, "."));
      g_assert_false (ivr_database_is_online (database));
      g_assert_null (ivr_database_get_me (database));
    }
}

static void
test_signed_in (void)
{
  IvrDatabase *casey = test_sign_in (CASEY);
  IvrDatabase *sam = test_sign_in (SAM);

  g_assert_cmpstr (ivr_database_get_name (casey), ==, "Casey Example");
  g_assert_true (ivr_database_is_clinic (casey));
  g_assert_false (ivr_database_is_clinic (sam));
  g_assert_true (ivr_database_has_right (casey, "request.create"));
  g_assert_false (ivr_database_has_right (sam, "request.create"));
  g_assert_nonnull (ivr_database_find_status (casey, "submitted"));
  g_assert_null (ivr_database_find_status (casey, "of-tomorrow"));
  g_assert_null (ivr_database_find_status (casey, NULL));
  g_assert_nonnull (ivr_database_get_catalogue (casey));
  test_sign_out (casey);
  test_sign_out (sam);
}

/* A sitting begins with signing in, goes on after an outage, and ends with signing out. */
static void
test_sitting (void)
{
  static const char open[] = "select count(*) from ivr.ivr_sessions s join ivr.users u on u.id = s.user_id"
                             " where u.login = $1 and s.ended_at is null";
  static const char all[] = "select count(*) from ivr.ivr_sessions s join ivr.users u on u.id = s.user_id where u.login = $1";
  gint64 before = test_count (open, KIM);
  IvrDatabase *database = test_sign_in (KIM);

  WAIT_UNTIL (test_count (open, KIM) == before + 1);
  test_cut_lines (KIM);
  WAIT_UNTIL (!ivr_database_is_online (database));
  WAIT_UNTIL (ivr_database_is_online (database));
  test_settle ();
  g_assert_cmpint (test_count (open, KIM), ==, before + 1);
  test_sign_out (database);
  WAIT_UNTIL (test_count (open, KIM) == before);
  g_assert_cmpint (test_count (all, KIM), ==, before + 1);
}

static void
test_unreachable (void)
{
  IvrDatabase *database = ivr_database_new ("postgresql://casey.example@/ivr?host=%2Fnonexistent");

  assert_refused (database, IVR_ERROR_OFFLINE);
  test_sign_out (database);
}

static void
test_unknown_user (void)
{
  IvrDatabase *database = database_for ("nobody.knows");

  assert_refused (database, IVR_ERROR_AUTH);
  test_sign_out (database);
}

static void
test_no_such_database (void)
{
  g_autofree char *uri = ivr_test_server_uri_of (test_server, CASEY, "nothing");
  IvrDatabase *database = ivr_database_new (uri);

  assert_refused (database, IVR_ERROR_FAILED);
  test_sign_out (database);
}

/* A database in which nothing was made yet. */
static void
test_empty_database (void)
{
  g_autofree char *made = ivr_test_server_add_database (test_server, "blank");
  g_autofree char *uri = ivr_test_server_uri_of (test_server, CASEY, "blank");
  IvrDatabase *database = ivr_database_new (uri);

  assert_refused (database, IVR_ERROR_SCHEMA_OLD);
  test_sign_out (database);
}

static void
test_schema (void)
{
  IvrDatabase *database = database_for (CASEY);
  g_autofree char *present = test_value ("select value from ivr.settings where name = $1", "schema_version");
  g_autofree char *back = g_strdup_printf ("update ivr.settings set value = '%s' where name = 'schema_version'", present);
  g_autoptr(GError) error = NULL;

  test_sql ("update ivr.settings set value = '1' where name = 'schema_version'");
  assert_refused (database, IVR_ERROR_SCHEMA_OLD);
  test_sql ("update ivr.settings set value = '9999' where name = 'schema_version'");
  assert_refused (database, IVR_ERROR_SCHEMA_NEW);
  test_sql (back);
  error = test_sign_in_error (database);
  g_assert_no_error (error);
  test_sign_out (database);
}

/* Half of what signing in reads fails: there is no half signed-in person. */
static void
test_half (void)
{
  IvrDatabase *database = database_for (CASEY);
  g_autoptr(GError) error = NULL;

  test_sql ("alter function api.catalogue() rename to catalogue_away");
  assert_refused (database, IVR_ERROR_SCHEMA_OLD);
  test_sql ("alter function api.catalogue_away() rename to catalogue");
  test_sql ("alter function api.workflow() rename to workflow_away");
  assert_refused (database, IVR_ERROR_SCHEMA_OLD);
  test_sql ("alter function api.workflow_away() rename to workflow");
  error = test_sign_in_error (database);
  g_assert_no_error (error);
  test_sign_out (database);
}

static void
test_inactive (void)
{
  IvrDatabase *database = database_for (ROBIN);
  g_autoptr(GError) error = NULL;

  test_sql ("update ivr.users set is_active = false where login = '" ROBIN "'");
  assert_refused (database, IVR_ERROR_FORBIDDEN);
  test_sql ("update ivr.users set is_active = true where login = '" ROBIN "'");
  error = test_sign_in_error (database);
  g_assert_no_error (error);
  test_sign_out (database);
}

/* A login of the server that is nobody here. */
static void
test_stranger (void)
{
  IvrDatabase *database = database_for ("stranger");

  test_sql ("create role stranger login");
  assert_refused (database, IVR_ERROR_AUTH);
  test_sign_out (database);
}

static void
test_too_many (void)
{
  IvrDatabase *database = database_for (KIM);
  g_autoptr(GError) error = NULL;

  test_sql ("alter role \"" KIM "\" connection limit 0");
  assert_refused (database, IVR_ERROR_BUSY);
  test_sql ("alter role \"" KIM "\" connection limit 16");
  error = test_sign_in_error (database);
  g_assert_no_error (error);
  test_sign_out (database);
}

static void
on_refused (IvrDatabase  *database,
            const GError *error,
            GError      **told)
{
  g_clear_error (told);
  *told = g_error_copy (error);
}

/* The password is changed elsewhere and the line breaks: the desk is told once, tries no more, and
 * is back with the new one, with what was written meanwhile. */
static void
check_refused_later (IvrDatabase *database,
                     PGconn      *super)
{
  static const char cut[] = "select pg_terminate_backend(pid, 10000) from pg_stat_activity where usename = '" CASEY "'";
  g_autofree char *id = g_uuid_string_random ();
  const char *arguments[] = { REQUEST, id, "written while nobody was let in", "shared" };
  g_autoptr(GError) told = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonObject) answer = NULL;
  g_autoptr(PGresult) changed = ivr_test_query (super, "alter role \"" CASEY "\" password 'another horse'", NULL);
  g_autoptr(PGresult) ended = ivr_test_query (super, cut, NULL);

  g_signal_connect (database, "refused", G_CALLBACK (on_refused), &told);
  WAIT_UNTIL (told != NULL);
  g_assert_error (told, IVR_ERROR, IVR_ERROR_AUTH);
  g_assert_false (ivr_database_is_online (database));
  ivr_command_run_async (database, IVR_COMMAND_ADD_MESSAGE, arguments, G_N_ELEMENTS (arguments), test_keep_result, &result);
  g_clear_error (&told);
  test_settle ();
  g_assert_null (told);
  ivr_database_retry_now (database);
  WAIT_UNTIL (told != NULL);
  g_clear_error (&told);
  ivr_database_set_password (database, "another horse");
  ivr_database_retry_now (database);
  WAIT_UNTIL (result != NULL);
  answer = ivr_command_run_finish (database, result, &error);
  g_assert_no_error (error);
  g_assert_null (told);
  g_signal_handlers_disconnect_by_data (database, &told);
}

/* A server with passwords. */
static void
test_password (void)
{
  g_autofree char *folder = ivr_test_dup_folder ();
  g_autofree char *cluster = g_build_filename (folder, "server", NULL);
  g_autofree char *program = ivr_test_program ("src/admin/ivr-admin");
  g_autoptr(GError) error = NULL;
  g_autoptr(GSubprocess) process = g_subprocess_new (
    G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program, "cluster", "--auth=scram", "run",
    "--end-with-stdin", cluster, NULL);
  g_autoptr(GDataInputStream) lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_autofree char *ready = g_data_input_stream_read_line (lines, NULL, NULL, &error);
  g_autofree char *uri = NULL;
  g_autoptr(PGconn) super = NULL;
  g_autoptr(PGresult) done = NULL;
  IvrDatabase *database;

  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (ready, "ready postgresql://postgres@"));
  ivr_test_admin_ok ("migrate", ready + strlen ("ready "), NULL);
  ivr_test_admin_ok ("seed", ready + strlen ("ready "), NULL);
  super = ivr_test_connect (ready + strlen ("ready "));
  done = ivr_test_query (super, "alter role \"" CASEY "\" password 'correct horse'", NULL);
  uri = g_strdup_printf ("postgresql://" CASEY "@%s", ready + strlen ("ready postgresql://postgres@"));

  database = ivr_database_new (uri);
  assert_refused (database, IVR_ERROR_AUTH);
  ivr_database_set_password (database, "battery staple");
  assert_refused (database, IVR_ERROR_AUTH);
  ivr_database_set_password (database, "correct horse");
  error = test_sign_in_error (database);
  g_assert_no_error (error);
  check_refused_later (database, super);
  test_sign_out (database);
  g_clear_pointer (&super, PQfinish);
  g_output_stream_close (g_subprocess_get_stdin_pipe (process), NULL, NULL);
  g_subprocess_wait (process, NULL, NULL);
  ivr_test_remove_folder (folder);
}

/* Nobody waits for a sign-in that was given up. */
static void
test_given_up (void)
{
  IvrDatabase *database = database_for (CASEY);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  ivr_database_sign_in_async (database, NULL, test_keep_result, &result);
  ivr_database_sign_out (database);
  WAIT_UNTIL (result != NULL);
  g_assert_false (ivr_database_sign_in_finish (database, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_object (&result);
  test_sign_out (database);
}

/* Cancelled at any moment, there is nobody signed in, and the next try works. */
static void
test_cancelled (void)
{
  for (guint turns = 0; turns < 60; turns += 3)
    {
      IvrDatabase *database = database_for (CASEY);
      g_autoptr(GCancellable) cancellable = g_cancellable_new ();
      g_autoptr(GAsyncResult) result = NULL;
      g_autoptr(GError) error = NULL;

      ivr_database_sign_in_async (database, cancellable, test_keep_result, &result);
      for (guint i = 0; i < turns && result == NULL; i++)
        g_main_context_iteration (NULL, TRUE);
      g_cancellable_cancel (cancellable);
      WAIT_UNTIL (result != NULL);
      if (!ivr_database_sign_in_finish (database, result, &error))
        {
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
          g_assert_false (ivr_database_is_online (database));
          g_clear_error (&error);
          error = test_sign_in_error (database);
          g_assert_no_error (error);
        }
      g_assert_true (ivr_database_is_online (database));
      g_clear_object (&result);
      test_sign_out (database);
    }
}

static IvrView *
find_view (IvrViews   *views,
           const char *id)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (views)); i++)
    {
      g_autoptr(IvrView) view = g_list_model_get_item (G_LIST_MODEL (views), i);

      if (g_str_equal (ivr_view_get_id (view), id))
        return view;
    }
  return NULL;
}

/* A count that is under way holds on to both. */
static void
close_views (IvrViews    *views,
             IvrDatabase *database)
{
  ivr_database_sign_out (database);
  test_settle ();
  g_assert_finalize_object (views);
  test_sign_out (database);
}

static void
on_total (guint *n)
{
  (*n)++;
}

static void
test_views (void)
{
  IvrDatabase *database = test_sign_in (LEE);
  IvrViews *views = ivr_views_new (database);
  gint64 queue = test_count ("select count(*) from ivr.ivr_requests where turn = $1", "queue");
  g_autoptr(IvrView) unassigned = NULL;
  guint items = 0;
  guint totals = 0;

  g_signal_connect_swapped (views, "items-changed", G_CALLBACK (on_total), &items);
  ivr_views_refresh (views);
  WAIT_UNTIL (find_view (views, "all") != NULL);
  unassigned = g_object_ref (find_view (views, "unassigned"));
  /* Which views there are is told first, and how many are in them when that is known. */
  g_assert_cmpint (ivr_view_get_total (unassigned), ==, 0);
  WAIT_UNTIL (ivr_view_get_total (unassigned) == queue);
  g_assert_cmpint (ivr_view_get_total (find_view (views, "all")), ==,
                   test_count ("select count(*) from ivr.ivr_requests where status <> $1", "draft"));
  g_assert_true (ivr_view_is_mine (find_view (views, "my_turn")));
  g_assert_cmpstr (ivr_view_get_sort (unassigned), ==, "due");
  g_assert_cmpuint (items, ==, g_list_model_get_n_items (G_LIST_MODEL (views)));
  /* Only what changed is announced, by the same objects. */
  items = 0;
  g_signal_connect_swapped (unassigned, "notify::total", G_CALLBACK (on_total), &totals);
  ivr_views_refresh (views);
  test_settle ();
  g_assert_cmpuint (totals, ==, 0);
  test_sql ("alter table ivr.ivr_requests disable trigger user");
  test_sql ("update ivr.ivr_requests set turn = 'specialist', status = 'in_review' where id = '" REQUEST "'");
  for (guint i = 0; i < 5; i++)
    ivr_views_refresh (views);
  WAIT_UNTIL (ivr_view_get_total (unassigned) == queue - 1);
  test_settle ();
  g_assert_cmpuint (totals, ==, 1);
  g_assert_cmpuint (items, ==, 0);
  test_sql ("update ivr.ivr_requests set turn = 'queue', status = 'submitted' where id = '" REQUEST "'");
  test_sql ("alter table ivr.ivr_requests enable trigger user");
  close_views (views, database);
}

/* Somebody changes sides while they sit there: no view of before stays. */
static void
test_other_views (void)
{
  static const char set[] = "update ivr.memberships set role = 'clinic_staff', org_id = '0e000000-0000-4000-8000-000000000001'"
                            " where user_id = (select id from ivr.users where login = '" KIM "')";
  static const char back[] = "update ivr.memberships set role = 'specialist', org_id = '0e000000-0000-4000-8000-000000000003'"
                             " where user_id = (select id from ivr.users where login = '" KIM "')";
  IvrDatabase *database = test_sign_in (KIM);
  IvrViews *views = ivr_views_new (database);
  guint n;

  ivr_views_refresh (views);
  WAIT_UNTIL (find_view (views, "all") != NULL);
  n = g_list_model_get_n_items (G_LIST_MODEL (views));
  test_sql ("set session_replication_role = replica");
  test_sql (set);
  ivr_views_refresh (views);
  WAIT_UNTIL (find_view (views, "drafts") != NULL && find_view (views, "all") != NULL);
  g_assert_null (find_view (views, "unassigned"));
  test_sql (back);
  test_sql ("set session_replication_role = origin");
  ivr_views_refresh (views);
  WAIT_UNTIL (find_view (views, "unassigned") != NULL && find_view (views, "all") != NULL);
  g_assert_null (find_view (views, "drafts"));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (views)), ==, n);
  close_views (views, database);
}

/* Where counting takes long it gets a line of its own, and nobody waits behind it. */
static void
test_slow_counts (void)
{
  static const char lines[] = "select count(*) from pg_stat_activity where usename = $1 and backend_type = 'client backend'";
  IvrDatabase *database = test_sign_in (LEE);
  IvrViews *views = ivr_views_new (database);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonObject) request = NULL;

  ivr_views_refresh (views);
  WAIT_UNTIL (find_view (views, "all") != NULL);
  g_assert_cmpint (test_count (lines, LEE), ==, 1);
  test_sql ("begin");
  test_sql ("lock table ivr.ivr_requests in access exclusive mode");
  ivr_views_refresh (views);
  test_settle ();
  test_settle ();
  test_sql ("commit");
  WAIT_UNTIL (test_count (lines, LEE) == 2);
  test_settle ();
  /* Counts are held up, a request is not. */
  test_sql ("begin");
  test_sql ("lock table ivr.ivr_transitions in access exclusive mode");
  test_sql ("alter function rules.views() rename to views_away");
  test_sql ("create function rules.views() returns table (view text, label text, icon text, predicate text, sort text,"
            " place smallint, is_mine boolean) language sql security definer as $$ select * from rules.views_away()"
            " where pg_sleep(600) is not null $$");
  test_sql ("grant execute on function rules.views() to ivr_exec");
  test_sql ("commit");
  ivr_views_refresh (views);
  ivr_requests_get_async (database, DECIDED, NULL, test_keep_result, &result);
  WAIT_UNTIL (result != NULL);
  request = ivr_requests_get_finish (database, result, &error);
  g_assert_no_error (error);
  g_assert_cmpint (test_count ("select count(*) from pg_stat_activity where usename = $1 and state = 'active'", LEE), ==, 1);
  test_sql ("drop function rules.views()");
  test_sql ("alter function rules.views_away() rename to views");
  g_clear_object (&result);
  close_views (views, database);
}

static JsonObject *
get_request (IvrDatabase  *database,
             const char   *id,
             GError      **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  ivr_requests_get_async (database, id, NULL, test_keep_result, &result);
  WAIT_UNTIL (result != NULL);
  return ivr_requests_get_finish (database, result, error);
}

static void
test_get (void)
{
  static const char reads[] = "select count(*) from audit.phi_access_logs where what = 'request' and request_id = $1::uuid";
  gint64 before = test_count (reads, REQUEST);
  IvrDatabase *database = test_sign_in (CASEY);
  IvrDatabase *other = test_sign_in ("drew.sample");
  g_autoptr(GError) error = NULL;
  g_autoptr(GError) not_found = NULL;
  g_autoptr(GError) unreadable = NULL;
  g_autoptr(JsonObject) request = get_request (database, REQUEST, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (json_object_get_string_member (request, "id"), ==, REQUEST);
  g_assert_cmpstr (json_object_get_string_member (request, "service"), ==, "Wound Care Authorization");
  g_assert_true (json_object_has_member (request, "patient"));
  g_assert_cmpint (test_count (reads, REQUEST), ==, before + 1);
  g_assert_null (get_request (other, REQUEST, &not_found));
  g_assert_error (not_found, IVR_ERROR, IVR_ERROR_NOT_FOUND);
  g_assert_null (get_request (database, "no id at all", &unreadable));
  g_assert_nonnull (unreadable);
  g_assert_true (ivr_database_is_online (database));
  test_sign_out (database);
  test_sign_out (other);
}

static GPtrArray *
find_patients (IvrDatabase  *database,
               const char   *prefix,
               GError      **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  ivr_requests_find_patients_async (database, prefix, NULL, test_keep_result, &result);
  WAIT_UNTIL (result != NULL);
  return ivr_requests_find_patients_finish (database, result, error);
}

static void
test_patients (void)
{
  g_autofree char *name = test_value ("select p.last_name from ivr.ivr_requests r join ivr.patients p"
                                      " on p.org_id = r.org_id and p.id = r.patient_id where r.id = $1::uuid", REQUEST);
  IvrDatabase *database = test_sign_in (CASEY);
  IvrDatabase *other = test_sign_in ("drew.sample");
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) found = find_patients (database, name, &error);
  g_autoptr(GPtrArray) none = find_patients (other, name, &error);
  g_autoptr(GPtrArray) odd = find_patients (database, "%_\\'", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (found->len, >=, 1);
  g_assert_cmpstr (json_object_get_string_member (json_object_get_object_member (found->pdata[0], "patient"), "last_name"), ==,
                   name);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (found->pdata[0], "insurances")), >, 0);
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpuint (odd->len, ==, 0);
  g_assert_cmpint (test_count ("select count(*) from audit.phi_access_logs where actor_login = 'casey.example'"
                               " and filter ->> 'patients' = $1", name), ==, 1);
  test_sign_out (database);
  test_sign_out (other);
}

/* The next letter comes before the answer to the last one. */
static void
test_patients_cancelled (void)
{
  IvrDatabase *database = test_sign_in (CASEY);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) found = NULL;

  ivr_requests_find_patients_async (database, "T", cancellable, test_keep_result, &result);
  g_cancellable_cancel (cancellable);
  WAIT_UNTIL (result != NULL);
  g_assert_null (ivr_requests_find_patients_finish (database, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  found = find_patients (database, "Te", &error);
  g_assert_no_error (error);
  g_clear_object (&result);
  test_sign_out (database);
}

static void
add_tests (void)
{
  g_test_add_func ("/store/database/signed-in", test_signed_in);
  g_test_add_func ("/store/database/sitting", test_sitting);
  g_test_add_func ("/store/database/unreachable", test_unreachable);
  g_test_add_func ("/store/database/unknown-user", test_unknown_user);
  g_test_add_func ("/store/database/no-such-database", test_no_such_database);
  g_test_add_func ("/store/database/empty-database", test_empty_database);
  g_test_add_func ("/store/database/schema", test_schema);
  g_test_add_func ("/store/database/half", test_half);
  g_test_add_func ("/store/database/inactive", test_inactive);
  g_test_add_func ("/store/database/stranger", test_stranger);
  g_test_add_func ("/store/database/too-many", test_too_many);
  g_test_add_func ("/store/database/password", test_password);
  g_test_add_func ("/store/database/given-up", test_given_up);
  g_test_add_func ("/store/database/cancelled", test_cancelled);
  g_test_add_func ("/store/views/counts", test_views);
  g_test_add_func ("/store/views/other", test_other_views);
  g_test_add_func ("/store/views/slow", test_slow_counts);
  g_test_add_func ("/store/requests/get", test_get);
  g_test_add_func ("/store/requests/patients", test_patients);
  g_test_add_func ("/store/requests/patients-cancelled", test_patients_cancelled);
}

int
main (int   argc,
      char *argv[])
{
  return test_run (&argc, &argv, NULL, add_tests);
}
