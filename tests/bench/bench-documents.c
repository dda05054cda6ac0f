/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents into the database and out of it, against psql's large objects and against a bare copy over a socket, in
 * turns; each in a process of its own, whose memory is looked at. Whole processes are timed, so small files travel in
 * a row. */
#include "ivr-bench.h"
#include "ivr-database.h"
#include "ivr-download.h"
#include "ivr-preview-client.h"
#include "ivr-upload.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define REQUEST "660e8400-e29b-41d4-a716-446655440004"
#define MB (1024 * 1024)
#define BLOCK 262144

static double longest_stall;
static int n_rounds = 3;
static int n_large = 1024;
static char *child_mode;
static char *child_uri;
static char *child_list;

/* A child. */

static void
done_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static IvrDatabase *
sign_in (void)
{
  IvrDatabase *database = ivr_database_new (child_uri);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  ivr_database_sign_in_async (database, NULL, done_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  if (!ivr_database_sign_in_finish (database, result, &error))
    g_error ("%s", error->message);
  return database;
}

/* How long the loop works at a stretch before a source that is ready every two milliseconds gets its turn: what a frame of
 * the window would wait for. In the processor's time of this thread, because others use this computer, too. */
static double
thread_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (double) now.tv_sec * 1000 + (double) now.tv_nsec / 1e6;
}

static gboolean
on_tick (gpointer data)
{
  double *last = data;
  double now = thread_ms ();

  if (*last > 0)
    longest_stall = MAX (longest_stall, now - *last);
  *last = now;
  return G_SOURCE_CONTINUE;
}

static char *
upload_one (IvrDatabase *database,
            const char  *path)
{
  g_autoptr(GFile) file = g_file_new_for_path (path);
  g_autoptr(IvrUpload) upload = ivr_upload_new (database, REQUEST, file);

  ivr_upload_start (upload);
  while (ivr_upload_get_state (upload) < IVR_UPLOAD_DONE)
    g_main_context_iteration (NULL, TRUE);
  if (ivr_upload_get_state (upload) != IVR_UPLOAD_DONE)
    g_error ("%s", ivr_upload_get_error (upload)->message);
  return g_strdup (ivr_upload_get_document (upload));
}

static void
download_one (IvrDatabase *database,
              const char  *document,
              const char  *path)
{
  g_autofree char *saved = g_strconcat (path, ".back", NULL);
  g_autoptr(GFile) file = g_file_new_for_path (saved);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonObject) facts = NULL;

  ivr_download_async (database, document, 0, IVR_DOWNLOAD_SAVE, file, NULL, NULL, done_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  facts = ivr_download_finish (database, result, &error);
  if (facts == NULL)
    g_error ("%s", error->message);
}

/* Lines of the list: a path; for the way back a document and a path. What is answered: documents, the longest stall of the loop in
 * ms, and the peak in kB. */
static int
run_child (void)
{
  IvrDatabase *database = sign_in ();
  g_auto(GStrv) lines = g_strsplit (child_list, "\n", -1);
  struct rusage usage;
  double last = 0;
  guint tick = g_timeout_add (2, on_tick, &last);

  for (gsize i = 0; lines[i] != NULL; i++)
    {
      char *blank = strchr (lines[i], ' ');

      if (g_str_equal (child_mode, "up"))
        {
          g_autofree char *document = upload_one (database, lines[i]);

          g_print ("%s\n", document);
        }
      else if (blank != NULL)
        {
          *blank = '\0';
          download_one (database, lines[i], blank + 1);
        }
    }
  g_source_remove (tick);
  getrusage (RUSAGE_SELF, &usage);
  g_print ("%.1f\n%ld\n", longest_stall, usage.ru_maxrss);
  ivr_database_sign_out (database);
  return 0;
}

/* The parent. */

typedef struct
{
  int n;                  /* files */
  gsize bytes;            /* of each */
  char **paths;
  char **documents;
  double up_peak;
  double stall;
  double down_peak;
} Batch;

static double
seconds (const char * const  *argv,
         char               **out)
{
  double before = ivr_bench_now_ms ();
  g_autofree char *err = NULL;

  if (ivr_test_run (argv, out, &err) != 0)
    g_error ("%s: %s", argv[0], err);
  return (ivr_bench_now_ms () - before) / 1000;
}

static void
write_file (const char *path,
            gsize       bytes,
            guint       salt)
{
  g_autofree guint32 *block = g_malloc (BLOCK);
  guint64 state = salt * 0x9e3779b97f4a7c15u + 1;
  int fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

  for (gsize at = 0; at < bytes; at += BLOCK)
    {
      for (gsize i = 0; i < BLOCK / 4; i++)
        {
          state ^= state << 13;
          state ^= state >> 7;
          state ^= state << 17;
          block[i] = (guint32) state;
        }
      if (at == 0)
        memcpy (block, "%PDF-1.4", 8);
      g_assert_cmpint (write (fd, block, BLOCK), ==, BLOCK);
    }
  fsync (fd);
  close (fd);
}

static double
run_ours (const char *mode,
          const char *uri,
          Batch      *batch)
{
  g_autoptr(GString) list = g_string_new (NULL);
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *out = NULL;
  g_auto(GStrv) lines = NULL;
  gboolean up = g_str_equal (mode, "up");
  double took;
  guint n;

  for (int i = 0; i < batch->n; i++)
    g_string_append_printf (list, "%s%s%s%s", i > 0 ? "\n" : "", up ? "" : batch->documents[i], up ? "" : " ", batch->paths[i]);
  {
    const char *argv[] = { self, "--child", mode, "--uri", uri, "--list", list->str, NULL };

    took = seconds (argv, &out);
  }
  /* A heading stands before. */
  lines = g_strsplit (g_strchomp (out), "\n", -1);
  n = g_strv_length (lines);
  if (up)
    {
      g_strfreev (batch->documents);
      batch->documents = g_strdupv (lines + n - 2 - (guint) batch->n);
      batch->stall = MAX (batch->stall, g_ascii_strtod (lines[n - 2], NULL));
      batch->up_peak = MAX (batch->up_peak, g_ascii_strtod (lines[n - 1], NULL));
    }
  else
    batch->down_peak = MAX (batch->down_peak, g_ascii_strtod (lines[n - 1], NULL));
  return took;
}

static double
run_psql (const char *uri,
          Batch      *batch,
          GPtrArray  *oids)
{
  g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  gboolean up = oids->len == 0;
  g_autofree char *out = NULL;
  double took;

  g_ptr_array_add (argv, g_strdup ("psql"));
  g_ptr_array_add (argv, g_strdup ("-XAt"));
  for (int i = 0; i < batch->n; i++)
    {
      g_ptr_array_add (argv, g_strdup ("-c"));
      g_ptr_array_add (argv, up ? g_strdup_printf ("\\lo_import '%s'", batch->paths[i])
                                : g_strdup_printf ("\\lo_export %s '%s.lo'", (char *) oids->pdata[i], batch->paths[i]));
    }
  g_ptr_array_add (argv, g_strdup (uri));
  g_ptr_array_add (argv, NULL);
  took = seconds ((const char * const *) argv->pdata, &out);
  if (up)
    {
      g_auto(GStrv) lines = g_strsplit (g_strchomp (out), "\n", -1);

      for (gsize i = 0; lines[i] != NULL; i++)
        {
          const char *digits = lines[i] + strcspn (lines[i], "0123456789");

          if (*digits != '\0')
            g_ptr_array_add (oids, g_strdup (digits));
        }
      g_assert_cmpint (oids->len, ==, batch->n);
    }
  return took;
}

static gpointer
take_all (gpointer data)
{
  int *fds = data;
  g_autofree char *block = g_malloc (BLOCK);
  gssize n;

  while ((n = read (fds[0], block, BLOCK)) > 0)
    g_assert_cmpint (write (fds[1], block, (gsize) n), ==, n);
  fsync (fds[1]);
  return NULL;
}

/* File to file through a socket: what is left when nobody asks, checks or keeps anything. */
static double
run_bare (Batch *batch)
{
  g_autofree char *block = g_malloc (BLOCK);
  double before = ivr_bench_now_ms ();

  for (int i = 0; i < batch->n; i++)
    {
      int pair[2];
      int ends[2];
      GThread *thread;
      g_autofree char *copy = g_strconcat (batch->paths[i], ".bare", NULL);
      int in = open (batch->paths[i], O_RDONLY | O_CLOEXEC);
      gssize n;

      g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
      ends[0] = pair[1];
      ends[1] = open (copy, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
      thread = g_thread_new ("bare", take_all, ends);
      while ((n = read (in, block, BLOCK)) > 0)
        for (gssize at = 0; at < n;)
          at += write (pair[0], block + at, (gsize) (n - at));
      close (pair[0]);
      g_thread_join (thread);
      close (pair[1]);
      close (ends[1]);
      close (in);
      g_unlink (copy);
    }
  return (ivr_bench_now_ms () - before) / 1000;
}

static void
assert_same_files (Batch *batch)
{
  for (int i = 0; i < batch->n; i++)
    {
      g_autofree char *back = g_strconcat (batch->paths[i], ".back", NULL);
      g_autofree char *lo = g_strconcat (batch->paths[i], ".lo", NULL);
      const char *argv[] = { "cmp", batch->paths[i], back, NULL };

      seconds (argv, NULL);
      g_unlink (back);
      g_unlink (lo);
    }
}

static void
measure (IvrBench      *bench,
         IvrTestServer *server,
         Batch         *batch,
         int            rounds)
{
  g_autofree char *admin = ivr_test_server_uri (server, NULL);
  g_autofree char *casey = ivr_test_server_uri (server, "casey.example");
  GArray *all[5];
  double megabytes = (double) batch->n * (double) batch->bytes / MB;
  g_autofree char *what = g_strdup_printf ("%d × %d MB", batch->n, (int) (batch->bytes / MB));
  g_autofree char *up = g_strconcat (what, ", up", NULL);
  g_autofree char *down = g_strconcat (what, ", down", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    all[i] = ivr_bench_values ();
  for (int i = 0; i < rounds; i++)
    {
      g_autoptr(GPtrArray) oids = g_ptr_array_new_with_free_func (g_free);

      ivr_bench_add (all[0], megabytes / run_ours ("up", casey, batch));
      ivr_bench_add (all[1], megabytes / run_psql (admin, batch, oids));
      ivr_bench_add (all[2], megabytes / run_ours ("down", casey, batch));
      ivr_bench_add (all[3], megabytes / run_psql (admin, batch, oids));
      ivr_bench_add (all[4], megabytes / run_bare (batch));
      assert_same_files (batch);
    }
  ivr_bench_report (bench, up, "MB/s", all[0], "\\lo_import", all[1]);
  ivr_bench_report (bench, down, "MB/s", all[2], "\\lo_export", all[3]);
  ivr_bench_report (bench, up, "MB/s", all[0], "a bare copy", all[4]);
  ivr_bench_report (bench, down, "MB/s", all[2], "a bare copy", all[4]);
  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    g_array_unref (all[i]);
}

static void
batch_init (Batch      *batch,
            const char *folder,
            int         n,
            int         megabytes)
{
  *batch = (Batch) { .n = n, .bytes = (gsize) megabytes * MB, .paths = g_new0 (char *, n + 1) };
  for (int i = 0; i < n; i++)
    {
      batch->paths[i] = g_strdup_printf ("%s/%d-%d.pdf", folder, megabytes, i);
      write_file (batch->paths[i], batch->bytes, (guint) (megabytes * 1000 + i));
    }
}

static void
write_pages (const char *path,
             guint       pages)
{
  g_autoptr(GString) pdf = g_string_new ("%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n");
  g_autoptr(GString) kids = g_string_new (NULL);

  for (guint i = 0; i < pages; i++)
    {
      g_autoptr(GString) page = g_string_new ("BT /F1 9 Tf 72 740 Td 11 TL ");

      for (int line = 0; line < 60; line++)
        g_string_append_printf (page, "(Fictional page %u, line %d: measured, dressed, and measured again.) Tj T* ", i + 1, line);
      g_string_append (page, "ET");
      g_string_append_printf (kids, "%u 0 R ", 4 + 2 * i);
      g_string_append_printf (pdf, "%u 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %u 0 R /Resources << /Font << /F1 3 0 R >> >> >>\nendobj\n"
                                   "%u 0 obj\n<< /Length %u >>\nstream\n%s\nendstream\nendobj\n", 4 + 2 * i, 5 + 2 * i, 5 + 2 * i, (guint) page->len, page->str);
    }
  g_string_append_printf (pdf, "2 0 obj\n<< /Type /Pages /Kids [%s] /Count %u >>\nendobj\n3 0 obj\n<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>\nendobj\n"
                               "trailer\n<< /Root 1 0 R >>\n", kids->str, pages);
  g_assert_true (g_file_set_contents (path, pdf->str, (gssize) pdf->len, NULL));
}

/* From the start of the program that decodes to the first page in the viewer's hands. */
static double
first_page (const char *path)
{
  g_autofree char *program = ivr_test_program ("src/preview/ivr-preview");
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  double before = ivr_bench_now_ms ();
  g_autoptr(IvrPreviewClient) client = ivr_preview_client_new (program, "application/pdf", fd);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(IvrPreviewImage) image = NULL;
  double took;

  ivr_preview_client_render_async (client, 0, 850, NULL, done_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  took = ivr_bench_now_ms () - before;
  image = ivr_preview_client_render_finish (client, result, NULL);
  g_assert_nonnull (image);
  close (fd);
  return took;
}

static void
measure_first_page (IvrBench   *bench,
                    const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "pages.pdf", NULL);
  g_autofree char *out = g_build_filename (folder, "page", NULL);
  const char *argv[] = { "pdftoppm", "-l", "1", "-r", "100", path, out, NULL };
  GArray *ours = ivr_bench_values ();
  GArray *theirs = ivr_bench_values ();

  write_pages (path, 300);
  for (int i = 0; i < 3 * n_rounds; i++)
    {
      ivr_bench_add (ours, first_page (path));
      ivr_bench_add (theirs, seconds (argv, NULL) * 1000);
    }
  ivr_bench_report (bench, "first of 300 pages", "ms", ours, "pdftoppm -l 1", theirs);
  g_array_unref (ours);
  g_array_unref (theirs);
}

static void
allow_large (IvrTestServer *server)
{
  g_autofree char *uri = ivr_test_server_uri (server, NULL);
  g_autoptr(PGconn) admin = ivr_test_connect (uri);

  ivr_test_do (admin, "update ivr.settings set value = '10737418240' where name = 'document_most_bytes'");
  ivr_test_do (admin, "update ivr.settings set value = '1099511627776' where name = 'document_quota_bytes'");
}

int
main (int   argc,
      char *argv[])
{
  const GOptionEntry entries[] = {
    { "rounds", 0, 0, G_OPTION_ARG_INT, &n_rounds, "How often each is measured (3); the largest once", "N" },
    { "large", 0, 0, G_OPTION_ARG_INT, &n_large, "Megabytes of the largest (1024)", "N" },
    { "child", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &child_mode, NULL, NULL },
    { "uri", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &child_uri, NULL, NULL },
    { "list", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &child_list, NULL, NULL },
    { NULL },
  };
  g_autoptr(IvrBench) bench = ivr_bench_new ("documents", "Measures documents on their way against large objects and a bare copy.", entries, &argc, &argv);
  const struct
  {
    int n;
    int megabytes;
  } sizes[] = { { 1, 1 }, { 20, 1 }, { 1, 100 }, { 1, MAX (n_large, 101) } };
  Batch batches[G_N_ELEMENTS (sizes)];
  IvrTestServer *server;
  g_autofree char *folder = NULL;
  gsize last = G_N_ELEMENTS (sizes) - 1;

  if (child_mode != NULL)
    return run_child ();
  server = ivr_test_server_new ();
  allow_large (server);
  folder = ivr_test_dup_folder ();
  measure_first_page (bench, folder);
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      batch_init (&batches[i], folder, sizes[i].n, sizes[i].megabytes);
      measure (bench, server, &batches[i], i == last ? 1 : n_rounds);
    }
  ivr_bench_report_one (bench, "memory at its peak, the largest up", "kB", batches[last].up_peak, "1 MB", batches[0].up_peak);
  ivr_bench_report_one (bench, "longest work at a stretch, the largest up", "ms", batches[last].stall, "a frame", 16);
  ivr_bench_report_one (bench, "memory at its peak, the largest down", "kB", batches[last].down_peak, "1 MB", batches[0].down_peak);
  ivr_test_remove_folder (folder);
  ivr_test_server_free (server);
  return 0;
}
