/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tokenizer: delimiters as every kind of ISA declares them, and positions that lose no byte. */
#include "ivr-edi-document.h"
#include "ivr-test-edi.h"
#include "ivr-x12.h"

#include <string.h>

#define FIXED "ISA*00*          *00*          *ZZ*P              *ZZ*C              *260601*1200*^*00501*000000001*0*T*"

static void
test_delimiters (void)
{
  static const struct
  {
    const char *text;
    const char *delimiters;   /* element, repetition, component, terminator; a blank for none */
    int flags;
  } rows[] = {
    { FIXED ":~GS*HB~", "*^:~", 0 },
    { FIXED ":\nGS*HB\n", "*^:\n", 0 },
    { FIXED ":\r\nGS*HB\r\n", "*^:\r", IVR_X12_LF },
    { FIXED ":~\r\n  GS*HB~", "*^:~", IVR_X12_CR | IVR_X12_LF | IVR_X12_INDENTED },
    { FIXED "^~GS*HB~", "*^^~", 0 },
    { FIXED ":\x1dGS*HB\x1d", "*^:\x1d", 0 },
    { "\xef\xbb\xbf\r\n" FIXED ":~GS*HB~", "*^:~", IVR_X12_BOM },
    { "page 1\n" FIXED ":~GS*HB~", "*^:~", IVR_X12_LEADING },
    /* ISA16 is not there, with its place and without. */
    { FIXED "~GS*HB~", "*^ ~", IVR_X12_NO_COMPONENT | IVR_X12_BLANKS },
    { "ISA*00**00**ZZ*P*ZZ*C*260601*1200*^*00501*1*0*T*~GS*HB~", "*^ ~", IVR_X12_NO_COMPONENT | IVR_X12_BLANKS },
    /* Its blanks are collapsed. */
    { "ISA*00**00**ZZ*P*ZZ*C*260601*1200*^*00501*1*0*T*:~GS*HB~", "*^:~", IVR_X12_BLANKS },
    { "ISA*00**00**ZZ*P*ZZ*C*260601*1200*^*00501*1*0*T*:\nGS*HB\n", "*^:\n", IVR_X12_BLANKS },
    { "ISA*00**00**ZZ*P*ZZ*C*260601*1200*^*00501*1*0*T*:\r\nTA1*1\r\n", "*^:\r", IVR_X12_BLANKS | IVR_X12_LF },
    /* A letter, or a version that knows no repeats. */
    { "ISA*00**00**ZZ*P*ZZ*C*260601*1200*U*00501*1*0*T*:~GS*HB~", "* :~", IVR_X12_BLANKS },
    { "ISA*00**00**ZZ*P*ZZ*C*260601*1200*^*00401*1*0*T*:~GS*HB~", "* :~", IVR_X12_BLANKS },
    { "ISA*00**00**ZZ*P*ZZ*C*260601*1200*~*00501*1*0*T*:~GS*HB~", "* :~", IVR_X12_BLANKS | IVR_X12_CLASH },
    { "ISA|00||00||ZZ|P|ZZ|C|260601|1200|!|00501|1|0|T|>\\GS|HB\\", "|!>\\", IVR_X12_BLANKS },
    /* A separator was lost; the others stand where they belong. */
    { "ISA*00*          *00           *ZZ*P              *ZZ*C              *260601*1200*^*00501*000000001*0*T*:~GS*HB~", "*^:~",
      IVR_X12_DAMAGED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      IvrX12 x12;
      IvrX12Segment segment;
      const IvrX12Delimiters *d = &x12.delimiters;
      const char *expected = rows[i].delimiters;

      g_test_message ("%s", rows[i].text);
      g_assert_true (ivr_x12_init (&x12, rows[i].text, strlen (rows[i].text), NULL));
      g_assert_true (ivr_x12_next (&x12, &segment));
      g_assert_true (ivr_x12_is (&x12, &segment, "ISA"));
      g_assert_cmpuint (segment.n_elements, ==, 17);
      g_assert_true (ivr_x12_next (&x12, &segment));
      g_assert_true (ivr_x12_is (&x12, &segment, "GS") || ivr_x12_is (&x12, &segment, "TA1"));
      g_assert_true (segment.terminated);
      g_assert_cmpuint (segment.n_elements, ==, 2);
      g_assert_false (ivr_x12_next (&x12, &segment));
      g_assert_cmpint (d->element, ==, expected[0]);
      g_assert_cmpint (d->repetition, ==, expected[1] == ' ' ? 0 : expected[1]);
      g_assert_cmpint (d->component, ==, expected[2] == ' ' ? 0 : expected[2]);
      g_assert_cmpint (d->terminator, ==, expected[3]);
      g_assert_cmpint (x12.flags, ==, rows[i].flags);
    }
}

/* What stands between the delimiters, joined again, is the document: nothing is lost in tokens. */
static void
test_positions (void)
{
  g_autoptr(GBytes) document = ivr_test_edi_fixture ("one-line.edi");
  gsize length;
  const char *text = g_bytes_get_data (document, &length);
  g_autoptr(GString) joined = g_string_new (NULL);
  IvrX12 x12;
  IvrX12Segment segment;
  guint32 n = 0;

  g_assert_true (ivr_x12_init (&x12, text, length, NULL));
  while (ivr_x12_next (&x12, &segment))
    {
      g_assert_cmpuint (segment.index, ==, ++n);
      g_assert_cmpuint (segment.offset, ==, joined->len);
      for (guint i = 0; i < segment.n_elements; i++)
        {
          guint32 size;
          const char *element = ivr_x12_element (&x12, &segment, i, &size);

          if (i > 0)
            g_string_append_c (joined, '*');
          g_string_append_len (joined, element, size);
        }
      g_assert_cmpuint (segment.offset + segment.length, ==, joined->len);
      g_string_append_c (joined, '~');
    }
  g_assert_cmpuint (n, >, 60);
  g_assert_cmpmem (joined->str, joined->len, text, length);
}

/* Nothing is passed over that comes after text between interchanges, in a line of its own or not. */
static void
test_between (void)
{
  static const char * const between[] = { "", "\r\n", "x~", "junk~", "two\nlines\n", "~~", "ISA~", "ISA*~", "IEA*1*1~", "x~IEA*1*1~y\n" };
  static const char one[] = FIXED ":~GS*HB*P*C*20260601*1200*1*X*005010X279A1~ST*271*0001*005010X279A1~SE*2*0001~GE*1*1~IEA*1*000000001~";

  for (gsize i = 0; i < G_N_ELEMENTS (between); i++)
    {
      g_autofree char *text = g_strconcat (one, between[i], one, "\n", between[i], "~", one, NULL);
      g_autoptr(GPtrArray) sets = ivr_test_edi_read_text (text);

      g_test_message ("%s", text);
      g_assert_cmpuint (sets->len, ==, 3);
      g_assert_cmpuint (((IvrEdiSet *) sets->pdata[2])->envelope.interchange, ==, 3);
    }
}

static void
test_names (void)
{
  static const char text[] = FIXED ":~EB*1~E*1~EBX*1~LONG*1~*1~E\nB*2~N\r\nM1*3~~~ ~";
  static const struct
  {
    const char *name;
    gboolean is_known;
  } rows[] = { { "EB", TRUE }, { "E", FALSE }, { "EBX", TRUE }, { "LONG", FALSE },
               { "", FALSE },  { "EB", TRUE }, { "NM1", TRUE } };
  IvrX12 x12;
  IvrX12Segment segment;

  g_assert_true (ivr_x12_init (&x12, text, sizeof text - 1, NULL));
  g_assert_true (ivr_x12_next (&x12, &segment));
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_assert_true (ivr_x12_next (&x12, &segment));
      g_test_message ("%s", rows[i].name);
      g_assert_cmpint (segment.name != 0, ==, rows[i].is_known);
      if (rows[i].is_known)
        g_assert_true (ivr_x12_is (&x12, &segment, rows[i].name));
    }
  g_assert_false (ivr_x12_next (&x12, &segment));
}

/* Every fixture through the one door that needs no format to be named, and its JSON back again. */
static void
test_documents (void)
{
  g_autoptr(GPtrArray) names = ivr_test_edi_names ("");

  for (guint i = 0; i < names->len; i++)
    {
      g_autoptr(GBytes) document = ivr_test_edi_fixture (names->pdata[i]);
      g_autoptr(GError) error = NULL;
      g_autoptr(GPtrArray) sets = ivr_edi_document_read (document, 3, &error);
      g_autofree char *text = ivr_test_edi_json (document);
      g_autoptr(IvrJson) json = ivr_json_new (text, strlen (text), NULL);
      guint32 offset;

      g_test_message ("%s", (char *) names->pdata[i]);
      g_assert_no_error (error);
      g_assert_cmpint (ivr_edi_document_is_json (document), ==, g_str_has_suffix (names->pdata[i], ".json"));
      g_assert_nonnull (json);
      g_assert_false (ivr_json_get_twice (json, &offset));
      g_assert_cmpuint (ivr_json_length (json, ivr_json_get_root (json)), ==, sets->len);
    }
}

static void
test_too_many (void)
{
  g_autoptr(GBytes) document = ivr_test_edi_fixture ("inactive.edi");
  g_autoptr(GBytes) empty = g_bytes_new_static (FIXED ":~IEA*0*000000001~", sizeof FIXED ":~IEA*0*000000001~" - 1);
  g_autoptr(GError) error = NULL;

  g_assert_null (ivr_edi_document_read (document, 2, &error));
  g_assert_error (error, IVR_EDI_ERROR, IVR_EDI_ERROR_TOO_MANY);
  g_clear_error (&error);
  g_assert_null (ivr_edi_document_read (empty, 2, &error));
  g_assert_error (error, IVR_EDI_ERROR, IVR_EDI_ERROR_NO_SET);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/x12/delimiters", test_delimiters);
  g_test_add_func ("/x12/positions", test_positions);
  g_test_add_func ("/x12/names", test_names);
  g_test_add_func ("/x12/between", test_between);
  g_test_add_func ("/x12/documents", test_documents);
  g_test_add_func ("/x12/too-many", test_too_many);
  return g_test_run ();
}
