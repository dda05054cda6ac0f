/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * IvrWheel:
 * Deadlines of thousands of clients under one timer: setting, moving and clearing one costs the
 * same however many there are. A deadline comes up to %IVR_WHEEL_TICK_MS late, never early.
 */
typedef struct _IvrWheel IvrWheel;

#define IVR_WHEEL_TICK_MS 100

/**
 * IvrWheelEntry:
 * A deadline, embedded in what it belongs to. All zero is "not set". Private.
 */
typedef struct _IvrWheelEntry IvrWheelEntry;
struct _IvrWheelEntry
{
  IvrWheelEntry *previous;
  IvrWheelEntry *next;
  gint64 tick;
};

/**
 * IvrWheelFunc:
 * @entry: a deadline that has come; it is not set any more
 * @data: what was given to ivr_wheel_new()
 *
 * May set and clear any entry, this one too.
 */
typedef void (*IvrWheelFunc) (IvrWheelEntry *entry,
                              gpointer       data);

IvrWheel *ivr_wheel_new     (gint64         now_ms,
                             IvrWheelFunc   func,
                             gpointer       data);
void      ivr_wheel_free    (IvrWheel      *self);
void      ivr_wheel_set     (IvrWheel      *self,
                             IvrWheelEntry *entry,
                             gint64         due_ms);
void      ivr_wheel_clear   (IvrWheel      *self,
                             IvrWheelEntry *entry);
void      ivr_wheel_advance (IvrWheel      *self,
                             gint64         now_ms);
guint     ivr_wheel_get_n   (IvrWheel      *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IvrWheel, ivr_wheel_free)

G_END_DECLS
