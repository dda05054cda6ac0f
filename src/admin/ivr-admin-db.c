/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-admin-db.h"

#include "ivr-admin.h"

#include "ivr-error.h"

#include <gio/gio.h>
#include <string.h>

#define SQL_PREFIX "/org/ivrdesk/sql/"

static void
ignore_notice (void           *data,
               const PGresult *result)
{
}

/* A URI may hold a password, so what is wrong with it is said without repeating it. */
static gboolean
is_uri (const char *uri)
{
  g_autofree char *complaint = NULL;
  PQconninfoOption *options;

  if (uri[0] == '\0')
    return FALSE;
  options = PQconninfoParse (uri, &complaint);
  if (options == NULL)
    return FALSE;
  PQconninfoFree (options);
  return TRUE;
}

/**
 * ivr_admin_db_connect:
 * @uri: connection URI
 * @error: return location
 *
 * Returns: (transfer full) (nullable): a superuser's connection; %IVR_ERROR_OFFLINE when there is
 *   none, %IVR_ERROR_FORBIDDEN when it is not a superuser's
 */
PGconn *
ivr_admin_db_connect (const char  *uri,
                      GError     **error)
{
  g_autoptr(PGconn) db = NULL;
  const char *names[] = { "dbname", "fallback_application_name", "connect_timeout", NULL };
  const char *values[] = { uri, "ivr-admin/" IVR_VERSION, "10", NULL };

  if (!is_uri (uri))
    {
      g_set_error_literal (error, IVR_ERROR, IVR_ERROR_OFFLINE,
                           "That is not a connection URI; one looks like postgresql://user@host/database.");
      return NULL;
    }
  db = PQconnectdbParams (names, values, 1);
  if (PQstatus (db) != CONNECTION_OK)
    {
      g_auto(GStrv) lines = g_strsplit (PQerrorMessage (db), "\n", 2);

      g_set_error (error, IVR_ERROR, IVR_ERROR_OFFLINE, "The database cannot be reached: %s.", lines[0]);
      return NULL;
    }
  if (g_strcmp0 (PQparameterStatus (db, "is_superuser"), "on") != 0)
    {
      g_set_error (error, IVR_ERROR, IVR_ERROR_FORBIDDEN,
                   "This needs a superuser of the server, because it sees and makes what nobody else may; %s is none.",
                   PQuser (db));
      return NULL;
    }
  PQsetNoticeReceiver (db, ignore_notice, NULL);
  return g_steal_pointer (&db);
}

/**
 * ivr_admin_db_status:
 * @error: why there is no connection
 *
 * Returns: exit status that says so
 */
int
ivr_admin_db_status (const GError *error)
{
  return g_error_matches (error, IVR_ERROR, IVR_ERROR_OFFLINE) ? IVR_ADMIN_UNREACHABLE : IVR_ADMIN_WRONG;
}

static void
set_error (GError        **error,
           const PGresult *result,
           PGconn         *db)
{
  const char *message = PQresultErrorField (result, PG_DIAG_MESSAGE_PRIMARY);
  g_autofree char *why = g_strdup (message != NULL ? message : PQerrorMessage (db));

  g_set_error_literal (error, IVR_ERROR, IVR_ERROR_FAILED, g_strchomp (why));
}

/**
 * ivr_admin_db_execute:
 * @db: a connection
 * @sql: one or more statements
 * @error: return location
 *
 * Returns: %FALSE with the server's own sentence in @error
 */
gboolean
ivr_admin_db_execute (PGconn      *db,
                      const char  *sql,
                      GError     **error)
{
  g_autoptr(PGresult) result = PQexec (db, sql);

  if (PQresultStatus (result) == PGRES_COMMAND_OK || PQresultStatus (result) == PGRES_TUPLES_OK ||
      PQresultStatus (result) == PGRES_EMPTY_QUERY)
    return TRUE;
  set_error (error, result, db);
  return FALSE;
}

/**
 * ivr_admin_db_query:
 * @db: a connection
 * @sql: a query
 * @error: return location
 *
 * Returns: (transfer full) (nullable): its rows as text
 */
PGresult *
ivr_admin_db_query (PGconn      *db,
                    const char  *sql,
                    GError     **error)
{
  g_autoptr(PGresult) result = PQexec (db, sql);

  if (PQresultStatus (result) == PGRES_TUPLES_OK)
    return g_steal_pointer (&result);
  set_error (error, result, db);
  return NULL;
}

/**
 * ivr_admin_db_is_migrated:
 * @db: a connection
 * @error: return location
 *
 * Returns: %FALSE when the database has not, or not all of, our tables and functions
 */
gboolean
ivr_admin_db_is_migrated (PGconn  *db,
                          GError **error)
{
  g_autoptr(PGresult) row = ivr_admin_db_query (
    db, "select to_regclass('ivr.table_catalogue') is not null and to_regclass('ivr.ivr_requests') is not null"
        " and to_regprocedure('api.who_am_i()') is not null", error);

  if (row == NULL)
    return FALSE;
  if (PQgetvalue (row, 0, 0)[0] == 't')
    return TRUE;
  g_set_error_literal (error, IVR_ERROR, IVR_ERROR_SCHEMA_OLD,
                       "This database has no tables of IVR Desk, or only a part; run “ivr-admin migrate URI” first.");
  return FALSE;
}

/**
 * ivr_admin_db_load:
 * @path: file below sql/
 *
 * Returns: (transfer full): its text; the files are inside the program
 */
char *
ivr_admin_db_load (const char *path)
{
  g_autofree char *resource = g_strconcat (SQL_PREFIX, path, NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes = g_resources_lookup_data (resource, G_RESOURCE_LOOKUP_FLAGS_NONE, &error);

  if (bytes == NULL)
    g_error ("%s", error->message);
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}
