/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-admin-demo.h"

#include "ivr-cluster.h"
#include "ivr-demo.h"
#include "ivr-error.h"

/* Runs this program with other arguments; quiet but for its complaint. */
static gboolean
run_self (const char * const  *arguments,
          GError             **error)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", error);
  g_autofree char *complaint = NULL;
  g_autoptr(GPtrArray) argv = g_ptr_array_new ();
  int status;

  if (self == NULL)
    return FALSE;
  g_ptr_array_add (argv, self);
  for (guint i = 0; arguments[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer) arguments[i]);
  g_ptr_array_add (argv, NULL);
  if (!g_spawn_sync (NULL, (char **) argv->pdata, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, &complaint,
                     &status, error))
    return FALSE;
  if (g_spawn_check_wait_status (status, NULL))
    return TRUE;
  g_set_error (error, IVR_ERROR, IVR_ERROR_FAILED, "The demo cannot be opened. %s", g_strstrip (complaint));
  return FALSE;
}

/**
 * ivr_admin_demo_open:
 * @started: (out): whether its server was started for this, see ivr_admin_demo_close()
 * @error: return location
 *
 * The database of this user's demo. When no desk runs it, its server is started for the while, and
 * prepared as the desk would prepare it.
 *
 * Returns: (transfer full) (nullable): connection URI
 */
char *
ivr_admin_demo_open (gboolean  *started,
                     GError   **error)
{
  g_autofree char *folder = ivr_demo_dup_folder ();
  g_autoptr(IvrCluster) cluster = ivr_cluster_new (folder, IVR_CLUSTER_AUTH_TRUST);
  g_autofree char *uri = ivr_cluster_dup_uri (cluster, NULL);

  *started = FALSE;
  if (ivr_cluster_get_owner (cluster) != 0)
    return g_steal_pointer (&uri);
  g_printerr ("ivr-admin: The demo is not running; its server is started for this report.\n");
  if (!run_self ((const char *[]) { "cluster", "start", folder, NULL }, error))
    return NULL;
  *started = TRUE;
  if (run_self ((const char *[]) { "migrate", uri, NULL }, error) &&
      run_self ((const char *[]) { "seed", "--if-empty", uri, NULL }, error))
    return g_steal_pointer (&uri);
  ivr_admin_demo_close ();
  *started = FALSE;
  return NULL;
}

/**
 * ivr_admin_demo_close:
 *
 * Stops the server that ivr_admin_demo_open() has started.
 */
void
ivr_admin_demo_close (void)
{
  g_autofree char *folder = ivr_demo_dup_folder ();
  g_autoptr(GError) error = NULL;

  if (!run_self ((const char *[]) { "cluster", "stop", folder, NULL }, &error))
    g_printerr ("ivr-admin: %s\n", error->message);
}
