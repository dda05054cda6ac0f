/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-lookup.h"

G_BEGIN_DECLS

/**
 * IvrMetrics:
 * Counts of one gateway since it started; the fields are in the order of what is shown.
 */
typedef struct
{
  guint64 clients;          /* now */
  guint64 welcomed;         /* now */
  guint64 accepted;
  guint64 refused;          /* requests */
  guint64 asked;            /* over HTTP */
  guint64 frames_sent;
  guint64 bytes_sent;
  guint64 closed_restart;
  guint64 closed_protocol;
  guint64 closed_auth;
  guint64 closed_membership;
  guint64 closed_slow;
  guint64 resyncs;
  guint64 pages;
  guint64 events;
  guint64 polls;
  guint64 follows;          /* polls that went by numbers */
  guint64 gaps;             /* must stay 0: numbers that did not follow each other */
  guint64 reconnects;
  guint64 rings;            /* notifications of the doorbell */
  guint64 live;             /* 1 while the feed is */
  guint64 awake;            /* 1 while polling */
  guint64 supervising;      /* 1 while the supervisor's last look was answered */
  guint64 looks;
  guint64 ended_locked;     /* sessions of people: locked out */
  guint64 ended_transaction; /* of a transaction that stayed open */
  guint64 ended_age;
  guint64 ended_idle;
  guint64 ended_many;       /* more than one person may have */
  IvrLookupCounts lookup;   /* payers that were asked */
} IvrMetrics;

G_END_DECLS
