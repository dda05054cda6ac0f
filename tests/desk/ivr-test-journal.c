/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-test-journal.h"

#include "ivr-journal-key.h"
#include "ivr-test-window.h"

typedef struct
{
  IvrJournal *journal;
  GBytes *key;
  gboolean done;
} Opening;

static void
key_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      data)
{
  ((Opening *) data)->key = ivr_journal_key_load_finish (result, NULL);
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(GError) error = NULL;

  ((Opening *) data)->done = ivr_journal_open_finish (IVR_JOURNAL (source), result, &error);
  g_assert_no_error (error);
}

/**
 * ivr_test_journal_open:
 * @folder: where its key and its file are, or will be
 *
 * Returns: (transfer full): a journal as a desk has one
 */
IvrJournal *
ivr_test_journal_open (const char *folder)
{
  g_autofree char *key = g_build_filename (folder, "key", NULL);
  g_autofree char *path = g_build_filename (folder, "casey.journal", NULL);
  Opening opening = { NULL };

  ivr_journal_key_load_async (key, NULL, key_cb, &opening);
  ivr_test_wait (opening.key != NULL);
  opening.journal = ivr_journal_new (path, opening.key);
  g_bytes_unref (opening.key);
  ivr_journal_open_async (opening.journal, IVR_JOURNAL_NONE, NULL, opened_cb, &opening);
  ivr_test_wait (opening.done);
  return opening.journal;
}

static void
closed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  *(gboolean *) data = ivr_journal_close_finish (IVR_JOURNAL (source), result, NULL);
}

/**
 * ivr_test_journal_close:
 * @journal: (transfer full): a journal; everything of it is on the disk afterwards
 */
void
ivr_test_journal_close (IvrJournal *journal)
{
  gboolean closed = FALSE;

  ivr_journal_close_async (journal, NULL, closed_cb, &closed);
  ivr_test_wait (closed);
  g_object_unref (journal);
}
