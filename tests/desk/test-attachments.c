/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-test-window.h"

#include "ivr-attachment-row.h"
#include "ivr-carried-document.h"
#include "ivr-chat-page.h"
#include "ivr-document-viewer.h"

#include <string.h>

/* Messages that carry documents: chosen, dropped, pasted, waited for, taken off, and there again after a restart. */
#define REQUEST "0d7e0001-0000-4000-8000-000000000006"
#define NUMBER "#1005"
#define LARGE (24 * 1024 * 1024)

static IvrTestServer *server;
static PGconn *admin;
static char *folder;

static GtkWidget *
open_chat (IvrTestPerson *person)
{
  GtkWidget *chat = NULL;

  ivr_test_person_open (person, "All requests", NUMBER);
  ivr_test_wait ((chat = ivr_test_find (person->window, IVR_TYPE_CHAT_PAGE, NULL)) != NULL && ivr_test_shows (chat, "Notes are coming this afternoon."));
  return chat;
}

static GFile *
write_file (const char *name,
            gsize       size,
            const char *begin)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *content = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    content[i] = (char) (i * 11 + i / 977 + strlen (name));
  memcpy (content, begin, MIN (strlen (begin), size));
  g_assert_true (g_file_set_contents (path, content, (gssize) size, NULL));
  return g_file_new_for_path (path);
}

static void
drop (GtkWidget *chat,
      GFile     *file)
{
  g_autoptr(GListModel) controllers = gtk_widget_observe_controllers (chat);
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

static GtkWidget *
find_attachment (GtkWidget  *chat,
                 const char *name)
{
  return ivr_test_find (chat, IVR_TYPE_ATTACHMENT_ROW, name);
}

static GtkWidget *
find_carried (GtkWidget  *chat,
              const char *name)
{
  return ivr_test_find (chat, IVR_TYPE_CARRIED_DOCUMENT, name);
}

static void
send_now (GtkWidget *chat)
{
  gtk_widget_activate_action (chat, "chat.send", NULL);
}

/* "": there is no such message. */
static char *
carried_by (const char *body)
{
  return ivr_test_value (admin, "select string_agg(d.title, ', ' order by x.position) from ivr.ivr_communication_messages m"
                                " join ivr.ivr_message_documents x on x.org_id = m.org_id and x.message_id = m.id"
                                " join ivr.ivr_documents d on d.org_id = x.org_id and d.id = x.document_id"
                                " where m.request_id = '" REQUEST "' and m.body = $1", body, NULL);
}

static gboolean
is_carried (const char *body,
            const char *titles)
{
  g_autofree char *is = carried_by (body);

  return g_str_equal (is, titles);
}

static void
refresh (IvrTestPerson *person)
{
  g_signal_emit_by_name (person->session, "refresh");
}

/* Dropped while it is written, sent before it has arrived, opened by the other side. */
static void
test_story (void)
{
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  g_autoptr(IvrTestPerson) kim = ivr_test_person_new (server, "kim.demo", NULL);
  GtkWidget *theirs = open_chat (casey);
  GtkWidget *ours = open_chat (kim);
  g_autoptr(GFile) file = write_file ("operative note, page 1.pdf", LARGE, "%PDF-1.4");
  g_autofree char *typed = NULL;
  GtkWidget *button = NULL;
  GtkWindow *viewer;

  ivr_test_type (casey->window, "Message", "Here is the operative note.");
  drop (theirs, file);
  ivr_test_wait (find_attachment (theirs, "operative note, page 1.pdf") != NULL);
  send_now (theirs);
  ivr_test_wait (ivr_test_shows (theirs, "The message goes by itself"));
  typed = ivr_test_typed (casey->window, "Message");
  g_assert_cmpstr (typed, ==, "Here is the operative note.");
  ivr_test_wait (is_carried ("Here is the operative note.", "Operative note"));
  ivr_test_wait (find_attachment (theirs, "operative note") == NULL);
  g_free (typed);
  typed = ivr_test_typed (casey->window, "Message");
  g_assert_cmpstr (typed, ==, "");
  refresh (kim);
  ivr_test_wait ((button = find_carried (ours, "Document: Operative note, Received")) != NULL);
  g_signal_emit_by_name (button, "clicked");
  viewer = ivr_test_find_window ("Operative note");
  g_assert_true (IVR_IS_DOCUMENT_VIEWER (viewer));
  gtk_window_destroy (viewer);
}

/* From the list of the request's documents; taken off with a key; sent without a word. */
static void
test_chosen (void)
{
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  GtkWidget *chat = open_chat (casey);
  GtkWidget *list = NULL;
  GtkWidget *row = NULL;

  gtk_widget_activate_action (chat, "chat.attach", NULL);
  ivr_test_wait ((list = ivr_test_find (chat, GTK_TYPE_LIST_BOX, "Documents of this request")) != NULL &&
                 (row = ivr_test_find (list, GTK_TYPE_LIST_BOX_ROW, "Letter of medical necessity, ")) != NULL);
  /* What was only asked for is not there to be carried. */
  g_assert_null (ivr_test_find (list, GTK_TYPE_LIST_BOX_ROW, "Insurance card, back"));
  g_signal_emit_by_name (row, "activate");
  ivr_test_wait ((row = find_attachment (chat, "Letter of medical necessity")) != NULL);
  gtk_widget_grab_focus (row);
  gtk_widget_activate_action (row, "attachment.remove", NULL);
  ivr_test_wait (find_attachment (chat, "Letter of medical necessity") == NULL);
  g_assert_true (gtk_widget_has_focus (ivr_test_find (chat, GTK_TYPE_TEXT_VIEW, "Message")));
  gtk_widget_activate_action (chat, "chat.attach", NULL);
  ivr_test_wait ((row = ivr_test_find (list, GTK_TYPE_LIST_BOX_ROW, "Letter of medical necessity, ")) != NULL);
  g_signal_emit_by_name (row, "activate");
  ivr_test_wait (find_attachment (chat, "Letter of medical necessity") != NULL);
  send_now (chat);
  ivr_test_wait (is_carried ("", "Letter of medical necessity"));
  ivr_test_wait (find_carried (chat, "Document: Letter of medical necessity, Received") != NULL);
}

static void
test_pasted (void)
{
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  GtkWidget *chat = open_chat (casey);
  GtkWidget *entry = ivr_test_find (chat, GTK_TYPE_TEXT_VIEW, "Message");
  GdkClipboard *clipboard = gtk_widget_get_clipboard (entry);
  guint8 pixels[16 * 16 * 4];
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GdkTexture) texture = NULL;
  g_autofree char *typed = NULL;

  for (gsize i = 0; i < sizeof pixels; i++)
    pixels[i] = (guint8) (i * 3);
  bytes = g_bytes_new (pixels, sizeof pixels);
  texture = gdk_memory_texture_new (16, 16, GDK_MEMORY_R8G8B8A8, bytes, 16 * 4);
  gdk_clipboard_set_texture (clipboard, texture);
  g_signal_emit_by_name (entry, "paste-clipboard");
  ivr_test_wait (find_attachment (chat, "Pasted image.png, Document of this request") != NULL);
  /* Text stays text. */
  gdk_clipboard_set_text (clipboard, "A photo from today");
  g_signal_emit_by_name (entry, "paste-clipboard");
  ivr_test_wait ((g_free (typed), typed = ivr_test_typed (chat, "Message"), g_str_equal (typed, "A photo from today")));
  send_now (chat);
  ivr_test_wait (is_carried ("A photo from today", "Other document"));
}

/* Whoever goes to another request while the files travel does not keep the message from going. */
static void
test_goes_by_itself (void)
{
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  GtkWidget *chat = open_chat (casey);
  g_autoptr(GFile) file = write_file ("order, signed.pdf", LARGE, "%PDF-1.4");

  ivr_test_type (casey->window, "Message", "The order.");
  drop (chat, file);
  send_now (chat);
  ivr_test_wait (ivr_test_shows (chat, "The message goes by itself"));
  ivr_test_person_open (casey, "All requests", "#1002");
  ivr_test_wait (is_carried ("The order.", "Signed order"));
  ivr_test_person_open (casey, "All requests", NUMBER);
  ivr_test_wait (ivr_test_shows (chat, "The order."));
  g_assert_null (find_attachment (chat, "order, signed.pdf"));
}

/* Whoever goes on writing is not done. */
static void
test_stays (void)
{
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  GtkWidget *chat = open_chat (casey);
  g_autoptr(GFile) file = write_file ("face sheet.pdf", LARGE, "%PDF-1.4");

  ivr_test_type (casey->window, "Message", "The face");
  drop (chat, file);
  send_now (chat);
  ivr_test_wait (ivr_test_shows (chat, "The message goes by itself"));
  ivr_test_type (casey->window, "Message", "The face sheet");
  ivr_test_wait (!ivr_test_shows (chat, "The message goes by itself"));
  ivr_test_wait (find_attachment (chat, "Face sheet, Document of this request") != NULL ||
                 find_attachment (chat, "face sheet.pdf, Document of this request") != NULL);
  for (int i = 0; i < 30; i++)
    ivr_test_step ();
  g_assert_true (is_carried ("The face sheet", ""));
  ivr_test_click (chat, "Take off: ");
  ivr_test_type (casey->window, "Message", "");
}

/* A file that is refused keeps its message here, with the words, until it is taken off. */
static void
test_refused_file (void)
{
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  GtkWidget *chat = open_chat (casey);
  g_autoptr(GFile) file = write_file ("letter.docx", 300, "PK\3\4 of an Office document");
  g_autofree char *typed = NULL;

  ivr_test_type (casey->window, "Message", "The letter.");
  drop (chat, file);
  ivr_test_wait (ivr_test_shows (chat, "Save or print it as PDF"));
  send_now (chat);
  ivr_test_wait (ivr_test_shows (casey->window, "A file of this message could not be sent"));
  typed = ivr_test_typed (casey->window, "Message");
  g_assert_cmpstr (typed, ==, "The letter.");
  ivr_test_click (chat, "Take off: letter.docx");
  send_now (chat);
  ivr_test_wait (g_strcmp0 ((g_free (typed), typed = ivr_test_typed (casey->window, "Message")), "") == 0);
  ivr_test_wait (ivr_test_shows (chat, "The letter."));
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  *(gboolean *) data = ivr_journal_open_finish (IVR_JOURNAL (source), result, NULL);
}

static IvrJournal *
open_journal (const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr(GBytes) key = g_bytes_new_static ("0123456789abcdef0123456789abcdef", 32);
  IvrJournal *journal = ivr_journal_new (path, key);
  gboolean opened = FALSE;

  ivr_journal_open_async (journal, IVR_JOURNAL_NONE, NULL, opened_cb, &opened);
  ivr_test_wait (opened);
  return journal;
}

/* The program ends in the middle: what the message carried is there again, and a note is still a note. */
static void
test_restart (void)
{
  g_autoptr(IvrJournal) journal = open_journal ("attachments.journal");
  g_autoptr(GFile) file = write_file ("vascular study.pdf", LARGE, "%PDF-1.4");
  g_autofree char *visibility = NULL;

  {
    g_autoptr(IvrTestPerson) kim = ivr_test_person_new (server, "kim.demo", journal);
    GtkWidget *chat = open_chat (kim);
    GtkWidget *list = NULL;
    GtkWidget *row = NULL;

    gtk_widget_activate_action (chat, "chat.attach", NULL);
    ivr_test_wait ((list = ivr_test_find (chat, GTK_TYPE_LIST_BOX, "Documents of this request")) != NULL &&
                   (row = ivr_test_find (list, GTK_TYPE_LIST_BOX_ROW, "Letter of medical necessity, ")) != NULL);
    g_signal_emit_by_name (row, "activate");
    ivr_test_wait (find_attachment (chat, "Letter of medical necessity") != NULL);
    drop (chat, file);
    ivr_test_wait (find_attachment (chat, "vascular study.pdf") != NULL);
    /* The file is on its way to where the clinic sees it, and whoever makes the message a note is told. */
    gtk_check_button_set_active (GTK_CHECK_BUTTON (ivr_test_find (chat, GTK_TYPE_CHECK_BUTTON, "Internal note")), TRUE);
    ivr_test_wait (ivr_test_shows (kim->window, "The files that are on their way become documents of the request"));
  }
  {
    g_autoptr(IvrTestPerson) kim = ivr_test_person_new (server, "kim.demo", journal);
    GtkWidget *chat = open_chat (kim);

    ivr_test_wait (find_attachment (chat, "Letter of medical necessity, Document of this request") != NULL);
    ivr_test_wait (find_attachment (chat, "vascular study.pdf, Document of this request") != NULL ||
                   find_attachment (chat, "Vascular study, Document of this request") != NULL);
    g_assert_true (gtk_check_button_get_active (GTK_CHECK_BUTTON (ivr_test_find (chat, GTK_TYPE_CHECK_BUTTON, "Internal note"))));
    ivr_test_type (kim->window, "Message", "Both were too late.");
    send_now (chat);
    ivr_test_wait (is_carried ("Both were too late.", "Letter of medical necessity, Vascular study"));
  }
  visibility = ivr_test_value (admin, "select visibility from ivr.ivr_communication_messages where body = 'Both were too late.'", NULL);
  g_assert_cmpstr (visibility, ==, "internal");
}

/* What is put into a note must not become a document that the clinic sees. */
static void
test_note_takes_no_files (void)
{
  g_autoptr(IvrTestPerson) kim = ivr_test_person_new (server, "kim.demo", NULL);
  GtkWidget *chat = open_chat (kim);
  g_autoptr(GFile) file = write_file ("only for us.pdf", 700, "%PDF-1.4");
  GtkWidget *internal = ivr_test_find (chat, GTK_TYPE_CHECK_BUTTON, "Internal note");
  g_autofree char *before = ivr_test_value (admin, "select count(*) from ivr.document_uploads", NULL);
  g_autofree char *after = NULL;

  gtk_check_button_set_active (GTK_CHECK_BUTTON (internal), TRUE);
  drop (chat, file);
  ivr_test_wait (ivr_test_shows (kim->window, "A note takes no new files"));
  g_assert_null (find_attachment (chat, "only for us.pdf"));
  gtk_widget_activate_action (chat, "chat.attach", NULL);
  ivr_test_wait (ivr_test_find (chat, GTK_TYPE_LIST_BOX_ROW, "Letter of medical necessity, ") != NULL);
  g_assert_false (ivr_test_shows (chat, "Add files…"));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (internal), FALSE);
  gtk_widget_activate_action (chat, "chat.attach", NULL);
  ivr_test_wait (ivr_test_shows (chat, "Add files…"));
  after = ivr_test_value (admin, "select count(*) from ivr.document_uploads", NULL);
  g_assert_cmpstr (after, ==, before);
}

/* Taken back between choosing and sending: words and the rest come back to where they were written. */
static void
test_taken_back (void)
{
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  GtkWidget *chat = open_chat (casey);
  g_autoptr(GFile) file = write_file ("measurements.pdf", 900, "%PDF-1.4");
  g_autofree char *typed = NULL;
  g_autoptr(PGresult) done = NULL;

  ivr_test_type (casey->window, "Message", "The measurements.");
  drop (chat, file);
  ivr_test_wait (find_attachment (chat, "measurements.pdf, Document of this request") != NULL ||
                 find_attachment (chat, "Wound measurements, Document of this request") != NULL);
  done = ivr_test_query (admin, "update ivr.ivr_documents set status = 'withdrawn' where type = 'measurements' and status = 'received' and request_id = $1",
                         REQUEST, NULL);
  send_now (chat);
  ivr_test_wait (ivr_test_shows (casey->window, "was taken back or is not there yet"));
  typed = ivr_test_typed (casey->window, "Message");
  g_assert_cmpstr (typed, ==, "The measurements.");
  g_assert_nonnull (ivr_test_find (chat, IVR_TYPE_ATTACHMENT_ROW, NULL));
  ivr_test_click (chat, "Take off: ");
  ivr_test_type (casey->window, "Message", "");
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
  g_test_add_func ("/attachments/story", test_story);
  g_test_add_func ("/attachments/chosen", test_chosen);
  g_test_add_func ("/attachments/pasted", test_pasted);
  g_test_add_func ("/attachments/goes-by-itself", test_goes_by_itself);
  g_test_add_func ("/attachments/stays", test_stays);
  g_test_add_func ("/attachments/refused-file", test_refused_file);
  g_test_add_func ("/attachments/restart", test_restart);
  g_test_add_func ("/attachments/note-takes-no-files", test_note_takes_no_files);
  g_test_add_func ("/attachments/taken-back", test_taken_back);
  status = g_test_run ();
  PQfinish (admin);
  ivr_test_server_free (server);
  ivr_test_remove_folder (folder);
  g_free (folder);
  return status;
}
