/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * IvrLookupCounts:
 * Counts since the start, for who watches over it. No payer and no patient is in them.
 */
typedef struct
{
  guint64 lookups;           /* questions that were taken */
  guint64 lookups_answered;
  guint64 lookups_refused;
  guint64 lookups_held;
  guint64 lookups_failed;
  guint64 lookups_retried;   /* attempts beyond the first */
  guint64 lookups_spared;    /* not asked, because the payer is away */
} IvrLookupCounts;

/**
 * IvrLookupResult:
 * @IVR_LOOKUP_OVER: it is over; the state tells how
 * @IVR_LOOKUP_UNKNOWN: the token is nobody's, or ran out
 * @IVR_LOOKUP_MISSING: there is no such question of that person
 * @IVR_LOOKUP_BUSY: it is under way already, or was made too long ago
 * @IVR_LOOKUP_MANY: too many questions are under way
 * @IVR_LOOKUP_AWAY: the database cannot be reached
 */
typedef enum {
  IVR_LOOKUP_OVER,
  IVR_LOOKUP_UNKNOWN,
  IVR_LOOKUP_MISSING,
  IVR_LOOKUP_BUSY,
  IVR_LOOKUP_MANY,
  IVR_LOOKUP_AWAY,
} IvrLookupResult;

/**
 * IvrLookup:
 * Carries questions to payers and their answers into the database: takes each against its author's token, and
 * tells nobody what was answered but the database.
 */
#define IVR_TYPE_LOOKUP (ivr_lookup_get_type ())
G_DECLARE_FINAL_TYPE (IvrLookup, ivr_lookup, IVR, LOOKUP, GObject)

/**
 * IvrLookupFunc:
 * @result: how it went
 * @state: (nullable): what the question's state is, when it is over
 * @data: what was given
 */
typedef void (*IvrLookupFunc) (IvrLookupResult  result,
                               const char      *state,
                               gpointer         data);

IvrLookup *ivr_lookup_new            (const char       *conninfo,
                                      const char       *secrets,
                                      const char       *mock,
                                      const char       *ca,
                                      IvrLookupCounts  *counts,
                                      GError          **error);
gboolean   ivr_lookup_is_full        (IvrLookup        *self);
void       ivr_lookup_ask            (IvrLookup        *self,
                                      const char       *check,
                                      GBytes           *token_hash,
                                      IvrLookupFunc     func,
                                      gpointer          data);

G_END_DECLS
