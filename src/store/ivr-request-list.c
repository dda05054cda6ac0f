/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-request-list.h"
#include "ivr-request-pages.h"
#include "ivr-database-private.h"

#include "ivr-error.h"

#define PAGE 100
#define FENCE_STEP 1000
#define MOST_PAGES 60
#define MARGIN 60          /* rows read ahead on either side of the screen */

/* A large list that changes is measured again at most this often. */
#define MEASURE_AGAIN_MS 5000

typedef struct
{
  gint64 place;            /* rows up to and with this one */
  char *key;
  char *id;
} Fence;

struct _IvrRequestList
{
  GObject parent_instance;

  IvrDatabase *database;
  IvrRequestQuery query;
  GCancellable *cancellable;   /* of everything that is under way for the present query */

  guint n_items;
  GHashTable *pages;           /* page number -> GPtrArray of IvrRequest */
  GHashTable *asked;           /* page numbers under way */
  GQueue recent;               /* page numbers, most recently shown first */
  GArray *fences;
  IvrRequest *placeholder;

  guint first_shown;
  guint last_shown;
  guint measure_source;
  gint64 measured_at;
  gboolean loading;
  gboolean refreshing;
  gboolean refresh_again;
  char *failure;
};

enum {
  PROP_LOADING = 1,
  PROP_FAILURE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static GType
list_get_item_type (GListModel *model)
{
  return IVR_TYPE_REQUEST;
}

static guint
list_get_n_items (GListModel *model)
{
  return IVR_REQUEST_LIST (model)->n_items;
}

static IvrRequest *
peek_row (IvrRequestList *self,
          guint           position)
{
  GPtrArray *page = g_hash_table_lookup (self->pages, GUINT_TO_POINTER (position / PAGE));

  return page != NULL && position % PAGE < page->len ? page->pdata[position % PAGE] : NULL;
}

static gpointer
list_get_item (GListModel *model,
               guint       position)
{
  IvrRequestList *self = IVR_REQUEST_LIST (model);
  IvrRequest *row;

  if (position >= self->n_items)
    return NULL;
  row = peek_row (self, position);
  return g_object_ref (row != NULL ? row : self->placeholder);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = list_get_item_type;
  iface->get_n_items = list_get_n_items;
  iface->get_item = list_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (IvrRequestList, ivr_request_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void ask_page (IvrRequestList *self,
                      guint           number);
static void measure (IvrRequestList *self);

static void
fence_clear (gpointer data)
{
  Fence *fence = data;

  g_free (fence->key);
  g_free (fence->id);
}

static void
forget (IvrRequestList *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_hash_table_remove_all (self->pages);
  g_hash_table_remove_all (self->asked);
  g_queue_clear (&self->recent);
  g_array_set_size (self->fences, 0);
  g_clear_handle_id (&self->measure_source, g_source_remove);
  self->measured_at = 0;
  self->refreshing = FALSE;
  self->refresh_again = FALSE;
}

static void
ivr_request_list_dispose (GObject *object)
{
  IvrRequestList *self = IVR_REQUEST_LIST (object);

  forget (self);
  g_clear_object (&self->database);
  G_OBJECT_CLASS (ivr_request_list_parent_class)->dispose (object);
}

static void
ivr_request_list_finalize (GObject *object)
{
  IvrRequestList *self = IVR_REQUEST_LIST (object);

  g_hash_table_unref (self->pages);
  g_hash_table_unref (self->asked);
  g_array_unref (self->fences);
  g_object_unref (self->placeholder);
  ivr_request_query_clear (&self->query);
  g_free (self->failure);
  G_OBJECT_CLASS (ivr_request_list_parent_class)->finalize (object);
}

static void
ivr_request_list_get_property (GObject    *object,
                               guint       id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  IvrRequestList *self = IVR_REQUEST_LIST (object);

  switch (id)
    {
    case PROP_LOADING:
      g_value_set_boolean (value, self->loading);
      break;
    case PROP_FAILURE:
      g_value_set_string (value, self->failure);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ivr_request_list_class_init (IvrRequestListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ivr_request_list_dispose;
  object_class->finalize = ivr_request_list_finalize;
  object_class->get_property = ivr_request_list_get_property;
  properties[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_FAILURE] = g_param_spec_string ("failure", NULL, NULL, NULL,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ivr_request_list_init (IvrRequestList *self)
{
  self->pages = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);
  self->asked = g_hash_table_new (NULL, NULL);
  self->fences = g_array_new (FALSE, TRUE, sizeof (Fence));
  g_array_set_clear_func (self->fences, fence_clear);
  self->placeholder = ivr_request_new_loading ();
  g_queue_init (&self->recent);
}

IvrRequestList *
ivr_request_list_new (IvrDatabase *database)
{
  IvrRequestList *self = g_object_new (IVR_TYPE_REQUEST_LIST, NULL);

  self->database = g_object_ref (database);
  return self;
}

static void
set_loading (IvrRequestList *self,
             gboolean        loading)
{
  if (self->loading == loading)
    return;
  self->loading = loading;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADING]);
}

static void
set_failure (IvrRequestList *self,
             const GError   *error)
{
  const char *sentence = error != NULL ? error->message : NULL;

  if (g_strcmp0 (self->failure, sentence) == 0)
    return;
  g_free (self->failure);
  self->failure = g_strdup (sentence);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FAILURE]);
}

static IvrPgConnection *
line (IvrRequestList *self)
{
  return ivr_database_get_connection (self->database);
}

/* Keeps the pages that were shown last; the others are read again when they come on screen. */
static void
touch_page (IvrRequestList *self,
            guint           number)
{
  g_queue_remove (&self->recent, GUINT_TO_POINTER (number));
  g_queue_push_head (&self->recent, GUINT_TO_POINTER (number));
  while (g_queue_get_length (&self->recent) > MOST_PAGES)
    g_hash_table_remove (self->pages, g_queue_pop_tail (&self->recent));
}

/* The whole of a page may have moved by a row; only the run that a person would see changed is
 * announced, and rows that say the same stay the same objects, so that selection and scrolling hold. */
static void
replace_page (IvrRequestList *self,
              guint           number,
              GPtrArray      *page)
{
  GPtrArray *old = g_hash_table_lookup (self->pages, GUINT_TO_POINTER (number));
  guint base = number * PAGE;
  guint shown = self->n_items > base ? MIN (self->n_items - base, PAGE) : 0;
  guint first = G_MAXUINT;
  guint last = 0;

  for (guint i = 0; i < shown; i++)
    {
      IvrRequest *was = old != NULL && i < old->len ? old->pdata[i] : NULL;
      IvrRequest *is = i < page->len ? page->pdata[i] : NULL;

      if (was != NULL && is != NULL && ivr_request_says_the_same (was, is))
        {
          g_set_object ((IvrRequest **) &page->pdata[i], was);
          continue;
        }
      if (was == is)
        continue;
      first = MIN (first, i);
      last = i;
    }
  g_hash_table_insert (self->pages, GUINT_TO_POINTER (number), g_ptr_array_ref (page));
  touch_page (self, number);
  if (first != G_MAXUINT)
    g_list_model_items_changed (G_LIST_MODEL (self), base + first, last - first + 1, last - first + 1);
}

static void
set_length (IvrRequestList *self,
            guint           n)
{
  guint old = self->n_items;

  if (n == old)
    return;
  self->n_items = n;
  if (n > old)
    g_list_model_items_changed (G_LIST_MODEL (self), old, 0, n - old);
  else
    g_list_model_items_changed (G_LIST_MODEL (self), n, old - n, 0);
}

typedef struct
{
  IvrRequestList *list;
  GCancellable *cancellable;
  guint number;
} Ask;

static Ask *
ask_new (IvrRequestList *self,
         guint           number)
{
  Ask *ask = g_new0 (Ask, 1);

  ask->list = g_object_ref (self);
  ask->cancellable = g_object_ref (self->cancellable);
  ask->number = number;
  return ask;
}

static void
ask_free (Ask *ask)
{
  g_object_unref (ask->list);
  g_object_unref (ask->cancellable);
  g_free (ask);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Ask, ask_free)

/* Rows of an answer, or NULL when it failed or belongs to a view that is no longer shown. */
static IvrPgResult *
take_answer (Ask          *ask,
             GObject      *source,
             GAsyncResult *result)
{
  g_autoptr(GError) error = NULL;
  IvrPgResult *rows = ivr_pg_connection_query_finish (IVR_PG_CONNECTION (source), result, &error);

  if (g_cancellable_is_cancelled (ask->cancellable))
    {
      g_clear_object (&rows);
      return NULL;
    }
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    set_failure (ask->list, error);
  return rows;
}

static void
page_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(Ask) ask = data;
  g_autoptr(IvrPgResult) rows = take_answer (ask, source, result);
  g_autoptr(GPtrArray) page = NULL;

  if (g_cancellable_is_cancelled (ask->cancellable))
    return;
  g_hash_table_remove (ask->list->asked, GUINT_TO_POINTER (ask->number));
  if (rows == NULL)
    return;
  page = ivr_request_pages_take (rows);
  replace_page (ask->list, ask->number, page);
}

/* The nearest fence before a position: its key, and how many rows lie between. */
static guint
find_fence (IvrRequestList  *self,
            guint            position,
            const char     **key,
            const char     **id)
{
  guint low = 0;
  guint high = self->fences->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (g_array_index (self->fences, Fence, middle).place <= position)
        low = middle + 1;
      else
        high = middle;
    }
  if (low == 0)
    return position;
  *key = g_array_index (self->fences, Fence, low - 1).key;
  *id = g_array_index (self->fences, Fence, low - 1).id;
  return position - (guint) g_array_index (self->fences, Fence, low - 1).place;
}

static void
ask_page (IvrRequestList *self,
          guint           number)
{
  GPtrArray *before = number > 0 ? g_hash_table_lookup (self->pages, GUINT_TO_POINTER (number - 1)) : NULL;
  const char *key = NULL;
  const char *id = NULL;
  guint offset;

  if (!g_hash_table_add (self->asked, GUINT_TO_POINTER (number)))
    return;
  if (before != NULL && before->len == PAGE)
    {
      const IvrRequestFields *last = ivr_request_get_fields (before->pdata[PAGE - 1]);

      key = last->key;
      id = last->id;
      offset = 0;
    }
  else
    offset = find_fence (self, number * PAGE, &key, &id);
  ivr_request_pages_ask (line (self), &self->query, key, id, offset, PAGE, self->cancellable, page_cb,
                         ask_new (self, number));
}

/**
 * ivr_request_list_show:
 * @self: a list
 * @first: first row on the screen
 * @last: last row on the screen
 *
 * Says what is on the screen; missing pages around it are read. The rest of the world is left.
 */
void
ivr_request_list_show (IvrRequestList *self,
                       guint           first,
                       guint           last)
{
  guint from = (first > MARGIN ? first - MARGIN : 0) / PAGE;
  guint to;

  self->first_shown = first;
  self->last_shown = MAX (first, last);
  if (self->n_items == 0 || self->cancellable == NULL || self->loading)
    return;
  to = MIN (last + MARGIN, self->n_items - 1) / PAGE;
  for (guint number = from; number <= to && number - from < 6; number++)
    if (g_hash_table_contains (self->pages, GUINT_TO_POINTER (number)))
      touch_page (self, number);
    else
      ask_page (self, number);
}

static void
measured_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr(Ask) ask = data;
  g_autoptr(IvrPgResult) rows = take_answer (ask, source, result);
  IvrRequestList *self = ask->list;
  int n;

  if (rows == NULL)
    return;
  n = ivr_pg_result_get_n_rows (rows);
  g_array_set_size (self->fences, 0);
  self->measured_at = g_get_monotonic_time ();
  for (int i = 0; i < n; i++)
    {
      Fence fence = {
        .place = ivr_pg_result_get_int (rows, i, "place"),
        .key = ivr_pg_result_dup_text (rows, i, "key"),
        .id = ivr_pg_result_dup_uuid (rows, i, "id"),
      };

      g_array_append_val (self->fences, fence);
    }
  if (n > 0)
    set_length (self, (guint) g_array_index (self->fences, Fence, n - 1).place);
  ivr_request_list_show (self, self->first_shown, self->last_shown);
}

static void
measure (IvrRequestList *self)
{
  ivr_request_fences_ask (line (self), &self->query, FENCE_STEP, self->cancellable, measured_cb, ask_new (self, 0));
}

static gboolean
on_measure (gpointer data)
{
  IvrRequestList *self = data;

  self->measure_source = 0;
  measure (self);
  return G_SOURCE_REMOVE;
}

static void
measure_soon (IvrRequestList *self)
{
  gint64 passed = (g_get_monotonic_time () - self->measured_at) / 1000;

  if (self->measure_source != 0)
    return;
  if (self->measured_at == 0 || passed > MEASURE_AGAIN_MS)
    measure (self);
  else
    self->measure_source = g_timeout_add ((guint) (MEASURE_AGAIN_MS - passed), on_measure, self);
}

/* A list that was read whole: what it was and what it is are both known, so exactly the run that
 * differs is announced. */
static void
replace_whole (IvrRequestList *self,
               GPtrArray      *rows)
{
  guint old_n = self->n_items;
  guint start = 0;
  guint end = 0;

  for (guint i = 0; i < rows->len; i++)
    for (guint k = 0; k < old_n; k++)
      {
        IvrRequest *was = peek_row (self, k);

        if (was != NULL && ivr_request_says_the_same (was, rows->pdata[i]))
          {
            g_set_object ((IvrRequest **) &rows->pdata[i], was);
            break;
          }
      }
  while (start < MIN (old_n, rows->len) && peek_row (self, start) == rows->pdata[start])
    start++;
  while (end < MIN (old_n, rows->len) - start && peek_row (self, old_n - 1 - end) == rows->pdata[rows->len - 1 - end])
    end++;
  g_hash_table_remove_all (self->pages);
  g_queue_clear (&self->recent);
  g_array_set_size (self->fences, 0);
  for (guint base = 0; base < rows->len; base += PAGE)
    {
      GPtrArray *page = g_ptr_array_new_full (PAGE, g_object_unref);

      for (guint i = base; i < MIN (base + PAGE, rows->len); i++)
        g_ptr_array_add (page, g_object_ref (rows->pdata[i]));
      g_hash_table_insert (self->pages, GUINT_TO_POINTER (base / PAGE), page);
      touch_page (self, base / PAGE);
    }
  self->n_items = rows->len;
  if (old_n - start - end > 0 || rows->len - start - end > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), start, old_n - start - end, rows->len - start - end);
}

static void
refresh_shown_pages (IvrRequestList *self)
{
  guint from = self->first_shown / PAGE;
  guint to = self->n_items > 0 ? MIN (self->last_shown, self->n_items - 1) / PAGE : 0;

  /* What is not on the screen is read again when it comes there. */
  for (guint i = 0; i < self->recent.length;)
    {
      guint number = GPOINTER_TO_UINT (g_queue_peek_nth (&self->recent, i));

      if (number >= from && number <= to)
        {
          i++;
          continue;
        }
      g_queue_pop_nth (&self->recent, i);
      g_hash_table_remove (self->pages, GUINT_TO_POINTER (number));
    }
  for (guint number = from; number <= to; number++)
    ask_page (self, number);
}

static void
first_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(Ask) ask = data;
  g_autoptr(IvrPgResult) answer = take_answer (ask, source, result);
  IvrRequestList *self = ask->list;
  g_autoptr(GPtrArray) rows = NULL;

  if (g_cancellable_is_cancelled (ask->cancellable))
    return;
  self->refreshing = FALSE;
  if (answer != NULL)
    {
      rows = ivr_request_pages_take (answer);
      if (rows->len < IVR_REQUEST_LIST_WHOLE || self->n_items == 0)
        replace_whole (self, rows);
      else
        refresh_shown_pages (self);
      if (rows->len == IVR_REQUEST_LIST_WHOLE)
        measure_soon (self);
    }
  set_loading (self, FALSE);
  if (self->refresh_again)
    {
      self->refresh_again = FALSE;
      ivr_request_list_refresh (self);
    }
}

/**
 * ivr_request_list_refresh:
 * @self: a list
 *
 * Reads again what is shown, after an event or an outage. What stays the same is not announced.
 */
void
ivr_request_list_refresh (IvrRequestList *self)
{
  if (self->query.view == NULL)
    return;
  if (self->refreshing)
    {
      self->refresh_again = TRUE;
      return;
    }
  self->refreshing = TRUE;
  ivr_request_pages_ask (line (self), &self->query, NULL, NULL, 0, IVR_REQUEST_LIST_WHOLE, self->cancellable, first_cb,
                         ask_new (self, 0));
}

/**
 * ivr_request_list_set_view:
 * @self: a list
 * @view: identifier of a view
 * @sort: "due", "created" or "patient"
 * @descending: whether the last comes first
 * @search: (nullable): how the patient's name begins, a member id, or a request number
 *
 * Shows another view. What was under way for the one before is cancelled.
 */
void
ivr_request_list_set_view (IvrRequestList *self,
                           const char     *view,
                           const char     *sort,
                           gboolean        descending,
                           const char     *search)
{
  guint old = self->n_items;

  forget (self);
  self->cancellable = g_cancellable_new ();
  ivr_request_query_clear (&self->query);
  self->query.view = g_strdup (view);
  self->query.sort = g_strdup (sort);
  self->query.descending = descending;
  self->query.search = search != NULL && search[0] != '\0' ? g_strdup (search) : NULL;
  self->n_items = 0;
  self->first_shown = 0;
  self->last_shown = 0;
  if (old > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, old, 0);
  set_failure (self, NULL);
  set_loading (self, TRUE);
  ivr_request_list_refresh (self);
}

gboolean
ivr_request_list_is_loading (IvrRequestList *self)
{
  return self->loading;
}

const char *
ivr_request_list_get_failure (IvrRequestList *self)
{
  return self->failure;
}

/**
 * ivr_request_list_find:
 * @self: a list
 * @id: identity of a request
 * @position: (out): where it is
 *
 * Returns: whether it is among the rows that are here
 */
gboolean
ivr_request_list_find (IvrRequestList *self,
                       const char     *id,
                       guint          *position)
{
  GHashTableIter iter;
  gpointer number;
  gpointer value;

  g_hash_table_iter_init (&iter, self->pages);
  while (g_hash_table_iter_next (&iter, &number, &value))
    {
      GPtrArray *page = value;

      for (guint i = 0; i < page->len; i++)
        if (g_strcmp0 (ivr_request_get_fields (page->pdata[i])->id, id) == 0)
          {
            *position = GPOINTER_TO_UINT (number) * PAGE + i;
            return *position < self->n_items;
          }
    }
  return FALSE;
}

/**
 * ivr_request_list_count_rows:
 * @self: a list
 *
 * Returns: how many rows are in memory; bounded whatever the length of the list
 */
guint
ivr_request_list_count_rows (IvrRequestList *self)
{
  GHashTableIter iter;
  gpointer value;
  guint n = 0;

  g_hash_table_iter_init (&iter, self->pages);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    n += ((GPtrArray *) value)->len;
  return n;
}
