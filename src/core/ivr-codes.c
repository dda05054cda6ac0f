/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-codes.h"

#include "ivr-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/**
 * ivr_icd10_normalize:
 * @text: (nullable): as typed, with or without the dot
 * @error: return location
 *
 * A letter, a digit, a letter or digit, then up to four more behind a dot. U is a letter like
 * others (U07.1).
 *
 * Returns: (transfer full) (nullable): with the dot, "E11.621"
 */
char *
ivr_icd10_normalize (const char  *text,
                     GError     **error)
{
  static const char sentence[] = N_("An ICD-10 code has 3 to 7 characters, such as E11.621.");
  g_autofree char *code = ivr_text_compact (text, "");
  gsize length;

  if (code == NULL)
    return ivr_text_refuse (error, sentence);
  if (strlen (code) > 3 && code[3] == '.')
    {
      memmove (code + 3, code + 4, strlen (code + 4) + 1);
      if (strlen (code) == 3)
        return ivr_text_refuse (error, sentence);
    }
  length = strlen (code);
  if (length < 3 || length > 7 || !g_ascii_isupper (code[0]) || !g_ascii_isdigit (code[1]) ||
      !ivr_text_matches (code, "XXXXXXX" + 7 - length))
    return ivr_text_refuse (error, sentence);
  if (length == 3)
    return g_steal_pointer (&code);
  return g_strdup_printf ("%.3s.%s", code, code + 3);
}

/**
 * ivr_hcpcs_normalize:
 * @text: (nullable): as typed
 * @error: return location
 *
 * Returns: (transfer full) (nullable): a letter from A to V and four digits, "Q4101". Whether
 *   there is such a product is for the catalogue to say.
 */
char *
ivr_hcpcs_normalize (const char  *text,
                     GError     **error)
{
  g_autofree char *code = ivr_text_compact (text, "");

  if (code == NULL || !ivr_text_matches (code, "A9999") || code[0] > 'V')
    return ivr_text_refuse (error,
                            N_("A HCPCS code is one letter and four digits, for example Q4101."));
  return g_steal_pointer (&code);
}

/**
 * ivr_cpt_normalize:
 * @text: (nullable): as typed
 * @error: return location
 *
 * Returns: (transfer full) (nullable): five digits
 */
char *
ivr_cpt_normalize (const char  *text,
                   GError     **error)
{
  g_autofree char *code = ivr_text_compact (text, "");

  if (code == NULL || !ivr_text_matches (code, "99999"))
    return ivr_text_refuse (error, N_("A CPT code has five digits."));
  return g_steal_pointer (&code);
}
