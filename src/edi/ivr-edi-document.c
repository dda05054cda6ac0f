/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-edi-document.h"

#include "ivr-fhir.h"
#include "ivr-x12-reader.h"

#include <string.h>

/**
 * ivr_edi_document_is_json:
 * @document: what was received
 *
 * Returns: whether it begins as JSON does. What a server says about its own answer is not asked: login
 *   pages come with status 200 and any type.
 */
gboolean
ivr_edi_document_is_json (GBytes *document)
{
  gsize length;
  const char *text = g_bytes_get_data (document, &length);
  gsize at = length >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

  while (at < length && g_ascii_isspace (text[at]))
    at++;
  return at < length && (text[at] == '{' || text[at] == '[');
}

/**
 * ivr_edi_document_read:
 * @document: what was received, X12 or FHIR
 * @most: how many sets it may have
 * @error: return location
 *
 * For whoever wants all of a small document; a large one is read set by set with #IvrX12Reader.
 *
 * Returns: (transfer full) (element-type IvrEdiSet) (nullable): its sets, at least one; or %NULL with
 *   %IVR_EDI_ERROR, among them %IVR_EDI_ERROR_NO_SET and %IVR_EDI_ERROR_TOO_MANY
 */
GPtrArray *
ivr_edi_document_read (GBytes  *document,
                       guint    most,
                       GError **error)
{
  g_autoptr(GPtrArray) sets = g_ptr_array_new_with_free_func ((GDestroyNotify) ivr_edi_set_free);
  g_autoptr(IvrX12Reader) reader = NULL;

  if (ivr_edi_document_is_json (document))
    {
      g_autoptr(IvrFhir) fhir = ivr_fhir_new (document, error);

      if (fhir == NULL)
        return NULL;
      g_ptr_array_add (sets, ivr_fhir_steal_set (fhir));
      return g_steal_pointer (&sets);
    }
  reader = ivr_x12_reader_new (document, error);
  if (reader == NULL)
    return NULL;
  for (IvrEdiSet *set = ivr_x12_reader_next (reader); set != NULL; set = ivr_x12_reader_next (reader))
    {
      g_ptr_array_add (sets, set);
      if (sets->len > most)
        {
          ivr_edi_error_set (error, IVR_EDI_ERROR_TOO_MANY);
          return NULL;
        }
    }
  if (sets->len == 0)
    {
      ivr_edi_error_set (error, IVR_EDI_ERROR_NO_SET);
      return NULL;
    }
  return g_steal_pointer (&sets);
}
