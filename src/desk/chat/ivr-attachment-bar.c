/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-attachment-bar.h"

#include "ivr-attachment-row.h"
#include "ivr-document-title.h"
#include "ivr-format.h"

#include <glib/gi18n.h>

/* Three of them; more are scrolled to. */
#define HIGHEST 150

struct _IvrAttachmentBar
{
  GtkWidget parent_instance;

  GtkWidget *scroller;
  GtkWidget *list;
  GtkWidget *waiting;
  GtkWidget *line;

  IvrAttachments *attachments;
  IvrDocuments *documents;
};

G_DEFINE_FINAL_TYPE (IvrAttachmentBar, ivr_attachment_bar, GTK_TYPE_WIDGET)

static void
ivr_attachment_bar_dispose (GObject *object)
{
  IvrAttachmentBar *self = IVR_ATTACHMENT_BAR (object);
  GtkWidget *child;

  g_clear_object (&self->attachments);
  g_clear_object (&self->documents);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (ivr_attachment_bar_parent_class)->dispose (object);
}

static void
ivr_attachment_bar_class_init (IvrAttachmentBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ivr_attachment_bar_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "attachmentbar");
}

static void
on_stay (IvrAttachmentBar *self)
{
  if (self->attachments != NULL)
    ivr_attachments_set_waiting (self->attachments, ivr_documents_get_request (self->documents), FALSE);
}

static void
ivr_attachment_bar_init (IvrAttachmentBar *self)
{
  GtkWidget *stay = gtk_button_new_with_label (_("Do not send yet"));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (gtk_widget_get_layout_manager (GTK_WIDGET (self))), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))), 6);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (self->scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (self->scroller), HIGHEST);
  gtk_widget_add_css_class (self->scroller, "composer");
  gtk_widget_set_overflow (self->scroller, GTK_OVERFLOW_HIDDEN);
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  /* What scrolls has a least height, more than one row needs. */
  gtk_widget_set_valign (self->list, GTK_ALIGN_CENTER);
  ivr_format_name (self->list, _("What the message carries"));
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->list);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
  self->waiting = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  self->line = g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_STATUS, "wrap", TRUE, "xalign", 0.0, "hexpand", TRUE, NULL);
  gtk_widget_add_css_class (stay, "flat");
  gtk_widget_set_valign (stay, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self->waiting), self->line);
  gtk_box_append (GTK_BOX (self->waiting), stay);
  gtk_widget_set_parent (self->waiting, GTK_WIDGET (self));
  g_signal_connect_swapped (stay, "clicked", G_CALLBACK (on_stay), self);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

static void
on_remove (IvrAttachmentBar *self,
           GtkWidget        *row)
{
  if (self->attachments != NULL)
    ivr_attachments_remove (self->attachments, ivr_documents_get_request (self->documents), (guint) gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (row)));
}

/* A document goes by the name that it has now; a file by its own. */
static const char *
name_of (IvrAttachmentBar    *self,
         const IvrAttachment *attachment)
{
  IvrDocument *document = attachment->document != NULL ? ivr_documents_find (self->documents, attachment->document) : NULL;

  if (document != NULL)
    return ivr_document_title_of (document);
  return attachment->name[0] != '\0' ? attachment->name : _("Document");
}

static int
find_focus (IvrAttachmentBar *self)
{
  GtkWidget *row = gtk_widget_get_focus_child (self->list);

  return row != NULL ? gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (row)) : -1;
}

/**
 * ivr_attachment_bar_show:
 * @self: a bar
 *
 * Shows what the message carries by now. Whoever takes things off with a key comes to the next one.
 */
void
ivr_attachment_bar_show (IvrAttachmentBar *self)
{
  const char *request = self->documents != NULL ? ivr_documents_get_request (self->documents) : NULL;
  GPtrArray *list = self->attachments != NULL && request != NULL ? ivr_attachments_get (self->attachments, request) : NULL;
  guint n = list != NULL ? list->len : 0;
  gboolean waits = n > 0 && ivr_attachments_is_waiting (self->attachments, request);
  int focus = find_focus (self);
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (self->list)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), row);
  for (guint i = 0; i < n; i++)
    {
      row = ivr_attachment_row_new (list->pdata[i], name_of (self, list->pdata[i]));
      g_signal_connect_object (row, "remove", G_CALLBACK (on_remove), self, G_CONNECT_SWAPPED);
      gtk_list_box_append (GTK_LIST_BOX (self->list), row);
    }
  gtk_label_set_label (GTK_LABEL (self->line), waits ? _("The message goes by itself as soon as its files have arrived.") : "");
  gtk_widget_set_visible (self->waiting, waits);
  gtk_widget_set_visible (GTK_WIDGET (self), n > 0);
  row = focus >= 0 && n > 0 ? GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), MIN (focus, (int) n - 1))) : NULL;
  if (row != NULL)
    gtk_widget_grab_focus (row);
  else if (focus >= 0)
    gtk_widget_activate_action (GTK_WIDGET (self), "chat.write", NULL);
}

static void
on_changed (IvrAttachmentBar *self,
            const char       *request)
{
  if (self->documents != NULL && g_strcmp0 (request, ivr_documents_get_request (self->documents)) == 0)
    ivr_attachment_bar_show (self);
}

/**
 * ivr_attachment_bar_set_request:
 * @self: a bar
 * @attachments: what messages carry
 * @documents: (nullable): the documents of the request whose message is written
 */
void
ivr_attachment_bar_set_request (IvrAttachmentBar *self,
                                IvrAttachments   *attachments,
                                IvrDocuments     *documents)
{
  if (self->attachments != attachments)
    {
      if (self->attachments != NULL)
        g_signal_handlers_disconnect_by_data (self->attachments, self);
      g_set_object (&self->attachments, attachments);
      if (attachments != NULL)
        g_signal_connect_object (attachments, "changed", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
    }
  if (self->documents != NULL)
    g_signal_handlers_disconnect_by_data (self->documents, self);
  g_set_object (&self->documents, documents);
  if (documents != NULL)
    g_signal_connect_object (documents, "changed", G_CALLBACK (ivr_attachment_bar_show), self, G_CONNECT_SWAPPED);
  ivr_attachment_bar_show (self);
}
