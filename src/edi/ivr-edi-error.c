/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-edi-error.h"

G_DEFINE_QUARK (ivr-edi-error, ivr_edi_error)

/* In the order of IvrEdiError. The codes are stable: people search for them. */
static const struct
{
  const char *code;
  const char *sentence;
} errors[] = {
  { "empty", "There is nothing in it" },
  { "no-isa", "It is neither an X12 interchange, which begins with ISA, nor JSON" },
  { "isa-short", "Its ISA segment ends before the sixteenth element" },
  { "delimiters", "Its ISA segment declares delimiters that cannot be told from the text" },
  { "no-set", "It has an envelope but no transaction in it" },
  { "json", "It begins like JSON but is none" },
  { "json-depth", "It is JSON that is nested deeper than any insurance answer" },
  { "not-fhir", "It is JSON but no resource of FHIR" },
  { "too-large", "It is larger than any insurance answer" },
  { "too-many", "It has more parts than any insurance answer" },
};

/**
 * ivr_edi_error_get_code:
 * @error: an error of %IVR_EDI_ERROR
 *
 * Returns: its stable code, such as "no-isa"
 */
const char *
ivr_edi_error_get_code (const GError *error)
{
  g_return_val_if_fail (error->domain == IVR_EDI_ERROR, "");
  g_return_val_if_fail (error->code >= 0 && error->code < (int) G_N_ELEMENTS (errors), "");
  return errors[error->code].code;
}

/**
 * ivr_edi_error_set:
 * @error: return location
 * @code: what is wrong
 *
 * The only way in which this room makes an error: the sentence is fixed and knows no value.
 */
void
ivr_edi_error_set (GError      **error,
                   IvrEdiError   code)
{
  g_set_error_literal (error, IVR_EDI_ERROR, (int) code, errors[code].sentence);
}
