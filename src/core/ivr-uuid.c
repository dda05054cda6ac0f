/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-uuid.h"

/**
 * ivr_uuid_new:
 *
 * Returns: (transfer full): a new random id in small letters, as the server writes it
 */
char *
ivr_uuid_new (void)
{
  return g_uuid_string_random ();
}

/**
 * ivr_uuid_normalize:
 * @text: (nullable): any text
 *
 * Returns: (transfer full) (nullable): the id in small letters, or %NULL when it is none
 */
char *
ivr_uuid_normalize (const char *text)
{
  return text != NULL && g_uuid_string_is_valid (text) ? g_ascii_strdown (text, -1) : NULL;
}
