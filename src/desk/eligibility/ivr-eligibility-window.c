/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-eligibility-window.h"

#include "ivr-eligibility-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>

static gboolean
on_escape (GtkWidget *widget,
           GVariant  *args,
           gpointer   data)
{
  gtk_window_close (GTK_WINDOW (widget));
  return TRUE;
}

static gboolean
on_ask (GtkWidget *widget,
        GVariant  *args,
        gpointer   page)
{
  ivr_eligibility_page_ask (IVR_ELIGIBILITY_PAGE (page));
  return TRUE;
}

static void
on_notice (AdwToastOverlay *toasts,
           const char      *sentence)
{
  AdwToast *toast = adw_toast_new ("");

  g_object_set (toast, "title", sentence, NULL);
  adw_toast_overlay_add_toast (toasts, toast);
}

#define PAGE "ivr-eligibility-page"
#define SUBJECT "ivr-eligibility-subject"

/* One window a request and insurance: who asks again finds the one that is open. */
static GtkWidget *
find_open (GtkWindow  *parent,
           const char *subject)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr(GtkWindow) window = g_list_model_get_item (windows, i);

      if (gtk_window_get_transient_for (window) == parent && g_strcmp0 (g_object_get_data (G_OBJECT (window), SUBJECT), subject) == 0)
        {
          gtk_window_present (window);
          return g_object_get_data (G_OBJECT (window), PAGE);
        }
    }
  return NULL;
}

static GtkWidget *
open_new (GtkWindow  *parent,
          IvrSession *session,
          const char *request,
          int         rank)
{
  GtkWidget *window = adw_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *toasts = adw_toast_overlay_new ();
  GtkWidget *page = g_object_new (IVR_TYPE_ELIGIBILITY_PAGE, NULL);
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_window_set_title (GTK_WINDOW (window), _("Benefits"));
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_set_destroy_with_parent (GTK_WINDOW (window), TRUE);
  gtk_window_set_default_size (GTK_WINDOW (window), 680, 640);
  gtk_widget_set_vexpand (toasts, TRUE);
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (toasts), page);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), toasts);
  adw_window_set_content (ADW_WINDOW (window), box);
  gtk_shortcut_controller_add_shortcut (
    GTK_SHORTCUT_CONTROLLER (keys),
    gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0), gtk_callback_action_new (on_escape, NULL, NULL)));
  gtk_shortcut_controller_add_shortcut (
    GTK_SHORTCUT_CONTROLLER (keys),
    gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_b, GDK_CONTROL_MASK), gtk_callback_action_new (on_ask, page, NULL)));
  gtk_widget_add_controller (window, keys);
  ivr_eligibility_page_set_session (IVR_ELIGIBILITY_PAGE (page), session);
  ivr_eligibility_page_set_rank (IVR_ELIGIBILITY_PAGE (page), rank);
  g_signal_connect_object (page, "notice", G_CALLBACK (on_notice), toasts, G_CONNECT_SWAPPED);
  ivr_eligibility_page_set_request (IVR_ELIGIBILITY_PAGE (page), request);
  g_object_set_data (G_OBJECT (window), PAGE, page);
  g_object_set_data_full (G_OBJECT (window), SUBJECT, g_strdup_printf ("%s %d", request, rank), g_free);
  gtk_window_present (GTK_WINDOW (window));
  return page;
}

static GtkWidget *
present (GtkWindow  *parent,
         IvrSession *session,
         const char *request,
         int         rank)
{
  g_autofree char *subject = g_strdup_printf ("%s %d", request, rank);
  GtkWidget *page = find_open (parent, subject);

  return page != NULL ? page : open_new (parent, session, request, rank);
}

/**
 * ivr_eligibility_window_present:
 * @parent: the window that it belongs to
 * @session: a session
 * @request: a request that is saved
 * @rank: which insurance of its patient, 1 to 3; 0 for all
 *
 * Shows what payers were asked and answered, with the button that has one asked.
 */
void
ivr_eligibility_window_present (GtkWindow  *parent,
                                IvrSession *session,
                                const char *request,
                                int         rank)
{
  present (parent, session, request, rank);
}

/**
 * ivr_eligibility_window_ask:
 * @parent: the window that it belongs to
 * @session: a session
 * @request: a request that is saved
 *
 * Shows all insurances of the request and has the payer of the first that can be asked.
 */
void
ivr_eligibility_window_ask (GtkWindow  *parent,
                            IvrSession *session,
                            const char *request)
{
  ivr_eligibility_page_ask (IVR_ELIGIBILITY_PAGE (present (parent, session, request, 0)));
}
