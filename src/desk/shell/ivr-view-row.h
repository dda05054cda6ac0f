/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-views.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * IvrViewRow:
 * A view in the sidebar: icon, name and count.
 */
#define IVR_TYPE_VIEW_ROW (ivr_view_row_get_type ())
G_DECLARE_FINAL_TYPE (IvrViewRow, ivr_view_row, IVR, VIEW_ROW, GtkListBoxRow)

GtkWidget *ivr_view_row_new      (IvrView    *view);
IvrView   *ivr_view_row_get_view (IvrViewRow *self);

G_END_DECLS
