/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-field.h"

#include "ivr-area.h"
#include "ivr-codes.h"
#include "ivr-contact.h"
#include "ivr-date.h"
#include "ivr-identifiers.h"
#include "ivr-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define COMMON_MOST 200

static gboolean
path_fits (const char *path,
           const char *id)
{
  while (*id != '\0')
    {
      if (*id == '*')
        {
          gsize digits = strspn (path, "0123456789");

          if (digits == 0)
            return FALSE;
          path += digits;
          id++;
        }
      else if (*path++ != *id++)
        return FALSE;
    }
  return *path == '\0';
}

/**
 * ivr_field_find:
 * @path: path of a value, such as "wounds.0.length_cm"
 *
 * Returns: (nullable): the question that it answers
 */
const IvrField *
ivr_field_find (const char *path)
{
  gsize n_fields;
  const IvrField *fields = ivr_fields_get (&n_fields);

  for (gsize i = 0; i < n_fields; i++)
    if (path_fits (path, fields[i].id))
      return &fields[i];
  return NULL;
}

static char *
normalize_text (const IvrField  *field,
                const char      *text,
                GError         **error)
{
  glong most = field->most > 0 ? field->most : COMMON_MOST;

  if (!g_utf8_validate (text, -1, NULL))
    return ivr_text_refuse (error, N_("This text has characters that cannot be stored."));
  if (g_utf8_strlen (text, -1) > most)
    {
      g_set_error (error, IVR_ERROR, IVR_ERROR_INVALID,
                   _("This text is too long; at most %ld characters fit."), most);
      return NULL;
    }
  return g_strstrip (g_strdup (text));
}

static char *
normalize_choice (const IvrField  *field,
                  const char      *text,
                  GError         **error)
{
  if (field->type == IVR_FIELD_BOOL && (strcmp (text, "true") == 0 || strcmp (text, "false") == 0))
    return g_strdup (text);
  if (field->type == IVR_FIELD_CHOICE && g_strv_contains (field->choices, text))
    return g_strdup (text);
  return ivr_text_refuse (error, field->type == IVR_FIELD_BOOL
                          ? N_("Answer yes or no.") : N_("Choose one from the list."));
}

static char *
normalize_number (const IvrField  *field,
                  const char      *text,
                  GError         **error)
{
  g_autofree char *digits = ivr_text_compact (text, "");
  guint64 number;

  if (digits == NULL || !g_ascii_string_to_unsigned (digits, 10, 0, (guint64) field->most, &number,
                                                     NULL))
    {
      g_set_error (error, IVR_ERROR, IVR_ERROR_INVALID, _("Write a whole number from 0 to %d."),
                   field->most);
      return NULL;
    }
  return g_strdup_printf ("%d", (int) number);
}

static char *
normalize_size (const IvrField  *field,
                const char      *text,
                GError         **error)
{
  int hundredths;
  gboolean fits = field->type == IVR_FIELD_LENGTH ? ivr_length_parse (text, &hundredths, error)
                                                  : ivr_area_parse (text, &hundredths, error);

  return fits ? ivr_area_format (hundredths) : NULL;
}

/**
 * ivr_field_normalize:
 * @field: a question
 * @text: what was typed
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the answer as it is kept, or %NULL with %IVR_ERROR_INVALID
 */
char *
ivr_field_normalize (const IvrField  *field,
                     const char      *text,
                     GError         **error)
{
  switch (field->type)
    {
    case IVR_FIELD_BOOL:
    case IVR_FIELD_CHOICE:
      return normalize_choice (field, text, error);
    case IVR_FIELD_INT:
      return normalize_number (field, text, error);
    case IVR_FIELD_LENGTH:
    case IVR_FIELD_AREA:
      return normalize_size (field, text, error);
    case IVR_FIELD_DATE:
    case IVR_FIELD_BIRTH:
      return ivr_date_normalize (text, error);
    case IVR_FIELD_PHONE:
      return ivr_phone_normalize (text, error);
    case IVR_FIELD_EMAIL:
      return ivr_email_normalize (text, error);
    case IVR_FIELD_STATE:
      return ivr_state_normalize (text, error);
    case IVR_FIELD_ZIP:
      return ivr_zip_normalize (text, error);
    case IVR_FIELD_NPI:
      return ivr_npi_normalize (text, error);
    case IVR_FIELD_TAX_ID:
      return ivr_tax_id_normalize (text, error);
    case IVR_FIELD_PTAN:
      return ivr_ptan_normalize (text, error);
    case IVR_FIELD_MEDICAID_NO:
      return ivr_medicaid_no_normalize (text, error);
    case IVR_FIELD_MEMBER_ID:
      return ivr_member_id_normalize (text, error);
    case IVR_FIELD_ICD10:
      return ivr_icd10_normalize (text, error);
    case IVR_FIELD_HCPCS:
      return ivr_hcpcs_normalize (text, error);
    case IVR_FIELD_CPT:
      return ivr_cpt_normalize (text, error);
    case IVR_FIELD_TEXT:
    default:
      return normalize_text (field, text, error);
    }
}
