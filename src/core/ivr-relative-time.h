/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * IvrRelativeKind:
 * @IVR_RELATIVE_NOW: less than a minute away
 * @IVR_RELATIVE_MINUTES: n minutes, 1 to 59
 * @IVR_RELATIVE_HOURS: n hours, 1 to 23
 * @IVR_RELATIVE_DAYS: n calendar days, 1 to 6 (1 is yesterday or tomorrow)
 * @IVR_RELATIVE_DATE: further away: show the day itself
 */
typedef enum {
  IVR_RELATIVE_NOW = 1,
  IVR_RELATIVE_MINUTES,
  IVR_RELATIVE_HOURS,
  IVR_RELATIVE_DAYS,
  IVR_RELATIVE_DATE,
} IvrRelativeKind;

/* Numbers only; the desk has the words. `future` says on which side of now it lies. */
typedef struct
{
  IvrRelativeKind kind;
  int n;
  gboolean future;
} IvrRelativeTime;

IvrRelativeTime ivr_relative_time (GTimeZone *zone,
                                   gint64     when,
                                   gint64     now);

G_END_DECLS
