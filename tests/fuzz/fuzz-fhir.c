/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What payers send as FHIR, mangled: whatever it is, what is read of it is sound, and is JSON afterwards. */
#include "ivr-fuzz.h"

#include "ivr-edi-value.h"
#include "ivr-fhir.h"

#include <string.h>

static guint n_taken;

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  /* A copy that ends where the bytes end, so that a sanitizer sees a read behind them. */
  g_autoptr(GBytes) document = g_bytes_new (size > 0 ? data : (const uint8_t *) "", size);
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrFhir) fhir = ivr_fhir_new (document, &error);
  g_autoptr(IvrJson) json = NULL;
  g_autofree char *text = NULL;
  IvrJsonWriter *writer;
  IvrEdiSet *set;

  if (fhir == NULL)
    {
      g_assert_true (error != NULL && error->domain == IVR_EDI_ERROR);
      return 0;
    }
  n_taken++;
  set = ivr_fhir_get_set (fhir);
  for (guint i = 0; i < ivr_edi_n (set->benefits); i++)
    {
      const char *amount = ivr_edi_benefit_get (ivr_edi_at (set->benefits, IvrEdiBenefit, i), IVR_EDI_EB_AMOUNT);

      g_assert_true (amount == NULL || ivr_edi_value_is_decimal (amount));
    }
  writer = ivr_json_writer_new ();
  ivr_fhir_json_write (fhir, writer);
  text = ivr_json_writer_finish (writer);
  json = ivr_json_new (text, strlen (text), NULL);
  g_assert_nonnull (json);
  return 0;
}

#ifndef IVR_LIBFUZZER

int
main (int   argc,
      char *argv[])
{
  static const char * const words[] = {
    "{", "}", "[", "]", "\"", ":", ",", "null", "true", "[[[[[[[[", "{\"a\":", "\\", "\\u0000", "\\ud83d", "\xff", "\xed\xa0\x80", "1e400",
    "-0", "007", "12345678901234567890", "0.10", "\"resourceType\":\"Coverage\"", "\"resourceType\":\"ClaimResponse\"",
    "\"resourceType\":\"Bundle\",\"entry\":[", "\"insurance\":[{\"inforce\":true}]", "\"reference\":\"#x\"", "\"reference\":\"Patient/p1\"",
    "\"contained\":[{\"id\":\"x\"}]", "\"allowedMoney\":{\"value\":1.5}", "\"period\":{\"start\":\"2026-02-30\"}", "\"extension\":[",
    NULL,
  };
  const IvrFuzz fuzz = { "fhir", ".json", words, 200000, &n_taken };

  return ivr_fuzz_run (&fuzz, argc, argv);
}

#endif
