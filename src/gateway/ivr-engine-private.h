/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-engine.h"
#include "ivr-wheel.h"

G_BEGIN_DECLS

/* Deadlines of one client; the earliest is in the wheel. */
enum {
  DUE_PHASE,   /* the upgrade must be done, or the good-bye over */
  DUE_PING,    /* time to ask whether it is there */
  DUE_PONG,    /* it must have answered */
  DUE_SLOW,    /* it must have read something */
  DUE_HANDLER, /* the handler's own */
  N_DUES,
};

typedef enum {
  CLIENT_UPGRADING = 1,
  CLIENT_OPEN,
  CLIENT_ASKING, /* has asked over HTTP, and waits */
  CLIENT_CLOSING,
  CLIENT_DEAD,
} ClientState;

struct _IvrClient
{
  IvrEngine *engine;
  GList link; /* in the engine's clients, or in its dead */
  IvrWheelEntry entry;
  gint64 due[N_DUES]; /* monotonic ms; 0 for none */
  GByteArray *in;     /* an incomplete head or frame; NULL most of the time */
  GBytes *out;        /* what is being written */
  gsize out_at;
  GBytes *pong;
  GBytes *close_frame;
  gpointer data;
  int fd;
  ClientState state;
  gboolean want_out;
  gboolean want_ping;
};

struct _IvrEngine
{
  IvrMetrics *metrics;
  const IvrEngineHandler *handler;
  gpointer data;
  IvrWheel *wheel;
  GQueue clients;
  GQueue dead; /* freed when nothing can point to them any more */
  int epoll_fd;
  int listen_fd;
  gboolean accepting;
  gboolean paused; /* out of file descriptors */
  guint epoll_source;
  guint tick_source;
};

gint64     ivr_engine_now   (void);
IvrClient *ivr_client_new   (IvrEngine *engine,
                             int        fd);
void       ivr_client_free  (IvrClient *self);
void       ivr_client_kill  (IvrClient *self);
void       ivr_client_read  (IvrClient *self);
void       ivr_client_check (IvrClient *self);

G_END_DECLS
