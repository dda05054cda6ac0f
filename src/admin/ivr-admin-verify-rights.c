/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-admin-verify.h"

#include "ivr-admin-db.h"

#include <string.h>

#define WHY "  # "
#define BETWEEN "\x1f"         /* the parts of a right; in no name */

static char *
make_key (const char *object,
          const char *grantee,
          const char *privilege)
{
  return g_strjoin (BETWEEN, object, grantee, privilege, NULL);
}

/* OBJECT: WHO RIGHT, RIGHT  # WHY */
static void
add_line (GHashTable *listed,
          const char *line)
{
  const char *why = strstr (line, WHY);
  g_autofree char *right = why != NULL ? g_strndup (line, why - line) : g_strdup (line);
  char *who = g_strrstr (right, ": ");
  char *privileges;
  g_auto(GStrv) each = NULL;

  g_assert (who != NULL);
  *who = '\0';
  who += 2;
  privileges = strchr (who, ' ');
  g_assert (privileges != NULL);
  *privileges = '\0';
  each = g_strsplit (privileges + 1, ", ", -1);
  for (gsize i = 0; each[i] != NULL; i++)
    g_hash_table_add (listed, make_key (right, who, each[i]));
}

static GHashTable *
read_list (void)
{
  g_autofree char *text = ivr_admin_db_load ("verify/rights.txt");
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);
  GHashTable *listed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (gsize i = 0; lines[i] != NULL; i++)
    if (lines[i][0] != '\0' && lines[i][0] != '#')
      add_line (listed, lines[i]);
  return listed;
}

static char *
describe (const char *object,
          const char *grantee,
          const char *privilege)
{
  if (g_str_equal (object, "role"))
    return g_strdup_printf ("Role %s has the attribute %s", grantee, privilege);
  if (g_str_equal (object, "membership"))
    return g_strdup_printf ("%s is a %s", grantee, privilege);
  return g_strdup_printf ("%s has %s on %s", grantee, privilege, object);
}

/**
 * ivr_verify_report_add_rights:
 * @report: a report
 * @db: a superuser's connection
 * @error: return location
 *
 * Compares every right in the database with the list that is part of this program, and names what
 * one has and the other has not.
 *
 * Returns: %FALSE when the rights cannot be read
 */
gboolean
ivr_verify_report_add_rights (IvrVerifyReport  *report,
                              PGconn           *db,
                              GError          **error)
{
  g_autoptr(GHashTable) listed = read_list ();
  g_autofree char *sql = ivr_admin_db_load ("verify/rights.sql");
  g_autoptr(PGresult) rows = ivr_admin_db_query (db, sql, error);
  g_autoptr(GList) missing = NULL;

  if (rows == NULL)
    return FALSE;
  for (int i = 0; i < PQntuples (rows); i++)
    {
      const char *object = PQgetvalue (rows, i, 0);
      const char *grantee = PQgetvalue (rows, i, 1);
      const char *privilege = PQgetvalue (rows, i, 2);
      g_autofree char *key = make_key (object, grantee, privilege);
      g_autofree char *what = NULL;

      if (g_hash_table_remove (listed, key))
        continue;
      what = describe (object, grantee, privilege);
      g_ptr_array_add (report->problems, g_strdup_printf ("%s, which the list of rights does not have: a way around api.", what));
    }
  missing = g_list_sort (g_hash_table_get_keys (listed), (GCompareFunc) strcmp);
  for (GList *l = missing; l != NULL; l = l->next)
    {
      g_auto(GStrv) parts = g_strsplit (l->data, BETWEEN, 3);
      g_autofree char *what = describe (parts[0], parts[1], parts[2]);

      g_ptr_array_add (report->problems, g_strdup_printf ("%s in the list of rights, and not in the database.", what));
    }
  return TRUE;
}
