/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

void  ivr_eligibility_evidence_present (GtkWindow  *parent,
                                        IvrSession *session,
                                        const char *request,
                                        JsonObject *check);
char *ivr_eligibility_evidence_lay_out (GBytes     *bytes,
                                        gboolean   *is_whole);

G_END_DECLS
