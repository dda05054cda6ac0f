/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * IvrWindow:
 * The desk of one signed-in person: views, list, request, chat.
 */
#define IVR_TYPE_WINDOW (ivr_window_get_type ())
G_DECLARE_FINAL_TYPE (IvrWindow, ivr_window, IVR, WINDOW, AdwApplicationWindow)

GtkWindow  *ivr_window_new         (GtkApplication *application,
                                    IvrSession     *session);
IvrSession *ivr_window_get_session (IvrWindow      *self);
GListModel *ivr_window_get_list    (IvrWindow      *self);
void        ivr_window_notify      (IvrWindow      *self,
                                    const char     *sentence);

G_END_DECLS
