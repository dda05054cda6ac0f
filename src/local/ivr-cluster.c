/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-cluster-private.h"

#include "ivr-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define STOP_SECONDS 60

/**
 * ivr_cluster_new:
 * @folder: where the server lives; need not exist yet
 * @auth: how people prove who they are; counts only when the folder is made
 *
 * Returns: (transfer full): a cluster; nothing is touched yet
 */
IvrCluster *
ivr_cluster_new (const char     *folder,
                 IvrClusterAuth  auth)
{
  IvrCluster *self = g_new0 (IvrCluster, 1);

  self->folder = g_canonicalize_filename (folder, NULL);
  self->inside = g_strdup (self->folder);
  self->auth = auth;
  self->lock_fd = -1;
  return self;
}

void
ivr_cluster_free (IvrCluster *self)
{
  if (self == NULL)
    return;
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  if (self->mount_point != NULL)
    rmdir (self->mount_point);
  g_free (self->folder);
  g_free (self->inside);
  g_free (self->mount_point);
  g_free (self->bindir);
  g_free (self);
}

/**
 * ivr_cluster_dup_uri:
 * @self: a cluster
 * @login: (nullable): the role to connect as; %NULL for the superuser
 *
 * Returns: (transfer full): URI of the database "ivr" of this server
 */
char *
ivr_cluster_dup_uri (IvrCluster *self,
                     const char *login)
{
  g_autofree char *socket_dir = ivr_cluster_dup_socket_dir (self, FALSE);
  g_autofree char *host = g_uri_escape_string (socket_dir, NULL, FALSE);
  g_autofree char *user = g_uri_escape_string (login != NULL ? login : "postgres", NULL, FALSE);

  return g_strdup_printf ("postgresql://%s@/ivr?host=%s", user, host);
}

/**
 * ivr_cluster_get_owner:
 * @self: a cluster
 *
 * Returns: pid of the process that runs the server, or 0 when nobody does
 */
int
ivr_cluster_get_owner (IvrCluster *self)
{
  g_autofree char *path = g_build_filename (self->folder, "lock", NULL);
  struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
  int fd = open (path, O_RDWR | O_CLOEXEC);
  int owner = 0;

  if (fd < 0)
    return 0;
  if (fcntl (fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK)
    owner = lock.l_pid;
  close (fd);
  return owner;
}

static gboolean
read_answer (int      fd,
             GError **error)
{
  g_autoptr(GString) answer = g_string_new (NULL);
  char buffer[512];
  ssize_t n;

  while ((n = read (fd, buffer, sizeof buffer)) > 0 || (n < 0 && errno == EINTR))
    if (n > 0)
      g_string_append_len (answer, buffer, n);
  if (g_str_has_prefix (answer->str, "ready"))
    return TRUE;
  g_set_error (error, IVR_ERROR, IVR_ERROR_FAILED, "%s",
               answer->len > 0 ? g_strchomp (answer->str)
                               : "The private server stopped before it was ready.");
  return FALSE;
}

static void
detach (gpointer data)
{
  setsid ();
}

/**
 * ivr_cluster_start:
 * @self: a cluster
 * @program: path of ivr-admin, which runs the server in the background
 * @error: return location
 *
 * Starts the server and waits until it takes connections. It stays until ivr_cluster_stop().
 * Blocks: for command lines only.
 *
 * Returns: %FALSE with one sentence in @error
 */
gboolean
ivr_cluster_start (IvrCluster  *self,
                   const char  *program,
                   GError     **error)
{
  const char *auth = self->auth == IVR_CLUSTER_AUTH_SCRAM ? "--auth=scram" : "--auth=trust";
  int ready[2];
  gboolean ok;

  if (!g_unix_open_pipe (ready, FD_CLOEXEC, error))
    return FALSE;
  {
    const char *argv[] = { program, "cluster", "run", auth, "--ready-fd=3", self->folder, NULL };

    ok = g_spawn_async_with_pipes_and_fds (NULL, argv, NULL,
                                           G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                                           detach, NULL, -1, -1, -1,
                                           &ready[1], (const int[]) { 3 }, 1,
                                           NULL, NULL, NULL, NULL, error);
  }
  close (ready[1]);
  if (ok)
    ok = read_answer (ready[0], error);
  close (ready[0]);
  return ok;
}

/**
 * ivr_cluster_stop:
 * @self: a cluster
 * @error: return location
 *
 * Asks the owner to end and waits until it has. A server that does not run is no error.
 * Blocks: for command lines only.
 *
 * Returns: %FALSE when it still runs after a minute
 */
gboolean
ivr_cluster_stop (IvrCluster  *self,
                  GError     **error)
{
  int owner = ivr_cluster_get_owner (self);

  if (owner == 0)
    return TRUE;
  if (kill (owner, SIGTERM) != 0 && errno != ESRCH)
    {
      g_set_error (error, IVR_ERROR, IVR_ERROR_FORBIDDEN,
                   "The server in %s belongs to process %d, which may not be stopped: %s.",
                   self->folder, owner, g_strerror (errno));
      return FALSE;
    }
  for (int i = 0; i < STOP_SECONDS * 20; i++)
    {
      if (ivr_cluster_get_owner (self) == 0)
        return TRUE;
      g_usleep (50 * 1000);
    }
  g_set_error (error, IVR_ERROR, IVR_ERROR_BUSY,
               "The server in %s did not stop within %d seconds.", self->folder, STOP_SECONDS);
  return FALSE;
}
