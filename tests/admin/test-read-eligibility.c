/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ivr-admin read-eligibility as people call it: JSON or one sentence with a code, and never a value in that. */
#include "ivr-test-server.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define CANARY "CANARYBIRD"

static char *
fixture (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "edi", "fixtures", name, NULL);
}

/* Runs it on bytes, in a file or on standard input. */
static int
run_on (const char  *bytes,
        gsize        length,
        gboolean     is_stdin,
        char       **out,
        char       **err)
{
  g_autofree char *program = ivr_test_program ("src/admin/ivr-admin");
  g_autofree char *folder = ivr_test_dup_folder ();
  g_autofree char *path = g_build_filename (folder, "answer", NULL);
  g_autofree char *command = NULL;
  const char *argv[] = { "sh", "-c", NULL, NULL };
  int status;

  g_assert_true (g_file_set_contents (path, bytes, (gssize) length, NULL));
  command = g_strdup_printf (is_stdin ? "exec '%s' read-eligibility - <'%s'" : "exec '%s' read-eligibility '%s'", program, path);
  argv[2] = command;
  status = ivr_test_run (argv, out, err);
  ivr_test_remove_folder (folder);
  return status;
}

static JsonArray *
parse (const char *out,
       JsonNode  **root)
{
  g_autoptr(GError) error = NULL;

  *root = json_from_string (out, &error);
  g_assert_no_error (error);
  g_assert_true (JSON_NODE_HOLDS_ARRAY (*root));
  return json_node_get_array (*root);
}

static void
test_x12 (void)
{
  g_autofree char *path = fixture ("rich.edi");
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;
  g_autoptr(JsonNode) root = NULL;
  JsonObject *set;
  JsonArray *benefits;

  g_assert_cmpint (ivr_test_admin (&out, &err, "read-eligibility", path, NULL), ==, 0);
  g_assert_cmpstr (err, ==, "");
  g_assert_cmpuint (json_array_get_length (parse (out, &root)), ==, 1);
  set = json_array_get_object_element (json_node_get_array (root), 0);
  g_assert_cmpstr (json_object_get_string_member (set, "kind"), ==, "271");
  g_assert_cmpstr (json_object_get_string_member (set, "st"), ==, "0101");
  g_assert_cmpstr (json_object_get_string_member (set, "verdict"), ==, "active");
  g_assert_cmpstr (json_object_get_string_member (set, "patient"), ==, "subscriber");
  g_assert_cmpstr (json_object_get_string_member (json_object_get_object_member (set, "payer"), "id"), ==, "FHP01");
  g_assert_cmpstr (json_object_get_string_member (set, "trace"), ==, "TRACE-0101");
  g_assert_cmpint (json_object_get_int_member (set, "eb_count"), ==, 23);
  benefits = json_object_get_array_member (set, "benefits");
  g_assert_cmpuint (json_array_get_length (benefits), ==, 23);
  g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (benefits, 2), "amount"), ==, "3000");
  g_assert_false (json_object_has_member (json_array_get_object_element (benefits, 0), "amount"));
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (set, "warnings")), ==, 1);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (set, "related_entities")), ==, 2);
}

/* One object for each set, whatever holds them; FHIR as one. */
static void
test_sets (void)
{
  static const struct
  {
    const char *name;
    guint n;
    const char *kind;
  } rows[] = {
    { "inactive.edi", 3, "271" }, { "several.edi", 2, "271" }, { "question.edi", 1, "270" }, { "ack.edi", 3, "TA1" },
    { "ta1.edi", 1, "TA1" }, { "response.json", 1, "FHIR" }, { "decision.json", 1, "FHIR" }, { "outcome.json", 1, "FHIR" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = fixture (rows[i].name);
      g_autofree char *out = NULL;
      g_autofree char *err = NULL;
      g_autoptr(JsonNode) root = NULL;
      JsonArray *sets;

      g_test_message ("%s", rows[i].name);
      g_assert_cmpint (ivr_test_admin (&out, &err, "read-eligibility", path, NULL), ==, 0);
      sets = parse (out, &root);
      g_assert_cmpuint (json_array_get_length (sets), ==, rows[i].n);
      g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (sets, 0), "kind"), ==, rows[i].kind);
    }
}

static void
test_stdin (void)
{
  g_autofree char *path = fixture ("dependent.edi");
  g_autofree char *bytes = NULL;
  g_autofree char *from_file = NULL;
  g_autofree char *from_stdin = NULL;
  g_autofree char *err = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  g_assert_cmpint (run_on (bytes, length, FALSE, &from_file, NULL), ==, 0);
  g_assert_cmpint (run_on (bytes, length, TRUE, &from_stdin, &err), ==, 0);
  g_assert_cmpstr (err, ==, "");
  g_assert_cmpstr (from_file, ==, from_stdin);
  g_assert_nonnull (strstr (from_file, "TRACE-0102-D"));
}

/* JSON is UTF-8 whatever the terminal is, and a full disk is not taken for success. */
static void
test_output (void)
{
  g_autofree char *program = ivr_test_program ("src/admin/ivr-admin");
  g_autofree char *path = fixture ("latin1.edi");
  g_autofree char *plain = g_strdup_printf ("LC_ALL=C exec '%s' read-eligibility '%s'", program, path);
  g_autofree char *full = g_strdup_printf ("exec '%s' read-eligibility '%s' >/dev/full", program, path);
  const char *argv[] = { "sh", "-c", plain, NULL };
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;

  g_assert_cmpint (ivr_test_run (argv, &out, &err), ==, 0);
  g_assert_nonnull (strstr (out, "PEÑA"));
  g_free (g_steal_pointer (&err));
  argv[2] = full;
  g_assert_cmpint (ivr_test_run (argv, NULL, &err), ==, 1);
  ivr_test_assert_sentence (err, "(unwritable)");
}

/* What cannot be read: status 1, one sentence, the code, and nothing on standard output. */
static void
test_refused (void)
{
  static const struct
  {
    const char *bytes;
    const char *code;
  } rows[] = {
    { "", "(empty)" }, { "  \n", "(empty)" }, { CANARY, "(no-isa)" }, { "<html>" CANARY "</html>", "(no-isa)" },
    { "ISA*" CANARY, "(isa-short)" }, { "ISA" CANARY, "(delimiters)" }, { "{\"" CANARY "\":", "(json)" }, { "{\"a\":\"" CANARY "\"}", "(not-fhir)" },
    { "ISA*00*          *00*          *ZZ*P              *ZZ*" CANARY "     *260601*1200*^*00501*000000001*0*T*:~IEA*0*000000001~", "(no-set)" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    for (int is_stdin = 0; is_stdin < 2; is_stdin++)
      {
        g_autofree char *out = NULL;
        g_autofree char *err = NULL;

        g_test_message ("%s", rows[i].bytes);
        g_assert_cmpint (run_on (rows[i].bytes, strlen (rows[i].bytes), is_stdin, &out, &err), ==, 1);
        g_assert_cmpstr (out, ==, "");
        ivr_test_assert_sentence (err, rows[i].code);
        g_assert_null (strstr (err, CANARY));
      }
}

static void
test_huge (void)
{
  gsize length = 65 * 1024 * 1024;
  g_autofree char *deep = g_strnfill (200000, '[');
  g_autofree char *huge = g_strnfill (length, 'x');
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;

  g_assert_cmpint (run_on (deep, 200000, FALSE, &out, &err), ==, 1);
  ivr_test_assert_sentence (err, "(json-depth)");
  g_free (g_steal_pointer (&err));
  g_free (g_steal_pointer (&out));
  g_assert_cmpint (run_on (huge, length, TRUE, &out, &err), ==, 1);
  ivr_test_assert_sentence (err, "(too-large)");
  g_free (g_steal_pointer (&err));
  g_free (g_steal_pointer (&out));
  /* It has no end; it is not read to it. */
  g_assert_cmpint (ivr_test_admin (&out, &err, "read-eligibility", "/dev/zero", NULL), ==, 1);
  ivr_test_assert_sentence (err, "(too-large)");
}

static void
test_files (void)
{
  static const struct
  {
    const char *argv[3];
    int status;
    const char *about;
  } rows[] = {
    { { NULL }, 2, "FILE" }, { { "" }, 2, "FILE" }, { { "a", "b" }, 2, "FILE" }, { { "--frobnicate" }, 2, "frobnicate" },
    { { "/nonexistent/file" }, 1, "unreadable" }, { { "/tmp" }, 1, "unreadable" }, { { "/dev/null" }, 1, "empty" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *out = NULL;
      g_autofree char *err = NULL;
      int status = ivr_test_admin (&out, &err, "read-eligibility", rows[i].argv[0], rows[i].argv[1], NULL);

      g_assert_cmpint (status, ==, rows[i].status);
      g_assert_cmpstr (out, ==, "");
      ivr_test_assert_sentence (err, rows[i].about);
    }
}

/* A document in which each value is a canary: it is printed, and stands in no complaint or warning. */
static void
test_canary (void)
{
  static const char text[] =
    "ISA*00*" CANARY "*00*          *ZZ*P              *ZZ*C              *260601*1200*^*00501*" CANARY "*0*T*:~"
    "GS*" CANARY "*P*C*20260601*1200*" CANARY "*X*" CANARY "~ST*271*" CANARY "*" CANARY "~BHT*0022*" CANARY "*" CANARY "~"
    "HL*" CANARY "*" CANARY "*22*" CANARY "~NM1*IL*1*" CANARY "*" CANARY "****MI*" CANARY "~DMG*D8*" CANARY "*" CANARY "~"
    "DTP*346*D8*" CANARY "~EB*" CANARY "*" CANARY "*" CANARY "*" CANARY "*" CANARY "*" CANARY "*" CANARY "*" CANARY "*" CANARY
    "*" CANARY "*" CANARY "*" CANARY "*" CANARY "~AAA*" CANARY "**" CANARY "*" CANARY "~SE*" CANARY "*x~GE*" CANARY "*x~IEA*" CANARY "*x~";
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;
  g_autoptr(JsonNode) root = NULL;
  JsonArray *warnings;

  g_assert_cmpint (run_on (text, sizeof text - 1, FALSE, &out, &err), ==, 0);
  g_assert_cmpstr (err, ==, "");
  g_assert_nonnull (strstr (out, CANARY));
  warnings = json_object_get_array_member (json_array_get_object_element (parse (out, &root), 0), "warnings");
  g_assert_cmpuint (json_array_get_length (warnings), >, 15);
  for (guint i = 0; i < json_array_get_length (warnings); i++)
    {
      g_autofree char *warning = json_to_string (json_array_get_element (warnings, i), FALSE);

      g_assert_null (strstr (warning, CANARY));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/read-eligibility/x12", test_x12);
  g_test_add_func ("/read-eligibility/sets", test_sets);
  g_test_add_func ("/read-eligibility/stdin", test_stdin);
  g_test_add_func ("/read-eligibility/output", test_output);
  g_test_add_func ("/read-eligibility/refused", test_refused);
  g_test_add_func ("/read-eligibility/huge", test_huge);
  g_test_add_func ("/read-eligibility/files", test_files);
  g_test_add_func ("/read-eligibility/canary", test_canary);
  return g_test_run ();
}
