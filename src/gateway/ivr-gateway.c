/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-gateway.h"

#include "ivr-address.h"
#include "ivr-admin-port.h"
#include "ivr-feed.h"
#include "ivr-hub.h"
#include "ivr-lookup.h"
#include "ivr-supervisor.h"
#include "ivr-wire.h"

#include <errno.h>
#include <glib-unix.h>
#include <locale.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

/* Good-byes are said in batches: all desks that come back at once would be a storm. */
#define GOODBYE_EVERY_MS 50
#define GOODBYES 100
#define GOODBYE_MOST_MS 10000

typedef struct
{
  char *database;
  char *listen;
  char *admin;
  char *supervise;
  char *ask_payers;
  char *secrets;
  char *mock;
  char *ca;
  IvrSupervisorLimits limits;
  gboolean die_with_parent;
  gboolean version;
} Options;

typedef struct
{
  GMainLoop *loop;
  IvrMetrics metrics;
  IvrFeed *feed;
  IvrHub *hub;
  IvrLookup *lookup;         /* NULL where payers are not asked */
  IvrSupervisor *supervisor; /* NULL where others do it */
  IvrAdminPort *admin_port;
  gint64 stop_by_ms; /* 0 while running */
  gboolean ready;
  int status;
} Gateway;

static int
complain (const char *format,
          ...)
{
  g_autofree char *sentence = NULL;
  va_list args;

  va_start (args, format);
  sentence = g_strdup_vprintf (format, args);
  va_end (args);
  g_printerr ("ivr-gateway: %s\n", sentence);
  return 1;
}

/* Returns whether the program goes on. */
static gboolean
parse_options (int       argc,
               char    **argv,
               Options  *options,
               int      *status)
{
  g_autoptr(GOptionContext) context = g_option_context_new (NULL);
  g_autoptr(GError) error = NULL;
  const int hidden = G_OPTION_FLAG_HIDDEN;
  const GOptionEntry entries[] = {
    { "database", 0, 0, G_OPTION_ARG_STRING, &options->database, "Database to follow", "URI" },
    { "listen", 0, 0, G_OPTION_ARG_STRING, &options->listen, "Where desks connect; port 0 for any",
      "ADDRESS:PORT|unix:PATH" },
    { "admin", 0, 0, G_OPTION_ARG_STRING, &options->admin,
      "Where /healthz and /metrics are, on this machine only", "ADDRESS:PORT" },
    { "supervise", 0, 0, G_OPTION_ARG_STRING, &options->supervise,
      "Database whose people's sessions end when they idle, last or are too many", "URI" },
    { "ask-payers", 0, 0, G_OPTION_ARG_STRING, &options->ask_payers,
      "Database whose questions to payers are carried, as ivr_lookup", "URI" },
    { "payer-secrets", 0, 0, G_OPTION_ARG_FILENAME, &options->secrets,
      "Keys for payers, readable by you alone; else the credential “payers” of systemd", "FILE" },
    { "payer-ca", 0, 0, G_OPTION_ARG_FILENAME, &options->ca,
      "Authorities to trust for payers, in place of the system's", "FILE" },
    { "mock-payer", 0, 0, G_OPTION_ARG_STRING, &options->mock, "Where the invented payer of a demo is",
      "http://127.0.0.1:PORT" },
    { "look-every", 0, hidden, G_OPTION_ARG_INT, &options->limits.every_ms, NULL, "MILLISECONDS" },
    { "idle-for", 0, hidden, G_OPTION_ARG_INT, &options->limits.idle_s, NULL, "SECONDS" },
    { "transaction-for", 0, hidden, G_OPTION_ARG_INT, &options->limits.transaction_s, NULL, "SECONDS" },
    { "session-for", 0, hidden, G_OPTION_ARG_INT, &options->limits.session_s, NULL, "SECONDS" },
    { "connections", 0, hidden, G_OPTION_ARG_INT, &options->limits.connections, NULL, "N" },
    { "die-with-parent", 0, 0, G_OPTION_ARG_NONE, &options->die_with_parent,
      "End when standard input is closed", NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, "Show the version", NULL },
    { NULL },
  };

  g_option_context_set_summary (context,
                                "Tells desks over WebSocket what changed in the database.");
  g_option_context_add_main_entries (context, entries, NULL);
  *status = 0;
  if (!g_option_context_parse (context, &argc, &argv, &error))
    *status = complain ("%s.", error->message);
  else if (options->version)
    g_print ("ivr-gateway %s\n", IVR_VERSION);
  else if (argc > 1)
    *status = complain ("“%s” is not an option; “ivr-gateway --help” lists them.", argv[1]);
  else if (options->database == NULL || options->listen == NULL)
    *status = complain ("Say which --database to follow and where to --listen.");
  else if (options->limits.every_ms < 1 || options->limits.idle_s < 1 || options->limits.transaction_s < 1
           || options->limits.session_s < 1 || options->limits.connections < 1)
    *status = complain ("A limit of the supervisor has to be at least 1.");
  else if (options->ask_payers == NULL && (options->secrets != NULL || options->mock != NULL || options->ca != NULL))
    *status = complain ("Say with --ask-payers whose questions are carried.");
  return *status == 0 && !options->version;
}

static gboolean
on_goodbye (gpointer data)
{
  Gateway *self = data;
  IvrEngine *engine = ivr_hub_get_engine (self->hub);

  if (ivr_engine_close_some (engine, GOODBYES, IVR_WIRE_CLOSE_RESTART, "come back soon") > 0
      && g_get_monotonic_time () / 1000 < self->stop_by_ms)
    return G_SOURCE_CONTINUE;
  g_main_loop_quit (self->loop);
  return G_SOURCE_REMOVE;
}

static void
stop (Gateway *self)
{
  if (self->stop_by_ms != 0)
    return;
  self->stop_by_ms = g_get_monotonic_time () / 1000 + GOODBYE_MOST_MS;
  ivr_engine_stop_listening (ivr_hub_get_engine (self->hub));
  if (on_goodbye (self))
    g_timeout_add (GOODBYE_EVERY_MS, on_goodbye, self);
}

static gboolean
on_signal (gpointer data)
{
  stop (data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_stdin (int          fd,
          GIOCondition condition,
          gpointer     data)
{
  char bytes[256];
  gssize n = read (fd, bytes, sizeof bytes);

  if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)))
    return G_SOURCE_CONTINUE;
  stop (data);
  return G_SOURCE_REMOVE;
}

static void
on_notify_live (IvrFeed    *feed,
                GParamSpec *pspec,
                Gateway    *self)
{
  IvrEngine *engine = ivr_hub_get_engine (self->hub);
  g_autofree char *address = NULL;

  if (self->ready || self->stop_by_ms != 0 || !ivr_feed_get_live (feed))
    return;
  self->ready = TRUE;
  ivr_engine_accept (engine);
  address = ivr_engine_dup_address (engine);
  printf ("ivr-gateway: listening on %s\n", address);
  fflush (stdout);
}

static void
on_failed (IvrFeed    *feed,
           const char *sentence,
           Gateway    *self)
{
  self->status = complain ("The database cannot be followed: %s", sentence);
  g_main_loop_quit (self->loop);
}

static void
on_unsupervised (IvrSupervisor *supervisor,
                 const char    *sentence,
                 Gateway       *self)
{
  self->status = complain ("The database cannot be supervised: %s", sentence);
  g_main_loop_quit (self->loop);
}

/* One descriptor per desk: as many as the system lets us have. */
static void
raise_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0)
    {
      limit.rlim_cur = limit.rlim_max;
      setrlimit (RLIMIT_NOFILE, &limit);
    }
}

static int
open_ports (Gateway       *self,
            const Options *options)
{
  g_autoptr(GSocketAddress) address = ivr_address_parse (options->listen);
  g_autoptr(GSocketAddress) admin = NULL;
  g_autoptr(GError) error = NULL;

  if (address == NULL)
    return complain ("“%s” is not an address and a port, such as 127.0.0.1:8443, nor unix:/a/path.",
                     options->listen);
  ivr_address_clear_stale (address);
  if (!ivr_engine_listen (ivr_hub_get_engine (self->hub), address, &error))
    return complain ("Cannot listen on %s: %s.", options->listen, error->message);
  if (options->admin == NULL)
    return 0;
  admin = ivr_address_parse (options->admin);
  if (admin == NULL)
    return complain ("“%s” is not an address and a port, such as 127.0.0.1:9100, nor unix:/a/path.",
                     options->admin);
  ivr_address_clear_stale (admin);
  self->admin_port = ivr_admin_port_new (admin, &self->metrics, &error);
  if (self->admin_port == NULL)
    return complain ("Cannot open the admin port %s: %s.", options->admin, error->message);
  return 0;
}

static int
run (Gateway       *self,
     const Options *options)
{
  self->status = open_ports (self, options);
  if (self->status != 0)
    return self->status;
  g_signal_connect (self->feed, "notify::live", G_CALLBACK (on_notify_live), self);
  g_signal_connect (self->feed, "failed", G_CALLBACK (on_failed), self);
  g_unix_signal_add (SIGTERM, on_signal, self);
  g_unix_signal_add (SIGINT, on_signal, self);
  if (options->die_with_parent)
    g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_stdin, self);
  ivr_feed_start (self->feed);
  if (self->supervisor != NULL)
    {
      g_signal_connect (self->supervisor, "failed", G_CALLBACK (on_unsupervised), self);
      ivr_supervisor_start (self->supervisor);
    }
  g_main_loop_run (self->loop);
  g_signal_handlers_disconnect_by_data (self->feed, self);
  return self->status;
}

static gboolean
make_lookup (Gateway       *self,
             const Options *options)
{
  g_autoptr(GError) error = NULL;

  if (options->ask_payers == NULL)
    return TRUE;
  self->lookup = ivr_lookup_new (options->ask_payers, options->secrets, options->mock, options->ca,
                                 &self->metrics.lookup, &error);
  if (self->lookup == NULL)
    complain ("Payers cannot be asked: %s", error->message);
  return self->lookup != NULL;
}

/**
 * ivr_gateway_main:
 * @argc: number of arguments
 * @argv: arguments
 *
 * Returns: exit status
 */
int
ivr_gateway_main (int    argc,
                  char **argv)
{
  Options options = { .limits = IVR_SUPERVISOR_LIMITS };
  Gateway self = { NULL };
  int status;

  setlocale (LC_ALL, "");
  signal (SIGPIPE, SIG_IGN);
  if (parse_options (argc, argv, &options, &status))
    {
      raise_limit ();
      self.loop = g_main_loop_new (NULL, FALSE);
      self.feed = ivr_feed_new (options.database, &self.metrics);
      if (!make_lookup (&self, &options))
        status = 1;
      self.hub = ivr_hub_new (options.database, self.feed, &self.metrics, self.lookup);
      if (options.supervise != NULL)
        self.supervisor = ivr_supervisor_new (options.supervise, &options.limits, &self.metrics);
      if (status == 0)
        status = run (&self, &options);
      g_clear_object (&self.admin_port);
      g_clear_object (&self.supervisor);
      g_clear_object (&self.hub);
      g_clear_object (&self.lookup);
      g_clear_object (&self.feed);
      g_main_loop_unref (self.loop);
    }
  g_free (options.database);
  g_free (options.listen);
  g_free (options.admin);
  g_free (options.supervise);
  g_free (options.ask_payers);
  g_free (options.secrets);
  g_free (options.mock);
  g_free (options.ca);
  return status;
}
