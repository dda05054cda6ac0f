/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-database.h"

G_BEGIN_DECLS

void        ivr_requests_get_async         (IvrDatabase          *database,
                                            const char           *id,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              user_data);
JsonObject *ivr_requests_get_finish        (IvrDatabase          *database,
                                            GAsyncResult         *result,
                                            GError              **error);
void        ivr_requests_find_patients_async  (IvrDatabase          *database,
                                               const char           *prefix,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
GPtrArray  *ivr_requests_find_patients_finish (IvrDatabase          *database,
                                               GAsyncResult         *result,
                                               GError              **error);

G_END_DECLS
