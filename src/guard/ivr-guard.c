/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A module of the server that keeps people (members of ivr_user) from taking away what protects them
 * and others: PostgreSQL lets everybody give themselves any password, switch off timeouts and durable
 * commits for their own session, and have as many connections as there are. It does not concern
 * superusers and roles that are nobody's login.
 *
 * A session is judged when it is authenticated, and stays what it was found to be: neither SET ROLE nor
 * a membership that changes later lets anybody out of it. */
#include "ivr-guard.h"

#include "commands/user.h"
#include "fmgr.h"
#include "libpq/auth.h"
#include "libpq/libpq-be.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "storage/proc.h"
#include "storage/procarray.h"
#include "tcop/utility.h"
#include "utils/acl.h"
#include "utils/guc.h"

PG_MODULE_MAGIC;

#define PEOPLE "ivr_user"
#define CONNECTIONS 16

static ClientAuthentication_hook_type next_authentication;
static ProcessUtility_hook_type next_utility;
static check_password_hook_type next_password;

static int most_connections = CONNECTIONS;
static bool is_person; /* of this server process */

static bool
is_member_of_people (Oid role)
{
  Oid people = get_role_oid (PEOPLE, true);

  return OidIsValid (role) && OidIsValid (people) && !superuser_arg (role) && is_member_of_role_nosuper (role, people);
}

/* The server counts sessions of a role only where the role has a limit of its own. This process counts
 * itself first, so that of many that come at once none is overlooked. */
static void
check_connections (Oid role)
{
  MyProc->roleId = role;
  if (most_connections > 0 && CountUserBackends (role) > most_connections)
    ereport (FATAL, (errcode (ERRCODE_TOO_MANY_CONNECTIONS),
                     errmsg ("This person has %d connections already; close one first.", most_connections)));
}

static void
on_authentication (Port *port,
                   int   status)
{
  Oid role;

  if (next_authentication != NULL)
    next_authentication (port, status);
  if (status != STATUS_OK)
    return;
  role = get_role_oid (port->user_name, true);
  if (!is_member_of_people (role))
    return;
  is_person = true;
  check_connections (role);
  /* Before what the client asks for at startup is looked at. */
  ivr_guard_lock_settings ();
}

/* Our functions run with their owners' rights, and these may do what the person may not. */
static bool
is_own_act (void)
{
  return is_person && (!InLocalUserIdChange () || GetUserId () == GetSessionUserId ());
}

static void
refuse (const char *sentence)
{
  ereport (ERROR, (errcode (ERRCODE_INSUFFICIENT_PRIVILEGE), errmsg_internal ("%s", sentence)));
}

static bool
gives_a_password (AlterRoleStmt *statement)
{
  DefElem *option = list_length (statement->options) == 1 ? linitial_node (DefElem, statement->options) : NULL;

  return option != NULL && strcmp (option->defname, "password") == 0 && option->arg != NULL;
}

static void
check_statement (Node *statement)
{
  switch ((int) nodeTag (statement))
    {
    case T_AlterRoleSetStmt:
      refuse ("A person's own settings cannot be kept at the role.");
      break;
    case T_AlterRoleStmt:
      if (!gives_a_password ((AlterRoleStmt *) statement))
        refuse ("Of one's own login only the password can be changed.");
      break;
    /* It would be a right in the catalogue that nobody gave. */
    case T_AlterDefaultPrivilegesStmt:
      refuse ("People make nothing, so there is nothing to give rights on.");
      break;
    /* Whoever listens and does not read fills the queue of everybody. */
    case T_ListenStmt:
    case T_NotifyStmt:
      refuse ("People neither listen nor notify.");
      break;
    /* What it holds outlives the right to read it. */
    case T_DeclareCursorStmt:
      if ((((DeclareCursorStmt *) statement)->options & CURSOR_OPT_HOLD) != 0)
        refuse ("People hold no cursor beyond its transaction.");
      break;
    default:
      break;
    }
}

static void
on_utility (PlannedStmt           *planned,
            const char            *text,
            bool                   read_only_tree,
            ProcessUtilityContext  context,
            ParamListInfo          params,
            QueryEnvironment      *environment,
            DestReceiver          *destination,
            QueryCompletion       *completion)
{
  ProcessUtility_hook_type next = next_utility != NULL ? next_utility : standard_ProcessUtility;

  if (is_own_act ())
    check_statement (planned->utilityStmt);
  next (planned, text, read_only_tree, context, params, environment, destination, completion);
}

/* Also when one of our functions does it for a person: what the person made is no stronger there. */
static void
on_password (const char   *login,
             const char   *password,
             PasswordType  kind,
             Datum         until,
             bool          until_null)
{
  if (next_password != NULL)
    next_password (login, password, kind, until, until_null);
  if (is_person)
    ivr_guard_check_verifier (login, password, kind);
}

void
_PG_init (void)
{
  if (!process_shared_preload_libraries_in_progress)
    ereport (ERROR, (errcode (ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                     errmsg ("ivr_guard guards nobody unless it is named in shared_preload_libraries.")));
  DefineCustomIntVariable ("ivr_guard.connections", "Most connections that one person may have at once.",
                           "0 leaves it to the limit of each role.", &most_connections, CONNECTIONS, 0, 1000, PGC_SIGHUP, 0,
                           NULL, NULL, NULL);
  MarkGUCPrefixReserved ("ivr_guard");
  next_authentication = ClientAuthentication_hook;
  ClientAuthentication_hook = on_authentication;
  next_utility = ProcessUtility_hook;
  ProcessUtility_hook = on_utility;
  next_password = check_password_hook;
  check_password_hook = on_password;
}
