-- SPDX-License-Identifier: GPL-3.0-or-later
-- What is wrong with the database as a whole, one sentence a row. Empty when nothing is.
with ours as (
  select oid, nspname from pg_namespace where nspname in ('ivr', 'audit', 'api', 'rules', 'feed', 'prov', 'watch', 'lookup')
)
select format('Constraint %s on %s is not valid.', k.conname, k.conrelid::regclass) as sentence
  from pg_constraint k join pg_class c on c.oid = k.conrelid join ours on ours.oid = c.relnamespace
 where not k.convalidated
union all
select format('Index %s is not valid.', i.indexrelid::regclass)
  from pg_index i join pg_class c on c.oid = i.indrelid join ours on ours.oid = c.relnamespace
 where not i.indisvalid
union all
select format('Foreign key %s on %s has no index.', k.conname, k.conrelid::regclass)
  from pg_constraint k join pg_class c on c.oid = k.conrelid join ours on ours.oid = c.relnamespace
 where k.contype = 'f' and c.reltuples is not null and not exists (
   select from pg_index i
    where i.indrelid = k.conrelid and i.indpred is null
      and (select array_agg(x order by x) from unnest(k.conkey) x)
          <@ (select array_agg(y) from unnest((i.indkey::int2[])[0:cardinality(k.conkey) - 1]) y))
union all
select format('Policy missing: %s has row-level security without any policy.', c.oid::regclass)
  from pg_class c join ours on ours.oid = c.relnamespace
 where c.relkind in ('r', 'p') and not c.relispartition and c.relrowsecurity and not exists (select from pg_policy p where p.polrelid = c.oid)
   and not (ours.nspname = 'ivr' and c.relname = 'schema_migrations')
union all
select format('Part %s of a log is open beside the log.', c.oid::regclass)
  from pg_class c join ours on ours.oid = c.relnamespace
 where c.relkind = 'r' and c.relispartition and (not c.relrowsecurity or not c.relforcerowsecurity or pg_get_userbyid(c.relowner) <> 'ivr_owner'
       or exists (select from pg_policy p where p.polrelid = c.oid)
       or not exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgfoid = 'audit.refuse_change()'::regprocedure))
union all
select format('Function %s has no fixed search_path.', p.oid::regprocedure)
  from pg_proc p join ours on ours.oid = p.pronamespace
 where (p.prosecdef or ours.nspname in ('api', 'rules', 'feed', 'prov', 'watch', 'lookup'))
   and not exists (select from unnest(p.proconfig) s where s like 'search_path=%')
union all
select format('Function %s belongs to %s.', p.oid::regprocedure, pg_get_userbyid(p.proowner))
  from pg_proc p join ours on ours.oid = p.pronamespace
 where (ours.nspname in ('api', 'rules') and pg_get_userbyid(p.proowner) not in ('ivr_exec', 'ivr_feed'))
    or (ours.nspname = 'prov' and pg_get_userbyid(p.proowner) <> 'ivr_prov')
    or (ours.nspname = 'feed' and pg_get_userbyid(p.proowner) <> 'ivr_feed')
    or (ours.nspname = 'watch' and pg_get_userbyid(p.proowner) <> 'ivr_watch')
    or (ours.nspname = 'lookup' and pg_get_userbyid(p.proowner) <> 'ivr_ask')
    or (ours.nspname in ('ivr', 'audit') and pg_get_userbyid(p.proowner) not in ('ivr_owner', 'ivr_feed'))
union all
select format('Function %s has no comment.', p.oid::regprocedure)
  from pg_proc p join ours on ours.oid = p.pronamespace and ours.nspname in ('api', 'rules', 'feed')
 where obj_description(p.oid, 'pg_proc') is null
union all
select format('Trigger %s on %s is switched off.', t.tgname, t.tgrelid::regclass)
  from pg_trigger t join pg_class c on c.oid = t.tgrelid join ours on ours.oid = c.relnamespace
 where t.tgenabled = 'D'
union all
select format('%s requests have a status that their history does not end with (the first: %s).', count(*), min(r.id::text))
  from ivr.ivr_requests r
 where r.status is distinct from (select h.to_status from ivr.ivr_status_history h
        where h.org_id = r.org_id and h.request_id = r.id order by h.version desc limit 1)
having count(*) > 0
union all
select format('%s requests say another turn than their status has (the first: %s).', count(*), min(r.id::text))
  from ivr.ivr_requests r join ivr.ivr_statuses s on s.status = r.status where r.turn <> s.turn
having count(*) > 0
union all
select format('%s steps in the history are not in the transition table (the first in request %s).', count(*), min(h.request_id::text))
  from ivr.ivr_status_history h
 where h.from_status is not null and not exists (
   select from ivr.ivr_transitions t where t.from_status = h.from_status and t.to_status = h.to_status)
having count(*) > 0
union all
select format('%s approved requests have no approval (the first: %s).', count(*), min(r.id::text))
  from ivr.ivr_requests r
 where r.status in ('approved', 'approved_limited', 'ordered', 'shipped', 'received')
   and not exists (select from ivr.ivr_approvals a where a.org_id = r.org_id and a.request_id = r.id)
having count(*) > 0
union all
-- Set before the guard was there, or by hand: it applies at each sign-in.
select format('Login %s keeps settings of its own: %s.', r.rolname, array_to_string(s.setconfig, ', '))
  from pg_db_role_setting s join pg_roles r on r.oid = s.setrole
 where pg_has_role(r.oid, 'ivr_user', 'member') and not r.rolsuper
union all
select format('The documents of organization %s are counted as %s bytes and have %s.', q.org_id, q.used_bytes, x.bytes)
  from ivr.document_quotas q, lateral (select coalesce(sum(f.size), 0) as bytes from ivr.document_files f where f.org_id = q.org_id and f.state <> 'orphaned') x
 where q.used_bytes <> x.bytes
union all
select format('%s documents have another status than their newest version (the first: %s).', count(*), min(d.id::text))
  from ivr.ivr_documents d join lateral (
    select v.status from ivr.ivr_document_versions v where v.org_id = d.org_id and v.document_id = d.id order by v.n desc limit 1) v on true
 where d.status in ('received', 'accepted', 'rejected') and d.status <> v.status
having count(*) > 0
union all
select format('User %s has no login role in this cluster.', u.login)
  from ivr.users u where u.is_active and not exists (select from pg_roles r where r.rolname = u.login);
