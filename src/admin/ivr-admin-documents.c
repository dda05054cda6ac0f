/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-admin.h"
#include "ivr-admin-db.h"

#include "ivr-error.h"

#include <string.h>

#define DEFAULT_HOURS 48
#define MOST_HOURS (24 * 365)

/* One file a transaction; what was removed before an error stays removed. */
static gboolean
reap (PGconn   *db,
      int       hours,
      int      *files,
      gint64   *bytes,
      GError  **error)
{
  g_autofree char *sql = g_strdup_printf ("select ivr.reap_document(make_interval(hours => %d))", hours);

  for (*files = 0, *bytes = 0;; (*files)++)
    {
      g_autoptr(PGresult) row = ivr_admin_db_query (db, sql, error);

      if (row == NULL)
        return FALSE;
      if (PQgetisnull (row, 0, 0))
        return TRUE;
      *bytes += g_ascii_strtoll (PQgetvalue (row, 0, 0), NULL, 10);
    }
}

/**
 * ivr_admin_documents:
 *
 * `documents reap URI [--hours N]`: gives up uploads of which nothing has come for N hours, and removes the
 * pieces that no document needs: of such uploads, of cancelled ones, and of files that were stored already.
 *
 * Returns: exit status
 */
int
ivr_admin_documents (int    argc,
                     char **argv)
{
  int hours = DEFAULT_HOURS;
  int status = IVR_ADMIN_OK;
  int files = 0;
  gint64 bytes = 0;
  g_autoptr(PGconn) db = NULL;
  g_autoptr(GError) error = NULL;
  const GOptionEntry entries[] = {
    { "hours", 0, 0, G_OPTION_ARG_INT, &hours, "Nothing has come for so long (48)", "N" },
    { NULL },
  };

  if (!ivr_admin_parse ("reap URI", "Removes what is left of documents that never arrived whole. Run it every day.", entries,
                        &argc, &argv, &status))
    return status;
  if (argc != 3 || !g_str_equal (argv[1], "reap"))
    return ivr_admin_complain (IVR_ADMIN_UNREACHABLE, "Say what to do, and in which database: documents reap URI.");
  if (hours < 1 || hours > MOST_HOURS)
    return ivr_admin_complain (IVR_ADMIN_UNREACHABLE, "--hours is a number from 1 to %d.", MOST_HOURS);
  db = ivr_admin_db_connect (argv[2], &error);
  if (db == NULL || !ivr_admin_db_is_migrated (db, &error) || !reap (db, hours, &files, &bytes, &error))
    return ivr_admin_complain (ivr_admin_db_status (error), "%s", error->message);
  g_print ("%d files with %" G_GINT64_FORMAT " bytes removed.\n", files, bytes);
  return IVR_ADMIN_OK;
}
