-- SPDX-License-Identifier: GPL-3.0-or-later
-- A person may switch off every timeout of their own session, so somebody else watches: a login that may
-- call one function, which ends sessions of people and of nobody else. And commands go on forcing a durable
-- commit where the server's guard module keeps that setting from the person who calls them.
lock table pg_catalog.pg_authid in share row exclusive mode;
do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'ivr_watch') then
    create role ivr_watch nologin nosuperuser nocreatedb nocreaterole nobypassrls;
  end if;
  if not exists (select from pg_catalog.pg_roles where rolname = 'ivr_supervisor') then
    create role ivr_supervisor login nosuperuser nocreatedb nocreaterole nobypassrls connection limit 8;
  end if;
  execute format('grant connect on database %I to ivr_supervisor', current_database());
end
$$;
comment on role ivr_watch is 'Owns the function that ends sessions of people. Nobody logs in as it.';
comment on role ivr_supervisor is 'The supervisor logs in as this role: may use the schema watch, nothing else.';
grant pg_read_all_stats, pg_signal_backend to ivr_watch;
alter default privileges for role ivr_watch revoke execute on functions from public;

create schema watch authorization ivr_watch;
comment on schema watch is 'The supervisor''s door: which sessions of people have to end.';
grant usage on schema watch to ivr_supervisor;
grant usage on schema ivr to ivr_watch;
grant usage on language plpgsql to ivr_watch;
grant execute on function pg_stat_get_activity(integer), pg_terminate_backend(integer, bigint), pg_has_role(oid, name, text) to ivr_watch;
grant select on pg_catalog.pg_roles to ivr_watch;

set local role ivr_owner;
grant select (login, is_active) on ivr.users to ivr_watch;
create policy users_watch on ivr.users for select to ivr_watch using (true);
reset role;

set local role ivr_watch;
create function watch.end_sessions(p_idle integer, p_transaction integer, p_session integer, p_connections integer)
returns table (ended_locked bigint, ended_transaction bigint, ended_age bigint, ended_idle bigint, ended_many bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  now timestamptz := clock_timestamp();
  -- Other databases of this server have people of their own.
  here oid := (select a.datid from pg_stat_get_activity(pg_backend_pid()) a);
begin
  return query
    with sessions as materialized (
      select a.pid, case
               when not r.rolcanlogin or r.rolvaliduntil < now
                 or exists (select from ivr.users u where u.login = r.rolname and not u.is_active) then 'locked'
               when a.xact_start < now - make_interval(secs => p_transaction) then 'transaction'
               when a.backend_start < now - make_interval(secs => p_session) then 'age'
               when a.state = 'idle' and a.state_change < now - make_interval(secs => p_idle) then 'idle'
               -- Those that came first stay: what comes on top of them is the flood.
               when row_number() over (partition by a.usesysid order by a.backend_start, a.pid)
                    > least(nullif(r.rolconnlimit, -1), p_connections) then 'many'
             end as verdict
        from pg_stat_get_activity(null) a join pg_roles r on r.oid = a.usesysid
       where a.datid = here and a.backend_type = 'client backend' and not r.rolsuper and r.rolname !~ '^(pg|ivr)_'
         and pg_has_role(r.oid, 'ivr_user'::name, 'member')
    ), ended as materialized (
      select s.verdict, pg_terminate_backend(s.pid, 0) as told from sessions s where s.verdict is not null
    )
    select count(*) filter (where e.verdict = 'locked'), count(*) filter (where e.verdict = 'transaction'),
           count(*) filter (where e.verdict = 'age'), count(*) filter (where e.verdict = 'idle'),
           count(*) filter (where e.verdict = 'many')
      from ended e where e.told;
end
$$;
comment on function watch.end_sessions(integer, integer, integer, integer) is
  'Ends sessions of people: locked out, in a transaction or open or idle for too many seconds, too many of one person. Null is no limit.';
grant execute on function watch.end_sessions(integer, integer, integer, integer) to ivr_supervisor;
reset role;

lock table pg_catalog.pg_parameter_acl in share row exclusive mode;
grant set on parameter synchronous_commit to ivr_owner, ivr_exec;
