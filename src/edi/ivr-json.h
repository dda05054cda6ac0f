/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-edi-error.h"

G_BEGIN_DECLS

/* Deeper than any resource of FHIR, whose own depth is not bounded (contained extensions). */
#define IVR_JSON_DEPTH_MAX 64
#define IVR_JSON_NODES_MAX 2000000

typedef enum {
  IVR_JSON_NULL,
  IVR_JSON_FALSE,
  IVR_JSON_TRUE,
  IVR_JSON_NUMBER,
  IVR_JSON_STRING,
  IVR_JSON_ARRAY,
  IVR_JSON_OBJECT,
} IvrJsonType;

/**
 * IvrJson:
 * A JSON document, read without recursion and without a number ever becoming a double: a number is
 * the text that stands there. The general parser of the platform has no limit of depth, and turns
 * 12345678901234567890 into a negative number without an error.
 */
typedef struct _IvrJson IvrJson;
typedef struct _IvrJsonNode IvrJsonNode;

IvrJson           *ivr_json_new         (const char         *text,
                                         gsize               length,
                                         GError            **error);
void               ivr_json_free        (IvrJson            *self);
const IvrJsonNode *ivr_json_get_root    (IvrJson            *self);
gboolean           ivr_json_is_latin    (IvrJson            *self);
gboolean           ivr_json_get_twice   (IvrJson            *self,
                                         guint32            *offset);

IvrJsonType        ivr_json_type        (const IvrJsonNode  *node);
guint32            ivr_json_offset      (const IvrJsonNode  *node);
const IvrJsonNode *ivr_json_get         (IvrJson            *self,
                                         const IvrJsonNode  *object,
                                         const char         *name);
const IvrJsonNode *ivr_json_path        (IvrJson            *self,
                                         const IvrJsonNode  *node,
                                         const char         *path);
const IvrJsonNode *ivr_json_first       (IvrJson            *self,
                                         const IvrJsonNode  *container);
const IvrJsonNode *ivr_json_next        (IvrJson            *self,
                                         const IvrJsonNode  *node);
const char        *ivr_json_name        (IvrJson            *self,
                                         const IvrJsonNode  *node);
const char        *ivr_json_text        (IvrJson            *self,
                                         const IvrJsonNode  *node);
const char        *ivr_json_string      (IvrJson            *self,
                                         const IvrJsonNode  *node,
                                         const char         *path);
const char        *ivr_json_number      (IvrJson            *self,
                                         const IvrJsonNode  *node,
                                         const char         *path);
guint              ivr_json_length      (IvrJson            *self,
                                         const IvrJsonNode  *container);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IvrJson, ivr_json_free)

G_END_DECLS
