/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What ivr-admin says to a command line, right or wrong: one sentence and an exit status. */
#include "ivr-test-server.h"

#include <string.h>

#define NOWHERE "postgresql://somebody@/ivr?host=/nonexistent"
#define HUGE_LENGTH 100000

static const char * const commands[] = { "audit", "cluster", "compliance", "documents", "migrate", "read-eligibility", "seed", "verify" };
/* Those that take a database and nothing else. */
static const char * const with_uri[] = { "compliance", "migrate", "seed", "verify" };

static void
test_help (void)
{
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;

  g_assert_cmpint (ivr_test_admin (&out, &err, "--help", NULL), ==, 0);
  g_assert_cmpstr (err, ==, "");
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *own = NULL;
      g_autofree char *own_err = NULL;

      g_assert_nonnull (strstr (out, commands[i]));
      g_assert_cmpint (ivr_test_admin (&own, &own_err, commands[i], "--help", NULL), ==, 0);
      g_assert_cmpstr (own_err, ==, "");
      g_assert_nonnull (strstr (own, "Usage:"));
      g_assert_nonnull (strstr (own, commands[i]));
    }
}

static void
test_version (void)
{
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;

  g_assert_cmpint (ivr_test_admin (&out, &err, "--version", NULL), ==, 0);
  g_assert_cmpstr (err, ==, "");
  g_assert_true (g_regex_match_simple ("^ivr-admin [0-9]+\\.[0-9]+\\.[0-9]+\n$", out, 0, 0));
}

/* Every wrong command line, and what the answer has to name. */
static void
test_wrong (void)
{
  static const struct
  {
    const char *argv[5];
    int status;
    const char *about;
  } wrong[] = {
    { { NULL }, 2, "--help" },
    { { "" }, 2, "--help" },
    { { "frobnicate" }, 2, "frobnicate" },
    { { "--frobnicate" }, 2, "frobnicate" },
    { { "cluster" }, 2, "start, stop, status" },
    { { "cluster", "start" }, 2, "folder" },
    { { "cluster", "start", "" }, 2, "folder" },
    { { "cluster", "frobnicate", "/tmp/x" }, 2, "frobnicate" },
    { { "cluster", "--auth=none", "start", "/tmp/x" }, 2, "--auth" },
    { { "cluster", "start", "/tmp/x", "/tmp/y" }, 2, "folder" },
    { { "cluster", "start", "--ready-fd=x", "/tmp/x" }, 2, "ready-fd" },
    { { "migrate" }, 2, "URI" },
    { { "migrate", "" }, 2, "connection URI" },
    { { "migrate", NOWHERE, NOWHERE }, 2, "migrate URI" },
    { { "migrate", "nonsense" }, 2, "connection URI" },
    { { "migrate", "--upto", "0099_none.sql", NOWHERE }, 2, "0099_none.sql" },
    { { "migrate", "--frobnicate", NOWHERE }, 2, "frobnicate" },
    { { "migrate", NOWHERE }, 2, "cannot be reached" },
    { { "seed" }, 2, "URI" },
    { { "seed", "" }, 2, "connection URI" },
    { { "seed", "--requests=many", NOWHERE }, 2, "--requests" },
    { { "seed", "--requests=-1", NOWHERE }, 2, "--requests" },
    { { "seed", "--requests=50000001", NOWHERE }, 2, "--requests" },
    { { "seed", "--requests=99999999999999999999", NOWHERE }, 2, "--requests" },
    { { "seed", "--random-seed=x", NOWHERE }, 2, "--random-seed" },
    { { "seed", "--frobnicate", NOWHERE }, 2, "frobnicate" },
    { { "seed", NOWHERE }, 2, "cannot be reached" },
    { { "verify", "" }, 2, "connection URI" },
    { { "compliance" }, 2, "compliance URI" },
    { { "compliance", "" }, 2, "connection URI" },
    { { "compliance", "--frobnicate", NOWHERE }, 2, "frobnicate" },
    { { "compliance", "--accept=x", NOWHERE }, 2, "--owner" },
    { { "compliance", NOWHERE }, 2, "cannot be reached" },
    { { "documents" }, 2, "documents reap URI" },
    { { "documents", "sweep", NOWHERE }, 2, "documents reap URI" },
    { { "documents", "reap", "" }, 2, "connection URI" },
    { { "documents", "reap", "--hours=0", NOWHERE }, 2, "--hours" },
    { { "documents", "reap", "--hours=x", NOWHERE }, 2, "--hours" },
    { { "documents", "reap", NOWHERE }, 2, "cannot be reached" },
    { { "documents", "scan", NOWHERE }, 2, "--clamd" },
    { { "documents", "scan", "--clamd=/nowhere", "--every=-1", NOWHERE }, 2, "--every" },
    { { "documents", "scan", "--clamd=/nowhere", "--seconds=0", NOWHERE }, 2, "--seconds" },
    { { "verify", "--format=pdf", NOWHERE }, 2, "pdf" },
    { { "verify", "--format=", NOWHERE }, 2, "--format" },
    { { "verify", NOWHERE, NOWHERE }, 2, "verify URI" },
    { { "verify", NOWHERE }, 2, "cannot be reached" },
    { { "verify", "--format=json", NOWHERE }, 2, "cannot be reached" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      const char * const *a = wrong[i].argv;
      g_autofree char *out = NULL;
      g_autofree char *err = NULL;
      int status = ivr_test_admin (&out, &err, a[0], a[1], a[2], a[3], a[4], NULL);

      g_test_message ("%s %s %s: %s", a[0], a[1], a[2], err);
      g_assert_cmpint (status, ==, wrong[i].status);
      g_assert_cmpstr (out, ==, "");
      ivr_test_assert_sentence (err, wrong[i].about);
    }
}

/* What is far too long, or no text at all, is refused in as few words as anything else. */
static void
test_huge (void)
{
  g_autofree char *huge = g_strnfill (HUGE_LENGTH, 'x');
  g_autofree char *control = g_strdup ("a\nb\tc\x1b[2Jd");
  g_autofree char *bytes = g_strdup ("\xff\xfe\xfd");
  const char *odd[] = { huge, control, bytes };

  for (gsize i = 0; i < G_N_ELEMENTS (odd); i++)
    {
      const char *lines[][3] = {
        { odd[i], NULL, NULL }, { "migrate", odd[i], NULL }, { "seed", odd[i], NULL }, { "verify", odd[i], NULL },
        { "compliance", odd[i], NULL }, { "audit", odd[i], "x" },
        { "cluster", odd[i], "/tmp/x" },
      };

      for (gsize l = 0; l < G_N_ELEMENTS (lines); l++)
        {
          g_autofree char *err = NULL;

          g_assert_cmpint (ivr_test_admin (NULL, &err, lines[l][0], lines[l][1], lines[l][2], NULL), ==, 2);
          ivr_test_assert_sentence (err, NULL);
          g_assert_null (strchr (err, '\x1b'));
        }
    }
  {
    g_autofree char *err = NULL;

    g_assert_cmpint (ivr_test_admin (NULL, &err, "cluster", "start", huge, NULL), ==, 2);
    ivr_test_assert_sentence (err, "too long");
  }
}

/* A password in a URI is not said again, whatever is wrong with the URI. */
static void
test_password_is_not_repeated (void)
{
  static const char * const uris[] = {
    "postgresql://somebody:canary-word@/ivr?host=/nonexistent",
    "postgresql://somebody:canary-word@host:port:port/ivr",
    "postgresql://somebody:canary-word@/ivr?frobnicate=1",
    "host=/nonexistent password=canary-word user=somebody frobnicate",
    "host=/nonexistent password=canary-word user=somebody",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (uris); i++)
    for (gsize c = 0; c < G_N_ELEMENTS (with_uri); c++)
      {
        g_autofree char *out = NULL;
        g_autofree char *err = NULL;

        g_assert_cmpint (ivr_test_admin (&out, &err, with_uri[c], uris[i], NULL), ==, 2);
        ivr_test_assert_sentence (err, NULL);
        g_assert_null (strstr (err, "canary-word"));
        g_assert_cmpstr (out, ==, "");
      }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/command-line/help", test_help);
  g_test_add_func ("/command-line/version", test_version);
  g_test_add_func ("/command-line/wrong", test_wrong);
  g_test_add_func ("/command-line/huge", test_huge);
  g_test_add_func ("/command-line/password", test_password_is_not_repeated);
  return g_test_run ();
}
