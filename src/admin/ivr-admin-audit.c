/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-admin-audit.h"

#include "ivr-admin.h"

#include "ivr-error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* So many rows a seal, unless one transaction wrote more. */
#define MOST_ROWS 100000
#define NO_LIMIT G_MAXINT32

/* One sealer at a time. */
#define LOCK "select pg_advisory_xact_lock(7221, 0)"

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
  gboolean ok;
  int fd;

  if (whole == NULL)
    return FALSE;
  fd = open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  ok = fd >= 0 && write (fd, whole, length) == (ssize_t) length && fsync (fd) == 0;
  if (!ok)
    g_set_error (error, IVR_ERROR, IVR_ERROR_FAILED, "The signed head cannot be written to %s: %s.", path, g_strerror (errno));
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
sign_unsigned (PGconn      *db,
               GPtrArray   *heads,
               const char  *key,
               const char  *path,
               GError     **error)
{
  static const guint8 nothing[IVR_SEAL_HASH];
  g_autoptr(PGresult) seals = ivr_admin_db_query (db, IVR_AUDIT_SEALS, error);

  if (seals == NULL)
    return FALSE;
  if (PQntuples (seals) < (int) heads->len)
    {
      g_set_error (error, IVR_ERROR, IVR_ERROR_FAILED,
                   "The database has %d seals, and %u were signed; see what “ivr-admin audit verify” says.", PQntuples (seals), heads->len);
      return FALSE;
    }
  for (int i = (int) heads->len; i < PQntuples (seals); i++)
    {
      guint8 stored[IVR_SEAL_HASH];
      g_autoptr(IvrSealHead) head = ivr_audit_seal_from_row (seals, i, stored);
      IvrSealHead *before = i > 0 ? heads->pdata[i - 1] : NULL;

      ivr_seal_chain (before != NULL ? before->chain : nothing, head);
      if (head->n != (guint64) i + 1 || memcmp (head->chain, stored, IVR_SEAL_HASH) != 0)
        {
          g_set_error (error, IVR_ERROR, IVR_ERROR_FAILED, "Seal %d does not follow from the signed ones; it is not signed.", i + 1);
          return FALSE;
        }
      if (!append_head (path, key, head, error))
        return FALSE;
      g_ptr_array_add (heads, g_steal_pointer (&head));
    }
  return TRUE;
}

static gboolean
seal_all (PGconn      *db,
          GPtrArray   *heads,
          const char  *key,
          const char  *path,
          int         *made,
          GError     **error)
{
  if (!sign_unsigned (db, heads, key, path, error))
    return FALSE;
  while (TRUE)
    {
      g_autoptr(IvrSealHead) head = NULL;
      g_autoptr(GError) own = NULL;
      IvrSealHead *last = heads->len > 0 ? heads->pdata[heads->len - 1] : NULL;

      if (!ivr_admin_db_execute (db, "begin", error) || !ivr_admin_db_execute (db, LOCK, error))
        return FALSE;
      head = make_seal (db, last, &own);
      if (own != NULL)
        {
          ivr_admin_db_execute (db, "rollback", NULL);
          g_propagate_error (error, g_steal_pointer (&own));
          return FALSE;
        }
      if (!ivr_admin_db_execute (db, "commit", error))
        return FALSE;
      if (head == NULL)
        return TRUE;
      if (!append_head (path, key, head, error))
        return FALSE;
      g_ptr_array_add (heads, g_steal_pointer (&head));
      ++*made;
    }
}

static int
seal (PGconn     *db,
      const char *key,
      const char *path)
{
  g_autofree char *public_path = g_strconcat (key, ".pub", NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) heads = ivr_seal_read_heads (path, public_path, &error);
  int made = 0;

  if (heads == NULL || !seal_all (db, heads, key, path, &made, &error))
    return ivr_admin_complain (IVR_ADMIN_WRONG, "%s", error->message);
  if (made == 0)
    g_print ("There is nothing new to seal.\n");
  else
    g_print ("%d seals made; the last is number %u.\n", made, heads->len);
  return IVR_ADMIN_OK;
}

static int
verify (PGconn     *db,
        const char *key,
        const char *path)
{
  g_autofree char *public_path = g_str_has_suffix (key, ".pub") ? g_strdup (key) : g_strconcat (key, ".pub", NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) heads = ivr_seal_read_heads (path, public_path, &error);
  g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  IvrAuditReport report = { .problems = problems };

  if (heads == NULL || !ivr_audit_verify (db, heads, &report, &error))
    return ivr_admin_complain (IVR_ADMIN_WRONG, "%s", error->message);
  for (guint i = 0; i < problems->len; i++)
    g_print ("WRONG: %s\n", (char *) problems->pdata[i]);
  g_print ("%" G_GUINT64_FORMAT " rows are as they were sealed, %" G_GUINT64_FORMAT " are not sealed yet.\nSeals verified: %u/%u\n",
           report.rows, report.unsealed, report.sound, MAX (report.seals, heads->len));
  if (problems->len == 0)
    return IVR_ADMIN_OK;
  return ivr_admin_complain (IVR_ADMIN_WRONG, "%s%s", (char *) problems->pdata[0],
                             problems->len > 1 ? " There is more; see the report." : "");
}

static gboolean
prepare (PGconn  *db,
         GError **error)
{
  /* The text of a row must not depend on who looks. */
  return ivr_admin_db_is_migrated (db, error) &&
         ivr_admin_db_execute (db, "set timezone = 'UTC'; set datestyle = 'ISO, MDY'; set intervalstyle = 'postgres';"
                                   " set bytea_output = 'hex'; set extra_float_digits = 1", error);
}

/**
 * ivr_admin_audit:
 *
 * `audit key FILE`, `audit seal URI --key FILE --heads FILE`, `audit verify URI --key FILE --heads FILE`:
 * seals the logs, signs the seals into a file outside of the database, and compares all three.
 *
 * Returns: exit status
 */
int
ivr_admin_audit (int    argc,
                 char **argv)
{
  g_autofree char *key = NULL;
  g_autofree char *heads = NULL;
  g_autofree char *what = NULL;
  g_autoptr(PGconn) db = NULL;
  g_autoptr(GError) error = NULL;
  int status = IVR_ADMIN_OK;
  const GOptionEntry entries[] = {
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &key, "The key; to verify, its public half with “.pub” is enough", "FILE" },
    { "heads", 0, 0, G_OPTION_ARG_FILENAME, &heads, "The signed heads, best on another machine", "FILE" },
    { NULL },
  };

  if (!ivr_admin_parse ("key FILE | seal URI | verify URI", "Seals what happened, and tells whether anybody changed it afterwards.",
                        entries, &argc, &argv, &status))
    return status;
  if (argc != 3 || argv[2][0] == '\0')
    return ivr_admin_complain (IVR_ADMIN_UNREACHABLE, "Say key and a file, or seal or verify and the database.");
  what = ivr_admin_quote (argv[1]);
  if (g_str_equal (argv[1], "key"))
    {
      if (!ivr_seal_make_keys (argv[2], &error))
        return ivr_admin_complain (IVR_ADMIN_WRONG, "%s", error->message);
      g_print ("The key is in %s, its public half in %s.pub.\n", argv[2], argv[2]);
      return IVR_ADMIN_OK;
    }
  if (!g_str_equal (argv[1], "seal") && !g_str_equal (argv[1], "verify"))
    return ivr_admin_complain (IVR_ADMIN_UNREACHABLE, "“audit” cannot %s; say key, seal or verify.", what);
  if (key == NULL || heads == NULL)
    return ivr_admin_complain (IVR_ADMIN_UNREACHABLE, "Say --key and --heads: what signs, and where the signed heads are.");
  db = ivr_admin_db_connect (argv[2], &error);
  if (db == NULL)
    return ivr_admin_complain (ivr_admin_db_status (error), "%s", error->message);
  if (!prepare (db, &error))
    return ivr_admin_complain (IVR_ADMIN_WRONG, "%s", error->message);
  return g_str_equal (argv[1], "seal") ? seal (db, key, heads) : verify (db, key, heads);
}
