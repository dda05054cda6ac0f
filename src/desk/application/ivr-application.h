/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * IvrApplication:
 * Signs people in and gives each a window. With --demo it starts a private server and opens a
 * clinic's and a specialist's desk.
 */
#define IVR_TYPE_APPLICATION (ivr_application_get_type ())
G_DECLARE_FINAL_TYPE (IvrApplication, ivr_application, IVR, APPLICATION, AdwApplication)

int             ivr_desk_main       (int    argc,
                                     char **argv);
IvrApplication *ivr_application_new (void);

G_END_DECLS
