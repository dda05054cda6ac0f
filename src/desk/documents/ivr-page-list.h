/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-preview-client.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * IvrPageList:
 * The pages of a document, one below the other, in a GtkScrolledWindow. Only those on the screen and their neighbours
 * exist and are drawn, one at a time, so that three hundred are as quick as three.
 *
 * Signal "page-changed" when another page is the one that is read. Signal "failed" (GError): a page that is looked at
 * cannot be drawn.
 */
#define IVR_TYPE_PAGE_LIST (ivr_page_list_get_type ())
G_DECLARE_FINAL_TYPE (IvrPageList, ivr_page_list, IVR, PAGE_LIST, GtkWidget)

void    ivr_page_list_set_document (IvrPageList      *self,
                                    IvrPreviewClient *client,
                                    guint             n_pages);
guint   ivr_page_list_get_page     (IvrPageList      *self);
void    ivr_page_list_go_to        (IvrPageList      *self,
                                    guint             page);
void    ivr_page_list_scroll       (IvrPageList      *self,
                                    int               steps);
void    ivr_page_list_zoom         (IvrPageList      *self,
                                    double            factor);
void    ivr_page_list_fit          (IvrPageList      *self);
void    ivr_page_list_turn         (IvrPageList      *self);
void    ivr_page_list_set_found    (IvrPageList      *self,
                                    guint             page,
                                    GArray           *found);

G_END_DECLS
