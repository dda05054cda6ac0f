/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-admin.h"

#include "ivr-cluster.h"

#include <limits.h>
#include <string.h>

static int
cluster_status (IvrCluster *cluster,
                const char *folder)
{
  g_autofree char *uri = NULL;
  int owner = ivr_cluster_get_owner (cluster);

  if (owner == 0)
    {
      g_print ("not running\n");
      return IVR_ADMIN_WRONG;
    }
  uri = ivr_cluster_dup_uri (cluster, NULL);
  g_print ("running, owned by process %d\n%s\n", owner, uri);
  return IVR_ADMIN_OK;
}

static int
cluster_start (IvrCluster *cluster)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *uri = NULL;

  if (!ivr_cluster_start (cluster, self != NULL ? self : "ivr-admin", &error))
    return ivr_admin_complain (IVR_ADMIN_WRONG, "%s", error->message);
  uri = ivr_cluster_dup_uri (cluster, NULL);
  g_print ("The server is running.\n%s\n", uri);
  return IVR_ADMIN_OK;
}

/**
 * ivr_admin_cluster:
 *
 * `cluster start|stop|status|run FOLDER`: a private PostgreSQL in a folder. `run` stays in the
 * foreground and is what `start` puts into the background.
 *
 * Returns: exit status
 */
int
ivr_admin_cluster (int    argc,
                   char **argv)
{
  g_autofree char *auth = NULL;
  g_autofree char *what = NULL;
  gboolean ends_with_stdin = FALSE;
  int ready_fd = -1;
  int status = IVR_ADMIN_OK;
  const GOptionEntry entries[] = {
    { "auth", 0, 0, G_OPTION_ARG_STRING, &auth, "How people prove who they are: trust (the closed folder) or scram", "HOW" },
    { "end-with-stdin", 0, 0, G_OPTION_ARG_NONE, &ends_with_stdin, "run: end when standard input closes", NULL },
    { "ready-fd", 0, 0, G_OPTION_ARG_INT, &ready_fd, "run: where to say that it is ready", "FD" },
    { NULL },
  };
  g_autoptr(IvrCluster) cluster = NULL;
  g_autoptr(GError) error = NULL;

  if (!ivr_admin_parse ("start|stop|status|run FOLDER", "A private PostgreSQL in a folder: a socket and no network.",
                        entries, &argc, &argv, &status))
    return status;
  if (argc != 3)
    return ivr_admin_complain (IVR_ADMIN_UNREACHABLE, "Say start, stop, status or run, and the folder.");
  if (argv[2][0] == '\0')
    return ivr_admin_complain (IVR_ADMIN_UNREACHABLE, "Say which folder; the name is empty.");
  if (strlen (argv[2]) >= PATH_MAX / 2)
    return ivr_admin_complain (IVR_ADMIN_UNREACHABLE, "The name of the folder is too long.");
  if (auth != NULL && !g_str_equal (auth, "trust") && !g_str_equal (auth, "scram"))
    {
      what = ivr_admin_quote (auth);
      return ivr_admin_complain (IVR_ADMIN_UNREACHABLE, "--auth is trust or scram, not %s.", what);
    }

  cluster = ivr_cluster_new (argv[2], g_strcmp0 (auth, "scram") == 0 ? IVR_CLUSTER_AUTH_SCRAM : IVR_CLUSTER_AUTH_TRUST);
  if (g_str_equal (argv[1], "start"))
    return cluster_start (cluster);
  if (g_str_equal (argv[1], "status"))
    return cluster_status (cluster, argv[2]);
  if (g_str_equal (argv[1], "stop"))
    {
      if (!ivr_cluster_stop (cluster, &error))
        return ivr_admin_complain (IVR_ADMIN_WRONG, "%s", error->message);
      g_print ("The server is stopped.\n");
      return IVR_ADMIN_OK;
    }
  if (g_str_equal (argv[1], "run"))
    {
      if (!ivr_cluster_run (cluster, ends_with_stdin, ready_fd, &error))
        return ivr_admin_complain (IVR_ADMIN_WRONG, "%s", error->message);
      return IVR_ADMIN_OK;
    }
  what = ivr_admin_quote (argv[1]);
  return ivr_admin_complain (IVR_ADMIN_UNREACHABLE, "“cluster” cannot %s; say start, stop, status or run.", what);
}
