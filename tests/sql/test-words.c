/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything that the server says to people can be translated: it stands in po/server-words.po, from which
 * translators work, and nothing stands there that it does not say. */
#include "ivr-test-server.h"

#include <string.h>

static char *
read_source (const char *folder,
             const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", folder, name, NULL);
  g_autoptr(GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

/* As a line of the file. */
static char *
line_of (const char *words)
{
  g_autoptr(GString) escaped = g_string_new (words);

  g_string_replace (escaped, "\\", "\\\\", 0);
  g_string_replace (escaped, "\"", "\\\"", 0);
  return g_strdup_printf ("\nmsgid \"%s\"\n", escaped->str);
}

static guint
count (const char *text,
       const char *what)
{
  guint n = 0;

  for (const char *at = strstr (text, what); at != NULL; at = strstr (at + 1, what))
    n++;
  return n;
}

static void
test_server_words (void)
{
  g_autoptr(IvrTestServer) server = ivr_test_server_new ();
  g_autofree char *uri = ivr_test_server_uri (server, NULL);
  g_autoptr(PGconn) admin = ivr_test_connect (uri);
  g_autofree char *sql = read_source ("sql/verify", "words.sql");
  g_autofree char *list = read_source ("po", "server-words.po");
  g_autoptr(PGresult) words = PQexec (admin, sql);
  int missing = 0;

  g_assert_cmpint (PQresultStatus (words), ==, PGRES_TUPLES_OK);
  g_assert_cmpint (PQntuples (words), >, 150);
  for (int i = 0; i < PQntuples (words); i++)
    {
      g_autofree char *line = line_of (PQgetvalue (words, i, 0));

      if (strstr (list, line) == NULL)
        {
          g_test_message ("missing:\n#. %s%smsgstr \"\"\n", PQgetvalue (words, i, 1), line);
          missing++;
        }
    }
  g_assert_cmpint (missing, ==, 0);
  /* One more is its head. */
  g_assert_cmpuint (count (list, "\nmsgid \""), ==, (guint) PQntuples (words) + 1);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/words/server", test_server_words);
  return g_test_run ();
}
