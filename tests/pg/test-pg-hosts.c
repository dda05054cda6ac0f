/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several servers: silent ones, ones that only read, ones that die, and ones that change their mind. */
#include "ivr-pg-wait.h"

#include "ivr-cluster.h"
#include "ivr-error.h"
#include "ivr-pg-connection.h"
#include "ivr-pg-error.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define ADMIN "postgres"

static char *root;

static char *
ask (IvrPgConnection *connection,
     const char      *sql)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPgResult) rows = NULL;

  ivr_pg_connection_query_async (connection, sql, NULL, NULL, done_cb, &result);
  WAIT_UNTIL (result != NULL);
  rows = ivr_pg_connection_query_finish (connection, result, &error);
  g_assert_no_error (error);
  return ivr_pg_result_get_n_rows (rows) > 0 ? ivr_pg_result_dup_text (rows, 0, "t") : NULL;
}

static void
run (IvrPgConnection *connection,
     const char      *sql)
{
  g_autofree char *ignored = ask (connection, sql);

  g_assert_null (ignored);
}

static IvrCluster *
start_cluster (const char     *name,
               IvrClusterAuth  auth,
               char          **host)
{
  g_autofree char *program = g_build_filename (g_getenv ("IVR_BUILDDIR"), "src", "admin", "ivr-admin", NULL);
  g_autofree char *folder = g_build_filename (root, name, NULL);
  g_autofree char *uri = NULL;
  g_autoptr(GError) error = NULL;
  IvrCluster *cluster = ivr_cluster_new (folder, auth);

  ivr_cluster_start (cluster, program, &error);
  g_assert_no_error (error);
  uri = ivr_cluster_dup_uri (cluster, ADMIN);
  *host = g_uri_unescape_string (strstr (uri, "host=") + 5, NULL);
  return cluster;
}

static IvrPgConnection *
connect_to (const char *hosts,
            const char *rest)
{
  g_autofree char *conninfo = g_strdup_printf ("host=%s dbname=ivr %s", hosts, rest);
  g_autoptr(GError) error = NULL;
  IvrPgConnection *connection = ivr_pg_connection_new (conninfo);

  ivr_pg_connection_set_timeout (connection, 1);
  open_now (connection, &error);
  g_assert_no_error (error);
  return connection;
}

/* A place where somebody listens and never says a word. */
static int
listen_silently (const char *folder)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  g_snprintf (address.sun_path, sizeof address.sun_path, "%s/.s.PGSQL.5432", folder);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (fd, 8), ==, 0);
  return fd;
}

static void
test_silent (void)
{
  g_autofree char *host = NULL;
  IvrCluster *cluster = start_cluster ("a", IVR_CLUSTER_AUTH_TRUST, &host);
  g_autofree char *first = g_build_filename (root, "silent1", NULL);
  g_autofree char *second = g_build_filename (root, "silent2", NULL);
  g_autofree char *hosts = g_strdup_printf ("%s,%s,%s", first, second, host);
  int fds[] = { listen_silently (first), listen_silently (second) };
  IvrPgConnection *connection = connect_to (hosts, "user=" ADMIN);
  g_autofree char *folder = ask (connection, "select current_setting('unix_socket_directories') as t");
  g_autoptr(GError) error = NULL;

  g_assert_cmpstr (folder, ==, host);
  g_assert_finalize_object (connection);
  /* Nobody else is there. */
  {
    g_autofree char *conninfo = g_strdup_printf ("host=%s,%s user=" ADMIN " dbname=ivr", first, second);

    connection = ivr_pg_connection_new (conninfo);
    ivr_pg_connection_set_timeout (connection, 1);
    g_assert_false (open_now (connection, &error));
    g_assert_error (error, IVR_ERROR, IVR_ERROR_OFFLINE);
    g_assert_finalize_object (connection);
  }
  close (fds[0]);
  close (fds[1]);
  g_assert_true (ivr_cluster_stop (cluster, NULL));
  ivr_cluster_free (cluster);
}

/* One server only reads, another writes; the writer dies, and the reader becomes a writer. */
static void
test_failover (void)
{
  g_autofree char *reader_host = NULL;
  g_autofree char *writer_host = NULL;
  IvrCluster *reader = start_cluster ("reader", IVR_CLUSTER_AUTH_TRUST, &reader_host);
  IvrCluster *writer = start_cluster ("writer", IVR_CLUSTER_AUTH_TRUST, &writer_host);
  g_autofree char *hosts = g_strdup_printf ("%s,%s", reader_host, writer_host);
  IvrPgConnection *admin = connect_to (reader_host, "user=" ADMIN);
  IvrPgConnection *connection;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  run (admin, "alter role " ADMIN " set default_transaction_read_only = on");
  connection = connect_to (hosts, "user=" ADMIN " target_session_attrs=read-write");
  before = ask (connection, "select current_setting('unix_socket_directories') as t");
  g_assert_cmpstr (before, ==, writer_host);
  g_assert_true (ivr_cluster_stop (writer, NULL));
  WAIT_UNTIL (ivr_pg_connection_get_state (connection) != IVR_PG_STATE_READY);
  run (admin, "set default_transaction_read_only = off");
  run (admin, "alter role " ADMIN " reset default_transaction_read_only");
  WAIT_UNTIL (ivr_pg_connection_get_state (connection) == IVR_PG_STATE_READY);
  after = ask (connection, "select current_setting('unix_socket_directories') as t");
  g_assert_cmpstr (after, ==, reader_host);
  g_assert_null (ivr_pg_connection_get_error (connection));
  g_assert_finalize_object (connection);
  g_assert_finalize_object (admin);
  g_assert_true (ivr_cluster_stop (reader, NULL));
  ivr_cluster_free (reader);
  ivr_cluster_free (writer);
}

/* Whoever is refused when they come back is not sent again and again: an account would be locked. */
static void
test_refused_later (void)
{
  g_autofree char *host = NULL;
  IvrCluster *cluster = start_cluster ("scram", IVR_CLUSTER_AUTH_SCRAM, &host);
  IvrPgConnection *admin = connect_to (host, "user=" ADMIN);
  g_autofree char *conninfo = g_strdup_printf ("host=%s user=maria dbname=ivr", host);
  IvrPgConnection *connection = ivr_pg_connection_new (conninfo);
  g_autoptr(GError) error = NULL;

  run (admin, "create role maria login password 'correct horse'");
  ivr_pg_connection_set_password (connection, "correct horse");
  g_assert_true (open_now (connection, &error));
  run (admin, "alter role maria password 'another one'");
  g_free (ask (admin, "select pg_terminate_backend(pid)::text as t from pg_stat_activity where usename = 'maria'"));
  WAIT_UNTIL (ivr_pg_connection_get_state (connection) == IVR_PG_STATE_CLOSED);
  g_assert_error (ivr_pg_connection_get_error (connection), IVR_ERROR, IVR_ERROR_AUTH);
  ivr_pg_connection_set_password (connection, "another one");
  g_assert_true (open_now (connection, &error));
  g_assert_finalize_object (connection);

  /* Too many of them is another matter. */
  run (admin, "alter role maria connection limit 0");
  connection = ivr_pg_connection_new (conninfo);
  ivr_pg_connection_set_password (connection, "another one");
  g_assert_false (open_now (connection, &error));
  g_assert_error (error, IVR_ERROR, IVR_ERROR_BUSY);
  g_assert_finalize_object (connection);
  g_assert_finalize_object (admin);
  g_assert_true (ivr_cluster_stop (cluster, NULL));
  ivr_cluster_free (cluster);
}

/* What the server says is known by its code, in whatever language it says it. */
static void
test_refusals (void)
{
  static const struct
  {
    const char *message;
    IvrError code;
  } rows[] = {
    { "connection to server on socket \"/x\" failed: FATAL:  28P01: password authentication failed for user \"m\"",
      IVR_ERROR_AUTH },
    { "FATAL:  28P01: Passwort-Authentifizierung für Benutzer »m« fehlgeschlagen\nLOCATION:  x, y.c:1\n", IVR_ERROR_AUTH },
    { "fe_sendauth: no password supplied", IVR_ERROR_AUTH },
    { "FATAL:  28000: role \"certificate\" does not exist", IVR_ERROR_AUTH },
    { "FATAL:  53300: too many connections for role \"m\"", IVR_ERROR_BUSY },
    { "ФАТАЛЬНО:  57P03: система баз данных запускается", IVR_ERROR_BUSY },
    { "FATAL:  57P01: terminating connection due to administrator command", IVR_ERROR_OFFLINE },
    { "FATAL:  3D000: database \"x\" does not exist", IVR_ERROR_FAILED },
    { "FATAL:  42501: permission denied for database \"x\"", IVR_ERROR_AUTH },
    { "one failed: FATAL:  28P01: no\ntwo failed: FATAL:  57P03: starting up", IVR_ERROR_BUSY },
    { "SSL error: certificate verify failed", IVR_ERROR_CERTIFICATE },
    { "channel binding is required, but server did not offer", IVR_ERROR_CERTIFICATE },
    { "could not connect: No such file or directory", IVR_ERROR_OFFLINE },
    { "server closed the connection:  ABCD", IVR_ERROR_OFFLINE },
    { "", IVR_ERROR_OFFLINE },
    { NULL, IVR_ERROR_OFFLINE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = ivr_pg_error_connection (rows[i].message, FALSE);

      g_test_message ("%s", rows[i].message);
      g_assert_error (error, IVR_ERROR, (int) rows[i].code);
      g_assert_true (g_str_has_suffix (error->message, "."));
    }
}

static void
remove_tree (const char *path)
{
  g_autoptr(GDir) dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

int
main (int   argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  root = g_dir_make_tmp ("ivr-pg-XXXXXX", NULL);
  g_assert_nonnull (root);
  g_assert_cmpint (g_chmod (root, 0755), ==, 0);
  g_test_add_func ("/pg/hosts/refusals", test_refusals);
  g_test_add_func ("/pg/hosts/silent", test_silent);
  g_test_add_func ("/pg/hosts/failover", test_failover);
  g_test_add_func ("/pg/hosts/refused-later", test_refused_later);
  status = g_test_run ();
  remove_tree (root);
  g_free (root);
  return status;
}
