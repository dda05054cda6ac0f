/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-request-list.h"
#include "ivr-request-cache.h"
#include "ivr-request-pages.h"
#include "ivr-database-private.h"

#include "ivr-error.h"

#define FENCE_STEP 500
#define MOST_ASKED 5       /* pages in one question */
#define MARGIN 60          /* rows read ahead on either side of the screen */

/* A list view makes its rows about a hundred ahead of the screen. When somebody scrolls, what it asks
 * for next is here already; a jump reads only what is around it. */
#define AHEAD 300
#define NEAR 150

/* For a row that comes late a list view makes new widgets, which takes it milliseconds: so few of them
 * are announced at a time, between two frames (GDK draws at priority 120), on the screen first. */
#define REVEAL_PRIORITY (G_PRIORITY_HIGH_IDLE + 21)
#define REVEAL_ROWS 6
#define REVEAL_REST_ROWS 3

/* A list of so many rows is read whole again before it is treated as a long one. */
#define LONG (2 * IVR_REQUEST_LIST_WHOLE)

/* A long list that changes is measured again at most this often, and at most a tenth of the time. */
#define MEASURE_AGAIN_US (5 * G_USEC_PER_SEC)
#define MEASURE_SHARE 10

struct _IvrRequestList
{
  GObject parent_instance;

  IvrDatabase *database;
  IvrRequestPages *pages;      /* NULL until the first view */
  GCancellable *cancellable;   /* of everything that is under way for the present query */

  guint n_items;
  IvrRequestCache *cache;
  guint reveal_source;
  gboolean reveal_urgent;

  guint first_shown;
  guint last_shown;
  int ahead;                   /* which way a person scrolls: -1, 1, or 0 after a jump */
  guint measure_source;
  gint64 measured_at;          /* when the last measuring began; 0 before the first */
  gint64 measure_took;
  gboolean measuring;
  gboolean measure_again;
  gboolean asking;             /* pages are under way */
  gboolean loading;
  gboolean refreshing;         /* the beginning is under way */
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

static gpointer
list_get_item (GListModel *model,
               guint       position)
{
  IvrRequestList *self = IVR_REQUEST_LIST (model);

  return position < self->n_items ? g_object_ref (ivr_request_cache_get (self->cache, position)) : NULL;
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

static void measure (IvrRequestList *self);
static void load (IvrRequestList *self);

static void
forget (IvrRequestList *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  ivr_request_cache_clear (self->cache);
  g_clear_handle_id (&self->reveal_source, g_source_remove);
  g_clear_handle_id (&self->measure_source, g_source_remove);
  self->measured_at = 0;
  self->measure_took = 0;
  self->measuring = FALSE;
  self->measure_again = FALSE;
  self->asking = FALSE;
  self->refreshing = FALSE;
  self->refresh_again = FALSE;
}

static void
ivr_request_list_dispose (GObject *object)
{
  IvrRequestList *self = IVR_REQUEST_LIST (object);

  forget (self);
  g_clear_pointer (&self->pages, ivr_request_pages_unref);
  g_clear_object (&self->database);
  G_OBJECT_CLASS (ivr_request_list_parent_class)->dispose (object);
}

static void
ivr_request_list_finalize (GObject *object)
{
  IvrRequestList *self = IVR_REQUEST_LIST (object);

  ivr_request_cache_free (self->cache);
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
  self->cache = ivr_request_cache_new ();
}

/**
 * ivr_request_list_new:
 * @database: a signed-in database
 *
 * Returns: (transfer full): a list; empty until ivr_request_list_set_view() says what of
 */
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

static gboolean on_reveal (gpointer data);

/* Rows that have come late are announced where a person looks; around that when there is nothing
 * else to do. */
static void
reveal_soon (IvrRequestList *self)
{
  guint first;
  guint n;
  gboolean urgent = ivr_request_cache_find_veiled (self->cache, self->first_shown,
                                                   MIN (self->last_shown, self->first_shown + IVR_REQUEST_PAGE),
                                                   &first, &n);

  if ((self->reveal_source != 0 && (self->reveal_urgent || !urgent)) ||
      (!urgent && !ivr_request_cache_find_veiled_near (self->cache, self->first_shown, &first, &n)))
    return;
  g_clear_handle_id (&self->reveal_source, g_source_remove);
  self->reveal_urgent = urgent;
  self->reveal_source = g_idle_add_full (urgent ? REVEAL_PRIORITY : G_PRIORITY_DEFAULT_IDLE, on_reveal, self, NULL);
}

static gboolean
on_reveal (gpointer data)
{
  IvrRequestList *self = data;
  guint first;
  guint n;

  self->reveal_source = 0;
  if (ivr_request_cache_find_veiled (self->cache, self->first_shown,
                                     MIN (self->last_shown, self->first_shown + IVR_REQUEST_PAGE), &first, &n) ||
      ivr_request_cache_find_veiled_near (self->cache, self->first_shown, &first, &n))
    {
      n = MIN (n, self->reveal_urgent ? REVEAL_ROWS : REVEAL_REST_ROWS);
      ivr_request_cache_unveil (self->cache, first, n);
      if (first < self->n_items)
        {
          n = MIN (n, self->n_items - first);
          g_list_model_items_changed (G_LIST_MODEL (self), first, n, n);
        }
    }
  reveal_soon (self);
  return G_SOURCE_REMOVE;
}

static IvrRequest *
peek_shown (IvrRequestList *self,
            guint           position)
{
  return ivr_request_cache_is_veiled (self->cache, position) ? NULL : ivr_request_cache_peek (self->cache, position);
}

/* Pages that were read together take the place of what was shown there; only the runs that a person
 * would see changed are announced, those behind a veil when it is lifted. */
static void
replace_pages (IvrRequestList *self,
               guint           first_page,
               guint           n_pages,
               GPtrArray      *rows,
               guint           age)
{
  guint base = first_page * IVR_REQUEST_PAGE;
  guint shown = self->n_items > base ? MIN (self->n_items - base, n_pages * IVR_REQUEST_PAGE) : 0;
  g_autofree gboolean *changed = g_new0 (gboolean, shown + 1);

  ivr_request_cache_adopt (self->cache, rows);
  for (guint i = 0; i < shown; i++)
    changed[i] = !ivr_request_cache_is_veiled (self->cache, base + i) &&
                 ivr_request_cache_peek (self->cache, base + i) != (i < rows->len ? rows->pdata[i] : NULL);
  ivr_request_cache_put (self->cache, first_page, n_pages, rows, age);
  for (guint i = 0; i < shown; i++)
    if (changed[i])
      {
        guint first = i;

        while (changed[i])
          i++;
        g_list_model_items_changed (G_LIST_MODEL (self), base + first, i - first, i - first);
      }
  reveal_soon (self);
}

/* A short list that was read whole: what it was and what it is are both known, so exactly the run
 * that differs is announced. */
static void
replace_whole (IvrRequestList *self,
               GPtrArray      *rows)
{
  guint old_n = self->n_items;
  guint start = 0;
  guint end = 0;

  ivr_request_cache_adopt (self->cache, rows);
  while (start < MIN (old_n, rows->len) && peek_shown (self, start) == rows->pdata[start])
    start++;
  while (end < MIN (old_n, rows->len) - start &&
         peek_shown (self, old_n - 1 - end) == rows->pdata[rows->len - 1 - end])
    end++;
  ivr_request_cache_clear (self->cache);
  ivr_request_cache_put (self->cache, 0, (rows->len + IVR_REQUEST_PAGE - 1) / IVR_REQUEST_PAGE, rows,
                         ivr_request_cache_get_age (self->cache));
  self->n_items = rows->len;
  if (old_n - start - end > 0 || rows->len - start - end > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), start, old_n - start - end, rows->len - start - end);
}

static void
set_length (IvrRequestList *self,
            guint           n)
{
  guint old = self->n_items;

  if (n == old)
    return;
  self->n_items = n;
  ivr_request_cache_truncate (self->cache, n);
  if (n > old)
    g_list_model_items_changed (G_LIST_MODEL (self), old, 0, n - old);
  else
    g_list_model_items_changed (G_LIST_MODEL (self), n, old - n, 0);
}

typedef struct
{
  IvrRequestList *list;
  GCancellable *cancellable;
  guint first_page;
  guint n_pages;
  guint age;
} Ask;

static Ask *
ask_new (IvrRequestList *self)
{
  Ask *ask = g_new0 (Ask, 1);

  ask->list = g_object_ref (self);
  ask->cancellable = g_object_ref (self->cancellable);
  ask->age = ivr_request_cache_get_age (self->cache);
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
  IvrPgResult *rows = ivr_request_pages_ask_finish (IVR_DATABASE (source), result, &error);

  if (g_cancellable_is_cancelled (ask->cancellable))
    {
      g_clear_object (&rows);
      return NULL;
    }
  set_failure (ask->list, error);
  return rows;
}

static void
measured_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr(Ask) ask = data;
  g_autoptr(IvrPgResult) rows = take_answer (ask, source, result);
  IvrRequestList *self = ask->list;
  guint length;

  if (g_cancellable_is_cancelled (ask->cancellable))
    return;
  self->measuring = FALSE;
  self->measure_took = g_get_monotonic_time () - self->measured_at;
  ivr_database_slow_call_took (self->database, self->measure_took);
  if (rows != NULL)
    {
      /* Pages that were found by other fences may overlap or leave a row out. */
      if (ivr_request_cache_set_fences (self->cache, rows, &length))
        ivr_request_cache_grow_old (self->cache);
      set_length (self, length);
      load (self);
    }
  /* Its line may have broken alone. */
  if (self->measure_again || (rows == NULL && ivr_database_is_online (self->database)))
    measure (self);
}

static gboolean
on_measure (gpointer data)
{
  IvrRequestList *self = data;

  self->measure_source = 0;
  measure (self);
  return G_SOURCE_REMOVE;
}

/* Counts the list and names its fences, at once or when the last time is long enough ago. */
static void
measure (IvrRequestList *self)
{
  gint64 now = g_get_monotonic_time ();
  gint64 next = self->measured_at + MAX (MEASURE_AGAIN_US, self->measure_took * MEASURE_SHARE);

  self->measure_again = self->measuring;
  if (self->measuring || self->measure_source != 0)
    return;
  if (self->measured_at != 0 && now < next)
    {
      self->measure_source = g_timeout_add ((guint) ((next - now) / 1000) + 1, on_measure, self);
      return;
    }
  self->measuring = TRUE;
  self->measured_at = now;
  ivr_request_pages_ask_fences_async (self->pages, FENCE_STEP, self->cancellable, measured_cb, ask_new (self));
}

static void
pages_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(Ask) ask = data;
  g_autoptr(IvrPgResult) answer = take_answer (ask, source, result);
  IvrRequestList *self = ask->list;
  g_autoptr(GPtrArray) rows = NULL;

  if (g_cancellable_is_cancelled (ask->cancellable))
    return;
  self->asking = FALSE;
  if (answer == NULL)
    return;
  rows = ivr_request_pages_take (answer);
  replace_pages (self, ask->first_page, ask->n_pages, rows, ask->age);
  /* The list ends earlier than it was thought to. */
  if ((gint64) ask->first_page * IVR_REQUEST_PAGE + rows->len <
      MIN (self->n_items, (gint64) (ask->first_page + ask->n_pages) * IVR_REQUEST_PAGE))
    measure (self);
  load (self);
}

/* Pages from one to another, as far as they are missing one behind the other. */
static gboolean
find_missing (IvrRequestList *self,
              guint           from,
              guint           to,
              guint          *first_page,
              guint          *n_pages)
{
  guint page = from;

  while (page <= to && ivr_request_cache_has (self->cache, page))
    page++;
  *first_page = page;
  while (page <= to && !ivr_request_cache_has (self->cache, page))
    page++;
  *n_pages = MIN (page - *first_page, MOST_ASKED);
  return *n_pages > 0;
}

/* Finds the run of pages to ask for: first those on the screen that are not as they are on the
 * server, then those around it that were never read. */
static gboolean
find_wanted (IvrRequestList *self,
             guint          *first_page,
             guint          *n_pages)
{
  guint last_row = self->n_items - 1;
  guint first = MIN (self->first_shown, last_row);
  guint last = MIN (self->last_shown, last_row);
  guint from = first / IVR_REQUEST_PAGE;
  guint to = MIN (last / IVR_REQUEST_PAGE, from + MOST_ASKED - 1);
  guint before = self->ahead < 0 ? AHEAD : MARGIN;
  guint behind = self->ahead > 0 ? AHEAD : MARGIN;
  guint wanted_from = G_MAXUINT;
  guint wanted_to = 0;

  for (guint page = from; page <= to; page++)
    if (!ivr_request_cache_is_fresh (self->cache, page))
      {
        wanted_from = MIN (wanted_from, page);
        wanted_to = page;
      }
    else
      ivr_request_cache_touch (self->cache, page);
  if (wanted_from != G_MAXUINT)
    {
      *first_page = wanted_from;
      *n_pages = wanted_to - wanted_from + 1;
      return TRUE;
    }
  return find_missing (self, to, (guint) MIN ((gint64) last + behind, last_row) / IVR_REQUEST_PAGE, first_page, n_pages) ||
         find_missing (self, (first > before ? first - before : 0) / IVR_REQUEST_PAGE, from, first_page, n_pages);
}

/* One question is under way at a time; when it is answered, what is on the screen then decides the
 * next. So a person who drags through a million rows never waits for what they have passed. */
static void
load (IvrRequestList *self)
{
  const char *key;
  const char *id;
  guint offset;
  Ask *ask;
  guint first_page;
  guint n_pages;

  if (self->n_items == 0 || self->cancellable == NULL || self->loading || self->asking ||
      !find_wanted (self, &first_page, &n_pages))
    return;
  ask = ask_new (self);
  ask->first_page = first_page;
  ask->n_pages = n_pages;
  self->asking = TRUE;
  offset = ivr_request_cache_find_anchor (self->cache, first_page, &key, &id);
  ivr_request_pages_ask_async (self->pages, key, id, offset, n_pages * IVR_REQUEST_PAGE, self->cancellable, pages_cb,
                               ask);
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
  gint64 moved = (gint64) first - self->first_shown;

  if (ABS (moved) > NEAR)
    self->ahead = 0;
  else if (moved != 0)
    self->ahead = moved > 0 ? 1 : -1;
  self->first_shown = first;
  self->last_shown = MAX (first, last);
  reveal_soon (self);
  load (self);
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
      if (rows->len < IVR_REQUEST_LIST_WHOLE || self->n_items <= rows->len)
        replace_whole (self, rows);
      else
        {
          ivr_request_cache_grow_old (self->cache);
          replace_pages (self, 0, IVR_REQUEST_LIST_WHOLE / IVR_REQUEST_PAGE, rows,
                         ivr_request_cache_get_age (self->cache));
        }
      if (rows->len == IVR_REQUEST_LIST_WHOLE)
        measure (self);
    }
  set_loading (self, FALSE);
  load (self);
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
  if (self->pages == NULL)
    return;
  if (self->n_items > LONG)
    {
      ivr_request_cache_grow_old (self->cache);
      load (self);
      measure (self);
      return;
    }
  if (self->refreshing)
    {
      self->refresh_again = TRUE;
      return;
    }
  self->refreshing = TRUE;
  ivr_request_pages_ask_async (self->pages, NULL, NULL, 0, IVR_REQUEST_LIST_WHOLE, self->cancellable, first_cb,
                               ask_new (self));
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
  g_clear_pointer (&self->pages, ivr_request_pages_unref);
  self->pages = ivr_request_pages_new (self->database, view, sort, descending,
                                       search != NULL && search[0] != '\0' ? search : NULL);
  self->n_items = 0;
  self->first_shown = 0;
  self->last_shown = 0;
  if (old > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, old, 0);
  set_failure (self, NULL);
  set_loading (self, TRUE);
  ivr_request_list_refresh (self);
}

/**
 * ivr_request_list_is_loading:
 * @self: a list
 *
 * Returns: whether the first page is on its way
 */
gboolean
ivr_request_list_is_loading (IvrRequestList *self)
{
  return self->loading;
}

/**
 * ivr_request_list_get_failure:
 * @self: a list
 *
 * Returns: (nullable): why the last question was not answered, as a sentence
 */
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
  return ivr_request_cache_find (self->cache, id, position) && *position < self->n_items;
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
  return ivr_request_cache_count (self->cache);
}
