/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *ivr_admin_demo_open  (gboolean  *started,
                            GError   **error);
void  ivr_admin_demo_close (void);

G_END_DECLS
