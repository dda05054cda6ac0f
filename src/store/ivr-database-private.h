/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-database.h"
#include "ivr-pg-connection.h"

/* The oldest and the newest schema that this desk can work with. */
#define IVR_SCHEMA_OLDEST 11
#define IVR_SCHEMA_NEWEST 19

IvrPgConnection *ivr_database_get_connection (IvrDatabase  *self);
const char      *ivr_database_get_session    (IvrDatabase  *self);
void             ivr_database_set_waiting    (IvrDatabase  *self,
                                              guint         waiting);
GQueue          *ivr_database_get_commands   (IvrDatabase  *self);
JsonObject      *ivr_database_parse          (const char   *json,
                                              GError      **error);
void             ivr_command_send_waiting    (IvrDatabase  *self);
