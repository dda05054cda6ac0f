-- SPDX-License-Identifier: GPL-3.0-or-later
-- The chat beside a request.

set local role ivr_owner;

create table ivr.ivr_communication_messages (
  org_id uuid not null,
  id uuid not null,
  request_id uuid not null,
  verifier_org_id uuid not null references ivr.organizations (id),
  seq bigint not null,
  sender_id uuid not null references ivr.users (id),
  sender_side text not null check (sender_side in ('clinic', 'verification')),
  visibility text not null default 'shared' check (visibility in ('shared', 'internal')),
  body text not null check (length(body) between 1 and 8000),
  created_at timestamptz not null default clock_timestamp(),
  primary key (org_id, id),
  unique (org_id, request_id, visibility, seq),
  foreign key (org_id, request_id) references ivr.ivr_requests (org_id, id)
);
create index ivr_communication_messages_order on ivr.ivr_communication_messages (org_id, request_id, created_at, id);
create index ivr_communication_messages_sender on ivr.ivr_communication_messages (sender_id);
create index ivr_communication_messages_verifier on ivr.ivr_communication_messages (verifier_org_id);
comment on table ivr.ivr_communication_messages is 'Messages between clinic and specialist about one request, and the team''s internal notes.';
comment on column ivr.ivr_communication_messages.org_id is 'The clinic of the request.';
comment on column ivr.ivr_communication_messages.id is 'Identity, made on the desktop that wrote it.';
comment on column ivr.ivr_communication_messages.request_id is 'The request.';
comment on column ivr.ivr_communication_messages.verifier_org_id is 'The verification team of the request.';
comment on column ivr.ivr_communication_messages.seq is 'Number within the request: 1, 2, 3 …, counted apart for notes, so that a gap tells a clinic nothing.';
comment on column ivr.ivr_communication_messages.sender_id is 'Who wrote it.';
comment on column ivr.ivr_communication_messages.sender_side is 'On whose side the sender was: clinic or verification.';
comment on column ivr.ivr_communication_messages.visibility is 'shared, or internal: a note that the clinic never sees.';
comment on column ivr.ivr_communication_messages.body is 'The text.';
comment on column ivr.ivr_communication_messages.created_at is 'When the server took it; never before an earlier message of the request.';

create table ivr.ivr_message_reads (
  org_id uuid not null,
  request_id uuid not null,
  user_id uuid not null references ivr.users (id),
  read_until timestamptz not null,
  read_at timestamptz not null default clock_timestamp(),
  primary key (org_id, request_id, user_id),
  foreign key (org_id, request_id) references ivr.ivr_requests (org_id, id)
);
create index ivr_message_reads_user on ivr.ivr_message_reads (user_id);
comment on table ivr.ivr_message_reads is 'How far each person has read the chat of a request.';
comment on column ivr.ivr_message_reads.org_id is 'The clinic of the request.';
comment on column ivr.ivr_message_reads.request_id is 'The request.';
comment on column ivr.ivr_message_reads.user_id is 'The person.';
comment on column ivr.ivr_message_reads.read_until is 'When the last message that the person has seen was written.';
comment on column ivr.ivr_message_reads.read_at is 'When.';

alter table ivr.ivr_communication_messages enable row level security;
alter table ivr.ivr_communication_messages force row level security;
alter table ivr.ivr_message_reads enable row level security;
alter table ivr.ivr_message_reads force row level security;

create policy ivr_communication_messages_read on ivr.ivr_communication_messages for select to ivr_exec
  using (org_id = any ((select ivr.my_phi_orgs())::uuid[])
         and (visibility = 'shared' or verifier_org_id = any ((select ivr.my_team_orgs())::uuid[])));
create policy ivr_communication_messages_add on ivr.ivr_communication_messages for insert to ivr_exec
  with check (org_id = any ((select ivr.my_phi_orgs())::uuid[]) and sender_id = (select ivr.my_id())
              and (visibility = 'shared' or verifier_org_id = any ((select ivr.my_team_orgs())::uuid[])));
create policy ivr_message_reads_use on ivr.ivr_message_reads for all to ivr_exec
  using (org_id = any ((select ivr.my_phi_orgs())::uuid[]) and user_id = (select ivr.my_id()));
grant select, insert on ivr.ivr_communication_messages to ivr_exec;
grant select, insert, update on ivr.ivr_message_reads to ivr_exec;

reset role;

insert into ivr.table_catalogue values
  ('ivr', 'ivr_communication_messages', 'chat'), ('ivr', 'ivr_message_reads', 'chat');
