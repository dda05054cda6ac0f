/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-database.h"
#include "ivr-pg-result.h"
#include "ivr-request.h"

G_BEGIN_DECLS

/**
 * IvrRequestPages:
 * One list as the server is asked for it: view, sort, search, and the ticket that it was opened with.
 */
typedef struct _IvrRequestPages IvrRequestPages;

IvrRequestPages *ivr_request_pages_new              (IvrDatabase          *database,
                                                     const char           *view,
                                                     const char           *sort,
                                                     gboolean              descending,
                                                     const char           *search);
void             ivr_request_pages_unref            (IvrRequestPages      *self);
void             ivr_request_pages_ask_async        (IvrRequestPages      *self,
                                                     const char           *after_key,
                                                     const char           *after_id,
                                                     guint                 offset,
                                                     guint                 limit,
                                                     GCancellable         *cancellable,
                                                     GAsyncReadyCallback   callback,
                                                     gpointer              user_data);
void             ivr_request_pages_ask_fences_async (IvrRequestPages      *self,
                                                     guint                 step,
                                                     GCancellable         *cancellable,
                                                     GAsyncReadyCallback   callback,
                                                     gpointer              user_data);
IvrPgResult     *ivr_request_pages_ask_finish       (IvrDatabase          *database,
                                                     GAsyncResult         *result,
                                                     GError              **error);
GPtrArray       *ivr_request_pages_take             (IvrPgResult          *rows);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IvrRequestPages, ivr_request_pages_unref)

G_END_DECLS
