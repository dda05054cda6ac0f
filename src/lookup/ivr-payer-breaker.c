/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-payer-breaker.h"

/**
 * ivr_payer_breaker_may_ask:
 * @self: of one payer
 * @now_ms: monotonic milliseconds
 *
 * Returns: whether a question may go out. After a rest that is so once: who asks next rests again until
 *   ivr_payer_breaker_note() says how that one ended.
 */
gboolean
ivr_payer_breaker_may_ask (IvrPayerBreaker *self,
                           gint64           now_ms)
{
  if (self->rests_until_ms == 0)
    return TRUE;
  if (now_ms < self->rests_until_ms)
    return FALSE;
  self->rests_until_ms = now_ms + IVR_PAYER_BREAKER_REST_MS;
  return TRUE;
}

/**
 * ivr_payer_breaker_note:
 * @self: of one payer
 * @now_ms: monotonic milliseconds
 * @was_reached: whether something answered, whatever it said
 */
void
ivr_payer_breaker_note (IvrPayerBreaker *self,
                        gint64           now_ms,
                        gboolean         was_reached)
{
  if (was_reached)
    *self = (IvrPayerBreaker) { 0 };
  else if (++self->failures >= IVR_PAYER_BREAKER_FAILURES)
    self->rests_until_ms = now_ms + IVR_PAYER_BREAKER_REST_MS;
}
