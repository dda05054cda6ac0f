/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-database.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * IvrPatientFinder:
 * Looks patients of the clinic up while one types a last name. Signals: "chosen" (JsonObject with "patient" and
 * "insurances"), "failed" (a sentence).
 */
#define IVR_TYPE_PATIENT_FINDER (ivr_patient_finder_get_type ())
G_DECLARE_FINAL_TYPE (IvrPatientFinder, ivr_patient_finder, IVR, PATIENT_FINDER, GtkWidget)

GtkWidget *ivr_patient_finder_new (IvrDatabase *database);

G_END_DECLS
