/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-intake-products.h"

#include "ivr-area.h"
#include "ivr-format.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* Products of the catalogue, each with all its sizes: a quantity other than zero asks for it.
 * What the form asks for and the catalogue does not offer is shown below it and stays until its quantity is zero.
 * The form keeps products in the order in which they were asked for, and only those. */
typedef struct
{
  IvrIntake *intake;
  JsonArray *products;
  GPtrArray *others;       /* JsonObject*: products as the catalogue would give them, with one size each */
  GtkWidget *group;
  GtkWidget *total;
  GPtrArray *spins;        /* GtkSpinButton*, with data "product" and "size" */
  gboolean setting;
} Products;

/* As many as the database takes of one size, rules.save_sizes(). */
#define QUANTITY_MAX 10000

static void
products_free (gpointer data)
{
  Products *self = data;

  g_object_unref (self->intake);
  json_array_unref (self->products);
  g_ptr_array_unref (self->others);
  g_ptr_array_unref (self->spins);
  g_free (self);
}

/* Where in @list of the form the item is whose @key is @value, or -1. */
static int
find_item (Products   *self,
           const char *list,
           const char *key,
           const char *value)
{
  for (guint i = 0; i < ivr_intake_count (self->intake, list); i++)
    {
      g_autofree char *path = g_strdup_printf ("%s.%u.%s", list, i, key);
      g_autofree char *found = ivr_intake_dup (self->intake, path);

      if (g_strcmp0 (found, value) == 0)
        return (int) i;
    }
  return -1;
}

/* Products are found by their id, and those that were typed without the catalogue by their code; so are sizes. */
static int
find_product (Products   *self,
              JsonObject *product)
{
  const char *id = ivr_format_member (product, "id");

  return id[0] != '\0' ? find_item (self, "products", "product_id", id)
                       : find_item (self, "products", "hcpcs", ivr_format_member (product, "hcpcs"));
}

static int
find_size (Products   *self,
           const char *sizes,
           JsonObject *size)
{
  const char *id = ivr_format_member (size, "id");

  return id[0] != '\0' ? find_item (self, sizes, "size_id", id)
                       : find_item (self, sizes, "label", ivr_format_member (size, "label"));
}

static int
asked_for (Products   *self,
           JsonObject *product,
           JsonObject *size)
{
  int at = find_product (self, product);
  g_autofree char *sizes = g_strdup_printf ("products.%d.sizes", at);
  int k = at < 0 ? -1 : find_size (self, sizes, size);
  g_autofree char *path = g_strdup_printf ("%s.%d.quantity", sizes, k);
  g_autofree char *quantity = k < 0 ? NULL : ivr_intake_dup (self->intake, path);

  return quantity == NULL ? 0 : (int) CLAMP (g_ascii_strtoll (quantity, NULL, 10), 0, QUANTITY_MAX);
}

static void
set_at (Products   *self,
        const char *list,
        int         n,
        const char *key,
        const char *value)
{
  g_autofree char *path = g_strdup_printf ("%s.%d.%s", list, n, key);

  ivr_intake_set (self->intake, path, value);
}

static int
add_product (Products   *self,
             JsonObject *product)
{
  int n = (int) ivr_intake_count (self->intake, "products");

  set_at (self, "products", n, "hcpcs", ivr_format_member (product, "hcpcs"));
  set_at (self, "products", n, "product_id", ivr_format_member (product, "id"));
  set_at (self, "products", n, "name", ivr_format_member (product, "name"));
  return n;
}

static int
add_size (Products   *self,
          const char *sizes,
          JsonObject *size)
{
  int n = (int) ivr_intake_count (self->intake, sizes);
  g_autofree char *area = ivr_area_format ((int) json_object_get_int_member (size, "area_hundredths"));

  set_at (self, sizes, n, "size_id", ivr_format_member (size, "id"));
  set_at (self, sizes, n, "label", ivr_format_member (size, "label"));
  set_at (self, sizes, n, "area_cm2", area);
  return n;
}

/* Changes the one line that @spin asks for. All others stay as they are, also those that this program does not show. */
static void
write_quantity (Products      *self,
                GtkSpinButton *spin)
{
  JsonObject *product = g_object_get_data (G_OBJECT (spin), "product");
  JsonObject *size = g_object_get_data (G_OBJECT (spin), "size");
  int quantity = gtk_spin_button_get_value_as_int (spin);
  g_autofree char *amount = g_strdup_printf ("%d", quantity);
  g_autofree char *sizes = NULL;
  int at = find_product (self, product);
  int k;

  if (at < 0 && quantity == 0)
    return;
  if (at < 0)
    at = add_product (self, product);
  sizes = g_strdup_printf ("products.%d.sizes", at);
  k = find_size (self, sizes, size);
  if (quantity > 0)
    set_at (self, sizes, k < 0 ? add_size (self, sizes, size) : k, "quantity", amount);
  else if (k >= 0)
    ivr_intake_remove (self->intake, sizes, (guint) k);
  if (ivr_intake_count (self->intake, sizes) == 0)
    ivr_intake_remove (self->intake, "products", (guint) at);
}

static gint64
total_now (Products *self)
{
  gint64 total = 0;

  for (guint i = 0; i < self->spins->len; i++)
    total += json_object_get_int_member (g_object_get_data (self->spins->pdata[i], "size"), "area_hundredths") *
             gtk_spin_button_get_value_as_int (self->spins->pdata[i]);
  return total;
}

static void
show_total (Products *self)
{
  gint64 total = total_now (self);
  g_autofree char *area = ivr_format_area (total);
  g_autofree char *text = g_strdup_printf (_("Total area of product: %s"), area);

  gtk_label_set_label (GTK_LABEL (self->total), total > 0 ? text : _("Enter a quantity at the sizes that you need."));
}

static void
on_quantity (GtkSpinButton *spin,
             Products      *self)
{
  if (self->setting)
    return;
  write_quantity (self, spin);
  show_total (self);
}

static GtkWidget *
size_row (Products   *self,
          JsonObject *product,
          JsonObject *size)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *spin = gtk_spin_button_new_with_range (0, QUANTITY_MAX, 1);
  g_autofree char *area = ivr_format_area (json_object_get_int_member (size, "area_hundredths"));
  g_autofree char *name = g_strdup_printf (_("Quantity of %s %s"), ivr_format_member (product, "name"),
                                           ivr_format_member (size, "label"));

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), ivr_format_member (size, "label"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), area);
  gtk_widget_set_valign (spin, GTK_ALIGN_CENTER);
  ivr_format_name (spin, name);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (spin), asked_for (self, product, size));
  g_object_set_data (G_OBJECT (spin), "product", product);
  g_object_set_data (G_OBJECT (spin), "size", size);
  g_signal_connect (spin, "value-changed", G_CALLBACK (on_quantity), self);
  g_ptr_array_add (self->spins, spin);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), spin);
  return row;
}

static void
show_product (Products   *self,
              JsonObject *product)
{
  JsonArray *sizes = json_object_get_array_member (product, "sizes");
  GtkWidget *row = adw_expander_row_new ();
  g_autofree char *title = g_strdup_printf ("%s %s", ivr_format_member (product, "hcpcs"), ivr_format_member (product, "name"));
  gboolean asked = FALSE;

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), g_strstrip (title));
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (row), ivr_format_member (product, "manufacturer"));
  for (guint k = 0; k < json_array_get_length (sizes); k++)
    {
      JsonObject *size = json_array_get_object_element (sizes, k);

      adw_expander_row_add_row (ADW_EXPANDER_ROW (row), size_row (self, product, size));
      asked = asked || asked_for (self, product, size) > 0;
    }
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (row), asked);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->group), row);
}

static gboolean
is_shown (Products   *self,
          JsonObject *product,
          JsonObject *size)
{
  int at = find_product (self, product);
  g_autofree char *sizes = g_strdup_printf ("products.%d.sizes", at);
  int k = find_size (self, sizes, size);

  for (guint i = 0; i < self->spins->len; i++)
    {
      JsonObject *shown = g_object_get_data (self->spins->pdata[i], "product");

      if (find_product (self, shown) == at && find_size (self, sizes, g_object_get_data (self->spins->pdata[i], "size")) == k)
        return TRUE;
    }
  return FALSE;
}

static void
set_member (Products   *self,
            JsonObject *object,
            const char *member,
            const char *list,
            guint       n,
            const char *key)
{
  g_autofree char *path = g_strdup_printf ("%s.%u.%s", list, n, key);
  g_autofree char *value = ivr_intake_dup (self->intake, path);

  json_object_set_string_member (object, member, value != NULL ? value : "");
}

/* One line of the form as the catalogue would give it. */
static JsonObject *
describe (Products   *self,
          guint       n,
          const char *sizes,
          guint       k)
{
  JsonObject *product = json_object_new ();
  JsonObject *size = json_object_new ();
  JsonArray *list = json_array_new ();
  g_autofree char *area_path = g_strdup_printf ("%s.%u.area_cm2", sizes, k);
  g_autofree char *area_text = ivr_intake_dup (self->intake, area_path);
  int area = 0;

  set_member (self, product, "id", "products", n, "product_id");
  set_member (self, product, "hcpcs", "products", n, "hcpcs");
  set_member (self, product, "name", "products", n, "name");
  json_object_set_string_member (product, "manufacturer", _("Not in the catalogue any more"));
  set_member (self, size, "id", sizes, k, "size_id");
  set_member (self, size, "label", sizes, k, "label");
  json_object_set_int_member (size, "area_hundredths",
                              area_text != NULL && ivr_area_parse (area_text, &area, NULL) ? area : 0);
  json_array_add_object_element (list, size);
  json_object_set_array_member (product, "sizes", list);
  return product;
}

/* A product can leave the catalogue between a draft and its submission: the clinic sees it, and decides. */
static void
show_others (Products *self)
{
  for (guint i = 0; i < ivr_intake_count (self->intake, "products"); i++)
    {
      g_autofree char *sizes = g_strdup_printf ("products.%u.sizes", i);

      for (guint k = 0; k < ivr_intake_count (self->intake, sizes); k++)
        {
          JsonObject *product = describe (self, i, sizes, k);

          if (is_shown (self, product, json_array_get_object_element (json_object_get_array_member (product, "sizes"), 0)))
            {
              json_object_unref (product);
              continue;
            }
          g_ptr_array_add (self->others, product);
          show_product (self, product);
        }
    }
}

/**
 * ivr_intake_products_read:
 * @widget: the products of a form
 *
 * Shows what the form has now.
 */
void
ivr_intake_products_read (GtkWidget *widget)
{
  Products *self = g_object_get_data (G_OBJECT (widget), "products");

  self->setting = TRUE;
  for (guint i = 0; i < self->spins->len; i++)
    {
      JsonObject *product = g_object_get_data (self->spins->pdata[i], "product");
      JsonObject *size = g_object_get_data (self->spins->pdata[i], "size");

      gtk_spin_button_set_value (self->spins->pdata[i], asked_for (self, product, size));
    }
  show_others (self);
  self->setting = FALSE;
  show_total (self);
}

/**
 * ivr_intake_products_new:
 * @intake: the form
 * @database: whose catalogue is offered
 *
 * Returns: (transfer floating): the products of a form
 */
GtkWidget *
ivr_intake_products_new (IvrIntake   *intake,
                         IvrDatabase *database)
{
  Products *self = g_new0 (Products, 1);
  GtkWidget *group = adw_preferences_group_new ();

  self->intake = g_object_ref (intake);
  self->products = json_array_ref (json_object_get_array_member (ivr_database_get_catalogue (database), "products"));
  self->spins = g_ptr_array_new ();
  self->others = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  self->group = group;
  self->setting = TRUE;
  g_object_set_data_full (G_OBJECT (group), "products", self, products_free);
  for (guint i = 0; i < json_array_get_length (self->products); i++)
    show_product (self, json_array_get_object_element (self->products, i));
  show_others (self);
  self->total = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->total), 0);
  gtk_widget_set_margin_top (self->total, 6);
  gtk_widget_add_css_class (self->total, "dim-label");
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), self->total);
  self->setting = FALSE;
  show_total (self);
  return group;
}
