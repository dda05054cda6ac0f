/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-error.h"

G_BEGIN_DECLS

/*
 * Numbers that payers know people and practices by. Each function takes what a person typed (any
 * bytes, or NULL) and gives newly allocated text as it is stored, or NULL with IVR_ERROR_INVALID
 * and one sentence that says what to do and never quotes the number.
 */
char     *ivr_npi_normalize         (const char  *text,
                                     GError     **error);
char     *ivr_mbi_normalize         (const char  *text,
                                     GError     **error);
char     *ivr_mbi_format            (const char  *mbi);
char     *ivr_ptan_normalize        (const char  *text,
                                     GError     **error);
char     *ivr_tax_id_normalize      (const char  *text,
                                     GError     **error);
char     *ivr_tax_id_format         (const char  *tax_id);
char     *ivr_tax_id_mask           (const char  *tax_id);
char     *ivr_member_id_normalize   (const char  *text,
                                     GError     **error);
char     *ivr_medicaid_no_normalize (const char  *text,
                                     GError     **error);

G_END_DECLS
