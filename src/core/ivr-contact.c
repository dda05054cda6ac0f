/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-contact.h"

#include "ivr-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* USPS Publication 28: states, district, territories, armed forces. */
static const char states[] =
  " AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ "
  "NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY "
  "AS FM GU MH MP PR PW VI AA AE AP ";

/**
 * ivr_phone_normalize:
 * @text: (nullable): as typed
 * @error: return location
 *
 * A number of the North American plan: area code and exchange begin with 2 to 9. A leading +1 or
 * 1 is taken off.
 *
 * Returns: (transfer full) (nullable): ten digits
 */
char *
ivr_phone_normalize (const char  *text,
                     GError     **error)
{
  g_autofree char *digits = ivr_text_compact (text, "-().+/");
  const char *phone = digits;

  if (digits != NULL && ivr_text_matches (digits, "19999999999"))
    phone++;
  if (digits == NULL || !ivr_text_matches (phone, "9999999999"))
    return ivr_text_refuse (error, N_("A phone number has ten digits with the area code."));
  if (phone[0] < '2' || phone[3] < '2')
    return ivr_text_refuse (error, N_("There is no such phone number: the area code and the number "
                            "behind it begin with 2 to 9."));
  return g_strdup (phone);
}

/**
 * ivr_phone_format:
 * @phone: as ivr_phone_normalize() gives it
 *
 * Returns: (transfer full): "(615) 555-0142"; other text comes back as it is
 */
char *
ivr_phone_format (const char *phone)
{
  if (!ivr_text_matches (phone, "9999999999"))
    return g_strdup (phone);
  return g_strdup_printf ("(%.3s) %.3s-%s", phone, phone + 3, phone + 6);
}

/**
 * ivr_zip_normalize:
 * @text: (nullable): as typed
 * @error: return location
 *
 * Returns: (transfer full) (nullable): "37203" or "37203-1234"
 */
char *
ivr_zip_normalize (const char  *text,
                   GError     **error)
{
  g_autofree char *zip = ivr_text_compact (text, "");

  if (zip != NULL && ivr_text_matches (zip, "999999999"))
    return g_strdup_printf ("%.5s-%s", zip, zip + 5);
  if (zip == NULL || !(ivr_text_matches (zip, "99999") || ivr_text_matches (zip, "99999-9999")))
    return ivr_text_refuse (error, N_("A ZIP code has five digits, or nine."));
  return g_steal_pointer (&zip);
}

/**
 * ivr_state_normalize:
 * @text: (nullable): as typed
 * @error: return location
 *
 * Returns: (transfer full) (nullable): two capitals of the USPS list
 */
char *
ivr_state_normalize (const char  *text,
                     GError     **error)
{
  g_autofree char *state = ivr_text_compact (text, "");
  g_autofree char *word = g_strdup_printf (" %s ", state != NULL ? state : "");

  if (state == NULL || !ivr_text_matches (state, "AA") || strstr (states, word) == NULL)
    return ivr_text_refuse (error, N_("Write the state with its two letters, such as TN."));
  return g_steal_pointer (&state);
}

static gboolean
is_domain (const char *domain)
{
  g_auto(GStrv) labels = g_strsplit (domain, ".", -1);
  guint n = g_strv_length (labels);

  if (n < 2 || strlen (domain) > 253)
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      gsize length = strlen (labels[i]);

      if (length == 0 || length > 63 || labels[i][0] == '-' || labels[i][length - 1] == '-' ||
          strspn (labels[i], "abcdefghijklmnopqrstuvwxyz0123456789-") != length)
        return FALSE;
    }
  return strspn (labels[n - 1], "0123456789") != strlen (labels[n - 1]);
}

/**
 * ivr_email_normalize:
 * @text: (nullable): as typed
 * @error: return location
 *
 * One plain address as people write it: no name beside it, no quotes, no comment.
 *
 * Returns: (transfer full) (nullable): trimmed, with the part behind the @ in small letters
 */
char *
ivr_email_normalize (const char  *text,
                     GError     **error)
{
  static const char sentence[] = N_("An e-mail address looks like name@example.com.");
  g_autofree char *email = NULL;
  char *at;

  if (text == NULL || strnlen (text, 401) > 400 || !g_str_is_ascii (text))
    return ivr_text_refuse (error, sentence);
  email = g_strstrip (g_strdup (text));
  at = strchr (email, '@');
  if (at == NULL || at == email || at - email > 64 || email[0] == '.' || at[-1] == '.')
    return ivr_text_refuse (error, sentence);
  for (const char *p = email; p < at; p++)
    if (!g_ascii_isalnum (*p) && (strchr ("!#$%&'*+-/=?^_`{|}~.", *p) == NULL ||
                                  (p[0] == '.' && p[1] == '.')))
      return ivr_text_refuse (error, sentence);
  for (char *p = at + 1; *p != '\0'; p++)
    *p = g_ascii_tolower (*p);
  if (!is_domain (at + 1))
    return ivr_text_refuse (error, sentence);
  return g_steal_pointer (&email);
}
