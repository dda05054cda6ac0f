/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-http-answer.h"

#include <string.h>

/* What is said about each status. Nothing of a request ever stands in it. */
static const struct
{
  guint status;
  const char *reason;
  const char *header;
  const char *detail;
} statuses[] = {
  { 200, "OK", "", "" },
  { 400, "Bad Request", "", "The request is not written as HTTP/1.1 asks for." },
  { 401, "Unauthorized", "WWW-Authenticate: Bearer\r\n",
    "The token is missing, not known, or ran out; get another one and ask again." },
  { 404, "Not Found", "", "You have asked no such question; make it in the database first." },
  { 405, "Method Not Allowed", "Allow: GET, POST\r\n", "This address is not asked in that way." },
  { 409, "Conflict", "",
    "This question is under way, or was made too long ago; its answer is in the database when it comes." },
  { 411, "Length Required", "", "The length of the body has to be said before it." },
  { 413, "Payload Too Large", "", "The body is larger than any question." },
  { 415, "Unsupported Media Type", "", "The body has to be application/json." },
  { 422, "Unprocessable Entity", "", "The body has to be an object with the id of a question: {\"check\": \"…\"}." },
  { 429, "Too Many Requests", "Retry-After: 5\r\n", "Too many questions are under way; ask again in a few seconds." },
  { 431, "Request Header Fields Too Large", "", "The head is larger than any of ours." },
  { 503, "Service Unavailable", "Retry-After: 5\r\n", "Payers cannot be asked at present; ask again later." },
};

static guint
find (guint status)
{
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    if (statuses[i].status == status)
      return i;
  g_return_val_if_reached (1);
}

/**
 * ivr_http_answer_new:
 * @status: HTTP status
 * @media_type: what the body is
 * @body: the body
 * @length: its length
 *
 * Returns: (transfer full): a whole answer, after which the connection ends
 */
GBytes *
ivr_http_answer_new (guint       status,
                     const char *media_type,
                     const char *body,
                     gsize       length)
{
  guint at = find (status);
  GString *text = g_string_new (NULL);

  g_string_printf (text, "HTTP/1.1 %u %s\r\n%sContent-Type: %s\r\nContent-Length: %zu\r\n"
                         "Cache-Control: no-store\r\nConnection: close\r\n\r\n",
                   status, statuses[at].reason, statuses[at].header, media_type, length);
  g_string_append_len (text, body, (gssize) length);
  return g_string_free_to_bytes (text);
}

/**
 * ivr_http_answer_new_problem:
 * @status: HTTP status
 *
 * Returns: (transfer full): the answer as a problem document (RFC 9457), the same for every request of that status
 */
GBytes *
ivr_http_answer_new_problem (guint status)
{
  guint at = find (status);
  g_autoptr(GString) detail = g_string_new (statuses[at].detail);
  g_autofree char *body = NULL;

  g_string_replace (detail, "\"", "\\\"", 0);
  body = g_strdup_printf ("{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%u,\"detail\":\"%s\"}",
                          statuses[at].reason, status, detail->str);
  return ivr_http_answer_new (status, "application/problem+json", body, strlen (body));
}
