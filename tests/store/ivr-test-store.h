/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-command.h"
#include "ivr-database.h"
#include "ivr-error.h"
#include "ivr-test-line.h"
#include "ivr-test-server.h"

G_BEGIN_DECLS

/* The demo's people, and two of its requests. */
#define CASEY "casey.example"
#define ROBIN "robin.example"
#define SAM "sam.demo"
#define KIM "kim.demo"
#define LEE "lee.demo"
#define REQUEST "6db5f169-2541-4515-9156-8cd432d8f0e4"
#define DECIDED "660e8400-e29b-41d4-a716-446655440004"

/* Runs the main loop until something is so; a test that waits too long fails. */
#define WAIT_UNTIL(condition) \
  G_STMT_START \
    { \
      guint deadline_ = test_begin_wait (G_STRLOC); \
      while (!(condition)) \
        g_main_context_iteration (NULL, TRUE); \
      g_source_remove (deadline_); \
    } \
  G_STMT_END

extern IvrTestServer *test_server;
extern PGconn *test_admin;

int          test_run          (int                  *argc,
                                char               ***argv,
                                const char           *requests,
                                void                (*add) (void));
void         test_connect_admin (void);
guint        test_begin_wait   (const char           *where);
void         test_keep_result  (GObject              *source,
                                GAsyncResult         *result,
                                gpointer              data);
void         test_settle       (void);
IvrDatabase *test_sign_in_at   (const char           *uri);
IvrDatabase *test_sign_in      (const char           *login);
GError      *test_sign_in_error (IvrDatabase         *database);
void         test_sign_out     (IvrDatabase          *database);
JsonObject  *test_command      (IvrDatabase          *database,
                                IvrCommandKind        kind,
                                const char * const   *arguments,
                                guint                 n_arguments,
                                GError              **error);
char        *test_value        (const char           *sql,
                                const char           *value);
gint64       test_count        (const char           *sql,
                                const char           *value);
void         test_sql          (const char           *sql);
void         test_cut_lines    (const char           *login);

G_END_DECLS
