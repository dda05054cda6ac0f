/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-error.h"
#include "ivr-journal.h"
#include "ivr-journal-file.h"
#include "ivr-journal-key.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEADLINE_SECONDS 60

typedef struct
{
  char *folder;
  char *path;
  GBytes *key;
} Fixture;

static GBytes *
key_of (guint8 byte)
{
  guint8 key[IVR_JOURNAL_KEY_BYTES];

  memset (key, byte, sizeof key);
  return g_bytes_new (key, sizeof key);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->folder = g_dir_make_tmp ("ivr-journal-XXXXXX", NULL);
  g_assert_nonnull (fixture->folder);
  fixture->path = g_build_filename (fixture->folder, "journal", NULL);
  fixture->key = key_of (7);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr(GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  g_free (fixture->path);
  g_bytes_unref (fixture->key);
}

static guint
count_files (Fixture    *fixture,
             const char *part)
{
  g_autoptr(GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    n += strstr (name, part) != NULL;
  return n;
}

static gboolean
on_deadline (gpointer data)
{
  g_error ("deadline");
  return G_SOURCE_REMOVE;
}

static void
done_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static void
wait_for (GAsyncResult **result)
{
  guint deadline = g_timeout_add_seconds (DEADLINE_SECONDS, on_deadline, NULL);

  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (deadline);
}

static gboolean
journal_open (IvrJournal       *journal,
              IvrJournalFlags   flags,
              GError          **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  ivr_journal_open_async (journal, flags, NULL, done_cb, &result);
  wait_for (&result);
  return ivr_journal_open_finish (journal, result, error);
}

static gboolean
journal_flush (IvrJournal  *journal,
               GError     **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  ivr_journal_flush_async (journal, NULL, done_cb, &result);
  wait_for (&result);
  return ivr_journal_flush_finish (journal, result, error);
}

static void
journal_close (IvrJournal *journal)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  ivr_journal_close_async (journal, NULL, done_cb, &result);
  wait_for (&result);
  ivr_journal_close_finish (journal, result, &error);
  g_assert_no_error (error);
}

static IvrJournal *
opened (Fixture *fixture)
{
  g_autoptr(GError) error = NULL;
  IvrJournal *journal = ivr_journal_new (fixture->path, fixture->key);

  journal_open (journal, IVR_JOURNAL_NONE, &error);
  g_assert_no_error (error);
  return journal;
}

static void
assert_text (IvrJournal *journal,
             const char *name,
             const char *expected)
{
  g_autofree char *text = ivr_journal_dup (journal, name);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_round_trip (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr(IvrJournal) first = opened (fixture);
  g_autoptr(IvrJournal) second = NULL;
  g_auto(GStrv) names = NULL;
  g_autoptr(GError) error = NULL;

  ivr_journal_put (first, "draft:1", "{\"notes\":\"one\"}");
  ivr_journal_put (first, "draft:1", "{\"notes\":\"two\"}");
  ivr_journal_put (first, "draft:2", "");
  ivr_journal_put (first, "chat:1", "héllo — 你好");
  ivr_journal_put (first, "command:x", "gone");
  g_assert_true (journal_flush (first, &error));
  ivr_journal_remove (first, "command:x");
  ivr_journal_remove (first, "command:never");
  journal_close (first);

  second = opened (fixture);
  assert_text (second, "draft:1", "{\"notes\":\"two\"}");
  assert_text (second, "draft:2", "");
  assert_text (second, "chat:1", "héllo — 你好");
  assert_text (second, "command:x", NULL);
  names = ivr_journal_list (second, "draft:");
  g_assert_cmpuint (g_strv_length (names), ==, 2);
  g_assert_cmpstr (names[1], ==, "draft:2");
  g_assert_false (ivr_journal_is_damaged (second));
  journal_close (second);
}

static void
test_before_open (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr(IvrJournal) first = opened (fixture);
  g_autoptr(IvrJournal) second = ivr_journal_new (fixture->path, fixture->key);
  g_autoptr(IvrJournal) third = NULL;

  ivr_journal_put (first, "draft:1", "old");
  ivr_journal_put (first, "draft:2", "old");
  ivr_journal_put (first, "draft:3", "old");
  journal_close (first);
  ivr_journal_put (second, "draft:1", "new");
  ivr_journal_remove (second, "draft:2");
  g_assert_true (journal_open (second, IVR_JOURNAL_NONE, NULL));
  journal_close (second);
  third = opened (fixture);
  assert_text (third, "draft:1", "new");
  assert_text (third, "draft:2", NULL);
  assert_text (third, "draft:3", "old");
  journal_close (third);
}

static void
test_writes_by_itself (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr(IvrJournal) journal = opened (fixture);
  guint deadline = g_timeout_add_seconds (DEADLINE_SECONDS, on_deadline, NULL);
  GStatBuf before, after;

  g_assert_cmpint (g_stat (fixture->path, &before), ==, 0);
  for (int i = 0; i < 1000; i++)
    {
      g_autofree char *text = g_strnfill ((gsize) i, 'x');

      ivr_journal_put (journal, "draft:1", text);
    }
  do
    {
      g_main_context_iteration (NULL, TRUE);
      g_assert_cmpint (g_stat (fixture->path, &after), ==, 0);
    }
  while (after.st_size == before.st_size);
  g_source_remove (deadline);
  /* A thousand strokes became one record, which is hardly larger than the last of them. */
  g_assert_cmpint (after.st_size - before.st_size, <, 1200);
  journal_close (journal);
}

static void
test_no_plaintext (Fixture       *fixture,
                   gconstpointer  data)
{
  static const char secret[] = "Margaret Thornberry 1EG4TE5MK73";
  g_autoptr(IvrJournal) journal = opened (fixture);
  g_autofree char *content = NULL;
  gsize size;

  ivr_journal_put (journal, "draft:not-to-be-read", secret);
  g_assert_true (journal_flush (journal, NULL));
  g_assert_true (g_file_get_contents (fixture->path, &content, &size, NULL));
  g_assert_cmpuint (size, >, strlen (secret));
  g_assert_null (memmem (content, size, "Thornberry", 10));
  g_assert_null (memmem (content, size, "1EG4", 4));
  g_assert_null (memmem (content, size, "not-to-be-read", 14));
  g_assert_null (memmem (content, size, "draft:", 6));
  journal_close (journal);
}

static void
test_locked (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(IvrJournal) first = opened (fixture);
  g_autoptr(IvrJournal) second = ivr_journal_new (fixture->path, fixture->key);
  g_autoptr(GError) error = NULL;

  ivr_journal_put (first, "draft:1", "mine");
  g_assert_false (journal_open (second, IVR_JOURNAL_NONE, &error));
  g_assert_error (error, IVR_ERROR, IVR_ERROR_BUSY);
  journal_close (first);
  g_assert_true (journal_open (second, IVR_JOURNAL_NONE, NULL));
  assert_text (second, "draft:1", "mine");
  journal_close (second);
}

static void
test_wrong_key (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr(GBytes) wrong = key_of (8);
  g_autoptr(IvrJournal) first = opened (fixture);
  g_autoptr(IvrJournal) thief = ivr_journal_new (fixture->path, wrong);
  g_autoptr(IvrJournal) again = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *before = NULL, *after = NULL, *kept = NULL;
  gsize before_size, after_size;

  ivr_journal_put (first, "draft:1", "mine");
  journal_close (first);
  g_assert_true (g_file_get_contents (fixture->path, &before, &before_size, NULL));
  g_assert_false (journal_open (thief, IVR_JOURNAL_NONE, &error));
  g_assert_error (error, IVR_ERROR, IVR_ERROR_AUTH);
  g_assert_true (g_file_get_contents (fixture->path, &after, &after_size, NULL));
  g_assert_cmpmem (before, before_size, after, after_size);

  g_assert_true (journal_open (thief, IVR_JOURNAL_SET_ASIDE, NULL));
  assert_text (thief, "draft:1", NULL);
  journal_close (thief);
  kept = g_strconcat (fixture->path, ".kept-1", NULL);
  g_assert_cmpint (g_rename (kept, fixture->path), ==, 0);
  again = opened (fixture);
  assert_text (again, "draft:1", "mine");
  journal_close (again);
}

/* Five records whose values are known at every step. */
static void
write_known (Fixture *fixture)
{
  IvrJournalFile *file = ivr_journal_file_open (fixture->path, fixture->key, FALSE, NULL);

  for (int i = 0; i < 5; i++)
    {
      g_autoptr(GHashTable) changes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                                             (GDestroyNotify) g_bytes_unref);
      g_autofree char *text = g_strdup_printf ("value %d", i);

      g_hash_table_insert (changes, g_strdup_printf ("draft:%d", i % 3),
                           g_bytes_new (text, strlen (text)));
      g_assert_true (ivr_journal_file_write (file, changes, NULL));
    }
  ivr_journal_file_close (file);
}

/* How many records there are; each must be one that was written under that name. */
static guint
check_genuine (IvrJournalFile *file)
{
  g_autoptr(GHashTable) records = ivr_journal_file_dup_records (file);
  GHashTableIter iter;
  gpointer name, value;

  g_hash_table_iter_init (&iter, records);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      gsize size;
      const char *text = g_bytes_get_data (value, &size);

      g_assert_cmpuint (size, ==, strlen ("value 0"));
      g_assert_cmpint (memcmp (text, "value ", 6), ==, 0);
      g_assert_cmpint ((text[6] - '0') % 3, ==, ((char *) name)[6] - '0');
    }
  return g_hash_table_size (records);
}

static void
clean (Fixture *fixture)
{
  g_autoptr(GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (strstr (name, "damaged") != NULL)
      {
        g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

        g_unlink (path);
      }
}

static void
test_truncated (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *whole = NULL;
  gsize size;
  guint last = 0;

  write_known (fixture);
  g_assert_true (g_file_get_contents (fixture->path, &whole, &size, NULL));
  for (gsize cut = 0; cut <= size; cut++)
    {
      g_autoptr(GError) error = NULL;
      IvrJournalFile *file;
      guint n;

      g_assert_true (g_file_set_contents (fixture->path, whole, (gssize) cut, NULL));
      file = ivr_journal_file_open (fixture->path, fixture->key, FALSE, &error);
      g_assert_no_error (error);
      n = check_genuine (file);
      /* A longer file never has less. */
      g_assert_cmpuint (n, >=, last);
      last = n;
      /* What a crash leaves is no damage; only a head that was cut is, and a crash cannot do that.
         */
      if (n > 0)
        g_assert_false (ivr_journal_file_is_damaged (file));
      ivr_journal_file_close (file);
      clean (fixture);
    }
  g_assert_cmpuint (last, ==, 3);
}

static void
test_flipped (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *whole = NULL;
  gsize size;
  guint refused = 0, salvaged = 0;

  write_known (fixture);
  g_assert_true (g_file_get_contents (fixture->path, &whole, &size, NULL));
  for (gsize at = 0; at < size; at++)
    {
      g_autofree char *bad = g_memdup2 (whole, size);
      g_autofree char *after = NULL;
      g_autoptr(GError) error = NULL;
      IvrJournalFile *file;
      gsize after_size;

      bad[at] = (char) (bad[at] ^ (1 << (at % 8)));
      g_assert_true (g_file_set_contents (fixture->path, bad, (gssize) size, NULL));
      file = ivr_journal_file_open (fixture->path, fixture->key, FALSE, &error);
      if (file == NULL)
        {
          /* The head: nothing is touched. */
          g_assert_error (error, IVR_ERROR, IVR_ERROR_AUTH);
          g_assert_true (g_file_get_contents (fixture->path, &after, &after_size, NULL));
          g_assert_cmpmem (bad, size, after, after_size);
          refused++;
          continue;
        }
      /* One record is lost; the four others are there, over three names. */
      g_assert_cmpuint (check_genuine (file), >=, 2);
      if (ivr_journal_file_is_damaged (file))
        {
          g_assert_cmpuint (count_files (fixture, "damaged"), ==, 1);
          salvaged++;
        }
      ivr_journal_file_close (file);
      clean (fixture);
    }
  g_assert_cmpuint (refused, >, 0);
  g_assert_cmpuint (salvaged, >, size / 2);
}

static void
test_killed (Fixture       *fixture,
             gconstpointer  data)
{
  for (int round = 0; round < 8; round++)
    {
      int pipes[2];
      pid_t child;
      char line[16];
      int acknowledged = -1;
      IvrJournalFile *file;
      g_autoptr(GHashTable) records = NULL;
      g_autoptr(GError) error = NULL;
      ssize_t n;

      g_assert_cmpint (pipe (pipes), ==, 0);
      child = fork ();
      g_assert_cmpint (child, >=, 0);
      if (child == 0)
        {
          IvrJournalFile *mine = ivr_journal_file_open (fixture->path, fixture->key, FALSE, NULL);

          for (int i = 0; mine != NULL; i++)
            {
              g_autoptr(GHashTable) changes = g_hash_table_new_full (g_str_hash, g_str_equal,
                                                                     g_free,
                                                                     (GDestroyNotify) g_bytes_unref);
              g_autofree char *text = g_strdup_printf ("%015d", i);

              g_hash_table_insert (changes, g_strdup_printf ("draft:%d", round),
                                   g_bytes_new (text, 15));
              if (!ivr_journal_file_write (mine, changes, NULL) || write (pipes[1], text, 15) != 15)
                break;
            }
          _exit (1);
        }
      close (pipes[1]);
      /* The kill meets the child anywhere: it never waits for us. */
      while (acknowledged < 20 + round * 13 && (n = read (pipes[0], line, 15)) == 15)
        {
          line[15] = '\0';
          acknowledged = atoi (line);
        }
      kill (child, SIGKILL);
      g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
      while ((n = read (pipes[0], line, 15)) == 15)
        {
          line[15] = '\0';
          acknowledged = atoi (line);
        }
      close (pipes[0]);

      file = ivr_journal_file_open (fixture->path, fixture->key, FALSE, &error);
      g_assert_no_error (error);
      g_assert_false (ivr_journal_file_is_damaged (file));
      records = ivr_journal_file_dup_records (file);
      ivr_journal_file_close (file);
      g_assert_cmpuint (g_hash_table_size (records), ==, (guint) round + 1);
      for (int i = 0; i <= round; i++)
        {
          g_autofree char *name = g_strdup_printf ("draft:%d", i);
          g_autofree char *text = NULL;

          g_assert_nonnull (g_hash_table_lookup (records, name));
          text = g_strndup (g_bytes_get_data (g_hash_table_lookup (records, name), NULL), 15);
          /* What was acknowledged is there, or what came right after it. */
          if (i == round)
            g_assert_cmpint (atoi (text), >=, acknowledged);
        }
    }
}

static void
on_failed (IvrJournal *journal,
           GError     *error,
           gpointer    data)
{
  g_assert_error (error, IVR_ERROR, IVR_ERROR_LIMIT);
  *(int *) data += 1;
}

static void
on_recovered (IvrJournal *journal,
              gpointer    data)
{
  *(int *) data += 1;
}

static void
test_full_disk (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr(IvrJournal) journal = opened (fixture);
  g_autoptr(IvrJournal) second = NULL;
  g_autofree char *large = g_strnfill (100 * 1024, 'x');
  g_autoptr(GError) error = NULL;
  struct rlimit before, small;
  int failed = 0, recovered = 0;

  g_signal_connect (journal, "failed", G_CALLBACK (on_failed), &failed);
  g_signal_connect (journal, "recovered", G_CALLBACK (on_recovered), &recovered);
  ivr_journal_put (journal, "draft:0", "before");
  g_assert_true (journal_flush (journal, NULL));

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  small = before;
  small.rlim_cur = 50 * 1024;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  ivr_journal_put (journal, "draft:1", large);
  g_assert_false (journal_flush (journal, &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_assert_error (error, IVR_ERROR, IVR_ERROR_LIMIT);
  g_assert_null (strstr (error->message, "xxx"));
  g_assert_cmpint (failed, ==, 1);
  assert_text (journal, "draft:1", large);

  g_assert_true (journal_flush (journal, NULL));
  g_assert_cmpint (recovered, ==, 1);
  journal_close (journal);
  second = opened (fixture);
  assert_text (second, "draft:0", "before");
  assert_text (second, "draft:1", large);
  g_assert_false (ivr_journal_is_damaged (second));
  journal_close (second);
}

static void
test_large_and_many (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr(IvrJournal) journal = opened (fixture);
  g_autoptr(IvrJournal) second = NULL;
  g_autofree char *large = g_strnfill (1024 * 1024, 'm');
  GStatBuf info;

  ivr_journal_put (journal, "draft:large", large);
  g_assert_true (journal_flush (journal, NULL));
  ivr_journal_remove (journal, "draft:large");
  g_assert_true (journal_flush (journal, NULL));
  journal_close (journal);

  /* Every update is a write of its own here, past the half second that would join them. */
  {
    IvrJournalFile *file = ivr_journal_file_open (fixture->path, fixture->key, FALSE, NULL);

    for (int i = 0; i < 10000; i++)
      {
        g_autoptr(GHashTable) changes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                                               (GDestroyNotify) g_bytes_unref);
        g_autofree char *text = g_strdup_printf ("%0200d", i);

        g_hash_table_insert (changes, g_strdup_printf ("draft:%d", i % 10),
                             g_bytes_new (text, 200));
        g_assert_true (ivr_journal_file_write (file, changes, NULL));
      }
    ivr_journal_file_close (file);
  }
  g_assert_cmpint (g_stat (fixture->path, &info), ==, 0);
  g_assert_cmpint (info.st_size, <, 512 * 1024);
  second = opened (fixture);
  for (int i = 0; i < 10; i++)
    {
      g_autofree char *name = g_strdup_printf ("draft:%d", i);
      g_autofree char *text = g_strdup_printf ("%0200d", 9990 + i);

      assert_text (second, name, text);
    }
  ivr_journal_put (second, "draft:large", large);
  journal_close (second);
}

static void
test_dropped (Fixture       *fixture,
              gconstpointer  data)
{
  IvrJournal *journal = opened (fixture);
  g_autoptr(IvrJournal) second = NULL;
  guint deadline = g_timeout_add_seconds (DEADLINE_SECONDS, on_deadline, NULL);

  ivr_journal_put (journal, "draft:1", "not lost");
  g_object_add_weak_pointer (G_OBJECT (journal), (gpointer *) &journal);
  g_object_unref (journal);
  while (journal != NULL)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (deadline);
  second = ivr_journal_new (fixture->path, fixture->key);
  /* The worker lets go of the lock a moment after the journal is gone. */
  while (!journal_open (second, IVR_JOURNAL_NONE, NULL))
    g_thread_yield ();
  assert_text (second, "draft:1", "not lost");
  journal_close (second);
}

static GBytes *
load_key (const char  *path,
          GError     **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  ivr_journal_key_load_async (path, NULL, done_cb, &result);
  wait_for (&result);
  return ivr_journal_key_load_finish (result, error);
}

static void
test_key (Fixture       *fixture,
          gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "key", NULL);
  g_autoptr(GError) open_to_all = NULL, cut = NULL;
  g_autoptr(GBytes) first = load_key (path, NULL);
  g_autoptr(GBytes) again = load_key (path, NULL);
  g_autoptr(GBytes) secret = g_bytes_new ("a secret of the portal", 22);
  g_autoptr(GBytes) derived = ivr_journal_key_derive (secret, "maria", NULL);
  g_autoptr(GBytes) same = ivr_journal_key_derive (secret, "maria", NULL);
  g_autoptr(GBytes) other = ivr_journal_key_derive (secret, "john", NULL);
  GStatBuf info;

  g_assert_cmpuint (g_bytes_get_size (first), ==, 32);
  g_assert_true (g_bytes_equal (first, again));
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  g_assert_cmpint (g_chmod (path, 0640), ==, 0);
  g_assert_null (load_key (path, &open_to_all));
  g_assert_error (open_to_all, IVR_ERROR, IVR_ERROR_FORBIDDEN);
  g_assert_cmpint (g_chmod (path, 0600), ==, 0);
  g_assert_cmpint (truncate (path, 31), ==, 0);
  g_assert_null (load_key (path, &cut));
  g_assert_error (cut, IVR_ERROR, IVR_ERROR_FAILED);

  g_assert_cmpuint (g_bytes_get_size (derived), ==, 32);
  g_assert_true (g_bytes_equal (derived, same));
  g_assert_false (g_bytes_equal (derived, other));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add ("/journal/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("round-trip", test_round_trip);
  ADD ("before-open", test_before_open);
  ADD ("writes-by-itself", test_writes_by_itself);
  ADD ("no-plaintext", test_no_plaintext);
  ADD ("locked", test_locked);
  ADD ("wrong-key", test_wrong_key);
  ADD ("truncated-at-every-byte", test_truncated);
  ADD ("flipped-at-every-byte", test_flipped);
  ADD ("killed", test_killed);
  ADD ("full-disk", test_full_disk);
  ADD ("large-and-many", test_large_and_many);
  ADD ("dropped", test_dropped);
  ADD ("key", test_key);
  return g_test_run ();
}
