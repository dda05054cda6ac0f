/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-mock-habit.h"

G_BEGIN_DECLS

/* What an invented payer says to a question, by the habit that its member id asks for. */
char            *ivr_mock_answer_dup_x12  (const IvrMockQuestion *question,
                                           IvrMockHabit           habit);
char            *ivr_mock_answer_dup_fhir (const IvrMockQuestion *question,
                                           IvrMockHabit           habit);

G_END_DECLS
