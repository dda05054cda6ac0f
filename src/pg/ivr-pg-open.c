/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-pg-private.h"

#include "ivr-error.h"
#include "ivr-pg-error.h"

#include <arpa/inet.h>
#include <glib-unix.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>

/* Opening never blocks the caller: host names are looked up and PQconnectStart is called in a
 * worker (both may wait), and the rest is polled on the main loop. connect_timeout means nothing
 * to PQconnectPoll, so the time limit is ours. */
struct _IvrPgOpen
{
  char *conninfo;
  char *password;
  guint timeout_seconds;
  IvrPgOpenFunc func;
  gpointer data;
  GCancellable *cancellable;
  PGconn *db;
  guint fd_source;
  guint timeout_source;
};

static void
open_free (IvrPgOpen *self)
{
  g_clear_handle_id (&self->fd_source, g_source_remove);
  g_clear_handle_id (&self->timeout_source, g_source_remove);
  g_clear_object (&self->cancellable);
  if (self->db != NULL)
    PQfinish (self->db);
  g_free (self->conninfo);
  g_free (self->password);
  g_free (self);
}

static void
open_done (IvrPgOpen *self,
           GError    *error)
{
  PGconn *db = error == NULL ? g_steal_pointer (&self->db) : NULL;
  IvrPgOpenFunc func = self->func;
  gpointer data = self->data;

  open_free (self);
  func (db, error, data);
}

/* One address for a host name, or NULL: libpq would look it up again, and block. */
static char *
look_up (const char *host)
{
  struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
  struct addrinfo *found = NULL;
  char address[INET6_ADDRSTRLEN] = "";

  if (host[0] == '/' || host[0] == '@' || host[0] == '\0')
    return g_strdup ("");
  if (getaddrinfo (host, NULL, &hints, &found) != 0)
    return NULL;
  getnameinfo (found->ai_addr, found->ai_addrlen, address, sizeof address, NULL, 0, NI_NUMERICHOST);
  freeaddrinfo (found);
  return g_strdup (address);
}

/* Hosts that have no address are left out, with their ports; false when none is left. */
static gboolean
resolve (const char  *hosts,
         const char  *ports,
         char       **host_list,
         char       **address_list,
         char       **port_list)
{
  g_auto(GStrv) names = g_strsplit (hosts, ",", -1);
  g_auto(GStrv) numbers = g_strsplit (ports != NULL ? ports : "", ",", -1);
  g_autoptr(GStrvBuilder) h = g_strv_builder_new ();
  g_autoptr(GStrvBuilder) a = g_strv_builder_new ();
  g_autoptr(GStrvBuilder) p = g_strv_builder_new ();
  g_auto(GStrv) hv = NULL;
  g_auto(GStrv) av = NULL;
  g_auto(GStrv) pv = NULL;
  guint n_ports = g_strv_length (numbers);

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *address = look_up (names[i]);

      if (address == NULL)
        continue;
      g_strv_builder_add (h, names[i]);
      g_strv_builder_add (a, address);
      g_strv_builder_add (p, n_ports == 0 ? "" : n_ports == 1 ? numbers[0] : i < n_ports ? numbers[i] : "");
    }
  hv = g_strv_builder_end (h);
  av = g_strv_builder_end (a);
  pv = g_strv_builder_end (p);
  if (hv[0] == NULL)
    return FALSE;
  *host_list = g_strjoinv (",", hv);
  *address_list = g_strjoinv (",", av);
  *port_list = g_strjoinv (",", pv);
  return TRUE;
}

/* What the server says beside its answers may quote what somebody typed: it goes nowhere but its code. */
static void
on_notice (void           *data,
           const PGresult *notice)
{
  const char *state = PQresultErrorField (notice, PG_DIAG_SQLSTATE);

  g_debug ("a notice of the server, %s", state != NULL ? state : "without a code");
}

static PGconn *
start_connection (const char  *conninfo,
                  const char  *password,
                  GError     **error)
{
  PQconninfoOption *options = PQconninfoParse (conninfo, NULL);
  const char *names[64] = { NULL };
  const char *values[64] = { NULL };
  g_autofree char *hosts = NULL;
  g_autofree char *addresses = NULL;
  g_autofree char *ports = NULL;
  const char *host = NULL;
  const char *port = NULL;
  PGconn *db = NULL;
  int n = 0;

  if (options == NULL)
    {
      g_set_error_literal (error, IVR_ERROR, IVR_ERROR_INVALID, "The server profile is not readable.");
      return NULL;
    }
  for (PQconninfoOption *o = options; o->keyword != NULL; o++)
    if (g_str_equal (o->keyword, "host"))
      host = o->val;
    else if (g_str_equal (o->keyword, "port"))
      port = o->val;
    else if (o->val != NULL && n < 48)
      {
        names[n] = o->keyword;
        values[n++] = o->val;
      }
  if (host != NULL && !resolve (host, port, &hosts, &addresses, &ports))
    *error = ivr_pg_error_connection (NULL, FALSE);
  else
    {
      const char *extra[][2] = {
        { "host", hosts }, { "hostaddr", addresses }, { "port", ports != NULL ? ports : port },
        { "password", password }, { "client_encoding", "UTF8" }, { "fallback_application_name", "ivr-desk/" IVR_VERSION },
        { "keepalives_idle", "30" }, { "keepalives_interval", "10" }, { "keepalives_count", "3" },
        { "tcp_user_timeout", "30000" },
      };

      for (gsize i = 0; i < G_N_ELEMENTS (extra); i++)
        if (extra[i][1] != NULL && extra[i][1][0] != '\0')
          {
            names[n] = extra[i][0];
            values[n++] = extra[i][1];
          }
      db = PQconnectStartParams (names, values, 0);
      if (db != NULL)
        PQsetNoticeReceiver (db, on_notice, NULL);
    }
  PQconninfoFree (options);
  return db;
}

static void
start_in_worker (GTask        *task,
                 gpointer      source,
                 gpointer      data,
                 GCancellable *cancellable)
{
  IvrPgOpen *self = data;
  GError *error = NULL;
  PGconn *db = start_connection (self->conninfo, self->password, &error);

  if (db != NULL)
    g_task_return_pointer (task, db, (GDestroyNotify) PQfinish);
  else
    g_task_return_error (task, error);
}

static gboolean on_poll (int          fd,
                         GIOCondition condition,
                         gpointer     data);

static void
poll_again (IvrPgOpen *self)
{
  PostgresPollingStatusType status = PQconnectPoll (self->db);

  /* The descriptor may be another one each time. */
  g_clear_handle_id (&self->fd_source, g_source_remove);
  if (status == PGRES_POLLING_OK)
    open_done (self, NULL);
  else if (status == PGRES_POLLING_FAILED)
    open_done (self, ivr_pg_error_connection (PQerrorMessage (self->db), PQconnectionNeedsPassword (self->db)));
  else
    self->fd_source = g_unix_fd_add (PQsocket (self->db), status == PGRES_POLLING_READING ? G_IO_IN : G_IO_OUT,
                                     on_poll, self);
}

static gboolean
on_poll (int          fd,
         GIOCondition condition,
         gpointer     data)
{
  IvrPgOpen *self = data;

  self->fd_source = 0;
  poll_again (self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_timeout (gpointer data)
{
  IvrPgOpen *self = data;

  self->timeout_source = 0;
  if (self->db == NULL)
    {
      /* The worker still waits for a name; its answer is thrown away when it comes. */
      IvrPgOpenFunc func = self->func;

      self->func = NULL;
      g_cancellable_cancel (self->cancellable);
      func (NULL, ivr_pg_error_connection (NULL, FALSE), self->data);
      return G_SOURCE_REMOVE;
    }
  open_done (self, ivr_pg_error_connection (NULL, FALSE));
  return G_SOURCE_REMOVE;
}

static void
started_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  IvrPgOpen *self = g_task_get_task_data (G_TASK (result));
  GError *error = NULL;

  self->db = g_task_propagate_pointer (G_TASK (result), &error);
  if (self->func == NULL)
    {
      g_clear_error (&error);
      open_free (self);
      return;
    }
  if (self->db == NULL)
    open_done (self, error);
  else if (PQstatus (self->db) == CONNECTION_BAD)
    open_done (self, ivr_pg_error_connection (PQerrorMessage (self->db), FALSE));
  else
    {
      /* The first poll is for writing, as the manual says. */
      self->fd_source = g_unix_fd_add (PQsocket (self->db), G_IO_OUT, on_poll, self);
    }
}

IvrPgOpen *
ivr_pg_open_start (const char    *conninfo,
                   const char    *password,
                   guint          timeout_seconds,
                   IvrPgOpenFunc  func,
                   gpointer       data)
{
  IvrPgOpen *self = g_new0 (IvrPgOpen, 1);
  g_autoptr(GTask) task = NULL;

  self->conninfo = g_strdup (conninfo);
  self->password = g_strdup (password);
  self->func = func;
  self->data = data;
  self->cancellable = g_cancellable_new ();
  self->timeout_source = g_timeout_add_seconds (timeout_seconds, on_timeout, self);
  task = g_task_new (NULL, NULL, started_cb, NULL);
  g_task_set_source_tag (task, ivr_pg_open_start);
  g_task_set_task_data (task, self, NULL);
  g_task_run_in_thread (task, start_in_worker);
  return self;
}

void
ivr_pg_open_cancel (IvrPgOpen *self)
{
  self->func = NULL;
  if (self->db != NULL)
    open_free (self);
  else
    g_clear_handle_id (&self->timeout_source, g_source_remove);
}
