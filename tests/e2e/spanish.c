/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-driver.h"

#include <libintl.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

/* Both desks in Spanish: nothing that has a translation is left in English, in any view, dialog or menu that is
 * opened here. Usage: spanish FOLDER-OF-TRANSLATIONS PO-FILE; with IVR_E2E_PICTURES it writes pictures. */
#define CLINIC "Casey Example"
#define TEAM "Sam Demo"

static GHashTable *english;     /* texts that have another translation */
static GPtrArray *patterns;     /* GRegex*, of texts with something filled in */
static int steps;
static int left;

static const char *
es (const char *words)
{
  return gettext (words);
}

static void
say (const char *sentence)
{
  g_print ("%sok %d - %s\n", left > 0 ? "not " : "", ++steps, sentence);
  left = 0;
}

static void
picture (const char *title,
         const char *name)
{
  const char *folder = g_getenv ("IVR_E2E_PICTURES");
  g_autofree char *path = folder != NULL ? g_strconcat (folder, "/spanish-", name, ".png", NULL) : NULL;

  if (path == NULL)
    return;
  g_usleep (500 * 1000);
  ivr_driver_picture (title, path);
}

/* The text between the quotes of a line of a PO file. */
static char *
quoted (const char *line)
{
  const char *from = strchr (line, '"');
  const char *to = strrchr (line, '"');
  g_autofree char *raw = from != NULL && to > from ? g_strndup (from + 1, (gsize) (to - from - 1)) : g_strdup ("");

  return g_strcompress (raw);
}

static void
learn (const char *msgid)
{
  const char *other = es (msgid);
  g_autofree char *escaped = NULL;
  g_autoptr(GRegex) filled = NULL;
  g_autofree char *pattern = NULL;

  if (strlen (msgid) < 3 || strcmp (other, msgid) == 0)
    return;
  if (strchr (msgid, '%') == NULL)
    {
      g_hash_table_add (english, g_strdup (msgid));
      return;
    }
  escaped = g_regex_escape_string (msgid, -1);
  filled = g_regex_new ("%(\\\\-)?[0-9.]*l?[a-z]", 0, 0, NULL);
  pattern = g_regex_replace_literal (filled, escaped, -1, 0, ".+", 0, NULL);
  /* What is nothing but places to fill fits everything. */
  if (strspn (msgid, "%sdu ·:,()“”×=+.") == strlen (msgid))
    return;
  {
    g_autofree char *whole = g_strconcat ("^", pattern, "$", NULL);

    g_ptr_array_add (patterns, g_regex_new (whole, G_REGEX_OPTIMIZE, 0, NULL));
  }
}

static void
read_translations (const char *path)
{
  g_autofree char *text = NULL;
  g_auto(GStrv) lines = NULL;
  g_autoptr(GString) msgid = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    ivr_driver_fail ("%s cannot be read.", path);
  lines = g_strsplit (text, "\n", -1);
  english = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  patterns = g_ptr_array_new_with_free_func ((GDestroyNotify) g_regex_unref);
  for (gsize i = 0; lines[i] != NULL; i++)
    {
      if (g_str_has_prefix (lines[i], "msgid "))
        {
          g_autofree char *first = quoted (lines[i]);

          msgid = g_string_new (first);
        }
      else if (lines[i][0] == '"' && msgid != NULL)
        {
          g_autofree char *more = quoted (lines[i]);

          g_string_append (msgid, more);
        }
      else if (g_str_has_prefix (lines[i], "msg") && msgid != NULL)
        {
          if (msgid->len > 0)
            learn (msgid->str);
          g_string_free (g_steal_pointer (&msgid), TRUE);
        }
    }
}

static gboolean
is_english (const char *text)
{
  if (g_hash_table_contains (english, text))
    return TRUE;
  for (guint i = 0; i < patterns->len; i++)
    if (g_regex_match (patterns->pdata[i], text, 0, NULL))
      return TRUE;
  return FALSE;
}

static void
look (AtspiAccessible *node,
      int              depth)
{
  g_autofree char *name = atspi_accessible_get_name (node, NULL);
  int n = depth < 60 ? atspi_accessible_get_child_count (node, NULL) : 0;

  if (name != NULL && is_english (name))
    {
      g_autofree char *role = atspi_accessible_get_role_name (node, NULL);

      g_print ("# English is left: %s “%s”\n", role, name);
      left++;
    }
  for (int i = 0; i < n; i++)
    {
      g_autoptr(AtspiAccessible) child = atspi_accessible_get_child_at_index (node, i, NULL);

      if (child != NULL)
        look (child, depth + 1);
    }
}

static void
check (AtspiAccessible *window,
       const char      *title,
       const char      *name,
       const char      *sentence)
{
  look (window, 0);
  picture (title, name);
  say (sentence);
}

static void
clinic_in_spanish (AtspiAccessible *clinic)
{
  g_autoptr(AtspiAccessible) form = NULL;

  check (clinic, CLINIC, "clinic", "the desk of a clinic is in Spanish");
  ivr_driver_select (clinic, es ("Views"), es ("All requests"));
  ivr_driver_select (clinic, es ("Requests"), "#1002");
  ivr_driver_wait_text (clinic, es ("Order product"));
  check (clinic, CLINIC, "clinic-approved", "so is an approved request");
  ivr_driver_click (clinic, "tab", es ("Benefits"));
  ivr_driver_wait_text (clinic, es ("Check eligibility"));
  ivr_driver_click (clinic, "button", es ("Check eligibility"));
  ivr_driver_wait_text (clinic, es ("asked just now"));
  check (clinic, CLINIC, "clinic-benefits", "what a payer said, before and now");
  ivr_driver_click (clinic, "tab", es ("Documents"));
  ivr_driver_wait_text (clinic, "card-front.png");
  check (clinic, CLINIC, "clinic-documents", "the documents");
  ivr_driver_click (clinic, "tab", es ("Past"));
  check (clinic, CLINIC, "clinic-past", "and what happened to it");
  ivr_driver_click (clinic, "button", es ("New request"));
  form = ivr_driver_window (es ("New request"));
  ivr_driver_click (form, "button", es ("Submit"));
  check (form, es ("New request"), "intake-missing", "the form of a new request says in Spanish what is missing");
  ivr_driver_write (form, es ("Find a patient"), "Fict");
  ivr_driver_find (form, NULL, "Fictional");
  ivr_driver_point (form, "list item", "Fictional");
  ivr_driver_wait_text (form, es ("Insurance card"));
  ivr_driver_click (form, "button", es ("Fill in all"));
  check (form, es ("New request"), "intake-filled", "what is known of a patient, and whence");
}

static void
team_in_spanish (AtspiAccessible *team)
{
  static const char * const ways[] = { "Approve with limits", "Send back", "Reject", "Escalate" };

  ivr_driver_select (team, es ("Views"), es ("My turn"));
  ivr_driver_select (team, es ("Requests"), "#");
  ivr_driver_wait_text (team, es ("Escalate"));
  check (team, TEAM, "specialist", "the desk of a specialist is in Spanish");
  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *name = g_strdelimit (g_ascii_strdown (ways[i], -1), " ", '-');
      g_autofree char *sentence = g_strdup_printf ("so is the dialog of “%s”", ways[i]);
      g_autoptr(AtspiAccessible) dialog = NULL;

      ivr_driver_click (team, "button", es (ways[i]));
      dialog = ivr_driver_window (es (ways[i]));
      ivr_driver_click (dialog, "button", es (ways[i]));
      check (dialog, es (ways[i]), name, sentence);
      ivr_driver_click (dialog, "button", es ("Cancel"));
      ivr_driver_gone (es (ways[i]));
    }
  ivr_driver_write (team, es ("Search requests"), "zzz");
  ivr_driver_wait_text (team, es ("Nothing found"));
  check (team, TEAM, "nothing-found", "an empty search says so in Spanish");
}

int
main (int    argc,
      char **argv)
{
  g_autoptr(AtspiAccessible) clinic = NULL;
  g_autoptr(AtspiAccessible) team = NULL;

  setvbuf (stdout, NULL, _IOLBF, 0);
  setlocale (LC_ALL, "");
  if (argc != 3)
    ivr_driver_fail ("Usage: spanish FOLDER-OF-TRANSLATIONS PO-FILE");
  bindtextdomain ("ivr-desk", argv[1]);
  bind_textdomain_codeset ("ivr-desk", "UTF-8");
  textdomain ("ivr-desk");
  if (strcmp (es ("Draft"), "Draft") == 0)
    ivr_driver_fail ("There are no translations in %s.", argv[1]);
  read_translations (argv[2]);
  ivr_driver_init ();
  clinic = ivr_driver_window (CLINIC);
  team = ivr_driver_window (TEAM);
  ivr_driver_place (CLINIC, 0, 0, 1440, 900);
  ivr_driver_place (TEAM, 1440, 0, 1440, 900);
  ivr_driver_wait_text (clinic, es ("Live"));
  ivr_driver_wait_text (team, es ("Live"));
  clinic_in_spanish (clinic);
  team_in_spanish (team);
  g_print ("1..%d\n", steps);
  return 0;
}
