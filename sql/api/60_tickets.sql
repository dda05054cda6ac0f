-- SPDX-License-Identifier: GPL-3.0-or-later
-- Patient data against a ticket. A log row that is written by the function that reads is undone with it:
-- whoever rolls back keeps the data and leaves no trace. So opening is a transaction of its own, and
-- reading answers only when that has been committed. Both travel in one round trip, as two units of a
-- pipeline with a Sync between.
set local role ivr_exec;

create function rules.ticket_minutes() returns integer
language sql immutable set search_path = pg_catalog, pg_temp
return 15;
comment on function rules.ticket_minutes() is 'How long a ticket counts; after that the request has to be opened again.';

-- A ticket of before counts no more, and nothing older is looked at: the log is kept by months, and a
-- constant in the plan leaves all other months alone.
create function rules.tickets_since() returns timestamptz
language sql stable set search_path = pg_catalog, pg_temp
return statement_timestamp() - interval '1 day';
comment on function rules.tickets_since() is 'From when on tickets are looked for.';

create function rules.tickets(p_ticket uuid) returns bigint
language plpgsql stable set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
  since timestamptz := rules.tickets_since();
begin
  return (select count(*) from audit.phi_access_logs x
           where x.org_id = any ((select ivr.my_phi_orgs() || ivr.my_org())::uuid[]) and x.actor_login = session_user
             and x.ticket = p_ticket and x.at > since);
end
$$;
comment on function rules.tickets(uuid) is 'How often the person has used a ticket.';

-- No index can keep a ticket the only one of its name, since the log is kept by months. So one that is used
-- already is refused, and of twins that open at the same moment neither can be read with.
create function rules.claim_ticket(p_ticket uuid) returns void
language plpgsql set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan as $$
begin
  if p_ticket is null then
    perform rules.fail('IV422', 'A ticket needs an id.', '{"field": "ticket"}');
  elsif rules.tickets(p_ticket) > 0 then
    perform rules.fail('IV423', 'This ticket was used already. Make a new one.', '{"field": "ticket"}');
  end if;
  -- What was read must be known after a crash too.
  perform set_config('synchronous_commit', 'on', true);
end
$$;
comment on function rules.claim_ticket(uuid) is 'Refuses a ticket that was used before.';

create function rules.ticket(p_ticket uuid, p_what text[]) returns audit.phi_access_logs
language plpgsql stable set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
  t audit.phi_access_logs;
  since timestamptz := rules.tickets_since();
begin
  select x.* into t from audit.phi_access_logs x
   where x.org_id = any ((select ivr.my_phi_orgs() || ivr.my_org())::uuid[]) and x.actor_login = session_user
     and x.ticket = p_ticket and x.what = any (p_what) and x.at > since;
  if not found or rules.tickets(p_ticket) <> 1 then
    perform rules.fail('IV403', 'Open it before you read it.', '{"ticket": "missing"}');
  -- Seen and of another transaction means committed; of this one, it can still be undone.
  elsif t.xid is not distinct from pg_current_xact_id_if_assigned() then
    perform rules.fail('IV403', 'The access has to be written down first: commit it, then read.', '{"ticket": "uncommitted"}');
  elsif t.at not between clock_timestamp() - make_interval(mins => rules.ticket_minutes()) and clock_timestamp() then
    perform rules.fail('IV403', 'It was opened too long ago; open it again.', '{"ticket": "expired"}');
  end if;
  return t;
end
$$;
comment on function rules.ticket(uuid, text[]) is 'What the person opened with a ticket, when that is committed and not too long ago.';

-- Rights are asked anew: the ticket says that it was written down, not that it is still allowed.
create function rules.request_by_ticket(p_ticket uuid) returns ivr.ivr_requests
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  t audit.phi_access_logs := rules.ticket(p_ticket, array['request']);
begin
  return rules.find_request(t.request_id);
end
$$;
comment on function rules.request_by_ticket(uuid) is 'The request that the person opened with a ticket.';

-- Whoever may see more since then opens it again: what is read is what was written down.
create function rules.list_ticket(p_ticket uuid, p_what text[]) returns audit.phi_access_logs
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  t audit.phi_access_logs := rules.ticket(p_ticket, p_what);
begin
  if not to_jsonb(ivr.my_phi_orgs()) <@ (t.filter -> 'orgs') then
    perform rules.fail('IV403', 'It was opened too long ago; open it again.', '{"ticket": "expired"}');
  end if;
  return t;
end
$$;
comment on function rules.list_ticket(uuid, text[]) is 'A list or search that was opened with a ticket, over the organizations of then.';

create function rules.open_list(p_ticket uuid, p_what text, p_filter jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  me ivr.users := rules.me();
begin
  perform rules.claim_ticket(p_ticket);
  insert into audit.phi_access_logs (org_id, actor_id, what, ticket, filter)
  values (me.org_id, me.id, p_what, p_ticket, jsonb_strip_nulls(p_filter) || jsonb_build_object('orgs', to_jsonb(ivr.my_phi_orgs())));
  return jsonb_build_object('ticket', p_ticket, 'expires_at', clock_timestamp() + make_interval(mins => rules.ticket_minutes()));
end
$$;
comment on function rules.open_list(uuid, text, jsonb) is 'Writes down that the person looks at a list or searches.';

create function api.open_ivr_request(p_ticket uuid, p_request uuid, p_purpose text default null, p_session uuid default null) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  r ivr.ivr_requests := rules.find_request(p_request);
begin
  perform rules.claim_ticket(p_ticket);
  perform rules.note_opening(r, 'request', p_session, p_ticket, rules.text_value(p_purpose, 'purpose', 200));
  return jsonb_build_object('ticket', p_ticket, 'request', r.id, 'org_id', r.org_id, 'version', r.version,
                            'expires_at', clock_timestamp() + make_interval(mins => rules.ticket_minutes()));
end
$$;
comment on function api.open_ivr_request(uuid, uuid, text, uuid) is
  'Writes down that the person opens a request, under a ticket made on the desktop; commit it, then read with the ticket.';

create function api.read_ivr_request(p_ticket uuid) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return rules.request_document(rules.request_by_ticket(p_ticket));
end
$$;
comment on function api.read_ivr_request(uuid) is 'The request that was opened with a ticket, with all that its page shows.';

create function api.read_messages(p_ticket uuid, p_before timestamptz, p_limit integer)
returns table (id uuid, sender_id uuid, sender_name text, sender_side text, visibility text, body text,
               created_at timestamptz, mine boolean, unread boolean, documents jsonb)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return query select m.* from rules.messages_of(rules.request_by_ticket(p_ticket), p_before, p_limit) m;
end
$$;
comment on function api.read_messages(uuid, timestamptz, integer) is 'Messages of the request that was opened with a ticket, newest first, at most 200.';

create function api.open_list(p_ticket uuid, p_view text, p_search text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  search text := rules.text_value(p_search, 'search', 200);
begin
  perform rules.me();
  perform rules.list_where(p_view, search);
  return rules.open_list(p_ticket, case when search is null then 'list' else 'search' end,
                         jsonb_build_object('view', p_view, 'search', search));
end
$$;
comment on function api.open_list(uuid, text, text) is
  'Writes down that the person looks at a view, or searches it; commit it, then read its pages with the ticket.';

create function api.read_page(p_ticket uuid, p_sort text, p_descending boolean, p_key text, p_id uuid, p_backward boolean,
                              p_offset integer, p_limit integer)
returns table (org_id uuid, id uuid, key text, request_no bigint, version bigint, status text, turn text, priority smallint,
               patient text, payer text, service text, product text, clinic text, facility text, assignee text,
               due_at timestamptz, created_at timestamptz, updated_at timestamptz, unread integer)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  t audit.phi_access_logs := rules.list_ticket(p_ticket, array['list', 'search']);
begin
  return query select p.* from rules.list_page(t.filter ->> 'view', p_sort, p_descending, t.filter ->> 'search', p_key, p_id,
                                                p_backward, p_offset, p_limit) p;
end
$$;
comment on function api.read_page(uuid, text, boolean, text, uuid, boolean, integer, integer) is
  'A page of the view or search that was opened with a ticket, by key: after (or, backward, before) the row with that key and id, skipping some.';

create function api.read_fences(p_ticket uuid, p_sort text, p_descending boolean, p_step integer)
returns table (place bigint, key text, id uuid, is_last boolean)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  t audit.phi_access_logs := rules.list_ticket(p_ticket, array['list', 'search']);
begin
  return query select f.* from rules.list_fences(t.filter ->> 'view', p_sort, p_descending, t.filter ->> 'search', p_step) f;
end
$$;
comment on function api.read_fences(uuid, text, boolean, integer) is
  'Fences of the view or search that was opened with a ticket; sorted by patient they are names.';

create function api.open_patients(p_ticket uuid, p_prefix text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform rules.require('request.create', 'look up patients');
  return rules.open_list(p_ticket, 'search', jsonb_build_object('patients', coalesce(rules.text_value(p_prefix, 'search', 200), '')));
end
$$;
comment on function api.open_patients(uuid, text) is 'Writes down that the person looks patients up by name; commit it, then read them with the ticket.';

create function api.read_patients(p_ticket uuid, p_limit integer)
returns table (id uuid, facility_id uuid, first_name text, last_name text, born_on date, patient jsonb, insurances jsonb)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  t audit.phi_access_logs := rules.list_ticket(p_ticket, array['search']);
begin
  perform rules.require('request.create', 'look up patients');
  if not t.filter ? 'patients' then
    perform rules.fail('IV403', 'That ticket is for a list.', '{"ticket": "missing"}');
  end if;
  return query select p.* from rules.patients_like(t.filter ->> 'patients', p_limit) p;
end
$$;
comment on function api.read_patients(uuid, integer) is 'Patients of the clinic that were looked up with a ticket.';

reset role;
