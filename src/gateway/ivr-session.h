/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ivr-engine.h"
#include "ivr-feed.h"
#include "ivr-wire.h"

G_BEGIN_DECLS

typedef struct _IvrSession IvrSession;
typedef struct _IvrPager IvrPager;

/**
 * IvrSessionState:
 * @IVR_SESSION_STATE_NEW: has not said hello
 * @IVR_SESSION_STATE_VERIFYING: its first token is looked at
 * @IVR_SESSION_STATE_READY: welcomed
 * @IVR_SESSION_STATE_GONE: the connection is no more
 */
typedef enum {
  IVR_SESSION_STATE_NEW = 1,
  IVR_SESSION_STATE_VERIFYING,
  IVR_SESSION_STATE_READY,
  IVR_SESSION_STATE_GONE,
} IvrSessionState;

/**
 * IvrCursor:
 * How far one desk is in one organization: events up to @seq were handed to its socket.
 */
typedef struct
{
  IvrSession *session;
  IvrRing *ring;
  GPtrArray *members; /* all cursors of the organization, this one at @index */
  guint index;
  gint64 seq;
  GBytes *page;     /* at most one page of events that the ring does not have any more */
  gint64 page_last;
  gboolean paging;
  gboolean resync;  /* to be told that it goes on after seq */
} IvrCursor;

/**
 * IvrSession:
 * One desk that is signed in, or about to be: who it is and its cursors. Only organizations in
 * @cursors are ever walked, so a desk cannot get what its person may not hear of.
 */
struct _IvrSession
{
  gatomicrefcount refs;
  IvrSessionState state;
  IvrClient *client;     /* NULL when gone */
  IvrMetrics *metrics;
  IvrPager *pager;
  GPtrArray *cursors;    /* of IvrCursor */
  IvrWireMessage *hello; /* until welcomed */
  GBytes *token_hash;    /* while it is looked at */
  GBytes *welcome;       /* until sent */
  char *user;
  GStrv orgs;            /* what the person may hear of, as last read */
  gint64 expires_us;
  guint turn;
  gboolean ask_token;
  gboolean asked;
  gboolean suspended;    /* roles changed, and are being read */
  gboolean recheck;      /* they changed before the welcome */
};

IvrSession *ivr_session_new           (IvrClient  *client,
                                       IvrMetrics *metrics,
                                       IvrPager   *pager);
IvrSession *ivr_session_ref           (IvrSession *self);
void        ivr_session_unref         (IvrSession *self);
GBytes     *ivr_session_next          (IvrSession *self);
IvrCursor  *ivr_session_find_cursor   (IvrSession *self,
                                       const char *org);
IvrCursor  *ivr_session_add_cursor    (IvrSession *self,
                                       IvrRing    *ring,
                                       GPtrArray  *members,
                                       gint64      seq);
void        ivr_session_retain_orgs   (IvrSession *self);
void        ivr_session_take_page     (IvrSession *self,
                                       const char *org,
                                       IvrPgResult *rows);
void        ivr_session_leave         (IvrSession *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IvrSession, ivr_session_unref)

G_END_DECLS
