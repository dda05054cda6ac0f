/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-ring.h"

struct _IvrRing
{
  char *org;
  gint64 first; /* number of the oldest frame; head + 1 when there is none */
  gint64 head;
  GBytes *frames[IVR_RING_SIZE];
};

/**
 * ivr_ring_new:
 * @org: an organization
 * @head: number of its last event
 *
 * Returns: (transfer full): an empty ring that takes @head + 1 next
 */
IvrRing *
ivr_ring_new (const char *org,
              gint64      head)
{
  IvrRing *self = g_new0 (IvrRing, 1);

  self->org = g_strdup (org);
  self->head = head;
  self->first = head + 1;
  return self;
}

void
ivr_ring_free (IvrRing *self)
{
  ivr_ring_reset (self, 0);
  g_free (self->org);
  g_free (self);
}

const char *
ivr_ring_get_org (IvrRing *self)
{
  return self->org;
}

/**
 * ivr_ring_get_head:
 * @self: a ring
 *
 * Returns: number of the last event that is known, kept or not
 */
gint64
ivr_ring_get_head (IvrRing *self)
{
  return self->head;
}

/**
 * ivr_ring_get_first:
 * @self: a ring
 *
 * Returns: number of the oldest frame that is kept; the head + 1 when there is none
 */
gint64
ivr_ring_get_first (IvrRing *self)
{
  return self->first;
}

/**
 * ivr_ring_push:
 * @self: a ring
 * @seq: number of the event
 * @frame: (transfer none): the event as it goes out
 *
 * Returns: whether @seq was the next number; otherwise nothing is changed
 */
gboolean
ivr_ring_push (IvrRing *self,
               gint64   seq,
               GBytes  *frame)
{
  GBytes **slot;

  if (seq != self->head + 1)
    return FALSE;
  slot = &self->frames[seq % IVR_RING_SIZE];
  g_clear_pointer (slot, g_bytes_unref);
  *slot = g_bytes_ref (frame);
  self->head = seq;
  if (self->head - self->first >= IVR_RING_SIZE)
    self->first = self->head - IVR_RING_SIZE + 1;
  return TRUE;
}

/**
 * ivr_ring_peek:
 * @self: a ring
 * @seq: a number
 *
 * Returns: (transfer none) (nullable): the event's frame; %NULL when it is not kept any more, or
 *   not there yet
 */
GBytes *
ivr_ring_peek (IvrRing *self,
               gint64   seq)
{
  if (seq < self->first || seq > self->head)
    return NULL;
  return self->frames[seq % IVR_RING_SIZE];
}

/**
 * ivr_ring_reset:
 * @self: a ring
 * @head: number after which it goes on
 *
 * Forgets all frames.
 */
void
ivr_ring_reset (IvrRing *self,
                gint64   head)
{
  for (guint i = 0; i < IVR_RING_SIZE; i++)
    g_clear_pointer (&self->frames[i], g_bytes_unref);
  self->head = head;
  self->first = head + 1;
}
