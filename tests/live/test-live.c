/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The client, the gateway and the database, each of the last two killed under the others. */
#include "ivr-live.h"
#include "ivr-test-gateway.h"
#include "ivr-test-server.h"

#include <signal.h>

#define CLINIC "0e000000-0000-4000-8000-000000000001"
#define DEADLINE_S 90
#define N_WRITERS 4

typedef struct
{
  IvrLive *live;
  const char *login;
  const char *seconds;  /* how long the next token counts; NULL for as long as usual */
  GPtrArray *rows;      /* of the events, in the order in which they came */
  guint wanted;
  guint resyncs;
  guint changes;        /* of the state */
  IvrLiveState state;
} Desk;

static IvrTestServer *server;
static IvrTestGateway *gateway;
static PGconn *admin;

static void
run (const char *sql)
{
  g_autoptr(PGresult) done = ivr_test_query (admin, sql, NULL);
}

static PGconn *
connect_admin (void)
{
  g_autofree char *uri = ivr_test_server_uri (server, NULL);

  return ivr_test_connect (uri);
}

static void
ignore_notice (void           *data,
               const PGresult *result)
{
}

/* As PQconnectdb(): the server may just have been killed. */
static PGconn *
try_connect (const char *login)
{
  g_autofree char *uri = ivr_test_server_uri (server, login);
  PGconn *db = PQconnectdb (uri);

  PQsetNoticeReceiver (db, ignore_notice, NULL);
  return db;
}

static char *
dup_token (Desk *self)
{
  g_autoptr(PGconn) db = try_connect (self->login);
  g_autoptr(PGresult) answer = ivr_test_ask (db, "select token from api.issue_live_token()", NULL);
  char *token = PQntuples (answer) == 1 ? g_strdup (PQgetvalue (answer, 0, 0)) : NULL;

  if (self->seconds != NULL)
    {
      g_autoptr(PGresult) done = ivr_test_query (
        admin,
        "update ivr.live_tokens set expires_at = clock_timestamp() + make_interval(secs => $2::float8)"
        " where token_sha256 = sha256($1::text::bytea)",
        token, self->seconds, NULL);

      self->seconds = NULL;
    }
  return token;
}

static void
on_token_wanted (Desk *self)
{
  g_autofree char *token = dup_token (self);

  self->wanted++;
  if (token != NULL)
    ivr_live_give_token (self->live, token);
  else
    ivr_live_token_failed (self->live);
}

static void
on_event (Desk       *self,
          const char *kind,
          const char *id,
          const char *request,
          gint64      version)
{
  g_ptr_array_add (self->rows, g_strdup (id));
}

static void
on_resync (Desk *self)
{
  self->resyncs++;
}

static void
on_state (Desk *self)
{
  self->state = ivr_live_get_state (self->live);
  self->changes++;
}

static Desk *
desk_new (const char *login)
{
  Desk *self = g_new0 (Desk, 1);
  const char *address = ivr_test_gateway_get_address (gateway);
  g_autofree char *uri = g_str_has_prefix (address, "unix:") ? g_strdup (address)
                                                             : g_strconcat ("ws://", address, NULL);

  self->login = login;
  self->state = IVR_LIVE_STATE_OFF;
  self->rows = g_ptr_array_new_with_free_func (g_free);
  self->live = ivr_live_new (uri);
  g_signal_connect_swapped (self->live, "token-wanted", G_CALLBACK (on_token_wanted), self);
  g_signal_connect_swapped (self->live, "event", G_CALLBACK (on_event), self);
  g_signal_connect_swapped (self->live, "resync", G_CALLBACK (on_resync), self);
  g_signal_connect_swapped (self->live, "notify::state", G_CALLBACK (on_state), self);
  return self;
}

static void
desk_free (Desk *self)
{
  g_signal_handlers_disconnect_by_data (self->live, self);
  ivr_live_stop (self->live);
  g_object_unref (self->live);
  g_ptr_array_unref (self->rows);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Desk, desk_free)

#define wait_until(condition)                                                    \
  G_STMT_START                                                                   \
    {                                                                            \
      gint64 until_ = g_get_monotonic_time () + DEADLINE_S * G_USEC_PER_SEC;     \
      guint look_ = g_timeout_add (20, on_look, NULL);                           \
                                                                                 \
      while (!(condition) && g_get_monotonic_time () < until_)                   \
        g_main_context_iteration (NULL, TRUE);                                   \
      g_source_remove (look_);                                                   \
      g_assert_true (condition);                                                 \
    }                                                                            \
  G_STMT_END

static gboolean
on_look (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static Desk *
desk_new_live (const char *login)
{
  Desk *self = desk_new (login);

  ivr_live_start (self->live);
  wait_until (self->state == IVR_LIVE_STATE_LIVE);
  return self;
}

static void
emit (const char *n)
{
  g_autoptr(PGresult) done = ivr_test_query (
    admin,
    "select ivr.stage_event($1, 'request', gen_random_uuid(), null, i) from generate_series(1, $2) i",
    CLINIC, n, NULL);
}

static void
start_gateway (const char *listen)
{
  g_autofree char *uri = ivr_test_server_uri (server, "ivr_gateway");

  g_clear_pointer (&gateway, ivr_test_gateway_free);
  gateway = ivr_test_gateway_new (uri, listen);
}

static void
test_event (void)
{
  g_autoptr(Desk) desk = desk_new_live ("casey.example");

  emit ("3");
  wait_until (desk->rows->len >= 3);
  g_assert_cmpuint (desk->rows->len, ==, 3);
  g_assert_cmpuint (desk->resyncs, ==, 0);
  g_assert_cmpuint (desk->changes, ==, 2);
}

static void
test_unix_socket (void)
{
  g_autofree char *folder = ivr_test_dup_folder ();
  g_autofree char *place = g_strdup_printf ("unix:%s/live", folder);

  start_gateway (place);
  {
    g_autoptr(Desk) desk = desk_new_live ("casey.example");

    emit ("1");
    wait_until (desk->rows->len == 1);
  }
  start_gateway (NULL);
  ivr_test_remove_folder (folder);
}

static void
test_new_token (void)
{
  g_autoptr(Desk) desk = desk_new ("casey.example");

  desk->seconds = "61";
  ivr_live_start (desk->live);
  wait_until (desk->state == IVR_LIVE_STATE_LIVE);
  g_assert_cmpuint (desk->wanted, ==, 1);
  wait_until (desk->wanted == 2);
  emit ("1");
  wait_until (desk->rows->len == 1);
  g_assert_cmpuint (desk->changes, ==, 2);
}

/* Numbers start anew: a restore. And numbers that were removed while the desk was away. */
static void
test_resync (void)
{
  g_autoptr(Desk) desk = desk_new_live ("casey.example");
  g_autoptr(Desk) witness = NULL;

  ivr_test_gateway_kill (gateway);
  run ("insert into ivr.epochs select max(id) + 1, clock_timestamp(), 'test' from ivr.epochs");
  ivr_test_gateway_start (gateway);
  wait_until (desk->resyncs == 1 && desk->state == IVR_LIVE_STATE_LIVE);
  emit ("1");
  wait_until (desk->rows->len == 1);
  ivr_live_stop (desk->live);
  witness = desk_new_live ("robin.example");
  emit ("5");
  wait_until (witness->rows->len == 5);
  run ("select ivr.retain_outbox('0')");
  ivr_live_start (desk->live);
  wait_until (desk->resyncs == 2);
  emit ("2");
  wait_until (desk->rows->len == 3);
  g_assert_cmpuint (desk->resyncs, ==, 2);
}

static void
test_offline_and_back (void)
{
  g_autoptr(Desk) desk = NULL;
  gint64 since;

  ivr_test_gateway_kill (gateway);
  desk = desk_new ("casey.example");
  ivr_live_start (desk->live);
  g_assert_cmpint (desk->state, ==, IVR_LIVE_STATE_CONNECTING);
  wait_until (desk->state == IVR_LIVE_STATE_OFFLINE);
  ivr_test_gateway_start (gateway);
  wait_until (desk->state == IVR_LIVE_STATE_LIVE);
  since = g_get_real_time ();
  ivr_test_gateway_kill (gateway);
  wait_until (desk->state == IVR_LIVE_STATE_RECONNECTING);
  g_assert_cmpint (ivr_live_get_since (desk->live), >=, since);
  ivr_test_gateway_start (gateway);
  wait_until (desk->state == IVR_LIVE_STATE_LIVE);
}

/* The line stays open and nothing comes any more: a gateway that hangs, a network that swallows. */
static void
test_dead_line (void)
{
  g_autoptr(Desk) desk = desk_new_live ("casey.example");
  pid_t pid = (pid_t) ivr_test_gateway_get_pid (gateway);

  g_assert_cmpint (kill (pid, SIGSTOP), ==, 0);
  wait_until (desk->state == IVR_LIVE_STATE_RECONNECTING);
  g_assert_cmpint (kill (pid, SIGCONT), ==, 0);
  wait_until (desk->state == IVR_LIVE_STATE_LIVE);
  emit ("1");
  wait_until (desk->rows->len == 1);
}

static int writing = 1;

/* Writes whatever happens to the server; what was taken is seen in the outbox afterwards. */
static gpointer
write_through (gpointer data)
{
  PGconn *db = try_connect (NULL);

  for (int i = 0; g_atomic_int_get (&writing); i++)
    {
      g_autoptr(PGresult) begin = NULL;
      g_autoptr(PGresult) stage = NULL;
      g_autoptr(PGresult) nap = NULL;
      g_autoptr(PGresult) end = NULL;

      if (PQstatus (db) != CONNECTION_OK)
        PQreset (db);
      begin = ivr_test_ask (db, "begin", NULL);
      stage = ivr_test_ask (db, "select ivr.stage_event($1, 'request', gen_random_uuid(), null, 1)"
                                " from generate_series(1, 1 + (random() * 2)::int)", CLINIC, NULL);
      nap = ivr_test_ask (db, "select pg_sleep(random() * 0.02)", NULL);
      end = ivr_test_ask (db, i % 10 == 9 ? "rollback" : "commit", NULL);
    }
  PQfinish (db);
  return NULL;
}

static void
wait_for_more (Desk  **desks,
               guint   n_desks,
               guint   more)
{
  for (guint i = 0; i < n_desks; i++)
    {
      guint n = desks[i]->rows->len + more;

      wait_until (desks[i]->rows->len >= n);
    }
}

static void
kill_server (void)
{
  ivr_test_server_kill (server);
  ivr_test_gateway_wait_metric (gateway, "live", 0);
  ivr_test_gateway_wait_metric (gateway, "live", 1);
}

static void
assert_each_once (Desk   *desk,
                  gint64  head)
{
  g_autofree char *after = g_strdup_printf ("%" G_GINT64_FORMAT, head);
  g_autoptr(PGresult) rows = ivr_test_query (
    admin, "select row_id, seq from ivr.outbox where org_id = $1 and seq > $2 order by seq", CLINIC,
    after, NULL);
  guint n = (guint) PQntuples (rows);

  wait_until (desk->rows->len >= n);
  g_test_message ("%s: %u of %u events", desk->login, desk->rows->len, n);
  g_assert_cmpuint (desk->rows->len, ==, n);
  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpint (g_ascii_strtoll (PQgetvalue (rows, (int) i, 1), NULL, 10), ==, head + 1 + i);
      g_assert_cmpstr (g_ptr_array_index (desk->rows, i), ==, PQgetvalue (rows, (int) i, 0));
    }
}

/* Every event exactly once, in order and without a hole, at every desk. */
static void
test_kills (void)
{
  const char *logins[] = { "casey.example", "casey.example", "robin.example", "casey.example" };
  Desk *desks[G_N_ELEMENTS (logins)];
  GThread *writers[N_WRITERS];
  g_autofree char *text = ivr_test_value (admin, "select head from feed.heads(array[$1::uuid])",
                                          CLINIC, NULL);
  gint64 head = g_ascii_strtoll (text, NULL, 10);
  guint changes;

  for (guint i = 0; i < G_N_ELEMENTS (logins); i++)
    desks[i] = desk_new_live (logins[i]);
  for (guint i = 0; i < N_WRITERS; i++)
    writers[i] = g_thread_new ("writer", write_through, NULL);
  for (int round = 0; round < 2; round++)
    {
      wait_for_more (desks, G_N_ELEMENTS (desks), 200);
      ivr_test_gateway_kill (gateway);
      ivr_test_gateway_start (gateway);
      wait_for_more (desks, G_N_ELEMENTS (desks), 200);
      changes = desks[0]->changes;
      kill_server ();
      wait_for_more (desks, G_N_ELEMENTS (desks), 200);
      /* The desks did not notice. */
      g_assert_cmpuint (desks[0]->changes, ==, changes);
      /* Again while it is only just back, and both at once. */
      kill_server ();
      ivr_test_gateway_terminate (gateway);
      ivr_test_gateway_start (gateway);
    }
  wait_for_more (desks, G_N_ELEMENTS (desks), 200);
  g_atomic_int_set (&writing, 0);
  for (guint i = 0; i < N_WRITERS; i++)
    g_thread_join (writers[i]);
  PQfinish (admin);
  admin = connect_admin ();
  for (guint i = 0; i < G_N_ELEMENTS (desks); i++)
    {
      assert_each_once (desks[i], head);
      g_assert_cmpuint (desks[i]->resyncs, ==, 0);
    }
  g_assert_cmpint (ivr_test_gateway_metric (gateway, "gaps"), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (desks); i++)
    desk_free (desks[i]);
}

int
main (int   argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/live/event", test_event);
  g_test_add_func ("/live/unix-socket", test_unix_socket);
  g_test_add_func ("/live/new-token", test_new_token);
  g_test_add_func ("/live/resync", test_resync);
  g_test_add_func ("/live/offline-and-back", test_offline_and_back);
  g_test_add_func ("/live/dead-line", test_dead_line);
  g_test_add_func ("/live/kills", test_kills);
  server = ivr_test_server_new ();
  admin = connect_admin ();
  start_gateway (NULL);
  status = g_test_run ();
  ivr_test_gateway_free (gateway);
  PQfinish (admin);
  ivr_test_server_free (server);
  return status;
}
