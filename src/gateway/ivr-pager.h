/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-session.h"

G_BEGIN_DECLS

/**
 * IvrPager:
 * Gets events out of the table for desks that were away for longer than the rings reach. On a
 * connection of its own and a few at a time, so that a thousand of them do not hold up the feed.
 */
IvrPager *ivr_pager_new  (const char *conninfo,
                          IvrMetrics *metrics);
void      ivr_pager_free (IvrPager   *self);
void      ivr_pager_open (IvrPager   *self);
void      ivr_pager_ask  (IvrPager   *self,
                          IvrSession *session,
                          const char *org,
                          gint64      after);

G_END_DECLS
