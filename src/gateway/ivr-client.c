/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-engine-private.h"
#include "ivr-http-answer.h"
#include "ivr-wire.h"
#include "ivr-ws-codec.h"
#include "ivr-ws-handshake.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define UPGRADE_MS 5000
#define PING_MIN_MS 20000
#define PING_MAX_MS 30000
#define PONG_MS 10000
#define SLOW_MS 20000
#define GOODBYE_MS 2000
/* Longer than any payer may take. */
#define ANSWER_MS 90000
#define READ_SIZE 16384

static void
set_due (IvrClient *self,
         int        which,
         gint64     due_ms)
{
  gint64 first = 0;

  if (self->due[which] == due_ms)
    return;
  self->due[which] = due_ms;
  for (int i = 0; i < N_DUES; i++)
    if (self->due[i] != 0 && (first == 0 || self->due[i] < first))
      first = self->due[i];
  if (first != 0)
    ivr_wheel_set (self->engine->wheel, &self->entry, first);
  else
    ivr_wheel_clear (self->engine->wheel, &self->entry);
}

static void
set_want_out (IvrClient *self,
              gboolean   want)
{
  guint32 events = EPOLLIN | (want ? (guint32) EPOLLOUT : 0);
  struct epoll_event event = { .events = events, .data.ptr = self };

  if (self->want_out == want)
    return;
  self->want_out = want;
  epoll_ctl (self->engine->epoll_fd, EPOLL_CTL_MOD, self->fd, &event);
}

/**
 * ivr_client_new: (skip)
 * @engine: whose client it will be
 * @fd: (transfer full): a connected socket that does not block
 *
 * Returns: (transfer none): a client that has to ask for the upgrade
 */
IvrClient *
ivr_client_new (IvrEngine *engine,
                int        fd)
{
  IvrClient *self = g_new0 (IvrClient, 1);
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = self };

  self->engine = engine;
  self->fd = fd;
  self->state = CLIENT_UPGRADING;
  self->link.data = self;
  g_queue_push_tail_link (&engine->clients, &self->link);
  engine->metrics->clients++;
  set_due (self, DUE_PHASE, ivr_engine_now () + UPGRADE_MS);
  if (epoll_ctl (engine->epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0)
    ivr_client_kill (self);
  return self;
}

void
ivr_client_free (IvrClient *self)
{
  g_clear_pointer (&self->in, g_byte_array_unref);
  g_clear_pointer (&self->out, g_bytes_unref);
  g_clear_pointer (&self->pong, g_bytes_unref);
  g_clear_pointer (&self->close_frame, g_bytes_unref);
  g_free (self);
}

/**
 * ivr_client_kill: (skip)
 * @self: a client
 *
 * Ends it at once. The memory stays until the engine is out of every callback.
 */
void
ivr_client_kill (IvrClient *self)
{
  IvrEngine *engine = self->engine;
  ClientState was = self->state;

  if (self->state == CLIENT_DEAD)
    return;
  self->state = CLIENT_DEAD;
  /* First out of epoll, then closed: a copy of the descriptor would keep it in. */
  epoll_ctl (engine->epoll_fd, EPOLL_CTL_DEL, self->fd, NULL);
  close (self->fd);
  self->fd = -1;
  ivr_wheel_clear (engine->wheel, &self->entry);
  g_queue_unlink (&engine->clients, &self->link);
  g_queue_push_tail_link (&engine->dead, &self->link);
  engine->metrics->clients--;
  if (was == CLIENT_OPEN)
    engine->handler->closed (self, engine->data);
  else if (was == CLIENT_ASKING)
    engine->handler->gone (self, engine->data);
}

static GBytes *
take_next (IvrClient *self)
{
  guint8 ping[IVR_WS_CONTROL_SIZE];

  if (self->close_frame != NULL)
    return g_steal_pointer (&self->close_frame);
  if (self->state != CLIENT_OPEN)
    return NULL;
  if (self->pong != NULL)
    return g_steal_pointer (&self->pong);
  if (self->want_ping)
    {
      self->want_ping = FALSE;
      set_due (self, DUE_PONG, ivr_engine_now () + PONG_MS);
      return g_bytes_new (ping, ivr_ws_codec_encode_control (ping, IVR_WS_OPCODE_PING, NULL, 0));
    }
  return self->engine->handler->next (self, self->engine->data);
}

/**
 * ivr_client_pump:
 * @self: a client
 *
 * Writes until there is nothing to write or no room; is called by itself when there is room again.
 * The client may be closed afterwards.
 */
void
ivr_client_pump (IvrClient *self)
{
  while (self->state != CLIENT_DEAD)
    {
      const char *bytes;
      gsize size = 0;
      gssize n;

      if (self->out == NULL)
        {
          self->out = take_next (self);
          self->out_at = 0;
        }
      if (self->out == NULL)
        break;
      bytes = g_bytes_get_data (self->out, &size);
      n = send (self->fd, bytes + self->out_at, size - self->out_at, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0 && (errno == EAGAIN || errno == ENOBUFS))
        {
          set_want_out (self, TRUE);
          if (self->due[DUE_SLOW] == 0 && self->state == CLIENT_OPEN)
            set_due (self, DUE_SLOW, ivr_engine_now () + SLOW_MS);
          return;
        }
      if (n < 0)
        {
          ivr_client_kill (self);
          return;
        }
      set_due (self, DUE_SLOW, 0);
      self->engine->metrics->bytes_sent += (guint64) n;
      self->out_at += (gsize) n;
      if (self->out_at == size)
        {
          self->engine->metrics->frames_sent++;
          g_clear_pointer (&self->out, g_bytes_unref);
        }
    }
  if (self->state == CLIENT_DEAD)
    return;
  set_want_out (self, FALSE);
  /* All is said: the other side hangs up, or the deadline does it. */
  if (self->state == CLIENT_CLOSING)
    shutdown (self->fd, SHUT_WR);
}

static void
count_close (IvrMetrics *metrics,
             guint16     code)
{
  switch (code)
    {
    case IVR_WIRE_CLOSE_RESTART:
      metrics->closed_restart++;
      break;
    case IVR_WIRE_CLOSE_AUTH:
      metrics->closed_auth++;
      break;
    case IVR_WIRE_CLOSE_MEMBERSHIP:
      metrics->closed_membership++;
      break;
    case IVR_WIRE_CLOSE_SLOW:
      metrics->closed_slow++;
      break;
    case 1000:
    case 1001:
    case 1005:
      break;
    default:
      metrics->closed_protocol++;
      break;
    }
}

static void
say_goodbye (IvrClient *self)
{
  self->state = CLIENT_CLOSING;
  g_clear_pointer (&self->in, g_byte_array_unref);
  for (int i = 0; i < N_DUES; i++)
    set_due (self, i, i == DUE_PHASE ? ivr_engine_now () + GOODBYE_MS : 0);
}

/**
 * ivr_client_close:
 * @self: a client
 * @code: close code
 * @reason: a few words
 *
 * Says good-bye; the handler is told at once, the socket is closed when the other side did or
 * did not answer.
 */
void
ivr_client_close (IvrClient  *self,
                  guint16     code,
                  const char *reason)
{
  guint8 frame[IVR_WS_CONTROL_SIZE];
  IvrEngine *engine = self->engine;

  if (self->state == CLIENT_UPGRADING || self->state == CLIENT_ASKING)
    ivr_client_kill (self);
  if (self->state != CLIENT_OPEN)
    return;
  say_goodbye (self);
  self->close_frame = g_bytes_new (frame, ivr_ws_codec_encode_close (frame, code, reason));
  count_close (engine->metrics, code);
  engine->handler->closed (self, engine->data);
  ivr_client_pump (self);
}

static void
take_frame (IvrClient        *self,
            const IvrWsFrame *frame)
{
  guint8 pong[IVR_WS_CONTROL_SIZE];
  gsize n;

  switch (frame->opcode)
    {
    case IVR_WS_OPCODE_TEXT:
      self->engine->handler->message (self, frame->payload, frame->length, self->engine->data);
      break;
    case IVR_WS_OPCODE_PING:
      /* Only the last one is answered when several wait (RFC 6455, 5.5.3). */
      g_clear_pointer (&self->pong, g_bytes_unref);
      n = ivr_ws_codec_encode_control (pong, IVR_WS_OPCODE_PONG, frame->payload, frame->length);
      self->pong = g_bytes_new (pong, n);
      ivr_client_pump (self);
      break;
    case IVR_WS_OPCODE_PONG:
      if (self->due[DUE_PONG] != 0)
        set_due (self, DUE_PING, ivr_engine_now () + g_random_int_range (PING_MIN_MS, PING_MAX_MS));
      set_due (self, DUE_PONG, 0);
      break;
    case IVR_WS_OPCODE_CLOSE:
    default:
      ivr_client_close (self, frame->close_code, "");
      break;
    }
}

static gsize
read_frames (IvrClient *self,
             guint8    *bytes,
             gsize      length)
{
  gsize at = 0;

  while (self->state == CLIENT_OPEN)
    {
      IvrWsFrame frame;

      switch (ivr_ws_codec_decode (bytes + at, length - at, &frame))
        {
        case IVR_WS_DECODE_FRAME:
          at += frame.size;
          take_frame (self, &frame);
          break;
        case IVR_WS_DECODE_BROKEN:
          ivr_client_close (self, frame.close_code, "");
          break;
        case IVR_WS_DECODE_MORE:
        default:
          return at;
        }
    }
  return length;
}

/**
 * ivr_client_answer:
 * @self: a client that asked over HTTP
 * @answer: a whole answer
 *
 * Says it, and good-bye.
 */
void
ivr_client_answer (IvrClient *self,
                   GBytes    *answer)
{
  if (self->state != CLIENT_ASKING)
    return;
  self->out = g_bytes_ref (answer);
  self->out_at = 0;
  say_goodbye (self);
  ivr_client_pump (self);
}

static gsize
read_upgrade (IvrClient    *self,
              const guint8 *bytes,
              gsize         length)
{
  char accept[IVR_WS_ACCEPT_SIZE];
  g_autofree char *answer = NULL;
  guint status;

  switch (ivr_ws_handshake_parse ((const char *) bytes, length, accept, &status))
    {
    case IVR_WS_HANDSHAKE_ACCEPTED:
      answer = ivr_ws_handshake_dup_answer (accept);
      self->state = CLIENT_OPEN;
      set_due (self, DUE_PHASE, 0);
      set_due (self, DUE_PING, ivr_engine_now () + g_random_int_range (PING_MIN_MS, PING_MAX_MS));
      break;
    case IVR_WS_HANDSHAKE_REFUSED:
      answer = ivr_ws_handshake_dup_refusal (status);
      self->engine->metrics->refused++;
      say_goodbye (self);
      break;
    case IVR_WS_HANDSHAKE_MORE:
    default:
      return 0;
    }
  self->out = g_bytes_new (answer, strlen (answer));
  if (self->state == CLIENT_OPEN)
    self->engine->handler->opened (self, self->engine->data);
  ivr_client_pump (self);
  return length;
}

/* Whatever is not one of our routes is the upgrade, or refused by it. */
static gsize
read_request (IvrClient    *self,
              const guint8 *bytes,
              gsize         length)
{
  IvrHttpRequest request;
  guint status;

  switch (ivr_http_request_parse ((const char *) bytes, length, &request, &status))
    {
    case IVR_HTTP_READY:
      self->state = CLIENT_ASKING;
      set_due (self, DUE_PHASE, ivr_engine_now () + ANSWER_MS);
      self->engine->metrics->asked++;
      self->engine->handler->request (self, &request, self->engine->data);
      return length;
    case IVR_HTTP_REFUSED:
      self->out = ivr_http_answer_new_problem (status);
      self->engine->metrics->refused++;
      say_goodbye (self);
      ivr_client_pump (self);
      return length;
    case IVR_HTTP_MORE:
      return 0;
    case IVR_HTTP_OTHER:
    default:
      return read_upgrade (self, bytes, length);
    }
}

static void
take_bytes (IvrClient *self,
            guint8    *bytes,
            gsize      length)
{
  g_autoptr(GByteArray) joined = NULL;
  gsize used;

  if (self->in != NULL)
    {
      joined = g_steal_pointer (&self->in);
      g_byte_array_append (joined, bytes, (guint) length);
      bytes = joined->data;
      length = joined->len;
    }
  used = self->state == CLIENT_UPGRADING ? read_request (self, bytes, length)
                                         : read_frames (self, bytes, length);
  if (used < length && (self->state == CLIENT_UPGRADING || self->state == CLIENT_OPEN))
    {
      self->in = g_byte_array_sized_new ((guint) (length - used));
      g_byte_array_append (self->in, bytes + used, (guint) (length - used));
    }
}

/**
 * ivr_client_read: (skip)
 * @self: a client that sent something, or hung up
 *
 * Reads once, so that nobody can keep the loop busy; epoll tells when there is more.
 */
void
ivr_client_read (IvrClient *self)
{
  guint8 bytes[READ_SIZE];
  gssize n = recv (self->fd, bytes, sizeof bytes, MSG_DONTWAIT);

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (n <= 0)
    ivr_client_kill (self);
  else if (self->state != CLIENT_CLOSING)
    take_bytes (self, bytes, (gsize) n);
}

/**
 * ivr_client_check: (skip)
 * @self: a client, one of whose deadlines has come
 */
void
ivr_client_check (IvrClient *self)
{
  gint64 now = ivr_engine_now ();

  for (int i = 0; i < N_DUES && self->state != CLIENT_DEAD; i++)
    {
      if (self->due[i] == 0 || self->due[i] > now)
        continue;
      self->due[i] = 0;
      switch (i)
        {
        case DUE_PHASE:
          ivr_client_kill (self);
          break;
        case DUE_PING:
          self->want_ping = TRUE;
          ivr_client_pump (self);
          break;
        case DUE_PONG:
          ivr_client_close (self, IVR_WIRE_CLOSE_SLOW, "no answer to a ping");
          break;
        case DUE_SLOW:
          ivr_client_close (self, IVR_WIRE_CLOSE_SLOW, "too slow");
          break;
        default:
          self->engine->handler->deadline (self, self->engine->data);
          break;
        }
    }
  /* Puts the earliest of those that are left back into the wheel. */
  if (self->state != CLIENT_DEAD)
    {
      gint64 phase = self->due[DUE_PHASE];

      self->due[DUE_PHASE] = -1;
      set_due (self, DUE_PHASE, phase);
    }
}

/**
 * ivr_client_set_deadline:
 * @self: a client
 * @due_ms: when the handler wants to be called, monotonic milliseconds; 0 for not at all
 */
void
ivr_client_set_deadline (IvrClient *self,
                         gint64     due_ms)
{
  if (self->state == CLIENT_OPEN)
    set_due (self, DUE_HANDLER, due_ms);
}

void
ivr_client_set_data (IvrClient *self,
                     gpointer   data)
{
  self->data = data;
}

gpointer
ivr_client_get_data (IvrClient *self)
{
  return self->data;
}
