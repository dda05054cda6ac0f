/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading of insurers' answers: tokens alone and everything, in CPU time, against node-x12 (npm) where node is
 * at hand, and against a scan of the same bytes. node-x12 makes tokens only: our whole reading is compared with that.
 */
#include "ivr-bench.h"

#include "ivr-x12-reader.h"
#include "ivr-x12.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <malloc.h>

#define NODE_X12 "node-x12@1.7.1"

static int n_rounds = 5;
static char *file;
static IvrBench *bench;

/* How often a document is read in one round, so that a round lasts long enough to be measured. */
#define ROUND_BYTES (24 * 1024 * 1024)

typedef guint64 (*Work) (GBytes *document);

static double
cpu_s (void)
{
  struct timespec t;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double) t.tv_sec + (double) t.tv_nsec / 1e9;
}

static guint64
tokenize (GBytes *document)
{
  gsize length;
  const char *text = g_bytes_get_data (document, &length);
  guint64 n = 0;
  IvrX12 x12;
  IvrX12Segment segment;

  g_assert_true (ivr_x12_init (&x12, text, length, NULL));
  while (ivr_x12_next (&x12, &segment))
    n += segment.n_elements;
  return n;
}

static guint64
read_all (GBytes *document)
{
  g_autoptr(IvrX12Reader) reader = ivr_x12_reader_new (document, NULL);
  guint64 n = 0;

  for (IvrEdiSet *set = ivr_x12_reader_next (reader); set != NULL; set = ivr_x12_reader_next (reader))
    {
      n += ivr_edi_n (set->benefits) + (guint64) ivr_edi_set_get_verdict (set);
      ivr_edi_set_free (set);
    }
  return n;
}

/* The least that anybody has to do who looks for the ends of elements in these bytes. */
static guint64
scan (GBytes *document)
{
  gsize length;
  const char *text = g_bytes_get_data (document, &length);
  char element = length > 6 ? text[6] : 0;
  guint64 n = 1;

  for (const char *p = text, *end = text + length; p < end; p++)
    {
      p = memchr (p, element, (gsize) (end - p));
      if (p == NULL)
        break;
      n++;
    }
  return n;
}

/* Returns: MB in a second of CPU time. */
static double
speed (GBytes *document,
       Work    work)
{
  gsize length = g_bytes_get_size (document);
  guint n = (guint) MAX (ROUND_BYTES / length, 1);
  guint64 sum = 0;
  double began = cpu_s ();

  for (guint i = 0; i < n; i++)
    sum += work (document);
  g_assert_cmpuint (sum, >, 0);
  return (double) length * n / 1e6 / (cpu_s () - began);
}

/* One answer, many times in one interchange. */
static GBytes *
repeated (GBytes *one,
          guint   n)
{
  gsize length;
  const char *text = g_bytes_get_data (one, &length);
  g_autoptr(GString) out = NULL;
  guint32 from = 0, to = (guint32) length;
  IvrX12 x12;
  IvrX12Segment segment;

  g_assert_true (ivr_x12_init (&x12, text, length, NULL));
  while (ivr_x12_next (&x12, &segment))
    if (from == 0 && ivr_x12_is (&x12, &segment, "ST"))
      from = segment.offset;
    else if (to == length && ivr_x12_is (&x12, &segment, "GE"))
      to = segment.offset;
  out = g_string_new_len (text, from);
  for (guint i = 0; i < n; i++)
    g_string_append_len (out, text + from, to - from);
  g_string_append_len (out, text + to, (gssize) (length - to));
  return g_string_free_to_bytes (g_steal_pointer (&out));
}

/* One answer with many benefits, few bytes each. */
static GBytes *
many_benefits (guint n)
{
  g_autoptr(GString) out = g_string_new (
    "ISA*00*          *00*          *ZZ*P              *ZZ*C              *260601*1200*^*00501*000000101*0*T*:~"
    "GS*HB*P*C*20260601*1200*101*X*005010X279A1~ST*271*0001*005010X279A1~HL*1**20*1~HL*2*1*21*1~HL*3*2*22*0~");

  for (guint i = 0; i < n; i++)
    g_string_append (out, i % 2 == 0 ? "EB*C*IND*30***23*3000*****Y~" : "EB*B**98***27*45.50*****N~");
  g_string_append_printf (out, "SE*%u*0001~GE*1*101~IEA*1*000000101~", n + 5);
  return g_string_free_to_bytes (g_steal_pointer (&out));
}

/* Bytes that are held while everything of a document is, against the document itself. */
static void
report_memory (const char *name,
               GBytes     *document)
{
  g_autoptr(IvrX12Reader) reader = ivr_x12_reader_new (document, NULL);
  double length = (double) g_bytes_get_size (document);
  double most = 0;
  struct mallinfo2 before = mallinfo2 ();

  for (IvrEdiSet *set = ivr_x12_reader_next (reader); set != NULL; set = ivr_x12_reader_next (reader))
    {
      struct mallinfo2 now = mallinfo2 ();

      most = MAX (most, (double) (now.uordblks + now.hblkhd) - (double) (before.uordblks + before.hblkhd));
      ivr_edi_set_free (set);
    }
  ivr_bench_report_one (bench, name, "kB", (most + length) / 1e3, "the document", length / 1e3);
}

/* node-x12's tokens of a file, in sets a second of CPU time; 0 when it is not to be had. */
static double
node_speed (const char *folder,
            const char *path,
            guint       n)
{
  static const char script[] =
    "const fs=require('fs');const [,folder,path,count]=process.argv;const n=Number(count);"
    "const {X12Parser}=require(folder+'/node_modules/node-x12');const text=fs.readFileSync(path,'utf8');let e=0;"
    "for(let i=0;i<500;i++)new X12Parser().parse(text);"
    "const t=process.cpuUsage();for(let i=0;i<n;i++)e+=new X12Parser().parse(text).functionalGroups.length;"
    "const u=process.cpuUsage(t);if(e!==n)process.exit(1);console.log(n/((u.user+u.system)/1e6));";
  g_autofree char *count = g_strdup_printf ("%u", n);
  g_autofree char *out = NULL;
  const char *argv[] = { "node", "-e", script, folder, path, count, NULL };
  g_autoptr(GError) error = NULL;

  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &out, NULL,
                NULL, &error);
  return error == NULL && out != NULL ? g_ascii_strtod (out, NULL) : 0;
}

/* Installs the peer beside the build, through npm's own client, once. */
static char *
install_peer (void)
{
  const char *build = g_getenv ("IVR_BUILDDIR");
  g_autofree char *folder = g_build_filename (build != NULL ? build : "build", "bench-node", NULL);
  g_autofree char *module = g_build_filename (folder, "node_modules", "node-x12", NULL);
  g_autofree char *npm = g_find_program_in_path ("npm");
  const char *argv[] = { "npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, NODE_X12, NULL };
  g_autoptr(GError) error = NULL;

  if (npm == NULL)
    return NULL;
  g_mkdir_with_parents (folder, 0755);
  if (!g_file_test (module, G_FILE_TEST_IS_DIR))
    g_spawn_sync (NULL, (char **)argv, NULL,
                  G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL, NULL,
                  NULL, &error);
  if (!g_file_test (module, G_FILE_TEST_IS_DIR))
    return NULL;
  return g_canonicalize_filename (folder, NULL);
}

static void
compare_node (const char *folder,
              GBytes     *one,
              guint       n)
{
  g_autoptr(GArray) own = ivr_bench_values ();
  g_autoptr(GArray) others = ivr_bench_values ();
  g_autofree char *path = g_build_filename (folder, "answer.edi", NULL);
  gsize length;
  const char *text = g_bytes_get_data (one, &length);

  g_assert_true (g_file_set_contents (path, text, (gssize) length, NULL));
  for (int i = 0; i < n_rounds; i++)
    {
      double sets = node_speed (folder, path, n);

      if (sets <= 0)
        {
          ivr_bench_say (bench, "node-x12 could not be run: not compared.");
          return;
        }
      ivr_bench_add (others, sets);
      ivr_bench_add (own, speed (one, read_all) * 1e6 / (double) length);
    }
  ivr_bench_report (bench, "read everything of the rich answer", "sets/s", own, "tokens of " NODE_X12, others);
}

static void
report_speed (const char *name,
              GBytes     *document,
              Work        work)
{
  g_autoptr(GArray) values = ivr_bench_values ();
  g_autoptr(GArray) scans = ivr_bench_values ();

  for (int i = 0; i < n_rounds; i++)
    {
      ivr_bench_add (values, speed (document, work));
      ivr_bench_add (scans, speed (document, scan));
    }
  ivr_bench_report (bench, name, "MB/s", values, "memchr of each element", scans);
}

int
main (int   argc,
      char *argv[])
{
  const GOptionEntry entries[] = {
    { "rounds", 0, 0, G_OPTION_ARG_INT, &n_rounds, "How often each is measured (5)", "N" },
    { "file", 0, 0, G_OPTION_ARG_FILENAME, &file, "Read this answer instead of the fixture", "FILE" },
    { NULL },
  };
  g_autoptr(GBytes) one = NULL;
  g_autoptr(GBytes) many = NULL;
  g_autoptr(GBytes) benefits = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *bytes = NULL;
  gsize length;

  bench =
      ivr_bench_new ("edi", "Measures how fast insurers' answers are read, and in what memory.", entries, &argc, &argv);
  n_rounds = MAX (n_rounds, 1);
  if (file == NULL)
    file = g_build_filename (IVR_FIXTURES, "rich.edi", NULL);
  if (!g_file_get_contents (file, &bytes, &length, NULL))
    {
      g_printerr ("bench-edi: the answer cannot be opened.\n");
      return 1;
    }
  one = g_bytes_new_take (g_steal_pointer (&bytes), length);
  many = repeated (one, 10000);
  benefits = many_benefits (200000);
  ivr_bench_say (bench, "CPU time; an answer of %" G_GSIZE_FORMAT " bytes, alone and 10000 times in one interchange.",
                 length);
  report_speed ("tokens, one answer", one, tokenize);
  report_speed ("tokens, 10000 answers", many, tokenize);
  report_speed ("everything, one answer", one, read_all);
  report_speed ("everything, 10000 answers", many, read_all);
  folder = install_peer ();
  if (folder != NULL)
    compare_node (folder, one, 3000);
  else
    ivr_bench_say (bench, "node-x12 was not available (no node or npm here): not compared.");
  report_memory ("memory, one answer", one);
  report_memory ("memory, 10000 answers", many);
  report_memory ("memory, one answer of 200000 benefits", benefits);
  ivr_bench_free (bench);
  return 0;
}
