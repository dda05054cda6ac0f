/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bytes that a name may have, on every file system that counts, and on the server. */
#define IVR_FILE_NAME_MOST 255

char       *ivr_file_name_clean      (const char *name);
const char *ivr_file_name_guess_type (const char *name,
                                      const char *content_type);

G_END_DECLS
