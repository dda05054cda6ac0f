/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * IvrBenefitLine:
 * @number: which it is in the answer, from 1; of X12 the number of the EB
 * @is_fhir: whether it was an item of FHIR
 * @status: EB01
 * @level: EB02
 * @services: EB03, each by itself; empty for none
 * @type: EB04
 * @plan: EB05
 * @period: EB06
 * @amount: EB07 as the payer wrote it
 * @currency: of the amount; %NULL for dollars
 * @percent: EB08 as the payer wrote it
 * @quantity_of: EB09
 * @quantity: EB10
 * @authorization: EB11
 * @network: EB12
 * @procedure: EB13
 * @messages: what is said beside it
 * @details: HSD and III below it, as they stand
 *
 * One line of an answer, of X12 or FHIR alike. What is not stated is %NULL.
 */
typedef struct
{
  guint number;
  gboolean is_fhir;
  char *status;
  char *level;
  GStrv services;
  char *type;
  char *plan;
  char *period;
  char *amount;
  char *currency;
  char *percent;
  char *quantity_of;
  char *quantity;
  char *authorization;
  char *network;
  char *procedure;
  GStrv messages;
  GStrv details;
} IvrBenefitLine;

void       ivr_benefit_line_free        (IvrBenefitLine       *self);
GPtrArray *ivr_benefit_line_read        (JsonObject           *reading);
gboolean   ivr_benefit_line_is_for      (const IvrBenefitLine *self,
                                         const char           *service);
gboolean   ivr_benefit_line_is_plan     (const IvrBenefitLine *self);
char      *ivr_benefit_line_dup_services (const IvrBenefitLine *self);
char      *ivr_benefit_line_dup_amount  (const IvrBenefitLine *self);
char      *ivr_benefit_line_dup_text    (const IvrBenefitLine *self);
char      *ivr_benefit_line_dup_where   (const IvrBenefitLine *self);
const char *ivr_benefit_network_word    (const char           *network);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IvrBenefitLine, ivr_benefit_line_free)

G_END_DECLS
