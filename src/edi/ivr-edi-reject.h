/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-edi-set.h"

G_BEGIN_DECLS

/**
 * IvrEdiAction:
 * @IVR_EDI_ACTION_UNKNOWN: a reason that is in no list; it is shown as it stands
 * @IVR_EDI_ACTION_WAIT: the payer cannot answer now
 * @IVR_EDI_ACTION_CORRECT_PATIENT: the front desk corrects id, name, sex or date of birth. 75 is "not
 *   found", not "not covered"
 * @IVR_EDI_ACTION_CORRECT_DATE: the date of the service is missing, wrong, too early or too late
 * @IVR_EDI_ACTION_CORRECT_REQUEST: what we sent is at fault: for the administrator
 * @IVR_EDI_ACTION_ENROL: provider or clinic are not known or not allowed there: for the administrator
 * @IVR_EDI_ACTION_SERVICE: about one service or its authorization; shown beside it
 *
 * Who has to act upon a refusal (list 901).
 */
typedef enum {
  IVR_EDI_ACTION_UNKNOWN,
  IVR_EDI_ACTION_WAIT,
  IVR_EDI_ACTION_CORRECT_PATIENT,
  IVR_EDI_ACTION_CORRECT_DATE,
  IVR_EDI_ACTION_CORRECT_REQUEST,
  IVR_EDI_ACTION_ENROL,
  IVR_EDI_ACTION_SERVICE,
} IvrEdiAction;

IvrEdiAction ivr_edi_reject_get_action (const IvrEdiReject *self);
gboolean     ivr_edi_reject_may_retry  (const IvrEdiReject *self);
gboolean     ivr_edi_set_may_retry     (IvrEdiSet          *self);

G_END_DECLS
