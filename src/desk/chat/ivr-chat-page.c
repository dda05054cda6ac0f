/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-chat-page.h"

#include "ivr-format.h"
#include "ivr-message-list.h"
#include "ivr-message-row.h"
#include "ivr-text-limit.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define MOST_CHARS 8000

/* How near to the end still counts as reading the end, and how near to the top asks for more. */
#define NEAR_PX 80
#define OLDER_MS 100

struct _IvrChatPage
{
  GtkWidget parent_instance;

  GtkStack *stack;
  GtkScrolledWindow *scroller;
  GtkListView *list;
  GtkBox *composer;
  GtkTextView *entry;
  GtkLabel *placeholder;
  GtkButton *send;
  GtkCheckButton *internal;

  IvrSession *session;
  IvrMessageList *messages;
  GPtrArray *bound;          /* GtkListItem* */
  guint end_source;
  guint older_source;
  gboolean at_end;
  gboolean setting;
};

enum {
  SIGNAL_NOTICE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IvrChatPage, ivr_chat_page, GTK_TYPE_WIDGET)

/* A note of the team is kept apart from a message: it must never come back as one. */
static const char *
draft_kind (IvrChatPage *self)
{
  return gtk_check_button_get_active (self->internal) ? "note" : "chat";
}

static void
keep_draft (IvrChatPage *self,
            const char  *text)
{
  ivr_session_set_draft (self->session, draft_kind (self), ivr_message_list_get_request (self->messages), text);
}

static char *
dup_text (IvrChatPage *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->entry);
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static void
set_text (IvrChatPage *self,
          const char  *text)
{
  self->setting = TRUE;
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->entry), text != NULL ? text : "", -1);
  self->setting = FALSE;
}

static void
on_too_long (gpointer    self,
             const char *sentence)
{
  g_signal_emit (self, signals[SIGNAL_NOTICE], 0, sentence);
}

static gboolean
has_words (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_isspace (g_utf8_get_char (p)))
      return TRUE;
  return FALSE;
}

static void
on_text_changed (IvrChatPage *self)
{
  g_autofree char *text = dup_text (self);

  gtk_widget_set_visible (GTK_WIDGET (self->placeholder), text[0] == '\0');
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "chat.send", self->messages != NULL && has_words (text));
  if (!self->setting && self->messages != NULL)
    keep_draft (self, text);
}

static void
send_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  IvrChatPage *self = IVR_CHAT_PAGE (widget);
  g_autofree char *text = dup_text (self);

  if (self->messages == NULL || !has_words (text))
    return;
  if (g_utf8_strlen (text, -1) > MOST_CHARS)
    {
      g_autofree char *sentence = g_strdup_printf (
        _("The message has %'ld characters; at most %'d fit. Nothing was sent, your text is kept."),
        g_utf8_strlen (text, -1), MOST_CHARS);

      g_signal_emit (self, signals[SIGNAL_NOTICE], 0, sentence);
      return;
    }
  self->at_end = TRUE;
  ivr_message_list_send (self->messages, text, gtk_check_button_get_active (self->internal));
  keep_draft (self, NULL);
  set_text (self, "");
}

static gboolean
on_key (IvrChatPage     *self,
        guint            keyval,
        guint            keycode,
        GdkModifierType  state)
{
  if ((keyval != GDK_KEY_Return && keyval != GDK_KEY_KP_Enter) || (state & GDK_SHIFT_MASK) != 0)
    return GDK_EVENT_PROPAGATE;
  gtk_widget_activate_action (GTK_WIDGET (self), "chat.send", NULL);
  return GDK_EVENT_STOP;
}

static gboolean
is_first_unread (IvrChatPage *self,
                 guint        position)
{
  for (guint i = 0; self->messages != NULL && i <= position; i++)
    {
      g_autoptr(IvrMessage) message = g_list_model_get_item (G_LIST_MODEL (self->messages), i);

      if (message != NULL && ivr_message_is_unread (message))
        return i == position;
    }
  return FALSE;
}

static void
write_row (IvrChatPage *self,
           GtkListItem *item)
{
  guint position = gtk_list_item_get_position (item);
  g_autoptr(IvrMessage) before = position > 0 && self->messages != NULL
                                   ? g_list_model_get_item (G_LIST_MODEL (self->messages), position - 1) : NULL;

  ivr_message_row_set_message (IVR_MESSAGE_ROW (gtk_list_item_get_child (item)), gtk_list_item_get_item (item), before,
                               is_first_unread (self, position));
}

static void
on_setup (IvrChatPage *self,
          GtkListItem *item)
{
  gtk_list_item_set_child (item, ivr_message_row_new ());
  gtk_list_item_set_activatable (item, FALSE);
}

static void
on_bind (IvrChatPage *self,
         GtkListItem *item)
{
  g_ptr_array_add (self->bound, item);
  write_row (self, item);
}

static void
on_unbind (IvrChatPage *self,
           GtkListItem *item)
{
  g_ptr_array_remove_fast (self->bound, item);
}

static gboolean
on_scroll_to_end (gpointer data)
{
  IvrChatPage *self = data;
  guint n = self->messages != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->messages)) : 0;

  self->end_source = 0;
  if (n > 0)
    gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", n - 1);
  return G_SOURCE_REMOVE;
}

static void
scroll_to_end (IvrChatPage *self)
{
  /* After the new rows have their height. */
  if (self->end_source == 0)
    self->end_source = g_idle_add (on_scroll_to_end, self);
}

/* Also after each answer: what was asked for while another question was under way was not asked. */
static void
load_older (IvrChatPage *self)
{
  GtkAdjustment *v = gtk_scrolled_window_get_vadjustment (self->scroller);

  if (gtk_adjustment_get_value (v) < NEAR_PX && gtk_adjustment_get_upper (v) > gtk_adjustment_get_page_size (v) &&
      self->messages != NULL)
    ivr_message_list_load_older (self->messages);
}

static void
on_scrolled (IvrChatPage *self)
{
  GtkAdjustment *v = gtk_scrolled_window_get_vadjustment (self->scroller);

  self->at_end = gtk_adjustment_get_value (v) + gtk_adjustment_get_page_size (v) + NEAR_PX >= gtk_adjustment_get_upper (v);
  load_older (self);
}

static gboolean
on_load_older (gpointer data)
{
  IvrChatPage *self = data;

  self->older_source = 0;
  load_older (self);
  return G_SOURCE_REMOVE;
}

static void
on_loading (IvrChatPage *self)
{
  /* After what has come has its place. */
  if (!ivr_message_list_is_loading (self->messages) && self->older_source == 0)
    self->older_source = g_timeout_add (OLDER_MS, on_load_older, self);
}

static void
on_messages_changed (IvrChatPage *self,
                     guint        position,
                     guint        removed,
                     guint        added)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->messages));

  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "messages" : "empty");
  /* Day separators and sender names depend on the row above. */
  for (guint i = 0; i < self->bound->len; i++)
    if (gtk_list_item_get_item (self->bound->pdata[i]) != NULL)
      write_row (self, self->bound->pdata[i]);
  if (added == 0 || position + added < n)
    return;
  if (self->at_end)
    scroll_to_end (self);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    ivr_message_list_mark_read (self->messages);
}

static void
read_draft (IvrChatPage *self)
{
  const char *request = ivr_message_list_get_request (self->messages);
  const char *chat = ivr_session_get_draft (self->session, "chat", request);
  const char *note = ivr_session_get_draft (self->session, "note", request);

  self->setting = TRUE;
  gtk_check_button_set_active (self->internal, chat == NULL && note != NULL);
  self->setting = FALSE;
  set_text (self, chat != NULL ? chat : note);
  on_text_changed (self);
}

static void
on_failed (IvrChatPage *self,
           GError      *error,
           IvrMessage  *message)
{
  g_autofree char *text = dup_text (self);

  /* What could not be sent goes back to where it was typed, above what stands there by now. */
  if (message != NULL && text[0] == '\0')
    {
      self->setting = TRUE;
      gtk_check_button_set_active (self->internal, ivr_message_is_internal (message));
      self->setting = FALSE;
      set_text (self, ivr_message_get_body (message));
      keep_draft (self, ivr_message_get_body (message));
    }
  else if (message != NULL && ivr_message_is_internal (message) == gtk_check_button_get_active (self->internal))
    {
      g_autofree char *both = g_strjoin ("\n\n", ivr_message_get_body (message), text, NULL);

      set_text (self, both);
      keep_draft (self, both);
    }
  else if (message != NULL)
    ivr_session_set_draft (self->session, ivr_message_is_internal (message) ? "note" : "chat",
                           ivr_message_list_get_request (self->messages), ivr_message_get_body (message));
  on_text_changed (self);
  g_signal_emit (self, signals[SIGNAL_NOTICE], 0, error->message);
}

static void
on_read (IvrChatPage *self)
{
  ivr_session_list_changed (self->session);
}

static void
on_internal_toggled (IvrChatPage *self)
{
  gboolean internal = gtk_check_button_get_active (self->internal);

  gtk_label_set_label (self->placeholder, internal ? _("Write an internal note") : _("Write a message"));
  if (internal)
    gtk_widget_add_css_class (GTK_WIDGET (self->composer), "note");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->composer), "note");
  /* The text becomes the other: it is not both. */
  if (!self->setting && self->messages != NULL)
    ivr_session_set_draft (self->session, internal ? "chat" : "note", ivr_message_list_get_request (self->messages), NULL);
  on_text_changed (self);
}

static void
on_chat_changed (IvrChatPage *self,
                 const char  *request)
{
  if (self->messages != NULL && g_strcmp0 (ivr_message_list_get_request (self->messages), request) == 0)
    ivr_message_list_refresh (self->messages);
}

static void
on_refresh (IvrChatPage *self)
{
  if (self->messages != NULL)
    ivr_message_list_refresh (self->messages);
}

static void
ivr_chat_page_dispose (GObject *object)
{
  IvrChatPage *self = IVR_CHAT_PAGE (object);
  GtkWidget *child;

  g_clear_handle_id (&self->end_source, g_source_remove);
  g_clear_handle_id (&self->older_source, g_source_remove);
  if (self->list != NULL)
    gtk_list_view_set_model (self->list, NULL);
  self->list = NULL;
  g_clear_object (&self->messages);
  g_clear_object (&self->session);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (ivr_chat_page_parent_class)->dispose (object);
}

static void
ivr_chat_page_finalize (GObject *object)
{
  g_ptr_array_unref (IVR_CHAT_PAGE (object)->bound);
  G_OBJECT_CLASS (ivr_chat_page_parent_class)->finalize (object);
}

static void
ivr_chat_page_class_init (IvrChatPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ivr_chat_page_dispose;
  object_class->finalize = ivr_chat_page_finalize;
  signals[SIGNAL_NOTICE] = g_signal_new ("notice", IVR_TYPE_CHAT_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_install_action (widget_class, "chat.send", NULL, send_action);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/ivrdesk/Desk/ui/ivr-chat-page.ui");
  gtk_widget_class_bind_template_child (widget_class, IvrChatPage, stack);
  gtk_widget_class_bind_template_child (widget_class, IvrChatPage, scroller);
  gtk_widget_class_bind_template_child (widget_class, IvrChatPage, list);
  gtk_widget_class_bind_template_child (widget_class, IvrChatPage, composer);
  gtk_widget_class_bind_template_child (widget_class, IvrChatPage, entry);
  gtk_widget_class_bind_template_child (widget_class, IvrChatPage, placeholder);
  gtk_widget_class_bind_template_child (widget_class, IvrChatPage, send);
  gtk_widget_class_bind_template_child (widget_class, IvrChatPage, internal);
  gtk_widget_class_bind_template_callback (widget_class, on_internal_toggled);
}

static void
ivr_chat_page_init (IvrChatPage *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkAdjustment *v;

  self->bound = g_ptr_array_new ();
  self->at_end = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (factory, "setup", G_CALLBACK (on_setup), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "bind", G_CALLBACK (on_bind), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (on_unbind), self, G_CONNECT_SWAPPED);
  gtk_list_view_set_factory (self->list, factory);
  g_object_unref (factory);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (on_key), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->entry), keys);
  g_signal_connect_object (gtk_text_view_get_buffer (self->entry), "changed", G_CALLBACK (on_text_changed), self,
                           G_CONNECT_SWAPPED);
  v = gtk_scrolled_window_get_vadjustment (self->scroller);
  g_signal_connect_object (v, "value-changed", G_CALLBACK (on_scrolled), self, G_CONNECT_SWAPPED);
  ivr_text_limit_watch (self->entry, MOST_CHARS, on_too_long, self);
  ivr_format_name (self->entry, _("Message"));
  ivr_format_name (self->send, _("Send message"));
  ivr_format_name (self->list, _("Conversation"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->composer), FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "chat.send", FALSE);
}

/**
 * ivr_chat_page_set_session:
 * @self: a page
 * @session: the session of its window; once
 */
void
ivr_chat_page_set_session (IvrChatPage *self,
                           IvrSession  *session)
{
  IvrDatabase *database = ivr_session_get_database (session);

  g_return_if_fail (self->session == NULL);
  self->session = g_object_ref (session);
  gtk_widget_set_visible (GTK_WIDGET (self->internal), ivr_database_has_right (database, "note.write"));
  gtk_widget_set_visible (GTK_WIDGET (self->composer), ivr_database_has_right (database, "message.send"));
  g_signal_connect_object (session, "chat-changed", G_CALLBACK (on_chat_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "refresh", G_CALLBACK (on_refresh), self, G_CONNECT_SWAPPED);
}

/**
 * ivr_chat_page_set_request:
 * @self: a page
 * @request: (nullable): whose chat to show
 *
 * What was typed and not sent stays with the request that it was typed for.
 */
void
ivr_chat_page_set_request (IvrChatPage *self,
                           const char  *request)
{
  g_autoptr(GtkNoSelection) selection = NULL;

  if (self->messages != NULL && g_strcmp0 (ivr_message_list_get_request (self->messages), request) == 0)
    return;
  gtk_list_view_set_model (self->list, NULL);
  if (self->messages != NULL)
    g_signal_handlers_disconnect_by_data (self->messages, self);
  g_clear_object (&self->messages);
  gtk_widget_set_sensitive (GTK_WIDGET (self->composer), request != NULL);
  if (request == NULL)
    {
      self->setting = TRUE;
      gtk_check_button_set_active (self->internal, FALSE);
      self->setting = FALSE;
      set_text (self, "");
      gtk_stack_set_visible_child_name (self->stack, "none");
      return;
    }
  self->messages = ivr_message_list_new (ivr_session_get_database (self->session), request);
  self->at_end = TRUE;
  g_signal_connect_object (self->messages, "items-changed", G_CALLBACK (on_messages_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->messages, "failed", G_CALLBACK (on_failed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->messages, "notify::loading", G_CALLBACK (on_loading), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->messages, "read", G_CALLBACK (on_read), self, G_CONNECT_SWAPPED);
  selection = gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->messages)));
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (selection));
  gtk_stack_set_visible_child_name (self->stack, "empty");
  read_draft (self);
  ivr_message_list_refresh (self->messages);
}

/**
 * ivr_chat_page_focus:
 * @self: a page
 * @internal: whether a note of the team is to be written
 *
 * Puts the cursor where a message is typed. What stands there already stays what it is.
 */
void
ivr_chat_page_focus (IvrChatPage *self,
                     gboolean     internal)
{
  g_autofree char *text = dup_text (self);

  if (text[0] == '\0' && gtk_widget_get_visible (GTK_WIDGET (self->internal)))
    gtk_check_button_set_active (self->internal, internal);
  else if (internal && !gtk_check_button_get_active (self->internal))
    g_signal_emit (self, signals[SIGNAL_NOTICE], 0,
                   _("A message to the clinic is begun here. Send or clear it first, or tick “Internal note” to make it one."));
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}
