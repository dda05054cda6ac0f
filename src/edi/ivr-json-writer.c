/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-json-writer.h"

#include <string.h>

#define DEPTH_MAX 32

struct _IvrJsonWriter
{
  GString *out;
  char brackets[DEPTH_MAX];
  gboolean has_any[DEPTH_MAX];
  guint depth;
};

/**
 * ivr_json_writer_new:
 *
 * Returns: (transfer full): a writer of one value
 */
IvrJsonWriter *
ivr_json_writer_new (void)
{
  IvrJsonWriter *self = g_new0 (IvrJsonWriter, 1);

  self->out = g_string_new (NULL);
  return self;
}

/**
 * ivr_json_writer_free:
 * @self: (nullable): a writer
 */
void
ivr_json_writer_free (IvrJsonWriter *self)
{
  if (self == NULL)
    return;
  g_string_free (self->out, TRUE);
  g_free (self);
}

/**
 * ivr_json_writer_finish:
 * @self: (transfer full): a writer of which everything is closed
 *
 * Returns: (transfer full): what was written
 */
char *
ivr_json_writer_finish (IvrJsonWriter *self)
{
  char *text = g_string_free (g_steal_pointer (&self->out), FALSE);

  g_free (self);
  return text;
}

static void
append_quoted (GString    *out,
               const char *text)
{
  g_string_append_c (out, '"');
  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '"' || *p == '\\')
        g_string_append_c (out, '\\');
      if ((guchar) *p < 0x20 || *p == 0x7f)
        g_string_append_printf (out, "\\u%04x", (guint) (guchar) *p);
      else
        g_string_append_c (out, *p);
    }
  g_string_append_c (out, '"');
}

/* Comma, line, indentation and name. */
static void
begin (IvrJsonWriter *self,
       const char    *name)
{
  if (self->depth > 0)
    {
      if (self->has_any[self->depth - 1])
        g_string_append_c (self->out, ',');
      self->has_any[self->depth - 1] = TRUE;
      g_string_append_c (self->out, '\n');
      for (guint i = 0; i < self->depth; i++)
        g_string_append (self->out, "  ");
    }
  if (name != NULL)
    {
      append_quoted (self->out, name);
      g_string_append (self->out, ": ");
    }
}

/**
 * ivr_json_writer_open:
 * @self: a writer
 * @name: (nullable): its name in the object that it stands in
 * @bracket: '{' or '['
 */
void
ivr_json_writer_open (IvrJsonWriter *self,
                      const char    *name,
                      char           bracket)
{
  g_return_if_fail (self->depth < DEPTH_MAX);
  begin (self, name);
  g_string_append_c (self->out, bracket);
  self->brackets[self->depth] = bracket;
  self->has_any[self->depth] = FALSE;
  self->depth++;
}

/**
 * ivr_json_writer_close:
 * @self: a writer
 *
 * Closes the object or array that was opened last.
 */
void
ivr_json_writer_close (IvrJsonWriter *self)
{
  g_return_if_fail (self->depth > 0);
  self->depth--;
  if (self->has_any[self->depth])
    {
      g_string_append_c (self->out, '\n');
      for (guint i = 0; i < self->depth; i++)
        g_string_append (self->out, "  ");
    }
  g_string_append_c (self->out, self->brackets[self->depth] == '{' ? '}' : ']');
}

/**
 * ivr_json_writer_string:
 * @self: a writer
 * @name: (nullable): its name
 * @value: (nullable): UTF-8; %NULL is null
 */
void
ivr_json_writer_string (IvrJsonWriter *self,
                        const char    *name,
                        const char    *value)
{
  begin (self, name);
  if (value == NULL)
    g_string_append (self->out, "null");
  else
    append_quoted (self->out, value);
}

/**
 * ivr_json_writer_some:
 * @self: a writer
 * @name: its name
 * @value: (nullable): UTF-8; nothing is written for %NULL
 */
void
ivr_json_writer_some (IvrJsonWriter *self,
                      const char    *name,
                      const char    *value)
{
  if (value != NULL)
    ivr_json_writer_string (self, name, value);
}

/**
 * ivr_json_writer_count:
 * @self: a writer
 * @name: (nullable): its name
 * @value: how many
 */
void
ivr_json_writer_count (IvrJsonWriter *self,
                       const char    *name,
                       guint64        value)
{
  begin (self, name);
  g_string_append_printf (self->out, "%" G_GUINT64_FORMAT, value);
}

/**
 * ivr_json_writer_raw:
 * @self: a writer
 * @name: (nullable): its name
 * @value: a number, true, false or null, as JSON writes them
 */
void
ivr_json_writer_raw (IvrJsonWriter *self,
                     const char    *name,
                     const char    *value)
{
  begin (self, name);
  g_string_append (self->out, value);
}
