/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is offered for a form, and what becomes of it. */
#include "ivr-offers.h"

#include <string.h>

typedef struct
{
  IvrIntake *intake;
  IvrOffers *offers;
} Fixture;

static void
setup (Fixture       *f,
       gconstpointer  data)
{
  f->intake = ivr_intake_new ();
  f->offers = ivr_offers_new (f->intake);
}

static void
teardown (Fixture       *f,
          gconstpointer  data)
{
  g_object_unref (f->offers);
  g_object_unref (f->intake);
}

static JsonArray *
parse (const char *json)
{
  g_autoptr(JsonNode) node = json_from_string (json, NULL);

  g_assert_true (node != NULL && JSON_NODE_HOLDS_ARRAY (node));
  return json_node_dup_array (node);
}

static void
add (Fixture    *f,
     const char *json)
{
  g_autoptr(JsonArray) array = parse (json);

  ivr_offers_add (f->offers, array);
}

/* An offer as the server writes it. */
#define OFFER(field, value, source) "{\"field\": \"" field "\", \"value\": \"" value "\", \"source\": \"" source "\", \"label\": \"L\", \"at\": \"2026-01-02T03:04:05Z\"}"

static void
assert_form (Fixture    *f,
             const char *path,
             const char *expected)
{
  g_autofree char *value = ivr_intake_dup (f->intake, path);

  g_assert_cmpstr (value, ==, expected);
}

static void
assert_list (Fixture    *f,
             gboolean    conflicts,
             const char *expected)
{
  g_autoptr(GPtrArray) paths = ivr_offers_list (f->offers, conflicts);
  g_autofree char *joined = NULL;

  g_ptr_array_add (paths, NULL);
  joined = g_strjoinv (" ", (char **) paths->pdata);
  g_assert_cmpstr (joined, ==, expected);
}

static void
assert_source (Fixture    *f,
               const char *path,
               const char *expected)
{
  const IvrOffer *source = ivr_offers_get_source (f->offers, path);

  g_assert_cmpstr (source != NULL ? source->source : NULL, ==, expected);
}

/* Each record in short: field outcome was>kept. */
static void
assert_records (Fixture    *f,
                const char *expected)
{
  g_autofree char *json = ivr_offers_dup_records (f->offers);
  g_autoptr(GString) text = g_string_new (NULL);

  if (json != NULL)
    {
      g_autoptr(JsonArray) records = parse (json);

      for (guint i = 0; i < json_array_get_length (records); i++)
        {
          JsonObject *record = json_array_get_object_element (records, i);

          g_string_append_printf (text, "%s%s %s %s>%s", i > 0 ? ", " : "", json_object_get_string_member (record, "field"),
                                  json_object_get_string_member (record, "outcome"),
                                  json_object_get_string_member_with_default (record, "was", ""),
                                  json_object_get_string_member_with_default (record, "kept", ""));
          g_assert_true (g_str_has_suffix (json_object_get_string_member (record, "offered_at"), "Z"));
        }
    }
  g_assert_cmpstr (text->str, ==, expected);
}

static void
test_accept (Fixture       *f,
             gconstpointer  data)
{
  g_autoptr(GPtrArray) open = NULL;

  add (f, "[" OFFER ("patient.phone", "(555) 555-0123", "previous_request") "," OFFER ("patient.city", "Sampletown", "previous_request") "]");
  assert_list (f, FALSE, "patient.city patient.phone");
  assert_form (f, "patient.phone", "");
  open = ivr_offers_get_open (f->offers, "patient.phone");
  g_assert_cmpuint (open->len, ==, 1);
  g_assert_true (ivr_offers_accept (f->offers, open->pdata[0]));
  assert_form (f, "patient.phone", "5555550123");
  assert_source (f, "patient.phone", "previous_request");
  assert_list (f, FALSE, "patient.city");
  ivr_offers_refuse (f->offers, "patient.city");
  assert_list (f, FALSE, "");
  assert_form (f, "patient.city", "");
  /* Not again. */
  add (f, "[" OFFER ("patient.city", "SAMPLETOWN", "previous_request") "]");
  assert_list (f, FALSE, "");
  assert_records (f, "patient.phone accepted >5555550123, patient.city refused >");
  ivr_offers_recorded (f->offers, TRUE);
  assert_records (f, "");
}

static void
test_typed_stays (Fixture       *f,
                  gconstpointer  data)
{
  g_autoptr(GPtrArray) taken = NULL;
  g_autoptr(GPtrArray) open = NULL;

  ivr_intake_set (f->intake, "insurances.0.member_id", "TYPED1");
  ivr_intake_set (f->intake, "patient.last_name", "Fictional");
  add (f, "[" OFFER ("insurances.0.member_id", "ASKED2", "payer_answer") "," OFFER ("patient.last_name", "FICTIONAL", "payer_answer") "]");
  /* Capitals are no other answer. */
  assert_list (f, TRUE, "insurances.0.member_id");
  assert_list (f, FALSE, "");
  taken = ivr_offers_accept_all (f->offers);
  g_assert_cmpuint (taken->len, ==, 0);
  assert_form (f, "insurances.0.member_id", "TYPED1");
  open = ivr_offers_get_open (f->offers, "insurances.0.member_id");
  g_assert_true (ivr_offers_accept (f->offers, open->pdata[0]));
  assert_form (f, "insurances.0.member_id", "ASKED2");
  assert_records (f, "insurances.0.member_id accepted TYPED1>ASKED2");
}

static void
test_conflict (Fixture       *f,
               gconstpointer  data)
{
  g_autoptr(GPtrArray) open = NULL;

  add (f, "[" OFFER ("patient.zip", "60001", "payer_answer") "," OFFER ("patient.zip", "60000", "insurance_card") ","
       OFFER ("patient.zip", "60000", "previous_request") "]");
  assert_list (f, TRUE, "patient.zip");
  open = ivr_offers_get_open (f->offers, "patient.zip");
  g_assert_cmpuint (open->len, ==, 2);
  g_assert_true (ivr_offers_accept (f->offers, open->pdata[1]));
  assert_form (f, "patient.zip", "60000");
  assert_list (f, TRUE, "");
  /* The other was looked at and not chosen; the third says the same as the chosen. */
  assert_records (f, "patient.zip refused >60000, patient.zip accepted >60000");
}

static void
test_all_and_back (Fixture       *f,
                   gconstpointer  data)
{
  g_autoptr(GPtrArray) taken = NULL;

  add (f, "[" OFFER ("wounds.0.icd10.1", "E11.621", "previous_request") "," OFFER ("insurances.1.payer_name", "Second", "previous_request") ","
       OFFER ("insurances.0.payer_name", "First", "previous_request") "," OFFER ("wounds.0.icd10.0", "L97.421", "previous_request") ","
       OFFER ("patient.first_name", "Alma", "previous_request") "]");
  assert_list (f, FALSE, "patient.first_name insurances.0.payer_name insurances.1.payer_name wounds.0.icd10.0 wounds.0.icd10.1");
  taken = ivr_offers_accept_all (f->offers);
  g_assert_cmpuint (taken->len, ==, 5);
  assert_form (f, "insurances.1.payer_name", "Second");
  assert_form (f, "wounds.0.icd10.1", "E11.621");
  ivr_intake_set (f->intake, "patient.first_name", "Typed");
  ivr_offers_take_back (f->offers, taken);
  assert_form (f, "patient.first_name", "Typed");
  assert_form (f, "insurances.0.payer_name", "");
  assert_form (f, "wounds.0.icd10.0", "");
  assert_list (f, FALSE, "insurances.0.payer_name insurances.1.payer_name wounds.0.icd10.0 wounds.0.icd10.1");
  assert_records (f, "patient.first_name changed >Typed");
}

/* A second item has no place before the first: it waits. */
static void
test_no_place (Fixture       *f,
               gconstpointer  data)
{
  g_autoptr(GPtrArray) open = NULL;

  add (f, "[" OFFER ("insurances.1.payer_name", "Second", "previous_request") "]");
  open = ivr_offers_get_open (f->offers, "insurances.1.payer_name");
  g_assert_false (ivr_offers_accept (f->offers, open->pdata[0]));
  assert_list (f, FALSE, "insurances.1.payer_name");
  assert_records (f, "");
}

#define OFFER_OF(field, value, payer) \
  "{\"field\": \"" field "\", \"value\": \"" value "\", \"source\": \"payer_answer\", \"label\": \"L\", \"payer\": \"" payer "\"}"

/* What one payer says of its insurance is no answer about another's. */
static void
test_other_payer (Fixture       *f,
                  gconstpointer  data)
{
  g_autofree char *kept = NULL;

  ivr_intake_set (f->intake, "insurances.0.payer_name", "Sample Mutual");
  add (f, "[" OFFER_OF ("insurances.0.member_id", "MED1", "Medicare") "," OFFER_OF ("insurances.0.plan_type", "PPO", "SAMPLE  mutual") "]");
  assert_list (f, FALSE, "insurances.0.plan_type");
  ivr_intake_set (f->intake, "insurances.0.payer_name", "Medicare");
  assert_list (f, FALSE, "insurances.0.member_id");
  ivr_intake_set (f->intake, "insurances.0.payer_name", "");
  assert_list (f, FALSE, "");
  kept = ivr_offers_to_json (f->offers);
  g_assert_null (kept);
}

/* What fills in the payer fills in what belongs to it, in one go. */
static void
test_payer_and_its_own (Fixture       *f,
                        gconstpointer  data)
{
  g_autoptr(GPtrArray) taken = NULL;

  add (f, "[" OFFER_OF ("insurances.0.member_id", "MED1", "Medicare") "," OFFER ("insurances.0.payer_name", "Medicare", "insurance_card") "]");
  assert_list (f, FALSE, "insurances.0.payer_name");
  taken = ivr_offers_accept_all (f->offers);
  g_assert_cmpuint (taken->len, ==, 2);
  assert_form (f, "insurances.0.member_id", "MED1");
}

/* After a saving: who is chosen again, or another with the same answer, is filled in again. */
static void
test_chosen_again (Fixture       *f,
                   gconstpointer  data)
{
  g_autoptr(JsonArray) offers = parse ("[" OFFER ("patient.state", "TX", "previous_request") "]");

  ivr_offers_fill (f->offers, offers);
  ivr_offers_recorded (f->offers, TRUE);
  ivr_offers_forget (f->offers, "previous_request");
  assert_form (f, "patient.state", "TX");
  ivr_intake_set (f->intake, "patient.state", "");
  ivr_offers_fill (f->offers, offers);
  assert_form (f, "patient.state", "TX");
  ivr_intake_set (f->intake, "patient.state", "");
  ivr_offers_fill (f->offers, offers);
  assert_form (f, "patient.state", "TX");
}

static void
test_not_named_any_more (Fixture       *f,
                         gconstpointer  data)
{
  add (f, "[" OFFER ("facility.zip", "75001", "facility_record") "," OFFER ("patient.zip", "60000", "previous_request") "]");
  ivr_offers_forget_open (f->offers, "facility_record");
  assert_list (f, FALSE, "patient.zip");
}

static void
test_filled (Fixture       *f,
             gconstpointer  data)
{
  g_autoptr(JsonArray) offers = parse ("[" OFFER ("physician.npi", "1234567893", "physician_record") "," OFFER ("physician.name", "Dr. Robin Example", "physician_record") "]");

  ivr_intake_set (f->intake, "physician.name", "Dr. Else");
  ivr_offers_fill (f->offers, offers);
  assert_form (f, "physician.npi", "1234567893");
  assert_form (f, "physician.name", "Dr. Else");
  assert_source (f, "physician.npi", "physician_record");
  assert_source (f, "physician.name", NULL);
  assert_list (f, TRUE, "physician.name");
  ivr_intake_set (f->intake, "physician.npi", "");
  assert_source (f, "physician.npi", NULL);
  assert_records (f, "physician.npi refused >");
}

/* Of another patient nothing stays, in the form and in what is recorded. */
static void
test_other_patient (Fixture       *f,
                    gconstpointer  data)
{
  g_autoptr(GPtrArray) taken = NULL;

  add (f, "[" OFFER ("patient.city", "Hers", "previous_request") "," OFFER ("wounds.0.icd10.0", "L97.421", "previous_request") ","
       OFFER ("wounds.0.icd10.1", "E11.621", "previous_request") "," OFFER ("patient.zip", "60000", "previous_request") ","
       OFFER ("physician.npi", "1234567893", "physician_record") "]");
  taken = ivr_offers_accept_all (f->offers);
  g_assert_cmpuint (taken->len, ==, 5);
  ivr_intake_set (f->intake, "patient.zip", "60001");
  ivr_offers_forget (f->offers, "previous_request");
  assert_form (f, "patient.city", "");
  assert_form (f, "wounds.0.icd10.0", "");
  assert_form (f, "patient.zip", "60001");
  assert_form (f, "physician.npi", "1234567893");
  assert_records (f, "physician.npi accepted >1234567893");
}

static void
test_past (Fixture       *f,
           gconstpointer  data)
{
  g_autoptr(JsonNode) node = json_from_string (
    "{\"sources\": [{\"source\": \"payer_answer\", \"label\": \"Payer's answer\"}], \"records\": ["
    "{\"field\": \"patient.sex\", \"source\": \"payer_answer\", \"offered\": \"M\", \"outcome\": \"accepted\"},"
    "{\"field\": \"insurances.0.plan_type\", \"source\": \"payer_answer\", \"offered\": \"HMO\", \"outcome\": \"refused\"}, 7, {}]}", NULL);

  ivr_intake_set (f->intake, "patient.sex", "M");
  add (f, "[" OFFER ("insurances.0.plan_type", "HMO", "payer_answer") "]");
  ivr_offers_add_past (f->offers, json_node_get_object (node));
  assert_source (f, "patient.sex", "payer_answer");
  g_assert_cmpstr (ivr_offers_get_source (f->offers, "patient.sex")->label, ==, "Payer's answer");
  assert_list (f, FALSE, "");
  add (f, "[" OFFER ("insurances.0.plan_type", "HMO", "payer_answer") "]");
  assert_list (f, FALSE, "");
  assert_records (f, "");
  /* Another answer of the same payer is news. */
  add (f, "[" OFFER ("insurances.0.plan_type", "PPO", "payer_answer") "]");
  assert_list (f, FALSE, "insurances.0.plan_type");
}

static void
test_kept (Fixture       *f,
           gconstpointer  data)
{
  g_autofree char *json = NULL;
  g_autofree char *form = NULL;
  g_autofree char *records = NULL;
  g_autofree char *again = NULL;
  g_autoptr(IvrIntake) intake = NULL;
  g_autoptr(IvrOffers) offers = NULL;
  g_autoptr(GPtrArray) open = NULL;

  ivr_intake_set (f->intake, "patient.city", "Old");
  add (f, "[" OFFER ("patient.city", "New", "payer_answer") "," OFFER ("patient.zip", "60000", "payer_answer") "]");
  open = ivr_offers_get_open (f->offers, "patient.city");
  ivr_offers_accept (f->offers, open->pdata[0]);
  ivr_offers_refuse (f->offers, "patient.zip");
  json = ivr_offers_to_json (f->offers);
  form = ivr_intake_to_json (f->intake);
  records = ivr_offers_dup_records (f->offers);
  intake = ivr_intake_new_from_json (form, NULL);
  offers = ivr_offers_new (intake);
  ivr_offers_restore (offers, json);
  again = ivr_offers_dup_records (offers);
  g_assert_cmpstr (again, ==, records);
  ivr_offers_recorded (offers, TRUE);
  g_free (json);
  json = ivr_offers_to_json (offers);
  g_assert_null (json);
}

/* A border: what a server of another version, or a damaged draft, may say. */
static void
test_odd (Fixture       *f,
          gconstpointer  data)
{
  static const char * const odd[] = { "", "7", "{}", "[", "[[[]]]", "[{\"field\": \"patient.city\"}]", "[{\"field\": 7, \"value\": [], \"source\": null}]" };
  g_autoptr(GString) many = g_string_new ("[");

  for (gsize i = 0; i < G_N_ELEMENTS (odd); i++)
    ivr_offers_restore (f->offers, odd[i]);
  add (f, "[1, null, [], \"x\", {}, " OFFER ("no.such.field", "x", "payer_answer") "," OFFER ("patient.dob", "soon", "payer_answer") ","
       OFFER ("patient.sex", "robot", "payer_answer") "," OFFER ("physician.npi", "123", "payer_answer") "," OFFER ("patient.city", "", "payer_answer") ","
       OFFER ("patient.zip", "60000", "") "]");
  assert_list (f, FALSE, "patient.zip");
  assert_list (f, TRUE, "");
  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (many, "%s{\"field\": \"patient.city\", \"value\": \"City %u\", \"source\": \"s%u\"}", i > 0 ? "," : "", i, i);
  g_string_append_c (many, ']');
  add (f, many->str);
  {
    g_autoptr(GPtrArray) open = ivr_offers_get_open (f->offers, "patient.city");

    g_assert_cmpuint (open->len, <=, 200);
  }
}

int
main (int    argc,
      char **argv)
{
  static const struct { const char *name; void (*test) (Fixture *, gconstpointer); } tests[] = {
    { "/offers/accept", test_accept }, { "/offers/typed-stays", test_typed_stays }, { "/offers/conflict", test_conflict },
    { "/offers/all-and-back", test_all_and_back }, { "/offers/no-place", test_no_place }, { "/offers/filled", test_filled },
    { "/offers/other-patient", test_other_patient }, { "/offers/other-payer", test_other_payer },
    { "/offers/payer-and-its-own", test_payer_and_its_own }, { "/offers/chosen-again", test_chosen_again },
    { "/offers/not-named-any-more", test_not_named_any_more },
    { "/offers/past", test_past }, { "/offers/kept", test_kept }, { "/offers/odd", test_odd },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, NULL, setup, tests[i].test, teardown);
  return g_test_run ();
}
