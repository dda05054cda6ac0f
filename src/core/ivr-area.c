/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-area.h"

#include "ivr-text.h"

#include <glib/gi18n-lib.h>

static gboolean
parse (const char *text,
       int         least,
       int         most,
       int        *hundredths)
{
  g_autofree char *compact = ivr_text_compact (text, "");
  const char *p = compact;
  int value = 0, digits = 0, decimals = 0;

  if (p == NULL)
    return FALSE;
  for (; g_ascii_isdigit (*p) && digits < 6; p++, digits++)
    value = value * 10 + (*p - '0');
  if (*p == '.')
    for (p++; g_ascii_isdigit (*p) && decimals < 2; p++, decimals++)
      value = value * 10 + (*p - '0');
  if (*p != '\0' || digits + decimals == 0)
    return FALSE;
  for (; decimals < 2; decimals++)
    value *= 10;
  *hundredths = value;
  return value >= least && value <= most;
}

/**
 * ivr_length_parse:
 * @text: (nullable): centimetres as typed, at most two decimals
 * @hundredths: (out): hundredths of a cm
 * @error: return location
 *
 * Returns: %FALSE with %IVR_ERROR_INVALID unless it is 0.1 to 100
 */
gboolean
ivr_length_parse (const char  *text,
                  int         *hundredths,
                  GError     **error)
{
  *hundredths = 0;
  if (parse (text, 10, 10000, hundredths))
    return TRUE;
  *hundredths = 0;
  return ivr_text_refuse (error,
                          N_("Write centimetres as a number from 0.1 to 100, such as 3.2.")) != NULL;
}

/**
 * ivr_area_parse:
 * @text: (nullable): square centimetres as typed, at most two decimals
 * @hundredths: (out): hundredths of a cm²
 * @error: return location
 *
 * Returns: %FALSE with %IVR_ERROR_INVALID unless it is 0.1 to 10,000
 */
gboolean
ivr_area_parse (const char  *text,
                int         *hundredths,
                GError     **error)
{
  *hundredths = 0;
  if (parse (text, 10, IVR_AREA_MOST, hundredths))
    return TRUE;
  *hundredths = 0;
  return ivr_text_refuse (error,
                          N_("Write square centimetres as a number from 0.1 to 10000, such as 8.5.")) != NULL;
}

/**
 * ivr_area_format:
 * @hundredths: hundredths of a cm or cm²
 *
 * Returns: (transfer full): as forms and the server keep it: "8", "8.5", "8.25"
 */
char *
ivr_area_format (int hundredths)
{
  if (hundredths % 100 == 0)
    return g_strdup_printf ("%d", hundredths / 100);
  if (hundredths % 10 == 0)
    return g_strdup_printf ("%d.%d", hundredths / 100, hundredths % 100 / 10);
  return g_strdup_printf ("%d.%02d", hundredths / 100, hundredths % 100);
}

/**
 * ivr_area_of:
 * @length: hundredths of a cm
 * @width: hundredths of a cm
 *
 * Returns: the rectangle in hundredths of a cm², halves rounded up
 */
int
ivr_area_of (int length,
             int width)
{
  return (int) (((gint64) length * width + 50) / 100);
}

/**
 * ivr_area_differs:
 * @area: hundredths of a cm²
 * @length: hundredths of a cm
 * @width: hundredths of a cm
 *
 * Returns: whether @area is more than a tenth away from @length × @width
 */
gboolean
ivr_area_differs (int area,
                  int length,
                  int width)
{
  gint64 rectangle = (gint64) length * width;
  gint64 given = (gint64) area * 100;

  return ABS (given - rectangle) * 10 > rectangle;
}
