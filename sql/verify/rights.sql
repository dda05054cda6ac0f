-- SPDX-License-Identifier: GPL-3.0-or-later
-- Every right in this database that somebody other than an owner has, one a row, in the words of
-- rights.txt. Of PostgreSQL's own objects: what was added since initdb, and what is closed and yet open.
-- A person is every login that is a member of ivr_user and has a row of users.
-- Outputs: object, grantee, privilege
with ours as (
  select oid, nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'
), system as (
  select oid, nspname from pg_namespace where nspname in ('pg_catalog', 'information_schema', 'pg_toast')
), objects (object, owner, acl, base) as (
  select case c.relkind when 'S' then 'sequence ' when 'v' then 'view ' when 'm' then 'view ' else 'table ' end || c.oid::regclass,
         c.relowner, coalesce(c.relacl, acldefault(case c.relkind when 'S' then 's' else 'r' end::"char", c.relowner)), null::aclitem[]
    from pg_class c join ours n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
  union all
  -- Nobody reads a catalogue, whatever initdb says; what a predefined role has of it stays.
  select 'catalogue ' || c.oid::regclass, c.relowner, c.relacl, (
           select array_agg(a) from pg_init_privs i, unnest(i.initprivs) a
            where i.objoid = c.oid and i.classoid = 'pg_class'::regclass and i.objsubid = 0 and a::text !~ '^=')
    from pg_class c join system n on n.oid = c.relnamespace where c.relacl is not null
  union all
  select format('column %s of %s', t.attname, t.attrelid::regclass), c.relowner, t.attacl, null::aclitem[]
    from pg_attribute t join pg_class c on c.oid = t.attrelid where t.attacl is not null
  union all
  select case p.prokind when 'p' then 'procedure ' else 'function ' end || p.oid::regprocedure, p.proowner,
         coalesce(p.proacl, acldefault('f', p.proowner)), null::aclitem[]
    from pg_proc p join ours n on n.oid = p.pronamespace
     left join pg_depend d on d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
   where d.objid is null
  union all
  select 'built-in function ' || p.oid::regprocedure, p.proowner, coalesce(p.proacl, acldefault('f', p.proowner)),
         case when p.oid in (select ivr.closed_functions()) then (select array_agg(a) from unnest(i.initprivs) a where a::text !~ '^=')
              else coalesce(i.initprivs, acldefault('f', p.proowner)) end
    from pg_proc p join system n on n.oid = p.pronamespace
    left join pg_init_privs i on i.objoid = p.oid and i.classoid = 'pg_proc'::regclass
   where p.proacl is not null or p.oid in (select ivr.closed_functions())
  union all
  select 'schema ' || n.nspname, n.nspowner, coalesce(n.nspacl, acldefault('n', n.nspowner)),
         case when n.nspname = 'pg_catalog' then i.initprivs end
    from pg_namespace n left join pg_init_privs i
      on i.objoid = n.oid and i.classoid = 'pg_namespace'::regclass
  union all
  select 'language ' || l.lanname, l.lanowner, coalesce(l.lanacl, acldefault('l', l.lanowner)), null from pg_language l where l.lanpltrusted
  union all
  select 'type ' || t.oid::regtype, t.typowner, coalesce(t.typacl, acldefault('T', t.typowner)), null::aclitem[]
    from pg_type t join ours n on n.oid = t.typnamespace where t.typrelid = 0 and t.typelem = 0
  union all
  select 'large object ' || m.oid, m.lomowner, coalesce(m.lomacl, acldefault('L', m.lomowner)), null from pg_largeobject_metadata m
  union all
  select case d.datname when current_database() then 'this database' else 'database ' || d.datname end, d.datdba,
         coalesce(d.datacl, acldefault('d', d.datdba)), null::aclitem[]
    from pg_database d where d.datname in (current_database(), 'postgres', 'template1')
  union all
  select 'tablespace ' || s.spcname, s.spcowner, coalesce(s.spcacl, acldefault('t', s.spcowner)), null from pg_tablespace s
  union all
  select 'foreign server ' || s.srvname, s.srvowner, coalesce(s.srvacl, acldefault('S', s.srvowner)), null from pg_foreign_server s
  union all
  select 'foreign data wrapper ' || w.fdwname, w.fdwowner, coalesce(w.fdwacl, acldefault('F', w.fdwowner)), null from pg_foreign_data_wrapper w
  union all
  select 'parameter ' || p.parname, 10, p.paracl, null from pg_parameter_acl p
  union all
  select format('%s that %s makes%s', case d.defaclobjtype when 'r' then 'tables' when 'f' then 'functions' when 'S' then 'sequences'
           when 'T' then 'types' else 'schemas' end, d.defaclrole::regrole, case when d.defaclnamespace <> 0 then ' in schema ' || d.defaclnamespace::regnamespace else '' end),
         d.defaclrole, d.defaclacl, null from pg_default_acl d
), people as (
  select r.oid, r.rolname from pg_roles r join ivr.users u on u.login = r.rolname
   where exists (select from pg_auth_members m where m.member = r.oid and m.roleid = 'ivr_user'::regrole)
), granted as (
  select o.object, a.grantee, lower(a.privilege_type) || case when a.is_grantable then ' with grant option' else '' end as privilege
    from objects o, aclexplode(nullif(o.acl, '{}')) a
   where a.grantee <> o.owner
     and not exists (select from aclexplode(nullif(o.base, '{}')) b
                      where b.grantee = a.grantee and b.privilege_type = a.privilege_type and (b.is_grantable or not a.is_grantable))
)
select g.object, case when g.grantee = 0 then 'PUBLIC' else pg_get_userbyid(g.grantee) end as grantee, g.privilege
  from granted g
union all
select 'role', r.rolname, a
  from pg_roles r, unnest(array[
         case when r.rolsuper then 'superuser' end, case when r.rolcreaterole then 'createrole' end, case when r.rolcreatedb then 'createdb' end,
         case when r.rolreplication then 'replication' end, case when r.rolbypassrls then 'bypassrls' end,
         case when r.rolcanlogin then 'login' end]) a
 where r.rolname ~ '^ivr_' and a is not null
union all
select 'role', r.rolname, a
  from pg_roles r join people p on p.oid = r.oid, unnest(array[
         case when r.rolsuper then 'superuser' end, case when r.rolcreaterole then 'createrole' end, case when r.rolcreatedb then 'createdb' end,
         case when r.rolreplication then 'replication' end, case when r.rolbypassrls then 'bypassrls' end]) a
 where a is not null
union all
select 'membership', m.member::regrole::text, 'member of ' || m.roleid::regrole || case when m.admin_option then ' with admin option' else '' end
  from pg_auth_members m
 where (m.roleid::regrole::text ~ '^ivr_' or m.member::regrole::text ~ '^ivr_' or m.member in (select p.oid from people p))
   and not (m.roleid = 'ivr_user'::regrole and m.member in (select p.oid from people p) and not m.admin_option)
 order by 1, 2, 3;
