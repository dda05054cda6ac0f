/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-payer-ask.h"
#include "ivr-payer-judgement.h"

#include <gio/gio.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

/* The largest answer seen was a tenth of it. */
#define IVR_PAYER_CALL_ANSWER_MAX (1024 * 1024)

/**
 * IvrPayerAnswer:
 * @judgement: what came of it
 * @body: (nullable): what came, byte by byte
 * @media_type: (nullable): what the payer said it is
 * @was_reached: whether the payer answered at all, whatever it said
 * @attempts: how often it was asked
 */
typedef struct
{
  IvrPayerJudgement judgement;
  GBytes *body;
  char *media_type;
  gboolean was_reached;
  guint attempts;
} IvrPayerAnswer;

SoupSession    *ivr_payer_call_new_session (const char           *ca,
                                            GError              **error);
void            ivr_payer_call_async       (SoupSession          *session,
                                            IvrPayerAsk          *ask,
                                            const char           *uri,
                                            const IvrPayerLogin  *login,
                                            GAsyncReadyCallback   callback,
                                            gpointer              user_data);
IvrPayerAnswer *ivr_payer_call_finish      (SoupSession          *session,
                                            GAsyncResult         *result);
void            ivr_payer_answer_free      (IvrPayerAnswer       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IvrPayerAnswer, ivr_payer_answer_free)

G_END_DECLS
