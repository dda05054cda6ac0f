/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-lookup.h"

#include "ivr-error.h"
#include "ivr-payer-breaker.h"
#include "ivr-payer-call.h"
#include "ivr-payer-secrets.h"
#include "ivr-pg-connection.h"

#include <string.h>

#define UNDER_WAY_MAX 64
#define RETRY_MS 1000

struct _IvrLookup
{
  GObject parent_instance;

  IvrPgConnection *connection;
  SoupSession *session;
  IvrPayerSecrets *secrets;
  GHashTable *breakers; /* identity of a payer → IvrPayerBreaker */
  char *mock;           /* NULL where there is no invented payer */
  IvrLookupCounts *counts;
  guint timer;
  guint under_way;
};

G_DEFINE_FINAL_TYPE (IvrLookup, ivr_lookup, G_TYPE_OBJECT)

/* One question, from the desk's word to the end. */
typedef struct
{
  IvrLookup *lookup;
  char *check;
  IvrLookupFunc func;
  gpointer data;
  IvrPayerAsk *ask;
} Carrying;

static void
carrying_end (Carrying        *self,
              IvrLookupResult  result,
              const char      *state)
{
  self->func (result, state, self->data);
  self->lookup->under_way--;
  g_clear_pointer (&self->ask, ivr_payer_ask_free);
  g_object_unref (self->lookup);
  g_free (self->check);
  g_free (self);
}

static void
count (IvrLookup  *self,
       const char *state)
{
  if (g_strcmp0 (state, "answered") == 0)
    self->counts->lookups_answered++;
  else if (g_strcmp0 (state, "refused") == 0)
    self->counts->lookups_refused++;
  else if (g_strcmp0 (state, "held") == 0)
    self->counts->lookups_held++;
  else
    self->counts->lookups_failed++;
}

static void
stored_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Carrying *self = data;
  g_autoptr(IvrPgResult) rows = ivr_pg_connection_query_finish (IVR_PG_CONNECTION (source), result, NULL);
  g_autofree char *state = rows != NULL ? ivr_pg_result_dup_text (rows, 0, "state") : NULL;

  /* What the database said is not passed on: it could repeat what it was given. */
  if (state == NULL)
    {
      carrying_end (self, IVR_LOOKUP_AWAY, NULL);
      return;
    }
  count (self->lookup, state);
  carrying_end (self, IVR_LOOKUP_OVER, state);
}

static void
store (Carrying             *self,
       const IvrPayerAnswer *answer)
{
  const IvrPayerJudgement *judgement = &answer->judgement;
  IvrPgParams *params = ivr_pg_params_new ();

  ivr_pg_params_add_uuid (params, self->check);
  ivr_pg_params_add_text (params, judgement->state);
  ivr_pg_params_add_text (params, judgement->problem);
  ivr_pg_params_add_text (params, judgement->verdict);
  ivr_pg_params_add_jsonb (params, judgement->reading);
  ivr_pg_params_add_bytes (params, answer->body);
  ivr_pg_params_add_text (params, answer->media_type);
  ivr_pg_params_add_boolean (params, self->ask->is_mock);
  ivr_pg_connection_query_async (self->lookup->connection,
                                 "select lookup.answer($1, $2, $3, $4, $5, $6, $7, $8) as state", params, NULL,
                                 stored_cb, self);
}

static void
asked_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  Carrying *self = data;
  IvrPayerBreaker *breaker = g_hash_table_lookup (self->lookup->breakers, self->ask->payer);
  g_autoptr(IvrPayerAnswer) answer = ivr_payer_call_finish (SOUP_SESSION (source), result);

  ivr_payer_breaker_note (breaker, g_get_monotonic_time () / 1000, answer->was_reached);
  if (answer->attempts > 1)
    self->lookup->counts->lookups_retried += answer->attempts - 1;
  store (self, answer);
}

static void
store_failure (Carrying   *self,
               const char *problem)
{
  IvrPayerAnswer answer = { { 0 } };

  ivr_payer_judgement_fail (&answer.judgement, problem);
  store (self, &answer);
  ivr_payer_judgement_clear (&answer.judgement);
}

static IvrPayerBreaker *
breaker_of (IvrLookup  *self,
            const char *payer)
{
  IvrPayerBreaker *breaker = g_hash_table_lookup (self->breakers, payer);

  if (breaker == NULL)
    {
      breaker = g_new0 (IvrPayerBreaker, 1);
      g_hash_table_insert (self->breakers, g_strdup (payer), breaker);
    }
  return breaker;
}

static void
ask_payer (Carrying *self)
{
  IvrLookup *lookup = self->lookup;
  IvrPayerAsk *ask = self->ask;
  g_autoptr(IvrPayerLogin) login = ask->secret != NULL ? ivr_payer_secrets_dup_login (lookup->secrets, ask->secret) : NULL;
  g_autofree char *uri = ask->is_mock && g_str_has_prefix (ask->address, "mock:/") && lookup->mock != NULL
                           ? g_strconcat (lookup->mock, ask->address + strlen ("mock:"), NULL)
                         : !ask->is_mock && g_str_has_prefix (ask->address, "https://") ? g_strdup (ask->address) : NULL;

  if (uri == NULL || !ivr_payer_ask_can_login (ask, login))
    store_failure (self, uri == NULL ? "no-connector" : "no-secret");
  else if (!ivr_payer_breaker_may_ask (breaker_of (lookup, ask->payer), g_get_monotonic_time () / 1000))
    {
      lookup->counts->lookups_spared++;
      store_failure (self, "payer-away");
    }
  else
    ivr_payer_call_async (lookup->session, ask, uri, login, asked_cb, self);
}

static void
taken_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  Carrying *self = data;
  g_autoptr(IvrPgResult) rows = ivr_pg_connection_query_finish (IVR_PG_CONNECTION (source), result, NULL);
  g_autofree char *how = rows != NULL ? ivr_pg_result_dup_text (rows, 0, "result") : NULL;
  g_autofree char *state = rows != NULL ? ivr_pg_result_dup_text (rows, 0, "state") : NULL;
  g_autofree char *document = rows != NULL ? ivr_pg_result_dup_json (rows, 0, "document") : NULL;

  if (how == NULL)
    carrying_end (self, IVR_LOOKUP_AWAY, NULL);
  else if (g_str_equal (how, "unknown"))
    carrying_end (self, IVR_LOOKUP_UNKNOWN, NULL);
  else if (g_str_equal (how, "missing"))
    carrying_end (self, IVR_LOOKUP_MISSING, NULL);
  else if (g_str_equal (how, "over"))
    carrying_end (self, IVR_LOOKUP_OVER, state);
  else if (!g_str_equal (how, "taken"))
    carrying_end (self, IVR_LOOKUP_BUSY, NULL);
  else
    {
      self->lookup->counts->lookups++;
      self->ask = ivr_payer_ask_new (document);
      /* Without a question nothing can be stored either; it is lost after some minutes. */
      if (self->ask == NULL)
        carrying_end (self, IVR_LOOKUP_AWAY, NULL);
      else
        ask_payer (self);
    }
}

/**
 * ivr_lookup_ask:
 * @self: a lookup
 * @check: identity of a question
 * @token_hash: SHA-256 of the token of who asks
 * @func: called once, when it is over; never from within this call
 * @data: for @func
 */
void
ivr_lookup_ask (IvrLookup     *self,
                const char    *check,
                GBytes        *token_hash,
                IvrLookupFunc  func,
                gpointer       data)
{
  Carrying *carrying;
  IvrPgParams *params;

  g_return_if_fail (IVR_IS_LOOKUP (self));

  carrying = g_new0 (Carrying, 1);
  carrying->lookup = g_object_ref (self);
  carrying->check = g_strdup (check);
  carrying->func = func;
  carrying->data = data;
  self->under_way++;
  params = ivr_pg_params_new ();
  ivr_pg_params_add_uuid (params, check);
  ivr_pg_params_add_bytes (params, token_hash);
  ivr_pg_connection_query_async (self->connection,
                                 "select t.document ->> 'result' as result, t.document ->> 'state' as state, t.document"
                                 " from lookup.take($1, $2) t (document)", params, NULL, taken_cb, carrying);
}

/**
 * ivr_lookup_is_full:
 * @self: a lookup
 *
 * Returns: whether so many questions are under way that no more should come
 */
gboolean
ivr_lookup_is_full (IvrLookup *self)
{
  return self->under_way >= UNDER_WAY_MAX;
}

static gboolean
on_timer (gpointer data)
{
  IvrLookup *self = data;
  IvrPgState state = ivr_pg_connection_get_state (self->connection);

  if (state == IVR_PG_STATE_CLOSED)
    ivr_pg_connection_open_async (self->connection, NULL, NULL, NULL);
  else if (state == IVR_PG_STATE_WAITING)
    ivr_pg_connection_retry_now (self->connection);
  return G_SOURCE_CONTINUE;
}

static void
ivr_lookup_dispose (GObject *object)
{
  IvrLookup *self = IVR_LOOKUP (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_object (&self->connection);
  g_clear_object (&self->session);
  g_clear_pointer (&self->secrets, ivr_payer_secrets_free);
  g_clear_pointer (&self->breakers, g_hash_table_unref);
  g_clear_pointer (&self->mock, g_free);
  G_OBJECT_CLASS (ivr_lookup_parent_class)->dispose (object);
}

static void
ivr_lookup_class_init (IvrLookupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ivr_lookup_dispose;
}

static void
ivr_lookup_init (IvrLookup *self)
{
  self->breakers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/* An invented payer is a program of this machine, and nothing that a name could lead elsewhere. */
static gboolean
is_mock_base (const char *text)
{
  return g_regex_match_simple ("^http://127\\.0\\.0\\.1:[0-9]{1,5}$", text, 0, 0);
}

/**
 * ivr_lookup_new:
 * @conninfo: the database, as ivr_lookup
 * @secrets: (nullable): file of secrets; %NULL for systemd's credential, if any
 * @mock: (nullable): where the invented payer of a demo is, "http://127.0.0.1:PORT"
 * @ca: (nullable): file of authorities to trust in place of the system's
 * @counts: what is counted; outlives the lookup
 * @error: return location
 *
 * Returns: (transfer full) (nullable): a lookup, which connects by itself, also after the server was away
 */
IvrLookup *
ivr_lookup_new (const char       *conninfo,
                const char       *secrets,
                const char       *mock,
                const char       *ca,
                IvrLookupCounts  *counts,
                GError          **error)
{
  g_autoptr(IvrLookup) self = g_object_new (IVR_TYPE_LOOKUP, NULL);

  self->counts = counts;
  if (mock != NULL && !is_mock_base (mock))
    {
      g_set_error_literal (error, IVR_ERROR, IVR_ERROR_INVALID,
                           "The invented payer of a demo is at http://127.0.0.1:PORT and nowhere else.");
      return NULL;
    }
  self->mock = g_strdup (mock);
  self->secrets = ivr_payer_secrets_new (secrets, error);
  if (self->secrets == NULL)
    return NULL;
  self->session = ivr_payer_call_new_session (ca, error);
  if (self->session == NULL)
    return NULL;
  self->connection = ivr_pg_connection_new (conninfo);
  self->timer = g_timeout_add (RETRY_MS, on_timer, self);
  on_timer (self);
  return g_steal_pointer (&self);
}
