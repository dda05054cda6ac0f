/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-database.h"

G_BEGIN_DECLS

/**
 * IvrUploadState:
 * @IVR_UPLOAD_NEW: not started
 * @IVR_UPLOAD_CHECKING: the file is looked at; nothing was sent
 * @IVR_UPLOAD_SENDING: pieces are on their way
 * @IVR_UPLOAD_STOPPED: the line is down; goes on by itself when it is back
 * @IVR_UPLOAD_DONE: it is a version of its document
 * @IVR_UPLOAD_FAILED: see ivr_upload_get_error(); ivr_upload_start() tries again
 * @IVR_UPLOAD_CANCELLED: given up by the person
 */
typedef enum {
  IVR_UPLOAD_NEW = 1,
  IVR_UPLOAD_CHECKING,
  IVR_UPLOAD_SENDING,
  IVR_UPLOAD_STOPPED,
  IVR_UPLOAD_DONE,
  IVR_UPLOAD_FAILED,
  IVR_UPLOAD_CANCELLED,
} IvrUploadState;

/**
 * IvrUpload:
 * A file on its way to a request: read, hashed and sent in pieces, a few at a time; what the server has
 * acknowledged is not sent again, after a broken line and after a restart alike.
 *
 * Properties "state" and "sent" (bytes that were acknowledged) notify; "sent" a few times a second.
 */
#define IVR_TYPE_UPLOAD (ivr_upload_get_type ())
G_DECLARE_FINAL_TYPE (IvrUpload, ivr_upload, IVR, UPLOAD, GObject)

IvrUpload      *ivr_upload_new               (IvrDatabase    *database,
                                              const char     *request,
                                              GFile          *file);
IvrUpload      *ivr_upload_new_bytes         (IvrDatabase    *database,
                                              const char     *request,
                                              GBytes         *bytes,
                                              const char     *name);
IvrUpload      *ivr_upload_new_kept          (IvrDatabase    *database,
                                              const char     *json,
                                              GError        **error);
char           *ivr_upload_dup_json          (IvrUpload      *self);
void            ivr_upload_set_document      (IvrUpload      *self,
                                              const char     *document,
                                              gint64          expected_version);
void            ivr_upload_set_description   (IvrUpload      *self,
                                              const char     *type,
                                              const char     *title);
void            ivr_upload_set_most_bytes    (IvrUpload      *self,
                                              guint64         most_bytes);
void            ivr_upload_start             (IvrUpload      *self);
void            ivr_upload_cancel            (IvrUpload      *self);
IvrUploadState  ivr_upload_get_state         (IvrUpload      *self);
const GError   *ivr_upload_get_error         (IvrUpload      *self);
const char     *ivr_upload_get_id            (IvrUpload      *self);
const char     *ivr_upload_get_request       (IvrUpload      *self);
const char     *ivr_upload_get_document      (IvrUpload      *self);
const char     *ivr_upload_get_name          (IvrUpload      *self);
const char     *ivr_upload_get_content_type  (IvrUpload      *self);
const char     *ivr_upload_get_document_type (IvrUpload      *self);
guint64         ivr_upload_get_size          (IvrUpload      *self);
guint64         ivr_upload_get_sent          (IvrUpload      *self);
guint64         ivr_upload_get_speed         (IvrUpload      *self);
guint           ivr_upload_get_seconds_left  (IvrUpload      *self);

G_END_DECLS
