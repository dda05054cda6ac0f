/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-window.h"

#include "ivr-chat-page.h"
#include "ivr-desk-settings.h"
#include "ivr-format.h"
#include "ivr-help-window.h"
#include "ivr-intake-window.h"
#include "ivr-problem-window.h"
#include "ivr-request-page.h"
#include "ivr-requests-page.h"
#include "ivr-view-row.h"

#include <glib/gi18n.h>

struct _IvrWindow
{
  AdwApplicationWindow parent_instance;

  GtkSearchEntry *search;
  GtkMenuButton *menu_button;
  GtkLabel *person;
  GtkLabel *organization;
  GtkToggleButton *chat_toggle;
  GtkWidget *live;
  GtkImage *live_icon;
  GtkLabel *live_label;
  GtkWidget *new_request;
  GtkRevealer *demo_bar;
  AdwToastOverlay *toasts;
  GtkStack *stack;
  GtkListBox *views;
  IvrRequestsPage *requests;
  GtkPaned *outer;
  GtkPaned *inner;
  AdwFlap *flap;
  IvrRequestPage *request;
  IvrChatPage *chat;

  IvrSession *session;
  GSettings *settings;       /* or NULL */
  gboolean wants_chat;
  guint unsent;              /* which place with unsent text was shown last */
  GtkWindow *new_form;       /* the form of a new request, while one is open */
  guint status_source;
};

G_DEFINE_FINAL_TYPE (IvrWindow, ivr_window, ADW_TYPE_APPLICATION_WINDOW)

/**
 * ivr_window_notify:
 * @self: a window
 * @sentence: shown as a toast
 */
void
ivr_window_notify (IvrWindow  *self,
                   const char *sentence)
{
  AdwToast *toast = adw_toast_new ("");

  /* A toast's title is markup; what the server says is not. */
  g_autofree char *escaped = g_markup_escape_text (sentence, -1);

  adw_toast_set_title (toast, escaped);
  adw_toast_set_timeout (toast, 6);
  /* Not behind one that stays until it is answered. */
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
on_notice (IvrWindow  *self,
           const char *sentence)
{
  ivr_window_notify (self, sentence);
}

static void
on_chosen (IvrWindow  *self,
           const char *id)
{
  ivr_request_page_set_request (self->request, id);
  ivr_chat_page_set_request (self->chat, id);
}

static void
on_view_selected (IvrWindow     *self,
                  GtkListBoxRow *row)
{
  if (row == NULL)
    return;
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  ivr_requests_page_search (self->requests, NULL);
  ivr_requests_page_set_view (self->requests, ivr_view_row_get_view (IVR_VIEW_ROW (row)));
}

static GtkWidget *
find_view (IvrWindow  *self,
           const char *id)
{
  for (int i = 0;; i++)
    {
      GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->views, i);

      if (row == NULL || g_str_equal (ivr_view_get_id (ivr_view_row_get_view (IVR_VIEW_ROW (row))), id))
        return GTK_WIDGET (row);
    }
}

static void
on_search_changed (IvrWindow *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->search));
  GtkWidget *all = find_view (self, "all");

  /* A search looks everywhere, not only in the view that happens to be open. */
  if (text[0] != '\0' && all != NULL && !gtk_list_box_row_is_selected (GTK_LIST_BOX_ROW (all)))
    {
      g_autofree char *kept = g_strdup (text);

      gtk_list_box_select_row (self->views, GTK_LIST_BOX_ROW (all));
      gtk_editable_set_text (GTK_EDITABLE (self->search), kept);
      gtk_editable_set_position (GTK_EDITABLE (self->search), -1);
    }
  ivr_requests_page_search (self->requests, gtk_editable_get_text (GTK_EDITABLE (self->search)));
}

static void
on_stop_search (IvrWindow *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  ivr_requests_page_focus (self->requests);
}

static void
on_saved (IvrWindow  *self,
          const char *id,
          const char *sentence)
{
  GtkWidget *all = find_view (self, "all");

  ivr_window_notify (self, sentence);
  if (all != NULL)
    gtk_list_box_select_row (self->views, GTK_LIST_BOX_ROW (all));
  ivr_requests_page_choose (self->requests, id);
  ivr_session_saw_change (self->session, id);
}

/* The form of a new request that is not saved yet; one that was goes on as that of its request. */
static GtkWindow *
find_new_form (IvrWindow *self)
{
  if (self->new_form != NULL && !ivr_intake_window_is_new (IVR_INTAKE_WINDOW (self->new_form)))
    g_clear_weak_pointer (&self->new_form);
  return self->new_form;
}

static void
open_intake (IvrWindow  *self,
             JsonObject *request)
{
  GtkWindow *intake;

  intake = request == NULL ? find_new_form (self)
                           : ivr_intake_window_find (GTK_WINDOW (self), ivr_format_member (request, "id"));
  if (intake != NULL)
    {
      gtk_window_present (intake);
      return;
    }
  intake = ivr_intake_window_new (GTK_WINDOW (self), self->session, request);
  g_signal_connect_object (intake, "saved", G_CALLBACK (on_saved), self, G_CONNECT_SWAPPED);
  if (request == NULL)
    g_set_weak_pointer (&self->new_form, intake);
  gtk_window_present (intake);
}

static void
on_edit (IvrWindow  *self,
         JsonObject *request)
{
  open_intake (self, request);
}

static void
new_request_action (GtkWidget  *widget,
                    const char *name,
                    GVariant   *parameter)
{
  open_intake (IVR_WINDOW (widget), NULL);
}

static void
search_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  gtk_widget_grab_focus (GTK_WIDGET (IVR_WINDOW (widget)->search));
}

static void
refresh_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  IvrWindow *self = IVR_WINDOW (widget);

  ivr_database_retry_now (ivr_session_get_database (self->session));
  g_signal_emit_by_name (self->session, "refresh");
  ivr_views_refresh (ivr_session_get_views (self->session));
}

static void
reply_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  IvrWindow *self = IVR_WINDOW (widget);

  adw_flap_set_reveal_flap (self->flap, TRUE);
  ivr_chat_page_focus (self->chat, g_str_equal (name, "win.note"));
}

static void
move_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  ivr_requests_page_move (IVR_WINDOW (widget)->requests, g_str_equal (name, "win.next") ? 1 : -1);
}

/* Leads to what was typed and never sent, one place after the other. */
static void
unsent_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  IvrWindow *self = IVR_WINDOW (widget);
  g_auto(GStrv) drafts = ivr_drafts_list (ivr_session_get_drafts (self->session));
  GtkWidget *all = find_view (self, "all");

  for (guint i = 0; drafts[i] != NULL; i++)
    {
      const char *request = strchr (drafts[i], ':') + 1;

      if (g_str_equal (request, IVR_DRAFTS_NEW) && find_new_form (self) == NULL)
        {
          open_intake (self, NULL);
          return;
        }
    }
  if (drafts[0] == NULL)
    {
      ivr_window_notify (self, _("Everything that you typed is sent."));
      return;
    }
  if (all != NULL)
    gtk_list_box_select_row (self->views, GTK_LIST_BOX_ROW (all));
  self->unsent = (self->unsent + 1) % g_strv_length (drafts);
  ivr_requests_page_choose (self->requests, strchr (drafts[self->unsent], ':') + 1);
}

static void
tell_unsent (IvrWindow *self)
{
  g_auto(GStrv) drafts = ivr_drafts_list (ivr_session_get_drafts (self->session));
  guint n = g_strv_length (drafts);
  g_autofree char *text = NULL;
  AdwToast *toast;

  if (n == 0)
    return;
  text = g_strdup_printf (ngettext ("You have text in %u place that was not sent", "You have text in %u places that was not sent", n), n);
  toast = adw_toast_new (text);
  adw_toast_set_button_label (toast, _("Show"));
  adw_toast_set_action_name (toast, "win.unsent");
  adw_toast_set_timeout (toast, 0);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
check_eligibility_action (GtkWidget  *widget,
                          const char *name,
                          GVariant   *parameter)
{
  if (!ivr_request_page_check_eligibility (IVR_WINDOW (widget)->request))
    ivr_window_notify (IVR_WINDOW (widget), _("Choose a request first; then its payer can be asked."));
}

static void
take_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  if (!ivr_request_page_take_step (IVR_WINDOW (widget)->request, "take"))
    ivr_window_notify (IVR_WINDOW (widget), _("There is nothing to take here: choose a request that waits for a specialist."));
}

static void
sign_out_action (GtkWidget  *widget,
                 const char *name,
                 GVariant   *parameter)
{
  IvrWindow *self = IVR_WINDOW (widget);
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));

  ivr_session_close (self->session);
  gtk_window_destroy (GTK_WINDOW (self));
  g_action_group_activate_action (G_ACTION_GROUP (application), "sign-in", NULL);
}

/* One letter a step of the transition table; the buttons say which in their tooltips. */
static gboolean
take_step_by_key (IvrWindow *self,
                  guint      keyval)
{
  const char *action = ivr_request_page_find_step (gdk_keyval_to_unicode (keyval));

  if (action == NULL)
    return FALSE;
  if (!ivr_request_page_take_step (self->request, action))
    ivr_window_notify (self, _("That step is not possible here: choose a request whose buttons offer it."));
  return TRUE;
}

static gboolean
choose_view_by_key (IvrWindow *self,
                    guint      keyval)
{
  GtkListBoxRow *row = keyval >= GDK_KEY_1 && keyval <= GDK_KEY_9
                         ? gtk_list_box_get_row_at_index (self->views, (int) (keyval - GDK_KEY_1)) : NULL;

  if (row != NULL)
    gtk_list_box_select_row (self->views, row);
  return row != NULL;
}

/* Single letters are for whoever is not typing. */
static gboolean
on_key (IvrWindow       *self,
        guint            keyval,
        guint            keycode,
        GdkModifierType  state)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK | GDK_META_MASK)) != 0 || GTK_IS_TEXT (focus) ||
      GTK_IS_TEXT_VIEW (focus))
    return GDK_EVENT_PROPAGATE;
  /* In an open list or menu a letter is for that. */
  if (focus != NULL && gtk_widget_get_ancestor (focus, GTK_TYPE_POPOVER) != NULL)
    return GDK_EVENT_PROPAGATE;
  switch (keyval)
    {
    case GDK_KEY_j:
      ivr_requests_page_move (self->requests, 1);
      return GDK_EVENT_STOP;
    case GDK_KEY_k:
      ivr_requests_page_move (self->requests, -1);
      return GDK_EVENT_STOP;
    case GDK_KEY_r:
      gtk_widget_activate_action (GTK_WIDGET (self), "win.reply", NULL);
      return GDK_EVENT_STOP;
    case GDK_KEY_n:
      gtk_widget_activate_action (GTK_WIDGET (self), "win.note", NULL);
      return GDK_EVENT_STOP;
    case GDK_KEY_u:
      gtk_widget_activate_action (GTK_WIDGET (self), "win.unsent", NULL);
      return GDK_EVENT_STOP;
    case GDK_KEY_slash:
      gtk_widget_activate_action (GTK_WIDGET (self), "win.search", NULL);
      return GDK_EVENT_STOP;
    case GDK_KEY_question:
      gtk_widget_activate_action (GTK_WIDGET (self), "win.show-help-overlay", NULL);
      return GDK_EVENT_STOP;
    default:
      return choose_view_by_key (self, keyval) || take_step_by_key (self, keyval) ? GDK_EVENT_STOP : GDK_EVENT_PROPAGATE;
    }
}

static void
show_status (IvrWindow *self)
{
  static const char * const icons[] = {
    [IVR_SESSION_LIVE] = "emblem-ok-symbolic",
    [IVR_SESSION_POLLING] = "view-refresh-symbolic",
    [IVR_SESSION_RECONNECTING] = "network-transmit-receive-symbolic",
    [IVR_SESSION_OFFLINE] = "network-offline-symbolic",
  };
  IvrSessionStatus status = ivr_session_get_status (self->session);
  g_autofree char *text = ivr_session_dup_status_text (self->session);

  gtk_label_set_label (self->live_label, text);
  gtk_image_set_from_icon_name (self->live_icon, icons[status]);
  gtk_widget_set_tooltip_text (self->live, status == IVR_SESSION_OFFLINE
    ? _("The server cannot be reached. What you type is kept and sent when it is back.") : NULL);
  if (status == IVR_SESSION_LIVE)
    gtk_widget_remove_css_class (self->live, "urgent");
  else
    gtk_widget_add_css_class (self->live, "urgent");
}

static gboolean
on_status_clock (gpointer data)
{
  show_status (data);
  return G_SOURCE_CONTINUE;
}

static GtkWidget *
create_view_row (gpointer item,
                 gpointer data)
{
  return ivr_view_row_new (IVR_VIEW (item));
}

static void
on_views_changed (IvrWindow *self)
{
  JsonObject *me = ivr_database_get_me (ivr_session_get_database (self->session));
  gboolean works_here = !g_str_equal (ivr_format_member (me, "side"), "other") ||
                        g_list_model_get_n_items (G_LIST_MODEL (ivr_session_get_views (self->session))) > 0;

  gtk_stack_set_visible_child_name (self->stack, works_here ? "desk" : "nothing");
  gtk_widget_set_sensitive (GTK_WIDGET (self->search), works_here);
  if (gtk_list_box_get_selected_row (self->views) == NULL)
    gtk_list_box_select_row (self->views, gtk_list_box_get_row_at_index (self->views, 0));
}

static void
on_chat_toggled (IvrWindow *self)
{
  self->wants_chat = gtk_toggle_button_get_active (self->chat_toggle);
  if (self->settings != NULL)
    g_settings_set_boolean (self->settings, "show-conversation", self->wants_chat);
}

/* A window that was too narrow for the conversation says nothing about what the person likes. */
static void
on_folded (IvrWindow *self)
{
  if (!adw_flap_get_folded (self->flap) && self->wants_chat)
    adw_flap_set_reveal_flap (self->flap, TRUE);
}

static void
ivr_window_dispose (GObject *object)
{
  IvrWindow *self = IVR_WINDOW (object);

  g_clear_handle_id (&self->status_source, g_source_remove);
  g_clear_weak_pointer (&self->new_form);
  g_clear_object (&self->settings);
  if (self->session != NULL)
    ivr_session_close (self->session);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (ivr_window_parent_class)->dispose (object);
}

static void
help_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  gtk_window_present (ivr_help_window_new (GTK_WINDOW (widget), ivr_session_get_database (IVR_WINDOW (widget)->session)));
}

static void
problem_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  gtk_window_present (ivr_problem_window_new (GTK_WINDOW (widget), IVR_WINDOW (widget)->session));
}

static void
install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.new-request", NULL, new_request_action);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, search_action);
  gtk_widget_class_install_action (widget_class, "win.refresh", NULL, refresh_action);
  gtk_widget_class_install_action (widget_class, "win.reply", NULL, reply_action);
  gtk_widget_class_install_action (widget_class, "win.note", NULL, reply_action);
  gtk_widget_class_install_action (widget_class, "win.next", NULL, move_action);
  gtk_widget_class_install_action (widget_class, "win.previous", NULL, move_action);
  gtk_widget_class_install_action (widget_class, "win.take", NULL, take_action);
  gtk_widget_class_install_action (widget_class, "win.check-eligibility", NULL, check_eligibility_action);
  gtk_widget_class_install_action (widget_class, "win.unsent", NULL, unsent_action);
  gtk_widget_class_install_action (widget_class, "win.help", NULL, help_action);
  gtk_widget_class_install_action (widget_class, "win.problem", NULL, problem_action);
  gtk_widget_class_install_action (widget_class, "win.sign-out", NULL, sign_out_action);
}

static void
ivr_window_class_init (IvrWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ivr_window_dispose;
  g_type_ensure (IVR_TYPE_REQUESTS_PAGE);
  g_type_ensure (IVR_TYPE_REQUEST_PAGE);
  g_type_ensure (IVR_TYPE_CHAT_PAGE);
  install_actions (widget_class);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/ivrdesk/Desk/ui/ivr-window.ui");
  gtk_widget_class_bind_template_child (widget_class, IvrWindow, search);
  gtk_widget_class_bind_template_child (widget_class, IvrWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, IvrWindow, person);
  gtk_widget_class_bind_template_child (widget_class, IvrWindow, organization);
  gtk_widget_class_bind_template_child (widget_class, IvrWindow, chat_toggle);
  gtk_widget_class_bind_template_child (widget_class, IvrWindow, live);
  gtk_widget_class_bind_template_child (widget_class, IvrWindow, live_icon);
  gtk_widget_class_bind_template_child (widget_class, IvrWindow, live_label);
  gtk_widget_class_bind_template_child (widget_class, IvrWindow, new_request);
  gtk_widget_class_bind_template_child (widget_class, IvrWindow, demo_bar);
  gtk_widget_class_bind_template_child (widget_class, IvrWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, IvrWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, IvrWindow, views);
  gtk_widget_class_bind_template_child (widget_class, IvrWindow, requests);
  gtk_widget_class_bind_template_child (widget_class, IvrWindow, outer);
  gtk_widget_class_bind_template_child (widget_class, IvrWindow, inner);
  gtk_widget_class_bind_template_child (widget_class, IvrWindow, flap);
  gtk_widget_class_bind_template_child (widget_class, IvrWindow, request);
  gtk_widget_class_bind_template_child (widget_class, IvrWindow, chat);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_stop_search);
  gtk_widget_class_bind_template_callback (widget_class, on_view_selected);
  gtk_widget_class_bind_template_callback (widget_class, on_chosen);
  gtk_widget_class_bind_template_callback (widget_class, on_notice);
  gtk_widget_class_bind_template_callback (widget_class, on_edit);
  gtk_widget_class_bind_template_callback (widget_class, on_chat_toggled);
}

/* The window comes back as it was left; what another window does meanwhile is that window's own. */
static void
remember (IvrWindow *self)
{
  const GSettingsBindFlags once = G_SETTINGS_BIND_GET_NO_CHANGES | G_SETTINGS_BIND_SET;

  self->settings = ivr_desk_settings_new ();
  if (self->settings == NULL)
    return;
  g_settings_bind (self->settings, "window-width", self, "default-width", once);
  g_settings_bind (self->settings, "window-height", self, "default-height", once);
  g_settings_bind (self->settings, "window-maximized", self, "maximized", once);
  g_settings_bind (self->settings, "views-width", self->inner, "position", once);
  g_settings_bind (self->settings, "list-end", self->outer, "position", once);
  self->wants_chat = g_settings_get_boolean (self->settings, "show-conversation");
  adw_flap_set_reveal_flap (self->flap, self->wants_chat);
}

static void
ivr_window_init (IvrWindow *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  g_autoptr(GtkBuilder) builder = gtk_builder_new_from_resource ("/org/ivrdesk/Desk/ui/ivr-shortcuts.ui");

  gtk_widget_init_template (GTK_WIDGET (self));
  self->wants_chat = TRUE;
  remember (self);
  g_signal_connect_object (self->flap, "notify::folded", G_CALLBACK (on_folded), self, G_CONNECT_SWAPPED);
  gtk_application_window_set_help_overlay (GTK_APPLICATION_WINDOW (self),
                                           GTK_SHORTCUTS_WINDOW (gtk_builder_get_object (builder, "help_overlay")));
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (on_key), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  ivr_format_name (self->menu_button, _("Main menu"));
  ivr_format_name (self->search, _("Search requests"));
  ivr_format_name (self->chat_toggle, _("Conversation beside the request"));
  ivr_format_name (self->new_request, _("New request"));
  ivr_format_name (self->views, _("Views"));
}

/**
 * ivr_window_new:
 * @application: the application
 * @session: who works here
 *
 * Returns: (transfer none): the window
 */
GtkWindow *
ivr_window_new (GtkApplication *application,
                IvrSession     *session)
{
  IvrWindow *self = g_object_new (IVR_TYPE_WINDOW, "application", application, NULL);
  IvrDatabase *database = ivr_session_get_database (session);
  JsonObject *org = json_object_get_object_member (ivr_database_get_me (database), "org");
  g_autofree char *title = g_strdup_printf (_("%s – %s – IVR Desk"), ivr_database_get_name (database),
                                            ivr_format_member (org, "name"));

  self->session = g_object_ref (session);
  gtk_window_set_title (GTK_WINDOW (self), title);
  gtk_label_set_label (self->person, ivr_database_get_name (database));
  gtk_label_set_label (self->organization, ivr_format_member (org, "name"));
  gtk_revealer_set_reveal_child (self->demo_bar, ivr_session_is_demo (session));
  gtk_widget_set_visible (self->new_request, ivr_database_has_right (database, "request.create"));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.new-request", ivr_database_has_right (database, "request.create"));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.note", ivr_database_has_right (database, "note.write"));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.take", ivr_database_has_right (database, "request.claim"));
  ivr_requests_page_set_session (self->requests, session);
  ivr_request_page_set_session (self->request, session);
  ivr_chat_page_set_session (self->chat, session);
  gtk_list_box_bind_model (self->views, G_LIST_MODEL (ivr_session_get_views (session)), create_view_row, NULL, NULL);
  g_signal_connect_object (ivr_session_get_views (session), "items-changed", G_CALLBACK (on_views_changed), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (session, "status-changed", G_CALLBACK (show_status), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notice", G_CALLBACK (on_notice), self, G_CONNECT_SWAPPED);
  self->status_source = g_timeout_add_seconds (2, on_status_clock, self);
  show_status (self);
  on_views_changed (self);
  tell_unsent (self);
  return GTK_WINDOW (self);
}

IvrSession *
ivr_window_get_session (IvrWindow *self)
{
  return self->session;
}

/**
 * ivr_window_get_list:
 * @self: a window
 *
 * Returns: (transfer none): the rows of its list; for tests and benches
 */
GListModel *
ivr_window_get_list (IvrWindow *self)
{
  return ivr_requests_page_get_model (self->requests);
}
