/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-supervisor.h"

#include "ivr-error.h"
#include "ivr-line.h"

struct _IvrSupervisor
{
  GObject parent_instance;

  IvrPgConnection *connection;
  IvrMetrics *metrics;
  IvrSupervisorLimits limits;
  guint timer;
  gboolean asking;
  gboolean complained; /* about a refusal that goes on */
};

enum {
  SIGNAL_FAILED = 1,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IvrSupervisor, ivr_supervisor, G_TYPE_OBJECT)

static void
count (IvrSupervisor *self,
       IvrPgResult   *rows)
{
  IvrMetrics *metrics = self->metrics;

  metrics->looks++;
  metrics->ended_locked += (guint64) ivr_pg_result_get_int (rows, 0, "ended_locked");
  metrics->ended_transaction += (guint64) ivr_pg_result_get_int (rows, 0, "ended_transaction");
  metrics->ended_age += (guint64) ivr_pg_result_get_int (rows, 0, "ended_age");
  metrics->ended_idle += (guint64) ivr_pg_result_get_int (rows, 0, "ended_idle");
  metrics->ended_many += (guint64) ivr_pg_result_get_int (rows, 0, "ended_many");
}

static void
look_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(IvrSupervisor) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPgResult) rows = NULL;

  rows = ivr_pg_connection_query_finish (IVR_PG_CONNECTION (source), result, &error);
  self->asking = FALSE;
  self->metrics->supervising = rows != NULL ? 1 : 0;
  if (rows != NULL)
    {
      self->complained = FALSE;
      count (self, rows);
    }
  /* A line that broke has its own way back; a refusal is somebody's to mend. */
  else if (!self->complained && ivr_pg_connection_get_state (self->connection) == IVR_PG_STATE_READY)
    {
      self->complained = TRUE;
      g_printerr ("ivr-gateway: Nobody's sessions are ended: %s\n", error->message);
    }
}

static void
look (IvrSupervisor *self)
{
  IvrPgParams *params;

  if (self->asking || ivr_pg_connection_get_state (self->connection) != IVR_PG_STATE_READY)
    return;
  params = ivr_pg_params_new ();
  ivr_pg_params_add_int (params, self->limits.idle_s);
  ivr_pg_params_add_int (params, self->limits.transaction_s);
  ivr_pg_params_add_int (params, self->limits.session_s);
  ivr_pg_params_add_int (params, self->limits.connections);
  self->asking = TRUE;
  ivr_pg_connection_query_async (self->connection, "select * from watch.end_sessions($1, $2, $3, $4)",
                                 params, NULL, look_cb, g_object_ref (self));
}

static gboolean
on_timer (gpointer data)
{
  look (data);
  return G_SOURCE_CONTINUE;
}

static void
on_notify_state (IvrPgConnection *connection,
                 GParamSpec      *pspec,
                 IvrSupervisor   *self)
{
  if (ivr_pg_connection_get_state (connection) == IVR_PG_STATE_READY)
    look (self);
  else
    self->metrics->supervising = 0;
}

static void
ivr_supervisor_dispose (GObject *object)
{
  IvrSupervisor *self = IVR_SUPERVISOR (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_object (&self->connection);
  G_OBJECT_CLASS (ivr_supervisor_parent_class)->dispose (object);
}

static void
ivr_supervisor_class_init (IvrSupervisorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ivr_supervisor_dispose;
  signals[SIGNAL_FAILED] = g_signal_new ("failed", IVR_TYPE_SUPERVISOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                         NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ivr_supervisor_init (IvrSupervisor *self)
{
}

/**
 * ivr_supervisor_new:
 * @conninfo: where the database is
 * @limits: what is allowed
 * @metrics: what is counted; outlives the supervisor
 *
 * Returns: (transfer full): a supervisor that does not look yet
 */
IvrSupervisor *
ivr_supervisor_new (const char                *conninfo,
                    const IvrSupervisorLimits *limits,
                    IvrMetrics                *metrics)
{
  IvrSupervisor *self = g_object_new (IVR_TYPE_SUPERVISOR, NULL);

  self->metrics = metrics;
  self->limits = *limits;
  self->connection = ivr_pg_connection_new (conninfo);
  g_signal_connect (self->connection, "notify::state", G_CALLBACK (on_notify_state), self);
  return self;
}

static void
open_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(IvrSupervisor) self = data;
  g_autoptr(GError) error = NULL;

  if (ivr_pg_connection_open_finish (IVR_PG_CONNECTION (source), result, &error))
    ivr_line_keep_open (self->connection);
  else
    g_signal_emit (self, signals[SIGNAL_FAILED], 0,
                   g_error_matches (error, IVR_ERROR, IVR_ERROR_OFFLINE) ? "its server cannot be reached."
                                                                          : error->message);
}

/**
 * ivr_supervisor_start:
 * @self: a new supervisor
 *
 * Connects, and looks from then on, also after the server was away. The first time has to succeed, else
 * "failed" tells why.
 */
void
ivr_supervisor_start (IvrSupervisor *self)
{
  self->timer = g_timeout_add ((guint) self->limits.every_ms, on_timer, self);
  ivr_pg_connection_open_async (self->connection, NULL, open_cb, g_object_ref (self));
}
