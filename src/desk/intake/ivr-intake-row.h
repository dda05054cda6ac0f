/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-field.h"
#include "ivr-intake-offer.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A row of the form for one question: an entry, a choice, or yes and no. */
GtkWidget      *ivr_intake_row_new       (IvrIntake      *intake,
                                          IvrOffers      *offers,
                                          const IvrField *field,
                                          const char     *path);
GtkWidget      *ivr_intake_row_find      (GtkWidget      *widget);
const char     *ivr_intake_row_get_path  (GtkWidget      *row);
IvrIntakeOffer *ivr_intake_row_get_offer (GtkWidget      *row);
void            ivr_intake_row_read      (GtkWidget      *row);
void            ivr_intake_row_mark      (GtkWidget      *row,
                                          const char     *sentence);

G_END_DECLS
