/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-edi-question.h"

G_BEGIN_DECLS

char *ivr_x12_writer_question (const IvrEdiQuestion  *question,
                               GError               **error);

G_END_DECLS
