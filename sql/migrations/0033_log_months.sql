-- SPDX-License-Identifier: GPL-3.0-or-later
-- The two logs by months: what is older than the law asks for (45 CFR 164.316(b)(2)(i): six years) leaves the
-- database as a file, month by month, and nothing of the rest has to be touched for it.

set local role ivr_owner;

create table audit.archives (
  id uuid primary key default gen_random_uuid(),
  log text not null check (log in ('audit_logs', 'phi_access_logs')),
  month date not null,
  rows bigint not null check (rows >= 0),
  sha256 bytea not null check (length(sha256) = 32),
  at timestamptz not null default clock_timestamp(),
  archived_by text not null default session_user,
  unique (log, month)
);
comment on table audit.archives is 'Months of the logs that have left the database as files.';
comment on column audit.archives.id is 'Identity of the archive.';
comment on column audit.archives.log is 'Which log.';
comment on column audit.archives.month is 'First day of the month, in UTC.';
comment on column audit.archives.rows is 'How many rows.';
comment on column audit.archives.sha256 is 'SHA-256 of the file.';
comment on column audit.archives.at is 'When it left.';
comment on column audit.archives.archived_by is 'Login of who did it.';

create table audit.archive_seals (
  archive uuid not null references audit.archives (id),
  seal bigint not null references audit.seals (n),
  rows bigint not null check (rows > 0),
  primary key (archive, seal)
);
create index archive_seals_seal on audit.archive_seals (seal);
comment on table audit.archive_seals is 'How many rows of a seal are in an archive: so many may be missing, and no more.';
comment on column audit.archive_seals.archive is 'The archive.';
comment on column audit.archive_seals.seal is 'The seal.';
comment on column audit.archive_seals.rows is 'How many of its rows.';

alter table audit.archives enable row level security;
alter table audit.archives force row level security;
alter table audit.archive_seals enable row level security;
alter table audit.archive_seals force row level security;
create policy archives_owner on audit.archives for select to ivr_owner using (true);
create policy archive_seals_owner on audit.archive_seals for select to ivr_owner using (true);
create trigger archives_append_only before update or delete or truncate on audit.archives
  for each statement execute function audit.refuse_change();
create trigger archive_seals_append_only before update or delete or truncate on audit.archive_seals
  for each statement execute function audit.refuse_change();

-- The logs as they were, under other names until their rows have moved.
alter table audit.audit_logs rename to audit_logs_whole;
alter table audit.audit_logs_whole rename constraint audit_logs_pkey to audit_logs_whole_pkey;
alter sequence audit.audit_logs_id_seq rename to audit_logs_whole_id_seq;
alter index audit.audit_logs_entity rename to audit_logs_whole_entity;
alter index audit.audit_logs_xid rename to audit_logs_whole_xid;
alter table audit.phi_access_logs rename to phi_access_logs_whole;
alter table audit.phi_access_logs_whole rename constraint phi_access_logs_pkey to phi_access_logs_whole_pkey;
alter sequence audit.phi_access_logs_id_seq rename to phi_access_logs_whole_id_seq;
alter index audit.phi_access_logs_ticket rename to phi_access_logs_whole_ticket;
alter index audit.phi_access_logs_request rename to phi_access_logs_whole_request;
alter index audit.phi_access_logs_xid rename to phi_access_logs_whole_xid;

create table audit.audit_logs (
  like audit.audit_logs_whole including defaults including constraints including identity including comments,
  primary key (org_id, id, at)
) partition by range (at);
create index audit_logs_entity on audit.audit_logs (org_id, entity_id, version);
create index audit_logs_xid on audit.audit_logs (xid);
comment on table audit.audit_logs is 'What every command wrote: before and after, by whom, with which version of the desk; by months.';

create table audit.phi_access_logs (
  like audit.phi_access_logs_whole including defaults including constraints including identity including comments,
  primary key (org_id, id, at)
) partition by range (at);
create index phi_access_logs_ticket on audit.phi_access_logs (org_id, actor_login, ticket) where ticket is not null;
create index phi_access_logs_request on audit.phi_access_logs (org_id, request_id, at);
create index phi_access_logs_xid on audit.phi_access_logs (xid);
comment on table audit.phi_access_logs is 'Who has read which patient''s data, and when; by months.';

alter table audit.audit_logs enable row level security;
alter table audit.audit_logs force row level security;
alter table audit.phi_access_logs enable row level security;
alter table audit.phi_access_logs force row level security;
create policy audit_logs_read on audit.audit_logs for select to ivr_exec
  using (org_id = any ((select ivr.my_phi_orgs())::uuid[]));
create policy audit_logs_add on audit.audit_logs for insert to ivr_exec
  with check (actor_login = session_user
              and (org_id = any ((select ivr.my_orgs())::uuid[]) or org_id = any ((select ivr.my_admin_orgs())::uuid[])));
create policy audit_logs_by_hand on audit.audit_logs for insert to ivr_owner with check (action like 'by hand: %');
create policy phi_access_logs_add on audit.phi_access_logs for insert to ivr_exec
  with check (actor_login = session_user and org_id = any ((select ivr.my_orgs())::uuid[]));
create policy phi_access_logs_own on audit.phi_access_logs for select to ivr_exec
  using (actor_login = session_user and ticket is not null
         and (org_id = (select ivr.my_org()) or org_id = any ((select ivr.my_phi_orgs())::uuid[])));
grant select, insert on audit.audit_logs, audit.phi_access_logs to ivr_exec;
create trigger audit_logs_append_only before update or delete or truncate on audit.audit_logs
  for each statement execute function audit.refuse_change();
create trigger phi_access_logs_append_only before update or delete or truncate on audit.phi_access_logs
  for each statement execute function audit.refuse_change();

-- A part is reached through its log only: no right is given on it, and row-level security without a policy
-- would let nothing through.
create function audit.add_part(p_log text, p_month date) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  part text := p_log || coalesce(to_char(p_month, '_YYYY_MM'), '_rest');
begin
  if p_month is null then
    execute format('create table audit.%I partition of audit.%I default', part, p_log);
  else
    execute format('create table audit.%I partition of audit.%I for values from (%L) to (%L)', part, p_log,
                   p_month::text || ' 00:00+00', (p_month + interval '1 month')::date::text || ' 00:00+00');
  end if;
  execute format('comment on table audit.%I is %L', part, 'Rows of ' || p_log || coalesce(to_char(p_month, ' YYYY-MM'), ' of no month') || '.');
  execute format('alter table audit.%I owner to ivr_owner', part);
  execute format('alter table audit.%I enable row level security', part);
  execute format('alter table audit.%I force row level security', part);
  execute format('create trigger append_only before update or delete or truncate on audit.%I'
                 ' for each statement execute function audit.refuse_change()', part);
end
$$;
comment on function audit.add_part(text, date) is 'Makes the part of a log for a month, or the one for what is of no month.';

create function audit.add_months(p_ahead integer) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  l text;
  this date := date_trunc('month', clock_timestamp() at time zone 'UTC')::date;
  m date;
  spilt timestamptz;
begin
  foreach l in array array['audit_logs', 'phi_access_logs'] loop
    execute format('select min(at) from audit.%I', l || '_rest') into spilt;
    -- Nobody added months in time, or a clock was wrong: what fell beside them is sorted in.
    if spilt is not null then
      execute format('alter table audit.%I detach partition audit.%I', l, l || '_rest');
      execute format('alter table audit.%I rename to %I', l || '_rest', l || '_spilt');
      perform audit.add_part(l, null);
    end if;
    m := least(this, date_trunc('month', spilt at time zone 'UTC')::date);
    while m <= this + make_interval(months => p_ahead) loop
      if to_regclass(format('audit.%I', l || to_char(m, '_YYYY_MM'))) is null
         and not exists (select from audit.archives a where a.log = l and a.month = m) then
        perform audit.add_part(l, m);
      end if;
      m := (m + interval '1 month')::date;
    end loop;
    if spilt is not null then
      execute format('insert into audit.%I overriding system value select * from audit.%I', l, l || '_spilt');
      execute format('drop table audit.%I', l || '_spilt');
    end if;
  end loop;
end
$$;
comment on function audit.add_months(integer) is 'Makes the parts of both logs for so many months ahead, and sorts in what fell beside them.';

reset role;

-- As the server's superuser: the owner of the logs may not read them either.
do $$
begin
  perform audit.add_part('audit_logs', null);
  perform audit.add_part('phi_access_logs', null);
end
$$;
insert into audit.audit_logs overriding system value select * from audit.audit_logs_whole;
insert into audit.phi_access_logs overriding system value select * from audit.phi_access_logs_whole;
select setval('audit.audit_logs_id_seq', coalesce(max(id), 1), max(id) is not null) from audit.audit_logs_whole;
select setval('audit.phi_access_logs_id_seq', coalesce(max(id), 1), max(id) is not null) from audit.phi_access_logs_whole;
drop table audit.audit_logs_whole, audit.phi_access_logs_whole;
select audit.add_months(12);

insert into ivr.table_catalogue values ('audit', 'archives', 'audit'), ('audit', 'archive_seals', 'audit');
insert into ivr.compliance_checks (position, check_id, clause, title, remedy, owner, query) values
  (15, 'log_months', '164.316(b)(2)(i)', 'Every row of the logs lies in the part of its month.', 'Run ivr-admin audit seal, which makes the months ahead.', 'operator',
   $q$select x.log as subject, format('%s rows of %s lie beside the months.', x.n, x.log) as sentence
        from (select 'audit_logs' as log, count(*) as n from audit.audit_logs_rest
              union all select 'phi_access_logs', count(*) from audit.phi_access_logs_rest) x where x.n > 0$q$),
  (16, 'old_logs', '164.316(b)(2)(i)', 'The logs go back six years, and what is older is archived with proof.', 'Run ivr-admin audit archive.', 'privacy officer',
   $q$select c.relname as subject, format('%s is older than seven years and not archived.', c.relname) as sentence
        from pg_inherits i join pg_class c on c.oid = i.inhrelid
       where i.inhparent in ('audit.audit_logs'::regclass, 'audit.phi_access_logs'::regclass) and c.relname ~ '_[0-9]{4}_[0-9]{2}$'
         and to_date(right(c.relname, 7), 'YYYY_MM') < clock_timestamp() - interval '7 years'$q$);
