/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-page-list.h"

#include "ivr-format.h"
#include "ivr-page-view.h"

#include <glib/gi18n.h>

#define LEAST_ZOOM 0.1
#define MOST_ZOOM 8.0
#define GAP 12
#define MOST_PIXELS 8000
/* Pages that are drawn before anybody comes to them, unless they are larger than this, in pixels of the window. */
#define AHEAD 2
#define MOST_AHEAD (4 * 1000 * 1000)
#define FIT_MS 60
/* Until one page is known: a letter. */
#define LETTER_WIDTH 612
#define LETTER_HEIGHT 792

typedef struct
{
  IvrPageView *view;       /* only near what is on the screen */
  double width;            /* in points; 0 while it is not known */
  double height;
  int top;                 /* in pixels of the list, as it is turned */
  int wide;
  int high;
  int drawn_width;
  gboolean failed;
} Page;

struct _IvrPageList
{
  GtkWidget parent_instance;

  GtkAdjustment *across;
  GtkAdjustment *down;
  GtkWidget *scroller;
  IvrPreviewClient *client;
  GCancellable *cancellable;
  GArray *pages;           /* Page */
  double zoom;             /* 0: a page as large as the window */
  int quarters;
  int widest;
  int highest;             /* all of it */
  guint current;
  gboolean busy;           /* a page is asked for */
  double anchor;           /* page and part of it that the next layout has on top; -1: as it comes */
  double centre;           /* and what part of its width is in the middle of the window */
  double seen;             /* where the list was when the current page was found */
  guint fit_source;
  guint tick;
  gboolean fitted;         /* once, to the window as it is */
  guint found_page;
  GArray *found;
};

enum {
  SIGNAL_PAGE_CHANGED,
  SIGNAL_FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IvrPageList, ivr_page_list, GTK_TYPE_WIDGET)

static void ask_next (IvrPageList *self);

static Page *
page_at (IvrPageList *self,
         guint        n)
{
  return &g_array_index (self->pages, Page, n);
}

static void
drop_view (Page *page)
{
  if (page->view != NULL)
    gtk_widget_unparent (GTK_WIDGET (page->view));
  page->view = NULL;
  page->drawn_width = 0;
}

static void
forget (IvrPageList *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->client);
  for (guint i = 0; i < self->pages->len; i++)
    drop_view (page_at (self, i));
  g_array_set_size (self->pages, 0);
  g_clear_pointer (&self->found, g_array_unref);
  g_clear_handle_id (&self->fit_source, g_source_remove);
  self->busy = FALSE;
}

static void
ivr_page_list_dispose (GObject *object)
{
  IvrPageList *self = IVR_PAGE_LIST (object);

  forget (self);
  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
  g_clear_object (&self->across);
  g_clear_object (&self->down);
  G_OBJECT_CLASS (ivr_page_list_parent_class)->dispose (object);
}

static void
ivr_page_list_finalize (GObject *object)
{
  g_array_unref (IVR_PAGE_LIST (object)->pages);
  G_OBJECT_CLASS (ivr_page_list_parent_class)->finalize (object);
}

/* Of a page that was not looked at yet: as the first. */
static void
find_points (IvrPageList *self,
             const Page  *page,
             double      *width,
             double      *height)
{
  const Page *first = page_at (self, 0);

  *width = page->width > 0 ? page->width : first->width > 0 ? first->width : LETTER_WIDTH;
  *height = page->height > 0 ? page->height : first->height > 0 ? first->height : LETTER_HEIGHT;
}

/* Pixels of the window for a point of the page. */
static double
find_scale (IvrPageList *self,
            double       width,
            double       height)
{
  gboolean sideways = self->quarters % 2 != 0;
  double across = sideways ? height : width;
  double down = sideways ? width : height;
  double scale = self->zoom * 96 / 72;

  if (self->zoom <= 0 && self->scroller != NULL)
    scale = MIN (MAX (gtk_widget_get_width (self->scroller) - 2 * GAP, 50) / across, MAX (gtk_widget_get_height (self->scroller) - 2 * GAP, 50) / down);
  return MIN (scale, MOST_PIXELS / MAX (across, down));
}

static void
lay_out (IvrPageList *self)
{
  int top = GAP;

  self->widest = 0;
  for (guint i = 0; i < self->pages->len; i++)
    {
      Page *page = page_at (self, i);
      double width;
      double height;
      double scale;
      int upright_width;
      int upright_height;

      find_points (self, page, &width, &height);
      scale = find_scale (self, width, height);
      upright_width = MAX ((int) (width * scale), 1);
      upright_height = MAX ((int) (height * scale), 1);
      page->wide = self->quarters % 2 != 0 ? upright_height : upright_width;
      page->high = self->quarters % 2 != 0 ? upright_width : upright_height;
      page->top = top;
      top += page->high + GAP;
      self->widest = MAX (self->widest, page->wide + 2 * GAP);
      if (page->view != NULL)
        ivr_page_view_set_size (page->view, upright_width, upright_height, self->quarters);
    }
  self->highest = top;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/* The page at a height of the list; a gap belongs to the page above it. */
static guint
find_page (IvrPageList *self,
           double       y)
{
  guint low = 0;
  guint high = self->pages->len;

  while (low + 1 < high)
    {
      guint middle = (low + high) / 2;

      if (page_at (self, middle)->top <= y)
        low = middle;
      else
        high = middle;
    }
  return low;
}

static double
get_top (IvrPageList *self)
{
  return self->down != NULL ? gtk_adjustment_get_value (self->down) : 0;
}

static double
get_bottom (IvrPageList *self)
{
  return self->down != NULL ? get_top (self) + gtk_adjustment_get_page_size (self->down) : 0;
}

/* What is on top of the window: the page, and how much of it is above. */
static double
find_anchor (IvrPageList *self)
{
  guint n = find_page (self, get_top (self));
  const Page *page = page_at (self, n);

  return n + CLAMP ((get_top (self) - page->top) / MAX (page->high, 1), 0, 0.999);
}

/* Once the window knows how long the list is; before, the place is not there yet. */
static void
apply_anchor (IvrPageList *self)
{
  guint n = (guint) MAX (self->anchor, 0);
  const Page *page;
  double wanted;

  if (self->anchor < 0 || n >= self->pages->len || gtk_adjustment_get_upper (self->down) < self->highest)
    return;
  page = page_at (self, n);
  wanted = page->top + (self->anchor - n) * page->high - (self->anchor > n ? 0 : GAP);
  self->anchor = -1;
  gtk_adjustment_set_value (self->down, wanted);
  gtk_adjustment_set_value (self->across, self->centre * gtk_adjustment_get_upper (self->across) - gtk_adjustment_get_page_size (self->across) / 2);
}

static double
find_centre (IvrPageList *self)
{
  if (self->across == NULL || gtk_adjustment_get_upper (self->across) <= gtk_adjustment_get_page_size (self->across))
    return 0.5;
  return (gtk_adjustment_get_value (self->across) + gtk_adjustment_get_page_size (self->across) / 2) / gtk_adjustment_get_upper (self->across);
}

/* The same place stays on top, however large everything is by now. */
static void
lay_out_again (IvrPageList *self)
{
  int before = self->highest;

  if (self->pages->len == 0)
    return;
  if (self->anchor < 0)
    {
      self->anchor = find_anchor (self);
      self->centre = find_centre (self);
    }
  lay_out (self);
  self->seen = -1;
  if (self->highest == before)
    self->anchor = -1;
  ask_next (self);
}

static void
ivr_page_list_measure (GtkWidget      *widget,
                       GtkOrientation  orientation,
                       int             for_size,
                       int            *minimum,
                       int            *natural,
                       int            *minimum_baseline,
                       int            *natural_baseline)
{
  IvrPageList *self = IVR_PAGE_LIST (widget);

  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? self->widest : self->highest;
}

static void
ivr_page_list_size_allocate (GtkWidget *widget,
                             int        width,
                             int        height,
                             int        baseline)
{
  IvrPageList *self = IVR_PAGE_LIST (widget);

  for (guint i = 0; i < self->pages->len; i++)
    {
      Page *page = page_at (self, i);
      GtkAllocation place = { (width - page->wide) / 2, page->top, page->wide, page->high };

      if (page->view == NULL)
        continue;
      /* What is measured may be larger by a pixel than what was asked for. */
      gtk_widget_measure (GTK_WIDGET (page->view), GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
      gtk_widget_size_allocate (GTK_WIDGET (page->view), &place, -1);
    }
}

static guint
find_ahead (const Page *page)
{
  return (gint64) page->wide * page->high > MOST_AHEAD ? 0 : AHEAD;
}

/* Pages near the screen exist, all others do not. */
static void
update_views (IvrPageList *self)
{
  guint first = find_page (self, get_top (self));
  guint last = find_page (self, get_bottom (self));

  for (guint i = 0; i < self->pages->len; i++)
    {
      Page *page = page_at (self, i);
      gboolean near = i + find_ahead (page) >= first && i <= last + find_ahead (page);
      gboolean sideways = self->quarters % 2 != 0;
      g_autofree char *name = NULL;

      if (!near)
        drop_view (page);
      if (!near || page->view != NULL)
        continue;
      page->view = g_object_new (IVR_TYPE_PAGE_VIEW, NULL);
      name = g_strdup_printf (_("Page %u of %u"), i + 1, self->pages->len);
      gtk_accessible_update_property (GTK_ACCESSIBLE (page->view), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
      ivr_page_view_set_size (page->view, sideways ? page->high : page->wide, sideways ? page->wide : page->high, self->quarters);
      if (self->found != NULL && self->found_page == i)
        ivr_page_view_set_found (page->view, self->found);
      gtk_widget_set_parent (GTK_WIDGET (page->view), GTK_WIDGET (self));
    }
}

/* Where one reads goes from the top of the window, at the beginning, to its bottom, at the end: so that each page is
 * the one that is read at some place, however many are on the screen. */
static double
find_reading (IvrPageList *self)
{
  double window = get_bottom (self) - get_top (self);
  double range = MAX (gtk_adjustment_get_upper (self->down) - window, 1);

  return get_top (self) + GAP + (window - GAP) * CLAMP (get_top (self) / range, 0, 1);
}

static void
update (IvrPageList *self)
{
  guint page;

  if (self->pages->len == 0 || self->down == NULL)
    return;
  apply_anchor (self);
  update_views (self);
  ask_next (self);
  /* A page that was asked for may be on the screen already: it stays the one that is read until somebody scrolls. */
  if (self->seen == get_top (self))
    return;
  page = find_page (self, find_reading (self));
  if (self->seen < 0 && self->current >= find_page (self, get_top (self)) && self->current <= find_page (self, get_bottom (self)))
    page = self->current;
  self->seen = get_top (self);
  if (page == self->current)
    return;
  self->current = page;
  g_signal_emit (self, signals[SIGNAL_PAGE_CHANGED], 0);
}

static gboolean
on_tick (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       data)
{
  IVR_PAGE_LIST (widget)->tick = 0;
  update (IVR_PAGE_LIST (widget));
  return G_SOURCE_REMOVE;
}

/* Before the next picture, and not now: the window may be giving everything its place at the moment. */
static void
on_moved (IvrPageList *self)
{
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_tick, NULL, NULL);
}

static gboolean
on_fit (gpointer data)
{
  IvrPageList *self = data;

  self->fit_source = 0;
  self->fitted = TRUE;
  if (self->zoom <= 0)
    lay_out_again (self);
  return G_SOURCE_REMOVE;
}

/* While a window is being made larger there are many sizes; pages are drawn when it rests. */
static void
on_resized (IvrPageList *self)
{
  if (self->zoom <= 0 && self->fit_source == 0 && self->pages->len > 0 && self->scroller != NULL && gtk_widget_get_width (self->scroller) > 0)
    self->fit_source = g_timeout_add (self->fitted ? FIT_MS : 0, on_fit, self);
}

static void
ivr_page_list_root (GtkWidget *widget)
{
  IvrPageList *self = IVR_PAGE_LIST (widget);

  GTK_WIDGET_CLASS (ivr_page_list_parent_class)->root (widget);
  self->scroller = gtk_widget_get_ancestor (widget, GTK_TYPE_SCROLLED_WINDOW);
  if (self->scroller == NULL || self->down != NULL)
    return;
  self->across = g_object_ref (gtk_scrolled_window_get_hadjustment (GTK_SCROLLED_WINDOW (self->scroller)));
  self->down = g_object_ref (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller)));
  g_signal_connect_object (self->down, "value-changed", G_CALLBACK (on_moved), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->down, "changed", G_CALLBACK (on_moved), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->across, "notify::page-size", G_CALLBACK (on_resized), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->down, "notify::page-size", G_CALLBACK (on_resized), self, G_CONNECT_SWAPPED);
}

static void
ivr_page_list_unroot (GtkWidget *widget)
{
  IVR_PAGE_LIST (widget)->scroller = NULL;
  GTK_WIDGET_CLASS (ivr_page_list_parent_class)->unroot (widget);
}

static void
ivr_page_list_class_init (IvrPageListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ivr_page_list_dispose;
  object_class->finalize = ivr_page_list_finalize;
  widget_class->measure = ivr_page_list_measure;
  widget_class->size_allocate = ivr_page_list_size_allocate;
  widget_class->root = ivr_page_list_root;
  widget_class->unroot = ivr_page_list_unroot;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  signals[SIGNAL_PAGE_CHANGED] = g_signal_new ("page-changed", IVR_TYPE_PAGE_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", IVR_TYPE_PAGE_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
ivr_page_list_init (IvrPageList *self)
{
  self->pages = g_array_new (FALSE, TRUE, sizeof (Page));
  self->anchor = -1;
  g_signal_connect (self, "map", G_CALLBACK (ask_next), NULL);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  ivr_format_name (GTK_WIDGET (self), _("Pages"));
}

/* What one page was asked for, and of which document. */
typedef struct
{
  IvrPageList *list;
  guint page;
  int width;
} Question;

static Question *
question_new (IvrPageList *self,
              guint        page,
              int          width)
{
  Question *question = g_new (Question, 1);

  question->list = g_object_ref (self);
  question->page = page;
  question->width = width;
  self->busy = TRUE;
  return question;
}

static void
question_free (Question *question)
{
  g_object_unref (question->list);
  g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static void
on_failed (IvrPageList  *self,
           guint         n,
           const GError *error)
{
  page_at (self, n)->failed = TRUE;
  if (n == self->current)
    g_signal_emit (self, signals[SIGNAL_FAILED], 0, error);
}

static void
sized_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(Question) question = data;
  IvrPageList *self = question->list;
  g_autoptr(GError) error = NULL;
  double width;
  double height;
  gboolean done = ivr_preview_client_size_finish (IVR_PREVIEW_CLIENT (source), result, &width, &height, &error);

  if (self->client != IVR_PREVIEW_CLIENT (source))
    return;
  self->busy = FALSE;
  if (done && width > 0 && height > 0)
    {
      Page *page = page_at (self, question->page);
      double before_width;
      double before_height;

      find_points (self, page, &before_width, &before_height);
      page->width = width;
      page->height = height;
      /* Most documents have pages of one size: nothing moves then. */
      if (width != before_width || height != before_height)
        lay_out_again (self);
    }
  else if (error != NULL)
    on_failed (self, question->page, error);
  ask_next (self);
}

static void
drawn_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(Question) question = data;
  IvrPageList *self = question->list;
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPreviewImage) image = ivr_preview_client_render_finish (IVR_PREVIEW_CLIENT (source), result, &error);
  g_autoptr(GdkTexture) texture = NULL;
  Page *page;

  if (self->client != IVR_PREVIEW_CLIENT (source))
    return;
  self->busy = FALSE;
  page = page_at (self, question->page);
  if (image == NULL)
    {
      on_failed (self, question->page, error);
    }
  else if (page->view != NULL)
    {
      texture = gdk_memory_texture_new (image->width, image->height, GDK_MEMORY_DEFAULT, image->pixels, image->stride);
      ivr_page_view_set_texture (page->view, texture);
      page->drawn_width = question->width;
    }
  ask_next (self);
}

static gboolean
ask_for (IvrPageList *self,
         guint        n)
{
  Page *page = page_at (self, n);
  int width = self->quarters % 2 != 0 ? page->high : page->wide;

  if (page->failed || page->view == NULL)
    return FALSE;
  if (page->width <= 0)
    ivr_preview_client_size_async (self->client, n, self->cancellable, sized_cb, question_new (self, n, 0));
  else if (page->drawn_width != width)
    ivr_preview_client_render_async (self->client, n, (guint) (width * gtk_widget_get_scale_factor (GTK_WIDGET (self))), self->cancellable, drawn_cb,
                                     question_new (self, n, width));
  else
    return FALSE;
  return TRUE;
}

/* One question at a time: whoever scrolls on does not wait for pages that have gone by. What is looked at comes first. */
static void
ask_next (IvrPageList *self)
{
  guint first;
  guint last;

  if (self->busy || self->client == NULL || !self->fitted || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  first = find_page (self, get_top (self));
  last = find_page (self, get_bottom (self));
  for (guint i = first; i <= last; i++)
    if (ask_for (self, i))
      return;
  for (guint i = 1; i <= AHEAD; i++)
    if ((last + i < self->pages->len && find_ahead (page_at (self, last + i)) >= i && ask_for (self, last + i)) ||
        (first >= i && find_ahead (page_at (self, first - i)) >= i && ask_for (self, first - i)))
      return;
}

/**
 * ivr_page_list_set_document:
 * @self: a list
 * @client: (nullable): what draws the document
 * @n_pages: how many it has
 */
void
ivr_page_list_set_document (IvrPageList      *self,
                            IvrPreviewClient *client,
                            guint             n_pages)
{
  forget (self);
  self->zoom = 0;
  self->quarters = 0;
  self->current = 0;
  self->anchor = -1;
  self->seen = 0;
  self->fitted = FALSE;
  self->cancellable = g_cancellable_new ();
  g_set_object (&self->client, client);
  g_array_set_size (self->pages, client != NULL ? n_pages : 0);
  lay_out (self);
  if (self->pages->len == 0)
    return;
  if (self->down != NULL)
    gtk_adjustment_set_value (self->down, 0);
  update_views (self);
  on_resized (self);
}

/**
 * ivr_page_list_get_page:
 * @self: a list
 *
 * Returns: the page that is read, from 0
 */
guint
ivr_page_list_get_page (IvrPageList *self)
{
  return self->current;
}

/**
 * ivr_page_list_go_to:
 * @self: a list
 * @page: a page, from 0
 */
void
ivr_page_list_go_to (IvrPageList *self,
                     guint        page)
{
  if (page >= self->pages->len || self->down == NULL)
    return;
  self->anchor = page;
  self->centre = find_centre (self);
  apply_anchor (self);
  self->seen = get_top (self);
  if (self->current == page)
    return;
  self->current = page;
  g_signal_emit (self, signals[SIGNAL_PAGE_CHANGED], 0);
}

/**
 * ivr_page_list_scroll:
 * @self: a list
 * @steps: steps down; up when it is below 0
 */
void
ivr_page_list_scroll (IvrPageList *self,
                      int          steps)
{
  if (self->down != NULL)
    gtk_adjustment_set_value (self->down, get_top (self) + steps * MAX (gtk_adjustment_get_step_increment (self->down), 40));
}

/**
 * ivr_page_list_zoom:
 * @self: a list
 * @factor: how much larger
 */
void
ivr_page_list_zoom (IvrPageList *self,
                    double       factor)
{
  double width;
  double height;

  if (self->pages->len == 0)
    return;
  find_points (self, page_at (self, self->current), &width, &height);
  self->zoom = CLAMP (find_scale (self, width, height) * 72 / 96 * factor, LEAST_ZOOM, MOST_ZOOM);
  lay_out_again (self);
}

/**
 * ivr_page_list_fit:
 * @self: a list
 *
 * A page is as large as the window from now on.
 */
void
ivr_page_list_fit (IvrPageList *self)
{
  self->zoom = 0;
  lay_out_again (self);
}

/**
 * ivr_page_list_turn:
 * @self: a list
 *
 * A quarter to the right.
 */
void
ivr_page_list_turn (IvrPageList *self)
{
  self->quarters = (self->quarters + 1) % 4;
  lay_out_again (self);
}

/**
 * ivr_page_list_set_found:
 * @self: a list
 * @page: a page, from 0
 * @found: (nullable) (element-type double): places on it, as ivr_preview_client_find_finish() gives them; %NULL for none
 */
void
ivr_page_list_set_found (IvrPageList *self,
                         guint        page,
                         GArray      *found)
{
  if (self->found != NULL && self->found_page < self->pages->len && page_at (self, self->found_page)->view != NULL)
    ivr_page_view_set_found (page_at (self, self->found_page)->view, NULL);
  g_clear_pointer (&self->found, g_array_unref);
  self->found = found != NULL ? g_array_ref (found) : NULL;
  self->found_page = page;
  if (page < self->pages->len && page_at (self, page)->view != NULL)
    ivr_page_view_set_found (page_at (self, page)->view, self->found);
}
