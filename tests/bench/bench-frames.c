/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames while the real list page scrolls over rows that it has to read, against two lists over rows
 * that are in memory: the same page's own columns, and plain labels. In turns, on one display. */
#include "ivr-bench.h"
#include "ivr-format.h"
#include "ivr-requests-page.h"
#include "ivr-request-list.h"

#include <adwaita.h>

#define LOGIN "lee.demo"
#define WARM_UP 20
#define SLOW_PX 40
#define FAST_PX 700

static int n_requests = 20000;
static int n_frames = 300;
static int n_rounds = 3;

typedef struct
{
  GtkWindow *window;
  GtkAdjustment *adjustment;
  GArray *work;             /* before-paint to after-paint */
  GArray *interval;         /* after-paint to after-paint */
  double began;
  double last;
  double by;
  int frames;
  gboolean running;
} Scroller;

static void
on_before_paint (GdkFrameClock *clock,
                 Scroller      *self)
{
  self->began = ivr_bench_now_ms ();
}

static void
on_after_paint (GdkFrameClock *clock,
                Scroller      *self)
{
  double now = ivr_bench_now_ms ();

  if (self->running && self->frames > WARM_UP)
    {
      ivr_bench_add (self->work, now - self->began);
      ivr_bench_add (self->interval, now - self->last);
    }
  self->last = now;
}

static gboolean
on_tick (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       data)
{
  Scroller *self = data;
  double most = gtk_adjustment_get_upper (self->adjustment) - gtk_adjustment_get_page_size (self->adjustment);
  double next = gtk_adjustment_get_value (self->adjustment) + self->by;

  self->frames++;
  if (self->frames > n_frames + WARM_UP)
    {
      self->running = FALSE;
      return G_SOURCE_REMOVE;
    }
  gtk_adjustment_set_value (self->adjustment, next > most ? next - most : next);
  return G_SOURCE_CONTINUE;
}

static void
scroll (Scroller *self,
        double    by)
{
  self->by = by;
  self->frames = 0;
  self->running = TRUE;
  gtk_widget_add_tick_callback (GTK_WIDGET (self->window), on_tick, self, NULL);
  while (self->running)
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
on_rest (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
rest (guint ms)
{
  gboolean over = FALSE;

  g_timeout_add (ms, on_rest, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

static GtkColumnView *
find_column_view (GtkWidget *root)
{
  GtkColumnView *found = GTK_IS_COLUMN_VIEW (root) ? GTK_COLUMN_VIEW (root) : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_column_view (child);
  return found;
}

static Scroller *
scroller_new (GtkWidget *content)
{
  Scroller *self = g_new0 (Scroller, 1);
  GdkFrameClock *clock;

  self->work = ivr_bench_values ();
  self->interval = ivr_bench_values ();
  self->window = GTK_WINDOW (gtk_window_new ());
  gtk_window_set_default_size (self->window, 560, 860);
  gtk_window_set_child (self->window, content);
  gtk_window_present (self->window);
  self->adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (
    gtk_widget_get_ancestor (GTK_WIDGET (find_column_view (content)), GTK_TYPE_SCROLLED_WINDOW)));
  while (!gtk_widget_get_mapped (GTK_WIDGET (self->window)))
    g_main_context_iteration (NULL, TRUE);
  clock = gtk_widget_get_frame_clock (GTK_WIDGET (self->window));
  g_signal_connect (clock, "before-paint", G_CALLBACK (on_before_paint), self);
  g_signal_connect (clock, "after-paint", G_CALLBACK (on_after_paint), self);
  return self;
}

static void
scroller_free (Scroller *self)
{
  gtk_window_destroy (self->window);
  g_array_unref (self->work);
  g_array_unref (self->interval);
  g_free (self);
}

static void
scroller_clear (Scroller *self)
{
  g_array_set_size (self->work, 0);
  g_array_set_size (self->interval, 0);
  gtk_adjustment_set_value (self->adjustment, 0);
}

/* --- The three lists ------------------------------------------------------------------------- */

static void
done_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static IvrDatabase *
sign_in (IvrTestServer *server)
{
  g_autofree char *uri = ivr_test_server_uri (server, LOGIN);
  IvrDatabase *database = ivr_database_new (uri);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  ivr_database_sign_in_async (database, NULL, done_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  if (!ivr_database_sign_in_finish (database, result, &error))
    g_error ("%s", error->message);
  return database;
}

static IvrView *
wait_for_view (IvrSession *session,
               const char *id)
{
  GListModel *views = G_LIST_MODEL (ivr_session_get_views (session));

  for (;;)
    {
      for (guint i = 0; i < g_list_model_get_n_items (views); i++)
        {
          g_autoptr(IvrView) view = g_list_model_get_item (views, i);

          if (g_str_equal (ivr_view_get_id (view), id))
            return g_steal_pointer (&view);
        }
      g_main_context_iteration (NULL, TRUE);
    }
}

static GtkWidget *
page_new (IvrSession *session)
{
  GtkWidget *page = g_object_new (IVR_TYPE_REQUESTS_PAGE, NULL);

  ivr_requests_page_set_session (IVR_REQUESTS_PAGE (page), session);
  return page;
}

/* As many rows as the real list has, all in memory. */
static GListStore *
read_rows (IvrDatabase *database,
           guint        n)
{
  GListStore *rows = g_list_store_new (IVR_TYPE_REQUEST);
  IvrRequestList *list = ivr_request_list_new (database);

  ivr_request_list_set_view (list, "all", "created", TRUE, NULL);
  while (g_list_model_get_n_items (G_LIST_MODEL (list)) < n)
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < n; i++)
    for (;;)
      {
        g_autoptr(IvrRequest) row = g_list_model_get_item (G_LIST_MODEL (list), i);

        if (!ivr_request_is_loading (row))
          {
            g_list_store_append (rows, row);
            break;
          }
        ivr_request_list_show (list, i, i + 200);
        g_main_context_iteration (NULL, TRUE);
      }
  g_object_unref (list);
  return rows;
}

/* The page with its own columns, over a model of ours. */
static GtkWidget *
same_cells_new (IvrSession *session,
                GListStore *rows)
{
  GtkWidget *page = page_new (session);
  GtkColumnView *view = find_column_view (page);
  GtkWidget *stack = gtk_widget_get_ancestor (GTK_WIDGET (view), GTK_TYPE_STACK);
  GtkSingleSelection *selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (rows)));

  gtk_single_selection_set_autoselect (selection, FALSE);
  gtk_column_view_set_model (view, GTK_SELECTION_MODEL (selection));
  gtk_stack_set_visible_child_name (GTK_STACK (stack), "list");
  g_object_unref (selection);
  return page;
}

static void
setup_label (GtkSignalListItemFactory *factory,
             GtkListItem              *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_list_item_set_child (item, label);
}

static void
bind_patient (GtkSignalListItemFactory *factory,
              GtkListItem              *item)
{
  const IvrRequestFields *f = ivr_request_get_fields (gtk_list_item_get_item (item));
  g_autofree char *text = g_strdup_printf ("%s\n#%" G_GINT64_FORMAT " · %s · %s", f->patient, f->request_no, f->service,
                                           f->payer);

  gtk_label_set_label (GTK_LABEL (gtk_list_item_get_child (item)), text);
}

static void
bind_status (GtkSignalListItemFactory *factory,
             GtkListItem              *item)
{
  gtk_label_set_label (GTK_LABEL (gtk_list_item_get_child (item)),
                       ivr_request_get_fields (gtk_list_item_get_item (item))->status);
}

static void
bind_due (GtkSignalListItemFactory *factory,
          GtkListItem              *item)
{
  gboolean urgent;
  g_autofree char *text = ivr_format_due (ivr_request_get_fields (gtk_list_item_get_item (item))->due_us, &urgent);

  gtk_label_set_label (GTK_LABEL (gtk_list_item_get_child (item)), text);
}

static GtkWidget *
plain_new (GListStore *rows)
{
  GtkSingleSelection *selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (rows)));
  GtkWidget *view = gtk_column_view_new (GTK_SELECTION_MODEL (selection));
  GtkWidget *window = gtk_scrolled_window_new ();
  const struct
  {
    const char *title;
    GCallback bind;
  } columns[] = {
    { "Patient", G_CALLBACK (bind_patient) }, { "Status", G_CALLBACK (bind_status) }, { "Due", G_CALLBACK (bind_due) },
  };

  gtk_column_view_set_show_row_separators (GTK_COLUMN_VIEW (view), TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
      g_autoptr(GtkColumnViewColumn) column = gtk_column_view_column_new (columns[i].title, factory);

      g_signal_connect (factory, "setup", G_CALLBACK (setup_label), NULL);
      g_signal_connect (factory, "bind", columns[i].bind, NULL);
      gtk_column_view_column_set_expand (column, i == 0);
      gtk_column_view_append_column (GTK_COLUMN_VIEW (view), column);
    }
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (window), view);
  return window;
}

static void
report (IvrBench   *bench,
        const char *speed,
        Scroller   *ours,
        const char *against,
        Scroller   *other)
{
  static const struct
  {
    const char *word;
    double quantile;
  } rows[] = { { "median", 0.5 }, { "p95", 0.95 }, { "worst", 1 } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *work = g_strdup_printf ("%s, work of a frame, %s", speed, rows[i].word);
      g_autofree char *interval = g_strdup_printf ("%s, frame to frame, %s", speed, rows[i].word);

      ivr_bench_report_at (bench, work, "ms", rows[i].quantile, ours->work, against, other->work);
      ivr_bench_report_at (bench, interval, "ms", rows[i].quantile, ours->interval, against, other->interval);
    }
}

static void
bench_scrolling (IvrBench   *bench,
                 const char *speed,
                 double      by,
                 Scroller   *ours,
                 Scroller   *same,
                 Scroller   *plain)
{
  Scroller *all[] = { ours, same, plain };

  for (guint k = 0; k < G_N_ELEMENTS (all); k++)
    scroller_clear (all[k]);
  for (int i = 0; i < n_rounds; i++)
    for (guint k = 0; k < G_N_ELEMENTS (all); k++)
      {
        rest (300);
        scroll (all[k], by);
      }
  report (bench, speed, ours, "the same cells over rows in memory", same);
  report (bench, speed, ours, "plain labels over rows in memory", plain);
}

int
main (int   argc,
      char *argv[])
{
  const GOptionEntry entries[] = {
    { "requests", 0, 0, G_OPTION_ARG_INT, &n_requests, "How many requests (20000)", "N" },
    { "frames", 0, 0, G_OPTION_ARG_INT, &n_frames, "Frames of each scrolling (300)", "N" },
    { "rounds", 0, 0, G_OPTION_ARG_INT, &n_rounds, "How often each scrolls (3)", "N" },
    { NULL },
  };
  g_autoptr(IvrBench) bench = ivr_bench_new ("frames", "Measures frames while a list scrolls.", entries, &argc, &argv);
  GSubprocess *display = ivr_bench_display ("1440x900x24");
  IvrTestServer *server = ivr_bench_server (n_requests);
  g_autoptr(GtkCssProvider) css = gtk_css_provider_new ();
  g_autoptr(IvrView) view = NULL;
  g_autoptr(GListStore) rows = NULL;
  IvrDatabase *database;
  IvrSession *session;
  GtkWidget *page;
  Scroller *ours;
  Scroller *same;
  Scroller *plain;

  gtk_init ();
  adw_init ();
  gtk_css_provider_load_from_resource (css, "/org/ivrdesk/Desk/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (css),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  database = sign_in (server);
  session = ivr_session_new (database, NULL, NULL, TRUE);
  view = wait_for_view (session, "all");
  rows = read_rows (database, (guint) n_requests * 9 / 10);
  page = page_new (session);
  ivr_requests_page_set_view (IVR_REQUESTS_PAGE (page), view);
  ours = scroller_new (page);
  same = scroller_new (same_cells_new (session, rows));
  plain = scroller_new (plain_new (rows));
  while (g_list_model_get_n_items (ivr_requests_page_get_model (IVR_REQUESTS_PAGE (page))) < (guint) n_requests * 9 / 10)
    g_main_context_iteration (NULL, TRUE);
  bench_scrolling (bench, "reading", SLOW_PX, ours, same, plain);
  bench_scrolling (bench, "dragging", FAST_PX, ours, same, plain);
  scroller_free (ours);
  scroller_free (same);
  scroller_free (plain);
  ivr_session_close (session);
  g_object_unref (session);
  g_object_unref (database);
  ivr_test_server_free (server);
  ivr_bench_end (display);
  return 0;
}
