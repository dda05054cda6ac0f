/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-engine.h"
#include "ivr-feed.h"

G_BEGIN_DECLS

/**
 * IvrHub:
 * Who gets what: signs desks in, keeps each one's cursors to the organizations that its person
 * may hear of, and takes them away when the roles change or the token runs out.
 */
#define IVR_TYPE_HUB (ivr_hub_get_type ())
G_DECLARE_FINAL_TYPE (IvrHub, ivr_hub, IVR, HUB, GObject)

IvrHub    *ivr_hub_new        (const char *conninfo,
                               IvrFeed    *feed,
                               IvrMetrics *metrics,
                               IvrLookup  *lookup);
IvrEngine *ivr_hub_get_engine (IvrHub     *self);

G_END_DECLS
