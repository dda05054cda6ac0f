/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-database.h"

G_BEGIN_DECLS

void       ivr_form_offers_read_async     (IvrDatabase          *database,
                                           const char           *request,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
void       ivr_form_offers_patient_async  (IvrDatabase          *database,
                                           const char           *patient,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
void       ivr_form_offers_records_async  (IvrDatabase          *database,
                                           const char           *physician,
                                           const char           *facility,
                                           const char * const   *payers,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
JsonArray *ivr_form_offers_finish         (IvrDatabase          *database,
                                           GAsyncResult         *result,
                                           JsonObject          **past,
                                           GError              **error);

G_END_DECLS
