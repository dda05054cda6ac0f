/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-desk-port.h"

#include "ivr-http-answer.h"
#include "ivr-json.h"

#include <string.h>

struct _IvrDeskPort
{
  IvrLookup *lookup; /* NULL where payers are not asked */
};

/* One desk that waits; the question goes on when the desk hangs up. */
typedef struct
{
  IvrClient *client; /* NULL when gone */
} Waiting;

/**
 * ivr_desk_port_new:
 * @lookup: (nullable): who asks payers
 *
 * Returns: (transfer full): the port
 */
IvrDeskPort *
ivr_desk_port_new (IvrLookup *lookup)
{
  IvrDeskPort *self = g_new0 (IvrDeskPort, 1);

  if (lookup != NULL)
    self->lookup = g_object_ref (lookup);
  return self;
}

void
ivr_desk_port_free (IvrDeskPort *self)
{
  g_clear_object (&self->lookup);
  g_free (self);
}

static void
answer_problem (IvrClient *client,
                guint      status)
{
  g_autoptr(GBytes) answer = ivr_http_answer_new_problem (status);

  ivr_client_answer (client, answer);
}

static void
answer_json (IvrClient  *client,
             const char *body,
             gsize       length)
{
  g_autoptr(GBytes) answer = ivr_http_answer_new (200, "application/json", body, length);

  ivr_client_answer (client, answer);
}

static void
on_over (IvrLookupResult  result,
         const char      *state,
         gpointer         data)
{
  static const guint statuses[] = {
    [IVR_LOOKUP_UNKNOWN] = 401, [IVR_LOOKUP_MISSING] = 404, [IVR_LOOKUP_BUSY] = 409,
    [IVR_LOOKUP_MANY] = 429, [IVR_LOOKUP_AWAY] = 503,
  };
  Waiting *waiting = data;
  IvrClient *client = waiting->client;
  g_autofree char *body = NULL;

  g_free (waiting);
  if (client == NULL)
    return;
  ivr_client_set_data (client, NULL);
  if (result != IVR_LOOKUP_OVER)
    {
      answer_problem (client, statuses[result]);
      return;
    }
  body = g_strdup_printf ("{\"state\":\"%s\"}", state);
  answer_json (client, body, strlen (body));
}

/* Returns: (nullable): the id of a question, and nothing else is in the object. */
static char *
dup_check (const IvrHttpRequest *request)
{
  g_autoptr(IvrJson) json = ivr_json_new (request->body, request->body_length, NULL);
  const IvrJsonNode *root = json != NULL ? ivr_json_get_root (json) : NULL;
  const char *check;
  guint32 twice;

  if (root == NULL || ivr_json_type (root) != IVR_JSON_OBJECT || ivr_json_length (json, root) != 1 ||
      ivr_json_get_twice (json, &twice))
    return NULL;
  check = ivr_json_string (json, root, "check");
  return check != NULL && g_uuid_string_is_valid (check) ? g_strdup (check) : NULL;
}

static GBytes *
hash_token (const IvrHttpRequest *request)
{
  g_autoptr(GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize n = sizeof digest;

  g_checksum_update (sum, (const guchar *) request->token, (gssize) request->token_length);
  g_checksum_get_digest (sum, digest, &n);
  return g_bytes_new (digest, n);
}

/**
 * ivr_desk_port_request:
 * @self: the port
 * @client: who asks; is answered now or later
 * @request: what is asked; not kept
 */
void
ivr_desk_port_request (IvrDeskPort          *self,
                       IvrClient            *client,
                       const IvrHttpRequest *request)
{
  g_autofree char *check = NULL;
  g_autoptr(GBytes) hash = NULL;
  Waiting *waiting;

  if (request->route == IVR_HTTP_OPENAPI)
    {
      g_autoptr(GBytes) text = g_resources_lookup_data ("/org/ivrdesk/gateway/openapi.json", G_RESOURCE_LOOKUP_FLAGS_NONE,
                                                        NULL);

      answer_json (client, g_bytes_get_data (text, NULL), g_bytes_get_size (text));
      return;
    }
  check = dup_check (request);
  if (check == NULL || self->lookup == NULL || ivr_lookup_is_full (self->lookup))
    {
      answer_problem (client, check == NULL ? 422 : self->lookup == NULL ? 503 : 429);
      return;
    }
  hash = hash_token (request);
  waiting = g_new0 (Waiting, 1);
  waiting->client = client;
  ivr_client_set_data (client, waiting);
  ivr_lookup_ask (self->lookup, check, hash, on_over, waiting);
}

/**
 * ivr_desk_port_gone:
 * @client: a client that asked and is not there any more
 */
void
ivr_desk_port_gone (IvrClient *client)
{
  Waiting *waiting = ivr_client_get_data (client);

  if (waiting != NULL)
    waiting->client = NULL;
}
