/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * IvrEdiWarningCode:
 *
 * What was tolerated. Each has a stable code and a fixed text (ivr_edi_warning_get_code(),
 * ivr_edi_warning_get_text()); none ever carries a value of the document.
 */
typedef enum {
  IVR_EDI_WARNING_LEADING_TEXT,
  IVR_EDI_WARNING_WRAPPED,
  IVR_EDI_WARNING_ISA_DAMAGED,
  IVR_EDI_WARNING_ISA_BLANKS,
  IVR_EDI_WARNING_ISA_NO_COMPONENT,
  IVR_EDI_WARNING_DELIMITERS_CLASH,
  IVR_EDI_WARNING_NOT_UTF8,
  IVR_EDI_WARNING_CONTROLS,
  IVR_EDI_WARNING_ELEMENTS,
  IVR_EDI_WARNING_PARTIES,
  IVR_EDI_WARNING_TRUNCATED,
  IVR_EDI_WARNING_NO_TERMINATOR,
  IVR_EDI_WARNING_OUTSIDE,
  IVR_EDI_WARNING_NO_GS,
  IVR_EDI_WARNING_NO_SE,
  IVR_EDI_WARNING_NO_GE,
  IVR_EDI_WARNING_NO_IEA,
  IVR_EDI_WARNING_SE01,
  IVR_EDI_WARNING_SE02,
  IVR_EDI_WARNING_GE01,
  IVR_EDI_WARNING_GE02,
  IVR_EDI_WARNING_IEA01,
  IVR_EDI_WARNING_IEA02,
  IVR_EDI_WARNING_GS01,
  IVR_EDI_WARNING_GS08,
  IVR_EDI_WARNING_ST03,
  IVR_EDI_WARNING_GS08_ST03,
  IVR_EDI_WARNING_BHT02,
  IVR_EDI_WARNING_TRN01,
  IVR_EDI_WARNING_NO_HL,
  IVR_EDI_WARNING_HL01_EMPTY,
  IVR_EDI_WARNING_HL01_TWICE,
  IVR_EDI_WARNING_HL02_UNKNOWN,
  IVR_EDI_WARNING_HL03_UNKNOWN,
  IVR_EDI_WARNING_HL04,
  IVR_EDI_WARNING_EB01,
  IVR_EDI_WARNING_EB03,
  IVR_EDI_WARNING_EB05,
  IVR_EDI_WARNING_EB07,
  IVR_EDI_WARNING_EB08,
  IVR_EDI_WARNING_EB08_PERCENT,
  IVR_EDI_WARNING_EB10,
  IVR_EDI_WARNING_EB10_NO_EB09,
  IVR_EDI_WARNING_EB11,
  IVR_EDI_WARNING_EB12,
  IVR_EDI_WARNING_DATE,
  IVR_EDI_WARNING_DATE_FORMAT,
  IVR_EDI_WARNING_SEX,
  IVR_EDI_WARNING_AAA,
  IVR_EDI_WARNING_EB_OUTSIDE,
  IVR_EDI_WARNING_SET_UNKNOWN,
  IVR_EDI_WARNING_FHIR_MISSING,
  IVR_EDI_WARNING_FHIR_REFERENCE,
  IVR_EDI_WARNING_FHIR_NUMBER,
  IVR_EDI_WARNING_FHIR_TWICE,
  IVR_EDI_WARNING_FHIR_DATE,
  IVR_EDI_WARNING_MANY,
  IVR_EDI_N_WARNINGS
} IvrEdiWarningCode;

/**
 * IvrEdiWarning:
 * @code: what was tolerated
 * @segment: number of the segment in the document, from 1; 0 when it is about the whole
 * @element: number of the element in the segment; 0 when it is about the whole segment
 * @offset: byte in the document at which the segment or the JSON value begins
 */
typedef struct
{
  IvrEdiWarningCode code;
  guint32 segment;
  guint32 element;
  guint32 offset;
} IvrEdiWarning;

const char *ivr_edi_warning_get_code (IvrEdiWarningCode code);
const char *ivr_edi_warning_get_text (IvrEdiWarningCode code);

G_END_DECLS
