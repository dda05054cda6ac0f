/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents at the server: handed in piece by piece, whole or not at all, read with a trace, decided about,
 * asked for; and each wrong way with the SQLSTATE that the desk tells people by. */
#include "ivr-papers.h"

#include <string.h>

#define REQUEST "0d7e0001-0000-4000-8000-000000000005"   /* Drew's, in review with Sam */
#define WAITING "0d7e0001-0000-4000-8000-000000000006"   /* Casey's, sent back by Kim */
#define DECIDED "660e8400-e29b-41d4-a716-446655440004"
#define CHUNK IVR_PAPERS_CHUNK

static IvrTestServer *server;
static PGconn *admin, *casey, *drew, *sam, *kim, *max;

static char *
version_of (const char *document)
{
  return ivr_test_value (admin, "select version from ivr.ivr_documents where id = $1", document, NULL);
}

/* A decision from the present version; @reason only for those that take one. */
static PGresult *
try_decide (PGconn     *db,
            const char *what,
            const char *document,
            const char *reason)
{
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *version = version_of (document);
  g_autofree char *sql = g_strdup_printf ("select api.%s_document($1, $2, $3%s)", what, reason != NULL ? ", $4" : "");

  return ivr_test_ask (db, sql, id, document, version, reason, NULL);
}

static char *
list (PGconn     *db,
      const char *request,
      const char *path)
{
  g_autofree char *ticket = g_uuid_string_random ();
  g_autofree char *sql = g_strdup_printf ("select jsonb_path_query_array(api.read_documents($1), '%s')", path);
  g_autoptr(PGresult) opened = ivr_test_query (db, "select api.open_ivr_request($1, $2)", ticket, request, NULL);

  g_assert_nonnull (opened);
  return ivr_test_value (db, sql, ticket, NULL);
}

/* "" for the newest version. */
static char *
open_document (PGconn     *db,
               const char *document,
               const char *n,
               const char *purpose)
{
  char *ticket = g_uuid_string_random ();

  ivr_papers_assert_done (ivr_test_ask (db, "select api.open_document($1, $2, nullif($3, '')::integer, $4)", ticket, document, n, purpose, NULL));
  return ticket;
}

static PGresult *
read_content (PGconn     *db,
              const char *ticket)
{
  return ivr_test_ask (db, "select encode(sha256(string_agg(data, '' order by seq)), 'hex') from api.read_document_chunks($1, 0, 100)", ticket, NULL);
}

static void
assert_content (PGconn     *db,
                const char *document,
                const char *n,
                GBytes     *file)
{
  g_autofree char *ticket = open_document (db, document, n, "view");
  g_autoptr(PGresult) read = read_content (db, ticket);
  g_autofree char *whole = ivr_papers_whole_hash (file);

  g_assert_cmpstr (PQresultErrorMessage (read), ==, "");
  g_assert_cmpstr (PQgetvalue (read, 0, 0), ==, whole + 2);
  ivr_papers_assert_value (db, "select '\\x' || (api.read_document($1) ->> 'sha256')", ticket, whole);
}

static void
test_main_job (void)
{
  g_autoptr(GBytes) file = ivr_papers_make_file (2 * CHUNK + 100, 1);
  g_autoptr(GBytes) better = ivr_papers_make_file (CHUNK, 2);
  g_autofree char *upload = g_uuid_string_random ();
  g_autofree char *arrived = NULL;
  g_autofree char *document = NULL;
  g_autofree char *history = NULL;
  g_autofree char *traces = NULL;
  g_autofree char *print = NULL;

  ivr_papers_assert_done (ivr_papers_try_begin (drew, upload, REQUEST, "", "{\"name\": \"chart notes.pdf\", \"content_type\": \"application/pdf\", \"size\": 524388,"
                                                     " \"type\": \"chart_notes\"}"));
  ivr_papers_assert_done (ivr_papers_put (drew, upload, file, 2));
  ivr_papers_assert_done (ivr_papers_put (drew, upload, file, 0));
  ivr_papers_assert_done (ivr_papers_put (drew, upload, file, 0));
  arrived = ivr_test_value (drew, "select string_agg(seq || ' ' || length(sha256), ', ') from api.document_upload_chunks($1)", upload, NULL);
  g_assert_cmpstr (arrived, ==, "0 32, 2 32");
  ivr_papers_assert_refused (ivr_papers_try_finish (drew, upload, "", file), "IV422", "\"there\": 2");
  /* Nobody sees what has not arrived whole. */
  ivr_papers_assert_value (admin, "select count(*) from ivr.ivr_document_versions v join ivr.document_uploads u on u.file_id = v.file_id where u.id = $1",
                upload, "0");
  {
    g_autofree char *seen = list (sam, REQUEST, "$.documents[*].title");

    g_assert_cmpstr (seen, ==, "[]");
  }
  ivr_papers_assert_done (ivr_papers_put (drew, upload, file, 1));
  {
    g_autoptr(PGresult) done = ivr_papers_try_finish (drew, upload, "", file);

    document = g_strdup (PQgetvalue (done, 0, 0));
  }
  assert_content (sam, document, "", file);
  assert_content (drew, document, "1", file);
  ivr_papers_assert_refused (try_decide (drew, "accept", document, NULL), "IV403", NULL);
  ivr_papers_assert_refused (try_decide (sam, "reject", document, ""), "IV422", "reason");
  ivr_papers_assert_done (try_decide (sam, "reject", document, "Week 3 is missing."));
  {
    g_autofree char *version = version_of (document);
    g_autofree char *same = ivr_papers_hand_in (drew, REQUEST, document, version, better);

    g_assert_cmpstr (same, ==, document);
  }
  assert_content (sam, document, "", better);
  assert_content (sam, document, "1", file);
  ivr_papers_assert_done (try_decide (sam, "accept", document, NULL));
  history = list (drew, REQUEST, "$.documents[*].versions[*].keyvalue() ? (@.key == \"status\" || @.key == \"reason\" || @.key == \"n\").value");
  g_assert_cmpstr (history, ==, "[2, null, \"accepted\", 1, \"Week 3 is missing.\", \"rejected\"]");
  /* What was accepted takes no other file, and is not taken back. */
  ivr_papers_assert_refused (ivr_papers_try_begin (drew, upload, REQUEST, document, "{\"name\": \"x.pdf\", \"content_type\": \"application/pdf\", \"size\": 1}"), "IV410", NULL);
  ivr_papers_assert_refused (try_decide (drew, "withdraw", document, "x"), "IV410", NULL);
  print = open_document (sam, document, "2", "print");
  traces = ivr_test_value (admin, "select string_agg(concat_ws(' ', actor_login, what, purpose, filter ->> 'version'), ', ' order by id) from audit.phi_access_logs"
                                  " where filter ->> 'document' = $1", document, NULL);
  g_assert_cmpstr (traces, ==, "sam.demo document view 1, drew.sample document view 1, sam.demo document view 2, sam.demo document view 1,"
                               " sam.demo print print 2");
  ivr_papers_assert_value (admin, "select string_agg(action, ', ' order by id) from audit.audit_logs where entity_id = $1", document,
                "hand in, reject, replace, accept");
}

static void
test_pieces (void)
{
  g_autoptr(GBytes) file = ivr_papers_make_file (CHUNK + 5, 3);
  g_autoptr(GBytes) other = ivr_papers_make_file (CHUNK + 5, 4);
  g_autofree char *upload = g_uuid_string_random ();
  g_autofree char *png = g_uuid_string_random ();
  const guint8 *data = g_bytes_get_data (file, NULL);
  g_autofree char *wrong = ivr_papers_hash ("x", 1);
  g_autofree char *missing = g_uuid_string_random ();

  ivr_papers_assert_done (ivr_papers_try_begin (casey, upload, DECIDED, "", "{\"name\": \"a.pdf\", \"content_type\": \"application/pdf\", \"size\": 262149, \"type\": \"other\"}"));
  ivr_papers_assert_refused (ivr_papers_put_raw (casey, upload, 0, data, CHUNK - 1, NULL), "IV422", "data");
  ivr_papers_assert_refused (ivr_papers_put_raw (casey, upload, 1, data, CHUNK, NULL), "IV422", "data");
  ivr_papers_assert_refused (ivr_papers_put_raw (casey, upload, 2, data, 5, NULL), "IV422", "data");
  ivr_papers_assert_refused (ivr_papers_put_raw (casey, upload, -1, data, CHUNK, NULL), "IV422", "data");
  ivr_papers_assert_refused (ivr_papers_put_raw (casey, upload, G_MAXINT32, data, CHUNK, NULL), "IV422", "data");
  ivr_papers_assert_refused (ivr_papers_put_raw (casey, upload, 0, data, CHUNK, wrong), "IV422", "sha256");
  ivr_papers_assert_refused (ivr_papers_put_raw (casey, upload, 0, data, CHUNK, "\\x"), "IV422", "sha256");
  ivr_papers_assert_refused (ivr_papers_put (drew, upload, file, 0), "IV404", NULL);
  ivr_papers_assert_refused (ivr_papers_put (sam, upload, file, 0), "IV404", NULL);
  ivr_papers_assert_refused (ivr_papers_put (casey, missing, file, 0), "IV404", NULL);
  ivr_papers_assert_done (ivr_papers_put (casey, upload, file, 0));
  ivr_papers_assert_done (ivr_papers_put (casey, upload, file, 1));
  ivr_papers_assert_refused (ivr_papers_put (casey, upload, other, 0), "IV423", NULL);
  ivr_papers_assert_refused (ivr_papers_try_finish (casey, upload, "", other), "IV422", "sha256");
  ivr_papers_assert_refused (ivr_papers_try_finish (sam, upload, "", file), "IV404", NULL);
  ivr_papers_assert_refused (ivr_test_ask (sam, "select * from api.document_upload_chunks($1)", upload, NULL), "IV404", NULL);
  ivr_papers_assert_refused (ivr_test_ask (sam, "select api.cancel_document_upload(gen_random_uuid(), $1)", upload, NULL), "IV404", NULL);
  ivr_papers_assert_done (ivr_test_ask (casey, "select api.cancel_document_upload(gen_random_uuid(), $1)", upload, NULL));
  ivr_papers_assert_refused (ivr_papers_put (casey, upload, file, 0), "IV410", NULL);
  ivr_papers_assert_refused (ivr_papers_try_finish (casey, upload, "", file), "IV410", NULL);
  /* The content decides what it is. */
  ivr_papers_assert_done (ivr_papers_try_begin (casey, png, DECIDED, "", "{\"name\": \"a.png\", \"content_type\": \"image/png\", \"size\": 262149, \"type\": \"other\"}"));
  ivr_papers_assert_refused (ivr_papers_put (casey, png, file, 0), "IV422", "content_type");
}

static void
test_announcements (void)
{
  static const struct
  {
    const char *file;
    const char *state;
    const char *field;
  } wrong[] = {
    { "{}", "IV422", "size" },
    { "[]", "IV422", "size" },
    { "{\"name\": \"a\", \"content_type\": \"application/pdf\", \"size\": 0, \"type\": \"other\"}", "IV422", "size" },
    { "{\"name\": \"a\", \"content_type\": \"application/pdf\", \"size\": -5, \"type\": \"other\"}", "IV422", "size" },
    { "{\"name\": \"a\", \"content_type\": \"application/pdf\", \"size\": 1e3, \"type\": \"other\"}", "IV413", NULL },
    { "{\"name\": \"a\", \"content_type\": \"application/pdf\", \"size\": 104857601, \"type\": \"other\"}", "IV413", "104857600" },
    { "{\"name\": \"a\", \"content_type\": \"application/pdf\", \"size\": 9999999999999, \"type\": \"other\"}", "IV413", "size" },
    { "{\"name\": \"a\", \"content_type\": \"application/zip\", \"size\": 10, \"type\": \"other\"}", "IV422", "content_type" },
    { "{\"name\": \"a\", \"content_type\": \"application/pdf\", \"size\": 10, \"type\": \"virus\"}", "IV422", "type" },
    { "{\"name\": \"a\", \"content_type\": \"application/pdf\", \"size\": 10}", "IV422", "type" },
    { "{\"content_type\": \"application/pdf\", \"size\": 10, \"type\": \"other\"}", "IV422", "name" },
    { "{\"name\": \" \", \"content_type\": \"application/pdf\", \"size\": 10, \"type\": \"other\"}", "IV422", "name" },
    { "{\"name\": \"..\", \"content_type\": \"application/pdf\", \"size\": 10, \"type\": \"other\"}", "IV422", "name" },
    { "{\"name\": \"../a\", \"content_type\": \"application/pdf\", \"size\": 10, \"type\": \"other\"}", "IV422", "name" },
    { "{\"name\": \"a\\\\b\", \"content_type\": \"application/pdf\", \"size\": 10, \"type\": \"other\"}", "IV422", "name" },
    { "{\"name\": \"a\\nb\", \"content_type\": \"application/pdf\", \"size\": 10, \"type\": \"other\"}", "IV422", "name" },
    { "{\"name\": \"a\\u202efdp.exe\", \"content_type\": \"application/pdf\", \"size\": 10, \"type\": \"other\"}", "IV422", "name" },
  };
  g_autofree char *long_name = g_strnfill (256, 'n');
  g_autofree char *longer = g_strdup_printf ("{\"name\": \"%s\", \"content_type\": \"application/pdf\", \"size\": 10, \"type\": \"other\"}", long_name);
  const char *fine = "{\"name\": \"ärztlicher Brief (2).pdf\", \"content_type\": \"application/pdf\", \"size\": 10, \"type\": \"other\"}";
  g_autofree char *upload = g_uuid_string_random ();

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autofree char *id = g_uuid_string_random ();

      g_test_message ("%s", wrong[i].file);
      if (wrong[i].field == NULL)
        ivr_papers_assert_done (ivr_papers_try_begin (casey, id, DECIDED, "", wrong[i].file));
      else
        ivr_papers_assert_refused (ivr_papers_try_begin (casey, id, DECIDED, "", wrong[i].file), wrong[i].state, wrong[i].field);
    }
  ivr_papers_assert_refused (ivr_papers_try_begin (casey, upload, DECIDED, "", longer), "IV413", "name");
  ivr_papers_assert_done (ivr_papers_try_begin (casey, upload, DECIDED, "", fine));
  ivr_papers_assert_refused (ivr_papers_try_begin (casey, upload, DECIDED, "", fine), "IV423", NULL);
  ivr_papers_assert_refused (ivr_papers_try_begin (drew, upload, DECIDED, "", fine), "IV404", NULL);
  ivr_papers_assert_refused (ivr_papers_try_begin (max, upload, DECIDED, "", fine), "IV403", NULL);
  ivr_papers_assert_refused (ivr_papers_try_begin (kim, upload, DECIDED, "", fine), "IV404", NULL);
}

/* The quota counts what was promised; what is removed is given back. */
static void
test_quota (void)
{
  g_autoptr(GBytes) file = ivr_papers_make_file (1000, 5);
  g_autofree char *first = NULL;
  g_autofree char *second = g_uuid_string_random ();
  g_autofree char *uri = ivr_test_server_uri (server, NULL);
  g_autofree char *out = NULL;
  const char *facts = "{\"name\": \"a.pdf\", \"content_type\": \"application/pdf\", \"size\": 600, \"type\": \"other\"}";

  ivr_test_do (admin, "insert into ivr.document_quotas (org_id, most_bytes, most_document_bytes) values ('0e000000-0000-4000-8000-000000000002', 0 + 1, null)"
                      " on conflict (org_id) do update set most_bytes = ivr.document_quotas.used_bytes + 1500, most_document_bytes = 1000");
  first = ivr_papers_send_pieces (drew, REQUEST, "", file);
  ivr_papers_assert_refused (ivr_papers_try_begin (drew, second, REQUEST, "", facts), "IV413", "quota");
  ivr_papers_assert_refused (ivr_papers_try_begin (drew, second, REQUEST, "", "{\"name\": \"a\", \"content_type\": \"application/pdf\", \"size\": 1001, \"type\": \"other\"}"),
                  "IV413", "1000");
  /* Given up takes no space, in the same moment, and once. */
  for (int i = 0; i < 2; i++)
    ivr_papers_assert_done (ivr_test_ask (drew, "select api.cancel_document_upload(gen_random_uuid(), $1)", first, NULL));
  ivr_papers_assert_value (admin, "select count(*) from ivr.document_chunks c join ivr.document_uploads u on u.file_id = c.file_id where u.id = $1", first, "0");
  ivr_papers_assert_done (ivr_papers_try_begin (drew, second, REQUEST, "", facts));
  ivr_papers_assert_refused (ivr_test_ask (drew, "select api.put_document_chunk($1, 0, 'x', sha256('x'))", first, NULL), "IV410", NULL);
  ivr_test_do (admin, "update ivr.document_files set created_at = created_at - interval '3 days' where state = 'orphaned'");
  g_assert_cmpint (ivr_test_admin (&out, NULL, "documents", "reap", uri, NULL), ==, 0);
  ivr_papers_assert_value (admin, "select used_bytes = (select sum(size) from ivr.document_files f where f.org_id = q.org_id and f.state <> 'orphaned')"
                                  " from ivr.document_quotas q where q.org_id = $1", "0e000000-0000-4000-8000-000000000002", "t");
  ivr_test_do (admin, "update ivr.document_quotas set most_bytes = null, most_document_bytes = null");
}

/* A piece that is on its way while its file is given up waits for that, and does not stay behind. */
static void
test_given_up_meanwhile (void)
{
  g_autoptr(GBytes) file = ivr_papers_make_file (CHUNK * 2, 55);
  g_autofree char *upload = ivr_papers_send_pieces (casey, DECIDED, "", file);
  g_autofree char *uri = ivr_test_server_uri (server, "casey.example");
  g_autoptr(PGconn) other = ivr_test_connect (uri);
  const char *sql = "select api.put_document_chunk($1, 0, (select convert_to(repeat('x', 262144), 'UTF8')), sha256(convert_to(repeat('x', 262144), 'UTF8')))";
  const char *values[] = { upload };
  g_autoptr(PGresult) late = NULL;

  ivr_papers_assert_done (ivr_test_ask (casey, "begin", NULL));
  ivr_papers_assert_done (ivr_test_ask (casey, "select api.cancel_document_upload(gen_random_uuid(), $1)", upload, NULL));
  g_assert_cmpint (PQsendQueryParams (other, sql, 1, NULL, values, NULL, NULL, 0), ==, 1);
  PQflush (other);
  /* Until it waits for the other. */
  for (int i = 0; i < 200; i++)
    {
      g_autofree char *waits = ivr_test_value (admin, "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and usename = 'casey.example'", NULL);

      if (g_str_equal (waits, "1"))
        break;
      g_assert_cmpint (i, <, 199);
      g_usleep (20000);
    }
  ivr_papers_assert_done (ivr_test_ask (casey, "commit", NULL));
  late = PQgetResult (other);
  g_assert_cmpstr (PQresultErrorField (late, PG_DIAG_SQLSTATE), ==, "IV410");
  ivr_papers_assert_value (admin, "select count(*) from ivr.document_chunks c join ivr.document_uploads u on u.file_id = c.file_id where u.id = $1", upload, "0");
}

/* The same content is kept once for an organization, and for each of two. */
static void
test_same_content (void)
{
  g_autoptr(GBytes) file = ivr_papers_make_file (CHUNK * 2, 6);
  g_autofree char *one = ivr_papers_hand_in (casey, DECIDED, "", "", file);
  g_autofree char *two = ivr_papers_hand_in (casey, WAITING, "", "", file);
  g_autofree char *elsewhere = ivr_papers_hand_in (drew, REQUEST, "", "", file);
  g_autofree char *digest = ivr_papers_whole_hash (file);
  g_autofree char *stored = ivr_test_value (admin, "select string_agg(org_id || ' ' || state, ', ' order by org_id) from ivr.document_files"
                                                   " where sha256 = $1::bytea", digest, NULL);

  g_assert_cmpstr (stored, ==, "0e000000-0000-4000-8000-000000000001 stored, 0e000000-0000-4000-8000-000000000002 stored");
  assert_content (casey, one, "", file);
  assert_content (casey, two, "", file);
  assert_content (drew, elsewhere, "", file);
  /* A lie about the hash of the whole harms nobody but the liar: the honest file is another one. */
  {
    g_autoptr(GBytes) honest = ivr_papers_make_file (CHUNK, 7);
    g_autofree char *lie = ivr_papers_send_pieces (casey, DECIDED, "", honest);
    g_autofree char *chunks = ivr_papers_chunks_hash (honest);
    g_autofree char *document = NULL;

    ivr_papers_assert_done (ivr_test_ask (casey, "select api.finish_document(gen_random_uuid(), $1, 0, sha256('lie'), $2::bytea)", lie, chunks, NULL));
    document = ivr_papers_hand_in (casey, DECIDED, "", "", honest);
    assert_content (casey, document, "", honest);
  }
}

/* Two replace the same document at once: one is told who was faster, and then adds the third version. */
static void
test_two_at_once (void)
{
  g_autofree char *robin_uri = ivr_test_server_uri (server, "robin.example");
  g_autoptr(PGconn) robin = ivr_test_connect (robin_uri);
  g_autoptr(GBytes) first = ivr_papers_make_file (CHUNK + 1, 8);
  g_autoptr(GBytes) hers = ivr_papers_make_file (CHUNK + 1, 9);
  g_autoptr(GBytes) theirs = ivr_papers_make_file (CHUNK + 1, 10);
  g_autofree char *document = ivr_papers_hand_in (casey, WAITING, "", "", first);
  g_autofree char *a = ivr_papers_send_pieces (casey, WAITING, document, hers);
  g_autofree char *b = ivr_papers_send_pieces (robin, WAITING, document, theirs);
  g_autofree char *names = NULL;

  ivr_papers_assert_done (ivr_papers_try_finish (casey, a, "1", hers));
  ivr_papers_assert_refused (ivr_papers_try_finish (robin, b, "1", theirs), "IV409", "Casey Example");
  ivr_papers_assert_refused (ivr_papers_try_finish (robin, b, "", theirs), "IV422", "expected_version");
  ivr_papers_assert_done (ivr_papers_try_finish (robin, b, "2", theirs));
  names = ivr_test_value (admin, "select string_agg(n || ' ' || status, ', ' order by n) from ivr.ivr_document_versions where document_id = $1", document, NULL);
  g_assert_cmpstr (names, ==, "1 replaced, 2 replaced, 3 received");
  assert_content (robin, document, "2", hers);
  assert_content (casey, document, "3", theirs);
  /* A decision that was made looking at an older version is not taken for the newer one. */
  ivr_papers_assert_refused (ivr_test_ask (kim, "select api.accept_document(gen_random_uuid(), $1, 2)", document, NULL), "IV409", "Dr. Robin Example");
}

/* Nobody takes a step with the request while one of its documents is decided: a decision stands on what is there. */
static void
test_request_is_held (void)
{
  g_autoptr(GBytes) file = ivr_papers_make_file (CHUNK + 1, 21);
  g_autofree char *document = ivr_papers_hand_in (casey, WAITING, "", "", file);
  g_autofree char *version = ivr_test_value (admin, "select version from ivr.ivr_requests where id = '" WAITING "'", NULL);

  ivr_test_do (kim, "begin");
  ivr_papers_assert_done (try_decide (kim, "accept", document, NULL));
  ivr_test_do (casey, "set lock_timeout = '300ms'");
  ivr_papers_assert_refused (ivr_test_ask (casey, "select api.update_ivr_request_status(gen_random_uuid(), '" WAITING "', $1, 'withdrawn', 'x')", version, NULL),
                  "55P03", NULL);
  ivr_test_do (casey, "reset lock_timeout");
  ivr_test_do (kim, "rollback");
}

static void
test_once (void)
{
  g_autoptr(GBytes) file = ivr_papers_make_file (300, 11);
  g_autofree char *begin = g_uuid_string_random ();
  g_autofree char *upload = g_uuid_string_random ();
  g_autofree char *finish = g_uuid_string_random ();
  g_autofree char *whole = ivr_papers_whole_hash (file);
  g_autofree char *chunks = ivr_papers_chunks_hash (file);
  g_autofree char *first = NULL;
  g_autofree char *again = NULL;
  const char *sql = "select api.begin_document_upload($1, $2, '" DECIDED "', null, '{\"name\": \"a.pdf\", \"content_type\": \"application/pdf\","
                    " \"size\": 300, \"type\": \"other\"}') - 'replayed'";
  const char *done = "select api.finish_document($1, $2, 0, $3::bytea, $4::bytea) - 'replayed'";

  first = ivr_test_value (casey, sql, begin, upload, NULL);
  again = ivr_test_value (casey, sql, begin, upload, NULL);
  g_assert_cmpstr (first, ==, again);
  ivr_papers_assert_done (ivr_papers_put (casey, upload, file, 0));
  g_clear_pointer (&first, g_free);
  g_clear_pointer (&again, g_free);
  first = ivr_test_value (casey, done, finish, upload, whole, chunks, NULL);
  again = ivr_test_value (casey, done, finish, upload, whole, chunks, NULL);
  g_assert_cmpstr (first, ==, again);
  ivr_papers_assert_refused (ivr_test_ask (casey, done, finish, begin, whole, chunks, NULL), "IV423", NULL);
  ivr_papers_assert_value (admin, "select count(*) from ivr.document_uploads u join ivr.ivr_document_versions v on v.document_id = u.document_id where u.id = $1",
                upload, "1");
}

/* The server's process dies in the middle: what was acknowledged is there, and the rest can follow. */
static void
test_backend_killed (void)
{
  g_autofree char *uri = ivr_test_server_uri (server, "casey.example");
  g_autoptr(PGconn) line = ivr_test_connect (uri);
  g_autoptr(GBytes) file = ivr_papers_make_file (3 * CHUNK, 12);
  g_autofree char *upload = g_uuid_string_random ();
  g_autofree char *pid = ivr_test_value (line, "select pg_backend_pid()", NULL);
  g_autoptr(PGresult) lost = NULL;
  g_autofree char *arrived = NULL;

  ivr_papers_assert_done (ivr_papers_try_begin (line, upload, DECIDED, "", "{\"name\": \"a.pdf\", \"content_type\": \"application/pdf\", \"size\": 786432, \"type\": \"other\"}"));
  ivr_papers_assert_done (ivr_papers_put (line, upload, file, 0));
  ivr_papers_assert_done (ivr_test_ask (line, "begin", NULL));
  ivr_papers_assert_done (ivr_papers_put (line, upload, file, 1));
  ivr_papers_assert_done (ivr_test_ask (admin, "select pg_terminate_backend($1, 5000)", pid, NULL));
  lost = ivr_test_ask (line, "commit", NULL);
  g_assert_cmpint (PQstatus (line), ==, CONNECTION_BAD);
  arrived = ivr_test_value (casey, "select string_agg(seq::text, ' ') from api.document_upload_chunks($1)", upload, NULL);
  g_assert_cmpstr (arrived, ==, "0");
  ivr_papers_assert_done (ivr_papers_put (casey, upload, file, 1));
  ivr_papers_assert_done (ivr_papers_put (casey, upload, file, 2));
  ivr_papers_assert_done (ivr_papers_try_finish (casey, upload, "", file));
}

static void
test_asked_for (void)
{
  const char *ask = "select api.request_documents(gen_random_uuid(), '" REQUEST "', $1, $2, $3, $4)";
  g_autofree char *version = ivr_test_value (admin, "select version from ivr.ivr_requests where id = '" REQUEST "'", NULL);
  g_autofree char *next = NULL;
  g_autofree char *papers = NULL;
  g_autofree char *clock = NULL;
  g_autofree char *events = NULL;
  g_autofree char *document = NULL;
  g_autoptr(GBytes) photo = ivr_papers_make_file (100, 13);
  const char *two = "[{\"type\": \"wound_photo\", \"note\": \"With a ruler.\"}, {\"type\": \"order\", \"title\": \"Signed order of May\"}]";

  ivr_papers_assert_refused (ivr_test_ask (drew, ask, version, "x", "2031-01-01", two, NULL), "IV403", NULL);
  ivr_papers_assert_refused (ivr_test_ask (kim, ask, version, "x", "2031-01-01", two, NULL), "IV404", NULL);
  ivr_papers_assert_refused (ivr_test_ask (sam, ask, version, "x", "2031-01-01", "[]", NULL), "IV422", "documents");
  ivr_papers_assert_refused (ivr_test_ask (sam, ask, version, "x", "2031-01-01", "{}", NULL), "IV422", "documents");
  ivr_papers_assert_refused (ivr_test_ask (sam, ask, version, "x", "2031-01-01", "[{\"type\": \"gold\"}]", NULL), "IV422", "documents");
  ivr_papers_assert_refused (ivr_test_ask (sam, ask, version, "x", "2031-01-01", "[5]", NULL), "IV422", "documents");
  ivr_papers_assert_refused (ivr_test_ask (sam, ask, version, " ", "2031-01-01", two, NULL), "IV422", "reason");
  ivr_papers_assert_refused (ivr_test_ask (sam, ask, version, "x", "2001-01-01", two, NULL), "IV422", "due_on");
  ivr_papers_assert_refused (ivr_test_ask (sam, ask, version, "x", "soon", two, NULL), "IV422", "due_on");
  ivr_papers_assert_done (ivr_test_ask (sam, ask, version, "The plan wants to see the wound.", "2031-01-01", two, NULL));
  clock = ivr_test_value (admin, "select concat_ws(' ', status, turn, clock_left > interval '0', due_at at time zone 'UTC') from ivr.ivr_requests where id = '" REQUEST "'", NULL);
  g_assert_cmpstr (clock, ==, "info_needed clinic t 2031-01-02 05:00:00");
  ivr_papers_assert_refused (ivr_test_ask (sam, ask, version, "x", "2031-01-05", two, NULL), "IV409", NULL);
  next = ivr_test_value (admin, "select version from ivr.ivr_requests where id = '" REQUEST "'", NULL);
  /* Asked for once more: the same photo, until later, and one more paper. */
  ivr_papers_assert_done (ivr_test_ask (sam, ask, next, "And the study.", "2031-01-05", "[{\"type\": \"wound_photo\"}, {\"type\": \"vascular_study\"}]", NULL));
  papers = ivr_test_value (admin, "select string_agg(concat_ws(' ', type, title, due_on, note), '|' order by type) from ivr.ivr_documents"
                                  " where request_id = '" REQUEST "' and status = 'requested'", NULL);
  g_assert_cmpstr (papers, ==, "order Signed order of May 2031-01-01 The plan wants to see the wound.|vascular_study Vascular study 2031-01-05 And the study.|"
                               "wound_photo Wound photo 2031-01-05 And the study.");
  document = ivr_test_value (admin, "select id from ivr.ivr_documents where request_id = '" REQUEST "' and type = 'wound_photo'", NULL);
  {
    g_autofree char *at = version_of (document);
    g_autofree char *same = ivr_papers_hand_in (drew, REQUEST, document, at, photo);

    g_assert_cmpstr (same, ==, document);
  }
  ivr_papers_assert_done (try_decide (sam, "accept", document, NULL));
  events = ivr_test_value (admin, "select string_agg(kind || ' ' || version, ', ' order by seq) from ivr.outbox where row_id = $1", document, NULL);
  g_assert_cmpstr (events, ==, "document 1, document 2, document 3, document 4");
  /* What need not be handed in any more is taken off the list by whoever asked. */
  {
    g_autofree char *study = ivr_test_value (admin, "select id from ivr.ivr_documents where request_id = '" REQUEST "' and type = 'vascular_study'", NULL);
    g_autofree char *left = NULL;

    ivr_papers_assert_refused (try_decide (drew, "withdraw", study, "x"), "IV403", NULL);
    ivr_papers_assert_done (try_decide (sam, "withdraw", study, "The payer does not ask for it."));
    left = list (drew, REQUEST, "$.documents[*] ? (@.status == \"requested\").type");
    g_assert_cmpstr (left, ==, "[\"order\"]");
  }
}

/* Handed in for the wrong patient: the other side cannot read it any more, not even its name. */
static void
test_taken_back (void)
{
  g_autoptr(GBytes) file = ivr_papers_make_file (500, 14);
  g_autofree char *document = ivr_papers_hand_in (casey, WAITING, "", "", file);
  g_autofree char *before = open_document (kim, document, "", "view");
  g_autofree char *ticket = NULL;
  g_autofree char *theirs = NULL;
  g_autofree char *ours = NULL;

  ivr_papers_assert_done (read_content (kim, before));
  ivr_papers_assert_refused (try_decide (kim, "withdraw", document, "x"), "IV403", NULL);
  ivr_papers_assert_refused (try_decide (drew, "withdraw", document, "x"), "IV404", NULL);
  ivr_papers_assert_done (try_decide (casey, "withdraw", document, "Another patient's."));
  ivr_papers_assert_refused (read_content (kim, before), "IV403", NULL);
  ticket = open_document (kim, document, "", "download");
  ivr_papers_assert_refused (read_content (kim, ticket), "IV403", NULL);
  ivr_papers_assert_refused (ivr_test_ask (kim, "select api.read_document($1)", ticket, NULL), "IV403", NULL);
  assert_content (casey, document, "", file);
  theirs = list (kim, WAITING, "$.documents[*] ? (@.status == \"withdrawn\").title");
  ours = list (casey, WAITING, "$.documents[*] ? (@.status == \"withdrawn\").versions[*].name");
  g_assert_cmpstr (theirs, ==, "[]");
  g_assert_cmpstr (ours, ==, "[\"notes.pdf\"]");
  /* What was asked for is still needed. */
  {
    g_autofree char *asked = ivr_test_value (admin, "select id from ivr.ivr_documents where request_id = '" WAITING "' and type = 'chart_notes' and asked_by is not null", NULL);
    g_autofree char *same = ivr_papers_hand_in (casey, WAITING, asked, "1", file);

    g_assert_cmpstr (same, ==, asked);
    ivr_papers_assert_done (try_decide (casey, "withdraw", asked, ""));
    ivr_papers_assert_value (admin, "select status from ivr.ivr_documents where id = $1", asked, "requested");
  }
}

static void
test_scanned (void)
{
  g_autoptr(GBytes) file = ivr_papers_make_file (700, 15);
  g_autofree char *document = ivr_papers_hand_in (casey, WAITING, "", "", file);
  g_autofree char *ticket = open_document (kim, document, "", "view");
  g_autofree char *digest = ivr_papers_whole_hash (file);
  g_autofree char *mark = g_strdup_printf ("update ivr.document_files set scan = 'infected', scanned_at = now() where sha256 = '%s'", digest);
  g_autofree char *clean = g_strdup_printf ("update ivr.document_files set scan = 'clean' where sha256 = '%s'", digest);
  g_autofree char *seen = NULL;

  ivr_test_do (admin, "insert into ivr.settings values ('documents_need_scan', 'true')");
  ivr_papers_assert_refused (read_content (kim, ticket), "IV403", "not_scanned");
  ivr_test_do (admin, mark);
  ivr_papers_assert_refused (read_content (kim, ticket), "IV403", "infected");
  ivr_papers_assert_refused (try_decide (kim, "accept", document, NULL), "IV410", NULL);
  seen = list (casey, WAITING, "$.documents[*].versions[*] ? (@.readable == false).scan");
  g_assert_cmpstr (seen, ==, "[\"infected\"]");
  ivr_test_do (admin, clean);
  ivr_papers_assert_done (read_content (kim, ticket));
  ivr_test_do (admin, "delete from ivr.settings where name = 'documents_need_scan'");
}

static void
test_tickets (void)
{
  g_autoptr(GBytes) file = ivr_papers_make_file (CHUNK * 3, 16);
  g_autofree char *document = ivr_papers_hand_in (casey, DECIDED, "", "", file);
  g_autofree char *ticket = g_uuid_string_random ();
  g_autofree char *request = g_uuid_string_random ();
  g_autofree char *part = NULL;
  const char *open = "select api.open_document($1, $2, nullif($3, '')::integer, $4)";

  ivr_papers_assert_refused (ivr_test_ask (casey, open, ticket, document, "", "curiosity", NULL), "IV422", "purpose");
  ivr_papers_assert_refused (ivr_test_ask (casey, open, ticket, document, "2", "view", NULL), "IV404", NULL);
  ivr_papers_assert_refused (ivr_test_ask (drew, open, ticket, document, "", "view", NULL), "IV404", NULL);
  ivr_papers_assert_refused (read_content (casey, ticket), "IV403", "missing");
  ivr_papers_assert_done (ivr_test_ask (casey, "begin", NULL));
  ivr_papers_assert_done (ivr_test_ask (casey, open, ticket, document, "", "view", NULL));
  ivr_papers_assert_refused (read_content (casey, ticket), "IV403", "uncommitted");
  ivr_papers_assert_done (ivr_test_ask (casey, "rollback", NULL));
  ivr_papers_assert_refused (read_content (casey, ticket), "IV403", "missing");
  ivr_papers_assert_done (ivr_test_ask (casey, open, ticket, document, "", "view", NULL));
  ivr_papers_assert_refused (ivr_test_ask (casey, open, ticket, document, "", "view", NULL), "IV423", NULL);
  ivr_papers_assert_refused (read_content (sam, ticket), "IV403", "missing");
  /* A document's ticket opens no request, a request's no document. */
  ivr_papers_assert_refused (ivr_test_ask (casey, "select api.read_ivr_request($1)", ticket, NULL), "IV403", "missing");
  ivr_papers_assert_refused (ivr_test_ask (casey, "select api.read_documents($1)", ticket, NULL), "IV403", "missing");
  ivr_papers_assert_done (ivr_test_ask (casey, "select api.open_ivr_request($1, '" DECIDED "')", request, NULL));
  ivr_papers_assert_refused (read_content (casey, request), "IV403", "missing");
  part = ivr_test_value (casey, "select string_agg(seq || ' ' || length(data) || ' ' || (sha256(data) = sha256), ', ') from api.read_document_chunks($1, 1, 1)",
                         ticket, NULL);
  g_assert_cmpstr (part, ==, "1 262144 true");
  /* An auditor reads everything, and hands nothing in. */
  {
    g_autofree char *audits = open_document (max, document, "", "view");

    ivr_papers_assert_done (read_content (max, audits));
  }
}

static void
test_needed (void)
{
  g_autofree char *needed = list (casey, DECIDED, "$.needed[*] ? (@.there == true).type");
  g_autofree char *required = list (casey, WAITING, "$.needed[*] ? (@.need == \"required\").type");
  g_autofree char *may = list (casey, WAITING, "$.can");
  g_autofree char *specialist = list (kim, WAITING, "$.can");
  g_autofree char *auditor = list (max, WAITING, "$.can");

  g_assert_cmpstr (needed, ==, "[\"insurance_card_front\", \"chart_notes\"]");
  /* A Medicare Advantage plan, and a product whose maker asks for more. */
  g_assert_cmpstr (required, ==, "[\"insurance_card_front\", \"insurance_card_back\", \"chart_notes\", \"operative_note\"]");
  g_assert_cmpstr (may, ==, "[{\"add\": true, \"ask\": false, \"review\": false}]");
  g_assert_cmpstr (specialist, ==, "[{\"add\": true, \"ask\": true, \"review\": true}]");
  g_assert_cmpstr (auditor, ==, "[{\"add\": false, \"ask\": false, \"review\": false}]");
}

static void
test_described (void)
{
  g_autoptr(GBytes) file = ivr_papers_make_file (800, 17);
  g_autofree char *document = ivr_papers_hand_in (casey, WAITING, "", "", file);
  const char *sql = "select api.describe_document(gen_random_uuid(), $1, $2, $3, $4)";

  ivr_papers_assert_refused (ivr_test_ask (casey, sql, document, "1", "gold", "x", NULL), "IV422", "type");
  ivr_papers_assert_refused (ivr_test_ask (casey, sql, document, "7", "letter", "x", NULL), "IV409", NULL);
  ivr_papers_assert_refused (ivr_test_ask (drew, sql, document, "1", "letter", "x", NULL), "IV404", NULL);
  ivr_papers_assert_refused (ivr_test_ask (max, sql, document, "1", "letter", "x", NULL), "IV403", NULL);
  ivr_papers_assert_done (ivr_test_ask (kim, sql, document, "1", "letter", " ", NULL));
  ivr_papers_assert_value (admin, "select type || ' ' || title || ' ' || version from ivr.ivr_documents where id = $1", document, "letter Letter of medical necessity 2");
}

/* Whoever has the server's own rights is held to the same steps, and leaves a trace. */
static void
test_by_hand (void)
{
  g_autofree char *document = ivr_test_value (admin, "select id from ivr.ivr_documents where status = 'accepted' limit 1", NULL);

  ivr_papers_assert_refused (ivr_test_ask (admin, "update ivr.ivr_documents set status = 'requested' where id = $1", document, NULL), "IV410", NULL);
  ivr_papers_assert_done (ivr_test_ask (admin, "update ivr.ivr_documents set title = 'By hand' where id = $1", document, NULL));
  ivr_papers_assert_value (admin, "select count(*) from audit.audit_logs where action = 'by hand: update' and entity_id = $1", document, "1");
}

/* After all of it the operator's report has nothing to say. */
static void
test_sound (void)
{
  g_autofree char *uri = ivr_test_server_uri (server, NULL);
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;

  if (ivr_test_admin (&out, &err, "verify", uri, NULL) != 0)
    g_error ("%s%s", out, err);
}

int
main (int    argc,
      char **argv)
{
  static const char * const logins[] = { NULL, "casey.example", "drew.sample", "sam.demo", "kim.demo", "max.demo" };
  PGconn **connections[] = { &admin, &casey, &drew, &sam, &kim, &max };
  int status;

  g_test_init (&argc, &argv, NULL);
  server = ivr_test_server_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (logins); i++)
    {
      g_autofree char *uri = ivr_test_server_uri (server, logins[i]);

      *connections[i] = ivr_test_connect (uri);
    }
  g_test_add_func ("/documents/needed", test_needed);
  g_test_add_func ("/documents/main-job", test_main_job);
  g_test_add_func ("/documents/pieces", test_pieces);
  g_test_add_func ("/documents/announcements", test_announcements);
  g_test_add_func ("/documents/quota", test_quota);
  g_test_add_func ("/documents/given-up-meanwhile", test_given_up_meanwhile);
  g_test_add_func ("/documents/same-content", test_same_content);
  g_test_add_func ("/documents/two-at-once", test_two_at_once);
  g_test_add_func ("/documents/request-is-held", test_request_is_held);
  g_test_add_func ("/documents/once", test_once);
  g_test_add_func ("/documents/backend-killed", test_backend_killed);
  g_test_add_func ("/documents/tickets", test_tickets);
  g_test_add_func ("/documents/asked-for", test_asked_for);
  g_test_add_func ("/documents/taken-back", test_taken_back);
  g_test_add_func ("/documents/scanned", test_scanned);
  g_test_add_func ("/documents/described", test_described);
  g_test_add_func ("/documents/by-hand", test_by_hand);
  g_test_add_func ("/documents/sound", test_sound);
  status = g_test_run ();
  for (gsize i = 0; i < G_N_ELEMENTS (logins); i++)
    PQfinish (*connections[i]);
  ivr_test_server_free (server);
  return status;
}
