/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-request-overview.h"

#include "ivr-format.h"

#include <adwaita.h>
#include <glib/gi18n.h>

static void
clear (GtkBox *box)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (box))) != NULL)
    gtk_box_remove (box, child);
}

/* A heading over a card of facts. */
static GtkWidget *
add_group (GtkBox     *box,
           const char *title)
{
  GtkWidget *group = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *heading = gtk_label_new (title);
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  gtk_widget_add_css_class (heading, "heading");
  gtk_widget_add_css_class (card, "card");
  gtk_widget_add_css_class (card, "facts");
  gtk_box_append (GTK_BOX (group), heading);
  gtk_box_append (GTK_BOX (group), card);
  gtk_box_append (box, group);
  return card;
}

/* A fact: what it is called, and beside it what it is, ready to be copied. Nothing is shown for
 * what nobody said. Returns the label of the value, or NULL. */
static GtkWidget *
add_fact (GtkWidget  *card,
          const char *title,
          const char *value)
{
  GtkWidget *row;
  GtkWidget *name;
  GtkWidget *label;
  g_autofree char *spoken = NULL;

  if (value == NULL || value[0] == '\0')
    return NULL;
  row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  name = gtk_label_new (title);
  label = gtk_label_new (value);
  spoken = g_strdup_printf (_("%s: %s"), title, value);
  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_yalign (GTK_LABEL (name), 0);
  gtk_label_set_wrap (GTK_LABEL (name), TRUE);
  /* All equally wide, so that the values stand below each other. */
  gtk_label_set_width_chars (GTK_LABEL (name), 15);
  gtk_label_set_max_width_chars (GTK_LABEL (name), 15);
  gtk_widget_add_css_class (name, "dim-label");
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_set_hexpand (label, TRUE);
  ivr_format_name (label, spoken);
  gtk_box_append (GTK_BOX (row), name);
  gtk_box_append (GTK_BOX (row), label);
  gtk_box_append (GTK_BOX (card), row);
  return label;
}

static JsonObject *
get_object (JsonObject *object,
            const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static JsonArray *
get_array (JsonObject *object,
           const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static guint
length (JsonArray *array)
{
  return array != NULL ? json_array_get_length (array) : 0;
}

static const char *
yes_no (JsonObject *object,
        const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  if (node == NULL || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return _("Not answered");
  return json_node_get_boolean (node) ? _("Yes") : _("No");
}

/* What stops a case: a yes has to be seen. */
static void
add_question (GtkWidget  *card,
              const char *title,
              JsonObject *intake,
              const char *name)
{
  GtkWidget *label = add_fact (card, title, yes_no (intake, name));

  if (json_object_has_member (intake, name) && g_str_equal (gtk_label_get_label (GTK_LABEL (label)), _("Yes")))
    gtk_widget_add_css_class (label, "urgent");
}

static void
add_coverage (GtkBox     *box,
              JsonObject *intake)
{
  GtkWidget *card;

  if (!json_object_has_member (intake, "in_snf") && !json_object_has_member (intake, "part_a_stay"))
    return;
  card = add_group (box, _("Coverage questions"));
  add_question (card, _("Nursing home or SNF"), intake, "in_snf");
  add_question (card, _("Part A stay"), intake, "part_a_stay");
  add_question (card, _("Hospice care"), intake, "hospice");
  add_question (card, _("Global period"), intake, "global_period");
}

static void
add_patient (GtkBox     *box,
             JsonObject *request)
{
  JsonObject *patient = get_object (request, "patient");
  JsonArray *insurances = get_array (request, "insurances");
  GtkWidget *group;
  g_autofree char *born = ivr_format_date (ivr_format_member (patient, "born_on"));
  g_autofree char *place = NULL;
  g_autofree char *phone = NULL;

  if (patient == NULL)
    return;
  group = add_group (box, _("Patient"));
  add_fact (group, _("Date of birth"), born);
  place = g_strdup_printf ("%s, %s %s %s", ivr_format_member (patient, "address"), ivr_format_member (patient, "city"),
                           ivr_format_member (patient, "state"), ivr_format_member (patient, "zip"));
  add_fact (group, _("Address"), ivr_format_member (patient, "address")[0] != '\0' ? place : "");
  phone = ivr_format_phone (ivr_format_member (patient, "phone"));
  add_fact (group, _("Telephone"), phone);
  for (guint i = 0; i < length (insurances); i++)
    {
      JsonObject *insurance = json_array_get_object_element (insurances, i);
      const char *titles[] = { _("Primary insurance"), _("Secondary insurance"), _("Tertiary insurance") };

      add_fact (group, titles[MIN (i, 2)], ivr_format_member (insurance, "payer_name"));
      add_fact (group, _("Member id"), ivr_format_member (insurance, "member_id"));
    }
}

static void
add_wounds (GtkBox     *box,
            JsonObject *intake)
{
  JsonArray *wounds = get_array (intake, "wounds");
  GtkWidget *group;

  if (length (wounds) == 0)
    return;
  group = add_group (box, length (wounds) > 1 ? _("Wounds") : _("Wound"));
  for (guint i = 0; i < length (wounds); i++)
    {
      JsonNode *node = json_array_get_element (wounds, i);
      JsonObject *wound = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      JsonArray *icd = get_array (wound, "icd10");
      g_autoptr(GString) codes = g_string_new (NULL);
      g_autofree char *line = NULL;

      for (guint k = 0; k < length (icd); k++)
        if (json_node_get_value_type (json_array_get_element (icd, k)) == G_TYPE_STRING)
          g_string_append_printf (codes, "%s%s", k > 0 ? ", " : "", json_array_get_string_element (icd, k));
      line = g_strdup_printf (_("%s × %s cm, %s cm² · %s"), ivr_format_member (wound, "length_cm"),
                              ivr_format_member (wound, "width_cm"), ivr_format_member (wound, "total_area_cm2"),
                              codes->str);
      add_fact (group, ivr_format_member (wound, "location"), line);
    }
}

static void
add_products (GtkBox     *box,
              JsonObject *request)
{
  JsonArray *products = get_array (request, "products");
  GtkWidget *group;
  gint64 total = 0;

  if (length (products) == 0)
    return;
  group = add_group (box, _("Products and sizes"));
  for (guint i = 0; i < length (products); i++)
    {
      JsonObject *product = json_array_get_object_element (products, i);
      JsonArray *sizes = get_array (product, "sizes");
      g_autoptr(GString) line = g_string_new (NULL);
      gint64 area = json_object_get_int_member_with_default (product, "area_hundredths", 0);
      g_autofree char *area_text = ivr_format_area (area);

      g_string_append_printf (line, "%s\n", ivr_format_member (product, "name"));
      for (guint k = 0; k < length (sizes); k++)
        {
          JsonObject *size = json_array_get_object_element (sizes, k);

          int n = (int) json_object_get_int_member_with_default (size, "quantity", 0);

          g_string_append (line, k > 0 ? ", " : "");
          g_string_append_printf (line, ngettext ("%d piece of %s", "%d pieces of %s", (gulong) n), n,
                                  ivr_format_member (size, "label"));
        }
      g_string_append_printf (line, " = %s", area_text);
      total += area;
      add_fact (group, ivr_format_member (product, "hcpcs"), line->str);
    }
  {
    g_autofree char *area = ivr_format_area (total);

    add_fact (group, _("Total area"), area);
  }
}

static void
add_people (GtkBox     *box,
            JsonObject *request,
            JsonObject *intake)
{
  GtkWidget *group = add_group (box, _("Request"));
  JsonObject *physician = get_object (intake, "physician");
  g_autofree char *created = ivr_format_moment (ivr_format_parse_time (ivr_format_member (request, "created_at")));
  g_autofree char *valid = ivr_format_date (ivr_format_member (request, "valid_until"));
  g_autofree char *service_date = ivr_format_date (ivr_format_member (request, "service_date"));
  g_autofree char *doctor = g_strdup_printf (_("%s · NPI %s"), ivr_format_member (physician, "name"),
                                             ivr_format_member (physician, "npi"));

  add_fact (group, _("Clinic and facility"), ivr_format_member (request, "facility"));
  add_fact (group, _("Physician"), ivr_format_member (physician, "name")[0] != '\0' ? doctor : "");
  add_fact (group, _("Date of service"), service_date);
  add_fact (group, _("Created"), created);
  add_fact (group, _("Created by"), ivr_format_member (request, "created_by_name"));
  add_fact (group, _("Specialist"), ivr_format_member (request, "assignee"));
  add_fact (group, _("Approval valid until"), valid);
  add_fact (group, _("Reference"), ivr_format_member (request, "payer_reference"));
}

/**
 * ivr_request_overview_fill:
 * @box: emptied and filled
 * @request: what api.read_ivr_request() said
 */
void
ivr_request_overview_fill (GtkBox     *box,
                           JsonObject *request)
{
  JsonObject *intake = get_object (request, "intake");

  clear (box);
  add_patient (box, request);
  add_products (box, request);
  if (intake != NULL)
    add_coverage (box, intake);
  if (intake != NULL)
    add_wounds (box, intake);
  add_people (box, request, intake);
}

static const char *
status_label (JsonObject *workflow,
              const char *status)
{
  JsonArray *all = get_array (workflow, "statuses");

  for (guint i = 0; i < length (all); i++)
    if (g_str_equal (ivr_format_member (json_array_get_object_element (all, i), "status"), status))
      return _(ivr_format_member (json_array_get_object_element (all, i), "label"));
  return status;
}

static GtkWidget *
past_row (JsonObject *step,
          JsonObject *workflow,
          gboolean    last)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *rail = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *dot = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *text = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *title = gtk_label_new (status_label (workflow, ivr_format_member (step, "to")));
  g_autofree char *when = ivr_format_moment (ivr_format_parse_time (ivr_format_member (step, "at")));
  g_autofree char *caption = g_strdup_printf ("%s · %s", when, ivr_format_member (step, "by"));
  GtkWidget *who = gtk_label_new (caption);
  const char *reason = ivr_format_member (step, "reason");
  const char *code = ivr_format_member (step, "reason_label");

  gtk_widget_add_css_class (dot, "timeline-dot");
  gtk_box_append (GTK_BOX (rail), dot);
  if (!last)
    {
      GtkWidget *line = gtk_separator_new (GTK_ORIENTATION_VERTICAL);

      gtk_widget_set_vexpand (line, TRUE);
      gtk_widget_set_halign (line, GTK_ALIGN_CENTER);
      gtk_box_append (GTK_BOX (rail), line);
    }
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_widget_add_css_class (title, "heading");
  gtk_label_set_xalign (GTK_LABEL (who), 0);
  gtk_label_set_wrap (GTK_LABEL (who), TRUE);
  gtk_widget_add_css_class (who, "caption");
  gtk_widget_add_css_class (who, "dim-label");
  gtk_box_append (GTK_BOX (text), title);
  gtk_box_append (GTK_BOX (text), who);
  if (code[0] != '\0' || reason[0] != '\0')
    {
      g_autofree char *why = g_strdup_printf ("%s%s%s", _(code), code[0] != '\0' && reason[0] != '\0' ? "\n" : "", reason);
      GtkWidget *label = gtk_label_new (why);

      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
      gtk_box_append (GTK_BOX (text), label);
    }
  gtk_widget_set_hexpand (text, TRUE);
  gtk_widget_set_margin_bottom (text, 18);
  /* The line of the rail grows with the text, not with the page. */
  gtk_widget_set_vexpand (row, FALSE);
  gtk_box_append (GTK_BOX (row), rail);
  gtk_box_append (GTK_BOX (row), text);
  return row;
}

/**
 * ivr_request_past_fill:
 * @box: emptied and filled
 * @request: what api.read_ivr_request() said
 * @workflow: what api.workflow() said
 */
void
ivr_request_past_fill (GtkBox     *box,
                       JsonObject *request,
                       JsonObject *workflow)
{
  JsonArray *history = get_array (request, "history");

  clear (box);
  for (guint i = 0; i < length (history); i++)
    gtk_box_append (box, past_row (json_array_get_object_element (history, i), workflow, i + 1 == length (history)));
}
