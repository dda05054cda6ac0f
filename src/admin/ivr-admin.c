/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-admin.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

#define MOST_QUOTED 80

static const struct
{
  const char *name;
  int (*run) (int argc, char **argv);
  const char *summary;
} commands[] = {
  { "audit", ivr_admin_audit, "seal what happened, and tell whether anybody changed it afterwards" },
  { "cluster", ivr_admin_cluster, "start, stop or look at a private PostgreSQL in a folder" },
  { "compliance", ivr_admin_compliance, "decide the rules of the HIPAA Security Rule that a database can tell" },
  { "documents", ivr_admin_documents, "remove what is left of documents that never arrived whole" },
  { "migrate", ivr_admin_migrate, "bring a database to the version of this program" },
  { "read-eligibility", ivr_admin_read_eligibility, "print what an insurer's answer in X12 or FHIR says" },
  { "seed", ivr_admin_seed, "put the fictional demo, or many generated requests, into a database" },
  { "verify", ivr_admin_verify, "report what a database has and whether anything is wrong with it" },
};

static void
print_help (void)
{
  g_print ("Usage: ivr-admin COMMAND …\n\n"
           "Makes, fills and checks the databases of IVR Desk.\n\nCommands:\n");
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    g_print ("  %-16s %s\n", commands[i].name, commands[i].summary);
  g_print ("\n“ivr-admin COMMAND --help” tells more.\n");
}

/**
 * ivr_admin_quote:
 * @text: what somebody typed
 *
 * Returns: (transfer full): it in quotes, on one line and not longer than a person wants to read
 */
char *
ivr_admin_quote (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  gboolean is_long = g_utf8_strlen (valid, -1) > MOST_QUOTED;
  g_autofree char *start = is_long ? g_utf8_substring (valid, 0, MOST_QUOTED) : g_strdup (valid);

  for (char *c = start; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      *c = ' ';
  return g_strdup_printf ("“%s%s”", start, is_long ? "…" : "");
}

/**
 * ivr_admin_complain:
 * @status: exit status to return
 * @format: one sentence
 *
 * Returns: @status, so that a command can end with it
 */
int
ivr_admin_complain (int         status,
                    const char *format,
                    ...)
{
  g_autofree char *sentence = NULL;
  va_list args;

  va_start (args, format);
  sentence = g_strdup_vprintf (format, args);
  va_end (args);
  g_strdelimit (g_strchomp (sentence), "\n\t", ' ');
  g_printerr ("ivr-admin: %s%s\n", sentence, g_str_has_suffix (sentence, ".") ? "" : ".");
  return status;
}

/**
 * ivr_admin_parse:
 * @usage: what follows the command's name
 * @summary: what the command does
 * @entries: (nullable): its options
 * @argc: (inout): number of arguments
 * @argv: (inout): the arguments, the command's name first
 * @status: (out): exit status when the command is to end now
 *
 * Returns: whether the command goes on
 */
gboolean
ivr_admin_parse (const char          *usage,
                 const char          *summary,
                 const GOptionEntry  *entries,
                 int                 *argc,
                 char              ***argv,
                 int                 *status)
{
  g_autoptr(GOptionContext) context = g_option_context_new (usage);
  g_autoptr(GError) error = NULL;
  gboolean help = FALSE;
  const GOptionEntry own[] = {
    { "help", 'h', 0, G_OPTION_ARG_NONE, &help, "Show this help", NULL },
    { NULL },
  };

  g_option_context_set_summary (context, summary);
  g_option_context_set_help_enabled (context, FALSE);
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_main_entries (context, own, NULL);
  if (!g_option_context_parse (context, argc, argv, &error))
    {
      g_autofree char *what = ivr_admin_quote (error->message);

      *status = ivr_admin_complain (IVR_ADMIN_UNREACHABLE, "The command line cannot be read: %s.", what);
      return FALSE;
    }
  if (help)
    {
      g_autofree char *text = g_option_context_get_help (context, TRUE, NULL);

      g_print ("%s", text);
      *status = IVR_ADMIN_OK;
      return FALSE;
    }
  return TRUE;
}

/**
 * ivr_admin_main:
 * @argc: number of arguments
 * @argv: arguments
 *
 * Returns: exit status
 */
int
ivr_admin_main (int    argc,
                char **argv)
{
  g_autofree char *what = NULL;

  setlocale (LC_ALL, "");
  if (argc < 2)
    return ivr_admin_complain (IVR_ADMIN_UNREACHABLE, "Say what to do; “ivr-admin --help” lists the commands.");
  if (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h") || g_str_equal (argv[1], "help"))
    {
      print_help ();
      return IVR_ADMIN_OK;
    }
  if (g_str_equal (argv[1], "--version"))
    {
      g_print ("ivr-admin %s\n", IVR_VERSION);
      return IVR_ADMIN_OK;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (argv[1], commands[i].name))
      {
        g_autofree char *name = g_strdup_printf ("ivr-admin %s", commands[i].name);

        g_set_prgname (name);
        return commands[i].run (argc - 1, argv + 1);
      }
  what = ivr_admin_quote (argv[1]);
  return ivr_admin_complain (IVR_ADMIN_UNREACHABLE, "There is no command %s; “ivr-admin --help” lists them.", what);
}
