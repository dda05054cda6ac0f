/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-test-server.h"

#include <signal.h>
#include <string.h>
#include <glib/gstdio.h>

#define MOST_PARAMETERS 8

struct _IvrTestServer
{
  GSubprocess *process;
  char *root;               /* removed in the end */
  char *folder;             /* the cluster's, below it */
  char *uri;                /* the superuser's */
};

/**
 * ivr_test_dup_folder:
 *
 * Returns: (transfer full): a new temporary folder that the server's user may enter
 */
char *
ivr_test_dup_folder (void)
{
  g_autoptr(GError) error = NULL;
  char *folder = g_dir_make_tmp ("ivr-test-XXXXXX", &error);

  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (folder, 0755), ==, 0);
  return folder;
}

/**
 * ivr_test_remove_folder:
 * @folder: a folder
 *
 * Removes it with everything in it.
 */
void
ivr_test_remove_folder (const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        ivr_test_remove_folder (path);
      else
        g_unlink (path);
    }
  g_rmdir (folder);
}

/**
 * ivr_test_program:
 * @path: where a program is below the build folder, such as "src/admin/ivr-admin"
 *
 * Returns: (transfer full): its whole path
 */
char *
ivr_test_program (const char *path)
{
  const char *build = g_getenv ("IVR_BUILDDIR");

  g_assert_nonnull (build);
  return g_build_filename (build, path, NULL);
}

/**
 * ivr_test_run:
 * @argv: program and arguments
 * @out: (out) (optional): what it wrote to standard output
 * @err: (out) (optional): what it wrote to standard error
 *
 * Returns: its exit status, or -1 when a signal ended it
 */
int
ivr_test_run (const char * const  *argv,
              char               **out,
              char               **err)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *own_out = NULL;
  g_autofree char *own_err = NULL;
  g_autoptr(GSubprocess) process = g_subprocess_newv (
    argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error);

  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &own_out, &own_err, &error);
  g_assert_no_error (error);
  if (out != NULL)
    *out = g_steal_pointer (&own_out);
  if (err != NULL)
    *err = g_steal_pointer (&own_err);
  return g_subprocess_get_if_exited (process) ? g_subprocess_get_exit_status (process) : -1;
}

/**
 * ivr_test_admin_ok:
 * @command: a command of ivr-admin
 * @...: its arguments, ended by %NULL
 *
 * Runs ivr-admin, which has to succeed.
 */
void
ivr_test_admin_ok (const char *command,
                   ...)
{
  g_autoptr(GPtrArray) argv = g_ptr_array_new ();
  g_autofree char *program = ivr_test_program ("src/admin/ivr-admin");
  g_autofree char *err = NULL;
  va_list args;
  char *arg;
  int status;

  g_ptr_array_add (argv, program);
  g_ptr_array_add (argv, (char *) command);
  va_start (args, command);
  while ((arg = va_arg (args, char *)) != NULL)
    g_ptr_array_add (argv, arg);
  va_end (args);
  g_ptr_array_add (argv, NULL);
  status = ivr_test_run ((const char * const *) argv->pdata, NULL, &err);
  if (status != 0)
    g_error ("ivr-admin %s ended with %d: %s", command, status, err);
}

/**
 * ivr_test_admin:
 * @out: (out) (optional): what it printed
 * @err: (out) (optional): what it complained about
 * @...: command and arguments, ended by %NULL
 *
 * Runs ivr-admin.
 *
 * Returns: its exit status; -1 when it was killed
 */
int
ivr_test_admin (char **out,
                char **err,
                ...)
{
  g_autoptr(GPtrArray) argv = g_ptr_array_new ();
  g_autofree char *program = ivr_test_program ("src/admin/ivr-admin");
  va_list args;
  char *arg;

  g_ptr_array_add (argv, program);
  va_start (args, err);
  while ((arg = va_arg (args, char *)) != NULL)
    g_ptr_array_add (argv, arg);
  va_end (args);
  g_ptr_array_add (argv, NULL);
  return ivr_test_run ((const char * const *) argv->pdata, out, err);
}

/**
 * ivr_test_assert_sentence:
 * @err: what a program complained about
 * @about: (nullable): what it has to name
 *
 * One line, not endless, that begins with the program and ends with a full stop.
 */
void
ivr_test_assert_sentence (const char *err,
                          const char *about)
{
  g_assert_true (g_str_has_prefix (err, "ivr-admin: "));
  g_assert_true (g_str_has_suffix (err, ".\n"));
  g_assert_true (strchr (err, '\n') == err + strlen (err) - 1);
  g_assert_cmpint (strlen (err), <, 600);
  g_assert_true (g_utf8_validate (err, -1, NULL));
  if (about != NULL && strstr (err, about) == NULL)
    g_error ("no “%s” in: %s", about, err);
}

/**
 * ivr_test_server_new_empty:
 *
 * Returns: (transfer full): a running server whose database "ivr" is empty
 */
IvrTestServer *
ivr_test_server_new_empty (void)
{
  IvrTestServer *self = g_new0 (IvrTestServer, 1);
  g_autofree char *program = ivr_test_program ("src/admin/ivr-admin");
  g_autoptr(GDataInputStream) lines = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *line = NULL;

  self->root = ivr_test_dup_folder ();
  self->folder = g_build_filename (self->root, "server", NULL);
  self->process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
                                    program, "cluster", "run", "--end-with-stdin", self->folder, NULL);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  line = g_data_input_stream_read_line (lines, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);
  g_assert_true (g_str_has_prefix (line, "ready "));
  self->uri = g_strdup (line + strlen ("ready "));
  return self;
}

/**
 * ivr_test_server_new:
 *
 * Returns: (transfer full): a running server with the demo's data
 */
IvrTestServer *
ivr_test_server_new (void)
{
  IvrTestServer *self = ivr_test_server_new_empty ();

  ivr_test_admin_ok ("migrate", self->uri, NULL);
  ivr_test_admin_ok ("seed", self->uri, NULL);
  return self;
}

/**
 * ivr_test_server_free:
 * @self: (nullable): a server
 *
 * Ends the server, waits for it and removes its folder.
 */
void
ivr_test_server_free (IvrTestServer *self)
{
  if (self == NULL)
    return;
  g_output_stream_close (g_subprocess_get_stdin_pipe (self->process), NULL, NULL);
  g_subprocess_wait (self->process, NULL, NULL);
  g_object_unref (self->process);
  ivr_test_remove_folder (self->root);
  g_free (self->root);
  g_free (self->folder);
  g_free (self->uri);
  g_free (self);
}

const char *
ivr_test_server_get_folder (IvrTestServer *self)
{
  return self->folder;
}

/**
 * ivr_test_server_uri:
 * @self: a server
 * @login: (nullable): whose URI; %NULL for the superuser
 *
 * Returns: (transfer full): URI of the database "ivr"
 */
char *
ivr_test_server_uri (IvrTestServer *self,
                     const char    *login)
{
  return ivr_test_server_uri_of (self, login, "ivr");
}

/**
 * ivr_test_server_uri_of:
 * @self: a server
 * @login: (nullable): whose URI; %NULL for the superuser
 * @database: name of a database
 *
 * Returns: (transfer full): its URI
 */
char *
ivr_test_server_uri_of (IvrTestServer *self,
                        const char    *login,
                        const char    *database)
{
  const char *rest = strchr (self->uri, '?');

  return g_strdup_printf ("postgresql://%s@/%s%s", login != NULL ? login : "postgres", database, rest);
}

/**
 * ivr_test_server_add_database:
 * @self: a server
 * @database: name of a database that is not there yet
 *
 * Returns: (transfer full): the superuser's URI of the new, empty database
 */
char *
ivr_test_server_add_database (IvrTestServer *self,
                              const char    *database)
{
  g_autoptr(PGconn) db = ivr_test_connect (self->uri);
  g_autofree char *sql = g_strdup_printf ("create database %s", database);
  g_autoptr(PGresult) made = ivr_test_query (db, sql, NULL);

  g_assert_nonnull (made);
  return ivr_test_server_uri_of (self, NULL, database);
}

/**
 * ivr_test_server_kill:
 * @self: a server
 *
 * Kills the postmaster as a crash would; ivr-admin starts it again.
 */
void
ivr_test_server_kill (IvrTestServer *self)
{
  g_autofree char *path = g_build_filename (self->folder, "data", "postmaster.pid", NULL);
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;
  gint64 pid;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  pid = g_ascii_strtoll (text, NULL, 10);
  g_assert_cmpint (pid, >, 1);
  g_assert_cmpint (kill ((pid_t) pid, SIGKILL), ==, 0);
}

static void
ignore_notice (void           *data,
               const PGresult *result)
{
}

/**
 * ivr_test_connect:
 * @uri: connection URI
 *
 * Returns: (transfer full): a connection; the test fails when there is none
 */
PGconn *
ivr_test_connect (const char *uri)
{
  PGconn *db = PQconnectdb (uri);

  if (PQstatus (db) != CONNECTION_OK)
    g_error ("%s", PQerrorMessage (db));
  PQsetNoticeReceiver (db, ignore_notice, NULL);
  return db;
}

static PGresult *
ask_valist (PGconn     *db,
            const char *sql,
            va_list     args)
{
  const char *values[MOST_PARAMETERS];
  const char *value;
  int n = 0;

  while ((value = va_arg (args, const char *)) != NULL)
    {
      g_assert_cmpint (n, <, MOST_PARAMETERS);
      values[n++] = value;
    }
  return PQexecParams (db, sql, n, NULL, values, NULL, NULL, 0);
}

/**
 * ivr_test_ask:
 * @db: a connection
 * @sql: one statement
 * @...: its parameters as text, ended by %NULL
 *
 * Returns: (transfer full): what the server answered, which may be an error
 */
PGresult *
ivr_test_ask (PGconn     *db,
              const char *sql,
              ...)
{
  PGresult *result;
  va_list args;

  va_start (args, sql);
  result = ask_valist (db, sql, args);
  va_end (args);
  return result;
}

/**
 * ivr_test_query:
 * @db: a connection
 * @sql: one statement
 * @...: its parameters as text, ended by %NULL
 *
 * Returns: (transfer full): its rows; the test fails when the server refuses it
 */
PGresult *
ivr_test_query (PGconn     *db,
                const char *sql,
                ...)
{
  PGresult *result;
  va_list args;

  va_start (args, sql);
  result = ask_valist (db, sql, args);
  va_end (args);
  if (PQresultStatus (result) != PGRES_TUPLES_OK && PQresultStatus (result) != PGRES_COMMAND_OK)
    g_error ("%s: %s", sql, PQresultErrorMessage (result));
  return result;
}

/**
 * ivr_test_value:
 * @db: a connection
 * @sql: one statement with one row
 * @...: its parameters as text, ended by %NULL
 *
 * Returns: (transfer full): the first field of its row, "" for null
 */
char *
ivr_test_value (PGconn     *db,
                const char *sql,
                ...)
{
  g_autoptr(PGresult) result = NULL;
  va_list args;

  va_start (args, sql);
  result = ask_valist (db, sql, args);
  va_end (args);
  if (PQresultStatus (result) != PGRES_TUPLES_OK || PQntuples (result) != 1)
    g_error ("%s: %s, %d rows", sql, PQresultErrorMessage (result), PQntuples (result));
  return g_strdup (PQgetvalue (result, 0, 0));
}

/**
 * ivr_test_do:
 * @db: a connection
 * @sql: statements, which must succeed
 */
void
ivr_test_do (PGconn     *db,
             const char *sql)
{
  g_autoptr(PGresult) done = ivr_test_query (db, sql, NULL);
}

/**
 * ivr_test_server_dup_token:
 * @self: a server
 * @login: a person
 *
 * Returns: (transfer full): a token with which the person can listen at the gateway
 */
char *
ivr_test_server_dup_token (IvrTestServer *self,
                           const char    *login)
{
  g_autofree char *uri = ivr_test_server_uri (self, login);
  g_autoptr(PGconn) db = ivr_test_connect (uri);

  return ivr_test_value (db, "select token from api.issue_live_token()", NULL);
}

/**
 * ivr_test_open:
 * @db: a connection
 * @request: a request that the person may see
 *
 * Returns: (transfer full): a ticket with which it can be read
 */
char *
ivr_test_open (PGconn     *db,
               const char *request)
{
  char *ticket = g_uuid_string_random ();
  g_autoptr(PGresult) opened = ivr_test_query (db, "select api.open_ivr_request($1, $2)", ticket, request, NULL);

  g_assert_nonnull (opened);
  return ticket;
}

/**
 * ivr_test_open_list:
 * @db: a connection
 * @view: a view
 * @search: what is searched for; "" for nothing
 *
 * Returns: (transfer full): a ticket with which its pages can be read
 */
char *
ivr_test_open_list (PGconn     *db,
                    const char *view,
                    const char *search)
{
  char *ticket = g_uuid_string_random ();
  g_autoptr(PGresult) opened = ivr_test_query (db, "select api.open_list($1, $2, nullif($3, ''))", ticket, view, search, NULL);

  g_assert_nonnull (opened);
  return ticket;
}

/**
 * ivr_test_state:
 * @result: an answer
 *
 * Returns: its SQLSTATE, "" when it is no error
 */
const char *
ivr_test_state (PGresult *result)
{
  const char *state = PQresultErrorField (result, PG_DIAG_SQLSTATE);

  return state != NULL ? state : "";
}
