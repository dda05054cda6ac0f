/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What safety costs: lists, search and counts under row-level security and without it; opening with a
 * ticket over a long line; commands with all that they leave behind, against a bare insert. */
#include "ivr-bench.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define N_CLIENTS 16
#define REPEATS 5
#define DISTANCE_MS 30

static int n_requests = 1000000;
static int n_rounds = 7;
static int n_seconds = 5;

/* ---- Row-level security ---- */

typedef struct
{
  const char *name;
  const char *opening;          /* (nullable): of a ticket, $1 */
  const char *sql;
  GArray *with;
  GArray *without;
} Reading;

static void
open_ticket (PGconn     *db,
             const char *opening,
             char      **ticket)
{
  g_free (*ticket);
  *ticket = g_uuid_string_random ();
  PQclear (ivr_test_query (db, opening, *ticket, NULL));
}

static void
time_reading (PGconn  *db,
              Reading *reading,
              GArray  *values)
{
  g_autofree char *ticket = NULL;

  if (reading->opening != NULL)
    open_ticket (db, reading->opening, &ticket);
  for (int i = 0; i <= REPEATS; i++)
    {
      double from = ivr_bench_now_ms ();

      PQclear (ivr_test_query (db, reading->sql, ticket, NULL));
      /* The first finds its plan. */
      if (i > 0)
        ivr_bench_add (values, ivr_bench_now_ms () - from);
    }
}

/* A plan is made with the policies or without: each turn has a connection of its own. */
static void
time_person (const char *uri,
             PGconn     *admin,
             Reading    *readings,
             gsize       n,
             gboolean    with)
{
  g_autoptr(PGconn) db = NULL;

  ivr_test_do (admin, with ? "alter role ivr_exec nobypassrls" : "alter role ivr_exec bypassrls");
  db = ivr_test_connect (uri);
  for (gsize i = 0; i < n; i++)
    time_reading (db, &readings[i], with ? readings[i].with : readings[i].without);
  ivr_test_do (admin, "alter role ivr_exec nobypassrls");
}

static void
bench_row_security (IvrBench      *bench,
                    IvrTestServer *server,
                    PGconn        *admin,
                    const char    *login)
{
  Reading readings[] = {
    { "first page", "select api.open_list($1, 'all', null)", "select * from api.read_page($1, 'created', true, null, null, false, 0, 200)", NULL, NULL },
    { "a page further on", "select api.open_list($1, 'all', null)",
      "select * from api.read_page($1, 'created', true, (now() - interval '1 year')::text, '00000000-0000-4000-8000-000000000000', false, 450, 250)",
      NULL, NULL },
    { "search by name", "select api.open_list($1, 'all', 'sample-00')", "select * from api.read_page($1, 'patient', false, null, null, false, 0, 200)",
      NULL, NULL },
    { "search by member id", "select api.open_list($1, 'all', 'GEN-777')", "select * from api.read_page($1, 'patient', false, null, null, false, 0, 200)",
      NULL, NULL },
    { "counts of all views", NULL, "select * from api.view_counts()", NULL, NULL },
  };
  g_autofree char *uri = ivr_test_server_uri (server, login);

  for (gsize i = 0; i < G_N_ELEMENTS (readings); i++)
    {
      readings[i].with = ivr_bench_values ();
      readings[i].without = ivr_bench_values ();
    }
  for (int round = 0; round < n_rounds; round++)
    {
      time_person (uri, admin, readings, G_N_ELEMENTS (readings), TRUE);
      time_person (uri, admin, readings, G_N_ELEMENTS (readings), FALSE);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (readings); i++)
    {
      g_autofree char *name = g_strdup_printf ("%s, %s", login, readings[i].name);

      ivr_bench_report (bench, name, "ms", readings[i].with, "without row-level security", readings[i].without);
      g_array_unref (readings[i].with);
      g_array_unref (readings[i].without);
    }
}

/* ---- A long line ---- */

typedef struct
{
  int from;
  int to;
  GAsyncQueue *packets;
} Way;

typedef struct
{
  gint64 at;
  GBytes *bytes;                /* NULL at the end */
} Packet;

/* Half a distance after it was sent, whatever was sent meanwhile. */
static gpointer
deliver (gpointer data)
{
  Way *way = data;

  while (TRUE)
    {
      g_autofree Packet *packet = g_async_queue_pop (way->packets);
      gint64 wait = packet->at + DISTANCE_MS * 1000 / 2 - g_get_monotonic_time ();
      const char *bytes;
      gsize n;

      if (packet->bytes == NULL)
        break;
      if (wait > 0)
        g_usleep ((gulong) wait);
      bytes = g_bytes_get_data (packet->bytes, &n);
      while (n > 0)
        {
          ssize_t written = write (way->to, bytes, n);

          if (written <= 0)
            break;
          bytes += written;
          n -= (gsize) written;
        }
      g_bytes_unref (packet->bytes);
    }
  shutdown (way->to, SHUT_RDWR);
  return NULL;
}

static gpointer
carry (gpointer data)
{
  Way *way = data;
  GThread *other_end = NULL;
  char buffer[65536];
  ssize_t n;

  way->packets = g_async_queue_new ();
  other_end = g_thread_new ("deliver", deliver, way);
  do
    {
      Packet *packet = g_new0 (Packet, 1);

      n = read (way->from, buffer, sizeof buffer);
      packet->at = g_get_monotonic_time ();
      packet->bytes = n > 0 ? g_bytes_new (buffer, (gsize) n) : NULL;
      g_async_queue_push (way->packets, packet);
    }
  while (n > 0);
  g_thread_join (other_end);
  g_async_queue_unref (way->packets);
  g_free (way);
  return NULL;
}

static int
connect_to (const char *path)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_strlcpy (address.sun_path, path, sizeof address.sun_path);
  if (connect (fd, (struct sockaddr *) &address, sizeof address) != 0)
    g_error ("%s: %s", path, g_strerror (errno));
  return fd;
}

typedef struct
{
  int listener;
  char *server;
} Line;

static gpointer
serve_line (gpointer data)
{
  Line *line = data;
  int near = accept (line->listener, NULL, NULL);
  int far = connect_to (line->server);
  Way *out = g_new (Way, 1);
  Way *back = g_new (Way, 1);

  *out = (Way) { near, far, NULL };
  *back = (Way) { far, near, NULL };
  g_thread_unref (g_thread_new ("out", carry, out));
  carry (back);
  return NULL;
}

/* A connection whose packets need half the distance each way. */
static PGconn *
connect_far (const char *uri,
             const char *folder)
{
  g_autoptr(PGconn) near = ivr_test_connect (uri);
  g_autofree char *path = g_build_filename (folder, ".s.PGSQL.5432", NULL);
  g_autofree char *far_uri = NULL;
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  Line *line = g_new0 (Line, 1);

  line->server = g_strdup_printf ("%s/.s.PGSQL.%s", PQhost (near), PQport (near));
  line->listener = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_strlcpy (address.sun_path, path, sizeof address.sun_path);
  if (bind (line->listener, (struct sockaddr *) &address, sizeof address) != 0 || listen (line->listener, 4) != 0)
    g_error ("%s: %s", path, g_strerror (errno));
  g_thread_unref (g_thread_new ("line", serve_line, line));
  far_uri = g_strdup_printf ("postgresql:///%s?host=%s&port=5432&user=%s", PQdb (near), folder, PQuser (near));
  return ivr_test_connect (far_uri);
}

/* As the desk does it: both units leave before an answer is awaited. */
static double
time_pipelined (PGconn     *db,
                const char *request)
{
  double from = ivr_bench_now_ms ();
  g_autofree char *ticket = g_uuid_string_random ();
  const char *opening[] = { ticket, request };
  PGresult *result;
  int syncs = 0;

  PQenterPipelineMode (db);
  PQsendQueryParams (db, "select api.open_ivr_request($1, $2)", 2, NULL, opening, NULL, NULL, 0);
  PQpipelineSync (db);
  PQsendQueryParams (db, "select api.read_ivr_request($1)", 1, NULL, opening, NULL, NULL, 0);
  PQpipelineSync (db);
  while (syncs < 2)
    {
      result = PQgetResult (db);
      if (result == NULL)
        continue;
      if (PQresultStatus (result) == PGRES_PIPELINE_SYNC)
        syncs++;
      else if (PQresultStatus (result) != PGRES_TUPLES_OK)
        g_error ("%s", PQresultErrorMessage (result));
      PQclear (result);
    }
  PQexitPipelineMode (db);
  return ivr_bench_now_ms () - from;
}

static void
bench_ticket (IvrBench      *bench,
              IvrTestServer *server)
{
  g_autofree char *uri = ivr_test_server_uri (server, "sam.demo");
  g_autofree char *folder = ivr_test_dup_folder ();
  g_autoptr(PGconn) db = connect_far (uri, folder);
  const char *request = "6db5f169-2541-4515-9156-8cd432d8f0e4";
  GArray *bare = ivr_bench_values ();
  GArray *together = ivr_bench_values ();
  GArray *apart = ivr_bench_values ();

  for (int i = 0; i <= n_rounds * 2; i++)
    {
      g_autofree char *ticket = g_uuid_string_random ();
      double from = ivr_bench_now_ms ();
      double in_between;

      PQclear (ivr_test_query (db, "select 1", NULL));
      in_between = ivr_bench_now_ms ();
      PQclear (ivr_test_query (db, "select api.open_ivr_request($1, $2)", ticket, request, NULL));
      PQclear (ivr_test_query (db, "select api.read_ivr_request($1)", ticket, NULL));
      if (i > 0)
        {
          ivr_bench_add (bare, in_between - from);
          ivr_bench_add (apart, ivr_bench_now_ms () - in_between);
          ivr_bench_add (together, time_pipelined (db, request));
        }
    }
  ivr_bench_say (bench, "At a distance of %d ms:", DISTANCE_MS);
  ivr_bench_report (bench, "open and read a request", "ms", together, "select 1", bare);
  ivr_bench_report (bench, "the same one after the other", "ms", apart, "select 1", bare);
  g_array_unref (bare);
  g_array_unref (together);
  g_array_unref (apart);
  ivr_test_remove_folder (folder);
}

/* ---- Commands ---- */

typedef struct
{
  char *uri;
  char *request;
  const char *sql;
  double until_ms;
  gint64 done;
} Client;

static gpointer
run_client (gpointer data)
{
  Client *self = data;
  g_autoptr(PGconn) db = ivr_test_connect (self->uri);

  while (ivr_bench_now_ms () < self->until_ms)
    {
      g_autofree char *command = g_uuid_string_random ();
      g_autofree char *message = g_uuid_string_random ();

      PQclear (ivr_test_query (db, self->sql, command, self->request, message, NULL));
      self->done++;
    }
  return NULL;
}

static double
run_clients (Client     *clients,
             const char *sql)
{
  GThread *threads[N_CLIENTS];
  double from = ivr_bench_now_ms ();
  gint64 done = 0;

  for (int i = 0; i < N_CLIENTS; i++)
    {
      clients[i].sql = sql;
      clients[i].done = 0;
      clients[i].until_ms = from + n_seconds * 1000.0;
      threads[i] = g_thread_new ("client", run_client, &clients[i]);
    }
  for (int i = 0; i < N_CLIENTS; i++)
    {
      g_thread_join (threads[i]);
      done += clients[i].done;
    }
  return (double) done * 1000.0 / (ivr_bench_now_ms () - from);
}

typedef struct
{
  char *uri;
  int stop;
  GArray *lags;
} Watch;

/* How old the oldest row is that no seal has. */
static gpointer
watch_lag (gpointer data)
{
  Watch *self = data;
  g_autoptr(PGconn) db = ivr_test_connect (self->uri);

  while (!g_atomic_int_get (&self->stop))
    {
      g_autofree char *lag = ivr_test_value (
        db, "select coalesce(extract(epoch from clock_timestamp() - min(a.at)), 0) from audit.audit_logs a"
            " where a.xid >= (select coalesce(max(s.upto::text::bigint), 0)::text::xid8 from audit.seals s)", NULL);

      ivr_bench_add (self->lags, g_ascii_strtod (lag, NULL));
      g_usleep (250000);
    }
  return NULL;
}

static GSubprocess *
start_sealer (const char *uri,
              const char *folder)
{
  g_autofree char *admin = ivr_test_program ("src/admin/ivr-admin");
  g_autofree char *key = g_build_filename (folder, "key", NULL);
  g_autofree char *heads = g_build_filename (folder, "heads", NULL);
  g_autoptr(GError) error = NULL;
  GSubprocess *sealer;

  ivr_test_admin_ok ("audit", "key", key, NULL);
  sealer = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error, admin, "audit", "seal", "--every", "1", "--key", key, "--heads", heads,
                             uri, NULL);
  if (sealer == NULL)
    g_error ("%s", error->message);
  return sealer;
}

/* Each client is a clinic of its own, with a request of its own. */
static void
find_clients (IvrTestServer *server,
              PGconn        *admin,
              Client        *clients)
{
  for (int i = 0; i < N_CLIENTS; i++)
    {
      g_autofree char *login = g_strdup_printf ("clinic.generated%d", i + 1);

      clients[i].uri = ivr_test_server_uri (server, login);
      clients[i].request = ivr_test_value (admin, "select r.id from ivr.ivr_requests r join ivr.users u on u.org_id = r.org_id"
                                                  " where u.login = $1 and r.status = 'submitted' order by r.id limit 1", login, NULL);
      g_assert_nonnull (clients[i].request);
    }
}

static void
bench_commands (IvrBench      *bench,
                IvrTestServer *server,
                PGconn        *admin)
{
  Client clients[N_CLIENTS] = { 0 };
  GArray *commands = ivr_bench_values ();
  GArray *inserts = ivr_bench_values ();
  g_autofree char *folder = ivr_test_dup_folder ();
  Watch watch = { .uri = ivr_test_server_uri (server, NULL), .lags = ivr_bench_values () };
  GSubprocess *sealer = NULL;
  GThread *watcher;

  find_clients (server, admin, clients);
  ivr_test_do (admin, "create table public.bare (id uuid primary key, request uuid not null, message uuid not null, body text not null,"
                      " at timestamptz not null default clock_timestamp())");
  ivr_test_do (admin, "grant usage on schema public to ivr_user");
  ivr_test_do (admin, "grant insert, select on public.bare to ivr_user");
  /* What the seed left is not this bench's lag. */
  sealer = start_sealer (watch.uri, folder);
  g_usleep (3 * G_USEC_PER_SEC);
  watcher = g_thread_new ("watch", watch_lag, &watch);
  for (int i = 0; i < MAX (n_rounds / 2, 1); i++)
    {
      ivr_bench_add (commands, run_clients (clients, "select api.add_communication_message($1, $2, $3, 'A message of the bench.', 'shared')"));
      ivr_bench_add (inserts, run_clients (clients, "insert into public.bare (id, request, message, body) values ($1, $2, $3,"
                                                    " 'A message of the bench.') returning id"));
    }
  g_atomic_int_set (&watch.stop, 1);
  g_thread_join (watcher);
  g_subprocess_force_exit (sealer);
  g_subprocess_wait (sealer, NULL, NULL);
  g_object_unref (sealer);
  ivr_bench_say (bench, "%d clients, with history, audit, outbox and a sealer every second:", N_CLIENTS);
  ivr_bench_report (bench, "commands a second", "1/s", commands, "bare inserts", inserts);
  ivr_bench_report_one (bench, "oldest row without a seal, median", "s", ivr_bench_quantile (watch.lags, 0.5), NULL, 0);
  ivr_bench_report_one (bench, "oldest row without a seal, at most", "s", ivr_bench_quantile (watch.lags, 1.0), NULL, 0);
  for (int i = 0; i < N_CLIENTS; i++)
    {
      g_free (clients[i].uri);
      g_free (clients[i].request);
    }
  g_array_unref (commands);
  g_array_unref (inserts);
  g_array_unref (watch.lags);
  g_free (watch.uri);
  ivr_test_remove_folder (folder);
}

int
main (int   argc,
      char *argv[])
{
  const GOptionEntry entries[] = {
    { "requests", 0, 0, G_OPTION_ARG_INT, &n_requests, "How many requests (1000000)", "N" },
    { "rounds", 0, 0, G_OPTION_ARG_INT, &n_rounds, "How often each is measured (7)", "N" },
    { "seconds", 0, 0, G_OPTION_ARG_INT, &n_seconds, "How long the clients write, each round (5)", "N" },
    { NULL },
  };
  static const char * const logins[] = { "clinic.generated1", "casey.example", "lee.demo", "specialist.generated1" };
  g_autoptr(IvrBench) bench = ivr_bench_new ("security", "Measures what row-level security, tickets and traces cost.", entries, &argc, &argv);
  IvrTestServer *server = ivr_bench_server (n_requests);
  g_autofree char *uri = ivr_test_server_uri (server, NULL);
  PGconn *admin = ivr_test_connect (uri);

  ivr_test_do (admin, "analyze");
  for (gsize i = 0; i < G_N_ELEMENTS (logins); i++)
    bench_row_security (bench, server, admin, logins[i]);
  bench_ticket (bench, server);
  bench_commands (bench, server, admin);
  PQfinish (admin);
  ivr_test_server_free (server);
  return 0;
}
