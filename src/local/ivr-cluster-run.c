/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-cluster-private.h"

#include "ivr-error.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOCK_TRIES 150
#define LOCK_PAUSE_MS 100
#define READY_TRIES 600           /* of 100 ms */
#define MOST_RESTARTS 10
#define RESTART_MS 300

typedef struct
{
  IvrCluster *cluster;
  GMainLoop *loop;
  GPid server;
  guint ready_source;
  guint restart_source;
  int tries;
  int restarts;
  int ready_fd;
  gboolean announced;
  gboolean ending;
  GError *error;
} Run;

static void run_start_server (Run *run);

static void
run_fail (Run        *run,
          const char *sentence)
{
  if (run->error == NULL)
    run->error = g_error_new_literal (IVR_ERROR, IVR_ERROR_FAILED, sentence);
  g_main_loop_quit (run->loop);
}

static void
run_end (Run *run)
{
  run->ending = TRUE;
  g_clear_handle_id (&run->ready_source, g_source_remove);
  g_clear_handle_id (&run->restart_source, g_source_remove);
  if (run->server != 0)
    kill (run->server, SIGINT);
  else
    g_main_loop_quit (run->loop);
}

static gboolean
on_signal (gpointer data)
{
  run_end (data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_stdin (int          fd,
          GIOCondition condition,
          gpointer     data)
{
  char buffer[64];

  if (read (fd, buffer, sizeof buffer) > 0)
    return G_SOURCE_CONTINUE;
  run_end (data);
  return G_SOURCE_REMOVE;
}

static gboolean
run_psql (Run        *run,
          const char *sql)
{
  g_autofree char *psql = g_build_filename (run->cluster->bindir, "psql", NULL);
  g_autofree char *socket_dir = ivr_cluster_dup_socket_dir (run->cluster, TRUE);
  const char *argv[] = { psql, "-qXAt", "-h", socket_dir, "-U", "postgres", "-d", "postgres",
                         "-v", "ON_ERROR_STOP=1", "-c", sql, NULL };
  g_autofree char *out = NULL;
  int status;

  return g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, ivr_cluster_child_setup,
                       run->cluster, &out, NULL, &status, NULL) &&
         g_spawn_check_wait_status (status, NULL) && out != NULL && out[0] == '1';
}

static void
run_announce (Run *run)
{
  g_autofree char *uri = ivr_cluster_dup_uri (run->cluster, NULL);
  g_autofree char *line = g_strdup_printf ("ready %s\n", uri);

  if (run->announced)
    return;
  run->announced = TRUE;
  if (run->ready_fd >= 0)
    {
      if (write (run->ready_fd, line, strlen (line)) < 0)
        g_debug ("nobody waits for the server any more");
      close (run->ready_fd);
      run->ready_fd = -1;
    }
  else
    {
      fputs (line, stdout);
      fflush (stdout);
    }
}

static gboolean
on_check_ready (gpointer data)
{
  Run *run = data;

  if (run_psql (run, "select 1"))
    {
      run->ready_source = 0;
      if (!run_psql (run, "select 1 from pg_database where datname = 'ivr'"))
        run_psql (run, "create database ivr");
      run_announce (run);
      return G_SOURCE_REMOVE;
    }
  if (++run->tries < READY_TRIES)
    return G_SOURCE_CONTINUE;
  run->ready_source = 0;
  run_fail (run, "The private server did not take connections within a minute.");
  return G_SOURCE_REMOVE;
}

static gboolean
on_restart (gpointer data)
{
  Run *run = data;

  run->restart_source = 0;
  run_start_server (run);
  return G_SOURCE_REMOVE;
}

static void
on_server_exit (GPid     pid,
                int      status,
                gpointer data)
{
  Run *run = data;

  g_spawn_close_pid (pid);
  run->server = 0;
  g_clear_handle_id (&run->ready_source, g_source_remove);
  if (run->ending)
    {
      g_main_loop_quit (run->loop);
      return;
    }
  /* A server that dies while it is in use comes back by itself: its data are in its log. */
  if (++run->restarts > MOST_RESTARTS)
    run_fail (run, "The private server ends again and again; see server.log in its folder.");
  else
    run->restart_source = g_timeout_add (RESTART_MS, on_restart, run);
}

/* A server that was killed leaves a file with its process number. In the next sandbox, whose processes count from
 * two again, or after the next start of the machine, that is somebody else, and the server would not start. We
 * have the folder's lock; and a server that does live still holds its shared memory, which the next one asks for. */
static void
remove_stale_pid (const char *data)
{
  g_autofree char *path = g_build_filename (data, "postmaster.pid", NULL);
  g_autofree char *text = NULL;
  g_autofree char *cwd_link = NULL;
  g_autofree char *cwd = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return;
  cwd_link = g_strdup_printf ("/proc/%" G_GINT64_FORMAT "/cwd", g_ascii_strtoll (text, NULL, 10));
  cwd = g_file_read_link (cwd_link, NULL);
  /* A server works in its data folder. */
  if (g_strcmp0 (cwd, data) != 0)
    g_unlink (path);
}

static void
run_start_server (Run *run)
{
  IvrCluster *cluster = run->cluster;
  g_autofree char *data = g_build_filename (cluster->inside, "data", NULL);
  g_autofree char *log_dir = g_build_filename (cluster->inside, "log", NULL);
  g_autofree char *postgres = g_build_filename (cluster->bindir, "postgres", NULL);
  g_autofree char *socket_dir = ivr_cluster_dup_socket_dir (cluster, TRUE);
  g_autofree char *sockets = g_strdup_printf ("unix_socket_directories=%s", socket_dir);
  g_autofree char *logs = g_strdup_printf ("log_directory=%s", log_dir);
  const char *argv[] = { postgres, "-D", data, "-c", sockets, "-c", "logging_collector=on", "-c", logs,
                         "-c", "log_filename=server.log", NULL };

  remove_stale_pid (data);
  if (!g_spawn_async (cluster->inside, (char **) argv, NULL,
                      G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                      ivr_cluster_child_setup, cluster, &run->server, &run->error))
    {
      run->server = 0;
      g_main_loop_quit (run->loop);
      return;
    }
  g_child_watch_add (run->server, on_server_exit, run);
  run->tries = 0;
  run->ready_source = g_timeout_add (100, on_check_ready, run);
}

/* A desk that was killed a moment ago leaves a server that is still closing its files: whoever
 * starts it again waits for that. */
static gboolean
take_lock (IvrCluster  *self,
           gboolean     waits,
           GError     **error)
{
  for (guint tries = waits ? LOCK_TRIES : 1;; tries--)
    {
      g_autoptr(GError) busy = NULL;

      if (ivr_cluster_take_lock (self, &busy))
        return TRUE;
      if (self->lock_fd >= 0)
        close (self->lock_fd);
      self->lock_fd = -1;
      if (tries <= 1 || !g_error_matches (busy, IVR_ERROR, IVR_ERROR_BUSY))
        {
          g_propagate_error (error, g_steal_pointer (&busy));
          return FALSE;
        }
      g_usleep (LOCK_PAUSE_MS * 1000);
    }
}

/**
 * ivr_cluster_run:
 * @self: a cluster
 * @ends_with_stdin: end when standard input is closed, that is when the parent ends
 * @ready_fd: where to write "ready URI" or a sentence; -1 for standard output
 * @error: return location
 *
 * Takes the folder's lock, makes the server when it is not there yet, and runs it until a signal,
 * or until standard input closes. A server that dies meanwhile is started again.
 *
 * Returns: %FALSE with one sentence in @error
 */
gboolean
ivr_cluster_run (IvrCluster  *self,
                 gboolean     ends_with_stdin,
                 int          ready_fd,
                 GError     **error)
{
  g_autoptr(GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Run run = { .cluster = self, .loop = loop, .ready_fd = ready_fd };

  signal (SIGPIPE, SIG_IGN);
  if (ivr_cluster_find_server (self, &run.error) && ivr_cluster_prepare_folder (self, &run.error) &&
      take_lock (self, ends_with_stdin, &run.error) && ivr_cluster_initialize (self, &run.error))
    {
      g_unix_signal_add (SIGTERM, on_signal, &run);
      g_unix_signal_add (SIGINT, on_signal, &run);
      g_unix_signal_add (SIGHUP, on_signal, &run);
      if (ends_with_stdin)
        g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_stdin, &run);
      run_start_server (&run);
      if (run.server != 0)
        g_main_loop_run (loop);
    }
  if (run.server != 0)
    {
      kill (run.server, SIGINT);
      waitpid (run.server, NULL, 0);
    }
  if (run.error == NULL)
    return TRUE;
  if (ready_fd >= 0 && !run.announced &&
      write (ready_fd, run.error->message, strlen (run.error->message)) < 0)
    g_debug ("nobody waits for the server any more");
  g_propagate_error (error, run.error);
  return FALSE;
}
