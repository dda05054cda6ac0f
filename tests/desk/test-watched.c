/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-test-window.h"

#include "ivr-desk-settings.h"
#include "ivr-documents-page.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

/* What a scanner puts into a folder is offered beside the documents of a request, and sent only by a button. */
static IvrTestServer *server;
static PGconn *admin;
static char *folder;
static char *scans;

static GtkWidget *
find_page (GtkWidget *root)
{
  GtkWidget *found = IVR_IS_DOCUMENTS_PAGE (root) ? root : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = find_page (child);
  return found;
}

static GtkWidget *
open_documents (IvrTestPerson *person)
{
  GtkWidget *page;

  ivr_test_person_open (person, "All requests", "#1005");
  page = find_page (GTK_WIDGET (person->window));
  gtk_stack_set_visible_child (GTK_STACK (gtk_widget_get_ancestor (page, GTK_TYPE_STACK)), page);
  ivr_test_wait (ivr_test_shows (page, "letter.txt"));
  return page;
}

static void
put (const char *name,
     const char *content,
     int         days)
{
  g_autofree char *path = g_build_filename (scans, name, NULL);
  struct timeval then = { .tv_sec = g_get_real_time () / G_USEC_PER_SEC - days * 24 * 3600 };
  struct timeval times[2] = { then, then };

  g_assert_true (g_file_set_contents (path, content, -1, NULL));
  if (days > 0)
    g_assert_cmpint (utimes (path, times), ==, 0);
}

static void
choose (const char *path)
{
  g_autoptr(GSettings) settings = ivr_desk_settings_new ();

  g_assert_nonnull (settings);
  g_settings_set_string (settings, "watched-folder", path);
}

static char *
count_uploads (void)
{
  return ivr_test_value (admin, "select count(*) from ivr.document_uploads", NULL);
}

/* Looks until it has looked again, whatever it sees. */
static void
on_looked (IvrWatchedFolder *watched,
           const char       *wrong,
           guint            *n)
{
  (*n)++;
}

static void
look (IvrTestPerson *person,
      guint          times)
{
  IvrWatchedFolder *watched = ivr_session_get_watched_folder (person->session);
  guint n = 0;
  gulong id = g_signal_connect (watched, "looked", G_CALLBACK (on_looked), &n);

  while (n < times)
    {
      ivr_watched_folder_look (watched);
      ivr_test_step ();
    }
  g_signal_handler_disconnect (watched, id);
}

static IvrJournal *journal;

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  *(gboolean *) data = ivr_journal_open_finish (IVR_JOURNAL (source), result, NULL);
}

static void
open_journal (void)
{
  g_autofree char *path = g_build_filename (folder, "watched.journal", NULL);
  g_autoptr(GBytes) key = g_bytes_new_static ("0123456789abcdef0123456789abcdef", 32);
  gboolean opened = FALSE;

  journal = ivr_journal_new (path, key);
  ivr_journal_open_async (journal, IVR_JOURNAL_NONE, NULL, opened_cb, &opened);
  ivr_test_wait (opened);
}

static void
test_offered (void)
{
  g_autofree char *before = count_uploads ();
  g_autofree char *after = NULL;
  g_autofree char *names = NULL;
  g_autofree char *link = g_build_filename (scans, "link.txt", NULL);
  g_autofree char *other = g_build_filename (scans, "another patient.pdf", NULL);
  g_auto(GStrv) kept = NULL;

  put ("face sheet.pdf", "%PDF-1.4 a scan", 0);
  put ("another patient.pdf", "%PDF-1.4 another", 0);
  put ("last year.pdf", "%PDF-1.4 old", 300);
  put ("Thumbs.db", "x", 0);
  put (".hidden.pdf", "%PDF-1.4", 0);
  put ("empty.pdf", "", 0);
  g_assert_cmpint (symlink ("/etc/hostname", link), ==, 0);
  choose (scans);
  {
    g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", journal);
    GtkWidget *page = open_documents (casey);

    ivr_test_wait (ivr_test_shows (page, "2 files are new in the folder “scans”."));
    g_assert_true (ivr_test_shows (page, "face sheet.pdf") && ivr_test_shows (page, "another patient.pdf"));
    g_assert_false (ivr_test_shows (page, "last year.pdf") || ivr_test_shows (page, "Thumbs.db") || ivr_test_shows (page, "link.txt"));
    after = count_uploads ();
    g_assert_cmpstr (after, ==, before);
    ivr_test_click (page, "Not this one: another patient.pdf");
    ivr_test_click (page, "Add: face sheet.pdf");
    ivr_test_wait (ivr_test_shows (page, "Nothing is new in the folder “scans”."));
    ivr_test_wait (ivr_test_shows (page, "Face sheet"));
  }
  names = ivr_test_value (admin, "select string_agg(name, ', ') from ivr.document_uploads", NULL);
  g_assert_nonnull (strstr (names, "face sheet.pdf"));
  g_assert_null (strstr (names, "another"));
  /* What was dealt with is not offered again after a restart, and its name is kept nowhere. */
  kept = ivr_journal_list (journal, "watched:");
  g_assert_cmpint (g_strv_length (kept), ==, 2);
  {
    g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", journal);
    GtkWidget *page = open_documents (casey);

    look (casey, 3);
    ivr_test_wait (ivr_test_shows (page, "Nothing is new in the folder “scans”."));
    /* Changed, it is another one. */
    put ("another patient.pdf", "%PDF-1.4 another, and more of it", 0);
    look (casey, 3);
    ivr_test_wait (ivr_test_shows (page, "1 file is new"));
    g_unlink (other);
    look (casey, 2);
    ivr_test_wait (ivr_test_shows (page, "Nothing is new in the folder “scans”."));
  }
}

/* A file that grows is offered when it rests; and who may not add is offered nothing. */
static void
test_grows (void)
{
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", journal);
  GtkWidget *page = open_documents (casey);
  IvrWatchedFolder *watched = ivr_session_get_watched_folder (casey->session);
  g_autoptr(GString) content = g_string_new ("%PDF-1.4 ");

  for (int i = 0; i < 5; i++)
    {
      g_string_append (content, "more ");
      put ("growing.pdf", content->str, 0);
      look (casey, 1);
      g_assert_cmpint (g_list_model_get_n_items (G_LIST_MODEL (watched)), ==, 0);
    }
  look (casey, 2);
  ivr_test_wait (ivr_test_shows (page, "growing.pdf"));
}

static void
test_gone (void)
{
  g_autofree char *nowhere = g_build_filename (folder, "unplugged", NULL);
  g_autoptr(IvrTestPerson) casey = NULL;
  GtkWidget *page;
  g_autofree char *left = NULL;
  g_autoptr(GSettings) settings = ivr_desk_settings_new ();

  choose (nowhere);
  casey = ivr_test_person_new (server, "casey.example", journal);
  page = open_documents (casey);
  ivr_test_wait (ivr_test_shows (page, "The folder “unplugged” cannot be read"));
  ivr_test_click (page, "Stop watching");
  ivr_test_wait (!ivr_test_shows (page, "The folder “unplugged” cannot be read"));
  left = g_settings_get_string (settings, "watched-folder");
  g_assert_cmpstr (left, ==, "");
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *uri = NULL;
  int status;

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  server = ivr_test_server_new ();
  uri = ivr_test_server_uri (server, NULL);
  admin = ivr_test_connect (uri);
  folder = ivr_test_dup_folder ();
  scans = g_build_filename (folder, "scans", NULL);
  g_assert_cmpint (g_mkdir (scans, 0700), ==, 0);
  open_journal ();
  g_test_add_func ("/watched/offered", test_offered);
  g_test_add_func ("/watched/grows", test_grows);
  g_test_add_func ("/watched/gone", test_gone);
  status = g_test_run ();
  g_object_unref (journal);
  PQfinish (admin);
  ivr_test_server_free (server);
  ivr_test_remove_folder (folder);
  g_free (scans);
  g_free (folder);
  return status;
}
