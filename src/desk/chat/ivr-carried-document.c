/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-carried-document.h"

#include "ivr-document-status.h"
#include "ivr-document-title.h"
#include "ivr-format.h"

#include <glib/gi18n.h>

struct _IvrCarriedDocument
{
  GtkButton parent_instance;

  char *id;
};

/* As the message says it, or as it is by now. */
typedef struct
{
  const char *title;
  const char *kind;
  const char *status;
  const char *content_type;
  const char *scan;
  gboolean readable;
} Facts;

G_DEFINE_FINAL_TYPE (IvrCarriedDocument, ivr_carried_document, GTK_TYPE_BUTTON)

static void
ivr_carried_document_finalize (GObject *object)
{
  g_free (IVR_CARRIED_DOCUMENT (object)->id);
  G_OBJECT_CLASS (ivr_carried_document_parent_class)->finalize (object);
}

static void
ivr_carried_document_class_init (IvrCarriedDocumentClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ivr_carried_document_finalize;
}

static void
ivr_carried_document_init (IvrCarriedDocument *self)
{
}

static Facts
find_facts (JsonObject  *carried,
            IvrDocument *now,
            gboolean     is_known)
{
  const IvrDocumentVersion *version = now != NULL ? ivr_document_get_nth (now, 0) : NULL;
  Facts facts = {
    .title = json_object_get_string_member_with_default (carried, "title", NULL),
    .kind = json_object_get_string_member_with_default (carried, "label", NULL),
    .status = json_object_get_string_member_with_default (carried, "status", NULL),
    .content_type = json_object_get_string_member_with_default (carried, "content_type", NULL),
    .scan = json_object_get_string_member_with_default (carried, "scan", NULL),
    .readable = json_object_get_boolean_member_with_default (carried, "readable", FALSE),
  };

  if (version != NULL)
    facts = (Facts) { ivr_document_get_title (now), ivr_document_get_kind_label (now), ivr_document_get_status (now), version->content_type,
                      version->scan, version->readable };
  else if (is_known)
    {
      /* The other side took it back: what it was called is not for this one. */
      facts.title = NULL;
      facts.status = "withdrawn";
      facts.readable = FALSE;
    }
  return facts;
}

static GtkWidget *
label_of (const char *text,
          const char *css)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 40);
  if (css != NULL)
    gtk_widget_add_css_class (label, css);
  return label;
}

/* What stands below the name: kind, state, and what keeps it from being opened. */
static char *
describe (const Facts *facts)
{
  const char *kind = facts->kind != NULL && g_strcmp0 (facts->title, facts->kind) != 0 && facts->title != NULL ? _(facts->kind) : NULL;
  const char *state = facts->status != NULL ? ivr_document_status_label (facts->status) : NULL;

  if (g_strcmp0 (facts->scan, "infected") == 0)
    state = _("A virus was found in it");
  if (kind != NULL && state != NULL)
    return g_strdup_printf ("%s · %s", kind, state);
  return g_strdup (kind != NULL ? kind : state != NULL ? state : "");
}

/**
 * ivr_carried_document_new:
 * @carried: one of ivr_message_get_documents()
 * @now: (nullable): the document as it is by now
 * @is_known: whether the documents of the request were read, so that one that is not among them was taken back
 *
 * Returns: (transfer floating): a button
 */
GtkWidget *
ivr_carried_document_new (JsonObject  *carried,
                          IvrDocument *now,
                          gboolean     is_known)
{
  IvrCarriedDocument *self = g_object_new (IVR_TYPE_CARRIED_DOCUMENT, NULL);
  Facts facts = find_facts (carried, now, is_known);
  const char *title = facts.title != NULL ? ivr_document_title (facts.title, facts.kind) : facts.kind != NULL ? _(facts.kind) : _("Document");
  g_autofree char *below = describe (&facts);
  g_autofree char *name = g_strdup_printf (_("Document: %s, %s"), title, below);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *middle = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *caption = label_of (below, "caption");

  self->id = g_strdup (json_object_get_string_member_with_default (carried, "id", ""));
  gtk_box_append (GTK_BOX (middle), label_of (title, NULL));
  gtk_box_append (GTK_BOX (middle), caption);
  gtk_widget_set_visible (caption, below[0] != '\0');
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (ivr_document_status_icon (facts.content_type)));
  gtk_box_append (GTK_BOX (box), middle);
  gtk_button_set_child (GTK_BUTTON (self), box);
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_START);
  gtk_widget_add_css_class (GTK_WIDGET (self), "carried");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), title);
  gtk_widget_set_sensitive (GTK_WIDGET (self), facts.readable);
  ivr_format_name (self, name);
  return GTK_WIDGET (self);
}

const char *
ivr_carried_document_get_id (IvrCarriedDocument *self)
{
  return self->id;
}
