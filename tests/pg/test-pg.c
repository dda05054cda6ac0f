/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-pg-wait.h"

#include "ivr-cluster.h"
#include "ivr-error.h"
#include "ivr-pg-connection.h"
#include "ivr-pg-error.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#define ADMIN "postgres"

static char *root;
static IvrCluster *cluster;

static IvrPgConnection *
opened (void)
{
  g_autofree char *uri = ivr_cluster_dup_uri (cluster, ADMIN);
  g_autoptr(GError) error = NULL;
  IvrPgConnection *connection = ivr_pg_connection_new (uri);

  open_now (connection, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ivr_pg_connection_get_state (connection), ==, IVR_PG_STATE_READY);
  return connection;
}

static IvrPgResult *
query_now (IvrPgConnection  *connection,
           const char       *sql,
           IvrPgParams      *params,
           GError          **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  ivr_pg_connection_query_async (connection, sql, params, NULL, done_cb, &result);
  WAIT_UNTIL (result != NULL);
  return ivr_pg_connection_query_finish (connection, result, error);
}

static void
run (IvrPgConnection *connection,
     const char      *sql)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPgResult) result = query_now (connection, sql, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (result);
}

static gint64
number (IvrPgConnection *connection,
        const char      *sql)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPgResult) result = query_now (connection, sql, NULL, &error);

  g_assert_no_error (error);
  return ivr_pg_result_get_int (result, 0, "n");
}

/* Ends in a failed call when the connection is gone; the caller looks at it. */
static void
expect_error (IvrPgConnection *connection,
              const char      *sql,
              IvrError         code)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPgResult) result = query_now (connection, sql, NULL, &error);

  g_assert_null (result);
  g_assert_error (error, IVR_ERROR, (int) code);
}

static void
test_not_open (void)
{
  g_autoptr(IvrPgConnection) connection = ivr_pg_connection_new ("host=/nowhere");

  g_assert_cmpint (ivr_pg_connection_get_state (connection), ==, IVR_PG_STATE_CLOSED);
  expect_error (connection, "select 1", IVR_ERROR_OFFLINE);
}

static void
test_unreachable (void)
{
  g_autofree char *conninfo = g_strdup_printf ("host=%s/none user=x dbname=ivr", root);
  g_autoptr(IvrPgConnection) connection = ivr_pg_connection_new (conninfo);
  g_autoptr(GError) error = NULL;

  g_assert_false (open_now (connection, &error));
  g_assert_error (error, IVR_ERROR, IVR_ERROR_OFFLINE);
  g_assert_cmpint (ivr_pg_connection_get_state (connection), ==, IVR_PG_STATE_CLOSED);
  g_assert_nonnull (ivr_pg_connection_get_error (connection));
}

static void
test_several_hosts (void)
{
  g_autofree char *uri = ivr_cluster_dup_uri (cluster, ADMIN);
  const char *host = strstr (uri, "host=") + 5;
  g_autofree char *folder = g_uri_unescape_string (host, NULL);
  g_autofree char *conninfo = g_strdup_printf ("host=%s/none,%s user=" ADMIN " dbname=ivr target_session_attrs=read-write", root,
                                               folder);
  g_autoptr(IvrPgConnection) connection = ivr_pg_connection_new (conninfo);
  g_autoptr(GError) error = NULL;

  g_assert_true (open_now (connection, &error));
  g_assert_no_error (error);
  g_assert_cmpint (number (connection, "select 7 as n"), ==, 7);
}

static void
test_password (void)
{
  g_autofree char *folder = g_build_filename (root, "scram", NULL);
  g_autofree char *program = g_build_filename (g_getenv ("IVR_BUILDDIR"), "src", "admin",
                                               "ivr-admin", NULL);
  IvrCluster *scram = ivr_cluster_new (folder, IVR_CLUSTER_AUTH_SCRAM);
  g_autofree char *super_uri = NULL, *maria_uri = NULL;
  g_autoptr(IvrPgConnection) super = NULL, right = NULL, wrong = NULL, none = NULL;
  g_autoptr(GError) error = NULL, wrong_error = NULL, none_error = NULL;

  g_assert_true (ivr_cluster_start (scram, program, &error));
  super_uri = ivr_cluster_dup_uri (scram, ADMIN);
  maria_uri = ivr_cluster_dup_uri (scram, "maria");
  super = ivr_pg_connection_new (super_uri);
  g_assert_true (open_now (super, &error));
  run (super, "create role maria login password 'correct horse'");

  right = ivr_pg_connection_new (maria_uri);
  ivr_pg_connection_set_password (right, "correct horse");
  g_assert_true (open_now (right, &error));
  wrong = ivr_pg_connection_new (maria_uri);
  ivr_pg_connection_set_password (wrong, "battery staple");
  g_assert_false (open_now (wrong, &wrong_error));
  g_assert_error (wrong_error, IVR_ERROR, IVR_ERROR_AUTH);
  g_assert_null (strstr (wrong_error->message, "battery"));
  g_assert_cmpint (ivr_pg_connection_get_state (wrong), ==, IVR_PG_STATE_CLOSED);
  none = ivr_pg_connection_new (maria_uri);
  g_assert_false (open_now (none, &none_error));
  g_assert_error (none_error, IVR_ERROR, IVR_ERROR_AUTH);

  g_assert_true (ivr_cluster_stop (scram, &error));
  ivr_cluster_free (scram);
}

typedef struct
{
  guint answered;
  guint failed;
  guint expected;  /* index of the next answer: answers come in order */
} Many;

typedef struct
{
  Many *many;
  guint index;
} One;

static void
one_cb (GObject      *object,
        GAsyncResult *result,
        gpointer      data)
{
  g_autofree One *one = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPgResult) rows = ivr_pg_connection_query_finish (IVR_PG_CONNECTION (object), result,
                                                                &error);

  g_assert_cmpuint (one->index, ==, one->many->expected);
  one->many->expected++;
  one->many->answered++;
  if (one->index % 3 == 0)
    {
      g_assert_nonnull (error);
      one->many->failed++;
    }
  else
    {
      g_assert_no_error (error);
      g_assert_cmpint (ivr_pg_result_get_int (rows, 0, "n"), ==, one->index);
    }
}

static void
test_many (void)
{
  g_autoptr(IvrPgConnection) connection = opened ();
  Many many = { 0 };

  for (guint i = 0; i < 1000; i++)
    {
      One *one = g_new0 (One, 1);
      IvrPgParams *params = ivr_pg_params_new ();

      one->many = &many;
      one->index = i;
      ivr_pg_params_add_int64 (params, i);
      ivr_pg_connection_query_async (connection, i % 3 == 0
                                     ? "select 1 / ($1 - $1) as n" : "select $1 as n", params, NULL,
                                     one_cb, one);
    }
  WAIT_UNTIL (many.answered == 1000);
  g_assert_cmpuint (many.failed, ==, 334);
}

static void
test_large (void)
{
  g_autoptr(IvrPgConnection) connection = opened ();
  gsize size = 10 * 1024 * 1024;
  guint8 *data = g_malloc (size);
  g_autoptr(GBytes) sent = NULL, came = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPgResult) result = NULL;
  IvrPgParams *params = ivr_pg_params_new ();

  for (gsize i = 0; i < size; i++)
    data[i] = (guint8) (i * 31 + i / 256);
  sent = g_bytes_new_take (data, size);
  ivr_pg_params_add_bytes (params, sent);
  result = query_now (connection, "select $1 as b", params, &error);
  g_assert_no_error (error);
  came = ivr_pg_result_get_bytes (result, 0, "b");
  g_assert_true (g_bytes_equal (sent, came));
}

static void
test_types (void)
{
  static const char hostile[] = "'; drop table x; -- \\ \" %s $1 \n 你好 \xf0\x9f\xa9\xb9";
  static const char * const uuids[] = { "6db5f169-2541-4515-9156-8cd432d8f0e4",
                                        "00000000-0000-0000-0000-000000000000", NULL };
  static const char * const nothing[] = { NULL };
  g_autoptr(IvrPgConnection) connection = opened ();
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPgResult) result = NULL;
  g_autoptr(GBytes) sent = g_bytes_new ("\0\1\xff", 3), bytes = NULL;
  g_autofree char *text = NULL, *uuid = NULL, *json = NULL, *day = NULL, *null_text = NULL,
      *old = NULL;
  g_auto(GStrv) list = NULL, empty = NULL;
  IvrPgParams *params = ivr_pg_params_new ();

  ivr_pg_params_add_text (params, hostile);
  ivr_pg_params_add_uuid (params, uuids[0]);
  ivr_pg_params_add_jsonb (params, "{\"a\": [1, null]}");
  ivr_pg_params_add_int64 (params, G_MININT64);
  ivr_pg_params_add_boolean (params, TRUE);
  ivr_pg_params_add_timestamp (params, G_GINT64_CONSTANT (1749445584747764));
  ivr_pg_params_add_timestamp (params, G_MAXINT64);
  ivr_pg_params_add_bytes (params, sent);
  ivr_pg_params_add_uuids (params, uuids);
  ivr_pg_params_add_uuids (params, nothing);
  ivr_pg_params_add_text (params, NULL);
  ivr_pg_params_add_int (params, -7);
  result = query_now (connection,
                      "select $1 as t, $2 as u, $3 as j, $4 as i, $5 as b, $6 as w, $7 as forever, '-infinity'::timestamptz as ever, "
                      "$8 as bytes, $9 as list, $10 as empty, $11 as none, $12 as small, date '1954-06-09' as day, "
                      "date 'infinity' as no_day, ($6 at time zone 'utc')::text as w_text, 3::smallint as two, "
                      "date '0001-01-01' as old",
                      params, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ivr_pg_result_get_n_rows (result), ==, 1);
  text = ivr_pg_result_dup_text (result, 0, "t");
  g_assert_cmpstr (text, ==, hostile);
  uuid = ivr_pg_result_dup_uuid (result, 0, "u");
  g_assert_cmpstr (uuid, ==, uuids[0]);
  json = ivr_pg_result_dup_json (result, 0, "j");
  g_assert_cmpstr (json, ==, "{\"a\": [1, null]}");
  g_assert_cmpint (ivr_pg_result_get_int (result, 0, "i"), ==, G_MININT64);
  g_assert_cmpint (ivr_pg_result_get_int (result, 0, "small"), ==, -7);
  g_assert_cmpint (ivr_pg_result_get_int (result, 0, "two"), ==, 3);
  g_assert_true (ivr_pg_result_get_boolean (result, 0, "b"));
  g_assert_cmpint (ivr_pg_result_get_timestamp (result, 0, "w"), ==,
                   G_GINT64_CONSTANT (1749445584747764));
  g_assert_cmpint (ivr_pg_result_get_timestamp (result, 0, "forever"), ==, G_MAXINT64);
  g_assert_cmpint (ivr_pg_result_get_timestamp (result, 0, "ever"), ==, G_MININT64);
  bytes = ivr_pg_result_get_bytes (result, 0, "bytes");
  g_assert_true (g_bytes_equal (bytes, sent));
  list = ivr_pg_result_dup_strv (result, 0, "list");
  g_assert_cmpuint (g_strv_length (list), ==, 2);
  g_assert_cmpstr (list[1], ==, uuids[1]);
  empty = ivr_pg_result_dup_strv (result, 0, "empty");
  g_assert_nonnull (empty);
  g_assert_cmpuint (g_strv_length (empty), ==, 0);
  g_assert_true (ivr_pg_result_is_null (result, 0, "none"));
  g_assert_false (ivr_pg_result_is_null (result, 0, "t"));
  null_text = ivr_pg_result_dup_text (result, 0, "none");
  g_assert_null (null_text);
  day = ivr_pg_result_dup_date (result, 0, "day");
  g_assert_cmpstr (day, ==, "1954-06-09");
  old = ivr_pg_result_dup_date (result, 0, "old");
  g_assert_cmpstr (old, ==, "0001-01-01");
  g_assert_null (ivr_pg_result_dup_date (result, 0, "no_day"));
}

static void
test_errors (void)
{
  static const struct
  {
    const char *state;
    IvrError code;
    gboolean own;
  } rows[] = {
    { "IV403", IVR_ERROR_FORBIDDEN, TRUE }, { "IV404", IVR_ERROR_NOT_FOUND, TRUE },
        { "IV409", IVR_ERROR_STALE, TRUE },
    { "IV410", IVR_ERROR_TRANSITION, TRUE }, { "IV413", IVR_ERROR_LIMIT, TRUE },
        { "IV422", IVR_ERROR_INVALID, TRUE },
    { "IV423", IVR_ERROR_COMMAND_REUSED, TRUE }, { "42501", IVR_ERROR_FORBIDDEN, FALSE },
        { "40001", IVR_ERROR_BUSY, FALSE },
    { "40P01", IVR_ERROR_BUSY, FALSE }, { "53300", IVR_ERROR_BUSY, FALSE },
        { "55P03", IVR_ERROR_BUSY, FALSE },
    { "57P03", IVR_ERROR_BUSY, FALSE }, { "XX000", IVR_ERROR_FAILED, FALSE },
  };
  g_autoptr(IvrPgConnection) connection = opened ();

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *sql = g_strdup_printf ("do $$begin raise exception using errcode = '%s', message = 'Plain sentence.', "
                                              "detail = '{\"by\": \"Maria\"}'; end$$",
                                                  rows[i].state);
      g_autoptr(GError) error = NULL, copy = NULL;

      g_test_message ("%s", rows[i].state);
      g_assert_null (query_now (connection, sql, NULL, &error));
      g_assert_error (error, IVR_ERROR, (int) rows[i].code);
      copy = g_error_copy (error);
      if (rows[i].own)
        {
          g_assert_cmpstr (error->message, ==, "Plain sentence.");
          g_assert_cmpstr (ivr_error_get_detail (copy), ==, "{\"by\": \"Maria\"}");
        }
    }
  g_assert_cmpint (number (connection, "select 1 as n"), ==, 1);
}

/* A sentence with values comes in parts, to be translated; whatever else a server sends beside it, it is said as it stands. */
static void
test_sentences_with_values (void)
{
  static const struct { const char *detail; const char *said; } rows[] = {
    { "{\"sentence\": \"%s took it, %s too.\", \"values\": [\"Maria %s\", \"Sam\"]}", "Maria %s took it, Sam too." },
    { "{\"sentence\": \"%s took it.\", \"values\": []}", "Whole." },
    { "{\"sentence\": \"%s took it.\", \"values\": [\"a\", \"b\"]}", "Whole." },
    { "{\"sentence\": 7, \"values\": [1]}", "Whole." },
    { "{\"sentence\": \"%s took it.\", \"values\": \"x\"}", "Whole." },
    { "{\"sentence\": \"%s took it.\", \"values\": [{}]}", " took it." },
    { "{\"sentence\"", "Whole." }, { "[]", "Whole." }, { "", "Whole." },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = ivr_pg_error_new ("IV409", "Whole.", rows[i].detail);

      g_assert_cmpstr (error->message, ==, rows[i].said);
    }
}

/* What the server quotes back of the data stays out of the error. */
static void
test_errors_say_nothing (void)
{
  g_autoptr(IvrPgConnection) connection = opened ();
  g_autoptr(GError) error = NULL;
  IvrPgParams *params = ivr_pg_params_new ();

  ivr_pg_params_add_text (params, "Margaret Thornberry");
  g_assert_null (query_now (connection, "select $1::integer", params, &error));
  g_assert_nonnull (error);
  g_assert_null (strstr (error->message, "Thornberry"));
  g_assert_null (ivr_error_get_detail (error));
}

static void
on_notification (IvrPgConnection *connection,
                 const char      *channel,
                 const char      *payload,
                 gpointer         data)
{
  g_string_append_printf (data, "%s=%s;", channel, payload);
}

static void
test_notify (void)
{
  g_autoptr(IvrPgConnection) listener = opened ();
  g_autoptr(IvrPgConnection) other = opened ();
  g_autoptr(GString) heard = g_string_new (NULL);

  g_signal_connect (listener, "notification", G_CALLBACK (on_notification), heard);
  run (listener, "listen bell");
  run (other, "select pg_notify('bell', 'one')");
  run (other, "select pg_notify('bell', 'two')");
  WAIT_UNTIL (strstr (heard->str, "two") != NULL);
  g_assert_cmpstr (heard->str, ==, "bell=one;bell=two;");
}

#define SLEEPERS "select count(*) as n from pg_stat_activity where query like 'select pg_sleep(600)%' and state = 'active'"

static void
test_cancel (void)
{
  g_autoptr(IvrPgConnection) connection = opened ();
  g_autoptr(IvrPgConnection) watcher = opened ();
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GAsyncResult) slept = NULL, next = NULL;
  g_autoptr(GError) error = NULL, next_error = NULL;
  g_autoptr(IvrPgResult) rows = NULL;

  ivr_pg_connection_query_async (connection, "select pg_sleep(600)", NULL, cancellable, done_cb,
                                 &slept);
  WAIT_UNTIL (number (watcher, SLEEPERS) == 1);
  g_cancellable_cancel (cancellable);
  WAIT_UNTIL (slept != NULL);
  g_assert_null (ivr_pg_connection_query_finish (connection, slept, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  /* Asked for while the cancel request is under way. */
  ivr_pg_connection_query_async (connection, "select 5 as n", NULL, NULL, done_cb, &next);
  WAIT_UNTIL (next != NULL);
  rows = ivr_pg_connection_query_finish (connection, next, &next_error);
  g_assert_no_error (next_error);
  g_assert_cmpint (ivr_pg_result_get_int (rows, 0, "n"), ==, 5);
  WAIT_UNTIL (number (watcher, SLEEPERS) == 0);
}

static void
test_cancelled_before (void)
{
  g_autoptr(IvrPgConnection) connection = opened ();
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  g_cancellable_cancel (cancellable);
  ivr_pg_connection_query_async (connection, "select 1", NULL, cancellable, done_cb, &result);
  WAIT_UNTIL (result != NULL);
  g_assert_null (ivr_pg_connection_query_finish (connection, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (number (connection, "select 1 as n"), ==, 1);
}

static void
on_state (IvrPgConnection *connection,
          GParamSpec      *pspec,
          gpointer         data)
{
  g_string_append_printf (data, "%d", (int) ivr_pg_connection_get_state (connection));
}

static void
kill_backend (IvrPgConnection *by,
              gint64           pid)
{
  g_assert_cmpint (kill ((pid_t) pid, SIGKILL), ==, 0);
}

static void
test_lost (void)
{
  g_autoptr(IvrPgConnection) idle = opened ();
  g_autoptr(IvrPgConnection) busy = opened ();
  g_autoptr(GString) states = g_string_new (NULL);
  g_autoptr(GAsyncResult) sent = NULL, behind = NULL;
  g_autoptr(GError) error = NULL;
  gint64 pid = number (busy, "select pg_backend_pid() as n");

  g_signal_connect (idle, "notify::state", G_CALLBACK (on_state), states);
  ivr_pg_connection_query_async (busy, "select pg_sleep(601)", NULL, NULL, done_cb, &sent);
  WAIT_UNTIL (number (idle, "select count(*) as n from pg_stat_activity where query like 'select pg_sleep(601)%' "
                            "and state = 'active'") == 1);
  /* A backend that is killed takes all others with it: the server recovers from its log. */
  kill_backend (idle, pid);
  WAIT_UNTIL (sent != NULL);
  g_assert_null (ivr_pg_connection_query_finish (busy, sent, &error));
  g_assert_error (error, IVR_ERROR, IVR_ERROR_OUTCOME_UNKNOWN);
  WAIT_UNTIL (ivr_pg_connection_get_state (busy) == IVR_PG_STATE_READY);
  WAIT_UNTIL (strlen (states->str) > 0 && ivr_pg_connection_get_state (idle) == IVR_PG_STATE_READY);
  g_assert_cmpint (states->str[0], ==, '0' + IVR_PG_STATE_WAITING);
  g_assert_cmpint (number (idle, "select 3 as n"), ==, 3);
  g_assert_cmpint (number (busy, "select 3 as n"), ==, 3);
}

/* The commit comes with the sync, behind the statement's own answer. */
static void
test_commit_fails (void)
{
  g_autoptr(IvrPgConnection) connection = opened ();
  g_autoptr(GError) error = NULL;

  run (connection, "create table parent (id integer primary key)");
  run (connection, "create table child (id integer references parent deferrable initially deferred)");
  g_assert_null (query_now (connection, "insert into child values (1)", NULL, &error));
  g_assert_nonnull (error);
  g_assert_cmpint (number (connection, "select count(*) as n from child"), ==, 0);
  run (connection, "drop table child, parent");
}

static void
test_closed (void)
{
  g_autoptr(IvrPgConnection) connection = opened ();
  g_autoptr(GAsyncResult) sent = NULL;
  g_autoptr(GError) error = NULL;

  ivr_pg_connection_query_async (connection, "select pg_sleep(602)", NULL, NULL, done_cb, &sent);
  ivr_pg_connection_close (connection);
  WAIT_UNTIL (sent != NULL);
  g_assert_null (ivr_pg_connection_query_finish (connection, sent, &error));
  g_assert_error (error, IVR_ERROR, IVR_ERROR_OUTCOME_UNKNOWN);
  expect_error (connection, "select 1", IVR_ERROR_OFFLINE);
  g_assert_true (open_now (connection, NULL));
  g_assert_cmpint (number (connection, "select 4 as n"), ==, 4);
}

static void
start_cluster (void)
{
  g_autofree char *program = g_build_filename (g_getenv ("IVR_BUILDDIR"), "src", "admin",
                                               "ivr-admin", NULL);
  g_autofree char *folder = NULL;
  g_autoptr(GError) error = NULL;

  root = g_dir_make_tmp ("ivr-pg-XXXXXX", &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (root, 0755), ==, 0);
  folder = g_build_filename (root, "trust", NULL);
  cluster = ivr_cluster_new (folder, IVR_CLUSTER_AUTH_TRUST);
  ivr_cluster_start (cluster, program, &error);
  g_assert_no_error (error);
}

static void
remove_tree (const char *path)
{
  g_autoptr(GDir) dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK)
      ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

typedef struct
{
  gint64 rows;
  gint64 sum;
  gsize bytes;
  GCancellable *cancel_at_third;
  IvrPgConnection *close_at_third;
  GAsyncResult *result;
} Stream;

static void
on_row (IvrPgResult *row,
        gpointer     data)
{
  Stream *stream = data;
  g_autoptr(GBytes) bytes = ivr_pg_result_get_bytes (row, 0, "b");

  g_assert_cmpint (ivr_pg_result_get_n_rows (row), ==, 1);
  stream->rows++;
  stream->sum += ivr_pg_result_get_int (row, 0, "n");
  stream->bytes += g_bytes_get_size (bytes);
  if (stream->rows == 3 && stream->cancel_at_third != NULL)
    g_cancellable_cancel (stream->cancel_at_third);
  if (stream->rows == 3 && stream->close_at_third != NULL)
    ivr_pg_connection_close (stream->close_at_third);
}

static void
stream_done_cb (GObject      *object,
                GAsyncResult *result,
                gpointer      data)
{
  ((Stream *) data)->result = g_object_ref (result);
}

static gboolean
stream_end (IvrPgConnection  *connection,
            Stream           *stream,
            GError          **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  WAIT_UNTIL (stream->result != NULL);
  result = g_steal_pointer (&stream->result);
  return ivr_pg_connection_stream_finish (connection, result, error);
}

#define ROWS "select n, convert_to(repeat('x', 200000), 'UTF8') as b from generate_series(1, %d) n"

/* Rows come one by one, between calls that are answered whole, whichever is sent first. */
static void
test_stream (void)
{
  g_autoptr(IvrPgConnection) connection = opened ();
  g_autoptr(GAsyncResult) before = NULL;
  g_autoptr(GAsyncResult) between = NULL;
  g_autoptr(GError) error = NULL;
  Stream first = { 0 };
  Stream second = { 0 };
  Stream empty = { 0 };

  for (int round = 0; round < 3; round++)
    {
      g_autofree char *many = g_strdup_printf (ROWS, 100);
      g_autofree char *none = g_strdup_printf (ROWS, 0);

      first = second = empty = (Stream) { 0 };
      ivr_pg_connection_query_async (connection, "select 5 as n", NULL, NULL, done_cb, &before);
      ivr_pg_connection_stream_async (connection, many, NULL, on_row, NULL, stream_done_cb, &first);
      ivr_pg_connection_stream_async (connection, none, NULL, on_row, NULL, stream_done_cb, &empty);
      ivr_pg_connection_query_async (connection, "select 1 as n union all select 2", NULL, NULL, done_cb, &between);
      ivr_pg_connection_stream_async (connection, many, NULL, on_row, NULL, stream_done_cb, &second);
      g_assert_true (stream_end (connection, &second, &error));
      g_assert_true (stream_end (connection, &first, &error));
      g_assert_true (stream_end (connection, &empty, &error));
      g_assert_no_error (error);
      g_assert_cmpint (first.rows, ==, 100);
      g_assert_cmpint (first.sum, ==, 5050);
      g_assert_cmpint (first.bytes, ==, 100 * 200000);
      g_assert_cmpint (second.sum, ==, 5050);
      g_assert_cmpint (empty.rows, ==, 0);
      {
        g_autoptr(IvrPgResult) whole = ivr_pg_connection_query_finish (connection, between, &error);

        g_assert_cmpint (ivr_pg_result_get_n_rows (whole), ==, 2);
      }
      g_clear_object (&before);
      g_clear_object (&between);
    }
  g_assert_cmpint (number (connection, "select 7 as n"), ==, 7);
}

static void
test_stream_ends (void)
{
  g_autoptr(IvrPgConnection) connection = opened ();
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GError) error = NULL;
  g_autofree char *many = g_strdup_printf (ROWS, 1000);
  Stream failing = { 0 };
  Stream cancelled = { .cancel_at_third = cancellable };
  Stream closed = { .close_at_third = connection };

  /* An error in the middle: what came has come. */
  ivr_pg_connection_stream_async (connection, "select n, decode(repeat('00', 10000), 'hex') as b from generate_series(1, 50) n where 1 / (40 - n) < 9",
                                  NULL, on_row, NULL, stream_done_cb, &failing);
  g_assert_false (stream_end (connection, &failing, &error));
  g_assert_error (error, IVR_ERROR, IVR_ERROR_FAILED);
  g_assert_cmpint (failing.rows, ==, 39);
  g_clear_error (&error);
  g_assert_cmpint (number (connection, "select 7 as n"), ==, 7);
  /* Cancelled: nothing comes after the call was answered, and the line is good for the next. */
  ivr_pg_connection_stream_async (connection, many, NULL, on_row, cancellable, stream_done_cb, &cancelled);
  g_assert_false (stream_end (connection, &cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  {
    gint64 rows = cancelled.rows;

    g_assert_cmpint (number (connection, "select 8 as n"), ==, 8);
    g_assert_cmpint (cancelled.rows, ==, rows);
  }
  /* Whoever takes a row may close the line. */
  ivr_pg_connection_stream_async (connection, many, NULL, on_row, NULL, stream_done_cb, &closed);
  g_assert_false (stream_end (connection, &closed, &error));
  g_assert_error (error, IVR_ERROR, IVR_ERROR_OUTCOME_UNKNOWN);
  g_assert_cmpint (closed.rows, ==, 3);
}

int
main (int   argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  start_cluster ();
  g_test_add_func ("/pg/not-open", test_not_open);
  g_test_add_func ("/pg/unreachable", test_unreachable);
  g_test_add_func ("/pg/several-hosts", test_several_hosts);
  g_test_add_func ("/pg/password", test_password);
  g_test_add_func ("/pg/many", test_many);
  g_test_add_func ("/pg/large", test_large);
  g_test_add_func ("/pg/types", test_types);
  g_test_add_func ("/pg/errors", test_errors);
  g_test_add_func ("/pg/sentences-with-values", test_sentences_with_values);
  g_test_add_func ("/pg/errors-say-nothing", test_errors_say_nothing);
  g_test_add_func ("/pg/notify", test_notify);
  g_test_add_func ("/pg/cancel", test_cancel);
  g_test_add_func ("/pg/cancelled-before", test_cancelled_before);
  g_test_add_func ("/pg/commit-fails", test_commit_fails);
  g_test_add_func ("/pg/stream", test_stream);
  g_test_add_func ("/pg/stream-ends", test_stream_ends);
  g_test_add_func ("/pg/closed", test_closed);
  g_test_add_func ("/pg/lost", test_lost);
  status = g_test_run ();
  ivr_cluster_stop (cluster, NULL);
  ivr_cluster_free (cluster);
  remove_tree (root);
  g_free (root);
  return status;
}
