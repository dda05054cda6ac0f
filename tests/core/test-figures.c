/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-area.h"
#include "ivr-cpt.h"
#include "ivr-money.h"
#include "ivr-relative-time.h"
#include "ivr-sla.h"
#include "ivr-status.h"

static void
test_cpt (void)
{
  static const struct
  {
    IvrWoundGroup group;
    int area;
    const char *first, *more;
    int units, first_area;
  } rows[] = {
    { IVR_WOUND_GROUP_A, 1, "15271", NULL, 0, 1 },
    { IVR_WOUND_GROUP_A, 2500, "15271", NULL, 0, 2500 },
    { IVR_WOUND_GROUP_A, 2501, "15271", "15272", 1, 2500 },
    { IVR_WOUND_GROUP_A, 5000, "15271", "15272", 1, 2500 },
    { IVR_WOUND_GROUP_A, 5001, "15271", "15272", 2, 2500 },
    { IVR_WOUND_GROUP_A, 9999, "15271", "15272", 3, 2500 },
    { IVR_WOUND_GROUP_A, 10000, "15273", NULL, 0, 10000 },
    { IVR_WOUND_GROUP_A, 10001, "15273", "15274", 1, 10000 },
    { IVR_WOUND_GROUP_A, 20000, "15273", "15274", 1, 10000 },
    { IVR_WOUND_GROUP_A, 25000, "15273", "15274", 2, 10000 },
    { IVR_WOUND_GROUP_A, 1000000, "15273", "15274", 99, 10000 },
    { IVR_WOUND_GROUP_B, 800, "15275", NULL, 0, 800 },
    { IVR_WOUND_GROUP_B, 6000, "15275", "15276", 2, 2500 },
    { IVR_WOUND_GROUP_B, 10000, "15277", NULL, 0, 10000 },
    { IVR_WOUND_GROUP_B, 30001, "15277", "15278", 3, 10000 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      IvrCpt cpt;

      g_assert_true (ivr_cpt_calculate (rows[i].group, rows[i].area, &cpt, NULL));
      g_assert_cmpstr (cpt.lines[0].code, ==, rows[i].first);
      g_assert_cmpint (cpt.lines[0].units, ==, 1);
      g_assert_cmpint (cpt.lines[0].area, ==, rows[i].first_area);
      g_assert_cmpint (cpt.n_lines, ==, rows[i].more != NULL ? 2 : 1);
      g_assert_cmpstr (cpt.lines[1].code, ==, rows[i].more != NULL ? rows[i].more : "");
      g_assert_cmpint (cpt.lines[1].units, ==, rows[i].units);
      g_assert_cmpint (cpt.total_area, ==, rows[i].area);
    }
}

/* For every area: the units cover it, one less would not, and the two lines add up to it. */
static void
test_cpt_covers (void)
{
  for (int area = 1; area <= 1000000; area += 7)
    for (int group = IVR_WOUND_GROUP_A; group <= IVR_WOUND_GROUP_B; group++)
      {
        IvrCpt cpt;
        int covered;

        g_assert_true (ivr_cpt_calculate ((IvrWoundGroup) group, area, &cpt, NULL));
        covered = cpt.step * (cpt.lines[0].units + cpt.lines[1].units);
        g_assert_cmpint (covered, >=, area);
        g_assert_cmpint (covered - cpt.step, <, area);
        g_assert_cmpint (cpt.lines[0].area + cpt.lines[1].area, ==, area);
        g_assert_cmpint (cpt.step == 10000, ==, area >= 10000);
      }
}

static void
test_cpt_refuses (void)
{
  static const int areas[] = { 0, -1, G_MININT, 1000001, G_MAXINT };
  IvrCpt cpt;

  for (gsize i = 0; i < G_N_ELEMENTS (areas); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_false (ivr_cpt_calculate (IVR_WOUND_GROUP_A, areas[i], &cpt, &error));
      g_assert_error (error, IVR_ERROR, IVR_ERROR_INVALID);
      g_assert_cmpint (cpt.n_lines, ==, 0);
    }
  g_assert_false (ivr_cpt_calculate (0, 100, &cpt, NULL));
  g_assert_false (ivr_cpt_calculate (3, 100, &cpt, NULL));
  g_assert_cmpint (ivr_wound_group_from_text ("A"), ==, IVR_WOUND_GROUP_A);
  g_assert_cmpint (ivr_wound_group_from_text ("B"), ==, IVR_WOUND_GROUP_B);
  g_assert_cmpint (ivr_wound_group_from_text ("C"), ==, 0);
  g_assert_cmpint (ivr_wound_group_from_text (NULL), ==, 0);
}

static void
test_area (void)
{
  static const struct
  {
    const char *text;
    int length, area;  /* 0: refused */
    const char *shown;
  } rows[] = {
    { "3.2", 320, 320, "3.2" },   { "3.25", 325, 325, "3.25" }, { "3", 300, 300, "3" },
        { " 3.20 ", 320, 320, "3.2" },
    { "0.1", 10, 10, "0.1" },     { ".5", 50, 50, "0.5" },      { "5.", 500, 500, "5" },
        { "100", 10000, 10000, "100" },
    { "100.01", 0, 10001, "100.01" }, { "10000", 0, 1000000, "10000" }, { "10000.01", 0, 0, NULL },
        { "0.09", 0, 0, NULL },
    { "0", 0, 0, NULL },          { "", 0, 0, NULL },           { ".", 0, 0, NULL },
        { "3,2", 0, 0, NULL },
    { "-3", 0, 0, NULL },         { "3.255", 0, 0, NULL },      { "1e2", 0, 0, NULL },
        { "0x10", 0, 0, NULL },
    { "99999999999999999999", 0, 0, NULL }, { "3.2 cm", 0, 0, NULL }, { "3 .2", 320, 320, "3.2" },
        { "nan", 0, 0, NULL },
    { "0000000003", 0, 0, NULL }, { NULL, 0, 0, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;
      int value;

      g_assert_cmpint (ivr_length_parse (rows[i].text, &value, NULL), ==, rows[i].length > 0);
      g_assert_cmpint (value, ==, rows[i].length);
      g_assert_cmpint (ivr_area_parse (rows[i].text, &value, &error), ==, rows[i].area > 0);
      g_assert_cmpint (value, ==, rows[i].area);
      if (rows[i].area > 0)
        {
          g_autofree char *shown = ivr_area_format (value);

          g_assert_cmpstr (shown, ==, rows[i].shown);
        }
      else
        g_assert_error (error, IVR_ERROR, IVR_ERROR_INVALID);
    }
  g_assert_cmpint (ivr_area_of (320, 250), ==, 800);
  g_assert_cmpint (ivr_area_of (325, 325), ==, 1056);
  g_assert_cmpint (ivr_area_of (10000, 10000), ==, 1000000);
  g_assert_false (ivr_area_differs (800, 320, 250));
  g_assert_false (ivr_area_differs (880, 320, 250));
  g_assert_true (ivr_area_differs (881, 320, 250));
  g_assert_false (ivr_area_differs (720, 320, 250));
  g_assert_true (ivr_area_differs (719, 320, 250));
}

static void
test_money (void)
{
  static const struct
  {
    const char *text;
    gint64 cents;
    const char *shown;  /* NULL: refused */
  } rows[] = {
    { "1,234.50", 123450, "$1,234.50" }, { "$1234.5", 123450, "$1,234.50" }, { "0", 0, "$0.00" },
        { "-0.05", -5, "-$0.05" },
    { "-$20", -2000, "-$20.00" }, { "1,000,000", 100000000, "$1,000,000.00" },
        { "999", 99900, "$999.00" }, { "0.1", 10, "$0.10" },
    { "92233720368547758.07", G_MAXINT64, "$92,233,720,368,547,758.07" },
        { "92233720368547758.08", 0, NULL },
    { "-92233720368547758.08", G_MININT64, "-$92,233,720,368,547,758.08" },
        { "-92233720368547758.09", 0, NULL },
    { "99999999999999999999999", 0, NULL }, { "1,23", 0, NULL }, { "1,2345", 0, NULL },
        { ",123", 0, NULL }, { "1,,234", 0, NULL },
    { "1234,567", 0, NULL }, { "1.234", 0, NULL }, { "1.", 0, NULL }, { ".5", 0, NULL },
        { "", 0, NULL }, { "$", 0, NULL },
    { "--1", 0, NULL }, { "1e3", 0, NULL }, { "12.3.4", 0, NULL }, { "(5.00)", 0, NULL },
        { "€5", 0, NULL }, { NULL, 0, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;
      gint64 cents;

      g_test_message ("row %d", (int) i);
      g_assert_cmpint (ivr_money_parse (rows[i].text, &cents, &error), ==, rows[i].shown != NULL);
      g_assert_cmpint (cents, ==, rows[i].cents);
      if (rows[i].shown != NULL)
        {
          g_autofree char *shown = ivr_money_format (cents);

          g_assert_cmpstr (shown, ==, rows[i].shown);
          g_assert_true (ivr_money_parse (shown, &cents, NULL));
          g_assert_cmpint (cents, ==, rows[i].cents);
        }
      else
        g_assert_error (error, IVR_ERROR, IVR_ERROR_INVALID);
    }
}

static gint64
at (GTimeZone  *zone,
    const char *text)
{
  g_autoptr(GDateTime) date = g_date_time_new_from_iso8601 (text, zone);

  g_assert_nonnull (date);
  return g_date_time_to_unix (date);
}

#define HOURS(n) ((gint64) (n) * 3600)
#define MINUTES(n) ((gint64) (n) * 60)

static void
test_business_time (void)
{
  g_autoptr(GTimeZone) zone = g_time_zone_new_identifier ("America/Chicago");
  static const struct
  {
    const char *from, *to;
    gint64 minutes;
  } rows[] = {
    { "2025-06-09T09:00:00", "2025-06-09T10:30:00", 90 },      /* a Monday */
    { "2025-06-09T05:00:00", "2025-06-09T08:00:00", 0 },       /* before it opens */
    { "2025-06-09T05:00:00", "2025-06-09T23:00:00", 540 },
    { "2025-06-09T16:00:00", "2025-06-10T09:00:00", 120 },
    { "2025-06-13T16:00:00", "2025-06-16T09:00:00", 120 },     /* over a weekend */
    { "2025-06-14T00:00:00", "2025-06-15T23:59:59", 0 },       /* inside one */
    { "2025-03-07T16:00:00", "2025-03-10T09:00:00", 120 },     /* clocks go forward on the Sunday */
    { "2025-10-31T16:00:00", "2025-11-03T09:00:00", 120 },     /* and back */
    { "2025-01-01T00:00:00", "2026-01-01T00:00:00", 261 * 540 },
    { "2025-06-10T09:00:00", "2025-06-09T09:00:00", 0 },       /* backwards */
    { "2025-06-09T17:00:00", "2025-06-09T17:00:00", 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (ivr_sla_business_time (zone, at (zone, rows[i].from), at (zone, rows[i].to)),
                     ==,
                     MINUTES (rows[i].minutes));
  g_assert_cmpint (ivr_sla_business_time (zone, 0, G_MAXINT64), >, 0);
  g_assert_cmpint (ivr_sla_business_time (zone, G_MAXINT64, G_MININT64), ==, 0);
  g_assert_cmpint (ivr_sla_business_time (zone, G_MININT64, G_MININT64), ==, 0);
}

static void
test_sla (void)
{
  g_autoptr(GTimeZone) zone = g_time_zone_new_identifier ("America/Chicago");
  static const struct
  {
    const char *pauses[3][2];
    const char *now;
    gint64 left_minutes;
    gboolean paused;
    const char *due;  /* NULL: none */
  } rows[] = {
    /* Started Monday at 9:00 with ten hours to go. */
    { { { NULL } }, "2025-06-09T09:00:00", 600, FALSE, "2025-06-10T10:00:00" },
    { { { NULL } }, "2025-06-09T16:00:00", 180, FALSE, "2025-06-10T10:00:00" },
    { { { NULL } }, "2025-06-09T23:00:00", 120, FALSE, "2025-06-10T10:00:00" },
    { { { NULL } }, "2025-06-10T10:00:00", 0, FALSE, "2025-06-10T10:00:00" },
    { { { NULL } }, "2025-06-10T11:00:00", -60, FALSE, "2025-06-10T10:00:00" },
    { { { "2025-06-09T10:00:00", "2025-06-09T12:00:00" } }, "2025-06-09T16:00:00", 300, FALSE,
      "2025-06-10T12:00:00" },
    { { { "2025-06-09T10:00:00", NULL } }, "2025-06-09T16:00:00", 540, TRUE, NULL },
    { { { "2025-06-09T10:00:00", NULL } }, "2025-08-09T16:00:00", 540, TRUE, NULL },
    /* Overlapping, inside each other, and in the wrong order. */
    { { { "2025-06-09T11:00:00", "2025-06-09T13:00:00" },
        { "2025-06-09T10:00:00", "2025-06-09T12:00:00" } },
      "2025-06-09T14:00:00", 480, FALSE, "2025-06-10T13:00:00" },
    { { { "2025-06-09T10:00:00", "2025-06-09T15:00:00" },
        { "2025-06-09T11:00:00", "2025-06-09T12:00:00" } },
      "2025-06-09T16:00:00", 480, FALSE, "2025-06-10T15:00:00" },
    /* A pause in the night costs nothing; one that is still to come does not count yet. */
    { { { "2025-06-09T18:00:00", "2025-06-10T07:00:00" } }, "2025-06-10T08:00:00", 120, FALSE,
      "2025-06-10T10:00:00" },
    { { { "2025-06-10T09:00:00", NULL } }, "2025-06-09T16:00:00", 180, FALSE,
      "2025-06-10T10:00:00" },
    /* Late already when it was paused: it stays late, and since when does not move. */
    { { { "2025-06-10T11:00:00", NULL } }, "2025-06-12T11:00:00", -60, TRUE,
      "2025-06-10T10:00:00" },
    /* Ends before it begins: nothing. */
    { { { "2025-06-09T12:00:00", "2025-06-09T10:00:00" } }, "2025-06-09T16:00:00", 180, FALSE,
      "2025-06-10T10:00:00" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      IvrSlaPause pauses[3];
      gsize n = 0;
      IvrSla sla;

      for (; n < 3 && rows[i].pauses[n][0] != NULL; n++)
        {
          pauses[n].from = at (zone, rows[i].pauses[n][0]);
          pauses[n].to = rows[i].pauses[n][1] != NULL
              ? at (zone, rows[i].pauses[n][1]) : G_MAXINT64;
        }
      g_test_message ("row %d", (int) i);
      ivr_sla_calculate (zone, HOURS (10), at (zone, "2025-06-09T09:00:00"), pauses, n,
                         at (zone, rows[i].now), &sla);
      g_assert_cmpint (sla.left, ==, MINUTES (rows[i].left_minutes));
      g_assert_cmpint (sla.paused, ==, rows[i].paused);
      g_assert_cmpint (sla.due, ==, rows[i].due != NULL ? at (zone, rows[i].due) : 0);
    }
}

static void
test_relative (void)
{
  g_autoptr(GTimeZone) zone = g_time_zone_new_identifier ("America/Chicago");
  gint64 now = at (zone, "2025-06-11T15:00:00") * G_USEC_PER_SEC;
  static const struct
  {
    const char *when;
    IvrRelativeKind kind;
    int n;
    gboolean future;
  } rows[] = {
    { "2025-06-11T15:00:00", IVR_RELATIVE_NOW, 0, FALSE },
        { "2025-06-11T14:59:01", IVR_RELATIVE_NOW, 0, FALSE },
    { "2025-06-11T14:59:00", IVR_RELATIVE_MINUTES, 1, FALSE },
        { "2025-06-11T15:59:59", IVR_RELATIVE_MINUTES, 59, TRUE },
    { "2025-06-11T14:00:00", IVR_RELATIVE_HOURS, 1, FALSE },
        { "2025-06-11T20:59:00", IVR_RELATIVE_HOURS, 5, TRUE },
    { "2025-06-11T01:00:00", IVR_RELATIVE_HOURS, 14, FALSE },
        { "2025-06-12T01:00:00", IVR_RELATIVE_HOURS, 10, TRUE },
    { "2025-06-10T23:00:00", IVR_RELATIVE_DAYS, 1, FALSE },
        { "2025-06-12T09:00:00", IVR_RELATIVE_DAYS, 1, TRUE },
    { "2025-06-05T08:00:00", IVR_RELATIVE_DAYS, 6, FALSE },
        { "2025-06-04T15:00:00", IVR_RELATIVE_DATE, 0, FALSE },
    { "2026-06-04T15:00:00", IVR_RELATIVE_DATE, 0, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      IvrRelativeTime got = ivr_relative_time (zone, at (zone, rows[i].when) * G_USEC_PER_SEC, now);

      g_test_message ("row %d", (int) i);
      g_assert_cmpint (got.kind, ==, rows[i].kind);
      g_assert_cmpint (got.n, ==, rows[i].n);
      g_assert_cmpint (got.future, ==, rows[i].future);
    }
  /* 14 hours before is last night; in the small hours it is still hours. */
  g_assert_cmpint (ivr_relative_time (zone, G_MAXINT64, now).kind, ==, IVR_RELATIVE_DATE);
  g_assert_cmpint (ivr_relative_time (zone, G_MININT64, now).kind, ==, IVR_RELATIVE_DATE);
  g_assert_cmpint (ivr_relative_time (zone, G_MININT64, G_MAXINT64).kind, ==, IVR_RELATIVE_DATE);
}

static void
test_status (void)
{
  g_autofree char *word = ivr_status_dup_word ("second_review");
  g_autofree char *none = ivr_status_dup_word (NULL);
  g_autofree char *broken = ivr_status_dup_word ("\xff");

  g_assert_cmpstr (word, ==, "Second review");
  g_assert_cmpstr (none, ==, "Unknown");
  g_assert_true (g_utf8_validate (broken, -1, NULL));
  g_assert_cmpint (ivr_tint_from_text ("success"), ==, IVR_TINT_SUCCESS);
  g_assert_cmpint (ivr_tint_from_text ("error"), ==, IVR_TINT_ERROR);
  g_assert_cmpint (ivr_tint_from_text ("mauve"), ==, IVR_TINT_NEUTRAL);
  g_assert_cmpint (ivr_tint_from_text (NULL), ==, IVR_TINT_NEUTRAL);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/figures/cpt", test_cpt);
  g_test_add_func ("/figures/cpt-covers", test_cpt_covers);
  g_test_add_func ("/figures/cpt-refuses", test_cpt_refuses);
  g_test_add_func ("/figures/area", test_area);
  g_test_add_func ("/figures/money", test_money);
  g_test_add_func ("/figures/business-time", test_business_time);
  g_test_add_func ("/figures/sla", test_sla);
  g_test_add_func ("/figures/relative", test_relative);
  g_test_add_func ("/figures/status", test_status);
  return g_test_run ();
}
