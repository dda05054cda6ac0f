/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long a change takes to reach another desk: as an event, and as a row that has changed there.
 *
 * The yardstick is the bare LISTEN/NOTIFY of PostgreSQL in the same run, taken turn by turn, so that
 * what else the machine does falls on both. Only the ratios travel. */
#include "ivr-bench.h"
#include "ivr-command.h"
#include "ivr-live.h"
#include "ivr-request-list.h"
#include "ivr-test-gateway.h"

#include <poll.h>

#define CLINIC "0e000000-0000-4000-8000-000000000001"
#define REQUEST "6db5f169-2541-4515-9156-8cd432d8f0e4"
#define LOGIN "casey.example"
#define STAGE "select ivr.stage_event('" CLINIC "', 'request', gen_random_uuid(), null, 1)"
#define BARE "with row as (insert into bare default values returning 1) select pg_notify('bare', '') from row"
#define AGAINST "a row, NOTIFY and LISTEN"
#define WARM_UP 10
#define DEADLINE_MS 60000

static int n_idle = 40;
static int n_busy = 300;
static IvrBench *bench;
static IvrTestServer *server;
static IvrTestGateway *gateway;
static PGconn *admin;

static void
report (const char *name,
        GArray     *ours,
        GArray     *bare)
{
  g_autofree char *late = g_strdup_printf ("%s, p95", name);

  ivr_bench_report (bench, name, "ms", ours, AGAINST, bare);
  ivr_bench_report_at (bench, late, "ms", 0.95, ours, AGAINST, bare);
}

static void
on_token_wanted (IvrLive *live)
{
  g_autofree char *token = ivr_test_server_dup_token (server, LOGIN);

  ivr_live_give_token (live, token);
}

static void
on_event (double *came_at)
{
  *came_at = ivr_bench_now_ms ();
}

/* Milliseconds from sending a change to the event: the commit, the gateway and the WebSocket. */
static double
time_live (double *came_at)
{
  double sent = ivr_bench_now_ms ();

  *came_at = 0;
  ivr_test_do (admin, STAGE);
  while (*came_at == 0)
    g_main_context_iteration (NULL, TRUE);
  return *came_at - sent;
}

/* The same for a row, a NOTIFY and a LISTEN: nothing is nearer to the database. */
static double
time_notify (PGconn *listener)
{
  PGnotify *note = PQnotifies (listener);
  struct pollfd fd = { PQsocket (listener), POLLIN, 0 };
  double sent = ivr_bench_now_ms ();

  g_assert_null (note);
  ivr_test_do (admin, BARE);
  while (note == NULL)
    {
      g_assert_cmpint (poll (&fd, 1, DEADLINE_MS), ==, 1);
      g_assert_cmpint (PQconsumeInput (listener), ==, 1);
      note = PQnotifies (listener);
    }
  PQfreemem (note);
  return ivr_bench_now_ms () - sent;
}

static gboolean
on_rest (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
rest (guint ms)
{
  gboolean over = FALSE;

  g_timeout_add (ms, on_rest, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

static void
bench_latency (gboolean idle,
               double  *came_at,
               PGconn  *listener)
{
  g_autoptr(GArray) ours = ivr_bench_values ();
  g_autoptr(GArray) bare = ivr_bench_values ();
  g_autoptr(GRand) rand = g_rand_new_with_seed (5);

  for (int i = -WARM_UP; i < (idle ? n_idle : n_busy); i++)
    {
      double live_ms;
      double bare_ms;

      /* Asleep, or at any moment between two polls. */
      if (idle)
        ivr_test_gateway_wait_metric (gateway, "awake", 0);
      rest ((guint) g_rand_int_range (rand, 1, idle ? 300 : 12));
      live_ms = time_live (came_at);
      bare_ms = time_notify (listener);
      if (i < 0)
        continue;
      ivr_bench_add (ours, live_ms);
      ivr_bench_add (bare, bare_ms);
    }
  report (idle ? "change to event, gateway asleep" : "change to event, gateway awake", ours, bare);
}

static IvrLive *
start_live (GCallback token_wanted,
            gpointer  data)
{
  g_autofree char *uri = g_strconcat ("ws://", ivr_test_gateway_get_address (gateway), NULL);
  IvrLive *live = ivr_live_new (uri);

  g_signal_connect (live, "token-wanted", token_wanted, data);
  ivr_live_start (live);
  while (ivr_live_get_state (live) != IVR_LIVE_STATE_LIVE)
    g_main_context_iteration (NULL, TRUE);
  return live;
}

static void
bench_events (PGconn *listener)
{
  IvrLive *live = start_live (G_CALLBACK (on_token_wanted), NULL);
  double came_at = 0;

  g_signal_connect_swapped (live, "event", G_CALLBACK (on_event), &came_at);
  bench_latency (TRUE, &came_at, listener);
  bench_latency (FALSE, &came_at, listener);
  ivr_live_stop (live);
  g_object_unref (live);
}

/* --- From a command on one desk to a changed row on another ---------------------------------- */

static void
done_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static IvrDatabase *
sign_in (const char *login)
{
  g_autofree char *uri = ivr_test_server_uri (server, login);
  IvrDatabase *database = ivr_database_new (uri);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  ivr_database_sign_in_async (database, NULL, done_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  if (!ivr_database_sign_in_finish (database, result, &error))
    g_error ("%s", error->message);
  return database;
}

static void
on_their_token (IvrLive     *live,
                const char  *login)
{
  g_autofree char *uri = ivr_test_server_uri (server, login);
  g_autoptr(PGconn) db = ivr_test_connect (uri);
  g_autofree char *token = ivr_test_value (db, "select token from api.issue_live_token()", NULL);

  ivr_live_give_token (live, token);
}

static gint64
version_shown (IvrRequestList *list)
{
  guint position;
  g_autoptr(IvrRequest) row = NULL;

  if (!ivr_request_list_find (list, REQUEST, &position))
    return 0;
  row = g_list_model_get_item (G_LIST_MODEL (list), position);
  return ivr_request_get_fields (row)->version;
}

/* Milliseconds from the clinic's command to the specialist's changed row; the command's own answer
 * comes somewhere between. */
static double
time_row (IvrDatabase    *clinic,
          IvrRequestList *list,
          int             i,
          double         *answered)
{
  gint64 version = version_shown (list);
  g_autofree char *expected = g_strdup_printf ("%" G_GINT64_FORMAT, version);
  g_autofree char *text = g_strdup_printf ("comment %d", i);
  const char *arguments[] = { REQUEST, expected, text };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonObject) answer = NULL;
  double sent = ivr_bench_now_ms ();
  double shown = 0;

  *answered = 0;
  ivr_command_run_async (clinic, IVR_COMMAND_DOCTOR_COMMENT, arguments, G_N_ELEMENTS (arguments), done_cb, &result);
  while (shown == 0 || *answered == 0)
    {
      g_main_context_iteration (NULL, TRUE);
      if (result != NULL && *answered == 0)
        *answered = ivr_bench_now_ms () - sent;
      if (shown == 0 && version_shown (list) > version)
        shown = ivr_bench_now_ms () - sent;
    }
  answer = ivr_command_run_finish (clinic, result, &error);
  if (answer == NULL)
    g_error ("%s", error->message);
  return shown;
}

static void
bench_rows (PGconn *listener)
{
  IvrDatabase *clinic = sign_in (LOGIN);
  IvrDatabase *team = sign_in ("sam.demo");
  IvrRequestList *list = ivr_request_list_new (team);
  IvrLive *live = start_live (G_CALLBACK (on_their_token), (gpointer) "sam.demo");
  g_autoptr(GArray) rows = ivr_bench_values ();
  g_autoptr(GArray) answers = ivr_bench_values ();
  g_autoptr(GArray) bare = ivr_bench_values ();
  g_autoptr(GRand) rand = g_rand_new_with_seed (6);

  ivr_request_list_set_view (list, "unassigned", "due", FALSE, NULL);
  while (version_shown (list) == 0)
    g_main_context_iteration (NULL, TRUE);
  g_signal_connect_swapped (live, "event", G_CALLBACK (ivr_request_list_refresh), list);
  for (int i = -WARM_UP; i < n_busy; i++)
    {
      double answered;
      double shown;
      double notified;

      rest ((guint) g_rand_int_range (rand, 1, 12));
      shown = time_row (clinic, list, i, &answered);
      notified = time_notify (listener);
      if (i < 0)
        continue;
      ivr_bench_add (rows, shown);
      ivr_bench_add (answers, answered);
      ivr_bench_add (bare, notified);
    }
  report ("command on one desk to row changed on another", rows, bare);
  report ("the command's own answer", answers, bare);
  ivr_live_stop (live);
  g_object_unref (live);
  g_object_unref (list);
  ivr_database_sign_out (clinic);
  ivr_database_sign_out (team);
  g_object_unref (clinic);
  g_object_unref (team);
}

int
main (int   argc,
      char *argv[])
{
  const GOptionEntry entries[] = {
    { "idle", 0, 0, G_OPTION_ARG_INT, &n_idle, "Changes while the gateway sleeps (40)", "N" },
    { "busy", 0, 0, G_OPTION_ARG_INT, &n_busy, "Changes while it is awake (300)", "N" },
    { NULL },
  };
  g_autofree char *uri = NULL;
  g_autofree char *own = NULL;
  g_autoptr(PGconn) listener = NULL;

  bench = ivr_bench_new ("live", "Measures how long a change takes to reach another desk.", entries, &argc, &argv);
  n_idle = MAX (n_idle, 1);
  n_busy = MAX (n_busy, 1);
  server = ivr_test_server_new ();
  own = ivr_test_server_uri (server, NULL);
  uri = ivr_test_server_uri (server, "ivr_gateway");
  admin = ivr_test_connect (own);
  listener = ivr_test_connect (own);
  gateway = ivr_test_gateway_new (uri, NULL);
  ivr_test_do (admin, "create table bare (id bigserial primary key, at timestamptz default clock_timestamp())");
  ivr_test_do (listener, "listen bare");
  bench_events (listener);
  bench_rows (listener);
  ivr_test_gateway_free (gateway);
  PQfinish (admin);
  g_clear_pointer (&listener, PQfinish);
  ivr_test_server_free (server);
  ivr_bench_free (bench);
  return 0;
}
