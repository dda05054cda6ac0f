/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands that outlive the program: what is kept, what is forgotten, and what a new desk makes of it. */
#include "ivr-test-store.h"
#include "ivr-message-list.h"

/* A journal that a test can look into. */
typedef struct
{
  IvrOutboxKeeper vtable;
  GHashTable *kept;       /* command id -> JSON */
  GPtrArray *ids;         /* all that were kept, in order */
  guint forgotten;
} Journal;

static void
journal_keep (const char *command_id,
              const char *json,
              gpointer    data)
{
  Journal *self = data;

  g_hash_table_insert (self->kept, g_strdup (command_id), g_strdup (json));
  g_ptr_array_add (self->ids, g_strdup (command_id));
}

static void
journal_forget (const char *command_id,
                gpointer    data)
{
  Journal *self = data;

  g_assert_true (g_hash_table_remove (self->kept, command_id));
  self->forgotten++;
}

static Journal *
journal_new (void)
{
  Journal *self = g_new0 (Journal, 1);

  self->kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->ids = g_ptr_array_new_with_free_func (g_free);
  self->vtable = (IvrOutboxKeeper) { journal_keep, journal_forget, self };
  return self;
}

static void
journal_free (Journal *self)
{
  g_hash_table_unref (self->kept);
  g_ptr_array_unref (self->ids);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Journal, journal_free)

static const char *
journal_nth (Journal *self,
             guint    i)
{
  return g_hash_table_lookup (self->kept, g_ptr_array_index (self->ids, i));
}

/* A desk without a line: whatever it is told waits. */
static IvrDatabase *
offline_desk (Journal *journal)
{
  g_autofree char *uri = ivr_test_server_uri (test_server, SAM);
  IvrDatabase *database = ivr_database_new (uri);

  ivr_database_set_keeper (database, &journal->vtable);
  return database;
}

typedef struct
{
  guint n;
  int kind;
  char *request;
  GError *error;
} Restored;

static void
on_restored (IvrDatabase  *database,
             int           kind,
             const char   *request,
             const GError *error,
             Restored     *restored)
{
  restored->n++;
  restored->kind = kind;
  g_free (restored->request);
  restored->request = g_strdup (request);
  g_clear_error (&restored->error);
  restored->error = error != NULL ? g_error_copy (error) : NULL;
}

static void
restored_clear (Restored *restored)
{
  g_free (restored->request);
  g_clear_error (&restored->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Restored, restored_clear)

/* What a new program does with the kept commands, and what the server answered. */
static IvrDatabase *
start_again (Journal            *journal,
             const char * const *kept,
             Restored           *restored)
{
  IvrDatabase *database = offline_desk (journal);
  g_autoptr(GError) error = NULL;

  g_signal_connect (database, "restored", G_CALLBACK (on_restored), restored);
  for (guint i = 0; kept[i] != NULL; i++)
    {
      ivr_command_restore (database, kept[i], &error);
      g_assert_no_error (error);
    }
  g_assert_cmpuint (ivr_database_get_waiting (database), ==, g_strv_length ((char **) kept));
  error = test_sign_in_error (database);
  g_assert_no_error (error);
  WAIT_UNTIL (ivr_database_get_waiting (database) == 0);
  return database;
}

static void
test_kept_and_forgotten (void)
{
  static const char body[] = "a \"quoted\" line\nwith a\ttab, a \\ and \xf0\x9f\xa9\xb9";
  g_autofree char *message = g_uuid_string_random ();
  const char *arguments[] = { REQUEST, message, body, "shared" };
  g_autoptr(Journal) journal = journal_new ();
  IvrDatabase *database = offline_desk (journal);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) node = NULL;
  g_autoptr(JsonObject) answer = NULL;
  JsonObject *kept;

  ivr_command_run_async (database, IVR_COMMAND_ADD_MESSAGE, arguments, G_N_ELEMENTS (arguments), test_keep_result,
                         &result);
  g_assert_cmpuint (journal->ids->len, ==, 1);
  node = json_from_string (journal_nth (journal, 0), &error);
  g_assert_no_error (error);
  kept = json_node_get_object (node);
  g_assert_cmpstr (json_object_get_string_member (kept, "id"), ==, g_ptr_array_index (journal->ids, 0));
  g_assert_cmpstr (json_object_get_string_member (kept, "kind"), ==, "add-message");
  g_assert_cmpint (json_object_get_int_member (kept, "made_at"), >, 0);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (kept, "arguments")), ==, 4);
  g_assert_cmpstr (json_array_get_string_element (json_object_get_array_member (kept, "arguments"), 2), ==, body);
  g_assert_cmpuint (journal->forgotten, ==, 0);

  error = test_sign_in_error (database);
  g_assert_no_error (error);
  WAIT_UNTIL (result != NULL);
  answer = ivr_command_run_finish (database, result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (json_object_get_string_member (answer, "id"), ==, message);
  g_assert_cmpuint (journal->forgotten, ==, 1);
  g_clear_object (&result);
  test_sign_out (database);
}

/* A refusal is an answer too. */
static void
test_refused_is_forgotten (void)
{
  const char *arguments[] = { REQUEST, "9999", "Nobody can have seen that version." };
  g_autoptr(Journal) journal = journal_new ();
  IvrDatabase *database = test_sign_in (CASEY);
  g_autoptr(GError) error = NULL;

  ivr_database_set_keeper (database, &journal->vtable);
  g_assert_null (test_command (database, IVR_COMMAND_DOCTOR_COMMENT, arguments, G_N_ELEMENTS (arguments), &error));
  g_assert_error (error, IVR_ERROR, IVR_ERROR_STALE);
  g_assert_cmpuint (journal->ids->len, ==, 1);
  g_assert_cmpuint (journal->forgotten, ==, 1);
  test_sign_out (database);
}

/* Signing out ends the wait, not the command. */
static void
test_sign_out_keeps (void)
{
  g_autofree char *message = g_uuid_string_random ();
  const char *arguments[] = { REQUEST, message, "written without a line", "shared" };
  g_autoptr(Journal) journal = journal_new ();
  IvrDatabase *database = offline_desk (journal);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  ivr_command_run_async (database, IVR_COMMAND_ADD_MESSAGE, arguments, G_N_ELEMENTS (arguments), test_keep_result,
                         &result);
  ivr_database_sign_out (database);
  WAIT_UNTIL (result != NULL);
  g_assert_null (ivr_command_run_finish (database, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (journal->forgotten, ==, 0);
  g_assert_cmpuint (ivr_database_get_waiting (database), ==, 0);
  g_clear_object (&result);
  test_sign_out (database);
}

/* The program was killed before anything was sent. */
static void
test_restored_not_taken (void)
{
  g_autofree char *message = g_uuid_string_random ();
  const char *arguments[] = { REQUEST, message, "kept over a crash", "shared" };
  g_autoptr(Journal) journal = journal_new ();
  IvrDatabase *database = offline_desk (journal);
  g_auto(Restored) restored = { 0 };
  const char *kept[] = { NULL, NULL };

  ivr_command_run_async (database, IVR_COMMAND_ADD_MESSAGE, arguments, G_N_ELEMENTS (arguments), NULL, NULL);
  test_sign_out (database);
  kept[0] = journal_nth (journal, 0);
  g_assert_nonnull (kept[0]);
  database = start_again (journal, kept, &restored);
  g_assert_cmpuint (restored.n, ==, 1);
  g_assert_cmpint (restored.kind, ==, IVR_COMMAND_ADD_MESSAGE);
  g_assert_cmpstr (restored.request, ==, REQUEST);
  g_assert_no_error (restored.error);
  g_assert_cmpuint (journal->ids->len, ==, 1);
  g_assert_cmpuint (journal->forgotten, ==, 1);
  g_assert_cmpint (test_count ("select count(*) from ivr.ivr_communication_messages where id = $1::uuid", message), ==, 1);
  test_sign_out (database);
}

/* The server had taken it; the program was killed before it could note that. */
static void
test_restored_taken (void)
{
  g_autofree char *message = g_uuid_string_random ();
  const char *arguments[] = { REQUEST, message, "taken, and sent again", "shared" };
  g_autoptr(Journal) journal = journal_new ();
  IvrDatabase *database = test_sign_in (SAM);
  g_auto(Restored) restored = { 0 };
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonObject) answer = NULL;
  g_autofree char *json = NULL;
  const char *kept[] = { NULL, NULL };

  journal->vtable.forget = NULL;
  ivr_database_set_keeper (database, &journal->vtable);
  answer = test_command (database, IVR_COMMAND_ADD_MESSAGE, arguments, G_N_ELEMENTS (arguments), &error);
  g_assert_no_error (error);
  test_sign_out (database);
  journal->vtable.forget = journal_forget;
  kept[0] = json = g_strdup (journal_nth (journal, 0));
  database = start_again (journal, kept, &restored);
  g_assert_cmpuint (restored.n, ==, 1);
  g_assert_no_error (restored.error);
  g_assert_cmpuint (journal->forgotten, ==, 1);
  g_assert_cmpint (test_count ("select count(*) from ivr.ivr_communication_messages where id = $1::uuid", message), ==, 1);
  g_assert_cmpint (test_count ("select count(*) from ivr.commands where command_id = $1::uuid",
                               g_ptr_array_index (journal->ids, 0)), ==, 1);
  test_sign_out (database);
}

/* What the journal lists has no order of its own; what is made meanwhile comes after it. */
static void
test_restored_in_order (void)
{
  static const char *bodies[] = { "first", "second", "third", "fourth" };
  g_autoptr(Journal) journal = journal_new ();
  IvrDatabase *database = offline_desk (journal);
  g_autoptr(GError) error = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(JsonObject) answer = NULL;
  g_autofree char *written = NULL;
  static const guint shuffled[] = { 2, 0, 1 };

  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *message = g_uuid_string_random ();
      const char *arguments[] = { DECIDED, message, bodies[i], "internal" };

      ivr_command_run_async (database, IVR_COMMAND_ADD_MESSAGE, arguments, G_N_ELEMENTS (arguments), NULL, NULL);
    }
  test_sign_out (database);
  database = offline_desk (journal);
  for (guint i = 0; i < G_N_ELEMENTS (shuffled); i++)
    {
      /* Twice is once. */
      g_assert_true (ivr_command_restore (database, journal_nth (journal, shuffled[i]), &error));
      g_assert_true (ivr_command_restore (database, journal_nth (journal, shuffled[i]), &error));
    }
  g_assert_cmpuint (ivr_database_get_waiting (database), ==, 3);
  {
    g_autofree char *message = g_uuid_string_random ();
    const char *arguments[] = { DECIDED, message, bodies[3], "internal" };

    ivr_command_run_async (database, IVR_COMMAND_ADD_MESSAGE, arguments, G_N_ELEMENTS (arguments), test_keep_result,
                           &result);
  }
  error = test_sign_in_error (database);
  g_assert_no_error (error);
  WAIT_UNTIL (result != NULL);
  answer = ivr_command_run_finish (database, result, &error);
  g_assert_no_error (error);
  written = test_value ("select string_agg(body, ' ' order by seq) from ivr.ivr_communication_messages"
                        " where request_id = '" DECIDED "' and visibility = 'internal' and sender_id ="
                        " (select id from ivr.users where login = $1) and seq > 1", SAM);
  g_assert_cmpstr (written, ==, "first second third fourth");
  g_assert_cmpuint (journal->forgotten, ==, 4);
  g_clear_object (&result);
  test_sign_out (database);
}

static void
test_restored_refused (void)
{
  const char *arguments[] = { REQUEST, "9999", "Kept, and too late." };
  g_autoptr(Journal) journal = journal_new ();
  g_autofree char *uri = ivr_test_server_uri (test_server, CASEY);
  IvrDatabase *database = ivr_database_new (uri);
  g_auto(Restored) restored = { 0 };
  g_autoptr(GError) error = NULL;

  ivr_database_set_keeper (database, &journal->vtable);
  ivr_command_run_async (database, IVR_COMMAND_DOCTOR_COMMENT, arguments, G_N_ELEMENTS (arguments), NULL, NULL);
  test_sign_out (database);
  database = ivr_database_new (uri);
  ivr_database_set_keeper (database, &journal->vtable);
  g_signal_connect (database, "restored", G_CALLBACK (on_restored), &restored);
  g_assert_true (ivr_command_restore (database, journal_nth (journal, 0), &error));
  error = test_sign_in_error (database);
  g_assert_no_error (error);
  WAIT_UNTIL (restored.n == 1);
  g_assert_cmpint (restored.kind, ==, IVR_COMMAND_DOCTOR_COMMENT);
  g_assert_error (restored.error, IVR_ERROR, IVR_ERROR_STALE);
  g_assert_nonnull (ivr_error_get_detail (restored.error));
  g_assert_cmpuint (journal->forgotten, ==, 1);
  test_sign_out (database);
}

static void
test_restore_unreadable (void)
{
  static const char * const texts[] = {
    "", "{", "[]", "{}", "null",
    "{\"id\":\"not-an-id\",\"kind\":\"response\",\"arguments\":[\"a\",\"1\",\"b\"],\"made_at\":1}",
    "{\"id\":\"" REQUEST "\",\"kind\":\"of-tomorrow\",\"arguments\":[],\"made_at\":1}",
    "{\"id\":\"" REQUEST "\",\"kind\":\"response\",\"arguments\":[\"a\",\"1\"],\"made_at\":1}",
    "{\"id\":\"" REQUEST "\",\"kind\":\"response\",\"arguments\":[\"a\",1,\"b\"],\"made_at\":1}",
    "{\"id\":\"" REQUEST "\",\"kind\":\"response\",\"arguments\":{},\"made_at\":1}",
    "{\"id\":\"" REQUEST "\",\"kind\":5,\"arguments\":[\"a\",\"1\",\"b\"],\"made_at\":1}",
    "{\"id\":\"" REQUEST "\",\"kind\":\"response\",\"arguments\":[\"a\",\"1\",\"b\"]}",
    "{\"id\":\"" REQUEST "\",\"kind\":\"response\",\"arguments\":[\"a\",\"1\",\"b\"],\"made_at\":[]}",
  };
  g_autoptr(Journal) journal = journal_new ();
  IvrDatabase *database = offline_desk (journal);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr(GError) error = NULL;

      g_test_message ("%s", texts[i]);
      g_assert_false (ivr_command_restore (database, texts[i], &error));
      g_assert_error (error, IVR_ERROR, IVR_ERROR_PROTOCOL);
    }
  g_assert_cmpuint (ivr_database_get_waiting (database), ==, 0);
  test_sign_out (database);
}

static IvrMessage *
peek_last (IvrMessageList *list)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (list));
  g_autoptr(IvrMessage) message = n > 0 ? g_list_model_get_item (G_LIST_MODEL (list), n - 1) : NULL;

  return message;
}

/* A chat message that was written before the crash stands in the chat as one that waits, and goes
 * out once. */
static void
test_chat_over_a_crash (void)
{
  g_autoptr(Journal) journal = journal_new ();
  IvrDatabase *database = offline_desk (journal);
  IvrMessageList *list = ivr_message_list_new (database, REQUEST);
  g_autoptr(GError) error = NULL;
  g_autofree char *id = NULL;

  ivr_message_list_send (list, "Is the chart attached?", FALSE);
  g_assert_cmpuint (journal->ids->len, ==, 1);
  id = g_strdup (ivr_message_get_id (peek_last (list)));
  g_assert_finalize_object (list);
  test_sign_out (database);

  database = offline_desk (journal);
  g_assert_true (ivr_command_restore (database, journal_nth (journal, 0), &error));
  list = ivr_message_list_new (database, DECIDED);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 0);
  g_assert_finalize_object (list);
  list = ivr_message_list_new (database, REQUEST);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 1);
  g_assert_cmpstr (ivr_message_get_id (peek_last (list)), ==, id);
  g_assert_cmpstr (ivr_message_get_body (peek_last (list)), ==, "Is the chart attached?");
  g_assert_cmpint (ivr_message_get_state (peek_last (list)), ==, IVR_MESSAGE_SENDING);
  g_assert_true (ivr_message_is_mine (peek_last (list)));

  error = test_sign_in_error (database);
  g_assert_no_error (error);
  WAIT_UNTIL (ivr_message_get_state (peek_last (list)) == IVR_MESSAGE_SENT);
  g_assert_cmpstr (ivr_message_get_id (peek_last (list)), ==, id);
  g_assert_cmpint (test_count ("select count(*) from ivr.ivr_communication_messages where id = $1::uuid", id), ==, 1);
  WAIT_UNTIL (!ivr_message_list_is_loading (list));
  g_assert_finalize_object (list);
  test_sign_out (database);
}

static void
add_tests (void)
{
  g_test_add_func ("/store/keeper/kept-and-forgotten", test_kept_and_forgotten);
  g_test_add_func ("/store/keeper/refused-is-forgotten", test_refused_is_forgotten);
  g_test_add_func ("/store/keeper/sign-out-keeps", test_sign_out_keeps);
  g_test_add_func ("/store/keeper/restored/not-taken", test_restored_not_taken);
  g_test_add_func ("/store/keeper/restored/taken", test_restored_taken);
  g_test_add_func ("/store/keeper/restored/in-order", test_restored_in_order);
  g_test_add_func ("/store/keeper/restored/refused", test_restored_refused);
  g_test_add_func ("/store/keeper/restored/unreadable", test_restore_unreadable);
  g_test_add_func ("/store/keeper/chat-over-a-crash", test_chat_over_a_crash);
}

int
main (int   argc,
      char *argv[])
{
  return test_run (&argc, &argv, NULL, add_tests);
}
