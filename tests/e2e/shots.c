/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-driver.h"

#include <stdio.h>

/* The demo's screens, one picture each. Usage: shots FOLDER PREFIX WIDTH HEIGHT */
/* What software centres take at most, and what is left of it for the shadow. */
#define STORE_WIDTH 1000
#define STORE_HEIGHT 700
#define STORE_SHADOW 38

#define CLINIC "Casey Example"
#define TEAM "Sam Demo"
#define LEAD "Lee Demo"
#define EMPTY "Drew Sample"

static const char *folder;
static const char *prefix;

static void
picture (const char *title,
         const char *name)
{
  g_autofree char *file = g_strconcat (prefix, "-", name, ".png", NULL);
  g_autofree char *path = g_build_filename (folder, file, NULL);

  /* What is asked of the server and drawn after a click. */
  g_usleep (700 * 1000);
  ivr_driver_picture (title, path);
  g_print ("%s\n", path);
}

/* What a message carries, while it is written; in a narrow window the conversation is opened first. */
static void
attachments (AtspiAccessible *clinic)
{
  gboolean narrow = g_str_has_prefix (prefix, "narrow");

  if (narrow)
    ivr_driver_point (clinic, NULL, "Conversation beside the request");
  ivr_driver_point (clinic, "button", "Attach documents");
  ivr_driver_wait_text (clinic, "Add files…");
  picture (CLINIC, "clinic-attach");
  ivr_driver_key ("Return");
  ivr_driver_write (clinic, "Message", "The letter, as you asked.");
  picture (CLINIC, "clinic-attached");
  ivr_driver_click (clinic, "button", "Take off: Letter of medical necessity");
  ivr_driver_write (clinic, "Message", "");
  if (narrow)
    ivr_driver_point (clinic, NULL, "Conversation beside the request");
}

static void
clinic_screens (AtspiAccessible *clinic)
{
  g_autoptr(AtspiAccessible) form = NULL;
  g_autoptr(AtspiAccessible) viewer = NULL;
  g_autoptr(AtspiAccessible) benefits = NULL;

  picture (CLINIC, "clinic-my-turn");
  ivr_driver_select (clinic, "Views", "All requests");
  ivr_driver_select (clinic, "Requests", "#1002");
  ivr_driver_wait_text (clinic, "Order product");
  picture (CLINIC, "clinic-approved");
  ivr_driver_click (clinic, "tab", "Past");
  picture (CLINIC, "clinic-past");
  ivr_driver_click (clinic, "tab", "Benefits");
  ivr_driver_wait_text (clinic, "Primary insurance");
  picture (CLINIC, "clinic-benefits-before");
  ivr_driver_click (clinic, "button", "Check eligibility");
  ivr_driver_wait_text (clinic, "asked just now");
  picture (CLINIC, "clinic-benefits");
  ivr_driver_click (clinic, "tab", "Documents");
  ivr_driver_wait_text (clinic, "card-front.png");
  picture (CLINIC, "clinic-documents");
  ivr_driver_click (clinic, "button", "Open: Chart notes, four weeks");
  viewer = ivr_driver_window ("Chart notes, four weeks");
  ivr_driver_wait_text (viewer, "of 1");
  picture ("Chart notes, four weeks", "viewer");
  ivr_driver_key ("Escape");
  ivr_driver_gone ("Chart notes, four weeks");
  ivr_driver_select (clinic, "Requests", "#1005");
  ivr_driver_wait_text (clinic, "letter.txt");
  picture (CLINIC, "clinic-asked-for");
  attachments (clinic);
  ivr_driver_select (clinic, "Requests", "#1002");
  ivr_driver_wait_text (clinic, "card-front.png");
  ivr_driver_click (clinic, "tab", "Overview");
  ivr_driver_select (clinic, "Views", "With payer");
  picture (CLINIC, "clinic-empty-view");
  ivr_driver_click (clinic, "button", "New request");
  form = ivr_driver_window ("New request");
  picture ("New request", "intake");
  ivr_driver_click (form, "button", "In a Part A stay: yes");
  ivr_driver_point (form, "list item", "Enter the primary insurance");
  picture ("New request", "intake-insurance");
  ivr_driver_write (form, "Find a patient", "Testp");
  ivr_driver_find (form, NULL, "Testpatient");
  picture ("New request", "intake-find");
  ivr_driver_point (form, "list item", "Testpatient");
  ivr_driver_click (form, "button", "Submit");
  picture ("New request", "intake-missing");
  ivr_driver_write (form, "Find a patient", "Fict");
  ivr_driver_find (form, NULL, "Fictional");
  ivr_driver_point (form, "list item", "Fictional");
  ivr_driver_wait_text (form, "answers are known");
  ivr_driver_point (form, "list item", "Kind of plan: sources");
  picture ("New request", "intake-known");
  ivr_driver_key ("F8");
  picture ("New request", "intake-choice");
  ivr_driver_key ("Escape");
  ivr_driver_click (form, "button", "Fill in all");
  ivr_driver_wait_text (form, "filled in");
  ivr_driver_point (form, "list item", "Please look");
  picture ("New request", "intake-filled");
  ivr_driver_click (form, "button", "Check eligibility");
  benefits = ivr_driver_window ("Benefits");
  ivr_driver_wait_text (benefits, "asked just now");
  picture ("Benefits", "intake-benefits");
  ivr_driver_key ("Escape");
  ivr_driver_gone ("Benefits");
  picture ("Edit request", "intake-answered");
}

static void
team_screens (AtspiAccessible *team)
{
  static const char * const steps[] = { "Approve with limits", "Send back", "Reject", "Escalate" };

  ivr_driver_select (team, "Views", "My turn");
  picture (TEAM, "specialist-my-turn");
  ivr_driver_select (team, "Requests", "#");
  ivr_driver_wait_text (team, "Escalate");
  picture (TEAM, "specialist-review");
  ivr_driver_click (team, "tab", "Documents");
  picture (TEAM, "specialist-documents");
  ivr_driver_click (team, "tab", "Overview");
  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autofree char *name = g_strdelimit (g_ascii_strdown (steps[i], -1), " ", '-');
      g_autoptr(AtspiAccessible) dialog = NULL;

      ivr_driver_click (team, "button", steps[i]);
      dialog = ivr_driver_window (steps[i]);
      picture (steps[i], name);
      ivr_driver_click (dialog, "button", "Cancel");
      ivr_driver_gone (steps[i]);
    }
  ivr_driver_select (team, "Views", "All requests");
  picture (TEAM, "specialist-all");
  ivr_driver_write (team, "Search requests", "zzz");
  ivr_driver_wait_text (team, "Nothing found");
  picture (TEAM, "specialist-nothing-found");
}

static void
help_screens (AtspiAccessible *lead)
{
  g_autoptr(AtspiAccessible) help = NULL;

  picture (LEAD, "lead-start");
  ivr_driver_key ("F1");
  help = ivr_driver_window ("Help");
  picture ("Help", "help");
  ivr_driver_click (help, "tab", "Statuses");
  picture ("Help", "help-statuses");
  ivr_driver_key ("Escape");
  ivr_driver_gone ("Help");
  ivr_driver_key ("question");
  picture (NULL, "shortcuts");
  ivr_driver_key ("Escape");
}

static void
lead_screens (AtspiAccessible *lead)
{
  help_screens (lead);
  ivr_driver_select (lead, "Views", "Escalated");
  ivr_driver_select (lead, "Requests", "#");
  ivr_driver_wait_text (lead, "Return to specialist");
  picture (LEAD, "lead-escalated");
}

/* Those that the description of the program shows in software centres. */
static void
store_picture (const char *title,
               const char *name)
{
  g_autofree char *file = g_strdup_printf ("%s.png", name);
  g_autofree char *path = g_build_filename (folder, file, NULL);

  g_usleep (700 * 1000);
  ivr_driver_picture_with_shadow (title, path, STORE_WIDTH, STORE_HEIGHT);
  g_print ("%s\n", path);
}

static void
store_screens (AtspiAccessible *clinic,
               AtspiAccessible *team)
{
  g_autoptr(AtspiAccessible) form = NULL;

  ivr_driver_select (team, "Views", "My turn");
  ivr_driver_select (team, "Requests", "#");
  ivr_driver_wait_text (team, "Escalate");
  store_picture (TEAM, "specialist");
  ivr_driver_select (clinic, "Views", "All requests");
  ivr_driver_select (clinic, "Requests", "#1002");
  ivr_driver_wait_text (clinic, "Order product");
  store_picture (CLINIC, "clinic");
  ivr_driver_click (clinic, "button", "New request");
  form = ivr_driver_window ("New request");
  ivr_driver_write (form, "Find a patient", "Fict");
  ivr_driver_find (form, NULL, "Fictional");
  ivr_driver_point (form, "list item", "Fictional");
  ivr_driver_wait_text (form, "answers are known");
  ivr_driver_point (form, "list item", "Kind of plan: sources");
  ivr_driver_place ("New request", 0, 0, STORE_WIDTH - STORE_SHADOW, STORE_HEIGHT - STORE_SHADOW);
  store_picture ("New request", "new-request");
}

int
main (int    argc,
      char **argv)
{
  static const char * const people[] = { CLINIC, TEAM, LEAD, EMPTY };
  AtspiAccessible *windows[G_N_ELEMENTS (people)] = { NULL };

  if (argc != 5)
    ivr_driver_fail ("Usage: shots FOLDER PREFIX WIDTH HEIGHT");
  folder = argv[1];
  prefix = argv[2];
  setvbuf (stdout, NULL, _IOLBF, 0);
  ivr_driver_init ();
  for (gsize i = 0; i < G_N_ELEMENTS (people); i++)
    {
      windows[i] = ivr_driver_window (people[i]);
      ivr_driver_place (people[i], 0, 0, atoi (argv[3]), atoi (argv[4]));
      ivr_driver_wait_text (windows[i], "Live");
    }
  if (g_str_equal (prefix, "store"))
    store_screens (windows[0], windows[1]);
  else
    {
      clinic_screens (windows[0]);
      team_screens (windows[1]);
      lead_screens (windows[2]);
      picture (EMPTY, "clinic-small");
    }
  for (gsize i = 0; i < G_N_ELEMENTS (people); i++)
    g_clear_object (&windows[i]);
  return 0;
}
