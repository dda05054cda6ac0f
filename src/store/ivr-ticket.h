/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-database.h"
#include "ivr-pg-connection.h"
#include "ivr-pg-params.h"
#include "ivr-pg-result.h"

G_BEGIN_DECLS

/* For the other files of this room. */
void         ivr_ticket_query_async  (IvrDatabase          *database,
                                      const char           *request,
                                      const char           *ticket,
                                      const char           *sql,
                                      IvrPgParams          *params,
                                      GCancellable         *cancellable,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
void         ivr_ticket_open_query_async (IvrDatabase         *database,
                                          IvrPgConnection     *connection,
                                          const char          *opening,
                                          IvrPgParams         *open_params,
                                          const char          *reading,
                                          IvrPgParams         *read_params,
                                          GCancellable        *cancellable,
                                          GAsyncReadyCallback  callback,
                                          gpointer             user_data);
IvrPgResult *ivr_ticket_query_finish (IvrDatabase          *database,
                                      GAsyncResult         *result,
                                      GError              **error);

G_END_DECLS
