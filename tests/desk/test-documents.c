/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-test-window.h"

#include "ivr-document-row.h"
#include "ivr-document-viewer.h"
#include "ivr-documents-page.h"
#include "ivr-page-view.h"

#include <glib/gstdio.h>
#include <string.h>

/* A clinic hands papers in, a specialist looks at them and decides: two real windows over a real server. */

static IvrTestServer *server;
static PGconn *admin;
static char *folder;

static void
refresh (IvrTestPerson *person)
{
  g_signal_emit_by_name (person->session, "refresh");
}

/* Also while another page of the request is shown. */
static GtkWidget *
find_page (GtkWidget *root)
{
  GtkWidget *found = IVR_IS_DOCUMENTS_PAGE (root) ? root : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = find_page (child);
  return found;
}

/* Opens the page of documents; there they are read. */
static GtkWidget *
open_documents (IvrTestPerson *person)
{
  GtkWidget *page;

  ivr_test_person_open (person, "All requests", "#1005");
  page = find_page (GTK_WIDGET (person->window));
  gtk_stack_set_visible_child (GTK_STACK (gtk_widget_get_ancestor (page, GTK_TYPE_STACK)), page);
  ivr_test_wait (ivr_test_shows (page, "Insurance card, back"));
  return page;
}

static GFile *
write_pdf (const char *name,
           const char *words)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *page = g_strdup_printf ("BT /F1 30 Tf 72 700 Td (%s) Tj ET 1 0 0 rg 72 300 400 200 re f", words);
  g_autofree char *pdf = g_strdup_printf (
    "%%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R 3 0 R] /Count 2 >>\nendobj\n"
    "3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>\nendobj\n"
    "4 0 obj\n<< /Length %u >>\nstream\n%s\nendstream\nendobj\n5 0 obj\n<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>\nendobj\n"
    "trailer\n<< /Root 1 0 R >>\n", (guint) strlen (page), page);

  g_assert_true (g_file_set_contents (path, pdf, -1, NULL));
  return g_file_new_for_path (path);
}

static void
drop (GtkWidget *page,
      GFile     *file)
{
  g_autoptr(GListModel) controllers = gtk_widget_observe_controllers (page);
  GSList one = { file, NULL };
  GValue value = G_VALUE_INIT;
  gboolean taken = FALSE;

  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_take_boxed (&value, gdk_file_list_new_from_list (&one));
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr(GObject) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_DROP_TARGET (controller))
        g_signal_emit_by_name (controller, "drop", &value, 5.0, 5.0, &taken);
    }
  g_value_unset (&value);
  g_assert_true (taken);
}

static guint
count_rows (GtkWidget *page)
{
  GtkWidget *list = ivr_test_find (page, GTK_TYPE_LIST_BOX, "Documents");
  guint n = 0;

  for (GtkWidget *row = list != NULL ? gtk_widget_get_first_child (list) : NULL; row != NULL; row = gtk_widget_get_next_sibling (row))
    n += IVR_IS_DOCUMENT_ROW (row);
  return n;
}

/* Of the row of a document: what it shows as a picture. */
static gboolean
has_thumbnail (GtkWidget  *page,
               const char *title)
{
  GtkWidget *row = ivr_test_find (page, IVR_TYPE_DOCUMENT_ROW, title);
  GtkWidget *image = row != NULL ? ivr_test_find (row, GTK_TYPE_IMAGE, NULL) : NULL;

  return image != NULL && gtk_image_get_storage_type (GTK_IMAGE (image)) == GTK_IMAGE_PAINTABLE;
}

/* As with the keyboard: what has the focus is scrolled to, so that its popover has a place on the screen. */
static void
pop_up (GtkWidget  *page,
        const char *name)
{
  GtkWidget *button = ivr_test_find (page, GTK_TYPE_MENU_BUTTON, name);

  gtk_widget_child_focus (button, GTK_DIR_TAB_FORWARD);
  for (int i = 0; i < 10; i++)
    ivr_test_step ();
  gtk_menu_button_popup (GTK_MENU_BUTTON (button));
}

/* The issue in one story: dropped, seen as a picture, rejected with a reason, replaced, accepted, with both versions. */
static void
test_story (void)
{
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  g_autoptr(IvrTestPerson) kim = ivr_test_person_new (server, "kim.demo", NULL);
  GtkWidget *theirs = open_documents (casey);
  GtkWidget *ours = open_documents (kim);
  g_autoptr(GFile) first = write_pdf ("chart notes.pdf", "Week one");
  g_autoptr(GFile) second = write_pdf ("chart notes, complete.pdf", "All weeks");
  guint before = count_rows (ours);
  g_autofree char *document = NULL;
  g_autofree char *seen = NULL;

  drop (theirs, first);
  ivr_test_wait (count_rows (theirs) == before + 1);
  g_assert_true (ivr_test_shows (theirs, "chart notes.pdf"));
  refresh (kim);
  ivr_test_wait (count_rows (ours) == before + 1);
  ivr_test_wait (has_thumbnail (ours, "Chart notes, Received"));
  pop_up (ours, "Reject: Chart notes");
  ivr_test_type (ours, "What is wrong with it?", "Three weeks are missing.");
  ivr_test_click (ivr_test_find (ours, GTK_TYPE_POPOVER, NULL), "Reject");
  ivr_test_wait (ivr_test_shows (ours, "Three weeks are missing."));
  refresh (casey);
  ivr_test_wait (ivr_test_shows (theirs, "Three weeks are missing."));
  document = ivr_test_value (admin, "select d.id from ivr.ivr_documents d join ivr.ivr_document_versions v on v.document_id = d.id where v.name = 'chart notes.pdf'", NULL);
  ivr_documents_page_add_file (IVR_DOCUMENTS_PAGE (theirs), second, document);
  ivr_test_wait (ivr_test_shows (theirs, "chart notes, complete.pdf"));
  refresh (kim);
  ivr_test_wait (ivr_test_shows (ours, "chart notes, complete.pdf"));
  /* Both versions stand there, and why the first was not enough. */
  g_assert_true (ivr_test_shows (ours, "Version 1, Rejected"));
  ivr_test_click (ours, "Accept: Chart notes");
  ivr_test_wait (ivr_test_find (ours, IVR_TYPE_DOCUMENT_ROW, "Chart notes, Accepted") != NULL);
  g_assert_cmpint (count_rows (ours), ==, before + 1);
  seen = ivr_test_value (admin, "select bool_and(purpose = 'thumbnail') and count(*) >= 2 from audit.phi_access_logs where actor_login = 'kim.demo'"
                                " and filter ->> 'document' = $1", document, NULL);
  g_assert_cmpstr (seen, ==, "t");
}

/* Whoever only looks at the overview has not looked at the documents. */
static void
test_not_looked_at (void)
{
  g_autoptr(IvrTestPerson) robin = ivr_test_person_new (server, "robin.example", NULL);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  before = ivr_test_value (admin, "select count(*) from audit.phi_access_logs where actor_login = 'robin.example' and what = 'document'", NULL);
  ivr_test_person_open (robin, "All requests", "#1005");
  refresh (robin);
  for (int i = 0; i < 60; i++)
    ivr_test_step ();
  after = ivr_test_value (admin, "select count(*) from audit.phi_access_logs where actor_login = 'robin.example' and what = 'document'", NULL);
  g_assert_cmpstr (before, ==, after);
}

/* What cannot be attached stands there with a sentence, and goes away when the person gives it up. */
static void
test_refused_file (void)
{
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  GtkWidget *page = open_documents (casey);
  g_autofree char *path = g_build_filename (folder, "letter.docx", NULL);
  g_autoptr(GFile) file = g_file_new_for_path (path);

  g_assert_true (g_file_set_contents (path, "PK\3\4 of an Office document", -1, NULL));
  drop (page, file);
  ivr_test_wait (ivr_test_shows (page, "Save or print it as PDF"));
  ivr_test_click (page, "Give up sending letter.docx");
  ivr_test_wait (!ivr_test_shows (page, "Save or print it as PDF"));
}

static GtkWidget *
viewer_of (const char *title)
{
  GtkWindow *window = ivr_test_find_window (title);

  return window != NULL && IVR_IS_DOCUMENT_VIEWER (window) ? GTK_WIDGET (window) : NULL;
}

static gboolean
shows_page (GtkWidget *viewer)
{
  GtkWidget *view = ivr_test_find (viewer, IVR_TYPE_PAGE_VIEW, NULL);

  return view != NULL && gtk_widget_get_mapped (view) && gtk_widget_get_width (view) > 50;
}

/* The page's number says so, and the page is there. */
static gboolean
is_at (GtkWidget *viewer,
       int        page,
       int        of)
{
  g_autofree char *name = g_strdup_printf ("Page %d of %d", page, of);
  GtkWidget *number = ivr_test_find (viewer, GTK_TYPE_SPIN_BUTTON, "Page");

  return number != NULL && gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (number)) == page &&
         ivr_test_find (viewer, IVR_TYPE_PAGE_VIEW, name) != NULL;
}

static void
test_viewer (void)
{
  g_autoptr(IvrTestPerson) kim = ivr_test_person_new (server, "kim.demo", NULL);
  GtkWidget *page = open_documents (kim);
  GtkWidget *viewer;
  GtkWidget *view;
  GtkAdjustment *down;
  int width;
  int height;

  ivr_test_click (page, "Open: Chart notes");
  ivr_test_wait ((viewer = viewer_of ("Chart notes")) != NULL && shows_page (viewer));
  g_assert_true (ivr_test_shows (viewer, "of 2"));
  view = ivr_test_find (viewer, IVR_TYPE_PAGE_VIEW, NULL);
  width = gtk_widget_get_width (view);
  height = gtk_widget_get_height (view);
  g_assert_cmpint (height, >, width);
  gtk_widget_activate_action (viewer, "viewer.zoom-in", NULL);
  ivr_test_wait (gtk_widget_get_width (view) > width);
  gtk_widget_activate_action (viewer, "viewer.fit", NULL);
  ivr_test_wait (gtk_widget_get_width (view) == width);
  gtk_widget_activate_action (viewer, "viewer.turn", NULL);
  ivr_test_wait (gtk_widget_get_width (view) > gtk_widget_get_height (view));
  gtk_widget_activate_action (viewer, "viewer.next-page", NULL);
  ivr_test_wait (is_at (viewer, 2, 2));
  /* And back by scrolling, to the end and to the beginning. */
  down = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (gtk_widget_get_ancestor (ivr_test_find (viewer, IVR_TYPE_PAGE_VIEW, NULL), GTK_TYPE_SCROLLED_WINDOW)));
  gtk_adjustment_set_value (down, 0);
  ivr_test_wait (is_at (viewer, 1, 2));
  gtk_adjustment_set_value (down, gtk_adjustment_get_upper (down));
  ivr_test_wait (is_at (viewer, 2, 2));
  gtk_editable_set_text (GTK_EDITABLE (ivr_test_find (viewer, GTK_TYPE_SEARCH_ENTRY, "Find in this document")), "nowhere");
  g_signal_emit_by_name (ivr_test_find (viewer, GTK_TYPE_SEARCH_ENTRY, "Find in this document"), "activate");
  ivr_test_wait (ivr_test_shows (viewer, "not found"));
  /* The document before it is a text. */
  gtk_widget_activate_action (viewer, "viewer.previous-document", NULL);
  ivr_test_wait (viewer_of ("Letter of medical necessity") != NULL);
  ivr_test_wait (ivr_test_find (viewer, GTK_TYPE_TEXT_VIEW, "Text of the document") != NULL);
  gtk_window_destroy (GTK_WINDOW (viewer));
}

/* A document that cannot be shown is told, and can be saved; the desk goes on. */
static void
test_damaged (void)
{
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  GtkWidget *page = open_documents (casey);
  g_autofree char *path = g_build_filename (folder, "order.pdf", NULL);
  g_autoptr(GFile) file = g_file_new_for_path (path);
  GtkWidget *viewer;

  g_assert_true (g_file_set_contents (path, "%PDF-1.4 and nothing that is one", -1, NULL));
  drop (page, file);
  ivr_test_wait (ivr_test_find (page, IVR_TYPE_DOCUMENT_ROW, "Signed order, Received") != NULL);
  ivr_test_click (page, "Open: Signed order");
  ivr_test_wait ((viewer = viewer_of ("Signed order")) != NULL && ivr_test_shows (viewer, "damaged"));
  g_assert_nonnull (ivr_test_find (viewer, GTK_TYPE_BUTTON, "Save as…"));
  gtk_window_destroy (GTK_WINDOW (viewer));
  ivr_test_click (page, "Take back: Signed order");
  ivr_test_wait (ivr_test_find (page, IVR_TYPE_DOCUMENT_ROW, "Signed order, Taken back") != NULL);
}

/* What was guessed from a name is put right by whoever knows. */
static void
test_described (void)
{
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  GtkWidget *page = open_documents (casey);
  g_autoptr(GFile) file = write_pdf ("scan0001.pdf", "A study");
  GtkWidget *button;

  drop (page, file);
  ivr_test_wait (ivr_test_find (page, IVR_TYPE_DOCUMENT_ROW, "Other document, Received") != NULL);
  button = ivr_test_find (page, GTK_TYPE_MENU_BUTTON, "What is it: Other document");
  gtk_menu_button_popup (GTK_MENU_BUTTON (button));
  ivr_test_click (gtk_menu_button_get_popover (GTK_MENU_BUTTON (button)), "Wound measurements");
  ivr_test_wait (ivr_test_find (page, IVR_TYPE_DOCUMENT_ROW, "Wound measurements, Received") != NULL);
}

/* The specialist ticks what is missing; the clinic sees it in the same list, and hands it in there. */
static void
test_ask (void)
{
  g_autoptr(IvrTestPerson) kim = ivr_test_person_new (server, "kim.demo", NULL);
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  GtkWidget *ours = open_documents (kim);
  GtkWidget *theirs = open_documents (casey);
  GtkWindow *dialog;
  g_autofree char *note = NULL;

  g_assert_null (ivr_test_find (theirs, GTK_TYPE_BUTTON, "Ask for documents…"));
  ivr_test_click (ours, "Ask for documents…");
  dialog = ivr_test_find_window ("Ask for documents");
  /* What the payer needs and is not there is ticked already. */
  g_assert_true (gtk_check_button_get_active (GTK_CHECK_BUTTON (ivr_test_find (dialog, GTK_TYPE_CHECK_BUTTON, "Operative note"))));
  g_assert_false (gtk_check_button_get_active (GTK_CHECK_BUTTON (ivr_test_find (dialog, GTK_TYPE_CHECK_BUTTON, "Vascular study"))));
  ivr_test_click (dialog, "Ask");
  ivr_test_wait (ivr_test_shows (dialog, "Say in a sentence"));
  ivr_test_type (dialog, "What the clinic has to know", "The plan wants the study, too.");
  gtk_check_button_set_active (GTK_CHECK_BUTTON (ivr_test_find (dialog, GTK_TYPE_CHECK_BUTTON, "Vascular study")), TRUE);
  ivr_test_click (dialog, "Ask");
  ivr_test_wait (ivr_test_shows (ours, "The plan wants the study, too."));
  refresh (casey);
  ivr_test_wait (ivr_test_find (theirs, IVR_TYPE_DOCUMENT_ROW, "Vascular study, Asked for") != NULL);
  g_assert_nonnull (ivr_test_find (theirs, GTK_TYPE_BUTTON, "Hand in…: Vascular study"));
  note = ivr_test_value (admin, "select count(*) from ivr.ivr_documents where status = 'requested' and note = 'The plan wants the study, too.'", NULL);
  g_assert_cmpint ((int) g_ascii_strtoll (note, NULL, 10), >=, 2);
}

static void
check_names (GtkWidget *widget)
{
  if ((GTK_IS_BUTTON (widget) || GTK_IS_MENU_BUTTON (widget) || GTK_IS_ENTRY (widget) || GTK_IS_SEARCH_ENTRY (widget) || GTK_IS_LIST_BOX (widget) ||
       GTK_IS_LIST_BOX_ROW (widget) || GTK_IS_SPIN_BUTTON (widget) || GTK_IS_PROGRESS_BAR (widget)) && gtk_widget_get_mapped (widget) &&
      gtk_widget_get_ancestor (gtk_widget_get_parent (widget), GTK_TYPE_MENU_BUTTON) == NULL &&
      gtk_widget_get_ancestor (gtk_widget_get_parent (widget), GTK_TYPE_SPIN_BUTTON) == NULL &&
      gtk_widget_get_ancestor (gtk_widget_get_parent (widget), GTK_TYPE_WINDOW_CONTROLS) == NULL)
    {
      g_autofree char *name = ivr_test_name_of (widget);

      if (name == NULL || name[0] == '\0')
        g_error ("a %s has no name for a screen reader", G_OBJECT_TYPE_NAME (widget));
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    check_names (child);
}

static void
test_names (void)
{
  g_autoptr(IvrTestPerson) kim = ivr_test_person_new (server, "kim.demo", NULL);
  GtkWidget *page = open_documents (kim);
  GtkWidget *viewer;

  check_names (page);
  ivr_test_click (page, "Open: Chart notes");
  ivr_test_wait ((viewer = viewer_of ("Chart notes")) != NULL && shows_page (viewer));
  check_names (viewer);
  gtk_window_destroy (GTK_WINDOW (viewer));
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  *(gboolean *) data = ivr_journal_open_finish (IVR_JOURNAL (source), result, NULL);
}

/* The program ends in the middle of a large file; the next time it goes on by itself, from where it was. */
static void
test_goes_on (void)
{
  g_autofree char *path = g_build_filename (folder, "journal", NULL);
  g_autofree char *large = g_build_filename (folder, "portal answer.pdf", NULL);
  g_autofree char *content = g_malloc (24 * 1024 * 1024);
  g_autoptr(GFile) file = g_file_new_for_path (large);
  g_autoptr(GBytes) key = g_bytes_new_static ("0123456789abcdef0123456789abcdef", 32);
  g_autoptr(IvrJournal) journal = ivr_journal_new (path, key);
  gboolean opened = FALSE;
  g_auto(GStrv) left = NULL;
  g_autofree char *stored = NULL;

  for (gsize i = 0; i < 24 * 1024 * 1024; i++)
    content[i] = (char) (i * 7 + i / 977);
  memcpy (content, "%PDF-1.4", 8);
  g_assert_true (g_file_set_contents (large, content, 24 * 1024 * 1024, NULL));
  ivr_journal_open_async (journal, IVR_JOURNAL_NONE, NULL, opened_cb, &opened);
  ivr_test_wait (opened);
  {
    g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", journal);
    GtkWidget *page = open_documents (casey);
    g_autoptr(IvrUpload) upload = NULL;

    drop (page, file);
    upload = g_list_model_get_item (G_LIST_MODEL (ivr_session_get_uploads (casey->session)), 0);
    ivr_test_wait (ivr_upload_get_sent (upload) > 0);
    g_assert_true (ivr_test_shows (page, "portal answer.pdf"));
  }
  left = ivr_journal_list (journal, "upload:");
  g_assert_cmpint (g_strv_length (left), ==, 1);
  {
    g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", journal);
    GtkWidget *page = open_documents (casey);

    ivr_test_wait (ivr_test_find (page, IVR_TYPE_DOCUMENT_ROW, "Answer of the payer, Received") != NULL);
  }
  g_strfreev (left);
  left = ivr_journal_list (journal, "upload:");
  g_assert_cmpint (g_strv_length (left), ==, 0);
  stored = ivr_test_value (admin, "select count(*) from ivr.document_uploads u where u.name = 'portal answer.pdf'", NULL);
  g_assert_cmpstr (stored, ==, "1");
}

/* The window is closed while everything is on its way. */
static void
test_closed_meanwhile (void)
{
  for (int i = 0; i < 8; i++)
    {
      g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
      GtkWidget *page = open_documents (casey);
      g_autoptr(GFile) file = write_pdf ("meanwhile.pdf", "x");

      drop (page, file);
      for (int n = 0; n < i * 3; n++)
        ivr_test_step ();
    }
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
  g_test_add_func ("/documents/story", test_story);
  g_test_add_func ("/documents/not-looked-at", test_not_looked_at);
  g_test_add_func ("/documents/refused-file", test_refused_file);
  g_test_add_func ("/documents/viewer", test_viewer);
  g_test_add_func ("/documents/damaged", test_damaged);
  g_test_add_func ("/documents/described", test_described);
  g_test_add_func ("/documents/ask", test_ask);
  g_test_add_func ("/documents/names", test_names);
  g_test_add_func ("/documents/goes-on", test_goes_on);
  g_test_add_func ("/documents/closed-meanwhile", test_closed_meanwhile);
  status = g_test_run ();
  PQfinish (admin);
  ivr_test_server_free (server);
  ivr_test_remove_folder (folder);
  g_free (folder);
  return status;
}
