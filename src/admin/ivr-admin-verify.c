/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-admin.h"
#include "ivr-admin-db.h"
#include "ivr-admin-demo.h"
#include "ivr-admin-verify.h"

#include "ivr-error.h"

#include <string.h>

static void
table_free (IvrVerifyTable *table)
{
  g_free (table->schema);
  g_free (table->name);
  g_free (table->purpose);
  g_free (table->feature);
  g_free (table->fault);
  g_free (table);
}

static void
count_free (IvrVerifyCount *count)
{
  g_free (count->label);
  g_free (count);
}

static void
report_clear (IvrVerifyReport *report)
{
  g_free (report->host);
  g_free (report->database);
  g_free (report->user);
  g_free (report->server_version);
  g_free (report->schema_version);
  g_clear_pointer (&report->tables, g_ptr_array_unref);
  g_clear_pointer (&report->statuses, g_ptr_array_unref);
  g_clear_pointer (&report->samples, g_ptr_array_unref);
  g_clear_pointer (&report->problems, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (IvrVerifyReport, report_clear)

/**
 * ivr_verify_report_count:
 * @report: a report
 * @table: name of a table of the schema ivr
 *
 * Returns: its rows, or -1 when there is no such table
 */
gint64
ivr_verify_report_count (IvrVerifyReport *report,
                         const char      *table)
{
  for (guint i = 0; i < report->tables->len; i++)
    {
      IvrVerifyTable *t = report->tables->pdata[i];

      if (g_str_equal (t->schema, "ivr") && g_str_equal (t->name, table))
        return t->rows;
    }
  return -1;
}

static void
add_problem (IvrVerifyReport *report,
             const char      *sentence)
{
  g_ptr_array_add (report->problems, g_strdup (sentence));
}

static gint64
count_rows (PGconn         *db,
            IvrVerifyTable *table)
{
  g_autofree char *sql = g_strdup_printf ("select count(*) from \"%s\".\"%s\"", table->schema, table->name);
  g_autoptr(PGresult) result = ivr_admin_db_query (db, sql, NULL);

  return result != NULL ? g_ascii_strtoll (PQgetvalue (result, 0, 0), NULL, 10) : -1;
}

static gboolean
read_tables (PGconn           *db,
             IvrVerifyReport  *report,
             GError          **error)
{
  g_autofree char *sql = ivr_admin_db_load ("verify/tables.sql");
  g_autoptr(PGresult) rows = ivr_admin_db_query (db, sql, error);

  if (rows == NULL)
    return FALSE;
  for (int i = 0; i < PQntuples (rows); i++)
    {
      IvrVerifyTable *table = g_new0 (IvrVerifyTable, 1);

      table->schema = g_strdup (PQgetvalue (rows, i, 0));
      table->name = g_strdup (PQgetvalue (rows, i, 1));
      table->purpose = g_strdup (PQgetvalue (rows, i, 2));
      table->feature = g_strdup (PQgetvalue (rows, i, 3));
      table->fault = PQgetisnull (rows, i, 4) ? NULL : g_strdup (PQgetvalue (rows, i, 4));
      table->rows = PQgetvalue (rows, i, 5)[0] == 't' ? count_rows (db, table) : -1;
      g_ptr_array_add (report->tables, table);
      if (table->fault == NULL && table->rows >= 0)
        report->verified++;
      else
        {
          g_autofree char *sentence = g_strdup_printf ("Table %s.%s: %s", table->schema, table->name,
            table->fault != NULL ? table->fault : "Its rows cannot be counted.");

          add_problem (report, sentence);
        }
    }
  return TRUE;
}

static gboolean
read_connection (PGconn           *db,
                 IvrVerifyReport  *report,
                 GError          **error)
{
  g_autoptr(PGresult) row = ivr_admin_db_query (
    db, "select current_database(), session_user, current_setting('server_version'),"
        " coalesce((select value from ivr.settings where name = 'schema_version'), '0'),"
        " exists (select from ivr.settings where name = 'demo' and value = 'true')", error);

  if (row == NULL)
    return FALSE;
  report->host = g_strdup (PQhost (db));
  report->database = g_strdup (PQgetvalue (row, 0, 0));
  report->user = g_strdup (PQgetvalue (row, 0, 1));
  report->server_version = g_strdup (PQgetvalue (row, 0, 2));
  report->schema_version = g_strdup (PQgetvalue (row, 0, 3));
  report->demo = PQgetvalue (row, 0, 4)[0] == 't';
  return TRUE;
}

static gboolean
read_statuses (PGconn           *db,
               IvrVerifyReport  *report,
               GError          **error)
{
  g_autoptr(PGresult) rows = ivr_admin_db_query (
    db, "select s.status, count(r.id) from ivr.ivr_statuses s left join ivr.ivr_requests r on r.status = s.status"
        " group by s.status, s.position order by s.position", error);

  for (int i = 0; rows != NULL && i < PQntuples (rows); i++)
    {
      IvrVerifyCount *count = g_new0 (IvrVerifyCount, 1);

      count->label = g_strdup (PQgetvalue (rows, i, 0));
      count->n = g_ascii_strtoll (PQgetvalue (rows, i, 1), NULL, 10);
      g_ptr_array_add (report->statuses, count);
    }
  return rows != NULL;
}

static gboolean
read_samples (PGconn           *db,
              IvrVerifyReport  *report,
              GError          **error)
{
  g_autofree char *sql = ivr_admin_db_load ("verify/samples.sql");
  g_autoptr(PGresult) rows = ivr_admin_db_query (db, sql, error);

  for (int i = 0; rows != NULL && i < PQntuples (rows); i++)
    {
      g_autoptr(GStrvBuilder) cells = g_strv_builder_new ();

      for (int c = 0; c < PQnfields (rows); c++)
        g_strv_builder_add (cells, PQgetvalue (rows, i, c));
      g_ptr_array_add (report->samples, g_strv_builder_end (cells));
    }
  return rows != NULL;
}

static gboolean
read_problems (PGconn           *db,
               IvrVerifyReport  *report,
               const char       *path,
               GError          **error)
{
  g_autofree char *sql = ivr_admin_db_load (path);
  g_autoptr(PGresult) rows = ivr_admin_db_query (db, sql, error);

  for (int i = 0; rows != NULL && i < PQntuples (rows); i++)
    add_problem (report, PQgetvalue (rows, i, 0));
  return rows != NULL;
}

static int
verify (PGconn     *db,
        const char *format)
{
  g_auto(IvrVerifyReport) report = {
    .tables = g_ptr_array_new_with_free_func ((GDestroyNotify) table_free),
    .statuses = g_ptr_array_new_with_free_func ((GDestroyNotify) count_free),
    .samples = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev),
    .problems = g_ptr_array_new_with_free_func (g_free),
  };
  g_autoptr(GError) error = NULL;

  if (!ivr_admin_db_is_migrated (db, &error))
    return ivr_admin_complain (IVR_ADMIN_WRONG, "%s", error->message);
  if (!ivr_admin_db_execute (db, "begin transaction isolation level repeatable read read only", &error) ||
      !read_connection (db, &report, &error) || !read_tables (db, &report, &error) ||
      !read_statuses (db, &report, &error) || !read_samples (db, &report, &error) ||
      !read_problems (db, &report, "verify/problems.sql", &error) ||
      !read_problems (db, &report, "verify/lints.sql", &error) || !ivr_verify_report_add_rights (&report, db, &error))
    return ivr_admin_complain (IVR_ADMIN_WRONG, "The database could not be verified: %s.", error->message);

  if (g_str_equal (format, "json"))
    ivr_verify_report_print_json (&report);
  else if (g_str_equal (format, "markdown"))
    ivr_verify_report_print_markdown (&report);
  else
    ivr_verify_report_print_text (&report);
  if (report.problems->len == 0)
    return IVR_ADMIN_OK;
  return ivr_admin_complain (IVR_ADMIN_WRONG, "%s%s", (char *) report.problems->pdata[0],
                             report.problems->len > 1 ? " There is more; see the report." : "");
}

/**
 * ivr_admin_verify:
 *
 * `verify [URI] [--format text|markdown|json]`: the report that an operator asks for. Without a
 * URI, of this user's demo.
 *
 * Returns: exit status: 1 when anything is wrong, 2 when the database cannot be reached
 */
int
ivr_admin_verify (int    argc,
                  char **argv)
{
  g_autofree char *format = NULL;
  g_autofree char *uri = NULL;
  int status = IVR_ADMIN_OK;
  const GOptionEntry entries[] = {
    { "format", 'f', 0, G_OPTION_ARG_STRING, &format, "text (default), markdown or json", "FORMAT" },
    { NULL },
  };
  g_autoptr(PGconn) db = NULL;
  g_autoptr(GError) error = NULL;
  gboolean started = FALSE;

  if (!ivr_admin_parse ("[URI]", "Reports what a database has and whether anything is wrong with it.", entries, &argc, &argv, &status))
    return status;
  if (format == NULL)
    format = g_strdup ("text");
  if (!g_strv_contains ((const char *[]) { "text", "markdown", "json", NULL }, format))
    {
      g_autofree char *what = ivr_admin_quote (format);

      return ivr_admin_complain (IVR_ADMIN_UNREACHABLE, "--format is text, markdown or json, not %s.", what);
    }
  if (argc > 2)
    return ivr_admin_complain (IVR_ADMIN_UNREACHABLE, "Say one database: ivr-admin verify URI.");
  uri = argc == 2 ? g_strdup (argv[1]) : ivr_admin_demo_open (&started, &error);
  if (uri == NULL)
    return ivr_admin_complain (IVR_ADMIN_UNREACHABLE, "%s", error->message);
  db = ivr_admin_db_connect (uri, &error);
  if (db == NULL)
    status = ivr_admin_complain (ivr_admin_db_status (error), "%s", error->message);
  else
    status = verify (db, format);
  g_clear_pointer (&db, PQfinish);
  if (started)
    ivr_admin_demo_close ();
  return status;
}
