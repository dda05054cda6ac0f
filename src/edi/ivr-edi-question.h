/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * IvrEdiQuestion:
 * @sender_qualifier: ISA05, such as "ZZ"
 * @sender: ISA06 and GS02
 * @receiver_qualifier: ISA07
 * @receiver: ISA08 and GS03
 * @control: number of the interchange, group and set; unique for the sender
 * @is_test: ISA15: T, which a mock and a test of a payer ask for; P otherwise
 * @at: when it is asked; the times of the envelope are this time's own
 * @payer: name of the payer
 * @payer_qualifier: NM108, "PI" where %NULL
 * @payer_id: the payer's id with that trading partner
 * @provider_last: name of the organization, or last name
 * @provider_first: (nullable): first name of a person
 * @provider_npi: its NPI
 * @trace: our TRN02, which the answer has to give back
 * @trace_origin: TRN03: "9" and our own id, of ten characters
 * @subscriber_last: last name
 * @subscriber_first: first name
 * @subscriber_middle: (nullable): middle name
 * @member_id: (nullable): number of the member
 * @group: (nullable): number of the group
 * @born: (nullable): ISO
 * @sex: (nullable): "M" or "F"
 * @dependent_last: (nullable): last name of the patient, when that is not the subscriber
 * @dependent_first: first name of the dependent
 * @dependent_born: (nullable): ISO
 * @dependent_sex: (nullable): "M" or "F"
 * @relation: (nullable): INS02 of the dependent, such as "19"
 * @from: (nullable): ISO: the day of the service
 * @to: (nullable): ISO: its last day
 * @services: (array zero-terminated=1): service types, such as "30"
 *
 * What is asked, in X12 or in FHIR. Texts are UTF-8; what X12's extended character set has not is
 * left out of a 270, and delimiters too, so that no name can become a segment.
 */
typedef struct
{
  const char *sender_qualifier;
  const char *sender;
  const char *receiver_qualifier;
  const char *receiver;
  guint32 control;
  gboolean is_test;
  GDateTime *at;
  const char *payer;
  const char *payer_qualifier;
  const char *payer_id;
  const char *provider_last;
  const char *provider_first;
  const char *provider_npi;
  const char *trace;
  const char *trace_origin;
  const char *subscriber_last;
  const char *subscriber_first;
  const char *subscriber_middle;
  const char *member_id;
  const char *group;
  const char *born;
  const char *sex;
  const char *dependent_last;
  const char *dependent_first;
  const char *dependent_born;
  const char *dependent_sex;
  const char *relation;
  const char *from;
  const char *to;
  const char * const *services;
} IvrEdiQuestion;

gboolean    ivr_edi_question_check   (const IvrEdiQuestion  *self,
                                      GError               **error);
const char *ivr_edi_question_get_born (const IvrEdiQuestion *self);

G_END_DECLS
