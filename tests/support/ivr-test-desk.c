/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-test-desk.h"

#include <errno.h>
#include <string.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define DEADLINE_S 60
#define REQUEST \
  "GET /v1/live HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" \
  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
#define ACCEPT "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"

/**
 * ivr_test_desk_connect:
 * @address: 127.0.0.1:PORT or unix:PATH
 *
 * Returns: (transfer full): a connection on which nothing was said
 */
IvrTestDesk *
ivr_test_desk_connect (const char *address)
{
  IvrTestDesk *self = g_new0 (IvrTestDesk, 1);
  const struct timeval most = { DEADLINE_S, 0 };
  struct sockaddr_un path = { .sun_family = AF_UNIX };
  struct sockaddr_in place = { .sin_family = AF_INET };
  gboolean local = g_str_has_prefix (address, "unix:");
  const int one = 1;
  int status;

  self->in = g_byte_array_new ();
  self->fd = socket (local ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (self->fd, >=, 0);
  setsockopt (self->fd, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
  setsockopt (self->fd, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof most);
  g_strlcpy (path.sun_path, address + (local ? strlen ("unix:") : 0), sizeof path.sun_path);
  place.sin_port = g_htons ((guint16) atoi (strrchr (address, ':') + 1));
  place.sin_addr.s_addr = g_htonl (INADDR_LOOPBACK);
  status = local ? connect (self->fd, (struct sockaddr *) &path, sizeof path)
                 : connect (self->fd, (struct sockaddr *) &place, sizeof place);
  g_assert_cmpint (status, ==, 0);
  if (!local)
    setsockopt (self->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return self;
}

void
ivr_test_desk_free (IvrTestDesk *self)
{
  if (self->fd >= 0)
    close (self->fd);
  g_byte_array_unref (self->in);
  g_free (self);
}

/* Returns FALSE at the end of the stream. */
static gboolean
fill (IvrTestDesk *self)
{
  guint8 bytes[8192];
  gssize n = recv (self->fd, bytes, sizeof bytes, 0);

  if (n < 0 && errno != ECONNRESET)
    g_error ("nothing to read: %s", g_strerror (errno));
  if (n > 0)
    g_byte_array_append (self->in, bytes, (guint) n);
  return n > 0;
}

void
ivr_test_desk_send_bytes (IvrTestDesk *self,
                          const void  *bytes,
                          gsize        length)
{
  const char *at = bytes;

  while (length > 0)
    {
      gssize n = send (self->fd, at, length, MSG_NOSIGNAL);

      /* Whoever was thrown out learns it when it reads. */
      if (n < 0 && (errno == EPIPE || errno == ECONNRESET))
        return;
      g_assert_cmpint (n, >, 0);
      at += n;
      length -= (gsize) n;
    }
}

/**
 * ivr_test_desk_open:
 * @address: 127.0.0.1:PORT or unix:PATH
 *
 * Returns: (transfer full): a connection that is upgraded
 */
IvrTestDesk *
ivr_test_desk_open (const char *address)
{
  IvrTestDesk *self = ivr_test_desk_connect (address);
  const guint8 *end = NULL;

  ivr_test_desk_send_bytes (self, REQUEST, strlen (REQUEST));
  while (self->in->len == 0 || (end = memmem (self->in->data, self->in->len, "\r\n\r\n", 4)) == NULL)
    g_assert_true (fill (self));
  g_assert_cmpint (memcmp (self->in->data, "HTTP/1.1 101 ", 13), ==, 0);
  g_assert_nonnull (memmem (self->in->data, self->in->len, ACCEPT, strlen (ACCEPT)));
  g_byte_array_remove_range (self->in, 0, (guint) (end + 4 - self->in->data));
  return self;
}

/**
 * ivr_test_desk_send_frame:
 * @self: an open desk
 * @first: first byte: FIN, reserved bits and opcode
 * @payload: what it carries, at most 64 KiB
 */
void
ivr_test_desk_send_frame (IvrTestDesk *self,
                          guint8       first,
                          const char  *payload)
{
  static const guint8 mask[4] = { 0x37, 0xfa, 0x21, 0x3d };
  g_autoptr(GByteArray) out = g_byte_array_new ();
  gsize length = strlen (payload);
  guint8 head[4] = { first, (guint8) (0x80 | MIN (length, 126)), (guint8) (length >> 8),
                     (guint8) length };

  g_byte_array_append (out, head, length < 126 ? 2 : 4);
  g_byte_array_append (out, mask, sizeof mask);
  for (gsize i = 0; i < length; i++)
    {
      guint8 byte = (guint8) payload[i] ^ mask[i % 4];

      g_byte_array_append (out, &byte, 1);
    }
  ivr_test_desk_send_bytes (self, out->data, out->len);
}

/**
 * ivr_test_desk_send:
 * @self: an open desk
 * @format: a text message, as for printf; ' stands for "
 * @...: for @format
 */
void
ivr_test_desk_send (IvrTestDesk *self,
                    const char  *format,
                    ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_strdelimit (text, "'", '"');
  ivr_test_desk_send_frame (self, 0x81, text);
}

/* The length of the first frame in what was read, 0 when it is not there whole. */
static gsize
first_frame (IvrTestDesk *self,
             gsize       *header)
{
  const guint8 *b = self->in->data;
  gsize length;

  if (self->in->len < 4 && !(self->in->len >= 2 && b[1] < 126))
    return 0;
  g_assert_cmpint (b[1], <=, 126);
  *header = b[1] < 126 ? 2 : 4;
  length = b[1] < 126 ? b[1] : (gsize) b[2] << 8 | b[3];
  return self->in->len >= *header + length ? *header + length : 0;
}

/**
 * ivr_test_desk_read_text:
 * @self: an open desk
 *
 * Returns: (transfer full) (nullable): the next message; %NULL when there is none any more, and then
 *   close_code is set, or 0 when the line just ended
 */
char *
ivr_test_desk_read_text (IvrTestDesk *self)
{
  for (;;)
    {
      gsize header = 0;
      gsize size = first_frame (self, &header);
      const guint8 *b = self->in->data;
      g_autofree char *payload = NULL;
      guint8 opcode;

      if (size == 0)
        {
          if (!fill (self))
            return NULL;
          continue;
        }
      opcode = b[0] & 0x0f;
      payload = g_strndup ((const char *) b + header, size - header);
      if (opcode == 0x8)
        {
          self->close_code = size - header >= 2 ? (guint) b[header] << 8 | b[header + 1] : 1005;
          return NULL;
        }
      g_byte_array_remove_range (self->in, 0, (guint) size);
      if (opcode == 0x1)
        return g_steal_pointer (&payload);
      if (opcode == 0x9)
        {
          self->pings++;
          ivr_test_desk_send_frame (self, 0x8a, payload);
        }
    }
}

/**
 * ivr_test_desk_read:
 * @self: an open desk
 *
 * Returns: (transfer full) (nullable): the next message; see ivr_test_desk_read_text()
 */
JsonObject *
ivr_test_desk_read (IvrTestDesk *self)
{
  g_autofree char *text = ivr_test_desk_read_text (self);
  g_autoptr(JsonNode) node = NULL;
  g_autoptr(GError) error = NULL;

  if (text == NULL)
    return NULL;
  node = json_from_string (text, &error);
  g_assert_no_error (error);
  return json_node_dup_object (node);
}

/**
 * ivr_test_desk_read_type:
 * @self: an open desk
 * @type: what the next message has to be
 *
 * Returns: (transfer full): the next message
 */
JsonObject *
ivr_test_desk_read_type (IvrTestDesk *self,
                         const char  *type)
{
  JsonObject *message = ivr_test_desk_read (self);

  if (message == NULL)
    g_error ("closed with %u instead of %s", self->close_code, type);
  g_assert_cmpstr (json_object_get_string_member (message, "type"), ==, type);
  return message;
}

/**
 * ivr_test_desk_read_close:
 * @self: an open desk
 * @code: with which code the next thing that comes, a good-bye, has to be
 */
void
ivr_test_desk_read_close (IvrTestDesk *self,
                          guint        code)
{
  g_autofree char *text = ivr_test_desk_read_text (self);

  g_assert_cmpstr (text, ==, NULL);
  g_assert_cmpuint (self->close_code, ==, code);
}

/**
 * ivr_test_desk_join:
 * @address: 127.0.0.1:PORT or unix:PATH
 * @token: a token
 * @epoch: (nullable): what the desk kept
 * @cursors: (nullable): what the desk kept, as JSON
 * @welcome: (out) (optional) (transfer full): the answer
 *
 * Returns: (transfer full): a desk that was welcomed
 */
IvrTestDesk *
ivr_test_desk_join (const char  *address,
                    const char  *token,
                    const char  *epoch,
                    const char  *cursors,
                    JsonObject **welcome)
{
  IvrTestDesk *self = ivr_test_desk_open (address);
  const char *quote = epoch != NULL ? "'" : "";
  g_autoptr(JsonObject) answer = NULL;

  ivr_test_desk_send (self, "{'type':'hello','token':'%s','epoch':%s%s%s,'cursors':%s}", token,
                      quote, epoch != NULL ? epoch : "null", quote, cursors != NULL ? cursors : "{}");
  answer = ivr_test_desk_read_type (self, "welcome");
  if (welcome != NULL)
    *welcome = g_steal_pointer (&answer);
  return self;
}
