-- SPDX-License-Identifier: GPL-3.0-or-later
-- Schemas, the roles that nobody logs in as, and what PUBLIC loses.
-- Roles belong to the whole cluster, so another database may have made them already, or be about to.
lock table pg_catalog.pg_authid in share row exclusive mode;

do $$
declare
  r text;
begin
  foreach r in array array['ivr_owner', 'ivr_exec', 'ivr_user', 'ivr_feed'] loop
    if not exists (select from pg_catalog.pg_roles where rolname = r) then
      execute format('create role %I nologin nosuperuser nocreatedb nocreaterole nobypassrls', r);
    end if;
  end loop;
  if not exists (select from pg_catalog.pg_roles where rolname = 'ivr_gateway') then
    create role ivr_gateway login nosuperuser nocreatedb nocreaterole nobypassrls connection limit 32;
  end if;
end
$$;

comment on role ivr_owner is 'Owns the tables, under forced row-level security. Nobody logs in as it.';
comment on role ivr_exec is 'Owns the functions of api and rules, under row-level security. Nobody logs in as it.';
comment on role ivr_user is 'Every person is a member: may use the schema api, nothing else.';
comment on role ivr_feed is 'Owns the functions of feed and reads the outbox. Nobody logs in as it.';
comment on role ivr_gateway is 'The live gateway logs in as this role: may use the schema feed, nothing else.';

revoke all on schema public from public;
do $$
begin
  execute format('revoke all on database %I from public', current_database());
  execute format('grant connect on database %I to ivr_user, ivr_gateway', current_database());
end
$$;

-- A function is executable by nobody until a grant says otherwise.
alter default privileges for role ivr_owner revoke execute on functions from public;
alter default privileges for role ivr_exec revoke execute on functions from public;
alter default privileges for role ivr_feed revoke execute on functions from public;
alter default privileges revoke execute on functions from public;
alter default privileges revoke usage on types from public;

create schema if not exists ivr;
alter schema ivr owner to ivr_owner;
create schema audit authorization ivr_owner;
create schema rules authorization ivr_exec;
create schema api authorization ivr_exec;
create schema feed authorization ivr_feed;
comment on schema ivr is 'The tables. No person has a right on anything in it.';
comment on schema audit is 'What happened, append-only.';
comment on schema rules is 'What the functions of api share: rights, commands, checks. No person may call it.';
comment on schema api is 'The only door: functions that people may call.';
comment on schema feed is 'The gateway''s door: what changed, never what it says.';

grant usage on schema ivr, audit to ivr_exec;
grant usage on schema ivr to ivr_feed;
grant usage on schema api to ivr_user;
grant usage on schema feed to ivr_gateway;

set local role ivr_owner;

create table ivr.settings (
  name text primary key,
  value text not null
);
comment on table ivr.settings is 'What this installation is: one row per setting.';
comment on column ivr.settings.name is 'Name of the setting, for example demo.';
comment on column ivr.settings.value is 'Its value as text.';

create table ivr.table_catalogue (
  table_schema text not null,
  table_name text not null,
  feature text not null,
  primary key (table_schema, table_name)
);
comment on table ivr.table_catalogue is 'Which feature owns which table; a table without a row here fails verification.';
comment on column ivr.table_catalogue.table_schema is 'Schema of the table.';
comment on column ivr.table_catalogue.table_name is 'Name of the table.';
comment on column ivr.table_catalogue.feature is 'The feature that reads and writes the table, in words.';

alter table ivr.settings enable row level security;
alter table ivr.settings force row level security;
alter table ivr.table_catalogue enable row level security;
alter table ivr.table_catalogue force row level security;
create policy settings_read on ivr.settings for select to ivr_exec, ivr_owner using (true);
create policy table_catalogue_read on ivr.table_catalogue for select to ivr_owner using (true);
grant select on ivr.settings to ivr_exec;

reset role;

insert into ivr.table_catalogue values
  ('ivr', 'settings', 'installation'),
  ('ivr', 'table_catalogue', 'verification report'),
  ('ivr', 'schema_migrations', 'migrations');
