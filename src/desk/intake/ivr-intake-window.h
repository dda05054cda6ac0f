/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * IvrIntakeWindow:
 * The form of a request. Signal "saved" (request id, sentence) when the server has it.
 */
#define IVR_TYPE_INTAKE_WINDOW (ivr_intake_window_get_type ())
G_DECLARE_FINAL_TYPE (IvrIntakeWindow, ivr_intake_window, IVR, INTAKE_WINDOW, AdwWindow)

GtkWindow *ivr_intake_window_new    (GtkWindow       *parent,
                                     IvrSession      *session,
                                     JsonObject      *request);
GtkWindow *ivr_intake_window_find   (GtkWindow       *parent,
                                     const char      *request);
gboolean   ivr_intake_window_is_new (IvrIntakeWindow *self);

G_END_DECLS
