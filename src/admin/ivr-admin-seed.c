/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-admin.h"
#include "ivr-admin-db.h"

#include "ivr-error.h"

#include <unistd.h>

#define BATCH 50000
#define MOST_REQUESTS 50000000

/* Afternoon of the day given, or this moment. */
static char *
resolve_as_of (PGconn      *db,
               const char  *day,
               GError     **error)
{
  const char *values[] = { day };
  g_autoptr(PGresult) row = PQexecParams (
    db, "select coalesce(($1::date + time '14:00') at time zone 'UTC', now())::text", 1, NULL, values, NULL, NULL, 0);

  if (PQresultStatus (row) == PGRES_TUPLES_OK)
    return g_strdup (PQgetvalue (row, 0, 0));
  {
    g_autofree char *what = ivr_admin_quote (day);

    g_set_error (error, IVR_ERROR, IVR_ERROR_INVALID, "--as-of is a day such as 2026-01-31, not %s.", what);
  }
  return NULL;
}

/* A transaction in which ivr.as_of is what "now" is for the data, and a day is a day everywhere. */
static gboolean
begin_as_of (PGconn      *db,
             const char  *as_of,
             GError     **error)
{
  g_autofree char *sql = g_strdup_printf ("begin; set local timezone = 'UTC'; set local ivr.as_of = '%s'", as_of);

  return ivr_admin_db_execute (db, sql, error);
}

static gboolean
seed_demo (PGconn      *db,
           gboolean     if_empty,
           const char  *as_of,
           gboolean    *done,
           GError     **error)
{
  g_autoptr(PGresult) there = ivr_admin_db_query (
    db, "select exists (select from ivr.organizations), exists (select from ivr.settings where name = 'demo')", error);
  g_autofree char *first = ivr_admin_db_load ("seed/10_demo.sql");
  g_autofree char *second = ivr_admin_db_load ("seed/20_demo_requests.sql");
  g_autofree char *third = ivr_admin_db_load ("seed/25_demo_documents.sql");
  g_autofree char *fourth = ivr_admin_db_load ("seed/25_demo_eligibility.sql");

  *done = FALSE;
  if (there == NULL)
    return FALSE;
  if (if_empty && PQgetvalue (there, 0, 0)[0] == 't')
    return TRUE;
  if (!begin_as_of (db, as_of, error))
    return FALSE;
  if (ivr_admin_db_execute (db, first, error) && ivr_admin_db_execute (db, second, error) &&
      ivr_admin_db_execute (db, third, error) && ivr_admin_db_execute (db, fourth, error) &&
      ivr_admin_db_execute (db, "commit", error))
    {
      *done = TRUE;
      return TRUE;
    }
  ivr_admin_db_execute (db, "rollback", NULL);
  return FALSE;
}

static gboolean
seed_batch (PGconn      *db,
            gint64       seed,
            gint64       first,
            gint64       last,
            const char  *as_of,
            const char  *sql,
            GError     **error)
{
  g_autofree char *settings = g_strdup_printf (
    "set local ivr.random_seed = %" G_GINT64_FORMAT "; set local ivr.first = %" G_GINT64_FORMAT
    "; set local ivr.last = %" G_GINT64_FORMAT, seed, first, last);

  if (!begin_as_of (db, as_of, error))
    return FALSE;
  if (ivr_admin_db_execute (db, settings, error) && ivr_admin_db_execute (db, sql, error) &&
      ivr_admin_db_execute (db, "commit", error))
    return TRUE;
  ivr_admin_db_execute (db, "rollback", NULL);
  return FALSE;
}

static gboolean
seed_many (PGconn      *db,
           gint64       n,
           gint64       seed,
           const char  *as_of,
           GError     **error)
{
  g_autofree char *sql = ivr_admin_db_load ("seed/30_many.sql");
  gboolean shows = isatty (STDERR_FILENO);

  for (gint64 first = 1; first <= n; first += BATCH)
    {
      if (!seed_batch (db, seed, first, MIN (first + BATCH - 1, n), as_of, sql, error))
        return FALSE;
      if (shows)
        g_printerr ("\r%3d %%", (int) (MIN (first + BATCH - 1, n) * 100 / n));
    }
  if (shows)
    g_printerr ("\r     \r");
  /* Lists read only the index where the visibility map allows it. */
  return ivr_admin_db_execute (db, "vacuum analyze", error);
}

/**
 * ivr_admin_seed:
 *
 * `seed URI [--requests N] [--random-seed S] [--as-of DAY]`: the fictional demo, and on top of it N
 * generated requests, the same for the same S and DAY.
 *
 * Returns: exit status
 */
int
ivr_admin_seed (int    argc,
                char **argv)
{
  gint64 requests = 0;
  gint64 seed = 1;
  g_autofree char *day = NULL;
  g_autofree char *as_of = NULL;
  gboolean if_empty = FALSE;
  gboolean done = FALSE;
  int status = IVR_ADMIN_OK;
  const GOptionEntry entries[] = {
    { "requests", 0, 0, G_OPTION_ARG_INT64, &requests, "Generate so many requests beside the demo's", "N" },
    { "random-seed", 0, 0, G_OPTION_ARG_INT64, &seed, "The same number makes the same data (default 1)", "S" },
    { "as-of", 0, 0, G_OPTION_ARG_STRING, &day, "What is due, and how old requests are, counts from this day (default: now)", "DAY" },
    { "if-empty", 0, 0, G_OPTION_ARG_NONE, &if_empty, "Do nothing when there are data already", NULL },
    { NULL },
  };
  g_autoptr(PGconn) db = NULL;
  g_autoptr(GError) error = NULL;

  if (!ivr_admin_parse ("URI", "Puts fictional data into a database.", entries, &argc, &argv, &status))
    return status;
  if (argc != 2)
    return ivr_admin_complain (IVR_ADMIN_UNREACHABLE, "Say which database: ivr-admin seed URI.");
  if (requests < 0 || requests > MOST_REQUESTS)
    return ivr_admin_complain (IVR_ADMIN_UNREACHABLE, "--requests is a number from 0 to %d.", MOST_REQUESTS);
  db = ivr_admin_db_connect (argv[1], &error);
  if (db == NULL)
    return ivr_admin_complain (ivr_admin_db_status (error), "%s", error->message);
  if (!ivr_admin_db_is_migrated (db, &error))
    return ivr_admin_complain (IVR_ADMIN_WRONG, "%s", error->message);
  as_of = resolve_as_of (db, day, &error);
  if (as_of == NULL)
    return ivr_admin_complain (IVR_ADMIN_UNREACHABLE, "%s", error->message);
  if (!seed_demo (db, if_empty, as_of, &done, &error))
    return ivr_admin_complain (IVR_ADMIN_WRONG, "%s", error->message);
  if (requests > 0 && (done || !if_empty) && !seed_many (db, requests, seed, as_of, &error))
    return ivr_admin_complain (IVR_ADMIN_WRONG, "%s", error->message);
  g_print (done ? "The demo's data are in%s.\n" : "There are data already; nothing was added%s.\n",
           requests > 0 && done ? ", and the generated requests" : "");
  return IVR_ADMIN_OK;
}
