/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-intake-form.h"

#include "ivr-area.h"
#include "ivr-completeness.h"
#include "ivr-cpt.h"
#include "ivr-field.h"
#include "ivr-format.h"
#include "ivr-intake-labels.h"
#include "ivr-intake-products.h"
#include "ivr-intake-row.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#define MOST_WOUNDS 10
#define ICD10_SLOTS 4

struct _IvrIntakeForm
{
  GtkWidget parent_instance;

  IvrIntake *intake;
  IvrOffers *offers;
  IvrDatabase *database;
  GtkWidget *scroller;
  GtkWidget *box;
  GtkWidget *wounds;         /* box of one group a wound */
  GtkWidget *products;
  GtkWidget *second;         /* expander of the secondary insurance */
  GtkWidget *cpt;
  GPtrArray *rows;           /* GtkWidget*, those with a path */
  GtkWidget *sections[IVR_SECTION_NOTES + 1];
};

G_DEFINE_FINAL_TYPE (IvrIntakeForm, ivr_intake_form, GTK_TYPE_WIDGET)

static void
ivr_intake_form_dispose (GObject *object)
{
  IvrIntakeForm *self = IVR_INTAKE_FORM (object);

  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_object (&self->database);
  if (self->intake != NULL)
    g_signal_handlers_disconnect_by_data (self->intake, self);
  g_clear_object (&self->intake);
  g_clear_object (&self->offers);
  G_OBJECT_CLASS (ivr_intake_form_parent_class)->dispose (object);
}

static void
ivr_intake_form_finalize (GObject *object)
{
  g_ptr_array_unref (IVR_INTAKE_FORM (object)->rows);
  G_OBJECT_CLASS (ivr_intake_form_parent_class)->finalize (object);
}

static void
ivr_intake_form_class_init (IvrIntakeFormClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ivr_intake_form_dispose;
  G_OBJECT_CLASS (klass)->finalize = ivr_intake_form_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
ivr_intake_form_init (IvrIntakeForm *self)
{
  self->rows = g_ptr_array_new ();
}

static char *
fill_path (const char *id,
           guint       first,
           guint       second)
{
  g_auto(GStrv) parts = g_strsplit (id, "*", -1);
  g_autoptr(GString) path = g_string_new (parts[0]);

  for (guint i = 1; parts[i] != NULL; i++)
    g_string_append_printf (path, "%u%s", i == 1 ? first : second, parts[i]);
  return g_string_free (g_steal_pointer (&path), FALSE);
}

static void
add_row (IvrIntakeForm  *self,
         GtkWidget      *group,
         const IvrField *field,
         guint           first,
         guint           second)
{
  g_autofree char *path = fill_path (field->id, first, second);
  GtkWidget *row;

  if (ivr_intake_field_label (field->id) == NULL)
    return;
  row = ivr_intake_row_new (self->intake, self->offers, field, path);
  g_ptr_array_add (self->rows, row);
  if (ADW_IS_EXPANDER_ROW (group))
    adw_expander_row_add_row (ADW_EXPANDER_ROW (group), row);
  else
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
}

/* A question that depends on an answer is only there while the answer makes it one. */
static void
show_conditional (IvrIntakeForm *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      const IvrField *field = ivr_field_find (ivr_intake_row_get_path (self->rows->pdata[i]));
      g_auto(GStrv) parts = NULL;
      g_autofree char *value = NULL;

      if (field == NULL || field->when == NULL || strchr (field->when, '*') != NULL || strstr (field->when, "!=") != NULL)
        continue;
      parts = g_strsplit (field->when, "=", 2);
      value = ivr_intake_dup (self->intake, parts[0]);
      gtk_widget_set_visible (self->rows->pdata[i], g_strcmp0 (value, parts[1]) == 0);
    }
}

/* Rows of a section whose list items, if any, all have the given index. */
static void
add_rows (IvrIntakeForm *self,
          GtkWidget     *group,
          IvrSection     section,
          gboolean       lists,
          guint          index)
{
  gsize n;
  const IvrField *fields = ivr_fields_get (&n);

  for (gsize i = 0; i < n; i++)
    {
      if (fields[i].section != section || (strchr (fields[i].id, '*') != NULL) != lists)
        continue;
      if (g_str_has_suffix (fields[i].id, "icd10.*"))
        for (guint k = 0; k < ICD10_SLOTS; k++)
          add_row (self, group, &fields[i], index, k);
      else
        add_row (self, group, &fields[i], index, 0);
    }
}

static GtkWidget *
add_section (IvrIntakeForm *self,
             IvrSection     section)
{
  GtkWidget *group = adw_preferences_group_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), ivr_intake_section_label (section));
  gtk_box_append (GTK_BOX (self->box), group);
  self->sections[section] = group;
  return group;
}

static void
show_cpt (IvrIntakeForm *self)
{
  g_autoptr(GString) text = g_string_new (NULL);

  for (guint i = 0; i < ivr_intake_count (self->intake, "wounds"); i++)
    {
      g_autofree char *group_path = g_strdup_printf ("wounds.%u.group", i);
      g_autofree char *area_path = g_strdup_printf ("wounds.%u.total_area_cm2", i);
      g_autofree char *group = ivr_intake_dup (self->intake, group_path);
      g_autofree char *area_text = ivr_intake_dup (self->intake, area_path);
      g_autofree char *total = NULL;
      IvrCpt cpt;
      int area;

      if (!ivr_area_parse (area_text, &area, NULL) || group[0] == '\0' ||
          !ivr_cpt_calculate (ivr_wound_group_from_text (group), area, &cpt, NULL))
        continue;
      total = ivr_format_area (area);
      g_string_append_printf (text, _("%sWound %u, %s: "), text->len > 0 ? "\n" : "", i + 1, total);
      for (int k = 0; k < cpt.n_lines; k++)
        {
          g_autofree char *covered = ivr_format_area (cpt.lines[k].area);

          g_string_append_printf (text, _("%s%s × %d (%s)"), k > 0 ? " + " : "", cpt.lines[k].code, cpt.lines[k].units, covered);
        }
    }
  gtk_label_set_label (GTK_LABEL (self->cpt), text->len > 0 ? text->str
    : _("The procedure codes are computed from the part of the body and the total area."));
}

static void fill_wounds (IvrIntakeForm *self);

static void
on_add_wound (IvrIntakeForm *self)
{
  g_autofree char *path = g_strdup_printf ("wounds.%u.type", ivr_intake_count (self->intake, "wounds"));

  if (ivr_intake_count (self->intake, "wounds") < MOST_WOUNDS)
    ivr_intake_set (self->intake, path, "other");
  fill_wounds (self);
}

static void
on_remove_wound (GtkButton     *button,
                 IvrIntakeForm *self)
{
  ivr_intake_remove (self->intake, "wounds", GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "index")));
  fill_wounds (self);
}

static void
forget_rows (IvrIntakeForm *self,
             const char    *prefix)
{
  for (guint i = self->rows->len; i > 0; i--)
    if (g_str_has_prefix (ivr_intake_row_get_path (self->rows->pdata[i - 1]), prefix))
      g_ptr_array_remove_index (self->rows, i - 1);
}

static GtkWidget *
wound_group (IvrIntakeForm *self,
             guint          index,
             gboolean       removable)
{
  GtkWidget *group = adw_preferences_group_new ();
  g_autofree char *title = g_strdup_printf (_("Wound %u"), index + 1);

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  if (removable)
    {
      GtkWidget *remove = gtk_button_new_from_icon_name ("user-trash-symbolic");
      g_autofree char *name = g_strdup_printf (_("Remove wound %u"), index + 1);

      gtk_widget_add_css_class (remove, "flat");
      gtk_widget_set_tooltip_text (remove, name);
      ivr_format_name (remove, name);
      g_object_set_data (G_OBJECT (remove), "index", GUINT_TO_POINTER (index));
      g_signal_connect_object (remove, "clicked", G_CALLBACK (on_remove_wound), self, 0);
      adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (group), remove);
    }
  add_rows (self, group, IVR_SECTION_WOUNDS, TRUE, index);
  return group;
}

static void
fill_wounds (IvrIntakeForm *self)
{
  guint n = MAX (ivr_intake_count (self->intake, "wounds"), 1);
  GtkWidget *child;

  forget_rows (self, "wounds.");
  while ((child = gtk_widget_get_first_child (self->wounds)) != NULL)
    gtk_box_remove (GTK_BOX (self->wounds), child);
  for (guint i = 0; i < n; i++)
    gtk_box_append (GTK_BOX (self->wounds), wound_group (self, i, n > 1));
  show_cpt (self);
}

static void
build_wounds (IvrIntakeForm *self)
{
  GtkWidget *group = add_section (self, IVR_SECTION_WOUNDS);
  GtkWidget *add = gtk_button_new_with_mnemonic (_("Add another _wound"));

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), "");
  self->wounds = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  self->cpt = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->cpt), 0);
  gtk_label_set_wrap (GTK_LABEL (self->cpt), TRUE);
  gtk_widget_add_css_class (self->cpt, "dim-label");
  gtk_widget_set_margin_top (self->cpt, 6);
  gtk_widget_set_halign (add, GTK_ALIGN_START);
  gtk_widget_set_margin_top (add, 12);
  g_signal_connect_object (add, "clicked", G_CALLBACK (on_add_wound), self, G_CONNECT_SWAPPED);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), self->wounds);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), self->cpt);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), add);
  fill_wounds (self);
}

static void
build_insurance (IvrIntakeForm *self)
{
  GtkWidget *group = add_section (self, IVR_SECTION_INSURANCE);
  GtkWidget *second = adw_expander_row_new ();

  add_rows (self, group, IVR_SECTION_INSURANCE, TRUE, 0);
  add_rows (self, group, IVR_SECTION_INSURANCE, FALSE, 0);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (second), _("Secondary insurance"));
  /* Typing there keeps the primary as it is: each has rows of its own. */
  add_rows (self, second, IVR_SECTION_INSURANCE, TRUE, 1);
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (second), ivr_intake_count (self->intake, "insurances") > 1);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), second);
  self->second = second;
}

static void
build_products (IvrIntakeForm *self)
{
  GtkWidget *group = add_section (self, IVR_SECTION_PRODUCTS);

  self->products = ivr_intake_products_new (self->intake, self->database);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), self->products);
}

static void
build (IvrIntakeForm *self)
{
  for (IvrSection section = IVR_SECTION_COVERAGE; section <= IVR_SECTION_NOTES; section++)
    if (section == IVR_SECTION_INSURANCE)
      build_insurance (self);
    else if (section == IVR_SECTION_WOUNDS)
      build_wounds (self);
    else if (section == IVR_SECTION_PRODUCTS)
      build_products (self);
    else
      add_rows (self, add_section (self, section), section, FALSE, 0);
}

/* Whether an answer came from somewhere shows as soon as it is another one. */
static void
on_answer (IvrIntakeForm *self,
           const char    *path)
{
  for (guint i = 0; i < self->rows->len; i++)
    if (g_str_equal (ivr_intake_row_get_path (self->rows->pdata[i]), path))
      ivr_intake_offer_show (ivr_intake_row_get_offer (self->rows->pdata[i]));
}

static void
on_offers (IvrIntakeForm *self)
{
  if (ivr_intake_count (self->intake, "insurances") > 1)
    adw_expander_row_set_expanded (ADW_EXPANDER_ROW (self->second), TRUE);
  ivr_intake_form_read (self);
}

/**
 * ivr_intake_form_new:
 * @intake: what is filled in
 * @offers: what is offered for it
 * @database: whose catalogue is offered
 *
 * Returns: (transfer floating): the form
 */
GtkWidget *
ivr_intake_form_new (IvrIntake   *intake,
                     IvrOffers   *offers,
                     IvrDatabase *database)
{
  IvrIntakeForm *self = g_object_new (IVR_TYPE_INTAKE_FORM, NULL);
  GtkWidget *clamp = adw_clamp_new ();

  self->intake = g_object_ref (intake);
  self->offers = g_object_ref (offers);
  self->database = g_object_ref (database);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 24);
  gtk_widget_set_margin_start (self->box, 18);
  gtk_widget_set_margin_end (self->box, 18);
  gtk_widget_set_margin_top (self->box, 18);
  gtk_widget_set_margin_bottom (self->box, 36);
  adw_clamp_set_child (ADW_CLAMP (clamp), self->box);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), clamp);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
  build (self);
  g_signal_connect_object (intake, "changed", G_CALLBACK (show_cpt), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (intake, "changed", G_CALLBACK (show_conditional), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (intake, "changed", G_CALLBACK (on_answer), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (offers, "changed", G_CALLBACK (on_offers), self, G_CONNECT_SWAPPED);
  show_conditional (self);
  return GTK_WIDGET (self);
}

static GtkWidget *
find_row (IvrIntakeForm *self,
          const char    *path)
{
  const IvrField *field = ivr_field_find (path);

  for (guint i = 0; i < self->rows->len; i++)
    if (g_str_equal (ivr_intake_row_get_path (self->rows->pdata[i]), path))
      return self->rows->pdata[i];
  /* A list as a whole ("wounds.0.icd10", "products") leads to its first row or its section. */
  for (guint i = 0; i < self->rows->len; i++)
    if (g_str_has_prefix (ivr_intake_row_get_path (self->rows->pdata[i]), path))
      return self->rows->pdata[i];
  if (g_str_has_prefix (path, "products"))
    return self->sections[IVR_SECTION_PRODUCTS];
  return field != NULL ? self->sections[field->section] : NULL;
}

/**
 * ivr_intake_form_jump:
 * @self: a form
 * @path: where to go
 */
void
ivr_intake_form_jump (IvrIntakeForm *self,
                      const char    *path)
{
  GtkWidget *row = find_row (self, path);
  GtkAdjustment *v = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller));
  graphene_point_t origin = GRAPHENE_POINT_INIT (0, 0);
  graphene_point_t place;

  if (row == NULL)
    return;
  /* Taking the focus makes the viewport scroll too, from where it thinks that it is: the last word is ours. */
  if (!gtk_widget_child_focus (row, GTK_DIR_TAB_FORWARD))
    gtk_widget_grab_focus (row);
  if (gtk_widget_compute_point (row, self->box, &origin, &place))
    gtk_adjustment_set_value (v, place.y - 60);
}

/**
 * ivr_intake_form_mark:
 * @self: a form
 * @findings: (element-type IvrFinding): what to mark; other marks go
 */
void
ivr_intake_form_mark (IvrIntakeForm *self,
                      GPtrArray     *findings)
{
  for (guint i = 0; i < self->rows->len; i++)
    ivr_intake_row_mark (self->rows->pdata[i], NULL);
  for (guint i = 0; i < findings->len; i++)
    {
      IvrFinding *finding = findings->pdata[i];
      GtkWidget *row = finding->severity == IVR_SEVERITY_BLOCKER ? find_row (self, finding->path) : NULL;

      if (row != NULL && !ADW_IS_PREFERENCES_GROUP (row))
        ivr_intake_row_mark (row, _(finding->sentence));
    }
}

/**
 * ivr_intake_form_read:
 * @self: a form
 *
 * Shows what the form has now, after something was filled in for the person.
 */
void
ivr_intake_form_read (IvrIntakeForm *self)
{
  guint shown = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (self->wounds); child != NULL; child = gtk_widget_get_next_sibling (child))
    shown++;
  if (shown != MAX (ivr_intake_count (self->intake, "wounds"), 1))
    fill_wounds (self);
  for (guint i = 0; i < self->rows->len; i++)
    ivr_intake_row_read (self->rows->pdata[i]);
  ivr_intake_products_read (self->products);
}

/**
 * ivr_intake_form_set_header:
 * @self: a form
 * @section: one of its sections
 * @suffix: what stands at the end of its heading
 */
void
ivr_intake_form_set_header (IvrIntakeForm *self,
                            IvrSection     section,
                            GtkWidget     *suffix)
{
  adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (self->sections[section]), suffix);
}

static gboolean
has_offer (IvrIntakeForm *self,
           GtkWidget     *row)
{
  g_autoptr(GPtrArray) open = ivr_offers_get_open (self->offers, ivr_intake_row_get_path (row));

  return open->len > 0;
}

/**
 * ivr_intake_form_decide:
 * @self: a form
 * @accept: whether what is offered at the row with the focus is taken, or not
 *
 * Decides about it and goes on to the next row with an offer; a row without one is only left.
 */
void
ivr_intake_form_decide (IvrIntakeForm *self,
                        gboolean       accept)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *row = ivr_intake_row_find (root != NULL ? gtk_root_get_focus (root) : NULL);
  guint at = 0;

  if (row != NULL && g_ptr_array_find (self->rows, row, &at) && has_offer (self, row))
    {
      if (!accept)
        ivr_intake_offer_refuse (ivr_intake_row_get_offer (row));
      else if (!ivr_intake_offer_accept (ivr_intake_row_get_offer (row)))
        return;
    }
  else if (row == NULL)
    at = self->rows->len - 1;
  for (guint i = 1; i <= self->rows->len; i++)
    {
      GtkWidget *next = self->rows->pdata[(at + i) % self->rows->len];

      if (gtk_widget_get_mapped (next) && has_offer (self, next))
        {
          ivr_intake_form_jump (self, ivr_intake_row_get_path (next));
          return;
        }
    }
}
