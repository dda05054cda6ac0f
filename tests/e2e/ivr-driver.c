/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-driver.h"

#include <X11/Xatom.h>
#include <X11/XKBlib.h>
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/XTest.h>
#include <X11/keysym.h>
#include <cairo-xlib.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#define STEP_US (40 * 1000)
/* GTK's frame around a window where nothing is composited, and a window's corners where something is; pixels. */
#define FRAME 5
#define CORNER 12

static Display *display;

void
ivr_driver_init (void)
{
  setlocale (LC_ALL, "");
  display = XOpenDisplay (NULL);
  if (display == NULL)
    ivr_driver_fail ("There is no display.");
  atspi_init ();
  atspi_set_timeout (5000, 15000);
}

void
ivr_driver_fail (const char *format,
                 ...)
{
  g_autofree char *sentence = NULL;
  va_list args;

  va_start (args, format);
  sentence = g_strdup_vprintf (format, args);
  va_end (args);
  g_printerr ("e2e: %s\n", sentence);
  if (display != NULL && g_getenv ("IVR_E2E_PICTURES") != NULL)
    {
      g_autofree char *path = g_build_filename (g_getenv ("IVR_E2E_PICTURES"), "failed.png", NULL);

      ivr_driver_picture (NULL, path);
    }
  exit (1);
}

static AtspiAccessible *
look_for_window_of (AtspiAccessible *application,
                    const char      *title)
{
  int n = atspi_accessible_get_child_count (application, NULL);

  for (int i = n - 1; i >= 0; i--)
    {
      g_autoptr(AtspiAccessible) child = atspi_accessible_get_child_at_index (application, i, NULL);
      g_autofree char *name = child != NULL ? atspi_accessible_get_name (child, NULL) : NULL;

      if (name != NULL && strstr (name, title) != NULL)
        return g_steal_pointer (&child);
    }
  return NULL;
}

/* In whichever desk: there may be two programs at once. */
static AtspiAccessible *
look_for_window (const char *title)
{
  g_autoptr(AtspiAccessible) desktop = atspi_get_desktop (0);
  int n = atspi_accessible_get_child_count (desktop, NULL);

  for (int i = n - 1; i >= 0; i--)
    {
      g_autoptr(AtspiAccessible) child = atspi_accessible_get_child_at_index (desktop, i, NULL);
      g_autofree char *name = child != NULL ? atspi_accessible_get_name (child, NULL) : NULL;
      AtspiAccessible *window = g_strcmp0 (name, "ivr-desk") == 0 || g_strcmp0 (name, "IVR Desk") == 0
                                  ? look_for_window_of (child, title) : NULL;

      if (window != NULL)
        return window;
    }
  return NULL;
}

static gboolean
late (gint64 began)
{
  g_usleep (STEP_US);
  return g_get_monotonic_time () - began > IVR_DRIVER_SECONDS * G_USEC_PER_SEC;
}

AtspiAccessible *
ivr_driver_window (const char *title)
{
  gint64 began = g_get_monotonic_time ();

  while (TRUE)
    {
      AtspiAccessible *window = look_for_window (title);

      if (window != NULL)
        return window;
      if (late (began))
        ivr_driver_fail ("No window “%s” appeared.", title);
    }
}

void
ivr_driver_gone (const char *title)
{
  gint64 began = g_get_monotonic_time ();

  while (TRUE)
    {
      g_autoptr(AtspiAccessible) window = look_for_window (title);

      if (window == NULL)
        return;
      if (late (began))
        ivr_driver_fail ("The window “%s” did not go.", title);
    }
}

static gboolean
fits (AtspiAccessible *node,
      const char      *role,
      const char      *name)
{
  g_autofree char *is = atspi_accessible_get_name (node, NULL);

  if (is == NULL || strstr (is, name) == NULL)
    return FALSE;
  if (role != NULL)
    {
      g_autofree char *what = atspi_accessible_get_role_name (node, NULL);

      return what != NULL && strstr (what, role) != NULL;
    }
  return TRUE;
}

static gboolean
has_actions (AtspiAccessible *node)
{
  g_autoptr(AtspiAction) action = atspi_accessible_get_action_iface (node);

  return action != NULL && atspi_action_get_n_actions (action, NULL) > 0;
}

static AtspiAccessible *
search (AtspiAccessible *node,
        const char      *role,
        const char      *name,
        int              depth)
{
  int n = depth < 60 ? atspi_accessible_get_child_count (node, NULL) : 0;

  for (int i = 0; i < n; i++)
    {
      g_autoptr(AtspiAccessible) child = atspi_accessible_get_child_at_index (node, i, NULL);
      AtspiAccessible *found;

      if (child == NULL)
        continue;
      if (fits (child, role, name))
        return g_steal_pointer (&child);
      found = search (child, role, name, depth + 1);
      if (found != NULL)
        return found;
    }
  return NULL;
}

gboolean
ivr_driver_has (AtspiAccessible *in,
                const char      *role,
                const char      *name)
{
  g_autoptr(AtspiAccessible) found = search (in, role, name, 0);

  return found != NULL;
}

AtspiAccessible *
ivr_driver_find (AtspiAccessible *in,
                 const char      *role,
                 const char      *name)
{
  gint64 began = g_get_monotonic_time ();

  while (TRUE)
    {
      AtspiAccessible *found = search (in, role, name, 0);

      if (found != NULL)
        return found;
      if (late (began))
        {
          if (g_getenv ("IVR_E2E_DUMP") != NULL)
            ivr_driver_dump (in);
          ivr_driver_fail ("There is no %s “%s”.", role != NULL ? role : "thing", name);
        }
    }
}

void
ivr_driver_wait_text (AtspiAccessible *in,
                      const char      *text)
{
  g_autoptr(AtspiAccessible) found = ivr_driver_find (in, NULL, text);
}

void
ivr_driver_click (AtspiAccessible *in,
                  const char      *role,
                  const char      *name)
{
  gint64 began = g_get_monotonic_time ();

  while (TRUE)
    {
      g_autoptr(AtspiAccessible) found = ivr_driver_find (in, role, name);
      g_autoptr(AtspiAction) action = has_actions (found) ? atspi_accessible_get_action_iface (found) : NULL;

      if (action != NULL && atspi_action_do_action (action, 0, NULL))
        return;
      if (late (began))
        ivr_driver_fail ("“%s” cannot be clicked.", name);
    }
}

static Window
find_x_window (Window      parent,
               const char *title)
{
  Atom utf8 = XInternAtom (display, "UTF8_STRING", False);
  Atom net_name = XInternAtom (display, "_NET_WM_NAME", False);
  Window root;
  Window up;
  Window *children = NULL;
  Window found = None;
  unsigned int n = 0;

  if (!XQueryTree (display, parent, &root, &up, &children, &n))
    return None;
  for (unsigned int i = n; i > 0 && found == None; i--)
    {
      unsigned char *value = NULL;
      Atom type;
      int format;
      unsigned long items;
      unsigned long left;
      XWindowAttributes attributes;

      if (XGetWindowProperty (display, children[i - 1], net_name, 0, 1024, False, utf8, &type, &format, &items, &left,
                              &value) == Success && value != NULL)
        {
          if (strstr ((const char *) value, title) != NULL &&
              XGetWindowAttributes (display, children[i - 1], &attributes) && attributes.map_state == IsViewable)
            found = children[i - 1];
          XFree (value);
        }
      if (found == None)
        found = find_x_window (children[i - 1], title);
    }
  if (children != NULL)
    XFree (children);
  return found;
}

static Window
wait_x_window (const char *title)
{
  gint64 began = g_get_monotonic_time ();

  while (TRUE)
    {
      Window window = find_x_window (DefaultRootWindow (display), title);

      if (window != None)
        return window;
      if (late (began))
        ivr_driver_fail ("The window “%s” is not on the screen.", title);
    }
}

/* Where the middle of a thing is on the display, and its window's middle. GTK 4.8 tells places relative to the
 * window only; the window's own is the X server's to tell. */
static void
place_of (AtspiAccessible *in,
          AtspiAccessible *what,
          int             *x,
          int             *y,
          int             *window_x,
          int             *window_y,
          int             *window_height)
{
  g_autoptr(AtspiComponent) part = atspi_accessible_get_component_iface (what);
  g_autoptr(AtspiComponent) top = atspi_accessible_get_component_iface (in);
  g_autofree char *title = atspi_accessible_get_name (in, NULL);
  g_autofree AtspiRect *it = atspi_component_get_extents (part, ATSPI_COORD_TYPE_WINDOW, NULL);
  g_autofree AtspiRect *all = atspi_component_get_extents (top, ATSPI_COORD_TYPE_WINDOW, NULL);
  Window window = wait_x_window (title);
  XWindowAttributes attributes;
  Window child;

  XGetWindowAttributes (display, window, &attributes);
  XTranslateCoordinates (display, window, DefaultRootWindow (display), 0, 0, window_x, window_y, &child);
  *window_x += attributes.width / 2;
  *window_y += attributes.height / 2;
  *window_height = attributes.height;
  *x = *window_x + it->x + it->width / 2 - all->x - all->width / 2;
  *y = *window_y + it->y + it->height / 2 - all->y - all->height / 2;
}

static void
press (int      x,
       int      y,
       unsigned button)
{
  XTestFakeMotionEvent (display, -1, x, y, CurrentTime);
  XTestFakeButtonEvent (display, button, True, CurrentTime);
  XTestFakeButtonEvent (display, button, False, 20);
  XSync (display, False);
}

/* Scrolls to it as a person with a wheel would, and presses the mouse on it. */
void
ivr_driver_point (AtspiAccessible *in,
                  const char      *role,
                  const char      *name)
{
  g_autoptr(AtspiAccessible) found = ivr_driver_find (in, role, name);
  int x, y, window_x, window_y, height;

  for (int turns = 0; turns < 200; turns++)
    {
      place_of (in, found, &x, &y, &window_x, &window_y, &height);
      if (ABS (y - window_y) < height / 2 - 60)
        break;
      press (window_x, window_y, y > window_y ? 5 : 4);
      g_usleep (20000);
    }
  press (x, y, 1);
}

/* The first thing of that name that takes text: a label may have the same one. */
static AtspiAccessible *
search_editable (AtspiAccessible *node,
                 const char      *name,
                 gboolean         inside,
                 int              depth)
{
  int n = depth < 60 ? atspi_accessible_get_child_count (node, NULL) : 0;

  for (int i = 0; i < n; i++)
    {
      g_autoptr(AtspiAccessible) child = atspi_accessible_get_child_at_index (node, i, NULL);
      AtspiAccessible *found;
      gboolean named;

      if (child == NULL)
        continue;
      named = fits (child, NULL, name);
      if (named || inside)
        {
          g_autoptr(AtspiEditableText) text = atspi_accessible_get_editable_text_iface (child);

          if (text != NULL)
            return g_steal_pointer (&child);
        }
      found = search_editable (child, name, inside || named, depth + 1);
      if (found != NULL)
        return found;
    }
  return NULL;
}

void
ivr_driver_write (AtspiAccessible *in,
                  const char      *name,
                  const char      *text)
{
  gint64 began = g_get_monotonic_time ();

  while (TRUE)
    {
      g_autoptr(AtspiAccessible) found = search_editable (in, name, FALSE, 0);
      g_autoptr(AtspiEditableText) editable = found != NULL ? atspi_accessible_get_editable_text_iface (found) : NULL;

      if (editable != NULL && atspi_editable_text_set_text_contents (editable, text, NULL))
        return;
      if (late (began))
        ivr_driver_fail ("Nothing called “%s” takes text.", name);
    }
}

/* Until the field called so has just this text. */
void
ivr_driver_wait_written (AtspiAccessible *in,
                         const char      *name,
                         const char      *text)
{
  gint64 began = g_get_monotonic_time ();

  while (TRUE)
    {
      g_autoptr(AtspiAccessible) found = search_editable (in, name, FALSE, 0);
      g_autoptr(AtspiText) iface = found != NULL ? atspi_accessible_get_text_iface (found) : NULL;
      int n = iface != NULL ? atspi_text_get_character_count (iface, NULL) : 0;
      g_autofree char *there = iface != NULL ? atspi_text_get_text (iface, 0, n, NULL) : NULL;

      if (g_strcmp0 (there, text) == 0)
        return;
      if (late (began))
        ivr_driver_fail ("“%s” has the text “%s”, not “%s”.", name, there != NULL ? there : "", text);
    }
}

static int
count_in (AtspiAccessible *node,
          const char      *role,
          const char      *name,
          int              depth)
{
  int n = depth < 60 ? atspi_accessible_get_child_count (node, NULL) : 0;
  int total = 0;

  for (int i = 0; i < n; i++)
    {
      g_autoptr(AtspiAccessible) child = atspi_accessible_get_child_at_index (node, i, NULL);

      if (child != NULL)
        total += fits (child, role, name) ? 1 : count_in (child, role, name, depth + 1);
    }
  return total;
}

/* How many things of that role and name there are now. */
int
ivr_driver_count (AtspiAccessible *in,
                  const char      *role,
                  const char      *name)
{
  return count_in (in, role, name, 0);
}

void
ivr_driver_set_number (AtspiAccessible *in,
                       const char      *name,
                       double           value)
{
  g_autoptr(AtspiAccessible) found = ivr_driver_find (in, "spin", name);
  g_autoptr(AtspiValue) number = atspi_accessible_get_value_iface (found);

  if (number == NULL || !atspi_value_set_current_value (number, value, NULL))
    ivr_driver_fail ("“%s” takes no number.", name);
}

static gboolean
contains (AtspiAccessible *node,
          const char      *name)
{
  g_autoptr(AtspiAccessible) found = NULL;

  if (fits (node, NULL, name))
    return TRUE;
  found = search (node, NULL, name, 0);
  return found != NULL;
}

static gboolean
select_in (AtspiAccessible *node,
           const char      *item)
{
  g_autoptr(AtspiSelection) selection = atspi_accessible_get_selection_iface (node);
  int n = atspi_accessible_get_child_count (node, NULL);

  for (int i = 0; i < n; i++)
    {
      g_autoptr(AtspiAccessible) child = atspi_accessible_get_child_at_index (node, i, NULL);

      if (child == NULL || !contains (child, item))
        continue;
      if (selection != NULL && atspi_selection_select_child (selection, i, NULL))
        return TRUE;
      if (select_in (child, item))
        return TRUE;
    }
  return FALSE;
}

void
ivr_driver_select (AtspiAccessible *in,
                   const char      *list,
                   const char      *item)
{
  gint64 began = g_get_monotonic_time ();

  while (TRUE)
    {
      g_autoptr(AtspiAccessible) found = ivr_driver_find (in, NULL, list);

      if (select_in (found, item))
        return;
      if (late (began))
        {
          if (g_getenv ("IVR_E2E_DUMP") != NULL)
            ivr_driver_dump (found);
          ivr_driver_fail ("“%s” has no “%s” to choose.", list, item);
        }
    }
}

static void
press_key (KeySym wanted)
{
  KeyCode code = XKeysymToKeycode (display, wanted);
  KeyCode shift = XKeysymToKeycode (display, XK_Shift_L);
  gboolean shifted = XkbKeycodeToKeysym (display, code, 0, 0) != wanted;

  if (shifted)
    XTestFakeKeyEvent (display, shift, True, CurrentTime);
  XTestFakeKeyEvent (display, code, True, CurrentTime);
  XTestFakeKeyEvent (display, code, False, 10);
  if (shifted)
    XTestFakeKeyEvent (display, shift, False, CurrentTime);
  XSync (display, False);
}

void
ivr_driver_key (const char *key)
{
  press_key (XStringToKeysym (key));
  g_usleep (60 * 1000);
}

/* Letters, digits and signs of ASCII, key by key, to whatever has the focus. */
void
ivr_driver_type (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    {
      press_key ((KeySym) *p);
      g_usleep (20 * 1000);
    }
}

void
ivr_driver_place (const char *title,
                  int         x,
                  int         y,
                  int         width,
                  int         height)
{
  Window window = wait_x_window (title);

  XMoveResizeWindow (display, window, x, y, (unsigned int) width, (unsigned int) height);
  XRaiseWindow (display, window);
  XSync (display, False);
}

/* As a task bar would do it. */
static void
raise_window (Window window)
{
  XClientMessageEvent message = { .type = ClientMessage, .window = window, .format = 32 };

  message.message_type = XInternAtom (display, "_NET_ACTIVE_WINDOW", False);
  message.data.l[0] = 2;
  XSendEvent (display, DefaultRootWindow (display), False, SubstructureRedirectMask | SubstructureNotifyMask,
              (XEvent *) &message);
  XSync (display, False);
}

/* What is on the screen: of one window, or of everything. */
static cairo_surface_t *
look_at (const char *title)
{
  int screen = DefaultScreen (display);
  cairo_surface_t *all;
  cairo_surface_t *part;
  XWindowAttributes attributes;
  Window child;
  int x = 0;
  int y = 0;

  if (title != NULL)
    raise_window (wait_x_window (title));
  g_usleep (400 * 1000);   /* what was just asked for is painted */
  XGetWindowAttributes (display, DefaultRootWindow (display), &attributes);
  all = cairo_xlib_surface_create (display, DefaultRootWindow (display), DefaultVisual (display, screen),
                                   attributes.width, attributes.height);
  if (title != NULL)
    {
      Window window = wait_x_window (title);

      XGetWindowAttributes (display, window, &attributes);
      XTranslateCoordinates (display, window, DefaultRootWindow (display), 0, 0, &x, &y, &child);
    }
  part = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, attributes.width, attributes.height);
  {
    cairo_t *cr = cairo_create (part);

    cairo_set_source_surface (cr, all, -x, -y);
    cairo_paint (cr);
    cairo_destroy (cr);
  }
  cairo_surface_destroy (all);
  return part;
}

/* A picture of a window as it is on the screen, or of everything. */
void
ivr_driver_picture (const char *title,
                    const char *path)
{
  cairo_surface_t *seen = look_at (title);

  cairo_surface_write_to_png (seen, path);
  cairo_surface_destroy (seen);
}

static void
round_rectangle (cairo_t *cr,
                 double   x,
                 double   y,
                 double   width,
                 double   height,
                 double   radius)
{
  cairo_new_path (cr);
  cairo_arc (cr, x + width - radius, y + radius, radius, -G_PI_2, 0);
  cairo_arc (cr, x + width - radius, y + height - radius, radius, 0, G_PI_2);
  cairo_arc (cr, x + radius, y + height - radius, radius, G_PI_2, G_PI);
  cairo_arc (cr, x + radius, y + radius, radius, G_PI, 3 * G_PI_2);
  cairo_close_path (cr);
}

/* A picture for a software centre: the window with round corners and the shadow that a compositor gives it, which
 * a virtual display has not; without the frame that GTK draws in its place. */
void
ivr_driver_picture_with_shadow (const char *title,
                                const char *path,
                                int         width,
                                int         height)
{
  cairo_surface_t *seen = look_at (title);
  cairo_surface_t *picture = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);
  cairo_t *cr = cairo_create (picture);
  double w = cairo_image_surface_get_width (seen) - 2 * FRAME;
  double h = cairo_image_surface_get_height (seen) - 2 * FRAME;
  double x = (width - w) / 2;
  double y = (height - h) / 2;

  for (double far = MIN (x, y); far > 0; far--)
    {
      double near = 1 - far / MIN (x, y);

      round_rectangle (cr, x - far, y - far + 3, w + 2 * far, h + 2 * far - 3, CORNER + far);
      cairo_set_source_rgba (cr, 0, 0, 0, 0.035 * near * near);
      cairo_fill (cr);
    }
  round_rectangle (cr, x, y, w, h, CORNER);
  cairo_clip (cr);
  cairo_set_source_surface (cr, seen, x - FRAME, y - FRAME);
  cairo_paint (cr);
  cairo_destroy (cr);
  cairo_surface_write_to_png (picture, path);
  cairo_surface_destroy (picture);
  cairo_surface_destroy (seen);
}

static void
dump (AtspiAccessible *node,
      int              depth)
{
  g_autofree char *name = atspi_accessible_get_name (node, NULL);
  g_autofree char *role = atspi_accessible_get_role_name (node, NULL);
  int n = depth < 40 ? atspi_accessible_get_child_count (node, NULL) : 0;

  g_printerr ("%*s%s “%s”\n", depth * 2, "", role, name);
  for (int i = 0; i < n; i++)
    {
      g_autoptr(AtspiAccessible) child = atspi_accessible_get_child_at_index (node, i, NULL);

      if (child != NULL)
        dump (child, depth + 1);
    }
}

void
ivr_driver_dump (AtspiAccessible *in)
{
  dump (in, 0);
}
