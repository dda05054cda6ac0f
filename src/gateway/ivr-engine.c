/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-engine-private.h"

#include "ivr-address.h"

#include <errno.h>
#include <glib-unix.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 4096
#define EVENTS_PER_TURN 256
#define ACCEPTS_PER_TURN 256
#define SEND_BUFFER (32 * 1024)
#define USER_TIMEOUT_MS 20000

gint64
ivr_engine_now (void)
{
  return g_get_monotonic_time () / 1000;
}

static void
reap (IvrEngine *self)
{
  GList *link;

  while ((link = g_queue_pop_head_link (&self->dead)) != NULL)
    ivr_client_free (link->data);
}

static void
watch_listener (IvrEngine *self,
                gboolean   watch)
{
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = NULL };

  epoll_ctl (self->epoll_fd, watch ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, self->listen_fd, &event);
}

static void
accept_some (IvrEngine *self)
{
  for (int i = 0; i < ACCEPTS_PER_TURN; i++)
    {
      const int one = 1;
      const int buffer = SEND_BUFFER;
      const guint timeout = USER_TIMEOUT_MS;
      int fd = accept4 (self->listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

      if (fd < 0 && (errno == EINTR || errno == ECONNABORTED))
        continue;
      if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM))
        {
          /* The next tick tries again; watching on would only turn the loop. */
          watch_listener (self, FALSE);
          self->paused = TRUE;
        }
      if (fd < 0)
        return;
      setsockopt (fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
      setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      setsockopt (fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, sizeof timeout);
      self->metrics->accepted++;
      ivr_client_new (self, fd);
    }
}

static gboolean
on_epoll (int          fd,
          GIOCondition condition,
          gpointer     data)
{
  IvrEngine *self = data;
  struct epoll_event events[EVENTS_PER_TURN];
  int n = epoll_wait (fd, events, EVENTS_PER_TURN, 0);

  for (int i = 0; i < n; i++)
    {
      IvrClient *client = events[i].data.ptr;

      if (client == NULL)
        {
          if (self->accepting)
            accept_some (self);
          continue;
        }
      if (client->state != CLIENT_DEAD && (events[i].events & EPOLLOUT) != 0)
        ivr_client_pump (client);
      if (client->state != CLIENT_DEAD && (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
        ivr_client_read (client);
    }
  reap (self);
  return G_SOURCE_CONTINUE;
}

static void
on_due (IvrWheelEntry *entry,
        gpointer       data)
{
  ivr_client_check ((IvrClient *) ((char *) entry - G_STRUCT_OFFSET (IvrClient, entry)));
}

static gboolean
on_tick (gpointer data)
{
  IvrEngine *self = data;

  ivr_wheel_advance (self->wheel, ivr_engine_now ());
  reap (self);
  if (self->paused && self->accepting)
    {
      self->paused = FALSE;
      watch_listener (self, TRUE);
    }
  return G_SOURCE_CONTINUE;
}

/**
 * ivr_engine_new:
 * @metrics: (not nullable): what is counted; outlives the engine
 * @handler: what is said on the connections
 * @data: for @handler
 *
 * Returns: (transfer full): an engine without a socket
 */
IvrEngine *
ivr_engine_new (IvrMetrics             *metrics,
                const IvrEngineHandler *handler,
                gpointer                data)
{
  IvrEngine *self = g_new0 (IvrEngine, 1);

  self->metrics = metrics;
  self->handler = handler;
  self->data = data;
  self->listen_fd = -1;
  self->wheel = ivr_wheel_new (ivr_engine_now (), on_due, self);
  self->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  if (self->epoll_fd < 0)
    g_error ("No epoll descriptor: %s", g_strerror (errno));
  self->epoll_source = g_unix_fd_add (self->epoll_fd, G_IO_IN, on_epoll, self);
  self->tick_source = g_timeout_add (IVR_WHEEL_TICK_MS, on_tick, self);
  return self;
}

/**
 * ivr_engine_free:
 * @self: (transfer full): an engine; its connections are cut
 */
void
ivr_engine_free (IvrEngine *self)
{
  ivr_engine_stop_listening (self);
  while (self->clients.head != NULL)
    ivr_client_kill (self->clients.head->data);
  reap (self);
  g_clear_handle_id (&self->epoll_source, g_source_remove);
  g_clear_handle_id (&self->tick_source, g_source_remove);
  close (self->epoll_fd);
  ivr_wheel_free (self->wheel);
  g_free (self);
}

/**
 * ivr_engine_listen:
 * @self: an engine that does not listen
 * @address: an internet address, port 0 for any that is free; or a path
 * @error: return location
 *
 * From now on desks can connect; they are let in after ivr_engine_accept().
 *
 * Returns: whether the port is ours
 */
gboolean
ivr_engine_listen (IvrEngine       *self,
                   GSocketAddress  *address,
                   GError         **error)
{
  struct sockaddr_storage native;
  gssize size = g_socket_address_get_native_size (address);
  const int one = 1;

  if (size < 0 || !g_socket_address_to_native (address, &native, sizeof native, error))
    return FALSE;
  self->listen_fd = socket (native.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (self->listen_fd >= 0
      && setsockopt (self->listen_fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0
      && bind (self->listen_fd, (struct sockaddr *) &native, (socklen_t) size) == 0
      && listen (self->listen_fd, BACKLOG) == 0)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
  if (self->listen_fd >= 0)
    close (self->listen_fd);
  self->listen_fd = -1;
  return FALSE;
}

/**
 * ivr_engine_accept:
 * @self: an engine that listens
 *
 * Lets desks in.
 */
void
ivr_engine_accept (IvrEngine *self)
{
  if (self->accepting || self->listen_fd < 0)
    return;
  self->accepting = TRUE;
  watch_listener (self, TRUE);
}

/**
 * ivr_engine_dup_address:
 * @self: an engine that listens
 *
 * Returns: (transfer full) (nullable): where, as ADDRESS:PORT or unix:PATH
 */
char *
ivr_engine_dup_address (IvrEngine *self)
{
  struct sockaddr_storage native;
  socklen_t size = sizeof native;
  g_autoptr(GSocketAddress) address = NULL;

  if (getsockname (self->listen_fd, (struct sockaddr *) &native, &size) != 0)
    return NULL;
  address = g_socket_address_new_from_native (&native, size);
  return ivr_address_to_text (address);
}

/**
 * ivr_engine_stop_listening:
 * @self: an engine
 */
void
ivr_engine_stop_listening (IvrEngine *self)
{
  if (self->listen_fd < 0)
    return;
  if (self->accepting && !self->paused)
    watch_listener (self, FALSE);
  self->accepting = FALSE;
  close (self->listen_fd);
  self->listen_fd = -1;
}

/**
 * ivr_engine_close_some:
 * @self: an engine
 * @most: how many at once
 * @code: close code
 * @reason: a few words
 *
 * Returns: how many connections there still are, those included to which good-bye was said
 */
guint
ivr_engine_close_some (IvrEngine  *self,
                       guint       most,
                       guint16     code,
                       const char *reason)
{
  GList *next;

  for (GList *link = self->clients.head; link != NULL && most > 0; link = next)
    {
      IvrClient *client = link->data;

      next = link->next;
      if (client->state == CLIENT_CLOSING)
        continue;
      most--;
      ivr_client_close (client, code, reason);
    }
  return self->clients.length;
}
