/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-format.h"

#include <glib/gi18n.h>
#include <stdio.h>

#define MINUTE (60 * (gint64) G_USEC_PER_SEC)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/**
 * ivr_format_due:
 * @due_us: when the answer is due, in microseconds since 1970
 * @urgent: (out): whether less than four hours are left
 *
 * Returns: (transfer full): "5 h left", "2 d overdue"; empty when no clock runs
 */
char *
ivr_format_due (gint64    due_us,
                gboolean *urgent)
{
  gint64 left = due_us - g_get_real_time ();
  gint64 size = ABS (left);
  gboolean late = left < 0;

  *urgent = FALSE;
  if (due_us == G_MAXINT64 || due_us == G_MININT64)
    return g_strdup ("");
  *urgent = left < 4 * HOUR;
  if (size < HOUR)
    return g_strdup_printf (late ? _("%d min overdue") : _("%d min left"), (int) (size / MINUTE));
  if (size < 2 * DAY)
    return g_strdup_printf (late ? _("%d h overdue") : _("%d h left"), (int) (size / HOUR));
  return g_strdup_printf (late ? _("%d d overdue") : _("%d d left"), (int) (size / DAY));
}

static char *
format_local (gint64      us,
              const char *format)
{
  g_autoptr(GDateTime) moment = NULL;

  if (us == G_MAXINT64 || us == G_MININT64)
    return g_strdup ("");
  moment = g_date_time_new_from_unix_local (us / G_USEC_PER_SEC);
  return moment != NULL ? g_date_time_format (moment, format) : g_strdup ("");
}

char *
ivr_format_moment (gint64 us)
{
  /* Translators: date and time of day, as strftime() writes them. */
  return format_local (us, _("%b %-d, %Y, %-I:%M %p"));
}

char *
ivr_format_time (gint64 us)
{
  /* Translators: time of day, as strftime() writes it. */
  return format_local (us, _("%-I:%M %p"));
}

char *
ivr_format_day (gint64 us)
{
  /* Translators: a day, as strftime() writes it. */
  return format_local (us, _("%A, %B %-d, %Y"));
}

/**
 * ivr_format_date:
 * @iso: (nullable): "2025-06-09"
 *
 * Returns: (transfer full): the date in the person's language; @iso itself when it is no date
 */
char *
ivr_format_date (const char *iso)
{
  int year;
  int month;
  int day;
  g_autoptr(GDateTime) date = NULL;

  if (iso == NULL)
    return g_strdup ("");
  if (sscanf (iso, "%4d-%2d-%2d", &year, &month, &day) == 3)
    date = g_date_time_new_local (year, month, day, 0, 0, 0);
  /* Translators: a date, as strftime() writes it. */
  return date != NULL ? g_date_time_format (date, _("%b %-d, %Y")) : g_strdup (iso);
}

/**
 * ivr_format_area:
 * @hundredths: hundredths of a square centimetre
 *
 * Returns: (transfer full): "12.5 cm²"
 */
char *
ivr_format_area (gint64 hundredths)
{
  if (hundredths % 100 == 0)
    return g_strdup_printf (_("%d cm²"), (int) (hundredths / 100));
  if (hundredths % 10 == 0)
    return g_strdup_printf (_("%d.%d cm²"), (int) (hundredths / 100), (int) (hundredths % 100 / 10));
  return g_strdup_printf (_("%d.%02d cm²"), (int) (hundredths / 100), (int) (hundredths % 100));
}

/**
 * ivr_format_phone:
 * @digits: a telephone number
 *
 * Returns: (transfer full): ten digits as "(555) 555-0301"; anything else as it is. Between words that go from right
 *   to left it is kept together as what it is: from left to right
 */
char *
ivr_format_phone (const char *digits)
{
  for (int i = 0; i < 10; i++)
    if (!g_ascii_isdigit (digits[i]))
      return g_strdup (digits);
  if (digits[10] != '\0')
    return g_strdup (digits);
  if (gtk_widget_get_default_direction () == GTK_TEXT_DIR_RTL)
    return g_strdup_printf ("\u2066(%.3s) %.3s-%s\u2069", digits, digits + 3, digits + 6);
  return g_strdup_printf ("(%.3s) %.3s-%s", digits, digits + 3, digits + 6);
}

/**
 * ivr_format_parse_time:
 * @iso: (nullable): a timestamp of the server's JSON
 *
 * Returns: microseconds since 1970; %G_MAXINT64 for "infinity", %G_MININT64 when there is none
 */
gint64
ivr_format_parse_time (const char *iso)
{
  g_autoptr(GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr(GDateTime) moment = NULL;

  if (iso == NULL || iso[0] == '\0')
    return G_MININT64;
  if (g_str_equal (iso, "infinity"))
    return G_MAXINT64;
  moment = g_date_time_new_from_iso8601 (iso, utc);
  if (moment == NULL)
    return G_MININT64;
  return g_date_time_to_unix (moment) * G_USEC_PER_SEC + g_date_time_get_microsecond (moment);
}

/**
 * ivr_format_turn:
 * @turn: who has the ball
 * @clinic: whether the person works for the clinic
 *
 * Returns: whose turn it is, in words
 */
const char *
ivr_format_turn (const char *turn,
                 gboolean    clinic)
{
  if (g_strcmp0 (turn, "clinic") == 0)
    return clinic ? _("Your clinic’s turn") : _("The clinic’s turn");
  if (g_strcmp0 (turn, "queue") == 0)
    return _("Waits for a specialist");
  if (g_strcmp0 (turn, "specialist") == 0)
    return _("The specialist’s turn");
  if (g_strcmp0 (turn, "payer") == 0)
    return _("The payer’s turn");
  if (g_strcmp0 (turn, "lead") == 0)
    return _("A lead’s turn");
  if (g_strcmp0 (turn, "distributor") == 0)
    return _("The distributor’s turn");
  if (g_strcmp0 (turn, "logistics") == 0)
    return _("On its way");
  return _("Nobody’s turn: finished");
}

/**
 * ivr_format_member:
 * @object: (nullable): an object
 * @name: name of a member
 *
 * Returns: its text, or "" when it is missing, null or something else
 */
const char *
ivr_format_member (JsonObject *object,
                   const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return "";
  return json_node_get_string (node);
}

/**
 * ivr_format_name:
 * @widget: a widget
 * @name: what a screen reader calls it
 */
void
ivr_format_name (gpointer    widget,
                 const char *name)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  /* A newer GTK labels a button by its own text, and that would count for more: all answers were called “Yes”. */
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
}
