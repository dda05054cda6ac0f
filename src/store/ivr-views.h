/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-database.h"

G_BEGIN_DECLS

/**
 * IvrView:
 * One view of the sidebar. Properties: "total" notifies. A count stops at %IVR_VIEW_MOST.
 */
#define IVR_TYPE_VIEW (ivr_view_get_type ())
G_DECLARE_FINAL_TYPE (IvrView, ivr_view, IVR, VIEW, GObject)

#define IVR_VIEW_MOST 10000

const char *ivr_view_get_id    (IvrView *self);
const char *ivr_view_get_label (IvrView *self);
const char *ivr_view_get_icon  (IvrView *self);
const char *ivr_view_get_sort  (IvrView *self);
int         ivr_view_get_total (IvrView *self);
gboolean    ivr_view_is_mine   (IvrView *self);

/**
 * IvrViews:
 * The person's views, a GListModel of IvrView. Read again by ivr_views_refresh().
 */
#define IVR_TYPE_VIEWS (ivr_views_get_type ())
G_DECLARE_FINAL_TYPE (IvrViews, ivr_views, IVR, VIEWS, GObject)

IvrViews   *ivr_views_new      (IvrDatabase *database);
void        ivr_views_refresh  (IvrViews    *self);

G_END_DECLS
