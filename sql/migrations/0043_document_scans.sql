-- SPDX-License-Identifier: GPL-3.0-or-later
-- What a virus scanner is given, and what it says: called by “ivr-admin documents scan” with the server's own rights,
-- and by nobody else. Each answer leaves a row in the log and is told to the desks.

set local role ivr_owner;

create index document_files_not_scanned on ivr.document_files (org_id, id) where state = 'stored' and scan = 'not_scanned';
-- In place of one for all: what is stored is read, and gets what the scanner says; what is not stored is removed.
drop policy document_files_reap on ivr.document_files;
create policy document_files_seen on ivr.document_files for select to ivr_owner using (true);
create policy document_files_noted on ivr.document_files for update to ivr_owner using (state <> 'stored' or scan = 'not_scanned') with check (true);
create policy document_files_reap on ivr.document_files for delete to ivr_owner using (state <> 'stored');
drop policy document_chunks_reap on ivr.document_chunks;
create policy document_chunks_seen on ivr.document_chunks for select to ivr_owner using (true);
create policy document_chunks_reap on ivr.document_chunks for delete to ivr_owner
  using (exists (select from ivr.document_files f where f.org_id = document_chunks.org_id and f.id = file_id and f.state <> 'stored'));
create policy ivr_document_versions_scan on ivr.ivr_document_versions for select to ivr_owner using (true);
create policy ivr_documents_scan on ivr.ivr_documents for select to ivr_owner using (true);
alter policy audit_logs_by_hand on audit.audit_logs with check (action like 'by hand: %' or action like 'scan: %');

create function ivr.next_unscanned(p_org uuid, p_file uuid) returns table (org_id uuid, file_id uuid, chunks integer)
language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
  select f.org_id, f.id, f.chunks from ivr.document_files f
   where f.state = 'stored' and f.scan = 'not_scanned' and (f.org_id, f.id) > (p_org, p_file)
   order by f.org_id, f.id limit 1;
end;
comment on function ivr.next_unscanned(uuid, uuid) is 'The first content behind the one that is named that no virus scanner has looked at.';

create function ivr.scan_chunk(p_org uuid, p_file uuid, p_seq integer) returns bytea
language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
  select c.data from ivr.document_chunks c where c.org_id = p_org and c.file_id = p_file and c.seq = p_seq;
end;
comment on function ivr.scan_chunk(uuid, uuid, integer) is 'One piece of a stored content, for a virus scanner.';

create function ivr.note_scan(p_org uuid, p_file uuid, p_scan text, p_signature text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  d record;
begin
  if p_scan is null or p_scan not in ('clean', 'infected') then
    raise exception using errcode = 'IV422', message = 'A scan ends clean or infected.';
  end if;
  -- What was found is never taken back by another look.
  update ivr.document_files f set scan = p_scan, scanned_at = clock_timestamp()
   where f.org_id = p_org and f.id = p_file and f.state = 'stored' and f.scan = 'not_scanned';
  if not found then
    return false;
  end if;
  insert into audit.audit_logs (org_id, action, entity, entity_id, before, after)
  values (p_org, 'scan: ' || p_scan, 'document_files', p_file, '{"scan": "not_scanned"}',
          jsonb_strip_nulls(jsonb_build_object('scan', p_scan, 'signature', left(p_signature, 100))));
  for d in select x.id, x.request_id, x.version from ivr.ivr_documents x
            where x.org_id = p_org and exists (select from ivr.ivr_document_versions v
                                                where v.org_id = x.org_id and v.document_id = x.id and v.file_id = p_file) loop
    perform ivr.stage_event(p_org, 'document', d.id, d.request_id, d.version);
  end loop;
  return true;
end
$$;
comment on function ivr.note_scan(uuid, uuid, text, text) is
  'Keeps what a virus scanner says of a content, once, and tells the desks that show a document of it; false when it was scanned meanwhile.';

reset role;
