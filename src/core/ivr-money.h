/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-error.h"

G_BEGIN_DECLS

gboolean  ivr_money_parse  (const char  *text,
                            gint64      *cents,
                            GError     **error);
char     *ivr_money_format (gint64       cents);

G_END_DECLS
