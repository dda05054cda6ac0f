/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-chat-page.h"

#include "ivr-attach-button.h"
#include "ivr-attachment-bar.h"
#include "ivr-document-files.h"
#include "ivr-document-outside.h"
#include "ivr-document-viewer.h"
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
  IvrAttachmentBar *bar;
  IvrAttachButton *attach;

  IvrSession *session;
  IvrMessageList *messages;
  IvrDocuments *documents;
  char *to_open;                     /* the document that is opened when they have been read */
  GtkFileChooserNative *chooser;     /* open at the moment */
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

/* What the message carries; NULL while there is no request, and when the window is being closed. */
static IvrAttachments *
get_attachments (IvrChatPage *self)
{
  return self->session != NULL && self->messages != NULL ? ivr_session_get_attachments (self->session) : NULL;
}

static void
update_send (IvrChatPage *self)
{
  g_autofree char *text = dup_text (self);
  IvrAttachments *attachments = get_attachments (self);
  const char *request = attachments != NULL ? ivr_message_list_get_request (self->messages) : NULL;
  gboolean carries = attachments != NULL && ivr_attachments_get (attachments, request)->len > 0;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "chat.send", attachments != NULL && (has_words (text) || carries) &&
                                 !ivr_attachments_is_waiting (attachments, request));
}

static void
on_text_changed (IvrChatPage *self)
{
  g_autofree char *text = dup_text (self);
  IvrAttachments *attachments = get_attachments (self);

  gtk_widget_set_visible (GTK_WIDGET (self->placeholder), text[0] == '\0');
  if (!self->setting && self->messages != NULL)
    keep_draft (self, text);
  /* Whoever goes on writing is not done: what waits for its files does not go by itself any more. */
  if (!self->setting && attachments != NULL && ivr_attachments_is_waiting (attachments, ivr_message_list_get_request (self->messages)))
    ivr_attachments_set_waiting (attachments, ivr_message_list_get_request (self->messages), FALSE);
  update_send (self);
}

/* Of whichever request: a message that waited for its files goes also when another one is looked at. */
static void
send_message (IvrChatPage *self,
              const char  *request,
              const char  *text,
              gboolean     internal)
{
  IvrAttachments *attachments = ivr_session_get_attachments (self->session);
  gboolean shown = self->messages != NULL && g_str_equal (ivr_message_list_get_request (self->messages), request);
  g_autoptr(IvrMessageList) other = shown ? NULL : ivr_message_list_new (ivr_session_get_database (self->session), request);
  g_autoptr(JsonArray) documents = ivr_attachments_dup_documents (attachments, request);

  ivr_message_list_send_documents (shown ? self->messages : other, text, documents, internal);
  ivr_session_set_draft (self->session, internal ? "note" : "chat", request, NULL);
  if (shown)
    {
      self->at_end = TRUE;
      set_text (self, "");
    }
  ivr_attachments_clear (attachments, request);
}

static void
on_ready (IvrChatPage *self,
          const char  *request)
{
  gboolean internal = ivr_attachments_is_internal (ivr_session_get_attachments (self->session), request);
  g_autofree char *text = g_strdup (ivr_session_get_draft (self->session, internal ? "note" : "chat", request));

  send_message (self, request, text != NULL ? text : "", internal);
}

static void
send_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  IvrChatPage *self = IVR_CHAT_PAGE (widget);
  g_autofree char *text = dup_text (self);
  IvrAttachments *attachments = get_attachments (self);
  const char *request = attachments != NULL ? ivr_message_list_get_request (self->messages) : NULL;

  if (attachments == NULL || (!has_words (text) && ivr_attachments_get (attachments, request)->len == 0))
    return;
  if (g_utf8_strlen (text, -1) > MOST_CHARS)
    {
      g_autofree char *sentence = g_strdup_printf (
        _("The message has %'ld characters; at most %'d fit. Nothing was sent, your text is kept."),
        g_utf8_strlen (text, -1), MOST_CHARS);

      g_signal_emit (self, signals[SIGNAL_NOTICE], 0, sentence);
      return;
    }
  switch (ivr_attachments_get_state (attachments, request))
    {
    case IVR_ATTACHMENTS_ON_THE_WAY:
      ivr_attachments_set_internal (attachments, request, gtk_check_button_get_active (self->internal));
      ivr_attachments_set_waiting (attachments, request, TRUE);
      break;
    case IVR_ATTACHMENTS_STUCK:
      g_signal_emit (self, signals[SIGNAL_NOTICE], 0,
                     _("A file of this message could not be sent, so the message was not sent either. Take the file off or send it again; your text is kept."));
      break;
    case IVR_ATTACHMENTS_READY:
    default:
      send_message (self, request, has_words (text) ? text : "", gtk_check_button_get_active (self->internal));
      break;
    }
}

static void
write_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  gtk_widget_grab_focus (GTK_WIDGET (IVR_CHAT_PAGE (widget)->entry));
}

static void
attach_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  if (IVR_CHAT_PAGE (widget)->messages != NULL)
    ivr_attach_button_open (IVR_CHAT_PAGE (widget)->attach);
}

static void
on_attachments_changed (IvrChatPage *self,
                        const char  *request)
{
  if (self->messages != NULL && g_strcmp0 (request, ivr_message_list_get_request (self->messages)) == 0)
    update_send (self);
}

/* A file becomes a document of the request, and the clinic sees those: a note takes only what is there already. */
static void
attach_upload (IvrChatPage *self,
               IvrUpload   *upload)
{
  IvrAttachments *attachments = get_attachments (self);
  g_autofree char *sentence = NULL;

  if (attachments == NULL)
    return;
  if (gtk_check_button_get_active (self->internal))
    {
      g_signal_emit (self, signals[SIGNAL_NOTICE], 0,
                     _("A note takes no new files: they become documents of the request, which the clinic sees. Nothing was sent; attach a document that is there already."));
      return;
    }
  if (ivr_documents_is_loaded (self->documents))
    ivr_upload_set_most_bytes (upload, ivr_documents_get_most_bytes (self->documents));
  if (ivr_attachments_add_upload (attachments, upload))
    return;
  sentence = g_strdup_printf (_("A message carries up to %d documents. %s was not attached; send this message first."), IVR_ATTACHMENTS_MOST,
                              ivr_upload_get_name (upload));
  g_signal_emit (self, signals[SIGNAL_NOTICE], 0, sentence);
}

/**
 * ivr_chat_page_attach_file:
 * @self: a page with a request
 * @file: what the message is to carry
 *
 * Hands the file in as a document of the request, and lets the message that is being written carry it.
 */
void
ivr_chat_page_attach_file (IvrChatPage *self,
                           GFile       *file)
{
  g_autoptr(IvrUpload) upload = NULL;

  if (self->messages == NULL)
    return;
  upload = ivr_upload_new (ivr_session_get_database (self->session), ivr_message_list_get_request (self->messages), file);
  attach_upload (self, upload);
}

static gboolean
takes_files (IvrChatPage *self)
{
  return self->session != NULL && ivr_database_has_right (ivr_session_get_database (self->session), "document.add");
}

static gboolean
on_drop (GtkDropTarget *target,
         const GValue  *value,
         double         x,
         double         y,
         IvrChatPage   *self)
{
  g_autoptr(GSList) files = NULL;

  if (self->messages == NULL || !takes_files (self) || !G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    return FALSE;
  files = gdk_file_list_get_files (g_value_get_boxed (value));
  for (GSList *l = files; l != NULL; l = l->next)
    ivr_chat_page_attach_file (self, l->data);
  return files != NULL;
}

static void
pasted_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  IvrChatPage *self = IVR_CHAT_PAGE (source);
  g_autofree char *request = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IvrPastedFiles) pasted = ivr_document_files_paste_finish (GTK_WIDGET (source), result, &error);

  /* Into the message that it was pasted into, and no other. */
  if (self->messages == NULL || g_strcmp0 (request, ivr_message_list_get_request (self->messages)) != 0)
    return;
  if (pasted == NULL)
    {
      g_signal_emit (self, signals[SIGNAL_NOTICE], 0, error->message);
      return;
    }
  for (GSList *l = pasted->files; l != NULL; l = l->next)
    ivr_chat_page_attach_file (self, l->data);
  if (pasted->png != NULL)
    {
      g_autoptr(IvrUpload) upload = ivr_upload_new_bytes (ivr_session_get_database (self->session), request, pasted->png, _("Pasted image.png"));

      attach_upload (self, upload);
    }
}

/* Text goes where it always goes; files and images become documents. */
static void
on_paste (GtkTextView *entry,
          IvrChatPage *self)
{
  if (self->messages == NULL || !takes_files (self) || !ivr_document_files_can_paste (GTK_WIDGET (entry)))
    return;
  g_signal_stop_emission_by_name (entry, "paste-clipboard");
  ivr_document_files_paste_async (GTK_WIDGET (self), pasted_cb, g_strdup (ivr_message_list_get_request (self->messages)));
}

static void
on_chosen (IvrChatPage          *self,
           int                   response,
           GtkFileChooserNative *chooser)
{
  g_autoptr(GListModel) files = NULL;

  if (response == GTK_RESPONSE_ACCEPT && self->messages != NULL &&
      g_strcmp0 (g_object_get_data (G_OBJECT (chooser), "request"), ivr_message_list_get_request (self->messages)) == 0)
    files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (chooser));
  for (guint i = 0; files != NULL && i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr(GFile) file = g_list_model_get_item (files, i);

      ivr_chat_page_attach_file (self, file);
    }
  g_clear_object (&self->chooser);
}

static void
on_choose_files (IvrChatPage *self)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
  g_autoptr(GtkFileChooserNative) chooser = NULL;
  g_autoptr(GtkFileFilter) filter = ivr_document_files_filter ();

  if (self->messages == NULL)
    return;
  chooser = gtk_file_chooser_native_new (_("Attach files"), window, GTK_FILE_CHOOSER_ACTION_OPEN, _("_Add"), NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (chooser), filter);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (chooser), TRUE);
  g_object_set_data_full (G_OBJECT (chooser), "request", g_strdup (ivr_message_list_get_request (self->messages)), g_free);
  g_signal_connect_object (chooser, "response", G_CALLBACK (on_chosen), self, G_CONNECT_SWAPPED);
  g_set_object (&self->chooser, chooser);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

static void
view (IvrChatPage *self,
      const char  *document)
{
  GtkWidget *viewer = ivr_document_viewer_new (self->session, self->documents, document);

  gtk_window_set_transient_for (GTK_WINDOW (viewer), GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))));
  gtk_window_present (GTK_WINDOW (viewer));
}

/* The viewer goes from one document of the request to the next, so they are read first. */
static void
on_open_document (IvrChatPage *self,
                  const char  *document)
{
  if (self->documents == NULL)
    return;
  if (ivr_documents_find (self->documents, document) != NULL)
    {
      view (self, document);
      return;
    }
  g_free (self->to_open);
  self->to_open = g_strdup (document);
  ivr_documents_refresh (self->documents);
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
                               is_first_unread (self, position), self->documents);
}

static void
on_setup (IvrChatPage *self,
          GtkListItem *item)
{
  GtkWidget *row = ivr_message_row_new ();

  g_signal_connect_object (row, "open-document", G_CALLBACK (on_open_document), self, G_CONNECT_SWAPPED);
  gtk_list_item_set_child (item, row);
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
write_rows (IvrChatPage *self)
{
  for (guint i = 0; i < self->bound->len; i++)
    if (gtk_list_item_get_item (self->bound->pdata[i]) != NULL)
      write_row (self, self->bound->pdata[i]);
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
  write_rows (self);
  if (added == 0 || position + added < n)
    return;
  if (self->at_end)
    scroll_to_end (self);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    ivr_message_list_mark_read (self->messages);
}

static void
on_documents_read (IvrChatPage *self)
{
  g_autofree char *document = g_steal_pointer (&self->to_open);

  write_rows (self);
  if (document == NULL)
    return;
  if (ivr_documents_find (self->documents, document) != NULL)
    view (self, document);
  else
    g_signal_emit (self, signals[SIGNAL_NOTICE], 0, _("This document was taken back, so it cannot be opened any more."));
}

static void
on_documents_failed (IvrChatPage *self,
                     GError      *error)
{
  if (self->to_open != NULL)
    g_signal_emit (self, signals[SIGNAL_NOTICE], 0, error->message);
  g_clear_pointer (&self->to_open, g_free);
}

/* Once they were read they are shown as they are; before, the messages say how they were. */
static void
on_documents_changed (IvrChatPage *self,
                      const char  *request)
{
  if (self->documents != NULL && ivr_documents_is_loaded (self->documents) && g_strcmp0 (ivr_documents_get_request (self->documents), request) == 0)
    ivr_documents_refresh (self->documents);
}

static void
read_draft (IvrChatPage *self)
{
  const char *request = ivr_message_list_get_request (self->messages);
  const char *chat = ivr_session_get_draft (self->session, "chat", request);
  const char *note = ivr_session_get_draft (self->session, "note", request);
  IvrAttachments *attachments = ivr_session_get_attachments (self->session);
  gboolean carries_note = ivr_attachments_get (attachments, request)->len > 0 && ivr_attachments_is_internal (attachments, request);

  self->setting = TRUE;
  gtk_check_button_set_active (self->internal, chat == NULL && (note != NULL || carries_note));
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

  if (message != NULL)
    ivr_attachments_add_message (ivr_session_get_attachments (self->session), ivr_message_list_get_request (self->messages), message);
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
  IvrAttachments *attachments = get_attachments (self);

  gtk_label_set_label (self->placeholder, internal ? _("Write an internal note") : _("Write a message"));
  if (internal)
    gtk_widget_add_css_class (GTK_WIDGET (self->composer), "note");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->composer), "note");
  ivr_attach_button_set_takes_files (self->attach, takes_files (self) && !internal);
  if (!self->setting && attachments != NULL)
    ivr_attachments_set_internal (attachments, ivr_message_list_get_request (self->messages), internal);
  if (!self->setting && attachments != NULL && internal &&
      ivr_attachments_get_state (attachments, ivr_message_list_get_request (self->messages)) == IVR_ATTACHMENTS_ON_THE_WAY)
    g_signal_emit (self, signals[SIGNAL_NOTICE], 0,
                   _("The files that are on their way become documents of the request, which the clinic sees, also without the note. Take off what it must not see."));
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
  if (self->documents != NULL)
    g_signal_handlers_disconnect_by_data (self->documents, self);
  g_clear_object (&self->documents);
  g_clear_pointer (&self->to_open, g_free);
  g_clear_object (&self->chooser);
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
  gtk_widget_class_install_action (widget_class, "chat.write", NULL, write_action);
  gtk_widget_class_install_action (widget_class, "chat.attach", NULL, attach_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_a, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "chat.attach", NULL);
  g_type_ensure (IVR_TYPE_ATTACHMENT_BAR);
  g_type_ensure (IVR_TYPE_ATTACH_BUTTON);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/ivrdesk/Desk/ui/ivr-chat-page.ui");
  gtk_widget_class_bind_template_child (widget_class, IvrChatPage, stack);
  gtk_widget_class_bind_template_child (widget_class, IvrChatPage, scroller);
  gtk_widget_class_bind_template_child (widget_class, IvrChatPage, list);
  gtk_widget_class_bind_template_child (widget_class, IvrChatPage, composer);
  gtk_widget_class_bind_template_child (widget_class, IvrChatPage, entry);
  gtk_widget_class_bind_template_child (widget_class, IvrChatPage, placeholder);
  gtk_widget_class_bind_template_child (widget_class, IvrChatPage, send);
  gtk_widget_class_bind_template_child (widget_class, IvrChatPage, internal);
  gtk_widget_class_bind_template_child (widget_class, IvrChatPage, bar);
  gtk_widget_class_bind_template_child (widget_class, IvrChatPage, attach);
  gtk_widget_class_bind_template_callback (widget_class, on_choose_files);
  gtk_widget_class_bind_template_callback (widget_class, on_internal_toggled);
}

static void
ivr_chat_page_init (IvrChatPage *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkDropTarget *drop = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);
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
  /* Before the text takes their names for text. */
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (drop), GTK_PHASE_CAPTURE);
  g_signal_connect (drop, "accept", G_CALLBACK (ivr_document_drag_accept), NULL);
  g_signal_connect (drop, "drop", G_CALLBACK (on_drop), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drop));
  g_signal_connect (self->entry, "paste-clipboard", G_CALLBACK (on_paste), self);
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
  g_signal_connect_object (session, "documents-changed", G_CALLBACK (on_documents_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (ivr_session_get_attachments (session), "changed", G_CALLBACK (on_attachments_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (ivr_session_get_attachments (session), "ready", G_CALLBACK (on_ready), self, G_CONNECT_SWAPPED);
}

static void
set_documents (IvrChatPage *self,
               const char  *request)
{
  IvrAttachments *attachments = ivr_session_get_attachments (self->session);

  if (self->documents != NULL)
    g_signal_handlers_disconnect_by_data (self->documents, self);
  g_clear_object (&self->documents);
  g_clear_pointer (&self->to_open, g_free);
  if (request != NULL)
    {
      self->documents = ivr_documents_new (ivr_session_get_database (self->session), request);
      g_signal_connect_object (self->documents, "changed", G_CALLBACK (on_documents_read), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (self->documents, "failed", G_CALLBACK (on_documents_failed), self, G_CONNECT_SWAPPED);
    }
  ivr_attachment_bar_set_request (self->bar, attachments, self->documents);
  ivr_attach_button_set_request (self->attach, attachments, self->documents);
  ivr_attach_button_set_takes_files (self->attach, takes_files (self) && !gtk_check_button_get_active (self->internal));
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
  set_documents (self, request);
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
