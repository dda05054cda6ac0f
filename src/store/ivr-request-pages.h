/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-pg-connection.h"
#include "ivr-request.h"

G_BEGIN_DECLS

/* What a page of a list is asked with. */
typedef struct
{
  char *view;
  char *sort;
  gboolean descending;
  char *search;
} IvrRequestQuery;

void       ivr_request_query_clear (IvrRequestQuery       *query);
void       ivr_request_pages_ask   (IvrPgConnection       *connection,
                                    const IvrRequestQuery *query,
                                    const char            *after_key,
                                    const char            *after_id,
                                    guint                  offset,
                                    guint                  limit,
                                    GCancellable          *cancellable,
                                    GAsyncReadyCallback    callback,
                                    gpointer               user_data);
GPtrArray *ivr_request_pages_take  (IvrPgResult           *rows);
void       ivr_request_fences_ask  (IvrPgConnection       *connection,
                                    const IvrRequestQuery *query,
                                    guint                  step,
                                    GCancellable          *cancellable,
                                    GAsyncReadyCallback    callback,
                                    gpointer               user_data);

G_END_DECLS
