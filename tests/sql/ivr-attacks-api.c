/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Through the door, with somebody else's ids and with rights that one has not. What is foreign and what
 * does not exist answer alike: IV404. */
#include "ivr-attack.h"

#define NO "42501"
#define ID "gen_random_uuid()"
#define ESCALATED "0d7e0001-0000-4000-8000-000000000004"
#define LISTED(view, search) "select api.open_list('" TICKET "', '" view "', " search ")" COMMITTED
#define PAGE "api.read_page('" TICKET "', 'created', true, null, null, false, 0, 500)"
#define FENCES "api.read_fences('" TICKET "', 'created', true, 10)"
#define LIST(what) LISTED ("all", "null") "select " what " from " PAGE
#define FIND(prefix) "select api.open_patients('" TICKET "', '" prefix "')" COMMITTED
#define FOUND "api.read_patients('" TICKET "', 50)"
#define STEP(request, version, to) \
  "select api.update_ivr_request_status(" ID ", '" request "', " version ", '" to "', 'x', '{\"response\": \"x\", \"reference\": \"x\"}')"
#define SAY(request, visibility) "select api.add_communication_message(" ID ", '" request "', " ID ", 'x', '" visibility "')"
#define COMMENT(request, version) "select api.update_doctor_comment(" ID ", '" request "', " version ", 'x')"
#define RESPOND(request, version) "select api.update_ivr_response(" ID ", '" request "', " version ", 'x')"
#define SAVE(request, version) "select api.save_ivr_draft(" ID ", '" request "', " version ", '{}')"
#define CREATE(form) "select api.create_ivr_request(" ID ", '" form "') ->> 'status'"
#define OPENING(request) "select api.open_ivr_request(" ID ", '" request "')"
#define OPENED(request) "select api.open_ivr_request('" TICKET "', '" request "')" COMMITTED
#define OPEN(request) OPENED (request) "select api.read_ivr_request('" TICKET "')"
#define CHAT(request) OPENED (request) "select * from api.read_messages('" TICKET "', null, 200)"

const IvrAttack ivr_attacks_api[] = {
  /* Clinic against clinic. */
  { "open another clinic's request", DREW, OPEN (VICTIM), "IV404", NULL, NULL, TRUE },
  { "read another clinic's chat", DREW, CHAT (DECIDED), "IV404", NULL, NULL, TRUE },
  { "mark another clinic's chat read", DREW, "select api.mark_messages_read('" DECIDED "', now())", "IV404", NULL, NULL, TRUE },
  { "write into another clinic's chat", DREW, SAY (DECIDED, "shared"), "IV404", NULL, NULL, TRUE },
  { "fill in another clinic's draft", DREW, SAVE (DRAFT, "1"), "IV404", NULL, NULL, TRUE },
  { "withdraw another clinic's request", DREW, STEP (VICTIM, "2", "withdrawn"), "IV404", NULL, NULL, TRUE },
  { "comment on another clinic's request", DREW, COMMENT (VICTIM, "2"), "IV404", NULL, NULL, TRUE },
  { "answer another clinic's request", DREW, RESPOND (VICTIM, "2"), "IV403", NULL, NULL, FALSE },
  { "create at another clinic's facility", DREW, CREATE ("{\"facility_id\": \"0f000000-0000-4000-8000-000000000001\"}"), "IV404", NULL, NULL, TRUE },
  { "create at a facility that is none", DREW, CREATE ("{\"facility_id\": \"0f000000-0000-4000-8000-00000000ffff\"}"), "IV404", NULL, NULL, FALSE },
  { "create under another clinic's id", DREW, CREATE ("{\"id\": \"" VICTIM "\", \"facility_id\": \"0f000000-0000-4000-8000-000000000003\"}"),
    "IV423", NULL, NULL, TRUE },
  { "list another clinic's requests", DREW, LIST ("count(*)") " where org_id = '" CLINIC "'", NULL, "0", NULL, TRUE },
  { "search another clinic's patient", DREW, LISTED ("all", "'testpatient'") "select count(*) from " PAGE, NULL, "0", NULL, TRUE },
  { "search another clinic's member id", DREW, LISTED ("all", "'DEMO-100001'") "select count(*) from " PAGE, NULL, "0", NULL, TRUE },
  { "search another clinic's number", DREW, LISTED ("all", "'#1002'") "select count(*) from " PAGE,
    NULL, "0", NULL, TRUE },
  { "count another clinic's requests", DREW, LISTED ("all", "null") "select coalesce(max(place), 0) from " FENCES,
    NULL, "1", NULL, TRUE },
  { "count by search", DREW, LISTED ("all", "'testpatient'") "select coalesce(max(place), 0) from " FENCES, NULL, "0", NULL, TRUE },
  { "count by view", DREW, "select total from api.view_counts() where view = 'all'", NULL, "1", NULL, TRUE },
  { "ask whether an id exists", DREW, "select count(*) from api.request_rows(array['" VICTIM "']::uuid[], 'all')", NULL, "0", NULL, TRUE },
  { "find another clinic's patient", DREW, FIND ("testpatient") "select count(*) from " FOUND, NULL, "0", NULL, TRUE },
  { "find every patient", DREW, FIND ("") "select count(*) from " FOUND " p where p.patient ->> 'org_id' <> '" OTHER_CLINIC "'",
    NULL, "0", NULL, TRUE },
  { "hear of other organizations", DREW, "select api.who_am_i() ->> 'orgs'", NULL, "[\"" OTHER_CLINIC "\"]", NULL, TRUE },
  { "hear of other facilities", DREW, "select api.who_am_i()", NULL, NULL, "0f000000-0000-4000-8000-000000000001", TRUE },
  { "hear of the team's people", DREW, "select api.catalogue() ->> 'team'", NULL, "[]", NULL, TRUE },
  { "hear of the steps of others", DREW, "select api.workflow() ->> 'transitions'", NULL, NULL, "\"lead\"", FALSE },
  { "end another's sitting", DREW, "select api.end_session('" VICTIM "')", NULL, "", NULL, FALSE },
  { "take another's sitting over", DREW, "select api.start_session(null, 'x')", "IV422", NULL, NULL, FALSE },
  { "a token for somebody else", DREW, "select api.issue_live_token('casey.example')", "42883", NULL, NULL, FALSE },
  { "go on with rights that were taken", DREW, "!begin isolation level repeatable read; select api.who_am_i() ->> 'login'", "IV403", NULL, NULL, TRUE },
  { "the same, serializable", SAM, "!begin isolation level serializable; " OPENING (DECIDED), "IV403", NULL, NULL, TRUE },

  /* Reading without a trace. */
  { "a ticket for another clinic's request", DREW, "select api.open_ivr_request(" ID ", '" VICTIM "')", "IV404", NULL, NULL, TRUE },
  { "read with a guessed ticket", DREW, "select api.read_ivr_request('" VICTIM "')", "IV403", NULL, NULL, FALSE },
  { "read a chat with a guessed ticket", DREW, "select * from api.read_messages('" VICTIM "', null, 10)", "IV403", NULL, NULL, FALSE },
  { "open and read in one transaction", CASEY, "select api.open_ivr_request('" VICTIM "', '" DECIDED "') is null;"
    " select api.read_ivr_request('" VICTIM "')", "IV403", NULL, NULL, FALSE },
  { "open and read the chat in one transaction", CASEY, "select api.open_ivr_request('" VICTIM "', '" DECIDED "') is null;"
    " savepoint s; select * from api.read_messages('" VICTIM "', null, 10)", "IV403", NULL, NULL, FALSE },
  { "open and read in one statement", CASEY, "select api.read_ivr_request((api.open_ivr_request('" VICTIM "', '" DECIDED "') ->> 'ticket')::uuid)",
    "IV403", NULL, NULL, FALSE },
  { "look at a list and read it in one transaction", SAM, "select api.open_list('" VICTIM "', 'all', null) is null;"
    " select * from api.read_page('" VICTIM "', 'created', true, null, null, false, 0, 50)", "IV403", NULL, NULL, FALSE },
  { "fences in one transaction", SAM, "select api.open_list('" VICTIM "', 'all', null) is null;"
    " select * from api.read_fences('" VICTIM "', 'patient', false, 10)", "IV403", NULL, NULL, FALSE },
  { "a list that is none", SAM, "select api.open_list(" ID ", 'all'' or true --', null)", "IV404", NULL, NULL, FALSE },
  { "patients in one transaction", CASEY, "select api.open_patients('" VICTIM "', '') is null; select * from api.read_patients('" VICTIM "', 10)",
    "IV403", NULL, NULL, FALSE },
  { "patients by a specialist", SAM, "select api.open_patients(" ID ", 'test')", "IV403", NULL, NULL, TRUE },
  { "patients by a guessed ticket", DREW, "select * from api.read_patients('" VICTIM "', 10)", "IV403", NULL, NULL, FALSE },
  { "another clinic's patient for one's own form", DREW, "select api.open_patient(" ID ", '10000000-0000-4000-8000-000000000002')", "IV404", NULL, NULL,
    FALSE },
  { "a patient's offers in one transaction", CASEY, "select api.open_patient('" VICTIM "', '10000000-0000-4000-8000-000000000002') is null;"
    " select api.read_offers('" VICTIM "')", "IV403", NULL, NULL, FALSE },
  { "offers of a request by its specialist", SAM, OPENED (DECIDED) "select api.read_offers('" TICKET "')", "IV403", NULL, NULL, FALSE },
  { "another clinic's physician", DREW, "select api.read_record_offers('1234567893', null, null, null) @> '[{\"value\": \"Dr. Robin Example\"}]'", NULL, "f", NULL,
    FALSE },
  { "a list of a sales representative", RIO, "select api.open_list(" ID ", 'all', null)", "IV404", NULL, NULL, TRUE },
  { "a ticket of a sales representative", RIO, "select api.open_ivr_request(" ID ", '" DECIDED "')", "IV404", NULL, NULL, TRUE },
  { "a ticket for a colleague's case", SAM, "select api.open_ivr_request(" ID ", '" KIMS "')", "IV404", NULL, NULL, TRUE },

  /* A clinic against the verification team and its notes. */
  { "read internal notes in the chat", CASEY, CHAT (DECIDED), NULL, NULL, NOTE_WORDS, TRUE },
  { "read internal notes in the request", CASEY, OPEN (DECIDED), NULL, NULL, NOTE_WORDS, FALSE },
  { "count internal notes", CASEY, LIST ("sum(unread)") " where id = '" DECIDED "'", NULL, "2", NULL, TRUE },
  { "write an internal note", CASEY, SAY (DECIDED, "internal"), "IV403", NULL, NULL, TRUE },
  { "write in a colour of one's own", CASEY, SAY (DECIDED, "secret"), "IV422", NULL, NULL, FALSE },
  { "answer oneself", CASEY, RESPOND (VICTIM, "2"), "IV403", NULL, NULL, FALSE },
  { "take one's own request", CASEY, STEP (VICTIM, "2", "in_review"), "IV403", NULL, NULL, FALSE },
  { "approve past the table", CASEY, STEP (VICTIM, "2", "approved"), "IV410", NULL, NULL, FALSE },
  { "approve what is escalated", CASEY, STEP (ESCALATED, "4", "approved"), "IV403", NULL, NULL, TRUE },
  { "order without a valid approval", CASEY, STEP (DECIDED, "4", "ordered"), "IV422", NULL, NULL, FALSE },
  { "ship", CASEY, STEP (DECIDED, "4", "shipped"), "IV410", NULL, NULL, FALSE },
  { "a status that is none", CASEY, STEP (DECIDED, "4", "paid"), "IV410", NULL, NULL, FALSE },
  { "change what was decided", CASEY, SAVE (DECIDED, "4"), "IV410", NULL, NULL, FALSE },
  { "guess a version", CASEY, COMMENT (VICTIM, "99"), "IV409", NULL, NULL, FALSE },
  { "leave the version out", CASEY, COMMENT (VICTIM, "null"), "IV422", NULL, NULL, FALSE },
  { "leave the command's id out", CASEY, "select api.update_doctor_comment(null, '" VICTIM "', 2, 'x')", "IV422", NULL, NULL, FALSE },
  { "use a command's id twice", CASEY, "select api.update_doctor_comment('" VICTIM "', '" VICTIM "', 2, 'a') is null;"
    " select api.update_doctor_comment('" VICTIM "', '" VICTIM "', 2, 'b')", "IV423", NULL, NULL, FALSE },
  { "write a command that is lost in a crash", CASEY, "set synchronous_commit = off; " COMMENT (VICTIM, "2") " is null; show synchronous_commit",
    NULL, "f on", NULL, FALSE },
  { "write an event that is lost in a crash", CASEY, "set synchronous_commit = off; " SAY (VICTIM, "shared") " is null; show synchronous_commit",
    NULL, "f on", NULL, FALSE },
  { "find the other clinic's patient", CASEY, FIND ("invented") "select count(*) from " FOUND, NULL, "0", NULL, TRUE },
  { "open the other clinic's request", CASEY, OPEN ("0d7e0001-0000-4000-8000-000000000005"), "IV404", NULL, NULL, TRUE },

  /* Text that would be SQL. */
  { "a view that is SQL", CASEY, "select api.open_list(" ID ", 'all'' or true --', null)",
    "IV404", NULL, NULL, FALSE },
  { "a sort that is SQL", CASEY, LISTED ("all", "null") "select * from api.read_page('" TICKET "', 'r.due_at; select 1', true, null, null, false, 0, 50)",
    "IV422", NULL, NULL, FALSE },
  { "a search that is SQL", CASEY, LISTED ("all", "$$x' or '1' = '1$$") "select count(*) from " PAGE,
    NULL, "0", NULL, FALSE },
  { "a key that is SQL", CASEY, LISTED ("all", "null") "select * from api.read_page('" TICKET "', 'created', true, $$now'::text) or true --$$, null, false, 0, 50)",
    "IV422", NULL, NULL, FALSE },
  { "a number too long", CASEY, LISTED ("all", "'#99999999999999999999'") "select count(*) from " PAGE,
    NULL, "0", NULL, FALSE },
  { "fences of a sort that is SQL", CASEY, LISTED ("all", "null") "select * from api.read_fences('" TICKET "', 'r.due_at --', true, 10)",
    "IV422", NULL, NULL, FALSE },
  { "rows of a view that is SQL", CASEY, "select * from api.request_rows(array['" VICTIM "']::uuid[], 'true) from ivr.patients --')", "IV404", NULL, NULL, FALSE },
  { "everything at once", MAX, LISTED ("all", "null") "select count(*) <= 500 from"
    " api.read_page('" TICKET "', 'created', true, null, null, false, 0, 2147483647)",
    NULL, "t", NULL, FALSE },
  { "an id that is SQL", CASEY, CREATE ("{\"id\": \"x''); drop table ivr.users; --\"}"), "IV422", NULL, NULL, FALSE },
  { "functions hidden behind others", DREW, "set search_path = pg_temp, public, api; select api.who_am_i() ->> 'login'", NULL, "drew.sample", NULL, FALSE },

  /* A specialist against what is not theirs. */
  { "open a draft", SAM, OPEN (DRAFT), "IV404", NULL, NULL, TRUE },
  { "read the chat of a draft", SAM, CHAT (DRAFT), "IV404", NULL, NULL, TRUE },
  { "list drafts", SAM, LIST ("count(*)") " where status = 'draft'", NULL, "0", NULL, TRUE },
  { "open a colleague's case", SAM, OPEN (KIMS), "IV404", NULL, NULL, TRUE },
  { "read a colleague's chat", SAM, CHAT (KIMS), "IV404", NULL, NULL, TRUE },
  { "list a colleague's cases", SAM, LIST ("count(*)") " where assignee = 'Kim Demo'", NULL, "0", NULL, TRUE },
  { "count a colleague's cases", SAM, LISTED ("decided", "null") "select coalesce(max(place), 0) from " FENCES,
    NULL, "1", NULL, TRUE },
  { "ask for a colleague's case", SAM, "select count(*) from api.request_rows(array['" KIMS "']::uuid[], 'all')", NULL, "0", NULL, TRUE },
  { "write into a colleague's case", SAM, SAY (KIMS, "shared"), "IV404", NULL, NULL, TRUE },
  { "note on a colleague's case", SAM, SAY (KIMS, "internal"), "IV404", NULL, NULL, TRUE },
  { "decide a colleague's case", SAM, STEP (KIMS, "4", "in_review"), "IV404", NULL, NULL, TRUE },
  { "answer a colleague's case", SAM, RESPOND (KIMS, "4"), "IV404", NULL, NULL, FALSE },
  { "mark a colleague's chat", SAM, "select api.mark_messages_read('" KIMS "', now())", "IV404", NULL, NULL, TRUE },
  { "approve out of the queue", SAM, STEP (VICTIM, "2", "approved"), "IV410", NULL, NULL, FALSE },
  { "decide what was escalated", SAM, STEP (ESCALATED, "4", "approved"), "IV403", NULL, NULL, TRUE },
  { "answer what was escalated, late", SAM, RESPOND (VICTIM, "2"), "IV410", NULL, NULL, FALSE },
  { "take for a colleague", SAM, "select api.update_ivr_request_status(" ID ", '" VICTIM "', 2, 'in_review', null,"
    " '{\"assignee_id\": \"0a000000-0000-4000-8000-000000000005\"}') is null; select belongs from"
    " api.request_rows(array['" VICTIM "']::uuid[], 'my_turn')", NULL, "f t", NULL, FALSE },
  { "look patients up", SAM, FIND ("testpatient") "select * from " FOUND, "IV403", NULL, NULL, TRUE },
  { "create a request", SAM, CREATE ("{}"), "IV403", NULL, NULL, TRUE },
  { "change a form", SAM, SAVE (VICTIM, "2"), "IV403", NULL, NULL, FALSE },
  { "change the doctor's words", SAM, COMMENT (VICTIM, "2"), "IV403", NULL, NULL, TRUE },

  /* Sales, logistics, administration: no patient at all. */
  { "sales lists", RIO, LIST ("count(*)"), "IV404", NULL, NULL, TRUE },
  { "sales counts", RIO, "select count(*) from api.view_counts()", NULL, "0", NULL, TRUE },
  { "sales counts otherwise", RIO, LISTED ("all", "null") "select * from " FENCES, "IV404", NULL, NULL, TRUE },
  { "sales asks for rows", RIO, "select * from api.request_rows(array['" VICTIM "']::uuid[], 'all')", "IV404", NULL, NULL, TRUE },
  { "sales opens", RIO, OPEN (VICTIM), "IV404", NULL, NULL, TRUE },
  { "sales reads a chat", RIO, CHAT (DECIDED), "IV404", NULL, NULL, TRUE },
  { "sales writes", RIO, SAY (DECIDED, "shared"), "IV403", NULL, NULL, TRUE },
  { "sales writes a note", RIO, SAY (DECIDED, "internal"), "IV403", NULL, NULL, TRUE },
  { "sales finds patients", RIO, FIND ("") "select * from " FOUND, "IV403", NULL, NULL, TRUE },
  { "sales creates", RIO, CREATE ("{}"), "IV403", NULL, NULL, TRUE },
  { "sales fills in", RIO, SAVE (DRAFT, "1"), "IV403", NULL, NULL, TRUE },
  { "sales submits", RIO, STEP (DRAFT, "1", "discarded"), "IV404", NULL, NULL, FALSE },
  { "sales comments", RIO, COMMENT (VICTIM, "2"), "IV403", NULL, NULL, TRUE },
  { "sales answers", RIO, RESPOND (VICTIM, "2"), "IV403", NULL, NULL, FALSE },
  { "sales marks", RIO, "select api.mark_messages_read('" DECIDED "', now())", "IV404", NULL, NULL, TRUE },
  { "logistics lists", LOU, LIST ("count(*)"), "IV404", NULL, NULL, TRUE },
  { "logistics opens", LOU, OPEN (DECIDED), "IV404", NULL, NULL, TRUE },
  { "logistics reads a chat", LOU, CHAT (DECIDED), "IV404", NULL, NULL, TRUE },
  { "logistics ships what is not ordered", LOU, STEP (DECIDED, "4", "shipped"), "IV404", NULL, NULL, FALSE },
  { "logistics finds patients", LOU, FIND ("") "select * from " FOUND, "IV403", NULL, NULL, TRUE },
  { "logistics writes", LOU, SAY (DECIDED, "shared"), "IV403", NULL, NULL, TRUE },
  { "logistics creates", LOU, CREATE ("{}"), "IV403", NULL, NULL, TRUE },
  { "administrator lists", ADA, LIST ("count(*)"), "IV404", NULL, NULL, TRUE },
  { "administrator opens", ADA, OPEN (VICTIM), "IV404", NULL, NULL, TRUE },
  { "administrator reads a chat", ADA, CHAT (DECIDED), "IV404", NULL, NULL, TRUE },
  { "administrator finds patients", ADA, FIND ("") "select * from " FOUND, "IV403", NULL, NULL, TRUE },
  { "administrator answers", ADA, RESPOND (VICTIM, "2"), "IV403", NULL, NULL, FALSE },

  /* People, by who does not manage them; and by who does, beyond their bounds. */
  { "make a colleague", CASEY, "select api.create_user(" ID ", '{\"org_id\": \"" CLINIC "\", \"login\": \"planted.one\"}', 'x')", "IV403", NULL, NULL, FALSE },
  { "see everybody", CASEY, "select * from api.people()", "IV403", NULL, NULL, TRUE },
  { "see everybody as a lead's colleague", SAM, "select * from api.people()", "IV403", NULL, NULL, TRUE },
  { "lock a colleague out", SAM, "select api.set_user_active(" ID ", '0a000000-0000-4000-8000-000000000005', false, 'x')", "IV403", NULL, NULL, FALSE },
  { "end a colleague's connections", SAM, "select api.end_user_sessions(" ID ", '0a000000-0000-4000-8000-000000000005')", "IV403", NULL, NULL, FALSE },
  { "reset a colleague's password", SAM, "select api.reset_password(" ID ", '0a000000-0000-4000-8000-000000000005', 'x')", "IV403", NULL, NULL, FALSE },
  { "give oneself a role by function", SAM, "select api.give_role(" ID ", '0a000000-0000-4000-8000-000000000004', 'lead')", "IV403", NULL, NULL, FALSE },
  { "take a colleague's role", SAM, "select api.take_role(" ID ", '0a000000-0000-4000-8000-000000000005', 'specialist')", "IV403", NULL, NULL, FALSE },
  { "a password as it is", SAM, "select api.change_password(" ID ", 'a')", "IV422", NULL, NULL, FALSE },
  { "a verifier of one round", SAM, "select api.change_password(" ID ", 'SCRAM-SHA-256$1:AAAAAAAAAAAAAAAAAAAAAA==$"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=')", "IV422", NULL, NULL, FALSE },
  { "a verifier without salt", SAM, "select api.change_password(" ID ", 'SCRAM-SHA-256$4096:AA==$"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=')", "IV422", NULL, NULL, FALSE },
  { "an administrator makes the superuser over", ADA, "select api.create_user(" ID ", '{\"org_id\": \"" CLINIC "\", \"login\": \"postgres\","
    " \"display_name\": \"x\", \"role\": \"clinic_staff\"}', 'SCRAM-SHA-256$4096:AAAAAAAAAAAAAAAAAAAAAA==$"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=')", "IV423", NULL, NULL, FALSE },
  { "an administrator makes one of our roles", ADA, "select api.create_user(" ID ", '{\"org_id\": \"" CLINIC "\", \"login\": \"ivr_planted\","
    " \"display_name\": \"x\"}', 'SCRAM-SHA-256$4096:AAAAAAAAAAAAAAAAAAAAAA==$"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=')", "IV422", NULL, NULL, FALSE },
  { "an administrator manages themselves", ADA, "select api.give_role(" ID ", '0a000000-0000-4000-8000-000000000008', 'admin')", "IV403", NULL, NULL, FALSE },
  { "make a login past the door", ADA, "select prov.create_login('planted.one', 'x')", NO, NULL, NULL, FALSE },
  { "set a password past the door", ADA, "select prov.set_verifier('casey.example', 'x')", NO, NULL, NULL, FALSE },
  { "lock somebody past the door", ADA, "select prov.set_login('casey.example', false)", NO, NULL, NULL, FALSE },
  { "end somebody past the door", ADA, "select prov.end_sessions('casey.example')", NO, NULL, NULL, FALSE },
  { "become the maker of logins", ADA, "set role ivr_prov", NO, NULL, NULL, FALSE },

  /* Emergencies that are none. */
  { "an emergency of sales", RIO, "select api.begin_emergency_access(" ID ", '" CLINIC "', 'I am just curious', 60)", "IV403", NULL, NULL, FALSE },
  { "an emergency of a clinic", DREW, "select api.begin_emergency_access(" ID ", '" CLINIC "', 'I am just curious', 60)", "IV403", NULL, NULL, FALSE },
  { "an emergency of a specialist", SAM, "select api.begin_emergency_access(" ID ", '" CLINIC "', 'I am just curious', 60)", "IV403", NULL, NULL, FALSE },
  { "an emergency without end", ADA, "select api.begin_emergency_access(" ID ", '" CLINIC "', 'I am just curious', 61)", "IV422", NULL, NULL, FALSE },
  { "an emergency without reason", ADA, "select api.begin_emergency_access(" ID ", '" CLINIC "', 'x', 10)", "IV422", NULL, NULL, FALSE },
  { "an emergency at no clinic", ADA, "select api.begin_emergency_access(" ID ", '0e000000-0000-4000-8000-000000000003', 'I am just curious', 10)",
    "IV404", NULL, NULL, FALSE },
  { "write in an emergency", ADA, "select api.begin_emergency_access(" ID ", '" CLINIC "', 'Server room on fire', 10) is null; "
    STEP (VICTIM, "2", "in_review"), "IV403", NULL, NULL, FALSE },
  { "read elsewhere in an emergency", ADA, "select api.begin_emergency_access(" ID ", '" CLINIC "', 'Server room on fire', 10) is null; "
    OPENING ("0d7e0001-0000-4000-8000-000000000005"), "IV404", NULL, NULL, FALSE },
  { "read a draft in an emergency", ADA, "select api.begin_emergency_access(" ID ", '" CLINIC "', 'Server room on fire', 10) is null; "
    OPENING (DRAFT), "IV404", NULL, NULL, FALSE },
  { "end somebody else's emergency", DREW, "select api.end_emergency_access(" ID ", '" VICTIM "')", "IV404", NULL, NULL, FALSE },
  { "review an emergency", SAM, "select api.review_emergency_access(" ID ", '" VICTIM "', 'justified', 'x')", "IV403", NULL, NULL, FALSE },
  { "review what is not there", MAX, "select api.review_emergency_access(" ID ", '" VICTIM "', 'justified', 'x')", "IV404", NULL, NULL, FALSE },
  { "hear of emergencies", DREW, "select count(*) from api.emergency_accesses()", NULL, "0", NULL, FALSE },
  { "hear of alarms", DREW, "select count(*) from api.alerts(10)", NULL, "0", NULL, FALSE },
  { "give oneself an emergency", ADA, "insert into ivr.emergency_accesses (org_id, user_id, person, reason, ends_at) values ('" CLINIC "',"
    " '0a000000-0000-4000-8000-000000000008', 'x', 'I am just curious', now() + interval '59 minutes')", NO, NULL, NULL, TRUE },
  { "remove an alarm", ADA, "delete from ivr.alerts", NO, NULL, NULL, TRUE },

  /* An auditor reads and does not write. */
  { "auditor writes", MAX, SAY (DECIDED, "shared"), "IV403", NULL, NULL, TRUE },
  { "auditor writes a note", MAX, SAY (DECIDED, "internal"), "IV403", NULL, NULL, TRUE },
  { "auditor takes", MAX, STEP (VICTIM, "2", "in_review"), "IV403", NULL, NULL, FALSE },
  { "auditor approves", MAX, STEP (ESCALATED, "4", "approved"), "IV403", NULL, NULL, TRUE },
  { "auditor comments", MAX, COMMENT (VICTIM, "2"), "IV403", NULL, NULL, TRUE },
  { "auditor answers", MAX, RESPOND (ESCALATED, "4"), "IV403", NULL, NULL, TRUE },
  { "auditor fills in", MAX, SAVE (VICTIM, "2"), "IV403", NULL, NULL, FALSE },
  { "auditor opens a draft", MAX, OPEN (DRAFT), "IV404", NULL, NULL, TRUE },

  /* The gateway's login, and the doors and rooms that are not people's. */
  { "the gateway opens a request", GATEWAY, OPEN (VICTIM), NO, NULL, NULL, FALSE },
  { "the gateway lists", GATEWAY, LIST ("*"), NO, NULL, NULL, FALSE },
  { "the gateway asks who it is", GATEWAY, "select api.who_am_i()", NO, NULL, NULL, FALSE },
  { "the gateway guesses tokens", GATEWAY, "select count(*) from feed.verify_tokens(array[sha256('a'), sha256('')])", NULL, "0", NULL, FALSE },
  { "the gateway reads what events say", GATEWAY, "select * from feed.page('" CLINIC "', 0, 1000)", NULL, NULL, PATIENT_NAME, FALSE },
  { "the gateway stages an event", GATEWAY, "select ivr.stage_event('" CLINIC "', 'request', '" VICTIM "', '" VICTIM "', 9)", NO, NULL, NULL, TRUE },
  { "a person polls", DREW, "select * from feed.poll(feed.snapshot())", NO, NULL, NULL, TRUE },
  { "a person follows", DREW, "select * from feed.follow(array['" CLINIC "']::uuid[], array[0]::bigint[], 10, feed.snapshot())", NO, NULL, NULL, TRUE },
  { "a person pages", DREW, "select * from feed.page('" CLINIC "', 0, 100)", NO, NULL, NULL, TRUE },
  { "a person asks for heads", DREW, "select * from feed.heads(array['" CLINIC "']::uuid[])", NO, NULL, NULL, TRUE },
  { "a person checks tokens", DREW, "select * from feed.verify_tokens(array[sha256('x')])", NO, NULL, NULL, FALSE },
  { "a person keeps the gateway awake", DREW, "select feed.stay_awake()", NO, NULL, NULL, TRUE },
  { "forge a trace", DREW, "select rules.audit('" CLINIC "', null, 'x', 'x', '" VICTIM "', 1, null, null)", NO, NULL, NULL, TRUE },
  { "begin a command", DREW, "select rules.begin_command(" ID ", 'x', '{}')", NO, NULL, NULL, FALSE },
  { "end a command", DREW, "select rules.end_command('" VICTIM "', '{}')", NO, NULL, NULL, TRUE },
  { "save a patient", DREW, "select rules.save_patient('" CLINIC "', null, '" PATIENT "',"
    " '{\"patient\": {\"first_name\": \"x\", \"last_name\": \"x\", \"dob\": \"1950-01-01\"}}')", NO, NULL, NULL, TRUE },
  { "draw a request number", DREW, "select rules.next_request_no('" CLINIC "')", NO, NULL, NULL, TRUE },
  { "ask who took a request", DREW, "select rules.lost_to('" VICTIM "', 1)", NO, NULL, NULL, TRUE },
  { "ask for a policy's answer", DREW, "select ivr.my_orgs()", NO, NULL, NULL, TRUE },
  { "ask for somebody else's organizations", DREW, "select ivr.orgs_of('0a000000-0000-4000-8000-000000000001')", NO, NULL, NULL, TRUE },
  { "empty the outbox", DREW, "select ivr.retain_outbox('0 seconds')", NO, NULL, NULL, TRUE },
  { "announce a membership", DREW, "select ivr.stage_event('" CLINIC "', 'membership', '" VICTIM "', null, 0)", NO, NULL, NULL, TRUE },

  { NULL },
};
