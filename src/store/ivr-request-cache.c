/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-request-cache.h"

#define MOST_PAGES 60
#define MOST_PLACEHOLDERS 2000

typedef struct
{
  GPtrArray *rows;         /* IvrRequest; fewer than a page at the end of the list */
  guint age;               /* of the cache when the rows were asked for */
} Page;

typedef struct
{
  guint place;             /* rows up to and with this one */
  char *key;
  char *id;
} Fence;

struct _IvrRequestCache
{
  GHashTable *pages;       /* page number -> Page */
  GHashTable *by_id;       /* id -> IvrRequest of some page */
  GHashTable *veils;       /* page number -> Veil */
  GHashTable *placeholders; /* position -> IvrRequest, of the places that were asked for last */
  GQueue recent;           /* page numbers, most recently shown first */
  GArray *fences;          /* by place */
  guint age;
};

/* Which places of a page are veiled. */
typedef struct
{
  guint64 bits[2];
} Veil;

G_STATIC_ASSERT (IVR_REQUEST_PAGE <= 128);

static void
page_free (Page *page)
{
  g_ptr_array_unref (page->rows);
  g_free (page);
}

static void
fence_clear (gpointer data)
{
  Fence *fence = data;

  g_free (fence->key);
  g_free (fence->id);
}

static GArray *
fences_new (void)
{
  GArray *fences = g_array_new (FALSE, TRUE, sizeof (Fence));

  g_array_set_clear_func (fences, fence_clear);
  return fences;
}

IvrRequestCache *
ivr_request_cache_new (void)
{
  IvrRequestCache *self = g_new0 (IvrRequestCache, 1);

  self->pages = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) page_free);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  self->veils = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->placeholders = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  self->fences = fences_new ();
  g_queue_init (&self->recent);
  return self;
}

void
ivr_request_cache_free (IvrRequestCache *self)
{
  ivr_request_cache_clear (self);
  g_hash_table_unref (self->pages);
  g_hash_table_unref (self->by_id);
  g_hash_table_unref (self->veils);
  g_hash_table_unref (self->placeholders);
  g_array_unref (self->fences);
  g_free (self);
}

void
ivr_request_cache_clear (IvrRequestCache *self)
{
  g_hash_table_remove_all (self->by_id);
  g_hash_table_remove_all (self->pages);
  g_hash_table_remove_all (self->veils);
  g_hash_table_remove_all (self->placeholders);
  g_queue_clear (&self->recent);
  g_array_set_size (self->fences, 0);
}

static Page *
get_page (IvrRequestCache *self,
          guint            page)
{
  return g_hash_table_lookup (self->pages, GUINT_TO_POINTER (page));
}

/* NULL where no row is here. */
IvrRequest *
ivr_request_cache_peek (IvrRequestCache *self,
                        guint            position)
{
  Page *page = get_page (self, position / IVR_REQUEST_PAGE);

  return page != NULL && position % IVR_REQUEST_PAGE < page->rows->len
           ? page->rows->pdata[position % IVR_REQUEST_PAGE] : NULL;
}

gboolean
ivr_request_cache_is_veiled (IvrRequestCache *self,
                             guint            position)
{
  Veil *veil = g_hash_table_lookup (self->veils, GUINT_TO_POINTER (position / IVR_REQUEST_PAGE));
  guint i = position % IVR_REQUEST_PAGE;

  return veil != NULL && (veil->bits[i / 64] >> (i % 64) & 1) != 0;
}

/* Each place has a placeholder of its own: GTK takes one object at two places for a mistake. */
static IvrRequest *
veil_place (IvrRequestCache *self,
            guint            position)
{
  gpointer page = GUINT_TO_POINTER (position / IVR_REQUEST_PAGE);
  IvrRequest *placeholder = g_hash_table_lookup (self->placeholders, GUINT_TO_POINTER (position));
  Veil *veil = g_hash_table_lookup (self->veils, page);
  guint i = position % IVR_REQUEST_PAGE;

  if (veil == NULL)
    {
      veil = g_new0 (Veil, 1);
      g_hash_table_insert (self->veils, page, veil);
    }
  veil->bits[i / 64] |= G_GUINT64_CONSTANT (1) << (i % 64);
  if (placeholder != NULL)
    return placeholder;
  /* Whoever still shows one of these holds it. */
  if (g_hash_table_size (self->placeholders) >= MOST_PLACEHOLDERS)
    g_hash_table_remove_all (self->placeholders);
  placeholder = ivr_request_new_loading ();
  g_hash_table_insert (self->placeholders, GUINT_TO_POINTER (position), placeholder);
  return placeholder;
}

/* The row of a place, or a placeholder until it is here and unveiled. */
IvrRequest *
ivr_request_cache_get (IvrRequestCache *self,
                       guint            position)
{
  IvrRequest *row = ivr_request_cache_is_veiled (self, position) ? NULL : ivr_request_cache_peek (self, position);

  return row != NULL ? row : veil_place (self, position);
}

void
ivr_request_cache_unveil (IvrRequestCache *self,
                          guint            first,
                          guint            n)
{
  for (guint position = first; position < first + n; position++)
    {
      Veil *veil = g_hash_table_lookup (self->veils, GUINT_TO_POINTER (position / IVR_REQUEST_PAGE));
      guint i = position % IVR_REQUEST_PAGE;

      g_hash_table_remove (self->placeholders, GUINT_TO_POINTER (position));
      if (veil != NULL)
        veil->bits[i / 64] &= ~(G_GUINT64_CONSTANT (1) << (i % 64));
    }
}

static gboolean
waits_behind_veil (IvrRequestCache *self,
                   guint            position)
{
  return ivr_request_cache_is_veiled (self, position) && ivr_request_cache_peek (self, position) != NULL;
}

/* The first run of veiled places, from one place to another, whose rows are here. */
gboolean
ivr_request_cache_find_veiled (IvrRequestCache *self,
                               guint            from,
                               guint            to,
                               guint           *first,
                               guint           *n)
{
  guint position = from;

  while (position <= to && !waits_behind_veil (self, position))
    position++;
  *first = position;
  while (position <= to && waits_behind_veil (self, position))
    position++;
  *n = position - *first;
  return *n > 0;
}

/* A run of such places in the page that is nearest to a place. */
gboolean
ivr_request_cache_find_veiled_near (IvrRequestCache *self,
                                    guint            position,
                                    guint           *first,
                                    guint           *n)
{
  guint here = position / IVR_REQUEST_PAGE;
  guint nearest = G_MAXUINT;

  for (GList *l = self->recent.head; l != NULL; l = l->next)
    {
      guint page = GPOINTER_TO_UINT (l->data);
      guint distance = page > here ? page - here : here - page;
      guint base = page * IVR_REQUEST_PAGE;
      Veil *veil = g_hash_table_lookup (self->veils, l->data);
      guint found;
      guint found_n;

      if (distance < nearest && veil != NULL && (veil->bits[0] | veil->bits[1]) != 0 &&
          ivr_request_cache_find_veiled (self, base, base + IVR_REQUEST_PAGE - 1, &found, &found_n))
        {
          nearest = distance;
          *first = found;
          *n = found_n;
        }
    }
  return nearest != G_MAXUINT;
}

gboolean
ivr_request_cache_has (IvrRequestCache *self,
                       guint            page)
{
  return get_page (self, page) != NULL;
}

gboolean
ivr_request_cache_is_fresh (IvrRequestCache *self,
                            guint            page)
{
  Page *p = get_page (self, page);

  return p != NULL && p->age == self->age;
}

static void
forget_page (IvrRequestCache *self,
             guint            number)
{
  Page *page = get_page (self, number);

  for (guint i = 0; page != NULL && i < page->rows->len; i++)
    {
      const char *id = ivr_request_get_fields (page->rows->pdata[i])->id;

      if (g_hash_table_lookup (self->by_id, id) == page->rows->pdata[i])
        g_hash_table_remove (self->by_id, id);
    }
  g_hash_table_remove (self->pages, GUINT_TO_POINTER (number));
}

/* Keeps the pages that were shown last; the others are read again when they come on screen. */
void
ivr_request_cache_touch (IvrRequestCache *self,
                         guint            page)
{
  if (g_queue_peek_head (&self->recent) == GUINT_TO_POINTER (page) && self->recent.length > 0)
    return;
  g_queue_remove (&self->recent, GUINT_TO_POINTER (page));
  g_queue_push_head (&self->recent, GUINT_TO_POINTER (page));
  while (g_queue_get_length (&self->recent) > MOST_PAGES)
    forget_page (self, GPOINTER_TO_UINT (g_queue_pop_tail (&self->recent)));
}

guint
ivr_request_cache_get_age (IvrRequestCache *self)
{
  return self->age;
}

/* The list has changed somewhere: every page has to be read again. */
void
ivr_request_cache_grow_old (IvrRequestCache *self)
{
  self->age++;
}

/* Rows that say what is here already become the objects that are here, so that selection and
 * scrolling hold. */
void
ivr_request_cache_adopt (IvrRequestCache *self,
                         GPtrArray       *rows)
{
  for (guint i = 0; i < rows->len; i++)
    {
      IvrRequest *was = g_hash_table_lookup (self->by_id, ivr_request_get_fields (rows->pdata[i])->id);

      if (was != NULL && ivr_request_says_the_same (was, rows->pdata[i]))
        g_set_object ((IvrRequest **) &rows->pdata[i], was);
    }
}

/* Puts pages that were asked for together; where rows are missing at the end, the list ends. */
void
ivr_request_cache_put (IvrRequestCache *self,
                       guint            first_page,
                       guint            n_pages,
                       GPtrArray       *rows,
                       guint            age)
{
  for (guint k = 0; k < n_pages; k++)
    {
      Page *page = g_new0 (Page, 1);

      page->rows = g_ptr_array_new_full (IVR_REQUEST_PAGE, g_object_unref);
      page->age = age;
      for (guint i = k * IVR_REQUEST_PAGE; i < MIN ((k + 1) * IVR_REQUEST_PAGE, rows->len); i++)
        g_ptr_array_add (page->rows, g_object_ref (rows->pdata[i]));
      forget_page (self, first_page + k);
      for (guint i = 0; i < page->rows->len; i++)
        g_hash_table_replace (self->by_id, (char *) ivr_request_get_fields (page->rows->pdata[i])->id,
                              page->rows->pdata[i]);
      g_hash_table_insert (self->pages, GUINT_TO_POINTER (first_page + k), page);
      ivr_request_cache_touch (self, first_page + k);
    }
}

static gboolean
is_behind (gpointer key,
           gpointer value,
           gpointer data)
{
  return GPOINTER_TO_UINT (key) >= GPOINTER_TO_UINT (data);
}

/* Forgets what is behind the end of the list. */
void
ivr_request_cache_truncate (IvrRequestCache *self,
                            guint            n_rows)
{
  guint n_pages = (n_rows + IVR_REQUEST_PAGE - 1) / IVR_REQUEST_PAGE;

  if (n_rows % IVR_REQUEST_PAGE != 0)
    ivr_request_cache_unveil (self, n_rows, IVR_REQUEST_PAGE - n_rows % IVR_REQUEST_PAGE);
  g_hash_table_foreach_remove (self->veils, is_behind, GUINT_TO_POINTER (n_pages));
  g_hash_table_foreach_remove (self->placeholders, is_behind, GUINT_TO_POINTER (n_rows));

  for (GList *l = self->recent.head; l != NULL;)
    {
      GList *next = l->next;

      if (GPOINTER_TO_UINT (l->data) >= n_pages)
        {
          forget_page (self, GPOINTER_TO_UINT (l->data));
          g_queue_delete_link (&self->recent, l);
        }
      l = next;
    }
}

gboolean
ivr_request_cache_find (IvrRequestCache *self,
                        const char      *id,
                        guint           *position)
{
  GHashTableIter iter;
  gpointer number;
  gpointer value;

  if (id == NULL || !g_hash_table_contains (self->by_id, id))
    return FALSE;
  g_hash_table_iter_init (&iter, self->pages);
  while (g_hash_table_iter_next (&iter, &number, &value))
    {
      GPtrArray *rows = ((Page *) value)->rows;

      for (guint i = 0; i < rows->len; i++)
        if (g_strcmp0 (ivr_request_get_fields (rows->pdata[i])->id, id) == 0)
          {
            *position = GPOINTER_TO_UINT (number) * IVR_REQUEST_PAGE + i;
            return TRUE;
          }
    }
  return FALSE;
}

guint
ivr_request_cache_count (IvrRequestCache *self)
{
  GHashTableIter iter;
  gpointer value;
  guint n = 0;

  g_hash_table_iter_init (&iter, self->pages);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    n += ((Page *) value)->rows->len;
  return n;
}

static gboolean
fences_equal (GArray *a,
              GArray *b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    if (g_array_index (a, Fence, i).place != g_array_index (b, Fence, i).place ||
        g_strcmp0 (g_array_index (a, Fence, i).id, g_array_index (b, Fence, i).id) != 0 ||
        g_strcmp0 (g_array_index (a, Fence, i).key, g_array_index (b, Fence, i).key) != 0)
      return FALSE;
  return TRUE;
}

/* Takes the fences that the server named; the last one is the last row. TRUE when they differ from
 * those that the pages were found by. */
gboolean
ivr_request_cache_set_fences (IvrRequestCache *self,
                              IvrPgResult     *rows,
                              guint           *length)
{
  int n = ivr_pg_result_get_n_rows (rows);
  GArray *fences = fences_new ();
  gboolean changed;

  for (int i = 0; i < n; i++)
    {
      Fence fence = {
        .place = (guint) ivr_pg_result_get_int (rows, i, "place"),
        .key = ivr_pg_result_dup_text (rows, i, "key"),
        .id = ivr_pg_result_dup_uuid (rows, i, "id"),
      };

      g_array_append_val (fences, fence);
    }
  changed = !fences_equal (self->fences, fences);
  g_array_unref (self->fences);
  self->fences = fences;
  *length = n > 0 ? g_array_index (fences, Fence, n - 1).place : 0;
  return changed;
}

/* The nearest row before a page whose key is known, and how many rows lie between: the page is that
 * many rows behind it. */
guint
ivr_request_cache_find_anchor (IvrRequestCache  *self,
                               guint             page,
                               const char      **key,
                               const char      **id)
{
  Page *before = page > 0 && ivr_request_cache_is_fresh (self, page - 1) ? get_page (self, page - 1) : NULL;
  guint position = page * IVR_REQUEST_PAGE;
  guint low = 0;
  guint high = self->fences->len;

  *key = NULL;
  *id = NULL;
  if (before != NULL && before->rows->len == IVR_REQUEST_PAGE)
    {
      const IvrRequestFields *last = ivr_request_get_fields (before->rows->pdata[IVR_REQUEST_PAGE - 1]);

      *key = last->key;
      *id = last->id;
      return 0;
    }
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
  return position - g_array_index (self->fences, Fence, low - 1).place;
}
