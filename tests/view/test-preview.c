/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents as a viewer sees them through the program that decodes them: good ones, damaged ones, hostile ones. Whatever
 * a document is, the viewer gets a picture or a sentence, and lives. */
#include "ivr-error.h"
#include "ivr-preview-client.h"
#include "ivr-preview-wire.h"
#include "ivr-test-corpus.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#define DEADLINE_S 120

static GPtrArray *corpus;
static char *program;

static gboolean
on_deadline (gpointer data)
{
  g_error ("%s: this never came", (const char *) data);
  return G_SOURCE_REMOVE;
}

#define WAIT_UNTIL(condition) \
  G_STMT_START \
    { \
      guint deadline_ = g_timeout_add_seconds (DEADLINE_S, on_deadline, (gpointer) G_STRLOC); \
      while (!(condition)) \
        g_main_context_iteration (NULL, TRUE); \
      g_source_remove (deadline_); \
    } \
  G_STMT_END

static void
done_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static IvrPreviewClient *
client_of (const char *content_type,
           GBytes     *bytes)
{
  int fd = ivr_test_fd_of (bytes);
  IvrPreviewClient *client = ivr_preview_client_new (program, content_type, fd);

  close (fd);
  return client;
}

static guint
open_now (IvrPreviewClient  *client,
          GError           **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  ivr_preview_client_open_async (client, NULL, done_cb, &result);
  WAIT_UNTIL (result != NULL);
  return ivr_preview_client_open_finish (client, result, error);
}

static IvrPreviewImage *
render_now (IvrPreviewClient  *client,
            guint              page,
            guint              width,
            GError           **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  ivr_preview_client_render_async (client, page, width, NULL, done_cb, &result);
  WAIT_UNTIL (result != NULL);
  return ivr_preview_client_render_finish (client, result, error);
}

static void
assert_sentence (GError *error)
{
  g_assert_nonnull (error);
  g_assert_true (error->domain == IVR_ERROR);
  g_assert_true (g_str_has_suffix (error->message, "."));
}

/* Not one colour: something was drawn. */
static gboolean
has_content (IvrPreviewImage *image)
{
  const guint8 *pixels = g_bytes_get_data (image->pixels, NULL);
  guint32 first = *(const guint32 *) (gconstpointer) pixels;

  for (int y = 0; y < image->height; y++)
    for (int x = 0; x < image->width; x++)
      if (((const guint32 *) (gconstpointer) (pixels + (gsize) y * image->stride))[x] != first)
        return TRUE;
  return FALSE;
}

static void
test_good (void)
{
  for (guint i = 0; i < corpus->len; i++)
    {
      IvrTestDocument *document = corpus->pdata[i];
      g_autoptr(IvrPreviewClient) client = client_of (document->content_type, document->bytes);
      g_autoptr(GError) error = NULL;
      guint pages = open_now (client, &error);

      g_test_message ("%s", document->name);
      g_assert_no_error (error);
      g_assert_cmpint (pages, ==, document->pages);
      for (guint page = 0; page < pages; page += MAX (pages - 1, 1))
        {
          g_autoptr(IvrPreviewImage) image = render_now (client, page, 400, &error);

          g_assert_no_error (error);
          g_assert_cmpint (image->width, ==, 400);
          g_assert_cmpint (g_bytes_get_size (image->pixels), ==, image->stride * (gsize) image->height);
          g_assert_true (has_content (image) || g_str_equal (document->name, "a WebP"));
        }
      g_assert_null (render_now (client, pages, 400, &error));
      g_assert_error (error, IVR_ERROR, IVR_ERROR_NOT_FOUND);
    }
}

static void
test_text (void)
{
  g_autoptr(GBytes) pdf = ivr_test_pdf (3);
  g_autoptr(IvrPreviewClient) client = client_of ("application/pdf", pdf);
  g_autoptr(GAsyncResult) text_result = NULL;
  g_autoptr(GAsyncResult) found_result = NULL;
  g_autoptr(GAsyncResult) none_result = NULL;
  g_autoptr(GAsyncResult) size_result = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  g_autoptr(GArray) found = NULL;
  g_autoptr(GArray) none = NULL;
  double width;
  double height;

  /* Asked at once, answered in order. */
  ivr_preview_client_text_async (client, 1, NULL, done_cb, &text_result);
  ivr_preview_client_find_async (client, 1, "NEEDLE", NULL, done_cb, &found_result);
  ivr_preview_client_find_async (client, 1, "haystack", NULL, done_cb, &none_result);
  ivr_preview_client_size_async (client, 1, NULL, done_cb, &size_result);
  WAIT_UNTIL (size_result != NULL);
  text = ivr_preview_client_text_finish (client, text_result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "Fictional page 2 needle");
  found = ivr_preview_client_find_finish (client, found_result, &error);
  g_assert_cmpint (found->len, ==, 4);
  g_assert_cmpfloat (g_array_index (found, double, 0), <, g_array_index (found, double, 2));
  g_assert_cmpfloat (g_array_index (found, double, 1), >, 0.08);
  g_assert_cmpfloat (g_array_index (found, double, 3), <, 0.16);
  none = ivr_preview_client_find_finish (client, none_result, &error);
  g_assert_cmpint (none->len, ==, 0);
  g_assert_true (ivr_preview_client_size_finish (client, size_result, &width, &height, &error));
  g_assert_cmpfloat (width, ==, 612);
  g_assert_cmpfloat (height, ==, 792);
}

/* However wide it is asked for: never more pixels than are held. */
static void
test_large_widths (void)
{
  g_autoptr(GBytes) pdf = ivr_test_pdf (1);
  g_autoptr(IvrPreviewClient) client = client_of ("application/pdf", pdf);
  guint widths[] = { 0, 1, 5000, 100000, G_MAXUINT };

  for (gsize i = 0; i < G_N_ELEMENTS (widths); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(IvrPreviewImage) image = render_now (client, 0, widths[i], &error);

      g_assert_no_error (error);
      g_assert_cmpint ((gint64) image->width * image->height, <=, IVR_PREVIEW_MOST_PIXELS);
    }
}

static void
test_damaged (void)
{
  guint shown = 0;
  guint refused = 0;

  for (guint i = 0; i < corpus->len; i++)
    for (guint how = 0; how < IVR_TEST_DAMAGES; how++)
      {
        IvrTestDocument *document = corpus->pdata[i];
        g_autoptr(GBytes) bad = ivr_test_damaged (document->bytes, how);
        g_autoptr(IvrPreviewClient) client = client_of (document->content_type, bad);
        g_autoptr(GError) error = NULL;
        g_autoptr(IvrPreviewImage) image = NULL;

        ivr_preview_client_set_deadline (client, 10000);
        if (open_now (client, &error) > 0)
          image = render_now (client, 0, 300, &error);
        if (image == NULL)
          assert_sentence (error);
        if (image != NULL)
          shown++;
        else
          refused++;
      }
  g_test_message ("%u shown, %u refused", shown, refused);
  g_assert_cmpint (refused, >, 20);
  g_assert_cmpint (shown, >, 20);
}

/* One kind said to be another, and what is nothing at all. */
static void
test_mistaken (void)
{
  static const char * const types[] = { "application/pdf", "image/png", "image/jpeg", "image/tiff", "image/webp", "text/html", "", "image/svg+xml" };
  static const char picture[] = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><image href='file:///etc/passwd'/></svg>";
  g_autoptr(GBytes) svg = g_bytes_new_static (picture, sizeof picture - 1);

  for (guint i = 0; i <= corpus->len; i++)
    for (gsize t = 0; t < G_N_ELEMENTS (types); t++)
      {
        IvrTestDocument *document = i < corpus->len ? corpus->pdata[i] : NULL;
        g_autoptr(IvrPreviewClient) client = NULL;
        g_autoptr(GError) error = NULL;

        if (document != NULL && g_str_equal (types[t], document->content_type))
          continue;
        client = client_of (types[t], document != NULL ? document->bytes : svg);
        g_assert_cmpint (open_now (client, &error), ==, 0);
        assert_sentence (error);
      }
}

static void
test_locked (void)
{
  g_autoptr(GBytes) pdf = ivr_test_pdf_locked ();
  g_autoptr(IvrPreviewClient) client = client_of ("application/pdf", pdf);
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (open_now (client, &error), ==, 0);
  g_assert_error (error, IVR_ERROR, IVR_ERROR_INVALID);
}

/* Small to send, large to decode. */
static void
test_huge_image (void)
{
  g_autoptr(GBytes) huge = ivr_test_huge_png (20000, 20000);
  g_autoptr(GBytes) large = ivr_test_huge_png (7000, 7000);
  g_autoptr(IvrPreviewClient) client = client_of ("image/png", huge);
  g_autoptr(IvrPreviewClient) other = client_of ("image/png", large);
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPreviewImage) image = NULL;

  g_test_message ("%d bytes", (int) g_bytes_get_size (huge));
  g_assert_cmpint (open_now (client, &error), ==, 0);
  g_assert_error (error, IVR_ERROR, IVR_ERROR_LIMIT);
  g_clear_error (&error);
  g_assert_cmpint (open_now (other, &error), ==, 1);
  image = render_now (other, 0, 200, &error);
  g_assert_no_error (error);
  g_assert_cmpint (image->height, ==, 200);
}

static void
count (gpointer  client,
       guint    *n)
{
  (*n)++;
}

/* It would be drawn for ever. The viewer is told in time, and another document is not kept waiting. */
static void
test_bomb (void)
{
  g_autoptr(GBytes) bomb = ivr_test_pdf_bomb ();
  g_autoptr(GBytes) pdf = ivr_test_pdf (1);
  g_autoptr(IvrPreviewClient) client = client_of ("application/pdf", bomb);
  g_autoptr(IvrPreviewClient) other = client_of ("application/pdf", pdf);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPreviewImage) image = NULL;
  guint stops = 0;

  g_signal_connect (client, "stopped", G_CALLBACK (count), &stops);
  ivr_preview_client_set_deadline (client, 1500);
  ivr_preview_client_render_async (client, 0, 300, NULL, done_cb, &result);
  image = render_now (other, 0, 300, &error);
  g_assert_no_error (error);
  g_assert_nonnull (image);
  WAIT_UNTIL (result != NULL);
  g_assert_null (ivr_preview_client_render_finish (client, result, &error));
  assert_sentence (error);
  g_assert_cmpint (stops, ==, 1);
}

/* The program is killed while it is asked: a sentence, and the next question starts it anew; not for ever. */
static void
test_killed (void)
{
  g_autoptr(GBytes) pdf = ivr_test_pdf (300);
  g_autoptr(IvrPreviewClient) client = client_of ("application/pdf", pdf);
  g_autoptr(GError) error = NULL;
  guint stops = 0;
  int failures = 0;

  g_signal_connect (client, "stopped", G_CALLBACK (count), &stops);
  for (int i = 0; i < 4; i++)
    {
      g_autoptr(GAsyncResult) result = NULL;
      g_autoptr(IvrPreviewImage) image = NULL;

      g_assert_cmpint (open_now (client, &error), ==, 300);
      g_assert_no_error (error);
      kill ((pid_t) g_ascii_strtoll (ivr_preview_client_get_process (client), NULL, 10), SIGKILL);
      ivr_preview_client_render_async (client, 0, 3000, NULL, done_cb, &result);
      WAIT_UNTIL (result != NULL);
      image = ivr_preview_client_render_finish (client, result, &error);
      g_assert_null (image);
      assert_sentence (error);
      g_clear_error (&error);
      failures++;
    }
  g_assert_cmpint (stops, ==, failures);
  g_assert_cmpint (open_now (client, &error), ==, 0);
  g_assert_nonnull (strstr (error->message, "every time"));
}

static void
test_missing (void)
{
  g_autoptr(GBytes) pdf = ivr_test_pdf (1);
  int fd = ivr_test_fd_of (pdf);
  g_autoptr(IvrPreviewClient) client = ivr_preview_client_new ("/nonexistent/ivr-preview", "application/pdf", fd);
  g_autoptr(IvrPreviewClient) nonsense = ivr_preview_client_new ("/bin/echo", "application/pdf", fd);
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (open_now (client, &error), ==, 0);
  g_assert_nonnull (strstr (error->message, "missing"));
  g_clear_error (&error);
  /* A program that answers something else. */
  g_assert_cmpint (open_now (nonsense, &error), ==, 0);
  assert_sentence (error);
  close (fd);
}

static void
test_cancelled (void)
{
  g_autoptr(GBytes) pdf = ivr_test_pdf (300);
  g_autoptr(IvrPreviewClient) client = client_of ("application/pdf", pdf);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GError) error = NULL;
  GAsyncResult *results[50] = { NULL };
  g_autoptr(IvrPreviewImage) image = NULL;
  guint drawn = 0;

  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    ivr_preview_client_render_async (client, i, 1200, cancellable, done_cb, &results[i]);
  g_cancellable_cancel (cancellable);
  /* What was scrolled past is not drawn; what is looked at is. */
  image = render_now (client, 200, 300, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autoptr(IvrPreviewImage) one = NULL;

      g_assert_nonnull (results[i]);
      one = ivr_preview_client_render_finish (client, results[i], NULL);
      drawn += one != NULL;
      g_object_unref (results[i]);
    }
  g_assert_cmpint (drawn, ==, 0);
}

static char *
line_of (const char *pid,
         const char *file,
         const char *name)
{
  g_autofree char *path = g_build_filename ("/proc", pid, file, NULL);
  g_autofree char *text = NULL;
  g_auto(GStrv) lines = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], name))
      return g_strstrip (g_strdup (lines[i] + strlen (name)));
  return NULL;
}

/* What the kernel says of the running program. */
static void
test_closed (void)
{
  g_autoptr(GBytes) pdf = ivr_test_pdf (1);
  g_autoptr(IvrPreviewClient) client = client_of ("application/pdf", pdf);
  g_autoptr(GError) error = NULL;
  const char *pid;
  g_autofree char *privileges = NULL;
  g_autofree char *filter = NULL;
  g_autofree char *files = NULL;
  g_autofree char *cores = NULL;

  g_assert_cmpint (open_now (client, &error), ==, 1);
  pid = ivr_preview_client_get_process (client);
  privileges = line_of (pid, "status", "NoNewPrivs:");
  g_assert_cmpstr (privileges, ==, "1");
  files = line_of (pid, "limits", "Max file size");
  g_assert_true (g_str_has_prefix (files, "0 "));
  cores = line_of (pid, "limits", "Max core file size");
  g_assert_true (g_str_has_prefix (cores, "0 "));
#ifndef __SANITIZE_ADDRESS__
  {
    g_autofree char *memory = line_of (pid, "limits", "Max address space");

    filter = line_of (pid, "status", "Seccomp:");
    g_assert_cmpstr (filter, ==, "2");
    g_assert_true (g_str_has_prefix (memory, "1073741824 "));
  }
#endif
}

int
main (int    argc,
      char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  program = g_build_filename (g_getenv ("IVR_BUILDDIR"), "src", "preview", "ivr-preview", NULL);
  corpus = ivr_test_corpus ();
  g_test_add_func ("/preview/good", test_good);
  g_test_add_func ("/preview/text", test_text);
  g_test_add_func ("/preview/large-widths", test_large_widths);
  g_test_add_func ("/preview/damaged", test_damaged);
  g_test_add_func ("/preview/mistaken", test_mistaken);
  g_test_add_func ("/preview/locked", test_locked);
  g_test_add_func ("/preview/huge-image", test_huge_image);
  g_test_add_func ("/preview/bomb", test_bomb);
  g_test_add_func ("/preview/killed", test_killed);
  g_test_add_func ("/preview/missing", test_missing);
  g_test_add_func ("/preview/cancelled", test_cancelled);
  g_test_add_func ("/preview/closed", test_closed);
  status = g_test_run ();
  g_ptr_array_unref (corpus);
  g_free (program);
  return status;
}
