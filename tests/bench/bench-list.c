/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list over a million requests, against the same list over a thousand: two servers, asked in
 * turns, each time by a new list on a line that is open. */
#include "ivr-bench.h"
#include "ivr-database.h"
#include "ivr-request-list.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SCREEN 30
#define FEW 1000

static int n_requests = 1000000;
static int n_rounds = 15;
static char *memory_uri;

static void
done_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static IvrDatabase *
sign_in_at (const char *uri)
{
  IvrDatabase *database = ivr_database_new (uri);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  ivr_database_sign_in_async (database, NULL, done_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  if (!ivr_database_sign_in_finish (database, result, &error))
    g_error ("%s", error->message);
  return database;
}

static IvrDatabase *
sign_in (IvrTestServer *server,
         const char    *login)
{
  g_autofree char *uri = ivr_test_server_uri (server, login);

  return sign_in_at (uri);
}

static guint
length (IvrRequestList *list)
{
  return g_list_model_get_n_items (G_LIST_MODEL (list));
}

static gboolean
is_here (IvrRequestList *list,
         guint           first)
{
  for (guint i = first; i < MIN (first + SCREEN, length (list)); i++)
    {
      g_autoptr(IvrRequest) row = g_list_model_get_item (G_LIST_MODEL (list), i);

      if (ivr_request_is_loading (row))
        return FALSE;
    }
  return TRUE;
}

/* Until whatever the list asks for by itself has come: it knows its length from then on. */
static void
settle (IvrRequestList *list)
{
  double last = ivr_bench_now_ms ();
  guint n = length (list);

  while (ivr_bench_now_ms () - last < (n == IVR_REQUEST_LIST_WHOLE ? 20000 : 300))
    {
      g_main_context_iteration (NULL, FALSE);
      if (length (list) != n)
        {
          n = length (list);
          last = ivr_bench_now_ms ();
        }
      g_usleep (200);
    }
}

typedef struct
{
  GArray *first;
  GArray *whole;
  GArray *middle;
  GArray *end;
  guint n;
} Figures;

static void
figures_init (Figures *self)
{
  self->first = ivr_bench_values ();
  self->whole = ivr_bench_values ();
  self->middle = ivr_bench_values ();
  self->end = ivr_bench_values ();
}

static void
figures_clear (Figures *self)
{
  g_array_unref (self->first);
  g_array_unref (self->whole);
  g_array_unref (self->middle);
  g_array_unref (self->end);
}

static double
time_jump (IvrRequestList *list,
           guint           place)
{
  double from = ivr_bench_now_ms ();

  ivr_request_list_show (list, place, place + SCREEN - 1);
  while (!is_here (list, place))
    g_main_context_iteration (NULL, TRUE);
  return ivr_bench_now_ms () - from;
}

static guint
place_of_end (IvrRequestList *list)
{
  return length (list) > SCREEN ? length (list) - SCREEN : 0;
}

static void
measure (IvrDatabase *database,
         guint        expected,
         Figures     *figures)
{
  IvrRequestList *list = ivr_request_list_new (database);
  double from = ivr_bench_now_ms ();

  ivr_request_list_set_view (list, "all", "created", TRUE, NULL);
  while (ivr_request_list_is_loading (list) || !is_here (list, 0))
    g_main_context_iteration (NULL, TRUE);
  ivr_bench_add (figures->first, ivr_bench_now_ms () - from);
  while (length (list) != expected)
    g_main_context_iteration (NULL, TRUE);
  ivr_bench_add (figures->whole, ivr_bench_now_ms () - from);
  ivr_bench_add (figures->middle, time_jump (list, length (list) / 2));
  ivr_bench_add (figures->end, time_jump (list, place_of_end (list)));
  g_object_unref (list);
}

static guint
find_length (IvrDatabase *database)
{
  IvrRequestList *list = ivr_request_list_new (database);
  guint n;

  ivr_request_list_set_view (list, "all", "created", TRUE, NULL);
  while (ivr_request_list_is_loading (list))
    g_main_context_iteration (NULL, TRUE);
  settle (list);
  n = length (list);
  g_object_unref (list);
  return n;
}

/* The program itself, as one that has a list and has been all over it. */
static int
run_for_memory (void)
{
  IvrDatabase *database = sign_in_at (memory_uri);
  guint n = find_length (database);
  IvrRequestList *list = ivr_request_list_new (database);

  ivr_request_list_set_view (list, "all", "created", TRUE, NULL);
  while (length (list) != n)
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < 200; i++)
    time_jump (list, (guint) ((guint64) place_of_end (list) * i / 199));
  printf ("%.0f\n", ivr_bench_rss_kb (getpid ()));
  return 0;
}

static double
memory_of (IvrTestServer *server,
           const char    *login)
{
  g_autofree char *uri = ivr_test_server_uri (server, login);
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  const char *argv[] = { self, "--memory-of", uri, NULL };
  g_autofree char *out = NULL;
  const char *last;

  g_assert_cmpint (ivr_test_run (argv, &out, NULL), ==, 0);
  g_strchomp (out);
  last = strrchr (out, '\n');
  return g_ascii_strtod (last != NULL ? last + 1 : out, NULL);
}

static void
report (IvrBench   *bench,
        const char *login,
        const char *what,
        GArray     *many,
        GArray     *few)
{
  g_autofree char *name = g_strdup_printf ("%s, %s", login, what);

  ivr_bench_report (bench, name, "ms", many, few != NULL ? "the same at 1,000" : NULL, few);
}

static void
bench_person (IvrBench      *bench,
              IvrTestServer *many,
              IvrTestServer *few,
              const char    *login)
{
  IvrDatabase *of_many = sign_in (many, login);
  IvrDatabase *of_few = sign_in (few, login);
  guint n_many = find_length (of_many);
  guint n_few = find_length (of_few);
  g_autofree char *memory = g_strdup_printf ("%s, memory of a program", login);
  Figures with_many;
  Figures with_few;

  figures_init (&with_many);
  figures_init (&with_few);
  for (int i = 0; i < n_rounds; i++)
    {
      measure (of_many, n_many, &with_many);
      measure (of_few, n_few, &with_few);
    }
  ivr_bench_say (bench, "%s sees %u of them, and %u at 1,000:", login, n_many, n_few);
  report (bench, login, "first page", with_many.first, with_few.first);
  /* A list that is here whole has nothing to jump to. */
  if (n_many > IVR_REQUEST_LIST_WHOLE)
    {
      gboolean few_too = n_few > IVR_REQUEST_LIST_WHOLE;

      report (bench, login, "jump to the middle", with_many.middle, few_too ? with_few.middle : NULL);
      report (bench, login, "jump to the end", with_many.end, few_too ? with_few.end : NULL);
    }
  report (bench, login, "length known", with_many.whole, with_few.whole);
  ivr_bench_report_one (bench, memory, "kB", memory_of (many, login), "the same at 1,000", memory_of (few, login));
  figures_clear (&with_many);
  figures_clear (&with_few);
  ivr_database_sign_out (of_many);
  ivr_database_sign_out (of_few);
  g_object_unref (of_many);
  g_object_unref (of_few);
}

int
main (int   argc,
      char *argv[])
{
  const GOptionEntry entries[] = {
    { "requests", 0, 0, G_OPTION_ARG_INT, &n_requests, "How many requests (1000000)", "N" },
    { "rounds", 0, 0, G_OPTION_ARG_INT, &n_rounds, "How often each is measured (15)", "N" },
    { "memory-of", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &memory_uri, NULL, NULL },
    { NULL },
  };
  static const char * const logins[] = { "lee.demo", "sam.demo", "clinic.generated1", "casey.example" };
  g_autoptr(IvrBench) bench = ivr_bench_new ("list", "Measures a list of many requests against one of few.", entries,
                                             &argc, &argv);
  IvrTestServer *few;
  IvrTestServer *many;

  if (memory_uri != NULL)
    return run_for_memory ();
  few = ivr_bench_server (FEW);
  many = ivr_bench_server (MAX (n_requests, FEW));
  for (guint i = 0; i < G_N_ELEMENTS (logins); i++)
    bench_person (bench, many, few, logins[i]);
  ivr_test_server_free (many);
  ivr_test_server_free (few);
  return 0;
}
