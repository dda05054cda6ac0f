/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-payer-ask.h"

#include "ivr-error.h"
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

/**
 * ivr_payer_ask_dup_body:
 * @self: a question
 * @media_type: (out) (transfer none): what it is
 * @error: return location; without a value of the question
 *
 * Returns: (transfer full) (nullable): what is sent
 */
char *
ivr_payer_ask_dup_body (IvrPayerAsk  *self,
                        const char  **media_type,
                        GError      **error)
{
  if (g_str_equal (self->kind, "x12"))
    {
      *media_type = "application/edi-x12";
      return ivr_x12_writer_question (&self->question, error);
    }
  if (g_str_equal (self->kind, "fhir"))
    {
      *media_type = "application/fhir+json";
      return ivr_fhir_writer_question (&self->question, error);
    }
  g_set_error_literal (error, IVR_ERROR, IVR_ERROR_INVALID, "This gateway cannot ask in that way.");
  return NULL;
}
