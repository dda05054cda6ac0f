/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-error.h"

G_BEGIN_DECLS

/* The largest area that a form takes, 10,000 cm², in hundredths of a cm². */
#define IVR_AREA_MOST 1000000

gboolean  ivr_length_parse    (const char  *text,
                               int         *hundredths,
                               GError     **error);
gboolean  ivr_area_parse      (const char  *text,
                               int         *hundredths,
                               GError     **error);
char     *ivr_area_format     (int          hundredths);
int       ivr_area_of         (int          length,
                               int          width);
gboolean  ivr_area_differs    (int          area,
                               int          length,
                               int          width);

G_END_DECLS
