/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-payer-judgement.h"

#include "ivr-edi-document.h"
#include "ivr-edi-json.h"
#include "ivr-edi-match.h"
#include "ivr-edi-reject.h"
#include "ivr-fhir.h"

#include <string.h>

static void
end (IvrPayerJudgement *self,
     const char        *state,
     const char        *problem)
{
  self->state = state;
  g_free (self->problem);
  self->problem = g_strdup (problem);
}

/**
 * ivr_payer_judgement_fail:
 * @self: a zeroed judgement
 * @problem: a fixed code
 *
 * There is no answer.
 */
void
ivr_payer_judgement_fail (IvrPayerJudgement *self,
                          const char        *problem)
{
  end (self, "failed", problem);
}

void
ivr_payer_judgement_clear (IvrPayerJudgement *self)
{
  g_clear_pointer (&self->problem, g_free);
  g_clear_pointer (&self->reading, g_free);
  *self = (IvrPayerJudgement) { 0 };
}

/* The first reason of a refusal, as a code; what is in no list is a payer's own word and goes no further. */
static char *
reason_of (IvrEdiSet *set)
{
  for (guint i = 0; i < ivr_edi_n (set->rejects); i++)
    {
      const char *reason = ivr_edi_at (set->rejects, IvrEdiReject, i)->reason;

      if (reason != NULL && reason[0] != '\0' && strlen (reason) <= 3 && g_ascii_isalnum (reason[0]) &&
          g_ascii_isalnum (reason[strlen (reason) - 1]))
        {
          g_autofree char *lower = g_ascii_strdown (reason, -1);

          return g_strdup_printf ("aaa-%s", lower);
        }
    }
  return g_strdup ("refused");
}

static const char *
problem_of (IvrEdiMatch match)
{
  static const struct { IvrEdiMatch flag; const char *problem; } problems[] = {
    { IVR_EDI_MATCH_SEVERAL, "several" }, { IVR_EDI_MATCH_PATIENT_DIFFERS, "patient-differs" },
    { IVR_EDI_MATCH_PAYER_DIFFERS, "payer-differs" }, { IVR_EDI_MATCH_TRACE_DIFFERS, "trace-differs" },
    { IVR_EDI_MATCH_PATIENT_ABSENT, "patient-absent" }, { IVR_EDI_MATCH_PAYER_ABSENT, "payer-absent" },
    { IVR_EDI_MATCH_TRACE_ABSENT, "trace-absent" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (problems); i++)
    if ((match & problems[i].flag) != 0)
      return problems[i].problem;
  return "no-match";
}

static void
judge_set (IvrPayerJudgement    *self,
           IvrEdiSet            *set,
           const IvrEdiQuestion *question)
{
  IvrEdiMatch match = ivr_edi_match (set, question);
  IvrEdiVerdict verdict = ivr_edi_set_get_verdict (set);
  /* BHT03 of our 270 is the trace, and an answer gives it back even where it names nobody. */
  gboolean is_correlated = set->kind == IVR_EDI_271 && g_strcmp0 (set->reference, question->trace) == 0;

  if (set->kind == IVR_EDI_TA1 || set->kind == IVR_EDI_999)
    end (self, "failed", set->kind == IVR_EDI_TA1 ? "ta1" : "ack-999");
  else if ((match & IVR_EDI_MATCH_OTHER_KIND) != 0)
    end (self, "failed", set->kind == IVR_EDI_OUTCOME ? "outcome" : "other-kind");
  else if ((match & IVR_EDI_MATCH_INCOMPLETE) != 0)
    end (self, "failed", "incomplete");
  else if (!ivr_edi_match_is_accepted (match, verdict, is_correlated))
    end (self, "held", problem_of (match));
  else if (verdict == IVR_EDI_VERDICT_REJECTED)
    {
      g_autofree char *reason = reason_of (set);

      end (self, "refused", reason);
      self->may_retry = ivr_edi_set_may_retry (set);
    }
  else
    end (self, "answered", NULL);
  /* What was cut or is no answer says nothing about coverage, whatever stands in it. */
  if (!g_str_equal (self->state, "failed"))
    self->verdict = ivr_edi_verdict_get_name (verdict);
}

static gboolean
judge_fhir (IvrPayerJudgement     *self,
            GBytes                *body,
            const IvrEdiQuestion  *question,
            GError               **error)
{
  g_autoptr(IvrFhir) fhir = ivr_fhir_new (body, error);
  IvrJsonWriter *json;

  if (fhir == NULL)
    return FALSE;
  judge_set (self, ivr_fhir_get_set (fhir), question);
  json = ivr_json_writer_new ();
  ivr_fhir_json_write (fhir, json);
  self->reading = ivr_json_writer_finish (json);
  return TRUE;
}

static gboolean
judge_x12 (IvrPayerJudgement     *self,
           GBytes                *body,
           const IvrEdiQuestion  *question,
           GError               **error)
{
  g_autoptr(GPtrArray) sets = ivr_edi_document_read (body, 1, error);
  IvrJsonWriter *json;

  if (sets == NULL)
    return FALSE;
  judge_set (self, g_ptr_array_index (sets, 0), question);
  json = ivr_json_writer_new ();
  ivr_edi_json_write (g_ptr_array_index (sets, 0), json);
  self->reading = ivr_json_writer_finish (json);
  return TRUE;
}

/**
 * ivr_payer_judgement_init:
 * @self: (out caller-allocates): what the answer is
 * @body: what was received
 * @question: what was asked
 *
 * An answer is accepted only when trace, payer and member are those of the question; else it is held for a
 * person, because it may be another patient's.
 */
void
ivr_payer_judgement_init (IvrPayerJudgement    *self,
                          GBytes               *body,
                          const IvrEdiQuestion *question)
{
  g_autoptr(GError) error = NULL;

  *self = (IvrPayerJudgement) { 0 };
  if (ivr_edi_document_is_json (body) ? judge_fhir (self, body, question, &error)
                                      : judge_x12 (self, body, question, &error))
    return;
  /* Several transactions are several people's. */
  end (self, g_error_matches (error, IVR_EDI_ERROR, IVR_EDI_ERROR_TOO_MANY) ? "held" : "failed",
       ivr_edi_error_get_code (error));
}
