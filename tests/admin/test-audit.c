/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What happened, sealed and signed: each way of changing it afterwards is named. */
#include "ivr-test-server.h"

#include <string.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

#define REQUEST "660e8400-e29b-41d4-a716-446655440004"

typedef struct
{
  char *uri;
  char *root;
  char *key;
  char *heads;
  PGconn *admin;
  PGconn *sam;
} Place;

static IvrTestServer *server;
static int n_places;

static void
run (PGconn     *db,
     const char *sql)
{
  g_autoptr(PGresult) done = PQexec (db, sql);

  if (PQresultStatus (done) == PGRES_FATAL_ERROR)
    g_error ("%s: %s", sql, PQresultErrorMessage (done));
}

/* Somebody with all rights, who switches the triggers off first. */
static void
tamper (Place      *place,
        const char *sql)
{
  run (place->admin, "set session_replication_role = replica");
  run (place->admin, sql);
  run (place->admin, "set session_replication_role = origin");
}

static void
read_something (Place *place,
                int    times)
{
  for (int i = 0; i < times; i++)
    run (place->sam, "select api.open_ivr_request(gen_random_uuid(), '" REQUEST "') is null");
}

static char *
seal (Place *place)
{
  char *out = NULL;
  g_autofree char *err = NULL;

  if (ivr_test_admin (&out, &err, "audit", "seal", "--key", place->key, "--heads", place->heads, place->uri, NULL) != 0)
    g_error ("%s", err);
  return out;
}

static char *
verify (Place *place,
        int    status)
{
  char *out = NULL;
  g_autofree char *err = NULL;

  g_assert_cmpint (ivr_test_admin (&out, &err, "audit", "verify", "--key", place->key, "--heads", place->heads, place->uri, NULL), ==, status);
  if (status == 0)
    g_assert_cmpstr (err, ==, "");
  else
    ivr_test_assert_sentence (err, NULL);
  return out;
}

static void
assert_named (Place      *place,
              const char *words)
{
  g_autofree char *out = verify (place, 1);

  if (!g_regex_match_simple (words, out, 0, 0))
    g_error ("nobody says “%s” in: %s", words, out);
}

static void
assert_sound (Place      *place,
              const char *words)
{
  g_autofree char *out = verify (place, 0);

  if (strstr (out, words) == NULL)
    g_error ("no “%s” in: %s", words, out);
}

/* A database with three rows of reading in each of two seals. */
static Place *
place_new (void)
{
  Place *place = g_new0 (Place, 1);
  g_autofree char *database = g_strdup_printf ("audit%d", ++n_places);
  g_autofree char *sam = ivr_test_server_uri_of (server, "sam.demo", database);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  place->uri = ivr_test_server_add_database (server, database);
  place->root = ivr_test_dup_folder ();
  place->key = g_build_filename (place->root, "key", NULL);
  place->heads = g_build_filename (place->root, "heads", NULL);
  ivr_test_admin_ok ("migrate", place->uri, NULL);
  ivr_test_admin_ok ("seed", place->uri, NULL);
  ivr_test_admin_ok ("audit", "key", place->key, NULL);
  place->admin = ivr_test_connect (place->uri);
  place->sam = ivr_test_connect (sam);
  /* What seeding left, so that the rows can be counted. */
  tamper (place, "truncate audit.audit_logs");
  read_something (place, 3);
  first = seal (place);
  read_something (place, 3);
  second = seal (place);
  g_assert_cmpstr (first, ==, "1 seals made; the last is number 1.\n");
  g_assert_cmpstr (second, ==, "1 seals made; the last is number 2.\n");
  assert_sound (place, "6 rows are as they were sealed, 0 are not sealed yet.\nSeals verified: 2/2");
  return place;
}

static void
place_free (Place *place)
{
  PQfinish (place->admin);
  PQfinish (place->sam);
  ivr_test_remove_folder (place->root);
  g_free (place->uri);
  g_free (place->root);
  g_free (place->key);
  g_free (place->heads);
  g_free (place);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Place, place_free)

static void
test_sound (void)
{
  g_autoptr(Place) place = place_new ();
  g_autofree char *again = seal (place);
  g_autofree char *public_key = g_strconcat (place->key, ".pub", NULL);
  struct stat private_st;

  g_assert_cmpstr (again, ==, "There is nothing new to seal.\n");
  g_assert_cmpint (stat (place->key, &private_st), ==, 0);
  g_assert_cmpint (private_st.st_mode & 0777, ==, 0600);
  /* The public half is enough to verify, and a key is never written over. */
  ivr_test_admin_ok ("audit", "verify", "--key", public_key, "--heads", place->heads, place->uri, NULL);
  {
    g_autofree char *err = NULL;

    g_assert_cmpint (ivr_test_admin (NULL, &err, "audit", "key", place->key, NULL), ==, 1);
    ivr_test_assert_sentence (err, place->key);
  }
  read_something (place, 2);
  assert_sound (place, "6 rows are as they were sealed, 2 are not sealed yet.");
}

static const struct
{
  const char *name;
  const char *sql;
  const char *named;
} changes[] = {
  { "altered", "update audit.phi_access_logs set actor_login = 'kim.demo' where id = 2",
    "Row phi_access_logs 2 of organization [0-9a-f-]{36} was changed after seal 1\\." },
  { "altered by a second", "update audit.phi_access_logs set at = at + interval '1 second' where id = 5", "Row phi_access_logs 5 .* was changed after seal 2\\." },
  { "removed under another's name", "delete from audit.phi_access_logs where id = 2; update audit.seal_leaves set row_id = 3 where row_id = 2 and log ="
    " 'phi_access_logs'", "The hashes of seal 1 were named otherwise" },
  { "removed", "delete from audit.phi_access_logs where id = 3", "Row phi_access_logs 3 .* was removed after seal 1\\." },
  { "added", "insert into audit.phi_access_logs (org_id, actor_id, what, xid) select org_id, actor_id, what, xid from audit.phi_access_logs"
    " where id = 1", "Row phi_access_logs 7 .* was added after seal 1, with a transaction of before\\." },
  { "moved to later", "update audit.phi_access_logs set xid = (select max(xid::text::bigint) + 1000 from audit.phi_access_logs)::text::xid8"
    " where id = 4", "Row phi_access_logs 4 .* was removed after seal 2\\." },
  { "altered with its hash", "update audit.phi_access_logs set actor_login = 'kim.demo' where id = 2; update audit.seal_leaves set hash ="
    " (select sha256('\\x00'::bytea || convert_to(audit.sealed_text(to_jsonb(p)), 'UTF8')) from audit.phi_access_logs p where p.id = 2)"
    " where seal = 1 and row_id = 2", "The hashes of seal 1 do not make its root" },
  { "forged root", "update audit.seals set root = sha256('x') where n = 1", "Seal 1 is not the one that was signed\\." },
  { "forged chain", "update audit.seals set chain = sha256('x') where n = 2", "Seal 2 does not follow from the one before it\\." },
  { "cut off", "delete from audit.seal_leaves where seal = 2; delete from audit.seals where n = 2; delete from audit.phi_access_logs where id > 3",
    "Seal 2 was signed and is not in the database: the end of the log was cut off\\." },
  { "cut out", "delete from audit.seal_leaves where seal = 1; delete from audit.seals where n = 1; delete from audit.phi_access_logs where id <= 3",
    "Seal 1 is missing\\." },
  { "emptied", "truncate audit.archive_seals, audit.seals, audit.seal_leaves, audit.phi_access_logs", "Seal 1 was signed and is not in the database" },
};

static void
test_change (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr(Place) place = place_new ();

  tamper (place, changes[i].sql);
  assert_named (place, changes[i].named);
}

/* The whole chain made anew by somebody with all rights in the database, but without the key. */
static void
test_rebuilt (void)
{
  g_autoptr(Place) place = place_new ();
  g_autofree char *own_key = g_build_filename (place->root, "own", NULL);
  g_autofree char *own_heads = g_build_filename (place->root, "own-heads", NULL);
  g_autofree char *err = NULL;

  tamper (place, "update audit.phi_access_logs set actor_login = 'kim.demo'; truncate audit.archive_seals, audit.seals, audit.seal_leaves");
  ivr_test_admin_ok ("audit", "key", own_key, NULL);
  ivr_test_admin_ok ("audit", "seal", "--key", own_key, "--heads", own_heads, place->uri, NULL);
  ivr_test_admin_ok ("audit", "verify", "--key", own_key, "--heads", own_heads, place->uri, NULL);
  assert_named (place, "Seal 1 is not the one that was signed\\.");
  /* Nor do the forger's heads pass for ours. */
  g_assert_cmpint (ivr_test_admin (NULL, &err, "audit", "verify", "--key", place->key, "--heads", own_heads, place->uri, NULL), ==, 1);
  ivr_test_assert_sentence (err, "not signed with this key");
}

static void
rewrite_heads (Place      *place,
               const char *from,
               const char *to)
{
  g_autofree char *text = NULL;
  g_auto(GStrv) parts = NULL;
  g_autofree char *changed = NULL;

  g_assert_true (g_file_get_contents (place->heads, &text, NULL, NULL));
  parts = g_strsplit (text, from, 2);
  g_assert_cmpint (g_strv_length (parts), ==, 2);
  changed = g_strjoinv (to, parts);
  g_assert_true (g_file_set_contents (place->heads, changed, -1, NULL));
}

static void
test_heads (void)
{
  g_autoptr(Place) place = place_new ();
  g_autofree char *good = NULL;
  g_auto(GStrv) lines = NULL;
  g_autofree char *without_first = NULL;

  g_assert_true (g_file_get_contents (place->heads, &good, NULL, NULL));
  lines = g_strsplit (good, "\n", -1);
  rewrite_heads (place, " 3 ", " 4 ");
  g_free (verify (place, 1));
  without_first = g_strconcat (lines[1], "\n", NULL);
  g_assert_true (g_file_set_contents (place->heads, without_first, -1, NULL));
  g_free (verify (place, 1));
  g_assert_true (g_file_set_contents (place->heads, "nonsense\n", -1, NULL));
  g_free (verify (place, 1));
  g_assert_true (g_file_set_contents (place->heads, good, -1, NULL));
  assert_sound (place, "Seals verified: 2/2");
}

/* The sealer was killed after the commit and before the signature: the next one signs what follows. */
static void
test_head_is_lost (void)
{
  g_autoptr(Place) place = place_new ();
  g_autofree char *good = NULL;
  g_autofree char *first = NULL;
  g_autofree char *out = NULL;
  g_autofree char *signed_again = NULL;

  g_assert_true (g_file_get_contents (place->heads, &good, NULL, NULL));
  first = g_strndup (good, strchr (good, '\n') + 1 - good);
  g_assert_true (g_file_set_contents (place->heads, first, -1, NULL));
  assert_named (place, "Seal 2 has no signed head\\.");
  out = seal (place);
  assert_sound (place, "Seals verified: 2/2");
  g_assert_true (g_file_get_contents (place->heads, &signed_again, NULL, NULL));
  g_assert_cmpstr (signed_again, ==, good);

  /* A file that is gone is not begun anew by itself. */
  g_assert_cmpint (g_unlink (place->heads), ==, 0);
  {
    g_autofree char *err = NULL;

    g_assert_cmpint (ivr_test_admin (NULL, &err, "audit", "seal", "--key", place->key, "--heads", place->heads, place->uri, NULL), ==, 1);
    ivr_test_assert_sentence (err, "no signed heads");
  }
  ivr_test_admin_ok ("audit", "seal", "--begin", "--key", place->key, "--heads", place->heads, place->uri, NULL);
  assert_sound (place, "Seals verified: 2/2");
  /* An end that is nothing but zeros is no end. */
  {
    g_autofree char *err = NULL;
    static const char zeros[5000];

    g_assert_true (g_file_set_contents (place->heads, zeros, sizeof zeros, NULL));
    g_assert_cmpint (ivr_test_admin (NULL, &err, "audit", "seal", "--key", place->key, "--heads", place->heads, place->uri, NULL), ==, 1);
    ivr_test_assert_sentence (err, "damaged");
  }

  /* But not what does not follow. */
  g_assert_true (g_file_set_contents (place->heads, first, -1, NULL));
  tamper (place, "update audit.seals set root = sha256('x') where n = 2");
  {
    g_autofree char *err = NULL;

    g_assert_cmpint (ivr_test_admin (NULL, &err, "audit", "seal", "--key", place->key, "--heads", place->heads, place->uri, NULL), ==, 1);
    ivr_test_assert_sentence (err, "does not follow");
  }
}

/* Rows of a transaction that is still open are not passed by: the seal waits, for them and for later ones. */
static void
test_open_transaction (void)
{
  g_autoptr(Place) place = place_new ();
  g_autofree char *nothing = NULL;
  g_autofree char *later = NULL;
  g_autofree char *uri = g_strdup (place->uri);
  g_autoptr(PGconn) other = ivr_test_connect (uri);

  run (place->sam, "begin");
  read_something (place, 1);
  run (other, "insert into audit.phi_access_logs (org_id, actor_id, what) select org_id, actor_id, what from audit.phi_access_logs limit 1");
  nothing = seal (place);
  g_assert_cmpstr (nothing, ==, "There is nothing new to seal.\n");
  run (place->sam, "commit");
  later = seal (place);
  g_assert_cmpstr (later, ==, "1 seals made; the last is number 3.\n");
  assert_sound (place, "8 rows are as they were sealed, 0 are not sealed yet.\nSeals verified: 3/3");
}

/* The sealer was away: what has piled up is sealed in pieces, and no transaction is torn. */
static void
test_backlog (void)
{
  static const int sizes[] = { 60000, 60000, 110000, 10 };
  g_autoptr(Place) place = place_new ();
  g_autofree char *out = NULL;
  g_autofree char *torn = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *sql = g_strdup_printf (
        "insert into audit.phi_access_logs (org_id, actor_id, what) select p.org_id, p.actor_id, p.what from (select * from"
        " audit.phi_access_logs limit 1) p, generate_series(1, %d)", sizes[i]);

      run (place->admin, sql);
    }
  out = seal (place);
  g_assert_cmpstr (out, ==, "4 seals made; the last is number 6.\n");
  assert_sound (place, "230016 rows are as they were sealed, 0 are not sealed yet.\nSeals verified: 6/6");
  torn = ivr_test_value (place->admin, "select count(*) from (select p.xid from audit.seal_leaves l join audit.phi_access_logs p"
                                       " on p.org_id = l.row_org and p.id = l.row_id group by p.xid having count(distinct l.seal) > 1) x", NULL);
  g_assert_cmpstr (torn, ==, "0");
}

/* Rows of long ago, as of a database that is older than this test. They fall beside the months, and are
 * sorted in when somebody seals. */
static void
read_long_ago (Place *place)
{
  run (place->admin, "insert into audit.phi_access_logs (org_id, actor_id, what, at) select p.org_id, p.actor_id, p.what,"
                     " timestamptz '2019-03-31 23:59:58+00' + i * interval '1 second' from (select * from audit.phi_access_logs limit 1) p,"
                     " generate_series(0, 4) i");
}

static int
archive (Place       *place,
         const char  *folder,
         char       **out,
         char       **err)
{
  return ivr_test_admin (out, err, "audit", "archive", "--key", place->key, "--heads", place->heads, "--to", folder, place->uri, NULL);
}

static char *
verify_with (Place      *place,
             const char *folder,
             int         status)
{
  char *out = NULL;
  g_autofree char *err = NULL;

  g_assert_cmpint (ivr_test_admin (&out, &err, "audit", "verify", "--key", place->key, "--heads", place->heads, "--archives", folder,
                                   place->uri, NULL), ==, status);
  return out;
}

static void
test_archive (void)
{
  g_autoptr(Place) place = place_new ();
  g_autofree char *march = g_build_filename (place->root, "phi_access_logs_2019_03.log", NULL);
  g_autofree char *text = NULL;
  g_autofree char *forged = NULL;
  g_autofree char *sealed = NULL;
  g_autofree char *parts = NULL;
  g_autofree char *out = NULL;
  g_autofree char *again = NULL;
  g_autofree char *seen = NULL;
  g_autofree char *proven = NULL;
  g_autofree char *named = NULL;

  read_long_ago (place);
  sealed = seal (place);
  parts = ivr_test_value (place->admin, "select concat_ws(' ', (select count(*) from audit.phi_access_logs_2019_03),"
                                        " (select count(*) from audit.phi_access_logs_2019_04), (select count(*) from audit.phi_access_logs_rest))", NULL);
  g_assert_cmpstr (parts, ==, "2 3 0");
  g_assert_cmpint (archive (place, place->root, &out, NULL), ==, 0);
  g_assert_cmpstr (out, ==, "2 months of the logs are archived.\n");
  g_assert_cmpint (archive (place, place->root, &again, NULL), ==, 0);
  g_assert_cmpstr (again, ==, "Nothing is older than 6 years.\n");
  assert_named (place, "5 rows are missing, and are said to be archived\\. Name the folder of the archives");
  seen = verify_with (place, place->root, 0);
  g_assert_nonnull (strstr (seen, "5 rows are archived; each was read there and is as it was sealed.\nSeals verified: 3/3"));

  /* A row that is gone too is not excused by the archive. */
  tamper (place, "delete from audit.phi_access_logs where id = 2");
  assert_named (place, "Row phi_access_logs 2 .* was removed after seal 1\\.");
  named = verify_with (place, place->root, 1);
  g_assert_nonnull (strstr (named, "was removed after seal 1"));
  g_assert_null (strstr (named, "seal 3"));

  /* Nor one that was changed in the archive. */
  g_assert_true (g_file_get_contents (march, &text, NULL, NULL));
  forged = g_strdup (text);
  strstr (forged, "2019-03-31T")[9] = '0';
  g_assert_true (g_file_set_contents (march, forged, -1, NULL));
  proven = verify_with (place, place->root, 1);
  g_assert_true (g_regex_match_simple ("Line 1 of the archive .*_2019_03\\.log is not what was sealed\\.", proven, 0, 0));
  g_assert_true (g_regex_match_simple ("archive .*_2019_03\\.log is not the file that was made\\.", proven, 0, 0));
  g_assert_true (g_regex_match_simple ("Row phi_access_logs [0-9]+ .* was removed after seal 3, and no archive has it\\.", proven, 0, 0));
  g_assert_cmpint (g_unlink (march), ==, 0);
  g_free (proven);
  proven = verify_with (place, place->root, 1);
  g_assert_true (g_regex_match_simple ("_2019_03\\.log cannot be opened", proven, 0, 0));
}

/* Nothing leaves that is not sealed, not as it was sealed, or not safe in its file. */
static void
test_archive_refuses (void)
{
  g_autoptr(Place) place = place_new ();
  g_autofree char *nowhere = g_build_filename (place->root, "nowhere", NULL);
  g_autofree char *other = g_build_filename (place->root, "phi_access_logs_2019_03.log", NULL);
  g_autofree char *sealed = NULL;
  g_autofree char *n = NULL;
  struct { const char *folder; const char *about; } cases[] = {
    { place->root, "Not every row" }, { nowhere, "cannot be written" }, { place->root, "another file" }, { place->root, "Nothing was archived" },
  };

  read_long_ago (place);
  run (place->admin, "select audit.add_months(1)");
  g_assert_true (g_file_set_contents (other, "Somebody's.", -1, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *err = NULL;

      if (i == 1)
        sealed = seal (place);
      if (i == 3)
        tamper (place, "update audit.phi_access_logs set actor_login = 'kim.demo' where id = 2");
      g_assert_cmpint (archive (place, cases[i].folder, NULL, &err), ==, 1);
      ivr_test_assert_sentence (err, cases[i].about);
    }
  n = ivr_test_value (place->admin, "select concat_ws(' ', (select count(*) from audit.phi_access_logs), (select count(*) from audit.archives))", NULL);
  g_assert_cmpstr (n, ==, "11 0");
  {
    g_autofree char *err = NULL;

    g_assert_cmpint (ivr_test_admin (NULL, &err, "audit", "archive", "--key", place->key, "--heads", place->heads, "--to", place->root,
                                     "--years", "5", place->uri, NULL), ==, 2);
    ivr_test_assert_sentence (err, "six years");
  }
}

/* One that goes on by itself seals what comes, and goes on when the server has been away. */
static void
test_every (void)
{
  g_autoptr(Place) place = place_new ();
  g_autofree char *admin = ivr_test_program ("src/admin/ivr-admin");
  g_autoptr(GError) error = NULL;
  g_autoptr(GSubprocess) sealer = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, admin, "audit",
                                                    "seal", "--every", "1", "--key", place->key, "--heads", place->heads, place->uri, NULL);

  g_assert_no_error (error);
  for (int n = 3; n < 5; n++)
    {
      g_autofree char *number = g_strdup_printf ("%d", n);
      g_autofree char *sealed = NULL;

      read_something (place, 1);
      run (place->admin, "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
                         " and usename <> 'sam.demo'");
      while (g_strcmp0 (sealed, "t") != 0)
        {
          g_free (sealed);
          sealed = ivr_test_value (place->admin, "select count(*) >= $1::integer from audit.seals", number, NULL);
          g_usleep (20000);
        }
    }
  g_subprocess_force_exit (sealer);
  g_subprocess_wait (sealer, NULL, NULL);
  g_free (seal (place));
  assert_sound (place, "8 rows are as they were sealed, 0 are not sealed yet.");
}

static void
test_command_line (void)
{
  static const struct
  {
    const char *argv[4];
    int status;
    const char *about;
  } wrong[] = {
    { { "audit" }, 2, "verify or archive" },
    { { "audit", "archive", "postgresql://somebody@/ivr?host=/nonexistent" }, 2, "--key" },
    { { "audit", "frobnicate", "x" }, 2, "frobnicate" },
    { { "audit", "key", "" }, 2, "key" },
    { { "audit", "key", "/nonexistent/key" }, 1, "/nonexistent/key" },
    { { "audit", "seal", "postgresql://somebody@/ivr?host=/nonexistent" }, 2, "--key" },
    { { "audit", "verify", "postgresql://somebody@/ivr?host=/nonexistent", "--key=/nonexistent" }, 2, "--heads" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      const char * const *a = wrong[i].argv;
      g_autofree char *out = NULL;
      g_autofree char *err = NULL;

      g_assert_cmpint (ivr_test_admin (&out, &err, a[0], a[1], a[2], a[3], NULL), ==, wrong[i].status);
      g_assert_cmpstr (out, ==, "");
      ivr_test_assert_sentence (err, wrong[i].about);
    }
}

int
main (int    argc,
      char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  server = ivr_test_server_new_empty ();
  g_test_add_func ("/audit/sound", test_sound);
  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autofree char *path = g_strconcat ("/audit/", changes[i].name, NULL);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_change);
    }
  g_test_add_func ("/audit/rebuilt", test_rebuilt);
  g_test_add_func ("/audit/heads", test_heads);
  g_test_add_func ("/audit/head-is-lost", test_head_is_lost);
  g_test_add_func ("/audit/open-transaction", test_open_transaction);
  g_test_add_func ("/audit/backlog", test_backlog);
  g_test_add_func ("/audit/archive", test_archive);
  g_test_add_func ("/audit/archive-refuses", test_archive_refuses);
  g_test_add_func ("/audit/every", test_every);
  g_test_add_func ("/audit/command-line", test_command_line);
  status = g_test_run ();
  ivr_test_server_free (server);
  return status;
}
