-- SPDX-License-Identifier: GPL-3.0-or-later
-- How the demo's payers are asked, what one of them answered, and a form that was filled in from it. The payers
-- are invented, and all that they say is marked so.
insert into ivr.payer_connectors (payer_id, kind, address, sender, receiver, origin, is_mock)
select y.id, v.kind, v.address, 'IVRDEMO', y.edi_id, '9IVRDEMO01', true
  from (values ('DEMO01', 'x12', 'mock:/x12'), ('DEMO02', 'fhir', 'mock:/fhir'), ('DEMO03', 'x12', 'mock:/x12'),
               ('DEMO04', 'core-soap', 'mock:/core-soap')) v (edi_id, kind, address)
  join ivr.payers y on y.edi_id = v.edi_id
 order by y.edi_id;

create temporary table demo_answer (body text, reading jsonb) on commit drop;
insert into demo_answer values (
  'ISA*00*          *00*          *ZZ*DEMOPAYER      *ZZ*IVRDEMO        *250602*1430*^*00501*000000001*0*T*:~'
  'GS*HB*DEMOPAYER*IVRDEMO*20250602*1430*1*X*005010X279A1~'
  'ST*271*0001*005010X279A1~'
  'BHT*0022*11*DEMOTRACE0001*20250602*1430~'
  'HL*1**20*1~'
  'NM1*PR*2*MEDICARE PART B (DEMO)*****PI*DEMO01~'
  'HL*2*1*21*1~'
  'NM1*1P*2*EXAMPLE WOUND CLINIC, MAIN STREET*****XX*1234567893~'
  'HL*3*2*22*0~'
  'TRN*2*DEMOTRACE0001*9IVRDEMO001~'
  'NM1*IL*1*FICTIONAL*BERT****MI*1EG4TE5MK73~'
  'DMG*D8*19551102*M~'
  'DTP*346*D8*20200101~'
  'EB*1*IND*30*MB*MEDICARE PART B~'
  'EB*C*IND*30*MB**23*500~'
  'EB*C*IND*30*MB**29*0~'
  'EB*A*IND*30*MB****.2~'
  'EB*B*IND*98*MB**27*25~'
  'EB*1*IND*DM*MB~'
  'MSG*THIS ANSWER IS INVENTED AND BELONGS TO A DEMO~'
  'SE*19*0001~'
  'GE*1*1~'
  'IEA*1*000000001~',
  '{"kind":"271","st":"0001","complete":true,"bht02":"11","bht03":"DEMOTRACE0001","verdict":"active","patient":"subscriber","payer":{"name":"MEDICARE PART B (DEMO)","id":"DEMO01","qual":"PI","nm101":"PR"},
   "provider":{"name":"EXAMPLE WOUND CLINIC, MAIN STREET","id":"1234567893","qual":"XX","nm101":"1P"},
   "subscriber":{"last":"FICTIONAL","first":"BERT","member_id":"1EG4TE5MK73","id_qual":"MI","nm101":"IL","dob":"1955-11-02","gender":"M"},
   "trace":"DEMOTRACE0001","traces":["DEMOTRACE0001"],
   "plan_names":["MEDICARE PART B"],
   "dates":[{"q":"346","d":"2020-01-01","scope":"subscriber"}],
   "benefits_belong_to":"subscriber","benefits":[{"eb01":"1","level":"IND","stc":["30"],
   "ins_type":"MB","plan":"MEDICARE PART B"},
   {"eb01":"C","level":"IND","stc":["30"],
   "ins_type":"MB","period":"23","amount":"500"},
   {"eb01":"C","level":"IND","stc":["30"],
   "ins_type":"MB","period":"29","amount":"0"},
   {"eb01":"A","level":"IND","stc":["30"],
   "ins_type":"MB","percent":".2"},
   {"eb01":"B","level":"IND","stc":["98"],
   "ins_type":"MB","period":"27","amount":"25"},
   {"eb01":"1","level":"IND","stc":["DM"],
   "ins_type":"MB","msg":["THIS ANSWER IS INVENTED AND BELONGS TO A DEMO"]}],
   "eb_count":6,"msg_count":1,"aaa":[],
   "related_entities":[],
   "benefit_refs":[],
   "benefit_details":[],
   "messages":[],
   "summary":{"deductible_total_ind":"500","deductible_remaining_ind":"0","deductible_met_ind":null,"deductible_total_fam":null,"deductible_remaining_fam":null,
   "deductible_met_fam":null,"oop_total_ind":null,"oop_remaining_ind":null,"oop_met_ind":null,
   "oop_total_fam":null,"oop_remaining_fam":null,"oop_met_fam":null,
   "copay_visit":null,"copay_office":"25","coinsurance":".2","coinsurance_office":null,"in_network":{},
   "out_of_network":{},
   "net_not_applicable_W":{}},
   "envelope":{"elem":"*","rep":"^","comp":":","term":"~","bom":false,"indented":false,"line_breaks":"none","isa11":"^","isa12":"00501",
   "isa13":"000000001","isa15":"T","gs01":"HB","gs06":"1","gs08":"005010X279A1","st03":"005010X279A1","interchange":1,"group":1},
   "warnings":[]}');

insert into ivr.eligibility_checks (org_id, id, request_id, patient_id, payer_id, rank, asked_by, asked_at, taken_at, finished_at, state,
  trace, question, question_sha256, reading, verdict, is_mock, version)
select r.org_id, '0e110000-0000-4000-8000-000000000001', r.id, p.id, y.id, 1, r.assignee_id, r.created_at + interval '100 minutes',
       r.created_at + interval '100 minutes', r.created_at + interval '100 minutes 4 seconds', 'answered', 'DEMOTRACE0001', q.question,
       sha256(convert_to(q.question::text, 'UTF8')), a.reading, a.reading ->> 'verdict', true, 2
  from ivr.ivr_requests r
  join ivr.patients p on p.org_id = r.org_id and p.id = r.patient_id
  join ivr.patient_insurances i on i.org_id = r.org_id and i.patient_id = p.id and i.rank = 1
  join ivr.payers y on y.id = i.payer_id
  join ivr.facilities f on f.org_id = r.org_id and f.id = r.facility_id
  cross join demo_answer a
  cross join lateral (select jsonb_build_object('payer', y.name, 'payer_row', y.id, 'payer_id', y.edi_id, 'is_mock', true, 'provider', f.name,
    'npi', f.npi, 'last', p.last_name, 'first', p.first_name, 'member_id', i.member_id, 'born', p.born_on, 'sex', p.sex,
    'from', r.service_date, 'services', jsonb_build_array('30')) as question) q
 where r.id = '660e8400-e29b-41d4-a716-446655440004';
insert into ivr.eligibility_evidence (org_id, check_id, body, media_type, sha256, at, is_mock)
select c.org_id, c.id, b.body, 'application/edi-x12', sha256(b.body), c.finished_at, true
  from ivr.eligibility_checks c cross join demo_answer a cross join lateral (select convert_to(a.body, 'UTF8') as body) b;

insert into ivr.auto_population_records (org_id, id, request_id, field, source, source_id, offered, was, outcome, kept, offered_at, decided_at, decided_by)
select r.org_id, md5('filled' || v.field)::uuid, r.id, v.field, v.source, v.id::uuid, v.offered, v.was, v.outcome, v.kept,
       r.created_at + interval '2 minutes', r.created_at + interval '3 minutes', r.created_by
  from ivr.ivr_requests r, (values
    ('physician.npi', 'physician_record', '0b000000-0000-4000-8000-000000000001', '1234567893', null, 'accepted', '1234567893'),
    ('facility.npi', 'facility_record', '0f000000-0000-4000-8000-000000000001', '1234567893', null, 'accepted', '1234567893'),
    ('insurances.0.plan_type', 'insurance_card', null, 'Medicare', 'Original Medicare', 'refused', 'Original Medicare'))
    v (field, source, id, offered, was, outcome, kept)
 where r.id = '660e8400-e29b-41d4-a716-446655440004';
