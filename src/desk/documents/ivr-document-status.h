/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * How the status of a document is said: in one word, and as a chip whose icon and tint say the same.
 */
const char *ivr_document_status_label (const char *status);
GtkWidget  *ivr_document_status_chip  (const char *status);
const char *ivr_document_status_icon  (const char *content_type);

G_END_DECLS
