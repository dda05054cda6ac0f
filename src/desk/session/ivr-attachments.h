/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-drafts.h"
#include "ivr-message.h"
#include "ivr-uploads.h"

G_BEGIN_DECLS

/* As many as the server lets a message carry. */
#define IVR_ATTACHMENTS_MOST 20

/**
 * IvrAttachment:
 * @document: (nullable): the document; %NULL while its file is on the way
 * @name: what the person knows it by; may be empty
 * @upload: (nullable): the file while it is on the way; %NULL when it is a document, or was lost
 */
typedef struct
{
  char *document;
  char *name;
  IvrUpload *upload;
  char *upload_id;
} IvrAttachment;

/**
 * IvrAttachmentsState:
 * @IVR_ATTACHMENTS_READY: all are documents, or there are none
 * @IVR_ATTACHMENTS_ON_THE_WAY: a file is being sent
 * @IVR_ATTACHMENTS_STUCK: a file was refused or lost: the person has to take it off or try it again
 */
typedef enum {
  IVR_ATTACHMENTS_READY = 1,
  IVR_ATTACHMENTS_ON_THE_WAY,
  IVR_ATTACHMENTS_STUCK,
} IvrAttachmentsState;

/**
 * IvrAttachments:
 * What the messages that are being written carry, for each request: its documents, and files that become documents when
 * they have arrived. Kept beside the text of the message, so that they are there again after a crash. A message that was
 * sent while files were on their way waits for them here, whichever request is looked at meanwhile.
 *
 * Signal "changed" (request). Signal "ready" (request): a message that waits can go now.
 */
#define IVR_TYPE_ATTACHMENTS (ivr_attachments_get_type ())
G_DECLARE_FINAL_TYPE (IvrAttachments, ivr_attachments, IVR, ATTACHMENTS, GObject)

IvrAttachments      *ivr_attachments_new           (IvrDrafts      *drafts,
                                                    IvrUploads     *uploads);
GPtrArray           *ivr_attachments_get           (IvrAttachments *self,
                                                    const char     *request);
gboolean             ivr_attachments_add_document  (IvrAttachments *self,
                                                    const char     *request,
                                                    const char     *document,
                                                    const char     *name);
gboolean             ivr_attachments_add_upload    (IvrAttachments *self,
                                                    IvrUpload      *upload);
void                 ivr_attachments_add_message   (IvrAttachments *self,
                                                    const char     *request,
                                                    IvrMessage     *message);
void                 ivr_attachments_remove        (IvrAttachments *self,
                                                    const char     *request,
                                                    guint           nth);
void                 ivr_attachments_clear         (IvrAttachments *self,
                                                    const char     *request);
IvrAttachmentsState  ivr_attachments_get_state     (IvrAttachments *self,
                                                    const char     *request);
JsonArray           *ivr_attachments_dup_documents (IvrAttachments *self,
                                                    const char     *request);
void                 ivr_attachments_set_waiting   (IvrAttachments *self,
                                                    const char     *request,
                                                    gboolean        waiting);
gboolean             ivr_attachments_is_waiting    (IvrAttachments *self,
                                                    const char     *request);
void                 ivr_attachments_set_internal  (IvrAttachments *self,
                                                    const char     *request,
                                                    gboolean        internal);
gboolean             ivr_attachments_is_internal   (IvrAttachments *self,
                                                    const char     *request);

G_END_DECLS
