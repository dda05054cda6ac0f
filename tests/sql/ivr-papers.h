/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-test-server.h"

G_BEGIN_DECLS

/* Bytes of a piece. */
#define IVR_PAPERS_CHUNK 262144

/*
 * Files handed in piece by piece, as a desk does it, and answers with the SQLSTATE that they have to have. A document
 * of "" is a new one; ivr_papers_hand_in() returns its id.
 */
void ivr_papers_assert_refused (PGresult *result, const char *state, const char *detail);
void ivr_papers_assert_done (PGresult *result);
void ivr_papers_assert_value (PGconn *db, const char *sql, const char *argument, const char *wanted);
char *ivr_papers_hash (gconstpointer data, gsize length);
GBytes *ivr_papers_make_file (gsize length, guint salt);
char *ivr_papers_whole_hash (GBytes *file);
char *ivr_papers_chunks_hash (GBytes *file);
PGresult *
ivr_papers_try_begin (PGconn *db, const char *upload, const char *request, const char *document, const char *file);
PGresult *
ivr_papers_put_raw (PGconn *db, const char *upload, int seq, gconstpointer data, gsize length, const char *digest);
PGresult *ivr_papers_put (PGconn *db, const char *upload, GBytes *file, int seq);
PGresult *ivr_papers_try_finish (PGconn *db, const char *upload, const char *version, GBytes *file);
char *ivr_papers_send_pieces (PGconn *db, const char *request, const char *document, GBytes *file);
char *ivr_papers_hand_in (PGconn *db, const char *request, const char *document, const char *version, GBytes *file);

G_END_DECLS
