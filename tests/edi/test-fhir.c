/* SPDX-License-Identifier: GPL-3.0-or-later */
/* FHIR read into the same types as X12, by value. */
#include "ivr-test-edi.h"

#include <string.h>

#define EB(number, part) ivr_test_edi_eb (set, (number), IVR_EDI_EB_##part)

static IvrFhir *
read_fixture (const char *name)
{
  g_autoptr(GBytes) document = ivr_test_edi_fixture (name);
  g_autoptr(GError) error = NULL;
  IvrFhir *fhir = ivr_fhir_new (document, &error);

  g_assert_no_error (error);
  return fhir;
}

static IvrFhir *
read_text (const char *text)
{
  g_autoptr(GBytes) document = g_bytes_new (text, strlen (text));
  g_autoptr(GError) error = NULL;
  IvrFhir *fhir = ivr_fhir_new (document, &error);

  g_assert_no_error (error);
  return fhir;
}

static void
test_response (void)
{
  g_autoptr(IvrFhir) fhir = read_fixture ("response.json");
  IvrEdiSet *set = ivr_fhir_get_set (fhir);
  IvrEdiParty *patient = ivr_edi_set_get_patient (set);
  IvrEdiParty *subscriber = ivr_edi_set_get_party (set, IVR_EDI_SUBSCRIBER, 0);
  IvrEdiParty *payer = ivr_edi_set_get_party (set, IVR_EDI_PAYER, 0);
  g_autofree char *warnings = ivr_test_edi_warnings (set);

  g_assert_true (set->kind == IVR_EDI_ELIGIBILITY_RESPONSE);
  g_assert_true (ivr_edi_set_get_verdict (set) == IVR_EDI_VERDICT_ACTIVE);
  g_assert_cmpstr (payer->last, ==, "Fiction Health Plan");
  g_assert_cmpstr (payer->id, ==, "FHP01");
  g_assert_true (patient->role == IVR_EDI_DEPENDENT);
  g_assert_cmpstr (patient->last, ==, "Sample");
  g_assert_cmpstr (patient->first, ==, "Kim");
  g_assert_cmpstr (patient->born, ==, "2014-03-12");
  g_assert_cmpstr (patient->sex, ==, "F");
  g_assert_cmpstr (patient->relation, ==, "19");
  g_assert_cmpstr (ivr_edi_set_get_member_id (set, patient), ==, "FHP000123-02");
  g_assert_cmpstr (subscriber->id, ==, "FHP000123");
  g_assert_cmpstr (ivr_edi_set_get_group (set)->id, ==, "GRP-77");
  g_assert_cmpstr (EB (1, STATUS), ==, "1");
  g_assert_cmpstr (EB (1, PLAN), ==, "Fiction Choice PPO");
  g_assert_cmpstr (EB (2, STATUS), ==, "C");
  g_assert_cmpstr (EB (2, AMOUNT), ==, "3000.10");
  g_assert_cmpstr (EB (2, NETWORK), ==, "Y");
  g_assert_cmpstr (EB (2, LEVEL), ==, "IND");
  g_assert_cmpstr (EB (2, PERIOD), ==, "23");
  /* What is used is "met so far" of the same. */
  g_assert_cmpstr (EB (3, PERIOD), ==, "24");
  g_assert_cmpstr (EB (3, AMOUNT), ==, "1583.57");
  g_assert_cmpstr (EB (4, STATUS), ==, "A");
  g_assert_cmpstr (EB (4, PERCENT), ==, "20");
  g_assert_cmpstr (EB (5, AUTHORIZATION), ==, "Y");
  g_assert_cmpstr (EB (5, NETWORK), ==, "N");
  g_assert_null (EB (4, AUTHORIZATION));
  g_assert_cmpstr (EB (6, AMOUNT), ==, "0");
  g_assert_null (EB (7, AMOUNT));
  g_assert_null (EB (8, AMOUNT));
  g_assert_cmpstr (EB (10, STATUS), ==, "I");
  g_assert_cmpuint (set->benefits->len, ==, 10);
  g_assert_cmpstr (ivr_edi_at (set->details, IvrEdiDetail, 0)->elements, ==, "EUR");
  g_assert_cmpuint (ivr_edi_at (set->details, IvrEdiDetail, 0)->benefit, ==, 6);
  g_assert_cmpstr (warnings, ==, "fhir-reference fhir-number fhir-number");
  {
    g_autoptr(GBytes) document = ivr_test_edi_fixture ("response.json");
    g_autofree char *json = ivr_test_edi_json (document);

    /* As it was written, not as a double would have it. */
    g_assert_nonnull (strstr (json, "3000.10,"));
    g_assert_null (strstr (json, "1e400"));
  }
}

static void
test_coverage (void)
{
  g_autoptr(IvrFhir) fhir = read_fixture ("coverage.json");
  IvrEdiSet *set = ivr_fhir_get_set (fhir);
  IvrEdiParty *patient = ivr_edi_set_get_patient (set);

  g_assert_true (set->kind == IVR_EDI_COVERAGE);
  /* A coverage's status says that the record is good, not that the plan is in force. */
  g_assert_true (ivr_edi_set_get_verdict (set) == IVR_EDI_VERDICT_UNKNOWN);
  g_assert_true (patient->role == IVR_EDI_SUBSCRIBER);
  g_assert_cmpstr (ivr_edi_set_get_member_id (set, patient), ==, "FHP000123-01");
  g_assert_null (patient->last);
  g_assert_cmpstr (ivr_edi_set_get_party (set, IVR_EDI_PAYER, 0)->id, ==, "FHP01");
  g_assert_cmpstr (ivr_edi_at (set->dates, IvrEdiDate, 0)->from, ==, "2025-01-01");
  g_assert_null (ivr_edi_at (set->dates, IvrEdiDate, 0)->to);
}

static void
test_decisions (void)
{
  static const struct
  {
    const char *more;
    const char *decision;
    const char *number;
  } rows[] = {
    { "", NULL, NULL },
    { ",\"preAuthRef\":\"PA-9\"", NULL, "PA-9" },
    { ",\"extension\":[{\"url\":\"x/extension-reviewAction\",\"valueString\":\"A1\"}]", "A1", NULL },
    { ",\"extension\":[{\"url\":\"x/extension-reviewAction\",\"valueCode\":\"A4\"},"
      "{\"url\":\"x/extension-reviewActionReason\",\"valueString\":\"X\"}]", "A4", NULL },
    { ",\"identifier\":[{\"system\":\"x/REVIEW_IDENTIFICATION_NUMBER\",\"value\":\"R7\"}],\"preAuthRef\":\"PA-9\"", NULL, "R7" },
    { ",\"item\":[{\"extension\":[{\"url\":\"x/extension-reviewAction\",\"valueCode\":\"A1\"}]},"
      "{\"extension\":[{\"url\":\"x/extension-reviewAction\",\"valueCode\":\"A3\"}]}]", NULL, NULL },
  };
  g_autoptr(IvrFhir) fhir = read_fixture ("decision.json");

  g_assert_cmpstr (ivr_fhir_get_set (fhir)->decision, ==, "A3");
  g_assert_cmpstr (ivr_fhir_get_set (fhir)->decision_number, ==, "AUTH-77");
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text =
          g_strconcat ("{\"resourceType\":\"ClaimResponse\",\"outcome\":\"complete\"", rows[i].more, "}", NULL);
      g_autoptr(IvrFhir) own = read_text (text);

      g_test_message ("%s", text);
      g_assert_cmpstr (ivr_fhir_get_set (own)->decision, ==, rows[i].decision);
      g_assert_cmpstr (ivr_fhir_get_set (own)->decision_number, ==, rows[i].number);
    }
}

static void
test_verdicts (void)
{
  static const struct
  {
    const char *more;
    IvrEdiVerdict verdict;
  } rows[] = {
    { "", IVR_EDI_VERDICT_UNKNOWN },
    { ",\"outcome\":\"complete\"", IVR_EDI_VERDICT_UNKNOWN },
    { ",\"outcome\":\"error\"", IVR_EDI_VERDICT_REJECTED },
    { ",\"outcome\":\"error\",\"error\":[{\"code\":{\"coding\":[{\"code\":\"72\"}]}}]", IVR_EDI_VERDICT_REJECTED },
    { ",\"insurance\":[{\"inforce\":true}]", IVR_EDI_VERDICT_ACTIVE },
    { ",\"insurance\":[{\"inforce\":false}]", IVR_EDI_VERDICT_INACTIVE },
    { ",\"insurance\":[{\"inforce\":true},{\"inforce\":false}]", IVR_EDI_VERDICT_MIXED },
    { ",\"insurance\":[{\"inforce\":\"true\"}]", IVR_EDI_VERDICT_UNKNOWN },
    { ",\"insurance\":{\"inforce\":true}", IVR_EDI_VERDICT_UNKNOWN },
    { ",\"insurance\":[null,1,\"x\",[true]]", IVR_EDI_VERDICT_UNKNOWN },
  };
  g_autoptr(IvrFhir) outcome = read_fixture ("outcome.json");

  g_assert_true (ivr_edi_set_get_verdict (ivr_fhir_get_set (outcome)) == IVR_EDI_VERDICT_REJECTED);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text =
          g_strconcat ("{\"resourceType\":\"CoverageEligibilityResponse\"", rows[i].more, "}", NULL);
      g_autoptr(IvrFhir) fhir = read_text (text);

      g_test_message ("%s", text);
      g_assert_cmpstr (ivr_edi_verdict_get_name (ivr_edi_set_get_verdict (ivr_fhir_get_set (fhir))), ==,
                       ivr_edi_verdict_get_name (rows[i].verdict));
    }
}

/* Who is meant is not guessed: an address that contradicts the resource, another type, nobody. */
static void
test_references (void)
{
  static const struct
  {
    const char *reference;
    const char *url;
    const char *last;
  } rows[] = {
    { "Patient/p1", "https://a.example/Patient/p1", "Sample" },
    { "https://b.example/fhir/Patient/p1", "", "Sample" },
    { "Patient/p1/_history/3", "", "Sample" },
    { "urn:uuid:0b0e", "urn:uuid:0b0e", "Sample" },
    { "Patient/p2", "Patient/p2", NULL },
    { "Coverage/p1", "", NULL },
    { "p1", "", NULL },
    { "#p1", "", NULL },
    { "", "", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = g_strdup_printf (
        "{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":{\"resourceType\":\"CoverageEligibilityResponse\",\"patient\":"
        "{\"reference\":\"%s\"}}},{\"fullUrl\":\"%s\",\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p1\","
        "\"name\":[{\"family\":\"Sample\"}]}}]}", rows[i].reference, rows[i].url);
      g_autoptr(IvrFhir) fhir = read_text (text);
      IvrEdiParty *patient = ivr_edi_set_get_patient (ivr_fhir_get_set (fhir));

      g_test_message ("%s %s", rows[i].reference, rows[i].url);
      g_assert_cmpstr (patient != NULL ? patient->last : NULL, ==, rows[i].last);
    }
}

static void
test_refused (void)
{
  static const struct
  {
    const char *text;
    IvrEdiError code;
  } rows[] = {
    { "[]", IVR_EDI_ERROR_NOT_FHIR }, { "{}", IVR_EDI_ERROR_NOT_FHIR }, { "{\"resourceType\":7}", IVR_EDI_ERROR_NOT_FHIR },
    { "{\"error\":\"unauthorized\"}", IVR_EDI_ERROR_NOT_FHIR }, { "\"Bundle\"", IVR_EDI_ERROR_NOT_FHIR }, { "", IVR_EDI_ERROR_EMPTY },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GBytes) document = g_bytes_new (rows[i].text, strlen (rows[i].text));
      g_autoptr(GError) error = NULL;
      g_autoptr(IvrFhir) fhir = ivr_fhir_new (document, &error);

      g_assert_null (fhir);
      g_assert_error (error, IVR_EDI_ERROR, (int) rows[i].code);
    }
}

/* A Bundle with nothing in it, entries that are none, and a resource that is not read. */
static void
test_nothing (void)
{
  static const char * const texts[] = {
    "{\"resourceType\":\"Bundle\"}", "{\"resourceType\":\"Bundle\",\"entry\":[null,7,{},{\"resource\":[]},{\"resource\":{}}]}",
    "{\"resourceType\":\"InsurancePlan\",\"name\":\"x\"}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr(IvrFhir) fhir = read_text (texts[i]);
      g_autoptr(GBytes) document = g_bytes_new (texts[i], strlen (texts[i]));
      g_autofree char *json = ivr_test_edi_json (document);

      g_assert_true (ivr_edi_set_get_verdict (ivr_fhir_get_set (fhir)) == IVR_EDI_VERDICT_UNKNOWN);
      g_assert_nonnull (strstr (json, "\"verdict\": \"unknown\""));
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fhir/response", test_response);
  g_test_add_func ("/fhir/coverage", test_coverage);
  g_test_add_func ("/fhir/decisions", test_decisions);
  g_test_add_func ("/fhir/verdicts", test_verdicts);
  g_test_add_func ("/fhir/references", test_references);
  g_test_add_func ("/fhir/refused", test_refused);
  g_test_add_func ("/fhir/nothing", test_nothing);
  return g_test_run ();
}
