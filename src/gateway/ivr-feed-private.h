/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-bell.h"
#include "ivr-feed.h"

G_BEGIN_DECLS

struct _IvrFeed
{
  GObject parent_instance;

  IvrPgConnection *connection;
  IvrBell *bell;
  IvrMetrics *metrics;
  char *epoch;
  char *snapshot;
  GHashTable *rings;      /* organization → IvrRing */
  GHashTable *refetching; /* rings, as a set */
  gint64 last_event_ms;
  guint timer;
  guint nap;
  gboolean polling;
  gboolean following;   /* the poll under way goes by numbers */
  gboolean behind;      /* its answer was full: there is more */
  gboolean awake;
  gboolean live;
};

/* ivr-feed.c: when to ask */
void ivr_feed_go_live     (IvrFeed     *self);

/* ivr-feed-rings.c: what to do with the answers */
void ivr_feed_take_polled (IvrFeed     *self,
                           IvrPgResult *rows,
                           int          row,
                           GHashTable  *touched);
void ivr_feed_catch_up    (IvrFeed     *self,
                           IvrPgResult *rows,
                           const char  *epoch);

G_END_DECLS
