/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-server-profile.h"

#include "ivr-error.h"

#include <glib/gi18n.h>
#include <string.h>

#define GROUP "server"

void
ivr_server_profile_clear (IvrServerProfile *profile)
{
  g_clear_pointer (&profile->server, g_free);
  g_clear_pointer (&profile->gateway, g_free);
  g_clear_pointer (&profile->user, g_free);
}

/**
 * ivr_server_profile_dup_uri:
 * @profile: a profile
 * @error: return location; %IVR_ERROR_INVALID with what to do
 *
 * A network server must prove itself by its certificate, and must not be able to ask for the
 * password in clear: sslmode and channel_binding are not for the person to choose.
 *
 * Returns: (transfer full) (nullable): connection URI without a password
 */
char *
ivr_server_profile_dup_uri (const IvrServerProfile  *profile,
                            GError                 **error)
{
  g_autofree char *user = NULL;
  g_autofree char *host = NULL;
  g_autofree char *address = NULL;
  const char *slash;
  const char *database = "ivr";

  if (profile->server == NULL || profile->server[0] == '\0' || strpbrk (profile->server, " @?&#") != NULL)
    {
      g_set_error_literal (error, IVR_ERROR, IVR_ERROR_INVALID, _("Enter the server’s name, for example desk.clinic.example."));
      return NULL;
    }
  if (profile->user == NULL || profile->user[0] == '\0')
    {
      g_set_error_literal (error, IVR_ERROR, IVR_ERROR_INVALID, _("Enter your user name."));
      return NULL;
    }
  user = g_uri_escape_string (profile->user, NULL, FALSE);
  if (profile->server[0] == '/')
    {
      host = g_uri_escape_string (profile->server, NULL, FALSE);
      return g_strdup_printf ("postgresql://%s@/ivr?host=%s", user, host);
    }
  slash = strchr (profile->server, '/');
  address = slash != NULL ? g_strndup (profile->server, (gsize) (slash - profile->server)) : g_strdup (profile->server);
  if (slash != NULL && slash[1] != '\0')
    database = slash + 1;
  return g_strdup_printf ("postgresql://%s@%s/%s?sslmode=verify-full&channel_binding=require&target_session_attrs=read-write",
                          user, address, database);
}

/**
 * ivr_server_profile_dup_path:
 *
 * Returns: (transfer full): where the profile of this user is kept
 */
char *
ivr_server_profile_dup_path (void)
{
  return g_build_filename (g_get_user_config_dir (), "ivr-desk", "server.ini", NULL);
}

char *
ivr_server_profile_to_data (const IvrServerProfile *profile)
{
  g_autoptr(GKeyFile) file = g_key_file_new ();

  g_key_file_set_string (file, GROUP, "server", profile->server != NULL ? profile->server : "");
  g_key_file_set_string (file, GROUP, "gateway", profile->gateway != NULL ? profile->gateway : "");
  g_key_file_set_string (file, GROUP, "user", profile->user != NULL ? profile->user : "");
  return g_key_file_to_data (file, NULL, NULL);
}

gboolean
ivr_server_profile_from_data (IvrServerProfile *profile,
                              const char       *data)
{
  g_autoptr(GKeyFile) file = g_key_file_new ();

  if (!g_key_file_load_from_data (file, data, (gsize) -1, G_KEY_FILE_NONE, NULL))
    return FALSE;
  ivr_server_profile_clear (profile);
  profile->server = g_key_file_get_string (file, GROUP, "server", NULL);
  profile->gateway = g_key_file_get_string (file, GROUP, "gateway", NULL);
  profile->user = g_key_file_get_string (file, GROUP, "user", NULL);
  return TRUE;
}
