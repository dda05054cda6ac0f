/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A web server that has one folder and nothing else, for trying a repository as any server would hand it out.
 * Usage: serve FOLDER PORT; says "serving" when it does, and ends when its standard input does. */
#include <gio/gio.h>
#include <glib-unix.h>
#include <libsoup/soup.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void
on_request (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           folder)
{
  g_autofree char *file = g_build_filename (folder, path, NULL);
  g_autoptr(GMappedFile) map = strstr (path, "..") == NULL ? g_mapped_file_new (file, FALSE, NULL) : NULL;
  g_autoptr(GBytes) bytes = map != NULL ? g_mapped_file_get_bytes (map) : NULL;

  if (bytes == NULL)
    {
      soup_server_message_set_status (message, SOUP_STATUS_NOT_FOUND, NULL);
      return;
    }
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_message_headers_set_content_type (soup_server_message_get_response_headers (message), "application/octet-stream", NULL);
  soup_message_body_append_bytes (soup_server_message_get_response_body (message), bytes);
}

static gboolean
on_stdin (int          fd,
          GIOCondition condition,
          gpointer     loop)
{
  char byte;

  if (read (fd, &byte, 1) > 0)
    return G_SOURCE_CONTINUE;
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

int
main (int    argc,
      char **argv)
{
  g_autoptr(GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr(SoupServer) server = soup_server_new (NULL, NULL);
  g_autoptr(GError) error = NULL;
  guint64 port;

  if (argc != 3 || !g_ascii_string_to_unsigned (argv[2], 10, 1, 65535, &port, NULL))
    {
      g_printerr ("Usage: serve FOLDER PORT\n");
      return 1;
    }
  soup_server_add_handler (server, NULL, on_request, argv[1], NULL);
  if (!soup_server_listen_local (server, (guint) port, SOUP_SERVER_LISTEN_IPV4_ONLY, &error))
    {
      g_printerr ("serve: %s\n", error->message);
      return 1;
    }
  printf ("serving\n");
  fflush (stdout);
  g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_stdin, loop);
  g_main_loop_run (loop);
  return 0;
}
