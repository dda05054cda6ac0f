/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-bench-window.h"

#include "ivr-bench.h"

#include <X11/Xatom.h>
#include <X11/Xutil.h>
#include <string.h>

#define DEADLINE_MS 120000

/* The picture has been the same for so long: nothing more comes. */
#define QUIET_MS 700

static int
ignore_error (Display     *display,
              XErrorEvent *event)
{
  /* A window that went between two questions. */
  return 0;
}

static char *
dup_title (Display *display,
           Window   window)
{
  Atom type;
  int format;
  unsigned long n = 0;
  unsigned long rest;
  unsigned char *bytes = NULL;
  char *title = NULL;

  XGetWindowProperty (display, window, XInternAtom (display, "_NET_WM_NAME", False), 0, 256, False, AnyPropertyType, &type,
                      &format, &n, &rest, &bytes);
  if (bytes != NULL)
    {
      title = g_strndup ((char *) bytes, n);
      XFree (bytes);
    }
  return title;
}

/* A mapped window whose title begins with a word; any window of some size when there is none. */
static Window
find_window (Display    *display,
             const char *title)
{
  Window root;
  Window parent;
  Window *children = NULL;
  Window found = None;
  unsigned int n = 0;

  XQueryTree (display, DefaultRootWindow (display), &root, &parent, &children, &n);
  for (unsigned int i = 0; i < n && found == None; i++)
    {
      XWindowAttributes attributes;
      g_autofree char *own = dup_title (display, children[i]);

      if (XGetWindowAttributes (display, children[i], &attributes) == 0 || attributes.map_state != IsViewable ||
          attributes.width < 300 || attributes.height < 300)
        continue;
      if (title == NULL || (own != NULL && g_str_has_prefix (own, title)))
        found = children[i];
    }
  if (children != NULL)
    XFree (children);
  return found;
}

/* The list is what stands in the second quarter of the desk; of other windows all counts. */
static guint
picture_of (Display  *display,
            Window    window,
            gboolean  list_only,
            gboolean *has_content)
{
  XWindowAttributes attributes;
  XImage *image;
  guint hash = 5381;
  guint64 first = 0;
  int x;
  int width;

  *has_content = FALSE;
  if (XGetWindowAttributes (display, window, &attributes) == 0)
    return 0;
  x = list_only ? attributes.width / 5 : 0;
  width = list_only ? attributes.width / 5 : attributes.width;
  image = XGetImage (display, window, x, attributes.height / 8, (unsigned int) width,
                     (unsigned int) attributes.height / 2, AllPlanes, ZPixmap);
  if (image == NULL)
    return 0;
  for (int y = 0; y < image->height; y++)
    {
      const guint32 *line = (const guint32 *) (const void *) (image->data + y * image->bytes_per_line);

      for (int i = 0; i < image->width; i++)
        {
          hash = hash * 33 + line[i];
          if (y == 0 && i == 0)
            first = line[i];
          *has_content = *has_content || line[i] != first;
        }
    }
  XDestroyImage (image);
  return hash;
}

static GSubprocess *
spawn (const char * const *argv,
       const char         *log_folder)
{
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autofree char *log = g_build_filename (log_folder, "log", NULL);
  g_autoptr(GError) error = NULL;
  GSubprocess *process;

  g_subprocess_launcher_set_stdout_file_path (launcher, log);
  g_subprocess_launcher_set_stderr_file_path (launcher, log);
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  if (process == NULL)
    g_error ("%s", error->message);
  return process;
}

/**
 * ivr_bench_open_display:
 *
 * Returns: (transfer full): the display of this process, on which windows may go at any moment
 */
Display *
ivr_bench_open_display (void)
{
  Display *display;

  XSetErrorHandler (ignore_error);
  display = XOpenDisplay (NULL);
  g_assert_nonnull (display);
  return display;
}

/**
 * ivr_bench_start_window:
 * @display: a display that nobody else uses
 * @argv: a program that opens a window
 * @title: (nullable): how the title of its window begins; any window without
 * @until_quiet: wait until nothing is drawn any more, not only for the first frame
 * @folder: where its output goes
 * @shown: (nullable): called while the window is still there
 * @data: for @shown
 *
 * Starts the program, looks from outside, and ends it.
 *
 * Returns: when its window had something on it, and when that changed for the last time
 */
IvrBenchMoments
ivr_bench_start_window (Display             *display,
                        const char * const  *argv,
                        const char          *title,
                        gboolean             until_quiet,
                        const char          *folder,
                        IvrBenchShownFunc    shown,
                        gpointer             data)
{
  double from = ivr_bench_now_ms ();
  GSubprocess *process = spawn (argv, folder);
  IvrBenchMoments moments = { 0, 0 };
  guint before = 0;

  for (;;)
    {
      Window window = find_window (display, title);
      double now = ivr_bench_now_ms () - from;
      gboolean has_content = FALSE;
      guint picture = window != None ? picture_of (display, window, title != NULL, &has_content) : 0;

      if (now > DEADLINE_MS)
        g_error ("%s did not show anything", argv[0]);
      if (has_content && moments.first == 0)
        moments.first = now;
      if (has_content && picture != before)
        moments.last = now;
      before = picture;
      if (moments.first > 0 && (!until_quiet || now - moments.last > QUIET_MS))
        break;
      g_usleep (4000);
    }
  if (shown != NULL)
    shown (process, data);
  ivr_bench_end (process);
  /* Its windows go with it. */
  while (find_window (display, NULL) != None)
    g_usleep (10000);
  return moments;
}
