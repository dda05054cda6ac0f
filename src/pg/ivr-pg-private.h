/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-pg-connection.h"

#include <libpq-fe.h>

/* Types that this room writes and reads; numbers are PostgreSQL's, fixed for ever (pg_type.dat). */
enum {
  OID_BOOL = 16,
  OID_BYTEA = 17,
  OID_NAME = 19,
  OID_INT8 = 20,
  OID_INT2 = 21,
  OID_INT4 = 23,
  OID_TEXT = 25,
  OID_OID = 26,
  OID_JSON = 114,
  OID_VARCHAR = 1043,
  OID_DATE = 1082,
  OID_TIMESTAMPTZ = 1184,
  OID_UUID = 2950,
  OID_JSONB = 3802,
  OID_BYTEA_ARRAY = 1001,
  OID_TEXT_ARRAY = 1009,
  OID_INT8_ARRAY = 1016,
  OID_UUID_ARRAY = 2951,
};

/* PostgreSQL counts from 2000-01-01, GLib from 1970-01-01. */
#define PG_EPOCH_US G_GINT64_CONSTANT (946684800000000)
#define PG_EPOCH_DAYS 10957

struct _IvrPgParams
{
  GArray *types;      /* Oid */
  GPtrArray *values;  /* char*, owned */
  GArray *lengths;    /* int */
  GArray *formats;    /* int */
};

IvrPgResult *ivr_pg_result_new (PGresult *result);

/* Opening: calls back with a connected PGconn or an error, never blocks. */
typedef void (*IvrPgOpenFunc) (PGconn   *db,
                               GError   *error,
                               gpointer  data);
typedef struct _IvrPgOpen IvrPgOpen;

IvrPgOpen *ivr_pg_open_start  (const char    *conninfo,
                               const char    *password,
                               guint          timeout_seconds,
                               IvrPgOpenFunc  func,
                               gpointer       data);
void       ivr_pg_open_cancel (IvrPgOpen     *self);
