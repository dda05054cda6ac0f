/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-pg-connection.h"

/* Waiting for what comes in the main loop. It ends in an error that says where, not in a hung test. */
#define DEADLINE_SECONDS 90

static gboolean
on_deadline (gpointer data)
{
  g_error ("%s: this never came", (const char *) data);
  return G_SOURCE_REMOVE;
}

#define WAIT_UNTIL(condition) \
  G_STMT_START \
    { \
      guint deadline_ = g_timeout_add_seconds (DEADLINE_SECONDS, on_deadline, (gpointer) G_STRLOC); \
      while (!(condition)) \
        g_main_context_iteration (NULL, TRUE); \
      g_source_remove (deadline_); \
    } \
  G_STMT_END

static void
done_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static gboolean
open_now (IvrPgConnection  *connection,
          GError          **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  ivr_pg_connection_open_async (connection, NULL, done_cb, &result);
  WAIT_UNTIL (result != NULL);
  return ivr_pg_connection_open_finish (connection, result, error);
}
