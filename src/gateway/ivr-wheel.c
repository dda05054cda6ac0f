/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-wheel.h"

/* 51 seconds around; a deadline further away is met, and put back, once per round. */
#define N_SLOTS 512

struct _IvrWheel
{
  IvrWheelEntry slots[N_SLOTS]; /* heads of rings of entries */
  gint64 tick;                  /* the last one that was worked off */
  guint n;
  IvrWheelFunc func;
  gpointer data;
};

static void
link_before (IvrWheelEntry *head,
             IvrWheelEntry *entry)
{
  entry->previous = head->previous;
  entry->next = head;
  head->previous->next = entry;
  head->previous = entry;
}

static void
unlink_entry (IvrWheelEntry *entry)
{
  entry->previous->next = entry->next;
  entry->next->previous = entry->previous;
  entry->previous = NULL;
  entry->next = NULL;
}

/**
 * ivr_wheel_new:
 * @now_ms: the present, in milliseconds of a clock that never goes back
 * @func: called for each deadline that has come
 * @data: for @func
 *
 * Returns: (transfer full): a wheel
 */
IvrWheel *
ivr_wheel_new (gint64       now_ms,
               IvrWheelFunc func,
               gpointer     data)
{
  IvrWheel *self = g_new0 (IvrWheel, 1);

  for (guint i = 0; i < N_SLOTS; i++)
    self->slots[i].previous = self->slots[i].next = &self->slots[i];
  self->tick = now_ms / IVR_WHEEL_TICK_MS;
  self->func = func;
  self->data = data;
  return self;
}

/**
 * ivr_wheel_free:
 * @self: (transfer full): a wheel; what is still set is cleared
 */
void
ivr_wheel_free (IvrWheel *self)
{
  for (guint i = 0; i < N_SLOTS; i++)
    while (self->slots[i].next != &self->slots[i])
      unlink_entry (self->slots[i].next);
  g_free (self);
}

static void
insert (IvrWheel      *self,
        IvrWheelEntry *entry)
{
  link_before (&self->slots[entry->tick % N_SLOTS], entry);
}

/**
 * ivr_wheel_set:
 * @self: a wheel
 * @entry: a deadline; when it is set already, it moves
 * @due_ms: when, on the clock of ivr_wheel_new()
 */
void
ivr_wheel_set (IvrWheel      *self,
               IvrWheelEntry *entry,
               gint64         due_ms)
{
  if (entry->next != NULL)
    unlink_entry (entry);
  else
    self->n++;
  entry->tick = MAX ((due_ms + IVR_WHEEL_TICK_MS - 1) / IVR_WHEEL_TICK_MS, self->tick + 1);
  insert (self, entry);
}

/**
 * ivr_wheel_clear:
 * @self: a wheel
 * @entry: a deadline, set or not
 */
void
ivr_wheel_clear (IvrWheel      *self,
                 IvrWheelEntry *entry)
{
  if (entry->next == NULL)
    return;
  unlink_entry (entry);
  self->n--;
}

static void
work_off (IvrWheel      *self,
          IvrWheelEntry *head,
          gint64         last)
{
  IvrWheelEntry due;

  if (head->next == head)
    return;
  /* The slot's entries hang on a head of their own, so that the callback may touch any of them. */
  due = *head;
  due.next->previous = &due;
  due.previous->next = &due;
  head->previous = head->next = head;
  while (due.next != &due)
    {
      IvrWheelEntry *entry = due.next;

      unlink_entry (entry);
      if (entry->tick > last)
        {
          insert (self, entry);
          continue;
        }
      self->n--;
      self->func (entry, self->data);
    }
}

/**
 * ivr_wheel_advance:
 * @self: a wheel
 * @now_ms: the present
 *
 * Calls back for every deadline that has come.
 */
void
ivr_wheel_advance (IvrWheel *self,
                   gint64    now_ms)
{
  gint64 now = now_ms / IVR_WHEEL_TICK_MS;
  gint64 from = self->tick + 1;

  if (now < from)
    return;
  /* Set first: a deadline that a callback sets for "at once" must not land in a passed slot. */
  self->tick = now;
  for (gint64 tick = MAX (from, now - N_SLOTS + 1); tick <= now; tick++)
    work_off (self, &self->slots[tick % N_SLOTS], now);
}

/**
 * ivr_wheel_get_n:
 * @self: a wheel
 *
 * Returns: how many deadlines are set
 */
guint
ivr_wheel_get_n (IvrWheel *self)
{
  return self->n;
}
