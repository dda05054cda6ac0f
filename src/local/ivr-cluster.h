/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * IvrClusterAuth:
 * @IVR_CLUSTER_AUTH_TRUST: whoever can enter the socket's folder may connect as anybody. For the
 *   demo and the tests; the folder belongs to one user and nobody else may enter it.
 * @IVR_CLUSTER_AUTH_SCRAM: people need their password; the superuser connects without, through
 *   the same closed folder.
 */
typedef enum {
  IVR_CLUSTER_AUTH_TRUST = 1,
  IVR_CLUSTER_AUTH_SCRAM,
} IvrClusterAuth;

/**
 * IvrCluster:
 * A private PostgreSQL in a folder: a socket and no network, and one owner at a time.
 *
 * The folder holds `data`, `socket`, `server.log` and `lock`. The process that runs the server
 * keeps a POSIX lock on `lock` for as long as it lives, so a stale file means nothing and the
 * kernel answers who the owner is. PostgreSQL refuses to run as root: root's server runs as the
 * user "postgres", or "nobody" where there is none.
 */
typedef struct _IvrCluster IvrCluster;

IvrCluster *ivr_cluster_new       (const char     *folder,
                                   IvrClusterAuth  auth);
void        ivr_cluster_free      (IvrCluster     *self);

char       *ivr_cluster_dup_uri   (IvrCluster     *self,
                                   const char     *login);
int         ivr_cluster_get_owner (IvrCluster     *self);
gboolean    ivr_cluster_start     (IvrCluster     *self,
                                   const char     *program,
                                   GError        **error);
gboolean    ivr_cluster_stop      (IvrCluster     *self,
                                   GError        **error);
gboolean    ivr_cluster_run       (IvrCluster     *self,
                                   gboolean        ends_with_stdin,
                                   int             ready_fd,
                                   GError        **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IvrCluster, ivr_cluster_free)

G_END_DECLS
