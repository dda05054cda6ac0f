-- SPDX-License-Identifier: GPL-3.0-or-later
-- What a clinic's own records and payers' answers say about a form that somebody fills in. Values are offered, each
-- with whence it is; the form takes what the person accepts (api.record_auto_population() keeps what became of each).
set local role ivr_exec;

create function rules.offer(p_field text, p_value text, p_source text, p_id uuid, p_at timestamptz, p_is_mock boolean default false) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp
return jsonb_build_object('field', p_field, 'value', btrim(p_value), 'source', p_source, 'source_id', p_id, 'at', p_at, 'mock', p_is_mock);
comment on function rules.offer(text, text, text, uuid, timestamptz, boolean) is 'A value for a question of the form, and whence it is.';

-- What is said of an insurance is said of one of a payer: the desk takes it for that payer only.
create function rules.offer_of(p_offer jsonb, p_payer text) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp
return case when p_offer ->> 'field' like 'insurances.%' and p_offer ->> 'field' not like '%.payer_name'
            then p_offer || jsonb_build_object('payer', btrim(p_payer)) else p_offer end;
comment on function rules.offer_of(jsonb, text) is 'An offer, with the payer that it is true for when it is about an insurance.';

-- Questions whose answer is about one visit are not among them: where the patient lives now, what was signed, how
-- large the wound is, when it is treated.
create function rules.lasting_fields() returns text[]
language sql immutable set search_path = pg_catalog, pg_temp
return array[
  'distributor', 'sales_rep_name', 'sales_rep_email', 'frequency', 'p2p_willing', 'p2p_phone', 'place_of_service', 'place_of_service_other',
  'patient.first_name', 'patient.last_name', 'patient.dob', 'patient.sex', 'patient.address', 'patient.city', 'patient.state', 'patient.zip',
  'patient.phone', 'patient.email', 'patient.caregiver', 'patient.ok_to_contact', 'patient.emr_patient_id',
  'insurances.0.payer_name', 'insurances.0.payer_phone', 'insurances.0.member_id', 'insurances.0.plan_type', 'insurances.0.group_no',
  'insurances.0.relationship', 'insurances.0.subscriber_name', 'insurances.0.subscriber_dob', 'insurances.0.network_physician',
  'insurances.0.network_facility',
  'insurances.1.payer_name', 'insurances.1.payer_phone', 'insurances.1.member_id', 'insurances.1.plan_type', 'insurances.1.group_no',
  'insurances.1.relationship', 'insurances.1.subscriber_name', 'insurances.1.subscriber_dob',
  'physician.name', 'physician.npi', 'physician.specialty', 'physician.tax_id', 'physician.ptan', 'physician.medicaid_no',
  'facility.name', 'facility.npi', 'facility.tax_id', 'facility.ptan', 'facility.medicaid_no', 'facility.address', 'facility.city',
  'facility.state', 'facility.zip', 'facility.phone', 'facility.fax', 'facility.contact_name', 'facility.contact_email', 'facility.mac',
  'wounds.0.type', 'wounds.0.location', 'wounds.0.group', 'wounds.0.comorbidities', 'wounds.0.icd10.0', 'wounds.0.icd10.1', 'wounds.0.icd10.2',
  'wounds.0.icd10.3'];
comment on function rules.lasting_fields() is 'Questions whose answer in a patient''s last request is worth offering in the next.';

create function rules.previous_offers(p_patient ivr.patients, p_not uuid) returns setof jsonb
language sql stable set search_path = pg_catalog, pg_temp
begin atomic
  select rules.offer_of(rules.offer(f, v.value, 'previous_request', r.id, r.created_at),
                        r.intake #>> array['insurances', split_part(f, '.', 2), 'payer_name'])
    from (select x.id, x.created_at, x.intake from ivr.ivr_requests x
           where x.org_id = p_patient.org_id and x.patient_id = p_patient.id and x.id is distinct from p_not and x.status <> 'draft'
             and (x.org_id = any (ivr.my_whole_orgs()) or x.facility_id = any (ivr.my_facilities()))
           order by x.created_at desc, x.id limit 1) r
   cross join unnest(rules.lasting_fields()) f
   cross join lateral (select btrim(r.intake #>> string_to_array(f, '.')) as value) v
   where v.value not in ('', 'unknown');
end;
comment on function rules.previous_offers(ivr.patients, uuid) is 'What the patient''s last request says; drafts and the one at hand are left out.';

create function rules.card_offers(p_patient ivr.patients) returns setof jsonb
language sql stable set search_path = pg_catalog, pg_temp
begin atomic
  select rules.offer_of(rules.offer('insurances.' || (i.rank - 1) || '.' || v.field, v.value, 'insurance_card', i.id, i.updated_at), i.payer_name)
    from ivr.patient_insurances i
   cross join lateral (values ('payer_name', i.payer_name), ('payer_phone', i.payer_phone), ('member_id', i.member_id), ('group_no', i.group_no),
           ('plan_type', i.plan_type), ('relationship', i.relationship), ('subscriber_name', i.subscriber_name),
           ('subscriber_dob', i.subscriber_born_on::text)) v (field, value)
   where i.org_id = p_patient.org_id and i.patient_id = p_patient.id and i.rank <= 2 and btrim(v.value) <> ''
   order by i.rank;
end;
comment on function rules.card_offers(ivr.patients) is 'What the patient''s insurance cards say, as the clinic keeps them.';

create function rules.as_written(p_text text) returns text
language sql immutable set search_path = pg_catalog, pg_temp
return case when p_text = upper(p_text) then initcap(p_text) else p_text end;
comment on function rules.as_written(text) is 'A name as people write it; payers send capitals only.';

-- INS02 back in the words of the form; what has no word there is not offered.
create function rules.relation_word(p_code text) returns text
language sql immutable set search_path = pg_catalog, pg_temp
return case p_code when '18' then 'self' when '01' then 'spouse' when '19' then 'child' when '53' then 'life partner' end;
comment on function rules.relation_word(text) is 'How a patient is related to who holds the insurance, in the words of the form.';

create function rules.answer_values(p_reading jsonb, p_list text) returns table (field text, value text)
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  doc jsonb := case jsonb_typeof(p_reading) when 'array' then p_reading -> 0 else p_reading end;
  holder jsonb := case when jsonb_typeof(doc -> 'subscriber') = 'object' then doc -> 'subscriber' end;
  dependent jsonb := case when jsonb_typeof(doc -> 'dependent') = 'object' then doc -> 'dependent' end;
  patient jsonb := coalesce(dependent, holder);
  plans jsonb := case when jsonb_typeof(doc -> 'plan_names') = 'array' then doc -> 'plan_names' else '[]' end;
  groups text[];
begin
  select array_agg(distinct e ->> 'id') into groups
    from jsonb_array_elements(case when jsonb_typeof(holder -> 'refs') = 'array' then holder -> 'refs' else '[]' end) e
   where e ->> 'q' in ('6P', '1L') and e ->> 'id' <> '';
  return query
    select v.f, v.t from (values
      ('patient.first_name', rules.as_written(patient ->> 'first')), ('patient.last_name', rules.as_written(patient ->> 'last')),
      ('patient.dob', patient ->> 'dob'), ('patient.sex', case when patient ->> 'gender' in ('M', 'F') then patient ->> 'gender' end),
      ('patient.address', case when jsonb_typeof(patient -> 'address') = 'array' then rules.as_written(patient #>> '{address,0}') end),
      ('patient.city', rules.as_written(patient ->> 'city')), ('patient.state', patient ->> 'state'), ('patient.zip', patient ->> 'zip'),
      (p_list || '.member_id', coalesce(holder ->> 'member_id', dependent ->> 'member_id')),
      (p_list || '.group_no', case when cardinality(groups) = 1 then groups[1] end),
      (p_list || '.plan_type', case when jsonb_array_length(plans) = 1 then plans ->> 0 end),
      (p_list || '.relationship', case when dependent is null then case when holder is not null then 'self' end else rules.relation_word(dependent ->> 'ins02') end),
      (p_list || '.subscriber_name', case when dependent is not null
         then nullif(concat_ws(' ', rules.as_written(holder ->> 'first'), rules.as_written(holder ->> 'last')), '') end),
      (p_list || '.subscriber_dob', case when dependent is not null then holder ->> 'dob' end)) v (f, t)
     where btrim(v.t) <> '' and length(v.t) <= 4000;
end
$$;
comment on function rules.answer_values(jsonb, text) is 'What a payer''s answer says of questions of the form; what it says twice in different ways it does not say.';

create function rules.answer_offers(p_patient ivr.patients) returns setof jsonb
language sql stable set search_path = pg_catalog, pg_temp
begin atomic
  select rules.offer_of(rules.offer(v.field, v.value, 'payer_answer', c.id, c.finished_at, c.is_mock), c.payer)
    from (select distinct on (x.rank) x.id, x.rank, x.finished_at, x.is_mock, x.reading, y.name as payer from ivr.eligibility_checks x
            join ivr.payers y on y.id = x.payer_id
            join ivr.patient_insurances i on i.org_id = x.org_id and i.patient_id = x.patient_id and i.rank = x.rank and i.payer_id = x.payer_id
            join ivr.ivr_requests r on r.org_id = x.org_id and r.id = x.request_id
           where x.org_id = p_patient.org_id and x.patient_id = p_patient.id and x.state = 'answered' and x.rank <= 2
             and (r.org_id = any (ivr.my_whole_orgs()) or r.facility_id = any (ivr.my_facilities()))
           order by x.rank, x.finished_at desc) c
   cross join lateral rules.answer_values(c.reading, 'insurances.' || (c.rank - 1)) v;
end;
comment on function rules.answer_offers(ivr.patients) is 'What the payers whose insurances the patient has last answered about them.';

create function rules.offers_in_order(p_offers jsonb[]) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp
return (select coalesce(jsonb_agg(o || jsonb_build_object('label', s.label) order by s.position, o ->> 'field'), '[]')
          from unnest(p_offers) o join ivr.auto_population_sources s on s.source = o ->> 'source');
comment on function rules.offers_in_order(jsonb[]) is 'Offers as the desk reads them, in the order in which sources are believed.';

create function rules.is_my_patient(p_patient uuid) returns boolean
language sql stable set search_path = pg_catalog, pg_temp
return exists (select from ivr.patients p where p.org_id = any ((select ivr.my_clinic_orgs())::uuid[]) and p.id = p_patient
                  and (p.org_id = any (ivr.my_whole_orgs()) or p.facility_id = any (ivr.my_facilities())));
comment on function rules.is_my_patient(uuid) is 'Whether the patient is of the person''s clinic, as far as their role reaches.';

create function api.open_patient(p_ticket uuid, p_patient uuid) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform rules.require('request.create', 'look up patients');
  if not rules.is_my_patient(p_patient) then
    perform rules.fail('IV404', 'There is no such patient in your clinic.', '{"field": "patient"}');
  end if;
  return rules.open_list(p_ticket, 'search', jsonb_build_object('patient', p_patient));
end
$$;
comment on function api.open_patient(uuid, uuid) is 'Writes down that the person reads what is kept of a patient; commit it, then read the offers with the ticket.';

create function api.read_offers(p_ticket uuid) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  t audit.phi_access_logs := rules.ticket(p_ticket, array['request', 'search']);
  r ivr.ivr_requests;
  p ivr.patients;
begin
  perform rules.require('request.edit', 'edit requests');
  if t.what = 'request' then
    r := rules.find_request(t.request_id);
    select x.* into p from ivr.patients x where x.org_id = r.org_id and x.id = r.patient_id;
  elsif t.filter ? 'patient' then
    select x.* into p from ivr.patients x
     where x.org_id = any ((select ivr.my_clinic_orgs())::uuid[]) and x.id = (t.filter ->> 'patient')::uuid and rules.is_my_patient(x.id);
  else
    perform rules.fail('IV403', 'That ticket is for a list.', '{"ticket": "missing"}');
  end if;
  if p.id is null or p.org_id <> all (ivr.my_clinic_orgs()) then
    return '[]'::jsonb;
  end if;
  return rules.offers_in_order(array(select rules.answer_offers(p) union all select rules.card_offers(p)
                                     union all select rules.previous_offers(p, r.id)));
end
$$;
comment on function api.read_offers(uuid) is
  'Values for the form of the request, or about the patient, that was opened with a ticket: from payers'' answers, cards and the last request.';

-- No patient is in these: a physician, a place, and the telephone that is printed alike on every card of a payer. Who is
-- named by NPI is meant; who is named by a name that two have is nobody's to guess.
create function api.read_record_offers(p_physician text, p_facility text, p_primary text, p_secondary text) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  mine uuid[] := ivr.my_clinic_orgs();
  physician ivr.providers;
  place ivr.facilities;
begin
  perform rules.require('request.edit', 'edit requests');
  select p.* into physician from ivr.providers p where p.org_id = any (mine) and p.npi = p_physician order by p.id limit 1;
  if not found then
    physician := (select (array_agg(p))[1] from ivr.providers p
                   where p.org_id = any (mine) and lower(p.name) = lower(btrim(p_physician)) having count(*) = 1);
  end if;
  select f.* into place from ivr.facilities f
   where f.org_id = any (mine) and (f.org_id = any (ivr.my_whole_orgs()) or f.id = any (ivr.my_facilities()))
     and f.npi = p_facility order by f.id limit 1;
  if not found then
    place := (select (array_agg(f))[1] from ivr.facilities f
               where f.org_id = any (mine) and (f.org_id = any (ivr.my_whole_orgs()) or f.id = any (ivr.my_facilities()))
                 and lower(f.name) = lower(btrim(p_facility)) having count(*) = 1);
  end if;
  return rules.offers_in_order(array(
    select rules.offer(v.field, v.value, 'physician_record', physician.id, null)
      from (values ('physician.name', physician.name), ('physician.npi', physician.npi), ('physician.specialty', physician.specialty),
                   ('physician.ptan', physician.ptan)) v (field, value) where v.value <> ''
    union all
    select rules.offer(v.field, v.value, 'facility_record', place.id, null)
      from (values ('facility.name', place.name), ('facility.npi', place.npi), ('facility.ptan', place.ptan), ('facility.address', place.address),
                   ('facility.city', place.city), ('facility.state', place.state), ('facility.zip', place.zip), ('facility.phone', place.phone),
                   ('facility.fax', place.fax), ('facility.contact_name', place.contact_name), ('facility.contact_email', place.contact_email),
                   ('place_of_service', place.place_of_service)) v (field, value) where v.value <> ''
    union all
    select rules.offer_of(rules.offer('insurances.' || (x.n - 1) || '.payer_phone', c.value, 'payer_record', y.id, null), y.name)
      from (values (1, p_primary), (2, p_secondary)) x (n, name)
      join ivr.payers y on lower(y.name) = lower(btrim(x.name)) and y.is_active
     cross join lateral (select coalesce(y.phone, (select min(i.payer_phone) from (
         select k.payer_phone from ivr.patient_insurances k join ivr.patients h on h.org_id = k.org_id and h.id = k.patient_id
          where k.org_id = any (mine) and k.payer_id = y.id and k.payer_phone <> ''
            and (h.org_id = any (ivr.my_whole_orgs()) or h.facility_id = any (ivr.my_facilities())) limit 200) i
         having min(i.payer_phone) = max(i.payer_phone))) as value) c where c.value is not null));
end
$$;
comment on function api.read_record_offers(text, text, text, text) is
  'Values for a form from the clinic''s records of a physician and a place, each named by NPI or name, and from payers, named as typed.';

create function rules.offer_time(p_text text) returns timestamptz
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if p_text !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z$' then
    return null;
  end if;
  -- A clock that is a little ahead is believed, and a draft that waited; no other century is.
  return (select t from (select p_text::timestamptz as t) x where t between clock_timestamp() - interval '1 year' and clock_timestamp() + interval '1 day');
exception
  when datetime_field_overflow then
    return null;
end
$$;
comment on function rules.offer_time(text) is 'When a value was offered, as the desk writes it in UTC; null when that is no time, or none of this year or tomorrow.';

-- Whence a value is said to be has to be a row that the person could have read it from.
create function rules.is_source_row(p_org uuid, p_source text, p_id uuid) returns boolean
language sql stable set search_path = pg_catalog, pg_temp
return case p_source
  when 'payer_answer' then exists (select from ivr.eligibility_checks c where c.org_id = p_org and c.id = p_id and c.state = 'answered'
                                      and rules.is_my_patient(c.patient_id))
  when 'insurance_card' then p_id is null or exists (select from ivr.patient_insurances i where i.org_id = p_org and i.id = p_id
                                      and rules.is_my_patient(i.patient_id))
  when 'previous_request' then exists (select from ivr.ivr_requests q where q.org_id = p_org and q.id = p_id
                                          and (q.org_id = any (ivr.my_whole_orgs()) or q.facility_id = any (ivr.my_facilities())))
                            or (exists (select from ivr.patients p where p.org_id = p_org and p.id = p_id) and rules.is_my_patient(p_id))
  when 'payer_record' then exists (select from ivr.payers y where y.id = p_id)
  when 'physician_record' then exists (select from ivr.providers p where p.org_id = p_org and p.id = p_id)
  when 'facility_record' then exists (select from ivr.facilities f where f.org_id = p_org and f.id = p_id) end;
comment on function rules.is_source_row(uuid, text, uuid) is 'Whether a value of a form can come from that row, for the person who says so.';

create function api.record_auto_population(p_command uuid, p_request uuid, p_records jsonb) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  answer jsonb;
  r ivr.ivr_requests;
  o jsonb;
begin
  perform rules.require('request.edit', 'edit requests');
  answer := rules.begin_command(p_command, 'record_auto_population', jsonb_build_array(p_request, p_records));
  if answer is not null then
    return answer;
  end if;
  r := rules.find_request(p_request);
  if rules.my_side(r) is distinct from 'clinic' or r.status not in ('draft', 'info_needed') then
    perform rules.fail('IV410', 'The form can only be changed while it is a draft or information is asked for.');
  elsif jsonb_typeof(p_records) is distinct from 'array' or jsonb_array_length(p_records) not between 1 and 200 or pg_column_size(p_records) > 262144 then
    perform rules.fail('IV422', 'What was filled in is not readable.', '{"field": "records"}');
  end if;
  for o in select e from jsonb_array_elements(p_records) e loop
    if jsonb_typeof(o) <> 'object' or coalesce(o ->> 'field', '') <> all (rules.lasting_fields())
       or not coalesce(rules.is_source_row(r.org_id, o ->> 'source', rules.uuid_value(o ->> 'source_id', 'source_id')), false)
       or coalesce(o ->> 'outcome', '') not in ('accepted', 'changed', 'refused')
       or (o ->> 'outcome' = 'changed' and o ->> 'kept' is not distinct from o ->> 'offered')
       or rules.text_value(o ->> 'offered', 'offered', 4000) is null or rules.offer_time(o ->> 'offered_at') is null then
      perform rules.fail('IV422', 'What was filled in is not readable.', '{"field": "records"}');
    end if;
    insert into ivr.auto_population_records (org_id, request_id, field, source, source_id, offered, was, outcome, kept, offered_at, decided_by)
    values (r.org_id, r.id, o ->> 'field', o ->> 'source', rules.uuid_value(o ->> 'source_id', 'source_id'),
            rules.text_value(o ->> 'offered', 'offered', 4000), rules.text_value(o ->> 'was', 'was', 4000), o ->> 'outcome',
            rules.text_value(o ->> 'kept', 'kept', 4000), rules.offer_time(o ->> 'offered_at'), ivr.my_id());
  end loop;
  perform rules.audit(r.org_id, p_command, 'fill_in', 'ivr_requests', r.id, null, null, jsonb_build_object('values', jsonb_array_length(p_records)));
  return rules.end_command(p_command, jsonb_build_object('request', r.id, 'values', jsonb_array_length(p_records)));
end
$$;
comment on function api.record_auto_population(uuid, uuid, jsonb) is
  'Keeps which values of a form were offered, whence, and what the person made of each.';

reset role;
