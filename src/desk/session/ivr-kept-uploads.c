/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-kept-uploads.h"

#define PREFIX "upload:"

static void
flushed_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  /* The journal's own signal tells the person when it does not work. */
  ivr_journal_flush_finish (IVR_JOURNAL (source), result, NULL);
}

/* At once, as a command: a file that was dropped goes on also when the program ends in the next moment. */
static void
keep (const char *id,
      const char *json,
      gpointer    data)
{
  g_autofree char *name = g_strconcat (PREFIX, id, NULL);

  ivr_journal_put (data, name, json);
  ivr_journal_flush_async (data, NULL, flushed_cb, NULL);
}

static void
forget (const char *id,
        gpointer    data)
{
  g_autofree char *name = g_strconcat (PREFIX, id, NULL);

  ivr_journal_remove (data, name);
}

/**
 * ivr_kept_uploads_new:
 * @journal: (nullable): where they survive a crash
 *
 * Returns: (transfer full): uploads, none yet
 */
IvrUploads *
ivr_kept_uploads_new (IvrJournal *journal)
{
  const IvrOutboxKeeper keeper = { keep, forget, journal };
  IvrUploads *uploads = ivr_uploads_new (journal != NULL ? &keeper : NULL);

  if (journal != NULL)
    g_object_set_data_full (G_OBJECT (uploads), "journal", g_object_ref (journal), g_object_unref);
  return uploads;
}

/**
 * ivr_kept_uploads_restore:
 * @uploads: what ivr_kept_uploads_new() gave
 * @database: the person's database
 *
 * Goes on with what an earlier sitting had on the way.
 */
void
ivr_kept_uploads_restore (IvrUploads  *uploads,
                          IvrDatabase *database)
{
  IvrJournal *journal = g_object_get_data (G_OBJECT (uploads), "journal");
  g_auto(GStrv) names = journal != NULL ? ivr_journal_list (journal, PREFIX) : NULL;

  for (gsize i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *json = ivr_journal_dup (journal, names[i]);
      g_autoptr(IvrUpload) upload = ivr_upload_new_kept (database, json, NULL);

      /* What cannot be read is of no use to anybody. */
      if (upload == NULL)
        ivr_journal_remove (journal, names[i]);
      else
        ivr_uploads_add (uploads, upload);
    }
}
