/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-documents.h"
#include "ivr-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * IvrAskDialog:
 * What the clinic is asked for: ticks, until when, and one sentence. What the payer needs and is not there is ticked
 * already. The request is the clinic's turn from then on, and its clock is paused.
 *
 * Signal "asked" when the server has taken it.
 */
#define IVR_TYPE_ASK_DIALOG (ivr_ask_dialog_get_type ())
G_DECLARE_FINAL_TYPE (IvrAskDialog, ivr_ask_dialog, IVR, ASK_DIALOG, GtkWindow)

GtkWidget *ivr_ask_dialog_new (IvrSession   *session,
                               IvrDocuments *documents);

G_END_DECLS
