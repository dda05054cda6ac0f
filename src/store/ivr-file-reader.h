/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-document-digest.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * IvrFileReader:
 * A file that is read piece by piece, off the window's thread, and hashed while it is. Whatever changes it meanwhile is noticed.
 *
 * Calls go one after the other: the next may be made when the one before was answered.
 */
#define IVR_TYPE_FILE_READER (ivr_file_reader_get_type ())
G_DECLARE_FINAL_TYPE (IvrFileReader, ivr_file_reader, IVR, FILE_READER, GObject)

IvrFileReader *ivr_file_reader_new          (GFile                *file);
IvrFileReader *ivr_file_reader_new_bytes    (GBytes               *bytes);
void           ivr_file_reader_check_async  (IvrFileReader        *self,
                                             guint64               most_bytes,
                                             GCancellable         *cancellable,
                                             GAsyncReadyCallback   callback,
                                             gpointer              user_data);
const char    *ivr_file_reader_check_finish (IvrFileReader        *self,
                                             GAsyncResult         *result,
                                             GError              **error);
void           ivr_file_reader_next_async   (IvrFileReader        *self,
                                             GCancellable         *cancellable,
                                             GAsyncReadyCallback   callback,
                                             gpointer              user_data);
GBytes        *ivr_file_reader_next_finish  (IvrFileReader        *self,
                                             GAsyncResult         *result,
                                             guint8                digest[IVR_DIGEST_BYTES],
                                             GError              **error);
guint64        ivr_file_reader_get_size     (IvrFileReader        *self);
gint64         ivr_file_reader_get_changed  (IvrFileReader        *self);
void           ivr_file_reader_get_digests  (IvrFileReader        *self,
                                             guint8                whole[IVR_DIGEST_BYTES],
                                             guint8                pieces[IVR_DIGEST_BYTES]);

G_END_DECLS
