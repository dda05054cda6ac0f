/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-test-window.h"

#include "ivr-document-outside.h"
#include "ivr-document-viewer.h"
#include "ivr-documents-page.h"
#include "ivr-page-view.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

/* Documents leave the desk: to a printer, to another program, to where they are dragged. Each is written down as what it
 * is, and what was lent is gone with the session. */
static IvrTestServer *server;
static PGconn *admin;
static char *folder;

static GtkWidget *
find_page (GtkWidget *root)
{
  GtkWidget *found = IVR_IS_DOCUMENTS_PAGE (root) ? root : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = find_page (child);
  return found;
}

static GtkWidget *
open_documents (IvrTestPerson *person,
                const char    *request,
                const char    *document)
{
  GtkWidget *page;

  ivr_test_person_open (person, "All requests", request);
  page = find_page (GTK_WIDGET (person->window));
  gtk_stack_set_visible_child (GTK_STACK (gtk_widget_get_ancestor (page, GTK_TYPE_STACK)), page);
  ivr_test_wait (ivr_test_shows (page, document));
  return page;
}

static GtkWidget *
open_viewer (GtkWidget  *page,
             const char *document)
{
  g_autofree char *button = g_strdup_printf ("Open: %s", document);
  GtkWindow *viewer;

  ivr_test_click (page, button);
  viewer = ivr_test_find_window (document);
  ivr_test_wait (ivr_test_find (viewer, IVR_TYPE_PAGE_VIEW, NULL) != NULL || ivr_test_find (viewer, GTK_TYPE_TEXT_VIEW, "Text of the document") != NULL);
  return GTK_WIDGET (viewer);
}

/* How often a person did that with a document that has such a file. */
static int
count_acts (const char *login,
            const char *what,
            const char *purpose)
{
  g_autofree char *n = ivr_test_value (admin, "select count(*) from audit.phi_access_logs where actor_login = $1 and what = $2 and purpose = $3", login, what,
                                       purpose, NULL);

  return atoi (n);
}

static void
on_done (IvrDocumentPrint *print,
         const GError     *error,
         GError          **result)
{
  *result = error != NULL ? g_error_copy (error) : g_error_new_literal (G_IO_ERROR, G_IO_ERROR_PENDING, "done");
}

/* To a file, as to a printer; returns why it ended. */
static GError *
print_to (GtkWidget  *viewer,
          const char *path)
{
  g_autoptr(IvrDocumentPrint) print = ivr_document_viewer_print (IVR_DOCUMENT_VIEWER (viewer));
  GError *result = NULL;

  g_assert_nonnull (print);
  gtk_print_operation_set_export_filename (ivr_document_print_get_operation (print), path);
  g_signal_connect (print, "done", G_CALLBACK (on_done), &result);
  ivr_document_print_run (print, GTK_WINDOW (viewer), GTK_PRINT_OPERATION_ACTION_EXPORT);
  ivr_test_wait (result != NULL);
  return result;
}

static guint
count_pages (const char *path)
{
  g_autofree char *content = NULL;
  gsize length;
  guint n = 0;

  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  g_assert_true (g_str_has_prefix (content, "%PDF-"));
  for (const char *p = content; (p = memmem (p, length - (gsize) (p - content), "/Type /Page %", 13)) != NULL; p++)
    n++;
  return n;
}

static void
test_print (void)
{
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  GtkWidget *page = open_documents (casey, "#1002", "card-front.png");
  GtkWidget *viewer = open_viewer (page, "Chart notes, four weeks");
  g_autofree char *path = g_build_filename (folder, "printed.pdf", NULL);
  g_autofree char *text = g_build_filename (folder, "text.pdf", NULL);
  g_autofree char *nowhere = g_build_filename (folder, "no such folder", "printed.pdf", NULL);
  g_autoptr(GError) result = NULL;
  g_autoptr(GError) refused = NULL;
  g_autoptr(GError) printed = NULL;

  g_assert_cmpint (count_acts ("casey.example", "print", "print"), ==, 0);
  result = print_to (viewer, path);
  g_assert_error (result, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_assert_cmpint (count_pages (path), ==, 1);
  g_assert_cmpint (count_acts ("casey.example", "print", "print"), ==, 1);
  /* Where nothing can be written the person is told, and the desk goes on. */
  refused = print_to (viewer, nowhere);
  g_assert_false (g_error_matches (refused, G_IO_ERROR, G_IO_ERROR_PENDING));
  gtk_window_destroy (GTK_WINDOW (viewer));
  page = open_documents (casey, "#1005", "letter.txt");
  viewer = open_viewer (page, "Letter of medical necessity");
  printed = print_to (viewer, text);
  g_assert_error (printed, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_assert_cmpint (count_pages (text), ==, 1);
  gtk_window_destroy (GTK_WINDOW (viewer));
}

static GtkWidget *
hand_in (GtkWidget  *page,
         const char *name,
         const char *content,
         const char *document)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr(GFile) file = g_file_new_for_path (path);
  g_autofree char *button = g_strdup_printf ("Open: %s", document);

  g_assert_true (g_file_set_contents (path, content, -1, NULL));
  ivr_documents_page_add_file (IVR_DOCUMENTS_PAGE (page), file, NULL);
  ivr_test_wait (ivr_test_find (page, GTK_TYPE_BUTTON, button) != NULL);
  return open_viewer (page, document);
}

/* Page after page, also where they are of two sizes, and of a text as many as it needs. */
static void
test_print_many (void)
{
  static const char pdf[] =
    "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R 4 0 R 3 0 R] /Count 3 >>\nendobj\n"
    "3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>\nendobj\n"
    "4 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 792 612] >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n";
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  GtkWidget *page = open_documents (casey, "#1005", "letter.txt");
  GtkWidget *viewer = hand_in (page, "face sheet.pdf", pdf, "Face sheet");
  g_autofree char *pages = g_build_filename (folder, "pages.pdf", NULL);
  g_autofree char *text = g_build_filename (folder, "lines.pdf", NULL);
  g_autoptr(GString) lines = g_string_new (NULL);
  g_autoptr(GError) first = NULL;
  g_autoptr(GError) second = NULL;

  first = print_to (viewer, pages);
  g_assert_error (first, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_assert_cmpint (count_pages (pages), ==, 3);
  gtk_window_destroy (GTK_WINDOW (viewer));
  for (int i = 0; i < 150; i++)
    g_string_append_printf (lines, "Line %d of the measurements\n", i);
  viewer = hand_in (page, "measurements.txt", lines->str, "Wound measurements");
  second = print_to (viewer, text);
  g_assert_error (second, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_assert_cmpint (count_pages (text), >=, 2);
  g_assert_cmpint (count_pages (text), <=, 6);
  gtk_window_destroy (GTK_WINDOW (viewer));
}

/* What may not be read any more is not printed, and nothing is half there. */
static void
test_print_refused (void)
{
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  GtkWidget *page = open_documents (casey, "#1002", "card-front.png");
  GtkWidget *viewer = open_viewer (page, "Chart notes, four weeks");
  g_autofree char *path = g_build_filename (folder, "refused.pdf", NULL);
  g_autoptr(GError) result = NULL;

  ivr_test_do (admin, "update ivr.document_files set scan = 'infected', scanned_at = now()");
  result = print_to (viewer, path);
  g_assert_nonnull (strstr (result->message, "virus"));
  ivr_test_do (admin, "update ivr.document_files set scan = 'not_scanned', scanned_at = null");
  gtk_window_destroy (GTK_WINDOW (viewer));
}

static char *
dup_lent (void)
{
  g_autofree char *base = g_build_filename (g_get_user_runtime_dir (), "ivr-desk", NULL);
  g_autoptr(GDir) dir = g_dir_open (base, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, "lent-"))
      return g_build_filename (base, name, NULL);
  return NULL;
}

/* The program that the system has for it reads the document; when the session ends the file is gone. */
static void
test_open (void)
{
  g_autofree char *seen = g_build_filename (folder, "seen", NULL);
  g_autofree char *where = g_build_filename (folder, "where", NULL);
  g_autofree char *path = NULL;
  g_autofree char *content = NULL;
  g_autofree char *left = NULL;
  gsize length;
  GStatBuf facts;

  {
    g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
    GtkWidget *page = open_documents (casey, "#1002", "card-front.png");
    GtkWidget *viewer = open_viewer (page, "Chart notes, four weeks");
    g_autofree char *lent = NULL;

    gtk_widget_activate_action (viewer, "viewer.open", NULL);
    ivr_test_wait (g_file_get_contents (where, &path, NULL, NULL));
    g_strchomp (path);
    g_assert_true (g_str_has_suffix (path, ".pdf"));
    g_assert_cmpint (g_stat (path, &facts), ==, 0);
    g_assert_cmpint (facts.st_mode & 0777, ==, 0400);
    lent = dup_lent ();
    g_assert_true (g_str_has_prefix (path, lent));
    g_assert_cmpint (g_stat (lent, &facts), ==, 0);
    g_assert_cmpint (facts.st_mode & 0777, ==, 0700);
    g_assert_true (g_file_get_contents (seen, &content, &length, NULL));
    g_assert_true (g_str_has_prefix (content, "%PDF-"));
    g_assert_cmpint (count_acts ("casey.example", "document", "open"), ==, 1);
    gtk_window_destroy (GTK_WINDOW (viewer));
  }
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  left = dup_lent ();
  g_assert_null (left);
}

/* What a desk that was killed has left behind goes when the next one lends something. */
static void
test_left_behind (void)
{
  g_autofree char *base = g_build_filename (g_get_user_runtime_dir (), "ivr-desk", NULL);
  g_autofree char *old = g_build_filename (base, "lent-killed", NULL);
  g_autofree char *inside = g_build_filename (old, "abc", NULL);
  g_autofree char *file = g_build_filename (inside, "notes.pdf", NULL);
  g_autofree char *where = g_build_filename (folder, "where", NULL);
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  GtkWidget *page;
  GtkWidget *viewer;

  g_assert_cmpint (g_mkdir_with_parents (inside, 0700), ==, 0);
  g_assert_true (g_file_set_contents (file, "x", 1, NULL));
  g_unlink (where);
  page = open_documents (casey, "#1005", "letter.txt");
  viewer = open_viewer (page, "Letter of medical necessity");
  gtk_widget_activate_action (viewer, "viewer.open", NULL);
  ivr_test_wait (g_file_test (where, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (old, G_FILE_TEST_EXISTS));
  gtk_window_destroy (GTK_WINDOW (viewer));
}

static void
given_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(GError) error = NULL;

  gdk_content_provider_write_mime_type_finish (GDK_CONTENT_PROVIDER (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

/* Where it is dropped a file is taken; it is read then and not before. */
static void
test_drag (void)
{
  g_autoptr(IvrTestPerson) robin = ivr_test_person_new (server, "robin.example", NULL);
  g_autoptr(IvrDocuments) documents = ivr_documents_new (ivr_session_get_database (robin->session), "0d7e0001-0000-4000-8000-000000000006");
  g_autoptr(GdkContentProvider) dragged = NULL;
  g_autoptr(GdkContentFormats) formats = NULL;
  g_autoptr(GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_autofree char *uri = NULL;
  g_autoptr(GFile) file = NULL;
  g_autofree char *content = NULL;
  gboolean given = FALSE;

  ivr_documents_refresh (documents);
  ivr_test_wait (ivr_documents_is_loaded (documents));
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (documents)); i++)
    {
      g_autoptr(IvrDocument) document = g_list_model_get_item (G_LIST_MODEL (documents), i);

      if (g_str_equal (ivr_document_get_status (document), "requested"))
        g_assert_null (ivr_document_drag_new (robin->session, document));
      else if (g_str_equal (ivr_document_get_title (document), "Letter of medical necessity"))
        dragged = ivr_document_drag_new (robin->session, document);
    }
  g_assert_nonnull (dragged);
  formats = gdk_content_provider_ref_formats (dragged);
  g_assert_true (gdk_content_formats_contain_mime_type (formats, "text/uri-list"));
  g_assert_false (gdk_content_formats_contain_mime_type (formats, "text/plain;charset=utf-8"));
  g_assert_cmpint (count_acts ("robin.example", "document", "download"), ==, 0);
  gdk_content_provider_write_mime_type_async (dragged, "text/uri-list", out, G_PRIORITY_DEFAULT, NULL, given_cb, &given);
  ivr_test_wait (given);
  g_output_stream_close (out, NULL, NULL);
  uri = g_strndup (g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (out)), g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (out)));
  g_strstrip (uri);
  file = g_file_new_for_uri (uri);
  g_assert_true (g_str_has_suffix (uri, ".txt"));
  g_assert_true (g_file_load_contents (file, NULL, &content, NULL, NULL, NULL));
  g_assert_cmpint (count_acts ("robin.example", "document", "download"), ==, 1);
}

/* The system's program for documents is one that looks at what it is given. */
static void
make_reader (void)
{
  g_autofree char *applications = g_build_filename (folder, "data", "applications", NULL);
  g_autofree char *script = g_build_filename (folder, "reader.sh", NULL);
  g_autofree char *launcher = g_build_filename (applications, "reader.desktop", NULL);
  g_autofree char *list = g_build_filename (applications, "mimeapps.list", NULL);
  g_autofree char *words = g_strdup_printf ("#!/bin/sh\ncp \"$1\" '%s/seen'\nprintf '%%s\\n' \"$1\" >'%s/part'\nmv '%s/part' '%s/where'\n", folder, folder, folder, folder);
  g_autofree char *entry = g_strdup_printf ("[Desktop Entry]\nType=Application\nName=Reader\nExec=%s %%f\nMimeType=application/pdf;text/plain;\n", script);
  g_autofree char *data = g_build_filename (folder, "data", NULL);

  g_mkdir_with_parents (applications, 0700);
  g_assert_true (g_file_set_contents (script, words, -1, NULL));
  g_assert_cmpint (g_chmod (script, 0700), ==, 0);
  g_assert_true (g_file_set_contents (launcher, entry, -1, NULL));
  g_assert_true (g_file_set_contents (list, "[Default Applications]\napplication/pdf=reader.desktop\ntext/plain=reader.desktop\n", -1, NULL));
  g_setenv ("XDG_DATA_HOME", data, TRUE);
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *uri = NULL;
  int status;

  folder = ivr_test_dup_folder ();
  make_reader ();
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  server = ivr_test_server_new ();
  uri = ivr_test_server_uri (server, NULL);
  admin = ivr_test_connect (uri);
  g_test_add_func ("/outside/print", test_print);
  g_test_add_func ("/outside/print-many", test_print_many);
  g_test_add_func ("/outside/print-refused", test_print_refused);
  g_test_add_func ("/outside/open", test_open);
  g_test_add_func ("/outside/left-behind", test_left_behind);
  g_test_add_func ("/outside/drag", test_drag);
  status = g_test_run ();
  PQfinish (admin);
  ivr_test_server_free (server);
  ivr_test_remove_folder (folder);
  g_free (folder);
  return status;
}
