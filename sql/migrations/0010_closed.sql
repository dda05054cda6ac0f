-- SPDX-License-Identifier: GPL-3.0-or-later
-- Whoever holds a password can run any client with it. What PostgreSQL lets everybody do by default is
-- taken back here: reading the catalogues (who is there, what others do, how many rows there are), blocking
-- and waking others, large objects, procedural code, other databases. What our own functions need of it
-- is given to their owners, one by one.

-- One text for closing and for checking that it is closed.
create function ivr.closed_functions() returns setof regprocedure
language sql stable set search_path = pg_catalog, pg_temp as $$
  select p.oid::regprocedure from pg_catalog.pg_proc p
   where p.pronamespace = 'pg_catalog'::regnamespace and p.prokind in ('f', 'p')
     and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype, 'language_handler'::regtype, 'internal'::regtype)
     and (-- Activity, sizes, definitions, names, locks, notifications, snapshots, signals, slots, large objects.
          (p.provolatile <> 'i' and p.proname ~ '^(pg_|lo_|txid_|brin_|gin_clean|binary_upgrade_)'
           and p.proname not in ('pg_typeof', 'pg_backend_pid', 'pg_client_encoding', 'pg_column_size', 'pg_is_in_recovery',
                                 'pg_trigger_depth')
           -- Input, output and comparison of types, which have such names too.
           and p.proname !~ '(_in|_out|_recv|_send)$')
          or p.proname in ('loread', 'lowrite', 'set_config', 'currtid2', 'getpgusername', 'obj_description', 'col_description',
                           'shobj_description', 'ts_stat', 'ts_rewrite', 'cursor_to_xml', 'cursor_to_xmlschema')
          or p.proname ~ '^(query|table|schema|database)_to_xml')
$$;
alter function ivr.closed_functions() owner to ivr_owner;
comment on function ivr.closed_functions() is 'Built-in functions that nobody may call to whom they are not given by name.';

do $$
declare
  f regprocedure;
  c record;
begin
  for f in select x from ivr.closed_functions() x loop
    execute format('revoke execute on %s %s from public',
      case (select p.prokind from pg_catalog.pg_proc p where p.oid = f) when 'p' then 'procedure' else 'function' end, f);
  end loop;
  for c in select t.attrelid::regclass as relation, t.attname from pg_catalog.pg_attribute t
            join pg_catalog.pg_class r on r.oid = t.attrelid
            where t.attacl is not null and r.relnamespace in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace) loop
    execute format('revoke all (%I) on %s from public', c.attname, c.relation);
  end loop;
end
$$;
revoke all on all tables in schema pg_catalog, information_schema from public;
revoke usage on schema information_schema from public;
revoke usage on language sql, plpgsql from public;
-- Two databases of one server may be migrated at once, and both close these.
lock table pg_catalog.pg_database in share row exclusive mode;
revoke connect, temporary on database postgres, template1 from public;

-- The owners of our functions: to make them, and what is called in them.
grant usage on language sql, plpgsql to ivr_owner, ivr_exec, ivr_feed;
grant execute on function set_config(text, text, boolean) to ivr_owner, ivr_exec;
grant execute on function pg_current_xact_id() to ivr_owner, ivr_exec;
grant execute on function pg_current_xact_id_if_assigned() to ivr_exec;
grant execute on function pg_current_snapshot() to ivr_owner, ivr_feed;
grant execute on function pg_advisory_xact_lock(integer, integer), pg_try_advisory_xact_lock_shared(integer, integer),
  pg_notify(text, text) to ivr_owner;
grant execute on function pg_advisory_lock(integer, integer), pg_advisory_unlock(integer, integer),
  pg_control_system(), pg_control_checkpoint() to ivr_feed;

-- What only a superuser may set, for everybody in this database: nobody fills the disk, and neither
-- statements nor parameters nor rows, which may be patients' data, reach the server's log.
do $$
declare
  s record;
begin
  for s in select * from (values
    ('temp_file_limit', '1GB'), ('log_statement', 'none'), ('log_min_duration_statement', '-1'), ('log_duration', 'off'),
    ('log_min_messages', 'fatal'), ('log_min_error_statement', 'panic'), ('log_error_verbosity', 'terse'), ('log_parameter_max_length', '0'),
    ('log_lock_waits', 'off'), ('lo_compat_privileges', 'off'), ('track_activities', 'on')) v (name, value) loop
    execute format('alter database %I set %s = %L', current_database(), s.name, s.value);
  end loop;
  -- Anybody may set this one, so it is only a default.
  execute format('alter database %I set log_parameter_max_length_on_error = 0', current_database());
  -- An error repeats what somebody typed where a date belongs. The gateway types nothing.
  execute format('alter role ivr_gateway in database %I set log_min_messages = warning', current_database());
end
$$;
