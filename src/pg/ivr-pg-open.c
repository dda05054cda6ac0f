/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-pg-private.h"

#include "ivr-error.h"
#include "ivr-pg-error.h"

#include <glib/gi18n-lib.h>
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
  PGconn *db;
  guint n_places;          /* hosts by their addresses */
  guint skip;              /* that were silent */
  guint fd_source;
  guint timeout_source;
};

static void
open_free (IvrPgOpen *self)
{
  g_clear_handle_id (&self->fd_source, g_source_remove);
  g_clear_handle_id (&self->timeout_source, g_source_remove);
  if (self->db != NULL)
    PQfinish (self->db);
  g_free (self->conninfo);
  if (self->password != NULL)
    explicit_bzero (self->password, strlen (self->password));
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

/* Adds a host with each of its addresses: libpq would look the name up again, and block. A server
 * may listen on one of them only. */
static void
add_host (const char   *host,
          const char   *port,
          GPtrArray    *hosts,
          GPtrArray    *addresses,
          GPtrArray    *ports)
{
  struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
  struct addrinfo *found = NULL;
  gboolean is_socket = host[0] == '/' || host[0] == '@' || host[0] == '\0';

  if (!is_socket && getaddrinfo (host, NULL, &hints, &found) != 0)
    return;
  for (struct addrinfo *one = found; is_socket || one != NULL; one = one->ai_next)
    {
      char address[INET6_ADDRSTRLEN + 32] = "";

      if (one != NULL)
        getnameinfo (one->ai_addr, one->ai_addrlen, address, sizeof address, NULL, 0, NI_NUMERICHOST);
      g_ptr_array_add (hosts, g_strdup (host));
      g_ptr_array_add (addresses, g_strdup (address));
      g_ptr_array_add (ports, g_strdup (port));
      if (is_socket)
        break;
    }
  if (found != NULL)
    freeaddrinfo (found);
}

static char *
join_from (GPtrArray *parts,
           guint      first)
{
  GString *all = g_string_new (NULL);

  for (guint i = first; i < parts->len; i++)
    g_string_append_printf (all, "%s%s", i > first ? "," : "", (char *) parts->pdata[i]);
  return g_string_free (all, FALSE);
}

/* Hosts that have no address are left out, with their ports; false when none is left. The first
 * @skip places were tried before. */
static gboolean
resolve (const char  *hosts,
         const char  *ports,
         guint        skip,
         char       **host_list,
         char       **address_list,
         char       **port_list,
         guint       *n_places)
{
  g_auto(GStrv) names = g_strsplit (hosts, ",", -1);
  g_auto(GStrv) numbers = g_strsplit (ports != NULL ? ports : "", ",", -1);
  g_autoptr(GPtrArray) h = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GPtrArray) a = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GPtrArray) p = g_ptr_array_new_with_free_func (g_free);
  guint n_ports = g_strv_length (numbers);

  for (guint i = 0; names[i] != NULL; i++)
    add_host (names[i], n_ports == 0 ? "" : n_ports == 1 ? numbers[0] : i < n_ports ? numbers[i] : "", h, a, p);
  *n_places = h->len;
  if (h->len <= skip)
    return FALSE;
  *host_list = join_from (h, skip);
  *address_list = join_from (a, skip);
  *port_list = join_from (p, skip);
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
start_connection (IvrPgOpen  *self,
                  GError    **error)
{
  PQconninfoOption *options = PQconninfoParse (self->conninfo, NULL);
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
      g_set_error_literal (error, IVR_ERROR, IVR_ERROR_INVALID, _("The server profile is not readable."));
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
  if (host != NULL && !resolve (host, port, self->skip, &hosts, &addresses, &ports, &self->n_places))
    *error = ivr_pg_error_connection (NULL, FALSE);
  else
    {
      const char *extra[][2] = {
        { "host", hosts }, { "hostaddr", addresses }, { "port", ports != NULL ? ports : port },
        { "password", self->password }, { "client_encoding", "UTF8" }, { "fallback_application_name", "ivr-desk/" IVR_VERSION },
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
        {
          PQsetNoticeReceiver (db, on_notice, NULL);
          /* Only so does a refusal tell its SQLSTATE, whatever the server's language. */
          PQsetErrorVerbosity (db, PQERRORS_VERBOSE);
        }
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
  PGconn *db = start_connection (self, &error);

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

static void start_worker (IvrPgOpen *self);

/* Which of the places libpq is at. */
static guint
find_place (IvrPgOpen *self)
{
  PQconninfoOption *options = PQconninfo (self->db);
  g_auto(GStrv) hosts = NULL;
  g_auto(GStrv) addresses = NULL;
  g_auto(GStrv) ports = NULL;
  guint place = 0;

  for (PQconninfoOption *o = options; o != NULL && o->keyword != NULL; o++)
    if (g_str_equal (o->keyword, "host"))
      hosts = g_strsplit (o->val != NULL ? o->val : "", ",", -1);
    else if (g_str_equal (o->keyword, "hostaddr"))
      addresses = g_strsplit (o->val != NULL ? o->val : "", ",", -1);
    else if (g_str_equal (o->keyword, "port"))
      ports = g_strsplit (o->val != NULL ? o->val : "", ",", -1);
  PQconninfoFree (options);
  while (hosts != NULL && hosts[place] != NULL &&
         !(g_strcmp0 (hosts[place], PQhost (self->db)) == 0 &&
           (addresses == NULL || g_strv_length (addresses) <= place || addresses[place][0] == '\0' ||
            g_strcmp0 (addresses[place], PQhostaddr (self->db)) == 0) &&
           (ports == NULL || g_strv_length (ports) <= place || ports[place][0] == '\0' ||
            g_strcmp0 (ports[place], PQport (self->db)) == 0)))
    place++;
  return place;
}

/* A host that says nothing at all must not stand before one that would answer: libpq's own time
 * limit counts only where it blocks. */
static gboolean
try_next_place (IvrPgOpen *self)
{
  guint next = self->skip + find_place (self) + 1;

  if (next >= self->n_places)
    return FALSE;
  self->skip = next;
  g_clear_handle_id (&self->fd_source, g_source_remove);
  g_clear_pointer (&self->db, PQfinish);
  start_worker (self);
  return TRUE;
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
      func (NULL, ivr_pg_error_connection (NULL, FALSE), self->data);
    }
  else if (!try_next_place (self))
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

static void
start_worker (IvrPgOpen *self)
{
  g_autoptr(GTask) task = g_task_new (NULL, NULL, started_cb, NULL);

  self->timeout_source = g_timeout_add_seconds (self->timeout_seconds, on_timeout, self);
  g_task_set_source_tag (task, start_worker);
  g_task_set_task_data (task, self, NULL);
  g_task_run_in_thread (task, start_in_worker);
}

IvrPgOpen *
ivr_pg_open_start (const char    *conninfo,
                   const char    *password,
                   guint          timeout_seconds,
                   IvrPgOpenFunc  func,
                   gpointer       data)
{
  IvrPgOpen *self = g_new0 (IvrPgOpen, 1);

  self->conninfo = g_strdup (conninfo);
  self->password = g_strdup (password);
  self->timeout_seconds = timeout_seconds;
  self->func = func;
  self->data = data;
  start_worker (self);
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
