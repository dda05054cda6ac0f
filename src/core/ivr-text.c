/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The longest code that a form asks for has far fewer; anything longer is a paste gone wrong. */
#define MOST_BYTES 400

static gboolean
is_pasted_space (gunichar c)
{
  return g_unichar_isspace (c) || c == 0x00a0 || c == 0x200b || c == 0x202f || c == 0xfeff;
}

static gboolean
is_pasted_dash (gunichar c)
{
  return (c >= 0x2010 && c <= 0x2015) || c == 0x2212;
}

/**
 * ivr_text_compact:
 * @text: (nullable): what a person typed or pasted; need not be valid UTF-8
 * @drop: ASCII characters that only separate, such as "-"
 *
 * Takes out white space and @drop, also in the forms that word processors and mail make of them
 * (no-break spaces, long dashes), and turns letters into capitals.
 *
 * Returns: (transfer full) (nullable): ASCII text, or %NULL when it is not valid UTF-8, too long
 *   or has any other character
 */
char *
ivr_text_compact (const char *text,
                  const char *drop)
{
  g_autoptr(GString) out = NULL;

  if (text == NULL || strnlen (text, MOST_BYTES + 1) > MOST_BYTES ||
      !g_utf8_validate (text, -1, NULL))
    return NULL;
  out = g_string_sized_new (strlen (text));
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (is_pasted_dash (c))
        c = '-';
      if (is_pasted_space (c) || (c < 0x80 && strchr (drop, (int) c) != NULL))
        continue;
      if (c <= 0x20 || c >= 0x7f)
        return NULL;
      g_string_append_c (out, g_ascii_toupper ((char) c));
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/**
 * ivr_text_matches:
 * @text: text
 * @pattern: one character for each of @text: `9` a digit, `A` a capital letter, `X` either; any
 *   other stands for itself
 *
 * Returns: whether all of @text has the form of @pattern
 */
gboolean
ivr_text_matches (const char *text,
                  const char *pattern)
{
  for (; *pattern != '\0'; pattern++, text++)
    {
      gboolean digit = g_ascii_isdigit (*text);
      gboolean capital = g_ascii_isupper (*text);

      if (*pattern == '9' ? !digit
          : *pattern == 'A' ? !capital
          : *pattern == 'X' ? !digit && !capital
                            : *text != *pattern)
        return FALSE;
    }
  return *text == '\0';
}

/**
 * ivr_text_refuse:
 * @error: return location
 * @sentence: what to do, for a clinic's staff; must not quote what was typed
 *
 * Returns: (nullable): always %NULL, with %IVR_ERROR_INVALID
 */
gpointer
ivr_text_refuse (GError     **error,
                 const char  *sentence)
{
  g_set_error_literal (error, IVR_ERROR, IVR_ERROR_INVALID, _(sentence));
  return NULL;
}
