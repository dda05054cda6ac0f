/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-edi-question.h"
#include "ivr-json.h"
#include "ivr-payer-secrets.h"

G_BEGIN_DECLS

/**
 * IvrPayerAsk:
 * @kind: how the payer is asked: "x12", "fhir", or X12 in an envelope: "core-mime" or "core-soap"
 * @address: where: "https://…", or "mock:/…" of a demo
 * @secret: (nullable): name under which the gateway keeps key or password
 * @timeout_ms: how long an answer is waited for, all attempts together
 * @retries: how often more it is tried when that is allowed
 * @is_mock: whether the payer is an invented one
 * @payer: identity of the payer
 * @question: what is asked
 *
 * One question that the database gave out, with how to ask it. A patient's data are in it: nothing of it
 * goes into an error or a log.
 */
typedef struct
{
  const char *kind;
  const char *address;
  const char *secret;
  const char *payer;
  guint timeout_ms;
  guint retries;
  gboolean is_mock;
  IvrEdiQuestion question;

  /*< private >*/
  IvrJson *json;
  const char *services[2];
} IvrPayerAsk;

IvrPayerAsk *ivr_payer_ask_new      (const char           *document);
void         ivr_payer_ask_free     (IvrPayerAsk          *self);
gboolean     ivr_payer_ask_can_login (IvrPayerAsk         *self,
                                     const IvrPayerLogin  *login);
GBytes      *ivr_payer_ask_write    (IvrPayerAsk          *self,
                                     const IvrPayerLogin  *login,
                                     char                **media_type);
GBytes      *ivr_payer_ask_unwrap   (IvrPayerAsk          *self,
                                     GBytes               *body,
                                     const char           *media_type,
                                     const char          **problem);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IvrPayerAsk, ivr_payer_ask_free)

G_END_DECLS
