/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What somebody else's text may take of the screen; the whole is in what the payer sent. */
#define IVR_BENEFIT_TEXT_MOST 2000

char       *ivr_benefit_text_clean   (const char *text,
                                      gsize       most);
char       *ivr_benefit_text_money   (const char *amount,
                                      const char *currency);
char       *ivr_benefit_text_percent (const char *percent);

/* What stands in a reading, or NULL and 0 when it is missing or something else. */
JsonObject *ivr_benefit_object       (JsonObject *object,
                                      const char *name);
guint       ivr_benefit_length       (JsonObject *object,
                                      const char *name);
JsonObject *ivr_benefit_object_at    (JsonObject *object,
                                      const char *name,
                                      guint       position);
char       *ivr_benefit_dup_at       (JsonObject *object,
                                      const char *name,
                                      guint       position);
char       *ivr_benefit_dup          (JsonObject *object,
                                      const char *name);
gint64      ivr_benefit_number       (JsonObject *object,
                                      const char *name);

G_END_DECLS
