/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-database.h"

G_BEGIN_DECLS

/**
 * IvrDownloadPurpose:
 *
 * What a document is opened for; it is written down before the first byte is read.
 */
typedef enum {
  IVR_DOWNLOAD_VIEW = 1,
  IVR_DOWNLOAD_SAVE,
  IVR_DOWNLOAD_PRINT,
  IVR_DOWNLOAD_OPEN,         /* with another program */
  IVR_DOWNLOAD_THUMBNAIL,    /* drawn small, without being asked for */
} IvrDownloadPurpose;

/**
 * IvrDownloadProgress:
 * @received: bytes that were written
 * @size: bytes of the document
 * @data: what the download was begun with
 */
typedef void (*IvrDownloadProgress) (guint64  received,
                                     guint64  size,
                                     gpointer data);

void        ivr_download_async    (IvrDatabase          *database,
                                   const char           *document,
                                   int                   version,
                                   IvrDownloadPurpose    purpose,
                                   GFile                *file,
                                   IvrDownloadProgress   progress,
                                   GCancellable         *cancellable,
                                   GAsyncReadyCallback   callback,
                                   gpointer              user_data);
void        ivr_download_fd_async (IvrDatabase          *database,
                                   const char           *document,
                                   int                   version,
                                   IvrDownloadPurpose    purpose,
                                   int                   fd,
                                   IvrDownloadProgress   progress,
                                   GCancellable         *cancellable,
                                   GAsyncReadyCallback   callback,
                                   gpointer              user_data);
JsonObject *ivr_download_finish   (IvrDatabase          *database,
                                   GAsyncResult         *result,
                                   GError              **error);

G_END_DECLS
