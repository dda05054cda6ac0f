/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-database.h"
#include "ivr-journal.h"

G_BEGIN_DECLS

/**
 * IvrDrafts:
 * What a person typed and the server has not acknowledged: text bound to a request and a kind
 * ("chat", "note", "files", "comment", "response", "form", "reason.STEP"), so that it can never reach another request, and the
 * commands that were given and not answered. With a journal both are back after a crash; without
 * one they last as long as the desk.
 *
 * Signal "notice" (sentence): the person has to know. Signal "documents-back" (request, "{id,id}", whether it was a
 * note): what a message carried that was refused.
 */
#define IVR_TYPE_DRAFTS (ivr_drafts_get_type ())
G_DECLARE_FINAL_TYPE (IvrDrafts, ivr_drafts, IVR, DRAFTS, GObject)

/* The request of a form that the server does not know yet. */
#define IVR_DRAFTS_NEW "new"

IvrDrafts  *ivr_drafts_new     (IvrDatabase *database,
                                IvrJournal  *journal);
void        ivr_drafts_restore (IvrDrafts   *self);
const char *ivr_drafts_get     (IvrDrafts   *self,
                                const char  *kind,
                                const char  *request);
void        ivr_drafts_set     (IvrDrafts   *self,
                                const char  *kind,
                                const char  *request,
                                const char  *text);
void        ivr_drafts_set_base (IvrDrafts   *self,
                                const char  *kind,
                                const char  *request,
                                gint64       version);
gint64      ivr_drafts_get_base (IvrDrafts   *self,
                                const char  *kind,
                                const char  *request);
void        ivr_drafts_clear_sent (IvrDrafts  *self,
                                const char  *kind,
                                const char  *request,
                                const char  *sent);
void        ivr_drafts_clear_reasons (IvrDrafts *self,
                                const char  *request);
GStrv       ivr_drafts_list    (IvrDrafts   *self);

G_END_DECLS
