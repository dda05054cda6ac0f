/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-mock-habit.h"

#include "ivr-edi-document.h"
#include "ivr-json.h"

#include <string.h>

/**
 * ivr_mock_habit_of:
 * @member_id: (nullable): the member that is asked about
 *
 * Returns: what the invented payer does
 */
IvrMockHabit
ivr_mock_habit_of (const char *member_id)
{
  static const char * const names[] = {
    "MOCK-ACTIVE", "MOCK-INACTIVE", "MOCK-AUTH", "MOCK-NETWORKS", "MOCK-NOT-FOUND", "MOCK-BUSY", "MOCK-NEVER", "MOCK-ILL",
    "MOCK-DOWN", "MOCK-SLOW", "MOCK-CUT", "MOCK-TA1", "MOCK-999", "MOCK-PAGE", "MOCK-OTHER-MEMBER", "MOCK-OTHER-TRACE",
    "MOCK-MOVED", "MOCK-HUGE", "MOCK-STRANGER", "MOCK-TORN",
  };

  G_STATIC_ASSERT (G_N_ELEMENTS (names) == IVR_MOCK_N_HABITS);
  for (gsize i = 0; member_id != NULL && i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (member_id, names[i]))
      return (IvrMockHabit) i;
  return IVR_MOCK_ACTIVE;
}

void
ivr_mock_question_free (IvrMockQuestion *self)
{
  g_free (self->trace);
  g_free (self->payer_id);
  g_free (self->member_id);
  g_free (self->last);
  g_free (self->first);
  g_free (self->born);
  g_free (self->dependent_last);
  g_free (self->dependent_first);
  g_free (self->dependent_born);
  g_free (self);
}

static gboolean
read_fhir (IvrMockQuestion *self,
           GBytes          *body)
{
  gsize length;
  const char *text = g_bytes_get_data (body, &length);
  g_autoptr(IvrJson) json = ivr_json_new (text, length, NULL);
  const IvrJsonNode *root, *contained;

  if (json == NULL)
    return FALSE;
  root = ivr_json_get_root (json);
  self->trace = g_strdup (ivr_json_string (json, root, "id"));
  self->payer_id = g_strdup (ivr_json_string (json, root, "insurer.identifier.value"));
  contained = ivr_json_get (json, root, "contained");
  for (const IvrJsonNode *one = contained != NULL ? ivr_json_first (json, contained) : NULL; one != NULL;
       one = ivr_json_next (json, one))
    {
      const char *id = ivr_json_string (json, one, "id");

      if (g_strcmp0 (id, "patient") == 0)
        {
          self->last = g_strdup (ivr_json_string (json, one, "name.family"));
          self->first = g_strdup (ivr_json_string (json, one, "name.given"));
          self->born = g_strdup (ivr_json_string (json, one, "birthDate"));
        }
      else if (g_strcmp0 (id, "coverage") == 0)
        self->member_id = g_strdup (ivr_json_string (json, one, "subscriberId"));
    }
  return TRUE;
}

static gboolean
read_x12 (IvrMockQuestion *self,
          GBytes          *body)
{
  g_autoptr(GPtrArray) sets = ivr_edi_document_read (body, 1, NULL);
  IvrEdiSet *set = sets != NULL ? g_ptr_array_index (sets, 0) : NULL;
  const IvrEdiParty *payer, *member, *dependent;

  if (set == NULL || set->kind != IVR_EDI_270)
    return FALSE;
  payer = ivr_edi_set_get_party (set, IVR_EDI_PAYER, 0);
  member = ivr_edi_set_get_party (set, IVR_EDI_SUBSCRIBER, 0);
  dependent = ivr_edi_set_get_party (set, IVR_EDI_DEPENDENT, 0);
  self->trace = g_strdup (ivr_edi_set_get_trace (set));
  self->payer_id = payer != NULL ? g_strdup (payer->id) : NULL;
  if (member != NULL)
    {
      self->member_id = g_strdup (member->id);
      self->last = g_strdup (member->last);
      self->first = g_strdup (member->first);
      self->born = g_strdup (member->born);
    }
  if (dependent != NULL)
    {
      self->dependent_last = g_strdup (dependent->last);
      self->dependent_first = g_strdup (dependent->first);
      self->dependent_born = g_strdup (dependent->born);
    }
  return TRUE;
}

/**
 * ivr_mock_question_new:
 * @body: what was sent, X12 or FHIR
 *
 * Returns: (transfer full) (nullable): the question; %NULL when it cannot be read, or lacks what is given back
 */
IvrMockQuestion *
ivr_mock_question_new (GBytes *body)
{
  g_autoptr(IvrMockQuestion) self = g_new0 (IvrMockQuestion, 1);

  if (!(ivr_edi_document_is_json (body) ? read_fhir (self, body) : read_x12 (self, body)) || self->trace == NULL ||
      self->payer_id == NULL || self->last == NULL)
    return NULL;
  return g_steal_pointer (&self);
}
