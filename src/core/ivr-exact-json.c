/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-exact-json.h"

#include <string.h>

/* What an integer of a program holds in any case. */
#define DIGITS_MAX 15

/**
 * ivr_exact_json_dup:
 * @json: (nullable): JSON that a server wrote
 *
 * json-glib makes a double of every number with a point and wraps those that are too long. Payers' amounts are
 * read as they stand there: so such numbers become strings before they are parsed.
 *
 * Returns: (transfer full) (nullable): the same, with every number but plain short integers as a string
 */
char *
ivr_exact_json_dup (const char *json)
{
  GString *out;
  const char *p = json;

  if (json == NULL)
    return NULL;
  out = g_string_sized_new (strlen (json) + 64);
  while (*p != '\0')
    {
      gsize n;

      if (*p == '"')
        {
          for (n = 1; p[n] != '\0' && p[n] != '"'; n++)
            n += p[n] == '\\' && p[n + 1] != '\0';
          n += p[n] == '"';
          g_string_append_len (out, p, (gssize) n);
        }
      else if (*p == '-' || g_ascii_isdigit (*p))
        {
          n = strspn (p, "-+.0123456789eE");
          if (strcspn (p, ".eE") < n || n > DIGITS_MAX)
            g_string_append_printf (out, "\"%.*s\"", (int) n, p);
          else
            g_string_append_len (out, p, (gssize) n);
        }
      else
        {
          n = 1;
          g_string_append_c (out, *p);
        }
      p += n;
    }
  return g_string_free (out, FALSE);
}
