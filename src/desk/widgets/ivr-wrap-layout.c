/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-wrap-layout.h"

struct _IvrWrapLayout
{
  GtkLayoutManager parent_instance;

  int spacing;
};

G_DEFINE_FINAL_TYPE (IvrWrapLayout, ivr_wrap_layout, GTK_TYPE_LAYOUT_MANAGER)

static GtkSizeRequestMode
ivr_wrap_layout_get_request_mode (GtkLayoutManager *manager,
                                  GtkWidget        *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* Goes over the lines; places the children when @place. Returns the height of them all. */
static int
go_over_lines (IvrWrapLayout *self,
               GtkWidget     *widget,
               int            width,
               gboolean       place)
{
  gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int x = 0;
  int y = 0;
  int line = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkRequisition natural;
      int height;
      int w;

      if (!gtk_widget_should_layout (child))
        continue;
      gtk_widget_get_preferred_size (child, NULL, &natural);
      w = MIN (natural.width, width);
      gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, w, NULL, &height, NULL, NULL);
      if (x > 0 && x + w > width)
        {
          y += line + self->spacing;
          x = 0;
          line = 0;
        }
      if (place)
        gtk_widget_size_allocate (child, &(GtkAllocation) { mirrored ? width - x - w : x, y, w, height }, -1);
      x += w + self->spacing;
      line = MAX (line, height);
    }
  return y + line;
}

static void
ivr_wrap_layout_measure (GtkLayoutManager *manager,
                         GtkWidget        *widget,
                         GtkOrientation    orientation,
                         int               for_size,
                         int              *minimum,
                         int              *natural,
                         int              *minimum_baseline,
                         int              *natural_baseline)
{
  IvrWrapLayout *self = IVR_WRAP_LAYOUT (manager);

  *minimum = *natural = 0;
  if (orientation == GTK_ORIENTATION_VERTICAL)
    {
      *minimum = *natural = go_over_lines (self, widget, for_size >= 0 ? for_size : G_MAXINT / 2, FALSE);
      return;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      int least;
      int wanted;

      if (!gtk_widget_should_layout (child))
        continue;
      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &least, &wanted, NULL, NULL);
      *minimum = MAX (*minimum, least);
      *natural += wanted + (*natural > 0 ? self->spacing : 0);
    }
}

static void
ivr_wrap_layout_allocate (GtkLayoutManager *manager,
                          GtkWidget        *widget,
                          int               width,
                          int               height,
                          int               baseline)
{
  go_over_lines (IVR_WRAP_LAYOUT (manager), widget, width, TRUE);
}

static void
ivr_wrap_layout_class_init (IvrWrapLayoutClass *klass)
{
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  layout_class->get_request_mode = ivr_wrap_layout_get_request_mode;
  layout_class->measure = ivr_wrap_layout_measure;
  layout_class->allocate = ivr_wrap_layout_allocate;
}

static void
ivr_wrap_layout_init (IvrWrapLayout *self)
{
}

/**
 * ivr_wrap_layout_new:
 * @spacing: pixels between children and between lines
 *
 * Returns: (transfer full): a layout
 */
GtkLayoutManager *
ivr_wrap_layout_new (int spacing)
{
  IvrWrapLayout *self = g_object_new (IVR_TYPE_WRAP_LAYOUT, NULL);

  self->spacing = spacing;
  return GTK_LAYOUT_MANAGER (self);
}
