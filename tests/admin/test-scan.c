/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents are given to a virus scanner. It is a small one here, which speaks as clamd does, or as somebody would who
 * took its place: whatever is no answer of clamd's must never make a document clean. */
#include "ivr-test-server.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define BAD_WORDS "a virus of this test"
#define CHUNK 262144

static IvrTestServer *server;
static PGconn *admin;
static char *uri;
static char *folder;

typedef struct
{
  int listener;
  char *path;
  GThread *thread;
  /* NULL: an honest one; else what it answers, of whatever length. */
  const char *answer;
  gsize length;
  gboolean early;      /* before it has read anything */
  gboolean silent;     /* it never answers */
  gboolean hasty;      /* it closes after the first piece */
  gboolean has_all;    /* although it says so too early, it has had all of a document of one piece */
  GMutex mutex;
  guint conversations;
  guint64 bytes;
} Scanner;

static gboolean
read_all (int    fd,
          void  *into,
          gsize  length)
{
  for (gsize done = 0; done < length;)
    {
      ssize_t n = read (fd, (char *) into + done, length - done);

      if (n <= 0)
        return FALSE;
      done += (gsize) n;
    }
  return TRUE;
}

static void
answer (int         fd,
        const char *text,
        gsize       length)
{
  while (length > 0)
    {
      ssize_t n = send (fd, text, length, MSG_NOSIGNAL);

      if (n <= 0)
        return;
      text += n;
      length -= (gsize) n;
    }
}

/* As clamd(8) has it: "zINSTREAM", pieces with their length before them, an empty one at the end. */
static void
converse (Scanner *self,
          int      fd)
{
  char command[10];
  g_autoptr(GByteArray) content = g_byte_array_new ();
  guint32 size = 1;
  gboolean whole = TRUE;

  if (self->early)
    answer (fd, self->answer, self->length);
  if (!read_all (fd, command, sizeof command))
    return;
  g_assert_cmpmem (command, sizeof command, "zINSTREAM", 10);
  while (whole && size != 0)
    {
      g_autofree guint8 *piece = NULL;

      whole = read_all (fd, &size, sizeof size);
      size = GUINT32_FROM_BE (size);
      if (!whole || size == 0)
        break;
      g_assert_cmpint (size, <=, CHUNK);
      piece = g_malloc (size);
      whole = read_all (fd, piece, size);
      if (self->hasty)
        {
          answer (fd, self->answer, self->length);
          return;
        }
      if (whole)
        g_byte_array_append (content, piece, size);
    }
  g_mutex_lock (&self->mutex);
  self->conversations++;
  self->bytes += content->len;
  g_mutex_unlock (&self->mutex);
  if (!whole || self->early)
    return;
  if (self->silent)
    {
      char last;

      /* Until the other gives up. */
      while (read (fd, &last, 1) > 0)
        ;
      return;
    }
  if (self->answer != NULL)
    answer (fd, self->answer, self->length);
  else if (memmem (content->data, content->len, BAD_WORDS, strlen (BAD_WORDS)) != NULL)
    answer (fd, "stream: Test.Words-1 FOUND", sizeof "stream: Test.Words-1 FOUND");
  else
    answer (fd, "stream: OK", sizeof "stream: OK");
}

static gpointer
listen_on (gpointer data)
{
  Scanner *self = data;

  while (TRUE)
    {
      int fd = accept (self->listener, NULL, NULL);

      if (fd < 0)
        return NULL;
      converse (self, fd);
      close (fd);
    }
}

static void
scanner_start (Scanner *self)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };

  g_mutex_init (&self->mutex);
  self->path = g_build_filename (folder, "clamd", NULL);
  unlink (self->path);
  g_strlcpy (address.sun_path, self->path, sizeof address.sun_path);
  self->listener = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (self->listener, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (self->listener, 5), ==, 0);
  self->thread = g_thread_new ("scanner", listen_on, self);
}

static void
scanner_stop (Scanner *self)
{
  shutdown (self->listener, SHUT_RDWR);
  g_thread_join (self->thread);
  close (self->listener);
  unlink (self->path);
  g_free (self->path);
  g_mutex_clear (&self->mutex);
}

static void
assert_value (const char *sql,
              const char *wanted)
{
  g_autofree char *value = ivr_test_value (admin, sql, NULL);

  g_assert_cmpstr (value, ==, wanted);
}

static void
forget_scans (void)
{
  ivr_test_do (admin, "update ivr.document_files set scan = 'not_scanned', scanned_at = null");
}

/* Every content is given whole and once; what is found is kept, told to the desks, and never taken back. */
static void
test_honest (void)
{
  Scanner scanner = { 0 };
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;
  g_autofree char *stored = NULL;
  g_autofree char *files = NULL;
  g_autofree char *wanted = NULL;
  g_autofree char *bytes = NULL;

  ivr_test_do (admin, "update ivr.document_chunks set data = convert_to('" BAD_WORDS "', 'UTF8'), sha256 = sha256(convert_to('" BAD_WORDS "', 'UTF8'))"
                      " where (org_id, file_id) = (select v.org_id, v.file_id from ivr.ivr_document_versions v where v.name = 'letter.txt' limit 1)");
  files = ivr_test_value (admin, "select count(*) from ivr.document_files where state = 'stored'", NULL);
  stored = ivr_test_value (admin, "select sum(length(data)) from ivr.document_chunks", NULL);
  scanner_start (&scanner);
  g_assert_cmpint (ivr_test_admin (&out, &err, "documents", "scan", "--clamd", scanner.path, uri, NULL), ==, 0);
  g_assert_cmpstr (err, ==, "");
  wanted = g_strdup_printf ("%d documents are clean, 1 have a virus, 0 could not be scanned.\n", atoi (files) - 1);
  g_assert_nonnull (strstr (out, wanted));
  g_assert_nonnull (strstr (out, "has a virus: Test.Words-1.\n"));
  bytes = g_strdup_printf ("%" G_GUINT64_FORMAT, scanner.bytes);
  g_assert_cmpstr (bytes, ==, stored);
  assert_value ("select string_agg(distinct f.scan, ', ') from ivr.document_files f join ivr.ivr_document_versions v on v.file_id = f.id"
                " where v.name = 'letter.txt' and f.scanned_at is not null", "infected");
  assert_value ("select count(*) from ivr.document_files where scan = 'not_scanned'", "0");
  assert_value ("select count(*) from audit.audit_logs where action = 'scan: infected' and after ->> 'signature' = 'Test.Words-1'", "1");
  assert_value ("select count(*) > 0 from ivr.outbox o join ivr.ivr_document_versions v on v.document_id = o.row_id"
                " where o.kind = 'document' and v.name = 'letter.txt'", "t");
  /* Once more there is nothing to do. */
  g_free (out);
  out = NULL;
  g_assert_cmpint (ivr_test_admin (&out, NULL, "documents", "scan", "--clamd", scanner.path, uri, NULL), ==, 0);
  g_assert_cmpstr (out, ==, "0 documents are clean, 0 have a virus, 0 could not be scanned.\n");
  assert_value ("select ivr.note_scan(f.org_id, f.id, 'clean', null) from ivr.document_files f where f.scan = 'infected' limit 1", "f");
  scanner_stop (&scanner);
  ivr_test_admin_ok ("verify", uri, NULL);
}

/* Nobody answers as clamd does, so nothing becomes clean; what is no "clean" is told without what stands in it. */
static void
test_hostile (void)
{
  static const char endless[4096] = "stream: OK and on and on";
  static const Scanner hostile[] = {
    { .answer = "", .length = 0 },
    { .answer = "stream: OK", .length = 10 },
    { .answer = "stream: OK\n", .length = 12 },
    { .answer = "OK", .length = 3 },
    { .answer = "stream: ok", .length = 11 },
    { .answer = "stream:  FOUND", .length = 14 },
    { .answer = "stream: OK stream: OK", .length = 22 },
    { .answer = "INSTREAM size limit exceeded. ERROR", .length = 36 },
    { .answer = "\x1b[2J\xff\xfe\n", .length = 8 },
    { .answer = "stream: OK", .length = 11, .early = TRUE, .has_all = TRUE },
    { .answer = "stream: OK", .length = 11, .hasty = TRUE, .has_all = TRUE },
    { .answer = "", .length = 0, .hasty = TRUE },
    { .answer = endless, .length = sizeof endless - 1 },
  };

  /* One that no socket holds: whoever has not read it has not had it. */
  ivr_test_do (admin, "insert into ivr.document_files (org_id, id, state, size, chunks, sha256, chunks_sha256, created_by, stored_at)"
                      " select org_id, gen_random_uuid(), 'stored', 16 * 262144, 16, sha256('large'), sha256('large'), created_by, now()"
                      " from ivr.document_files limit 1");
  ivr_test_do (admin, "insert into ivr.document_chunks (org_id, file_id, seq, sha256, data) select f.org_id, f.id, s, sha256('x'),"
                      " convert_to(repeat('x', 262144), 'UTF8') from ivr.document_files f, generate_series(0, 15) s where f.chunks = 16");
  for (gsize i = 0; i < G_N_ELEMENTS (hostile); i++)
    {
      Scanner scanner = hostile[i];
      g_autofree char *out = NULL;
      g_autofree char *err = NULL;
      g_auto(GStrv) lines = NULL;

      forget_scans ();
      scanner_start (&scanner);
      g_assert_cmpint (ivr_test_admin (&out, &err, "documents", "scan", "--clamd", scanner.path, uri, NULL), ==, 1);
      scanner_stop (&scanner);
      assert_value ("select scan from ivr.document_files where chunks = 16", "not_scanned");
      if (!scanner.has_all && strstr (out, "0 documents are clean, 0 have a virus") == NULL)
        g_error ("answer %" G_GSIZE_FORMAT ": %s%s", i, out, err);
      lines = g_strsplit (err, "\n", 2);
      g_free (err);
      err = g_strconcat (lines[0], "\n", NULL);
      ivr_test_assert_sentence (err, "was not scanned");
      g_assert_null (strchr (err, '\x1b'));
      if (!scanner.has_all)
        assert_value ("select count(*) from ivr.document_files where scan <> 'not_scanned'", "0");
    }
}

/* A name that nobody would give a signature is kept as something harmless. */
static void
test_odd_name (void)
{
  Scanner scanner = { .answer = "stream: <b>\n'); drop table x; -- FOUND", .length = sizeof "stream: <b>\n'); drop table x; -- FOUND" };

  forget_scans ();
  scanner_start (&scanner);
  ivr_test_admin_ok ("documents", "scan", "--clamd", scanner.path, uri, NULL);
  scanner_stop (&scanner);
  assert_value ("select count(*) from ivr.document_files where scan <> 'infected'", "0");
  assert_value ("select distinct after ->> 'signature' from audit.audit_logs where action = 'scan: infected' and after ->> 'signature' like '%drop%'",
                "_b___)__drop_table_x__--");
}

/* One that never answers is not waited for for ever, and the next document is tried. */
static void
test_silent (void)
{
  Scanner scanner = { .silent = TRUE };
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;

  forget_scans ();
  ivr_test_do (admin, "update ivr.document_files set scan = 'clean', scanned_at = now() where (org_id, id) not in"
                      " (select org_id, id from ivr.document_files order by org_id, id limit 2)");
  scanner_start (&scanner);
  g_assert_cmpint (ivr_test_admin (&out, &err, "documents", "scan", "--seconds", "1", "--clamd", scanner.path, uri, NULL), ==, 1);
  scanner_stop (&scanner);
  g_assert_nonnull (strstr (err, "did not answer in time"));
  g_assert_cmpint (scanner.conversations, ==, 2);
  g_assert_cmpstr (out, ==, "0 documents are clean, 0 have a virus, 2 could not be scanned.\n");
}

static void
test_nobody_there (void)
{
  g_autofree char *nowhere = g_build_filename (folder, "nobody", NULL);
  g_autofree char *casey = ivr_test_server_uri (server, "casey.example");
  g_autofree char *err = NULL;
  g_autofree char *refused = NULL;
  g_autofree char *rest = g_strnfill (300, 'x');
  g_autofree char *much = g_strconcat ("/", rest, NULL);
  g_autofree char *length = NULL;

  forget_scans ();
  g_assert_cmpint (ivr_test_admin (NULL, &err, "documents", "scan", "--clamd", nowhere, uri, NULL), ==, 2);
  ivr_test_assert_sentence (err, "cannot be reached at its socket");
  g_assert_cmpint (ivr_test_admin (NULL, &length, "documents", "scan", "--clamd", much, uri, NULL), ==, 2);
  ivr_test_assert_sentence (length, "too long");
  g_assert_cmpint (ivr_test_admin (NULL, &refused, "documents", "scan", "--clamd", nowhere, casey, NULL), !=, 0);
  ivr_test_assert_sentence (refused, NULL);
  assert_value ("select count(*) from ivr.document_files where scan <> 'not_scanned'", "0");
}

/* One that goes on scans what comes, also after scanner and server have been away. */
static void
test_every (void)
{
  Scanner scanner = { 0 };
  g_autofree char *program = ivr_test_program ("src/admin/ivr-admin");
  g_autofree char *path = g_build_filename (folder, "clamd", NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(GSubprocess) worker = NULL;

  forget_scans ();
  worker = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, program, "documents", "scan", "--every", "1",
                             "--clamd", path, uri, NULL);
  g_assert_no_error (error);
  g_usleep (G_USEC_PER_SEC / 4);
  scanner_start (&scanner);
  for (int round = 0; round < 2; round++)
    {
      g_autofree char *left = NULL;

      while (g_strcmp0 (left, "0") != 0)
        {
          g_free (left);
          left = ivr_test_value (admin, "select count(*) from ivr.document_files where scan = 'not_scanned'", NULL);
          g_usleep (20000);
        }
      ivr_test_do (admin, "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
      if (round == 0)
        forget_scans ();
    }
  g_subprocess_force_exit (worker);
  g_subprocess_wait (worker, NULL, NULL);
  scanner_stop (&scanner);
}

int
main (int    argc,
      char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  server = ivr_test_server_new ();
  uri = ivr_test_server_uri (server, NULL);
  admin = ivr_test_connect (uri);
  folder = ivr_test_dup_folder ();
  g_test_add_func ("/scan/honest", test_honest);
  g_test_add_func ("/scan/hostile", test_hostile);
  g_test_add_func ("/scan/odd-name", test_odd_name);
  g_test_add_func ("/scan/silent", test_silent);
  g_test_add_func ("/scan/nobody-there", test_nobody_there);
  g_test_add_func ("/scan/every", test_every);
  status = g_test_run ();
  PQfinish (admin);
  g_free (uri);
  ivr_test_server_free (server);
  ivr_test_remove_folder (folder);
  g_free (folder);
  return status;
}
