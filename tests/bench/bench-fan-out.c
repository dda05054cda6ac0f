/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What it costs to tell many desks, against a program that does nothing but send() the same bytes to
 * as many sockets, turn by turn. */
#include "ivr-bench.h"
#include "ivr-test-desk.h"
#include "ivr-test-gateway.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define CLINIC "0e000000-0000-4000-8000-000000000001"
#define LOGIN "casey.example"
#define STAGE "select ivr.stage_event('" CLINIC "', 'request', gen_random_uuid(), null, 1)"
#define BARE "nothing but send()"
#define WARM_UP 10
#define DEADLINE_MS 60000

static int n_clients = 2000;
static int n_events = 100;
static IvrBench *bench;
static IvrTestServer *server;
static IvrTestGateway *gateway;
static PGconn *admin;

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
  return ivr_bench_now_ms ();
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
  g_autofree char *token = ivr_test_server_dup_token (server, LOGIN);
  double from = ivr_bench_now_ms ();

  for (int i = 0; i < n_clients; i++)
    {
      IvrTestDesk *desk = ivr_test_desk_join (ivr_test_gateway_get_address (gateway), token, NULL, NULL, NULL);

      add_receiver (self, i, dup (desk->fd));
      ivr_test_desk_free (desk);
    }
  ivr_bench_report_one (bench, "desks signed in, one after another", "/s",
                        n_clients / (ivr_bench_now_ms () - from) * 1000, NULL, 0);
}

static void
bench_rounds (Audience    *desks,
              Audience    *raw,
              Broadcaster *broadcaster)
{
  g_autoptr(GArray) our_cpu = ivr_bench_values ();
  g_autoptr(GArray) raw_cpu = ivr_bench_values ();
  g_autoptr(GArray) our_ms = ivr_bench_values ();
  g_autoptr(GArray) raw_ms = ivr_bench_values ();
  guint8 frame[204] = { 0x81, 126, 0, 200 };

  for (int i = 0; i < WARM_UP + n_events; i++)
    {
      double cpu = cpu_ms (desks->pid);
      double from;
      double spent;
      double took;

      ivr_test_do (admin, STAGE);
      from = ivr_bench_now_ms ();
      took = await_all (desks, (guint) i + 1) - from;
      spent = cpu_ms (desks->pid) - cpu;
      if (i >= WARM_UP)
        {
          ivr_bench_add (our_ms, took);
          ivr_bench_add (our_cpu, spent);
        }
      cpu = cpu_ms (raw->pid);
      from = ivr_bench_now_ms ();
      g_assert_cmpint (write (broadcaster->control, frame, sizeof frame), ==, sizeof frame);
      took = await_all (raw, (guint) i + 1) - from;
      spent = cpu_ms (raw->pid) - cpu;
      if (i >= WARM_UP)
        {
          ivr_bench_add (raw_ms, took);
          ivr_bench_add (raw_cpu, spent);
        }
    }
  ivr_bench_report (bench, "CPU per event to all", "ms", our_cpu, BARE, raw_cpu);
  ivr_bench_report (bench, "last of all has it", "ms", our_ms, BARE, raw_ms);
  ivr_bench_report_at (bench, "last of all has it, p95", "ms", 0.95, our_ms, BARE, raw_ms);
}

static void
bench_fan_out (void)
{
  Broadcaster broadcaster = start_broadcaster ();
  g_autofree char *raw_address = g_strdup_printf ("127.0.0.1:%u", broadcaster.port);
  Audience desks;
  Audience raw;
  double before = ivr_bench_rss_kb (ivr_test_gateway_get_pid (gateway));

  audience_init (&desks, ivr_test_gateway_get_pid (gateway));
  audience_init (&raw, broadcaster.pid);
  seat_desks (&desks);
  ivr_bench_report_one (bench, "memory per desk", "kB", (ivr_bench_rss_kb (desks.pid) - before) / n_clients, NULL, 0);
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
    { "clients", 0, 0, G_OPTION_ARG_INT, &n_clients, "How many desks (2000)", "N" },
    { "events", 0, 0, G_OPTION_ARG_INT, &n_events, "Events to all of them (100)", "N" },
    { NULL },
  };
  g_autofree char *uri = NULL;
  g_autofree char *own = NULL;

  bench = ivr_bench_new ("fan-out", "Measures what it costs to tell many desks.", entries, &argc, &argv);
  n_clients = MAX (n_clients, 1);
  n_events = MAX (n_events, 1);
  raise_limit ();
  server = ivr_test_server_new ();
  own = ivr_test_server_uri (server, NULL);
  uri = ivr_test_server_uri (server, "ivr_gateway");
  admin = ivr_test_connect (own);
  gateway = ivr_test_gateway_new (uri, NULL);
  ivr_bench_say (bench, "%d desks:", n_clients);
  bench_fan_out ();
  ivr_test_gateway_free (gateway);
  PQfinish (admin);
  ivr_test_server_free (server);
  ivr_bench_free (bench);
  return 0;
}
