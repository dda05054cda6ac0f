/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

void ivr_eligibility_window_present (GtkWindow  *parent,
                                     IvrSession *session,
                                     const char *request,
                                     int         rank);
void ivr_eligibility_window_ask     (GtkWindow  *parent,
                                     IvrSession *session,
                                     const char *request);

G_END_DECLS
