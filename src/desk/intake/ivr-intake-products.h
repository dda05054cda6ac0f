/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-database.h"
#include "ivr-intake.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

GtkWidget *ivr_intake_products_new  (IvrIntake   *intake,
                                     IvrDatabase *database);
void       ivr_intake_products_read (GtkWidget   *widget);

G_END_DECLS
