/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sixteen writers that overlap, and readers side by side: the two ways of reading that everybody
 * tries first have to lose events here, or this test would not show anything; ours may lose none,
 * give none twice and leave no hole. */
#include "ivr-test-server.h"

#define N_WRITERS 16
#define N_TRANSACTIONS 60
#define N_TRAPS 10
#define DEADLINE_S 60

static const char *const orgs[] = { "0e000000-0000-4000-8000-000000000001",
                                    "0e000000-0000-4000-8000-000000000002",
                                    "0e000000-0000-4000-8000-000000000003" };

typedef enum {
  READER_LAST = 0,  /* id > last */
  READER_XMIN,      /* id > last and xid < xmin: wrong too, ids are not in the order of xids */
  READER_PAGE,      /* ours, by number */
  READER_POLL,      /* ours, by snapshot */
  READER_FOLLOW,    /* ours, by numbers of many */
  N_READERS,
} ReaderKind;

typedef struct
{
  ReaderKind kind;
  GHashTable *seen;      /* rows */
  gint64 heads[G_N_ELEMENTS (orgs)];
  gint64 last;           /* of a wrong reader; read by the traps, under the lock */
  char *snapshot;
  guint twice;
  guint holes;
} Reader;

static IvrTestServer *server;
static Reader readers[N_READERS];
static GMutex lock;
static GCond moved;
static GHashTable *committed;   /* rows; under the lock */
static int finished;            /* writers are done */

static PGconn *
connect_admin (void)
{
  g_autofree char *uri = ivr_test_server_uri (server, NULL);

  return ivr_test_connect (uri);
}

/* Into the outbox and, in the same transaction, into a table with an ordinary serial number. */
static void
write_event (PGconn     *db,
             GRand      *rand,
             GPtrArray  *rows)
{
  const char *org = orgs[g_rand_int_range (rand, 0, G_N_ELEMENTS (orgs))];
  char *row = g_uuid_string_random ();
  g_autoptr(PGresult) serial = ivr_test_query (db, "insert into race (row_id) values ($1)", row, NULL);
  g_autoptr(PGresult) ours = ivr_test_query (db, "select ivr.stage_event($1, 'request', $2, null, 1)",
                                             org, row, NULL);

  g_ptr_array_add (rows, row);
}

static void
note_committed (GPtrArray *rows)
{
  g_mutex_lock (&lock);
  for (guint i = 0; i < rows->len; i++)
    g_hash_table_add (committed, g_strdup (g_ptr_array_index (rows, i)));
  g_mutex_unlock (&lock);
}

/* Transactions of one to three events that stay open for up to 20 ms; every tenth is taken back. */
static gpointer
write_much (gpointer data)
{
  g_autoptr(PGconn) db = connect_admin ();
  g_autoptr(GRand) rand = g_rand_new_with_seed (GPOINTER_TO_UINT (data));

  for (int i = 0; i < N_TRANSACTIONS; i++)
    {
      g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func (g_free);
      g_autofree char *nap = g_strdup_printf ("select pg_sleep(%f)", g_rand_double_range (rand, 0, 0.02));
      int n = g_rand_int_range (rand, 1, 4);

      ivr_test_do (db, "begin");
      for (int j = 0; j < n; j++)
        write_event (db, rand, rows);
      ivr_test_do (db, nap);
      if (i % 10 == 9)
        {
          ivr_test_do (db, "rollback");
          continue;
        }
      ivr_test_do (db, "commit");
      note_committed (rows);
    }
  return NULL;
}

/* The case that no amount of luck avoids: one takes its xid first and its serial number second, and
 * commits; the other is still open with the smaller number when the reader has moved on. */
static gpointer
set_traps (gpointer data)
{
  g_autoptr(PGconn) early = connect_admin ();
  g_autoptr(PGconn) late = connect_admin ();
  g_autoptr(GRand) rand = g_rand_new_with_seed (99);
  gint64 until = g_get_monotonic_time () + DEADLINE_S * G_USEC_PER_SEC;

  for (int i = 0; i < N_TRAPS; i++)
    {
      g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func (g_free);
      g_autofree char *text = NULL;
      gint64 id;

      ivr_test_do (early, "begin");
      ivr_test_do (early, "select pg_current_xact_id()");
      ivr_test_do (late, "begin");
      write_event (late, rand, rows);
      write_event (early, rand, rows);
      text = ivr_test_value (early, "select currval('race_id_seq')", NULL);
      id = g_ascii_strtoll (text, NULL, 10);
      ivr_test_do (early, "commit");
      g_mutex_lock (&lock);
      while (readers[READER_LAST].last < id || readers[READER_XMIN].last < id)
        g_assert_true (g_cond_wait_until (&moved, &lock, until));
      g_mutex_unlock (&lock);
      ivr_test_do (late, "commit");
      note_committed (rows);
    }
  return NULL;
}

/* Holds every snapshot's lower end for as long as there are writers. */
static gpointer
stay_open (gpointer data)
{
  g_autoptr(PGconn) db = connect_admin ();
  g_autoptr(GRand) rand = g_rand_new_with_seed (7);
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func (g_free);

  ivr_test_do (db, "begin");
  write_event (db, rand, rows);
  ivr_test_do (db, "select pg_sleep(1)");
  ivr_test_do (db, "commit");
  note_committed (rows);
  return NULL;
}

static void
see (Reader     *self,
     const char *row)
{
  if (!g_hash_table_add (self->seen, g_strdup (row)))
    self->twice++;
}

static void
read_serial (Reader *self,
             PGconn *db)
{
  g_autofree char *last = g_strdup_printf ("%" G_GINT64_FORMAT, self->last);
  g_autoptr(PGresult) rows = ivr_test_query (
    db,
    self->kind == READER_LAST
      ? "select id, row_id from race where id > $1 order by id"
      : "select id, row_id from race where id > $1 and xid < pg_snapshot_xmin(pg_current_snapshot()) order by id",
    last, NULL);
  int n = PQntuples (rows);

  for (int i = 0; i < n; i++)
    see (self, PQgetvalue (rows, i, 1));
  if (n == 0)
    return;
  g_mutex_lock (&lock);
  self->last = g_ascii_strtoll (PQgetvalue (rows, n - 1, 0), NULL, 10);
  g_cond_broadcast (&moved);
  g_mutex_unlock (&lock);
}

/* Rows of ours: org_id, seq, row_id; the last one may be the snapshot. */
static void
take_rows (Reader   *self,
           PGresult *rows)
{
  for (int i = 0; i < PQntuples (rows); i++)
    {
      guint org = 0;
      gint64 seq = g_ascii_strtoll (PQgetvalue (rows, i, 1), NULL, 10);

      if (PQgetisnull (rows, i, 1))
        {
          g_free (self->snapshot);
          self->snapshot = g_strdup (PQgetvalue (rows, i, 3));
          continue;
        }
      while (!g_str_equal (orgs[org], PQgetvalue (rows, i, 0)))
        g_assert_cmpuint (++org, <, G_N_ELEMENTS (orgs));
      if (seq != self->heads[org] + 1)
        self->holes++;
      self->heads[org] = seq;
      see (self, PQgetvalue (rows, i, 2));
    }
}

static void
read_pages (Reader *self,
            PGconn *db)
{
  for (guint i = 0; i < G_N_ELEMENTS (orgs); i++)
    {
      g_autofree char *after = g_strdup_printf ("%" G_GINT64_FORMAT, self->heads[i]);
      g_autoptr(PGresult) rows = ivr_test_query (
        db, "select org_id, seq, row_id from feed.page($1, $2, 50)", orgs[i], after, NULL);

      take_rows (self, rows);
    }
}

static void
read_poll (Reader *self,
           PGconn *db)
{
  g_autoptr(PGresult) rows = ivr_test_query (
    db, "select org_id, seq, row_id, snapshot from feed.poll($1)", self->snapshot, NULL);

  take_rows (self, rows);
}

static void
read_follow (Reader *self,
             PGconn *db)
{
  g_autofree char *list = g_strdup_printf ("{%s,%s,%s}", orgs[0], orgs[1], orgs[2]);
  g_autofree char *after = g_strdup_printf (
    "{%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT "}", self->heads[0],
    self->heads[1], self->heads[2]);
  g_autoptr(PGresult) rows = ivr_test_query (
    db, "select org_id, seq, row_id, snapshot from feed.follow($1, $2, 20, $3)", list, after,
    self->snapshot, NULL);

  take_rows (self, rows);
}

static void
read_once (Reader *self,
           PGconn *db)
{
  switch (self->kind)
    {
    case READER_PAGE:
      read_pages (self, db);
      break;
    case READER_POLL:
      read_poll (self, db);
      break;
    case READER_FOLLOW:
      read_follow (self, db);
      break;
    case READER_LAST:
    case READER_XMIN:
    case N_READERS:
    default:
      read_serial (self, db);
      break;
    }
}

static gpointer
read_all (gpointer data)
{
  Reader *self = data;
  g_autoptr(PGconn) db = connect_admin ();
  gsize before;

  while (!g_atomic_int_get (&finished))
    read_once (self, db);
  /* Whatever is still to be had: pages of a bounded size, until one brings nothing new. */
  do
    {
      before = g_hash_table_size (self->seen);
      read_once (self, db);
    }
  while (g_hash_table_size (self->seen) > before);
  return NULL;
}

static void
prepare (PGconn *db)
{
  g_autofree char *snapshot = NULL;

  ivr_test_do (db, "create table race (id bigserial primary key, row_id uuid, xid xid8 default pg_current_xact_id())");
  snapshot = ivr_test_value (db, "select feed.snapshot()", NULL);
  for (int i = 0; i < N_READERS; i++)
    {
      readers[i].kind = (ReaderKind) i;
      readers[i].snapshot = g_strdup (snapshot);
      readers[i].seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      for (guint j = 0; j < G_N_ELEMENTS (orgs); j++)
        {
          g_autofree char *head = ivr_test_value (db, "select head from feed.heads(array[$1::uuid])",
                                                  orgs[j], NULL);

          readers[i].heads[j] = g_ascii_strtoll (head, NULL, 10);
        }
    }
}

static guint
count_lost (Reader *self)
{
  GHashTableIter iter;
  gpointer row;
  guint lost = 0;

  g_hash_table_iter_init (&iter, committed);
  while (g_hash_table_iter_next (&iter, &row, NULL))
    lost += !g_hash_table_contains (self->seen, row);
  return lost;
}

static void
test_race (void)
{
  g_autoptr(PGconn) db = connect_admin ();
  GThread *reading[N_READERS];
  GThread *writing[N_WRITERS + 2];
  guint n = 0;

  prepare (db);
  for (int i = 0; i < N_READERS; i++)
    reading[i] = g_thread_new ("reader", read_all, &readers[i]);
  for (guint i = 0; i < N_WRITERS; i++)
    writing[n++] = g_thread_new ("writer", write_much, GUINT_TO_POINTER (i + 1));
  writing[n++] = g_thread_new ("long", stay_open, NULL);
  writing[n++] = g_thread_new ("traps", set_traps, NULL);
  for (guint i = 0; i < n; i++)
    g_thread_join (writing[i]);
  g_atomic_int_set (&finished, 1);
  for (int i = 0; i < N_READERS; i++)
    g_thread_join (reading[i]);

  g_assert_cmpuint (g_hash_table_size (committed), >=, N_WRITERS * N_TRANSACTIONS * 9 / 10);
  for (int i = 0; i < N_READERS; i++)
    {
      static const char *const names[] = { "id > last", "id > last and xid < xmin", "page", "poll",
                                           "follow" };
      guint lost = count_lost (&readers[i]);

      g_test_message ("%s: %u of %u lost, %u twice, %u holes", names[i], lost,
                      g_hash_table_size (committed), readers[i].twice, readers[i].holes);
      if (i <= READER_XMIN)
        {
          g_assert_cmpuint (lost, >=, N_TRAPS);
          continue;
        }
      g_assert_cmpuint (lost, ==, 0);
      g_assert_cmpuint (readers[i].twice, ==, 0);
      g_assert_cmpuint (readers[i].holes, ==, 0);
      g_assert_cmpuint (g_hash_table_size (readers[i].seen), ==, g_hash_table_size (committed));
    }
}

int
main (int   argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/outbox-race/sixteen-writers", test_race);
  server = ivr_test_server_new ();
  committed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  status = g_test_run ();
  for (int i = 0; i < N_READERS; i++)
    {
      g_hash_table_unref (readers[i].seen);
      g_free (readers[i].snapshot);
    }
  g_hash_table_unref (committed);
  ivr_test_server_free (server);
  return status;
}
