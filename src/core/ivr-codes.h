/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-error.h"

G_BEGIN_DECLS

/* Codes of diagnoses, products and procedures; see ivr-identifiers.h for what all of these do. */
char *ivr_icd10_normalize (const char  *text,
                           GError     **error);
char *ivr_hcpcs_normalize (const char  *text,
                           GError     **error);
char *ivr_cpt_normalize   (const char  *text,
                           GError     **error);

G_END_DECLS
