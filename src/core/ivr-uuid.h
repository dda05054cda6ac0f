/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *ivr_uuid_new       (void);
char *ivr_uuid_normalize (const char *text);

G_END_DECLS
