/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-signin-window.h"

#include "ivr-database.h"
#include "ivr-error.h"
#include "ivr-format.h"
#include "ivr-server-profile.h"

#include <glib/gi18n.h>
#include <string.h>

struct _IvrSigninWindow
{
  AdwApplicationWindow parent_instance;

  IvrServerProfile profile;
  IvrDatabase *database;
  GtkWidget *stack;
  GtkWidget *busy;
  GtkWidget *spinner;
  GtkWidget *server;
  GtkWidget *gateway;
  GtkWidget *user;
  GtkWidget *password;
  GtkWidget *complaint;
  GtkWidget *sign_in;
  gboolean demo;
};

enum {
  SIGNAL_SIGNED_IN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IvrSigninWindow, ivr_signin_window, ADW_TYPE_APPLICATION_WINDOW)

static const struct
{
  const char *login;
  const char *name;
  const char *what;
} personas[] = {
  { "casey.example", "Casey Example", N_("Clinic staff, Example Wound Clinic") },
  { "robin.example", "Dr. Robin Example", N_("Provider, Example Wound Clinic") },
  { "drew.sample", "Drew Sample", N_("Clinic staff, Sample Foot and Ankle") },
  { "sam.demo", "Sam Demo", N_("Verification specialist") },
  { "kim.demo", "Kim Demo", N_("Verification specialist") },
  { "lee.demo", "Lee Demo", N_("Verification lead") },
};

static void
ivr_signin_window_dispose (GObject *object)
{
  g_clear_object (&IVR_SIGNIN_WINDOW (object)->database);
  G_OBJECT_CLASS (ivr_signin_window_parent_class)->dispose (object);
}

static void
ivr_signin_window_finalize (GObject *object)
{
  ivr_server_profile_clear (&IVR_SIGNIN_WINDOW (object)->profile);
  G_OBJECT_CLASS (ivr_signin_window_parent_class)->finalize (object);
}

static void
ivr_signin_window_class_init (IvrSigninWindowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ivr_signin_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = ivr_signin_window_finalize;
  /* Database, server, gateway or NULL: whoever opens desks opens one. */
  signals[SIGNAL_SIGNED_IN] = g_signal_new ("signed-in", IVR_TYPE_SIGNIN_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                            NULL, G_TYPE_NONE, 3, IVR_TYPE_DATABASE, G_TYPE_STRING, G_TYPE_STRING);
}

static void
ivr_signin_window_init (IvrSigninWindow *self)
{
}

static void
set_running (IvrSigninWindow *self,
             gboolean         running)
{
  gtk_widget_set_sensitive (self->sign_in, !running);
  gtk_button_set_label (GTK_BUTTON (self->sign_in), running ? _("Signing in…") : _("Sign in"));
}

static void
profile_saved_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      data)
{
  g_autoptr(GError) error = NULL;

  if (!g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    g_debug ("the server profile could not be kept: %s", error->message);
}

static void
save_profile (IvrSigninWindow *self)
{
  g_autofree char *path = ivr_server_profile_dup_path ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr(GFile) file = g_file_new_for_path (path);
  g_autofree char *data = ivr_server_profile_to_data (&self->profile);
  g_autoptr(GBytes) bytes = g_bytes_new (data, strlen (data));

  g_mkdir_with_parents (folder, 0700);
  g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL, profile_saved_cb, NULL);
}

static void
signed_in_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr(IvrSigninWindow) self = data;
  g_autoptr(GError) error = NULL;
  const char *gateway = self->profile.gateway;

  if (self->database == NULL)
    return;
  set_running (self, FALSE);
  if (!ivr_database_sign_in_finish (IVR_DATABASE (source), result, &error))
    {
      g_clear_object (&self->database);
      ivr_signin_window_complain (self, error->message);
      return;
    }
  save_profile (self);
  g_signal_emit (self, signals[SIGNAL_SIGNED_IN], 0, self->database, self->profile.server,
                 gateway != NULL && gateway[0] != '\0' ? gateway : NULL);
}

static void
on_sign_in (IvrSigninWindow *self)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *uri = NULL;

  ivr_server_profile_clear (&self->profile);
  self->profile.server = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->server)));
  self->profile.gateway = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->gateway)));
  self->profile.user = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->user)));
  uri = ivr_server_profile_dup_uri (&self->profile, &error);
  if (uri == NULL)
    {
      ivr_signin_window_complain (self, error->message);
      return;
    }
  gtk_widget_set_visible (self->complaint, FALSE);
  set_running (self, TRUE);
  self->database = ivr_database_new (uri);
  ivr_database_set_password (self->database, gtk_editable_get_text (GTK_EDITABLE (self->password)));
  ivr_database_sign_in_async (self->database, NULL, signed_in_cb, g_object_ref (self));
}

static void
profile_loaded_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      data)
{
  g_autoptr(IvrSigninWindow) self = data;
  g_autofree char *text = NULL;

  if (!g_file_load_contents_finish (G_FILE (source), result, &text, NULL, NULL, NULL) ||
      !ivr_server_profile_from_data (&self->profile, text))
    return;
  gtk_editable_set_text (GTK_EDITABLE (self->server), self->profile.server != NULL ? self->profile.server : "");
  gtk_editable_set_text (GTK_EDITABLE (self->gateway), self->profile.gateway != NULL ? self->profile.gateway : "");
  gtk_editable_set_text (GTK_EDITABLE (self->user), self->profile.user != NULL ? self->profile.user : "");
  gtk_widget_grab_focus (self->password);
}

static void
load_profile (IvrSigninWindow *self)
{
  g_autofree char *path = ivr_server_profile_dup_path ();
  g_autoptr(GFile) file = g_file_new_for_path (path);

  g_file_load_contents_async (file, NULL, profile_loaded_cb, g_object_ref (self));
}

static GtkWidget *
add_entry (GtkWidget  *group,
           const char *title,
           gboolean    secret)
{
  GtkWidget *row = secret ? adw_password_entry_row_new () : adw_entry_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  return row;
}

static GtkWidget *
build_server (IvrSigninWindow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *clamp = adw_clamp_new ();
  GtkWidget *title = gtk_label_new (_("IVR Desk"));
  GtkWidget *icon = gtk_image_new_from_icon_name ("org.ivrdesk.Desk");
  GtkWidget *demo = gtk_button_new_with_mnemonic (_("_Try the demo"));

  gtk_image_set_pixel_size (GTK_IMAGE (icon), 96);
  gtk_widget_add_css_class (title, "title-1");
  self->server = add_entry (group, _("Server"), FALSE);
  self->gateway = add_entry (group, _("Live updates (optional), wss://…"), FALSE);
  self->user = add_entry (group, _("User"), FALSE);
  self->password = add_entry (group, _("Password"), TRUE);
  self->complaint = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->complaint), TRUE);
  gtk_widget_add_css_class (self->complaint, "error");
  gtk_widget_set_visible (self->complaint, FALSE);
  self->sign_in = gtk_button_new_with_label (_("Sign in"));
  gtk_widget_add_css_class (self->sign_in, "suggested-action");
  gtk_widget_add_css_class (self->sign_in, "pill");
  gtk_widget_set_halign (self->sign_in, GTK_ALIGN_CENTER);
  g_signal_connect_object (self->sign_in, "clicked", G_CALLBACK (on_sign_in), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->password, "entry-activated", G_CALLBACK (on_sign_in), self, G_CONNECT_SWAPPED);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (demo), "app.demo");
  gtk_widget_set_tooltip_text (demo, _("A private server on this computer with fictional patients; nothing leaves it."));
  gtk_widget_add_css_class (demo, "flat");
  gtk_widget_set_halign (demo, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), group);
  gtk_box_append (GTK_BOX (box), self->complaint);
  gtk_box_append (GTK_BOX (box), self->sign_in);
  gtk_box_append (GTK_BOX (box), demo);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 420);
  adw_clamp_set_child (ADW_CLAMP (clamp), box);
  gtk_widget_set_margin_start (clamp, 24);
  gtk_widget_set_margin_end (clamp, 24);
  return clamp;
}

static void
on_persona (GtkListBox    *list,
            GtkListBoxRow *row,
            gpointer       data)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (data));

  g_action_group_activate_action (G_ACTION_GROUP (application), "sign-in-as",
                                  g_variant_new_string (personas[gtk_list_box_row_get_index (row)].login));
}

static GtkWidget *
build_personas (IvrSigninWindow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *clamp = adw_clamp_new ();
  GtkWidget *title = gtk_label_new (_("Whose desk?"));

  gtk_widget_add_css_class (title, "title-1");
  gtk_widget_add_css_class (list, "boxed-list");
  ivr_format_name (list, _("Personas of the demo"));
  for (gsize i = 0; i < G_N_ELEMENTS (personas); i++)
    {
      GtkWidget *row = adw_action_row_new ();

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), personas[i].name);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _(personas[i].what));
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
      gtk_list_box_append (GTK_LIST_BOX (list), row);
    }
  g_signal_connect_object (list, "row-activated", G_CALLBACK (on_persona), self, 0);
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), list);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 420);
  adw_clamp_set_child (ADW_CLAMP (clamp), box);
  return clamp;
}

static GtkWidget *
build_busy (IvrSigninWindow *self)
{
  self->busy = adw_status_page_new ();
  self->spinner = gtk_spinner_new ();
  gtk_widget_set_size_request (self->spinner, 32, 32);
  gtk_spinner_start (GTK_SPINNER (self->spinner));
  adw_status_page_set_title (ADW_STATUS_PAGE (self->busy), _("Preparing the demo"));
  adw_status_page_set_child (ADW_STATUS_PAGE (self->busy), self->spinner);
  return self->busy;
}

/**
 * ivr_signin_window_progress:
 * @self: a window
 * @sentence: what is being done
 */
void
ivr_signin_window_progress (IvrSigninWindow *self,
                            const char      *sentence)
{
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "busy");
  adw_status_page_set_description (ADW_STATUS_PAGE (self->busy), sentence);
}

/**
 * ivr_signin_window_complain:
 * @self: a window
 * @sentence: what went wrong and what to do
 */
void
ivr_signin_window_complain (IvrSigninWindow *self,
                            const char      *sentence)
{
  gtk_label_set_label (GTK_LABEL (self->complaint), sentence);
  gtk_widget_set_visible (self->complaint, TRUE);
  gtk_spinner_stop (GTK_SPINNER (self->spinner));
  gtk_widget_set_visible (self->spinner, FALSE);
  adw_status_page_set_title (ADW_STATUS_PAGE (self->busy), _("That did not work"));
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (self->busy), "dialog-warning-symbolic");
  adw_status_page_set_description (ADW_STATUS_PAGE (self->busy), sentence);
}

/**
 * ivr_signin_window_new:
 * @application: the application
 * @demo: (nullable): the running demo, whose personas are offered
 *
 * Returns: (transfer none): the window
 */
GtkWindow *
ivr_signin_window_new (GtkApplication *application,
                       IvrDemo        *demo)
{
  IvrSigninWindow *self = g_object_new (IVR_TYPE_SIGNIN_WINDOW, "application", application, "title", _("Sign in – IVR Desk"),
                                        "default-width", 480, "default-height", 640, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *bar = adw_header_bar_new ();

  gtk_widget_add_css_class (bar, "flat");
  self->stack = gtk_stack_new ();
  gtk_widget_set_vexpand (self->stack, TRUE);
  gtk_stack_add_named (GTK_STACK (self->stack), build_server (self), "server");
  gtk_stack_add_named (GTK_STACK (self->stack), build_personas (self), "personas");
  gtk_stack_add_named (GTK_STACK (self->stack), build_busy (self), "busy");
  gtk_box_append (GTK_BOX (box), bar);
  gtk_box_append (GTK_BOX (box), self->stack);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (self), box);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), demo != NULL ? "personas" : "server");
  if (demo == NULL)
    load_profile (self);
  return GTK_WINDOW (self);
}
