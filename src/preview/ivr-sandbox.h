/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void     ivr_sandbox_begin      (void);
gboolean ivr_sandbox_enter      (char **why);
void     ivr_sandbox_allow_time (guint seconds);

G_END_DECLS
