/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * IvrBellState:
 * @IVR_BELL_STATE_RINGS: writers ring
 * @IVR_BELL_STATE_ASKED: the lock is asked for; already now most writers do not ring
 * @IVR_BELL_STATE_SILENT: the lock is held: nobody rings
 * @IVR_BELL_STATE_RELEASING: on the way back to @IVR_BELL_STATE_RINGS
 */
typedef enum {
  IVR_BELL_STATE_RINGS = 1,
  IVR_BELL_STATE_ASKED,
  IVR_BELL_STATE_SILENT,
  IVR_BELL_STATE_RELEASING,
} IvrBellState;

/**
 * IvrBell:
 * Says whether writers have to ring when they commit: a session lock that is held while the
 * gateway polls anyway. It has a connection of its own, so that waiting for the lock (a writer
 * that takes its time holds it shared) does not keep anything else waiting.
 *
 * Signal "released": writers ring again from now on; whoever committed just before may not have.
 */
#define IVR_TYPE_BELL (ivr_bell_get_type ())
G_DECLARE_FINAL_TYPE (IvrBell, ivr_bell, IVR, BELL, GObject)

IvrBell      *ivr_bell_new       (const char *conninfo);
void          ivr_bell_open      (IvrBell    *self);
IvrBellState  ivr_bell_get_state (IvrBell    *self);
void          ivr_bell_hold      (IvrBell    *self);
void          ivr_bell_release   (IvrBell    *self);

G_END_DECLS
