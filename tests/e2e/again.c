/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-driver.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>

/* The demo on data that are there already: opened a second time at once, killed with everything that belongs to
 * it, and started again. In a sandbox each of these has processes of its own, which cannot see the others. */
#define CLINIC "Casey Example"
#define HALF "Half a sentence that was never sent"
#define SENT "A message that was sent before all ended"

static int steps;

static void
say (const char *sentence)
{
  g_print ("ok %d - %s\n", ++steps, sentence);
}

static GPid
start_desk (void)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *command = g_strdup_printf ("exec '%s' --demo --persona casey.example >>'%s' 2>&1", g_getenv ("IVR_DESK_PROGRAM"),
                                              g_getenv ("IVR_DESK_LOG"));
  char sh[] = "sh";
  char option[] = "-c";
  char *argv[] = { sh, option, command, NULL };
  GPid desk;

  if (!g_spawn_async (NULL, argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &desk, &error))
    ivr_driver_fail ("%s", error->message);
  return desk;
}

static void
end_desk (GPid desk,
          int  how)
{
  kill (desk, how);
  waitpid (desk, NULL, 0);
}

static AtspiAccessible *
open_request (void)
{
  AtspiAccessible *clinic = ivr_driver_window (CLINIC);

  ivr_driver_place (CLINIC, 0, 0, 1440, 900);
  ivr_driver_wait_text (clinic, "Live");
  ivr_driver_select (clinic, "Views", "All requests");
  ivr_driver_select (clinic, "Requests", "#1001");
  return clinic;
}

static void
second_is_told (void)
{
  GPid second = start_desk ();
  g_autoptr(AtspiAccessible) signin = ivr_driver_window ("Sign in – IVR Desk");

  ivr_driver_wait_text (signin, "is in use by process");
  say ("a second one is told that the demo runs already, and harms nothing");
  end_desk (second, SIGTERM);
  ivr_driver_gone ("Sign in – IVR Desk");
}

int
main (void)
{
  AtspiAccessible *clinic;
  GPid desk;

  setvbuf (stdout, NULL, _IOLBF, 0);
  ivr_driver_init ();
  desk = start_desk ();
  clinic = open_request ();
  say ("the demo is open and live");
  second_is_told ();
  ivr_driver_write (clinic, "Message", SENT);
  ivr_driver_click (clinic, "button", "Send message");
  ivr_driver_wait_written (clinic, "Message", "");
  ivr_driver_find (clinic, "list item", SENT);
  ivr_driver_write (clinic, "Message", HALF);
  g_usleep (G_USEC_PER_SEC);
  g_clear_object (&clinic);
  end_desk (desk, SIGKILL);
  say ("it is killed");
  desk = start_desk ();
  clinic = open_request ();
  ivr_driver_find (clinic, "list item", SENT);
  ivr_driver_wait_written (clinic, "Message", HALF);
  say ("started again it is live, and what was sent and what was only typed are there");
  g_clear_object (&clinic);
  end_desk (desk, SIGTERM);
  g_print ("1..%d\n", steps);
  return 0;
}
