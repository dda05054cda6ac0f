/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-driver.h"

#include <stdio.h>

/* The main job, through two real windows: a clinic asks, a specialist answers, both see it live.
 * Prints each step as it happens; with IVR_E2E_PICTURES it writes pictures into that folder. */
#define CLINIC "Casey Example"
#define TEAM "Sam Demo"

static int steps;

static void
say (const char *sentence)
{
  g_print ("ok %d - %s\n", ++steps, sentence);
}

static void
picture (const char *title,
         const char *name)
{
  const char *folder = g_getenv ("IVR_E2E_PICTURES");
  g_autofree char *path = folder != NULL ? g_strconcat (folder, "/", name, ".png", NULL) : NULL;

  if (path != NULL)
    ivr_driver_picture (title, path);
}

static void
fill_form (AtspiAccessible *form)
{
  static const char * const no[] = {
    "In a nursing home or skilled nursing facility: no", "In a Part A stay: no", "Admitted to a hospital recently: no",
    "In hospice care: no", "In the global period of a surgery: no", "Start and follow up a prior authorization for us: no",
  };
  static const char * const texts[][2] = {
    { "Location", "Left heel" }, { "Length in cm", "3.2" }, { "Width in cm", "2.5" }, { "Total area in cm²", "8" },
    { "Weeks since it began", "6" }, { "ICD-10 code 1", "E11.621" }, { "ICD-10 code 2", "L97.421" },
    { "Date of service", "2099-01-15" }, { "Signed by", "Dr. Robin Example" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (no); i++)
    ivr_driver_click (form, "button", no[i]);
  say ("the clinic answers the questions that stop a case first");
  ivr_driver_write (form, "Find a patient", "Testp");
  ivr_driver_find (form, NULL, "Testpatient, Alma");
  ivr_driver_point (form, "list item", "Testpatient, Alma");
  say ("the clinic finds its patient; insurance and address are filled in");
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    ivr_driver_write (form, texts[i][0], texts[i][1]);
  ivr_driver_click (form, "button", "Four weeks of conservative care failed: yes");
  ivr_driver_click (form, "button", "authorization are on file: yes");
  /* A newer GTK tells of what is folded up only when it is unfolded. */
  if (!ivr_driver_has (form, "spin", "Quantity of Demograft Bilayer 4 × 4 cm"))
    ivr_driver_point (form, "list item", "Q4101 Demograft Bilayer");
  ivr_driver_set_number (form, "Quantity of Demograft Bilayer 4 × 4 cm", 2);
  say ("the clinic describes the wound and chooses the product");
}

/* A choice opens by keyboard: the list of what is missing leads to it. */
static void
choose (AtspiAccessible *form,
        const char      *finding,
        int              down)
{
  ivr_driver_point (form, "list item", finding);
  g_usleep (300 * 1000);
  ivr_driver_key ("space");
  g_usleep (300 * 1000);
  for (int i = 0; i < down; i++)
    ivr_driver_key ("Down");
  ivr_driver_key ("Return");
  g_usleep (500 * 1000);
}

static void
clinic_asks (AtspiAccessible *clinic)
{
  g_autoptr(AtspiAccessible) form = NULL;

  ivr_driver_click (clinic, "button", "New request");
  form = ivr_driver_window ("New request");
  picture ("New request", "intake-empty");
  fill_form (form);
  choose (form, "what kind of wound", 1);
  choose (form, "part of the body", 2);
  ivr_driver_wait_text (form, "Nothing is missing");
  say ("nothing is missing in the form");
  picture ("New request", "intake-complete");
  ivr_driver_click (form, "button", "Submit");
  ivr_driver_gone ("New request");
  ivr_driver_wait_text (clinic, "Submitted");
  say ("the clinic submits the request");
  picture (CLINIC, "clinic-submitted");
}

static void
specialist_takes (AtspiAccessible *team)
{
  ivr_driver_select (team, "Views", "Unassigned, 2");
  ivr_driver_select (team, "Requests", "#1007");
  say ("the specialist's desk shows the new request");
  ivr_driver_click (team, "button", "Take request");
  ivr_driver_wait_text (team, "Your turn");
  say ("the specialist takes it");
}

static void
they_talk (AtspiAccessible *clinic,
           AtspiAccessible *team)
{
  ivr_driver_write (team, "Message", "Is the patient still in home care?");
  ivr_driver_click (team, "button", "Send message");
  ivr_driver_wait_text (clinic, "Is the patient still in home care?");
  say ("the specialist asks in the chat, the clinic sees it");
  ivr_driver_write (clinic, "Message", "Yes, twice a week.");
  ivr_driver_click (clinic, "button", "Send message");
  ivr_driver_wait_text (team, "Yes, twice a week.");
  say ("the clinic answers, the specialist sees it");
  picture (TEAM, "specialist-chat");
}

static void
specialist_decides (AtspiAccessible *clinic,
                    AtspiAccessible *team)
{
  g_autoptr(AtspiAccessible) dialog = NULL;

  ivr_driver_click (team, "button", "Approve");
  dialog = ivr_driver_window ("Approve");
  ivr_driver_write (dialog, "Response to the clinic", "Covered at 80 %. Deductible $500, met. Copay $25.");
  picture ("Approve", "approve");
  ivr_driver_click (dialog, "button", "Approve");
  ivr_driver_wait_text (team, "The clinic’s turn");
  say ("the specialist approves it with a response");
  ivr_driver_wait_text (clinic, "Order product");
  ivr_driver_wait_text (clinic, "Covered at 80 %.");
  say ("the clinic sees the approval and may order");
  picture (CLINIC, "clinic-approved");
}

static void
specialist_escalates (AtspiAccessible *team)
{
  g_autoptr(AtspiAccessible) dialog = NULL;

  ivr_driver_select (team, "Views", "My turn, 1");
  ivr_driver_select (team, "Requests", "Invented, Gwen");
  ivr_driver_click (team, "button", "Escalate");
  dialog = ivr_driver_window ("Escalate");
  ivr_driver_click (dialog, "button", "Escalate");
  ivr_driver_wait_text (dialog, "Give a reason");
  say ("an escalation without a reason is refused in plain words");
  ivr_driver_write (dialog, "Why", "The payer gives two answers.");
  ivr_driver_click (dialog, "button", "Escalate");
  ivr_driver_wait_text (team, "A lead’s turn");
  say ("the specialist escalates another request with a reason");
  picture (TEAM, "specialist-escalated");
}

int
main (void)
{
  g_autoptr(AtspiAccessible) clinic = NULL;
  g_autoptr(AtspiAccessible) team = NULL;

  setvbuf (stdout, NULL, _IOLBF, 0);
  ivr_driver_init ();
  clinic = ivr_driver_window (CLINIC);
  team = ivr_driver_window (TEAM);
  ivr_driver_place (CLINIC, 0, 0, 1440, 900);
  ivr_driver_place (TEAM, 1440, 0, 1440, 900);
  ivr_driver_wait_text (clinic, "Live");
  ivr_driver_wait_text (team, "Live");
  say ("a clinic's and a specialist's desk are open and live");
  picture (CLINIC, "clinic-start");
  clinic_asks (clinic);
  specialist_takes (team);
  they_talk (clinic, team);
  specialist_decides (clinic, team);
  specialist_escalates (team);
  g_print ("1..%d\n", steps);
  return 0;
}
