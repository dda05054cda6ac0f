-- SPDX-License-Identifier: GPL-3.0-or-later
-- Reading documents: the list with the request's ticket, the content with a ticket of its own, so that each view,
-- download, print, opening with another program and small picture is written down, each as what it is, and committed
-- before the first byte is read.
set local role ivr_exec;

create function api.document_catalogue() returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform rules.me();
  return jsonb_build_object(
    'types', (select jsonb_agg(to_jsonb(t) || jsonb_build_object('requirements',
        (select coalesce(jsonb_agg(to_jsonb(q) - 'type' - 'id' order by q.need, q.why), '[]') from ivr.document_requirements q where q.type = t.type))
        order by t.position) from ivr.document_types t),
    'formats', (select jsonb_agg(to_jsonb(f) order by f.position) from ivr.document_formats f));
end
$$;
comment on function api.document_catalogue() is 'Kinds of documents, who asks for them, and the formats that they may have.';

-- What is stricter wins: one line for each kind that this payer or one of these products asks for.
create function rules.documents_needed(r ivr.ivr_requests) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp
begin atomic
  select coalesce(jsonb_agg(jsonb_build_object('type', x.type, 'label', t.label, 'need', x.need, 'why', x.why, 'there', exists (
           select from ivr.ivr_documents d where d.org_id = r.org_id and d.request_id = r.id and d.type = x.type
              and d.status in ('received', 'accepted'))) order by t.position), '[]')
    from (select distinct on (q.type) q.type, q.need, q.why
            from ivr.document_requirements q
           where (q.payer_kind is null or q.payer_kind = (select y.kind from ivr.payers y where y.id = r.payer_id))
             and (q.payer_id is null or q.payer_id = r.payer_id)
             and (q.product_id is null or exists (select from ivr.ivr_products p
                                                   where p.org_id = r.org_id and p.request_id = r.id and p.product_id = q.product_id))
           order by q.type, q.need, num_nonnulls(q.payer_id, q.product_id, q.payer_kind) desc, q.why) x
    join ivr.document_types t on t.type = x.type;
end;
comment on function rules.documents_needed(ivr.ivr_requests) is 'Documents that the payer or the products of a request ask for, and whether they are there.';

-- What was taken back is for the side that had handed it in, and for nobody else: it may be another patient's.
create function rules.is_open_version(v ivr.ivr_document_versions, p_side text) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp
return v.status <> 'withdrawn' or coalesce(v.added_side = p_side, false);
comment on function rules.is_open_version(ivr.ivr_document_versions, text) is 'Whether a side may read a version.';

create function rules.versions_of(d ivr.ivr_documents, p_side text) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp
begin atomic
  select coalesce(jsonb_agg(jsonb_build_object('n', v.n, 'status', v.status, 'content_type', v.content_type, 'size', f.size,
           'name', case when rules.is_open_version(v, p_side) then v.name end, 'sha256', encode(f.sha256, 'hex'), 'scan', f.scan,
           'scanned_at', f.scanned_at, 'by', coalesce(u.display_name, ''), 'side', v.added_side, 'at', v.added_at,
           'decided_by', w.display_name, 'decided_at', v.decided_at, 'reason', v.reason,
           'readable', rules.is_open_version(v, p_side) and f.scan <> 'infected') order by v.n desc), '[]')
    from ivr.ivr_document_versions v
    join ivr.document_files f on f.org_id = v.org_id and f.id = v.file_id
    left join ivr.users u on u.id = v.added_by
    left join ivr.users w on w.id = v.decided_by
   where v.org_id = d.org_id and v.document_id = d.id;
end;
comment on function rules.versions_of(ivr.ivr_documents, text) is 'Every version of a document as a side sees it, newest first.';

create function api.read_documents(p_ticket uuid) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  r ivr.ivr_requests := rules.request_by_ticket(p_ticket);
  side text := rules.my_side(r);
  changes boolean := r.turn <> 'nobody' and 'document.add' = any (ivr.my_rights())
                     and (side = 'clinic' or (side = 'verification' and (r.assignee_id = ivr.my_id() or 'lead' = any (rules.my_roles_for(r)))));
  reviews boolean := changes and side = 'verification' and 'document.review' = any (ivr.my_rights())
                     and r.status in ('in_review', 'reverify', 'info_needed', 'with_payer', 'escalated');
  asks boolean := reviews and (r.status = 'info_needed' or exists (select from rules.actions(r) s where s.to_status = 'info_needed'));
begin
  return jsonb_build_object('request_id', r.id, 'version', r.version, 'status', r.status,
    'documents', (select coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'type', d.type, 'label', t.label, 'title', d.title, 'status', d.status,
        'version', d.version, 'due_on', d.due_on, 'note', d.note, 'asked_by', a.display_name, 'asked_at', d.asked_at, 'changed_at', d.changed_at,
        'versions', rules.versions_of(d, side)) order by d.created_at, d.id), '[]')
      from ivr.ivr_documents d join ivr.document_types t on t.type = d.type left join ivr.users a on a.id = d.asked_by
     where d.org_id = r.org_id and d.request_id = r.id and (d.status <> 'withdrawn' or exists (
       select from ivr.ivr_document_versions v where v.org_id = d.org_id and v.document_id = d.id and v.added_side = side))),
    'needed', rules.documents_needed(r),
    'most_bytes', rules.most_document_bytes(r.org_id),
    'can', jsonb_build_object('add', changes, 'review', reviews,
      'ask', asks),
    -- What a document can be, for whom that concerns.
    'types', case when changes or asks then (select jsonb_agg(jsonb_build_object('type', t.type, 'label', t.label, 'meaning', t.meaning) order by t.position)
                                    from ivr.document_types t) end);
end
$$;
comment on function api.read_documents(uuid) is
  'The documents of the request that was opened with a ticket, with every version, what its payer asks for, and what the person may do.';

create function api.open_document(p_ticket uuid, p_document uuid, p_version integer, p_purpose text, p_session uuid default null) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  me ivr.users := rules.me();
  d ivr.ivr_documents;
  r ivr.ivr_requests;
  v_n integer;
begin
  perform rules.claim_ticket(p_ticket);
  if p_purpose is null or p_purpose not in ('view', 'download', 'print', 'open', 'thumbnail') then
    perform rules.fail('IV422', 'Say what the document is opened for.', '{"field": "purpose"}');
  end if;
  select x.* into d from ivr.ivr_documents x where x.org_id = any ((select ivr.my_phi_orgs())::uuid[]) and x.id = p_document;
  r := rules.request_of(d);
  select max(v.n) into v_n from ivr.ivr_document_versions v
   where v.org_id = d.org_id and v.document_id = d.id and (p_version is null or v.n = p_version);
  if v_n is null then
    perform rules.fail('IV404', 'There is no such document, or it is not yours to see.');
  end if;
  insert into audit.phi_access_logs (org_id, actor_id, session_id, what, request_id, ticket, purpose, filter)
  values (r.org_id, me.id, p_session, case when p_purpose = 'print' then 'print' else 'document' end, r.id, p_ticket,
          case when r.org_id = any (ivr.my_emergency_orgs()) then 'emergency: ' || p_purpose else p_purpose end,
          jsonb_build_object('document', d.id, 'version', v_n));
  return jsonb_build_object('ticket', p_ticket, 'document', d.id, 'version', v_n,
                            'expires_at', clock_timestamp() + make_interval(mins => rules.ticket_minutes()));
end
$$;
comment on function api.open_document(uuid, uuid, integer, text, uuid) is
  'Writes down that the person views, downloads, prints or opens with another program a version of a document, or the newest, or that the desk drew it small; commit it, then read with the ticket.';

-- Rights are asked anew: the ticket says that it was written down, not that it is still allowed.
create function rules.opened_version(p_ticket uuid) returns ivr.ivr_document_versions
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  t audit.phi_access_logs := rules.ticket(p_ticket, array['document', 'print']);
  r ivr.ivr_requests := rules.find_request(t.request_id);
  v ivr.ivr_document_versions;
begin
  select x.* into v from ivr.ivr_document_versions x
   where x.org_id = r.org_id and x.document_id = rules.uuid_value(t.filter ->> 'document', 'document') and x.n = (t.filter ->> 'version')::integer;
  if not found then
    perform rules.fail('IV404', 'There is no such document, or it is not yours to see.');
  elsif not rules.is_open_version(v, rules.my_side(r)) then
    perform rules.fail('IV403', 'This document was taken back by the side that had handed it in.');
  end if;
  return v;
end
$$;
comment on function rules.opened_version(uuid) is 'The version that the person opened with a ticket.';

create function rules.readable_file(p_version ivr.ivr_document_versions) returns ivr.document_files
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  f ivr.document_files;
begin
  select x.* into strict f from ivr.document_files x where x.org_id = p_version.org_id and x.id = p_version.file_id;
  if f.scan = 'infected' then
    perform rules.fail('IV403', 'A virus was found in this document; it cannot be opened. Ask for another copy.', '{"scan": "infected"}');
  elsif f.scan = 'not_scanned' and exists (select from ivr.settings s where s.name = 'documents_need_scan' and s.value = 'true') then
    perform rules.fail('IV403', 'This document has not been scanned for viruses yet. Try again in a few minutes.', '{"scan": "not_scanned"}');
  end if;
  return f;
end
$$;
comment on function rules.readable_file(ivr.ivr_document_versions) is 'The content of a version, unless a virus scanner is against it.';

create function api.read_document(p_ticket uuid) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v ivr.ivr_document_versions := rules.opened_version(p_ticket);
  f ivr.document_files := rules.readable_file(v);
begin
  return jsonb_build_object('document', v.document_id, 'version', v.n, 'name', v.name, 'content_type', v.content_type,
    'size', f.size, 'chunks', f.chunks, 'sha256', encode(f.sha256, 'hex'), 'chunks_sha256', encode(f.chunks_sha256, 'hex'), 'scan', f.scan);
end
$$;
comment on function api.read_document(uuid) is 'Name, format, size and hashes of the version that was opened with a ticket.';

create function api.read_document_chunks(p_ticket uuid, p_from integer, p_count integer) returns table (seq integer, sha256 bytea, data bytea)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  f ivr.document_files := rules.readable_file(rules.opened_version(p_ticket));
begin
  -- What is put together here are rows that name the pieces; the pieces are read while they are sent, one by one.
  return query select c.seq, c.sha256, c.data from ivr.document_chunks c
                where c.org_id = f.org_id and c.file_id = f.id and c.seq >= coalesce(p_from, 0) order by c.seq
                limit least(greatest(coalesce(p_count, 32), 1), 256);
end
$$;
comment on function api.read_document_chunks(uuid, integer, integer) is
  'Pieces of the version that was opened with a ticket, so many from one on: no transaction lasts as long as a slow line takes.';

reset role;
