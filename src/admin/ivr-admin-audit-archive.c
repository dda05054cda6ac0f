/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-admin-audit.h"

#include "ivr-error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* An archive is a file of lines: number of the seal, place in it, and the text of the row that was hashed. So
 * each line proves itself against the hash that stays in the database, under the signed root of its seal. */

/* Rows of a part with their places, in the order of the seals. What is not sealed has no line. */
#define ROWS "select l.seal, l.place, audit.sealed_text(to_jsonb(p)), encode(l.hash, 'hex') from audit.%s p" \
  " join audit.seal_leaves l on l.log = '%s' and l.row_org = p.org_id and l.row_id = p.id order by l.seal, l.place"

typedef struct
{
  char *log;
  char *month;                  /* YYYY-MM-DD */
  char *part;
  char *path;
  char *temporary;
} Month;

static void
month_free (Month *self)
{
  g_free (self->log);
  g_free (self->month);
  g_free (self->part);
  g_free (self->path);
  g_free (self->temporary);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Month, month_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FILE, fclose)

static Month *
month_new (const char *folder,
           const char *log,
           const char *month)
{
  Month *self = g_new0 (Month, 1);
  g_autofree char *name = NULL;

  self->log = g_strdup (log);
  self->month = g_strdup (month);
  self->part = g_strdup_printf ("%s_%.4s_%.2s", log, month, month + 5);
  name = g_strconcat (self->part, ".log", NULL);
  self->path = g_build_filename (folder, name, NULL);
  self->temporary = g_strconcat (self->path, ".part", NULL);
  return self;
}

static gboolean
fail_file (GError    **error,
           const char *path)
{
  g_set_error (error, IVR_ERROR, IVR_ERROR_FAILED, "The archive %s cannot be written: %s. Nothing was removed from the log.", path,
               g_strerror (errno));
  return FALSE;
}

/* What is archived is what was sealed, asked for while nobody can change it any more. */
static gboolean
is_as_sealed (PGresult *row)
{
  g_autoptr(GString) hex = g_string_new (NULL);
  guint8 hash[IVR_SEAL_HASH];

  ivr_seal_hash_leaf (PQgetvalue (row, 0, 2), hash);
  for (gsize i = 0; i < IVR_SEAL_HASH; i++)
    g_string_append_printf (hex, "%02x", hash[i]);
  return g_str_equal (hex->str, PQgetvalue (row, 0, 3));
}

/* Writes what the server sends row by row; a month of a large log has millions. */
static gboolean
write_rows (PGconn       *db,
            const Month  *month,
            GChecksum    *sum,
            guint64      *n,
            GError      **error)
{
  g_autofree char *sql = g_strdup_printf (ROWS, month->part, month->log);
  int fd = open (month->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  g_autoptr(FILE) file = fd >= 0 ? fdopen (fd, "w") : NULL;
  gboolean ok = file != NULL || fail_file (error, month->path);
  PGresult *row;

  if (!ok)
    return FALSE;
  PQsendQuery (db, sql);
  PQsetSingleRowMode (db);
  while ((row = PQgetResult (db)) != NULL)
    {
      if (ok && PQresultStatus (row) == PGRES_SINGLE_TUPLE)
        {
          g_autofree char *line = g_strdup_printf ("%s %s %s\n", PQgetvalue (row, 0, 0), PQgetvalue (row, 0, 1), PQgetvalue (row, 0, 2));

          g_checksum_update (sum, (const guint8 *) line, -1);
          ok = fputs (line, file) >= 0 || fail_file (error, month->path);
          ++*n;
          if (ok && !is_as_sealed (row))
            {
              g_set_error (error, IVR_ERROR, IVR_ERROR_FAILED, "A row of %s is not as it was sealed; nothing was removed.", month->part);
              ok = FALSE;
            }
        }
      else if (ok && PQresultStatus (row) != PGRES_TUPLES_OK)
        {
          g_set_error (error, IVR_ERROR, IVR_ERROR_FAILED, "The log cannot be read: %s", PQresultErrorField (row, PG_DIAG_MESSAGE_PRIMARY));
          ok = FALSE;
        }
      PQclear (row);
    }
  return ok && ((fflush (file) == 0 && fsync (fileno (file)) == 0) || fail_file (error, month->path));
}

/* The file is there for good before its rows are gone. One that a run before left behind has to be the same. */
static gboolean
keep_file (const Month  *month,
           const char   *sha256,
           GError      **error)
{
  g_autofree char *old = NULL;
  gsize length;

  if (g_file_get_contents (month->path, &old, &length, NULL))
    {
      g_autofree char *known = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) old, length);

      if (!g_str_equal (known, sha256))
        {
          g_set_error (error, IVR_ERROR, IVR_ERROR_FAILED, "There is another file %s already. Nothing was removed from the log.", month->path);
          return FALSE;
        }
    }
  if (rename (month->temporary, month->path) != 0)
    return fail_file (error, month->path);
  {
    g_autofree char *folder = g_path_get_dirname (month->path);
    int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    gboolean ok = fd >= 0 && fsync (fd) == 0;

    if (fd >= 0)
      close (fd);
    return ok || fail_file (error, month->path);
  }
}

static gboolean
note_and_drop (PGconn       *db,
               const Month  *month,
               guint64       n,
               const char   *sha256,
               GError      **error)
{
  g_autofree char *sql = g_strdup_printf (
    "with a as (insert into audit.archives (log, month, rows, sha256) values ('%s', '%s', %" G_GUINT64_FORMAT ", '\\x%s') returning id)"
    " insert into audit.archive_seals (archive, seal, rows) select a.id, l.seal, count(*) from a, audit.%s p"
    " join audit.seal_leaves l on l.log = '%s' and l.row_org = p.org_id and l.row_id = p.id group by a.id, l.seal;"
    "alter table audit.%s detach partition audit.%s; drop table audit.%s",
    month->log, month->month, n, sha256, month->part, month->log, month->log, month->part, month->part);

  return ivr_admin_db_execute (db, sql, error);
}

static gboolean
drop_empty (PGconn       *db,
            const Month  *month,
            GError      **error)
{
  g_autofree char *sql = g_strdup_printf ("alter table audit.%s detach partition audit.%s; drop table audit.%s", month->log, month->part,
                                          month->part);

  return ivr_admin_db_execute (db, sql, error);
}

static gboolean
archive_month (PGconn       *db,
               const Month  *month,
               guint        *archived,
               GError      **error)
{
  g_autofree char *sql = g_strdup_printf ("lock table audit.%s in exclusive mode; select count(*) from audit.%s", month->part, month->part);
  g_autoptr(GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr(PGresult) count = ivr_admin_db_query (db, sql, error);
  guint64 n = 0;

  if (count == NULL)
    return FALSE;
  if (g_str_equal (PQgetvalue (count, 0, 0), "0"))
    return drop_empty (db, month, error);
  if (!write_rows (db, month, sum, &n, error))
    return FALSE;
  if (n != g_ascii_strtoull (PQgetvalue (count, 0, 0), NULL, 10))
    {
      g_set_error (error, IVR_ERROR, IVR_ERROR_FAILED, "Not every row of %s is sealed. Run “ivr-admin audit seal” first; nothing was removed.",
                   month->part);
      return FALSE;
    }
  ++*archived;
  return keep_file (month, g_checksum_get_string (sum), error) && note_and_drop (db, month, n, g_checksum_get_string (sum), error);
}

/**
 * ivr_audit_archive:
 * @db: a superuser's connection
 * @folder: where the archives go
 * @years: how many years stay, beside the month that has begun
 * @n: (inout): how many months of either log were archived
 * @error: return location
 *
 * Each month in a transaction of its own: written, safe on disk, noted, and only then dropped.
 *
 * Returns: %FALSE when one of them could not be archived; those before it are
 */
gboolean
ivr_audit_archive (PGconn      *db,
                   const char  *folder,
                   int          years,
                   guint       *n,
                   GError     **error)
{
  g_autofree char *sql = g_strdup_printf (
    "select p.relname, to_date(right(c.relname, 7), 'YYYY_MM') from pg_inherits i join pg_class c on c.oid = i.inhrelid"
    " join pg_class p on p.oid = i.inhparent"
    " where i.inhparent in ('audit.audit_logs'::regclass, 'audit.phi_access_logs'::regclass) and c.relname ~ '_[0-9]{4}_[0-9]{2}$'"
    " and to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month' <="
    " date_trunc('month', clock_timestamp() at time zone 'UTC') - interval '%d years' order by 2, 1", years);
  g_autoptr(PGresult) months = ivr_admin_db_query (db, sql, error);

  if (months == NULL)
    return FALSE;
  for (int i = 0; i < PQntuples (months); i++)
    {
      g_autoptr(Month) month = month_new (folder, PQgetvalue (months, i, 0), PQgetvalue (months, i, 1));

      if (!ivr_admin_db_execute (db, "begin", error) || !ivr_admin_db_execute (db, IVR_AUDIT_LOCK, error))
        return FALSE;
      if (!archive_month (db, month, n, error))
        {
          ivr_admin_db_execute (db, "rollback", NULL);
          unlink (month->temporary);
          return FALSE;
        }
      if (!ivr_admin_db_execute (db, "commit", error))
        return FALSE;
    }
  return TRUE;
}

/* Hashes of one seal at a time: an archive is in their order. */
typedef struct
{
  PGconn *db;
  guint64 seal;
  PGresult *leaves;
} Leaves;

static const char *
find_leaf (Leaves       *self,
           guint64       seal,
           guint64       place,
           GError      **error)
{
  if (seal != self->seal || self->leaves == NULL)
    {
      g_autofree char *sql = g_strdup_printf ("select encode(hash, 'hex') from audit.seal_leaves where seal = %" G_GUINT64_FORMAT
                                              " order by place", seal);

      PQclear (self->leaves);
      self->leaves = ivr_admin_db_query (self->db, sql, error);
      self->seal = seal;
      if (self->leaves == NULL)
        return NULL;
    }
  return place < (guint64) PQntuples (self->leaves) ? PQgetvalue (self->leaves, (int) place, 0) : "";
}

static gboolean
check_line (const char      *line,
            Leaves          *leaves,
            IvrAuditReport  *report,
            gboolean        *sound,
            GError         **error)
{
  char *end = NULL;
  guint64 seal = g_ascii_strtoull (line, &end, 10);
  guint64 place = *end == ' ' ? g_ascii_strtoull (end + 1, &end, 10) : G_MAXUINT64;
  guint8 hash[IVR_SEAL_HASH];
  g_autoptr(GString) hex = g_string_new (NULL);
  const char *known;

  *sound = *end == ' ' && seal > 0 && place < IVR_AUDIT_PLACES;
  if (!*sound)
    return TRUE;
  known = find_leaf (leaves, seal, place, error);
  if (known == NULL)
    return FALSE;
  ivr_seal_hash_leaf (end + 1, hash);
  for (gsize i = 0; i < IVR_SEAL_HASH; i++)
    g_string_append_printf (hex, "%02x", hash[i]);
  *sound = g_str_equal (hex->str, known);
  if (*sound)
    {
      guint64 *key = g_new (guint64, 1);

      *key = seal * IVR_AUDIT_PLACES + place;
      g_hash_table_add (report->proven, key);
    }
  return TRUE;
}

static gboolean
read_archive (PGconn          *db,
              const Month     *month,
              const char      *sha256,
              IvrAuditReport  *report,
              GError         **error)
{
  g_autoptr(FILE) file = fopen (month->path, "re");
  g_autoptr(GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  Leaves leaves = { .db = db };
  char *line = NULL;
  size_t size = 0;
  ssize_t length;
  guint64 n = 0;
  gboolean ok = TRUE;

  if (file == NULL)
    {
      ivr_audit_add_problem (report, "The archive %s cannot be opened: %s.", month->path, g_strerror (errno));
      return TRUE;
    }
  while (ok && (length = getline (&line, &size, file)) > 0)
    {
      gboolean sound = FALSE;

      n++;
      g_checksum_update (sum, (const guint8 *) line, length);
      line[strcspn (line, "\n")] = '\0';
      ok = check_line (line, &leaves, report, &sound, error);
      if (ok && !sound)
        ivr_audit_add_problem (report, "Line %" G_GUINT64_FORMAT " of the archive %s is not what was sealed.", n, month->path);
    }
  free (line);
  PQclear (leaves.leaves);
  if (ok && !g_str_equal (g_checksum_get_string (sum), sha256))
    ivr_audit_add_problem (report, "The archive %s is not the file that was made.", month->path);
  return ok;
}

/**
 * ivr_audit_read_archives:
 * @db: a superuser's connection
 * @folder: where the archives are
 * @report: (inout): gets the places of the rows that are as they were sealed, and what is wrong
 * @error: return location
 *
 * Returns: %FALSE when the database could not be asked
 */
gboolean
ivr_audit_read_archives (PGconn          *db,
                         const char      *folder,
                         IvrAuditReport  *report,
                         GError         **error)
{
  g_autoptr(PGresult) rows = ivr_admin_db_query (db, "select log, month, encode(sha256, 'hex') from audit.archives order by month, log", error);

  if (rows == NULL)
    return FALSE;
  for (int i = 0; i < PQntuples (rows); i++)
    {
      g_autoptr(Month) month = month_new (folder, PQgetvalue (rows, i, 0), PQgetvalue (rows, i, 1));

      if (!read_archive (db, month, PQgetvalue (rows, i, 2), report, error))
        return FALSE;
    }
  return TRUE;
}
