/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

int ivr_admin_documents_scan (const char *uri,
                              const char *socket_path,
                              int         seconds,
                              int         every);

G_END_DECLS
