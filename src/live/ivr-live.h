/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * IvrLiveState:
 * @IVR_LIVE_STATE_OFF: not started
 * @IVR_LIVE_STATE_CONNECTING: for the first time
 * @IVR_LIVE_STATE_LIVE: every change arrives
 * @IVR_LIVE_STATE_RECONNECTING: the line broke a moment ago
 * @IVR_LIVE_STATE_OFFLINE: it has not come back for a while; see ivr_live_get_since()
 */
typedef enum {
  IVR_LIVE_STATE_OFF = 1,
  IVR_LIVE_STATE_CONNECTING,
  IVR_LIVE_STATE_LIVE,
  IVR_LIVE_STATE_RECONNECTING,
  IVR_LIVE_STATE_OFFLINE,
} IvrLiveState;

/**
 * IvrLive:
 * Hears from a gateway what changed. An event is a hint to read again, never data.
 *
 * Events of an organization are numbered without gaps. One is passed on only when it is the next;
 * after a pause the gateway goes on behind the last one that was passed on, so nothing is missed
 * and nothing comes twice. Signals:
 *
 * - "token-wanted": the owner answers with ivr_live_give_token(), now or later
 * - "event" (kind, row id, request id, version)
 * - "resync": numbers are no use any more; read everything again
 *
 * Property "state" notifies.
 */
#define IVR_TYPE_LIVE (ivr_live_get_type ())
G_DECLARE_FINAL_TYPE (IvrLive, ivr_live, IVR, LIVE, GObject)

IvrLive     *ivr_live_new        (const char *uri);
void         ivr_live_start      (IvrLive    *self);
void         ivr_live_stop       (IvrLive    *self);
void         ivr_live_give_token (IvrLive    *self,
                                  const char *token);
void         ivr_live_token_failed (IvrLive  *self);
IvrLiveState ivr_live_get_state  (IvrLive    *self);
gint64       ivr_live_get_since  (IvrLive    *self);

G_END_DECLS
