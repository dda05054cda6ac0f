/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands over a line that breaks: taken once, answered with the first answer, in order. */
#include "ivr-test-store.h"

static IvrTestLine *
line_new (void)
{
  g_autofree char *uri = ivr_test_server_uri (test_server, NULL);

  return ivr_test_line_new (uri);
}

static IvrDatabase *
sign_in_over (IvrTestLine *line,
              const char  *login)
{
  g_autofree char *uri = ivr_test_line_uri (line, login);

  return test_sign_in_at (uri);
}

static char *
dup_version (const char *request)
{
  return test_value ("select version from ivr.ivr_requests where id = $1::uuid", request);
}

/* The answer of a comment is lost after the server has committed it. */
static void
test_first_answer (void)
{
  g_autoptr(IvrTestLine) line = line_new ();
  IvrDatabase *database = sign_in_over (line, CASEY);
  g_autofree char *version = dup_version (REQUEST);
  const char *arguments[] = { REQUEST, version, "The answer to this was lost." };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonObject) answer = NULL;
  gint64 next = g_ascii_strtoll (version, NULL, 10) + 1;

  ivr_test_line_set_deaf (line, TRUE);
  ivr_command_run_async (database, IVR_COMMAND_DOCTOR_COMMENT, arguments, G_N_ELEMENTS (arguments), test_keep_result,
                         &result);
  WAIT_UNTIL (test_count ("select count(*) from ivr.ivr_requests where doctor_comment = $1", arguments[2]) == 1);
  g_assert_null (result);
  g_assert_cmpuint (ivr_database_get_waiting (database), ==, 1);
  ivr_test_line_set_down (line, TRUE);
  WAIT_UNTIL (!ivr_database_is_online (database));
  g_assert_null (result);
  ivr_test_line_set_deaf (line, FALSE);
  ivr_test_line_set_down (line, FALSE);
  ivr_database_retry_now (database);
  WAIT_UNTIL (result != NULL);
  answer = ivr_command_run_finish (database, result, &error);
  g_assert_no_error (error);
  g_assert_cmpint (json_object_get_int_member (answer, "version"), ==, next);
  g_assert_cmpuint (ivr_database_get_waiting (database), ==, 0);
  g_assert_cmpint (test_count ("select version from ivr.ivr_requests where id = $1::uuid", REQUEST), ==, next);
  g_assert_cmpint (test_count ("select count(*) from audit.audit_logs where action = 'comment' and entity_id = $1::uuid",
                               REQUEST), ==, 1);
  g_clear_object (&result);
  test_sign_out (database);
}

/* The same for a new request: one row, one number, whatever the line does. */
static void
test_create_once (void)
{
  g_autoptr(IvrTestLine) line = line_new ();
  IvrDatabase *database = sign_in_over (line, CASEY);
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *form = g_strdup_printf ("{\"id\": \"%s\", \"service\": \"Made once\"}", id);
  g_autofree char *number = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonObject) answer = NULL;

  ivr_test_line_set_deaf (line, TRUE);
  ivr_command_run_async (database, IVR_COMMAND_CREATE_REQUEST, (const char *[]) { form }, 1, test_keep_result, &result);
  WAIT_UNTIL (test_count ("select count(*) from ivr.ivr_requests where id = $1::uuid", id) == 1);
  number = test_value ("select request_no from ivr.ivr_requests where id = $1::uuid", id);
  test_cut_lines (CASEY);
  ivr_test_line_set_deaf (line, FALSE);
  WAIT_UNTIL (result != NULL);
  answer = ivr_command_run_finish (database, result, &error);
  g_assert_no_error (error);
  g_assert_cmpint (json_object_get_int_member (answer, "request_no"), ==, g_ascii_strtoll (number, NULL, 10));
  g_assert_cmpint (test_count ("select count(*) from ivr.ivr_requests where service = $1", "Made once"), ==, 1);
  g_clear_object (&result);
  test_sign_out (database);
}

static void
test_stale (void)
{
  IvrDatabase *casey = test_sign_in (CASEY);
  IvrDatabase *robin = test_sign_in (ROBIN);
  g_autofree char *version = dup_version (REQUEST);
  const char *first[] = { REQUEST, version, "Robin was faster." };
  const char *second[] = { REQUEST, version, "Casey was slower." };
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) node = NULL;
  g_autoptr(JsonObject) answer = test_command (robin, IVR_COMMAND_DOCTOR_COMMENT, first, G_N_ELEMENTS (first), &error);
  JsonObject *change;
  JsonArray *changes;

  g_assert_no_error (error);
  g_assert_null (test_command (casey, IVR_COMMAND_DOCTOR_COMMENT, second, G_N_ELEMENTS (second), &error));
  g_assert_error (error, IVR_ERROR, IVR_ERROR_STALE);
  node = json_from_string (ivr_error_get_detail (error), NULL);
  g_assert_nonnull (node);
  g_assert_cmpint (json_object_get_int_member (json_node_get_object (node), "version"), ==,
                   json_object_get_int_member (answer, "version"));
  changes = json_object_get_array_member (json_node_get_object (node), "changes");
  g_assert_cmpuint (json_array_get_length (changes), ==, 1);
  change = json_array_get_object_element (changes, 0);
  g_assert_cmpstr (json_object_get_string_member (change, "by"), ==, "Dr. Robin Example");
  test_sign_out (casey);
  test_sign_out (robin);
}

static void
test_refusals (void)
{
  static const struct
  {
    IvrCommandKind kind;
    const char *arguments[5];
    guint n;
    IvrError code;
  } rows[] = {
    { IVR_COMMAND_UPDATE_STATUS, { REQUEST, NULL, "approved", NULL, "{}" }, 5, IVR_ERROR_TRANSITION },
    { IVR_COMMAND_UPDATE_STATUS, { REQUEST, NULL, "in_review", NULL, "{}" }, 5, IVR_ERROR_FORBIDDEN },
    { IVR_COMMAND_RESPONSE, { REQUEST, NULL, "A clinic does not write this." }, 3, IVR_ERROR_FORBIDDEN },
    { IVR_COMMAND_DOCTOR_COMMENT, { "00000000-0000-4000-8000-000000000000", "1", "" }, 3, IVR_ERROR_NOT_FOUND },
    { IVR_COMMAND_ADD_MESSAGE, { REQUEST, "5b1d1f0e-0000-4000-8000-000000000001", "", "shared" }, 4, IVR_ERROR_INVALID },
    { IVR_COMMAND_ADD_MESSAGE, { REQUEST, "5b1d1f0e-0000-4000-8000-000000000001", "x", "internal" }, 4,
      IVR_ERROR_FORBIDDEN },
    { IVR_COMMAND_CREATE_REQUEST, { "[]" }, 1, IVR_ERROR_INVALID },
  };
  IvrDatabase *database = test_sign_in (CASEY);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *version = dup_version (REQUEST);
      g_autoptr(GError) error = NULL;
      const char *arguments[5];

      for (guint k = 0; k < rows[i].n; k++)
        arguments[k] = rows[i].arguments[k];
      if (rows[i].n > 1 && arguments[1] == NULL)
        arguments[1] = version;
      g_test_message ("row %u", i);
      g_assert_null (test_command (database, rows[i].kind, arguments, rows[i].n, &error));
      g_assert_error (error, IVR_ERROR, (int) rows[i].code);
      g_assert_cmpuint (ivr_database_get_waiting (database), ==, 0);
    }
  test_sign_out (database);
}

/* Nothing of these is refused. */
static void
added_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonObject) answer = ivr_command_run_finish (IVR_DATABASE (source), result, &error);

  g_assert_no_error (error);
}

static void
add_message (IvrDatabase *database,
             const char  *request,
             const char  *body)
{
  g_autofree char *id = g_uuid_string_random ();
  const char *arguments[] = { request, id, body, "internal" };

  ivr_command_run_async (database, IVR_COMMAND_ADD_MESSAGE, arguments, G_N_ELEMENTS (arguments), added_cb, NULL);
}

#define NOTES "select coalesce(string_agg(body, ' ' order by seq), '') from ivr.ivr_communication_messages" \
              " where request_id = $1::uuid and visibility = 'internal' and body like 'n_'"

static void
on_waiting (guint *changes)
{
  (*changes)++;
}

static void
test_offline_in_order (void)
{
  g_autoptr(IvrTestLine) line = line_new ();
  IvrDatabase *database = sign_in_over (line, SAM);
  g_autofree char *notes = NULL;
  guint changes = 0;

  g_signal_connect_swapped (database, "notify::waiting", G_CALLBACK (on_waiting), &changes);
  ivr_test_line_set_down (line, TRUE);
  WAIT_UNTIL (!ivr_database_is_online (database));
  add_message (database, REQUEST, "n1");
  add_message (database, REQUEST, "n2");
  add_message (database, REQUEST, "n3");
  g_assert_cmpuint (ivr_database_get_waiting (database), ==, 3);
  g_assert_cmpuint (changes, ==, 3);
  ivr_test_line_set_down (line, FALSE);
  ivr_database_retry_now (database);
  WAIT_UNTIL (ivr_database_get_waiting (database) == 0);
  g_assert_cmpuint (changes, ==, 6);
  notes = test_value (NOTES, REQUEST);
  g_assert_cmpstr (notes, ==, "n1 n2 n3");
  test_sign_out (database);
}

/* A server that is busy with one request is asked again; nothing of that request overtakes, and
 * other requests do not wait. */
static void
test_busy_in_order (void)
{
  g_autofree char *plain = ivr_test_server_uri (test_server, SAM);
  g_autofree char *uri = g_strconcat (plain, "&options=-c%20lock_timeout%3D50ms", NULL);
  IvrDatabase *database = test_sign_in_at (uri);
  g_autofree char *notes = NULL;

  test_sql ("begin");
  test_sql ("select 1 from ivr.ivr_requests where id = '" DECIDED "' for update");
  add_message (database, DECIDED, "n1");
  add_message (database, DECIDED, "n2");
  add_message (database, REQUEST, "n4");
  WAIT_UNTIL (ivr_database_get_waiting (database) == 2);
  test_settle ();
  test_settle ();
  g_assert_cmpuint (ivr_database_get_waiting (database), ==, 2);
  test_sql ("commit");
  add_message (database, DECIDED, "n3");
  WAIT_UNTIL (ivr_database_get_waiting (database) == 0);
  notes = test_value (NOTES, DECIDED);
  g_assert_cmpstr (notes, ==, "n1 n2 n3");
  test_sign_out (database);
}

#define STORM "select count(*) from ivr.ivr_communication_messages where body like $1"

/* Again and again while messages flow: each is there once, in order. */
static void
test_storm (void)
{
  g_autoptr(IvrTestLine) line = line_new ();
  IvrDatabase *database = sign_in_over (line, SAM);
  g_autoptr(GString) expected = g_string_new (NULL);
  g_autofree char *written = NULL;
  guint sent = 0;

  while (sent < 60)
    {
      gint64 taken = test_count (STORM, "storm%");

      for (guint i = 0; i < 6; i++, sent++)
        {
          g_autofree char *body = g_strdup_printf ("storm %02u", sent);

          g_string_append_printf (expected, "%s;", body);
          add_message (database, DECIDED, body);
        }
      /* The line breaks with some taken, some under way and some not sent. */
      if (sent % 4 == 0)
        {
          ivr_test_line_set_deaf (line, TRUE);
          test_settle ();
        }
      else
        WAIT_UNTIL (test_count (STORM, "storm%") > taken);
      ivr_test_line_set_down (line, TRUE);
      ivr_test_line_set_deaf (line, FALSE);
      WAIT_UNTIL (!ivr_database_is_online (database));
      ivr_test_line_set_down (line, FALSE);
      ivr_database_retry_now (database);
      WAIT_UNTIL (ivr_database_is_online (database));
    }
  WAIT_UNTIL (ivr_database_get_waiting (database) == 0);
  written = test_value ("select string_agg(body || ';', '' order by seq) from ivr.ivr_communication_messages"
                        " where body like $1", "storm%");
  g_assert_cmpstr (written, ==, expected->str);
  test_sign_out (database);
}

static void
add_tests (void)
{
  g_test_add_func ("/store/command/first-answer", test_first_answer);
  g_test_add_func ("/store/command/create-once", test_create_once);
  g_test_add_func ("/store/command/stale", test_stale);
  g_test_add_func ("/store/command/refusals", test_refusals);
  g_test_add_func ("/store/command/offline-in-order", test_offline_in_order);
  g_test_add_func ("/store/command/busy-in-order", test_busy_in_order);
  g_test_add_func ("/store/command/storm", test_storm);
}

int
main (int   argc,
      char *argv[])
{
  return test_run (&argc, &argv, NULL, add_tests);
}
