/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-admin-db.h"
#include "ivr-admin-seal.h"

G_BEGIN_DECLS

typedef struct
{
  guint64 rows;                 /* that are as they were sealed */
  guint64 unsealed;
  guint64 archived;             /* that left with an archive */
  guint seals;                  /* in the database */
  guint sound;                  /* of these */
  guint signed_heads;
  GPtrArray *problems;          /* sentences */
  GHashTable *proven;           /* (nullable): places of the rows that were read in archives, by ivr_audit_place() */
} IvrAuditReport;

/* More than a seal has rows. */
#define IVR_AUDIT_PLACES G_GUINT64_CONSTANT (0x80000000)

IvrSealHead *ivr_audit_seal_from_row (PGresult        *rows,
                                      int              i,
                                      guint8          *chain_in_database);
gboolean     ivr_audit_seal          (PGconn          *db,
                                      const char      *key,
                                      const char      *path,
                                      gboolean         begin,
                                      int             *made,
                                      guint64         *last,
                                      GError         **error);
void         ivr_audit_add_problem   (IvrAuditReport  *report,
                                      const char      *format,
                                      ...) G_GNUC_PRINTF (2, 3);
gboolean     ivr_audit_read_archives (PGconn          *db,
                                      const char      *folder,
                                      IvrAuditReport  *report,
                                      GError         **error);
gboolean     ivr_audit_archive       (PGconn          *db,
                                      const char      *folder,
                                      int              years,
                                      guint           *n,
                                      GError         **error);
gboolean     ivr_audit_verify        (PGconn          *db,
                                      GPtrArray       *heads,
                                      IvrAuditReport  *report,
                                      GError         **error);

/* One at a time seals or archives. */
#define IVR_AUDIT_LOCK "select pg_advisory_xact_lock(7221, 0)"
/* A year ahead, whenever somebody passes by. */
#define IVR_AUDIT_ADD_MONTHS "select audit.add_months(12)"
#define IVR_AUDIT_SEALS "select n, upto, count, encode(root, 'hex'), encode(chain, 'hex') from audit.seals order by n"

G_END_DECLS
