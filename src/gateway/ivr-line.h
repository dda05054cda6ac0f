/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-pg-connection.h"

G_BEGIN_DECLS

void ivr_line_keep_open (IvrPgConnection *connection);

G_END_DECLS
