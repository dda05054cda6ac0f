/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-payer-ask.h"

#include "ivr-caqh-envelope.h"
#include "ivr-fhir-writer.h"
#include "ivr-x12-writer.h"

#include <string.h>

static guint64
number (IvrJson           *json,
        const IvrJsonNode *root,
        const char        *path)
{
  const char *text = ivr_json_number (json, root, path);

  return text != NULL ? g_ascii_strtoull (text, NULL, 10) : 0;
}

static void
read_question (IvrPayerAsk       *self,
               const IvrJsonNode *root)
{
  IvrEdiQuestion *q = &self->question;
  const struct { const char **to; const char *path; } texts[] = {
    { &q->sender_qualifier, "connector.sender_qualifier" }, { &q->sender, "connector.sender" },
    { &q->receiver_qualifier, "connector.receiver_qualifier" }, { &q->receiver, "connector.receiver" },
    { &q->trace_origin, "connector.origin" }, { &q->trace, "trace" },
    { &q->payer, "question.payer" }, { &q->payer_id, "question.payer_id" },
    { &q->provider_last, "question.provider" }, { &q->provider_npi, "question.npi" },
    { &q->subscriber_last, "question.last" }, { &q->subscriber_first, "question.first" },
    { &q->member_id, "question.member_id" }, { &q->group, "question.group" },
    { &q->born, "question.born" }, { &q->sex, "question.sex" },
    { &q->dependent_last, "question.dependent_last" }, { &q->dependent_first, "question.dependent_first" },
    { &q->dependent_born, "question.dependent_born" }, { &q->dependent_sex, "question.dependent_sex" },
    { &q->relation, "question.relation" }, { &q->from, "question.from" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    *texts[i].to = ivr_json_string (self->json, root, texts[i].path);
  q->control = (guint32) number (self->json, root, "control");
  q->at = g_date_time_new_from_unix_utc ((gint64) number (self->json, root, "asked_at"));
  q->is_test = self->is_mock;
  self->services[0] = "30";
  q->services = self->services;
}

/**
 * ivr_payer_ask_new:
 * @document: what lookup.take() gave, whose result is "taken"
 *
 * Returns: (transfer full) (nullable): the question; %NULL when the database speaks another version
 */
IvrPayerAsk *
ivr_payer_ask_new (const char *document)
{
  g_autoptr(IvrPayerAsk) self = g_new0 (IvrPayerAsk, 1);
  const IvrJsonNode *root, *mock;

  self->json = ivr_json_new (document, strlen (document), NULL);
  if (self->json == NULL)
    return NULL;
  root = ivr_json_get_root (self->json);
  self->kind = ivr_json_string (self->json, root, "connector.kind");
  self->address = ivr_json_string (self->json, root, "connector.address");
  self->secret = ivr_json_string (self->json, root, "connector.secret");
  self->payer = ivr_json_string (self->json, root, "connector.payer_id");
  self->timeout_ms = (guint) number (self->json, root, "connector.timeout_seconds") * 1000;
  self->retries = (guint) number (self->json, root, "connector.retries");
  mock = ivr_json_path (self->json, root, "connector.is_mock");
  self->is_mock = mock != NULL && ivr_json_type (mock) == IVR_JSON_TRUE;
  if (self->kind == NULL || self->address == NULL || self->payer == NULL || self->timeout_ms == 0)
    return NULL;
  read_question (self, root);
  return g_steal_pointer (&self);
}

void
ivr_payer_ask_free (IvrPayerAsk *self)
{
  g_clear_pointer (&self->question.at, g_date_time_unref);
  g_clear_pointer (&self->json, ivr_json_free);
  g_free (self);
}

static IvrCaqhKind
envelope_kind (IvrPayerAsk *self)
{
  return g_str_equal (self->kind, "core-mime") ? IVR_CAQH_MIME : g_str_equal (self->kind, "core-soap") ? IVR_CAQH_SOAP : 0;
}

/**
 * ivr_payer_ask_can_login:
 * @self: a question
 * @login: (nullable): what the gateway keeps for its payer
 *
 * Returns: whether that is what this way of asking needs
 */
gboolean
ivr_payer_ask_can_login (IvrPayerAsk         *self,
                         const IvrPayerLogin *login)
{
  if (login == NULL)
    return self->secret == NULL && (self->is_mock || envelope_kind (self) == 0);
  return envelope_kind (self) != 0 ? login->user != NULL && login->password != NULL : login->authorization != NULL;
}

/* Sender and receiver are the trading partners, as in the interchange itself. */
static GBytes *
write_enveloped (IvrPayerAsk          *self,
                 const IvrPayerLogin  *login,
                 char                **media_type)
{
  g_autoptr(IvrCaqhEnvelope) envelope = g_new0 (IvrCaqhEnvelope, 1);
  g_autoptr(GDateTime) now = g_date_time_new_now_utc ();

  envelope->payload = ivr_x12_writer_question (&self->question, NULL);
  if (envelope->payload == NULL || !ivr_payer_ask_can_login (self, login))
    return NULL;
  envelope->payload_type = g_strdup ("X12_270_Request_005010X279A1");
  envelope->payload_id = g_uuid_string_random ();
  envelope->timestamp = g_date_time_format (now, "%Y-%m-%dT%H:%M:%SZ");
  /* An invented payer knows everybody. */
  envelope->user = g_strdup (login != NULL ? login->user : "demo");
  envelope->password = g_strdup (login != NULL ? login->password : "demo");
  envelope->sender = g_strdup (self->question.sender);
  envelope->receiver = g_strdup (self->question.receiver);
  return ivr_caqh_envelope_write (envelope, envelope_kind (self), media_type);
}

/**
 * ivr_payer_ask_write:
 * @self: a question
 * @login: (nullable): how the payer knows this gateway; envelopes carry it
 * @media_type: (out) (transfer full): value of Content-Type
 *
 * Returns: (transfer full) (nullable): what is sent; %NULL when it cannot be asked: a value is missing, or user and
 *   password of an envelope
 */
GBytes *
ivr_payer_ask_write (IvrPayerAsk          *self,
                     const IvrPayerLogin  *login,
                     char                **media_type)
{
  gboolean is_x12 = g_str_equal (self->kind, "x12");
  char *text;

  *media_type = NULL;
  if (envelope_kind (self) != 0)
    return write_enveloped (self, login, media_type);
  if (!is_x12 && !g_str_equal (self->kind, "fhir"))
    return NULL;
  text = is_x12 ? ivr_x12_writer_question (&self->question, NULL) : ivr_fhir_writer_question (&self->question, NULL);
  if (text == NULL)
    return NULL;
  *media_type = g_strdup (is_x12 ? "application/edi-x12" : "application/fhir+json");
  return g_bytes_new_take (text, strlen (text));
}

/* Codes of the rule; whatever else a payer writes there is its own word and goes no further. */
static const char *
envelope_problem (const char *code)
{
  static const struct { const char *code; const char *problem; } known[] = {
    { "UnAuthorized", "core-unauthorized" }, { "VersionMismatch", "core-version" }, { "IncorrectCORERuleVersion", "core-version" },
    { "CORERuleVersionRequired", "core-version" }, { "PayloadTypeNotSupported", "core-type" }, { "ReceiverIDIllegal", "core-partner" },
    { "SenderIDIllegal", "core-partner" }, { "SenderIDRequired", "core-partner" }, { "ReceiverIDRequired", "core-partner" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_str_equal (known[i].code, code))
      return known[i].problem;
  return "core-error";
}

/**
 * ivr_payer_ask_unwrap:
 * @self: a question
 * @body: what came
 * @media_type: (nullable): value of Content-Type
 * @problem: (out) (transfer none): why there is no answer in it
 *
 * Returns: (transfer full) (nullable): the answer without its envelope
 */
GBytes *
ivr_payer_ask_unwrap (IvrPayerAsk  *self,
                      GBytes       *body,
                      const char   *media_type,
                      const char  **problem)
{
  g_autoptr(IvrCaqhEnvelope) envelope = NULL;
  char *payload;

  if (envelope_kind (self) == 0)
    return g_bytes_ref (body);
  envelope = ivr_caqh_envelope_read (body, media_type);
  *problem = "envelope";
  if (envelope == NULL || (envelope->error_code == NULL && envelope->payload == NULL))
    return NULL;
  if (envelope->error_code != NULL && !g_str_equal (envelope->error_code, "Success"))
    {
      *problem = envelope_problem (envelope->error_code);
      return NULL;
    }
  /* Without a payload there is nothing to read; the reader says which kind of nothing. */
  payload = envelope->payload != NULL ? g_steal_pointer (&envelope->payload) : g_strdup ("");
  return g_bytes_new_take (payload, strlen (payload));
}
