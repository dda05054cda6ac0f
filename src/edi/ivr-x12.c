/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-x12.h"

#include <string.h>

#define ISA_LENGTH 106
/* Where ISA is read by counting, it may be somewhat longer than it should be. */
#define ISA_LENGTH_MAX 400
/* Lines that begin like an ISA and are none, before it is clear that there is no ISA in a text. */
#define PROBES_MAX 10000

/* Bytes at which the sixteen separators stand (X12.5, fixed lengths of ISA). */
static const guint8 separators[] = { 3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103 };

static gboolean
is_blank (char c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static gboolean
can_delimit (char c)
{
  return c != '\0' && !g_ascii_isalnum (c) && (guchar) c < 0x80;
}

static guint32
skip_blanks (const char *text,
             guint32     at,
             guint32     length)
{
  while (at < length && is_blank (text[at]))
    at++;
  return at;
}

/* Whether what begins here is one of the segments that may follow an ISA. */
static gboolean
follows_isa (const char *text,
             guint32     at,
             guint32     length,
             char        element)
{
  static const char * const names[] = { "GS", "TA1", "IEA", "TA3", "ISB" };

  at = skip_blanks (text, at, length);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      gsize n = strlen (names[i]);

      if (length - at > n && memcmp (text + at, names[i], n) == 0 && text[at + n] == element)
        return TRUE;
    }
  return FALSE;
}

/* The declared characters, and whether they can be told apart. */
static gboolean
settle (IvrX12Delimiters *d,
        IvrX12Flags      *flags,
        char              component,
        char              terminator)
{
  if (!can_delimit (terminator) || terminator == d->element || terminator == ' ')
    return FALSE;
  d->terminator = terminator;
  d->component = component;
  if (component == d->element || component == terminator || !can_delimit (component) || component == ' ')
    {
      if (component != '\0')
        *flags |= IVR_X12_CLASH;
      d->component = '\0';
    }
  return TRUE;
}

/* ISA11 separates repeats only when it is no letter and the version is one that has repeats. */
static void
find_repetition (const IvrX12Segment *isa,
                 const char          *text,
                 IvrX12Delimiters    *d,
                 IvrX12Flags         *flags)
{
  char standard;

  d->repetition = '\0';
  if (isa->n_elements < 13 || isa->start[12] - isa->start[11] != 2)
    return;
  standard = text[isa->start[11]];
  if (!can_delimit (standard) || is_blank (standard))
    return;
  if (isa->start[13] - isa->start[12] == 6 && memcmp (text + isa->start[12], "00402", 5) < 0)
    return;
  if (standard == d->element || standard == d->terminator)
    *flags |= IVR_X12_CLASH;
  else
    d->repetition = standard;
}

/* A name in which a line was broken. */
static guint32
pack_broken_name (const char *p,
                  guint32     length)
{
  guint32 name = 0, n = 0;

  for (guint32 i = 0; i < length; i++)
    if (p[i] != '\r' && p[i] != '\n' && n++ < 3)
      name |= (guint32) (guchar) p[i] << (8 * (n - 1));
  return n == 2 || n == 3 ? name : 0;
}

/* The name as a number; 0 when it has not two or three characters. */
static guint32
pack_name (const char          *text,
           const IvrX12Segment *segment)
{
  const char *p = text + segment->start[0];
  guint32 length = segment->start[1] - segment->start[0] - 1;

  if (length == 2)
    return (guint32) (guchar) p[0] | (guint32) (guchar) p[1] << 8;
  if (length == 3 && p[1] > ' ' && p[2] > ' ')
    return (guint32) (guchar) p[0] | (guint32) (guchar) p[1] << 8 | (guint32) (guchar) p[2] << 16;
  return length < 8 ? pack_broken_name (p, length) : 0;
}

/* The elements of an ISA that has its separators where they belong, or should have them there. */
static void
split_fixed (const char    *text,
             guint32        from,
             IvrX12Segment *segment)
{
  segment->offset = from;
  segment->length = ISA_LENGTH - 1;
  segment->n_beyond = 0;
  segment->n_elements = G_N_ELEMENTS (separators) + 1;
  segment->start[0] = from;
  for (guint i = 0; i < G_N_ELEMENTS (separators); i++)
    segment->start[i + 1] = from + separators[i] + 1;
  segment->start[segment->n_elements] = from + ISA_LENGTH;
  segment->name = pack_name (text, segment);
}

static void
split (const char    *text,
       guint32        from,
       guint32        to,
       char           element,
       IvrX12Segment *segment)
{
  guint32 n = 0;

  segment->offset = from;
  segment->length = to - from;
  segment->n_beyond = 0;
  segment->start[0] = from;
  for (guint32 i = from; i < to; i++)
    if (text[i] == element && n < IVR_X12_ELEMENTS_MAX - 1)
      segment->start[++n] = i + 1;
  segment->n_elements = n + 1;
  segment->start[n + 1] = to + 1;
  segment->name = pack_name (text, segment);
}

/* Whether the next segment begins here, which means that this ISA has too few separators. */
static gboolean
is_over (const char *text,
         guint32     at,
         guint32     length,
         char        element)
{
  char before = text[at - 1];

  if (before == element || before == ' ' || g_ascii_isalnum (before) || length - at < 4)
    return FALSE;
  return (memcmp (text + at, "GS", 2) == 0 && text[at + 2] == element) ||
         (memcmp (text + at, "ISA", 3) == 0 && text[at + 3] == element);
}

/* The end of an ISA whose sixteen separators are counted, because its blanks were collapsed or its
 * lines broken. Returns: the byte of ISA16, or 0. */
static guint32
count_separators (const char *text,
                  guint32     at,
                  guint32     length,
                  gboolean   *is_wrapped)
{
  guint32 end = MIN (length, at + ISA_LENGTH_MAX);
  char element = text[at + 3];
  guint n = 0;

  *is_wrapped = FALSE;
  for (guint32 i = at + 3; i < end; i++)
    {
      if (text[i] == '\r' || text[i] == '\n')
        *is_wrapped = TRUE;
      if ((text[i] == 'G' || text[i] == 'I') && is_over (text, i, length, element))
        return 0;
      if (text[i] == element && ++n == G_N_ELEMENTS (separators))
        return i + 1;
    }
  return 0;
}

/* Whether the byte after the sixteenth separator is ISA16, and not already the terminator. */
static gboolean
has_component (const IvrX12 *self,
               guint32       at)
{
  const char *text = self->text;

  if (text[at] == '~')
    return FALSE;
  if (!follows_isa (text, at + 1, self->length, self->delimiters.element))
    return TRUE;
  /* A line break after it may be the terminator. */
  return text[at + 1] == '\r' || text[at + 1] == '\n';
}

/* Where an ISA ends that is not as it should be. */
static int
read_odd_isa (IvrX12  *self,
              guint32  at,
              guint32 *last)
{
  gboolean is_wrapped = FALSE;
  guint32 end = count_separators (self->text, at, self->length, &is_wrapped);
  char component = '\0';

  if (end == 0 || end >= self->length)
    return IVR_EDI_ERROR_ISA_SHORT;
  self->flags |= is_wrapped ? IVR_X12_WRAPPED : IVR_X12_BLANKS;
  if (has_component (self, end))
    component = self->text[end++];
  else
    self->flags |= IVR_X12_NO_COMPONENT;
  if (end >= self->length)
    return IVR_EDI_ERROR_ISA_SHORT;
  /* What is broken into lines is joined and read again. */
  if (!settle (&self->delimiters, &self->flags, component, self->text[end]) && !is_wrapped)
    return IVR_EDI_ERROR_DELIMITERS;
  *last = end;
  return -1;
}

/* Whether a line is broken where ISA16 or the terminator should be, which looks like an ISA as it should be. */
static gboolean
is_broken_at_end (const IvrX12 *self,
                  guint32       last)
{
  const char *text = self->text;
  guint32 next;

  if (text[last - 1] == '\r' || text[last - 1] == '\n')
    return TRUE;
  if (text[last] != '\r' && text[last] != '\n')
    return FALSE;
  next = skip_blanks (text, last, self->length);
  return next + 1 < self->length && can_delimit (text[next]) &&
         follows_isa (text, next + 1, self->length, self->delimiters.element);
}

/* Reads the ISA at @at: first as it should be, then as it may be. Returns: an IvrEdiError, or -1. */
static int
read_isa (IvrX12        *self,
          guint32        at,
          IvrX12Segment *isa)
{
  const char *text = self->text;
  guint32 left = self->length - at;
  IvrX12Delimiters *d = &self->delimiters;
  gboolean is_fixed = left >= ISA_LENGTH;
  guint32 last;

  memset (d, 0, sizeof *d);
  if (left < 4)
    return IVR_EDI_ERROR_ISA_SHORT;
  d->element = text[at + 3];
  if (!can_delimit (d->element) || d->element == ' ' || d->element == '\r' || d->element == '\n')
    return IVR_EDI_ERROR_DELIMITERS;
  for (gsize i = 0; is_fixed && i < G_N_ELEMENTS (separators); i++)
    is_fixed = text[at + separators[i]] == d->element;
  if (!is_fixed && left > ISA_LENGTH && follows_isa (text, at + ISA_LENGTH, self->length, d->element))
    {
      is_fixed = TRUE;
      self->flags |= IVR_X12_DAMAGED;
    }
  last = at + ISA_LENGTH - 1;
  if (is_fixed && is_broken_at_end (self, last))
    {
      self->flags |= IVR_X12_WRAPPED;
      d->terminator = '\n';
    }
  else if (!is_fixed || !settle (d, &self->flags, text[last - 1], text[last]))
    {
      /* Also when it is as long as it should be, but ISA16 is not there. */
      int wrong = read_odd_isa (self, at, &last);

      if (wrong >= 0)
        return wrong;
      is_fixed = FALSE;
    }
  if (is_fixed)
    split_fixed (text, at, isa);
  else
    split (text, at, last, d->element, isa);
  isa->terminated = TRUE;
  find_repetition (isa, text, d, &self->flags);
  self->at = last + 1;
  return -1;
}

/* Whether an interchange begins here: "ISA" in a name is none, because a letter follows it or the
 * rest is no ISA. */
static gboolean
is_isa (const IvrX12 *self,
        guint32       at)
{
  return self->length - at >= 4 && memcmp (self->text + at, "ISA", 3) == 0 && can_delimit (self->text[at + 3]) &&
         !is_blank (self->text[at + 3]);
}

/* Whether a line begins here, but for blanks, or a segment after the terminator of those before. */
static gboolean
begins_here (const IvrX12 *self,
             guint32       at)
{
  char before;

  while (at > 0 && (self->text[at - 1] == ' ' || self->text[at - 1] == '\t'))
    at--;
  before = at > 0 ? self->text[at - 1] : '\n';
  return before == '\n' || before == '\r' || (self->delimiters.terminator != '\0' && before == self->delimiters.terminator);
}

/* The next ISA from @at on: right there, or at the beginning of a line or segment. */
static gboolean
find_isa (IvrX12  *self,
          guint32 *at)
{
  IvrX12 probe = *self;
  IvrX12Segment isa;

  if (is_isa (self, *at))
    return TRUE;
  for (guint32 i = *at; i + 4 <= self->length && self->n_probes <= PROBES_MAX; i++)
    {
      const char *found = memchr (self->text + i, 'I', self->length - i);

      if (found == NULL)
        break;
      i = (guint32) (found - self->text);
      if (i + 4 > self->length || !is_isa (self, i) || !begins_here (self, i))
        continue;
      self->n_probes++;
      if (read_isa (&probe, i, &isa) < 0)
        {
          self->flags |= IVR_X12_LEADING;
          *at = i;
          return TRUE;
        }
    }
  self->has_last_isa = TRUE;
  return FALSE;
}

/**
 * ivr_x12_init:
 * @self: (out caller-allocates): a tokenizer
 * @text: a document, which has to outlive @self
 * @length: its bytes, less than 2 GiB
 * @error: return location
 *
 * Finds the first interchange and its delimiters. When %IVR_X12_WRAPPED is among the flags
 * afterwards, lines are broken inside of segments: read what ivr_x12_dup_unwrapped() makes of it.
 *
 * Returns: %FALSE with %IVR_EDI_ERROR_EMPTY, %IVR_EDI_ERROR_NO_ISA, %IVR_EDI_ERROR_ISA_SHORT,
 *   %IVR_EDI_ERROR_DELIMITERS or %IVR_EDI_ERROR_TOO_LARGE
 */
gboolean
ivr_x12_init (IvrX12      *self,
              const char  *text,
              gsize        length,
              GError     **error)
{
  IvrX12Segment isa;
  guint32 at = 0;
  int wrong;

  memset (self, 0, sizeof *self);
  if (length > G_MAXINT32)
    {
      ivr_edi_error_set (error, IVR_EDI_ERROR_TOO_LARGE);
      return FALSE;
    }
  self->text = text;
  self->length = (guint32) length;
  if (length >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0)
    {
      self->flags |= IVR_X12_BOM;
      at = 3;
    }
  at = skip_blanks (text, at, self->length);
  if (at == self->length)
    {
      ivr_edi_error_set (error, IVR_EDI_ERROR_EMPTY);
      return FALSE;
    }
  if (self->length - at >= 3 && self->length - at < 4 && memcmp (text + at, "ISA", 3) == 0)
    {
      ivr_edi_error_set (error, IVR_EDI_ERROR_ISA_SHORT);
      return FALSE;
    }
  if (!find_isa (self, &at))
    {
      ivr_edi_error_set (error, self->length - at > 3 && memcmp (text + at, "ISA", 3) == 0 ? IVR_EDI_ERROR_DELIMITERS
                                                                                       : IVR_EDI_ERROR_NO_ISA);
      return FALSE;
    }
  wrong = read_isa (self, at, &isa);
  if (wrong >= 0)
    {
      ivr_edi_error_set (error, (IvrEdiError) wrong);
      return FALSE;
    }
  self->at = at;
  return TRUE;
}

/**
 * ivr_x12_dup_unwrapped:
 * @text: a document whose lines are broken inside segments
 * @length: (inout): its bytes
 *
 * Returns: (transfer full): the same without line breaks
 */
char *
ivr_x12_dup_unwrapped (const char *text,
                       gsize      *length)
{
  char *out = g_malloc (MAX (*length, 1));
  gsize n = 0;

  for (gsize i = 0; i < *length; i++)
    if (text[i] != '\r' && text[i] != '\n')
      out[n++] = text[i];
  *length = n;
  return out;
}

/* Blanks and line breaks before a segment, which no segment begins with. */
static guint32
skip_between (IvrX12 *self)
{
  const char *text = self->text;
  guint32 at = self->at;
  char element = self->delimiters.element;
  char terminator = self->delimiters.terminator;

  for (; at < self->length; at++)
    {
      char c = text[at];

      if (c == terminator)
        continue;
      if ((guchar) c > ' ' || c == element)
        break;
      if (c == '\n')
        self->flags |= IVR_X12_LF;
      else if (c == '\r')
        self->flags |= IVR_X12_CR;
      else if (c == ' ' || c == '\t')
        self->flags |= IVR_X12_INDENTED;
    }
  return at;
}

/**
 * ivr_x12_skip_to_isa:
 * @self: a tokenizer that read an IEA
 *
 * Goes on at the next interchange when there is text before it that belongs to none.
 */
void
ivr_x12_skip_to_isa (IvrX12 *self)
{
  guint32 at = skip_blanks (self->text, self->at, self->length);

  if (at < self->length && (!self->has_last_isa || is_isa (self, at)) && find_isa (self, &at))
    self->at = at;
}

/**
 * ivr_x12_next:
 * @self: a tokenizer
 * @segment: (out caller-allocates): the next segment
 *
 * An ISA that can be read brings its own delimiters, wherever it stands. One that cannot be is a segment like others.
 *
 * Returns: %FALSE at the end of the document
 */
gboolean
ivr_x12_next (IvrX12        *self,
              IvrX12Segment *segment)
{
  guint32 at = skip_between (self);
  const char *text = self->text;
  const char *p = text + at;
  const char *end = text + self->length;
  char element = self->delimiters.element;
  char terminator = self->delimiters.terminator;
  guint32 n = 0;

  if (at >= self->length)
    {
      self->at = at;
      return FALSE;
    }
  if (*p == 'I' && is_isa (self, at))
    {
      IvrX12 before = *self;

      if (read_isa (self, at, segment) < 0)
        {
          segment->index = ++self->n_segments;
          return TRUE;
        }
      *self = before;
    }
  segment->start[0] = at;
  segment->n_beyond = 0;
  for (; p < end; p++)
    {
      if (*p == element)
        {
          if (G_LIKELY (n < IVR_X12_ELEMENTS_MAX - 1))
            segment->start[++n] = (guint32) (p - text) + 1;
          else if (segment->n_beyond++ == 0)
            /* The last kept element ends here. */
            segment->start[n + 1] = (guint32) (p - text) + 1;
        }
      else if (*p == terminator)
        {
          break;
        }
    }
  segment->terminated = p < end;
  if (segment->n_beyond == 0)
    segment->start[n + 1] = (guint32) (p - text) + 1;
  segment->n_elements = n + 1;
  segment->name = pack_name (text, segment);
  segment->offset = at;
  segment->length = (guint32) (p - text) - at;
  segment->index = ++self->n_segments;
  self->at = (guint32) (p - text) + (segment->terminated ? 1 : 0);
  return TRUE;
}
