/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From exec to a list that can be used, against gtk4-widget-factory's first frame: in turns on one
 * display, seen from outside. The demo's folder is ready; its server and gateway start each time. */
#include "ivr-bench.h"
#include "ivr-bench-window.h"

#define PERSON "casey.example"
#define TITLE "Casey Example"
#define OTHER "gtk4-widget-factory"

static int n_rounds = 7;

/* Nobody else may have the demo's folder when the next one starts. */
static void
wait_for_server_to_end (const char *demo)
{
  g_autofree char *admin = ivr_test_program ("src/admin/ivr-admin");
  const char *argv[] = { admin, "cluster", "status", demo, NULL };

  while (ivr_test_run (argv, NULL, NULL) == 0)
    g_usleep (20000);
}

int
main (int   argc,
      char *argv[])
{
  const GOptionEntry entries[] = {
    { "rounds", 0, 0, G_OPTION_ARG_INT, &n_rounds, "How often each is started (7)", "N" },
    { NULL },
  };
  g_autoptr(IvrBench) bench = ivr_bench_new ("start", "Measures how long the desk takes to start.", entries, &argc, &argv);
  g_autofree char *desk = ivr_test_program ("src/desk/ivr-desk");
  g_autofree char *folder = ivr_test_dup_folder ();
  g_autofree char *demo = g_build_filename (folder, "demo", NULL);
  g_autoptr(GArray) lists = ivr_bench_values ();
  g_autoptr(GArray) frames = ivr_bench_values ();
  g_autoptr(GArray) others = ivr_bench_values ();
  const char *ours[] = { desk, "--demo", "--persona=" PERSON, NULL };
  const char *theirs[] = { OTHER, NULL };
  GSubprocess *server = ivr_bench_display ("1440x900x24");
  Display *display;

  g_setenv ("HOME", folder, TRUE);
  g_setenv ("XDG_RUNTIME_DIR", folder, TRUE);
  g_setenv ("XDG_DATA_HOME", folder, TRUE);
  g_setenv ("XDG_CONFIG_HOME", folder, TRUE);
  g_setenv ("XDG_CACHE_HOME", folder, TRUE);
  g_setenv ("IVR_DEMO_DIR", demo, TRUE);
  display = ivr_bench_open_display ();
  /* The first start makes the demo's folder, and both programs are in memory afterwards. */
  for (int i = -1; i < n_rounds; i++)
    {
      IvrBenchMoments any = ivr_bench_start_window (display, ours, NULL, FALSE, folder, NULL, NULL);
      IvrBenchMoments list;
      IvrBenchMoments other;

      wait_for_server_to_end (demo);
      list = ivr_bench_start_window (display, ours, TITLE, TRUE, folder, NULL, NULL);
      wait_for_server_to_end (demo);
      other = ivr_bench_start_window (display, theirs, NULL, FALSE, folder, NULL, NULL);
      if (i < 0)
        continue;
      ivr_bench_add (frames, any.first);
      ivr_bench_add (lists, list.last);
      ivr_bench_add (others, other.first);
    }
  ivr_bench_report (bench, "exec to first frame", "ms", frames, OTHER " to first frame", others);
  ivr_bench_report (bench, "exec to first usable list, with its server", "ms", lists, OTHER " to first frame", others);
  XCloseDisplay (display);
  ivr_bench_end (server);
  ivr_test_remove_folder (folder);
  return 0;
}
