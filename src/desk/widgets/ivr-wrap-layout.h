/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * IvrWrapLayout:
 * Children one after the other at their natural widths, in as many lines as they need: a row of
 * buttons that never makes its window wider.
 */
#define IVR_TYPE_WRAP_LAYOUT (ivr_wrap_layout_get_type ())
G_DECLARE_FINAL_TYPE (IvrWrapLayout, ivr_wrap_layout, IVR, WRAP_LAYOUT, GtkLayoutManager)

GtkLayoutManager *ivr_wrap_layout_new (int spacing);

G_END_DECLS
