/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-field.h"

G_BEGIN_DECLS

const char *ivr_intake_section_label (IvrSection  section);
const char *ivr_intake_field_label   (const char *id);
const char *ivr_intake_choice_label  (const char *choice);

G_END_DECLS
