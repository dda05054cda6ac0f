/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-intake-conflict.h"

#include "ivr-field.h"
#include "ivr-format.h"
#include "ivr-intake-labels.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

/* Mine, theirs and before, field by field. */
typedef struct
{
  GtkWindow *window;
  GPtrArray *paths;      /* char* */
  GPtrArray *theirs;     /* GtkCheckButton* of each path */
  IvrIntakeConflictDone done;
  gpointer data;
} Conflict;

static void
conflict_free (Conflict *self)
{
  if (self->done != NULL)
    self->done (NULL, self->data);
  g_ptr_array_unref (self->paths);
  g_ptr_array_unref (self->theirs);
  g_free (self);
}

static void
roll_back (JsonObject *form,
           JsonObject *change)
{
  JsonNode *before = json_object_get_member (change, "before");
  JsonNode *after = json_object_get_member (change, "after");
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  if (before == NULL || after == NULL || !JSON_NODE_HOLDS_OBJECT (before) || !JSON_NODE_HOLDS_OBJECT (after))
    return;
  json_object_iter_init (&iter, json_node_get_object (after));
  while (json_object_iter_next (&iter, &name, NULL))
    if (!json_object_has_member (json_node_get_object (before), name) && json_object_has_member (form, name))
      json_object_remove_member (form, name);
  json_object_iter_init (&iter, json_node_get_object (before));
  while (json_object_iter_next (&iter, &name, &value))
    json_object_set_member (form, name, json_node_copy (value));
}

/**
 * ivr_intake_conflict_before:
 * @latest: the form as the server has it now
 * @detail: what the server said of who changed what
 *
 * Returns: (transfer full): the form as it was before those changes
 */
IvrIntake *
ivr_intake_conflict_before (JsonObject *latest,
                            JsonObject *detail)
{
  g_autoptr(JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *json = NULL;
  JsonArray *changes = json_object_has_member (detail, "changes") ? json_object_get_array_member (detail, "changes") : NULL;
  JsonNode *copy;
  IvrIntake *before;

  json_node_set_object (node, latest);
  copy = json_node_copy (node);
  for (guint i = changes != NULL ? json_array_get_length (changes) : 0; i > 0; i--)
    {
      JsonObject *change = json_array_get_object_element (changes, i - 1);

      /* Only an edit speaks of the form; other changes have columns of the same names. */
      if (g_str_equal (ivr_format_member (change, "action"), "edit"))
        roll_back (json_node_get_object (copy), change);
    }
  json = json_to_string (copy, FALSE);
  json_node_unref (copy);
  before = ivr_intake_new_from_json (json, NULL);
  return before != NULL ? before : ivr_intake_new ();
}

static char *
describe_path (const char *path)
{
  const IvrField *field = ivr_field_find (path);
  const char *label = field != NULL ? ivr_intake_field_label (field->id) : NULL;

  if (g_str_equal (path, "products"))
    return g_strdup (_("Products and sizes"));
  if (label == NULL)
    return g_strdup (path);
  if (g_str_has_prefix (path, "wounds."))
    return g_strdup_printf (_("Wound %d: %s"), (int) g_ascii_strtoll (path + strlen ("wounds."), NULL, 10) + 1, label);
  if (g_str_has_prefix (path, "insurances."))
    return g_strdup_printf (_("Insurance %d: %s"), (int) g_ascii_strtoll (path + strlen ("insurances."), NULL, 10) + 1, label);
  return g_strdup (label);
}

static const char *
show_value (const char *value)
{
  if (value[0] == '\0')
    return _("(empty)");
  if (g_str_equal (value, "true"))
    return _("Yes");
  if (g_str_equal (value, "false"))
    return _("No");
  return value;
}

static GtkWidget *
add_side (GtkWidget  *group,
          const char *side,
          const char *value,
          GtkWidget  *other)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *check = gtk_check_button_new ();
  g_autofree char *name = g_strdup_printf (_("%s: %s"), side, show_value (value));

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), show_value (value));
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 6);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), side);
  gtk_check_button_set_group (GTK_CHECK_BUTTON (check), other != NULL ? GTK_CHECK_BUTTON (other) : NULL);
  ivr_format_name (check, name);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  return check;
}

static GtkWidget *
conflict_group (Conflict          *self,
                IvrIntakeConflict *conflict)
{
  GtkWidget *group = adw_preferences_group_new ();
  g_autofree char *title = describe_path (conflict->path);
  g_autofree char *before = g_strdup_printf (_("Before: %s"), show_value (conflict->before));
  g_autofree char *escaped_title = g_markup_escape_text (title, -1);
  g_autofree char *escaped = g_markup_escape_text (before, -1);
  GtkWidget *mine;

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), escaped_title);
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (group), escaped);
  mine = add_side (group, _("Yours"), conflict->mine, NULL);
  g_ptr_array_add (self->theirs, add_side (group, _("Theirs"), conflict->theirs, mine));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (mine), TRUE);
  g_ptr_array_add (self->paths, g_strdup (conflict->path));
  return group;
}

static void
on_save (Conflict *self)
{
  g_autoptr(GPtrArray) take = g_ptr_array_new ();
  IvrIntakeConflictDone done = g_steal_pointer (&self->done);

  for (guint i = 0; i < self->paths->len; i++)
    if (gtk_check_button_get_active (self->theirs->pdata[i]))
      g_ptr_array_add (take, self->paths->pdata[i]);
  done (take, self->data);
  gtk_window_destroy (self->window);
}

static GtkWidget *
build_bar (Conflict *self)
{
  GtkWidget *bar = adw_header_bar_new ();
  GtkWidget *later = gtk_button_new_with_mnemonic (_("_Decide later"));
  GtkWidget *save = gtk_button_new_with_mnemonic (_("_Save"));

  adw_header_bar_set_show_end_title_buttons (ADW_HEADER_BAR (bar), FALSE);
  adw_header_bar_set_show_start_title_buttons (ADW_HEADER_BAR (bar), FALSE);
  gtk_widget_add_css_class (save, "suggested-action");
  g_signal_connect_swapped (later, "clicked", G_CALLBACK (gtk_window_close), self->window);
  g_signal_connect_swapped (save, "clicked", G_CALLBACK (on_save), self);
  adw_header_bar_pack_start (ADW_HEADER_BAR (bar), later);
  adw_header_bar_pack_end (ADW_HEADER_BAR (bar), save);
  return bar;
}

/**
 * ivr_intake_conflict_present:
 * @parent: the form
 * @conflicts: (element-type IvrIntakeConflict): what two people changed in different ways
 * @who: who the other one is
 * @done: called once
 * @data: for @done
 */
void
ivr_intake_conflict_present (GtkWindow             *parent,
                             GPtrArray             *conflicts,
                             const char            *who,
                             IvrIntakeConflictDone  done,
                             gpointer               data)
{
  Conflict *self = g_new0 (Conflict, 1);
  GtkWidget *outer = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *page = adw_preferences_page_new ();
  GtkWidget *head = adw_preferences_group_new ();
  g_autofree char *sentence = g_strdup_printf (_("%s saved this form while you were typing. Choose what stays; everything else of both is kept."), who);
  g_autofree char *escaped = g_markup_escape_text (sentence, -1);

  self->paths = g_ptr_array_new_with_free_func (g_free);
  self->theirs = g_ptr_array_new ();
  self->done = done;
  self->data = data;
  self->window = GTK_WINDOW (g_object_new (ADW_TYPE_WINDOW, "transient-for", parent, "modal", TRUE, "destroy-with-parent", TRUE, "default-width", 520,
                                           "default-height", 560, "title", _("Two people changed this form"), NULL));
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (head), escaped);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (head));
  for (guint i = 0; i < conflicts->len; i++)
    adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (conflict_group (self, conflicts->pdata[i])));
  gtk_widget_set_vexpand (page, TRUE);
  gtk_box_append (GTK_BOX (outer), build_bar (self));
  gtk_box_append (GTK_BOX (outer), page);
  adw_window_set_content (ADW_WINDOW (self->window), outer);
  g_signal_connect_swapped (self->window, "destroy", G_CALLBACK (conflict_free), self);
  gtk_window_present (self->window);
}
