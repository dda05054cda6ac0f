/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-watched-list.h"

#include "ivr-format.h"

#include <glib/gi18n.h>

#define LOOK_S 2

struct _IvrWatchedList
{
  GtkWidget parent_instance;

  GtkWidget *line;
  GtkWidget *list;
  IvrWatchedFolder *folder;
  guint source;
};

enum {
  SIGNAL_ADD,
  SIGNAL_STOP,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IvrWatchedList, ivr_watched_list, GTK_TYPE_WIDGET)

static void
ivr_watched_list_dispose (GObject *object)
{
  IvrWatchedList *self = IVR_WATCHED_LIST (object);
  GtkWidget *child;

  g_clear_handle_id (&self->source, g_source_remove);
  if (self->folder != NULL)
    g_signal_handlers_disconnect_by_data (self->folder, self);
  if (self->list != NULL)
    gtk_list_box_bind_model (GTK_LIST_BOX (self->list), NULL, NULL, NULL, NULL);
  self->list = NULL;
  g_clear_object (&self->folder);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (ivr_watched_list_parent_class)->dispose (object);
}

static void
ivr_watched_list_class_init (IvrWatchedListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ivr_watched_list_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
  signals[SIGNAL_ADD] = g_signal_new ("add", IVR_TYPE_WATCHED_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_FILE);
  signals[SIGNAL_STOP] = g_signal_new ("stop", IVR_TYPE_WATCHED_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
show (IvrWatchedList *self,
      const char     *wrong)
{
  const char *path = ivr_watched_folder_get_path (self->folder);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->folder));
  g_autofree char *name = path != NULL ? g_filename_display_basename (path) : NULL;
  g_autofree char *text = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self), path != NULL);
  gtk_widget_set_visible (self->list, n > 0);
  if (path == NULL)
    return;
  if (wrong != NULL)
    text = g_strdup_printf (_("The folder “%s” cannot be read: %s"), name, wrong);
  else if (n == 0)
    text = g_strdup_printf (_("Nothing is new in the folder “%s”."), name);
  else
    text = g_strdup_printf (ngettext ("%u file is new in the folder “%s”. It is sent only when you add it.",
                                      "%u files are new in the folder “%s”. They are sent only when you add them.", n),
                            n, name);
  gtk_label_set_label (GTK_LABEL (self->line), text);
}

static void
on_looked (IvrWatchedList *self,
           const char     *wrong)
{
  show (self, wrong);
}

static gboolean
on_time (gpointer data)
{
  ivr_watched_folder_look (IVR_WATCHED_LIST (data)->folder);
  return G_SOURCE_CONTINUE;
}

/* Only for whoever looks: a folder may lie on another computer. */
static void
on_map (IvrWatchedList *self)
{
  if (self->folder == NULL || self->source != 0)
    return;
  self->source = g_timeout_add_seconds (LOOK_S, on_time, self);
  ivr_watched_folder_look (self->folder);
}

static void
on_unmap (IvrWatchedList *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
}

static void
on_stop (IvrWatchedList *self)
{
  g_signal_emit (self, signals[SIGNAL_STOP], 0);
}

static void
ivr_watched_list_init (IvrWatchedList *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *end = gtk_button_new_with_label (_("Stop watching"));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (gtk_widget_get_layout_manager (GTK_WIDGET (self))), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))), 6);
  self->line = g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_STATUS, "wrap", TRUE, "xalign", 0.0, "hexpand", TRUE, NULL);
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->list, "boxed-list");
  gtk_widget_add_css_class (end, "flat");
  gtk_widget_set_valign (end, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (head), self->line);
  gtk_box_append (GTK_BOX (head), end);
  gtk_widget_set_parent (head, GTK_WIDGET (self));
  gtk_widget_set_parent (self->list, GTK_WIDGET (self));
  ivr_format_name (self->list, _("New in the watched folder"));
  g_signal_connect_swapped (end, "clicked", G_CALLBACK (on_stop), self);
  g_signal_connect (self, "map", G_CALLBACK (on_map), NULL);
  g_signal_connect (self, "unmap", G_CALLBACK (on_unmap), NULL);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

static void
on_add (GtkWidget      *button,
        IvrWatchedList *self)
{
  g_autoptr(IvrWatchedFile) file = g_object_ref (g_object_get_data (G_OBJECT (button), "file"));

  g_signal_emit (self, signals[SIGNAL_ADD], 0, ivr_watched_file_get_file (file));
  ivr_watched_folder_done (self->folder, file);
  show (self, NULL);
}

static void
on_aside (GtkWidget      *button,
          IvrWatchedList *self)
{
  g_autoptr(IvrWatchedFile) file = g_object_ref (g_object_get_data (G_OBJECT (button), "file"));

  ivr_watched_folder_done (self->folder, file);
  show (self, NULL);
}

static GtkWidget *
button_new (IvrWatchedList *self,
            IvrWatchedFile *file,
            const char     *label,
            const char     *name,
            GCallback       callback)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  ivr_format_name (button, name);
  g_object_set_data_full (G_OBJECT (button), "file", g_object_ref (file), g_object_unref);
  g_signal_connect_object (button, "clicked", callback, self, 0);
  return button;
}

static GtkWidget *
create_row (gpointer item,
            gpointer data)
{
  IvrWatchedList *self = data;
  IvrWatchedFile *file = item;
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *middle = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *name = gtk_label_new (ivr_watched_file_get_name (file));
  g_autofree char *size = g_format_size (ivr_watched_file_get_size (file));
  g_autofree char *when = ivr_format_moment (ivr_watched_file_get_changed (file));
  g_autofree char *facts = g_strdup_printf ("%s · %s", size, when);
  g_autofree char *add = g_strdup_printf (_("Add: %s"), ivr_watched_file_get_name (file));
  g_autofree char *aside = g_strdup_printf (_("Not this one: %s"), ivr_watched_file_get_name (file));
  GtkWidget *line = gtk_label_new (facts);
  GtkWidget *put_aside = button_new (self, file, _("Not this one"), aside, G_CALLBACK (on_aside));

  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_xalign (GTK_LABEL (line), 0);
  gtk_widget_add_css_class (line, "caption");
  gtk_widget_add_css_class (put_aside, "flat");
  gtk_box_append (GTK_BOX (middle), name);
  gtk_box_append (GTK_BOX (middle), line);
  gtk_widget_set_hexpand (middle, TRUE);
  gtk_box_append (GTK_BOX (box), middle);
  gtk_box_append (GTK_BOX (box), put_aside);
  gtk_box_append (GTK_BOX (box), button_new (self, file, _("Add"), add, G_CALLBACK (on_add)));
  gtk_widget_add_css_class (box, "document");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  ivr_format_name (row, ivr_watched_file_get_name (file));
  return row;
}

/**
 * ivr_watched_list_set_folder:
 * @self: a list
 * @folder: what it shows; once
 */
void
ivr_watched_list_set_folder (IvrWatchedList   *self,
                             IvrWatchedFolder *folder)
{
  g_return_if_fail (self->folder == NULL);

  self->folder = g_object_ref (folder);
  g_signal_connect_object (folder, "looked", G_CALLBACK (on_looked), self, G_CONNECT_SWAPPED);
  gtk_list_box_bind_model (GTK_LIST_BOX (self->list), G_LIST_MODEL (folder), create_row, self, NULL);
  show (self, NULL);
}

/**
 * ivr_watched_list_look:
 * @self: a list whose folder was changed
 */
void
ivr_watched_list_look (IvrWatchedList *self)
{
  show (self, NULL);
  ivr_watched_folder_look (self->folder);
}
