/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* All times are seconds since 1970, UTC. A pause that has not ended ends at G_MAXINT64. */
typedef struct
{
  gint64 from;
  gint64 to;
} IvrSlaPause;

/**
 * IvrSla:
 * @left: business seconds that are left; negative when the answer is late
 * @paused: whether the clock stands still at the moment
 * @due: when @left runs out if nothing pauses the clock any more; 0 while it is paused, and the
 *   moment when it ran out when it is late
 */
typedef struct
{
  gint64 left;
  gboolean paused;
  gint64 due;
} IvrSla;

gint64 ivr_sla_business_time (GTimeZone         *zone,
                              gint64             from,
                              gint64             to);
void   ivr_sla_calculate     (GTimeZone         *zone,
                              gint64             target,
                              gint64             started,
                              const IvrSlaPause *pauses,
                              gsize              n_pauses,
                              gint64             now,
                              IvrSla            *sla);

G_END_DECLS
