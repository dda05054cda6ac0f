/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-driver.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

/* Words that stand for patient data are typed everywhere a person can type, things go wrong, and
 * afterwards the words are nowhere but in the database: no log, no file, no command line. */
#define CLINIC "Casey Example"
#define TEAM "Sam Demo"
#define CANARY "Zanzibarbird"

static int steps;
static GPid desk;
static guint n_files;

static void
say (const char *sentence)
{
  g_print ("ok %d - %s\n", ++steps, sentence);
}

static void
start_desk (void)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *command = g_strdup_printf ("exec '%s' --demo >>'%s' 2>&1", g_getenv ("IVR_DESK_PROGRAM"),
                                              g_getenv ("IVR_DESK_LOG"));
  char sh[] = "sh";
  char option[] = "-c";
  char *argv[] = { sh, option, command, NULL };

  /* As talkative as it can be, and free to leave a core file. */
  setrlimit (RLIMIT_CORE, &(struct rlimit) { RLIM_INFINITY, RLIM_INFINITY });
  g_setenv ("G_MESSAGES_DEBUG", "all", TRUE);
  if (!g_spawn_async (NULL, argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &desk, &error))
    ivr_driver_fail ("%s", error->message);
}

static void
type_everywhere (AtspiAccessible *clinic,
                 AtspiAccessible *team)
{
  g_autoptr(AtspiAccessible) form = NULL;
  g_autoptr(AtspiAccessible) dialog = NULL;

  ivr_driver_write (clinic, "Search requests", CANARY);
  ivr_driver_wait_text (clinic, "Nothing found");
  ivr_driver_write (clinic, "Search requests", "");
  ivr_driver_select (clinic, "Views", "All requests");
  ivr_driver_select (clinic, "Requests", "#1001");
  ivr_driver_write (clinic, "Message", CANARY " with a bell \a, which the server refuses");
  ivr_driver_click (clinic, "button", "Send message");
  ivr_driver_wait_text (clinic, "control characters");
  ivr_driver_write (clinic, "Message", CANARY " arrives");
  ivr_driver_click (clinic, "button", "Send message");
  ivr_driver_find (clinic, "list item", CANARY " arrives");
  ivr_driver_write (clinic, "Message", CANARY " is half a sentence");
  ivr_driver_click (clinic, "button", "New request");
  form = ivr_driver_window ("New request");
  ivr_driver_write (form, "Last name", CANARY);
  ivr_driver_write (form, "First name", CANARY);
  ivr_driver_write (form, "Date of birth", "2025-02-31");
  ivr_driver_write (form, "Find a patient", CANARY);
  ivr_driver_click (form, "button", "Save draft");
  ivr_driver_select (team, "Views", "My turn");
  ivr_driver_select (team, "Requests", "Invented, Gwen");
  ivr_driver_wait_text (team, "Escalate");
  ivr_driver_write (team, "IVR response", CANARY " is covered");
  ivr_driver_click (team, "button", "Save: IVR response");
  ivr_driver_click (team, "button", "Escalate");
  dialog = ivr_driver_window ("Escalate");
  ivr_driver_write (dialog, "Why", CANARY " \a");
  ivr_driver_click (dialog, "button", "Escalate");
  ivr_driver_wait_text (dialog, "control characters");
  say ("the words are typed everywhere, also where the server refuses them");
}

static void
break_things (AtspiAccessible *clinic)
{
  g_autofree char *path = g_build_filename (g_getenv ("IVR_DEMO_DIR"), "data", "postmaster.pid", NULL);
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL) || kill (atoi (text), SIGKILL) != 0)
    ivr_driver_fail ("The server of the demo is not running.");
  ivr_driver_write (clinic, "Message", CANARY " into the outage");
  ivr_driver_click (clinic, "button", "Send message");
  ivr_driver_wait_written (clinic, "Message", "");
  ivr_driver_wait_text (clinic, "Live");
  ivr_driver_find (clinic, "list item", CANARY " into the outage");
  say ("the server is killed while they are under way");
}

static void
check_bytes (const char *what,
             const char *bytes,
             gsize       length)
{
  n_files++;
  if (memmem (bytes, length, CANARY, strlen (CANARY)) != NULL)
    ivr_driver_fail ("The words are in %s.", what);
}

static void
check_file (const char *path)
{
  g_autofree char *bytes = NULL;
  gsize length;

  if (g_file_get_contents (path, &bytes, &length, NULL))
    check_bytes (path, bytes, length);
}

/* Everything below a folder but the database's own files, which are where the words belong. */
static void
check_folder (const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_str_equal (name, "base") || g_str_equal (name, "pg_wal") || g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        continue;
      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        check_folder (path);
      else if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        check_file (path);
    }
}

/* Command lines and environments of all programs of ours and of the server. */
static void
check_processes (void)
{
  g_autoptr(GDir) proc = g_dir_open ("/proc", 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (proc)) != NULL)
    for (int i = 0; i < 2; i++)
      {
        g_autofree char *path = g_build_filename ("/proc", name, i == 0 ? "cmdline" : "environ", NULL);

        if (g_ascii_isdigit (name[0]) && atoi (name) != getpid ())
          check_file (path);
      }
}

static void
die_with_core (void)
{
  g_autofree char *work = g_path_get_dirname (g_getenv ("IVR_DESK_LOG"));
  int status = 0;

  kill (desk, SIGABRT);
  waitpid (desk, &status, 0);
  if (!WIFSIGNALED (status) || WCOREDUMP (status))
    ivr_driver_fail ("The desk left a core file, or did not die.");
  check_folder (work);
  if (n_files < 20)
    ivr_driver_fail ("Only %u files were looked at.", n_files);
  say ("the desk is aborted: no core, no file, no log has the words");
}

int
main (void)
{
  AtspiAccessible *clinic;
  AtspiAccessible *team;

  setvbuf (stdout, NULL, _IOLBF, 0);
  ivr_driver_init ();
  start_desk ();
  clinic = ivr_driver_window (CLINIC);
  team = ivr_driver_window (TEAM);
  ivr_driver_place (CLINIC, 0, 0, 1440, 900);
  ivr_driver_place (TEAM, 1440, 0, 1440, 900);
  ivr_driver_wait_text (clinic, "Live");
  ivr_driver_wait_text (team, "Live");
  type_everywhere (clinic, team);
  break_things (clinic);
  check_processes ();
  say ("no command line and no environment has them");
  die_with_core ();
  g_print ("1..%d\n", steps);
  g_object_unref (clinic);
  g_object_unref (team);
  return 0;
}
