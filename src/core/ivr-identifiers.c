/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-identifiers.h"

#include "ivr-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/**
 * ivr_npi_normalize:
 * @text: (nullable): as typed
 * @error: return location
 *
 * Ten digits that begin with 1 or 2, with the Luhn check digit over "80840" and the number
 * (CMS; the prefix adds 24 to the sum).
 *
 * Returns: (transfer full) (nullable): ten digits
 */
char *
ivr_npi_normalize (const char  *text,
                   GError     **error)
{
  g_autofree char *npi = ivr_text_compact (text, "-");
  int sum = 24;

  if (npi == NULL || !ivr_text_matches (npi, "9999999999") || (npi[0] != '1' && npi[0] != '2'))
    return ivr_text_refuse (error, N_("An NPI has ten digits and begins with 1 or 2."));
  for (int i = 0; i < 10; i++)
    {
      int digit = npi[i] - '0';

      if (i % 2 == 0)
        digit = digit > 4 ? digit * 2 - 9 : digit * 2;
      sum += digit;
    }
  if (sum % 10 != 0)
    return ivr_text_refuse (error, N_("This is not a valid NPI. Look for a mistyped digit."));
  return g_steal_pointer (&npi);
}

/**
 * ivr_mbi_normalize:
 * @text: (nullable): as typed, with or without dashes
 * @error: return location
 *
 * A Medicare beneficiary identifier has eleven characters in CMS's fixed form and uses no S, L,
 * O, I, B or Z. Members of a Medicare Advantage plan have other numbers.
 *
 * Returns: (transfer full) (nullable): eleven characters
 */
char *
ivr_mbi_normalize (const char  *text,
                   GError     **error)
{
  g_autofree char *mbi = ivr_text_compact (text, "-");

  if (mbi == NULL || !ivr_text_matches (mbi, "9AX9AX9AA99") || mbi[0] == '0')
    return ivr_text_refuse (error,
                            N_("A Medicare number has eleven characters, such as 1EG4-TE5-MK73."));
  if (strpbrk (mbi, "SLOIBZ") != NULL)
    return ivr_text_refuse (error, N_("A Medicare number never has the letters S, L, O, I, B or Z. "
                            "Look at the card again."));
  return g_steal_pointer (&mbi);
}

/**
 * ivr_mbi_format:
 * @mbi: as ivr_mbi_normalize() gives it
 *
 * Returns: (transfer full): as it is on the card, "1EG4-TE5-MK73"; other text comes back as it is
 */
char *
ivr_mbi_format (const char *mbi)
{
  if (!ivr_text_matches (mbi, "XXXXXXXXXXX"))
    return g_strdup (mbi);
  return g_strdup_printf ("%.4s-%.3s-%s", mbi, mbi + 4, mbi + 7);
}

/**
 * ivr_ptan_normalize:
 * @text: (nullable): as typed
 * @error: return location
 *
 * There is no public form of a PTAN, so this only keeps out what cannot be one; a refusal is worth
 * a warning, not a stop.
 *
 * Returns: (transfer full) (nullable): 4 to 15 capitals and digits
 */
char *
ivr_ptan_normalize (const char  *text,
                    GError     **error)
{
  g_autofree char *ptan = ivr_text_compact (text, "-");
  gsize length = ptan != NULL ? strlen (ptan) : 0;

  if (length < 4 || length > 15 || !ivr_text_matches (ptan, "XXXXXXXXXXXXXXX" + 15 - length))
    return ivr_text_refuse (error, N_("A PTAN usually has 4 to 15 letters and digits."));
  return g_steal_pointer (&ptan);
}

/**
 * ivr_tax_id_normalize:
 * @text: (nullable): as typed
 * @error: return location
 *
 * Returns: (transfer full) (nullable): nine digits. It may be somebody's social security number:
 *   show it with ivr_tax_id_mask().
 */
char *
ivr_tax_id_normalize (const char  *text,
                      GError     **error)
{
  g_autofree char *tax_id = ivr_text_compact (text, "-");

  if (tax_id == NULL || !ivr_text_matches (tax_id, "999999999"))
    return ivr_text_refuse (error, N_("A tax ID has nine digits."));
  return g_steal_pointer (&tax_id);
}

/**
 * ivr_tax_id_format:
 * @tax_id: as ivr_tax_id_normalize() gives it
 *
 * Returns: (transfer full): "12-3456789"; text of another form is masked whole
 */
char *
ivr_tax_id_format (const char *tax_id)
{
  if (!ivr_text_matches (tax_id, "999999999"))
    return ivr_tax_id_mask (tax_id);
  return g_strdup_printf ("%.2s-%s", tax_id, tax_id + 2);
}

/**
 * ivr_tax_id_mask:
 * @tax_id: (nullable): any text
 *
 * Returns: (transfer full): "••-•••6789"; text that is no tax ID shows none of its characters
 */
char *
ivr_tax_id_mask (const char *tax_id)
{
  if (tax_id == NULL || tax_id[0] == '\0')
    return g_strdup ("");
  if (!ivr_text_matches (tax_id, "999999999"))
    return g_strdup ("••-•••••••");
  return g_strdup_printf ("••-•••%s", tax_id + 5);
}

static char *
normalize_printable (const char  *text,
                     glong        least,
                     glong        most,
                     const char  *sentence,
                     GError     **error)
{
  g_autofree char *upper = NULL;
  glong length;

  if (text == NULL || strnlen (text, 401) > 400 || !g_utf8_validate (text, -1, NULL))
    return ivr_text_refuse (error, sentence);
  upper = g_strstrip (g_utf8_strup (text, -1));
  length = g_utf8_strlen (upper, -1);
  for (const char *p = upper; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_isprint (g_utf8_get_char (p)))
      return ivr_text_refuse (error, sentence);
  if (length < least || length > most)
    return ivr_text_refuse (error, sentence);
  return g_steal_pointer (&upper);
}

/**
 * ivr_member_id_normalize:
 * @text: (nullable): as typed
 * @error: return location
 *
 * Payers use all kinds of forms, so none is refused but the empty and the endless.
 *
 * Returns: (transfer full) (nullable): 2 to 80 characters, capitals, trimmed
 */
char *
ivr_member_id_normalize (const char  *text,
                         GError     **error)
{
  return normalize_printable (text, 2, 80, N_("A member ID has 2 to 80 letters and digits."), error);
}

/**
 * ivr_medicaid_no_normalize:
 * @text: (nullable): as typed
 * @error: return location
 *
 * Returns: (transfer full) (nullable): up to 20 characters, capitals, trimmed
 */
char *
ivr_medicaid_no_normalize (const char  *text,
                           GError     **error)
{
  return normalize_printable (text, 1, 20, N_("A Medicaid number has up to 20 letters and digits."),
                              error);
}
