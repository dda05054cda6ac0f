/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-driver.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

/* Two real desks; then the desk itself, the server and the gateway are killed under them, and
 * nothing that was typed or sent may be lost, doubled or out of order. */
#define CLINIC "Casey Example"
#define TEAM "Sam Demo"
#define HALF "Half a sentence that was never sent"
#define FOUND "Found so far: the plan is active"

static int steps;
static GPid desk;

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

  if (!g_spawn_async (NULL, argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &desk, &error))
    ivr_driver_fail ("%s", error->message);
}

static void
open_windows (AtspiAccessible **clinic,
              AtspiAccessible **team)
{
  g_set_object (clinic, ivr_driver_window (CLINIC));
  g_set_object (team, ivr_driver_window (TEAM));
  ivr_driver_place (CLINIC, 0, 0, 1440, 900);
  ivr_driver_place (TEAM, 1440, 0, 1440, 900);
  ivr_driver_wait_text (*clinic, "Live");
  ivr_driver_wait_text (*team, "Live");
}

/* The desk's child of that name. */
static pid_t
find_child (const char *program)
{
  g_autoptr(GDir) proc = g_dir_open ("/proc", 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (proc)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc", name, "stat", NULL);
      g_autofree char *line = NULL;
      char *end;
      int parent = 0;

      /* "pid (name) state parent …" */
      if (!g_ascii_isdigit (name[0]) || !g_file_get_contents (path, &line, NULL, NULL))
        continue;
      end = strrchr (line, ')');
      if (end != NULL && sscanf (end, ") %*c %d", &parent) == 1 && parent == desk && strstr (line, program) != NULL)
        return (pid_t) atoi (name);
    }
  ivr_driver_fail ("The desk has no child “%s”.", program);
}

static void
kill_server (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("IVR_DEMO_DIR"), "data", "postmaster.pid", NULL);
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL) || kill (atoi (text), SIGKILL) != 0)
    ivr_driver_fail ("The server of the demo is not running.");
}

static void
choose_request (AtspiAccessible *desk_window,
                const char      *view,
                const char      *request)
{
  ivr_driver_select (desk_window, "Views", view);
  ivr_driver_select (desk_window, "Requests", request);
}

static void
send_message (AtspiAccessible *from,
              const char      *text)
{
  ivr_driver_write (from, "Message", text);
  ivr_driver_click (from, "button", "Send message");
  /* A click through the accessibility bus comes a moment later. */
  ivr_driver_wait_written (from, "Message", "");
}

static void
see_once (AtspiAccessible *in,
          const char      *text)
{
  int n;

  ivr_driver_find (in, "list item", text);
  n = ivr_driver_count (in, "list item", text);
  if (n != 1)
    ivr_driver_fail ("“%s” is there %d times.", text, n);
}

static void
desk_is_killed (AtspiAccessible **clinic,
                AtspiAccessible **team)
{
  g_autoptr(AtspiAccessible) form = NULL;
  g_autoptr(AtspiAccessible) again = NULL;

  choose_request (*clinic, "All requests", "#1001");
  ivr_driver_write (*clinic, "Message", HALF);
  choose_request (*team, "My turn", "Invented, Gwen");
  /* Nobody can type into a request that is not there yet; this bus could. */
  ivr_driver_wait_text (*team, "Escalate");
  ivr_driver_write (*team, "IVR response", FOUND);
  ivr_driver_click (*clinic, "button", "New request");
  form = ivr_driver_window ("New request");
  ivr_driver_write (form, "Last name", "Unfinished");
  say ("a message, a response and a form are typed and not sent");
  g_usleep (G_USEC_PER_SEC);
  kill (desk, SIGKILL);
  waitpid (desk, NULL, 0);
  start_desk ();
  open_windows (clinic, team);
  say ("the desk is killed and started again");
  ivr_driver_click (*clinic, "button", "Show");
  again = ivr_driver_window ("New request");
  ivr_driver_wait_written (again, "Last name", "Unfinished");
  say ("the form that was begun is offered and open again");
  choose_request (*clinic, "All requests", "#1001");
  ivr_driver_wait_written (*clinic, "Message", HALF);
  choose_request (*clinic, "All requests", "#1002");
  ivr_driver_wait_written (*clinic, "Message", "");
  say ("the message is where it was typed, and not at another request");
  choose_request (*team, "My turn", "Invented, Gwen");
  ivr_driver_wait_written (*team, "IVR response", FOUND);
  say ("the response is where it was typed");
}

static void
server_is_killed (AtspiAccessible *clinic,
                  AtspiAccessible *team)
{
  choose_request (clinic, "All requests", "#1001");
  choose_request (team, "Unassigned", "#1001");
  ivr_driver_click (team, "button", "Take request");
  ivr_driver_wait_text (team, "Your turn");
  send_message (clinic, "First, before anything broke");
  see_once (team, "First, before anything broke");
  kill_server ();
  send_message (clinic, "Second, into the outage");
  send_message (clinic, "Third, into the outage");
  see_once (team, "Second, into the outage");
  see_once (team, "Third, into the outage");
  see_once (clinic, "Third, into the outage");
  say ("the server is killed: what is sent meanwhile arrives once");
}

static void
gateway_is_killed (AtspiAccessible *clinic,
                   AtspiAccessible *team)
{
  kill (find_child ("ivr-gateway"), SIGKILL);
  send_message (team, "Fourth, while nobody told the desks");
  see_once (clinic, "Fourth, while nobody told the desks");
  ivr_driver_wait_text (clinic, "Live");
  ivr_driver_wait_text (team, "Live");
  send_message (clinic, "Fifth, live again");
  see_once (team, "Fifth, live again");
  say ("the gateway is killed: messages arrive once, and the desks are live again");
}

/* The conversation as a screen reader walks it. */
static void
in_order (AtspiAccessible *in)
{
  static const char * const words[] = { "First,", "Second,", "Third,", "Fourth,", "Fifth," };
  g_autoptr(AtspiAccessible) list = ivr_driver_find (in, "list", "Conversation");
  int n = atspi_accessible_get_child_count (list, NULL);
  guint next = 0;

  for (int i = 0; i < n && next < G_N_ELEMENTS (words); i++)
    {
      g_autoptr(AtspiAccessible) row = atspi_accessible_get_child_at_index (list, i, NULL);
      g_autofree char *name = row != NULL ? atspi_accessible_get_name (row, NULL) : NULL;

      if (name != NULL && strstr (name, words[next]) != NULL)
        next++;
    }
  if (next < G_N_ELEMENTS (words))
    ivr_driver_fail ("“%s” is not in its place.", words[next]);
}

int
main (void)
{
  AtspiAccessible *clinic = NULL;
  AtspiAccessible *team = NULL;

  setvbuf (stdout, NULL, _IOLBF, 0);
  ivr_driver_init ();
  start_desk ();
  open_windows (&clinic, &team);
  say ("a clinic's and a specialist's desk are open and live");
  desk_is_killed (&clinic, &team);
  server_is_killed (clinic, team);
  gateway_is_killed (clinic, team);
  in_order (clinic);
  in_order (team);
  say ("both desks have the messages in the same order");
  kill (desk, SIGTERM);
  waitpid (desk, NULL, 0);
  g_print ("1..%d\n", steps);
  g_clear_object (&clinic);
  g_clear_object (&team);
  return 0;
}
