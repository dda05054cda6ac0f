/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-transfer-line.h"

#include "ivr-database-private.h"

#include "ivr-error.h"

/* How long an unused line stays, and how long after a refusal it is tried again. */
#define IDLE_S 30
#define AGAIN_MS 2000

typedef struct
{
  IvrDatabase *database;       /* not owned: this goes with it */
  IvrPgConnection *connection;
  guint holders;
  guint idle_source;
  guint again_source;
} Line;

static void open_line (Line *line);

static void
line_free (Line *line)
{
  g_clear_handle_id (&line->idle_source, g_source_remove);
  g_clear_handle_id (&line->again_source, g_source_remove);
  ivr_pg_connection_close (line->connection);
  g_object_unref (line->connection);
  g_free (line);
}

static G_DEFINE_QUARK (ivr-transfer-line, line)

/* Who signs in again goes on. */
static void
on_online (IvrDatabase *database,
           GParamSpec  *pspec,
           Line        *line)
{
  if (line->holders > 0 && ivr_database_is_online (database))
    open_line (line);
}

static Line *
line_of (IvrDatabase *database)
{
  Line *line = g_object_get_qdata (G_OBJECT (database), line_quark ());

  if (line == NULL)
    {
      line = g_new0 (Line, 1);
      line->database = database;
      line->connection = ivr_database_new_line (database);
      g_object_set_qdata_full (G_OBJECT (database), line_quark (), line, (GDestroyNotify) line_free);
      g_signal_connect (database, "notify::online", G_CALLBACK (on_online), line);
    }
  return line;
}

static gboolean
on_again (gpointer data)
{
  Line *line = data;

  line->again_source = 0;
  if (line->holders > 0)
    open_line (line);
  return G_SOURCE_REMOVE;
}

/* Refused, because the server is not there or has too many: those who wait see it by the state, and this goes on trying. */
static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(IvrDatabase) database = data;
  g_autoptr(GError) error = NULL;
  Line *line;

  if (ivr_pg_connection_open_finish (IVR_PG_CONNECTION (source), result, &error) || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  line = line_of (database);
  g_debug ("no line for documents: %s", error->message);
  /* Trying again would be guessing passwords; whoever signs in again goes on. */
  if (g_error_matches (error, IVR_ERROR, IVR_ERROR_AUTH) || g_error_matches (error, IVR_ERROR, IVR_ERROR_CERTIFICATE) ||
      g_error_matches (error, IVR_ERROR, IVR_ERROR_INVALID))
    return;
  if (line->again_source == 0)
    line->again_source = g_timeout_add (AGAIN_MS / 2 + g_random_int_range (0, AGAIN_MS), on_again, line);
}

static void
open_line (Line *line)
{
  if (ivr_pg_connection_get_state (line->connection) != IVR_PG_STATE_CLOSED)
    return;
  ivr_database_give_password (line->database, line->connection);
  ivr_pg_connection_open_async (line->connection, NULL, opened_cb, g_object_ref (line->database));
}

static gboolean
on_idle_long (gpointer data)
{
  Line *line = data;

  line->idle_source = 0;
  ivr_pg_connection_close (line->connection);
  return G_SOURCE_REMOVE;
}

/* Returns the line, which may be ready only later: its "state" tells. */
IvrPgConnection *
ivr_transfer_line_hold (IvrDatabase *database)
{
  Line *line = line_of (database);

  line->holders++;
  g_clear_handle_id (&line->idle_source, g_source_remove);
  open_line (line);
  return line->connection;
}

void
ivr_transfer_line_release (IvrDatabase *database)
{
  Line *line = line_of (database);

  g_return_if_fail (line->holders > 0);
  line->holders--;
  if (line->holders == 0)
    line->idle_source = g_timeout_add_seconds (IDLE_S, on_idle_long, line);
}

/* Signed out: nothing of the person's travels any more. Who holds the line is told by its state. */
void
ivr_transfer_line_close (IvrDatabase *database)
{
  Line *line = g_object_get_qdata (G_OBJECT (database), line_quark ());

  if (line == NULL)
    return;
  g_clear_handle_id (&line->again_source, g_source_remove);
  ivr_pg_connection_close (line->connection);
}
