/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long a commit takes to reach a desk, and what it costs to tell many.
 *
 * Every figure has its yardstick in the same run, taken turn by turn, so that what else the machine
 * does falls on both: the bare LISTEN/NOTIFY of PostgreSQL for the first, a program that does nothing
 * but send() the same bytes to as many sockets for the second. Only the ratios travel. */
#include "ivr-live.h"
#include "ivr-test-desk.h"
#include "ivr-test-gateway.h"
#include "ivr-test-server.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define CLINIC "0e000000-0000-4000-8000-000000000001"
#define LOGIN "casey.example"
#define STAGE "select ivr.stage_event('" CLINIC "', 'request', gen_random_uuid(), null, 1)"
#define BARE "with row as (insert into bare default values returning 1) select pg_notify('bare', '') from row"
#define WARM_UP 10
#define DEADLINE_MS 60000

static int n_clients = 2000;
static int n_idle = 40;
static int n_busy = 300;
static int n_fan_out = 100;
static char *json_path;
static FILE *json;
static IvrTestServer *server;
static IvrTestGateway *gateway;
static PGconn *admin;

static double
now_ms (void)
{
  return (double) g_get_monotonic_time () / 1000;
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  const double *x = a;
  const double *y = b;

  return (*x > *y) - (*x < *y);
}

static double
quantile (GArray *values,
          double  q)
{
  g_autoptr(GArray) sorted = g_array_copy (values);

  g_array_sort (sorted, compare);
  return g_array_index (sorted, double, MIN ((guint) (q * sorted->len), sorted->len - 1));
}

/* Median of the ratios of the pairs, not the ratio of the medians: each pair had the same weather. */
static double
paired_ratio (GArray *ours,
              GArray *raw)
{
  g_autoptr(GArray) ratios = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; i < ours->len; i++)
    {
      double ratio = g_array_index (ours, double, i) / MAX (g_array_index (raw, double, i), 0.001);

      g_array_append_val (ratios, ratio);
    }
  return quantile (ratios, 0.5);
}

static void
report (const char *name,
        const char *unit,
        GArray     *ours,
        GArray     *raw)
{
  double ratio = paired_ratio (ours, raw);

  printf ("%-34s %5u %10.3f %10.3f %10.3f %10.3f %8.2f  %s\n", name, ours->len, quantile (ours, 0.5),
          quantile (ours, 0.99), quantile (raw, 0.5), quantile (raw, 0.99), ratio, unit);
  fflush (stdout);
  if (json != NULL)
    fprintf (json,
             "{\"bench\":\"live\",\"name\":\"%s\",\"unit\":\"%s\",\"n\":%u,\"p50\":%.6f,\"p99\":%.6f,"
             "\"raw_p50\":%.6f,\"raw_p99\":%.6f,\"ratio\":%.4f}\n",
             name, unit, ours->len, quantile (ours, 0.5), quantile (ours, 0.99), quantile (raw, 0.5),
             quantile (raw, 0.99), ratio);
}

static void
report_one (const char *name,
            const char *unit,
            double      value)
{
  printf ("%-34s %5s %10.3f %54s\n", name, "", value, unit);
  if (json != NULL)
    fprintf (json, "{\"bench\":\"live\",\"name\":\"%s\",\"unit\":\"%s\",\"value\":%.6f}\n", name, unit, value);
}

static void
run (PGconn     *db,
     const char *sql)
{
  g_autoptr(PGresult) done = ivr_test_query (db, sql, NULL);
}

static char *
dup_token (void)
{
  g_autofree char *uri = ivr_test_server_uri (server, LOGIN);
  g_autoptr(PGconn) db = ivr_test_connect (uri);

  return ivr_test_value (db, "select token from api.issue_live_token()", NULL);
}

/* --- From a commit to a desk ----------------------------------------------------------------- */

static void
on_token_wanted (IvrLive *live)
{
  g_autofree char *token = dup_token ();

  ivr_live_give_token (live, token);
}

static void
on_event (double *came_at)
{
  *came_at = now_ms ();
}

/* Milliseconds from sending a change to the event: the commit, the gateway and the WebSocket. */
static double
time_live (double *came_at)
{
  double sent = now_ms ();

  *came_at = 0;
  run (admin, STAGE);
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
  double sent = now_ms ();

  g_assert_null (note);
  run (admin, BARE);
  while (note == NULL)
    {
      g_assert_cmpint (poll (&fd, 1, DEADLINE_MS), ==, 1);
      g_assert_cmpint (PQconsumeInput (listener), ==, 1);
      note = PQnotifies (listener);
    }
  PQfreemem (note);
  return now_ms () - sent;
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
  g_autoptr(GArray) ours = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr(GArray) bare = g_array_new (FALSE, FALSE, sizeof (double));
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
      g_array_append_val (ours, live_ms);
      g_array_append_val (bare, bare_ms);
    }
  report (idle ? "change to desk, gateway asleep" : "change to desk, gateway awake", "ms", ours, bare);
}

static void
bench_latencies (void)
{
  g_autofree char *own = ivr_test_server_uri (server, NULL);
  g_autofree char *uri = g_strconcat ("ws://", ivr_test_gateway_get_address (gateway), NULL);
  g_autoptr(PGconn) listener = ivr_test_connect (own);
  IvrLive *live = ivr_live_new (uri);
  double came_at = 0;

  run (admin, "create table bare (id bigserial primary key, at timestamptz default clock_timestamp())");
  run (listener, "listen bare");
  g_signal_connect (live, "token-wanted", G_CALLBACK (on_token_wanted), NULL);
  g_signal_connect_swapped (live, "event", G_CALLBACK (on_event), &came_at);
  ivr_live_start (live);
  while (ivr_live_get_state (live) != IVR_LIVE_STATE_LIVE)
    g_main_context_iteration (NULL, TRUE);
  bench_latency (TRUE, &came_at, listener);
  bench_latency (FALSE, &came_at, listener);
  ivr_live_stop (live);
  g_object_unref (live);
}

/* --- From one event to many desks ------------------------------------------------------------ */

typedef struct
{
  int fd;
  guint used;
  guint frames;
  guint8 bytes[1024];
} Receiver;

typedef struct
{
  Receiver *receivers;
  int epoll_fd;
  gint64 pid;
} Audience;

typedef struct
{
  pid_t pid;
  int control;   /* a frame that is written here goes to all */
  guint16 port;
} Broadcaster;

/* Nothing but the sending: what no server can do without. */
static void
broadcast (int listen_fd,
           int control)
{
  g_autofree int *fds = g_new (int, n_clients);
  const int buffer = 32 * 1024;
  guint8 frame[1024];
  gssize n;

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  for (int i = 0; i < n_clients; i++)
    {
      fds[i] = accept4 (listen_fd, NULL, NULL, SOCK_NONBLOCK);
      setsockopt (fds[i], SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    }
  while ((n = read (control, frame, sizeof frame)) > 0)
    for (int i = 0; i < n_clients; i++)
      if (send (fds[i], frame, (gsize) n, MSG_NOSIGNAL) != n)
        _exit (1);
  _exit (0);
}

static Broadcaster
start_broadcaster (void)
{
  struct sockaddr_in place = { .sin_family = AF_INET, .sin_addr.s_addr = g_htonl (INADDR_LOOPBACK) };
  socklen_t size = sizeof place;
  int listen_fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  Broadcaster self;
  int ends[2];

  g_assert_cmpint (bind (listen_fd, (struct sockaddr *) &place, sizeof place), ==, 0);
  g_assert_cmpint (listen (listen_fd, 4096), ==, 0);
  g_assert_cmpint (getsockname (listen_fd, (struct sockaddr *) &place, &size), ==, 0);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), ==, 0);
  self.port = g_ntohs (place.sin_port);
  self.control = ends[0];
  self.pid = fork ();
  g_assert_cmpint (self.pid, >=, 0);
  if (self.pid == 0)
    {
      close (ends[0]);
      broadcast (listen_fd, ends[1]);
    }
  close (ends[1]);
  close (listen_fd);
  return self;
}

/* CPU time of all threads of a program, in milliseconds. */
static double
cpu_ms (gint64 pid)
{
  g_autofree char *folder = g_strdup_printf ("/proc/%" G_GINT64_FORMAT "/task", pid);
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  double sum = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, "schedstat", NULL);
      g_autofree char *text = NULL;

      if (g_file_get_contents (path, &text, NULL, NULL))
        sum += (double) g_ascii_strtoull (text, NULL, 10) / 1e6;
    }
  return sum;
}

static void
add_receiver (Audience *self,
              int       i,
              int       fd)
{
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = &self->receivers[i] };

  self->receivers[i].fd = fd;
  g_assert_cmpint (epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, fd, &event), ==, 0);
}

static void
receive (Receiver *self)
{
  static const guint8 pong[] = { 0x8a, 0x80, 0, 0, 0, 0 };
  gssize n = recv (self->fd, self->bytes + self->used, sizeof self->bytes - self->used, MSG_DONTWAIT);

  if (n < 0 && errno == EAGAIN)
    return;
  if (n <= 0)
    g_error ("a client was thrown out");
  self->used += (guint) n;
  while (self->used >= 4 || (self->used >= 2 && self->bytes[1] < 126))
    {
      guint size = self->bytes[1] < 126 ? 2U + self->bytes[1]
                                        : 4U + ((guint) self->bytes[2] << 8 | self->bytes[3]);

      if (self->used < size)
        return;
      if (self->bytes[0] == 0x89)
        g_assert_cmpint (send (self->fd, pong, sizeof pong, MSG_NOSIGNAL), ==, sizeof pong);
      else
        self->frames++;
      self->used -= size;
      memmove (self->bytes, self->bytes + size, self->used);
    }
}

/* Reads until each has got so many frames; gives when the last one had. */
static double
await_all (Audience *self,
           guint     frames)
{
  struct epoll_event events[256];
  int missing = 0;

  for (int i = 0; i < n_clients; i++)
    missing += self->receivers[i].frames < frames;
  while (missing > 0)
    {
      int n = epoll_wait (self->epoll_fd, events, G_N_ELEMENTS (events), DEADLINE_MS);

      g_assert_cmpint (n, >, 0);
      for (int i = 0; i < n; i++)
        {
          Receiver *receiver = events[i].data.ptr;
          guint before = receiver->frames;

          receive (receiver);
          missing -= before < frames && receiver->frames >= frames;
        }
    }
  return now_ms ();
}

static void
audience_init (Audience *self,
               gint64    pid)
{
  self->receivers = g_new0 (Receiver, n_clients);
  self->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  self->pid = pid;
}

static void
seat_desks (Audience *self)
{
  g_autofree char *token = dup_token ();
  double from = now_ms ();

  for (int i = 0; i < n_clients; i++)
    {
      IvrTestDesk *desk = ivr_test_desk_join (ivr_test_gateway_get_address (gateway), token, NULL, NULL, NULL);

      add_receiver (self, i, dup (desk->fd));
      ivr_test_desk_free (desk);
    }
  report_one ("desks signed in, one after another", "per second", n_clients / (now_ms () - from) * 1000);
}

static double
rss_kb (gint64 pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%" G_GINT64_FORMAT "/status", pid);
  g_autofree char *text = NULL;
  const char *found;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  found = strstr (text, "VmRSS:");
  return found != NULL ? (double) g_ascii_strtoull (g_strchug ((char *) found + 6), NULL, 10) : 0;
}

static void
bench_rounds (Audience    *desks,
              Audience    *raw,
              Broadcaster *broadcaster)
{
  g_autoptr(GArray) our_cpu = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr(GArray) raw_cpu = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr(GArray) our_ms = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr(GArray) raw_ms = g_array_new (FALSE, FALSE, sizeof (double));
  guint8 frame[204] = { 0x81, 126, 0, 200 };

  for (int i = 0; i < WARM_UP + n_fan_out; i++)
    {
      double cpu = cpu_ms (desks->pid);
      double from;
      double spent;
      double took;

      run (admin, STAGE);
      from = now_ms ();
      took = await_all (desks, (guint) i + 1) - from;
      spent = cpu_ms (desks->pid) - cpu;
      if (i >= WARM_UP)
        {
          g_array_append_val (our_ms, took);
          g_array_append_val (our_cpu, spent);
        }
      cpu = cpu_ms (raw->pid);
      from = now_ms ();
      g_assert_cmpint (write (broadcaster->control, frame, sizeof frame), ==, sizeof frame);
      took = await_all (raw, (guint) i + 1) - from;
      spent = cpu_ms (raw->pid) - cpu;
      if (i >= WARM_UP)
        {
          g_array_append_val (raw_ms, took);
          g_array_append_val (raw_cpu, spent);
        }
    }
  report ("CPU per event to all", "ms", our_cpu, raw_cpu);
  report ("last of all has it", "ms", our_ms, raw_ms);
}

static void
bench_fan_out (void)
{
  Broadcaster broadcaster = start_broadcaster ();
  g_autofree char *raw_address = g_strdup_printf ("127.0.0.1:%u", broadcaster.port);
  Audience desks;
  Audience raw;
  double before = rss_kb (ivr_test_gateway_get_pid (gateway));

  audience_init (&desks, ivr_test_gateway_get_pid (gateway));
  audience_init (&raw, broadcaster.pid);
  seat_desks (&desks);
  report_one ("memory per desk", "kB", (rss_kb (desks.pid) - before) / n_clients);
  for (int i = 0; i < n_clients; i++)
    {
      IvrTestDesk *desk = ivr_test_desk_connect (raw_address);

      add_receiver (&raw, i, dup (desk->fd));
      ivr_test_desk_free (desk);
    }
  bench_rounds (&desks, &raw, &broadcaster);
  g_assert_cmpint (ivr_test_gateway_metric (gateway, "gaps"), ==, 0);
  close (broadcaster.control);
  for (int i = 0; i < n_clients; i++)
    {
      close (desks.receivers[i].fd);
      close (raw.receivers[i].fd);
    }
  close (desks.epoll_fd);
  close (raw.epoll_fd);
  g_free (desks.receivers);
  g_free (raw.receivers);
}

/* The programs are those that were built with this one. */
static void
find_programs (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = g_path_get_dirname (self);
  g_autofree char *root = g_build_filename (folder, "..", "..", NULL);

  g_setenv ("IVR_BUILDDIR", root, FALSE);
}

static void
raise_limit (void)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
  if ((rlim_t) n_clients * 2 + 100 > limit.rlim_cur)
    n_clients = (int) (limit.rlim_cur - 100) / 2;
}

int
main (int   argc,
      char *argv[])
{
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_FILENAME, &json_path, "Write JSON lines too", "FILE" },
    { "clients", 0, 0, G_OPTION_ARG_INT, &n_clients, "How many desks (2000)", "N" },
    { "idle", 0, 0, G_OPTION_ARG_INT, &n_idle, "Commits to a gateway that sleeps (40)", "N" },
    { "busy", 0, 0, G_OPTION_ARG_INT, &n_busy, "Commits to a gateway that is awake (300)", "N" },
    { "events", 0, 0, G_OPTION_ARG_INT, &n_fan_out, "Events to all desks (100)", "N" },
    { NULL },
  };
  g_autoptr(GOptionContext) context = g_option_context_new (NULL);
  g_autoptr(GError) error = NULL;
  g_autofree char *uri = NULL;
  g_autofree char *own = NULL;

  g_option_context_set_summary (context, "Measures the live updates.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("bench-live: %s.\n", error->message);
      return 1;
    }
  if (n_clients < 1 || n_idle < 1 || n_busy < 1 || n_fan_out < 1)
    {
      g_printerr ("bench-live: Each number has to be 1 or more.\n");
      return 1;
    }
  if (json_path != NULL && (json = fopen (json_path, "w")) == NULL)
    {
      g_printerr ("bench-live: %s cannot be written: %s.\n", json_path, g_strerror (errno));
      return 1;
    }
  find_programs ();
  raise_limit ();
  server = ivr_test_server_new ();
  own = ivr_test_server_uri (server, NULL);
  uri = ivr_test_server_uri (server, "ivr_gateway");
  admin = ivr_test_connect (own);
  gateway = ivr_test_gateway_new (uri, NULL);
  printf ("%-34s %5s %10s %10s %10s %10s %8s\n", "", "n", "p50", "p99", "raw p50", "raw p99", "ratio");
  bench_latencies ();
  printf ("to %d desks:\n", n_clients);
  bench_fan_out ();
  ivr_test_gateway_free (gateway);
  PQfinish (admin);
  ivr_test_server_free (server);
  if (json != NULL)
    fclose (json);
  g_free (json_path);
  return 0;
}
