/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asking payers: by who may not, about what is not theirs, and by the login that carries questions. */
#include "ivr-attack.h"

#define NO "42501"
#define ID "gen_random_uuid()"
/* A question of sam.demo about DECIDED that is answered. */
#define CHECK "0e110000-0000-4000-8000-000000000001"
#define ASK(request, rank) "select api.begin_eligibility_check(" ID ", '" request "', " rank ")"
#define CANCEL "select api.cancel_eligibility_check(" ID ", '" CHECK "')"
#define OPENED(request) "select api.open_ivr_request('" TICKET "', '" request "')" COMMITTED
#define READ "select api.read_eligibility('" TICKET "')"
#define EVIDENCE "select count(*) from api.read_eligibility_evidence('" TICKET "', '" CHECK "')"
#define FILLED "select api.read_auto_population('" TICKET "')"
#define FILL(request, records) "select api.record_auto_population(" ID ", '" request "', '" records "')"
#define TAKE(token) "select lookup.take('" CHECK "', " token ")"
#define ANSWER(check, state, mock) \
  "select lookup.answer('" check "', '" state "', null, 'active', '{\"verdict\": \"active\"}', 'x', 'text/plain', " mock ")"

const IvrAttack ivr_attacks_ask[] = {
  /* People. */
  { "ask about another clinic's patient", DREW, ASK (VICTIM, "1"), "IV404", NULL, NULL, FALSE },
  { "ask about a draft of a clinic", SAM, ASK (DRAFT, "1"), "IV404", NULL, NULL, FALSE },
  { "ask about a colleague's case", SAM, ASK (KIMS, "1"), "IV404", NULL, NULL, FALSE },
  { "sales asks", RIO, ASK (VICTIM, "1"), "IV403", NULL, NULL, FALSE },
  { "logistics asks", LOU, ASK (VICTIM, "1"), "IV403", NULL, NULL, FALSE },
  { "an administrator asks", ADA, ASK (VICTIM, "1"), "IV403", NULL, NULL, FALSE },
  { "an auditor asks", MAX, ASK (VICTIM, "1"), "IV403", NULL, NULL, FALSE },
  { "ask in an emergency", ADA, "select api.begin_emergency_access(" ID ", '" CLINIC "', 'Server room on fire', 10) is null; " ASK (VICTIM, "1"),
    "IV403", NULL, NULL, FALSE },
  { "an insurance that is none", CASEY, ASK (VICTIM, "0"), "IV422", NULL, NULL, FALSE },
  { "an insurance that is not there", CASEY, ASK (VICTIM, "3"), "IV422", NULL, NULL, FALSE },
  { "a payer that cannot be asked", CASEY, ASK (DRAFT, "1"), "IV422", NULL, NULL, FALSE },
  { "ask twice at once", CASEY, ASK (VICTIM, "1") " is null; " ASK (VICTIM, "1"), "IV409", NULL, NULL, FALSE },
  { "take back what another clinic asked", DREW, CANCEL, "IV404", NULL, NULL, FALSE },
  { "take back what the team asked", CASEY, CANCEL, "IV404", NULL, NULL, FALSE },
  { "take back what is answered", SAM, CANCEL, "IV410", NULL, NULL, FALSE },
  { "sales takes back", RIO, CANCEL, "IV403", NULL, NULL, FALSE },
  { "read another clinic's answers", DREW, OPENED (DECIDED) READ, "IV404", NULL, NULL, FALSE },
  { "read answers with a guessed ticket", DREW, "select api.read_eligibility('" VICTIM "')", "IV403", NULL, NULL, FALSE },
  { "open and read answers in one transaction", CASEY, "select api.open_ivr_request('" VICTIM "', '" DECIDED "') is null;"
    " select api.read_eligibility('" VICTIM "')", "IV403", NULL, NULL, FALSE },
  { "read bytes with a guessed ticket", DREW, "select * from api.read_eligibility_evidence('" VICTIM "', '" CHECK "')", "IV403", NULL, NULL, FALSE },
  { "read bytes with another request's ticket", CASEY, OPENED (VICTIM) EVIDENCE, NULL, "0", NULL, FALSE },
  { "read what was filled in with a guessed ticket", DREW, "select api.read_auto_population('" VICTIM "')", "IV403", NULL, NULL, FALSE },
  { "read what another clinic filled in", DREW, OPENED (DECIDED) FILLED, "IV404", NULL, NULL, FALSE },
  { "fill in another clinic's draft", DREW, FILL (DRAFT, "[{}]"), "IV404", NULL, NULL, FALSE },
  { "a specialist fills in", SAM, FILL (VICTIM, "[{}]"), "IV403", NULL, NULL, FALSE },
  { "fill in what was decided", CASEY, FILL (DECIDED, "[{}]"), "IV410", NULL, NULL, FALSE },
  { "fill in nothing", CASEY, FILL (DRAFT, "[]"), "IV422", NULL, NULL, FALSE },
  { "fill in from nowhere", CASEY, FILL (DRAFT, "[{\"field\": \"service\", \"source\": \"guess\", \"offered\": \"x\", \"outcome\": \"accepted\","
    " \"offered_at\": \"2025-06-01T10:00:00Z\"}]"), "IV422", NULL, NULL, FALSE },
  { "fill in on no day", CASEY, FILL (DRAFT, "[{\"field\": \"service\", \"source\": \"payer_answer\", \"offered\": \"x\", \"outcome\": \"accepted\","
    " \"offered_at\": \"2025-13-41T10:00:00Z\"}]"), "IV422", NULL, NULL, FALSE },
  { "a person takes a question", SAM, TAKE ("sha256('x')"), NO, NULL, NULL, FALSE },
  { "a person answers a question", SAM, ANSWER (CHECK, "answered", "false"), NO, NULL, NULL, FALSE },
  { "a person reads how payers are asked", DREW, "select * from ivr.payer_connectors", NO, NULL, NULL, FALSE },
  { "a person has payers asked elsewhere", ADA, "update ivr.payer_connectors set address = 'https://example.com/'", NO, NULL, NULL, FALSE },
  { "a person writes an answer", CASEY, "update ivr.eligibility_checks set reading = '{}'", NO, NULL, NULL, FALSE },
  { "a person reads bytes", CASEY, "select * from ivr.eligibility_evidence", NO, NULL, NULL, FALSE },
  { "a person forges what was offered", CASEY, "delete from ivr.auto_population_records", NO, NULL, NULL, FALSE },

  /* The login that carries questions. */
  { "the carrier reads patients", LOOKUP, "select * from ivr.patients", NO, NULL, NULL, FALSE },
  { "the carrier reads insurances", LOOKUP, "select * from ivr.patient_insurances", NO, NULL, NULL, FALSE },
  { "the carrier reads requests", LOOKUP, "select * from ivr.ivr_requests", NO, NULL, NULL, FALSE },
  { "the carrier reads questions", LOOKUP, "select question from ivr.eligibility_checks", NO, NULL, NULL, FALSE },
  { "the carrier reads answers", LOOKUP, "select reading from ivr.eligibility_checks", NO, NULL, NULL, FALSE },
  { "the carrier reads bytes", LOOKUP, "select body from ivr.eligibility_evidence", NO, NULL, NULL, FALSE },
  { "the carrier reads tokens", LOOKUP, "select * from ivr.live_tokens", NO, NULL, NULL, FALSE },
  { "the carrier reads settings", LOOKUP, "select * from ivr.settings", NO, NULL, NULL, FALSE },
  { "the carrier makes a demo of it", LOOKUP, "insert into ivr.settings values ('demo', 'true')", NO, NULL, NULL, FALSE },
  { "the carrier makes an invented payer", LOOKUP, "update ivr.payer_connectors set is_mock = true", NO, NULL, NULL, FALSE },
  { "the carrier reads the audit", LOOKUP, "select * from audit.audit_logs", NO, NULL, NULL, FALSE },
  { "the carrier writes the audit", LOOKUP, "insert into audit.audit_logs (org_id, action, entity, entity_id) values ('" CLINIC "', 'x', 'x', '" VICTIM "')",
    NO, NULL, NULL, FALSE },
  { "the carrier asks who it is", LOOKUP, "select api.who_am_i()", NO, NULL, NULL, FALSE },
  { "the carrier opens a request", LOOKUP, "select api.open_ivr_request(" ID ", '" DECIDED "')", NO, NULL, NULL, FALSE },
  { "the carrier asks a payer of itself", LOOKUP, ASK (VICTIM, "1"), NO, NULL, NULL, FALSE },
  { "the carrier issues a token", LOOKUP, "select api.issue_live_token()", NO, NULL, NULL, FALSE },
  { "the carrier checks tokens", LOOKUP, "select * from feed.verify_tokens(array[sha256('x')])", NO, NULL, NULL, FALSE },
  { "the carrier polls", LOOKUP, "select * from feed.poll(feed.snapshot())", NO, NULL, NULL, FALSE },
  { "the carrier ends sessions", LOOKUP, "select * from watch.end_sessions(0, 0, 0, 0)", NO, NULL, NULL, FALSE },
  { "the carrier asks for somebody's organizations", LOOKUP, "select ivr.orgs_of('0a000000-0000-4000-8000-000000000001')", NO, NULL, NULL, FALSE },
  { "the carrier stages an event", LOOKUP, "select ivr.stage_event('" CLINIC "', 'eligibility', '" VICTIM "', '" VICTIM "', 9)", NO, NULL, NULL, FALSE },
  { "the carrier becomes the functions' owner", LOOKUP, "set role ivr_ask", NO, NULL, NULL, FALSE },
  { "the carrier becomes people's functions' owner", LOOKUP, "set role ivr_exec", NO, NULL, NULL, FALSE },
  { "the carrier makes a table", LOOKUP, "create table lookup.t (a integer)", NO, NULL, NULL, FALSE },
  { "the carrier makes a temporary table", LOOKUP, "create temporary table t (a integer)", NO, NULL, NULL, FALSE },
  { "the carrier replaces its door", LOOKUP, "create or replace function lookup.take(uuid, bytea) returns jsonb language sql as 'select null::jsonb'",
    NO, NULL, NULL, FALSE },
  { "the carrier runs code", LOOKUP, "do $$ begin perform 1; end $$", NO, NULL, NULL, FALSE },
  { "the carrier looks who is there", LOOKUP, "select * from pg_stat_activity", NO, NULL, NULL, FALSE },
  { "the carrier reads rows by estimate", LOOKUP, "select reltuples from pg_class", NO, NULL, NULL, FALSE },
  { "the carrier guesses a token", LOOKUP, TAKE ("sha256('x')"), NULL, "{\"result\": \"unknown\"}", NULL, FALSE },
  { "the carrier has no token", LOOKUP, TAKE ("null"), NULL, "{\"result\": \"unknown\"}", NULL, FALSE },
  { "the carrier asks for nothing", LOOKUP, "select lookup.take(null, null)", NULL, "{\"result\": \"unknown\"}", NULL, FALSE },
  { "the carrier answers what is not there", LOOKUP, ANSWER (VICTIM, "answered", "true"), "IV404", NULL, NULL, FALSE },
  { "the carrier answers nothing", LOOKUP, "select lookup.answer(null, null, null, null, null, null, null, null)", "IV404", NULL, NULL, FALSE },
  { "the carrier answers once more", LOOKUP, ANSWER (CHECK, "refused", "true"), NULL, "answered", NULL, FALSE },
  { "the carrier passes an invented payer off as a real one", LOOKUP, ANSWER (CHECK, "answered", "false"), "IV403", NULL, NULL, FALSE },
  { "the carrier does not say who answered", LOOKUP, ANSWER (CHECK, "answered", "null"), "IV403", NULL, NULL, FALSE },
  { "the carrier ends in a state that is none", LOOKUP, ANSWER (CHECK, "paid", "true"), "IV422", NULL, NULL, FALSE },
  { "the carrier takes a question back", LOOKUP, ANSWER (CHECK, "cancelled", "true"), "IV422", NULL, NULL, FALSE },
  { "the gateway's feed takes a question", GATEWAY, TAKE ("sha256('x')"), NO, NULL, NULL, FALSE },
  { "the gateway's feed answers one", GATEWAY, ANSWER (CHECK, "answered", "true"), NO, NULL, NULL, FALSE },
  { NULL },
};
