-- SPDX-License-Identifier: GPL-3.0-or-later
-- A sitting at the desk, and the requests opened in it.

set local role ivr_owner;

create table ivr.ivr_sessions (
  org_id uuid not null references ivr.organizations (id),
  id uuid not null,
  user_id uuid not null references ivr.users (id),
  client_version text not null check (length(client_version) <= 60),
  started_at timestamptz not null default clock_timestamp(),
  seen_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  primary key (org_id, id)
);
create index ivr_sessions_user on ivr.ivr_sessions (user_id, started_at);
comment on table ivr.ivr_sessions is 'Sittings at the desk: one from sign-in to sign-out.';
comment on column ivr.ivr_sessions.org_id is 'The organization of the person.';
comment on column ivr.ivr_sessions.id is 'Identity, made on the desktop.';
comment on column ivr.ivr_sessions.user_id is 'The person.';
comment on column ivr.ivr_sessions.client_version is 'Version of the desk that was used.';
comment on column ivr.ivr_sessions.started_at is 'When the person signed in.';
comment on column ivr.ivr_sessions.seen_at is 'When the desk was heard of last.';
comment on column ivr.ivr_sessions.ended_at is 'When the person signed out; empty while signed in or when the line broke.';

create table ivr.ivr_session_items (
  org_id uuid not null,
  id uuid not null default gen_random_uuid(),
  session_id uuid not null,
  request_org_id uuid not null,
  request_id uuid not null,
  opened_at timestamptz not null default clock_timestamp(),
  opened_version bigint not null,
  primary key (org_id, id),
  foreign key (org_id, session_id) references ivr.ivr_sessions (org_id, id),
  foreign key (request_org_id, request_id) references ivr.ivr_requests (org_id, id)
);
create index ivr_session_items_session on ivr.ivr_session_items (org_id, session_id, opened_at);
create index ivr_session_items_request on ivr.ivr_session_items (request_org_id, request_id, opened_at);
comment on table ivr.ivr_session_items is 'Requests that were opened in a sitting, in which version.';
comment on column ivr.ivr_session_items.org_id is 'The organization of the person.';
comment on column ivr.ivr_session_items.id is 'Identity of the row.';
comment on column ivr.ivr_session_items.session_id is 'The sitting.';
comment on column ivr.ivr_session_items.request_org_id is 'The clinic of the request.';
comment on column ivr.ivr_session_items.request_id is 'The request.';
comment on column ivr.ivr_session_items.opened_at is 'When it was opened.';
comment on column ivr.ivr_session_items.opened_version is 'Version that the person saw.';

do $$
declare
  t text;
begin
  foreach t in array array['ivr_sessions', 'ivr_session_items'] loop
    execute format('alter table ivr.%I enable row level security', t);
    execute format('alter table ivr.%I force row level security', t);
  end loop;
end
$$;
create policy ivr_sessions_use on ivr.ivr_sessions for all to ivr_exec
  using (org_id = (select ivr.my_org()) and user_id = (select ivr.my_id()));
grant select, insert, update on ivr.ivr_sessions to ivr_exec;
create policy ivr_session_items_add on ivr.ivr_session_items for insert to ivr_exec
  with check (org_id = (select ivr.my_org()));
grant insert on ivr.ivr_session_items to ivr_exec;

reset role;

insert into ivr.table_catalogue values
  ('ivr', 'ivr_sessions', 'sessions'), ('ivr', 'ivr_session_items', 'sessions');
