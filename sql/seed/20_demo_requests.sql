-- SPDX-License-Identifier: GPL-3.0-or-later
-- The demo's seven requests with what happened to them, and their twelve messages.

create temporary table demo_request (
  id uuid, no bigint, org integer, facility integer, patient integer, payer integer, product integer, size integer, quantity integer,
  status text, service text, created timestamptz, assignee integer, creator integer, comment text, response text,
  wound text, location text, wound_group text, length text, width text, icd text[], due interval
) on commit drop;

insert into demo_request values
  ('6db5f169-2541-4515-9156-8cd432d8f0e4', 1001, 1, 1, 1, 3, 1, 4, 2, 'submitted', 'Wound Care Authorization',
   '2025-06-09 05:06:24.747764+00', null, 1, 'Ulcer on the left heel, not closing for six weeks. Please check the deductible first.', null,
   'DFU', 'Left heel', 'B', '3.2', '2.5', array['E11.621', 'L97.421'], interval '5 hours'),
  ('660e8400-e29b-41d4-a716-446655440004', 1002, 1, 1, 2, 1, 2, 3, 1, 'approved', 'initial',
   '2025-06-02 14:12:00+00', 4, 1, 'Please review the wound measurements and provide coverage details for this diabetic patient.',
   'Coverage approved for advanced wound care. Deductible: $500, Copay: $25. Please proceed with treatment as outlined in the submitted documentation.',
   'DFU', 'Right foot, plantar', 'B', '2.0', '3.5', array['E11.621', 'L97.512'], null),
  ('0d7e0001-0000-4000-8000-000000000003', 1003, 1, 2, 4, 4, 3, 5, 1, 'rejected', 'Skin substitute, first application',
   '2025-05-20 09:30:00+00', 5, 2, 'Second opinion attached in the chart.', 'Placeholder Health HMO: product is excluded from the plan. Appeal possible within 60 days.',
   'chronic_ulcer', 'Right lower leg', 'A', '4.0', '5.5', array['L97.812'], null),
  ('0d7e0001-0000-4000-8000-000000000004', 1004, 1, 1, 3, 2, 1, 5, 2, 'escalated', 'Additional application',
   '2025-06-05 16:45:00+00', 4, 1, 'Fourth application, the plan allows ten.', null,
   'VLU', 'Left ankle', 'A', '5.0', '4.0', array['I83.023', 'L97.322'], interval '2 hours'),
  ('0d7e0001-0000-4000-8000-000000000005', 1001, 2, 3, 7, 2, 2, 2, 3, 'in_review', 'Wound Care Authorization',
   '2025-06-08 11:00:00+00', 4, 3, null, null,
   'pressure', 'Sacrum', 'A', '2.5', '2.0', array['L89.153'], interval '26 hours'),
  ('0d7e0001-0000-4000-8000-000000000006', 1005, 1, 1, 10, 2, 4, 3, 1, 'info_needed', 'Skin substitute, first application',
   '2025-06-06 08:20:00+00', 5, 1, 'Patient prefers afternoon appointments.', null,
   'surgical_dehiscence', 'Abdomen', 'A', '3.0', '1.5', array['T81.31XA'], interval '3 days'),
  ('0d7e0001-0000-4000-8000-000000000007', 1006, 1, 1, 6, 5, 1, 1, 1, 'draft', 'Wound Care Authorization',
   '2025-06-09 13:40:00+00', null, 1, null, null, 'trauma', 'Left shin', 'A', '1.5', '1.0', array['S81.812A'], null);

insert into ivr.ivr_requests (org_id, id, request_no, verifier_org_id, facility_id, patient_id, provider_id, payer_id, version, status,
  service, priority, patient_sort, payer_name, product_summary, intake, doctor_comment, ivr_response, service_date, attested_by, attested_at,
  created_by, submitted_by, assignee_id, submitted_at, due_at, valid_until, created_at, updated_at)
select p.org_id, d.id, d.no, '0e000000-0000-4000-8000-000000000003', f.id, p.id, v.id, y.id, 1, d.status, d.service,
  (d.status = 'escalated')::integer, lower(p.last_name || ', ' || p.first_name), y.name, g.hcpcs || ' ' || g.name,
  jsonb_build_object(
    'request_type', 'new', 'service', d.service, 'place_of_service', f.place_of_service,
    'patient', jsonb_build_object('first_name', p.first_name, 'last_name', p.last_name, 'dob', p.born_on, 'sex', p.sex,
      'address', p.address, 'city', p.city, 'state', p.state, 'zip', p.zip, 'phone', p.phone),
    'physician', jsonb_build_object('name', v.name, 'npi', v.npi, 'specialty', v.specialty, 'ptan', v.ptan),
    'facility', jsonb_build_object('name', f.name, 'npi', f.npi, 'address', f.address, 'city', f.city, 'state', f.state, 'zip', f.zip,
      'phone', f.phone, 'fax', f.fax, 'contact_name', f.contact_name, 'contact_email', f.contact_email),
    'insurances', jsonb_build_array(jsonb_build_object('rank', 1, 'payer_name', y.name, 'payer_phone', y.phone, 'member_id', i.member_id,
      'group_no', i.group_no, 'plan_type', i.plan_type)),
    'in_snf', false, 'part_a_stay', false, 'hospice', false, 'recent_admission', false, 'global_period', false, 'pa_permission', true,
    'wounds', jsonb_build_array(jsonb_build_object('type', d.wound, 'location', d.location, 'group', d.wound_group, 'length_cm', d.length,
      'width_cm', d.width, 'total_area_cm2', trim_scale(d.length::numeric * d.width::numeric)::text, 'duration_weeks', '6',
      'failed_4_weeks', true, 'icd10', to_jsonb(d.icd))),
    'products', jsonb_build_array(jsonb_build_object('product_id', g.id, 'hcpcs', g.hcpcs, 'name', g.name,
      'sizes', jsonb_build_array(jsonb_build_object('size_id', z.id, 'label', z.label,
        'area_cm2', trim_scale(z.area_hundredths / 100.0)::text, 'quantity', d.quantity)))),
    'service_date', (d.created + interval '14 days')::date,
    'attestation', jsonb_build_object('signed_by', v.name, 'on_file', d.status <> 'draft')),
  d.comment, d.response, (d.created + interval '14 days')::date, v.name, case when d.status <> 'draft' then d.created end,
  ('0a000000-0000-4000-8000-' || lpad(d.creator::text, 12, '0'))::uuid,
  case when d.status <> 'draft' then ('0a000000-0000-4000-8000-' || lpad(d.creator::text, 12, '0'))::uuid end,
  ('0a000000-0000-4000-8000-' || lpad(d.assignee::text, 12, '0'))::uuid,
  case when d.status <> 'draft' then d.created end,
  case when d.due is null then 'infinity'::timestamptz else current_setting('ivr.as_of')::timestamptz + d.due end,
  case when d.status = 'approved' then '2025-12-31'::date end, d.created, d.created
  from demo_request d
  join ivr.patients p on p.id = ('10000000-0000-4000-8000-' || lpad(d.patient::text, 12, '0'))::uuid
  join ivr.facilities f on f.id = ('0f000000-0000-4000-8000-' || lpad(d.facility::text, 12, '0'))::uuid
  join ivr.payers y on y.id = ('0c000000-0000-4000-8000-' || lpad(d.payer::text, 12, '0'))::uuid
  join ivr.products g on g.id = ('0d000000-0000-4000-8000-' || lpad(d.product::text, 12, '0'))::uuid
  join ivr.product_sizes z on z.id = ('0d100000-0000-4000-8000-' || lpad((d.product * 100 + d.size)::text, 12, '0'))::uuid
  join ivr.providers v on v.org_id = p.org_id
  join ivr.patient_insurances i on i.patient_id = p.id and i.rank = 1;

insert into ivr.ivr_products (org_id, id, request_id, product_id, hcpcs, name, position)
select r.org_id, md5('product' || r.id)::uuid, r.id, g.id, g.hcpcs, g.name, 1
  from demo_request d join ivr.ivr_requests r on r.id = d.id
  join ivr.products g on g.id = ('0d000000-0000-4000-8000-' || lpad(d.product::text, 12, '0'))::uuid;
insert into ivr.ivr_product_sizes (org_id, id, ivr_product_id, size_id, label, area_hundredths, quantity)
select l.org_id, md5('size' || l.id)::uuid, l.id, z.id, z.label, z.area_hundredths, d.quantity
  from demo_request d join ivr.ivr_products l on l.request_id = d.id
  join ivr.product_sizes z on z.id = ('0d100000-0000-4000-8000-' || lpad((d.product * 100 + d.size)::text, 12, '0'))::uuid;

-- What happened, step by step, so that the history agrees with the status.
create temporary table demo_step (id uuid, n integer, from_status text, to_status text, action text, actor integer, after interval,
  code text, reason text, details jsonb) on commit drop;
insert into demo_step
select d.id, 1, null, 'draft', 'create', d.creator, interval '0', null, null, '{}' from demo_request d;
insert into demo_step
select d.id, 2, 'draft', 'submitted', 'submit', d.creator, interval '9 minutes', null, null, '{}' from demo_request d where d.status <> 'draft';
insert into demo_step
select d.id, 3, 'submitted', 'in_review', 'take', d.assignee, interval '70 minutes', null, null, '{}' from demo_request d where d.assignee is not null;
insert into demo_step values
  ('660e8400-e29b-41d4-a716-446655440004', 4, 'in_review', 'approved', 'approve', 4, interval '5 hours', null, null, '{}'),
  ('0d7e0001-0000-4000-8000-000000000003', 4, 'in_review', 'rejected', 'reject', 5, interval '1 day', 'not_covered', 'The plan excludes skin substitutes.', '{"reason_code": "not_covered"}'),
  ('0d7e0001-0000-4000-8000-000000000004', 4, 'in_review', 'escalated', 'escalate', 4, interval '20 hours', null, 'The payer counts six applications, the clinic three. Needs a call with their supervisor.', '{}'),
  ('0d7e0001-0000-4000-8000-000000000006', 4, 'in_review', 'info_needed', 'send_back', 5, interval '4 hours', null, 'Please send the chart notes of the last four weeks and the back of the card.', '{"due_on": "2025-06-12"}');

insert into ivr.ivr_status_history (org_id, id, request_id, version, from_status, to_status, action, actor_id, reason_code, reason, details, at)
select r.org_id, md5('history' || s.id || s.n)::uuid, s.id, s.n, s.from_status, s.to_status, s.action, ('0a000000-0000-4000-8000-' || lpad(s.actor::text, 12, '0'))::uuid,
       s.code, s.reason, s.details, r.created_at + s.after
  from demo_step s join ivr.ivr_requests r on r.id = s.id;
insert into ivr.ivr_reviews (org_id, id, request_id, reviewer_id, started_at, ended_at, outcome)
select r.org_id, md5('review' || r.id)::uuid, r.id, r.assignee_id, r.created_at + t.after, r.created_at + e.after, e.to_status
  from ivr.ivr_requests r join demo_step t on t.id = r.id and t.n = 3 left join demo_step e on e.id = r.id and e.n = 4;
insert into ivr.ivr_approvals (org_id, id, request_id, approver_id, limited, response, valid_until, at)
select r.org_id, md5('approval' || r.id)::uuid, r.id, r.assignee_id, false, r.ivr_response, r.valid_until, r.created_at + s.after
  from ivr.ivr_requests r join demo_step s on s.id = r.id and s.to_status = 'approved';
insert into ivr.ivr_escalations (org_id, id, request_id, raised_by, reason, raised_at)
select r.org_id, md5('escalation' || r.id)::uuid, r.id, r.assignee_id, s.reason, r.created_at + s.after
  from ivr.ivr_requests r join demo_step s on s.id = r.id and s.to_status = 'escalated';
insert into ivr.ivr_documents (org_id, id, request_id, type, title, asked_by, asked_at, due_on, note, created_by, created_at, changed_at)
select r.org_id, v.id, r.id, v.type, v.title, r.assignee_id, r.created_at + interval '4 hours', '2025-06-12', v.note, r.assignee_id,
       r.created_at + interval '4 hours', r.created_at + interval '4 hours'
  from ivr.ivr_requests r, (values
    ('0d000001-0000-4000-8000-000000000001'::uuid, 'chart_notes', 'Chart notes of the last four weeks', 'All four weeks, with measurements.'),
    ('0d000001-0000-4000-8000-000000000002', 'insurance_card_back', 'Insurance card, back', 'The telephone number has to be readable.')) v (id, type, title, note)
 where r.status = 'info_needed';

-- Version and times follow from what happened; the trigger that counts would count this statement too.
alter table ivr.ivr_requests disable trigger check_request_change;
update ivr.ivr_requests r set
  version = (select max(s.n) from demo_step s where s.id = r.id),
  updated_at = (select r.created_at + max(s.after) from demo_step s where s.id = r.id),
  submitted_at = (select r.created_at + s.after from demo_step s where s.id = r.id and s.action = 'submit'),
  attested_at = (select r.created_at + s.after from demo_step s where s.id = r.id and s.action = 'submit');
alter table ivr.ivr_requests enable trigger check_request_change;

insert into ivr.ivr_communication_messages (org_id, id, request_id, verifier_org_id, seq, sender_id, sender_side, visibility, body, created_at)
select r.org_id, ('20000000-0000-4000-8000-' || lpad(m.n::text, 12, '0'))::uuid, r.id, r.verifier_org_id,
       row_number() over (partition by r.org_id, r.id, m.visibility order by m.n),
       u.id, case when u.org_id = r.org_id then 'clinic' else 'verification' end, m.visibility, m.body, r.created_at + m.after
  from (values
    (1, '660e8400-e29b-41d4-a716-446655440004'::uuid, 4, 'shared', interval '80 minutes', 'Good morning, I have taken this request. Is the patient in a nursing home at the moment?'),
    (2, '660e8400-e29b-41d4-a716-446655440004', 1, 'shared', interval '95 minutes', 'No, he lives at home with his daughter.'),
    (3, '660e8400-e29b-41d4-a716-446655440004', 4, 'internal', interval '3 hours', 'Payer line, reference DEMO-7741: deductible 500, of which 500 are met.'),
    (4, '660e8400-e29b-41d4-a716-446655440004', 4, 'shared', interval '5 hours', 'Approved. The response has the figures.'),
    (5, '660e8400-e29b-41d4-a716-446655440004', 1, 'shared', interval '6 hours', 'Thank you, that was quick!'),
    (6, '0d7e0001-0000-4000-8000-000000000003', 5, 'shared', interval '2 hours', 'The plan asks for the policy number of the employer. Do you have it?'),
    (7, '0d7e0001-0000-4000-8000-000000000003', 2, 'shared', interval '4 hours', 'It is on the second page of the face sheet.'),
    (8, '0d7e0001-0000-4000-8000-000000000004', 4, 'shared', interval '90 minutes', 'How many applications has the patient had this year?'),
    (9, '0d7e0001-0000-4000-8000-000000000004', 1, 'shared', interval '3 hours', 'Three, the last one on May 12.'),
    (10, '0d7e0001-0000-4000-8000-000000000005', 3, 'shared', interval '30 minutes', 'The patient was discharged from the hospital last Tuesday, in case that matters.'),
    (11, '0d7e0001-0000-4000-8000-000000000006', 5, 'shared', interval '4 hours', 'Please send the chart notes of the last four weeks and the back of the card.'),
    (12, '0d7e0001-0000-4000-8000-000000000006', 1, 'shared', interval '25 hours', 'Notes are coming this afternoon.')
  ) m (n, request, sender, visibility, after, body)
  join ivr.ivr_requests r on r.id = m.request
  join ivr.users u on u.id = ('0a000000-0000-4000-8000-' || lpad(m.sender::text, 12, '0'))::uuid;

insert into ivr.organization_counters (org_id, last_request_no)
select r.org_id, max(r.request_no) from ivr.ivr_requests r group by r.org_id;
