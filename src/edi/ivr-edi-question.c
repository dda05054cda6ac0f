/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-edi-question.h"

#include "ivr-edi-value.h"
#include "ivr-error.h"

#include <string.h>

#define SERVICES_MAX 99
#define TRACE_MAX 50

static gboolean
refuse (GError     **error,
        const char  *sentence)
{
  g_set_error_literal (error, IVR_ERROR, IVR_ERROR_INVALID, sentence);
  return FALSE;
}

static gboolean
is_present (const char *text)
{
  /* Letters and digits: delimiters and control characters are not written. */
  for (; text != NULL && *text != '\0'; text++)
    if (g_ascii_isalnum (*text))
      return TRUE;
  return FALSE;
}

/* What every payer gives back as it was: TRN02 has 50 characters, an id of FHIR is letters, digits, - and . */
static gboolean
is_trace (const char *text)
{
  gsize length = text != NULL ? strlen (text) : 0;

  return length > 0 && length <= TRACE_MAX &&
         strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.") == length;
}

static gboolean
is_day (const char *iso)
{
  return iso == NULL || (strlen (iso) == 10 && ivr_edi_value_is_fhir_date (iso));
}

static gboolean
is_sex (const char *sex)
{
  return sex == NULL || g_str_equal (sex, "M") || g_str_equal (sex, "F");
}

/**
 * ivr_edi_question_check:
 * @question: a question
 * @error: return location
 *
 * Returns: %FALSE with %IVR_ERROR_INVALID for what a payer would refuse without reading on
 */
gboolean
ivr_edi_question_check (const IvrEdiQuestion  *question,
                        GError               **error)
{
  guint n = 0;

  if (!is_present (question->payer_id))
    return refuse (
        error,
        "This payer's connection lacks an id, so the question was not asked; an administrator has to complete it.");
  if (!is_present (question->provider_npi) || !is_present (question->provider_last))
    return refuse (error, "The provider has no name or NPI, so the question was not asked; add it and ask again.");
  if (!is_trace (question->trace))
    return refuse (error, "The question has no trace that an answer could give back, so it was not asked.");
  if (!is_present (question->member_id) && !(is_present (question->subscriber_last) && question->born != NULL))
    return refuse (error, "Member id, or last name and date of birth, are needed to ask; add them and ask again.");
  if (!is_day (question->born) || !is_day (question->dependent_born) || !is_day (question->from) ||
      !is_day (question->to))
    return refuse (error,
                   "A date of the question is not in the calendar, so it was not asked; correct it and ask again.");
  if (!is_sex (question->sex) || !is_sex (question->dependent_sex))
    return refuse (error, "The sex of the question is neither M nor F; correct it or leave it out.");
  if (question->at == NULL)
    return refuse (error, "The question has no time, so it was not asked.");
  for (; question->services != NULL && question->services[n] != NULL; n++)
    if (!ivr_edi_value_is_service (question->services[n]))
      return refuse (error, "A service type of the question is none; correct it and ask again.");
  if (n == 0 || n > SERVICES_MAX)
    return refuse (error, "The question asks for no service, or for too many; correct it and ask again.");
  return TRUE;
}

/**
 * ivr_edi_question_get_born:
 * @self: a question
 *
 * Returns: (nullable): when the patient was born, who may be the dependent
 */
const char *
ivr_edi_question_get_born (const IvrEdiQuestion *self)
{
  return self->dependent_last != NULL ? self->dependent_born : self->born;
}
