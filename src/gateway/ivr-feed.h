/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-metrics.h"
#include "ivr-pg-connection.h"
#include "ivr-ring.h"

G_BEGIN_DECLS

/**
 * IvrFeed:
 * What changed, out of the database into one ring per organization: every event once, in
 * order, without a gap.
 *
 * Each poll asks for what became visible since the snapshot of the one before, so nothing that
 * commits late can be missed. While events come it polls every 5 ms and nobody rings the bell;
 * half a second after the last one it sleeps until the bell rings.
 *
 * Signals, each of which may close clients but must not touch the feed:
 * "pushed" (ring): a ring has new frames;
 * "membership" (user): somebody's roles changed; comes before "pushed" of that event;
 * "restarted": numbers started anew, all rings are about to go;
 * "failed" (sentence): the first connection was refused.
 * Property "live" notifies: whether the rings are at most one poll behind the database.
 */
#define IVR_TYPE_FEED (ivr_feed_get_type ())
G_DECLARE_FINAL_TYPE (IvrFeed, ivr_feed, IVR, FEED, GObject)

IvrFeed         *ivr_feed_new            (const char *conninfo,
                                          IvrMetrics *metrics);
void             ivr_feed_start          (IvrFeed    *self);
gboolean         ivr_feed_get_live       (IvrFeed    *self);
const char      *ivr_feed_get_epoch      (IvrFeed    *self);
IvrPgConnection *ivr_feed_get_connection (IvrFeed    *self);
IvrRing         *ivr_feed_get_ring       (IvrFeed    *self,
                                          const char *org);
IvrRing         *ivr_feed_add_ring       (IvrFeed    *self,
                                          const char *org,
                                          gint64      head);
GBytes          *ivr_feed_dup_frame      (IvrPgResult *rows,
                                          int          row);

G_END_DECLS
