/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A payer has a minute at most, all attempts together; then the gateway says how it ended. */
#define IVR_PAYER_LINE_TIMEOUT_MS 90000

void  ivr_payer_line_ask_async  (const char           *gateway_uri,
                                 const char           *token,
                                 const char           *check,
                                 guint                 timeout_ms,
                                 GCancellable         *cancellable,
                                 GAsyncReadyCallback   callback,
                                 gpointer              user_data);
char *ivr_payer_line_ask_finish (GAsyncResult         *result,
                                 GError              **error);

G_END_DECLS
