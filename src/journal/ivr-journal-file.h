/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * The file of a journal: blocking, used by one thread at a time, never by the main one.
 *
 * A header (magic, random file id, sealed proof of the key), then records, appended:
 * marker 4, length 4, sequence 8, nonce 12, sealed bytes `length` (16 of them are the tag).
 * Integers are little-endian. Sealed with AES-256-GCM; marker, length, sequence and file id are
 * authenticated too, so no record can be changed, moved, repeated or carried to another file.
 * Inside: kind 1 (put) or 2 (remove), length of the name 4, name, value.
 */
typedef struct _IvrJournalFile IvrJournalFile;

IvrJournalFile *ivr_journal_file_open        (const char      *path,
                                              GBytes          *key,
                                              gboolean         set_aside,
                                              GError         **error);
void            ivr_journal_file_close       (IvrJournalFile  *self);
GHashTable     *ivr_journal_file_dup_records (IvrJournalFile  *self);
gboolean        ivr_journal_file_is_damaged  (IvrJournalFile  *self);
gboolean        ivr_journal_file_write       (IvrJournalFile  *self,
                                              GHashTable      *changes,
                                              GError         **error);

G_END_DECLS
