/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-document.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * IvrCarriedDocument:
 * A document that a message carries, as a button: kind, name and state. Pressed, it opens the document; while that cannot
 * be it says why and cannot be pressed.
 */
#define IVR_TYPE_CARRIED_DOCUMENT (ivr_carried_document_get_type ())
G_DECLARE_FINAL_TYPE (IvrCarriedDocument, ivr_carried_document, IVR, CARRIED_DOCUMENT, GtkButton)

GtkWidget  *ivr_carried_document_new    (JsonObject         *carried,
                                         IvrDocument        *now,
                                         gboolean            is_known);
const char *ivr_carried_document_get_id (IvrCarriedDocument *self);

G_END_DECLS
