/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-test-gateway.h"

#include "ivr-test-server.h"

#include <gio/gunixsocketaddress.h>
#include <signal.h>
#include <string.h>

#define LISTENING "ivr-gateway: listening on "
#define DEADLINE_S 60
#define LOOK_MS 20

struct _IvrTestGateway
{
  GSubprocess *process;
  char *database;
  char *address;
  char *folder;
  char *admin;
  GStrv more;
};

/**
 * ivr_test_gateway_start:
 * @self: a gateway that was killed or terminated
 *
 * Starts it, where it was before, and waits until it lets desks in.
 */
void
ivr_test_gateway_start (IvrTestGateway *self)
{
  g_autofree char *program = ivr_test_program ("src/gateway/ivr-gateway");
  g_autoptr(GDataInputStream) lines = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *line = NULL;
  const char *own[] = { program, "--database", self->database, "--listen", self->address, "--admin", self->admin, "--die-with-parent" };
  g_autoptr(GPtrArray) argv = g_ptr_array_new ();

  g_assert_null (self->process);
  for (gsize i = 0; i < G_N_ELEMENTS (own); i++)
    g_ptr_array_add (argv, (char *) own[i]);
  for (gsize i = 0; self->more != NULL && self->more[i] != NULL; i++)
    g_ptr_array_add (argv, self->more[i]);
  g_ptr_array_add (argv, NULL);
  self->process = g_subprocess_newv ((const char * const *) argv->pdata,
                                     G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (lines), FALSE);
  line = g_data_input_stream_read_line (lines, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);
  g_assert_true (g_str_has_prefix (line, LISTENING));
  g_free (self->address);
  self->address = g_strdup (line + strlen (LISTENING));
}

/**
 * ivr_test_gateway_new_with:
 * @database: the gateway's URI
 * @listen: (nullable): where desks connect; %NULL for any port
 * @more: (nullable): more options
 *
 * Returns: (transfer full): a gateway that lets desks in
 */
IvrTestGateway *
ivr_test_gateway_new_with (const char         *database,
                           const char         *listen,
                           const char * const *more)
{
  IvrTestGateway *self = g_new0 (IvrTestGateway, 1);

  self->database = g_strdup (database);
  self->address = g_strdup (listen != NULL ? listen : "127.0.0.1:0");
  self->folder = ivr_test_dup_folder ();
  self->admin = g_strdup_printf ("unix:%s/admin", self->folder);
  self->more = g_strdupv ((char **) more);
  ivr_test_gateway_start (self);
  return self;
}

/**
 * ivr_test_gateway_new:
 * @database: the gateway's URI
 * @listen: (nullable): where desks connect; %NULL for any port
 *
 * Returns: (transfer full): a gateway that lets desks in
 */
IvrTestGateway *
ivr_test_gateway_new (const char *database,
                      const char *listen)
{
  return ivr_test_gateway_new_with (database, listen, NULL);
}

static void
end (IvrTestGateway *self,
     int             number)
{
  g_subprocess_send_signal (self->process, number);
  g_subprocess_wait (self->process, NULL, NULL);
  g_clear_object (&self->process);
}

/**
 * ivr_test_gateway_kill:
 * @self: a gateway that runs
 *
 * Ends it as a crash would.
 */
void
ivr_test_gateway_kill (IvrTestGateway *self)
{
  end (self, SIGKILL);
}

/**
 * ivr_test_gateway_terminate:
 * @self: a gateway that runs
 *
 * Asks it to end and waits until it has.
 */
void
ivr_test_gateway_terminate (IvrTestGateway *self)
{
  end (self, SIGTERM);
}

void
ivr_test_gateway_free (IvrTestGateway *self)
{
  if (self->process != NULL)
    ivr_test_gateway_terminate (self);
  ivr_test_remove_folder (self->folder);
  g_free (self->database);
  g_free (self->address);
  g_free (self->folder);
  g_free (self->admin);
  g_strfreev (self->more);
  g_free (self);
}

/**
 * ivr_test_gateway_get_address:
 * @self: a gateway
 *
 * Returns: where desks connect: ADDRESS:PORT or unix:PATH
 */
const char *
ivr_test_gateway_get_address (IvrTestGateway *self)
{
  return self->address;
}

gint64
ivr_test_gateway_get_pid (IvrTestGateway *self)
{
  return g_ascii_strtoll (g_subprocess_get_identifier (self->process), NULL, 10);
}

/**
 * ivr_test_gateway_get:
 * @self: a gateway that runs
 * @path: a path on its admin port
 *
 * Returns: (transfer full): the whole answer, its head included
 */
char *
ivr_test_gateway_get (IvrTestGateway *self,
                      const char     *path)
{
  g_autoptr(GSocketClient) client = g_socket_client_new ();
  g_autoptr(GSocketAddress) address = g_unix_socket_address_new (self->admin + strlen ("unix:"));
  g_autoptr(GSocketConnection) line = NULL;
  g_autoptr(GString) text = g_string_new (NULL);
  g_autofree char *request = g_strdup_printf ("GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path);
  g_autoptr(GError) error = NULL;
  char bytes[4096];
  gssize n;

  g_socket_client_set_timeout (client, DEADLINE_S);
  line = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, &error);
  g_assert_no_error (error);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (line)), request,
                             strlen (request), NULL, NULL, &error);
  g_assert_no_error (error);
  while ((n = g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (line)), bytes,
                                   sizeof bytes, NULL, &error)) > 0)
    g_string_append_len (text, bytes, n);
  g_assert_no_error (error);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * ivr_test_gateway_metric:
 * @self: a gateway that runs
 * @name: name of a number without "ivr_gateway_"
 *
 * Returns: the number
 */
gint64
ivr_test_gateway_metric (IvrTestGateway *self,
                         const char     *name)
{
  g_autofree char *text = ivr_test_gateway_get (self, "/metrics");
  g_autofree char *wanted = g_strdup_printf ("\nivr_gateway_%s ", name);
  const char *found = strstr (text, wanted);

  if (found == NULL)
    g_error ("%s is not in %s", name, text);
  return g_ascii_strtoll (found + strlen (wanted), NULL, 10);
}

static gboolean
on_look (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/**
 * ivr_test_gateway_wait_metric:
 * @self: a gateway that runs
 * @name: name of a number without "ivr_gateway_"
 * @value: what it has to be, soon
 *
 * Runs the main context meanwhile.
 */
void
ivr_test_gateway_wait_metric (IvrTestGateway *self,
                              const char     *name,
                              gint64          value)
{
  gint64 until = g_get_monotonic_time () + DEADLINE_S * G_USEC_PER_SEC;
  gint64 now = ivr_test_gateway_metric (self, name);
  guint look = g_timeout_add (LOOK_MS, on_look, NULL);

  while (now != value && g_get_monotonic_time () < until)
    {
      g_main_context_iteration (NULL, TRUE);
      now = ivr_test_gateway_metric (self, name);
    }
  g_source_remove (look);
  g_assert_cmpint (now, ==, value);
}
