/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-edi-match.h"

#include <string.h>

/* An id or name without what people and payers write differently: case, blanks, dashes, marks on letters. */
static char *
bare (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  g_autofree char *ascii = g_str_to_ascii (valid, "C");
  char *to = ascii;

  for (const char *p = ascii; *p != '\0'; p++)
    if (g_ascii_isalnum (*p))
      *to++ = g_ascii_toupper (*p);
  *to = '\0';
  return g_steal_pointer (&ascii);
}

static gboolean
is_same (const char *a,
         const char *b)
{
  g_autofree char *of_a = bare (a);
  g_autofree char *of_b = bare (b);

  return *of_a != '\0' && strcmp (of_a, of_b) == 0;
}

/* Both say something, and not the same. */
static gboolean
contradicts (const char *a,
             const char *b)
{
  g_autofree char *of_a = bare (a);
  g_autofree char *of_b = bare (b);

  return *of_a != '\0' && *of_b != '\0' && strcmp (of_a, of_b) != 0;
}

static IvrEdiMatch
match_trace (IvrEdiSet            *answer,
             const IvrEdiQuestion *question)
{
  gboolean has_any = FALSE;

  for (guint i = 0; i < ivr_edi_n (answer->traces); i++)
    {
      const char *id = ivr_edi_at (answer->traces, IvrEdiTrace, i)->id;

      if (id != NULL && g_strcmp0 (id, question->trace) == 0)
        return IVR_EDI_MATCH_FITS;
      has_any |= id != NULL;
    }
  /* FHIR names the request, whose id our trace is. */
  if (answer->kind == IVR_EDI_ELIGIBILITY_RESPONSE && answer->reference != NULL)
    {
      const char *slash = strrchr (answer->reference, '/');

      if (g_strcmp0 (slash != NULL ? slash + 1 : answer->reference, question->trace) == 0)
        return IVR_EDI_MATCH_FITS;
      has_any = TRUE;
    }
  return has_any ? IVR_EDI_MATCH_TRACE_DIFFERS : IVR_EDI_MATCH_TRACE_ABSENT;
}

static IvrEdiMatch
match_payer (IvrEdiSet            *answer,
             const IvrEdiQuestion *question)
{
  const IvrEdiParty *payer = ivr_edi_set_get_party (answer, IVR_EDI_PAYER, 0);

  if (payer == NULL || payer->id == NULL)
    return IVR_EDI_MATCH_PAYER_ABSENT;
  return is_same (payer->id, question->payer_id) ? IVR_EDI_MATCH_FITS : IVR_EDI_MATCH_PAYER_DIFFERS;
}

/* The member's id, or name and date of birth; but a family shares an id, so that neither the first
 * name nor the date of birth may contradict. */
static IvrEdiMatch
match_patient (IvrEdiSet            *answer,
               const IvrEdiQuestion *question)
{
  IvrEdiParty *patient = ivr_edi_set_get_patient (answer);
  gboolean is_dependent = question->dependent_last != NULL;
  const char *last = is_dependent ? question->dependent_last : question->subscriber_last;
  const char *first = is_dependent ? question->dependent_first : question->subscriber_first;
  const char *born = ivr_edi_question_get_born (question);
  IvrEdiParty *subscriber;
  gboolean has_id, has_name;

  if (patient == NULL || (!patient->is_named && patient->id == NULL))
    return IVR_EDI_MATCH_PATIENT_ABSENT;
  subscriber = patient->parent != 0 ? ivr_edi_at (answer->parties, IvrEdiParty, patient->parent - 1) : patient;
  if (contradicts (patient->born, born))
    return IVR_EDI_MATCH_PATIENT_DIFFERS;
  has_name = is_same (patient->last, last) && is_same (patient->first, first);
  if (has_name && born != NULL && is_same (patient->born, born))
    return IVR_EDI_MATCH_FITS;
  has_id = is_same (ivr_edi_set_get_member_id (answer, patient), question->member_id) ||
           is_same (ivr_edi_set_get_member_id (answer, subscriber), question->member_id);
  if (has_id && !contradicts (patient->first, first))
    return IVR_EDI_MATCH_FITS;
  if (patient->last == NULL && patient->first == NULL && ivr_edi_set_get_member_id (answer, patient) == NULL)
    return IVR_EDI_MATCH_PATIENT_ABSENT;
  return IVR_EDI_MATCH_PATIENT_DIFFERS;
}

/**
 * ivr_edi_match:
 * @answer: what was received
 * @question: what was asked
 *
 * An answer to another question shows one patient's insurance to another's clinic. Nobody is
 * searched for by name: an answer belongs to its question or to nobody.
 *
 * Returns: %IVR_EDI_MATCH_FITS, or what does not fit
 */
IvrEdiMatch
ivr_edi_match (IvrEdiSet            *answer,
               const IvrEdiQuestion *question)
{
  IvrEdiMatch match = IVR_EDI_MATCH_FITS;

  if (answer->kind != IVR_EDI_271 && answer->kind != IVR_EDI_ELIGIBILITY_RESPONSE)
    return IVR_EDI_MATCH_OTHER_KIND;
  if (!answer->is_complete)
    match |= IVR_EDI_MATCH_INCOMPLETE;
  if (ivr_edi_set_get_party (answer, IVR_EDI_SUBSCRIBER, 1) != NULL ||
      ivr_edi_set_get_party (answer, IVR_EDI_DEPENDENT, 1) != NULL)
    match |= IVR_EDI_MATCH_SEVERAL;
  return match | match_trace (answer, question) | match_payer (answer, question) | match_patient (answer, question);
}

/**
 * ivr_edi_match_is_accepted:
 * @match: from ivr_edi_match()
 * @verdict: of the answer
 * @is_correlated: whether the line itself says that this answers that: the same PayloadID
 *
 * Returns: whether the answer may be shown as the answer; otherwise it is held for a person. A refusal often
 *   names nobody, and is taken when the line binds it.
 */
gboolean
ivr_edi_match_is_accepted (IvrEdiMatch   match,
                           IvrEdiVerdict verdict,
                           gboolean      is_correlated)
{
  const IvrEdiMatch absent = IVR_EDI_MATCH_TRACE_ABSENT | IVR_EDI_MATCH_PAYER_ABSENT | IVR_EDI_MATCH_PATIENT_ABSENT;

  if (match == IVR_EDI_MATCH_FITS)
    return TRUE;
  if (!is_correlated || (match & ~absent) != 0)
    return FALSE;
  return verdict == IVR_EDI_VERDICT_REJECTED || match == IVR_EDI_MATCH_TRACE_ABSENT;
}
