/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-hub-private.h"

#define HELLO_MS 5000
#define VERIFY_MS 20000
#define ASK_BEFORE_MS 60000
#define GRACE_MS 25000

G_DEFINE_FINAL_TYPE (IvrHub, ivr_hub, G_TYPE_OBJECT)

static gint64
now_ms (void)
{
  return g_get_monotonic_time () / 1000;
}

static void
on_opened (IvrClient *client,
           gpointer   data)
{
  IvrHub *self = data;

  ivr_client_set_data (client, ivr_session_new (client, self->metrics, self->pager));
  ivr_client_set_deadline (client, now_ms () + HELLO_MS);
}

static void
on_message (IvrClient  *client,
            const char *text,
            gsize       length,
            gpointer    data)
{
  IvrHub *self = data;
  IvrSession *session = ivr_client_get_data (client);
  g_autoptr(IvrWireMessage) message = ivr_wire_parse (text, length);
  gboolean expected;
  g_autofree char *token = NULL;

  expected = message != NULL && session->token_hash == NULL
             && session->state == (message->hello ? IVR_SESSION_STATE_NEW
                                                  : IVR_SESSION_STATE_READY);
  if (!expected)
    {
      ivr_client_close (client, IVR_WIRE_CLOSE_PROTOCOL, "not expected");
      return;
    }
  token = g_steal_pointer (&message->token);
  if (message->hello)
    {
      session->state = IVR_SESSION_STATE_VERIFYING;
      session->hello = g_steal_pointer (&message);
      ivr_client_set_deadline (client, now_ms () + VERIFY_MS);
    }
  else
    {
      /* It came in time; how long the database takes is not the desk's fault. */
      ivr_client_set_deadline (client, 0);
    }
  ivr_hub_verify (self, session, token);
}

static GBytes *
on_next (IvrClient *client,
         gpointer   data)
{
  return ivr_session_next (ivr_client_get_data (client));
}

static void
on_deadline (IvrClient *client,
             gpointer   data)
{
  IvrSession *session = ivr_client_get_data (client);

  switch (session->state)
    {
    case IVR_SESSION_STATE_NEW:
      ivr_client_close (client, IVR_WIRE_CLOSE_PROTOCOL, "no hello");
      break;
    case IVR_SESSION_STATE_VERIFYING:
      ivr_client_close (client, IVR_WIRE_CLOSE_RESTART, "no database");
      break;
    case IVR_SESSION_STATE_READY:
      if (session->asked)
        {
          ivr_client_close (client, IVR_WIRE_CLOSE_AUTH, "token expired");
          break;
        }
      session->asked = TRUE;
      session->ask_token = TRUE;
      ivr_client_set_deadline (client, now_ms () + (session->expires_us - g_get_real_time ()) / 1000
                                         + GRACE_MS);
      ivr_client_pump (client);
      break;
    case IVR_SESSION_STATE_GONE:
    default:
      break;
    }
}

static void
on_closed (IvrClient *client,
           gpointer   data)
{
  IvrHub *self = data;
  IvrSession *session = ivr_client_get_data (client);

  if (session->state == IVR_SESSION_STATE_READY)
    self->metrics->welcomed--;
  ivr_hub_set_user (self, session, NULL);
  ivr_session_leave (session);
  ivr_session_unref (session);
}

static void
on_request (IvrClient            *client,
            const IvrHttpRequest *request,
            gpointer              data)
{
  IvrHub *self = data;

  ivr_desk_port_request (self->desk_port, client, request);
}

static void
on_gone (IvrClient *client,
         gpointer   data)
{
  ivr_desk_port_gone (client);
}

static const IvrEngineHandler handler = {
  .opened = on_opened,
  .message = on_message,
  .next = on_next,
  .deadline = on_deadline,
  .closed = on_closed,
  .request = on_request,
  .gone = on_gone,
};

/**
 * ivr_hub_set_user: (skip)
 * @self: a hub
 * @session: a session
 * @user: (nullable): whose it is from now on
 *
 * From here on changes of the person's roles reach the session.
 */
void
ivr_hub_set_user (IvrHub     *self,
                  IvrSession *session,
                  const char *user)
{
  GPtrArray *sessions;

  if (session->user != NULL)
    {
      sessions = g_hash_table_lookup (self->users, session->user);
      g_ptr_array_remove_fast (sessions, session);
      if (sessions->len == 0)
        g_hash_table_remove (self->users, session->user);
      g_clear_pointer (&session->user, g_free);
    }
  if (user == NULL)
    return;
  session->user = g_strdup (user);
  sessions = g_hash_table_lookup (self->users, user);
  if (sessions == NULL)
    {
      sessions = g_ptr_array_new ();
      g_hash_table_insert (self->users, g_strdup (user), sessions);
    }
  g_ptr_array_add (sessions, session);
}

/**
 * ivr_hub_set_expiry: (skip)
 * @session: a session with a client
 * @expires_us: until when its token counts, Unix time in microseconds
 */
void
ivr_hub_set_expiry (IvrSession *session,
                    gint64      expires_us)
{
  session->expires_us = expires_us;
  session->asked = FALSE;
  session->ask_token = FALSE;
  if (session->state == IVR_SESSION_STATE_READY)
    ivr_client_set_deadline (session->client, now_ms () + (expires_us - g_get_real_time ()) / 1000
                                                - ASK_BEFORE_MS);
}

static GPtrArray *
get_members (IvrHub     *self,
             const char *org)
{
  GPtrArray *members = g_hash_table_lookup (self->members, org);

  if (members == NULL)
    {
      members = g_ptr_array_new ();
      g_hash_table_insert (self->members, g_strdup (org), members);
    }
  return members;
}

/* The desk's own cursor in an organization, when it kept one; -1 otherwise. */
static gint64
get_kept (IvrWireMessage *hello,
          const char     *org)
{
  for (guint i = 0; hello != NULL && i < hello->cursors->len; i++)
    {
      const IvrWireCursor *cursor = &g_array_index (hello->cursors, IvrWireCursor, i);

      if (g_str_equal (cursor->org, org))
        return cursor->seq;
    }
  return -1;
}

/* One row of feed.heads: where the session goes on in this organization. */
static void
join_org (IvrHub      *self,
          IvrSession  *session,
          IvrPgResult *heads,
          int          row,
          gboolean     same_epoch)
{
  g_autofree char *org = ivr_pg_result_dup_uuid (heads, row, "org_id");
  gint64 head = ivr_pg_result_get_int (heads, row, "head");
  gint64 floor = ivr_pg_result_get_int (heads, row, "floor");
  IvrRing *ring = ivr_feed_add_ring (self->feed, org, head);
  gint64 kept = get_kept (session->hello, org);
  gboolean resumes;
  IvrCursor *cursor;

  if (!g_strv_contains ((const char *const *) session->orgs, org)
      || ivr_session_find_cursor (session, org) != NULL)
    return;
  resumes = same_epoch && kept >= floor && kept <= MAX (head, ivr_ring_get_head (ring));
  cursor = ivr_session_add_cursor (session, ring, get_members (self, org),
                                   resumes ? kept : ivr_ring_get_head (ring));
  /* Also for an organization that the person came to belong to after the welcome. With another
   * epoch the welcome itself says so, once for all. */
  cursor->resync = !resumes && ((same_epoch && kept >= 0)
                                || session->state == IVR_SESSION_STATE_READY);
}

static void
make_welcome (IvrHub     *self,
              IvrSession *session,
              gboolean    resync)
{
  g_autoptr(GArray) heads = g_array_new (FALSE, FALSE, sizeof (IvrWireCursor));

  for (guint i = 0; i < session->cursors->len; i++)
    {
      IvrCursor *cursor = g_ptr_array_index (session->cursors, i);
      IvrWireCursor head = { (char *) ivr_ring_get_org (cursor->ring), cursor->seq };

      g_array_append_val (heads, head);
    }
  session->welcome = ivr_wire_new_welcome (ivr_feed_get_epoch (self->feed), resync, heads,
                                           session->expires_us / G_USEC_PER_SEC);
}

/**
 * ivr_hub_welcome: (skip)
 * @self: a hub
 * @session: a session with a client, whose person and organizations are known
 * @heads: answer of feed.heads, just come on the feed's connection
 *
 * Gives it cursors to the organizations of @heads that are its own and that it does not have yet,
 * and welcomes it when it was not.
 */
void
ivr_hub_welcome (IvrHub      *self,
                 IvrSession  *session,
                 IvrPgResult *heads)
{
  IvrWireMessage *hello = session->hello;
  gboolean same = hello != NULL
                  && g_strcmp0 (hello->epoch, ivr_feed_get_epoch (self->feed)) == 0;

  for (int row = 0; row < ivr_pg_result_get_n_rows (heads); row++)
    join_org (self, session, heads, row, same);
  if (session->state == IVR_SESSION_STATE_VERIFYING)
    {
      make_welcome (self, session, !same && (hello->epoch != NULL || hello->cursors->len > 0));
      g_clear_pointer (&session->hello, ivr_wire_message_free);
      session->state = IVR_SESSION_STATE_READY;
      self->metrics->welcomed++;
      ivr_hub_set_expiry (session, session->expires_us);
    }
  ivr_client_pump (session->client);
}

static void
on_pushed (IvrFeed *feed,
           IvrRing *ring,
           IvrHub  *self)
{
  GPtrArray *members = g_hash_table_lookup (self->members, ivr_ring_get_org (ring));

  /* From the end: a client that turns out to be gone takes its cursor out of the array. */
  for (guint i = members != NULL ? members->len : 0; i > 0; i--)
    if (i <= members->len)
      {
        IvrCursor *cursor = g_ptr_array_index (members, i - 1);

        if (cursor->session->client != NULL)
          ivr_client_pump (cursor->session->client);
      }
}

static void
on_membership (IvrFeed    *feed,
               const char *user,
               IvrHub     *self)
{
  GPtrArray *sessions = g_hash_table_lookup (self->users, user);

  if (sessions == NULL)
    return;
  for (guint i = 0; i < sessions->len; i++)
    {
      IvrSession *session = g_ptr_array_index (sessions, i);

      session->suspended = TRUE;
      session->recheck = TRUE;
    }
  g_hash_table_add (self->rechecks, g_strdup (user));
  ivr_hub_recheck (self);
}

static void
on_restarted (IvrFeed *feed,
              IvrHub  *self)
{
  ivr_engine_close_some (self->engine, G_MAXUINT, IVR_WIRE_CLOSE_RESTART, "numbers start anew");
}

/**
 * ivr_hub_mark_all: (skip)
 * @self: a hub
 *
 * Everybody's roles are to be read with the next ivr_hub_recheck().
 */
void
ivr_hub_mark_all (IvrHub *self)
{
  GHashTableIter iter;
  gpointer user;

  g_hash_table_iter_init (&iter, self->users);
  while (g_hash_table_iter_next (&iter, &user, NULL))
    g_hash_table_add (self->rechecks, g_strdup (user));
}

static void
on_notify_live (IvrFeed    *feed,
                GParamSpec *pspec,
                IvrHub     *self)
{
  if (!ivr_feed_get_live (feed))
    return;
  /* A role in an organization that has no ring may have been given meanwhile. */
  ivr_hub_mark_all (self);
  ivr_hub_recheck (self);
  ivr_hub_verify_next (self);
}

static void
ivr_hub_dispose (GObject *object)
{
  IvrHub *self = IVR_HUB (object);

  g_clear_pointer (&self->engine, ivr_engine_free);
  g_clear_pointer (&self->pager, ivr_pager_free);
  g_clear_pointer (&self->desk_port, ivr_desk_port_free);
  g_queue_clear_full (&self->tokens, (GDestroyNotify) ivr_session_unref);
  g_clear_pointer (&self->members, g_hash_table_unref);
  g_clear_pointer (&self->users, g_hash_table_unref);
  g_clear_pointer (&self->rechecks, g_hash_table_unref);
  g_clear_object (&self->feed);
  G_OBJECT_CLASS (ivr_hub_parent_class)->dispose (object);
}

static void
ivr_hub_class_init (IvrHubClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ivr_hub_dispose;
}

static void
ivr_hub_init (IvrHub *self)
{
  GDestroyNotify unref = (GDestroyNotify) g_ptr_array_unref;

  self->members = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, unref);
  self->users = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, unref);
  self->rechecks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * ivr_hub_new:
 * @conninfo: where the database is
 * @feed: what changed; not started yet
 * @metrics: what is counted; outlives the hub
 * @lookup: (nullable): who asks payers
 *
 * Returns: (transfer full): a hub with an engine that does not listen
 */
IvrHub *
ivr_hub_new (const char *conninfo,
             IvrFeed    *feed,
             IvrMetrics *metrics,
             IvrLookup  *lookup)
{
  IvrHub *self = g_object_new (IVR_TYPE_HUB, NULL);

  self->feed = g_object_ref (feed);
  self->metrics = metrics;
  self->pager = ivr_pager_new (conninfo, metrics);
  self->desk_port = ivr_desk_port_new (lookup);
  self->engine = ivr_engine_new (metrics, &handler, self);
  ivr_pager_open (self->pager);
  g_signal_connect_object (feed, "pushed", G_CALLBACK (on_pushed), self, 0);
  g_signal_connect_object (feed, "membership", G_CALLBACK (on_membership), self, 0);
  g_signal_connect_object (feed, "restarted", G_CALLBACK (on_restarted), self, 0);
  g_signal_connect_object (feed, "notify::live", G_CALLBACK (on_notify_live), self, 0);
  return self;
}

/**
 * ivr_hub_get_engine:
 * @self: a hub
 *
 * Returns: (transfer none): its sockets
 */
IvrEngine *
ivr_hub_get_engine (IvrHub *self)
{
  return self->engine;
}
