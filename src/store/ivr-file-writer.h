/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-document-digest.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * IvrFileWriter:
 * Where a document that comes in pieces is written, off the window's thread: beside the file that it becomes, which is
 * there whole or as it was before; or to a descriptor. Every piece and the whole are compared with their hashes.
 *
 * Calls go one after the other. A writer that goes away before it has ended leaves nothing behind.
 */
#define IVR_TYPE_FILE_WRITER (ivr_file_writer_get_type ())
G_DECLARE_FINAL_TYPE (IvrFileWriter, ivr_file_writer, IVR, FILE_WRITER, GObject)

IvrFileWriter *ivr_file_writer_new           (GFile                *file);
IvrFileWriter *ivr_file_writer_new_fd        (int                   fd);
void           ivr_file_writer_begin_async   (IvrFileWriter        *self,
                                              guint64               size,
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
void           ivr_file_writer_add_async     (IvrFileWriter        *self,
                                              GPtrArray            *pieces,
                                              GPtrArray            *digests,
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
void           ivr_file_writer_end_async     (IvrFileWriter        *self,
                                              GBytes               *whole,
                                              GBytes               *pieces,
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
gboolean       ivr_file_writer_finish        (IvrFileWriter        *self,
                                              GAsyncResult         *result,
                                              GError              **error);

G_END_DECLS
