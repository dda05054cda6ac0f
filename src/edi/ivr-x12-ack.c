/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-x12-text.h"

typedef struct
{
  IvrX12Text *text;
  IvrEdiSet *set;
} Reading;

/**
 * ivr_x12_ack_new:
 * @text: the document, at ST
 * @set: the set to fill
 *
 * Returns: (transfer full): what reads a 999 (005010X231A1) or a 997
 */
gpointer
ivr_x12_ack_new (IvrX12Text *text,
                 IvrEdiSet  *set)
{
  Reading *self = g_new0 (Reading, 1);

  self->text = text;
  self->set = set;
  return self;
}

/**
 * ivr_x12_ack_segment:
 * @state: from ivr_x12_ack_new()
 *
 * Reads the segment that the document is at. IK… of a 999 and AK… of a 997 say the same.
 */
void
ivr_x12_ack_segment (gpointer state)
{
  Reading *self = state;
  IvrX12Text *text = self->text;
  IvrEdiSet *set = self->set;
  const IvrX12 *x12 = &text->x12;
  const IvrX12Segment *segment = &text->segment;

  if (ivr_x12_is (x12, segment, "AK1"))
    {
      for (guint i = 0; i < 2; i++)
        set->ack_group[i] = ivr_x12_text_get (text, set, i + 1);
    }
  else if (ivr_x12_is (x12, segment, "AK2"))
    {
      IvrEdiAck *ack = ivr_edi_set_add (set, acks, IvrEdiAck);

      ack->kind = ivr_x12_text_get (text, set, 1);
      ack->control = ivr_x12_text_get (text, set, 2);
    }
  else if (ivr_x12_is (x12, segment, "IK3") || ivr_x12_is (x12, segment, "AK3"))
    {
      IvrEdiAckError *error = ivr_edi_set_add (set, ack_errors, IvrEdiAckError);

      error->ack = ivr_edi_n (set->acks);
      for (guint i = 0; i < G_N_ELEMENTS (error->parts); i++)
        error->parts[i] = ivr_x12_text_get (text, set, i + 1);
    }
  else if ((ivr_x12_is (x12, segment, "IK5") || ivr_x12_is (x12, segment, "AK5")) && ivr_edi_n (set->acks) > 0)
    {
      IvrEdiAck *ack = ivr_edi_at (set->acks, IvrEdiAck, set->acks->len - 1);

      ack->verdict = ivr_x12_text_get (text, set, 1);
      ack->reason = ivr_x12_text_get (text, set, 2);
    }
  else if (ivr_x12_is (x12, segment, "AK9"))
    {
      for (guint i = 0; i < G_N_ELEMENTS (set->ack_result); i++)
        set->ack_result[i] = ivr_x12_text_get (text, set, i + 1);
    }
}

/**
 * ivr_x12_ack_end:
 * @state: (transfer full): from ivr_x12_ack_new()
 */
void
ivr_x12_ack_end (gpointer state)
{
  g_free (state);
}

/**
 * ivr_x12_ack_interchange:
 * @text: the document, at TA1
 * @set: the set to fill
 *
 * Reads what a receiver says about an interchange: its control number, date, time, A, E or R, and the reason.
 */
void
ivr_x12_ack_interchange (IvrX12Text *text,
                         IvrEdiSet  *set)
{
  IvrEdiInterchangeAck *ack = ivr_edi_set_add (set, interchange_acks, IvrEdiInterchangeAck);

  for (guint i = 0; i < G_N_ELEMENTS (ack->parts); i++)
    ack->parts[i] = ivr_x12_text_get (text, set, i + 1);
}
