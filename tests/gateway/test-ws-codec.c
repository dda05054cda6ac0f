/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-ws-codec.h"

#include <string.h>

#define MASK "\x01\x02\x03\x04"
#define ROUNDS 200000
#define TEXT(s) s, sizeof s - 1

/* A masked frame: the two first bytes as they are given, the payload masked here. */
static GByteArray *
make_frame (guint8      first,
            const void *payload,
            gsize       length)
{
  GByteArray *frame = g_byte_array_new ();
  guint8 start[4] = { first, (guint8) (0x80 | MIN (length, 126)), (guint8) (length >> 8),
                      (guint8) length };

  g_byte_array_append (frame, start, length < 126 ? 2 : 4);
  g_byte_array_append (frame, (const guint8 *) MASK, 4);
  for (gsize i = 0; i < length; i++)
    {
      guint8 byte = ((const guint8 *) payload)[i] ^ (guint8) MASK[i % 4];

      g_byte_array_append (frame, &byte, 1);
    }
  return frame;
}

static const struct
{
  const char *what;
  guint8 first;
  const char *payload;
  gsize length;
  guint16 code; /* 0: a good frame */
} frames[] = {
  { "text", 0x81, TEXT ("{}"), 0 },
  { "empty text", 0x81, TEXT (""), 0 },
  { "UTF-8", 0x81, TEXT ("gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80"), 0 },
  { "ping", 0x89, TEXT ("abc"), 0 },
  { "empty pong", 0x8a, TEXT (""), 0 },
  { "close without a code", 0x88, TEXT (""), 0 },
  { "close 1000", 0x88, TEXT ("\x03\xe8"), 0 },
  { "close 4999", 0x88, TEXT ("\x13\x87" "bye"), 0 },
  { "first part of a text", 0x01, TEXT ("{"), 1009 },
  { "later part", 0x80, TEXT ("}"), 1002 },
  { "binary", 0x82, TEXT ("x"), 1003 },
  { "reserved bit 1", 0xc1, TEXT ("{}"), 1002 },
  { "reserved bit 2", 0xa1, TEXT ("{}"), 1002 },
  { "reserved bit 3", 0x91, TEXT ("{}"), 1002 },
  { "opcode 3", 0x83, TEXT (""), 1002 },
  { "opcode 7", 0x87, TEXT (""), 1002 },
  { "opcode 11", 0x8b, TEXT (""), 1002 },
  { "opcode 15", 0x8f, TEXT (""), 1002 },
  { "ping in parts", 0x09, TEXT (""), 1002 },
  { "close in parts", 0x08, TEXT (""), 1002 },
  { "close with half a code", 0x88, TEXT ("\x03"), 1002 },
  { "close 0", 0x88, TEXT ("\x00\x00"), 1002 },
  { "close 999", 0x88, TEXT ("\x03\xe7"), 1002 },
  { "close 1004", 0x88, TEXT ("\x03\xec"), 1002 },
  { "close 1005", 0x88, TEXT ("\x03\xed"), 1002 },
  { "close 1006", 0x88, TEXT ("\x03\xee"), 1002 },
  { "close 1015", 0x88, TEXT ("\x03\xf7"), 1002 },
  { "close 2999", 0x88, TEXT ("\x0b\xb7"), 1002 },
  { "close 5000", 0x88, TEXT ("\x13\x88"), 1002 },
  { "close with a broken reason", 0x88, TEXT ("\x03\xe8\xff"), 1007 },
  { "lone continuation byte", 0x81, TEXT ("\x80"), 1007 },
  { "cut character", 0x81, TEXT ("\xe2\x82"), 1007 },
  { "overlong slash", 0x81, TEXT ("\xc0\xaf"), 1007 },
  { "surrogate", 0x81, TEXT ("\xed\xa0\x80"), 1007 },
  { "beyond Unicode", 0x81, TEXT ("\xf4\x90\x80\x80"), 1007 },
  { "NUL", 0x81, TEXT ("a\0b"), 1007 },
};

static void
test_frames (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      g_autoptr(GByteArray) bytes =
        make_frame (frames[i].first, frames[i].payload, frames[i].length);
      gsize size = bytes->len;
      IvrWsFrame frame;
      IvrWsDecode result;

      g_test_message ("%s", frames[i].what);
      result = ivr_ws_codec_decode (bytes->data, size, &frame);
      if (frames[i].code != 0)
        {
          g_assert_cmpint (result, ==, IVR_WS_DECODE_BROKEN);
          g_assert_cmpuint (frame.close_code, ==, frames[i].code);
          continue;
        }
      g_assert_cmpint (result, ==, IVR_WS_DECODE_FRAME);
      g_assert_cmpuint (frame.size, ==, size);
      g_assert_cmpint (frame.opcode, ==, frames[i].first & 0x0f);
      g_assert_cmpmem (frame.payload, frame.length, frames[i].payload, frames[i].length);
    }
}

static void
test_close_code (void)
{
  g_autoptr(GByteArray) with = make_frame (0x88, "\x0f\xa1", 2);
  g_autoptr(GByteArray) without = make_frame (0x88, "", 0);
  IvrWsFrame frame;

  g_assert_cmpint (ivr_ws_codec_decode (with->data, with->len, &frame), ==, IVR_WS_DECODE_FRAME);
  g_assert_cmpuint (frame.close_code, ==, 4001);
  g_assert_cmpint (ivr_ws_codec_decode (without->data, without->len, &frame), ==,
                   IVR_WS_DECODE_FRAME);
  g_assert_cmpuint (frame.close_code, ==, 1005);
}

/* What the first bytes already show is not waited out. */
static const struct
{
  const char *what;
  const char *bytes;
  gsize length;
  guint16 code; /* 0: more */
} starts[] = {
  { "nothing", TEXT (""), 0 },
  { "text", TEXT ("\x81"), 0 },
  { "reserved bit", TEXT ("\xc1"), 1002 },
  { "binary", TEXT ("\x82"), 1003 },
  { "not masked", TEXT ("\x81\x02"), 1002 },
  { "not masked, complete", TEXT ("\x81\x02{}"), 1002 },
  { "64 bits of length", TEXT ("\x81\xff"), 1009 },
  { "4097 bytes", TEXT ("\x81\xfe\x10\x01"), 1009 },
  { "4096 bytes", TEXT ("\x81\xfe\x10\x00"), 0 },
  { "half a length", TEXT ("\x81\xfe\x10"), 0 },
  { "long form of 125", TEXT ("\x81\xfe\x00\x7d"), 1002 },
  { "long form of 126", TEXT ("\x81\xfe\x00\x7e"), 0 },
  { "ping of 126", TEXT ("\x89\xfe"), 1002 },
  { "ping of 125", TEXT ("\x89\xfd"), 0 },
  { "close of 1", TEXT ("\x88\x81"), 1002 },
};

static void
test_starts (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (starts); i++)
    {
      g_autofree guint8 *bytes = g_memdup2 (starts[i].bytes, starts[i].length + 1);
      IvrWsFrame frame;
      IvrWsDecode result = ivr_ws_codec_decode (bytes, starts[i].length, &frame);

      g_test_message ("%s", starts[i].what);
      g_assert_cmpint (result, ==, starts[i].code != 0 ? IVR_WS_DECODE_BROKEN : IVR_WS_DECODE_MORE);
      g_assert_cmpuint (frame.close_code, ==, starts[i].code);
    }
}

static void
test_sizes (void)
{
  static const gsize sizes[] = { 0, 1, 125, 126, 127, 255, 256, 4095, 4096 };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *text = g_strnfill (sizes[i], 'x');
      g_autoptr(GByteArray) bytes = make_frame (0x81, text, sizes[i]);
      gsize size = bytes->len;
      IvrWsFrame frame;

      /* Nothing may be unmasked before all is there: a second look would mask it again. */
      for (gsize n = 0; n < size; n++)
        g_assert_cmpint (ivr_ws_codec_decode (bytes->data, n, &frame), ==, IVR_WS_DECODE_MORE);
      g_byte_array_append (bytes, (const guint8 *) "\x81", 1);
      g_assert_cmpint (ivr_ws_codec_decode (bytes->data, bytes->len, &frame), ==,
                       IVR_WS_DECODE_FRAME);
      g_assert_cmpuint (frame.size, ==, size);
      g_assert_cmpuint (frame.size, <=, IVR_WS_FRAME_MAX);
      g_assert_cmpmem (frame.payload, frame.length, text, sizes[i]);
    }
}

static void
test_encode (void)
{
  static const struct
  {
    gsize length;
    const char *header;
    gsize header_length;
  } cases[] = {
    { 0, TEXT ("\x81\x00") },
    { 125, TEXT ("\x81\x7d") },
    { 126, TEXT ("\x81\x7e\x00\x7e") },
    { 65535, TEXT ("\x81\x7e\xff\xff") },
    { 65536, TEXT ("\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00") },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strnfill (cases[i].length, 'y');
      g_autoptr(GBytes) frame = ivr_ws_codec_encode_text (text, cases[i].length);
      gsize size;
      const char *bytes = g_bytes_get_data (frame, &size);

      g_assert_cmpuint (size, ==, cases[i].header_length + cases[i].length);
      g_assert_cmpmem (bytes, cases[i].header_length, cases[i].header, cases[i].header_length);
      g_assert_cmpmem (bytes + cases[i].header_length, cases[i].length, text, cases[i].length);
    }
}

static void
test_encode_control (void)
{
  guint8 out[IVR_WS_CONTROL_SIZE];
  g_autofree char *reason = g_strnfill (200, 'r');
  gsize n;

  n = ivr_ws_codec_encode_control (out, IVR_WS_OPCODE_PING, NULL, 0);
  g_assert_cmpmem (out, n, "\x89\x00", 2);
  n = ivr_ws_codec_encode_control (out, IVR_WS_OPCODE_PONG, "ab", 2);
  g_assert_cmpmem (out, n, "\x8a\x02" "ab", 4);
  n = ivr_ws_codec_encode_close (out, 4001, "no");
  g_assert_cmpmem (out, n, "\x88\x04\x0f\xa1no", 6);
  n = ivr_ws_codec_encode_close (out, 1005, "not sent");
  g_assert_cmpmem (out, n, "\x88\x00", 2);
  n = ivr_ws_codec_encode_close (out, 4000, reason);
  g_assert_cmpuint (n, ==, sizeof out);
}

/* Several frames in a row, bytes of which are changed: always an end, never outside the bytes. */
static void
test_fuzz (void)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (6455);
  g_autoptr(GByteArray) seed = g_byte_array_new ();
  g_autofree char *longest = g_strnfill (300, 'z');
  guint counts[IVR_WS_DECODE_BROKEN + 1] = { 0 };

  for (gsize i = 0; i < 8; i++)
    {
      g_autoptr(GByteArray) frame =
        make_frame (frames[i].first, frames[i].payload, frames[i].length);
      g_autoptr(GByteArray) large = make_frame (0x81, longest, 40 * i);

      g_byte_array_append (seed, large->data, large->len);
      g_byte_array_append (seed, frame->data, frame->len);
    }
  for (guint round = 0; round < ROUNDS; round++)
    {
      gsize from = (gsize) g_rand_int_range (rand, 0, (gint32) seed->len);
      gsize n = (gsize) g_rand_int_range (rand, 1, (gint32) (seed->len - from) + 1);
      g_autofree guint8 *bytes = NULL;
      IvrWsDecode result = IVR_WS_DECODE_FRAME;

      if (g_rand_boolean (rand))
        {
          from = 0;
          n = seed->len;
        }
      bytes = g_memdup2 (seed->data + from, n);
      for (int i = g_rand_int_range (rand, 0, 6); i > 0; i--)
        bytes[g_rand_int_range (rand, 0, (gint32) MIN (n, 64))] = (guint8) g_rand_int (rand);
      for (gsize at = 0; result == IVR_WS_DECODE_FRAME;)
        {
          IvrWsFrame frame;

          result = ivr_ws_codec_decode (bytes + at, n - at, &frame);
          counts[result]++;
          if (result == IVR_WS_DECODE_BROKEN)
            g_assert_cmpuint (frame.close_code, >=, 1002);
          if (result != IVR_WS_DECODE_FRAME)
            break;
          g_assert_cmpuint (frame.size, >, 0);
          g_assert_cmpuint (frame.size, <=, n - at);
          g_assert_cmpuint (frame.length, <=, IVR_WS_MESSAGE_MAX);
          g_assert_true (frame.payload + frame.length == (char *) bytes + at + frame.size);
          g_assert_true (frame.opcode != IVR_WS_OPCODE_TEXT
                         || g_utf8_validate_len (frame.payload, frame.length, NULL));
          at += frame.size;
        }
    }
  for (int i = IVR_WS_DECODE_MORE; i <= IVR_WS_DECODE_BROKEN; i++)
    g_assert_cmpuint (counts[i], >, 1000);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ws-codec/frames", test_frames);
  g_test_add_func ("/ws-codec/close-code", test_close_code);
  g_test_add_func ("/ws-codec/starts", test_starts);
  g_test_add_func ("/ws-codec/sizes", test_sizes);
  g_test_add_func ("/ws-codec/encode", test_encode);
  g_test_add_func ("/ws-codec/encode-control", test_encode_control);
  g_test_add_func ("/ws-codec/fuzz", test_fuzz);
  return g_test_run ();
}
