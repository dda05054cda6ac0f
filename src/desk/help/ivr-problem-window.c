/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-problem-window.h"

#include "ivr-format.h"
#include "ivr-problem-log.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <string.h>

typedef struct
{
  GtkWindow *window;
  AdwToastOverlay *toasts;
  GtkFileChooserNative *chooser;
  char *report;
} Problem;

static void
problem_free (gpointer data)
{
  Problem *self = data;

  if (self->chooser != NULL)
    gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (self->chooser));
  g_clear_object (&self->chooser);
  g_free (self->report);
  g_free (self);
}

static const char *
status_word (IvrSession *session)
{
  switch (ivr_session_get_status (session))
    {
    case IVR_SESSION_LIVE:
      return "live";
    case IVR_SESSION_POLLING:
      return "without live updates";
    case IVR_SESSION_RECONNECTING:
      return "connecting again";
    case IVR_SESSION_OFFLINE:
      return "offline";
    default:
      return "unknown";
    }
}

static void
add_display (GString   *text,
             GtkWidget *widget)
{
  AdwStyleManager *style = adw_style_manager_get_default ();
  GtkSettings *settings = gtk_widget_get_settings (widget);
  gboolean animations = TRUE;
  int dpi = 0;

  g_object_get (settings, "gtk-enable-animations", &animations, "gtk-xft-dpi", &dpi, NULL);
  g_string_append_printf (text, "display: %s, scale %d, text at %d %%, %s%s%s, %s\n",
                          G_OBJECT_TYPE_NAME (gtk_widget_get_display (widget)), gtk_widget_get_scale_factor (widget),
                          dpi > 0 ? dpi * 100 / (96 * 1024) : 100, adw_style_manager_get_dark (style) ? "dark" : "light",
                          adw_style_manager_get_high_contrast (style) ? ", high contrast" : "",
                          animations ? "" : ", no animations",
                          gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL ? "right to left" : "left to right");
}

/**
 * ivr_problem_dup_report:
 * @widget: a widget on the display
 * @session: who works here
 *
 * No name, login, server, organization, request or text that anybody typed is in it.
 *
 * Returns: (transfer full): the report, in English for whoever mends it
 */
char *
ivr_problem_dup_report (GtkWidget  *widget,
                        IvrSession *session)
{
  IvrDatabase *database = ivr_session_get_database (session);
  JsonObject *me = ivr_database_get_me (database);
  GString *text = g_string_new ("IVR Desk: report of a problem\n\n");
  g_autofree char *system = g_get_os_info (G_OS_INFO_KEY_PRETTY_NAME);
  g_autofree char *log = ivr_problem_log_dup ();
  g_autoptr(GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *when = g_date_time_format_iso8601 (now);

  g_string_append_printf (text, "when: %s\nversion: %s\nsystem: %s%s\nGTK %u.%u.%u, libadwaita %u.%u.%u, GLib %u.%u.%u\nlanguage: %s\n",
                          when, IVR_VERSION, system != NULL ? system : "unknown",
                          g_getenv ("FLATPAK_ID") != NULL ? ", in a Flatpak" : "",
                          gtk_get_major_version (), gtk_get_minor_version (), gtk_get_micro_version (),
                          adw_get_major_version (), adw_get_minor_version (), adw_get_micro_version (),
                          glib_major_version, glib_minor_version, glib_micro_version, setlocale (LC_MESSAGES, NULL));
  add_display (text, widget);
  g_string_append_printf (text, "connection: %s, %u changes wait\nserver: PostgreSQL %s, schema %d%s\nside: %s\n", status_word (session),
                          ivr_database_get_waiting (database), ivr_format_member (me, "server"),
                          (int) json_object_get_int_member_with_default (me, "schema", 0), ivr_session_is_demo (session) ? ", demo" : "",
                          ivr_format_member (me, "side"));
  g_string_append_printf (text, "\nWhat the program complained about (without what stood in quotes, numbers and folders):\n%s",
                          log[0] != '\0' ? log : "nothing\n");
  return g_string_free (text, FALSE);
}

static void
toast (Problem    *self,
       const char *sentence)
{
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (sentence));
}

static void
saved_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(GtkWindow) window = data;
  Problem *self = g_object_get_data (G_OBJECT (window), "problem");
  g_autoptr(GError) error = NULL;
  gboolean ok = g_file_replace_contents_finish (G_FILE (source), result, NULL, &error);

  if (self == NULL)
    return;
  toast (self, ok ? _("The report is saved.") : _("The report could not be saved. Choose another folder."));
}

static void
on_chosen (GtkNativeDialog *dialog,
           int              response,
           gpointer         data)
{
  Problem *self = data;
  g_autoptr(GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog)) : NULL;
  g_autoptr(GBytes) bytes = g_bytes_new (self->report, strlen (self->report));

  if (file != NULL)
    g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL, saved_cb, g_object_ref (self->window));
  g_clear_object (&self->chooser);
}

static void
on_save (Problem *self)
{
  if (self->chooser != NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (_("Save the report"), self->window, GTK_FILE_CHOOSER_ACTION_SAVE, _("_Save"), NULL);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), "ivr-desk-problem.txt");
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect (self->chooser, "response", G_CALLBACK (on_chosen), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
on_copy (Problem *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self->window)), self->report);
  toast (self, _("The report is copied."));
}

static GtkWidget *
report_view (const char *report)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *view = gtk_text_view_new ();

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), report, -1);
  gtk_text_view_set_editable (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (view), TRUE);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (view), 12);
  gtk_text_view_set_right_margin (GTK_TEXT_VIEW (view), 12);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (view), 12);
  gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (view), 12);
  ivr_format_name (view, _("Report of a problem"));
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), view);
  gtk_widget_set_vexpand (scrolled, TRUE);
  return scrolled;
}

/**
 * ivr_problem_window_new:
 * @parent: the desk
 * @session: who works here
 *
 * Returns: (transfer none): the window, not shown yet
 */
GtkWindow *
ivr_problem_window_new (GtkWindow  *parent,
                        IvrSession *session)
{
  Problem *self = g_new0 (Problem, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *bar = adw_header_bar_new ();
  GtkWidget *save = gtk_button_new_with_mnemonic (_("_Save…"));
  GtkWidget *copy = gtk_button_new_with_mnemonic (_("_Copy"));
  GtkWidget *words = gtk_label_new (_("This is all that the report says. No patient, person, clinic or typed text is in it. Save it, and send it to whoever looks after IVR Desk with a sentence about what you did."));

  self->window = GTK_WINDOW (adw_window_new ());
  self->report = ivr_problem_dup_report (GTK_WIDGET (parent), session);
  self->toasts = ADW_TOAST_OVERLAY (adw_toast_overlay_new ());
  g_object_set_data_full (G_OBJECT (self->window), "problem", self, problem_free);
  gtk_window_set_title (self->window, _("Report a problem"));
  gtk_window_set_transient_for (self->window, parent);
  gtk_window_set_destroy_with_parent (self->window, TRUE);
  gtk_window_set_default_size (self->window, 680, 560);
  gtk_widget_add_css_class (save, "suggested-action");
  g_signal_connect_swapped (save, "clicked", G_CALLBACK (on_save), self);
  g_signal_connect_swapped (copy, "clicked", G_CALLBACK (on_copy), self);
  adw_header_bar_pack_end (ADW_HEADER_BAR (bar), save);
  adw_header_bar_pack_end (ADW_HEADER_BAR (bar), copy);
  gtk_label_set_wrap (GTK_LABEL (words), TRUE);
  gtk_label_set_xalign (GTK_LABEL (words), 0);
  gtk_widget_set_margin_start (words, 12);
  gtk_widget_set_margin_end (words, 12);
  gtk_widget_set_margin_top (words, 12);
  gtk_widget_set_margin_bottom (words, 12);
  gtk_box_append (GTK_BOX (box), bar);
  gtk_box_append (GTK_BOX (box), words);
  gtk_box_append (GTK_BOX (box), report_view (self->report));
  adw_toast_overlay_set_child (self->toasts, box);
  adw_window_set_content (ADW_WINDOW (self->window), GTK_WIDGET (self->toasts));
  return self->window;
}
