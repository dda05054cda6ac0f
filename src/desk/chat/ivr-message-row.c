/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-message-row.h"

#include "ivr-carried-document.h"
#include "ivr-format.h"

#include <glib/gi18n.h>

/* About 560 px: longer lines are hard to read. */
#define WIDEST_CHARS 60

struct _IvrMessageRow
{
  GtkWidget parent_instance;

  GtkWidget *day;
  GtkWidget *mark;
  GtkWidget *bubble;
  GtkWidget *sender;
  GtkWidget *body;
  GtkWidget *carried;
  GtkWidget *time;
};

enum {
  SIGNAL_OPEN_DOCUMENT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IvrMessageRow, ivr_message_row, GTK_TYPE_WIDGET)

static void
ivr_message_row_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (ivr_message_row_parent_class)->dispose (object);
}

static void
ivr_message_row_class_init (IvrMessageRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ivr_message_row_dispose;
  signals[SIGNAL_OPEN_DOCUMENT] = g_signal_new ("open-document", IVR_TYPE_MESSAGE_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "messagerow");
}

static GtkWidget *
add_label (GtkWidget  *box,
           const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, css_class);
  gtk_box_append (GTK_BOX (box), label);
  return label;
}

static void
ivr_message_row_init (IvrMessageRow *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  self->day = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->day, "day");
  gtk_widget_set_parent (self->day, GTK_WIDGET (self));
  self->mark = gtk_label_new (_("New messages"));
  gtk_widget_add_css_class (self->mark, "unread-mark");
  gtk_widget_set_parent (self->mark, GTK_WIDGET (self));
  self->bubble = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  gtk_widget_add_css_class (self->bubble, "bubble");
  gtk_widget_set_parent (self->bubble, GTK_WIDGET (self));
  self->sender = add_label (self->bubble, "sender");
  self->body = add_label (self->bubble, "body");
  gtk_label_set_wrap (GTK_LABEL (self->body), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->body), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (self->body), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (self->body), WIDEST_CHARS);
  self->carried = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  gtk_box_append (GTK_BOX (self->bubble), self->carried);
  self->time = add_label (self->bubble, "caption");
  gtk_widget_add_css_class (self->time, "dim-label");
  gtk_label_set_xalign (GTK_LABEL (self->time), 1);
}

GtkWidget *
ivr_message_row_new (void)
{
  return g_object_new (IVR_TYPE_MESSAGE_ROW, NULL);
}

static void
set_shape (IvrMessageRow *self,
           IvrMessage    *message)
{
  static const char * const shapes[] = { "own", "theirs", "note", "sending" };
  gboolean mine = ivr_message_is_mine (message);

  for (gsize i = 0; i < G_N_ELEMENTS (shapes); i++)
    gtk_widget_remove_css_class (self->bubble, shapes[i]);
  gtk_widget_add_css_class (self->bubble, mine ? "own" : "theirs");
  if (ivr_message_is_internal (message))
    gtk_widget_add_css_class (self->bubble, "note");
  if (ivr_message_get_state (message) == IVR_MESSAGE_SENDING)
    gtk_widget_add_css_class (self->bubble, "sending");
  gtk_widget_set_halign (self->bubble, mine ? GTK_ALIGN_END : GTK_ALIGN_START);
}

static gboolean
same_day (gint64 a,
          gint64 b)
{
  g_autofree char *first = ivr_format_day (a);
  g_autofree char *second = ivr_format_day (b);

  return g_str_equal (first, second);
}

static void
on_open (IvrCarriedDocument *button,
         IvrMessageRow      *self)
{
  g_signal_emit (self, signals[SIGNAL_OPEN_DOCUMENT], 0, ivr_carried_document_get_id (button));
}

static void
show_carried (IvrMessageRow *self,
              IvrMessage    *message,
              IvrDocuments  *documents)
{
  JsonArray *carried = ivr_message_get_documents (message);
  gboolean is_known = documents != NULL && ivr_documents_is_loaded (documents);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->carried)) != NULL)
    gtk_box_remove (GTK_BOX (self->carried), child);
  for (guint i = 0; carried != NULL && i < json_array_get_length (carried); i++)
    {
      JsonObject *one = json_array_get_object_element (carried, i);
      const char *id = json_object_get_string_member_with_default (one, "id", "");
      IvrDocument *now = is_known ? ivr_documents_find (documents, id) : NULL;

      child = ivr_carried_document_new (one, now, is_known);
      g_signal_connect_object (child, "clicked", G_CALLBACK (on_open), self, 0);
      gtk_box_append (GTK_BOX (self->carried), child);
    }
  gtk_widget_set_visible (self->carried, carried != NULL);
}

/* For a screen reader, which reads the row as a whole: who, when, the words, and how many documents. */
static char *
describe (IvrMessage *message,
          const char *sender,
          const char *state)
{
  JsonArray *carried = ivr_message_get_documents (message);
  guint n = carried != NULL ? json_array_get_length (carried) : 0;

  if (n == 0)
    return g_strdup_printf (_("%s, %s: %s"), sender, state, ivr_message_get_body (message));
  return g_strdup_printf (ngettext ("%s, %s: %s, with %u document", "%s, %s: %s, with %u documents", n), sender, state,
                          ivr_message_get_body (message), n);
}

/**
 * ivr_message_row_set_message:
 * @self: a row
 * @message: what it shows
 * @before: (nullable): the message above it
 * @first_unread: whether what this person has not seen begins here
 * @documents: (nullable): the documents of the request, when they were read: what it carries is shown as it is by now
 */
void
ivr_message_row_set_message (IvrMessageRow *self,
                             IvrMessage    *message,
                             IvrMessage    *before,
                             gboolean       first_unread,
                             IvrDocuments  *documents)
{
  g_autofree char *day = ivr_format_day (ivr_message_get_created (message));
  g_autofree char *time = ivr_format_time (ivr_message_get_created (message));
  g_autofree char *name = NULL;
  const char *sender = ivr_message_is_mine (message) ? _("You") : ivr_message_get_sender (message);
  const char *state = ivr_message_get_state (message) == IVR_MESSAGE_SENDING ? _("Sending…") : time;
  gboolean same_sender = before != NULL && g_str_equal (ivr_message_get_sender (before), ivr_message_get_sender (message)) &&
                         ivr_message_is_internal (before) == ivr_message_is_internal (message) &&
                         same_day (ivr_message_get_created (before), ivr_message_get_created (message));
  g_autofree char *label = ivr_message_is_internal (message) ? g_strdup_printf (_("%s · internal note"), sender)
                                                             : g_strdup (sender);

  gtk_label_set_label (GTK_LABEL (self->day), day);
  gtk_widget_set_visible (self->day, before == NULL ||
                          !same_day (ivr_message_get_created (before), ivr_message_get_created (message)));
  gtk_widget_set_visible (self->mark, first_unread);
  gtk_label_set_label (GTK_LABEL (self->sender), label);
  gtk_widget_set_visible (self->sender, !same_sender);
  gtk_label_set_label (GTK_LABEL (self->body), ivr_message_get_body (message));
  gtk_widget_set_visible (self->body, ivr_message_get_body (message)[0] != '\0');
  show_carried (self, message, documents);
  gtk_label_set_label (GTK_LABEL (self->time), state);
  set_shape (self, message);
  name = describe (message, label, state);
  ivr_format_name (self, name);
  if (gtk_widget_get_parent (GTK_WIDGET (self)) != NULL)
    ivr_format_name (gtk_widget_get_parent (GTK_WIDGET (self)), name);
}
