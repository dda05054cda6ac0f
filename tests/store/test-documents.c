/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The documents of a request as two people see them: what changes changes in place, decisions by command. */
#include "ivr-documents.h"
#include "ivr-test-file.h"

#include <string.h>

#define WAITING "0d7e0001-0000-4000-8000-000000000006"

static char *folder;

typedef struct
{
  guint changes;
  guint position;
  guint removed;
  guint added;
} Changes;

static void
on_items_changed (GListModel *model,
                  guint       position,
                  guint       removed,
                  guint       added,
                  Changes    *changes)
{
  changes->changes++;
  changes->position = position;
  changes->removed = removed;
  changes->added = added;
}

static void
refresh (IvrDocuments *documents)
{
  ivr_documents_refresh (documents);
  WAIT_UNTIL (!ivr_documents_is_loading (documents));
}

static JsonObject *
run (IvrDatabase    *database,
     IvrCommandKind  kind,
     IvrDocument    *document,
     const char     *text,
     GError        **error)
{
  g_autofree char *version = g_strdup_printf ("%" G_GINT64_FORMAT, ivr_document_get_version (document));
  const char *arguments[] = { WAITING, ivr_document_get_id (document), version, text };

  return test_command (database, kind, arguments, text != NULL ? 4 : 3, error);
}

static void
test_list (void)
{
  IvrDatabase *casey = test_sign_in (CASEY);
  g_autoptr(IvrDocuments) documents = ivr_documents_new (casey, WAITING);
  Changes changes = { 0 };
  IvrDocument *letter;
  const IvrDocumentVersion *version;

  g_assert_false (ivr_documents_is_loaded (documents));
  g_assert_false (ivr_documents_can (documents, "add"));
  g_assert_null (ivr_documents_get_needed (documents));
  g_signal_connect (documents, "items-changed", G_CALLBACK (on_items_changed), &changes);
  refresh (documents);
  g_assert_cmpint (g_list_model_get_n_items (G_LIST_MODEL (documents)), ==, 3);
  g_assert_cmpint (changes.changes, ==, 1);
  g_assert_true (ivr_documents_can (documents, "add"));
  g_assert_false (ivr_documents_can (documents, "review"));
  g_assert_cmpint (ivr_documents_get_most_bytes (documents), ==, 104857600);
  g_assert_cmpint (json_array_get_length (ivr_documents_get_needed (documents)), ==, 7);
  letter = ivr_documents_find (documents, "0d000001-0000-4000-8000-000000000015");
  g_assert_cmpstr (ivr_document_get_status (letter), ==, "received");
  g_assert_cmpstr (ivr_document_get_kind_label (letter), ==, "Letter of medical necessity");
  version = ivr_document_get_nth (letter, 0);
  g_assert_cmpstr (version->name, ==, "letter.txt");
  g_assert_cmpstr (version->by, ==, "Casey Example");
  g_assert_true (version->from_clinic);
  g_assert_true (version->readable);
  g_assert_cmpint (version->at_us, >, 0);
  g_assert_null (ivr_document_get_nth (letter, 1));
  g_assert_null (ivr_documents_find (documents, "no"));
  /* Nothing changed: nothing is told. */
  refresh (documents);
  g_assert_cmpint (changes.changes, ==, 1);
  g_clear_object (&documents);
  test_sign_out (casey);
}

static void
test_two_sides (void)
{
  IvrDatabase *casey = test_sign_in (CASEY);
  IvrDatabase *kim = test_sign_in (KIM);
  g_autoptr(IvrDocuments) theirs = ivr_documents_new (casey, WAITING);
  g_autoptr(IvrDocuments) ours = ivr_documents_new (kim, WAITING);
  g_autoptr(GFile) file = test_file_new (folder, "card back.pdf", 5000, 1);
  g_autoptr(IvrUpload) upload = ivr_upload_new (casey, WAITING, file);
  g_autoptr(GError) error = NULL;
  Changes changes = { 0 };
  IvrDocument *card;

  refresh (theirs);
  refresh (ours);
  g_assert_true (ivr_documents_can (ours, "review"));
  g_assert_true (ivr_documents_can (ours, "ask"));
  g_signal_connect (ours, "items-changed", G_CALLBACK (on_items_changed), &changes);
  card = ivr_documents_find (theirs, "0d000001-0000-4000-8000-000000000002");
  g_assert_cmpstr (ivr_document_get_status (card), ==, "requested");
  g_assert_cmpstr (ivr_document_get_asked_by (card), ==, "Kim Demo");
  g_assert_cmpstr (ivr_document_get_due_on (card), ==, "2025-06-12");
  g_assert_nonnull (ivr_document_get_note (card));
  ivr_upload_set_document (upload, ivr_document_get_id (card), ivr_document_get_version (card));
  ivr_upload_start (upload);
  test_wait_upload (upload);
  g_assert_no_error (ivr_upload_get_error (upload));
  /* One row, in its place. */
  refresh (ours);
  g_assert_cmpint (changes.changes, ==, 1);
  g_assert_cmpint (changes.removed, ==, 1);
  g_assert_cmpint (changes.added, ==, 1);
  card = ivr_documents_find (ours, "0d000001-0000-4000-8000-000000000002");
  g_assert_cmpstr (ivr_document_get_status (card), ==, "received");
  {
    g_autoptr(JsonObject) done = run (kim, IVR_COMMAND_REJECT_DOCUMENT, card, "The number cannot be read.", &error);

    g_assert_no_error (error);
    g_assert_cmpstr (json_object_get_string_member (done, "status"), ==, "rejected");
  }
  {
    /* Decided from what was seen before it was decided. */
    g_autoptr(JsonObject) done = run (kim, IVR_COMMAND_ACCEPT_DOCUMENT, card, NULL, &error);

    g_assert_null (done);
    g_assert_error (error, IVR_ERROR, IVR_ERROR_STALE);
    g_clear_error (&error);
  }
  refresh (theirs);
  card = ivr_documents_find (theirs, "0d000001-0000-4000-8000-000000000002");
  g_assert_cmpstr (ivr_document_get_nth (card, 0)->reason, ==, "The number cannot be read.");
  g_assert_cmpstr (ivr_document_get_nth (card, 0)->decided_by, ==, "Kim Demo");
  {
    g_autoptr(JsonObject) done = run (casey, IVR_COMMAND_WITHDRAW_DOCUMENT, card, "Wrong patient.", &error);

    g_assert_no_error (error);
    g_assert_cmpstr (json_object_get_string_member (done, "status"), ==, "requested");
  }
  refresh (ours);
  card = ivr_documents_find (ours, "0d000001-0000-4000-8000-000000000002");
  g_assert_null (ivr_document_get_nth (card, 0)->name);
  g_assert_false (ivr_document_get_nth (card, 0)->readable);
  g_clear_object (&upload);
  g_clear_object (&theirs);
  g_clear_object (&ours);
  test_sign_out (casey);
  test_sign_out (kim);
}

static void
test_ask (void)
{
  IvrDatabase *kim = test_sign_in (KIM);
  g_autoptr(IvrDocuments) documents = ivr_documents_new (kim, WAITING);
  g_autoptr(GError) error = NULL;
  g_autofree char *version = NULL;
  g_autoptr(JsonObject) done = NULL;
  Changes changes = { 0 };
  guint before;

  refresh (documents);
  before = g_list_model_get_n_items (G_LIST_MODEL (documents));
  g_signal_connect (documents, "items-changed", G_CALLBACK (on_items_changed), &changes);
  version = g_strdup_printf ("%" G_GINT64_FORMAT, ivr_documents_get_version (documents));
  {
    const char *arguments[] = { WAITING, version, "The maker asks for it.", "2099-01-01", "[{\"type\": \"operative_note\"}]" };

    done = test_command (kim, IVR_COMMAND_REQUEST_DOCUMENTS, arguments, G_N_ELEMENTS (arguments), &error);
  }
  g_assert_no_error (error);
  refresh (documents);
  g_assert_cmpint (g_list_model_get_n_items (G_LIST_MODEL (documents)), ==, before + 1);
  g_assert_cmpint (changes.removed, ==, 0);
  g_assert_cmpint (changes.added, ==, 1);
  g_assert_cmpint (changes.position, ==, before);
  g_clear_object (&documents);
  test_sign_out (kim);
}

/* Whatever a server sends, a document is made of it and no more is believed than is said. */
static void
test_odd (void)
{
  static const char * const texts[] = {
    "{}", "{\"id\": 5, \"versions\": {}, \"version\": \"x\"}", "{\"versions\": [null, 3, \"x\", []]}",
    "{\"versions\": [{\"n\": \"x\", \"size\": -1, \"at\": \"yesterday\", \"readable\": \"yes\", \"name\": null}]}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr(JsonNode) node = json_from_string (texts[i], NULL);
      g_autoptr(IvrDocument) document = ivr_document_new (json_node_get_object (node));

      g_assert_cmpstr (ivr_document_get_id (document), ==, "");
      g_assert_cmpstr (ivr_document_get_kind (document), ==, "other");
      g_assert_cmpint (ivr_document_get_n_versions (document), ==, i == 3 ? 1 : 0);
      if (i == 3)
        g_assert_false (ivr_document_get_nth (document, 0)->readable);
    }
}

static void
add_tests (void)
{
  g_test_add_func ("/documents/list", test_list);
  g_test_add_func ("/documents/two-sides", test_two_sides);
  g_test_add_func ("/documents/ask", test_ask);
  g_test_add_func ("/documents/odd", test_odd);
}

int
main (int    argc,
      char **argv)
{
  int status;

  folder = ivr_test_dup_folder ();
  status = test_run (&argc, &argv, NULL, add_tests);
  ivr_test_remove_folder (folder);
  g_free (folder);
  return status;
}
