/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A payer's amount is read as it stands there: no number of a reading goes through a double, and none is cut. */
#include "ivr-exact-json.h"

#include <json-glib/json-glib.h>

static void
test_numbers (void)
{
  static const char * const pairs[][2] = {
    { "0.10", "\"0.10\"" },
    { "-125.50", "\"-125.50\"" },
    { "1e2", "\"1e2\"" },
    { "5E-7", "\"5E-7\"" },
    { "0", "0" },
    { "-7", "-7" },
    { "123456789012345", "123456789012345" },
    { "1234567890123456", "\"1234567890123456\"" },
    { "99999999999999999999.99", "\"99999999999999999999.99\"" },
    { "[1,2.50,{\"a\":3.10}]", "[1,\"2.50\",{\"a\":\"3.10\"}]" },
    { "{\"1.5\":1.5}", "{\"1.5\":\"1.5\"}" },
    { "\"a\\\"1.5\\\\\"", "\"a\\\"1.5\\\\\"" },
    { "[true,null,false]", "[true,null,false]" },
    { "", "" },
    /* What is no JSON stays none, and is read to its end and no further. */
    { "\"1.5", "\"1.5" },
    { "\"1.5\\", "\"1.5\\" },
    { "-", "-" },
    { "1.", "\"1.\"" },
  };

  g_assert_null (ivr_exact_json_dup (NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autofree char *exact = ivr_exact_json_dup (pairs[i][0]);

      g_assert_cmpstr (exact, ==, pairs[i][1]);
    }
}

/* Every beginning of a text, so that nothing is read behind its end. */
static void
test_beginnings (void)
{
  static const char text[] = "{\"amount\":\"12.50\",\"n\":-1.50e+3,\"s\":\"a\\\"\\u0031.5\",\"list\":[0.1,12345678901234567890]}";

  for (gsize n = 0; n < sizeof text; n++)
    {
      g_autofree char *part = g_strndup (text, n);
      g_autofree char *exact = ivr_exact_json_dup (part);

      g_assert_nonnull (exact);
    }
}

static void
test_through_a_parser (void)
{
  g_autofree char *exact = ivr_exact_json_dup ("{\"total\":0.10,\"met\":123456789012345678.01,\"n\":3}");
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) node = json_from_string (exact, &error);
  JsonObject *object;

  g_assert_no_error (error);
  object = json_node_get_object (node);
  g_assert_cmpstr (json_object_get_string_member (object, "total"), ==, "0.10");
  g_assert_cmpstr (json_object_get_string_member (object, "met"), ==, "123456789012345678.01");
  g_assert_cmpint (json_object_get_int_member (object, "n"), ==, 3);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/exact-json/numbers", test_numbers);
  g_test_add_func ("/exact-json/beginnings", test_beginnings);
  g_test_add_func ("/exact-json/through-a-parser", test_through_a_parser);
  return g_test_run ();
}
