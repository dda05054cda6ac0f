/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-database.h"
#include "ivr-pg-connection.h"

/* The oldest schema that has all that this desk calls, and the newest that keeps it as it is. */
#define IVR_SCHEMA_OLDEST 25
#define IVR_SCHEMA_NEWEST 29

IvrPgConnection *ivr_database_get_connection (IvrDatabase  *self);
IvrPgConnection *ivr_database_get_slow_connection (IvrDatabase *self);
IvrPgConnection *ivr_database_new_line       (IvrDatabase  *self);
void             ivr_database_give_password  (IvrDatabase  *self,
                                              IvrPgConnection *line);
void             ivr_database_slow_call_took (IvrDatabase  *self,
                                              gint64        us);
const char      *ivr_database_get_session    (IvrDatabase  *self);
GQueue          *ivr_database_get_commands   (IvrDatabase  *self);
void             ivr_database_was_busy       (IvrDatabase  *self);
void             ivr_database_commands_changed (IvrDatabase *self);
const IvrOutboxKeeper *ivr_database_get_keeper (IvrDatabase *self);
void             ivr_database_command_done   (IvrDatabase  *self,
                                              int           kind,
                                              const char   *request,
                                              const char   *message,
                                              gboolean      restored,
                                              const GError *error);
JsonObject      *ivr_database_parse          (const char   *json,
                                              GError      **error);

/* A chat message that the server has not acknowledged yet. */
typedef void (*IvrWaitingMessageFunc) (const char *message,
                                       const char *body,
                                       gboolean    internal,
                                       const char *documents,
                                       gint64      made_at_us,
                                       gpointer    data);

void             ivr_command_send_waiting     (IvrDatabase           *self);
void             ivr_command_drop_waiting     (IvrDatabase           *self);
void             ivr_command_foreach_message  (IvrDatabase           *self,
                                               const char            *request,
                                               IvrWaitingMessageFunc  func,
                                               gpointer               data);
