/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What the pages of a request show of what the server said; all of it is remade when it changes. */
void ivr_request_overview_fill (GtkBox     *box,
                                JsonObject *request);
void ivr_request_past_fill     (GtkBox     *box,
                                JsonObject *request,
                                JsonObject *workflow);

G_END_DECLS
