/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-status.h"

/**
 * ivr_tint_from_text:
 * @text: (nullable): as the server names it
 *
 * Returns: the tint; %IVR_TINT_NEUTRAL for one that a newer server has and this program does not
 *   know
 */
IvrTint
ivr_tint_from_text (const char *text)
{
  static const char * const tints[] = { "neutral", "accent", "warning", "success", "error" };

  for (gsize i = 0; i < G_N_ELEMENTS (tints); i++)
    if (g_strcmp0 (text, tints[i]) == 0)
      return (IvrTint) (i + IVR_TINT_NEUTRAL);
  return IVR_TINT_NEUTRAL;
}

/**
 * ivr_status_dup_word:
 * @status: (nullable): as the server names it
 *
 * What to show for a status whose label is not at hand.
 *
 * Returns: (transfer full): "second_review" as "Second review"; never empty
 */
char *
ivr_status_dup_word (const char *status)
{
  char *word = g_utf8_make_valid (status != NULL && status[0] != '\0' ? status : "unknown", -1);

  g_strdelimit (word, "_", ' ');
  word[0] = g_ascii_toupper (word[0]);
  return word;
}
