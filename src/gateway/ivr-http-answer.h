/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

GBytes *ivr_http_answer_new         (guint       status,
                                     const char *media_type,
                                     const char *body,
                                     gsize       length);
GBytes *ivr_http_answer_new_problem (guint       status);

G_END_DECLS
