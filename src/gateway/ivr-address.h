/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

GSocketAddress *ivr_address_parse       (const char     *text);
char           *ivr_address_to_text     (GSocketAddress *address);
void            ivr_address_clear_stale (GSocketAddress *address);

G_END_DECLS
