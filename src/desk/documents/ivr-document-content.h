/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-download.h"

G_BEGIN_DECLS

/**
 * IvrDocumentContent:
 * @fd: the content, in memory and in no folder; closed when this is freed
 * @name: name of the file
 * @content_type: what it is
 * @size: bytes
 *
 * A document that was read to be shown.
 */
typedef struct
{
  int fd;
  char *name;
  char *content_type;
  guint64 size;
} IvrDocumentContent;

void                ivr_document_content_free        (IvrDocumentContent   *self);
void                ivr_document_content_load_async  (IvrDatabase          *database,
                                                      const char           *document,
                                                      int                   version,
                                                      IvrDownloadPurpose    purpose,
                                                      GCancellable         *cancellable,
                                                      GAsyncReadyCallback   callback,
                                                      gpointer              user_data);
IvrDocumentContent *ivr_document_content_load_finish (IvrDatabase          *database,
                                                      GAsyncResult         *result,
                                                      GError              **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IvrDocumentContent, ivr_document_content_free)

G_END_DECLS
