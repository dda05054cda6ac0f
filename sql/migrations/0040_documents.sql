-- SPDX-License-Identifier: GPL-3.0-or-later
-- Documents of a request: what each kind is and who needs it, what was asked for, every version that came, and the
-- content, which is stored once for each organization, in pieces that no program has to hold together in memory.

set local role ivr_owner;

create table ivr.document_types (
  type text primary key check (type ~ '^[a-z][a-z0-9_]{1,39}$'),
  label text not null check (length(label) between 1 and 80),
  meaning text not null,
  position smallint not null unique
);
comment on table ivr.document_types is 'Kinds of documents that a request can have.';
comment on column ivr.document_types.type is 'Identifier of the kind.';
comment on column ivr.document_types.label is 'Its name in words.';
comment on column ivr.document_types.meaning is 'What it is and what it has to show, in one sentence.';
comment on column ivr.document_types.position is 'Order in lists.';

create table ivr.document_requirements (
  id uuid primary key default gen_random_uuid(),
  type text not null references ivr.document_types (type),
  payer_kind text,
  payer_id uuid references ivr.payers (id),
  product_id uuid references ivr.products (id),
  need text not null check (need in ('required', 'usual')),
  why text not null check (length(why) between 1 and 300),
  unique nulls not distinct (type, payer_kind, payer_id, product_id)
);
create index document_requirements_payer on ivr.document_requirements (payer_id);
create index document_requirements_product on ivr.document_requirements (product_id);
comment on table ivr.document_requirements is 'Which documents which payer or product asks for; an empty condition holds for all.';
comment on column ivr.document_requirements.id is 'Identity.';
comment on column ivr.document_requirements.type is 'Kind of document.';
comment on column ivr.document_requirements.payer_kind is 'Kind of plan, as in payers; empty for every kind.';
comment on column ivr.document_requirements.payer_id is 'One payer; empty for every payer.';
comment on column ivr.document_requirements.product_id is 'One product; empty for every product.';
comment on column ivr.document_requirements.need is 'required: without it the request fails; usual: most ask for it.';
comment on column ivr.document_requirements.why is 'What exactly is asked for, and by whom.';

create table ivr.document_formats (
  content_type text primary key,
  extension text not null check (extension ~ '^[a-z]{3,4}$'),
  label text not null,
  position smallint not null unique
);
comment on table ivr.document_formats is 'Formats that a document may have; nothing else is taken.';
comment on column ivr.document_formats.content_type is 'Media type, as found in the content and not in the name.';
comment on column ivr.document_formats.extension is 'How names of such files end.';
comment on column ivr.document_formats.label is 'Its name in words.';
comment on column ivr.document_formats.position is 'Order in lists.';

create table ivr.document_quotas (
  org_id uuid primary key references ivr.organizations (id),
  most_document_bytes bigint check (most_document_bytes between 1 and 1099511627776),
  most_bytes bigint check (most_bytes > 0),
  used_bytes bigint not null default 0 check (used_bytes >= 0)
);
comment on table ivr.document_quotas is 'How much each organization may store, and how much it does; without a row the settings count.';
comment on column ivr.document_quotas.org_id is 'The organization.';
comment on column ivr.document_quotas.most_document_bytes is 'Bytes that one document may have; empty: the setting document_most_bytes.';
comment on column ivr.document_quotas.most_bytes is 'Bytes that all may have; empty: the setting document_quota_bytes.';
comment on column ivr.document_quotas.used_bytes is 'Bytes that are stored or promised: uploads count whole from their beginning.';

create table ivr.document_files (
  org_id uuid not null references ivr.organizations (id),
  id uuid not null,
  state text not null default 'uploading' check (state in ('uploading', 'stored', 'orphaned')),
  size bigint not null check (size between 1 and 1099511627776),
  chunks integer not null check (chunks > 0),
  sha256 bytea check (length(sha256) = 32),
  chunks_sha256 bytea check (length(chunks_sha256) = 32),
  scan text not null default 'not_scanned' check (scan in ('not_scanned', 'clean', 'infected')),
  scanned_at timestamptz,
  created_by uuid not null references ivr.users (id),
  created_at timestamptz not null default clock_timestamp(),
  stored_at timestamptz,
  primary key (org_id, id),
  check ((state = 'stored') = (stored_at is not null)),
  check (state <> 'stored' or (sha256 is not null and chunks_sha256 is not null))
);
-- The same content is kept once within an organization, and never shared between two: that it is there already
-- would tell one of the other.
create unique index document_files_content on ivr.document_files (org_id, chunks_sha256, sha256, size) where state = 'stored';
create index document_files_created_by on ivr.document_files (created_by);
create index document_files_waiting on ivr.document_files (org_id, created_at) where state <> 'stored';
comment on table ivr.document_files is 'Contents of documents, each once for an organization, however often it was handed in.';
comment on column ivr.document_files.org_id is 'The clinic of the request.';
comment on column ivr.document_files.id is 'Identity within the clinic.';
comment on column ivr.document_files.state is 'uploading: pieces are coming; stored: whole, and never changed again; orphaned: nobody needs it, to be removed.';
comment on column ivr.document_files.size is 'Bytes.';
comment on column ivr.document_files.chunks is 'Number of pieces; all but the last have 262144 bytes.';
comment on column ivr.document_files.sha256 is 'SHA-256 of the content as the sender''s desk computed it; every reader''s desk compares.';
comment on column ivr.document_files.chunks_sha256 is 'SHA-256 over the SHA-256 of each piece in order, computed by the server.';
comment on column ivr.document_files.scan is 'What a virus scanner says: not_scanned, clean or infected.';
comment on column ivr.document_files.scanned_at is 'When it said so.';
comment on column ivr.document_files.created_by is 'Who sent it.';
comment on column ivr.document_files.created_at is 'When the first piece was announced.';
comment on column ivr.document_files.stored_at is 'When it was whole.';

create table ivr.document_chunks (
  org_id uuid not null,
  file_id uuid not null,
  seq integer not null check (seq >= 0),
  at timestamptz not null default clock_timestamp(),
  sha256 bytea not null check (length(sha256) = 32),
  data bytea not null check (length(data) between 1 and 262144),
  primary key (org_id, file_id, seq),
  foreign key (org_id, file_id) references ivr.document_files (org_id, id)
);
-- Most of what comes is compressed already; and only uncompressed a piece tells its length without being read.
alter table ivr.document_chunks alter column data set storage external;
comment on table ivr.document_chunks is 'Pieces of contents. Added while a file is uploading, never changed.';
comment on column ivr.document_chunks.org_id is 'The clinic of the request.';
comment on column ivr.document_chunks.file_id is 'The content that it is a piece of.';
comment on column ivr.document_chunks.seq is 'Place among the pieces, from 0.';
comment on column ivr.document_chunks.at is 'When it came.';
comment on column ivr.document_chunks.sha256 is 'SHA-256 of the piece, compared when it came and again by whoever reads it.';
comment on column ivr.document_chunks.data is 'The piece.';

-- What was a list of papers becomes the documents, with versions.
alter table ivr.ivr_documents rename column kind to type;
alter table ivr.ivr_documents
  drop constraint ivr_documents_kind_check,
  drop constraint ivr_documents_status_check,
  add column version bigint not null default 1,
  add column asked_at timestamptz,
  add column created_by uuid references ivr.users (id),
  add column changed_at timestamptz not null default clock_timestamp();
create index ivr_documents_type on ivr.ivr_documents (type);
create index ivr_documents_created_by on ivr.ivr_documents (created_by);
comment on table ivr.ivr_documents is 'Documents of a request: asked for, received, accepted, rejected or taken back.';
comment on column ivr.ivr_documents.type is 'What it is, as in document_types.';
comment on column ivr.ivr_documents.status is 'requested, received, accepted, rejected or withdrawn.';
comment on column ivr.ivr_documents.due_on is 'Day until which it was asked for.';
comment on column ivr.ivr_documents.note is 'What exactly is needed, in the words of whoever asked.';
comment on column ivr.ivr_documents.version is 'Goes up by one with each change; a command names the version that it was based on.';
comment on column ivr.ivr_documents.asked_at is 'When it was asked for; empty when nobody asked.';
comment on column ivr.ivr_documents.created_by is 'Who asked for it or brought it.';
comment on column ivr.ivr_documents.changed_at is 'When it was changed last.';

reset role;
-- Written without a trace, because nobody did anything.
alter table ivr.ivr_documents disable trigger by_hand;
update ivr.ivr_documents set status = 'requested', asked_at = created_at, created_by = asked_by, changed_at = created_at where status = 'asked';
alter table ivr.ivr_documents enable trigger by_hand;
set local role ivr_owner;

create table ivr.ivr_document_versions (
  org_id uuid not null,
  document_id uuid not null,
  n integer not null check (n > 0),
  file_id uuid not null,
  name text not null check (octet_length(name) between 1 and 255),
  content_type text not null references ivr.document_formats (content_type),
  status text not null default 'received' check (status in ('received', 'accepted', 'rejected', 'replaced', 'withdrawn')),
  added_by uuid not null references ivr.users (id),
  added_side text not null check (added_side in ('clinic', 'verification')),
  added_at timestamptz not null default clock_timestamp(),
  decided_by uuid references ivr.users (id),
  decided_at timestamptz,
  reason text check (length(reason) <= 1000),
  primary key (org_id, document_id, n),
  foreign key (org_id, document_id) references ivr.ivr_documents (org_id, id),
  foreign key (org_id, file_id) references ivr.document_files (org_id, id),
  check ((decided_by is null) = (decided_at is null)),
  check (status <> 'rejected' or reason is not null)
);
create index ivr_document_versions_file on ivr.ivr_document_versions (org_id, file_id);
create index ivr_document_versions_added_by on ivr.ivr_document_versions (added_by);
create index ivr_document_versions_decided_by on ivr.ivr_document_versions (decided_by);
create index ivr_document_versions_format on ivr.ivr_document_versions (content_type);
comment on table ivr.ivr_document_versions is 'Every file that was handed in for a document; the one with the highest number counts.';
comment on column ivr.ivr_document_versions.org_id is 'The clinic of the request.';
comment on column ivr.ivr_document_versions.document_id is 'The document.';
comment on column ivr.ivr_document_versions.n is 'Number within the document: 1, 2, 3 …';
comment on column ivr.ivr_document_versions.file_id is 'Its content.';
comment on column ivr.ivr_document_versions.name is 'Name of the file as it was sent, without folders.';
comment on column ivr.ivr_document_versions.content_type is 'Format, as the content says.';
comment on column ivr.ivr_document_versions.status is 'received, accepted, rejected (with a reason), replaced by a newer one, or withdrawn by whoever sent it.';
comment on column ivr.ivr_document_versions.added_by is 'Who sent it.';
comment on column ivr.ivr_document_versions.added_side is 'On whose side that person was: clinic or verification.';
comment on column ivr.ivr_document_versions.added_at is 'When it was whole.';
comment on column ivr.ivr_document_versions.decided_by is 'Who accepted, rejected or withdrew it.';
comment on column ivr.ivr_document_versions.decided_at is 'When.';
comment on column ivr.ivr_document_versions.reason is 'Why it was rejected or withdrawn.';

create table ivr.document_uploads (
  org_id uuid not null,
  id uuid not null,
  user_id uuid not null references ivr.users (id),
  request_id uuid not null,
  document_id uuid,
  file_id uuid not null,
  type text references ivr.document_types (type),
  title text check (length(title) between 1 and 255),
  name text not null check (octet_length(name) between 1 and 255),
  content_type text not null references ivr.document_formats (content_type),
  state text not null default 'open' check (state in ('open', 'finished', 'cancelled')),
  began_at timestamptz not null default clock_timestamp(),
  primary key (org_id, id),
  foreign key (org_id, request_id) references ivr.ivr_requests (org_id, id),
  foreign key (org_id, document_id) references ivr.ivr_documents (org_id, id),
  foreign key (org_id, file_id) references ivr.document_files (org_id, id),
  check (document_id is not null or (type is not null and title is not null))
);
create index document_uploads_user on ivr.document_uploads (user_id, state);
create index document_uploads_request on ivr.document_uploads (org_id, request_id);
create index document_uploads_document on ivr.document_uploads (org_id, document_id);
create index document_uploads_file on ivr.document_uploads (org_id, file_id);
create index document_uploads_type on ivr.document_uploads (type);
create index document_uploads_format on ivr.document_uploads (content_type);
comment on table ivr.document_uploads is 'Files on their way: what becomes of the pieces when all are there. Nobody but the sender sees one.';
comment on column ivr.document_uploads.org_id is 'The clinic of the request.';
comment on column ivr.document_uploads.id is 'Identity, made on the desktop that sends.';
comment on column ivr.document_uploads.user_id is 'Who sends.';
comment on column ivr.document_uploads.request_id is 'The request.';
comment on column ivr.document_uploads.document_id is 'The document that gets a new version; empty when it becomes a new document.';
comment on column ivr.document_uploads.file_id is 'The content that the pieces belong to.';
comment on column ivr.document_uploads.type is 'What a new document is.';
comment on column ivr.document_uploads.title is 'Name of a new document as people see it.';
comment on column ivr.document_uploads.name is 'Name of the file, without folders.';
comment on column ivr.document_uploads.content_type is 'Format, as the content says.';
comment on column ivr.document_uploads.state is 'open, finished or cancelled.';
comment on column ivr.document_uploads.began_at is 'When it was announced.';

-- A step that makes no sense is refused whoever makes it, and every change counts the version.
create function ivr.check_document_change() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if new.status <> old.status and not (old.status || ' ' || new.status) in (
       'requested received', 'requested withdrawn', 'received accepted', 'received rejected', 'received requested', 'received withdrawn',
       'accepted rejected', 'rejected accepted', 'rejected received', 'rejected requested', 'rejected withdrawn') then
    raise exception using errcode = 'IV410', message = format('A document cannot go from %s to %s.', old.status, new.status);
  end if;
  new.version := old.version + 1;
  new.changed_at := clock_timestamp();
  return new;
end
$$;
comment on function ivr.check_document_change() is 'Refuses a step that a document cannot take; counts the version.';

create function ivr.announce_document() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform ivr.stage_event(new.org_id, 'document', new.id, new.request_id, new.version);
  return null;
end
$$;
comment on function ivr.announce_document() is 'A document was asked for, came, or was decided about.';

alter table ivr.outbox drop constraint outbox_kind_check;
alter table ivr.outbox add constraint outbox_kind_check check (kind in ('request', 'message', 'note', 'membership', 'document'));
comment on column ivr.outbox.kind is 'What changed: request, message, note, document or membership.';
comment on column audit.phi_access_logs.filter is
  'Of a list or search: which view, what was searched for, and over which organizations. Of a document: which one and which version.';

do $$
declare
  t text;
begin
  foreach t in array array['document_types', 'document_requirements', 'document_formats', 'document_quotas', 'document_files', 'document_chunks',
                           'ivr_document_versions', 'document_uploads'] loop
    execute format('alter table ivr.%I enable row level security', t);
    execute format('alter table ivr.%I force row level security', t);
  end loop;
  foreach t in array array['document_types', 'document_requirements', 'document_formats'] loop
    execute format('create policy %I on ivr.%I for select to ivr_exec using (true)', t || '_read', t);
    execute format('grant select on ivr.%I to ivr_exec', t);
  end loop;
  foreach t in array array['document_quotas', 'document_files', 'document_chunks', 'ivr_document_versions'] loop
    execute format($p$create policy %I on ivr.%I for select to ivr_exec
      using (org_id = any ((select ivr.my_phi_orgs())::uuid[]))$p$, t || '_read', t);
    execute format('grant select on ivr.%I to ivr_exec', t);
  end loop;
end
$$;
create policy document_quotas_add on ivr.document_quotas for insert to ivr_exec
  with check (org_id = any ((select ivr.my_phi_orgs())::uuid[]) and most_document_bytes is null and most_bytes is null);
create policy document_quotas_change on ivr.document_quotas for update to ivr_exec
  using (org_id = any ((select ivr.my_phi_orgs())::uuid[]));
grant insert (org_id), update (used_bytes) on ivr.document_quotas to ivr_exec;
-- Pieces are added to a file that the person is sending, and to no other; what is stored stays as it is.
create policy document_files_add on ivr.document_files for insert to ivr_exec
  with check (org_id = any ((select ivr.my_phi_orgs())::uuid[]) and state = 'uploading' and created_by = (select ivr.my_id()));
create policy document_files_change on ivr.document_files for update to ivr_exec
  using (org_id = any ((select ivr.my_phi_orgs())::uuid[]) and state = 'uploading' and created_by = (select ivr.my_id()))
  with check (org_id = any ((select ivr.my_phi_orgs())::uuid[]) and state in ('stored', 'orphaned'));
grant insert (org_id, id, size, chunks, created_by), update (state, sha256, chunks_sha256, stored_at) on ivr.document_files to ivr_exec;
create policy document_chunks_add on ivr.document_chunks for insert to ivr_exec
  with check (org_id = any ((select ivr.my_phi_orgs())::uuid[])
              and exists (select from ivr.document_files f where f.org_id = document_chunks.org_id and f.id = file_id
                             and f.state = 'uploading' and f.created_by = (select ivr.my_id())));
grant insert (org_id, file_id, seq, sha256, data) on ivr.document_chunks to ivr_exec;
create policy ivr_document_versions_add on ivr.ivr_document_versions for insert to ivr_exec
  with check (org_id = any ((select ivr.my_phi_orgs())::uuid[]) and added_by = (select ivr.my_id()));
create policy ivr_document_versions_change on ivr.ivr_document_versions for update to ivr_exec
  using (org_id = any ((select ivr.my_phi_orgs())::uuid[]));
grant insert, update (status, decided_by, decided_at, reason) on ivr.ivr_document_versions to ivr_exec;
create policy document_uploads_use on ivr.document_uploads for all to ivr_exec
  using (org_id = any ((select ivr.my_phi_orgs())::uuid[]) and user_id = (select ivr.my_id()));
grant select, insert, update (state, document_id) on ivr.document_uploads to ivr_exec;
create policy ivr_documents_change on ivr.ivr_documents for update to ivr_exec
  using (org_id = any ((select ivr.my_phi_orgs())::uuid[]));
grant update on ivr.ivr_documents to ivr_exec;

-- What nobody finished and what nobody needs, one file at a time, so that no transaction grows with what piled up.
create function ivr.reap_document(p_age interval) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  f ivr.document_files;
begin
  with given_up as (
    update ivr.document_uploads u set state = 'cancelled'
     where u.state = 'open' and u.began_at < clock_timestamp() - p_age
       and not exists (select from ivr.document_chunks c where c.org_id = u.org_id and c.file_id = u.file_id and c.at >= clock_timestamp() - p_age)
    returning u.org_id, u.file_id)
  update ivr.document_files x set state = 'orphaned' from given_up g where x.org_id = g.org_id and x.id = g.file_id and x.state = 'uploading';
  select x.* into f from ivr.document_files x
   where x.state = 'orphaned' and x.created_at < clock_timestamp() - p_age order by x.created_at limit 1 for update skip locked;
  if not found then
    return null;
  end if;
  delete from ivr.document_uploads u where u.org_id = f.org_id and u.file_id = f.id;
  delete from ivr.document_chunks c where c.org_id = f.org_id and c.file_id = f.id;
  delete from ivr.document_files x where x.org_id = f.org_id and x.id = f.id;
  update ivr.document_quotas q set used_bytes = q.used_bytes - f.size where q.org_id = f.org_id;
  return f.size;
end
$$;
comment on function ivr.reap_document(interval) is
  'Gives up uploads of which nothing has come for so long, and removes one file that nobody needs: answers its size, or null when there is none.';
create policy document_uploads_reap on ivr.document_uploads for all to ivr_owner using (true);
create policy document_quotas_reap on ivr.document_quotas for all to ivr_owner using (true);
create policy document_files_reap on ivr.document_files for all to ivr_owner using (state <> 'stored');
create policy document_chunks_reap on ivr.document_chunks for all to ivr_owner
  using (exists (select from ivr.document_files f where f.org_id = document_chunks.org_id and f.id = file_id and f.state <> 'stored'));

reset role;

create trigger check_document_change before update on ivr.ivr_documents
  for each row execute function ivr.check_document_change();
create trigger announce_document after insert or update on ivr.ivr_documents
  for each row execute function ivr.announce_document();
do $$
declare
  t text;
begin
  foreach t in array array['document_types', 'document_requirements', 'document_formats', 'document_quotas', 'document_files',
                           'ivr_document_versions'] loop
    execute format('create trigger by_hand after insert or update or delete on ivr.%I for each row'
                   ' when (current_user not in (''ivr_exec'', ''ivr_owner'', ''ivr_feed'')) execute function audit.note_by_hand()', t);
  end loop;
end
$$;

-- Written before the triggers wake: a catalogue is nobody's doing.
alter table ivr.document_types disable trigger by_hand;
alter table ivr.document_requirements disable trigger by_hand;
alter table ivr.document_formats disable trigger by_hand;
alter table ivr.role_rights disable trigger by_hand;
alter table ivr.settings disable trigger by_hand;

-- What forms for such requests ask for, and what coverage checklists add to it.
insert into ivr.document_types (position, type, label, meaning) values
  (1, 'insurance_card_front', 'Insurance card, front', 'Shows the plan and the member number.'),
  (2, 'insurance_card_back', 'Insurance card, back', 'Shows whom the payer wants to be called.'),
  (3, 'face_sheet', 'Face sheet', 'One page with who the patient is: name, date of birth, address, insurances.'),
  (4, 'chart_notes', 'Chart notes', 'What was done for the wound, for at least the last four weeks.'),
  (5, 'wound_photo', 'Wound photo', 'Shows the wound with a ruler and the date.'),
  (6, 'measurements', 'Wound measurements', 'Length, width and depth at the beginning and after four weeks.'),
  (7, 'vascular_study', 'Vascular study', 'Shows that blood reaches the wound.'),
  (8, 'order', 'Signed order', 'The physician orders the product.'),
  (9, 'operative_note', 'Operative note', 'What was done in surgery.'),
  (10, 'letter', 'Letter of medical necessity', 'The physician says why this patient needs the product.'),
  (11, 'payer_answer', 'Answer of the payer', 'What a portal, a fax or a letter of the payer says.'),
  (12, 'other', 'Other document', 'Anything else that helps to decide.');
alter table ivr.ivr_documents add constraint ivr_documents_status_check
  check (status in ('requested', 'received', 'accepted', 'rejected', 'withdrawn')),
  alter column status set default 'requested',
  add constraint ivr_documents_type_fkey foreign key (type) references ivr.document_types (type);

insert into ivr.document_requirements (id, type, payer_kind, need, why)
select md5('requirement' || v.type || coalesce(v.payer_kind, ''))::uuid, v.* from (values
  ('insurance_card_front', null, 'required', 'The member number is read from it.'),
  ('insurance_card_back', null, 'required', 'The payer''s line for providers is on it.'),
  ('face_sheet', null, 'usual', 'Name and date of birth have to be as the insurer has them.'),
  ('chart_notes', null, 'usual', 'They show which treatment was tried.'),
  ('chart_notes', 'commercial', 'required', 'Commercial plans ask for four weeks of notes.'),
  ('chart_notes', 'medicare_advantage', 'required', 'Medicare Advantage plans ask for four weeks of notes.'),
  ('chart_notes', 'medicaid', 'required', 'Medicaid asks for four weeks of notes.'),
  ('measurements', 'medicare', 'usual', 'Coverage asks for measurements at the beginning and after four weeks.'),
  ('wound_photo', null, 'usual', 'A photo with a ruler answers what notes leave open.'),
  ('order', null, 'usual', 'The physician''s signed order belongs to every product.')) v (type, payer_kind, need, why);

insert into ivr.document_formats (position, content_type, extension, label) values
  (1, 'application/pdf', 'pdf', 'PDF'),
  (2, 'image/jpeg', 'jpg', 'JPEG image'),
  (3, 'image/png', 'png', 'PNG image'),
  (4, 'image/tiff', 'tif', 'TIFF image'),
  (5, 'image/webp', 'webp', 'WebP image'),
  (6, 'text/plain', 'txt', 'Plain text');

insert into ivr.role_rights values
  ('clinic_staff', 'document.add'), ('provider', 'document.add'), ('specialist', 'document.add'), ('lead', 'document.add'),
  ('specialist', 'document.review'), ('lead', 'document.review');
-- 100 MiB a document and 50 GiB an organization, unless its own row says otherwise.
insert into ivr.settings values ('document_most_bytes', '104857600'), ('document_quota_bytes', '53687091200');

alter table ivr.document_types enable trigger by_hand;
alter table ivr.document_requirements enable trigger by_hand;
alter table ivr.document_formats enable trigger by_hand;
alter table ivr.role_rights enable trigger by_hand;
alter table ivr.settings enable trigger by_hand;

insert into ivr.table_catalogue
select 'ivr', t, 'documents' from unnest(array['document_types', 'document_requirements', 'document_formats', 'document_quotas', 'document_files',
                                               'document_chunks', 'ivr_document_versions', 'document_uploads']) t;
update ivr.table_catalogue set feature = 'documents' where table_schema = 'ivr' and table_name = 'ivr_documents';
