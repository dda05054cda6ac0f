/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-session.h"

G_BEGIN_DECLS

void     ivr_session_ask_payer_async  (IvrSession           *self,
                                       const char           *request,
                                       int                   rank,
                                       GCancellable         *cancellable,
                                       GAsyncReadyCallback   callback,
                                       gpointer              user_data);
gboolean ivr_session_ask_payer_finish (IvrSession           *self,
                                       GAsyncResult         *result,
                                       GError              **error);

G_END_DECLS
