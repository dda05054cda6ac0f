/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents: reading, changing and handing in what is not one's own, past the door and through it. */
#include "ivr-attack.h"

#define NO "42501"
#define ID "gen_random_uuid()"
#define WAITING "0d7e0001-0000-4000-8000-000000000006"   /* Kim's, sent back to Casey's clinic */
#define FACE_SHEET "0d000001-0000-4000-8000-000000000013"
#define NOTES "0d000001-0000-4000-8000-000000000014"     /* of an escalated case of Sam's, version 3 */
#define LETTER "0d000001-0000-4000-8000-000000000015"    /* of WAITING, version 1 */
#define FILE_NAME "chart-notes.pdf"
#define VIEW(document) "select api.open_document(" ID ", '" document "', null, 'view')"
#define BEGIN(request, document) "select api.begin_document_upload(" ID ", " ID ", '" request "', " document ", '{\"name\": \"x.pdf\"," \
  " \"content_type\": \"application/pdf\", \"size\": 10, \"type\": \"other\"}')"
#define ACCEPT(document, version) "select api.accept_document(" ID ", '" document "', " version ")"
#define REJECT(document, version) "select api.reject_document(" ID ", '" document "', " version ", 'x')"
#define WITHDRAW(document, version) "select api.withdraw_document(" ID ", '" document "', " version ", 'x')"
#define DESCRIBE(document, version) "select api.describe_document(" ID ", '" document "', " version ", 'other', 'x')"
#define CARRY(request, document, visibility) "select api.add_communication_message(" ID ", '" request "', " ID ", 'x', '" visibility "', '{" document "}')"
#define ASK(request, version) "select api.request_documents(" ID ", '" request "', " version ", 'x', '2099-01-01', '[{\"type\": \"other\"}]')"

const IvrAttack ivr_attacks_documents[] = {
  /* Past the door. */
  { "read contents", DREW, "select data from ivr.document_chunks", NO, NULL, NULL, TRUE },
  { "read contents as sales", RIO, "select data from ivr.document_chunks", NO, NULL, NULL, TRUE },
  { "read names", DREW, "select name from ivr.ivr_document_versions", NO, NULL, NULL, TRUE },
  { "read what is on its way", DREW, "select count(*) from ivr.document_uploads", NO, NULL, NULL, TRUE },
  { "copy contents out", CASEY, "copy ivr.document_chunks to stdout", NO, NULL, NULL, TRUE },
  { "change contents", CASEY, "update ivr.document_chunks set data = '\\x00'", NO, NULL, NULL, TRUE },
  { "remove contents", CASEY, "delete from ivr.document_chunks", NO, NULL, NULL, TRUE },
  { "rename what was handed in", CASEY, "update ivr.ivr_document_versions set name = 'y.pdf'", NO, NULL, NULL, TRUE },
  { "accept in the table", CASEY, "update ivr.ivr_documents set status = 'accepted' where id = '" FACE_SHEET "'", NO, NULL, NULL, TRUE },
  { "declare clean", CASEY, "update ivr.document_files set scan = 'clean'", NO, NULL, NULL, TRUE },
  { "give oneself more space", CASEY, "update ivr.document_quotas set most_bytes = 9223372036854775807", NO, NULL, NULL, TRUE },
  { "let programs in", CASEY, "insert into ivr.document_formats values ('application/x-msdownload', 'exe', 'Program', 99)", NO, NULL, NULL, TRUE },
  { "take a requirement away", CASEY, "delete from ivr.document_requirements", NO, NULL, NULL, TRUE },
  { "which message carries what", DREW, "select count(*) from ivr.ivr_message_documents", NO, NULL, NULL, TRUE },
  { "take a document off a message", CASEY, "delete from ivr.ivr_message_documents", NO, NULL, NULL, TRUE },
  { "remove what is on its way", CASEY, "select ivr.reap_document('0 seconds')", NO, NULL, NULL, TRUE },
  { "give space back", CASEY, "select rules.take_quota('" CLINIC "', -10)", NO, NULL, NULL, TRUE },

  /* Clinic against clinic. */
  { "view another clinic's document", DREW, VIEW (FACE_SHEET), "IV404", NULL, NULL, TRUE },
  { "download one", DREW, "select api.open_document(" ID ", '" NOTES "', 1, 'download')", "IV404", NULL, NULL, TRUE },
  { "a document that is none", DREW, VIEW (VICTIM), "IV404", NULL, NULL, FALSE },
  { "hand in at another clinic's request", DREW, BEGIN (VICTIM, "null"), "IV404", NULL, NULL, TRUE },
  { "hand in for another clinic's document", DREW, BEGIN ("0d7e0001-0000-4000-8000-000000000005", "'" FACE_SHEET "'"), "IV410", NULL, NULL, FALSE },
  { "name another clinic's document otherwise", DREW, DESCRIBE (NOTES, "3"), "IV404", NULL, NULL, TRUE },
  { "take another clinic's document back", DREW, WITHDRAW (LETTER, "1"), "IV404", NULL, NULL, FALSE },
  { "accept another clinic's document", DREW, ACCEPT (NOTES, "3"), "IV403", NULL, NULL, TRUE },
  { "reject another clinic's document", DREW, REJECT (NOTES, "3"), "IV403", NULL, NULL, TRUE },
  { "carry another clinic's document", DREW, CARRY ("0d7e0001-0000-4000-8000-000000000005", FACE_SHEET, "shared"), "IV404", NULL, NULL, FALSE },
  { "carry a document in another clinic's chat", DREW, CARRY (VICTIM, FACE_SHEET, "shared"), "IV404", NULL, NULL, FALSE },
  { "documents by a guessed ticket", DREW, "select api.read_documents('" VICTIM "')", "IV403", NULL, NULL, FALSE },
  { "a document by a guessed ticket", DREW, "select api.read_document('" VICTIM "')", "IV403", NULL, NULL, FALSE },
  { "contents by a guessed ticket", DREW, "select * from api.read_document_chunks('" VICTIM "', 0, 1)", "IV403", NULL, NULL, FALSE },
  { "add to somebody's upload", DREW, "select api.put_document_chunk('" VICTIM "', 0, '\\x00', sha256('\\x00'))", "IV404", NULL, NULL, FALSE },
  { "ask what of it has arrived", DREW, "select * from api.document_upload_chunks('" VICTIM "')", "IV404", NULL, NULL, FALSE },
  { "finish it", DREW, "select api.finish_document(" ID ", '" VICTIM "', 1, sha256('x'), sha256('x'))", "IV404", NULL, NULL, FALSE },
  { "give it up", DREW, "select api.cancel_document_upload(" ID ", '" VICTIM "')", "IV404", NULL, NULL, FALSE },
  { "what is in the catalogue of documents", DREW, "select api.document_catalogue()", NULL, NULL, FILE_NAME, FALSE },

  /* Reading without a trace. */
  { "view and read in one transaction", CASEY, "select api.open_document('" VICTIM "', '" FACE_SHEET "', null, 'view') is null;"
    " select * from api.read_document_chunks('" VICTIM "', 0, 1)", "IV403", NULL, NULL, FALSE },
  { "view and undo", CASEY, "savepoint s; select api.open_document('" VICTIM "', '" FACE_SHEET "', null, 'view') is null; rollback to s;"
    " select api.read_document('" VICTIM "')", "IV403", NULL, NULL, FALSE },
  { "a purpose that is none", CASEY, "select api.open_document(" ID ", '" FACE_SHEET "', null, 'mine')", "IV422", NULL, NULL, FALSE },

  /* A clinic that decides for itself. */
  { "accept one's own document", CASEY, ACCEPT (NOTES, "3"), "IV403", NULL, NULL, TRUE },
  { "accept one's own document while it is sent back", CASEY, ACCEPT (LETTER, "1"), "IV403", NULL, NULL, TRUE },
  { "ask oneself", CASEY, ASK (WAITING, "4"), "IV403", NULL, NULL, TRUE },
  { "replace what was accepted", CASEY, BEGIN (DECIDED, "'0d000001-0000-4000-8000-000000000012'"), "IV410", NULL, NULL, FALSE },
  { "take back what was accepted", CASEY, WITHDRAW ("0d000001-0000-4000-8000-000000000012", "2"), "IV410", NULL, NULL, FALSE },
  { "a program", CASEY, "select api.begin_document_upload(" ID ", " ID ", '" VICTIM "', null, '{\"name\": \"x.exe\","
    " \"content_type\": \"application/x-msdownload\", \"size\": 10, \"type\": \"other\"}')", "IV422", NULL, NULL, FALSE },

  /* A specialist against what is not theirs. */
  { "view a document of a colleague's case", SAM, VIEW (LETTER), "IV404", NULL, NULL, TRUE },
  { "hand in at a colleague's case", SAM, BEGIN (WAITING, "null"), "IV404", NULL, NULL, TRUE },
  { "hand in before taking", SAM, BEGIN (VICTIM, "null"), "IV403", NULL, NULL, TRUE },
  { "accept in a colleague's case", SAM, ACCEPT (LETTER, "1"), "IV404", NULL, NULL, TRUE },
  { "reject in a colleague's case", SAM, REJECT (LETTER, "1"), "IV404", NULL, NULL, TRUE },
  { "ask in a colleague's case", SAM, ASK (WAITING, "4"), "IV404", NULL, NULL, TRUE },
  { "carry a document in a colleague's case", SAM, CARRY (WAITING, LETTER, "internal"), "IV404", NULL, NULL, FALSE },
  { "accept before taking", SAM, ACCEPT (FACE_SHEET, "1"), "IV403", NULL, NULL, FALSE },
  { "take the clinic's document back", SAM, WITHDRAW (NOTES, "3"), "IV403", NULL, NULL, FALSE },
  { "accept what is older", SAM, ACCEPT (NOTES, "2"), "IV409", NULL, NULL, FALSE },

  /* Those who read and do not write, and those who see no patient. */
  { "auditor hands in", MAX, BEGIN (VICTIM, "null"), "IV403", NULL, NULL, TRUE },
  { "auditor accepts", MAX, ACCEPT (NOTES, "3"), "IV403", NULL, NULL, TRUE },
  { "auditor rejects", MAX, REJECT (NOTES, "3"), "IV403", NULL, NULL, TRUE },
  { "auditor asks", MAX, ASK (WAITING, "4"), "IV403", NULL, NULL, TRUE },
  { "auditor carries", MAX, CARRY (VICTIM, FACE_SHEET, "shared"), "IV403", NULL, NULL, FALSE },
  { "auditor names otherwise", MAX, DESCRIBE (NOTES, "3"), "IV403", NULL, NULL, TRUE },
  { "sales views", RIO, VIEW (FACE_SHEET), "IV404", NULL, NULL, TRUE },
  { "sales hands in", RIO, BEGIN (VICTIM, "null"), "IV403", NULL, NULL, TRUE },
  { "sales takes back", RIO, WITHDRAW (LETTER, "1"), "IV403", NULL, NULL, FALSE },
  { "logistics views", LOU, VIEW (FACE_SHEET), "IV404", NULL, NULL, TRUE },
  { "administrator views", ADA, VIEW (FACE_SHEET), "IV404", NULL, NULL, TRUE },
  { "administrator hands in", ADA, BEGIN (VICTIM, "null"), "IV403", NULL, NULL, TRUE },
  { "the gateway views", GATEWAY, VIEW (FACE_SHEET), NO, NULL, NULL, FALSE },
  { NULL },
};
