/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Payers are asked: the real gateway, a real database and a real payer that has every bad habit. What a desk is
 * told, what is stored, and that nothing of a patient is anywhere else. */
#include "ivr-test-gateway.h"
#include "ivr-test-server.h"

#include <fcntl.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <unistd.h>

#define X12_REQUEST "6db5f169-2541-4515-9156-8cd432d8f0e4"
#define X12_PATIENT "10000000-0000-4000-8000-000000000001"
#define FHIR_REQUEST "0d7e0001-0000-4000-8000-000000000004"
#define FHIR_PATIENT "10000000-0000-4000-8000-000000000003"
#define LISTENING "ivr-mock-payer: listening on "
#define CANARY "Zanzibarian"
#define OTHER_CANARY "GRPZANZI"
#define DEADLINE_S 60

static IvrTestServer *server;
static IvrTestGateway *gateway;
static GSubprocess *payer;
static char *payer_base;
static char *words; /* file with all that gateway and payer complain about */
static PGconn *admin, *casey, *sam;

static GSubprocess *
start_payer (const char  *login,
             const char  *demo,
             char       **line)
{
  g_autofree char *program = ivr_test_program ("src/mock/ivr-mock-payer");
  g_autofree char *uri = ivr_test_server_uri (server, login);
  g_autoptr(GError) error = NULL;
  GSubprocess *process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program,
                                           "--database", uri, "--die-with-parent", demo, NULL);
  g_autoptr(GDataInputStream) lines = NULL;

  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (lines), FALSE);
  *line = g_data_input_stream_read_line (lines, NULL, NULL, &error);
  g_assert_no_error (error);
  return process;
}

/* One request as it stands; returns the whole answer. */
static char *
say (const char *request)
{
  g_autoptr(GSocketClient) client = g_socket_client_new ();
  g_autoptr(GSocketConnection) line = NULL;
  g_autoptr(GString) text = g_string_new (NULL);
  g_autoptr(GError) error = NULL;
  char bytes[4096];
  gssize n;

  g_socket_client_set_timeout (client, DEADLINE_S);
  line = g_socket_client_connect_to_host (client, ivr_test_gateway_get_address (gateway), 0, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (line)), request, strlen (request), NULL, NULL, &error);
  g_assert_no_error (error);
  while ((n = g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (line)), bytes, sizeof bytes, NULL, &error)) > 0)
    g_string_append_len (text, bytes, n);
  g_assert_no_error (error);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
post (const char *token,
      const char *body)
{
  g_autofree char *request = g_strdup_printf (
    "POST /v1/eligibility HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n"
    "Content-Length: %zu\r\n\r\n%s", token, strlen (body), body);

  return say (request);
}

static char *
post_check (const char *login,
            const char *check)
{
  g_autofree char *token = ivr_test_server_dup_token (server, login);
  g_autofree char *body = g_strdup_printf ("{\"check\": \"%s\"}", check);

  return post (token, body);
}

static void
assert_status (const char *answer,
               guint       status)
{
  g_autofree char *first = g_strdup_printf ("HTTP/1.1 %u ", status);

  if (!g_str_has_prefix (answer, first))
    g_error ("not %u: %s", status, answer);
  g_assert_nonnull (strstr (answer, "\r\nCache-Control: no-store\r\n"));
  if (status != 200)
    {
      g_autoptr(JsonParser) parser = json_parser_new ();

      g_assert_nonnull (strstr (answer, "\r\nContent-Type: application/problem+json\r\n"));
      g_assert_true (json_parser_load_from_data (parser, strstr (answer, "\r\n\r\n") + 4, -1, NULL));
      g_assert_cmpint (json_object_get_int_member (json_node_get_object (json_parser_get_root (parser)), "status"), ==, status);
    }
}

static char *
begin (PGconn     *db,
       const char *request)
{
  return ivr_test_value (db, "select api.begin_eligibility_check(gen_random_uuid(), $1, 1) ->> 'id'", request, NULL);
}

static void
set_member (const char *patient,
            const char *member)
{
  g_autoptr(PGresult) done = ivr_test_query (
    admin, "update ivr.patient_insurances set member_id = $1, group_no = '" OTHER_CANARY "' where patient_id = $2 and rank = 1 returning id",
    member, patient, NULL);

  g_assert_cmpint (PQntuples (done), ==, 1);
}

static void
assert_stored (const char *check,
               const char *wanted)
{
  g_autofree char *is = ivr_test_value (
    admin, "select concat_ws(' ', c.state, c.problem, c.verdict, c.reading is not null, e.is_mock)"
           " from ivr.eligibility_checks c left join ivr.eligibility_evidence e on e.check_id = c.id where c.id = $1", check, NULL);

  g_assert_cmpstr (is, ==, wanted);
}

/* Every habit of the payer, in both languages, to its end. */
static void
test_habits (void)
{
  static const struct
  {
    const char *member;
    const char *x12;
    const char *fhir;
  } habits[] = {
    { "MOCK-ACTIVE", "answered active t t", "answered active t t" },
    { "MOCK-INACTIVE", "answered inactive t t", "answered inactive t t" },
    { "MOCK-AUTH", "answered active t t", "answered active t t" },
    { "MOCK-NETWORKS", "answered active t t", "answered active t t" },
    { "MOCK-NOT-FOUND", "refused aaa-75 rejected t t", "refused aaa-75 rejected t t" },
    { "MOCK-BUSY", "answered active t t", "answered active t t" },
    { "MOCK-NEVER", "refused aaa-42 rejected t t", "refused aaa-42 rejected t t" },
    { "MOCK-ILL", "answered active t t", "answered active t t" },
    { "MOCK-DOWN", "failed http-500 f", "failed http-500 f" },
    { "MOCK-CUT", "failed incomplete t t", "failed json f t" },
    { "MOCK-TA1", "failed ta1 t t", "failed outcome t t" },
    { "MOCK-999", "failed ack-999 t t", "failed outcome t t" },
    { "MOCK-PAGE", "failed no-isa f t", "failed no-isa f t" },
    { "MOCK-OTHER-MEMBER", "held patient-differs active t t", "held patient-differs active t t" },
    { "MOCK-OTHER-TRACE", "held trace-differs active t t", "held trace-differs active t t" },
    { "MOCK-MOVED", "failed http-302 f", "failed http-302 f" },
    { "MOCK-HUGE", "failed too-large f", "failed too-large f" },
  };
  int wrong = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (habits); i++)
    for (int fhir = 0; fhir < 2; fhir++)
      {
        const char *wanted = fhir ? habits[i].fhir : habits[i].x12;
        g_autofree char *check = NULL;
        g_autofree char *answer = NULL;
        g_autofree char *state = g_strndup (wanted, strcspn (wanted, " "));
        g_autofree char *body = g_strdup_printf ("\r\n\r\n{\"state\":\"%s\"}", state);
        g_autofree char *is = NULL;

        set_member (fhir ? FHIR_PATIENT : X12_PATIENT, habits[i].member);
        check = begin (casey, fhir ? FHIR_REQUEST : X12_REQUEST);
        answer = post_check ("casey.example", check);
        is = ivr_test_value (
          admin, "select concat_ws(' ', c.state, c.problem, c.verdict, c.reading is not null, e.is_mock)"
                 " from ivr.eligibility_checks c left join ivr.eligibility_evidence e on e.check_id = c.id where c.id = $1", check, NULL);
        if (g_str_equal (is, wanted) && g_str_has_suffix (answer, body))
          continue;
        wrong++;
        g_test_message ("WRONG %s %s: “%s”, not “%s”; %s", habits[i].member, fhir ? "fhir" : "x12", is, wanted, answer);
      }
  g_assert_cmpint (wrong, ==, 0);
  g_assert_cmpint (ivr_test_gateway_metric (gateway, "lookups"), >=, 2 * (gint64) G_N_ELEMENTS (habits));
  g_assert_cmpint (ivr_test_gateway_metric (gateway, "lookups_retried"), >=, 4);
}

static void
set_connector (const char *kind,
               const char *address)
{
  g_autoptr(PGresult) done = ivr_test_query (
    admin, "update ivr.payer_connectors k set kind = $1, address = $2 from ivr.patient_insurances i"
           " where i.payer_id = k.payer_id and i.rank = 1 and i.patient_id = '" X12_PATIENT "' returning k.payer_id", kind, address, NULL);

  g_assert_cmpint (PQntuples (done), ==, 1);
}

/* The same X12 in the two envelopes of CAQH CORE, and what can be wrong with those. */
static void
test_envelopes (void)
{
  static const struct { const char *kind; const char *address; } kinds[] = {
    { "core-mime", "mock:/core-mime" }, { "core-soap", "mock:/core-soap" },
  };
  static const struct { const char *member; const char *wanted; } habits[] = {
    { "MOCK-ACTIVE", "answered active t t" }, { "MOCK-NOT-FOUND", "refused aaa-75 rejected t t" }, { "MOCK-BUSY", "answered active t t" },
    { "MOCK-CUT", "failed incomplete t t" }, { "MOCK-TA1", "failed ta1 t t" }, { "MOCK-999", "failed ack-999 t t" },
    { "MOCK-PAGE", "failed envelope f t" }, { "MOCK-OTHER-MEMBER", "held patient-differs active t t" },
    { "MOCK-STRANGER", "failed core-unauthorized f t" }, { "MOCK-TORN", "failed envelope f t" }, { "MOCK-DOWN", "failed http-500 f" },
    { "MOCK-HUGE", "failed too-large f" },
  };
  int wrong = 0;

  for (gsize k = 0; k < G_N_ELEMENTS (kinds); k++)
    for (gsize i = 0; i < G_N_ELEMENTS (habits); i++)
      {
        g_autofree char *check = NULL;
        g_autofree char *answer = NULL;
        g_autofree char *is = NULL;

        set_connector (kinds[k].kind, kinds[k].address);
        set_member (X12_PATIENT, habits[i].member);
        check = begin (casey, X12_REQUEST);
        answer = post_check ("casey.example", check);
        is = ivr_test_value (
          admin, "select concat_ws(' ', c.state, c.problem, c.verdict, c.reading is not null, e.is_mock)"
                 " from ivr.eligibility_checks c left join ivr.eligibility_evidence e on e.check_id = c.id where c.id = $1", check, NULL);
        if (g_str_equal (is, habits[i].wanted))
          continue;
        wrong++;
        g_test_message ("WRONG %s %s: “%s”, not “%s”", kinds[k].kind, habits[i].member, is, habits[i].wanted);
      }
  set_connector ("x12", "mock:/x12");
  g_assert_cmpint (wrong, ==, 0);
}

/* What was read is what the payer said, and the bytes are beside it. */
static void
test_figures (void)
{
  g_autofree char *check = NULL;
  g_autofree char *answer = NULL;
  g_autofree char *is = NULL;
  g_autofree char *bytes = NULL;

  set_member (X12_PATIENT, "MOCK-NETWORKS");
  check = begin (sam, X12_REQUEST);
  answer = post_check ("sam.demo", check);
  assert_status (answer, 200);
  is = ivr_test_value (
    admin, "select concat_ws(' ', reading #>> '{summary,in_network,deductible_ind}', reading #>> '{summary,in_network,deductible_ind_remaining}',"
           " reading #>> '{summary,out_of_network,deductible_ind}', reading #>> '{summary,oop_remaining_ind}', reading ->> 'eb_count', reading -> 'warnings') from ivr.eligibility_checks"
           " where id = $1", check, NULL);
  g_assert_cmpstr (is, ==, "500 125.50 1500 1810.25 9 []");
  bytes = ivr_test_value (admin, "select convert_from(body, 'UTF8') from ivr.eligibility_evidence where check_id = $1", check, NULL);
  g_assert_nonnull (strstr (bytes, "*T*:~GS*HB*DEMO03*"));
  g_assert_nonnull (strstr (bytes, "EB*C*IND*30*PR**23*1500*****N~"));
}

static void
test_dependent (void)
{
  g_autofree char *check = NULL;
  g_autofree char *answer = NULL;

  set_member (X12_PATIENT, "MOCK-ACTIVE");
  ivr_test_do (admin, "update ivr.patient_insurances set relationship = 'child', subscriber_name = 'Pat " CANARY "',"
                      " subscriber_born_on = '1970-02-03' where patient_id = '" X12_PATIENT "'");
  check = begin (casey, X12_REQUEST);
  answer = post_check ("casey.example", check);
  ivr_test_do (admin, "update ivr.patient_insurances set relationship = null, subscriber_name = null, subscriber_born_on = null"
                      " where patient_id = '" X12_PATIENT "'");
  assert_stored (check, "answered active t t");
}

static void
test_slow (void)
{
  g_autofree char *check = NULL;
  g_autofree char *answer = NULL;

  ivr_test_do (admin, "update ivr.payer_connectors set timeout_seconds = 1");
  set_member (X12_PATIENT, "MOCK-SLOW");
  check = begin (casey, X12_REQUEST);
  answer = post_check ("casey.example", check);
  assert_status (answer, 200);
  assert_stored (check, "failed timeout f");
  ivr_test_do (admin, "update ivr.payer_connectors set timeout_seconds = 25");
}

static void
test_refusals (void)
{
  g_autofree char *token = ivr_test_server_dup_token (server, "casey.example");
  g_autofree char *check = NULL;
  g_autofree char *long_body = g_strnfill (2000, 'x');
  g_autofree char *body = NULL;
  const struct
  {
    const char *request;
    guint status;
  } raw[] = {
    { "GET /v1/eligibility HTTP/1.1\r\nHost: x\r\n\r\n", 405 },
    { "POST /v1/openapi.json HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 405 },
    { "POST /v1/eligibility HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}", 400 },
    { "POST /v1/eligibility HTTP/1.1\r\nHost: x\r\nHost: y\r\nContent-Length: 2\r\n\r\n{}", 400 },
    { "POST /v1/eligibility HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400 },
    { "POST /v1/eligibility HTTP/1.1\r\nHost: x\r\nContent-Length: -2\r\n\r\n{}", 400 },
    { "POST /v1/eligibility HTTP/1.1\r\nHost: x\r\n Folded: y\r\nContent-Length: 2\r\n\r\n{}", 400 },
    { "POST /v1/eligibility HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\nContent-Type: application/json\r\n\r\n", 411 },
    { "POST /v1/eligibility HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 411 },
    { "POST /v1/eligibility HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1025\r\n\r\n", 413 },
    { "POST /v1/eligibility HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}", 415 },
    { "POST /v1/eligibility HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", 401 },
    { "POST /v1/eligibility HTTP/1.1\r\nHost: x\r\nAuthorization: Basic eDp5\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", 401 },
    { "POST /v1/eligibility HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}{}", 400 },
  };
  const struct
  {
    const char *body;
    guint status;
  } bodies[] = {
    { "", 422 }, { "{}", 422 }, { "[]", 422 }, { "null", 422 }, { "{\"check\": 1}", 422 }, { "{\"check\": \"x\"}", 422 },
    { "{\"check\": \"6db5f169-2541-4515-9156-8cd432d8f0e4\", \"more\": 1}", 422 },
    { "{\"check\": \"6db5f169-2541-4515-9156-8cd432d8f0e4\", \"check\": \"6db5f169-2541-4515-9156-8cd432d8f0e5\"}", 422 },
    { "{\"check\": \"6db5f169-2541-4515-9156-8cd432d8f0e4\"", 422 },
    { "{\"check\": \"0e110000-0000-4000-8000-000000000001\"}", 404 },
    { "{\"check\": \"6db5f169-2541-4515-9156-8cd432d8f0e4\"}", 404 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (raw); i++)
    {
      g_autofree char *answer = say (raw[i].request);

      g_test_message ("%s", raw[i].request);
      assert_status (answer, raw[i].status);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autofree char *answer = post (token, bodies[i].body);

      g_test_message ("%s", bodies[i].body);
      assert_status (answer, bodies[i].status);
    }
  set_member (X12_PATIENT, "MOCK-ACTIVE");
  check = begin (casey, X12_REQUEST);
  body = g_strdup_printf ("{\"check\":\"%s\"}", check);
  {
    g_autofree char *guessed = post ("0123456789abcdef0123456789abcdef", body);
    g_autofree char *others = post_check ("sam.demo", check);
    g_autofree char *first = post (token, body);
    g_autofree char *again = post (token, body);

    assert_status (guessed, 401);
    assert_status (others, 404);
    assert_status (first, 200);
    /* Over is over: the same word once more, and nobody is asked. */
    assert_status (again, 200);
    g_assert_true (g_str_has_suffix (again, "{\"state\":\"answered\"}"));
  }
  g_clear_pointer (&check, g_free);
  check = begin (casey, X12_REQUEST);
  {
    g_autoptr(PGresult) taken = ivr_test_query (admin, "update ivr.eligibility_checks set taken_at = clock_timestamp() where id = $1 returning id", check, NULL);
    g_autofree char *busy = post_check ("casey.example", check);

    g_assert_cmpint (PQntuples (taken), ==, 1);
    assert_status (busy, 409);
  }
  ivr_test_do (admin, "update ivr.eligibility_checks set state = 'failed', problem = 'lost', finished_at = clock_timestamp() where state = 'waiting'");
}

/* The description and the program say the same: each path and method, and each status that it can have. */
static void
test_description (void)
{
  g_autofree char *answer = say ("GET /v1/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n");
  g_autoptr(JsonParser) parser = json_parser_new ();
  g_autoptr(GError) error = NULL;
  JsonObject *paths, *responses;
  GList *names;

  assert_status (answer, 200);
  json_parser_load_from_data (parser, strstr (answer, "\r\n\r\n") + 4, -1, &error);
  g_assert_no_error (error);
  paths = json_object_get_object_member (json_node_get_object (json_parser_get_root (parser)), "paths");
  names = json_object_get_members (paths);
  g_assert_cmpuint (g_list_length (names), ==, 3);
  for (GList *l = names; l != NULL; l = l->next)
    {
      g_autofree char *bare = g_strdup_printf ("GET %s HTTP/1.1\r\nHost: x\r\n\r\n", (const char *) l->data);
      g_autofree char *said = say (bare);
      g_autofree char *status = g_strndup (said + strlen ("HTTP/1.1 "), 3);
      JsonObject *methods = json_object_get_object_member (paths, l->data);
      const char *method = json_object_has_member (methods, "get") ? "get" : "post";

      g_assert_cmpstr (status, !=, "404");
      responses = json_object_get_object_member (json_object_get_object_member (methods, method), "responses");
      if (!json_object_has_member (responses, status))
        g_error ("%s answers %s, which is not described", (const char *) l->data, status);
    }
  g_list_free (names);
  {
    g_autofree char *elsewhere = say ("GET /v1/patients HTTP/1.1\r\nHost: x\r\n\r\n");

    g_assert_true (g_str_has_prefix (elsewhere, "HTTP/1.1 404 "));
  }
}

/* Who hangs up loses nothing: the question goes on, and its answer is where it belongs. */
static void
test_hang_up (void)
{
  g_autoptr(GSocketClient) client = g_socket_client_new ();
  g_autoptr(GSocketConnection) line = NULL;
  g_autofree char *token = ivr_test_server_dup_token (server, "casey.example");
  g_autofree char *check = NULL;
  g_autofree char *request = NULL;
  gint64 answered = ivr_test_gateway_metric (gateway, "lookups_answered");

  set_member (X12_PATIENT, "MOCK-BUSY");
  check = begin (casey, X12_REQUEST);
  request = g_strdup_printf ("POST /v1/eligibility HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n"
                             "Content-Length: 48\r\n\r\n{\"check\":\"%s\"}", token, check);
  line = g_socket_client_connect_to_host (client, ivr_test_gateway_get_address (gateway), 0, NULL, NULL);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (line)), request, strlen (request), NULL, NULL, NULL);
  ivr_test_gateway_wait_metric (gateway, "lookups", ivr_test_gateway_metric (gateway, "lookups"));
  g_io_stream_close (G_IO_STREAM (line), NULL, NULL);
  ivr_test_gateway_wait_metric (gateway, "lookups_answered", answered + 1);
  assert_stored (check, "answered active t t");
}

/* A payer that is away is left alone after a while, and tried again later. */
static void
test_breaker (void)
{
  gint64 spared = ivr_test_gateway_metric (gateway, "lookups_spared");

  set_member (FHIR_PATIENT, "MOCK-DOWN");
  for (int i = 0; i < 6; i++)
    {
      g_autofree char *check = begin (casey, FHIR_REQUEST);
      g_autofree char *answer = post_check ("casey.example", check);

      assert_status (answer, 200);
      assert_stored (check, i < 5 ? "failed http-500 f" : "failed payer-away f");
    }
  g_assert_cmpint (ivr_test_gateway_metric (gateway, "lookups_spared"), ==, spared + 1);
  /* Another payer is not touched by it. */
  {
    g_autofree char *check = NULL;
    g_autofree char *answer = NULL;

    set_member (X12_PATIENT, "MOCK-ACTIVE");
    check = begin (casey, X12_REQUEST);
    answer = post_check ("casey.example", check);
    assert_stored (check, "answered active t t");
  }
}

/* A payer over TLS whose certificate nobody vouches for is not told anything; here nobody even listens. */
static void
test_real_payer_is_not_mock (void)
{
  g_autofree char *check = NULL;
  g_autofree char *answer = NULL;

  ivr_test_do (admin, "update ivr.payer_connectors set is_mock = false, address = 'https://127.0.0.1:1/x12' where payer_id ="
                      " (select id from ivr.payers where edi_id = 'DEMO03')");
  check = begin (casey, X12_REQUEST);
  answer = post_check ("casey.example", check);
  assert_stored (check, "failed unreachable f");
  ivr_test_do (admin, "update ivr.payer_connectors set secret = 'missing' where payer_id = (select id from ivr.payers where edi_id = 'DEMO03')");
  g_clear_pointer (&check, g_free);
  g_clear_pointer (&answer, g_free);
  check = begin (casey, X12_REQUEST);
  answer = post_check ("casey.example", check);
  assert_stored (check, "failed no-secret f");
  ivr_test_do (admin, "update ivr.payer_connectors set secret = null, is_mock = true, address = 'mock:/x12' where payer_id ="
                      " (select id from ivr.payers where edi_id = 'DEMO03')");
}

static void
test_mock_needs_a_demo (void)
{
  g_autofree char *line = NULL;
  g_autofree char *without = NULL;
  g_autoptr(GSubprocess) process = NULL;
  g_autoptr(GSubprocess) other = NULL;

  ivr_test_do (admin, "update ivr.settings set value = 'false' where name = 'demo'");
  process = start_payer ("ivr_lookup", "--demo", &line);
  g_subprocess_wait (process, NULL, NULL);
  ivr_test_do (admin, "update ivr.settings set value = 'true' where name = 'demo'");
  g_assert_null (line);
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 1);
  other = start_payer ("ivr_lookup", NULL, &without);
  g_subprocess_wait (other, NULL, NULL);
  g_assert_null (without);
  g_assert_cmpint (g_subprocess_get_exit_status (other), ==, 1);
}

/* Nothing of what was asked and answered until here is in a log, a complaint or a number. */
static void
test_canary (void)
{
  static const char * const canaries[] = { CANARY, OTHER_CANARY, "MOCK-", "SAMPLE PPO", "Sample PPO", "INVENTED PAYER" };
  g_autofree char *log = g_build_filename (ivr_test_server_get_folder (server), "log", "server.log", NULL);
  g_autofree char *said = NULL;
  g_autofree char *metrics = ivr_test_gateway_get (gateway, "/metrics");
  g_autofree char *asked = ivr_test_value (admin, "select count(*) from ivr.eligibility_checks where question::text like '%" CANARY "%'", NULL);
  g_autofree char *traced = ivr_test_value (admin, "select count(*) from audit.audit_logs a where entity = 'eligibility_checks' and action <> 'by hand: update'"
                                                   " and a::text ~ '" CANARY "|" OTHER_CANARY "|MOCK-|SAMPLE PPO'", NULL);
  g_autofree char *events = ivr_test_value (admin, "select count(*) from ivr.outbox where kind = 'eligibility'", NULL);
  g_autofree char *server_log = NULL;

  g_assert_cmpint (g_ascii_strtoll (asked, NULL, 10), >, 20);
  g_assert_cmpint (g_ascii_strtoll (events, NULL, 10), >, 40);
  g_assert_cmpstr (traced, ==, "0");
  g_assert_true (g_file_get_contents (words, &said, NULL, NULL));
  g_assert_true (g_file_get_contents (log, &server_log, NULL, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (canaries); i++)
    if (strstr (said, canaries[i]) != NULL || strstr (server_log, canaries[i]) != NULL || strstr (metrics, canaries[i]) != NULL)
      g_error ("“%s” got out", canaries[i]);
}

/* The rest of what is said goes where it went; theirs goes into a file. */
static void
start_all (void)
{
  g_autofree char *feed = ivr_test_server_uri (server, "ivr_gateway");
  g_autofree char *carrier = ivr_test_server_uri (server, "ivr_lookup");
  g_autofree char *line = NULL;
  int own = dup (STDERR_FILENO);
  int fd;

  words = g_build_filename (ivr_test_server_get_folder (server), "words", NULL);
  fd = open (words, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  g_assert_cmpint (fd, >=, 0);
  dup2 (fd, STDERR_FILENO);
  payer = start_payer ("ivr_lookup", "--demo", &line);
  g_assert_nonnull (line);
  g_assert_true (g_str_has_prefix (line, LISTENING));
  payer_base = g_strdup (line + strlen (LISTENING));
  gateway = ivr_test_gateway_new_with (feed, NULL, (const char *[]) { "--ask-payers", carrier, "--mock-payer", payer_base, NULL });
  dup2 (own, STDERR_FILENO);
  close (own);
  close (fd);
}

int
main (int    argc,
      char **argv)
{
  const struct { PGconn **db; const char *login; } people[] = { { &admin, NULL }, { &casey, "casey.example" }, { &sam, "sam.demo" } };
  int status;

  g_test_init (&argc, &argv, NULL);
  server = ivr_test_server_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (people); i++)
    {
      g_autofree char *uri = ivr_test_server_uri (server, people[i].login);

      *people[i].db = ivr_test_connect (uri);
    }
  ivr_test_do (admin, "update ivr.patients set last_name = '" CANARY "'");
  start_all ();
  g_test_add_func ("/asking/habits", test_habits);
  g_test_add_func ("/asking/envelopes", test_envelopes);
  g_test_add_func ("/asking/figures", test_figures);
  g_test_add_func ("/asking/dependent", test_dependent);
  g_test_add_func ("/asking/slow", test_slow);
  g_test_add_func ("/asking/refusals", test_refusals);
  g_test_add_func ("/asking/description", test_description);
  g_test_add_func ("/asking/hang-up", test_hang_up);
  g_test_add_func ("/asking/breaker", test_breaker);
  g_test_add_func ("/asking/real-payer-is-not-mock", test_real_payer_is_not_mock);
  g_test_add_func ("/asking/mock-needs-a-demo", test_mock_needs_a_demo);
  g_test_add_func ("/asking/canary", test_canary);
  status = g_test_run ();
  ivr_test_gateway_free (gateway);
  g_object_unref (payer);
  for (gsize i = 0; i < G_N_ELEMENTS (people); i++)
    PQfinish (*people[i].db);
  ivr_test_server_free (server);
  g_free (payer_base);
  g_free (words);
  return status;
}
