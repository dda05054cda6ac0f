/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-ws-codec.h"

#include <string.h>

/* RFC 6455, 7.4.1 */
#define CODE_PROTOCOL 1002
#define CODE_UNSUPPORTED 1003
#define CODE_NONE 1005
#define CODE_INVALID 1007
#define CODE_TOO_BIG 1009

#define FIN 0x80
#define RESERVED 0x70
#define OPCODE 0x0f
#define MASK 0x80
#define LENGTH 0x7f

static IvrWsDecode
broken (IvrWsFrame *frame,
        guint16     code)
{
  frame->close_code = code;
  return IVR_WS_DECODE_BROKEN;
}

/* Codes that may be in a frame: 7.4.1 without those that only stand for "no frame came", 7.4.2. */
static gboolean
is_close_code (guint code)
{
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014)
         || (code >= 3000 && code <= 4999);
}

/* The first two bytes tell whether the rest is worth waiting for. */
static guint16
check_start (const guint8 *bytes)
{
  guint8 opcode = bytes[0] & OPCODE;
  guint8 length = bytes[1] & LENGTH;

  if ((bytes[0] & RESERVED) != 0 || (bytes[1] & MASK) == 0)
    return CODE_PROTOCOL;
  switch (opcode)
    {
    case IVR_WS_OPCODE_TEXT:
      if ((bytes[0] & FIN) == 0)
        return CODE_TOO_BIG;
      return length == 127 ? CODE_TOO_BIG : 0;
    case 0x2:
      return CODE_UNSUPPORTED;
    case IVR_WS_OPCODE_CLOSE:
    case IVR_WS_OPCODE_PING:
    case IVR_WS_OPCODE_PONG:
      return (bytes[0] & FIN) == 0 || length > IVR_WS_CONTROL_MAX || (opcode == 8 && length == 1)
               ? CODE_PROTOCOL
               : 0;
    default:
      return CODE_PROTOCOL;
    }
}

static IvrWsDecode
check_payload (IvrWsFrame *frame)
{
  if (frame->opcode == IVR_WS_OPCODE_TEXT)
    {
      /* A NUL counts as bad too: no JSON text has one. */
      if (!g_utf8_validate_len (frame->payload, frame->length, NULL))
        return broken (frame, CODE_INVALID);
    }
  else if (frame->opcode == IVR_WS_OPCODE_CLOSE)
    {
      frame->close_code = CODE_NONE;
      if (frame->length >= 2)
        {
          guint code = (guint) (guint8) frame->payload[0] << 8 | (guint8) frame->payload[1];

          if (!is_close_code (code))
            return broken (frame, CODE_PROTOCOL);
          if (!g_utf8_validate_len (frame->payload + 2, frame->length - 2, NULL))
            return broken (frame, CODE_INVALID);
          frame->close_code = (guint16) code;
        }
    }
  return IVR_WS_DECODE_FRAME;
}

/**
 * ivr_ws_codec_decode:
 * @bytes: what the client sent; a complete frame is unmasked in place
 * @length: how many bytes
 * @frame: (out caller-allocates): the frame
 *
 * Reads the first frame of @bytes. Stricter than RFC 6455: no extension was agreed, so reserved
 * bits are errors; messages come in one frame and are text of at most %IVR_WS_MESSAGE_MAX bytes.
 * What is wrong with a frame is found as early as its bytes show it.
 *
 * Returns: what came of it
 */
IvrWsDecode
ivr_ws_codec_decode (guint8     *bytes,
                     gsize       length,
                     IvrWsFrame *frame)
{
  gsize header = 6;
  gsize n;
  guint16 code;

  memset (frame, 0, sizeof *frame);
  if (length < 2)
    {
      /* One byte can be wrong already; the second is taken as the best that could come. */
      const guint8 start[2] = { length == 1 ? bytes[0] : FIN | IVR_WS_OPCODE_TEXT, MASK };

      code = check_start (start);
      return code != 0 ? broken (frame, code) : IVR_WS_DECODE_MORE;
    }
  code = check_start (bytes);
  if (code != 0)
    return broken (frame, code);
  n = bytes[1] & LENGTH;
  if (n == 126)
    {
      if (length < 4)
        return IVR_WS_DECODE_MORE;
      n = (gsize) bytes[2] << 8 | bytes[3];
      if (n < 126)
        return broken (frame, CODE_PROTOCOL);
      if (n > IVR_WS_MESSAGE_MAX)
        return broken (frame, CODE_TOO_BIG);
      header = 8;
    }
  if (length < header + n)
    return IVR_WS_DECODE_MORE;
  for (gsize i = 0; i < n; i++)
    bytes[header + i] ^= bytes[header - 4 + i % 4];
  frame->opcode = bytes[0] & OPCODE;
  frame->payload = (const char *) bytes + header;
  frame->length = n;
  frame->size = header + n;
  return check_payload (frame);
}

/**
 * ivr_ws_codec_encode_text:
 * @text: UTF-8
 * @length: its length in bytes, below 64 MiB
 *
 * Returns: (transfer full): one unmasked text frame
 */
GBytes *
ivr_ws_codec_encode_text (const char *text,
                          gsize       length)
{
  gsize header = length < 126 ? 2 : length <= G_MAXUINT16 ? 4 : 10;
  guint8 *out;

  g_return_val_if_fail (length < 64 * 1024 * 1024, NULL);
  out = g_malloc (header + length);
  out[0] = FIN | IVR_WS_OPCODE_TEXT;
  out[1] = header == 2 ? (guint8) length : header == 4 ? 126 : 127;
  for (gsize i = 2; i < header; i++)
    out[i] = (guint8) ((guint64) length >> (8 * (header - 1 - i)));
  memcpy (out + header, text, length);
  return g_bytes_new_take (out, header + length);
}

/**
 * ivr_ws_codec_encode_control:
 * @out: (out caller-allocates): the frame
 * @opcode: close, ping or pong
 * @payload: (nullable): what it carries
 * @length: length of @payload, at most %IVR_WS_CONTROL_MAX
 *
 * Returns: length of the frame
 */
gsize
ivr_ws_codec_encode_control (guint8       out[IVR_WS_CONTROL_SIZE],
                             IvrWsOpcode  opcode,
                             const void  *payload,
                             gsize        length)
{
  g_return_val_if_fail (length <= IVR_WS_CONTROL_MAX, 0);
  out[0] = FIN | (guint8) opcode;
  out[1] = (guint8) length;
  if (length > 0)
    memcpy (out + 2, payload, length);
  return length + 2;
}

/**
 * ivr_ws_codec_encode_close:
 * @out: (out caller-allocates): the frame
 * @code: close code; 1005 makes a frame without one
 * @reason: a few words, ASCII
 *
 * Returns: length of the frame
 */
gsize
ivr_ws_codec_encode_close (guint8      out[IVR_WS_CONTROL_SIZE],
                           guint16     code,
                           const char *reason)
{
  guint8 payload[IVR_WS_CONTROL_MAX];
  gsize n = MIN (strlen (reason), sizeof payload - 2);

  if (code == CODE_NONE)
    return ivr_ws_codec_encode_control (out, IVR_WS_OPCODE_CLOSE, NULL, 0);
  payload[0] = (guint8) (code >> 8);
  payload[1] = (guint8) code;
  memcpy (payload + 2, reason, n);
  return ivr_ws_codec_encode_control (out, IVR_WS_OPCODE_CLOSE, payload, n + 2);
}
