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

create function rules.request_by_ticket(p_ticket uuid) returns ivr.ivr_requests
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  t audit.phi_access_logs;
begin
  select x.* into t from audit.phi_access_logs x
   where x.org_id = any ((select ivr.my_phi_orgs())::uuid[]) and x.actor_login = session_user and x.ticket = p_ticket
     and x.what = 'request';
  if not found then
    perform rules.fail('IV403', 'Open the request before you read it.', '{"ticket": "missing"}');
  -- Seen and of another transaction means committed; of this one, it can still be undone.
  elsif t.xid is not distinct from pg_current_xact_id_if_assigned() then
    perform rules.fail('IV403', 'The access has to be written down first: commit it, then read.', '{"ticket": "uncommitted"}');
  elsif t.at not between clock_timestamp() - make_interval(mins => rules.ticket_minutes()) and clock_timestamp() then
    perform rules.fail('IV403', 'The request was opened too long ago; open it again.', '{"ticket": "expired"}');
  end if;
  -- Rights are asked anew: the ticket says that it was written down, not that it is still allowed.
  return rules.find_request(t.request_id);
end
$$;
comment on function rules.request_by_ticket(uuid) is 'The request that the person opened with a ticket, when that is committed and not too long ago.';

create function api.open_ivr_request(p_ticket uuid, p_request uuid, p_purpose text default null, p_session uuid default null) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  r ivr.ivr_requests := rules.find_request(p_request);
begin
  -- What was read must be known after a crash too.
  perform set_config('synchronous_commit', 'on', true);
  if p_ticket is null then
    perform rules.fail('IV422', 'A ticket needs an id.', '{"field": "ticket"}');
  end if;
  perform rules.note_opening(r, 'request', p_session, p_ticket, rules.text_value(p_purpose, 'purpose', 200));
  return jsonb_build_object('ticket', p_ticket, 'request', r.id, 'org_id', r.org_id, 'version', r.version,
                            'expires_at', clock_timestamp() + make_interval(mins => rules.ticket_minutes()));
exception
  when unique_violation then
    perform rules.fail('IV423', 'This ticket was used already. Make a new one.', '{"field": "ticket"}');
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
               created_at timestamptz, mine boolean, unread boolean)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return query select m.* from rules.messages_of(rules.request_by_ticket(p_ticket), p_before, p_limit) m;
end
$$;
comment on function api.read_messages(uuid, timestamptz, integer) is 'Messages of the request that was opened with a ticket, newest first, at most 200.';

reset role;
