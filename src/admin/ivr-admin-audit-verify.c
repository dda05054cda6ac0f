/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-admin-audit.h"

#include "ivr-error.h"

#include <string.h>

#define MOST_NAMED 100          /* rows */

static void
bytes_from_hex (const char *hex,
                guint8     *bytes)
{
  for (gsize i = 0; i < IVR_SEAL_HASH; i++)
    bytes[i] = (guint8) (g_ascii_xdigit_value (hex[i * 2]) * 16 + g_ascii_xdigit_value (hex[i * 2 + 1]));
}

/**
 * ivr_audit_seal_from_row:
 * @rows: answer to IVR_AUDIT_SEALS
 * @i: which row
 * @chain_in_database: (out): the chain that it has there
 *
 * Returns: (transfer full): the seal, its own chain not computed yet
 */
IvrSealHead *
ivr_audit_seal_from_row (PGresult *rows,
                         int       i,
                         guint8   *chain_in_database)
{
  IvrSealHead *head = g_new0 (IvrSealHead, 1);

  head->n = g_ascii_strtoull (PQgetvalue (rows, i, 0), NULL, 10);
  head->upto = g_strdup (PQgetvalue (rows, i, 1));
  head->count = g_ascii_strtoull (PQgetvalue (rows, i, 2), NULL, 10);
  bytes_from_hex (PQgetvalue (rows, i, 3), head->root);
  bytes_from_hex (PQgetvalue (rows, i, 4), chain_in_database);
  return head;
}

/**
 * ivr_audit_add_problem:
 * @report: a report
 * @format: a sentence
 * @...: what is in it
 *
 * A report of a destroyed log ends after so many.
 */
void
ivr_audit_add_problem (IvrAuditReport *report,
                       const char     *format,
                       ...)
{
  va_list args;

  if (report->problems->len > MOST_NAMED)
    return;
  va_start (args, format);
  g_ptr_array_add (report->problems, g_strdup_vprintf (format, args));
  va_end (args);
}

typedef struct
{
  guint8 hash[IVR_SEAL_HASH];
  int place;
  gboolean is_there;
} Leaf;

static char *
row_name (PGresult *rows,
          int       i,
          int       first)
{
  return g_strdup_printf ("%s %s of organization %s", PQgetvalue (rows, i, first), PQgetvalue (rows, i, first + 2),
                          PQgetvalue (rows, i, first + 1));
}

static GHashTable *
read_leaves (PGconn             *db,
             const IvrSealHead  *seal,
             IvrAuditReport     *report,
             GError            **error)
{
  g_autofree char *sql = g_strdup_printf (
    "select log, row_org, row_id, encode(hash, 'hex'), place from audit.seal_leaves where seal = %" G_GUINT64_FORMAT " order by place", seal->n);
  g_autoptr(PGresult) rows = ivr_admin_db_query (db, sql, error);
  GHashTable *leaves = NULL;
  g_autofree guint8 *hashes = NULL;
  guint8 root[IVR_SEAL_HASH] = { 0 };

  if (rows == NULL)
    return NULL;
  leaves = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  hashes = g_malloc ((gsize) MAX (PQntuples (rows), 1) * IVR_SEAL_HASH);
  for (int i = 0; i < PQntuples (rows); i++)
    {
      Leaf *leaf = g_new0 (Leaf, 1);

      leaf->place = i;
      bytes_from_hex (PQgetvalue (rows, i, 3), leaf->hash);
      memcpy (hashes + (gsize) i * IVR_SEAL_HASH, leaf->hash, IVR_SEAL_HASH);
      /* Only the hashes are under the root: a hash that was given the name of another row would hide that its own is gone. */
      if (g_ascii_strtoll (PQgetvalue (rows, i, 4), NULL, 10) != i || !g_hash_table_insert (leaves, row_name (rows, i, 0), leaf))
        ivr_audit_add_problem (report, "The hashes of seal %" G_GUINT64_FORMAT " were named otherwise: two have one name, or a place is missing.",
                               seal->n);
    }
  if (PQntuples (rows) > 0)
    ivr_seal_tree_root (hashes, (gsize) PQntuples (rows), root);
  if ((guint64) PQntuples (rows) != seal->count || memcmp (root, seal->root, IVR_SEAL_HASH) != 0)
    ivr_audit_add_problem (report, "The hashes of seal %" G_GUINT64_FORMAT " do not make its root: somebody changed them, or the seal.", seal->n);
  return leaves;
}

/* How many rows of a seal may be missing, because they left with an archive. */
static gboolean
count_archived (PGconn             *db,
                const IvrSealHead  *seal,
                guint64            *n,
                GError            **error)
{
  g_autofree char *sql = g_strdup_printf (
    "select coalesce(sum(rows), 0) from audit.archive_seals where seal = %" G_GUINT64_FORMAT, seal->n);
  g_autoptr(PGresult) row = ivr_admin_db_query (db, sql, error);

  if (row == NULL)
    return FALSE;
  *n = g_ascii_strtoull (PQgetvalue (row, 0, 0), NULL, 10);
  return TRUE;
}

/* Rows that are not there any more. With the archives at hand each has to be in one of them; without, no
 * more may be missing than the archives say that they have of this seal. */
static gboolean
compare_missing (PGconn             *db,
                 const IvrSealHead  *seal,
                 GHashTable         *leaves,
                 IvrAuditReport     *report,
                 GError            **error)
{
  GHashTableIter iter;
  gpointer name, value;
  guint64 archived;
  guint64 missing = 0;

  if (!count_archived (db, seal, &archived, error))
    return FALSE;
  g_hash_table_iter_init (&iter, leaves);
  while (g_hash_table_iter_next (&iter, &name, &value))
    missing += !((Leaf *) value)->is_there;
  if (missing == archived && report->proven == NULL)
    {
      report->archived += missing;
      return TRUE;
    }
  g_hash_table_iter_init (&iter, leaves);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      const Leaf *leaf = value;
      guint64 place = seal->n * IVR_AUDIT_PLACES + (guint64) leaf->place;

      if (leaf->is_there)
        continue;
      if (report->proven != NULL && g_hash_table_contains (report->proven, &place))
        report->archived++;
      else if (archived == 0)
        ivr_audit_add_problem (report, "Row %s was removed after seal %" G_GUINT64_FORMAT ".", (char *) name, seal->n);
      else
        ivr_audit_add_problem (report, "Row %s was removed after seal %" G_GUINT64_FORMAT ", and %s.", (char *) name, seal->n,
                               report->proven != NULL ? "no archive has it" : "the archives do not account for all that is missing");
    }
  return TRUE;
}

static gboolean
compare_rows (PGconn             *db,
              const char         *from,
              const IvrSealHead  *seal,
              IvrAuditReport     *report,
              GError            **error)
{
  g_autofree char *sql = ivr_admin_db_load ("audit/rows.sql");
  g_autoptr(GHashTable) leaves = read_leaves (db, seal, report, error);
  const char *values[] = { from, seal->upto, "2147483647" };
  g_autoptr(PGresult) rows = NULL;

  if (leaves == NULL)
    return FALSE;
  rows = PQexecParams (db, sql, 3, NULL, values, NULL, NULL, 0);
  if (PQresultStatus (rows) != PGRES_TUPLES_OK)
    {
      g_set_error (error, IVR_ERROR, IVR_ERROR_FAILED, "The logs cannot be read: %s", PQerrorMessage (db));
      return FALSE;
    }
  for (int i = 0; i < PQntuples (rows); i++)
    {
      g_autofree char *key = row_name (rows, i, 0);
      Leaf *leaf = g_hash_table_lookup (leaves, key);
      guint8 hash[IVR_SEAL_HASH];

      ivr_seal_hash_leaf (PQgetvalue (rows, i, 4), hash);
      if (leaf == NULL)
        ivr_audit_add_problem (report, "Row %s was added after seal %" G_GUINT64_FORMAT ", with a transaction of before.", key, seal->n);
      else if (memcmp (leaf->hash, hash, IVR_SEAL_HASH) != 0)
        ivr_audit_add_problem (report, "Row %s was changed after seal %" G_GUINT64_FORMAT ".", key, seal->n);
      else
        report->rows++;
      if (leaf != NULL)
        leaf->is_there = TRUE;
    }
  return compare_missing (db, seal, leaves, report, error);
}

static void
compare_heads (GPtrArray          *heads,
               const IvrSealHead  *seal,
               const guint8       *stored,
               IvrAuditReport     *report)
{
  const IvrSealHead *head = seal->n >= 1 && seal->n <= heads->len ? heads->pdata[seal->n - 1] : NULL;

  if (memcmp (seal->chain, stored, IVR_SEAL_HASH) != 0)
    ivr_audit_add_problem (report, "Seal %" G_GUINT64_FORMAT " does not follow from the one before it.", seal->n);
  if (head == NULL)
    ivr_audit_add_problem (report, "Seal %" G_GUINT64_FORMAT " has no signed head.", seal->n);
  else if (!g_str_equal (head->upto, seal->upto) || head->count != seal->count || memcmp (head->root, seal->root, IVR_SEAL_HASH) != 0 ||
           memcmp (head->chain, stored, IVR_SEAL_HASH) != 0)
    ivr_audit_add_problem (report, "Seal %" G_GUINT64_FORMAT " is not the one that was signed.", seal->n);
}

static gboolean
count_unsealed (PGconn          *db,
                const char      *from,
                IvrAuditReport  *report,
                GError         **error)
{
  g_autofree char *sql = g_strdup_printf (
    "select (select count(*) from audit.audit_logs where xid >= '%s'::xid8)"
    " + (select count(*) from audit.phi_access_logs where xid >= '%s'::xid8)", from, from);
  g_autoptr(PGresult) row = ivr_admin_db_query (db, sql, error);

  if (row == NULL)
    return FALSE;
  report->unsealed = g_ascii_strtoull (PQgetvalue (row, 0, 0), NULL, 10);
  return TRUE;
}

/**
 * ivr_audit_verify:
 * @db: a superuser's connection
 * @heads: (element-type IvrSealHead): what was signed
 * @report: (inout): what was found
 * @error: return location
 *
 * Compares the rows with the seals, the seals with one another and with what was signed.
 *
 * Returns: %FALSE when that could not be done
 */
gboolean
ivr_audit_verify (PGconn          *db,
                  GPtrArray       *heads,
                  IvrAuditReport  *report,
                  GError         **error)
{
  g_autoptr(PGresult) seals = NULL;
  g_autofree char *from = g_strdup ("0");
  guint8 before[IVR_SEAL_HASH] = { 0 };

  if (!ivr_admin_db_execute (db, "begin transaction isolation level repeatable read read only", error))
    return FALSE;
  seals = ivr_admin_db_query (db, IVR_AUDIT_SEALS, error);
  if (seals == NULL)
    return FALSE;
  report->seals = (guint) PQntuples (seals);
  for (int i = 0; i < PQntuples (seals); i++)
    {
      guint8 stored[IVR_SEAL_HASH];
      g_autoptr(IvrSealHead) seal = ivr_audit_seal_from_row (seals, i, stored);
      guint known = report->problems->len;

      if (seal->n != (guint64) i + 1)
        ivr_audit_add_problem (report, "Seal %d is missing.", i + 1);
      ivr_seal_chain (before, seal);
      compare_heads (heads, seal, stored, report);
      if (!compare_rows (db, from, seal, report, error))
        return FALSE;
      memcpy (before, stored, IVR_SEAL_HASH);
      g_free (from);
      from = g_strdup (seal->upto);
      report->sound += report->problems->len == known;
    }
  for (guint i = report->seals; i < heads->len; i++)
    ivr_audit_add_problem (report, "Seal %u was signed and is not in the database: the end of the log was cut off.", i + 1);
  return count_unsealed (db, from, report, error);
}
