/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-admin-documents.h"

#include "ivr-admin.h"
#include "ivr-admin-db.h"
#include "ivr-clamd.h"

#include "ivr-error.h"

#include <stdio.h>

#define NO_ID "00000000-0000-0000-0000-000000000000"

typedef struct
{
  int clean;
  int infected;
  int failed;
} Round;

static PGresult *
ask (PGconn              *db,
     const char          *sql,
     int                  n,
     const char * const  *values,
     int                  format,
     GError             **error)
{
  g_autoptr(PGresult) rows = PQexecParams (db, sql, n, NULL, values, NULL, NULL, format);

  if (PQresultStatus (rows) == PGRES_TUPLES_OK)
    return g_steal_pointer (&rows);
  g_set_error (error, IVR_ERROR, IVR_ERROR_FAILED, "The documents cannot be read: %s",
               PQresultErrorField (rows, PG_DIAG_MESSAGE_PRIMARY) != NULL ? PQresultErrorField (rows, PG_DIAG_MESSAGE_PRIMARY) : "the line is broken.");
  return NULL;
}

/* One piece at a time: no more of a document is ever held. */
static gboolean
send_chunks (PGconn      *db,
             IvrClamd    *clamd,
             const char  *org,
             const char  *file,
             int          chunks,
             gboolean    *db_failed,
             GError     **error)
{
  for (int i = 0; i < chunks; i++)
    {
      g_autofree char *seq = g_strdup_printf ("%d", i);
      const char *values[] = { org, file, seq };
      g_autoptr(PGresult) chunk = ask (db, "select ivr.scan_chunk($1, $2, $3)", 3, values, 1, error);

      if (chunk == NULL)
        *db_failed = TRUE;
      if (chunk == NULL)
        return FALSE;
      if (PQgetisnull (chunk, 0, 0) || PQgetlength (chunk, 0, 0) == 0)
        {
          g_set_error_literal (error, IVR_ERROR, IVR_ERROR_FAILED, "A piece of the document is missing; see what “ivr-admin verify” says.");
          return FALSE;
        }
      if (!ivr_clamd_send (clamd, PQgetvalue (chunk, 0, 0), (gsize) PQgetlength (chunk, 0, 0), error))
        return FALSE;
    }
  return TRUE;
}

/* Returns FALSE when the round cannot go on; what is wrong with one document only is told and counted. */
static gboolean
scan_file (PGconn      *db,
           const char  *socket_path,
           int          seconds,
           const char  *org,
           const char  *file,
           int          chunks,
           Round       *round,
           GError     **error)
{
  g_autoptr(IvrClamd) clamd = ivr_clamd_new (socket_path, seconds, error);
  g_autoptr(GError) own = NULL;
  g_autofree char *signature = NULL;
  g_autoptr(PGresult) noted = NULL;
  gboolean db_failed = FALSE;

  if (clamd == NULL)
    return FALSE;
  if (!send_chunks (db, clamd, org, file, chunks, &db_failed, &own) || !ivr_clamd_finish (clamd, &signature, &own))
    {
      if (db_failed)
        {
          g_propagate_error (error, g_steal_pointer (&own));
          return FALSE;
        }
      round->failed++;
      ivr_admin_complain (IVR_ADMIN_WRONG, "Document %s was not scanned: %s", file, own->message);
      return TRUE;
    }
  {
    const char *values[] = { org, file, signature != NULL ? "infected" : "clean", signature };

    noted = ask (db, "select ivr.note_scan($1, $2, $3, $4)", 4, values, 0, error);
  }
  if (noted == NULL)
    return FALSE;
  if (signature != NULL)
    g_print ("Document %s has a virus: %s.\n", file, signature);
  round->infected += signature != NULL;
  round->clean += signature == NULL;
  return TRUE;
}

static gboolean
scan_all (PGconn      *db,
          const char  *socket_path,
          int          seconds,
          Round       *round,
          GError     **error)
{
  g_autofree char *org = g_strdup (NO_ID);
  g_autofree char *file = g_strdup (NO_ID);

  while (TRUE)
    {
      const char *values[] = { org, file };
      g_autoptr(PGresult) next = ask (db, "select org_id, file_id, chunks from ivr.next_unscanned($1, $2)", 2, values, 0, error);

      if (next == NULL)
        return FALSE;
      if (PQntuples (next) == 0)
        return TRUE;
      g_free (org);
      g_free (file);
      org = g_strdup (PQgetvalue (next, 0, 0));
      file = g_strdup (PQgetvalue (next, 0, 1));
      if (!scan_file (db, socket_path, seconds, org, file, atoi (PQgetvalue (next, 0, 2)), round, error))
        return FALSE;
    }
}

/**
 * ivr_admin_documents_scan:
 * @uri: connection URI
 * @socket_path: clamd's socket
 * @seconds: how long clamd may take for one document, from its first byte to the answer
 * @every: seconds until it looks again; 0 for once
 *
 * Gives every document that was not scanned to clamd and keeps what it says. What cannot be scanned stays as it is and
 * is tried the next time.
 *
 * Returns: exit status; %IVR_ADMIN_WRONG also when a document could not be scanned
 */
int
ivr_admin_documents_scan (const char *uri,
                          const char *socket_path,
                          int         seconds,
                          int         every)
{
  do
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(PGconn) db = ivr_admin_db_connect (uri, &error);
      Round round = { 0 };
      gboolean ok = db != NULL && ivr_admin_db_is_migrated (db, &error) && scan_all (db, socket_path, seconds, &round, &error);

      if (every == 0 || round.clean + round.infected + round.failed > 0)
        g_print ("%d documents are clean, %d have a virus, %d could not be scanned.\n", round.clean, round.infected, round.failed);
      if (!ok)
        ivr_admin_complain (IVR_ADMIN_WRONG, "%s", error->message);
      if (every == 0)
        return ok && round.failed == 0 ? IVR_ADMIN_OK
                                       : g_error_matches (error, IVR_ERROR, IVR_ERROR_OFFLINE) ? IVR_ADMIN_UNREACHABLE : IVR_ADMIN_WRONG;
      fflush (stdout);
      g_usleep ((gulong) every * G_USEC_PER_SEC);
    }
  while (TRUE);
}
