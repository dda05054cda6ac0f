-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the desk reads about one request, about the person, and the catalogues.
set local role ivr_exec;

create function api.who_am_i() returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  me ivr.users := rules.me();
begin
  return jsonb_build_object(
    'id', me.id, 'login', me.login, 'name', me.display_name, 'title', me.title,
    'org', (select jsonb_build_object('id', o.id, 'name', o.name, 'kind', o.kind, 'time_zone', o.time_zone)
              from ivr.organizations o where o.id = me.org_id),
    'side', case when cardinality(ivr.my_team_orgs()) > 0 then 'verification'
                 when cardinality(ivr.my_clinic_orgs()) > 0 then 'clinic' else 'other' end,
    'roles', to_jsonb(ivr.my_roles()), 'rights', to_jsonb(ivr.my_rights()), 'orgs', to_jsonb(ivr.my_orgs()),
    'facilities', (select coalesce(jsonb_agg(to_jsonb(f) - 'tax_id' order by f.name), '[]') from ivr.facilities f
                    where f.org_id = any (ivr.my_clinic_orgs())
                      and (f.org_id = any (ivr.my_whole_orgs()) or f.id = any (ivr.my_facilities()))),
    'providers', (select coalesce(jsonb_agg(to_jsonb(p) - 'tax_id' order by p.name), '[]') from ivr.providers p
                   where p.org_id = any (ivr.my_clinic_orgs())),
    'demo', coalesce((select s.value = 'true' from ivr.settings s where s.name = 'demo'), false),
    'schema', coalesce((select s.value::integer from ivr.settings s where s.name = 'schema_version'), 0),
    'server', current_setting('server_version'));
end
$$;
comment on function api.who_am_i() is 'The person, their organization, roles, rights and facilities, and what the database is.';

create function api.workflow() returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform rules.me();
  return jsonb_build_object(
    'statuses', (select jsonb_agg(to_jsonb(s) order by s.position) from ivr.ivr_statuses s),
    'transitions', (select jsonb_agg(to_jsonb(t) order by t.from_status, t.position) from ivr.ivr_transitions t
                     where t.role = any (ivr.my_roles())),
    'reasons', (select jsonb_agg(to_jsonb(r) order by r.action, r.position) from ivr.ivr_reasons r),
    'document_types', (select jsonb_agg(to_jsonb(d) order by d.position) from ivr.document_types d));
end
$$;
comment on function api.workflow() is 'Statuses, the steps of the person''s roles, reason codes, and what can be asked for.';

create function api.catalogue() returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform rules.me();
  return jsonb_build_object(
    'payers', (select coalesce(jsonb_agg(to_jsonb(y) order by y.name), '[]') from ivr.payers y where y.is_active),
    'products', (select coalesce(jsonb_agg(to_jsonb(p) || jsonb_build_object('sizes',
        (select coalesce(jsonb_agg(jsonb_build_object('id', z.id, 'label', z.label, 'area_hundredths', z.area_hundredths)
                                   order by z.area_hundredths, z.label), '[]')
           from ivr.product_sizes z where z.product_id = p.id)) order by p.name), '[]')
      from ivr.products p where p.effective_to is null or p.effective_to > current_date),
    'team', (select coalesce(jsonb_agg(distinct jsonb_build_object('id', u.id, 'name', u.display_name)), '[]')
               from ivr.memberships m join ivr.users u on u.id = m.user_id and u.is_active
              where m.org_id = any (ivr.my_team_orgs()) and m.role in ('specialist', 'lead')));
end
$$;
comment on function api.catalogue() is 'Payers, products with sizes, and for the team its members.';

create function rules.products_of(p_request ivr.ivr_requests) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp
begin atomic
  select coalesce(jsonb_agg(jsonb_build_object('hcpcs', p.hcpcs, 'name', p.name, 'sizes', s.sizes, 'area_hundredths', s.area)
                            order by p.position), '[]')
    from ivr.ivr_products p,
         lateral (select coalesce(jsonb_agg(jsonb_build_object('label', z.label, 'area_hundredths', z.area_hundredths,
                           'quantity', z.quantity) order by z.area_hundredths, z.label), '[]') sizes,
                         coalesce(sum(z.area_hundredths::bigint * z.quantity), 0) area
                    from ivr.ivr_product_sizes z where z.org_id = p.org_id and z.ivr_product_id = p.id) s
   where p.org_id = p_request.org_id and p.request_id = p_request.id;
end;
comment on function rules.products_of(ivr.ivr_requests) is 'Products and sizes of a request with total areas.';

create function rules.history_of(p_request ivr.ivr_requests) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp
begin atomic
  select coalesce(jsonb_agg(jsonb_build_object('at', h.at, 'from', h.from_status, 'to', h.to_status, 'action', h.action,
           'by', coalesce(u.display_name, 'The other side'), 'reason', h.reason, 'reason_label', c.label,
           'due_on', h.details ->> 'due_on', 'reference', h.details ->> 'reference') order by h.version desc), '[]')
    from ivr.ivr_status_history h
    left join ivr.users u on u.id = h.actor_id
    left join ivr.ivr_reasons c on c.code = h.reason_code
   where h.org_id = p_request.org_id and h.request_id = p_request.id;
end;
comment on function rules.history_of(ivr.ivr_requests) is 'What happened to a request, newest first.';

create function rules.request_document(r ivr.ivr_requests) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp
begin atomic
  select (to_jsonb(r) - 'patient_sort' - 'verifier_org_id') || jsonb_build_object(
    'clinic', (select o.name from ivr.organizations o where o.id = r.org_id),
    'team', (select o.name from ivr.organizations o where o.id = r.verifier_org_id),
    'facility', (select f.name from ivr.facilities f where f.org_id = r.org_id and f.id = r.facility_id),
    'created_by_name', (select u.display_name from ivr.users u where u.id = r.created_by),
    'assignee', (select u.display_name from ivr.users u where u.id = r.assignee_id),
    'patient', (select to_jsonb(p) from ivr.patients p where p.org_id = r.org_id and p.id = r.patient_id),
    'insurances', (select coalesce(jsonb_agg(to_jsonb(i) order by i.rank), '[]') from ivr.patient_insurances i
                    where i.org_id = r.org_id and i.patient_id = r.patient_id),
    'products', rules.products_of(r),
    'history', rules.history_of(r),
    'documents', (select coalesce(jsonb_agg(to_jsonb(d) order by d.created_at, d.id), '[]') from ivr.ivr_documents d
                   where d.org_id = r.org_id and d.request_id = r.id and d.status <> 'withdrawn'),
    'actions', (select coalesce(jsonb_agg(jsonb_build_object('to', a.to_status, 'action', a.action, 'label', a.label,
                  'needs', to_jsonb(a.needs), 'style', a.style) order by a.position), '[]') from rules.actions(r) a),
    'can', jsonb_build_object(
      'comment', 'comment.write' = any (ivr.my_rights()) and r.turn <> 'nobody',
      'respond', 'response.write' = any (ivr.my_rights()) and r.turn in ('specialist', 'lead', 'payer')
                 and (r.assignee_id = ivr.my_id() or 'lead' = any (rules.my_roles_for(r))),
      'message', 'message.send' = any (ivr.my_rights()),
      'note', 'note.write' = any (ivr.my_rights()),
      'edit', 'request.edit' = any (ivr.my_rights()) and r.status in ('draft', 'info_needed')));
end;
comment on function rules.request_document(ivr.ivr_requests) is 'One request with all that its page shows, and the steps that this person may take.';

create function rules.note_opening(p_request ivr.ivr_requests, p_what text, p_session uuid, p_ticket uuid, p_purpose text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  me ivr.users := rules.me();
begin
  insert into audit.phi_access_logs (org_id, actor_id, session_id, what, request_id, ticket, purpose)
  values (p_request.org_id, me.id, p_session, p_what, p_request.id, p_ticket,
          case when p_request.org_id = any (ivr.my_emergency_orgs()) then left(concat_ws(': ', 'emergency', p_purpose), 200) else p_purpose end);
  if p_what = 'request' then
    insert into ivr.ivr_session_items (org_id, session_id, request_org_id, request_id, opened_version)
    select me.org_id, s.id, p_request.org_id, p_request.id, p_request.version from ivr.ivr_sessions s
     where s.org_id = me.org_id and s.id = p_session and s.user_id = me.id;
  end if;
end
$$;
comment on function rules.note_opening(ivr.ivr_requests, text, uuid, uuid, text) is 'Writes down who read what, and in which sitting.';

-- As the side of the reader sees them: of what was taken back by the other, only that it was.
create function rules.documents_of_message(p_org uuid, p_message uuid, p_side text) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp
begin atomic
  select jsonb_agg(jsonb_build_object('id', d.id, 'type', d.type, 'label', t.label, 'status', d.status,
           'title', case when d.status <> 'withdrawn' or v.added_side = p_side then d.title end,
           'content_type', v.content_type, 'scan', f.scan,
           'readable', coalesce((v.status <> 'withdrawn' or v.added_side = p_side) and f.scan <> 'infected', false)) order by x.position)
    from ivr.ivr_message_documents x
    join ivr.ivr_documents d on d.org_id = x.org_id and d.id = x.document_id
    join ivr.document_types t on t.type = d.type
    left join lateral (select n.* from ivr.ivr_document_versions n where n.org_id = d.org_id and n.document_id = d.id order by n.n desc limit 1) v on true
    left join ivr.document_files f on f.org_id = v.org_id and f.id = v.file_id
   where x.org_id = p_org and x.message_id = p_message;
end;
comment on function rules.documents_of_message(uuid, uuid, text) is 'The documents that a message carries as they are now, or null.';

create function rules.messages_of(p_request ivr.ivr_requests, p_before timestamptz, p_limit integer)
returns table (id uuid, sender_id uuid, sender_name text, sender_side text, visibility text, body text,
               created_at timestamptz, mine boolean, unread boolean, documents jsonb)
language sql stable set search_path = pg_catalog, pg_temp
begin atomic
  select m.id, m.sender_id, coalesce(u.display_name, ''), m.sender_side, m.visibility, m.body, m.created_at,
         m.sender_id = ivr.my_id(),
         m.sender_id <> ivr.my_id() and m.created_at > coalesce(
           (select d.read_until from ivr.ivr_message_reads d
             where d.org_id = p_request.org_id and d.request_id = p_request.id and d.user_id = ivr.my_id()), '-infinity'),
         rules.documents_of_message(m.org_id, m.id, rules.my_side(p_request))
    from ivr.ivr_communication_messages m left join ivr.users u on u.id = m.sender_id
   where m.org_id = p_request.org_id and m.request_id = p_request.id and m.created_at < coalesce(p_before, 'infinity')
   order by m.created_at desc, m.id desc
   limit least(greatest(coalesce(p_limit, 30), 1), 200);
end;
comment on function rules.messages_of(ivr.ivr_requests, timestamptz, integer) is 'Messages of a request before a moment, newest first, at most 200.';

create function api.start_session(p_session uuid, p_client text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  me ivr.users := rules.me();
begin
  if p_session is null then
    perform rules.fail('IV422', 'A sitting needs an id.', '{"field": "session"}');
  end if;
  insert into ivr.ivr_sessions as s (org_id, id, user_id, client_version)
  values (me.org_id, p_session, me.id, left(coalesce(p_client, ''), 60))
  on conflict (org_id, id) do update set seen_at = clock_timestamp() where s.user_id = me.id;
end
$$;
comment on function api.start_session(uuid, text) is 'Begins a sitting at the desk, or goes on with it after the line broke.';

create function api.end_session(p_session uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update ivr.ivr_sessions s set ended_at = clock_timestamp(), seen_at = clock_timestamp()
   where s.org_id = ivr.my_org() and s.id = p_session and s.user_id = ivr.my_id() and s.ended_at is null;
end
$$;
comment on function api.end_session(uuid) is 'Ends a sitting.';

create function rules.patients_like(p_prefix text, p_limit integer)
returns table (id uuid, facility_id uuid, first_name text, last_name text, born_on date, patient jsonb, insurances jsonb)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_prefix text := lower(coalesce(rules.text_value(p_prefix, 'search', 200), ''));
begin
  return query
    select p.id, p.facility_id, p.first_name, p.last_name, p.born_on, to_jsonb(p),
           (select coalesce(jsonb_agg(to_jsonb(i) order by i.rank), '[]') from ivr.patient_insurances i
             where i.org_id = p.org_id and i.patient_id = p.id)
      from ivr.patients p
     where p.org_id = any (ivr.my_clinic_orgs())
       and (p.org_id = any (ivr.my_whole_orgs()) or p.facility_id = any (ivr.my_facilities()))
       and lower(p.last_name || ', ' || p.first_name) collate "C" >= v_prefix collate "C"
       and lower(p.last_name || ', ' || p.first_name) collate "C" < (v_prefix || U&'\FFFD') collate "C"
     order by lower(p.last_name || ', ' || p.first_name) collate "C", p.born_on
     limit least(greatest(coalesce(p_limit, 10), 1), 50);
end
$$;
comment on function rules.patients_like(text, integer) is 'Patients of the clinic whose name begins so, last name first, as far as the person''s role reaches.';

reset role;
