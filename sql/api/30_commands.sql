-- SPDX-License-Identifier: GPL-3.0-or-later
-- The commands. Each takes an id made on the desktop (a retry gets the first answer), and, where it
-- changes something that exists, the version that it was based on.
set local role ivr_exec;

create function rules.summary(p_request ivr.ivr_requests) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp
return jsonb_build_object('id', p_request.id, 'org_id', p_request.org_id, 'request_no', p_request.request_no,
  'version', p_request.version, 'status', p_request.status, 'turn', p_request.turn);
comment on function rules.summary(ivr.ivr_requests) is 'What a command answers about the request.';

create function rules.reload(p_request ivr.ivr_requests) returns ivr.ivr_requests
language sql stable set search_path = pg_catalog, pg_temp
begin atomic
  select q from ivr.ivr_requests q where q.org_id = p_request.org_id and q.id = p_request.id;
end;
comment on function rules.reload(ivr.ivr_requests) is 'The request as it is now.';

create function rules.next_request_no(p_org uuid) returns bigint
language sql set search_path = pg_catalog, pg_temp
begin atomic
  insert into ivr.organization_counters as c (org_id, last_request_no) values (p_org, 1001)
  on conflict (org_id) do update set last_request_no = c.last_request_no + 1
  returning last_request_no;
end;
comment on function rules.next_request_no(uuid) is 'Next number of an organization; its row stays locked until the request is there.';

create function rules.check_intake(p_intake jsonb) returns void
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
  if p_intake is null or jsonb_typeof(p_intake) <> 'object' then
    perform rules.fail('IV422', 'The form is not readable.', '{"field": "intake"}');
  end if;
  if pg_column_size(p_intake) >= 262144 then
    perform rules.fail('IV413', 'The form is too large to be saved.', '{"field": "intake"}');
  end if;
end
$$;
comment on function rules.check_intake(jsonb) is 'Refuses what is no form, or too large for one.';

create function rules.filled_in(p_request ivr.ivr_requests, p_intake jsonb) returns ivr.ivr_requests
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  r ivr.ivr_requests := p_request;
  payer text := rules.intake_text(p_intake, 'insurances', '0', 'payer_name');
begin
  perform rules.check_intake(p_intake);
  r.intake := p_intake;
  r.patient_id := rules.save_patient(r.org_id, r.facility_id, r.patient_id, p_intake);
  r.service := coalesce(rules.text_value(p_intake ->> 'service', 'service', 200), r.service);
  if p_intake ->> 'request_type' in ('new', 're_verification', 'additional_application', 'new_insurance') then
    r.request_type := p_intake ->> 'request_type';
  end if;
  if p_intake ? 'doctor_comment' then
    r.doctor_comment := rules.text_value(p_intake ->> 'doctor_comment', 'doctor_comment', 4000);
  end if;
  r.service_date := rules.intake_date(p_intake, 'service_date');
  r.payer_name := left(coalesce(payer, ''), 200);
  r.payer_id := (select y.id from ivr.payers y where y.name = payer);
  r.product_summary := rules.product_summary(p_intake);
  r.patient_sort := coalesce((select lower(p.last_name || ', ' || p.first_name) from ivr.patients p
                               where p.org_id = r.org_id and p.id = r.patient_id), '');
  r.attested_by := rules.text_value(p_intake #>> '{attestation,signed_by}', 'attestation.signed_by', 200);
  r.attested_at := case when coalesce(p_intake #>> '{attestation,on_file}', 'false') = 'true'
                        then coalesce(r.attested_at, clock_timestamp()) end;
  return r;
end
$$;
comment on function rules.filled_in(ivr.ivr_requests, jsonb) is
  'A request with what a form says; keeps the patient and the insurances of the form.';

create function rules.my_facility(p_wanted uuid) returns ivr.facilities
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  f ivr.facilities;
begin
  select x.* into f from ivr.facilities x
   where x.org_id = any (ivr.my_clinic_orgs()) and (p_wanted is null or x.id = p_wanted)
     and (x.org_id = any (ivr.my_whole_orgs()) or x.id = any (ivr.my_facilities()))
   order by x.name limit 1;
  if not found then
    perform rules.fail('IV404', 'There is no such facility, or it is not yours.', '{"field": "facility_id"}');
  end if;
  return f;
end
$$;
comment on function rules.my_facility(uuid) is 'A facility at which the person may create requests.';

create function rules.facility_of(p_org uuid, p_wanted uuid) returns uuid
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  f ivr.facilities := rules.my_facility(p_wanted);
begin
  if f.org_id is distinct from p_org or p_wanted is null then
    perform rules.fail('IV404', 'There is no such facility, or it is not yours.', '{"field": "facility_id"}');
  end if;
  return f.id;
end
$$;
comment on function rules.facility_of(uuid, uuid) is 'A facility of that clinic at which the person may have requests.';

create function rules.new_request(p_request jsonb) returns ivr.ivr_requests
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  f ivr.facilities := rules.my_facility(rules.uuid_value(p_request ->> 'facility_id', 'facility_id'));
  r ivr.ivr_requests;
begin
  r.org_id := f.org_id;
  r.facility_id := f.id;
  r.id := coalesce(rules.uuid_value(p_request ->> 'id', 'id'), gen_random_uuid());
  r.verifier_org_id := (select l.verifier_org_id from ivr.service_links l
                         where l.clinic_org_id = r.org_id order by l.since, l.verifier_org_id limit 1);
  if r.verifier_org_id is null then
    perform rules.fail('IV422', 'No verification team serves this clinic yet. Ask your administrator.');
  end if;
  r.patient_id := (select p.id from ivr.patients p where p.org_id = r.org_id
                      and p.id = rules.uuid_value(p_request ->> 'patient_id', 'patient_id'));
  r.provider_id := (select p.id from ivr.providers p where p.org_id = r.org_id
                       and p.id = rules.uuid_value(p_request ->> 'provider_id', 'provider_id'));
  r.request_type := 'new';
  r.service := 'Wound Care Authorization';
  return rules.filled_in(r, p_request - array['id', 'facility_id', 'patient_id', 'provider_id']);
end
$$;
comment on function rules.new_request(jsonb) is 'A request as it will be created from a form; not in the table yet.';

-- The row is written once, complete: creating is one change, and the first version is 1.
create function api.create_ivr_request(p_command uuid, p_request jsonb) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  answer jsonb;
  r ivr.ivr_requests;
begin
  perform rules.require('request.create', 'create requests');
  answer := rules.begin_command(p_command, 'create_ivr_request', p_request);
  if answer is not null then
    return answer;
  end if;
  perform rules.check_intake(p_request);
  r := rules.new_request(p_request);
  insert into ivr.ivr_requests (org_id, id, request_no, verifier_org_id, facility_id, patient_id, provider_id, payer_id,
    request_type, service, patient_sort, payer_name, product_summary, intake, doctor_comment, service_date,
    attested_by, attested_at, created_by)
  values (r.org_id, r.id, rules.next_request_no(r.org_id), r.verifier_org_id, r.facility_id, r.patient_id, r.provider_id,
    r.payer_id, r.request_type, r.service, r.patient_sort, r.payer_name, r.product_summary, r.intake, r.doctor_comment,
    r.service_date, r.attested_by, r.attested_at, ivr.my_id());
  perform rules.save_products(r.org_id, r.id, r.intake);
  r := rules.reload(r);
  insert into ivr.ivr_status_history (org_id, request_id, version, from_status, to_status, action, actor_id)
  values (r.org_id, r.id, r.version, null, 'draft', 'create', ivr.my_id());
  perform rules.audit(r.org_id, p_command, 'create', 'ivr_requests', r.id, r.version, null, to_jsonb(r) - 'intake');
  return rules.end_command(p_command, rules.summary(r));
exception
  when unique_violation then
    perform rules.fail('IV423', 'A request with this id exists already.');
end
$$;
comment on function api.create_ivr_request(uuid, jsonb) is
  'Creates a request as a draft. Takes the command id and the form; answers id, number and version.';

create function rules.uuid_value(p_text text, p_field text) returns uuid
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
  return nullif(p_text, '')::uuid;
exception
  when invalid_text_representation then
    perform rules.fail('IV422', 'An id is not readable.', jsonb_build_object('field', p_field));
end
$$;
comment on function rules.uuid_value(text, text) is 'An id as text, or a plain error.';

create function api.save_ivr_draft(p_command uuid, p_request uuid, p_expected_version bigint, p_intake jsonb) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  answer jsonb;
  r ivr.ivr_requests;
  old jsonb;
begin
  perform rules.require('request.edit', 'edit requests');
  answer := rules.begin_command(p_command, 'save_ivr_draft', jsonb_build_array(p_request, p_expected_version, p_intake));
  if answer is not null then
    return answer;
  end if;
  r := rules.lock_request(p_request, p_expected_version);
  if r.status not in ('draft', 'info_needed') then
    perform rules.fail('IV410', 'The form can only be changed while it is a draft or information is asked for.');
  end if;
  old := r.intake;
  -- Nobody else has seen a draft, so it may still be filed where its form says.
  if r.status = 'draft' and rules.uuid_value(p_intake ->> 'facility_id', 'facility_id') is distinct from r.facility_id and p_intake ? 'facility_id' then
    r.facility_id := rules.facility_of(r.org_id, rules.uuid_value(p_intake ->> 'facility_id', 'facility_id'));
  end if;
  r := rules.filled_in(r, p_intake - array['id', 'facility_id', 'patient_id', 'provider_id']);
  update ivr.ivr_requests q set
    facility_id = r.facility_id, patient_id = r.patient_id, payer_id = r.payer_id, request_type = r.request_type, service = r.service,
    patient_sort = r.patient_sort, payer_name = r.payer_name, product_summary = r.product_summary, intake = r.intake,
    doctor_comment = r.doctor_comment, service_date = r.service_date, attested_by = r.attested_by,
    attested_at = r.attested_at
  where q.org_id = r.org_id and q.id = r.id;
  perform rules.save_products(r.org_id, r.id, p_intake);
  r := rules.reload(r);
  perform rules.audit(r.org_id, p_command, 'edit', 'ivr_requests', r.id, r.version,
    (select coalesce(jsonb_object_agg(o.key, o.value), '{}') from jsonb_each(old) o where o.value is distinct from r.intake -> o.key),
    (select coalesce(jsonb_object_agg(n.key, n.value), '{}') from jsonb_each(r.intake) n where n.value is distinct from old -> n.key));
  return rules.end_command(p_command, rules.summary(r));
end
$$;
comment on function api.save_ivr_draft(uuid, uuid, bigint, jsonb) is 'Keeps the changed form of a draft, or of a request that was sent back.';

create function rules.check_step(p_request ivr.ivr_requests, p_step ivr.ivr_transitions, p_reason text, p_details jsonb)
returns void language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  problems jsonb;
begin
  if 'complete' = any (p_step.needs) then
    select jsonb_agg(jsonb_build_object('field', x.field, 'sentence', x.sentence)) into problems
      from rules.intake_problems(p_request.intake) x;
    if problems is not null then
      perform rules.fail('IV422', problems #>> '{0,sentence}', jsonb_build_object('field', problems #>> '{0,field}', 'problems', problems));
    end if;
  end if;
  if 'attestation' = any (p_step.needs) and (p_request.attested_at is null or p_request.attested_by is null) then
    perform rules.fail('IV422', 'Record who signed the order and that the patient authorised the release.', '{"field": "attestation"}');
  end if;
  if 'reason' = any (p_step.needs) and p_reason is null then
    perform rules.fail('IV422', 'Give a reason: the other side has to know why.', '{"field": "reason"}');
  end if;
  if 'reason_code' = any (p_step.needs) and not exists (
    select from ivr.ivr_reasons c where c.code = p_details ->> 'reason_code' and c.action = p_step.action) then
    perform rules.fail('IV422', 'Choose a reason from the list.', '{"field": "reason_code"}');
  end if;
  if 'due_date' = any (p_step.needs)
     and coalesce(rules.intake_date(p_details, 'due_on'), current_date - 1) < current_date then
    perform rules.fail('IV422', 'Say until when the answer is needed: today or later.', '{"field": "due_on"}');
  end if;
  if 'reference' = any (p_step.needs) and rules.intake_text(p_details, 'reference') is null then
    perform rules.fail('IV422', 'Enter the reference or tracking number.', '{"field": "reference"}');
  end if;
  if 'response' = any (p_step.needs)
     and coalesce(rules.intake_text(p_details, 'response'), p_request.ivr_response) is null then
    perform rules.fail('IV422', 'Write the response first: what the plan covers.', '{"field": "response"}');
  end if;
  if 'approval' = any (p_step.needs) and not exists (
    select from ivr.ivr_approvals a where a.org_id = p_request.org_id and a.request_id = p_request.id
       and a.revoked_at is null and a.valid_until >= current_date) then
    perform rules.fail('IV422', 'There is no approval that still holds. Ask for the benefits to be verified again.', '{"field": "approval"}');
  end if;
end
$$;
comment on function rules.check_step(ivr.ivr_requests, ivr.ivr_transitions, text, jsonb) is 'Refuses a step whose needs are not met, in plain words.';

create function rules.assignee_for(p_request ivr.ivr_requests, p_step ivr.ivr_transitions, p_details jsonb) returns uuid
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  wanted uuid := rules.uuid_value(p_details ->> 'assignee_id', 'assignee_id');
begin
  if p_step.action in ('take') then
    return ivr.my_id();
  elsif p_step.action in ('assign', 'reopen') then
    wanted := coalesce(wanted, ivr.my_id());
    if not exists (select from ivr.memberships m where m.org_id = p_request.verifier_org_id and m.user_id = wanted
                      and m.role in ('specialist', 'lead')) then
      perform rules.fail('IV422', 'A request can only be assigned to a specialist or lead of the team.', '{"field": "assignee_id"}');
    end if;
    return wanted;
  elsif p_step.action = 'release' then
    return null;
  end if;
  return p_request.assignee_id;
end
$$;
comment on function rules.assignee_for(ivr.ivr_requests, ivr.ivr_transitions, jsonb) is 'Whose case the request is after a step.';

create function rules.due_after(p_request ivr.ivr_requests, p_to text, p_details jsonb, out due_at timestamptz, out clock_left interval)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  was text := (select s.clock from ivr.ivr_statuses s where s.status = p_request.status);
  will text := (select s.clock from ivr.ivr_statuses s where s.status = p_to);
  answer interval := make_interval(hours => coalesce((select s.value::integer from ivr.settings s where s.name = 'answer_hours'), 48));
begin
  clock_left := case when was = 'runs' and isfinite(p_request.due_at)
                     then greatest(p_request.due_at - clock_timestamp(), interval '0') else p_request.clock_left end;
  if will = 'runs' then
    due_at := case when was = 'runs' then p_request.due_at else clock_timestamp() + coalesce(clock_left, answer) end;
    clock_left := null;
  elsif will = 'paused' then
    due_at := (rules.intake_date(p_details, 'due_on') + 1)::timestamp at time zone
              coalesce((select o.time_zone from ivr.organizations o where o.id = p_request.org_id), 'UTC');
  elsif will = 'payer' then
    -- CMS-0057-F: 72 hours when urgent, seven calendar days otherwise.
    due_at := clock_timestamp() + case when p_request.priority = 2 then interval '72 hours' else interval '7 days' end;
  else
    due_at := 'infinity';
    clock_left := null;
  end if;
end
$$;
comment on function rules.due_after(ivr.ivr_requests, text, jsonb) is 'When the next answer is due after a step, and what is left of a paused clock.';

-- What was asked for already is asked for again, until the new day, and not twice.
create function rules.ask_for_papers(p_request ivr.ivr_requests, p_reason text, p_details jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  paper jsonb;
  v_type text;
  v_title text;
  v_note text;
begin
  for paper in select e from jsonb_array_elements(
                 case when jsonb_typeof(p_details -> 'documents') = 'array' then p_details -> 'documents' else '[]' end) e loop
    v_type := coalesce(paper ->> 'type', paper ->> 'kind');
    v_title := coalesce(rules.text_value(paper ->> 'title', 'documents', 255), (select t.label from ivr.document_types t where t.type = v_type));
    if not exists (select from ivr.document_types t where t.type = v_type) then
      perform rules.fail('IV422', 'Say of each paper what it is, and give it a title.', '{"field": "documents"}');
    end if;
    v_note := coalesce(rules.text_value(paper ->> 'note', 'documents', 1000), left(p_reason, 1000));
    update ivr.ivr_documents d set due_on = rules.intake_date(p_details, 'due_on'), note = v_note, asked_by = ivr.my_id(), asked_at = clock_timestamp()
     where d.org_id = p_request.org_id and d.request_id = p_request.id and d.status = 'requested' and d.type = v_type and d.title = v_title;
    if not found then
      insert into ivr.ivr_documents (org_id, id, request_id, type, title, asked_by, asked_at, due_on, note, created_by)
      values (p_request.org_id, gen_random_uuid(), p_request.id, v_type, v_title, ivr.my_id(), clock_timestamp(),
              rules.intake_date(p_details, 'due_on'), v_note, ivr.my_id());
    end if;
  end loop;
end
$$;
comment on function rules.ask_for_papers(ivr.ivr_requests, text, jsonb) is 'Notes the papers that a step asks for.';

create function rules.follow_step(p_old ivr.ivr_requests, p_new ivr.ivr_requests, p_reason text, p_details jsonb)
returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  me uuid := ivr.my_id();
begin
  if p_new.status in ('in_review', 'reverify') then
    update ivr.ivr_approvals a set revoked_at = clock_timestamp()
     where a.org_id = p_new.org_id and a.request_id = p_new.id and a.revoked_at is null;
    if p_new.assignee_id is not null then
      insert into ivr.ivr_reviews (org_id, request_id, reviewer_id) values (p_new.org_id, p_new.id, p_new.assignee_id)
      on conflict do nothing;
    end if;
  else
    update ivr.ivr_reviews v set ended_at = clock_timestamp(), outcome = p_new.status
     where v.org_id = p_new.org_id and v.request_id = p_new.id and v.ended_at is null;
  end if;
  if p_old.status = 'escalated' then
    update ivr.ivr_escalations e set resolved_at = clock_timestamp(), resolved_by = me, resolution = p_new.status
     where e.org_id = p_new.org_id and e.request_id = p_new.id and e.resolved_at is null;
  end if;
  if p_new.status = 'escalated' then
    insert into ivr.ivr_escalations (org_id, request_id, raised_by, reason) values (p_new.org_id, p_new.id, me, p_reason);
  elsif p_new.status in ('approved', 'approved_limited') then
    insert into ivr.ivr_approvals (org_id, request_id, approver_id, limited, limits, response, valid_until)
    values (p_new.org_id, p_new.id, me, p_new.status = 'approved_limited', p_reason, p_new.ivr_response, p_new.valid_until);
  elsif p_new.status = 'info_needed' then
    perform rules.ask_for_papers(p_new, p_reason, p_details);
  end if;
end
$$;
comment on function rules.follow_step(ivr.ivr_requests, ivr.ivr_requests, text, jsonb) is
  'What a step leaves in reviews, approvals, escalations and papers asked for.';

create function rules.take_step(p_request ivr.ivr_requests, p_step ivr.ivr_transitions, p_details jsonb)
returns ivr.ivr_requests language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  r ivr.ivr_requests := p_request;
  due record := rules.due_after(p_request, p_step.to_status, p_details);
begin
  update ivr.ivr_requests q set
    status = p_step.to_status,
    assignee_id = rules.assignee_for(p_request, p_step, p_details),
    submitted_by = case when p_step.action = 'submit' then ivr.my_id() else q.submitted_by end,
    submitted_at = case when p_step.action = 'submit' then clock_timestamp() else q.submitted_at end,
    due_at = due.due_at,
    clock_left = due.clock_left,
    priority = case when p_step.to_status = 'escalated' then greatest(q.priority, 1::smallint) else q.priority end,
    ivr_response = coalesce(rules.text_value(p_details ->> 'response', 'response', 8000), q.ivr_response),
    payer_reference = coalesce(left(rules.intake_text(p_details, 'reference'), 200), q.payer_reference),
    -- A plan year ends in December: what was verified this year is asked again in January.
    valid_until = case when p_step.to_status in ('approved', 'approved_limited')
      then coalesce(rules.intake_date(p_details, 'valid_until'),
                    least(current_date + 180, make_date(extract(year from current_date + 14)::integer, 12, 31)))
      else q.valid_until end
  where q.org_id = r.org_id and q.id = r.id;
  r := rules.reload(r);
  if r.id is null then
    -- The step took the request out of the person's sight; what follows is still theirs to write.
    r := p_request;
    r.status := p_step.to_status;
    r.version := p_request.version + 1;
  end if;
  return r;
end
$$;
comment on function rules.take_step(ivr.ivr_requests, ivr.ivr_transitions, jsonb) is 'Carries out a step on the request itself.';

create function rules.step(p_command uuid, p_before ivr.ivr_requests, p_to text, p_reason text, p_details jsonb)
returns ivr.ivr_requests language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  after ivr.ivr_requests;
  step ivr.ivr_transitions;
begin
  select a.* into step from rules.actions(p_before) a where a.to_status = p_to order by a.position limit 1;
  if not found then
    if exists (select from ivr.ivr_transitions t where t.from_status = p_before.status and t.to_status = p_to) then
      perform rules.fail('IV403', 'This step is for somebody else to take.', jsonb_build_object('from', p_before.status, 'to', p_to));
    end if;
    perform rules.fail('IV410', 'That step is not possible from here.', jsonb_build_object('from', p_before.status, 'to', p_to));
  end if;
  perform rules.check_step(p_before, step, p_reason, p_details);
  after := rules.take_step(p_before, step, p_details);
  insert into ivr.ivr_status_history (org_id, request_id, version, from_status, to_status, action, actor_id, reason_code, reason, details)
  values (after.org_id, after.id, after.version, p_before.status, after.status, step.action, ivr.my_id(),
          case when 'reason_code' = any (step.needs) then p_details ->> 'reason_code' end, p_reason, p_details - 'response');
  perform rules.follow_step(p_before, after, p_reason, p_details);
  perform rules.audit(after.org_id, p_command, step.action, 'ivr_requests', after.id, after.version,
    jsonb_build_object('status', p_before.status, 'assignee_id', p_before.assignee_id),
    jsonb_build_object('status', after.status, 'assignee_id', after.assignee_id, 'reason', p_reason));
  return after;
end
$$;
comment on function rules.step(uuid, ivr.ivr_requests, text, text, jsonb) is
  'Takes a step of the transition table with a locked request: checks it, and leaves history, consequences and trace.';

create function api.update_ivr_request_status(p_command uuid, p_request uuid, p_expected_version bigint, p_to text,
                                              p_reason text default null, p_details jsonb default '{}') returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  answer jsonb;
  reason text := rules.text_value(p_reason, 'reason', 4000);
  details jsonb := coalesce(p_details, '{}');
begin
  answer := rules.begin_command(p_command, 'update_ivr_request_status',
                                jsonb_build_array(p_request, p_expected_version, p_to, reason, details));
  if answer is not null then
    return answer;
  end if;
  if jsonb_typeof(details) <> 'object' or pg_column_size(details) > 65536 then
    perform rules.fail('IV422', 'The details of the step are not readable.', '{"field": "details"}');
  end if;
  return rules.end_command(p_command, rules.summary(rules.step(p_command, rules.lock_request(p_request, p_expected_version), p_to, reason, details)));
end
$$;

comment on function api.update_ivr_request_status(uuid, uuid, bigint, text, text, jsonb) is
  'Takes a step of the transition table. Details: assignee_id, reason_code, due_on, documents, reference, response, valid_until.';

create function api.update_doctor_comment(p_command uuid, p_request uuid, p_expected_version bigint, p_comment text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  answer jsonb;
  r ivr.ivr_requests;
  old text;
begin
  perform rules.require('comment.write', 'change the doctor''s comment');
  answer := rules.begin_command(p_command, 'update_doctor_comment', jsonb_build_array(p_request, p_expected_version, p_comment));
  if answer is not null then
    return answer;
  end if;
  r := rules.lock_request(p_request, p_expected_version);
  if r.turn = 'nobody' then
    perform rules.fail('IV410', 'This request is closed; its comment can no longer be changed.');
  end if;
  old := r.doctor_comment;
  update ivr.ivr_requests q set doctor_comment = rules.text_value(p_comment, 'doctor_comment', 4000)
   where q.org_id = r.org_id and q.id = r.id;
  r := rules.reload(r);
  perform rules.audit(r.org_id, p_command, 'comment', 'ivr_requests', r.id, r.version,
    jsonb_build_object('doctor_comment', old), jsonb_build_object('doctor_comment', r.doctor_comment));
  return rules.end_command(p_command, rules.summary(r));
end
$$;
comment on function api.update_doctor_comment(uuid, uuid, bigint, text) is 'Changes what the clinic wants the specialist to know.';

create function api.update_ivr_response(p_command uuid, p_request uuid, p_expected_version bigint, p_response text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  answer jsonb;
  r ivr.ivr_requests;
  old text;
begin
  perform rules.require('response.write', 'write the response');
  answer := rules.begin_command(p_command, 'update_ivr_response', jsonb_build_array(p_request, p_expected_version, p_response));
  if answer is not null then
    return answer;
  end if;
  r := rules.lock_request(p_request, p_expected_version);
  if r.turn not in ('specialist', 'lead', 'payer') then
    perform rules.fail('IV410', 'The response can be written only while the request is in review.');
  elsif r.assignee_id is distinct from ivr.my_id() and not 'lead' = any (rules.my_roles_for(r)) then
    perform rules.fail('IV403', 'This request is another specialist''s case.');
  end if;
  old := r.ivr_response;
  update ivr.ivr_requests q set ivr_response = rules.text_value(p_response, 'response', 8000)
   where q.org_id = r.org_id and q.id = r.id;
  r := rules.reload(r);
  perform rules.audit(r.org_id, p_command, 'respond', 'ivr_requests', r.id, r.version,
    jsonb_build_object('ivr_response', old), jsonb_build_object('ivr_response', r.ivr_response));
  return rules.end_command(p_command, rules.summary(r));
end
$$;
comment on function api.update_ivr_response(uuid, uuid, bigint, text) is 'Changes what the verification found, as the clinic reads it.';

-- What both sides can open now, in messages and notes alike: a paper that was only asked for is not there yet, and what
-- was taken back may be another patient's, and is only for the side that had handed it in.
create function rules.attach_documents(p_request ivr.ivr_requests, p_message uuid, p_documents uuid[]) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_there bigint;
begin
  select count(*) into v_there from ivr.ivr_documents d
   where d.org_id = p_request.org_id and d.request_id = p_request.id and d.id = any (p_documents);
  if v_there <> cardinality(p_documents) then
    perform rules.fail('IV404', 'A message can carry only documents of its own request, each once. Take the others off and send it again.',
      '{"field": "documents"}');
  end if;
  select count(*) into v_there from ivr.ivr_documents d
   where d.org_id = p_request.org_id and d.id = any (p_documents) and d.status in ('received', 'accepted', 'rejected');
  if v_there <> cardinality(p_documents) then
    perform rules.fail('IV410', 'A document of the message was taken back or is not there yet. Take it off and send the message again.',
      '{"field": "documents"}');
  end if;
  insert into ivr.ivr_message_documents (org_id, message_id, document_id, position)
  select p_request.org_id, p_message, x.id, x.n from unnest(p_documents) with ordinality x (id, n);
end
$$;
comment on function rules.attach_documents(ivr.ivr_requests, uuid, uuid[]) is 'Lets a message carry documents of its request; refuses what is foreign and what not everybody may open.';

create function api.add_communication_message(p_command uuid, p_request uuid, p_message uuid, p_body text,
                                              p_visibility text default 'shared', p_documents uuid[] default null) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  answer jsonb;
  r ivr.ivr_requests;
  text_ok text := rules.text_value(p_body, 'body', 8000);
  documents uuid[] := coalesce(p_documents, '{}');
  next_seq bigint;
  written_at timestamptz;
begin
  perform rules.require(case when p_visibility = 'internal' then 'note.write' else 'message.send' end, 'write here');
  answer := rules.begin_command(p_command, 'add_communication_message', jsonb_build_array(p_request, p_message, p_body, p_visibility)
    || case when cardinality(documents) > 0 then jsonb_build_array(to_jsonb(documents)) else '[]' end);
  if answer is not null then
    return answer;
  end if;
  if text_ok is null and cardinality(documents) = 0 then
    perform rules.fail('IV422', 'The message is empty.', '{"field": "body"}');
  elsif p_message is null or p_visibility is null or p_visibility not in ('shared', 'internal') then
    perform rules.fail('IV422', 'The message is not readable.', '{"field": "visibility"}');
  elsif cardinality(documents) > 20 or coalesce(array_ndims(documents), 1) <> 1 then
    perform rules.fail('IV413', 'A message can carry up to 20 documents. Take some off, or send a second message.', '{"field": "documents", "most": 20}');
  end if;
  select q.* into r from ivr.ivr_requests q
   where q.org_id = any ((select ivr.my_phi_orgs())::uuid[]) and q.id = p_request for no key update;
  if not found then
    perform rules.fail('IV404', 'There is no such request, or it is not yours to see.');
  elsif rules.my_side(r) is null then
    perform rules.fail('IV403', 'Only the clinic and its verification team write here.');
  end if;
  -- Each by its index: a chat of a thousand messages costs what one of ten does.
  next_seq := coalesce((select m.seq from ivr.ivr_communication_messages m
    where m.org_id = r.org_id and m.request_id = r.id and m.visibility = p_visibility order by m.seq desc limit 1), 0) + 1;
  written_at := greatest(clock_timestamp(), (select m.created_at from ivr.ivr_communication_messages m
    where m.org_id = r.org_id and m.request_id = r.id order by m.created_at desc limit 1) + interval '1 microsecond');
  insert into ivr.ivr_communication_messages (org_id, id, request_id, verifier_org_id, seq, sender_id, sender_side, visibility, body, created_at)
  values (r.org_id, p_message, r.id, r.verifier_org_id, next_seq, ivr.my_id(), rules.my_side(r), p_visibility, coalesce(text_ok, ''), written_at);
  if cardinality(documents) > 0 then
    perform rules.attach_documents(r, p_message, documents);
  end if;
  perform rules.audit(r.org_id, p_command, 'message', 'ivr_communication_messages', p_message, next_seq, null,
    jsonb_build_object('request_id', r.id, 'visibility', p_visibility, 'length', length(coalesce(text_ok, '')))
    || case when cardinality(documents) > 0 then jsonb_build_object('documents', to_jsonb(documents)) else '{}' end);
  return rules.end_command(p_command, jsonb_build_object('id', p_message, 'request_id', r.id, 'seq', next_seq, 'created_at', written_at));
exception
  when unique_violation then
    perform rules.fail('IV423', 'A message with this id exists already.');
end
$$;
comment on function api.add_communication_message(uuid, uuid, uuid, text, text, uuid[]) is
  'Adds a message to the chat of a request, or an internal note of the team, with documents of the request. The message''s id is made on the desktop.';

create function api.mark_messages_read(p_request uuid, p_until timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  r ivr.ivr_requests := rules.find_request(p_request);
begin
  insert into ivr.ivr_message_reads as m (org_id, request_id, user_id, read_until)
  values (r.org_id, r.id, ivr.my_id(), least(p_until, clock_timestamp()))
  on conflict (org_id, request_id, user_id) do update
    set read_until = greatest(m.read_until, excluded.read_until), read_at = clock_timestamp();
end
$$;
comment on function api.mark_messages_read(uuid, timestamptz) is 'Says how far the person has read; never goes back.';

reset role;
