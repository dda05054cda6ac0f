/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define IVR_HTTP_HEAD_MAX 8192
#define IVR_HTTP_BODY_MAX 1024
#define IVR_HTTP_TOKEN_MAX 256

/**
 * IvrHttpRoute:
 * @IVR_HTTP_ELIGIBILITY: POST /v1/eligibility
 * @IVR_HTTP_OPENAPI: GET /v1/openapi.json
 */
typedef enum {
  IVR_HTTP_ELIGIBILITY = 1,
  IVR_HTTP_OPENAPI,
} IvrHttpRoute;

/**
 * IvrHttpRequest:
 * @route: what is wanted
 * @token: (array length=token_length) (nullable): the bearer's token, in what was parsed
 * @body: (array length=body_length) (nullable): the body, in what was parsed
 *
 * One request. It points into the bytes that were parsed and lives no longer than they.
 */
typedef struct
{
  IvrHttpRoute route;
  const char *token;
  gsize token_length;
  const char *body;
  gsize body_length;
} IvrHttpRequest;

/**
 * IvrHttpResult:
 * @IVR_HTTP_OTHER: not for one of these routes; #IvrWsHandshakeResult tells more
 * @IVR_HTTP_MORE: it is not complete yet
 * @IVR_HTTP_READY: a whole request
 * @IVR_HTTP_REFUSED: answer with ivr_http_answer_new_problem() and close
 */
typedef enum {
  IVR_HTTP_OTHER = 1,
  IVR_HTTP_MORE,
  IVR_HTTP_READY,
  IVR_HTTP_REFUSED,
} IvrHttpResult;

IvrHttpResult ivr_http_request_parse (const char     *bytes,
                                      gsize           length,
                                      IvrHttpRequest *request,
                                      guint          *status);

G_END_DECLS
