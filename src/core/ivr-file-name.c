/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-file-name.h"

#include <string.h>

#define MOST_EXTENSION 16

/* Marks that turn the writing direction, so that "fdp.exe" reads "exe.pdf"; line ends that are none for fgets(). */
static gboolean
deceives (gunichar c)
{
  return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

/* Cuts in front of the extension, and never in the middle of a character. */
static void
shorten (GString *name)
{
  const char *dot = strrchr (name->str, '.');
  gsize tail = dot != NULL ? name->len - (gsize) (dot - name->str) : 0;
  const char *end;
  g_autofree char *extension = NULL;

  if (name->len <= IVR_FILE_NAME_MOST)
    return;
  if (tail > MOST_EXTENSION)
    tail = 0;
  extension = g_strdup (name->str + name->len - tail);
  g_string_truncate (name, IVR_FILE_NAME_MOST - tail);
  if (!g_utf8_validate (name->str, (gssize) name->len, &end))
    g_string_truncate (name, (gsize) (end - name->str));
  g_string_append (name, extension);
}

/**
 * ivr_file_name_clean:
 * @name: (nullable): a name as a file system or another program gave it; need not be valid UTF-8
 *
 * What is kept is what a person reads: no folders, no line ends, no marks that turn the writing direction,
 * no more than %IVR_FILE_NAME_MOST bytes with the extension kept.
 *
 * Returns: (transfer full): a name that every file system and the server take
 */
char *
ivr_file_name_clean (const char *name)
{
  g_autofree char *valid = g_utf8_make_valid (name != NULL ? name : "", -1);
  GString *clean = g_string_new (NULL);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (deceives (c))
        continue;
      if (c == '/' || c == '\\' || c < 0x20 || (c >= 0x7f && c <= 0x9f))
        c = '_';
      g_string_append_unichar (clean, c);
    }
  g_strstrip (clean->str);
  clean->len = strlen (clean->str);
  while (clean->len > 0 && (clean->str[clean->len - 1] == '.' || clean->str[clean->len - 1] == ' '))
    g_string_truncate (clean, clean->len - 1);
  while (clean->len > 0 && clean->str[0] == '.')
    g_string_erase (clean, 0, 1);
  g_strstrip (clean->str);
  clean->len = strlen (clean->str);
  if (clean->len == 0)
    g_string_assign (clean, "document");
  shorten (clean);
  return g_string_free (clean, FALSE);
}

/* Words in names of files and what they are mostly names of; the first that fits. All words of a line have to be there. */
static const struct
{
  const char *words[3];
  const char *type;
} guesses[] = {
  { { "card", "back" }, "insurance_card_back" },
  { { "ins", "back" }, "insurance_card_back" },
  { { "card" }, "insurance_card_front" },
  { { "insurance", "front" }, "insurance_card_front" },
  { { "face", "sheet" }, "face_sheet" },
  { { "facesheet" }, "face_sheet" },
  { { "demographic" }, "face_sheet" },
  { { "vascular" }, "vascular_study" },
  { { "doppler" }, "vascular_study" },
  { { "abi" }, "vascular_study" },
  { { "operative" }, "operative_note" },
  { { "op", "note" }, "operative_note" },
  { { "measure" }, "measurements" },
  { { "necessity" }, "letter" },
  { { "lmn" }, "letter" },
  { { "letter" }, "letter" },
  { { "eob" }, "payer_answer" },
  { { "payer" }, "payer_answer" },
  { { "portal" }, "payer_answer" },
  { { "denial" }, "payer_answer" },
  { { "order" }, "order" },
  { { "script" }, "order" },
  { { "note" }, "chart_notes" },
  { { "chart" }, "chart_notes" },
  { { "progress" }, "chart_notes" },
  { { "soap" }, "chart_notes" },
  { { "wound" }, "wound_photo" },
  { { "photo" }, "wound_photo" },
};

/* A short word has to stand alone: "abi" is not in "habit", and "op" not in "photo". */
static gboolean
has_word (const char *name,
          const char *word)
{
  gsize n = strlen (word);

  for (const char *p = name; (p = strstr (p, word)) != NULL; p++)
    if (n > 4 || ((p == name || !g_ascii_isalpha (p[-1])) && (!g_ascii_isalpha (p[n]) || (p[n] == 's' && !g_ascii_isalpha (p[n + 1])))))
      return TRUE;
  return FALSE;
}

/**
 * ivr_file_name_guess_type:
 * @name: name of a file
 * @content_type: (nullable): what its content is
 *
 * Returns: the kind of document that it probably is, "other" when nothing hints at one; a person corrects it
 */
const char *
ivr_file_name_guess_type (const char *name,
                          const char *content_type)
{
  g_autofree char *lower = g_utf8_strdown (name, -1);

  for (gsize i = 0; i < G_N_ELEMENTS (guesses); i++)
    {
      gboolean all = TRUE;

      for (gsize w = 0; w < G_N_ELEMENTS (guesses[i].words) && guesses[i].words[w] != NULL; w++)
        all = all && has_word (lower, guesses[i].words[w]);
      if (all && !(g_str_equal (guesses[i].type, "wound_photo") && content_type != NULL && !g_str_has_prefix (content_type, "image/")))
        return guesses[i].type;
    }
  return "other";
}
