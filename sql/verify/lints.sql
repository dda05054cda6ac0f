-- SPDX-License-Identifier: GPL-3.0-or-later
-- The rules by which tables, policies and functions of ours are made, one sentence a break. Empty when all
-- hold. The first part are rules that others have found to matter, the second our own.
with ours as (
  select oid, nspname from pg_namespace where nspname in ('ivr', 'audit', 'api', 'rules', 'feed', 'prov', 'watch', 'lookup')
), tables as (
  select c.oid, c.relnamespace, c.relname, c.relkind,
         exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'org_id' and not a.attisdropped) as is_tenants
    from pg_class c join ours n on n.oid = c.relnamespace where c.relkind in ('r', 'p') and not c.relispartition
), policies as (
  select p.polrelid, p.polname, p.polroles, p.polcmd, p.polpermissive,
         concat_ws(' ', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) as says,
         pg_get_expr(p.polqual, p.polrelid) as qual
    from pg_policy p join tables t on t.oid = p.polrelid
)
-- A function that is asked once a row makes a thousand rows slow.
select format('Policy %s on %s asks a function once for every row.', p.polname, p.polrelid::regclass) as sentence
  from policies p
 where regexp_replace(p.says, '\( SELECT [a-z_.]+\(\) AS [a-z_]+\)', '', 'g') ~ 'my_[a-z_]+\('
union all
select format('Policies %s on %s are for the same role and command; one has to do.', string_agg(p.polname, ', ' order by p.polname), p.polrelid::regclass)
  from policies p, unnest(p.polroles) r, unnest(case p.polcmd when '*' then array['r', 'a', 'w', 'd'] else array[p.polcmd::text] end) c
 where p.polpermissive group by p.polrelid, r, c having count(*) > 1
union all
select format('Indexes %s on %s are the same.', string_agg(i.indexrelid::regclass::text, ', ' order by i.indexrelid::regclass::text), i.indrelid::regclass)
  from pg_index i join tables t on t.oid = i.indrelid
 group by i.indrelid, i.indkey::text, i.indclass::text, i.indcollation::text, i.indoption::text, coalesce(pg_get_expr(i.indexprs, i.indrelid), ''),
          coalesce(pg_get_expr(i.indpred, i.indrelid), '') having count(*) > 1
union all
select format('View %s is not a security barrier of ivr_exec.', c.oid::regclass)
  from pg_class c join ours n on n.oid = c.relnamespace
 where c.relkind = 'v' and (pg_get_userbyid(c.relowner) <> 'ivr_exec' or not 'security_barrier=true' = any (coalesce(c.reloptions, '{}')))
union all
select format('%s is a %s; row-level security does not reach it.', c.oid::regclass,
              case c.relkind when 'm' then 'materialized view' else 'foreign table' end)
  from pg_class c join ours n on n.oid = c.relnamespace where c.relkind in ('m', 'f')
union all
select format('Function %s has another search_path than pg_catalog, pg_temp.', p.oid::regprocedure)
  from pg_proc p join ours n on n.oid = p.pronamespace
 where exists (select from unnest(p.proconfig) s where s like 'search_path=%' and s <> 'search_path=pg_catalog, pg_temp')
union all
select format('Extension %s is in schema %s.', e.extname, n.nspname)
  from pg_extension e join pg_namespace n on n.oid = e.extnamespace where n.nspname in ('public', 'ivr', 'audit', 'api', 'rules', 'feed', 'prov', 'watch', 'lookup')
union all
select format('Policy %s on %s trusts a setting, which anybody may set.', p.polname, p.polrelid::regclass)
  from policies p where p.says ~ 'current_setting'
union all
select format('Policy %s on %s lets every row of every organization through.', p.polname, p.polrelid::regclass)
  from policies p join tables t on t.oid = p.polrelid and t.is_tenants
 where p.qual = 'true' and ('ivr_exec'::regrole = any (p.polroles) or 0 = any (p.polroles))
union all
select format('Policy %s on %s is for everybody.', p.polname, p.polrelid::regclass) from policies p where 0 = any (p.polroles)
union all
select format('Column %s of %s is a %s, which does not survive an upgrade.', a.attname, t.oid::regclass, a.atttypid::regtype)
  from pg_attribute a join tables t on t.oid = a.attrelid and a.attnum > 0 and not a.attisdropped
 where a.atttypid::regtype::text ~ '^reg' and a.atttypid <> 'regtype'::regtype
-- Our own.
union all
select format('%s: org_id may be empty.', t.oid::regclass)
  from tables t join pg_attribute a on a.attrelid = t.oid and a.attname = 'org_id' where not a.attnotnull
union all
-- Rows of one organization lie together, and no key tells that another organization has the same value.
select format('Key %s of %s does not begin with the organization.', k.conname, t.oid::regclass)
  from tables t join pg_constraint k on k.conrelid = t.oid and k.contype in ('p', 'u') and t.is_tenants
  join pg_attribute a on a.attrelid = t.oid and a.attnum = k.conkey[1]
 where a.attname <> 'org_id'
   -- Logins are roles of the whole server, a person has one identity in it, and a request is called by its id alone.
   and (t.oid::regclass::text, k.conname) not in (('ivr.users', 'users_login_key'), ('ivr.users', 'users_id_key'), ('ivr.ivr_requests', 'ivr_requests_id_key'))
union all
select format('Column %s of %s is %s, whose comparison no index may use under row-level security.', a.attname, t.oid::regclass, format_type(a.atttypid, a.atttypmod))
  from tables t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped and t.is_tenants
  join pg_type y on y.oid = a.atttypid
 where y.typtype = 'e' or y.typcategory = 'A' or a.atttypid = 'numeric'::regtype
union all
select format('Function %s can be called by people and belongs to %s.', p.oid::regprocedure, pg_get_userbyid(p.proowner))
  from pg_proc p join ours n on n.oid = p.pronamespace
 where has_function_privilege('ivr_user', p.oid, 'execute') and has_schema_privilege('ivr_user', n.oid, 'usage')
   and pg_get_userbyid(p.proowner) <> 'ivr_exec'
union all
select format('Function %s can be called by people and runs with their rights.', p.oid::regprocedure)
  from pg_proc p join ours n on n.oid = p.pronamespace and n.nspname in ('api', 'feed') where not p.prosecdef
union all
select format('Command %s %s.', p.oid::regprocedure, case when p.prosrc !~ 'rules\.begin_command\(' then 'is not carried out only once' else 'leaves no trace' end)
  from pg_proc p join ours n on n.oid = p.pronamespace and n.nspname = 'api'
 where p.provolatile = 'v' and not (p.prosrc ~ 'rules\.begin_command\(' and p.prosrc ~ 'rules\.(audit|step)\(')
   -- These change nothing that anybody else sees: sittings, reading marks, tokens, the access log itself.
   and p.proname not in ('start_session', 'end_session', 'mark_messages_read', 'issue_live_token', 'open_ivr_request', 'open_list', 'open_patient', 'open_patients',
                         'open_document', 'put_document_chunk')
union all
select format('Function %s notifies, which makes every commit wait for every other.', p.oid::regprocedure)
  from pg_proc p join ours n on n.oid = p.pronamespace
 where p.prosrc ~* '(pg_notify\s*\(|^\s*notify\s)' and p.oid <> 'ivr.flush_events()'::regprocedure
union all
select 'Commands do not force a durable commit.'
  from pg_proc p where p.oid = to_regprocedure('rules.begin_command(uuid,text,jsonb)') and p.prosrc !~ 'set_config\(''synchronous_commit'', ''on'', true\)';
