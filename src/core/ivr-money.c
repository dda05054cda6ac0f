/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-money.h"

#include "ivr-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Either no comma, or one before every third digit. */
static gboolean
commas_fit (const char *digits,
            gsize       length)
{
  gboolean any = memchr (digits, ',', length) != NULL;

  for (gsize i = 0; any && i < length; i++)
    if ((digits[i] == ',') != ((length - i) % 4 == 0) || (i == 0 && digits[i] == ','))
      return FALSE;
  return TRUE;
}

/**
 * ivr_money_parse:
 * @text: (nullable): dollars as typed: "1,234.5", "$1,234.50", "-20"
 * @cents: (out): cents
 * @error: return location
 *
 * Exact: no floating point comes near it.
 *
 * Returns: %FALSE with %IVR_ERROR_INVALID
 */
gboolean
ivr_money_parse (const char  *text,
                 gint64      *cents,
                 GError     **error)
{
  static const char sentence[] = N_("Write the amount in dollars, such as 1,250.00.");
  g_autofree char *compact = ivr_text_compact (text, "");
  const char *p = compact;
  gboolean negative = FALSE;
  gint64 value = 0;
  gsize whole;
  int decimals = 0;

  *cents = 0;
  if (p == NULL)
    return ivr_text_refuse (error, sentence) != NULL;
  negative = *p == '-';
  p += negative;
  p += *p == '$';
  whole = strspn (p, "0123456789,");
  if (whole == 0 || !commas_fit (p, whole))
    return ivr_text_refuse (error, sentence) != NULL;
  /* Negative throughout, because that side reaches one further. */
  for (const char *end = p + whole; p < end; p++)
    if (*p != ',' && (__builtin_mul_overflow (value, 10, &value) ||
                      __builtin_sub_overflow (value, *p - '0', &value)))
      return ivr_text_refuse (error, N_("This amount is too large.")) != NULL;
  if (*p == '.')
    p++;
  for (; decimals < 2; decimals++)
    {
      int digit = g_ascii_isdigit (*p) ? *p++ - '0' : 0;

      if (__builtin_mul_overflow (value, 10, &value) ||
          __builtin_sub_overflow (value, digit, &value))
        return ivr_text_refuse (error, N_("This amount is too large.")) != NULL;
    }
  if (*p != '\0' || p[-1] == '.')
    return ivr_text_refuse (error, sentence) != NULL;
  if (!negative && value == G_MININT64)
    return ivr_text_refuse (error, N_("This amount is too large.")) != NULL;
  *cents = negative ? value : -value;
  return TRUE;
}

/**
 * ivr_money_format:
 * @cents: cents
 *
 * Returns: (transfer full): "$1,234.50", "-$0.05"
 */
char *
ivr_money_format (gint64 cents)
{
  guint64 magnitude = cents < 0 ? -(guint64) cents : (guint64) cents;
  g_autofree char *whole = g_strdup_printf ("%" G_GUINT64_FORMAT, magnitude / 100);
  g_autoptr(GString) out = g_string_new (cents < 0 ? "-$" : "$");
  gsize length = strlen (whole);

  for (gsize i = 0; i < length; i++)
    {
      if (i > 0 && (length - i) % 3 == 0)
        g_string_append_c (out, ',');
      g_string_append_c (out, whole[i]);
    }
  g_string_append_printf (out, ".%02d", (int) (magnitude % 100));
  return g_string_free (g_steal_pointer (&out), FALSE);
}
