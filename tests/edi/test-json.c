/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The JSON of a reading, whose names other programs rely upon: fact by fact, from the fixtures. */
#include "ivr-test-edi.h"

#include "ivr-edi-document.h"

#include <string.h>

/* A path as for ivr_json_path(), in the object of the set with that number; a number in it is the
 * place in an array. */
static const IvrJsonNode *
find (IvrJson    *json,
      const char *path)
{
  const IvrJsonNode *node = ivr_json_get_root (json);
  g_auto(GStrv) names = g_strsplit (path, ".", -1);

  for (char **name = names; *name != NULL && node != NULL; name++)
    {
      guint64 n;

      if (!g_ascii_string_to_unsigned (*name, 10, 0, 10000, &n, NULL))
        {
          node = ivr_json_get (json, node, *name);
          continue;
        }
      node = ivr_json_first (json, node);
      while (n-- > 0 && node != NULL)
        node = ivr_json_next (json, node);
    }
  return node;
}

static const struct
{
  const char *fixture;
  const char *path;
  const char *value;   /* NULL for nothing, or null */
} expected[] = {
  { "rich.edi", "0.kind", "271" },
  { "rich.edi", "0.st", "0101" },
  { "rich.edi", "0.verdict", "active" },
  { "rich.edi", "0.patient", "subscriber" },
  { "rich.edi", "0.payer.name", "FICTION HEALTH PLAN" },
  { "rich.edi", "0.payer.qual", "PI" },
  { "rich.edi", "0.payer_contact.te", "5550100100" },
  { "rich.edi", "0.payer_contact.fx", "5550100101" },
  { "rich.edi", "0.payer_contact.ur", "payer.example" },
  { "rich.edi", "0.payer_contact.name", "PROVIDER LINE" },
  { "rich.edi", "0.subscriber.suffix", "JR" },
  { "rich.edi", "0.subscriber.member_id", "FHP000123" },
  { "rich.edi", "0.subscriber.dob", "1954-06-09" },
  { "rich.edi", "0.subscriber.address.1", "UNIT 2" },
  { "rich.edi", "0.dependent", NULL },
  { "rich.edi", "0.group.number", "GRP-77" },
  { "rich.edi", "0.group.ref01", "6P" },
  { "rich.edi", "0.group.scope", "subscriber" },
  { "rich.edi", "0.policy", "POL-55" },
  { "rich.edi", "0.trace", "TRACE-0101" },
  { "rich.edi", "0.traces.1", "HOUSE-7781" },
  { "rich.edi", "0.plan_names.0", "FICTION CHOICE PPO" },
  { "rich.edi", "0.dates.0.d", "2025-01-01" },
  { "rich.edi", "0.dates.1.to", "2026-06-30" },
  { "rich.edi", "0.dates.2.scope", "EB 1" },
  { "rich.edi", "0.benefits.1.stc.9", "UC" },
  { "rich.edi", "0.benefits.2.amount", "3000" },
  { "rich.edi", "0.benefits.2.net", "Y" },
  { "rich.edi", "0.benefits.2.msg.0", "DED INCLUDED IN OOP" },
  { "rich.edi", "0.benefits.0.amount", NULL },
  { "rich.edi", "0.benefits.14.percent", ".2" },
  { "rich.edi", "0.benefits.16.auth", "Y" },
  { "rich.edi", "0.benefits.18.qty_qual", "VS" },
  { "rich.edi", "0.benefits.20.procedure", "HC:15275:KX" },
  { "rich.edi", "0.eb_count", "23" },
  { "rich.edi", "0.msg_count", "5" },
  { "rich.edi", "0.aaa.0", NULL },
  { "rich.edi", "0.related_entities.0.after_eb_number", "17" },
  { "rich.edi", "0.related_entities.0.te", "5550100102" },
  { "rich.edi", "0.related_entities.1.zip", "43215" },
  { "rich.edi", "0.benefit_details.0.segment", "III" },
  { "rich.edi", "0.summary.in_network.deductible_ind_remaining", "1416.43" },
  { "rich.edi", "0.summary.out_of_network.deductible_ind", "9000" },
  { "rich.edi", "0.summary.net_not_applicable_W.copay_office", "45.5" },
  { "rich.edi", "0.summary.deductible_total_ind", NULL },
  { "rich.edi", "0.warnings.0.code", "eb08-over-one" },
  { "rich.edi", "0.warnings.0.element", "8" },
  { "rich.edi", "0.envelope.rep", "^" },
  { "ta1.edi", "0.envelope.term", "\\r" },
  { "group-separator.edi", "0.envelope.term", "\\x1d" },
  { "dependent.edi", "0.patient", "dependent" },
  { "dependent.edi", "0.provider.name", "EXAMPLE, CHRIS" },
  { "dependent.edi", "0.dependent.ref18", "P-77" },
  { "dependent.edi", "0.dependent.ins02", "19" },
  { "dependent.edi", "0.dependent.member_id", NULL },
  { "dependent.edi", "0.benefits_belong_to", "dependent" },
  { "dependent.edi", "0.other_payers.0.entity", "OTHER FICTION INSURANCE" },
  { "dependent.edi", "0.other_payers.0.group", "OG-5" },
  { "dependent.edi", "0.other_payers.0.from", "2024-05-01" },
  { "dependent.edi", "0.other_payers.0.to", "2024-06-01" },
  { "dependent.edi", "0.other_payers.0.te", "5550100104" },
  { "dependent.edi", "0.other_payers.1.policy", "POL-9" },
  { "dependent.edi", "0.other_payers.1.to", "9999-12-31" },
  { "dependent.edi", "0.other_payers.1.policyholder", "SAMPLE, ROBIN P" },
  { "dependent.edi", "0.envelope.rep", NULL },
  { "rejected.edi", "0.aaa.0.loop", "none" },
  { "rejected.edi", "0.aaa.5.aaa03", NULL },
  { "rejected.edi", "0.aaa.8.loop", "2100D" },
  { "two-patients.edi", "0.members.1.member_id", "FHP000456" },
  { "two-patients.edi", "0.dependents.1.first", "LEE" },
  { "wrong-places.edi", "0.subscriber.dob", NULL },
  { "wrong-places.edi", "0.subscriber.dob_raw", "19542509" },
  { "wrong-places.edi", "0.subscriber.gender_raw", "FEMALE" },
  { "wrong-places.edi", "0.invalid_dates.0", "DTP*346*D8*20260230" },
  { "wrong-places.edi", "0.invalid_dates.2", "DMG*D8*19542509" },
  { "question.edi", "0.payer.1", "FHP01" },
  { "question.edi", "0.provider.0", "EXAMPLE, CHRIS" },
  { "question.edi", "0.eq.1", "35" },
  { "question.edi", "0.procedure", "HC:15275:KX" },
  { "question.edi", "0.eq03", "IND" },
  { "question.edi", "0.dependent.eq.0", "12" },
  { "question.edi", "0.dependent.dob", "2014-03-12" },
  { "question.edi", "0.date_291", "2026-06-01" },
  { "ack.edi", "0.ta1.0.3", "A" },
  { "ack.edi", "1.ak1.1", "108" },
  { "ack.edi", "1.acks.0.ik5", "R" },
  { "ack.edi", "1.acks.0.ik502", "5" },
  { "ack.edi", "1.acks.0.ik3.0.2", "2100C" },
  { "ack.edi", "1.ak9.0", "P" },
  { "ta1.edi", "0.ta1.0.4", "006" },
  { "latin1.edi", "0.subscriber.last", "PEÑA" },
  { "response.json", "0.type", "Bundle" },
  { "response.json", "0.verdict", "active" },
  { "response.json", "0.response.outcome", "complete" },
  { "response.json", "0.response.purpose.1", "benefits" },
  { "response.json", "0.response.items", "4" },
  { "response.json", "0.response.benefitPeriod.1", "2026-12-31" },
  { "response.json", "0.response.benefits.0.allowedMoney.0", "3000.10" },
  { "response.json", "0.response.benefits.0.usedMoney.1", "USD" },
  { "response.json", "0.response.benefits.1.allowedUnsignedInt", "20" },
  { "response.json", "0.response.benefits.4.allowedMoney", NULL },
  { "response.json", "0.patient.0", "Sample" },
  { "response.json", "0.member_id", "FHP000123-02" },
  { "response.json", "0.insurer", "Fiction Health Plan" },
  { "response.json", "0.plans.0", "Fiction Choice PPO" },
  { "decision.json", "0.type", "ClaimResponse" },
  { "decision.json", "0.reviewAction", "A3" },
  { "decision.json", "0.response.review_id", "AUTH-77" },
  { "decision.json", "0.authorized.1", "2026-08-31" },
  { "coverage.json", "0.group.1", "Sample employer" },
  { "coverage.json", "0.period.1", NULL },
  { "coverage.json", "0.rxbin", "987654" },
  { "coverage.json", "0.cost.0.money.0", "20.50" },
  { "outcome.json", "0.errors.0", "72" },
};

static void
test_facts (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autoptr(GBytes) document = ivr_test_edi_fixture (expected[i].fixture);
      g_autofree char *text = ivr_test_edi_json (document);
      g_autoptr(IvrJson) json = ivr_json_new (text, strlen (text), NULL);

      g_test_message ("%s %s", expected[i].fixture, expected[i].path);
      g_assert_cmpstr (ivr_json_text (json, find (json, expected[i].path)), ==, expected[i].value);
    }
}

/* Resources that our fixtures have not, in few words. */
static void
test_resources (void)
{
  static const struct
  {
    const char *text;
    const char *path;
    const char *value;
  } facts[] = {
    { "{\"resourceType\":\"InsurancePlan\",\"name\":\"x\"}", "0.name", "x" },
    { "{\"resourceType\":\"Claim\",\"use\":\"preauthorization\"}", "0.use", "preauthorization" },
    { "{\"resourceType\":\"CoverageEligibilityRequest\",\"item\":[{\"category\":{\"coding\":[{\"code\":\"69\"}]}}]}", "0.item_category.0", "69" },
    { "{\"resourceType\":\"CoverageEligibilityRequest\",\"insurance\":[{\"coverage\":{\"reference\":\"Coverage/1\"}}]}", "0.coverage",
      "Coverage/1" },
    { "{\"resourceType\":\"CoverageEligibilityRequest\",\"servicedPeriod\":{\"end\":\"2026-01-02\"}}", "0.serviced.1", "2026-01-02" },
    { "{\"resourceType\":\"ClaimResponse\",\"total\":[{\"category\":{\"coding\":[{\"code\":\"benefit\"}]},\"amount\":{\"value\":1.10}},"
      "{\"category\":{\"coding\":[{\"code\":\"benefit\"}]},\"amount\":{\"value\":2}}]}", "0.totals.benefit.0", "1.10" },
    { "{\"resourceType\":\"ClaimResponse\",\"payment\":{\"amount\":{\"value\":100.47,\"currency\":\"USD\"}}}", "0.payment.0", "100.47" },
    { "{\"resourceType\":\"ClaimResponse\",\"payment\":{\"amount\":{\"value\":1.005}}}", "0.payment", NULL },
    { "{\"resourceType\":\"ClaimResponse\",\"insurer\":{\"identifier\":{\"value\":\"555\"}}}", "0.insurer", "555" },
    { "{\"resourceType\":\"ClaimResponse\",\"preAuthPeriod\":{\"start\":\"2026-01-02\"}}", "0.authorized.0", "2026-01-02" },
    { "{\"resourceType\":\"ClaimResponse\",\"processNote\":[{\"text\":\"note\"}]}", "0.notes.0", "note" },
    { "{\"resourceType\":\"Coverage\",\"order\":2,\"network\":\"5\"}", "0.order", "2" },
    { "{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":{\"resourceType\":\"Coverage\",\"subscriberId\":\"7\"}}]}", "0.type",
      "Bundle/Coverage" },
    { "{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":{\"resourceType\":\"Coverage\",\"subscriberId\":\"7\"}}]}",
      "0.coverage_subscriberId", "7" },
    { "{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":{\"resourceType\":\"Claim\"}},"
      "{\"resource\":{\"resourceType\":\"Coverage\",\"grouping\":{\"plan\":\"old\"}}}]}", "0.plans.0", "old" },
    { "{\"resourceType\":\"Bundle\"}", "0.entries", "0" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (facts); i++)
    {
      g_autoptr(GBytes) document = g_bytes_new (facts[i].text, strlen (facts[i].text));
      g_autofree char *text = ivr_test_edi_json (document);
      g_autoptr(IvrJson) json = ivr_json_new (text, strlen (text), NULL);

      g_test_message ("%s", facts[i].text);
      g_assert_true (ivr_edi_document_is_json (document));
      g_assert_cmpstr (ivr_json_text (json, find (json, facts[i].path)), ==, facts[i].value);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/facts", test_facts);
  g_test_add_func ("/json/resources", test_resources);
  return g_test_run ();
}
