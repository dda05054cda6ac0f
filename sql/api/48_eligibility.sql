-- SPDX-License-Identifier: GPL-3.0-or-later
-- Asking a payer: the question is made here, under the rights of who asks, and read again with the ticket of
-- its request. Whoever carries it to the payer has only the two functions of lookup at the end.
set local role ivr_exec;

create function rules.eligibility_minutes() returns integer
language sql immutable set search_path = pg_catalog, pg_temp
return 3;
comment on function rules.eligibility_minutes() is 'How long a question can be under way; after that nobody brings its answer any more.';

create function rules.eligibility_party(p_name text) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp
return case when p_name like '%,%'
            then jsonb_build_object('last', btrim(split_part(p_name, ',', 1)), 'first', btrim(substr(p_name, strpos(p_name, ',') + 1)))
            else jsonb_build_object('last', substring(p_name from '([^ ]+) *$'), 'first', btrim(regexp_replace(p_name, '[^ ]+ *$', ''))) end;
comment on function rules.eligibility_party(text) is 'Last and first name of a name as people write it.';

-- INS02. What is written in words that are not known here is another relation, which payers accept.
create function rules.eligibility_relation(p_relationship text) returns text
language sql immutable set search_path = pg_catalog, pg_temp
return case when lower(btrim(coalesce(p_relationship, ''))) in ('', 'self') then '18'
            when lower(btrim(p_relationship)) in ('spouse', 'wife', 'husband') then '01'
            when lower(btrim(p_relationship)) in ('child', 'son', 'daughter') then '19'
            when lower(btrim(p_relationship)) in ('partner', 'life partner') then '53'
            else 'G8' end;
comment on function rules.eligibility_relation(text) is 'How the patient is related to who holds the insurance, as X12 says it.';

create function rules.eligibility_question(p_request ivr.ivr_requests, p_rank integer) returns jsonb
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  p ivr.patients;
  i ivr.patient_insurances;
  payer record;
  place ivr.facilities;
  npi text;
  holder jsonb;
  relation text;
begin
  select x.* into p from ivr.patients x where x.org_id = p_request.org_id and x.id = p_request.patient_id;
  if not found then
    perform rules.fail('IV422', 'Enter the patient''s name and date of birth and save the form; then the payer can be asked.', '{"field": "patient.last_name"}');
  end if;
  select x.* into i from ivr.patient_insurances x where x.org_id = p.org_id and x.patient_id = p.id and x.rank = p_rank;
  if not found then
    perform rules.fail('IV422', 'Enter this insurance with its member id and save the form; then the payer can be asked.',
      jsonb_build_object('field', format('insurances.%s.member_id', p_rank - 1)));
  end if;
  select y.id, y.name, coalesce(y.edi_id, k.receiver) as edi_id, k.is_mock into payer
    from ivr.payers y join ivr.payer_connectors k on k.payer_id = y.id and k.is_active
   where y.id = i.payer_id and y.is_active;
  if not found then
    perform rules.fail('IV422', 'This payer cannot be asked electronically. Call it, or ask on its web page.',
      jsonb_build_object('field', format('insurances.%s.payer_name', p_rank - 1)));
  end if;
  select f.* into place from ivr.facilities f where f.org_id = p_request.org_id and f.id = p_request.facility_id;
  -- The form says where the patient is treated; its record only where the request is filed.
  npi := rules.intake_text(p_request.intake, 'facility', 'npi');
  if coalesce(rules.npi_valid(npi), false) and npi is distinct from place.npi then
    place.name := rules.intake_text(p_request.intake, 'facility', 'name');
  else
    npi := coalesce(place.npi, rules.intake_text(p_request.intake, 'physician', 'npi'));
  end if;
  if not coalesce(rules.npi_valid(npi), false) then
    perform rules.fail('IV422', 'Enter the NPI of the facility and save the form; payers answer only to who has one.', '{"field": "facility.npi"}');
  end if;
  relation := rules.eligibility_relation(i.relationship);
  holder := case when relation = '18' then jsonb_build_object('last', p.last_name, 'first', p.first_name)
                 else rules.eligibility_party(i.subscriber_name) end;
  if coalesce(holder ->> 'last', '') = '' or coalesce(holder ->> 'first', '') = '' then
    perform rules.fail('IV422', 'Enter first and last name of the person who holds the insurance and save the form; the payer looks for that person.',
      jsonb_build_object('field', format('insurances.%s.subscriber_name', p_rank - 1)));
  end if;
  return jsonb_strip_nulls(jsonb_build_object(
    'payer', payer.name, 'payer_row', payer.id, 'payer_id', payer.edi_id, 'is_mock', payer.is_mock,
    'provider', coalesce(place.name, rules.intake_text(p_request.intake, 'facility', 'name'), '-'), 'npi', npi,
    'last', holder ->> 'last', 'first', holder ->> 'first', 'member_id', i.member_id, 'group', i.group_no,
    'born', case when relation = '18' then p.born_on else i.subscriber_born_on end,
    'sex', case when relation = '18' then nullif(p.sex, 'unknown') end,
    'from', coalesce(p_request.service_date, current_date), 'services', jsonb_build_array('30'))
    || case when relation <> '18' then jsonb_build_object('dependent_last', p.last_name, 'dependent_first', p.first_name,
         'dependent_born', p.born_on, 'dependent_sex', nullif(p.sex, 'unknown'), 'relation', relation) else '{}' end);
end
$$;
comment on function rules.eligibility_question(ivr.ivr_requests, integer) is
  'What a payer is asked about an insurance of the patient, or in one sentence what is missing for it.';

create function api.begin_eligibility_check(p_command uuid, p_request uuid, p_rank integer) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  answer jsonb;
  r ivr.ivr_requests;
  asked jsonb;
  v_id uuid := gen_random_uuid();
  ask_whom uuid;
begin
  perform rules.require('eligibility.ask', 'ask payers about benefits');
  answer := rules.begin_command(p_command, 'begin_eligibility_check', jsonb_build_array(p_request, p_rank));
  if answer is not null then
    return answer;
  end if;
  r := rules.find_request(p_request);
  if rules.my_side(r) is null then
    perform rules.fail('IV403', 'Only the clinic of the request and its verification team ask the payer.');
  elsif r.turn = 'nobody' then
    perform rules.fail('IV410', 'This request is over; the payer is asked about it no more.');
  elsif p_rank is null or p_rank not between 1 and 3 then
    perform rules.fail('IV422', 'Say which insurance: the first, the second or the third.', '{"field": "rank"}');
  end if;
  asked := rules.eligibility_question(r, p_rank);
  ask_whom := (asked ->> 'payer_row')::uuid;
  -- What nobody answers any more stands in nobody's way.
  update ivr.eligibility_checks c set state = 'failed', problem = 'lost', finished_at = clock_timestamp(), version = c.version + 1
   where c.org_id = r.org_id and c.patient_id = r.patient_id and c.payer_id = ask_whom and c.state = 'waiting'
     and c.asked_at < clock_timestamp() - make_interval(mins => rules.eligibility_minutes());
  insert into ivr.eligibility_checks (org_id, id, request_id, patient_id, payer_id, rank, asked_by, trace, question, question_sha256, is_mock)
  values (r.org_id, v_id, r.id, r.patient_id, ask_whom, p_rank, ivr.my_id(),
          upper(replace(gen_random_uuid()::text, '-', '')), asked, sha256(convert_to(asked::text, 'UTF8')), (asked ->> 'is_mock')::boolean);
  perform rules.audit(r.org_id, p_command, 'ask_payer', 'eligibility_checks', v_id, 1, null,
    jsonb_build_object('request', r.id, 'rank', p_rank, 'payer', ask_whom));
  return rules.end_command(p_command, jsonb_build_object('id', v_id, 'request', r.id, 'state', 'waiting', 'version', 1));
exception
  when unique_violation then
    perform rules.fail('IV409', 'This payer is being asked about this patient already. The answer is shown here as soon as it comes.');
end
$$;
comment on function api.begin_eligibility_check(uuid, uuid, integer) is
  'Makes the question to a payer about an insurance of a request''s patient; the gateway carries it, named by its id.';

create function api.cancel_eligibility_check(p_command uuid, p_check uuid) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  answer jsonb;
  c ivr.eligibility_checks;
  r ivr.ivr_requests;
begin
  perform rules.require('eligibility.ask', 'ask payers about benefits');
  answer := rules.begin_command(p_command, 'cancel_eligibility_check', jsonb_build_array(p_check));
  if answer is not null then
    return answer;
  end if;
  select x.* into c from ivr.eligibility_checks x where x.org_id = any ((select ivr.my_phi_orgs())::uuid[]) and x.id = p_check;
  if not found or c.asked_by <> ivr.my_id() then
    perform rules.fail('IV404', 'There is no such question of yours to a payer.');
  end if;
  r := rules.find_request(c.request_id);
  update ivr.eligibility_checks x set state = 'cancelled', finished_at = clock_timestamp(), version = x.version + 1
   where x.org_id = c.org_id and x.id = c.id and x.state = 'waiting';
  if not found then
    perform rules.fail('IV410', 'This question is over; there is nothing to cancel.');
  end if;
  perform rules.audit(r.org_id, p_command, 'cancel_question', 'eligibility_checks', c.id, c.version + 1, null, jsonb_build_object('request', r.id));
  return rules.end_command(p_command, jsonb_build_object('id', c.id, 'request', r.id, 'state', 'cancelled', 'version', c.version + 1));
end
$$;
comment on function api.cancel_eligibility_check(uuid, uuid) is 'Takes a question back; an answer that comes later is not kept.';

-- An answer that may be another patient's is shown to nobody but those who decide about it.
create function rules.eligibility_is_open(p_state text) returns boolean
language sql stable set search_path = pg_catalog, pg_temp
return p_state <> 'held' or 'eligibility.review' = any (ivr.my_rights());
comment on function rules.eligibility_is_open(text) is 'Whether the person may see what was answered.';

create function api.read_eligibility(p_ticket uuid) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  r ivr.ivr_requests := rules.request_by_ticket(p_ticket);
  late timestamptz := clock_timestamp() - make_interval(mins => rules.eligibility_minutes());
begin
  return jsonb_build_object(
    'insurances', (select coalesce(jsonb_agg(jsonb_build_object('rank', i.rank, 'payer', i.payer_name, 'can_ask',
               'eligibility.ask' = any (ivr.my_rights()) and rules.my_side(r) is not null and r.turn <> 'nobody'
               and exists (select from ivr.payer_connectors k join ivr.payers y on y.id = k.payer_id and y.is_active
                            where k.payer_id = i.payer_id and k.is_active)) order by i.rank), '[]')
        from ivr.patient_insurances i where i.org_id = r.org_id and i.patient_id = r.patient_id),
    'checks', (select coalesce(jsonb_agg(to_jsonb(x) - 'place' order by x.place), '[]') from (
      select row_number() over (order by c.asked_at desc, c.id) as place, c.id, c.rank, y.name as payer, c.version,
             case when c.state = 'waiting' and c.asked_at < late then 'failed' else c.state end as state,
             case when c.state = 'waiting' and c.asked_at < late then 'lost' else c.problem end as problem,
             c.asked_at, c.finished_at, coalesce(u.display_name, 'The other side') as asked_by, c.asked_by = ivr.my_id() as mine,
             case when rules.eligibility_is_open(c.state) then c.verdict end as verdict,
             case when rules.eligibility_is_open(c.state) then c.reading end as reading,
             c.question ->> 'from' as service_date, c.is_mock,
             rules.eligibility_is_open(c.state) and exists (select from ivr.eligibility_evidence e where e.org_id = c.org_id and e.check_id = c.id) as has_evidence
        from ivr.eligibility_checks c
        join ivr.payers y on y.id = c.payer_id
        left join ivr.users u on u.id = c.asked_by
       where c.org_id = r.org_id and c.request_id = r.id and c.patient_id = r.patient_id
       order by c.asked_at desc, c.id limit 20) x));
end
$$;
comment on function api.read_eligibility(uuid) is
  'What payers were asked and answered about the patient of the request that was opened with a ticket, newest first, and which of its insurances can be asked.';

create function api.read_eligibility_evidence(p_ticket uuid, p_check uuid)
returns table (body bytea, media_type text, sha256 bytea, at timestamptz, is_mock boolean)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  r ivr.ivr_requests := rules.request_by_ticket(p_ticket);
begin
  return query
    select e.body, e.media_type, e.sha256, e.at, e.is_mock
      from ivr.eligibility_checks c join ivr.eligibility_evidence e on e.org_id = c.org_id and e.check_id = c.id
     where c.org_id = r.org_id and c.request_id = r.id and c.patient_id = r.patient_id and c.id = p_check
       and rules.eligibility_is_open(c.state);
end
$$;
comment on function api.read_eligibility_evidence(uuid, uuid) is 'The bytes that a payer sent to a question of the request that was opened with a ticket.';

create function api.read_auto_population(p_ticket uuid) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  r ivr.ivr_requests := rules.request_by_ticket(p_ticket);
begin
  return jsonb_build_object(
    'sources', (select jsonb_agg(jsonb_build_object('source', s.source, 'label', s.label) order by s.position) from ivr.auto_population_sources s),
    'records', (select coalesce(jsonb_agg(jsonb_build_object('field', a.field, 'source', a.source, 'source_id', a.source_id, 'offered', a.offered,
                  'was', a.was, 'outcome', a.outcome, 'kept', a.kept, 'offered_at', a.offered_at, 'decided_at', a.decided_at,
                  'by', coalesce(u.display_name, 'The other side')) order by a.decided_at desc, a.id), '[]')
                  from ivr.auto_population_records a left join ivr.users u on u.id = a.decided_by
                 where a.org_id = r.org_id and a.request_id = r.id));
end
$$;
comment on function api.read_auto_population(uuid) is 'Which values of the form of the request that was opened with a ticket came from where.';

reset role;
set local role ivr_ask;

create function lookup.take(p_check uuid, p_token_sha256 bytea) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  who uuid;
  c record;
  k ivr.payer_connectors;
begin
  select t.user_id into who from ivr.live_tokens t where t.token_sha256 = p_token_sha256 and t.expires_at > clock_timestamp();
  if not found or cardinality(ivr.orgs_of(who)) = 0 then
    return jsonb_build_object('result', 'unknown');
  end if;
  select x.org_id, x.payer_id, x.asked_at, x.taken_at, x.state, x.trace, x.control, x.question, x.is_mock into c
    from ivr.eligibility_checks x where x.id = p_check and x.asked_by = who and x.org_id = any (ivr.orgs_of(who));
  if not found then
    return jsonb_build_object('result', 'missing');
  elsif c.state <> 'waiting' then
    return jsonb_build_object('result', 'over', 'state', c.state);
  elsif c.taken_at is not null or c.asked_at < clock_timestamp() - interval '2 minutes' then
    return jsonb_build_object('result', 'busy');
  end if;
  select x.* into k from ivr.payer_connectors x where x.payer_id = c.payer_id and x.is_active and x.is_mock = c.is_mock
     and (not x.is_mock or exists (select from ivr.settings s where s.name = 'demo' and s.value = 'true'));
  if not found then
    update ivr.eligibility_checks x set taken_at = clock_timestamp(), finished_at = clock_timestamp(), state = 'failed', problem = 'no-connector',
           version = x.version + 1 where x.org_id = c.org_id and x.id = p_check;
    return jsonb_build_object('result', 'over', 'state', 'failed');
  end if;
  update ivr.eligibility_checks x set taken_at = clock_timestamp()
   where x.org_id = c.org_id and x.id = p_check and x.state = 'waiting' and x.taken_at is null;
  if not found then
    return jsonb_build_object('result', 'busy');
  end if;
  return jsonb_build_object('result', 'taken', 'question', c.question - 'payer_row' - 'is_mock', 'trace', c.trace, 'control', c.control % 1000000000,
                            'asked_at', floor(extract(epoch from c.asked_at)), 'connector', to_jsonb(k) - 'is_active');
end
$$;
comment on function lookup.take(uuid, bytea) is
  'Takes a question out, once, when the token is of the person who has just asked it: what to ask, and how.';

create function lookup.answer(p_check uuid, p_state text, p_problem text, p_verdict text, p_reading jsonb, p_body bytea, p_media_type text,
                              p_is_mock boolean) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  c record;
begin
  select x.org_id, x.taken_at, x.state, x.is_mock, x.version into c from ivr.eligibility_checks x where x.id = p_check;
  if not found or c.taken_at is null then
    raise exception using errcode = 'IV404', message = 'No such question was taken.';
  elsif c.is_mock is distinct from p_is_mock then
    raise exception using errcode = 'IV403', message = 'Somebody else answers than was asked.';
  elsif p_state is null or p_state not in ('answered', 'held', 'refused', 'failed') then
    raise exception using errcode = 'IV422', message = 'That is no end of a question.';
  elsif c.state <> 'waiting' then
    return c.state;
  end if;
  update ivr.eligibility_checks x set state = p_state, problem = p_problem, verdict = p_verdict, reading = p_reading,
         finished_at = clock_timestamp(), version = x.version + 1
   where x.org_id = c.org_id and x.id = p_check and x.state = 'waiting';
  if not found then
    -- Taken back a moment ago, or answered by a twin.
    return (select x.state from ivr.eligibility_checks x where x.org_id = c.org_id and x.id = p_check);
  end if;
  if length(p_body) > 0 then
    insert into ivr.eligibility_evidence (org_id, check_id, body, media_type, sha256, is_mock)
    values (c.org_id, p_check, p_body, coalesce(p_media_type, 'application/octet-stream'), sha256(p_body), p_is_mock);
  end if;
  insert into audit.audit_logs (org_id, action, entity, entity_id, version, after)
  values (c.org_id, 'payer_answer', 'eligibility_checks', p_check, c.version + 1,
          jsonb_strip_nulls(jsonb_build_object('state', p_state, 'problem', p_problem, 'mock', nullif(p_is_mock, false))));
  return p_state;
end
$$;
comment on function lookup.answer(uuid, text, text, text, jsonb, bytea, text, boolean) is
  'Puts the end of a question in that was taken: what was read, and the bytes. Answers the state; one that is over stays as it is.';

create function lookup.is_demo() returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return exists (select from ivr.settings s where s.name = 'demo' and s.value = 'true');
end
$$;
comment on function lookup.is_demo() is 'Whether invented payers may answer here.';

reset role;
