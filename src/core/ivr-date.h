/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-error.h"

G_BEGIN_DECLS

gboolean  ivr_date_parse       (const char   *text,
                                GDate        *date,
                                GError      **error);
char     *ivr_date_normalize   (const char   *text,
                                GError      **error);
char     *ivr_date_to_iso      (const GDate  *date);
gboolean  ivr_date_check_birth (const GDate  *born,
                                const GDate  *today,
                                GError      **error);

G_END_DECLS
