/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the fixtures say, by value. */
#include "ivr-edi-summary.h"
#include "ivr-test-edi.h"

#include <string.h>

#define EB(number, part) ivr_test_edi_eb (set, (number), IVR_EDI_EB_##part)

static void
assert_group (IvrEdiSet  *set,
              const char *number,
              const char *qualifier)
{
  const IvrEdiReference *group = ivr_edi_set_get_group (set);

  g_assert_nonnull (group);
  g_assert_cmpstr (group->id, ==, number);
  g_assert_cmpstr (group->qualifier, ==, qualifier);
}

static void
assert_plans (IvrEdiSet  *set,
              const char *expected)
{
  g_autoptr(GPtrArray) names = ivr_edi_set_dup_plan_names (set);
  g_autofree char *joined = NULL;

  g_ptr_array_add (names, NULL);
  joined = g_strjoinv ("|", (char **) names->pdata);
  g_assert_cmpstr (joined, ==, expected);
}

static void
assert_rich_people (IvrEdiSet *set)
{
  IvrEdiParty *payer = ivr_edi_set_get_party (set, IVR_EDI_PAYER, 0);
  IvrEdiParty *provider = ivr_edi_set_get_party (set, IVR_EDI_PROVIDER, 0);
  IvrEdiParty *patient = ivr_edi_set_get_patient (set);
  IvrEdiParty *doctor = ivr_edi_set_get_party (set, IVR_EDI_RELATED, 1);

  g_assert_cmpstr (payer->last, ==, "FICTION HEALTH PLAN");
  g_assert_cmpstr (payer->id, ==, "FHP01");
  g_assert_cmpstr (payer->qualifier, ==, "PI");
  g_assert_cmpstr (provider->id, ==, "1234567893");
  g_assert_true (patient->role == IVR_EDI_SUBSCRIBER);
  g_assert_cmpstr (patient->last, ==, "SAMPLE");
  g_assert_cmpstr (patient->first, ==, "PAT");
  g_assert_cmpstr (patient->middle, ==, "Q");
  g_assert_cmpstr (patient->suffix, ==, "JR");
  g_assert_cmpstr (ivr_edi_set_get_member_id (set, patient), ==, "FHP000123");
  g_assert_cmpstr (patient->born, ==, "1954-06-09");
  g_assert_cmpstr (patient->sex, ==, "F");
  g_assert_cmpstr (patient->address[1], ==, "UNIT 2");
  g_assert_cmpstr (patient->city, ==, "SAMPLETOWN");
  g_assert_cmpstr (patient->relation, ==, "18");
  g_assert_cmpstr (ivr_edi_set_get_reference (set, patient, "IG"), ==, "POL-55");
  g_assert_null (ivr_edi_set_get_reference (set, patient, "18"));
  g_assert_cmpstr (ivr_edi_set_get_trace (set), ==, "TRACE-0101");
  assert_group (set, "GRP-77", "6P");
  /* The doctor's address is the doctor's, not the patient's. */
  g_assert_cmpstr (doctor->entity, ==, "P3");
  g_assert_cmpuint (doctor->benefit, ==, 23);
  g_assert_cmpstr (doctor->address[0], ==, "2 EXAMPLE STREET");
}

static void
assert_rich_benefits (IvrEdiSet *set)
{
  g_auto(GStrv) services = ivr_edi_benefit_dup_services (ivr_edi_at (set->benefits, IvrEdiBenefit, 1));

  g_assert_cmpuint (set->benefits->len, ==, 23);
  g_assert_cmpstr (EB (1, STATUS), ==, "1");
  g_assert_cmpstr (EB (1, SERVICE), ==, "30");
  g_assert_cmpstr (EB (1, INSURANCE_TYPE), ==, "PR");
  g_assert_cmpstr (EB (1, PLAN), ==, "FICTION CHOICE PPO");
  g_assert_null (EB (1, LEVEL));
  g_assert_null (EB (1, AMOUNT));
  g_assert_null (EB (1, NETWORK));
  g_assert_cmpuint (g_strv_length (services), ==, 10);
  g_assert_cmpstr (services[9], ==, "UC");
  g_assert_cmpstr (EB (5, AMOUNT), ==, "6000.00");
  g_assert_cmpstr (EB (13, AMOUNT), ==, "0");
  g_assert_cmpstr (EB (15, PERCENT), ==, ".2");
  g_assert_cmpstr (EB (17, AUTHORIZATION), ==, "Y");
  g_assert_null (EB (16, AUTHORIZATION));
  g_assert_cmpstr (EB (19, QUANTITY_OF), ==, "VS");
  g_assert_cmpstr (EB (19, QUANTITY), ==, "20");
  g_assert_cmpuint (set->n_messages, ==, 5);
  g_assert_cmpstr (ivr_edi_at (set->messages, IvrEdiMessage, 4)->text, ==, "PRIOR AUTHORIZATION REQUIRED OVER 1500");
  g_assert_cmpuint (ivr_edi_at (set->messages, IvrEdiMessage, 4)->benefit, ==, 17);
  g_assert_cmpstr (ivr_edi_at (set->details, IvrEdiDetail, 0)->segment, ==, "III");
  g_assert_cmpstr (ivr_edi_at (set->details, IvrEdiDetail, 0)->elements, ==, "ZZ" IVR_EDI_REPEAT "12");
  g_assert_true (ivr_edi_set_get_verdict (set) == IVR_EDI_VERDICT_ACTIVE);
  assert_plans (set, "FICTION CHOICE PPO");
}

/* The same answer in every dress that one comes in. */
static void
test_rich (void)
{
  static const struct
  {
    const char *name;
    const char *procedure;
    const char *warnings;
  } rows[] = {
    { "rich.edi", "HC:15275:KX", "eb08-over-one" },
    { "one-line.edi", "HC:15275:KX", "eb08-over-one" },
    { "indented.edi", "HC:15275:KX", "eb08-over-one" },
    { "wrapped.edi", "HC:15275:KX", "eb08-over-one wrapped" },
    { "collapsed.edi", "HC:15275:KX", "eb08-over-one isa-length" },
    { "backslash.edi", "HC>15275>KX", "eb08-over-one" },
    { "group-separator.edi", "HC:15275:KX", "eb08-over-one" },
    { "same-separator.edi", "HC^15275^KX", "eb08-over-one" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GPtrArray) sets = NULL;
      IvrEdiSet *set = ivr_test_edi_one (rows[i].name, 0, &sets);
      g_autofree char *warnings = ivr_test_edi_warnings (set);

      g_test_message ("%s", rows[i].name);
      g_assert_cmpuint (sets->len, ==, 1);
      g_assert_true (set->is_complete);
      g_assert_cmpstr (set->control, ==, "0101");
      assert_rich_people (set);
      assert_rich_benefits (set);
      g_assert_cmpstr (EB (21, PROCEDURE), ==, rows[i].procedure);
      g_assert_cmpstr (warnings, ==, rows[i].warnings);
    }
}

/* Lines broken anywhere, and not only where the ISA shows it. */
static void
test_folded (void)
{
  g_autoptr(GBytes) document = ivr_test_edi_fixture ("one-line.edi");
  gsize length;
  const char *text = g_bytes_get_data (document, &length);

  for (gsize columns = 20; columns < 200; columns++)
    for (int carriage = 0; carriage < 2; carriage++)
      {
        g_autoptr(GString) folded = g_string_new (NULL);
        g_autoptr(GPtrArray) sets = NULL;
        IvrEdiSet *set;

        for (gsize at = 0; at < length; at += columns)
          {
            g_string_append_len (folded, text + at, (gssize) MIN (columns, length - at));
            g_string_append (folded, carriage ? "\r\n" : "\n");
          }
        sets = ivr_test_edi_read_text (folded->str);
        g_assert_cmpuint (sets->len, ==, 1);
        set = sets->pdata[0];
        g_assert_true (set->is_complete);
        assert_rich_people (set);
        assert_rich_benefits (set);
        g_assert_cmpstr (EB (4, AMOUNT), ==, "1416.43");
      }
}

static void
test_dates (void)

{
  g_autoptr(GPtrArray) sets = NULL;
  IvrEdiSet *set = ivr_test_edi_one ("rich.edi", 0, &sets);
  const IvrEdiDate *first = ivr_edi_at (set->dates, IvrEdiDate, 0);
  const IvrEdiDate *second = ivr_edi_at (set->dates, IvrEdiDate, 1);
  const IvrEdiDate *fourth = ivr_edi_at (set->dates, IvrEdiDate, 3);

  g_assert_cmpstr (first->qualifier, ==, "346");
  g_assert_cmpstr (first->from, ==, "2025-01-01");
  g_assert_null (first->to);
  g_assert_cmpuint (first->benefit, ==, 0);
  g_assert_cmpstr (second->from, ==, "2026-06-01");
  g_assert_cmpstr (second->to, ==, "2026-06-30");
  g_assert_cmpuint (fourth->benefit, ==, 3);
  g_assert_cmpstr (fourth->to, ==, "2026-12-31");
}

static void
test_summary (void)
{
  g_autoptr(GPtrArray) sets = NULL;
  IvrEdiSet *set = ivr_test_edi_one ("rich.edi", 0, &sets);
  IvrEdiSummary s;

  ivr_edi_summary_read (set, &s);
  g_assert_cmpstr (s.values[IVR_EDI_NETWORK_IN][IVR_EDI_DEDUCTIBLE_IND], ==, "3000");
  g_assert_cmpuint (s.benefits[IVR_EDI_NETWORK_IN][IVR_EDI_DEDUCTIBLE_IND], ==, 3);
  g_assert_cmpstr (s.values[IVR_EDI_NETWORK_IN][IVR_EDI_DEDUCTIBLE_IND_REMAINING], ==, "1416.43");
  g_assert_null (s.values[IVR_EDI_NETWORK_IN][IVR_EDI_DEDUCTIBLE_IND_MET]);
  g_assert_cmpstr (s.values[IVR_EDI_NETWORK_OUT][IVR_EDI_DEDUCTIBLE_IND], ==, "9000");
  g_assert_cmpstr (s.values[IVR_EDI_NETWORK_IN][IVR_EDI_OOP_FAM], ==, "10000");
  g_assert_cmpstr (s.values[IVR_EDI_NETWORK_IN][IVR_EDI_COPAY_OFFICE], ==, "0");
  g_assert_cmpstr (s.values[IVR_EDI_NETWORK_EITHER][IVR_EDI_COPAY_OFFICE], ==, "45.5");
  g_assert_cmpstr (s.values[IVR_EDI_NETWORK_OUT][IVR_EDI_COINSURANCE_OFFICE], ==, "50");
  g_assert_null (s.values[IVR_EDI_NETWORK_NOT_STATED][IVR_EDI_DEDUCTIBLE_IND]);
  g_ptr_array_unref (g_steal_pointer (&sets));

  /* Two family maxima that only a message tells apart are no number; the same twice is one. */
  set = ivr_test_edi_one ("dependent.edi", 0, &sets);
  ivr_edi_summary_read (set, &s);
  g_assert_null (s.values[IVR_EDI_NETWORK_NOT_STATED][IVR_EDI_DEDUCTIBLE_FAM]);
  g_assert_true (s.conflicts[IVR_EDI_NETWORK_NOT_STATED][IVR_EDI_DEDUCTIBLE_FAM]);
  g_assert_cmpstr (s.values[IVR_EDI_NETWORK_NOT_STATED][IVR_EDI_DEDUCTIBLE_IND], ==, "200");
  g_ptr_array_unref (g_steal_pointer (&sets));

  /* What is another patient's is not this one's. */
  set = ivr_test_edi_one ("two-patients.edi", 0, &sets);
  ivr_edi_summary_read (set, &s);
  g_assert_cmpstr (s.values[IVR_EDI_NETWORK_NOT_STATED][IVR_EDI_DEDUCTIBLE_IND], ==, "100");
  g_assert_false (s.conflicts[IVR_EDI_NETWORK_NOT_STATED][IVR_EDI_DEDUCTIBLE_IND]);
}

static void
test_dependent (void)
{
  g_autoptr(GPtrArray) sets = NULL;
  IvrEdiSet *set = ivr_test_edi_one ("dependent.edi", 0, &sets);
  IvrEdiParty *patient = ivr_edi_set_get_patient (set);
  IvrEdiParty *subscriber = ivr_edi_set_get_party (set, IVR_EDI_SUBSCRIBER, 0);
  IvrEdiParty *provider = ivr_edi_set_get_party (set, IVR_EDI_PROVIDER, 0);
  g_autofree char *name = ivr_edi_party_dup_name (provider);
  g_autofree char *warnings = ivr_test_edi_warnings (set);

  g_assert_true (patient->role == IVR_EDI_DEPENDENT);
  g_assert_cmpstr (patient->first, ==, "KIM");
  g_assert_cmpstr (patient->born, ==, "2014-03-12");
  g_assert_cmpstr (patient->relation, ==, "19");
  g_assert_null (patient->id);
  g_assert_cmpstr (subscriber->id, ==, "SFP900");
  g_assert_null (subscriber->born);
  g_assert_cmpuint (patient->parent, ==, ivr_edi_set_index_of (set, subscriber));
  g_assert_cmpstr (name, ==, "EXAMPLE, CHRIS");
  /* The patient's own trace, and ours before the hub's. */
  g_assert_cmpstr (ivr_edi_set_get_trace (set), ==, "TRACE-0102-D");
  /* The subscriber's group; those of the other insurances are theirs. */
  assert_group (set, "G-11", "6P");
  assert_plans (set, "SECOND CHOICE POS");
  g_assert_cmpstr (EB (7, AMOUNT), ==, "0");
  for (guint i = 0; i < set->benefits->len; i++)
    g_assert_cmpuint (ivr_edi_at (set->benefits, IvrEdiBenefit, i)->party, ==, ivr_edi_set_index_of (set, patient));
  /* A letter in ISA11 separates nothing. */
  g_assert_true (set->envelope.repetition == '\0');
  g_assert_cmpstr (warnings, ==, "hl04-wrong");
}

static void
test_rejects (void)
{
  static const struct
  {
    const char *loop;
    const char *reason;
    const char *follow_up;
  } expected[] = {
    { "none", "42", "R" }, { "2000A", "80", "P" }, { "2100A", "79", "N" }, { "2000B", "43", "C" }, { "2100B", "50", NULL },
    { "2000C", NULL, "C" }, { "2100C", "72", "C" }, { "2100C", "72", "S" }, { "2100D", "RC", "C" },
  };
  g_autoptr(GPtrArray) sets = NULL;
  IvrEdiSet *set = ivr_test_edi_one ("rejected.edi", 0, &sets);

  g_assert_true (ivr_edi_set_get_verdict (set) == IVR_EDI_VERDICT_REJECTED);
  g_assert_cmpuint (set->rejects->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      const IvrEdiReject *reject = ivr_edi_at (set->rejects, IvrEdiReject, i);

      g_assert_cmpstr (reject->loop, ==, expected[i].loop);
      g_assert_cmpstr (reject->reason, ==, expected[i].reason);
      g_assert_cmpstr (reject->follow_up, ==, expected[i].follow_up);
    }
}

static void
test_verdicts (void)
{
  static const struct
  {
    const char *body;
    IvrEdiVerdict verdict;
  } rows[] = {
    { "", IVR_EDI_VERDICT_UNKNOWN },
    { "EB*1**30~", IVR_EDI_VERDICT_ACTIVE },
    { "EB*5~", IVR_EDI_VERDICT_ACTIVE },
    { "EB*6**30~", IVR_EDI_VERDICT_INACTIVE },
    { "EB*8~", IVR_EDI_VERDICT_INACTIVE },
    { "EB*V**30~", IVR_EDI_VERDICT_UNKNOWN },
    { "EB*I**30~", IVR_EDI_VERDICT_UNKNOWN },
    { "EB*C*IND*30***23*100~", IVR_EDI_VERDICT_UNKNOWN },
    { "EB*1**30~AAA*N**70*C~", IVR_EDI_VERDICT_MIXED },
    { "EB*6**30~EB*1**30~", IVR_EDI_VERDICT_MIXED },
    { "EB*1**30~EB*6**35~", IVR_EDI_VERDICT_ACTIVE },
    { "EB*6**30~EB*1**33~", IVR_EDI_VERDICT_MIXED },
    { "EB*1**33~", IVR_EDI_VERDICT_ACTIVE },
    { "EB*6**33~", IVR_EDI_VERDICT_INACTIVE },
    { "EB*6**30~DTP*292*RD8*20240101-20241231~EB*1**30~", IVR_EDI_VERDICT_ACTIVE },
    { "EB*6**30~DTP*292*RD8*20240101-99991231~EB*1**30~", IVR_EDI_VERDICT_MIXED },
    { "EB*6**30~DTP*292*RD8*20240101-20241231~", IVR_EDI_VERDICT_INACTIVE },
    { "AAA*Y**42*Y~", IVR_EDI_VERDICT_REJECTED },
    { "EB*11**30~", IVR_EDI_VERDICT_UNKNOWN },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = g_strconcat (
        "ISA*00*          *00*          *ZZ*P              *ZZ*C              *260601*1200*^*00501*000000001*0*T*:~"
        "GS*HB*P*C*20260601*1200*1*X*005010X279A1~ST*271*0001*005010X279A1~HL*1**20*1~HL*2*1*21*1~HL*3*2*22*0~",
        rows[i].body, "SE*9*0001~GE*1*1~IEA*1*000000001~", NULL);
      g_autoptr(GPtrArray) sets = ivr_test_edi_read_text (text);

      g_test_message ("%s", rows[i].body);
      g_assert_cmpuint (sets->len, ==, 1);
      g_assert_cmpstr (ivr_edi_verdict_get_name (ivr_edi_set_get_verdict (sets->pdata[0])), ==,
                       ivr_edi_verdict_get_name (rows[i].verdict));
    }
}

static void
test_sets (void)
{
  g_autoptr(GPtrArray) sets = NULL;
  IvrEdiSet *set = ivr_test_edi_one ("inactive.edi", 0, &sets);

  g_assert_cmpuint (sets->len, ==, 3);
  g_assert_true (ivr_edi_set_get_verdict (set) == IVR_EDI_VERDICT_INACTIVE);
  g_assert_true (ivr_edi_set_get_verdict (sets->pdata[1]) == IVR_EDI_VERDICT_ACTIVE);
  g_assert_true (ivr_edi_set_get_verdict (sets->pdata[2]) == IVR_EDI_VERDICT_UNKNOWN);
  for (guint i = 0; i < 3; i++)
    {
      IvrEdiSet *one = sets->pdata[i];
      const char *raw = g_bytes_get_data (one->raw, NULL);

      /* Levels are numbered again in each set, and the bytes it was read from are beside it. */
      g_assert_cmpuint (ivr_edi_n (one->warnings), ==, 0);
      g_assert_true (g_str_has_prefix (raw + one->offset, "ST*271*010"));
      g_assert_true (strncmp (raw + one->offset + one->length - 8, "*010", 4) == 0 ||
                     raw[one->offset + one->length - 1] == '~');
    }
  g_ptr_array_unref (g_steal_pointer (&sets));

  /* Two interchanges with other delimiters, and a line between them. */
  set = ivr_test_edi_one ("several.edi", 1, &sets);
  g_assert_cmpuint (sets->len, ==, 2);
  g_assert_cmpstr (set->control, ==, "0101");
  g_assert_true (set->envelope.element == '|');
  g_assert_cmpuint (set->envelope.interchange, ==, 2);
  g_assert_cmpuint (set->benefits->len, ==, 23);
}

static void
test_people (void)
{
  g_autoptr(GPtrArray) sets = NULL;
  IvrEdiSet *set = ivr_test_edi_one ("two-patients.edi", 0, &sets);
  IvrEdiParty *first = ivr_edi_set_get_party (set, IVR_EDI_DEPENDENT, 0);
  IvrEdiParty *second = ivr_edi_set_get_party (set, IVR_EDI_DEPENDENT, 1);

  g_assert_cmpstr (ivr_edi_at (set->parties, IvrEdiParty, first->parent - 1)->id, ==, "FHP000123");
  g_assert_cmpstr (ivr_edi_at (set->parties, IvrEdiParty, second->parent - 1)->id, ==, "FHP000456");
  g_assert_cmpuint (ivr_edi_at (set->benefits, IvrEdiBenefit, 0)->party, ==, ivr_edi_set_index_of (set, first));
  g_assert_cmpuint (ivr_edi_at (set->benefits, IvrEdiBenefit, 1)->party, ==, ivr_edi_set_index_of (set, second));
}

/* Elements in the wrong places: nothing is invented from them. */
static void
test_wrong_places (void)
{
  g_autoptr(GPtrArray) sets = NULL;
  IvrEdiSet *set = ivr_test_edi_one ("wrong-places.edi", 0, &sets);
  IvrEdiParty *patient = ivr_edi_set_get_patient (set);
  const IvrEdiDate *range = ivr_edi_at (set->dates, IvrEdiDate, 3);
  g_autofree char *warnings = ivr_test_edi_warnings (set);
  IvrEdiSummary s;

  for (guint i = 1; i <= set->benefits->len; i++)
    {
      g_assert_null (EB (i, AMOUNT));
      g_assert_null (EB (i, PERCENT));
    }
  g_assert_cmpstr (EB (2, QUANTITY), ==, "1985.87");
  ivr_edi_summary_read (set, &s);
  for (guint n = 0; n < IVR_EDI_N_NETWORKS; n++)
    for (guint i = 0; i < IVR_EDI_N_FIGURES; i++)
      g_assert_null (s.values[n][i]);
  assert_plans (set, "");
  g_assert_null (patient->born);
  g_assert_cmpstr (patient->born_raw, ==, "19542509");
  g_assert_null (patient->sex);
  g_assert_null (ivr_edi_at (set->dates, IvrEdiDate, 1)->from);
  g_assert_null (ivr_edi_at (set->dates, IvrEdiDate, 2)->from);
  g_assert_cmpstr (range->to, ==, "9999-12-31");
  g_assert_true (ivr_edi_set_get_verdict (set) == IVR_EDI_VERDICT_ACTIVE);
  g_assert_cmpstr (warnings, ==,
                   "date-unreadable sex-unknown date-unreadable date-unreadable date-format eb05-odd eb07-not-amount "
                   "eb10-no-eb09 eb07-not-amount eb07-not-amount eb07-not-amount eb08-not-percent eb11-unknown "
                   "eb12-unknown eb01-unknown eb01-unknown eb03-odd");
}

static void
test_wrong_envelope (void)
{
  g_autoptr(GPtrArray) sets = NULL;
  IvrEdiSet *set = ivr_test_edi_one ("wrong-envelope.edi", 0, &sets);
  g_autofree char *warnings = ivr_test_edi_warnings (set);

  g_assert_cmpstr (warnings, ==,
                   "gs01-unexpected gs08-missing st03-missing bht02-unexpected hl01-twice hl02-unknown eb03-odd se01-count "
                   "se02-differs trn01-unexpected ge01-count ge02-differs iea01-count iea02-differs");
  g_assert_true (set->is_complete);
  g_assert_cmpstr (ivr_edi_set_get_trace (set), ==, "TRACE-0104");
  /* ">" is not the declared separator: what stands there is kept as it is. */
  g_assert_cmpstr (EB (1, SERVICE), ==, "30" IVR_EDI_REPEAT ">33");
  g_assert_true (ivr_edi_set_get_verdict (set) == IVR_EDI_VERDICT_MIXED);
}

static void
test_latin (void)
{
  g_autoptr(GPtrArray) sets = NULL;
  IvrEdiSet *set = ivr_test_edi_one ("latin1.edi", 0, &sets);
  g_autofree char *warnings = ivr_test_edi_warnings (set);

  g_assert_cmpstr (ivr_edi_set_get_patient (set)->last, ==, "PEÑA");
  g_assert_cmpstr (ivr_edi_set_get_patient (set)->first, ==, "JOSÉ");
  g_assert_cmpstr (EB (1, PLAN), ==, "PLAN ½ FICCIÓN");
  g_assert_true (g_str_has_prefix (warnings, "not-utf8 controls"));
}

static void
test_question (void)
{
  g_autoptr(GPtrArray) sets = NULL;
  IvrEdiSet *set = ivr_test_edi_one ("question.edi", 0, &sets);
  const IvrEdiInquiry *first = ivr_edi_at (set->inquiries, IvrEdiInquiry, 0);
  const IvrEdiInquiry *second = ivr_edi_at (set->inquiries, IvrEdiInquiry, 1);

  g_assert_true (set->kind == IVR_EDI_270);
  g_assert_cmpuint (ivr_edi_n (set->warnings), ==, 0);
  g_assert_cmpstr (first->services, ==, "30" IVR_EDI_REPEAT "35");
  g_assert_cmpstr (first->procedure, ==, "HC:15275:KX");
  g_assert_cmpstr (first->level, ==, "IND");
  g_assert_cmpuint (first->party, ==, 3);
  g_assert_cmpstr (second->services, ==, "12");
  g_assert_cmpuint (second->party, ==, 4);
  g_assert_cmpstr (ivr_edi_set_get_trace (set), ==, "TRACE-0111");
}

static void
test_acks (void)
{
  g_autoptr(GPtrArray) sets = NULL;
  IvrEdiSet *set = ivr_test_edi_one ("ack.edi", 0, &sets);
  const IvrEdiAck *ack;

  g_assert_cmpuint (sets->len, ==, 3);
  g_assert_true (set->kind == IVR_EDI_TA1);
  g_assert_cmpstr (ivr_edi_at (set->interchange_acks, IvrEdiInterchangeAck, 0)->parts[0], ==, "000000100");
  g_assert_cmpstr (ivr_edi_at (set->interchange_acks, IvrEdiInterchangeAck, 0)->parts[3], ==, "A");
  set = sets->pdata[1];
  g_assert_true (set->kind == IVR_EDI_999);
  g_assert_cmpuint (set->acks->len, ==, 2);
  ack = ivr_edi_at (set->acks, IvrEdiAck, 0);
  g_assert_cmpstr (ack->control, ==, "0110");
  g_assert_cmpstr (ack->verdict, ==, "R");
  g_assert_cmpstr (ack->reason, ==, "5");
  g_assert_cmpstr (ivr_edi_at (set->ack_errors, IvrEdiAckError, 0)->parts[2], ==, "2100C");
  g_assert_cmpstr (set->ack_result[0], ==, "P");
  set = sets->pdata[2];
  g_assert_cmpstr (set->ack_group[1], ==, "107");
  g_assert_cmpuint (set->envelope.group, ==, 2);
  g_ptr_array_unref (g_steal_pointer (&sets));

  set = ivr_test_edi_one ("ta1.edi", 0, &sets);
  g_assert_cmpstr (ivr_edi_at (set->interchange_acks, IvrEdiInterchangeAck, 0)->parts[4], ==, "006");
  g_assert_true (set->envelope.terminator == '\r');
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/eligibility/rich", test_rich);
  g_test_add_func ("/eligibility/folded", test_folded);
  g_test_add_func ("/eligibility/dates", test_dates);
  g_test_add_func ("/eligibility/summary", test_summary);
  g_test_add_func ("/eligibility/dependent", test_dependent);
  g_test_add_func ("/eligibility/rejects", test_rejects);
  g_test_add_func ("/eligibility/verdicts", test_verdicts);
  g_test_add_func ("/eligibility/sets", test_sets);
  g_test_add_func ("/eligibility/people", test_people);
  g_test_add_func ("/eligibility/wrong-places", test_wrong_places);
  g_test_add_func ("/eligibility/wrong-envelope", test_wrong_envelope);
  g_test_add_func ("/eligibility/latin", test_latin);
  g_test_add_func ("/eligibility/question", test_question);
  g_test_add_func ("/eligibility/acks", test_acks);
  return g_test_run ();
}
