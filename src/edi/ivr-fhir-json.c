/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-edi-json.h"
#include "ivr-edi-value.h"
#include "ivr-fhir-private.h"

#include <string.h>

#define string ivr_json_writer_string
#define some ivr_json_writer_some

#define TOTALS_MAX 50

static void
write_at (IvrFhir           *self,
          const IvrJsonNode *node,
          const char        *path,
          const char        *key,
          IvrJsonWriter     *json)
{
  some (json, key, ivr_json_string (self->json, node, path));
}

/* [value, "USD"]; the value is the number that stands there, when it is an exact one. */
static void
write_money (IvrFhir           *self,
             const IvrJsonNode *money,
             const char        *key,
             IvrJsonWriter     *json)
{
  const char *value = ivr_json_number (self->json, money, "value");
  gint64 cents;

  if (value == NULL || !ivr_edi_value_to_cents (value, &cents))
    return;
  ivr_json_writer_open (json, key, '[');
  ivr_json_writer_raw (json, NULL, value);
  string (json, NULL, ivr_json_string (self->json, money, "currency"));
  ivr_json_writer_close (json);
}

/* [start, end] */
static void
write_period (IvrFhir           *self,
              const IvrJsonNode *period,
              const char        *key,
              IvrJsonWriter     *json)
{
  if (ivr_json_type (period) != IVR_JSON_OBJECT)
    return;
  ivr_json_writer_open (json, key, '[');
  string (json, NULL, ivr_json_string (self->json, period, "start"));
  string (json, NULL, ivr_json_string (self->json, period, "end"));
  ivr_json_writer_close (json);
}

static void
write_strings (IvrFhir           *self,
               const IvrJsonNode *array,
               const char        *path,
               const char        *key,
               IvrJsonWriter     *json)
{
  if (ivr_json_type (array) != IVR_JSON_ARRAY)
    return;
  ivr_json_writer_open (json, key, '[');
  for (const IvrJsonNode *n = ivr_json_first (self->json, array); n != NULL; n = ivr_json_next (self->json, n))
    {
      const char *text = *path == '\0' ? ivr_json_text (self->json, n) : ivr_json_string (self->json, n, path);

      if (text != NULL)
        string (json, NULL, text);
    }
  ivr_json_writer_close (json);
}

static void
write_bool (IvrFhir           *self,
            const IvrJsonNode *node,
            const char        *key,
            IvrJsonWriter     *json)
{
  IvrJsonType type = ivr_json_type (ivr_json_get (self->json, node, key));

  if (type == IVR_JSON_TRUE || type == IVR_JSON_FALSE)
    ivr_json_writer_raw (json, key, type == IVR_JSON_TRUE ? "true" : "false");
}

/* A reference as it stands; where there is none, what identifies or names who is meant. */
static const char *
reference_of (IvrFhir           *self,
              const IvrJsonNode *node,
              const char        *name)
{
  static const char * const parts[] = { "reference", "identifier.value", "display" };
  const IvrJsonNode *reference = ivr_json_get (self->json, node, name);
  const char *text = NULL;

  for (gsize i = 0; text == NULL && i < G_N_ELEMENTS (parts); i++)
    text = ivr_json_string (self->json, reference, parts[i]);
  return text;
}

static void
write_classes (IvrFhir           *self,
               const IvrJsonNode *coverage,
               IvrJsonWriter     *json)
{
  static const char * const pairs[] = { "group", "subgroup", "plan", "subplan", "class", "subclass" };
  static const char * const values[] = { "rxid", "rxbin", "rxgroup", "rxpcn", "sequence" };

  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      const char *value = ivr_fhir_class (self, coverage, pairs[i], "value");
      const char *name = ivr_fhir_class (self, coverage, pairs[i], "name");

      if (value == NULL && name == NULL)
        continue;
      ivr_json_writer_open (json, pairs[i], '[');
      string (json, NULL, value);
      string (json, NULL, name);
      ivr_json_writer_close (json);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    some (json, values[i], ivr_fhir_class (self, coverage, values[i], "value"));
}

static void
write_costs (IvrFhir           *self,
             const IvrJsonNode *coverage,
             IvrJsonWriter     *json)
{
  const IvrJsonNode *costs = ivr_json_get (self->json, coverage, "costToBeneficiary");

  if (costs == NULL)
    return;
  ivr_json_writer_open (json, "cost", '[');
  for (const IvrJsonNode *n = ivr_json_first (self->json, costs); n != NULL; n = ivr_json_next (self->json, n))
    {
      ivr_json_writer_open (json, NULL, '{');
      write_at (self, n, "type.coding.code", "type", json);
      write_money (self, ivr_json_get (self->json, n, "valueMoney"), "money", json);
      ivr_json_writer_close (json);
    }
  ivr_json_writer_close (json);
}

static void
write_coverage (IvrFhir           *self,
                const IvrJsonNode *node,
                IvrJsonWriter     *json)
{
  static const char * const member_types[] = { "MB", NULL };
  const char *subscriber = ivr_json_string (self->json, node, "subscriberId");
  const char *order = ivr_json_number (self->json, node, "order");

  write_at (self, node, "status", "status", json);
  write_at (self, node, "identifier.value", "identifier", json);
  some (json, "member_id", ivr_fhir_identifier (self, node, member_types));
  string (json, "subscriberId", subscriber);
  some (json, "coverage_subscriberId", subscriber);
  write_classes (self, node, json);
  write_period (self, ivr_json_get (self->json, node, "period"), "period", json);
  write_at (self, node, "payor.reference", "payor", json);
  write_at (self, node, "payor.identifier.value", "payor_identifier", json);
  write_at (self, node, "payor.display", "payor_display", json);
  write_at (self, node, "relationship.coding.code", "relationship", json);
  write_at (self, node, "type.coding.code", "coverage_type", json);
  write_at (self, node, "beneficiary.reference", "beneficiary", json);
  write_at (self, node, "dependent", "dependent_number", json);
  write_at (self, node, "network", "network", json);
  if (order != NULL && ivr_edi_value_is_decimal (order))
    ivr_json_writer_raw (json, "order", order);
  write_costs (self, node, json);
}

static void
write_serviced (IvrFhir           *self,
                const IvrJsonNode *node,
                IvrJsonWriter     *json)
{
  write_at (self, node, "servicedDate", "serviced", json);
  if (ivr_json_string (self->json, node, "servicedDate") == NULL)
    write_period (self, ivr_json_get (self->json, node, "servicedPeriod"), "serviced", json);
}

static void
write_request (IvrFhir           *self,
               const IvrJsonNode *node,
               IvrJsonWriter     *json)
{
  write_at (self, node, "status", "status", json);
  write_strings (self, ivr_json_get (self->json, node, "purpose"), "", "purpose", json);
  some (json, "patient", reference_of (self, node, "patient"));
  some (json, "insurer", reference_of (self, node, "insurer"));
  some (json, "provider", reference_of (self, node, "provider"));
  write_at (self, node, "insurance.coverage.reference", "coverage", json);
  write_serviced (self, node, json);
  write_at (self, node, "created", "created", json);
  write_strings (self, ivr_json_get (self->json, node, "item"), "category.coding.code", "item_category", json);
}

/* allowedMoney, allowedUnsignedInt, allowedString, and the same of used. */
static void
write_figures (IvrFhir           *self,
               const IvrJsonNode *benefit,
               IvrJsonWriter     *json)
{
  static const char * const monies[] = { "allowedMoney", "usedMoney" };
  static const char * const counts[] = { "allowedUnsignedInt", "usedUnsignedInt" };
  static const char * const texts[] = { "allowedString", "usedString" };

  for (int i = 0; i < 2; i++)
    {
      const char *count = ivr_json_number (self->json, benefit, counts[i]);

      write_money (self, ivr_json_get (self->json, benefit, monies[i]), monies[i], json);
      if (count != NULL && ivr_edi_value_is_decimal (count))
        ivr_json_writer_raw (json, counts[i], count);
      write_at (self, benefit, texts[i], texts[i], json);
    }
}

static void
write_item (IvrFhir           *self,
            const IvrJsonNode *item,
            const IvrJsonNode *benefit,
            IvrJsonWriter     *json)
{
  ivr_json_writer_open (json, NULL, '{');
  write_at (self, item, "category.coding.code", "category", json);
  write_at (self, item, "productOrService.coding.code", "productOrService", json);
  write_at (self, item, "network.coding.code", "network", json);
  write_at (self, item, "unit.coding.code", "unit", json);
  write_at (self, item, "term.coding.code", "term", json);
  write_at (self, item, "name", "name", json);
  write_at (self, item, "description", "description", json);
  write_bool (self, item, "excluded", json);
  write_bool (self, item, "authorizationRequired", json);
  write_at (self, item, "authorizationUrl", "authorizationUrl", json);
  write_at (self, benefit, "type.coding.code", "type", json);
  write_figures (self, benefit, json);
  ivr_json_writer_close (json);
}

static void
write_items (IvrFhir           *self,
             const IvrJsonNode *node,
             IvrJsonWriter     *json)
{
  IvrJson *doc = self->json;
  const IvrJsonNode *insurances = ivr_json_get (doc, node, "insurance");
  guint n_items = 0, n_insurances = 0;

  ivr_json_writer_open (json, "inforce", '[');
  for (const IvrJsonNode *i = ivr_json_first (doc, insurances); i != NULL; i = ivr_json_next (doc, i))
    {
      IvrJsonType type = ivr_json_type (ivr_json_get (doc, i, "inforce"));

      n_insurances++;
      n_items += ivr_json_length (doc, ivr_json_get (doc, i, "item"));
      ivr_json_writer_raw (json, NULL, type == IVR_JSON_TRUE ? "true" : type == IVR_JSON_FALSE ? "false" : "null");
    }
  ivr_json_writer_close (json);
  ivr_json_writer_count (json, "insurance", n_insurances);
  ivr_json_writer_count (json, "items", n_items);
  write_period (self, ivr_json_path (doc, node, "insurance.benefitPeriod"), "benefitPeriod", json);
  ivr_json_writer_open (json, "benefits", '[');
  for (const IvrJsonNode *i = ivr_json_first (doc, insurances); i != NULL; i = ivr_json_next (doc, i))
    {
      const IvrJsonNode *items = ivr_json_get (doc, i, "item");

      for (const IvrJsonNode *t = ivr_json_first (doc, items); t != NULL; t = ivr_json_next (doc, t))
        {
          const IvrJsonNode *benefits = ivr_json_get (doc, t, "benefit");

          if (ivr_json_first (doc, benefits) == NULL)
            write_item (self, t, NULL, json);
          for (const IvrJsonNode *b = ivr_json_first (doc, benefits); b != NULL; b = ivr_json_next (doc, b))
            write_item (self, t, b, json);
        }
    }
  ivr_json_writer_close (json);
}

static void
write_errors (IvrFhir       *self,
              IvrJsonWriter *json)
{
  if (ivr_edi_n (self->set->rejects) == 0)
    return;
  ivr_json_writer_open (json, "errors", '[');
  for (guint i = 0; i < self->set->rejects->len; i++)
    {
      const char *reason = ivr_edi_at (self->set->rejects, IvrEdiReject, i)->reason;

      if (reason != NULL)
        string (json, NULL, reason);
    }
  ivr_json_writer_close (json);
}

static void
write_response (IvrFhir           *self,
                const IvrJsonNode *node,
                IvrJsonWriter     *json)
{
  write_at (self, node, "status", "status", json);
  string (json, "outcome", ivr_json_string (self->json, node, "outcome"));
  write_strings (self, ivr_json_get (self->json, node, "purpose"), "", "purpose", json);
  write_at (self, node, "disposition", "disposition", json);
  some (json, "patient", reference_of (self, node, "patient"));
  some (json, "insurer", reference_of (self, node, "insurer"));
  some (json, "request", reference_of (self, node, "request"));
  write_at (self, node, "insurance.coverage.reference", "coverage", json);
  write_at (self, node, "created", "created", json);
  write_at (self, node, "preAuthRef", "preAuthRef", json);
  write_serviced (self, node, json);
  write_items (self, node, json);
  write_errors (self, json);
}

/* When what was authorised may be done: of the response, or of its first item that says it. */
static void
write_authorized (IvrFhir           *self,
                  const IvrJsonNode *node,
                  IvrJsonWriter     *json)
{
  static const char * const urls[] = { "extension-authorizedEventDate", "extension-itemPreAuthPeriod",
                                      "extension-itemAuthorizedDate" };
  IvrJson *doc = self->json;
  const IvrJsonNode *items = ivr_json_get (doc, node, "item");
  const IvrJsonNode *period = ivr_json_get (doc, node, "preAuthPeriod");
  const IvrJsonNode *owner = node;

  while (period == NULL && owner != NULL)
    {
      const IvrJsonNode *all = ivr_json_get (doc, owner, "extension");

      for (const IvrJsonNode *n = ivr_json_first (doc, all); n != NULL && period == NULL; n = ivr_json_next (doc, n))
        {
          const char *url = ivr_json_string (doc, n, "url");

          for (gsize i = 0; url != NULL && i < G_N_ELEMENTS (urls); i++)
            if (g_str_has_suffix (url, urls[i]))
              period = ivr_json_get (doc, n, "valuePeriod");
        }
      owner = owner == node ? ivr_json_first (doc, items) : ivr_json_next (doc, owner);
    }
  write_period (self, period, "authorized", json);
}

static void
write_claim_response (IvrFhir           *self,
                      const IvrJsonNode *node,
                      IvrJsonWriter     *json)
{
  IvrJson *doc = self->json;
  const IvrJsonNode *totals = ivr_json_get (doc, node, "total");
  g_autoptr(GPtrArray) written = g_ptr_array_new ();
  const char *number;
  const char *decision = ivr_fhir_decision (self, node, &number);

  write_at (self, node, "status", "status", json);
  write_at (self, node, "use", "use", json);
  string (json, "outcome", ivr_json_string (doc, node, "outcome"));
  write_at (self, node, "disposition", "disposition", json);
  some (json, "patient", reference_of (self, node, "patient"));
  some (json, "insurer", reference_of (self, node, "insurer"));
  some (json, "requestor", reference_of (self, node, "requestor"));
  some (json, "request", reference_of (self, node, "request"));
  write_at (self, node, "insurance.coverage.reference", "coverage", json);
  write_at (self, node, "created", "created", json);
  write_at (self, node, "preAuthRef", "preAuthRef", json);
  string (json, "reviewAction", decision);
  some (json, "review_id", number);
  write_authorized (self, node, json);
  if (totals != NULL)
    {
      ivr_json_writer_open (json, "totals", '{');
      for (const IvrJsonNode *n = ivr_json_first (doc, totals); n != NULL; n = ivr_json_next (doc, n))
        {
          const char *category = ivr_json_string (doc, n, "category.coding.code");

          if (category == NULL)
            category = "other";
          /* The first of each; no answer has more than a handful. */
          if (!g_ptr_array_find_with_equal_func (written, category, g_str_equal, NULL) && written->len < TOTALS_MAX)
            {
              g_ptr_array_add (written, (gpointer) category);
              write_money (self, ivr_json_get (doc, n, "amount"), category, json);
            }
        }
      ivr_json_writer_close (json);
    }
  write_money (self, ivr_json_path (doc, node, "payment.amount"), "payment", json);
  write_strings (self, ivr_json_get (doc, node, "processNote"), "text", "notes", json);
  write_errors (self, json);
}

static void
write_claim (IvrFhir           *self,
             const IvrJsonNode *node,
             IvrJsonWriter     *json)
{
  write_at (self, node, "status", "status", json);
  write_at (self, node, "use", "use", json);
  some (json, "patient", reference_of (self, node, "patient"));
  some (json, "insurer", reference_of (self, node, "insurer"));
  some (json, "provider", reference_of (self, node, "provider"));
  write_at (self, node, "insurance.coverage.reference", "coverage", json);
  write_at (self, node, "created", "created", json);
}

typedef void (*WriteFunc) (IvrFhir           *self,
                           const IvrJsonNode *node,
                           IvrJsonWriter     *json);

static const struct
{
  const char *type;
  const char *key;
  WriteFunc write;
} types[] = {
  { "CoverageEligibilityResponse", "response", write_response },
  { "ClaimResponse", "response", write_claim_response },
  { "CoverageEligibilityRequest", "request", write_request },
  { "Claim", "claim", write_claim },
  { "Coverage", "coverage", write_coverage },
};

static void
write_as (IvrFhir           *self,
          const IvrJsonNode *node,
          const char        *key,
          WriteFunc          write,
          IvrJsonWriter     *json)
{
  ivr_json_writer_open (json, key, '{');
  write (self, node, json);
  ivr_json_writer_close (json);
}

static void
write_patient (IvrFhir       *self,
               IvrJsonWriter *json)
{
  static const char * const keys[] = { "patient", "patient_name" };
  static const char * const member_types[] = { "MB", "MI", NULL };
  const IvrJsonNode *patient = ivr_fhir_get_patient (self);
  const char *member = ivr_fhir_identifier (self, ivr_fhir_get_coverage (self), member_types);
  const char *family = ivr_json_string (self->json, patient, "name.family");
  const char *given = ivr_json_string (self->json, patient, "name.given");

  for (gsize i = 0; (family != NULL || given != NULL) && i < G_N_ELEMENTS (keys); i++)
    {
      ivr_json_writer_open (json, keys[i], '[');
      string (json, NULL, family);
      string (json, NULL, given);
      ivr_json_writer_close (json);
    }
  write_at (self, patient, "birthDate", "dob", json);
  if (member == NULL)
    member = ivr_fhir_identifier (self, patient, member_types);
  /* A Bundle of coverages has said it already. */
  if (self->set->kind != IVR_EDI_COVERAGE)
    some (json, "member_id", member);
}

/* The plans of all coverages; before R4 a plan stood in "grouping". */
static void
write_plans (IvrFhir       *self,
             IvrJsonWriter *json)
{
  ivr_json_writer_open (json, "plans", '[');
  for (guint i = 0; i < self->resources->len; i++)
    {
      const IvrJsonNode *coverage = self->resources->pdata[i];
      const char *plan;

      if (g_strcmp0 (ivr_json_string (self->json, coverage, "resourceType"), "Coverage") != 0)
        continue;
      plan = ivr_fhir_class (self, coverage, "plan", "name");
      if (plan == NULL)
        plan = ivr_fhir_class (self, coverage, "plan", "value");
      if (plan == NULL)
        plan = ivr_json_string (self->json, coverage, "grouping.planDisplay");
      if (plan == NULL)
        plan = ivr_json_string (self->json, coverage, "grouping.plan");
      if (plan != NULL)
        string (json, NULL, plan);
    }
  ivr_json_writer_close (json);
}

static void
write_bundle (IvrFhir       *self,
              IvrJsonWriter *json)
{
  IvrEdiParty *payer = ivr_edi_set_get_party (self->set, IVR_EDI_PAYER, 0);
  const IvrJsonNode *coverage = ivr_fhir_get_coverage (self);
  const IvrJsonNode *payor = ivr_json_path (self->json, coverage, "payor");
  const char *name;

  if (ivr_json_type (payor) == IVR_JSON_ARRAY)
    payor = ivr_json_first (self->json, payor);
  name = ivr_json_string (self->json, ivr_fhir_resolve (self, payor), "name");
  ivr_json_writer_count (json, "entries", self->n_entries);
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      const IvrJsonNode *node =
          types[i].write == write_coverage ? coverage : ivr_fhir_get_resource (self, types[i].type, 0);

      if (node != NULL && !(i == 1 && ivr_fhir_get_resource (self, types[0].type, 0) != NULL))
        write_as (self, node, types[i].key, types[i].write, json);
    }
  write_patient (self, json);
  if (payer != NULL)
    some (json, "insurer", payer->last);
  some (json, "payor_name", name != NULL ? name : ivr_json_string (self->json, payor, "display"));
  write_plans (self, json);
}

/* A resource's own facts; a response's also under "response", as those of a Bundle are. */
static void
write_resource (IvrFhir       *self,
                IvrJsonWriter *json)
{
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_strcmp0 (self->set->name, types[i].type) == 0)
      {
        types[i].write (self, self->main, json);
        if (g_str_equal (types[i].key, "response"))
          write_as (self, self->main, "response", types[i].write, json);
        return;
      }
  write_at (self, self->main, "status", "status", json);
  write_at (self, self->main, "name", "name", json);
  write_errors (self, json);
}

/**
 * ivr_fhir_json_write:
 * @self: a document
 * @json: where to, in an array
 *
 * One object: what the resource states, each number as it stands there.
 */
void
ivr_fhir_json_write (IvrFhir       *self,
                     IvrJsonWriter *json)
{
  gboolean is_coverages = self->is_bundle && self->set->kind == IVR_EDI_COVERAGE;

  ivr_json_writer_open (json, NULL, '{');
  string (json, "kind", "FHIR");
  string (json, "type", is_coverages ? "Bundle/Coverage" : self->is_bundle ? "Bundle" : self->set->name);
  string (json, "resource", self->set->name);
  some (json, "id", self->set->control);
  string (json, "verdict", ivr_edi_verdict_get_name (ivr_edi_set_get_verdict (self->set)));
  if (is_coverages)
    write_coverage (self, self->main, json);
  if (self->is_bundle)
    write_bundle (self, json);
  else
    write_resource (self, json);
  ivr_edi_json_write_warnings (self->set, json);
  ivr_json_writer_close (json);
}
