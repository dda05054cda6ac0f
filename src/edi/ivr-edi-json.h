/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-edi-set.h"
#include "ivr-json-writer.h"

G_BEGIN_DECLS

void ivr_edi_json_write          (IvrEdiSet     *set,
                                  IvrJsonWriter *json);
void ivr_edi_json_write_warnings (IvrEdiSet     *set,
                                  IvrJsonWriter *json);
void ivr_edi_json_write_summary  (IvrEdiSet     *set,
                                  IvrJsonWriter *json);
void ivr_edi_json_write_question (IvrEdiSet     *set,
                                  IvrJsonWriter *json);
void ivr_edi_json_write_ack      (IvrEdiSet     *set,
                                  IvrJsonWriter *json);
void ivr_edi_json_write_person   (IvrEdiSet     *set,
                                  IvrEdiParty   *party,
                                  const char    *name,
                                  IvrJsonWriter *json);

G_END_DECLS
