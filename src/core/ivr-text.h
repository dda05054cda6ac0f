/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-error.h"

G_BEGIN_DECLS

char     *ivr_text_compact     (const char  *text,
                                const char  *drop);
gboolean  ivr_text_matches     (const char  *text,
                                const char  *pattern);
gpointer  ivr_text_refuse      (GError     **error,
                                const char  *sentence);

G_END_DECLS
