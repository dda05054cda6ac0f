/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Envelopes of trading partners, mangled. The first line of an input is its Content-Type. Whatever is read of one can
 * be written again, and is the same when that is read. */
#include "ivr-fuzz.h"

#include "ivr-caqh-envelope.h"

#include <string.h>

static guint n_taken;

/* What a partner may not write in either envelope would not come back: marks of the line and of XML. */
static gboolean
is_plain (const char *text)
{
  for (; text != NULL && *text != '\0'; text++)
    if (!g_ascii_isprint (*text))
      return FALSE;
  return TRUE;
}

static void
write_again (const IvrCaqhEnvelope *envelope,
             IvrCaqhKind            kind)
{
  g_autofree char *media_type = NULL;
  g_autoptr(GBytes) bytes = ivr_caqh_envelope_write (envelope, kind, &media_type);
  g_autoptr(IvrCaqhEnvelope) again = ivr_caqh_envelope_read (bytes, media_type);

  g_assert_nonnull (again);
  g_assert_cmpstr (again->payload, ==, envelope->payload);
  g_assert_cmpstr (again->error_code, ==, envelope->error_code);
  g_assert_cmpstr (again->receiver, ==, envelope->receiver);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  const uint8_t *line = size > 0 ? memchr (data, '\n', size) : NULL;
  g_autofree char *media_type = line != NULL ? g_strndup ((const char *) data, (gsize) (line - data)) : NULL;
  g_autoptr(GBytes) body = NULL;
  g_autoptr(IvrCaqhEnvelope) envelope = NULL;

  if (line == NULL)
    return 0;
  body = g_bytes_new (line + 1, size - (gsize) (line + 1 - data));
  envelope = ivr_caqh_envelope_read (body, media_type);
  if (envelope == NULL)
    return 0;
  n_taken++;
  if (!is_plain (envelope->payload) || !is_plain (envelope->error_code) || !is_plain (envelope->receiver) || envelope->payload == NULL ||
      g_strstr_len (envelope->payload, -1, "--") != NULL)
    return 0;
  g_clear_pointer (&envelope->error_message, g_free);
  g_clear_pointer (&envelope->user, g_free);
  g_clear_pointer (&envelope->payload_type, g_free);
  g_clear_pointer (&envelope->payload_id, g_free);
  g_clear_pointer (&envelope->timestamp, g_free);
  g_clear_pointer (&envelope->sender, g_free);
  write_again (envelope, IVR_CAQH_MIME);
  write_again (envelope, IVR_CAQH_SOAP);
  return 0;
}

#ifndef IVR_LIBFUZZER

int
main (int   argc,
      char *argv[])
{
  static const char * const words[] = {
    "\r\n", "\r\n\r\n", "--", "--b\r\n", "--b--\r\n", "Content-Disposition: form-data; name=\"Payload\"\r\n", "name=", "\"", ";", "=?utf-8?B?",
    "<![CDATA[", "]]>", "]]]]><![CDATA[>", "<!DOCTYPE x [<!ENTITY a \"b\">]>", "&a;", "&#0;", "&lt;", "<", "/>", "<Payload>", "</Payload>",
    "<core:ErrorCode>", "<!--", "-->", "<?x ?>", "\xff", "\xed\xa0\x80", "multipart/form-data; boundary=", "application/soap+xml", "text/xml\n",
    NULL,
  };
  const IvrFuzz fuzz = { "caqh", NULL, words, 300000, &n_taken };

  return ivr_fuzz_run (&fuzz, argc, argv);
}

#endif
