/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-journal.h"

#include "ivr-error.h"
#include "ivr-journal-file.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define WRITE_DELAY_MS 500
#define RETRY_DELAY_MS 5000

/* What the worker works on. Jobs hold it, so the last one closes the file and frees the lock. */
typedef struct
{
  char *path;
  GBytes *key;
  IvrJournalFile *file;
} Store;

typedef enum {
  JOB_OPEN = 1,
  JOB_WRITE,
  JOB_CLOSE,
} JobKind;

typedef struct
{
  JobKind kind;
  Store *store;
  gboolean set_aside;
  GHashTable *changes;  /* of JOB_WRITE: char* -> GBytes*, NULL removes */
  guint64 ticket;       /* of JOB_WRITE: its number */
  GHashTable *records;  /* out of JOB_OPEN */
  gboolean damaged;     /* out of JOB_OPEN */
} Job;

struct _IvrJournal
{
  GObject parent_instance;

  GMainContext *context;
  GThreadPool *worker;
  Store *store;
  GHashTable *records;  /* char* -> GBytes* */
  GHashTable *pending;  /* set of names whose present state is not with the worker yet */
  GSource *timer;
  GQueue flushes;       /* GTask*, each waits for a ticket */
  guint64 last_ticket;
  guint64 done_ticket;
  GError *failure;
  gboolean open;
  gboolean damaged;
  gboolean disposed;
};

G_DEFINE_FINAL_TYPE (IvrJournal, ivr_journal, G_TYPE_OBJECT)

enum {
  FAILED = 0,
  RECOVERED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void start_write (IvrJournal *self);

static void
store_clear (gpointer data)
{
  Store *store = data;

  g_clear_pointer (&store->file, ivr_journal_file_close);
  g_bytes_unref (store->key);
  g_free (store->path);
}

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_pointer (&job->changes, g_hash_table_unref);
  g_clear_pointer (&job->records, g_hash_table_unref);
  g_atomic_rc_box_release_full (job->store, store_clear);
  g_free (job);
}

static Job *
job_new (IvrJournal *self,
         JobKind     kind)
{
  Job *job = g_new0 (Job, 1);

  job->kind = kind;
  job->store = g_atomic_rc_box_acquire (self->store);
  return job;
}

static void
run_job (gpointer data,
         gpointer user_data)
{
  g_autoptr(GTask) task = data;
  Job *job = g_task_get_task_data (task);
  Store *store = job->store;
  g_autoptr(GError) error = NULL;

  switch (job->kind)
    {
    case JOB_OPEN:
      store->file = ivr_journal_file_open (store->path, store->key, job->set_aside, &error);
      if (store->file != NULL)
        {
          job->records = ivr_journal_file_dup_records (store->file);
          job->damaged = ivr_journal_file_is_damaged (store->file);
        }
      break;
    case JOB_WRITE:
      if (store->file != NULL)
        ivr_journal_file_write (store->file, job->changes, &error);
      break;
    case JOB_CLOSE:
    default:
      g_clear_pointer (&store->file, ivr_journal_file_close);
      break;
    }
  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
push (IvrJournal *self,
      GTask      *task)
{
  g_thread_pool_push (self->worker, task, NULL);
}

static gboolean
on_timer (gpointer user_data)
{
  IvrJournal *self = user_data;

  g_clear_pointer (&self->timer, g_source_unref);
  start_write (self);
  return G_SOURCE_REMOVE;
}

static void
stop_timer (IvrJournal *self)
{
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

static void
start_timer (IvrJournal *self,
             guint       delay)
{
  if (self->timer != NULL)
    return;
  self->timer = g_timeout_source_new (delay);
  g_source_set_static_name (self->timer, "journal");
  g_source_set_callback (self->timer, on_timer, self, NULL);
  g_source_attach (self->timer, self->context);
}

static void
finish_flushes (IvrJournal *self)
{
  while (!g_queue_is_empty (&self->flushes))
    {
      GTask *task = g_queue_peek_head (&self->flushes);
      guint64 *ticket = g_task_get_task_data (task);

      if (*ticket > self->done_ticket)
        break;
      g_queue_pop_head (&self->flushes);
      if (self->failure != NULL)
        g_task_return_error (task, g_error_copy (self->failure));
      else
        g_task_return_boolean (task, TRUE);
      g_object_unref (task);
    }
}

static void
written_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  IvrJournal *self = IVR_JOURNAL (object);
  Job *job = g_task_get_task_data (G_TASK (result));
  g_autoptr(GError) error = NULL;
  gboolean failed_before = self->failure != NULL;
  GHashTableIter iter;
  gpointer name;

  self->done_ticket = job->ticket;
  g_clear_error (&self->failure);
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      /* Only the names: what is written next time is what they are by then. */
      g_hash_table_iter_init (&iter, job->changes);
      while (g_hash_table_iter_next (&iter, &name, NULL))
        g_hash_table_add (self->pending, g_strdup (name));
      self->failure = g_error_copy (error);
      stop_timer (self);
      start_timer (self, RETRY_DELAY_MS);
    }
  finish_flushes (self);
  if (error != NULL)
    g_signal_emit (self, signals[FAILED], 0, error);
  else if (failed_before)
    g_signal_emit (self, signals[RECOVERED], 0);
}

static GHashTable *
take_pending (IvrJournal *self)
{
  GHashTable *changes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                               (GDestroyNotify) g_bytes_unref);
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, self->pending);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    {
      GBytes *value = g_hash_table_lookup (self->records, name);

      g_hash_table_insert (changes, g_strdup (name), value != NULL ? g_bytes_ref (value) : NULL);
    }
  g_hash_table_remove_all (self->pending);
  return changes;
}

static void
start_write (IvrJournal *self)
{
  GTask *task;
  Job *job;

  if (!self->open || g_hash_table_size (self->pending) == 0)
    return;
  stop_timer (self);
  task = g_task_new (self, NULL, written_cb, NULL);
  g_task_set_source_tag (task, start_write);
  job = job_new (self, JOB_WRITE);
  job->changes = take_pending (self);
  job->ticket = ++self->last_ticket;
  g_task_set_task_data (task, job, job_free);
  push (self, task);
}

static void
ivr_journal_dispose (GObject *object)
{
  IvrJournal *self = IVR_JOURNAL (object);

  /* A write that starts here holds on to the journal until it is done; there is only one. */
  stop_timer (self);
  if (!self->disposed)
    start_write (self);
  self->disposed = TRUE;
  G_OBJECT_CLASS (ivr_journal_parent_class)->dispose (object);
}

static void
ivr_journal_finalize (GObject *object)
{
  IvrJournal *self = IVR_JOURNAL (object);

  stop_timer (self);
  g_thread_pool_free (self->worker, FALSE, FALSE);
  if (self->store != NULL)
    g_atomic_rc_box_release_full (self->store, store_clear);
  g_clear_error (&self->failure);
  g_hash_table_unref (self->records);
  g_hash_table_unref (self->pending);
  g_main_context_unref (self->context);
  G_OBJECT_CLASS (ivr_journal_parent_class)->finalize (object);
}

static void
ivr_journal_class_init (IvrJournalClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ivr_journal_dispose;
  object_class->finalize = ivr_journal_finalize;

  signals[FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_ERROR);
  signals[RECOVERED] = g_signal_new ("recovered", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL,
                                     G_TYPE_NONE, 0);
}

static void
ivr_journal_init (IvrJournal *self)
{
  self->context = g_main_context_ref_thread_default ();
  self->worker = g_thread_pool_new (run_job, NULL, 1, FALSE, NULL);
  self->records = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                         (GDestroyNotify) g_bytes_unref);
  self->pending = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * ivr_journal_new:
 * @path: the file; its folder is made when needed
 * @key: 32 bytes, from ivr_journal_key_load_async() or ivr_journal_key_derive()
 *
 * What is put before the journal is open is kept in memory and written once it is.
 *
 * Returns: (transfer full): a journal that is not open yet
 */
IvrJournal *
ivr_journal_new (const char *path,
                 GBytes     *key)
{
  IvrJournal *self;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (key != NULL, NULL);

  self = g_object_new (IVR_TYPE_JOURNAL, NULL);
  self->store = g_atomic_rc_box_new0 (Store);
  self->store->path = g_strdup (path);
  self->store->key = g_bytes_ref (key);
  return self;
}

static void
opened_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  IvrJournal *self = IVR_JOURNAL (object);
  Job *job = g_task_get_task_data (G_TASK (result));
  g_autoptr(GError) error = NULL;
  GHashTableIter iter;
  gpointer name, value;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  self->open = TRUE;
  self->damaged = job->damaged;
  g_hash_table_iter_init (&iter, job->records);
  while (g_hash_table_iter_next (&iter, &name, &value))
    if (!g_hash_table_contains (self->pending, name))
      g_hash_table_insert (self->records, g_strdup (name), g_bytes_ref (value));
  start_write (self);
  g_task_return_boolean (task, TRUE);
}

/**
 * ivr_journal_open_async:
 * @self: a journal
 * @flags: flags
 * @cancellable: (nullable): a cancellable
 * @callback: when done
 * @user_data: for @callback
 *
 * Reads what is there. A torn end, as a crash leaves it, is taken off; other damage is reported by
 * ivr_journal_is_damaged() and the file kept as `path.damaged-N`.
 */
void
ivr_journal_open_async (IvrJournal          *self,
                        IvrJournalFlags      flags,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  GTask *task, *work;
  Job *job;

  g_return_if_fail (IVR_IS_JOURNAL (self));
  g_return_if_fail (!self->open);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ivr_journal_open_async);
  work = g_task_new (self, NULL, opened_cb, task);
  g_task_set_source_tag (work, opened_cb);
  job = job_new (self, JOB_OPEN);
  job->set_aside = (flags & IVR_JOURNAL_SET_ASIDE) != 0;
  g_task_set_task_data (work, job, job_free);
  push (self, work);
}

/**
 * ivr_journal_open_finish:
 * @self: a journal
 * @result: result
 * @error: return location
 *
 * Returns: %FALSE with %IVR_ERROR_BUSY (another process has it), %IVR_ERROR_AUTH (written with
 *   another key; the file is left as it is), %IVR_ERROR_LIMIT (no room) or %IVR_ERROR_FAILED
 */
gboolean
ivr_journal_open_finish (IvrJournal    *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * ivr_journal_is_damaged:
 * @self: a journal that is open
 *
 * Returns: whether some of the file was not genuine; what is in the journal is what was
 */
gboolean
ivr_journal_is_damaged (IvrJournal *self)
{
  g_return_val_if_fail (IVR_IS_JOURNAL (self), FALSE);

  return self->damaged;
}

static void
change (IvrJournal *self,
        const char *name)
{
  g_hash_table_add (self->pending, g_strdup (name));
  start_timer (self, WRITE_DELAY_MS);
}

/**
 * ivr_journal_put:
 * @self: a journal
 * @name: what it is
 * @text: its text, in place of any earlier one
 *
 * Returns at once. Before a command is sent, wait for ivr_journal_flush_async().
 */
void
ivr_journal_put (IvrJournal *self,
                 const char *name,
                 const char *text)
{
  g_return_if_fail (IVR_IS_JOURNAL (self));
  g_return_if_fail (name != NULL && name[0] != '\0');
  g_return_if_fail (text != NULL);

  g_hash_table_replace (self->records, g_strdup (name), g_bytes_new (text, strlen (text)));
  change (self, name);
}

/**
 * ivr_journal_remove:
 * @self: a journal
 * @name: what the server has acknowledged, or its author thrown away
 */
void
ivr_journal_remove (IvrJournal *self,
                    const char *name)
{
  g_return_if_fail (IVR_IS_JOURNAL (self));
  g_return_if_fail (name != NULL);

  /* Before it is open nobody knows whether the file has it. */
  if (g_hash_table_remove (self->records, name) || !self->open)
    change (self, name);
}

/**
 * ivr_journal_dup:
 * @self: a journal
 * @name: what it is
 *
 * Returns: (transfer full) (nullable): its text
 */
char *
ivr_journal_dup (IvrJournal *self,
                 const char *name)
{
  GBytes *value;
  gconstpointer data;
  gsize size;

  g_return_val_if_fail (IVR_IS_JOURNAL (self), NULL);

  value = g_hash_table_lookup (self->records, name);
  if (value == NULL)
    return NULL;
  data = g_bytes_get_data (value, &size);
  return g_strndup (data != NULL ? data : "", size);
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char * const *) a, *(const char * const *) b);
}

/**
 * ivr_journal_list:
 * @self: a journal
 * @prefix: such as "draft:"; "" for all
 *
 * Returns: (transfer full): names that begin with @prefix, sorted
 */
GStrv
ivr_journal_list (IvrJournal *self,
                  const char *prefix)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer name;

  g_return_val_if_fail (IVR_IS_JOURNAL (self), NULL);

  g_hash_table_iter_init (&iter, self->records);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (g_str_has_prefix (name, prefix))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return (GStrv) g_ptr_array_steal (names, NULL);
}

/**
 * ivr_journal_flush_async:
 * @self: a journal
 * @cancellable: (nullable): a cancellable
 * @callback: when done
 * @user_data: for @callback
 *
 * Writes now what is not written yet, and waits until it is on the disk for good.
 */
void
ivr_journal_flush_async (IvrJournal          *self,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (IVR_IS_JOURNAL (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ivr_journal_flush_async);
  if (!self->open)
    {
      g_task_return_new_error (task, IVR_ERROR, IVR_ERROR_FAILED, _("The local journal is not open."));
      g_object_unref (task);
      return;
    }
  start_write (self);
  g_task_set_task_data (task, g_memdup2 (&self->last_ticket, sizeof self->last_ticket), g_free);
  g_queue_push_tail (&self->flushes, task);
  finish_flushes (self);
}

/**
 * ivr_journal_flush_finish:
 * @self: a journal
 * @result: result
 * @error: return location
 *
 * Returns: %FALSE when something could not be written: %IVR_ERROR_LIMIT (no room) or
 *   %IVR_ERROR_FAILED. It is still in memory, and tried again.
 */
gboolean
ivr_journal_flush_finish (IvrJournal    *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
closed_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;

  g_task_return_boolean (task, TRUE);
}

static void
flushed_for_close_cb (GObject      *object,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  IvrJournal *self = IVR_JOURNAL (object);
  g_autoptr(GError) error = NULL;
  GTask *work;

  if (!ivr_journal_flush_finish (self, result, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  /* Something may have been put while the flush was on its way. */
  start_write (self);
  self->open = FALSE;
  work = g_task_new (self, NULL, closed_cb, g_steal_pointer (&task));
  g_task_set_source_tag (work, closed_cb);
  g_task_set_task_data (work, job_new (self, JOB_CLOSE), job_free);
  push (self, work);
}

/**
 * ivr_journal_close_async:
 * @self: a journal
 * @cancellable: (nullable): a cancellable
 * @callback: when done
 * @user_data: for @callback
 *
 * Writes what is not written yet and lets go of the file and its lock. When that fails the
 * journal stays open.
 */
void
ivr_journal_close_async (IvrJournal          *self,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (IVR_IS_JOURNAL (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ivr_journal_close_async);
  ivr_journal_flush_async (self, NULL, flushed_for_close_cb, task);
}

/**
 * ivr_journal_close_finish:
 * @self: a journal
 * @result: result
 * @error: return location
 *
 * Returns: %FALSE as for ivr_journal_flush_finish()
 */
gboolean
ivr_journal_close_finish (IvrJournal    *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
