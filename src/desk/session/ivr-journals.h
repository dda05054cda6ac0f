/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-journal.h"

G_BEGIN_DECLS

/**
 * IvrJournals:
 * The encrypted journals of the people who sign in on this computer, one a person and server. A
 * journal that was opened stays open until the program ends, so that two windows of the same person
 * share it and nothing is lost between signing out and in again.
 */
#define IVR_TYPE_JOURNALS (ivr_journals_get_type ())
G_DECLARE_FINAL_TYPE (IvrJournals, ivr_journals, IVR, JOURNALS, GObject)

IvrJournals *ivr_journals_new          (const char           *folder);
void         ivr_journals_open_async   (IvrJournals          *self,
                                        const char           *server,
                                        const char           *login,
                                        GAsyncReadyCallback   callback,
                                        gpointer              user_data);
IvrJournal  *ivr_journals_open_finish  (IvrJournals          *self,
                                        GAsyncResult         *result,
                                        char                **notice);
void         ivr_journals_flush_async  (IvrJournals          *self,
                                        GAsyncReadyCallback   callback,
                                        gpointer              user_data);
void         ivr_journals_flush_finish (IvrJournals          *self,
                                        GAsyncResult         *result);

G_END_DECLS
