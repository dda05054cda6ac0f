/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-intake.h"

#include "ivr-field.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <string.h>

/* The server refuses a form of 256 KiB; nesting is bounded because the parser recurses. */
#define MOST_BYTES (256 * 1024)
#define MOST_NESTING 32
#define MOST_ITEMS 100

struct _IvrIntake
{
  GObject parent_instance;

  JsonNode *root;
};

G_DEFINE_FINAL_TYPE (IvrIntake, ivr_intake, G_TYPE_OBJECT)

enum {
  CHANGED = 0,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
ivr_intake_finalize (GObject *object)
{
  IvrIntake *self = IVR_INTAKE (object);

  g_clear_pointer (&self->root, json_node_unref);
  G_OBJECT_CLASS (ivr_intake_parent_class)->finalize (object);
}

static void
ivr_intake_class_init (IvrIntakeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ivr_intake_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ivr_intake_init (IvrIntake *self)
{
  self->root = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (self->root, json_object_new ());
}

/**
 * ivr_intake_new:
 *
 * Returns: (transfer full): an empty form
 */
IvrIntake *
ivr_intake_new (void)
{
  return g_object_new (IVR_TYPE_INTAKE, NULL);
}

static gboolean
nesting_is_bounded (const char *json)
{
  gboolean in_string = FALSE;
  int depth = 0;

  for (const char *p = json; *p != '\0'; p++)
    {
      if (in_string)
        {
          if (*p == '\\' && p[1] != '\0')
            p++;
          else if (*p == '"')
            in_string = FALSE;
        }
      else if (*p == '"')
        in_string = TRUE;
      else if (*p == '\'' || *p == '/')
        /* json-glib also reads comments and single quotes, in which brackets could hide. */
        return FALSE;
      else if ((*p == '{' || *p == '[') && ++depth > MOST_NESTING)
        return FALSE;
      else if (*p == '}' || *p == ']')
        depth--;
    }
  return TRUE;
}

/**
 * ivr_intake_new_from_json:
 * @json: a JSON object of at most 256 KiB
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the form, or %NULL with %IVR_ERROR_PROTOCOL
 */
IvrIntake *
ivr_intake_new_from_json (const char  *json,
                          GError     **error)
{
  g_autoptr(JsonNode) root = NULL;
  IvrIntake *self;

  if (strnlen (json, MOST_BYTES + 1) <= MOST_BYTES && g_utf8_validate (json, -1, NULL) &&
      nesting_is_bounded (json))
    root = json_from_string (json, NULL);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error_literal (error, IVR_ERROR, IVR_ERROR_PROTOCOL,
                           _("This request's form cannot be read."));
      return NULL;
    }
  self = ivr_intake_new ();
  json_node_unref (self->root);
  self->root = g_steal_pointer (&root);
  return self;
}

/**
 * ivr_intake_to_json:
 * @self: a form
 *
 * Returns: (transfer full): what `api.create_ivr_request` takes
 */
char *
ivr_intake_to_json (IvrIntake *self)
{
  g_return_val_if_fail (IVR_IS_INTAKE (self), NULL);

  return json_to_string (self->root, FALSE);
}

static gboolean
take_index (const char *part,
            guint      *index)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (part, 10, 0, MOST_ITEMS - 1, &number, NULL))
    return FALSE;
  *index = (guint) number;
  return TRUE;
}

static JsonNode *
child_of (JsonNode   *node,
          const char *part)
{
  guint index;

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    return json_object_get_member (json_node_get_object (node), part);
  if (node != NULL && JSON_NODE_HOLDS_ARRAY (node) && take_index (part, &index) &&
      index < json_array_get_length (json_node_get_array (node)))
    return json_array_get_element (json_node_get_array (node), index);
  return NULL;
}

static JsonNode *
find (IvrIntake  *self,
      const char *path)
{
  g_auto(GStrv) parts = g_strsplit (path, ".", -1);
  JsonNode *node = self->root;

  for (guint i = 0; parts[i] != NULL && node != NULL; i++)
    node = child_of (node, parts[i]);
  return node;
}

/**
 * ivr_intake_dup:
 * @self: a form
 * @path: path of a value
 *
 * Returns: (transfer full): its text; "" when there is none, "true" or "false" for a yes or no
 */
char *
ivr_intake_dup (IvrIntake  *self,
                const char *path)
{
  JsonNode *node;

  g_return_val_if_fail (IVR_IS_INTAKE (self), NULL);
  g_return_val_if_fail (path != NULL, NULL);

  node = find (self, path);
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return g_strdup ("");
  if (json_node_get_value_type (node) == G_TYPE_STRING)
    return g_strdup (json_node_get_string (node));
  return json_to_string (node, FALSE);
}

/* A new node for @text as the server expects it: yes and no and counts are JSON's own. */
static JsonNode *
node_for (const char *path,
          const char *text)
{
  const IvrField *field = ivr_field_find (path);
  g_autofree char *normal = field != NULL ? ivr_field_normalize (field, text, NULL) : NULL;
  JsonNode *node = json_node_alloc ();

  if (normal != NULL && field->type == IVR_FIELD_BOOL)
    return json_node_init_boolean (node, normal[0] == 't');
  if (normal != NULL && field->type == IVR_FIELD_INT)
    return json_node_init_int (node, g_ascii_strtoll (normal, NULL, 10));
  return json_node_init_string (node, normal != NULL ? normal : text);
}

static gboolean
put_child (JsonNode   *parent,
           const char *part,
           JsonNode   *child)
{
  guint index;
  JsonArray *array;

  if (JSON_NODE_HOLDS_OBJECT (parent))
    {
      json_object_set_member (json_node_get_object (parent), part, child);
      return TRUE;
    }
  array = JSON_NODE_HOLDS_ARRAY (parent) ? json_node_get_array (parent) : NULL;
  if (array == NULL || !take_index (part, &index) || index > json_array_get_length (array))
    {
      json_node_unref (child);
      return FALSE;
    }
  /* json-glib 1.6 cannot replace an element in place. */
  if (index < json_array_get_length (array))
    {
      g_autoptr(JsonArray) copy = json_array_new ();

      for (guint i = 0; i < json_array_get_length (array); i++)
        json_array_add_element (copy, i == index ? child : json_array_dup_element (array, i));
      json_node_set_array (parent, copy);
      return TRUE;
    }
  json_array_add_element (array, child);
  return TRUE;
}

static JsonNode *
step_into (JsonNode   *node,
           const char *part,
           const char *next)
{
  JsonNode *child = child_of (node, part);
  gboolean list = g_ascii_isdigit (next[0]);

  if (child != NULL && (list ? JSON_NODE_HOLDS_ARRAY (child) : JSON_NODE_HOLDS_OBJECT (child)))
    return child;
  /* What is there instead is of another shape; only null gives way. */
  if (child != NULL && !JSON_NODE_HOLDS_NULL (child))
    return NULL;
  child = json_node_new (list ? JSON_NODE_ARRAY : JSON_NODE_OBJECT);
  if (list)
    json_node_take_array (child, json_array_new ());
  else
    json_node_take_object (child, json_object_new ());
  return put_child (node, part, child) ? child_of (node, part) : NULL;
}

/**
 * ivr_intake_set:
 * @self: a form
 * @path: path of a value; an index equal to the length of its list adds an item
 * @text: (nullable): what was typed; "" or %NULL takes the value away
 *
 * Text that fits its question is kept in its normal form, other text as it is. An item of a list
 * of plain values that is emptied leaves the list; use ivr_intake_remove() for other items.
 *
 * Returns: %FALSE when @path leads nowhere: an index beyond the list, or something of another
 *   shape on the way
 */
gboolean
ivr_intake_set (IvrIntake  *self,
                const char *path,
                const char *text)
{
  g_auto(GStrv) parts = NULL;
  g_autofree char *before = NULL, *after = NULL;
  JsonNode *node;
  guint last;

  g_return_val_if_fail (IVR_IS_INTAKE (self), FALSE);
  g_return_val_if_fail (path != NULL && path[0] != '\0', FALSE);
  g_return_val_if_fail (text == NULL || g_utf8_validate (text, -1, NULL), FALSE);

  parts = g_strsplit (path, ".", -1);
  last = g_strv_length (parts) - 1;
  node = self->root;
  before = ivr_intake_dup (self, path);
  if (text == NULL || text[0] == '\0')
    {
      for (guint i = 0; i < last && node != NULL; i++)
        node = child_of (node, parts[i]);
      if (node == NULL || child_of (node, parts[last]) == NULL)
        return TRUE;
      if (JSON_NODE_HOLDS_OBJECT (node))
        json_object_remove_member (json_node_get_object (node), parts[last]);
      else
        json_array_remove_element (json_node_get_array (node),
                                   (guint) g_ascii_strtoull (parts[last], NULL, 10));
      g_signal_emit (self, signals[CHANGED], 0, path);
      return TRUE;
    }
  for (guint i = 0; i < last && node != NULL; i++)
    node = step_into (node, parts[i], parts[i + 1]);
  if (node == NULL || !put_child (node, parts[last], node_for (path, text)))
    return FALSE;
  after = ivr_intake_dup (self, path);
  if (strcmp (before, after) != 0)
    g_signal_emit (self, signals[CHANGED], 0, path);
  return TRUE;
}

/**
 * ivr_intake_count:
 * @self: a form
 * @list: path of a list, such as "wounds" or "wounds.0.icd10"
 *
 * Returns: how many items it has; 0 when there is no such list
 */
guint
ivr_intake_count (IvrIntake  *self,
                  const char *list)
{
  JsonNode *node;

  g_return_val_if_fail (IVR_IS_INTAKE (self), 0);

  node = find (self, list);
  return node != NULL && JSON_NODE_HOLDS_ARRAY (node)
      ? json_array_get_length (json_node_get_array (node)) : 0;
}

/**
 * ivr_intake_remove:
 * @self: a form
 * @list: path of a list
 * @index: which item; those behind it move up
 *
 * Returns: %FALSE when there is no such item
 */
gboolean
ivr_intake_remove (IvrIntake  *self,
                   const char *list,
                   guint       index)
{
  g_return_val_if_fail (IVR_IS_INTAKE (self), FALSE);

  if (index >= ivr_intake_count (self, list))
    return FALSE;
  json_array_remove_element (json_node_get_array (find (self, list)), index);
  g_signal_emit (self, signals[CHANGED], 0, list);
  return TRUE;
}

/**
 * ivr_intake_copy:
 * @self: a form
 * @from: another form
 * @name: a name on the first level, such as "products"
 *
 * Has of @name what @from has, and nothing when @from has nothing.
 */
void
ivr_intake_copy (IvrIntake  *self,
                 IvrIntake  *from,
                 const char *name)
{
  JsonNode *theirs;

  g_return_if_fail (IVR_IS_INTAKE (self));
  g_return_if_fail (IVR_IS_INTAKE (from));

  theirs = child_of (from->root, name);
  if (theirs != NULL)
    json_object_set_member (json_node_get_object (self->root), name, json_node_copy (theirs));
  else if (json_object_has_member (json_node_get_object (self->root), name))
    json_object_remove_member (json_node_get_object (self->root), name);
  g_signal_emit (self, signals[CHANGED], 0, name);
}
