/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-download.h"

#include "ivr-database-private.h"
#include "ivr-error.h"
#include "ivr-file-writer.h"
#include "ivr-transfer-line.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Pieces that are asked for at once, and how many may be on their way or not written yet. No transaction of the server
 * lasts longer than a slow line takes for so many, and no more are ever held. */
#define BATCH 16
#define MOST_AHEAD 32

static const char * const purposes[] = { [IVR_DOWNLOAD_VIEW] = "view", [IVR_DOWNLOAD_SAVE] = "download", [IVR_DOWNLOAD_PRINT] = "print",
                                         [IVR_DOWNLOAD_OPEN] = "open", [IVR_DOWNLOAD_THUMBNAIL] = "thumbnail" };

typedef struct
{
  GTask *task;
  IvrDatabase *database;
  IvrPgConnection *line;
  gulong state_id;
  gulong cancelled_id;
  guint cancelled_source;
  char *document;
  int version;
  IvrDownloadPurpose purpose;
  IvrDownloadProgress progress;
  gpointer progress_data;

  IvrFileWriter *writer;
  JsonObject *facts;      /* what the server says of the document */
  GBytes *whole;
  GBytes *all;
  guint64 size;
  guint n_pieces;

  char *ticket;
  guint run;              /* counts openings: the line may break in between */
  guint asked;            /* pieces that were asked for in this run, counted from the first of the document */
  guint arrived;
  guint written;
  guint in_hand;          /* pieces that the writer has at the moment */
  gboolean room;          /* the writer has begun */
  guint open_run;         /* the run in which the server said what it is */
  gboolean ended;
  GPtrArray *pieces;      /* GBytes, arrived and not given to the writer */
  GPtrArray *digests;
} Download;

/* An answer, and to which opening it belongs. */
typedef struct
{
  Download *download;
  guint run;
  guint upto;             /* of a batch: the piece behind its last */
} Answer;

static void open_document (Download *self);
static void ask (Download *self);

static void
download_free (Download *self)
{
  g_free (self->document);
  g_free (self->ticket);
  g_clear_object (&self->writer);
  g_clear_pointer (&self->facts, json_object_unref);
  g_clear_pointer (&self->whole, g_bytes_unref);
  g_clear_pointer (&self->all, g_bytes_unref);
  g_ptr_array_unref (self->pieces);
  g_ptr_array_unref (self->digests);
  g_object_unref (self->database);
  g_free (self);
}

/* The task holds the download as its data; whoever waits for an answer holds the task. */
static Answer *
answer_new (Download *self)
{
  Answer *answer = g_new0 (Answer, 1);

  answer->download = self;
  answer->run = self->run;
  g_object_ref (self->task);
  return answer;
}

static void
answer_free (Answer *answer)
{
  GTask *task = answer->download->task;

  g_free (answer);
  g_object_unref (task);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Answer, answer_free)

static gboolean
is_current (Answer *answer)
{
  return !answer->download->ended && answer->run == answer->download->run;
}

/* Takes @error; NULL when all is in its place. */
static void
end (Download *self,
     GError   *error)
{
  GTask *task = self->task;

  if (self->ended)
    {
      g_clear_error (&error);
      return;
    }
  self->ended = TRUE;
  g_signal_handler_disconnect (self->line, self->state_id);
  if (self->cancelled_id != 0)
    g_cancellable_disconnect (g_task_get_cancellable (task), self->cancelled_id);
  g_clear_handle_id (&self->cancelled_source, g_source_remove);
  ivr_transfer_line_release (self->database);
  /* A writer that has not ended takes away what it wrote. */
  g_clear_object (&self->writer);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, json_object_ref (self->facts), (GDestroyNotify) json_object_unref);
  g_object_unref (task);
}

/* The line tells when it is back; a ticket that has run out is made anew. Everything else ends it. */
static void
failed (Download *self,
        GError   *error)
{
  const char *detail = ivr_error_get_detail (error);

  self->run++;
  if (g_error_matches (error, IVR_ERROR, IVR_ERROR_OFFLINE) || g_error_matches (error, IVR_ERROR, IVR_ERROR_OUTCOME_UNKNOWN))
    g_clear_error (&error);
  else if (self->written > 0 && detail != NULL && strstr (detail, "\"expired\"") != NULL)
    {
      g_clear_error (&error);
      open_document (self);
    }
  else
    end (self, error);
}

static void
on_line_state (Download *self)
{
  if (ivr_pg_connection_get_state (self->line) == IVR_PG_STATE_READY)
    open_document (self);
  else
    self->run++;
}

static gboolean
on_cancelled_later (gpointer data)
{
  Download *self = data;

  self->cancelled_source = 0;
  end (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled"));
  return G_SOURCE_REMOVE;
}

static void
on_cancelled (GCancellable *cancellable,
              Download     *self)
{
  /* Not from inside the signal: disconnecting there would wait for itself. */
  if (self->cancelled_source == 0)
    self->cancelled_source = g_idle_add_full (G_PRIORITY_DEFAULT, on_cancelled_later, self, NULL);
}

static void
in_place_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr(Answer) answer = data;
  GError *error = NULL;
  gboolean done = ivr_file_writer_finish (IVR_FILE_WRITER (source), result, &error);

  if (answer->download->ended)
    g_clear_error (&error);
  else
    end (answer->download, done ? NULL : error);
}

static void write_arrived (Download *self);

/* What was written stays written, whatever became of the line meanwhile. */
static void
written_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(Answer) answer = data;
  Download *self = answer->download;
  GError *error = NULL;
  gboolean done = ivr_file_writer_finish (IVR_FILE_WRITER (source), result, &error);

  if (self->ended)
    {
      g_clear_error (&error);
      return;
    }
  if (!done)
    {
      end (self, error);
      return;
    }
  self->written += self->in_hand;
  self->in_hand = 0;
  if (self->progress != NULL)
    self->progress (MIN ((guint64) self->written * IVR_PIECE_BYTES, self->size), self->size, self->progress_data);
  if (self->ended)
    return;
  if (self->written == self->n_pieces)
    ivr_file_writer_end_async (self->writer, self->whole, self->all, g_task_get_cancellable (self->task), in_place_cb, answer_new (self));
  else
    {
      write_arrived (self);
      ask (self);
    }
}

static void
write_arrived (Download *self)
{
  g_autoptr(GPtrArray) pieces = NULL;
  g_autoptr(GPtrArray) digests = NULL;

  if (self->in_hand > 0 || self->pieces->len == 0)
    return;
  pieces = g_steal_pointer (&self->pieces);
  digests = g_steal_pointer (&self->digests);
  self->pieces = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  self->digests = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  self->in_hand = pieces->len;
  ivr_file_writer_add_async (self->writer, pieces, digests, g_task_get_cancellable (self->task), written_cb, answer_new (self));
}

static void
on_piece (IvrPgResult *row,
          gpointer     data)
{
  Answer *answer = data;
  Download *self = answer->download;

  /* Out of order or twice is not of this run; what is missing shows at the end. */
  if (!is_current (answer) || ivr_pg_result_get_int (row, 0, "seq") != self->arrived)
    return;
  self->arrived++;
  g_ptr_array_add (self->pieces, ivr_pg_result_get_bytes (row, 0, "data"));
  g_ptr_array_add (self->digests, ivr_pg_result_get_bytes (row, 0, "sha256"));
  write_arrived (self);
}

static void
batch_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(Answer) answer = data;
  GError *error = NULL;
  Download *self = answer->download;

  if (!ivr_pg_connection_stream_finish (IVR_PG_CONNECTION (source), result, &error))
    {
      if (is_current (answer))
        failed (self, error);
      else
        g_clear_error (&error);
    }
  else if (is_current (answer) && self->arrived < answer->upto)
    end (self, g_error_new_literal (IVR_ERROR, IVR_ERROR_PROTOCOL, _("The server does not have all of the document. Tell your administrator.")));
}

static void
ask (Download *self)
{
  while (self->room && self->open_run == self->run && self->asked < self->n_pieces && self->asked + BATCH <= self->written + MOST_AHEAD)
    {
      IvrPgParams *params = ivr_pg_params_new ();
      int n = (int) MIN (BATCH, self->n_pieces - self->asked);
      Answer *answer = answer_new (self);

      ivr_pg_params_add_uuid (params, self->ticket);
      ivr_pg_params_add_int (params, (int) self->asked);
      ivr_pg_params_add_int (params, n);
      self->asked += (guint) n;
      answer->upto = self->asked;
      ivr_pg_connection_stream_async (self->line, "select seq, sha256, data from api.read_document_chunks($1, $2, $3)", params, on_piece, NULL,
                                      batch_cb, answer);
    }
}

static void
room_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(Answer) answer = data;
  GError *error = NULL;
  gboolean done = ivr_file_writer_finish (IVR_FILE_WRITER (source), result, &error);

  if (answer->download->ended)
    g_clear_error (&error);
  else if (!done)
    end (answer->download, error);
  else
    {
      answer->download->room = TRUE;
      ask (answer->download);
    }
}

static GBytes *
dup_digest (JsonObject *facts,
            const char *name)
{
  const char *hex = json_object_get_string_member_with_default (facts, name, "");
  guint8 digest[IVR_DIGEST_BYTES] = { 0 };

  for (gsize i = 0; i < sizeof digest && strlen (hex) == 2 * sizeof digest; i++)
    digest[i] = (guint8) (g_ascii_xdigit_value (hex[2 * i]) * 16 + g_ascii_xdigit_value (hex[2 * i + 1]));
  return g_bytes_new (digest, sizeof digest);
}

/* The first time it says how much will come; after a broken line it has to be the same document still. */
static void
facts_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(Answer) answer = data;
  Download *self = answer->download;
  GError *error = NULL;
  g_autoptr(IvrPgResult) rows = ivr_pg_connection_query_finish (IVR_PG_CONNECTION (source), result, &error);
  g_autofree char *json = rows != NULL ? ivr_pg_result_dup_json (rows, 0, "answer") : NULL;
  g_autoptr(JsonObject) facts = rows != NULL ? ivr_database_parse (json, &error) : NULL;

  if (!is_current (answer))
    {
      g_clear_error (&error);
      return;
    }
  if (facts == NULL)
    {
      failed (self, error);
      return;
    }
  self->open_run = self->run;
  if (self->facts == NULL)
    {
      self->facts = json_object_ref (facts);
      self->version = (int) json_object_get_int_member_with_default (facts, "version", 0);
      self->size = (guint64) json_object_get_int_member_with_default (facts, "size", 0);
      self->n_pieces = (guint) ((self->size + IVR_PIECE_BYTES - 1) / IVR_PIECE_BYTES);
      self->whole = dup_digest (facts, "sha256");
      self->all = dup_digest (facts, "chunks_sha256");
      ivr_file_writer_begin_async (self->writer, self->size, g_task_get_cancellable (self->task), room_cb, answer_new (self));
    }
  else
    ask (self);
}

/* That it was opened is answered only when it was refused: reading then says the same, with less of a reason. */
static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(Answer) answer = data;
  GError *error = NULL;
  g_autoptr(IvrPgResult) rows = ivr_pg_connection_query_finish (IVR_PG_CONNECTION (source), result, &error);

  if (rows == NULL && is_current (answer))
    failed (answer->download, error);
  else
    g_clear_error (&error);
}

/* Opening is committed before reading begins, in the same round trip; after a broken line once more, from where it was. */
static void
open_document (Download *self)
{
  IvrPgParams *opening = ivr_pg_params_new ();
  IvrPgParams *reading = ivr_pg_params_new ();

  if (ivr_pg_connection_get_state (self->line) != IVR_PG_STATE_READY)
    {
      ivr_pg_params_free (opening);
      ivr_pg_params_free (reading);
      return;
    }
  self->run++;
  g_free (self->ticket);
  self->ticket = g_uuid_string_random ();
  /* What arrived and was not written yet is kept; it is whole. */
  self->asked = self->arrived;
  ivr_pg_params_add_uuid (opening, self->ticket);
  ivr_pg_params_add_uuid (opening, self->document);
  ivr_pg_params_add_int (opening, self->version);
  ivr_pg_params_add_text (opening, purposes[self->purpose]);
  ivr_pg_params_add_uuid (opening, ivr_database_get_session (self->database));
  ivr_pg_params_add_uuid (reading, self->ticket);
  ivr_pg_connection_query_async (self->line, "select api.open_document($1, $2, nullif($3, 0), $4, $5) as answer", opening, NULL, opened_cb, answer_new (self));
  ivr_pg_connection_query_async (self->line, "select api.read_document($1) as answer", reading, NULL, facts_cb, answer_new (self));
}

/* Takes @writer. */
static void
begin (IvrDatabase         *database,
       const char          *document,
       int                  version,
       IvrDownloadPurpose   purpose,
       IvrFileWriter       *writer,
       IvrDownloadProgress  progress,
       GCancellable        *cancellable,
       GAsyncReadyCallback  callback,
       gpointer             user_data)
{
  Download *self = g_new0 (Download, 1);
  GTask *task = g_task_new (database, cancellable, callback, user_data);

  g_task_set_source_tag (task, ivr_download_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, self, (GDestroyNotify) download_free);
  self->task = task;
  self->database = g_object_ref (database);
  self->document = g_strdup (document);
  self->version = version;
  self->purpose = purpose;
  self->progress = progress;
  self->progress_data = user_data;
  self->writer = writer;
  self->pieces = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  self->digests = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  self->line = ivr_transfer_line_hold (database);
  self->state_id = g_signal_connect_swapped (self->line, "notify::state", G_CALLBACK (on_line_state), self);
  if (cancellable != NULL)
    {
      if (g_cancellable_is_cancelled (cancellable))
        {
          on_cancelled (cancellable, self);
          return;
        }
      self->cancelled_id = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), self, NULL);
    }
  open_document (self);
}

/**
 * ivr_download_async:
 * @database: a database
 * @document: a document
 * @version: number of the version; 0 for the newest
 * @purpose: what for
 * @file: where it is saved, on this computer; replaced when all has arrived and its hashes agree, or not at all
 * @progress: (nullable): called as pieces are written
 * @cancellable: (nullable): stops it and leaves nothing behind
 * @callback: called when it is there
 * @user_data: for @progress and @callback
 *
 * Reads a document piece by piece. A broken line is waited for; what has arrived is not read again.
 */
void
ivr_download_async (IvrDatabase         *database,
                    const char          *document,
                    int                  version,
                    IvrDownloadPurpose   purpose,
                    GFile               *file,
                    IvrDownloadProgress  progress,
                    GCancellable        *cancellable,
                    GAsyncReadyCallback  callback,
                    gpointer             user_data)
{
  begin (database, document, version, purpose, ivr_file_writer_new (file), progress, cancellable, callback, user_data);
}

/**
 * ivr_download_fd_async:
 * @database: a database
 * @document: a document
 * @version: number of the version; 0 for the newest
 * @purpose: what for
 * @fd: where it is written to; stays the caller's
 * @progress: (nullable): called as pieces are written
 * @cancellable: (nullable): stops it
 * @callback: called when all was written and its hashes agree
 * @user_data: for @progress and @callback
 */
void
ivr_download_fd_async (IvrDatabase         *database,
                       const char          *document,
                       int                  version,
                       IvrDownloadPurpose   purpose,
                       int                  fd,
                       IvrDownloadProgress  progress,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  begin (database, document, version, purpose, ivr_file_writer_new_fd (fd), progress, cancellable, callback, user_data);
}

/**
 * ivr_download_finish:
 * @database: a database
 * @result: what the callback was given
 * @error: return location
 *
 * Returns: (transfer full) (nullable): what it is: "name", "content_type", "size", "version", "sha256", "scan"
 */
JsonObject *
ivr_download_finish (IvrDatabase   *database,
                     GAsyncResult  *result,
                     GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, database), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
