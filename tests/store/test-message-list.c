/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chat of a request: 10,000 messages, echoes, outages and refusals. */
#include "ivr-test-store.h"
#include "ivr-message-list.h"

#include <string.h>

#define N_MESSAGES 10000

static guint
length (IvrMessageList *list)
{
  return g_list_model_get_n_items (G_LIST_MODEL (list));
}

static IvrMessage *
peek (IvrMessageList *list,
      guint           position)
{
  g_autoptr(IvrMessage) message = g_list_model_get_item (G_LIST_MODEL (list), position);

  return message;
}

static IvrMessage *
peek_last (IvrMessageList *list)
{
  return length (list) > 0 ? peek (list, length (list) - 1) : NULL;
}

static guint
count_body (IvrMessageList *list,
            const char     *body)
{
  guint n = 0;

  for (guint i = 0; i < length (list); i++)
    n += g_str_equal (ivr_message_get_body (peek (list, i)), body);
  return n;
}

/* Oldest first; what is being sent stands behind what the server has. */
static void
assert_ordered (IvrMessageList *list)
{
  for (guint i = 1; i < length (list); i++)
    {
      IvrMessage *before = peek (list, i - 1);
      IvrMessage *message = peek (list, i);

      if (ivr_message_get_state (before) == IVR_MESSAGE_SENDING)
        g_assert_cmpint (ivr_message_get_state (message), ==, IVR_MESSAGE_SENDING);
      else if (ivr_message_get_state (message) == IVR_MESSAGE_SENT)
        g_assert_cmpint (ivr_message_get_created (before), <, ivr_message_get_created (message));
    }
}

static IvrMessageList *
open_chat (IvrDatabase *database,
           const char  *request)
{
  IvrMessageList *list = ivr_message_list_new (database, request);

  ivr_message_list_refresh (list);
  WAIT_UNTIL (!ivr_message_list_is_loading (list));
  return list;
}

static void
close_chat (IvrMessageList *list,
            IvrDatabase    *database)
{
  WAIT_UNTIL (!ivr_message_list_is_loading (list));
  test_settle ();
  g_assert_finalize_object (list);
  test_sign_out (database);
}

static IvrDatabase *
sign_in_over (IvrTestLine *line,
              const char  *login)
{
  g_autofree char *uri = ivr_test_line_uri (line, login);

  return test_sign_in_at (uri);
}

static IvrTestLine *
line_new (void)
{
  g_autofree char *uri = ivr_test_server_uri (test_server, NULL);

  return ivr_test_line_new (uri);
}

typedef struct
{
  guint n;
  guint position;
  guint removed;
  guint added;
} Changes;

static void
on_items_changed (GListModel *model,
                  guint       position,
                  guint       removed,
                  guint       added,
                  Changes    *changes)
{
  changes->n++;
  changes->position = position;
  changes->removed = removed;
  changes->added = added;
}

static void
test_ten_thousand (void)
{
  g_autofree char *sql = g_strdup_printf (
    "insert into ivr.ivr_communication_messages (org_id, id, request_id, verifier_org_id, seq, sender_id, sender_side,"
    " visibility, body, created_at)"
    " select r.org_id, gen_random_uuid(), r.id, r.verifier_org_id, 1000 + n, r.created_by, 'clinic', 'shared', 'message ' || n,"
    " timestamptz '2025-01-01 00:00+00' + n * interval '1 second'"
    " from ivr.ivr_requests r, generate_series(1, %d) n where r.id = '0d7e0001-0000-4000-8000-000000000003'", N_MESSAGES);
  IvrDatabase *database = test_sign_in (CASEY);
  IvrMessageList *list;
  Changes changes = { 0 };
  guint loads = 0;
  gint64 n;

  test_sql (sql);
  n = test_count ("select count(*) from ivr.ivr_communication_messages where request_id = $1::uuid and visibility = 'shared'",
                  "0d7e0001-0000-4000-8000-000000000003");
  list = open_chat (database, "0d7e0001-0000-4000-8000-000000000003");
  g_assert_true (ivr_message_list_has_older (list));
  g_assert_cmpuint (length (list), <, 200);
  g_signal_connect (list, "items-changed", G_CALLBACK (on_items_changed), &changes);
  while (ivr_message_list_has_older (list))
    {
      guint before = length (list);

      ivr_message_list_load_older (list);
      ivr_message_list_load_older (list);
      WAIT_UNTIL (!ivr_message_list_is_loading (list));
      loads++;
      if (length (list) == before)
        continue;
      /* Older ones stand above; what was read keeps its place below. */
      g_assert_cmpuint (changes.n, ==, loads);
      g_assert_cmpuint (changes.position, ==, 0);
      g_assert_cmpuint (changes.removed, ==, 0);
      g_assert_cmpuint (changes.added, ==, length (list) - before);
    }
  g_assert_cmpuint (length (list), ==, n);
  assert_ordered (list);
  ivr_message_list_refresh (list);
  WAIT_UNTIL (!ivr_message_list_is_loading (list));
  g_assert_cmpuint (length (list), ==, n);
  close_chat (list, database);
}

/* At once, with the id that it has on the server, and once when its echo comes, whichever way. */
static void
test_send (void)
{
  IvrDatabase *sam = test_sign_in (SAM);
  IvrDatabase *casey = test_sign_in (CASEY);
  IvrMessageList *his = open_chat (sam, REQUEST);
  IvrMessageList *theirs = open_chat (casey, REQUEST);
  Changes changes = { 0 };
  guint n = length (his);
  g_autofree char *id = NULL;

  g_signal_connect (his, "items-changed", G_CALLBACK (on_items_changed), &changes);
  ivr_message_list_send (his, "Which shoulder?\n<b>\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d</b> \xf0\x9f\xa9\xb9", FALSE);
  g_assert_cmpuint (length (his), ==, n + 1);
  g_assert_cmpuint (changes.n, ==, 1);
  g_assert_cmpint (ivr_message_get_state (peek_last (his)), ==, IVR_MESSAGE_SENDING);
  g_assert_cmpstr (ivr_message_get_sender (peek_last (his)), ==, "Sam Demo");
  id = g_strdup (ivr_message_get_id (peek_last (his)));
  WAIT_UNTIL (ivr_message_get_state (peek_last (his)) == IVR_MESSAGE_SENT);
  g_assert_cmpuint (length (his), ==, n + 1);
  g_assert_cmpuint (changes.n, ==, 2);
  g_assert_cmpuint (changes.position, ==, n);
  g_assert_cmpuint (changes.removed, ==, 1);
  g_assert_cmpuint (changes.added, ==, 1);
  g_assert_cmpstr (ivr_message_get_id (peek_last (his)), ==, id);
  /* The gateway's word comes late, and twice. */
  ivr_message_list_refresh (his);
  ivr_message_list_refresh (his);
  test_settle ();
  g_assert_cmpuint (length (his), ==, n + 1);
  g_assert_cmpuint (changes.n, ==, 2);

  ivr_message_list_refresh (theirs);
  WAIT_UNTIL (!ivr_message_list_is_loading (theirs));
  g_assert_cmpstr (ivr_message_get_id (peek_last (theirs)), ==, id);
  g_assert_false (ivr_message_is_mine (peek_last (theirs)));
  g_assert_true (ivr_message_is_unread (peek_last (theirs)));
  g_assert_cmpstr (ivr_message_get_side (peek_last (theirs)), ==, "verification");
  close_chat (his, sam);
  close_chat (theirs, casey);
}

/* The echo is read before the command's answer comes. */
static void
test_echo_first (void)
{
  g_autoptr(IvrTestLine) line = line_new ();
  IvrDatabase *database = sign_in_over (line, SAM);
  IvrMessageList *list = open_chat (database, REQUEST);
  guint n = length (list);
  g_autofree char *id = NULL;

  ivr_test_line_set_deaf (line, TRUE);
  ivr_message_list_send (list, "taken, but nobody said so", FALSE);
  id = g_strdup (ivr_message_get_id (peek_last (list)));
  WAIT_UNTIL (test_count ("select count(*) from ivr.ivr_communication_messages where id = $1::uuid", id) == 1);
  ivr_test_line_set_down (line, TRUE);
  WAIT_UNTIL (!ivr_database_is_online (database));
  g_assert_cmpint (ivr_message_get_state (peek_last (list)), ==, IVR_MESSAGE_SENDING);
  ivr_message_list_send (list, "written meanwhile", FALSE);
  ivr_message_list_send (list, "and this", FALSE);
  g_assert_cmpuint (length (list), ==, n + 3);
  ivr_test_line_set_deaf (line, FALSE);
  ivr_test_line_set_down (line, FALSE);
  ivr_database_retry_now (database);
  WAIT_UNTIL (ivr_database_is_online (database));
  ivr_message_list_refresh (list);
  WAIT_UNTIL (ivr_message_get_state (peek_last (list)) == IVR_MESSAGE_SENT);
  g_assert_cmpuint (length (list), ==, n + 3);
  g_assert_cmpstr (ivr_message_get_id (peek (list, n)), ==, id);
  g_assert_cmpstr (ivr_message_get_body (peek (list, n + 1)), ==, "written meanwhile");
  g_assert_cmpstr (ivr_message_get_body (peek (list, n + 2)), ==, "and this");
  assert_ordered (list);
  close_chat (list, database);
}

/* Two people write at once; each sees every message once, in the server's order. */
static void
test_two_write (void)
{
  IvrDatabase *sam = test_sign_in (SAM);
  IvrDatabase *casey = test_sign_in (CASEY);
  IvrMessageList *his = open_chat (sam, REQUEST);
  IvrMessageList *theirs = open_chat (casey, REQUEST);
  guint n = length (his);

  for (guint i = 0; i < 60; i++)
    {
      g_autofree char *body = g_strdup_printf ("both %02u", i);

      ivr_message_list_send (i % 2 == 0 ? his : theirs, body, FALSE);
      ivr_message_list_refresh (i % 3 == 0 ? his : theirs);
      if (i % 5 == 0)
        g_main_context_iteration (NULL, FALSE);
    }
  WAIT_UNTIL (ivr_database_get_waiting (sam) == 0 && ivr_database_get_waiting (casey) == 0);
  ivr_message_list_refresh (his);
  ivr_message_list_refresh (theirs);
  WAIT_UNTIL (!ivr_message_list_is_loading (his) && !ivr_message_list_is_loading (theirs));
  g_assert_cmpuint (length (his), ==, n + 60);
  g_assert_cmpuint (length (theirs), ==, n + 60);
  assert_ordered (his);
  assert_ordered (theirs);
  for (guint i = 0; i < n + 60; i++)
    g_assert_cmpstr (ivr_message_get_id (peek (his, i)), ==, ivr_message_get_id (peek (theirs, i)));
  for (guint i = 0; i < 60; i++)
    {
      g_autofree char *body = g_strdup_printf ("both %02u", i);

      g_assert_cmpuint (count_body (his, body), ==, 1);
    }
  close_chat (his, sam);
  close_chat (theirs, casey);
}

typedef struct
{
  guint n;
  GError *error;
  IvrMessage *message;
} Failed;

static void
on_failed (IvrMessageList *list,
           const GError   *error,
           IvrMessage     *message,
           Failed         *failed)
{
  failed->n++;
  g_clear_error (&failed->error);
  failed->error = g_error_copy (error);
  g_set_object (&failed->message, message);
}

static void
failed_clear (Failed *failed)
{
  g_clear_error (&failed->error);
  g_clear_object (&failed->message);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Failed, failed_clear)

/* What the server refuses goes back to whoever wrote it; the others go out. */
static void
test_refused (void)
{
  IvrDatabase *database = test_sign_in (CASEY);
  IvrMessageList *list = open_chat (database, REQUEST);
  g_auto(Failed) failed = { 0 };
  g_autofree char *huge = g_strnfill (1024 * 1024, 'x');
  guint n = length (list);

  g_signal_connect (list, "failed", G_CALLBACK (on_failed), &failed);
  ivr_message_list_send (list, "before", FALSE);
  ivr_message_list_send (list, "a clinic has no notes", TRUE);
  ivr_message_list_send (list, huge, FALSE);
  ivr_message_list_send (list, "after", FALSE);
  g_assert_cmpuint (length (list), ==, n + 4);
  WAIT_UNTIL (failed.n >= 1);
  g_assert_error (failed.error, IVR_ERROR, IVR_ERROR_FORBIDDEN);
  g_assert_cmpstr (ivr_message_get_body (failed.message), ==, "a clinic has no notes");
  WAIT_UNTIL (failed.n == 2);
  g_assert_error (failed.error, IVR_ERROR, IVR_ERROR_LIMIT);
  g_assert_cmpuint (strlen (ivr_message_get_body (failed.message)), ==, 1024 * 1024);
  WAIT_UNTIL (peek_last (list) != NULL && ivr_message_get_state (peek_last (list)) == IVR_MESSAGE_SENT &&
              length (list) == n + 2);
  g_assert_cmpstr (ivr_message_get_body (peek (list, n)), ==, "before");
  g_assert_cmpstr (ivr_message_get_body (peek (list, n + 1)), ==, "after");
  close_chat (list, database);
}

/* Written, and the page closed before it went out: the next page has it as one that waits. */
static void
test_closed_while_sending (void)
{
  g_autoptr(IvrTestLine) line = line_new ();
  IvrDatabase *database = sign_in_over (line, CASEY);
  IvrMessageList *list = open_chat (database, REQUEST);
  g_auto(Failed) failed = { 0 };

  ivr_test_line_set_down (line, TRUE);
  WAIT_UNTIL (!ivr_database_is_online (database));
  ivr_message_list_send (list, "see you in the next page", FALSE);
  ivr_message_list_send (list, "refused there", TRUE);
  g_assert_finalize_object (list);
  list = ivr_message_list_new (database, REQUEST);
  g_signal_connect (list, "failed", G_CALLBACK (on_failed), &failed);
  g_assert_cmpuint (length (list), ==, 2);
  g_assert_cmpstr (ivr_message_get_body (peek (list, 0)), ==, "see you in the next page");
  g_assert_cmpint (ivr_message_get_state (peek (list, 0)), ==, IVR_MESSAGE_SENDING);
  ivr_message_list_refresh (list);
  g_assert_cmpuint (length (list), ==, 2);
  ivr_test_line_set_down (line, FALSE);
  ivr_database_retry_now (database);
  WAIT_UNTIL (failed.n == 1 && ivr_message_get_state (peek_last (list)) == IVR_MESSAGE_SENT);
  g_assert_error (failed.error, IVR_ERROR, IVR_ERROR_FORBIDDEN);
  g_assert_cmpuint (count_body (list, "see you in the next page"), ==, 1);
  g_assert_cmpuint (count_body (list, "refused there"), ==, 0);
  close_chat (list, database);
}

static void
on_told (IvrDatabase  *database,
         int           kind,
         const char   *request,
         const GError *error,
         Failed       *told)
{
  g_assert_cmpint (kind, ==, IVR_COMMAND_ADD_MESSAGE);
  g_assert_cmpstr (request, ==, REQUEST);
  told->n++;
  g_clear_error (&told->error);
  told->error = g_error_copy (error);
}

/* Refused when its chat is closed, a message is not lost silently; when it is open, it is told once. */
static void
test_refused_behind (void)
{
  IvrDatabase *database = test_sign_in (CASEY);
  IvrMessageList *list = open_chat (database, REQUEST);
  g_auto(Failed) told = { 0 };

  g_signal_connect (database, "restored", G_CALLBACK (on_told), &told);
  ivr_message_list_send (list, "nobody reads this answer", TRUE);
  g_assert_finalize_object (list);
  WAIT_UNTIL (told.n == 1);
  g_assert_error (told.error, IVR_ERROR, IVR_ERROR_FORBIDDEN);
  list = open_chat (database, REQUEST);
  ivr_message_list_send (list, "somebody does", TRUE);
  WAIT_UNTIL (ivr_database_get_waiting (database) == 0);
  g_assert_cmpuint (told.n, ==, 1);
  close_chat (list, database);
}

static void
on_read (guint *n)
{
  (*n)++;
}

static guint
count_unread (IvrMessageList *list)
{
  guint n = 0;

  for (guint i = 0; i < length (list); i++)
    n += ivr_message_is_unread (peek (list, i));
  return n;
}

static void
test_unread (void)
{
  IvrDatabase *sam = test_sign_in (SAM);
  IvrDatabase *casey = test_sign_in (CASEY);
  IvrMessageList *his = open_chat (sam, DECIDED);
  IvrMessageList *theirs = open_chat (casey, DECIDED);
  guint unread = count_unread (his);
  guint read = 0;

  g_signal_connect_swapped (theirs, "read", G_CALLBACK (on_read), &read);
  ivr_message_list_mark_read (theirs);
  WAIT_UNTIL (read == 1);
  ivr_message_list_send (his, "one", FALSE);
  ivr_message_list_send (his, "two", FALSE);
  WAIT_UNTIL (ivr_database_get_waiting (sam) == 0);
  g_assert_finalize_object (theirs);
  theirs = open_chat (casey, DECIDED);
  g_assert_cmpuint (count_unread (theirs), ==, 2);
  g_signal_connect_swapped (theirs, "read", G_CALLBACK (on_read), &read);
  ivr_message_list_mark_read (theirs);
  WAIT_UNTIL (read == 2);
  g_assert_finalize_object (theirs);
  theirs = open_chat (casey, DECIDED);
  g_assert_cmpuint (count_unread (theirs), ==, 0);
  /* What a person wrote is never unread to them. */
  g_assert_cmpuint (count_unread (his), ==, unread);
  close_chat (his, sam);
  close_chat (theirs, casey);
}

static void
test_internal (void)
{
  IvrDatabase *sam = test_sign_in (SAM);
  IvrDatabase *casey = test_sign_in (CASEY);
  IvrMessageList *his = open_chat (sam, DECIDED);
  IvrMessageList *theirs = open_chat (casey, DECIDED);
  guint n = length (theirs);

  ivr_message_list_send (his, "the clinic never sees this", TRUE);
  g_assert_true (ivr_message_is_internal (peek_last (his)));
  WAIT_UNTIL (ivr_message_get_state (peek_last (his)) == IVR_MESSAGE_SENT);
  g_assert_true (ivr_message_is_internal (peek_last (his)));
  ivr_message_list_refresh (theirs);
  WAIT_UNTIL (!ivr_message_list_is_loading (theirs));
  g_assert_cmpuint (length (theirs), ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_false (ivr_message_is_internal (peek (theirs, i)));
  close_chat (his, sam);
  close_chat (theirs, casey);
}

/* More than a page comes while the line is down: what is shown is the newest, without a hole. */
static void
test_long_absence (void)
{
  g_autoptr(IvrTestLine) line = line_new ();
  IvrDatabase *away = sign_in_over (line, CASEY);
  IvrDatabase *sam = test_sign_in (SAM);
  IvrMessageList *theirs = open_chat (away, DECIDED);
  IvrMessageList *his = open_chat (sam, DECIDED);
  guint at;

  ivr_test_line_set_down (line, TRUE);
  WAIT_UNTIL (!ivr_database_is_online (away));
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *body = g_strdup_printf ("away %03u", i);

      ivr_message_list_send (his, body, FALSE);
    }
  WAIT_UNTIL (ivr_database_get_waiting (sam) == 0);
  ivr_message_list_send (theirs, "back again", FALSE);
  ivr_test_line_set_down (line, FALSE);
  ivr_database_retry_now (away);
  WAIT_UNTIL (ivr_message_get_state (peek_last (theirs)) == IVR_MESSAGE_SENT);
  g_assert_cmpstr (ivr_message_get_body (peek_last (theirs)), ==, "back again");
  while (ivr_message_list_has_older (theirs))
    {
      ivr_message_list_load_older (theirs);
      WAIT_UNTIL (!ivr_message_list_is_loading (theirs));
    }
  assert_ordered (theirs);
  at = length (theirs) - 101;
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *body = g_strdup_printf ("away %03u", i);

      g_assert_cmpstr (ivr_message_get_body (peek (theirs, at + i)), ==, body);
    }
  close_chat (theirs, away);
  close_chat (his, sam);
}

static void
test_not_yours (void)
{
  IvrDatabase *database = test_sign_in ("drew.sample");
  IvrMessageList *list = ivr_message_list_new (database, REQUEST);
  g_auto(Failed) failed = { 0 };

  g_signal_connect (list, "failed", G_CALLBACK (on_failed), &failed);
  ivr_message_list_refresh (list);
  WAIT_UNTIL (failed.n == 1);
  g_assert_error (failed.error, IVR_ERROR, IVR_ERROR_NOT_FOUND);
  g_assert_null (failed.message);
  g_assert_cmpuint (length (list), ==, 0);
  g_assert_false (ivr_message_list_is_loading (list));
  ivr_message_list_mark_read (list);
  close_chat (list, database);
}

static void
add_tests (void)
{
  g_test_add_func ("/store/message-list/ten-thousand", test_ten_thousand);
  g_test_add_func ("/store/message-list/send", test_send);
  g_test_add_func ("/store/message-list/echo-first", test_echo_first);
  g_test_add_func ("/store/message-list/two-write", test_two_write);
  g_test_add_func ("/store/message-list/refused", test_refused);
  g_test_add_func ("/store/message-list/closed-while-sending", test_closed_while_sending);
  g_test_add_func ("/store/message-list/refused-behind", test_refused_behind);
  g_test_add_func ("/store/message-list/unread", test_unread);
  g_test_add_func ("/store/message-list/internal", test_internal);
  g_test_add_func ("/store/message-list/long-absence", test_long_absence);
  g_test_add_func ("/store/message-list/not-yours", test_not_yours);
}

int
main (int   argc,
      char *argv[])
{
  return test_run (&argc, &argv, NULL, add_tests);
}
