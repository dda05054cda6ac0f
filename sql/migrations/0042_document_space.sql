-- SPDX-License-Identifier: GPL-3.0-or-later
-- What is given up takes no space from that moment on: its pieces go with it, and nobody waits for the reaper.

set local role ivr_owner;

-- Only of a file that is given up already, and only by whoever sent it.
create policy document_chunks_give_up on ivr.document_chunks for delete to ivr_exec
  using (org_id = any ((select ivr.my_phi_orgs())::uuid[])
         and exists (select from ivr.document_files f where f.org_id = document_chunks.org_id and f.id = file_id
                        and f.state = 'orphaned' and f.created_by = (select ivr.my_id())));
grant delete on ivr.document_chunks to ivr_exec;

comment on column ivr.document_quotas.used_bytes is 'Bytes that are stored or promised: uploads count whole from their beginning until they are given up.';
comment on column ivr.document_files.state is
  'uploading: pieces are coming; stored: whole, and never changed again; orphaned: given up, counts nothing, and its row is removed later.';

-- What nobody finished is given up, and what was given up is removed, one file at a time, so that no transaction grows
-- with what piled up.
create or replace function ivr.reap_document(p_age interval) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  f ivr.document_files;
begin
  with given_up as (
    update ivr.document_uploads u set state = 'cancelled'
     where u.state = 'open' and u.began_at < clock_timestamp() - p_age
       and not exists (select from ivr.document_chunks c where c.org_id = u.org_id and c.file_id = u.file_id and c.at >= clock_timestamp() - p_age)
    returning u.org_id, u.file_id),
  orphaned as (
    update ivr.document_files x set state = 'orphaned' from given_up g where x.org_id = g.org_id and x.id = g.file_id and x.state = 'uploading'
    returning x.org_id, x.size)
  update ivr.document_quotas q set used_bytes = q.used_bytes - o.bytes
    from (select n.org_id, sum(n.size) as bytes from orphaned n group by n.org_id) o where q.org_id = o.org_id;
  select x.* into f from ivr.document_files x
   where x.state = 'orphaned' and x.created_at < clock_timestamp() - p_age order by x.created_at limit 1 for update skip locked;
  if not found then
    return null;
  end if;
  delete from ivr.document_uploads u where u.org_id = f.org_id and u.file_id = f.id;
  delete from ivr.document_chunks c where c.org_id = f.org_id and c.file_id = f.id;
  delete from ivr.document_files x where x.org_id = f.org_id and x.id = f.id;
  return f.size;
end
$$;

reset role;
-- What was given up before still counted; written without a trace, because nobody did anything.
do $$
declare
  traced boolean := exists (select from pg_trigger where tgname = 'by_hand' and tgrelid = 'ivr.document_quotas'::regclass);
begin
  if traced then
    alter table ivr.document_quotas disable trigger by_hand;
  end if;
  update ivr.document_quotas q set used_bytes = q.used_bytes - x.bytes
    from (select f.org_id, sum(f.size) as bytes from ivr.document_files f where f.state = 'orphaned' group by f.org_id) x where q.org_id = x.org_id;
  if traced then
    alter table ivr.document_quotas enable trigger by_hand;
  end if;
end
$$;
