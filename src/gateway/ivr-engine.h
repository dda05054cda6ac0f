/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-http-request.h"
#include "ivr-metrics.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * IvrEngine:
 * Sockets of all desks: listens, upgrades, reads messages, writes frames, pings, and gives up
 * on those who do not answer. Knows WebSocket, and nothing of what is said.
 *
 * One epoll descriptor holds them all and is itself one source of the main loop, so that a
 * wake-up costs the same for ten desks and for ten thousand.
 */
typedef struct _IvrEngine IvrEngine;

/**
 * IvrClient:
 * One desk's connection. It has no queue: whenever there is room in the socket, the next frame
 * is asked for. Valid until @closed was called for it.
 */
typedef struct _IvrClient IvrClient;

/**
 * IvrEngineHandler:
 * @opened: a client was upgraded
 * @message: a client sent a text message
 * @next: there is room: gives (transfer full) the next frame or frames, or %NULL for none now
 * @deadline: the time of ivr_client_set_deadline() has come
 * @closed: a client that was opened is gone, or is about to be; nothing is asked for it any more
 * @request: a client asked over HTTP instead of upgrading; it gets ivr_client_answer(), once, now or later
 * @gone: a client that asked and was not answered yet is no more
 */
typedef struct
{
  void    (*opened)   (IvrClient  *client,
                       gpointer    data);
  void    (*message)  (IvrClient  *client,
                       const char *text,
                       gsize       length,
                       gpointer    data);
  GBytes *(*next)     (IvrClient  *client,
                       gpointer    data);
  void    (*deadline) (IvrClient  *client,
                       gpointer    data);
  void    (*closed)   (IvrClient  *client,
                       gpointer    data);
  void    (*request)  (IvrClient  *client,
                       const IvrHttpRequest *request,
                       gpointer    data);
  void    (*gone)     (IvrClient  *client,
                       gpointer    data);
} IvrEngineHandler;

IvrEngine *ivr_engine_new            (IvrMetrics              *metrics,
                                      const IvrEngineHandler  *handler,
                                      gpointer                 data);
void       ivr_engine_free           (IvrEngine               *self);
gboolean   ivr_engine_listen         (IvrEngine               *self,
                                      GSocketAddress          *address,
                                      GError                 **error);
void       ivr_engine_accept         (IvrEngine               *self);
char      *ivr_engine_dup_address    (IvrEngine               *self);
void       ivr_engine_stop_listening (IvrEngine               *self);
guint      ivr_engine_close_some     (IvrEngine               *self,
                                      guint                    most,
                                      guint16                  code,
                                      const char              *reason);
void       ivr_client_pump           (IvrClient               *self);
void       ivr_client_close          (IvrClient               *self,
                                      guint16                  code,
                                      const char              *reason);
void       ivr_client_answer         (IvrClient               *self,
                                      GBytes                  *answer);
void       ivr_client_set_deadline   (IvrClient               *self,
                                      gint64                   due_ms);
void       ivr_client_set_data       (IvrClient               *self,
                                      gpointer                 data);
gpointer   ivr_client_get_data       (IvrClient               *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IvrEngine, ivr_engine_free)

G_END_DECLS
