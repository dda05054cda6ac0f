-- SPDX-License-Identifier: GPL-3.0-or-later
-- Access in an emergency, its alarm and its review.
set local role ivr_exec;

create function api.begin_emergency_access(p_command uuid, p_org uuid, p_reason text, p_minutes integer) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  me ivr.users := rules.me();
  reason text := rules.text_value(p_reason, 'reason', 1000);
  answer jsonb;
  e ivr.emergency_accesses;
begin
  perform rules.require('access.emergency', 'read in an emergency');
  answer := rules.begin_command(p_command, 'begin_emergency_access', jsonb_build_array(p_org, p_reason, p_minutes));
  if answer is not null then
    return answer;
  end if;
  if reason is null or length(reason) < 10 then
    perform rules.fail('IV422', 'Say in a sentence what the emergency is; it will be reviewed.', '{"field": "reason"}');
  elsif p_minutes is null or p_minutes not between 1 and 60 then
    perform rules.fail('IV422', 'An emergency access lasts from 1 to 60 minutes.', '{"field": "minutes"}');
  elsif not exists (select from ivr.organizations o where o.id = p_org and o.kind = 'clinic') then
    perform rules.fail('IV404', 'There is no such clinic.', '{"field": "org"}');
  end if;
  insert into ivr.emergency_accesses (org_id, user_id, person, reason, ends_at)
  values (p_org, me.id, format('%s (%s)', me.display_name, me.login), reason, clock_timestamp() + make_interval(mins => p_minutes))
  returning * into e;
  insert into ivr.alerts (org_id, kind, about_id, sentence)
  select distinct o, 'emergency_access', e.id, format('%s reads patient data in an emergency, for %s minutes.', e.person, p_minutes)
    from unnest(array[e.org_id, me.org_id]) o;
  perform rules.audit(e.org_id, p_command, 'begin_emergency', 'emergency_accesses', e.id, 1, null,
    jsonb_build_object('reason', reason, 'ends_at', e.ends_at));
  return rules.end_command(p_command, jsonb_build_object('id', e.id, 'org_id', e.org_id, 'ends_at', e.ends_at));
exception
  when unique_violation then
    perform rules.fail('IV403', 'Your last emergency access has to be reviewed before there can be another.', '{"review": "due"}');
end
$$;
comment on function api.begin_emergency_access(uuid, uuid, text, integer) is
  'Lets the person read a clinic''s patient data for up to an hour; alarms those who watch over it, and has to be reviewed.';

create function api.end_emergency_access(p_command uuid, p_id uuid) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  me ivr.users := rules.me();
  answer jsonb := rules.begin_command(p_command, 'end_emergency_access', jsonb_build_array(p_id));
  e ivr.emergency_accesses;
begin
  if answer is not null then
    return answer;
  end if;
  update ivr.emergency_accesses x set ends_at = least(x.ends_at, clock_timestamp())
   where x.user_id = me.id and x.id = p_id returning * into e;
  if not found then
    perform rules.fail('IV404', 'There is no such emergency access.');
  end if;
  perform rules.audit(e.org_id, p_command, 'end_emergency', 'emergency_accesses', e.id, 1, null, jsonb_build_object('ends_at', e.ends_at));
  return rules.end_command(p_command, jsonb_build_object('id', e.id, 'ends_at', e.ends_at));
end
$$;
comment on function api.end_emergency_access(uuid, uuid) is 'Ends one''s own emergency access before its time.';

create function api.review_emergency_access(p_command uuid, p_id uuid, p_verdict text, p_note text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  me ivr.users := rules.me();
  remark text := rules.text_value(p_note, 'note', 1000);
  answer jsonb;
  e ivr.emergency_accesses;
begin
  perform rules.require('emergency.review', 'review emergency accesses');
  answer := rules.begin_command(p_command, 'review_emergency_access', jsonb_build_array(p_id, p_verdict, p_note));
  if answer is not null then
    return answer;
  end if;
  select x.* into e from ivr.emergency_accesses x where x.org_id = any ((select ivr.my_review_orgs())::uuid[]) and x.id = p_id for no key update;
  if not found then
    perform rules.fail('IV404', 'There is no such emergency access.');
  elsif e.user_id = me.id then
    perform rules.fail('IV403', 'Nobody reviews their own emergency access.');
  elsif e.ends_at > clock_timestamp() then
    perform rules.fail('IV410', 'This emergency access has not ended yet.');
  elsif e.reviewed_at is not null then
    perform rules.fail('IV410', 'This emergency access has been reviewed already.');
  elsif p_verdict is null or p_verdict not in ('justified', 'not_justified') or remark is null then
    perform rules.fail('IV422', 'Say whether it was justified, and why.', '{"field": "verdict"}');
  end if;
  update ivr.emergency_accesses x set reviewed_by = me.id, reviewed_at = clock_timestamp(), verdict = p_verdict, note = remark
   where x.org_id = e.org_id and x.id = e.id;
  perform rules.audit(e.org_id, p_command, 'review_emergency', 'emergency_accesses', e.id, 1, null,
    jsonb_build_object('verdict', p_verdict, 'note', remark));
  return rules.end_command(p_command, jsonb_build_object('id', e.id, 'verdict', p_verdict));
end
$$;
comment on function api.review_emergency_access(uuid, uuid, text, text) is 'Says whether an emergency access was justified; by somebody else than the person.';

create function api.emergency_accesses()
returns table (id uuid, org_id uuid, org text, person text, reason text, begins_at timestamptz, ends_at timestamptz,
               reviewed_at timestamptz, verdict text, note text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform rules.me();
  return query
    select e.id, e.org_id, o.name, e.person, e.reason, e.begins_at, e.ends_at,
           e.reviewed_at, e.verdict, e.note
      from ivr.emergency_accesses e
      left join ivr.organizations o on o.id = e.org_id
     order by e.begins_at desc, e.id;
end
$$;
comment on function api.emergency_accesses() is 'One''s own emergency accesses, and those that one reviews.';

create function api.alerts(p_limit integer)
returns table (id uuid, org_id uuid, kind text, about_id uuid, sentence text, at timestamptz)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform rules.me();
  return query
    select a.id, a.org_id, a.kind, a.about_id, a.sentence, a.at from ivr.alerts a
     where a.org_id = any ((select ivr.my_review_orgs())::uuid[])
     order by a.at desc, a.id limit least(greatest(coalesce(p_limit, 50), 1), 500);
end
$$;
comment on function api.alerts(integer) is 'The newest alarms of the organizations over which the person watches.';

reset role;
