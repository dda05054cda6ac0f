/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-upload.h"
#include "ivr-upload-private.h"

#include "ivr-database-private.h"
#include "ivr-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define BUSY_MS 1000

/* An answer, and to which beginning it belongs: when the line breaks, late ones of the old line still come. */
typedef struct
{
  IvrUpload *upload;
  guint run;
  guint seq;
} Answer;

static void go_on (IvrUpload *self);

static Answer *
answer_new (IvrUpload *self,
            guint      seq)
{
  Answer *answer = g_new (Answer, 1);

  answer->upload = g_object_ref (self);
  answer->run = self->run;
  answer->seq = seq;
  return answer;
}

static void
answer_free (Answer *answer)
{
  g_object_unref (answer->upload);
  g_free (answer);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Answer, answer_free)

static gboolean
is_current (Answer *answer)
{
  return answer->run == answer->upload->run && answer->upload->state == IVR_UPLOAD_SENDING;
}

/* Whatever is under way is not looked at any more. */
void
ivr_upload_stop_run (IvrUpload *self)
{
  self->run++;
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->reader);
  self->in_flight = 0;
  self->reading = FALSE;
}

static gboolean
on_again (gpointer data)
{
  IvrUpload *self = data;

  self->again_source = 0;
  if (self->state == IVR_UPLOAD_STOPPED && ivr_pg_connection_get_state (self->line) == IVR_PG_STATE_READY)
    ivr_upload_run (self);
  return G_SOURCE_REMOVE;
}

/* What time mends is waited for: the line tells when it is back, a busy server is asked again. */
static void
ended (IvrUpload    *self,
       const GError *error)
{
  gboolean busy = g_error_matches (error, IVR_ERROR, IVR_ERROR_BUSY);

  if (!busy && !g_error_matches (error, IVR_ERROR, IVR_ERROR_OFFLINE) && !g_error_matches (error, IVR_ERROR, IVR_ERROR_OUTCOME_UNKNOWN))
    {
      ivr_upload_fail (self, error);
      return;
    }
  ivr_upload_stop_run (self);
  ivr_upload_set_state (self, IVR_UPLOAD_STOPPED);
  if (self->again_source == 0)
    self->again_source = g_timeout_add (BUSY_MS, on_again, self);
}

static void
finished_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr(Answer) answer = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPgResult) rows = ivr_pg_connection_query_finish (IVR_PG_CONNECTION (source), result, &error);
  g_autofree char *json = rows != NULL ? ivr_pg_result_dup_json (rows, 0, "answer") : NULL;
  g_autoptr(JsonObject) done = json != NULL ? ivr_database_parse (json, &error) : NULL;
  IvrUpload *self = answer->upload;

  if (!is_current (answer))
    return;
  if (done == NULL)
    {
      ended (self, error);
      return;
    }
  g_free (self->document);
  self->document = g_strdup (json_object_get_string_member_with_default (done, "id", NULL));
  ivr_upload_set_state (self, IVR_UPLOAD_DONE);
}

static void
finish (IvrUpload *self)
{
  IvrPgParams *params = ivr_pg_params_new ();
  guint8 whole[IVR_DIGEST_BYTES];
  guint8 pieces[IVR_DIGEST_BYTES];
  g_autoptr(GBytes) whole_bytes = NULL;
  g_autoptr(GBytes) pieces_bytes = NULL;

  ivr_file_reader_get_digests (self->reader, whole, pieces);
  whole_bytes = g_bytes_new (whole, sizeof whole);
  pieces_bytes = g_bytes_new (pieces, sizeof pieces);
  ivr_pg_params_add_uuid (params, self->finish_id);
  ivr_pg_params_add_uuid (params, self->id);
  ivr_pg_params_add_int64 (params, self->expected);
  ivr_pg_params_add_bytes (params, whole_bytes);
  ivr_pg_params_add_bytes (params, pieces_bytes);
  ivr_pg_connection_query_async (self->line, "select api.finish_document($1, $2, $3, $4, $5) as answer", params, NULL, finished_cb,
                                 answer_new (self, 0));
}

static void
put_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      data)
{
  g_autoptr(Answer) answer = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPgResult) rows = ivr_pg_connection_query_finish (IVR_PG_CONNECTION (source), result, &error);
  IvrUpload *self = answer->upload;

  if (!is_current (answer))
    return;
  if (rows == NULL)
    {
      ended (self, error);
      return;
    }
  g_array_index (self->pieces, IvrUploadPiece, answer->seq).there = TRUE;
  self->in_flight--;
  self->sent += MIN (IVR_PIECE_BYTES, self->size - (guint64) answer->seq * IVR_PIECE_BYTES);
  ivr_upload_tell_sent (self, FALSE);
  go_on (self);
}

static void
put (IvrUpload *self,
     guint      seq,
     GBytes    *piece)
{
  IvrPgParams *params = ivr_pg_params_new ();
  g_autoptr(GBytes) digest = g_bytes_new (g_array_index (self->pieces, IvrUploadPiece, seq).digest, IVR_DIGEST_BYTES);

  ivr_pg_params_add_uuid (params, self->id);
  ivr_pg_params_add_int (params, (int) seq);
  ivr_pg_params_add_bytes (params, piece);
  ivr_pg_params_add_bytes (params, digest);
  self->in_flight++;
  ivr_pg_connection_query_async (self->line, "select 1 from api.put_document_chunk($1, $2, $3, $4)", params, NULL, put_cb, answer_new (self, seq));
}

static void
piece_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(Answer) answer = data;
  g_autoptr(GError) error = NULL;
  guint8 digest[IVR_DIGEST_BYTES];
  g_autoptr(GBytes) piece = ivr_file_reader_next_finish (IVR_FILE_READER (source), result, digest, &error);
  IvrUpload *self = answer->upload;
  IvrUploadPiece *known;

  if (!is_current (answer))
    return;
  self->reading = FALSE;
  if (piece == NULL && !g_error_matches (error, IVR_ERROR, IVR_ERROR_STALE))
    {
      ivr_upload_fail (self, error);
      return;
    }
  if (piece == NULL || ivr_file_reader_get_size (self->reader) != self->size || ivr_file_reader_get_changed (self->reader) != self->changed)
    {
      ivr_upload_file_changed (self);
      return;
    }
  if (g_bytes_get_size (piece) == 0)
    {
      self->at_end = TRUE;
      go_on (self);
      return;
    }
  known = &g_array_index (self->pieces, IvrUploadPiece, self->next);
  if (known->there && memcmp (known->digest, digest, IVR_DIGEST_BYTES) != 0)
    {
      ivr_upload_file_changed (self);
      return;
    }
  memcpy (known->digest, digest, IVR_DIGEST_BYTES);
  if (!known->there)
    put (self, self->next, piece);
  self->next++;
  go_on (self);
}

/* One piece is read while others travel; no more are held than the window has. */
static void
go_on (IvrUpload *self)
{
  /* Sending may find the line broken, and whoever hears of progress may give the upload up. */
  if (self->state != IVR_UPLOAD_SENDING || self->reader == NULL)
    return;
  if (self->at_end)
    {
      if (self->in_flight == 0)
        {
          ivr_upload_tell_sent (self, TRUE);
          if (self->state == IVR_UPLOAD_SENDING)
            finish (self);
        }
    }
  else if (!self->reading && self->in_flight < IVR_UPLOAD_WINDOW)
    {
      self->reading = TRUE;
      ivr_file_reader_next_async (self->reader, self->cancellable, piece_cb, answer_new (self, 0));
    }
}

static void
begun_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(Answer) answer = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPgResult) rows = ivr_pg_connection_query_finish (IVR_PG_CONNECTION (source), result, &error);

  if (!is_current (answer))
    return;
  if (rows == NULL)
    ended (answer->upload, error);
  else
    answer->upload->began = TRUE;
}

static gboolean
take_pieces (IvrUpload   *self,
             IvrPgResult *rows)
{
  for (int i = 0; i < ivr_pg_result_get_n_rows (rows); i++)
    {
      gint64 seq = ivr_pg_result_get_int (rows, i, "seq");
      g_autoptr(GBytes) digest = ivr_pg_result_get_bytes (rows, i, "sha256");
      IvrUploadPiece *piece;

      if (seq < 0 || seq >= self->pieces->len || g_bytes_get_size (digest) != IVR_DIGEST_BYTES)
        return FALSE;
      piece = &g_array_index (self->pieces, IvrUploadPiece, seq);
      piece->there = TRUE;
      memcpy (piece->digest, g_bytes_get_data (digest, NULL), IVR_DIGEST_BYTES);
      self->sent += MIN (IVR_PIECE_BYTES, self->size - (guint64) seq * IVR_PIECE_BYTES);
    }
  return TRUE;
}

static void
arrived_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(Answer) answer = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPgResult) rows = ivr_pg_connection_query_finish (IVR_PG_CONNECTION (source), result, &error);
  IvrUpload *self = answer->upload;

  if (!is_current (answer))
    return;
  /* It was left alone for so long that the server has forgotten it: once more from the beginning. */
  if (g_error_matches (error, IVR_ERROR, IVR_ERROR_NOT_FOUND) && self->began && !self->anew)
    {
      self->anew = TRUE;
      ivr_upload_stop_run (self);
      ivr_upload_renew_ids (self);
      ivr_upload_run (self);
      return;
    }
  if (rows != NULL && !take_pieces (self, rows))
    g_set_error_literal (&error, IVR_ERROR, IVR_ERROR_PROTOCOL, _("The server's answer is not readable."));
  if (error != NULL)
    ended (self, error);
  else
    {
      ivr_upload_tell_sent (self, TRUE);
      self->speed_sent = self->sent;
      go_on (self);
    }
}

static char *
dup_facts (IvrUpload *self)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autoptr(JsonNode) node = NULL;
  const char *names[] = { "name", "content_type", "type", "title" };
  const char *values[] = { self->name, self->content_type, self->type, self->title };

  json_builder_begin_object (builder);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (values[i] != NULL)
      {
        json_builder_set_member_name (builder, names[i]);
        json_builder_add_string_value (builder, values[i]);
      }
  json_builder_set_member_name (builder, "size");
  json_builder_add_int_value (builder, (gint64) self->size);
  json_builder_end_object (builder);
  node = json_builder_get_root (builder);
  return json_to_string (node, FALSE);
}

/* Announces the file (again: the server takes it once), asks what of it is there, and goes on from that. */
void
ivr_upload_run (IvrUpload *self)
{
  IvrPgParams *begin = ivr_pg_params_new ();
  IvrPgParams *arrived = ivr_pg_params_new ();
  g_autofree char *facts = dup_facts (self);

  if (self->reader == NULL)
    self->reader = self->file != NULL ? ivr_file_reader_new (self->file) : ivr_file_reader_new_bytes (self->bytes);
  if (self->cancellable == NULL)
    self->cancellable = g_cancellable_new ();
  self->at_end = FALSE;
  self->next = 0;
  self->sent = 0;
  g_array_set_size (self->pieces, 0);
  g_array_set_size (self->pieces, (guint) ((self->size + IVR_PIECE_BYTES - 1) / IVR_PIECE_BYTES));
  ivr_upload_set_state (self, IVR_UPLOAD_SENDING);
  ivr_pg_params_add_uuid (begin, self->begin_id);
  ivr_pg_params_add_uuid (begin, self->id);
  ivr_pg_params_add_uuid (begin, self->request);
  ivr_pg_params_add_uuid (begin, self->document);
  ivr_pg_params_add_jsonb (begin, facts);
  ivr_pg_params_add_uuid (arrived, self->id);
  ivr_pg_connection_query_async (self->line, "select api.begin_document_upload($1, $2, $3, $4, $5) as answer", begin, NULL, begun_cb,
                                 answer_new (self, 0));
  ivr_pg_connection_query_async (self->line, "select seq, sha256 from api.document_upload_chunks($1)", arrived, NULL, arrived_cb,
                                 answer_new (self, 0));
}
