/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-edi-set.h"
#include "ivr-x12.h"

G_BEGIN_DECLS

/**
 * IvrX12Text:
 * @x12: the tokenizer
 * @segment: the segment that was read last
 * @encoding: 0 while nobody asked, 1 for UTF-8, 2 for ISO-8859-1
 * @told_latin: whether the present set was warned that it is not UTF-8
 * @told_controls: whether it was warned of control characters
 *
 * What a document's bytes are as text: without surrounding blanks and control characters, in UTF-8.
 */
typedef struct
{
  IvrX12 x12;
  IvrX12Segment segment;
  int encoding;
  gboolean told_latin;
  gboolean told_controls;
} IvrX12Text;

const char *ivr_x12_text_trim    (IvrX12Text           *self,
                                  const IvrX12Segment  *segment,
                                  guint                 n,
                                  guint32              *length);
const char *ivr_x12_text_copy    (IvrX12Text           *self,
                                  const IvrX12Segment  *segment,
                                  guint                 n,
                                  IvrEdiSet            *set);
const char *ivr_x12_text_joined  (IvrX12Text           *self,
                                  IvrEdiSet            *set,
                                  guint                 first,
                                  guint                 n,
                                  guint                 repeats,
                                  guint                *n_kept);
gboolean    ivr_x12_text_equal   (IvrX12Text           *self,
                                  const IvrX12Segment  *a,
                                  guint                 n,
                                  const IvrX12Segment  *b,
                                  guint                 m);
gboolean    ivr_x12_text_is      (IvrX12Text           *self,
                                  guint                 n,
                                  const char           *value);
guint64     ivr_x12_text_count   (IvrX12Text           *self,
                                  guint                 n);

/* The element of the present segment, kept in @set; %NULL when it is empty. */
#define ivr_x12_text_get(self, set, n) ivr_x12_text_copy ((self), &(self)->segment, (n), (set))

/* What reads one kind of transaction: made at ST, given each segment, told that SE was there. */
gpointer ivr_x12_eligibility_new     (IvrX12Text *text,
                                      IvrEdiSet  *set);
void     ivr_x12_eligibility_segment (gpointer    state);
void     ivr_x12_eligibility_end     (gpointer    state);
gpointer ivr_x12_ack_new             (IvrX12Text *text,
                                      IvrEdiSet  *set);
void     ivr_x12_ack_segment         (gpointer    state);
void     ivr_x12_ack_end             (gpointer    state);
void     ivr_x12_ack_interchange     (IvrX12Text *text,
                                      IvrEdiSet  *set);

G_END_DECLS
