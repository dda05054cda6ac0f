/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define IVR_EDI_DATE_SIZE 11

gboolean  ivr_edi_value_is_decimal  (const char *text);
gboolean  ivr_edi_value_to_cents    (const char *text,
                                     gint64     *cents);
int       ivr_edi_value_compare     (const char *a,
                                     const char *b);
gboolean  ivr_edi_value_is_above_one (const char *text);
gboolean  ivr_edi_value_to_iso      (const char *text,
                                     gsize       length,
                                     char        out[IVR_EDI_DATE_SIZE]);
gboolean  ivr_edi_value_is_service  (const char *text);
gboolean  ivr_edi_value_is_fhir_date (const char *text);

G_END_DECLS
