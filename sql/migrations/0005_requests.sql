-- SPDX-License-Identifier: GPL-3.0-or-later
-- The request itself, its products and their sizes.

set local role ivr_owner;

create table ivr.ivr_requests (
  org_id uuid not null references ivr.organizations (id),
  id uuid not null,
  request_no bigint not null,
  verifier_org_id uuid not null references ivr.organizations (id),
  facility_id uuid not null,
  patient_id uuid,
  provider_id uuid,
  payer_id uuid references ivr.payers (id),
  version bigint not null default 1,
  status text not null default 'draft' references ivr.ivr_statuses (status),
  turn text not null default 'clinic',
  request_type text not null default 'new'
    check (request_type in ('new', 're_verification', 'additional_application', 'new_insurance')),
  service text not null check (length(service) between 1 and 200),
  priority smallint not null default 0 check (priority between 0 and 2),
  patient_sort text collate "C" not null default '',
  payer_name text not null default '',
  product_summary text not null default '',
  intake jsonb not null default '{}' check (jsonb_typeof(intake) = 'object' and pg_column_size(intake) < 262144),
  doctor_comment text check (length(doctor_comment) <= 4000),
  ivr_response text check (length(ivr_response) <= 8000),
  service_date date,
  attested_by text,
  attested_at timestamptz,
  created_by uuid not null references ivr.users (id),
  submitted_by uuid references ivr.users (id),
  assignee_id uuid references ivr.users (id),
  submitted_at timestamptz,
  due_at timestamptz not null default 'infinity',
  clock_left interval,
  valid_until date,
  payer_reference text,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  primary key (org_id, id),
  -- A request is called by its id alone, so no clinic may take the id of another clinic's.
  unique (id),
  unique (org_id, request_no),
  foreign key (org_id, facility_id) references ivr.facilities (org_id, id),
  foreign key (org_id, patient_id) references ivr.patients (org_id, id),
  foreign key (org_id, provider_id) references ivr.providers (org_id, id)
);
-- What a list is sorted by, for one clinic; each carries what the policy asks, so that counting and
-- paging read the index alone.
create index ivr_requests_turn on ivr.ivr_requests (org_id, turn, due_at, id) include (status, facility_id, assignee_id);
create index ivr_requests_created on ivr.ivr_requests (org_id, created_at, id) include (status, turn, facility_id, assignee_id);
create index ivr_requests_due on ivr.ivr_requests (org_id, due_at, id) include (status, turn, facility_id, assignee_id);
create index ivr_requests_patient_sort on ivr.ivr_requests (org_id, patient_sort, id) include (status, turn, facility_id, assignee_id);
create index ivr_requests_facility on ivr.ivr_requests (org_id, facility_id);
create index ivr_requests_patient on ivr.ivr_requests (org_id, patient_id);
create index ivr_requests_provider on ivr.ivr_requests (org_id, provider_id);
create index ivr_requests_payer on ivr.ivr_requests (payer_id);
create index ivr_requests_created_by on ivr.ivr_requests (created_by);
create index ivr_requests_submitted_by on ivr.ivr_requests (submitted_by);
create index ivr_requests_verifier on ivr.ivr_requests (verifier_org_id);
create index ivr_requests_status on ivr.ivr_requests (status, org_id, due_at, id) include (turn, facility_id, assignee_id);
-- A verification team reads over all the clinics that it serves, in one order.
create index ivr_requests_assignee on ivr.ivr_requests (assignee_id, turn, due_at, id) include (org_id, status, facility_id);
create index ivr_requests_assignee_created on ivr.ivr_requests (assignee_id, created_at, id) include (org_id, status, turn, facility_id);
create index ivr_requests_all_due on ivr.ivr_requests (due_at, id) include (org_id, status, turn, assignee_id, facility_id);
create index ivr_requests_all_created on ivr.ivr_requests (created_at, id) include (org_id, status, turn, assignee_id, facility_id);
create index ivr_requests_all_patient on ivr.ivr_requests (patient_sort, id) include (org_id, status, turn, assignee_id, facility_id);
create index ivr_requests_queue on ivr.ivr_requests (due_at, id) include (org_id, status, facility_id, assignee_id) where turn = 'queue';
create index ivr_requests_lead on ivr.ivr_requests (due_at, id) include (org_id, status, facility_id, assignee_id) where turn = 'lead';

comment on table ivr.ivr_requests is 'Insurance verification requests.';
comment on column ivr.ivr_requests.org_id is 'The clinic that asks.';
comment on column ivr.ivr_requests.id is 'Identity, made on the desktop that created it.';
comment on column ivr.ivr_requests.request_no is 'Number within the clinic, as people say it: #1042.';
comment on column ivr.ivr_requests.verifier_org_id is 'The verification team that answers.';
comment on column ivr.ivr_requests.facility_id is 'Where the patient is treated.';
comment on column ivr.ivr_requests.patient_id is 'The patient; may be empty while a draft.';
comment on column ivr.ivr_requests.provider_id is 'The physician, when known to the clinic''s records.';
comment on column ivr.ivr_requests.payer_id is 'Primary payer of the catalogue, when it is one of it.';
comment on column ivr.ivr_requests.version is 'Goes up by one with each change; a command names the version that it was based on.';
comment on column ivr.ivr_requests.status is 'Where the request stands.';
comment on column ivr.ivr_requests.turn is 'Whose turn it is; follows from the status.';
comment on column ivr.ivr_requests.request_type is 'new, re_verification, additional_application or new_insurance.';
comment on column ivr.ivr_requests.service is 'What is asked for, in words.';
comment on column ivr.ivr_requests.priority is '0 normal, 1 raised (escalated), 2 urgent.';
comment on column ivr.ivr_requests.patient_sort is 'Patient''s name in lower case, last name first: what the list is sorted and searched by.';
comment on column ivr.ivr_requests.payer_name is 'Name of the primary payer as typed.';
comment on column ivr.ivr_requests.product_summary is 'Products in a few words for the list.';
comment on column ivr.ivr_requests.intake is 'The form as filled in: physician, facility, insurances, coverage questions, wounds.';
comment on column ivr.ivr_requests.doctor_comment is 'What the clinic wants the specialist to know.';
comment on column ivr.ivr_requests.ivr_response is 'What the verification found, as the clinic reads it.';
comment on column ivr.ivr_requests.service_date is 'Planned date of the application.';
comment on column ivr.ivr_requests.attested_by is 'Who signed that the patient authorised the release and the order is the physician''s.';
comment on column ivr.ivr_requests.attested_at is 'When that was recorded.';
comment on column ivr.ivr_requests.created_by is 'Who started the draft.';
comment on column ivr.ivr_requests.submitted_by is 'Who submitted it.';
comment on column ivr.ivr_requests.assignee_id is 'The specialist whose case it is.';
comment on column ivr.ivr_requests.submitted_at is 'When it was submitted first.';
comment on column ivr.ivr_requests.due_at is 'When the answer is due; infinity when no clock runs.';
comment on column ivr.ivr_requests.clock_left is 'Time that was left when the clock was paused.';
comment on column ivr.ivr_requests.valid_until is 'Last day on which an approval holds.';
comment on column ivr.ivr_requests.payer_reference is 'Reference that the payer gave, or tracking number of a shipment.';
comment on column ivr.ivr_requests.created_at is 'When the draft was started.';
comment on column ivr.ivr_requests.updated_at is 'When it was changed last.';

create table ivr.ivr_products (
  org_id uuid not null,
  id uuid not null default gen_random_uuid(),
  request_id uuid not null,
  product_id uuid references ivr.products (id),
  hcpcs text not null check (hcpcs ~ '^[A-V][0-9]{4}$'),
  name text not null check (length(name) between 1 and 200),
  position smallint not null,
  primary key (org_id, id),
  unique (org_id, request_id, position),
  foreign key (org_id, request_id) references ivr.ivr_requests (org_id, id)
);
create index ivr_products_product on ivr.ivr_products (product_id);
comment on table ivr.ivr_products is 'Products that a request asks for.';
comment on column ivr.ivr_products.org_id is 'The clinic.';
comment on column ivr.ivr_products.id is 'Identity within the clinic.';
comment on column ivr.ivr_products.request_id is 'The request.';
comment on column ivr.ivr_products.product_id is 'The product of the catalogue.';
comment on column ivr.ivr_products.hcpcs is 'HCPCS code as it was when asked.';
comment on column ivr.ivr_products.name is 'Name as it was when asked.';
comment on column ivr.ivr_products.position is 'Order in the request.';

create table ivr.ivr_product_sizes (
  org_id uuid not null,
  id uuid not null default gen_random_uuid(),
  ivr_product_id uuid not null,
  size_id uuid references ivr.product_sizes (id),
  label text not null check (length(label) between 1 and 60),
  area_hundredths integer not null check (area_hundredths between 1 and 1000000),
  quantity integer not null check (quantity between 1 and 10000),
  primary key (org_id, id),
  unique (org_id, ivr_product_id, label),
  foreign key (org_id, ivr_product_id) references ivr.ivr_products (org_id, id) on delete cascade
);
create index ivr_product_sizes_size on ivr.ivr_product_sizes (size_id);
comment on table ivr.ivr_product_sizes is 'Sizes and quantities of a product in a request.';
comment on column ivr.ivr_product_sizes.org_id is 'The clinic.';
comment on column ivr.ivr_product_sizes.id is 'Identity within the clinic.';
comment on column ivr.ivr_product_sizes.ivr_product_id is 'The product line.';
comment on column ivr.ivr_product_sizes.size_id is 'The size of the catalogue.';
comment on column ivr.ivr_product_sizes.label is 'Size as it was when asked.';
comment on column ivr.ivr_product_sizes.area_hundredths is 'Area of one piece in hundredths of a square centimetre.';
comment on column ivr.ivr_product_sizes.quantity is 'How many pieces.';

-- The step must be in the transition table, whoever makes it, and every change counts the version.
create function ivr.check_request_change() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if new.status <> old.status and not exists (
    select from ivr.ivr_transitions t where t.from_status = old.status and t.to_status = new.status) then
    raise exception using errcode = 'IV410',
      message = format('A request cannot go from %s to %s.', old.status, new.status);
  end if;
  select s.turn into strict new.turn from ivr.ivr_statuses s where s.status = new.status;
  new.version := old.version + 1;
  new.updated_at := clock_timestamp();
  return new;
end
$$;
comment on function ivr.check_request_change() is 'Refuses a step that the transition table does not have; counts the version.';
create trigger check_request_change before update on ivr.ivr_requests
  for each row execute function ivr.check_request_change();

create function ivr.set_request_turn() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  select s.turn into strict new.turn from ivr.ivr_statuses s where s.status = new.status;
  return new;
end
$$;
comment on function ivr.set_request_turn() is 'Whose turn it is follows from the status.';
create trigger set_request_turn before insert on ivr.ivr_requests
  for each row execute function ivr.set_request_turn();

do $$
declare
  t text;
begin
  foreach t in array array['ivr_requests', 'ivr_products', 'ivr_product_sizes'] loop
    execute format('alter table ivr.%I enable row level security', t);
    execute format('alter table ivr.%I force row level security', t);
  end loop;
end
$$;
grant select, insert, update on ivr.ivr_requests to ivr_exec;
grant select, insert, delete on ivr.ivr_products, ivr.ivr_product_sizes to ivr_exec;

-- A clinic's person: own organization, or the facilities to which the role is limited.
-- A lead or auditor: every request of the clinics served. A specialist: what waits in the queue and
-- what is theirs. A draft is the clinic's alone.
create policy ivr_requests_read on ivr.ivr_requests for select to ivr_exec
  using (org_id = any ((select ivr.my_orgs())::uuid[])
         and (org_id = any ((select ivr.my_whole_orgs())::uuid[])
              or facility_id = any ((select ivr.my_facilities())::uuid[])
              or (org_id = any ((select ivr.my_queue_orgs())::uuid[])
                  and (turn = 'queue' or assignee_id = (select ivr.my_id()))))
         and (status <> 'draft' or org_id = any ((select ivr.my_clinic_orgs())::uuid[])));
create policy ivr_requests_add on ivr.ivr_requests for insert to ivr_exec
  with check (org_id = any ((select ivr.my_clinic_orgs())::uuid[]) and created_by = (select ivr.my_id()));
create policy ivr_requests_change on ivr.ivr_requests for update to ivr_exec
  using (org_id = any ((select ivr.my_phi_orgs())::uuid[]))
  with check (org_id = any ((select ivr.my_phi_orgs())::uuid[]));
do $$
declare
  t text;
begin
  foreach t in array array['ivr_products', 'ivr_product_sizes'] loop
    execute format($p$create policy %I on ivr.%I for select to ivr_exec
      using (org_id = any ((select ivr.my_orgs())::uuid[]))$p$, t || '_read', t);
    execute format($p$create policy %I on ivr.%I for insert to ivr_exec
      with check (org_id = any ((select ivr.my_clinic_orgs())::uuid[]))$p$, t || '_add', t);
    execute format($p$create policy %I on ivr.%I for delete to ivr_exec
      using (org_id = any ((select ivr.my_clinic_orgs())::uuid[]))$p$, t || '_remove', t);
  end loop;
end
$$;

reset role;

insert into ivr.table_catalogue values
  ('ivr', 'ivr_requests', 'requests'), ('ivr', 'ivr_products', 'requests'), ('ivr', 'ivr_product_sizes', 'requests');
