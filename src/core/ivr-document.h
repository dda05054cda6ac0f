/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * IvrDocumentVersion:
 * @n: number within the document, from 1
 * @name: (nullable): name of the file; %NULL when it was taken back by the other side
 * @content_type: what the content is
 * @size: bytes
 * @sha256: (nullable): SHA-256 in hexadecimal
 * @status: received, accepted, rejected, replaced or withdrawn
 * @scan: not_scanned, clean or infected
 * @by: who handed it in
 * @from_clinic: whether that was the clinic
 * @at_us: when, in microseconds since 1970
 * @decided_by: (nullable): who decided about it
 * @reason: (nullable): why it was rejected or taken back
 * @readable: whether the person may open it
 *
 * A file that was handed in for a document.
 */
typedef struct
{
  int n;
  const char *name;
  const char *content_type;
  guint64 size;
  const char *sha256;
  const char *status;
  const char *scan;
  const char *by;
  gboolean from_clinic;
  gint64 at_us;
  const char *decided_by;
  const char *reason;
  gboolean readable;
} IvrDocumentVersion;

/**
 * IvrDocument:
 * A document of a request as it was read: asked for, handed in, decided about. Never changes.
 */
#define IVR_TYPE_DOCUMENT (ivr_document_get_type ())
G_DECLARE_FINAL_TYPE (IvrDocument, ivr_document, IVR, DOCUMENT, GObject)

IvrDocument              *ivr_document_new            (JsonObject  *object);
const char               *ivr_document_get_id         (IvrDocument *self);
const char               *ivr_document_get_kind       (IvrDocument *self);
const char               *ivr_document_get_kind_label (IvrDocument *self);
const char               *ivr_document_get_title      (IvrDocument *self);
const char               *ivr_document_get_status     (IvrDocument *self);
gint64                    ivr_document_get_version    (IvrDocument *self);
const char               *ivr_document_get_due_on     (IvrDocument *self);
const char               *ivr_document_get_note       (IvrDocument *self);
const char               *ivr_document_get_asked_by   (IvrDocument *self);
guint                     ivr_document_get_n_versions (IvrDocument *self);
const IvrDocumentVersion *ivr_document_get_nth        (IvrDocument *self,
                                                       guint        nth);
gboolean                  ivr_document_equal          (IvrDocument *self,
                                                       IvrDocument *other);

G_END_DECLS
