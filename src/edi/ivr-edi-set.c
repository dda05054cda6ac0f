/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-edi-set.h"

#include "ivr-edi-value.h"

#include <string.h>

#define BLOCK_MIN 256
#define BLOCK_MAX 4096
/* A document that is wrong everywhere does not become a larger heap of warnings. */
#define WARNINGS_MAX 1000

/* Texts of a set live in blocks that do not move. */
typedef struct _Block Block;
struct _Block
{
  Block *next;
  char text[];
};

/**
 * ivr_edi_set_new:
 * @raw: the document
 * @offset: byte at which the set begins in it
 *
 * Returns: (transfer full): an empty set
 */
IvrEdiSet *
ivr_edi_set_new (GBytes *raw,
                 gsize   offset)
{
  IvrEdiSet *self = g_new0 (IvrEdiSet, 1);

  self->kind = IVR_EDI_OTHER;
  self->raw = g_bytes_ref (raw);
  self->offset = offset;
  return self;
}

/**
 * ivr_edi_set_free:
 * @self: (nullable): a set
 */
void
ivr_edi_set_free (IvrEdiSet *self)
{
  if (self == NULL)
    return;
  for (Block *block = self->blocks; block != NULL;)
    {
      Block *next = block->next;

      g_free (block);
      block = next;
    }
  g_clear_pointer (&self->parties, g_array_unref);
  g_clear_pointer (&self->benefits, g_array_unref);
  g_clear_pointer (&self->references, g_array_unref);
  g_clear_pointer (&self->dates, g_array_unref);
  g_clear_pointer (&self->traces, g_array_unref);
  g_clear_pointer (&self->rejects, g_array_unref);
  g_clear_pointer (&self->messages, g_array_unref);
  g_clear_pointer (&self->contacts, g_array_unref);
  g_clear_pointer (&self->details, g_array_unref);
  g_clear_pointer (&self->inquiries, g_array_unref);
  g_clear_pointer (&self->acks, g_array_unref);
  g_clear_pointer (&self->ack_errors, g_array_unref);
  g_clear_pointer (&self->interchange_acks, g_array_unref);
  g_clear_pointer (&self->warnings, g_array_unref);
  g_bytes_unref (self->raw);
  g_free (self);
}

/**
 * ivr_edi_set_alloc:
 * @self: a set
 * @size: bytes
 *
 * Returns: (transfer none): room for a text that lives as long as the set
 */
char *
ivr_edi_set_alloc (IvrEdiSet *self,
                   gsize      size)
{
  char *text;

  if (size > self->block_left)
    {
      gsize rest = g_bytes_get_size (self->raw) - MIN (self->offset, g_bytes_get_size (self->raw));
      gsize length = MAX (size, CLAMP (rest, BLOCK_MIN, BLOCK_MAX));
      Block *block = g_malloc (sizeof (Block) + length);

      block->next = self->blocks;
      self->blocks = block;
      self->block_at = block->text;
      self->block_left = length;
    }
  text = self->block_at;
  self->block_at += size;
  self->block_left -= size;
  return text;
}

/**
 * ivr_edi_set_give_back:
 * @self: a set
 * @size: bytes
 *
 * Takes back the end of what ivr_edi_set_alloc() gave last.
 */
void
ivr_edi_set_give_back (IvrEdiSet *self,
                       gsize      size)
{
  self->block_at -= size;
  self->block_left += size;
}

/**
 * ivr_edi_set_text:
 * @self: a set
 * @text: (nullable): a text
 *
 * Returns: (transfer none) (nullable): a copy that lives as long as the set; %NULL for %NULL and ""
 */
const char *
ivr_edi_set_text (IvrEdiSet  *self,
                  const char *text)
{
  gsize size;

  if (text == NULL || *text == '\0')
    return NULL;
  size = strlen (text) + 1;
  return memcpy (ivr_edi_set_alloc (self, size), text, size);
}

/**
 * ivr_edi_set_add_:
 * @array: (inout): an array of the set
 * @size: bytes of one of its elements
 *
 * Returns: (transfer none): a zeroed element at its end, until the next is added
 */
gpointer
ivr_edi_set_add_ (GArray **array,
                  guint    size)
{
  if (*array == NULL)
    *array = g_array_sized_new (FALSE, TRUE, size, 4);
  g_array_set_size (*array, (*array)->len + 1);
  return (*array)->data + (gsize) ((*array)->len - 1) * size;
}

/**
 * ivr_edi_set_warn:
 * @self: a set
 * @code: what was tolerated
 * @segment: number of the segment, or 0
 * @element: number of the element, or 0
 * @offset: byte in the document
 */
void
ivr_edi_set_warn (IvrEdiSet         *self,
                  IvrEdiWarningCode  code,
                  guint32            segment,
                  guint32            element,
                  guint32            offset)
{
  IvrEdiWarning *warning;

  if (ivr_edi_n (self->warnings) > WARNINGS_MAX)
    return;
  if (ivr_edi_n (self->warnings) == WARNINGS_MAX)
    code = IVR_EDI_WARNING_MANY;
  warning = ivr_edi_set_add (self, warnings, IvrEdiWarning);
  *warning = (IvrEdiWarning) { code, segment, element, offset };
}

/**
 * ivr_edi_set_has_warning:
 * @self: a set
 * @code: what may have been tolerated
 *
 * Returns: whether it was
 */
gboolean
ivr_edi_set_has_warning (IvrEdiSet         *self,
                         IvrEdiWarningCode  code)
{
  for (guint i = 0; i < ivr_edi_n (self->warnings); i++)
    if (ivr_edi_at (self->warnings, IvrEdiWarning, i)->code == code)
      return TRUE;
  return FALSE;
}

/**
 * ivr_edi_benefit_get:
 * @self: a benefit
 * @part: which element
 *
 * Returns: (transfer none) (nullable): it as the payer wrote it, or %NULL when nothing is stated: an
 *   amount is never 0 because it is missing
 */
const char *
ivr_edi_benefit_get (const IvrEdiBenefit *self,
                     IvrEdiBenefitPart    part)
{
  const char *p = self->parts;

  if (part > self->n_parts)
    return NULL;
  /* The parts are short: walking is faster than measuring each. */
  for (int left = (int) part - 1; left > 0; p++)
    left -= *p == '\0';
  return *p != '\0' ? p : NULL;
}

/**
 * ivr_edi_benefit_split:
 * @self: a benefit
 * @parts: (out caller-allocates): its elements by their numbers, as from ivr_edi_benefit_get()
 *
 * For whoever reads many of them.
 */
void
ivr_edi_benefit_split (const IvrEdiBenefit *self,
                       const char          *parts[IVR_EDI_EB_N_PARTS])
{
  const char *p = self->parts;

  for (int i = 1; i < IVR_EDI_EB_N_PARTS; i++)
    {
      parts[i] = NULL;
      if (i > self->n_parts)
        continue;
      if (*p != '\0')
        parts[i] = p;
      while (*p++ != '\0')
        ;
    }
  parts[0] = NULL;
}

/**
 * ivr_edi_benefit_dup_services:
 * @self: a benefit
 *
 * Returns: (transfer full): the service types of EB03; none when it is empty
 */
char **
ivr_edi_benefit_dup_services (const IvrEdiBenefit *self)
{
  const char *services = ivr_edi_benefit_get (self, IVR_EDI_EB_SERVICE);

  return g_strsplit (services != NULL ? services : "", IVR_EDI_REPEAT, -1);
}

/**
 * ivr_edi_benefit_is_for:
 * @self: a benefit
 * @service: a service type, such as "30"
 *
 * Returns: whether it is one of those in EB03
 */
gboolean
ivr_edi_benefit_is_for (const IvrEdiBenefit *self,
                        const char          *service)
{
  const char *p = ivr_edi_benefit_get (self, IVR_EDI_EB_SERVICE);
  gsize n = strlen (service);

  while (p != NULL)
    {
      gsize length = strcspn (p, IVR_EDI_REPEAT);

      if (length == n && memcmp (p, service, n) == 0)
        return TRUE;
      p = p[length] != '\0' ? p + length + 1 : NULL;
    }
  return FALSE;
}

/**
 * ivr_edi_set_get_party:
 * @self: a set
 * @role: a role
 * @n: which of that role, from 0
 *
 * Returns: (transfer none) (nullable): the party
 */
IvrEdiParty *
ivr_edi_set_get_party (IvrEdiSet  *self,
                       IvrEdiRole  role,
                       guint       n)
{
  for (guint i = 0; i < ivr_edi_n (self->parties); i++)
    {
      IvrEdiParty *party = ivr_edi_at (self->parties, IvrEdiParty, i);

      if (party->role == role && n-- == 0)
        return party;
    }
  return NULL;
}

/**
 * ivr_edi_set_get_patient:
 * @self: a set
 *
 * Returns: (transfer none) (nullable): the first dependent, or the first subscriber when there is none: the patient
 *   is the deepest level (005010X279A1, 1.4.2)
 */
IvrEdiParty *
ivr_edi_set_get_patient (IvrEdiSet *self)
{
  IvrEdiParty *dependent = ivr_edi_set_get_party (self, IVR_EDI_DEPENDENT, 0);

  return dependent != NULL ? dependent : ivr_edi_set_get_party (self, IVR_EDI_SUBSCRIBER, 0);
}

/**
 * ivr_edi_set_index_of:
 * @self: a set
 * @party: (nullable): one of its parties
 *
 * Returns: its index and 1, as the arrays refer to it; 0 for %NULL
 */
guint
ivr_edi_set_index_of (IvrEdiSet         *self,
                      const IvrEdiParty *party)
{
  return party != NULL ? (guint) (party - ivr_edi_at (self->parties, IvrEdiParty, 0)) + 1 : 0;
}

static const IvrEdiReference *
find_reference (IvrEdiSet  *self,
                guint       party,
                gboolean    of_benefits,
                const char *qualifier)
{
  guint first = ivr_edi_at (self->parties, IvrEdiParty, party - 1)->first_reference;

  for (guint i = first; i < ivr_edi_n (self->references); i++)
    {
      const IvrEdiReference *ref = ivr_edi_at (self->references, IvrEdiReference, i);

      if (ref->party != party)
        break;
      if ((ref->benefit != 0) != of_benefits || g_strcmp0 (ref->qualifier, qualifier) != 0)
        continue;
      /* What a benefit about another insurance says is that one's. */
      if (of_benefits && g_strcmp0 (ivr_edi_benefit_get (ivr_edi_at (self->benefits, IvrEdiBenefit, ref->benefit - 1),
                                                         IVR_EDI_EB_STATUS), "R") == 0)
        continue;
      return ref;
    }
  return NULL;
}

/**
 * ivr_edi_set_get_reference:
 * @self: a set
 * @party: (nullable): one of its parties
 * @qualifier: REF01
 *
 * Returns: (transfer none) (nullable): REF02 at that party's level, not at one of its benefits
 */
const char *
ivr_edi_set_get_reference (IvrEdiSet         *self,
                           const IvrEdiParty *party,
                           const char        *qualifier)
{
  const IvrEdiReference *ref =
      party != NULL ? find_reference (self, ivr_edi_set_index_of (self, party), FALSE, qualifier) : NULL;

  return ref != NULL ? ref->id : NULL;
}

/**
 * ivr_edi_set_get_member_id:
 * @self: a set
 * @party: (nullable): a subscriber or dependent
 *
 * Returns: (transfer none) (nullable): NM109, or REF*1W where it is not there
 */
const char *
ivr_edi_set_get_member_id (IvrEdiSet         *self,
                           const IvrEdiParty *party)
{
  if (party == NULL)
    return NULL;
  return party->id != NULL ? party->id : ivr_edi_set_get_reference (self, party, "1W");
}

/* Ours comes back with TRN01=2; a clearinghouse adds its own with 1. In a question ours is 1. */
static const char *
trace_of (IvrEdiSet *self,
          guint      party)
{
  const char *ours = self->kind == IVR_EDI_270 ? "1" : "2";
  const char *any = NULL;

  for (guint i = 0; i < ivr_edi_n (self->traces); i++)
    {
      const IvrEdiTrace *trace = ivr_edi_at (self->traces, IvrEdiTrace, i);

      if (trace->party != party || trace->id == NULL)
        continue;
      if (g_strcmp0 (trace->type, ours) == 0)
        return trace->id;
      if (any == NULL)
        any = trace->id;
    }
  return any;
}

/**
 * ivr_edi_set_get_trace:
 * @self: a set
 *
 * Returns: (transfer none) (nullable): TRN02 that gives our trace back: of the patient's level, else of the
 *   subscriber's
 */
const char *
ivr_edi_set_get_trace (IvrEdiSet *self)
{
  const IvrEdiParty *patient = ivr_edi_set_get_patient (self);
  const char *trace = patient != NULL ? trace_of (self, ivr_edi_set_index_of (self, patient)) : NULL;
  const IvrEdiParty *subscriber = ivr_edi_set_get_party (self, IVR_EDI_SUBSCRIBER, 0);

  if (trace == NULL && patient != NULL && patient->parent != 0)
    trace = trace_of (self, patient->parent);
  if (trace == NULL && subscriber != NULL)
    trace = trace_of (self, ivr_edi_set_index_of (self, subscriber));
  return trace;
}

static gboolean
is_active (const char *status)
{
  return status != NULL && status[0] >= '1' && status[0] <= '5' && status[1] == '\0';
}

static gboolean
is_inactive (const char *status)
{
  return status != NULL && status[0] >= '6' && status[0] <= '8' && status[1] == '\0';
}

/**
 * ivr_edi_set_get_verdict:
 * @self: a set
 *
 * What is said about the whole plan (EB03 30, or empty) goes before what is said about a service. An
 * inactive line with an end is a spell that is over, beside one that is active.
 *
 * Returns: what the answer comes to; %IVR_EDI_VERDICT_UNKNOWN when it states nothing
 */
IvrEdiVerdict
ivr_edi_set_get_verdict (IvrEdiSet *self)
{
  guint active = 0, inactive = 0, ended = 0, active_service = 0, inactive_service = 0;
  guint rejects = ivr_edi_n (self->rejects);

  for (guint i = 0; i < ivr_edi_n (self->benefits); i++)
    {
      const IvrEdiBenefit *benefit = ivr_edi_at (self->benefits, IvrEdiBenefit, i);
      const char *status = ivr_edi_benefit_get (benefit, IVR_EDI_EB_STATUS);
      gboolean is_plan =
          ivr_edi_benefit_get (benefit, IVR_EDI_EB_SERVICE) == NULL || ivr_edi_benefit_is_for (benefit, "30");

      if (is_active (status))
        *(is_plan ? &active : &active_service) += 1;
      else if (is_inactive (status) && benefit->has_ended)
        ended++;
      else if (is_inactive (status))
        *(is_plan ? &inactive : &inactive_service) += 1;
    }
  if (inactive > 0)
    active += active_service;
  if (active == 0 && inactive == 0)
    {
      active = active_service;
      inactive = inactive_service;
    }
  if (active == 0)
    inactive += ended;
  if (active == 0 && inactive == 0)
    return rejects > 0 ? IVR_EDI_VERDICT_REJECTED : IVR_EDI_VERDICT_UNKNOWN;
  if (rejects > 0 || (active > 0 && inactive > 0))
    return IVR_EDI_VERDICT_MIXED;
  return active > 0 ? IVR_EDI_VERDICT_ACTIVE : IVR_EDI_VERDICT_INACTIVE;
}

/**
 * ivr_edi_verdict_get_name:
 * @verdict: a verdict
 *
 * Returns: "active", "inactive", "rejected", "mixed" or "unknown"
 */
const char *
ivr_edi_verdict_get_name (IvrEdiVerdict verdict)
{
  static const char * const names[] = { "unknown", "active", "inactive", "rejected", "mixed" };

  g_return_val_if_fail (verdict < G_N_ELEMENTS (names), "unknown");
  return names[verdict];
}

/* A document is not made slow by naming thousands. */
#define PLANS_MAX 100

static void
add_once (GPtrArray  *names,
          const char *name)
{
  if (name != NULL && names->len < PLANS_MAX && !g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL))
    g_ptr_array_add (names, (gpointer) name);
}

static void
add_plans_of (IvrEdiSet *self,
              gboolean   active,
              GPtrArray *names)
{
  for (guint i = 0; i < ivr_edi_n (self->benefits); i++)
    {
      const IvrEdiBenefit *benefit = ivr_edi_at (self->benefits, IvrEdiBenefit, i);
      const char *status = ivr_edi_benefit_get (benefit, IVR_EDI_EB_STATUS);
      const char *plan = ivr_edi_benefit_get (benefit, IVR_EDI_EB_PLAN);

      if (active ? !is_active (status) : !is_inactive (status))
        continue;
      /* A service type in the wrong place is no plan. */
      if (plan != NULL &&
          !(ivr_edi_benefit_get (benefit, IVR_EDI_EB_SERVICE) == NULL && ivr_edi_value_is_service (plan)))
        add_once (names, plan);
    }
}

/**
 * ivr_edi_set_dup_plan_names:
 * @self: a set
 *
 * Returns: (transfer container) (element-type utf8): the names of the plans: EB05 of the lines that say that one is
 *   active, else of those that say the contrary, else what a plan, network or group number is called (REF03)
 */
GPtrArray *
ivr_edi_set_dup_plan_names (IvrEdiSet *self)
{
  static const char * const qualifiers[] = { "18", "N6", "6P" };
  GPtrArray *names = g_ptr_array_new ();
  const IvrEdiParty *patient = ivr_edi_set_get_patient (self);

  add_plans_of (self, TRUE, names);
  if (names->len == 0)
    add_plans_of (self, FALSE, names);
  for (gsize i = 0; names->len == 0 && patient != NULL && i < G_N_ELEMENTS (qualifiers); i++)
    {
      const IvrEdiReference *ref = find_reference (self, ivr_edi_set_index_of (self, patient), FALSE, qualifiers[i]);

      if (ref == NULL && patient->parent != 0)
        ref = find_reference (self, patient->parent, FALSE, qualifiers[i]);
      if (ref != NULL)
        add_once (names, ref->text);
    }
  return names;
}

/**
 * ivr_edi_set_get_group:
 * @self: a set
 *
 * Returns: (transfer none) (nullable): the reference that numbers the patient's group: REF 6P or 1L of the
 *   patient, of the subscriber, or of a benefit; a plan's number (18) where there is none
 */
const IvrEdiReference *
ivr_edi_set_get_group (IvrEdiSet *self)
{
  static const char * const qualifiers[] = { "6P", "1L", "18" };
  const IvrEdiParty *patient = ivr_edi_set_get_patient (self);
  guint levels[2] = { ivr_edi_set_index_of (self, patient), patient != NULL ? patient->parent : 0 };

  for (gsize q = 0; patient != NULL && q < G_N_ELEMENTS (qualifiers); q++)
    for (int of_benefits = 0; of_benefits < 2; of_benefits++)
      for (int l = 0; l < 2 && levels[l] != 0; l++)
        {
          const IvrEdiReference *ref = find_reference (self, levels[l], of_benefits, qualifiers[q]);

          if (ref != NULL)
            return ref;
        }
  return NULL;
}

/**
 * ivr_edi_party_dup_name:
 * @self: a party
 *
 * Returns: (transfer full) (nullable): "ABC COMPANY" or "JONES, MARCUS A"
 */
char *
ivr_edi_party_dup_name (const IvrEdiParty *self)
{
  if (self->first == NULL)
    return g_strdup (self->last);
  return g_strconcat (self->last != NULL ? self->last : "", self->last != NULL ? ", " : "", self->first,
                      self->middle != NULL ? " " : "", self->middle != NULL ? self->middle : "", NULL);
}
