-- SPDX-License-Identifier: GPL-3.0-or-later
-- The demo: fictional throughout. 7 requests, 12 messages, 11 patients, 9 users.
-- Run by the superuser of a private server, in one transaction; refuses a database that has data.
-- No row has an id or a time of its own making, so that two demos are equal: what is due counts from
-- the setting ivr.as_of, everything else happened in 2025.
do $$
begin
  if exists (select from ivr.organizations) then
    raise exception using message = 'This database has data already; the demo is only put into an empty one.';
  end if;
end
$$;

insert into ivr.settings values ('demo', 'true') on conflict (name) do update set value = 'true';

insert into ivr.organizations (id, name, kind, time_zone, created_at)
select v.id::uuid, v.name, v.kind, v.time_zone, '2025-01-02 15:00+00' from (values
  ('0e000000-0000-4000-8000-000000000001', 'Example Wound Clinic', 'clinic', 'America/Chicago'),
  ('0e000000-0000-4000-8000-000000000002', 'Sample Foot and Ankle', 'clinic', 'America/New_York'),
  ('0e000000-0000-4000-8000-000000000003', 'Demo Verification Team', 'verification', 'America/Chicago'),
  ('0e000000-0000-4000-8000-000000000004', 'Placeholder Distribution', 'distributor', 'America/Chicago'),
  ('0e000000-0000-4000-8000-000000000005', 'Desk Operator', 'operator', 'America/Chicago')) v (id, name, kind, time_zone);

insert into ivr.service_links (clinic_org_id, verifier_org_id, since)
select v.clinic::uuid, v.team::uuid, '2025-01-03 15:00+00' from (values
  ('0e000000-0000-4000-8000-000000000001', '0e000000-0000-4000-8000-000000000003'),
  ('0e000000-0000-4000-8000-000000000002', '0e000000-0000-4000-8000-000000000003')) v (clinic, team);

insert into ivr.facilities (org_id, id, name, npi, tax_id, ptan, address, city, state, zip, phone, fax, contact_name, contact_email, place_of_service) values
  ('0e000000-0000-4000-8000-000000000001', '0f000000-0000-4000-8000-000000000001', 'Example Wound Clinic, Main Street', '1234567893', '000000001', 'EX1234', '1 Example Street', 'Sampletown', 'IL', '60000', '5555550100', '5555550101', 'Casey Example', 'casey@clinic.example', '11'),
  ('0e000000-0000-4000-8000-000000000001', '0f000000-0000-4000-8000-000000000002', 'Example Wound Clinic, Riverside', '1558597799', '000000001', 'EX1235', '2 Example Street', 'Sampletown', 'IL', '60000', '5555550102', '5555550103', 'Casey Example', 'casey@clinic.example', '22'),
  ('0e000000-0000-4000-8000-000000000002', '0f000000-0000-4000-8000-000000000003', 'Sample Foot and Ankle', '1234567893', '000000002', 'SA2200', '3 Sample Avenue', 'Mockville', 'NY', '10000', '5555550110', '5555550111', 'Drew Sample', 'drew@podiatry.example', '11');

insert into ivr.users (org_id, id, login, display_name, title, created_at)
select v.org::uuid, v.id::uuid, v.login, v.name, v.title, '2025-01-03 15:00+00' from (values
  ('0e000000-0000-4000-8000-000000000001', '0a000000-0000-4000-8000-000000000001', 'casey.example', 'Casey Example', 'Clinic staff'),
  ('0e000000-0000-4000-8000-000000000001', '0a000000-0000-4000-8000-000000000002', 'robin.example', 'Dr. Robin Example', 'Wound care physician'),
  ('0e000000-0000-4000-8000-000000000002', '0a000000-0000-4000-8000-000000000003', 'drew.sample', 'Drew Sample', 'Clinic staff'),
  ('0e000000-0000-4000-8000-000000000003', '0a000000-0000-4000-8000-000000000004', 'sam.demo', 'Sam Demo', 'Verification specialist'),
  ('0e000000-0000-4000-8000-000000000003', '0a000000-0000-4000-8000-000000000005', 'kim.demo', 'Kim Demo', 'Verification specialist'),
  ('0e000000-0000-4000-8000-000000000003', '0a000000-0000-4000-8000-000000000006', 'lee.demo', 'Lee Demo', 'Verification lead'),
  ('0e000000-0000-4000-8000-000000000004', '0a000000-0000-4000-8000-000000000007', 'rio.placeholder', 'Rio Placeholder', 'Sales representative'),
  ('0e000000-0000-4000-8000-000000000005', '0a000000-0000-4000-8000-000000000008', 'ada.operator', 'Ada Operator', 'Administrator'),
  ('0e000000-0000-4000-8000-000000000003', '0a000000-0000-4000-8000-000000000009', 'max.demo', 'Max Demo', 'Auditor')) v (org, id, login, name, title);

insert into ivr.memberships (org_id, id, user_id, role, facility_id, created_at)
select u.org_id, ('0a100000-' || substr(u.id::text, 10))::uuid, u.id, v.role, v.facility::uuid, u.created_at
  from (values
    ('casey.example', 'clinic_staff', null), ('robin.example', 'provider', null),
    ('drew.sample', 'clinic_staff', '0f000000-0000-4000-8000-000000000003'),
    ('sam.demo', 'specialist', null), ('kim.demo', 'specialist', null), ('lee.demo', 'lead', null),
    ('rio.placeholder', 'sales_rep', null), ('ada.operator', 'admin', null), ('max.demo', 'auditor', null)) v (login, role, facility)
  join ivr.users u on u.login = v.login
 order by u.id;

insert into ivr.providers (org_id, id, user_id, name, npi, tax_id, ptan, specialty) values
  ('0e000000-0000-4000-8000-000000000001', '0b000000-0000-4000-8000-000000000001', '0a000000-0000-4000-8000-000000000002', 'Dr. Robin Example', '1234567893', '000000001', 'EX1234', 'Wound care'),
  ('0e000000-0000-4000-8000-000000000002', '0b000000-0000-4000-8000-000000000002', null, 'Dr. Jo Sample', '1558597799', '000000002', 'SA2200', 'Podiatry');

-- A person is a login role too. On a private server the socket's folder is the lock; there is no password.
do $$
declare
  l text;
begin
  for l in select login from ivr.users loop
    if not exists (select from pg_catalog.pg_roles where rolname = l) then
      execute format('create role %I login nosuperuser nocreatedb nocreaterole nobypassrls connection limit 16', l);
    end if;
    execute format('grant ivr_user to %I', l);
  end loop;
end
$$;

insert into ivr.payers (id, name, kind, edi_id, phone) values
  ('0c000000-0000-4000-8000-000000000001', 'Medicare Part B (demo)', 'medicare', 'DEMO01', '5555550200'),
  ('0c000000-0000-4000-8000-000000000002', 'Example Advantage Plan', 'medicare_advantage', 'DEMO02', '5555550201'),
  ('0c000000-0000-4000-8000-000000000003', 'Sample Mutual PPO', 'commercial', 'DEMO03', '5555550202'),
  ('0c000000-0000-4000-8000-000000000004', 'Placeholder Health HMO', 'commercial', 'DEMO04', '5555550203'),
  ('0c000000-0000-4000-8000-000000000005', 'Mock State Medicaid', 'medicaid', 'DEMO05', '5555550204');

insert into ivr.products (id, hcpcs, name, manufacturer, effective_from, effective_to) values
  ('0d000000-0000-4000-8000-000000000001', 'Q4101', 'Demograft Bilayer', 'Example Biologics', '2020-01-01', null),
  ('0d000000-0000-4000-8000-000000000002', 'Q4186', 'Samplefix Membrane', 'Sample Tissue', '2020-01-01', null),
  ('0d000000-0000-4000-8000-000000000003', 'Q4133', 'Placeholder Amnion', 'Sample Tissue', '2021-01-01', null),
  ('0d000000-0000-4000-8000-000000000004', 'A2005', 'Mockmatrix', 'Example Biologics', '2023-01-01', null),
  ('0d000000-0000-4000-8000-000000000005', 'Q4110', 'Retired Example Sheet', 'Example Biologics', '2015-01-01', '2024-01-01');

insert into ivr.product_sizes (id, product_id, label, area_hundredths)
select ('0d100000-0000-4000-8000-' || lpad((p.n * 100 + s.n)::text, 12, '0'))::uuid, p.id, s.label, s.area
  from (select id, row_number() over (order by id) n from ivr.products) p,
       (values (1, '2 × 2 cm', 400), (2, '2 × 3 cm', 600), (3, '2 × 4 cm', 800), (4, '4 × 4 cm', 1600),
               (5, '4 × 6 cm', 2400), (6, '4 × 8 cm', 3200), (7, '15 mm disc', 177)) s (n, label, area);

insert into ivr.patients (org_id, id, facility_id, first_name, last_name, born_on, sex, address, city, state, zip, phone, created_at, updated_at)
select v.org::uuid, v.id::uuid, v.facility::uuid, v.first_name, v.last_name, v.born_on::date, v.sex, v.address, v.city, v.state, v.zip, v.phone,
       '2025-02-03 15:00+00', '2025-02-03 15:00+00' from (values
  ('0e000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', '0f000000-0000-4000-8000-000000000001', 'Alma', 'Testpatient', '1948-03-12', 'F', '10 Example Street', 'Sampletown', 'IL', '60000', '5555550301'),
  ('0e000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000002', '0f000000-0000-4000-8000-000000000001', 'Bert', 'Fictional', '1955-11-02', 'M', '11 Example Street', 'Sampletown', 'IL', '60000', '5555550302'),
  ('0e000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000003', '0f000000-0000-4000-8000-000000000001', 'Cora', 'Imaginary', '1939-07-21', 'F', '12 Example Street', 'Sampletown', 'IL', '60000', '5555550303'),
  ('0e000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000004', '0f000000-0000-4000-8000-000000000002', 'Dov', 'Notreal', '1962-01-30', 'M', '13 Example Street', 'Sampletown', 'IL', '60000', '5555550304'),
  ('0e000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000005', '0f000000-0000-4000-8000-000000000002', 'Edda', 'Madeup', '1951-09-09', 'F', '14 Example Street', 'Sampletown', 'IL', '60000', '5555550305'),
  ('0e000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000006', '0f000000-0000-4000-8000-000000000001', 'Finn', 'Pretend', '1970-05-05', 'M', '15 Example Street', 'Sampletown', 'IL', '60000', '5555550306'),
  ('0e000000-0000-4000-8000-000000000002', '10000000-0000-4000-8000-000000000007', '0f000000-0000-4000-8000-000000000003', 'Gwen', 'Invented', '1944-12-24', 'F', '16 Sample Avenue', 'Mockville', 'NY', '10000', '5555550307'),
  ('0e000000-0000-4000-8000-000000000002', '10000000-0000-4000-8000-000000000008', '0f000000-0000-4000-8000-000000000003', 'Hank', 'Makebelieve', '1958-08-18', 'M', '17 Sample Avenue', 'Mockville', 'NY', '10000', '5555550308'),
  ('0e000000-0000-4000-8000-000000000002', '10000000-0000-4000-8000-000000000009', '0f000000-0000-4000-8000-000000000003', 'Iris', 'Unreal', '1966-02-14', 'F', '18 Sample Avenue', 'Mockville', 'NY', '10000', '5555550309'),
  ('0e000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000010', '0f000000-0000-4000-8000-000000000001', 'Jory', 'Storybook', '1949-06-30', 'M', '19 Example Street', 'Sampletown', 'IL', '60000', '5555550310'),
  ('0e000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000011', '0f000000-0000-4000-8000-000000000001', 'Kaya', 'Dummydata', '1937-10-10', 'F', '20 Example Street', 'Sampletown', 'IL', '60000', '5555550311')) v
  (org, id, facility, first_name, last_name, born_on, sex, address, city, state, zip, phone);

insert into ivr.patient_insurances (org_id, id, patient_id, rank, payer_id, payer_name, payer_phone, member_id, group_no, plan_type, updated_at)
select p.org_id, ('10100000-' || substr(p.id::text, 10))::uuid, p.id, 1, y.id, y.name, y.phone, v.member, v.grp, v.plan, p.updated_at
  from (values
    ('10000000-0000-4000-8000-000000000001'::uuid, 3, 'DEMO-100001', 'GRP-1', 'PPO'),
    ('10000000-0000-4000-8000-000000000002', 1, '1EG4TE5MK73', null, 'Original Medicare'),
    ('10000000-0000-4000-8000-000000000003', 2, 'DEMO-100003', 'GRP-2', 'Medicare Advantage'),
    ('10000000-0000-4000-8000-000000000004', 4, 'DEMO-100004', 'GRP-3', 'HMO'),
    ('10000000-0000-4000-8000-000000000005', 3, 'DEMO-100005', 'GRP-1', 'PPO'),
    ('10000000-0000-4000-8000-000000000006', 5, 'DEMO-100006', null, 'Medicaid'),
    ('10000000-0000-4000-8000-000000000007', 2, 'DEMO-100007', 'GRP-2', 'Medicare Advantage'),
    ('10000000-0000-4000-8000-000000000008', 3, 'DEMO-100008', 'GRP-1', 'PPO'),
    ('10000000-0000-4000-8000-000000000009', 4, 'DEMO-100009', 'GRP-3', 'HMO'),
    ('10000000-0000-4000-8000-000000000010', 2, 'DEMO-100010', 'GRP-2', 'Medicare Advantage'),
    ('10000000-0000-4000-8000-000000000011', 5, 'DEMO-100011', null, 'Medicaid')) v (patient, payer, member, grp, plan)
  join ivr.patients p on p.id = v.patient
  join ivr.payers y on y.id = ('0c000000-0000-4000-8000-' || lpad(v.payer::text, 12, '0'))::uuid;
