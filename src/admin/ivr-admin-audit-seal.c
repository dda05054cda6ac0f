/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-admin-audit.h"

#include "ivr-error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* So many rows a seal, unless one transaction wrote more. */
#define MOST_ROWS 100000
#define NO_LIMIT G_MAXINT32

static PGresult *
fetch_rows (PGconn      *db,
            const char  *from,
            const char  *upto,
            int          limit,
            GError     **error)
{
  g_autofree char *sql = ivr_admin_db_load ("audit/rows.sql");
  g_autofree char *most = g_strdup_printf ("%d", limit);
  const char *values[] = { from, upto, most };
  g_autoptr(PGresult) rows = PQexecParams (db, sql, 3, NULL, values, NULL, NULL, 0);

  if (PQresultStatus (rows) == PGRES_TUPLES_OK)
    return g_steal_pointer (&rows);
  g_set_error (error, IVR_ERROR, IVR_ERROR_FAILED, "The logs cannot be read: %s",
               PQresultErrorField (rows, PG_DIAG_MESSAGE_PRIMARY));
  return NULL;
}

/* A transaction is sealed whole: what is beyond the limit waits for the next seal. */
static PGresult *
take_rows (PGconn      *db,
           const char  *from,
           char       **upto,
           int         *n,
           GError     **error)
{
  g_autoptr(PGresult) rows = fetch_rows (db, from, *upto, MOST_ROWS + 1, error);

  if (rows == NULL)
    return NULL;
  *n = PQntuples (rows);
  if (*n > MOST_ROWS)
    {
      g_autofree char *next = g_strdup (PQgetvalue (rows, MOST_ROWS, 3));

      while (*n > 0 && g_str_equal (PQgetvalue (rows, *n - 1, 3), next))
        --*n;
      g_free (*upto);
      if (*n > 0)
        *upto = g_steal_pointer (&next);
      else
        {
          *upto = g_strdup_printf ("%" G_GUINT64_FORMAT, g_ascii_strtoull (next, NULL, 10) + 1);
          g_clear_pointer (&rows, PQclear);
          rows = fetch_rows (db, from, *upto, NO_LIMIT, error);
          *n = rows != NULL ? PQntuples (rows) : 0;
        }
    }
  return g_steal_pointer (&rows);
}

static gboolean
copy_leaves (PGconn        *db,
             guint64        seal,
             PGresult      *rows,
             int            n,
             const guint8  *leaves,
             GError       **error)
{
  g_autoptr(PGresult) begun = PQexec (db, "copy audit.seal_leaves (seal, place, log, row_org, row_id, hash) from stdin");
  g_autoptr(PGresult) done = NULL;
  gboolean ok = PQresultStatus (begun) == PGRES_COPY_IN;

  for (int i = 0; ok && i < n; i++)
    {
      GString *line = g_string_new (NULL);

      g_string_printf (line, "%" G_GUINT64_FORMAT "\t%d\t%s\t%s\t%s\t\\\\x", seal, i, PQgetvalue (rows, i, 0), PQgetvalue (rows, i, 1),
                       PQgetvalue (rows, i, 2));
      for (int b = 0; b < IVR_SEAL_HASH; b++)
        g_string_append_printf (line, "%02x", leaves[i * IVR_SEAL_HASH + b]);
      g_string_append_c (line, '\n');
      ok = PQputCopyData (db, line->str, (int) line->len) == 1;
      g_string_free (line, TRUE);
    }
  if (ok && PQputCopyEnd (db, NULL) == 1)
    done = PQgetResult (db);
  while (done != NULL && PQresultStatus (done) == PGRES_COMMAND_OK)
    {
      g_autoptr(PGresult) more = PQgetResult (db);

      if (more == NULL)
        return TRUE;
    }
  g_set_error (error, IVR_ERROR, IVR_ERROR_FAILED, "The seal cannot be written: %s", PQerrorMessage (db));
  return FALSE;
}

static gboolean
insert_seal (PGconn             *db,
             const IvrSealHead  *head,
             GError            **error)
{
  g_autoptr(GString) root = g_string_new ("\\x");
  g_autoptr(GString) chain = g_string_new ("\\x");
  g_autofree char *n = g_strdup_printf ("%" G_GUINT64_FORMAT, head->n);
  g_autofree char *count = g_strdup_printf ("%" G_GUINT64_FORMAT, head->count);
  g_autoptr(PGresult) done = NULL;

  for (int i = 0; i < IVR_SEAL_HASH; i++)
    {
      g_string_append_printf (root, "%02x", head->root[i]);
      g_string_append_printf (chain, "%02x", head->chain[i]);
    }
  {
    const char *values[] = { n, head->upto, count, root->str, chain->str };

    done = PQexecParams (db, "insert into audit.seals (n, upto, count, root, chain) values ($1, $2, $3, $4, $5)", 5, NULL, values,
                         NULL, NULL, 0);
  }
  if (PQresultStatus (done) == PGRES_COMMAND_OK)
    return TRUE;
  g_set_error (error, IVR_ERROR, IVR_ERROR_FAILED, "The seal cannot be written: %s", PQerrorMessage (db));
  return FALSE;
}

/* On disk before anything goes on: a head that is lost is a seal that nobody vouches for. */
static gboolean
append_head (const char         *path,
             const char         *key,
             const IvrSealHead  *head,
             GError            **error)
{
  g_autofree char *line = ivr_seal_sign (head, key, error);
  g_autofree char *whole = line != NULL ? g_strconcat (line, "\n", NULL) : NULL;
  gsize length = whole != NULL ? strlen (whole) : 0;
  char last = '\n';
  off_t end;
  gboolean ok;
  int fd;

  if (whole == NULL)
    return FALSE;
  fd = open (path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  end = fd >= 0 ? lseek (fd, 0, SEEK_END) : -1;
  /* A line whose end was lost gets it, so that this is one of its own. */
  ok = end == 0 || (end > 0 && pread (fd, &last, 1, end - 1) == 1 && (last == '\n' || write (fd, "\n", 1) == 1));
  ok = ok && write (fd, whole, length) == (ssize_t) length && fsync (fd) == 0;
  if (!ok)
    g_set_error (error, IVR_ERROR, IVR_ERROR_FAILED, "The signed head cannot be written to %s: %s.", path, g_strerror (errno));
  /* Half a line would be the end of all sealing. */
  if (!ok && end >= 0 && ftruncate (fd, end) != 0)
    g_prefix_error (error, "A half of a line is left there. ");
  if (fd >= 0)
    close (fd);
  return ok;
}

static IvrSealHead *
make_seal (PGconn             *db,
           const IvrSealHead  *last,
           GError            **error)
{
  static const guint8 nothing[IVR_SEAL_HASH];
  g_autoptr(PGresult) mark = ivr_admin_db_query (db, "select pg_snapshot_xmin(pg_current_snapshot())", error);
  g_autofree char *upto = mark != NULL ? g_strdup (PQgetvalue (mark, 0, 0)) : NULL;
  g_autoptr(PGresult) rows = NULL;
  g_autofree guint8 *leaves = NULL;
  g_autoptr(IvrSealHead) head = g_new0 (IvrSealHead, 1);
  int n = 0;

  if (mark == NULL)
    return NULL;
  rows = take_rows (db, last != NULL ? last->upto : "0", &upto, &n, error);
  if (rows == NULL || n == 0)
    return NULL;
  leaves = g_malloc ((gsize) n * IVR_SEAL_HASH);
  for (int i = 0; i < n; i++)
    ivr_seal_hash_leaf (PQgetvalue (rows, i, 4), leaves + (gsize) i * IVR_SEAL_HASH);
  head->n = last != NULL ? last->n + 1 : 1;
  head->upto = g_steal_pointer (&upto);
  head->count = (guint64) n;
  ivr_seal_tree_root (leaves, (gsize) n, head->root);
  ivr_seal_chain (last != NULL ? last->chain : nothing, head);
  if (!insert_seal (db, head, error) || !copy_leaves (db, head->n, rows, n, leaves, error))
    return NULL;
  return g_steal_pointer (&head);
}

/* A seal that was committed when the sealer was killed has no signature yet; it gets it when it follows. */
static gboolean
sign_unsigned (PGconn       *db,
               IvrSealHead **last,
               const char   *key,
               const char   *path,
               gboolean      begin,
               GError      **error)
{
  static const guint8 nothing[IVR_SEAL_HASH];
  guint64 n = *last != NULL ? (*last)->n : 0;
  g_autofree char *sql = g_strdup_printf (
    "select n, upto, count, encode(root, 'hex'), encode(chain, 'hex') from audit.seals where n > %" G_GUINT64_FORMAT " order by n", n);
  g_autoptr(PGresult) newest = ivr_admin_db_query (db, "select coalesce(max(n), 0) from audit.seals", error);
  g_autoptr(PGresult) seals = newest != NULL ? ivr_admin_db_query (db, sql, error) : NULL;

  if (seals == NULL)
    return FALSE;
  if (g_ascii_strtoull (PQgetvalue (newest, 0, 0), NULL, 10) < n)
    {
      g_set_error (error, IVR_ERROR, IVR_ERROR_FAILED,
                   "The database has %s seals, and %" G_GUINT64_FORMAT " were signed; see what “ivr-admin audit verify” says.",
                   PQgetvalue (newest, 0, 0), n);
      return FALSE;
    }
  /* A disk that is not there would have all of it vouched for anew, whatever it has become. */
  if (n == 0 && PQntuples (seals) > 1 && !begin)
    {
      g_set_error (error, IVR_ERROR, IVR_ERROR_FAILED,
                   "The database has %d seals, and there are no signed heads in %s. Bring the file back; or say --begin to sign what is there now.",
                   PQntuples (seals), path);
      return FALSE;
    }
  for (int i = 0; i < PQntuples (seals); i++)
    {
      guint8 stored[IVR_SEAL_HASH];
      g_autoptr(IvrSealHead) head = ivr_audit_seal_from_row (seals, i, stored);

      ivr_seal_chain (*last != NULL ? (*last)->chain : nothing, head);
      if (head->n != n + (guint64) i + 1 || memcmp (head->chain, stored, IVR_SEAL_HASH) != 0)
        {
          g_set_error (error, IVR_ERROR, IVR_ERROR_FAILED, "Seal %" G_GUINT64_FORMAT " does not follow from the signed ones; it is not signed.",
                       n + (guint64) i + 1);
          return FALSE;
        }
      if (!append_head (path, key, head, error))
        return FALSE;
      g_clear_pointer (last, ivr_seal_head_free);
      *last = g_steal_pointer (&head);
    }
  return TRUE;
}

/**
 * ivr_audit_seal:
 * @db: a superuser's connection
 * @key: file of the private key, with the public one beside it
 * @path: file of the signed heads
 * @begin: whether there may be no heads although there are seals
 * @made: (out): how many seals were made
 * @last: (out): number of the last seal
 * @error: return location
 *
 * Seals all rows whose transactions are over, and signs the seals.
 *
 * Returns: %FALSE when that could not be done; what was sealed before stays
 */
gboolean
ivr_audit_seal (PGconn      *db,
                const char  *key,
                const char  *path,
                gboolean     begin,
                int         *made,
                guint64     *last,
                GError     **error)
{
  g_autofree char *public_path = g_strconcat (key, ".pub", NULL);
  g_autoptr(IvrSealHead) newest = NULL;

  *made = 0;
  /* The file of heads has one writer at a time, also between the seals; the lock goes with the connection. */
  if (!ivr_admin_db_execute (db, "select pg_advisory_lock(7221, 1)", error) ||
      !ivr_seal_read_last_head (path, public_path, &newest, error) || !sign_unsigned (db, &newest, key, path, begin, error))
    return FALSE;
  while (TRUE)
    {
      g_autoptr(IvrSealHead) head = NULL;
      g_autoptr(GError) own = NULL;

      if (!ivr_admin_db_execute (db, "begin", error) || !ivr_admin_db_execute (db, IVR_AUDIT_LOCK, error))
        return FALSE;
      head = make_seal (db, newest, &own);
      if (own != NULL)
        {
          ivr_admin_db_execute (db, "rollback", NULL);
          g_propagate_error (error, g_steal_pointer (&own));
          return FALSE;
        }
      if (!ivr_admin_db_execute (db, "commit", error))
        return FALSE;
      *last = newest != NULL ? newest->n : 0;
      if (head == NULL)
        return TRUE;
      if (!append_head (path, key, head, error))
        return FALSE;
      g_clear_pointer (&newest, ivr_seal_head_free);
      newest = g_steal_pointer (&head);
      ++*made;
    }
}
