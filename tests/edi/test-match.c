/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An answer belongs to its question or to nobody. */
#include "ivr-edi-match.h"
#include "ivr-fhir-writer.h"
#include "ivr-test-edi.h"

#include <string.h>

static const char * const services[] = { "30", NULL };

static IvrEdiQuestion
question (GDateTime *at)
{
  return (IvrEdiQuestion){
    .sender = "SAMPLECLINIC",
    .receiver = "FICTIONPAYER",
    .control = 108,
    .is_test = TRUE,
    .at = at,
    .payer = "Fiction Health Plan",
    .payer_id = "FHP01",
    .provider_last = "Sample Wound Clinic",
    .provider_npi = "1234567893",
    .trace = "TRACE-0101",
    .subscriber_last = "Sample",
    .subscriber_first = "Pat",
    .member_id = "FHP000123",
    .born = "1954-06-09",
    .sex = "F",
    .from = "2026-06-01",
    .services = services,
  };
}

/* The rich answer, and what one change of the question makes of it. */
static void
test_x12 (void)
{
  static const struct
  {
    int change;
    const char *value;
    IvrEdiMatch expected;
  } rows[] = {
    { 0, NULL, IVR_EDI_MATCH_FITS },
    { 1, "TRACE-0102", IVR_EDI_MATCH_TRACE_DIFFERS },
    { 1, "TRACE-010", IVR_EDI_MATCH_TRACE_DIFFERS },
    { 2, "FHP02", IVR_EDI_MATCH_PAYER_DIFFERS },
    { 2, "fhp-01", IVR_EDI_MATCH_FITS },
    { 3, "FHP 000 123", IVR_EDI_MATCH_FITS },
    /* Another id, the same name and birth: the payer's own number for the same person. */
    { 3, "OLD-7", IVR_EDI_MATCH_FITS },
    { 4, "1954-06-10", IVR_EDI_MATCH_PATIENT_DIFFERS },
    /* The same id, but the sister's name. */
    { 5, "Robin", IVR_EDI_MATCH_PATIENT_DIFFERS },
    { 6, "Simple", IVR_EDI_MATCH_FITS },
  };
  g_autoptr(GDateTime) at = g_date_time_new_utc (2026, 6, 1, 12, 7, 0);
  g_autoptr(GPtrArray) sets = NULL;
  IvrEdiSet *set = ivr_test_edi_one ("rich.edi", 0, &sets);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      IvrEdiQuestion asked = question (at);
      const char **fields[] = { NULL,
                                &asked.trace,
                                &asked.payer_id,
                                &asked.member_id,
                                &asked.born,
                                &asked.subscriber_first,
                                &asked.subscriber_last };

      if (rows[i].change != 0)
        *fields[rows[i].change] = rows[i].value;
      g_test_message ("%d %s", rows[i].change, rows[i].value);
      g_assert_cmpint (ivr_edi_match (set, &asked), ==, rows[i].expected);
    }
  {
    IvrEdiQuestion asked = question (at);

    asked.subscriber_first = "Robin";
    asked.born = NULL;
    g_assert_cmpint (ivr_edi_match (set, &asked), ==, IVR_EDI_MATCH_PATIENT_DIFFERS);
    asked = question (at);
    asked.member_id = "OLD-7";
    asked.born = NULL;
    g_assert_cmpint (ivr_edi_match (set, &asked), ==, IVR_EDI_MATCH_PATIENT_DIFFERS);
    asked = question (at);
    asked.dependent_last = "Sample";
    asked.dependent_first = "Kim";
    asked.dependent_born = "2014-03-12";
    g_assert_cmpint (ivr_edi_match (set, &asked), ==, IVR_EDI_MATCH_PATIENT_DIFFERS);
  }
}

static void
test_dependent (void)
{
  g_autoptr(GDateTime) at = g_date_time_new_utc (2026, 6, 1, 12, 7, 0);
  g_autoptr(GPtrArray) sets = NULL;
  IvrEdiSet *set = ivr_test_edi_one ("dependent.edi", 0, &sets);
  IvrEdiQuestion asked = question (at);

  asked.trace = "TRACE-0102-D";
  asked.payer_id = "SFP02";
  asked.member_id = "SFP900";
  asked.subscriber_first = "Robin";
  asked.born = NULL;
  asked.dependent_last = "Sample";
  asked.dependent_first = "Kim";
  asked.dependent_born = "2014-03-12";
  g_assert_cmpint (ivr_edi_match (set, &asked), ==, IVR_EDI_MATCH_FITS);
  asked.dependent_first = "Lee";
  asked.dependent_born = NULL;
  g_assert_cmpint (ivr_edi_match (set, &asked), ==, IVR_EDI_MATCH_PATIENT_DIFFERS);
  /* The subscriber was asked about, and the child is answered about. */
  asked.dependent_last = NULL;
  g_assert_cmpint (ivr_edi_match (set, &asked), ==, IVR_EDI_MATCH_PATIENT_DIFFERS);
}

static void
test_odd (void)
{
  g_autoptr(GDateTime) at = g_date_time_new_utc (2026, 6, 1, 12, 7, 0);
  IvrEdiQuestion asked = question (at);
  g_autoptr(GPtrArray) sets = NULL;
  g_autoptr(GBytes) document = ivr_test_edi_fixture ("one-line.edi");
  gsize length;
  const char *text = g_bytes_get_data (document, &length);
  g_autofree char *cut = g_strndup (text, length / 2);
  g_autofree char *refusal = g_strconcat (
    "ISA*00*          *00*          *ZZ*P              *ZZ*C              *260601*1200*^*00501*000000001*0*T*:~"
    "GS*HB*P*C*20260601*1200*1*X*005010X279A1~ST*271*0001*005010X279A1~HL*1**20*1~AAA*Y**42*R~SE*4*0001~GE*1*1~IEA*1*000000001~", NULL);
  IvrEdiMatch match;

  sets = ivr_test_edi_read_text (cut);
  match = ivr_edi_match (sets->pdata[0], &asked);
  g_assert_cmpint (match, ==, IVR_EDI_MATCH_INCOMPLETE);
  g_assert_false (ivr_edi_match_is_accepted (match, IVR_EDI_VERDICT_ACTIVE, TRUE));
  g_ptr_array_unref (g_steal_pointer (&sets));

  sets = ivr_test_edi_read_text (refusal);
  match = ivr_edi_match (sets->pdata[0], &asked);
  g_assert_cmpint (match, ==, IVR_EDI_MATCH_TRACE_ABSENT | IVR_EDI_MATCH_PAYER_ABSENT | IVR_EDI_MATCH_PATIENT_ABSENT);
  g_assert_true (ivr_edi_match_is_accepted (match, IVR_EDI_VERDICT_REJECTED, TRUE));
  g_assert_false (ivr_edi_match_is_accepted (match, IVR_EDI_VERDICT_REJECTED, FALSE));
  g_assert_false (ivr_edi_match_is_accepted (match, IVR_EDI_VERDICT_ACTIVE, TRUE));
  g_assert_true (ivr_edi_match_is_accepted (IVR_EDI_MATCH_TRACE_ABSENT, IVR_EDI_VERDICT_ACTIVE, TRUE));
  g_assert_false (ivr_edi_match_is_accepted (IVR_EDI_MATCH_TRACE_DIFFERS, IVR_EDI_VERDICT_REJECTED, TRUE));
  g_ptr_array_unref (g_steal_pointer (&sets));

  g_assert_true (ivr_edi_match (ivr_test_edi_one ("two-patients.edi", 0, &sets), &asked) & IVR_EDI_MATCH_SEVERAL);
  g_ptr_array_unref (g_steal_pointer (&sets));
  g_assert_cmpint (ivr_edi_match (ivr_test_edi_one ("question.edi", 0, &sets), &asked), ==, IVR_EDI_MATCH_OTHER_KIND);
}

/* What we ask in FHIR is read back as it was asked, and its answer is bound by the id. */
static void
test_fhir (void)
{
  static const char * const names[] = { "Sample", "O\"Neil\\", "Line\nbreak", "\xff\xfe", "PEÑA" };
  g_autoptr(GDateTime) at = g_date_time_new_utc (2026, 6, 1, 12, 7, 0);
  g_autoptr(IvrFhir) response = NULL;
  g_autoptr(GBytes) document = ivr_test_edi_fixture ("response.json");
  IvrEdiQuestion asked = question (at);
  g_autoptr(GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *text = NULL;
      g_autoptr(GBytes) bytes = NULL;
      g_autoptr(IvrFhir) fhir = NULL;
      IvrEdiSet *set;

      asked.subscriber_last = names[i];
      text = ivr_fhir_writer_question (&asked, &error);
      g_assert_no_error (error);
      bytes = g_bytes_new (text, strlen (text));
      fhir = ivr_fhir_new (bytes, &error);
      g_assert_no_error (error);
      set = ivr_fhir_get_set (fhir);
      g_assert_true (set->kind == IVR_EDI_ELIGIBILITY_REQUEST);
      g_assert_cmpstr (set->control, ==, "TRACE-0101");
      g_assert_cmpuint (ivr_edi_n (set->warnings), ==, 0);
      g_assert_cmpstr (ivr_edi_set_get_party (set, IVR_EDI_PAYER, 0)->id, ==, "FHP01");
      g_assert_cmpstr (ivr_edi_set_get_party (set, IVR_EDI_PROVIDER, 0)->id, ==, "1234567893");
      g_assert_cmpstr (ivr_edi_set_get_member_id (set, ivr_edi_set_get_patient (set)), ==, "FHP000123");
      g_assert_cmpstr (ivr_edi_set_get_patient (set)->born, ==, "1954-06-09");
      if (i == 1)
        g_assert_cmpstr (ivr_edi_set_get_patient (set)->last, ==, names[i]);
    }
  asked.to = "2026-06-30";
  asked.group = "GRP-77";
  asked.dependent_last = "Sample";
  asked.dependent_first = "Kim";
  asked.dependent_sex = "M";
  for (int i = 0; i < 3; i++)
    {
      static const char * const relations[] = { "01", "19", "G8" };
      g_autofree char *text = NULL;
      g_autoptr(GBytes) bytes = NULL;
      g_autoptr(IvrFhir) fhir = NULL;
      IvrEdiParty *patient;

      asked.relation = relations[i];
      text = ivr_fhir_writer_question (&asked, NULL);
      bytes = g_bytes_new (text, strlen (text));
      fhir = ivr_fhir_new (bytes, NULL);
      patient = ivr_edi_set_get_patient (ivr_fhir_get_set (fhir));
      g_assert_true (patient->role == IVR_EDI_DEPENDENT);
      g_assert_cmpstr (patient->first, ==, "Kim");
      g_assert_cmpstr (patient->sex, ==, "M");
      g_assert_cmpstr (patient->relation, ==, relations[i]);
      g_assert_cmpstr (ivr_edi_set_get_group (ivr_fhir_get_set (fhir))->id, ==, "GRP-77");
      g_assert_cmpstr (ivr_edi_at (ivr_fhir_get_set (fhir)->dates, IvrEdiDate, 0)->to, ==, "2026-06-30");
    }
  asked.sender = asked.receiver = NULL;
  asked.control = 0;
  {
    g_autofree char *text = ivr_fhir_writer_question (&asked, &error);

    /* An envelope is what X12 has. */
    g_assert_no_error (error);
    g_assert_nonnull (text);
  }
  asked.trace = "a b";
  g_assert_null (ivr_fhir_writer_question (&asked, &error));
  g_assert_nonnull (error);

  asked = question (at);
  asked.trace = "q1";
  asked.dependent_last = "SAMPLE";
  asked.dependent_first = "KIM";
  asked.dependent_born = "2014-03-12";
  response = ivr_fhir_new (document, NULL);
  g_assert_cmpint (ivr_edi_match (ivr_fhir_get_set (response), &asked), ==, IVR_EDI_MATCH_FITS);
  asked.trace = "q2";
  g_assert_cmpint (ivr_edi_match (ivr_fhir_get_set (response), &asked), ==, IVR_EDI_MATCH_TRACE_DIFFERS);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/match/x12", test_x12);
  g_test_add_func ("/match/dependent", test_dependent);
  g_test_add_func ("/match/odd", test_odd);
  g_test_add_func ("/match/fhir", test_fhir);
  return g_test_run ();
}
