/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-session.h"

#include "ivr-kept-uploads.h"

#include <glib/gi18n.h>

/* Many events in a row make one count. */
#define COUNT_DELAY_MS 120

/* How often the desk looks by itself while no gateway tells it. */
#define POLL_S 10

struct _IvrSession
{
  GObject parent_instance;

  IvrDatabase *database;
  IvrViews *views;
  IvrLive *live;
  IvrDrafts *drafts;
  IvrUploads *uploads;
  IvrAttachments *attachments;
  IvrLentFiles *lent;
  IvrWatchedFolder *watched;
  char *gateway;
  gboolean demo;
  gint64 offline_since;
  gboolean refused;          /* by the server, which is asked no more */
  guint count_source;
  guint poll_source;
};

enum {
  SIGNAL_REQUEST_CHANGED,
  SIGNAL_CHAT_CHANGED,
  SIGNAL_DOCUMENTS_CHANGED,
  SIGNAL_ELIGIBILITY_CHANGED,
  SIGNAL_REFRESH,
  SIGNAL_LIST_CHANGED,
  SIGNAL_STATUS_CHANGED,
  SIGNAL_NOTICE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IvrSession, ivr_session, G_TYPE_OBJECT)

static void
ivr_session_dispose (GObject *object)
{
  IvrSession *self = IVR_SESSION (object);

  ivr_session_close (self);
  g_clear_object (&self->live);
  g_clear_object (&self->views);
  g_clear_object (&self->drafts);
  g_clear_object (&self->database);
  G_OBJECT_CLASS (ivr_session_parent_class)->dispose (object);
}

static void
ivr_session_finalize (GObject *object)
{
  g_free (IVR_SESSION (object)->gateway);
  G_OBJECT_CLASS (ivr_session_parent_class)->finalize (object);
}

static void
ivr_session_class_init (IvrSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ivr_session_dispose;
  object_class->finalize = ivr_session_finalize;
  signals[SIGNAL_REQUEST_CHANGED] = g_signal_new ("request-changed", IVR_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL,
                                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_CHAT_CHANGED] = g_signal_new ("chat-changed", IVR_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                               NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_DOCUMENTS_CHANGED] = g_signal_new ("documents-changed", IVR_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL,
                                                    NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_ELIGIBILITY_CHANGED] = g_signal_new ("eligibility-changed", IVR_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0,
                                                      NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_REFRESH] = g_signal_new ("refresh", IVR_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 0);
  signals[SIGNAL_LIST_CHANGED] = g_signal_new ("list-changed", IVR_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                               G_TYPE_NONE, 0);
  signals[SIGNAL_STATUS_CHANGED] = g_signal_new ("status-changed", IVR_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                                 NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_NOTICE] = g_signal_new ("notice", IVR_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ivr_session_init (IvrSession *self)
{
}

static gboolean
on_count (gpointer data)
{
  IvrSession *self = data;

  self->count_source = 0;
  ivr_views_refresh (self->views);
  return G_SOURCE_REMOVE;
}

static void
count_soon (IvrSession *self)
{
  if (self->count_source == 0)
    self->count_source = g_timeout_add (COUNT_DELAY_MS, on_count, self);
}

static void
refresh (IvrSession *self)
{
  count_soon (self);
  g_signal_emit (self, signals[SIGNAL_REFRESH], 0);
}

static gboolean
on_poll (gpointer data)
{
  IvrSession *self = data;

  if (ivr_database_is_online (self->database) &&
      (self->live == NULL || ivr_live_get_state (self->live) != IVR_LIVE_STATE_LIVE))
    refresh (self);
  return G_SOURCE_CONTINUE;
}

static void
on_online (IvrSession *self)
{
  if (ivr_database_is_online (self->database))
    {
      self->offline_since = 0;
      self->refused = FALSE;
      refresh (self);
    }
  else
    self->offline_since = g_get_real_time ();
  g_signal_emit (self, signals[SIGNAL_STATUS_CHANGED], 0);
}

static void
on_waiting (IvrSession *self)
{
  g_signal_emit (self, signals[SIGNAL_STATUS_CHANGED], 0);
}

static void
on_live_state (IvrSession *self)
{
  /* What happened between reading and listening is read now. */
  if (ivr_live_get_state (self->live) == IVR_LIVE_STATE_LIVE && ivr_database_is_online (self->database))
    refresh (self);
  g_signal_emit (self, signals[SIGNAL_STATUS_CHANGED], 0);
}

static void
token_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(IvrSession) self = data;
  g_autoptr(GError) error = NULL;
  g_autofree char *token = ivr_database_live_token_finish (IVR_DATABASE (source), result, &error);

  if (self->live == NULL)
    return;
  if (token != NULL)
    ivr_live_give_token (self->live, token);
  else
    ivr_live_token_failed (self->live);
}

static void
on_token_wanted (IvrSession *self)
{
  ivr_database_live_token_async (self->database, NULL, token_cb, g_object_ref (self));
}

/**
 * ivr_session_saw_change:
 * @self: a session
 * @request: a request
 *
 * Says that @request changed, as the live feed does. For who changed it: without a gateway the feed is up to ten
 * seconds behind, and a person who opens again what they saved must not meet their own old words.
 */
void
ivr_session_saw_change (IvrSession *self,
                        const char *request)
{
  g_return_if_fail (IVR_IS_SESSION (self));
  g_return_if_fail (request != NULL);

  count_soon (self);
  g_signal_emit (self, signals[SIGNAL_REQUEST_CHANGED], 0, request);
}

/**
 * ivr_session_saw_documents:
 * @self: a session
 * @request: identity of a request
 *
 * Says that a document of @request came or was decided about, as the live feed does.
 */
void
ivr_session_saw_documents (IvrSession *self,
                           const char *request)
{
  g_signal_emit (self, signals[SIGNAL_DOCUMENTS_CHANGED], 0, request);
}

/**
 * ivr_session_saw_eligibility:
 * @self: a session
 * @request: identity of a request
 *
 * Says that a payer was asked for @request, or that a question is over, as the live feed does.
 */
void
ivr_session_saw_eligibility (IvrSession *self,
                             const char *request)
{
  g_signal_emit (self, signals[SIGNAL_ELIGIBILITY_CHANGED], 0, request);
}

static void
on_event (IvrSession *self,
          const char *kind,
          const char *id,
          const char *request,
          gint64      version)
{
  count_soon (self);
  if (g_str_equal (kind, "request"))
    g_signal_emit (self, signals[SIGNAL_REQUEST_CHANGED], 0, id);
  else if (g_str_equal (kind, "document"))
    ivr_session_saw_documents (self, request != NULL ? request : "");
  else if (g_str_equal (kind, "eligibility"))
    ivr_session_saw_eligibility (self, request != NULL ? request : "");
  else if (g_str_equal (kind, "message") || g_str_equal (kind, "note"))
    g_signal_emit (self, signals[SIGNAL_CHAT_CHANGED], 0, request != NULL ? request : "");
  else
    refresh (self);
}

static void
on_uploaded (IvrSession *self,
             IvrUpload  *upload)
{
  ivr_session_saw_documents (self, ivr_upload_get_request (upload));
}

static void
on_notice (IvrSession *self,
           const char *sentence)
{
  g_signal_emit (self, signals[SIGNAL_NOTICE], 0, sentence);
}

static void
on_refused (IvrSession *self,
            GError     *error)
{
  g_autofree char *sentence = g_strdup_printf (
    _("The server does not let you back in, so nothing is sent. What you typed is kept. Sign out and in again. %s"),
    error->message);

  self->refused = TRUE;
  g_signal_emit (self, signals[SIGNAL_STATUS_CHANGED], 0);
  on_notice (self, sentence);
}

/**
 * ivr_session_new:
 * @database: a signed-in database
 * @gateway_uri: (nullable): "ws://…" address of the live gateway
 * @journal: (nullable): where what is typed survives a crash
 * @demo: whether this is the demo
 *
 * Returns: (transfer full): a session that listens
 */
IvrSession *
ivr_session_new (IvrDatabase *database,
                 const char  *gateway_uri,
                 IvrJournal  *journal,
                 gboolean     demo)
{
  IvrSession *self = g_object_new (IVR_TYPE_SESSION, NULL);

  self->database = g_object_ref (database);
  self->views = ivr_views_new (database);
  self->drafts = ivr_drafts_new (database, journal);
  self->uploads = ivr_kept_uploads_new (journal);
  self->attachments = ivr_attachments_new (self->drafts, self->uploads);
  self->lent = ivr_lent_files_new (database);
  self->watched = ivr_watched_folder_new (journal);
  g_signal_connect_object (self->uploads, "done", G_CALLBACK (on_uploaded), self, G_CONNECT_SWAPPED);
  self->gateway = g_strdup (gateway_uri);
  self->demo = demo;
  g_signal_connect_object (self->drafts, "notice", G_CALLBACK (on_notice), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (database, "notify::online", G_CALLBACK (on_online), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (database, "refused", G_CALLBACK (on_refused), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (database, "notify::waiting", G_CALLBACK (on_waiting), self, G_CONNECT_SWAPPED);
  self->poll_source = g_timeout_add_seconds (POLL_S, on_poll, self);
  if (gateway_uri != NULL)
    {
      self->live = ivr_live_new (gateway_uri);
      g_signal_connect_object (self->live, "token-wanted", G_CALLBACK (on_token_wanted), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (self->live, "event", G_CALLBACK (on_event), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (self->live, "resync", G_CALLBACK (refresh), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (self->live, "notify::state", G_CALLBACK (on_live_state), self, G_CONNECT_SWAPPED);
      ivr_live_start (self->live);
    }
  ivr_views_refresh (self->views);
  return self;
}

/**
 * ivr_session_begin:
 * @self: a session that somebody shows the notices of
 * @notice: (nullable): what is to be said first
 *
 * Sends what an earlier sitting could not.
 */
void
ivr_session_begin (IvrSession *self,
                   const char *notice)
{
  if (notice != NULL)
    on_notice (self, notice);
  ivr_drafts_restore (self->drafts);
  ivr_kept_uploads_restore (self->uploads, self->database);
}

IvrDrafts *
ivr_session_get_drafts (IvrSession *self)
{
  return self->drafts;
}

/**
 * ivr_session_list_changed:
 * @self: a session
 *
 * Tells the list that this person did something that shows there, such as reading a chat.
 */
void
ivr_session_list_changed (IvrSession *self)
{
  g_signal_emit (self, signals[SIGNAL_LIST_CHANGED], 0);
}

/**
 * ivr_session_get_uploads:
 * @self: a session that was not closed
 *
 * Returns: (transfer none): the files that this person has on the way
 */
IvrUploads *
ivr_session_get_uploads (IvrSession *self)
{
  return self->uploads;
}

/**
 * ivr_session_get_attachments:
 * @self: a session that was not closed
 *
 * Returns: (transfer none): what the messages carry that this person is writing
 */
IvrAttachments *
ivr_session_get_attachments (IvrSession *self)
{
  return self->attachments;
}

/**
 * ivr_session_get_watched_folder:
 * @self: a session that was not closed
 *
 * Returns: (transfer none): the folder whose new files are offered
 */
IvrWatchedFolder *
ivr_session_get_watched_folder (IvrSession *self)
{
  return self->watched;
}

/**
 * ivr_session_get_lent_files:
 * @self: a session
 *
 * Returns: (transfer none) (nullable): what other programs were given; %NULL once it was closed
 */
IvrLentFiles *
ivr_session_get_lent_files (IvrSession *self)
{
  return self->lent;
}

IvrDatabase *
ivr_session_get_database (IvrSession *self)
{
  return self->database;
}

/**
 * ivr_session_get_gateway:
 * @self: a session
 *
 * Returns: (nullable): address of the gateway, as ivr_session_new() was given it
 */
const char *
ivr_session_get_gateway (IvrSession *self)
{
  return self->gateway;
}

IvrViews *
ivr_session_get_views (IvrSession *self)
{
  return self->views;
}

gboolean
ivr_session_is_demo (IvrSession *self)
{
  return self->demo;
}

IvrSessionStatus
ivr_session_get_status (IvrSession *self)
{
  IvrLiveState state = self->live != NULL ? ivr_live_get_state (self->live) : IVR_LIVE_STATE_OFF;

  if (self->refused)
    return IVR_SESSION_OFFLINE;
  if (!ivr_database_is_online (self->database))
    return g_get_real_time () - self->offline_since > 5 * G_USEC_PER_SEC ? IVR_SESSION_OFFLINE : IVR_SESSION_RECONNECTING;
  if (state == IVR_LIVE_STATE_LIVE)
    return IVR_SESSION_LIVE;
  if (state == IVR_LIVE_STATE_CONNECTING || state == IVR_LIVE_STATE_RECONNECTING)
    return IVR_SESSION_RECONNECTING;
  return IVR_SESSION_POLLING;
}

/**
 * ivr_session_dup_status_text:
 * @self: a session
 *
 * Returns: (transfer full): one line for the person: live, reconnecting, offline since when, and
 *   how many changes wait
 */
char *
ivr_session_dup_status_text (IvrSession *self)
{
  guint waiting = ivr_database_get_waiting (self->database);
  g_autoptr(GDateTime) since = NULL;
  g_autofree char *time = NULL;
  g_autofree char *text = NULL;

  switch (ivr_session_get_status (self))
    {
    case IVR_SESSION_LIVE:
      text = g_strdup (_("Live"));
      break;
    case IVR_SESSION_POLLING:
      text = g_strdup (_("Refreshing every 10 seconds"));
      break;
    case IVR_SESSION_OFFLINE:
      since = g_date_time_new_from_unix_local (self->offline_since / G_USEC_PER_SEC);
      time = g_date_time_format (since, "%X");
      text = g_strdup_printf (self->refused ? _("Signed out by the server at %s") : _("Offline since %s"), time);
      break;
    case IVR_SESSION_RECONNECTING:
    default:
      text = g_strdup (_("Reconnecting"));
      break;
    }
  if (waiting == 0 || ivr_database_is_online (self->database))
    return g_steal_pointer (&text);
  return g_strdup_printf (ngettext ("%s, %u change waits", "%s, %u changes wait", waiting), text, waiting);
}

/**
 * ivr_session_close:
 * @self: a session
 *
 * Stops listening and closes the line.
 */
void
ivr_session_close (IvrSession *self)
{
  g_clear_handle_id (&self->count_source, g_source_remove);
  g_clear_handle_id (&self->poll_source, g_source_remove);
  if (self->live != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->live, self);
      ivr_live_stop (self->live);
    }
  /* What is on the way is kept, and goes on when the person is back. */
  g_clear_object (&self->attachments);
  g_clear_object (&self->uploads);
  if (self->lent != NULL)
    ivr_lent_files_end (self->lent);
  g_clear_object (&self->lent);
  g_clear_object (&self->watched);
  if (self->database != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->database, self);
      ivr_database_sign_out (self->database);
    }
}

const char *
ivr_session_get_draft (IvrSession *self,
                       const char *kind,
                       const char *request)
{
  return ivr_drafts_get (self->drafts, kind, request);
}

void
ivr_session_set_draft (IvrSession *self,
                       const char *kind,
                       const char *request,
                       const char *text)
{
  ivr_drafts_set (self->drafts, kind, request, text);
}
