/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-pg-error.h"

#include "ivr-error.h"

#include <glib/gi18n-lib.h>

#include <json-glib/json-glib.h>
#include <string.h>

static const struct
{
  const char *sqlstate;   /* whole, or its first two characters */
  IvrError code;
  const char *sentence;   /* instead of the server's own, or NULL */
} states[] = {
  { "IV403", IVR_ERROR_FORBIDDEN, NULL },
  { "IV404", IVR_ERROR_NOT_FOUND, NULL },
  { "IV409", IVR_ERROR_STALE, NULL },
  { "IV410", IVR_ERROR_TRANSITION, NULL },
  { "IV413", IVR_ERROR_LIMIT, NULL },
  { "IV422", IVR_ERROR_INVALID, NULL },
  { "IV423", IVR_ERROR_COMMAND_REUSED, NULL },
  { "42501", IVR_ERROR_FORBIDDEN, N_("Your account may not do that.") },
  { "42883", IVR_ERROR_SCHEMA_OLD, N_("The database is older than this desk. Ask your administrator to update it.") },
  { "3F000", IVR_ERROR_SCHEMA_OLD, N_("The database is older than this desk. Ask your administrator to update it.") },
  { "28P01", IVR_ERROR_AUTH, N_("User name or password is wrong. Check both, also Caps Lock.") },
  { "28000", IVR_ERROR_AUTH, N_("The server does not accept this user. Check the name, or ask your administrator.") },
  { "40001", IVR_ERROR_BUSY, N_("The server was busy with the same data. Try again.") },
  { "40P01", IVR_ERROR_BUSY, N_("The server was busy with the same data. Try again.") },
  { "55P03", IVR_ERROR_BUSY, N_("The server was busy with the same data. Try again.") },
  { "53300", IVR_ERROR_BUSY, N_("The server has too many connections at the moment. Try again in a minute.") },
  { "57P03", IVR_ERROR_BUSY, N_("The server is starting or stopping. Try again in a minute.") },
  { "57014", IVR_ERROR_BUSY, N_("The server took too long and gave up. Try again.") },
  { "57P", IVR_ERROR_OFFLINE, N_("The server has closed the connection.") },
  { "08", IVR_ERROR_OFFLINE, N_("The connection to the server is lost.") },
};

/* A sentence with values comes as both: said whole for psql, and in parts, so that it can be translated. */
static char *
dup_sentence (const char *message,
              const char *detail)
{
  g_autoptr(JsonNode) node = detail != NULL && detail[0] == '{' ? json_from_string (detail, NULL) : NULL;
  JsonObject *object = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonNode *sentence = object != NULL ? json_object_get_member (object, "sentence") : NULL;
  JsonNode *values = object != NULL ? json_object_get_member (object, "values") : NULL;
  g_auto(GStrv) parts = NULL;
  g_autoptr(GString) text = NULL;

  if (sentence == NULL || !JSON_NODE_HOLDS_VALUE (sentence) || json_node_get_string (sentence) == NULL || values == NULL ||
      !JSON_NODE_HOLDS_ARRAY (values))
    return g_strdup (_(message));
  parts = g_strsplit (_(json_node_get_string (sentence)), "%s", -1);
  if (g_strv_length (parts) != json_array_get_length (json_node_get_array (values)) + 1)
    return g_strdup (_(message));
  text = g_string_new (parts[0]);
  for (guint i = 1; parts[i] != NULL; i++)
    {
      JsonNode *value = json_array_get_element (json_node_get_array (values), i - 1);

      if (JSON_NODE_HOLDS_VALUE (value) && json_node_get_string (value) != NULL)
        g_string_append (text, json_node_get_string (value));
      g_string_append (text, parts[i]);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * ivr_pg_error_new:
 * @sqlstate: (nullable): five characters
 * @message: (nullable): the server's primary message
 * @detail: (nullable): its detail; JSON where the error is one of ours
 *
 * Turns a server's error into one of ours; the only place where that is done. The server's own
 * text is shown only for our own SQLSTATEs: any other may quote what was typed.
 *
 * Returns: (transfer full): an error of %IVR_ERROR
 */
GError *
ivr_pg_error_new (const char *sqlstate,
                  const char *message,
                  const char *detail)
{
  for (gsize i = 0; sqlstate != NULL && i < G_N_ELEMENTS (states); i++)
    if (strncmp (sqlstate, states[i].sqlstate, strlen (states[i].sqlstate)) == 0)
      {
        gboolean ours = states[i].sentence == NULL;
        g_autofree char *sentence = ours && message != NULL ? dup_sentence (message, detail) : NULL;

        if (sentence == NULL)
          sentence = g_strdup (ours ? _("The server gave no reason.") : _(states[i].sentence));
        return ivr_error_new_with_detail (states[i].code, sentence, ours ? detail : NULL);
      }
  return g_error_new (IVR_ERROR, IVR_ERROR_FAILED,
                      _("The server could not do that (code %s). Nothing was changed."),
                      sqlstate != NULL ? sqlstate : "unknown");
}

/* The last SQLSTATE in a message that libpq has written in its verbose form, "FATAL:  28P01: …". The
 * words before and behind it are in the server's language. */
static gboolean
find_state (const char *message,
            char        state[6])
{
  gboolean found = FALSE;

  for (const char *p = strstr (message, ":  "); p != NULL; p = strstr (p + 1, ":  "))
    {
      const char *code = p + 3;
      int n = 0;

      while (n < 5 && (g_ascii_isdigit (code[n]) || g_ascii_isupper (code[n])))
        n++;
      if (n < 5 || code[5] != ':')
        continue;
      memcpy (state, code, 5);
      state[5] = '\0';
      found = TRUE;
    }
  return found;
}

static GError *
error_of_refusal (const char *state)
{
  /* What these mean where somebody asks to come in. */
  if (g_str_equal (state, "42501"))
    return g_error_new_literal (IVR_ERROR, IVR_ERROR_AUTH, _("The server does not accept this user. Check the name, or ask your administrator."));
  if (g_str_equal (state, "3D000"))
    return g_error_new_literal (IVR_ERROR, IVR_ERROR_FAILED, _("The server has no such database. Check the server profile."));
  return ivr_pg_error_new (state, NULL, NULL);
}

/**
 * ivr_pg_error_connection:
 * @message: (nullable): what libpq says of a failed connection, in its verbose form
 * @needs_password: whether the server asked for a password that was missing or wrong
 *
 * libpq tells why a connection failed only as text. What the server said has its SQLSTATE in it;
 * for what went wrong on this side this looks for the few words that libpq has had for many versions;
 * everything else means that the server is not there.
 *
 * Returns: (transfer full): an error of %IVR_ERROR
 */
GError *
ivr_pg_error_connection (const char *message,
                         gboolean    needs_password)
{
  const char *m = message != NULL ? message : "";
  char state[6];

  if (needs_password || strstr (m, "no password supplied") != NULL)
    return g_error_new_literal (IVR_ERROR, IVR_ERROR_AUTH, _("User name or password is wrong. Check both, also Caps Lock."));
  if (find_state (m, state))
    return error_of_refusal (state);
  if (strstr (m, "certificate") != NULL || strstr (m, "SSL error") != NULL ||
      strstr (m, "channel binding") != NULL)
    return g_error_new_literal (IVR_ERROR, IVR_ERROR_CERTIFICATE,
                                _("The server's certificate is not trusted, so nothing was sent to it. "
                                  "Ask your administrator before you go on."));
  return g_error_new_literal (IVR_ERROR, IVR_ERROR_OFFLINE,
                              _("The server cannot be reached. Check the network; what you type is kept."));
}
