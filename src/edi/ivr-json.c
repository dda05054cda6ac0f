/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-json.h"

#include <string.h>

/* A container with more is checked for names given twice with a table. */
#define FEW 16

struct _IvrJsonNode
{
  guint8 type;
  guint32 offset;   /* in the document */
  guint32 name;     /* in the texts; 0 for none */
  guint32 text;     /* in the texts */
  guint32 child;    /* index and 1 */
  guint32 next;     /* index and 1 */
};

struct _IvrJson
{
  GArray *nodes;
  GString *texts;
  gboolean is_latin;
  gboolean has_twice;
  guint32 twice;
};

typedef struct
{
  IvrJson *json;
  const char *text;
  const char *p;
  const char *end;
  struct
  {
    guint32 node;
    guint32 last;     /* the last child: index and 1 */
  } open[IVR_JSON_DEPTH_MAX];
  guint depth;
  int wrong;
} Reading;

static IvrJsonNode *
node_at (IvrJson *self,
         guint32  index)
{
  return &g_array_index (self->nodes, IvrJsonNode, index);
}

static gboolean
refuse (Reading    *r,
        IvrEdiError code)
{
  r->wrong = (int) code;
  return FALSE;
}

static void
skip_blanks (Reading *r)
{
  while (r->p < r->end && (*r->p == ' ' || *r->p == '\n' || *r->p == '\r' || *r->p == '\t'))
    r->p++;
}

static gboolean
read_hex (Reading *r,
          guint   *value)
{
  *value = 0;
  if (r->end - r->p < 4)
    return FALSE;
  for (int i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (*r->p++);

      if (digit < 0)
        return FALSE;
      *value = *value * 16 + (guint) digit;
    }
  return TRUE;
}

/* What follows a backslash and u. A half of a pair without its other becomes the sign for "no character". */
static gboolean
read_unicode (Reading *r)
{
  guint value, low;

  if (!read_hex (r, &value) || value == 0)
    return FALSE;
  if (value >= 0xd800 && value < 0xdc00 && r->end - r->p >= 6 && r->p[0] == '\\' && r->p[1] == 'u')
    {
      const char *before = r->p;

      r->p += 2;
      if (!read_hex (r, &low))
        return FALSE;
      if (low >= 0xdc00 && low < 0xe000)
        value = 0x10000 + ((value - 0xd800) << 10) + (low - 0xdc00);
      else
        r->p = before;
    }
  if (value >= 0xd800 && value < 0xe000)
    value = 0xfffd;
  if (value >= 0x20)
    g_string_append_unichar (r->json->texts, value);
  return TRUE;
}

static gboolean
read_escape (Reading *r)
{
  static const char from[] = "\"\\/bfnrt";
  static const char to[] = "\"\\/  \n  ";
  const char *known;

  if (r->p == r->end || *r->p == '\0')
    return FALSE;
  if (*r->p == 'u')
    {
      r->p++;
      return read_unicode (r);
    }
  known = strchr (from, *r->p++);
  if (known == NULL)
    return FALSE;
  g_string_append_c (r->json->texts, to[known - from]);
  return TRUE;
}

/* At a quote. Returns: where the text begins in the texts, or 0. */
static guint32
read_string (Reading *r)
{
  GString *texts = r->json->texts;
  guint32 at = (guint32) texts->len;

  r->p++;
  for (;;)
    {
      const char *plain = r->p;

      while (r->p < r->end && *r->p != '"' && *r->p != '\\' && (guchar) *r->p >= 0x20)
        r->p++;
      g_string_append_len (texts, plain, r->p - plain);
      if (r->p == r->end || *r->p == '\0')
        return 0;
      if (*r->p == '"')
        break;
      if (*r->p == '\\')
        {
          r->p++;
          if (!read_escape (r))
            return 0;
        }
      else
        {
          /* A line break inside of a string is no JSON, and harmless. */
          g_string_append_c (texts, ' ');
          r->p++;
        }
    }
  r->p++;
  g_string_append_c (texts, '\0');
  return at;
}

static guint
skip_digits (Reading *r)
{
  const char *from = r->p;

  while (r->p < r->end && g_ascii_isdigit (*r->p))
    r->p++;
  return (guint) (r->p - from);
}

/* By the grammar of JSON, which 007 and .5 do not follow. */
static gboolean
read_number (Reading *r,
             guint32 *text)
{
  const char *from = r->p;

  if (*r->p == '-')
    r->p++;
  if (r->p < r->end && *r->p == '0')
    r->p++;
  else if (skip_digits (r) == 0)
    return FALSE;
  if (r->p < r->end && *r->p == '.')
    {
      r->p++;
      if (skip_digits (r) == 0)
        return FALSE;
    }
  if (r->p < r->end && (*r->p == 'e' || *r->p == 'E'))
    {
      r->p++;
      if (r->p < r->end && (*r->p == '+' || *r->p == '-'))
        r->p++;
      if (skip_digits (r) == 0)
        return FALSE;
    }
  if (r->p < r->end && (g_ascii_isalnum (*r->p) || *r->p == '.'))
    return FALSE;
  *text = (guint32) r->json->texts->len;
  g_string_append_len (r->json->texts, from, r->p - from);
  g_string_append_c (r->json->texts, '\0');
  return TRUE;
}

static gboolean
read_word (Reading    *r,
           const char *word)
{
  gsize n = strlen (word);

  if ((gsize) (r->end - r->p) < n || memcmp (r->p, word, n) != 0)
    return FALSE;
  r->p += n;
  return r->p == r->end || !g_ascii_isalnum (*r->p);
}

static gboolean
read_scalar (Reading     *r,
             IvrJsonNode *node)
{
  switch (*r->p)
    {
    case '"':
      node->type = IVR_JSON_STRING;
      node->text = read_string (r);
      return node->text != 0;
    case 't':
      node->type = IVR_JSON_TRUE;
      return read_word (r, "true");
    case 'f':
      node->type = IVR_JSON_FALSE;
      return read_word (r, "false");
    case 'n':
      node->type = IVR_JSON_NULL;
      return read_word (r, "null");
    default:
      node->type = IVR_JSON_NUMBER;
      return (*r->p == '-' || g_ascii_isdigit (*r->p)) && read_number (r, &node->text);
    }
}

/* Adds a node below the container that is open. */
static guint32
add_node (Reading           *r,
          const IvrJsonNode *node)
{
  IvrJson *json = r->json;
  guint32 index = json->nodes->len;

  g_array_append_val (json->nodes, *node);
  if (r->depth > 0)
    {
      guint32 last = r->open[r->depth - 1].last;

      if (last != 0)
        node_at (json, last - 1)->next = index + 1;
      else
        node_at (json, r->open[r->depth - 1].node)->child = index + 1;
      r->open[r->depth - 1].last = index + 1;
    }
  return index;
}

/* A name, where the open container is an object, and the value after it. */
static gboolean
read_value (Reading *r)
{
  IvrJsonNode node = { .offset = (guint32) (r->p - r->text) };
  guint32 index;

  if (r->json->nodes->len >= IVR_JSON_NODES_MAX)
    return refuse (r, IVR_EDI_ERROR_TOO_MANY);
  if (r->depth > 0 && node_at (r->json, r->open[r->depth - 1].node)->type == IVR_JSON_OBJECT)
    {
      if (*r->p != '"' || (node.name = read_string (r)) == 0)
        return refuse (r, IVR_EDI_ERROR_JSON);
      skip_blanks (r);
      if (r->p == r->end || *r->p++ != ':')
        return refuse (r, IVR_EDI_ERROR_JSON);
      skip_blanks (r);
    }
  if (r->p == r->end)
    return refuse (r, IVR_EDI_ERROR_JSON);
  if (*r->p != '{' && *r->p != '[')
    {
      if (!read_scalar (r, &node))
        return refuse (r, IVR_EDI_ERROR_JSON);
      add_node (r, &node);
      return TRUE;
    }
  if (r->depth == IVR_JSON_DEPTH_MAX)
    return refuse (r, IVR_EDI_ERROR_JSON_DEPTH);
  node.type = *r->p++ == '{' ? IVR_JSON_OBJECT : IVR_JSON_ARRAY;
  index = add_node (r, &node);
  r->open[r->depth].node = index;
  r->open[r->depth].last = 0;
  r->depth++;
  return TRUE;
}

static void
check_twice (IvrJson           *self,
             const IvrJsonNode *object)
{
  g_autoptr(GHashTable) names = NULL;
  guint n = 0;

  for (const IvrJsonNode *a = ivr_json_first (self, object); a != NULL && !self->has_twice; a = ivr_json_next (self, a))
    {
      const char *name = ivr_json_name (self, a);

      if (++n == FEW)
        {
          names = g_hash_table_new (g_str_hash, g_str_equal);
          for (const IvrJsonNode *b = ivr_json_first (self, object); b != a; b = ivr_json_next (self, b))
            g_hash_table_add (names, (gpointer) ivr_json_name (self, b));
        }
      if (names != NULL)
        self->has_twice = !g_hash_table_add (names, (gpointer) name);
      else
        for (const IvrJsonNode *b = ivr_json_first (self, object); b != a && !self->has_twice;
             b = ivr_json_next (self, b))
          self->has_twice = strcmp (ivr_json_name (self, b), name) == 0;
      if (self->has_twice)
        self->twice = a->offset;
    }
}

/* Behind a value: closes what ends here, until a comma or the end of all. */
static gboolean
read_behind (Reading *r)
{
  for (;;)
    {
      const IvrJsonNode *container;
      gboolean is_empty;

      skip_blanks (r);
      if (r->depth == 0)
        return TRUE;
      if (r->p == r->end)
        return refuse (r, IVR_EDI_ERROR_JSON);
      container = node_at (r->json, r->open[r->depth - 1].node);
      is_empty = r->open[r->depth - 1].last == 0;
      if (*r->p == (container->type == IVR_JSON_OBJECT ? '}' : ']'))
        {
          if (container->type == IVR_JSON_OBJECT && !r->json->has_twice)
            check_twice (r->json, container);
          r->p++;
          r->depth--;
          continue;
        }
      if (is_empty)
        return TRUE;
      if (*r->p++ != ',')
        return refuse (r, IVR_EDI_ERROR_JSON);
      skip_blanks (r);
      return r->p < r->end ? TRUE : refuse (r, IVR_EDI_ERROR_JSON);
    }
}

static gboolean
read_all (Reading *r)
{
  skip_blanks (r);
  if (r->p == r->end)
    return refuse (r, IVR_EDI_ERROR_EMPTY);
  do
    if (!read_value (r) || !read_behind (r))
      return FALSE;
  while (r->depth > 0);
  return r->p == r->end || refuse (r, IVR_EDI_ERROR_JSON);
}

static char *
latin_to_utf8 (const char *text,
               gsize       length)
{
  GString *out = g_string_sized_new (length + length / 4);

  for (gsize i = 0; i < length; i++)
    if ((guchar) text[i] < 0x80)
      g_string_append_c (out, text[i]);
    else
      g_string_append_unichar (out, (guchar) text[i]);
  return g_string_free (out, FALSE);
}

/**
 * ivr_json_new:
 * @text: a document; need not end with NUL
 * @length: its bytes
 * @error: return location
 *
 * Returns: (transfer full) (nullable): it, or %NULL with %IVR_EDI_ERROR_EMPTY, %IVR_EDI_ERROR_JSON,
 *   %IVR_EDI_ERROR_JSON_DEPTH, %IVR_EDI_ERROR_TOO_MANY or %IVR_EDI_ERROR_TOO_LARGE
 */
IvrJson *
ivr_json_new (const char  *text,
              gsize        length,
              GError     **error)
{
  g_autoptr(IvrJson) self = NULL;
  g_autofree char *converted = NULL;
  Reading r = { .wrong = -1 };

  if (length > G_MAXINT32 / 4)
    {
      ivr_edi_error_set (error, IVR_EDI_ERROR_TOO_LARGE);
      return NULL;
    }
  self = g_new0 (IvrJson, 1);
  self->nodes = g_array_new (FALSE, FALSE, sizeof (IvrJsonNode));
  self->texts = g_string_new (NULL);
  /* So that no text begins at 0. */
  g_string_append_c (self->texts, '\0');
  if (length >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0)
    {
      text += 3;
      length -= 3;
    }
  if (memchr (text, '\0', length) == NULL && !g_utf8_validate_len (text, length, NULL))
    {
      self->is_latin = TRUE;
      text = converted = latin_to_utf8 (text, length);
      length = strlen (converted);
    }
  r.json = self;
  r.text = r.p = text;
  r.end = text + length;
  if (!read_all (&r))
    {
      ivr_edi_error_set (error, (IvrEdiError) r.wrong);
      return NULL;
    }
  return g_steal_pointer (&self);
}

/**
 * ivr_json_free:
 * @self: (nullable): a document
 */
void
ivr_json_free (IvrJson *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->nodes);
  g_string_free (self->texts, TRUE);
  g_free (self);
}

/**
 * ivr_json_get_root:
 * @self: a document
 *
 * Returns: (transfer none): its value
 */
const IvrJsonNode *
ivr_json_get_root (IvrJson *self)
{
  return node_at (self, 0);
}

/**
 * ivr_json_is_latin:
 * @self: a document
 *
 * Returns: whether it was not UTF-8 and was read as ISO-8859-1
 */
gboolean
ivr_json_is_latin (IvrJson *self)
{
  return self->is_latin;
}

/**
 * ivr_json_get_twice:
 * @self: a document
 * @offset: (out): byte at which it stands the second time
 *
 * Returns: whether an object has a name twice; ivr_json_get() finds the first
 */
gboolean
ivr_json_get_twice (IvrJson *self,
                    guint32 *offset)
{
  *offset = self->twice;
  return self->has_twice;
}

/**
 * ivr_json_type:
 * @node: (nullable): a value
 *
 * Returns: what it is; %IVR_JSON_NULL for %NULL
 */
IvrJsonType
ivr_json_type (const IvrJsonNode *node)
{
  return node != NULL ? (IvrJsonType) node->type : IVR_JSON_NULL;
}

/**
 * ivr_json_offset:
 * @node: (nullable): a value
 *
 * Returns: the byte at which it, or its name, begins in the document
 */
guint32
ivr_json_offset (const IvrJsonNode *node)
{
  return node != NULL ? node->offset : 0;
}

/**
 * ivr_json_first:
 * @self: a document
 * @container: (nullable): an array or object
 *
 * Returns: (transfer none) (nullable): its first value
 */
const IvrJsonNode *
ivr_json_first (IvrJson           *self,
                const IvrJsonNode *container)
{
  return container != NULL && container->child != 0 ? node_at (self, container->child - 1) : NULL;
}

/**
 * ivr_json_next:
 * @self: a document
 * @node: a value
 *
 * Returns: (transfer none) (nullable): the next beside it
 */
const IvrJsonNode *
ivr_json_next (IvrJson           *self,
               const IvrJsonNode *node)
{
  return node->next != 0 ? node_at (self, node->next - 1) : NULL;
}

/**
 * ivr_json_name:
 * @self: a document
 * @node: a value in an object
 *
 * Returns: (transfer none): its name; "" in an array
 */
const char *
ivr_json_name (IvrJson           *self,
               const IvrJsonNode *node)
{
  return self->texts->str + node->name;
}

/**
 * ivr_json_text:
 * @self: a document
 * @node: (nullable): a value
 *
 * Returns: (transfer none) (nullable): the text of a string or number that is not empty
 */
const char *
ivr_json_text (IvrJson           *self,
               const IvrJsonNode *node)
{
  const char *text;

  if (node == NULL || (node->type != IVR_JSON_STRING && node->type != IVR_JSON_NUMBER))
    return NULL;
  text = self->texts->str + node->text;
  return *text != '\0' ? text : NULL;
}

/**
 * ivr_json_get:
 * @self: a document
 * @object: (nullable): a value
 * @name: a name
 *
 * Returns: (transfer none) (nullable): the value of that name when @object is an object that has it
 */
const IvrJsonNode *
ivr_json_get (IvrJson           *self,
              const IvrJsonNode *object,
              const char        *name)
{
  if (object == NULL || object->type != IVR_JSON_OBJECT)
    return NULL;
  for (const IvrJsonNode *n = ivr_json_first (self, object); n != NULL; n = ivr_json_next (self, n))
    if (strcmp (ivr_json_name (self, n), name) == 0)
      return n;
  return NULL;
}

/**
 * ivr_json_path:
 * @self: a document
 * @node: (nullable): a value
 * @path: names with dots between them; on the way, an array stands for its first value
 *
 * Returns: (transfer none) (nullable): what is there
 */
const IvrJsonNode *
ivr_json_path (IvrJson           *self,
               const IvrJsonNode *node,
               const char        *path)
{
  char name[64];

  while (node != NULL && *path != '\0')
    {
      gsize n = strcspn (path, ".");

      g_return_val_if_fail (n < sizeof name, NULL);
      memcpy (name, path, n);
      name[n] = '\0';
      if (node->type == IVR_JSON_ARRAY)
        node = ivr_json_first (self, node);
      node = ivr_json_get (self, node, name);
      path += n + (path[n] == '.');
    }
  return node;
}

/**
 * ivr_json_string:
 * @self: a document
 * @node: (nullable): a value
 * @path: as for ivr_json_path()
 *
 * Returns: (transfer none) (nullable): the text there, when it is a string (or an array that begins with one)
 */
const char *
ivr_json_string (IvrJson           *self,
                 const IvrJsonNode *node,
                 const char        *path)
{
  const IvrJsonNode *found = ivr_json_path (self, node, path);

  if (found != NULL && found->type == IVR_JSON_ARRAY)
    found = ivr_json_first (self, found);
  return found != NULL && found->type == IVR_JSON_STRING ? ivr_json_text (self, found) : NULL;
}

/**
 * ivr_json_number:
 * @self: a document
 * @node: (nullable): a value
 * @path: as for ivr_json_path()
 *
 * Returns: (transfer none) (nullable): the number there, as it is written
 */
const char *
ivr_json_number (IvrJson           *self,
                 const IvrJsonNode *node,
                 const char        *path)
{
  const IvrJsonNode *found = ivr_json_path (self, node, path);

  return found != NULL && found->type == IVR_JSON_NUMBER ? ivr_json_text (self, found) : NULL;
}

/**
 * ivr_json_length:
 * @self: a document
 * @container: (nullable): an array or object
 *
 * Returns: how many values it has
 */
guint
ivr_json_length (IvrJson           *self,
                 const IvrJsonNode *container)
{
  guint n = 0;

  for (const IvrJsonNode *node = ivr_json_first (self, container); node != NULL; node = ivr_json_next (self, node))
    n++;
  return n;
}
