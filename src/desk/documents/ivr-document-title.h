/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-document.h"

G_BEGIN_DECLS

const char *ivr_document_title    (const char  *title,
                                   const char  *kind_label);
const char *ivr_document_title_of (IvrDocument *document);

G_END_DECLS
