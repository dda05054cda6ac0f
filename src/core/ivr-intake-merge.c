/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-intake-merge.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* Products are one answer: half of one list and half of another would order what nobody wanted. */
#define PRODUCTS "products"

static void
conflict_free (gpointer data)
{
  IvrIntakeConflict *conflict = data;

  g_free (conflict->path);
  g_free (conflict->before);
  g_free (conflict->mine);
  g_free (conflict->theirs);
  g_free (conflict);
}

static char *
dup_leaf (JsonNode *node)
{
  if (!JSON_NODE_HOLDS_VALUE (node))
    return g_strdup ("");
  if (json_node_get_value_type (node) == G_TYPE_STRING)
    return g_strdup (json_node_get_string (node));
  return json_to_string (node, FALSE);
}

static void
flatten (JsonNode   *node,
         const char *path,
         GHashTable *leaves)
{
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObjectIter iter;
      const char *name;
      JsonNode *member;

      json_object_iter_init (&iter, json_node_get_object (node));
      while (json_object_iter_next (&iter, &name, &member))
        {
          g_autofree char *below = path[0] != '\0' ? g_strconcat (path, ".", name, NULL) : g_strdup (name);

          flatten (member, below, leaves);
        }
    }
  else if (JSON_NODE_HOLDS_ARRAY (node))
    for (guint i = 0; i < json_array_get_length (json_node_get_array (node)); i++)
      {
        g_autofree char *below = g_strdup_printf ("%s.%u", path, i);

        flatten (json_array_get_element (json_node_get_array (node), i), below, leaves);
      }
  else
    g_hash_table_insert (leaves, g_strdup (path), dup_leaf (node));
}

/* Every value by its path. */
static GHashTable *
get_leaves (IvrIntake *intake)
{
  g_autofree char *json = ivr_intake_to_json (intake);
  g_autoptr(JsonNode) node = json_from_string (json, NULL);
  GHashTable *leaves = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  if (node != NULL)
    flatten (node, "", leaves);
  return leaves;
}

static const char *
get_leaf (GHashTable *leaves,
          const char *path)
{
  const char *text = g_hash_table_lookup (leaves, path);

  return text != NULL ? text : "";
}

static gboolean
is_product (const char *path)
{
  return g_str_has_prefix (path, PRODUCTS ".");
}

static int
compare_paths (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char * const *) a, *(const char * const *) b);
}

static GPtrArray *
sort_paths (GHashTable *a,
            GHashTable *b)
{
  g_autoptr(GHashTable) all = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  GHashTable *tables[] = { a, b };
  GHashTableIter iter;
  gpointer path;

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_hash_table_iter_init (&iter, tables[i]);
      while (g_hash_table_iter_next (&iter, &path, NULL))
        if (g_hash_table_add (all, path))
          g_ptr_array_add (paths, g_strdup (path));
    }
  g_ptr_array_sort (paths, compare_paths);
  return paths;
}

/* "Q4101: 2 × 4 × 4 cm, 1 × 4 × 6 cm". */
static char *
describe_products (IvrIntake *intake)
{
  g_autoptr(GString) text = g_string_new (NULL);

  for (guint i = 0; i < ivr_intake_count (intake, PRODUCTS); i++)
    {
      g_autofree char *list = g_strdup_printf (PRODUCTS ".%u.sizes", i);
      g_autofree char *hcpcs_path = g_strdup_printf (PRODUCTS ".%u.hcpcs", i);
      g_autofree char *hcpcs = ivr_intake_dup (intake, hcpcs_path);

      g_string_append_printf (text, "%s%s:", i > 0 ? "; " : "", hcpcs);
      for (guint k = 0; k < ivr_intake_count (intake, list); k++)
        {
          g_autofree char *label_path = g_strdup_printf ("%s.%u.label", list, k);
          g_autofree char *quantity_path = g_strdup_printf ("%s.%u.quantity", list, k);
          g_autofree char *label = ivr_intake_dup (intake, label_path);
          g_autofree char *quantity = ivr_intake_dup (intake, quantity_path);

          g_string_append_printf (text, "%s %s × %s", k > 0 ? "," : "", quantity, label);
        }
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gboolean
same_products (GHashTable *a,
               GHashTable *b)
{
  g_autoptr(GPtrArray) paths = sort_paths (a, b);

  for (guint i = 0; i < paths->len; i++)
    if (is_product (paths->pdata[i]) && !g_str_equal (get_leaf (a, paths->pdata[i]), get_leaf (b, paths->pdata[i])))
      return FALSE;
  return TRUE;
}

static void
add_conflict (GPtrArray  *conflicts,
              const char *path,
              const char *before,
              const char *mine,
              const char *theirs)
{
  IvrIntakeConflict *conflict = g_new0 (IvrIntakeConflict, 1);

  conflict->path = g_strdup (path);
  conflict->before = g_strdup (before);
  conflict->mine = g_strdup (mine);
  conflict->theirs = g_strdup (theirs);
  g_ptr_array_add (conflicts, conflict);
}

static void
merge_products (IvrIntake  *mine,
                IvrIntake  *before,
                IvrIntake  *theirs,
                GHashTable *leaves[3],
                GPtrArray  *conflicts,
                guint      *n_taken)
{
  if (same_products (leaves[1], leaves[2]) || same_products (leaves[0], leaves[2]))
    return;
  if (same_products (leaves[0], leaves[1]))
    {
      ivr_intake_take_theirs (mine, theirs, PRODUCTS);
      ++*n_taken;
    }
  else
    {
      g_autofree char *was = describe_products (before);
      g_autofree char *ours = describe_products (mine);
      g_autofree char *other = describe_products (theirs);

      add_conflict (conflicts, PRODUCTS, was, ours, other);
    }
}

/**
 * ivr_intake_merge:
 * @mine: what this person has; takes what only somebody else changed
 * @before: what both began with
 * @theirs: what somebody else saved meanwhile
 * @n_taken: (out): how many answers @mine took over
 *
 * Field by field: what one of the two changed stays changed, and what both changed differently is
 * for the person to decide, see ivr_intake_take_theirs().
 *
 * Returns: (transfer full) (element-type IvrIntakeConflict): what is to be decided
 */
GPtrArray *
ivr_intake_merge (IvrIntake *mine,
                  IvrIntake *before,
                  IvrIntake *theirs,
                  guint     *n_taken)
{
  g_autoptr(GHashTable) m = get_leaves (mine);
  g_autoptr(GHashTable) b = get_leaves (before);
  g_autoptr(GHashTable) t = get_leaves (theirs);
  GHashTable *leaves[3] = { m, b, t };
  g_autoptr(GPtrArray) paths = sort_paths (b, t);
  g_autoptr(GPtrArray) emptied = g_ptr_array_new ();
  GPtrArray *conflicts = g_ptr_array_new_with_free_func (conflict_free);

  *n_taken = 0;
  for (guint i = 0; i < paths->len; i++)
    {
      const char *path = paths->pdata[i];
      const char *was = get_leaf (b, path);
      const char *ours = get_leaf (m, path);
      const char *other = get_leaf (t, path);

      if (is_product (path) || g_str_equal (was, other) || g_str_equal (ours, other))
        continue;
      if (!g_str_equal (ours, was))
        add_conflict (conflicts, path, was, ours, other);
      else if (other[0] == '\0')
        g_ptr_array_add (emptied, (gpointer) path);
      else if (ivr_intake_set (mine, path, other))
        ++*n_taken;
    }
  /* From the end, so that what leaves a list moves nothing that is still to leave it. */
  for (guint i = emptied->len; i > 0; i--)
    *n_taken += ivr_intake_set (mine, emptied->pdata[i - 1], NULL);
  merge_products (mine, before, theirs, leaves, conflicts, n_taken);
  return conflicts;
}

/**
 * ivr_intake_take_theirs:
 * @mine: what this person has
 * @theirs: what somebody else saved
 * @path: path of a conflict
 */
void
ivr_intake_take_theirs (IvrIntake  *mine,
                        IvrIntake  *theirs,
                        const char *path)
{
  if (!g_str_equal (path, PRODUCTS))
    {
      g_autofree char *text = ivr_intake_dup (theirs, path);

      ivr_intake_set (mine, path, text);
      return;
    }
  ivr_intake_copy (mine, theirs, PRODUCTS);
}
