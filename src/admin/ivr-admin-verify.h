/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <libpq-fe.h>

G_BEGIN_DECLS

typedef struct
{
  char *schema;
  char *name;
  char *purpose;
  char *feature;
  char *fault;          /* NULL when nothing is wrong */
  gint64 rows;
} IvrVerifyTable;

typedef struct
{
  char *label;
  gint64 n;
} IvrVerifyCount;

/**
 * IvrVerifyReport:
 * What `ivr-admin verify` found. Patients appear masked.
 */
typedef struct
{
  char *host;
  char *database;
  char *user;
  char *server_version;
  char *schema_version;
  gboolean demo;
  GPtrArray *tables;    /* IvrVerifyTable */
  GPtrArray *statuses;  /* IvrVerifyCount */
  GPtrArray *samples;   /* GStrv: id, no, status, service, patient, messages, created */
  GPtrArray *problems;  /* char* */
  int verified;
} IvrVerifyReport;

gint64 ivr_verify_report_count          (IvrVerifyReport *report,
                                         const char      *table);
gboolean ivr_verify_report_add_rights   (IvrVerifyReport  *report,
                                         PGconn           *db,
                                         GError          **error);
void   ivr_verify_report_print_text     (IvrVerifyReport *report);
void   ivr_verify_report_print_markdown (IvrVerifyReport *report);
void   ivr_verify_report_print_json     (IvrVerifyReport *report);

G_END_DECLS
