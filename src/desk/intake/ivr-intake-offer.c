/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-intake-offer.h"

#include "ivr-field.h"
#include "ivr-format.h"
#include "ivr-intake-labels.h"

#include <glib/gi18n.h>

struct _IvrIntakeOffer
{
  GtkWidget parent_instance;

  IvrIntake *intake;
  IvrOffers *offers;
  char *path;
  char *label;               /* of the question */
  GtkWidget *text;           /* box of value and source */
  GtkWidget *value;
  GtkWidget *source;
  GtkWidget *accept;
  GtkWidget *refuse;
  GtkWidget *choose;
  GtkWidget *choices;        /* in the popover of that */
  char *listed;              /* what stands there */
};

G_DEFINE_FINAL_TYPE (IvrIntakeOffer, ivr_intake_offer, GTK_TYPE_WIDGET)

static void
ivr_intake_offer_dispose (GObject *object)
{
  IvrIntakeOffer *self = IVR_INTAKE_OFFER (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->offers);
  g_clear_object (&self->intake);
  G_OBJECT_CLASS (ivr_intake_offer_parent_class)->dispose (object);
}

static void
ivr_intake_offer_finalize (GObject *object)
{
  g_free (IVR_INTAKE_OFFER (object)->path);
  g_free (IVR_INTAKE_OFFER (object)->label);
  g_free (IVR_INTAKE_OFFER (object)->listed);
  G_OBJECT_CLASS (ivr_intake_offer_parent_class)->finalize (object);
}

static void
ivr_intake_offer_class_init (IvrIntakeOfferClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ivr_intake_offer_dispose;
  G_OBJECT_CLASS (klass)->finalize = ivr_intake_offer_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

/* A value as people read it in the form. */
static char *
dup_words (IvrIntakeOffer *self,
           const char     *value)
{
  const IvrField *field = ivr_field_find (self->path);

  if (field->type == IVR_FIELD_BOOL)
    return g_strdup (g_str_equal (value, "true") ? _("Yes") : _("No"));
  if (field->type == IVR_FIELD_CHOICE)
    return g_strdup (ivr_intake_choice_label (value));
  if (field->type == IVR_FIELD_PHONE)
    return ivr_format_phone (value);
  if (field->type == IVR_FIELD_DATE || field->type == IVR_FIELD_BIRTH)
    return ivr_format_date (value);
  return g_strdup (value);
}

/* What an invented payer said is never taken for a real one's answer. */
static char *
dup_source (const IvrOffer *offer)
{
  const char *label = offer->label != NULL ? _(offer->label) : offer->source;

  return offer->is_mock ? g_strdup_printf (_("%s (demo, invented)"), label) : g_strdup (label);
}

static char *
dup_caption (const IvrOffer *offer)
{
  g_autofree char *from = dup_source (offer);
  gint64 at = offer->at != NULL ? ivr_format_parse_time (offer->at) : 0;
  g_autofree char *moment = at > 0 ? ivr_format_moment (at) : NULL;

  return moment != NULL ? g_strdup_printf (_("%s, %s"), from, moment) : g_steal_pointer (&from);
}

static char *
dup_tooltip (IvrIntakeOffer *self,
             const IvrOffer *offer)
{
  g_autofree char *words = dup_words (self, offer->value);
  g_autofree char *caption = dup_caption (offer);

  return g_strconcat (words, "\n", caption, NULL);
}

static void
set_text (IvrIntakeOffer *self,
          const char     *value,
          const IvrOffer *offer)
{
  g_autofree char *source = dup_source (offer);
  g_autofree char *tip = dup_tooltip (self, offer);

  gtk_label_set_label (GTK_LABEL (self->value), value != NULL ? value : "");
  gtk_widget_set_visible (self->value, value != NULL);
  gtk_label_set_label (GTK_LABEL (self->source), source);
  gtk_widget_set_tooltip_text (self->text, tip);
  gtk_widget_set_visible (self->text, TRUE);
}

static void
name_buttons (IvrIntakeOffer *self,
              const char     *words,
              const IvrOffer *offer)
{
  g_autofree char *source = dup_source (offer);
  g_autofree char *accept = g_strdup_printf (_("%s: use “%s” (%s)"), self->label, words, source);
  g_autofree char *refuse = g_strdup_printf (_("%s: do not use “%s” (%s)"), self->label, words, source);

  ivr_format_name (self->accept, accept);
  ivr_format_name (self->refuse, refuse);
}

static void
on_choice (GtkButton      *button,
           IvrIntakeOffer *self)
{
  const char *source = g_object_get_data (G_OBJECT (button), "source");
  g_autoptr(GPtrArray) open = ivr_offers_get_open (self->offers, self->path);
  const char *value = g_object_get_data (G_OBJECT (button), "value");

  gtk_menu_button_popdown (GTK_MENU_BUTTON (self->choose));
  if (value == NULL)
    ivr_offers_refuse (self->offers, self->path);
  for (guint i = 0; value != NULL && i < open->len; i++)
    {
      const IvrOffer *offer = open->pdata[i];

      /* The list may have changed while it was open. */
      if (g_str_equal (offer->value, value) && g_str_equal (offer->source, source))
        {
          ivr_offers_accept (self->offers, offer);
          return;
        }
    }
}

static void
add_choice (IvrIntakeOffer *self,
            const char     *words,
            const char     *caption,
            const IvrOffer *offer)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *value = gtk_label_new (words);
  GtkWidget *below = gtk_label_new (caption);
  g_autofree char *name = g_strdup_printf (_("%s: %s"), words, caption);

  gtk_label_set_xalign (GTK_LABEL (value), 0);
  gtk_label_set_ellipsize (GTK_LABEL (value), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (value), 40);
  gtk_label_set_xalign (GTK_LABEL (below), 0);
  gtk_widget_add_css_class (below, "caption");
  gtk_widget_add_css_class (below, "dim-label");
  gtk_box_append (GTK_BOX (lines), value);
  gtk_box_append (GTK_BOX (lines), below);
  gtk_button_set_child (GTK_BUTTON (button), lines);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, words);
  ivr_format_name (button, name);
  if (offer != NULL)
    {
      g_object_set_data_full (G_OBJECT (button), "value", g_strdup (offer->value), g_free);
      g_object_set_data_full (G_OBJECT (button), "source", g_strdup (offer->source), g_free);
    }
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_choice), self, 0);
  gtk_box_append (GTK_BOX (self->choices), button);
}

/* Whether other choices are there than those that stand in the popover: the same ones stay under the finger. */
static gboolean
is_news (IvrIntakeOffer *self,
         GPtrArray      *open,
         const char     *has)
{
  g_autoptr(GString) key = g_string_new (has);

  for (guint i = 0; i < open->len; i++)
    {
      const IvrOffer *offer = open->pdata[i];

      g_string_append_printf (key, "\n%s\n%s", offer->source, offer->value);
    }
  if (g_strcmp0 (key->str, self->listed) == 0)
    return FALSE;
  g_free (self->listed);
  self->listed = g_string_free (g_steal_pointer (&key), FALSE);
  return TRUE;
}

/* Both are shown, what the form has first. */
static void
list_choices (IvrIntakeOffer *self,
              GPtrArray      *open,
              const char     *has)
{
  const IvrOffer *source = ivr_offers_get_source (self->offers, self->path);
  GtkWidget *child;

  if (!is_news (self, open, has))
    return;
  while ((child = gtk_widget_get_first_child (self->choices)) != NULL)
    gtk_box_remove (GTK_BOX (self->choices), child);
  if (has[0] != '\0')
    {
      g_autofree char *words = dup_words (self, has);
      g_autofree char *from = source != NULL ? dup_source (source) : NULL;
      g_autofree char *caption = from != NULL ? g_strdup_printf (_("Keep, from: %s"), from) : g_strdup (_("Keep, as typed"));

      add_choice (self, words, caption, NULL);
    }
  for (guint i = 0; i < open->len; i++)
    {
      g_autofree char *words = dup_words (self, ((const IvrOffer *) open->pdata[i])->value);
      g_autofree char *caption = dup_caption (open->pdata[i]);

      add_choice (self, words, caption, open->pdata[i]);
    }
  if (has[0] == '\0')
    add_choice (self, _("None of these"), _("Leave it empty"), NULL);
}

/**
 * ivr_intake_offer_show:
 * @self: an offer
 *
 * Shows what is offered and chosen now.
 */
void
ivr_intake_offer_show (IvrIntakeOffer *self)
{
  g_autoptr(GPtrArray) open = ivr_offers_get_open (self->offers, self->path);
  const IvrOffer *source = ivr_offers_get_source (self->offers, self->path);
  const IvrOffer *first = open->len > 0 ? open->pdata[0] : NULL;
  g_autofree char *has = ivr_intake_dup (self->intake, self->path);
  gboolean simple = open->len == 1 && has[0] == '\0';

  gtk_widget_set_visible (self->text, FALSE);
  gtk_widget_set_visible (self->accept, simple);
  gtk_widget_set_visible (self->refuse, simple);
  gtk_widget_set_visible (self->choose, open->len > 0 && !simple);
  if (simple)
    {
      g_autofree char *words = dup_words (self, first->value);

      set_text (self, words, first);
      name_buttons (self, words, first);
    }
  else if (first != NULL)
    {
      g_autofree char *name = g_strdup_printf (ngettext ("%s: %u other answer", "%s: %u different answers", open->len), self->label, open->len);
      g_autofree char *label = g_strdup_printf (ngettext ("%u other answer", "%u different answers", open->len), open->len);

      list_choices (self, open, has);
      gtk_menu_button_set_label (GTK_MENU_BUTTON (self->choose), label);
      ivr_format_name (self->choose, name);
    }
  else if (source != NULL)
    set_text (self, NULL, source);
  gtk_widget_set_visible (GTK_WIDGET (self), open->len > 0 || source != NULL);
}

static void
on_accept (IvrIntakeOffer *self)
{
  ivr_intake_offer_accept (self);
}

static void
on_refuse (IvrIntakeOffer *self)
{
  ivr_intake_offer_refuse (self);
}

static GtkWidget *
icon_button (const char *icon,
             const char *tip)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "circular");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, tip);
  return button;
}

static void
ivr_intake_offer_init (IvrIntakeOffer *self)
{
  GtkWidget *popover;

  self->text = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->value = gtk_label_new (NULL);
  self->source = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->value), 1);
  gtk_label_set_ellipsize (GTK_LABEL (self->value), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (self->value), 26);
  gtk_widget_add_css_class (self->value, "offered");
  gtk_label_set_xalign (GTK_LABEL (self->source), 1);
  gtk_label_set_ellipsize (GTK_LABEL (self->source), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (self->source), 26);
  gtk_widget_add_css_class (self->source, "caption");
  gtk_widget_add_css_class (self->source, "dim-label");
  gtk_box_append (GTK_BOX (self->text), self->value);
  gtk_box_append (GTK_BOX (self->text), self->source);
  gtk_widget_set_valign (self->text, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_end (self->text, 6);
  self->accept = icon_button ("object-select-symbolic", _("Use this (F8)"));
  self->refuse = icon_button ("window-close-symbolic", _("Do not use this (Shift+F8)"));
  self->choose = gtk_menu_button_new ();
  gtk_widget_set_valign (self->choose, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (self->choose, _("Sources say different things; choose (F8)"));
  self->choices = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  popover = gtk_popover_new ();
  gtk_popover_set_child (GTK_POPOVER (popover), self->choices);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->choose), popover);
  g_signal_connect_object (self->accept, "clicked", G_CALLBACK (on_accept), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->refuse, "clicked", G_CALLBACK (on_refuse), self, G_CONNECT_SWAPPED);
  gtk_widget_set_parent (self->text, GTK_WIDGET (self));
  gtk_widget_set_parent (self->accept, GTK_WIDGET (self));
  gtk_widget_set_parent (self->refuse, GTK_WIDGET (self));
  gtk_widget_set_parent (self->choose, GTK_WIDGET (self));
}

/**
 * ivr_intake_offer_new:
 * @intake: the form
 * @offers: what is offered
 * @path: a question
 * @label: how it is called
 *
 * Returns: (transfer floating): what is offered there
 */
GtkWidget *
ivr_intake_offer_new (IvrIntake  *intake,
                      IvrOffers  *offers,
                      const char *path,
                      const char *label)
{
  IvrIntakeOffer *self = g_object_new (IVR_TYPE_INTAKE_OFFER, NULL);

  self->intake = g_object_ref (intake);
  self->offers = g_object_ref (offers);
  self->path = g_strdup (path);
  self->label = g_strdup (label);
  ivr_intake_offer_show (self);
  return GTK_WIDGET (self);
}

/**
 * ivr_intake_offer_accept:
 * @self: an offer
 *
 * Takes what is offered, or opens the choice where there is one.
 *
 * Returns: whether something was taken
 */
gboolean
ivr_intake_offer_accept (IvrIntakeOffer *self)
{
  g_autoptr(GPtrArray) open = ivr_offers_get_open (self->offers, self->path);

  if (gtk_widget_get_visible (self->choose))
    {
      gtk_menu_button_popup (GTK_MENU_BUTTON (self->choose));
      return FALSE;
    }
  return open->len == 1 && ivr_offers_accept (self->offers, open->pdata[0]);
}

/**
 * ivr_intake_offer_refuse:
 * @self: an offer
 *
 * Leaves the form as it is.
 */
void
ivr_intake_offer_refuse (IvrIntakeOffer *self)
{
  ivr_offers_refuse (self->offers, self->path);
}
