/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * IvrEligibilityWords:
 * @icon: name of an icon
 * @tint: class of its colour: success, warning, error, neutral
 * @title: few words
 * @sentence: what it means and what to do
 *
 * How an answer, or its absence, is said. Nothing of it is a payer's text.
 */
typedef struct
{
  const char *icon;
  const char *tint;
  const char *title;
  const char *sentence;
} IvrEligibilityWords;

void  ivr_eligibility_get_verdict  (const char          *verdict,
                                    IvrEligibilityWords *words);
void  ivr_eligibility_get_state    (JsonObject          *check,
                                    IvrEligibilityWords *words);
char *ivr_eligibility_dup_problem  (JsonObject          *check);
char *ivr_eligibility_dup_refusal  (const char          *reason,
                                    const char          *follow_up);
char *ivr_eligibility_dup_age      (gint64               at_us,
                                    gint64               now_us);
char *ivr_eligibility_dup_asked    (JsonObject          *check);

G_END_DECLS
