/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-admin-db.h"
#include "ivr-admin-seal.h"

G_BEGIN_DECLS

typedef struct
{
  guint64 rows;                 /* that are as they were sealed */
  guint64 unsealed;
  guint seals;                  /* in the database */
  guint sound;                  /* of these */
  GPtrArray *problems;          /* sentences */
} IvrAuditReport;

IvrSealHead *ivr_audit_seal_from_row (PGresult        *rows,
                                      int              i,
                                      guint8          *chain_in_database);
gboolean     ivr_audit_verify        (PGconn          *db,
                                      GPtrArray       *heads,
                                      IvrAuditReport  *report,
                                      GError         **error);

#define IVR_AUDIT_SEALS "select n, upto, count, encode(root, 'hex'), encode(chain, 'hex') from audit.seals order by n"

G_END_DECLS
