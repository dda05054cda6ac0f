/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-admin-port.h"

#include "ivr-error.h"

#include <string.h>

#define REQUEST_MAX 4096
#define TIMEOUT_S 5
#define CONNECTIONS_MAX 16

struct _IvrAdminPort
{
  GObject parent_instance;

  GSocketService *service;
  const IvrMetrics *metrics;
  guint n;
};

G_DEFINE_FINAL_TYPE (IvrAdminPort, ivr_admin_port, G_TYPE_OBJECT)

static const struct
{
  const char *name;
  const char *type;
  const char *help;
  gsize offset;
} shown[] = {
#define SHOW(name, type, help) \
  { "ivr_gateway_" #name, type, help, G_STRUCT_OFFSET (IvrMetrics, name) }
  SHOW (clients, "gauge", "Connections of desks."),
  SHOW (welcomed, "gauge", "Desks that are signed in."),
  SHOW (accepted, "counter", "Connections that came."),
  SHOW (refused, "counter", "Requests that were refused."),
  SHOW (asked, "counter", "Requests over HTTP that were taken."),
  SHOW (frames_sent, "counter", "Writes that were completed."),
  SHOW (bytes_sent, "counter", "Bytes that were written."),
  SHOW (closed_restart, "counter", "Closed because the gateway or its numbers started anew."),
  SHOW (closed_protocol, "counter", "Closed because of what the desk sent."),
  SHOW (closed_auth, "counter", "Closed because of the token."),
  SHOW (closed_membership, "counter", "Closed because no role was left."),
  SHOW (closed_slow, "counter", "Closed because nothing was read or no ping answered."),
  SHOW (resyncs, "counter", "Times that a desk was told to fetch an organization anew."),
  SHOW (pages, "counter", "Pages that were read for desks that had been away."),
  SHOW (events, "counter", "Events that came into rings."),
  SHOW (polls, "counter", "Polls."),
  SHOW (follows, "counter", "Polls by numbers, because a transaction stays open."),
  SHOW (gaps, "counter", "Numbers that did not follow each other; must stay 0."),
  SHOW (reconnects, "counter", "Times that the line of the feed broke."),
  SHOW (rings, "counter", "Times that a writer rang."),
  SHOW (live, "gauge", "1 while the rings follow the database."),
  SHOW (awake, "gauge", "1 while polling without being rung."),
  SHOW (supervising, "gauge", "1 while sessions of people are looked after."),
  SHOW (looks, "counter", "Times that sessions were looked at."),
  SHOW (ended_locked, "counter", "Sessions that were ended because their person is locked out."),
  SHOW (ended_transaction, "counter", "Sessions that were ended because a transaction stayed open."),
  SHOW (ended_age, "counter", "Sessions that were ended because they lasted too long."),
  SHOW (ended_idle, "counter", "Sessions that were ended because they did nothing."),
  SHOW (ended_many, "counter", "Sessions that were ended because one person had too many."),
#undef SHOW
#define SHOW(name, help) \
  { "ivr_gateway_" #name, "counter", help, G_STRUCT_OFFSET (IvrMetrics, lookup.name) }
  SHOW (lookups, "Questions to payers that were taken."),
  SHOW (lookups_answered, "Questions that a payer answered."),
  SHOW (lookups_refused, "Questions that a payer refused."),
  SHOW (lookups_held, "Answers that may be another patient's, and wait for a person."),
  SHOW (lookups_failed, "Questions without an answer."),
  SHOW (lookups_retried, "Attempts beyond the first."),
  SHOW (lookups_spared, "Questions that were not asked because the payer is away."),
#undef SHOW
};

/* One request; holds itself until it is answered. */
typedef struct
{
  IvrAdminPort *port;
  GSocketConnection *connection;
  char *answer;
  gsize used;
  char request[REQUEST_MAX];
} Visit;

static void
visit_free (Visit *visit)
{
  visit->port->n--;
  g_object_unref (visit->port);
  g_object_unref (visit->connection);
  g_free (visit->answer);
  g_free (visit);
}

static char *
make_answer (const char *status,
             const char *body)
{
  return g_strdup_printf ("HTTP/1.1 %s\r\n"
                          "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
                          "Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
                          status, strlen (body), body);
}

static char *
make_metrics (const IvrMetrics *metrics)
{
  g_autoptr(GString) text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (shown); i++)
    {
      const guint64 *value = G_STRUCT_MEMBER_P (metrics, shown[i].offset);

      g_string_append_printf (text, "# HELP %s %s\n# TYPE %s %s\n%s %" G_GUINT64_FORMAT "\n",
                              shown[i].name, shown[i].help, shown[i].name, shown[i].type,
                              shown[i].name, *value);
    }
  return make_answer ("200 OK", text->str);
}

static char *
answer (IvrAdminPort *self,
        const char   *request)
{
  if (g_str_has_prefix (request, "GET /healthz HTTP/1."))
    return self->metrics->live != 0 ? make_answer ("200 OK", "live\n")
                                    : make_answer ("503 Service Unavailable", "not live\n");
  if (g_str_has_prefix (request, "GET /metrics HTTP/1."))
    return make_metrics (self->metrics);
  return make_answer ("404 Not Found", "There are /healthz and /metrics.\n");
}

static void
close_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  visit_free (data);
}

static void
write_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  Visit *visit = data;

  /* Whoever does not wait for the answer has no use for an error either. */
  g_io_stream_close_async (G_IO_STREAM (visit->connection), G_PRIORITY_DEFAULT, NULL, close_cb,
                           visit);
}

static void read_more (Visit *visit);

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  Visit *visit = data;
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (visit->connection));
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  if (n <= 0)
    {
      visit_free (visit);
      return;
    }
  visit->used += (gsize) n;
  visit->request[visit->used] = '\0';
  if (strstr (visit->request, "\r\n\r\n") == NULL && visit->used < REQUEST_MAX - 1)
    {
      read_more (visit);
      return;
    }
  visit->answer = answer (visit->port, visit->request);
  g_output_stream_write_all_async (output, visit->answer, strlen (visit->answer),
                                   G_PRIORITY_DEFAULT, NULL, write_cb, visit);
}

static void
read_more (Visit *visit)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (visit->connection));

  g_input_stream_read_async (input, visit->request + visit->used, REQUEST_MAX - 1 - visit->used,
                             G_PRIORITY_DEFAULT, NULL, read_cb, visit);
}

static gboolean
on_incoming (GSocketService    *service,
             GSocketConnection *connection,
             GObject           *source,
             IvrAdminPort      *self)
{
  Visit *visit;

  if (self->n >= CONNECTIONS_MAX)
    return TRUE;
  visit = g_new0 (Visit, 1);
  self->n++;
  visit->port = g_object_ref (self);
  visit->connection = g_object_ref (connection);
  g_socket_set_timeout (g_socket_connection_get_socket (connection), TIMEOUT_S);
  read_more (visit);
  return TRUE;
}

static void
ivr_admin_port_dispose (GObject *object)
{
  IvrAdminPort *self = IVR_ADMIN_PORT (object);

  if (self->service != NULL)
    {
      g_socket_service_stop (self->service);
      g_socket_listener_close (G_SOCKET_LISTENER (self->service));
    }
  g_clear_object (&self->service);
  G_OBJECT_CLASS (ivr_admin_port_parent_class)->dispose (object);
}

static void
ivr_admin_port_class_init (IvrAdminPortClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ivr_admin_port_dispose;
}

static void
ivr_admin_port_init (IvrAdminPort *self)
{
}

/**
 * ivr_admin_port_new:
 * @address: an address of this machine itself, or a path
 * @metrics: what is shown; outlives the port
 * @error: return location
 *
 * Returns: (transfer full) (nullable): a port that answers
 */
IvrAdminPort *
ivr_admin_port_new (GSocketAddress    *address,
                    const IvrMetrics  *metrics,
                    GError           **error)
{
  g_autoptr(IvrAdminPort) self = g_object_new (IVR_TYPE_ADMIN_PORT, NULL);

  if (G_IS_INET_SOCKET_ADDRESS (address)
      && !g_inet_address_get_is_loopback (
        g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address))))
    {
      g_set_error_literal (error, IVR_ERROR, IVR_ERROR_INVALID,
                           "it must be an address of this machine itself, such as 127.0.0.1");
      return NULL;
    }
  self->metrics = metrics;
  self->service = g_socket_service_new ();
  g_signal_connect_object (self->service, "incoming", G_CALLBACK (on_incoming), self, 0);
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address,
                                      G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL,
                                      error))
    return NULL;
  g_socket_service_start (self->service);
  return g_steal_pointer (&self);
}
