/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-upload.h"
#include "ivr-upload-private.h"

#include "ivr-database-private.h"
#include "ivr-error.h"
#include "ivr-file-name.h"
#include "ivr-transfer-line.h"

#include <glib/gi18n-lib.h>

/* How often progress is told, over how long speed is smoothed, and how long a busy server is left alone. */
#define TELL_US (80 * 1000)
#define SPEED_US (500 * 1000)
#define DEFAULT_MOST_BYTES G_MAXUINT64

enum {
  PROP_STATE = 1,
  PROP_SENT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (IvrUpload, ivr_upload, G_TYPE_OBJECT)

static void
let_go (IvrUpload *self)
{
  ivr_upload_stop_run (self);
  g_clear_handle_id (&self->again_source, g_source_remove);
  if (self->line == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->line, self);
  self->line = NULL;
  ivr_transfer_line_release (self->database);
}

static void
ivr_upload_dispose (GObject *object)
{
  let_go (IVR_UPLOAD (object));
  G_OBJECT_CLASS (ivr_upload_parent_class)->dispose (object);
}

static void
ivr_upload_finalize (GObject *object)
{
  IvrUpload *self = IVR_UPLOAD (object);

  g_clear_object (&self->database);
  g_clear_object (&self->file);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->request);
  g_free (self->document);
  g_free (self->type);
  g_free (self->title);
  g_free (self->name);
  g_free (self->id);
  g_free (self->begin_id);
  g_free (self->finish_id);
  g_clear_error (&self->error);
  g_array_unref (self->pieces);
  G_OBJECT_CLASS (ivr_upload_parent_class)->finalize (object);
}

static void
ivr_upload_get_property (GObject    *object,
                         guint       id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  IvrUpload *self = IVR_UPLOAD (object);

  if (id == PROP_STATE)
    g_value_set_uint (value, self->state);
  else if (id == PROP_SENT)
    g_value_set_uint64 (value, self->sent);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
ivr_upload_class_init (IvrUploadClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ivr_upload_dispose;
  object_class->finalize = ivr_upload_finalize;
  object_class->get_property = ivr_upload_get_property;
  properties[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, IVR_UPLOAD_NEW, IVR_UPLOAD_CANCELLED, IVR_UPLOAD_NEW,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SENT] = g_param_spec_uint64 ("sent", NULL, NULL, 0, G_MAXUINT64, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ivr_upload_init (IvrUpload *self)
{
  self->state = IVR_UPLOAD_NEW;
  self->most_bytes = DEFAULT_MOST_BYTES;
  self->pieces = g_array_new (FALSE, TRUE, sizeof (IvrUploadPiece));
  ivr_upload_renew_ids (self);
}

void
ivr_upload_renew_ids (IvrUpload *self)
{
  char **ids[] = { &self->id, &self->begin_id, &self->finish_id };

  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_free (*ids[i]);
      *ids[i] = g_uuid_string_random ();
    }
  self->began = FALSE;
}

static IvrUpload *
upload_new (IvrDatabase *database,
            const char  *request,
            const char  *name)
{
  IvrUpload *self = g_object_new (IVR_TYPE_UPLOAD, NULL);

  self->database = g_object_ref (database);
  self->request = g_strdup (request);
  self->name = ivr_file_name_clean (name);
  return self;
}

/**
 * ivr_upload_new:
 * @database: a database
 * @request: the request
 * @file: what is to be handed in
 *
 * Returns: (transfer full): an upload that was not started
 */
IvrUpload *
ivr_upload_new (IvrDatabase *database,
                const char  *request,
                GFile       *file)
{
  g_autofree char *name = g_file_get_basename (file);
  IvrUpload *self = upload_new (database, request, name);

  self->file = g_object_ref (file);
  return self;
}

/**
 * ivr_upload_new_bytes:
 * @database: a database
 * @request: the request
 * @bytes: what is in memory, such as a pasted image; does not survive a restart
 * @name: what it is called
 *
 * Returns: (transfer full): an upload that was not started
 */
IvrUpload *
ivr_upload_new_bytes (IvrDatabase *database,
                      const char  *request,
                      GBytes      *bytes,
                      const char  *name)
{
  IvrUpload *self = upload_new (database, request, name);

  self->bytes = g_bytes_ref (bytes);
  return self;
}

static gboolean
is_id (const char *id)
{
  return id != NULL && g_uuid_string_is_valid (id);
}

static const char *
member (JsonObject *object,
        const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

/**
 * ivr_upload_new_kept:
 * @database: a database
 * @json: what ivr_upload_dup_json() gave in an earlier life of the program
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the upload; ivr_upload_start() goes on where it was
 */
IvrUpload *
ivr_upload_new_kept (IvrDatabase  *database,
                     const char   *json,
                     GError      **error)
{
  g_autoptr(JsonObject) object = ivr_database_parse (json, error);
  const char *uri = object != NULL ? member (object, "file") : NULL;
  g_autoptr(GFile) file = uri != NULL ? g_file_new_for_uri (uri) : NULL;
  IvrUpload *self;

  if (object == NULL)
    return NULL;
  if (file == NULL || !is_id (member (object, "id")) || !is_id (member (object, "begin")) || !is_id (member (object, "finish")) ||
      !is_id (member (object, "request")) || (member (object, "document") != NULL && !is_id (member (object, "document"))) ||
      member (object, "name") == NULL)
    {
      g_set_error_literal (error, IVR_ERROR, IVR_ERROR_PROTOCOL, _("A file that was on its way cannot be sent on. Attach it again."));
      return NULL;
    }
  self = ivr_upload_new (database, member (object, "request"), file);
  g_free (self->id);
  self->id = g_strdup (member (object, "id"));
  g_free (self->begin_id);
  self->begin_id = g_strdup (member (object, "begin"));
  g_free (self->finish_id);
  self->finish_id = g_strdup (member (object, "finish"));
  g_free (self->name);
  self->name = ivr_file_name_clean (member (object, "name"));
  ivr_upload_set_document (self, member (object, "document"), json_object_get_int_member_with_default (object, "expected", 0));
  ivr_upload_set_description (self, member (object, "type"), member (object, "title"));
  self->size = (guint64) json_object_get_int_member_with_default (object, "size", 0);
  self->changed = json_object_get_int_member_with_default (object, "changed", 0);
  self->began = TRUE;
  return self;
}

static void
add_member (JsonBuilder *builder,
            const char  *name,
            const char  *value)
{
  if (value == NULL)
    return;
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

/**
 * ivr_upload_dup_json:
 * @self: an upload
 *
 * Returns: (transfer full) (nullable): what is kept, encrypted, to go on after a restart; %NULL for what is in no file
 */
char *
ivr_upload_dup_json (IvrUpload *self)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autoptr(JsonNode) node = NULL;
  g_autofree char *uri = self->file != NULL ? g_file_get_uri (self->file) : NULL;

  if (uri == NULL)
    return NULL;
  json_builder_begin_object (builder);
  add_member (builder, "id", self->id);
  add_member (builder, "begin", self->begin_id);
  add_member (builder, "finish", self->finish_id);
  add_member (builder, "request", self->request);
  add_member (builder, "document", self->document);
  add_member (builder, "type", self->type);
  add_member (builder, "title", self->title);
  add_member (builder, "name", self->name);
  add_member (builder, "file", uri);
  json_builder_set_member_name (builder, "expected");
  json_builder_add_int_value (builder, self->expected);
  json_builder_set_member_name (builder, "size");
  json_builder_add_int_value (builder, (gint64) self->size);
  json_builder_set_member_name (builder, "changed");
  json_builder_add_int_value (builder, self->changed);
  json_builder_end_object (builder);
  node = json_builder_get_root (builder);
  return json_to_string (node, FALSE);
}

/**
 * ivr_upload_set_document:
 * @self: an upload
 * @document: (nullable): the document that gets a new version; %NULL for a new document
 * @expected_version: the version that the person saw of it; names it anew after somebody else was faster
 */
void
ivr_upload_set_document (IvrUpload  *self,
                         const char *document,
                         gint64      expected_version)
{
  /* Another version is another command. */
  if (self->document != NULL && expected_version != self->expected)
    {
      g_free (self->finish_id);
      self->finish_id = g_uuid_string_random ();
    }
  g_free (self->document);
  self->document = g_strdup (document);
  self->expected = expected_version;
}

/**
 * ivr_upload_set_description:
 * @self: an upload that was not started
 * @type: (nullable): what a new document is; guessed from the name when it is not said
 * @title: (nullable): its name as people see it; that of its kind when it is not said
 */
void
ivr_upload_set_description (IvrUpload  *self,
                            const char *type,
                            const char *title)
{
  g_free (self->type);
  self->type = g_strdup (type);
  g_free (self->title);
  self->title = g_strdup (title);
}

/**
 * ivr_upload_set_most_bytes:
 * @self: an upload that was not started
 * @most_bytes: how large a document of this organization may be; the server refuses more in any case
 */
void
ivr_upload_set_most_bytes (IvrUpload *self,
                           guint64    most_bytes)
{
  self->most_bytes = most_bytes;
}

void
ivr_upload_set_state (IvrUpload      *self,
                      IvrUploadState  state)
{
  g_autoptr(IvrUpload) alive = g_object_ref (self);

  if (self->state == state)
    return;
  self->state = state;
  if (state != IVR_UPLOAD_SENDING && state != IVR_UPLOAD_STOPPED && state != IVR_UPLOAD_CHECKING)
    let_go (self);
  self->speed = 0;
  self->speed_at = g_get_monotonic_time ();
  self->speed_sent = self->sent;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

void
ivr_upload_fail (IvrUpload    *self,
                 const GError *error)
{
  g_clear_error (&self->error);
  self->error = g_error_copy (error);
  ivr_upload_set_state (self, IVR_UPLOAD_FAILED);
}

void
ivr_upload_tell_sent (IvrUpload *self,
                      gboolean   at_once)
{
  gint64 now = g_get_monotonic_time ();

  if (now - self->speed_at >= SPEED_US)
    {
      guint64 lately = (self->sent - MIN (self->speed_sent, self->sent)) * G_USEC_PER_SEC / (guint64) (now - self->speed_at);

      self->speed = self->speed == 0 ? lately : (self->speed * 2 + lately) / 3;
      self->speed_at = now;
      self->speed_sent = self->sent;
    }
  if (!at_once && now - self->told_at < TELL_US)
    return;
  self->told_at = now;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SENT]);
}

static void
given_up_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPgResult) rows = ivr_pg_connection_query_finish (IVR_PG_CONNECTION (source), result, &error);

  /* What could not be told is given up there by itself, a few days later. */
  if (rows == NULL)
    g_debug ("an upload could not be given up: %s", error->message);
}

static void
give_up_sent (IvrUpload *self)
{
  IvrPgConnection *line = self->line != NULL ? self->line : ivr_database_get_connection (self->database);
  IvrPgParams *params;
  g_autofree char *command = NULL;

  if (!self->began || ivr_pg_connection_get_state (line) != IVR_PG_STATE_READY)
    return;
  params = ivr_pg_params_new ();
  command = g_uuid_string_random ();
  ivr_pg_params_add_uuid (params, command);
  ivr_pg_params_add_uuid (params, self->id);
  ivr_pg_connection_query_async (line, "select api.cancel_document_upload($1, $2) as answer", params, NULL, given_up_cb, NULL);
}

/* What was sent of it is worth nothing; started again, it begins from the beginning. */
void
ivr_upload_file_changed (IvrUpload *self)
{
  g_autoptr(GError) error = g_error_new_literal (IVR_ERROR, IVR_ERROR_STALE,
                                                 _("The file was changed while it was being sent. Nothing was attached; send it again."));

  give_up_sent (self);
  ivr_upload_renew_ids (self);
  self->changed = 0;
  self->sent = 0;
  ivr_upload_fail (self, error);
}

static void
on_line_state (IvrUpload *self)
{
  IvrPgState state = ivr_pg_connection_get_state (self->line);

  if (state == IVR_PG_STATE_READY && self->state == IVR_UPLOAD_STOPPED)
    ivr_upload_run (self);
  else if (state != IVR_PG_STATE_READY && self->state == IVR_UPLOAD_SENDING)
    {
      ivr_upload_stop_run (self);
      ivr_upload_set_state (self, IVR_UPLOAD_STOPPED);
    }
}

static void
checked_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(IvrUpload) self = data;
  g_autoptr(GError) error = NULL;
  IvrFileReader *reader = IVR_FILE_READER (source);
  const char *content_type = ivr_file_reader_check_finish (reader, result, &error);

  if (self->reader != reader || self->state != IVR_UPLOAD_CHECKING)
    return;
  if (content_type != NULL && self->changed != 0 &&
      (self->changed != ivr_file_reader_get_changed (reader) || self->size != ivr_file_reader_get_size (reader)))
    {
      ivr_upload_file_changed (self);
      return;
    }
  if (error != NULL)
    {
      ivr_upload_fail (self, error);
      return;
    }
  self->content_type = content_type;
  self->size = ivr_file_reader_get_size (reader);
  self->changed = ivr_file_reader_get_changed (reader);
  if (self->type == NULL)
    self->type = g_strdup (ivr_file_name_guess_type (self->name, content_type));
  self->line = ivr_transfer_line_hold (self->database);
  g_signal_connect_object (self->line, "notify::state", G_CALLBACK (on_line_state), self, G_CONNECT_SWAPPED);
  ivr_upload_set_state (self, IVR_UPLOAD_STOPPED);
  on_line_state (self);
}

/**
 * ivr_upload_start:
 * @self: an upload that is new or has failed
 *
 * Looks at the file and sends it.
 */
void
ivr_upload_start (IvrUpload *self)
{
  if (self->state != IVR_UPLOAD_NEW && self->state != IVR_UPLOAD_FAILED)
    return;
  g_clear_error (&self->error);
  g_clear_object (&self->reader);
  self->reader = self->file != NULL ? ivr_file_reader_new (self->file) : ivr_file_reader_new_bytes (self->bytes);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  ivr_upload_set_state (self, IVR_UPLOAD_CHECKING);
  ivr_file_reader_check_async (self->reader, self->most_bytes, self->cancellable, checked_cb, g_object_ref (self));
}

/**
 * ivr_upload_cancel:
 * @self: an upload
 *
 * Gives it up. What was sent is removed by the server.
 */
void
ivr_upload_cancel (IvrUpload *self)
{
  if (self->state == IVR_UPLOAD_DONE || self->state == IVR_UPLOAD_CANCELLED)
    return;
  give_up_sent (self);
  ivr_upload_set_state (self, IVR_UPLOAD_CANCELLED);
}

IvrUploadState
ivr_upload_get_state (IvrUpload *self)
{
  return self->state;
}

/**
 * ivr_upload_get_error:
 * @self: an upload
 *
 * Returns: (nullable): why it failed, for the person; %IVR_ERROR_STALE when the document was changed by somebody
 *   else: then ivr_upload_set_document() with the present version and ivr_upload_start() add it behind theirs
 */
const GError *
ivr_upload_get_error (IvrUpload *self)
{
  return self->error;
}

const char *
ivr_upload_get_id (IvrUpload *self)
{
  return self->id;
}

const char *
ivr_upload_get_request (IvrUpload *self)
{
  return self->request;
}

/**
 * ivr_upload_get_document:
 * @self: an upload
 *
 * Returns: (nullable): the document that it is a version of; of a new document known once it is done
 */
const char *
ivr_upload_get_document (IvrUpload *self)
{
  return self->document;
}

const char *
ivr_upload_get_name (IvrUpload *self)
{
  return self->name;
}

const char *
ivr_upload_get_content_type (IvrUpload *self)
{
  return self->content_type;
}

const char *
ivr_upload_get_document_type (IvrUpload *self)
{
  return self->type;
}

guint64
ivr_upload_get_size (IvrUpload *self)
{
  return self->size;
}

guint64
ivr_upload_get_sent (IvrUpload *self)
{
  return self->sent;
}

/**
 * ivr_upload_get_speed:
 * @self: an upload
 *
 * Returns: bytes in a second, lately; 0 while that is not known
 */
guint64
ivr_upload_get_speed (IvrUpload *self)
{
  return self->state == IVR_UPLOAD_SENDING ? self->speed : 0;
}

/**
 * ivr_upload_get_seconds_left:
 * @self: an upload
 *
 * Returns: how long it still takes at that speed, in seconds, rounded up; 0 while that is not known
 */
guint
ivr_upload_get_seconds_left (IvrUpload *self)
{
  guint64 speed = ivr_upload_get_speed (self);

  return speed > 0 ? (guint) MIN ((self->size - self->sent + speed - 1) / speed, G_MAXUINT) : 0;
}
