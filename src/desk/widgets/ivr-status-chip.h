/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * IvrStatusChip:
 * A status as icon, word and tint: colour is never the only sign.
 */
#define IVR_TYPE_STATUS_CHIP (ivr_status_chip_get_type ())
G_DECLARE_FINAL_TYPE (IvrStatusChip, ivr_status_chip, IVR, STATUS_CHIP, GtkWidget)

GtkWidget *ivr_status_chip_new        (void);
void       ivr_status_chip_show_whole (IvrStatusChip *self);
void       ivr_status_chip_set_status (IvrStatusChip *self,
                                       JsonObject    *status);

G_END_DECLS
