/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-fhir.h"

#include "ivr-fhir-private.h"

#include <string.h>

/**
 * ivr_fhir_get_set:
 * @self: a document
 *
 * Returns: (transfer none): what it says
 */
IvrEdiSet *
ivr_fhir_get_set (IvrFhir *self)
{
  return self->set;
}

/**
 * ivr_fhir_steal_set:
 * @self: a document that is not asked again
 *
 * Returns: (transfer full): what it says, which outlives the document
 */
IvrEdiSet *
ivr_fhir_steal_set (IvrFhir *self)
{
  return g_steal_pointer (&self->set);
}

/**
 * ivr_fhir_get_json:
 * @self: a document
 *
 * Returns: (transfer none): its JSON
 */
IvrJson *
ivr_fhir_get_json (IvrFhir *self)
{
  return self->json;
}

/**
 * ivr_fhir_get_main:
 * @self: a document
 *
 * Returns: (transfer none) (nullable): the resource that the document is about; %NULL for an empty Bundle
 */
const IvrJsonNode *
ivr_fhir_get_main (IvrFhir *self)
{
  return self->main;
}

static const char *
type_of (IvrFhir           *self,
         const IvrJsonNode *resource)
{
  return ivr_json_string (self->json, resource, "resourceType");
}

/**
 * ivr_fhir_get_resource:
 * @self: a document
 * @type: a type of resource
 * @n: which of them, from 0
 *
 * Returns: (transfer none) (nullable): the resource of a Bundle, or the document's own
 */
const IvrJsonNode *
ivr_fhir_get_resource (IvrFhir    *self,
                       const char *type,
                       guint       n)
{
  for (guint i = 0; i < self->resources->len; i++)
    if (g_strcmp0 (type_of (self, self->resources->pdata[i]), type) == 0 && n-- == 0)
      return self->resources->pdata[i];
  return NULL;
}

/* "Patient/1" of "https://payer.example/fhir/Patient/1/_history/2". Returns: its length, from @from on. */
static gsize
last_two (const char  *reference,
          const char **from)
{
  const char *history = strstr (reference, "/_history/");
  const char *end = history != NULL ? history : reference + strlen (reference);
  const char *p = end;
  int slashes = 0;

  while (p > reference && slashes < 2)
    if (*--p == '/')
      slashes++;
  *from = slashes == 2 ? p + 1 : p;
  return (gsize) (end - *from);
}

/**
 * ivr_fhir_resolve:
 * @self: a document
 * @reference: (nullable): a Reference
 *
 * Returns: (transfer none) (nullable): the resource in the document that it leads to, contained ones included
 */
const IvrJsonNode *
ivr_fhir_resolve (IvrFhir           *self,
                  const IvrJsonNode *reference)
{
  const char *text = ivr_json_string (self->json, reference, "reference");
  const IvrJsonNode *found;
  const char *from;

  if (text == NULL)
    return NULL;
  found = g_hash_table_lookup (self->by_address, text);
  if (found == NULL && *text != '#')
    {
      gsize length = last_two (text, &from);
      g_autofree char *address = g_strndup (from, length);

      found = g_hash_table_lookup (self->by_address, address);
    }
  return found;
}

/**
 * ivr_fhir_get_coverage:
 * @self: a document
 *
 * Returns: (transfer none) (nullable): the Coverage that the main resource speaks about, or the only one there is
 */
const IvrJsonNode *
ivr_fhir_get_coverage (IvrFhir *self)
{
  const IvrJsonNode *coverage;

  if (g_strcmp0 (type_of (self, self->main), "Coverage") == 0)
    return self->main;
  coverage = ivr_fhir_resolve (self, ivr_json_path (self->json, self->main, "insurance.coverage"));
  if (coverage == NULL && ivr_fhir_get_resource (self, "Coverage", 1) == NULL)
    coverage = ivr_fhir_get_resource (self, "Coverage", 0);
  return coverage;
}

/**
 * ivr_fhir_get_patient:
 * @self: a document
 *
 * Returns: (transfer none) (nullable): the Patient that the main resource names, never one that it does not name
 */
const IvrJsonNode *
ivr_fhir_get_patient (IvrFhir *self)
{
  const IvrJsonNode *patient = ivr_json_get (self->json, self->main, "patient");

  if (patient == NULL)
    patient = ivr_json_get (self->json, self->main, "beneficiary");
  patient = ivr_fhir_resolve (self, patient);
  return patient != NULL && g_strcmp0 (type_of (self, patient), "Patient") == 0 ? patient : NULL;
}

/**
 * ivr_fhir_class:
 * @self: a document
 * @coverage: (nullable): a Coverage
 * @type: the code of a class, such as "group"
 * @which: "value" or "name"
 *
 * Returns: (transfer none) (nullable): that of the first class of the type
 */
const char *
ivr_fhir_class (IvrFhir           *self,
                const IvrJsonNode *coverage,
                const char        *type,
                const char        *which)
{
  const IvrJsonNode *classes = ivr_json_get (self->json, coverage, "class");

  for (const IvrJsonNode *n = ivr_json_first (self->json, classes); n != NULL; n = ivr_json_next (self->json, n))
    if (g_strcmp0 (ivr_json_string (self->json, n, "type.coding.code"), type) == 0)
      return ivr_json_string (self->json, n, which);
  return NULL;
}

/**
 * ivr_fhir_identifier:
 * @self: a document
 * @resource: (nullable): a resource
 * @types: (array zero-terminated): codes of types of identifiers
 *
 * Returns: (transfer none) (nullable): the first identifier of one of these types
 */
const char *
ivr_fhir_identifier (IvrFhir            *self,
                     const IvrJsonNode  *resource,
                     const char * const *types)
{
  const IvrJsonNode *all = ivr_json_get (self->json, resource, "identifier");

  for (const IvrJsonNode *n = ivr_json_first (self->json, all); n != NULL; n = ivr_json_next (self->json, n))
    {
      const char *type = ivr_json_string (self->json, n, "type.coding.code");

      if (type != NULL && g_strv_contains (types, type))
        return ivr_json_string (self->json, n, "value");
    }
  return NULL;
}

/* One reviewAction extension, in the three shapes that it had: valueString, valueCode, and an
 * extension of its own for each part. */
static const char *
review_action (IvrFhir            *self,
               const IvrJsonNode  *extension,
               const char        **number)
{
  const char *url = ivr_json_string (self->json, extension, "url");
  const IvrJsonNode *parts = ivr_json_get (self->json, extension, "extension");
  const char *code;

  if (url == NULL || !g_str_has_suffix (url, "eviewAction"))
    return NULL;
  code = ivr_json_string (self->json, extension, "valueString");
  if (code == NULL)
    code = ivr_json_string (self->json, extension, "valueCode");
  for (const IvrJsonNode *n = ivr_json_first (self->json, parts); n != NULL; n = ivr_json_next (self->json, n))
    {
      const char *part = ivr_json_string (self->json, n, "url");

      if (part == NULL)
        continue;
      if (g_str_has_suffix (part, "eviewActionCode"))
        {
          code = ivr_json_string (self->json, n, "valueCodeableConcept.coding.code");
          if (code == NULL)
            code = ivr_json_string (self->json, n, "valueCode");
        }
      else if (g_str_has_suffix (part, "number") && *number == NULL)
        *number = ivr_json_string (self->json, n, "valueString");
    }
  return code;
}

/* Collects the decisions of a list of extensions: one, or that there are several. */
static void
add_decisions (IvrFhir            *self,
               const IvrJsonNode  *owner,
               const char        **decision,
               gboolean           *is_split,
               const char        **number)
{
  const IvrJsonNode *extensions = ivr_json_get (self->json, owner, "extension");

  for (const IvrJsonNode *n = ivr_json_first (self->json, extensions); n != NULL; n = ivr_json_next (self->json, n))
    {
      const char *code = review_action (self, n, number);

      if (code == NULL)
        continue;
      if (*decision != NULL && !g_str_equal (*decision, code))
        *is_split = TRUE;
      else
        *decision = code;
    }
}

/**
 * ivr_fhir_decision:
 * @self: a document
 * @response: a ClaimResponse
 * @number: (out) (nullable): the review number
 *
 * Returns: (transfer none) (nullable): the code of list 306 that the response, or all its items, have; %NULL also when
 *   they differ. A denial is outcome=complete: the outcome is no decision.
 */
const char *
ivr_fhir_decision (IvrFhir            *self,
                   const IvrJsonNode  *response,
                   const char        **number)
{
  IvrJson *json = self->json;
  const IvrJsonNode *items = ivr_json_get (json, response, "item");
  const char *decision = NULL;
  gboolean is_split = FALSE;

  *number = NULL;
  add_decisions (self, response, &decision, &is_split, number);
  for (const IvrJsonNode *i = ivr_json_first (json, items); i != NULL; i = ivr_json_next (json, i))
    {
      const IvrJsonNode *adjudications = ivr_json_get (json, i, "adjudication");

      add_decisions (self, i, &decision, &is_split, number);
      for (const IvrJsonNode *a = ivr_json_first (json, adjudications); a != NULL; a = ivr_json_next (json, a))
        add_decisions (self, a, &decision, &is_split, number);
    }
  if (*number == NULL)
    {
      const IvrJsonNode *all = ivr_json_get (json, response, "identifier");

      for (const IvrJsonNode *n = ivr_json_first (json, all); n != NULL && *number == NULL; n = ivr_json_next (json, n))
        {
          const char *system = ivr_json_string (json, n, "system");

          if (system != NULL && g_str_has_suffix (system, "REVIEW_IDENTIFICATION_NUMBER"))
            *number = ivr_json_string (json, n, "value");
        }
    }
  return is_split ? NULL : decision;
}

/* A resource is found by its type and id, and by its absolute address. By a relative address that may contradict
 * its own id it is not: who is meant is not guessed. */
static void
add_resource (IvrFhir           *self,
              const IvrJsonNode *resource,
              const char        *url)
{
  const char *type = type_of (self, resource);
  const char *id = ivr_json_string (self->json, resource, "id");

  g_ptr_array_add (self->resources, (gpointer) resource);
  if (url != NULL && strchr (url, ':') != NULL && !g_hash_table_contains (self->by_address, url))
    g_hash_table_insert (self->by_address, g_strdup (url), (gpointer) resource);
  if (type != NULL && id != NULL)
    {
      g_autofree char *address = g_strconcat (type, "/", id, NULL);

      if (!g_hash_table_contains (self->by_address, address))
        g_hash_table_insert (self->by_address, g_steal_pointer (&address), (gpointer) resource);
    }
}

/* What the main resource contains is found by "#" and its id, and by nobody else's reference. */
static void
add_contained (IvrFhir *self)
{
  const IvrJsonNode *contained = ivr_json_get (self->json, self->main, "contained");

  for (const IvrJsonNode *n = ivr_json_first (self->json, contained); n != NULL; n = ivr_json_next (self->json, n))
    {
      const char *id = ivr_json_string (self->json, n, "id");
      g_autofree char *address = id != NULL ? g_strconcat ("#", id, NULL) : NULL;

      if (address != NULL && !g_hash_table_contains (self->by_address, address))
        g_hash_table_insert (self->by_address, g_steal_pointer (&address), (gpointer) n);
    }
}

/* What a Bundle is about: an answer before a question, either before what it is about. */
static void
find_main (IvrFhir *self)
{
  static const char * const types[] = {
    "CoverageEligibilityResponse",
    "ClaimResponse",
    "CoverageEligibilityRequest",
    "Claim",
    "OperationOutcome",
    "Coverage",
  };
  const IvrJsonNode *root = ivr_json_get_root (self->json);
  const IvrJsonNode *entries = ivr_json_get (self->json, root, "entry");

  self->is_bundle = g_strcmp0 (type_of (self, root), "Bundle") == 0;
  if (!self->is_bundle)
    {
      add_resource (self, root, NULL);
      self->main = root;
      add_contained (self);
      return;
    }
  for (const IvrJsonNode *n = ivr_json_first (self->json, entries); n != NULL; n = ivr_json_next (self->json, n))
    {
      const IvrJsonNode *resource = ivr_json_get (self->json, n, "resource");

      self->n_entries++;
      if (ivr_json_type (resource) != IVR_JSON_OBJECT)
        continue;
      add_resource (self, resource, ivr_json_string (self->json, n, "fullUrl"));
    }
  for (gsize i = 0; self->main == NULL && i < G_N_ELEMENTS (types); i++)
    self->main = ivr_fhir_get_resource (self, types[i], 0);
  add_contained (self);
}

/**
 * ivr_fhir_new:
 * @document: what was received
 * @error: return location
 *
 * Returns: (transfer full) (nullable): it, or %NULL with %IVR_EDI_ERROR
 */
IvrFhir *
ivr_fhir_new (GBytes  *document,
              GError **error)
{
  g_autoptr(IvrFhir) self = g_new0 (IvrFhir, 1);
  gsize length;
  const char *text = g_bytes_get_data (document, &length);

  self->resources = g_ptr_array_new ();
  self->by_address = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->json = ivr_json_new (text != NULL ? text : "", length, error);
  if (self->json == NULL)
    return NULL;
  if (type_of (self, ivr_json_get_root (self->json)) == NULL)
    {
      ivr_edi_error_set (error, IVR_EDI_ERROR_NOT_FHIR);
      return NULL;
    }
  find_main (self);
  self->set = ivr_edi_set_new (document, 0);
  self->set->length = length;
  self->set->is_complete = TRUE;
  ivr_fhir_read (self);
  return g_steal_pointer (&self);
}

/**
 * ivr_fhir_free:
 * @self: (nullable): a document
 */
void
ivr_fhir_free (IvrFhir *self)
{
  if (self == NULL)
    return;
  ivr_edi_set_free (self->set);
  ivr_json_free (self->json);
  g_ptr_array_unref (self->resources);
  g_hash_table_unref (self->by_address);
  g_free (self);
}
