/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A seeded server for a test program, and people who sign in to it. */
#include "ivr-test-store.h"

#define DEADLINE_S 90
#define TICK_MS 5
#define SETTLE_MS 150

IvrTestServer *test_server;
PGconn *test_admin;

/**
 * test_connect_admin:
 *
 * Connects the superuser, again when the server was killed.
 */
void
test_connect_admin (void)
{
  g_autofree char *uri = ivr_test_server_uri (test_server, NULL);

  g_clear_pointer (&test_admin, PQfinish);
  test_admin = ivr_test_connect (uri);
}

/**
 * test_run:
 * @argc: of main()
 * @argv: of main()
 * @requests: (nullable): how many generated requests there are beside the demo's
 * @add: adds the tests
 *
 * Returns: what the tests returned, with the server's folder gone
 */
int
test_run (int         *argc,
          char      ***argv,
          const char  *requests,
          void       (*add) (void))
{
  int status;

  g_test_init (argc, argv, NULL);
  test_server = requests == NULL ? ivr_test_server_new () : ivr_test_server_new_empty ();
  if (requests != NULL)
    {
      g_autofree char *uri = ivr_test_server_uri (test_server, NULL);

      ivr_test_admin_ok ("migrate", uri, NULL);
      ivr_test_admin_ok ("seed", "--requests", requests, uri, NULL);
    }
  test_connect_admin ();
  add ();
  status = g_test_run ();
  PQfinish (test_admin);
  ivr_test_server_free (test_server);
  return status;
}

typedef struct
{
  const char *where;
  gint64 until;
} Wait;

/* Ticks, so that what changes elsewhere is looked at too. */
static gboolean
on_tick (gpointer data)
{
  Wait *wait = data;

  if (g_get_monotonic_time () > wait->until)
    g_error ("%s: this never came", wait->where);
  return G_SOURCE_CONTINUE;
}

/**
 * test_begin_wait:
 * @where: a place in the source, for the message
 *
 * Returns: a source to remove when what was waited for has come
 */
guint
test_begin_wait (const char *where)
{
  Wait *wait = g_new (Wait, 1);

  wait->where = where;
  wait->until = g_get_monotonic_time () + DEADLINE_S * G_USEC_PER_SEC;
  return g_timeout_add_full (G_PRIORITY_DEFAULT, TICK_MS, on_tick, wait, g_free);
}

void
test_keep_result (GObject      *source,
                  GAsyncResult *result,
                  gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static gboolean
on_settled (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

/**
 * test_settle:
 *
 * Lets whatever is under way happen, where a test wants to see that nothing more comes.
 */
void
test_settle (void)
{
  gboolean settled = FALSE;

  g_timeout_add (SETTLE_MS, on_settled, &settled);
  while (!settled)
    g_main_context_iteration (NULL, TRUE);
}

/**
 * test_sign_in_error:
 * @database: a database
 *
 * Returns: (nullable) (transfer full): why the person could not sign in
 */
GError *
test_sign_in_error (IvrDatabase *database)
{
  g_autoptr(GAsyncResult) result = NULL;
  GError *error = NULL;

  ivr_database_sign_in_async (database, NULL, test_keep_result, &result);
  WAIT_UNTIL (result != NULL);
  g_assert_true (ivr_database_sign_in_finish (database, result, &error) == (error == NULL));
  return error;
}

IvrDatabase *
test_sign_in_at (const char *uri)
{
  IvrDatabase *database = ivr_database_new (uri);
  g_autoptr(GError) error = test_sign_in_error (database);

  g_assert_no_error (error);
  g_assert_true (ivr_database_is_online (database));
  return database;
}

IvrDatabase *
test_sign_in (const char *login)
{
  g_autofree char *uri = ivr_test_server_uri (test_server, login);

  return test_sign_in_at (uri);
}

/**
 * test_sign_out:
 * @database: (transfer full): a database
 *
 * Signs out; nothing may hold on to @database afterwards.
 */
void
test_sign_out (IvrDatabase *database)
{
  ivr_database_sign_out (database);
  /* Answers that were under way end in the next turns of the loop. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (database);
}

JsonObject *
test_command (IvrDatabase         *database,
              IvrCommandKind       kind,
              const char * const  *arguments,
              guint                n_arguments,
              GError             **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  ivr_command_run_async (database, kind, arguments, n_arguments, test_keep_result, &result);
  WAIT_UNTIL (result != NULL);
  return ivr_command_run_finish (database, result, error);
}

/**
 * test_value:
 * @sql: a statement of the superuser with one row
 * @value: (nullable): its parameter
 *
 * Returns: (transfer full): the first field
 */
char *
test_value (const char *sql,
            const char *value)
{
  return ivr_test_value (test_admin, sql, value, NULL);
}

gint64
test_count (const char *sql,
            const char *value)
{
  g_autofree char *text = test_value (sql, value);

  return g_ascii_strtoll (text, NULL, 10);
}

void
test_sql (const char *sql)
{
  g_autoptr(PGresult) done = ivr_test_query (test_admin, sql, NULL);
}

/**
 * test_cut_lines:
 * @login: whose
 *
 * Ends all connections of a person at the server, and waits until they are gone.
 */
void
test_cut_lines (const char *login)
{
  g_autoptr(PGresult) done = ivr_test_query (
    test_admin, "select pg_terminate_backend(pid, 10000) from pg_stat_activity where usename = $1", login, NULL);
}
