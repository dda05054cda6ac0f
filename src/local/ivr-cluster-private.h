/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-cluster.h"

#include <sys/types.h>

struct _IvrCluster
{
  char *folder;         /* as other programs see it, absolute */
  char *inside;         /* as the server sees it: the same, or a bind mount of it */
  char *mount_point;    /* empty folder to remove again, or NULL */
  char *bindir;         /* where initdb and postgres are */
  IvrClusterAuth auth;
  uid_t uid;            /* as whom the server runs; 0: as ourselves */
  gid_t gid;
  int lock_fd;
};

gboolean    ivr_cluster_prepare_folder (IvrCluster  *self,
                                        GError     **error);
gboolean    ivr_cluster_take_lock      (IvrCluster  *self,
                                        GError     **error);
gboolean    ivr_cluster_find_server    (IvrCluster  *self,
                                        GError     **error);
gboolean    ivr_cluster_initialize     (IvrCluster  *self,
                                        GError     **error);
char       *ivr_cluster_dup_socket_dir (IvrCluster  *self,
                                        gboolean     as_server);
void        ivr_cluster_child_setup    (gpointer     self);
