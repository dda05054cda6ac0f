/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-relative-time.h"

#define SECOND G_GINT64_CONSTANT (1000000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)

static gint64
local_day (GTimeZone *zone,
           gint64     when)
{
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc (when / SECOND);
  g_autoptr(GDateTime) local = g_date_time_to_timezone (utc, zone);
  GDate day;

  g_date_clear (&day, 1);
  g_date_set_dmy (&day, (GDateDay) g_date_time_get_day_of_month (local),
                  (GDateMonth) g_date_time_get_month (local),
                      (GDateYear) g_date_time_get_year (local));
  return g_date_get_julian (&day);
}

/**
 * ivr_relative_time:
 * @zone: in which days begin and end
 * @when: microseconds since 1970, UTC; may be infinite (%G_MAXINT64, %G_MININT64)
 * @now: the present, likewise
 *
 * Rounds towards now, so that "5 hours left" is never more than there is. From 12 hours on, what
 * lies on another calendar day is counted in days.
 *
 * Returns: how far away
 */
IvrRelativeTime
ivr_relative_time (GTimeZone *zone,
                   gint64     when,
                   gint64     now)
{
  IvrRelativeTime out = { .kind = IVR_RELATIVE_DATE, .future = when > now };
  gint64 away;
  gint64 days;

  if (__builtin_sub_overflow (when, now, &away) || away == G_MININT64 || ABS (away) > 8 * 24 * HOUR)
    return out;
  away = ABS (away);
  if (away < MINUTE)
    out.kind = IVR_RELATIVE_NOW;
  else if (away < HOUR)
    {
      out.kind = IVR_RELATIVE_MINUTES;
      out.n = (int) (away / MINUTE);
    }
  else
    {
      days = ABS (local_day (zone, when) - local_day (zone, now));
      if (days == 0 || away < 12 * HOUR)
        {
          out.kind = IVR_RELATIVE_HOURS;
          out.n = (int) (away / HOUR);
        }
      else if (days < 7)
        {
          out.kind = IVR_RELATIVE_DAYS;
          out.n = (int) days;
        }
    }
  return out;
}
