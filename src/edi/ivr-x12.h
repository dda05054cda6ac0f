/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-edi-error.h"

G_BEGIN_DECLS

/* No segment of these transactions has more; what is beyond is counted, not kept. */
#define IVR_X12_ELEMENTS_MAX 40

/**
 * IvrX12Delimiters:
 * @element: between elements
 * @repetition: between repeats of an element, or 0: below version 00402, and when ISA11 is a letter
 * @component: between the parts of a composite, or 0 when none is declared
 * @terminator: after each segment
 *
 * As the interchange's own ISA declares them.
 */
typedef struct
{
  char element;
  char repetition;
  char component;
  char terminator;
} IvrX12Delimiters;

/**
 * IvrX12Segment:
 * @index: its number in the document, from 1
 * @offset: byte at which it begins
 * @length: bytes without the terminator
 * @n_elements: how many of @start are filled; the segment's name is the first
 * @n_beyond: elements that were not kept
 * @name: its name as ivr_x12_pack() makes it, or 0 for one that is none
 * @terminated: whether its terminator was there; without one it may have been cut
 * @start: byte at which each element begins, and after the last where the one beyond would
 */
typedef struct
{
  guint32 index;
  guint32 offset;
  guint32 length;
  guint32 n_elements;
  guint32 n_beyond;
  guint32 name;
  gboolean terminated;
  guint32 start[IVR_X12_ELEMENTS_MAX + 1];
} IvrX12Segment;

/**
 * IvrX12Flags:
 * @IVR_X12_BOM: begins with the mark of UTF-8
 * @IVR_X12_LEADING: there was text before ISA or between interchanges
 * @IVR_X12_WRAPPED: lines were broken inside segments, and were joined
 * @IVR_X12_DAMAGED: an ISA was read by position
 * @IVR_X12_BLANKS: an ISA was read by counting
 * @IVR_X12_NO_COMPONENT: an ISA has no ISA16
 * @IVR_X12_CLASH: an ISA has one character for two delimiters
 * @IVR_X12_INDENTED: blanks stand before a segment's name
 * @IVR_X12_CR: carriage returns stand between segments
 * @IVR_X12_LF: line feeds stand between segments
 */
typedef enum {
  IVR_X12_BOM = 1 << 0,
  IVR_X12_LEADING = 1 << 1,
  IVR_X12_WRAPPED = 1 << 2,
  IVR_X12_DAMAGED = 1 << 3,
  IVR_X12_BLANKS = 1 << 4,
  IVR_X12_NO_COMPONENT = 1 << 5,
  IVR_X12_CLASH = 1 << 6,
  IVR_X12_INDENTED = 1 << 7,
  IVR_X12_CR = 1 << 8,
  IVR_X12_LF = 1 << 9,
} IvrX12Flags;

/**
 * IvrX12:
 * @text: the document; not NUL-terminated
 * @length: its bytes
 * @at: the next byte to read
 * @n_segments: segments read so far
 * @delimiters: of the present interchange
 * @flags: what was met so far
 * @n_probes: lines that looked like an ISA
 * @has_last_isa: whether it is known that no interchange begins at a later line
 *
 * A tokenizer that knows delimiters and nothing else. It copies and allocates nothing; a segment
 * is a set of positions in @text.
 */
typedef struct
{
  const char *text;
  guint32 length;
  guint32 at;
  guint32 n_segments;
  IvrX12Delimiters delimiters;
  IvrX12Flags flags;
  guint32 n_probes;
  gboolean has_last_isa;
} IvrX12;

gboolean  ivr_x12_init      (IvrX12               *self,
                             const char           *text,
                             gsize                 length,
                             GError              **error);
gboolean  ivr_x12_next      (IvrX12               *self,
                             IvrX12Segment        *segment);
void      ivr_x12_skip_to_isa   (IvrX12         *self);
char     *ivr_x12_dup_unwrapped (const char     *text,
                                 gsize          *length);

/**
 * ivr_x12_pack:
 * @name: the name of a segment: two or three letters or digits
 *
 * Returns: it in a number, so that names are compared as fast as numbers are
 */
static inline guint32
ivr_x12_pack (const char *name)
{
  return (guint32)(guchar)name[0] | (guint32)(guchar)name[1] << 8 |
         (guint32)(guchar)(name[1] != '\0' ? name[2] : 0) << 16;
}

/**
 * ivr_x12_element:
 * @self: the tokenizer that read @segment
 * @segment: a segment
 * @n: number of the element; 0 is the segment's name
 * @length: (out): bytes
 *
 * Returns: (transfer none): the element's bytes as they stand, not NUL-terminated; of no length when
 *   there is no such element
 */
static inline const char *
ivr_x12_element (const IvrX12        *self,
                 const IvrX12Segment *segment,
                 guint                n,
                 guint32             *length)
{
  if (n >= segment->n_elements)
    {
      *length = 0;
      return "";
    }
  *length = segment->start[n + 1] - segment->start[n] - 1;
  return self->text + segment->start[n];
}

/**
 * ivr_x12_is:
 * @self: the tokenizer that read @segment
 * @segment: a segment
 * @name: a segment's name
 *
 * Returns: whether this is one of that name
 */
static inline gboolean
ivr_x12_is (const IvrX12        *self,
            const IvrX12Segment *segment,
            const char          *name)
{
  return segment->name == ivr_x12_pack (name);
}

G_END_DECLS
