/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* So many failures in a row, and the payer is left alone for so long. */
#define IVR_PAYER_BREAKER_FAILURES 5
#define IVR_PAYER_BREAKER_REST_MS 30000

/**
 * IvrPayerBreaker:
 * @failures: how often in a row a payer could not be reached
 * @rests_until_ms: until when it is not asked, monotonic; 0 for not at all
 *
 * Keeps desks from waiting for a payer that is away, and a payer that comes back from being overrun: after
 * its rest one question tries, and the others go on waiting for how it ends. Zeroed it is closed.
 */
typedef struct
{
  guint failures;
  gint64 rests_until_ms;
} IvrPayerBreaker;

gboolean ivr_payer_breaker_may_ask (IvrPayerBreaker *self,
                                    gint64           now_ms);
void     ivr_payer_breaker_note    (IvrPayerBreaker *self,
                                    gint64           now_ms,
                                    gboolean         was_reached);

G_END_DECLS
