/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "ivr-pg-params.h"
#include "ivr-pg-result.h"

G_BEGIN_DECLS

/**
 * IvrPgState:
 * @IVR_PG_STATE_CLOSED: not opened, closed, or refused for good (see ivr_pg_connection_get_error())
 * @IVR_PG_STATE_CONNECTING: on the way
 * @IVR_PG_STATE_READY: takes calls
 * @IVR_PG_STATE_WAITING: the line broke; tries again by itself
 */
typedef enum {
  IVR_PG_STATE_CLOSED = 1,
  IVR_PG_STATE_CONNECTING,
  IVR_PG_STATE_READY,
  IVR_PG_STATE_WAITING,
} IvrPgState;

/**
 * IvrPgConnection:
 * One connection to PostgreSQL on the main loop of the thread that made it; nothing here blocks.
 *
 * Calls are pipelined: they are sent as they come, answered in the order in which they were made,
 * and a failing one does not touch the others. Signals: "notification" (channel, payload);
 * property "state" notifies.
 */
#define IVR_TYPE_PG_CONNECTION (ivr_pg_connection_get_type ())
G_DECLARE_FINAL_TYPE (IvrPgConnection, ivr_pg_connection, IVR, PG_CONNECTION, GObject)

/**
 * IvrPgRowFunc:
 * @row: an answer of one row
 * @data: what the call was made with
 */
typedef void (*IvrPgRowFunc) (IvrPgResult *row,
                              gpointer     data);

IvrPgConnection *ivr_pg_connection_new          (const char           *conninfo);
void             ivr_pg_connection_set_password (IvrPgConnection      *self,
                                                 const char           *password);
void             ivr_pg_connection_set_timeout  (IvrPgConnection      *self,
                                                 guint                 seconds);
IvrPgState       ivr_pg_connection_get_state    (IvrPgConnection      *self);
const GError    *ivr_pg_connection_get_error    (IvrPgConnection      *self);
void             ivr_pg_connection_open_async   (IvrPgConnection      *self,
                                                 GCancellable         *cancellable,
                                                 GAsyncReadyCallback   callback,
                                                 gpointer              user_data);
gboolean         ivr_pg_connection_open_finish  (IvrPgConnection      *self,
                                                 GAsyncResult         *result,
                                                 GError              **error);
void             ivr_pg_connection_retry_now    (IvrPgConnection      *self);
void             ivr_pg_connection_close        (IvrPgConnection      *self);
void             ivr_pg_connection_query_async  (IvrPgConnection      *self,
                                                 const char           *sql,
                                                 IvrPgParams          *params,
                                                 GCancellable         *cancellable,
                                                 GAsyncReadyCallback   callback,
                                                 gpointer              user_data);
IvrPgResult     *ivr_pg_connection_query_finish (IvrPgConnection      *self,
                                                 GAsyncResult         *result,
                                                 GError              **error);
void             ivr_pg_connection_stream_async (IvrPgConnection      *self,
                                                 const char           *sql,
                                                 IvrPgParams          *params,
                                                 IvrPgRowFunc          row,
                                                 GCancellable         *cancellable,
                                                 GAsyncReadyCallback   callback,
                                                 gpointer              user_data);
gboolean         ivr_pg_connection_stream_finish (IvrPgConnection     *self,
                                                  GAsyncResult        *result,
                                                  GError             **error);

G_END_DECLS
