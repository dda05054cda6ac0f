/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-admin-verify.h"

#include <json-glib/json-glib.h>

static const struct
{
  const char *table;
  const char *label;
} headline[] = {
  { "ivr_requests", "requests" },
  { "ivr_communication_messages", "messages" },
  { "patients", "patients" },
  { "users", "users" },
};

/**
 * ivr_verify_report_print_text:
 * @report: a report
 *
 * Prints it for a terminal; the last line is "Tables verified: N/N".
 */
void
ivr_verify_report_print_text (IvrVerifyReport *report)
{
  g_print ("Connected to %s on %s as %s, PostgreSQL %s, schema version %s%s.\n\nTables\n", report->database,
           report->host, report->user, report->server_version, report->schema_version,
           report->demo ? " (demo)" : "");
  for (guint i = 0; i < report->tables->len; i++)
    {
      IvrVerifyTable *t = report->tables->pdata[i];
      g_autofree char *name = g_strconcat (t->schema, ".", t->name, NULL);

      g_print ("  %-36s %9" G_GINT64_FORMAT " rows  %s  [%s] %s\n", name, t->rows, t->fault == NULL ? "ok   " : "WRONG",
               t->feature[0] != '\0' ? t->feature : "no feature", t->purpose);
    }
  g_print ("\nRequests by status\n");
  for (guint i = 0; i < report->statuses->len; i++)
    {
      IvrVerifyCount *c = report->statuses->pdata[i];

      g_print ("  %-18s %" G_GINT64_FORMAT "\n", c->label, c->n);
    }
  g_print ("\nCounts\n");
  for (gsize i = 0; i < G_N_ELEMENTS (headline); i++)
    g_print ("  %" G_GINT64_FORMAT " %s\n", ivr_verify_report_count (report, headline[i].table), headline[i].label);
  g_print ("\nSample requests (patients masked)\n");
  for (guint i = 0; i < report->samples->len; i++)
    {
      char **cells = report->samples->pdata[i];

      g_print ("  %s  #%s  %-12s %-36s %s  %s messages  %s\n", cells[0], cells[1], cells[2], cells[3], cells[4], cells[5], cells[6]);
    }
  g_print ("\nIntegrity\n");
  if (report->problems->len == 0)
    g_print ("  Constraints valid, foreign keys indexed, row-level security on and forced, no right but the\n"
             "  listed ones, functions with a fixed search_path, history agrees with status.\n");
  for (guint i = 0; i < report->problems->len; i++)
    g_print ("  WRONG: %s\n", (char *) report->problems->pdata[i]);
  g_print ("\nTables verified: %d/%u\n", report->verified, report->tables->len);
}

/**
 * ivr_verify_report_print_markdown:
 * @report: a report
 *
 * Prints it as Markdown; the last line is "Tables verified: N/N".
 */
void
ivr_verify_report_print_markdown (IvrVerifyReport *report)
{
  g_print ("# Database %s\n\nPostgreSQL %s, schema version %s, connected as `%s`.\n\n"
           "| Table | Feature | Rows | State | Purpose |\n|---|---|---:|---|---|\n",
           report->database, report->server_version, report->schema_version, report->user);
  for (guint i = 0; i < report->tables->len; i++)
    {
      IvrVerifyTable *t = report->tables->pdata[i];

      g_print ("| `%s.%s` | %s | %" G_GINT64_FORMAT " | %s | %s |\n", t->schema, t->name, t->feature, t->rows,
               t->fault == NULL ? "ok" : t->fault, t->purpose);
    }
  g_print ("\n| Status | Requests |\n|---|---:|\n");
  for (guint i = 0; i < report->statuses->len; i++)
    {
      IvrVerifyCount *c = report->statuses->pdata[i];

      g_print ("| %s | %" G_GINT64_FORMAT " |\n", c->label, c->n);
    }
  g_print ("\n");
  for (gsize i = 0; i < G_N_ELEMENTS (headline); i++)
    g_print ("- %" G_GINT64_FORMAT " %s\n", ivr_verify_report_count (report, headline[i].table), headline[i].label);
  g_print ("\n| Request | Status | Service | Patient | Messages |\n|---|---|---|---|---:|\n");
  for (guint i = 0; i < report->samples->len; i++)
    {
      char **cells = report->samples->pdata[i];

      g_print ("| #%s | %s | %s | %s | %s |\n", cells[1], cells[2], cells[3], cells[4], cells[5]);
    }
  g_print ("\n## Problems\n\n");
  if (report->problems->len == 0)
    g_print ("None.\n");
  for (guint i = 0; i < report->problems->len; i++)
    g_print ("- %s\n", (char *) report->problems->pdata[i]);
  g_print ("\nTables verified: %d/%u\n", report->verified, report->tables->len);
}

static void
build_connection (JsonBuilder     *b,
                  IvrVerifyReport *report)
{
  const char * const pairs[][2] = {
    { "host", report->host }, { "database", report->database }, { "user", report->user },
    { "server_version", report->server_version }, { "schema_version", report->schema_version },
  };

  json_builder_set_member_name (b, "connection");
  json_builder_begin_object (b);
  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      json_builder_set_member_name (b, pairs[i][0]);
      json_builder_add_string_value (b, pairs[i][1]);
    }
  json_builder_set_member_name (b, "demo");
  json_builder_add_boolean_value (b, report->demo);
  json_builder_end_object (b);
}

static void
build_counts (JsonBuilder     *b,
              IvrVerifyReport *report)
{
  json_builder_set_member_name (b, "counts");
  json_builder_begin_object (b);
  for (guint i = 0; i < report->tables->len; i++)
    {
      IvrVerifyTable *t = report->tables->pdata[i];

      json_builder_set_member_name (b, t->name);
      json_builder_add_int_value (b, t->rows);
    }
  json_builder_end_object (b);
  json_builder_set_member_name (b, "statuses");
  json_builder_begin_object (b);
  for (guint i = 0; i < report->statuses->len; i++)
    {
      IvrVerifyCount *c = report->statuses->pdata[i];

      json_builder_set_member_name (b, c->label);
      json_builder_add_int_value (b, c->n);
    }
  json_builder_end_object (b);
}

/**
 * ivr_verify_report_print_json:
 * @report: a report
 *
 * Prints it as one JSON object: connection, counts by table name, statuses, tables {verified,
 * total}, problems, ok.
 */
void
ivr_verify_report_print_json (IvrVerifyReport *report)
{
  g_autoptr(JsonBuilder) b = json_builder_new ();
  g_autoptr(JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_object (b);
  build_connection (b, report);
  build_counts (b, report);
  json_builder_set_member_name (b, "tables");
  json_builder_begin_object (b);
  json_builder_set_member_name (b, "verified");
  json_builder_add_int_value (b, report->verified);
  json_builder_set_member_name (b, "total");
  json_builder_add_int_value (b, report->tables->len);
  json_builder_end_object (b);
  json_builder_set_member_name (b, "problems");
  json_builder_begin_array (b);
  for (guint i = 0; i < report->problems->len; i++)
    json_builder_add_string_value (b, report->problems->pdata[i]);
  json_builder_end_array (b);
  json_builder_set_member_name (b, "ok");
  json_builder_add_boolean_value (b, report->problems->len == 0);
  json_builder_end_object (b);
  root = json_builder_get_root (b);
  text = json_to_string (root, TRUE);
  g_print ("%s\n", text);
}
