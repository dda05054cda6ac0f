-- SPDX-License-Identifier: GPL-3.0-or-later
-- What everybody may read: payers, products, statuses and the one transition table.

set local role ivr_owner;

create table ivr.payers (
  id uuid primary key,
  name text not null unique check (length(name) between 1 and 200),
  kind text not null check (kind in ('medicare', 'medicare_advantage', 'medicaid', 'commercial', 'workers_comp', 'tricare', 'other')),
  edi_id text,
  phone text check (phone ~ '^[0-9]{10}$'),
  is_active boolean not null default true
);
comment on table ivr.payers is 'Insurers that can be asked.';
comment on column ivr.payers.id is 'Identity.';
comment on column ivr.payers.name is 'Name as on the card.';
comment on column ivr.payers.kind is 'Kind of plan: medicare, medicare_advantage, medicaid, commercial, workers_comp, tricare or other.';
comment on column ivr.payers.edi_id is 'Identifier of the payer in electronic transactions.';
comment on column ivr.payers.phone is 'Telephone of the payer''s provider line, ten digits.';
comment on column ivr.payers.is_active is 'False: kept for old requests, not offered for new ones.';

create table ivr.products (
  id uuid primary key,
  hcpcs text not null check (hcpcs ~ '^[A-V][0-9]{4}$'),
  name text not null check (length(name) between 1 and 200),
  manufacturer text not null,
  effective_from date not null,
  effective_to date,
  check (effective_to is null or effective_to > effective_from)
);
create index products_hcpcs on ivr.products (hcpcs);
comment on table ivr.products is 'Wound-care products, date-effective: a retired code stays readable.';
comment on column ivr.products.id is 'Identity.';
comment on column ivr.products.hcpcs is 'HCPCS code that is billed.';
comment on column ivr.products.name is 'Name of the product.';
comment on column ivr.products.manufacturer is 'Who makes it.';
comment on column ivr.products.effective_from is 'First day on which the code may be used.';
comment on column ivr.products.effective_to is 'First day on which it may no longer be used; empty while it is valid.';

create table ivr.product_sizes (
  id uuid primary key,
  product_id uuid not null references ivr.products (id),
  label text not null check (length(label) between 1 and 60),
  area_hundredths integer not null check (area_hundredths between 1 and 1000000),
  unique (product_id, label)
);
comment on table ivr.product_sizes is 'Sizes in which a product is sold.';
comment on column ivr.product_sizes.id is 'Identity.';
comment on column ivr.product_sizes.product_id is 'The product.';
comment on column ivr.product_sizes.label is 'Size as printed on the box, for example 4 x 4 cm.';
comment on column ivr.product_sizes.area_hundredths is 'Area of one piece in hundredths of a square centimetre.';

create table ivr.ivr_statuses (
  status text primary key,
  label text not null,
  turn text not null check (turn in ('clinic', 'queue', 'specialist', 'payer', 'lead', 'distributor', 'logistics', 'nobody')),
  clock text not null check (clock in ('off', 'runs', 'paused', 'payer', 'stopped')),
  icon text not null,
  tint text not null check (tint in ('neutral', 'accent', 'success', 'warning', 'error')),
  position smallint not null unique,
  meaning text not null
);
comment on table ivr.ivr_statuses is 'Statuses of a request: whose turn it is and what its clock does.';
comment on column ivr.ivr_statuses.status is 'Identifier of the status.';
comment on column ivr.ivr_statuses.label is 'Its name in words.';
comment on column ivr.ivr_statuses.turn is 'Who has the ball: clinic, queue, specialist, payer, lead, distributor, logistics or nobody.';
comment on column ivr.ivr_statuses.clock is 'What the clock does: off, runs, paused, payer (the payer''s own clock) or stopped.';
comment on column ivr.ivr_statuses.icon is 'Name of the symbolic icon that is shown beside the label.';
comment on column ivr.ivr_statuses.tint is 'Tint of the chip; never the only sign.';
comment on column ivr.ivr_statuses.position is 'Order in lists.';
comment on column ivr.ivr_statuses.meaning is 'What the status means for the patient''s request, in one sentence.';

create table ivr.ivr_transitions (
  from_status text not null references ivr.ivr_statuses (status),
  to_status text not null references ivr.ivr_statuses (status),
  role text not null references ivr.roles (role),
  action text not null,
  label text not null,
  needs text[] not null default '{}'
    check (needs <@ array['complete', 'attestation', 'reason', 'reason_code', 'due_date', 'reference',
                          'response', 'assignee', 'author', 'not_submitter', 'own', 'approval']),
  style text not null default 'plain' check (style in ('suggested', 'plain', 'destructive')),
  position smallint not null,
  primary key (from_status, to_status, role)
);
create index ivr_transitions_to on ivr.ivr_transitions (to_status);
create index ivr_transitions_role on ivr.ivr_transitions (role);
comment on table ivr.ivr_transitions is 'The one transition table: SQL enforces it, the desk shows buttons by it, the tests walk it.';
comment on column ivr.ivr_transitions.from_status is 'Status before.';
comment on column ivr.ivr_transitions.to_status is 'Status after.';
comment on column ivr.ivr_transitions.role is 'Role that may take the step.';
comment on column ivr.ivr_transitions.action is 'Identifier of the step, for example approve.';
comment on column ivr.ivr_transitions.label is 'What the button says.';
comment on column ivr.ivr_transitions.needs is 'What must be there: a complete form, the attestation, a reason, a reason code, a due date, a reference, a response, an assignee; who may: the author, not the one who submitted, the assignee (own); a valid approval.';
comment on column ivr.ivr_transitions.style is 'How the button is drawn: suggested, plain or destructive.';
comment on column ivr.ivr_transitions.position is 'Order among the buttons of a status.';

create table ivr.ivr_reasons (
  code text primary key,
  action text not null,
  label text not null,
  position smallint not null
);
comment on table ivr.ivr_reasons is 'Reason codes that a decision can carry.';
comment on column ivr.ivr_reasons.code is 'The code.';
comment on column ivr.ivr_reasons.action is 'The step for which it is offered.';
comment on column ivr.ivr_reasons.label is 'The reason in words.';
comment on column ivr.ivr_reasons.position is 'Order in the list.';

do $$
declare
  t text;
begin
  foreach t in array array['payers', 'products', 'product_sizes', 'ivr_statuses', 'ivr_transitions', 'ivr_reasons'] loop
    execute format('alter table ivr.%I enable row level security', t);
    execute format('alter table ivr.%I force row level security', t);
    execute format('create policy %I on ivr.%I for select to ivr_exec, ivr_owner using (true)', t || '_read', t);
    execute format('grant select on ivr.%I to ivr_exec', t);
  end loop;
end
$$;

reset role;

insert into ivr.ivr_statuses (status, label, turn, clock, icon, tint, position, meaning) values
  ('draft', 'Draft', 'clinic', 'off', 'document-edit-symbolic', 'neutral', 1, 'The clinic is still filling in the request; nobody else sees it.'),
  ('submitted', 'Submitted', 'queue', 'runs', 'mail-unread-symbolic', 'accent', 2, 'The request waits for a specialist to take it.'),
  ('in_review', 'In review', 'specialist', 'runs', 'system-search-symbolic', 'accent', 3, 'A specialist is checking the benefits.'),
  ('info_needed', 'Information needed', 'clinic', 'paused', 'dialog-question-symbolic', 'warning', 4, 'The clinic has to answer or to send papers; the clock is paused.'),
  ('with_payer', 'With payer', 'payer', 'payer', 'call-start-symbolic', 'neutral', 5, 'The payer decides about a prior authorization.'),
  ('escalated', 'Escalated', 'lead', 'runs', 'dialog-warning-symbolic', 'warning', 6, 'A lead decides how to go on.'),
  ('approved', 'Approved', 'clinic', 'stopped', 'object-select-symbolic', 'success', 7, 'The plan covers the product; the clinic may order.'),
  ('approved_limited', 'Approved with limits', 'clinic', 'stopped', 'object-select-symbolic', 'success', 8, 'The plan covers the product within the limits in the response.'),
  ('rejected', 'Rejected', 'clinic', 'stopped', 'process-stop-symbolic', 'error', 9, 'The plan does not cover it; the clinic may appeal or close.'),
  ('ordered', 'Ordered', 'distributor', 'stopped', 'emblem-documents-symbolic', 'accent', 10, 'The product has been ordered.'),
  ('shipped', 'Shipped', 'logistics', 'stopped', 'send-to-symbolic', 'accent', 11, 'The product is on its way.'),
  ('received', 'Received', 'nobody', 'stopped', 'emblem-ok-symbolic', 'success', 12, 'The clinic has confirmed receipt.'),
  ('cancelled', 'Cancelled', 'nobody', 'stopped', 'edit-clear-symbolic', 'neutral', 13, 'The order was cancelled before it was shipped.'),
  ('reverify', 'To re-verify', 'specialist', 'runs', 'view-refresh-symbolic', 'accent', 14, 'Benefits have to be checked again: new year, new plan or next application.'),
  ('withdrawn', 'Withdrawn', 'nobody', 'stopped', 'edit-undo-symbolic', 'neutral', 15, 'The clinic has taken the request back.'),
  ('expired', 'Expired', 'nobody', 'stopped', 'appointment-missed-symbolic', 'neutral', 16, 'No answer came in time.'),
  ('closed', 'Closed', 'nobody', 'stopped', 'changes-prevent-symbolic', 'neutral', 17, 'Nothing more is to be done.'),
  ('discarded', 'Discarded', 'nobody', 'stopped', 'user-trash-symbolic', 'neutral', 18, 'The draft was thrown away by its author.');

insert into ivr.ivr_transitions (from_status, to_status, role, action, label, needs, style, position)
select f, t, r, action, label, needs, style, position
  from (values
  ('draft', 'submitted', array['clinic_staff', 'provider'], 'submit', 'Submit', array['complete', 'attestation'], 'suggested', 1),
  ('draft', 'discarded', array['clinic_staff', 'provider'], 'discard', 'Discard draft', array['author'], 'destructive', 9),
  ('submitted', 'in_review', array['specialist'], 'take', 'Take request', '{}', 'suggested', 1),
  ('submitted', 'in_review', array['lead'], 'assign', 'Assign', array['assignee'], 'suggested', 1),
  ('submitted', 'withdrawn', array['clinic_staff', 'provider'], 'withdraw', 'Withdraw', array['reason'], 'destructive', 9),
  ('in_review', 'approved', array['specialist', 'lead'], 'approve', 'Approve', array['own', 'response', 'not_submitter'], 'suggested', 1),
  ('in_review', 'approved_limited', array['specialist', 'lead'], 'approve_limited', 'Approve with limits', array['own', 'response', 'reason', 'not_submitter'], 'plain', 2),
  ('in_review', 'info_needed', array['specialist', 'lead'], 'send_back', 'Send back', array['own', 'reason', 'due_date'], 'plain', 3),
  ('in_review', 'with_payer', array['specialist', 'lead'], 'to_payer', 'Waiting for payer', array['own', 'reference'], 'plain', 4),
  ('in_review', 'escalated', array['specialist'], 'escalate', 'Escalate', array['own', 'reason'], 'plain', 5),
  ('in_review', 'rejected', array['specialist', 'lead'], 'reject', 'Reject', array['own', 'reason', 'reason_code', 'not_submitter'], 'destructive', 6),
  ('in_review', 'submitted', array['specialist', 'lead'], 'release', 'Give back to queue', array['own', 'reason'], 'plain', 7),
  ('info_needed', 'in_review', array['clinic_staff', 'provider'], 'answer', 'Answered, send back', '{}', 'suggested', 1),
  ('info_needed', 'withdrawn', array['clinic_staff', 'provider'], 'withdraw', 'Withdraw', array['reason'], 'destructive', 9),
  ('info_needed', 'expired', array['lead'], 'expire', 'Close as expired', array['reason'], 'destructive', 9),
  ('with_payer', 'in_review', array['specialist', 'lead'], 'payer_answered', 'Payer answered', array['own'], 'suggested', 1),
  ('with_payer', 'approved', array['specialist', 'lead'], 'approve', 'Approve', array['own', 'response', 'not_submitter'], 'plain', 2),
  ('with_payer', 'rejected', array['specialist', 'lead'], 'reject', 'Reject', array['own', 'reason', 'reason_code', 'not_submitter'], 'destructive', 6),
  ('escalated', 'in_review', array['lead'], 'return', 'Return to specialist', array['reason'], 'plain', 2),
  ('escalated', 'approved', array['lead'], 'approve', 'Approve', array['response', 'not_submitter'], 'suggested', 1),
  ('escalated', 'rejected', array['lead'], 'reject', 'Reject', array['reason', 'reason_code', 'not_submitter'], 'destructive', 6),
  ('approved', 'ordered', array['clinic_staff', 'provider'], 'order', 'Order product', array['approval'], 'suggested', 1),
  ('approved', 'reverify', array['clinic_staff', 'provider', 'specialist', 'lead'], 'reverify', 'Verify again', array['reason'], 'plain', 2),
  ('approved_limited', 'ordered', array['clinic_staff', 'provider'], 'order', 'Order product', array['approval'], 'suggested', 1),
  ('approved_limited', 'reverify', array['clinic_staff', 'provider', 'specialist', 'lead'], 'reverify', 'Verify again', array['reason'], 'plain', 2),
  ('rejected', 'in_review', array['clinic_staff', 'provider'], 'appeal', 'Appeal', array['reason'], 'plain', 1),
  ('rejected', 'closed', array['clinic_staff', 'provider'], 'close', 'Close', '{}', 'plain', 2),
  ('ordered', 'shipped', array['logistics'], 'ship', 'Ship', array['approval', 'reference'], 'suggested', 1),
  ('ordered', 'cancelled', array['clinic_staff', 'provider'], 'cancel', 'Cancel order', array['reason'], 'destructive', 9),
  ('shipped', 'received', array['clinic_staff', 'provider'], 'receive', 'Confirm receipt', '{}', 'suggested', 1),
  ('reverify', 'approved', array['specialist', 'lead'], 'approve', 'Approve', array['own', 'response', 'not_submitter'], 'suggested', 1),
  ('reverify', 'approved_limited', array['specialist', 'lead'], 'approve_limited', 'Approve with limits', array['own', 'response', 'reason', 'not_submitter'], 'plain', 2),
  ('reverify', 'info_needed', array['specialist', 'lead'], 'send_back', 'Send back', array['own', 'reason', 'due_date'], 'plain', 3),
  ('reverify', 'with_payer', array['specialist', 'lead'], 'to_payer', 'Waiting for payer', array['own', 'reference'], 'plain', 4),
  ('reverify', 'escalated', array['specialist'], 'escalate', 'Escalate', array['own', 'reason'], 'plain', 5),
  ('reverify', 'rejected', array['specialist', 'lead'], 'reject', 'Reject', array['own', 'reason', 'reason_code', 'not_submitter'], 'destructive', 6),
  ('withdrawn', 'in_review', array['lead'], 'reopen', 'Reopen', array['reason', 'assignee'], 'plain', 1),
  ('expired', 'in_review', array['lead'], 'reopen', 'Reopen', array['reason', 'assignee'], 'plain', 1),
  ('closed', 'in_review', array['lead'], 'reopen', 'Reopen', array['reason', 'assignee'], 'plain', 1)
  ) v (f, t, rs, action, label, needs, style, position), unnest(rs) r;

insert into ivr.ivr_reasons (code, action, label, position) values
  ('not_covered', 'reject', 'Product or procedure is not covered by the plan', 1),
  ('inactive', 'reject', 'Coverage is not active on the service date', 2),
  ('part_a_stay', 'reject', 'Patient is in a Part A stay; Part B cannot be billed', 3),
  ('hospice', 'reject', 'Patient is in hospice care', 4),
  ('criteria', 'reject', 'Medical criteria of the policy are not met', 5),
  ('auth_denied', 'reject', 'Prior authorization was denied', 6),
  ('out_of_network', 'reject', 'Out of network, no out-of-network benefits', 7),
  ('unable', 'reject', 'Coverage could not be verified', 8),
  ('other', 'reject', 'Other, see the text', 9);

insert into ivr.table_catalogue
select 'ivr', t, f from (values
  ('payers', 'catalogues'), ('products', 'catalogues'), ('product_sizes', 'catalogues'),
  ('ivr_statuses', 'workflow'), ('ivr_transitions', 'workflow'), ('ivr_reasons', 'workflow')) v (t, f);
