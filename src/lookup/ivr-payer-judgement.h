/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-edi-question.h"

G_BEGIN_DECLS

/**
 * IvrPayerJudgement:
 * @state: "answered", "refused", "held" or "failed"
 * @problem: (nullable): a fixed code: why it is held or failed, or the payer's reason ("aaa-75")
 * @verdict: (nullable): what the answer says about coverage
 * @reading: (nullable): what was read, as JSON
 * @may_retry: whether the payer allows to ask the same once more by itself
 *
 * What an answer is to its question.
 */
typedef struct
{
  const char *state;
  char *problem;
  const char *verdict;
  char *reading;
  gboolean may_retry;
} IvrPayerJudgement;

void ivr_payer_judgement_init  (IvrPayerJudgement    *self,
                                GBytes               *body,
                                const IvrEdiQuestion *question);
void ivr_payer_judgement_fail  (IvrPayerJudgement    *self,
                                const char           *problem);
void ivr_payer_judgement_clear (IvrPayerJudgement    *self);

G_END_DECLS
