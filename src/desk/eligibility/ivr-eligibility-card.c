/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-eligibility-card.h"

#include "ivr-benefit-facts.h"
#include "ivr-benefit-text.h"
#include "ivr-eligibility-words.h"
#include "ivr-format.h"

#include <glib/gi18n.h>

#define LINES_HEIGHT 320

/* What somebody else wrote is never markup. */
static GtkWidget *
label_new (const char *text,
           const char *css)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_text (GTK_LABEL (label), text);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_yalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (css != NULL)
    gtk_widget_add_css_class (label, css);
  return label;
}

/**
 * ivr_eligibility_card_new_demo:
 *
 * Returns: (transfer floating): the mark of what an invented payer said
 */
GtkWidget *
ivr_eligibility_card_new_demo (void)
{
  GtkWidget *label = label_new (_("Demo payer: invented answer"), "invented");

  gtk_widget_set_halign (label, GTK_ALIGN_START);
  return label;
}

static GtkWidget *
head_new (JsonObject *check)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  IvrEligibilityWords words;
  g_autofree char *asked = ivr_eligibility_dup_asked (check);
  GtkWidget *icon, *title;

  ivr_eligibility_get_verdict (ivr_format_member (check, "verdict"), &words);
  icon = gtk_image_new_from_icon_name (words.icon);
  title = label_new (words.title, "title-3");
  gtk_widget_add_css_class (icon, words.tint);
  gtk_accessible_update_state (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  gtk_box_append (GTK_BOX (line), icon);
  gtk_box_append (GTK_BOX (line), title);
  gtk_box_append (GTK_BOX (box), line);
  gtk_box_append (GTK_BOX (box), label_new (words.sentence, NULL));
  gtk_box_append (GTK_BOX (box), label_new (asked, "dim-label"));
  if (json_object_get_boolean_member_with_default (check, "is_mock", FALSE))
    gtk_box_append (GTK_BOX (box), ivr_eligibility_card_new_demo ());
  return box;
}

static GtkWidget *
value_new (const IvrBenefitRow *row)
{
  GtkWidget *label = label_new (row != NULL ? row->value : _("Not said"), NULL);

  gtk_label_set_width_chars (GTK_LABEL (label), 10);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 24);
  gtk_label_set_selectable (GTK_LABEL (label), row != NULL);
  gtk_widget_set_hexpand (label, TRUE);
  if (row == NULL || row->tone == IVR_BENEFIT_NOT_STATED)
    gtk_widget_add_css_class (label, "dim-label");
  return label;
}

static void
name_value (GtkWidget           *label,
            const IvrBenefitRow *row)
{
  g_autofree char *spoken = row->where != NULL && row->where[0] != '\0'
                              ? g_strdup_printf (_("%s: %s, read in %s"), row->title, row->value, row->where)
                              : g_strdup_printf (_("%s: %s"), row->title, row->value);

  ivr_format_name (label, spoken);
}

/* What was said before and is not said now is a fact of its own. */
typedef enum {
  SAME,
  CHANGED,
  NEW,
  GONE,
} Change;

static Change
compare (const IvrBenefitRow *row,
         const IvrBenefitRow *old)
{
  if (row == NULL)
    return GONE;
  if (old == NULL)
    return NEW;
  return g_str_equal (row->value, old->value) ? SAME : CHANGED;
}

static const char *
change_word (Change change)
{
  switch (change)
    {
    case CHANGED:
      return _("Changed");
    case NEW:
      return _("New");
    case GONE:
      return _("No longer said");
    case SAME:
    default:
      return NULL;
    }
}

static GtkWidget *
change_new (Change change)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *icon = gtk_image_new_from_icon_name ("dialog-information-symbolic");
  GtkWidget *word = gtk_label_new (change_word (change));

  gtk_widget_add_css_class (word, "changed");
  gtk_accessible_update_state (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), word);
  return box;
}

/* A card: titles, values (or two columns of them) and where each was read, all below each other. */
typedef struct
{
  GtkGrid *grid;
  int n_rows;
  gboolean compares;
} Card;

/* Where it was read, small, what stands there, and whether somebody has to read it. */
static GtkWidget *
where_new (const IvrBenefitRow *row)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = label_new (row->where != NULL ? row->where : "", "where");

  gtk_widget_add_css_class (label, "dim-label");
  gtk_label_set_width_chars (GTK_LABEL (label), 7);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 10);
  if (row->source != NULL)
    gtk_widget_set_tooltip_text (label, row->source);
  gtk_box_append (GTK_BOX (box), label);
  if (row->tone == IVR_BENEFIT_ATTENTION)
    {
      GtkWidget *icon = gtk_image_new_from_icon_name ("dialog-warning-symbolic");

      gtk_widget_set_valign (icon, GTK_ALIGN_START);
      gtk_widget_add_css_class (icon, "warning");
      gtk_widget_set_tooltip_text (icon, _("Read this yourself"));
      ivr_format_name (icon, _("Read this yourself"));
      gtk_box_append (GTK_BOX (box), icon);
    }
  return box;
}

static void
attach_pair (Card                *card,
             const IvrBenefitRow *row,
             const IvrBenefitRow *old)
{
  GtkWidget *now = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *before = value_new (old);
  GtkWidget *value = value_new (row);
  Change change = compare (row, old);
  const char *title = row != NULL ? row->title : old->title;
  const char *word = change_word (change);
  g_autofree char *spoken_before = g_strdup_printf (_("%s, before: %s"), title, old != NULL ? old->value : _("Not said"));
  g_autofree char *said = g_strdup_printf (_("%s, now: %s"), title, row != NULL ? row->value : _("Not said"));
  g_autofree char *spoken = word != NULL ? g_strdup_printf ("%s. %s", said, word) : g_strdup (said);

  ivr_format_name (before, spoken_before);
  ivr_format_name (value, spoken);
  gtk_box_append (GTK_BOX (now), value);
  if (word != NULL)
    gtk_box_append (GTK_BOX (now), change_new (change));
  gtk_grid_attach (card->grid, before, 1, card->n_rows, 1, 1);
  gtk_grid_attach (card->grid, now, 2, card->n_rows, 1, 1);
}

static void
attach_row (Card                *card,
            const IvrBenefitRow *row,
            const IvrBenefitRow *old)
{
  const IvrBenefitRow *any = row != NULL ? row : old;
  GtkWidget *title = label_new (any->title, "dim-label");

  if (card->n_rows > 0)
    gtk_grid_attach (card->grid, gtk_separator_new (GTK_ORIENTATION_HORIZONTAL), 0, card->n_rows++, 4, 1);
  gtk_label_set_width_chars (GTK_LABEL (title), 12);
  gtk_label_set_max_width_chars (GTK_LABEL (title), 15);
  gtk_grid_attach (card->grid, title, 0, card->n_rows, 1, 1);
  if (card->compares)
    attach_pair (card, row, old);
  else
    {
      GtkWidget *value = value_new (row);

      name_value (value, row);
      gtk_grid_attach (card->grid, value, 1, card->n_rows, 2, 1);
    }
  gtk_grid_attach (card->grid, where_new (any), 3, card->n_rows++, 1, 1);
}

static Card
card_new (GtkBox     *parent,
          const char *title,
          gboolean    compares)
{
  GtkWidget *group = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  Card card = { GTK_GRID (gtk_grid_new ()), 0, compares };

  gtk_grid_set_row_spacing (card.grid, 6);
  gtk_grid_set_column_spacing (card.grid, 12);
  gtk_widget_add_css_class (GTK_WIDGET (card.grid), "card");
  gtk_widget_add_css_class (GTK_WIDGET (card.grid), "benefits");
  if (compares)
    {
      gtk_grid_attach (card.grid, label_new (_("Before"), "dim-label"), 1, 0, 1, 1);
      gtk_grid_attach (card.grid, label_new (_("Now"), NULL), 2, 0, 1, 1);
      card.n_rows = 1;
    }
  gtk_box_append (GTK_BOX (group), label_new (title, "heading"));
  gtk_box_append (GTK_BOX (group), GTK_WIDGET (card.grid));
  gtk_box_append (parent, group);
  return card;
}

static const IvrBenefitSection *
find_section (const IvrBenefitFacts *facts,
              const char            *title)
{
  for (guint i = 0; facts != NULL && i < facts->sections->len; i++)
    if (g_str_equal (((IvrBenefitSection *) facts->sections->pdata[i])->title, title))
      return facts->sections->pdata[i];
  return NULL;
}

/* @now is NULL for what only the answer before spoke of. */
static void
append_section (GtkBox                  *box,
                const IvrBenefitSection *now,
                const IvrBenefitSection *before,
                const IvrBenefitFacts   *facts,
                const IvrBenefitFacts   *old)
{
  Card card = card_new (box, now != NULL ? now->title : before->title, old != NULL);

  for (guint i = 0; now != NULL && i < now->rows->len; i++)
    {
      const IvrBenefitRow *row = now->rows->pdata[i];

      attach_row (&card, row, ivr_benefit_facts_find (old, row->key));
    }
  for (guint i = 0; before != NULL && i < before->rows->len; i++)
    {
      const IvrBenefitRow *row = before->rows->pdata[i];

      if (ivr_benefit_facts_find (facts, row->key) == NULL && row->tone != IVR_BENEFIT_NOT_STATED)
        attach_row (&card, NULL, row);
    }
}

/* Above two columns: which is which. */
static GtkWidget *
columns_new (JsonObject *check,
             JsonObject *before)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  g_autofree char *old_age = ivr_eligibility_dup_age (ivr_format_parse_time (ivr_format_member (before, "asked_at")), g_get_real_time ());
  g_autofree char *age = ivr_eligibility_dup_age (ivr_format_parse_time (ivr_format_member (check, "asked_at")), g_get_real_time ());
  IvrEligibilityWords old_words, words;
  g_autofree char *old_text = NULL;
  g_autofree char *text = NULL;

  ivr_eligibility_get_verdict (ivr_format_member (before, "verdict"), &old_words);
  ivr_eligibility_get_verdict (ivr_format_member (check, "verdict"), &words);
  /* Translators: when it was asked ("asked 3 days ago"), and the verdict ("Active"). */
  old_text = g_strdup_printf (_("Before, %s: %s"), old_age, old_words.title);
  text = g_strdup_printf (_("Now, %s: %s"), age, words.title);
  gtk_box_append (GTK_BOX (box), label_new (old_text, NULL));
  gtk_box_append (GTK_BOX (box), label_new (text, NULL));
  if (!g_str_equal (old_words.title, words.title))
    gtk_box_append (GTK_BOX (box), change_new (CHANGED));
  return box;
}

static void
on_setup (GtkSignalListItemFactory *factory,
          GtkListItem              *item)
{
  gtk_list_item_set_activatable (item, FALSE);
  gtk_list_item_set_child (item, label_new ("", NULL));
}

static void
on_bind (GtkSignalListItemFactory *factory,
         GtkListItem              *item)
{
  GtkStringObject *line = gtk_list_item_get_item (item);

  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), gtk_string_object_get_string (line));
}

/* All that was read, made when somebody opens it; only what is on the screen has widgets. */
static void
on_expanded (GtkExpander *expander)
{
  GPtrArray *lines = g_object_get_data (G_OBJECT (expander), "lines");
  GtkStringList *texts;
  GtkListItemFactory *factory;
  GtkWidget *view, *scrolled;

  if (!gtk_expander_get_expanded (expander) || gtk_expander_get_child (expander) != NULL)
    return;
  texts = gtk_string_list_new (NULL);
  for (guint i = 0; i < lines->len; i++)
    {
      g_autofree char *where = ivr_benefit_line_dup_where (lines->pdata[i]);
      g_autofree char *text = ivr_benefit_line_dup_text (lines->pdata[i]);

      gtk_string_list_take (texts, g_strdup_printf ("%s   %s", where, text));
    }
  factory = gtk_signal_list_item_factory_new ();
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), NULL);
  view = gtk_list_view_new (GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (texts))), factory);
  gtk_list_view_set_show_separators (GTK_LIST_VIEW (view), TRUE);
  ivr_format_name (view, _("All lines"));
  scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scrolled), LINES_HEIGHT);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), view);
  gtk_expander_set_child (expander, scrolled);
}

static GtkWidget *
lines_new (IvrBenefitFacts *facts)
{
  g_autofree char *title = g_strdup_printf (_("All lines (%u)"), facts->lines->len);
  GtkWidget *expander = gtk_expander_new (title);

  g_object_set_data_full (G_OBJECT (expander), "lines", g_ptr_array_ref (facts->lines), (GDestroyNotify) g_ptr_array_unref);
  g_signal_connect (expander, "notify::expanded", G_CALLBACK (on_expanded), NULL);
  return expander;
}

/**
 * ivr_eligibility_card_new:
 * @check: a question as IvrEligibility tells it, with an answer
 * @before: (nullable): an earlier one about the same insurance: then both stand side by side
 *
 * Returns: (transfer floating): what a payer answered, each fact with where it was read
 */
GtkWidget *
ivr_eligibility_card_new (JsonObject *check,
                          JsonObject *before)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  g_autoptr(IvrBenefitFacts) facts = ivr_benefit_facts_new (check);
  g_autoptr(IvrBenefitFacts) old = before != NULL ? ivr_benefit_facts_new (before) : NULL;

  gtk_widget_add_css_class (box, "eligibility");
  gtk_box_append (GTK_BOX (box), head_new (check));
  if (facts == NULL)
    return box;
  if (old != NULL)
    gtk_box_append (GTK_BOX (box), columns_new (check, before));
  for (guint i = 0; i < facts->sections->len; i++)
    {
      const IvrBenefitSection *section = facts->sections->pdata[i];

      append_section (GTK_BOX (box), section, find_section (old, section->title), facts, old);
    }
  for (guint i = 0; old != NULL && i < old->sections->len; i++)
    {
      const IvrBenefitSection *section = old->sections->pdata[i];

      if (find_section (facts, section->title) == NULL)
        append_section (GTK_BOX (box), NULL, section, facts, old);
    }
  if (facts->lines->len > 0)
    gtk_box_append (GTK_BOX (box), lines_new (facts));
  return box;
}
