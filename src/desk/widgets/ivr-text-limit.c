/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-text-limit.h"

#include <glib/gi18n.h>

/* A text that is a little too long can be shortened where it is. One that is many times too long
 * would only make the window slow: GTK lays every line of it out. */
#define SLACK 4

typedef struct
{
  guint most;
  IvrTextLimitFunc func;
  GWeakRef object;
} Limit;

static void
limit_free (gpointer  data,
            GClosure *closure)
{
  Limit *limit = data;

  g_weak_ref_clear (&limit->object);
  g_free (limit);
}

static void
on_insert (GtkTextBuffer *buffer,
           GtkTextIter   *where,
           const char    *text,
           int            length,
           Limit         *limit)
{
  g_autoptr(GObject) object = g_weak_ref_get (&limit->object);
  glong added = g_utf8_strlen (text, length);
  g_autofree char *sentence = NULL;

  if (gtk_text_buffer_get_char_count (buffer) + added <= (glong) limit->most * SLACK)
    return;
  g_signal_stop_emission_by_name (buffer, "insert-text");
  sentence = g_strdup_printf (_("The text has %'ld characters; at most %'u fit. It was not put in; you still have it where you copied it."),
                              added, limit->most);
  if (object != NULL)
    limit->func (object, sentence);
}

/**
 * ivr_text_limit_watch:
 * @view: a text view
 * @most: how many characters the server takes
 * @func: told when a text was refused
 * @object: a GObject, for @func; not kept alive
 *
 * Refuses to put in a text that is many times too long, before it is laid out.
 */
void
ivr_text_limit_watch (GtkTextView      *view,
                      guint             most,
                      IvrTextLimitFunc  func,
                      gpointer          object)
{
  Limit *limit = g_new0 (Limit, 1);

  limit->most = most;
  limit->func = func;
  g_weak_ref_init (&limit->object, object);
  g_signal_connect_data (gtk_text_view_get_buffer (view), "insert-text", G_CALLBACK (on_insert), limit, limit_free, 0);
}
