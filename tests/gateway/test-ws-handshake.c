/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-ws-handshake.h"

#include <string.h>

#define KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" /* RFC 6455, 1.3 */
#define LINE "GET /v1/live HTTP/1.1\r\n"
#define HOST "Host: desk.example:8443\r\n"
#define UPGRADE "Upgrade: websocket\r\n"
#define CONNECTION "Connection: Upgrade\r\n"
#define VERSION "Sec-WebSocket-Version: 13\r\n"
#define KEY_LINE "Sec-WebSocket-Key: " KEY "\r\n"
#define REST UPGRADE CONNECTION VERSION KEY_LINE
#define END "\r\n"
#define ROUNDS 200000

static const char good[] = LINE HOST REST END;

static const struct
{
  const char *what;
  const char *head;
  guint status; /* 0: accepted */
} cases[] = {
  { "plain", LINE HOST REST END, 0 },
  { "other case and spaces", LINE "hOST:h\r\nUPGRADE: \t WebSocket \r\n"
    "connection:keep-alive, UPGRADE\r\n"
    "sec-websocket-version:13\r\nSEC-WEBSOCKET-KEY:" KEY "\r\n" END, 0 },
  { "unknown headers", LINE HOST REST "Origin: https://h\r\nX-Empty:\r\n" END, 0 },
  { "extensions are offered, not taken", LINE HOST REST
    "Sec-WebSocket-Extensions: permessage-deflate\r\n" END, 0 },
  { "IPv6 host", LINE "Host: [::1]:80\r\n" REST END, 0 },
  { "POST", "POST /v1/live HTTP/1.1\r\n" HOST REST END, 400 },
  { "small get", "get /v1/live HTTP/1.1\r\n" HOST REST END, 400 },
  { "HTTP/1.0", "GET /v1/live HTTP/1.0\r\n" HOST REST END, 400 },
  { "HTTP/1.1 and more", "GET /v1/live HTTP/1.11\r\n" HOST REST END, 400 },
  { "no version", "GET /v1/live\r\n" HOST REST END, 400 },
  { "two spaces", "GET  /v1/live HTTP/1.1\r\n" HOST REST END, 400 },
  { "space in the target", "GET /v1/live /x HTTP/1.1\r\n" HOST REST END, 400 },
  { "full target", "GET http://h/v1/live HTTP/1.1\r\n" HOST REST END, 400 },
  { "empty line first", "\r\n" LINE HOST REST END, 400 },
  { "root", "GET / HTTP/1.1\r\n" HOST REST END, 404 },
  { "query", "GET /v1/live?token=x HTTP/1.1\r\n" HOST REST END, 404 },
  { "longer path", "GET /v1/live/ HTTP/1.1\r\n" HOST REST END, 404 },
  { "shorter path", "GET /v1/liv HTTP/1.1\r\n" HOST REST END, 404 },
  { "no host", LINE REST END, 400 },
  { "two hosts", LINE HOST HOST REST END, 400 },
  { "empty host", LINE "Host:\r\n" REST END, 400 },
  { "list of hosts", LINE "Host: a, b\r\n" REST END, 400 },
  { "host with a path", LINE "Host: a/b\r\n" REST END, 400 },
  { "no upgrade", LINE HOST CONNECTION VERSION KEY_LINE END, 426 },
  { "other upgrade", LINE HOST "Upgrade: h2c\r\n" CONNECTION VERSION KEY_LINE END, 426 },
  { "two upgrades", LINE HOST UPGRADE REST END, 400 },
  { "no connection", LINE HOST UPGRADE VERSION KEY_LINE END, 426 },
  { "connection: close", LINE HOST UPGRADE "Connection: close\r\n" VERSION KEY_LINE END, 426 },
  { "connection: upgraded", LINE HOST UPGRADE "Connection: upgraded\r\n" VERSION KEY_LINE END,
    426 },
  { "no WebSocket version", LINE HOST UPGRADE CONNECTION KEY_LINE END, 426 },
  { "version 8", LINE HOST UPGRADE CONNECTION "Sec-WebSocket-Version: 8\r\n" KEY_LINE END, 426 },
  { "two versions", LINE HOST REST VERSION END, 400 },
  { "no key", LINE HOST UPGRADE CONNECTION VERSION END, 400 },
  { "two keys", LINE HOST REST KEY_LINE END, 400 },
  { "short key", LINE HOST UPGRADE CONNECTION VERSION "Sec-WebSocket-Key: dGhl\r\n" END, 400 },
  { "not base64", LINE HOST UPGRADE CONNECTION VERSION
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j*Q==\r\n" END, 400 },
  { "17 bytes", LINE HOST UPGRADE CONNECTION VERSION
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQA=\r\n" END, 400 },
  { "loose bits", LINE HOST UPGRADE CONNECTION VERSION
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZR==\r\n" END, 400 },
  { "length", LINE HOST REST "Content-Length: 0\r\n" END, 400 },
  { "chunked", LINE HOST REST "Transfer-Encoding: chunked\r\n" END, 400 },
  { "body", LINE HOST REST END "x", 400 },
  { "second request", LINE HOST REST END LINE, 400 },
  { "bare LF", LINE "Host: h\n" REST END, 400 },
  { "bare CR", LINE "Host: h\rX: y\r\n" REST END, 400 },
  { "CR CR LF", LINE "Host: h\r\r\n" REST END, 400 },
  { "folded", LINE HOST "X: a\r\n b\r\n" REST END, 400 },
  { "space before the colon", LINE "Host : h\r\n" REST END, 400 },
  { "no colon", LINE HOST "nonsense\r\n" REST END, 400 },
  { "no name", LINE HOST ": x\r\n" REST END, 400 },
  { "space in a name", LINE HOST "Content Length: 0\r\n" REST END, 400 },
  { "control character", LINE HOST "X: \001\r\n" REST END, 400 },
  { "404 does not hide what is bad", "GET / HTTP/1.1\r\n" HOST HOST REST END, 400 },
};

static void
test_table (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      char accept[IVR_WS_ACCEPT_SIZE] = "";
      guint status = 999;
      IvrWsHandshakeResult result;

      g_test_message ("%s", cases[i].what);
      result = ivr_ws_handshake_parse (cases[i].head, strlen (cases[i].head), accept, &status);
      g_assert_cmpuint (status, ==, cases[i].status);
      g_assert_cmpint (result, ==, cases[i].status == 0 ? IVR_WS_HANDSHAKE_ACCEPTED
                                                        : IVR_WS_HANDSHAKE_REFUSED);
      g_assert_cmpstr (accept, ==, cases[i].status != 0              ? ""
                                   : strstr (cases[i].head, KEY) != NULL ? ACCEPT
                                                                         : "");
    }
}

static void
test_nul (void)
{
  char head[] = LINE "Host: h\r\nX: ab\r\n" REST END;
  char accept[IVR_WS_ACCEPT_SIZE];
  guint status;

  *strstr (head, "ab") = '\0';
  g_assert_cmpint (ivr_ws_handshake_parse (head, sizeof head - 1, accept, &status), ==,
                   IVR_WS_HANDSHAKE_REFUSED);
  g_assert_cmpuint (status, ==, 400);
}

/* However it comes in pieces, every beginning is "more" and only the whole is accepted. */
static void
test_pieces (void)
{
  char accept[IVR_WS_ACCEPT_SIZE];
  guint status;

  for (gsize n = 0; n < strlen (good); n++)
    g_assert_cmpint (ivr_ws_handshake_parse (good, n, accept, &status), ==, IVR_WS_HANDSHAKE_MORE);
  g_assert_cmpint (ivr_ws_handshake_parse (good, strlen (good), accept, &status), ==,
                   IVR_WS_HANDSHAKE_ACCEPTED);
}

static void
test_limit (void)
{
  char accept[IVR_WS_ACCEPT_SIZE];
  g_autoptr(GString) head = g_string_new (LINE HOST REST "X: ");
  guint status;

  while (head->len < IVR_WS_HANDSHAKE_MAX - 4)
    g_string_append_c (head, 'x');
  g_assert_cmpint (ivr_ws_handshake_parse (head->str, head->len, accept, &status), ==,
                   IVR_WS_HANDSHAKE_MORE);
  g_string_append (head, "\r\n\r\n");
  g_assert_cmpint (ivr_ws_handshake_parse (head->str, head->len, accept, &status), ==,
                   IVR_WS_HANDSHAKE_ACCEPTED);
  g_string_insert (head, (gssize) head->len - 4, "x");
  g_assert_cmpint (ivr_ws_handshake_parse (head->str, head->len, accept, &status), ==,
                   IVR_WS_HANDSHAKE_REFUSED);
  g_assert_cmpuint (status, ==, 431);
}

static void
test_answers (void)
{
  static const guint statuses[] = { 400, 404, 426, 431 };
  g_autofree char *answer = ivr_ws_handshake_dup_answer (ACCEPT);

  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 101 "));
  g_assert_nonnull (strstr (answer, "\r\nSec-WebSocket-Accept: " ACCEPT "\r\n"));
  g_assert_true (g_str_has_suffix (answer, "\r\n\r\n"));
  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      g_autofree char *refusal = ivr_ws_handshake_dup_refusal (statuses[i]);
      g_autofree char *start = g_strdup_printf ("HTTP/1.1 %u ", statuses[i]);

      g_assert_true (g_str_has_prefix (refusal, start));
      g_assert_nonnull (strstr (refusal, "\r\nConnection: close\r\n"));
      g_assert_cmpint (strstr (refusal, "Sec-WebSocket-Version: 13") != NULL, ==,
                       statuses[i] == 426);
    }
}

/* A mutated head may be refused or accepted; what is accepted has the parts that make it one. */
static void
test_fuzz (void)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (6455);
  static const char bytes[] = "\r\n :,;\t/=\001\177\377AaZz09-[]";
  guint accepted = 0;
  guint refused = 0;

  for (guint round = 0; round < ROUNDS; round++)
    {
      char accept[IVR_WS_ACCEPT_SIZE] = "";
      gsize n = strlen (good);
      g_autofree char *head = NULL;
      guint status;
      IvrWsHandshakeResult result;

      if (g_rand_int_range (rand, 0, 8) == 0)
        n -= (gsize) g_rand_int_range (rand, 0, (gint32) n);
      /* Of its own size, so that a tool that watches memory sees the first byte too many. */
      head = g_memdup2 (good, n);
      for (int i = g_rand_int_range (rand, 0, 4); i > 0 && n > 0; i--)
        head[g_rand_int_range (rand, 0, (gint32) n)] =
          bytes[g_rand_int_range (rand, 0, sizeof bytes)];
      result = ivr_ws_handshake_parse (head, n, accept, &status);
      if (result == IVR_WS_HANDSHAKE_ACCEPTED)
        {
          accepted++;
          g_assert_true (n == strlen (good) && strncmp (head, LINE, strlen (LINE)) == 0);
          g_assert_cmpuint (strlen (accept), ==, 28);
          g_assert_cmpuint (status, ==, 0);
        }
      else if (result == IVR_WS_HANDSHAKE_REFUSED)
        {
          refused++;
          g_assert_true (status == 400 || status == 404 || status == 426);
        }
    }
  g_assert_cmpuint (accepted, >, 0);
  g_assert_cmpuint (refused, >, accepted / 2);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ws-handshake/table", test_table);
  g_test_add_func ("/ws-handshake/nul", test_nul);
  g_test_add_func ("/ws-handshake/pieces", test_pieces);
  g_test_add_func ("/ws-handshake/limit", test_limit);
  g_test_add_func ("/ws-handshake/answers", test_answers);
  g_test_add_func ("/ws-handshake/fuzz", test_fuzz);
  return g_test_run ();
}
