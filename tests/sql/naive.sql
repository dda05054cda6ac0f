-- SPDX-License-Identifier: GPL-3.0-or-later
-- The same tables as a database whose rules are in its client would have them: PostgreSQL's defaults back
-- for everybody, tables granted to people, no row-level security, functions that believe whoever calls.
-- Only for the tests: attacks that are refused elsewhere have to succeed here, or they prove nothing.
do $$
declare
  f regprocedure;
  t regclass;
begin
  for f in select x from ivr.closed_functions() x loop
    execute format('grant execute on %s %s to public',
      case (select p.prokind from pg_proc p where p.oid = f) when 'p' then 'procedure' else 'function' end, f);
  end loop;
  for t in select c.oid from pg_class c where c.relnamespace in ('ivr'::regnamespace, 'audit'::regnamespace) and c.relkind in ('r', 'p') loop
    execute format('alter table %s disable row level security', t);
  end loop;
end
$$;
grant select on all tables in schema pg_catalog, information_schema to public;
revoke select on pg_authid, pg_shadow, pg_statistic, pg_subscription, pg_user_mapping, pg_largeobject, pg_hba_file_rules from public;
grant usage on schema information_schema, public, ivr, audit, api, rules, feed to public;
grant usage on language sql, plpgsql to public;
grant all on all tables in schema ivr, audit to ivr_user, ivr_gateway;
grant all on all sequences in schema ivr, audit to ivr_user, ivr_gateway;
grant execute on all functions in schema ivr, rules, feed to ivr_user, ivr_gateway;
grant create on schema public, api to ivr_user;
grant temporary, create on database ivr to ivr_user;
-- The client is trusted to be somebody else when it has to.
grant ivr_owner, ivr_exec to ivr_user;
drop trigger audit_logs_append_only on audit.audit_logs;
drop trigger ivr_status_history_append_only on ivr.ivr_status_history;
alter table ivr.ivr_requests drop constraint ivr_requests_id_key;

create or replace function ivr.my_id() returns uuid language sql stable security definer as
$$ select u.id from ivr.users u where u.login = session_user $$;
create or replace function ivr.my_orgs() returns uuid[] language sql stable security definer as
$$ select array_agg(o.id) from ivr.organizations o $$;
create or replace function ivr.my_phi_orgs() returns uuid[] language sql stable security definer as
$$ select array_agg(o.id) from ivr.organizations o $$;
create or replace function ivr.my_whole_orgs() returns uuid[] language sql stable security definer as
$$ select array_agg(o.id) from ivr.organizations o $$;
create or replace function ivr.my_clinic_orgs() returns uuid[] language sql stable security definer as
$$ select array_agg(o.id) from ivr.organizations o $$;
create or replace function ivr.my_team_orgs() returns uuid[] language sql stable security definer as
$$ select array_agg(o.id) from ivr.organizations o $$;
create or replace function ivr.my_rights() returns text[] language sql stable security definer as
$$ select array_agg(distinct g.granted) from ivr.role_rights g $$;
create or replace function rules.my_roles_for(p_request ivr.ivr_requests) returns text[] language sql stable security definer as
$$ select array_agg(r.role) from ivr.roles r $$;
