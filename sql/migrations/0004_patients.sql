-- SPDX-License-Identifier: GPL-3.0-or-later
-- Patients of a clinic and their insurances.

set local role ivr_owner;

create table ivr.patients (
  org_id uuid not null references ivr.organizations (id),
  id uuid not null,
  facility_id uuid,
  first_name text not null check (length(first_name) between 1 and 200),
  last_name text not null check (length(last_name) between 1 and 200),
  born_on date not null,
  sex text not null default 'unknown' check (sex in ('M', 'F', 'unknown')),
  address text, city text, state text, zip text,
  phone text, email text, caregiver text,
  ok_to_contact boolean not null default false,
  emr_patient_id text check (length(emr_patient_id) <= 50),
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  primary key (org_id, id),
  foreign key (org_id, facility_id) references ivr.facilities (org_id, id)
);
create index patients_name on ivr.patients
  (org_id, (lower(last_name || ', ' || first_name)) collate "C", born_on);
create index patients_facility on ivr.patients (org_id, facility_id);
comment on table ivr.patients is 'Patients of a clinic. Protected health information.';
comment on column ivr.patients.org_id is 'The clinic.';
comment on column ivr.patients.id is 'Identity within the clinic.';
comment on column ivr.patients.facility_id is 'Where the patient is usually treated.';
comment on column ivr.patients.first_name is 'First name.';
comment on column ivr.patients.last_name is 'Last name.';
comment on column ivr.patients.born_on is 'Date of birth.';
comment on column ivr.patients.sex is 'As on the insurer''s record: M, F or unknown.';
comment on column ivr.patients.address is 'Street address.';
comment on column ivr.patients.city is 'City.';
comment on column ivr.patients.state is 'State.';
comment on column ivr.patients.zip is 'ZIP code.';
comment on column ivr.patients.phone is 'Telephone.';
comment on column ivr.patients.email is 'E-mail.';
comment on column ivr.patients.caregiver is 'Who cares for the patient.';
comment on column ivr.patients.ok_to_contact is 'Whether the patient may be contacted; no unless said.';
comment on column ivr.patients.emr_patient_id is 'Identity in the clinic''s own record system.';
comment on column ivr.patients.created_at is 'When first entered.';
comment on column ivr.patients.updated_at is 'When last changed.';

create table ivr.patient_insurances (
  org_id uuid not null,
  id uuid not null default gen_random_uuid(),
  patient_id uuid not null,
  rank smallint not null check (rank between 1 and 3),
  payer_id uuid references ivr.payers (id),
  payer_name text not null check (length(payer_name) between 1 and 200),
  payer_phone text,
  member_id text not null check (length(member_id) between 2 and 80),
  group_no text,
  plan_type text,
  subscriber_name text,
  subscriber_born_on date,
  relationship text,
  valid_from date,
  valid_to date,
  updated_at timestamptz not null default clock_timestamp(),
  primary key (org_id, id),
  foreign key (org_id, patient_id) references ivr.patients (org_id, id),
  unique (org_id, patient_id, rank)
);
create index patient_insurances_member on ivr.patient_insurances (org_id, member_id);
create index patient_insurances_payer on ivr.patient_insurances (payer_id);
comment on table ivr.patient_insurances is 'Insurances of a patient: primary, secondary, tertiary. Protected health information.';
comment on column ivr.patient_insurances.org_id is 'The clinic.';
comment on column ivr.patient_insurances.id is 'Identity within the clinic.';
comment on column ivr.patient_insurances.patient_id is 'The patient.';
comment on column ivr.patient_insurances.rank is '1 primary, 2 secondary, 3 tertiary.';
comment on column ivr.patient_insurances.payer_id is 'The payer of the catalogue; empty when typed freely.';
comment on column ivr.patient_insurances.payer_name is 'Name of the payer as typed.';
comment on column ivr.patient_insurances.payer_phone is 'Telephone on the card.';
comment on column ivr.patient_insurances.member_id is 'Member id on the card; for original Medicare the MBI.';
comment on column ivr.patient_insurances.group_no is 'Group number.';
comment on column ivr.patient_insurances.plan_type is 'Kind of plan as typed.';
comment on column ivr.patient_insurances.subscriber_name is 'Who holds the policy, when not the patient.';
comment on column ivr.patient_insurances.subscriber_born_on is 'Date of birth of that person.';
comment on column ivr.patient_insurances.relationship is 'The patient''s relationship to that person.';
comment on column ivr.patient_insurances.valid_from is 'First day of the coverage, when known.';
comment on column ivr.patient_insurances.valid_to is 'Last day of the coverage, when known.';
comment on column ivr.patient_insurances.updated_at is 'When last changed.';

do $$
declare
  t text;
begin
  foreach t in array array['patients', 'patient_insurances'] loop
    execute format('alter table ivr.%I enable row level security', t);
    execute format('alter table ivr.%I force row level security', t);
    execute format('grant select, insert, update on ivr.%I to ivr_exec', t);
    execute format($p$create policy %I on ivr.%I for select to ivr_exec
      using (org_id = any ((select ivr.my_phi_orgs())::uuid[]))$p$, t || '_read', t);
    execute format($p$create policy %I on ivr.%I for insert to ivr_exec
      with check (org_id = any ((select ivr.my_clinic_orgs())::uuid[]))$p$, t || '_add', t);
    execute format($p$create policy %I on ivr.%I for update to ivr_exec
      using (org_id = any ((select ivr.my_clinic_orgs())::uuid[]))$p$, t || '_change', t);
  end loop;
end
$$;

reset role;

insert into ivr.table_catalogue values
  ('ivr', 'patients', 'patients'), ('ivr', 'patient_insurances', 'patients');
