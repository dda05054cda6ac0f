/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-fhir-private.h"

#include "ivr-edi-value.h"

#include <string.h>

static const char * const member_types[] = { "MB", "MI", NULL };

static const char *
keep (IvrFhir    *self,
      const char *text)
{
  return ivr_edi_set_text (self->set, text);
}

/* The string at a path, kept in the set. */
static const char *
string_at (IvrFhir           *self,
           const IvrJsonNode *node,
           const char        *path)
{
  return keep (self, ivr_json_string (self->json, node, path));
}

static void
warn (IvrFhir           *self,
      IvrEdiWarningCode  code,
      const IvrJsonNode *node)
{
  ivr_edi_set_warn (self->set, code, 0, 0, ivr_json_offset (node));
}

static IvrEdiParty *
add_party (IvrFhir    *self,
           IvrEdiRole  role)
{
  IvrEdiParty *party = ivr_edi_set_add (self->set, parties, IvrEdiParty);

  party->role = role;
  party->is_named = TRUE;
  party->first_reference = ivr_edi_n (self->set->references);
  return party;
}

static void
add_reference (IvrFhir    *self,
               guint       party,
               const char *qualifier,
               const char *id,
               const char *text)
{
  IvrEdiReference *ref;

  if (id == NULL && text == NULL)
    return;
  ref = ivr_edi_set_add (self->set, references, IvrEdiReference);
  ref->party = party;
  ref->qualifier = qualifier;
  ref->id = keep (self, id);
  ref->text = keep (self, text);
}

static void
add_date (IvrFhir           *self,
          guint              party,
          guint              benefit,
          const char        *qualifier,
          const IvrJsonNode *value)
{
  gboolean is_period = ivr_json_type (value) == IVR_JSON_OBJECT;
  const char *from = is_period ? ivr_json_string (self->json, value, "start") : ivr_json_text (self->json, value);
  const char *to = is_period ? ivr_json_string (self->json, value, "end") : NULL;
  IvrEdiDate *date;

  if (from == NULL && to == NULL)
    return;
  if ((from != NULL && !ivr_edi_value_is_fhir_date (from)) || (to != NULL && !ivr_edi_value_is_fhir_date (to)))
    {
      warn (self, IVR_EDI_WARNING_FHIR_DATE, value);
      return;
    }
  date = ivr_edi_set_add (self->set, dates, IvrEdiDate);
  date->party = party;
  date->benefit = benefit;
  date->segment = "DTP";
  date->qualifier = qualifier;
  date->from = keep (self, from);
  date->to = keep (self, to);
  date->raw = date->from;
}

/* An organization: the resource, where the reference leads to one, else what the reference itself says. */
static void
add_organization (IvrFhir           *self,
                  IvrEdiRole         role,
                  const IvrJsonNode *reference)
{
  const IvrJsonNode *resource = ivr_fhir_resolve (self, reference);
  IvrEdiParty *party;

  if (reference == NULL)
    return;
  if (self->is_bundle && resource == NULL && ivr_json_get (self->json, reference, "reference") != NULL)
    warn (self, IVR_EDI_WARNING_FHIR_REFERENCE, reference);
  party = add_party (self, role);
  party->last = string_at (self, resource, "name");
  if (party->last == NULL)
    party->last = string_at (self, resource, "name.family");
  party->first = string_at (self, resource, "name.given");
  if (party->last == NULL && party->first == NULL)
    party->last = string_at (self, reference, "display");
  party->id = string_at (self, resource, "identifier.value");
  if (party->id == NULL)
    party->id = string_at (self, reference, "identifier.value");
}

static void
read_patient (IvrFhir           *self,
              IvrEdiParty       *party,
              const IvrJsonNode *patient)
{
  static const struct
  {
    const char *fhir;
    const char *x12;
  } sexes[] = { { "male", "M" }, { "female", "F" }, { "unknown", "U" }, { "other", "U" } };
  const char *sex = ivr_json_string (self->json, patient, "gender");
  const char *born = ivr_json_string (self->json, patient, "birthDate");

  party->last = string_at (self, patient, "name.family");
  party->first = string_at (self, patient, "name.given");
  party->address[0] = string_at (self, patient, "address.line");
  party->city = string_at (self, patient, "address.city");
  party->state = string_at (self, patient, "address.state");
  party->zip = string_at (self, patient, "address.postalCode");
  if (ivr_edi_value_is_fhir_date (born))
    party->born = keep (self, born);
  else if (born != NULL)
    {
      party->born_raw = keep (self, born);
      warn (self, IVR_EDI_WARNING_FHIR_DATE, patient);
    }
  for (gsize i = 0; sex != NULL && i < G_N_ELEMENTS (sexes); i++)
    if (g_str_equal (sexes[i].fhir, sex))
      party->sex = sexes[i].x12;
  party->sex_raw = keep (self, sex);
}

/* The row of a table of codes, or NULL. */
static const char *
code_for (const char         *code,
          const char * const *table)
{
  for (; code != NULL && *table != NULL; table += 2)
    if (g_str_equal (table[0], code))
      return table[1];
  return NULL;
}

/* FHIR's subscriber-relationship in INS02's codes (list 1069). */
static const char * const relation_codes[] = { "self", "18", "spouse", "01", "child", "19", "parent", "32", "common", "53",
                                               "other", "G8", NULL };

/* The patient, and before the patient the subscriber when that is somebody else. */
static void
read_people (IvrFhir *self)
{
  const IvrJsonNode *coverage = ivr_fhir_get_coverage (self);
  const IvrJsonNode *patient = ivr_fhir_get_patient (self);
  const char *relation = ivr_json_string (self->json, coverage, "relationship.coding.code");
  gboolean is_self = relation == NULL || g_str_equal (relation, "self");
  const char *member = ivr_fhir_identifier (self, coverage, member_types);
  const char *subscriber = ivr_json_string (self->json, coverage, "subscriberId");
  const IvrJsonNode *named = ivr_json_get (self->json, self->main, "patient");
  IvrEdiParty *party;
  guint index;

  if (member == NULL)
    member = ivr_fhir_identifier (self, patient, member_types);
  if (self->is_bundle && named != NULL && patient == NULL)
    warn (self, IVR_EDI_WARNING_FHIR_REFERENCE, named);
  if (coverage == NULL && patient == NULL)
    return;
  party = add_party (self, IVR_EDI_SUBSCRIBER);
  party->id = keep (self, subscriber != NULL && !is_self ? subscriber : member != NULL ? member : subscriber);
  if (is_self)
    {
      party->relation = code_for (relation, relation_codes);
      read_patient (self, party, patient);
    }
  index = ivr_edi_set_index_of (self->set, party);
  add_reference (self, index, "6P", ivr_fhir_class (self, coverage, "group", "value"),
                 ivr_fhir_class (self, coverage, "group", "name"));
  add_reference (self, index, "18", ivr_fhir_class (self, coverage, "plan", "value"),
                 ivr_fhir_class (self, coverage, "plan", "name"));
  add_date (self, index, 0, "346", ivr_json_get (self->json, coverage, "period"));
  if (is_self)
    return;
  party = add_party (self, IVR_EDI_DEPENDENT);
  party->parent = index;
  party->relation = code_for (relation, relation_codes);
  if (party->relation == NULL)
    party->relation = keep (self, relation);
  party->id = keep (self, member);
  read_patient (self, party, patient);
}

/* One EB, from its elements. */
static guint
add_benefit (IvrFhir            *self,
             const char * const  parts[IVR_EDI_EB_N_PARTS])
{
  IvrEdiBenefit *benefit = ivr_edi_set_add (self->set, benefits, IvrEdiBenefit);
  gsize size = 1;
  char *p;

  for (int i = 1; i < IVR_EDI_EB_N_PARTS; i++)
    size += (parts[i] != NULL ? strlen (parts[i]) : 0) + 1;
  p = ivr_edi_set_alloc (self->set, size);
  benefit->parts = p;
  for (int i = 1; i < IVR_EDI_EB_N_PARTS; i++)
    p = g_stpcpy (p, parts[i] != NULL ? parts[i] : "") + 1;
  *p = '\0';
  benefit->n_parts = IVR_EDI_EB_N_PARTS - 1;
  benefit->party = ivr_edi_set_index_of (self->set, ivr_edi_set_get_patient (self->set));
  return self->set->benefits->len;
}

static void
add_message (IvrFhir    *self,
             guint       benefit,
             const char *text)
{
  IvrEdiMessage *message;

  if (text == NULL)
    return;
  message = ivr_edi_set_add (self->set, messages, IvrEdiMessage);
  message->benefit = benefit;
  message->text = keep (self, text);
  self->set->n_messages++;
}

static const char * const network_codes[] = { "in", "Y", "out", "N", NULL };
static const char * const unit_codes[] = { "individual", "IND", "family", "FAM", NULL };
static const char * const term_codes[] = { "annual", "23", "day", "7", "lifetime", "32", NULL };
static const char * const type_codes[] = {
  "deductible", "C", "copay", "B", "copay-percent", "A", "copay-maximum", "B",
  "benefit",    "F", "visit", "F", "room",          "F", "out-of-pocket", "G",
  NULL,
};

/* An amount as it is written, when it is one exactly; a share; or a number of something. */
static void
read_figure (IvrFhir           *self,
             const IvrJsonNode *benefit,
             gboolean           used,
             const char        *parts[IVR_EDI_EB_N_PARTS],
             const char       **currency)
{
  const char *money = ivr_json_number (self->json, benefit, used ? "usedMoney.value" : "allowedMoney.value");
  const char *count = ivr_json_number (self->json, benefit, used ? "usedUnsignedInt" : "allowedUnsignedInt");
  const char *type = ivr_json_string (self->json, benefit, "type.coding.code");
  gint64 cents;

  *currency = ivr_json_string (self->json, benefit, used ? "usedMoney.currency" : "allowedMoney.currency");
  if (money != NULL && ivr_edi_value_to_cents (money, &cents))
    parts[IVR_EDI_EB_AMOUNT] = money;
  else if (money != NULL)
    warn (self, IVR_EDI_WARNING_FHIR_NUMBER, benefit);
  if (count != NULL && !ivr_edi_value_is_decimal (count))
    warn (self, IVR_EDI_WARNING_FHIR_NUMBER, benefit);
  else if (count != NULL && g_strcmp0 (type, "copay-percent") == 0)
    parts[IVR_EDI_EB_PERCENT] = count;
  else if (count != NULL)
    {
      parts[IVR_EDI_EB_QUANTITY] = count;
      parts[IVR_EDI_EB_QUANTITY_OF] = g_strcmp0 (type, "visit") == 0 ? "VS" : NULL;
    }
}

static void
read_benefit (IvrFhir           *self,
              const IvrJsonNode *item,
              const IvrJsonNode *benefit,
              const char        *parts[IVR_EDI_EB_N_PARTS])
{
  const char *type = ivr_json_string (self->json, benefit, "type.coding.code");
  const char *status = code_for (type, type_codes);

  parts[IVR_EDI_EB_STATUS] = status != NULL ? status : "F";
  for (int used = 0; used < 2; used++)
    {
      const char *line[IVR_EDI_EB_N_PARTS];
      const char *currency;
      guint number;

      memcpy (line, parts, sizeof line);
      read_figure (self, benefit, used, line, &currency);
      /* What is used up is "met so far" of the same; when nothing is used, nothing is said. */
      if (used && line[IVR_EDI_EB_AMOUNT] == NULL && line[IVR_EDI_EB_QUANTITY] == NULL)
        break;
      if (used)
        line[IVR_EDI_EB_PERIOD] = "24";
      number = add_benefit (self, line);
      if (currency != NULL && !g_str_equal (currency, "USD"))
        {
          IvrEdiDetail *detail = ivr_edi_set_add (self->set, details, IvrEdiDetail);

          detail->benefit = number;
          detail->segment = "currency";
          detail->elements = keep (self, currency);
        }
      if (!used)
        {
          add_message (self, number, ivr_json_string (self->json, benefit, "allowedString"));
          add_message (self, number, ivr_json_string (self->json, item, "name"));
          add_message (self, number, ivr_json_string (self->json, item, "description"));
        }
    }
}

static void
read_item (IvrFhir           *self,
           const IvrJsonNode *item)
{
  IvrJson *json = self->json;
  const IvrJsonNode *benefits = ivr_json_get (json, item, "benefit");
  IvrJsonType required = ivr_json_type (ivr_json_get (json, item, "authorizationRequired"));
  const char *parts[IVR_EDI_EB_N_PARTS] = { NULL };

  parts[IVR_EDI_EB_SERVICE] = ivr_json_string (json, item, "category.coding.code");
  parts[IVR_EDI_EB_PROCEDURE] = ivr_json_string (json, item, "productOrService.coding.code");
  parts[IVR_EDI_EB_NETWORK] = code_for (ivr_json_string (json, item, "network.coding.code"), network_codes);
  parts[IVR_EDI_EB_LEVEL] = code_for (ivr_json_string (json, item, "unit.coding.code"), unit_codes);
  parts[IVR_EDI_EB_PERIOD] = code_for (ivr_json_string (json, item, "term.coding.code"), term_codes);
  if (required == IVR_JSON_TRUE || required == IVR_JSON_FALSE)
    parts[IVR_EDI_EB_AUTHORIZATION] = required == IVR_JSON_TRUE ? "Y" : "N";
  if (ivr_json_type (ivr_json_get (json, item, "excluded")) == IVR_JSON_TRUE)
    {
      parts[IVR_EDI_EB_STATUS] = "I";
      add_message (self, add_benefit (self, parts), ivr_json_string (json, item, "description"));
      return;
    }
  for (const IvrJsonNode *b = ivr_json_first (json, benefits); b != NULL; b = ivr_json_next (json, b))
    read_benefit (self, item, b, parts);
  if (ivr_json_first (json, benefits) == NULL)
    {
      /* It says something about a service, if not how much: whether it has to be authorised. */
      parts[IVR_EDI_EB_STATUS] = "CB";
      add_message (self, add_benefit (self, parts), ivr_json_string (json, item, "description"));
    }
}

static void
read_insurance (IvrFhir           *self,
                const IvrJsonNode *insurance)
{
  IvrJson *json = self->json;
  IvrJsonType in_force = ivr_json_type (ivr_json_get (json, insurance, "inforce"));
  const IvrJsonNode *coverage = ivr_fhir_resolve (self, ivr_json_get (json, insurance, "coverage"));
  const IvrJsonNode *items = ivr_json_get (json, insurance, "item");
  const char *parts[IVR_EDI_EB_N_PARTS] = { NULL };

  if (self->is_bundle && coverage == NULL && ivr_json_get (json, insurance, "coverage") != NULL)
    warn (self, IVR_EDI_WARNING_FHIR_REFERENCE, insurance);
  if (in_force == IVR_JSON_TRUE || in_force == IVR_JSON_FALSE)
    {
      guint number;

      parts[IVR_EDI_EB_STATUS] = in_force == IVR_JSON_TRUE ? "1" : "6";
      parts[IVR_EDI_EB_SERVICE] = "30";
      parts[IVR_EDI_EB_PLAN] = ivr_fhir_class (self, coverage, "plan", "name");
      if (parts[IVR_EDI_EB_PLAN] == NULL)
        parts[IVR_EDI_EB_PLAN] = ivr_fhir_class (self, coverage, "plan", "value");
      number = add_benefit (self, parts);
      add_date (self, 0, number, "346", ivr_json_get (json, insurance, "benefitPeriod"));
    }
  for (const IvrJsonNode *i = ivr_json_first (json, items); i != NULL; i = ivr_json_next (json, i))
    read_item (self, i);
}

static void
add_reject (IvrFhir           *self,
            const IvrJsonNode *concept)
{
  IvrEdiReject *reject = ivr_edi_set_add (self->set, rejects, IvrEdiReject);

  reject->loop = "none";
  reject->reason = string_at (self, concept, "coding.code");
}

static void
read_errors (IvrFhir *self)
{
  IvrJson *json = self->json;
  const IvrJsonNode *errors = ivr_json_get (json, self->main, "error");
  const IvrJsonNode *issues = ivr_json_get (json, self->main, "issue");
  const char *outcome = ivr_json_string (json, self->main, "outcome");

  for (const IvrJsonNode *e = ivr_json_first (json, errors); e != NULL; e = ivr_json_next (json, e))
    add_reject (self, ivr_json_get (json, e, "code"));
  for (const IvrJsonNode *i = ivr_json_first (json, issues); i != NULL; i = ivr_json_next (json, i))
    {
      IvrEdiReject *reject = ivr_edi_set_add (self->set, rejects, IvrEdiReject);

      reject->loop = "none";
      reject->reason = string_at (self, i, "details.coding.code");
      if (reject->reason == NULL)
        reject->reason = string_at (self, i, "code");
    }
  if (g_strcmp0 (outcome, "error") == 0 && ivr_edi_n (self->set->rejects) == 0)
    add_reject (self, NULL);
}

static const struct
{
  const char *type;
  IvrEdiKind kind;
  const char *required[8];
} types[] = {
  { "Coverage", IVR_EDI_COVERAGE, { "status", "beneficiary", "payor" } },
  { "CoverageEligibilityRequest",
    IVR_EDI_ELIGIBILITY_REQUEST,
    { "status", "purpose", "patient", "created", "insurer" } },
  { "CoverageEligibilityResponse",
    IVR_EDI_ELIGIBILITY_RESPONSE,
    { "status", "purpose", "patient", "created", "request", "outcome", "insurer" } },
  { "Claim", IVR_EDI_CLAIM, { "status", "type", "use", "patient", "created", "provider", "insurance" } },
  { "ClaimResponse", IVR_EDI_CLAIM_RESPONSE, { "status", "type", "use", "patient", "created", "insurer", "outcome" } },
  { "OperationOutcome", IVR_EDI_OUTCOME, { "issue" } },
};

static void
read_kind (IvrFhir *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_strcmp0 (self->set->name, types[i].type) == 0)
      {
        self->set->kind = types[i].kind;
        for (gsize r = 0; r < G_N_ELEMENTS (types[i].required) && types[i].required[r] != NULL; r++)
          if (ivr_json_get (self->json, self->main, types[i].required[r]) == NULL)
            warn (self, IVR_EDI_WARNING_FHIR_MISSING, self->main);
        return;
      }
  ivr_edi_set_warn (self->set, IVR_EDI_WARNING_SET_UNKNOWN, 0, 0, 0);
}

/* Coverages of a Bundle whose payor leads nowhere. */
static void
check_payors (IvrFhir *self)
{
  for (guint i = 0; self->is_bundle && i < self->resources->len && i < 100; i++)
    {
      const IvrJsonNode *coverage = self->resources->pdata[i];
      const IvrJsonNode *payor = ivr_json_path (self->json, coverage, "payor");

      if (g_strcmp0 (ivr_json_string (self->json, coverage, "resourceType"), "Coverage") != 0)
        continue;
      if (ivr_json_type (payor) == IVR_JSON_ARRAY)
        payor = ivr_json_first (self->json, payor);
      if (ivr_json_get (self->json, payor, "reference") != NULL && ivr_fhir_resolve (self, payor) == NULL)
        warn (self, IVR_EDI_WARNING_FHIR_REFERENCE, payor);
    }
}

/**
 * ivr_fhir_read:
 * @self: a document whose main resource was found
 *
 * Fills the set. What is not stated stays away: a missing inforce is no "inactive".
 */
void
ivr_fhir_read (IvrFhir *self)
{
  IvrJson *json = self->json;
  IvrEdiSet *set = self->set;
  const IvrJsonNode *insurances = ivr_json_get (json, self->main, "insurance");
  const IvrJsonNode *payer = ivr_json_get (json, self->main, "insurer");
  const IvrJsonNode *provider = ivr_json_get (json, self->main, "requestor");
  guint32 twice;

  if (ivr_json_is_latin (json))
    ivr_edi_set_warn (set, IVR_EDI_WARNING_NOT_UTF8, 0, 0, 0);
  if (ivr_json_get_twice (json, &twice))
    ivr_edi_set_warn (set, IVR_EDI_WARNING_FHIR_TWICE, 0, 0, twice);
  set->name = string_at (self, self->main != NULL ? self->main : ivr_json_get_root (json), "resourceType");
  set->control = string_at (self, self->main, "id");
  set->reference = string_at (self, self->main, "request.reference");
  if (self->main == NULL)
    return;
  read_kind (self);
  check_payors (self);
  if (payer == NULL && set->kind == IVR_EDI_COVERAGE)
    payer = ivr_json_first (json, ivr_json_get (json, self->main, "payor"));
  if (provider == NULL)
    provider = ivr_json_get (json, self->main, "provider");
  add_organization (self, IVR_EDI_PAYER, payer);
  add_organization (self, IVR_EDI_PROVIDER, provider);
  read_people (self);
  add_date (self, 0, 0, "472", ivr_json_get (json, self->main, "servicedDate"));
  add_date (self, 0, 0, "472", ivr_json_get (json, self->main, "servicedPeriod"));
  add_message (self, 0, ivr_json_string (json, self->main, "disposition"));
  read_errors (self);
  if (set->kind == IVR_EDI_ELIGIBILITY_RESPONSE)
    for (const IvrJsonNode *i = ivr_json_first (json, insurances); i != NULL; i = ivr_json_next (json, i))
      read_insurance (self, i);
  if (set->kind == IVR_EDI_CLAIM_RESPONSE)
    {
      const char *number;

      set->decision = keep (self, ivr_fhir_decision (self, self->main, &number));
      set->decision_number = keep (self, number != NULL ? number : ivr_json_string (json, self->main, "preAuthRef"));
    }
}
