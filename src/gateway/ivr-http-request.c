/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-http-request.h"

#include <string.h>

#define VERSION " HTTP/1.1"
#define BEARER "Bearer "
#define JSON "application/json"

static const struct
{
  IvrHttpRoute route;
  const char *method;
  const char *path;
} routes[] = {
  { IVR_HTTP_ELIGIBILITY, "POST", "/v1/eligibility" },
  { IVR_HTTP_OPENAPI, "GET", "/v1/openapi.json" },
};

/* What the head said; what may be there once must not be there twice. */
typedef struct
{
  guint n_host;
  guint n_length;
  guint n_type;
  guint n_authorization;
  gboolean is_chunked;
  gboolean is_json;
  gsize length;
} Head;

static gboolean
is_same (const char *text,
         gsize       length,
         const char *wanted)
{
  return length == strlen (wanted) && memcmp (text, wanted, length) == 0;
}

static gboolean
is_named (const char *name,
          gsize       length,
          const char *wanted)
{
  return length == strlen (wanted) && g_ascii_strncasecmp (name, wanted, length) == 0;
}

static gboolean
is_name_char (char c)
{
  return g_ascii_isalnum (c) || c == '-' || c == '_';
}

static gboolean
is_value_char (char c)
{
  return c == '\t' || ((guchar) c >= 0x20 && c != 0x7f);
}

/* RFC 6750, b64token. */
static gboolean
is_token (const char *text,
          gsize       length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && (text[i] == '\0' || strchr ("-._~+/=", text[i]) == NULL))
      return FALSE;
  return length > 0 && length <= IVR_HTTP_TOKEN_MAX;
}

static gboolean
take_length (Head       *head,
             const char *value,
             gsize       length)
{
  if (length == 0 || length > 9)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isdigit (value[i]))
        return FALSE;
      head->length = head->length * 10 + (gsize) (value[i] - '0');
    }
  return ++head->n_length == 1;
}

static gboolean
take_authorization (Head           *head,
                    IvrHttpRequest *request,
                    const char     *value,
                    gsize           length)
{
  const gsize prefix = strlen (BEARER);

  if (length > prefix && g_ascii_strncasecmp (value, BEARER, prefix) == 0 && is_token (value + prefix, length - prefix))
    {
      request->token = value + prefix;
      request->token_length = length - prefix;
    }
  return ++head->n_authorization == 1;
}

/* Returns FALSE for what makes the whole request bad. */
static gboolean
take_header (Head           *head,
             IvrHttpRequest *request,
             const char     *line,
             gsize           length)
{
  const char *colon = memchr (line, ':', length);
  const char *value, *end = line + length;
  gsize name;

  if (colon == NULL || colon == line)
    return FALSE;
  name = (gsize) (colon - line);
  for (const char *p = line; p < colon; p++)
    if (!is_name_char (*p))
      return FALSE;
  for (const char *p = colon + 1; p < end; p++)
    if (!is_value_char (*p))
      return FALSE;
  for (value = colon + 1; value < end && (*value == ' ' || *value == '\t'); value++)
    ;
  while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
    end--;
  length = (gsize) (end - value);
  if (is_named (line, name, "Host"))
    return length > 0 && ++head->n_host == 1;
  if (is_named (line, name, "Content-Length"))
    return take_length (head, value, length);
  if (is_named (line, name, "Authorization"))
    return take_authorization (head, request, value, length);
  if (is_named (line, name, "Transfer-Encoding"))
    head->is_chunked = TRUE;
  else if (is_named (line, name, "Content-Type"))
    {
      const gsize json = strlen (JSON);

      head->is_json = length >= json && g_ascii_strncasecmp (value, JSON, json) == 0 &&
                      (length == json || value[json] == ';' || value[json] == ' ');
      return ++head->n_type == 1;
    }
  return TRUE;
}

/* Only CR LF ends a line: a proxy in front might take a bare LF otherwise than we do. */
static gboolean
take_lines (Head           *head,
            IvrHttpRequest *request,
            const char     *bytes,
            gsize           length)
{
  const char *end = bytes + length;

  for (const char *line = bytes; line < end;)
    {
      const char *stop = memchr (line, '\n', (gsize) (end - line));

      if (stop == NULL || stop == line || stop[-1] != '\r' || memchr (line, '\r', (gsize) (stop - line - 1)) != NULL ||
          !take_header (head, request, line, (gsize) (stop - line - 1)))
        return FALSE;
      line = stop + 1;
    }
  return head->n_host == 1;
}

/* Returns: 0 when the first line is none of ours, else its route; whether the method is the route's in @fits. */
static guint
find_route (const char *line,
            gsize       length,
            gboolean   *fits)
{
  const gsize version = strlen (VERSION);
  const char *space = memchr (line, ' ', length);

  if (space == NULL || length < version || !is_same (line + length - version, version, VERSION) ||
      space + 1 > line + length - version)
    return 0;
  for (gsize i = 0; i < G_N_ELEMENTS (routes); i++)
    if (is_same (space + 1, (gsize) (line + length - version - space - 1), routes[i].path))
      {
        *fits = is_same (line, (gsize) (space - line), routes[i].method);
        return routes[i].route;
      }
  return 0;
}

static guint
check_head (const Head           *head,
            const IvrHttpRequest *request)
{
  if (request->route == IVR_HTTP_OPENAPI)
    return head->length > 0 || head->is_chunked ? 400 : 0;
  if (head->n_length == 0 || head->is_chunked)
    return 411;
  if (head->length > IVR_HTTP_BODY_MAX)
    return 413;
  if (!head->is_json)
    return 415;
  return request->token == NULL ? 401 : 0;
}

static IvrHttpResult
refuse (guint *status,
        guint  code)
{
  *status = code;
  return IVR_HTTP_REFUSED;
}

/**
 * ivr_http_request_parse:
 * @bytes: what the client has sent so far
 * @length: how many bytes
 * @request: (out caller-allocates): what is asked, when it is ready
 * @status: (out): HTTP status, when refused: 400, 401, 405, 411, 413, 415 or 431
 *
 * Reads a whole request for one of our routes; there is no state to keep between calls. One connection has one
 * request: nothing may follow it.
 *
 * Returns: what to do
 */
IvrHttpResult
ivr_http_request_parse (const char     *bytes,
                        gsize           length,
                        IvrHttpRequest *request,
                        guint          *status)
{
  const char *stop = memmem (bytes, MIN (length, IVR_HTTP_HEAD_MAX), "\r\n", 2);
  const char *end = memmem (bytes, MIN (length, IVR_HTTP_HEAD_MAX), "\r\n\r\n", 4);
  gboolean fits = FALSE;
  Head head = { 0 };
  gsize start;
  guint code;

  *request = (IvrHttpRequest) { 0 };
  *status = 0;
  if (stop == NULL || (request->route = find_route (bytes, (gsize) (stop - bytes), &fits)) == 0)
    return IVR_HTTP_OTHER;
  if (end == NULL)
    return length < IVR_HTTP_HEAD_MAX ? IVR_HTTP_MORE : refuse (status, 431);
  start = (gsize) (end - bytes) + 4;
  if (!take_lines (&head, request, stop + 2, start - 2 - (gsize) (stop + 2 - bytes)))
    return refuse (status, 400);
  if (!fits)
    return refuse (status, 405);
  code = check_head (&head, request);
  if (code != 0)
    return refuse (status, code);
  if (length - start > head.length)
    return refuse (status, 400);
  if (length - start < head.length)
    return IVR_HTTP_MORE;
  request->body = bytes + start;
  request->body_length = head.length;
  return IVR_HTTP_READY;
}
