/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-documents.h"
#include "ivr-message.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * IvrMessageRow:
 * One message: a day separator where a day begins, an unread mark where the unread ones begin,
 * and the bubble. Own, theirs and notes differ in side, shape and word. What the message carries stands below its words.
 *
 * Signal "open-document" (id).
 */
#define IVR_TYPE_MESSAGE_ROW (ivr_message_row_get_type ())
G_DECLARE_FINAL_TYPE (IvrMessageRow, ivr_message_row, IVR, MESSAGE_ROW, GtkWidget)

GtkWidget *ivr_message_row_new         (void);
void       ivr_message_row_set_message (IvrMessageRow *self,
                                        IvrMessage    *message,
                                        IvrMessage    *before,
                                        gboolean       first_unread,
                                        IvrDocuments  *documents);

G_END_DECLS
