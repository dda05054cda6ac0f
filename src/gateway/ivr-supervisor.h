/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-metrics.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * IvrSupervisorLimits:
 * @every_ms: how often it looks
 * @idle_s: how long a session may do nothing
 * @transaction_s: how long a transaction may stay open
 * @session_s: how long a session may last
 * @connections: how many sessions one person may have at once
 */
typedef struct
{
  int every_ms;
  int idle_s;
  int transaction_s;
  int session_s;
  int connections;
} IvrSupervisorLimits;

#define IVR_SUPERVISOR_LIMITS { 5000, 1800, 60, 12 * 60 * 60, 16 }

/**
 * IvrSupervisor:
 * Ends sessions of people that go beyond a limit, or whose person was locked out: PostgreSQL lets
 * everybody switch off the timeouts of their own session, so its settings alone hold nobody. Which
 * sessions these are is decided in the database, which ends no others.
 *
 * Several may look after one database. Whether one does is "supervising" of its metrics: 1 while the
 * last look was answered. Signal "failed" (sentence): the first connection was refused.
 */
#define IVR_TYPE_SUPERVISOR (ivr_supervisor_get_type ())
G_DECLARE_FINAL_TYPE (IvrSupervisor, ivr_supervisor, IVR, SUPERVISOR, GObject)

IvrSupervisor *ivr_supervisor_new   (const char                *conninfo,
                                     const IvrSupervisorLimits *limits,
                                     IvrMetrics                *metrics);
void           ivr_supervisor_start (IvrSupervisor             *self);

G_END_DECLS
