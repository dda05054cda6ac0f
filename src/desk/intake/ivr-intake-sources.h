/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-offers.h"
#include "ivr-session.h"

G_BEGIN_DECLS

/**
 * IvrIntakeSources:
 * Brings to a form what the clinic's records, the patient's cards and last request and payers' answers say, and takes
 * back to the server what became of it. Whatever cannot be read is not offered; the form is as usable without.
 */
#define IVR_TYPE_INTAKE_SOURCES (ivr_intake_sources_get_type ())
G_DECLARE_FINAL_TYPE (IvrIntakeSources, ivr_intake_sources, IVR, INTAKE_SOURCES, GObject)

IvrIntakeSources *ivr_intake_sources_new            (IvrSession       *session,
                                                     IvrIntake        *intake);
IvrOffers        *ivr_intake_sources_get_offers     (IvrIntakeSources *self);
void              ivr_intake_sources_fill_own       (IvrIntakeSources *self);
void              ivr_intake_sources_choose_patient (IvrIntakeSources *self,
                                                     JsonObject       *found);
void              ivr_intake_sources_read           (IvrIntakeSources *self,
                                                     const char       *request);
void              ivr_intake_sources_saved          (IvrIntakeSources *self,
                                                     IvrIntake        *intake);
void              ivr_intake_sources_look           (IvrIntakeSources *self);
void              ivr_intake_sources_keep           (IvrIntakeSources *self,
                                                     const char       *draft);
void              ivr_intake_sources_drop           (IvrIntakeSources *self,
                                                     const char       *draft);
void              ivr_intake_sources_restore        (IvrIntakeSources *self,
                                                     const char       *draft);
void              ivr_intake_sources_record         (IvrIntakeSources *self,
                                                     const char       *request);

G_END_DECLS
