/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-session.h"

#include "ivr-pager.h"

#include <string.h>

static void
cursor_free (IvrCursor *cursor)
{
  IvrCursor *last = g_ptr_array_index (cursor->members, cursor->members->len - 1);

  last->index = cursor->index;
  g_ptr_array_remove_index_fast (cursor->members, cursor->index);
  g_ptr_array_unref (cursor->members);
  g_clear_pointer (&cursor->page, g_bytes_unref);
  g_free (cursor);
}

/**
 * ivr_session_new:
 * @client: its connection
 * @metrics: what is counted
 * @pager: where it gets what the rings do not have any more
 *
 * Returns: (transfer full): a session that waits for hello
 */
IvrSession *
ivr_session_new (IvrClient  *client,
                 IvrMetrics *metrics,
                 IvrPager   *pager)
{
  IvrSession *self = g_new0 (IvrSession, 1);

  g_atomic_ref_count_init (&self->refs);
  self->state = IVR_SESSION_STATE_NEW;
  self->client = client;
  self->metrics = metrics;
  self->pager = pager;
  self->cursors = g_ptr_array_new_with_free_func ((GDestroyNotify) cursor_free);
  return self;
}

IvrSession *
ivr_session_ref (IvrSession *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
ivr_session_unref (IvrSession *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  ivr_session_leave (self);
  g_ptr_array_unref (self->cursors);
  g_free (self->user);
  g_strfreev (self->orgs);
  g_free (self);
}

/* The ring has what comes next, or there is nothing, or it has to be paged. */
static GBytes *
cursor_next (IvrCursor *cursor)
{
  IvrSession *session = cursor->session;
  const char *org = ivr_ring_get_org (cursor->ring);
  GBytes *frame;

  if (cursor->resync)
    {
      cursor->resync = FALSE;
      session->metrics->resyncs++;
      return ivr_wire_new_resync (org, cursor->seq);
    }
  if (cursor->page != NULL)
    {
      cursor->seq = cursor->page_last;
      return g_steal_pointer (&cursor->page);
    }
  if (cursor->paging || cursor->seq >= ivr_ring_get_head (cursor->ring))
    return NULL;
  frame = ivr_ring_peek (cursor->ring, cursor->seq + 1);
  if (frame == NULL)
    {
      cursor->paging = TRUE;
      ivr_pager_ask (session->pager, session, org, cursor->seq);
      return NULL;
    }
  cursor->seq++;
  return g_bytes_ref (frame);
}

/**
 * ivr_session_next:
 * @self: a session
 *
 * Returns: (transfer full) (nullable): what the desk gets next
 */
GBytes *
ivr_session_next (IvrSession *self)
{
  if (self->state != IVR_SESSION_STATE_READY)
    return NULL;
  if (self->welcome != NULL)
    return g_steal_pointer (&self->welcome);
  if (self->ask_token)
    {
      self->ask_token = FALSE;
      return ivr_wire_new_token ();
    }
  if (self->suspended)
    return NULL;
  /* In turn, so that a busy organization does not keep the others waiting. */
  for (guint i = 0; i < self->cursors->len; i++)
    {
      guint at = (self->turn + i) % self->cursors->len;
      GBytes *frame = cursor_next (g_ptr_array_index (self->cursors, at));

      if (frame != NULL)
        {
          self->turn = at + 1;
          return frame;
        }
    }
  return NULL;
}

IvrCursor *
ivr_session_find_cursor (IvrSession *self,
                         const char *org)
{
  for (guint i = 0; i < self->cursors->len; i++)
    {
      IvrCursor *cursor = g_ptr_array_index (self->cursors, i);

      if (g_str_equal (ivr_ring_get_org (cursor->ring), org))
        return cursor;
    }
  return NULL;
}

/**
 * ivr_session_add_cursor:
 * @self: a session
 * @ring: an organization that its person may hear of
 * @members: (element-type IvrCursor): cursors of that organization
 * @seq: number after which it goes on
 *
 * Returns: (transfer none): the new cursor
 */
IvrCursor *
ivr_session_add_cursor (IvrSession *self,
                        IvrRing    *ring,
                        GPtrArray  *members,
                        gint64      seq)
{
  IvrCursor *cursor = g_new0 (IvrCursor, 1);

  cursor->session = self;
  cursor->ring = ring;
  cursor->members = g_ptr_array_ref (members);
  cursor->index = members->len;
  cursor->seq = seq;
  g_ptr_array_add (members, cursor);
  g_ptr_array_add (self->cursors, cursor);
  return cursor;
}

/**
 * ivr_session_retain_orgs:
 * @self: a session
 *
 * Drops the cursors of organizations that are not in its orgs.
 */
void
ivr_session_retain_orgs (IvrSession *self)
{
  for (guint i = self->cursors->len; i > 0; i--)
    {
      IvrCursor *cursor = g_ptr_array_index (self->cursors, i - 1);

      if (!g_strv_contains ((const char *const *) self->orgs, ivr_ring_get_org (cursor->ring)))
        g_ptr_array_remove_index (self->cursors, i - 1);
    }
}

/**
 * ivr_session_take_page:
 * @self: a session that asked for a page
 * @org: of this organization
 * @rows: the answer of feed.page
 *
 * Keeps the page until the socket has room for it. When it does not begin right after the
 * cursor, the events between were removed: the desk has to fetch everything anew.
 */
void
ivr_session_take_page (IvrSession  *self,
                       const char  *org,
                       IvrPgResult *rows)
{
  IvrCursor *cursor = ivr_session_find_cursor (self, org);
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  int n = ivr_pg_result_get_n_rows (rows);
  gint64 last;

  if (cursor == NULL || !cursor->paging)
    return;
  cursor->paging = FALSE;
  last = cursor->seq;
  for (int row = 0; row < n && ivr_pg_result_get_int (rows, row, "seq") == last + 1; row++)
    {
      g_autoptr(GBytes) frame = ivr_feed_dup_frame (rows, row);

      g_byte_array_append (bytes, g_bytes_get_data (frame, NULL), (guint) g_bytes_get_size (frame));
      last++;
    }
  if (last > cursor->seq)
    {
      cursor->page_last = last;
      cursor->page = g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
    }
  else
    {
      cursor->seq = ivr_ring_get_head (cursor->ring);
      cursor->resync = TRUE;
    }
  if (self->client != NULL)
    ivr_client_pump (self->client);
}

/**
 * ivr_session_leave:
 * @self: a session
 *
 * It gets nothing any more; calls that are under way find it gone.
 */
void
ivr_session_leave (IvrSession *self)
{
  self->state = IVR_SESSION_STATE_GONE;
  self->client = NULL;
  g_ptr_array_set_size (self->cursors, 0);
  g_clear_pointer (&self->hello, ivr_wire_message_free);
  g_clear_pointer (&self->token_hash, g_bytes_unref);
  g_clear_pointer (&self->welcome, g_bytes_unref);
}
