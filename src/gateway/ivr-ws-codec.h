/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define IVR_WS_MESSAGE_MAX 4096
#define IVR_WS_CONTROL_MAX 125
/* Longest client frame: two bytes, two of length, four of mask, the message. */
#define IVR_WS_FRAME_MAX (IVR_WS_MESSAGE_MAX + 8)
/* Room for a control frame from the server. */
#define IVR_WS_CONTROL_SIZE (IVR_WS_CONTROL_MAX + 2)

typedef enum {
  IVR_WS_OPCODE_TEXT = 0x1,
  IVR_WS_OPCODE_CLOSE = 0x8,
  IVR_WS_OPCODE_PING = 0x9,
  IVR_WS_OPCODE_PONG = 0xa,
} IvrWsOpcode;

/**
 * IvrWsDecode:
 * @IVR_WS_DECODE_MORE: the frame is not complete yet
 * @IVR_WS_DECODE_FRAME: a frame
 * @IVR_WS_DECODE_BROKEN: not what RFC 6455 or this server allows; close with the given code
 */
typedef enum {
  IVR_WS_DECODE_MORE = 1,
  IVR_WS_DECODE_FRAME,
  IVR_WS_DECODE_BROKEN,
} IvrWsDecode;

/**
 * IvrWsFrame:
 * @opcode: what it is
 * @payload: unmasked, inside the bytes that were decoded; not NUL-terminated
 * @length: length of @payload
 * @size: how many bytes the frame took, its header included
 * @close_code: of a close frame, 1005 when it has none; of a broken one, the code to close with
 */
typedef struct
{
  IvrWsOpcode opcode;
  const char *payload;
  gsize length;
  gsize size;
  guint16 close_code;
} IvrWsFrame;

IvrWsDecode  ivr_ws_codec_decode         (guint8      *bytes,
                                          gsize        length,
                                          IvrWsFrame  *frame);
GBytes      *ivr_ws_codec_encode_text    (const char  *text,
                                          gsize        length);
gsize        ivr_ws_codec_encode_control (guint8       out[IVR_WS_CONTROL_SIZE],
                                          IvrWsOpcode  opcode,
                                          const void  *payload,
                                          gsize        length);
gsize        ivr_ws_codec_encode_close   (guint8       out[IVR_WS_CONTROL_SIZE],
                                          guint16      code,
                                          const char  *reason);

G_END_DECLS
