/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * What desks and gateway say to each other: WebSocket text frames, one JSON object each.
 *
 * Desk, first frame, within 5 s:
 *   {"type":"hello","token":"…","epoch":"…"|null,"cursors":{"<organization>":seq,…}}
 *     epoch and cursors are what the desk kept from last time; null and {} at the first time.
 * Gateway:
 *   {"type":"welcome","epoch":"…","resync":bool,"heads":{"<organization>":seq,…},"expires_at":s}
 *     heads are the numbers after which this desk hears of events from now on: its own cursor
 *     where it can go on (same epoch, and what follows the cursor is still there), else the
 *     last event's number. resync: the epoch is another one than the desk's; everything that
 *     it kept is to be fetched anew. expires_at is Unix time, in seconds.
 *   {"type":"resync","org":"…","head":n}
 *     what the desk has of this organization is to be fetched anew; events go on after n.
 *     Comes after the welcome for a cursor that could not be honoured (when resync was false),
 *     later when a desk fell behind what is kept, and for an organization that the person came
 *     to belong to.
 *   {"type":"event","org":"…","seq":n,"kind":"request","id":"…","request":"…"|null,"version":n}
 *     numbers have no gap within an organization; kind is request, message, note or membership.
 *   {"type":"token"}
 *     60 s before the token expires. The desk answers {"type":"token","token":"…"} with a new
 *     one, at the latest 25 s after it expired.
 * Close codes are in IvrWireClose. There is nothing else, and the gateway ignores members that
 * it does not know.
 */

/**
 * IvrWireClose:
 * @IVR_WIRE_CLOSE_RESTART: the gateway ends or starts anew: come back after 0 to 30 s, at random
 * @IVR_WIRE_CLOSE_PROTOCOL: a message that is not of this protocol, or none in time
 * @IVR_WIRE_CLOSE_AUTH: the token does not count, or not any more
 * @IVR_WIRE_CLOSE_MEMBERSHIP: the person does not belong to any organization any more
 * @IVR_WIRE_CLOSE_SLOW: nothing was read for 20 s; come back with the cursors
 */
typedef enum {
  IVR_WIRE_CLOSE_RESTART = 1012,
  IVR_WIRE_CLOSE_PROTOCOL = 4000,
  IVR_WIRE_CLOSE_AUTH = 4001,
  IVR_WIRE_CLOSE_MEMBERSHIP = 4003,
  IVR_WIRE_CLOSE_SLOW = 4008,
} IvrWireClose;

/**
 * IvrWireCursor:
 * @org: an organization, as a lower-case UUID
 * @seq: number of the last event that the desk has
 */
typedef struct
{
  char *org;
  gint64 seq;
} IvrWireCursor;

/**
 * IvrWireMessage:
 * @hello: whether it is a hello; otherwise a token
 * @token: the token
 * @epoch: (nullable): the epoch of @cursors
 * @cursors: (element-type IvrWireCursor): where the desk is; empty for a token
 */
typedef struct
{
  gboolean hello;
  char *token;
  char *epoch;
  GArray *cursors;
} IvrWireMessage;

IvrWireMessage *ivr_wire_parse        (const char     *text,
                                       gsize           length);
void            ivr_wire_message_free (IvrWireMessage *self);
GBytes         *ivr_wire_new_welcome  (const char     *epoch,
                                       gboolean        resync,
                                       GArray         *heads,
                                       gint64          expires_s);
GBytes         *ivr_wire_new_resync   (const char     *org,
                                       gint64          head);
GBytes         *ivr_wire_new_event    (const char     *org,
                                       gint64          seq,
                                       const char     *kind,
                                       const char     *id,
                                       const char     *request,
                                       gint64          version);
GBytes         *ivr_wire_new_token    (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IvrWireMessage, ivr_wire_message_free)

G_END_DECLS
