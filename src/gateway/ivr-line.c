/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-line.h"

/* A gateway has hundreds of desks behind it: it knocks more often than a desk does. */
#define RETRY_MS 1000

static gboolean
on_retry (gpointer data)
{
  IvrPgConnection *connection = data;

  switch (ivr_pg_connection_get_state (connection))
    {
    case IVR_PG_STATE_CLOSED:
      ivr_pg_connection_open_async (connection, NULL, NULL, NULL);
      return G_SOURCE_CONTINUE;
    case IVR_PG_STATE_WAITING:
      ivr_pg_connection_retry_now (connection);
      return G_SOURCE_CONTINUE;
    case IVR_PG_STATE_CONNECTING:
    case IVR_PG_STATE_READY:
    default:
      return G_SOURCE_CONTINUE;
    }
}

static void
remove_source (gpointer data)
{
  g_source_remove (GPOINTER_TO_UINT (data));
}

/**
 * ivr_line_keep_open:
 * @connection: a connection, open or not
 *
 * Opens it, and again once per second whenever it is not open, even after the server refused it:
 * nobody is there to press a button. Ends with @connection.
 */
void
ivr_line_keep_open (IvrPgConnection *connection)
{
  guint source = g_timeout_add (RETRY_MS, on_retry, connection);

  g_object_set_data_full (G_OBJECT (connection), "ivr-line", GUINT_TO_POINTER (source),
                          remove_source);
  on_retry (connection);
}
