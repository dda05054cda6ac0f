/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything in the gateway that reads bytes of strangers: the upgrade, the frames, the messages. */
#include "ivr-http-answer.h"
#include "ivr-http-request.h"
#include "ivr-wire.h"
#include "ivr-ws-codec.h"
#include "ivr-ws-handshake.h"

#include <stdint.h>
#include <string.h>

#define SEED 7219
#define N_ROUNDS 1000000
#define INPUT_MAX 16384

/* How often each part took what it was given: who mangles too much tests only the first check. */
static guint n_requests;
static guint n_upgrades;
static guint n_frames;
static guint n_messages;

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

/* A copy that ends where the bytes end, so that a sanitizer sees a read behind them. */
static guint8 *
dup_exactly (const guint8 *data,
             gsize         size)
{
  return g_memdup2 (size > 0 ? data : (const guint8 *) "", MAX (size, 1));
}

static void
try_handshake (const guint8 *data,
               gsize         size)
{
  char accept[IVR_WS_ACCEPT_SIZE] = "";
  g_autofree guint8 *bytes = dup_exactly (data, size);
  g_autofree char *answer = NULL;
  guint status = 0;
  IvrWsHandshakeResult result = ivr_ws_handshake_parse ((const char *) bytes, size, accept, &status);

  g_assert_cmpint (result, >=, IVR_WS_HANDSHAKE_MORE);
  if (result == IVR_WS_HANDSHAKE_ACCEPTED)
    {
      /* What is accepted asked for it in so many words, and nothing of it comes back. */
      n_upgrades++;
      g_assert_cmpuint (size, <=, IVR_WS_HANDSHAKE_MAX);
      g_assert_nonnull (memmem (bytes, size, "GET /v1/live HTTP/1.1\r\n", 23));
      g_assert_cmpuint (strlen (accept), ==, 28);
      answer = ivr_ws_handshake_dup_answer (accept);
      g_assert_true (g_str_is_ascii (answer));
    }
  else if (result == IVR_WS_HANDSHAKE_REFUSED)
    {
      g_assert_cmpuint (status, >=, 400);
      g_assert_cmpuint (status, <, 500);
    }
  else
    {
      g_assert_cmpuint (size, <, IVR_WS_HANDSHAKE_MAX);
    }
}

static void
try_request (const guint8 *data,
             gsize         size)
{
  g_autofree guint8 *bytes = dup_exactly (data, size);
  const char *start = (const char *) bytes;
  IvrHttpRequest request;
  guint status = 0;

  switch (ivr_http_request_parse (start, size, &request, &status))
    {
    case IVR_HTTP_READY:
      /* What it points to lies in what was sent, and asks for one of the two in so many words. */
      n_requests++;
      g_assert_true (request.body >= start && request.body + request.body_length == start + size);
      g_assert_cmpuint (request.body_length, <=, IVR_HTTP_BODY_MAX);
      if (request.route == IVR_HTTP_OPENAPI)
        {
          g_assert_cmpint (strncmp (start, "GET /v1/openapi.json HTTP/1.1\r\n", 31), ==, 0);
          break;
        }
      g_assert_cmpint (strncmp (start, "POST /v1/eligibility HTTP/1.1\r\n", 31), ==, 0);
      g_assert_cmpuint (request.token_length, >, 0);
      g_assert_cmpuint (request.token_length, <=, IVR_HTTP_TOKEN_MAX);
      g_assert_true (request.token > start && request.token + request.token_length < request.body);
      break;
    case IVR_HTTP_REFUSED:
      {
        g_autoptr(GBytes) answer = ivr_http_answer_new_problem (status);

        g_assert_cmpuint (status, >=, 400);
        g_assert_cmpuint (g_bytes_get_size (answer), >, 0);
      }
      break;
    case IVR_HTTP_MORE:
      g_assert_cmpuint (size, <, IVR_HTTP_HEAD_MAX + IVR_HTTP_BODY_MAX);
      break;
    case IVR_HTTP_OTHER:
    default:
      break;
    }
}

static void
try_message (const char *text,
             gsize       length)
{
  g_autofree char *copy = g_memdup2 (length > 0 ? text : "", MAX (length, 1));
  g_autoptr(IvrWireMessage) message = ivr_wire_parse (copy, length);

  if (message == NULL)
    return;
  n_messages++;
  g_assert_cmpuint (strlen (message->token), >, 0);
  g_assert_cmpuint (strlen (message->token), <=, 256);
  for (guint i = 0; i < message->cursors->len; i++)
    {
      const IvrWireCursor *cursor = &g_array_index (message->cursors, IvrWireCursor, i);

      g_assert_true (g_uuid_string_is_valid (cursor->org));
      g_assert_cmpint (cursor->seq, >=, 0);
    }
}

/* As the gateway does it: frame after frame, until one is broken or incomplete. */
static void
try_frames (const guint8 *data,
            gsize         size)
{
  g_autofree guint8 *bytes = dup_exactly (data, size);
  gsize at = 0;

  for (;;)
    {
      IvrWsFrame frame;
      IvrWsDecode result = ivr_ws_codec_decode (bytes + at, size - at, &frame);

      if (result == IVR_WS_DECODE_MORE)
        {
          /* What may still be waited for is bounded. */
          g_assert_cmpuint (size - at, <, IVR_WS_FRAME_MAX);
          return;
        }
      if (result == IVR_WS_DECODE_BROKEN)
        {
          g_assert_cmpuint (frame.close_code, >=, 1002);
          g_assert_cmpuint (frame.close_code, <=, 1009);
          return;
        }
      n_frames++;
      g_assert_cmpuint (frame.size, >=, 6);
      g_assert_cmpuint (frame.size, <=, size - at);
      g_assert_cmpuint (frame.length, <=, IVR_WS_MESSAGE_MAX);
      g_assert_true ((const guint8 *) frame.payload + frame.length <= bytes + size);
      if (frame.opcode == IVR_WS_OPCODE_TEXT)
        {
          g_assert_true (g_utf8_validate_len (frame.payload, frame.length, NULL));
          try_message (frame.payload, frame.length);
        }
      at += frame.size;
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  try_handshake (data, size);
  try_request (data, size);
  try_frames (data, size);
  if (g_utf8_validate_len ((const char *) data, size, NULL))
    try_message ((const char *) data, size);
  return 0;
}

#ifndef IVR_LIBFUZZER

#define ORG "0e000000-0000-4000-8000-000000000001"
#define MASK "\x80\x80\x80\x80"

static const struct
{
  const char *bytes;
  gsize length;
} corpus[] = {
#define BYTES(text) { text, sizeof text - 1 }
  BYTES ("GET /v1/live HTTP/1.1\r\nHost: localhost:8443\r\nUpgrade: websocket\r\nConnection: keep-alive, "
         "Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"),
  BYTES ("GET /v1/live HTTP/1.1\r\nHost: [::1]\r\nupgrade: WebSocket\r\nconnection: upgrade\r\n"
         "sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\nOrigin: null\r\n\r\n"),
  BYTES ("POST /v1/eligibility HTTP/1.1\r\nHost: localhost:8443\r\nAuthorization: Bearer 0123456789abcdef\r\n"
         "Content-Type: application/json; charset=utf-8\r\nContent-Length: 48\r\n\r\n{\"check\":\"" ORG "\"}"),
  BYTES ("GET /v1/openapi.json HTTP/1.1\r\nHost: [::1]\r\nAccept: */*\r\n\r\n"),
  BYTES ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n"),
  BYTES ("{\"type\":\"hello\",\"token\":\"0123456789abcdef\",\"epoch\":\"7-1-0\",\"cursors\":{\"" ORG "\":7}}"),
  BYTES ("{\"type\":\"hello\",\"token\":\"t\",\"epoch\":null,\"cursors\":{}}"),
  BYTES ("{\"type\":\"token\",\"token\":\"\\u0041\\ud83d\\ude00\",\"more\":[1,2.5e300,true,null]}"),
  BYTES ("{\"type\":\"hello\",\"token\":\"t\",\"cursors\":{\"" ORG "\":-9223372036854775808}}"),
  /* Masked with zeroes, so that mutations of the text stay text. */
  BYTES ("\x81\x9e\0\0\0\0{\"type\":\"token\",\"token\":\"abc\"}"),
  BYTES ("\x81\xfe\0\x80\0\0\0\0{\"type\":\"hello\",\"token\":\"0123456789abcdef0123456789abcdef\",\"epoch\":"
         "\"7312345678901234567-1-0\",\"cursors\":{}}                     "),
  BYTES ("\x89\x84" MASK "ping\x8a\x80" MASK "\x88\x82" MASK "\x83\x68"),
  BYTES ("\x88\x87\0\0\0\0\x03\xe8" "hello\x81\x81\0\0\0\0x"),
  BYTES ("\x01\x81\0\0\0\0x\x80\x81\0\0\0\0x"),
  BYTES ("\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0"),
#undef BYTES
};

/* Words that parsers stumble over. */
static const struct
{
  const char *bytes;
  gsize length;
} words[] = {
  { "\r\n", 2 }, { "\r\n\r\n", 4 }, { "\n", 1 }, { "\0", 1 }, { "\xff", 1 }, { "\xed\xa0\x80", 3 },
  { "\xf4\x90\x80\x80", 4 }, { "{", 1 }, { "[[[[", 4 }, { "\"", 1 }, { "\\", 1 }, { "\\u0000", 6 },
  { ":", 1 }, { ",", 1 }, { "\x81\xfe\x10\0", 4 }, { "\x81\xfe\x10\1", 4 }, { "\x81\xfe\0\x7d", 4 },
  { "Sec-WebSocket-Key: ", 19 }, { "Host: ", 6 }, { "Upgrade", 7 }, { " HTTP/1.1", 9 }, { "\t", 1 },
  { "9223372036854775808", 19 }, { "1e999", 5 }, { ORG, sizeof ORG - 1 },
};

static void
mutate (GByteArray *input,
        GRand      *rand)
{
  guint at = input->len > 0 ? (guint) g_rand_int_range (rand, 0, (gint32) input->len) : 0;
  guint n = input->len > at ? (guint) g_rand_int_range (rand, 0, (gint32) MIN (input->len - at, 64) + 1) : 0;
  guint word = (guint) g_rand_int_range (rand, 0, G_N_ELEMENTS (words));
  guint other = (guint) g_rand_int_range (rand, 0, G_N_ELEMENTS (corpus));
  g_autofree guint8 *piece = g_memdup2 (input->data + at, n);
  g_autoptr(GByteArray) tail = NULL;

  switch (g_rand_int_range (rand, 0, 7))
    {
    case 0:
      if (n > 0)
        input->data[at] ^= (guint8) (1 << g_rand_int_range (rand, 0, 8));
      break;
    case 1:
      if (n > 0)
        input->data[at] = (guint8) g_rand_int_range (rand, 0, 256);
      break;
    case 2:
      g_byte_array_remove_range (input, at, n);
      break;
    case 3:
      g_byte_array_set_size (input, at);
      break;
    case 4:
      g_byte_array_append (input, piece, n);
      break;
    case 5:
      tail = g_byte_array_new ();
      g_byte_array_append (tail, input->data + at, input->len - at);
      g_byte_array_set_size (input, at);
      g_byte_array_append (input, (const guint8 *) words[word].bytes, (guint) words[word].length);
      g_byte_array_append (input, tail->data, tail->len);
      break;
    default:
      g_byte_array_append (input, (const guint8 *) corpus[other].bytes, (guint) corpus[other].length);
      break;
    }
  if (input->len > INPUT_MAX)
    g_byte_array_set_size (input, INPUT_MAX);
}

static void
test_corpus (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (corpus); i++)
    for (gsize n = 0; n <= corpus[i].length; n++)
      LLVMFuzzerTestOneInput ((const guint8 *) corpus[i].bytes, n);
}

static void
test_mutations (void)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (SEED);
  g_autoptr(GByteArray) input = g_byte_array_new ();

  n_requests = n_upgrades = n_frames = n_messages = 0;
  for (guint i = 0; i < N_ROUNDS; i++)
    {
      guint from = (guint) g_rand_int_range (rand, 0, G_N_ELEMENTS (corpus));
      int n = g_rand_int_range (rand, 1, 9);

      g_byte_array_set_size (input, 0);
      g_byte_array_append (input, (const guint8 *) corpus[from].bytes, (guint) corpus[from].length);
      for (int j = 0; j < n; j++)
        mutate (input, rand);
      LLVMFuzzerTestOneInput (input->data, input->len);
    }
  g_test_message ("of %d: %u requests, %u upgrades, %u frames, %u messages", N_ROUNDS, n_requests, n_upgrades, n_frames, n_messages);
  g_assert_cmpuint (n_requests, >, N_ROUNDS / 1000);
  g_assert_cmpuint (n_upgrades, >, N_ROUNDS / 1000);
  g_assert_cmpuint (n_frames, >, N_ROUNDS / 100);
  g_assert_cmpuint (n_messages, >, N_ROUNDS / 1000);
}

/* The same bytes in pieces come to the same: nothing depends on how the network cut them. */
static void
test_pieces (void)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (SEED + 1);

  for (guint i = 0; i < N_ROUNDS / 10; i++)
    {
      guint from = (guint) g_rand_int_range (rand, 0, G_N_ELEMENTS (corpus));
      g_autoptr(GByteArray) input = g_byte_array_new ();
      g_autofree guint8 *whole = NULL;
      g_autofree guint8 *cut = NULL;
      IvrWsFrame frame;
      IvrWsFrame part;
      IvrWsDecode result;
      gsize n;

      g_byte_array_append (input, (const guint8 *) corpus[from].bytes, (guint) corpus[from].length);
      mutate (input, rand);
      whole = dup_exactly (input->data, input->len);
      result = ivr_ws_codec_decode (whole, input->len, &frame);
      if (result != IVR_WS_DECODE_FRAME)
        continue;
      n = (gsize) g_rand_int_range (rand, 0, (gint32) frame.size);
      cut = dup_exactly (input->data, n);
      g_assert_cmpint (ivr_ws_codec_decode (cut, n, &part), ==, IVR_WS_DECODE_MORE);
      g_assert_cmpint (memcmp (cut, input->data, n), ==, 0);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fuzz-gateway/corpus", test_corpus);
  g_test_add_func ("/fuzz-gateway/mutations", test_mutations);
  g_test_add_func ("/fuzz-gateway/pieces", test_pieces);
  return g_test_run ();
}

#endif
