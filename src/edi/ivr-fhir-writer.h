/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-edi-question.h"

G_BEGIN_DECLS

char *ivr_fhir_writer_question (const IvrEdiQuestion  *question,
                                GError               **error);

G_END_DECLS
