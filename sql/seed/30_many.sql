-- SPDX-License-Identifier: GPL-3.0-or-later
-- Many requests for benches, from ivr.random_seed, ivr.as_of and the numbers ivr.first to ivr.last (settings
-- of the transaction). Deterministic: every choice is a hash of the seed and the request's number, every
-- time counts back from ivr.as_of. Clinics are uneven (the biggest has about a fifth, the smallest a
-- hundredth), and so are dates (more and more in three years), statuses (old requests are decided) and messages.
-- Needs the demo's catalogues and people; adds 40 clinics and 20 specialists when it runs first.

create or replace function pg_temp.pick(p_n bigint, p_what text) returns double precision
language sql immutable as $$
  select (hashint8extended(p_n, hashtextextended(p_what, current_setting('ivr.random_seed')::bigint)) & 9007199254740991)
         / 9007199254740992.0
$$;

-- A form as clinics fill it in, for the weight of it.
create or replace function pg_temp.form(p_n bigint, p_first text, p_last text, p_payer text, p_hcpcs text, p_day date) returns jsonb
language sql immutable as $$
  select jsonb_build_object(
    'request_type', 'new', 'place_of_service', '11', 'in_snf', false, 'part_a_stay', false, 'hospice', false, 'global_period', false,
    'patient', jsonb_build_object('first_name', p_first, 'last_name', p_last, 'city', 'Sampletown', 'state', 'IL', 'zip', '60000',
                                  'address', p_n % 900 + 1 || ' Example Street', 'phone', '5555550' || p_n % 900 + 100),
    'physician', jsonb_build_object('name', 'Dr. Generated Example', 'npi', '1234567893', 'specialty', 'Wound care'),
    'facility', jsonb_build_object('name', 'Generated site', 'npi', '1234567893'),
    'insurances', jsonb_build_array(jsonb_build_object('rank', 1, 'payer_name', p_payer, 'member_id', 'GEN-' || p_n / 3)),
    'wounds', jsonb_build_array(jsonb_build_object('type', 'DFU', 'location', 'Left heel', 'location_group', 'B',
      'length', round((1 + p_n % 50 / 10.0), 1)::text, 'width', round((1 + p_n % 30 / 10.0), 1)::text, 'depth', '0.2',
      'icd10', jsonb_build_array('E11.621', 'L97.421'), 'duration_weeks', 4 + p_n % 20, 'failed_treatments', 'Offloading, alginate dressing')),
    'products', jsonb_build_array(jsonb_build_object('hcpcs', p_hcpcs,
      'sizes', jsonb_build_array(jsonb_build_object('label', '2 × 3 cm', 'area_cm2', '6', 'quantity', 1 + p_n % 3)))),
    'service_date', p_day + 14, 'attestation', jsonb_build_object('signed_by', 'Dr. Generated Example', 'on_file', true))
$$;

insert into ivr.organizations (id, name, kind, created_at)
select ('ce000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'Generated Clinic ' || n, 'clinic', '2022-12-01 15:00+00'
  from generate_series(1, 40) n on conflict do nothing;
insert into ivr.service_links (clinic_org_id, verifier_org_id, since)
select ('ce000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, '0e000000-0000-4000-8000-000000000003'::uuid, '2022-12-01 15:00+00'::timestamptz
  from generate_series(1, 40) n on conflict do nothing;
insert into ivr.facilities (org_id, id, name)
select ('ce000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, ('cf000000-0000-4000-8000-' || lpad((n * 10 + k)::text, 12, '0'))::uuid,
       'Generated Clinic ' || n || ', site ' || k
  from generate_series(1, 40) n, generate_series(1, 3) k on conflict do nothing;
insert into ivr.users (org_id, id, login, display_name, created_at)
select ('ce000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, ('ca000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
       'clinic.generated' || n, 'Generated Clerk ' || n, '2022-12-01 15:00+00'
  from generate_series(1, 40) n on conflict do nothing;
insert into ivr.users (org_id, id, login, display_name, created_at)
select '0e000000-0000-4000-8000-000000000003', ('cb000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
       'specialist.generated' || n, 'Generated Specialist ' || n, '2022-12-01 15:00+00'
  from generate_series(1, 20) n on conflict do nothing;
insert into ivr.memberships (org_id, id, user_id, role, created_at)
select u.org_id, u.id, u.id, case when u.login like 'clinic%' then 'clinic_staff' else 'specialist' end, u.created_at
  from ivr.users u where u.login like '%.generated%' on conflict do nothing;
do $$
declare
  l text;
begin
  for l in select login from ivr.users where login like '%.generated%' loop
    if not exists (select from pg_catalog.pg_roles where rolname = l) then
      execute format('create role %I login nosuperuser nocreatedb nocreaterole nobypassrls connection limit 16', l);
    end if;
    execute format('grant ivr_user to %I', l);
  end loop;
end
$$;

-- Triggers and foreign keys sleep while many consistent rows are written; the tests check that they are.
set local session_replication_role = replica;

create temporary table many on commit drop as
select n, ('ce000000-0000-4000-8000-' || lpad(c::text, 12, '0'))::uuid org, c,
       ('cf000000-0000-4000-8000-' || lpad((c * 10 + 1 + (pg_temp.pick(n, 'facility') * 3)::integer % 3)::text, 12, '0'))::uuid facility,
       md5('request' || current_setting('ivr.random_seed') || n)::uuid id,
       md5('patient' || current_setting('ivr.random_seed') || (n / 3))::uuid patient,
       ('ca000000-0000-4000-8000-' || lpad(c::text, 12, '0'))::uuid clerk,
       ('cb000000-0000-4000-8000-' || lpad((1 + floor(pg_temp.pick(n, 'specialist') ^ 1.5 * 20))::text, 12, '0'))::uuid specialist,
       current_setting('ivr.as_of')::timestamptz - age * interval '1 day' - pg_temp.pick(n, 'minute') * interval '9 hours' created,
       -- Three weeks back most are under way; before that hardly any.
       case when s < 0.10 * fresh then 'draft' when s < 0.26 * fresh then 'submitted' when s < 0.46 * fresh then 'in_review'
            when s < 0.60 * fresh then 'info_needed' when s < 0.68 * fresh then 'with_payer' when s < 0.72 * fresh then 'escalated'
            when s < 0.85 then 'approved' when s < 0.95 then 'rejected' else 'closed' end status,
       1 + floor(pg_temp.pick(n, 'payer') ^ 2 * 5) payer, 1 + floor(pg_temp.pick(n, 'product') * 4) product,
       floor(pg_temp.pick(n, 'messages') ^ 3 * 9)::integer messages
  from (select n, 1 + floor(pg_temp.pick(n / 3, 'clinic') ^ 2.2 * 40)::integer c, pg_temp.pick(n, 'status') s, age,
               case when age < 21 then 1 else 0.02 end fresh
          from (select n, floor((1 - pg_temp.pick(n, 'created')) ^ 1.4 * 1200)::integer age
                  from generate_series(current_setting('ivr.first')::bigint, current_setting('ivr.last')::bigint) n) y) x;
alter table many add first_name text, add last_name text;
update many set
  first_name = (array['Ana','Ben','Cleo','Dan','Eve','Fay','Gus','Hal','Ida','Jon','Kit','Lou','Mia','Ned','Ola','Pia','Ray','Sue','Tom','Una'])[1 + floor(pg_temp.pick(n / 3, 'first') * 20)],
  last_name = (array['Testcase','Sample','Example','Mockup','Fixture','Dummy','Placeholder','Generated','Notreal','Synthetic'])[1 + floor(pg_temp.pick(n / 3, 'last') * 10)]
    || '-' || to_char(n / 3, 'FM0000000');

insert into ivr.patients (org_id, id, facility_id, first_name, last_name, born_on, sex, created_at, updated_at)
select distinct on (org, patient) org, patient, facility, first_name, last_name,
       date '1930-01-01' + floor(pg_temp.pick(n / 3, 'born') * 20000)::integer, case when pg_temp.pick(n / 3, 'sex') < 0.5 then 'F' else 'M' end,
       created, created
  from many order by org, patient, n on conflict do nothing;
insert into ivr.patient_insurances (org_id, id, patient_id, rank, payer_id, payer_name, member_id, updated_at)
select distinct on (org, patient) org, md5('insurance' || patient)::uuid, patient, 1, y.id, y.name, 'GEN-' || (n / 3), created
  from many join ivr.payers y on y.id = ('0c000000-0000-4000-8000-' || lpad(payer::text, 12, '0'))::uuid
 order by org, patient, n on conflict do nothing;

insert into ivr.ivr_requests (org_id, id, request_no, verifier_org_id, facility_id, patient_id, payer_id, version, status, turn, service,
  priority, patient_sort, payer_name, product_summary, intake, doctor_comment, ivr_response, created_by, submitted_by, assignee_id,
  submitted_at, due_at, valid_until, created_at, updated_at)
select m.org, m.id, 1000000 + m.n, '0e000000-0000-4000-8000-000000000003', m.facility, m.patient, y.id,
  case m.status when 'draft' then 1 when 'submitted' then 2 when 'in_review' then 3 when 'closed' then 5 else 4 end,
  m.status, s.turn, (array['Wound Care Authorization', 'Skin substitute, first application', 'Additional application', 'initial'])[m.product],
  (m.status = 'escalated')::integer, lower(m.last_name || ', ' || m.first_name), y.name, g.hcpcs || ' ' || g.name,
  pg_temp.form(m.n, m.first_name, m.last_name, y.name, g.hcpcs, m.created::date),
  case when m.messages > 3 then 'Generated comment ' || m.n end, case when m.status in ('approved', 'rejected', 'closed') then 'Generated response ' || m.n end,
  m.clerk, case when m.status <> 'draft' then m.clerk end, case when m.status not in ('draft', 'submitted') then m.specialist end,
  case when m.status <> 'draft' then m.created end,
  case when s.clock in ('runs', 'paused', 'payer') then current_setting('ivr.as_of')::timestamptz + (pg_temp.pick(m.n, 'due') * 96 - 24) * interval '1 hour' else 'infinity' end,
  case when m.status = 'approved' then m.created::date + 180 end, m.created, m.created + interval '4 hours'
  from many m join ivr.ivr_statuses s on s.status = m.status
  join ivr.payers y on y.id = ('0c000000-0000-4000-8000-' || lpad(m.payer::text, 12, '0'))::uuid
  join ivr.products g on g.id = ('0d000000-0000-4000-8000-' || lpad(m.product::text, 12, '0'))::uuid;

insert into ivr.ivr_products (org_id, id, request_id, product_id, hcpcs, name, position)
select m.org, md5('product' || m.id)::uuid, m.id, g.id, g.hcpcs, g.name, 1
  from many m join ivr.products g on g.id = ('0d000000-0000-4000-8000-' || lpad(m.product::text, 12, '0'))::uuid;
insert into ivr.ivr_product_sizes (org_id, id, ivr_product_id, size_id, label, area_hundredths, quantity)
select m.org, md5('size' || m.id)::uuid, md5('product' || m.id)::uuid, z.id, z.label, z.area_hundredths, 1 + m.messages % 3
  from many m join ivr.product_sizes z
    on z.id = ('0d100000-0000-4000-8000-' || lpad((m.product * 100 + 1 + m.n % 6)::text, 12, '0'))::uuid;

insert into ivr.ivr_status_history (org_id, id, request_id, version, from_status, to_status, action, actor_id, reason_code, reason, at)
select m.org, md5('history' || m.id || h.v)::uuid, m.id, h.v, h.f, h.t, h.a, case when h.v in (1, 2, 5) then m.clerk else m.specialist end,
       case when h.t = 'rejected' then 'not_covered' end, case when h.v = 4 and h.t <> 'approved' then 'Generated reason' end,
       m.created + h.v * interval '1 hour'
  from many m, lateral (values
    (1, null, 'draft', 'create'), (2, 'draft', 'submitted', 'submit'), (3, 'submitted', 'in_review', 'take'),
    (4, 'in_review', case when m.status = 'closed' then 'rejected' else m.status end,
     case m.status when 'approved' then 'approve' when 'info_needed' then 'send_back' when 'with_payer' then 'to_payer'
       when 'escalated' then 'escalate' else 'reject' end),
    (5, 'rejected', 'closed', 'close')) h (v, f, t, a)
 where h.v <= case m.status when 'draft' then 1 when 'submitted' then 2 when 'in_review' then 3 when 'closed' then 5 else 4 end;
insert into ivr.ivr_reviews (org_id, id, request_id, reviewer_id, started_at, ended_at, outcome)
select m.org, md5('review' || m.id)::uuid, m.id, m.specialist, m.created + interval '3 hours',
       case when m.status <> 'in_review' then m.created + interval '4 hours' end,
       case when m.status = 'closed' then 'rejected' when m.status <> 'in_review' then m.status end
  from many m where m.status not in ('draft', 'submitted');
insert into ivr.ivr_approvals (org_id, id, request_id, approver_id, limited, response, valid_until, at)
select m.org, md5('approval' || m.id)::uuid, m.id, m.specialist, false, 'Generated response ' || m.n, m.created::date + 180,
       m.created + interval '4 hours' from many m where m.status = 'approved';
insert into ivr.ivr_escalations (org_id, id, request_id, raised_by, reason, raised_at)
select m.org, md5('escalation' || m.id)::uuid, m.id, m.specialist, 'Generated reason', m.created + interval '4 hours'
  from many m where m.status = 'escalated';
insert into ivr.ivr_communication_messages (org_id, id, request_id, verifier_org_id, seq, sender_id, sender_side, visibility, body, created_at)
select m.org, md5('message' || m.id || k)::uuid, m.id, '0e000000-0000-4000-8000-000000000003', k,
       case when k % 2 = 1 then m.specialist else m.clerk end, case when k % 2 = 1 then 'verification' else 'clinic' end, 'shared',
       'Generated message ' || k || ' of request ' || m.n, m.created + k * interval '20 minutes'
  from many m, generate_series(1, m.messages) k where m.status not in ('draft', 'submitted');
insert into ivr.organization_counters (org_id, last_request_no)
select org, 1000000 + max(n) from many group by org
on conflict (org_id) do update set last_request_no = greatest(ivr.organization_counters.last_request_no, excluded.last_request_no);
