/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-journal.h"
#include "ivr-uploads.h"

G_BEGIN_DECLS

/* What a person has on the way, kept in the journal. */
IvrUploads *ivr_kept_uploads_new     (IvrJournal  *journal);
void        ivr_kept_uploads_restore (IvrUploads  *uploads,
                                      IvrDatabase *database);

G_END_DECLS
