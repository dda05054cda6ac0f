/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-papers.h"

#include <string.h>

void
ivr_papers_assert_refused (PGresult   *result,
                           const char *state,
                           const char *detail)
{
  g_autoptr(PGresult) own = result;
  const char *said = PQresultErrorField (own, PG_DIAG_MESSAGE_DETAIL);

  g_assert_cmpstr (ivr_test_state (own), ==, state);
  if (detail != NULL && (said == NULL || strstr (said, detail) == NULL))
    g_error ("no %s in %s", detail, said);
}

void
ivr_papers_assert_done (PGresult *result)
{
  g_autoptr(PGresult) own = result;

  g_assert_cmpstr (PQresultErrorMessage (own), ==, "");
}

void
ivr_papers_assert_value (PGconn     *db,
                         const char *sql,
                         const char *argument,
                         const char *wanted)
{
  g_autofree char *value = ivr_test_value (db, sql, argument, NULL);

  g_assert_cmpstr (value, ==, wanted);
}

static char *
hex (gconstpointer data,
     gsize         length)
{
  GString *text = g_string_new ("\\x");

  for (gsize i = 0; i < length; i++)
    g_string_append_printf (text, "%02x", ((const guint8 *) data)[i]);
  return g_string_free (text, FALSE);
}

char *
ivr_papers_hash (gconstpointer data,
                 gsize         length)
{
  g_autofree char *digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, data, length);

  return g_strconcat ("\\x", digest, NULL);
}

/* A file that begins as a PDF does, of any length; @salt makes it another one. */
GBytes *
ivr_papers_make_file (gsize length,
                      guint salt)
{
  guint8 *data = g_malloc (length);

  for (gsize i = 0; i < length; i++)
    data[i] = (guint8) (i * 7 + i / 251 + salt);
  memcpy (data, "%PDF-1.4", MIN (length, 8));
  return g_bytes_new_take (data, length);
}

char *
ivr_papers_whole_hash (GBytes *file)
{
  return ivr_papers_hash (g_bytes_get_data (file, NULL), g_bytes_get_size (file));
}

char *
ivr_papers_chunks_hash (GBytes *file)
{
  g_autoptr(GChecksum) all = g_checksum_new (G_CHECKSUM_SHA256);

  for (gsize at = 0; at < g_bytes_get_size (file); at += IVR_PAPERS_CHUNK)
    {
      g_autoptr(GChecksum) one = g_checksum_new (G_CHECKSUM_SHA256);
      guint8 digest[32];
      gsize n = sizeof digest;

      g_checksum_update (one, (const guint8 *) g_bytes_get_data (file, NULL) + at, (gssize) MIN (IVR_PAPERS_CHUNK, g_bytes_get_size (file) - at));
      g_checksum_get_digest (one, digest, &n);
      g_checksum_update (all, digest, (gssize) n);
    }
  return g_strconcat ("\\x", g_checksum_get_string (all), NULL);
}

/* "" for a new document. */
PGresult *
ivr_papers_try_begin (PGconn     *db,
                      const char *upload,
                      const char *request,
                      const char *document,
                      const char *file)
{
  g_autofree char *id = g_uuid_string_random ();

  return ivr_test_ask (db, "select api.begin_document_upload($1, $2, $3, nullif($4, '')::uuid, $5)", id, upload, request, document, file, NULL);
}

PGresult *
ivr_papers_put_raw (PGconn       *db,
                    const char   *upload,
                    int           seq,
                    gconstpointer data,
                    gsize         length,
                    const char   *digest)
{
  g_autofree char *place = g_strdup_printf ("%d", seq);
  g_autofree char *bytes = hex (data, length);
  g_autofree char *own = digest != NULL ? g_strdup (digest) : ivr_papers_hash (data, length);

  return ivr_test_ask (db, "select api.put_document_chunk($1, $2, $3::bytea, $4::bytea)", upload, place, bytes, own, NULL);
}

PGresult *
ivr_papers_put (PGconn     *db,
                const char *upload,
                GBytes     *file,
                int         seq)
{
  gsize at = (gsize) seq * IVR_PAPERS_CHUNK;

  return ivr_papers_put_raw (db, upload, seq, (const guint8 *) g_bytes_get_data (file, NULL) + at, MIN (IVR_PAPERS_CHUNK, g_bytes_get_size (file) - at), NULL);
}

PGresult *
ivr_papers_try_finish (PGconn     *db,
                       const char *upload,
                       const char *version,
                       GBytes     *file)
{
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *whole = ivr_papers_whole_hash (file);
  g_autofree char *chunks = ivr_papers_chunks_hash (file);

  return ivr_test_ask (db, "select api.finish_document($1, $2, nullif($3, '')::bigint, $4::bytea, $5::bytea) ->> 'id'", id, upload, version, whole,
                       chunks, NULL);
}

/* Announces and sends all pieces; returns the upload. */
char *
ivr_papers_send_pieces (PGconn     *db,
                        const char *request,
                        const char *document,
                        GBytes     *file)
{
  char *upload = g_uuid_string_random ();
  g_autofree char *facts = g_strdup_printf ("{\"name\": \"notes.pdf\", \"content_type\": \"application/pdf\", \"size\": %" G_GSIZE_FORMAT
                                            ", \"type\": \"chart_notes\", \"title\": \"Notes\"}", g_bytes_get_size (file));

  ivr_papers_assert_done (ivr_papers_try_begin (db, upload, request, document, facts));
  for (gsize i = 0; i * IVR_PAPERS_CHUNK < g_bytes_get_size (file); i++)
    ivr_papers_assert_done (ivr_papers_put (db, upload, file, (int) i));
  return upload;
}

/* Returns the document. */
char *
ivr_papers_hand_in (PGconn     *db,
                    const char *request,
                    const char *document,
                    const char *version,
                    GBytes     *file)
{
  g_autofree char *upload = ivr_papers_send_pieces (db, request, document, file);
  g_autoptr(PGresult) done = ivr_papers_try_finish (db, upload, version, file);

  g_assert_cmpstr (PQresultErrorMessage (done), ==, "");
  return g_strdup (PQgetvalue (done, 0, 0));
}
