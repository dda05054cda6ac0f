/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A payer over TLS: asked only when its certificate is vouched for and has its name, and told the key that the
 * gateway keeps for it. */
#include "ivr-test-gateway.h"
#include "ivr-test-server.h"

#include <glib/gstdio.h>
#include <gnutls/x509.h>
#include <libsoup/soup.h>
#include <string.h>

#define REQUEST "6db5f169-2541-4515-9156-8cd432d8f0e4"
#define KEY "Bearer Canary-7741"

static IvrTestServer *server;
static PGconn *admin, *casey;
static char *folder, *certificate, *secrets;
static GMainLoop *payer_loop;
static int payer_port;
static int n_asked;      /* atomic */
static int n_authorized; /* atomic */

/* A certificate of 127.0.0.1 that vouches for itself. */
static void
make_certificate (void)
{
  const guint8 here[] = { 127, 0, 0, 1 };
  const guint8 serial[] = { 7, 4, 1 };
  gnutls_x509_privkey_t key;
  gnutls_x509_crt_t crt;
  gnutls_datum_t key_pem, crt_pem;
  g_autofree char *both = NULL;

  g_assert_cmpint (gnutls_x509_privkey_init (&key), ==, 0);
  g_assert_cmpint (gnutls_x509_privkey_generate (key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_init (&crt), ==, 0);
  gnutls_x509_crt_set_version (crt, 3);
  gnutls_x509_crt_set_serial (crt, serial, sizeof serial);
  gnutls_x509_crt_set_activation_time (crt, time (NULL) - 3600);
  gnutls_x509_crt_set_expiration_time (crt, time (NULL) + 86400);
  gnutls_x509_crt_set_dn_by_oid (crt, GNUTLS_OID_X520_COMMON_NAME, 0, "payer of a test", 15);
  gnutls_x509_crt_set_subject_alt_name (crt, GNUTLS_SAN_IPADDRESS, here, sizeof here, GNUTLS_FSAN_SET);
  gnutls_x509_crt_set_basic_constraints (crt, 1, 0);
  gnutls_x509_crt_set_key_usage (crt, GNUTLS_KEY_DIGITAL_SIGNATURE | GNUTLS_KEY_KEY_CERT_SIGN);
  g_assert_cmpint (gnutls_x509_crt_set_key (crt, key), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_sign2 (crt, crt, key, GNUTLS_DIG_SHA256, 0), ==, 0);
  g_assert_cmpint (gnutls_x509_privkey_export2 (key, GNUTLS_X509_FMT_PEM, &key_pem), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_export2 (crt, GNUTLS_X509_FMT_PEM, &crt_pem), ==, 0);
  both = g_strconcat ((char *) crt_pem.data, (char *) key_pem.data, NULL);
  g_assert_true (g_file_set_contents (certificate, both, -1, NULL));
  gnutls_free (key_pem.data);
  gnutls_free (crt_pem.data);
  gnutls_x509_crt_deinit (crt);
  gnutls_x509_privkey_deinit (key);
}

/* Who gets that far sees that this payer is ill, which is enough to know that it was asked. */
static void
on_request (SoupServer        *soup,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           data)
{
  const char *key = soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Authorization");

  g_atomic_int_inc (&n_asked);
  if (g_strcmp0 (key, KEY) == 0)
    g_atomic_int_inc (&n_authorized);
  soup_server_message_set_status (message, 500, NULL);
}

static gpointer
run_payer (gpointer data)
{
  g_autoptr(GMainContext) context = g_main_context_new ();
  g_autoptr(GTlsCertificate) own = g_tls_certificate_new_from_file (certificate, NULL);
  g_autoptr(SoupServer) soup = NULL;
  GMainLoop *loop;
  GSList *uris;

  g_main_context_push_thread_default (context);
  g_assert_nonnull (own);
  soup = soup_server_new ("tls-certificate", own, NULL);
  soup_server_add_handler (soup, NULL, on_request, NULL, NULL);
  g_assert_true (soup_server_listen_local (soup, 0, SOUP_SERVER_LISTEN_IPV4_ONLY | SOUP_SERVER_LISTEN_HTTPS, NULL));
  uris = soup_server_get_uris (soup);
  loop = g_main_loop_new (context, FALSE);
  g_atomic_int_set (&payer_port, g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  g_atomic_pointer_set (&payer_loop, loop);
  g_main_loop_run (loop);
  soup_server_disconnect (soup);
  g_main_context_pop_thread_default (context);
  return NULL;
}

/* Has the payer at @host asked through a gateway with @more, and returns what became of it. */
static char *
ask (const char         *host,
     const char * const *more)
{
  g_autofree char *feed = ivr_test_server_uri (server, "ivr_gateway");
  g_autoptr(IvrTestGateway) gateway = ivr_test_gateway_new_with (feed, NULL, more);
  g_autofree char *address = g_strdup_printf ("https://%s:%d/x12", host, g_atomic_int_get (&payer_port));
  g_autoptr(PGresult) set = ivr_test_query (admin, "update ivr.payer_connectors set is_mock = false, secret = 'payer', address = $1"
                                                   " where receiver = 'DEMO03' returning payer_id", address, NULL);
  g_autofree char *check = ivr_test_value (casey, "select api.begin_eligibility_check(gen_random_uuid(), $1, 1) ->> 'id'", REQUEST, NULL);
  g_autofree char *token = ivr_test_server_dup_token (server, "casey.example");
  g_autofree char *body = g_strdup_printf ("{\"check\":\"%s\"}", check);
  g_autofree char *uri = g_strdup_printf ("http://%s/v1/eligibility", ivr_test_gateway_get_address (gateway));
  g_autofree char *bearer = g_strdup_printf ("Bearer %s", token);
  g_autoptr(SoupSession) session = soup_session_new ();
  g_autoptr(SoupMessage) message = soup_message_new ("POST", uri);
  g_autoptr(GBytes) bytes = g_bytes_new (body, strlen (body));
  g_autoptr(GBytes) answer = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (PQntuples (set), ==, 1);
  soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization", bearer);
  soup_message_set_request_body_from_bytes (message, "application/json", bytes);
  answer = soup_session_send_and_read (session, message, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (soup_message_get_status (message), ==, 200);
  return ivr_test_value (admin, "select concat_ws(' ', state, problem) from ivr.eligibility_checks where id = $1", check, NULL);
}

static void
test_certificates (void)
{
  g_autofree char *carrier = ivr_test_server_uri (server, "ivr_lookup");
  const char *strangers[] = { "--ask-payers", carrier, "--payer-secrets", secrets, NULL };
  const char *trusted[] = { "--ask-payers", carrier, "--payer-secrets", secrets, "--payer-ca", certificate, NULL };
  g_autofree char *unknown = ask ("127.0.0.1", strangers);
  g_autofree char *misnamed = ask ("localhost", trusted);
  g_autofree char *known = NULL;

  g_assert_cmpstr (unknown, ==, "failed tls");
  g_assert_cmpstr (misnamed, ==, "failed tls");
  g_assert_cmpint (g_atomic_int_get (&n_asked), ==, 0);
  known = ask ("127.0.0.1", trusted);
  g_assert_cmpstr (known, ==, "failed http-500");
  g_assert_cmpint (g_atomic_int_get (&n_asked), ==, 1);
  g_assert_cmpint (g_atomic_int_get (&n_authorized), ==, 1);
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *uri = NULL;
  g_autofree char *own = NULL;
  GThread *payer;
  int status;

  g_test_init (&argc, &argv, NULL);
  server = ivr_test_server_new ();
  uri = ivr_test_server_uri (server, NULL);
  own = ivr_test_server_uri (server, "casey.example");
  admin = ivr_test_connect (uri);
  casey = ivr_test_connect (own);
  folder = ivr_test_dup_folder ();
  certificate = g_build_filename (folder, "payer.pem", NULL);
  secrets = g_build_filename (folder, "secrets", NULL);
  g_assert_true (g_file_set_contents_full (secrets, "[payer]\nauthorization=" KEY "\n", -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  make_certificate ();
  payer = g_thread_new ("payer", run_payer, NULL);
  while (g_atomic_pointer_get (&payer_loop) == NULL)
    g_usleep (1000);
  g_test_add_func ("/asking-tls/certificates", test_certificates);
  status = g_test_run ();
  g_main_loop_quit (payer_loop);
  g_thread_join (payer);
  g_main_loop_unref (payer_loop);
  PQfinish (casey);
  PQfinish (admin);
  ivr_test_server_free (server);
  ivr_test_remove_folder (folder);
  g_free (folder);
  g_free (certificate);
  g_free (secrets);
  return status;
}
