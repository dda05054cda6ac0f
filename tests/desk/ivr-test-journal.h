/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-journal.h"

G_BEGIN_DECLS

IvrJournal *ivr_test_journal_open  (const char *folder);
void        ivr_test_journal_close (IvrJournal *journal);

G_END_DECLS
