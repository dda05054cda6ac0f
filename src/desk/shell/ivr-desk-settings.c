/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-desk-settings.h"

#define SCHEMA "org.ivrdesk.Desk"

/**
 * ivr_desk_settings_new:
 *
 * The settings of the window. A desk that was not installed finds their schema beside its program.
 *
 * Returns: (transfer full) (nullable): settings, or %NULL when there is no schema anywhere: then
 *   nothing is remembered
 */
GSettings *
ivr_desk_settings_new (void)
{
  GSettingsSchemaSource *installed = g_settings_schema_source_get_default ();
  g_autoptr(GSettingsSchema) schema = NULL;
  g_autoptr(GSettingsSchemaSource) built = NULL;
  g_autofree char *program = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *data = NULL;

  if (installed != NULL)
    schema = g_settings_schema_source_lookup (installed, SCHEMA, TRUE);
  if (schema != NULL)
    return g_settings_new_full (schema, NULL, NULL);
  program = g_file_read_link ("/proc/self/exe", NULL);
  if (program == NULL)
    return NULL;
  folder = g_path_get_dirname (program);
  data = g_build_filename (folder, "..", "..", "data", NULL);
  built = g_settings_schema_source_new_from_directory (data, installed, FALSE, NULL);
  if (built != NULL)
    schema = g_settings_schema_source_lookup (built, SCHEMA, FALSE);
  return schema != NULL ? g_settings_new_full (schema, NULL, NULL) : NULL;
}
