-- SPDX-License-Identifier: GPL-3.0-or-later
-- A few requests for a look; patients are masked to initials.
-- Outputs: request_id, request_no, status, service, patient, messages, created_at
select r.id as request_id, r.request_no, r.status, r.service,
       coalesce(left(p.first_name, 1) || '… ' || left(p.last_name, 1) || '…', '–') as patient,
       (select count(*) from ivr.ivr_communication_messages m where m.org_id = r.org_id and m.request_id = r.id) as messages,
       to_char(r.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as created_at
  from ivr.ivr_requests r left join ivr.patients p on p.org_id = r.org_id and p.id = r.patient_id
 order by r.created_at desc, r.id limit 5;
