/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-cluster-private.h"

#include "ivr-error.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <glib/gstdio.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <grp.h>

/* sun_path holds 108 bytes; PostgreSQL adds "/.s.PGSQL.5432". */
#define SOCKET_NAME_LENGTH 14

#define DEBIAN_SERVERS "/usr/lib/postgresql"

static gboolean
fail_errno (GError    **error,
            const char *what,
            const char *path)
{
  g_set_error (error, IVR_ERROR, IVR_ERROR_FAILED, "Cannot %s %s: %s.", what, path,
               g_strerror (errno));
  return FALSE;
}

char *
ivr_cluster_dup_socket_dir (IvrCluster *self,
                            gboolean    as_server)
{
  g_autofree char *beside = g_build_filename (self->folder, "socket", NULL);
  g_autofree char *note = g_build_filename (self->folder, "socket.path", NULL);
  g_autofree char *elsewhere = NULL;

  if (g_file_get_contents (note, &elsewhere, NULL, NULL))
    return g_strdup (g_strchomp (elsewhere));
  return as_server ? g_build_filename (self->inside, "socket", NULL) : g_steal_pointer (&beside);
}

/* A socket's path must fit into sun_path; where the folder is too deep, the socket lives in a
 * short private folder and `socket.path` says where. */
static gboolean
make_socket_dir (IvrCluster  *self,
                 GError     **error)
{
  g_autofree char *beside = g_build_filename (self->folder, "socket", NULL);
  g_autofree char *note = g_build_filename (self->folder, "socket.path", NULL);
  g_autofree char *short_dir = NULL;
  g_autofree char *known = ivr_cluster_dup_socket_dir (self, FALSE);

  if (strlen (beside) + SOCKET_NAME_LENGTH < sizeof ((struct sockaddr_un *) 0)->sun_path)
    {
      if (g_mkdir (beside, 0700) != 0 && errno != EEXIST)
        return fail_errno (error, "make", beside);
      if (self->uid != 0 && chown (beside, self->uid, self->gid) != 0)
        return fail_errno (error, "hand over", beside);
      return TRUE;
    }
  if (!g_str_equal (known, beside) && g_file_test (known, G_FILE_TEST_IS_DIR))
    return TRUE;
  short_dir = g_strdup ("/tmp/ivr-socket-XXXXXX");
  if (g_mkdtemp (short_dir) == NULL)
    return fail_errno (error, "make", short_dir);
  if (self->uid != 0 && chown (short_dir, self->uid, self->gid) != 0)
    return fail_errno (error, "hand over", short_dir);
  return g_file_set_contents (note, short_dir, -1, error);
}

static gboolean
may_enter (const char *folder,
           uid_t       uid,
           gid_t       gid)
{
  g_autofree char *path = g_path_get_dirname (folder);

  while (TRUE)
    {
      struct stat st;
      g_autofree char *up = g_path_get_dirname (path);
      mode_t needed;

      if (stat (path, &st) != 0)
        return FALSE;
      needed = st.st_uid == uid ? S_IXUSR : st.st_gid == gid ? S_IXGRP : S_IXOTH;
      if ((st.st_mode & needed) == 0)
        return FALSE;
      if (g_str_equal (up, path))
        return TRUE;
      g_free (path);
      path = g_steal_pointer (&up);
    }
}

/* Root may be given a folder that the server's user cannot reach, such as one below /root. A bind
 * mount that only this process and its children see makes it reachable without changing the
 * rights of anything above it. */
static gboolean
reach_folder (IvrCluster  *self,
              GError     **error)
{
  if (self->uid == 0 || may_enter (self->folder, self->uid, self->gid))
    return TRUE;
  self->mount_point = g_strdup ("/tmp/ivr-cluster-XXXXXX");
  if (g_mkdtemp_full (self->mount_point, 0755) == NULL)
    return fail_errno (error, "make", self->mount_point);
  if (unshare (CLONE_NEWNS) != 0 ||
      mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
      mount (self->folder, self->mount_point, NULL, MS_BIND, NULL) != 0)
    {
      g_set_error (error, IVR_ERROR, IVR_ERROR_FAILED,
                   "The server cannot run as root, and the user it runs as may not enter %s; "
                   "choose a folder that others may enter.", self->folder);
      return FALSE;
    }
  g_free (self->inside);
  self->inside = g_strdup (self->mount_point);
  return TRUE;
}

static gboolean
choose_user (IvrCluster  *self,
             GError     **error)
{
  struct passwd *user;

  if (geteuid () != 0)
    return TRUE;
  user = getpwnam ("postgres");
  if (user == NULL)
    user = getpwnam ("nobody");
  if (user == NULL || user->pw_uid == 0)
    {
      g_set_error_literal (error, IVR_ERROR, IVR_ERROR_FAILED,
                           "PostgreSQL refuses to run as root, and there is no user \"postgres\" "
                           "or \"nobody\" to run it as.");
      return FALSE;
    }
  self->uid = user->pw_uid;
  self->gid = user->pw_gid;
  return TRUE;
}

static gboolean
is_empty (const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (name[0] != '.')
      return FALSE;
  return TRUE;
}

static gboolean
is_ours_or_empty (IvrCluster  *self,
                  GError     **error)
{
  g_autofree char *version = g_build_filename (self->folder, "data", "PG_VERSION", NULL);
  g_autofree char *lock = g_build_filename (self->folder, "lock", NULL);
  struct stat st;

  /* First what is there and then whose it is: another one may be making it its own just now, with the lock before all
   * else. Other folders have something called "lock" in them too: /run has a folder, /var a link. */
  if (is_empty (self->folder) || g_file_test (version, G_FILE_TEST_IS_REGULAR) || (lstat (lock, &st) == 0 && S_ISREG (st.st_mode)))
    return TRUE;
  g_set_error (error, IVR_ERROR, IVR_ERROR_INVALID,
               "The folder %s has other files in it; choose an empty or a new one.",
               self->folder);
  return FALSE;
}

gboolean
ivr_cluster_prepare_folder (IvrCluster  *self,
                            GError     **error)
{
  if (!choose_user (self, error))
    return FALSE;
  if (g_mkdir_with_parents (self->folder, 0700) != 0)
    return fail_errno (error, "make the folder", self->folder);
  if (!is_ours_or_empty (self, error))
    return FALSE;
  if (self->uid != 0 && chown (self->folder, self->uid, self->gid) != 0)
    return fail_errno (error, "hand over", self->folder);
  return TRUE;
}

gboolean
ivr_cluster_take_lock (IvrCluster  *self,
                       GError     **error)
{
  g_autofree char *path = g_build_filename (self->folder, "lock", NULL);
  struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

  self->lock_fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (self->lock_fd < 0)
    return fail_errno (error, "open", path);
  if (fcntl (self->lock_fd, F_SETLK, &lock) != 0)
    {
      g_set_error (error, IVR_ERROR, IVR_ERROR_BUSY,
                   "The server in %s is in use by process %d already.", self->folder,
                   ivr_cluster_get_owner (self));
      return FALSE;
    }
  return reach_folder (self, error) && make_socket_dir (self, error);
}

/* Data of one version are read by a server of that version only. */
static char *
version_of_data (IvrCluster *self)
{
  g_autofree char *path = g_build_filename (self->folder, "data", "PG_VERSION", NULL);
  char *version = NULL;

  return g_file_get_contents (path, &version, NULL, NULL) ? g_strstrip (version) : NULL;
}

static char *
newest_below (const char *parent,
              const char *wanted)
{
  g_autoptr(GDir) dir = g_dir_open (parent, 0, NULL);
  const char *name;
  gint64 best = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      gint64 version = g_ascii_strtoll (name, NULL, 10);
      g_autofree char *server = g_build_filename (parent, name, "bin", "postgres", NULL);

      if (version > best && (wanted == NULL || g_str_equal (name, wanted)) && g_file_test (server, G_FILE_TEST_IS_EXECUTABLE))
        best = version;
    }
  return best > 0 ? g_strdup_printf ("%s/%" G_GINT64_FORMAT "/bin", parent, best) : NULL;
}

gboolean
ivr_cluster_find_server (IvrCluster  *self,
                         GError     **error)
{
  g_autofree char *in_path = g_find_program_in_path ("postgres");
  g_autofree char *wanted = version_of_data (self);
  g_autofree char *newest = newest_below (DEBIAN_SERVERS, NULL);

  /* Debian keeps the server out of PATH, one folder a version. */
  self->bindir = newest_below (DEBIAN_SERVERS, wanted);
  if (self->bindir == NULL && newest == NULL && in_path != NULL)
    self->bindir = g_path_get_dirname (in_path);
  if (self->bindir != NULL)
    return TRUE;
  if (newest != NULL)
    {
      g_set_error (error, IVR_ERROR, IVR_ERROR_FAILED,
                   "The data in %s need PostgreSQL %s, which is not on this machine; install the package "
                   "\"postgresql-%s\".", self->folder, wanted, wanted);
      return FALSE;
    }
  g_set_error_literal (error, IVR_ERROR, IVR_ERROR_FAILED,
                       "There is no PostgreSQL server on this machine; install the package "
                       "\"postgresql\".");
  return FALSE;
}

void
ivr_cluster_child_setup (gpointer data)
{
  IvrCluster *self = data;

  /* After fork, before exec: only async-signal-safe calls. */
  if (self->uid != 0 && (setgroups (0, NULL) != 0 || setgid (self->gid) != 0 || setuid (self->uid) != 0))
    _exit (126);
  umask (0077);
  /* The server ends with its owner, however that ends: SIGINT is PostgreSQL's fast shutdown. */
  prctl (PR_SET_PDEATHSIG, SIGINT);
}

static gboolean
write_settings (IvrCluster  *self,
                const char  *data,
                GError     **error)
{
  g_autofree char *conf = g_build_filename (data, "postgresql.auto.conf", NULL);
  g_autofree char *hba = g_build_filename (data, "pg_hba.conf", NULL);
  const char *rules = self->auth == IVR_CLUSTER_AUTH_SCRAM
                        ? "local all postgres trust\nlocal all ivr_gateway trust\nlocal all all scram-sha-256\n"
                        : "local all all trust\n";
  /* Patient data must not reach the server's log: no statements, no parameters, no details. */
  const char *settings = "listen_addresses = ''\n"
                         "unix_socket_permissions = 0700\n"
                         "max_connections = 200\n"
                         "shared_buffers = 256MB\n"
                         "work_mem = 16MB\n"
                         "max_wal_size = 4GB\n"
                         "random_page_cost = 1.1\n"
                         "password_encryption = 'scram-sha-256'\n"
                         "log_min_error_statement = panic\n"
                         "log_error_verbosity = terse\n"
                         "log_parameter_max_length = 0\n"
                         "log_parameter_max_length_on_error = 0\n"
                         "timezone = 'UTC'\n";

  return g_file_set_contents (conf, settings, -1, error) &&
         g_file_set_contents (hba, rules, -1, error) &&
         (self->uid == 0 ||
          (chown (conf, self->uid, self->gid) == 0 && chown (hba, self->uid, self->gid) == 0) ||
          fail_errno (error, "hand over", conf));
}

static int
remove_one (const char        *path,
            const struct stat *st,
            int                kind,
            struct FTW        *where)
{
  return remove (path);
}

static gboolean
remove_tree (const char  *path,
             GError     **error)
{
  return nftw (path, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0 || fail_errno (error, "remove", path);
}

gboolean
ivr_cluster_initialize (IvrCluster  *self,
                        GError     **error)
{
  /* Made under another name, so that what has its right name is whole. */
  g_autofree char *final = g_build_filename (self->inside, "data", NULL);
  g_autofree char *data = g_build_filename (self->inside, "data.new", NULL);
  g_autofree char *initdb = g_build_filename (self->bindir, "initdb", NULL);
  g_autofree char *text = NULL;
  g_autofree char *complaint = NULL;
  int status;
  const char *argv[] = { initdb, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                         "--locale=C.UTF-8", "--data-checksums", NULL };

  if (g_file_test (final, G_FILE_TEST_EXISTS))
    return TRUE;
  if (g_file_test (data, G_FILE_TEST_EXISTS) && !remove_tree (data, error))
    return FALSE;
  if (!g_spawn_sync (self->inside, (char **) argv, NULL, G_SPAWN_DEFAULT, ivr_cluster_child_setup,
                     self, &text, &complaint, &status, error))
    return FALSE;
  if (!g_spawn_check_wait_status (status, NULL))
    {
      g_set_error (error, IVR_ERROR, IVR_ERROR_FAILED, "The private server could not be made in %s: %s",
                   self->folder, g_strchomp (complaint));
      return FALSE;
    }
  if (!write_settings (self, data, error))
    return FALSE;
  return g_rename (data, final) == 0 || fail_errno (error, "finish", final);
}
