/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The runner of targets whose corpus is a folder: the same mutations each time, so that a failure stays one. */
#include "ivr-fuzz.h"

#include <string.h>

#define SEED 7219
#define INPUT_MAX 8192

static const IvrFuzz *fuzz;
static GPtrArray *corpus;   /* GBytes */

static int
compare (gconstpointer a,
         gconstpointer b)
{
  return strcmp (*(const char * const *) a, *(const char * const *) b);
}

static void
load (const char *folder,
      const char *suffix)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  g_assert_nonnull (dir);
  for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir))
    if (g_str_has_suffix (name, suffix))
      g_ptr_array_add (names, g_strdup (name));
  /* Not in the order of the disk. */
  g_ptr_array_sort (names, compare);
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *path = g_build_filename (folder, names->pdata[i], NULL);
      char *text;
      gsize length;

      g_assert_true (g_file_get_contents (path, &text, &length, NULL));
      g_ptr_array_add (corpus, g_bytes_new_take (text, length));
    }
}

static void
mutate (GByteArray *input,
        GRand      *rand)
{
  guint at = input->len > 0 ? (guint) g_rand_int_range (rand, 0, (gint32) input->len) : 0;
  guint n = input->len > at ? (guint) g_rand_int_range (rand, 0, (gint32) MIN (input->len - at, 64) + 1) : 0;
  const char *word = fuzz->words[g_rand_int_range (rand, 0, (gint32) g_strv_length ((char **) fuzz->words))];
  GBytes *other = corpus->pdata[g_rand_int_range (rand, 0, (gint32) corpus->len)];
  g_autofree guint8 *piece = n > 0 ? g_memdup2 (input->data + at, n) : NULL;
  g_autoptr(GByteArray) tail = NULL;
  gsize length;
  const guint8 *more = g_bytes_get_data (other, &length);

  switch (g_rand_int_range (rand, 0, 8))
    {
    case 0:
      if (n > 0)
        input->data[at] ^= (guint8) (1 << g_rand_int_range (rand, 0, 8));
      break;
    case 1:
      if (n > 0)
        input->data[at] = (guint8) g_rand_int_range (rand, 0, 256);
      break;
    case 2:
      if (n > 0)
        g_byte_array_remove_range (input, at, n);
      break;
    case 3:
      g_byte_array_set_size (input, at);
      break;
    case 4:
      if (n > 0)
        g_byte_array_append (input, piece, n);
      break;
    case 5:
      if (length > 0)
        {
          guint from = (guint) g_rand_int_range (rand, 0, (gint32) length);

          g_byte_array_append (input, more + from, (guint) MIN (length - from, 200));
        }
      break;
    default:
      tail = g_byte_array_new ();
      if (input->len > at)
        g_byte_array_append (tail, input->data + at, input->len - at);
      g_byte_array_set_size (input, at);
      g_byte_array_append (input, (const guint8 *) word, (guint) strlen (word));
      if (tail->len > 0)
        g_byte_array_append (input, tail->data, tail->len);
      break;
    }
  if (input->len > INPUT_MAX)
    g_byte_array_set_size (input, INPUT_MAX);
}

/* Each input as it stands, and each of its beginnings. */
static void
test_corpus (void)
{
  g_assert_cmpuint (corpus->len, >, 5);
  for (guint i = 0; i < corpus->len; i++)
    {
      gsize length;
      const guint8 *bytes = g_bytes_get_data (corpus->pdata[i], &length);

      for (gsize n = 0; n <= length; n += length > 1000 ? 7 : 1)
        LLVMFuzzerTestOneInput (bytes, n);
      LLVMFuzzerTestOneInput (bytes, length);
    }
}

static void
test_mutations (void)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (SEED);
  g_autoptr(GByteArray) input = g_byte_array_new ();

  *fuzz->n_taken = 0;
  for (guint i = 0; i < fuzz->n_rounds; i++)
    {
      gsize length;
      const guint8 *bytes = g_bytes_get_data (corpus->pdata[g_rand_int_range (rand, 0, (gint32) corpus->len)], &length);
      int n = g_rand_int_range (rand, 1, 9);

      g_byte_array_set_size (input, 0);
      g_byte_array_append (input, bytes, (guint) MIN (length, INPUT_MAX));
      for (int j = 0; j < n; j++)
        mutate (input, rand);
      LLVMFuzzerTestOneInput (input->data, input->len);
    }
  g_test_message ("of %u: %u read", fuzz->n_rounds, *fuzz->n_taken);
  g_assert_cmpuint (*fuzz->n_taken, >, fuzz->n_rounds / 100);
}

/**
 * ivr_fuzz_run:
 * @what: a target
 * @argc: of main()
 * @argv: of main()
 *
 * Returns: exit status
 */
int
ivr_fuzz_run (const IvrFuzz *what,
              int            argc,
              char         **argv)
{
  g_autofree char *corpus_path = NULL;
  g_autofree char *own = NULL;
  g_autofree char *fixtures = NULL;
  g_autofree char *mutations = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  fuzz = what;
  corpus = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  own = g_test_build_filename (G_TEST_DIST, "fuzz", "corpus", what->name, NULL);
  fixtures = g_test_build_filename (G_TEST_DIST, "edi", "fixtures", NULL);
  load (own, "");
  if (what->fixtures != NULL)
    load (fixtures, what->fixtures);
  corpus_path = g_strdup_printf ("/fuzz-%s/corpus", what->name);
  mutations = g_strdup_printf ("/fuzz-%s/mutations", what->name);
  g_test_add_func (corpus_path, test_corpus);
  g_test_add_func (mutations, test_mutations);
  status = g_test_run ();
  g_ptr_array_unref (corpus);
  return status;
}
