/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-pg-result.h"
#include "ivr-pg-private.h"

#include <string.h>

struct _IvrPgResult
{
  GObject parent_instance;

  PGresult *result;
};

G_DEFINE_FINAL_TYPE (IvrPgResult, ivr_pg_result, G_TYPE_OBJECT)

static void
ivr_pg_result_finalize (GObject *object)
{
  PQclear (IVR_PG_RESULT (object)->result);
  G_OBJECT_CLASS (ivr_pg_result_parent_class)->finalize (object);
}

static void
ivr_pg_result_class_init (IvrPgResultClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ivr_pg_result_finalize;
}

static void
ivr_pg_result_init (IvrPgResult *self)
{
}

IvrPgResult *
ivr_pg_result_new (PGresult *result)
{
  IvrPgResult *self = g_object_new (IVR_TYPE_PG_RESULT, NULL);

  self->result = result;
  return self;
}

/**
 * ivr_pg_result_get_n_rows:
 * @self: an answer
 *
 * Returns: how many rows it has
 */
int
ivr_pg_result_get_n_rows (IvrPgResult *self)
{
  return PQntuples (self->result);
}

/* The bytes of a cell, when it is there, not null and of one of the types. */
static const char *
cell (IvrPgResult *self,
      int          row,
      const char  *column,
      const Oid   *types,
      int         *length)
{
  int c = PQfnumber (self->result, column);
  gboolean known = FALSE;

  if (c < 0 || row < 0 || row >= PQntuples (self->result))
    {
      g_warning ("the answer has no column “%s” or no row %d", column, row);
      return NULL;
    }
  for (int i = 0; types[i] != 0; i++)
    known = known || PQftype (self->result, c) == types[i];
  if (!known || PQfformat (self->result, c) != 1)
    {
      g_warning ("column “%s” is of another type (%u)", column, PQftype (self->result, c));
      return NULL;
    }
  if (PQgetisnull (self->result, row, c))
    return NULL;
  *length = PQgetlength (self->result, row, c);
  return PQgetvalue (self->result, row, c);
}

/**
 * ivr_pg_result_is_null:
 * @self: an answer
 * @row: row, from 0
 * @column: column
 *
 * Returns: whether the field is null, or not there
 */
gboolean
ivr_pg_result_is_null (IvrPgResult *self,
                       int          row,
                       const char  *column)
{
  int c = PQfnumber (self->result, column);

  return c < 0 || PQgetisnull (self->result, row, c);
}

/**
 * ivr_pg_result_dup_text:
 * @self: an answer
 * @row: row, from 0
 * @column: column
 *
 * Returns: (transfer full) (nullable): text; %NULL for null
 */
char *
ivr_pg_result_dup_text (IvrPgResult *self,
                        int          row,
                        const char  *column)
{
  static const Oid types[] = { OID_TEXT, OID_VARCHAR, OID_NAME, 0 };
  int length = 0;
  const char *bytes = cell (self, row, column, types, &length);

  return bytes != NULL ? g_utf8_make_valid (bytes, length) : NULL;
}

static char *
uuid_to_text (const guint8 *b)
{
  return g_strdup_printf ("%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1],
                          b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13],
                          b[14], b[15]);
}

/**
 * ivr_pg_result_dup_uuid:
 * @self: an answer
 * @row: row, from 0
 * @column: column of type uuid
 *
 * Returns: (transfer full) (nullable): the id as text; %NULL for null
 */
char *
ivr_pg_result_dup_uuid (IvrPgResult *self,
                        int          row,
                        const char  *column)
{
  static const Oid types[] = { OID_UUID, 0 };
  int length = 0;
  const char *bytes = cell (self, row, column, types, &length);

  return bytes != NULL && length == 16 ? uuid_to_text ((const guint8 *) bytes) : NULL;
}

/**
 * ivr_pg_result_dup_json:
 * @self: an answer
 * @row: row, from 0
 * @column: column of type json or jsonb
 *
 * Returns: (transfer full) (nullable): the JSON as text; %NULL for null
 */
char *
ivr_pg_result_dup_json (IvrPgResult *self,
                        int          row,
                        const char  *column)
{
  static const Oid types[] = { OID_JSONB, OID_JSON, 0 };
  int length = 0;
  const char *bytes = cell (self, row, column, types, &length);

  if (bytes == NULL || length < 1)
    return NULL;
  /* jsonb begins with its version, 1, and goes on as text. */
  return bytes[0] == 1 ? g_strndup (bytes + 1, (gsize) length - 1) : g_strndup (bytes, (gsize) length);
}

static gint64
read_int (const char *bytes,
          int         length)
{
  gint64 v8;
  gint32 v4;
  gint16 v2;

  switch (length)
    {
    case 8:
      memcpy (&v8, bytes, 8);
      return GINT64_FROM_BE (v8);
    case 4:
      memcpy (&v4, bytes, 4);
      return GINT32_FROM_BE (v4);
    case 2:
      memcpy (&v2, bytes, 2);
      return GINT16_FROM_BE (v2);
    default:
      return 0;
    }
}

/**
 * ivr_pg_result_get_int:
 * @self: an answer
 * @row: row, from 0
 * @column: column of type smallint, integer or bigint
 *
 * Returns: the number; 0 for null
 */
gint64
ivr_pg_result_get_int (IvrPgResult *self,
                       int          row,
                       const char  *column)
{
  static const Oid types[] = { OID_INT8, OID_INT4, OID_INT2, OID_OID, 0 };
  int length = 0;
  const char *bytes = cell (self, row, column, types, &length);

  return bytes != NULL ? read_int (bytes, length) : 0;
}

/**
 * ivr_pg_result_get_boolean:
 * @self: an answer
 * @row: row, from 0
 * @column: column of type boolean
 *
 * Returns: the value; %FALSE for null
 */
gboolean
ivr_pg_result_get_boolean (IvrPgResult *self,
                           int          row,
                           const char  *column)
{
  static const Oid types[] = { OID_BOOL, 0 };
  int length = 0;
  const char *bytes = cell (self, row, column, types, &length);

  return bytes != NULL && length == 1 && bytes[0] != 0;
}

/**
 * ivr_pg_result_get_timestamp:
 * @self: an answer
 * @row: row, from 0
 * @column: column of type timestamptz
 *
 * Returns: microseconds since 1970; %G_MAXINT64 for infinity, %G_MININT64 for -infinity and null
 */
gint64
ivr_pg_result_get_timestamp (IvrPgResult *self,
                             int          row,
                             const char  *column)
{
  static const Oid types[] = { OID_TIMESTAMPTZ, 0 };
  int length = 0;
  const char *bytes = cell (self, row, column, types, &length);
  gint64 value;

  if (bytes == NULL || length != 8)
    return G_MININT64;
  value = read_int (bytes, length);
  return value == G_MAXINT64 || value == G_MININT64 ? value : value + PG_EPOCH_US;
}

/**
 * ivr_pg_result_dup_date:
 * @self: an answer
 * @row: row, from 0
 * @column: column of type date
 *
 * Returns: (transfer full) (nullable): "2025-06-09"; %NULL for null and for infinity
 */
char *
ivr_pg_result_dup_date (IvrPgResult *self,
                        int          row,
                        const char  *column)
{
  static const Oid types[] = { OID_DATE, 0 };
  int length = 0;
  const char *bytes = cell (self, row, column, types, &length);
  gint64 days;
  GDate date;

  if (bytes == NULL || length != 4)
    return NULL;
  days = read_int (bytes, length) + PG_EPOCH_DAYS + 719163;   /* GDate counts from 0001-01-01 */
  if (days < 1 || days > G_MAXINT32 / 2)
    return NULL;
  g_date_clear (&date, 1);
  g_date_set_julian (&date, (guint32) days);
  return g_strdup_printf ("%04d-%02d-%02d", g_date_get_year (&date), (int) g_date_get_month (&date),
                          g_date_get_day (&date));
}

/**
 * ivr_pg_result_get_bytes:
 * @self: an answer
 * @row: row, from 0
 * @column: column of type bytea
 *
 * Returns: (transfer full) (nullable): the bytes, which keep @self alive
 */
GBytes *
ivr_pg_result_get_bytes (IvrPgResult *self,
                         int          row,
                         const char  *column)
{
  static const Oid types[] = { OID_BYTEA, 0 };
  int length = 0;
  const char *bytes = cell (self, row, column, types, &length);

  if (bytes == NULL)
    return NULL;
  return g_bytes_new_with_free_func (bytes, (gsize) length, g_object_unref, g_object_ref (self));
}

/**
 * ivr_pg_result_dup_strv:
 * @self: an answer
 * @row: row, from 0
 * @column: column of type text[] or uuid[], one dimension
 *
 * Lengths inside the value are checked against its size.
 *
 * Returns: (transfer full): the elements; empty for null
 */
GStrv
ivr_pg_result_dup_strv (IvrPgResult *self,
                        int          row,
                        const char  *column)
{
  static const Oid types[] = { OID_TEXT_ARRAY, OID_UUID_ARRAY, 0 };
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  int length = 0;
  const char *bytes = cell (self, row, column, types, &length);
  gboolean uuids;
  gint64 n;
  int at = 20;

  if (bytes == NULL || length < 20 || read_int (bytes, 4) != 1)
    return g_strv_builder_end (builder);
  uuids = read_int (bytes + 8, 4) == OID_UUID;
  n = read_int (bytes + 12, 4);
  for (gint64 i = 0; i < n && at + 4 <= length; i++)
    {
      gint64 size = read_int (bytes + at, 4);
      g_autofree char *text = NULL;

      at += 4;
      if (size < 0)
        continue;
      if (size > length - at || (uuids && size != 16))
        break;
      text = uuids ? uuid_to_text ((const guint8 *) bytes + at) : g_utf8_make_valid (bytes + at, size);
      g_strv_builder_add (builder, text);
      at += (int) size;
    }
  return g_strv_builder_end (builder);
}
