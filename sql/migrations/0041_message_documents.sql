-- SPDX-License-Identifier: GPL-3.0-or-later
-- A message can carry documents of its request: the documents themselves, not copies.

set local role ivr_owner;

create table ivr.ivr_message_documents (
  org_id uuid not null,
  message_id uuid not null,
  document_id uuid not null,
  position smallint not null check (position between 1 and 20),
  primary key (org_id, message_id, document_id),
  unique (org_id, message_id, position),
  foreign key (org_id, message_id) references ivr.ivr_communication_messages (org_id, id),
  foreign key (org_id, document_id) references ivr.ivr_documents (org_id, id)
);
create index ivr_message_documents_document on ivr.ivr_message_documents (org_id, document_id);
comment on table ivr.ivr_message_documents is 'Which documents of its request a message carries.';
comment on column ivr.ivr_message_documents.org_id is 'The clinic of the request.';
comment on column ivr.ivr_message_documents.message_id is 'The message.';
comment on column ivr.ivr_message_documents.document_id is 'A document of the request that the message is about.';
comment on column ivr.ivr_message_documents.position is 'Order within the message, from 1.';

-- A message may say nothing but "here it is": the command refuses one with neither words nor documents.
alter table ivr.ivr_communication_messages
  drop constraint ivr_communication_messages_body_check,
  add constraint ivr_communication_messages_body_check check (length(body) <= 8000);
comment on column ivr.ivr_communication_messages.body is 'The text; empty only when the message carries documents.';

alter table ivr.ivr_message_documents enable row level security;
alter table ivr.ivr_message_documents force row level security;
-- Whoever sees the message: the policy of messages answers the inner question.
create policy ivr_message_documents_read on ivr.ivr_message_documents for select to ivr_exec
  using (org_id = any ((select ivr.my_phi_orgs())::uuid[])
         and exists (select from ivr.ivr_communication_messages m where m.org_id = ivr_message_documents.org_id and m.id = message_id));
-- Only with one's own message, and only documents of the same request.
create policy ivr_message_documents_add on ivr.ivr_message_documents for insert to ivr_exec
  with check (org_id = any ((select ivr.my_phi_orgs())::uuid[])
              and exists (select from ivr.ivr_communication_messages m join ivr.ivr_documents d on d.org_id = m.org_id and d.request_id = m.request_id
                           where m.org_id = ivr_message_documents.org_id and m.id = message_id and d.id = document_id
                             and m.sender_id = (select ivr.my_id())));
grant select, insert on ivr.ivr_message_documents to ivr_exec;

reset role;

create trigger by_hand after insert or update or delete on ivr.ivr_message_documents for each row
  when (current_user not in ('ivr_exec', 'ivr_owner', 'ivr_feed')) execute function audit.note_by_hand();

insert into ivr.table_catalogue values ('ivr', 'ivr_message_documents', 'chat');
