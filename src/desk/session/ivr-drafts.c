/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-drafts.h"

#include "ivr-command.h"

#include <glib/gi18n.h>
#include <string.h>

#define DRAFT "draft:"
#define COMMAND "command:"
#define BASE ".version"

struct _IvrDrafts
{
  GObject parent_instance;

  IvrDatabase *database;
  IvrJournal *journal;       /* or NULL */
  GHashTable *texts;         /* "kind:request" -> text */
  char *forgotten;           /* the restored command whose result comes next */
  guint restoring;
  guint restored;
};

enum {
  SIGNAL_NOTICE,
  SIGNAL_DOCUMENTS_BACK,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IvrDrafts, ivr_drafts, G_TYPE_OBJECT)

static void
ivr_drafts_dispose (GObject *object)
{
  IvrDrafts *self = IVR_DRAFTS (object);

  if (self->database != NULL)
    {
      const IvrOutboxKeeper nobody = { NULL };

      ivr_database_set_keeper (self->database, &nobody);
      g_signal_handlers_disconnect_by_data (self->database, self);
    }
  g_clear_object (&self->database);
  if (self->journal != NULL)
    g_signal_handlers_disconnect_by_data (self->journal, self);
  g_clear_object (&self->journal);
  G_OBJECT_CLASS (ivr_drafts_parent_class)->dispose (object);
}

static void
ivr_drafts_finalize (GObject *object)
{
  IvrDrafts *self = IVR_DRAFTS (object);

  g_hash_table_unref (self->texts);
  g_free (self->forgotten);
  G_OBJECT_CLASS (ivr_drafts_parent_class)->finalize (object);
}

static void
ivr_drafts_class_init (IvrDraftsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ivr_drafts_dispose;
  G_OBJECT_CLASS (klass)->finalize = ivr_drafts_finalize;
  signals[SIGNAL_NOTICE] = g_signal_new ("notice", IVR_TYPE_DRAFTS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_DOCUMENTS_BACK] = g_signal_new ("documents-back", IVR_TYPE_DRAFTS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                 G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_BOOLEAN);
}

static void
ivr_drafts_init (IvrDrafts *self)
{
  self->texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static void
flushed_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  /* The journal's own signal tells the person when it does not work. */
  ivr_journal_flush_finish (IVR_JOURNAL (source), result, NULL);
}

static void
keep (const char *command,
      const char *json,
      gpointer    data)
{
  IvrDrafts *self = data;
  g_autofree char *name = g_strconcat (COMMAND, command, NULL);

  ivr_journal_put (self->journal, name, json);
  ivr_journal_flush_async (self->journal, NULL, flushed_cb, NULL);
}

static void
forget (const char *command,
        gpointer    data)
{
  IvrDrafts *self = data;
  g_autofree char *name = g_strconcat (COMMAND, command, NULL);

  g_free (self->forgotten);
  self->forgotten = ivr_journal_dup (self->journal, name);
  ivr_journal_remove (self->journal, name);
}

static void
on_failed (IvrDrafts *self,
           GError    *error)
{
  g_autofree char *sentence = g_strdup_printf (
    _("What you type cannot be kept on this computer right now; it is tried again. %s"), error->message);

  g_signal_emit (self, signals[SIGNAL_NOTICE], 0, sentence);
}

static void
on_recovered (IvrDrafts *self)
{
  g_signal_emit (self, signals[SIGNAL_NOTICE], 0, _("What you type is kept on this computer again."));
}

static void
put (IvrDrafts  *self,
     const char *key,
     const char *text)
{
  g_autofree char *name = g_strconcat (DRAFT, key, NULL);

  if (text != NULL && text[0] != '\0')
    {
      if (self->journal != NULL)
        ivr_journal_put (self->journal, name, text);
      g_hash_table_insert (self->texts, g_strdup (key), g_strdup (text));
    }
  else if (g_hash_table_remove (self->texts, key) && self->journal != NULL)
    ivr_journal_remove (self->journal, name);
}

static char *
dup_base_key (const char *kind,
              const char *request)
{
  return g_strconcat (kind, BASE ":", request, NULL);
}

/* Where the text of a command was typed, so that a refused one can be read and changed there. */
static const char *
where_typed (int kind)
{
  switch (kind)
    {
    case IVR_COMMAND_CREATE_REQUEST:
    case IVR_COMMAND_SAVE_DRAFT:
      return "form";
    case IVR_COMMAND_DOCTOR_COMMENT:
      return "comment";
    case IVR_COMMAND_RESPONSE:
      return "response";
    case IVR_COMMAND_ADD_MESSAGE:
      return "chat";
    default:
      return NULL;
    }
}

static char *
dup_argument (const char *json,
              guint       index)
{
  g_autoptr(JsonNode) node = json != NULL ? json_from_string (json, NULL) : NULL;
  JsonArray *arguments = node != NULL && JSON_NODE_HOLDS_OBJECT (node)
                           ? json_object_get_array_member (json_node_get_object (node), "arguments") : NULL;

  if (arguments == NULL || json_array_get_length (arguments) <= index)
    return NULL;
  return g_strdup (json_array_get_string_element (arguments, index));
}

static void
give_back (IvrDrafts  *self,
           int         kind,
           const char *request)
{
  const char *place = where_typed (kind);
  g_autofree char *visibility = kind == IVR_COMMAND_ADD_MESSAGE ? dup_argument (self->forgotten, 3) : NULL;
  g_autofree char *text = dup_argument (self->forgotten, kind == IVR_COMMAND_CREATE_REQUEST ? 0 : 2);
  g_autofree char *documents = kind == IVR_COMMAND_ADD_MESSAGE ? dup_argument (self->forgotten, 4) : NULL;
  const char *where = kind == IVR_COMMAND_CREATE_REQUEST ? IVR_DRAFTS_NEW : request;
  const char *newer;

  /* A note of the team must not come back as a message to the clinic. */
  if (g_strcmp0 (visibility, "internal") == 0)
    place = "note";
  if (documents != NULL && request != NULL)
    g_signal_emit (self, signals[SIGNAL_DOCUMENTS_BACK], 0, request, documents, g_strcmp0 (visibility, "internal") == 0);
  newer = place != NULL && where != NULL ? ivr_drafts_get (self, place, where) : NULL;
  if (place == NULL || where == NULL || text == NULL || g_strcmp0 (newer, text) == 0)
    return;
  /* What was typed since then stays. Messages can stand above each other; of a form or a text the
   * newer one is the person's last word. */
  if (newer != NULL && kind != IVR_COMMAND_ADD_MESSAGE)
    return;
  if (newer != NULL)
    {
      g_autofree char *both = g_strjoin ("\n\n", text, newer, NULL);

      ivr_drafts_set (self, place, where, both);
      return;
    }
  ivr_drafts_set (self, place, where, text);
  if (kind != IVR_COMMAND_ADD_MESSAGE && kind != IVR_COMMAND_CREATE_REQUEST)
    {
      g_autofree char *version = dup_argument (self->forgotten, 1);

      ivr_drafts_set_base (self, place, where, version != NULL ? g_ascii_strtoll (version, NULL, 10) : 0);
    }
}

static void
on_restored (IvrDrafts  *self,
             int         kind,
             const char *request,
             GError     *error)
{
  const char *place = where_typed (kind);

  /* Nobody typed it: the form itself tells what became of the form. */
  if (error != NULL && kind == IVR_COMMAND_RECORD_OFFERS)
    return;
  if (error != NULL)
    {
      g_autofree char *sentence = g_strdup_printf (
        _("Something that you sent last time was refused; your text is kept. %s"), error->message);

      give_back (self, kind, request);
      g_signal_emit (self, signals[SIGNAL_NOTICE], 0, sentence);
    }
  else if (place != NULL && !g_str_equal (place, "chat"))
    {
      g_autofree char *sent = dup_argument (self->forgotten, kind == IVR_COMMAND_CREATE_REQUEST ? 0 : 2);

      ivr_drafts_clear_sent (self, place, kind == IVR_COMMAND_CREATE_REQUEST ? IVR_DRAFTS_NEW : request, sent);
    }
  else if (kind == IVR_COMMAND_UPDATE_STATUS && request != NULL)
    ivr_drafts_clear_reasons (self, request);
  if (error == NULL && kind == IVR_COMMAND_SAVE_DRAFT && request != NULL && ivr_drafts_get (self, "submit", request) != NULL)
    {
      ivr_drafts_set (self, "submit", request, NULL);
      g_signal_emit (self, signals[SIGNAL_NOTICE], 0,
                     _("A form that you wanted to submit last time is saved, but not submitted. Open it and submit it."));
    }
  self->restored += error == NULL;
  if (self->restoring > 0 && --self->restoring == 0 && self->restored > 0)
    g_signal_emit (self, signals[SIGNAL_NOTICE], 0, _("What could not be sent last time has been sent now."));
}

/**
 * ivr_drafts_new:
 * @database: whose commands are kept
 * @journal: (nullable): an open journal of this person
 *
 * Returns: (transfer full): what the person has typed
 */
IvrDrafts *
ivr_drafts_new (IvrDatabase *database,
                IvrJournal  *journal)
{
  IvrDrafts *self = g_object_new (IVR_TYPE_DRAFTS, NULL);
  const IvrOutboxKeeper keeper = { keep, forget, self };
  g_auto(GStrv) names = NULL;

  if (journal == NULL)
    return self;
  self->database = g_object_ref (database);
  self->journal = g_object_ref (journal);
  names = ivr_journal_list (journal, DRAFT);
  for (guint i = 0; names[i] != NULL; i++)
    g_hash_table_insert (self->texts, g_strdup (names[i] + strlen (DRAFT)), ivr_journal_dup (journal, names[i]));
  g_signal_connect_object (journal, "failed", G_CALLBACK (on_failed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (journal, "recovered", G_CALLBACK (on_recovered), self, G_CONNECT_SWAPPED);
  ivr_database_set_keeper (database, &keeper);
  g_signal_connect_object (database, "restored", G_CALLBACK (on_restored), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * ivr_drafts_restore:
 * @self: drafts
 *
 * Sends again what was given to the server and not answered when the desk ended.
 */
void
ivr_drafts_restore (IvrDrafts *self)
{
  g_auto(GStrv) names = self->journal != NULL ? ivr_journal_list (self->journal, COMMAND) : NULL;

  self->restoring = names != NULL ? g_strv_length (names) : 0;
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *json = ivr_journal_dup (self->journal, names[i]);
      g_autoptr(GError) error = NULL;

      /* One that this version cannot read stays where it is, for a version that can. */
      if (!ivr_command_restore (self->database, json, &error))
        {
          self->restoring--;
          g_signal_emit (self, signals[SIGNAL_NOTICE], 0, error->message);
        }
    }
}

/**
 * ivr_drafts_get:
 * @self: drafts
 * @kind: where it was typed
 * @request: for which request
 *
 * Returns: (nullable): the text
 */
const char *
ivr_drafts_get (IvrDrafts  *self,
                const char *kind,
                const char *request)
{
  g_autofree char *key = g_strconcat (kind, ":", request, NULL);

  return g_hash_table_lookup (self->texts, key);
}

/**
 * ivr_drafts_set:
 * @self: drafts
 * @kind: where it was typed
 * @request: for which request
 * @text: (nullable): %NULL or empty when there is nothing to keep any more
 */
void
ivr_drafts_set (IvrDrafts  *self,
                const char *kind,
                const char *request,
                const char *text)
{
  g_autofree char *key = g_strconcat (kind, ":", request, NULL);
  g_autofree char *base = dup_base_key (kind, request);

  put (self, key, text);
  if (text == NULL || text[0] == '\0')
    put (self, base, NULL);
}

/**
 * ivr_drafts_set_base:
 * @self: drafts
 * @kind: where it was typed
 * @request: for which request
 * @version: version of the request that the text was typed upon
 *
 * Kept beside the text, so that what somebody else changed meanwhile is noticed, also after a
 * restart. Goes with the text.
 */
void
ivr_drafts_set_base (IvrDrafts  *self,
                     const char *kind,
                     const char *request,
                     gint64      version)
{
  g_autofree char *key = dup_base_key (kind, request);
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, version);

  put (self, key, version > 0 ? text : NULL);
}

/**
 * ivr_drafts_get_base:
 * @self: drafts
 * @kind: where it was typed
 * @request: for which request
 *
 * Returns: the version, or 0 when it is not known
 */
gint64
ivr_drafts_get_base (IvrDrafts  *self,
                     const char *kind,
                     const char *request)
{
  g_autofree char *key = dup_base_key (kind, request);
  const char *text = g_hash_table_lookup (self->texts, key);

  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;
}

/**
 * ivr_drafts_clear_sent:
 * @self: drafts
 * @kind: where it was typed
 * @request: for which request
 * @sent: (nullable): what the server has now
 *
 * Forgets the text, unless something else was typed since it was sent.
 */
void
ivr_drafts_clear_sent (IvrDrafts  *self,
                       const char *kind,
                       const char *request,
                       const char *sent)
{
  if (g_strcmp0 (ivr_drafts_get (self, kind, request), sent) == 0)
    ivr_drafts_set (self, kind, request, NULL);
}

/**
 * ivr_drafts_clear_reasons:
 * @self: drafts
 * @request: a request with which a step was taken
 *
 * Forgets the reasons that were begun for other steps: they were for a status that is over.
 */
void
ivr_drafts_clear_reasons (IvrDrafts  *self,
                          const char *request)
{
  g_auto(GStrv) all = ivr_drafts_list (self);

  for (guint i = 0; all[i] != NULL; i++)
    if (g_str_has_prefix (all[i], "reason.") && g_str_has_suffix (all[i], request))
      put (self, all[i], NULL);
}

/* What a message carries is one place with the words of the message. */
static gboolean
stands_with_text (IvrDrafts  *self,
                  const char *key)
{
  const char *request = strchr (key, ':') + 1;

  return g_str_has_prefix (key, "files:") &&
         (ivr_drafts_get (self, "chat", request) != NULL || ivr_drafts_get (self, "note", request) != NULL);
}

/**
 * ivr_drafts_list:
 * @self: drafts
 *
 * Returns: (transfer full): "kind:request" of every text, sorted, without the versions beside them
 */
GStrv
ivr_drafts_list (IvrDrafts *self)
{
  g_autoptr(GPtrArray) keys = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->texts);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (strstr (key, BASE ":") == NULL && !g_str_has_prefix (key, "submit:") && !g_str_has_prefix (key, "sources:") &&
        !stands_with_text (self, key))
      g_ptr_array_add (keys, g_strdup (key));
  g_ptr_array_sort_with_data (keys, (GCompareDataFunc) (GCallback) g_strcmp0, NULL);
  g_ptr_array_add (keys, NULL);
  return (GStrv) g_ptr_array_steal (keys, NULL);
}
