/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <libpq-fe.h>

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PGconn, PQfinish)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PGresult, PQclear)

PGconn   *ivr_admin_db_connect  (const char  *uri,
                                 GError     **error);
int       ivr_admin_db_status   (const GError *error);
gboolean  ivr_admin_db_execute  (PGconn      *db,
                                 const char  *sql,
                                 GError     **error);
PGresult *ivr_admin_db_query    (PGconn      *db,
                                 const char  *sql,
                                 GError     **error);
gboolean  ivr_admin_db_is_migrated (PGconn      *db,
                                    GError     **error);
char     *ivr_admin_db_load     (const char  *path);

G_END_DECLS
