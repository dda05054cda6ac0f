/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-document-status.h"

#include "ivr-status-chip.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

static const struct
{
  const char *status;
  const char *label;
  const char *icon;
  const char *tint;
} statuses[] = {
  { "requested", NC_("document", "Asked for"), "dialog-question-symbolic", "warning" },
  { "received", NC_("document", "Received"), "mail-unread-symbolic", "accent" },
  { "accepted", NC_("document", "Accepted"), "object-select-symbolic", "success" },
  { "rejected", NC_("document", "Rejected"), "process-stop-symbolic", "error" },
  { "withdrawn", NC_("document", "Taken back"), "edit-undo-symbolic", "neutral" },
  { "replaced", NC_("document", "Replaced"), "view-refresh-symbolic", "neutral" },
};

static gsize
find_status (const char *status)
{
  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++)
    if (g_strcmp0 (statuses[i].status, status) == 0)
      return i;
  return 0;
}

/**
 * ivr_document_status_label:
 * @status: status of a document or of one of its versions
 *
 * Returns: it in the person's language
 */
const char *
ivr_document_status_label (const char *status)
{
  return g_dpgettext2 (GETTEXT_PACKAGE, "document", statuses[find_status (status)].label);
}

/**
 * ivr_document_status_chip:
 * @status: status of a document
 *
 * Returns: (transfer floating): a chip that says it
 */
GtkWidget *
ivr_document_status_chip (const char *status)
{
  GtkWidget *chip = ivr_status_chip_new ();
  g_autoptr(JsonObject) object = json_object_new ();
  gsize i = find_status (status);

  json_object_set_string_member (object, "status", statuses[i].status);
  json_object_set_string_member (object, "label", ivr_document_status_label (status));
  json_object_set_string_member (object, "icon", statuses[i].icon);
  json_object_set_string_member (object, "tint", statuses[i].tint);
  ivr_status_chip_set_status (IVR_STATUS_CHIP (chip), object);
  gtk_widget_set_valign (chip, GTK_ALIGN_START);
  return chip;
}

/**
 * ivr_document_status_icon:
 * @content_type: (nullable): format of a file
 *
 * Returns: name of an icon for such a file
 */
const char *
ivr_document_status_icon (const char *content_type)
{
  return content_type != NULL && g_str_has_prefix (content_type, "image/") ? "image-x-generic-symbolic" : "text-x-generic-symbolic";
}
