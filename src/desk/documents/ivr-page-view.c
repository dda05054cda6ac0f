/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-page-view.h"

struct _IvrPageView
{
  GtkWidget parent_instance;

  GdkTexture *texture;
  int width;             /* of the page as it stands upright */
  int height;
  int quarters;          /* turns to the right */
  GArray *found;         /* double: left, top, right, bottom in fractions of the page */
};

G_DEFINE_FINAL_TYPE (IvrPageView, ivr_page_view, GTK_TYPE_WIDGET)

static void
ivr_page_view_dispose (GObject *object)
{
  IvrPageView *self = IVR_PAGE_VIEW (object);

  g_clear_object (&self->texture);
  g_clear_pointer (&self->found, g_array_unref);
  G_OBJECT_CLASS (ivr_page_view_parent_class)->dispose (object);
}

static gboolean
is_sideways (IvrPageView *self)
{
  return self->quarters % 2 != 0;
}

static void
ivr_page_view_measure (GtkWidget      *widget,
                       GtkOrientation  orientation,
                       int             for_size,
                       int            *minimum,
                       int            *natural,
                       int            *minimum_baseline,
                       int            *natural_baseline)
{
  IvrPageView *self = IVR_PAGE_VIEW (widget);
  gboolean across = (orientation == GTK_ORIENTATION_HORIZONTAL) != is_sideways (self);

  *minimum = *natural = across ? self->width : self->height;
}

static void
mark_found (IvrPageView *self,
            GtkSnapshot *snapshot)
{
  const GdkRGBA colour = { 1.0f, 0.85f, 0.0f, 0.4f };

  for (guint i = 0; self->found != NULL && i + 3 < self->found->len; i += 4)
    {
      const double *edges = &g_array_index (self->found, double, i);
      graphene_rect_t rect = GRAPHENE_RECT_INIT ((float) (edges[0] * self->width), (float) (edges[1] * self->height),
                                                 (float) ((edges[2] - edges[0]) * self->width), (float) ((edges[3] - edges[1]) * self->height));

      gtk_snapshot_append_color (snapshot, &colour, &rect);
    }
}

static void
ivr_page_view_snapshot (GtkWidget   *widget,
                        GtkSnapshot *snapshot)
{
  IvrPageView *self = IVR_PAGE_VIEW (widget);
  graphene_rect_t page = GRAPHENE_RECT_INIT (0, 0, (float) self->width, (float) self->height);
  const GdkRGBA white = { 1.0f, 1.0f, 1.0f, 1.0f };
  float wide = is_sideways (self) ? (float) self->height : (float) self->width;
  float high = is_sideways (self) ? (float) self->width : (float) self->height;

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (((float) gtk_widget_get_width (widget)) / 2, ((float) gtk_widget_get_height (widget)) / 2));
  if (wide <= 0 || high <= 0)
    {
      gtk_snapshot_restore (snapshot);
      return;
    }
  gtk_snapshot_rotate (snapshot, 90.0f * (float) self->quarters);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (-(float) self->width / 2, -(float) self->height / 2));
  gtk_snapshot_append_color (snapshot, &white, &page);
  if (self->texture != NULL)
    gtk_snapshot_append_texture (snapshot, self->texture, &page);
  mark_found (self, snapshot);
  gtk_snapshot_restore (snapshot);
}

static void
ivr_page_view_class_init (IvrPageViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ivr_page_view_dispose;
  widget_class->measure = ivr_page_view_measure;
  widget_class->snapshot = ivr_page_view_snapshot;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (widget_class, "pageview");
}

static void
ivr_page_view_init (IvrPageView *self)
{
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
}

/**
 * ivr_page_view_set_texture:
 * @self: a view
 * @texture: (nullable): the page; %NULL while it is being drawn
 */
void
ivr_page_view_set_texture (IvrPageView *self,
                           GdkTexture  *texture)
{
  g_set_object (&self->texture, texture);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * ivr_page_view_set_size:
 * @self: a view
 * @width: of the page as it stands upright, in pixels of the window
 * @height: the same
 * @quarters: quarter turns to the right
 */
void
ivr_page_view_set_size (IvrPageView *self,
                        int          width,
                        int          height,
                        int          quarters)
{
  self->width = width;
  self->height = height;
  self->quarters = quarters;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/**
 * ivr_page_view_set_found:
 * @self: a view
 * @found: (nullable) (element-type double): places, as ivr_preview_client_find_finish() gives them
 */
void
ivr_page_view_set_found (IvrPageView *self,
                         GArray      *found)
{
  g_clear_pointer (&self->found, g_array_unref);
  self->found = found != NULL ? g_array_ref (found) : NULL;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
