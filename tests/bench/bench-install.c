/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a clinic downloads and what it takes on its disk, and the first frame and the memory of the desk in its
 * sandbox against the same desk outside, in turns on one display. "./dev flatpak" has to have built it. */
#include "ivr-bench.h"
#include "ivr-bench-window.h"

#include <ftw.h>
#include <string.h>
#include <sys/stat.h>

#define ID "org.ivrdesk.Desk"
#define PROGRAM "ivr-desk"

static int n_rounds = 7;
static guint64 bytes;

static int
add_file (const char        *path,
          const struct stat *st,
          int                kind,
          struct FTW        *where)
{
  if (kind == FTW_F)
    bytes += (guint64) st->st_blocks * 512;
  return 0;
}

static void
report_size (IvrBench   *bench,
             const char *name,
             const char *folder,
             const char *what)
{
  g_autofree char *path = g_build_filename (folder, what, NULL);
  struct stat st;

  bytes = 0;
  if (stat (path, &st) != 0)
    return;
  if (S_ISDIR (st.st_mode))
    nftw (path, add_file, 16, FTW_PHYS);
  else
    bytes = (guint64) st.st_size;
  ivr_bench_report_one (bench, name, "MB", (double) bytes / 1048576, NULL, 0);
}

/* The desk itself, which in a sandbox is a child of what was started. */
static gint64
find_desk (void)
{
  g_autoptr(GDir) proc = g_dir_open ("/proc", 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (proc)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc", name, "comm", NULL);
      g_autofree char *comm = NULL;

      if (g_ascii_isdigit (name[0]) && g_file_get_contents (path, &comm, NULL, NULL) && strcmp (g_strchomp (comm), PROGRAM) == 0)
        return g_ascii_strtoll (name, NULL, 10);
    }
  return 0;
}

static void
weigh (GSubprocess *process,
       gpointer     data)
{
  gint64 desk = find_desk ();

  if (desk > 0)
    ivr_bench_add (data, ivr_bench_rss_kb (desk) / 1024);
}

static void
bench_sandbox (IvrBench   *bench,
               const char *installed)
{
  g_autofree char *desk = ivr_test_program ("src/desk/ivr-desk");
  g_autofree char *folder = ivr_test_dup_folder ();
  g_autoptr(GArray) inside = ivr_bench_values ();
  g_autoptr(GArray) outside = ivr_bench_values ();
  g_autoptr(GArray) memory_inside = ivr_bench_values ();
  g_autoptr(GArray) memory_outside = ivr_bench_values ();
  const char *ours[] = { desk, NULL };
  const char *sandboxed[] = { "flatpak", "run", "--die-with-parent", "--env=GSK_RENDERER=cairo", ID, NULL };
  GSubprocess *server = ivr_bench_display ("1440x900x24");
  Display *display;

  g_setenv ("HOME", folder, TRUE);
  g_setenv ("XDG_RUNTIME_DIR", folder, TRUE);
  g_setenv ("GSK_RENDERER", "cairo", TRUE);
  g_setenv ("FLATPAK_USER_DIR", installed, TRUE);
  display = ivr_bench_open_display ();
  for (int i = -1; i < n_rounds; i++)
    {
      g_autoptr(GArray) first = ivr_bench_values ();
      IvrBenchMoments in = ivr_bench_start_window (display, sandboxed, "Sign in", TRUE, folder, weigh, i < 0 ? first : memory_inside);
      IvrBenchMoments out = ivr_bench_start_window (display, ours, "Sign in", TRUE, folder, weigh, i < 0 ? first : memory_outside);

      if (i < 0)
        continue;
      ivr_bench_add (inside, in.first);
      ivr_bench_add (outside, out.first);
    }
  ivr_bench_report (bench, "exec to first frame, in the sandbox", "ms", inside, "outside, with Debian 12's GTK", outside);
  ivr_bench_report (bench, "memory of the desk, in the sandbox", "MB", memory_inside, "outside, with Debian 12's GTK", memory_outside);
  XCloseDisplay (display);
  ivr_bench_end (server);
  ivr_test_remove_folder (folder);
}

int
main (int   argc,
      char *argv[])
{
  const GOptionEntry entries[] = {
    { "rounds", 0, 0, G_OPTION_ARG_INT, &n_rounds, "How often each is started (7)", "N" },
    { NULL },
  };
  g_autoptr(IvrBench) bench = ivr_bench_new ("install", "Measures the Flatpak: its size, its start, its memory.", entries, &argc, &argv);
  g_autofree char *flatpak = g_build_filename (g_getenv ("IVR_BUILDDIR"), "..", "build-flatpak", NULL);
  g_autofree char *installed = g_build_filename (flatpak, "installed", NULL);
  g_autofree char *app = g_build_filename (installed, "app", ID, NULL);

  if (!g_file_test (app, G_FILE_TEST_IS_DIR))
    {
      ivr_bench_say (bench, "The Flatpak is not there, so nothing was measured: run ./dev flatpak first.");
      return 0;
    }
  report_size (bench, "bundle for a clinic online", flatpak, "IVR-Desk.flatpak");
  report_size (bench, "bundle for a clinic without internet", flatpak, "IVR-Desk-offline.flatpak");
  report_size (bench, "its runtime", flatpak, "org.gnome.Platform.flatpak");
  report_size (bench, "the app, installed", flatpak, "installed/app/" ID);
  bench_sandbox (bench, installed);
  return 0;
}
