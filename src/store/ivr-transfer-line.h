/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-database.h"
#include "ivr-pg-connection.h"

G_BEGIN_DECLS

/* For the other files of this room: the line on which documents travel, so that nobody waits for a page behind one. */
IvrPgConnection *ivr_transfer_line_hold    (IvrDatabase *database);
void             ivr_transfer_line_release (IvrDatabase *database);
void             ivr_transfer_line_close   (IvrDatabase *database);

G_END_DECLS
