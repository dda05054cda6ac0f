/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages that carry documents of their request: the documents themselves, for those who see the message. */
#include "ivr-papers.h"

#define REQUEST "0d7e0001-0000-4000-8000-000000000005"   /* Drew's, in review with Sam */
#define WAITING "0d7e0001-0000-4000-8000-000000000006"   /* Casey's, sent back by Kim */

static IvrTestServer *server;
static PGconn *admin, *casey, *drew, *sam;

/* From the present version of the document. */
static PGresult *
try_decide (PGconn     *db,
            const char *what,
            const char *document,
            const char *reason)
{
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *version = ivr_test_value (admin, "select version from ivr.ivr_documents where id = $1", document, NULL);
  g_autofree char *sql = g_strdup_printf ("select api.%s_document($1, $2, $3, $4)", what);

  return ivr_test_ask (db, sql, id, document, version, reason, NULL);
}

static PGresult *
carry (PGconn     *db,
       const char *request,
       const char *body,
       const char *visibility,
       const char *documents)
{
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *message = g_uuid_string_random ();

  return ivr_test_ask (db, "select api.add_communication_message($1, $2, $3, $4, $5, $6::uuid[]) ->> 'id'", id, request, message, body, visibility,
                       documents, NULL);
}

static char *
carried (PGconn     *db,
         const char *request,
         const char *message,
         const char *what)
{
  g_autofree char *ticket = ivr_test_open (db, request);
  g_autofree char *sql = g_strdup_printf ("select string_agg(%s, ', ' order by n) from api.read_messages($1, null, 200) m,"
                                          " jsonb_array_elements(m.documents) with ordinality d (d, n) where m.id = $2", what);

  return ivr_test_value (db, sql, ticket, message, NULL);
}

/* A message carries documents of its request: the documents themselves, so that they are as they are by now. */
static void
test_carried (void)
{
  g_autoptr(GBytes) file = ivr_papers_make_file (500, 90);
  g_autoptr(GBytes) second = ivr_papers_make_file (500, 91);
  g_autofree char *one = ivr_papers_hand_in (drew, REQUEST, "", "", file);
  g_autofree char *two = ivr_papers_hand_in (drew, REQUEST, "", "", second);
  g_autofree char *both = g_strdup_printf ("{%s,%s}", two, one);
  g_autofree char *only = g_strdup_printf ("{%s}", one);
  g_autofree char *twice = g_strdup_printf ("{%s,%s}", one, one);
  g_autofree char *foreign = g_strdup_printf ("{%s,0d000001-0000-4000-8000-000000000013}", one);
  g_autoptr(GString) many = g_string_new ("{");
  g_autoptr(PGresult) said = carry (drew, REQUEST, "  ", "shared", both);
  g_autofree char *message = g_strdup (PQgetvalue (said, 0, 0));
  g_autofree char *order = NULL;
  g_autofree char *seen = NULL;

  g_assert_cmpstr (PQresultErrorMessage (said), ==, "");
  order = carried (sam, REQUEST, message, "d ->> 'id'");
  g_assert_true (g_str_has_prefix (order, two) && g_str_has_suffix (order, one));
  ivr_papers_assert_value (admin, "select body = '' from ivr.ivr_communication_messages where id = $1", message, "t");
  /* What is done with a document shows in the message. */
  ivr_papers_assert_done (try_decide (sam, "reject", one, "Too dark."));
  seen = carried (sam, REQUEST, message, "concat_ws(' ', d ->> 'status', d ->> 'label', d ->> 'readable')");
  g_assert_cmpstr (seen, ==, "received Chart notes true, rejected Chart notes true");
  ivr_papers_assert_done (try_decide (drew, "withdraw", one, "Another patient's."));
  g_free (seen);
  seen = carried (sam, REQUEST, message, "concat_ws(' ', d ->> 'status', d ->> 'title', d ->> 'readable')");
  g_assert_cmpstr (seen, ==, "received Notes true, withdrawn false");
  g_free (seen);
  seen = carried (drew, REQUEST, message, "concat_ws(' ', d ->> 'status', d ->> 'title', d ->> 'readable')");
  g_assert_cmpstr (seen, ==, "received Notes true, withdrawn Notes true");
  /* What cannot be carried: what was taken back, what is another request's, what stands there twice, what is none. */
  ivr_papers_assert_refused (carry (drew, REQUEST, "x", "shared", only), "IV410", "documents");
  ivr_papers_assert_refused (carry (sam, REQUEST, "x", "internal", only), "IV410", "documents");
  ivr_papers_assert_refused (carry (drew, REQUEST, "x", "shared", twice), "IV404", "documents");
  ivr_papers_assert_refused (carry (drew, REQUEST, "x", "shared", foreign), "IV404", "documents");
  ivr_papers_assert_refused (carry (drew, REQUEST, "x", "shared", "{NULL}"), "IV404", "documents");
  ivr_papers_assert_refused (carry (casey, WAITING, "x", "shared", "{0d000001-0000-4000-8000-000000000001}"), "IV410", "documents");
  ivr_papers_assert_refused (carry (drew, REQUEST, " ", "shared", "{}"), "IV422", "body");
  for (int i = 0; i < 21; i++)
    g_string_append_printf (many, "%s%s", i > 0 ? "," : "", two);
  g_string_append_c (many, '}');
  ivr_papers_assert_refused (carry (drew, REQUEST, "x", "shared", many->str), "IV413", "documents");
}

/* A note's documents are for those who see the note; and the same command again is the same message. */
static void
test_carried_by_note (void)
{
  g_autoptr(GBytes) file = ivr_papers_make_file (500, 92);
  g_autofree char *document = ivr_papers_hand_in (drew, REQUEST, "", "", file);
  g_autofree char *ids = g_strdup_printf ("{%s}", document);
  g_autoptr(PGresult) said = carry (sam, REQUEST, "Look at the date.", "internal", ids);
  g_autofree char *message = g_strdup (PQgetvalue (said, 0, 0));
  g_autofree char *theirs = carried (drew, REQUEST, message, "d ->> 'id'");
  g_autofree char *ours = carried (sam, REQUEST, message, "d ->> 'id'");
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *own = g_uuid_string_random ();
  const char *sql = "select api.add_communication_message($1, $2, $3, 'Once', 'shared', $4::uuid[])";

  g_assert_cmpstr (theirs, ==, "");
  g_assert_cmpstr (ours, ==, document);
  ivr_papers_assert_done (ivr_test_ask (drew, sql, id, REQUEST, own, ids, NULL));
  ivr_papers_assert_done (ivr_test_ask (drew, sql, id, REQUEST, own, ids, NULL));
  ivr_papers_assert_refused (ivr_test_ask (drew, sql, id, REQUEST, own, "{}", NULL), "IV423", NULL);
  ivr_papers_assert_value (admin, "select count(*) from ivr.ivr_message_documents where message_id = $1", own, "1");
  ivr_papers_assert_value (admin, "select after -> 'documents' ->> 0 from audit.audit_logs where entity_id = $1", own, document);
}

int
main (int    argc,
      char **argv)
{
  static const char * const logins[] = { NULL, "casey.example", "drew.sample", "sam.demo" };
  PGconn **connections[] = { &admin, &casey, &drew, &sam };
  int status;

  g_test_init (&argc, &argv, NULL);
  server = ivr_test_server_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (logins); i++)
    {
      g_autofree char *uri = ivr_test_server_uri (server, logins[i]);

      *connections[i] = ivr_test_connect (uri);
    }
  g_test_add_func ("/carried/documents", test_carried);
  g_test_add_func ("/carried/by-note", test_carried_by_note);
  status = g_test_run ();
  for (gsize i = 0; i < G_N_ELEMENTS (logins); i++)
    PQfinish (*connections[i]);
  ivr_test_server_free (server);
  return status;
}
