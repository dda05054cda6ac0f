/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-bench.h"

#include <errno.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

struct _IvrBench
{
  char *json_path;
  JsonBuilder *json;
};

/* The programs are those that were built with this one. */
static void
find_programs (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = g_path_get_dirname (self);
  g_autofree char *root = g_build_filename (folder, "..", "..", NULL);
  g_autofree char *whole = realpath (root, NULL);

  g_setenv ("IVR_BUILDDIR", whole, FALSE);
}

/**
 * ivr_bench_new:
 * @name: of the bench
 * @summary: what it measures
 * @entries: (nullable): its own options
 * @argc: of main()
 * @argv: of main()
 *
 * Reads the command line; a wrong one ends the program.
 *
 * Returns: (transfer full): where figures go
 */
IvrBench *
ivr_bench_new (const char          *name,
               const char          *summary,
               const GOptionEntry  *entries,
               int                 *argc,
               char              ***argv)
{
  IvrBench *self = g_new0 (IvrBench, 1);
  const GOptionEntry own[] = {
    { "json", 0, 0, G_OPTION_ARG_FILENAME, &self->json_path, "Write the figures as JSON too", "FILE" },
    { NULL },
  };
  g_autoptr(GOptionContext) context = g_option_context_new (NULL);
  g_autoptr(GError) error = NULL;

  g_option_context_set_summary (context, summary);
  g_option_context_add_main_entries (context, own, NULL);
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, &error))
    {
      g_printerr ("bench-%s: %s.\n", name, error->message);
      exit (1);
    }
  find_programs ();
  setvbuf (stdout, NULL, _IOLBF, 0);
  self->json = json_builder_new ();
  json_builder_begin_object (self->json);
  json_builder_set_member_name (self->json, "bench");
  json_builder_add_string_value (self->json, name);
  json_builder_set_member_name (self->json, "rows");
  json_builder_begin_array (self->json);
  printf ("%-52s %12s %-6s %12s %8s  %s\n", name, "ours", "", "other", "ratio", "against");
  return self;
}

/**
 * ivr_bench_free:
 * @self: a bench
 *
 * Writes the JSON, when it was asked for.
 */
void
ivr_bench_free (IvrBench *self)
{
  json_builder_end_array (self->json);
  json_builder_end_object (self->json);
  if (self->json_path != NULL)
    {
      g_autoptr(JsonNode) node = json_builder_get_root (self->json);
      g_autoptr(GError) error = NULL;
      g_autofree char *text = json_to_string (node, TRUE);

      if (!g_file_set_contents (self->json_path, text, -1, &error))
        {
          g_printerr ("%s\n", error->message);
          exit (1);
        }
    }
  g_object_unref (self->json);
  g_free (self->json_path);
  g_free (self);
}

/* A line for who reads along; not in the JSON. */
void
ivr_bench_say (IvrBench   *self,
               const char *format,
               ...)
{
  va_list args;

  va_start (args, format);
  vprintf (format, args);
  va_end (args);
  printf ("\n");
}

static void
write_row (IvrBench   *self,
           const char *name,
           const char *unit,
           double      value,
           const char *against,
           double      other,
           double      ratio)
{
  if (against != NULL)
    printf ("%-52s %12.3f %-6s %12.3f %8.2f  %s\n", name, value, unit, other, ratio, against);
  else
    printf ("%-52s %12.3f %-6s\n", name, value, unit);
  json_builder_begin_object (self->json);
  json_builder_set_member_name (self->json, "name");
  json_builder_add_string_value (self->json, name);
  json_builder_set_member_name (self->json, "value");
  json_builder_add_double_value (self->json, value);
  json_builder_set_member_name (self->json, "unit");
  json_builder_add_string_value (self->json, unit);
  if (against != NULL)
    {
      json_builder_set_member_name (self->json, "against");
      json_builder_add_string_value (self->json, against);
      json_builder_set_member_name (self->json, "other");
      json_builder_add_double_value (self->json, other);
      json_builder_set_member_name (self->json, "ratio");
      json_builder_add_double_value (self->json, ratio);
    }
  json_builder_end_object (self->json);
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  const double *x = a;
  const double *y = b;

  return (*x > *y) - (*x < *y);
}

double
ivr_bench_quantile (GArray *values,
                    double  q)
{
  g_autoptr(GArray) sorted = g_array_copy (values);

  g_assert_cmpuint (sorted->len, >, 0);
  g_array_sort (sorted, compare);
  return g_array_index (sorted, double, MIN ((guint) (q * sorted->len), sorted->len - 1));
}

/* Median of the ratios of the pairs, not the ratio of the medians: each pair had the same weather. */
static double
paired_ratio (GArray *values,
              GArray *others)
{
  g_autoptr(GArray) ratios = ivr_bench_values ();

  g_assert_cmpuint (values->len, ==, others->len);
  for (guint i = 0; i < values->len; i++)
    ivr_bench_add (ratios, g_array_index (values, double, i) / MAX (g_array_index (others, double, i), 0.001));
  return ivr_bench_quantile (ratios, 0.5);
}

/**
 * ivr_bench_report:
 * @self: a bench
 * @name: what was measured
 * @unit: in what
 * @values: (element-type double): of each round
 * @against: (nullable): what it is compared with
 * @others: (nullable) (element-type double): of the same rounds
 *
 * Says the medians, and the median of the rounds' ratios.
 */
void
ivr_bench_report (IvrBench   *self,
                  const char *name,
                  const char *unit,
                  GArray     *values,
                  const char *against,
                  GArray     *others)
{
  write_row (self, name, unit, ivr_bench_quantile (values, 0.5), against,
             others != NULL ? ivr_bench_quantile (others, 0.5) : 0, others != NULL ? paired_ratio (values, others) : 0);
}

/**
 * ivr_bench_report_at:
 * @self: a bench
 * @name: what was measured
 * @unit: in what
 * @quantile: which of the sorted values
 * @values: (element-type double): values
 * @against: what it is compared with
 * @others: (element-type double): values of the other; not in pairs
 */
void
ivr_bench_report_at (IvrBench   *self,
                     const char *name,
                     const char *unit,
                     double      quantile,
                     GArray     *values,
                     const char *against,
                     GArray     *others)
{
  double value = ivr_bench_quantile (values, quantile);
  double other = ivr_bench_quantile (others, quantile);

  write_row (self, name, unit, value, against, other, value / MAX (other, 0.001));
}

void
ivr_bench_report_one (IvrBench   *self,
                      const char *name,
                      const char *unit,
                      double      value,
                      const char *against,
                      double      other)
{
  write_row (self, name, unit, value, against, other, value / MAX (other, 0.001));
}

GArray *
ivr_bench_values (void)
{
  return g_array_new (FALSE, FALSE, sizeof (double));
}

void
ivr_bench_add (GArray *values,
               double  value)
{
  g_array_append_val (values, value);
}

double
ivr_bench_now_ms (void)
{
  return (double) g_get_monotonic_time () / 1000;
}

double
ivr_bench_rss_kb (gint64 pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%" G_GINT64_FORMAT "/status", pid);
  g_autofree char *text = NULL;
  const char *found;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  found = strstr (text, "VmRSS:");
  return found != NULL ? (double) g_ascii_strtoull (g_strchug ((char *) found + 6), NULL, 10) : 0;
}

/**
 * ivr_bench_server:
 * @requests: how many generated requests it has beside the demo's
 *
 * Returns: (transfer full): a private server
 */
IvrTestServer *
ivr_bench_server (int requests)
{
  g_autofree char *number = g_strdup_printf ("%d", requests);
  g_autofree char *uri = NULL;
  IvrTestServer *server = ivr_test_server_new_empty ();

  uri = ivr_test_server_uri (server, NULL);
  ivr_test_admin_ok ("migrate", uri, NULL);
  ivr_test_admin_ok ("seed", "--requests", number, uri, NULL);
  return server;
}

static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/**
 * ivr_bench_display:
 * @size: of the screen, such as "1440x900x24"
 *
 * A virtual display of its own, drawn by the processor and without anybody's settings, so that
 * figures of two programs on it can be compared. Before gtk_init().
 *
 * Returns: (transfer full): its process
 */
GSubprocess *
ivr_bench_display (const char *size)
{
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                                                       G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr(GError) error = NULL;
  g_autoptr(GDataInputStream) lines = NULL;
  g_autofree char *number = NULL;
  g_autofree char *display = NULL;
  GSubprocess *process;

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  process = g_subprocess_launcher_spawn (launcher, &error, "Xvfb", "-displayfd", "1", "-screen", "0", size, "-nolisten",
                                         "tcp", NULL);
  if (process == NULL)
    g_error ("%s", error->message);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  number = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
  if (number == NULL)
    g_error ("the virtual display did not start");
  display = g_strconcat (":", number, NULL);
  g_setenv ("DISPLAY", display, TRUE);
  g_setenv ("GDK_BACKEND", "x11", TRUE);
  g_setenv ("GSK_RENDERER", "cairo", TRUE);
  g_setenv ("GTK_A11Y", "none", TRUE);
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "disabled:", TRUE);
  g_unsetenv ("WAYLAND_DISPLAY");
  return process;
}

/* Ends a process and waits for it. */
void
ivr_bench_end (GSubprocess *process)
{
  g_subprocess_send_signal (process, SIGTERM);
  g_subprocess_wait (process, NULL, NULL);
  g_object_unref (process);
}
