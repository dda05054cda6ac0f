/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * IvrPgParams:
 * Parameters of one call, in order. Every value travels beside the statement, never in it.
 * Owned by whoever made it until it is given to ivr_pg_connection_query_async(), which takes it.
 */
typedef struct _IvrPgParams IvrPgParams;

IvrPgParams *ivr_pg_params_new           (void);
void         ivr_pg_params_free          (IvrPgParams        *self);
IvrPgParams *ivr_pg_params_add_text      (IvrPgParams        *self,
                                          const char         *value);
IvrPgParams *ivr_pg_params_add_uuid      (IvrPgParams        *self,
                                          const char         *value);
IvrPgParams *ivr_pg_params_add_jsonb     (IvrPgParams        *self,
                                          const char         *value);
IvrPgParams *ivr_pg_params_add_int       (IvrPgParams        *self,
                                          int                 value);
IvrPgParams *ivr_pg_params_add_int64     (IvrPgParams        *self,
                                          gint64              value);
IvrPgParams *ivr_pg_params_add_boolean   (IvrPgParams        *self,
                                          gboolean            value);
IvrPgParams *ivr_pg_params_add_timestamp (IvrPgParams        *self,
                                          gint64              unix_us);
IvrPgParams *ivr_pg_params_add_bytes     (IvrPgParams        *self,
                                          GBytes             *value);
IvrPgParams *ivr_pg_params_add_uuids     (IvrPgParams        *self,
                                          const char * const *values);
IvrPgParams *ivr_pg_params_add_bytes_array (IvrPgParams      *self,
                                          GPtrArray          *values);
IvrPgParams *ivr_pg_params_add_int64s    (IvrPgParams        *self,
                                          GArray             *values);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IvrPgParams, ivr_pg_params_free)

G_END_DECLS
