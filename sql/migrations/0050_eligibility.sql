-- SPDX-License-Identifier: GPL-3.0-or-later
-- Asking payers: who can be asked and how, what was asked and answered, the bytes that came, and which of
-- the values of a form were offered by whom.
--
-- Whoever asks makes the question under their own rights, and it is kept as it was asked. So the login that
-- carries it to the payer needs neither patients nor requests: it takes a question that somebody has just
-- made, against that person's own token, and brings the answer back.
lock table pg_catalog.pg_authid in share row exclusive mode;
do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'ivr_ask') then
    create role ivr_ask nologin nosuperuser nocreatedb nocreaterole nobypassrls;
  end if;
  if not exists (select from pg_catalog.pg_roles where rolname = 'ivr_lookup') then
    create role ivr_lookup login nosuperuser nocreatedb nocreaterole nobypassrls connection limit 8;
  end if;
  execute format('grant connect on database %I to ivr_lookup', current_database());
end
$$;
comment on role ivr_ask is 'Owns the functions of lookup: takes a question out and puts its answer in. Nobody logs in as it.';
comment on role ivr_lookup is 'The part of the gateway that asks payers logs in as this role: may use the schema lookup, nothing else.';
alter default privileges for role ivr_ask revoke execute on functions from public;

create schema lookup authorization ivr_ask;
comment on schema lookup is 'The door of whoever asks payers: a question out, its answer in.';
grant usage on schema lookup to ivr_lookup;
grant usage on schema ivr, audit to ivr_ask;
grant usage on language sql, plpgsql to ivr_ask;
grant execute on function pg_current_xact_id() to ivr_ask;

set local role ivr_owner;

create table ivr.payer_connectors (
  payer_id uuid primary key references ivr.payers (id),
  kind text not null check (kind in ('fhir', 'x12', 'core-mime', 'core-soap')),
  address text not null check (length(address) <= 500 and address !~ '[[:space:][:cntrl:]@]'),
  sender_qualifier text not null default 'ZZ' check (sender_qualifier ~ '^[0-9A-Z]{2}$'),
  sender text not null check (sender ~ '^[0-9A-Z_-]{2,15}$'),
  receiver_qualifier text not null default 'ZZ' check (receiver_qualifier ~ '^[0-9A-Z]{2}$'),
  receiver text not null check (receiver ~ '^[0-9A-Z_-]{2,15}$'),
  origin text not null check (origin ~ '^[0-9A-Z]{10}$'),
  secret text check (secret ~ '^[a-z0-9_-]{1,40}$'),
  timeout_seconds integer not null default 25 check (timeout_seconds between 1 and 60),
  retries integer not null default 2 check (retries between 0 and 3),
  is_mock boolean not null default false,
  is_active boolean not null default true,
  -- What is not a demo's goes over TLS, and a demo's never to an address on the network.
  check (case when is_mock then address ~ '^mock:/[a-z0-9/-]{1,60}$' else address ~ '^https://[a-zA-Z0-9.-]+(:[0-9]{1,5})?/' end)
);
comment on table ivr.payer_connectors is 'How a payer is asked electronically. No secret is in it: those are with the gateway, under a name.';
comment on column ivr.payer_connectors.payer_id is 'The payer.';
comment on column ivr.payer_connectors.kind is 'fhir, x12 (the bare message over HTTPS), core-mime or core-soap (envelopes of CAQH CORE vC2.2.0).';
comment on column ivr.payer_connectors.address is 'Where: https://…; of a demo''s invented payer mock:/….';
comment on column ivr.payer_connectors.sender_qualifier is 'ISA05: what kind of id the sender''s is.';
comment on column ivr.payer_connectors.sender is 'ISA06 and GS02: our id with that trading partner.';
comment on column ivr.payer_connectors.receiver_qualifier is 'ISA07: what kind of id the receiver''s is.';
comment on column ivr.payer_connectors.receiver is 'ISA08 and GS03: the receiver''s id.';
comment on column ivr.payer_connectors.origin is 'TRN03: our company id of ten characters.';
comment on column ivr.payer_connectors.secret is 'Name under which the gateway keeps key or password; empty when none is needed.';
comment on column ivr.payer_connectors.timeout_seconds is 'How long an answer is waited for, all attempts together.';
comment on column ivr.payer_connectors.retries is 'How often more it is tried when the payer says that it may be.';
comment on column ivr.payer_connectors.is_mock is 'Whether this is the invented payer of a demo.';
comment on column ivr.payer_connectors.is_active is 'Whether it is asked at present.';

create table ivr.eligibility_checks (
  org_id uuid not null references ivr.organizations (id),
  id uuid not null,
  request_id uuid not null,
  patient_id uuid not null,
  payer_id uuid not null references ivr.payers (id),
  rank smallint not null check (rank between 1 and 3),
  asked_by uuid not null references ivr.users (id),
  asked_at timestamptz not null default clock_timestamp(),
  taken_at timestamptz,
  finished_at timestamptz,
  state text not null default 'waiting' check (state in ('waiting', 'answered', 'held', 'refused', 'failed', 'cancelled')),
  problem text check (problem ~ '^[a-z0-9-]{1,40}$'),
  trace text not null check (length(trace) between 1 and 50),
  control bigint generated always as identity,
  question jsonb not null check (jsonb_typeof(question) = 'object'),
  question_sha256 bytea not null check (length(question_sha256) = 32),
  reading jsonb check (jsonb_typeof(reading) in ('object', 'array') and pg_column_size(reading) < 8388608),
  verdict text check (verdict ~ '^[a-z0-9-]{1,40}$'),
  is_mock boolean not null default false,
  version bigint not null default 1,
  primary key (org_id, id),
  foreign key (org_id, request_id) references ivr.ivr_requests (org_id, id),
  foreign key (org_id, patient_id) references ivr.patients (org_id, id),
  check ((state = 'waiting') = (finished_at is null)),
  check (state <> 'answered' or (reading is not null and verdict is not null)),
  check (state not in ('held', 'failed') or problem is not null)
);
create index eligibility_checks_request on ivr.eligibility_checks (org_id, request_id, asked_at);
create index eligibility_checks_patient on ivr.eligibility_checks (org_id, patient_id);
create index eligibility_checks_payer on ivr.eligibility_checks (payer_id);
create index eligibility_checks_asked_by on ivr.eligibility_checks (asked_by);
-- What the desk names when it asks the gateway: the id alone.
create unique index eligibility_checks_id on ivr.eligibility_checks (id);
-- One question under way for a patient and a payer, also when two ask at once.
create unique index eligibility_checks_waiting on ivr.eligibility_checks (org_id, patient_id, payer_id) where state = 'waiting';
comment on table ivr.eligibility_checks is 'Questions to payers about a patient''s eligibility, and what was read in their answers. Protected health information.';
comment on column ivr.eligibility_checks.org_id is 'The clinic.';
comment on column ivr.eligibility_checks.id is 'Identity of the question.';
comment on column ivr.eligibility_checks.request_id is 'The request for which it was asked.';
comment on column ivr.eligibility_checks.patient_id is 'The patient.';
comment on column ivr.eligibility_checks.payer_id is 'The payer that is asked.';
comment on column ivr.eligibility_checks.rank is 'Which insurance of the patient: 1 primary, 2 secondary, 3 tertiary.';
comment on column ivr.eligibility_checks.asked_by is 'Who asked.';
comment on column ivr.eligibility_checks.asked_at is 'When.';
comment on column ivr.eligibility_checks.taken_at is 'When the gateway took the question out; it does so once.';
comment on column ivr.eligibility_checks.finished_at is 'When it was over; empty while it waits.';
comment on column ivr.eligibility_checks.state is
  'waiting, answered, held (the answer may be another patient''s; a person has to look), refused (by the payer), failed, or cancelled.';
comment on column ivr.eligibility_checks.problem is 'Why it is held or failed: a fixed code.';
comment on column ivr.eligibility_checks.trace is 'Our trace, which the answer has to give back.';
comment on column ivr.eligibility_checks.control is 'Number of the interchange, counted over all organizations.';
comment on column ivr.eligibility_checks.question is 'What was asked, as it was known then.';
comment on column ivr.eligibility_checks.question_sha256 is 'SHA-256 of the question.';
comment on column ivr.eligibility_checks.reading is 'What was read in the answer, in the words of ivr-admin read-eligibility.';
comment on column ivr.eligibility_checks.verdict is 'The reading''s verdict: what the answer says about coverage.';
comment on column ivr.eligibility_checks.is_mock is 'Whether an invented payer of a demo answered.';
comment on column ivr.eligibility_checks.version is 'Goes up by one with each change.';

create table ivr.eligibility_evidence (
  org_id uuid not null,
  check_id uuid not null,
  body bytea not null check (length(body) <= 4194304),
  media_type text not null check (media_type ~ '^[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}$'),
  sha256 bytea not null check (length(sha256) = 32),
  at timestamptz not null default clock_timestamp(),
  is_mock boolean not null,
  primary key (org_id, check_id),
  foreign key (org_id, check_id) references ivr.eligibility_checks (org_id, id)
);
comment on table ivr.eligibility_evidence is 'The bytes that a payer sent, beside the reading of them; never changed. Protected health information.';
comment on column ivr.eligibility_evidence.org_id is 'The clinic.';
comment on column ivr.eligibility_evidence.check_id is 'The question that they answer.';
comment on column ivr.eligibility_evidence.body is 'What came, byte by byte.';
comment on column ivr.eligibility_evidence.media_type is 'What the payer said it is, without parameters.';
comment on column ivr.eligibility_evidence.sha256 is 'SHA-256 of it.';
comment on column ivr.eligibility_evidence.at is 'When it came.';
comment on column ivr.eligibility_evidence.is_mock is 'Whether an invented payer of a demo sent it.';

create table ivr.auto_population_sources (
  source text primary key check (source ~ '^[a-z_]{3,30}$'),
  label text not null,
  position smallint not null unique
);
comment on table ivr.auto_population_sources is 'Where values of a form can come from.';
comment on column ivr.auto_population_sources.source is 'Identifier.';
comment on column ivr.auto_population_sources.label is 'How it is called beside a field.';
comment on column ivr.auto_population_sources.position is 'Which is offered first when several know a value.';

create table ivr.auto_population_records (
  org_id uuid not null,
  id uuid not null default gen_random_uuid(),
  request_id uuid not null,
  field text not null check (field ~ '^[a-z0-9_.]{1,100}$'),
  source text not null references ivr.auto_population_sources (source),
  source_id uuid,
  offered text not null check (length(offered) between 1 and 4000),
  was text check (length(was) <= 4000),
  outcome text not null check (outcome in ('accepted', 'changed', 'refused')),
  kept text check (length(kept) <= 4000),
  offered_at timestamptz not null,
  decided_at timestamptz not null default clock_timestamp(),
  decided_by uuid not null references ivr.users (id),
  primary key (org_id, id),
  foreign key (org_id, request_id) references ivr.ivr_requests (org_id, id),
  check (outcome <> 'changed' or kept is distinct from offered)
);
create index auto_population_records_request on ivr.auto_population_records (org_id, request_id, decided_at);
create index auto_population_records_source on ivr.auto_population_records (source);
create index auto_population_records_decided_by on ivr.auto_population_records (decided_by);
comment on table ivr.auto_population_records is 'Each value of a form that was offered: whence, and what the person made of it. Protected health information.';
comment on column ivr.auto_population_records.org_id is 'The clinic.';
comment on column ivr.auto_population_records.id is 'Identity of the row.';
comment on column ivr.auto_population_records.request_id is 'The request whose form it is.';
comment on column ivr.auto_population_records.field is 'The field, by its path in the form: patient.first_name.';
comment on column ivr.auto_population_records.source is 'Where the value came from.';
comment on column ivr.auto_population_records.source_id is 'Which one: the earlier request, the record, the question to the payer.';
comment on column ivr.auto_population_records.offered is 'The value that was offered.';
comment on column ivr.auto_population_records.was is 'What stood there before.';
comment on column ivr.auto_population_records.outcome is 'accepted, changed (taken and altered) or refused.';
comment on column ivr.auto_population_records.kept is 'What stood there afterwards.';
comment on column ivr.auto_population_records.offered_at is 'When it was offered.';
comment on column ivr.auto_population_records.decided_at is 'When the person decided.';
comment on column ivr.auto_population_records.decided_by is 'The person.';

do $$
declare
  t text;
begin
  foreach t in array array['payer_connectors', 'eligibility_checks', 'eligibility_evidence', 'auto_population_sources', 'auto_population_records'] loop
    execute format('alter table ivr.%I enable row level security', t);
    execute format('alter table ivr.%I force row level security', t);
  end loop;
end
$$;

create policy payer_connectors_read on ivr.payer_connectors for select to ivr_exec, ivr_ask using (true);
create policy auto_population_sources_read on ivr.auto_population_sources for select to ivr_exec using (true);
create policy eligibility_checks_read on ivr.eligibility_checks for select to ivr_exec
  using (org_id = any ((select ivr.my_phi_orgs())::uuid[]));
create policy eligibility_checks_add on ivr.eligibility_checks for insert to ivr_exec
  with check (org_id = any ((select ivr.my_phi_orgs())::uuid[]) and asked_by = (select ivr.my_id()));
create policy eligibility_checks_change on ivr.eligibility_checks for update to ivr_exec
  using (org_id = any ((select ivr.my_phi_orgs())::uuid[]) and state = 'waiting')
  with check (org_id = any ((select ivr.my_phi_orgs())::uuid[]) and state in ('failed', 'cancelled'));
create policy eligibility_evidence_read on ivr.eligibility_evidence for select to ivr_exec
  using (org_id = any ((select ivr.my_phi_orgs())::uuid[]));
create policy auto_population_records_read on ivr.auto_population_records for select to ivr_exec
  using (org_id = any ((select ivr.my_phi_orgs())::uuid[]));
create policy auto_population_records_add on ivr.auto_population_records for insert to ivr_exec
  with check (org_id = any ((select ivr.my_clinic_orgs())::uuid[]) and decided_by = (select ivr.my_id()));
grant select on ivr.payer_connectors, ivr.auto_population_sources, ivr.eligibility_evidence to ivr_exec;
grant select, insert on ivr.eligibility_checks, ivr.auto_population_records to ivr_exec;
grant update (state, problem, finished_at, version) on ivr.eligibility_checks to ivr_exec;

-- Whoever carries questions sees what was asked, and never what was answered before.
create policy eligibility_checks_ask on ivr.eligibility_checks for select to ivr_ask using (true);
create policy eligibility_checks_answer on ivr.eligibility_checks for update to ivr_ask
  using (state = 'waiting') with check (taken_at is not null);
create policy eligibility_evidence_keep on ivr.eligibility_evidence for insert to ivr_ask with check (length(body) > 0);
create policy live_tokens_ask on ivr.live_tokens for select to ivr_ask using (true);
create policy settings_ask on ivr.settings for select to ivr_ask using (name = 'demo');
grant select (org_id, id, payer_id, asked_by, asked_at, taken_at, state, trace, control, question, is_mock, version)
  on ivr.eligibility_checks to ivr_ask;
grant update (taken_at, finished_at, state, problem, reading, verdict, version) on ivr.eligibility_checks to ivr_ask;
grant insert on ivr.eligibility_evidence to ivr_ask;
grant select (token_sha256, user_id, expires_at) on ivr.live_tokens to ivr_ask;
grant select on ivr.payer_connectors to ivr_ask;
grant select on ivr.settings to ivr_ask;
grant execute on function ivr.orgs_of(uuid) to ivr_ask;

create policy audit_logs_ask on audit.audit_logs for insert to ivr_ask
  with check (actor_login = session_user and entity = 'eligibility_checks' and before is null);
grant insert on audit.audit_logs to ivr_ask;

-- An invented payer exists in a demo and nowhere else, whoever configures it.
create function ivr.refuse_mock() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if new.is_mock and not exists (select from ivr.settings s where s.name = 'demo' and s.value = 'true') then
    raise exception using errcode = 'IV403', message = 'An invented payer answers only in a demo.';
  end if;
  return new;
end
$$;
comment on function ivr.refuse_mock() is 'Refuses the invented payer, and what it answered, on a server that is not a demo.';
create trigger refuse_mock before insert or update on ivr.payer_connectors for each row execute function ivr.refuse_mock();
create trigger refuse_mock_new before insert on ivr.eligibility_checks for each row execute function ivr.refuse_mock();
create trigger refuse_mock before update on ivr.eligibility_checks for each row
  when (new.state in ('answered', 'held', 'refused')) execute function ivr.refuse_mock();
create trigger refuse_mock before insert on ivr.eligibility_evidence for each row execute function ivr.refuse_mock();
create trigger eligibility_evidence_append_only before update or delete or truncate on ivr.eligibility_evidence
  for each statement execute function audit.refuse_change();
create trigger auto_population_records_append_only before update or delete or truncate on ivr.auto_population_records
  for each statement execute function audit.refuse_change();

create function ivr.announce_eligibility() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform ivr.stage_event(new.org_id, 'eligibility', new.id, new.request_id, new.version);
  return null;
end
$$;
comment on function ivr.announce_eligibility() is 'A payer is asked, or the question is over.';
create trigger announce_eligibility_new after insert on ivr.eligibility_checks
  for each row execute function ivr.announce_eligibility();
create trigger announce_eligibility after update on ivr.eligibility_checks
  for each row when (old.state is distinct from new.state) execute function ivr.announce_eligibility();

-- A kind is a word; which kinds there are stands where they are announced.
alter table ivr.outbox drop constraint outbox_kind_check;
alter table ivr.outbox add constraint outbox_kind_check check (kind ~ '^[a-z]{3,20}$');

do $$
declare
  t text;
begin
  foreach t in array array['payer_connectors', 'eligibility_checks', 'auto_population_records'] loop
    execute format('create trigger by_hand after insert or update or delete on ivr.%I for each row'
                   ' when (current_user not in (''ivr_exec'', ''ivr_owner'', ''ivr_feed'', ''ivr_ask'')) execute function audit.note_by_hand()', t);
  end loop;
end
$$;

reset role;

insert into ivr.role_rights values
  ('clinic_staff', 'eligibility.ask'), ('provider', 'eligibility.ask'), ('specialist', 'eligibility.ask'),
  ('lead', 'eligibility.ask'), ('lead', 'eligibility.review');
insert into ivr.auto_population_sources (source, label, position) values
  ('payer_answer', 'Payer''s answer', 1),
  ('insurance_card', 'Insurance card', 2),
  ('previous_request', 'Last request', 3),
  ('physician_record', 'Physician''s record', 4),
  ('facility_record', 'Facility''s record', 5);
insert into ivr.table_catalogue values
  ('ivr', 'payer_connectors', 'eligibility'), ('ivr', 'eligibility_checks', 'eligibility'), ('ivr', 'eligibility_evidence', 'eligibility'),
  ('ivr', 'auto_population_sources', 'auto-population'), ('ivr', 'auto_population_records', 'auto-population');
