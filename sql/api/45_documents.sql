-- SPDX-License-Identifier: GPL-3.0-or-later
-- Documents: handing them in piece by piece, deciding about them, asking for them. Reading is in 46_document_reads.sql.
set local role ivr_exec;

create function rules.chunk_bytes() returns integer
language sql immutable set search_path = pg_catalog, pg_temp
return 262144;
comment on function rules.chunk_bytes() is 'Bytes of every piece of a document but the last.';

create function rules.document_side(p_request ivr.ivr_requests) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  side text := rules.my_side(p_request);
begin
  if side is null then
    perform rules.fail('IV403', 'Only the clinic and its verification team change the documents of a request.');
  elsif p_request.turn = 'nobody' then
    perform rules.fail('IV410', 'This request is closed; its documents can no longer be changed.');
  elsif side = 'verification' and p_request.assignee_id is distinct from ivr.my_id() and not 'lead' = any (rules.my_roles_for(p_request)) then
    perform rules.fail('IV403', 'This request is another specialist''s case.');
  end if;
  return side;
end
$$;
comment on function rules.document_side(ivr.ivr_requests) is 'On whose side the person changes documents; refuses who may not now.';

-- Nothing that makes a name look like another file, or reach out of a folder.
create function rules.file_name(p_name text) returns text
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
  if coalesce(btrim(p_name, ' .'), '') = '' then
    perform rules.fail('IV422', 'The file has no name. Give it one and send it again.', '{"field": "name"}');
  elsif octet_length(p_name) > 255 then
    perform rules.fail('IV413', 'The name of the file is too long. Shorten it and send it again.', '{"field": "name", "most": 255}');
  elsif p_name ~ '[/\\\x01-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]' then
    perform rules.fail('IV422', 'The name of the file has characters that a name may not have. Rename it and send it again.', '{"field": "name"}');
  end if;
  return p_name;
end
$$;
comment on function rules.file_name(text) is 'Name of a file as others will see it, or a plain error.';

create function rules.sniffed(p_head bytea) returns text
language sql immutable set search_path = pg_catalog, pg_temp
return case
  when substr(p_head, 1, 8) = '\x89504e470d0a1a0a' then 'image/png'
  when substr(p_head, 1, 3) = '\xffd8ff' then 'image/jpeg'
  when substr(p_head, 1, 4) in ('\x49492a00', '\x4d4d002a') then 'image/tiff'
  when substr(p_head, 1, 4) = '\x52494646' and substr(p_head, 9, 4) = '\x57454250' then 'image/webp'
  when position('\x255044462d'::bytea in substr(p_head, 1, 1024)) > 0 then 'application/pdf'
  when position('\x00'::bytea in p_head) = 0 then 'text/plain' end;
comment on function rules.sniffed(bytea) is 'Format of a file by its first piece; null when it is none that is known.';

create function rules.most_document_bytes(p_org uuid) returns bigint
language sql stable set search_path = pg_catalog, pg_temp
return coalesce((select q.most_document_bytes from ivr.document_quotas q where q.org_id = p_org),
                (select s.value::bigint from ivr.settings s where s.name = 'document_most_bytes'), 104857600);
comment on function rules.most_document_bytes(uuid) is 'Bytes that a document of an organization may have.';

-- An upload counts whole from its beginning: what is promised is there.
create function rules.take_quota(p_org uuid, p_size bigint) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if p_size > rules.most_document_bytes(p_org) then
    perform rules.fail_with('IV413', 'The file has %s MB; at most %s MB fit. Nothing was sent.',
      array[ceil(p_size / 1048576.0), rules.most_document_bytes(p_org) / 1048576]::text[], jsonb_build_object('field', 'size', 'most', rules.most_document_bytes(p_org)));
  elsif (select count(*) from ivr.document_uploads u where u.user_id = ivr.my_id() and u.state = 'open') >= 200 then
    perform rules.fail('IV413', 'Too many files are on their way at once. Let some arrive first.', '{"field": "uploads", "most": 200}');
  end if;
  insert into ivr.document_quotas (org_id) values (p_org) on conflict (org_id) do nothing;
  update ivr.document_quotas q set used_bytes = q.used_bytes + p_size
   where q.org_id = p_org and q.used_bytes + p_size
     <= coalesce(q.most_bytes, (select s.value::bigint from ivr.settings s where s.name = 'document_quota_bytes'), 53687091200);
  if not found then
    perform rules.fail('IV413', 'The space for documents of this clinic is used up. Ask your administrator; nothing was sent.', '{"field": "quota"}');
  end if;
end
$$;
comment on function rules.take_quota(uuid, bigint) is 'Counts the bytes of a file that begins to come; refuses what does not fit.';

create function rules.check_type(p_type text) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from ivr.document_types t where t.type = p_type) then
    perform rules.fail('IV422', 'Say what kind of document it is.', '{"field": "type"}');
  end if;
  return p_type;
end
$$;
comment on function rules.check_type(text) is 'A kind of document of the catalogue, or a plain error.';

create function rules.document_conflict(p_document ivr.ivr_documents, p_expected bigint) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp
begin atomic
  select jsonb_build_object('expected', p_expected, 'version', p_document.version, 'status', p_document.status,
    'changes', coalesce(jsonb_agg(jsonb_build_object('version', a.version, 'action', a.action, 'by', u.display_name, 'at', a.at)
                                  order by a.version), '[]'))
    from audit.audit_logs a left join ivr.users u on u.id = a.actor_id
   where a.org_id = p_document.org_id and a.entity_id = p_document.id and a.version > p_expected;
end;
comment on function rules.document_conflict(ivr.ivr_documents, bigint) is 'Who changed a document since the version that a command was based on.';

create function rules.request_of(p_document ivr.ivr_documents) returns ivr.ivr_requests
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  r ivr.ivr_requests;
begin
  select q.* into r from ivr.ivr_requests q where q.org_id = p_document.org_id and q.id = p_document.request_id;
  if not found then
    perform rules.fail('IV404', 'There is no such document, or it is not yours to see.');
  end if;
  return r;
end
$$;
comment on function rules.request_of(ivr.ivr_documents) is 'The request of a document, when the person may see it; whoever may not is told the same as of what does not exist.';

-- Nobody decides, closes or gives the request to somebody else while one of its documents is changed; the request
-- comes before the document, everywhere.
create function rules.hold_request(p_request ivr.ivr_requests) returns ivr.ivr_requests
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  r ivr.ivr_requests;
begin
  select q.* into r from ivr.ivr_requests q where q.org_id = p_request.org_id and q.id = p_request.id for share;
  if not found then
    perform rules.fail('IV404', 'There is no such request, or it is not yours to see.');
  end if;
  return r;
end
$$;
comment on function rules.hold_request(ivr.ivr_requests) is 'The request as it is now, and as it stays until the command has ended.';

create function rules.lock_document(p_document uuid, p_expected bigint) returns ivr.ivr_documents
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  d ivr.ivr_documents;
begin
  select x.* into d from ivr.ivr_documents x
   where x.org_id = any ((select ivr.my_phi_orgs())::uuid[]) and x.id = p_document;
  -- Whether the request may be seen decides, and only then anybody waits for the row.
  perform rules.hold_request(rules.request_of(d));
  select x.* into d from ivr.ivr_documents x where x.org_id = d.org_id and x.id = d.id for no key update;
  if p_expected is null then
    perform rules.fail('IV422', 'The command does not say which version it is based on.', '{"field": "expected_version"}');
  elsif d.version <> p_expected then
    perform rules.fail('IV409', 'Somebody else changed this document a moment ago.', rules.document_conflict(d, p_expected));
  end if;
  return d;
end
$$;
comment on function rules.lock_document(uuid, bigint) is 'Locks a document and refuses when it is not in the version that the command was based on.';

create function rules.document_summary(p_document ivr.ivr_documents) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp
return (select jsonb_build_object('id', x.id, 'request_id', x.request_id, 'status', x.status, 'version', x.version,
                 'n', (select max(v.n) from ivr.ivr_document_versions v where v.org_id = x.org_id and v.document_id = x.id))
          from ivr.ivr_documents x where x.org_id = p_document.org_id and x.id = p_document.id);
comment on function rules.document_summary(ivr.ivr_documents) is 'What a command about a document answers.';

create function api.begin_document_upload(p_command uuid, p_upload uuid, p_request uuid, p_document uuid, p_file jsonb) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  answer jsonb;
  r ivr.ivr_requests;
  f jsonb := coalesce(p_file, '{}');
  size bigint;
  file uuid := gen_random_uuid();
begin
  perform rules.require('document.add', 'hand in documents');
  answer := rules.begin_command(p_command, 'begin_document_upload', jsonb_build_array(p_upload, p_request, p_document, f));
  if answer is not null then
    return answer;
  end if;
  r := rules.find_request(p_request);
  perform rules.document_side(r);
  if jsonb_typeof(f) <> 'object' or coalesce(f ->> 'size', '') !~ '^[0-9]{1,13}$' or (f ->> 'size')::bigint = 0 then
    perform rules.fail('IV422', 'The file is empty, or its size is not known. Nothing was sent.', '{"field": "size"}');
  elsif p_upload is null then
    perform rules.fail('IV422', 'An upload needs an id.', '{"field": "upload"}');
  elsif not exists (select from ivr.document_formats t where t.content_type = f ->> 'content_type') then
    perform rules.fail('IV422', 'A file of this kind cannot be attached. Send it as PDF, image or plain text.', '{"field": "content_type"}');
  end if;
  if p_document is not null and not exists (
    select from ivr.ivr_documents d where d.org_id = r.org_id and d.id = p_document and d.request_id = r.id
       and d.status in ('requested', 'received', 'rejected')) then
    perform rules.fail('IV410', 'That document takes no new version: it was accepted or withdrawn. Add a new document instead.');
  end if;
  size := (f ->> 'size')::bigint;
  perform rules.take_quota(r.org_id, size);
  insert into ivr.document_files (org_id, id, size, chunks, created_by)
  values (r.org_id, file, size, ceil(size::numeric / rules.chunk_bytes())::integer, ivr.my_id());
  insert into ivr.document_uploads (org_id, id, user_id, request_id, document_id, file_id, type, title, name, content_type)
  values (r.org_id, p_upload, ivr.my_id(), r.id, p_document, file,
          case when p_document is null then rules.check_type(f ->> 'type') end,
          case when p_document is null then coalesce(rules.text_value(f ->> 'title', 'title', 255),
            (select t.label from ivr.document_types t where t.type = f ->> 'type')) end,
          rules.file_name(f ->> 'name'), f ->> 'content_type');
  -- Nothing is lost with it: the desk announces a file again before it goes on, and the last command is durable.
  perform set_config('synchronous_commit', 'off', true);
  perform rules.audit(r.org_id, p_command, 'begin upload', 'document_uploads', p_upload, 1, null,
    jsonb_build_object('request_id', r.id, 'document_id', p_document, 'size', size));
  return rules.end_command(p_command, jsonb_build_object('upload', p_upload, 'request_id', r.id, 'chunk_bytes', rules.chunk_bytes(),
    'chunks', ceil(size::numeric / rules.chunk_bytes())::integer));
exception
  when unique_violation then
    perform rules.fail('IV423', 'An upload with this id exists already.');
end
$$;
comment on function api.begin_document_upload(uuid, uuid, uuid, uuid, jsonb) is
  'Announces a file: a new version of a document, or a new document. File: name, content_type, size, and type and title of a new document.';

create function rules.find_upload(p_upload uuid) returns ivr.document_uploads
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  u ivr.document_uploads;
begin
  select x.* into u from ivr.document_uploads x
   where x.org_id = any ((select ivr.my_phi_orgs())::uuid[]) and x.id = p_upload and x.user_id = ivr.my_id();
  if not found then
    perform rules.fail('IV404', 'There is no such upload. Send the file again.');
  end if;
  return u;
end
$$;
comment on function rules.find_upload(uuid) is 'An upload of the person; what is foreign and what does not exist answer alike.';

create function api.put_document_chunk(p_upload uuid, p_seq integer, p_data bytea, p_sha256 bytea) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  u ivr.document_uploads := rules.find_upload(p_upload);
  f ivr.document_files;
begin
  -- Waiting for the disk once every 4 MiB is enough: after a crash of the server the desk asks which pieces are there,
  -- and the last command is durable, and with it all that came before.
  perform set_config('synchronous_commit', case when p_seq % 16 = 15 then 'on' else 'off' end, true);
  -- Held, so that a piece that comes while its file is given up does not stay behind.
  select x.* into f from ivr.document_files x where x.org_id = u.org_id and x.id = u.file_id for key share;
  if f.id is null or u.state <> 'open' or f.state <> 'uploading' then
    perform rules.fail('IV410', 'This upload has ended already.');
  elsif p_seq is null or p_seq not between 0 and f.chunks - 1 or p_data is null
        or length(p_data) <> least(rules.chunk_bytes(), f.size - p_seq::bigint * rules.chunk_bytes()) then
    perform rules.fail('IV422', 'A piece of the file is not of the size that was announced. Send the file again.', '{"field": "data"}');
  elsif sha256(p_data) is distinct from p_sha256 then
    perform rules.fail('IV422', 'A piece of the file was damaged on the way. Send it again.', '{"field": "sha256"}');
  elsif p_seq = 0 and rules.sniffed(p_data) is distinct from u.content_type then
    perform rules.fail('IV422', 'The content of the file is not what was announced. It was not taken.', '{"field": "content_type"}');
  end if;
  insert into ivr.document_chunks (org_id, file_id, seq, sha256, data) values (u.org_id, u.file_id, p_seq, p_sha256, p_data)
  on conflict (org_id, file_id, seq) do nothing;
  if not found and not exists (select from ivr.document_chunks c
                                where c.org_id = u.org_id and c.file_id = u.file_id and c.seq = p_seq and c.sha256 = p_sha256) then
    perform rules.fail('IV423', 'This piece came already with other content: the file was changed meanwhile. Send it again.');
  end if;
end
$$;
comment on function api.put_document_chunk(uuid, integer, bytea, bytea) is
  'Takes one piece of an announced file, in any order; the same piece again changes nothing.';

create function api.document_upload_chunks(p_upload uuid) returns table (seq integer, sha256 bytea)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  u ivr.document_uploads := rules.find_upload(p_upload);
begin
  return query select c.seq, c.sha256 from ivr.document_chunks c
                where c.org_id = u.org_id and c.file_id = u.file_id order by c.seq;
end
$$;
comment on function api.document_upload_chunks(uuid) is 'Which pieces of the person''s own upload have arrived, to go on after a broken line.';

-- Pieces go and space comes back in the same transaction: neither can be filled by giving up again and again.
create function rules.give_up_file(p_org uuid, p_file uuid) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_size bigint;
begin
  select f.size into v_size from ivr.document_files f where f.org_id = p_org and f.id = p_file and f.state = 'uploading' for update;
  if not found then
    return;
  end if;
  update ivr.document_files f set state = 'orphaned' where f.org_id = p_org and f.id = p_file;
  delete from ivr.document_chunks c where c.org_id = p_org and c.file_id = p_file;
  update ivr.document_quotas q set used_bytes = q.used_bytes - v_size where q.org_id = p_org;
end
$$;
comment on function rules.give_up_file(uuid, uuid) is 'Removes the pieces of a file that is not whole and never will be, and gives its space back.';

create function api.cancel_document_upload(p_command uuid, p_upload uuid) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  answer jsonb;
  u ivr.document_uploads;
begin
  answer := rules.begin_command(p_command, 'cancel_document_upload', jsonb_build_array(p_upload));
  if answer is not null then
    return answer;
  end if;
  u := rules.find_upload(p_upload);
  update ivr.document_uploads x set state = 'cancelled' where x.org_id = u.org_id and x.id = u.id and x.state = 'open';
  if not found and u.state <> 'cancelled' then
    perform rules.fail('IV410', 'This upload has ended already.');
  end if;
  perform rules.give_up_file(u.org_id, u.file_id);
  perform rules.audit(u.org_id, p_command, 'cancel upload', 'document_uploads', u.id, 2, null, jsonb_build_object('request_id', u.request_id));
  return rules.end_command(p_command, jsonb_build_object('upload', u.id));
end
$$;
comment on function api.cancel_document_upload(uuid, uuid) is 'Gives an upload up; what came of it is removed, and takes no space any more.';

-- Whole, or not at all: every piece is there, they add up to the size, and the hash over their hashes agrees.
create function rules.store_file(p_upload ivr.document_uploads, p_sha256 bytea, p_chunks_sha256 bytea) returns uuid
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  f ivr.document_files;
  n bigint;
  bytes bigint;
  hash bytea;
  same uuid;
begin
  select x.* into strict f from ivr.document_files x where x.org_id = p_upload.org_id and x.id = p_upload.file_id;
  select count(*), coalesce(sum(length(c.data)), 0), sha256(coalesce(string_agg(c.sha256, '' order by c.seq), ''))
    into n, bytes, hash from ivr.document_chunks c where c.org_id = f.org_id and c.file_id = f.id;
  if n <> f.chunks or bytes <> f.size then
    perform rules.fail('IV422', 'Pieces of the file are missing. Send the rest.', jsonb_build_object('field', 'chunks', 'there', n, 'chunks', f.chunks));
  elsif coalesce(length(p_sha256), 0) <> 32 or hash is distinct from p_chunks_sha256 then
    perform rules.fail('IV422', 'The file was changed while it was sent. Send it again.', '{"field": "sha256"}');
  end if;
  begin
    update ivr.document_files x set state = 'stored', sha256 = p_sha256, chunks_sha256 = hash, stored_at = clock_timestamp()
     where x.org_id = f.org_id and x.id = f.id and x.state = 'uploading';
    return f.id;
  exception
    when unique_violation then
      null;
  end;
  select x.id into strict same from ivr.document_files x
   where x.org_id = f.org_id and x.chunks_sha256 = hash and x.sha256 = p_sha256 and x.size = f.size and x.state = 'stored';
  perform rules.give_up_file(f.org_id, f.id);
  return same;
end
$$;
comment on function rules.store_file(ivr.document_uploads, bytea, bytea) is
  'Checks a file that has arrived and keeps it; the same content is kept once in an organization.';

create function rules.add_version(p_document ivr.ivr_documents, p_upload ivr.document_uploads, p_file uuid, p_side text) returns integer
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  next_n integer := coalesce((select max(v.n) from ivr.ivr_document_versions v
                               where v.org_id = p_document.org_id and v.document_id = p_document.id), 0) + 1;
begin
  update ivr.ivr_document_versions v set status = 'replaced', decided_by = ivr.my_id(), decided_at = clock_timestamp()
   where v.org_id = p_document.org_id and v.document_id = p_document.id and v.n = next_n - 1 and v.status = 'received';
  insert into ivr.ivr_document_versions (org_id, document_id, n, file_id, name, content_type, added_by, added_side)
  values (p_document.org_id, p_document.id, next_n, p_file, p_upload.name, p_upload.content_type, ivr.my_id(), p_side);
  return next_n;
end
$$;
comment on function rules.add_version(ivr.ivr_documents, ivr.document_uploads, uuid, text) is 'Adds a version to a document; the one before was replaced.';

create function api.finish_document(p_command uuid, p_upload uuid, p_expected_version bigint, p_sha256 bytea, p_chunks_sha256 bytea) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  answer jsonb;
  u ivr.document_uploads;
  d ivr.ivr_documents;
  r ivr.ivr_requests;
  side text;
  file uuid;
  n integer;
begin
  perform rules.require('document.add', 'hand in documents');
  answer := rules.begin_command(p_command, 'finish_document', jsonb_build_array(p_upload, p_expected_version,
                                encode(p_sha256, 'hex'), encode(p_chunks_sha256, 'hex')));
  if answer is not null then
    return answer;
  end if;
  u := rules.find_upload(p_upload);
  update ivr.document_uploads x set state = 'finished' where x.org_id = u.org_id and x.id = u.id and x.state = 'open';
  if not found then
    perform rules.fail('IV410', 'This upload has ended already.');
  end if;
  r := rules.hold_request(rules.find_request(u.request_id));
  side := rules.document_side(r);
  if u.document_id is null then
    d.org_id := r.org_id;
    d.id := gen_random_uuid();
    insert into ivr.ivr_documents (org_id, id, request_id, type, title, status, created_by)
    values (d.org_id, d.id, r.id, u.type, u.title, 'received', ivr.my_id());
    update ivr.document_uploads x set document_id = d.id where x.org_id = u.org_id and x.id = u.id;
  else
    d := rules.lock_document(u.document_id, p_expected_version);
    r := rules.request_of(d);
    if d.status not in ('requested', 'received', 'rejected') then
      perform rules.fail('IV410', 'That document takes no new version: it was accepted or withdrawn. Add a new document instead.');
    end if;
    update ivr.ivr_documents x set status = 'received' where x.org_id = d.org_id and x.id = d.id;
  end if;
  file := rules.store_file(u, p_sha256, p_chunks_sha256);
  n := rules.add_version(d, u, file, side);
  answer := rules.document_summary(d);
  perform rules.audit(d.org_id, p_command, case when n = 1 then 'hand in' else 'replace' end, 'ivr_documents', d.id, (answer ->> 'version')::bigint, null,
    jsonb_build_object('n', n, 'file_id', file, 'sha256', encode(p_sha256, 'hex'), 'content_type', u.content_type));
  return rules.end_command(p_command, answer);
end
$$;
comment on function api.finish_document(uuid, uuid, bigint, bytea, bytea) is
  'Makes a file that has arrived whole the newest version of its document. Names the version of the document that it replaces.';

create function rules.decide_document(p_document uuid, p_expected bigint, p_status text, p_reason text) returns ivr.ivr_documents
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  d ivr.ivr_documents;
  r ivr.ivr_requests;
begin
  d := rules.lock_document(p_document, p_expected);
  r := rules.request_of(d);
  if rules.document_side(r) <> 'verification' then
    perform rules.fail('IV403', 'Only the verification team decides about documents.');
  elsif r.status not in ('in_review', 'reverify', 'info_needed', 'with_payer', 'escalated') then
    perform rules.fail('IV410', 'Documents can be accepted or rejected only while the request is in review.');
  elsif d.status not in ('received', 'accepted', 'rejected') or d.status = p_status then
    perform rules.fail('IV410', 'There is nothing to decide about this document.', jsonb_build_object('status', d.status));
  elsif p_status = 'accepted' and exists (
    select from ivr.ivr_document_versions v join ivr.document_files f on f.org_id = v.org_id and f.id = v.file_id
     where v.org_id = d.org_id and v.document_id = d.id and v.status in ('received', 'rejected') and f.scan = 'infected') then
    perform rules.fail('IV410', 'A virus was found in this document. Reject it, and ask for another copy.');
  end if;
  update ivr.ivr_document_versions v set status = p_status, decided_by = ivr.my_id(), decided_at = clock_timestamp(), reason = p_reason
   where v.org_id = d.org_id and v.document_id = d.id
     and v.n = (select max(m.n) from ivr.ivr_document_versions m where m.org_id = d.org_id and m.document_id = d.id);
  update ivr.ivr_documents x set status = p_status where x.org_id = d.org_id and x.id = d.id;
  return d;
end
$$;
comment on function rules.decide_document(uuid, bigint, text, text) is 'Accepts or rejects the newest version of a document; answers the document as it was.';

create function api.accept_document(p_command uuid, p_document uuid, p_expected_version bigint) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  answer jsonb;
  d ivr.ivr_documents;
begin
  perform rules.require('document.review', 'accept documents');
  answer := rules.begin_command(p_command, 'accept_document', jsonb_build_array(p_document, p_expected_version));
  if answer is not null then
    return answer;
  end if;
  d := rules.decide_document(p_document, p_expected_version, 'accepted', null);
  perform rules.audit(d.org_id, p_command, 'accept', 'ivr_documents', d.id, d.version + 1, jsonb_build_object('status', d.status), '{"status": "accepted"}');
  return rules.end_command(p_command, rules.document_summary(d));
end
$$;
comment on function api.accept_document(uuid, uuid, bigint) is 'The specialist accepts the newest version of a document: what was asked for is there.';

create function api.reject_document(p_command uuid, p_document uuid, p_expected_version bigint, p_reason text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  answer jsonb;
  d ivr.ivr_documents;
  reason text := rules.text_value(p_reason, 'reason', 1000);
begin
  perform rules.require('document.review', 'reject documents');
  answer := rules.begin_command(p_command, 'reject_document', jsonb_build_array(p_document, p_expected_version, reason));
  if answer is not null then
    return answer;
  end if;
  if reason is null then
    perform rules.fail('IV422', 'Give a reason: the clinic has to know what is wrong with it.', '{"field": "reason"}');
  end if;
  d := rules.decide_document(p_document, p_expected_version, 'rejected', reason);
  perform rules.audit(d.org_id, p_command, 'reject', 'ivr_documents', d.id, d.version + 1, jsonb_build_object('status', d.status),
    jsonb_build_object('status', 'rejected', 'reason', reason));
  return rules.end_command(p_command, rules.document_summary(d));
end
$$;
comment on function api.reject_document(uuid, uuid, bigint, text) is 'The specialist rejects the newest version of a document and says why.';

create function api.withdraw_document(p_command uuid, p_document uuid, p_expected_version bigint, p_reason text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  answer jsonb;
  d ivr.ivr_documents;
  r ivr.ivr_requests;
  v ivr.ivr_document_versions;
  side text;
  v_reason text := rules.text_value(p_reason, 'reason', 1000);
begin
  perform rules.require('document.add', 'take documents back');
  answer := rules.begin_command(p_command, 'withdraw_document', jsonb_build_array(p_document, p_expected_version, v_reason));
  if answer is not null then
    return answer;
  end if;
  d := rules.lock_document(p_document, p_expected_version);
  r := rules.request_of(d);
  side := rules.document_side(r);
  select x.* into v from ivr.ivr_document_versions x where x.org_id = d.org_id and x.document_id = d.id order by x.n desc limit 1;
  if d.status in ('accepted', 'withdrawn') then
    perform rules.fail('IV410', 'This document was accepted or withdrawn already.', jsonb_build_object('status', d.status));
  elsif coalesce(v.added_side, 'verification') <> side and d.status <> 'requested' then
    perform rules.fail('IV403', 'Only the side that handed a document in takes it back.');
  elsif d.status = 'requested' and side <> 'verification' then
    perform rules.fail('IV403', 'Only the verification team takes back what it asked for.');
  end if;
  -- What was asked for is still needed; what nobody asked for is gone.
  update ivr.ivr_documents x set status = case when d.status <> 'requested' and d.asked_by is not null then 'requested' else 'withdrawn' end
   where x.org_id = d.org_id and x.id = d.id;
  if d.status <> 'requested' then
    -- No version of it is for others any more: it may be another patient's.
    update ivr.ivr_document_versions x set status = 'withdrawn', decided_by = ivr.my_id(), decided_at = clock_timestamp(), reason = v_reason
     where x.org_id = d.org_id and x.document_id = d.id and x.added_side = side and x.status <> 'withdrawn';
  end if;
  perform rules.audit(d.org_id, p_command, 'withdraw', 'ivr_documents', d.id, d.version + 1, jsonb_build_object('status', d.status),
    jsonb_build_object('reason', v_reason));
  return rules.end_command(p_command, rules.document_summary(d));
end
$$;
comment on function api.withdraw_document(uuid, uuid, bigint, text) is
  'Takes back what was handed in by mistake, or what need not be handed in any more. Others cannot read it from then on.';

create function api.describe_document(p_command uuid, p_document uuid, p_expected_version bigint, p_type text, p_title text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  answer jsonb;
  d ivr.ivr_documents;
  r ivr.ivr_requests;
begin
  perform rules.require('document.add', 'describe documents');
  answer := rules.begin_command(p_command, 'describe_document', jsonb_build_array(p_document, p_expected_version, p_type, p_title));
  if answer is not null then
    return answer;
  end if;
  d := rules.lock_document(p_document, p_expected_version);
  r := rules.request_of(d);
  perform rules.document_side(r);
  if d.status not in ('received', 'rejected', 'accepted') then
    perform rules.fail('IV410', 'Only what was handed in can be named otherwise.', jsonb_build_object('status', d.status));
  end if;
  update ivr.ivr_documents x set type = rules.check_type(p_type),
    title = coalesce(rules.text_value(p_title, 'title', 255), (select t.label from ivr.document_types t where t.type = p_type))
   where x.org_id = d.org_id and x.id = d.id;
  perform rules.audit(d.org_id, p_command, 'describe', 'ivr_documents', d.id, d.version + 1, jsonb_build_object('type', d.type, 'title', d.title),
    jsonb_build_object('type', p_type, 'title', p_title));
  return rules.end_command(p_command, rules.document_summary(d));
end
$$;
comment on function api.describe_document(uuid, uuid, bigint, text, text) is 'Says what a document is, when it was guessed wrongly.';

create function api.request_documents(p_command uuid, p_request uuid, p_expected_version bigint, p_sentence text, p_due_on text, p_documents jsonb)
returns jsonb language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  answer jsonb;
  r ivr.ivr_requests;
  sentence text := rules.text_value(p_sentence, 'reason', 1000);
  details jsonb := jsonb_build_object('due_on', p_due_on, 'documents', p_documents);
begin
  perform rules.require('document.review', 'ask for documents');
  answer := rules.begin_command(p_command, 'request_documents', jsonb_build_array(p_request, p_expected_version, sentence, details));
  if answer is not null then
    return answer;
  end if;
  if coalesce(jsonb_typeof(p_documents), '') <> 'array' or jsonb_array_length(p_documents) not between 1 and 50 or pg_column_size(details) > 65536 then
    perform rules.fail('IV422', 'Tick what is missing.', '{"field": "documents"}');
  end if;
  r := rules.lock_request(p_request, p_expected_version);
  if r.status <> 'info_needed' then
    r := rules.step(p_command, r, 'info_needed', sentence, details);
    return rules.end_command(p_command, rules.summary(r));
  end if;
  -- The clinic has been asked already; more is asked for in the same breath.
  perform rules.document_side(r);
  if sentence is null then
    perform rules.fail('IV422', 'Give a reason: the other side has to know why.', '{"field": "reason"}');
  elsif coalesce(rules.intake_date(details, 'due_on'), current_date - 1) < current_date then
    perform rules.fail('IV422', 'Say until when the answer is needed: today or later.', '{"field": "due_on"}');
  end if;
  perform rules.ask_for_papers(r, sentence, details);
  update ivr.ivr_requests q set due_at = greatest(q.due_at, (rules.intake_date(details, 'due_on') + 1)::timestamp at time zone
      coalesce((select o.time_zone from ivr.organizations o where o.id = r.org_id), 'UTC'))
   where q.org_id = r.org_id and q.id = r.id;
  r := rules.reload(r);
  perform rules.audit(r.org_id, p_command, 'ask for documents', 'ivr_requests', r.id, r.version, null,
    jsonb_build_object('reason', sentence, 'due_on', p_due_on, 'documents', p_documents));
  return rules.end_command(p_command, rules.summary(r));
end
$$;
comment on function api.request_documents(uuid, uuid, bigint, text, text, jsonb) is
  'Sends a request back for documents: what is missing (type, title, note each), until when, and one sentence. Also while it is sent back already.';

reset role;
