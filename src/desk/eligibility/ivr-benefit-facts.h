/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-benefit-line.h"

G_BEGIN_DECLS

/**
 * IvrBenefitTone:
 * @IVR_BENEFIT_STATED: the payer said it
 * @IVR_BENEFIT_NOT_STATED: the payer did not say
 * @IVR_BENEFIT_ATTENTION: a person has to read it: several things are said, or something only in words
 */
typedef enum {
  IVR_BENEFIT_STATED,
  IVR_BENEFIT_NOT_STATED,
  IVR_BENEFIT_ATTENTION,
} IvrBenefitTone;

/**
 * IvrBenefitRow:
 * @key: what it is about; the same in another answer is the same fact
 * @title: what it is called
 * @value: what the payer said, ready to be shown; several lines when several things are said
 * @where: (nullable): where that was read: "EB 3, 7"
 * @source: (nullable): what stands there, in words
 * @tone: how it is shown
 */
typedef struct
{
  char *key;
  char *title;
  char *value;
  char *where;
  char *source;
  IvrBenefitTone tone;
} IvrBenefitRow;

typedef struct
{
  const char *title;
  GPtrArray *rows;      /* IvrBenefitRow */
} IvrBenefitSection;

/**
 * IvrBenefitFacts:
 * @verdict: the reading's: active, inactive, mixed, unknown, rejected
 * @sections: of IvrBenefitSection; those with nothing in them are left out
 * @lines: of IvrBenefitLine: all that was read, in order
 *
 * What an answer says, in the order in which a specialist asks. Pure: no window is known here.
 */
typedef struct
{
  char *verdict;
  GPtrArray *sections;
  GPtrArray *lines;
} IvrBenefitFacts;

IvrBenefitFacts     *ivr_benefit_facts_new      (JsonObject            *check);
void                 ivr_benefit_facts_free     (IvrBenefitFacts       *self);
const IvrBenefitRow *ivr_benefit_facts_find     (const IvrBenefitFacts *self,
                                                 const char            *key);
JsonObject          *ivr_benefit_facts_reading  (JsonObject            *check);

/* For the other files of this noun. */
IvrBenefitSection *ivr_benefit_facts_add_section (IvrBenefitFacts   *self,
                                                  const char        *title);
IvrBenefitRow     *ivr_benefit_section_add       (IvrBenefitSection *self,
                                                  const char        *key,
                                                  const char        *title,
                                                  const char        *value,
                                                  const char        *where);
void               ivr_benefit_facts_add_money   (IvrBenefitFacts   *self,
                                                  JsonObject        *reading);
void               ivr_benefit_facts_add_rest    (IvrBenefitFacts   *self,
                                                  JsonObject        *reading);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IvrBenefitFacts, ivr_benefit_facts_free)

G_END_DECLS
