/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-document.h"

struct _IvrDocument
{
  GObject parent_instance;

  JsonObject *object;
  char *text;            /* the same, to compare */
  GArray *versions;      /* IvrDocumentVersion, newest first; their texts belong to @object */
};

G_DEFINE_FINAL_TYPE (IvrDocument, ivr_document, G_TYPE_OBJECT)

static void
ivr_document_finalize (GObject *object)
{
  IvrDocument *self = IVR_DOCUMENT (object);

  g_clear_pointer (&self->object, json_object_unref);
  g_free (self->text);
  g_array_unref (self->versions);
  G_OBJECT_CLASS (ivr_document_parent_class)->finalize (object);
}

static void
ivr_document_class_init (IvrDocumentClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ivr_document_finalize;
}

static void
ivr_document_init (IvrDocument *self)
{
  self->versions = g_array_new (FALSE, TRUE, sizeof (IvrDocumentVersion));
}

/* Whatever a server sends: what is missing or of another kind is as if it were not said. */
static const char *
text (JsonObject *object,
      const char *name,
      const char *otherwise)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return otherwise;
  return json_node_get_string (node);
}

static gint64
number (JsonObject *object,
        const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_int (node) : 0;
}

static gint64
moment (const char *iso)
{
  g_autoptr(GDateTime) at = iso != NULL ? g_date_time_new_from_iso8601 (iso, NULL) : NULL;

  return at != NULL ? g_date_time_to_unix (at) * G_USEC_PER_SEC + g_date_time_get_microsecond (at) : 0;
}

static void
add_version (IvrDocument *self,
             JsonObject  *object)
{
  JsonNode *readable = json_object_get_member (object, "readable");
  IvrDocumentVersion version = {
    .n = (int) number (object, "n"),
    .name = text (object, "name", NULL),
    .content_type = text (object, "content_type", ""),
    .size = (guint64) MAX (number (object, "size"), 0),
    .sha256 = text (object, "sha256", NULL),
    .status = text (object, "status", ""),
    .scan = text (object, "scan", "not_scanned"),
    .by = text (object, "by", ""),
    .from_clinic = g_strcmp0 (text (object, "side", NULL), "clinic") == 0,
    .at_us = moment (text (object, "at", NULL)),
    .decided_by = text (object, "decided_by", NULL),
    .reason = text (object, "reason", NULL),
    .readable = readable != NULL && JSON_NODE_HOLDS_VALUE (readable) && json_node_get_boolean (readable),
  };

  g_array_append_val (self->versions, version);
}

/**
 * ivr_document_new:
 * @object: one element of "documents", as the server sends it
 *
 * Returns: (transfer full): the document
 */
IvrDocument *
ivr_document_new (JsonObject *object)
{
  IvrDocument *self = g_object_new (IVR_TYPE_DOCUMENT, NULL);
  JsonNode *versions = json_object_get_member (object, "versions");
  g_autoptr(JsonNode) node = json_node_init_object (json_node_alloc (), object);
  JsonArray *array = versions != NULL && JSON_NODE_HOLDS_ARRAY (versions) ? json_node_get_array (versions) : NULL;

  self->object = json_object_ref (object);
  self->text = json_to_string (node, FALSE);
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);

      if (JSON_NODE_HOLDS_OBJECT (element))
        add_version (self, json_node_get_object (element));
    }
  return self;
}

const char *
ivr_document_get_id (IvrDocument *self)
{
  return text (self->object, "id", "");
}

/**
 * ivr_document_get_kind:
 * @self: a document
 *
 * Returns: what it is, as in the catalogue of documents
 */
const char *
ivr_document_get_kind (IvrDocument *self)
{
  return text (self->object, "type", "other");
}

const char *
ivr_document_get_kind_label (IvrDocument *self)
{
  return text (self->object, "label", "");
}

const char *
ivr_document_get_title (IvrDocument *self)
{
  return text (self->object, "title", "");
}

/**
 * ivr_document_get_status:
 * @self: a document
 *
 * Returns: requested, received, accepted, rejected or withdrawn
 */
const char *
ivr_document_get_status (IvrDocument *self)
{
  return text (self->object, "status", "");
}

/**
 * ivr_document_get_version:
 * @self: a document
 *
 * Returns: what a command on it names as the version that the person saw; counts changes, not files
 */
gint64
ivr_document_get_version (IvrDocument *self)
{
  return number (self->object, "version");
}

/**
 * ivr_document_get_due_on:
 * @self: a document
 *
 * Returns: (nullable): day until which it was asked for, as year-month-day
 */
const char *
ivr_document_get_due_on (IvrDocument *self)
{
  return text (self->object, "due_on", NULL);
}

/**
 * ivr_document_get_note:
 * @self: a document
 *
 * Returns: (nullable): what exactly is needed
 */
const char *
ivr_document_get_note (IvrDocument *self)
{
  return text (self->object, "note", NULL);
}

const char *
ivr_document_get_asked_by (IvrDocument *self)
{
  return text (self->object, "asked_by", NULL);
}

guint
ivr_document_get_n_versions (IvrDocument *self)
{
  return self->versions->len;
}

/**
 * ivr_document_get_nth:
 * @self: a document
 * @nth: 0 for the newest version
 *
 * Returns: (nullable) (transfer none): a file that was handed in for it; %NULL when there are not so many
 */
const IvrDocumentVersion *
ivr_document_get_nth (IvrDocument *self,
                      guint        nth)
{
  return nth < self->versions->len ? &g_array_index (self->versions, IvrDocumentVersion, nth) : NULL;
}

/**
 * ivr_document_equal:
 * @self: a document
 * @other: another reading
 *
 * Returns: whether both say the same
 */
gboolean
ivr_document_equal (IvrDocument *self,
                    IvrDocument *other)
{
  return g_str_equal (self->text, other->text);
}
