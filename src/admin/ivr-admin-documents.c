/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-admin-documents.h"

#include "ivr-admin.h"
#include "ivr-admin-db.h"

#include "ivr-error.h"

#include <string.h>

#define DEFAULT_HOURS 48
#define MOST_HOURS (24 * 365)
#define DEFAULT_SECONDS 600
#define MOST_SECONDS (24 * 3600)

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

static int
reap_all (const char *uri,
          int         hours)
{
  int files = 0;
  gint64 bytes = 0;
  g_autoptr(GError) error = NULL;
  g_autoptr(PGconn) db = ivr_admin_db_connect (uri, &error);

  if (db == NULL || !ivr_admin_db_is_migrated (db, &error) || !reap (db, hours, &files, &bytes, &error))
    return ivr_admin_complain (ivr_admin_db_status (error), "%s", error->message);
  g_print ("%d files with %" G_GINT64_FORMAT " bytes removed.\n", files, bytes);
  return IVR_ADMIN_OK;
}

/**
 * ivr_admin_documents:
 *
 * `documents reap URI [--hours N]`: gives up uploads of which nothing has come for N hours, and removes the
 * pieces that no document needs: of such uploads, of cancelled ones, and of files that were stored already.
 *
 * `documents scan URI --clamd SOCKET [--every N]`: see ivr_admin_documents_scan().
 *
 * Returns: exit status
 */
int
ivr_admin_documents (int    argc,
                     char **argv)
{
  int hours = DEFAULT_HOURS;
  int seconds = DEFAULT_SECONDS;
  int every = 0;
  int status = IVR_ADMIN_OK;
  gboolean scans;
  g_autofree char *clamd = NULL;
  const GOptionEntry entries[] = {
    { "hours", 0, 0, G_OPTION_ARG_INT, &hours, "With reap: nothing has come for so long (48)", "N" },
    { "clamd", 0, 0, G_OPTION_ARG_FILENAME, &clamd, "With scan: the socket of clamd", "SOCKET" },
    { "seconds", 0, 0, G_OPTION_ARG_INT, &seconds, "With scan: how long one document may take (600)", "N" },
    { "every", 0, 0, G_OPTION_ARG_INT, &every, "With scan: go on, and look again every so many seconds", "SECONDS" },
    { NULL },
  };

  if (!ivr_admin_parse ("reap|scan URI", "Removes what is left of documents that never arrived whole; or gives documents to a virus scanner.", entries,
                        &argc, &argv, &status))
    return status;
  scans = argc == 3 && g_str_equal (argv[1], "scan");
  if (argc != 3 || (!scans && !g_str_equal (argv[1], "reap")))
    return ivr_admin_complain (IVR_ADMIN_UNREACHABLE, "Say what to do, and in which database: documents reap URI, or documents scan URI.");
  if (hours < 1 || hours > MOST_HOURS)
    return ivr_admin_complain (IVR_ADMIN_UNREACHABLE, "--hours is a number from 1 to %d.", MOST_HOURS);
  if (every < 0 || every > MOST_SECONDS)
    return ivr_admin_complain (IVR_ADMIN_UNREACHABLE, "--every is a number of seconds, at most a day.");
  if (seconds < 1 || seconds > MOST_SECONDS)
    return ivr_admin_complain (IVR_ADMIN_UNREACHABLE, "--seconds is a number from 1 to a day.");
  if (scans && clamd == NULL)
    return ivr_admin_complain (IVR_ADMIN_UNREACHABLE, "Say --clamd: the socket at which the scanner listens.");
  return scans ? ivr_admin_documents_scan (argv[2], clamd, seconds, every) : reap_all (argv[2], hours);
}
