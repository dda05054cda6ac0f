/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a line, a payer or an attacker can do to an answer: it is read as far as it goes, or refused with a code. */
#include "ivr-edi-value.h"
#include "ivr-test-edi.h"
#include "ivr-x12-reader.h"
#include "ivr-x12.h"

#include <stdio.h>
#include <string.h>

#define ENVELOPE                                                                                                       \
  "ISA*00*          *00*          *ZZ*P              *ZZ*C              *260601*1200*^*00501*000000001*0*T*:~"         \
  "GS*HB*P*C*20260601*1200*1*X*005010X279A1~ST*271*0001*005010X279A1~"
#define LEVELS "HL*1**20*1~HL*2*1*21*1~HL*3*2*22*0~"
#define TAIL "SE*9*0001~GE*1*1~IEA*1*000000001~"
#define CANARY "CANARYBIRD"

/* What holds of any reading, whatever it was read from. */
static void
assert_sound (GPtrArray *sets)
{
  for (guint s = 0; s < sets->len; s++)
    {
      IvrEdiSet *set = sets->pdata[s];

      g_assert_cmpuint (set->offset + set->length, <=, g_bytes_get_size (set->raw));
      for (guint i = 1; i <= ivr_edi_n (set->benefits); i++)
        for (int part = 1; part < IVR_EDI_EB_N_PARTS; part++)
          {
            const char *value = ivr_test_edi_eb (set, i, (IvrEdiBenefitPart) part);

            if (value == NULL)
              continue;
            g_assert_true (g_utf8_validate (value, -1, NULL));
            if (part == IVR_EDI_EB_AMOUNT || part == IVR_EDI_EB_PERCENT || part == IVR_EDI_EB_QUANTITY)
              g_assert_true (ivr_edi_value_is_decimal (value));
          }
      for (guint i = 0; i < ivr_edi_n (set->benefits); i++)
        g_assert_cmpuint (ivr_edi_at (set->benefits, IvrEdiBenefit, i)->party, <=, ivr_edi_n (set->parties));
    }
}

static GPtrArray *
read_bytes (const char  *text,
            gsize        length,
            GError     **error)
{
  /* A copy that ends where the bytes end, so that a sanitizer sees a read behind them. */
  g_autoptr(GBytes) document = g_bytes_new (text, length);
  GPtrArray *sets = ivr_test_edi_read (document, error);

  if (sets != NULL)
    assert_sound (sets);
  return sets;
}

/* What is read of a document that was cut is what is read of the whole: no benefit is another, no
 * amount is shorter. */
static void
assert_beginning (GPtrArray *cut,
                  GPtrArray *whole)
{
  g_assert_cmpuint (cut->len, <=, whole->len);
  for (guint s = 0; s < cut->len; s++)
    {
      IvrEdiSet *part = cut->pdata[s];
      IvrEdiSet *set = whole->pdata[s];

      g_assert_cmpuint (ivr_edi_n (part->benefits), <=, ivr_edi_n (set->benefits));
      g_assert_cmpuint (ivr_edi_n (part->rejects), <=, ivr_edi_n (set->rejects));
      for (guint i = 1; i <= ivr_edi_n (part->benefits); i++)
        for (int p = 1; p < IVR_EDI_EB_N_PARTS; p++)
          g_assert_cmpstr (ivr_test_edi_eb (part, i, (IvrEdiBenefitPart)p), ==,
                           ivr_test_edi_eb (set, i, (IvrEdiBenefitPart)p));
      if (!part->is_complete && part->kind != IVR_EDI_TA1)
        g_assert_true (ivr_edi_set_has_warning (part, IVR_EDI_WARNING_NO_SE));
    }
}

static void
test_truncated (void)
{
  g_autoptr(GPtrArray) names = ivr_test_edi_names (".edi");

  for (guint i = 0; i < names->len; i++)
    {
      g_autoptr(GBytes) document = ivr_test_edi_fixture (names->pdata[i]);
      g_autoptr(GPtrArray) whole = ivr_test_edi_read (document, NULL);
      gsize length;
      const char *text = g_bytes_get_data (document, &length);
      guint n_read = 0;

      g_assert_nonnull (whole);
      for (gsize n = 0; n < length; n++)
        {
          g_autoptr(GError) error = NULL;
          g_autoptr(GPtrArray) cut = read_bytes (text, n, &error);

          g_assert_true ((cut == NULL) == (error != NULL));
          if (cut == NULL)
            g_assert_true (error->domain == IVR_EDI_ERROR);
          else
            {
              n_read++;
              assert_beginning (cut, whole);
            }
        }
      g_test_message ("%s: %u of %" G_GSIZE_FORMAT " beginnings are read", (char *) names->pdata[i], n_read, length);
      g_assert_cmpuint (n_read, >, 30);
    }
}

static void
test_truncated_json (void)
{
  g_autoptr(GPtrArray) names = ivr_test_edi_names (".json");

  for (guint i = 0; i < names->len; i++)
    {
      g_autoptr(GBytes) document = ivr_test_edi_fixture (names->pdata[i]);
      gsize length;
      const char *text = g_bytes_get_data (document, &length);

      while (g_ascii_isspace (text[length - 1]))
        length--;
      for (gsize n = 0; n < length; n++)
        {
          g_autoptr(GError) error = NULL;
          g_autoptr(GBytes) part = g_bytes_new (text, n);
          g_autoptr(IvrFhir) fhir = ivr_fhir_new (part, &error);

          /* JSON that was cut is none. */
          g_assert_null (fhir);
          g_assert_error (error, IVR_EDI_ERROR, (n == 0 ? (int) IVR_EDI_ERROR_EMPTY : (int) IVR_EDI_ERROR_JSON));
        }
    }
}

/* Every byte of ISA as every other: read with what can be told, or refused. */
static void
test_isa (void)
{
  g_autoptr(GBytes) document = ivr_test_edi_fixture ("one-line.edi");
  gsize length;
  const char *text = g_bytes_get_data (document, &length);
  g_autofree char *copy = g_memdup2 (text, length);
  guint n_read = 0, n_refused = 0;

  for (guint at = 0; at < 106; at++)
    {
      for (guint byte = 0; byte < 256; byte++)
        {
          g_autoptr(GError) error = NULL;
          g_autoptr(GPtrArray) sets = NULL;

          copy[at] = (char) byte;
          sets = read_bytes (copy, length, &error);
          n_read += sets != NULL && sets->len == 1;
          n_refused += sets == NULL;
          if (sets == NULL)
            g_assert_true (error->domain == IVR_EDI_ERROR);
          /* Neither name nor separator nor terminator: nothing is lost but what the byte said. */
          if (at > 3 && at < 105)
            {
              g_assert_no_error (error);
              g_assert_cmpuint (sets->len, ==, 1);
              g_assert_cmpuint (ivr_edi_n (((IvrEdiSet *) sets->pdata[0])->benefits), ==, 23);
            }
        }
      copy[at] = text[at];
    }
  g_test_message ("%u read, %u refused", n_read, n_refused);
  g_assert_cmpuint (n_read, >=, 101 * 256);
  g_assert_cmpuint (n_refused, >, 100);
}

static void
test_refused (void)
{
  static const struct
  {
    const char *text;
    IvrEdiError code;
  } rows[] = {
    { "", IVR_EDI_ERROR_EMPTY }, { " \r\n\t", IVR_EDI_ERROR_EMPTY }, { "\xef\xbb\xbf", IVR_EDI_ERROR_EMPTY },
    { "<html><body>ISA is not here</body></html>", IVR_EDI_ERROR_NO_ISA }, { "ST*271*0001~EB*1~SE*3*0001~", IVR_EDI_ERROR_NO_ISA },
    { "ISAAC*00*x", IVR_EDI_ERROR_DELIMITERS }, { "ISA", IVR_EDI_ERROR_ISA_SHORT }, { "ISA*", IVR_EDI_ERROR_ISA_SHORT },
    { "ISA*00*  *00*  *ZZ*P*ZZ*C*260601*1200*^*00501*1*0*T", IVR_EDI_ERROR_ISA_SHORT },
    { "ISA*00*  *00*  *ZZ*P*ZZ*C*260601*1200*^*00501*1*0~GS*HB*P*C*20260601*1200*1*X*005010~", IVR_EDI_ERROR_ISA_SHORT },
    { "ISA*00*  *00*  *ZZ*P*ZZ*C*260601*1200*^*00501*1*0*T*:x", IVR_EDI_ERROR_DELIMITERS },
    { "HTTP/1.1 200 OK\r\n\r\n<p>Sign in</p>", IVR_EDI_ERROR_NO_ISA },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(GPtrArray) sets = read_bytes (rows[i].text, strlen (rows[i].text), &error);

      g_test_message ("%s", rows[i].text);
      g_assert_error (error, IVR_EDI_ERROR, (int) rows[i].code);
      g_assert_null (sets);
      g_assert_cmpuint (strlen (ivr_edi_error_get_code (error)), >, 3);
    }
}

/* Each delimiter at each place of the body. */
static void
test_delimiters_as_data (void)
{
  g_autoptr(GBytes) document = ivr_test_edi_fixture ("one-line.edi");
  gsize length;
  const char *text = g_bytes_get_data (document, &length);

  for (const char *d = "*^:~\r\n|>"; *d != '\0'; d++)
    for (gsize at = 106; at <= length; at++)
      {
        g_autoptr(GString) changed = g_string_new_len (text, (gssize) length);
        g_autoptr(GPtrArray) sets = NULL;

        g_string_insert_c (changed, (gssize) at, *d);
        sets = read_bytes (changed->str, changed->len, NULL);
        g_assert_nonnull (sets);
        g_assert_cmpuint (sets->len, <=, 1);
      }
}

/* An interchange begins at ISA and its separator, not at a name that begins so. */
static void
test_isa_in_names (void)
{
  g_autoptr(GPtrArray) sets = ivr_test_edi_read_text (
    ENVELOPE LEVELS "NM1*IL*1*ISAAC*ISA****MI*NARCISA~MSG*ISA~N3*ISA*ISA~EB*1**30~" TAIL);
  IvrEdiSet *set = sets->pdata[0];

  g_assert_cmpuint (sets->len, ==, 1);
  g_assert_cmpstr (ivr_edi_set_get_patient (set)->last, ==, "ISAAC");
  g_assert_cmpstr (ivr_edi_set_get_patient (set)->first, ==, "ISA");
  g_assert_true (set->is_complete);
}

static void
test_levels (void)
{
  static const char * const bodies[] = {
    "HL*1*1*22*1~EB*1**30~", "HL*1*2*22*1~HL*2*1*23*1~HL*1*2*23*1~EB*1**30~", "HL****~EB*1**30~", "HL*1**99~NM1*IL*1*X~EB*1**30~",
    "HL*3*4*23*0~NM1*03*1*X~EB*1**30~", "NM1*IL*1*X~EB*1**30~", "EB*1**30~",
  };
  g_autoptr(GString) many = g_string_new (ENVELOPE);
  g_autoptr(GPtrArray) sets = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autofree char *text = g_strconcat (ENVELOPE, bodies[i], TAIL, NULL);
      g_autoptr(GPtrArray) own = ivr_test_edi_read_text (text);
      g_autofree char *json = NULL;
      g_autoptr(GBytes) document = g_bytes_new (text, strlen (text));

      assert_sound (own);
      json = ivr_test_edi_json (document);
      g_assert_nonnull (json);
      g_assert_cmpstr (ivr_test_edi_eb (own->pdata[0], 1, IVR_EDI_EB_STATUS), ==, "1");
      g_assert_true (ivr_edi_set_get_verdict (own->pdata[0]) == IVR_EDI_VERDICT_ACTIVE);
    }
  for (int i = 0; i < 100000; i++)
    g_string_append (many, i % 2 == 0 ? "HL*7*8*22*0~NM1*IL*1*X~REF*SY*1~" : "HL*8*7*23*0~NM1*03*1*Y~REF*6P*2~");
  g_string_append (many, TAIL);
  sets = ivr_test_edi_read_text (many->str);
  g_assert_cmpuint (((IvrEdiSet *) sets->pdata[0])->n_levels, ==, 100000);
  /* What is wrong everywhere is not said a hundred thousand times. */
  g_assert_cmpuint (ivr_edi_n (((IvrEdiSet *) sets->pdata[0])->warnings), <, 1100);
  g_assert_true (((IvrEdiSet *) sets->pdata[0])->is_complete);
  g_ptr_array_unref (g_steal_pointer (&sets));

  /* More people than any answer names: the rest is left out, and that is said. */
  g_string_truncate (many, many->len - strlen (TAIL));
  for (int i = 0; i < 150000; i++)
    g_string_append (many, "HL*1**22~");
  g_string_append (many, "EB*1**30~" TAIL);
  sets = ivr_test_edi_read_text (many->str);
  g_assert_false (((IvrEdiSet *) sets->pdata[0])->is_complete);
  g_assert_true (((IvrEdiSet *) sets->pdata[0])->is_full);
  g_assert_cmpuint (ivr_edi_n (((IvrEdiSet *) sets->pdata[0])->parties), ==, 200000);
  g_assert_cmpuint (ivr_edi_n (((IvrEdiSet *) sets->pdata[0])->benefits), ==, 0);
}

/* What makes a reader begin anew at every line, or look through the rest at every end. */
static void
test_many_envelopes (void)
{
  static const char * const pieces[] = {
    "IEA*1*000000001~", "\nISA*", "ISA*~", "\n", "~", "GS*~", "\nISA", "ST*~", "GE~IEA~", "\r\n ISA*00*x\n", "ISA*00*          *00*~",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (pieces); i++)
    for (int before = 0; before < 2; before++)
      {
        g_autoptr(GString) text = g_string_new (before ? "" : ENVELOPE LEVELS TAIL);
        g_autoptr(GPtrArray) sets = NULL;

        for (int n = 0; n < 300000; n++)
          g_string_append (text, pieces[i]);
        g_string_append (text, "\n" ENVELOPE LEVELS TAIL);
        sets = read_bytes (text->str, text->len, NULL);
        g_assert_true (before || sets != NULL);
      }
}

static void
test_many (void)
{
  g_autoptr(GString) elements = g_string_new (ENVELOPE LEVELS "EB*1**30");
  g_autoptr(GString) benefits = g_string_new (ENVELOPE LEVELS);
  g_autoptr(GString) repeats = g_string_new (ENVELOPE LEVELS "EB*1**30");
  g_autoptr(GPtrArray) sets = NULL;
  g_auto(GStrv) services = NULL;
  g_autofree char *json = NULL;
  g_autoptr(GBytes) document = NULL;
  IvrEdiSet *set;

  for (int i = 0; i < 1000000; i++)
    g_string_append (elements, "*x");
  g_string_append (elements, "~" TAIL);
  sets = ivr_test_edi_read_text (elements->str);
  set = sets->pdata[0];
  g_assert_cmpuint (set->benefits->len, ==, 1);
  g_assert_true (ivr_edi_set_has_warning (set, IVR_EDI_WARNING_ELEMENTS));
  g_assert_true (set->is_complete);
  g_ptr_array_unref (g_steal_pointer (&sets));

  for (int i = 0; i < 200000; i++)
    g_string_append (benefits, i % 2 == 0 ? "EB*R*IND*30~" : "EB*C*IND*30***23*1~");
  g_string_append (benefits, TAIL);
  document = g_bytes_new (benefits->str, benefits->len);
  sets = ivr_test_edi_read (document, NULL);
  set = sets->pdata[0];
  g_assert_cmpuint (set->benefits->len, ==, 200000);
  json = ivr_test_edi_json (document);
  g_assert_cmpuint (strlen (json), >, benefits->len);
  g_ptr_array_unref (g_steal_pointer (&sets));

  for (int i = 0; i < 100000; i++)
    g_string_append (repeats, "^30");
  g_string_append (repeats, "~" TAIL);
  sets = ivr_test_edi_read_text (repeats->str);
  services = ivr_edi_benefit_dup_services (ivr_edi_at (((IvrEdiSet *) sets->pdata[0])->benefits, IvrEdiBenefit, 0));
  g_assert_cmpuint (g_strv_length (services), ==, 100001);
}

/* Each byte as NUL, as a byte of ISO-8859-1, and as a half of UTF-8. */
static void
test_bytes (void)
{
  static const char bytes[] = { '\0', '\xe9', '\xc3', '\x1f', '\x7f', '\x85' };
  g_autoptr(GBytes) document = ivr_test_edi_fixture ("dependent.edi");
  gsize length;
  const char *text = g_bytes_get_data (document, &length);
  g_autofree char *copy = g_memdup2 (text, length);

  for (gsize b = 0; b < G_N_ELEMENTS (bytes); b++)
    for (gsize at = 106; at < length; at++)
      {
        g_autoptr(GBytes) changed = NULL;
        g_autofree char *json = NULL;

        copy[at] = bytes[b];
        changed = g_bytes_new (copy, length);
        copy[at] = text[at];
        json = ivr_test_edi_json (changed);
        g_assert_nonnull (json);
        g_assert_true (g_utf8_validate (json, -1, NULL));
        for (const char *p = json; *p != '\0'; p++)
          g_assert_true ((guchar) *p >= 0x20 || *p == '\n');
      }
}

static char *
nested (const char *open,
        guint       n)
{
  GString *text = g_string_new ("{\"resourceType\":\"Coverage\",\"x\":");

  for (guint i = 0; i < n; i++)
    g_string_append (text, open);
  return g_string_free (text, FALSE);
}

static void
test_depth (void)
{
  static const char * const opens[] = { "[", "{\"a\":", "[{\"a\":" };

  for (gsize i = 0; i < G_N_ELEMENTS (opens); i++)
    {
      g_autofree char *deep = nested (opens[i], 100000);
      g_autofree char *cut = nested (opens[i], 20);
      g_autoptr(GError) error = NULL;

      g_assert_null (ivr_json_new (deep, strlen (deep), &error));
      g_assert_error (error, IVR_EDI_ERROR, IVR_EDI_ERROR_JSON_DEPTH);
      g_clear_error (&error);
      g_assert_null (ivr_json_new (cut, strlen (cut), &error));
      g_assert_error (error, IVR_EDI_ERROR, IVR_EDI_ERROR_JSON);
    }
  {
    g_autoptr(GString) right = g_string_new (NULL);
    g_autoptr(IvrJson) json = NULL;

    for (int i = 0; i < IVR_JSON_DEPTH_MAX; i++)
      g_string_append_c (right, '[');
    for (int i = 0; i < IVR_JSON_DEPTH_MAX; i++)
      g_string_append_c (right, ']');
    json = ivr_json_new (right->str, right->len, NULL);
    g_assert_nonnull (json);
  }
}

static void
test_json (void)
{
  static const char * const wrong[] = {
    "{", "[1,]", "{\"a\":1,}", "{\"a\" 1}", "{a:1}", "{'a':1}", "[007]", "[.5]", "[1.]", "[+1]", "[1e]", "[NaN]", "[Infinity]", "[1 2]",
    "[tru]", "[truex]", "[\"\\x\"]", "[\"\\u00g0\"]", "[\"\\u0000\"]", "[\"a", "[] []", "[]x", "/* */ []", "[1,,2]", "{\"a\":}", "]", "{]", "[\"\\",
  };
  static const char * const right[] = {
    "[]", "{}", "[-0.50e+10]", "[1e400]", "[12345678901234567890]", "[\"\\ud83d\\ude00\"]", "[\"\\ud83d\"]", " {\"a\":[{},[],null]} ",
  };
  g_autoptr(IvrJson) json = NULL;
  guint32 offset;

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr(GError) error = NULL;

      g_test_message ("%s", wrong[i]);
      g_assert_null (ivr_json_new (wrong[i], strlen (wrong[i]), &error));
      g_assert_error (error, IVR_EDI_ERROR, IVR_EDI_ERROR_JSON);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (right); i++)
    {
      g_autoptr(IvrJson) own = ivr_json_new (right[i], strlen (right[i]), NULL);

      g_test_message ("%s", right[i]);
      g_assert_nonnull (own);
    }
  json = ivr_json_new ("{\"a\":12345678901234567890,\"b\":1.10,\"a\":2}", 41, NULL);
  g_assert_cmpstr (ivr_json_number (json, ivr_json_get_root (json), "a"), ==, "12345678901234567890");
  g_assert_cmpstr (ivr_json_number (json, ivr_json_get_root (json), "b"), ==, "1.10");
  g_assert_true (ivr_json_get_twice (json, &offset));
  g_assert_cmpuint (offset, ==, 35);
}

static void
assert_no_canary (IvrEdiSet *set)
{
  for (guint i = 0; i < ivr_edi_n (set->warnings); i++)
    {
      const IvrEdiWarning *warning = ivr_edi_at (set->warnings, IvrEdiWarning, i);

      g_assert_null (strstr (ivr_edi_warning_get_code (warning->code), CANARY));
      g_assert_null (strstr (ivr_edi_warning_get_text (warning->code), CANARY));
    }
}

static void
read_with_canary (const char *text,
                  gsize       from,
                  gsize       to,
                  gsize       length)
{
  g_autoptr(GString) changed = g_string_new_len (text, (gssize) from);
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) document = NULL;
  g_autoptr(GPtrArray) sets = NULL;
  g_autoptr(IvrFhir) fhir = NULL;
  g_autofree char *json = NULL;

  g_string_append (changed, CANARY);
  g_string_append_len (changed, text + to, (gssize) (length - to));
  document = g_bytes_new (changed->str, changed->len);
  sets = ivr_test_edi_read (document, &error);
  for (guint i = 0; sets != NULL && i < sets->len; i++)
    assert_no_canary (sets->pdata[i]);
  if (error != NULL)
    g_assert_null (strstr (error->message, CANARY));
  g_clear_error (&error);
  fhir = sets == NULL ? ivr_fhir_new (document, &error) : NULL;
  if (fhir != NULL)
    assert_no_canary (ivr_fhir_get_set (fhir));
  if (error != NULL)
    g_assert_null (strstr (error->message, CANARY));
  json = ivr_test_edi_json (document);
  /* That the reading may have it shows that the bird was there to be seen. */
  if (json != NULL && strstr (json, CANARY) != NULL)
    fputs ("seen\n", stdout);
}

/* Every element of every fixture in turn, and every string and number of JSON. */
static void
read_canaries (void)
{
  g_autoptr(GPtrArray) names = ivr_test_edi_names ("");

  for (guint i = 0; i < names->len; i++)
    {
      g_autoptr(GBytes) document = ivr_test_edi_fixture (names->pdata[i]);
      gsize length;
      const char *text = g_bytes_get_data (document, &length);
      gboolean is_json = g_str_has_suffix (names->pdata[i], ".json");
      IvrX12 x12;
      IvrX12Segment segment;

      for (gsize at = 0; is_json && at < length; at++)
        if (text[at] == '"' || g_ascii_isdigit (text[at]))
          {
            gsize from = at + (text[at] == '"');
            gsize end = from + (text[at] == '"' ? strcspn (text + from, "\"") : strspn (text + from, "0123456789.e"));

            read_with_canary (text, from, end, length);
            at = end;
          }
      if (is_json)
        continue;
      g_assert_true (ivr_x12_init (&x12, text, length, NULL));
      while (ivr_x12_next (&x12, &segment))
        for (guint e = 1; e < segment.n_elements; e++)
          {
            guint32 n;
            const char *element = ivr_x12_element (&x12, &segment, e, &n);

            read_with_canary (text, (gsize) (element - text), (gsize) (element - text) + n, length);
          }
    }
}

static void
test_canary (void)
{
  if (g_test_subprocess ())
    {
      read_canaries ();
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout ("*seen*seen*seen*");
  g_test_trap_assert_stdout_unmatched ("*" CANARY "*");
  g_test_trap_assert_stderr_unmatched ("*" CANARY "*");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hostile/truncated", test_truncated);
  g_test_add_func ("/hostile/truncated-json", test_truncated_json);
  g_test_add_func ("/hostile/isa", test_isa);
  g_test_add_func ("/hostile/refused", test_refused);
  g_test_add_func ("/hostile/delimiters-as-data", test_delimiters_as_data);
  g_test_add_func ("/hostile/isa-in-names", test_isa_in_names);
  g_test_add_func ("/hostile/levels", test_levels);
  g_test_add_func ("/hostile/many", test_many);
  g_test_add_func ("/hostile/many-envelopes", test_many_envelopes);
  g_test_add_func ("/hostile/bytes", test_bytes);
  g_test_add_func ("/hostile/depth", test_depth);
  g_test_add_func ("/hostile/json", test_json);
  g_test_add_func ("/hostile/canary", test_canary);
  return g_test_run ();
}
