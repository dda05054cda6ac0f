-- SPDX-License-Identifier: GPL-3.0-or-later
-- People are made by functions. PostgreSQL's right to make roles is nearly all rights, so it belongs to
-- one role that nobody is a member of, and is used only in a few functions that check what they are given.
lock table pg_catalog.pg_authid in share row exclusive mode;
do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'ivr_prov') then
    create role ivr_prov nologin nosuperuser nocreatedb createrole nobypassrls;
  end if;
end
$$;
comment on role ivr_prov is 'Owns the functions of prov, which make and lock logins. Nobody logs in as it.';
grant ivr_user to ivr_prov with admin option;
grant pg_signal_backend to ivr_prov;
alter default privileges for role ivr_prov revoke execute on functions from public;

create schema prov authorization ivr_prov;
comment on schema prov is 'Logins of people: made, locked, ended. Only functions of api may call it.';
grant usage on schema prov to ivr_exec;
grant usage on language sql, plpgsql to ivr_prov;
grant execute on function pg_has_role(name, name, text), pg_stat_get_activity(integer), pg_terminate_backend(integer, bigint) to ivr_prov;

set local role ivr_owner;

create function ivr.my_admin_orgs() returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- The operator's administrators manage the people of every organization, others those of their own.
  return (select coalesce(array_agg(distinct x.id), '{}')
            from ivr.memberships m
            join ivr.role_rights g on g.role = m.role and g.granted = 'people.manage'
            join ivr.organizations o on o.id = m.org_id
            join ivr.organizations x on x.id = o.id or o.kind = 'operator'
           where m.user_id = ivr.my_id());
end
$$;
comment on function ivr.my_admin_orgs() is 'Organizations whose people the person manages.';
grant execute on function ivr.my_admin_orgs() to ivr_exec;

drop policy organizations_read on ivr.organizations;
create policy organizations_read on ivr.organizations for select to ivr_exec
  using (id = any ((select ivr.my_orgs())::uuid[])
         or id in (select l.verifier_org_id from ivr.service_links l)
         or id = any ((select ivr.my_admin_orgs())::uuid[]));
drop policy facilities_read on ivr.facilities;
create policy facilities_read on ivr.facilities for select to ivr_exec
  using (org_id = any ((select ivr.my_orgs())::uuid[]) or org_id = any ((select ivr.my_admin_orgs())::uuid[]));
drop policy users_read on ivr.users;
create policy users_read on ivr.users for select to ivr_exec
  using (org_id = any ((select ivr.my_orgs())::uuid[])
         or org_id in (select l.verifier_org_id from ivr.service_links l)
         or org_id = any ((select ivr.my_admin_orgs())::uuid[]));
create policy users_add on ivr.users for insert to ivr_exec
  with check (org_id = any ((select ivr.my_admin_orgs())::uuid[]));
create policy users_change on ivr.users for update to ivr_exec
  using (org_id = any ((select ivr.my_admin_orgs())::uuid[]));
drop policy memberships_read on ivr.memberships;
create policy memberships_read on ivr.memberships for select to ivr_exec
  using (org_id = any ((select ivr.my_orgs())::uuid[]) or org_id = any ((select ivr.my_admin_orgs())::uuid[]));
create policy memberships_add on ivr.memberships for insert to ivr_exec
  with check (org_id = any ((select ivr.my_admin_orgs())::uuid[]));
create policy memberships_remove on ivr.memberships for delete to ivr_exec
  using (org_id = any ((select ivr.my_admin_orgs())::uuid[]));
grant insert on ivr.users to ivr_exec;
grant update (is_active) on ivr.users to ivr_exec;
grant insert, delete on ivr.memberships to ivr_exec;
drop policy audit_logs_add on audit.audit_logs;
create policy audit_logs_add on audit.audit_logs for insert to ivr_exec
  with check (actor_login = session_user
              and (org_id = any ((select ivr.my_orgs())::uuid[]) or org_id = any ((select ivr.my_admin_orgs())::uuid[])));

reset role;
