/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A request head never needs more than this; whoever sends more is refused (431). */
#define IVR_WS_HANDSHAKE_MAX 8192

/* Length of a Sec-WebSocket-Accept value, with the final NUL. */
#define IVR_WS_ACCEPT_SIZE 29

/**
 * IvrWsHandshakeResult:
 * @IVR_WS_HANDSHAKE_MORE: the head is not complete yet
 * @IVR_WS_HANDSHAKE_ACCEPTED: a good upgrade request
 * @IVR_WS_HANDSHAKE_REFUSED: answer with ivr_ws_handshake_dup_refusal() and close
 */
typedef enum {
  IVR_WS_HANDSHAKE_MORE = 1,
  IVR_WS_HANDSHAKE_ACCEPTED,
  IVR_WS_HANDSHAKE_REFUSED,
} IvrWsHandshakeResult;

IvrWsHandshakeResult ivr_ws_handshake_parse       (const char *bytes,
                                                   gsize       length,
                                                   char        accept[IVR_WS_ACCEPT_SIZE],
                                                   guint      *status);
char                *ivr_ws_handshake_dup_answer  (const char *accept);
char                *ivr_ws_handshake_dup_refusal (guint       status);

G_END_DECLS
