/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-application.h"

#include "ivr-database.h"
#include "ivr-demo.h"
#include "ivr-journals.h"
#include "ivr-problem-log.h"
#include "ivr-session.h"
#include "ivr-signin-window.h"
#include "ivr-window.h"

#include <glib/gi18n.h>
#include <glib-unix.h>
#include <locale.h>
#include <signal.h>
#include <sys/prctl.h>

struct _IvrApplication
{
  AdwApplication parent_instance;

  IvrDemo *demo;
  IvrJournals *journals;
  GStrv personas;
  gboolean demo_wanted;
  gboolean demo_ready;
  GtkWindow *signin;
};

G_DEFINE_FINAL_TYPE (IvrApplication, ivr_application, ADW_TYPE_APPLICATION)

static const char * const default_personas[] = { "casey.example", "sam.demo", NULL };

static void
ivr_application_finalize (GObject *object)
{
  IvrApplication *self = IVR_APPLICATION (object);

  g_clear_object (&self->demo);
  g_clear_object (&self->journals);
  g_strfreev (self->personas);
  G_OBJECT_CLASS (ivr_application_parent_class)->finalize (object);
}

/* Somebody is signed in and their journal is being opened. */
typedef struct
{
  IvrApplication *application;
  IvrDatabase *database;
  char *gateway;
  gboolean demo;
} Arrival;

static void
arrival_free (Arrival *arrival)
{
  g_application_release (G_APPLICATION (arrival->application));
  g_object_unref (arrival->application);
  g_object_unref (arrival->database);
  g_free (arrival->gateway);
  g_free (arrival);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Arrival, arrival_free)

static void
journal_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(Arrival) arrival = data;
  IvrApplication *self = arrival->application;
  g_autofree char *notice = NULL;
  g_autoptr(IvrJournal) journal = ivr_journals_open_finish (IVR_JOURNALS (source), result, &notice);
  g_autoptr(IvrSession) session = ivr_session_new (arrival->database, arrival->gateway, journal, arrival->demo);

  gtk_window_present (ivr_window_new (GTK_APPLICATION (self), session));
  ivr_session_begin (session, notice);
  if (self->signin != NULL)
    gtk_window_destroy (self->signin);
}

static void
open_desk (IvrApplication *self,
           IvrDatabase    *database,
           const char     *server,
           const char     *gateway,
           gboolean        demo)
{
  JsonObject *me = ivr_database_get_me (database);
  Arrival *arrival = g_new0 (Arrival, 1);

  arrival->application = g_object_ref (self);
  arrival->database = g_object_ref (database);
  arrival->gateway = g_strdup (gateway);
  arrival->demo = demo;
  g_application_hold (G_APPLICATION (self));
  ivr_journals_open_async (self->journals, server, json_object_get_string_member_with_default (me, "login", ""),
                           journal_cb, arrival);
}

static void
on_signed_in (IvrApplication *self,
              IvrDatabase    *database,
              const char     *server,
              const char     *gateway)
{
  open_desk (self, database, server, gateway, FALSE);
}

static void
show_signin (IvrApplication *self)
{
  if (self->signin == NULL)
    {
      self->signin = ivr_signin_window_new (GTK_APPLICATION (self), self->demo_ready ? self->demo : NULL);
      g_signal_connect_object (self->signin, "signed-in", G_CALLBACK (on_signed_in), self, G_CONNECT_SWAPPED);
      g_object_add_weak_pointer (G_OBJECT (self->signin), (gpointer *) &self->signin);
    }
  gtk_window_present (self->signin);
}

static void
signed_in_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr(IvrApplication) self = data;
  IvrDatabase *database = IVR_DATABASE (source);
  g_autoptr(GError) error = NULL;
  g_autofree char *gateway = NULL;
  g_autofree char *folder = NULL;

  if (!ivr_database_sign_in_finish (database, result, &error))
    {
      show_signin (self);
      ivr_signin_window_complain (IVR_SIGNIN_WINDOW (self->signin), error->message);
      g_application_release (G_APPLICATION (self));
      return;
    }
  gateway = g_strconcat ("ws://", ivr_demo_get_gateway_uri (self->demo), NULL);
  folder = ivr_demo_dup_folder ();
  open_desk (self, database, folder, gateway, TRUE);
  g_application_release (G_APPLICATION (self));
}

static void
open_persona (IvrApplication *self,
              const char     *login)
{
  g_autofree char *uri = ivr_demo_dup_uri (self->demo, login);
  g_autoptr(IvrDatabase) database = ivr_database_new (uri);

  g_application_hold (G_APPLICATION (self));
  ivr_database_sign_in_async (database, NULL, signed_in_cb, g_object_ref (self));
}

static void
demo_started_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      data)
{
  g_autoptr(IvrApplication) self = data;
  g_autoptr(GError) error = NULL;
  const char * const *personas = self->personas != NULL ? (const char * const *) self->personas : default_personas;

  if (!ivr_demo_start_finish (IVR_DEMO (source), result, &error))
    {
      g_printerr ("ivr-desk: %s\n", error->message);
      g_clear_object (&self->demo);
      if (self->signin != NULL)
        ivr_signin_window_complain (IVR_SIGNIN_WINDOW (self->signin), error->message);
      return;
    }
  self->demo_ready = TRUE;
  for (guint i = 0; personas[i] != NULL; i++)
    open_persona (self, personas[i]);
}

static void
on_progress (IvrApplication *self,
             const char     *sentence)
{
  if (self->signin != NULL)
    ivr_signin_window_progress (IVR_SIGNIN_WINDOW (self->signin), sentence);
}

static void
start_demo (IvrApplication *self)
{
  g_autofree char *folder = ivr_demo_dup_folder ();

  if (self->demo != NULL)
    {
      show_signin (self);
      return;
    }
  self->demo = ivr_demo_new (folder);
  show_signin (self);
  g_signal_connect_object (self->demo, "progress", G_CALLBACK (on_progress), self, G_CONNECT_SWAPPED);
  ivr_demo_start_async (self->demo, NULL, demo_started_cb, g_object_ref (self));
}

static void
ivr_application_activate (GApplication *application)
{
  IvrApplication *self = IVR_APPLICATION (application);

  if (self->demo_wanted)
    start_demo (self);
  else
    show_signin (self);
}

static void
on_sign_in (GSimpleAction *action,
            GVariant      *parameter,
            gpointer       data)
{
  show_signin (data);
}

static void
on_sign_in_as (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       data)
{
  IvrApplication *self = data;

  if (self->demo_ready)
    open_persona (self, g_variant_get_string (parameter, NULL));
}

static void
on_demo (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       data)
{
  start_demo (data);
}

static void
on_about (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       data)
{
  adw_show_about_window (gtk_application_get_active_window (GTK_APPLICATION (data)), "application-name", _("IVR Desk"),
                         "application-icon", "org.ivrdesk.Desk", "version", IVR_VERSION, "license-type", GTK_LICENSE_GPL_3_0,
                         "comments", _("Insurance verification requests for wound care: a clinic asks, a specialist answers, both see it live."),
                         NULL);
}

static void
flushed_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  ivr_journals_flush_finish (IVR_JOURNALS (source), result);
  g_application_release (G_APPLICATION (data));
  g_object_unref (data);
}

/* What was typed a moment ago is written before the program ends. */
static void
ivr_application_window_removed (GtkApplication *application,
                                GtkWindow      *window)
{
  IvrApplication *self = IVR_APPLICATION (application);

  g_application_hold (G_APPLICATION (self));
  ivr_journals_flush_async (self->journals, flushed_cb, g_object_ref (self));
  GTK_APPLICATION_CLASS (ivr_application_parent_class)->window_removed (application, window);
}

static void
on_quit (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       data)
{
  g_autoptr(GList) windows = g_list_copy (gtk_application_get_windows (GTK_APPLICATION (data)));

  /* Each may ask first; the program ends with the last one. */
  for (GList *l = windows; l != NULL; l = l->next)
    gtk_window_close (l->data);
}

static void
flushed_for_end_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      data)
{
  g_autoptr(GApplication) application = data;

  ivr_journals_flush_finish (IVR_JOURNALS (source), result);
  g_application_quit (application);
}

/* Logging off, shutting down: nobody can be asked, so everything is written and nothing sent. */
static gboolean
on_terminate (gpointer data)
{
  IvrApplication *self = data;

  ivr_journals_flush_async (self->journals, flushed_for_end_cb, g_object_ref (self));
  return G_SOURCE_CONTINUE;
}

static void
ivr_application_startup (GApplication *application)
{
  static const GActionEntry actions[] = {
    { .name = "sign-in", .activate = on_sign_in },
    { .name = "sign-in-as", .activate = on_sign_in_as, .parameter_type = "s" },
    { .name = "demo", .activate = on_demo },
    { .name = "about", .activate = on_about },
    { .name = "quit", .activate = on_quit },
  };
  g_autoptr(GtkCssProvider) css = gtk_css_provider_new ();
  IvrApplication *self = IVR_APPLICATION (application);
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (), "ivr-desk", "journals", NULL);

  self->journals = ivr_journals_new (folder);
  g_unix_signal_add (SIGTERM, on_terminate, self);
  g_unix_signal_add (SIGINT, on_terminate, self);
  g_unix_signal_add (SIGHUP, on_terminate, self);
  G_APPLICATION_CLASS (ivr_application_parent_class)->startup (application);
  gtk_css_provider_load_from_resource (css, "/org/ivrdesk/Desk/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (css),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (gdk_display_get_default ()), "/org/ivrdesk/Desk/icons");
  gtk_window_set_default_icon_name ("org.ivrdesk.Desk");
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions), application);
  gtk_application_set_accels_for_action (GTK_APPLICATION (application), "app.quit", (const char *[]) { "<Control>q", NULL });
}

static int
ivr_application_local_options (GApplication *application,
                               GVariantDict *options)
{
  IvrApplication *self = IVR_APPLICATION (application);

  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("ivr-desk %s\n", IVR_VERSION);
      return 0;
    }
  self->demo_wanted = g_variant_dict_contains (options, "demo");
  g_variant_dict_lookup (options, "persona", "^as", &self->personas);
  if (self->personas != NULL && !self->demo_wanted)
    {
      g_printerr ("ivr-desk: --persona is only for the demo.\n");
      return 2;
    }
  if (!gtk_init_check ())
    {
      g_printerr ("ivr-desk: There is no display to open a window on; start it in a desktop session.\n");
      return 1;
    }
  return -1;
}

static void
ivr_application_class_init (IvrApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = ivr_application_finalize;
  application_class->startup = ivr_application_startup;
  application_class->activate = ivr_application_activate;
  application_class->handle_local_options = ivr_application_local_options;
  GTK_APPLICATION_CLASS (klass)->window_removed = ivr_application_window_removed;
}

static void
ivr_application_init (IvrApplication *self)
{
  const GOptionEntry entries[] = {
    { "demo", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Start a private server with fictional data and open two desks"), NULL },
    { "persona", 0, 0, G_OPTION_ARG_STRING_ARRAY, NULL, N_("With --demo: whose desk to open; may be given again"), N_("LOGIN") },
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Show the version"), NULL },
    { NULL },
  };

  g_application_add_main_option_entries (G_APPLICATION (self), entries);
}

IvrApplication *
ivr_application_new (void)
{
  return g_object_new (IVR_TYPE_APPLICATION, "application-id", "org.ivrdesk.Desk", "flags", G_APPLICATION_NON_UNIQUE, NULL);
}

/* Translations: installed, or for a desk that runs from the build folder, those that were built with it. */
static char *
dup_locale_folder (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = program != NULL ? g_path_get_dirname (program) : NULL;
  g_autofree char *built = folder != NULL ? g_build_filename (folder, "..", "..", "po", NULL) : NULL;
  g_autofree char *sample = built != NULL ? g_build_filename (built, "es", "LC_MESSAGES", GETTEXT_PACKAGE ".mo", NULL) : NULL;

  return sample != NULL && g_file_test (sample, G_FILE_TEST_EXISTS) ? g_steal_pointer (&built) : g_strdup (IVR_LOCALEDIR);
}

/**
 * ivr_desk_main:
 * @argc: number of arguments
 * @argv: arguments
 *
 * Returns: exit status
 */
int
ivr_desk_main (int    argc,
               char **argv)
{
  g_autoptr(IvrApplication) application = NULL;
  g_autofree char *locale_folder = dup_locale_folder ();

  /* What is on the screen is in memory too: no core file of it, and nobody else looks in. */
  prctl (PR_SET_DUMPABLE, 0, 0, 0, 0);
  ivr_problem_log_begin ();
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, locale_folder);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_application_name (_("IVR Desk"));
  application = ivr_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
