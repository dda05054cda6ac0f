/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-edi-question.h"
#include "ivr-edi-set.h"

G_BEGIN_DECLS

/**
 * IvrEdiMatch:
 * @IVR_EDI_MATCH_FITS: it is the answer to this question
 * @IVR_EDI_MATCH_OTHER_KIND: it is no answer about eligibility
 * @IVR_EDI_MATCH_INCOMPLETE: it was cut
 * @IVR_EDI_MATCH_TRACE_ABSENT: it gives no trace back
 * @IVR_EDI_MATCH_TRACE_DIFFERS: it gives back others than ours
 * @IVR_EDI_MATCH_PAYER_ABSENT: it does not say who answers
 * @IVR_EDI_MATCH_PAYER_DIFFERS: another payer answers
 * @IVR_EDI_MATCH_PATIENT_ABSENT: it names nobody
 * @IVR_EDI_MATCH_PATIENT_DIFFERS: it is about somebody else
 * @IVR_EDI_MATCH_SEVERAL: it is about several people
 *
 * What keeps an answer from being taken for the answer to a question.
 */
typedef enum {
  IVR_EDI_MATCH_FITS = 0,
  IVR_EDI_MATCH_OTHER_KIND = 1 << 0,
  IVR_EDI_MATCH_INCOMPLETE = 1 << 1,
  IVR_EDI_MATCH_TRACE_ABSENT = 1 << 2,
  IVR_EDI_MATCH_TRACE_DIFFERS = 1 << 3,
  IVR_EDI_MATCH_PAYER_ABSENT = 1 << 4,
  IVR_EDI_MATCH_PAYER_DIFFERS = 1 << 5,
  IVR_EDI_MATCH_PATIENT_ABSENT = 1 << 6,
  IVR_EDI_MATCH_PATIENT_DIFFERS = 1 << 7,
  IVR_EDI_MATCH_SEVERAL = 1 << 8,
} IvrEdiMatch;

IvrEdiMatch ivr_edi_match             (IvrEdiSet            *answer,
                                       const IvrEdiQuestion *question);
gboolean    ivr_edi_match_is_accepted (IvrEdiMatch           match,
                                       IvrEdiVerdict         verdict,
                                       gboolean              is_correlated);

G_END_DECLS
