/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-address.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>

#define UNIX_PREFIX "unix:"

/**
 * ivr_address_parse:
 * @text: (nullable): ADDRESS:PORT, [ADDRESS]:PORT or unix:PATH
 *
 * Returns: (transfer full) (nullable): the address; %NULL when it is none
 */
GSocketAddress *
ivr_address_parse (const char *text)
{
  const char *colon = text != NULL ? strrchr (text, ':') : NULL;
  g_autofree char *host = NULL;
  guint64 port;

  if (text != NULL && g_str_has_prefix (text, UNIX_PREFIX))
    return text[strlen (UNIX_PREFIX)] == '/'
             ? g_unix_socket_address_new (text + strlen (UNIX_PREFIX))
             : NULL;
  if (colon == NULL || !g_ascii_string_to_unsigned (colon + 1, 10, 0, G_MAXUINT16, &port, NULL))
    return NULL;
  host = *text == '[' && colon[-1] == ']' ? g_strndup (text + 1, colon - text - 2)
                                          : g_strndup (text, colon - text);
  return g_inet_socket_address_new_from_string (host, (guint) port);
}

/**
 * ivr_address_to_text:
 * @address: an address
 *
 * Returns: (transfer full): what ivr_address_parse() makes the same address of
 */
char *
ivr_address_to_text (GSocketAddress *address)
{
  if (G_IS_UNIX_SOCKET_ADDRESS (address))
    return g_strconcat (UNIX_PREFIX,
                        g_unix_socket_address_get_path (G_UNIX_SOCKET_ADDRESS (address)), NULL);
  return g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (address));
}

/**
 * ivr_address_clear_stale:
 * @address: where somebody is about to listen
 *
 * Removes the socket file of a program that was killed; one behind which somebody answers stays,
 * and so does a file that is no socket.
 */
void
ivr_address_clear_stale (GSocketAddress *address)
{
  g_autoptr(GSocket) probe = NULL;
  g_autoptr(GError) error = NULL;

  if (!G_IS_UNIX_SOCKET_ADDRESS (address))
    return;
  probe = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT,
                        NULL);
  if (probe == NULL)
    return;
  g_socket_set_blocking (probe, FALSE);
  if (!g_socket_connect (probe, address, NULL, &error)
      && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    g_unlink (g_unix_socket_address_get_path (G_UNIX_SOCKET_ADDRESS (address)));
}
