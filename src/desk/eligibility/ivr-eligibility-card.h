/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

GtkWidget *ivr_eligibility_card_new      (JsonObject *check,
                                          JsonObject *before);
GtkWidget *ivr_eligibility_card_new_demo (void);

G_END_DECLS
