/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-edi-reject.h"

/* List 901, as far as answers about eligibility use it. */
static const char * const wait[] = { "42", "80", NULL };
static const char * const patient[] = { "58", "64", "65", "66", "67", "68", "71", "72",
                                       "73", "74", "75", "76", "77", "78", NULL };
static const char * const date[] = { "56", "57", "60", "61", "62", "63", NULL };
static const char * const request[] = { "15", "33", "46", "97", "T4", NULL };
static const char * const enrol[] = { "04", "35", "41", "43", "44", "45", "47", "48", "50", "51", "79", NULL };
static const char * const service[] = { "49", "52", "53", "54", "55", "69", "70", "98", "AA",
                                       "AE", "AF", "AG", "AO", "CI", "E8", "IA", "MA", NULL };

static const struct
{
  const char * const *reasons;
  IvrEdiAction action;
} actions[] = {
  { wait, IVR_EDI_ACTION_WAIT },
  { patient, IVR_EDI_ACTION_CORRECT_PATIENT },
  { date, IVR_EDI_ACTION_CORRECT_DATE },
  { request, IVR_EDI_ACTION_CORRECT_REQUEST },
  { enrol, IVR_EDI_ACTION_ENROL },
  { service, IVR_EDI_ACTION_SERVICE },
};

/**
 * ivr_edi_reject_get_action:
 * @self: a refusal
 *
 * Returns: who has to act
 */
IvrEdiAction
ivr_edi_reject_get_action (const IvrEdiReject *self)
{
  for (gsize i = 0; self->reason != NULL && i < G_N_ELEMENTS (actions); i++)
    if (g_strv_contains (actions[i].reasons, self->reason))
      return actions[i].action;
  return IVR_EDI_ACTION_UNKNOWN;
}

/**
 * ivr_edi_reject_may_retry:
 * @self: a refusal
 *
 * AAA04: P and R allow the same question again; C wants it corrected, N and S forbid it, W and X want days to
 * pass, and with Y the answer comes by itself.
 *
 * Returns: whether the same question may be asked again without anybody
 */
gboolean
ivr_edi_reject_may_retry (const IvrEdiReject *self)
{
  if (ivr_edi_reject_get_action (self) != IVR_EDI_ACTION_WAIT)
    return FALSE;
  return self->follow_up == NULL || g_str_equal (self->follow_up, "P") || g_str_equal (self->follow_up, "R");
}

/**
 * ivr_edi_set_may_retry:
 * @self: an answer
 *
 * Returns: whether it is a refusal of which every part allows to ask again
 */
gboolean
ivr_edi_set_may_retry (IvrEdiSet *self)
{
  if (ivr_edi_set_get_verdict (self) != IVR_EDI_VERDICT_REJECTED)
    return FALSE;
  for (guint i = 0; i < self->rejects->len; i++)
    if (!ivr_edi_reject_may_retry (ivr_edi_at (self->rejects, IvrEdiReject, i)))
      return FALSE;
  return TRUE;
}
