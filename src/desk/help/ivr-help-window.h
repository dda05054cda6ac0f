/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ivr-database.h"

G_BEGIN_DECLS

/* How the work is done, in three pages: a clinic's first request, a specialist's first day, and what each status
 * means and whose turn it is. The last comes from the server, as the chips do. */
GtkWindow *ivr_help_window_new (GtkWindow   *parent,
                                IvrDatabase *database);

G_END_DECLS
