/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-feed-private.h"

#include "ivr-error.h"
#include "ivr-line.h"

#define POLL_MS 5
#define AWAKE_MS 500
#define RETRY_MS 250

/* So many transactions between the ends of a snapshot: one of them stays open for long. */
#define FOLLOW_SPAN 2000
#define FOLLOW_LIMIT 500

/* After the bell is on again: those who were committing meanwhile may not have rung. */
static const guint naps_ms[] = { 0, 50, 200, 5000 };

enum {
  PROP_LIVE = 1,
  N_PROPS,
};

enum {
  SIGNAL_PUSHED = 1,
  SIGNAL_MEMBERSHIP,
  SIGNAL_RESTARTED,
  SIGNAL_FAILED,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IvrFeed, ivr_feed, G_TYPE_OBJECT)

static void schedule (IvrFeed *self);

static gint64
now_ms (void)
{
  return g_get_monotonic_time () / 1000;
}

static void
set_live (IvrFeed  *self,
          gboolean  live)
{
  if (self->live == live)
    return;
  self->live = live;
  self->metrics->live = live ? 1 : 0;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LIVE]);
}

static void
set_awake (IvrFeed  *self,
           gboolean  awake)
{
  self->awake = awake;
  self->metrics->awake = awake ? 1 : 0;
  self->nap = 0;
}

static void
take_poll (IvrFeed     *self,
           IvrPgResult *rows)
{
  g_autoptr(GHashTable) touched = g_hash_table_new (NULL, NULL);
  int n = ivr_pg_result_get_n_rows (rows);
  GHashTableIter iter;
  gpointer ring;

  for (int row = 0; row < n; row++)
    if (ivr_pg_result_is_null (rows, row, "snapshot"))
      {
        ivr_feed_take_polled (self, rows, row, touched);
      }
    else
      {
        g_free (self->snapshot);
        self->snapshot = ivr_pg_result_dup_text (rows, row, "snapshot");
      }
  self->behind = self->following && n > FOLLOW_LIMIT;
  if (n > 1)
    {
      self->last_event_ms = now_ms ();
      if (!self->awake)
        set_awake (self, TRUE);
    }
  g_hash_table_iter_init (&iter, touched);
  while (g_hash_table_iter_next (&iter, &ring, NULL))
    g_signal_emit (self, signals[SIGNAL_PUSHED], 0, ring);
}

static void
poll_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(IvrFeed) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPgResult) rows = NULL;

  rows = ivr_pg_connection_query_finish (IVR_PG_CONNECTION (source), result, &error);
  self->polling = FALSE;
  if (rows != NULL)
    take_poll (self, rows);
  /* A line that broke has its own way back; anything else is tried again. */
  if (rows == NULL && ivr_pg_connection_get_state (self->connection) != IVR_PG_STATE_READY)
    return;
  set_live (self, rows != NULL);
  schedule (self);
}

/* A snapshot is "xmin:xmax:list". */
static gboolean
has_old_transaction (const char *snapshot)
{
  char *end = NULL;
  guint64 xmin = g_ascii_strtoull (snapshot, &end, 10);
  guint64 xmax = *end == ':' ? g_ascii_strtoull (end + 1, NULL, 10) : xmin;

  return xmax - xmin > FOLLOW_SPAN;
}

static void
follow_now (IvrFeed *self)
{
  g_autoptr(GPtrArray) orgs = g_ptr_array_new ();
  g_autoptr(GArray) heads = g_array_new (FALSE, FALSE, sizeof (gint64));
  IvrPgParams *params = ivr_pg_params_new ();
  GHashTableIter iter;
  gpointer org;
  gpointer ring;

  g_hash_table_iter_init (&iter, self->rings);
  while (g_hash_table_iter_next (&iter, &org, &ring))
    {
      gint64 head = ivr_ring_get_head (ring);

      g_ptr_array_add (orgs, org);
      g_array_append_val (heads, head);
    }
  g_ptr_array_add (orgs, NULL);
  self->metrics->follows++;
  ivr_pg_params_add_uuids (params, (const char *const *) orgs->pdata);
  ivr_pg_params_add_int64s (params, heads);
  ivr_pg_params_add_int (params, FOLLOW_LIMIT);
  ivr_pg_params_add_text (params, self->snapshot);
  ivr_pg_connection_query_async (self->connection, "select * from feed.follow($1, $2, $3, $4)",
                                 params, NULL, poll_cb, g_object_ref (self));
}

static void
poll_now (IvrFeed *self)
{
  g_autoptr(IvrPgParams) params = NULL;

  if (self->polling || self->snapshot == NULL)
    return;
  g_clear_handle_id (&self->timer, g_source_remove);
  self->polling = TRUE;
  self->metrics->polls++;
  /* What a full answer left out was visible already: only the numbers find it. */
  self->following = self->behind || has_old_transaction (self->snapshot);
  if (self->following)
    {
      follow_now (self);
      return;
    }
  params = ivr_pg_params_add_text (ivr_pg_params_new (), self->snapshot);
  ivr_pg_connection_query_async (self->connection, "select * from feed.poll($1)",
                                 g_steal_pointer (&params), NULL, poll_cb, g_object_ref (self));
}

static gboolean
on_timer (gpointer data)
{
  IvrFeed *self = data;

  self->timer = 0;
  poll_now (self);
  return G_SOURCE_REMOVE;
}

/* Whether half a second without events has passed, and the bell is on. */
static gboolean
may_sleep (IvrFeed *self)
{
  if (now_ms () - self->last_event_ms < AWAKE_MS)
    {
      ivr_bell_hold (self->bell);
      return FALSE;
    }
  /* Asked for and not granted yet: then some writers do not ring, and polling has to go on. */
  ivr_bell_release (self->bell);
  return ivr_bell_get_state (self->bell) == IVR_BELL_STATE_RINGS;
}

static void
schedule (IvrFeed *self)
{
  guint delay = POLL_MS;

  if (self->polling || self->timer != 0 || self->snapshot == NULL)
    return;
  if (self->awake && may_sleep (self))
    set_awake (self, FALSE);
  if (!self->live)
    {
      delay = RETRY_MS;
    }
  else if (!self->awake)
    {
      delay = naps_ms[self->nap];
      self->nap = MIN (self->nap + 1, G_N_ELEMENTS (naps_ms) - 1);
    }
  self->timer = g_timeout_add (delay, on_timer, self);
}

static void
on_released (IvrBell *bell,
             IvrFeed *self)
{
  /* Begins the naps anew even when it slept already: the bell is on from this moment only. */
  if (now_ms () - self->last_event_ms >= AWAKE_MS)
    set_awake (self, FALSE);
  g_clear_handle_id (&self->timer, g_source_remove);
  schedule (self);
}

static void
on_notification (IvrPgConnection *connection,
                 const char      *channel,
                 const char      *payload,
                 IvrFeed         *self)
{
  self->metrics->rings++;
  self->last_event_ms = now_ms ();
  set_awake (self, TRUE);
  ivr_bell_hold (self->bell);
  poll_now (self);
}

/**
 * ivr_feed_go_live: (skip)
 * @self: a feed
 *
 * Begins to poll once every ring is as the database was: the first poll brings what came since
 * the snapshot that was read before.
 */
void
ivr_feed_go_live (IvrFeed *self)
{
  if (g_hash_table_size (self->refetching) > 0 || self->live || self->snapshot == NULL)
    return;
  set_awake (self, TRUE);
  self->last_event_ms = now_ms ();
  poll_now (self);
}

static void
begin_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(IvrFeed) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPgResult) rows = NULL;
  g_autofree char *epoch = NULL;

  rows = ivr_pg_connection_query_finish (IVR_PG_CONNECTION (source), result, &error);
  if (rows == NULL)
    {
      /* Nothing can be served without this: start over with a new session. */
      if (ivr_pg_connection_get_state (self->connection) == IVR_PG_STATE_READY)
        {
          g_warning ("The database does not tell its events: %s", error->message);
          if (self->epoch == NULL)
            g_signal_emit (self, signals[SIGNAL_FAILED], 0, error->message);
          ivr_pg_connection_close (self->connection);
        }
      return;
    }
  epoch = ivr_pg_result_dup_text (rows, 0, "epoch");
  g_free (self->snapshot);
  self->snapshot = ivr_pg_result_dup_text (rows, 0, "snapshot");
  ivr_feed_catch_up (self, rows, epoch);
}

/* LISTEN comes first: whoever commits after it rings, whoever did before is in the snapshot. */
static void
begin (IvrFeed *self)
{
  g_autoptr(GPtrArray) orgs = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer org;

  g_hash_table_iter_init (&iter, self->rings);
  while (g_hash_table_iter_next (&iter, &org, NULL))
    g_ptr_array_add (orgs, org);
  g_ptr_array_add (orgs, NULL);
  ivr_pg_connection_query_async (self->connection, "listen ivr", NULL, NULL, NULL, NULL);
  ivr_pg_connection_query_async (
    self->connection,
    "select b.epoch, b.snapshot, h.org_id, h.head"
    " from (select feed.epoch() as epoch, feed.snapshot() as snapshot) b"
    " left join feed.heads($1) h on true",
    ivr_pg_params_add_uuids (ivr_pg_params_new (), (const char *const *) orgs->pdata), NULL,
    begin_cb, g_object_ref (self));
}

static void
on_notify_state (IvrPgConnection *connection,
                 GParamSpec      *pspec,
                 IvrFeed         *self)
{
  if (ivr_pg_connection_get_state (connection) == IVR_PG_STATE_READY)
    {
      begin (self);
      return;
    }
  if (self->live)
    self->metrics->reconnects++;
  set_live (self, FALSE);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_pointer (&self->snapshot, g_free);
  self->behind = FALSE;
  g_hash_table_remove_all (self->refetching);
}

static void
ivr_feed_get_property (GObject    *object,
                       guint       id,
                       GValue     *value,
                       GParamSpec *pspec)
{
  if (id == PROP_LIVE)
    g_value_set_boolean (value, IVR_FEED (object)->live);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
ivr_feed_dispose (GObject *object)
{
  IvrFeed *self = IVR_FEED (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_object (&self->connection);
  g_clear_object (&self->bell);
  g_clear_pointer (&self->refetching, g_hash_table_unref);
  g_clear_pointer (&self->rings, g_hash_table_unref);
  g_clear_pointer (&self->epoch, g_free);
  g_clear_pointer (&self->snapshot, g_free);
  G_OBJECT_CLASS (ivr_feed_parent_class)->dispose (object);
}

static void
ivr_feed_class_init (IvrFeedClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = IVR_TYPE_FEED;

  object_class->get_property = ivr_feed_get_property;
  object_class->dispose = ivr_feed_dispose;
  properties[PROP_LIVE] = g_param_spec_boolean ("live", NULL, NULL, FALSE,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[SIGNAL_PUSHED] = g_signal_new ("pushed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[SIGNAL_MEMBERSHIP] = g_signal_new ("membership", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                             NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_RESTARTED] = g_signal_new ("restarted", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                            NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ivr_feed_init (IvrFeed *self)
{
  self->rings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                       (GDestroyNotify) ivr_ring_free);
  self->refetching = g_hash_table_new (NULL, NULL);
}

/**
 * ivr_feed_new:
 * @conninfo: where the database is
 * @metrics: what is counted; outlives the feed
 *
 * Returns: (transfer full): a feed that has not started
 */
IvrFeed *
ivr_feed_new (const char *conninfo,
              IvrMetrics *metrics)
{
  IvrFeed *self = g_object_new (IVR_TYPE_FEED, NULL);

  self->metrics = metrics;
  self->connection = ivr_pg_connection_new (conninfo);
  self->bell = ivr_bell_new (conninfo);
  g_signal_connect_object (self->connection, "notify::state", G_CALLBACK (on_notify_state), self,
                           0);
  g_signal_connect_object (self->connection, "notification", G_CALLBACK (on_notification), self, 0);
  g_signal_connect_object (self->bell, "released", G_CALLBACK (on_released), self, 0);
  return self;
}

static void
open_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(IvrFeed) self = data;
  g_autoptr(GError) error = NULL;

  if (!ivr_pg_connection_open_finish (IVR_PG_CONNECTION (source), result, &error))
    {
      g_signal_emit (self, signals[SIGNAL_FAILED], 0,
                     g_error_matches (error, IVR_ERROR, IVR_ERROR_OFFLINE)
                       ? "its server cannot be reached."
                       : error->message);
      return;
    }
  ivr_line_keep_open (self->connection);
  ivr_bell_open (self->bell);
}

/**
 * ivr_feed_start:
 * @self: a new feed
 *
 * Connects. The first time has to succeed, else "failed" tells why; later it goes on trying.
 */
void
ivr_feed_start (IvrFeed *self)
{
  ivr_pg_connection_open_async (self->connection, NULL, open_cb, g_object_ref (self));
}

gboolean
ivr_feed_get_live (IvrFeed *self)
{
  return self->live;
}

/**
 * ivr_feed_get_epoch:
 * @self: a feed
 *
 * Returns: (nullable): what the numbers belong to; %NULL before it was ever live
 */
const char *
ivr_feed_get_epoch (IvrFeed *self)
{
  return self->epoch;
}

/**
 * ivr_feed_get_connection:
 * @self: a feed
 *
 * The connection that polls. Answers of it come between those of polls in the order of their
 * snapshots, which is what ivr_feed_add_ring() needs.
 *
 * Returns: (transfer none): the connection
 */
IvrPgConnection *
ivr_feed_get_connection (IvrFeed *self)
{
  return self->connection;
}

/**
 * ivr_feed_get_ring:
 * @self: a feed
 * @org: an organization
 *
 * Returns: (transfer none) (nullable): its ring; valid until "restarted"
 */
IvrRing *
ivr_feed_get_ring (IvrFeed    *self,
                   const char *org)
{
  return g_hash_table_lookup (self->rings, org);
}

/**
 * ivr_feed_add_ring:
 * @self: a feed
 * @org: an organization
 * @head: its last number, as feed.heads just said on the feed's own connection
 *
 * Returns: (transfer none): its ring; the one that there was, if there was one
 */
IvrRing *
ivr_feed_add_ring (IvrFeed    *self,
                   const char *org,
                   gint64      head)
{
  IvrRing *ring = g_hash_table_lookup (self->rings, org);

  if (ring == NULL)
    {
      ring = ivr_ring_new (org, head);
      g_hash_table_insert (self->rings, g_strdup (org), ring);
    }
  return ring;
}
