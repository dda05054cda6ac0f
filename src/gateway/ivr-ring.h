/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How many events of an organization are kept ready to send. */
#define IVR_RING_SIZE 1024

/**
 * IvrRing:
 * The last events of one organization as frames, each made once for all who get it. Numbers in
 * it have no gap: there is no way to put one in.
 */
typedef struct _IvrRing IvrRing;

IvrRing    *ivr_ring_new       (const char *org,
                                gint64      head);
void        ivr_ring_free      (IvrRing    *self);
const char *ivr_ring_get_org   (IvrRing    *self);
gint64      ivr_ring_get_head  (IvrRing    *self);
gint64      ivr_ring_get_first (IvrRing    *self);
gboolean    ivr_ring_push      (IvrRing    *self,
                                gint64      seq,
                                GBytes     *frame);
GBytes     *ivr_ring_peek      (IvrRing    *self,
                                gint64      seq);
void        ivr_ring_reset     (IvrRing    *self,
                                gint64      head);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IvrRing, ivr_ring_free)

G_END_DECLS
