-- SPDX-License-Identifier: GPL-3.0-or-later
-- The list over millions: pages by key, fences to jump by, counts that stop counting.
set local role ivr_exec;

create function rules.views() returns table (view text, label text, icon text, predicate text, sort text, place smallint, is_mine boolean)
language sql stable set search_path = pg_catalog, pg_temp
begin atomic
  -- What was escalated is the turn of whoever leads.
  select v.view, v.label, v.icon, v.predicate, v.sort, v.place::smallint,
         v.mine or (v.view = 'escalated' and 'request.assign' = any (ivr.my_rights())) from (values
    ('clinic', 'my_turn', 'My turn', 'go-next-symbolic', $p$r.turn = 'clinic' and r.status <> 'draft'$p$, 'due', 1, true),
    ('clinic', 'drafts', 'Drafts', 'document-edit-symbolic', $p$r.status = 'draft'$p$, 'created', 2, false),
    ('clinic', 'waiting', 'With verification', 'emblem-synchronizing-symbolic', $p$r.turn in ('queue', 'specialist', 'lead')$p$, 'due', 3, false),
    ('clinic', 'payer', 'With payer', 'call-start-symbolic', $p$r.turn = 'payer'$p$, 'due', 4, false),
    ('clinic', 'supply', 'Orders', 'send-to-symbolic', $p$r.turn in ('distributor', 'logistics')$p$, 'created', 5, false),
    ('clinic', 'all', 'All requests', 'view-list-symbolic', 'true', 'created', 9, false),
    ('verification', 'my_turn', 'My turn', 'go-next-symbolic', $p$r.turn = 'specialist' and r.assignee_id = $9$p$, 'due', 1, true),
    ('verification', 'unassigned', 'Unassigned', 'mail-unread-symbolic', $p$r.turn = 'queue'$p$, 'due', 2, false),
    ('verification', 'clinic', 'Waiting for clinic', 'user-home-symbolic', $p$r.status = 'info_needed'$p$, 'due', 3, false),
    ('verification', 'payer', 'Waiting for payer', 'call-start-symbolic', $p$r.turn = 'payer'$p$, 'due', 4, false),
    ('verification', 'escalated', 'Escalated', 'dialog-warning-symbolic', $p$r.turn = 'lead'$p$, 'due', 5, false),
    ('verification', 'decided', 'Decided', 'object-select-symbolic', $p$r.status in ('approved', 'approved_limited', 'rejected')$p$, 'created', 6, false),
    ('verification', 'all', 'All requests', 'view-list-symbolic', 'true', 'created', 9, false)
  ) v (side, view, label, icon, predicate, sort, place, mine)
  where v.side = case when cardinality(ivr.my_team_orgs()) > 0 then 'verification'
                      when cardinality(ivr.my_clinic_orgs()) > 0 then 'clinic'
                      when cardinality(ivr.my_emergency_orgs()) > 0 then 'verification' end;
end;
comment on function rules.views() is 'The views of the person''s side: what is in each and how it is sorted at first.';

-- Sort keys travel as text, and only these three exist: nothing of a client ever becomes SQL.
create function rules.list_sort(p_sort text, out expression text, out cast_to text)
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
  case p_sort
    when 'due' then expression := 'r.due_at'; cast_to := 'timestamptz';
    when 'created' then expression := 'r.created_at'; cast_to := 'timestamptz';
    when 'patient' then expression := 'r.patient_sort'; cast_to := 'text';
    else perform rules.fail('IV422', 'The list cannot be sorted by that.', '{"field": "sort"}');
  end case;
end
$$;
comment on function rules.list_sort(text) is 'What a list can be sorted by.';

-- Row-level security keeps foreign rows out but does not find one's own: the planner cannot look
-- into it. So each statement says itself where the person's rows are.
create function rules.list_scope(p_view text) returns text
language sql stable set search_path = pg_catalog, pg_temp
return case
  when cardinality(ivr.my_phi_orgs()) = 1 then 'r.org_id = $1'
  -- A specialist: what waits in the queue, and what is theirs.
  when cardinality(ivr.my_queue_orgs()) > 0 and cardinality(ivr.my_whole_orgs()) = 0 and cardinality(ivr.my_facilities()) = 0
  then '$1 is null and ' || case p_view when 'unassigned' then 'true'
                                        when 'all' then $p$(r.turn = 'queue' or r.assignee_id = $9)$p$
                                        else 'r.assignee_id = $9' end
  else '$1 is null' end;
comment on function rules.list_scope(text) is 'The part of a list statement that leads to the person''s own rows; made of constants only.';

-- Parameters of every list statement: $1 org (null: several) $2 search from $3 search to $4 number
-- $5 member id $6 key $7 id $8 limit $9 person $10 offset
create function rules.list_where(p_view text, p_search text) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v text := (select x.predicate from rules.views() x where x.view = p_view);
begin
  if v is null then
    perform rules.fail('IV404', 'There is no such view.', '{"field": "view"}');
  end if;
  return rules.list_scope(p_view) || ' and ' || v
    || case
         when p_search is null then ''
         when p_search ~ '^#?[0-9]{1,12}$' then ' and r.request_no = $4'
         when exists (select from ivr.patient_insurances i
                       where i.org_id = any ((select ivr.my_phi_orgs())::uuid[]) and i.member_id = upper(p_search))
           then ' and (r.org_id, r.patient_id) in (select i.org_id, i.patient_id from ivr.patient_insurances i'
             || ' where i.org_id = any ((select ivr.my_phi_orgs())::uuid[]) and i.member_id = $5)'
         else ' and r.patient_sort >= $2 and r.patient_sort < $3' end;
end
$$;
comment on function rules.list_where(text, text) is 'The condition of a list statement; made of constants only.';

create function rules.list_page(p_view text, p_sort text, p_descending boolean, p_search text,
                                 p_key text, p_id uuid, p_backward boolean, p_offset integer, p_limit integer)
returns table (org_id uuid, id uuid, key text, request_no bigint, version bigint, status text, turn text, priority smallint,
               patient text, payer text, service text, product text, clinic text, facility text, assignee text,
               due_at timestamptz, created_at timestamptz, updated_at timestamptz, unread integer)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  srt record := rules.list_sort(p_sort);
  search text := rules.text_value(p_search, 'search', 200);
  down boolean := p_descending <> coalesce(p_backward, false);
  orgs uuid[] := ivr.my_phi_orgs();
  statement text;
begin
  perform rules.me();
  statement := format($q$
    with page as materialized (
      select r.org_id, r.id, %1$s as k from ivr.ivr_requests r
       where %2$s and ($6 is null or (%1$s, r.id) %3$s ($6::%4$s, $7))
       order by %1$s %5$s, r.id %5$s offset $10 limit $8)
    select r.org_id, r.id, page.k::text, r.request_no, r.version, r.status, r.turn, r.priority,
           p.last_name || ', ' || p.first_name, r.payer_name, r.service, r.product_summary, o.name, f.name, u.display_name,
           r.due_at, r.created_at, r.updated_at, m.unread
      from page
      join ivr.ivr_requests r on r.org_id = page.org_id and r.id = page.id
      left join ivr.patients p on p.org_id = r.org_id and p.id = r.patient_id
      left join ivr.organizations o on o.id = r.org_id
      left join ivr.facilities f on f.org_id = r.org_id and f.id = r.facility_id
      left join ivr.users u on u.id = r.assignee_id
      left join lateral (
        select count(*)::integer unread from ivr.ivr_communication_messages c
         where c.org_id = r.org_id and c.request_id = r.id and c.sender_id <> $9
           and c.created_at > coalesce((select d.read_until from ivr.ivr_message_reads d
             where d.org_id = r.org_id and d.request_id = r.id and d.user_id = $9), '-infinity')) m on true
     order by page.k %6$s, page.id %6$s$q$,
    srt.expression, rules.list_where(p_view, search), case when down then '<' else '>' end, srt.cast_to,
    case when down then 'desc' else 'asc' end, case when p_descending then 'desc' else 'asc' end);
  return query execute statement using
    case when cardinality(orgs) = 1 then orgs[1] end, lower(search), lower(search) || U&'\FFFD',
    case when search ~ '^#?[0-9]{1,12}$' then ltrim(search, '#')::bigint end, upper(search),
    p_key, p_id, least(greatest(coalesce(p_limit, 50), 1), 500), ivr.my_id(), greatest(coalesce(p_offset, 0), 0);
exception
  when invalid_datetime_format or datetime_field_overflow then
    perform rules.fail('IV422', 'The place in the list is not readable.', '{"field": "key"}');
end
$$;
comment on function rules.list_page(text, text, boolean, text, text, uuid, boolean, integer, integer) is
  'A page of a view, by key: after (or, backward, before) the row with that key and id, skipping some.';

create function rules.list_fences(p_view text, p_sort text, p_descending boolean, p_search text, p_step integer)
returns table (place bigint, key text, id uuid, is_last boolean)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  srt record := rules.list_sort(p_sort);
  search text := rules.text_value(p_search, 'search', 200);
  orgs uuid[] := ivr.my_phi_orgs();
  way text := case when p_descending then 'desc' else 'asc' end;
begin
  perform rules.me();
  return query execute format($q$
    select x.n, x.k::text, x.id, x.is_last from (
      select row_number() over w n, %1$s k, r.id, lead(r.id) over w is null is_last
        from ivr.ivr_requests r where %2$s window w as (order by %1$s %3$s, r.id %3$s)) x
     where (x.n - 1) %% $8 = 0 or x.is_last order by x.n$q$,
    srt.expression, rules.list_where(p_view, search), way)
  using case when cardinality(orgs) = 1 then orgs[1] end, lower(search), lower(search) || U&'\FFFD',
    case when search ~ '^#?[0-9]{1,12}$' then ltrim(search, '#')::bigint end, upper(search),
    null::text, null::uuid, greatest(coalesce(p_step, 1000), 10), ivr.my_id(), 0;
end
$$;
comment on function rules.list_fences(text, text, boolean, text, integer) is
  'Every so-manieth row of a view with its place, and the last one: its place is the length. By them a list jumps anywhere.';

create function api.view_counts(p_most integer default 10000)
returns table (view text, label text, icon text, sort text, is_mine boolean, total integer)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v record;
  orgs uuid[] := ivr.my_phi_orgs();
begin
  perform rules.me();
  for v in select x.* from rules.views() x order by x.place loop
    -- Asked to count to nothing, the views are only named: a desk has its list before its counts.
    if coalesce(p_most, 10000) <= 0 then
      total := 0;
    else
      execute format('select count(*)::integer from (select from ivr.ivr_requests r where %s and %s limit $8) x',
                     rules.list_scope(v.view), v.predicate)
        into total
        using case when cardinality(orgs) = 1 then orgs[1] end, null::text, null::text, null::bigint, null::text,
              null::text, null::uuid, least(coalesce(p_most, 10000), 100000), ivr.my_id(), 0;
    end if;
    view := v.view;
    label := v.label;
    icon := v.icon;
    sort := v.sort;
    is_mine := v.is_mine;
    return next;
  end loop;
end
$$;
comment on function api.view_counts(integer) is 'The person''s views with counts, which stop at a limit.';

create function api.request_rows(p_ids uuid[], p_view text)
returns table (id uuid, version bigint, belongs boolean)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform rules.me();
  perform rules.list_where(p_view, null);  -- refuses a view that is none
  return query execute format($q$
    select r.id, r.version, (%s) from ivr.ivr_requests r
     where r.org_id = any ((select ivr.my_phi_orgs())::uuid[]) and r.id = any ($2)$q$,
    replace((select x.predicate from rules.views() x where x.view = p_view), '$9', '$1'))
  using ivr.my_id(), p_ids;
end
$$;
comment on function api.request_rows(uuid[], text) is 'Present versions of some requests and whether they belong to a view.';

reset role;
