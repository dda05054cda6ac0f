/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-edi-value.h"

#include <stdio.h>
#include <string.h>

/* No amount, quantity or percentage of an answer has more digits; numeric(12,2) is what is stored. */
#define DIGITS_MAX 15

/**
 * ivr_edi_value_is_decimal:
 * @text: (nullable): an element
 *
 * Returns: whether it is a number as X12 writes them (type R without an exponent): "25", "3025.9",
 *   ".2", "-20.00"
 */
gboolean
ivr_edi_value_is_decimal (const char *text)
{
  const char *p = text;
  gsize digits = 0;

  if (p == NULL)
    return FALSE;
  if (*p == '-' || *p == '+')
    p++;
  for (; g_ascii_isdigit (*p); p++)
    digits++;
  if (*p == '.')
    for (p++; g_ascii_isdigit (*p); p++)
      digits++;
  return *p == '\0' && digits > 0 && digits <= DIGITS_MAX;
}

/**
 * ivr_edi_value_to_cents:
 * @text: (nullable): an amount
 * @cents: (out): the same in cents
 *
 * Exact: what is finer than a cent is refused, not rounded.
 *
 * Returns: whether it is an amount in whole cents
 */
gboolean
ivr_edi_value_to_cents (const char *text,
                        gint64     *cents)
{
  const char *p = text;
  gint64 value = 0;
  int decimals = 0;

  *cents = 0;
  if (!ivr_edi_value_is_decimal (text))
    return FALSE;
  if (*p == '-' || *p == '+')
    p++;
  for (; *p != '\0' && *p != '.'; p++)
    value = value * 10 + (*p - '0');
  if (*p == '.')
    p++;
  for (; decimals < 2; decimals++)
    value = value * 10 + (*p != '\0' ? *p++ - '0' : 0);
  for (; *p != '\0'; p++)
    if (*p != '0')
      return FALSE;
  *cents = *text == '-' ? -value : value;
  return TRUE;
}

/**
 * ivr_edi_value_compare:
 * @a: a decimal
 * @b: another
 *
 * Returns: 0 when both say the same, however they are written ("3000", "3000.00"); the order otherwise
 */
int
ivr_edi_value_compare (const char *a,
                       const char *b)
{
  gint64 of_a, of_b;

  if (!ivr_edi_value_to_cents (a, &of_a) || !ivr_edi_value_to_cents (b, &of_b))
    return strcmp (a, b);
  return of_a < of_b ? -1 : of_a > of_b;
}

/**
 * ivr_edi_value_is_above_one:
 * @text: a decimal
 *
 * Returns: whether it is more than 1, so that it cannot be a share
 */
gboolean
ivr_edi_value_is_above_one (const char *text)
{
  const char *p = text + (*text == '+');
  const char *point;

  if (*p == '-')
    return FALSE;
  while (*p == '0')
    p++;
  if (*p == '\0' || *p == '.')
    return FALSE;
  if (*p != '1' || g_ascii_isdigit (p[1]))
    return TRUE;
  point = strchr (p, '.');
  return point != NULL && point[1 + strspn (point + 1, "0")] != '\0';
}

/**
 * ivr_edi_value_to_iso:
 * @text: bytes
 * @length: how many
 * @out: (out caller-allocates): "2026-06-01"
 *
 * Reads CCYYMMDD, and CCYYMMDDHHMM without its time. 99991231 is a day: it means that there is no end.
 *
 * Returns: %FALSE when there is no such day in the calendar
 */
gboolean
ivr_edi_value_to_iso (const char *text,
                      gsize       length,
                      char        out[IVR_EDI_DATE_SIZE])
{
  int year = 0, month = 0, day = 0;

  if (length != 8 && length != 12)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isdigit (text[i]))
      return FALSE;
  for (int i = 0; i < 4; i++)
    year = year * 10 + (text[i] - '0');
  month = (text[4] - '0') * 10 + (text[5] - '0');
  day = (text[6] - '0') * 10 + (text[7] - '0');
  if (year < 1800 || month < 1 || month > 12 ||
      !g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) year))
    return FALSE;
  memcpy (out, text, 4);
  out[4] = '-';
  memcpy (out + 5, text + 4, 2);
  out[7] = '-';
  memcpy (out + 8, text + 6, 2);
  out[10] = '\0';
  return TRUE;
}

/**
 * ivr_edi_value_is_service:
 * @text: one repeat of EB03 or EQ01
 *
 * Returns: whether it is written as a service type (list 1365: one or two letters or digits)
 */
gboolean
ivr_edi_value_is_service (const char *text)
{
  gsize length = strlen (text);

  return (length == 1 || length == 2) && g_ascii_isalnum (text[0]) && (length == 1 || g_ascii_isalnum (text[1]));
}

/**
 * ivr_edi_value_is_fhir_date:
 * @text: (nullable): a date or dateTime of FHIR
 *
 * Returns: whether it begins with a year, a month or a day of the calendar, and is not longer than a
 *   dateTime can be
 */
gboolean
ivr_edi_value_is_fhir_date (const char *text)
{
  guint parts[3] = { 0, 1, 1 };
  const char *p = text;
  gsize n = 0;

  if (text == NULL || strlen (text) > 40)
    return FALSE;
  for (; n < 3; n++)
    {
      gsize digits = strspn (p, "0123456789");

      if (digits != (n == 0 ? 4u : 2u))
        return FALSE;
      parts[n] = 0;
      for (gsize i = 0; i < digits; i++)
        parts[n] = parts[n] * 10 + (guint) (*p++ - '0');
      if (*p != '-')
        break;
      p++;
    }
  return (*p == '\0' || (*p == 'T' && n == 2)) && parts[0] > 0 && parts[1] >= 1 && parts[1] <= 12 &&
         g_date_valid_dmy ((GDateDay) parts[2], (GDateMonth) parts[1], (GDateYear) parts[0]);
}
