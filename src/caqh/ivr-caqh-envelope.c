/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-caqh-envelope.h"

#include <libsoup/soup.h>
#include <string.h>

#define MODE "RealTime"
#define VERSION "2.2.0"
#define SOAP_MEDIA "application/soap+xml"
#define MIME_MEDIA "multipart/form-data"

/* An envelope has a dozen fields in four levels; whoever sends more means harm. */
#define MOST_ELEMENTS 200
#define MOST_DEPTH 12
#define MOST_PARTS 40

typedef struct
{
  const char *name;
  gsize at;
} Field;

static const Field fields[] = {
  { "PayloadType", G_STRUCT_OFFSET (IvrCaqhEnvelope, payload_type) },
  { "PayloadID", G_STRUCT_OFFSET (IvrCaqhEnvelope, payload_id) },
  { "TimeStamp", G_STRUCT_OFFSET (IvrCaqhEnvelope, timestamp) },
  { "UserName", G_STRUCT_OFFSET (IvrCaqhEnvelope, user) },
  { "Password", G_STRUCT_OFFSET (IvrCaqhEnvelope, password) },
  { "SenderID", G_STRUCT_OFFSET (IvrCaqhEnvelope, sender) },
  { "ReceiverID", G_STRUCT_OFFSET (IvrCaqhEnvelope, receiver) },
  { "ErrorCode", G_STRUCT_OFFSET (IvrCaqhEnvelope, error_code) },
  { "ErrorMessage", G_STRUCT_OFFSET (IvrCaqhEnvelope, error_message) },
  { "Payload", G_STRUCT_OFFSET (IvrCaqhEnvelope, payload) },
};

/* WS-Security writes the same two otherwise. */
static const char *
own_name (const char *name)
{
  return g_str_equal (name, "Username") ? "UserName" : name;
}

static char **
find (IvrCaqhEnvelope *self,
      const char      *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    if (g_str_equal (fields[i].name, own_name (name)))
      return G_STRUCT_MEMBER_P (self, fields[i].at);
  return NULL;
}

void
ivr_caqh_envelope_free (IvrCaqhEnvelope *self)
{
  if (self->password != NULL)
    explicit_bzero (self->password, strlen (self->password));
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    g_free (G_STRUCT_MEMBER (char *, self, fields[i].at));
  g_free (self);
}

static void
add_part (SoupMultipart *multipart,
          const char    *name,
          const char    *value)
{
  if (value != NULL)
    soup_multipart_append_form_string (multipart, name, value);
}

static GBytes *
write_mime (const IvrCaqhEnvelope  *self,
            char                  **media_type)
{
  SoupMultipart *multipart = soup_multipart_new (MIME_MEDIA);
  SoupMessageHeaders *headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_MULTIPART);
  GBytes *body = NULL;

  add_part (multipart, "PayloadType", self->payload_type);
  add_part (multipart, "ProcessingMode", MODE);
  add_part (multipart, "PayloadID", self->payload_id);
  add_part (multipart, "TimeStamp", self->timestamp);
  add_part (multipart, "UserName", self->user);
  add_part (multipart, "Password", self->password);
  add_part (multipart, "SenderID", self->sender);
  add_part (multipart, "ReceiverID", self->receiver);
  add_part (multipart, "CORERuleVersion", VERSION);
  add_part (multipart, "ErrorCode", self->error_code);
  add_part (multipart, "ErrorMessage", self->error_message);
  add_part (multipart, "Payload", self->payload);
  soup_multipart_to_message (multipart, headers, &body);
  *media_type = g_strdup (soup_message_headers_get_one (headers, "Content-Type"));
  soup_message_headers_unref (headers);
  soup_multipart_free (multipart);
  return body;
}

static void
add_element (GString    *xml,
             const char *name,
             const char *value)
{
  g_autofree char *escaped = value != NULL ? g_markup_escape_text (value, -1) : NULL;

  if (escaped != NULL)
    g_string_append_printf (xml, "<%s>%s</%s>", name, escaped, name);
}

/* A document that held the end of CDATA would go on as markup: there it is cut in two. */
static void
add_payload (GString    *xml,
             const char *payload)
{
  g_auto(GStrv) pieces = g_strsplit (payload, "]]>", -1);
  g_autofree char *safe = g_strjoinv ("]]]]><![CDATA[>", pieces);

  g_string_append_printf (xml, "<Payload><![CDATA[%s]]></Payload>", safe);
}

static GBytes *
write_soap (const IvrCaqhEnvelope  *self,
            char                  **media_type)
{
  gboolean answers = self->error_code != NULL;
  const char *name = answers ? "core:COREEnvelopeRealTimeResponse" : "core:COREEnvelopeRealTimeRequest";
  GString *xml = g_string_new ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
                               "<soap:Envelope xmlns:soap=\"http://www.w3.org/2003/05/soap-envelope\"><soap:Header>");
  gsize length;
  char *text;

  if (self->user != NULL && self->password != NULL)
    {
      g_string_append (xml, "<wsse:Security soap:mustUnderstand=\"true\" xmlns:wsse=\""
                            "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\"><wsse:UsernameToken>");
      add_element (xml, "wsse:Username", self->user);
      add_element (xml, "wsse:Password", self->password);
      g_string_append (xml, "</wsse:UsernameToken></wsse:Security>");
    }
  g_string_append_printf (xml, "</soap:Header><soap:Body><%s xmlns:core=\"http://www.caqh.org/SOAP/WSDL/CORERule2.2.0.xsd\">", name);
  add_element (xml, "PayloadType", self->payload_type);
  add_element (xml, "ProcessingMode", MODE);
  add_element (xml, "PayloadID", self->payload_id);
  add_element (xml, "TimeStamp", self->timestamp);
  add_element (xml, "SenderID", self->sender);
  add_element (xml, "ReceiverID", self->receiver);
  add_element (xml, "CORERuleVersion", VERSION);
  if (self->payload != NULL)
    add_payload (xml, self->payload);
  add_element (xml, "ErrorCode", self->error_code);
  add_element (xml, "ErrorMessage", self->error_message);
  g_string_append_printf (xml, "</%s></soap:Body></soap:Envelope>", name);
  *media_type = g_strdup (SOAP_MEDIA "; charset=UTF-8; action=\"RealTimeTransaction\"");
  length = xml->len;
  text = g_string_free (xml, FALSE);
  return g_bytes_new_take (text, length);
}

/**
 * ivr_caqh_envelope_write:
 * @self: an envelope; an answer when it has an error code
 * @kind: how it travels
 * @media_type: (out) (transfer full): value of Content-Type
 *
 * Returns: (transfer full): the body of a message
 */
GBytes *
ivr_caqh_envelope_write (const IvrCaqhEnvelope  *self,
                         IvrCaqhKind             kind,
                         char                  **media_type)
{
  return kind == IVR_CAQH_SOAP ? write_soap (self, media_type) : write_mime (self, media_type);
}

/* A payer may write in Latin-1 as well; what has a NUL in it is cut where a reader would stop. */
static char *
dup_text (const char *bytes,
          gsize       length)
{
  return g_strndup (bytes, strnlen (bytes, length));
}

/* libsoup looks for the end of a part's head with strstr(), also in a body that ends before one. */
static GBytes *
end_with_nul (GBytes *body)
{
  gsize length;
  const char *bytes = g_bytes_get_data (body, &length);
  char *copy = g_malloc (length + 1);

  if (length > 0)
    memcpy (copy, bytes, length);
  copy[length] = '\0';
  return g_bytes_new_with_free_func (copy, length, g_free, copy);
}

static gboolean
read_mime (IvrCaqhEnvelope *self,
           GBytes          *body,
           const char      *media_type)
{
  SoupMessageHeaders *headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_MULTIPART);
  g_autoptr(GBytes) ended = end_with_nul (body);
  SoupMultipart *multipart;
  gboolean good;

  soup_message_headers_append (headers, "Content-Type", media_type);
  multipart = soup_multipart_new_from_message (headers, ended);
  soup_message_headers_unref (headers);
  if (multipart == NULL)
    return FALSE;
  good = soup_multipart_get_length (multipart) <= MOST_PARTS;
  for (int i = 0; good && i < soup_multipart_get_length (multipart); i++)
    {
      SoupMessageHeaders *of = NULL;
      GBytes *part = NULL;
      g_autofree char *disposition = NULL;
      g_autoptr(GHashTable) parameters = NULL;
      const char *name;
      char **to;

      if (!soup_multipart_get_part (multipart, i, &of, &part) ||
          !soup_message_headers_get_content_disposition (of, &disposition, &parameters))
        continue;
      name = parameters != NULL ? g_hash_table_lookup (parameters, "name") : NULL;
      to = name != NULL ? find (self, name) : NULL;
      /* The same field twice: nobody can say which one counts. */
      if (to != NULL && *to != NULL)
        good = FALSE;
      else if (to != NULL)
        *to = dup_text (g_bytes_get_data (part, NULL), g_bytes_get_size (part));
    }
  soup_multipart_free (multipart);
  return good;
}

typedef struct
{
  IvrCaqhEnvelope *envelope;
  char **to;                 /* of the element that is open, or NULL */
  GString *text;
  guint depth;
  guint n;
  gboolean twice;
} Reading;

static void
on_start (GMarkupParseContext  *context,
          const char           *name,
          const char          **attributes,
          const char          **values,
          gpointer              data,
          GError              **error)
{
  Reading *reading = data;
  const char *colon = strrchr (name, ':');

  if (++reading->depth > MOST_DEPTH || ++reading->n > MOST_ELEMENTS || reading->to != NULL)
    {
      g_set_error_literal (error, G_MARKUP_ERROR, G_MARKUP_ERROR_INVALID_CONTENT, "This is no envelope.");
      return;
    }
  reading->to = find (reading->envelope, colon != NULL ? colon + 1 : name);
  g_string_truncate (reading->text, 0);
}

static void
on_end (GMarkupParseContext  *context,
        const char           *name,
        gpointer              data,
        GError              **error)
{
  Reading *reading = data;

  reading->depth--;
  if (reading->to != NULL && *reading->to != NULL)
    reading->twice = TRUE;
  else if (reading->to != NULL)
    *reading->to = g_strndup (reading->text->str, reading->text->len);
  reading->to = NULL;
}

static void
on_text (GMarkupParseContext  *context,
         const char           *text,
         gsize                 length,
         gpointer              data,
         GError              **error)
{
  if (((Reading *) data)->to != NULL)
    g_string_append_len (((Reading *) data)->text, text, (gssize) length);
}

/* GMarkup knows neither DTDs nor entities of a document's own; one that brings some is refused. */
static void
on_passthrough (GMarkupParseContext  *context,
                const char           *text,
                gsize                 length,
                gpointer              data,
                GError              **error)
{
  if (length >= 2 && strncmp (text, "<!", 2) == 0 && (length < 4 || strncmp (text, "<!--", 4) != 0))
    g_set_error_literal (error, G_MARKUP_ERROR, G_MARKUP_ERROR_INVALID_CONTENT, "This envelope has a document type.");
}

static gboolean
read_soap (IvrCaqhEnvelope *self,
           GBytes          *body)
{
  static const GMarkupParser parser = { on_start, on_end, on_text, on_passthrough, NULL };
  Reading reading = { .envelope = self, .text = g_string_new (NULL) };
  g_autoptr(GMarkupParseContext) context = g_markup_parse_context_new (&parser, G_MARKUP_TREAT_CDATA_AS_TEXT, &reading, NULL);
  gsize length;
  const char *bytes = g_bytes_get_data (body, &length);
  gboolean good;

  good = bytes != NULL && g_markup_parse_context_parse (context, bytes, (gssize) length, NULL) &&
         g_markup_parse_context_end_parse (context, NULL) && !reading.twice && reading.n > 0;
  g_string_free (reading.text, TRUE);
  return good;
}

/**
 * ivr_caqh_envelope_read:
 * @body: what came; of a size that the caller has bounded
 * @media_type: (nullable): value of Content-Type, which says what it is
 *
 * Returns: (transfer full) (nullable): the envelope, which may lack any field; %NULL when it is none
 */
IvrCaqhEnvelope *
ivr_caqh_envelope_read (GBytes     *body,
                        const char *media_type)
{
  g_autoptr(IvrCaqhEnvelope) self = g_new0 (IvrCaqhEnvelope, 1);
  g_autofree char *lower = media_type != NULL ? g_ascii_strdown (media_type, -1) : NULL;
  gboolean good = FALSE;

  /* A header of more than one line is no header. */
  if (lower != NULL && strpbrk (lower, "\r\n") != NULL)
    return NULL;
  if (lower != NULL && g_str_has_prefix (lower, "multipart/"))
    good = read_mime (self, body, media_type);
  else if (lower != NULL && (g_str_has_prefix (lower, SOAP_MEDIA) || g_str_has_prefix (lower, "text/xml")))
    good = read_soap (self, body);
  return good ? g_steal_pointer (&self) : NULL;
}
