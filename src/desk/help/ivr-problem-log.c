/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-problem-log.h"

#include <string.h>

#define MOST_LINES 60
#define MOST_LENGTH 200

static GMutex mutex;
static GQueue lines = G_QUEUE_INIT;

/**
 * ivr_problem_log_mask:
 * @message: what a library says
 *
 * A library may repeat what was typed or read. So whatever stands in quotes, longer numbers, addresses and the
 * names of folders do not get into a report; what kind of complaint it is stays readable.
 *
 * Returns: (transfer full): the message without them, on one line
 */
char *
ivr_problem_log_mask (const char *message)
{
  static const char * const hidden[] = {
    /* Each quote with its own partner; one without a partner hides the rest. An apostrophe is none. */
    "“[^”]*(”|$)", "«[^»]*(»|$)", "‘[^’]*(’|$)", "\"[^\"]*(\"|$)", "`[^`']*(`|'|$)", "(?<!\\w)'[^']*('|$)",
    "\\w+://\\S+", "\\S+@\\S+", "/[\\w./~%+-]{2,}", "[0-9][0-9.,:/-]{2,}",
  };
  g_autofree char *text = g_utf8_make_valid (message, -1);

  g_strdelimit (text, "\r\n\t", ' ');
  for (gsize i = 0; i < G_N_ELEMENTS (hidden); i++)
    {
      g_autoptr(GRegex) regex = g_regex_new (hidden[i], 0, 0, NULL);
      char *masked = g_regex_replace_literal (regex, text, -1, 0, "…", 0, NULL);

      g_free (text);
      text = masked;
    }
  if (g_utf8_strlen (text, -1) > MOST_LENGTH)
    *g_utf8_offset_to_pointer (text, MOST_LENGTH) = '\0';
  return g_steal_pointer (&text);
}

static GLogWriterOutput
keep (GLogLevelFlags    level,
      const GLogField  *fields,
      gsize             n_fields,
      gpointer          data)
{
  const char *domain = "";
  const char *message = "";

  for (gsize i = 0; i < n_fields; i++)
    {
      if (strcmp (fields[i].key, "GLIB_DOMAIN") == 0)
        domain = fields[i].value;
      if (strcmp (fields[i].key, "MESSAGE") == 0)
        message = fields[i].value;
    }
  if ((level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING)) != 0)
    {
      g_autofree char *masked = ivr_problem_log_mask (message);

      g_mutex_lock (&mutex);
      g_queue_push_tail (&lines, g_strdup_printf ("%s: %s", domain, masked));
      if (g_queue_get_length (&lines) > MOST_LINES)
        g_free (g_queue_pop_head (&lines));
      g_mutex_unlock (&mutex);
    }
  return g_log_writer_default (level, fields, n_fields, data);
}

/**
 * ivr_problem_log_begin:
 *
 * Keeps the last complaints in memory from now on; once, at the start of the program.
 */
void
ivr_problem_log_begin (void)
{
  g_log_set_writer_func (keep, NULL, NULL);
}

/**
 * ivr_problem_log_dup:
 *
 * Returns: (transfer full): the last complaints, one a line, the oldest first
 */
char *
ivr_problem_log_dup (void)
{
  GString *text = g_string_new (NULL);

  g_mutex_lock (&mutex);
  for (GList *l = lines.head; l != NULL; l = l->next)
    g_string_append_printf (text, "%s\n", (const char *) l->data);
  g_mutex_unlock (&mutex);
  return g_string_free (text, FALSE);
}
