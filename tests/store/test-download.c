/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents on their way to a file or a descriptor: whole, or nothing is left of them. */
#include "ivr-download.h"
#include "ivr-test-file.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE 262144
#define PIECES 100

static char *folder;
static char *target_folder;
static IvrDatabase *casey;
static GFile *large;
static char *document;        /* of PIECES pieces */

typedef struct
{
  GAsyncResult *result;
  guint64 received;
  GCancellable *cancel_at_half;
} Progress;

static void
on_progress (guint64  received,
             guint64  size,
             gpointer data)
{
  Progress *progress = data;

  g_assert_cmpint (received, >=, progress->received);
  g_assert_cmpint (received, <=, size);
  progress->received = received;
  if (progress->cancel_at_half != NULL && received >= size / 2)
    g_cancellable_cancel (progress->cancel_at_half);
}

static void
done_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  ((Progress *) data)->result = g_object_ref (result);
}

static JsonObject *
end (IvrDatabase  *database,
     Progress     *progress,
     GError      **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  WAIT_UNTIL (progress->result != NULL);
  result = g_steal_pointer (&progress->result);
  return ivr_download_finish (database, result, error);
}

static GFile *
target (const char *name)
{
  return g_file_new_build_filename (target_folder, name, NULL);
}

static JsonObject *
save (IvrDatabase  *database,
      const char   *what,
      int           version,
      GFile        *file,
      GError      **error)
{
  Progress progress = { 0 };

  ivr_download_async (database, what, version, IVR_DOWNLOAD_SAVE, file, on_progress, NULL, done_cb, &progress);
  return end (database, &progress, error);
}

static void
assert_same (GFile *a,
             GFile *b)
{
  g_autofree char *one = test_file_hash (a);
  g_autofree char *two = test_file_hash (b);

  g_assert_cmpstr (one, ==, two);
}

/* What is left besides the files that are wanted. */
static void
assert_files (guint n)
{
  g_assert_cmpint (test_count_files (target_folder), ==, n);
}

static void
test_save (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GFile) file = target ("saved.pdf");
  g_autoptr(JsonObject) facts = NULL;
  g_autofree char *trace = NULL;
  GStatBuf found;

  /* What is there already stays until all has arrived, and is then replaced. */
  g_assert_true (g_file_set_contents (g_file_peek_path (file), "older", -1, NULL));
  facts = save (casey, document, 0, file, &error);
  g_assert_no_error (error);
  assert_same (file, large);
  g_assert_cmpstr (json_object_get_string_member (facts, "name"), ==, "large.pdf");
  g_assert_cmpstr (json_object_get_string_member (facts, "content_type"), ==, "application/pdf");
  g_assert_cmpint (g_stat (g_file_peek_path (file), &found), ==, 0);
  g_assert_cmpint (found.st_mode & 0777, ==, 0600);
  trace = test_value ("select string_agg(concat_ws(' ', actor_login, what, purpose, filter ->> 'version', session_id is not null), ', ')"
                      " from audit.phi_access_logs where filter ->> 'document' = $1", document);
  g_assert_cmpstr (trace, ==, "casey.example document download 1 t");
  assert_files (1);
  g_unlink (g_file_peek_path (file));
}

static void
test_sizes (void)
{
  gsize lengths[] = { 1, PIECE - 1, PIECE, PIECE + 1, 16 * PIECE, 16 * PIECE + 1, 33 * PIECE };
  g_autoptr(GFile) file = target ("size.pdf");

  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(GFile) source = test_file_new (folder, "size.pdf", lengths[i], 20 + (guint) i);
      g_autofree char *id = test_hand_in (casey, DECIDED, source);
      g_autoptr(JsonObject) facts = save (casey, id, 1, file, &error);

      g_assert_no_error (error);
      assert_same (file, source);
    }
  g_unlink (g_file_peek_path (file));
}

static void
test_fd (void)
{
  Progress progress = { 0 };
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonObject) facts = NULL;
  int fd = memfd_create ("view", MFD_CLOEXEC);
  g_autofree char *wanted = test_file_hash (large);
  g_autofree char *got = NULL;
  g_autofree guint8 *data = g_malloc (PIECES * PIECE);

  ivr_download_fd_async (casey, document, 0, IVR_DOWNLOAD_VIEW, fd, on_progress, NULL, done_cb, &progress);
  facts = end (casey, &progress, &error);
  g_assert_no_error (error);
  g_assert_cmpint (pread (fd, data, PIECES * PIECE, 0), ==, PIECES * PIECE);
  got = g_compute_checksum_for_data (G_CHECKSUM_SHA256, data, PIECES * PIECE);
  g_assert_cmpstr (got, ==, wanted);
  g_assert_cmpint (progress.received, ==, PIECES * PIECE);
  close (fd);
}

/* The line breaks in the middle: it goes on from there, and that it was opened again is written down, too. */
static void
test_line_breaks (void)
{
  g_autofree char *uri = ivr_test_server_uri (test_server, NULL);
  g_autoptr(IvrTestLine) line = ivr_test_line_new (uri);
  g_autofree char *far = ivr_test_line_uri (line, ROBIN);
  IvrDatabase *robin = test_sign_in_at (far);
  g_autoptr(GFile) file = target ("cut.pdf");
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonObject) facts = NULL;
  g_autofree char *opened = NULL;
  Progress progress = { 0 };
  guint64 half;

  ivr_download_async (robin, document, 0, IVR_DOWNLOAD_SAVE, file, on_progress, NULL, done_cb, &progress);
  WAIT_UNTIL (progress.received >= PIECES / 2 * PIECE);
  ivr_test_line_set_down (line, TRUE);
  test_settle ();
  half = progress.received;
  g_assert_null (progress.result);
  /* Nothing half-written has the name of the document. */
  g_assert_false (g_file_query_exists (file, NULL));
  ivr_test_line_set_down (line, FALSE);
  facts = end (robin, &progress, &error);
  g_assert_no_error (error);
  assert_same (file, large);
  g_assert_cmpint (half, <, PIECES * PIECE);
  opened = test_value ("select count(*) from audit.phi_access_logs where actor_login = 'robin.example' and filter ->> 'document' = $1", document);
  g_assert_cmpstr (opened, ==, "2");
  g_unlink (g_file_peek_path (file));
  assert_files (0);
  test_sign_out (robin);
}

static void
test_backend_killed (void)
{
  IvrDatabase *robin = test_sign_in (ROBIN);
  g_autoptr(GFile) file = target ("killed.pdf");
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonObject) facts = NULL;
  Progress progress = { 0 };

  ivr_download_async (robin, document, 0, IVR_DOWNLOAD_SAVE, file, on_progress, NULL, done_cb, &progress);
  for (int i = 1; i <= 2; i++)
    {
      WAIT_UNTIL (progress.received >= (guint64) i * PIECES / 4 * PIECE);
      test_cut_lines (ROBIN);
    }
  facts = end (robin, &progress, &error);
  g_assert_no_error (error);
  assert_same (file, large);
  g_unlink (g_file_peek_path (file));
  test_sign_out (robin);
}

static void
test_cancelled (void)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GFile) file = target ("cancelled.pdf");
  g_autoptr(GError) error = NULL;
  Progress progress = { .cancel_at_half = cancellable };

  ivr_download_async (casey, document, 0, IVR_DOWNLOAD_SAVE, file, on_progress, cancellable, done_cb, &progress);
  g_assert_null (end (casey, &progress, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  WAIT_UNTIL (test_count_files (target_folder) == 0);
  g_clear_error (&error);
  /* Before it began. */
  ivr_download_async (casey, document, 0, IVR_DOWNLOAD_SAVE, file, on_progress, cancellable, done_cb, &progress);
  g_assert_null (end (casey, &progress, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_files (0);
}

/* Bytes that changed on the server's disk, and pieces that are not there any more. */
static void
test_damaged (void)
{
  g_autoptr(GFile) source = test_file_new (folder, "damaged.pdf", 20 * PIECE, 40);
  g_autofree char *id = test_hand_in (casey, DECIDED, source);
  g_autoptr(GFile) file = target ("damaged.pdf");
  g_autoptr(GError) error = NULL;
  g_autofree char *old = NULL;
  const char *where = " where file_id = (select file_id from ivr.ivr_document_versions where name = 'damaged.pdf') and seq = 17";
  g_autofree char *flip = g_strconcat ("update ivr.document_chunks set data = set_byte(data, 99, get_byte(data, 99) # 1)", where, NULL);
  g_autofree char *lie = g_strconcat ("update ivr.document_chunks set sha256 = sha256(data)", where, NULL);
  g_autofree char *lose = g_strconcat ("delete from ivr.document_chunks", where, NULL);

  g_assert_true (g_file_set_contents (g_file_peek_path (file), "older", -1, NULL));
  test_sql (flip);
  g_assert_null (save (casey, id, 0, file, &error));
  g_assert_error (error, IVR_ERROR, IVR_ERROR_PROTOCOL);
  g_clear_error (&error);
  /* The piece's own hash was made to agree: then that of the whole does not. */
  test_sql (lie);
  g_assert_null (save (casey, id, 0, file, &error));
  g_assert_error (error, IVR_ERROR, IVR_ERROR_PROTOCOL);
  g_clear_error (&error);
  test_sql (lose);
  g_assert_null (save (casey, id, 0, file, &error));
  g_assert_error (error, IVR_ERROR, IVR_ERROR_PROTOCOL);
  WAIT_UNTIL (test_count_files (target_folder) == 1);
  g_assert_true (g_file_load_contents (file, NULL, &old, NULL, NULL, NULL));
  g_assert_cmpstr (old, ==, "older");
  g_unlink (g_file_peek_path (file));
}

static void
expect_not_saved (GFile      *file,
                  IvrError    code,
                  const char *about)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (save (casey, document, 0, file, &error));
  g_assert_error (error, IVR_ERROR, (int) code);
  if (strstr (error->message, about) == NULL)
    g_error ("no “%s” in: %s", about, error->message);
}

/* No room: a limit on files says so as a full disk does, and /dev/full while writing. */
static void
test_full (void)
{
  g_autoptr(GFile) file = target ("full.pdf");
  g_autoptr(GError) error = NULL;
  struct rlimit before;
  struct rlimit small = { 3 * PIECE, 3 * PIECE };
  Progress progress = { 0 };
  int fd = open ("/dev/full", O_WRONLY | O_CLOEXEC);

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  small.rlim_max = before.rlim_max;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  expect_not_saved (file, IVR_ERROR_LIMIT, "no room");
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  WAIT_UNTIL (test_count_files (target_folder) == 0);
  ivr_download_fd_async (casey, document, 0, IVR_DOWNLOAD_VIEW, fd, NULL, NULL, done_cb, &progress);
  g_assert_null (end (casey, &progress, &error));
  g_assert_error (error, IVR_ERROR, IVR_ERROR_LIMIT);
  close (fd);
}

static void
test_places (void)
{
  g_autoptr(GFile) nowhere = g_file_new_build_filename (target_folder, "no", "such", "x.pdf", NULL);
  g_autoptr(GFile) below_file = g_file_new_build_filename (g_file_peek_path (large), "x.pdf", NULL);
  g_autoptr(GFile) on_folder = target ("folder.pdf");
  g_autoptr(GFile) elsewhere = g_file_new_for_uri ("http://clinic.example/x.pdf");

  expect_not_saved (nowhere, IVR_ERROR_NOT_FOUND, "folder");
  expect_not_saved (below_file, IVR_ERROR_NOT_FOUND, "folder");
  expect_not_saved (elsewhere, IVR_ERROR_FAILED, "on this computer");
  g_assert_cmpint (g_mkdir (g_file_peek_path (on_folder), 0700), ==, 0);
  expect_not_saved (on_folder, IVR_ERROR_FAILED, "could not be saved");
  g_rmdir (g_file_peek_path (on_folder));
  assert_files (0);
}

static void
test_not_theirs (void)
{
  IvrDatabase *drew = test_sign_in ("drew.sample");
  g_autoptr(GFile) file = target ("theirs.pdf");
  g_autoptr(GError) error = NULL;

  g_assert_null (save (drew, document, 0, file, &error));
  g_assert_error (error, IVR_ERROR, IVR_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (save (casey, document, 7, file, &error));
  g_assert_error (error, IVR_ERROR, IVR_ERROR_NOT_FOUND);
  assert_files (0);
  test_sign_out (drew);
}

static void
add_tests (void)
{
  casey = test_sign_in (CASEY);
  large = test_file_new (folder, "large.pdf", PIECES * PIECE, 77);
  document = test_hand_in (casey, DECIDED, large);
  g_test_add_func ("/download/save", test_save);
  g_test_add_func ("/download/sizes", test_sizes);
  g_test_add_func ("/download/fd", test_fd);
  g_test_add_func ("/download/line-breaks", test_line_breaks);
  g_test_add_func ("/download/backend-killed", test_backend_killed);
  g_test_add_func ("/download/cancelled", test_cancelled);
  g_test_add_func ("/download/damaged", test_damaged);
  g_test_add_func ("/download/full", test_full);
  g_test_add_func ("/download/places", test_places);
  g_test_add_func ("/download/not-theirs", test_not_theirs);
}

int
main (int    argc,
      char **argv)
{
  int status;

  folder = ivr_test_dup_folder ();
  target_folder = ivr_test_dup_folder ();
  status = test_run (&argc, &argv, NULL, add_tests);
  test_sign_out (casey);
  g_object_unref (large);
  ivr_test_remove_folder (folder);
  ivr_test_remove_folder (target_folder);
  g_free (document);
  g_free (folder);
  g_free (target_folder);
  return status;
}
