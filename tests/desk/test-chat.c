/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-test-window.h"

#include "ivr-message-row.h"

#include <string.h>

/* A long conversation: it opens at its end, and what is read stays where it is while older messages
 * are put in above it. */
#define MESSAGES 400
#define REQUEST "660e8400-e29b-41d4-a716-446655440004"

static IvrTestServer *server;

static void
add_messages (PGconn *admin)
{
  g_autoptr(PGresult) done = ivr_test_query (
    admin,
    "insert into ivr.ivr_communication_messages (org_id, id, request_id, verifier_org_id, seq, sender_id, sender_side, body,"
    " created_at) select r.org_id, gen_random_uuid(), r.id, r.verifier_org_id, 1000 + n, r.created_by, 'clinic',"
    " 'Message number ' || n || repeat(' with more words', n % 7), timestamptz '2026-01-01 12:00+00' + n * interval '20 minutes'"
    " from ivr.ivr_requests r, generate_series(1, $1::int) n where r.id = $2", G_STRINGIFY (MESSAGES), REQUEST, NULL);
}

static GtkScrolledWindow *
find_scroller (IvrTestPerson *person)
{
  GtkWidget *list = ivr_test_find (person->window, GTK_TYPE_LIST_VIEW, "Conversation");

  return list != NULL ? GTK_SCROLLED_WINDOW (gtk_widget_get_ancestor (list, GTK_TYPE_SCROLLED_WINDOW)) : NULL;
}

static guint
count_messages (IvrTestPerson *person)
{
  GtkWidget *list = ivr_test_find (person->window, GTK_TYPE_LIST_VIEW, "Conversation");

  return list != NULL ? g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (list)))) : 0;
}

/* Where on the screen the row of a message is, or -1. */
static double
find_place (GtkWidget  *root,
            GtkWidget  *scroller,
            const char *text)
{
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      double y = -1;

      if (IVR_IS_MESSAGE_ROW (child))
        {
          /* Below its day and its mark, which come and go with what is above. */
          GtkWidget *bubble = gtk_widget_get_last_child (child);

          if (ivr_test_shows (child, text) && gtk_widget_get_mapped (child))
            gtk_widget_translate_coordinates (bubble, scroller, 0, 0, NULL, &y);
        }
      else
        y = find_place (child, scroller, text);
      if (y >= 0)
        return y;
    }
  return -1;
}

static void
settle (void)
{
  for (int i = 0; i < 60; i++)
    ivr_test_step ();
}

static void
test_opens_at_end (void)
{
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  g_autofree char *last = g_strdup_printf ("Message number %d", MESSAGES);

  ivr_test_person_open (casey, "All requests", "#1002");
  ivr_test_wait (ivr_test_shows (casey->window, last));
  ivr_test_wait (find_place (GTK_WIDGET (casey->window), GTK_WIDGET (find_scroller (casey)), last) >= 0);
}

static void
test_keeps_place (void)
{
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  GtkScrolledWindow *scroller;
  guint pages = 0;

  ivr_test_person_open (casey, "All requests", "#1002");
  ivr_test_wait (count_messages (casey) > 0);
  settle ();
  scroller = find_scroller (casey);
  while (count_messages (casey) < MESSAGES)
    {
      guint n = count_messages (casey);
      GtkAdjustment *v = gtk_scrolled_window_get_vadjustment (scroller);
      g_autofree char *first = NULL;
      double before;
      double after;

      /* Not yet where more is asked for; then there. */
      gtk_adjustment_set_value (v, 150);
      settle ();
      first = g_strdup_printf ("Message number %u", MESSAGES - n + 4);
      before = find_place (GTK_WIDGET (casey->window), GTK_WIDGET (scroller), first);
      g_assert_cmpfloat (before, >=, 0);
      gtk_adjustment_set_value (v, 70);
      before += 80;
      ivr_test_wait (count_messages (casey) > n);
      settle ();
      after = find_place (GTK_WIDGET (casey->window), GTK_WIDGET (scroller), first);
      g_test_message ("%u messages, %s from %g to %g", count_messages (casey), first, before, after);
      g_assert_cmpfloat_with_epsilon (before, after, 2);
      pages++;
    }
  g_assert_cmpuint (pages, >, 3);
}

/* Whoever reads old messages is not torn away by a new one; whoever reads the end follows it. */
static void
test_new_message (void)
{
  g_autoptr(IvrTestPerson) casey = ivr_test_person_new (server, "casey.example", NULL);
  g_autoptr(IvrTestPerson) robin = ivr_test_person_new (server, "robin.example", NULL);
  GtkAdjustment *v;
  double value;

  ivr_test_person_open (casey, "All requests", "#1002");
  ivr_test_person_open (robin, "All requests", "#1002");
  ivr_test_wait (count_messages (casey) > 0 && count_messages (robin) > 0);
  settle ();
  v = gtk_scrolled_window_get_vadjustment (find_scroller (casey));
  gtk_adjustment_set_value (v, gtk_adjustment_get_upper (v) / 2);
  settle ();
  value = gtk_adjustment_get_value (v);
  ivr_test_type (robin->window, "Message", "The newest of all");
  ivr_test_click (robin->window, "Send message");
  ivr_test_wait (ivr_test_shows (robin->window, "The newest of all"));
  ivr_test_wait (find_place (GTK_WIDGET (robin->window), GTK_WIDGET (find_scroller (robin)), "The newest of all") >= 0);
  g_signal_emit_by_name (casey->session, "refresh");
  settle ();
  g_assert_cmpfloat_with_epsilon (gtk_adjustment_get_value (v), value, 2);
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *uri = NULL;
  g_autoptr(PGconn) admin = NULL;
  int status;

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  server = ivr_test_server_new ();
  uri = ivr_test_server_uri (server, NULL);
  admin = ivr_test_connect (uri);
  add_messages (admin);
  g_test_add_func ("/chat/opens-at-end", test_opens_at_end);
  g_test_add_func ("/chat/keeps-place", test_keeps_place);
  g_test_add_func ("/chat/new-message", test_new_message);
  status = g_test_run ();
  ivr_test_server_free (server);
  return status;
}
