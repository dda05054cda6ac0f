/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-views.h"
#include "ivr-database-private.h"

struct _IvrView
{
  GObject parent_instance;

  char *id;
  char *label;
  char *icon;
  char *sort;
  int total;
  gboolean mine;
};

enum {
  PROP_TOTAL = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (IvrView, ivr_view, G_TYPE_OBJECT)

static void
ivr_view_finalize (GObject *object)
{
  IvrView *self = IVR_VIEW (object);

  g_free (self->id);
  g_free (self->label);
  g_free (self->icon);
  g_free (self->sort);
  G_OBJECT_CLASS (ivr_view_parent_class)->finalize (object);
}

static void
ivr_view_get_property (GObject    *object,
                       guint       id,
                       GValue     *value,
                       GParamSpec *pspec)
{
  if (id == PROP_TOTAL)
    g_value_set_int (value, IVR_VIEW (object)->total);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
ivr_view_class_init (IvrViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = ivr_view_finalize;
  object_class->get_property = ivr_view_get_property;
  properties[PROP_TOTAL] = g_param_spec_int ("total", NULL, NULL, 0, G_MAXINT, 0,
                                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ivr_view_init (IvrView *self)
{
}

/**
 * ivr_view_get_id:
 * @self: a view
 *
 * Returns: its identifier, for ivr_request_list_set_view()
 */
const char *
ivr_view_get_id (IvrView *self)
{
  return self->id;
}

/**
 * ivr_view_get_label:
 * @self: a view
 *
 * Returns: its name, in English; the desk translates it
 */
const char *
ivr_view_get_label (IvrView *self)
{
  return self->label;
}

/**
 * ivr_view_get_icon:
 * @self: a view
 *
 * Returns: name of its icon
 */
const char *
ivr_view_get_icon (IvrView *self)
{
  return self->icon;
}

/**
 * ivr_view_get_sort:
 * @self: a view
 *
 * Returns: how it is sorted at first
 */
const char *
ivr_view_get_sort (IvrView *self)
{
  return self->sort;
}

/**
 * ivr_view_get_total:
 * @self: a view
 *
 * Returns: how many requests are in it, %IVR_VIEW_MOST at most
 */
int
ivr_view_get_total (IvrView *self)
{
  return self->total;
}

/**
 * ivr_view_is_mine:
 * @self: a view
 *
 * Returns: whether it is the person's own turn there
 */
gboolean
ivr_view_is_mine (IvrView *self)
{
  return self->mine;
}

struct _IvrViews
{
  GObject parent_instance;

  IvrDatabase *database;
  GPtrArray *views;
  gint64 asked_at;
  gboolean named;          /* which views there are is known; their totals may follow */
  gboolean reading;
  gboolean again;
};

static GType
views_get_item_type (GListModel *model)
{
  return IVR_TYPE_VIEW;
}

static guint
views_get_n_items (GListModel *model)
{
  return IVR_VIEWS (model)->views->len;
}

static gpointer
views_get_item (GListModel *model,
                guint       position)
{
  IvrViews *self = IVR_VIEWS (model);

  return position < self->views->len ? g_object_ref (self->views->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = views_get_item_type;
  iface->get_n_items = views_get_n_items;
  iface->get_item = views_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (IvrViews, ivr_views, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
ivr_views_finalize (GObject *object)
{
  IvrViews *self = IVR_VIEWS (object);

  g_clear_object (&self->database);
  g_ptr_array_unref (self->views);
  G_OBJECT_CLASS (ivr_views_parent_class)->finalize (object);
}

static void
ivr_views_class_init (IvrViewsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ivr_views_finalize;
}

static void
ivr_views_init (IvrViews *self)
{
  self->views = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * ivr_views_new:
 * @database: a signed-in database
 *
 * Returns: (transfer full): the person's views; empty until ivr_views_refresh() has answered
 */
IvrViews *
ivr_views_new (IvrDatabase *database)
{
  IvrViews *self = g_object_new (IVR_TYPE_VIEWS, NULL);

  self->database = g_object_ref (database);
  return self;
}

/* A person's role has changed, and so have their views. */
static void
drop_from (IvrViews *self,
           guint     first)
{
  guint n = self->views->len;

  if (n <= first)
    return;
  g_ptr_array_set_size (self->views, (int) first);
  g_list_model_items_changed (G_LIST_MODEL (self), first, n - first, 0);
}

static void
take_row (IvrViews    *self,
          IvrPgResult *rows,
          int          i)
{
  g_autofree char *id = ivr_pg_result_dup_text (rows, i, "view");
  int total = self->named ? (int) ivr_pg_result_get_int (rows, i, "total") : 0;
  IvrView *view;

  if (i < (int) self->views->len && g_strcmp0 (((IvrView *) self->views->pdata[i])->id, id) == 0)
    {
      view = self->views->pdata[i];
      if (view->total != total)
        {
          view->total = total;
          g_object_notify_by_pspec (G_OBJECT (view), properties[PROP_TOTAL]);
        }
      return;
    }
  drop_from (self, (guint) i);
  view = g_object_new (IVR_TYPE_VIEW, NULL);
  view->id = g_steal_pointer (&id);
  view->label = ivr_pg_result_dup_text (rows, i, "label");
  view->icon = ivr_pg_result_dup_text (rows, i, "icon");
  view->sort = ivr_pg_result_dup_text (rows, i, "sort");
  view->mine = ivr_pg_result_get_boolean (rows, i, "is_mine");
  view->total = total;
  g_ptr_array_add (self->views, view);
  g_list_model_items_changed (G_LIST_MODEL (self), self->views->len - 1, 0, 1);
}

static void
counted_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(IvrViews) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPgResult) rows = ivr_pg_connection_query_finish (IVR_PG_CONNECTION (source), result, &error);

  self->reading = FALSE;
  ivr_database_slow_call_took (self->database, g_get_monotonic_time () - self->asked_at);
  for (int i = 0; rows != NULL && i < ivr_pg_result_get_n_rows (rows); i++)
    take_row (self, rows, i);
  if (rows != NULL)
    drop_from (self, (guint) ivr_pg_result_get_n_rows (rows));
  else
    g_debug ("the counts could not be read: %s", error->message);
  if (self->again || (rows != NULL && !self->named))
    {
      self->named = self->named || rows != NULL;
      self->again = FALSE;
      ivr_views_refresh (self);
    }
}

/**
 * ivr_views_refresh:
 * @self: views
 *
 * Counts again. One question is under way at a time, however often this is called. The first time it
 * is told which views there are before they are counted: a list need not wait for that.
 */
void
ivr_views_refresh (IvrViews *self)
{
  IvrPgParams *params;

  if (self->reading)
    {
      self->again = TRUE;
      return;
    }
  self->reading = TRUE;
  self->asked_at = g_get_monotonic_time ();
  params = ivr_pg_params_new ();
  ivr_pg_params_add_int (params, self->named ? IVR_VIEW_MOST : 0);
  ivr_pg_connection_query_async (ivr_database_get_slow_connection (self->database),
                                 "select view, label, icon, sort, is_mine, total from api.view_counts($1)", params,
                                 NULL, counted_cb, g_object_ref (self));
}
