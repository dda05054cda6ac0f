/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list over 5,000 requests: length, jumps, memory, changes and outages. */
#include "ivr-test-store.h"
#include "ivr-request-list.h"

#define N_REQUESTS "5000"
#define BOUND 6000

/* A lead sees everything but what a clinic has not submitted. */
#define DECIDED_SQL "select count(*) from ivr.ivr_requests where status in ('approved', 'approved_limited', 'rejected')"
#define SEEN "select count(*) from ivr.ivr_requests where status <> 'draft'"

/* What a view of the model has been told, and what it would hold if it did as it was told. */
typedef struct
{
  GPtrArray *copy;
  guint n_changes;
  guint position;
  guint removed;
  guint added;
} Watcher;

static void
on_items_changed (GListModel *model,
                  guint       position,
                  guint       removed,
                  guint       added,
                  gpointer    data)
{
  Watcher *self = data;

  g_assert_cmpuint (position + removed, <=, self->copy->len);
  if (removed > 0)
    g_ptr_array_remove_range (self->copy, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (self->copy, (int) (position + i), g_list_model_get_item (model, position + i));
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, self->copy->len);
  self->n_changes++;
  self->position = position;
  self->removed = removed;
  self->added = added;
}

/* What was announced is what is there: a placeholder may have become a row only with a word. */
static void
watcher_check (Watcher        *self,
               IvrRequestList *list)
{
  g_assert_cmpuint (self->copy->len, ==, g_list_model_get_n_items (G_LIST_MODEL (list)));
  for (guint i = 0; i < self->copy->len; i++)
    {
      g_autoptr(IvrRequest) row = g_list_model_get_item (G_LIST_MODEL (list), i);
      IvrRequest *known = self->copy->pdata[i];

      /* Rows that left memory may be forgotten silently: whoever shows them says so and has them back. */
      if (row != known)
        g_assert_true (ivr_request_is_loading (row));
    }
}

static void
watcher_free (Watcher *self)
{
  g_ptr_array_unref (self->copy);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Watcher, watcher_free)

static Watcher *
watch (IvrRequestList *list)
{
  Watcher *self = g_new0 (Watcher, 1);

  self->copy = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++)
    g_ptr_array_add (self->copy, g_list_model_get_item (G_LIST_MODEL (list), i));
  g_signal_connect (list, "items-changed", G_CALLBACK (on_items_changed), self);
  return self;
}

static guint
length (IvrRequestList *list)
{
  return g_list_model_get_n_items (G_LIST_MODEL (list));
}

static gboolean
is_here (IvrRequestList *list,
         guint           from,
         guint           to)
{
  for (guint i = from; i <= to && i < length (list); i++)
    {
      g_autoptr(IvrRequest) row = g_list_model_get_item (G_LIST_MODEL (list), i);

      if (ivr_request_is_loading (row))
        return FALSE;
    }
  return TRUE;
}

static const char *
peek_id (IvrRequestList *list,
         guint           position)
{
  g_autoptr(IvrRequest) row = g_list_model_get_item (G_LIST_MODEL (list), position);

  return ivr_request_get_fields (row)->id;
}

/* Every place has its own object, whether its row has come or not. */
static void
assert_all_different (IvrRequestList *list)
{
  g_autoptr(GHashTable) seen = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);

  for (guint i = 0; i < MIN (length (list), 1500); i++)
    g_assert_true (g_hash_table_add (seen, g_list_model_get_item (G_LIST_MODEL (list), i)));
}

/* The row that belongs at a place, as the database has it. */
static void
assert_row (IvrRequestList *list,
            guint           position,
            const char     *order)
{
  g_autofree char *sql = g_strdup_printf ("select id from ivr.ivr_requests where status <> 'draft' order by %s offset $1::integer limit 1", order);
  g_autofree char *place = g_strdup_printf ("%u", position);
  g_autofree char *id = test_value (sql, place);

  g_assert_cmpstr (peek_id (list, position), ==, id);
}

static IvrRequestList *
open_list (IvrDatabase *database,
           const char  *view,
           const char  *sort,
           gboolean     descending,
           const char  *search)
{
  IvrRequestList *list = ivr_request_list_new (database);

  ivr_request_list_set_view (list, view, sort, descending, search);
  g_assert_true (ivr_request_list_is_loading (list));
  WAIT_UNTIL (!ivr_request_list_is_loading (list));
  g_assert_null (ivr_request_list_get_failure (list));
  return list;
}

/* What is under way holds on to the list and the database; it ends first. */
static void
close_list (IvrRequestList *list,
            IvrDatabase    *database)
{
  ivr_database_sign_out (database);
  test_settle ();
  g_assert_finalize_object (list);
  test_sign_out (database);
}

static void
test_jumps (void)
{
  IvrDatabase *database = test_sign_in (LEE);
  IvrRequestList *list = open_list (database, "all", "created", TRUE, NULL);
  g_autoptr(Watcher) watcher = watch (list);
  gint64 n = test_count (SEEN, NULL);
  static const double places[] = { 0.5, 0.999, 0.25, 0.75, 0.5 };
  guint rows = 0;

  g_assert_true (is_here (list, 0, 100));
  assert_row (list, 0, "created_at desc, id desc");
  assert_row (list, 150, "created_at desc, id desc");
  WAIT_UNTIL (length (list) == n);
  assert_all_different (list);
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      guint place = (guint) (places[i] * (double) n);

      ivr_request_list_show (list, place, place + 30);
      WAIT_UNTIL (is_here (list, place, place + 30));
      assert_row (list, place, "created_at desc, id desc");
      assert_row (list, MIN (place + 30, length (list) - 1), "created_at desc, id desc");
    }
  /* Every row once, from the first to the last, and never more than so many in memory. */
  for (guint at = 0; at < n; at += 40)
    {
      ivr_request_list_show (list, at, at + 39);
      WAIT_UNTIL (is_here (list, at, at + 39));
      rows = MAX (rows, ivr_request_list_count_rows (list));
    }
  g_assert_cmpuint (rows, <=, BOUND);
  watcher_check (watcher, list);
  assert_row (list, length (list) - 1, "created_at desc, id desc");
  close_list (list, database);
}

/* A person who drags the scroll bar asks for many places in no time; where they stop counts. */
static void
test_drag (void)
{
  IvrDatabase *database = test_sign_in (LEE);
  IvrRequestList *list = open_list (database, "all", "created", TRUE, NULL);
  g_autoptr(Watcher) watcher = NULL;
  gint64 n = test_count (SEEN, NULL);

  WAIT_UNTIL (length (list) == n);
  watcher = watch (list);
  for (guint at = 0; at < n - 50; at += 25)
    ivr_request_list_show (list, at, at + 30);
  ivr_request_list_show (list, 3000, 3030);
  WAIT_UNTIL (is_here (list, 3000, 3030));
  assert_row (list, 3015, "created_at desc, id desc");
  g_assert_cmpuint (watcher->n_changes, <, 10);
  ivr_request_list_show (list, G_MAXUINT - 1, G_MAXUINT);
  WAIT_UNTIL (is_here (list, (guint) n - 1, (guint) n - 1));
  assert_row (list, (guint) n - 1, "created_at desc, id desc");
  watcher_check (watcher, list);
  close_list (list, database);
}

static void
test_sorts (void)
{
  static const struct
  {
    const char *sort;
    gboolean descending;
    const char *order;
  } rows[] = {
    { "created", FALSE, "created_at, id" }, { "created", TRUE, "created_at desc, id desc" },
    { "due", FALSE, "due_at, id" }, { "due", TRUE, "due_at desc, id desc" },
    { "patient", FALSE, "patient_sort, id" }, { "patient", TRUE, "patient_sort desc, id desc" },
  };
  IvrDatabase *database = test_sign_in (LEE);
  gint64 n = test_count (SEEN, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      IvrRequestList *list = open_list (database, "all", rows[i].sort, rows[i].descending, NULL);

      g_test_message ("%s", rows[i].order);
      WAIT_UNTIL (length (list) == n);
      ivr_request_list_show (list, 2490, 2510);
      WAIT_UNTIL (is_here (list, 2490, 2510));
      assert_row (list, 0, rows[i].order);
      assert_row (list, 2500, rows[i].order);
      g_assert_finalize_object (list);
    }
  test_sign_out (database);
}

static void
assert_found (IvrDatabase *database,
              const char  *search,
              const char  *wanted)
{
  IvrRequestList *list = open_list (database, "all", "patient", FALSE, search);
  guint position;

  g_test_message ("%s", search);
  if (wanted == NULL)
    g_assert_cmpuint (length (list), ==, 0);
  else
    g_assert_true (ivr_request_list_find (list, wanted, &position));
  g_assert_finalize_object (list);
}

static void
test_search (void)
{
  g_autofree char *name = test_value ("select p.last_name from ivr.ivr_requests r join ivr.patients p"
                                      " on p.org_id = r.org_id and p.id = r.patient_id where r.id = $1::uuid", REQUEST);
  g_autofree char *start = g_utf8_substring (name, 0, 3);
  g_autofree char *upper = g_utf8_strup (name, -1);
  g_autofree char *member = test_value ("select i.member_id from ivr.ivr_requests r join ivr.patient_insurances i"
                                        " on i.org_id = r.org_id and i.patient_id = r.patient_id"
                                        " where r.id = $1::uuid and i.member_id is not null limit 1", REQUEST);
  g_autofree char *number = test_value ("select '#' || request_no from ivr.ivr_requests where id = $1::uuid", REQUEST);
  IvrDatabase *database = test_sign_in (CASEY);

  assert_found (database, name, REQUEST);
  assert_found (database, start, REQUEST);
  assert_found (database, upper, REQUEST);
  assert_found (database, member, REQUEST);
  assert_found (database, number, REQUEST);
  assert_found (database, number + 1, REQUEST);
  assert_found (database, "zzzzqqq", NULL);
  assert_found (database, "'; drop table x; --", NULL);
  assert_found (database, "%", NULL);
  assert_found (database, "#99999999", NULL);
  test_sign_out (database);
}

/* What the view of a clinic holds; another one is chosen while its pages are under way. */
static void
test_switch (void)
{
  IvrDatabase *database = test_sign_in (LEE);
  IvrRequestList *list = open_list (database, "all", "created", TRUE, NULL);
  g_autoptr(Watcher) watcher = watch (list);
  gint64 n = test_count (SEEN, NULL);
  gint64 decided = test_count (DECIDED_SQL, NULL);

  WAIT_UNTIL (length (list) == n);
  for (guint i = 0; i < 20; i++)
    {
      ivr_request_list_show (list, i * 200, i * 200 + 30);
      ivr_request_list_refresh (list);
      ivr_request_list_set_view (list, i % 2 == 0 ? "decided" : "all", "created", TRUE, NULL);
      if (i % 3 == 0)
        WAIT_UNTIL (!ivr_request_list_is_loading (list));
    }
  ivr_request_list_set_view (list, "decided", "created", FALSE, NULL);
  WAIT_UNTIL (length (list) == decided);
  for (guint i = 0; i < decided; i += 100)
    {
      ivr_request_list_show (list, i, i + 99);
      WAIT_UNTIL (is_here (list, i, i + 99));
      for (guint k = i; k < MIN (i + 100, decided); k++)
        {
          g_autoptr(IvrRequest) row = g_list_model_get_item (G_LIST_MODEL (list), k);
          const char *status = ivr_request_get_fields (row)->status;

          g_assert_true (g_str_has_prefix (status, "approved") || g_str_equal (status, "rejected"));
        }
    }
  watcher_check (watcher, list);
  close_list (list, database);
}

static void
take_request (IvrDatabase *database,
              const char  *id)
{
  g_autofree char *version = test_value ("select version from ivr.ivr_requests where id = $1::uuid", id);
  const char *arguments[] = { id, version, "in_review", NULL, "{}" };
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonObject) answer = test_command (database, IVR_COMMAND_UPDATE_STATUS, arguments, G_N_ELEMENTS (arguments),
                                               &error);

  g_assert_no_error (error);
}

/* A short list: one row leaves, exactly that is announced, and the others stay the same objects. */
static void
test_short_list_changes (void)
{
  IvrDatabase *database = test_sign_in (CASEY);
  IvrDatabase *sam = test_sign_in (SAM);
  IvrRequestList *list = open_list (database, "waiting", "created", FALSE, NULL);
  g_autoptr(Watcher) watcher = watch (list);
  guint n = length (list);
  guint position;

  g_assert_cmpuint (n, >, 1);
  ivr_request_list_refresh (list);
  ivr_request_list_refresh (list);
  test_settle ();
  g_assert_cmpuint (watcher->n_changes, ==, 0);

  g_assert_true (ivr_request_list_find (list, REQUEST, &position));
  take_request (sam, REQUEST);
  ivr_request_list_refresh (list);
  WAIT_UNTIL (watcher->n_changes == 1);
  g_assert_cmpuint (watcher->position, ==, position);
  g_assert_cmpuint (watcher->removed, ==, 1);
  g_assert_cmpuint (watcher->added, ==, 1);
  watcher_check (watcher, list);

  test_sql ("update ivr.ivr_requests set status = 'draft', turn = 'clinic' where id = '" REQUEST "'");
  ivr_request_list_refresh (list);
  WAIT_UNTIL (length (list) == n - 1);
  g_assert_cmpuint (watcher->n_changes, ==, 2);
  g_assert_cmpuint (watcher->position, ==, position);
  g_assert_cmpuint (watcher->removed, ==, 1);
  g_assert_cmpuint (watcher->added, ==, 0);
  test_sql ("update ivr.ivr_requests set status = 'submitted', turn = 'queue' where id = '" REQUEST "'");
  ivr_request_list_refresh (list);
  WAIT_UNTIL (length (list) == n);
  g_assert_cmpuint (watcher->position, ==, position);
  g_assert_cmpuint (watcher->added, ==, 1);
  watcher_check (watcher, list);
  g_assert_finalize_object (list);
  test_sign_out (database);
  test_sign_out (sam);
}

/* A long list: rows leave above, on and below the screen; in the end every row is there once, in
 * its place, with the objects of those that say the same. */
static void
test_long_list_changes (void)
{
  IvrDatabase *database = test_sign_in (LEE);
  IvrRequestList *list = open_list (database, "decided", "created", TRUE, NULL);
  g_autoptr(Watcher) watcher = NULL;
  g_autoptr(IvrRequest) stays = NULL;
  g_autoptr(GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *gone = NULL;
  g_autofree char *above = NULL;
  g_autofree char *sql = NULL;
  guint n;
  guint position;

  WAIT_UNTIL (length (list) > IVR_REQUEST_LIST_WHOLE);
  n = length (list);
  ivr_request_list_show (list, 1990, 2020);
  WAIT_UNTIL (is_here (list, 1990, 2020));
  test_settle ();
  watcher = watch (list);
  ivr_request_list_refresh (list);
  test_settle ();
  g_assert_cmpuint (watcher->n_changes, ==, 0);

  stays = g_list_model_get_item (G_LIST_MODEL (list), 2015);
  gone = g_strdup (peek_id (list, 2005));
  above = test_value ("select id from ivr.ivr_requests where status in ('approved', 'approved_limited', 'rejected')"
                      " order by created_at desc, id desc offset $1::integer limit 1", "7");
  sql = g_strdup_printf ("update ivr.ivr_requests set status = 'closed' where id in ('%s', '%s')", gone, above);
  test_sql (sql);
  ivr_request_list_refresh (list);
  WAIT_UNTIL (!ivr_request_list_find (list, gone, &position));
  g_assert_true (is_here (list, 1990, 2020));
  g_assert_true (ivr_request_list_find (list, ivr_request_get_fields (stays)->id, &position));
  WAIT_UNTIL (length (list) == n - 2);
  WAIT_UNTIL (ivr_request_list_find (list, ivr_request_get_fields (stays)->id, &position) && position == 2013);
  g_assert_true (g_ptr_array_find (watcher->copy, stays, NULL));
  for (guint i = 0; i < n - 2; i += 50)
    {
      ivr_request_list_show (list, i, i + 49);
      WAIT_UNTIL (is_here (list, i, i + 49));
      for (guint k = i; k < MIN (i + 50, n - 2); k++)
        g_assert_true (g_hash_table_add (seen, g_strdup (peek_id (list, k))));
    }
  watcher_check (watcher, list);
  close_list (list, database);
  g_free (sql);
  sql = g_strdup_printf ("update ivr.ivr_requests set status = 'approved' where id in ('%s', '%s')", gone, above);
  test_sql (sql);
}

/* The list ends while its end is on the screen, and becomes a short one. */
static void
test_shrinks (void)
{
  IvrDatabase *database = test_sign_in (LEE);
  IvrRequestList *list;
  g_autoptr(Watcher) watcher = NULL;
  guint n;

  test_sql ("create table parked as select id, service from ivr.ivr_requests where status = 'approved'");
  list = open_list (database, "decided", "patient", FALSE, NULL);
  WAIT_UNTIL (length (list) > IVR_REQUEST_LIST_WHOLE);
  n = length (list);
  watcher = watch (list);
  ivr_request_list_show (list, n - 30, n - 1);
  WAIT_UNTIL (is_here (list, n - 30, n - 1));
  test_sql ("update ivr.ivr_requests set status = 'closed' where id in (select id from parked order by id offset 100)");
  ivr_request_list_refresh (list);
  WAIT_UNTIL (length (list) < n && is_here (list, length (list) - 1, length (list) - 1));
  watcher_check (watcher, list);
  test_sql ("update ivr.ivr_requests set status = 'closed' where status = 'rejected' and service not like 'Skin%'");
  ivr_request_list_refresh (list);
  WAIT_UNTIL (length (list) == test_count (DECIDED_SQL, NULL));
  g_assert_cmpuint (length (list), >, 0);
  WAIT_UNTIL (is_here (list, length (list) - 1, length (list) - 1));
  watcher_check (watcher, list);
  test_sql ("update ivr.ivr_requests set status = 'approved' where id in (select id from parked)");
  ivr_request_list_refresh (list);
  WAIT_UNTIL (length (list) == test_count (DECIDED_SQL, NULL));
  test_sql ("drop table parked");
  close_list (list, database);
}

static void
on_failure (IvrRequestList *list,
            GParamSpec     *pspec,
            GString        *told)
{
  const char *failure = ivr_request_list_get_failure (list);

  g_string_append (told, failure != NULL ? "x" : "-");
}

/* The server dies under the list and comes back. */
static void
test_outage (void)
{
  IvrDatabase *database = test_sign_in (LEE);
  IvrRequestList *list = open_list (database, "all", "created", TRUE, NULL);
  gint64 n = test_count (SEEN, NULL);
  g_autoptr(Watcher) watcher = NULL;
  g_autoptr(GString) told = g_string_new (NULL);

  WAIT_UNTIL (length (list) == n);
  ivr_request_list_show (list, 1000, 1030);
  WAIT_UNTIL (is_here (list, 1000, 1030));
  test_settle ();
  watcher = watch (list);
  g_signal_connect (list, "notify::failure", G_CALLBACK (on_failure), told);
  ivr_test_server_kill (test_server);
  WAIT_UNTIL (!ivr_database_is_online (database));
  ivr_request_list_refresh (list);
  WAIT_UNTIL (ivr_request_list_get_failure (list) != NULL);
  g_assert_true (is_here (list, 1000, 1030));
  g_assert_cmpuint (length (list), ==, n);
  ivr_request_list_show (list, 3000, 3030);
  g_assert_false (is_here (list, 3000, 3030));
  g_assert_cmpuint (watcher->n_changes, ==, 0);
  WAIT_UNTIL (ivr_database_is_online (database));
  ivr_request_list_refresh (list);
  WAIT_UNTIL (is_here (list, 3000, 3030));
  g_assert_null (ivr_request_list_get_failure (list));
  g_assert_cmpstr (told->str, ==, "x-");
  watcher_check (watcher, list);
  close_list (list, database);
  test_connect_admin ();
}

/* That a list is looked at is written down once, with what was searched for, however far one scrolls. A
 * ticket whose time is over, as after a night with the lid closed, is replaced without a word. */
static void
test_trace (void)
{
  const char *count = "select count(*) from audit.phi_access_logs where actor_login = 'lee.demo' and what = $1";
  IvrDatabase *database = test_sign_in (LEE);
  gint64 n = test_count (SEEN, NULL);
  gint64 lists = test_count (count, "list");
  IvrRequestList *list = open_list (database, "all", "created", TRUE, NULL);
  g_autofree char *search = NULL;

  WAIT_UNTIL (length (list) == n);
  for (guint at = 0; at < n; at += 700)
    {
      ivr_request_list_show (list, at, at + 30);
      WAIT_UNTIL (is_here (list, at, at + 30));
    }
  g_assert_cmpint (test_count (count, "list"), ==, lists + 1);
  test_sql ("update audit.phi_access_logs set at = at - interval '20 minutes' where actor_login = 'lee.demo'");
  ivr_request_list_show (list, 350, 380);
  WAIT_UNTIL (is_here (list, 350, 380));
  g_assert_null (ivr_request_list_get_failure (list));
  g_assert_cmpint (test_count (count, "list"), ==, lists + 2);
  ivr_request_list_set_view (list, "all", "created", TRUE, "Test");
  WAIT_UNTIL (!ivr_request_list_is_loading (list));
  search = test_value ("select filter ->> 'search' from audit.phi_access_logs where actor_login = $1 order by at desc limit 1", LEE);
  g_assert_cmpstr (search, ==, "Test");
  g_assert_cmpint (test_count (count, "list"), ==, lists + 2);
  close_list (list, database);
}

static void
add_tests (void)
{
  /* A test moves rows about as no person could. */
  test_sql ("set session_replication_role = replica");
  g_test_add_func ("/store/request-list/jumps", test_jumps);
  g_test_add_func ("/store/request-list/drag", test_drag);
  g_test_add_func ("/store/request-list/sorts", test_sorts);
  g_test_add_func ("/store/request-list/search", test_search);
  g_test_add_func ("/store/request-list/switch", test_switch);
  g_test_add_func ("/store/request-list/short-list-changes", test_short_list_changes);
  g_test_add_func ("/store/request-list/long-list-changes", test_long_list_changes);
  g_test_add_func ("/store/request-list/shrinks", test_shrinks);
  g_test_add_func ("/store/request-list/trace", test_trace);
  g_test_add_func ("/store/request-list/outage", test_outage);
}

int
main (int   argc,
      char *argv[])
{
  return test_run (&argc, &argv, N_REQUESTS, add_tests);
}
