-- SPDX-License-Identifier: GPL-3.0-or-later
-- Seals over the two logs: every so often all rows whose transactions are over are hashed into a tree
-- (as RFC 6962 does it), the root is chained to the seal before, and the head of the chain is signed and
-- kept outside of the database. Whoever changes, removes or adds a row afterwards, seals and all, cannot
-- make the signed heads agree. Nobody's commit waits for it.

set local role ivr_owner;

create table audit.seals (
  n bigint primary key check (n > 0),
  upto xid8 not null,
  count bigint not null check (count > 0),
  root bytea not null check (length(root) = 32),
  chain bytea not null check (length(chain) = 32),
  at timestamptz not null default clock_timestamp()
);
comment on table audit.seals is 'Seals over the audit and the access log, each chained to the one before.';
comment on column audit.seals.n is 'Number of the seal: 1, 2, 3 …';
comment on column audit.seals.upto is 'The seal is over the rows of all transactions below this one that no earlier seal has.';
comment on column audit.seals.count is 'How many rows.';
comment on column audit.seals.root is 'Root of the hash tree over them.';
comment on column audit.seals.chain is 'SHA-256 over the chain before, the number, the limit, the count and the root.';
comment on column audit.seals.at is 'When it was made.';

create table audit.seal_leaves (
  seal bigint not null references audit.seals (n),
  place integer not null check (place >= 0),
  log text not null check (log in ('audit_logs', 'phi_access_logs')),
  row_org uuid not null,
  row_id bigint not null,
  hash bytea not null check (length(hash) = 32),
  primary key (seal, place)
);
comment on table audit.seal_leaves is 'Hash of each sealed row, so that a report can name the row and not only the seal.';
comment on column audit.seal_leaves.seal is 'The seal.';
comment on column audit.seal_leaves.place is 'Place among its leaves, from 0.';
comment on column audit.seal_leaves.log is 'Which log: audit_logs or phi_access_logs.';
comment on column audit.seal_leaves.row_org is 'Organization of the row.';
comment on column audit.seal_leaves.row_id is 'Number of the row within its log.';
comment on column audit.seal_leaves.hash is 'SHA-256 of a zero byte and the text of the row.';

create index audit_logs_xid on audit.audit_logs (xid);
create index phi_access_logs_xid on audit.phi_access_logs (xid);

alter table audit.seals enable row level security;
alter table audit.seals force row level security;
alter table audit.seal_leaves enable row level security;
alter table audit.seal_leaves force row level security;
create policy seals_owner on audit.seals for select to ivr_owner using (true);
create policy seal_leaves_owner on audit.seal_leaves for select to ivr_owner using (true);

create trigger seals_append_only before update or delete or truncate on audit.seals
  for each statement execute function audit.refuse_change();
create trigger seal_leaves_append_only before update or delete or truncate on audit.seal_leaves
  for each statement execute function audit.refuse_change();

-- One text of a row, the same whatever the session's settings are. A column that is added later and empty
-- in the old rows does not change it.
create function audit.sealed_text(p_row jsonb) returns text
language sql immutable set search_path = pg_catalog, pg_temp
return (select jsonb_object_agg(e.key, e.value) from jsonb_each(p_row) e where e.value <> 'null')::text;
comment on function audit.sealed_text(jsonb) is 'The text of a log row of which its seal keeps the hash.';

reset role;

insert into ivr.table_catalogue values ('audit', 'seals', 'audit'), ('audit', 'seal_leaves', 'audit');
