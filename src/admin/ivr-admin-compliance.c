/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-admin.h"
#include "ivr-admin-db.h"

#include "ivr-error.h"

#include <json-glib/json-glib.h>
#include <string.h>

static gboolean
done (PGresult  *result,
      PGconn    *db,
      GError   **error)
{
  g_autoptr(PGresult) own = result;
  const char *message = PQresultErrorField (own, PG_DIAG_MESSAGE_PRIMARY);

  if (PQresultStatus (own) == PGRES_COMMAND_OK || PQresultStatus (own) == PGRES_TUPLES_OK)
    return TRUE;
  g_set_error_literal (error, IVR_ERROR, IVR_ERROR_FAILED, message != NULL ? message : PQerrorMessage (db));
  return FALSE;
}

/* The rule is a query out of a table: whatever it says, it changes nothing. */
static PGresult *
ask (PGconn      *db,
     const char  *check,
     const char  *query,
     GError     **error)
{
  g_autoptr(PGresult) rows = NULL;

  if (!ivr_admin_db_execute (db, "begin transaction isolation level repeatable read read only", error))
    return NULL;
  rows = PQexecParams (db, query, 0, NULL, NULL, NULL, NULL, 0);
  ivr_admin_db_execute (db, "rollback", NULL);
  if (PQresultStatus (rows) == PGRES_TUPLES_OK && PQnfields (rows) == 2)
    return g_steal_pointer (&rows);
  g_set_error (error, IVR_ERROR, IVR_ERROR_FAILED, "Rule %s could not be decided: %s", check,
               PQresultStatus (rows) == PGRES_TUPLES_OK ? "it does not give subject and sentence"
                                                        : PQresultErrorField (rows, PG_DIAG_MESSAGE_PRIMARY));
  return NULL;
}

/* What was accepted stays so while it is there; what comes back after it was gone is open again. */
static gboolean
note (PGconn      *db,
      const char  *check,
      PGresult    *rows,
      GError     **error)
{
  for (int i = 0; i < PQntuples (rows); i++)
    {
      const char *values[] = { check, PQgetvalue (rows, i, 0), PQgetvalue (rows, i, 1) };

      if (!done (PQexecParams (
            db, "insert into ivr.compliance_findings as f (check_id, subject, sentence, owner)"
                " select c.check_id, $2, $3, c.owner from ivr.compliance_checks c where c.check_id = $1"
                " on conflict (check_id, subject) do update set sentence = excluded.sentence, last_found_at = clock_timestamp(),"
                "   state = case when f.state = 'resolved' then 'open' else f.state end,"
                "   why = case when f.state = 'resolved' then null else f.why end,"
                "   changed_at = case when f.state = 'resolved' then clock_timestamp() else f.changed_at end",
            3, NULL, values, NULL, NULL, 0), db, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
resolve_rest (PGconn      *db,
              const char  *check,
              const char  *since,
              GError     **error)
{
  const char *values[] = { check, since };

  return done (PQexecParams (
    db, "update ivr.compliance_findings set state = 'resolved', changed_at = clock_timestamp()"
        " where check_id = $1 and state <> 'resolved' and last_found_at < $2", 2, NULL, values, NULL, NULL, 0), db, error);
}

static gboolean
run_checks (PGconn  *db,
            GError **error)
{
  g_autoptr(PGresult) checks = ivr_admin_db_query (
    db, "select check_id, query, clock_timestamp() from ivr.compliance_checks order by position", error);

  for (int i = 0; checks != NULL && i < PQntuples (checks); i++)
    {
      g_autoptr(PGresult) rows = ask (db, PQgetvalue (checks, i, 0), PQgetvalue (checks, i, 1), error);

      if (rows == NULL || !ivr_admin_db_execute (db, "begin", error) || !note (db, PQgetvalue (checks, i, 0), rows, error) ||
          !resolve_rest (db, PQgetvalue (checks, i, 0), PQgetvalue (checks, i, 2), error) || !ivr_admin_db_execute (db, "commit", error))
        return FALSE;
    }
  return checks != NULL;
}

static void
print_text (PGresult *checks,
            PGresult *findings)
{
  for (int c = 0; c < PQntuples (checks); c++)
    {
      g_print ("%-8s %-22s %s\n", PQgetvalue (checks, c, 4), PQgetvalue (checks, c, 1), PQgetvalue (checks, c, 2));
      for (int f = 0; f < PQntuples (findings); f++)
        if (g_str_equal (PQgetvalue (findings, f, 1), PQgetvalue (checks, c, 0)))
          g_print ("         %s %s: %s [%s]%s%s\n", PQgetvalue (findings, f, 0), PQgetvalue (findings, f, 3), PQgetvalue (findings, f, 2),
                   PQgetvalue (findings, f, 4), PQgetisnull (findings, f, 5) ? "" : " ", PQgetvalue (findings, f, 5));
      if (!g_str_equal (PQgetvalue (checks, c, 4), "ok"))
        g_print ("         What to do: %s\n", PQgetvalue (checks, c, 3));
    }
}

static void
print_rows (JsonBuilder        *b,
            const char         *name,
            PGresult           *rows,
            const char * const *names)
{
  json_builder_set_member_name (b, name);
  json_builder_begin_array (b);
  for (int i = 0; i < PQntuples (rows); i++)
    {
      json_builder_begin_object (b);
      for (int c = 0; names[c] != NULL; c++)
        {
          json_builder_set_member_name (b, names[c]);
          json_builder_add_string_value (b, PQgetvalue (rows, i, c));
        }
      json_builder_end_object (b);
    }
  json_builder_end_array (b);
}

static void
print_json (PGresult *checks,
            PGresult *findings,
            int       n_open)
{
  static const char * const check_names[] = { "check", "clause", "title", "remedy", "state", NULL };
  static const char * const finding_names[] = { "id", "check", "sentence", "state", "owner", "why", NULL };
  g_autoptr(JsonBuilder) b = json_builder_new ();
  g_autoptr(JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_object (b);
  print_rows (b, "checks", checks, check_names);
  print_rows (b, "findings", findings, finding_names);
  json_builder_set_member_name (b, "ok");
  json_builder_add_boolean_value (b, n_open == 0);
  json_builder_end_object (b);
  root = json_builder_get_root (b);
  text = json_to_string (root, TRUE);
  g_print ("%s\n", text);
}

static int
report (PGconn     *db,
        const char *format)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(PGresult) checks = NULL;
  g_autoptr(PGresult) findings = NULL;
  int n_open = 0;
  int n_broken = 0;

  if (!run_checks (db, &error))
    return ivr_admin_complain (IVR_ADMIN_WRONG, "%s", error->message);
  checks = ivr_admin_db_query (
    db, "select c.check_id, c.clause, c.title, c.remedy, case when exists (select from ivr.compliance_findings f"
        " where f.check_id = c.check_id and f.state = 'open') then 'BROKEN' when exists (select from ivr.compliance_findings f"
        " where f.check_id = c.check_id and f.state = 'accepted') then 'accepted' else 'ok' end"
        " from ivr.compliance_checks c order by c.position", &error);
  findings = checks == NULL ? NULL : ivr_admin_db_query (
    db, "select f.id, f.check_id, f.sentence, f.state, f.owner, f.why from ivr.compliance_findings f where f.state <> 'resolved'"
        " order by f.check_id, f.subject", &error);
  if (findings == NULL)
    return ivr_admin_complain (IVR_ADMIN_WRONG, "%s", error->message);
  for (int i = 0; i < PQntuples (findings); i++)
    n_open += g_str_equal (PQgetvalue (findings, i, 3), "open");
  for (int i = 0; i < PQntuples (checks); i++)
    n_broken += g_str_equal (PQgetvalue (checks, i, 4), "BROKEN");
  if (g_str_equal (format, "json"))
    print_json (checks, findings, n_open);
  else
    {
      print_text (checks, findings);
      g_print ("\nRules that hold: %d/%d\n", PQntuples (checks) - n_broken, PQntuples (checks));
    }
  return n_open == 0 ? IVR_ADMIN_OK : ivr_admin_complain (IVR_ADMIN_WRONG, "There are %d open findings.", n_open);
}

static int
accept_finding (PGconn     *db,
                const char *id,
                const char *owner,
                const char *why)
{
  const char *values[] = { id, owner, why };
  g_autoptr(PGresult) changed = PQexecParams (
    db, "update ivr.compliance_findings set state = 'accepted', owner = $2, why = $3, changed_at = clock_timestamp()"
        " where id::text = $1 and state in ('open', 'accepted')", 3, NULL, values, NULL, NULL, 0);
  g_autofree char *what = ivr_admin_quote (id);

  if (PQresultStatus (changed) != PGRES_COMMAND_OK)
    return ivr_admin_complain (IVR_ADMIN_WRONG, "The finding cannot be accepted: %s", PQresultErrorField (changed, PG_DIAG_MESSAGE_PRIMARY));
  if (!g_str_equal (PQcmdTuples (changed), "1"))
    return ivr_admin_complain (IVR_ADMIN_WRONG, "There is no open finding %s.", what);
  g_print ("Accepted.\n");
  return IVR_ADMIN_OK;
}

/**
 * ivr_admin_compliance:
 *
 * `compliance URI [--format text|json]`: decides each rule, keeps what was found, and reports. With
 * `--accept ID --owner WHO --why TEXT` says of a finding that it is known and who looks after it.
 *
 * Returns: exit status: 1 while there are open findings
 */
int
ivr_admin_compliance (int    argc,
                      char **argv)
{
  g_autofree char *format = NULL;
  g_autofree char *finding = NULL;
  g_autofree char *owner = NULL;
  g_autofree char *why = NULL;
  g_autoptr(PGconn) db = NULL;
  g_autoptr(GError) error = NULL;
  int status = IVR_ADMIN_OK;
  const GOptionEntry entries[] = {
    { "format", 'f', 0, G_OPTION_ARG_STRING, &format, "text (default) or json", "FORMAT" },
    { "accept", 0, 0, G_OPTION_ARG_STRING, &finding, "Accept this finding", "ID" },
    { "owner", 0, 0, G_OPTION_ARG_STRING, &owner, "With --accept: who looks after it", "WHO" },
    { "why", 0, 0, G_OPTION_ARG_STRING, &why, "With --accept: why", "TEXT" },
    { NULL },
  };

  if (!ivr_admin_parse ("URI", "Decides the rules of the HIPAA Security Rule that a database can tell.", entries, &argc, &argv, &status))
    return status;
  if (argc != 2)
    return ivr_admin_complain (IVR_ADMIN_UNREACHABLE, "Say which database: ivr-admin compliance URI.");
  if (format != NULL && !g_str_equal (format, "text") && !g_str_equal (format, "json"))
    {
      g_autofree char *what = ivr_admin_quote (format);

      return ivr_admin_complain (IVR_ADMIN_UNREACHABLE, "--format is text or json, not %s.", what);
    }
  if (finding != NULL && (owner == NULL || owner[0] == '\0' || why == NULL || why[0] == '\0'))
    return ivr_admin_complain (IVR_ADMIN_UNREACHABLE, "To accept a finding say --owner and --why.");
  db = ivr_admin_db_connect (argv[1], &error);
  if (db == NULL)
    return ivr_admin_complain (ivr_admin_db_status (error), "%s", error->message);
  if (!ivr_admin_db_is_migrated (db, &error))
    return ivr_admin_complain (IVR_ADMIN_WRONG, "%s", error->message);
  return finding != NULL ? accept_finding (db, finding, owner, why) : report (db, format != NULL ? format : "text");
}
