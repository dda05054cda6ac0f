-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the commands share: who asks, what they may, once-only, trace. Run as ivr_exec, under
-- row-level security, from the functions of api.
set local role ivr_exec;

-- Our SQLSTATEs, all of them:
--   IV403 may not   IV404 no such thing   IV409 somebody was faster   IV410 no such step
--   IV413 too large IV422 a value is missing or wrong  IV423 command id came with other arguments
create function rules.fail(p_code text, p_message text, p_detail jsonb default null) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception using errcode = p_code, message = p_message, detail = coalesce(p_detail::text, '');
end
$$;
comment on function rules.fail(text, text, jsonb) is 'Raises one of our errors: a sentence for people, details for the program.';

-- The sentence of the place where it is raised, and beside it what a desk needs to say it in another language.
create function rules.fail_with(p_code text, p_sentence text, p_values text[], p_detail jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform rules.fail(p_code, format(p_sentence, variadic p_values), p_detail || jsonb_build_object('sentence', p_sentence, 'values', p_values));
end
$$;
comment on function rules.fail_with(text, text, text[], jsonb) is 'Raises one of our errors whose sentence has values in it.';

create function rules.me() returns ivr.users
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v ivr.users;
begin
  select u.* into v from ivr.users u where u.id = ivr.my_id();
  if not found then
    perform rules.fail('IV403', 'This account is not active. Ask your administrator.');
  end if;
  return v;
end
$$;
comment on function rules.me() is 'The person who is asking; refuses who is not active.';

create function rules.require(p_right text, p_what text) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if not p_right = any (ivr.my_rights()) then
    perform rules.fail('IV403', format('Your role does not allow you to %s.', p_what),
                       jsonb_build_object('right', p_right));
  end if;
end
$$;
comment on function rules.require(text, text) is 'Refuses who has not the right.';

create function rules.begin_command(p_command uuid, p_function text, p_args jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  me ivr.users := rules.me();
  hash bytea := sha256(convert_to(p_function || p_args::text, 'UTF8'));
  known ivr.commands;
begin
  -- A person may have switched this off in the session; what a command did must not be lost.
  perform set_config('synchronous_commit', 'on', true);
  -- Somebody may leave a transaction open on a request; nobody else waits for them for ever.
  perform set_config('lock_timeout', '10s', true);
  if p_command is null then
    perform rules.fail('IV422', 'A command needs an id.', '{"field": "command_id"}');
  end if;
  insert into ivr.commands (org_id, user_id, command_id, function, args_sha256)
  values (me.org_id, me.id, p_command, p_function, hash)
  on conflict (org_id, user_id, command_id) do nothing;
  if found then
    return null;
  end if;
  select c.* into strict known from ivr.commands c
   where c.org_id = me.org_id and c.user_id = me.id and c.command_id = p_command;
  if known.function <> p_function or known.args_sha256 <> hash then
    perform rules.fail('IV423', 'This command was already carried out with other content.');
  end if;
  return known.answer || '{"replayed": true}';
end
$$;
comment on function rules.begin_command(uuid, text, jsonb) is
  'Takes the command id: null when it is new, the first answer when it came before. A twin waits here.';

create function rules.end_command(p_command uuid, p_answer jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  update ivr.commands c set answer = p_answer
   where c.org_id = ivr.my_org() and c.user_id = ivr.my_id() and c.command_id = p_command;
  return p_answer;
end
$$;
comment on function rules.end_command(uuid, jsonb) is 'Keeps the answer beside the command id.';

create function rules.audit(p_org uuid, p_command uuid, p_action text, p_entity text, p_id uuid,
                            p_version bigint, p_before jsonb, p_after jsonb) returns void
language sql set search_path = pg_catalog, pg_temp
begin atomic
  insert into audit.audit_logs (org_id, actor_id, command_id, action, entity, entity_id, version, before, after)
  values (p_org, ivr.my_id(), p_command, p_action, p_entity, p_id, p_version, p_before, p_after);
end;
comment on function rules.audit(uuid, uuid, text, text, uuid, bigint, jsonb, jsonb) is 'Writes one row of the audit.';

create function rules.text_value(p_text text, p_field text, p_most integer) returns text
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  v text := btrim(translate(p_text, E'\r', ''), E' \t\n');
begin
  if v is null or v = '' then
    return null;
  end if;
  if length(v) > p_most then
    perform rules.fail_with('IV413', 'The text is %s characters long; at most %s fit. Nothing was saved.',
      array[length(v), p_most]::text[], jsonb_build_object('field', p_field, 'most', p_most));
  end if;
  if v ~ '[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]' then
    perform rules.fail('IV422', 'The text contains control characters; remove them and try again.',
      jsonb_build_object('field', p_field));
  end if;
  return v;
end
$$;
comment on function rules.text_value(text, text, integer) is 'Text as typed: trimmed, without control characters, not too long; empty is null.';

create function rules.find_request(p_id uuid) returns ivr.ivr_requests
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  r ivr.ivr_requests;
begin
  select q.* into r from ivr.ivr_requests q
   where q.org_id = any ((select ivr.my_phi_orgs())::uuid[]) and q.id = p_id;
  if not found then
    perform rules.fail('IV404', 'There is no such request, or it is not yours to see.');
  end if;
  return r;
end
$$;
comment on function rules.find_request(uuid) is 'A request that the person may see; what is foreign and what does not exist answer alike.';

-- Whoever saw a request in the queue and lost it to a colleague is told so; what came after is
-- not theirs to read, only who and when.
create function rules.lost_to(p_id uuid, p_expected bigint) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp
begin atomic
  select jsonb_build_object('expected', p_expected, 'gone', true, 'version', max(n.version),
           'changes', jsonb_agg(jsonb_build_object('version', n.version, 'action', n.action, 'by', u.display_name,
                                                   'at', n.at) order by n.version))
    from (select h.org_id, h.request_id, h.to_status from ivr.ivr_status_history h
           where h.org_id = any ((select ivr.my_queue_orgs())::uuid[]) and h.request_id = p_id and h.version <= p_expected
           order by h.version desc limit 1) seen
    join ivr.ivr_statuses s on s.status = seen.to_status and s.turn = 'queue'
    join ivr.ivr_status_history n on n.org_id = seen.org_id and n.request_id = seen.request_id and n.version > p_expected
    left join ivr.users u on u.id = n.actor_id
  having count(*) > 0;
end;
comment on function rules.lost_to(uuid, bigint) is
  'Who took a request that waited in the queue in the version that the person saw; null when it did not.';

create function rules.lock_request(p_id uuid, p_expected bigint) returns ivr.ivr_requests
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  r ivr.ivr_requests;
  lost jsonb;
begin
  select q.* into r from ivr.ivr_requests q
   where q.org_id = any ((select ivr.my_phi_orgs())::uuid[]) and q.id = p_id
     for no key update;
  if not found then
    lost := rules.lost_to(p_id, p_expected);
    if lost is not null then
      perform rules.fail_with('IV409', '%s took this request a moment ago.', array[coalesce(lost #>> '{changes,0,by}', 'Somebody else')], lost);
    end if;
    perform rules.fail('IV404', 'There is no such request, or it is not yours to see.');
  end if;
  if p_expected is null then
    perform rules.fail('IV422', 'The command does not say which version it is based on.', '{"field": "expected_version"}');
  end if;
  if r.version <> p_expected then
    perform rules.fail('IV409', 'Somebody else changed this request a moment ago.',
                       rules.conflict(r, p_expected));
  end if;
  return r;
end
$$;
comment on function rules.lock_request(uuid, bigint) is 'Locks a request and refuses when it is not in the version that the command was based on.';

create function rules.conflict(p_request ivr.ivr_requests, p_expected bigint) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp
begin atomic
  select jsonb_build_object('expected', p_expected, 'version', p_request.version, 'status', p_request.status,
    'changes', coalesce(jsonb_agg(jsonb_build_object('version', a.version, 'action', a.action,
       'by', u.display_name, 'at', a.at, 'before', a.before, 'after', a.after) order by a.version), '[]'))
    from audit.audit_logs a left join ivr.users u on u.id = a.actor_id
   where a.org_id = p_request.org_id and a.entity_id = p_request.id and a.version > p_expected;
end;
comment on function rules.conflict(ivr.ivr_requests, bigint) is 'Who changed what since the version that a command was based on.';

create function rules.my_roles_for(p_request ivr.ivr_requests) returns text[]
language sql stable set search_path = pg_catalog, pg_temp
begin atomic
  select coalesce(array_agg(distinct m.role), '{}')
    from ivr.memberships m join ivr.roles g on g.role = m.role
   where m.user_id = ivr.my_id()
     and ((g.side = 'clinic' and m.org_id = p_request.org_id
           and (m.facility_id is null or m.facility_id = p_request.facility_id))
          or (g.side = 'verification' and m.org_id = p_request.verifier_org_id));
end;
comment on function rules.my_roles_for(ivr.ivr_requests) is 'The person''s roles as far as they concern this request.';

create function rules.my_side(p_request ivr.ivr_requests) returns text
language sql stable set search_path = pg_catalog, pg_temp
begin atomic
  select case when p_request.verifier_org_id = any (ivr.my_team_orgs()) then 'verification'
              when p_request.org_id = any (ivr.my_clinic_orgs()) then 'clinic' end;
end;
comment on function rules.my_side(ivr.ivr_requests) is 'On whose side the person is: verification or clinic.';

create function rules.actions(p_request ivr.ivr_requests) returns setof ivr.ivr_transitions
language sql stable set search_path = pg_catalog, pg_temp
begin atomic
  select distinct on (t.position, t.to_status) t.*
    from ivr.ivr_transitions t
   where t.from_status = p_request.status
     and t.role = any (rules.my_roles_for(p_request))
     and (not 'author' = any (t.needs) or p_request.created_by = ivr.my_id())
     and (not 'own' = any (t.needs) or p_request.assignee_id = ivr.my_id() or t.role = 'lead')
     and (not 'not_submitter' = any (t.needs)
          or p_request.submitted_by is distinct from ivr.my_id() or t.role = 'lead')
   order by t.position, t.to_status, t.role;
end;
comment on function rules.actions(ivr.ivr_requests) is 'Steps that this person may take with this request now.';

reset role;
