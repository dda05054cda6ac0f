/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-hub-private.h"

#include <string.h>

/* Tokens that are looked at in one question; the others wait for its answer. */
#define BATCH 500
#define RETRY_MS 250

/* Sessions of one question to the database. */
typedef struct
{
  IvrHub *hub;
  GPtrArray *sessions;
} Batch;

static Batch *
batch_new (IvrHub *hub)
{
  Batch *batch = g_new0 (Batch, 1);

  batch->hub = g_object_ref (hub);
  batch->sessions = g_ptr_array_new_with_free_func ((GDestroyNotify) ivr_session_unref);
  return batch;
}

static void
batch_free (Batch *batch)
{
  g_object_unref (batch->hub);
  g_ptr_array_unref (batch->sessions);
  g_free (batch);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Batch, batch_free)

static GBytes *
hash_token (const char *token)
{
  g_autoptr(GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize n = sizeof digest;

  g_checksum_update (sum, (const guchar *) token, -1);
  g_checksum_get_digest (sum, digest, &n);
  return g_bytes_new (digest, n);
}

static gboolean
on_retry (gpointer data)
{
  ivr_hub_verify_next (data);
  ivr_hub_recheck (data);
  return G_SOURCE_REMOVE;
}

/* The line broke, or the server was busy: once more, later. */
static void
retry (IvrHub *self)
{
  g_timeout_add_full (G_PRIORITY_DEFAULT, RETRY_MS, on_retry, g_object_ref (self), g_object_unref);
}

static void
heads_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(Batch) batch = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPgResult) rows = NULL;
  IvrHub *self = batch->hub;

  rows = ivr_pg_connection_query_finish (IVR_PG_CONNECTION (source), result, &error);
  for (guint i = 0; i < batch->sessions->len; i++)
    {
      IvrSession *session = g_ptr_array_index (batch->sessions, i);
      gboolean again = session->state == IVR_SESSION_STATE_VERIFYING
                       && (rows == NULL || session->recheck);

      if (session->client == NULL)
        continue;
      if (again)
        {
          session->recheck = FALSE;
          g_queue_push_tail (&self->tokens, ivr_session_ref (session));
          continue;
        }
      if (session->state == IVR_SESSION_STATE_VERIFYING)
        {
          session->suspended = FALSE;
          g_clear_pointer (&session->token_hash, g_bytes_unref);
        }
      if (rows != NULL)
        ivr_hub_welcome (self, session, rows);
      else if (session->user != NULL)
        g_hash_table_add (self->rechecks, g_strdup (session->user));
    }
  if (rows == NULL)
    retry (self);
  else
    ivr_hub_verify_next (self);
}

/* Takes the batch. */
static void
ask_heads (Batch *batch)
{
  g_autoptr(GHashTable) orgs = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree gpointer *list = NULL;

  for (guint i = 0; i < batch->sessions->len; i++)
    {
      IvrSession *session = g_ptr_array_index (batch->sessions, i);

      for (guint j = 0; session->orgs[j] != NULL; j++)
        g_hash_table_add (orgs, session->orgs[j]);
    }
  list = g_hash_table_get_keys_as_array (orgs, NULL);
  ivr_pg_connection_query_async (ivr_feed_get_connection (batch->hub->feed),
                                 "select * from feed.heads($1)",
                                 ivr_pg_params_add_uuids (ivr_pg_params_new (),
                                                          (const char *const *) list),
                                 NULL, heads_cb, batch);
}

/* Returns whether the session has organizations that it has no cursor to. */
static gboolean
set_orgs (IvrSession *session,
          GStrv       orgs)
{
  g_strfreev (session->orgs);
  session->orgs = orgs;
  ivr_session_retain_orgs (session);
  if (*orgs == NULL)
    {
      ivr_client_close (session->client, IVR_WIRE_CLOSE_MEMBERSHIP, "no organization");
      return FALSE;
    }
  for (guint i = 0; orgs[i] != NULL; i++)
    if (ivr_session_find_cursor (session, orgs[i]) == NULL)
      return TRUE;
  return FALSE;
}

/* Returns whether heads have to be asked for. */
static gboolean
take_verified (IvrHub      *self,
               IvrSession  *session,
               IvrPgResult *rows,
               int          row)
{
  g_autofree char *user = ivr_pg_result_dup_uuid (rows, row, "user_id");
  gboolean ready = session->state == IVR_SESSION_STATE_READY;
  gboolean more;

  if (session->user != NULL && !g_str_equal (session->user, user))
    {
      ivr_client_close (session->client, IVR_WIRE_CLOSE_AUTH, "another person's token");
      return FALSE;
    }
  if (session->user == NULL)
    ivr_hub_set_user (self, session, user);
  ivr_hub_set_expiry (session, ivr_pg_result_get_timestamp (rows, row, "expires_at"));
  if (ready)
    g_clear_pointer (&session->token_hash, g_bytes_unref);
  more = set_orgs (session, ivr_pg_result_dup_strv (rows, row, "orgs"));
  return more && session->client != NULL;
}

static void
take_answers (IvrHub      *self,
              Batch       *batch,
              IvrPgResult *rows)
{
  g_autoptr(GHashTable) found = g_hash_table_new_full (g_bytes_hash, g_bytes_equal,
                                                       (GDestroyNotify) g_bytes_unref, NULL);
  g_autoptr(Batch) joining = batch_new (self);

  for (int row = 0; row < ivr_pg_result_get_n_rows (rows); row++)
    g_hash_table_insert (found, ivr_pg_result_get_bytes (rows, row, "token_sha256"),
                         GINT_TO_POINTER (row + 1));
  for (guint i = 0; i < batch->sessions->len; i++)
    {
      IvrSession *session = g_ptr_array_index (batch->sessions, i);
      int row;

      if (session->client == NULL)
        continue;
      row = GPOINTER_TO_INT (g_hash_table_lookup (found, session->token_hash));
      if (row == 0)
        ivr_client_close (session->client, IVR_WIRE_CLOSE_AUTH, "token not accepted");
      else if (take_verified (self, session, rows, row - 1))
        g_ptr_array_add (joining->sessions, ivr_session_ref (session));
    }
  if (joining->sessions->len > 0)
    ask_heads (g_steal_pointer (&joining));
}

static void
verify_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(Batch) batch = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPgResult) rows = NULL;
  IvrHub *self = batch->hub;

  rows = ivr_pg_connection_query_finish (IVR_PG_CONNECTION (source), result, &error);
  self->verifying = FALSE;
  if (rows != NULL)
    {
      take_answers (self, batch, rows);
      ivr_hub_verify_next (self);
      return;
    }
  for (guint i = 0; i < batch->sessions->len; i++)
    g_queue_push_tail (&self->tokens, ivr_session_ref (g_ptr_array_index (batch->sessions, i)));
  retry (self);
}

/**
 * ivr_hub_verify_next: (skip)
 * @self: a hub
 *
 * Has the tokens that wait looked at, unless that is under way.
 */
void
ivr_hub_verify_next (IvrHub *self)
{
  g_autoptr(GPtrArray) hashes = g_ptr_array_new ();
  g_autoptr(Batch) batch = NULL;

  if (self->verifying || !ivr_feed_get_live (self->feed))
    return;
  batch = batch_new (self);
  while (self->tokens.length > 0 && batch->sessions->len < BATCH)
    {
      IvrSession *session = g_queue_pop_head (&self->tokens);

      if (session->client == NULL)
        {
          ivr_session_unref (session);
          continue;
        }
      g_ptr_array_add (hashes, session->token_hash);
      g_ptr_array_add (batch->sessions, session);
    }
  if (hashes->len == 0)
    return;
  self->verifying = TRUE;
  ivr_pg_connection_query_async (ivr_feed_get_connection (self->feed),
                                 "select * from feed.verify_tokens($1)",
                                 ivr_pg_params_add_bytes_array (ivr_pg_params_new (), hashes), NULL,
                                 verify_cb, g_steal_pointer (&batch));
}

/**
 * ivr_hub_verify: (skip)
 * @self: a hub
 * @session: who sent the token
 * @token: the token; only its hash goes further
 */
void
ivr_hub_verify (IvrHub     *self,
                IvrSession *session,
                const char *token)
{
  session->token_hash = hash_token (token);
  g_queue_push_tail (&self->tokens, ivr_session_ref (session));
  ivr_hub_verify_next (self);
}

/* Sets the person's sessions to what the database says now. */
static void
take_orgs (IvrHub      *self,
           const char  *user,
           IvrPgResult *rows,
           int          row,
           Batch       *joining)
{
  GPtrArray *sessions = g_hash_table_lookup (self->users, user);

  for (guint i = sessions != NULL ? sessions->len : 0; i > 0; i--)
    {
      IvrSession *session = g_ptr_array_index (sessions, i - 1);
      g_autoptr(IvrSession) held = ivr_session_ref (session);

      if (session->state != IVR_SESSION_STATE_READY)
        continue;
      session->suspended = FALSE;
      session->recheck = FALSE;
      if (set_orgs (session, ivr_pg_result_dup_strv (rows, row, "orgs")))
        g_ptr_array_add (joining->sessions, ivr_session_ref (session));
      if (session->client != NULL)
        ivr_client_pump (session->client);
      /* The last session of a person takes the array with it. */
      sessions = g_hash_table_lookup (self->users, user);
      if (sessions == NULL)
        return;
      i = MIN (i, sessions->len + 1);
    }
}

static void
orgs_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(IvrHub) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPgResult) rows = NULL;
  g_autoptr(Batch) joining = batch_new (self);

  rows = ivr_pg_connection_query_finish (IVR_PG_CONNECTION (source), result, &error);
  self->rechecking = FALSE;
  if (rows == NULL)
    {
      /* Who was asked for is not known here any more: everybody, then. */
      ivr_hub_mark_all (self);
      retry (self);
      return;
    }
  for (int row = 0; row < ivr_pg_result_get_n_rows (rows); row++)
    {
      g_autofree char *user = ivr_pg_result_dup_uuid (rows, row, "user_id");

      /* Changed once more since the question was asked: that answer counts. */
      if (!g_hash_table_contains (self->rechecks, user))
        take_orgs (self, user, rows, row, joining);
    }
  if (joining->sessions->len > 0)
    ask_heads (g_steal_pointer (&joining));
  ivr_hub_recheck (self);
}

/**
 * ivr_hub_recheck: (skip)
 * @self: a hub
 *
 * Has the roles of those whose roles changed read, unless that is under way.
 */
void
ivr_hub_recheck (IvrHub *self)
{
  g_autofree gpointer *users = NULL;
  IvrPgParams *params;

  if (self->rechecking || g_hash_table_size (self->rechecks) == 0
      || !ivr_feed_get_live (self->feed))
    return;
  self->rechecking = TRUE;
  users = g_hash_table_get_keys_as_array (self->rechecks, NULL);
  params = ivr_pg_params_add_uuids (ivr_pg_params_new (), (const char *const *) users);
  g_hash_table_remove_all (self->rechecks);
  ivr_pg_connection_query_async (ivr_feed_get_connection (self->feed),
                                 "select * from feed.orgs_of($1)", params, NULL, orgs_cb,
                                 g_object_ref (self));
}
