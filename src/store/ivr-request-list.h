/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-database.h"
#include "ivr-request.h"

G_BEGIN_DECLS

/**
 * IvrRequestList:
 * A GListModel of IvrRequest over a view of any length. It knows its length, reads pages by key
 * around what ivr_request_list_show() says is on the screen, and keeps a bounded number of rows:
 * ten requests and ten million feel the same. Rows that are not here yet are placeholders.
 *
 * A small view (up to %IVR_REQUEST_LIST_WHOLE) is read whole. For a larger one the server names
 * every 1000th row once ("fences"), by which the list can jump anywhere without counting rows.
 *
 * Properties: "loading" (the first page is on its way), "failure" (a sentence, or %NULL; the rows
 * that were read before stay). Both notify.
 */
#define IVR_TYPE_REQUEST_LIST (ivr_request_list_get_type ())
G_DECLARE_FINAL_TYPE (IvrRequestList, ivr_request_list, IVR, REQUEST_LIST, GObject)

#define IVR_REQUEST_LIST_WHOLE 200

IvrRequestList *ivr_request_list_new           (IvrDatabase    *database);
void            ivr_request_list_set_view      (IvrRequestList *self,
                                                const char     *view,
                                                const char     *sort,
                                                gboolean        descending,
                                                const char     *search);
void            ivr_request_list_show          (IvrRequestList *self,
                                                guint           first,
                                                guint           last);
void            ivr_request_list_refresh       (IvrRequestList *self);
gboolean        ivr_request_list_is_loading    (IvrRequestList *self);
const char     *ivr_request_list_get_failure   (IvrRequestList *self);
gboolean        ivr_request_list_find          (IvrRequestList *self,
                                                const char     *id,
                                                guint          *position);
guint           ivr_request_list_count_rows    (IvrRequestList *self);

G_END_DECLS
