-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the Security Rule asks for, as far as a database can tell: rules as data, each with its clause and the
-- query that decides it, and what was found, with who looks after it. Only the server's own superuser runs
-- or changes a rule: it is a query.

set local role ivr_owner;

create table ivr.compliance_checks (
  check_id text primary key check (check_id ~ '^[a-z_]{3,40}$'),
  clause text not null,
  title text not null,
  remedy text not null,
  query text not null,
  owner text not null,
  position smallint not null unique
);
comment on table ivr.compliance_checks is 'Rules of the HIPAA Security Rule as far as the database can tell, each with the query that decides it.';
comment on column ivr.compliance_checks.check_id is 'Identifier of the rule.';
comment on column ivr.compliance_checks.clause is 'Clause of 45 CFR Part 164.';
comment on column ivr.compliance_checks.title is 'What has to hold, in one sentence.';
comment on column ivr.compliance_checks.remedy is 'What to do when it does not.';
comment on column ivr.compliance_checks.query is 'Query whose rows are the breaks: subject and sentence. Runs in a read-only transaction.';
comment on column ivr.compliance_checks.owner is 'Who looks after breaks at first: a role in words.';
comment on column ivr.compliance_checks.position is 'Order in the report.';

create table ivr.compliance_findings (
  id uuid primary key default gen_random_uuid(),
  check_id text not null references ivr.compliance_checks (check_id),
  subject text not null,
  sentence text not null,
  state text not null default 'open' check (state in ('open', 'accepted', 'resolved')),
  owner text not null,
  why text check (length(why) <= 1000),
  first_found_at timestamptz not null default clock_timestamp(),
  last_found_at timestamptz not null default clock_timestamp(),
  changed_at timestamptz not null default clock_timestamp(),
  unique (check_id, subject),
  check (state <> 'accepted' or why is not null)
);
comment on table ivr.compliance_findings is 'What the rules have found, since when, in which state, and who looks after it.';
comment on column ivr.compliance_findings.id is 'Identity of the finding.';
comment on column ivr.compliance_findings.check_id is 'The rule.';
comment on column ivr.compliance_findings.subject is 'What it is about: a login, a setting; with the rule it names the finding.';
comment on column ivr.compliance_findings.sentence is 'What was found, in one sentence without patient data.';
comment on column ivr.compliance_findings.state is 'open, accepted (with a reason) or resolved (not found any more).';
comment on column ivr.compliance_findings.owner is 'Who looks after it.';
comment on column ivr.compliance_findings.why is 'Why it was accepted.';
comment on column ivr.compliance_findings.first_found_at is 'When it was found first.';
comment on column ivr.compliance_findings.last_found_at is 'When it was found last.';
comment on column ivr.compliance_findings.changed_at is 'When its state changed last.';

alter table ivr.compliance_checks enable row level security;
alter table ivr.compliance_checks force row level security;
alter table ivr.compliance_findings enable row level security;
alter table ivr.compliance_findings force row level security;
create policy compliance_checks_owner on ivr.compliance_checks for select to ivr_owner using (true);
create policy compliance_findings_owner on ivr.compliance_findings for select to ivr_owner using (true);

reset role;

insert into ivr.compliance_checks (position, check_id, clause, title, remedy, owner, query) values
  (1, 'shared_logins', '164.312(a)(2)(i)', 'Every login of the desk is one person''s.', 'Make a person of the login, or take it out of ivr_user.', 'administrator',
   $q$select r.rolname as subject, format('Login %s may use the desk and is nobody''s.', r.rolname) as sentence
        from pg_auth_members m join pg_roles r on r.oid = m.member and r.rolcanlogin
       where m.roleid = 'ivr_user'::regrole and not exists (select from ivr.users u where u.login = r.rolname)$q$),
  (2, 'terminated_logins', '164.308(a)(3)(ii)(C)', 'Who has left cannot sign in.', 'Lock the login: alter role … nologin.', 'administrator',
   $q$select u.login as subject, format('%s was locked out and the login can still sign in.', u.login) as sentence
        from ivr.users u join pg_roles r on r.rolname = u.login and r.rolcanlogin where not u.is_active$q$),
  (3, 'roleless_people', '164.308(a)(4)(ii)(C)', 'Whoever can sign in has a role.', 'Give the person a role, or lock them out.', 'administrator',
   $q$select u.login as subject, format('%s can sign in and has no role.', u.login) as sentence
        from ivr.users u where u.is_active and not exists (select from ivr.memberships m where m.user_id = u.id)$q$),
  (4, 'idle_people', '164.308(a)(4)(ii)(C)', 'Whoever has not signed in for 90 days cannot any more.', 'Lock the person out until they come back.', 'administrator',
   $q$select u.login as subject, format('%s has not been at the desk for 90 days and can still sign in.', u.login) as sentence
        from ivr.users u where u.is_active and u.created_at < clock_timestamp() - interval '90 days'
         and not exists (select from ivr.ivr_sessions s where s.user_id = u.id and s.seen_at > clock_timestamp() - interval '90 days')$q$),
  (5, 'weak_passwords', '164.312(d)', 'Passwords are kept as SCRAM verifiers of at least 4096 rounds.', 'Have the person set a new password.', 'administrator',
   $q$select u.login as subject, format('The password of %s is kept in a form that is easily guessed.', u.login) as sentence
        from ivr.users u join pg_authid a on a.rolname = u.login
       where a.rolpassword is not null and not coalesce(
         (regexp_match(a.rolpassword, '^SCRAM-SHA-256\$([0-9]{1,9}):'))[1]::integer >= 4096, false)$q$),
  (6, 'open_doors', '164.312(d)', 'Nobody connects over the network without proving who they are.', 'Use scram-sha-256 with clientcert in pg_hba.conf.', 'operator',
   $q$select 'line ' || h.line_number as subject, format('Line %s of pg_hba.conf lets people in by %s.', h.line_number, h.auth_method) as sentence
        from pg_hba_file_rules h where h.type like 'host%' and h.auth_method in ('trust', 'password', 'md5', 'ident')$q$),
  (7, 'plain_connections', '164.312(e)(2)(ii)', 'Nothing travels over the network in the clear.', 'Set ssl = on and use hostssl lines only.', 'operator',
   $q$select 'ssl' as subject, 'The server listens on the network without TLS.' as sentence
       where current_setting('listen_addresses') <> '' and current_setting('ssl') = 'off'
       union all
      select 'line ' || h.line_number, format('Line %s of pg_hba.conf lets connections in without TLS.', h.line_number)
        from pg_hba_file_rules h where h.type in ('host', 'hostnossl') and current_setting('listen_addresses') <> ''
         and h.address not in ('127.0.0.1', '::1')$q$),
  (8, 'unreviewed_emergencies', '164.312(a)(2)(ii)', 'Every emergency access is reviewed within a day.', 'Have an auditor review it.', 'privacy officer',
   $q$select e.id::text as subject, format('The emergency access of %s has not been reviewed for more than a day.', e.person) as sentence
        from ivr.emergency_accesses e where e.reviewed_at is null and e.ends_at < clock_timestamp() - interval '1 day'$q$),
  (9, 'open_sittings', '164.312(a)(2)(iii)', 'No sitting lasts longer than a day.', 'See whether the desk locks itself when it is left.', 'operator',
   $q$select s.id::text as subject, format('A sitting of %s has been open for more than a day.', u.login) as sentence
        from ivr.ivr_sessions s join ivr.users u on u.id = s.user_id
       where s.ended_at is null and s.started_at < clock_timestamp() - interval '1 day' and s.seen_at > clock_timestamp() - interval '1 hour'$q$),
  (10, 'unsealed_logs', '164.312(b)', 'What happened is sealed within the hour.', 'Run ivr-admin audit seal every few minutes.', 'operator',
   $q$select 'logs' as subject, format('%s rows of the logs are older than an hour and not sealed.', x.n) as sentence
        from (select (select count(*) from audit.audit_logs a where a.at < clock_timestamp() - interval '1 hour' and a.xid >= l.upto)
                   + (select count(*) from audit.phi_access_logs p where p.at < clock_timestamp() - interval '1 hour' and p.xid >= l.upto) as n
                from (select coalesce(max(s.upto::text::bigint), 0)::text::xid8 as upto from audit.seals s) l) x where x.n > 0$q$),
  (11, 'history', '164.312(c)(1)', 'The status of every request is what its history says.', 'See the audit for changes by hand.', 'privacy officer',
   $q$select r.id::text as subject, format('Request %s is %s and its history does not say so.', r.id, r.status) as sentence
        from ivr.ivr_requests r where r.status is distinct from (select h.to_status from ivr.ivr_status_history h
              where h.org_id = r.org_id and h.request_id = r.id order by h.version desc limit 1) limit 100$q$),
  (12, 'checksums', '164.312(c)(2)', 'The server notices when its disk changes data.', 'Switch data checksums on: pg_checksums --enable.', 'operator',
   $q$select 'data_checksums' as subject, 'Data checksums are off.' as sentence where current_setting('data_checksums') = 'off'$q$),
  (13, 'durability', '164.308(a)(7)(ii)(A)', 'What was committed survives a crash.', 'Set fsync, full_page_writes and synchronous_commit to on.', 'operator',
   $q$select s.name as subject, format('%s is off.', s.name) as sentence from pg_settings s
       where s.name in ('fsync', 'full_page_writes') and s.setting = 'off'$q$),
  (14, 'patches', '164.308(a)(5)(ii)(B)', 'The server has the fixes that close known holes.', 'Install the newest minor version of PostgreSQL.', 'operator',
   $q$select 'server' as subject, format('PostgreSQL %s has known holes that newer minor versions close.', current_setting('server_version')) as sentence
        from (values (15, 150016), (16, 160012), (17, 170008), (18, 180002)) v (major, least)
       where current_setting('server_version_num')::integer / 10000 = v.major and current_setting('server_version_num')::integer < v.least$q$);

insert into ivr.table_catalogue values
  ('ivr', 'compliance_checks', 'compliance'), ('ivr', 'compliance_findings', 'compliance');
