/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *ivr_exact_json_dup (const char *json);

G_END_DECLS
