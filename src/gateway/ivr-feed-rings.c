/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-feed-private.h"

#include "ivr-wire.h"

#define PAGE_SIZE 1000

static void refetch (IvrFeed *self,
                     IvrRing *ring);

/**
 * ivr_feed_dup_frame:
 * @rows: an answer of feed.poll or feed.page
 * @row: one of its events
 *
 * Returns: (transfer full): the event as desks get it
 */
GBytes *
ivr_feed_dup_frame (IvrPgResult *rows,
                    int          row)
{
  g_autofree char *org = ivr_pg_result_dup_uuid (rows, row, "org_id");
  g_autofree char *kind = ivr_pg_result_dup_text (rows, row, "kind");
  g_autofree char *id = ivr_pg_result_dup_uuid (rows, row, "row_id");
  g_autofree char *request = ivr_pg_result_dup_uuid (rows, row, "request_id");

  return ivr_wire_new_event (org, ivr_pg_result_get_int (rows, row, "seq"), kind, id, request,
                             ivr_pg_result_get_int (rows, row, "version"));
}

static void
tell_membership (IvrFeed     *self,
                 IvrPgResult *rows,
                 int          row)
{
  g_autofree char *kind = ivr_pg_result_dup_text (rows, row, "kind");
  g_autofree char *user = NULL;

  if (g_strcmp0 (kind, "membership") != 0)
    return;
  user = ivr_pg_result_dup_uuid (rows, row, "row_id");
  g_signal_emit_by_name (self, "membership", user);
}

static void
push (IvrFeed     *self,
      IvrRing     *ring,
      IvrPgResult *rows,
      int          row)
{
  g_autoptr(GBytes) frame = ivr_feed_dup_frame (rows, row);

  ivr_ring_push (ring, ivr_pg_result_get_int (rows, row, "seq"), frame);
  self->metrics->events++;
}

/**
 * ivr_feed_take_polled: (skip)
 * @self: a feed
 * @rows: answer of feed.poll
 * @row: one of its events
 * @touched: (element-type IvrRing): set that takes the rings that have new frames
 *
 * Puts an event into its ring. Organizations of which no desk ever asked have no ring, and their
 * events are not kept.
 */
void
ivr_feed_take_polled (IvrFeed     *self,
                      IvrPgResult *rows,
                      int          row,
                      GHashTable  *touched)
{
  g_autofree char *org = ivr_pg_result_dup_uuid (rows, row, "org_id");
  IvrRing *ring = g_hash_table_lookup (self->rings, org);
  gint64 seq = ivr_pg_result_get_int (rows, row, "seq");

  tell_membership (self, rows, row);
  if (ring == NULL || seq <= ivr_ring_get_head (ring))
    return;
  if (seq == ivr_ring_get_head (ring) + 1)
    {
      push (self, ring, rows, row);
      g_hash_table_add (touched, ring);
    }
  else if (!g_hash_table_contains (self->refetching, ring))
    {
      self->metrics->gaps++;
      g_warning ("Event numbers of an organization do not follow each other; reading them again.");
      refetch (self, ring);
    }
}

typedef struct
{
  IvrFeed *feed;
  char *org;
} Refetch;

static void
refetch_free (Refetch *call)
{
  g_object_unref (call->feed);
  g_free (call->org);
  g_free (call);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Refetch, refetch_free)

static void
take_page (IvrFeed     *self,
           IvrRing     *ring,
           IvrPgResult *rows)
{
  int n = ivr_pg_result_get_n_rows (rows);

  for (int row = 0; row < n; row++)
    {
      gint64 seq = ivr_pg_result_get_int (rows, row, "seq");

      tell_membership (self, rows, row);
      if (seq <= ivr_ring_get_head (ring))
        continue;
      if (seq > ivr_ring_get_head (ring) + 1)
        {
          /* Removed by retention while we were away. */
          ivr_ring_reset (ring, seq - 1);
        }
      push (self, ring, rows, row);
    }
  if (n > 0)
    g_signal_emit_by_name (self, "pushed", ring);
}

static void
refetch_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(Refetch) call = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPgResult) rows = NULL;
  IvrFeed *self = call->feed;
  IvrRing *ring = g_hash_table_lookup (self->rings, call->org);

  rows = ivr_pg_connection_query_finish (IVR_PG_CONNECTION (source), result, &error);
  if (ring == NULL || !g_hash_table_remove (self->refetching, ring))
    return;
  if (rows != NULL)
    take_page (self, ring, rows);
  if (rows != NULL ? ivr_pg_result_get_n_rows (rows) == PAGE_SIZE
                   : ivr_pg_connection_get_state (self->connection) == IVR_PG_STATE_READY)
    refetch (self, ring);
  ivr_feed_go_live (self);
}

static void
refetch (IvrFeed *self,
         IvrRing *ring)
{
  Refetch *call = g_new0 (Refetch, 1);
  IvrPgParams *params = ivr_pg_params_new ();

  call->feed = g_object_ref (self);
  call->org = g_strdup (ivr_ring_get_org (ring));
  g_hash_table_add (self->refetching, ring);
  ivr_pg_params_add_uuid (params, call->org);
  ivr_pg_params_add_int64 (params, ivr_ring_get_head (ring));
  ivr_pg_params_add_int (params, PAGE_SIZE);
  ivr_pg_connection_query_async (self->connection, "select * from feed.page($1, $2, $3)", params,
                                 NULL, refetch_cb, call);
}

static void
restart (IvrFeed *self)
{
  g_signal_emit_by_name (self, "restarted");
  g_hash_table_remove_all (self->refetching);
  g_hash_table_remove_all (self->rings);
}

/**
 * ivr_feed_catch_up: (skip)
 * @self: a feed that has just connected
 * @rows: answer of feed.heads for all rings
 * @epoch: the epoch of the database
 *
 * Reads from the database what the rings missed, or finds that they are of another time.
 */
void
ivr_feed_catch_up (IvrFeed     *self,
                   IvrPgResult *rows,
                   const char  *epoch)
{
  gboolean other = g_strcmp0 (epoch, self->epoch) != 0;

  for (int row = 0; row < ivr_pg_result_get_n_rows (rows) && !other; row++)
    {
      g_autofree char *org = ivr_pg_result_dup_uuid (rows, row, "org_id");
      IvrRing *ring = org != NULL ? g_hash_table_lookup (self->rings, org) : NULL;
      gint64 head = ivr_pg_result_get_int (rows, row, "head");

      if (ring == NULL)
        continue;
      if (head < ivr_ring_get_head (ring))
        other = TRUE;
      else if (head > ivr_ring_get_head (ring))
        refetch (self, ring);
    }
  if (other)
    restart (self);
  g_free (self->epoch);
  self->epoch = g_strdup (epoch);
  ivr_feed_go_live (self);
}
