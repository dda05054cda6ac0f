/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-sla.h"

#include <stdlib.h>

#define OPENS 8
#define CLOSES 17
#define DAY G_GINT64_CONSTANT (86400)
/* 1900 to 2200: beyond lies no request, only a wrong clock; it also bounds every loop here. */
#define FIRST G_GINT64_CONSTANT (-2208988800)
#define LAST G_GINT64_CONSTANT (7258118400)

/* The business hours of the local day that @date is in; FALSE on a weekend. */
static gboolean
day_hours (GTimeZone *zone,
           GDateTime *date,
           gint64    *opens,
           gint64    *closes)
{
  int year, month, day;
  g_autoptr(GDateTime) open = NULL;
  g_autoptr(GDateTime) close = NULL;

  if (g_date_time_get_day_of_week (date) > G_DATE_FRIDAY)
    return FALSE;
  g_date_time_get_ymd (date, &year, &month, &day);
  open = g_date_time_new (zone, year, month, day, OPENS, 0, 0);
  close = g_date_time_new (zone, year, month, day, CLOSES, 0, 0);
  *opens = g_date_time_to_unix (open);
  *closes = g_date_time_to_unix (close);
  return TRUE;
}

/* Noon of the local day of @when, so that adding days never meets a change of the clock. */
static GDateTime *
noon_of (GTimeZone *zone,
         gint64     when)
{
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc (when);
  g_autoptr(GDateTime) local = g_date_time_to_timezone (utc, zone);

  return g_date_time_new (zone, g_date_time_get_year (local), g_date_time_get_month (local),
                          g_date_time_get_day_of_month (local), 12, 0, 0);
}

/**
 * ivr_sla_business_time:
 * @zone: whose clock counts
 * @from: start
 * @to: end
 *
 * Business hours are Monday to Friday, 8:00 to 17:00 on the wall in @zone. Times before 1900 and
 * after 2199 count as these.
 *
 * Returns: business seconds between @from and @to; 0 when @to is not later
 */
gint64
ivr_sla_business_time (GTimeZone *zone,
                       gint64     from,
                       gint64     to)
{
  g_autoptr(GDateTime) noon = NULL;
  gint64 total = 0;

  from = CLAMP (from, FIRST, LAST);
  to = CLAMP (to, FIRST, LAST);
  if (to <= from)
    return 0;
  noon = noon_of (zone, from);
  while (g_date_time_to_unix (noon) - DAY < to)
    {
      GDateTime *next = g_date_time_add_days (noon, 1);
      gint64 opens, closes;

      if (day_hours (zone, noon, &opens, &closes))
        total += MAX (0, MIN (to, closes) - MAX (from, opens));
      g_date_time_unref (noon);
      noon = next;
    }
  return total;
}

/* The first moment at which @seconds of business time have gone by since @from. */
static gint64
after_business_time (GTimeZone *zone,
                     gint64     from,
                     gint64     seconds)
{
  g_autoptr(GDateTime) noon = noon_of (zone, CLAMP (from, FIRST, LAST));

  while (g_date_time_to_unix (noon) < LAST)
    {
      GDateTime *next = g_date_time_add_days (noon, 1);
      gint64 opens, closes;

      if (day_hours (zone, noon, &opens, &closes) && closes > from)
        {
          gint64 start = MAX (from, opens);

          if (seconds <= closes - start)
            {
              g_date_time_unref (next);
              return start + seconds;
            }
          seconds -= closes - start;
        }
      g_date_time_unref (noon);
      noon = next;
    }
  return LAST;
}

static int
compare_pauses (const void *a,
                const void *b)
{
  const IvrSlaPause *x = a, *y = b;

  return (x->from > y->from) - (x->from < y->from);
}

/**
 * ivr_sla_calculate:
 * @zone: whose business hours count
 * @target: business seconds that the team has for its answer
 * @started: when the clock started
 * @pauses: (array length=n_pauses) (nullable): when it stood still; in any order, may overlap
 * @n_pauses: how many
 * @now: the present
 * @sla: (out caller-allocates): the answer
 *
 * The one clock: a pure function of its arguments. A pause counts for the business time that it
 * covers, once, however many overlap there.
 */
void
ivr_sla_calculate (GTimeZone         *zone,
                   gint64             target,
                   gint64             started,
                   const IvrSlaPause *pauses,
                   gsize              n_pauses,
                   gint64             now,
                   IvrSla            *sla)
{
  g_autofree IvrSlaPause *sorted = g_memdup2 (pauses, n_pauses * sizeof *pauses);
  gint64 cursor = started;
  gint64 left = target;
  gint64 ran_out = 0;

  *sla = (IvrSla) { 0 };
  if (n_pauses > 0)
    qsort (sorted, n_pauses, sizeof *sorted, compare_pauses);
  for (gsize i = 0; i <= n_pauses; i++)
    {
      gint64 end = i < n_pauses ? MIN (sorted[i].from, now) : now;

      if (end > cursor)
        {
          gint64 spent = ivr_sla_business_time (zone, cursor, end);

          if (left >= 0 && spent > left)
            ran_out = after_business_time (zone, cursor, left);
          left -= spent;
          cursor = end;
        }
      if (i < n_pauses && sorted[i].to > sorted[i].from)
        {
          sla->paused |= sorted[i].from <= now && now < sorted[i].to;
          cursor = MAX (cursor, MIN (sorted[i].to, now));
        }
    }
  sla->left = left;
  if (left < 0)
    sla->due = ran_out;
  else if (!sla->paused)
    sla->due = after_business_time (zone, MAX (now, started), left);
}
