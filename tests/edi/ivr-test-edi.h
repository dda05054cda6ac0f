/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-edi-set.h"
#include "ivr-fhir.h"

G_BEGIN_DECLS

GBytes     *ivr_test_edi_fixture (const char  *name);
GPtrArray  *ivr_test_edi_names   (const char  *suffix);
GPtrArray  *ivr_test_edi_read    (GBytes      *document,
                                  GError     **error);
GPtrArray  *ivr_test_edi_read_text (const char *text);
IvrEdiSet  *ivr_test_edi_one     (const char  *name,
                                  guint        n,
                                  GPtrArray  **sets);
char       *ivr_test_edi_json    (GBytes      *document);
const char *ivr_test_edi_eb      (IvrEdiSet   *set,
                                  guint        number,
                                  IvrEdiBenefitPart part);
char       *ivr_test_edi_warnings (IvrEdiSet  *set);

G_END_DECLS
