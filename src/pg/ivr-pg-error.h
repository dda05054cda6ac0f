/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

GError     *ivr_pg_error_new        (const char   *sqlstate,
                                     const char   *message,
                                     const char   *detail);
GError     *ivr_pg_error_connection (const char   *message,
                                     gboolean      needs_password);

G_END_DECLS
