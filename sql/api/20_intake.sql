-- SPDX-License-Identifier: GPL-3.0-or-later
-- The form: what must be there before a request can be submitted, and what is kept of it.
set local role ivr_exec;

create function rules.npi_valid(p_npi text) returns boolean
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  total integer := 24;  -- what the prefix 80840 adds to the Luhn sum (CMS)
  d integer;
begin
  if p_npi !~ '^[12][0-9]{9}$' then
    return false;
  end if;
  for i in 1..10 loop
    d := substr(p_npi, i, 1)::integer;
    if i % 2 = 1 then
      d := d * 2;
      if d > 9 then
        d := d - 9;
      end if;
    end if;
    total := total + d;
  end loop;
  return total % 10 = 0;
end
$$;
comment on function rules.npi_valid(text) is 'Ten digits, first 1 or 2, Luhn over 80840 and the number (CMS rule).';

create function rules.intake_text(p_intake jsonb, variadic p_path text[]) returns text
language sql immutable set search_path = pg_catalog, pg_temp
return nullif(btrim(p_intake #>> p_path), '');
comment on function rules.intake_text(jsonb, text[]) is 'Text at a path of the form; empty is null.';

create function rules.intake_date(p_intake jsonb, variadic p_path text[]) returns date
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  v text := rules.intake_text(p_intake, variadic p_path);
begin
  if v is null then
    return null;
  end if;
  if v !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' then
    perform rules.fail('IV422', 'This is not a date. On the form it is written as month/day/year, for example 03/12/1948.',
      jsonb_build_object('field', array_to_string(p_path, '.')));
  end if;
  return make_date(substr(v, 1, 4)::integer, substr(v, 6, 2)::integer, substr(v, 9, 2)::integer);
exception
  when datetime_field_overflow then
    perform rules.fail('IV422', 'There is no such day in the calendar.',
      jsonb_build_object('field', array_to_string(p_path, '.')));
end
$$;
comment on function rules.intake_date(jsonb, text[]) is 'Date at a path of the form.';

create function rules.intake_area(p_text text, p_field text) returns integer
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
  if p_text is null or p_text !~ '^[0-9]{1,4}(\.[0-9]{1,2})?$' or p_text::numeric = 0 then
    perform rules.fail('IV422', 'An area is a number of square centimetres, more than 0 and less than 10000, with at most two decimals.',
      jsonb_build_object('field', p_field));
  end if;
  return (p_text::numeric * 100)::integer;
end
$$;
comment on function rules.intake_area(text, text) is 'Area in hundredths of a square centimetre.';

create function rules.wound_problems(p_intake jsonb) returns table (field text, sentence text)
language sql immutable set search_path = pg_catalog, pg_temp
begin atomic
  select 'wounds'::text, 'Describe at least one wound.'::text
   where jsonb_array_length(case when jsonb_typeof(p_intake -> 'wounds') = 'array' then p_intake -> 'wounds' else '[]' end) = 0
  union all
  select format('wounds.%s.%s', w.n - 1, p.f), p.s
    from jsonb_array_elements(case when jsonb_typeof(p_intake -> 'wounds') = 'array' then p_intake -> 'wounds' else '[]' end)
         with ordinality w (doc, n),
         lateral (values
           ('type', 'Say what kind of wound it is.', rules.intake_text(w.doc, 'type') is null),
           ('location', 'Say where the wound is.', rules.intake_text(w.doc, 'location') is null),
           ('icd10', 'Give at least one ICD-10 code for the wound.',
             jsonb_array_length(case when jsonb_typeof(w.doc -> 'icd10') = 'array' then w.doc -> 'icd10' else '[]' end) < 1),
           ('icd10', 'A diabetic foot or venous leg ulcer needs two ICD-10 codes on the claim.',
             upper(w.doc ->> 'type') in ('DFU', 'VLU')
             and jsonb_array_length(case when jsonb_typeof(w.doc -> 'icd10') = 'array' then w.doc -> 'icd10' else '[]' end) = 1),
           ('icd10', 'One of the ICD-10 codes is not written as a code.',
             exists (select from jsonb_array_elements_text(
                       case when jsonb_typeof(w.doc -> 'icd10') = 'array' then w.doc -> 'icd10' else '[]' end) c
                      where c !~ '^[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?$'))) p (f, s, bad)
   where p.bad;
end;
comment on function rules.wound_problems(jsonb) is 'What is missing or wrong in the wounds of a form.';

create function rules.intake_problems(p_intake jsonb) returns table (field text, sentence text)
language sql immutable set search_path = pg_catalog, pg_temp
begin atomic
  select p.f, p.s from (values
    ('in_snf', 'Say whether the patient is in a nursing home or skilled nursing facility.', p_intake -> 'in_snf' is null
       or jsonb_typeof(p_intake -> 'in_snf') <> 'boolean'),
    ('part_a_stay', 'Say whether the patient is in a Part A stay.', p_intake -> 'part_a_stay' is null
       or jsonb_typeof(p_intake -> 'part_a_stay') <> 'boolean'),
    ('global_cpt', 'Give the CPT code of the surgery whose global period runs.',
       coalesce((p_intake ->> 'global_period') = 'true', false) and coalesce(p_intake ->> 'global_cpt', '') !~ '^[0-9]{5}$'),
    ('global_surgery_date', 'Give the date of the surgery whose global period runs.',
       coalesce((p_intake ->> 'global_period') = 'true', false) and rules.intake_text(p_intake, 'global_surgery_date') is null),
    ('patient.first_name', 'Enter the patient''s first name.', rules.intake_text(p_intake, 'patient', 'first_name') is null),
    ('patient.last_name', 'Enter the patient''s last name.', rules.intake_text(p_intake, 'patient', 'last_name') is null),
    ('patient.dob', 'Enter the patient''s date of birth.', rules.intake_text(p_intake, 'patient', 'dob') is null),
    ('physician.name', 'Enter the physician''s name.', rules.intake_text(p_intake, 'physician', 'name') is null),
    ('physician.npi', 'The physician''s NPI is missing or is not a valid NPI.',
       not coalesce(rules.npi_valid(p_intake #>> '{physician,npi}'), false)),
    ('facility.npi', 'The facility''s NPI is missing or is not a valid NPI.',
       not coalesce(rules.npi_valid(p_intake #>> '{facility,npi}'), false)),
    ('place_of_service', 'Choose the place of service.', rules.intake_text(p_intake, 'place_of_service') is null),
    ('insurances.0.payer_name', 'Enter the primary insurance.', rules.intake_text(p_intake, 'insurances', '0', 'payer_name') is null),
    ('insurances.0.member_id', 'Enter the member id of the primary insurance.',
       coalesce(length(rules.intake_text(p_intake, 'insurances', '0', 'member_id')), 0) not between 2 and 80),
    ('products', 'Choose at least one product with a size and a quantity.',
       not jsonb_path_exists(p_intake, '$.products[*].sizes[*].quantity ? (@ > 0)')),
    ('service_date', 'Enter the planned date of service.', rules.intake_text(p_intake, 'service_date') is null)
  ) p (f, s, bad) where p.bad
  union all
  select w.field, w.sentence from rules.wound_problems(p_intake) w;
end;
comment on function rules.intake_problems(jsonb) is 'What is missing or wrong in a form, in plain words; empty when it can be submitted.';

-- A name that was mistyped, or changed by marriage, and a date that was mistyped: two of three stay. Who differs in more
-- is somebody else, and never takes over what is kept of a patient.
create function rules.is_same_person(p_patient ivr.patients, p_first text, p_last text, p_born date) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp
return (lower(btrim(p_patient.first_name)) = lower(btrim(p_first)))::integer + (lower(btrim(p_patient.last_name)) = lower(btrim(p_last)))::integer
       + (p_patient.born_on = p_born)::integer >= 2;
comment on function rules.is_same_person(ivr.patients, text, text, date) is
  'Whether a form still names the patient: of first name, last name and date of birth at most one is another.';

create function rules.save_patient(p_org uuid, p_facility uuid, p_patient uuid, p_intake jsonb) returns uuid
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  doc jsonb := p_intake -> 'patient';
  born date := rules.intake_date(p_intake, 'patient', 'dob');
  v_id uuid;
  ins jsonb;
begin
  if rules.intake_text(doc, 'first_name') is null or rules.intake_text(doc, 'last_name') is null or born is null then
    return p_patient;  -- a draft without a patient yet; the form keeps what was typed
  end if;
  if born > current_date or born < current_date - interval '120 years' then
    perform rules.fail('IV422', 'The date of birth cannot be right.', '{"field": "patient.dob"}');
  end if;
  -- Whom the form names exactly; else who it was before, when that is a correction; else somebody new.
  select p.id into v_id from ivr.patients p
   where p.org_id = p_org and p.born_on = born
     and lower(p.last_name || ', ' || p.first_name) collate "C"
         = lower(btrim(doc ->> 'last_name') || ', ' || btrim(doc ->> 'first_name')) collate "C"
   order by p.id is not distinct from p_patient desc, p.id
   limit 1;
  if v_id is null then
    select p.id into v_id from ivr.patients p
     where p.org_id = p_org and p.id = p_patient and rules.is_same_person(p, doc ->> 'first_name', doc ->> 'last_name', born);
  end if;
  v_id := coalesce(v_id, gen_random_uuid());
  insert into ivr.patients as p (org_id, id, facility_id, first_name, last_name, born_on, sex, address, city, state,
                                 zip, phone, email, caregiver, ok_to_contact, emr_patient_id)
  values (p_org, v_id, p_facility,
          rules.text_value(doc ->> 'first_name', 'patient.first_name', 200),
          rules.text_value(doc ->> 'last_name', 'patient.last_name', 200), born,
          case when doc ->> 'sex' in ('M', 'F') then doc ->> 'sex' else 'unknown' end,
          rules.text_value(doc ->> 'address', 'patient.address', 200), rules.text_value(doc ->> 'city', 'patient.city', 100),
          rules.text_value(doc ->> 'state', 'patient.state', 50), rules.text_value(doc ->> 'zip', 'patient.zip', 20),
          rules.text_value(doc ->> 'phone', 'patient.phone', 50), rules.text_value(doc ->> 'email', 'patient.email', 200),
          rules.text_value(doc ->> 'caregiver', 'patient.caregiver', 200),
          coalesce((doc ->> 'ok_to_contact') = 'true', false),
          rules.text_value(doc ->> 'emr_patient_id', 'patient.emr_patient_id', 50))
  on conflict (org_id, id) do update set
    first_name = excluded.first_name, last_name = excluded.last_name, born_on = excluded.born_on, sex = excluded.sex,
    address = coalesce(excluded.address, p.address), city = coalesce(excluded.city, p.city),
    state = coalesce(excluded.state, p.state), zip = coalesce(excluded.zip, p.zip),
    phone = coalesce(excluded.phone, p.phone), email = coalesce(excluded.email, p.email),
    caregiver = coalesce(excluded.caregiver, p.caregiver), ok_to_contact = excluded.ok_to_contact,
    emr_patient_id = coalesce(excluded.emr_patient_id, p.emr_patient_id), updated_at = clock_timestamp();
  for ins in select e from jsonb_array_elements(
               case when jsonb_typeof(p_intake -> 'insurances') = 'array' then p_intake -> 'insurances' else '[]' end)
               with ordinality x (e, n) where x.n <= 3 loop
    perform rules.save_insurance(p_org, v_id, ins);
  end loop;
  return v_id;
end
$$;
comment on function rules.save_patient(uuid, uuid, uuid, jsonb) is 'Keeps the patient of a form, found again by name and date of birth; a form that names somebody else changes nothing of who it named before.';

create function rules.save_insurance(p_org uuid, p_patient uuid, p_doc jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  payer text := rules.text_value(p_doc ->> 'payer_name', 'insurances.payer_name', 200);
  member text := upper(rules.intake_text(p_doc, 'member_id'));
begin
  if payer is null or coalesce(length(member), 0) not between 2 and 80 then
    return;
  end if;
  insert into ivr.patient_insurances as i (org_id, patient_id, rank, payer_id, payer_name, payer_phone, member_id, group_no,
    plan_type, subscriber_name, subscriber_born_on, relationship)
  values (p_org, p_patient,
          case when p_doc ->> 'rank' in ('1', '2', '3') then (p_doc ->> 'rank')::smallint else 1 end,
          (select y.id from ivr.payers y where y.name = payer), payer,
          rules.text_value(p_doc ->> 'payer_phone', 'insurances.payer_phone', 50), member,
          rules.text_value(p_doc ->> 'group_no', 'insurances.group_no', 80),
          rules.text_value(p_doc ->> 'plan_type', 'insurances.plan_type', 80),
          rules.text_value(p_doc ->> 'subscriber_name', 'insurances.subscriber_name', 200),
          rules.intake_date(p_doc, 'subscriber_dob'), rules.text_value(p_doc ->> 'relationship', 'insurances.relationship', 80))
  on conflict (org_id, patient_id, rank) do update set
    payer_id = excluded.payer_id, payer_name = excluded.payer_name, payer_phone = excluded.payer_phone,
    member_id = excluded.member_id, group_no = excluded.group_no, plan_type = excluded.plan_type,
    subscriber_name = excluded.subscriber_name, subscriber_born_on = excluded.subscriber_born_on,
    relationship = excluded.relationship, updated_at = clock_timestamp();
end
$$;
comment on function rules.save_insurance(uuid, uuid, jsonb) is 'Keeps one insurance of a patient.';

-- The product as the catalogue names it, or as typed when it is not in the catalogue.
create function rules.product_lines(p_intake jsonb)
returns table (line jsonb, place bigint, hcpcs text, product_id uuid, name text)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  l record;
begin
  for l in select e as doc, n from jsonb_array_elements(
             case when jsonb_typeof(p_intake -> 'products') = 'array' then p_intake -> 'products' else '[]' end)
             with ordinality x (e, n) loop
    if l.n > 20 then
      perform rules.fail('IV413', 'A request can ask for at most 20 products.', '{"field": "products"}');
    end if;
    line := l.doc;
    place := l.n;
    hcpcs := coalesce(l.doc ->> 'hcpcs', '');
    continue when hcpcs = '';
    if hcpcs !~ '^[A-V][0-9]{4}$' then
      perform rules.fail('IV422', 'A HCPCS code is one letter and four digits, for example Q4101.',
        jsonb_build_object('field', format('products.%s.hcpcs', l.n - 1)));
    end if;
    select c.id, c.name into product_id, name from ivr.products c
     where c.id::text = l.doc ->> 'product_id' and c.hcpcs = l.doc ->> 'hcpcs';
    name := coalesce(name, rules.text_value(l.doc ->> 'name', format('products.%s.name', l.n - 1), 200), hcpcs);
    return next;
  end loop;
end
$$;
comment on function rules.product_lines(jsonb) is 'The products of a form, checked, with what the catalogue knows of them.';

create function rules.product_summary(p_intake jsonb) returns text
language sql stable set search_path = pg_catalog, pg_temp
return (select left(coalesce(string_agg(l.hcpcs || ' ' || l.name, ', ' order by l.place), ''), 300)
          from rules.product_lines(p_intake) l);
comment on function rules.product_summary(jsonb) is 'The products of a form in a few words, as lists show them.';

create function rules.save_sizes(p_org uuid, p_product uuid, p_sizes jsonb, p_field text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  size jsonb;
  v_label text;
  v_size uuid;
  v_area integer;
begin
  for size in select e from jsonb_array_elements(case when jsonb_typeof(p_sizes) = 'array' then p_sizes else '[]' end) e loop
    v_label := rules.text_value(size ->> 'label', p_field, 60);
    -- A line that asks for none is how the form says "not this size".
    continue when v_label is null or coalesce(size ->> 'quantity', '0') in ('', '0');
    if size ->> 'quantity' !~ '^[0-9]{1,5}$' or (size ->> 'quantity')::integer not between 1 and 10000 then
      perform rules.fail('IV422', 'A quantity is a whole number from 1 to 10000.', jsonb_build_object('field', p_field));
    end if;
    select c.id, c.area_hundredths into v_size, v_area from ivr.product_sizes c
     where c.id::text = size ->> 'size_id' and c.label = v_label;
    insert into ivr.ivr_product_sizes (org_id, ivr_product_id, size_id, label, area_hundredths, quantity)
    values (p_org, p_product, v_size, v_label, coalesce(v_area, rules.intake_area(size ->> 'area_cm2', p_field)),
            (size ->> 'quantity')::integer)
    on conflict (org_id, ivr_product_id, label) do nothing;
    if not found then
      perform rules.fail('IV422', 'A size is there twice; give it once, with the quantity of both.',
        jsonb_build_object('field', p_field));
    end if;
  end loop;
end
$$;
comment on function rules.save_sizes(uuid, uuid, jsonb, text) is 'Keeps the sizes and quantities of one product line.';

create function rules.save_products(p_org uuid, p_request uuid, p_intake jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  l record;
  v_id uuid;
begin
  delete from ivr.ivr_product_sizes s using ivr.ivr_products p
   where s.org_id = p_org and p.org_id = p_org and p.id = s.ivr_product_id and p.request_id = p_request;
  delete from ivr.ivr_products p where p.org_id = p_org and p.request_id = p_request;
  for l in select x.* from rules.product_lines(p_intake) x loop
    v_id := gen_random_uuid();
    insert into ivr.ivr_products (org_id, id, request_id, product_id, hcpcs, name, position)
    values (p_org, v_id, p_request, l.product_id, l.hcpcs, l.name, l.place);
    perform rules.save_sizes(p_org, v_id, l.line -> 'sizes', format('products.%s.sizes', l.place - 1));
  end loop;
end
$$;
comment on function rules.save_products(uuid, uuid, jsonb) is 'Keeps the products and sizes of a form.';

reset role;
