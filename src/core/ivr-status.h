/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * IvrTint:
 * How a status looks. Statuses, their labels, icons and tints are data of the server, and so are
 * the steps between them; this room has no copy.
 */
typedef enum {
  IVR_TINT_NEUTRAL = 1,
  IVR_TINT_ACCENT,
  IVR_TINT_WARNING,
  IVR_TINT_SUCCESS,
  IVR_TINT_ERROR,
} IvrTint;

IvrTint  ivr_tint_from_text  (const char *text);
char    *ivr_status_dup_word (const char *status);

G_END_DECLS
