/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-intake-merge.h"

/* Two people at one form: what one changed stays, what both changed is asked. */
#define BEFORE "{\"service\":\"Old\",\"in_snf\":false,\"snf_days\":3,\"patient\":{\"first_name\":\"Alma\",\"city\":\"Old\"}," \
               "\"wounds\":[{\"icd10\":[\"L97.421\",\"E11.621\"]}]," \
               "\"products\":[{\"hcpcs\":\"Q4101\",\"sizes\":[{\"label\":\"4 × 4 cm\",\"quantity\":1}]}]}"

static IvrIntake *
parse (const char *json)
{
  g_autoptr(GError) error = NULL;
  IvrIntake *intake = ivr_intake_new_from_json (json, &error);

  g_assert_no_error (error);
  return intake;
}

static void
assert_value (IvrIntake  *intake,
              const char *path,
              const char *expected)
{
  g_autofree char *value = ivr_intake_dup (intake, path);

  g_assert_cmpstr (value, ==, expected);
}

static void
test_apart (void)
{
  g_autoptr(IvrIntake) before = parse (BEFORE);
  g_autoptr(IvrIntake) mine = parse (BEFORE);
  g_autoptr(IvrIntake) theirs = parse (BEFORE);
  g_autoptr(GPtrArray) conflicts = NULL;
  guint n_taken;

  ivr_intake_set (mine, "service", "Mine");
  ivr_intake_set (theirs, "in_snf", "true");
  ivr_intake_set (theirs, "patient.city", "");
  ivr_intake_set (theirs, "patient.zip", "60000");
  conflicts = ivr_intake_merge (mine, before, theirs, &n_taken);
  g_assert_cmpuint (conflicts->len, ==, 0);
  g_assert_cmpuint (n_taken, ==, 3);
  assert_value (mine, "service", "Mine");
  assert_value (mine, "in_snf", "true");
  assert_value (mine, "patient.city", "");
  assert_value (mine, "patient.zip", "60000");
}

static void
test_both (void)
{
  g_autoptr(IvrIntake) before = parse (BEFORE);
  g_autoptr(IvrIntake) mine = parse (BEFORE);
  g_autoptr(IvrIntake) theirs = parse (BEFORE);
  g_autoptr(GPtrArray) conflicts = NULL;
  IvrIntakeConflict *conflict;
  guint n_taken;

  ivr_intake_set (mine, "service", "Mine");
  ivr_intake_set (theirs, "service", "Theirs");
  ivr_intake_set (mine, "patient.city", "Same");
  ivr_intake_set (theirs, "patient.city", "Same");
  ivr_intake_set (mine, "snf_days", "");
  ivr_intake_set (theirs, "snf_days", "5");
  conflicts = ivr_intake_merge (mine, before, theirs, &n_taken);
  g_assert_cmpuint (conflicts->len, ==, 2);
  g_assert_cmpuint (n_taken, ==, 0);
  conflict = conflicts->pdata[0];
  g_assert_cmpstr (conflict->path, ==, "service");
  g_assert_cmpstr (conflict->before, ==, "Old");
  g_assert_cmpstr (conflict->mine, ==, "Mine");
  g_assert_cmpstr (conflict->theirs, ==, "Theirs");
  conflict = conflicts->pdata[1];
  g_assert_cmpstr (conflict->path, ==, "snf_days");
  g_assert_cmpstr (conflict->mine, ==, "");
  ivr_intake_take_theirs (mine, theirs, "snf_days");
  assert_value (mine, "snf_days", "5");
  assert_value (mine, "service", "Mine");
}

static void
test_lists (void)
{
  g_autoptr(IvrIntake) before = parse (BEFORE);
  g_autoptr(IvrIntake) mine = parse (BEFORE);
  g_autoptr(IvrIntake) theirs = parse (BEFORE);
  g_autoptr(GPtrArray) conflicts = NULL;
  guint n_taken;

  ivr_intake_set (theirs, "wounds.0.icd10.1", "");
  ivr_intake_set (theirs, "wounds.0.icd10.0", "");
  conflicts = ivr_intake_merge (mine, before, theirs, &n_taken);
  g_assert_cmpuint (conflicts->len, ==, 0);
  g_assert_cmpuint (n_taken, ==, 2);
  g_assert_cmpuint (ivr_intake_count (mine, "wounds.0.icd10"), ==, 0);
}

/* Half of one order and half of another is neither. */
static void
test_products (void)
{
  g_autoptr(IvrIntake) before = parse (BEFORE);
  g_autoptr(IvrIntake) mine = parse (BEFORE);
  g_autoptr(IvrIntake) theirs = parse (BEFORE);
  g_autoptr(GPtrArray) conflicts = NULL;
  IvrIntakeConflict *conflict;
  guint n_taken;

  ivr_intake_set (mine, "products.0.sizes.0.quantity", "2");
  for (guint i = 0; i < 12; i++)
    {
      g_autofree char *path = g_strdup_printf ("products.%u.hcpcs", i);

      ivr_intake_set (theirs, path, "Q4186");
    }
  conflicts = ivr_intake_merge (mine, before, theirs, &n_taken);
  g_assert_cmpuint (conflicts->len, ==, 1);
  conflict = conflicts->pdata[0];
  g_assert_cmpstr (conflict->path, ==, "products");
  g_assert_cmpstr (conflict->before, ==, "Q4101: 1 × 4 × 4 cm");
  g_assert_cmpstr (conflict->mine, ==, "Q4101: 2 × 4 × 4 cm");
  ivr_intake_take_theirs (mine, theirs, "products");
  g_assert_cmpuint (ivr_intake_count (mine, "products"), ==, 12);
  assert_value (mine, "products.0.hcpcs", "Q4186");
  assert_value (mine, "products.0.sizes.0.quantity", "1");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/merge/apart", test_apart);
  g_test_add_func ("/merge/both", test_both);
  g_test_add_func ("/merge/lists", test_lists);
  g_test_add_func ("/merge/products", test_products);
  return g_test_run ();
}
