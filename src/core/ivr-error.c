/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-error.h"

typedef struct
{
  char *detail;
} IvrErrorPrivate;

static void
ivr_error_private_init (IvrErrorPrivate *priv)
{
}

static void
ivr_error_private_copy (const IvrErrorPrivate *from,
                        IvrErrorPrivate       *to)
{
  to->detail = g_strdup (from->detail);
}

static void
ivr_error_private_clear (IvrErrorPrivate *priv)
{
  g_free (priv->detail);
}

G_DEFINE_EXTENDED_ERROR (IvrError, ivr_error)

/**
 * ivr_error_new_with_detail:
 * @code: what kind of failure
 * @sentence: for people
 * @detail: (nullable): for the program, JSON
 *
 * Returns: (transfer full): an error; copies of it carry the detail along
 */
GError *
ivr_error_new_with_detail (IvrError    code,
                           const char *sentence,
                           const char *detail)
{
  GError *error = g_error_new_literal (IVR_ERROR, (int) code, sentence);

  ivr_error_get_private (error)->detail = g_strdup (detail);
  return error;
}

/**
 * ivr_error_get_detail:
 * @error: (nullable): an error of any domain
 *
 * Returns: (nullable): the JSON that came with it
 */
const char *
ivr_error_get_detail (const GError *error)
{
  if (error == NULL || error->domain != IVR_ERROR)
    return NULL;
  return ivr_error_get_private (error)->detail;
}
