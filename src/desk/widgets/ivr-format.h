/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

char       *ivr_format_due        (gint64       due_us,
                                   gboolean    *urgent);
char       *ivr_format_moment     (gint64       us);
char       *ivr_format_time       (gint64       us);
char       *ivr_format_day        (gint64       us);
char       *ivr_format_date       (const char  *iso);
char       *ivr_format_phone      (const char *digits);
char       *ivr_format_area       (gint64       hundredths);
gint64      ivr_format_parse_time (const char  *iso);
const char *ivr_format_turn       (const char  *turn,
                                   gboolean     clinic);
const char *ivr_format_member     (JsonObject  *object,
                                   const char  *name);
void        ivr_format_name       (gpointer     widget,
                                   const char  *name);

G_END_DECLS
