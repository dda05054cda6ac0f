/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-ws-handshake.h"

#include <string.h>

#define PATH "/v1/live"
#define WEBSOCKET_GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11" /* RFC 6455, 1.3 */

/* What the head said; each of the counts must end up as one. */
typedef struct
{
  guint n_host;
  guint n_upgrade;
  guint n_connection;
  guint n_version;
  guint n_key;
  gboolean upgrade_ok;
  gboolean connection_ok;
  gboolean version_ok;
  gboolean body;
  char key[25];
} Head;

static gboolean
is_token_char (char c)
{
  return g_ascii_isalnum (c) || (c != '\0' && strchr ("!#$%&'*+-.^_`|~", c) != NULL);
}

static gboolean
is_value_char (char c)
{
  return c == '\t' || ((guchar) c >= 0x20 && c != 0x7f);
}

static gboolean
name_is (const char *name,
         gsize       length,
         const char *wanted)
{
  return length == strlen (wanted) && g_ascii_strncasecmp (name, wanted, length) == 0;
}

static gboolean
list_has (const char *value,
          const char *wanted)
{
  g_auto(GStrv) items = g_strsplit (value, ",", -1);

  for (guint i = 0; items[i] != NULL; i++)
    if (g_ascii_strcasecmp (g_strstrip (items[i]), wanted) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
is_host (const char *value)
{
  if (*value == '\0')
    return FALSE;
  for (const char *c = value; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c) && strchr ("-._:[]", *c) == NULL)
      return FALSE;
  return TRUE;
}

/* 16 bytes in base64: 22 characters of which the last carries only two bits, and "==". */
static gboolean
is_key (const char *value)
{
  static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  return strlen (value) == 24 && strspn (value, alphabet) == 22
         && strchr ("AQgw", value[21]) != NULL && g_str_equal (value + 22, "==");
}

/* Returns FALSE for what makes the whole request bad. */
static gboolean
take_header (Head       *head,
             const char *line,
             gsize       length)
{
  const char *colon = memchr (line, ':', length);
  g_autofree char *value = NULL;
  gsize n;

  if (colon == NULL || colon == line)
    return FALSE;
  n = colon - line;
  for (gsize i = 0; i < n; i++)
    if (!is_token_char (line[i]))
      return FALSE;
  for (gsize i = n + 1; i < length; i++)
    if (!is_value_char (line[i]))
      return FALSE;
  value = g_strstrip (g_strndup (colon + 1, length - n - 1));

  if (name_is (line, n, "Host"))
    {
      head->n_host++;
      return is_host (value);
    }
  if (name_is (line, n, "Upgrade"))
    {
      head->n_upgrade++;
      head->upgrade_ok = g_ascii_strcasecmp (value, "websocket") == 0;
    }
  else if (name_is (line, n, "Connection"))
    {
      head->n_connection++;
      head->connection_ok = list_has (value, "upgrade");
    }
  else if (name_is (line, n, "Sec-WebSocket-Version"))
    {
      head->n_version++;
      head->version_ok = g_str_equal (value, "13");
    }
  else if (name_is (line, n, "Sec-WebSocket-Key"))
    {
      head->n_key++;
      if (!is_key (value))
        return FALSE;
      g_strlcpy (head->key, value, sizeof head->key);
    }
  else if (name_is (line, n, "Content-Length") || name_is (line, n, "Transfer-Encoding"))
    {
      head->body = TRUE;
    }
  return TRUE;
}

/* Returns 0 when the first line is ours, else the status to refuse with. */
static guint
check_request_line (const char *line,
                    gsize       length)
{
  static const char method[] = "GET ";
  static const char version[] = " HTTP/1.1";
  const char *target = line + strlen (method);
  gsize rest = strlen (method) + strlen (version);

  if (length <= rest || strncmp (line, method, strlen (method)) != 0
      || strncmp (line + length - strlen (version), version, strlen (version)) != 0)
    return 400;
  for (gsize i = 0; i < length - rest; i++)
    if ((guchar) target[i] <= 0x20 || (guchar) target[i] >= 0x7f)
      return 400;
  if (*target != '/')
    return 400;
  return length - rest == strlen (PATH) && strncmp (target, PATH, strlen (PATH)) == 0 ? 0 : 404;
}

static guint
check_head (const Head *head)
{
  if (head->n_host != 1 || head->body || head->n_upgrade > 1 || head->n_connection > 1
      || head->n_version > 1 || head->n_key > 1)
    return 400;
  if (!head->upgrade_ok || !head->connection_ok || !head->version_ok)
    return 426;
  return head->n_key == 1 ? 0 : 400;
}

static guint
parse_lines (const char *bytes,
             gsize       length,
             Head       *head)
{
  const char *end = bytes + length;
  gboolean first = TRUE;
  guint not_found = 0;
  guint status;

  for (const char *line = bytes; line < end;)
    {
      const char *stop = memchr (line, '\n', end - line);
      gsize n;

      /* Only CR LF ends a line: a proxy in front might take a bare LF otherwise than we do. */
      if (stop == NULL || stop == line || stop[-1] != '\r')
        return 400;
      n = stop - line - 1;
      if (memchr (line, '\r', n) != NULL)
        return 400;
      if (first)
        {
          not_found = check_request_line (line, n);
          if (not_found == 400)
            return 400;
        }
      else if (!take_header (head, line, n))
        {
          return 400;
        }
      first = FALSE;
      line = stop + 1;
    }
  status = check_head (head);
  return status == 400 ? 400 : not_found != 0 ? not_found : status;
}

static void
make_accept (const char *key,
             char        accept[IVR_WS_ACCEPT_SIZE])
{
  g_autoptr(GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA1);
  g_autofree char *text = NULL;
  guint8 digest[20];
  gsize n = sizeof digest;

  g_checksum_update (sum, (const guchar *) key, -1);
  g_checksum_update (sum, (const guchar *) WEBSOCKET_GUID, -1);
  g_checksum_get_digest (sum, digest, &n);
  text = g_base64_encode (digest, n);
  g_strlcpy (accept, text, IVR_WS_ACCEPT_SIZE);
}

/**
 * ivr_ws_handshake_parse:
 * @bytes: what the client has sent so far
 * @length: how many bytes
 * @accept: (out): value of Sec-WebSocket-Accept, when accepted
 * @status: (out): HTTP status, when refused: 400, 404, 426 or 431
 *
 * Reads a whole request head; there is no state to keep between calls. Only
 * `GET /v1/live HTTP/1.1` with exactly the headers of RFC 6455, 4.2.1 is accepted, nothing
 * may follow the head, because a client has to wait for the answer (4.1).
 *
 * Returns: what to do
 */
IvrWsHandshakeResult
ivr_ws_handshake_parse (const char *bytes,
                        gsize       length,
                        char        accept[IVR_WS_ACCEPT_SIZE],
                        guint      *status)
{
  const char *end = memmem (bytes, MIN (length, IVR_WS_HANDSHAKE_MAX), "\r\n\r\n", 4);
  Head head = { 0 };

  *status = 0;
  if (end == NULL)
    {
      if (length < IVR_WS_HANDSHAKE_MAX)
        return IVR_WS_HANDSHAKE_MORE;
      *status = 431;
      return IVR_WS_HANDSHAKE_REFUSED;
    }
  *status = (gsize) (end - bytes) + 4 != length ? 400 : parse_lines (bytes, end + 2 - bytes, &head);
  if (*status != 0)
    return IVR_WS_HANDSHAKE_REFUSED;
  make_accept (head.key, accept);
  return IVR_WS_HANDSHAKE_ACCEPTED;
}

/**
 * ivr_ws_handshake_dup_answer:
 * @accept: what ivr_ws_handshake_parse() gave
 *
 * Returns: (transfer full): the 101 answer
 */
char *
ivr_ws_handshake_dup_answer (const char *accept)
{
  return g_strdup_printf ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                          "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
                          accept);
}

/**
 * ivr_ws_handshake_dup_refusal:
 * @status: what ivr_ws_handshake_parse() gave
 *
 * Returns: (transfer full): the answer, after which the connection ends
 */
char *
ivr_ws_handshake_dup_refusal (guint status)
{
  const char *upgrade = status == 426 ? "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" : "";
  const char *reason = status == 404   ? "Not Found"
                       : status == 426 ? "Upgrade Required"
                       : status == 431 ? "Request Header Fields Too Large"
                                       : "Bad Request";

  return g_strdup_printf ("HTTP/1.1 %u %s\r\n%sConnection: close\r\nContent-Length: 0\r\n\r\n",
                          status, reason, upgrade);
}
