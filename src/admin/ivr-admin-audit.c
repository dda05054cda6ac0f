/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-admin-audit.h"

#include "ivr-admin.h"

#include <stdio.h>

/* 45 CFR 164.316(b)(2)(i). */
#define IVR_AUDIT_YEARS 6

/* What the commands of audit are told. */
typedef struct
{
  char *key;
  char *heads;
  char *archives;
  char *to;
  int years;
  int every;
  gboolean begin;
} Told;

static void
told_clear (Told *told)
{
  g_free (told->key);
  g_free (told->heads);
  g_free (told->archives);
  g_free (told->to);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Told, told_clear)

static gboolean
seal_once (PGconn      *db,
           const Told  *told,
           GError     **error)
{
  guint64 last = 0;
  int made = 0;

  if (!ivr_admin_db_execute (db, IVR_AUDIT_ADD_MONTHS, error) ||
      !ivr_audit_seal (db, told->key, told->heads, told->begin, &made, &last, error))
    return FALSE;
  if (made > 0)
    g_print ("%d seals made; the last is number %" G_GUINT64_FORMAT ".\n", made, last);
  else if (told->every == 0)
    g_print ("There is nothing new to seal.\n");
  return TRUE;
}

static gboolean
check (PGconn          *db,
       const Told      *told,
       IvrAuditReport  *report,
       GError         **error)
{
  g_autofree char *public_path = g_str_has_suffix (told->key, ".pub") ? g_strdup (told->key) : g_strconcat (told->key, ".pub", NULL);
  g_autoptr(GPtrArray) heads = ivr_seal_read_heads (told->heads, public_path, error);

  if (heads == NULL || (told->archives != NULL && !ivr_audit_read_archives (db, told->archives, report, error)) ||
      !ivr_audit_verify (db, heads, report, error))
    return FALSE;
  report->signed_heads = heads->len;
  return TRUE;
}

static int
verify (PGconn     *db,
        const Told *told)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GHashTable) proven = told->archives != NULL ? g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL) : NULL;
  IvrAuditReport report = { .problems = problems, .proven = proven };

  if (!check (db, told, &report, &error))
    return ivr_admin_complain (IVR_ADMIN_WRONG, "%s", error->message);
  g_print ("%" G_GUINT64_FORMAT " rows are as they were sealed, %" G_GUINT64_FORMAT " are not sealed yet.\n", report.rows, report.unsealed);
  if (report.archived > 0 && proven != NULL)
    g_print ("%" G_GUINT64_FORMAT " rows are archived; each was read there and is as it was sealed.\n", report.archived);
  else if (report.archived > 0)
    ivr_audit_add_problem (&report, "%" G_GUINT64_FORMAT " rows are missing, and are said to be archived. Name the folder of the archives with"
                           " --archives, so that they are read.", report.archived);
  for (guint i = 0; i < problems->len; i++)
    g_print ("WRONG: %s\n", (char *) problems->pdata[i]);
  g_print ("Seals verified: %u/%u\n", report.sound, MAX (report.seals, report.signed_heads));
  if (problems->len == 0)
    return IVR_ADMIN_OK;
  return ivr_admin_complain (IVR_ADMIN_WRONG, "%s%s", (char *) problems->pdata[0],
                             problems->len > 1 ? " There is more; see the report." : "");
}

/* Rows leave only a log that is as it was sealed, and whose older archives are: afterwards nobody could tell. */
static int
archive (PGconn *db,
         Told   *told)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GHashTable) proven = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  IvrAuditReport report = { .problems = problems, .proven = proven };
  guint n = 0;

  if (told->archives == NULL)
    told->archives = g_strdup (told->to);
  if (!check (db, told, &report, &error) || !ivr_admin_db_execute (db, "rollback", &error))
    return ivr_admin_complain (IVR_ADMIN_WRONG, "%s", error->message);
  if (problems->len > 0)
    return ivr_admin_complain (IVR_ADMIN_WRONG, "Nothing was archived: %s", (char *) problems->pdata[0]);
  if (!ivr_audit_archive (db, told->to, told->years, &n, &error))
    return ivr_admin_complain (IVR_ADMIN_WRONG, "%s", error->message);
  if (n == 0)
    g_print ("Nothing is older than %d years.\n", told->years);
  else
    g_print ("%u months of the logs are archived.\n", n);
  return IVR_ADMIN_OK;
}

static gboolean
prepare (PGconn  *db,
         GError **error)
{
  /* The text of a row must not depend on who looks. */
  return ivr_admin_db_is_migrated (db, error) &&
         ivr_admin_db_execute (db, "set timezone = 'UTC'; set datestyle = 'ISO, MDY'; set intervalstyle = 'postgres';"
                                   " set bytea_output = 'hex'; set extra_float_digits = 1", error);
}

/* On and on, until it is told to stop. A server that is away for a while is asked again the next time. */
static int
seal (const char *uri,
      const Told *told)
{
  do
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(PGconn) db = ivr_admin_db_connect (uri, &error);
      gboolean ok = db != NULL && prepare (db, &error) && seal_once (db, told, &error);

      if (!ok && told->every == 0)
        return ivr_admin_complain (db == NULL ? ivr_admin_db_status (error) : IVR_ADMIN_WRONG, "%s", error->message);
      if (!ok)
        ivr_admin_complain (IVR_ADMIN_WRONG, "%s", error->message);
      fflush (stdout);
      g_usleep ((gulong) told->every * G_USEC_PER_SEC);
    }
  while (told->every > 0);
  return IVR_ADMIN_OK;
}

static int
complain_about (const char *command,
                const Told *told)
{
  g_autofree char *what = ivr_admin_quote (command);

  if (!g_str_equal (command, "seal") && !g_str_equal (command, "verify") && !g_str_equal (command, "archive"))
    return ivr_admin_complain (IVR_ADMIN_UNREACHABLE, "“audit” cannot %s; say key, seal, verify or archive.", what);
  if (told->key == NULL || told->heads == NULL)
    return ivr_admin_complain (IVR_ADMIN_UNREACHABLE, "Say --key and --heads: what signs, and where the signed heads are.");
  if (g_str_equal (command, "archive") && told->to == NULL)
    return ivr_admin_complain (IVR_ADMIN_UNREACHABLE, "Say --to: the folder that the archives go into.");
  if (told->years < IVR_AUDIT_YEARS)
    return ivr_admin_complain (IVR_ADMIN_UNREACHABLE, "The logs have to be kept for six years at least (45 CFR 164.316(b)(2)(i)).");
  if (told->every < 0 || told->every > 24 * 3600)
    return ivr_admin_complain (IVR_ADMIN_UNREACHABLE, "--every is a number of seconds, at most a day.");
  return IVR_ADMIN_OK;
}

/**
 * ivr_admin_audit:
 *
 * `audit key FILE`, and with --key and --heads `audit seal URI`, `audit verify URI`, `audit archive URI`: seals the logs,
 * signs the seals into a file outside of the database, compares all three, and moves old months out.
 *
 * Returns: exit status
 */
int
ivr_admin_audit (int    argc,
                 char **argv)
{
  g_auto(Told) told = { .years = IVR_AUDIT_YEARS };
  g_autoptr(PGconn) db = NULL;
  g_autoptr(GError) error = NULL;
  int status = IVR_ADMIN_OK;
  const GOptionEntry entries[] = {
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &told.key, "The key; to verify, its public half with “.pub” is enough", "FILE" },
    { "heads", 0, 0, G_OPTION_ARG_FILENAME, &told.heads, "The signed heads, best on another machine", "FILE" },
    { "every", 0, 0, G_OPTION_ARG_INT, &told.every, "With seal: go on, and seal again every so many seconds", "SECONDS" },
    { "begin", 0, 0, G_OPTION_ARG_NONE, &told.begin, "With seal: sign all seals although there are no signed heads", NULL },
    { "archives", 0, 0, G_OPTION_ARG_FILENAME, &told.archives, "With verify: read the archives too", "FOLDER" },
    { "to", 0, 0, G_OPTION_ARG_FILENAME, &told.to, "With archive: where the archives go", "FOLDER" },
    { "years", 0, 0, G_OPTION_ARG_INT, &told.years, "With archive: how many years stay in the database; 6 unless told", "N" },
    { NULL },
  };

  if (!ivr_admin_parse ("key FILE | seal URI | verify URI | archive URI",
                        "Seals what happened, and tells whether anybody changed it afterwards.", entries, &argc, &argv, &status))
    return status;
  if (argc != 3 || argv[2][0] == '\0')
    return ivr_admin_complain (IVR_ADMIN_UNREACHABLE, "Say key and a file, or seal, verify or archive and the database.");
  if (g_str_equal (argv[1], "key"))
    {
      if (!ivr_seal_make_keys (argv[2], &error))
        return ivr_admin_complain (IVR_ADMIN_WRONG, "%s", error->message);
      g_print ("The key is in %s, its public half in %s.pub.\n", argv[2], argv[2]);
      return IVR_ADMIN_OK;
    }
  status = complain_about (argv[1], &told);
  if (status != IVR_ADMIN_OK)
    return status;
  if (g_str_equal (argv[1], "seal"))
    return seal (argv[2], &told);
  db = ivr_admin_db_connect (argv[2], &error);
  if (db == NULL)
    return ivr_admin_complain (ivr_admin_db_status (error), "%s", error->message);
  if (!prepare (db, &error))
    return ivr_admin_complain (IVR_ADMIN_WRONG, "%s", error->message);
  return g_str_equal (argv[1], "verify") ? verify (db, &told) : archive (db, &told);
}
