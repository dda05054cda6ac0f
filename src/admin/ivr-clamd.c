/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-clamd.h"

#include "ivr-error.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* An answer is a line; the names of signatures are short. */
#define MOST_ANSWER 1024
#define MOST_NAME 100

struct _IvrClamd
{
  int fd;
  gint64 until;       /* monotonic: nothing is waited for longer */
  gboolean closed;    /* it takes nothing more, and may have said why */
};

void
ivr_clamd_free (IvrClamd *self)
{
  if (self == NULL)
    return;
  close (self->fd);
  g_free (self);
}

static gboolean
wait_for (IvrClamd  *self,
          short      events,
          GError   **error)
{
  struct pollfd one = { .fd = self->fd, .events = events };

  while (TRUE)
    {
      gint64 left = (self->until - g_get_monotonic_time ()) / 1000;
      int n = left > 0 ? poll (&one, 1, (int) MIN (left, G_MAXINT)) : 0;

      if (n > 0)
        return TRUE;
      if (n < 0 && errno == EINTR)
        continue;
      g_set_error_literal (error, IVR_ERROR, IVR_ERROR_FAILED, "The scanner did not answer in time.");
      return FALSE;
    }
}

static gboolean
send_all (IvrClamd    *self,
          const void  *data,
          gsize        length,
          GError     **error)
{
  const char *p = data;

  while (length > 0 && !self->closed)
    {
      ssize_t n = send (self->fd, p, length, MSG_NOSIGNAL | MSG_DONTWAIT);

      if (n > 0)
        {
          p += n;
          length -= (gsize) n;
        }
      else if (n < 0 && (errno == EAGAIN || errno == EINTR))
        {
          if (!wait_for (self, POLLOUT, error))
            return FALSE;
        }
      else
        self->closed = TRUE;
    }
  return TRUE;
}

/**
 * ivr_clamd_new:
 * @path: clamd's socket
 * @seconds: how long the whole conversation may take
 * @error: return location
 *
 * Returns: (transfer full) (nullable): a conversation that has begun; %IVR_ERROR_OFFLINE when nobody listens there
 */
IvrClamd *
ivr_clamd_new (const char  *path,
               int          seconds,
               GError     **error)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  g_autoptr(IvrClamd) self = g_new0 (IvrClamd, 1);

  self->fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  self->until = g_get_monotonic_time () + (gint64) seconds * G_USEC_PER_SEC;
  if (strlen (path) >= sizeof address.sun_path)
    {
      g_set_error_literal (error, IVR_ERROR, IVR_ERROR_OFFLINE, "The path of the scanner's socket is too long.");
      return NULL;
    }
  strcpy (address.sun_path, path);
  if (self->fd < 0 || connect (self->fd, (struct sockaddr *) &address, sizeof address) != 0)
    {
      g_set_error (error, IVR_ERROR, IVR_ERROR_OFFLINE, "The scanner cannot be reached at its socket: %s.", g_strerror (errno));
      return NULL;
    }
  /* With a zero at the end of commands and answers: names of signatures have none. */
  if (!send_all (self, "zINSTREAM", sizeof "zINSTREAM", error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * ivr_clamd_send:
 * @self: a conversation
 * @data: the next piece
 * @length: its bytes, at least 1
 * @error: return location
 *
 * Returns: %FALSE when it was not taken in time; a scanner that closes early says why in ivr_clamd_finish()
 */
gboolean
ivr_clamd_send (IvrClamd    *self,
                const void  *data,
                gsize        length,
                GError     **error)
{
  guint32 size = GUINT32_TO_BE ((guint32) length);

  g_return_val_if_fail (length > 0 && length <= G_MAXINT32, FALSE);
  return send_all (self, &size, sizeof size, error) && send_all (self, data, length, error);
}

static char *
read_answer (IvrClamd  *self,
             GError   **error)
{
  char answer[MOST_ANSWER];
  gsize length = 0;

  while (length < sizeof answer)
    {
      ssize_t n = recv (self->fd, answer + length, sizeof answer - length, MSG_DONTWAIT);

      if (n > 0)
        {
          char *end = memchr (answer + length, '\0', (gsize) n);

          length += (gsize) n;
          if (end != NULL)
            return g_strdup (answer);
        }
      else if (n < 0 && (errno == EAGAIN || errno == EINTR))
        {
          if (!wait_for (self, POLLIN, error))
            return NULL;
        }
      else
        break;
    }
  g_set_error_literal (error, IVR_ERROR, IVR_ERROR_PROTOCOL, length < sizeof answer ? "The scanner ended without an answer."
                                                                                     : "The scanner's answer has no end.");
  return NULL;
}

/* A scanner answers one command and closes. The kernel tells the other end when something was left unread. */
static gboolean
had_all (IvrClamd  *self,
         GError   **error)
{
  char more;
  ssize_t n;

  while ((n = recv (self->fd, &more, 1, MSG_DONTWAIT)) < 0 && (errno == EAGAIN || errno == EINTR))
    if (!wait_for (self, POLLIN, error))
      return FALSE;
  if (n == 0)
    return TRUE;
  g_set_error_literal (error, IVR_ERROR, IVR_ERROR_PROTOCOL, n < 0 ? "The scanner said “clean” before it had read everything."
                                                                   : "The scanner said more than one thing.");
  return FALSE;
}

/* What may stand in a log and in a list; names of signatures are made of nothing else. */
static char *
dup_name (const char *from,
          gsize       length)
{
  GString *name = g_string_new (NULL);

  for (gsize i = 0; i < length && name->len < MOST_NAME; i++)
    g_string_append_c (name, g_ascii_isalnum (from[i]) || strchr (".-_:/()", from[i]) != NULL ? from[i] : '_');
  return g_string_free (name, FALSE);
}

/**
 * ivr_clamd_finish:
 * @self: a conversation
 * @signature: (out) (transfer full) (nullable): what was found; %NULL when nothing was
 * @error: return location
 *
 * Says that this was all and waits for the answer.
 *
 * Returns: %FALSE when there was none, or none that can be trusted
 */
gboolean
ivr_clamd_finish (IvrClamd  *self,
                  char     **signature,
                  GError   **error)
{
  static const char clean[] = "stream: OK";
  static const char before[] = "stream: ";
  static const char behind[] = " FOUND";
  guint32 end = 0;
  struct pollfd early = { .fd = self->fd, .events = POLLIN };
  gboolean cut = self->closed || poll (&early, 1, 0) != 0;
  g_autofree char *answer = NULL;
  gsize length;

  *signature = NULL;
  if (!send_all (self, &end, sizeof end, error))
    return FALSE;
  answer = read_answer (self, error);
  if (answer == NULL)
    return FALSE;
  length = strlen (answer);
  if (g_str_has_prefix (answer, before) && g_str_has_suffix (answer, behind) && length > strlen (before) + strlen (behind))
    {
      *signature = dup_name (answer + strlen (before), length - strlen (before) - strlen (behind));
      return TRUE;
    }
  /* Whoever has not had all of it cannot say that all of it is clean. */
  if (g_str_equal (answer, clean) && !cut && !self->closed)
    return had_all (self, error);
  {
    g_autofree char *said = dup_name (answer, MIN (length, 60));

    g_set_error (error, IVR_ERROR, IVR_ERROR_PROTOCOL, "The scanner said neither clean nor infected, but “%s”.", said);
  }
  return FALSE;
}
