/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-bell.h"

#include "ivr-line.h"

struct _IvrBell
{
  GObject parent_instance;

  IvrPgConnection *connection;
  IvrBellState state;
};

enum {
  SIGNAL_RELEASED = 1,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IvrBell, ivr_bell, G_TYPE_OBJECT)

static void
on_notify_state (IvrPgConnection *connection,
                 GParamSpec      *pspec,
                 IvrBell         *self)
{
  /* The lock is the session's: with it, it is gone. */
  if (ivr_pg_connection_get_state (connection) != IVR_PG_STATE_READY
      && self->state != IVR_BELL_STATE_RINGS)
    {
      self->state = IVR_BELL_STATE_RINGS;
      g_signal_emit (self, signals[SIGNAL_RELEASED], 0);
    }
}

static void
ivr_bell_dispose (GObject *object)
{
  IvrBell *self = IVR_BELL (object);

  g_clear_object (&self->connection);
  G_OBJECT_CLASS (ivr_bell_parent_class)->dispose (object);
}

static void
ivr_bell_class_init (IvrBellClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ivr_bell_dispose;
  signals[SIGNAL_RELEASED] = g_signal_new ("released", IVR_TYPE_BELL, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 0);
}

static void
ivr_bell_init (IvrBell *self)
{
  self->state = IVR_BELL_STATE_RINGS;
}

/**
 * ivr_bell_new:
 * @conninfo: where the database is
 *
 * Returns: (transfer full): a bell that rings
 */
IvrBell *
ivr_bell_new (const char *conninfo)
{
  IvrBell *self = g_object_new (IVR_TYPE_BELL, NULL);

  self->connection = ivr_pg_connection_new (conninfo);
  g_signal_connect_object (self->connection, "notify::state", G_CALLBACK (on_notify_state), self,
                           0);
  return self;
}

/**
 * ivr_bell_open:
 * @self: a bell
 *
 * Connects, and stays connected from now on.
 */
void
ivr_bell_open (IvrBell *self)
{
  ivr_line_keep_open (self->connection);
}

IvrBellState
ivr_bell_get_state (IvrBell *self)
{
  return self->state;
}

static void
hold_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(IvrBell) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPgResult) rows = NULL;

  rows = ivr_pg_connection_query_finish (IVR_PG_CONNECTION (source), result, &error);
  if (self->state != IVR_BELL_STATE_ASKED)
    return;
  self->state = rows != NULL ? IVR_BELL_STATE_SILENT : IVR_BELL_STATE_RINGS;
}

/**
 * ivr_bell_hold:
 * @self: a bell
 *
 * Asks that nobody rings. Without a connection nothing happens, and all is well: writers ring.
 */
void
ivr_bell_hold (IvrBell *self)
{
  if (self->state != IVR_BELL_STATE_RINGS
      || ivr_pg_connection_get_state (self->connection) != IVR_PG_STATE_READY)
    return;
  self->state = IVR_BELL_STATE_ASKED;
  ivr_pg_connection_query_async (self->connection, "select feed.stay_awake()", NULL, NULL, hold_cb,
                                 g_object_ref (self));
}

static void
release_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(IvrBell) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPgResult) rows = NULL;

  rows = ivr_pg_connection_query_finish (IVR_PG_CONNECTION (source), result, &error);
  if (self->state != IVR_BELL_STATE_RELEASING)
    return;
  if (rows == NULL)
    {
      self->state = IVR_BELL_STATE_SILENT;
      return;
    }
  self->state = IVR_BELL_STATE_RINGS;
  g_signal_emit (self, signals[SIGNAL_RELEASED], 0);
}

/**
 * ivr_bell_release:
 * @self: a bell that is silent
 *
 * Asks that writers ring; "released" tells when they do.
 */
void
ivr_bell_release (IvrBell *self)
{
  if (self->state != IVR_BELL_STATE_SILENT)
    return;
  self->state = IVR_BELL_STATE_RELEASING;
  ivr_pg_connection_query_async (self->connection, "select feed.fall_asleep() as released", NULL,
                                 NULL, release_cb, g_object_ref (self));
}
