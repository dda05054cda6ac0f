/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Amounts and dates of payers: exactly what is written, or nothing; and who acts upon a refusal. */
#include "ivr-edi-reject.h"
#include "ivr-edi-value.h"

#include <string.h>

static void
test_cents (void)
{
  static const struct
  {
    const char *text;
    gboolean is_decimal;
    gboolean is_money;
    gint64 cents;
  } rows[] = {
    { "0", TRUE, TRUE, 0 }, { "25", TRUE, TRUE, 2500 }, { "3025.9", TRUE, TRUE, 302590 }, { "2250.00", TRUE, TRUE, 225000 },
    { ".2", TRUE, TRUE, 20 }, { "-0.05", TRUE, TRUE, -5 }, { "+1.10", TRUE, TRUE, 110 }, { "1.", TRUE, TRUE, 100 },
    { "1.100", TRUE, TRUE, 110 }, { "0.001", TRUE, FALSE, 0 }, { "2983.575", TRUE, FALSE, 0 }, { "123456789012345", TRUE, TRUE, 12345678901234500 },
    { "1234567890123456", FALSE, FALSE, 0 }, { "99999999999999999999", FALSE, FALSE, 0 }, { "", FALSE, FALSE, 0 }, { ".", FALSE, FALSE, 0 },
    { "-", FALSE, FALSE, 0 }, { "1,000", FALSE, FALSE, 0 }, { "$5", FALSE, FALSE, 0 }, { "1e3", FALSE, FALSE, 0 }, { "0x10", FALSE, FALSE, 0 },
    { "1.2.3", FALSE, FALSE, 0 }, { " 1", FALSE, FALSE, 0 }, { "--1", FALSE, FALSE, 0 }, { "NaN", FALSE, FALSE, 0 }, { NULL, FALSE, FALSE, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gint64 cents = 7;

      g_test_message ("%s", rows[i].text);
      g_assert_cmpint (ivr_edi_value_is_decimal (rows[i].text), ==, rows[i].is_decimal);
      g_assert_cmpint (ivr_edi_value_to_cents (rows[i].text, &cents), ==, rows[i].is_money);
      if (rows[i].is_money)
        g_assert_cmpint (cents, ==, rows[i].cents);
    }
  g_assert_cmpint (ivr_edi_value_compare ("3000", "3000.00"), ==, 0);
  g_assert_cmpint (ivr_edi_value_compare (".5", "0.50"), ==, 0);
  g_assert_cmpint (ivr_edi_value_compare ("1000", "1500"), <, 0);
}

static void
test_above_one (void)
{
  static const char * const above[] = { "1.01", "20", "10", "100", "01.5", "+2", "1.0001" };
  static const char * const not_above[] = { "1", "1.0", "1.000", "0.2", ".2", "0", "00", "-5", "01", "1." };

  for (gsize i = 0; i < G_N_ELEMENTS (above); i++)
    g_assert_true (ivr_edi_value_is_above_one (above[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (not_above); i++)
    g_assert_false (ivr_edi_value_is_above_one (not_above[i]));
}

static void
test_dates (void)
{
  static const struct
  {
    const char *text;
    const char *iso;
  } rows[] = {
    { "20260601", "2026-06-01" }, { "99991231", "9999-12-31" }, { "202606011207", "2026-06-01" }, { "20240229", "2024-02-29" },
    { "20230229", NULL }, { "20261301", NULL }, { "20260600", NULL }, { "00000000", NULL }, { "260601", NULL }, { "2026060", NULL },
    { "2026O601", NULL }, { "17990101", NULL }, { "", NULL }, { "20260601-20260630", NULL },
  };
  static const char * const fhir[] = { "2026", "2026-06", "2026-06-01", "2026-06-01T12:00:00Z",
                                      "2022-02-07T21:49:56+05:30" };
  static const char * const no_fhir[] = { "",           "26",
                                         "2026-13",    "2026-02-30",
                                         "2026-6-1",   "2026-06-01 12:00",
                                         "2026T12",    "x",
                                         "0000-01-01", "2026-06-01T12:00:00.000000000000000000000000000" };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      char iso[IVR_EDI_DATE_SIZE] = "";

      g_test_message ("%s", rows[i].text);
      g_assert_cmpint (ivr_edi_value_to_iso (rows[i].text, strlen (rows[i].text), iso), ==, rows[i].iso != NULL);
      if (rows[i].iso != NULL)
        g_assert_cmpstr (iso, ==, rows[i].iso);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (fhir); i++)
    g_assert_true (ivr_edi_value_is_fhir_date (fhir[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (no_fhir); i++)
    g_assert_false (ivr_edi_value_is_fhir_date (no_fhir[i]));
  g_assert_false (ivr_edi_value_is_fhir_date (NULL));
}

static void
test_rejects (void)
{
  static const struct
  {
    const char *reason;
    const char *follow_up;
    IvrEdiAction action;
    gboolean may_retry;
  } rows[] = {
    { "42", "R", IVR_EDI_ACTION_WAIT, TRUE }, { "80", "P", IVR_EDI_ACTION_WAIT, TRUE }, { "42", NULL, IVR_EDI_ACTION_WAIT, TRUE },
    { "42", "C", IVR_EDI_ACTION_WAIT, FALSE }, { "42", "N", IVR_EDI_ACTION_WAIT, FALSE }, { "42", "Y", IVR_EDI_ACTION_WAIT, FALSE },
    { "80", "W", IVR_EDI_ACTION_WAIT, FALSE }, { "75", "C", IVR_EDI_ACTION_CORRECT_PATIENT, FALSE },
    { "72", "R", IVR_EDI_ACTION_CORRECT_PATIENT, FALSE }, { "57", "C", IVR_EDI_ACTION_CORRECT_DATE, FALSE },
    { "15", NULL, IVR_EDI_ACTION_CORRECT_REQUEST, FALSE }, { "43", NULL, IVR_EDI_ACTION_ENROL, FALSE },
    { "70", "R", IVR_EDI_ACTION_SERVICE, FALSE }, { "RC", "R", IVR_EDI_ACTION_UNKNOWN, FALSE }, { NULL, "R", IVR_EDI_ACTION_UNKNOWN, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      IvrEdiReject reject = { .reason = rows[i].reason, .follow_up = rows[i].follow_up };

      g_test_message ("%s %s", rows[i].reason, rows[i].follow_up);
      g_assert_cmpint (ivr_edi_reject_get_action (&reject), ==, rows[i].action);
      g_assert_cmpint (ivr_edi_reject_may_retry (&reject), ==, rows[i].may_retry);
    }
  {
    g_autoptr(IvrEdiSet) set = NULL;
    g_autoptr(GBytes) nothing = g_bytes_new_static ("", 0);
    IvrEdiReject *reject;

    /* Every part of a refusal has to allow it; what is no refusal is not asked again. */
    set = ivr_edi_set_new (nothing, 0);
    g_assert_false (ivr_edi_set_may_retry (set));
    reject = ivr_edi_set_add (set, rejects, IvrEdiReject);
    reject->reason = "42";
    reject->follow_up = "R";
    g_assert_true (ivr_edi_set_may_retry (set));
    reject = ivr_edi_set_add (set, rejects, IvrEdiReject);
    reject->reason = "72";
    reject->follow_up = "C";
    g_assert_false (ivr_edi_set_may_retry (set));
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/value/cents", test_cents);
  g_test_add_func ("/value/above-one", test_above_one);
  g_test_add_func ("/value/dates", test_dates);
  g_test_add_func ("/value/rejects", test_rejects);
  return g_test_run ();
}
