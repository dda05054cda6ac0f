/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-intake-merge.h"

#include <gtk/gtk.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * IvrIntakeConflictDone:
 * @take: (element-type utf8) (nullable): paths of which the person takes theirs; %NULL when they
 *   want to decide later
 * @data: as given
 */
typedef void (*IvrIntakeConflictDone) (GPtrArray *take,
                                       gpointer   data);

IvrIntake *ivr_intake_conflict_before  (JsonObject            *latest,
                                        JsonObject            *detail);
void       ivr_intake_conflict_present (GtkWindow             *parent,
                                        GPtrArray             *conflicts,
                                        const char            *who,
                                        IvrIntakeConflictDone  done,
                                        gpointer               data);

G_END_DECLS
