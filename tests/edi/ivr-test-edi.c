/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-test-edi.h"

#include "ivr-edi-json.h"
#include "ivr-x12-reader.h"

#include <string.h>

/**
 * ivr_test_edi_fixture:
 * @name: of a file in fixtures
 *
 * Returns: (transfer full): its bytes
 */
GBytes *
ivr_test_edi_fixture (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "edi", "fixtures", name, NULL);
  g_autoptr(GError) error = NULL;
  char *text;
  gsize length;

  g_file_get_contents (path, &text, &length, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (text, length);
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  return strcmp (*(const char * const *) a, *(const char * const *) b);
}

/**
 * ivr_test_edi_names:
 * @suffix: such as ".edi"
 *
 * Returns: (transfer full): the names of the fixtures that end so
 */
GPtrArray *
ivr_test_edi_names (const char *suffix)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "edi", "fixtures", NULL);
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);

  g_assert_nonnull (dir);
  for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir))
    if (g_str_has_suffix (name, suffix))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare);
  g_assert_cmpuint (names->len, >, 3);
  return names;
}

/**
 * ivr_test_edi_read:
 * @document: X12
 * @error: return location
 *
 * Returns: (transfer full) (nullable): all its sets
 */
GPtrArray *
ivr_test_edi_read (GBytes  *document,
                   GError **error)
{
  g_autoptr(IvrX12Reader) reader = ivr_x12_reader_new (document, error);
  GPtrArray *sets;

  if (reader == NULL)
    return NULL;
  sets = g_ptr_array_new_with_free_func ((GDestroyNotify) ivr_edi_set_free);
  for (IvrEdiSet *set = ivr_x12_reader_next (reader); set != NULL; set = ivr_x12_reader_next (reader))
    g_ptr_array_add (sets, set);
  return sets;
}

/**
 * ivr_test_edi_read_text:
 * @text: X12 that can be read
 *
 * Returns: (transfer full): all its sets
 */
GPtrArray *
ivr_test_edi_read_text (const char *text)
{
  g_autoptr(GBytes) document = g_bytes_new (text, strlen (text));
  g_autoptr(GError) error = NULL;
  GPtrArray *sets = ivr_test_edi_read (document, &error);

  g_assert_no_error (error);
  return sets;
}

/**
 * ivr_test_edi_one:
 * @name: of a fixture
 * @n: which of its sets
 * @sets: (out): all of them
 *
 * Returns: (transfer none): the set
 */
IvrEdiSet *
ivr_test_edi_one (const char  *name,
                  guint        n,
                  GPtrArray  **sets)
{
  g_autoptr(GBytes) document = ivr_test_edi_fixture (name);
  g_autoptr(GError) error = NULL;

  *sets = ivr_test_edi_read (document, &error);
  g_assert_no_error (error);
  g_assert_cmpuint ((*sets)->len, >, n);
  return (*sets)->pdata[n];
}

/**
 * ivr_test_edi_json:
 * @document: X12 or FHIR
 *
 * Returns: (transfer full) (nullable): all that is read from it, as JSON
 */
char *
ivr_test_edi_json (GBytes *document)
{
  IvrJsonWriter *json;
  g_autoptr(GPtrArray) sets = ivr_test_edi_read (document, NULL);
  g_autoptr(IvrFhir) fhir = sets == NULL ? ivr_fhir_new (document, NULL) : NULL;

  if (sets == NULL && fhir == NULL)
    return NULL;
  json = ivr_json_writer_new ();
  ivr_json_writer_open (json, NULL, '[');
  for (guint i = 0; sets != NULL && i < sets->len; i++)
    ivr_edi_json_write (sets->pdata[i], json);
  if (fhir != NULL)
    ivr_fhir_json_write (fhir, json);
  ivr_json_writer_close (json);
  return ivr_json_writer_finish (json);
}

/**
 * ivr_test_edi_eb:
 * @set: a set
 * @number: of a benefit, from 1
 * @part: which element
 *
 * Returns: (transfer none) (nullable): it
 */
const char *
ivr_test_edi_eb (IvrEdiSet         *set,
                 guint              number,
                 IvrEdiBenefitPart  part)
{
  g_assert_cmpuint (number, <=, ivr_edi_n (set->benefits));
  return ivr_edi_benefit_get (ivr_edi_at (set->benefits, IvrEdiBenefit, number - 1), part);
}

/**
 * ivr_test_edi_warnings:
 * @set: a set
 *
 * Returns: (transfer full): the codes of its warnings in order, with blanks between them
 */
char *
ivr_test_edi_warnings (IvrEdiSet *set)
{
  GString *codes = g_string_new (NULL);

  for (guint i = 0; i < ivr_edi_n (set->warnings); i++)
    g_string_append_printf (codes, "%s%s", i > 0 ? " " : "",
                            ivr_edi_warning_get_code (ivr_edi_at (set->warnings, IvrEdiWarning, i)->code));
  return g_string_free (codes, FALSE);
}
