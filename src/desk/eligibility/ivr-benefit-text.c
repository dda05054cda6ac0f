/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-benefit-text.h"

#include "ivr-edi-value.h"
#include "ivr-money.h"

#include <glib/gi18n.h>
#include <string.h>

/* What turns the direction of text around, hides in it or ends a line. */
static gboolean
is_invisible (gunichar c)
{
  return g_unichar_iscntrl (c) || c == 0x061c || (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
         (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f);
}

/**
 * ivr_benefit_text_clean:
 * @text: (nullable): what somebody else wrote; need not be UTF-8
 * @most: how many characters at most
 *
 * A payer's text is shown as it stands, and what would do something to the text around it is shown as a sign for it.
 *
 * Returns: (transfer full): one line
 */
char *
ivr_benefit_text_clean (const char *text,
                        gsize       most)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  GString *out = g_string_new (NULL);
  gsize n = 0;

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p), n++)
    {
      gunichar c = g_utf8_get_char (p);

      if (n == most)
        {
          g_string_append (out, "…");
          break;
        }
      if (c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029)
        g_string_append (out, "⏎");
      else if (c == '\t')
        g_string_append_c (out, ' ');
      else if (is_invisible (c))
        g_string_append_printf (out, "⟨%04X⟩", c);
      else
        g_string_append_unichar (out, c);
    }
  return g_string_free (out, FALSE);
}

/**
 * ivr_benefit_text_money:
 * @amount: what the payer wrote
 * @currency: (nullable): of what; %NULL for dollars
 *
 * Exact: the digits of the payer, grouped. What is no amount is shown as it stands.
 *
 * Returns: (transfer full): "$1,234.50"
 */
char *
ivr_benefit_text_money (const char *amount,
                        const char *currency)
{
  g_autofree char *clean = ivr_benefit_text_clean (amount, 40);
  gint64 cents;

  if (currency != NULL && currency[0] != '\0' && !g_str_equal (currency, "USD"))
    {
      g_autofree char *of = ivr_benefit_text_clean (currency, 8);

      return g_strdup_printf ("%s %s", clean, of);
    }
  if (ivr_edi_value_to_cents (amount, &cents))
    return ivr_money_format (cents);
  return ivr_edi_value_is_decimal (amount) ? g_strdup_printf ("$%s", clean) : g_steal_pointer (&clean);
}

/**
 * ivr_benefit_text_percent:
 * @percent: what the payer wrote: a share (".2"), or above 1 a percentage
 *
 * Returns: (transfer full): "20%", from the payer's own digits; what is no number is shown as it stands
 */
char *
ivr_benefit_text_percent (const char *percent)
{
  g_autoptr(GString) digits = g_string_new (NULL);
  const char *point = percent != NULL ? strchr (percent, '.') : NULL;
  gsize whole;
  gsize zeros = 0;

  if (!ivr_edi_value_is_decimal (percent) || *percent == '-' || strlen (percent) > 40)
    return ivr_benefit_text_clean (percent, 40);
  for (const char *p = percent; *p != '\0'; p++)
    if (g_ascii_isdigit (*p))
      g_string_append_c (digits, *p);
  whole = point != NULL ? strcspn (percent, ".") : digits->len;
  if (*percent == '+')
    whole--;
  if (!ivr_edi_value_is_above_one (percent))
    whole += 2;
  while (digits->len < whole)
    g_string_append_c (digits, '0');
  while (digits->len > whole && digits->str[digits->len - 1] == '0')
    g_string_truncate (digits, digits->len - 1);
  if (digits->len > whole)
    g_string_insert_c (digits, (gssize) whole, '.');
  while (zeros + 1 < whole && digits->str[zeros] == '0')
    zeros++;
  if (digits->str[zeros] == '.' || digits->str[zeros] == '\0')
    return g_strdup_printf ("0%s%%", digits->str + zeros);
  return g_strdup_printf ("%s%%", digits->str + zeros);
}

/**
 * ivr_benefit_object:
 * @object: (nullable): an object
 * @name: name of a member
 *
 * Returns: (transfer none) (nullable): the object of that name
 */
JsonObject *
ivr_benefit_object (JsonObject *object,
                    const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static JsonArray *
find_array (JsonObject *object,
            const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

guint
ivr_benefit_length (JsonObject *object,
                    const char *name)
{
  JsonArray *array = find_array (object, name);

  return array != NULL ? json_array_get_length (array) : 0;
}

JsonObject *
ivr_benefit_object_at (JsonObject *object,
                       const char *name,
                       guint       position)
{
  JsonArray *array = find_array (object, name);
  JsonNode *node = array != NULL && position < json_array_get_length (array) ? json_array_get_element (array, position) : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/* Text, or a whole number as text; of "" and everything else NULL. */
static char *
dup_value (JsonNode *node)
{
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return NULL;
  if (json_node_get_value_type (node) == G_TYPE_STRING)
    return json_node_get_string (node)[0] != '\0' ? json_node_dup_string (node) : NULL;
  if (json_node_get_value_type (node) == G_TYPE_INT64)
    return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
  return NULL;
}

/**
 * ivr_benefit_dup_at:
 * @object: (nullable): an object
 * @name: name of an array
 * @position: from 0
 *
 * Returns: (transfer full) (nullable): the text there
 */
char *
ivr_benefit_dup_at (JsonObject *object,
                    const char *name,
                    guint       position)
{
  JsonArray *array = find_array (object, name);

  return array != NULL && position < json_array_get_length (array) ? dup_value (json_array_get_element (array, position)) : NULL;
}

/**
 * ivr_benefit_dup:
 * @object: (nullable): an object
 * @name: name of a member
 *
 * Returns: (transfer full) (nullable): its text
 */
char *
ivr_benefit_dup (JsonObject *object,
                 const char *name)
{
  return dup_value (object != NULL ? json_object_get_member (object, name) : NULL);
}

/**
 * ivr_benefit_number:
 * @object: (nullable): an object
 * @name: name of a member
 *
 * Returns: its whole number; 0 when there is none
 */
gint64
ivr_benefit_number (JsonObject *object,
                    const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64 ? json_node_get_int (node) : 0;
}
