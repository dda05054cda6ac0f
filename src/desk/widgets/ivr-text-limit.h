/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * IvrTextLimitFunc:
 * @sentence: what was refused and where the text is now
 * @object: as given to ivr_text_limit_watch()
 */
typedef void (*IvrTextLimitFunc) (gpointer    object,
                                  const char *sentence);

void ivr_text_limit_watch (GtkTextView      *view,
                           guint             most,
                           IvrTextLimitFunc  func,
                           gpointer          object);

G_END_DECLS
