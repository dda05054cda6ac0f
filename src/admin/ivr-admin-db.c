/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-admin-db.h"

#include "ivr-cluster.h"
#include "ivr-demo.h"
#include "ivr-error.h"

#include <gio/gio.h>
#include <string.h>

#define SQL_PREFIX "/org/ivrdesk/sql/"

static void
ignore_notice (void           *data,
               const PGresult *result)
{
}

/**
 * ivr_admin_db_connect:
 * @uri: connection URI
 * @error: return location
 *
 * Returns: (transfer full) (nullable): a connection, or %NULL with %IVR_ERROR_OFFLINE
 */
PGconn *
ivr_admin_db_connect (const char  *uri,
                      GError     **error)
{
  g_autoptr(PGconn) db = NULL;
  const char *names[] = { "dbname", "fallback_application_name", "connect_timeout", NULL };
  const char *values[] = { uri, "ivr-admin/" IVR_VERSION, "10", NULL };

  db = PQconnectdbParams (names, values, 1);
  if (PQstatus (db) != CONNECTION_OK)
    {
      g_autofree char *why = g_strdup (PQerrorMessage (db));

      g_strdelimit (g_strstrip (why), "\n", ' ');
      g_set_error (error, IVR_ERROR, IVR_ERROR_OFFLINE, "The database cannot be reached: %s.", why);
      return NULL;
    }
  PQsetNoticeReceiver (db, ignore_notice, NULL);
  return g_steal_pointer (&db);
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

/**
 * ivr_admin_db_demo_uri:
 *
 * Returns: (transfer full) (nullable): URI of this user's demo, when it is running
 */
char *
ivr_admin_db_demo_uri (void)
{
  g_autofree char *folder = ivr_demo_dup_folder ();
  g_autoptr(IvrCluster) cluster = ivr_cluster_new (folder, IVR_CLUSTER_AUTH_TRUST);

  return ivr_cluster_get_owner (cluster) != 0 ? ivr_cluster_dup_uri (cluster, NULL) : NULL;
}
