/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-completeness.h"
#include "ivr-field.h"

#include <string.h>

/* A complete request of a patient with Original Medicare, as the server takes it. */
static const char complete[] =
  "{\"request_type\":\"new\",\"service\":\"Skin substitute, first application\",\"x_future\":{\"a\":[1,2.5,null,true]},"
  "\"in_snf\":false,\"part_a_stay\":false,\"recent_admission\":false,\"hospice\":false,\"global_period\":false,"
  "\"patient\":{\"first_name\":\"Ada\",\"last_name\":\"Example\",\"dob\":\"1954-06-09\",\"sex\":\"F\",\"x_new\":7,"
  "\"address\":\"1 Sample Street\"},"
  "\"insurances\":[{\"rank\":1,\"payer_name\":\"Medicare Part B\",\"payer_phone\":\"8005550100\",\"member_id\":\"1EG4TE5MK73\"}],"
  "\"pa_permission\":true,"
  "\"physician\":{\"name\":\"Pat Sample\",\"npi\":\"1234567893\",\"tax_id\":\"123456789\",\"ptan\":\"44ABC1\"},"
  "\"facility\":{\"name\":\"Sample Clinic\",\"npi\":\"1558598797\",\"tax_id\":\"123456789\",\"ptan\":\"44ABC2\","
  "\"address\":\"2 Sample Street\",\"city\":\"Nashville\",\"state\":\"TN\",\"zip\":\"37203\",\"phone\":\"6155550142\","
  "\"contact_name\":\"Sam Sample\",\"contact_email\":\"sam@example.com\"},\"place_of_service\":\"11\","
  "\"wounds\":[{\"type\":\"DFU\",\"location\":\"Left heel\",\"group\":\"B\",\"length_cm\":\"3.2\",\"width_cm\":\"2.5\","
  "\"total_area_cm2\":\"8\",\"duration_weeks\":\"6\",\"failed_4_weeks\":true,\"icd10\":[\"E11.621\",\"L97.421\"]}],"
  "\"products\":[{\"hcpcs\":\"Q4101\",\"sizes\":[{\"label\":\"2x2\",\"area_cm2\":\"4\",\"quantity\":2}]}],"
  "\"service_date\":\"2026-12-01\",\"attestation\":{\"signed_by\":\"Pat Sample\",\"on_file\":true}}";

static GDate
today (void)
{
  GDate date;

  g_date_clear (&date, 1);
  g_date_set_dmy (&date, 24, G_DATE_NOVEMBER, 2026);
  return date;
}

static IvrIntake *
intake_complete (void)
{
  g_autoptr(GError) error = NULL;
  IvrIntake *intake = ivr_intake_new_from_json (complete, &error);

  g_assert_no_error (error);
  return intake;
}

static GPtrArray *
check (IvrIntake *intake)
{
  GDate day = today ();

  return ivr_intake_check (intake, &day);
}

static void
assert_value (IvrIntake  *intake,
              const char *path,
              const char *expected)
{
  g_autofree char *text = ivr_intake_dup (intake, path);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_complete (void)
{
  g_autoptr(IvrIntake) intake = intake_complete ();
  g_autoptr(GPtrArray) findings = check (intake);

  for (guint i = 0; i < findings->len; i++)
    g_test_message ("%s: %s", ((IvrFinding *) findings->pdata[i])->path,
                    ((IvrFinding *) findings->pdata[i])->sentence);
  g_assert_cmpuint (findings->len, ==, 0);
}

/* One change to the complete request, and the one finding that it must give. */
static void
test_rules (void)
{
  static const struct
  {
    const char *path, *text, *finding;
    IvrSeverity severity;  /* 0: none at all */
    gboolean banner;
  } rows[] = {
    { "in_snf", "", "in_snf", IVR_SEVERITY_BLOCKER },
    { "in_snf", "true", "snf_days", IVR_SEVERITY_BLOCKER },
    { "part_a_stay", "", "part_a_stay", IVR_SEVERITY_BLOCKER },
    { "part_a_stay", "true", "part_a_stay", IVR_SEVERITY_WARNING, TRUE },
    { "part_a_stay", "perhaps", "part_a_stay", IVR_SEVERITY_BLOCKER },
    { "hospice", "true", "hospice", IVR_SEVERITY_WARNING, TRUE },
    { "hospice", "", "hospice", IVR_SEVERITY_WARNING },
    { "request_type", "", "request_type", IVR_SEVERITY_BLOCKER },
    { "request_type", "one_that_is_new", "request_type", IVR_SEVERITY_WARNING },
    { "patient.first_name", "", "patient.first_name", IVR_SEVERITY_BLOCKER },
    { "patient.dob", "", "patient.dob", IVR_SEVERITY_BLOCKER },
    { "patient.dob", "6/9/54", "patient.dob", IVR_SEVERITY_BLOCKER },
    { "patient.dob", "11/25/2026", "patient.dob", IVR_SEVERITY_BLOCKER },
    { "patient.dob", "11/23/1906", "patient.dob", IVR_SEVERITY_BLOCKER },
    { "patient.dob", "11/24/1906", NULL, 0 },
    { "patient.phone", "123", "patient.phone", IVR_SEVERITY_BLOCKER },
    { "patient.state", "ZZ", "patient.state", IVR_SEVERITY_BLOCKER },
    { "physician.npi", "1234567890", "physician.npi", IVR_SEVERITY_BLOCKER },
    { "facility.npi", "", "facility.npi", IVR_SEVERITY_BLOCKER },
    { "physician.ptan", "", "physician.ptan", IVR_SEVERITY_WARNING },
    { "facility.ptan", "x", "facility.ptan", IVR_SEVERITY_WARNING },
    { "insurances.0.payer_name", "", "insurances.0.payer_name", IVR_SEVERITY_BLOCKER },
    { "insurances.0.payer_name", "Medicare Advantage Plus", NULL, 0 },
    { "insurances.0.member_id", "W123456789", "insurances.0.member_id", IVR_SEVERITY_WARNING },
    { "insurances.0.member_id", "", "insurances.0.member_id", IVR_SEVERITY_BLOCKER },
    { "insurances.0.relationship", "self", NULL, 0 },
    { "pa_permission", "", "pa_permission", IVR_SEVERITY_BLOCKER },
    { "p2p_willing", "true", "p2p_phone", IVR_SEVERITY_BLOCKER },
    { "p2p_willing", "false", NULL, 0 },
    { "place_of_service", "", "place_of_service", IVR_SEVERITY_BLOCKER },
    { "place_of_service", "other", "place_of_service_other", IVR_SEVERITY_BLOCKER },
    { "wounds.0.type", "", "wounds.0.type", IVR_SEVERITY_BLOCKER },
    { "wounds.0.group", "", "wounds.0.group", IVR_SEVERITY_BLOCKER },
    { "wounds.0.length_cm", "0.05", "wounds.0.length_cm", IVR_SEVERITY_BLOCKER },
    { "wounds.0.total_area_cm2", "8.8", NULL, 0 },
    { "wounds.0.total_area_cm2", "8.81", "wounds.0.total_area_cm2", IVR_SEVERITY_WARNING },
    { "wounds.0.duration_weeks", "3", "wounds.0.duration_weeks", IVR_SEVERITY_WARNING },
    { "wounds.0.failed_4_weeks", "false", "wounds.0.failed_4_weeks", IVR_SEVERITY_WARNING },
    { "wounds.0.icd10.1", "", "wounds.0.icd10", IVR_SEVERITY_BLOCKER },
    { "wounds.0.icd10.1", "bad", "wounds.0.icd10.1", IVR_SEVERITY_BLOCKER },
    { "products.0.hcpcs", "Z0000", "products.0.hcpcs", IVR_SEVERITY_BLOCKER },
    { "products.0.sizes.0.quantity", "0", "products.0.sizes.0.quantity", IVR_SEVERITY_BLOCKER },
    { "products.0.sizes.0.quantity", "2.5", "products.0.sizes.0.quantity", IVR_SEVERITY_BLOCKER },
    { "service_date", "11/23/2026", "service_date", IVR_SEVERITY_WARNING },
    { "service_date", "11/24/2026", NULL, 0 },
    { "service_date", "", "service_date", IVR_SEVERITY_BLOCKER },
    { "notify_emails.0", "a@example.com", "notify_emails.0", IVR_SEVERITY_WARNING },
    { "notify_emails.0", "not one", "notify_emails.0", IVR_SEVERITY_BLOCKER },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(IvrIntake) intake = intake_complete ();
      g_autoptr(GPtrArray) findings = NULL;
      IvrFinding *finding;

      g_test_message ("row %d: %s = '%s'", (int) i, rows[i].path, rows[i].text);
      g_assert_true (ivr_intake_set (intake, rows[i].path, rows[i].text));
      findings = check (intake);
      g_assert_cmpuint (findings->len, ==, rows[i].finding != NULL ? 1 : 0);
      if (rows[i].finding == NULL)
        continue;
      finding = findings->pdata[0];
      g_assert_cmpstr (finding->path, ==, rows[i].finding);
      g_assert_cmpint (finding->severity, ==, rows[i].severity);
      g_assert_cmpint (finding->banner, ==, rows[i].banner);
      g_assert_true (g_str_has_suffix (finding->sentence, "."));
      if (strlen (rows[i].text) > 3 && strcmp (rows[i].text, "true") != 0)
        g_assert_null (strstr (finding->sentence, rows[i].text));
    }
}

static void
test_conditions (void)
{
  g_autoptr(IvrIntake) intake = intake_complete ();
  g_autoptr(GPtrArray) global = NULL, spouse = NULL, days = NULL, few = NULL, vlu = NULL;

  ivr_intake_set (intake, "global_period", "true");
  global = check (intake);
  g_assert_cmpuint (global->len, ==, 2);
  g_assert_cmpstr (((IvrFinding *) global->pdata[0])->path, ==, "global_cpt");
  g_assert_cmpstr (((IvrFinding *) global->pdata[1])->path, ==, "global_surgery_date");
  ivr_intake_set (intake, "global_cpt", "11042");
  ivr_intake_set (intake, "global_surgery_date", "11/1/2026");

  ivr_intake_set (intake, "insurances.0.relationship", "spouse");
  spouse = check (intake);
  g_assert_cmpuint (spouse->len, ==, 2);
  g_assert_cmpstr (((IvrFinding *) spouse->pdata[0])->path, ==, "insurances.0.subscriber_name");
  ivr_intake_set (intake, "insurances.0.relationship", "self");

  ivr_intake_set (intake, "in_snf", "true");
  ivr_intake_set (intake, "snf_days", "101");
  days = check (intake);
  g_assert_cmpuint (days->len, ==, 1);
  g_assert_cmpint (((IvrFinding *) days->pdata[0])->severity, ==, IVR_SEVERITY_WARNING);
  ivr_intake_set (intake, "snf_days", "100");
  few = check (intake);
  g_assert_cmpuint (few->len, ==, 0);

  /* A pressure ulcer needs one code, a venous one two. */
  ivr_intake_set (intake, "wounds.0.type", "pressure");
  ivr_intake_set (intake, "wounds.0.icd10.1", NULL);
  vlu = check (intake);
  g_assert_cmpuint (vlu->len, ==, 0);
  g_clear_pointer (&vlu, g_ptr_array_unref);
  ivr_intake_set (intake, "wounds.0.type", "VLU");
  vlu = check (intake);
  g_assert_cmpuint (vlu->len, ==, 1);
}

static void
test_empty (void)
{
  static const char * const must[] = { "in_snf", "part_a_stay", "global_period", "request_type",
                                       "service", "patient.first_name",
                                       "patient.last_name", "patient.dob", "insurances",
                                           "pa_permission", "physician.name",
                                       "physician.npi", "facility.name", "facility.npi",
                                           "place_of_service", "wounds", "products",
                                       "service_date", "attestation.on_file",
                                           "attestation.signed_by" };
  g_autoptr(IvrIntake) intake = ivr_intake_new ();
  g_autoptr(GPtrArray) findings = check (intake);
  gsize next = 0;

  /* All that is required, in this order, with the questions that stop a case first. */
  for (guint i = 0; i < findings->len; i++)
    {
      IvrFinding *finding = findings->pdata[i];

      if (finding->severity != IVR_SEVERITY_BLOCKER)
        continue;
      g_assert_cmpuint (next, <, G_N_ELEMENTS (must));
      g_assert_cmpstr (finding->path, ==, must[next]);
      next++;
    }
  g_assert_cmpuint (next, ==, G_N_ELEMENTS (must));
  g_assert_cmpstr (((IvrFinding *) findings->pdata[0])->sentence, ==,
                   "Say whether the patient is in a nursing home.");
}

static void
on_changed (IvrIntake  *intake,
            const char *path,
            gpointer    data)
{
  g_string_append_printf (data, "%s ", path);
}

static void
test_values (void)
{
  g_autoptr(IvrIntake) intake = ivr_intake_new ();
  g_autoptr(GString) changes = g_string_new (NULL);
  g_autofree char *json = NULL;

  g_signal_connect (intake, "changed", G_CALLBACK (on_changed), changes);
  g_assert_true (ivr_intake_set (intake, "patient.dob", "6/9/1954"));
  assert_value (intake, "patient.dob", "1954-06-09");
  /* What does not fit is kept as it was typed. */
  g_assert_true (ivr_intake_set (intake, "patient.dob", "June 9th"));
  assert_value (intake, "patient.dob", "June 9th");
  g_assert_true (ivr_intake_set (intake, "patient.dob", "June 9th"));
  g_assert_true (ivr_intake_set (intake, "patient.zip", NULL));
  g_assert_cmpstr (changes->str, ==, "patient.dob patient.dob ");

  g_assert_true (ivr_intake_set (intake, "wounds.0.icd10.0", "e11621"));
  g_assert_true (ivr_intake_set (intake, "wounds.1.type", "VLU"));
  g_assert_false (ivr_intake_set (intake, "wounds.3.type", "VLU"));
  g_assert_false (ivr_intake_set (intake, "patient.dob.0", "x"));
  g_assert_false (ivr_intake_set (intake, "wounds.type", "x"));
  g_assert_false (ivr_intake_set (intake, "wounds.18446744073709551616.type", "x"));
  g_assert_cmpuint (ivr_intake_count (intake, "wounds"), ==, 2);
  assert_value (intake, "wounds.0.icd10.0", "E11.621");
  g_assert_true (ivr_intake_set (intake, "wounds.0.icd10.0", "I10"));
  assert_value (intake, "wounds.0.icd10.0", "I10");
  g_assert_true (ivr_intake_remove (intake, "wounds", 0));
  g_assert_false (ivr_intake_remove (intake, "wounds", 1));
  assert_value (intake, "wounds.0.type", "VLU");

  g_assert_true (ivr_intake_set (intake, "in_snf", "true"));
  g_assert_true (ivr_intake_set (intake, "products.0.sizes.0.quantity", "2"));
  assert_value (intake, "in_snf", "true");
  assert_value (intake, "products.0.sizes.0.quantity", "2");
  assert_value (intake, "wounds", "");
  assert_value (intake, "nothing.at.all", "");
  assert_value (intake, "", "");
  json = ivr_intake_to_json (intake);
  g_assert_nonnull (strstr (json, "\"in_snf\":true"));
  g_assert_nonnull (strstr (json, "\"quantity\":2"));
}

static void
test_round_trip (void)
{
  g_autoptr(IvrIntake) intake = intake_complete ();
  g_autofree char *json = ivr_intake_to_json (intake);

  g_assert_cmpstr (json, ==, complete);
}

static void
test_hostile_json (void)
{
  g_autofree char *deep = g_strnfill (100000, '[');
  g_autofree char *deep_member = g_strconcat ("{\"a\":", deep, NULL);
  g_autofree char *inside = g_strconcat ("{\"notes\":\"", deep, "\"}", NULL);
  g_autofree char *filler = g_strnfill (256 * 1024, 'x');
  g_autofree char *large = g_strconcat ("{\"notes\":\"", filler, "\"}", NULL);
  const char *bad[] = { "", "null", "[]", "1", "\"x\"", "{", "{\"a\":", "{\"a\":\"\xff\"}", deep,
                        deep_member, large };
  /* Everything of another shape than expected. */
  static const char * const odd[] = {
    "{\"wounds\":{\"0\":1},\"products\":7,\"insurances\":\"x\",\"patient\":[1],\"in_snf\":[],\"notify_emails\":{}}",
    "{\"wounds\":[1,null,\"x\",[],{\"icd10\":5}],\"products\":[{\"sizes\":[1,null]}],\"insurances\":[null,[]]}",
    "{\"wounds\":[[[[]]]],\"patient\":null,\"service_date\":20261201,\"part_a_stay\":\"yes\",\"global_period\":1.5}",
  };
  g_autoptr(IvrIntake) brackets = ivr_intake_new_from_json (inside, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_null (ivr_intake_new_from_json (bad[i], &error));
      g_assert_error (error, IVR_ERROR, IVR_ERROR_PROTOCOL);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (odd); i++)
    {
      g_autoptr(IvrIntake) intake = ivr_intake_new_from_json (odd[i], NULL);
      g_autoptr(GPtrArray) findings = check (intake);
      g_autofree char *json = ivr_intake_to_json (intake);

      g_assert_cmpuint (findings->len, >, 5);
      g_assert_cmpstr (json, ==, odd[i]);
      ivr_intake_set (intake, "wounds.0.icd10.0", "I10");
      ivr_intake_set (intake, "patient.first_name", "Ada");
      ivr_intake_remove (intake, "wounds", 0);
    }
  g_assert_nonnull (brackets);
  assert_value (brackets, "notes", deep);
}

/* Every question has what its kind needs, and can be found by a path of its own. */
static void
test_fields (void)
{
  gsize n_fields;
  const IvrField *fields = ivr_fields_get (&n_fields);
  IvrSection section = IVR_SECTION_COVERAGE;

  g_assert_cmpuint (n_fields, >, 75);
  for (gsize i = 0; i < n_fields; i++)
    {
      g_auto(GStrv) parts = g_strsplit (fields[i].id, "*", -1);
      g_autofree char *path = g_strjoinv ("0", parts);

      g_test_message ("%s", fields[i].id);
      g_assert_true (ivr_field_find (path) == &fields[i]);
      g_assert_cmpint (fields[i].missing != NULL, ==, fields[i].need != IVR_NEED_OPTIONAL);
      g_assert_cmpint (fields[i].choices != NULL, ==, fields[i].type == IVR_FIELD_CHOICE);
      g_assert_true (fields[i].type != IVR_FIELD_INT || fields[i].most > 0);
      g_assert_cmpint (fields[i].section, >=, section);
      section = fields[i].section;
      if (fields[i].when != NULL)
        {
          g_auto(GStrv) sides = g_strsplit_set (fields[i].when, "!=", 2);
          g_auto(GStrv) others = g_strsplit (sides[0], "*", -1);
          g_autofree char *other = g_strjoinv ("0", others);

          g_assert_nonnull (ivr_field_find (other));
        }
    }
  g_assert_null (ivr_field_find (""));
  g_assert_null (ivr_field_find ("wounds.*.type"));
  g_assert_null (ivr_field_find ("wounds..type"));
  g_assert_null (ivr_field_find ("patient"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/intake/complete", test_complete);
  g_test_add_func ("/intake/rules", test_rules);
  g_test_add_func ("/intake/conditions", test_conditions);
  g_test_add_func ("/intake/empty", test_empty);
  g_test_add_func ("/intake/values", test_values);
  g_test_add_func ("/intake/round-trip", test_round_trip);
  g_test_add_func ("/intake/hostile-json", test_hostile_json);
  g_test_add_func ("/intake/fields", test_fields);
  return g_test_run ();
}
