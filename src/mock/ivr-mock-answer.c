/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-mock-answer.h"

#include "ivr-json-writer.h"

#include <string.h>

#define MADE_UP "THIS ANSWER IS INVENTED AND BELONGS TO A DEMO"

static void
segment (GString    *text,
         const char *format,
         ...)
{
  va_list args;

  va_start (args, format);
  g_string_append_vprintf (text, format, args);
  va_end (args);
  g_string_append_c (text, '~');
}

static char *
compact (const char *iso)
{
  GString *text = g_string_new (iso != NULL ? iso : "");

  g_string_replace (text, "-", "", 0);
  return g_string_free (text, FALSE);
}

static void
open_envelope (GString               *text,
               const IvrMockQuestion *q,
               const char            *group)
{
  segment (text, "ISA*00*          *00*          *ZZ*%-15.15s*ZZ*IVRDEMO        *250602*1430*^*00501*000000001*0*T*:",
           q->payer_id);
  if (group != NULL)
    segment (text, "GS*%s*%s*IVRDEMO*20250602*1430*1*X*%s", group, q->payer_id,
             *group == 'H' ? "005010X279A1" : "005010X231A1");
}

static char *
refusal_of_sender (const IvrMockQuestion *q,
                   IvrMockHabit           habit)
{
  GString *text = g_string_new (NULL);

  open_envelope (text, q, habit == IVR_MOCK_ACK ? "FA" : NULL);
  if (habit == IVR_MOCK_TA1)
    segment (text, "TA1*000000001*250602*1430*R*006");
  else
    {
      segment (text, "ST*999*0001*005010X231A1");
      segment (text, "AK1*HS*1*005010X279A1");
      segment (text, "AK2*270*0001*005010X279A1");
      segment (text, "IK3*NM1*8*2100C*8");
      segment (text, "IK4*9*67*1");
      segment (text, "IK5*R*5");
      segment (text, "AK9*R*1*1*0");
      segment (text, "SE*8*0001");
      segment (text, "GE*1*1");
    }
  segment (text, "IEA*%d*000000001", habit == IVR_MOCK_ACK ? 1 : 0);
  return g_string_free (text, FALSE);
}

static void
benefits (GString      *text,
          IvrMockHabit  habit)
{
  const char *network = habit == IVR_MOCK_NETWORKS ? "*****Y" : "";

  if (habit == IVR_MOCK_INACTIVE)
    {
      segment (text, "DTP*347*D8*20241231");
      segment (text, "EB*6*IND*30");
      return;
    }
  segment (text, "DTP*346*D8*20250101");
  segment (text, "EB*1*IND*30*PR*SAMPLE PPO 500");
  segment (text, "EB*C*IND*30*PR**23*500%s", network);
  segment (text, "EB*C*IND*30*PR**29*125.50%s", network);
  segment (text, "EB*G*IND*30*PR**23*3000");
  segment (text, "EB*G*IND*30*PR**29*1810.25");
  segment (text, "EB*A*IND*30*PR****.2");
  segment (text, "EB*B*IND*98*PR**27*25");
  if (habit == IVR_MOCK_NETWORKS)
    segment (text, "EB*C*IND*30*PR**23*1500*****N");
  if (habit == IVR_MOCK_AUTHORIZATION)
    segment (text, "EB*1*IND*DM*PR*******Y");
  segment (text, "EB*F*IND*33*PR*****VS*20");
  segment (text, "MSG*" MADE_UP);
}

static void
person (GString    *text,
        const char *entity,
        const char *last,
        const char *first,
        const char *member,
        const char *born)
{
  g_autofree char *day = compact (born);

  segment (text, "NM1*%s*1*%s*%s%s%s", entity, last, first != NULL ? first : "", member != NULL ? "****MI*" : "",
           member != NULL ? member : "");
  if (*day != '\0')
    segment (text, "DMG*D8*%s", day);
}

/**
 * ivr_mock_answer_dup_x12:
 * @q: the question
 * @habit: what to do with it; of %IVR_MOCK_BUSY the first answer, later ones are asked for as active
 *
 * Returns: (transfer full): an answer in X12; ISA15 is T
 */
char *
ivr_mock_answer_dup_x12 (const IvrMockQuestion *q,
                         IvrMockHabit           habit)
{
  GString *text = g_string_new (NULL);
  gboolean is_busy = habit == IVR_MOCK_BUSY || habit == IVR_MOCK_NEVER;
  gboolean is_other = habit == IVR_MOCK_OTHER_MEMBER;
  const char *trace = habit == IVR_MOCK_OTHER_TRACE ? "ANOTHERTRACE" : q->trace;
  guint begin, n = 2;

  if (habit == IVR_MOCK_TA1 || habit == IVR_MOCK_ACK)
    {
      g_string_free (text, TRUE);
      return refusal_of_sender (q, habit);
    }
  open_envelope (text, q, "HB");
  begin = (guint) text->len;
  segment (text, "ST*271*0001*005010X279A1");
  segment (text, "BHT*0022*11*%s*20250602*1430", trace);
  segment (text, "HL*1**20*1");
  if (is_busy)
    segment (text, "AAA*Y**42*R");
  segment (text, "NM1*PR*2*INVENTED PAYER*****PI*%s", q->payer_id);
  if (!is_busy)
    {
      segment (text, "HL*2*1*21*1");
      segment (text, "NM1*1P*2*DEMO CLINIC*****XX*1234567893");
      segment (text, "HL*3*2*22*%d", q->dependent_last != NULL ? 1 : 0);
      if (q->dependent_last == NULL)
        segment (text, "TRN*2*%s*9IVRDEMO01", trace);
      person (text, "IL", is_other ? "SOMEBODY" : q->last, is_other ? "ELSE" : q->first,
              is_other ? "OTHER-000001" : q->member_id, is_other ? "1931-01-01" : q->born);
      if (q->dependent_last != NULL)
        {
          segment (text, "HL*4*3*23*0");
          segment (text, "TRN*2*%s*9IVRDEMO01", trace);
          person (text, "03", q->dependent_last, q->dependent_first, NULL, q->dependent_born);
        }
      if (habit == IVR_MOCK_NOT_FOUND)
        segment (text, "AAA*Y**75*C");
      else
        benefits (text, habit);
    }
  for (const char *p = text->str + begin; *p != '\0'; p++)
    n += *p == '~' ? 1 : 0;
  segment (text, "SE*%u*0001", n - 1);
  segment (text, "GE*1*1");
  segment (text, "IEA*1*000000001");
  if (habit == IVR_MOCK_CUT)
    g_string_truncate (text, text->len * 2 / 3);
  return g_string_free (text, FALSE);
}

static void
coded (IvrJsonWriter *json,
       const char    *name,
       const char    *code)
{
  ivr_json_writer_open (json, name, '{');
  ivr_json_writer_open (json, "coding", '[');
  ivr_json_writer_open (json, NULL, '{');
  ivr_json_writer_string (json, "code", code);
  ivr_json_writer_close (json);
  ivr_json_writer_close (json);
  ivr_json_writer_close (json);
}

static void
referring (IvrJsonWriter *json,
           const char    *name,
           const char    *to)
{
  ivr_json_writer_open (json, name, '{');
  ivr_json_writer_string (json, "reference", to);
  ivr_json_writer_close (json);
}

static void
figure (IvrJsonWriter *json,
        const char    *type,
        const char    *amount)
{
  ivr_json_writer_open (json, NULL, '{');
  coded (json, "type", type);
  ivr_json_writer_open (json, "allowedMoney", '{');
  ivr_json_writer_raw (json, "value", amount);
  ivr_json_writer_string (json, "currency", "USD");
  ivr_json_writer_close (json);
  ivr_json_writer_close (json);
}

static void
covered (IvrJsonWriter *json,
         IvrMockHabit   habit,
         const char    *network,
         const char    *deductible)
{
  ivr_json_writer_open (json, NULL, '{');
  coded (json, "category", "30");
  ivr_json_writer_string (json, "name", "Sample PPO 500");
  ivr_json_writer_string (json, "description", MADE_UP);
  if (network != NULL)
    coded (json, "network", network);
  coded (json, "unit", "individual");
  coded (json, "term", "annual");
  if (habit == IVR_MOCK_AUTHORIZATION)
    ivr_json_writer_raw (json, "authorizationRequired", "true");
  ivr_json_writer_open (json, "benefit", '[');
  figure (json, "deductible", deductible);
  figure (json, "copay", "25.00");
  ivr_json_writer_close (json);
  ivr_json_writer_close (json);
}

static void
contained (IvrJsonWriter         *json,
           const IvrMockQuestion *q,
           gboolean               is_other)
{
  ivr_json_writer_open (json, "contained", '[');
  ivr_json_writer_open (json, NULL, '{');
  ivr_json_writer_string (json, "resourceType", "Patient");
  ivr_json_writer_string (json, "id", "patient");
  ivr_json_writer_open (json, "name", '[');
  ivr_json_writer_open (json, NULL, '{');
  ivr_json_writer_string (json, "family", is_other ? "Somebody" : q->last);
  ivr_json_writer_open (json, "given", '[');
  ivr_json_writer_string (json, NULL, is_other || q->first == NULL ? "Else" : q->first);
  ivr_json_writer_close (json);
  ivr_json_writer_close (json);
  ivr_json_writer_close (json);
  ivr_json_writer_string (json, "birthDate", is_other || q->born == NULL ? "1931-01-01" : q->born);
  ivr_json_writer_close (json);
  ivr_json_writer_open (json, NULL, '{');
  ivr_json_writer_string (json, "resourceType", "Coverage");
  ivr_json_writer_string (json, "id", "coverage");
  ivr_json_writer_string (json, "status", "active");
  ivr_json_writer_string (json, "subscriberId", is_other || q->member_id == NULL ? "OTHER-000001" : q->member_id);
  referring (json, "beneficiary", "#patient");
  ivr_json_writer_close (json);
  ivr_json_writer_close (json);
}

static void
insured (IvrJsonWriter *json,
         IvrMockHabit   habit)
{
  ivr_json_writer_open (json, "insurance", '[');
  ivr_json_writer_open (json, NULL, '{');
  referring (json, "coverage", "#coverage");
  ivr_json_writer_raw (json, "inforce", habit == IVR_MOCK_INACTIVE ? "false" : "true");
  ivr_json_writer_open (json, "benefitPeriod", '{');
  ivr_json_writer_string (json, "start", "2025-01-01");
  ivr_json_writer_close (json);
  if (habit != IVR_MOCK_INACTIVE)
    {
      ivr_json_writer_open (json, "item", '[');
      covered (json, habit, habit == IVR_MOCK_NETWORKS ? "in" : NULL, "500.00");
      if (habit == IVR_MOCK_NETWORKS)
        covered (json, habit, "out", "1500.00");
      ivr_json_writer_close (json);
    }
  ivr_json_writer_close (json);
  ivr_json_writer_close (json);
}

/**
 * ivr_mock_answer_dup_fhir:
 * @q: the question
 * @habit: what to do with it
 *
 * Returns: (transfer full): an answer in FHIR R4
 */
char *
ivr_mock_answer_dup_fhir (const IvrMockQuestion *q,
                          IvrMockHabit           habit)
{
  IvrJsonWriter *json = ivr_json_writer_new ();
  gboolean is_busy = habit == IVR_MOCK_BUSY || habit == IVR_MOCK_NEVER;
  gboolean is_refused = is_busy || habit == IVR_MOCK_NOT_FOUND;
  g_autofree char *request =
    g_strconcat ("CoverageEligibilityRequest/", habit == IVR_MOCK_OTHER_TRACE ? "ANOTHERTRACE" : q->trace, NULL);
  char *text;

  ivr_json_writer_open (json, NULL, '{');
  ivr_json_writer_string (json, "resourceType", habit == IVR_MOCK_TA1 || habit == IVR_MOCK_ACK
                                                  ? "OperationOutcome" : "CoverageEligibilityResponse");
  if (habit == IVR_MOCK_TA1 || habit == IVR_MOCK_ACK)
    {
      ivr_json_writer_open (json, "issue", '[');
      ivr_json_writer_open (json, NULL, '{');
      ivr_json_writer_string (json, "severity", "error");
      ivr_json_writer_string (json, "code", "invalid");
      ivr_json_writer_close (json);
      ivr_json_writer_close (json);
      ivr_json_writer_close (json);
      return ivr_json_writer_finish (json);
    }
  ivr_json_writer_string (json, "id", "answer-1");
  contained (json, q, habit == IVR_MOCK_OTHER_MEMBER);
  ivr_json_writer_string (json, "status", "active");
  referring (json, "patient", "#patient");
  referring (json, "request", request);
  ivr_json_writer_string (json, "outcome", is_refused ? "error" : "complete");
  ivr_json_writer_string (json, "disposition", MADE_UP);
  ivr_json_writer_open (json, "insurer", '{');
  ivr_json_writer_open (json, "identifier", '{');
  ivr_json_writer_string (json, "value", q->payer_id);
  ivr_json_writer_close (json);
  ivr_json_writer_close (json);
  if (is_refused)
    {
      ivr_json_writer_open (json, "error", '[');
      ivr_json_writer_open (json, NULL, '{');
      coded (json, "code", is_busy ? "42" : "75");
      ivr_json_writer_close (json);
      ivr_json_writer_close (json);
    }
  else
    insured (json, habit);
  ivr_json_writer_close (json);
  text = ivr_json_writer_finish (json);
  if (habit == IVR_MOCK_CUT)
    text[strlen (text) * 2 / 3] = '\0';
  return text;
}
