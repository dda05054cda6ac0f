/* SPDX-License-Identifier: GPL-3.0-or-later */
/* People made and locked by administrators, on a server that asks for passwords. */
#include "ivr-test-server.h"

#include <string.h>

#define CLINIC "0e000000-0000-4000-8000-000000000001"
#define OTHER_CLINIC "0e000000-0000-4000-8000-000000000002"
#define TEAM "0e000000-0000-4000-8000-000000000003"
#define SAM "0a000000-0000-4000-8000-000000000004"

static IvrTestServer *server;
static PGconn *admin, *ada;

static PGconn *
sign_in (const char *login,
         const char *password)
{
  g_autofree char *base = ivr_test_server_uri (server, login);
  g_autofree char *uri = g_strdup_printf ("%s&password=%s", base, password);

  return PQconnectdb (uri);
}

static void
assert_signs_in (const char *login,
                 const char *password)
{
  g_autoptr(PGconn) db = sign_in (login, password);
  g_autofree char *who = NULL;

  if (PQstatus (db) != CONNECTION_OK)
    g_error ("%s: %s", login, PQerrorMessage (db));
  who = ivr_test_value (db, "select api.who_am_i() ->> 'login'", NULL);
  g_assert_cmpstr (who, ==, login);
}

static void
assert_does_not_sign_in (const char *login,
                         const char *password,
                         const char *reason)
{
  g_autoptr(PGconn) db = sign_in (login, password);

  g_assert_cmpint (PQstatus (db), ==, CONNECTION_BAD);
  if (strstr (PQerrorMessage (db), reason) == NULL)
    g_error ("%s: %s", login, PQerrorMessage (db));
}

/* As the desktop does it: the password itself never leaves it. */
static char *
verifier_of (const char *login,
             const char *password)
{
  char *verifier = PQencryptPasswordConn (admin, password, login, "scram-sha-256");
  char *copy;

  g_assert_nonnull (verifier);
  copy = g_strdup (verifier);
  PQfreemem (verifier);
  return copy;
}

static PGresult *
try_create (PGconn     *db,
            const char *org,
            const char *login,
            const char *role,
            const char *verifier)
{
  return ivr_test_ask (db, "select api.create_user(gen_random_uuid(), jsonb_build_object('org_id', $1::text, 'login', $2::text,"
                           " 'display_name', 'Somebody New', 'role', $3::text), $4)", org, login, role, verifier, NULL);
}

static void
create (const char *org,
        const char *login,
        const char *role,
        const char *password)
{
  g_autofree char *verifier = verifier_of (login, password);
  g_autoptr(PGresult) made = try_create (ada, org, login, role, verifier);

  g_assert_cmpstr (PQresultErrorMessage (made), ==, "");
}

static void
assert_refused (PGresult   *result,
                const char *state)
{
  g_autoptr(PGresult) own = result;

  if (!g_str_equal (ivr_test_state (own), state))
    g_error ("“%s”, not %s: %s", ivr_test_state (own), state, PQresultErrorMessage (own));
}

static char *
id_of (const char *login)
{
  return ivr_test_value (admin, "select id from ivr.users where login = $1", login, NULL);
}

static void
test_create (void)
{
  g_autofree char *attributes = NULL;
  g_autofree char *trace = NULL;
  g_autofree char *text = NULL;

  create (CLINIC, "nia.new", "clinic_staff", "Correct-Horse-1");
  assert_signs_in ("nia.new", "Correct-Horse-1");
  assert_does_not_sign_in ("nia.new", "correct-horse-1", "password authentication failed");
  attributes = ivr_test_value (admin, "select concat_ws(' ', rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication, rolconnlimit,"
                                      " (select string_agg(m.roleid::regrole::text, ',') from pg_auth_members m where m.member = r.oid))"
                                      " from pg_roles r where rolname = 'nia.new'", NULL);
  g_assert_cmpstr (attributes, ==, "f f f f f 16 ivr_user");
  trace = ivr_test_value (admin, "select concat_ws(' ', actor_login, action, after ->> 'login', after ->> 'role') from audit.audit_logs"
                                 " where action = 'create_user' and after ->> 'login' = 'nia.new'", NULL);
  g_assert_cmpstr (trace, ==, "ada.operator create_user nia.new clinic_staff");
  /* Neither password nor verifier is anywhere but where PostgreSQL keeps it. */
  text = ivr_test_value (admin, "select count(*) from audit.audit_logs a, ivr.commands c where a::text like '%SCRAM%' or c::text like '%SCRAM%'", NULL);
  g_assert_cmpstr (text, ==, "0");
}

static void
test_weak (void)
{
  static const char * const weak[] = {
    "a", "", "Correct-Horse-1", "md5a3556571e93b0d20722ba62be61e8c2d",
    "SCRAM-SHA-256$1:AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "SCRAM-SHA-256$4095:AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "SCRAM-SHA-256$4096:AAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "SCRAM-SHA-256$4096:AAAAAAAAAAAAAAAAAAAAAA==$AAAA=:AAAA=",
    "SCRAM-SHA-256$9999999:AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
  };
  g_autofree char *made = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (weak); i++)
    assert_refused (try_create (ada, CLINIC, "weak.one", "clinic_staff", weak[i]), "IV422");
  assert_refused (ivr_test_ask (ada, "select api.create_user(gen_random_uuid(), '{\"org_id\": \"" CLINIC "\", \"login\": \"weak.one\","
                                     " \"display_name\": \"x\", \"role\": \"clinic_staff\"}', null)", NULL), "IV422");
  made = ivr_test_value (admin, "select count(*) from pg_roles where rolname = 'weak.one'", NULL);
  g_assert_cmpstr (made, ==, "0");
}

static void
test_odd_logins (void)
{
  static const struct
  {
    const char *login;
    const char *state;
  } odd[] = {
    { "", "IV422" }, { "ab", "IV422" }, { "Nia", "IV422" }, { "1nia", "IV422" }, { "nia new", "IV422" }, { "nia\"; drop role x; --", "IV422" },
    { "a\"''b\"''a\"''b\"''a\"''b\"''a\"''b\"''a\"''b\"''a\"''b\"''a\"''b\"''abcdefg", "IV422" },
    { "abcdefghijklmnopqrstuvwxyz123456", "IV422" }, { "pg_planted", "IV422" }, { "ivr_planted", "IV422" }, { "nia\xc3\xa9", "IV422" },
    { "postgres", "IV423" }, { "casey.example", "IV423" }, { "nia.new", "IV423" },
  };
  g_autofree char *verifier = verifier_of ("x", "Correct-Horse-1");

  for (gsize i = 0; i < G_N_ELEMENTS (odd); i++)
    {
      g_test_message ("%s", odd[i].login);
      assert_refused (try_create (ada, CLINIC, odd[i].login, "clinic_staff", verifier), odd[i].state);
    }
}

static void
test_roles_fit (void)
{
  g_autofree char *verifier = verifier_of ("x", "Correct-Horse-1");
  g_autofree char *id = NULL;

  assert_refused (try_create (ada, CLINIC, "wrong.role", "lead", verifier), "IV422");
  assert_refused (try_create (ada, TEAM, "wrong.role", "clinic_staff", verifier), "IV422");
  assert_refused (try_create (ada, CLINIC, "wrong.role", "king", verifier), "IV422");
  assert_refused (try_create (ada, "0e000000-0000-4000-8000-00000000ffff", "wrong.role", "clinic_staff", verifier), "IV404");
  create (CLINIC, "olli.admin", "admin", "Correct-Horse-2");
  id = id_of ("olli.admin");
  /* Who manages people has no other role under the same login, and the other way round. */
  assert_refused (ivr_test_ask (ada, "select api.give_role(gen_random_uuid(), $1, 'clinic_staff')", id, NULL), "IV422");
  assert_refused (ivr_test_ask (ada, "select api.give_role(gen_random_uuid(), '" SAM "', 'admin')", NULL), "IV422");
  assert_refused (ivr_test_ask (ada, "select api.give_role(gen_random_uuid(), '" SAM "', 'specialist', '0f000000-0000-4000-8000-000000000001')", NULL),
                  "IV404");
}

/* A clinic's administrator manages the clinic, and sees no patient. */
static void
test_own_organization_only (void)
{
  g_autoptr(PGconn) olli = sign_in ("olli.admin", "Correct-Horse-2");
  g_autofree char *verifier = verifier_of ("pia.new", "Correct-Horse-3");
  g_autofree char *people = NULL;
  g_autofree char *patients = NULL;
  g_autoptr(PGresult) made = try_create (olli, CLINIC, "pia.new", "provider", verifier);

  g_assert_cmpstr (PQresultErrorMessage (made), ==, "");
  assert_signs_in ("pia.new", "Correct-Horse-3");
  assert_refused (try_create (olli, OTHER_CLINIC, "pia.two", "provider", verifier), "IV404");
  assert_refused (try_create (olli, TEAM, "pia.two", "lead", verifier), "IV404");
  assert_refused (ivr_test_ask (olli, "select api.set_user_active(gen_random_uuid(), '" SAM "', false, 'x')", NULL), "IV404");
  assert_refused (ivr_test_ask (olli, "select api.reset_password(gen_random_uuid(), '" SAM "', $1)", verifier, NULL), "IV404");
  assert_refused (ivr_test_ask (olli, "select api.end_user_sessions(gen_random_uuid(), '" SAM "')", NULL), "IV404");
  people = ivr_test_value (olli, "select string_agg(distinct org, ',') from api.people()", NULL);
  g_assert_cmpstr (people, ==, "Example Wound Clinic");
  assert_refused (ivr_test_ask (olli, "select api.open_ivr_request(gen_random_uuid(), '6db5f169-2541-4515-9156-8cd432d8f0e4')", NULL), "IV404");
  assert_refused (ivr_test_ask (olli, "select api.open_patients(gen_random_uuid(), '')", NULL), "IV403");
  patients = ivr_test_value (ada, "select count(distinct org) from api.people()", NULL);
  g_assert_cmpstr (patients, ==, "5");
}

static void
test_lock (void)
{
  g_autofree char *id = id_of ("nia.new");
  g_autoptr(PGconn) nia = sign_in ("nia.new", "Correct-Horse-1");
  g_autoptr(PGresult) before = ivr_test_ask (nia, "select api.who_am_i()", NULL);
  g_autoptr(PGresult) locked = NULL;
  g_autoptr(PGresult) ended = NULL;
  g_autoptr(PGresult) gone = NULL;
  g_autoptr(PGresult) unlocked = NULL;

  g_assert_cmpstr (ivr_test_state (before), ==, "");
  assert_refused (ivr_test_ask (ada, "select api.set_user_active(gen_random_uuid(), $1, false, null)", id, NULL), "IV422");
  locked = ivr_test_query (ada, "select api.set_user_active(gen_random_uuid(), $1, false, 'left the clinic')", id, NULL);
  g_assert_nonnull (locked);
  assert_refused (ivr_test_ask (nia, "select api.who_am_i()", NULL), "IV403");
  assert_does_not_sign_in ("nia.new", "Correct-Horse-1", "not permitted to log in");
  ended = ivr_test_query (ada, "select api.end_user_sessions(gen_random_uuid(), $1) ->> 'ended'", id, NULL);
  g_assert_cmpstr (PQgetvalue (ended, 0, 0), ==, "1");
  gone = ivr_test_ask (nia, "select 1", NULL);
  g_assert_cmpint (PQstatus (nia), ==, CONNECTION_BAD);
  unlocked = ivr_test_query (ada, "select api.set_user_active(gen_random_uuid(), $1, true, 'came back')", id, NULL);
  g_assert_nonnull (unlocked);
  assert_signs_in ("nia.new", "Correct-Horse-1");
}

static void
test_passwords (void)
{
  g_autofree char *id = id_of ("nia.new");
  g_autofree char *reset = verifier_of ("nia.new", "Reset-Horse-4");
  g_autofree char *own = verifier_of ("nia.new", "Own-Horse-5");
  g_autoptr(PGresult) done = ivr_test_query (ada, "select api.reset_password(gen_random_uuid(), $1, $2)", id, reset, NULL);
  g_autoptr(PGconn) nia = sign_in ("nia.new", "Reset-Horse-4");
  g_autoptr(PGresult) changed = NULL;

  g_assert_nonnull (done);
  assert_does_not_sign_in ("nia.new", "Correct-Horse-1", "password authentication failed");
  changed = ivr_test_query (nia, "select api.change_password(gen_random_uuid(), $1)", own, NULL);
  g_assert_nonnull (changed);
  assert_signs_in ("nia.new", "Own-Horse-5");
  assert_does_not_sign_in ("nia.new", "Reset-Horse-4", "password authentication failed");
}

static void
test_roles_given_and_taken (void)
{
  g_autofree char *id = id_of ("nia.new");
  g_autoptr(PGconn) nia = sign_in ("nia.new", "Own-Horse-5");
  g_autofree char *before = ivr_test_value (nia, "select api.who_am_i() ->> 'roles'", NULL);
  g_autofree char *with = NULL;
  g_autofree char *without = NULL;
  g_autoptr(PGresult) given = ivr_test_query (ada, "select api.give_role(gen_random_uuid(), $1, 'provider')", id, NULL);
  g_autoptr(PGresult) taken = NULL;

  g_assert_nonnull (given);
  with = ivr_test_value (nia, "select api.who_am_i() ->> 'roles'", NULL);
  taken = ivr_test_query (ada, "select api.take_role(gen_random_uuid(), $1, 'clinic_staff')", id, NULL);
  g_assert_nonnull (taken);
  without = ivr_test_value (nia, "select api.who_am_i() ->> 'roles'", NULL);
  g_assert_cmpstr (before, ==, "[\"clinic_staff\"]");
  g_assert_cmpstr (with, ==, "[\"clinic_staff\", \"provider\"]");
  g_assert_cmpstr (without, ==, "[\"provider\"]");
  assert_refused (ivr_test_ask (ada, "select api.take_role(gen_random_uuid(), $1, 'clinic_staff')", id, NULL), "IV404");
}

/* The same command twice makes one person; with other data it is refused. */
static void
test_replay (void)
{
  g_autofree char *command = g_uuid_string_random ();
  g_autofree char *verifier = verifier_of ("rae.new", "Correct-Horse-6");
  const char *sql = "select api.create_user($1, '{\"org_id\": \"" CLINIC "\", \"login\": \"rae.new\", \"display_name\": \"Rae\","
                    " \"role\": \"clinic_staff\"}', $2) - 'replayed'";
  g_autofree char *first = ivr_test_value (ada, sql, command, verifier, NULL);
  g_autofree char *again = ivr_test_value (ada, sql, command, verifier, NULL);
  g_autofree char *other = verifier_of ("rae.new", "Other-Horse-7");

  g_assert_cmpstr (first, ==, again);
  assert_refused (ivr_test_ask (ada, sql, command, other, NULL), "IV423");
  assert_signs_in ("rae.new", "Correct-Horse-6");
}

static void
ask_for_passwords (void)
{
  g_autofree char *hba = g_build_filename (ivr_test_server_get_folder (server), "data", "pg_hba.conf", NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(PGresult) reloaded = NULL;
  g_autofree char *old = NULL;
  FILE *file;

  /* Written over in place, so that it keeps its owner. */
  g_file_get_contents (hba, &old, NULL, &error);
  g_assert_no_error (error);
  file = fopen (hba, "w");
  g_assert_nonnull (file);
  fputs ("local all postgres trust\nlocal all all scram-sha-256\n", file);
  fclose (file);
  reloaded = ivr_test_query (admin, "select pg_reload_conf()", NULL);
  g_assert_nonnull (reloaded);
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *uri = NULL;
  g_autoptr(PGresult) set = NULL;
  gboolean asks = FALSE;
  int status;

  g_test_init (&argc, &argv, NULL);
  server = ivr_test_server_new ();
  uri = ivr_test_server_uri (server, NULL);
  admin = ivr_test_connect (uri);
  set = ivr_test_query (admin, "alter role \"ada.operator\" password 'Operator-Horse-0'", NULL);
  ask_for_passwords ();
  while (!asks)
    {
      g_autoptr(PGconn) db = sign_in ("ada.operator", "wrong");

      asks = PQstatus (db) == CONNECTION_BAD;
    }
  ada = sign_in ("ada.operator", "Operator-Horse-0");
  g_assert_cmpint (PQstatus (ada), ==, CONNECTION_OK);
  g_test_add_func ("/people/create", test_create);
  g_test_add_func ("/people/weak-verifiers", test_weak);
  g_test_add_func ("/people/odd-logins", test_odd_logins);
  g_test_add_func ("/people/roles-fit", test_roles_fit);
  g_test_add_func ("/people/own-organization-only", test_own_organization_only);
  g_test_add_func ("/people/lock", test_lock);
  g_test_add_func ("/people/passwords", test_passwords);
  g_test_add_func ("/people/roles-given-and-taken", test_roles_given_and_taken);
  g_test_add_func ("/people/replay", test_replay);
  status = g_test_run ();
  PQfinish (admin);
  PQfinish (ada);
  ivr_test_server_free (server);
  return status;
}
