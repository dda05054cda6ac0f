/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-edi-set.h"
#include "ivr-json.h"
#include "ivr-json-writer.h"

G_BEGIN_DECLS

/**
 * IvrFhir:
 * A document of FHIR R4: one resource, or a Bundle whose main one is taken with what it refers to. It
 * is read into the same types as an answer in X12; the document itself stays beside them.
 */
typedef struct _IvrFhir IvrFhir;

IvrFhir           *ivr_fhir_new            (GBytes             *document,
                                            GError            **error);
void               ivr_fhir_free           (IvrFhir            *self);
IvrEdiSet         *ivr_fhir_get_set        (IvrFhir            *self);
IvrEdiSet         *ivr_fhir_steal_set      (IvrFhir            *self);
IvrJson           *ivr_fhir_get_json       (IvrFhir            *self);
const IvrJsonNode *ivr_fhir_get_main       (IvrFhir            *self);
const IvrJsonNode *ivr_fhir_get_resource   (IvrFhir            *self,
                                            const char         *type,
                                            guint               n);
const IvrJsonNode *ivr_fhir_resolve        (IvrFhir            *self,
                                            const IvrJsonNode  *reference);
const IvrJsonNode *ivr_fhir_get_coverage   (IvrFhir            *self);
const IvrJsonNode *ivr_fhir_get_patient    (IvrFhir            *self);
const char        *ivr_fhir_class          (IvrFhir            *self,
                                            const IvrJsonNode  *coverage,
                                            const char         *type,
                                            const char         *which);
const char        *ivr_fhir_identifier     (IvrFhir            *self,
                                            const IvrJsonNode  *resource,
                                            const char * const *types);
const char        *ivr_fhir_decision       (IvrFhir            *self,
                                            const IvrJsonNode  *response,
                                            const char        **number);
void               ivr_fhir_json_write     (IvrFhir            *self,
                                            IvrJsonWriter      *json);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IvrFhir, ivr_fhir_free)

G_END_DECLS
