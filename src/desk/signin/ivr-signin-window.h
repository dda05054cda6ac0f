/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-demo.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * IvrSigninWindow:
 * In the demo: choose a persona. Against a server: profile, user and password.
 */
#define IVR_TYPE_SIGNIN_WINDOW (ivr_signin_window_get_type ())
G_DECLARE_FINAL_TYPE (IvrSigninWindow, ivr_signin_window, IVR, SIGNIN_WINDOW, AdwApplicationWindow)

GtkWindow *ivr_signin_window_new      (GtkApplication  *application,
                                       IvrDemo         *demo);
void       ivr_signin_window_progress (IvrSigninWindow *self,
                                       const char      *sentence);
void       ivr_signin_window_complain (IvrSigninWindow *self,
                                       const char      *sentence);

G_END_DECLS
