/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files on their way to a real server, over lines that break, out of files that change. */
#include "ivr-test-file.h"
#include "ivr-uploads.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define PIECE 262144
#define PIECES 24

static char *folder;

/* Every try to add a piece is counted, also one that changes nothing. */
static void
count_tries (void)
{
  test_sql ("create table public.tries (upload_file uuid, seq integer)");
  test_sql ("create function public.count_try() returns trigger language plpgsql security definer as"
            " 'begin insert into public.tries values (new.file_id, new.seq); return new; end'");
  test_sql ("create trigger aa_count_try before insert on ivr.document_chunks for each row execute function public.count_try()");
}

static gint64
tries_of (IvrUpload *upload)
{
  return test_count ("select count(*) from public.tries t join ivr.document_uploads u on u.file_id = t.upload_file where u.id = $1",
                     ivr_upload_get_id (upload));
}

static void
assert_stored (IvrUpload *upload,
               GFile     *file,
               int        version)
{
  g_autofree char *wanted = test_file_hash (file);
  g_autofree char *stored = test_stored_hash (ivr_upload_get_document (upload), version);
  g_autofree char *said = test_value ("select encode(f.sha256, 'hex') from ivr.ivr_document_versions v join ivr.document_files f on f.id = v.file_id"
                                      " where v.document_id = $1 order by v.n desc limit 1", ivr_upload_get_document (upload));

  g_assert_no_error (ivr_upload_get_error (upload));
  g_assert_cmpint (ivr_upload_get_state (upload), ==, IVR_UPLOAD_DONE);
  g_assert_cmpstr (stored, ==, wanted);
  g_assert_cmpstr (said, ==, wanted);
}

static void
on_sent (IvrUpload  *upload,
         GParamSpec *pspec,
         guint64    *last)
{
  g_assert_cmpint (ivr_upload_get_sent (upload), >=, *last);
  g_assert_cmpint (ivr_upload_get_sent (upload), <=, ivr_upload_get_size (upload));
  *last = ivr_upload_get_sent (upload);
}

static void
test_whole (void)
{
  IvrDatabase *casey = test_sign_in (CASEY);
  gsize lengths[] = { 1, 5, PIECE - 1, PIECE, PIECE + 1, 20 * PIECE + 7 };

  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autoptr(GFile) file = test_file_new (folder, "Progress notes.pdf", lengths[i], (guint) i + 1);
      g_autoptr(IvrUpload) upload = ivr_upload_new (casey, DECIDED, file);
      g_autofree char *facts = NULL;
      guint64 last = 0;

      g_signal_connect (upload, "notify::sent", G_CALLBACK (on_sent), &last);
      ivr_upload_start (upload);
      test_wait_upload (upload);
      assert_stored (upload, file, 1);
      g_assert_cmpint (last, ==, lengths[i]);
      g_assert_cmpint (ivr_upload_get_speed (upload), ==, 0);
      facts = test_value ("select concat_ws('|', d.type, d.title, v.name, v.content_type, d.status) from ivr.ivr_documents d"
                          " join ivr.ivr_document_versions v on v.document_id = d.id where d.id = $1", ivr_upload_get_document (upload));
      g_assert_cmpstr (facts, ==, lengths[i] >= 5 ? "chart_notes|Chart notes|Progress notes.pdf|application/pdf|received"
                                                  : "chart_notes|Chart notes|Progress notes.pdf|text/plain|received");
    }
  test_sign_out (casey);
}

static void
test_memory (void)
{
  IvrDatabase *casey = test_sign_in (CASEY);
  g_autoptr(GBytes) bytes = g_bytes_new_static ("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16);
  g_autoptr(IvrUpload) upload = ivr_upload_new_bytes (casey, DECIDED, bytes, "Pasted image.png");
  g_autofree char *stored = NULL;

  g_assert_null (ivr_upload_dup_json (upload));
  ivr_upload_set_description (upload, "wound_photo", "Wound, pasted");
  ivr_upload_start (upload);
  test_wait_upload (upload);
  g_assert_cmpint (ivr_upload_get_state (upload), ==, IVR_UPLOAD_DONE);
  stored = test_value ("select type || ' ' || title from ivr.ivr_documents where id = $1", ivr_upload_get_document (upload));
  g_assert_cmpstr (stored, ==, "wound_photo Wound, pasted");
  g_clear_object (&upload);
  test_sign_out (casey);
}

static void
expect_refused (IvrDatabase *database,
                GFile       *file,
                guint64      most,
                IvrError     code,
                const char  *about)
{
  g_autoptr(IvrUpload) upload = ivr_upload_new (database, DECIDED, file);

  ivr_upload_set_most_bytes (upload, most);
  ivr_upload_start (upload);
  test_wait_upload (upload);
  g_assert_cmpint (ivr_upload_get_state (upload), ==, IVR_UPLOAD_FAILED);
  g_assert_error (ivr_upload_get_error (upload), IVR_ERROR, (int) code);
  if (strstr (ivr_upload_get_error (upload)->message, about) == NULL)
    g_error ("no “%s” in: %s", about, ivr_upload_get_error (upload)->message);
}

/* What cannot be attached is refused with a sentence, and the server never hears of it. */
static void
test_refused (void)
{
  IvrDatabase *casey = test_sign_in (CASEY);
  gint64 before = test_count ("select count(*) from ivr.document_uploads", NULL);
  g_autoptr(GFile) empty = test_file_new (folder, "empty.pdf", 0, 1);
  g_autoptr(GFile) large = test_file_new (folder, "large.pdf", 3 * PIECE, 1);
  g_autoptr(GFile) locked = test_file_new (folder, "locked.pdf", PIECE * 2, 2);
  g_autoptr(GFile) zip = test_file_new (folder, "zip.pdf", 4000, 3);
  g_autoptr(GFile) missing = g_file_new_build_filename (folder, "missing.pdf", NULL);
  g_autoptr(GFile) itself = g_file_new_for_path (folder);
  g_autoptr(GFile) pipe = g_file_new_build_filename (folder, "pipe.pdf", NULL);
  FILE *out = fopen (g_file_peek_path (locked), "r+");

  /* The word stands across two pieces. */
  fseek (out, PIECE - 5, SEEK_SET);
  fputs (" /Encrypt 12 0 R ", out);
  fclose (out);
  out = fopen (g_file_peek_path (zip), "r+");
  fwrite ("PK\3\4\0\0\0\0\0\0\0\0", 12, 1, out);
  fclose (out);
  g_assert_cmpint (mkfifo (g_file_peek_path (pipe), 0600), ==, 0);
  expect_refused (casey, empty, G_MAXUINT64, IVR_ERROR_INVALID, "empty");
  expect_refused (casey, large, 2 * PIECE, IVR_ERROR_LIMIT, "at most 0 MB");
  expect_refused (casey, locked, G_MAXUINT64, IVR_ERROR_INVALID, "encrypted");
  expect_refused (casey, zip, G_MAXUINT64, IVR_ERROR_INVALID, "Office");
  expect_refused (casey, missing, G_MAXUINT64, IVR_ERROR_NOT_FOUND, "not there any more");
  expect_refused (casey, itself, G_MAXUINT64, IVR_ERROR_INVALID, "folder");
  expect_refused (casey, pipe, G_MAXUINT64, IVR_ERROR_INVALID, "can be attached");
  g_assert_cmpint (test_count ("select count(*) from ivr.document_uploads", NULL), ==, before);
  test_sign_out (casey);
}

/* The server's own refusals come back as what they are. */
static void
test_refused_by_server (void)
{
  IvrDatabase *casey = test_sign_in (CASEY);
  g_autoptr(GFile) file = test_file_new (folder, "x.pdf", 1000, 4);
  g_autoptr(IvrUpload) upload = ivr_upload_new (casey, "0d7e0001-0000-4000-8000-000000000005", file);

  ivr_upload_start (upload);
  test_wait_upload (upload);
  g_assert_error (ivr_upload_get_error (upload), IVR_ERROR, IVR_ERROR_NOT_FOUND);
  test_sql ("insert into ivr.document_quotas (org_id, most_document_bytes) values ('0e000000-0000-4000-8000-000000000001', 999)"
            " on conflict (org_id) do update set most_document_bytes = 999");
  expect_refused (casey, file, G_MAXUINT64, IVR_ERROR_LIMIT, "fit");
  test_sql ("update ivr.document_quotas set most_document_bytes = null");
  g_clear_object (&upload);
  test_sign_out (casey);
}

static void
wait_half (IvrUpload *upload)
{
  WAIT_UNTIL ((ivr_upload_get_sent (upload) > 0 && ivr_upload_get_sent (upload) >= ivr_upload_get_size (upload) / 2) ||
              ivr_upload_get_state (upload) >= IVR_UPLOAD_DONE);
  g_assert_cmpint (ivr_upload_get_state (upload), ==, IVR_UPLOAD_SENDING);
}

/* The line breaks in the middle: what was acknowledged does not travel again. */
static void
test_line_breaks (void)
{
  g_autofree char *uri = ivr_test_server_uri (test_server, NULL);
  g_autoptr(IvrTestLine) line = ivr_test_line_new (uri);
  g_autofree char *far = ivr_test_line_uri (line, CASEY);
  IvrDatabase *casey = test_sign_in_at (far);
  g_autoptr(GFile) file = test_file_new (folder, "cut.pdf", PIECES * PIECE + 5, 5);
  g_autoptr(IvrUpload) upload = ivr_upload_new (casey, DECIDED, file);
  guint64 acknowledged;

  ivr_upload_start (upload);
  wait_half (upload);
  acknowledged = ivr_upload_get_sent (upload) / PIECE;
  ivr_test_line_set_down (line, TRUE);
  WAIT_UNTIL (ivr_upload_get_state (upload) == IVR_UPLOAD_STOPPED);
  g_assert_cmpint (ivr_upload_get_seconds_left (upload), ==, 0);
  test_settle ();
  g_assert_cmpint (ivr_upload_get_state (upload), ==, IVR_UPLOAD_STOPPED);
  ivr_test_line_set_down (line, FALSE);
  test_wait_upload (upload);
  assert_stored (upload, file, 1);
  g_test_message ("%d of %d pieces were acknowledged; %d tries", (int) acknowledged, PIECES + 1, (int) tries_of (upload));
  g_assert_cmpint (tries_of (upload), <=, PIECES + 1 + 8);
  g_clear_object (&upload);
  test_sign_out (casey);
}

/* The server's process for the line dies, again and again. */
static void
test_backend_killed (void)
{
  IvrDatabase *casey = test_sign_in (CASEY);
  g_autoptr(GFile) file = test_file_new (folder, "killed.pdf", PIECES * PIECE, 6);
  g_autoptr(IvrUpload) upload = ivr_upload_new (casey, DECIDED, file);

  ivr_upload_start (upload);
  for (int i = 1; i <= 3; i++)
    {
      WAIT_UNTIL (ivr_upload_get_sent (upload) >= (guint64) i * 4 * PIECE);
      test_cut_lines (CASEY);
      WAIT_UNTIL (ivr_upload_get_state (upload) != IVR_UPLOAD_SENDING);
    }
  test_wait_upload (upload);
  assert_stored (upload, file, 1);
  g_assert_cmpint (tries_of (upload), <=, PIECES + 3 * 8);
  g_clear_object (&upload);
  test_sign_out (casey);
}

/* The answers to the last command are lost: it is the same document, once. */
static void
test_answer_lost (void)
{
  g_autofree char *uri = ivr_test_server_uri (test_server, NULL);
  g_autoptr(IvrTestLine) line = ivr_test_line_new (uri);
  g_autofree char *far = ivr_test_line_uri (line, CASEY);
  IvrDatabase *casey = test_sign_in_at (far);
  g_autoptr(GFile) file = test_file_new (folder, "lost.pdf", 3 * PIECE, 7);
  g_autoptr(IvrUpload) upload = ivr_upload_new (casey, DECIDED, file);
  g_autofree char *n = NULL;

  ivr_upload_start (upload);
  WAIT_UNTIL (ivr_upload_get_sent (upload) > 0);
  ivr_test_line_set_deaf (line, TRUE);
  WAIT_UNTIL (test_count ("select count(*) from ivr.document_uploads where id = $1 and state = 'finished'", ivr_upload_get_id (upload)) == 1 ||
              test_count ("select count(*) from public.tries t join ivr.document_uploads u on u.file_id = t.upload_file where u.id = $1",
                          ivr_upload_get_id (upload)) == 3);
  ivr_test_line_set_down (line, TRUE);
  WAIT_UNTIL (ivr_upload_get_state (upload) == IVR_UPLOAD_STOPPED);
  ivr_test_line_set_deaf (line, FALSE);
  ivr_test_line_set_down (line, FALSE);
  test_wait_upload (upload);
  assert_stored (upload, file, 1);
  n = test_value ("select count(*) from ivr.ivr_document_versions where name = 'lost.pdf'", NULL);
  g_assert_cmpstr (n, ==, "1");
  g_clear_object (&upload);
  test_sign_out (casey);
}

/* Another life of the program goes on with what was kept of the upload. */
static void
test_restart (void)
{
  IvrDatabase *casey = test_sign_in (CASEY);
  g_autoptr(GFile) file = test_file_new (folder, "restart.pdf", PIECES * PIECE, 8);
  IvrUpload *first = ivr_upload_new (casey, DECIDED, file);
  g_autoptr(IvrUpload) second = NULL;
  g_autofree char *json = NULL;
  g_autoptr(GError) error = NULL;

  ivr_upload_start (first);
  wait_half (first);
  json = ivr_upload_dup_json (first);
  ivr_upload_set_most_bytes (first, 1);
  g_object_run_dispose (G_OBJECT (first));
  g_clear_object (&first);
  test_settle ();
  test_sign_out (casey);

  casey = test_sign_in (CASEY);
  second = ivr_upload_new_kept (casey, json, &error);
  g_assert_no_error (error);
  ivr_upload_start (second);
  test_wait_upload (second);
  assert_stored (second, file, 1);
  g_assert_cmpint (tries_of (second), <=, PIECES + 8);
  g_clear_object (&second);
  test_sign_out (casey);
}

static void
test_kept_nonsense (void)
{
  static const char * const kept[] = {
    "", "{}", "[]", "{\"file\": 5}", "{\"file\": \"file:///x\", \"id\": \"x\"}",
    "{\"file\": \"file:///x\", \"id\": \"6db5f169-2541-4515-9156-8cd432d8f0e4\", \"begin\": null}",
  };
  IvrDatabase *casey = test_sign_in (CASEY);

  for (gsize i = 0; i < G_N_ELEMENTS (kept); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_null (ivr_upload_new_kept (casey, kept[i], &error));
      g_assert_error (error, IVR_ERROR, IVR_ERROR_PROTOCOL);
    }
  test_sign_out (casey);
}

/* The file is written to while it is being sent: nothing of it becomes a document, and sent again it is the new one. */
static void
test_file_changes (void)
{
  IvrDatabase *casey = test_sign_in (CASEY);
  g_autoptr(GFile) file = test_file_new (folder, "changing.pdf", PIECES * PIECE, 9);
  g_autoptr(IvrUpload) upload = ivr_upload_new (casey, DECIDED, file);
  g_autofree char *first_id = g_strdup (ivr_upload_get_id (upload));
  FILE *out;

  ivr_upload_start (upload);
  WAIT_UNTIL (ivr_upload_get_sent (upload) >= 2 * PIECE);
  out = fopen (g_file_peek_path (file), "r+");
  fseek (out, PIECE, SEEK_SET);
  fputs ("changed", out);
  fclose (out);
  test_wait_upload (upload);
  g_assert_error (ivr_upload_get_error (upload), IVR_ERROR, IVR_ERROR_STALE);
  g_assert_cmpint (test_count ("select count(*) from ivr.ivr_document_versions where name = 'changing.pdf'", NULL), ==, 0);
  WAIT_UNTIL (test_count ("select count(*) from ivr.document_uploads where id = $1 and state = 'cancelled'", first_id) == 1);
  ivr_upload_start (upload);
  test_wait_upload (upload);
  assert_stored (upload, file, 1);
  g_clear_object (&upload);
  test_sign_out (casey);
}

/* It is changed while the program is not there, or the line is down. */
static void
test_file_changes_between (void)
{
  g_autofree char *uri = ivr_test_server_uri (test_server, NULL);
  g_autoptr(IvrTestLine) line = ivr_test_line_new (uri);
  g_autofree char *far = ivr_test_line_uri (line, CASEY);
  IvrDatabase *casey = test_sign_in_at (far);
  g_autoptr(GFile) file = test_file_new (folder, "between.pdf", PIECES * PIECE, 10);
  g_autoptr(IvrUpload) upload = ivr_upload_new (casey, DECIDED, file);
  g_autoptr(IvrUpload) kept = NULL;
  g_autofree char *json = NULL;

  ivr_upload_start (upload);
  wait_half (upload);
  json = ivr_upload_dup_json (upload);
  ivr_test_line_set_down (line, TRUE);
  WAIT_UNTIL (ivr_upload_get_state (upload) == IVR_UPLOAD_STOPPED);
  g_object_unref (test_file_new (folder, "between.pdf", PIECES * PIECE, 11));
  ivr_test_line_set_down (line, FALSE);
  test_wait_upload (upload);
  g_assert_error (ivr_upload_get_error (upload), IVR_ERROR, IVR_ERROR_STALE);
  kept = ivr_upload_new_kept (casey, json, NULL);
  ivr_upload_start (kept);
  test_wait_upload (kept);
  g_assert_error (ivr_upload_get_error (kept), IVR_ERROR, IVR_ERROR_STALE);
  ivr_upload_start (kept);
  test_wait_upload (kept);
  assert_stored (kept, file, 1);
  g_clear_object (&upload);
  g_clear_object (&kept);
  test_sign_out (casey);
}

static void
test_cancelled (void)
{
  IvrDatabase *casey = test_sign_in (CASEY);
  g_autoptr(GFile) file = test_file_new (folder, "cancelled.pdf", PIECES * PIECE, 12);
  g_autoptr(IvrUpload) upload = ivr_upload_new (casey, DECIDED, file);

  ivr_upload_start (upload);
  WAIT_UNTIL (ivr_upload_get_sent (upload) >= 2 * PIECE);
  ivr_upload_cancel (upload);
  g_assert_cmpint (ivr_upload_get_state (upload), ==, IVR_UPLOAD_CANCELLED);
  WAIT_UNTIL (test_count ("select count(*) from ivr.document_uploads where id = $1 and state = 'cancelled'", ivr_upload_get_id (upload)) == 1);
  test_settle ();
  g_assert_cmpint (ivr_upload_get_state (upload), ==, IVR_UPLOAD_CANCELLED);
  g_assert_cmpint (test_count ("select count(*) from ivr.ivr_document_versions where name = 'cancelled.pdf'", NULL), ==, 0);
  g_clear_object (&upload);
  test_sign_out (casey);
}

/* Two people replace the same document at once: who is slower is told, and adds theirs behind without sending it again. */
static void
test_two_replace (void)
{
  IvrDatabase *casey = test_sign_in (CASEY);
  IvrDatabase *robin = test_sign_in (ROBIN);
  g_autoptr(GFile) file = test_file_new (folder, "first.pdf", 1000, 13);
  g_autoptr(GFile) hers = test_file_new (folder, "hers.pdf", 3 * PIECE, 14);
  g_autoptr(GFile) theirs = test_file_new (folder, "theirs.pdf", 3 * PIECE, 15);
  g_autofree char *document = test_hand_in (casey, DECIDED, file);
  g_autoptr(IvrUpload) a = ivr_upload_new (casey, DECIDED, hers);
  g_autoptr(IvrUpload) b = ivr_upload_new (robin, DECIDED, theirs);
  IvrUpload *slower;
  IvrUpload *faster;

  ivr_upload_set_document (a, document, 1);
  ivr_upload_set_document (b, document, 1);
  ivr_upload_start (a);
  ivr_upload_start (b);
  test_wait_upload (a);
  test_wait_upload (b);
  faster = ivr_upload_get_state (a) == IVR_UPLOAD_DONE ? a : b;
  slower = faster == a ? b : a;
  assert_stored (faster, faster == a ? hers : theirs, 2);
  g_assert_error (ivr_upload_get_error (slower), IVR_ERROR, IVR_ERROR_STALE);
  g_assert_nonnull (strstr (ivr_error_get_detail (ivr_upload_get_error (slower)), faster == a ? "Casey Example" : "Robin Example"));
  ivr_upload_set_document (slower, document, 2);
  ivr_upload_start (slower);
  test_wait_upload (slower);
  assert_stored (slower, slower == a ? hers : theirs, 3);
  g_assert_cmpint (tries_of (slower), ==, 3);
  g_clear_object (&a);
  g_clear_object (&b);
  test_sign_out (casey);
  test_sign_out (robin);
}

/* PostgreSQL dies as in a power cut and comes back: what it had acknowledged without waiting for the disk may be lost with
 * it, and is sent once more; the document is whole. */
static void
test_server_crashes (void)
{
  IvrDatabase *casey = test_sign_in (CASEY);
  g_autoptr(GFile) file = test_file_new (folder, "crash.pdf", 4 * PIECES * PIECE, 50);
  g_autoptr(IvrUpload) upload = ivr_upload_new (casey, DECIDED, file);

  ivr_upload_start (upload);
  wait_half (upload);
  ivr_test_server_kill (test_server);
  WAIT_UNTIL (ivr_upload_get_state (upload) != IVR_UPLOAD_SENDING);
  test_wait_upload (upload);
  test_connect_admin ();
  assert_stored (upload, file, 1);
  g_assert_cmpint (test_count ("select count(*) from ivr.ivr_document_versions where name = 'crash.pdf'", NULL), ==, 1);
  g_clear_object (&upload);
  test_sign_out (casey);
}

static void
keep (const char *id,
      const char *json,
      gpointer    data)
{
  g_hash_table_insert (data, g_strdup (id), g_strdup (json));
}

static void
forget (const char *id,
        gpointer    data)
{
  g_hash_table_remove (data, id);
}

static void
on_done (IvrUploads *uploads,
         IvrUpload  *upload,
         guint      *n)
{
  (*n)++;
}

/* Four are dropped at once: two go, two wait; each is kept until it is there, and not longer. */
static void
test_several (void)
{
  IvrDatabase *casey = test_sign_in (CASEY);
  g_autoptr(GHashTable) kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  const IvrOutboxKeeper keeper = { keep, forget, kept };
  g_autoptr(IvrUploads) uploads = ivr_uploads_new (&keeper);
  GFile *files[4];
  IvrUpload *all[4];
  guint done = 0;
  guint most = 0;

  g_signal_connect (uploads, "done", G_CALLBACK (on_done), &done);
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_autofree char *name = g_strdup_printf ("several %u.pdf", i);

      files[i] = test_file_new (folder, name, i == 2 ? 0 : (i + 2) * PIECE, 30 + i);
      all[i] = ivr_upload_new (casey, DECIDED, files[i]);
      ivr_uploads_add (uploads, all[i]);
    }
  g_assert_cmpint (ivr_upload_get_state (all[2]), ==, IVR_UPLOAD_NEW);
  WAIT_UNTIL ((most = MAX (most, ivr_uploads_get_under_way (uploads)), g_hash_table_size (kept) > 0));
  WAIT_UNTIL ((most = MAX (most, ivr_uploads_get_under_way (uploads)), ivr_uploads_get_under_way (uploads) == 0));
  g_assert_cmpint (most, ==, 2);
  g_assert_cmpint (done, ==, 3);
  g_assert_cmpint (ivr_upload_get_state (all[2]), ==, IVR_UPLOAD_FAILED);
  g_assert_cmpint (g_hash_table_size (kept), ==, 0);
  ivr_uploads_clear_done (uploads, REQUEST);
  g_assert_cmpint (g_list_model_get_n_items (G_LIST_MODEL (uploads)), ==, 4);
  ivr_uploads_clear_done (uploads, NULL);
  g_assert_cmpint (g_list_model_get_n_items (G_LIST_MODEL (uploads)), ==, 1);
  ivr_uploads_remove (uploads, all[2]);
  g_assert_cmpint (g_list_model_get_n_items (G_LIST_MODEL (uploads)), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_object_unref (all[i]);
      g_object_unref (files[i]);
    }
  test_sign_out (casey);
}

static void
add_tests (void)
{
  count_tries ();
  g_test_add_func ("/upload/whole", test_whole);
  g_test_add_func ("/upload/memory", test_memory);
  g_test_add_func ("/upload/refused", test_refused);
  g_test_add_func ("/upload/refused-by-server", test_refused_by_server);
  g_test_add_func ("/upload/line-breaks", test_line_breaks);
  g_test_add_func ("/upload/backend-killed", test_backend_killed);
  g_test_add_func ("/upload/answer-lost", test_answer_lost);
  g_test_add_func ("/upload/restart", test_restart);
  g_test_add_func ("/upload/kept-nonsense", test_kept_nonsense);
  g_test_add_func ("/upload/file-changes", test_file_changes);
  g_test_add_func ("/upload/file-changes-between", test_file_changes_between);
  g_test_add_func ("/upload/cancelled", test_cancelled);
  g_test_add_func ("/upload/two-replace", test_two_replace);
  g_test_add_func ("/upload/several", test_several);
  g_test_add_func ("/upload/server-crashes", test_server_crashes);
}

int
main (int    argc,
      char **argv)
{
  int status;

  folder = ivr_test_dup_folder ();
  status = test_run (&argc, &argv, NULL, add_tests);
  ivr_test_remove_folder (folder);
  g_free (folder);
  return status;
}
