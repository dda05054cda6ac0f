/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define IVR_JOURNAL_KEY_BYTES 32

void    ivr_journal_key_load_async  (const char           *path,
                                     GCancellable         *cancellable,
                                     GAsyncReadyCallback   callback,
                                     gpointer              user_data);
GBytes *ivr_journal_key_load_finish (GAsyncResult         *result,
                                     GError              **error);
GBytes *ivr_journal_key_derive      (GBytes               *secret,
                                     const char           *purpose,
                                     GError              **error);

G_END_DECLS
