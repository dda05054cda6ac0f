/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "ivr-test-server.h"

G_BEGIN_DECLS

/**
 * IvrBench:
 * What one bench program says: a table on standard output, and with --json FILE an object with
 * "bench" and "rows" of name, value, unit, and where there is something to compare with, against
 * and ratio. Each comparison was measured in the same run, turn by turn.
 */
typedef struct _IvrBench IvrBench;

IvrBench      *ivr_bench_new         (const char          *name,
                                      const char          *summary,
                                      const GOptionEntry  *entries,
                                      int                 *argc,
                                      char              ***argv);
void           ivr_bench_free        (IvrBench            *self);
void           ivr_bench_say         (IvrBench            *self,
                                      const char          *format,
                                      ...) G_GNUC_PRINTF (2, 3);
void           ivr_bench_report      (IvrBench            *self,
                                      const char          *name,
                                      const char          *unit,
                                      GArray              *values,
                                      const char          *against,
                                      GArray              *others);
void           ivr_bench_report_at   (IvrBench            *self,
                                      const char          *name,
                                      const char          *unit,
                                      double               quantile,
                                      GArray              *values,
                                      const char          *against,
                                      GArray              *others);
void           ivr_bench_report_one  (IvrBench            *self,
                                      const char          *name,
                                      const char          *unit,
                                      double               value,
                                      const char          *against,
                                      double               other);

GArray        *ivr_bench_values      (void);
void           ivr_bench_add         (GArray              *values,
                                      double               value);
double         ivr_bench_quantile    (GArray              *values,
                                      double               q);
double         ivr_bench_now_ms      (void);
double         ivr_bench_rss_kb      (gint64               pid);
IvrTestServer *ivr_bench_server      (int                  requests);
GSubprocess   *ivr_bench_display     (const char          *size);
void           ivr_bench_end         (GSubprocess         *process);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IvrBench, ivr_bench_free)

G_END_DECLS
