/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-test-window.h"

#include "ivr-request.h"

#include <string.h>

static gboolean
on_tick (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* One turn of the main context; never longer than a moment, so that the caller looks again. */
void
ivr_test_step (void)
{
  guint tick = g_timeout_add (20, on_tick, NULL);

  g_main_context_iteration (NULL, TRUE);
  g_source_remove (tick);
}

static void
signed_in_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr(GError) error = NULL;

  ivr_database_sign_in_finish (IVR_DATABASE (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

/**
 * ivr_test_person_new:
 * @server: a seeded server
 * @login: a persona of the demo
 * @journal: (nullable): where what is typed is kept
 *
 * Returns: (transfer full): the person, with an open window
 */
IvrTestPerson *
ivr_test_person_new (IvrTestServer *server,
                     const char    *login,
                     IvrJournal    *journal)
{
  return ivr_test_person_new_at (server, login, NULL, journal);
}

/* GTK 4.8 looks for the pointer in a popover that is gone when a tooltip of it is due, says so and goes on. Everything
 * else that is complained about ends the test. */
static gboolean
is_fatal (const char     *domain,
          GLogLevelFlags  level,
          const char     *message,
          gpointer        data)
{
  return strstr (message, "gdk_surface_get_device_position: assertion 'GDK_IS_SURFACE (surface)' failed") == NULL;
}

/* As the program looks, and as wide as it is. */
static void
dress (void)
{
  static GtkCssProvider *css;

  if (css != NULL)
    return;
  css = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (css, "/org/ivrdesk/Desk/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (css), GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

/**
 * ivr_test_person_new_at:
 * @server: a seeded server
 * @login: a persona of the demo
 * @gateway: (nullable): address of its gateway, "ws://…"
 * @journal: (nullable): where what is typed is kept
 *
 * Returns: (transfer full): the person, with an open window
 */
IvrTestPerson *
ivr_test_person_new_at (IvrTestServer *server,
                        const char    *login,
                        const char    *gateway,
                        IvrJournal    *journal)
{
  IvrTestPerson *self = g_new0 (IvrTestPerson, 1);
  g_autofree char *uri = ivr_test_server_uri (server, login);
  gboolean done = FALSE;

  dress ();
  /* Forgotten after each test. */
  g_test_log_set_fatal_handler (is_fatal, NULL);
  self->database = ivr_database_new (uri);
  ivr_database_sign_in_async (self->database, NULL, signed_in_cb, &done);
  ivr_test_wait (done);
  self->session = ivr_session_new (self->database, gateway, journal, TRUE);
  self->window = ivr_window_new (NULL, self->session);
  g_object_add_weak_pointer (G_OBJECT (self->window), (gpointer *) &self->window);
  gtk_window_present (self->window);
  ivr_session_begin (self->session, NULL);
  ivr_test_wait (g_list_model_get_n_items (G_LIST_MODEL (ivr_session_get_views (self->session))) > 0);
  return self;
}

void
ivr_test_person_free (IvrTestPerson *self)
{
  if (self->window != NULL)
    gtk_window_destroy (self->window);
  g_clear_object (&self->session);
  g_clear_object (&self->database);
  g_free (self);
}

/**
 * ivr_test_name_of:
 * @widget: a widget
 *
 * Returns: (transfer full) (nullable): what a screen reader calls it
 */
char *
ivr_test_name_of (GtkWidget *widget)
{
  GtkAccessible *accessible = GTK_ACCESSIBLE (widget);

  if (gtk_test_accessible_has_property (accessible, GTK_ACCESSIBLE_PROPERTY_LABEL))
    return gtk_test_accessible_check_property (accessible, GTK_ACCESSIBLE_PROPERTY_LABEL, "\n");
  if (GTK_IS_BUTTON (widget) && gtk_button_get_label (GTK_BUTTON (widget)) != NULL)
    return g_strdup (gtk_button_get_label (GTK_BUTTON (widget)));
  if (GTK_IS_CHECK_BUTTON (widget) && gtk_check_button_get_label (GTK_CHECK_BUTTON (widget)) != NULL)
    return g_strdup (gtk_check_button_get_label (GTK_CHECK_BUTTON (widget)));
  if (ADW_IS_PREFERENCES_ROW (widget))
    return g_strdup (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)));
  return NULL;
}

static gboolean
is_named (GtkWidget  *widget,
          const char *name)
{
  g_autofree char *is = ivr_test_name_of (widget);

  if (is == NULL)
    return FALSE;
  if (is[0] == '"' && strlen (is) > 1)
    return strncmp (is + 1, name, strlen (name)) == 0;
  g_strdelimit (is, "_", ' ');
  g_strstrip (is);
  return g_str_has_prefix (is, name);
}

/**
 * ivr_test_find:
 * @root: where to look
 * @type: type of the widget
 * @name: (nullable): how what a screen reader calls it begins
 *
 * Returns: (transfer none) (nullable): the first such widget that is on the screen
 */
GtkWidget *
ivr_test_find (gpointer    root,
               GType       type,
               const char *name)
{
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found;

      if (!gtk_widget_get_visible (child) || !gtk_widget_get_child_visible (child))
        continue;
      if (g_type_is_a (G_OBJECT_TYPE (child), type) && (name == NULL || is_named (child, name)))
        return child;
      found = ivr_test_find (child, type, name);
      if (found != NULL)
        return found;
    }
  return NULL;
}

/**
 * ivr_test_shows:
 * @root: where to look
 * @text: words
 *
 * Returns: whether a label that is on the screen has the words
 */
gboolean
ivr_test_shows (gpointer    root,
                const char *text)
{
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      if (!gtk_widget_get_visible (child) || !gtk_widget_get_child_visible (child))
        continue;
      if (GTK_IS_LABEL (child) && strstr (gtk_label_get_text (GTK_LABEL (child)), text) != NULL)
        return TRUE;
      if (ivr_test_shows (child, text))
        return TRUE;
    }
  return FALSE;
}

void
ivr_test_click (gpointer    root,
                const char *name)
{
  GtkWidget *button = NULL;

  ivr_test_wait ((button = ivr_test_find (root, GTK_TYPE_BUTTON, name)) != NULL && gtk_widget_is_sensitive (button));
  if (GTK_IS_TOGGLE_BUTTON (button))
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), TRUE);
  else
    g_signal_emit_by_name (button, "clicked");
}

static GtkWidget *
find_field (gpointer    root,
            const char *name)
{
  GtkWidget *field = ivr_test_find (root, GTK_TYPE_TEXT_VIEW, name);

  if (field == NULL)
    field = ivr_test_find (root, ADW_TYPE_ENTRY_ROW, name);
  return field != NULL ? field : ivr_test_find (root, GTK_TYPE_EDITABLE, name);
}

void
ivr_test_type (gpointer    root,
               const char *name,
               const char *text)
{
  GtkWidget *field = NULL;

  ivr_test_wait ((field = find_field (root, name)) != NULL);
  if (GTK_IS_TEXT_VIEW (field))
    gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (field)), text, -1);
  else
    gtk_editable_set_text (GTK_EDITABLE (field), text);
}

/**
 * ivr_test_typed:
 * @root: where to look
 * @name: name of a field
 *
 * Returns: (transfer full): what stands in it
 */
char *
ivr_test_typed (gpointer    root,
                const char *name)
{
  GtkWidget *field = NULL;
  GtkTextBuffer *buffer;
  GtkTextIter start;
  GtkTextIter end;

  ivr_test_wait ((field = find_field (root, name)) != NULL);
  if (!GTK_IS_TEXT_VIEW (field))
    return g_strdup (gtk_editable_get_text (GTK_EDITABLE (field)));
  buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (field));
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

/**
 * ivr_test_find_window:
 * @title: its title
 *
 * Returns: (transfer none): the window, as soon as it is there
 */
GtkWindow *
ivr_test_find_window (const char *title)
{
  return ivr_test_find_child (NULL, title);
}

/**
 * ivr_test_find_child:
 * @parent: (nullable): the window that it belongs to; any when %NULL
 * @title: its title
 *
 * Returns: (transfer none): the window, as soon as it is there
 */
GtkWindow *
ivr_test_find_child (GtkWindow  *parent,
                     const char *title)
{
  GtkWindow *found = NULL;
  gint64 end = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;

  while (found == NULL && g_get_monotonic_time () < end)
    {
      GListModel *windows = gtk_window_get_toplevels ();

      for (guint i = 0; i < g_list_model_get_n_items (windows) && found == NULL; i++)
        {
          g_autoptr(GtkWindow) window = g_list_model_get_item (windows, i);

          if (g_strcmp0 (gtk_window_get_title (window), title) == 0 && gtk_widget_get_mapped (GTK_WIDGET (window)) &&
              (parent == NULL || gtk_window_get_transient_for (window) == parent))
            found = window;
        }
      if (found == NULL)
        ivr_test_step ();
    }
  if (found == NULL)
    g_error ("no window “%s” came", title);
  return found;
}

/**
 * ivr_test_person_open:
 * @self: a person
 * @view: name of a view
 * @request: how the number of a request begins, "#1001"
 *
 * Opens a request as the person would: by view and row.
 */
void
ivr_test_person_open (IvrTestPerson *self,
                      const char    *view,
                      const char    *request)
{
  GtkWidget *row = NULL;
  GListModel *rows = ivr_window_get_list (IVR_WINDOW (self->window));
  GtkWidget *list;
  guint found = GTK_INVALID_LIST_POSITION;

  ivr_test_wait ((row = ivr_test_find (self->window, GTK_TYPE_LIST_BOX_ROW, view)) != NULL);
  gtk_list_box_select_row (GTK_LIST_BOX (gtk_widget_get_parent (row)), GTK_LIST_BOX_ROW (row));
  while (found == GTK_INVALID_LIST_POSITION)
    {
      for (guint i = 0; i < g_list_model_get_n_items (rows) && found == GTK_INVALID_LIST_POSITION; i++)
        {
          g_autoptr(IvrRequest) item = g_list_model_get_item (rows, i);
          g_autofree char *number = g_strdup_printf ("#%" G_GINT64_FORMAT, ivr_request_get_fields (item)->request_no);

          if (!ivr_request_is_loading (item) && g_str_equal (number, request))
            found = i;
        }
      ivr_test_step ();
    }
  list = ivr_test_find (self->window, GTK_TYPE_COLUMN_VIEW, "Requests");
  g_assert_nonnull (list);
  gtk_selection_model_select_item (gtk_column_view_get_model (GTK_COLUMN_VIEW (list)), found, TRUE);
  ivr_test_wait (ivr_test_find (self->window, GTK_TYPE_STACK_SWITCHER, "Pages of the request") != NULL &&
                 ivr_test_shows (ivr_test_find (self->window, g_type_from_name ("IvrRequestPage"), NULL), request));
}
