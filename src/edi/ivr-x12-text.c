/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-x12-text.h"

#include <string.h>

/* A document is UTF-8 wholly or not at all; NUL, which GLib's check stops at, is left out later. */
static gboolean
is_utf8 (const IvrX12 *x12)
{
  const char *p = x12->text;
  const char *end = x12->text + x12->length;

  while (p < end)
    {
      const char *stop;

      if (g_utf8_validate_len (p, (gsize) (end - p), &stop))
        return TRUE;
      /* The last character may have been cut. */
      if (*stop != '\0')
        return end - stop < 4 && g_utf8_get_char_validated (stop, end - stop) == (gunichar) -2;
      p = stop + 1;
    }
  return TRUE;
}

static inline const char *
trimmed (const IvrX12        *x12,
         const IvrX12Segment *segment,
         guint                n,
         guint32             *length)
{
  const char *p = ivr_x12_element (x12, segment, n, length);
  guint32 left = *length;

  while (left > 0 && (guchar) p[left - 1] <= ' ')
    left--;
  for (; left > 0 && (guchar) *p <= ' '; left--)
    p++;
  *length = left;
  return p;
}

/* Bytes that are not all printable ASCII. */
static const char *
copy_odd (IvrX12Text *self,
          IvrEdiSet  *set,
          const char *p,
          guint32     length)
{
  g_autoptr(GString) out = g_string_sized_new (length * 2);
  gboolean has_controls = FALSE;

  if (self->encoding == 0)
    self->encoding = is_utf8 (&self->x12) ? 1 : 2;
  for (guint32 i = 0; i < length; i++)
    {
      guchar c = (guchar) p[i];

      /* Delimiters that cannot be seen are shown as those that are usual. */
      if (c < 0x20 && c != 0 && c == (guchar) self->x12.delimiters.repetition)
        g_string_append_c (out, '^');
      else if (c < 0x20 && c != 0 && c == (guchar) self->x12.delimiters.component)
        g_string_append_c (out, ':');
      else if (c < 0x20 || c == 0x7f || (self->encoding == 2 && c >= 0x80 && c < 0xa0))
        has_controls = TRUE;
      else if (c >= 0x80 && self->encoding == 2)
        g_string_append_unichar (out, c);
      else
        g_string_append_c (out, (char) c);
    }
  if (!g_utf8_validate_len (out->str, out->len, NULL))
    {
      g_autofree char *valid = g_utf8_make_valid (out->str, (gssize) out->len);

      g_string_assign (out, valid);
    }
  if (self->encoding == 2 && !self->told_latin)
    ivr_edi_set_warn (set, IVR_EDI_WARNING_NOT_UTF8, self->segment.index, 0, self->segment.offset);
  if (has_controls && !self->told_controls)
    ivr_edi_set_warn (set, IVR_EDI_WARNING_CONTROLS, self->segment.index, 0, self->segment.offset);
  self->told_latin |= self->encoding == 2;
  self->told_controls |= has_controls;
  g_strstrip (out->str);
  return ivr_edi_set_text (set, out->str);
}

/**
 * ivr_x12_text_trim:
 * @self: a document
 * @segment: one of its segments
 * @n: number of an element
 * @length: (out): bytes
 *
 * Returns: (transfer none): the element's bytes without surrounding blanks, not NUL-terminated
 */
const char *
ivr_x12_text_trim (IvrX12Text          *self,
                   const IvrX12Segment *segment,
                   guint                n,
                   guint32             *length)
{
  return trimmed (&self->x12, segment, n, length);
}

/**
 * ivr_x12_text_copy:
 * @self: a document
 * @segment: one of its segments
 * @n: number of an element
 * @set: a set
 *
 * Returns: (transfer none) (nullable): the element as text that lives as long as @set; %NULL when it is empty
 */
const char *
ivr_x12_text_copy (IvrX12Text          *self,
                   const IvrX12Segment *segment,
                   guint                n,
                   IvrEdiSet           *set)
{
  guint32 length;
  const char *p = trimmed (&self->x12, segment, n, &length);
  char *text;
  guint odd = 0;

  if (length == 0)
    return NULL;
  text = ivr_edi_set_alloc (set, length + 1);
  for (guint32 i = 0; i < length; i++)
    {
      text[i] = p[i];
      odd |= (guchar) (p[i] - ' ') > '~' - ' ';
    }
  text[length] = '\0';
  if (G_LIKELY (!odd))
    return text;
  ivr_edi_set_give_back (set, length + 1);
  return copy_odd (self, set, p, length);
}

/* The same when all of it is printable ASCII, as it is nearly always: one walk. */
static gboolean
join_plain (IvrX12Text  *self,
            IvrEdiSet   *set,
            guint        first,
            guint        n,
            guint        repeats,
            guint       *n_kept,
            char       **out)
{
  const IvrX12Segment *segment = &self->segment;
  gsize size = segment->length + 2;
  char repetition = self->x12.delimiters.repetition;
  char *to, *end;
  guint odd = 0, last = 0;

  n = MIN (n, segment->n_elements > first ? segment->n_elements - first : 0);
  *out = to = end = ivr_edi_set_alloc (set, size);
  for (guint i = 0; i < n; i++)
    {
      guint32 length;
      const char *p = trimmed (&self->x12, segment, first + i, &length);

      for (guint32 c = 0; c < length; c++)
        {
          to[c] = p[c];
          odd |= (guchar) (p[c] - ' ') > '~' - ' ';
        }
      for (guint32 c = 0; first + i == repeats && repetition != '\0' && c < length; c++)
        if (to[c] == repetition)
          to[c] = *IVR_EDI_REPEAT;
      to += length;
      *to++ = '\0';
      if (length > 0)
        {
          last = i + 1;
          end = to;
        }
    }
  if (odd)
    {
      ivr_edi_set_give_back (set, size);
      return FALSE;
    }
  *end++ = '\0';
  ivr_edi_set_give_back (set, size - (gsize) (end - *out));
  *n_kept = last;
  return TRUE;
}

/**
 * ivr_x12_text_joined:
 * @self: a document
 * @set: a set
 * @first: number of an element of the present segment
 * @n: how many at most
 * @repeats: number of the element that may have repeats, or 0
 * @n_kept: (out): how many up to the last that is not empty
 *
 * Returns: (transfer none): the elements one after the other, each with its NUL; the repeats of @repeats have
 *   %IVR_EDI_REPEAT between them
 */
const char *
ivr_x12_text_joined (IvrX12Text *self,
                     IvrEdiSet  *set,
                     guint       first,
                     guint       n,
                     guint       repeats,
                     guint      *n_kept)
{
  struct
  {
    const char *text;
    guint32 length;
  } parts[IVR_X12_ELEMENTS_MAX];
  char declared = self->x12.delimiters.repetition;
  char repetition = declared != '\0' && (guchar) declared < ' ' ? '^' : declared;
  gsize size = 1;
  guint last = 0;
  char *out, *to;

  if (join_plain (self, set, first, n, repeats, n_kept, &out))
    return out;
  n = MIN (n, G_N_ELEMENTS (parts));
  for (guint i = 0; i < n; i++)
    {
      guchar odd = 0;

      parts[i].text = ivr_x12_text_trim (self, &self->segment, first + i, &parts[i].length);
      for (guint32 c = 0; c < parts[i].length; c++)
        odd |= (guchar) (parts[i].text[c] - ' ') > '~' - ' ';
      if (odd)
        {
          parts[i].text = copy_odd (self, set, parts[i].text, parts[i].length);
          parts[i].length = parts[i].text != NULL ? (guint32) strlen (parts[i].text) : 0;
          if (parts[i].text == NULL)
            parts[i].text = "";
        }
      if (parts[i].length > 0)
        last = i + 1;
      size += parts[i].length + 1;
    }
  out = to = ivr_edi_set_alloc (set, size - (n - last));
  for (guint i = 0; i < last; i++)
    {
      memcpy (to, parts[i].text, parts[i].length);
      for (guint32 c = 0; first + i == repeats && repetition != '\0' && c < parts[i].length; c++)
        if (to[c] == repetition)
          to[c] = *IVR_EDI_REPEAT;
      to += parts[i].length;
      *to++ = '\0';
    }
  *to = '\0';
  *n_kept = last;
  return out;
}

/**
 * ivr_x12_text_equal:
 * @self: a document
 * @a: a segment
 * @n: number of an element
 * @b: another segment
 * @m: number of an element
 *
 * Returns: whether both say the same, as control numbers have to
 */
gboolean
ivr_x12_text_equal (IvrX12Text          *self,
                    const IvrX12Segment *a,
                    guint                n,
                    const IvrX12Segment *b,
                    guint                m)
{
  guint32 a_length, b_length;
  const char *of_a = ivr_x12_text_trim (self, a, n, &a_length);
  const char *of_b = ivr_x12_text_trim (self, b, m, &b_length);

  return a_length == b_length && memcmp (of_a, of_b, a_length) == 0;
}

/**
 * ivr_x12_text_is:
 * @self: a document
 * @n: number of an element of the present segment
 * @value: a value
 *
 * Returns: whether it has that value
 */
gboolean
ivr_x12_text_is (IvrX12Text *self,
                 guint       n,
                 const char *value)
{
  guint32 length;
  const char *p = ivr_x12_text_trim (self, &self->segment, n, &length);

  return strlen (value) == length && memcmp (p, value, length) == 0;
}

/**
 * ivr_x12_text_count:
 * @self: a document
 * @n: number of an element of the present segment
 *
 * Returns: the count in it, or %G_MAXUINT64 when it is none
 */
guint64
ivr_x12_text_count (IvrX12Text *self,
                    guint       n)
{
  guint32 length;
  const char *p = ivr_x12_text_trim (self, &self->segment, n, &length);
  guint64 count = 0;

  if (length == 0 || length > 12)
    return G_MAXUINT64;
  for (guint32 i = 0; i < length; i++)
    {
      if (!g_ascii_isdigit (p[i]))
        return G_MAXUINT64;
      count = count * 10 + (guint64) (p[i] - '0');
    }
  return count;
}
