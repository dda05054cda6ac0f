/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-database.h"

G_BEGIN_DECLS

/**
 * IvrEligibility:
 * What payers were asked and answered for one request, and which of its insurances can be asked.
 *
 * Property "loading" notifies. Signal "changed" when it was read again and is not the same; "failed" (GError) when it
 * could not be.
 */
#define IVR_TYPE_ELIGIBILITY (ivr_eligibility_get_type ())
G_DECLARE_FINAL_TYPE (IvrEligibility, ivr_eligibility, IVR, ELIGIBILITY, GObject)

IvrEligibility *ivr_eligibility_new             (IvrDatabase          *database,
                                                 const char           *request);
const char     *ivr_eligibility_get_request     (IvrEligibility       *self);
void            ivr_eligibility_refresh         (IvrEligibility       *self);
gboolean        ivr_eligibility_is_loading      (IvrEligibility       *self);
gboolean        ivr_eligibility_is_settled      (IvrEligibility       *self);
gboolean        ivr_eligibility_is_loaded       (IvrEligibility       *self);
guint           ivr_eligibility_get_n_insurances (IvrEligibility      *self);
JsonObject     *ivr_eligibility_get_insurance   (IvrEligibility       *self,
                                                 guint                 position);
GPtrArray      *ivr_eligibility_list_checks     (IvrEligibility       *self,
                                                 int                   rank);

void            ivr_eligibility_begin_async     (IvrDatabase          *database,
                                                 const char           *request,
                                                 int                   rank,
                                                 GAsyncReadyCallback   callback,
                                                 gpointer              user_data);
char           *ivr_eligibility_begin_finish    (IvrDatabase          *database,
                                                 GAsyncResult         *result,
                                                 GError              **error);
void            ivr_eligibility_cancel_async    (IvrDatabase          *database,
                                                 const char           *check,
                                                 GAsyncReadyCallback   callback,
                                                 gpointer              user_data);
gboolean        ivr_eligibility_cancel_finish   (IvrDatabase          *database,
                                                 GAsyncResult         *result,
                                                 GError              **error);
void            ivr_eligibility_evidence_async  (IvrDatabase          *database,
                                                 const char           *request,
                                                 const char           *check,
                                                 GCancellable         *cancellable,
                                                 GAsyncReadyCallback   callback,
                                                 gpointer              user_data);
GBytes         *ivr_eligibility_evidence_finish (IvrDatabase          *database,
                                                 GAsyncResult         *result,
                                                 char                **media_type,
                                                 GError              **error);

G_END_DECLS
