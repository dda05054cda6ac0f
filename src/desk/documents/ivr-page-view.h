/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * IvrPageView:
 * A page as a picture, turned, at a size, with what was found on it marked.
 */
#define IVR_TYPE_PAGE_VIEW (ivr_page_view_get_type ())
G_DECLARE_FINAL_TYPE (IvrPageView, ivr_page_view, IVR, PAGE_VIEW, GtkWidget)

void ivr_page_view_set_texture (IvrPageView *self,
                                GdkTexture  *texture);
void ivr_page_view_set_size    (IvrPageView *self,
                                int          width,
                                int          height,
                                int          quarters);
void ivr_page_view_set_found   (IvrPageView *self,
                                GArray      *found);

G_END_DECLS
