-- SPDX-License-Identifier: GPL-3.0-or-later
-- What was done with a request: its history, reviews, approvals, escalations, its papers.

set local role ivr_owner;

create table ivr.ivr_status_history (
  org_id uuid not null,
  id uuid not null default gen_random_uuid(),
  request_id uuid not null,
  version bigint not null,
  from_status text references ivr.ivr_statuses (status),
  to_status text not null references ivr.ivr_statuses (status),
  action text not null,
  actor_id uuid not null references ivr.users (id),
  reason_code text references ivr.ivr_reasons (code),
  reason text check (length(reason) <= 4000),
  details jsonb not null default '{}',
  at timestamptz not null default clock_timestamp(),
  primary key (org_id, id),
  unique (org_id, request_id, version),
  foreign key (org_id, request_id) references ivr.ivr_requests (org_id, id)
);
create index ivr_status_history_actor on ivr.ivr_status_history (actor_id);
create index ivr_status_history_reason on ivr.ivr_status_history (reason_code);
create index ivr_status_history_from on ivr.ivr_status_history (from_status);
create index ivr_status_history_to on ivr.ivr_status_history (to_status);
comment on table ivr.ivr_status_history is 'Every step of every request: who, when, why.';
comment on column ivr.ivr_status_history.org_id is 'The clinic of the request.';
comment on column ivr.ivr_status_history.id is 'Identity of the row.';
comment on column ivr.ivr_status_history.request_id is 'The request.';
comment on column ivr.ivr_status_history.version is 'Version of the request after the step.';
comment on column ivr.ivr_status_history.from_status is 'Status before; empty when the request was created.';
comment on column ivr.ivr_status_history.to_status is 'Status after.';
comment on column ivr.ivr_status_history.action is 'The step, as in ivr_transitions, or create.';
comment on column ivr.ivr_status_history.actor_id is 'Who took it.';
comment on column ivr.ivr_status_history.reason_code is 'Reason code, where the step needs one.';
comment on column ivr.ivr_status_history.reason is 'Reason in words.';
comment on column ivr.ivr_status_history.details is 'What else was said: due date, reference, papers asked for.';
comment on column ivr.ivr_status_history.at is 'When.';

create table ivr.ivr_reviews (
  org_id uuid not null,
  id uuid not null default gen_random_uuid(),
  request_id uuid not null,
  reviewer_id uuid not null references ivr.users (id),
  started_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  outcome text references ivr.ivr_statuses (status),
  primary key (org_id, id),
  foreign key (org_id, request_id) references ivr.ivr_requests (org_id, id),
  check ((ended_at is null) = (outcome is null))
);
create unique index ivr_reviews_open on ivr.ivr_reviews (org_id, request_id) where ended_at is null;
create index ivr_reviews_request on ivr.ivr_reviews (org_id, request_id, started_at);
create index ivr_reviews_reviewer on ivr.ivr_reviews (reviewer_id);
create index ivr_reviews_outcome on ivr.ivr_reviews (outcome);
comment on table ivr.ivr_reviews is 'Who had a request in review, from when until when, and how it left the review.';
comment on column ivr.ivr_reviews.org_id is 'The clinic of the request.';
comment on column ivr.ivr_reviews.id is 'Identity of the row.';
comment on column ivr.ivr_reviews.request_id is 'The request.';
comment on column ivr.ivr_reviews.reviewer_id is 'The specialist or lead.';
comment on column ivr.ivr_reviews.started_at is 'When the review began.';
comment on column ivr.ivr_reviews.ended_at is 'When it ended; empty while it lasts.';
comment on column ivr.ivr_reviews.outcome is 'Status with which it ended.';

create table ivr.ivr_approvals (
  org_id uuid not null,
  id uuid not null default gen_random_uuid(),
  request_id uuid not null,
  approver_id uuid not null references ivr.users (id),
  limited boolean not null,
  limits text,
  response text not null,
  valid_until date not null,
  revoked_at timestamptz,
  at timestamptz not null default clock_timestamp(),
  primary key (org_id, id),
  foreign key (org_id, request_id) references ivr.ivr_requests (org_id, id),
  check (not limited or limits is not null)
);
create index ivr_approvals_request on ivr.ivr_approvals (org_id, request_id, at);
create index ivr_approvals_approver on ivr.ivr_approvals (approver_id);
comment on table ivr.ivr_approvals is 'Approvals: nothing is ordered without one that holds.';
comment on column ivr.ivr_approvals.org_id is 'The clinic of the request.';
comment on column ivr.ivr_approvals.id is 'Identity of the row.';
comment on column ivr.ivr_approvals.request_id is 'The request.';
comment on column ivr.ivr_approvals.approver_id is 'Who approved.';
comment on column ivr.ivr_approvals.limited is 'Whether it was approved with limits.';
comment on column ivr.ivr_approvals.limits is 'The limits in words.';
comment on column ivr.ivr_approvals.response is 'The response as it was when approved.';
comment on column ivr.ivr_approvals.valid_until is 'Last day on which it holds.';
comment on column ivr.ivr_approvals.revoked_at is 'When it ceased to hold because the request went back into review.';
comment on column ivr.ivr_approvals.at is 'When.';

create table ivr.ivr_escalations (
  org_id uuid not null,
  id uuid not null default gen_random_uuid(),
  request_id uuid not null,
  raised_by uuid not null references ivr.users (id),
  reason text not null check (length(reason) between 1 and 4000),
  raised_at timestamptz not null default clock_timestamp(),
  resolved_by uuid references ivr.users (id),
  resolved_at timestamptz,
  resolution text references ivr.ivr_statuses (status),
  primary key (org_id, id),
  foreign key (org_id, request_id) references ivr.ivr_requests (org_id, id),
  check ((resolved_at is null) = (resolved_by is null))
);
create unique index ivr_escalations_open on ivr.ivr_escalations (org_id, request_id) where resolved_at is null;
create index ivr_escalations_request on ivr.ivr_escalations (org_id, request_id, raised_at);
create index ivr_escalations_raised_by on ivr.ivr_escalations (raised_by);
create index ivr_escalations_resolved_by on ivr.ivr_escalations (resolved_by);
create index ivr_escalations_resolution on ivr.ivr_escalations (resolution);
comment on table ivr.ivr_escalations is 'Requests that a specialist handed to a lead, and what came of it.';
comment on column ivr.ivr_escalations.org_id is 'The clinic of the request.';
comment on column ivr.ivr_escalations.id is 'Identity of the row.';
comment on column ivr.ivr_escalations.request_id is 'The request.';
comment on column ivr.ivr_escalations.raised_by is 'Who escalated.';
comment on column ivr.ivr_escalations.reason is 'Why.';
comment on column ivr.ivr_escalations.raised_at is 'When.';
comment on column ivr.ivr_escalations.resolved_by is 'The lead who decided.';
comment on column ivr.ivr_escalations.resolved_at is 'When.';
comment on column ivr.ivr_escalations.resolution is 'Status with which the escalation ended.';

create table ivr.ivr_documents (
  org_id uuid not null,
  id uuid not null,
  request_id uuid not null,
  kind text not null check (kind in ('insurance_card_front', 'insurance_card_back', 'face_sheet', 'chart_notes',
    'wound_photo', 'letter', 'order', 'other')),
  title text not null check (length(title) between 1 and 255),
  status text not null default 'asked' check (status in ('asked', 'received', 'accepted', 'rejected')),
  asked_by uuid references ivr.users (id),
  due_on date,
  note text check (length(note) <= 1000),
  created_at timestamptz not null default clock_timestamp(),
  primary key (org_id, id),
  foreign key (org_id, request_id) references ivr.ivr_requests (org_id, id)
);
create index ivr_documents_request on ivr.ivr_documents (org_id, request_id);
create index ivr_documents_asked_by on ivr.ivr_documents (asked_by);
comment on table ivr.ivr_documents is 'Papers that a request needs: asked for, received, accepted or rejected.';
comment on column ivr.ivr_documents.org_id is 'The clinic of the request.';
comment on column ivr.ivr_documents.id is 'Identity within the clinic.';
comment on column ivr.ivr_documents.request_id is 'The request.';
comment on column ivr.ivr_documents.kind is 'What it is.';
comment on column ivr.ivr_documents.title is 'Its name as people see it.';
comment on column ivr.ivr_documents.status is 'asked, received, accepted or rejected.';
comment on column ivr.ivr_documents.asked_by is 'Who asked for it; empty when the clinic brought it by itself.';
comment on column ivr.ivr_documents.due_on is 'Until when it was asked for.';
comment on column ivr.ivr_documents.note is 'What exactly is needed, or why it was rejected.';
comment on column ivr.ivr_documents.created_at is 'When the row was made.';

do $$
declare
  t text;
begin
  foreach t in array array['ivr_status_history', 'ivr_reviews', 'ivr_approvals', 'ivr_escalations', 'ivr_documents'] loop
    execute format('alter table ivr.%I enable row level security', t);
    execute format('alter table ivr.%I force row level security', t);
    execute format($p$create policy %I on ivr.%I for select to ivr_exec
      using (org_id = any ((select ivr.my_phi_orgs())::uuid[]))$p$, t || '_read', t);
    execute format($p$create policy %I on ivr.%I for insert to ivr_exec
      with check (org_id = any ((select ivr.my_phi_orgs())::uuid[]))$p$, t || '_add', t);
    execute format('grant select, insert on ivr.%I to ivr_exec', t);
  end loop;
  foreach t in array array['ivr_reviews', 'ivr_approvals', 'ivr_escalations'] loop
    execute format($p$create policy %I on ivr.%I for update to ivr_exec
      using (org_id = any ((select ivr.my_phi_orgs())::uuid[]))$p$, t || '_change', t);
    execute format('grant update on ivr.%I to ivr_exec', t);
  end loop;
end
$$;

reset role;

insert into ivr.table_catalogue values
  ('ivr', 'ivr_status_history', 'workflow'), ('ivr', 'ivr_reviews', 'workflow'), ('ivr', 'ivr_approvals', 'workflow'),
  ('ivr', 'ivr_escalations', 'workflow'), ('ivr', 'ivr_documents', 'papers');
