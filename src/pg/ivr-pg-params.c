/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-pg-params.h"
#include "ivr-pg-private.h"

#include <string.h>

IvrPgParams *
ivr_pg_params_new (void)
{
  IvrPgParams *self = g_new0 (IvrPgParams, 1);

  self->types = g_array_new (FALSE, FALSE, sizeof (Oid));
  self->values = g_ptr_array_new_with_free_func (g_free);
  self->lengths = g_array_new (FALSE, FALSE, sizeof (int));
  self->formats = g_array_new (FALSE, FALSE, sizeof (int));
  return self;
}

void
ivr_pg_params_free (IvrPgParams *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->types);
  g_ptr_array_unref (self->values);
  g_array_unref (self->lengths);
  g_array_unref (self->formats);
  g_free (self);
}

static IvrPgParams *
add (IvrPgParams *self,
     Oid          type,
     char        *value,
     int          length,
     int          format)
{
  g_array_append_val (self->types, type);
  g_ptr_array_add (self->values, value);
  g_array_append_val (self->lengths, length);
  g_array_append_val (self->formats, format);
  return self;
}

/* A zero byte ends a C string, so text cannot have one; other bytes that are not UTF-8 would make
 * the server refuse the whole call, so they become the replacement character here. */
static IvrPgParams *
add_text_as (IvrPgParams *self,
             Oid          type,
             const char  *value)
{
  return add (self, type, value != NULL ? g_utf8_make_valid (value, -1) : NULL, 0, 0);
}

/**
 * ivr_pg_params_add_text:
 * @self: parameters
 * @value: (nullable): text; %NULL is SQL's null
 *
 * Returns: (transfer none): @self, so that calls chain
 */
IvrPgParams *
ivr_pg_params_add_text (IvrPgParams *self,
                        const char  *value)
{
  return add_text_as (self, OID_TEXT, value);
}

IvrPgParams *
ivr_pg_params_add_uuid (IvrPgParams *self,
                        const char  *value)
{
  return add_text_as (self, OID_UUID, value);
}

IvrPgParams *
ivr_pg_params_add_jsonb (IvrPgParams *self,
                         const char  *value)
{
  return add_text_as (self, OID_JSONB, value);
}

IvrPgParams *
ivr_pg_params_add_int (IvrPgParams *self,
                       int          value)
{
  gint32 wire = GINT32_TO_BE (value);

  return add (self, OID_INT4, g_memdup2 (&wire, sizeof wire), sizeof wire, 1);
}

IvrPgParams *
ivr_pg_params_add_int64 (IvrPgParams *self,
                         gint64       value)
{
  gint64 wire = GINT64_TO_BE (value);

  return add (self, OID_INT8, g_memdup2 (&wire, sizeof wire), sizeof wire, 1);
}

IvrPgParams *
ivr_pg_params_add_boolean (IvrPgParams *self,
                           gboolean     value)
{
  char wire = value ? 1 : 0;

  return add (self, OID_BOOL, g_memdup2 (&wire, 1), 1, 1);
}

/**
 * ivr_pg_params_add_timestamp:
 * @self: parameters
 * @unix_us: microseconds since 1970; %G_MAXINT64 and %G_MININT64 are the infinities
 *
 * Returns: (transfer none): @self
 */
IvrPgParams *
ivr_pg_params_add_timestamp (IvrPgParams *self,
                             gint64       unix_us)
{
  gint64 value = unix_us == G_MAXINT64 || unix_us == G_MININT64 ? unix_us : unix_us - PG_EPOCH_US;
  gint64 wire = GINT64_TO_BE (value);

  return add (self, OID_TIMESTAMPTZ, g_memdup2 (&wire, sizeof wire), sizeof wire, 1);
}

IvrPgParams *
ivr_pg_params_add_bytes (IvrPgParams *self,
                         GBytes      *value)
{
  gsize size = 0;
  gconstpointer data = value != NULL ? g_bytes_get_data (value, &size) : NULL;
  char *copy = value != NULL ? g_malloc (size + 1) : NULL;

  if (size > 0)
    memcpy (copy, data, size);
  return add (self, OID_BYTEA, copy, (int) size, 1);
}

/* The binary form of a one-dimensional array without nulls. */
static void
append_int (GByteArray *wire,
            gint32      value)
{
  gint32 be = GINT32_TO_BE (value);

  g_byte_array_append (wire, (const guint8 *) &be, sizeof be);
}

static GByteArray *
begin_array (Oid   element,
             guint n)
{
  GByteArray *wire = g_byte_array_new ();

  append_int (wire, n > 0 ? 1 : 0);
  append_int (wire, 0);
  append_int (wire, (gint32) element);
  if (n > 0)
    {
      append_int (wire, (gint32) n);
      append_int (wire, 1);
    }
  return wire;
}

static IvrPgParams *
add_array (IvrPgParams *self,
           Oid          type,
           GByteArray  *wire)
{
  int length = (int) wire->len;

  return add (self, type, (char *) g_byte_array_free (wire, FALSE), length, 1);
}

static void
append_uuid (GByteArray *wire,
             const char *text)
{
  guint8 bytes[16] = { 0 };
  guint nibble = 0;

  for (const char *p = text; *p != '\0' && nibble < 32; p++)
    if (g_ascii_isxdigit (*p))
      {
        bytes[nibble / 2] |= (guint8) (g_ascii_xdigit_value (*p) << (nibble % 2 == 0 ? 4 : 0));
        nibble++;
      }
  append_int (wire, sizeof bytes);
  g_byte_array_append (wire, bytes, sizeof bytes);
}

IvrPgParams *
ivr_pg_params_add_uuids (IvrPgParams        *self,
                         const char * const *values)
{
  guint n = values != NULL ? g_strv_length ((char **) values) : 0;
  GByteArray *wire = begin_array (OID_UUID, n);

  for (guint i = 0; i < n; i++)
    append_uuid (wire, values[i]);
  return add_array (self, OID_UUID_ARRAY, wire);
}

/**
 * ivr_pg_params_add_bytes_array:
 * @self: parameters
 * @values: (element-type GBytes): elements
 *
 * Returns: (transfer none): @self
 */
IvrPgParams *
ivr_pg_params_add_bytes_array (IvrPgParams *self,
                               GPtrArray   *values)
{
  GByteArray *wire = begin_array (OID_BYTEA, values->len);

  for (guint i = 0; i < values->len; i++)
    {
      gsize size;
      gconstpointer data = g_bytes_get_data (values->pdata[i], &size);

      append_int (wire, (gint32) size);
      g_byte_array_append (wire, data, (guint) size);
    }
  return add_array (self, OID_BYTEA_ARRAY, wire);
}

/**
 * ivr_pg_params_add_int64s:
 * @self: parameters
 * @values: (element-type gint64): elements
 *
 * Returns: (transfer none): @self
 */
IvrPgParams *
ivr_pg_params_add_int64s (IvrPgParams *self,
                          GArray      *values)
{
  GByteArray *wire = begin_array (OID_INT8, values->len);

  for (guint i = 0; i < values->len; i++)
    {
      gint64 be = GINT64_TO_BE (g_array_index (values, gint64, i));

      append_int (wire, sizeof be);
      g_byte_array_append (wire, (const guint8 *) &be, sizeof be);
    }
  return add_array (self, OID_INT8_ARRAY, wire);
}
