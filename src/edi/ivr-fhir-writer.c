/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-fhir-writer.h"

#include "ivr-json-writer.h"

#include <string.h>

#define CATEGORIES "http://terminology.hl7.org/CodeSystem/ex-benefitcategory"
#define CLASSES "http://terminology.hl7.org/CodeSystem/coverage-class"
#define RELATIONS "http://terminology.hl7.org/CodeSystem/subscriber-relationship"
#define IDENTIFIERS "http://terminology.hl7.org/CodeSystem/v2-0203"
#define NPI "http://hl7.org/fhir/sid/us-npi"

static void
string (IvrJsonWriter *json,
        const char    *name,
        const char    *text)
{
  g_autofree char *valid = text != NULL ? g_utf8_make_valid (text, -1) : NULL;

  if (valid != NULL)
    for (char *p = valid; *p != '\0'; p++)
      if (g_ascii_iscntrl (*p))
        *p = ' ';
  if (valid != NULL && *valid != '\0')
    ivr_json_writer_string (json, name, valid);
}

/* "name": {"coding": [{"system": …, "code": …}]} */
static void
concept (IvrJsonWriter *json,
         const char    *name,
         const char    *system,
         const char    *code)
{
  ivr_json_writer_open (json, name, '{');
  ivr_json_writer_open (json, "coding", '[');
  ivr_json_writer_open (json, NULL, '{');
  string (json, "system", system);
  string (json, "code", code);
  ivr_json_writer_close (json);
  ivr_json_writer_close (json);
  ivr_json_writer_close (json);
}

/* A reference to somebody by an identifier, because ours and the payer's resources are not the same. */
static void
known_as (IvrJsonWriter *json,
          const char    *name,
          const char    *system,
          const char    *id,
          const char    *display)
{
  ivr_json_writer_open (json, name, '{');
  ivr_json_writer_open (json, "identifier", '{');
  string (json, "system", system);
  string (json, "value", id);
  ivr_json_writer_close (json);
  string (json, "display", display);
  ivr_json_writer_close (json);
}

static void
reference (IvrJsonWriter *json,
           const char    *name,
           const char    *to)
{
  ivr_json_writer_open (json, name, '{');
  string (json, "reference", to);
  ivr_json_writer_close (json);
}

static void
person (IvrJsonWriter *json,
        const char    *id,
        const char    *last,
        const char    *first,
        const char    *born,
        const char    *sex)
{
  ivr_json_writer_open (json, NULL, '{');
  string (json, "resourceType", "Patient");
  string (json, "id", id);
  if (last != NULL || first != NULL)
    {
      ivr_json_writer_open (json, "name", '[');
      ivr_json_writer_open (json, NULL, '{');
      string (json, "family", last);
      if (first != NULL && *first != '\0')
        {
          ivr_json_writer_open (json, "given", '[');
          string (json, NULL, first);
          ivr_json_writer_close (json);
        }
      ivr_json_writer_close (json);
      ivr_json_writer_close (json);
    }
  if (sex != NULL)
    string (json, "gender", *sex == 'F' ? "female" : "male");
  string (json, "birthDate", born);
  ivr_json_writer_close (json);
}

/* INS02 in FHIR's words; what has none is "other". */
static const char *
relation_of (const IvrEdiQuestion *question)
{
  if (question->dependent_last == NULL)
    return "self";
  if (g_strcmp0 (question->relation, "01") == 0)
    return "spouse";
  if (g_strcmp0 (question->relation, "19") == 0)
    return "child";
  return "other";
}

static void
coverage (IvrJsonWriter        *json,
          const IvrEdiQuestion *question)
{
  ivr_json_writer_open (json, NULL, '{');
  string (json, "resourceType", "Coverage");
  string (json, "id", "coverage");
  if (question->member_id != NULL)
    {
      ivr_json_writer_open (json, "identifier", '[');
      ivr_json_writer_open (json, NULL, '{');
      concept (json, "type", IDENTIFIERS, "MB");
      string (json, "value", question->member_id);
      ivr_json_writer_close (json);
      ivr_json_writer_close (json);
    }
  string (json, "status", "active");
  if (question->dependent_last != NULL)
    reference (json, "subscriber", "#subscriber");
  string (json, "subscriberId", question->member_id);
  reference (json, "beneficiary", "#patient");
  concept (json, "relationship", RELATIONS, relation_of (question));
  ivr_json_writer_open (json, "payor", '[');
  known_as (json, NULL, NULL, question->payer_id, question->payer);
  ivr_json_writer_close (json);
  if (question->group != NULL && *question->group != '\0')
    {
      ivr_json_writer_open (json, "class", '[');
      ivr_json_writer_open (json, NULL, '{');
      concept (json, "type", CLASSES, "group");
      string (json, "value", question->group);
      ivr_json_writer_close (json);
      ivr_json_writer_close (json);
    }
  ivr_json_writer_close (json);
}

static void
contained (IvrJsonWriter        *json,
           const IvrEdiQuestion *question)
{
  ivr_json_writer_open (json, "contained", '[');
  if (question->dependent_last != NULL)
    {
      person (json, "patient", question->dependent_last, question->dependent_first, question->dependent_born,
              question->dependent_sex);
      person (json, "subscriber", question->subscriber_last, question->subscriber_first, question->born, question->sex);
    }
  else
    person (json, "patient", question->subscriber_last, question->subscriber_first, question->born, question->sex);
  coverage (json, question);
  ivr_json_writer_close (json);
}

static void
serviced (IvrJsonWriter        *json,
          const IvrEdiQuestion *question)
{
  if (question->to == NULL || g_strcmp0 (question->from, question->to) == 0)
    {
      string (json, "servicedDate", question->from);
      return;
    }
  ivr_json_writer_open (json, "servicedPeriod", '{');
  string (json, "start", question->from);
  string (json, "end", question->to);
  ivr_json_writer_close (json);
}

/**
 * ivr_fhir_writer_question:
 * @question: what to ask
 * @error: return location
 *
 * Writes a CoverageEligibilityRequest (FHIR R4) with patient and coverage contained. Its id is the trace.
 *
 * Returns: (transfer full) (nullable): JSON, or %NULL with %IVR_ERROR_INVALID when a payer would refuse it unread
 */
char *
ivr_fhir_writer_question (const IvrEdiQuestion  *question,
                          GError               **error)
{
  static const char * const purposes[] = { "validation", "benefits", "auth-requirements" };
  g_autofree char *created = NULL;
  IvrJsonWriter *json;

  if (!ivr_edi_question_check (question, error))
    return NULL;
  created = g_date_time_format (question->at, "%Y-%m-%d");
  json = ivr_json_writer_new ();
  ivr_json_writer_open (json, NULL, '{');
  string (json, "resourceType", "CoverageEligibilityRequest");
  string (json, "id", question->trace);
  contained (json, question);
  ivr_json_writer_open (json, "identifier", '[');
  ivr_json_writer_open (json, NULL, '{');
  string (json, "value", question->trace);
  ivr_json_writer_close (json);
  ivr_json_writer_close (json);
  string (json, "status", "active");
  ivr_json_writer_open (json, "purpose", '[');
  for (gsize i = 0; i < G_N_ELEMENTS (purposes); i++)
    string (json, NULL, purposes[i]);
  ivr_json_writer_close (json);
  reference (json, "patient", "#patient");
  serviced (json, question);
  string (json, "created", created);
  known_as (json, "provider", NPI, question->provider_npi, question->provider_last);
  known_as (json, "insurer", NULL, question->payer_id, question->payer);
  ivr_json_writer_open (json, "insurance", '[');
  ivr_json_writer_open (json, NULL, '{');
  ivr_json_writer_raw (json, "focal", "true");
  reference (json, "coverage", "#coverage");
  ivr_json_writer_close (json);
  ivr_json_writer_close (json);
  ivr_json_writer_open (json, "item", '[');
  for (guint i = 0; question->services[i] != NULL; i++)
    {
      ivr_json_writer_open (json, NULL, '{');
      concept (json, "category", CATEGORIES, question->services[i]);
      ivr_json_writer_close (json);
    }
  ivr_json_writer_close (json);
  ivr_json_writer_close (json);
  return ivr_json_writer_finish (json);
}
