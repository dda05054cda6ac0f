/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-attachments.h"
#include "ivr-database.h"
#include "ivr-drafts.h"
#include "ivr-lent-files.h"
#include "ivr-live.h"
#include "ivr-uploads.h"
#include "ivr-views.h"
#include "ivr-watched-folder.h"

G_BEGIN_DECLS

/**
 * IvrSession:
 * What a window is given: who works here, their stores, and what changes. Nothing is reached
 * through globals.
 *
 * Signals: "request-changed" (id), "chat-changed", "documents-changed" and "eligibility-changed" (request id), "refresh" (read everything that
 * is shown again), "list-changed" (what lists show of a request, by this person's own doing),
 * "status-changed" (ivr_session_get_status() says something else), "notice" (a sentence that the
 * person has to read).
 */
#define IVR_TYPE_SESSION (ivr_session_get_type ())
G_DECLARE_FINAL_TYPE (IvrSession, ivr_session, IVR, SESSION, GObject)

typedef enum {
  IVR_SESSION_LIVE = 1,
  IVR_SESSION_POLLING,       /* no gateway: the desk refreshes by itself */
  IVR_SESSION_RECONNECTING,
  IVR_SESSION_OFFLINE,
} IvrSessionStatus;

IvrSession       *ivr_session_new          (IvrDatabase *database,
                                            const char  *gateway_uri,
                                            IvrJournal  *journal,
                                            gboolean     demo);
void              ivr_session_begin        (IvrSession  *self,
                                            const char  *notice);
IvrDrafts        *ivr_session_get_drafts   (IvrSession  *self);
IvrDatabase      *ivr_session_get_database (IvrSession  *self);
IvrViews         *ivr_session_get_views    (IvrSession  *self);
IvrUploads       *ivr_session_get_uploads  (IvrSession  *self);
IvrAttachments   *ivr_session_get_attachments (IvrSession *self);
IvrLentFiles     *ivr_session_get_lent_files (IvrSession *self);
IvrWatchedFolder *ivr_session_get_watched_folder (IvrSession *self);
const char       *ivr_session_get_gateway  (IvrSession  *self);
IvrSessionStatus  ivr_session_get_status   (IvrSession  *self);
char             *ivr_session_dup_status_text (IvrSession *self);
gboolean          ivr_session_is_demo      (IvrSession  *self);
void              ivr_session_close        (IvrSession  *self);
void              ivr_session_list_changed (IvrSession  *self);
void              ivr_session_saw_change   (IvrSession  *self,
                                            const char  *request);
void              ivr_session_saw_documents (IvrSession *self,
                                             const char *request);
void              ivr_session_saw_eligibility (IvrSession *self,
                                               const char *request);

/* Text that was typed and not sent; see IvrDrafts. */
const char       *ivr_session_get_draft    (IvrSession  *self,
                                            const char  *kind,
                                            const char  *request);
void              ivr_session_set_draft    (IvrSession  *self,
                                            const char  *kind,
                                            const char  *request,
                                            const char  *text);

G_END_DECLS
