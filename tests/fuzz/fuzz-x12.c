/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What payers send as X12, mangled: whatever it is, what is read of it is sound, and is JSON afterwards. */
#include "ivr-fuzz.h"

#include "ivr-edi-json.h"
#include "ivr-edi-summary.h"
#include "ivr-edi-value.h"
#include "ivr-json.h"
#include "ivr-x12-reader.h"

#include <string.h>

static guint n_taken;

static void
check_benefits (IvrEdiSet *set)
{
  for (guint i = 0; i < ivr_edi_n (set->benefits); i++)
    {
      const IvrEdiBenefit *benefit = ivr_edi_at (set->benefits, IvrEdiBenefit, i);
      const char *parts[IVR_EDI_EB_N_PARTS];

      ivr_edi_benefit_split (benefit, parts);
      for (int p = 1; p < IVR_EDI_EB_N_PARTS; p++)
        {
          g_assert_true (parts[p] == ivr_edi_benefit_get (benefit, (IvrEdiBenefitPart) p));
          g_assert_true (parts[p] == NULL || g_utf8_validate (parts[p], -1, NULL));
        }
      g_assert_true (parts[IVR_EDI_EB_AMOUNT] == NULL || ivr_edi_value_is_decimal (parts[IVR_EDI_EB_AMOUNT]));
      g_assert_true (parts[IVR_EDI_EB_PERCENT] == NULL || ivr_edi_value_is_decimal (parts[IVR_EDI_EB_PERCENT]));
      g_assert_true (parts[IVR_EDI_EB_QUANTITY] == NULL || ivr_edi_value_is_decimal (parts[IVR_EDI_EB_QUANTITY]));
      g_assert_cmpuint (benefit->party, <=, ivr_edi_n (set->parties));
    }
}

static void
check_set (IvrEdiSet *set,
           gboolean   with_json)
{
  IvrJsonWriter *writer = NULL;
  g_autofree char *text = NULL;
  g_autoptr(IvrJson) json = NULL;
  IvrEdiSummary summary;

  g_assert_cmpuint (set->offset + set->length, <=, g_bytes_get_size (set->raw));
  check_benefits (set);
  ivr_edi_summary_read (set, &summary);
  /* Which takes most of the time. */
  if (!with_json)
    return;
  writer = ivr_json_writer_new ();
  ivr_edi_json_write (set, writer);
  text = ivr_json_writer_finish (writer);
  /* Our own strict reader takes what our writer wrote. */
  json = ivr_json_new (text, strlen (text), NULL);
  g_assert_nonnull (json);
  g_assert_false (ivr_json_is_latin (json));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  /* A copy that ends where the bytes end, so that a sanitizer sees a read behind them. */
  g_autoptr(GBytes) document = g_bytes_new (size > 0 ? data : (const uint8_t *) "", size);
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrX12Reader) reader = ivr_x12_reader_new (document, &error);

  if (reader == NULL)
    {
      g_assert_true (error != NULL && error->domain == IVR_EDI_ERROR);
      g_assert_cmpuint (strlen (ivr_edi_error_get_code (error)), >, 0);
      return 0;
    }
  n_taken++;
  for (IvrEdiSet *next = ivr_x12_reader_next (reader); next != NULL; next = ivr_x12_reader_next (reader))
    {
      g_autoptr(IvrEdiSet) set = next;

      check_set (set, size % 8 == 0);
    }
  return 0;
}

#ifndef IVR_LIBFUZZER

int
main (int   argc,
      char *argv[])
{
  static const char * const words[] = {
    "~", "*", "^", ":", "|", "\\", "\r\n", "\x1c", "\x1d", "\x1f", "\xff", "\xc3", "\xef\xbb\xbf", "ISA*", "IEA*1*000000101~",
    "GS*HB*P*C*20260601*1200*1*X*005010X279A1~", "GE*1*1~", "ST*271*0001~", "ST*270*0001~", "ST*999*0001~", "SE*9*0001~", "HL*1**20*1~",
    "HL*3*3*22*0~", "HL*4*3*23*0~", "NM1*IL*1*SAMPLE~", "EB*1**30~", "EB*R~", "LS*2120~", "LE*2120~", "AAA*N**72*C~",
    "TA1*000000001*260601*1200*R*006~", "AK2*270*0001~", "IK3*NM1*8**8~", "IK5*R~", "99999999999999999999", "-0.00", ".", "1e9", "RD8",
    "20260230", "20260101-99991231", "REF*SY*1~", "DTP*292*RD8*20260101-20261231~", "PER*IC**TE*1~", "MSG*~", "III*ZZ*12~", "EQ*30^35~",
    NULL,
  };
  const IvrFuzz fuzz = { "x12", ".edi", words, 200000, &n_taken };

  return ivr_fuzz_run (&fuzz, argc, argv);
}

#endif
