/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-intake-products.h"

#include "ivr-area.h"
#include "ivr-format.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* Products of the catalogue, each with all its sizes: a quantity other than zero asks for it.
 * The form keeps products in the order in which they are shown and only those that are asked for. */
typedef struct
{
  IvrIntake *intake;
  JsonArray *products;
  GtkWidget *box;
  GtkWidget *total;
  GPtrArray *spins;        /* GtkSpinButton*, with data "product" and "size" */
  gboolean setting;
} Products;

static void
products_free (gpointer data)
{
  Products *self = data;

  g_object_unref (self->intake);
  json_array_unref (self->products);
  g_ptr_array_unref (self->spins);
  g_free (self);
}

static int
asked_for (Products   *self,
           const char *product,
           const char *size)
{
  for (guint i = 0; i < ivr_intake_count (self->intake, "products"); i++)
    {
      g_autofree char *id_path = g_strdup_printf ("products.%u.product_id", i);
      g_autofree char *id = ivr_intake_dup (self->intake, id_path);
      g_autofree char *sizes = g_strdup_printf ("products.%u.sizes", i);

      for (guint k = 0; g_str_equal (id, product) && k < ivr_intake_count (self->intake, sizes); k++)
        {
          g_autofree char *size_path = g_strdup_printf ("%s.%u.size_id", sizes, k);
          g_autofree char *quantity_path = g_strdup_printf ("%s.%u.quantity", sizes, k);
          g_autofree char *size_id = ivr_intake_dup (self->intake, size_path);
          g_autofree char *quantity = ivr_intake_dup (self->intake, quantity_path);

          if (g_str_equal (size_id, size))
            return (int) g_ascii_strtoll (quantity, NULL, 10);
        }
    }
  return 0;
}

static void
set_at (Products   *self,
        const char *value,
        const char *format,
        guint       product,
        guint       size)
{
  g_autofree char *path = g_strdup_printf ("products.%u.sizes.%u.%s", product, size, format);

  ivr_intake_set (self->intake, path, value);
}

static void
add_size (Products   *self,
          guint       product,
          guint       n,
          JsonObject *size,
          int         quantity)
{
  g_autofree char *amount = g_strdup_printf ("%d", quantity);
  g_autofree char *area = ivr_area_format ((int) json_object_get_int_member (size, "area_hundredths"));

  set_at (self, ivr_format_member (size, "id"), "size_id", product, n);
  set_at (self, ivr_format_member (size, "label"), "label", product, n);
  set_at (self, area, "area_cm2", product, n);
  set_at (self, amount, "quantity", product, n);
}

static gint64
write_products (Products *self)
{
  gint64 total = 0;
  guint n_products = 0;
  JsonObject *current = NULL;
  guint n_sizes = 0;

  while (ivr_intake_count (self->intake, "products") > 0)
    ivr_intake_remove (self->intake, "products", 0);
  for (guint i = 0; i < self->spins->len; i++)
    {
      GtkSpinButton *spin = self->spins->pdata[i];
      JsonObject *product = g_object_get_data (G_OBJECT (spin), "product");
      JsonObject *size = g_object_get_data (G_OBJECT (spin), "size");
      int quantity = gtk_spin_button_get_value_as_int (spin);

      if (quantity == 0)
        continue;
      if (product != current)
        {
          g_autofree char *hcpcs = g_strdup_printf ("products.%u.hcpcs", n_products);
          g_autofree char *id = g_strdup_printf ("products.%u.product_id", n_products);

          ivr_intake_set (self->intake, hcpcs, ivr_format_member (product, "hcpcs"));
          ivr_intake_set (self->intake, id, ivr_format_member (product, "id"));
          current = product;
          n_sizes = 0;
          n_products++;
        }
      add_size (self, n_products - 1, n_sizes++, size, quantity);
      total += json_object_get_int_member (size, "area_hundredths") * quantity;
    }
  return total;
}

static void
show_total (Products *self,
            gint64    total)
{
  g_autofree char *area = ivr_format_area (total);
  g_autofree char *text = g_strdup_printf (_("Total area of product: %s"), area);

  gtk_label_set_label (GTK_LABEL (self->total), total > 0 ? text : _("Enter a quantity at the sizes that you need."));
}

static void
on_quantity (Products *self)
{
  if (!self->setting)
    show_total (self, write_products (self));
}

static GtkWidget *
size_row (Products   *self,
          JsonObject *product,
          JsonObject *size)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *spin = gtk_spin_button_new_with_range (0, 999, 1);
  g_autofree char *area = ivr_format_area (json_object_get_int_member (size, "area_hundredths"));
  g_autofree char *name = g_strdup_printf (_("Quantity of %s %s"), ivr_format_member (product, "name"),
                                           ivr_format_member (size, "label"));

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), ivr_format_member (size, "label"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), area);
  gtk_widget_set_valign (spin, GTK_ALIGN_CENTER);
  ivr_format_name (spin, name);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (spin),
                             asked_for (self, ivr_format_member (product, "id"), ivr_format_member (size, "id")));
  g_object_set_data (G_OBJECT (spin), "product", product);
  g_object_set_data (G_OBJECT (spin), "size", size);
  g_signal_connect_swapped (spin, "value-changed", G_CALLBACK (on_quantity), self);
  g_ptr_array_add (self->spins, spin);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), spin);
  return row;
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

      gtk_spin_button_set_value (self->spins->pdata[i],
                                 asked_for (self, ivr_format_member (product, "id"), ivr_format_member (size, "id")));
    }
  self->setting = FALSE;
  show_total (self, total_now (self));
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
  self->setting = TRUE;
  g_object_set_data_full (G_OBJECT (group), "products", self, products_free);
  for (guint i = 0; i < json_array_get_length (self->products); i++)
    {
      JsonObject *product = json_array_get_object_element (self->products, i);
      JsonArray *sizes = json_object_get_array_member (product, "sizes");
      GtkWidget *row = adw_expander_row_new ();
      g_autofree char *title = g_strdup_printf ("%s %s", ivr_format_member (product, "hcpcs"), ivr_format_member (product, "name"));
      gboolean asked = FALSE;

      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
      adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (row), ivr_format_member (product, "manufacturer"));
      for (guint k = 0; k < json_array_get_length (sizes); k++)
        {
          JsonObject *size = json_array_get_object_element (sizes, k);

          adw_expander_row_add_row (ADW_EXPANDER_ROW (row), size_row (self, product, size));
          asked = asked || asked_for (self, ivr_format_member (product, "id"), ivr_format_member (size, "id")) > 0;
        }
      adw_expander_row_set_expanded (ADW_EXPANDER_ROW (row), asked);
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
    }
  self->total = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->total), 0);
  gtk_widget_set_margin_top (self->total, 6);
  gtk_widget_add_css_class (self->total, "dim-label");
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), self->total);
  self->setting = FALSE;
  show_total (self, total_now (self));
  return group;
}
