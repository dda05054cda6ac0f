/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Envelopes as trading partners write them, and as they do not. */
#include "ivr-caqh-envelope.h"

#include <string.h>

#define X12 "ISA*00*          *00*          *ZZ*THEM           *ZZ*US             *260102*0304*^*00501*000000001*0*T*:~IEA*0*000000001~"
#define BOUNDARY "=_boundary.1"
#define PART(name, value) "--" BOUNDARY "\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"
#define END "--" BOUNDARY "--\r\n"
#define MIME "multipart/form-data; boundary=\"" BOUNDARY "\""
#define SOAP "application/soap+xml; charset=utf-8; action=\"RealTimeTransaction\""
#define OPEN "<?xml version=\"1.0\"?>\n<env:Envelope xmlns:env=\"http://www.w3.org/2003/05/soap-envelope\"><env:Header/><env:Body>" \
             "<ns1:COREEnvelopeRealTimeResponse xmlns:ns1=\"http://www.caqh.org/SOAP/WSDL/CORERule2.2.0.xsd\">"
#define CLOSE "</ns1:COREEnvelopeRealTimeResponse></env:Body></env:Envelope>"

static IvrCaqhEnvelope *
read_text (const char *text,
           const char *media_type)
{
  g_autoptr(GBytes) body = g_bytes_new (text, strlen (text));

  return ivr_caqh_envelope_read (body, media_type);
}

static void
test_mime (void)
{
  g_autoptr(IvrCaqhEnvelope) e = read_text (PART ("PayloadType", "X12_271_Response_005010X279A1") PART ("ProcessingMode", "RealTime")
                                            PART ("PayloadID", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6") PART ("CORERuleVersion", "2.2.0")
                                            PART ("ErrorCode", "Success") PART ("ErrorMessage", "") PART ("Payload", X12) PART ("Extra", "x") END, MIME);

  g_assert_nonnull (e);
  g_assert_cmpstr (e->payload_type, ==, "X12_271_Response_005010X279A1");
  g_assert_cmpstr (e->payload_id, ==, "f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
  g_assert_cmpstr (e->error_code, ==, "Success");
  g_assert_cmpstr (e->payload, ==, X12);
  g_assert_null (e->user);
}

static void
test_soap (void)
{
  g_autoptr(IvrCaqhEnvelope) e = read_text (OPEN "<PayloadType>X12_271_Response_005010X279A1</PayloadType>\n <ns1:PayloadID>p</ns1:PayloadID>"
                                            "<!-- a remark --><Payload><![CDATA[" X12 "]]></Payload><ErrorCode>Success</ErrorCode><ErrorMessage/>" CLOSE, SOAP);
  g_autoptr(IvrCaqhEnvelope) escaped = read_text (OPEN "<Payload>A&amp;B&#126;</Payload><ErrorCode>Success</ErrorCode>" CLOSE, "text/xml");

  g_assert_nonnull (e);
  g_assert_cmpstr (e->payload, ==, X12);
  g_assert_cmpstr (e->payload_id, ==, "p");
  g_assert_cmpstr (e->error_message, ==, "");
  g_assert_nonnull (escaped);
  g_assert_cmpstr (escaped->payload, ==, "A&B~");
}

/* What is written is read again, whatever stands in it; nothing in a payload can end its envelope. */
static void
test_round (gconstpointer data)
{
  IvrCaqhKind kind = (IvrCaqhKind) GPOINTER_TO_INT (data);
  IvrCaqhEnvelope e = {
    .payload_type = (char *) "X12_270_Request_005010X279A1", .payload_id = (char *) "id", .timestamp = (char *) "2026-01-02T03:04:05Z",
    .user = (char *) "us & <them>", .password = (char *) "p\"]]>'", .sender = (char *) "US", .receiver = (char *) "THEM",
    .payload = (char *) "ISA*]]></Payload><Payload>--boundary\r\nContent-Disposition: form-data; name=\"Payload\"\r\n\r\n&amp;~",
  };
  g_autofree char *media_type = NULL;
  g_autoptr(GBytes) body = ivr_caqh_envelope_write (&e, kind, &media_type);
  g_autoptr(IvrCaqhEnvelope) again = ivr_caqh_envelope_read (body, media_type);
  gsize length;
  const char *bytes = g_bytes_get_data (body, &length);

  g_assert_nonnull (again);
  g_assert_cmpstr (again->payload, ==, e.payload);
  g_assert_cmpstr (again->user, ==, e.user);
  g_assert_cmpstr (again->password, ==, e.password);
  g_assert_cmpstr (again->timestamp, ==, e.timestamp);
  g_assert_cmpstr (again->sender, ==, e.sender);
  /* Half of it is never more than what was there, and ends no program. */
  for (gsize i = 0; i < length; i++)
    {
      g_autoptr(GBytes) cut = g_bytes_new (bytes, i);
      g_autoptr(IvrCaqhEnvelope) part = ivr_caqh_envelope_read (cut, media_type);

      if (kind == IVR_CAQH_SOAP)
        g_assert_null (part);
      else if (part != NULL && part->payload != NULL)
        g_assert_cmpuint (strlen (part->payload), <=, strlen (e.payload));
    }
}

/* What the rule has in its own words, in its own order and place. */
static void
test_wire (void)
{
  IvrCaqhEnvelope e = {
    .payload_type = (char *) "X12_270_Request_005010X279A1", .payload_id = (char *) "id", .timestamp = (char *) "2026-01-02T03:04:05Z",
    .user = (char *) "us", .password = (char *) "secret", .sender = (char *) "US", .receiver = (char *) "THEM", .payload = (char *) "ISA~",
  };
  g_autofree char *mime_type = NULL;
  g_autofree char *soap_type = NULL;
  g_autoptr(GBytes) mime = ivr_caqh_envelope_write (&e, IVR_CAQH_MIME, &mime_type);
  g_autoptr(GBytes) soap = ivr_caqh_envelope_write (&e, IVR_CAQH_SOAP, &soap_type);
  g_autofree char *mime_text = g_strndup (g_bytes_get_data (mime, NULL), g_bytes_get_size (mime));
  g_autofree char *soap_text = g_strndup (g_bytes_get_data (soap, NULL), g_bytes_get_size (soap));

  g_assert_true (g_str_has_prefix (mime_type, "multipart/form-data; boundary="));
  g_assert_nonnull (strstr (mime_text, "name=\"ProcessingMode\"\r\n\r\nRealTime\r\n"));
  g_assert_nonnull (strstr (mime_text, "name=\"CORERuleVersion\"\r\n\r\n2.2.0\r\n"));
  g_assert_nonnull (strstr (mime_text, "name=\"UserName\"\r\n\r\nus\r\n"));
  g_assert_true (g_str_has_prefix (soap_type, "application/soap+xml"));
  g_assert_nonnull (strstr (soap_text, "<wsse:Username>us</wsse:Username><wsse:Password>secret</wsse:Password>"));
  g_assert_nonnull (strstr (soap_text, "<core:COREEnvelopeRealTimeRequest xmlns:core=\"http://www.caqh.org/SOAP/WSDL/CORERule2.2.0.xsd\">"));
  g_assert_nonnull (strstr (soap_text, "<CORERuleVersion>2.2.0</CORERuleVersion><Payload><![CDATA[ISA~]]></Payload>"));
  /* Name and password are in the header alone. */
  g_assert_null (strstr (strstr (soap_text, "<soap:Body>"), "secret"));
}

static void
test_hostile (void)
{
  g_autoptr(GString) deep = g_string_new (OPEN);
  g_autoptr(GString) many = g_string_new (OPEN);
  g_autoptr(GString) parts = g_string_new (NULL);
  const struct { const char *text; const char *media; } wrong[] = {
    { "", SOAP }, { "", MIME }, { "", NULL }, { X12, NULL }, { X12, "application/edi-x12" }, { "<html><body>Sign in</body></html>", "text/html" },
    { "<!DOCTYPE a [<!ENTITY x \"y\">]>" OPEN "<Payload>&x;</Payload>" CLOSE, SOAP },
    { OPEN "<Payload>&x;</Payload>" CLOSE, SOAP },
    { OPEN "<Payload>a<b/></Payload>" CLOSE, SOAP },
    { OPEN "<Payload>a</Payload><Payload>b</Payload>" CLOSE, SOAP },
    { OPEN "<Payload>a</Payload>", SOAP },
    { "\xff\xfe<a/>", SOAP },
    { PART ("Payload", "a") PART ("Payload", "b") END, MIME },
    { PART ("Payload", "a") END, "multipart/form-data" },
    { PART ("Payload", "a") END, "multipart/form-data; boundary=" },
    { "no parts at all", MIME },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr(IvrCaqhEnvelope) e = read_text (wrong[i].text, wrong[i].media);

      if (e != NULL && e->payload != NULL)
        g_error ("%" G_GSIZE_FORMAT " is read", i);
    }
  for (guint i = 0; i < 100000; i++)
    g_string_append (deep, "<a>");
  for (guint i = 0; i < 100000; i++)
    g_string_append (many, "<a/>");
  g_string_append (many, CLOSE);
  for (guint i = 0; i < 10000; i++)
    g_string_append (parts, PART ("x", "y"));
  g_string_append (parts, PART ("Payload", "z") END);
  g_assert_null (read_text (deep->str, SOAP));
  g_assert_null (read_text (many->str, SOAP));
  g_assert_null (read_text (parts->str, MIME));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/envelope/mime", test_mime);
  g_test_add_func ("/envelope/soap", test_soap);
  g_test_add_data_func ("/envelope/round-mime", GINT_TO_POINTER (IVR_CAQH_MIME), test_round);
  g_test_add_data_func ("/envelope/round-soap", GINT_TO_POINTER (IVR_CAQH_SOAP), test_round);
  g_test_add_func ("/envelope/wire", test_wire);
  g_test_add_func ("/envelope/hostile", test_hostile);
  return g_test_run ();
}
