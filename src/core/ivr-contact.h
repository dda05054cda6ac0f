/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-error.h"

G_BEGIN_DECLS

/* How to reach somebody; see ivr-identifiers.h for what all of these do. */
char *ivr_phone_normalize (const char  *text,
                           GError     **error);
char *ivr_phone_format    (const char  *phone);
char *ivr_zip_normalize   (const char  *text,
                           GError     **error);
char *ivr_state_normalize (const char  *text,
                           GError     **error);
char *ivr_email_normalize (const char  *text,
                           GError     **error);

G_END_DECLS
