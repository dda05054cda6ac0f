/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-download.h"

G_BEGIN_DECLS

/**
 * IvrLentFiles:
 * Documents that another program was given, as files in a folder that only this person can read and that is in memory
 * where the system has such a place. They are gone when the session ends; what a desk that was killed has left behind is
 * removed by the next one that lends.
 */
#define IVR_TYPE_LENT_FILES (ivr_lent_files_get_type ())
G_DECLARE_FINAL_TYPE (IvrLentFiles, ivr_lent_files, IVR, LENT_FILES, GObject)

IvrLentFiles *ivr_lent_files_new         (IvrDatabase          *database);
void          ivr_lent_files_end         (IvrLentFiles         *self);
void          ivr_lent_files_lend_async  (IvrLentFiles         *self,
                                          const char           *document,
                                          const char           *name,
                                          const char           *content_type,
                                          IvrDownloadPurpose    purpose,
                                          GCancellable         *cancellable,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
GFile        *ivr_lent_files_lend_finish (IvrLentFiles         *self,
                                          GAsyncResult         *result,
                                          GError              **error);

G_END_DECLS
