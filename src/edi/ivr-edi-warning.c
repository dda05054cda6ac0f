/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-edi-warning.h"

/* The whole of what a warning can say. Codes are stable: they are stored and searched for. */
static const struct
{
  const char *code;
  const char *text;
} warnings[] = {
  [IVR_EDI_WARNING_LEADING_TEXT] = { "leading-text", "there is text before ISA or between interchanges" },
  [IVR_EDI_WARNING_WRAPPED] = { "wrapped", "the message is broken into lines inside its segments" },
  [IVR_EDI_WARNING_ISA_DAMAGED] = { "isa-damaged",
                                    "ISA has not its sixteen separators where they belong; read by position" },
  [IVR_EDI_WARNING_ISA_BLANKS] = { "isa-length", "ISA has not its fixed length; read by counting its separators" },
  [IVR_EDI_WARNING_ISA_NO_COMPONENT] = { "isa16-missing", "ISA16 is empty: composites stay whole" },
  [IVR_EDI_WARNING_DELIMITERS_CLASH] = { "delimiters-clash", "ISA declares one character for two delimiters" },
  [IVR_EDI_WARNING_NOT_UTF8] = { "not-utf8", "the text is not UTF-8; read as ISO-8859-1" },
  [IVR_EDI_WARNING_CONTROLS] = { "controls", "control characters were left out of values" },
  [IVR_EDI_WARNING_ELEMENTS] = { "elements", "a segment has more elements than any has; the rest was not read" },
  [IVR_EDI_WARNING_PARTIES] = { "parties", "the set names more people than any; the rest was not read" },
  [IVR_EDI_WARNING_TRUNCATED] = { "truncated", "the document ends inside a segment; that segment was not read" },
  [IVR_EDI_WARNING_NO_TERMINATOR] = { "no-terminator", "the last segment has no terminator" },
  [IVR_EDI_WARNING_OUTSIDE] = { "outside", "a segment stands outside of any transaction" },
  [IVR_EDI_WARNING_NO_GS] = { "gs-missing", "a transaction stands outside of any group (GS)" },
  [IVR_EDI_WARNING_NO_SE] = { "se-missing", "a transaction does not end with SE: it may be incomplete" },
  [IVR_EDI_WARNING_NO_GE] = { "ge-missing", "a group does not end with GE" },
  [IVR_EDI_WARNING_NO_IEA] = { "iea-missing", "the interchange does not end with IEA" },
  [IVR_EDI_WARNING_SE01] = { "se01-count", "SE01 is not the number of segments in the set" },
  [IVR_EDI_WARNING_SE02] = { "se02-differs", "ST02 and SE02 differ" },
  [IVR_EDI_WARNING_GE01] = { "ge01-count", "GE01 is not the number of sets in the group" },
  [IVR_EDI_WARNING_GE02] = { "ge02-differs", "GS06 and GE02 differ" },
  [IVR_EDI_WARNING_IEA01] = { "iea01-count", "IEA01 is not the number of groups in the interchange" },
  [IVR_EDI_WARNING_IEA02] = { "iea02-differs", "ISA13 and IEA02 differ" },
  [IVR_EDI_WARNING_GS01] = { "gs01-unexpected", "GS01 does not name the kind of transaction that follows" },
  [IVR_EDI_WARNING_GS08] = { "gs08-missing", "GS08 does not name a version" },
  [IVR_EDI_WARNING_ST03] = { "st03-missing", "ST03 is empty although the version asks for it" },
  [IVR_EDI_WARNING_GS08_ST03] = { "gs08-st03-differ", "GS08 and ST03 name different versions" },
  [IVR_EDI_WARNING_BHT02] = { "bht02-unexpected", "BHT02 does not fit to this kind of transaction" },
  [IVR_EDI_WARNING_TRN01] = { "trn01-unexpected", "no TRN01 says that it gives our own trace back" },
  [IVR_EDI_WARNING_NO_HL] = { "hl-missing", "the set has no HL: nobody's level is known" },
  [IVR_EDI_WARNING_HL01_EMPTY] = { "hl01-empty", "HL01 is empty" },
  [IVR_EDI_WARNING_HL01_TWICE] = { "hl01-twice", "HL01 has a number that another level has" },
  [IVR_EDI_WARNING_HL02_UNKNOWN] = { "hl02-unknown", "HL02 names a level that is not there" },
  [IVR_EDI_WARNING_HL03_UNKNOWN] = { "hl03-unknown", "HL03 is none of 20, 21, 22, 23" },
  [IVR_EDI_WARNING_HL04] = { "hl04-wrong", "HL04 says that there is no lower level, yet one follows" },
  [IVR_EDI_WARNING_EB01] = { "eb01-unknown", "EB01 is empty or no known code" },
  [IVR_EDI_WARNING_EB03] = { "eb03-odd", "EB03 is not written as service types; kept as it is" },
  [IVR_EDI_WARNING_EB05] = { "eb05-odd", "EB05 looks like a service type, not like a plan" },
  [IVR_EDI_WARNING_EB07] = { "eb07-not-amount", "EB07 is not an amount; no amount is stated" },
  [IVR_EDI_WARNING_EB08] = { "eb08-not-percent", "EB08 is not a percentage; none is stated" },
  [IVR_EDI_WARNING_EB08_PERCENT] = { "eb08-over-one", "EB08 is above 1; taken as percent, not as a fraction" },
  [IVR_EDI_WARNING_EB10] = { "eb10-not-quantity", "EB10 is not a quantity; none is stated" },
  [IVR_EDI_WARNING_EB10_NO_EB09] = { "eb10-no-eb09", "EB10 has a quantity but EB09 does not say of what" },
  [IVR_EDI_WARNING_EB11] = { "eb11-unknown", "EB11 is none of Y, N, U" },
  [IVR_EDI_WARNING_EB12] = { "eb12-unknown", "EB12 is none of Y, N, U, W" },
  [IVR_EDI_WARNING_DATE] = { "date-unreadable", "a date is not one; none is stated" },
  [IVR_EDI_WARNING_DATE_FORMAT] = { "date-format", "a date is not in the format that it declares" },
  [IVR_EDI_WARNING_SEX] = { "sex-unknown", "DMG03 is no known code" },
  [IVR_EDI_WARNING_AAA] = { "aaa03-missing", "AAA has no reason" },
  [IVR_EDI_WARNING_EB_OUTSIDE] = { "eb-outside", "a benefit stands at no subscriber's or dependent's level" },
  [IVR_EDI_WARNING_SET_UNKNOWN] = { "set-unknown", "this kind of transaction is not read" },
  [IVR_EDI_WARNING_FHIR_MISSING] = { "fhir-required", "an element that FHIR requires is missing" },
  [IVR_EDI_WARNING_FHIR_REFERENCE] = { "fhir-reference", "a reference leads to nothing in the bundle" },
  [IVR_EDI_WARNING_FHIR_NUMBER] = { "fhir-number", "an amount is not an exact number; none is stated" },
  [IVR_EDI_WARNING_FHIR_TWICE] = { "json-twice", "an object has a name twice; the first is read" },
  [IVR_EDI_WARNING_FHIR_DATE] = { "fhir-date", "a date is not one; none is stated" },
  [IVR_EDI_WARNING_MANY] = { "many", "there are more warnings than are kept" },
};

G_STATIC_ASSERT (G_N_ELEMENTS (warnings) == IVR_EDI_N_WARNINGS);

/**
 * ivr_edi_warning_get_code:
 * @code: what was tolerated
 *
 * Returns: its stable name, such as "se01-count"
 */
const char *
ivr_edi_warning_get_code (IvrEdiWarningCode code)
{
  g_return_val_if_fail (code < IVR_EDI_N_WARNINGS, "");
  return warnings[code].code;
}

/**
 * ivr_edi_warning_get_text:
 * @code: what was tolerated
 *
 * Returns: one clause for whoever operates the line to the payer
 */
const char *
ivr_edi_warning_get_text (IvrEdiWarningCode code)
{
  g_return_val_if_fail (code < IVR_EDI_N_WARNINGS, "");
  return warnings[code].text;
}
