/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * IvrPgResult:
 * Rows of one answer, in PostgreSQL's binary form, read by column name.
 *
 * A getter that meets another type than its own, or a column that is not there, has met a
 * programmer's mistake: it warns with the column's name and gives the empty value. Null gives
 * the empty value too; ivr_pg_result_is_null() tells.
 */
#define IVR_TYPE_PG_RESULT (ivr_pg_result_get_type ())
G_DECLARE_FINAL_TYPE (IvrPgResult, ivr_pg_result, IVR, PG_RESULT, GObject)

int      ivr_pg_result_get_n_rows    (IvrPgResult *self);
gboolean ivr_pg_result_is_null       (IvrPgResult *self,
                                      int          row,
                                      const char  *column);
char    *ivr_pg_result_dup_text      (IvrPgResult *self,
                                      int          row,
                                      const char  *column);
char    *ivr_pg_result_dup_uuid      (IvrPgResult *self,
                                      int          row,
                                      const char  *column);
char    *ivr_pg_result_dup_json      (IvrPgResult *self,
                                      int          row,
                                      const char  *column);
gint64   ivr_pg_result_get_int       (IvrPgResult *self,
                                      int          row,
                                      const char  *column);
gboolean ivr_pg_result_get_boolean   (IvrPgResult *self,
                                      int          row,
                                      const char  *column);
gint64   ivr_pg_result_get_timestamp (IvrPgResult *self,
                                      int          row,
                                      const char  *column);
char    *ivr_pg_result_dup_date      (IvrPgResult *self,
                                      int          row,
                                      const char  *column);
GBytes  *ivr_pg_result_get_bytes     (IvrPgResult *self,
                                      int          row,
                                      const char  *column);
GStrv    ivr_pg_result_dup_strv      (IvrPgResult *self,
                                      int          row,
                                      const char  *column);

G_END_DECLS
