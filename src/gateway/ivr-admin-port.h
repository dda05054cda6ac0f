/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-metrics.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * IvrAdminPort:
 * For those who look after the gateway, on this machine only: GET /healthz is 200 while the feed
 * is live and 503 otherwise, GET /metrics is Prometheus' text form.
 */
#define IVR_TYPE_ADMIN_PORT (ivr_admin_port_get_type ())
G_DECLARE_FINAL_TYPE (IvrAdminPort, ivr_admin_port, IVR, ADMIN_PORT, GObject)

IvrAdminPort *ivr_admin_port_new (GSocketAddress    *address,
                                  const IvrMetrics  *metrics,
                                  GError           **error);

G_END_DECLS
