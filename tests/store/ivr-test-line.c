/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-test-line.h"

#include "ivr-test-server.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define LOOK_MS 5

typedef struct
{
  int client;
  int server;
} Pair;

struct _IvrTestLine
{
  char *folder;
  char *port;
  char *database;
  struct sockaddr_un server;
  int listener;
  GThread *thread;
  GMutex mutex;       /* of what follows */
  GArray *pairs;
  gboolean deaf;
  gboolean down;
  gboolean ended;
  guint accepted;
};

static struct sockaddr_un
address_of (const char *folder,
            const char *port)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };

  g_assert_cmpint (g_snprintf (address.sun_path, sizeof address.sun_path, "%s/.s.PGSQL.%s", folder, port), <,
                   sizeof address.sun_path);
  return address;
}

static void
take_client (IvrTestLine *self)
{
  Pair pair = { .client = accept (self->listener, NULL, NULL), .server = -1 };

  if (pair.client < 0)
    return;
  self->accepted++;
  pair.server = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  /* A server that is down is one that hangs up. */
  if (self->down || connect (pair.server, (struct sockaddr *) &self->server, sizeof self->server) != 0)
    {
      close (pair.client);
      close (pair.server);
      return;
    }
  g_array_append_val (self->pairs, pair);
}

/* FALSE when one side has hung up. */
static gboolean
carry (int      from,
       int      to,
       gboolean swallow)
{
  static char bytes[65536];
  struct pollfd room = { .fd = to, .events = POLLOUT };
  gssize n;

  /* Who does not read keeps the rest waiting, but never this thread. */
  if (!swallow && poll (&room, 1, 0) == 0)
    return TRUE;
  n = recv (from, bytes, sizeof bytes, MSG_DONTWAIT);
  if (n < 0)
    return errno == EAGAIN || errno == EINTR;
  for (gssize at = 0; at < n && !swallow;)
    {
      gssize sent = send (to, bytes + at, (gsize) (n - at), MSG_NOSIGNAL);

      if (sent < 0)
        return FALSE;
      at += sent;
    }
  return n > 0;
}

static void
look_at_pairs (IvrTestLine *self)
{
  for (guint i = 0; i < self->pairs->len;)
    {
      Pair *pair = &g_array_index (self->pairs, Pair, i);

      if (!self->down && carry (pair->client, pair->server, FALSE) && carry (pair->server, pair->client, self->deaf))
        {
          i++;
          continue;
        }
      close (pair->client);
      close (pair->server);
      g_array_remove_index_fast (self->pairs, i);
    }
}

static gpointer
run_line (gpointer data)
{
  IvrTestLine *self = data;
  g_autoptr(GArray) fds = g_array_new (FALSE, TRUE, sizeof (struct pollfd));
  gboolean ended = FALSE;

  while (!ended)
    {
      struct pollfd listener = { .fd = self->listener, .events = POLLIN };

      g_array_set_size (fds, 0);
      g_array_append_val (fds, listener);
      g_mutex_lock (&self->mutex);
      for (guint i = 0; i < self->pairs->len; i++)
        {
          struct pollfd client = { .fd = g_array_index (self->pairs, Pair, i).client, .events = POLLIN };
          struct pollfd server = { .fd = g_array_index (self->pairs, Pair, i).server, .events = POLLIN };

          g_array_append_val (fds, client);
          g_array_append_val (fds, server);
        }
      g_mutex_unlock (&self->mutex);
      poll ((struct pollfd *) (void *) fds->data, fds->len, LOOK_MS);
      g_mutex_lock (&self->mutex);
      if (g_array_index (fds, struct pollfd, 0).revents != 0)
        take_client (self);
      look_at_pairs (self);
      ended = self->ended;
      g_mutex_unlock (&self->mutex);
    }
  return NULL;
}

/**
 * ivr_test_line_new:
 * @uri: URI of a test's server
 *
 * Returns: (transfer full): a line to it
 */
IvrTestLine *
ivr_test_line_new (const char *uri)
{
  IvrTestLine *self = g_new0 (IvrTestLine, 1);
  PQconninfoOption *options = PQconninfoParse (uri, NULL);
  struct sockaddr_un own;
  const char *folder = NULL;

  g_assert_nonnull (options);
  self->port = g_strdup ("5432");
  for (PQconninfoOption *o = options; o->keyword != NULL; o++)
    if (o->val == NULL)
      continue;
    else if (g_str_equal (o->keyword, "host"))
      folder = o->val;
    else if (g_str_equal (o->keyword, "dbname"))
      self->database = g_strdup (o->val);
    else if (g_str_equal (o->keyword, "port"))
      {
        g_free (self->port);
        self->port = g_strdup (o->val);
      }
  self->server = address_of (folder, self->port);
  PQconninfoFree (options);
  self->folder = ivr_test_dup_folder ();
  own = address_of (self->folder, self->port);
  self->listener = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  g_assert_cmpint (bind (self->listener, (struct sockaddr *) &own, sizeof own), ==, 0);
  g_assert_cmpint (listen (self->listener, 16), ==, 0);
  self->pairs = g_array_new (FALSE, TRUE, sizeof (Pair));
  g_mutex_init (&self->mutex);
  self->thread = g_thread_new ("line", run_line, self);
  return self;
}

void
ivr_test_line_free (IvrTestLine *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->mutex);
  self->down = TRUE;
  self->ended = TRUE;
  g_mutex_unlock (&self->mutex);
  g_thread_join (self->thread);
  look_at_pairs (self);
  close (self->listener);
  ivr_test_remove_folder (self->folder);
  g_array_unref (self->pairs);
  g_mutex_clear (&self->mutex);
  g_free (self->folder);
  g_free (self->port);
  g_free (self->database);
  g_free (self);
}

/**
 * ivr_test_line_uri:
 * @self: a line
 * @login: whose URI
 *
 * Returns: (transfer full): the URI of the server at this line's near end
 */
char *
ivr_test_line_uri (IvrTestLine *self,
                   const char  *login)
{
  g_autofree char *host = g_uri_escape_string (self->folder, NULL, FALSE);

  return g_strdup_printf ("postgresql://%s@/%s?host=%s&port=%s", login, self->database, host, self->port);
}

/**
 * ivr_test_line_set_deaf:
 * @self: a line
 * @deaf: whether what the server says is lost on the way
 */
void
ivr_test_line_set_deaf (IvrTestLine *self,
                        gboolean     deaf)
{
  g_mutex_lock (&self->mutex);
  self->deaf = deaf;
  g_mutex_unlock (&self->mutex);
}

/**
 * ivr_test_line_set_down:
 * @self: a line
 * @down: whether it breaks, and stays broken
 */
void
ivr_test_line_set_down (IvrTestLine *self,
                        gboolean     down)
{
  g_mutex_lock (&self->mutex);
  self->down = down;
  look_at_pairs (self);
  g_mutex_unlock (&self->mutex);
}

/**
 * ivr_test_line_get_accepted:
 * @self: a line
 *
 * Returns: how many connections were tried so far
 */
guint
ivr_test_line_get_accepted (IvrTestLine *self)
{
  guint n;

  g_mutex_lock (&self->mutex);
  n = self->accepted;
  g_mutex_unlock (&self->mutex);
  return n;
}
