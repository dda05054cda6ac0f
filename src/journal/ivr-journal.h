/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * IvrJournal:
 * What a person has typed and the server has not acknowledged yet: encrypted on this machine,
 * back after a crash, a lost line or a lock.
 *
 * Records are text by name: `draft:<request id>`, `chat:<request id>`, `command:<uuid>`. Names and
 * text are both encrypted (AES-256-GCM). What this protects against: somebody who gets the file
 * without the key, and any change of it, which is noticed. What it does not: somebody who runs
 * programs as this person, has the key too, or puts back a whole older file.
 *
 * Reading is from memory and never waits. Writing is in the background, in order, at most half a
 * second after the first change that is not written yet, so that fast typing is one write.
 * All of it is used from the main context of its creation.
 *
 * Signal `failed` (error: GError): a write failed, a full disk for instance. The text stays in
 * memory and is written again after some seconds until it works. Signal `recovered`: it worked.
 */
#define IVR_TYPE_JOURNAL (ivr_journal_get_type ())
G_DECLARE_FINAL_TYPE (IvrJournal, ivr_journal, IVR, JOURNAL, GObject)

/**
 * IvrJournalFlags:
 * @IVR_JOURNAL_NONE: nothing special
 * @IVR_JOURNAL_SET_ASIDE: a file that is there is kept as `path.kept-N` and a new one begun; for a
 *   person who has lost the key and wants to go on
 */
typedef enum {
  IVR_JOURNAL_NONE = 0,
  IVR_JOURNAL_SET_ASIDE = 1 << 0,
} IvrJournalFlags;

IvrJournal *ivr_journal_new          (const char           *path,
                                      GBytes               *key);
void        ivr_journal_open_async   (IvrJournal           *self,
                                      IvrJournalFlags       flags,
                                      GCancellable         *cancellable,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
gboolean    ivr_journal_open_finish  (IvrJournal           *self,
                                      GAsyncResult         *result,
                                      GError              **error);
gboolean    ivr_journal_is_damaged   (IvrJournal           *self);

void        ivr_journal_put          (IvrJournal           *self,
                                      const char           *name,
                                      const char           *text);
void        ivr_journal_remove       (IvrJournal           *self,
                                      const char           *name);
char       *ivr_journal_dup          (IvrJournal           *self,
                                      const char           *name);
GStrv       ivr_journal_list         (IvrJournal           *self,
                                      const char           *prefix);

void        ivr_journal_flush_async  (IvrJournal           *self,
                                      GCancellable         *cancellable,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
gboolean    ivr_journal_flush_finish (IvrJournal           *self,
                                      GAsyncResult         *result,
                                      GError              **error);
void        ivr_journal_close_async  (IvrJournal           *self,
                                      GCancellable         *cancellable,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
gboolean    ivr_journal_close_finish (IvrJournal           *self,
                                      GAsyncResult         *result,
                                      GError              **error);

G_END_DECLS
