/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-pager.h"

#include "ivr-line.h"

#define AT_ONCE 4
#define PAGE_SIZE 200

struct _IvrPager
{
  IvrPgConnection *connection;
  IvrMetrics *metrics;
  GQueue waiting;
  guint running;
};

typedef struct
{
  IvrPager *pager;
  IvrSession *session;
  char *org;
  gint64 after;
} Job;

static void run (IvrPager *self);

static void
job_free (Job *job)
{
  ivr_session_unref (job->session);
  g_free (job->org);
  g_free (job);
}

static void
page_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  Job *job = data;
  IvrPager *self = job->pager;
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPgResult) rows = NULL;

  rows = ivr_pg_connection_query_finish (IVR_PG_CONNECTION (source), result, &error);
  self->running--;
  if (rows == NULL && ivr_pg_connection_get_state (self->connection) != IVR_PG_STATE_READY)
    {
      g_queue_push_head (&self->waiting, job);
      return;
    }
  if (rows != NULL)
    ivr_session_take_page (job->session, job->org, rows);
  else if (job->session->client != NULL)
    ivr_client_close (job->session->client, IVR_WIRE_CLOSE_RESTART, "events could not be read");
  job_free (job);
  run (self);
}

static void
run (IvrPager *self)
{
  while (self->running < AT_ONCE && self->waiting.length > 0
         && ivr_pg_connection_get_state (self->connection) == IVR_PG_STATE_READY)
    {
      Job *job = g_queue_pop_head (&self->waiting);
      IvrPgParams *params;

      if (job->session->client == NULL)
        {
          job_free (job);
          continue;
        }
      params = ivr_pg_params_new ();
      ivr_pg_params_add_uuid (params, job->org);
      ivr_pg_params_add_int64 (params, job->after);
      ivr_pg_params_add_int (params, PAGE_SIZE);
      self->running++;
      self->metrics->pages++;
      ivr_pg_connection_query_async (self->connection, "select * from feed.page($1, $2, $3)",
                                     params, NULL, page_cb, job);
    }
}

static void
on_notify_state (IvrPgConnection *connection,
                 GParamSpec      *pspec,
                 gpointer         data)
{
  run (data);
}

/**
 * ivr_pager_new:
 * @conninfo: where the database is
 * @metrics: what is counted
 *
 * Returns: (transfer full): a pager without a connection
 */
IvrPager *
ivr_pager_new (const char *conninfo,
               IvrMetrics *metrics)
{
  IvrPager *self = g_new0 (IvrPager, 1);

  self->metrics = metrics;
  self->connection = ivr_pg_connection_new (conninfo);
  g_signal_connect (self->connection, "notify::state", G_CALLBACK (on_notify_state), self);
  return self;
}

/**
 * ivr_pager_free:
 * @self: (transfer full): a pager; what it was asked for is not answered
 */
void
ivr_pager_free (IvrPager *self)
{
  g_signal_handlers_disconnect_by_data (self->connection, self);
  g_object_unref (self->connection);
  g_queue_clear_full (&self->waiting, (GDestroyNotify) job_free);
  g_free (self);
}

/**
 * ivr_pager_open:
 * @self: a pager
 *
 * Connects, and stays connected from now on.
 */
void
ivr_pager_open (IvrPager *self)
{
  ivr_line_keep_open (self->connection);
}

/**
 * ivr_pager_ask:
 * @self: a pager
 * @session: who asks; has not asked for this organization already
 * @org: the organization
 * @after: number after which the page begins
 *
 * Answers with ivr_session_take_page(), or closes the client.
 */
void
ivr_pager_ask (IvrPager   *self,
               IvrSession *session,
               const char *org,
               gint64      after)
{
  Job *job = g_new0 (Job, 1);

  job->pager = self;
  job->session = ivr_session_ref (session);
  job->org = g_strdup (org);
  job->after = after;
  g_queue_push_tail (&self->waiting, job);
  run (self);
}
