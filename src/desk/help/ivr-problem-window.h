/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ivr-session.h"

G_BEGIN_DECLS

/* A report of a problem, without any patient's data, for the person to read before it leaves this window. */
char      *ivr_problem_dup_report (GtkWidget  *widget,
                                   IvrSession *session);
GtkWindow *ivr_problem_window_new (GtkWindow  *parent,
                                   IvrSession *session);

G_END_DECLS
