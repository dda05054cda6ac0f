/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-date.h"

#include "ivr-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define OLDEST_AGE 120

static guint
take_number (const char **p,
             guint       *digits)
{
  guint number = 0;

  for (*digits = 0; g_ascii_isdigit (**p) && *digits < 5; (*p)++, (*digits)++)
    number = number * 10 + (guint) (**p - '0');
  return number;
}

/**
 * ivr_date_parse:
 * @text: (nullable): "6/9/1954", "06-09-1954" or "1954-06-09"
 * @date: (out caller-allocates): the day
 * @error: return location
 *
 * Reads the American order (month first) and the international one (year first). A year of two
 * digits is refused: a patient of '25 may be one year old or a hundred.
 *
 * Returns: %FALSE with %IVR_ERROR_INVALID
 */
gboolean
ivr_date_parse (const char  *text,
                GDate       *date,
                GError     **error)
{
  static const char sentence[] = N_("Write the date as month/day/year, such as 6/9/1954.");
  g_autofree char *compact = ivr_text_compact (text, "");
  const char *p = compact;
  guint number[3], digits[3];
  char separator = '\0';

  g_date_clear (date, 1);
  for (int i = 0; i < 3; i++)
    {
      if (p == NULL || (i > 0 && (*p == '\0' || strchr ("/-.", *p) == NULL ||
                                  (i == 2 && *p != separator))))
        return ivr_text_refuse (error, sentence) != NULL;
      if (i > 0)
        separator = *p++;
      number[i] = take_number (&p, &digits[i]);
      if (digits[i] == 0)
        return ivr_text_refuse (error, sentence) != NULL;
    }
  if (*p != '\0')
    return ivr_text_refuse (error, sentence) != NULL;
  if (digits[0] != 4 && digits[2] == 2)
    return ivr_text_refuse (error, N_("Write the year with four digits.")) != NULL;
  if (digits[0] != 4)
    {
      guint year = number[2], year_digits = digits[2];

      number[2] = number[1], digits[2] = digits[1];
      number[1] = number[0], digits[1] = digits[0];
      number[0] = year, digits[0] = year_digits;
    }
  if (digits[0] != 4 || digits[1] > 2 || digits[2] > 2)
    return ivr_text_refuse (error, sentence) != NULL;
  if (number[0] < 1800 || number[0] > 2199 || number[1] < 1 || number[1] > 12 ||
      !g_date_valid_dmy ((GDateDay) number[2], (GDateMonth) number[1], (GDateYear) number[0]))
    return ivr_text_refuse (error, N_("There is no such day in the calendar.")) != NULL;
  g_date_set_dmy (date, (GDateDay) number[2], (GDateMonth) number[1], (GDateYear) number[0]);
  return TRUE;
}

/**
 * ivr_date_normalize:
 * @text: (nullable): as for ivr_date_parse()
 * @error: return location
 *
 * Returns: (transfer full) (nullable): "1954-06-09", as forms and the server keep days
 */
char *
ivr_date_normalize (const char  *text,
                    GError     **error)
{
  GDate date;

  return ivr_date_parse (text, &date, error) ? ivr_date_to_iso (&date) : NULL;
}

/**
 * ivr_date_to_iso:
 * @date: a valid day
 *
 * Returns: (transfer full): "1954-06-09"
 */
char *
ivr_date_to_iso (const GDate *date)
{
  return g_strdup_printf ("%04d-%02d-%02d", (int) g_date_get_year (date),
                          (int) g_date_get_month (date),
                          (int) g_date_get_day (date));
}

/**
 * ivr_date_check_birth:
 * @born: a day
 * @today: today
 * @error: return location
 *
 * Returns: %FALSE with %IVR_ERROR_INVALID when nobody alive can be born on that day
 */
gboolean
ivr_date_check_birth (const GDate  *born,
                      const GDate  *today,
                      GError      **error)
{
  GDate first = *today;

  if (g_date_compare (born, today) > 0)
    return ivr_text_refuse (error, N_("The date of birth is in the future.")) != NULL;
  g_date_subtract_years (&first, OLDEST_AGE);
  if (g_date_compare (born, &first) < 0)
    return ivr_text_refuse (error, N_("The date of birth is more than 120 years ago.")) != NULL;
  return TRUE;
}
