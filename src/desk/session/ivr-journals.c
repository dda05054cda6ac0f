/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-journals.h"

#include "ivr-error.h"
#include "ivr-journal-key.h"

#include <glib/gi18n.h>

struct _IvrJournals
{
  GObject parent_instance;

  char *folder;
  GHashTable *open;          /* path -> IvrJournal */
  GHashTable *opening;       /* path -> GPtrArray of GTask that wait for it */
};

G_DEFINE_FINAL_TYPE (IvrJournals, ivr_journals, G_TYPE_OBJECT)

typedef struct
{
  char *path;
  char *notice;
  gboolean set_aside;
} Opening;

static void
opening_free (Opening *opening)
{
  g_free (opening->path);
  g_free (opening->notice);
  g_free (opening);
}

static void
ivr_journals_finalize (GObject *object)
{
  IvrJournals *self = IVR_JOURNALS (object);

  g_free (self->folder);
  g_hash_table_unref (self->open);
  g_hash_table_unref (self->opening);
  G_OBJECT_CLASS (ivr_journals_parent_class)->finalize (object);
}

static void
ivr_journals_class_init (IvrJournalsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ivr_journals_finalize;
}

static void
ivr_journals_init (IvrJournals *self)
{
  self->open = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->opening = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
}

/**
 * ivr_journals_new:
 * @folder: where they are kept; made when needed
 *
 * Returns: (transfer full): the journals of this computer's user
 */
IvrJournals *
ivr_journals_new (const char *folder)
{
  IvrJournals *self = g_object_new (IVR_TYPE_JOURNALS, NULL);

  self->folder = g_strdup (folder);
  return self;
}

/* Everybody who waits for this path gets the same answer. */
static void
answer (IvrJournals *self,
        const char  *path,
        IvrJournal  *journal,
        const char  *notice)
{
  g_autoptr(GPtrArray) waiting = g_ptr_array_ref (g_hash_table_lookup (self->opening, path));

  if (journal != NULL)
    g_hash_table_replace (self->open, g_strdup (path), g_object_ref (journal));
  g_hash_table_remove (self->opening, path);
  for (guint i = 0; i < waiting->len; i++)
    {
      GTask *task = waiting->pdata[i];

      ((Opening *) g_task_get_task_data (task))->notice = g_strdup (notice);
      g_task_return_pointer (task, journal != NULL ? g_object_ref (journal) : NULL, g_object_unref);
    }
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(GTask) task = data;
  IvrJournals *self = g_task_get_source_object (task);
  Opening *opening = g_task_get_task_data (task);
  IvrJournal *journal = IVR_JOURNAL (source);
  g_autoptr(GError) error = NULL;
  g_autofree char *path = g_strdup (opening->path);
  g_autofree char *notice = NULL;

  if (ivr_journal_open_finish (journal, result, &error))
    {
      if (opening->set_aside)
        notice = g_strdup (_("The text that was kept on this computer was written with another key. It was put aside, and a new journal begun."));
      else if (ivr_journal_is_damaged (journal))
        notice = g_strdup (_("Some of the text that was kept on this computer is damaged. What could be read is here."));
      answer (self, path, journal, notice);
    }
  else if (g_error_matches (error, IVR_ERROR, IVR_ERROR_AUTH) && !opening->set_aside)
    {
      opening->set_aside = TRUE;
      ivr_journal_open_async (journal, IVR_JOURNAL_SET_ASIDE, NULL, opened_cb, g_steal_pointer (&task));
    }
  else if (g_error_matches (error, IVR_ERROR, IVR_ERROR_BUSY))
    answer (self, path, NULL,
            _("Your desk is open a second time on this computer. What you type here is only safe once it is sent."));
  else
    {
      notice = g_strdup_printf (_("What you type cannot be kept on this computer, it is only safe once it is sent. %s"), error->message);
      answer (self, path, NULL, notice);
    }
}

static void
key_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      data)
{
  g_autoptr(GTask) task = data;
  IvrJournals *self = g_task_get_source_object (task);
  Opening *opening = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) key = ivr_journal_key_load_finish (result, &error);
  g_autoptr(IvrJournal) journal = NULL;

  if (key == NULL)
    {
      g_autofree char *path = g_strdup (opening->path);
      g_autofree char *notice = g_strdup_printf (_("What you type cannot be kept on this computer, it is only safe once it is sent. %s"),
                                                 error->message);

      answer (self, path, NULL, notice);
      return;
    }
  journal = ivr_journal_new (opening->path, key);
  ivr_journal_open_async (journal, IVR_JOURNAL_NONE, NULL, opened_cb, g_steal_pointer (&task));
}

/**
 * ivr_journals_open_async:
 * @self: the journals
 * @server: which server; part of the file's name only as a hash
 * @login: the person
 * @callback: when done
 * @user_data: for @callback
 */
void
ivr_journals_open_async (IvrJournals         *self,
                         const char          *server,
                         const char          *login,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autofree char *who = g_strjoin ("\n", server, login, NULL);
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, who, -1);
  g_autofree char *name = g_strdup_printf ("%.24s.journal", hash);
  g_autofree char *key = g_build_filename (self->folder, "key", NULL);
  g_autoptr(GTask) task = g_task_new (self, NULL, callback, user_data);
  Opening *opening = g_new0 (Opening, 1);
  GPtrArray *waiting;
  IvrJournal *open;

  opening->path = g_build_filename (self->folder, name, NULL);
  g_task_set_source_tag (task, ivr_journals_open_async);
  g_task_set_task_data (task, opening, (GDestroyNotify) opening_free);
  open = g_hash_table_lookup (self->open, opening->path);
  waiting = g_hash_table_lookup (self->opening, opening->path);
  if (open != NULL)
    g_task_return_pointer (task, g_object_ref (open), g_object_unref);
  else if (waiting != NULL)
    g_ptr_array_add (waiting, g_steal_pointer (&task));
  else
    {
      waiting = g_ptr_array_new_with_free_func (g_object_unref);
      g_ptr_array_add (waiting, g_object_ref (task));
      g_hash_table_insert (self->opening, g_strdup (opening->path), waiting);
      ivr_journal_key_load_async (key, NULL, key_cb, g_steal_pointer (&task));
    }
}

/**
 * ivr_journals_open_finish:
 * @self: the journals
 * @result: what the callback was given
 * @notice: (out) (nullable): a sentence that the person has to read, or %NULL
 *
 * Not having a journal is no reason to turn a person away: the work goes on without one, and
 * @notice says what that means.
 *
 * Returns: (transfer full) (nullable): the journal, open
 */
IvrJournal *
ivr_journals_open_finish (IvrJournals   *self,
                          GAsyncResult  *result,
                          char         **notice)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  *notice = g_strdup (((Opening *) g_task_get_task_data (G_TASK (result)))->notice);
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

static void
flushed_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(GTask) task = data;
  guint *left = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;

  if (!ivr_journal_flush_finish (IVR_JOURNAL (source), result, &error))
    g_warning ("%s", error->message);
  if (--*left == 0)
    g_task_return_boolean (task, TRUE);
}

/**
 * ivr_journals_flush_async:
 * @self: the journals
 * @callback: when everything is on the disk, or cannot be
 * @user_data: for @callback
 */
void
ivr_journals_flush_async (IvrJournals         *self,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (self, NULL, callback, user_data);
  guint *left = g_new (guint, 1);
  GHashTableIter iter;
  gpointer journal;

  g_task_set_source_tag (task, ivr_journals_flush_async);
  g_task_set_task_data (task, left, g_free);
  *left = g_hash_table_size (self->open);
  if (*left == 0)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  g_hash_table_iter_init (&iter, self->open);
  while (g_hash_table_iter_next (&iter, NULL, &journal))
    ivr_journal_flush_async (journal, NULL, flushed_cb, g_object_ref (task));
}

void
ivr_journals_flush_finish (IvrJournals  *self,
                           GAsyncResult *result)
{
  g_return_if_fail (g_task_is_valid (result, self));
  g_task_propagate_boolean (G_TASK (result), NULL);
}
