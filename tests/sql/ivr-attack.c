/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-attack.h"

#include <string.h>

struct _IvrAttackers
{
  PGconn *connections[N_ATTACKERS];
};

static const char * const logins[N_ATTACKERS] = {
  [DREW] = "drew.sample",
  [CASEY] = "casey.example",
  [SAM] = "sam.demo",
  [RIO] = "rio.placeholder",
  [LOU] = "lou.placeholder",
  [ADA] = "ada.operator",
  [MAX] = "max.demo",
  [GATEWAY] = "ivr_gateway",
  [LOOKUP] = "ivr_lookup",
  [OUTSIDER] = "outsider",
};

/* What the demo does not have: somebody of logistics, and a login that is nobody's. */
static const char people[] =
  "create role \"lou.placeholder\" login in role ivr_user;"
  "create role outsider login;"
  "insert into ivr.users (org_id, id, login, display_name) values ('0e000000-0000-4000-8000-000000000004',"
  " '0a000000-0000-4000-8000-000000000010', 'lou.placeholder', 'Lou Placeholder');"
  "insert into ivr.memberships (org_id, user_id, role) values ('0e000000-0000-4000-8000-000000000004',"
  " '0a000000-0000-4000-8000-000000000010', 'logistics')";

/**
 * ivr_attackers_new:
 * @server: a server with the demo's data
 *
 * Opens a connection for everybody but the outsider, who gets none.
 *
 * Returns: (transfer full): all of them
 */
IvrAttackers *
ivr_attackers_new (IvrTestServer *server)
{
  IvrAttackers *self = g_new0 (IvrAttackers, 1);
  g_autofree char *admin_uri = ivr_test_server_uri (server, NULL);
  g_autoptr(PGconn) admin = ivr_test_connect (admin_uri);
  g_autoptr(PGresult) made = PQexec (admin, people);

  g_assert_cmpstr (PQresultErrorMessage (made), ==, "");
  for (int i = 0; i < N_ATTACKERS; i++)
    {
      g_autofree char *uri = ivr_test_server_uri (server, logins[i]);

      if (i != OUTSIDER)
        self->connections[i] = ivr_test_connect (uri);
    }
  return self;
}

void
ivr_attackers_free (IvrAttackers *self)
{
  for (int i = 0; i < N_ATTACKERS; i++)
    PQfinish (self->connections[i]);
  g_free (self);
}

PGconn *
ivr_attackers_get (IvrAttackers *self,
                   IvrAttacker   who)
{
  return self->connections[who];
}

/* All that came back, as one line of text. */
static void
collect (PGresult *result,
         GString  *text)
{
  for (int r = 0; r < PQntuples (result); r++)
    for (int c = 0; c < PQnfields (result); c++)
      g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", PQgetvalue (result, r, c));
}

static void
drain_copy (PGconn   *db,
            PGresult *result,
            GString  *text)
{
  char *line;

  if (PQresultStatus (result) == PGRES_COPY_IN)
    PQputCopyEnd (db, NULL);
  while (PQresultStatus (result) == PGRES_COPY_OUT && PQgetCopyData (db, &line, 0) > 0)
    {
      g_string_append (text, line);
      PQfreemem (line);
    }
}

/* Sends some statements and returns the SQLSTATE of the first that failed, "" when all were answered. */
static char *
send (PGconn     *db,
      const char *sql,
      GString    *text,
      gint64     *touched)
{
  char *state = g_strdup ("");
  PGresult *result;

  g_assert_cmpint (PQsendQuery (db, sql), ==, 1);
  while ((result = PQgetResult (db)) != NULL)
    {
      ExecStatusType status = PQresultStatus (result);

      if (status == PGRES_FATAL_ERROR && state[0] == '\0')
        {
          g_free (state);
          state = g_strdup (ivr_test_state (result));
          g_test_message ("  %s", PQresultErrorField (result, PG_DIAG_MESSAGE_PRIMARY));
        }
      drain_copy (db, result, text);
      collect (result, text);
      if (status == PGRES_COMMAND_OK)
        *touched += g_ascii_strtoll (PQcmdTuples (result), NULL, 10);
      PQclear (result);
    }
  return state;
}

/* Returns the SQLSTATE, "" when it was answered; what was answered at last goes into @text. */
static char *
try (PGconn          *db,
     const IvrAttack *attack,
     GString         *text,
     gint64          *touched)
{
  gboolean alone = attack->sql[0] == '!';
  g_autofree char *ticket = g_uuid_string_random ();
  g_autoptr(GString) sql = g_string_new (attack->sql + (alone ? 1 : 0));
  g_auto(GStrv) units = NULL;
  char *state = NULL;

  *touched = 0;
  g_string_replace (sql, TICKET, ticket, 0);
  units = g_strsplit (sql->str, COMMITTED, -1);
  for (guint i = 0; units[i] != NULL && (state == NULL || state[0] == '\0'); i++)
    {
      gboolean last = units[i + 1] == NULL;

      if (last && !alone)
        PQclear (PQexec (db, "begin"));
      g_free (state);
      g_string_truncate (text, 0);
      state = send (db, units[i], text, touched);
    }
  PQclear (PQexec (db, "rollback"));
  PQclear (PQexec (db, "discard all"));
  return state;
}

/**
 * ivr_attack_try:
 * @self: the attackers
 * @attack: one attack
 *
 * Returns: (transfer full) (nullable): what is wrong, when it is neither refused with the reason that
 *   it names nor as harmless as it says
 */
char *
ivr_attack_try (IvrAttackers    *self,
                const IvrAttack *attack)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autofree char *state = NULL;
  gint64 touched;

  g_test_message ("%s: %s", logins[attack->who], attack->name);
  state = try (self->connections[attack->who], attack, text, &touched);
  if (!g_str_equal (state, attack->state != NULL ? attack->state : ""))
    return g_strdup_printf ("%s: %s: SQLSTATE “%s”, not “%s”: %.300s", logins[attack->who], attack->name, state,
                            attack->state != NULL ? attack->state : "", text->str);
  if (attack->state != NULL)
    return NULL;
  if (attack->answer != NULL && !g_str_equal (text->str, attack->answer))
    return g_strdup_printf ("%s: %s: answered “%.300s”, not “%s”", logins[attack->who], attack->name, text->str, attack->answer);
  if (attack->lacks != NULL && strstr (text->str, attack->lacks) != NULL)
    return g_strdup_printf ("%s: %s: “%s” is in the answer", logins[attack->who], attack->name, attack->lacks);
  if (attack->answer == NULL && attack->lacks == NULL)
    return g_strdup_printf ("%s: %s: nothing says why the answer is harmless", logins[attack->who], attack->name);
  return NULL;
}

/**
 * ivr_attack_succeeds:
 * @self: the attackers
 * @attack: one attack
 *
 * Returns: whether it was answered, and with more than a harmless answer
 */
gboolean
ivr_attack_succeeds (IvrAttackers    *self,
                     const IvrAttack *attack)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autofree char *state = NULL;
  gint64 touched;

  g_test_message ("%s: %s", logins[attack->who], attack->name);
  state = try (self->connections[attack->who], attack, text, &touched);
  if (state[0] != '\0')
    return FALSE;
  if (attack->lacks != NULL)
    return strstr (text->str, attack->lacks) != NULL;
  return attack->answer == NULL || !g_str_equal (text->str, attack->answer);
}

/**
 * ivr_attacks_count:
 * @attacks: a list of attacks
 *
 * Returns: how many there are
 */
gsize
ivr_attacks_count (const IvrAttack *attacks)
{
  gsize n = 0;

  while (attacks[n].name != NULL)
    n++;
  return n;
}
