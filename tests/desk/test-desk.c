/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-test-window.h"

#include "ivr-chat-page.h"
#include "ivr-request-page.h"
#include "ivr-requests-page.h"

#include <string.h>

/* The window of a clinic and of a specialist over a real server, without a gateway: what they tell
 * each other is read again on "refresh", as the desk does by itself. */
static IvrTestServer *server;

static void
refresh (IvrTestPerson *person)
{
  g_signal_emit_by_name (person->session, "refresh");
}

/* Everything that can be operated and is on the screen has a name for a screen reader. */
static void
check_names (GtkWidget *widget,
             GString   *nameless)
{
  static GType (*const operable[]) (void) = {
    gtk_button_get_type, gtk_entry_get_type, gtk_search_entry_get_type, gtk_text_view_get_type, gtk_drop_down_get_type,
    gtk_spin_button_get_type, gtk_check_button_get_type, gtk_switch_get_type, gtk_list_view_get_type, gtk_list_box_get_type,
    gtk_column_view_get_type, gtk_menu_button_get_type, adw_entry_row_get_type, adw_combo_row_get_type,
  };
  gboolean inside = FALSE;

  /* The parts of a widget of GTK's own speak through it. */
  for (GtkWidget *up = gtk_widget_get_parent (widget); up != NULL && !inside; up = gtk_widget_get_parent (up))
    inside = GTK_IS_MENU_BUTTON (up) || GTK_IS_DROP_DOWN (up) || GTK_IS_SPIN_BUTTON (up) || ADW_IS_COMBO_ROW (up) ||
             ADW_IS_ENTRY_ROW (up) || GTK_IS_COLUMN_VIEW (up) || GTK_IS_WINDOW_CONTROLS (up) || GTK_IS_POPOVER_MENU (up) ||
             (ADW_IS_PREFERENCES_GROUP (up) && GTK_IS_LIST_BOX (widget));
  for (gsize i = 0; i < G_N_ELEMENTS (operable) && !inside; i++)
    if (g_type_is_a (G_OBJECT_TYPE (widget), operable[i] ()) && gtk_widget_get_mapped (widget))
      {
        g_autofree char *name = ivr_test_name_of (widget);

        if ((name == NULL || name[0] == '\0') &&
            !gtk_test_accessible_has_relation (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY))
          g_string_append_printf (nameless, "\n  %s in %s", G_OBJECT_TYPE_NAME (widget),
                                  G_OBJECT_TYPE_NAME (gtk_widget_get_parent (widget)));
        break;
      }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_get_visible (child))
      check_names (child, nameless);
}

static void
assert_names (gpointer window)
{
  g_autoptr(GString) nameless = g_string_new (NULL);

  check_names (window, nameless);
  if (nameless->len > 0)
    g_error ("no name for a screen reader in “%s”:%s", gtk_window_get_title (window), nameless->str);
}

static void
test_names (void)
{
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  g_autoptr(IvrTestPerson) lee = ivr_test_person_new (server, "lee.demo", NULL);
  static const char * const steps[] = { "Assign" };

  assert_names (casey->window);
  ivr_test_person_open (casey, "All requests", "#1002");
  assert_names (casey->window);
  ivr_test_click (casey->window, "New request");
  assert_names (ivr_test_find_window ("New request"));
  gtk_window_destroy (ivr_test_find_window ("New request"));
  ivr_test_person_open (lee, "Unassigned", "#1001");
  assert_names (lee->window);
  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      ivr_test_click (lee->window, steps[i]);
      assert_names (ivr_test_find_window (steps[i]));
      gtk_window_close (ivr_test_find_window (steps[i]));
    }
}

static void
test_views_and_search (void)
{
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  GListModel *rows = ivr_window_get_list (IVR_WINDOW (casey->window));
  GtkWidget *search = ivr_test_find (casey->window, GTK_TYPE_SEARCH_ENTRY, "Search requests");

  ivr_test_person_open (casey, "All requests", "#1002");
  ivr_test_wait (g_list_model_get_n_items (rows) == 6);
  gtk_editable_set_text (GTK_EDITABLE (search), "notreal");
  ivr_test_wait (g_list_model_get_n_items (rows) == 1);
  gtk_editable_set_text (GTK_EDITABLE (search), "1EG4TE5MK73");
  ivr_test_wait (g_list_model_get_n_items (rows) == 1 && ivr_test_shows (casey->window, "Fictional, Bert"));
  gtk_editable_set_text (GTK_EDITABLE (search), "#1003");
  ivr_test_wait (g_list_model_get_n_items (rows) == 1 && ivr_test_shows (casey->window, "Notreal, Dov"));
  gtk_editable_set_text (GTK_EDITABLE (search), "'; drop table ivr.patients; -- %_\\");
  ivr_test_wait (g_list_model_get_n_items (rows) == 0 && ivr_test_shows (casey->window, "Nothing found"));
  gtk_editable_set_text (GTK_EDITABLE (search), "");
  ivr_test_wait (g_list_model_get_n_items (rows) == 6);
}

static void
send (IvrTestPerson *person,
      const char    *text)
{
  ivr_test_type (person->window, "Message", text);
  ivr_test_click (person->window, "Send message");
}

static void
test_chat (void)
{
  static const char * const texts[] = { "Plain words", "שלום עולם, with both directions", "A family: 👩‍👩‍👧‍👦 and a flag 🇺🇸",
                                        "Two\nlines" };
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  g_autoptr(IvrTestPerson) lee = ivr_test_person_new (server, "lee.demo", NULL);
  g_autofree char *huge = g_strnfill (1024 * 1024, 'x');
  g_autofree char *large = g_strnfill (9000, 'x');
  g_autofree char *kept = NULL;

  ivr_test_person_open (casey, "All requests", "#1004");
  ivr_test_person_open (lee, "All requests", "#1004");
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      send (casey, texts[i]);
      ivr_test_wait (ivr_test_shows (casey->window, texts[i]));
      refresh (lee);
      ivr_test_wait (ivr_test_shows (lee->window, texts[i]));
    }
  /* A little too long can be shortened; a megabyte is not even laid out, it stays on the clipboard. */
  ivr_test_type (casey->window, "Message", large);
  ivr_test_click (casey->window, "Send message");
  ivr_test_wait (ivr_test_shows (casey->window, "The message has 9000 characters") ||
                 ivr_test_shows (casey->window, "The message has 9,000 characters"));
  kept = ivr_test_typed (casey->window, "Message");
  g_assert_cmpuint (strlen (kept), ==, 9000);
  ivr_test_type (casey->window, "Message", "");
  gtk_text_buffer_insert_at_cursor (gtk_text_view_get_buffer (GTK_TEXT_VIEW (ivr_test_find (casey->window, GTK_TYPE_TEXT_VIEW, "Message"))), huge, -1);
  ivr_test_wait (ivr_test_shows (casey->window, "It was not put in"));
  ivr_test_type (casey->window, "Message", "A bell \a in it");
  ivr_test_click (casey->window, "Send message");
  ivr_test_wait (ivr_test_shows (casey->window, "control characters"));
  g_free (kept);
  kept = ivr_test_typed (casey->window, "Message");
  g_assert_cmpstr (kept, ==, "A bell \a in it");
}

/* A note that was begun must not become a message by going to another request and back. */
static void
test_note_stays_note (void)
{
  g_autoptr(IvrTestPerson) lee = ivr_test_person_new (server, "lee.demo", NULL);
  GtkWidget *internal;
  g_autofree char *typed = NULL;

  ivr_test_person_open (lee, "All requests", "#1002");
  internal = ivr_test_find (lee->window, GTK_TYPE_CHECK_BUTTON, "Internal note");
  gtk_check_button_set_active (GTK_CHECK_BUTTON (internal), TRUE);
  ivr_test_type (lee->window, "Message", "Between us: the card looks copied");
  ivr_test_person_open (lee, "All requests", "#1003");
  g_assert_false (gtk_check_button_get_active (GTK_CHECK_BUTTON (internal)));
  typed = ivr_test_typed (lee->window, "Message");
  g_assert_cmpstr (typed, ==, "");
  ivr_test_person_open (lee, "All requests", "#1002");
  g_assert_true (gtk_check_button_get_active (GTK_CHECK_BUTTON (internal)));
  g_free (typed);
  typed = ivr_test_typed (lee->window, "Message");
  g_assert_cmpstr (typed, ==, "Between us: the card looks copied");
  ivr_test_type (lee->window, "Message", "");
}

static gboolean
has_typed (IvrTestPerson *person,
           const char    *name,
           const char    *text)
{
  g_autofree char *typed = ivr_test_typed (person->window, name);

  return g_str_equal (typed, text);
}

static GtkWindow *
find_question (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr(GtkWindow) window = g_list_model_get_item (windows, i);

      if (ADW_IS_MESSAGE_DIALOG (window))
        return window;
    }
  return NULL;
}

static void
test_two_write_one_comment (void)
{
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  g_autoptr(IvrTestPerson) robin = ivr_test_person_new (server, "robin.example", NULL);
  g_autofree char *typed = NULL;
  GtkWindow *dialog;

  ivr_test_person_open (casey, "All requests", "#1005");
  ivr_test_person_open (robin, "All requests", "#1005");
  ivr_test_type (robin->window, "Doctor’s comment", "What Robin wrote");
  ivr_test_type (casey->window, "Doctor’s comment", "What Casey wrote");
  ivr_test_click (casey->window, "Save: Doctor’s comment");
  ivr_test_wait (ivr_test_shows (casey->window, "Saved"));
  /* What Robin is typing stays when the other's text arrives. */
  refresh (robin);
  for (int i = 0; i < 20; i++)
    ivr_test_step ();
  typed = ivr_test_typed (robin->window, "Doctor’s comment");
  g_assert_cmpstr (typed, ==, "What Robin wrote");
  ivr_test_click (robin->window, "Save: Doctor’s comment");
  ivr_test_wait ((dialog = find_question ()) != NULL);
  ivr_test_wait (ivr_test_shows (dialog, "What Robin wrote") && ivr_test_shows (dialog, "What Casey wrote"));
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "mine");
  ivr_test_wait (ivr_test_shows (robin->window, "Saved"));
  refresh (casey);
  ivr_test_wait (has_typed (casey, "Doctor’s comment", "What Robin wrote"));
}

static void
test_somebody_took_it (void)
{
  g_autoptr(IvrTestPerson) sam = ivr_test_person_new (server, "sam.demo", NULL);
  g_autoptr(IvrTestPerson) kim = ivr_test_person_new (server, "kim.demo", NULL);

  ivr_test_person_open (sam, "Unassigned", "#1001");
  ivr_test_person_open (kim, "Unassigned", "#1001");
  ivr_test_click (kim->window, "Take request");
  ivr_test_wait (ivr_test_shows (kim->window, "Your turn"));
  ivr_test_click (sam->window, "Take request");
  ivr_test_wait (ivr_test_shows (sam->window, "Kim Demo"));
}

/* What can be asked for when a request is sent back stands in the database, also what was added there yesterday. */
static void
test_step_asks_for_papers (void)
{
  g_autofree char *uri = ivr_test_server_uri (server, NULL);
  g_autoptr(PGconn) admin = ivr_test_connect (uri);
  g_autoptr(IvrTestPerson) kim = NULL;
  g_autofree char *asked = NULL;
  GtkWindow *dialog;
  GtkWidget *check;

  ivr_test_do (admin, "insert into ivr.document_types (position, type, label, meaning) values (60, 'consent', 'Signed consent', 'The patient agrees.')");
  kim = ivr_test_person_new (server, "kim.demo", NULL);
  ivr_test_person_open (kim, "My turn", "#1001");
  ivr_test_click (kim->window, "Send back");
  dialog = ivr_test_find_window ("Send back");
  ivr_test_type (dialog, "Why", "Two papers are missing.");
  g_assert_true (ivr_test_shows (dialog, "Vascular study"));
  ivr_test_wait ((check = ivr_test_find (dialog, GTK_TYPE_CHECK_BUTTON, "Signed consent")) != NULL);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), TRUE);
  check = ivr_test_find (dialog, GTK_TYPE_CHECK_BUTTON, "Signed order");
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), TRUE);
  g_signal_emit_by_name (ivr_test_find (dialog, GTK_TYPE_BUTTON, "Send back"), "clicked");
  ivr_test_wait (ivr_test_shows (kim->window, "Done: Send back"));
  asked = ivr_test_value (admin, "select string_agg(d.type || ' ' || d.title, ', ' order by d.type) from ivr.ivr_documents d"
                                 " join ivr.ivr_requests r on r.id = d.request_id where d.note = 'Two papers are missing.' and r.request_no = 1001", NULL);
  g_assert_cmpstr (asked, ==, "consent Signed consent, order Signed order");
}

/* What is typed in a step's dialog is there again after Escape. */
static void
test_step_keeps_reason (void)
{
  g_autoptr(IvrTestPerson) lee = ivr_test_person_new (server, "lee.demo", NULL);
  g_autofree char *typed = NULL;

  ivr_test_person_open (lee, "Escalated", "#1004");
  ivr_test_click (lee->window, "Return to specialist");
  ivr_test_type (ivr_test_find_window ("Return to specialist"), "Why", "Please ask the payer again");
  gtk_window_close (ivr_test_find_window ("Return to specialist"));
  ivr_test_click (lee->window, "Return to specialist");
  typed = ivr_test_typed (ivr_test_find_window ("Return to specialist"), "Why");
  g_assert_cmpstr (typed, ==, "Please ask the payer again");
  ivr_test_click (ivr_test_find_window ("Return to specialist"), "Cancel");
}

/* A step that does not send the response leaves what was typed of it. */
static void
test_step_leaves_response (void)
{
  g_autoptr(IvrTestPerson) lee = ivr_test_person_new (server, "lee.demo", NULL);
  GtkWindow *dialog;

  ivr_test_person_open (lee, "Escalated", "#1004");
  ivr_test_type (lee->window, "IVR response", "Half of the answer");
  ivr_test_click (lee->window, "Return to specialist");
  dialog = ivr_test_find_window ("Return to specialist");
  ivr_test_type (dialog, "Why", "The plan changed in May");
  g_signal_emit_by_name (ivr_test_find (dialog, GTK_TYPE_BUTTON, "Return to specialist"), "clicked");
  ivr_test_wait (ivr_test_shows (lee->window, "Done: Return to specialist"));
  for (int i = 0; i < 20; i++)
    ivr_test_step ();
  g_assert_cmpstr (ivr_drafts_get (ivr_session_get_drafts (lee->session), "response", "0d7e0001-0000-4000-8000-000000000004"),
                   ==, "Half of the answer");
  ivr_test_wait (has_typed (lee, "IVR response", "Half of the answer"));
}

static void
test_nothing_remains (void)
{
  IvrTestPerson *casey = ivr_test_person_new (server, "casey.example", NULL);
  IvrSession *session = casey->session;
  IvrDatabase *database = casey->database;

  ivr_test_person_open (casey, "All requests", "#1002");
  g_object_add_weak_pointer (G_OBJECT (session), (gpointer *) &session);
  g_object_add_weak_pointer (G_OBJECT (database), (gpointer *) &database);
  ivr_test_person_free (casey);
  ivr_test_wait (session == NULL && database == NULL);
}

int
main (int    argc,
      char **argv)
{
  int status;

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  server = ivr_test_server_new ();
  g_test_add_func ("/desk/names", test_names);
  g_test_add_func ("/desk/views-and-search", test_views_and_search);
  g_test_add_func ("/desk/chat", test_chat);
  g_test_add_func ("/desk/note-stays-note", test_note_stays_note);
  g_test_add_func ("/desk/two-write-one-comment", test_two_write_one_comment);
  g_test_add_func ("/desk/somebody-took-it", test_somebody_took_it);
  g_test_add_func ("/desk/step-asks-for-papers", test_step_asks_for_papers);
  g_test_add_func ("/desk/step-keeps-reason", test_step_keeps_reason);
  g_test_add_func ("/desk/step-leaves-response", test_step_leaves_response);
  g_test_add_func ("/desk/nothing-remains", test_nothing_remains);
  status = g_test_run ();
  ivr_test_server_free (server);
  return status;
}
