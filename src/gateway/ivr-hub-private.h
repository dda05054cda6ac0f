/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-desk-port.h"
#include "ivr-hub.h"
#include "ivr-pager.h"
#include "ivr-session.h"

G_BEGIN_DECLS

struct _IvrHub
{
  GObject parent_instance;

  IvrFeed *feed;
  IvrEngine *engine;
  IvrMetrics *metrics;
  IvrPager *pager;
  IvrDeskPort *desk_port;
  GHashTable *members;  /* organization → array of its cursors */
  GHashTable *users;    /* person → array of sessions, not owned */
  GQueue tokens;        /* sessions whose tokens are to be looked at, owned */
  gboolean verifying;
  GHashTable *rechecks; /* persons whose roles are to be read, as a set */
  gboolean rechecking;
};

/* ivr-hub-join.c: everything that asks the database */
void ivr_hub_verify      (IvrHub      *self,
                          IvrSession  *session,
                          const char  *token);
void ivr_hub_verify_next (IvrHub      *self);
void ivr_hub_recheck     (IvrHub      *self);

/* ivr-hub.c */
void ivr_hub_welcome     (IvrHub      *self,
                          IvrSession  *session,
                          IvrPgResult *heads);
void ivr_hub_set_user    (IvrHub      *self,
                          IvrSession  *session,
                          const char  *user);
void ivr_hub_mark_all    (IvrHub      *self);
void ivr_hub_set_expiry  (IvrSession  *session,
                          gint64       expires_us);

G_END_DECLS
