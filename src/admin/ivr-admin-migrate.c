/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-admin.h"
#include "ivr-admin-audit.h"
#include "ivr-admin-db.h"

#include "ivr-error.h"

#include <gio/gio.h>
#include <string.h>

/* One migration at a time, whoever starts it. */
#define LOCK "select pg_advisory_lock(7218, 1)"

static const char ledger[] =
  "create schema if not exists ivr;"
  "create table if not exists ivr.schema_migrations ("
  "  name text primary key, sha256 text not null, applied_at timestamptz not null default clock_timestamp());"
  "comment on table ivr.schema_migrations is 'Migrations that were applied, with the checksum of their text.';"
  "comment on column ivr.schema_migrations.name is 'File of the migration.';"
  "comment on column ivr.schema_migrations.sha256 is 'SHA-256 of its text when it was applied.';"
  "comment on column ivr.schema_migrations.applied_at is 'When.';";

/* The ledger has to be there before the roles are; it is handed over once they exist. */
static const char hand_over[] =
  "alter schema ivr owner to ivr_owner;"
  "alter table ivr.schema_migrations owner to ivr_owner;"
  "alter table ivr.schema_migrations enable row level security;"
  "alter table ivr.schema_migrations force row level security;";

static GStrv
list_files (const char *folder)
{
  g_autofree char *path = g_strconcat ("/org/ivrdesk/sql/", folder, NULL);
  GStrv names = g_resources_enumerate_children (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    for (guint j = i + 1; names[j] != NULL; j++)
      if (strcmp (names[j], names[i]) < 0)
        {
          char *swap = names[i];

          names[i] = names[j];
          names[j] = swap;
        }
  return names;
}

static char *
known_checksum (PGconn     *db,
                const char *name)
{
  const char *values[] = { name };
  g_autoptr(PGresult) result = PQexecParams (db, "select sha256 from ivr.schema_migrations where name = $1",
                                             1, NULL, values, NULL, NULL, 0);

  return PQntuples (result) == 1 ? g_strdup (PQgetvalue (result, 0, 0)) : NULL;
}

static gboolean
remember (PGconn      *db,
          const char  *name,
          const char  *checksum,
          GError     **error)
{
  const char *values[] = { name, checksum };
  g_autoptr(PGresult) result = PQexecParams (
    db, "insert into ivr.schema_migrations (name, sha256) values ($1, $2)"
        " on conflict (name) do update set sha256 = excluded.sha256, applied_at = clock_timestamp()",
    2, NULL, values, NULL, NULL, 0);

  if (PQresultStatus (result) == PGRES_COMMAND_OK)
    return TRUE;
  g_set_error (error, IVR_ERROR, IVR_ERROR_FAILED, "%s could not be recorded.", name);
  return FALSE;
}

static gboolean
apply (PGconn      *db,
       const char  *name,
       const char  *sql,
       const char  *checksum,
       GError     **error)
{
  if (ivr_admin_db_execute (db, "begin; set local lock_timeout = '10s'; set local check_function_bodies = on", error) &&
      ivr_admin_db_execute (db, sql, error) &&
      ivr_admin_db_execute (db, "reset role", error) &&
      remember (db, name, checksum, error) &&
      ivr_admin_db_execute (db, "commit", error))
    return TRUE;
  g_prefix_error (error, "%s: ", name);
  ivr_admin_db_execute (db, "rollback", NULL);
  return FALSE;
}

static gboolean
apply_migrations (PGconn      *db,
                  const char  *upto,
                  int         *applied,
                  GError     **error)
{
  g_auto(GStrv) names = list_files ("migrations");

  for (guint i = 0; names[i] != NULL && (upto == NULL || strcmp (names[i], upto) <= 0); i++)
    {
      g_autofree char *path = g_strconcat ("migrations/", names[i], NULL);
      g_autofree char *sql = ivr_admin_db_load (path);
      g_autofree char *checksum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, sql, -1);
      g_autofree char *known = known_checksum (db, names[i]);

      if (known != NULL && !g_str_equal (known, checksum))
        {
          g_set_error (error, IVR_ERROR, IVR_ERROR_SCHEMA_NEW,
                       "Migration %s was applied with another text; this program is not the one that "
                       "this database belongs to. Nothing was changed.", names[i]);
          return FALSE;
        }
      if (known != NULL)
        continue;
      if (!apply (db, names[i], sql, checksum, error))
        return FALSE;
      ++*applied;
    }
  return TRUE;
}

/* The functions are made anew, all in one transaction, whenever their text has changed. */
static gboolean
apply_functions (PGconn    *db,
                 gboolean  *changed,
                 GError   **error)
{
  g_auto(GStrv) names = list_files ("api");
  g_autoptr(GString) sql = g_string_new (NULL);
  g_autofree char *checksum = NULL;
  g_autofree char *known = known_checksum (db, "api");

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *path = g_strconcat ("api/", names[i], NULL);
      g_autofree char *text = ivr_admin_db_load (path);

      g_string_append (sql, text);
    }
  checksum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, sql->str, -1);
  *changed = g_strcmp0 (known, checksum) != 0;
  return !*changed || apply (db, "api", sql->str, checksum, error);
}

static gboolean
refuse_newer (PGconn  *db,
              GError **error)
{
  g_autoptr(PGresult) result = ivr_admin_db_query (db, "select name from ivr.schema_migrations where name <> 'api'", error);
  g_auto(GStrv) names = list_files ("migrations");

  if (result == NULL)
    return FALSE;
  for (int i = 0; i < PQntuples (result); i++)
    if (!g_strv_contains ((const char * const *) names, PQgetvalue (result, i, 0)))
      {
        g_set_error (error, IVR_ERROR, IVR_ERROR_SCHEMA_NEW,
                     "The database is newer than this program (it has %s). Install the newer program.",
                     PQgetvalue (result, i, 0));
        return FALSE;
      }
  return TRUE;
}

/* The functions belong to the whole: a database that stops on the way has none yet. */
static gboolean
migrate (PGconn      *db,
         const char  *upto,
         int         *applied,
         gboolean    *functions,
         GError     **error)
{
  g_auto(GStrv) names = list_files ("migrations");
  g_autofree char *version = g_strdup_printf (
    "insert into ivr.settings values ('schema_version', '%u')"
    " on conflict (name) do update set value = excluded.value"
    "   where ivr.settings.value <> excluded.value", g_strv_length (names));

  return ivr_admin_db_execute (db, LOCK, error) &&
         ivr_admin_db_execute (db, ledger, error) &&
         refuse_newer (db, error) &&
         apply_migrations (db, upto, applied, error) &&
         ivr_admin_db_execute (db, hand_over, error) &&
         (upto != NULL ||
          (apply_functions (db, functions, error) &&
           ivr_admin_db_execute (db, version, error) &&
           ivr_admin_db_execute (db, IVR_AUDIT_ADD_MONTHS, error)));
}

/**
 * ivr_admin_migrate:
 *
 * `migrate URI [--upto NAME]`: runs forward, each migration once, in one transaction each, under a lock.
 *
 * Returns: exit status
 */
int
ivr_admin_migrate (int    argc,
                   char **argv)
{
  g_autoptr(PGconn) db = NULL;
  g_autoptr(GError) error = NULL;
  gboolean functions = FALSE;
  int applied = 0;
  int status = IVR_ADMIN_OK;
  g_autofree char *upto = NULL;
  g_auto(GStrv) names = list_files ("migrations");
  const GOptionEntry entries[] = {
    { "upto", 0, 0, G_OPTION_ARG_STRING, &upto, "Stop after this migration, to look at it before going on", "NAME" },
    { NULL },
  };

  if (!ivr_admin_parse ("URI", "Brings a database to the version of this program.", entries, &argc, &argv, &status))
    return status;
  if (argc != 2)
    return ivr_admin_complain (IVR_ADMIN_UNREACHABLE, "Say which database: ivr-admin migrate URI.");
  if (upto != NULL && !g_strv_contains ((const char * const *) names, upto))
    {
      g_autofree char *what = ivr_admin_quote (upto);

      return ivr_admin_complain (IVR_ADMIN_UNREACHABLE, "There is no migration %s.", what);
    }
  db = ivr_admin_db_connect (argv[1], &error);
  if (db == NULL)
    return ivr_admin_complain (ivr_admin_db_status (error), "%s", error->message);
  if (!migrate (db, upto, &applied, &functions, &error))
    return ivr_admin_complain (IVR_ADMIN_WRONG, "%s", error->message);
  if (applied == 0 && !functions)
    g_print ("The database is up to date.\n");
  else
    g_print ("%d migrations applied%s.\n", applied, functions ? ", functions renewed" : "");
  return IVR_ADMIN_OK;
}
