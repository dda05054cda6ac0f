/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A private server in a folder: one owner at a time, and nothing left behind, however it ends. */
#include "ivr-test-server.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

typedef struct
{
  char *root;
  char *folder;
} Place;

static Place *
place_new (void)
{
  Place *place = g_new0 (Place, 1);

  place->root = ivr_test_dup_folder ();
  place->folder = g_build_filename (place->root, "server", NULL);
  return place;
}

static void
place_free (Place *place)
{
  g_assert_cmpint (ivr_test_admin (NULL, NULL, "cluster", "stop", place->folder, NULL), ==, 0);
  ivr_test_remove_folder (place->root);
  g_free (place->root);
  g_free (place->folder);
  g_free (place);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Place, place_free)

/* Returns the URI: the last line of what it printed. */
static char *
start (Place *place)
{
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;
  char *uri;

  g_assert_cmpint (ivr_test_admin (&out, &err, "cluster", "start", place->folder, NULL), ==, 0);
  g_assert_cmpstr (err, ==, "");
  g_strchomp (out);
  uri = strrchr (out, '\n');
  g_assert_nonnull (uri);
  g_assert_true (g_str_has_prefix (uri + 1, "postgresql://"));
  return g_strdup (uri + 1);
}

static void
assert_answers (const char *uri)
{
  g_autoptr(PGconn) db = ivr_test_connect (uri);
  g_autofree char *name = ivr_test_value (db, "select current_database()", NULL);

  g_assert_cmpstr (name, ==, "ivr");
}

static pid_t
postmaster_of (Place *place)
{
  g_autofree char *path = g_build_filename (place->folder, "data", "postmaster.pid", NULL);
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  return (pid_t) g_ascii_strtoll (text, NULL, 10);
}

static void
wait_until_gone (pid_t pid)
{
  while (kill (pid, 0) == 0)
    g_usleep (20000);
}

static void
test_life (void)
{
  g_autoptr(Place) place = place_new ();
  g_autofree char *uri = start (place);
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;
  g_autofree char *after = NULL;
  g_autofree char *second = NULL;

  assert_answers (uri);
  g_assert_cmpint (ivr_test_admin (&out, &err, "cluster", "status", place->folder, NULL), ==, 0);
  g_assert_true (g_str_has_prefix (out, "running, owned by process "));
  g_assert_nonnull (strstr (out, uri));
  g_clear_pointer (&err, g_free);

  g_assert_cmpint (ivr_test_admin (NULL, &err, "cluster", "start", place->folder, NULL), ==, 1);
  ivr_test_assert_sentence (err, "in use by process");
  assert_answers (uri);

  g_assert_cmpint (ivr_test_admin (NULL, NULL, "cluster", "stop", place->folder, NULL), ==, 0);
  g_assert_cmpint (postmaster_of (place), ==, 0);
  g_assert_cmpint (ivr_test_admin (&after, NULL, "cluster", "status", place->folder, NULL), ==, 1);
  g_assert_cmpstr (after, ==, "not running\n");
  g_assert_cmpint (ivr_test_admin (NULL, NULL, "cluster", "stop", place->folder, NULL), ==, 0);

  second = start (place);
  g_assert_cmpstr (second, ==, uri);
  assert_answers (second);
}

/* Whoever comes first has it; the other hears so. */
static void
test_two_at_once (void)
{
  g_autoptr(Place) place = place_new ();
  g_autofree char *program = ivr_test_program ("src/admin/ivr-admin");
  g_autofree char *uri = NULL;
  g_autofree char *out = NULL;
  GSubprocess *both[2];
  int good = 0;

  for (int i = 0; i < 2; i++)
    {
      g_autoptr(GError) error = NULL;

      both[i] = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error,
                                  program, "cluster", "start", place->folder, NULL);
      g_assert_no_error (error);
    }
  for (int i = 0; i < 2; i++)
    {
      g_autofree char *said = NULL;
      g_autofree char *err = NULL;

      g_assert_true (g_subprocess_communicate_utf8 (both[i], NULL, NULL, &said, &err, NULL));
      if (g_subprocess_get_exit_status (both[i]) == 0)
        good++;
      else
        ivr_test_assert_sentence (err, "in use by process");
      g_object_unref (both[i]);
    }
  g_assert_cmpint (good, ==, 1);
  g_assert_cmpint (ivr_test_admin (&out, NULL, "cluster", "status", place->folder, NULL), ==, 0);
  uri = g_strdup (strchr (g_strchomp (out), '\n') + 1);
  assert_answers (uri);
}

/* Root's server runs as somebody else, anybody else's as themselves; either way its data are closed. */
static void
test_user (void)
{
  g_autoptr(Place) place = place_new ();
  g_autofree char *uri = start (place);
  g_autofree char *proc = g_strdup_printf ("/proc/%d", postmaster_of (place));
  g_autofree char *data = g_build_filename (place->folder, "data", NULL);
  struct stat server, folder, inner;

  assert_answers (uri);
  g_assert_cmpint (stat (proc, &server), ==, 0);
  g_assert_cmpint (stat (place->folder, &folder), ==, 0);
  g_assert_cmpint (stat (data, &inner), ==, 0);
  if (geteuid () == 0)
    g_assert_cmpint (server.st_uid, !=, 0);
  else
    g_assert_cmpint (server.st_uid, ==, geteuid ());
  g_assert_cmpint (folder.st_uid, ==, server.st_uid);
  g_assert_cmpint (folder.st_mode & 077, ==, 0);
  g_assert_cmpint (inner.st_mode & 077, ==, 0);
}

static GSubprocess *
run (Place  *place,
     pid_t  *owner,
     char  **uri)
{
  g_autofree char *program = ivr_test_program ("src/admin/ivr-admin");
  g_autoptr(GDataInputStream) lines = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *line = NULL;
  GSubprocess *process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
                                           program, "cluster", "run", "--end-with-stdin", place->folder, NULL);

  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  line = g_data_input_stream_read_line (lines, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (line, "ready "));
  *uri = g_strdup (line + strlen ("ready "));
  *owner = (pid_t) g_ascii_strtoll (g_subprocess_get_identifier (process), NULL, 10);
  return process;
}

typedef enum { END_STDIN, END_TERM, END_KILL, END_KILL_BOTH } End;

/* The server ends with its owner, and the next owner finds everything as it was. */
static void
test_ends_with_owner (gconstpointer data)
{
  End end = GPOINTER_TO_INT (data);
  g_autoptr(Place) place = place_new ();
  g_autofree char *uri = NULL;
  g_autofree char *again = NULL;
  g_autofree char *kept = NULL;
  pid_t owner;
  g_autoptr(GSubprocess) process = run (place, &owner, &uri);
  pid_t server = postmaster_of (place);
  g_autoptr(PGconn) db = ivr_test_connect (uri);
  g_autoptr(PGresult) made = ivr_test_query (db, "create table public.kept as select 'kept' as word", NULL);

  g_assert_nonnull (made);
  if (end == END_STDIN)
    g_output_stream_close (g_subprocess_get_stdin_pipe (process), NULL, NULL);
  else
    kill (owner, end == END_TERM ? SIGTERM : SIGKILL);
  if (end == END_KILL_BOTH)
    kill (server, SIGKILL);
  g_subprocess_wait (process, NULL, NULL);
  wait_until_gone (server);
  g_clear_pointer (&db, PQfinish);

  again = start (place);
  db = ivr_test_connect (again);
  kept = ivr_test_value (db, "select word from public.kept", NULL);
  g_assert_cmpstr (kept, ==, "kept");
}

/* A server that crashes under its owner is there again. */
static void
test_comes_back (void)
{
  g_autoptr(Place) place = place_new ();
  g_autofree char *uri = start (place);
  pid_t server = postmaster_of (place);
  gboolean back = FALSE;

  kill (server, SIGKILL);
  while (!back)
    {
      g_autoptr(PGconn) db = PQconnectdb (uri);

      back = PQstatus (db) == CONNECTION_OK && postmaster_of (place) != server;
      g_usleep (50000);
    }
  assert_answers (uri);
}

/* What a crash of the machine leaves: a lock that nobody holds, the pid of somebody else, half a server. */
static void
test_stale_files (void)
{
  g_autoptr(Place) place = place_new ();
  g_autofree char *uri = start (place);
  g_autofree char *pidfile = g_build_filename (place->folder, "data", "postmaster.pid", NULL);
  g_autofree char *half = g_build_filename (place->folder, "data.new", NULL);
  g_autofree char *data = g_build_filename (place->folder, "data", NULL);
  g_autofree char *stale = g_strdup_printf ("%d\n%s\n", 4194303, data);
  g_autofree char *again = NULL;
  g_autofree char *third = NULL;

  g_assert_cmpint (ivr_test_admin (NULL, NULL, "cluster", "stop", place->folder, NULL), ==, 0);
  g_assert_true (g_file_set_contents (pidfile, stale, -1, NULL));
  again = start (place);
  assert_answers (again);

  /* The machine went down while the server was being made. */
  g_assert_cmpint (ivr_test_admin (NULL, NULL, "cluster", "stop", place->folder, NULL), ==, 0);
  g_assert_cmpint (g_rename (data, half), ==, 0);
  third = start (place);
  assert_answers (third);
  g_assert_false (g_file_test (half, G_FILE_TEST_EXISTS));
}

static void
become (gpointer user)
{
  if (geteuid () == 0 && setuid (GPOINTER_TO_UINT (user)) != 0)
    _exit (126);
}

/* The number in a stale file is meanwhile that of another process of the same user, as in a sandbox that counts
 * its processes from two again. */
static void
test_reused_number (void)
{
  g_autoptr(Place) place = place_new ();
  g_autofree char *uri = start (place);
  g_autofree char *data = g_build_filename (place->folder, "data", NULL);
  g_autofree char *pidfile = g_build_filename (data, "postmaster.pid", NULL);
  g_autofree char *stale = NULL;
  g_autofree char *again = NULL;
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr(GSubprocess) other = NULL;
  struct stat st;

  g_assert_cmpint (stat (data, &st), ==, 0);
  g_subprocess_launcher_set_child_setup (launcher, become, GUINT_TO_POINTER (st.st_uid), NULL);
  other = g_subprocess_launcher_spawn (launcher, NULL, "sleep", "1000", NULL);
  g_assert_nonnull (other);
  g_assert_cmpint (ivr_test_admin (NULL, NULL, "cluster", "stop", place->folder, NULL), ==, 0);
  stale = g_strdup_printf ("%s\n%s\n", g_subprocess_get_identifier (other), data);
  g_assert_true (g_file_set_contents (pidfile, stale, -1, NULL));
  again = start (place);
  assert_answers (again);
  g_subprocess_force_exit (other);
  g_subprocess_wait (other, NULL, NULL);
}

static void
assert_start_refused (const char *folder,
                      const char *about)
{
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;

  g_assert_cmpint (ivr_test_admin (&out, &err, "cluster", "start", folder, NULL), ==, 1);
  g_assert_cmpstr (out, ==, "");
  ivr_test_assert_sentence (err, about);
}

static void
test_bad_folders (void)
{
  g_autofree char *root = ivr_test_dup_folder ();
  g_autofree char *file = g_build_filename (root, "file", NULL);
  g_autofree char *below = g_build_filename (file, "server", NULL);
  g_autofree char *used = g_build_filename (root, "used", NULL);
  g_autofree char *inner = g_build_filename (used, "somebody's", NULL);
  g_autofree char *locked = g_build_filename (root, "locked", NULL);
  g_autofree char *lock = g_build_filename (locked, "lock", NULL);
  struct stat before, after;

  g_assert_true (g_file_set_contents (file, "x", -1, NULL));
  g_assert_cmpint (g_mkdir (used, 0755), ==, 0);
  g_assert_true (g_file_set_contents (inner, "x", -1, NULL));
  /* As /run and /var are: they have a "lock" that is not ours. */
  g_assert_cmpint (g_mkdir_with_parents (lock, 0755), ==, 0);

  assert_start_refused (file, file);
  assert_start_refused (below, below);
  /* Not even root can make a folder there. */
  assert_start_refused ("/proc/ivr-test", "/proc/ivr-test");
  g_assert_cmpint (stat (used, &before), ==, 0);
  assert_start_refused (used, "other files");
  g_assert_cmpint (stat (used, &after), ==, 0);
  g_assert_cmpint (before.st_uid, ==, after.st_uid);
  assert_start_refused (locked, "other files");
  ivr_test_remove_folder (root);
}

/* A socket's path may have 107 bytes; a folder's may have more. */
static void
test_deep_folder (void)
{
  g_autoptr(Place) place = place_new ();
  g_autofree char *name = g_strnfill (120, 'd');
  g_autofree char *uri = NULL;
  g_autofree char *again = NULL;

  g_free (place->folder);
  place->folder = g_build_filename (place->root, name, "server", NULL);
  uri = start (place);
  assert_answers (uri);
  g_assert_null (strstr (uri, name));
  g_assert_cmpint (ivr_test_admin (NULL, NULL, "cluster", "stop", place->folder, NULL), ==, 0);
  again = start (place);
  g_assert_cmpstr (again, ==, uri);
  assert_answers (again);
  {
    g_autofree char *note = g_build_filename (place->folder, "socket.path", NULL);
    g_autofree char *sockets = NULL;

    g_assert_true (g_file_get_contents (note, &sockets, NULL, NULL));
    g_assert_cmpint (ivr_test_admin (NULL, NULL, "cluster", "stop", place->folder, NULL), ==, 0);
    ivr_test_remove_folder (sockets);
  }
}

/* Data of a server that this machine does not have are left alone. */
static void
test_other_version (void)
{
  g_autoptr(Place) place = place_new ();
  g_autofree char *uri = start (place);
  g_autofree char *path = g_build_filename (place->folder, "data", "PG_VERSION", NULL);
  g_autofree char *right = NULL;
  g_autofree char *again = NULL;

  assert_answers (uri);
  g_assert_cmpint (ivr_test_admin (NULL, NULL, "cluster", "stop", place->folder, NULL), ==, 0);
  g_assert_true (g_file_get_contents (path, &right, NULL, NULL));
  g_assert_true (g_file_set_contents (path, "9\n", -1, NULL));
  assert_start_refused (place->folder, "PostgreSQL 9");
  g_assert_true (g_file_set_contents (path, right, -1, NULL));
  again = start (place);
  assert_answers (again);
}

/* With --auth scram a person needs a password, and the folder's owner does not. */
static void
test_scram (void)
{
  g_autoptr(Place) place = place_new ();
  g_autofree char *out = NULL;
  g_autofree char *uri = NULL;
  g_autofree char *person = NULL;
  g_autofree char *with_password = NULL;
  g_autoptr(PGconn) admin = NULL;
  g_autoptr(PGconn) refused = NULL;
  g_autoptr(PGresult) made = NULL;
  const char *rest;

  g_assert_cmpint (ivr_test_admin (&out, NULL, "cluster", "start", "--auth", "scram", place->folder, NULL), ==, 0);
  uri = g_strdup (strrchr (g_strchomp (out), '\n') + 1);
  rest = strchr (uri, '?');
  admin = ivr_test_connect (uri);
  made = ivr_test_query (admin, "create role alma login password 'right'", NULL);
  g_assert_nonnull (made);
  person = g_strdup_printf ("postgresql://alma:wrong@/ivr%s", rest);
  with_password = g_strdup_printf ("postgresql://alma:right@/ivr%s", rest);
  refused = PQconnectdb (person);
  g_assert_cmpint (PQstatus (refused), ==, CONNECTION_BAD);
  g_assert_nonnull (strstr (PQerrorMessage (refused), "password authentication failed"));
  assert_answers (with_password);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cluster/life", test_life);
  g_test_add_func ("/cluster/two-at-once", test_two_at_once);
  g_test_add_func ("/cluster/user", test_user);
  g_test_add_data_func ("/cluster/ends-with-stdin", GINT_TO_POINTER (END_STDIN), test_ends_with_owner);
  g_test_add_data_func ("/cluster/ends-with-terminated-owner", GINT_TO_POINTER (END_TERM), test_ends_with_owner);
  g_test_add_data_func ("/cluster/ends-with-killed-owner", GINT_TO_POINTER (END_KILL), test_ends_with_owner);
  g_test_add_data_func ("/cluster/both-killed", GINT_TO_POINTER (END_KILL_BOTH), test_ends_with_owner);
  g_test_add_func ("/cluster/comes-back", test_comes_back);
  g_test_add_func ("/cluster/stale-files", test_stale_files);
  g_test_add_func ("/cluster/reused-number", test_reused_number);
  g_test_add_func ("/cluster/bad-folders", test_bad_folders);
  g_test_add_func ("/cluster/deep-folder", test_deep_folder);
  g_test_add_func ("/cluster/other-version", test_other_version);
  g_test_add_func ("/cluster/scram", test_scram);
  return g_test_run ();
}
