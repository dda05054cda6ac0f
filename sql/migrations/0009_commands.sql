-- SPDX-License-Identifier: GPL-3.0-or-later
-- Each command is carried out once, and leaves a trace that its author cannot remove.

set local role ivr_owner;

create table ivr.commands (
  org_id uuid not null references ivr.organizations (id),
  user_id uuid not null references ivr.users (id),
  command_id uuid not null,
  function text not null,
  args_sha256 bytea not null check (length(args_sha256) = 32),
  answer jsonb,
  at timestamptz not null default clock_timestamp(),
  primary key (org_id, user_id, command_id)
);
create index commands_user on ivr.commands (user_id, at);
comment on table ivr.commands is 'Commands that were carried out, with their answers: a retry gets the same answer.';
comment on column ivr.commands.org_id is 'The organization of the person.';
comment on column ivr.commands.user_id is 'The person.';
comment on column ivr.commands.command_id is 'Identity of the command, made on the desktop.';
comment on column ivr.commands.function is 'Function that was called.';
comment on column ivr.commands.args_sha256 is 'Hash of its arguments: the same id with other arguments is refused.';
comment on column ivr.commands.answer is 'What was answered; empty only inside the transaction that carries it out.';
comment on column ivr.commands.at is 'When.';

create table audit.audit_logs (
  org_id uuid not null,
  id bigint generated always as identity,
  at timestamptz not null default clock_timestamp(),
  actor_login text not null default session_user,
  actor_id uuid,
  client text not null default coalesce(current_setting('application_name', true), ''),
  command_id uuid,
  action text not null,
  entity text not null,
  entity_id uuid not null,
  version bigint,
  before jsonb,
  after jsonb,
  xid xid8 not null default pg_current_xact_id(),
  primary key (org_id, id)
);
create index audit_logs_entity on audit.audit_logs (org_id, entity_id, version);
comment on table audit.audit_logs is 'What every command wrote: before and after, by whom, with which version of the desk.';
comment on column audit.audit_logs.org_id is 'The organization that the changed thing belongs to.';
comment on column audit.audit_logs.id is 'Order of writing.';
comment on column audit.audit_logs.at is 'When.';
comment on column audit.audit_logs.actor_login is 'Login of the actor: session_user.';
comment on column audit.audit_logs.actor_id is 'The person.';
comment on column audit.audit_logs.client is 'What the client said that it is.';
comment on column audit.audit_logs.command_id is 'The command.';
comment on column audit.audit_logs.action is 'What was done.';
comment on column audit.audit_logs.entity is 'Table of the changed thing.';
comment on column audit.audit_logs.entity_id is 'Its identity.';
comment on column audit.audit_logs.version is 'Its version after the change.';
comment on column audit.audit_logs.before is 'Changed fields before.';
comment on column audit.audit_logs.after is 'Changed fields after.';
comment on column audit.audit_logs.xid is 'The transaction.';

create table audit.phi_access_logs (
  org_id uuid not null,
  id bigint generated always as identity,
  at timestamptz not null default clock_timestamp(),
  actor_login text not null default session_user,
  actor_id uuid not null,
  session_id uuid,
  what text not null check (what in ('request', 'chat', 'list', 'search', 'document', 'print', 'export')),
  request_id uuid,
  ticket uuid,
  purpose text check (length(purpose) <= 200),
  filter jsonb,
  xid xid8 not null default pg_current_xact_id(),
  primary key (org_id, id)
);
create unique index phi_access_logs_ticket on audit.phi_access_logs (org_id, actor_login, ticket) where ticket is not null;
create index phi_access_logs_request on audit.phi_access_logs (org_id, request_id, at);
comment on table audit.phi_access_logs is 'Who has read which patient''s data, and when.';
comment on column audit.phi_access_logs.org_id is 'The clinic whose data were read.';
comment on column audit.phi_access_logs.id is 'Order of writing.';
comment on column audit.phi_access_logs.at is 'When.';
comment on column audit.phi_access_logs.actor_login is 'Login of the reader: session_user.';
comment on column audit.phi_access_logs.actor_id is 'The person.';
comment on column audit.phi_access_logs.session_id is 'The sitting.';
comment on column audit.phi_access_logs.what is 'What was read.';
comment on column audit.phi_access_logs.request_id is 'Of which request.';
comment on column audit.phi_access_logs.ticket is 'Made on the desktop: with it the data are read, once this row is committed.';
comment on column audit.phi_access_logs.purpose is 'Why, as the person or the desk said.';
comment on column audit.phi_access_logs.filter is 'Of a list or search: which view, what was searched for, and over which organizations.';
comment on column audit.phi_access_logs.xid is 'The transaction.';

alter table ivr.commands enable row level security;
alter table ivr.commands force row level security;
alter table audit.audit_logs enable row level security;
alter table audit.audit_logs force row level security;
alter table audit.phi_access_logs enable row level security;
alter table audit.phi_access_logs force row level security;

create policy commands_use on ivr.commands for all to ivr_exec
  using (org_id = (select ivr.my_org()) and user_id = (select ivr.my_id()));
grant select, insert, update on ivr.commands to ivr_exec;
-- Readable for the conflict answer (who was faster), never changeable.
create policy audit_logs_read on audit.audit_logs for select to ivr_exec
  using (org_id = any ((select ivr.my_phi_orgs())::uuid[]));
create policy audit_logs_add on audit.audit_logs for insert to ivr_exec
  with check (actor_login = session_user and org_id = any ((select ivr.my_orgs())::uuid[]));
grant select, insert on audit.audit_logs to ivr_exec;
create policy phi_access_logs_add on audit.phi_access_logs for insert to ivr_exec
  with check (actor_login = session_user and org_id = any ((select ivr.my_orgs())::uuid[]));
-- A reader sees their own tickets, to read with; what others have read nobody sees through api.
create policy phi_access_logs_own on audit.phi_access_logs for select to ivr_exec
  using (actor_login = session_user and ticket is not null
         and (org_id = (select ivr.my_org()) or org_id = any ((select ivr.my_phi_orgs())::uuid[])));
grant select, insert on audit.phi_access_logs to ivr_exec;

create function audit.refuse_change() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception using errcode = '42501', message = 'What happened cannot be changed or removed.';
end
$$;
comment on function audit.refuse_change() is 'The audit is append-only, for its owner too.';
create trigger audit_logs_append_only before update or delete or truncate on audit.audit_logs
  for each statement execute function audit.refuse_change();
create trigger phi_access_logs_append_only before update or delete or truncate on audit.phi_access_logs
  for each statement execute function audit.refuse_change();
create trigger ivr_status_history_append_only before update or delete or truncate on ivr.ivr_status_history
  for each statement execute function audit.refuse_change();

reset role;

insert into ivr.table_catalogue values
  ('ivr', 'commands', 'commands'), ('audit', 'audit_logs', 'audit'), ('audit', 'phi_access_logs', 'audit');
