-- SPDX-License-Identifier: GPL-3.0-or-later
-- The demo's documents: made up here, byte by byte, and showing that they are.

-- One page of text as the smallest PDF that every viewer opens.
create function pg_temp.demo_pdf(variadic p_lines text[]) returns bytea language plpgsql immutable as $$
declare
  page text := 'BT /F1 14 Tf 72 720 Td 20 TL ' || (select string_agg('(' || l || ') Tj T*', ' ' order by n) from unnest(p_lines) with ordinality x (l, n)) || ' ET';
  parts text[] := array[
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    '<< /Length ' || length(page) || E' >>\nstream\n' || page || E'\nendstream',
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>'];
  pdf text := E'%PDF-1.4\n';
  xref text := E'0000000000 65535 f \n';
  n integer;
begin
  for n in 1..cardinality(parts) loop
    xref := xref || lpad(length(pdf)::text, 10, '0') || E' 00000 n \n';
    pdf := pdf || n || E' 0 obj\n' || parts[n] || E'\nendobj\n';
  end loop;
  return convert_to(pdf || E'xref\n0 6\n' || xref || E'trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n' || length(pdf) || E'\n%%EOF\n', 'UTF8');
end
$$;

create temporary table demo_document (request uuid, document uuid, n integer, type text, title text, name text, content_type text, data bytea,
  status text, side text, added_by integer, added interval, decided_by integer, decided interval, reason text) on commit drop;

insert into demo_document values
  ('660e8400-e29b-41d4-a716-446655440004', '0d000001-0000-4000-8000-000000000011', 1, 'insurance_card_front', 'Insurance card, front', 'card-front.png', 'image/png',
   decode(
  'iVBORw0KGgoAAAANSUhEUgAAAUAAAADICAMAAACu2siZAAAADFBMVEUcWqijrr3t8/oxNjzwZoveAAAH8ElEQVR42u2di5biIBBELfL//7wToB+QRJ2pmdXEqj07eRGUazdgWuB2kyRJ'
    'kiRJkiRJkiRJkl4plC/h2cTYu7/vzdkcZRrJSpO/ja8cYC8U+++t9X1+vdsn3yvKzqkAWB6knS6gvjYq+Lxfs1r3n/5gX6demGcJll0LxLjzCKAns1ddwVvq+iH0nFCOsviGlr/E19+v'
    'F8q8uX38ziSswQuGlEMve3PGnhF6Xn7oCeI1HRpKwETJ6N/fBLPp1WoHzQI6s4aq71mB/LyVuAOsV4NYzykO0TOJum2wurDGMDz8ggn+sVLFnQvrbKNA5miTGX3tNCxtOwPESKV9HuOn'
    'h+TCyYpPArA3f8klrey3qcToRbNSRxkNVaSNT6ElRs49AYxmOO0jA3yRD3+z5jSPhPusv/lAtm4qrdT5MK4J4JEF1p5Ja3BTI7Iq76cqc/iY3lapJmt14C2KGBbYAfpR+9fUfc7sE3fr'
    'wNECbxnP5ASR+XvL3iuG6itZYNR6qE2r3zKi99smF055Btm5G2PZ3Dbnz9AK93dqZDA3IlGvlfkocihubnFrtsAh97IPMLEqZdy+s0rx7kXfCzPysnvHBZZu6mkU74n03gqcYtSr8N6l'
    'v/j2k7R3ZYnfX+m7cH3LiO7v7WbeZ4WJL1pjycNaaybWA8J4WKtK7Fvg5K3f+ob+9rpOSV4kASQlgKTET5IkSZIkSZIk6aUqFxf4LO7q8gD/WgJISgBJCSApASQlgKQEkJQAkhJAUgJI'
    'SgBJCSApASQlgKQEkJQAkhJAUgJISgBJCSApASQlgKRmgEsTsHg8cN1ZjnNYngocYnkm1Qm1BbiOYUCOp66Ejov/JJlPAjhrtMUyx6o3l3eF5wz1fNoAROxg9eXq1HG0Xmg7qBeczNLS'
    '9TT1UjsHS9bOlSWOX134PwG4tDFVq9P2qnAtqB0tK7e6tavmm+10urS0+mD3trZ9ddn/CGAzJazlLNUQK6V2tP5p1tdGey2L22ytKZd2yZN2UPUc/Brq54GrArQdd7GKph81YzSaS2pf'
    'WiqzuqV5f0nnLFO7dg1+9wAi0IQFwkwpXLpbYEkWWAdktktueeiZ4mHH6FQ6Amiouq3suHBrVwLg6MKwpCvMJbswIpsr6F4r3Ms9NiLVIBPAoQ4cjbMMFjg3IlcF6C4clVx0Y6xSa5TW'
    'Lkp29GSF1uPJAIduzGVd2LXbad5N8jNdxAD1MIGVAJISQFICSEoASQkgKQEkJYCkBJCUAJISQFICSGofIA6OsHv9ozUDtAdVETKzZ/ARdLdnXojnU8PDqSO8l8S+9zywRuY8ahZHNT4E'
    'eETNYpfAEKKE4zW+2NteJNa+D9D26hbjeSfXNv1kEHS77DGBzbY/1r9oXDjCFRExt6MMsEfWPRXCYDtARNTT0qVjN9Cz69gCc7So9BiJuTA80IQIQuXPwP8cbUs22jNrF+BIbgmAvb0w'
    'gMkCU5BoaUG5MQq3iYpetQ7EkpHFpruw7Tck6ZcdZd8CMW0/yQKxBZhDniuSZK498DYDvOfCV7dAb4X9KP1qobUjSBVmBZNvGBuPTSNyVYB7/cCy6QfCf33VIuY7/cCj7kvUmxd2Yf/u'
    '0c5M30SW/DMOO52ygPUMNx1o71gjpTu5fvww4ZLfy34gPY0hJYCkBJCUAJISQFICSEoASQkgKQEkJYCkBJCUAJL6PYAf+nRhAxDDs6z7Ggd/pCGu+f6Lg90A3DwfvaMh5o4YiYRM8BJP'
    '/Y51MFLJfrwxXMN0JgWf0nP/8WnzRcLnxzoaK2fRXx+XXqYRW5EWiMjTNqDyYQCRLM99s482HMYMRto2eLX/VMH3MOV4WU0Ae1Dcf7QRljeNVs2jrpdtI7IMOV5ZexYIeBjYBpoPPzAY'
    'AsdAd1xrRNqsKSnHazfDB3UgcgQXiw9I3wIcY/F5xPaVor/fANgC5AZlcOHwayOH4jXfiLKiK58I0PpxPsvBMIOJ/5/S7lhg5PfqIv5ngPAJN8y+Fm8sljR/Tqdjabc/IvT8Xl3Ev9U3'
    'vwtfHcf3JYCkBJCUngeSEkBSAkhKAEkJICkBJCWApASQlACSEkBSAkhKAEkJICkBJCWApASQlACSEkBSAkhKAEkJICkBJCWApASQlACSEkBSAkhKAEkJICkBJCWApASQlACSEkBSAkhK'
    'AEkJICkBJCWApASQ1BYgNvuvHPD79oON99dYv7N6CH51GoRHI5/ef2TUFmCdaOLR6iGPDOPZYeqPxrOfEaD99fk7NquH4PEg4KeN9HoWmJceMBh9QYE8c/5kOIPjp9lOMMySki75dCqx'
    'DAnyWZtx5XwA0+IXq//G6iG7y6/EbWkFdYT5pllSbBqVkpdaR1xb+mvaZCvDve+rg0knYvUQmOXY8g052XBbXqshzd8zrGqwpolJLGAujH5oyX26hhMCzGP3zQIbmrR+zTFATCtnIKYI'
    'MDsevHU7U1Re+uHEdWDJq4fAzC9c2IubASJZoE/sERMdIYBgdOHk5RjWzDghwGdWD4m5ybylRvEVlsZlWlI7YUA8IexiT5dvx2ldOPUDazewlfNw9RCH3AEj/K+DHdZXc8tDmRqRtuCS'
    'X4325r318JtIrB4Sy4Jse7+p1rdeimeH6BpFArswdGPgZ/3c6QD+N739l9wnpacxpASQlACSEkBSAkhKAEkJICkBJCWApASQlACSEkBSAkhKAEkJICkBJCWApASQlACS+gdLNZTR5W4V'
    'ZAAAAABJRU5ErkJggg==', 'base64'),
   'accepted', 'clinic', 1, interval '10 minutes', 4, interval '2 hours', null),
  ('660e8400-e29b-41d4-a716-446655440004', '0d000001-0000-4000-8000-000000000012', 1, 'chart_notes', 'Chart notes, four weeks', 'chart-notes.pdf', 'application/pdf',
   pg_temp.demo_pdf('DEMO - not a real patient', 'Chart notes, weeks 1 to 4', 'Week 1: 2.4 x 3.9 cm, offloading begun', 'Week 4: 2.0 x 3.5 cm, no further healing'),
   'accepted', 'clinic', 1, interval '11 minutes', 4, interval '3 hours', null),
  ('6db5f169-2541-4515-9156-8cd432d8f0e4', '0d000001-0000-4000-8000-000000000013', 1, 'face_sheet', 'Face sheet', 'face-sheet.pdf', 'application/pdf',
   pg_temp.demo_pdf('DEMO - not a real patient', 'Face sheet', 'Alma Testpatient, born March 12, 1948', 'Sample Mutual PPO, DEMO-100001'),
   'received', 'clinic', 1, interval '6 minutes', null, null, null),
  ('0d7e0001-0000-4000-8000-000000000004', '0d000001-0000-4000-8000-000000000014', 1, 'chart_notes', 'Chart notes', 'notes.pdf', 'application/pdf',
   pg_temp.demo_pdf('DEMO - not a real patient', 'Chart notes, week 1'),
   'rejected', 'clinic', 1, interval '8 minutes', 4, interval '2 hours', 'Only the first of four weeks is there.'),
  ('0d7e0001-0000-4000-8000-000000000004', '0d000001-0000-4000-8000-000000000014', 2, 'chart_notes', 'Chart notes', 'notes-complete.pdf', 'application/pdf',
   pg_temp.demo_pdf('DEMO - not a real patient', 'Chart notes, weeks 1 to 4', 'Third application on May 12'),
   'received', 'clinic', 1, interval '4 hours', null, null, null),
  ('0d7e0001-0000-4000-8000-000000000006', '0d000001-0000-4000-8000-000000000015', 1, 'letter', 'Letter of medical necessity', 'letter.txt', 'text/plain',
   convert_to(E'DEMO - not a real patient\n\nThis patient needs the product because the wound has not closed in six weeks.\n', 'UTF8'),
   'received', 'clinic', 1, interval '12 minutes', null, null, null);

insert into ivr.document_files (org_id, id, state, size, chunks, sha256, chunks_sha256, created_by, created_at, stored_at)
select r.org_id, md5('file' || d.document || d.n)::uuid, 'stored', length(d.data), 1, sha256(d.data), sha256(sha256(d.data)),
       ('0a000000-0000-4000-8000-' || lpad(d.added_by::text, 12, '0'))::uuid, r.created_at + d.added, r.created_at + d.added
  from demo_document d join ivr.ivr_requests r on r.id = d.request;
insert into ivr.document_chunks (org_id, file_id, seq, at, sha256, data)
select f.org_id, f.id, 0, f.created_at, f.sha256, d.data
  from demo_document d join ivr.document_files f on f.id = md5('file' || d.document || d.n)::uuid;
insert into ivr.document_quotas (org_id, used_bytes)
select f.org_id, sum(f.size) from ivr.document_files f group by f.org_id;
insert into ivr.ivr_documents (org_id, id, request_id, type, title, status, version, created_by, created_at, changed_at)
select r.org_id, d.document, r.id, d.type, d.title, d.status, d.n + (d.n > 1 or d.decided is not null)::integer,
       ('0a000000-0000-4000-8000-' || lpad(d.added_by::text, 12, '0'))::uuid,
       r.created_at + (select min(x.added) from demo_document x where x.document = d.document), r.created_at + coalesce(d.decided, d.added)
  from demo_document d join ivr.ivr_requests r on r.id = d.request
 where d.n = (select max(x.n) from demo_document x where x.document = d.document);
insert into ivr.ivr_document_versions (org_id, document_id, n, file_id, name, content_type, status, added_by, added_side, added_at, decided_by, decided_at, reason)
select r.org_id, d.document, d.n, md5('file' || d.document || d.n)::uuid, d.name, d.content_type, d.status,
       ('0a000000-0000-4000-8000-' || lpad(d.added_by::text, 12, '0'))::uuid, d.side, r.created_at + d.added,
       ('0a000000-0000-4000-8000-' || lpad(d.decided_by::text, 12, '0'))::uuid, r.created_at + d.decided, d.reason
  from demo_document d join ivr.ivr_requests r on r.id = d.request;
-- The clinic answers, and its notes stand in the answer.
insert into ivr.ivr_message_documents (org_id, message_id, document_id, position)
select m.org_id, m.id, '0d000001-0000-4000-8000-000000000014', 1
  from ivr.ivr_communication_messages m where m.id = '20000000-0000-4000-8000-000000000009';
-- A fictional maker asks for more than others.
insert into ivr.document_requirements (id, type, product_id, need, why)
select md5('requirement' || p.id)::uuid, 'operative_note', p.id, 'required', 'The maker of Mockmatrix asks for the operative note.'
  from ivr.products p where p.hcpcs = 'A2005';
