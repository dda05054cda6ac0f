/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Having a payer asked over the gateway: against a server that says what a gateway never would, and against the real one. */
#include "ivr-error.h"
#include "ivr-payer-line.h"
#include "ivr-test-gateway.h"
#include "ivr-test-server.h"

#include <gnutls/x509.h>
#include <libsoup/soup.h>
#include <string.h>

#define CHECK "6db5f169-2541-4515-9156-8cd432d8f0e4"
#define TOKEN "0123456789abcdef0123456789abcdef"
#define LONG_MS 60000
#define HUGE (4 * 1024 * 1024)

typedef struct
{
  SoupServer *server;
  char *uri;
  guint status;
  const char *type;
  const char *body;
  const char *header;      /* and its value, one more */
  gboolean is_silent;      /* takes the question and says nothing */
  guint asked;
  char *heard;             /* method, path, authorization and body */
} Fixture;

typedef struct
{
  gboolean is_over;
  char *state;
  GError *error;
} Outcome;

static void
on_request (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           data)
{
  Fixture *self = data;
  SoupMessageHeaders *in = soup_server_message_get_request_headers (message);
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autofree char *text = g_strndup (body->data, (gsize) body->length);

  self->asked++;
  g_free (self->heard);
  self->heard = g_strdup_printf ("%s %s %s %s %s", soup_server_message_get_method (message), path,
                                 soup_message_headers_get_one (in, "Authorization"), soup_message_headers_get_content_type (in, NULL), text);
  if (self->is_silent)
    {
      soup_server_message_pause (message);
      return;
    }
  soup_server_message_set_status (message, self->status, NULL);
  if (self->header != NULL)
    soup_message_headers_append (soup_server_message_get_response_headers (message), self->header, self->header + strlen (self->header) + 1);
  if (self->body != NULL)
    soup_server_message_set_response (message, self->type, SOUP_MEMORY_COPY, self->body, strlen (self->body));
}

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  GSList *uris;

  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, NULL, on_request, self, NULL);
  g_assert_true (soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error));
  uris = soup_server_get_uris (self->server);
  self->uri = g_strdup_printf ("ws://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  self->status = 200;
  self->type = "application/json";
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  soup_server_disconnect (self->server);
  g_clear_object (&self->server);
  g_free (self->uri);
  g_free (self->heard);
}

static void
asked_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  Outcome *outcome = data;

  outcome->state = ivr_payer_line_ask_finish (result, &outcome->error);
  outcome->is_over = TRUE;
}

static void
clear (Outcome *outcome)
{
  g_clear_pointer (&outcome->state, g_free);
  g_clear_error (&outcome->error);
  outcome->is_over = FALSE;
}

static gboolean
on_tick (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static void
wait_until (const gboolean *is_over)
{
  gint64 until = g_get_monotonic_time () + LONG_MS * 1000;
  guint tick = g_timeout_add (20, on_tick, NULL);

  while (!*is_over && g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (tick);
  g_assert_true (*is_over);
}

static void
ask (const char *uri,
     const char *token,
     const char *check,
     guint       timeout_ms,
     Outcome    *outcome)
{
  clear (outcome);
  ivr_payer_line_ask_async (uri, token, check, timeout_ms, NULL, asked_cb, outcome);
  wait_until (&outcome->is_over);
}

static void
test_states (Fixture       *self,
             gconstpointer  data)
{
  static const char * const states[] = { "answered", "refused", "held", "failed", "cancelled" };
  Outcome outcome = { 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    {
      g_autofree char *body = g_strdup_printf ("{\"state\":\"%s\"}", states[i]);

      self->body = body;
      ask (self->uri, TOKEN, CHECK, LONG_MS, &outcome);
      g_assert_no_error (outcome.error);
      g_assert_cmpstr (outcome.state, ==, states[i]);
      g_assert_cmpstr (self->heard, ==, "POST /v1/eligibility Bearer " TOKEN " application/json {\"check\":\"" CHECK "\"}");
    }
  /* What a later gateway says besides is not in the way. */
  self->type = "application/json; charset=utf-8";
  self->body = " {\"more\": {\"a\": [1]}, \"state\": \"held\"}\n";
  ask (self->uri, TOKEN, CHECK, LONG_MS, &outcome);
  g_assert_cmpstr (outcome.state, ==, "held");
  clear (&outcome);
}

static void
test_problems (Fixture       *self,
               gconstpointer  data)
{
  static const struct { guint status; IvrError code; const char *says; } problems[] = {
    { 400, IVR_ERROR_PROTOCOL, "no gateway of IVR Desk" }, { 401, IVR_ERROR_AUTH, "who you are" }, { 404, IVR_ERROR_NOT_FOUND, "does not know this question" },
    { 405, IVR_ERROR_PROTOCOL, "another version" }, { 409, IVR_ERROR_STALE, "on its way already" }, { 411, IVR_ERROR_PROTOCOL, "administrator" },
    { 413, IVR_ERROR_PROTOCOL, "administrator" }, { 415, IVR_ERROR_PROTOCOL, "administrator" }, { 422, IVR_ERROR_PROTOCOL, "administrator" },
    { 429, IVR_ERROR_BUSY, "few seconds" }, { 431, IVR_ERROR_PROTOCOL, "administrator" }, { 500, IVR_ERROR_BUSY, "not well" },
    { 502, IVR_ERROR_BUSY, "not well" }, { 503, IVR_ERROR_BUSY, "cannot be asked at present" }, { 204, IVR_ERROR_PROTOCOL, "administrator" },
  };
  Outcome outcome = { 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (problems); i++)
    {
      self->status = problems[i].status;
      self->type = "application/problem+json";
      self->body = problems[i].status == 204 ? NULL : "{\"type\":\"about:blank\",\"detail\":\"Zanzibarian\",\"state\":\"answered\"}";
      ask (self->uri, TOKEN, CHECK, LONG_MS, &outcome);
      g_assert_error (outcome.error, IVR_ERROR, (int) problems[i].code);
      if (strstr (outcome.error->message, problems[i].says) == NULL || strstr (outcome.error->message, "Zanzibarian") != NULL)
        g_error ("%u: %s", problems[i].status, outcome.error->message);
    }
  g_assert_cmpuint (self->asked, ==, G_N_ELEMENTS (problems));
  clear (&outcome);
}

static void
test_other_shapes (Fixture       *self,
                   gconstpointer  data)
{
  static const char * const bodies[] = {
    "", " ", "null", "[]", "{}", "\"answered\"", "{\"state\":null}", "{\"state\":1}", "{\"state\":true}", "{\"state\":[\"answered\"]}",
    "{\"state\":\"\"}", "{\"state\":\"waiting\"}", "{\"state\":\"ANSWERED\"}", "{\"state\":\"answered", "{\"state\":\"answered\"}{", "<html>answered</html>",
    "{\"state\":\"\\u0000\"}", "{\"state\":\"answered\\u0000\"}", "{\"state\":\"answ\xff\"}", "\xef\xbb\xbf", "{{{{{{{{",
  };
  g_autofree char *deep = g_strnfill (60000, '[');
  g_autofree char *huge = g_strnfill (HUGE, ' ');
  Outcome outcome = { 0 };

  for (gsize i = 0; i <= G_N_ELEMENTS (bodies) + 1; i++)
    {
      if (i == G_N_ELEMENTS (bodies))
        memcpy (huge, "{\"state\":\"answered\"}", strlen ("{\"state\":\"answered\"}"));
      self->body = i < G_N_ELEMENTS (bodies) ? bodies[i] : i == G_N_ELEMENTS (bodies) ? huge : deep;
      ask (self->uri, TOKEN, CHECK, LONG_MS, &outcome);
      g_test_message ("%.60s", self->body);
      g_assert_error (outcome.error, IVR_ERROR, IVR_ERROR_PROTOCOL);
      g_assert_null (outcome.state);
    }
  self->body = "{\"state\":\"answered\"}";
  self->type = "text/html";
  ask (self->uri, TOKEN, CHECK, LONG_MS, &outcome);
  g_assert_error (outcome.error, IVR_ERROR, IVR_ERROR_PROTOCOL);
  self->type = "application/json";
  self->header = "Content-Encoding\0gzip";
  ask (self->uri, TOKEN, CHECK, LONG_MS, &outcome);
  g_assert_error (outcome.error, IVR_ERROR, IVR_ERROR_PROTOCOL);
  clear (&outcome);
}

/* Nobody is followed: the token would be told to somebody else. */
static void
test_redirect (Fixture       *self,
               gconstpointer  data)
{
  static const guint statuses[] = { 301, 302, 303, 307, 308 };
  Outcome outcome = { 0 };

  self->header = "Location\0/elsewhere";
  self->body = "{\"state\":\"answered\"}";
  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      self->status = statuses[i];
      ask (self->uri, TOKEN, CHECK, LONG_MS, &outcome);
      g_assert_error (outcome.error, IVR_ERROR, IVR_ERROR_PROTOCOL);
    }
  g_assert_cmpuint (self->asked, ==, G_N_ELEMENTS (statuses));
  clear (&outcome);
}

static void
test_silent (Fixture       *self,
             gconstpointer  data)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  Outcome outcome = { 0 };

  self->is_silent = TRUE;
  ask (self->uri, TOKEN, CHECK, 200, &outcome);
  g_assert_error (outcome.error, IVR_ERROR, IVR_ERROR_OUTCOME_UNKNOWN);
  clear (&outcome);
  ivr_payer_line_ask_async (self->uri, TOKEN, CHECK, LONG_MS, cancellable, asked_cb, &outcome);
  while (self->asked < 2)
    g_main_context_iteration (NULL, TRUE);
  g_cancellable_cancel (cancellable);
  wait_until (&outcome.is_over);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  clear (&outcome);
  /* Cancelled before it began: nobody is asked. */
  ivr_payer_line_ask_async (self->uri, TOKEN, CHECK, LONG_MS, cancellable, asked_cb, &outcome);
  wait_until (&outcome.is_over);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (self->asked, ==, 2);
  clear (&outcome);
}

static void
test_not_there (void)
{
  static const struct { const char *uri; IvrError code; } places[] = {
    { "ws://127.0.0.1:1", IVR_ERROR_OFFLINE }, { "unix:/nonexistent/gateway", IVR_ERROR_OFFLINE }, { "http://127.0.0.1:1", IVR_ERROR_INVALID },
    { "", IVR_ERROR_INVALID }, { "wss://", IVR_ERROR_INVALID }, { "ws://127.0.0.1:99999", IVR_ERROR_INVALID },
  };
  Outcome outcome = { 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    {
      ask (places[i].uri, TOKEN, CHECK, LONG_MS, &outcome);
      g_test_message ("%s", places[i].uri);
      g_assert_error (outcome.error, IVR_ERROR, (int) places[i].code);
    }
  clear (&outcome);
}

/* A certificate of 127.0.0.1 that vouches for itself, which nobody else does. */
static GTlsCertificate *
make_certificate (void)
{
  const guint8 here[] = { 127, 0, 0, 1 };
  const guint8 serial[] = { 7 };
  gnutls_x509_privkey_t key;
  gnutls_x509_crt_t crt;
  gnutls_datum_t key_pem, crt_pem;
  g_autofree char *both = NULL;
  g_autoptr(GError) error = NULL;
  GTlsCertificate *certificate;

  g_assert_cmpint (gnutls_x509_privkey_init (&key), ==, 0);
  g_assert_cmpint (gnutls_x509_privkey_generate (key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_init (&crt), ==, 0);
  gnutls_x509_crt_set_version (crt, 3);
  gnutls_x509_crt_set_serial (crt, serial, sizeof serial);
  gnutls_x509_crt_set_activation_time (crt, time (NULL) - 3600);
  gnutls_x509_crt_set_expiration_time (crt, time (NULL) + 86400);
  gnutls_x509_crt_set_dn_by_oid (crt, GNUTLS_OID_X520_COMMON_NAME, 0, "gateway of a test", 17);
  gnutls_x509_crt_set_subject_alt_name (crt, GNUTLS_SAN_IPADDRESS, here, sizeof here, GNUTLS_FSAN_SET);
  g_assert_cmpint (gnutls_x509_crt_set_key (crt, key), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_sign2 (crt, crt, key, GNUTLS_DIG_SHA256, 0), ==, 0);
  g_assert_cmpint (gnutls_x509_privkey_export2 (key, GNUTLS_X509_FMT_PEM, &key_pem), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_export2 (crt, GNUTLS_X509_FMT_PEM, &crt_pem), ==, 0);
  both = g_strconcat ((char *) crt_pem.data, (char *) key_pem.data, NULL);
  certificate = g_tls_certificate_new_from_pem (both, -1, &error);
  g_assert_no_error (error);
  gnutls_free (key_pem.data);
  gnutls_free (crt_pem.data);
  gnutls_x509_crt_deinit (crt);
  gnutls_x509_privkey_deinit (key);
  return certificate;
}

/* Whose certificate nobody vouches for is told nothing; and one that does not speak TLS is not there. */
static void
test_tls (Fixture       *self,
          gconstpointer  data)
{
  g_autofree char *plain = g_strconcat ("wss://", self->uri + strlen ("ws://"), NULL);
  g_autoptr(GTlsCertificate) certificate = make_certificate ();
  g_autoptr(GError) error = NULL;
  g_autofree char *uri = NULL;
  Outcome outcome = { 0 };
  GSList *uris;

  ask (plain, TOKEN, CHECK, 1000, &outcome);
  g_assert_nonnull (outcome.error);
  soup_server_set_tls_certificate (self->server, certificate);
  g_assert_true (soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY | SOUP_SERVER_LISTEN_HTTPS, &error));
  uris = soup_server_get_uris (self->server);
  for (GSList *l = uris; l != NULL; l = l->next)
    if (g_str_equal (g_uri_get_scheme (l->data), "https"))
      uri = g_strdup_printf ("wss://127.0.0.1:%d", g_uri_get_port (l->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  self->body = "{\"state\":\"answered\"}";
  ask (uri, TOKEN, CHECK, LONG_MS, &outcome);
  g_assert_error (outcome.error, IVR_ERROR, IVR_ERROR_CERTIFICATE);
  g_assert_cmpuint (self->asked, ==, 0);
  clear (&outcome);
}

/* The real gateway, to which no question of this kind was ever made, and which is not set up to ask. */
static void
test_gateway (void)
{
  g_autoptr(IvrTestServer) server = ivr_test_server_new ();
  g_autofree char *database = ivr_test_server_uri (server, "ivr_gateway");
  g_autofree char *carrier = ivr_test_server_uri (server, "ivr_lookup");
  g_autofree char *uri = NULL;
  g_autofree char *token = ivr_test_server_dup_token (server, "casey.example");
  Outcome outcome = { 0 };
  IvrTestGateway *gateway = ivr_test_gateway_new (database, NULL);

  uri = g_strconcat ("ws://", ivr_test_gateway_get_address (gateway), NULL);
  ask (uri, token, CHECK, LONG_MS, &outcome);
  g_assert_error (outcome.error, IVR_ERROR, IVR_ERROR_BUSY);
  ivr_test_gateway_free (gateway);
  ask (uri, token, CHECK, LONG_MS, &outcome);
  g_assert_error (outcome.error, IVR_ERROR, IVR_ERROR_OFFLINE);
  gateway = ivr_test_gateway_new_with (database, NULL, (const char *[]) { "--ask-payers", carrier, NULL });
  g_free (uri);
  uri = g_strconcat ("ws://", ivr_test_gateway_get_address (gateway), NULL);
  do
    ask (uri, token, CHECK, LONG_MS, &outcome);
  while (g_error_matches (outcome.error, IVR_ERROR, IVR_ERROR_BUSY));   /* until it has its line to the database */
  g_assert_error (outcome.error, IVR_ERROR, IVR_ERROR_NOT_FOUND);
  ask (uri, TOKEN, CHECK, LONG_MS, &outcome);
  g_assert_error (outcome.error, IVR_ERROR, IVR_ERROR_AUTH);
  ask (uri, token, "no id", LONG_MS, &outcome);
  g_assert_error (outcome.error, IVR_ERROR, IVR_ERROR_PROTOCOL);
  ivr_test_gateway_free (gateway);
  clear (&outcome);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/payer-line/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("states", test_states);
  ADD ("problems", test_problems);
  ADD ("other-shapes", test_other_shapes);
  ADD ("redirect", test_redirect);
  ADD ("silent", test_silent);
  ADD ("tls", test_tls);
  g_test_add_func ("/payer-line/not-there", test_not_there);
  g_test_add_func ("/payer-line/gateway", test_gateway);
  return g_test_run ();
}
