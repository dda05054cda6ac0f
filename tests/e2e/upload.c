/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-driver.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* A clinic hands in a large file; in the middle of it the desk is killed, then the gateway, then the server is ended
 * and once more killed. The upload goes on each time, what was acknowledged is not sent again, and the document is the
 * file, byte by byte. */
#define CLINIC "Casey Example"
#define TEAM "Kim Demo"
#define NAME "large fax.pdf"
#define PIECE 262144
#define PIECES 240
/* Pieces that are on their way when something breaks; they may have arrived, and nobody was told. */
#define WINDOW 8
#define BREAKS 4

static int steps;
static GPid desk;
static char *file;
static char *hash;

static void
say (const char *sentence)
{
  g_print ("ok %d - %s\n", ++steps, sentence);
}

/* What one row says; NULL while the server is not there. */
static char *
ask (const char *sql)
{
  g_autofree char *uri = g_strdup_printf ("postgresql://postgres@/ivr?host=%s/socket", g_getenv ("IVR_DEMO_DIR"));
  const char *argv[] = { "psql", "-qXAt", "-v", "ON_ERROR_STOP=1", uri, "-c", sql, NULL };
  g_autofree char *out = NULL;
  int status;

  if (!g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &out, NULL, &status, NULL) || status != 0)
    return NULL;
  g_strchomp (out);
  return g_steal_pointer (&out);
}

static void
wait_for (const char *sql,
          const char *wanted)
{
  g_autofree char *is = NULL;

  for (int i = 0; i < IVR_DRIVER_SECONDS * 20; i++)
    {
      g_free (is);
      is = ask (sql);
      if (g_strcmp0 (is, wanted) == 0)
        return;
      g_usleep (G_USEC_PER_SEC / 20);
    }
  ivr_driver_fail ("“%s” answers “%s”, not “%s”.", sql, is != NULL ? is : "", wanted);
}

/* So many pieces are let through and no more, until so many are there: whatever breaks then breaks in the middle. */
static void
let_through (int n)
{
  g_autofree char *sql = g_strdup_printf ("update public.allowed set n = %d returning n", n);
  g_autofree char *wanted = g_strdup_printf ("%d", n);

  wait_for (sql, wanted);
  wait_for ("select count(*) from ivr.document_chunks c join ivr.document_uploads u on u.file_id = c.file_id where u.name = '" NAME "'", wanted);
}

/* Pieces wait until they are let through, and each try is counted. */
static void
hold_back (void)
{
  g_autofree char *done = NULL;

  wait_for ("select count(*) > 0 from pg_class where relname = 'document_chunks'", "t");
  done = ask ("create table public.tries (file_id uuid, seq integer);"
              " create table public.allowed as select 0 as n;"
              " create function public.count_try() returns trigger language plpgsql security definer as"
              " 'begin while new.seq >= (select n from public.allowed) loop perform pg_sleep(0.02); end loop;"
              " insert into public.tries values (new.file_id, new.seq); return new; end';"
              " create trigger aa_count_try before insert on ivr.document_chunks for each row execute function public.count_try();"
              " select 1");
  if (g_strcmp0 (done, "1") != 0)
    ivr_driver_fail ("The server takes no trigger.");
}

static void
write_file (void)
{
  gsize length = (gsize) PIECES * PIECE - 11;
  g_autofree char *data = g_malloc (length);
  guint32 state = 2463534242u;

  for (gsize i = 0; i < length; i++)
    {
      state ^= state << 13;
      state ^= state >> 17;
      state ^= state << 5;
      data[i] = (char) state;
    }
  memcpy (data, "%PDF-1.4\n", 9);
  file = g_build_filename (g_getenv ("HOME"), NAME, NULL);
  hash = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) data, length);
  if (!g_file_set_contents (file, data, (gssize) length, NULL))
    ivr_driver_fail ("The file could not be written.");
}

static void
start_desk (void)
{
  g_autofree char *command = g_strdup_printf ("exec '%s' --demo --persona casey.example --persona kim.demo >>'%s' 2>&1",
                                              g_getenv ("IVR_DESK_PROGRAM"), g_getenv ("IVR_DESK_LOG"));
  const char *argv[] = { "sh", "-c", command, NULL };
  g_autoptr(GError) error = NULL;

  if (!g_spawn_async (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &desk, &error))
    ivr_driver_fail ("%s", error->message);
}

static AtspiAccessible *
open_desk (const char *name,
           int         x)
{
  AtspiAccessible *window = ivr_driver_window (name);

  ivr_driver_place (name, x, 0, 1440, 900);
  ivr_driver_wait_text (window, "Live");
  return window;
}

static void
open_documents (AtspiAccessible *window)
{
  ivr_driver_select (window, "Views", "All requests");
  ivr_driver_select (window, "Requests", "#1005");
  ivr_driver_click (window, "tab", "Documents");
  ivr_driver_wait_text (window, "letter.txt");
}

static void
add_file (AtspiAccessible *clinic)
{
  g_autoptr(AtspiAccessible) chooser = NULL;

  ivr_driver_click (clinic, "button", "Add files…");
  chooser = ivr_driver_window ("Add files");
  g_usleep (G_USEC_PER_SEC / 2);
  ivr_driver_type (file);
  ivr_driver_key ("Return");
  ivr_driver_gone ("Add files");
  ivr_driver_find (clinic, NULL, NAME);
}

static int
pid_of_child (const char *program)
{
  g_autofree char *parent = g_strdup_printf ("%d", desk);
  const char *argv[] = { "pgrep", "-P", parent, program, NULL };
  g_autofree char *out = NULL;

  if (!g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, NULL, NULL, NULL) || atoi (out) <= 0)
    ivr_driver_fail ("The desk has no child “%s”.", program);
  return atoi (out);
}

static void
signal_server (int how)
{
  g_autofree char *path = g_build_filename (g_getenv ("IVR_DEMO_DIR"), "data", "postmaster.pid", NULL);
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL) || kill (atoi (text), how) != 0)
    ivr_driver_fail ("The server of the demo is not running.");
}

static void
release (void)
{
  wait_for ("update public.allowed set n = 100000 returning n", "100000");
}

/* What is there is the file, once, and little of it came twice. */
static void
check_document (void)
{
  g_autofree char *stored = NULL;
  g_autofree char *tries = NULL;

  wait_for ("select count(*) from ivr.ivr_document_versions where name = '" NAME "'", "1");
  stored = ask ("select encode(sha256(string_agg(c.data, '' order by c.seq)), 'hex') || ' ' || encode(f.sha256, 'hex') || ' ' || count(*)"
                " from ivr.ivr_document_versions v join ivr.document_files f on f.org_id = v.org_id and f.id = v.file_id"
                " join ivr.document_chunks c on c.org_id = f.org_id and c.file_id = f.id where v.name = '" NAME "' group by f.id, f.sha256");
  tries = g_strdup_printf ("%s %s %d", hash, hash, PIECES);
  if (g_strcmp0 (stored, tries) != 0)
    ivr_driver_fail ("The document is “%s”, not “%s”.", stored, tries);
  say ("the document is the file, byte by byte, once");
  g_free (tries);
  tries = ask ("select count(*) from public.tries");
  if (tries == NULL || atoi (tries) < PIECES || atoi (tries) > PIECES + BREAKS * WINDOW)
    ivr_driver_fail ("%s pieces were sent for %d.", tries, PIECES);
  say ("what had arrived was not sent again");
}

int
main (void)
{
  g_autoptr(AtspiAccessible) clinic = NULL;
  g_autoptr(AtspiAccessible) team = NULL;

  setvbuf (stdout, NULL, _IOLBF, 0);
  ivr_driver_init ();
  write_file ();
  start_desk ();
  clinic = open_desk (CLINIC, 0);
  hold_back ();
  open_documents (clinic);
  add_file (clinic);
  let_through (20);
  say ("a large file is on its way");
  kill (desk, SIGKILL);
  waitpid (desk, NULL, 0);
  g_clear_object (&clinic);
  start_desk ();
  clinic = open_desk (CLINIC, 0);
  team = open_desk (TEAM, 1440);
  open_documents (clinic);
  open_documents (team);
  ivr_driver_find (clinic, NULL, "Give up sending " NAME);
  let_through (70);
  say ("the desk was killed in the middle of it; started again, it goes on by itself");
  kill (pid_of_child ("ivr-gateway"), SIGKILL);
  let_through (110);
  say ("the gateway was killed; the file goes on");
  signal_server (SIGINT);
  let_through (150);
  say ("the server was restarted; the file goes on");
  signal_server (SIGKILL);
  let_through (190);
  say ("the server was killed; the file goes on");
  release ();
  check_document ();
  ivr_driver_find (team, "button", "Open: ");
  ivr_driver_wait_text (team, NAME);
  say ("the other side sees it without asking");
  kill (desk, SIGTERM);
  waitpid (desk, NULL, 0);
  g_print ("1..%d\n", steps);
  g_free (file);
  g_free (hash);
  return 0;
}
