/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-test-file.h"

#include <string.h>

/* Begins as a PDF does and goes on with what no compression helps, the same for the same @salt. */
GFile *
test_file_new (const char *folder,
               const char *name,
               gsize       length,
               guint       salt)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree guint8 *data = g_malloc (length + 8);
  guint32 state = salt * 2654435761u + 1;
  g_autoptr(GError) error = NULL;

  for (gsize i = 0; i < length; i += 4)
    {
      state ^= state << 13;
      state ^= state >> 17;
      state ^= state << 5;
      memcpy (data + i, &state, 4);
    }
  memcpy (data, "%PDF-1.4", MIN (length, 8));
  g_file_set_contents (path, (const char *) data, (gssize) length, &error);
  g_assert_no_error (error);
  return g_file_new_for_path (path);
}

char *
test_file_hash (GFile *file)
{
  g_autofree char *data = NULL;
  gsize length;
  g_autoptr(GError) error = NULL;

  g_file_load_contents (file, NULL, &data, &length, NULL, &error);
  g_assert_no_error (error);
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guint8 *) data, length);
}

/* Put together by the server from what it has, not from what it was told. */
char *
test_stored_hash (const char *document,
                  int         version)
{
  g_autofree char *sql = g_strdup_printf (
    "select encode(sha256(string_agg(c.data, '' order by c.seq)), 'hex') from ivr.ivr_document_versions v join ivr.document_chunks c"
    " on c.org_id = v.org_id and c.file_id = v.file_id where v.document_id = $1 and v.n = %d", version);

  return test_value (sql, document);
}

void
test_wait_upload (IvrUpload *upload)
{
  WAIT_UNTIL (ivr_upload_get_state (upload) >= IVR_UPLOAD_DONE);
}

/* Returns the document. */
char *
test_hand_in (IvrDatabase *database,
              const char  *request,
              GFile       *file)
{
  g_autoptr(IvrUpload) upload = ivr_upload_new (database, request, file);

  ivr_upload_start (upload);
  test_wait_upload (upload);
  g_assert_no_error (ivr_upload_get_error (upload));
  g_assert_cmpint (ivr_upload_get_state (upload), ==, IVR_UPLOAD_DONE);
  return g_strdup (ivr_upload_get_document (upload));
}

guint
test_count_files (const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}
