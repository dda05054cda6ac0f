/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The desk as other people need it: from right to left, with text twice as large, in high contrast. With
 * IVR_TEST_PICTURES each is drawn into that folder. */
#include "ivr-test-window.h"

#include <string.h>

static IvrTestServer *server;

static void
draw (GtkWindow  *window,
      const char *name)
{
  const char *folder = g_getenv ("IVR_TEST_PICTURES");
  g_autofree char *path = folder != NULL ? g_strdup_printf ("%s/%s.png", folder, name) : NULL;
  GdkPaintable *paintable;
  GtkSnapshot *snapshot;
  g_autoptr(GskRenderNode) node = NULL;
  g_autoptr(GskRenderer) renderer = NULL;
  g_autoptr(GdkTexture) texture = NULL;

  if (path == NULL)
    return;
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
  paintable = gtk_widget_paintable_new (GTK_WIDGET (window));
  snapshot = gtk_snapshot_new ();
  gdk_paintable_snapshot (paintable, snapshot, gdk_paintable_get_intrinsic_width (paintable), gdk_paintable_get_intrinsic_height (paintable));
  node = gtk_snapshot_free_to_node (snapshot);
  renderer = gsk_cairo_renderer_new ();
  gsk_renderer_realize (renderer, NULL, NULL);
  texture = gsk_renderer_render_texture (renderer, node, NULL);
  gdk_texture_save_to_png (texture, path);
  gsk_renderer_unrealize (renderer);
  g_object_unref (paintable);
}

static double
place_of (GtkWindow  *window,
          const char *name)
{
  GtkWidget *widget = ivr_test_find (window, GTK_TYPE_WIDGET, name);
  double x = 0;

  g_assert_nonnull (widget);
  gtk_widget_translate_coordinates (widget, GTK_WIDGET (window), 0, 0, &x, NULL);
  return x;
}

static IvrTestPerson *
open_desk (void)
{
  IvrTestPerson *casey = ivr_test_person_new (server, "casey.example", NULL);

  gtk_window_set_default_size (casey->window, 1440, 900);
  ivr_test_person_open (casey, "All requests", "#1002");
  ivr_test_wait (ivr_test_shows (casey->window, "Order product"));
  return casey;
}

/* Everything goes to the other side: views on the right, the conversation on the left. */
static void
test_right_to_left (void)
{
  IvrTestPerson *casey;

  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  casey = open_desk ();
  ivr_test_wait (place_of (casey->window, "Views") > place_of (casey->window, "Requests"));
  g_assert_cmpfloat (place_of (casey->window, "Message"), <, place_of (casey->window, "Requests"));
  /* A number keeps its order among such words. */
  ivr_test_wait (ivr_test_shows (casey->window, "\u2066(555) 555-0302\u2069"));
  draw (casey->window, "right-to-left");
  ivr_test_person_free (casey);
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
}

/* Of a screen of 1440 by 900 nothing hangs over the edge. */
static void
test_large_text (void)
{
  GtkSettings *settings = gtk_settings_get_default ();
  IvrTestPerson *casey;
  int dpi;
  int width;
  int height;

  g_object_get (settings, "gtk-xft-dpi", &dpi, NULL);
  g_object_set (settings, "gtk-xft-dpi", 2 * 96 * 1024, NULL);
  casey = open_desk ();
  gtk_widget_measure (GTK_WIDGET (casey->window), GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL, NULL, NULL);
  gtk_widget_measure (GTK_WIDGET (casey->window), GTK_ORIENTATION_VERTICAL, 1440, &height, NULL, NULL, NULL);
  draw (casey->window, "large-text");
  g_assert_cmpint (width, <=, 1440);
  g_assert_cmpint (height, <=, 900);
  ivr_test_person_free (casey);
  g_object_set (settings, "gtk-xft-dpi", dpi, NULL);
}

static void
test_high_contrast (void)
{
  GtkSettings *settings = gtk_settings_get_default ();
  g_autofree char *theme = NULL;
  IvrTestPerson *casey;

  g_object_get (settings, "gtk-theme-name", &theme, NULL);
  g_object_set (settings, "gtk-theme-name", "Adwaita-hc", NULL);
  casey = open_desk ();
  draw (casey->window, "high-contrast");
  ivr_test_person_free (casey);
  g_object_set (settings, "gtk-theme-name", theme, NULL);
}

int
main (int    argc,
      char **argv)
{
  int status;

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  server = ivr_test_server_new ();
  g_test_add_func ("/appearance/right-to-left", test_right_to_left);
  g_test_add_func ("/appearance/large-text", test_large_text);
  g_test_add_func ("/appearance/high-contrast", test_high_contrast);
  status = g_test_run ();
  ivr_test_server_free (server);
  return status;
}
