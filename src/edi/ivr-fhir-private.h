/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-fhir.h"

G_BEGIN_DECLS

struct _IvrFhir
{
  IvrJson *json;
  IvrEdiSet *set;
  const IvrJsonNode *main;
  GPtrArray *resources;   /* IvrJsonNode: the entries of the Bundle, or the one resource */
  GHashTable *by_address; /* "Patient/1" or an absolute address: IvrJsonNode */
  guint n_entries;
  gboolean is_bundle;
};

void ivr_fhir_read (IvrFhir *self);

G_END_DECLS
