/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program itself, in front of a real database, spoken to on bare sockets. */
#include "ivr-test-desk.h"
#include "ivr-test-gateway.h"
#include "ivr-test-server.h"

#include <string.h>
#include <sys/socket.h>

#define CLINIC "0e000000-0000-4000-8000-000000000001"
#define OTHER_CLINIC "0e000000-0000-4000-8000-000000000002"
#define TEAM "0e000000-0000-4000-8000-000000000003"

static IvrTestServer *server;
static IvrTestGateway *gateway;
static PGconn *admin;

static void
emit (const char *org,
      int         n)
{
  g_autofree char *number = g_strdup_printf ("%d", n);
  g_autoptr(PGresult) done = ivr_test_query (
    admin,
    "select ivr.stage_event($1, 'request', gen_random_uuid(), null, i) from generate_series(1, $2) i",
    org, number, NULL);
}

static gint64
head_of (const char *org)
{
  g_autofree char *text = ivr_test_value (admin, "select head from feed.heads(array[$1::uuid])",
                                          org, NULL);

  return g_ascii_strtoll (text, NULL, 10);
}

/* A token with so many seconds left. */
static char *
short_token_of (const char *login,
                const char *seconds)
{
  char *token = ivr_test_server_dup_token (server, login);
  g_autoptr(PGresult) done = ivr_test_query (
    admin,
    "update ivr.live_tokens set expires_at = clock_timestamp() + make_interval(secs => $2::float8)"
    " where token_sha256 = sha256($1::text::bytea)",
    token, seconds, NULL);

  g_assert_cmpstr (PQcmdTuples (done), ==, "1");
  return token;
}

static IvrTestDesk *
join (const char  *login,
      const char  *epoch,
      const char  *cursors,
      JsonObject **welcome)
{
  g_autofree char *token = ivr_test_server_dup_token (server, login);

  return ivr_test_desk_join (ivr_test_gateway_get_address (gateway), token, epoch, cursors, welcome);
}

static IvrTestDesk *
open_desk (void)
{
  return ivr_test_desk_open (ivr_test_gateway_get_address (gateway));
}

static void
assert_events (IvrTestDesk *desk,
               const char  *org,
               gint64       after,
               gint64       upto)
{
  for (gint64 seq = after + 1; seq <= upto; seq++)
    {
      g_autoptr(JsonObject) event = ivr_test_desk_read_type (desk, "event");

      g_assert_cmpstr (json_object_get_string_member (event, "org"), ==, org);
      g_assert_cmpint (json_object_get_int_member (event, "seq"), ==, seq);
    }
}

static char *
cursor (const char *org,
        gint64      seq)
{
  return g_strdup_printf ("{'%s':%" G_GINT64_FORMAT "}", org, seq);
}

static gint64
head_in (JsonObject *welcome,
         const char *org)
{
  JsonObject *heads = json_object_get_object_member (welcome, "heads");

  return json_object_has_member (heads, org) ? json_object_get_int_member (heads, org) : -1;
}

static void
test_hello_and_event (void)
{
  g_autoptr(JsonObject) welcome = NULL;
  g_autoptr(JsonObject) event = NULL;
  g_autoptr(IvrTestDesk) desk = join ("casey.example", NULL, NULL, &welcome);
  g_autofree char *epoch = ivr_test_value (admin, "select feed.epoch()", NULL);
  g_autofree char *row = ivr_test_value (
    admin, "select row_id from (select gen_random_uuid() row_id) r,"
           " lateral ivr.stage_event($1, 'message', row_id, row_id, 42)", CLINIC, NULL);

  g_assert_cmpstr (json_object_get_string_member (welcome, "epoch"), ==, epoch);
  g_assert_false (json_object_get_boolean_member (welcome, "resync"));
  g_assert_cmpint (json_object_get_int_member (welcome, "expires_at"), >, g_get_real_time () / G_USEC_PER_SEC);
  g_assert_cmpuint (json_object_get_size (json_object_get_object_member (welcome, "heads")), ==, 1);
  event = ivr_test_desk_read_type (desk, "event");
  g_assert_cmpstr (json_object_get_string_member (event, "org"), ==, CLINIC);
  g_assert_cmpint (json_object_get_int_member (event, "seq"), ==, head_in (welcome, CLINIC) + 1);
  g_assert_cmpstr (json_object_get_string_member (event, "kind"), ==, "message");
  g_assert_cmpstr (json_object_get_string_member (event, "id"), ==, row);
  g_assert_cmpstr (json_object_get_string_member (event, "request"), ==, row);
  g_assert_cmpint (json_object_get_int_member (event, "version"), ==, 42);
  /* A comment in that list would be a new way for content to leave. */
  g_assert_cmpuint (json_object_get_size (event), ==, 7);
}

static void
check_refused (const char *hello,
               guint       code)
{
  g_autoptr(IvrTestDesk) desk = open_desk ();

  ivr_test_desk_send (desk, "%s", hello);
  ivr_test_desk_read_close (desk, code);
}

static void
test_refused (void)
{
  g_autofree char *expired = short_token_of ("casey.example", "-1");
  g_autofree char *with_expired = g_strdup_printf ("{'type':'hello','token':'%s'}", expired);
  g_autofree char *fresh = ivr_test_server_dup_token (server, "casey.example");
  g_autofree char *out_of_turn = g_strdup_printf ("{'type':'token','token':'%s'}", fresh);
  g_autoptr(IvrTestDesk) twice = NULL;

  check_refused ("{'type':'hello','token':'0123'}", 4001);
  check_refused (with_expired, 4001);
  check_refused (out_of_turn, 4000);
  check_refused ("{'type':'hello'}", 4000);
  check_refused ("[[[[[[[[[[]]]]]]]]]]", 4000);
  check_refused ("hello", 4000);
  check_refused ("{'type':'hello','token':'a','cursors':{'x':1}}", 4000);
  twice = ivr_test_desk_join (ivr_test_gateway_get_address (gateway), fresh, NULL, NULL, NULL);
  ivr_test_desk_send (twice, "{'type':'hello','token':'%s'}", fresh);
  ivr_test_desk_read_close (twice, 4000);
}

/* Asking for somebody else's organization gives nothing of it. */
static void
test_other_organization (void)
{
  g_autofree char *cursors = cursor (OTHER_CLINIC, 0);
  g_autofree char *epoch = ivr_test_value (admin, "select feed.epoch()", NULL);
  g_autoptr(JsonObject) welcome = NULL;
  g_autoptr(IvrTestDesk) desk = join ("casey.example", epoch, cursors, &welcome);
  gint64 head = head_in (welcome, CLINIC);

  g_assert_cmpint (head_in (welcome, OTHER_CLINIC), ==, -1);
  emit (OTHER_CLINIC, 3);
  emit (TEAM, 3);
  emit (CLINIC, 1);
  assert_events (desk, CLINIC, head, head + 1);
}

/* From the ring, and from the table what the ring does not have any more; both without a seam. */
static void
test_resume (void)
{
  static const int missed[] = { 5, 3000 };

  for (guint i = 0; i < G_N_ELEMENTS (missed); i++)
    {
      g_autoptr(JsonObject) first = NULL;
      g_autoptr(JsonObject) second = NULL;
      IvrTestDesk *before = join ("casey.example", NULL, NULL, &first);
      gint64 head = head_in (first, CLINIC);
      g_autofree char *cursors = cursor (CLINIC, head);
      g_autoptr(IvrTestDesk) after = NULL;

      ivr_test_desk_free (before);
      emit (CLINIC, missed[i]);
      after = join ("casey.example", json_object_get_string_member (first, "epoch"), cursors, &second);
      g_assert_cmpint (head_in (second, CLINIC), ==, head);
      assert_events (after, CLINIC, head, head + missed[i]);
      emit (CLINIC, 2);
      assert_events (after, CLINIC, head + missed[i], head + missed[i] + 2);
    }
}

static void
assert_resync (IvrTestDesk *desk,
               const char  *org,
               gint64       head)
{
  g_autoptr(JsonObject) message = ivr_test_desk_read_type (desk, "resync");

  g_assert_cmpstr (json_object_get_string_member (message, "org"), ==, org);
  g_assert_cmpint (json_object_get_int_member (message, "head"), ==, head);
}

static void
test_resync (void)
{
  g_autofree char *epoch = ivr_test_value (admin, "select feed.epoch()", NULL);
  gint64 head = head_of (CLINIC);
  g_autofree char *beyond = cursor (CLINIC, head + 1000);
  g_autofree char *removed = cursor (CLINIC, head - 1);
  g_autoptr(JsonObject) welcome = NULL;
  g_autoptr(IvrTestDesk) ahead = join ("casey.example", epoch, beyond, NULL);
  g_autoptr(IvrTestDesk) elsewhere = join ("casey.example", "1-1-1", beyond, &welcome);
  g_autoptr(IvrTestDesk) behind = NULL;

  assert_resync (ahead, CLINIC, head);
  g_assert_true (json_object_get_boolean_member (welcome, "resync"));
  g_assert_cmpint (head_in (welcome, CLINIC), ==, head);
  ivr_test_do (admin, "select ivr.retain_outbox('0')");
  behind = join ("casey.example", epoch, removed, NULL);
  assert_resync (behind, CLINIC, head);
  emit (CLINIC, 1);
  assert_events (ahead, CLINIC, head, head + 1);
  assert_events (elsewhere, CLINIC, head, head + 1);
  assert_events (behind, CLINIC, head, head + 1);
}

static void
check_frame (const char *bytes,
             gsize       length,
             guint       code)
{
  g_autoptr(IvrTestDesk) desk = open_desk ();

  ivr_test_desk_send_bytes (desk, bytes, length);
  ivr_test_desk_read_close (desk, code);
}

static void
test_frames_that_are_refused (void)
{
  check_frame ("\x01\x81\0\0\0\0x", 7, 1009);         /* a fragment */
  check_frame ("\x80\x81\0\0\0\0x", 7, 1002);         /* its end, without a beginning */
  check_frame ("\x81\x01x", 3, 1002);                 /* not masked */
  check_frame ("\xc1\x81\0\0\0\0x", 7, 1002);         /* compressed */
  check_frame ("\x82\x81\0\0\0\0x", 7, 1003);         /* binary */
  check_frame ("\x81\xff\0\0\0\1\0\0\0\0", 10, 1009); /* four GiB are announced */
  check_frame ("\x81\xfe\x10\x01", 4, 1009);          /* 4097 bytes are announced */
  check_frame ("\x81\x81\0\0\0\0\xff", 7, 1007);      /* not UTF-8 */
  check_frame ("\x88\x82\0\0\0\0\x03\xe8", 8, 1000);  /* good-bye */
}

static void
check_http (const char *request,
            const char *status)
{
  g_autoptr(IvrTestDesk) desk = ivr_test_desk_connect (ivr_test_gateway_get_address (gateway));
  char answer[512] = "";
  gssize n;

  ivr_test_desk_send_bytes (desk, request, strlen (request));
  n = recv (desk->fd, answer, sizeof answer - 1, MSG_WAITALL);
  g_assert_cmpint (n, >, 0);
  g_assert_true (g_str_has_prefix (answer, status));
  g_assert_nonnull (strstr (answer, "Connection: close\r\n"));
}

static void
test_http_that_is_refused (void)
{
  g_autofree char *endless = g_strnfill (9000, 'a');

  check_http ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 404 ");
  check_http ("GET /v1/live HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 426 ");
  check_http ("POST /v1/live HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 400 ");
  check_http ("GET /v1/live HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "HTTP/1.1 400 ");
  /* This one has no payers to ask, and says so. */
  check_http ("POST /v1/eligibility HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\nContent-Type: application/json\r\nContent-Length: 48\r\n\r\n"
              "{\"check\":\"6db5f169-2541-4515-9156-8cd432d8f0e4\"}", "HTTP/1.1 503 ");
  check_http ("\x16\x03\x01\r\n\r\n", "HTTP/1.1 400 ");
  check_http (endless, "HTTP/1.1 431 ");
}

static void
test_new_token (void)
{
  g_autofree char *almost = short_token_of ("casey.example", "60.2");
  g_autofree char *fresh = ivr_test_server_dup_token (server, "casey.example");
  g_autofree char *foreign = ivr_test_server_dup_token (server, "drew.sample");
  g_autoptr(JsonObject) welcome = NULL;
  g_autoptr(JsonObject) asks = NULL;
  const char *address = ivr_test_gateway_get_address (gateway);
  g_autoptr(IvrTestDesk) desk = ivr_test_desk_join (address, almost, NULL, NULL, &welcome);
  g_autoptr(IvrTestDesk) thief = NULL;
  gint64 head = head_in (welcome, CLINIC);

  asks = ivr_test_desk_read_type (desk, "token");
  ivr_test_desk_send (desk, "{'type':'token','token':'%s'}", fresh);
  /* A ping after it: when its pong is there, the token was taken. */
  emit (CLINIC, 1);
  assert_events (desk, CLINIC, head, head + 1);
  thief = ivr_test_desk_join (address, fresh, NULL, NULL, NULL);
  ivr_test_desk_send (thief, "{'type':'token','token':'%s'}", foreign);
  ivr_test_desk_read_close (thief, 4001);
  ivr_test_desk_send (desk, "{'type':'token','token':'no'}");
  ivr_test_desk_read_close (desk, 4001);
}

static void
test_membership (void)
{
  g_autoptr(JsonObject) welcome = NULL;
  g_autoptr(IvrTestDesk) casey = join ("casey.example", NULL, NULL, NULL);
  g_autoptr(IvrTestDesk) robin = join ("robin.example", NULL, NULL, &welcome);
  g_autoptr(IvrTestDesk) refused = open_desk ();
  g_autofree char *token = ivr_test_server_dup_token (server, "casey.example");
  gint64 head = head_in (welcome, CLINIC);

  ivr_test_do (admin, "create temp table kept as select m.* from ivr.memberships m"
                      " join ivr.users u on u.id = m.user_id where u.login = 'casey.example'");
  ivr_test_do (admin, "delete from ivr.memberships m using kept k where m.org_id = k.org_id and m.id = k.id");
  ivr_test_desk_read_close (casey, 4003);
  assert_events (robin, CLINIC, head, head + 1);
  ivr_test_desk_send (refused, "{'type':'hello','token':'%s'}", token);
  ivr_test_desk_read_close (refused, 4003);
  ivr_test_do (admin, "insert into ivr.memberships select * from kept");
  ivr_test_do (admin, "drop table kept");
}

/* A team that stops serving a clinic hears of it no more, of its own matters it does. */
static void
test_service_link (void)
{
  g_autoptr(JsonObject) welcome = NULL;
  g_autoptr(IvrTestDesk) sam = join ("sam.demo", NULL, NULL, &welcome);
  gint64 team = head_in (welcome, TEAM);
  gint64 n;

  g_assert_cmpint (head_in (welcome, OTHER_CLINIC), >=, 0);
  ivr_test_do (admin, "create or replace trigger announce_service_link after insert or delete on ivr.service_links"
                      " for each row execute function ivr.announce_service_link()");
  ivr_test_do (admin, "delete from ivr.service_links where clinic_org_id = '" OTHER_CLINIC "'");
  emit (OTHER_CLINIC, 1);
  n = head_of (TEAM);
  g_assert_cmpint (n, >, team);
  assert_events (sam, TEAM, team, n);
  emit (OTHER_CLINIC, 1);
  emit (TEAM, 1);
  assert_events (sam, TEAM, n, n + 1);
  ivr_test_do (admin, "insert into ivr.service_links (clinic_org_id, verifier_org_id) values ('" OTHER_CLINIC "', '" TEAM "')");
  assert_events (sam, TEAM, n + 1, head_of (TEAM));
  assert_resync (sam, OTHER_CLINIC, head_of (OTHER_CLINIC));
  emit (OTHER_CLINIC, 1);
  assert_events (sam, OTHER_CLINIC, head_of (OTHER_CLINIC) - 1, head_of (OTHER_CLINIC));
}

/* A transaction that stays open must not make every poll read all that came since. */
static void
test_old_transaction (void)
{
  g_autofree char *uri = ivr_test_server_uri (server, NULL);
  g_autoptr(PGconn) old = ivr_test_connect (uri);
  g_autoptr(JsonObject) welcome = NULL;
  g_autoptr(IvrTestDesk) desk = join ("casey.example", NULL, NULL, &welcome);
  gint64 head = head_in (welcome, CLINIC);
  g_autoptr(PGresult) staged = NULL;

  ivr_test_do (old, "begin");
  staged = ivr_test_query (old, "select ivr.stage_event($1, 'request', gen_random_uuid(), null, 1)", CLINIC, NULL);
  ivr_test_do (admin, "do $$ begin for i in 1..2500 loop perform pg_current_xact_id(); commit; end loop; end $$");
  emit (CLINIC, 1);
  assert_events (desk, CLINIC, head, head + 1);
  /* More at once than one answer holds. */
  emit (CLINIC, 1200);
  assert_events (desk, CLINIC, head + 1, head + 1201);
  g_assert_cmpint (ivr_test_gateway_metric (gateway, "follows"), >, 0);
  ivr_test_do (old, "commit");
  emit (CLINIC, 1);
  assert_events (desk, CLINIC, head + 1201, head + 1203);
  g_assert_cmpint (ivr_test_gateway_metric (gateway, "gaps"), ==, 0);
}

/* All who try its patience, at once: the deadlines are long, and nobody else may suffer. */
static void
test_patience (void)
{
  const char *address = ivr_test_gateway_get_address (gateway);
  gint64 slow_before = ivr_test_gateway_metric (gateway, "closed_slow");
  const int small = 2048;
  g_autofree char *dying = short_token_of ("drew.sample", "2");
  g_autoptr(IvrTestDesk) half = ivr_test_desk_connect (address);
  g_autoptr(IvrTestDesk) silent = open_desk ();
  g_autoptr(IvrTestDesk) expired = ivr_test_desk_join (address, dying, NULL, NULL, NULL);
  g_autoptr(IvrTestDesk) deaf = join ("robin.example", NULL, NULL, NULL);
  g_autoptr(IvrTestDesk) gone = join ("drew.sample", NULL, NULL, NULL);
  g_autoptr(JsonObject) welcome = NULL;
  g_autoptr(JsonObject) asks = NULL;
  g_autoptr(IvrTestDesk) good = join ("drew.sample", NULL, NULL, &welcome);
  gint64 head;
  char byte;

  setsockopt (deaf->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  ivr_test_desk_send_bytes (half, "GET /v1/live HTTP/1.1\r\n", 23);
  asks = ivr_test_desk_read_type (expired, "token");
  /* More than both sides' buffers take in. */
  emit (CLINIC, 20000);
  emit (OTHER_CLINIC, 20);
  assert_events (good, OTHER_CLINIC, head_in (welcome, OTHER_CLINIC), head_in (welcome, OTHER_CLINIC) + 20);
  ivr_test_desk_read_close (silent, 4000);
  g_assert_cmpint (recv (half->fd, &byte, 1, 0), ==, 0);
  head = head_of (OTHER_CLINIC);
  /* Answers its ping while it waits for what comes next. */
  while (good->pings == 0)
    {
      guint8 byte_of_ping;

      g_assert_cmpint (recv (good->fd, &byte_of_ping, 1, MSG_PEEK), >, 0);
      emit (OTHER_CLINIC, 1);
      assert_events (good, OTHER_CLINIC, head, head + 1);
      head++;
    }
  /* One read nothing for 20 s, one did not answer a ping; nothing else told them apart from good. */
  ivr_test_gateway_wait_metric (gateway, "closed_slow", slow_before + 2);
  for (g_autofree char *text = ivr_test_desk_read_text (expired); text != NULL;)
    {
      g_free (text);
      text = ivr_test_desk_read_text (expired);
    }
  g_assert_cmpuint (expired->close_code, ==, 4001);
  emit (OTHER_CLINIC, 1);
  assert_events (good, OTHER_CLINIC, head, head + 1);
}

static void
test_health_and_shutdown (void)
{
  g_autofree char *uri = ivr_test_server_uri (server, "ivr_gateway");
  g_autofree char *folder = ivr_test_dup_folder ();
  g_autofree char *place = g_strdup_printf ("unix:%s/gateway", folder);
  g_autoptr(IvrTestGateway) own = ivr_test_gateway_new (uri, place);
  g_autofree char *health = ivr_test_gateway_get (own, "/healthz");
  g_autofree char *elsewhere = ivr_test_gateway_get (own, "/");
  g_autofree char *token = ivr_test_server_dup_token (server, "casey.example");
  g_autoptr(IvrTestDesk) desk = NULL;
  g_autoptr(IvrTestDesk) stranger = NULL;

  g_assert_true (g_str_has_prefix (health, "HTTP/1.1 200 "));
  g_assert_true (g_str_has_prefix (elsewhere, "HTTP/1.1 404 "));
  g_assert_cmpstr (ivr_test_gateway_get_address (own), ==, place);
  /* The socket's file is still there after a crash; it must not be in the way. */
  ivr_test_gateway_kill (own);
  ivr_test_gateway_start (own);
  desk = ivr_test_desk_join (place, token, NULL, NULL, NULL);
  stranger = ivr_test_desk_open (place);
  ivr_test_gateway_terminate (own);
  ivr_test_desk_read_close (desk, 1012);
  ivr_test_desk_read_close (stranger, 1012);
  ivr_test_remove_folder (folder);
}

static void
check_command (const char *option,
               const char *value,
               int         status)
{
  g_autofree char *program = ivr_test_program ("src/gateway/ivr-gateway");
  const char *argv[] = { program, "--listen", "127.0.0.1:0", option, value, NULL };
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;

  g_assert_cmpint (ivr_test_run (argv, &out, &err), ==, status);
  if (status == 0)
    g_assert_cmpstr (out, !=, "");
  else
    g_assert_true (g_str_has_prefix (err, "ivr-gateway: "));
  if (status != 0)
    g_assert_true (strchr (err, '\n') == err + strlen (err) - 1);
}

static void
test_command_line (void)
{
  check_command ("--help", NULL, 0);
  check_command ("--version", NULL, 0);
  check_command ("--no-such-option", NULL, 1);
  check_command ("--database", "postgresql://ivr_gateway@/ivr?host=/nonexistent", 1);
  check_command ("--listen", "nowhere", 1);
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *uri = NULL;
  g_autofree char *own = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gateway/hello-and-event", test_hello_and_event);
  g_test_add_func ("/gateway/refused", test_refused);
  g_test_add_func ("/gateway/other-organization", test_other_organization);
  g_test_add_func ("/gateway/resume", test_resume);
  g_test_add_func ("/gateway/resync", test_resync);
  g_test_add_func ("/gateway/frames-that-are-refused", test_frames_that_are_refused);
  g_test_add_func ("/gateway/http-that-is-refused", test_http_that_is_refused);
  g_test_add_func ("/gateway/new-token", test_new_token);
  g_test_add_func ("/gateway/membership", test_membership);
  g_test_add_func ("/gateway/service-link", test_service_link);
  g_test_add_func ("/gateway/old-transaction", test_old_transaction);
  g_test_add_func ("/gateway/patience", test_patience);
  g_test_add_func ("/gateway/health-and-shutdown", test_health_and_shutdown);
  g_test_add_func ("/gateway/command-line", test_command_line);
  server = ivr_test_server_new ();
  own = ivr_test_server_uri (server, NULL);
  uri = ivr_test_server_uri (server, "ivr_gateway");
  admin = ivr_test_connect (own);
  gateway = ivr_test_gateway_new (uri, NULL);
  status = g_test_run ();
  ivr_test_gateway_free (gateway);
  PQfinish (admin);
  ivr_test_server_free (server);
  return status;
}
