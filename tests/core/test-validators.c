/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-codes.h"
#include "ivr-contact.h"
#include "ivr-date.h"
#include "ivr-identifiers.h"
#include "ivr-uuid.h"

#include <string.h>

typedef char *(*NormalizeFunc) (const char  *text,
                                GError     **error);

typedef struct
{
  const char *text;
  const char *expected;  /* NULL: refused */
} Row;

typedef struct
{
  const char *path;
  NormalizeFunc func;
  const Row *rows;
  gsize n_rows;
} Table;

#define TABLE(name, func, ...) \
  static const Row name##_rows[] = { __VA_ARGS__ }; \
  static const Table name##_table = { "/validators/" #name, func, name##_rows, \
                                      G_N_ELEMENTS (name##_rows) };

TABLE (npi, ivr_npi_normalize,
       { "1234567893", "1234567893" }, { "1558598797", "1558598797" }, { "1234567890", NULL },
           { "2468597750", NULL },
       { " 123 456 7893\n", "1234567893" }, { "123-456-7893", "1234567893" },
           { "123–456–7893", "1234567893" },
       { "123\xc2\xa0" "4567893", "1234567893" }, { "3234567893", NULL }, { "0234567893", NULL },
       { "123456789", NULL }, { "12345678933", NULL }, { "１２３４５６７８９３", NULL },
           { "123456789a", NULL },
       { "1324567893", NULL }, { "1234567893'; drop table", NULL })

TABLE (mbi, ivr_mbi_normalize,
       { "1EG4-TE5-MK73", "1EG4TE5MK73" }, { "1eg4te5mk73", "1EG4TE5MK73" },
           { "1EG4—TE5—MK73", "1EG4TE5MK73" },
       { "0EG4TE5MK73", NULL }, { "1SG4TE5MK73", NULL }, { "1EL4TE5MK73", NULL },
           { "1EG4OE5MK73", NULL },
       { "1EG4TI5MK73", NULL }, { "1EG4TE5BK73", NULL }, { "1EG4TE5MZ73", NULL },
           { "1EG4TE5MK7", NULL },
       { "1EG4TE5MK733", NULL }, { "EEG4TE5MK73", NULL }, { "1EG4TE5M773", NULL },
           { "1A00A00AA00", "1A00A00AA00" })

TABLE (ptan, ivr_ptan_normalize,
       { "44abc1", "44ABC1" }, { "1234", "1234" }, { "123", NULL },
           { "ABCDEFGHIJKLMNO", "ABCDEFGHIJKLMNO" },
       { "ABCDEFGHIJKLMNOP", NULL }, { "AB_12", NULL })

TABLE (tax_id, ivr_tax_id_normalize,
       { "12-3456789", "123456789" }, { "123456789", "123456789" }, { "123-45-6789", "123456789" },
       { "12345678", NULL }, { "1234567890", NULL }, { "12E456789", NULL })

TABLE (member_id, ivr_member_id_normalize,
       { " xyz 12-3 ", "XYZ 12-3" }, { "A", NULL }, { "ab", "AB" }, { "a\tb", NULL },
           { "a\x01" "b", NULL },
       { "W1234 56789/01", "W1234 56789/01" })

TABLE (medicaid_no, ivr_medicaid_no_normalize,
       { "tn123", "TN123" }, { "12345678901234567890", "12345678901234567890" },
           { "123456789012345678901", NULL })

TABLE (icd10, ivr_icd10_normalize,
       { "E11.621", "E11.621" }, { "e11621", "E11.621" }, { "L97.421", "L97.421" },
           { "I10", "I10" },
       { "T81.31XA", "T81.31XA" }, { "T8131XA", "T81.31XA" }, { "U07.1", "U07.1" },
           { "u071", "U07.1" },
       { "C7A.1", "C7A.1" }, { "M1A", "M1A" }, { "E11.", NULL }, { "E1.1621", NULL },
           { "E11.6212X", NULL },
       { "E116.21", NULL }, { "E1", NULL }, { "11E.1", NULL }, { "EE1.1", NULL },
           { "E11..6", NULL }, { "E11.62-", NULL },
       { " E11 . 621 ", "E11.621" }, { ".E11", NULL })

TABLE (hcpcs, ivr_hcpcs_normalize,
       { "Q4101", "Q4101" }, { "q4433", "Q4433" }, { "A2005", "A2005" }, { "A4100", "A4100" },
           { "V9999", "V9999" },
       { "W0001", NULL }, { "Z1234", NULL }, { "Q410", NULL }, { "Q41011", NULL },
           { "41011", NULL }, { "Q4I01", NULL })

TABLE (cpt, ivr_cpt_normalize, { "15271", "15271" }, { " 11042 ", "11042" }, { "1527", NULL },
       { "152711", NULL }, { "0001F", NULL })

TABLE (phone, ivr_phone_normalize,
       { "(615) 555-0142", "6155550142" }, { "+1 615 555 0142", "6155550142" },
           { "1-615-555-0142", "6155550142" },
       { "615.555.0142", "6155550142" }, { "115-555-0142", NULL }, { "615-155-0142", NULL },
           { "015-555-0142", NULL },
       { "555-0142", NULL }, { "615555014", NULL }, { "615 555 0142 x3", NULL },
           { "26155550142", NULL })

TABLE (zip, ivr_zip_normalize,
       { "37203", "37203" }, { "37203-1234", "37203-1234" }, { "372031234", "37203-1234" },
           { "3720", NULL },
       { "37203-123", NULL }, { "3720-31234", NULL }, { "37203-", NULL }, { "ABCDE", NULL })

TABLE (state, ivr_state_normalize,
       { "TN", "TN" }, { "tn", "TN" }, { " dc ", "DC" }, { "PR", "PR" }, { "XX", NULL },
           { "T", NULL }, { "L A", "LA" },
       { "TNT", NULL }, { "Tennessee", NULL })

TABLE (email, ivr_email_normalize,
       { "name@example.com", "name@example.com" }, { " Name@EXAMPLE.Com ", "Name@example.com" },
       { "a.b+c@x-y.example.org", "a.b+c@x-y.example.org" }, { "someone@sample", NULL },
           { "@sample.org", NULL },
       { "name@", NULL }, { "na me@example.com", NULL }, { "a@b@example.com", NULL },
           { ".a@example.com", NULL },
       { "a.@example.com", NULL }, { "a..b@example.com", NULL }, { "a@-x.com", NULL },
           { "a@x-.com", NULL },
       { "a@x..com", NULL }, { "a@1.2.3.4", NULL }, { "a@example.com, b@example.com", NULL },
           { "a@exämple.com", NULL },
       { "a@example.com\r\nBcc: x@y.zz", NULL }, { "\"a\"@example.com", NULL })

TABLE (date, ivr_date_normalize,
       { "6/9/1954", "1954-06-09" }, { "06/09/1954", "1954-06-09" }, { "06-09-1954", "1954-06-09" },
       { "6.9.1954", "1954-06-09" }, { "1954-06-09", "1954-06-09" }, { "1954/6/9", "1954-06-09" },
           { " 6 / 9 / 1954 ", "1954-06-09" },
       { "6/9/54", NULL }, { "13/1/1954", NULL }, { "2/29/2023", NULL },
           { "2/29/2024", "2024-02-29" },
       { "2/29/1900", NULL }, { "2/29/2000", "2000-02-29" }, { "4/31/2024", NULL },
           { "0/1/2024", NULL }, { "1/0/2024", NULL },
       { "6/9-1954", NULL }, { "6/9/", NULL }, { "6/9", NULL }, { "//", NULL },
           { "6/9/1954x", NULL }, { "6/9/19544", NULL },
       { "1799-12-31", NULL }, { "2200-01-01", NULL }, { "006/9/1954", NULL }, { "19540609", NULL },
           { "June 9, 1954", NULL },
       { "4294967302/9/1954", NULL }, { "-6/9/1954", NULL })

static const Table * const tables[] = {
  &npi_table, &mbi_table, &ptan_table, &tax_id_table, &member_id_table, &medicaid_no_table,
      &icd10_table, &hcpcs_table,
  &cpt_table, &phone_table, &zip_table, &state_table, &email_table, &date_table,
};

/* One plain sentence (or two) that does not quote what was typed. */
static void
assert_refused (const GError *error,
                const char   *text)
{
  g_assert_error (error, IVR_ERROR, IVR_ERROR_INVALID);
  g_assert_true (g_ascii_isupper (error->message[0]));
  g_assert_true (g_str_has_suffix (error->message, "."));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  if (text != NULL && strlen (text) > 5)
    g_assert_null (strstr (error->message, text));
}

static void
test_table (gconstpointer data)
{
  const Table *table = data;

  for (gsize i = 0; i < table->n_rows; i++)
    {
      g_autoptr(GError) error = NULL;
      g_autofree char *normal = table->func (table->rows[i].text, &error);

      g_test_message ("row %d", (int) i);
      g_assert_cmpstr (normal, ==, table->rows[i].expected);
      if (normal == NULL)
        {
          assert_refused (error, table->rows[i].text);
        }
      else
        {
          g_autofree char *again = table->func (normal, NULL);

          g_assert_no_error (error);
          /* What is stored stays as it is when it is read again. */
          g_assert_cmpstr (again, ==, normal);
        }
    }
}

static void
test_hostile (void)
{
  g_autofree char *digits = g_strnfill (1024 * 1024, '1');
  g_autofree char *spaces = g_strnfill (1024 * 1024, ' ');
  g_autofree char *at_signs = g_strnfill (1024 * 1024, '@');
  const char *inputs[] = { NULL, "", " ", "\xff\xfe\xfd", "1\xc3", "\xed\xa0\x80", digits, spaces,
                           at_signs,
                           "%s%s%s%n", "\n\n\n", "-", ".", "/", "\xe2\x80\xae" "1234567893",
                               "١٢٣٤٥٦٧٨٩٠" };

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (inputs); j++)
      {
        g_autoptr(GError) error = NULL;
        g_autofree char *normal = tables[i]->func (inputs[j], &error);

        if (normal == NULL)
          assert_refused (error, NULL);
        else
          g_assert_true (g_utf8_validate (normal, -1, NULL));
        /* Only the two free forms may take any of these, as they are. */
        if (tables[i]->func != ivr_member_id_normalize &&
            tables[i]->func != ivr_medicaid_no_normalize)
          g_assert_null (normal);
        /* And without a place for the error. */
        g_clear_pointer (&normal, g_free);
        normal = tables[i]->func (inputs[j], NULL);
      }
}

/* Every single mistyped digit of an NPI is found: that is what its check digit is for. */
static void
test_npi_every_slip (void)
{
  for (int at = 1; at < 10; at++)
    for (char digit = '0'; digit <= '9'; digit++)
      {
        char npi[] = "1234567893";
        gboolean same = npi[at] == digit;
        g_autofree char *normal = NULL;

        npi[at] = digit;
        normal = ivr_npi_normalize (npi, NULL);
        g_assert_cmpint (normal != NULL, ==, same);
      }
}

static void
test_shown (void)
{
  g_autofree char *mbi = ivr_mbi_format ("1EG4TE5MK73");
  g_autofree char *phone = ivr_phone_format ("6155550142");
  g_autofree char *tax_id = ivr_tax_id_format ("123456789");
  g_autofree char *masked = ivr_tax_id_mask ("123456789");
  g_autofree char *short_one = ivr_tax_id_mask ("6789");
  g_autofree char *not_one = ivr_tax_id_format ("123-45-6789");
  g_autofree char *none = ivr_tax_id_mask (NULL);

  g_assert_cmpstr (mbi, ==, "1EG4-TE5-MK73");
  g_assert_cmpstr (phone, ==, "(615) 555-0142");
  g_assert_cmpstr (tax_id, ==, "12-3456789");
  g_assert_cmpstr (masked, ==, "••-•••6789");
  g_assert_cmpstr (short_one, ==, "••-•••••••");
  g_assert_cmpstr (not_one, ==, "••-•••••••");
  g_assert_cmpstr (none, ==, "");
}

static void
test_birth (void)
{
  static const struct
  {
    const char *born, *today;
    gboolean fits;
  } rows[] = {
    { "2026-11-24", "2026-11-24", TRUE },  { "2026-11-25", "2026-11-24", FALSE },
        { "1906-11-24", "2026-11-24", TRUE },
    { "1906-11-23", "2026-11-24", FALSE }, { "1904-02-29", "2024-02-29", TRUE },
        { "1904-02-28", "2024-02-29", FALSE },
    { "1908-02-28", "2028-02-29", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;
      GDate born, today;

      g_assert_true (ivr_date_parse (rows[i].born, &born, NULL));
      g_assert_true (ivr_date_parse (rows[i].today, &today, NULL));
      g_assert_cmpint (ivr_date_check_birth (&born, &today, &error), ==, rows[i].fits);
      if (!rows[i].fits)
        assert_refused (error, NULL);
    }
}

static void
test_uuid (void)
{
  g_autofree char *first = ivr_uuid_new ();
  g_autofree char *second = ivr_uuid_new ();
  g_autofree char *lower = ivr_uuid_normalize ("6DB5F169-2541-4515-9156-8CD432D8F0E4");

  g_assert_cmpstr (first, !=, second);
  g_assert_cmpstr (lower, ==, "6db5f169-2541-4515-9156-8cd432d8f0e4");
  g_assert_null (ivr_uuid_normalize (NULL));
  g_assert_null (ivr_uuid_normalize ("6db5f169"));
  g_assert_null (ivr_uuid_normalize ("{6db5f169-2541-4515-9156-8cd432d8f0e4}"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    g_test_add_data_func (tables[i]->path, tables[i], test_table);
  g_test_add_func ("/validators/hostile", test_hostile);
  g_test_add_func ("/validators/npi-every-slip", test_npi_every_slip);
  g_test_add_func ("/validators/shown", test_shown);
  g_test_add_func ("/validators/birth", test_birth);
  g_test_add_func ("/validators/uuid", test_uuid);
  return g_test_run ();
}
