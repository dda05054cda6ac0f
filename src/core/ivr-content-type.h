/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * IvrPdfScan:
 *
 * Looks for the word by which an encrypted PDF says so, in a file that comes in pieces. Begins as all zeros.
 */
typedef struct
{
  guint8 kept[64];   /* end of what came, where the word may have begun */
  gsize n_kept;
  gboolean encrypted;
} IvrPdfScan;

/* How much of a file's beginning tells what it is: one piece as documents travel. */
#define IVR_CONTENT_HEAD 262144

const char *ivr_content_type_sniff     (gconstpointer   head,
                                        gsize           length);
const char *ivr_content_type_check     (gconstpointer   head,
                                        gsize           length,
                                        GError        **error);
const char *ivr_content_type_extension (const char     *content_type);
gboolean    ivr_pdf_scan_feed          (IvrPdfScan     *self,
                                        gconstpointer   data,
                                        gsize           length);

G_END_DECLS
