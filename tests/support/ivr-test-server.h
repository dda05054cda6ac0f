/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <libpq-fe.h>

G_BEGIN_DECLS

/**
 * IvrTestServer:
 * A private PostgreSQL for one test program, in a temporary folder, run by the built ivr-admin. It
 * ends when the test program does, however that ends: its standard input closes.
 */
typedef struct _IvrTestServer IvrTestServer;

IvrTestServer *ivr_test_server_new            (void);
IvrTestServer *ivr_test_server_new_empty      (void);
void           ivr_test_server_free           (IvrTestServer       *self);
const char    *ivr_test_server_get_folder     (IvrTestServer       *self);
char          *ivr_test_server_uri            (IvrTestServer       *self,
                                               const char          *login);
char          *ivr_test_server_uri_of         (IvrTestServer       *self,
                                               const char          *login,
                                               const char          *database);
char          *ivr_test_server_add_database   (IvrTestServer       *self,
                                               const char          *database);
void           ivr_test_server_kill           (IvrTestServer       *self);
char          *ivr_test_server_dup_token      (IvrTestServer       *self,
                                               const char          *login);

char          *ivr_test_dup_folder            (void);
void           ivr_test_remove_folder         (const char          *folder);
char          *ivr_test_program               (const char          *path);
int            ivr_test_run                   (const char * const  *argv,
                                               char               **out,
                                               char               **err);
void           ivr_test_admin_ok              (const char          *command,
                                               ...) G_GNUC_NULL_TERMINATED;

int            ivr_test_admin                 (char               **out,
                                               char               **err,
                                               ...) G_GNUC_NULL_TERMINATED;
void           ivr_test_assert_sentence       (const char          *err,
                                               const char          *about);

PGconn        *ivr_test_connect               (const char          *uri);
PGresult      *ivr_test_query                 (PGconn              *db,
                                               const char          *sql,
                                               ...) G_GNUC_NULL_TERMINATED;
PGresult      *ivr_test_ask                   (PGconn              *db,
                                               const char          *sql,
                                               ...) G_GNUC_NULL_TERMINATED;
char          *ivr_test_value                 (PGconn              *db,
                                               const char          *sql,
                                               ...) G_GNUC_NULL_TERMINATED;
void           ivr_test_do                    (PGconn              *db,
                                               const char          *sql);
char          *ivr_test_open                  (PGconn              *db,
                                               const char          *request);
char          *ivr_test_open_list             (PGconn              *db,
                                               const char          *view,
                                               const char          *search);
const char    *ivr_test_state                 (PGresult            *result);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IvrTestServer, ivr_test_server_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PGconn, PQfinish)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PGresult, PQclear)

G_END_DECLS
